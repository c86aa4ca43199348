"""Who acts: a plain value that every verb takes as `by`; knows no request and no database."""

from __future__ import annotations

from dataclasses import dataclass, replace


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
    must_change: bool = False
    """The password must be changed first; until then the person holds no group."""
    must_enrol: bool = False
    """The second factor, which a group of the person asks for, must be set up first; until then the person holds no group."""

    def may(self, *groups: str) -> bool:
        """Tell whether the person belongs to one of the groups."""
        return not self.groups.isdisjoint(groups)

    def through(self, door: str) -> Actor:
        """The same person at another door."""
        return replace(self, door=door)

    @property
    def units(self) -> frozenset[int]:
        """Units for which the person files or signs."""
        return frozenset(
            int(group.partition(":")[2]) for group in self.groups if group.startswith(("unit:", "unit_head:"))
        )


def machine(door: str) -> Actor:
    """The service itself acting: `timer`, `worker` or `cli`."""
    names = {"timer": "Đồng hồ hệ thống", "worker": "Hệ thống", "cli": "Dòng lệnh"}
    return Actor(account=None, login=door, name=names[door], door=door)
