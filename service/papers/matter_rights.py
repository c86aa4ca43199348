"""Who writes, signs, numbers and reads a paper of a matter, by the steps that name it (`nom:paper`) and the part they take in it.

A step's part (`nom:paperPart`): `write` (without one), `sign`, `number`, `read`. Only who writes it changes it, and nobody once it
is signed; who signs or numbers it reads it, with the private fields that its head names. With a step that writes it after one that
signed or numbered it, it begins anew: what was made before stays what it was, and is in use no more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from service.actor import Actor
from service.db import reading
from service.movement import Whole, settles_private
from service.movement.acting import comes_next
from service.movement.readers import is_units, reads_from_outside
from service.papers.models import Paper
from service.papers.versions import SIGNED_SOURCES
from service.processes import tasks
from service.processes.cases import Recorded, Running
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


def gets_number(deployment: int, name: str) -> bool:
    """Whether a step of a version numbers a paper."""
    elements = definition_of(deployment).elements.values()
    return any(one.attrs.get("paper") == name and part_of(one.attrs) == NUMBER for one in elements)


def leads_to(recorded: Recorded, name: str) -> bool:
    """Whether a step leads straight on to who signs or numbers a paper; of one without a number, that it is not written again."""
    definition = definition_of(recorded.running.deployment_id)
    opened = {one.element for one in recorded.step.opened if one.kind == "user"}
    onward = opened | comes_next(definition, {one.element for one in recorded.step.opened} - opened)
    parts = {part_of(attrs) for one in onward if (attrs := definition.elements[one].attrs).get("paper") == name}
    return not parts.isdisjoint((SIGN, NUMBER)) if gets_number(recorded.running.deployment_id, name) else WRITE not in parts


def steps_naming(running: Running, name: str) -> list[tasks.Task]:
    """The steps of a matter, done or open, that name a paper, the oldest first."""
    with reading() as s:
        rows = s.execute(
            select(Activity.id, Activity.element, Activity.deployment_id)
            .where(Activity.instance_id == running.id, Activity.kind == "user", Activity.state.in_(("open", "done")))
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


def is_signed(whole: Whole, steps: Sequence[tasks.Task]) -> bool:
    """Whether a paper is signed, or numbered, and was not sent back since; what is only read counts for nothing.

    A step that may sign a paper that gets a number did so where the way goes on to the number, and to no other end or step.
    """
    acts = _acts(steps)
    if not acts or part_of(acts[-1].attrs) == WRITE:
        return False
    if acts[-1].state == "done":
        numbered = part_of(acts[-1].attrs) == NUMBER or not gets_number(whole.running.deployment_id, acts[-1].attrs["paper"])
        return numbered or not (whole.entry.ended or _waits_for_somebody(whole.running))
    written = max((at for at, one in enumerate(acts) if part_of(one.attrs) == WRITE), default=-1)
    signed = any(part_of(one.attrs) == SIGN and one.state == "done" for one in acts[written + 1 :])
    return part_of(acts[-1].attrs) == NUMBER and signed


def _waits_for_somebody(running: Running) -> bool:
    """Whether any step of a matter lies with somebody."""
    with reading() as s:
        found = select(Activity.id).where(Activity.instance_id == running.id, Activity.kind == "user", Activity.state == "open")
        return s.scalar(found.limit(1)) is not None


def version_in_use(steps: Sequence[tasks.Task], versions: Sequence[Paper]) -> list[Paper]:
    """The version of a paper that is in use, one a format: the last since it began anew; empty until there is one.

    Where it was issued before, a scan that comes before anybody has signed it anew is one of what was issued.
    """
    acts = _acts(steps)
    parts = [part_of(one.attrs) for one in acts]
    begun = max((at for at in range(1, len(parts)) if parts[at] == WRITE != parts[at - 1]), default=0)
    if begun:
        signed_at = min((one.closed_at for one in acts[begun:] if part_of(one.attrs) != WRITE and one.closed_at), default=None)
        issued = NUMBER in parts[:begun]
        versions = [
            one for one in versions if one.made_at > acts[begun].opened_at
            and not (issued and one.source in SIGNED_SOURCES and (signed_at is None or one.made_at < signed_at))
        ]
    last = max((one.version for one in versions), default=0)
    return [one for one in versions if one.version == last]


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


def may_read_paper(whole: Whole, name: str, text: PaperText, steps: Sequence[tasks.Task], by: Actor) -> bool:
    """Whether somebody reads a paper as it stands now.

    Nothing may stand in it that is kept from him; only what its head calls private is no hindrance to who signs or numbers it for
    the office. Who reads the matter from outside (its unit, who only began it) reads what others issue once it has its number,
    where it gets one, and never while it is written.
    """
    if not _may_read_words(whole, text, steps, text.reads, by):
        return False
    if not _is_others(whole, text, by):
        return True
    acts = _acts(steps)
    if gets_number(whole.running.deployment_id, name):
        return bool(acts) and part_of(acts[-1].attrs) == NUMBER and acts[-1].state == "done"
    return not (acts and acts[-1].state == "open" and writes(acts[-1], text))


def may_read_version(
    whole: Whole, text: PaperText, steps: Sequence[tasks.Task], paper: Paper, versions: Sequence[Paper], by: Actor,
) -> bool:
    """Whether somebody opens one of the versions of a paper; who reads the matter from outside those that were issued, and no other."""
    if not _may_read_words(whole, text, steps, paper.facts["reads"], by):
        return False
    awaited = _is_others(whole, text, by) and gets_number(whole.running.deployment_id, paper.kind)
    return not awaited or paper.version in issued_versions(text, steps, versions)


def issued_versions(text: PaperText, steps: Sequence[tasks.Task], versions: Sequence[Paper]) -> set[int]:
    """The versions of a paper that went out with a number: of each number the last before the paper was written anew, and scans since.

    One that drew itself up bears the number; an edited one bears it on paper. What was numbered stays issued, whatever its steps
    come to later.
    """
    acts, found = _acts(steps), set[int]()
    for at, act in enumerate(acts):
        if part_of(act.attrs) != NUMBER or act.state != "done" or act.closed_at is None:
            continue
        anew = next((one.opened_at for one in acts[at + 1 :] if part_of(one.attrs) == WRITE), None)
        last = version_in_use(acts[: at + 1], [one for one in versions if anew is None or one.made_at <= anew])
        found |= {one.version for one in last if one.source != "drafted" or one.facts["numbered"] or not text.number}
        found |= {one.version for one in versions if one.source in SIGNED_SOURCES and one.made_at >= act.closed_at}
    return found


def _acts(steps: Sequence[tasks.Task]) -> list[tasks.Task]:
    """The steps that write, sign or number a paper; what is only read counts for nothing."""
    return [one for one in steps if part_of(one.attrs) != READ]


def _may_read_words(whole: Whole, text: PaperText, steps: Sequence[tasks.Task], reads: Collection[str], by: Actor) -> bool:
    """Whether nothing that is kept from somebody stands among these names."""
    kept_away = {*whole.hidden, BEGUN_BY} if whole.private else whole.hidden
    hindered = kept_away & {*reads}
    return not hindered or hindered <= text.private and any(handles(one, by) for one in steps)


def _is_others(whole: Whole, text: PaperText, by: Actor) -> bool:
    """Whether a paper is what others issue to somebody who reads the matter from outside."""
    return text.issuer != "unit" and reads_from_outside(by, whole.running)


def handles(task: tasks.Task, by: Actor) -> bool:
    """Whether somebody signs or numbers a paper at a step of the office, or did."""
    if part_of(task.attrs) not in (SIGN, NUMBER) or is_units(task.deployment_id, task.element):
        return False
    if task.state == "done":
        return by.account is not None and task.closed_by == by.account
    return tasks.may_act(task, by) and not tasks.is_another_to_do(task, by)


__all__ = [
    "Hand", "gets_number", "hand_of", "handles", "is_signed", "issued_versions", "leads_to", "may_read_paper", "may_read_version",
    "papers_in", "part_of", "steps_naming", "version_in_use", "writes",
]
