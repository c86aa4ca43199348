"""Loads the plan's movement and its rounds through the ordinary verbs; loading again adds only what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from service import clock, trail
from service.actor import Actor
from service.awards import rounds
from service.awards.models import Movement, Round
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
        movement = s.scalars(select(Movement).where(Movement.code == plan["code"])).first()
        if movement is None:
            movement = Movement(
                code=plan["code"],
                name=plan["name"],
                plan=plan["plan"],
                starts=plan["starts"],
                ends=plan["ends"],
                contents=[_plain(c) for c in plan["contents"]],
                phases=[_plain(p) for p in plan["phases"]],
                criteria=[_plain(c) for c in plan["criteria"]],
            )
            s.add(movement)
            s.flush()
            trail.record("movement:created", by=by, stream="system", body={"code": movement.code})
        known = {r.code: r.id for r in s.scalars(select(Round))}
        for row in source.rounds():
            if row["code"] not in known:
                known[row["code"]] = rounds.create_round(
                    movement.id,
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


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}
