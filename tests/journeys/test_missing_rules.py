"""A rule that the register does not give in force: the step that needs it says so, and nothing is reckoned instead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import update

from service import movement, trail
from service.actor import machine
from service.awards import rules
from service.awards.models import Rule
from service.db import transaction
from service.errors import Conflict
from service.processes.history import timeline
from tests.journeys.office import Office

ROUND = "HN-2026"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def _end(key: str, on: date | None = date(2025, 1, 2)) -> None:
    """Let a rule end long ago, or never."""
    with transaction() as s:
        s.execute(update(Rule).where(Rule.key == key).values(valid_to=on))
        trail.record("rule:changed", by=machine("cli"), stream="system", body={"key": key})
    rules._kept.clear()


def _petition(office: Office, one: int) -> int:
    return office.begin(
        "petition", by="vhxh", about=[one], kind="complaint", subject="Làm rõ số liệu", content="Đề nghị làm rõ số liệu.",
        sender="Một người dân", received_on="2026-11-03",
    )


def test_a_petition_is_not_dated_without_its_rule(office: Office) -> None:
    one, other = office.nominate(ROUND), office.nominate(ROUND, name="Đỗ Hừng Đông")
    for n in (one, other):
        office.assess(n)
    office.sign(one)
    first = _petition(office, one)
    _end("PETITION_CLASSIFY_DAYS")
    with pytest.raises(Conflict, match="PETITION_CLASSIFY_DAYS"):
        _petition(office, other)
    kept = movement.register_in_use("petition")
    assert [e.id for e in movement.find_matters(kept, by=office.who("truongphong")).entries] == [first], "nothing was begun"
    _end("PETITION_CLASSIFY_DAYS", None)
    second = movement.read_matter(_petition(office, other), by=office.who("truongphong")).entry
    assert second.number == "ĐKN 02/2026", "and no number was used up"


def test_a_return_asks_the_rule_how_often(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one, "supplement")
    _end("SUPPLEMENT_MAX")
    with pytest.raises(Conflict, match="SUPPLEMENT_MAX"):
        office.act(office.submission(one), "return", by="vhxh")
    _end("SUPPLEMENT_MAX", None)
    office.act(office.submission(one), "return", by="vhxh")
    assert office.at(one) == {"supplement_dossier"}


def test_a_refusal_waits_for_the_rule_of_its_letter(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    _end("RESULT_NOTICE_DAYS")
    with pytest.raises(Conflict, match="RESULT_NOTICE_DAYS"):
        office.check(one, "not_eligible")
    assert [s.element for s in timeline(office.read(one).instance_id or 0) if s.state == "open"] == ["check_dossier"]


def test_a_list_is_not_posted_for_a_made_up_time(office: Office) -> None:
    _end("COMMUNE_POSTING_DAYS")  # before the signature, which freezes the rules of the day
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one)
    posting = office.draw_up("posting", ROUND, by="vhxh")
    with pytest.raises(Conflict, match="COMMUNE_POSTING_DAYS"):
        office.act(posting, "post", by="vhxh", fields={"place": "Trụ sở UBND xã", "dated": "2026-11-03"})
