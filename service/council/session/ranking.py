"""Names ranked on the council's scores, or on the office's where there are none; a choice by a cut of that ranking, kept.

Names are compared within one subject group, because their criteria are the same. Reads the session's rows; shows
nothing to anybody by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from service import clock, trail
from service.actor import Actor
from service.awards import lists, scores
from service.awards.models import List, Nomination
from service.awards.ranking import Cut, against, rank_rule
from service.awards.scores import Ranked
from service.council.session import scoring
from service.council.session.values import CutMade
from service.db import reading, transaction


def ranked_names(round_id: int, nominations: Collection[int], day: date) -> dict[str, list[Ranked]]:
    """These names of a round by subject group, the highest first; equal points share a place.

    Where members of the council scored names of a group, the rule of the day ranks those; the others follow without a
    place. Else the office's weighted total ranks. Conflict where scores are there and the rule is missing.
    """
    with reading() as s:
        totals = scoring.totals_on(nominations)
        rule = rank_rule(day) if totals else None
        groups = s.scalars(select(Nomination.subject_group).where(Nomination.id.in_(nominations)).distinct()).all()
    found: dict[str, list[Ranked]] = {}
    for group in sorted(groups):
        mine = [r for r in scores.rank(round_id, group) if r.nomination.id in nominations]
        scored = [
            replace(r, council=rule.figure(totals[r.nomination.id]), sheets=len(totals[r.nomination.id]))
            for r in mine if rule is not None and r.nomination.id in totals
        ]
        if scored:
            ordered = sorted(scored, key=lambda r: (-r.points, r.nomination.sort_key, r.nomination.id))
            rest = [replace(r, place=None) for r in mine if r.nomination.id not in totals]
            found[group] = [*scores.placed(ordered), *rest]
        elif mine:
            found[group] = scores.placed(mine)
    return found


def rank_scored(round_id: int) -> dict[str, list[Ranked]]:
    """Names of a round that members of the council scored, by subject group; for those who see every nomination."""
    with reading():
        numbers = set(scoring.totals_on(scoring.names_scored(round_id)))
    return ranked_names(round_id, numbers, clock.today()) if numbers else {}


def rank_names(round_id: int, nominations: Collection[int]) -> dict[str, list[Ranked]]:
    """Names of a round by the rule of today, as a cut takes them; for those who see every nomination."""
    return ranked_names(round_id, nominations, clock.today()) if nominations else {}


def draw_up_chosen(
    kind: str, round_id: int, nominations: Sequence[int], cut: Cut, reasons: Mapping[int, str], *, title: str = "", by: Actor
) -> int:
    """Draw up a list of a kind over names chosen by a cut of the ranking of those that wait for it; returns its id.

    Raises what drawing up a list raises, and Invalid for each name chosen against the cut without a reason.
    """
    with transaction() as s:
        shape = lists.KINDS[kind]
        waiting = {n.id: n.name for n in lists.waiting(shape.gathers, round_id=round_id, kind=kind if shape.alone else None)}
        number = lists.draw_up(kind, round_id, nominations=nominations, title=title, by=by)
        choose_by(s.get_one(List, number), kind, cut, waiting, set(nominations), reasons, day=clock.today(), by=by)
        return number


def choose_by(
    row: List, what: str, cut: Cut, names: Mapping[int, str], chosen: Collection[int], reasons: Mapping[int, str],
    *, day: date, by: Actor,
) -> None:
    """Keep on a list by which cut names were chosen and what was chosen against it, in the open transaction.

    `what`: agenda, round (items of the agenda put to the vote), or the kind of the list. Invalid for each name that was
    chosen against the cut without a reason.
    """
    ranked = ranked_names(row.round_id, names.keys(), day)
    found = against(cut, names, ranked.values(), chosen, reasons)
    tied = [one.nomination.name for rows in ranked.values() for one in cut.tied(rows)]
    council = any(one.council is not None for rows in ranked.values() for one in rows)
    made = {
        "what": what, "first": cut.first, "points": None if cut.points is None else str(cut.points), "tied": tied,
        "council": council, "on": clock.today().isoformat(),
        "against": [[one.name, one.taken, one.reason] for one in found],
    }
    row.data = {**row.data, "cuts": [*row.data.get("cuts", []), made]}
    trail.record(
        "list:cut", by=by, stream=f"list:{row.id}",
        body={
            "first": cut.first, "points": made["points"], "names": [one.nomination for one in found],
            "taken": sum(one.taken for one in found) or None, "left": sum(not one.taken for one in found) or None,
        },
        reason="; ".join(f"{one.name}: {one.reason}" for one in found) or None,
    )


def cuts_of(data: Mapping[str, Any]) -> tuple[CutMade, ...]:
    """The choices by a cut that a list keeps in its data."""
    return tuple(
        CutMade(
            one["what"], one["first"], one["points"], one["council"], tuple(one["tied"]),
            tuple((name, taken, why) for name, taken, why in one["against"]), date.fromisoformat(one["on"]),
        )
        for one in data.get("cuts", [])
    )
