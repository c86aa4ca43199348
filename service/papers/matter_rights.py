"""Who writes, signs, numbers and reads a paper of a matter, by the steps that name it (`nom:paper`) and the part they take in it.

A step's part (`nom:paperPart`): `write` (without one), `sign`, `number`, `read`. Only who writes it changes it, and nobody once it
is signed; who signs or numbers it reads it, with the private fields that its head names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from service.actor import Actor
from service.db import reading
from service.movement import Whole, settles_private
from service.movement.case import is_units, reads_from_outside
from service.papers.models import Paper
from service.papers.versions import SIGNED_SOURCES
from service.processes import tasks
from service.processes.deployments import definition_of, paper_of
from service.processes.models import Activity
from workflows.paper_text import BEGUN_BY, NUMBER, READ, SIGN, WRITE, PaperText


def part_of(attrs: Mapping[str, str]) -> str:
    """The part that a step takes in the paper that it names."""
    return attrs.get("paper_part") or WRITE


def papers_in(deployment: int) -> dict[str, PaperText]:
    """The papers that steps of a version name, by name."""
    elements = definition_of(deployment).elements.values()
    named = dict.fromkeys(one.attrs["paper"] for one in elements if one.kind == "user" and one.attrs.get("paper"))
    return {name: text for name in named if (text := paper_of(deployment, name)) is not None}


def steps_naming(whole: Whole, name: str) -> list[tasks.Task]:
    """The steps of a matter, done or open, that name a paper, the oldest first."""
    with reading() as s:
        rows = s.execute(
            select(Activity.id, Activity.element, Activity.deployment_id)
            .where(Activity.instance_id == whole.running.id, Activity.kind == "user", Activity.state.in_(("open", "done")))
            .order_by(Activity.id)
        ).all()
    found = [
        number for number, element, deployment in rows
        if deployment is not None and (here := definition_of(deployment).elements.get(element)) and here.attrs.get("paper") == name
    ]
    return [tasks.find_task(number) for number in found]


def writes(task: tasks.Task, text: PaperText) -> bool:
    """Whether a step writes a paper: never a unit's own where the paper is another's."""
    return part_of(task.attrs) == WRITE and (text.issuer == "unit" or not is_units(task.deployment_id, task.element))


def is_signed(steps: Sequence[tasks.Task]) -> bool:
    """Whether a paper is signed, or numbered, and was not sent back since; what is only read counts for nothing."""
    acts = _acts(steps)
    if not acts or part_of(acts[-1].attrs) == WRITE:
        return False
    if acts[-1].state == "done":
        return True
    written = max((at for at, one in enumerate(acts) if part_of(one.attrs) == WRITE), default=-1)
    signed = any(part_of(one.attrs) == SIGN and one.state == "done" for one in acts[written + 1 :])
    return part_of(acts[-1].attrs) == NUMBER and signed


@dataclass(frozen=True, slots=True)
class Hand:
    """What somebody has to do with a paper."""

    tasks: tuple[int, ...]
    """Open tasks that write it, on which he may act."""
    others: tuple[int, ...]
    """Open tasks that sign, number or read it, on which he may act."""
    did: bool
    """Whether he did a step that writes it, or works with what is private in it."""

    @property
    def writes(self) -> bool:
        """Whether it is his to write."""
        return self.did or bool(self.tasks)


def hand_of(whole: Whole, steps: Sequence[tasks.Task], text: PaperText, by: Actor) -> Hand:
    """What somebody has to do with a paper, by the steps that name it."""
    own: list[int] = []
    others: list[int] = []
    did = False
    sees = bool(text.private) and settles_private(by, whole.running, whole.kept)
    for task in steps:
        mine = writes(task, text)
        did = did or mine and (sees or task.state == "done" and by.account is not None and task.closed_by == by.account)
        if task.state == "open" and tasks.may_act(task, by) and not tasks.is_another_to_do(task, by):
            (own if mine else others).append(task.id)
    return Hand(tuple(own), tuple(others), did)


def may_read_paper(whole: Whole, text: PaperText, steps: Sequence[tasks.Task], reads: Collection[str], by: Actor) -> bool:
    """Whether somebody reads a paper, as it stands now, that says these names.

    Nothing may stand in it that is kept from him; only what its head calls private is no hindrance to who signs or numbers it for
    the office. Who reads the matter from outside (its unit, who only began it) reads what others issue once it has its number,
    where it gets one, and not while it is written anew.
    """
    if not _may_read_words(whole, text, steps, reads, by):
        return False
    if not _is_awaited(whole, text, steps, by):
        return True
    acts = _acts(steps)
    return bool(acts) and part_of(acts[-1].attrs) == NUMBER and acts[-1].state == "done"


def may_read_version(
    whole: Whole, text: PaperText, steps: Sequence[tasks.Task], paper: Paper, versions: Sequence[Paper], by: Actor,
) -> bool:
    """Whether somebody opens one of the versions of a paper; who reads the matter from outside those that were issued, and no other."""
    if not _may_read_words(whole, text, steps, paper.facts["reads"], by):
        return False
    return not _is_awaited(whole, text, steps, by) or paper.version in issued_versions(steps, versions)


def issued_versions(steps: Sequence[tasks.Task], versions: Sequence[Paper]) -> set[int]:
    """The versions of a paper that went out with a number: of each number the last before the paper was written anew, and scans since.

    What was numbered stays issued, whatever its steps come to later.
    """
    acts, found = _acts(steps), set[int]()
    for at, act in enumerate(acts):
        if part_of(act.attrs) != NUMBER or act.state != "done" or act.closed_at is None:
            continue
        anew = next((one.opened_at for one in acts[at + 1 :] if part_of(one.attrs) == WRITE), None)
        found |= {max((one.version for one in versions if anew is None or one.made_at <= anew), default=0)}
        found |= {one.version for one in versions if one.source in SIGNED_SOURCES and one.made_at >= act.closed_at}
    return found


def _acts(steps: Sequence[tasks.Task]) -> list[tasks.Task]:
    """The steps that write, sign or number a paper; what is only read counts for nothing."""
    return [one for one in steps if part_of(one.attrs) != READ]


def _may_read_words(whole: Whole, text: PaperText, steps: Sequence[tasks.Task], reads: Collection[str], by: Actor) -> bool:
    """Whether nothing that is kept from somebody stands among these names."""
    kept_away = {*whole.hidden, BEGUN_BY} if whole.private else whole.hidden
    hindered = kept_away & {*reads}
    return not hindered or hindered <= text.private and any(_handles(one, by) for one in steps)


def _is_awaited(whole: Whole, text: PaperText, steps: Sequence[tasks.Task], by: Actor) -> bool:
    """Whether somebody waits for the number of a paper before he reads it."""
    elements = definition_of(whole.running.deployment_id).elements.values()
    names = {one.attrs["paper"] for one in steps}
    numbered = any(one.attrs.get("paper") in names and part_of(one.attrs) == NUMBER for one in elements)
    return numbered and text.issuer != "unit" and reads_from_outside(by, whole.running)


def _handles(task: tasks.Task, by: Actor) -> bool:
    """Whether somebody signs or numbers a paper at a step of the office, or did."""
    if part_of(task.attrs) not in (SIGN, NUMBER) or is_units(task.deployment_id, task.element):
        return False
    if task.state == "done":
        return by.account is not None and task.closed_by == by.account
    return tasks.may_act(task, by) and not tasks.is_another_to_do(task, by)


__all__ = [
    "Hand", "hand_of", "is_signed", "issued_versions", "may_read_paper", "may_read_version", "papers_in", "part_of", "steps_naming",
    "writes",
]
