"""Who is of an inspected unit does no step of its inspection but the unit's own, whatever office he holds besides."""

from __future__ import annotations

from datetime import date

import pytest

from service import movement, people
from service.actor import machine
from service.errors import Forbidden, NotFound
from service.movement import filings, find_matters, read_matter, read_period, register_in_use
from service.processes import inbox, tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import (
    begin,
    decided,
    draft_decision,
    notify,
    open_stop,
    send_visit,
    sign_decision,
    visit_answers,
)
from tests.journeys.office import Office

DAY = date(2026, 11, 3)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def reads(office: Office, login: str, matter: int) -> bool:
    """Whether somebody reads an inspection; the page and the register say the same."""
    who, kept = office.who(login), register_in_use("inspection")
    listed = matter in [one.id for one in find_matters(kept, by=who).entries]
    try:
        read_matter(matter, by=who)
    except NotFound:
        assert not listed, login
        return False
    assert listed, login
    return True


def asked(office: Office, login: str, element: str) -> bool:
    return element in [one.element for one in inbox.read_inbox(office.who(login), "all").items]


def test_a_member_of_the_council_who_is_of_the_unit_neither_visits_it_nor_reads_before_it_is_told(office: Office) -> None:
    people.grant(office.who("thuky").account, f"unit_head:{office.units['DONG-MAY']}", by=machine("cli"))
    matter = begin(office)
    assert reads(office, "thuky2", matter) and not reads(office, "thuky", matter)
    other = begin(office, unit="DET-NANG-SOM")
    assert reads(office, "thuky", other)  # another unit's does not concern him
    told = decided(office)
    assert reads(office, "thuky", told)
    office.go_to("2026-11-09")
    assert asked(office, "thuky2", "visit") and not asked(office, "thuky", "visit")
    with pytest.raises(Forbidden) as refused:
        tasks.complete_task(open_stop(office, told, "visit").id, visit_answers([]), by=office.who("thuky"))
    assert refused.value.code == "own-case"
    send_visit(office, told, by="thuky2")
    office.step(told, "sign_minutes", by="thuky", minutes_said="agree", minutes_signed_on="2026-11-09", unit_signer="B")
    assert office.stands_at(told) == {"record_findings"}  # what is the unit's own he does, as its head


def test_an_inspection_of_the_office_itself_is_run_by_who_falls_in_for_it(office: Office) -> None:
    matter = office.begin("inspection", by="chutich", unit="VHXH", subject="Hồ sơ khen thưởng", from_day="2026-11-09",
                          until_day="2026-11-13", cause="unplanned", reason="Có phản ánh.")
    assert not reads(office, "vhxh", matter) and not reads(office, "truongphong", matter)
    for login in ("vhxh", "truongphong"):
        with pytest.raises(NotFound):
            tasks.complete_task(open_stop(office, matter, "draft_decision").id, {}, by=office.who(login))
    draft_decision(office, matter, by="vanphong")
    sign_decision(office, matter)
    told = {"visit_on": "2026-11-09", "visit_at": "8 giờ"}
    assert not asked(office, "vhxh", "notify_unit")
    notify(office, matter, by="vanphong", **told)
    assert reads(office, "vhxh", matter) and reads(office, "truongphong", matter)
    office.step(matter, "confirm_visit", by="vhxh", decision="confirm", contact_name="B")
    assert office.stands_at(matter) == {"visit"}


def test_a_unit_is_kept_from_no_report_of_its_own_and_nobody_from_a_petition_of_none(office: Office) -> None:
    period = movement.open_period("unit_report", 2026, by=office.who("vhxh"))
    filed = filings(read_period(period, by=office.who("vhxh"))[1])
    own = next(one.matter for one in filed if one.unit == office.units["DONG-MAY"])
    remark = office.begin("petition", by="vhxh", kind="remark", subject="Góp ý", content="Nội dung góp ý.", received_on="2026-11-03")
    for matter in (own, remark):
        assert read_matter(matter, by=office.who("truongphong")).running.own_units == ()
