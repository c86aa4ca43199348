"""A year's plan of inspections: its days hold together when they are written, and it is signed on whatever day the chair signs it."""

from __future__ import annotations

from datetime import date

import pytest

from service.errors import Invalid
from service.movement import find_matters, register_in_use
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import begin, line, planned
from tests.journeys.office import Office
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
