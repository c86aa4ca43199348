"""Whom the names on a list concern, and how somebody may act on them: for his own right, for another, or not at all.

Nobody confirms, checks, appraises or signs for himself, nor an officer for the own office (office.md, point 7), nor does
whoever acts in the place of such a person only. A line that concerns all who hold the right goes to whoever falls in for
them (`groups.toml`); the other lines stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy import select

from service import people
from service.actor import Actor
from service.awards.models import Line, Nomination
from service.db import reading
from service.processes import own_case
from service.processes.models import ProcessInstance


@dataclass(frozen=True, slots=True)
class Concern:
    """The accounts and units that one name concerns."""

    accounts: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()


class Act(Protocol):
    """What is read of an act on a list."""

    @property
    def right(self) -> str: ...
    @property
    def no_lines(self) -> bool: ...
    @property
    def partial(self) -> bool: ...
    @property
    def to(self) -> str | None: ...
    @property
    def concerns(self) -> bool: ...
    @property
    def splits(self) -> bool: ...
    @property
    def own_office(self) -> bool: ...
    @property
    def hands(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Part:
    """How somebody takes part in an act: `holder` of the right, `substitute` for those kept away, `barred` himself.

    `enterer`: of the office, who enters it for a unit that files on paper.
    """

    how: Literal["holder", "substitute", "enterer", "barred"]
    behalf: int | str | None = None
    """In whose place: the account that named a substitute, or the name of the body that is kept away."""


def concern_of(row: Any) -> Concern:
    """The concern of a case, from its row."""
    return Concern(frozenset(row.excluded), frozenset(row.own_units))


def concerns_on(list_id: int) -> dict[int, Concern]:
    """Whom each name that stands on a list concerns: nomination → concern."""
    with reading() as s:
        rows = s.execute(
            select(Line.nomination_id, ProcessInstance.excluded, ProcessInstance.own_units)
            .join(Nomination, Nomination.id == Line.nomination_id)
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(Line.list_id == list_id, Line.removed.is_(False))
        ).all()
    return {row.nomination_id: concern_of(row) for row in rows}


def bars(by: Actor, act: Act, units: Collection[int | None], concern: Concern) -> bool:
    """Tell whether a name concerns somebody who would do this act on it, or all in whose place he would."""
    return bars_himself(by, act, concern) or act.concerns and not _has_right(left(by, act, [concern]), act, units) and _has_right(
        by, act, units
    )


def bars_himself(by: Actor, act: Act, concern: Concern) -> bool:
    """Tell whether a name concerns somebody himself, and not only those in whose place he would act."""
    if not act.concerns:
        return False
    if by.account is not None and by.account in concern.accounts:
        return True
    return act.own_office and not own_case.units_of(by).isdisjoint(concern.units)


def left(by: Actor, act: Act, concerns: Iterable[Concern]) -> Actor:
    """Somebody as these names leave him in an act: without what those have lent whom one of them concerns."""
    return by.free_of(_accounts(act, concerns)) if act.concerns and by.lent else by


def acting_in(
    by: Actor, kind: str, act: Act, units: Collection[int | None], concerns: Iterable[Concern]
) -> tuple[Actor, Part | None]:
    """As whom somebody takes part in an act of a kind of list on names of these concerns, and how; None for no part in it.

    Where a name concerns those in whose place he acts, he acts as himself: a deputy who stands in for his chair signs the
    chair's own award as the deputy who falls in, not for the chair.
    """
    found, by = set(concerns), by.within(kind)
    part = _part(by, kind, act, units, found)
    if part is None or part.how != "barred" or not by.lent:
        return by, part
    himself = left(by, act, found)
    if himself is by or (again := _part(himself, kind, act, units, found)) is None:
        return by, part
    return himself, again


def _part(by: Actor, kind: str, act: Act, units: Collection[int | None], found: set[Concern]) -> Part | None:
    groups = people.bound_groups(act.right, units)
    if not people.within_limits(by, act.right):
        return None
    if _has_right(by, act, units):
        if _bars_whole(by, act, units, found):
            return Part("barred")
        free = left(by, act, found)  # in whose place he acts: rather somebody whom no name concerns
        return Part("holder", people.behalf_of(free if _has_right(free, act, units) else by, *groups))
    fallbacks = {name for group in groups if (name := people.fallback(group))}
    if not by.may(*fallbacks):
        return None
    for kept_away in _kept_away(act, found):
        if (group := people.stands_in(by, groups, barred=kept_away, least=act.hands, process=kind)) is not None:
            return Part("substitute", people.group_labels([group])[group])
    return Part("barred") if any(bars_himself(by, act, c) for c in found) else None


def _has_right(by: Actor, act: Act, units: Collection[int | None]) -> bool:
    return any(people.allowed(by, act.right, unit=unit) for unit in units)


def may_take(by: Actor, kind: str, act: Act, units: Collection[int | None], concern: Concern) -> bool:
    """Tell whether a substitute may take a name of this concern: those who hold the right are kept away from it."""
    groups = people.bound_groups(act.right, units)
    kept_away = _accounts(act, [concern])
    return people.stands_in(by, groups, barred=kept_away, least=act.hands, process=kind) is not None


def asked(kind: str, act: Act, groups: Sequence[str], concerns: Mapping[int, Concern]) -> tuple[str, ...]:
    """Groups that are asked to do an act: those that it names, and who falls in for names that concern all of these."""
    sets = _kept_away(act, set(concerns.values())) if concerns else []
    if not sets:
        return tuple(groups)
    found: dict[str, None] = {}
    for kept_away in sets:
        found |= dict.fromkeys(people.takers(groups, barred=kept_away, least=act.hands, process=kind).groups)
    return tuple(found)


def _bars_whole(by: Actor, act: Act, units: Collection[int | None], concerns: set[Concern]) -> bool:
    """Whether no name is left that somebody may take, or the act is on the whole list and one name keeps him away.

    A paper for the whole list is kept from an office only where every name is its own.
    """
    if act.no_lines and act.concerns:
        if any(by.account in c.accounts for c in concerns):
            return True
        named = {a for c in concerns for a in c.accounts}
        if by.lent and not _has_right(by.free_of(named), act, units):
            return True
    some = all if act.no_lines or by_name(act) or act.splits else any
    return bool(concerns) and some(bars(by, act, units, c) for c in concerns)


def by_name(act: Act) -> bool:
    """Whether people take their names of a list one after the other: it stays open for the rest."""
    return act.partial and act.to is None and not act.no_lines


def _kept_away(act: Act, concerns: set[Concern]) -> list[set[int]]:
    """Sets of accounts that are kept away: one for each concern where names are taken one by one, else one for the whole."""
    if not act.concerns or not concerns:
        return []
    if by_name(act):
        return [_accounts(act, [c]) for c in concerns]
    if act.splits:
        return [set.intersection(*(_accounts(act, [c]) for c in concerns))]
    if not act.no_lines:
        return [_accounts(act, concerns)]
    found = {a for c in concerns for a in c.accounts}
    if act.own_office:
        everywhere = frozenset.intersection(*(c.units for c in concerns))
        found |= people.belonging_to(everywhere)
    return [found]


def _accounts(act: Act, concerns: Iterable[Concern]) -> set[int]:
    named = list(concerns)
    found = {a for c in named for a in c.accounts}
    return found | people.belonging_to({u for c in named for u in c.units}) if act.own_office else found
