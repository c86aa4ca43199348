"""Nobody acts on himself or the own office: who is kept away from the tasks of a case, and who is asked instead.

Kept away are the accounts of `excluded` from every step, and the people of `own_units` from every step that is not a
unit's own. Where all candidates are kept away the task goes to those who fall in for them (`groups.toml`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from sqlalchemy import select

from service import people
from service.actor import Actor
from service.db import reading
from service.processes.models import Activity, ProcessInstance


class Case(Protocol):
    """What is read of a case: a row of it, or the value that is passed on."""

    @property
    def excluded(self) -> Sequence[int]: ...

    @property
    def own_units(self) -> Sequence[int]: ...


def units_of(by: Actor) -> set[int]:
    """Units to which somebody belongs in any place, as member, head, deputy or agency."""
    return {int(unit) for _, _, unit in (group.partition(":") for group in by.groups) if unit.isdigit()}


def bars(case: Case, by: Actor, groups: Collection[str]) -> bool:
    """Tell whether somebody is kept away from a task of these groups."""
    if by.account is not None and by.account in case.excluded:
        return True
    return bool(case.own_units) and _judges(groups) and not units_of(by).isdisjoint(case.own_units)


def barred(case: Case, groups: Collection[str]) -> set[int]:
    """Accounts that are kept away from a task of these groups."""
    own = people.belonging_to(case.own_units) if case.own_units and _judges(groups) else set()
    return {*case.excluded, *own}


def acted_before(instance_id: int, attrs: Mapping[str, str]) -> set[int]:
    """Who did a step that the element's `nom:excludes` names: another person is to do this one."""
    elements = attrs.get("excludes", "").replace(",", " ").split()
    if not elements:
        return set()
    with reading() as s:
        return {
            a
            for a in s.scalars(
                select(Activity.closed_by).where(
                    Activity.instance_id == instance_id,
                    Activity.element.in_(names_of(instance_id, elements)),
                    Activity.state == "done",
                )
            )
            if a is not None
        }


def names_of(instance_id: int, elements: Collection[str]) -> set[str]:
    """Elements with the names that they had in earlier versions which this instance ran on."""
    with reading() as s:
        renamed = s.execute(select(ProcessInstance.renamed).where(ProcessInstance.id == instance_id)).scalar()
    return {*elements, *(old for old, new in (renamed or {}).items() if new in elements)}


def asked(case: Case, groups: Sequence[str]) -> tuple[str, ...]:
    """Groups that are asked to do a task of these groups: they themselves, or who falls in where all are kept away."""
    kept_away = barred(case, groups)
    return people.takers(groups, barred=kept_away).groups if kept_away else tuple(groups)


def _judges(groups: Collection[str]) -> bool:
    return not all(people.is_filing(group) for group in groups)
