"""The nominations that a matter is about, in words as its papers and pages name them: all, those still open, those with an award."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.awards import holds
from service.awards.catalogue import standing
from service.awards.changes import is_awarded
from service.awards.models import Award, Nomination, Round
from service.db import reading
from service.movement.concerns import concerned_names, named_in, named_so_far, numbers_of
from service.movement.models import Matter, MatterSubject
from service.movement.registers import kept_by
from service.processes.models import ProcessInstance
from service.vietnamese import fold
from service.words import full_date

ABOUT_NAMES = ("about_names", "names_open", "names_awarded", "concerned_names")
"""All of them; those that a conclusion lets go on or stops; those whose award is decided; the people and offices that it is about."""

OPEN, AWARDED = "open", "awarded"
"""Where a name stands, as `names_about` says it; one that is out of it says nothing."""
_MOST = 1000
"""How many are offered to be added."""


def names_told(matter: Matter) -> dict[str, str]:
    """Names with their units, those with an award with its decision, and whom it concerns besides; "" where there are none."""
    found = names_about(matter)

    def told(*states: str) -> str:
        return "; ".join(one["label"] for one in found if not states or one["state"] in states)

    return dict(zip(ABOUT_NAMES, (told(), told(OPEN), told(AWARDED), "; ".join(_concerned(matter))), strict=True))


def _concerned(matter: Matter) -> list[str]:
    """The people, offices and units that its answers named so far, in words."""
    with reading() as s:
        instance = s.get(ProcessInstance, matter.instance_id)
        kept = kept_by(instance.deployment_id) if instance is not None else None
        if instance is None or kept is None:
            return []
        named = named_so_far(s, matter.id, instance.id, kept.register.concerns)
    return concerned_names(named)


def names_about(matter: Matter) -> list[dict[str, str]]:
    """The nominations that a matter is about as options: with its unit and its decision, and where each stands (`state`)."""
    with reading() as s:
        named = s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == matter.id)).all()
        rows = s.scalars(select(Nomination).where(Nomination.id.in_(numbers_of(named))).order_by(Nomination.id)).all()
        awarded = [one for one in rows if is_awarded(one)]
        going = [one for one in rows if one not in awarded and holds.stage_of(s, one) not in holds.OVER | holds.REFUSED]
        decisions = {
            one.nomination_id: f"Quyết định số {one.decision} ngày {full_date(one.decided_on)}"
            for one in s.scalars(select(Award).where(Award.nomination_id.in_([n.id for n in awarded]), Award.status != "revoked"))
        }

    def state(one: Nomination) -> str:
        return AWARDED if one in awarded else OPEN if one in going else ""

    return [
        {"value": f"nomination:{one.id}", "label": _called(one, decisions.get(one.id, "")), "state": state(one)}
        for one in rows
    ]


def _called(one: Nomination, decision: str) -> str:
    """A name with its unit, which is not said twice of a unit itself, and its decision."""
    said = "; ".join(part for part in (unit_apart(one), decision) if part)
    return f"{one.name} ({said})" if said else one.name


def unit_apart(one: Nomination) -> str:
    """The unit of a nomination; "" of a unit itself, which is not called twice."""
    return one.unit_name if fold(one.unit_name) != fold(one.name) else ""


def told_apart(nominations: Collection[Nomination], *, at: int = 0) -> dict[int, str]:
    """What tells two nominations of the same name apart, by number: unit, round, how it stands, its decision.

    `at`: 0 in Vietnamese, 1 in English.
    """
    with reading() as s:
        cases = {row.id: row for row in s.execute(
            select(Nomination.id, Round.name, ProcessInstance.status, ProcessInstance.phase, ProcessInstance.outcome)
            .join(Round, Round.id == Nomination.round_id)
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(Nomination.id.in_([one.id for one in nominations]))
        )}
        decisions = {
            one.nomination_id: f"{('Quyết định số', 'Decision')[at]} {one.decision}, {one.decided_on.year}"
            for one in s.scalars(select(Award).where(Award.nomination_id.in_(cases), Award.status != "revoked"))
        }
    found = dict[int, str]()
    for one in nominations:
        case = cases[one.id]
        stands = standing(case.phase or "drafting", case.outcome if case.status == "ended" else None, revoked=one.revoked)[at]
        found[one.id] = ", ".join(part for part in (unit_apart(one), case.name, decisions.get(one.id, stands)) if part)
    return found


def names_to_add(matter: Matter) -> list[dict[str, str]]:
    """Nominations that are being considered, have an award, or are chosen already, as options, the latest first."""
    with reading() as s:
        named = s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == matter.id)).all()
        known = set(numbers_of(named))
        rows = s.scalars(
            select(Nomination)
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(or_(ProcessInstance.status != "ended", Nomination.form_granted.is_not(None), Nomination.id.in_(known)))
            .order_by(Nomination.id.desc()).limit(_MOST)
        ).all()
        apart = [told_apart(rows, at=at) for at in (0, 1)]
        return [
            {"value": f"nomination:{one.id}", "label": one.name,
             "follows": apart[0][one.id] + ("; đã gắn với đơn" if one.id in known else ""),
             "follows.en": apart[1][one.id] + ("; chosen already" if one.id in known else "")}
            for one in rows
        ]


def add_names(s: Session, matter: Matter, answers: Mapping[str, Any], fields: Collection[str]) -> None:
    """Note, in the open transaction, the nominations that a step's answers add."""
    added = {f"nomination:{one}" for one in numbers_of(named_in(fields, answers))}
    known = set(s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == matter.id)))
    s.add_all(MatterSubject(matter_id=matter.id, subject=one) for one in sorted(added - known))
    s.flush()


__all__ = ["ABOUT_NAMES", "add_names", "names_about", "names_to_add", "names_told", "told_apart", "unit_apart"]
