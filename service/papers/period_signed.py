"""What a signed synthesis says of a period, and what has changed in the period since: reads only.

A period goes on after its synthesis was signed: a report comes back to its unit, another one comes late. What was signed stays as
`MatterTables` keeps it; whoever looks at either is told where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.db import reading
from service.errors import NotFound
from service.movement import (
    Kept,
    Synthesis,
    number_words,
    period_of,
    read_matter,
    register_in_use,
    reports_of,
    tables_of_period,
)
from service.movement.case import GIVEN, period_number
from service.movement.models import Matter, Period
from service.papers.models import MatterTables, Paper
from service.processes.cases import Running

_FIGURES, _UNITS = "period_figures", "period_units"


@dataclass(frozen=True, slots=True)
class Changed:
    """A unit's report of which the period says something else than what was signed."""

    unit: str
    report: str
    """Its number in the register."""
    how: Literal["returned", "added", "other"]
    """It no longer counts, it came after, or its figures are others."""


@dataclass(frozen=True, slots=True)
class SignedPeriod:
    """A period as a synthesis about it was signed."""

    matter: int
    number: str
    """Number and symbol of the paper; the number in the register as long as it has none."""
    at: datetime
    counts: Mapping[str, str]
    """`period_asked`, `period_filed`, `period_taken`, `period_waiting`, in words."""
    figures: Sequence[Mapping[str, Any]]
    units: Sequence[Mapping[str, Any]]

    def changed(self, kept: Kept, period: Period, together: Synthesis) -> list[Changed]:
        """The reports by which the period differs from it, as they stand in it, then those that it does not know."""
        now = {row["report"]: row for row in tables_of_period(kept, period, together)[_UNITS]}
        known = {row["report"]: row for row in self.units}
        found = [
            Changed(row["unit"], report, "other" if report in now else "returned")
            for report, row in known.items() if report not in now or _told(row) != _told(now[report])
        ]
        return found + [Changed(row["unit"], report, "added") for report, row in now.items() if report not in known]


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a report counts for: its numbers, not whether it was accepted or when it was filed."""
    return {key: value for key, value in row.items() if key not in ("filed_on", "standing", "unit", "group")}


def signed_period(matter: int) -> SignedPeriod | None:
    """The period as a synthesis says that is signed; None for one that is not, and for any other matter."""
    with reading() as s:
        row = s.scalars(select(MatterTables).where(MatterTables.matter_id == matter).order_by(MatterTables.paper)).first()
        return _signed(s, row) if row is not None and _FIGURES in row.lists else None


def signed_about(period: int, *, by: Actor) -> list[SignedPeriod]:
    """The signed syntheses about a period that somebody may read, the oldest first."""
    found = []
    for one in _about(period):
        try:
            read_matter(one.matter, by=by)
        except NotFound:
            continue
        found.append(one)
    return found


def _about(period: int) -> list[SignedPeriod]:
    with reading() as s:
        said = s.execute(select(Matter.id, Matter.begun).join(MatterTables, MatterTables.matter_id == Matter.id)).all()
        about = [matter for matter, begun in said if period_number(None, begun) == period]
        rows = s.scalars(select(MatterTables).where(MatterTables.matter_id.in_(about)).order_by(MatterTables.matter_id)).all()
        return [_signed(s, row) for row in rows if _FIGURES in row.lists]


def _signed(s: Session, row: MatterTables) -> SignedPeriod:
    matter = s.get_one(Matter, row.matter_id)
    facts = s.scalars(
        select(Paper.facts).where(Paper.about == f"matter:{matter.id}", Paper.kind == row.paper).order_by(Paper.version.desc()).limit(1)
    ).first() or {}
    entry = number_words(register_in_use(matter.process).register, matter.number, matter.year)
    number = facts["numbered"] if facts.get("number") else entry
    return SignedPeriod(matter.id, number, row.kept_at, row.counts, row.lists[_FIGURES], row.lists.get(_UNITS, ()))


def _synthesis_signed(running: Running, matter: Matter) -> str:
    """Numbers of the signed syntheses in whose figures a report counts; "" for none."""
    period = period_of(matter.id)
    if period is None:
        return ""
    report = reports_of(register_in_use(matter.process), period).get(matter.id)
    return ", ".join(one.number for one in _about(period.id) if any(row["report"] == report for row in one.units))


GIVEN["synthesis_signed"] = _synthesis_signed
