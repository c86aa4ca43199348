"""The reading script of a ceremony: who is called when, by which decision, and who hands over."""

from __future__ import annotations

import pytest

from service.awards import lists
from service.papers.facts import facts_of
from service.papers.kinds import kind_named
from service.papers.printing import print_paper
from service.papers.wording import document_of
from tests.journeys.office import Office
from tests.service.papers.reading import text_of

ROUND = "HN-2026"


@pytest.mark.long
def test_collectives_then_households_then_persons_are_called(office: Office) -> None:
    person = office.nominate(ROUND, name="Âu Cỏ Biếc", gender="female")
    house = office.nominate(ROUND, name="Hộ ông Lý Mưa Nguồn", kind="HOUSEHOLD", members=4)
    group = office.nominate(ROUND, name="Tổ Tin học", kind="COLLECTIVE", group="A", members=7)
    found = [person, house, group]
    for one in found:
        office.assess(one)
    office.sign(person)
    for one in found:
        office.check(one)
    office.post(ROUND, found)
    office.sit(ROUND, {}, found)
    office.decide(ROUND, 1126, found)
    row = lists.read_list(office.award_list(person), by=office.who("vhxh"))
    facts = facts_of(row, kind_named("ceremony_script"))
    assert [n["name"] for n in facts["names"]] == ["Tổ Tin học", "Hộ ông Lý Mưa Nguồn", "Âu Cỏ Biếc"]
    assert [n["no"] for n in facts["names"]] == [1, 2, 3]
    (part,) = facts["parts"]
    assert part["decision"] and part["gives"] == "Chủ tịch Ủy ban nhân dân xã, Hồ Đại Ngàn"
    said = text_of(print_paper(facts))
    assert "3. Bà Âu Cỏ Biếc" in said and "2. Hộ ông Lý Mưa Nguồn" in said and "Hộ gia đình Hộ" not in said
    assert document_of(facts)["title"] == "KỊCH BẢN ĐỌC TẠI LỄ TRAO TẶNG"
