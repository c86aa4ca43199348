"""Nobody acts on himself or the own office: who is kept away from the tasks of a case, and who is asked instead.

Kept away are the accounts of `excluded` from every step, and the people of `own_units` from every step that is not a
unit's own; and with each of them whoever holds the group only in his place. Where all candidates are kept away the task
goes to those who fall in for them (`groups.toml`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from sqlalchemy import select

from service import people
from service.actor import Actor
from service.db import reading
from service.processes.models import Activity, ProcessInstance
from service.processes.telling import read_behalf


class Case(Protocol):
    """What is read of a case: a row of it, or the value that is passed on."""

    @property
    def excluded(self) -> Sequence[int]: ...

    @property
    def own_units(self) -> Sequence[int]: ...


def units_of(by: Actor) -> set[int]:
    """Units to which somebody belongs in any place, as member, head, deputy or agency, or for an absent person."""
    held = {*by.groups, *(one.group for one in by.lent)}
    return {int(unit) for _, _, unit in (group.partition(":") for group in held) if unit.isdigit()}


def bars(case: Case, by: Actor, groups: Collection[str]) -> bool:
    """Tell whether somebody is kept away from a task of these groups: he himself, or all in whose place he holds them."""
    return bars_himself(case, by, groups) or by.may(*groups) and not left(case, by, groups).may(*groups)


def bars_himself(case: Case, by: Actor, groups: Collection[str]) -> bool:
    """Tell whether it is somebody himself whom a case keeps away, and not only those in whose place he acts."""
    if by.account is not None and by.account in case.excluded:
        return True
    return bool(case.own_units) and _judges(groups) and not units_of(by).isdisjoint(case.own_units)


def refusal(case: Case, by: Actor, groups: Collection[str]) -> tuple[str, str]:
    """Why somebody whom a case keeps away may not act on it, in both languages."""
    if bars_himself(case, by, groups):
        return "Hồ sơ này liên quan đến bạn nên bạn không xử lý được.", "This case concerns you, so you may not act on it."
    return (
        "Hồ sơ này liên quan đến người mà bạn xử lý thay, nên bạn cũng không xử lý được.",
        "This case concerns the person in whose place you act, so you may not act on it either.",
    )


def left(case: Case, by: Actor, groups: Collection[str]) -> Actor:
    """Somebody as a case leaves him at a task of these groups: without what those have lent whom it keeps away."""
    return by.free_of(barred(case, groups)) if by.lent else by


def barred(case: Case, groups: Collection[str]) -> set[int]:
    """Accounts that are kept away from a task of these groups."""
    own = people.belonging_to(case.own_units) if case.own_units and _judges(groups) else set()
    return {*case.excluded, *own}


def acted_before(instance_id: int, attrs: Mapping[str, str]) -> set[int]:
    """Who did a step that the element's `nom:excludes` names, or in whose place: another person is to do this one."""
    elements = attrs.get("excludes", "").replace(",", " ").split()
    if not elements:
        return set()
    with reading() as s:
        rows = s.execute(
            select(Activity.closed_by, Activity.on_behalf).where(
                Activity.instance_id == instance_id,
                Activity.element.in_(names_of(instance_id, elements)),
                Activity.state == "done",
            )
        ).all()
    return {a for row in rows for a in (row.closed_by, read_behalf(row.on_behalf)) if isinstance(a, int)}


def has_acted(instance_id: int, attrs: Mapping[str, str], by: Actor, groups: Collection[str]) -> bool:
    """Tell whether somebody may not do a step because he did one that it excludes, or holds its groups only for who did."""
    acted = acted_before(instance_id, attrs)
    return by.account in acted or by.may(*groups) and not by.free_of(acted).may(*groups)


def names_of(instance_id: int, elements: Collection[str]) -> set[str]:
    """Elements with the names that they had in earlier versions which this instance ran on."""
    with reading() as s:
        renamed = s.execute(select(ProcessInstance.renamed).where(ProcessInstance.id == instance_id)).scalar()
    return {*elements, *(old for old, new in (renamed or {}).items() if new in elements)}


def instead_at(attrs: Mapping[str, str]) -> list[str]:
    """Groups of which the first that has somebody free falls in at a step, as its element says."""
    return attrs.get("instead", "").replace(",", " ").split()


def asked(case: Case, groups: Sequence[str], process: str | None = None, acted: Collection[int] = (),
          forwards: Sequence[str] = (), instead: Sequence[str] = ()) -> tuple[str, ...]:
    """Groups that are asked to do a task of these groups: they themselves, or who falls in where all are kept away.

    `instead`: who falls in at this step, before those who do at any. Where nobody does, those of `forwards`, who only send the case on.

    `acted`: who did a step before that this one excludes; of them those count who would be asked at all.
    """
    kept_away = {*barred(case, groups), *(set(acted).intersection(people.members_of(groups)) if acted else ())}
    if not kept_away:
        return tuple(groups)
    return people.takers(groups, barred=kept_away, process=process, forwards=forwards, instead=instead).groups


def _judges(groups: Collection[str]) -> bool:
    return not all(people.is_filing(group) for group in groups)
