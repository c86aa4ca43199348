"""A year's plan of inspections: its days hold together when they are written, and it is signed on whatever day the chair signs it."""

from __future__ import annotations

from datetime import date

import pytest

from forms import first_answers
from service import clock
from service.errors import Invalid
from service.movement import find_matters, register_in_use
from service.papers import preview_matter_paper
from service.processes import tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import (
    begin,
    draft_decision,
    line,
    notify,
    open_stop,
    planned,
    sign_decision,
    signed_plan,
)
from tests.journeys.office import Office
from tests.service.papers.reading import text_of
from tests.service.web.browser import Visitor, words

DAY = date(2026, 11, 3)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def begun(office: Office) -> list[str]:
    return [one.number for one in find_matters(register_in_use("inspection"), by=office.who("vhxh")).entries]


def sign(office: Office, plan: int) -> None:
    office.step(plan, "sign_inspections", by="chutich", decision="sign")


def test_a_plan_is_signed_after_its_first_day_has_come(office: Office) -> None:
    plan = planned(office, line(office, "DONG-MAY", "Triển khai phong trào", "2026-11-04", "2026-11-13"))
    office.go_to("2026-11-06")
    with pytest.raises(Invalid) as refused:
        begin(office, from_day="2026-11-04", until_day="2026-11-13")  # what nobody planned is not begun for a day that has gone
    assert [f.path for f in refused.value.faults] == ["from_day"]
    sign(office, plan)
    assert begun(office) == ["KT 01/2026"]


def test_a_last_day_before_the_first_is_named_at_the_draft_by_its_row(office: Office) -> None:
    plan = office.begin("inspection_plan", by="vhxh", year=2026, purpose="Phát hiện điển hình.")
    rows = [line(office, "VHXH", "Hồ sơ", "2026-11-16", "2026-11-20"), line(office, "DONG-MAY", "Phong trào", "2026-11-09", "2026-11-05")]
    with pytest.raises(Invalid) as refused:
        office.step(plan, "draft_inspections", by="vhxh", lines=rows, method="Phòng tham mưu.")
    assert [f.path for f in refused.value.faults] == ["lines.1.until_day"]
    assert office.stands_at(plan) == {"draft_inspections"}


def test_a_year_has_one_plan(office: Office) -> None:
    office.begin("inspection_plan", by="vhxh", year=2026, purpose="Phát hiện điển hình.")
    office.begin("inspection_plan", by="vhxh", year=2027, purpose="Phát hiện điển hình.")
    with pytest.raises(Invalid) as refused:
        office.begin("inspection_plan", by="truongphong", year=2026, purpose="Kế hoạch khác.")
    (fault,) = refused.value.faults
    assert fault.path == "year" and "KHKT 01/2026" in fault.message


def test_the_year_of_a_plan_is_written_as_a_year_and_no_amount(office: Office) -> None:
    plan = planned(office, line(office, "DONG-MAY", "Triển khai phong trào", "2026-11-09", "2026-11-13"))
    officer = Visitor(office.app, "vhxh")
    for path in (f"/matters/{plan}", "/registers/inspection_plan"):
        said = words(officer.open(path))
        assert "2026" in said and "2.026" not in said, path


def test_the_lines_of_a_plan_lie_in_its_year_and_name_no_unit_twice_at_the_same_time(office: Office) -> None:
    plan = office.begin("inspection_plan", by="vhxh", year=2026, purpose="Chấn chỉnh thiếu sót.")
    first = line(office, "DONG-MAY", "Phong trào", "2026-11-09", "2026-11-13")
    for second, path in (
        (line(office, "DONG-MAY", "Hồ sơ", "2026-11-13", "2026-11-16"), "lines"),
        (line(office, "DONG-MAY", "Hồ sơ", "2027-01-04", "2027-01-05"), "lines.1.from_day"),
    ):
        with pytest.raises(Invalid) as refused:
            office.step(plan, "draft_inspections", by="vhxh", lines=[first, second], method="x")
        assert [fault.path for fault in refused.value.faults] == [path], second
    later = line(office, "DONG-MAY", "Hồ sơ", "2026-11-16", "2026-11-17")
    office.step(plan, "draft_inspections", by="vhxh", lines=[first, later], method="x")
    assert office.stands_at(plan) == {"submit_inspections"}


def test_another_plan_of_a_year_that_has_its_plan_is_a_supplement_and_says_so(office: Office) -> None:
    first = planned(office, line(office, "DONG-MAY", "Phong trào", "2026-11-09", "2026-11-13"))
    assert "bổ sung" not in text_of(preview_matter_paper(first, "inspection_plan", by=office.who("vhxh")))
    office.step(first, "sign_inspections", by="chutich", decision="sign")
    office.step(first, "number_inspections", by="vanthu", plan_number="45", signed_on=clock.today().isoformat())
    second = planned(office, line(office, "DET-NANG-SOM", "Phong trào", "2026-11-16", "2026-11-17"))
    names_first = "Kế hoạch này bổ sung Kế hoạch số 45/KH-HĐTĐKT ngày 03 tháng 11 năm 2026 của Hội đồng"
    assert names_first in text_of(preview_matter_paper(second, "inspection_plan", by=office.who("vhxh")))
    office.step(second, "sign_inspections", by="chutich", decision="sign")
    office.step(second, "number_inspections", by="vanthu", plan_number="46", signed_on=clock.today().isoformat())
    third = planned(office, line(office, "VHXH", "Phong trào", "2026-11-16", "2026-11-17"))
    assert names_first in text_of(preview_matter_paper(third, "inspection_plan", by=office.who("vhxh"))), "the plan, and no supplement"


def test_the_decision_names_the_plan_by_its_number_and_says_why_its_days_are_others(office: Office) -> None:
    (matter,) = signed_plan(office, line(office, "DONG-MAY", "Phong trào", "2026-11-09", "2026-11-13"))
    team = [{"name": "A", "post": "x", "role": "head"}, {"name": "B", "post": "y", "role": "secretary"}]
    task = tasks.read_task(open_stop(office, matter, "draft_decision").id, by=office.who("vhxh"))
    plan = first_answers(task.form, task.given)["plan_words"]
    assert plan == "45/KH-HĐTĐKT ngày 03 tháng 11 năm 2026"
    said = {"scope": "Kết quả", "period_checked": "năm 2026", "team": team, "until_day": "2026-11-13", "plan_words": plan}
    with pytest.raises(Invalid) as refused:
        office.step(matter, "draft_decision", by="vhxh", **said, from_day="2026-11-06")
    assert [fault.path for fault in refused.value.faults] == ["other_days_reason"]
    office.step(matter, "draft_decision", by="vhxh", **said, from_day="2026-11-06", other_days_reason="Trường đang thi.")
    paper = text_of(preview_matter_paper(matter, "inspection_decision", by=office.who("vhxh")))
    assert "Kế hoạch số 45/KH-HĐTĐKT ngày" in paper, paper[300:900]
    assert "khác với kế hoạch kiểm tra năm vì: Trường đang thi." in paper, paper[900:2000]
    office.step(matter, "sign_decision", by="chutich", decision="redo", note="Theo kế hoạch.")
    office.step(matter, "draft_decision", by="vhxh", **said, from_day="2026-11-09")
    assert "vì: Trường đang thi." not in text_of(preview_matter_paper(matter, "inspection_decision", by=office.who("vhxh")))


def test_an_unplanned_decision_says_that_it_is_and_why_and_a_visit_on_a_day_off_says_why(office: Office) -> None:
    matter = begin(office, until_day="2026-11-15")
    draft_decision(office, matter)
    paper = text_of(preview_matter_paper(matter, "inspection_decision", by=office.who("vhxh")))
    assert "Đây là cuộc kiểm tra đột xuất. Lý do: Có phản ánh." in paper
    sign_decision(office, matter)
    with pytest.raises(Invalid) as refused:
        office.step(matter, "notify_unit", by="vhxh", decision="notify", visit_on="2026-11-14", visit_at="8 giờ")  # a Saturday
    assert [fault.path for fault in refused.value.faults] == ["day_off_reason"]
    notify(office, matter, visit_on="2026-11-14", visit_at="8 giờ", day_off_reason="Ngày thường trường dạy học.")
    assert office.stands_at(matter) == {"confirm_visit"}
