"""Who belongs to a group now, and who may take a case from which somebody is barred. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from service import clock
from service.actor import person_named
from service.db import reading, session, table_of
from service.people import groups as catalogue
from service.people.models import Account, Membership, Substitution, Unit
from service.people.passwords import settings


@dataclass(frozen=True, slots=True)
class Takers:
    """Who may take a case: as candidates, as those who fall in for barred ones, as managers of last resort, or only to
    send it on; nobody where there are none.
    """

    groups: tuple[str, ...]
    accounts: tuple[int, ...]
    how: Literal["candidates", "substitute", "manager", "forwarder", "nobody"]


def in_force(row: type[Membership | Substitution]) -> sa.ColumnElement[bool]:
    """Condition that a dated row holds today."""
    today = clock.today()
    return sa.and_(row.valid_from <= today, sa.or_(row.valid_to.is_(None), row.valid_to > today))


def usable() -> sa.ColumnElement[bool]:
    """Condition that an account may be used: active, not an emergency access whose time is over, and not a demo account
    outside demo mode.
    """
    lasts = sa.or_(Account.emergency_until.is_(None), Account.emergency_until > clock.unmoved())
    active = sa.and_(Account.active.is_(True), lasts)
    return active if settings().demo else sa.and_(active, Account.demo.is_(False))


def units_with_heads() -> set[int]:
    """Units that have somebody to sign for them now."""
    with reading() as current:
        found = current.scalars(
            sa.select(Membership.unit_id).where(in_force(Membership), Membership.group.like("unit\\_head:%", escape="\\"))
        )
        return {unit for unit in found if unit is not None}


def units_of_members(groups: Collection[str]) -> set[int]:
    """Units to which people belong who hold one of these groups themselves."""
    holders = sa.select(Membership.account_id).where(in_force(Membership), Membership.group.in_(groups))
    with reading() as current:
        found = current.scalars(
            sa.select(Membership.unit_id).where(in_force(Membership), Membership.unit_id.is_not(None), Membership.account_id.in_(holders))
        )
        return {unit for unit in found if unit is not None}


def members_of(
    groups: Iterable[str], *, barred: Collection[int] = (), process: str | None = None, own: bool = False
) -> list[int]:
    """Accounts that hold one of the groups now, by number: members, heirs of merged units, substitutes, who is named himself.

    `barred` people do not count, nor who holds the groups only for one of them; who stands in for some processes only
    counts where one of these is named. `own`: only who holds a group himself.
    """
    named = sorted(set(groups))
    if not named:
        return []
    with reading() as current:
        rows = current.execute(_holders(_with_heirs(named)))
        return sorted(
            {
                row.id
                for row in rows
                if row.id not in barred
                and row.behalf not in barred
                and not (own and row.behalf)
                and (not row.processes or process in row.processes)
            }
        )


def standing_in_for(account: int, groups: Iterable[str], *, barred: Collection[int] = (), process: str | None = None) -> list[int]:
    """Accounts that stand in now for an absent person in one of these groups, whether they hold it themselves or not."""
    if account in barred:
        return []
    with reading() as current:
        rows = current.execute(_holders(_with_heirs(sorted(set(groups)))))
        return sorted(
            {
                row.id
                for row in rows
                if row.behalf == account and row.id not in barred and (not row.processes or process in row.processes)
            }
        )


def _holders(named: list[str]) -> sa.CompoundSelect[Any]:
    """Who holds one of these groups: himself, or on whose behalf and within which processes."""
    nobody = sa.null().cast(Substitution.account_id.type)
    everywhere = sa.null().cast(Substitution.processes.type)
    own: Any = (
        sa.select(Account.id, nobody.label("behalf"), everywhere.label("processes"))
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.group.in_(named), in_force(Membership), usable())
    )
    lent: Any = (
        sa.select(Account.id, Substitution.account_id.label("behalf"), Substitution.processes)
        .join(Substitution, Substitution.substitute_id == Account.id)
        .join(Membership, Membership.account_id == Substitution.account_id)
        .where(
            Membership.group.in_([group for group in named if catalogue.is_lendable(group)]),
            sa.or_(Substitution.group.is_(None), Substitution.group == Membership.group),
            in_force(Membership),
            in_force(Substitution),
            usable(),
        )
    )
    persons = [number for number in map(person_named, named) if number is not None]
    if not persons:
        return sa.union_all(own, lent)
    himself: Any = sa.select(Account.id, nobody.label("behalf"), everywhere.label("processes")).where(Account.id.in_(persons), usable())
    return sa.union_all(own, lent, himself)


def takers(
    groups: Iterable[str], *, barred: Collection[int] = (), least: int = 1, process: str | None = None, forwards: Sequence[str] = (),
    instead: Sequence[str] = (),
) -> Takers:
    """Who may take a case of these groups when some accounts are kept away.

    First the groups themselves, then the first of `instead` (who falls in at this step), then those who fall in for them, then the
    process managers (`groups.MANAGERS`; not in the place of who stands above the offices), then the first of `forwards`, who only
    send it on. Where none of them has anybody the
    groups themselves are asked, and nobody may do it. Where `least` people must act and the groups have fewer left, both are
    asked. Who holds a group only for somebody who is kept away is kept away with him.
    """
    named = tuple(dict.fromkeys(groups))
    free = _free(named, barred, process)
    if len(free) >= least:
        return Takers(named, free, "candidates")
    for one in instead if not free else ():
        if others := _free((one,), barred, process):
            return Takers((one,), others, "substitute")
    fallbacks = tuple(dict.fromkeys(name for group in named if (name := catalogue.fallback(group))))
    if others := _free(fallbacks, barred, process):
        asked = (*named, *fallbacks) if free else fallbacks
        return Takers(asked, tuple(sorted({*free, *others})), "substitute")
    if free:
        return Takers(named, free, "candidates")
    known = catalogue.catalogue()
    above = any(known[word].above for word in (catalogue.split(group)[0] for group in named) if word in known)
    one, found = ("", []) if above else managers(barred=barred, process=process)
    if one:
        return Takers((one,), tuple(found), "manager")
    for one in forwards:
        if free := _free((one,), barred, process):
            return Takers((one,), free, "forwarder")
    return Takers(named, (), "nobody")


def managers(*, barred: Collection[int] = (), process: str | None = None) -> tuple[str, list[int]]:
    """The process managers who take what nobody else may: their group and its people; ("", []) where nobody is left."""
    for one in catalogue.MANAGERS:
        if free := _free((one,), barred, process):
            return one, list(free)
    return "", []


def led_by(accounts: Collection[int]) -> set[int]:
    """Accounts that work under these people now, in the unit or office that they lead (`groups.toml`)."""
    if not accounts:
        return set()
    with reading() as current:
        held = current.scalars(sa.select(Membership.group).where(Membership.account_id.in_(accounts), in_force(Membership))).all()
    known, led = catalogue.catalogue(), set[str]()
    for word, unit in map(catalogue.split, held):
        for below in known[word].leads if word in known else ():
            led.add(catalogue.join(below, unit) if unit is not None else below)
    return set(members_of(led)) - set(accounts)


def resolve(words: Iterable[str], *, unit: int, agency: int | None = None) -> tuple[str, ...]:
    """Bind a diagram's candidates to a case: "unit_head" becomes "unit_head:17", "successor_head" its
    successor's.
    """
    bound = []
    for word in words:
        if word == "successor_head":
            bound.append(f"unit_head:{heir_of(unit)}")
        elif word == "agency":
            bound += [f"agency:{agency}"] if agency is not None else []
        elif (group := catalogue.catalogue().get(word)) is not None and group.scoped:
            bound.append(f"{word}:{unit}")
        else:
            bound.append(word)
    return tuple(bound)


def heir_of(unit: int) -> int:
    """The living unit at the end of the line of successors; the unit itself while it lives or has no
    successor.
    """
    with reading() as current:
        heir: int | None = current.execute(_HEIR, {"unit": unit}).scalar_one_or_none()
    return heir or unit


_UNIT = table_of(Unit)
_HEIR = sa.select(_UNIT.c.heir_id).where(_UNIT.c.id == sa.bindparam("unit"))  # a page of a case asks it more than ten times


def people_of_unit(unit: int) -> list[int]:
    """Accounts that belong to a unit in any place: who must not judge the own house."""
    return members_of(
        catalogue.join(word, unit) for word, group in catalogue.catalogue().items() if group.scoped
    )


def belonging_to(units: Collection[int]) -> set[int]:
    """Accounts that belong to one of these units, or to a unit into which one was merged, in any place.

    So does who stands in there for an absent person, in whatever processes: as long as he does, he is of the house.
    """
    if not units:
        return set()
    with reading() as current:
        heirs = sa.select(Unit.heir_id).where(Unit.id.in_(units), Unit.heir_id.is_not(None))
        there = sa.and_(sa.or_(Membership.unit_id.in_(units), Membership.unit_id.in_(heirs)), in_force(Membership))
        lent = (
            sa.select(Substitution.substitute_id)
            .join(Membership, Membership.account_id == Substitution.account_id)
            .where(
                there, sa.or_(Substitution.group.is_(None), Substitution.group == Membership.group), in_force(Substitution)
            )
        )
        rows = current.execute(sa.union(sa.select(Membership.account_id).where(there), lent))
        return set(rows.scalars())


def names(accounts: Iterable[int]) -> dict[int, str]:
    """Names of accounts by number, disabled ones too."""
    wanted = sorted(set(accounts))
    if not wanted:
        return {}
    with reading() as current:
        rows: Iterable[Any] = current.execute(
            sa.select(Account.id, Account.name).where(Account.id.in_(wanted))
        ).all()
    return {row.id: row.name for row in rows}


def _free(groups: Iterable[str], barred: Collection[int], process: str | None) -> tuple[int, ...]:
    return tuple(members_of(groups, barred=barred, process=process))


def _with_heirs(groups: list[str]) -> list[str]:
    units = {unit for group in groups if (unit := catalogue.split(group)[1]) is not None}
    if not units:
        return groups
    rows = session().execute(
        sa.select(Unit.id, Unit.heir_id).where(Unit.id.in_(units), Unit.heir_id.is_not(None))
    )
    heirs = {row.id: row.heir_id for row in rows}
    moved = [
        catalogue.join(word, heirs[unit])
        for word, unit in map(catalogue.split, groups)
        if unit is not None and unit in heirs
    ]
    return [*groups, *moved]
