"""The office's working calendar: public holidays by law, and the yearly decisions on swapped days as rows.

Counting itself is in `workflows.calendar`.
"""

from __future__ import annotations

import time
from datetime import date

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from service import clock, db
from workflows.calendar import WorkingCalendar, vietnam

_YEARS_AHEAD = 6
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
    days = {day: (working, name) for day, working, name in rows}  # the office's own comes last
    year = clock.today().year
    calendar = vietnam(
        range(2025, max(year, 2030) + _YEARS_AHEAD),
        off={day: name for day, (working, name) in days.items() if not working},
        working=[day for day, (working, _) in days.items() if working],
    )
    _kept.clear()
    _kept[engine] = (time.monotonic(), calendar)
    return calendar


def forget() -> None:
    """Read the calendar anew next time, after a change of it."""
    _kept.clear()
