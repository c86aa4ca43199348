"""The loaded demo: what stands in it, that its trail holds, that everybody finds something; and how it is started."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from service import clock, movement, people, trail
from service.app import create_app
from service.awards import nominations, rounds
from service.awards.models import Nomination, Round
from service.awards.recipients import RecipientInput
from service.config import ROOT, Settings
from service.db import db, reading
from service.demo import source, start
from service.demo.load import load_demo
from service.demo.people import load_people
from service.errors import Conflict
from service.processes import inbox
from service.processes.models import Incident, Message, ProcessInstance
from tests.conftest import Once
from tests.service.replayed import not_told_again

CLI = [sys.executable, "-c", "from service.cli import main; main()", "demo"]
MUST_FIND = {
    "donvi": {"self_assess", "supplement_dossier", "mend_finding", "write_report"},
    "thutruong": {"submission.sign"},
    "donvi2": {"self_assess"},
    "thutruong2": {"submission.sign"},
    "vhxh": {"check_dossier", "check_report", "weigh_objection", "submission.return", "posting.close", "check_finding"},
    "truongphong": {"classify_petition", "draft_conclusion", "decision.submit"},
    "vanphong": {"decision.check_form", "check_dossier", "review_refusal"},
    "thuky": {"council_sheet.key"},
    "thuky2": {"council_sheet.key"},
    "chutich": {"decision.sign", "package.sign", "decide_proposal"},
    "phochutich": {"decision.sign"},
    "vanthu": {"decision.issue", "package.send"},
    "ketoan": {"award_list.pay"},
    "congan": {"opinion_letter.answer"},
    "thue": {"opinion_letter.answer"},
    "mttq": {"self_assess"},
    "ttcudv": {"supplement_dossier"},
    "tinh": {"package.answer"},
}


@pytest.fixture(scope="session")
def loaded(once: Once) -> Path:
    """A folder with the whole demo, as `vinhdanh demo --load-only` leaves it."""

    def load(folder: Path) -> None:
        done = subprocess.run(
            [*CLI, "--load-only"], env=_environment(folder), cwd=ROOT, capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, done.stderr
        assert f"Đang tạo hồ sơ {len(source.cases())} trong {len(source.cases())}" in done.stdout

    return once("demo", load)


@pytest.fixture
def demo(loaded: Path, tmp_path: Path) -> Iterator[Flask]:
    """The service on a copy of the loaded demo."""
    shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
    app = create_app(Settings(var=tmp_path, testing=True, demo=True))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)


def _environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("VINHDANH_") and k != "PORT"}
    return kept | {"VINHDANH_VAR": str(folder), "PYTHONPATH": str(ROOT)} | more


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.long
def test_all_states_stand_in_the_demo_and_its_trail_holds(demo: Flask) -> None:
    with reading() as s:
        rows = s.execute(
            sa.select(Round.code, ProcessInstance.phase, ProcessInstance.outcome, ProcessInstance.holds)
            .join(Nomination, Nomination.round_id == Round.id)
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
        ).all()
        assert s.execute(sa.select(sa.func.count()).select_from(Incident)).scalar_one() == 0
        assert set(s.scalars(sa.select(Message.state))) == {"delivered"}
    phases = Counter(phase for code, phase, _, _ in rows if code == "HN-2026")
    assert set(phases) == {
        "drafting", "signing_by_head", "checking", "returning", "supplementing", "consulting", "weighing", "posting",
        "council", "deciding", "issuing", "handing_over", "packing", "at_province", "package_supplementing",
        "refused_open", "reviewing", "ended",
    }
    ends = Counter(outcome for code, _, outcome, _ in rows if code == "HN-2025")
    assert ends == {"certificate": 9, "provincial_merit": 1, "refused": 4, "withdrawn": 2, None: 1}
    assert {(outcome) for code, _, outcome, _ in rows if code == "DX"} == {"certificate", "provincial_merit", None}
    assert sum(holds > 0 for _, _, _, holds in rows) == 1
    assert 60 <= len(rows) <= 80
    assert len(people.list_units()) == 40
    verdict = trail.verify()
    assert verdict.ok, verdict.why_en
    assert abs(clock.now() - clock.unmoved()) < timedelta(seconds=1)


@pytest.mark.long
def test_petitions_of_the_demo_stand_where_each_kind_of_work_is(demo: Flask) -> None:
    kept, by = movement.register_in_use("petition"), people.actor_of("truongphong")
    found = movement.find_matters(kept, by=by).entries
    assert Counter(one.outcome or one.phase for one in found) == {"answered": 1, "received": 1, "drafting": 1, "deciding": 1}


@pytest.mark.long
def test_inspections_of_the_demo_are_through_or_still_warn(demo: Flask) -> None:
    kept, by = movement.register_in_use("inspection"), people.actor_of("truongphong")
    found = {one.outcome or one.phase: one for one in movement.find_matters(kept, by=by).entries}
    assert set(found) == {"mended", "mending"}
    warned = movement.warnings_of(found["mending"].unit_id, by=by)
    assert [one.matter for one in warned] == [found["mending"].id] and not movement.warnings_of(found["mended"].unit_id, by=by)


@pytest.mark.long
def test_reports_plans_and_exemplars_of_the_demo_stand_at_different_steps(demo: Flask) -> None:
    by = people.actor_of("truongphong")

    def standing(process: str) -> Counter[str | None]:
        kept = movement.register_in_use(process)
        return Counter(one.outcome or one.phase for one in movement.find_matters(kept, by=by).entries)

    assert standing("unit_report") == {"taken": 1, "checking": 2, "writing": 2}
    assert standing("unit_plan") == {"checking": 1, "writing": 4}
    (mine,) = movement.find_matters(movement.register_in_use("unit_report"), by=people.actor_of("donvi")).entries
    assert (mine.phase, mine.outcome) == ("writing", None), "a newcomer writes a report from the start"
    (period,) = [row for row in movement.list_periods(movement.register_in_use("unit_report")) if not row.half]
    assert period.closed_at is None and date.fromisoformat(period.calendar["filing"]) > clock.today()
    assert standing("exemplar")["published"] == 1 and movement.published()[1] == 1


@pytest.mark.long
def test_every_case_of_the_demo_can_be_told_again_from_its_records(demo: Flask) -> None:
    count, faults = not_told_again()
    assert count >= 60 and not faults


@pytest.mark.long
def test_everybody_whom_the_issue_names_finds_work_on_his_page(demo: Flask) -> None:
    for account in source.accounts():
        by = people.actor_of(account["login"], door="web")
        for scope in ("mine", "group", "done"):
            inbox.read_inbox(by, scope)
        found = {element for element, _, _ in inbox.count_by_element(by, "group")}
        assert found >= MUST_FIND.get(account["login"], set()), account["login"]
    _, _, late = next(x for x in inbox.count_by_element(people.actor_of("vhxh"), "group") if x[0] == "check_report")
    assert late >= 1


def _nominate(code: str, form: str, login: str = "donvi", unit: str = "DONG-MAY") -> int:
    (round_id,) = [r.id for r in rounds.list_rounds() if r.code == code]
    who = RecipientInput(kind="INDIVIDUAL", name="Nguyễn Thị Thử", unit=people.unit_by_code(unit) or 0)
    return nominations.create_nomination(
        round_id, subject_group="D", award_form=form, recipient=who, by=people.actor_of(login, door="web")
    )


def test_a_newcomer_can_nominate_today(demo: Flask) -> None:
    assert _nominate("HN-2026", "GK_XA")
    assert _nominate("HN-2026", "BK_TINH", "donvi2", "DET-NANG-SOM")
    assert _nominate("DX", "GK_XA")
    with pytest.raises(Conflict, match="not open"):
        _nominate("TK-2030", "BK_TTG")


@pytest.mark.long
def test_later_rounds_open_by_themselves_and_take_a_national_nomination(demo: Flask) -> None:
    for code in ("SK-2027", "TK-2030"):
        opens = next(r.calendar["open"] for r in rounds.list_rounds() if r.code == code)
        clock.move_to(rounds.start_of_day(date.fromisoformat(opens)) + timedelta(hours=8))
        rounds.turn_rounds()
        assert next(r.state for r in rounds.list_rounds() if r.code == code) == "open"
    assert _nominate("TK-2030", "BK_TTG")


def test_the_demo_is_loaded_into_an_empty_database_only(app: Flask) -> None:
    load_people()
    with pytest.raises(Conflict, match="holds data"):
        load_demo(lambda what, done, total: None)


@pytest.mark.parametrize("today", [date(2026, 9, 1), date(2026, 11, 18), date(2026, 11, 23), date(2027, 3, 3)])
def test_this_years_round_is_open_whenever_the_demo_is_loaded(today: date) -> None:
    from workflows.calendar import vietnam

    working = vietnam(range(2025, 2029))
    row = next(r for r in source.rounds() if r["code"] == "HN-2026")
    since = today - timedelta(days=21)
    calendar = source.current(row["calendar"], today, working, since=since)
    assert calendar["open"] <= since
    assert calendar["filing"] >= today + timedelta(days=7)
    assert list(calendar.values()) == sorted(calendar.values())


@pytest.mark.long
def test_a_load_that_was_cut_off_is_begun_again(loaded: Path, tmp_path: Path) -> None:
    half = tmp_path / "demo-loading.sqlite3"
    half.write_bytes(b"half a load")
    with subprocess.Popen([*CLI, "--load-only"], env=_environment(tmp_path), cwd=ROOT, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert "nạp lại từ đầu" in run.stdout.readline().decode()
        assert "Đang tạo" in run.stdout.readline().decode()
        run.kill()
    assert half.exists() and not (tmp_path / "vinhdanh.sqlite3").exists()


def test_a_database_that_is_not_the_demos_is_left_alone(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VINHDANH_VAR", str(tmp_path))
    database = tmp_path / "vinhdanh.sqlite3"
    shutil.copy(sqlite_template, database)
    assert start._what_is_in(database) == "nothing"
    with sqlite3.connect(database) as connection:
        connection.execute(
            "INSERT INTO account (login, name, sort, search, title, email, phone, locale, active, demo, must_change,"
            " credential, created_at) VALUES ('that', 'Thật', '', '', '', '', '', 'vi', 1, 0, 0, 1, 0)"
        )
    before = database.read_bytes()
    assert start.start(reset=True, load_only=True) == 1
    assert "not the demo's" in capsys.readouterr().err
    assert database.read_bytes() == before
    monkeypatch.setenv("VINHDANH_DATABASE_URL", "postgresql://somewhere/else")
    assert start.start(reset=True, load_only=True) == 1
    assert "its own SQLite file" in capsys.readouterr().err


@pytest.mark.long
def test_a_taken_port_is_told_in_one_sentence(loaded: Path, tmp_path: Path) -> None:
    shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(CLI, env=_environment(tmp_path, PORT=port), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.long
def test_second_start_keeps_the_data_and_ends_with_its_children(loaded: Path, tmp_path: Path) -> None:
    shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
    port = str(_free_port())
    with subprocess.Popen(
        CLI, env=_environment(tmp_path, PORT=port), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        shown = ""
        until = time.monotonic() + 180
        while "make demo-reset" not in shown and time.monotonic() < until and run.poll() is None:
            shown += run.stdout.readline()
        assert f"http://127.0.0.1:{port}" in shown and "thutruong2" in shown
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
            assert answer.status == 200
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
        assert run.returncode == 0
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
