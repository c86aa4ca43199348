"""The bell, the page of one's own notices, how one hears of each kind, and the link that stops digests."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select

from service import clock, notices, people
from service.db import reading
from service.notices import digests
from service.notices.models import Mail
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk

ROUND = "HN-2026"


@pytest.fixture
def app(desk: Desk) -> Flask:
    return desk.office.app


def _bell(desk: Desk, who: str, path: str = "/rounds") -> str:
    (link,) = desk.get(who, path).xpath("//header//a[@href='/notices']")
    return str(link.text_content()).strip()


def test_bell_says_how_many_are_unread_to_who_sees_and_who_hears(desk: Desk) -> None:
    unread = notices.count_unread(people.find_account("vhxh").id)
    one = desk.office.nominate(ROUND)
    desk.office.assess(one)
    desk.office.sign(one)
    desk.office.work()
    assert _bell(desk, "vhxh").startswith(f"Thông báo, {unread + 1} tin chưa đọc")
    (number,) = desk.get("vhxh", "/").xpath("//header//a[@href='/notices']/span[@class='count']")
    assert (number.text, number.get("aria-hidden")) == (str(unread + 1), "true")
    assert desk.get("vhxh", "/notices").xpath("//header//a[@href='/notices' and @aria-current='page']")


def test_notices_stand_by_case_lead_to_the_task_and_go_when_it_is_done(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    desk.office.work()
    page = desk.get("donvi", "/notices")
    (section,) = page.xpath(f"//section[.//h2[contains(., '{desk.office.read(one).name}')]]")
    (link,) = section.xpath(".//a/@href")
    assert link.startswith("/tasks/") and "Việc mới" in words(section) and "Chưa đọc" in words(section)
    assert desk.get("donvi", link).xpath("//h1")
    before = _bell(desk, "donvi")
    desk.office.assess(one)
    assert _bell(desk, "donvi") != before
    assert not desk.get("donvi", "/notices").xpath(f"//a[@href='{link}']")
    (row,) = desk.get("donvi", "/notices?all=1").xpath(f"//tr[.//a[@href='{link}']]")
    assert "Việc đã xong" in words(row)


def test_reading_one_and_all_and_looking_changes_nothing(desk: Desk) -> None:
    for name in ("Lê Trúc Xanh", "Tạ Suối Mơ"):
        desk.office.nominate(ROUND, name=name)
    desk.office.work()
    account = people.find_account("donvi").id
    count = notices.count_unread(account)
    assert count >= 2
    page = desk.get("donvi", "/notices")
    desk.get("donvi", "/notices?all=1")
    assert notices.count_unread(account) == count
    ids = page.xpath("//input[@name='id']/@value")
    assert "Đã đánh dấu 1 tin" in desk.say("donvi", "/notices/read", {"id": ids[0]})
    assert notices.count_unread(account) == count - 1
    for far in ("9" * 30, "-1", "٣", "x"):
        for field in ("id", "up_to"):
            desk.post("donvi", "/notices/read", {field: far})
    assert notices.count_unread(account) == count - 1
    (newest,) = page.xpath("//form[@action='/notices/read']//input[@name='up_to']/@value")
    desk.say("donvi", "/notices/read", {"up_to": newest})
    assert notices.count_unread(account) == 0
    assert "Đã đọc hết" in desk.read("donvi", "/notices")
    assert "không có tin chưa đọc" in _bell(desk, "donvi")


def test_reading_all_means_all_and_not_what_this_page_shows(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Lê Trúc Xanh", "Tạ Suối Mơ", "Đỗ Hừng Đông"):
        desk.office.nominate(ROUND, name=name)
    desk.office.work()
    account = people.find_account("donvi").id
    count = notices.count_unread(account)
    monkeypatch.setattr("service.web.own_notices.SIZE", 1)
    assert count >= 3 and "Trang này không có tin" in desk.read("donvi", "/notices?page=99")
    page = desk.get("donvi", "/notices?page=2")
    assert len(page.xpath("//input[@name='id']")) == 1
    (newest,) = page.xpath("//form[@action='/notices/read']//input[@name='up_to']/@value")
    desk.office.nominate(ROUND, name="Lê Mây Trắng")
    desk.office.work()
    came = notices.count_unread(account) - count
    assert came >= 1 and f"Đã đánh dấu {count} tin" in desk.say("donvi", "/notices/read", {"up_to": newest})
    assert notices.count_unread(account) == came


def test_page_says_more_than_so_many_as_the_bell_does(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Lê Trúc Xanh", "Tạ Suối Mơ"):
        desk.office.nominate(ROUND, name=name)
    desk.office.work()
    count = notices.count_unread(people.find_account("donvi").id)
    assert f"{count} tin chưa đọc" in words(desk.get("donvi", "/notices").find(".//h1"))
    for module in ("service.notices.bell", "service.notices"):
        monkeypatch.setattr(f"{module}.MOST_COUNTED", 2)
    assert "Hơn 1 tin chưa đọc" in words(desk.get("donvi", "/notices").find(".//h1"))
    assert "hơn 1 tin chưa đọc" in _bell(desk, "donvi") and "Chưa đọc, hơn 1" in desk.read("donvi", "/notices")


def test_ways_are_chosen_beside_the_language_and_compulsory_kinds_say_so(desk: Desk) -> None:
    page = desk.get("donvi", "/my-mail")
    assert page.xpath("//select[@name='ways-assigned']/option[@value='now' and @selected]")
    assert not page.xpath("//select[@name='ways-returned']")
    (compulsory,) = page.xpath("//p[contains(., 'thông báo phải gửi theo quy định hoặc theo yêu cầu của hồ sơ')]")
    assert "không tắt được" in words(compulsory) and "Yêu cầu bổ sung" in words(compulsory)
    desk.post("donvi", "/my-mail", {"locale": "vi", "ways-assigned": "hourly"}, code=422)
    desk.say("donvi", "/my-mail", {"locale": "vi", "ways-assigned": "bell", "ways-decided": "weekly"})
    by = desk.office.who("donvi")
    ways = {one.letter: one.way for one in notices.read_choices(by=by)}
    assert (ways["assigned"], ways["decided"], ways["reminder"], ways["returned"]) == ("bell", "weekly", "now", "now")
    desk.office.nominate(ROUND)
    desk.office.work()
    with reading() as s:
        assert not s.scalars(select(Mail).where(Mail.account == by.account, Mail.letter == "assigned")).all()


def _link(account: int) -> str:
    return "/" + digests.stop_link(account).split("/", 3)[3]


def test_link_in_a_digest_stops_digests_by_post_only_and_without_signing_in(desk: Desk, app: Flask) -> None:
    by = desk.office.who("donvi")
    notices.choose({"assigned": "daily"}, by=by)

    def way() -> str:
        return {one.letter: one.way for one in notices.read_choices(by=by)}["assigned"]

    stranger = app.test_client()
    for _ in range(5):
        answer = stranger.get(_link(by.account or 0))
        assert answer.status_code == 200 and "Ngừng gửi thư tổng hợp" in answer.text
    assert way() == "daily"
    g.pop("csrf_token", None)
    done = stranger.post(_link(by.account or 0), data={"List-Unsubscribe": "One-Click"})
    assert "Đã ngừng gửi thư tổng hợp" in done.text
    assert done.status_code == 200, "a mail program follows no redirection"
    assert way() == "bell"
    assert stranger.post(_link(by.account or 0).replace("/stop", "x/stop")).status_code == 404
    assert stranger.post("/my-mail", data={"locale": "vi"}).status_code in (303, 400, 401), "other pages keep their token"


def test_outbox_says_until_when_a_mail_waits(desk: Desk, app: Flask) -> None:
    by = desk.office.who("donvi")
    notices.choose({"assigned": "daily"}, by=by)
    desk.office.nominate(ROUND)
    desk.office.work()
    admin = Visitor(app, "quantri")
    page = admin.open("/office/mail?state=held")
    (row,) = page.xpath("//tbody/tr")
    assert "Chờ thư tổng hợp" in words(row) and "gửi lúc 04/11/2026, 07:30" in words(row)
    link = row.xpath(".//a/@href")[0]
    clock.move_to(notices.outbox(by=desk.office.who("quantri"), state="held").lines[0].next_at)
    desk.office.work()
    assert "Đã gộp vào thư tổng hợp" in words(admin.open(link))
    (digest,) = [line for line in notices.outbox(by=desk.office.who("quantri")).lines if line.letter == "digest"]
    shown = admin.open(f"/office/mail/{digest.id}")
    assert "Việc mới" in words(shown)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_open_in_both_languages(desk: Desk, language: str, app: Flask) -> None:
    visitor: Any = Visitor(app, "vhxh")
    visitor.client.set_cookie("language", language)
    for path in ("/notices", "/notices?all=1", "/notices?page=99", "/my-mail"):
        assert words(visitor.open(path).find(".//h1"))
