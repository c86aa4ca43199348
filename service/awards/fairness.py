"""How fairly a list came about, for who signs it: units never awarded, and how the office's scorers differ. Changes nothing.

Advice alone: no list is held, no name is moved by it. Members of the council are compared in `service.council.session`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from service import people
from service.awards.models import Line, Nomination, Round, Score
from service.awards.results import units_ever_awarded
from service.db import reading
from service.people.units import UnitView
from service.processes.models import Activity

CHECKS = ("check_dossier", "check_report")
"""Tasks in which the office scores a name."""


@dataclass(frozen=True, slots=True)
class NeverAwarded:
    """Units of a movement that never had an award, of how many units."""

    units: tuple[UnitView, ...]
    of: int
    on_list: frozenset[int]
    """Those of them that have a name on the list."""


def never_awarded(round_id: int, list_id: int) -> NeverAwarded:
    """Units that put names forward in the round's movement and neither the awards nor the register of past awards knows.

    An award counts for the unit that nominated and for the recipient's; that of a merged unit counts for its successor.
    What was revoked or struck does not count. The register is never complete, so the reader looks before he concludes.
    """
    with reading() as s:
        movement = s.get_one(Round, round_id).movement_id
        taking_part = set(
            s.scalars(
                select(Nomination.unit_id).join(Round, Round.id == Nomination.round_id).where(Round.movement_id == movement).distinct()
            )
        )
        listed = set(
            s.scalars(
                select(Nomination.unit_id)
                .join(Line, Line.nomination_id == Nomination.id)
                .where(Line.list_id == list_id, Line.removed.is_(False))
                .distinct()
            )
        )
    now, on_list = ({people.current_unit(unit) for unit in some} for some in (taking_part, listed))
    had = units_ever_awarded(now | on_list)
    units = tuple(u for u in people.list_units() if u.id in now - had)
    return NeverAwarded(units, len(now), frozenset(on_list - had))


@dataclass(frozen=True, slots=True)
class OfficeScorer:
    """By how much a scorer of the office lies above or below the units' own scores, in points a criterion."""

    name: str
    mean: Decimal
    others: Decimal | None
    """The same of the office's other scorers on the list; None where there are none."""
    count: int


def office_scorers(nominations: Collection[int]) -> list[OfficeScorer]:
    """Who of the office scored these names last, with the mean difference to the units' own scores; the furthest first.

    Each name is scored by one person, so scorers can be compared only by what they changed of the units' scores.
    """
    with reading() as s:
        scorer: dict[int, int] = {}
        for number, account in s.execute(
            select(Nomination.id, Activity.closed_by)
            .join(Activity, Activity.instance_id == Nomination.instance_id)
            .where(
                Nomination.id.in_(nominations), Activity.element.in_(CHECKS), Activity.state == "done",
                Activity.closed_by.is_not(None),
            )
            .order_by(Activity.id)
        ):
            scorer[number] = account or 0
        apart: dict[int, list[Decimal]] = {}
        for number, own, office in s.execute(
            select(Score.nomination_id, Score.own, Score.office).where(
                Score.nomination_id.in_(scorer), Score.own.is_not(None), Score.office.is_not(None)
            )
        ):
            apart.setdefault(scorer[number], []).append(office - own)
    names = people.names(apart)
    found = []
    for account, mine in apart.items():
        others = [x for other, theirs in apart.items() if other != account for x in theirs]
        found.append(OfficeScorer(names.get(account, ""), _mean(mine), _mean(others) if others else None, len(mine)))
    return sorted(found, key=lambda one: (-abs(one.mean - (one.others or 0)), one.name))


def _mean(values: Collection[Decimal]) -> Decimal:
    return sum(values, Decimal()) / len(values)
