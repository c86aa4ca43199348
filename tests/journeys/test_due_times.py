"""When lists are due, who hears of a delay, and what the day brings by itself (process.md sections 2, 2.3 and 4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service import clock, trail
from service.awards import lists, overview, rounds
from service.awards.finding import find_lists
from service.awards.lists import LineInput
from service.awards.models import List
from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.db import reading
from service.errors import Conflict, Forbidden, Invalid
from service.notices.models import Mail
from service.processes import days_off
from service.processes.models import Activity
from service.processes.queues import groups_of
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from workflows.calendar import ZONE

ROUND, ADHOC = "HN-2026", "DX"
DAY = date(2026, 11, 3)
"""A Tuesday."""
DEED = {
    "form_asked": "GK_XA", "deed": "Cứu người bị nạn", "deed_date": "2026-11-02", "place": "Suối Trong",
    "summary": "Kéo hai em nhỏ bị lũ cuốn vào bờ, sơ cứu và đưa về trạm y tế xã an toàn.",
    "facts": {"same_achievement_awarded": "no", "pending_case": "no", "achievement_before_discipline_end": "no"},
}


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def _asked(list_id: int) -> dict[str, Activity]:
    """Open tasks of a list: act, with the key behind it where it has one."""
    with reading() as s:
        rows = s.scalars(select(Activity).where(Activity.list_id == list_id, Activity.state == "open")).all()
        s.expunge_all()
    return {".".join(p for p in (a.element.partition(".")[2], a.key) if p): a for a in rows}


def _day(moment: datetime | None) -> str:
    assert moment is not None
    return moment.astimezone(ZONE).date().isoformat()


def _mails(letter: str, **about: Any) -> list[tuple[int, Mapping[str, Any]]]:
    with reading() as s:
        return [
            (m.account, m.context)
            for m in s.scalars(select(Mail).where(Mail.letter == letter).order_by(Mail.id))
            if all(getattr(m, k) == v for k, v in about.items())
        ]


def _of(office: Office, login: str) -> int:
    account = office.who(login).account
    assert account is not None
    return account


def _events(stream: str) -> list[str]:
    return [e.kind for e in trail.read(stream=stream, limit=200).events]


def _deed(office: Office, form: str = "GK_XA") -> int:
    """A deed that waits for the written opinions of the council."""
    one = office.nominate(ADHOC, form=form)
    office.complete(one, "short_report", DEED | {"form_asked": form}, by="donvi")
    office.act(office.submission(one), "sign", by="thutruong")
    office.complete(
        one, "check_report", {"decision": "accept", "form_recommended": form, "papers": ["LETTER", "SHORT_REPORT"]}, by="vhxh"
    )
    return one


def _list_of(office: Office, kind: str, nomination: int) -> List:
    return find_lists(office.who("truongphong"), kind=kind, nomination_id=nomination)[0]


def _votes(nomination: int, result: str = "passed", reason: str = "") -> list[LineInput]:
    return [LineInput(nomination, result, reason, {"agree": 9, "disagree": 0, "blank": 0})]


def _fields() -> dict[str, Any]:
    return {"held_on": clock.today().isoformat(), "members": 9, "present": 9, "presided_by": "Chủ tịch Hội đồng"}


# ad hoc rounds


@pytest.mark.long
def test_each_list_of_an_ad_hoc_round_is_due_in_working_days(office: Office) -> None:
    one = office.nominate(ADHOC)
    office.go_to("2026-11-06")  # a Friday
    office.complete(one, "short_report", DEED, by="donvi")
    sign = _asked(office.submission(one))["sign"]
    assert _day(sign.due_at) == "2026-11-09"
    assert sign.due_at is not None and sign.remind_at == sign.opened_at + (sign.due_at - sign.opened_at) / 2
    office.act(office.submission(one), "sign", by="thutruong")
    office.complete(one, "check_report", {"decision": "accept", "form_recommended": "GK_XA",
                                          "papers": ["LETTER", "SHORT_REPORT"]}, by="vhxh")
    sheet = _list_of(office, "council_sheet", one)
    assert _day(_asked(sheet.id)["key"].due_at) == "2026-11-09"
    office.key_and_sign(sheet.id, {})
    decision = _list_of(office, "decision", one)
    assert _day(_asked(decision.id)["sign"].due_at) == "2026-11-11"  # three working days from the receipt
    office.sign_decision(decision.id, 1130)
    awards = _asked(office.award_list(one))
    assert {_day(a.due_at) for a in awards.values()} == {"2026-11-13"}


def test_a_deed_for_the_province_is_signed_and_sent_within_the_same_days(office: Office) -> None:
    one = _deed(office, "BK_TINH")
    office.key_and_sign(_list_of(office, "council_sheet", one).id, {})
    package = _list_of(office, "package", one)
    assert _day(_asked(package.id)["sign"].due_at) == "2026-11-06"
    office.act(package.id, "sign", by="chutich")
    assert _day(_asked(package.id)["send"].due_at) == "2026-11-06"


@pytest.mark.long
def test_an_ad_hoc_list_is_reminded_at_half_time_and_at_due_and_escalated_after(office_on: OpenOffice) -> None:
    office = office_on(DAY, _deed)
    one = office.made
    office.key_and_sign(_list_of(office, "council_sheet", one).id, {})
    decision = _list_of(office, "decision", one)
    stream = f"list:{decision.id}"
    assert "task:reminded" not in _events(stream)
    office.go_to("2026-11-05", 9)  # half of the way to the end of 6 November
    assert _events(stream).count("task:reminded") == 1
    office.go_to("2026-11-07")
    assert _events(stream).count("task:reminded") == 2
    assert "task:escalated" not in _events(stream)
    for _ in range(8):
        office.go_to(clock.today().replace(day=clock.today().day + 1), 9)
    assert _events(stream).count("task:escalated") == 3
    sentences = [trail.sentence(e, "vi") for e in trail.read(stream=stream, kind="task:reminded").events]
    assert sentences == ["Đã đôn đốc việc “Ký quyết định”."] * 2
    boss = _of(office, "truongphong")
    assert [a for a, _ in _mails("escalated")].count(boss) == 3


def test_what_is_late_when_it_is_asked_is_told_of_from_the_next_working_day(office_on: OpenOffice) -> None:
    office = office_on(DAY, _deed)
    one = office.made
    office.go_to("2026-11-12")
    office.key_and_sign(_list_of(office, "council_sheet", one).id, {})
    decision = _list_of(office, "decision", one)
    assert _day(_asked(decision.id)["sign"].due_at) == "2026-11-06"
    office.go_to("2026-11-13", 9)
    assert "task:escalated" in _events(f"list:{decision.id}")


# the written poll


def test_a_poll_keyed_alike_by_its_day_stands_by_itself(office_on: OpenOffice) -> None:
    office = office_on(DAY, _deed)
    one = office.made
    sheet = _list_of(office, "council_sheet", one)
    office.act(sheet.id, "key", by="thuky", lines=_votes(one), fields=_fields())
    office.act(sheet.id, "key", by="thuky2", lines=_votes(one), fields=_fields())
    office.go_to("2026-11-04", 20)
    assert office.at(one) == {"wait_written_opinion"}
    office.go_to("2026-11-05")
    assert office.at(one) == {"wait_decision"}
    row = lists.read_list(sheet.id, by=office.who("thuky"))
    assert (row.state, row.number) == ("stands", None)
    assert office.read(one).form_passed == "GK_XA"
    (told,) = [e for e in trail.read(stream=f"list:{sheet.id}", limit=50).events if e.kind == "council_sheet:poll_closed"]
    assert trail.sentence(told, "vi") == (
        "Đã hết hạn lấy ý kiến bằng văn bản: kết quả hai thư ký nhập khớp có hiệu lực."
    )
    assert "council_sheet:signed" not in _events(f"list:{sheet.id}")
    assert not _asked(sheet.id)
    with pytest.raises(Conflict, match="Not possible now"):
        office.act(sheet.id, "sign", by="thuky", fields={"number": "03/BB"})
    assert trail.verify().ok


def test_a_poll_that_is_not_keyed_alike_decides_nothing_and_asks_on(office_on: OpenOffice) -> None:
    office = office_on(DAY, _deed)
    one = office.made
    sheet, session = _list_of(office, "council_sheet", one), _fields()
    office.act(sheet.id, "key", by="thuky", lines=_votes(one), fields=session)
    office.go_to("2026-11-05", 9)
    assert office.at(one) == {"wait_written_opinion"}
    assert _events(f"list:{sheet.id}").count("council_sheet:poll_closed") == 1
    assert "key" in _asked(sheet.id)
    assert _of(office, "thuky") in [a for a, _ in _mails("overdue")]
    # After its day nothing stands unsigned any more: both secretaries agree, and one signs.
    office.act(sheet.id, "key", by="thuky2", lines=_votes(one), fields=session)
    assert office.at(one) == {"wait_written_opinion"}
    office.act(sheet.id, "sign", by="thuky", fields={"number": "03/BB"})
    assert office.at(one) == {"wait_decision"}
    assert _events(f"list:{sheet.id}").count("council_sheet:poll_closed") == 1


def test_a_poll_closes_without_a_name_that_is_on_hold(office_on: OpenOffice) -> None:
    office = office_on(DAY, _deed)
    one = office.made
    sheet = _list_of(office, "council_sheet", one)
    office.act(sheet.id, "key", by="thuky", lines=_votes(one), fields=_fields())
    office.act(sheet.id, "key", by="thuky2", lines=_votes(one), fields=_fields())
    office.complain(one)
    office.go_to("2026-11-05")
    assert lists.read_list(sheet.id, by=office.who("thuky")).state == "agreed"
    assert office.read(one).form_passed is None
    (told,) = trail.read(stream=f"list:{sheet.id}", kind="council_sheet:poll_closed").events
    assert told.body["outcome"] == "hindered"


def test_a_written_poll_has_no_next_session(office_on: OpenOffice) -> None:
    office = office_on(DAY, _deed)
    one = office.made
    sheet = _list_of(office, "council_sheet", one)
    with pytest.raises(Invalid) as refused:
        office.act(sheet.id, "key", by="thuky", lines=_votes(one, "next_session", "Chờ"), fields=_fields())
    assert "chỉ nhận" in refused.value.lines[0]["message"]
    office.act(sheet.id, "key", by="thuky", lines=_votes(one, "failed", "Chưa rõ"), fields=_fields())


# escalation of a unit's tasks, calendars that change


def test_a_units_delay_is_told_to_its_head_and_to_the_head_of_the_office(office: Office) -> None:
    office.nominate(ROUND)
    office.go_to("2026-11-17", 9)  # three working days before 20 November
    unit = _of(office, "donvi")
    assert [c.get("days") for a, c in _mails("reminder") if a == unit] == [3]
    office.go_to("2026-11-19", 9)
    assert [c.get("days") for a, c in _mails("reminder") if a == unit] == [3, 1]
    office.go_to("2026-11-21", 9)
    assert _mails("escalated") == []
    for day in ("23", "24", "25", "26", "27", "30"):
        office.go_to(f"2026-11-{day}", 9)
    to = [a for a, _ in _mails("escalated")]
    # On the 23rd and the 25th; then filing is closed and the name is taken off.
    assert to.count(_of(office, "thutruong")) == 2
    assert to.count(_of(office, "truongphong")) == 2


def test_a_changed_calendar_moves_what_lists_ask(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    submission = office.submission(one)
    assert _day(_asked(submission)["sign"].due_at) == "2026-11-20"
    calendar = dict(rounds.read_round(office.rounds[ROUND]).calendar)
    rounds.change_calendar(office.rounds[ROUND], calendar | {"filing": "2026-11-23"}, "Bão", by=office.who("truongphong"))
    task = _asked(submission)["sign"]
    assert _day(task.due_at) == "2026-11-23"
    assert _day(task.remind_at) == "2026-11-18"


def test_a_day_off_entered_later_moves_what_an_ad_hoc_list_asks_as_it_moves_tasks(office: Office) -> None:
    one = office.nominate(ADHOC)
    report = _open_task(office, one)
    office.go_to("2026-11-06")  # a Friday
    waits = office.nominate(ADHOC, name="Lê Trúc Xanh")
    office.complete(one, "short_report", DEED, by="donvi")
    submission = office.submission(one)
    assert report and _day(_open_task(office, waits).due_at) == _day(_asked(submission)["sign"].due_at) == "2026-11-09"
    days_off.enter_day(date(2026, 11, 9), working=False, name="Nghỉ bù", basis="12/QĐ-UBND", by=office.who("quantri"))
    office.work()
    sign = _asked(submission)["sign"]
    assert _day(_open_task(office, waits).due_at) == _day(sign.due_at) == "2026-11-10"
    assert sign.remind_at == sign.opened_at + (sign.due_at - sign.opened_at) / 2
    assert _day(lists.read_list(submission, by=office.who("vhxh")).due_at) == "2026-11-10"
    days_off.drop_day(date(2026, 11, 9), reason="Nhập nhầm", by=office.who("quantri"))
    office.work()
    assert _day(_asked(submission)["sign"].due_at) == "2026-11-09"
    assert _events(f"list:{submission}").count("list:recalculated") == 2


def test_a_petition_is_verified_and_concluded_by_a_term_of_its_own(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    petition = office.begin(
        "petition", by="vhxh", about=[one], kind="complaint", subject="Làm rõ số liệu", content="Kê khai không đúng",
        sender="Một hội viên", received_on="2026-11-03",
    )
    assert _day(_step(office, petition, "classify_petition").due_at) == "2026-11-05"
    office.go_to("2026-11-05")
    office.step(petition, "classify_petition", by="truongphong", kind="complaint", note="Xác minh")
    verify = _step(office, petition, "verify_petition")
    assert _day(verify.due_at) == "2026-11-23", "twenty days from its receipt"
    assert _day(verify.remind_at) == "2026-11-16", "five working days before"
    office.go_to("2026-11-20")
    office.step(petition, "verify_petition", by="vhxh", findings="Đã làm việc với đơn vị.")
    assert _day(_step(office, petition, "draft_conclusion").due_at) == "2026-11-30", "twenty-five days end on a Saturday"
    office.step(petition, "draft_conclusion", by="truongphong", decision="unfounded", summary="Số liệu đúng.")
    days = rules_on(clock.today()).number("PETITION_CONCLUDE_DAYS")
    assert _day(_step(office, petition, "conclude_petition").due_at) == (date(2026, 11, 3) + timedelta(days)).isoformat() == "2026-12-03"


def _step(office: Office, matter: int, element: str) -> Activity:
    (stop,) = [s for s in office.stops(matter) if s.element == element and s.state == "open"]
    with reading() as s:
        row = s.get_one(Activity, stop.id)
        s.expunge(row)
        return row


def _open_task(office: Office, nomination: int) -> Activity:
    with reading() as s:
        row = s.scalars(
            select(Activity).where(
                Activity.instance_id == office.read(nomination).instance_id, Activity.state == "open", Activity.kind == "user"
            )
        ).one()
        s.expunge(row)
        return row


def test_a_calendar_without_a_date_for_opinions_gets_one_from_the_rule(office: Office) -> None:
    calendar = dict(rounds.read_round(office.rounds[ROUND]).calendar)
    del calendar["opinions"]
    calendar["posting_from"] = "2026-12-08"
    rounds.change_calendar(office.rounds[ROUND], calendar, "Tính lại", by=office.who("truongphong"))
    assert rounds.read_round(office.rounds[ROUND]).calendar["opinions"] == "2026-12-07"  # 24 November is a holiday


# packages


def _national(office: Office, form: str = "BK_TTG", *, kind: str = "INDIVIDUAL", group: str = "D") -> tuple[int, int]:
    one = office.nominate("TK-2030", form=form, kind=kind, group=group)
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    office.check(one)
    office.post("TK-2030")
    office.sit("TK-2030", {})
    return one, office.send_package("TK-2030")


@pytest.mark.long
def test_an_answer_is_asked_for_after_the_days_of_the_level_above(office_on: OpenOffice) -> None:
    office = office_on(date(2030, 6, 4), _national)
    one, package = office.made
    calendar = working_calendar()
    sent = clock.today()
    task = _asked(package)["answer"]
    assert _day(task.due_at) == calendar.add(sent, 20).isoformat()
    office.go_to(calendar.add(sent, 15))
    office.answer(package, one, "forwarded")
    moved = _asked(package)["answer"]
    assert moved.id == task.id
    assert _day(moved.due_at) == calendar.add(clock.today(), 20).isoformat()
    # The office is reminded to ask; the province gets no dunning letter of ours.
    office.go_to(calendar.add(clock.today(), 21), 9)
    told = {a for a, _ in _mails("overdue", about=moved.id)}
    assert _of(office, "vhxh") in told
    assert _of(office, "tinh") not in told


@pytest.mark.long
def test_public_opinion_on_an_order_is_noted_on_its_line(office_on: OpenOffice) -> None:
    office = office_on(date(2030, 6, 4))
    one, package = _national(office, "HCLD_3")
    today = clock.today()
    until = working_calendar().add(today, 10)
    notice = {"number": "33/TB-SNV", "dated": today.isoformat(), "place": "Cổng thông tin điện tử tỉnh"}
    with pytest.raises(Invalid) as early:
        office.act(package, "note_opinion", by="vhxh", lines=[LineInput(one)], fields=notice | {"outcome": "no_remarks"})
    assert f"{until:%d/%m/%Y}" in early.value.faults[0].message
    office.act(package, "note_opinion", by="vhxh", lines=[LineInput(one)], fields=notice)
    (line, _), = lists.lines_of(package)
    assert line.data["public_opinion"]["until"] == until.isoformat()
    assert office.at(one) == {"wait_province"}
    asked = _asked(package)
    assert _day(asked["note_opinion"].due_at) == working_calendar().add(until, 1).isoformat()
    office.go_to(working_calendar().add(until, 1))
    office.act(package, "note_opinion", by="vhxh", lines=[LineInput(one)], fields=notice | {"outcome": "no_remarks"})
    (line, _), = lists.lines_of(package)
    assert line.data["public_opinion"]["outcome"] == "no_remarks"
    assert set(_asked(package)) == {"answer"}
    office.answer(package, one, "forwarded")
    assert office.at(one) == {"wait_centre"}


@pytest.mark.long
def test_public_opinion_is_for_orders_only(office_on: OpenOffice) -> None:
    office = office_on(date(2030, 6, 4), _national)
    one, package = office.made
    with pytest.raises(Invalid) as refused:
        office.act(package, "note_opinion", by="vhxh", lines=[LineInput(one)],
                   fields={"number": "33/TB", "dated": clock.today().isoformat(), "place": "Báo tỉnh"})
    assert refused.value.lines[0]["nomination"] == one


def _returned(office: Office) -> tuple[int, int, int]:
    """Two merits on a package, the first sent back for a supplement and ready again, the second answered."""
    one, two = (office.nominate(ROUND, form="BK_TINH", name=name) for name in ("Hoàng Bình Minh", "Lê Trúc Xanh"))
    for n in (one, two):
        office.assess(n, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    for n in (one, two):
        office.check(n)
    office.post(ROUND)
    office.sit(ROUND, {})
    package = office.send_package(ROUND)
    office.answer(package, one, "supplement", "Bổ sung xác nhận thuế", answer_due="2027-01-20")
    office.complete(one, "supplement_package", {"decision": "ready", "note": "Đã có xác nhận", "files": []}, by="donvi")
    return one, two, package


@pytest.mark.long
def test_returned_lines_leave_in_a_child_package_with_a_number_of_its_own(office_on: OpenOffice) -> None:
    office = office_on(DAY, _returned)
    one, two, package = office.made
    child = office.draw_up("package", ROUND, by="vhxh")
    assert lists.read_list(child, by=office.who("vhxh")).parent_id == package
    assert [n.id for _, n in lists.lines_of(child)] == [one]
    assert "package:child_made" in _events(f"list:{package}")
    office.act(child, "sign", by="chutich")
    number = lists.read_list(package, by=office.who("vhxh")).number
    paper = {"number": number.partition("/")[0], "dated": clock.today().isoformat()}
    with pytest.raises(Invalid) as taken:
        office.act(child, "send", by="vanthu", fields=paper)
    assert taken.value.code == "number-taken"
    with pytest.raises(Invalid) as wordless:
        office.act(child, "send", by="vanthu", fields=paper | {"number": "TTr-UBND"})
    assert wordless.value.faults[0].path == "number"
    office.act(child, "send", by="vanthu", fields=paper | {"number": "91"})
    office.answer(child, one, "granted")
    office.answer(package, two, "granted")
    assert office.status(one)[0] == office.status(two)[0] == "handing_over"


@pytest.mark.long
def test_returned_lines_do_not_mix_with_fresh_ones(office_on: OpenOffice) -> None:
    office = office_on(DAY, _returned)
    one, _, _ = office.made
    office.go_to("2026-11-18")
    fresh = office.nominate(ROUND, form="BK_TINH", name="Mai Thu Sương", by="vhxh")
    office.assess(fresh, facts={"path": "PHONG_TRAO"})
    office.sign(fresh)
    office.check(fresh)
    office.post(ROUND, [fresh])
    office.sit(ROUND, {}, [fresh])
    with pytest.raises(Invalid) as mixed:
        office.draw_up("package", ROUND, [one, fresh], by="vhxh")
    assert [x["nomination"] for x in mixed.value.lines] == [one]
    alone = office.draw_up("package", ROUND, by="vhxh")
    assert [n.id for _, n in lists.lines_of(alone)] == [fresh]
    assert lists.read_list(alone, by=office.who("vhxh")).parent_id is None


# returns, closed submissions, ended rounds


def test_a_second_return_is_the_office_heads_with_a_reason(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    submission = office.submission(one)
    office.check(one, "supplement")
    assert groups_of(_asked(submission)["return"].queue_id) == {"vhxh"}
    office.act(submission, "return", by="vhxh")
    office.complete(one, "supplement_dossier",
                    {"mended": [{"what": "Thiếu", "note": "Đã nộp", "files": []}], "amend_facts": False}, by="donvi")
    office.act(submission, "sign_supplement", by="thutruong")
    office.check(one, "supplement")
    assert groups_of(_asked(submission)["return"].queue_id) == {"vhxh_head"}
    with pytest.raises(Forbidden):
        office.act(submission, "return", by="vhxh", fields={"reason": "Còn thiếu"})
    with pytest.raises(Invalid) as silent:
        office.act(submission, "return", by="truongphong")
    assert silent.value.faults[0].path == "reason"
    office.act(submission, "return", by="truongphong", fields={"reason": "Giấy xác nhận nộp sai tên"})
    assert office.status(one)[0] == "supplementing"
    page = trail.read(stream=f"list:{submission}", kind="submission:returned", sight=trail.Sight.VALUES)
    assert page.events[0].private["reason"] == "Giấy xác nhận nộp sai tên"


def test_a_submission_closes_when_its_last_name_has_ended(office: Office) -> None:
    one, two = office.nominate(ROUND), office.nominate(ROUND, name="Lê Trúc Xanh")
    for n in (one, two):
        office.assess(n)
    office.sign(one)
    submission = office.submission(one)
    office.file("withdrawal", one, by="thutruong", reason="Đơn vị rút")
    assert lists.read_list(submission, by=office.who("vhxh")).state == "received"
    office.file("withdrawal", two, by="thutruong", reason="Đơn vị rút")
    office.work()
    assert lists.read_list(submission, by=office.who("vhxh")).state == "closed"
    assert _events(f"list:{submission}").count("submission:closed") == 1


def test_a_round_ends_by_itself_on_its_last_day(office: Office) -> None:
    number = office.rounds[ROUND]
    last = rounds.read_round(number).calendar["close"]
    office.go_to(last, 20)
    assert rounds.read_round(number).state == "closed"
    office.go_past(ROUND, "close")
    row = rounds.read_round(number)
    assert row.state == "ended"
    assert _events(f"round:{number}").count("round:closed") == 1
    with pytest.raises(Conflict):
        rounds.change_calendar(number, row.calendar, "Đổi", by=office.who("truongphong"))


@pytest.mark.long
def test_an_ad_hoc_round_closes_and_ends_by_itself_too(office: Office) -> None:
    one = office.nominate(ADHOC)
    office.go_past(ADHOC, "close")
    assert rounds.read_round(office.rounds[ADHOC]).state == "ended"
    assert (office.status(one), office.read(one).reason_code) == (("ended", "withdrawn"), "NOT_FILED")


def test_a_round_tells_how_far_its_lists_have_brought_it(office: Office) -> None:
    def reached() -> list[str]:
        row = rounds.read_round(office.rounds[ROUND])
        return [one.word for one in overview.stages_of_round(row) if one.reached]

    one = office.nominate(ROUND)
    assert reached() == ["open"]
    office.to_council(one, ROUND)
    assert reached() == ["open", "posted"]
    office.sit(ROUND, {})
    decision = office.draw_up("decision", ROUND, by="vhxh")
    assert reached() == ["open", "posted", "sat"]
    office.act(decision, "prove", by="vhxh")
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
    office.sign_decision(decision, 1131)
    office.hand_over(one)
    assert reached() == ["open", "posted", "sat", "decided", "handed_over"]
    office.go_past(ROUND, "close")
    assert reached()[-1] == "ended"


