"""The nominations that a matter is about, in words as its papers and pages name them: all, those still open, those with an award."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from service.awards import holds
from service.awards.changes import is_awarded
from service.awards.models import Award, Nomination
from service.db import reading
from service.movement.concerns import numbers_of
from service.movement.models import Matter, MatterSubject
from service.words import full_date

ABOUT_NAMES = ("about_names", "names_open", "names_awarded")
"""All of them; those that a conclusion lets go on or stops; those whose award is decided."""


def names_told(matter: Matter) -> dict[str, str]:
    """Names with their units, those with an award with its decision; "" where there are none."""
    with reading() as s:
        named = s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == matter.id)).all()
        rows = s.scalars(select(Nomination).where(Nomination.id.in_(numbers_of(named))).order_by(Nomination.id)).all()
        awarded = [one for one in rows if is_awarded(one)]
        going = [one for one in rows if one not in awarded and holds.stage_of(s, one) not in holds.OVER | holds.REFUSED]
        decisions = {
            one.nomination_id: f"; Quyết định số {one.decision} ngày {full_date(one.decided_on)}"
            for one in s.scalars(select(Award).where(Award.nomination_id.in_([n.id for n in awarded]), Award.status != "revoked"))
        }

    def told(some: Sequence[Nomination]) -> str:
        return "; ".join(f"{one.name} ({one.unit_name}{decisions.get(one.id, '')})" for one in some)

    return dict(zip(ABOUT_NAMES, map(told, (rows, going, awarded)), strict=True))


__all__ = ["ABOUT_NAMES", "names_told"]
