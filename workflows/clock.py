"""Due times: ISO 8601 durations and cycles, what a FEEL value means as a time, and the timer definitions.

The timer definitions subclass the library's because it asks by isinstance. They never look at the time of day
and never fire by themselves: `engine.wake` compares due times with the one clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
)

from workflows.calendar import ZONE, WorkingCalendar
from workflows.environment import Env
from workflows.feel import Expression, FeelError, YearsMonths

_DURATION = re.compile(
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?",
    re.ASCII,
)
_CYCLE = re.compile(r"R(\d{0,4})/(P.+)", re.ASCII)
END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Period:
    """An ISO 8601 duration, with calendar months kept apart from exact time."""

    months: int
    exact: timedelta

    def after(self, start: datetime) -> datetime:
        """The moment this long after `start`; a day missing in the month becomes its last day. Raises FeelError."""
        try:
            if self.months:
                year, month = divmod(start.year * 12 + start.month - 1 + self.months, 12)
                following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
                last = (following - timedelta(days=1)).day
                start = start.replace(year=year, month=month + 1, day=min(start.day, last))
            return start + self.exact
        except (OverflowError, ValueError):
            raise _too_far() from None


def _too_far() -> FeelError:
    return FeelError("Thời hạn này dài quá năm 9999.", "This time lies beyond the year 9999.")


def parse_period(text: str) -> Period | None:
    """Read `PT72H`, `P3D`, `P1M2DT3H`; None where the text is no ISO 8601 duration."""
    text = text.strip()
    found = _DURATION.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    exact = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return Period(years * 12 + months, exact)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repeating timer `Rn/duration`; `times` is -1 for endless."""

    times: int
    period: Period


def parse_cycle(text: str) -> Cycle | None:
    """Read `R3/PT24H` or `R/P1D`; None where the text is anything else."""
    found = _CYCLE.fullmatch(text.strip())
    period = parse_period(found.group(2)) if found else None
    if found is None or period is None or (not period.months and not period.exact):
        return None
    return Cycle(int(found.group(1)) if found.group(1) else -1, period)


def parse_moment(text: str) -> datetime | None:
    """Read an ISO date (the end of that day) or date and time; without a zone it is Vietnamese time."""
    text = text.strip()
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), END_OF_DAY, ZONE)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZONE)


def as_due(value: object, now: datetime) -> datetime | None:
    """The moment a FEEL value stands for: a date is the end of its day, a duration counts from `now`.

    None stays None. Raises FeelError for anything that is no time.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=ZONE)
    if isinstance(value, date):
        return datetime.combine(value, END_OF_DAY, ZONE)
    if isinstance(value, timedelta):
        return Period(0, value).after(now)
    if isinstance(value, str):
        period = parse_period(value)
        moment = period.after(now) if period is not None else parse_moment(value)
        if moment is not None:
            return moment
    if isinstance(value, YearsMonths):
        return Period(value.total, timedelta()).after(now)
    raise FeelError(
        f"Giá trị {value!r} không phải là ngày, thời điểm hay khoảng thời gian.",
        f"{value!r} is no date, moment or duration.",
    )


def due_at(source: Expression | Period | datetime, data: dict[str, Any], env: Env) -> datetime | None:
    """Evaluate a due time as it stood at `env.now()`; raises FeelError."""
    now = env.now()
    if isinstance(source, Period):
        return source.after(now)
    if isinstance(source, datetime):
        return source
    return as_due(source.evaluate(data, env), now)


def pause(due: datetime, held_at: datetime, released_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Move a due time over a hold so that the working time that remained at the hold remains after it."""
    if due <= held_at:
        return due
    local, held, released = (moment.astimezone(ZONE) for moment in (due, held_at, released_at))
    days = calendar.between(held.date(), local.date())
    if days == 0:
        return released_at + (due - held_at)
    return datetime.combine(calendar.add(released.date(), days), local.time(), ZONE)


class _Quiet:
    """A timer that fires only when it is told to."""

    def has_fired(self, my_task: Any) -> bool:
        return bool(my_task.internal_data.get("event_fired", False))

    def update_task(self, my_task: Any) -> None:
        """Nothing happens by looking at it."""

    def reset(self, my_task: Any) -> None:
        my_task.internal_data.pop("event_fired", None)
        my_task.internal_data.pop("event_value", None)


class DateTimer(_Quiet, TimeDateEventDefinition):  # type: ignore[misc]
    """`timeDate`: a FEEL expression or an ISO moment."""


class DurationTimer(_Quiet, DurationTimerEventDefinition):  # type: ignore[misc]
    """`timeDuration`: an ISO duration, or a FEEL expression giving a duration or the moment itself."""


class CycleTimer(_Quiet, CycleTimerEventDefinition):  # type: ignore[misc]
    """`timeCycle`: `Rn/duration`; missed rounds fold into one."""
