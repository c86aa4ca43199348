"""The office's working calendar: public holidays by law, and the yearly decisions on swapped days as rows.

Counting itself is in `workflows.calendar`.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from service import clock, db
from workflows.calendar import WorkingCalendar, vietnam

_YEARS_AHEAD = 6
MOST_AHEAD = timedelta(days=731)
"""How far ahead somebody may put a day on a task or a question: the calendar holds more, so all that is counted to it can be."""
_KEEP_SECONDS = 2.0


class CalendarDay(db.Base):
    """A day that differs from the law's list: off, or worked; what the office decided stands beside what ships, and wins."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    by_office: Mapped[bool] = mapped_column(primary_key=True, default=False)
    """Decided by the office, not shipped."""
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(Text, default="")
    confidence: Mapped[str] = mapped_column(String(8), default="P")


class FormerDay(db.Base):
    """What stood for a day until somebody decided otherwise, so that what is past can be counted as it was counted then."""

    __tablename__ = "former_day"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    until: Mapped[datetime]
    day: Mapped[date]
    by_office: Mapped[bool]
    working: Mapped[bool | None]
    """None where nothing was said of the day."""


@dataclass(frozen=True, slots=True)
class Calendars:
    """The working calendars that were in force one after the other, and the moments at which each gave way to the next."""

    changes: tuple[datetime, ...]
    each: tuple[WorkingCalendar, ...]

    def number_at(self, moment: datetime) -> int:
        """Which of them was in force: the same number, the same days."""
        return bisect_right(self.changes, moment)

    def at(self, moment: datetime) -> WorkingCalendar:
        """The one in force at a moment."""
        return self.each[self.number_at(moment)]


_kept: dict[int, tuple[float, WorkingCalendar]] = {}


def working_calendar() -> WorkingCalendar:
    """The calendar in force; kept for two seconds in each process, so that counting costs no statement."""
    engine = db.database_number()
    kept = _kept.get(engine)
    if kept and time.monotonic() - kept[0] < _KEEP_SECONDS:
        return kept[1]
    with db.reading() as s:
        rows = s.execute(
            select(CalendarDay.day, CalendarDay.working, CalendarDay.name).order_by(CalendarDay.by_office)
        ).all()
    calendar = _made({day: (working, name) for day, working, name in rows})  # the office's own comes last
    _kept.clear()
    _kept[engine] = (time.monotonic(), calendar)
    return calendar


def _made(days: Mapping[date, tuple[bool, str]]) -> WorkingCalendar:
    year = clock.today().year
    return vietnam(
        range(2025, max(year, 2030) + _YEARS_AHEAD),
        off={day: name for day, (working, name) in days.items() if not working},
        working=[day for day, (working, _) in days.items() if working],
    )


def calendars_so_far() -> Calendars:
    """The calendar in force and all that came before it."""
    with db.reading() as s:
        rows = s.execute(select(CalendarDay.by_office, CalendarDay.day, CalendarDay.working)).all()
        former = s.execute(
            select(FormerDay.until, FormerDay.by_office, FormerDay.day, FormerDay.working).order_by(
                FormerDay.until.desc(), FormerDay.id.desc()
            )
        ).all()
    said = {(by_office, day): working for by_office, day, working in rows}
    changes: list[datetime] = []
    each = [_of(said)]
    for moment, gone in groupby(former, key=lambda row: row.until):
        for _, by_office, day, working in gone:  # the earliest comes last, and says what stood before that moment
            if working is None:
                said.pop((by_office, day), None)
            else:
                said[by_office, day] = working
        changes.append(moment)
        each.append(_of(said))
    return Calendars(tuple(reversed(changes)), tuple(reversed(each)))


def _of(said: Mapping[tuple[bool, date], bool]) -> WorkingCalendar:
    return _made({day: (said[by_office, day], "") for by_office, day in sorted(said)})


def last_day() -> date:
    """The last day that somebody may put on a task or a question."""
    return clock.today() + MOST_AHEAD


def forget() -> None:
    """Read the calendar anew next time, after a change of it."""
    _kept.clear()
