"""Rounds on pages: the list, one round, making, cloning, re-dating, opening and closing."""

from __future__ import annotations

import pytest
from flask import Flask

from service.awards.rounds import list_rounds, read_round
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk

ROUND = "HN-2026"


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


@pytest.fixture
def officer(app: Flask, office: Office) -> Visitor:
    return Visitor(app, "vhxh")


def test_round_page_shows_calendar_criteria_forms_and_units(office: Office, officer: Visitor) -> None:
    number = office.rounds[ROUND]
    page = officer.open(f"/rounds/{number}")
    told = words(page)
    assert "Thứ Sáu, 20/11/2026" in words(page.xpath("//*[@id='calendar']")[0])
    assert "Tiêu chí nhóm D" in told and "Giấy khen của Chủ tịch UBND xã" in words(page.xpath("//*[@id='forms']")[0])
    assert "40 đơn vị chưa nộp, hạn 20/11" in told
    assert page.xpath("//svg[@role='img']")


def test_unit_sees_a_round_without_the_units_and_cannot_change_it(app: Flask, office: Office) -> None:
    unit = Visitor(app, "donvi")
    page = unit.open(f"/rounds/{office.rounds[ROUND]}")
    assert not page.xpath("//*[@id='not-filed']")
    unit.open(f"/rounds/{office.rounds[ROUND]}/calendar", 403)
    assert unit.post(f"/rounds/{office.rounds[ROUND]}/close", reason="x").status_code == 403


def test_round_is_cloned_with_its_calendar_moved_and_a_used_code_is_refused(office: Office, officer: Visitor) -> None:
    path = f"/rounds/{office.rounds[ROUND]}/clone"
    officer.open(path)
    taken = officer.post(path, year="2027", code=ROUND, name="Đợt hằng năm 2027")
    assert taken.status_code == 422 and "đã dùng cho đợt khác" in taken.text and "Đợt hằng năm 2027" in taken.text
    page = officer.follow(officer.post(path, year="2027", code="HN-2027", name="Đợt hằng năm 2027"))
    assert words(page.find(".//h1")) == "Đợt hằng năm 2027"
    (made,) = [r for r in list_rounds() if r.code == "HN-2027"]
    assert made.calendar["session"] == "2027-12-15" and made.state == "planned"


def test_new_calendar_needs_reason_and_order_and_moves_deadlines(office: Office, officer: Visitor) -> None:
    number = office.rounds[ROUND]
    path = f"/rounds/{number}/calendar"
    officer.open(path)
    days = {f"calendar-{key}": day for key, day in read_round(number).calendar.items()}
    without = officer.post(path, **days, reason="")
    assert without.status_code == 422 and "reason" in without.text
    wrong = officer.post(path, **(days | {"calendar-session": "2026-11-25"}), reason="Hội trường bận")
    assert wrong.status_code == 422
    assert "sớm hơn bước trước" in wrong.text and "Hội trường bận" in wrong.text
    assert read_round(number).calendar["session"] == "2026-12-15"
    page = officer.follow(officer.post(path, **(days | {"calendar-filing": "2026-11-18"}), reason="Nghỉ lễ"))
    assert "Đã đổi lịch" in words(page)
    assert read_round(number).calendar["filing"] == "2026-11-18"


def test_round_is_made_with_every_missing_date_named(office: Office, officer: Visitor) -> None:
    officer.open("/rounds/new")
    fields = {
        "movement": "1", "name": "Đợt xét thêm 2027", "code": "TH-2027", "stage": "HANG_NAM", "year": "2027",
        "window_from": "2027-01-01", "window_to": "2027-12-31", "calendar-open": "2027-11-01",
    }
    refused = officer.post("/rounds/new", **fields)
    assert refused.status_code == 422
    assert "12 chỗ cần sửa" in refused.text and "Đợt xét thêm 2027" in refused.text
    page = officer.follow(officer.post("/rounds/new", **(fields | {"stage": "DOT_XUAT", "code": "DX-2027"})))
    assert words(page.find(".//h1")) == "Đợt xét thêm 2027"


def test_round_is_opened_before_its_day_and_closed_with_a_reason(office: Office, officer: Visitor) -> None:
    planned = office.rounds["SK-2027"]
    officer.open(f"/rounds/{planned}")
    assert "Đã mở đợt" in words(officer.follow(officer.post(f"/rounds/{planned}/open", act="open")))
    again = officer.post(f"/rounds/{planned}/open", act="open")
    assert again.status_code == 409 and "Đợt này đã mở rồi." in again.text
    assert officer.post(f"/rounds/{planned}/close", reason=" ").status_code == 422
    assert "Đã kết thúc" in words(officer.follow(officer.post(f"/rounds/{planned}/close", reason="Đủ hồ sơ")))
    assert read_round(planned).state == "closed"
