"""Reminding the office of a period that goes to the province and of which nobody has begun a synthesis. Decides nothing."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, notices, people, trail
from service.actor import machine
from service.awards.rounds import end_of_day
from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.db import let_go, reading, transaction
from service.movement.beginning import form_to_begin
from service.movement.case import period_number
from service.movement.models import Matter, Period
from service.movement.registers import Kept, register_in_use, registers_in_use
from service.movement.wording import period_words

AHEAD = "REPORT_SYNTHESIS_AHEAD_DAYS"
_TOLD = "period:synthesis_awaited"


def remind_of_syntheses() -> int:
    """Tell the office, once a period, that the commune's day is near and no synthesis is begun. The worker's sweep."""
    today = clock.today()
    with reading() as s:
        near = [row for row in s.scalars(select(Period).where(Period.year >= today.year - 1)) if _is_near(row, today)]
        awaited = [row for row in near if not _is_begun(s, row) and not trail.read(stream=f"period:{row.id}", kind=_TOLD, limit=1).events]
        let_go(awaited)
    if not awaited:
        return 0
    to = people.members_of(sorted({group for kept in _putting_together() for group in kept.register.begins}))
    return sum(_tell(row, to, today) for row in awaited)


def _is_near(row: Period, today: date) -> bool:
    day = row.calendar.get("province_intake")
    return day is not None and 0 <= working_calendar().between(today, date.fromisoformat(day)) <= rules_on(today).number(AHEAD)


def _is_begun(s: Session, row: Period) -> bool:
    """Whether a matter was ever begun about a period."""
    rows = s.scalars(select(Matter.begun).where(Matter.period_id.is_(None), Matter.begun_at >= row.opened_at))
    return any(period_number(None, begun) == row.id for begun in rows)


def _putting_together() -> list[Kept]:
    """Registers whose matters are begun about a period."""
    return [kept for kept in registers_in_use().values() if kept.register.form and "periods" in form_to_begin(kept).given]


def _tell(row: Period, to: list[int], today: date) -> int:
    day, words, kept = row.calendar["province_intake"], period_words(row), register_in_use(row.process)
    with transaction():
        told = notices.queue(
            "synthesis_awaited", to=to, key=f"synthesis:{row.id}", link=f"/periods/{row.id}",
            context={
                "register": kept.register.one[0], "register_en": kept.register.one[1], "period": words[0], "period_en": words[1],
                "closes": end_of_day(day).isoformat(), "days": working_calendar().between(today, date.fromisoformat(day)) or None,
            },
        )
        trail.record(_TOLD, by=machine("timer"), stream=f"period:{row.id}", body={"count": told})
    return told


__all__ = ["AHEAD", "remind_of_syntheses"]
