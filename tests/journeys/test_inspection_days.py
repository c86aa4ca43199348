"""The days of an inspection hold together: decision, notice, visit, minutes, findings; each day that cannot be is named in one sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service import clock
from service.errors import Invalid
from service.movement import read_matrix
from service.processes import tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import (
    PUBLISH,
    TWO,
    begin,
    concluded,
    decided,
    draft_decision,
    look,
    mend,
    notify,
    open_stop,
    sign_decision,
    visit_answers,
)
from tests.journeys.office import Office
from workflows.calendar import ZONE

DAY = date(2026, 11, 3)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def refusals(office: Office, matter: int, element: str, *, by: str, **answers: Any) -> dict[str, str]:
    """Field → the sentence with which its day is refused."""
    with pytest.raises(Invalid) as refused:
        office.step(matter, element, by=by, **answers)
    assert office.stands_at(matter) == {element}
    return {fault.path: fault.message_en for fault in refused.value.faults}


def test_the_visit_lies_between_the_days_of_the_decision_and_the_notice_not_before_it(office: Office) -> None:
    matter = begin(office)
    draft_decision(office, matter)
    sign_decision(office, matter)
    notice = {"decision": "notify", "visit_at": "8 giờ"}
    for day, what in (("2026-11-06", "before the first day that may be inspected"), ("2027-06-01", "after the last day of the decision")):
        found = refusals(office, matter, "notify_unit", by="vhxh", visit_on=day, **notice)
        assert found.keys() == {"visit_on"} and what in found["visit_on"], day
    office.go_to("2026-11-11")
    found = refusals(office, matter, "notify_unit", by="vhxh", visit_on="2026-11-10", **notice)
    assert found.keys() == {"visit_on"} and "before the first day that may be inspected" in found["visit_on"]
    office.step(matter, "notify_unit", by="vhxh", visit_on="2026-11-13", **notice)
    found = refusals(office, matter, "number_notice", by="vanthu", notice_number="15", noticed_on="2025-01-01")
    assert found.keys() == {"noticed_on"} and "before the day of the decision" in found["noticed_on"]
    office.step(matter, "number_notice", by="vanthu", notice_number="15", noticed_on="2026-11-11")
    assert office.stands_at(matter) == {"confirm_visit"}


def test_the_decision_may_name_other_days_than_the_inspection_was_begun_with(office: Office) -> None:
    matter = begin(office)
    asked = {"scope": "Kết quả", "period_checked": "năm 2026", "team": [
        {"name": "A", "post": "x", "role": "head"}, {"name": "B", "post": "y", "role": "secretary"}]}
    found = refusals(office, matter, "draft_decision", by="vhxh", from_day="2026-11-16", until_day="2026-11-13", **asked)
    assert found.keys() == {"from_day"} and "after the last day" in found["from_day"]
    office.step(matter, "draft_decision", by="vhxh", from_day="2026-11-16", until_day="2026-11-20", **asked)
    sign_decision(office, matter)
    notice = {"visit_at": "8 giờ"}
    assert refusals(office, matter, "notify_unit", by="vhxh", decision="notify", visit_on="2026-11-10", **notice).keys() == {"visit_on"}
    notify(office, matter, visit_on="2026-11-18", **notice)
    assert office.stands_at(matter) == {"confirm_visit"}


def test_a_visit_is_not_before_the_decision_and_minutes_and_conclusion_not_before_the_visit(office: Office) -> None:
    matter = decided(office)
    office.go_to("2026-11-09")
    found = refusals(office, matter, "visit", by="vhxh", **visit_answers([]) | {"visited_on": "2024-11-09"})
    assert found.keys() == {"visited_on"} and "before the day of the decision" in found["visited_on"]
    office.step(matter, "visit", by="vhxh", **visit_answers([]))
    minutes = {"minutes_said": "agree", "unit_signer": "B"}
    early = refusals(office, matter, "sign_minutes", by="thutruong", minutes_signed_on="2026-11-08", **minutes)
    assert early.keys() == {"minutes_signed_on"}
    office.step(matter, "sign_minutes", by="thutruong", minutes_signed_on="2026-11-09", **minutes)
    office.step(matter, "record_findings", by="vhxh", strengths="Có kế hoạch.", findings=[])
    office.step(matter, "conclude_inspection", by="chutich", decision="conclude")
    found = refusals(office, matter, "number_conclusion", by="vanthu", conclusion_number="20", concluded_on="2026-11-06")
    assert found.keys() == {"concluded_on"}


def test_a_finding_that_is_sent_back_after_its_day_has_a_new_day_and_is_not_overdue(office: Office) -> None:
    matter = concluded(office, TWO)
    office.go_to("2026-11-20")
    mend(office, matter, PUBLISH, "Đã niêm yết.")
    office.go_to("2026-11-24")
    with pytest.raises(Invalid) as refused:
        look(office, matter, PUBLISH, "return", check_note="Thiếu ảnh.", due_again="2026-11-23")
    assert [fault.path for fault in refused.value.faults] == ["due_again"]
    look(office, matter, PUBLISH, "return", check_note="Thiếu ảnh.", due_again="2026-11-30")
    due = open_stop(office, matter, "mend_finding", PUBLISH).due_at
    assert due and due.astimezone(ZONE).date() == date(2026, 11, 30)
    cells = read_matrix([DAY.year], by=office.who("vhxh")).cells
    assert [cell.state for (unit, duty), cell in cells.items() if duty == "inspection" and unit == office.units["DONG-MAY"]] == ["waiting"]
    mend(office, matter, PUBLISH, "Đã gửi ảnh.")
    look(office, matter, PUBLISH, "accept")


def test_days_that_no_longer_fit_lead_back_to_the_decision_which_takes_new_ones(office: Office) -> None:
    matter = begin(office)
    draft_decision(office, matter)
    sign_decision(office, matter)
    office.go_to("2026-11-16")  # the last day of the decision is past
    asked = {"visit_on": "2026-11-18", "visit_at": "8 giờ"}
    assert refusals(office, matter, "notify_unit", by="vhxh", decision="notify", **asked).keys() == {"visit_on"}
    assert refusals(office, matter, "notify_unit", by="vhxh", decision="redo").keys() == {"note"}  # nothing of the notice is demanded
    office.step(matter, "notify_unit", by="vhxh", decision="redo", note="Quá ngày ghi trong quyết định.")
    again = open_stop(office, matter, "draft_decision")
    assert tasks.read_task(again.id, by=office.who("vhxh")).given["last_note"] == "Quá ngày ghi trong quyết định."
    team = [{"name": "A", "post": "x", "role": "head"}, {"name": "B", "post": "y", "role": "secretary"}]
    office.step(matter, "draft_decision", by="vhxh", scope="Kết quả", period_checked="năm 2026", team=team, from_day="2026-11-18",
                until_day="2026-11-20")
    sign_decision(office, matter)
    notify(office, matter, **asked)
    assert office.stands_at(matter) == {"confirm_visit"}


def test_a_day_beyond_the_decision_that_the_unit_asks_for_takes_a_new_decision(office: Office) -> None:
    matter = begin(office)
    draft_decision(office, matter)
    sign_decision(office, matter)
    notify(office, matter, visit_on="2026-11-13", visit_at="8 giờ")
    office.step(matter, "confirm_visit", by="donvi", decision="other_day", note="Xin chuyển sang ngày 18.")
    office.step(matter, "notify_unit", by="vhxh", decision="redo", note="Đơn vị xin ngày 18/11.")
    assert office.stands_at(matter) == {"draft_decision"}


def test_a_finding_is_not_mended_before_the_visit_that_found_it(office: Office) -> None:
    matter = concluded(office, [{"what": "Niêm yết.", "basis": "", "due_on": "2026-11-20"}])
    stop = open_stop(office, matter, "mend_finding", "Niêm yết.")
    with pytest.raises(Invalid) as refused:
        tasks.complete_task(stop.id, {"how_mended": "Đã làm.", "mended_on": "2026-11-01"}, by=office.who("donvi"))
    assert [fault.path for fault in refused.value.faults] == ["mended_on"] and "ngày kiểm tra" in refused.value.faults[0].message
    tasks.complete_task(stop.id, {"how_mended": "Đã làm.", "mended_on": clock.today().isoformat()}, by=office.who("donvi"))
