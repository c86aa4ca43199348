"""What a round counts: quotas against names put forward, and names ordered by their weighted scores. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

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


def quotas_of(round_: Round, *, unit_id: int | None = None) -> list[Quota]:
    """Quotas of a round with what is used: of its forms, and of its units, or of one unit only (0: of none).

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
    units = [u for u in [unit_id] if u] if unit_id is not None else sorted(own.keys() | (by_unit.keys() if each else set()))
    for unit in units:
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
    """A name with its weighted totals; names with the same office total share a place."""

    place: int
    nomination: Nomination
    own: Decimal
    office: Decimal
    most: Decimal


def rank(round_id: int, subject_group: str) -> list[Ranked]:
    """Names of one subject group that the office has scored, by weighted total; equal totals share a place.

    Criteria differ between groups, so only names of one group are compared. Refused and withdrawn names are left out.
    Only criteria count on which the name was scored: the sheet of an individual asks one of D1 and D2.
    """
    with reading() as s:
        rows = s.execute(
            select(
                Nomination,
                func.coalesce(func.sum(Score.own * Score.weight), 0),
                func.sum(Score.office * Score.weight),
                func.sum(Score.maximum * Score.weight),
            )
            .join(Score, Score.nomination_id == Nomination.id)
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(
                Nomination.round_id == round_id,
                Nomination.subject_group == subject_group,
                or_(Score.own.is_not(None), Score.office.is_not(None)),
                or_(ProcessInstance.outcome.is_(None), ProcessInstance.outcome.not_in(("refused", "withdrawn"))),
            )
            .group_by(Nomination.id)
            .having(func.sum(Score.office).is_not(None))
        ).all()
        let_go(row[0] for row in rows)
    totals = [(n, _exact(own), _exact(office), _exact(most)) for n, own, office, most in rows]
    totals.sort(key=lambda one: (-one[2], one[0].sort_key, one[0].id))
    offices: Sequence[Decimal] = [office for _n, _own, office, _most in totals]
    return [Ranked(offices.index(office) + 1, n, own, office, most) for n, own, office, most in totals]


def _exact(value: Any) -> Decimal:
    """A sum as it is meant: SQLite adds in binary."""
    return round(Decimal(str(value)), 2)
