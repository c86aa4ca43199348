"""Whom a matter concerns: whoever the nominations that it is about keep away. He neither acts on it nor reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.awards import ties
from service.awards.models import Nomination
from service.db import reading
from service.movement.models import Matter, MatterSubject
from service.movement.registers import Kept, reads_all, sees_private
from service.processes import own_case
from service.processes.models import ProcessInstance
from service.processes.strayed import change_queue


def kept_away(nominations: Collection[int]) -> tuple[list[int], list[int]]:
    """Accounts and units that may not settle a matter about these nominations: whoever may not act on one of them."""
    if not nominations:
        return [], []
    with reading() as s:
        rows = s.execute(
            select(ProcessInstance.excluded, ProcessInstance.own_units)
            .join(Nomination, Nomination.instance_id == ProcessInstance.id)
            .where(Nomination.id.in_(nominations))
        ).all()
    return sorted({a for row in rows for a in row[0]}), sorted({u for row in rows for u in row[1]})


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


def not_to_read(by: Actor, kept: Kept) -> list[int]:
    """Matters of a register that somebody who reads all of it does not read, since they concern him."""
    with reading() as s:
        rows = s.execute(
            select(Matter.id, ProcessInstance.excluded, ProcessInstance.own_units)
            .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
            .where(Matter.process == kept.process, Matter.id.in_(select(MatterSubject.matter_id)))
        ).all()
    return [row.id for row in rows if (row.excluded or row.own_units) and not reads_as_settler(by, row, kept)]


def _refresh(s: Session, nomination: Nomination) -> None:
    """Whom a nomination keeps away has changed: so have the running matters about it."""
    running = s.execute(
        select(Matter.id, ProcessInstance.id)
        .join(MatterSubject, MatterSubject.matter_id == Matter.id)
        .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
        .where(MatterSubject.subject == f"nomination:{nomination.id}", ProcessInstance.status != "ended")
        .order_by(Matter.id)
    ).all()
    for matter, number in running:
        subjects = s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == matter)).all()
        instance = s.get_one(ProcessInstance, number, with_for_update=True)
        instance.excluded, instance.own_units = kept_away(numbers_of(subjects))
        s.flush()
        change_queue(s, instance.id)


def numbers_of(subjects: Iterable[str]) -> list[int]:
    """Numbers of the nominations among what a matter is about."""
    return [int(number) for kind, _, number in (one.partition(":") for one in subjects) if kind == "nomination"]


ties.on_kept_away.append(_refresh)
