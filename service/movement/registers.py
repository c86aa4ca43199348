"""The registers in use and who may do what with their matters: begin one, read all of them, see what is private."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service import people
from service.actor import Actor
from service.errors import NotFound
from service.processes.deployments import definition_of
from service.processes.enactments import current_deployment, used_now
from workflows.register import EVERYONE, Register


@dataclass(frozen=True, slots=True)
class Kept:
    """A register with the version of the process that it belongs to."""

    process: str
    deployment: int
    register: Register
    diagrams: tuple[str, ...]
    """Processes of the bundle, within each of which an absent person can be stood in for."""


def kept_by(deployment: int) -> Kept | None:
    """The register of a version of a process; None where it has none."""
    definition = definition_of(deployment)
    if definition.register is None:
        return None
    return Kept(definition.main, deployment, definition.register, definition.processes)


def registers_in_use() -> dict[str, Kept]:
    """Every register in use, by its process, in the order of their names."""
    found = [one for deployment in used_now().values() if (one := kept_by(deployment)) is not None]
    return {one.process: one for one in sorted(found, key=lambda one: one.register.name[0])}


def register_in_use(process: str) -> Kept:
    """The register of a process as it is in use today; NotFound where there is none."""
    try:
        found = kept_by(current_deployment(process))
    except NotFound:
        found = None
    if found is None:
        raise NotFound("Không có sổ theo dõi này.", "There is no such register.")
    return found


def may_begin(by: Actor, kept: Kept) -> bool:
    """Tell whether somebody may begin a matter of a register; one that goes by periods has its matters from these."""
    if kept.register.period or not people.allowed(by, "matter.begin"):
        return False
    begins = kept.register.begins
    if EVERYONE not in begins and not _holds(by, kept, begins):
        return False
    return kept.register.unit != "own" or bool(own_units(by, kept)) or begins_for_any(by, kept)


def begins_for_any(by: Actor, kept: Kept) -> bool:
    """Tell whether somebody begins matters for every unit: he does it for the office, not as one of a unit."""
    here = by.within(*kept.diagrams)
    return here.may(*(word for word in kept.register.begins if not people.is_scoped(word)))


def own_units(by: Actor, kept: Kept) -> list[int]:
    """Units for which somebody begins matters as one of them."""
    words = set(kept.register.begins)
    if EVERYONE in words:
        return sorted(by.units)
    held = (group.partition(":") for group in by.within(*kept.diagrams).groups)
    return sorted({int(unit) for word, _, unit in held if word in words and unit.isdigit()})


def reads_all(by: Actor, kept: Kept) -> bool:
    """Tell whether somebody reads every matter of a register, all but what is private."""
    return people.allowed(by, "matter.read_all") or _holds(by, kept, kept.register.reads)


def sees_private(by: Actor, kept: Kept) -> bool:
    """Tell whether somebody sees the private fields of a register's matters."""
    return people.allowed(by, "matter.see_private") or _holds(by, kept, kept.register.sees)


def _holds(by: Actor, kept: Kept, words: Iterable[str]) -> bool:
    """Whether somebody is of one of these groups, in any unit where a group is a unit's."""
    wanted, here = set(words), by.within(*kept.diagrams)
    return any(group.partition(":")[0] in wanted for group in here.groups)


def begins_any(by: Actor) -> Mapping[str, Kept]:
    """The registers in which somebody may begin a matter."""
    return {process: one for process, one in registers_in_use().items() if may_begin(by, one)}


__all__ = [
    "Kept", "begins_any", "begins_for_any", "kept_by", "may_begin", "own_units", "reads_all", "register_in_use",
    "registers_in_use", "sees_private",
]
