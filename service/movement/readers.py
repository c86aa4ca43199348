"""Who reads a matter, and what of it: the register, its unit, whoever does a step; private fields, and those that the unit reads later."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from service import people
from service.actor import Actor
from service.db import reading
from service.movement.concerns import reads_as_settler, reads_as_unit, sees_as_settler
from service.movement.in_force import not_in_force
from service.movement.models import Matter
from service.movement.registers import Kept, kept_by
from service.processes import own_case
from service.processes.cases import Running
from service.processes.deployments import definition_of
from service.processes.models import Activity
from service.processes.queues import groups_of
from service.processes.tasks import candidates_of


def may_read(by: Actor, running: Running) -> bool:
    """Tell whether somebody reads a matter: because he began it, by its register, as one of its unit, or for a step of his.

    Whom it concerns reads it only where he began it himself.
    """
    kept = kept_by(running.deployment_id)
    if kept is None:
        return False
    if by.account is not None and by.account == _begun_by(running):
        return True
    if by.account in running.excluded:
        return False
    return reads_as_settler(by, running, kept) or reads_as_unit(by, running, kept) or does_a_step(by, running)


def does_a_step(by: Actor, running: Running) -> bool:
    """Tell whether somebody did a step of a matter, has one, or is asked to do one, and it does not concern him."""
    if by.account is None or by.account in running.excluded:
        return False
    return any(_is_his(by, running, one) for one in _steps(running))


def _begun_by(running: Running) -> int | None:
    with reading() as s:
        return s.scalar(select(Matter.begun_by).where(Matter.id == running.case))


def _steps(running: Running) -> Sequence[Any]:
    with reading() as s:
        return s.execute(
            select(
                Activity.element, Activity.deployment_id, Activity.queue_id, Activity.process, Activity.owner, Activity.closed_by,
                Activity.state,
            ).where(Activity.instance_id == running.id, Activity.kind == "user", Activity.state != "cancelled")
        ).all()


def _is_his(by: Actor, running: Running, step: Any) -> bool:
    """Whether somebody did a step, has it, or is asked to do it."""
    if by.account in (step.owner, step.closed_by):
        return True
    here, groups = by.within(step.process), groups_of(step.queue_id)
    return here.may(*groups) and not own_case.bars(running, here, groups)


def hidden_from(by: Actor, running: Running, element: str = "") -> Collection[str]:
    """Fields that a reader of a matter is not shown: those that are private, and those that its unit reads later.

    Who settles a step in the place of those who see what is private sees it too. What was answered at an `element` of the unit's
    own waits for nothing.
    """
    kept = kept_by(running.deployment_id)
    if kept is None:
        return ()
    awaited = frozenset[str]() if element and is_units(running.deployment_id, element) else awaited_by(by, running, element)
    return awaited.union(_private_from(by, running, kept))


def awaited_by(by: Actor, running: Running, element: str = "") -> frozenset[str]:
    """Fields, as an `element` answered them, that a reader of a matter is not shown yet, since its unit reads them from a later phase on.

    The unit's people, and whoever else neither reads the whole register nor does a step of the matter for the office.
    """
    kept = kept_by(running.deployment_id)
    fields = kept.register.kept_from_unit(running.phase or "", element) if kept is not None else frozenset[str]()
    return fields if fields and reads_from_outside(by, running) else frozenset()


def reads_from_outside(by: Actor, running: Running) -> bool:
    """Tell whether a reader of a matter neither reads the whole register nor does a step of the matter for the office."""
    kept = kept_by(running.deployment_id)
    if kept is None or reads_as_settler(by, running, kept):
        return False
    own = _steps(running) if by.account is not None and by.account not in running.excluded else ()
    return not any(not is_units(step.deployment_id, step.element) and _is_his(by, running, step) for step in own)


def shut_from(by: Actor, running: Running) -> Collection[int]:
    """Steps whose forms somebody does not open, since he reads a matter from outside and what they say is not in force."""
    return not_in_force(running) if reads_from_outside(by, running) else ()


def is_units(deployment: int, element: str) -> bool:
    """Whether a step is done by a matter's unit alone."""
    step = definition_of(deployment).elements.get(element)
    asked = candidates_of(step.attrs) if step is not None else []
    return bool(asked) and all(people.is_filing(group) for group in asked)


def _private_from(by: Actor, running: Running, kept: Kept) -> Collection[str]:
    if not kept.register.private or sees_as_settler(by, running, kept):
        return ()
    sees = set(kept.register.sees)
    for step in _steps(running) if by.account is not None and by.account not in running.excluded else ():
        asked = set(candidates_of(definition_of(step.deployment_id).elements[step.element].attrs))
        if asked & sees and _is_his(by, running, step):
            return ()
    return kept.register.private
