"""A file is saved; only PDF and pictures can be looked at as well, cut off from the pages; nothing else ever comes inline."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from service import doors, papers, trail
from service.awards.files import attach_file, keep_made
from service.db import transaction
from tests.journeys.office import PDF
from tests.service.papers.conftest import draft_decision
from tests.service.papers.reading import sent
from tests.service.web.desk import ROUND, Desk

PICTURES = {"ảnh.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "ảnh.jpg": b"\xff\xd8\xff" + b"\0" * 20}
SHOWN = {"Báo cáo số hóa.pdf": PDF, **PICTURES}
ONLY_SAVED = {"ảnh.webp": b"RIFF\x10\0\0\0WEBPVP8 ", "ghi chép.txt": b"<script>alert(1)</script>"}
ACTIVE = {"trang.html": "text/html", "hinh.svg": "image/svg+xml", "trang.xhtml": "application/xhtml+xml", "du-lieu.xml": "text/xml"}


def _headers(desk: Desk, path: str, login: str = "vhxh") -> Any:
    answer = desk.who(login).client.get(path)
    assert answer.status_code == 200
    answer.close()
    return answer.headers


def _is_closed(headers: Any) -> bool:
    """Whether an answer is cut off from the pages and kept nowhere, as all files are."""
    policy = headers["Content-Security-Policy"]
    return (
        all(part in policy for part in ("default-src 'none'", "sandbox", "frame-ancestors 'none'"))
        and "allow-same-origin" not in policy and "script-src" not in policy
        and headers["X-Content-Type-Options"] == "nosniff" and headers["Cross-Origin-Resource-Policy"] == "same-origin"
        and headers["Cache-Control"] == "private, no-store" and "Expires" not in headers
    )


@pytest.mark.parametrize(("name", "content"), [*SHOWN.items(), *ONLY_SAVED.items()])
def test_every_sort_is_saved_and_only_what_runs_nothing_is_shown(desk: Desk, name: str, content: bytes) -> None:
    one = desk.office.nominate(ROUND)
    row = attach_file(f"nomination:{one}", name, content, by=desk.office.who("donvi"))
    plain, looked = _headers(desk, f"/files/{row.id}"), _headers(desk, f"/files/{row.id}?look=1")
    assert plain["Content-Disposition"].startswith("attachment; filename") and _is_closed(plain)
    assert looked["Content-Disposition"].startswith("inline" if name in SHOWN else "attachment") and _is_closed(looked)
    assert looked["Content-Type"].partition(";")[0] == row.media_type
    taken = sent(desk.who("vhxh").client.get(f"/files/{row.id}"))
    assert taken == sent(desk.who("vhxh").client.get(f"/files/{row.id}?look=1")) == content
    page = desk.get("vhxh", f"/nominations/{one}")
    (told,) = page.xpath(f"//td[.//a[@href='/files/{row.id}']]//span[starts-with(., 'SHA-256 ')]")
    whole = sha256(taken).hexdigest()  # by it a copy elsewhere is compared
    assert (told.get("title"), told.text) == (whole, f"SHA-256 {whole[:12]}…") and whole != sha256(taken + b"x").hexdigest()
    assert bool(page.xpath(f"//a[@href='/files/{row.id}?look=1'][contains(., 'Xem')]")) == (name in SHOWN)
    assert page.xpath(f"//a[@href='/files/{row.id}']")
    assert desk.who("donvi2").client.get(f"/files/{row.id}?look=1").status_code == 404


def test_name_keeps_its_letters(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    row = attach_file(f"nomination:{one}", "Số hóa, Đỗ đầu.pdf", PDF, by=desk.office.who("donvi"))
    said = _headers(desk, f"/files/{row.id}")["Content-Disposition"]
    assert "filename*=UTF-8''S%E1%BB%91%20h%C3%B3a%2C%20%C4%90%E1%BB%97%20%C4%91%E1%BA%A7u.pdf" in said and said.isascii()
    assert 'filename="So hoa, Do dau.pdf"' in said, "what knows no other letters loses none"


@pytest.mark.parametrize(("name", "media_type"), ACTIVE.items())
def test_what_a_browser_would_run_is_never_shown_however_it_came_in(desk: Desk, name: str, media_type: str) -> None:
    one, by = desk.office.nominate(ROUND), desk.office.who("donvi")
    with transaction() as s:
        row = keep_made(s, f"nomination:{one}", name, media_type, b"<script>alert(1)</script>", by=by)
        number = row.id
        trail.record("file:added", by=by, stream=f"nomination:{one}", body={"file": number, "sha256": row.sha256, "size": row.size})
    for path in (f"/files/{number}", f"/files/{number}?look=1"):
        headers = _headers(desk, path)
        assert headers["Content-Disposition"].startswith("attachment") and _is_closed(headers)
    assert not desk.get("vhxh", f"/nominations/{one}").xpath(f"//a[@href='/files/{number}?look=1']")
    assert media_type not in doors.LOOKED_AT


@pytest.mark.office(after=draft_decision)
def test_papers_are_saved_by_their_link_and_a_pdf_is_looked_at(desk: Desk) -> None:
    decision, by = desk.office.made, desk.office.who("vhxh")
    preview = _headers(desk, f"/lists/{decision}/papers/decision/preview")
    assert preview["Content-Disposition"].startswith("inline") and _is_closed(preview)
    drawn = {paper.format: paper.id for paper in papers.draw_up_paper(decision, "decision", by=by).papers}
    assert set(drawn) == {"pdf", "docx"}
    page = desk.get("vhxh", f"/lists/{decision}")
    for kind, number in drawn.items():
        plain, looked = _headers(desk, f"/papers/{number}"), _headers(desk, f"/papers/{number}?look=1")
        assert plain["Content-Disposition"].startswith("attachment") and _is_closed(plain)
        assert looked["Content-Disposition"].startswith("inline" if kind == "pdf" else "attachment") and _is_closed(looked)
        assert page.xpath(f"//a[@href='/papers/{number}']")
        assert bool(page.xpath(f"//a[@href='/papers/{number}?look=1']")) == (kind == "pdf")


@pytest.mark.office(after=draft_decision)
def test_certificates_are_saved_by_their_link_and_looked_at_each_and_all_at_once(desk: Desk) -> None:
    office = desk.office
    decision = office.sign_decision(office.made, 1126)
    papers.ask_certificates(decision, "certificate", by=office.who("vanthu"))
    path = f"/lists/{decision}/certificates"
    assert "Xem trước" in desk.read("vanthu", path) and not desk.get("vanthu", path).xpath("//a[contains(@href, 'look=1')]")
    office.work()
    page = desk.get("vanthu", path)
    files = [f"/papers/{one.id}" for one in papers.papers_by_name(decision, "certificate").values()]
    files.append(f"/certificates/{papers.batches_of(decision)['certificate', 'draw'].id}")
    assert len(files) == 3 and len(page.xpath("//a[text()='Xem']")) == 3
    for file in files:
        plain, looked = _headers(desk, file, "vanthu"), _headers(desk, f"{file}?look=1", "vanthu")
        assert plain["Content-Disposition"].startswith("attachment; filename") and _is_closed(plain), file
        assert looked["Content-Disposition"].startswith("inline") and _is_closed(looked), file
        assert looked["Content-Type"] == "application/pdf"
        assert page.xpath(f"//a[@href='{file}']") and page.xpath(f"//a[@href='{file}?look=1'][text()='Xem']"), file
        for no_reader in ("donvi", "congan"):
            assert {desk.who(no_reader).client.get(f"{file}{look}").status_code for look in ("", "?look=1")} == {404}, file


def test_files_of_a_version_and_sheets_are_saved_and_kept_by_nobody(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    links = desk.get("quantri", "/office/processes/1").xpath("//a[contains(@href, '/files/')]/@href")
    for login, path in (
        ("quantri", links[0]),
        ("donvi", f"/submissions/{desk.office.submission(one)}/list.xlsx"),
    ):
        headers = _headers(desk, path, login)
        assert headers["Content-Disposition"].startswith("attachment") and _is_closed(headers), path
