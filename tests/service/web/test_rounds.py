"""Rounds on pages: the list, one round, making, cloning, re-dating, opening and closing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from service import clock, people, trail
from service.actor import machine
from service.awards import backward, catalogue, scores
from service.awards.nominations import units_read
from service.awards.rounds import change_content, close_filing, list_rounds, open_round, read_round
from service.errors import Forbidden, Invalid
from tests.journeys.office import CLEAN_FACTS, Office
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk, fields_of

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


def test_a_stocktake_left_without_days_shows_the_phase_that_it_looks_back_on(office: Office, officer: Visitor) -> None:
    told = words(officer.open(f"/rounds/{office.rounds['SK-2027']}").xpath("//*[@id='about']")[0])
    assert "Giai đoạn 1 (2025 - 2027)" in told and "2025 - 2027" in told
    calendar = {f"calendar-{key}": day for key, day in read_round(office.rounds["SK-2027"]).calendar.items()}
    fields = fields_of(officer.open("/rounds/new"), "edit") | calendar | {"name": "Sơ kết bổ sung", "stage": "SO_KET", "year": "2027"}
    half = officer.post("/rounds/new", **(fields | {"code": "SK-B", "window_from": "2025-09-22"}))
    assert half.status_code == 422 and "để trống cả hai" in half.text and "Sơ kết bổ sung" in half.text
    page = officer.follow(officer.post("/rounds/new", **(fields | {"code": "SK-B"})))
    assert "22/09/2025" in words(page.xpath("//*[@id='about']")[0]) and "31/12/2027" in words(page.xpath("//*[@id='about']")[0])
    assert "Giai đoạn được xét" not in words(officer.open(f"/rounds/{office.rounds[ROUND]}"))


def test_round_is_opened_before_its_day_and_closed_with_a_reason(office: Office, officer: Visitor) -> None:
    planned = office.rounds["SK-2027"]
    officer.open(f"/rounds/{planned}")
    assert "Đã mở đợt" in words(officer.follow(officer.post(f"/rounds/{planned}/open", act="open")))
    again = officer.post(f"/rounds/{planned}/open", act="open")
    assert again.status_code == 409 and "Đợt này đã mở rồi." in again.text
    assert officer.post(f"/rounds/{planned}/close", reason=" ").status_code == 422
    assert "Đã kết thúc" in words(officer.follow(officer.post(f"/rounds/{planned}/close", reason="Đủ hồ sơ")))
    assert read_round(planned).state == "closed"


def test_planned_round_has_its_own_maxima_weights_and_quotas(office: Office, officer: Visitor) -> None:
    planned = office.rounds["SK-2027"]
    page = officer.open(f"/rounds/{planned}")
    (url,) = page.xpath("//a[starts-with(., 'Sửa tiêu chí')]/@href")
    form = officer.open(url)
    fields = fields_of(form, "edit")
    assert fields["criteria-D1-max"] == "10" and fields["criteria-D1-weight"] == "1"
    wrong = officer.post(url, **(fields | {"criteria-D1-max": "0", "quota_each": "x"}))
    assert wrong.status_code == 422 and "criteria-D1-max" in wrong.text and "quota_each" in wrong.text
    said = officer.follow(
        officer.post(
            url, **(fields | {"criteria-D1-max": "20", "criteria-D1-weight": "1,5", "quota_forms-GK_XA": "2",
                              "quota_each": "1", "guidance": "Ưu tiên người trực tiếp."}),
        )
    )
    told = words(said)
    assert "Đã ghi tiêu chí" in told and "Ưu tiên người trực tiếp." in told
    assert "Chỉ tiêu Giấy khen: đã đề nghị 0 trong 2." in words(said.xpath("//*[@id='quotas']")[0])
    row = read_round(planned)
    (d1,) = [c for c in row.criteria if c["code"] == "D1"]
    assert (d1["max"], d1["weight"]) == (20, 1.5) and row.quotas == {"form:GK_XA": 2, "unit:*": 1}
    (event,) = trail.read(kind="round:content_changed").events
    assert event.before["D1"] == "10 × 1" and event.after["D1"] == "20 × 1.5"
    officer.open(f"/rounds/{office.rounds[ROUND]}/content")
    late = officer.post(f"/rounds/{office.rounds[ROUND]}/content", **fields)
    assert late.status_code == 409 and "Đợt đã mở" in late.text
    assert read_round(office.rounds[ROUND]).quotas == {}


def test_what_a_round_asks_is_set_when_it_is_made_or_cloned(office: Office, officer: Visitor) -> None:
    page = officer.open("/rounds/new")
    fields = fields_of(page, "edit") | {
        "name": "Đợt đột xuất 2027", "code": "DX-2027", "stage": "DOT_XUAT", "year": "2027",
        "window_from": "2027-01-01", "window_to": "2027-12-31", "criteria-A1-max": "30", "quota_forms-GK_XA": "5",
    }
    assert "Đợt đột xuất 2027" in words(officer.follow(officer.post("/rounds/new", **fields)))
    (made,) = [r for r in list_rounds() if r.code == "DX-2027"]
    assert [c["max"] for c in made.criteria if c["code"] in ("A1", "A2")] == [30, 10]
    path = f"/rounds/{made.id}/clone"
    page = officer.open(path)
    shown = fields_of(page, "edit")
    assert shown["criteria-A1-max"] == "30" and shown["quota_forms-GK_XA"] == "5"
    officer.follow(officer.post(path, **(shown | {"code": "DX-2028", "criteria-A1-weight": "2", "quota_forms-GK_XA": ""})))
    (cloned,) = [r for r in list_rounds() if r.code == "DX-2028"]
    assert [(c["max"], c["weight"]) for c in cloned.criteria if c["code"] == "A1"] == [(30, 2)]
    assert cloned.quotas == {}


@pytest.mark.long
def test_over_quota_is_a_warning_and_scores_count_by_weight(app: Flask, office: Office, officer: Visitor) -> None:
    planned = office.rounds["SK-2027"]
    change_content(
        planned, by=office.who("truongphong"), scales={"D1": (Decimal(20), Decimal(2))},
        quotas={"unit:*": 1, "form:GK_XA": 5},
    )
    open_round(planned, by=office.who("truongphong"))
    one = office.nominate("SK-2027")
    unit = Visitor(app, "donvi")
    page = unit.open(f"/rounds/{planned}/nominate")
    assert "đã đề nghị 1 trong 1" in words(page) and "vượt" not in words(page)
    two = office.nominate("SK-2027", name="Lê Trúc Xanh")
    assert "đã đề nghị 2 trong 1, vượt 1. Chỉ nhắc, không chặn." in words(unit.open(f"/submissions/{office.submission(one)}"))
    assert "vượt 1" in words(officer.open(f"/nominations/{one}"))
    for number, score in ((one, 17), (two, 15)):
        with pytest.raises(Invalid):
            _assess(office, number, 21)
        _assess(office, number, score)
    office.sign(one)
    for number in (one, two):
        office.check(number, D1={"score": 16})
    told = words(officer.open(f"/nominations/{one}"))
    assert "Tối đa 20 điểm, hệ số 2" in told, told
    assert "Tổng có hệ số 34,0 32,0−2,0" in told
    listed = words(officer.open(f"/rounds/{planned}/scores"))
    assert "1. Hoàng Bình Minh" in listed and "1. Lê Trúc Xanh" in listed and "34,032,040,0" in listed
    unit.open(f"/rounds/{planned}/scores", 403)
    second = scores.rank(planned, "D", start=1, limit=1)
    assert [(r.place, r.nomination.id) for r in second] == [(1, two)], "a part of the list keeps the places among all"
    ranked = scores.rank(planned, "D")
    assert [(r.place, r.own, r.office, r.most) for r in ranked] == [(1, 34, 32, 40), (1, 30, 32, 40)]
    shown = words(officer.open(f"/rounds/{planned}"))
    assert "Mỗi tên chỉ chấm theo một tiêu chí của nhóm" in shown and shown.count("Tổng") == len(catalogue.GROUPS) - 1
    office.file("withdrawal", two, by="thutruong", reason="Đơn vị xin rút")
    assert [q.used for q in scores.quotas_of(read_round(planned), units=[office.units["DONG-MAY"]])] == [1, 1]


def _assess(office: Office, number: int, score: int) -> None:
    answers = {
        "form_asked": "GK_XA", "summary": "Đưa dạy học số tới cả thôn xa.", "person_type": "official",
        "D1": {"score": score, "note": "Đã làm xong việc được giao.", "contents": ["ND5"]}, "facts": CLEAN_FACTS,
    }
    office.complete(number, "self_assess", answers, by="donvi")


def test_a_round_past_its_day_for_filing_says_so_everywhere_and_offers_no_new_name(office: Office, desk: Desk) -> None:
    number = office.rounds[ROUND]
    nominate = f"//a[contains(@href, '/rounds/{number}/nominate')]"

    def told(login: str) -> tuple[bool, bool, bool]:
        first, row = desk.get(login, "/"), desk.get(login, f"/rounds/{number}")
        (listed,) = [one for one in desk.get(login, "/rounds").xpath("//tbody/tr") if one.xpath(f".//a[@href='/rounds/{number}']")]
        pages = (words(first), words(listed), words(row))
        assert all(("Đã hết hạn nộp" in one) is ("Đã hết hạn nộp" in pages[0]) for one in pages), pages
        return "Đã hết hạn nộp" in pages[0], "Đang nhận hồ sơ" in pages[1] + pages[2], bool(first.xpath(nominate) or row.xpath(nominate))

    assert told("donvi2") == (False, True, True)
    office.go_to("2026-11-21")
    assert told("donvi2") == (True, False, False)
    assert desk.get("truongphong", f"/rounds/{number}").xpath(nominate), "who may take it late, with a reason"


def test_a_round_that_was_opened_early_counts_the_days_to_its_filing(office: Office, desk: Desk) -> None:
    number = office.rounds["SK-2027"]
    assert "đến ngày mở đợt" in desk.read("donvi2", f"/rounds/{number}")
    open_round(number, by=office.who("truongphong"))
    page = desk.read("donvi2", f"/rounds/{number}")
    assert "đến ngày mở đợt" not in page and "để nộp hồ sơ, hạn" in page
    close_filing(number, by=office.who("truongphong"), reason="Đủ hồ sơ")
    assert "để nộp hồ sơ" not in desk.read("donvi2", f"/rounds/{number}")


LENT = {"everywhere": [], "for the nominations' process": ["nomination_case"], "for submissions": ["submission"]}


@pytest.mark.parametrize("processes", LENT.values(), ids=LENT)
def test_who_stands_in_for_a_unit_sees_its_quota_and_plan_as_long_as_he_does(app: Flask, office: Office, processes: list[str]) -> None:
    number, unit = office.rounds["SK-2027"], office.units["DONG-MAY"]
    change_content(number, by=office.who("truongphong"), quotas={"unit:*": 3, "form:GK_XA": 5})
    own, others = (f"Chỉ tiêu {people.unit_name(there, clock.today())}:" for there in (unit, office.units["VHXH"]))
    assert own in _quotas(app, "donvi", number) and others not in _quotas(app, "donvi", number)
    assert not _quotas(app, "uv1", number)
    absent, instead = office.who("donvi").account or 0, office.who("uv1").account or 0
    first, last = clock.today() + timedelta(days=2), clock.today() + timedelta(days=5)
    people.name_substitute(
        absent, instead, by=office.who("quantri"), since=first, until=last, reason="Nghỉ phép", group=f"unit:{unit}", processes=processes,
    )
    for day, counts in ((first - timedelta(days=1), False), (first, True), (last, True), (last + timedelta(days=1), False)):
        office.go_to(day)
        shown, by = _quotas(app, "uv1", number), office.who("uv1")
        assert (own in shown) is counts and others not in shown, day
        assert units_read(by) == (frozenset({unit}) if counts else frozenset()), day
        if counts:
            plan = backward.plan_for(read_round(number), by=by)
            assert plan is None or {one.unit for one in plan.units} <= {unit}
        else:
            with pytest.raises(Forbidden):
                backward.plan_for(read_round(number), by=by)


def test_what_is_lent_for_something_else_shows_no_quota_and_a_deputy_head_sees_his_units(app: Flask, office: Office) -> None:
    number, unit = office.rounds["SK-2027"], office.units["DONG-MAY"]
    change_content(number, by=office.who("truongphong"), quotas={"unit:*": 3})
    own, logins, today = f"Chỉ tiêu {people.unit_name(unit, clock.today())}:", people.accounts_by_login(), clock.today()
    assert own in _quotas(app, "thutruong", number)
    people.name_substitute(
        logins["thutruong"], logins["uv1"], by=office.who("quantri"), since=today, until=today, reason="Nghỉ phép",
        group=f"unit_head:{unit}", processes=["posting"],
    )
    assert not _quotas(app, "uv1", number)
    people.grant(logins["uv2"], f"unit_deputy:{unit}", by=machine("cli"))
    assert own in _quotas(app, "uv2", number)


def _quotas(app: Flask, login: str, number: int) -> str:
    return " ".join(words(block) for block in Visitor(app, login).open(f"/rounds/{number}").xpath("//*[@id='quotas']"))
