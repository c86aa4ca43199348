"""When mail may go: on working days between 7:00 and 20:00; digests at 7:30. Moments in, moments out; sends nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from flask import current_app

from service import clock
from service.calendar import working_calendar
from service.notices.letters import letters
from workflows.calendar import ZONE

MORNING, EVENING = time(7, 0), time(20, 0)
DIGEST = time(7, 30)


def urgent_letters() -> frozenset[str]:
    """Letters that go at any hour."""
    return frozenset(name for name, one in letters().items() if one.urgent)


def freeze_proof_letters() -> frozenset[str]:
    """Letters that may go while outgoing mail is held back."""
    return frozenset(name for name, one in letters().items() if one.through_freeze)


goes_through: list[Callable[[], bool]] = []
"""Asked before such a letter goes while mail is held back; a part above says no where this machine is not the one that sent before."""


def passing_letters() -> frozenset[str]:
    """Letters that go just now while outgoing mail is held back."""
    return freeze_proof_letters() if all(ask() for ask in goes_through) else frozenset()


def is_quiet(at: datetime | None = None) -> bool:
    """Tell whether the office keeps quiet at a moment: at night, on weekends and public holidays, where it is so set."""
    if not current_app.extensions["settings"].quiet_hours:
        return False
    local = (at or clock.now()).astimezone(ZONE)
    return not MORNING <= local.time() < EVENING or not working_calendar().is_working(local.date())


def next_moment(letter: str, at: datetime) -> datetime:
    """The first moment from `at` on at which this letter may go."""
    if letter in urgent_letters() or not is_quiet(at):
        return at
    local = at.astimezone(ZONE)
    calendar = working_calendar()
    day = calendar.add(local.date(), 1 if local.time() >= EVENING and calendar.is_working(local.date()) else 0)
    return datetime.combine(day, MORNING, ZONE)


def next_digest(way: str, at: datetime) -> datetime:
    """When the digest goes that takes what happens at a moment: the next working morning; weekly, that of the next Monday."""
    local = at.astimezone(ZONE)
    day = local.date() + timedelta(days=local.time() >= DIGEST)
    if way == "weekly":
        day += timedelta(days=-day.weekday() % 7)
    return datetime.combine(working_calendar().add(day, 0), DIGEST, ZONE)
