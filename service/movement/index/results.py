"""What a set comes to: scores of units and of the commune by indicator and pillar, their ranking, how they went over the years.

Only accepted values count; what was not entered or is left out, and what cannot be reckoned, counts as nothing. Until a set is published
a unit of which nothing is accepted yet, in all or in a pillar, has no figure there and no place. The commune's score of an indicator that
units enter is the mean of the units that are asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from service import people
from service.actor import Actor
from service.db import let_go, reading
from service.errors import Conflict
from service.movement.index.models import SETTLED, WHOLE, IndexSet, IndexValue, Indicator
from service.movement.index.scoring import NOTHING, Outcome, decimal, outcome_of, rounded, weighted
from service.movement.index.sets import READ_WHOLE_INDEX, Content, content_of, must_read
from service.movement.index.values import applies, asked_of, kept_values, unit_words
from workflows.calendar import ZONE


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a unit, or the commune, stands: per cent of what it could have, in all and by pillar code, and its place."""

    unit: int
    name: tuple[str, str]
    total: Decimal | None
    pillars: Mapping[str, Decimal | None]
    accepted: int
    """How many of its values were accepted, reckonable or not, of how many that are asked; of the commune: indicators that have one."""
    asked: int
    place: int = 0
    """1 for the first; the same for who has the same. 0: not ranked, which the commune is, and who has no figure yet."""
    shared: bool = False
    """Whether somebody else has the same place."""
    over: bool = False
    """Whether one of its accepted shares is above 100 per cent."""


@dataclass(frozen=True, slots=True)
class Results:
    """A set reckoned: the units in their order, the commune, what could not be reckoned."""

    content: Content
    units: Sequence[Standing]
    commune: Standing
    troubles: Sequence[tuple[int, tuple[str, str]]]
    """Unit and why, for each value that gives no score and was left out for it, or accepted when that could be."""
    over: Sequence[tuple[int, tuple[str, str]]] = ()
    """Unit and what, for each accepted share above 100 per cent: it counts as the highest score."""
    beyond: int = 0
    """How many accepted values are above what earns the whole score."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the trend: the standing of the unit or the commune, with the names of its pillars."""

    row: IndexSet
    pillars: Mapping[str, tuple[str, str]]
    standing: Standing


def results_of(content: Content, *, by: Actor) -> Results:
    """The results of a set: for who reads all of it at once, for a unit once they are published. Forbidden, Conflict."""
    must_read(by)
    if not people.allowed(by, READ_WHOLE_INDEX) and content.row.state != "published":
        raise Conflict(
            "Kết quả chưa công bố. Phòng Văn hóa - Xã hội công bố sau khi xác nhận các giá trị.", "The results are not published yet.",
            code="index-unpublished",
        )
    return reckon(content)


def reckon(content: Content) -> Results:
    """Every score of a set, whoever asks; what merged before the set was published is no place and no part of the mean."""
    known = {one.id: one for one in people.list_units(ended=True)}
    published = content.row.published_at.astimezone(ZONE).date() if content.row.published_at else date.max
    units = [
        unit for unit in content.row.units
        if (one := known.get(unit)) is None or one.successor is None or one.dissolved_on is None or one.dissolved_on > published
    ]
    settled = {(one.indicator_id, one.unit_id): one for one in kept_values(content, [*units, WHOLE]) if one.state in SETTLED}
    values = {key: one for key, one in settled.items() if one.state == "accepted"}
    kinds = {number: one.kind for number, one in known.items()}
    names = people.unit_names(units)
    reckoned = {
        (one.id, unit): outcome_of(one, value.said)
        for one in content.indicators for unit in [*units, WHOLE] if (value := settled.get((one.id, unit))) is not None
    }
    outcomes = {key: found for key, found in reckoned.items() if key in values}
    asked = {unit: [one for one in content.indicators if applies(one, kinds.get(unit, ""))] for unit in units}
    final = content.row.state == "published"
    over = [(unit, found.over) for (_, unit), found in outcomes.items() if found.over is not None]
    marked = {unit for unit, _ in over}
    rows = [
        replace(
            _standing(content, unit, (names.get(unit, ""),) * 2, mine, {one.id: _score(outcomes.get((one.id, unit))) for one in mine},
                      {one.id for one in mine if (one.id, unit) in values}, final),
            over=unit in marked,
        )
        for unit, mine in asked.items() if mine
    ]
    whole = {
        one.id: _score(outcomes.get((one.id, WHOLE))) if one.who == "commune"
        else _mean([_score(outcomes.get((one.id, unit))) for unit in units if one in asked[unit]])
        for one in content.indicators
    }
    troubles = [(unit, found.trouble) for (_, unit), found in reckoned.items() if found.trouble is not None]
    had = {indicator for indicator, _ in values}
    commune = _standing(content, WHOLE, unit_words(WHOLE), content.indicators, whole, had, final)
    commune = replace(commune, over=WHOLE in marked)
    return Results(content, _ranked(rows), commune, troubles, over, sum(found.beyond is not None for found in outcomes.values()))


def _score(found: Outcome | None) -> Decimal | None:
    return found.score if found is not None else None


def _mean(scores: Sequence[Decimal | None]) -> Decimal | None:
    if all(one is None for one in scores):
        return None
    return rounded(sum((one or NOTHING for one in scores), NOTHING) / len(scores))


def _standing(
    content: Content, unit: int, name: tuple[str, str], asked: Sequence[Indicator], scores: Mapping[int, Decimal | None],
    had: Collection[int], final: bool,
) -> Standing:
    of_pillars = {
        pillar.code: weighted(
            (scores[one.id], decimal(one.maximum), decimal(one.weight)) for one in asked if one.pillar_id == pillar.id
        )
        for pillar in content.pillars
    }
    total = weighted(
        (share, Decimal(100), decimal(pillar.weight)) for pillar in content.pillars if (share := of_pillars[pillar.code]) is not None
    )
    if not final:
        there = {one.pillar_id for one in asked if one.id in had}
        of_pillars |= {pillar.code: None for pillar in content.pillars if pillar.id not in there}
    return Standing(unit, name, total if final or had else None, of_pillars, len(had), len(asked))


def _ranked(rows: Sequence[Standing]) -> list[Standing]:
    """By what they have, the highest first; who has the same has the same place, and stays in the order of names. Without a figure last."""
    totals = [row.total for row in rows if row.total is not None]
    found = [
        replace(row, place=1 + sum(one > row.total for one in totals), shared=totals.count(row.total) > 1) if row.total is not None else row
        for row in rows
    ]
    return sorted(found, key=lambda row: (row.total is None, -(row.total or NOTHING)))


def own_outcomes(content: Content, unit: int, values: Sequence[IndexValue]) -> dict[int, Outcome]:
    """What the values of a unit come to, by indicator, accepted or not: what they would give."""
    known = {one.indicator_id: one for one in values if one.unit_id == unit}
    return {one.id: outcome_of(one, known[one.id].said) for one in asked_of(content, unit) if one.id in known}


def trend(unit: int, *, by: Actor) -> list[Year]:
    """How a unit, or the commune, went over the years that somebody may see the results of, the first year first."""
    must_read(by)
    every = people.allowed(by, READ_WHOLE_INDEX)
    with reading() as s:
        rows = s.scalars(select(IndexSet).where(IndexSet.opened_at.is_not(None)).order_by(IndexSet.year)).all()
        contents = [content_of(s, row) for row in rows]
        let_go([each for one in contents for each in (one.row, *one.pillars, *one.indicators)])
    found = []
    for content in contents:
        if not every and content.row.state != "published":
            continue
        results = reckon(content)
        standing = results.commune if unit == WHOLE else next((one for one in results.units if one.unit == unit), None)
        if standing is not None:
            found.append(Year(content.row, {one.code: (one.name, one.name_en) for one in content.pillars}, standing))
    return found


__all__ = ["Results", "Standing", "Year", "own_outcomes", "reckon", "results_of", "trend"]
