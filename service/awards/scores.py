"""What a round counts: quotas against names put forward, and names ordered by their weighted scores. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from service.awards.catalogue import award_forms
from service.awards.models import Nomination, Round, Score
from service.db import let_go, reading
from service.processes.models import ProcessInstance

_FORM: ColumnElement[Any] = func.coalesce(
    Nomination.form_granted, Nomination.form_passed, Nomination.form_recommended, Nomination.form_asked
)


@dataclass(frozen=True, slots=True)
class Quota:
    """How many names a quota allows and how many stand; `key` as in `Round.quotas`."""

    key: str
    unit_id: int | None
    form: str
    allowed: int
    used: int

    @property
    def over(self) -> bool:
        """Tell whether more were put forward than foreseen."""
        return self.used > self.allowed


def quotas_of(round_: Round, *, units: Collection[int] | None = None) -> list[Quota]:
    """Quotas of a round with what is used: of its forms, and of its units, or of these units only.

    A name counts until it is refused or withdrawn, under the form of award that stands now.
    """
    if not round_.quotas:
        return []
    by_form, by_unit = _used(round_.id)
    found = [
        Quota(f"form:{code}", None, code, round_.quotas[f"form:{code}"], by_form.get(code, 0))
        for code in award_forms() if f"form:{code}" in round_.quotas
    ]
    each = round_.quotas.get("unit:*")
    own = {int(key[5:]): n for key, n in round_.quotas.items() if key.startswith("unit:") and key != "unit:*"}
    for unit in sorted(own.keys() | (by_unit.keys() if each else set()) if units is None else units):
        allowed = own.get(unit, each)
        if allowed is not None:
            found.append(Quota(f"unit:{unit}", unit, "", allowed, by_unit.get(unit, 0)))
    return found


def _used(round_id: int) -> tuple[dict[str, int], dict[int, int]]:
    with reading() as s:
        rows = s.execute(
            select(_FORM, Nomination.unit_id, func.count())
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(
                Nomination.round_id == round_id,
                or_(ProcessInstance.outcome.is_(None), ProcessInstance.outcome.not_in(("refused", "withdrawn"))),
            )
            .group_by(_FORM, Nomination.unit_id)
        ).all()
    by_form: dict[str, int] = {}
    by_unit: dict[int, int] = {}
    for form, unit, n in rows:
        by_form[form] = by_form.get(form, 0) + int(n)
        by_unit[unit] = by_unit.get(unit, 0) + int(n)
    return by_form, by_unit


@dataclass(frozen=True, slots=True)
class Ranked:
    """A name with its weighted totals; names with the same points share a place."""

    place: int | None
    """None where the others are ranked on the council's scores and this name has none."""
    nomination: Nomination
    own: Decimal
    office: Decimal
    most: Decimal
    council: Decimal | None = None
    """What the council's score sheets make by the rule, where members scored it."""
    sheets: int = 0
    """How many members' sheets that is."""

    @property
    def points(self) -> Decimal:
        """By what it is ranked: the council's scores where there are any, else the office's total."""
        return self.office if self.council is None else self.council


def rank(round_id: int, subject_group: str, *, start: int = 0, limit: int | None = None) -> list[Ranked]:
    """Names of one subject group whose dossier the office accepted, by weighted total; equal totals share a place.

    Criteria differ between groups, so only names of one group are compared. Refused and withdrawn names are left out.
    Only criteria count on which the name was scored: the sheet of an individual asks one of D1 and D2. `start` and
    `limit` take a part of the names; its places are those among all.
    """
    with reading() as s:
        ranked = _ranked(round_id).where(Nomination.subject_group == subject_group)
        order = (Nomination.office_total.desc(), Nomination.sort_key, Nomination.id)
        names = s.scalars(ranked.with_only_columns(Nomination).order_by(*order).offset(start).limit(limit)).all()
        let_go(names)
        if not names:
            return []
        sums = {
            number: (_exact(own), _exact(most))
            for number, own, most in s.execute(
                select(
                    Score.nomination_id, func.coalesce(func.sum(Score.own * Score.weight), 0), func.sum(Score.maximum * Score.weight)
                )
                .where(Score.nomination_id.in_([n.id for n in names]), or_(Score.own.is_not(None), Score.office.is_not(None)))
                .group_by(Score.nomination_id)
            )
        }
        above = ranked.where(Nomination.office_total > names[0].office_total)
        first = 1 + int(s.scalar(above.with_only_columns(func.count())) or 0) if start else 1
    found = [Ranked(0, n, sums[n.id][0], _exact(n.office_total), sums[n.id][1]) for n in names]
    return placed(found, start=start, first=first)


def _ranked(round_id: int) -> Select[Any]:
    return (
        select(Nomination.id)
        .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
        .where(
            Nomination.round_id == round_id,
            Nomination.office_total.is_not(None),
            or_(ProcessInstance.outcome.is_(None), ProcessInstance.outcome.not_in(("refused", "withdrawn"))),
        )
    )


def count_ranked(round_id: int) -> dict[str, int]:
    """Subject group → how many names of a round are ranked; groups without any are left out."""
    counted = _ranked(round_id).with_only_columns(Nomination.subject_group, func.count()).group_by(Nomination.subject_group)
    with reading() as s:
        return {group: int(n) for group, n in s.execute(counted)}


def placed(ranked: Iterable[Ranked], *, start: int = 0, first: int = 1) -> list[Ranked]:
    """Names in the order of their totals, each with its place; equal totals share the first of theirs.

    `start` names stand before these, and the first of these has the place `first`.
    """
    places: dict[Decimal, int] = {}
    return [
        replace(one, place=places.setdefault(one.points, start + n if n > 1 else first)) for n, one in enumerate(ranked, 1)
    ]


def _exact(value: Any) -> Decimal:
    """A sum as it is meant: SQLite adds in binary."""
    return round(Decimal(str(value)), 2)
