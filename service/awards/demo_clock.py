"""The demo's clock moved on by a person: said in the trail, and what the new day opens stands open. Never goes back."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from service import clock, trail
from service.actor import Actor
from service.awards.rounds import turn_rounds
from service.db import transaction
from service.errors import Invalid
from workflows.calendar import ZONE


def advance_clock(*, advance: str | None, to: str | None, by: Actor) -> None:
    """Move the demo's clock by an ISO duration, or to a day or moment; rounds whose moment has come are open at once.

    Deadlines, reminders and mails follow with the worker's next turn. Raises Invalid for the past and what cannot be read.
    """
    moment = clock.now() + _duration(advance) if advance else _moment(to) if to else None
    if moment is None or moment < clock.now() or moment.year > 2040:
        raise Invalid(
            "Đồng hồ chỉ chỉnh tới, nhiều nhất đến năm 2040. Ghi ví dụ P1D, hoặc 2030-11-01.",
            "The clock moves forward only, up to 2040. Write P1D, or 2030-11-01.",
            code="clock",
        )
    with transaction():
        trail.record("demo:clock_moved", by=by, stream="system", body={"to": moment.isoformat()})
    clock.move_to(moment)
    turn_rounds()


_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()):
        raise Invalid("Khoảng thời gian ghi dạng P1D hoặc PT2H.", "Write a duration as P1D or PT2H.", code="clock")
    weeks, days, hours, minutes, seconds = (int(g or 0) for g in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _moment(text: str) -> datetime | None:
    try:
        if len(text) == 10:
            # A day begins when the office opens; today again means: leave it.
            return max(datetime.combine(date.fromisoformat(text), datetime.min.time(), ZONE).replace(hour=8), clock.now()) \
                if date.fromisoformat(text) >= clock.today() else None
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


__all__ = ["advance_clock"]
