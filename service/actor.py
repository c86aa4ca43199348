"""Who acts: a plain value that every verb takes as `by`; knows no request and no database.

Parts that stand below `people` ask the matrix of rights here (`require`, `allowed`); `people.rights` registers it. Before that
nobody may do anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Lent:
    """A group that an absent person has lent: whose it is, and within which processes it counts (None: in all)."""

    group: str
    behalf: int
    processes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """One person, or the machine itself, at one door.

    `groups` are the words that tasks and lists name as candidates: `vhxh`, `chair`, `unit:17`, `unit_head:17`.
    `account` is None for the machine (timer, worker, command line).
    """

    account: int | None
    login: str
    name: str
    groups: frozenset[str] = frozenset()
    door: str = "web"
    person: int | None = None
    substitutes: tuple[tuple[str, int], ...] = ()
    """Groups held only as a named substitute: (group, account on whose behalf)."""
    lent: tuple[Lent, ...] = ()
    """All that absent people have lent, also groups that the person holds himself, or that count in some processes only."""
    must_change: bool = False
    """The password must be changed first; until then the person holds no group."""
    must_enrol: bool = False
    """The second factor, which a group of the person asks for, must be set up first; until then the person holds no group."""
    token: int | None = None
    """The personal API token through which the person acts; None at every other way in."""
    limits: frozenset[str] | None = None
    """Areas and acts of the matrix of rights within which the token may change something; None: no limit but the person's own."""

    def may(self, *groups: str) -> bool:
        """Tell whether the person belongs to one of the groups, or is named among them (`named`)."""
        return not self.groups.isdisjoint(groups) or bool(self.himself) and self.himself in groups

    @property
    def himself(self) -> str:
        """The word under which a task names this person among its groups; "" for the machine, and while he holds no group."""
        return "" if self.account is None or self.must_change or self.must_enrol else named(self.account)

    def through(self, door: str) -> Actor:
        """The same person at another door."""
        return replace(self, door=door)

    @property
    def own(self) -> frozenset[str]:
        """Groups that the person holds himself, and not only for the time of another's absence."""
        return self.groups - {group for group, _behalf in self.substitutes}

    def within(self, *processes: str | None) -> Actor:
        """The same person in one of these processes: what was lent for them counts there, as if it were lent for all."""
        if not any(one.processes for one in self.lent):
            return self
        lent = tuple(
            replace(one, processes=None) if one.processes and not one.processes.isdisjoint(processes) else one for one in self.lent
        )
        return self._with(lent)

    def free_of(self, barred: Collection[int]) -> Actor:
        """The same person without what these people have lent: nobody lends away a case that concerns himself."""
        if not any(one.behalf in barred for one in self.lent):
            return self
        return self._with(tuple(one for one in self.lent if one.behalf not in barred))

    def _with(self, lent: tuple[Lent, ...]) -> Actor:
        own = self.own
        held = sorted({(one.group, one.behalf) for one in lent if one.processes is None and one.group not in own})
        return replace(self, groups=own | {group for group, _behalf in held}, substitutes=tuple(held), lent=lent)

    @property
    def units(self) -> frozenset[int]:
        """Units for which the person files or signs."""
        return frozenset(
            int(group.partition(":")[2]) for group in self.groups if group.startswith(("unit:", "unit_head:"))
        )


def named(account: int) -> str:
    """The word that stands for one person among the groups of a task: he may do it for himself, and nobody is lent it."""
    return f"{_PERSON}{account}"


def person_named(group: str) -> int | None:
    """The account that such a word names; None for a group."""
    number = group.removeprefix(_PERSON)
    return int(number) if number != group and number.isascii() and number.isdigit() else None


_PERSON = "account."


def _nobody(by: Actor, act: str) -> bool:
    return False


def _unknown(by: Actor, act: str) -> None:
    raise LookupError(f"{act}: the matrix of rights is not there; import service.people")


_allowed: Callable[[Actor, str], bool] = _nobody
_require: Callable[[Actor, str], None] = _unknown


def register_matrix(allowed: Callable[[Actor, str], bool], require: Callable[[Actor, str], None]) -> None:
    """Register who answers for the matrix of rights."""
    global _allowed, _require
    _allowed, _require = allowed, require


def allowed(by: Actor, act: str) -> bool:
    """Tell whether the matrix of rights lets a person do an act, as `people.allowed`."""
    return _allowed(by, act)


def require(by: Actor, act: str) -> None:
    """Refuse with Forbidden unless the matrix of rights lets a person do an act, as `people.require`."""
    _require(by, act)


MACHINES = {"timer": "Đồng hồ hệ thống", "worker": "Hệ thống", "cli": "Dòng lệnh", "oidc": "Nơi đăng nhập liên kết"}
"""The service's own doors: what acts there acts at no other."""


def machine(door: str) -> Actor:
    """The service itself acting: `timer`, `worker` or `cli`; `oidc`: what another house says of a person."""
    return Actor(account=None, login=door, name=MACHINES[door], door=door)
