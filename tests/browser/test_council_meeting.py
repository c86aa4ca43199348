"""A session in a real browser: the secretary's screen, members on telephones, barriers; takes the pictures of its guide."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from service import clock
from service.app import create_app
from service.config import Settings
from service.council import session as sessions
from service.db import db
from tests.browser.barriers import faults
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.council import Council
from tests.journeys.office import Office

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 780}


@dataclass(frozen=True)
class Meeting:
    """A session whose members are invited, on its day; the address of the service."""

    url: str
    session: int


@contextmanager
def _by_verbs(var: Path) -> Iterator[Council]:
    app = create_app(Settings(var=var, testing=True, demo=True))
    with app.app_context():
        council = Council(Office(app, clock.today(), furnished=True))
        yield council
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)


@pytest.fixture
def meeting(office_var: Path) -> Iterator[Meeting]:
    with _by_verbs(office_var) as council:
        council.fill(5)
        council.plan()
        council.invite()
        by = council.office.who
        sessions.reply(council.id, False, "Họp tỉnh", by=by("uv1"))
        sessions.declare_conflict(council.id, 2, "Em ruột", by=by("uv3"))
        council.office.go_to(council.read().held_at.date())
        number = council.id
    with installation(office_var) as url:
        yield Meeting(url, number)


def _no_wider_than_the_screen(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.long
def test_secretary_runs_the_meeting_and_a_member_follows_on_the_telephone(
    meeting: Meeting, sign_in: Callable[..., Person]
) -> None:
    secretary = sign_in(meeting.url, "thuky")
    secretary.go(f"/council/{meeting.session}")
    secretary.reads("5 mục", "Họp tỉnh", "Em ruột", "vẫn đủ người")
    secretary.picture("20-session")
    assert faults(secretary.page) == []
    member = sign_in(meeting.url, "uv2", viewport=PHONE)
    member.go(f"/council/{meeting.session}/me")
    member.press("Tôi dự họp")
    member.reads("Bạn đã trả lời")
    member.press("Tôi có mặt")
    member.reads("Bạn có mặt trong danh sách điểm danh")
    _no_wider_than_the_screen(member.page)
    assert faults(member.page) == []
    member.picture("21-member-phone")

    secretary.go(f"/council/{meeting.session}/meeting")
    for seat in range(1, 10):
        box = secretary.page.locator(f"input[name=here][value='{seat}']")
        box.check() if seat != 3 else box.uncheck()
    secretary.press("Ghi điểm danh")
    secretary.reads("có mặt 8 trong 9")
    secretary.press("Khai mạc phiên họp")
    secretary.press("Khai mạc phiên họp")
    secretary.reads("Đã khai mạc")
    secretary.press("Mở hồ sơ mục 1")
    secretary.reads("phiếu đồng ý cần có", "Chênh")
    secretary.picture("22-dossier-on-the-wall")
    secretary.write("Ý kiến tại phiên họp", "Hội đồng nhất trí.")
    secretary.press("Ghi, đưa ra biểu quyết")
    secretary.go(f"/council/{meeting.session}/meeting")
    secretary.picture("23-meeting")
    assert faults(secretary.page) == []
    # The page goes on by itself; it asks every eight seconds.
    expect(member.page.locator("body")).to_contain_text("Hội đồng đang thảo luận", timeout=30_000)
    secretary.press("Lập vòng biểu quyết")
    secretary.reads("Cử Ban kiểm phiếu")
    _what_is_drawn_anew_by_itself_leaves_the_focus(secretary, f"/council/{meeting.session}/meeting")


def _what_is_drawn_anew_by_itself_leaves_the_focus(secretary: Person, path: str) -> None:
    page = secretary.page
    page.clock.install()
    secretary.go(path)
    link = page.locator("#live").get_by_role("link")
    link.focus()
    with page.expect_response("**/meeting/live*") as answer:
        page.clock.run_for(16_000)
    answer.value.finished()
    page.wait_for_timeout(500)
    expect(link).to_be_focused()


@pytest.mark.long
def test_a_telephone_that_drops_out_stops_nobody_and_catches_up(meeting: Meeting, sign_in: Callable[..., Person]) -> None:
    secretary = sign_in(meeting.url, "thuky")
    member = sign_in(meeting.url, "uv2", viewport=PHONE)
    member.go(f"/council/{meeting.session}/me")
    member.press("Tôi có mặt")
    member.reads("Bạn có mặt trong danh sách điểm danh")
    member.page.context.set_offline(True)

    secretary.go(f"/council/{meeting.session}/meeting")
    for seat in range(1, 10):
        box = secretary.page.locator(f"input[name=here][value='{seat}']")
        box.check() if seat != 3 else box.uncheck()
    secretary.press("Ghi điểm danh")
    secretary.press("Khai mạc phiên họp")
    secretary.press("Khai mạc phiên họp")
    secretary.reads("Đã khai mạc")
    # It has asked in vain meanwhile: what was on the screen stays there, and nothing is typed or pressed anew.
    member.page.wait_for_timeout(9_000)
    member.reads("Bạn có mặt trong danh sách điểm danh")
    member.page.context.set_offline(False)
    expect(member.page.locator("body")).to_contain_text("Hội đồng đang thảo luận", timeout=30_000)


@pytest.mark.long
def test_paper_set_is_printed_a_sheet_each_with_room_above_and_the_needed_votes_on_one_line(
    meeting: Meeting, sign_in: Callable[..., Person]
) -> None:
    secretary = sign_in(meeting.url, "thuky")
    secretary.go(f"/council/{meeting.session}/paper-set")
    secretary.reads("DANH SÁCH ĐIỂM DANH", "PHIẾU KIỂM")
    page = secretary.page
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 672, "height": 1000})  # between the margins of an A4 sheet
    above = page.evaluate("[...document.querySelectorAll('.council-paper')].map(one => one.querySelector('h2').getBoundingClientRect().top"
                          " - one.getBoundingClientRect().top)")
    assert min(above) >= 20, "accents of a heading stay on its own sheet"
    lines = page.evaluate("[...document.querySelectorAll('td.council-needed')].map(one => { const range = document.createRange();"
                          " range.selectNodeContents(one); return new Set([...range.getClientRects()].map(box => box.top)).size })")
    assert lines and set(lines) == {1}, lines
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(pages) == 11, "the roll, nine ballots, the sheet of the count: a sheet each"
