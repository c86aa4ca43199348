"""What operators and inspectors are owed: who came in, who was refused, what was taken out; figures."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from service import people, trail
from service.app import create_app
from service.awards import importing
from service.awards.files import attach_file
from service.config import Settings
from service.db import db
from service.processes import deployments, enactments
from tests.journeys.conftest import furnished, office_on
from tests.journeys.office import Office
from tests.journeys.program import Program

__all__ = ["furnished", "office_on"]


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def _newest(kind: str) -> trail.Event:
    return trail.read(kind=kind, part=None).events[0]


def test_entries_refusals_exports_and_reads_stand_in_the_trail(office: Office) -> None:
    client = office.app.test_client()
    for login in ("vhxh", "ketoan", "khong-co-ai"):
        assert client.post("/api/v1/session", json={"username": login, "password": "sai"}).status_code == 401
    program = Program(client, office.work)
    one = office.nominate("HN-2026")
    file = attach_file(f"nomination:{one}", "Báo cáo.txt", "Nội dung".encode(), by=office.who("donvi")).id
    with program.raw("vhxh", "GET", f"/files/{file}") as answer:
        assert answer.status_code == 200
    assert program.raw("ketoan", "POST", "/rounds", {
        "code": "X", "name": "X", "stage": "DOT_XUAT", "year": 2027, "window": ["2027-01-01", "2027-12-31"],
    }).status_code == 403
    importing.export_list(office.submission(one), by=office.who("vhxh"))
    admin = office.who("quantri")
    account = people.accounts_by_login()["ketoan"]
    people.grant(account, "member", by=admin)
    files = deployments.files_of(enactments.current_deployment("nomination_case"))
    name = "nomination_case.bpmn"
    enactments.deploy_bundle(
        files | {name: files[name].replace(b"</bpmn:definitions>", b"<!-- two --></bpmn:definitions>")},
        main="nomination_case", by=admin,
    )
    trail.flush_denials()
    kinds = {e.kind for e in trail.read(part=None, limit=200).events}
    assert kinds >= {
        "session:opened", "file:opened", "access:denied", "data:exported", "account:joined_group",
        "deployment:made",
    }, sorted(kinds)
    assert _newest("file:opened").account == people.accounts_by_login()["vhxh"]
    opened = [e for e in trail.read(kind="session:opened", part=None).events if e.body.get("failures")]
    assert "Lê Ban Mai đăng nhập sau 1 lần nhập sai." in [trail.sentence(e, "vi") for e in opened]
    told = trail.sentence(_newest("data:exported"), "vi")
    assert "Lê Ban Mai xuất dữ liệu" in told and "1 dòng" in told


def test_figures_for_operators_are_served_and_count(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "vinhdanh.sqlite3")
    app = create_app(Settings(var=tmp_path))  # no figures under test settings: one registry a process
    client = app.test_client()
    for _ in range(3):
        assert client.get("/healthz").status_code in (200, 503)
    answer = client.get("/metrics")
    assert answer.status_code == 200 and answer.mimetype == "text/plain"
    counted = re.findall(r'flask_http_request_duration_seconds_count\{endpoint="healthz"[^}]*\} (\d+)', answer.text)
    assert sum(map(int, counted)) == 3
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
