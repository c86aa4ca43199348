"""Due times of what is asked on lists where no calendar gives them: working days of a rule, counted from a day.

A round's lists are due by its calendar; an ad hoc round has none, so each list there gets a due time of its own when it
is made (process.md section 2). Reads only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock
from service.awards.catalogue import AD_HOC
from service.awards.models import List, Nomination, Round
from service.awards.rounds import end_of_day
from service.awards.rules import Rules, rule_set, rules_on
from service.calendar import working_calendar
from workflows.calendar import ZONE


@dataclass(frozen=True, slots=True)
class Term:
    """A number of working days from the day after one day; when it ends, says the working calendar in force."""

    days: int
    since: date

    @property
    def until(self) -> datetime:
        """End of the last working day."""
        return end_of_day(working_calendar().add(self.since, self.days))


Due = Callable[[Session, Round, Sequence[int]], Term | None]
"""Reckons the term of a list that is being made: session, its round, its nominations."""


def after(key: str, since: date, *, rules: Rules | None = None) -> Term:
    """The working days of a rule, counted from the day after `since`; Conflict where the rule is missing."""
    return Term((rules or rules_on(since)).number(key), since)


def give(row: List, term: Term | None) -> None:
    """Let a list be due by a term, and by the working calendar whenever that changes; None takes its due time away."""
    row.due_days, row.due_since = (term.days, term.since) if term else (None, None)
    row.due_at = term.until if term else None


def term_of(row: List) -> Term | None:
    """The term by which a list is due; None for a list that is due on a fixed day, or never."""
    return Term(row.due_days, row.due_since) if row.due_days is not None and row.due_since is not None else None


def within(key: str) -> Due:
    """Term of a list in an ad hoc round: the rule's working days from the day on which the list is made."""

    def reckon(s: Session, round_: Round, nominations: Sequence[int]) -> Term | None:
        if round_.stage != AD_HOC:
            return None
        return after(key, clock.today(), rules=_frozen(s, nominations))

    return reckon


def since_receipt(key: str) -> Due:
    """Term of a list in an ad hoc round: the rule's working days from the receipt of its first name."""

    def reckon(s: Session, round_: Round, nominations: Sequence[int]) -> Term | None:
        if round_.stage != AD_HOC:
            return None
        received = s.execute(
            select(func.min(Nomination.received_at)).where(Nomination.id.in_(nominations))
        ).scalar()
        day = received.astimezone(ZONE).date() if received else clock.today()
        return after(key, day, rules=_frozen(s, nominations))

    return reckon


def _frozen(s: Session, nominations: Sequence[int]) -> Rules | None:
    """The rules of the day of receipt, as the diagram's own due times read them."""
    number = s.execute(
        select(func.max(Nomination.rule_set_id)).where(Nomination.id.in_(nominations))
    ).scalar()
    return rule_set(number) if number else None
