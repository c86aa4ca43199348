"""Days that people type are held against the calendar: not after today, not before what must come first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from service import clock, trail
from service.awards import lists, rounds
from service.awards.finding import find_lists
from service.calendar import working_calendar
from service.errors import Conflict, Invalid
from tests.journeys.office import Office

ROUND = "HN-2026"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def _day(days: int = 0) -> str:
    return (clock.today() + timedelta(days)).isoformat()


def _late(label: str, what: str, limit: str) -> str:
    return f"{label}: không được sau {what}. Nhập ngày {limit} hoặc sớm hơn."


def _early(label: str, what: str, limit: str) -> str:
    return f"{label}: không được trước {what}. Nhập từ ngày {limit} trở đi."


def _told(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}"


def _refused(field: str, sentence: str, act: Callable[..., Any], *args: Any, **more: Any) -> None:
    """The act is refused for this field alone, with this sentence, and in English too."""
    with pytest.raises(Invalid) as refused:
        act(*args, **more)
    assert [(f.path, f.message) for f in refused.value.faults] == [(field, sentence)]
    assert refused.value.faults[0].message_en not in ("", sentence)


def _signed(office: Office) -> int:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one)
    return one


def test_a_meeting_is_not_ahead_and_its_letter_not_before_it(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    row = office.submission(one)
    said = {"chaired_by": "Đinh Vũ Phong", "members": 13, "present": 12}
    lines = [lists.LineInput(one, data={"votes": 10})]
    ahead = said | {"held_on": _day(57)}
    _refused("held_on", _late("Ngày họp bình xét", "hôm nay", _told(_day())), office.act, row, "minutes", by="donvi",
             lines=lines, fields=ahead)
    early = said | {"held_on": _day(), "letter_date": _day(-1)}
    _refused("letter_date", _early("Ngày văn bản đề nghị", "ngày họp bình xét", _told(_day())), office.act, row, "minutes",
             by="donvi", lines=lines, fields=early)
    office.act(row, "minutes", by="donvi", lines=lines, fields=said | {"held_on": _day(), "letter_date": _day()})
    assert lists.read_list(row, by=office.who("donvi")).data["minutes"]["held_on"] == _day()


def test_a_posting_begins_on_a_working_day_within_the_calendar(office: Office) -> None:
    one = _signed(office)
    row = office.draw_up("posting", ROUND, [one], by="vhxh")
    last = rounds.read_round(office.rounds[ROUND]).calendar["posting_to"]

    def post(day: str) -> None:
        office.act(row, "post", by="vhxh", fields={"place": "Trụ sở UBND xã", "dated": day})

    beyond = (date.fromisoformat(last) + timedelta(365)).isoformat()
    _refused("dated", _late("Ngày bắt đầu niêm yết", "ngày bắt đầu muộn nhất của đợt", _told(last)), post, beyond)
    _refused("dated", _early("Ngày bắt đầu niêm yết", "hôm nay", _told(_day())), post, _day(-1))
    sunday = (clock.today() + timedelta(6 - clock.today().weekday())).isoformat()
    monday = working_calendar().add(date.fromisoformat(sunday), 0).isoformat()
    _refused("dated", f"Ngày {_told(sunday)} là ngày nghỉ. Niêm yết từ ngày làm việc, ví dụ {_told(monday)}.", post, sunday)
    post(monday)
    assert lists.read_list(row, by=office.who("vhxh")).dated == date.fromisoformat(monday)


def test_a_notice_with_a_slip_in_its_day_is_withdrawn_and_posted_anew(office: Office) -> None:
    one = _signed(office)
    row = office.draw_up("posting", ROUND, [one], by="vhxh")
    slip = working_calendar().add(clock.today(), 10).isoformat()
    office.act(row, "post", by="vhxh", fields={"place": "Trụ sở UBND xã", "number": "12/TB", "dated": slip})
    with pytest.raises(Conflict, match="hangs until"):
        office.act(row, "close", by="vhxh", fields={"remarks": 0})
    _refused("reason", "Lý do còn trống. Nhập nội dung.", office.act, row, "withdraw", by="vhxh", fields={})
    office.act(row, "withdraw", by="vhxh", fields={"reason": "Gõ nhầm ngày"})
    draft = lists.read_list(row, by=office.who("vhxh"))
    assert (draft.state, draft.dated, draft.number, draft.data["withdrawn"][0]["dated"]) == ("draft", None, None, slip)
    (event,) = trail.read(kind="posting:withdrawn").events
    assert event.before["dated"] == slip and "reason" in event.private
    assert draft.data["withdrawn"][0]["reason"] == "Gõ nhầm ngày"
    assert [n.id for line, n in lists.lines_of(row) if not line.removed] == [one]
    office.act(row, "post", by="vhxh", fields={"place": "Trụ sở UBND xã", "dated": _day()})
    until = date.fromisoformat(lists.read_list(row, by=office.who("vhxh")).data["until"])
    office.go_to(until + timedelta(1))
    with pytest.raises(Conflict, match="not withdrawn"):
        office.act(row, "withdraw", by="vhxh", fields={"reason": "Gõ nhầm ngày"})
    office.act(row, "close", by="vhxh", fields={"remarks": 0})
    assert office.at(one) == {"wait_council"}


def test_a_decision_goes_forward_in_time(office: Office) -> None:
    one = _signed(office)
    office.post(ROUND, [one])
    sheet = office.draw_up("council_sheet", ROUND, [one], by="thuky")
    session = {"held_on": _day(400), "members": 9, "present": 9, "presided_by": "Hồ Đại Ngàn"}
    _refused("held_on", _late("Ngày họp", "hôm nay", _told(_day())), office.act, sheet, "key", by="thuky", fields=session)
    office.key_and_sign(sheet, {})
    decision = office.draw_up("decision", ROUND, [one], by="vhxh")
    office.act(decision, "prove", by="vhxh")
    _refused("dated", _late("Ngày văn bản", "hôm nay", _told(_day())), office.act, decision, "submit", by="truongphong",
             fields={"dated": _day(700)})
    office.act(decision, "submit", by="truongphong", fields={"dated": _day()})
    office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
    office.act(decision, "sign", by="chutich")
    signed = _day()
    office.go_to(clock.today() + timedelta(2))
    for day, sentence in (
        (_day(1), _late("Ngày ban hành", "hôm nay", _told(_day()))),
        ((date.fromisoformat(signed) - timedelta(1)).isoformat(), _early("Ngày ban hành", "ngày ký", _told(signed))),
    ):
        _refused("dated", sentence, office.act, decision, "issue", by="vanthu", fields={"number": 1126, "dated": day})
    office.act(decision, "issue", by="vanthu", fields={"number": 1126, "dated": signed})
    awards = office.award_list(one)
    _refused("handed_on", _early("Ngày trao", "ngày quyết định", _told(signed)), office.act, awards, "hand_over", by="vhxh",
             fields={"handed_on": "2020-01-01", "way": "ceremony"})
    office.act(awards, "hand_over", by="vhxh", fields={"handed_on": signed, "way": "ceremony"})
    paid = {"voucher": "PC-12", "paid_on": _day(), "budget_year": clock.today().year}
    _refused("paid_on", _late("Ngày chi", "hôm nay", _told(_day())), office.act, awards, "pay", by="ketoan",
             fields=paid | {"paid_on": _day(365)})
    year = clock.today().year
    _refused("budget_year", f"Năm ngân sách {year - 2} không hợp với ngày chi {_told(_day())}. Ghi {year} hoặc {year - 1}.",
             office.act, awards, "pay", by="ketoan", fields=paid | {"budget_year": year - 2})
    office.act(awards, "pay", by="ketoan", fields=paid | {"budget_year": year - 1})
    (letter,) = find_lists(office.who("vhxh"), kind="result_letter", nomination_id=one)
    assert letter.state == "draft"
    _refused("dated", _late("Ngày văn bản", "hôm nay", _told(_day())), office.act, letter.id, "send", by="vhxh",
             fields={"dated": _day(400)})
    office.tell_result(one)


@pytest.mark.long
def test_a_revocation_goes_forward_in_time(office: Office) -> None:
    one = _signed(office)
    office.post(ROUND, [one])
    office.sit(ROUND, {}, [one])
    office.decide(ROUND, 1126, [one])
    office.hand_over(one)
    said = {"proposal": "revoke", "reason": "Gian dối thành tích"}
    _refused("dated", _late("Ngày văn bản căn cứ", "hôm nay", _told(_day())), office.file, "revocation", one, "propose",
             by="truongphong", dated=_day(1000), **said)
    row = office.file("revocation", one, "propose", by="truongphong", **said)
    office.act(row, "decide", by="chutich", fields={"decision": "revoke", "reason": "Gian dối"})
    signed = _day()
    office.go_to(clock.today() + timedelta(3))
    early = (date.fromisoformat(signed) - timedelta(1)).isoformat()
    _refused("dated", _early("Ngày ban hành", "ngày ký", _told(signed)), office.act, row, "issue", by="vanthu",
             fields={"number": 1141, "dated": early})
    office.act(row, "issue", by="vanthu", fields={"number": 1141, "dated": _day(-1)})
    issued = _told(_day(-1))
    _refused("dated", _early("Ngày thu hồi, ngày biên bản", "ngày quyết định hủy bỏ", issued), office.act, row, "take_back",
             by="vhxh", fields={"how": "returned", "dated": "2019-01-01"})
    _refused("dated", _late("Ngày thu", "hôm nay", _told(_day())), office.act, row, "pay_back", by="ketoan",
             fields={"receipt": "PT-03", "dated": "2040-01-01"})
    office.act(row, "take_back", by="vhxh", fields={"how": "returned", "dated": _day()})
    office.act(row, "pay_back", by="ketoan", fields={"receipt": "PT-03", "dated": _day()})
    _refused("dated", _late("Từ ngày", "hôm nay", _told(_day())), office.file, "recipient_change", one, by="vhxh",
             change="died", posthumous="no", dated="2035-01-01")


def test_an_answer_from_above_is_not_before_what_it_answers(office: Office) -> None:
    one = office.merit(ROUND)
    package = office.send_package(ROUND, [one])
    sent = _day()
    office.go_to(clock.today() + timedelta(5))
    line = [lists.LineInput(one, "granted")]
    for day, sentence in (
        (_day(1000), _late("Ngày văn bản", "hôm nay", _told(_day()))),
        ((date.fromisoformat(sent) - timedelta(1)).isoformat(), _early("Ngày văn bản", "ngày tờ trình", _told(sent))),
    ):
        _refused("dated", sentence, office.act, package, "answer", by="vhxh", lines=line,
                 fields=office.paper("412/QĐ-UBND") | {"dated": day})
    office.answer(package, one, "granted")
    assert office.at(one) >= {"wait_merit_handover"}
