"""Whom a matter concerns: whoever the nominations that it is about keep away, and the people of a unit that somebody names.

He does no step of it but his unit's own, and reads it, if at all, as his unit does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.awards import ties
from service.awards.models import Nomination
from service.db import reading
from service.movement.models import Matter, MatterSubject
from service.movement.registers import Kept, kept_by, reads_all, sees_private
from service.processes import own_case
from service.processes.cases import Running
from service.processes.models import ProcessInstance
from service.processes.running import RUNNING_COLUMNS, running_of
from service.processes.strayed import change_queue


def kept_away(kept: Kept, unit: int | None, nominations: Collection[int]) -> tuple[list[int], list[int]]:
    """Accounts and units that may not settle a matter: whoever may not act on a nomination that it is about.

    And the unit that it was begun for by somebody who named it, since others look at what that unit does.
    """
    named = [unit] if unit is not None and kept.register.unit == "named" else []
    if not nominations:
        return [], named
    with reading() as s:
        rows = s.execute(
            select(ProcessInstance.excluded, ProcessInstance.own_units)
            .join(Nomination, Nomination.instance_id == ProcessInstance.id)
            .where(Nomination.id.in_(nominations))
        ).all()
    return sorted({a for row in rows for a in row[0]}), sorted({*named, *(u for row in rows for u in row[1])})


def reads_as_settler(by: Actor, case: own_case.Case, kept: Kept) -> bool:
    """Tell whether somebody reads a matter because its register lets him read all, and it does not concern him.

    Neither it himself, nor the office for which he settles it, nor all in whose place alone he reads the register.
    """
    groups = kept.register.reads
    return not own_case.bars_himself(case, by, groups) and reads_all(own_case.left(case, by, groups), kept)


def sees_as_settler(by: Actor, case: own_case.Case, kept: Kept) -> bool:
    """Tell the same of the private fields of a matter."""
    groups = kept.register.sees
    return not own_case.bars_himself(case, by, groups) and sees_private(own_case.left(case, by, groups), kept)


def reads_as_unit(by: Actor, running: Running, kept: Kept) -> bool:
    """Tell whether somebody is of a matter's unit, and the matter has come to where its register lets the unit read."""
    if running.unit_id is None or running.unit_id not in by.within(*kept.diagrams).units:
        return False
    return not kept.register.unit_reads_from or running.phase in kept.register.unit_phases


def not_to_read(by: Actor, kept: Kept) -> list[int]:
    """Matters of a register that somebody who reads all of it does not read, since they concern him.

    Not those that he reads as one of their unit.
    """
    named = own_case.units_of(by) if kept.register.unit == "named" else set[int]()
    concerned = or_(Matter.id.in_(select(MatterSubject.matter_id)), Matter.unit_id.in_(named))
    with reading() as s:
        rows = s.execute(
            select(Matter.id, *RUNNING_COLUMNS)
            .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
            .where(Matter.process == kept.process, concerned)
        ).all()
    return [
        matter for matter, *columns in rows
        if (one := running_of(columns)).excluded or one.own_units
        if not reads_as_settler(by, one, kept) and (by.account in one.excluded or not reads_as_unit(by, one, kept))
    ]


def _refresh(s: Session, nomination: Nomination) -> None:
    """Whom a nomination keeps away has changed: so have the running matters about it."""
    running = s.execute(
        select(Matter.id, Matter.unit_id, ProcessInstance.id)
        .join(MatterSubject, MatterSubject.matter_id == Matter.id)
        .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
        .where(MatterSubject.subject == f"nomination:{nomination.id}", ProcessInstance.status != "ended")
        .order_by(Matter.id)
    ).all()
    for matter, unit, number in running:
        subjects = s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == matter)).all()
        instance = s.get_one(ProcessInstance, number, with_for_update=True)
        kept = kept_by(instance.deployment_id)
        if kept is None:
            continue
        instance.excluded, instance.own_units = kept_away(kept, unit, numbers_of(subjects))
        s.flush()
        change_queue(s, instance.id)


def numbers_of(subjects: Iterable[str]) -> list[int]:
    """Numbers of the nominations among what a matter is about."""
    return [int(number) for kind, _, number in (one.partition(":") for one in subjects) if kind == "nomination"]


ties.on_kept_away.append(_refresh)
