"""Under what nominations stood at moments that have passed: their round's calendar, the rules of the day, their holds."""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from datetime import date, datetime

import orjson
from sqlalchemy import select

from service.awards.models import Hold, Nomination, Round
from service.awards.rules import Rules, rule_set, rules_on
from service.calendar import working_calendar
from service.db import database_number, reading
from service.processes.cases import Past
from workflows.calendar import ZONE, WorkingCalendar
from workflows.environment import Env

_KEEP_SECONDS = 60.0
_days: dict[tuple[int, date], tuple[float, Rules, str]] = {}


def past_of(nominations: Collection[int]) -> Mapping[int, Past]:
    """Under what each of these nominations stood at any moment.

    From its receipt on by the rules that it froze, before that by the rules in force on the day. Calendars are those of
    today: what was changed meanwhile was changed for open cases too.
    """
    calendar = working_calendar()
    with reading() as s:
        rows = s.execute(
            select(Nomination.id, Nomination.received_at, Nomination.rule_set_id, Round.id, Round.calendar)
            .join(Round, Round.id == Nomination.round_id)
            .where(Nomination.id.in_(nominations))
        ).all()
        holds: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
        for hold in s.execute(
            select(Hold.nomination_id, Hold.opened_at, Hold.lifted_at).where(Hold.nomination_id.in_(nominations))
        ):
            holds[hold.nomination_id].append((hold.opened_at, hold.lifted_at))
    dates = {number: {k: date.fromisoformat(v) for k, v in held.items()} for *_, number, held in rows}
    sets = {frozen: rule_set(frozen) for _, _, frozen, _, _ in rows if frozen is not None}
    return {
        number: _past(received, frozen, sets, round_id, dates[round_id], calendar, tuple(holds.get(number, ())))
        for number, received, frozen, round_id, _ in rows
    }


def _past(
    received: datetime | None,
    frozen: int | None,
    sets: Mapping[int, Rules],
    round_id: int,
    dates: Mapping[str, date],
    calendar: WorkingCalendar,
    held: tuple[tuple[datetime, datetime | None], ...],
) -> Past:
    database = database_number()

    def in_force(at: datetime) -> tuple[Rules, Hashable]:
        if frozen is not None and received is not None and at >= received:
            return sets[frozen], frozen
        return _rules_of_day(database, at.astimezone(ZONE).date())

    def surroundings(at: datetime) -> Env:
        rules, _ = in_force(at)
        return Env(now=lambda: at, calendar=calendar, dates=dates, rules=rules.values, blocking=rules.blocking)

    return Past(surroundings, lambda at: in_force(at)[1], round_id, held)


def _rules_of_day(database: int, day: date) -> tuple[Rules, str]:
    key = (database, day)
    kept = _days.get(key)
    if kept is None or time.monotonic() - kept[0] > _KEEP_SECONDS:
        rules = rules_on(day)
        said = orjson.dumps([rules.values, rules.blocking], option=orjson.OPT_SORT_KEYS)
        kept = _days[key] = (time.monotonic(), rules, hashlib.sha256(said).hexdigest())
    return kept[1], kept[2]
