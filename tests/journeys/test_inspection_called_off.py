"""An inspection that is called off, and one that its unit does not answer: who goes on with it, and who is told."""

from __future__ import annotations

from datetime import date

import pytest

from service import notices
from service.errors import Conflict, Invalid, NotFound
from service.movement import find_matters, read_matter, register_in_use
from service.processes import inbox, tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import begin, decided, draft_decision, notify, open_stop, sign_decision
from tests.journeys.office import Office
from workflows.calendar import ZONE

DAY = date(2026, 11, 3)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def told(office: Office, login: str) -> list[str]:
    """Subjects of what somebody was told of ends."""
    found = notices.own_notices(by=office.who(login), language="vi").items
    return [one.subject for one in found if one.letter == "matter_ended"]


def noticed(office: Office) -> int:
    """An inspection that waits for its unit to confirm the day."""
    matter = begin(office)
    draft_decision(office, matter)
    sign_decision(office, matter)
    notify(office, matter, visit_on="2026-11-12", visit_at="8 giờ 00, trụ sở đơn vị")
    return matter


def in_register(office: Office, login: str, matter: int) -> bool:
    return matter in [one.id for one in find_matters(register_in_use("inspection"), by=office.who(login)).entries]


def test_the_office_calls_off_an_inspection_with_its_reason_and_the_unit_that_was_told_hears_of_it(office: Office) -> None:
    matter = noticed(office)
    office.step(matter, "confirm_visit", by="donvi", decision="other_day", note="Trường đang thi.")
    with pytest.raises(Invalid) as refused:
        office.step(matter, "notify_unit", by="vhxh", decision="cancel")
    assert [fault.path for fault in refused.value.faults] == ["cancel_reason"]
    assert told(office, "donvi") == told(office, "thutruong") == []
    office.step(matter, "notify_unit", by="vhxh", decision="cancel", cancel_reason="Đã kiểm tra trong đợt của tỉnh.")
    ended = read_matter(matter, by=office.who("donvi")).entry
    assert (ended.ended, ended.outcome) == (True, "called_off") and in_register(office, "donvi", matter)
    for login in ("donvi", "thutruong"):
        (line,) = told(office, login)
        assert ended.title in line
    assert told(office, "donvi2") == [], "another unit hears nothing"
    last = [stop.id for stop in office.stops(matter) if stop.element == "notify_unit"][-1]
    said = tasks.answers_shown(tasks.read_task(last, by=office.who("donvi")), office.who("donvi"))
    assert said["cancel_reason"] == "Đã kiểm tra trong đợt của tỉnh."


def test_the_chair_calls_off_an_inspection_that_the_unit_never_heard_of_and_it_stays_unheard_of(office: Office) -> None:
    matter = begin(office)
    draft_decision(office, matter)
    with pytest.raises(Invalid) as refused:
        office.step(matter, "sign_decision", by="chutich", decision="cancel")
    assert [fault.path for fault in refused.value.faults] == ["cancel_reason"]
    office.step(matter, "sign_decision", by="chutich", decision="cancel", cancel_reason="Gộp vào đợt kiểm tra quý sau.")
    ended = read_matter(matter, by=office.who("vhxh")).entry
    assert (ended.ended, ended.outcome) == (True, "called_off") and in_register(office, "vhxh", matter)
    assert len(told(office, "vhxh")) == 1, "who began it is told"
    assert told(office, "donvi") == [] and not in_register(office, "donvi", matter)
    with pytest.raises(NotFound):
        read_matter(matter, by=office.who("donvi"))


def test_a_unit_that_does_not_answer_leaves_the_office_the_task_which_keeps_the_day(office: Office) -> None:
    answered = decided(office)
    matter = noticed(office)
    asked = open_stop(office, matter, "confirm_visit")
    office.go_to("2026-11-05")
    assert office.stands_at(matter) == {"confirm_visit"}, "until its day is over the unit may answer"
    office.go_to("2026-11-06")
    assert office.stands_at(matter) == {"settle_visit"} and office.stands_at(answered) == {"visit"}
    with pytest.raises(Conflict):
        tasks.complete_task(asked.id, {"decision": "confirm", "contact_name": "B"}, by=office.who("donvi"))
    waiting = {login: [one.element for one in inbox.read_inbox(office.who(login), "all").items] for login in ("vhxh", "donvi")}
    assert "settle_visit" in waiting["vhxh"] and not {"settle_visit", "confirm_visit"} & set(waiting["donvi"])
    asked = open_stop(office, matter, "settle_visit")
    assert tasks.read_task(asked.id, by=office.who("vhxh")).given["said_visit_on"] == "12/11/2026"
    with pytest.raises(Invalid) as refused:
        office.step(matter, "settle_visit", by="vhxh", decision="confirm")
    assert [fault.path for fault in refused.value.faults] == ["reached"]
    office.step(matter, "settle_visit", by="vhxh", decision="confirm", reached="Gọi điện ngày 06/11, đơn vị nhận lịch.")
    assert office.stands_at(matter) == {"visit"}
    due = open_stop(office, matter, "visit").due_at
    assert due and due.astimezone(ZONE).date() == date(2026, 11, 12)


def test_the_office_may_also_go_back_to_the_notice_of_a_unit_that_does_not_answer_and_call_it_off(office: Office) -> None:
    matter = noticed(office)
    office.go_to("2026-11-06")
    office.step(matter, "settle_visit", by="vhxh", decision="other_day", reached="Không liên hệ được.")
    assert office.stands_at(matter) == {"notify_unit"}
    given = tasks.read_task(open_stop(office, matter, "notify_unit").id, by=office.who("vhxh")).given
    assert given["last_note"] == "", "the unit asked for nothing"
    office.step(matter, "notify_unit", by="vhxh", decision="cancel", cancel_reason="Đơn vị đang giải thể.")
    assert read_matter(matter, by=office.who("donvi")).entry.outcome == "called_off"
    assert len(told(office, "donvi")) == 1, "it had the notice, though it never answered"
