"""Under what nominations stood at moments that have passed: calendars and rules as they were known then, their holds."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from service.awards.models import FormerCalendar, Hold, Nomination, Round
from service.awards.rules import Register, Rules, register_so_far, rule_set
from service.calendar import Calendars, calendars_so_far
from service.db import reading
from service.processes.cases import Past
from workflows.environment import Env
from workflows.replay_key import InForce


@dataclass(frozen=True, slots=True)
class _Dates:
    """The calendars that a round had one after the other, and when each was changed."""

    round_id: int
    changes: tuple[datetime, ...]
    each: tuple[Mapping[str, date], ...]


def past_of(nominations: Collection[int]) -> Mapping[int, Past]:
    """Under what each of these nominations stood at any moment.

    From its receipt on by the rules that it froze, before that by the register as it was known then. Working days and
    the round's dates are those of the moment too.
    """
    with reading() as s:
        rows = s.execute(
            select(Nomination.id, Nomination.received_at, Nomination.rule_set_id, Round.id, Round.calendar)
            .join(Round, Round.id == Nomination.round_id)
            .where(Nomination.id.in_(nominations))
        ).all()
        former: dict[int, list[FormerCalendar]] = defaultdict(list)
        for row in s.scalars(
            select(FormerCalendar).where(FormerCalendar.round_id.in_({number for *_, number, _ in rows})).order_by(FormerCalendar.id)
        ):
            former[row.round_id].append(row)
        s.expunge_all()
        holds: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
        for hold in s.execute(
            select(Hold.nomination_id, Hold.opened_at, Hold.lifted_at).where(Hold.nomination_id.in_(nominations))
        ):
            holds[hold.nomination_id].append((hold.opened_at, hold.lifted_at))
    dates = {number: _dates(number, former[number], now) for *_, number, now in rows}
    sets = {frozen: rule_set(frozen) for _, _, frozen, _, _ in rows if frozen is not None}
    days, register = calendars_so_far(), register_so_far()
    return {
        number: _past(received, frozen, sets, dates[round_id], days, register, tuple(holds.get(number, ())))
        for number, received, frozen, round_id, _ in rows
    }


def _dates(number: int, former: Collection[FormerCalendar], now: Mapping[str, str]) -> _Dates:
    each = [*(row.calendar for row in former), now]
    read = tuple({key: date.fromisoformat(day) for key, day in said.items()} for said in each)
    return _Dates(number, tuple(row.until for row in former), read)


def _past(
    received: datetime | None,
    frozen: int | None,
    sets: Mapping[int, Rules],
    dates: _Dates,
    days: Calendars,
    register: Register,
    held: tuple[tuple[datetime, datetime | None], ...],
) -> Past:
    def rules_at(at: datetime) -> tuple[Rules, int | str]:
        if frozen is not None and received is not None and at >= received:
            return sets[frozen], frozen
        return register.at(at)

    def surroundings(at: datetime) -> Env:
        rules, _ = rules_at(at)
        given = dates.each[bisect_right(dates.changes, at)]
        return Env(now=lambda: at, calendar=days.at(at), dates=given, rules=rules.values, blocking=rules.blocking)

    def in_force(at: datetime) -> InForce:
        return InForce(rules_at(at)[1], days.number_at(at), (dates.round_id, bisect_right(dates.changes, at)))

    return Past(surroundings, in_force, tuple(sorted({*days.changes, *dates.changes})), held)
