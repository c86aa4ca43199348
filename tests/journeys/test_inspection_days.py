"""The days of an inspection hold together: decision, notice, visit, minutes, findings; each day that cannot be is named in one sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from forms import first_answers, lay_out
from service import clock, notices
from service.errors import Invalid
from service.movement import find_matters, read_matrix, register_in_use
from service.processes import tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import (
    ASSIGN,
    PUBLISH,
    TWO,
    begin,
    concluded,
    decided,
    draft_decision,
    line,
    look,
    mend,
    notify,
    open_stop,
    sign_decision,
    signed_plan,
    visit_answers,
)
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, words
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
    office.step(matter, "sign_notice", by="chutich", decision="sign")
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
    look(office, matter, PUBLISH, "mended")


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


def test_a_finding_is_not_mended_before_the_conclusion_that_names_it_and_the_office_reads_the_day(office: Office) -> None:
    matter = concluded(office, [{"what": "Niêm yết.", "basis": "", "due_on": "2026-11-20"}])  # concluded on 9 November
    office.go_to("2026-11-12")
    stop = open_stop(office, matter, "mend_finding", "Niêm yết.")
    for day, what in (("2026-11-08", "ngày kết luận"), ("2026-11-13", "hôm nay")):
        with pytest.raises(Invalid) as refused:
            tasks.complete_task(stop.id, {"how_mended": "Đã làm.", "mended_on": day}, by=office.who("donvi"))
        assert [fault.path for fault in refused.value.faults] == ["mended_on"] and what in refused.value.faults[0].message
    tasks.complete_task(stop.id, {"how_mended": "Đã làm.", "mended_on": "2026-11-10"}, by=office.who("donvi"))
    said = shown(office, matter, "check_finding", "vhxh")
    assert "Khắc phục xong ngày: 10/11/2026; hạn là ngày 20/11/2026." in said


def shown(office: Office, matter: int, element: str, login: str) -> str:
    """The page of the open step of an inspection."""
    (stop,) = [one for one in office.stops(matter) if one.element == element and one.state == "open"]
    return words(Visitor(office.app, login).open(f"/tasks/{stop.id}"))


def first_said(office: Office, matter: int, element: str, login: str) -> dict[str, Any]:
    """What the form of the open step of an inspection begins with."""
    (stop,) = [one for one in office.stops(matter) if one.element == element and one.state == "open"]
    task = tasks.read_task(stop.id, by=office.who(login))
    return first_answers(task.form, tasks.given_to(task, office.who(login)), today=clock.today())


def test_the_new_day_of_a_finding_is_a_working_day_and_not_before_the_old_one(office: Office) -> None:
    matter = concluded(office, TWO)  # the first is due on 20 November
    mend(office, matter, PUBLISH, "Đã niêm yết.")
    for day, said in (("2026-11-19", "20/11/2026"), ("2026-11-21", "23/11/2026"), ("2026-11-24", "25/11/2026")):
        with pytest.raises(Invalid) as refused:
            look(office, matter, PUBLISH, "return", check_note="Thiếu ảnh.", due_again=day)
        assert [fault.path for fault in refused.value.faults] == ["due_again"] and said in refused.value.faults[0].message, day
    look(office, matter, PUBLISH, "return", check_note="Thiếu ảnh.", due_again="2026-11-25")
    mend(office, matter, PUBLISH, "Đã gửi ảnh.")
    with pytest.raises(Invalid) as refused:
        look(office, matter, PUBLISH, "return", check_note="Ảnh mờ.", due_again="2026-11-23")
    assert "25/11/2026" in refused.value.faults[0].message, "the last day that was set counts"
    assert "hạn là ngày 25/11/2026" in shown(office, matter, "check_finding", "vhxh")
    rows = [{"what": PUBLISH, "due_on": "2026-11-22"}]  # a Sunday
    again = decided(office)
    office.go_to("2026-11-10")
    office.step(again, "visit", by="vhxh", **visit_answers([]))
    office.step(again, "sign_minutes", by="thutruong", minutes_signed_on="2026-11-10", minutes_said="agree", unit_signer="B")
    assert refusals(office, again, "record_findings", by="vhxh", strengths="Có.", findings=rows).keys() == {"findings.0.due_on"}


def test_a_finding_that_is_sent_back_begins_with_what_its_unit_said_last(office: Office) -> None:
    matter = concluded(office, TWO)
    mend(office, matter, PUBLISH, "Đã niêm yết tại nhà văn hóa.")
    look(office, matter, PUBLISH, "return", check_note="Thiếu ảnh.")
    stop = open_stop(office, matter, "mend_finding", PUBLISH)
    task = tasks.read_task(stop.id, by=office.who("donvi"))
    begun = first_answers(task.form, task.given, today=clock.today())
    assert begun["how_mended"] == "Đã niêm yết tại nhà văn hóa." and begun["mended_on"] == "2026-11-09"
    other = tasks.read_task(open_stop(office, matter, "mend_finding", ASSIGN).id, by=office.who("donvi"))
    assert not first_answers(other.form, other.given, today=clock.today()).get("how_mended"), "and no other does"
    mend(office, matter, PUBLISH, "Đã gửi ảnh.")
    look(office, matter, PUBLISH, "mended")
    said = words(Visitor(office.app, "vhxh").open(f"/matters/{matter}"))
    assert f"xem kết quả khắc phục: {PUBLISH.lower()}: đã khắc phục" in said.lower() and "đủ điều kiện" not in said


def test_a_unit_confirms_before_the_visit_and_its_head_hears_of_it_before_the_office_decides(office: Office) -> None:
    near, far = begin(office, from_day="2026-11-04"), begin(office)
    for matter, day in ((near, "2026-11-05"), (far, "2026-11-12")):
        draft_decision(office, matter)
        sign_decision(office, matter)
        notify(office, matter, visit_on=day, visit_at="8 giờ")
    due = {matter: open_stop(office, matter, "confirm_visit").due_at for matter in (near, far)}
    assert {m: at.astimezone(ZONE).date() for m, at in due.items() if at} == {near: date(2026, 11, 4), far: date(2026, 11, 5)}
    office.go_to("2026-11-05")
    assert office.stands_at(near) == {"settle_visit"}, "the office settles it while the visit can still be kept or moved"
    assert office.stands_at(far) == {"confirm_visit"}
    office.go_to("2026-11-06")
    assert office.stands_at(far) == {"confirm_visit"}
    escalated = [one for one in notices.own_notices(by=office.who("thutruong"), language="vi").items if one.letter == "escalated"]
    assert len(escalated) == 1, "its head is told first"
    office.go_to("2026-11-09")
    assert office.stands_at(far) == {"settle_visit"}


def test_pages_and_register_show_the_days_of_the_decision_and_the_day_of_the_visit_itself(office: Office) -> None:
    matter = begin(office)
    team = [{"name": "Lan", "post": "x", "role": "head"}, {"name": "Bình", "post": "y", "role": "secretary"}]
    office.step(matter, "draft_decision", by="vhxh", scope="Kết quả", period_checked="năm 2026", team=team, from_day="2026-11-16",
                until_day="2026-11-18")
    for login, element in (("chutich", "sign_decision"), ("vanthu", "number_decision"), ("vhxh", "notify_unit")):
        said = shown(office, matter, element, login)
        assert "16/11/2026" in said and "18/11/2026" in said and "09/11/2026" not in said, element
        if element == "sign_decision":
            sign_decision_only(office, matter)
        elif element == "number_decision":
            number = office.paper_number("QĐ-HĐTĐKT", 12)
            office.step(matter, element, by=login, decision_number=number, decided_on=clock.today().isoformat())
    notify(office, matter, visit_on="2026-11-16", visit_at="8 giờ")
    assert "16/11/2026" in shown(office, matter, "confirm_visit", "donvi")
    office.step(matter, "confirm_visit", by="donvi", decision="confirm", contact_name="B")
    begun = first_said(office, matter, "visit", "vhxh")
    assert (begun["visited_on"], begun["team_signer"], begun["minutes_writer"]) == ("2026-11-16", "Lan", "Bình")
    office.go_to("2026-11-20")
    for day in ("2026-11-19", "2026-11-13"):  # after and before the days of the decision
        assert refusals(office, matter, "visit", by="vhxh", **visit_answers([]) | {"visited_on": day}).keys() == {"other_day_reason"}
    office.step(matter, "visit", by="vhxh", **visit_answers([]) | {"visited_on": "2026-11-17"})
    (row,) = [one for one in find_matters(register_in_use("inspection"), by=office.who("vhxh")).entries if one.id == matter]
    assert (row.shown["visit_on"], row.shown["visited_on"]) == ("2026-11-16", "2026-11-17")


def test_a_visit_outside_the_days_of_the_decision_says_why(office: Office) -> None:
    matter = decided(office)  # from 9 to 13 November
    office.go_to("2026-11-16")
    said = visit_answers([])
    assert refusals(office, matter, "visit", by="vhxh", **said).keys() == {"other_day_reason"}
    office.step(matter, "visit", by="vhxh", **said, other_day_reason="Bão, cầu ngập đến ngày 15.")
    assert office.stands_at(matter) == {"sign_minutes"}


def sign_decision_only(office: Office, matter: int) -> None:
    office.step(matter, "sign_decision", by="chutich", decision="sign")


def test_who_drafts_and_who_signs_a_conclusion_sees_the_points_that_were_not_met(office: Office) -> None:
    matter = decided(office)
    office.go_to("2026-11-09")
    begun = shown(office, matter, "visit", "vhxh")
    assert "Thư ký Trần Văn Bình điền bảng kiểm, ghi biên bản." in begun
    said = visit_answers([]) | {"c_results": "bad", "c_results_note": "Thiếu minh chứng ND3."}
    office.step(matter, "visit", by="vhxh", **said)
    office.step(matter, "sign_minutes", by="thutruong", minutes_signed_on="2026-11-09", minutes_said="object", objection="Đã gửi bổ sung.",
                unit_signer="B")
    seen = "Kết quả theo từng nội dung ND1–ND7: Chưa đạt. Ghi nhận: Thiếu minh chứng ND3."
    page = shown(office, matter, "record_findings", "vhxh")
    assert seen in page and "chưa công khai kết quả" in page
    task = tasks.read_task(open_stop(office, matter, "record_findings").id, by=office.who("vhxh"))
    parts = {one.field.id: one.shown for one in lay_out(task.form, {}, today=clock.today(), given=task.given)}
    assert parts["seen_c_results"] and not parts["seen_c_initiatives"], "what was met is left out"
    office.step(matter, "record_findings", by="vhxh", strengths="Có kế hoạch.", findings=[])
    signs = shown(office, matter, "conclude_inspection", "chutich")
    assert seen in signs and "Đã gửi bổ sung." in signs
    assert "2. Hạn chế, tồn tại: không có." in signs, "no heading is left out of the count"


def test_a_team_has_one_head_and_is_told_that_it_lacks_a_secretary(office: Office) -> None:
    matter = begin(office)
    said = {"scope": "Kết quả", "period_checked": "năm 2026", "from_day": "2026-11-09", "until_day": "2026-11-13"}
    for roles in (("head", "head"), ("secretary", "member")):
        team = [{"name": name, "post": "x", "role": role} for name, role in zip("AB", roles, strict=True)]
        found = refusals(office, matter, "draft_decision", by="vhxh", team=team, **said)
        assert found.keys() == {"team"} and "exactly one head" in found["team"], roles
    stop = open_stop(office, matter, "draft_decision")
    task = tasks.read_task(stop.id, by=office.who("vhxh"))
    for role, warned in (("member", True), ("secretary", False)):
        team = [{"name": "A", "post": "x", "role": "head"}, {"name": "B", "post": "y", "role": role}]
        parts = lay_out(task.form, {"team": team}, today=clock.today(), given=task.given)
        assert any(one.field.id == "no_secretary" and one.shown for one in parts) is warned, role
    office.step(matter, "draft_decision", by="vhxh", team=team, **said)
    office.step(matter, "sign_decision", by="chutich", decision="redo", note="Thêm nội dung.")
    again = first_said(office, matter, "draft_decision", "vhxh")
    drafted = [{key: one[key] for key in ("name", "post", "role")} for one in again["team"]]
    assert (drafted, again["scope"], again["from_day"]) == (team, "Kết quả", "2026-11-09"), "what was drafted stands there again"


def test_an_inspection_by_the_plan_is_of_a_unit_that_stands_in_the_signed_plan_of_its_year(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        begin(office, cause="plan")
    (fault,) = refused.value.faults
    assert fault.path == "cause" and "năm 2026" in fault.message
    signed_plan(office, line(office, "DONG-MAY", "Phong trào", "2026-11-09", "2026-11-13"))
    begin(office, cause="plan")
    for unit, days in (("DET-NANG-SOM", {}), ("DONG-MAY", {"from_day": "2027-01-11", "until_day": "2027-01-12"})):
        with pytest.raises(Invalid) as refused:
            begin(office, unit=unit, cause="plan", **days)
        assert [fault.path for fault in refused.value.faults] == ["cause"], unit
