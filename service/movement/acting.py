"""Who does the steps of a matter in whose place: which step signs a paper, and who is asked where it concerns all who usually do it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from service import people
from service.db import reading
from service.movement.concerns import accounts_in, named_in
from service.movement.models import Matter
from service.movement.registers import kept_by
from service.processes import own_case
from service.processes.cases import Running
from service.processes.deployments import definition_of
from service.processes.models import Activity
from service.processes.tasks import candidates_of
from workflows.definition import Definition
from workflows.marks import reachable
from workflows.paper_text import NUMBER, READ, SIGN, WRITE, PaperText


def signing_steps(definition: Definition, paper: str, group: str = "") -> list[str]:
    """The steps that sign a paper; without one those that write it, or of the `group` that signs.

    These write or read it, or its number comes straight after them.
    """
    named = [one for one in definition.elements.values() if one.attrs.get("paper") == paper]
    if signs := [one.id for one in named if one.attrs.get("paper_part") == SIGN]:
        return signs
    if not group:
        return [one.id for one in named if one.attrs.get("paper_part", WRITE) == WRITE]
    writes = {one.id for one in named if one.attrs.get("paper_part", WRITE) in (WRITE, READ)}
    numbers = {one.id for one in named if one.attrs.get("paper_part") == NUMBER}
    own = [one.id for one in definition.elements.values() if one.kind == "user" and group in candidates_of(one.attrs)]
    return [one for one in own if one in writes or not numbers.isdisjoint(comes_next(definition, [one]))]


def comes_next(definition: Definition, standing: Collection[str]) -> set[str]:
    """What a matter comes to from where it stands before anybody does a further step, that step with it."""
    return reachable(definition, standing, {one.id for one in definition.elements.values() if one.kind == "user"})


def asked_instead(running: Running, groups: Sequence[str], step: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Groups that are asked in the place of these, since a matter concerns all who hold them; nothing where it does not.

    Where nobody may, who sends the matter on. `step`: attributes of the step at which they are asked, where that one names who falls in.
    """
    kept = kept_by(running.deployment_id)
    forwards = kept.register.forwards if kept is not None else ()
    found = own_case.asked(running, groups, forwards=forwards, instead=own_case.instead_at(step or {}))
    return found if found != tuple(groups) else ()


def doers_of(running: Running, element: str) -> set[int]:
    """Accounts whom the matter names for a step (`nom:doers`): as the later of two answers does; nobody for a step of the unit's own.

    A unit's step stays the unit's, since whoever else did it would file for it.
    """
    step = definition_of(running.deployment_id).elements.get(element)
    field, _, entry = (step.attrs.get("doers", "") if step is not None else "").partition(".")
    if step is None or not field or all(people.is_filing(group) for group in candidates_of(step.attrs)):
        return set()
    with reading() as s:
        done = s.scalars(
            select(Activity.answers).where(Activity.instance_id == running.id, Activity.kind == "user", Activity.state == "done")
            .order_by(Activity.closed_at.desc(), Activity.id.desc())
        ).all()
        begun = s.scalar(select(Matter.begun).where(Matter.instance_id == running.id))
    said: Mapping[str, Any] = next((answers for answers in (*done, begun) if answers and field in answers), {})
    rows = said.get(field) if entry else [said]
    return accounts_in(named_in([entry or field], *rows)) if isinstance(rows, list) else set()


def symbol_of(name: str, text: PaperText, running: Running) -> str:
    """What follows the number of a matter's paper: another symbol where it concerns all who usually sign, and the paper has one."""
    elements = definition_of(running.deployment_id).elements
    signing = signing_steps(definition_of(running.deployment_id), name) if text.symbol_instead else []
    instead = any(asked_instead(running, candidates_of(elements[one].attrs)) for one in signing)
    return text.symbol_instead if instead else text.symbol


__all__ = ["asked_instead", "comes_next", "doers_of", "signing_steps", "symbol_of"]
