"""Units that never had an award are told from the awards and the register of past awards together; scorers are compared."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from service import people
from service.actor import machine
from service.awards import fairness, past_awards
from service.awards.past_awards import PastInput
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office

DAY = date(2026, 11, 3)
ROUND = "HN-2026"


def _never(office: Office, list_id: int) -> tuple[set[str], int, int]:
    found = fairness.never_awarded(office.rounds[ROUND], list_id)
    return {u.code for u in found.units}, found.of, len(found.on_list)


def _past(office: Office, unit: str, what: str, name: str) -> None:
    said = PastInput("INDIVIDUAL", name, office.units[unit], None, what, 2024, "PHONG_TRAO", "12/QĐ-UBND")
    past_awards.enter_past([said], by=office.who("vhxh"))


def test_unit_counts_as_awarded_by_its_awards_and_by_the_register(office_on: OpenOffice) -> None:
    office = office_on(DAY)
    one = office.nominate(ROUND, name="Lê Trúc Xanh")
    two = office.nominate(ROUND, name="Mai Thoi Sợi", unit="DET-NANG-SOM", by="donvi2")
    office.assess(two, by="donvi2")
    office.to_council(one, ROUND)
    office.sit(ROUND, {})
    decision = office.draw_up("decision", ROUND, by="vhxh")
    assert _never(office, decision) == ({"DONG-MAY", "DET-NANG-SOM"}, 2, 1)
    _past(office, "DET-NANG-SOM", "HTXS", "Trịnh Hoa Vải")
    assert _never(office, decision) == ({"DONG-MAY", "DET-NANG-SOM"}, 2, 1), "a rating of the year is no award"
    _past(office, "DET-NANG-SOM", "GK_XA", "Trịnh Hoa Vải")
    assert _never(office, decision) == ({"DONG-MAY"}, 2, 1)
    (held,), _ = past_awards.find_past(office.who("vhxh"), what="GK_XA")
    past_awards.strike_past(held.row.id, "Nhầm người", by=office.who("vhxh"))
    assert _never(office, decision) == ({"DONG-MAY", "DET-NANG-SOM"}, 2, 1), "what was struck does not count"


@pytest.mark.long
def test_awards_of_the_service_count_for_the_unit_that_nominated(office_on: OpenOffice) -> None:
    office = office_on(DAY)
    one = office.nominate(ROUND, name="Lê Trúc Xanh")
    office.to_council(one, ROUND)
    office.sit(ROUND, {})
    office.decide(ROUND, 1126)
    assert _never(office, 0) == (set(), 1, 0)


def test_scorers_of_the_office_are_compared_by_what_they_changed(office_on: OpenOffice) -> None:
    office = office_on(DAY)
    people.create_demo_account("vhxh.hai", "Lý Chè Xanh", title="", email="hai@sonmai.example", groups=["vhxh"], by=machine("cli"))
    names = [office.nominate(ROUND, name=n) for n in ("Lê Trúc Xanh", "Tạ Suối Mơ", "Vũ Lá Cọ")]
    for one in names:
        office.assess(one)
    office.sign(names[0])
    office.check(names[0], D1={"score": 7, "reason": "Chưa đủ minh chứng"})
    office.check(names[1])
    office.check(names[2], by="vhxh.hai", D1={"score": 10, "reason": "Vượt mức"})
    strict, mild = fairness.office_scorers(names)
    assert {strict.name, mild.name} == {office.who("vhxh").name, office.who("vhxh.hai").name}
    found = {x.name: (x.mean, x.others, x.count) for x in (strict, mild)}
    assert found[office.who("vhxh").name] == (Decimal(-1), Decimal(1), 2)
    assert found[office.who("vhxh.hai").name] == (Decimal(1), Decimal(-1), 1)
    assert fairness.office_scorers([]) == []
