"""What law.md section 11 suggests and no other test says; "blocked" holds for sourced or confirmed rules only.

Money is in test_award_money; flags, state awards, gaps and used initiatives in test_checks; a second supplement in
test_list_due; own numbers at once in test_numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from service import clock, trail
from service.awards import lists, rule_versions
from service.awards.models import Award, List
from service.awards.numbers import next_number, take_number
from service.awards.rule_versions import RuleInput
from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.db import reading, transaction
from service.errors import Invalid
from tests.journeys.office import Office

ROUND = "HN-2026"
DAY = date(2026, 11, 3)
PAPER = "QĐ"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(DAY)


@pytest.mark.long
def test_pending_inspection_keeps_a_name_off_the_councils_agenda_until_a_conclusion(office: Office) -> None:
    one, other = office.nominate(ROUND), office.nominate(ROUND, name="Đỗ Hừng Đông")
    for n in (one, other):
        office.assess(n)
    office.sign(one)
    for n in (one, other):
        office.check(n)
    office.post(ROUND, [one, other])
    hold = lists.file_one(
        "hold", one, "suspend", {"cause": "verification", "reason": "Đang thanh tra"}, by=office.who("truongphong")
    )
    office.work()
    assert office.at(one) == {"wait_council", "wait_release"} and office.at(other) == {"wait_council"}
    with pytest.raises(Invalid):
        office.draw_up("council_sheet", ROUND, [one], by="thuky")
    with pytest.raises(Invalid):
        office.act(hold.list_id, "resume", by="truongphong", fields={"reason": ""})
    with pytest.raises(Invalid, match="conclusion"):
        office.act(hold.list_id, "resume", by="truongphong", fields={"reason": "ok"})  # no paper, no end of the hold
    office.act(hold.list_id, "resume", by="truongphong", fields={"reason": "Không vi phạm", "number": "4/KL-TTr ngày 9/11/2026"})
    office.draw_up("council_sheet", ROUND, [one, other], by="thuky")


def test_public_opinion_of_an_order_runs_ten_working_days_and_a_holiday_moves_its_end(office: Office) -> None:
    days = rules_on(DAY).number("PUBLIC_OPINION_DAYS")
    assert days == 10 and rules_on(DAY).blocking["PUBLIC_OPINION_DAYS"]
    calendar = working_calendar()
    assert not calendar.is_working(date(2026, 11, 24))
    assert calendar.add(date(2026, 11, 13), days) == date(2026, 11, 30), "24/11 is Vietnamese Culture Day"
    assert calendar.add(date(2026, 11, 6), days) == date(2026, 11, 20), "without the holiday: two whole weeks"


@pytest.mark.long
def test_own_numbers_begin_anew_each_year_and_typed_ones_need_not_be_gapless(office: Office) -> None:
    one = office.nominate(ROUND)
    office.to_council(one, ROUND)
    office.sit(ROUND, {})
    decision = office.decide(ROUND, 1126)
    with pytest.raises(Invalid) as refused, transaction() as s:
        row = s.get_one(List, decision)
        trail.record("decision:issued", by=office.who("vanthu"), stream=f"list:{decision}", body={})
        take_number(s, row, paper=PAPER, number=1131, dated=clock.today())  # a gap is the body's own matter
        take_number(s, row, paper=PAPER, number=1126, dated=date(clock.today().year + 1, 1, 4))
        take_number(s, row, paper=PAPER, number=1126, dated=clock.today())  # a paper keeps its own
        other = s.scalars(select(List).where(List.id != decision)).first()
        assert other is not None
        take_number(s, other, paper=PAPER, number=1126, dated=clock.today())
    assert "Số 1126/QĐ-UBND năm 2026 đã dùng cho “" in refused.value.faults[0].message
    with pytest.raises(KeyError), transaction() as s:
        first = [next_number(s, "minutes", year) for year in (2030, 2030, 2031)]
        assert first == [1, 2, 1]
        raise KeyError


@pytest.mark.long
def test_base_salary_of_the_day_of_the_decision_pays_whatever_was_frozen_at_receipt(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    rule_versions.change_rule(
        "BASE_SALARY",
        RuleInput(2_700_000, "Nghị định 999/2026/NĐ-CP", date(2026, 12, 1), None, "S", "Lương cơ sở mới"),
        seen=2, by=office.who("vhxh"),
    )
    office.check(one)
    office.post(ROUND, [one])
    office.go_to("2026-12-15")
    office.sit(ROUND, {})
    office.decide(ROUND, 1126)
    with reading() as s:
        award = s.scalars(select(Award).where(Award.nomination_id == one)).one()
    assert award.money == 810_000 and "2.700.000" in award.money_basis
    assert rules_on(DAY).value("BASE_SALARY") == 2_530_000
