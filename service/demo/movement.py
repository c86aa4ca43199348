"""Loads the plan's movement and its rounds through the ordinary verbs; loading again adds only what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from service import clock
from service.actor import Actor
from service.awards import rounds
from service.awards.models import Movement, Round
from service.awards.movements import MovementInput, make_movement, shipped
from service.calendar import working_calendar
from service.db import transaction
from service.demo import source


def load_movement(
    *, by: Actor, slide: bool = True, calendars: Mapping[str, Mapping[str, date]] | None = None
) -> dict[str, int]:
    """Load the movement and plan its rounds; returns round code → id.

    With `slide`, a round whose filing has just passed is moved on by whole weeks, so that a newcomer can file today.
    A round in `calendars` takes its dates from there.
    """
    plan = source.movement()
    with transaction() as s:
        number = s.scalars(select(Movement.id).where(Movement.code == plan["code"])).first()
        if number is None:
            number = make_movement(plan["code"], MovementInput(
                name=plan["name"], plan=plan["plan"], starts=plan["starts"], ends=plan["ends"],
                phases=plan["phases"], contents=shipped("content"), criteria=shipped("criterion"),
            ), by=by)
        known = {r.code: r.id for r in s.scalars(select(Round))}
        for row in source.rounds():
            if row["code"] not in known:
                known[row["code"]] = rounds.create_round(
                    number,
                    code=row["code"],
                    name=row["name"],
                    stage=row["stage"],
                    year=row["year"],
                    window=(row["window_from"], row["window_to"]),
                    calendar=_calendar(row, (calendars or {}).get(row["code"]), slide=slide),
                    by=by,
                    guidance=row.get("guidance", ""),
                )
        return known


def _calendar(
    row: Mapping[str, Any], given: Mapping[str, date] | None, *, slide: bool
) -> dict[str, str]:
    calendar: Mapping[str, date] = given or row["calendar"]
    today = clock.today()
    if slide and given is None and row["year"] == today.year and row["stage"] != "DOT_XUAT":
        calendar = source.slid(calendar, today, working_calendar())
    return {key: day.isoformat() for key, day in calendar.items()}
