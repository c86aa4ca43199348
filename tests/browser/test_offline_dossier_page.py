"""The page of an offline dossier, opened from disk with no service running: proves the true one and names forged ones."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from service import clock, trail
from service.actor import machine
from service.app import create_app
from service.awards.files import attach_file
from service.config import Settings
from service.db import db
from service.papers.offline_dossier import make_dossier
from service.trail import Sight, checkpoints, keys
from service.trail import note as notes
from tests.journeys.office import PDF, Office

pytestmark = pytest.mark.browser
PAGE = Path(trail.__file__).parent / "verifier" / "verify.html"


@dataclass
class Made:
    """A dossier, and what somebody outside holds."""

    path: Path
    fingerprint: str
    anchor: str
    rewritten: str
    """Of the size of the dossier's own checkpoint, signed with the true key, over another trail."""
    later: Path
    """Made after the key was replaced."""


@pytest.fixture
def made(office_var: Path, tmp_path: Path) -> Made:
    """Made by an office that is closed by the time the page is opened."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        office = Office(app, clock.today(), furnished=True)
        number = office.nominate("HN-2026", name="Lê Trúc Xanh")
        checkpoints.make_checkpoint()
        anchor = checkpoints.list_checkpoints(limit=1)[0][2]
        office.assess(number)
        attach_file(f"nomination:{number}", "Báo cáo thành tích.pdf", PDF, by=office.who("donvi"))
        make_dossier(number, tmp_path / "ho-so.zip", sight=Sight.VALUES)
        last = replace(checkpoints.list_checkpoints(limit=1)[0][0], root=bytes(32))
        other = notes.signed(last, keys.signing_key())
        fingerprint = checkpoints.fingerprints()[-1]
        keys.change_key("checkpoints", reason="Định kỳ", by=machine("cli"))
        make_dossier(number, tmp_path / "sau.zip", sight=Sight.VALUES)
        found = Made(tmp_path / "ho-so.zip", fingerprint, anchor, other, tmp_path / "sau.zip")
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    shutil.rmtree(office_var)
    return found


def forged(path: Path, name: str, before: bytes, after: bytes) -> Path:
    def replaced(content: bytes) -> bytes:
        assert before in content
        return content.replace(before, after)

    return rewritten(path, name, replaced)


def rewritten(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    copy = path.with_name("gia.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, change(old.read(one)) if one == name else old.read(one))
    return copy


def without_a_value(content: bytes) -> bytes:
    entries = [json.loads(line) for line in content.splitlines()]
    one = next(one for one in entries if one["private"])
    del one["private"][next(iter(one["private"]))]
    return b"".join(json.dumps(one).encode() + b"\n" for one in entries)


def with_a_false_change(content: bytes) -> bytes:
    told = json.loads(content)
    told["changes"][0]["signed"] = told["changes"][0]["proof"]
    return json.dumps(told).encode()


def with_the_last_key_alone(content: bytes) -> bytes:
    return json.dumps({"keys": json.loads(content)["keys"][-1:], "changes": []}).encode()


def test_the_page_works_from_disk_and_tells_true_from_forged(browser: Browser, made: Made, tmp_path: Path) -> None:
    page = browser.new_context(offline=True).new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(PAGE.as_uri())
    head = page.locator("output h2")

    def verify(path: Path, fingerprint: str = "", anchor: str = "") -> None:
        page.set_input_files("#dossier", path)
        page.fill("#fingerprint", fingerprint)
        page.fill("#anchor", anchor)
        page.evaluate("document.getElementById('said').replaceChildren()")
        page.get_by_role("button", name="Kiểm tra").click()

    verify(made.path, made.fingerprint)
    expect(head).to_contain_text("Đã chứng minh: Lê Trúc Xanh")
    expect(page.locator("output li").filter(has_text="tệp đúng như danh mục")).to_be_visible()
    verify(made.path, anchor=made.anchor)
    expect(head).to_contain_text("Đã chứng minh")
    verify(made.path)
    expect(head).to_contain_text("chưa chứng minh")
    verify(made.path, "00 " * 32)
    expect(head).to_contain_text("khóa khác")
    verify(made.path, anchor=made.anchor.replace("number 1", "number 7"))
    expect(head).to_contain_text("không do khóa của bộ hồ sơ ký")
    verify(made.path, anchor=made.rewritten)
    expect(head).to_contain_text("Không khớp: Nhật ký trong bộ hồ sơ không nối tiếp mốc bên ngoài")
    verify(made.later, anchor=made.anchor)
    expect(head).to_contain_text("Đã chứng minh")
    expect(page.locator("output li").filter(has_text="Khóa ký mốc bên ngoài đã được thay 1 lần")).to_be_visible()
    verify(made.later, made.fingerprint)
    expect(head).to_contain_text("Đã chứng minh")
    verify(rewritten(made.later, "keys.json", with_a_false_change), anchor=made.anchor)
    expect(head).to_contain_text("Việc thay khóa thứ 1 không được cả khóa cũ và khóa mới ký")
    verify(rewritten(made.later, "keys.json", with_the_last_key_alone), anchor=made.anchor)
    expect(head).to_contain_text("không do khóa của bộ hồ sơ ký")
    verify(forged(made.path, "minh-chung/Báo cáo thành tích.pdf", b"PDF", b"PDG"), made.fingerprint)
    expect(head).to_contain_text("đã bị sửa")
    verify(forged(made.path, "events.jsonl", b'"proof":["', b'"proof":["AAAA","'), made.fingerprint)
    expect(head).to_contain_text("không nằm trong nhật ký đã ký")
    verify(rewritten(made.path, "events.jsonl", without_a_value), made.fingerprint)
    expect(head).to_contain_text("có trong bộ hồ sơ khi lập, sau đó đã bị bớt")
    verify(forged(made.path, "manifest.json", "Trúc".encode(), "Trác".encode()), made.fingerprint)
    expect(head).to_contain_text("Danh mục tệp")
    (tmp_path / "khac.zip").write_bytes(b"khong phai ZIP")
    verify(tmp_path / "khac.zip", made.fingerprint)
    expect(head).to_contain_text("Không phải tệp ZIP")
    assert not wrong
