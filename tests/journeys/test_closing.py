"""The end of filing: who is warned, the exact second, what is refused after it, and taking a dossier late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from service import clock, people
from service.awards import rounds
from service.awards.effects import warn_of_closing
from service.awards.rounds import end_of_day
from service.db import reading
from service.errors import Conflict, Forbidden
from service.notices.models import Mail
from service.processes import drafts
from tests.journeys.office import Office
from workflows.calendar import ZONE

ROUND = "HN-2026"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def _filing(office: Office) -> date:
    return date.fromisoformat(rounds.read_round(office.rounds[ROUND]).calendar["filing"])


def _warned() -> list[tuple[int, str]]:
    with reading() as s:
        return [
            (account, link or "")
            for account, link in s.execute(
                select(Mail.account, Mail.link).where(Mail.letter == "draft_closing").order_by(Mail.id)
            )
        ]


def _account(login: str) -> int:
    return people.find_account(login).id


def test_unsigned_drafts_and_begun_nominations_are_warned_once_two_working_days_before_the_end(office: Office) -> None:
    name = office.nominate(ROUND)
    submission = office.submission(name)
    drafts.keep_draft(f"nominate:{office.rounds[ROUND]}", {"name": "Đỗ Hừng Đông"}, by=office.who("donvi2"))
    drafts.keep_draft(f"nominate:{office.rounds[ROUND]}", {"name": "Lê Trúc Xanh"}, by=office.who("donvi"))
    office.go_to("2026-11-10")
    assert _warned() == []
    office.go_to(_filing(office) - timedelta(days=1))
    warned = _warned()
    assert (_account("donvi"), f"/submissions/{submission}") in warned
    assert (_account("thutruong"), f"/submissions/{submission}") in warned
    assert (_account("donvi2"), f"/rounds/{office.rounds[ROUND]}/nominate") in warned
    assert [account for account, _link in warned].count(_account("donvi")) == 1  # one letter a person
    assert warn_of_closing() == 0
    office.go_to(_filing(office))
    assert _warned() == warned


def test_nobody_without_a_draft_is_warned(office: Office) -> None:
    name = office.nominate(ROUND)
    office.assess(name)
    office.sign(name)
    office.go_to(_filing(office))
    assert _warned() == []


def test_filing_holds_to_the_last_second_of_its_day_and_not_a_second_longer(office: Office) -> None:
    last = end_of_day(_filing(office))
    assert last == datetime.combine(_filing(office), datetime.max.time(), ZONE).replace(microsecond=0)
    name = office.nominate(ROUND)
    office.assess(name)
    clock.move_to(last)
    assert not rounds.filing_closed(rounds.read_round(office.rounds[ROUND]))
    office.nominate(ROUND, name="Lê Trúc Xanh")
    clock.move_to(last + timedelta(seconds=1))
    assert rounds.filing_closed(rounds.read_round(office.rounds[ROUND]))
    with pytest.raises(Conflict) as refused:
        office.nominate(ROUND, name="Đỗ Hừng Đông")
    assert refused.value.code == "filing-closed"
    with pytest.raises(Conflict) as refused:
        office.sign(name)
    assert refused.value.code == "filing-closed"


def test_head_of_the_office_takes_a_dossier_late_with_a_reason(office: Office) -> None:
    name = office.nominate(ROUND)
    office.assess(name)
    submission = office.submission(name)
    clock.move_to(end_of_day(_filing(office)) + timedelta(seconds=1))
    for login in ("donvi", "thutruong", "vhxh"):
        with pytest.raises(Forbidden):
            office.act(submission, "take_late", by=login, fields={"reason": "Bão"})
    office.act(submission, "take_late", by="truongphong", fields={"reason": "Đường ngập, đơn vị nộp chậm một ngày"})
    office.sign(name)
    assert "check_dossier" in office.at(name)
