"""Reminding units that have not filed: a broadcast to them in the service's own words, once a day. Decides nothing else."""

from __future__ import annotations

from collections.abc import Collection

from service import clock, notices, people, trail
from service.actor import Actor
from service.awards import broadcasting
from service.awards.overview import units_in_round
from service.awards.rounds import end_of_day, read_round
from service.calendar import working_calendar
from service.db import transaction
from service.errors import Conflict


def remind_units(round_id: int, units: Collection[int] | None = None, *, by: Actor) -> int:
    """Mail the people of units that have not filed in a round (all of them, or those named); how many units.

    A unit is reminded at most once a day. Raises Forbidden; Conflict where nobody is left to remind or the round has
    no date for filing.
    """
    people.require(by, "submission.return")
    row = read_round(round_id)
    if row.state != "open" or "filing" not in row.calendar:
        raise Conflict("Đợt này không nhận hồ sơ lúc này.", "This round is not open.", code="round-not-open")
    today = clock.today()
    late = [
        one
        for one in units_in_round(round_id)
        if not one.filed
        and (units is None or one.unit.id in units)
        and (one.reminded is None or one.reminded.astimezone(end_of_day(today).tzinfo).date() < today)
    ]
    if not late:
        raise Conflict(
            "Các đơn vị này đã nộp hoặc đã được đôn đốc hôm nay.",
            "These units have filed, or were reminded today.",
            code="nobody-to-remind",
        )
    closes = end_of_day(row.calendar["filing"])
    left = working_calendar().between(today, closes.date())
    told = {one.unit.id: broadcasting.people_to_remind(one.unit.id) for one in late}
    with transaction():
        number = broadcasting.note(
            "not_filed", [account for accounts in told.values() for account in accounts], letter="draft_closing", by=by,
            round_id=round_id,
        )
        for one in late:
            notices.queue(
                "draft_closing",
                to=told[one.unit.id],
                key=broadcasting.key_of(number, one.unit.id),
                context={"title": f"{one.unit.name}, {row.name}", "closes": closes}
                | ({"days": left} if left > 0 else {}),
                link=f"/lists/{one.list_id}" if one.list_id else f"/rounds/{round_id}",
            )
        trail.record(
            "round:units_reminded",
            by=by,
            stream=f"round:{round_id}",
            body={"units": [one.unit.id for one in late], "count": len(late), "broadcast": number},
        )
    return len(late)
