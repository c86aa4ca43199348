"""Finding matters in a register: filters, pages in a steady order, counts; to each what he may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from service import clock, people
from service.actor import Actor
from service.awards.rounds import end_of_day, start_of_day
from service.awards.sight import READERS
from service.db import reading
from service.errors import NotFound, Withheld
from service.movement.case import CASE, hidden_from, may_read
from service.movement.concerns import not_to_read
from service.movement.models import Matter, MatterSubject
from service.movement.registers import Kept, kept_by, reads_all
from service.movement.wording import number_words
from service.processes.cases import Running
from service.processes.models import Activity, Deployment, ProcessInstance
from service.processes.running import read_instance
from service.vietnamese import fold
from workflows.register import Register

STATES = ("open", "late", "ended")
SIZE = 50


@dataclass(frozen=True, slots=True)
class MatterFilter:
    """What a register is narrowed by; empty means everything."""

    state: str = ""
    """open, late (an open task is past its due time), ended."""
    phase: str = ""
    outcome: str = ""
    unit: int | None = None
    year: int | None = None
    since: date | None = None
    until: date | None = None
    """Days on which it was begun, both included."""
    text: str = ""
    subject: str = ""
    """What it is about: `nomination:12`."""
    mine: bool = False
    """Begun by whoever asks."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A matter as its register lists it."""

    id: int
    number: str
    title: str
    unit_id: int | None
    phase: str
    outcome: str | None
    ended: bool
    begun_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    """Earliest due time of its open tasks."""
    shown: Mapping[str, Any]
    instance: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a register, and how many fit in all."""

    entries: tuple[Entry, ...]
    total: int


def find_matters(
    kept: Kept, *, by: Actor, wanted: MatterFilter | None = None, page: int = 1, size: int = SIZE
) -> Found:
    """Matters of a register that somebody may read, the newest first; of who reads not all, his own and his units'."""
    wanted = wanted or MatterFilter()
    due = (
        select(func.min(Activity.due_at))
        .where(Activity.instance_id == ProcessInstance.id, Activity.state == "open", Activity.kind == "user")
        .correlate(ProcessInstance).scalar_subquery()
    )
    where = and_(Matter.process == kept.process, *_seen(kept, by), *_narrowed(wanted, by))
    with reading() as s:
        total = s.execute(
            select(func.count()).select_from(Matter).join(ProcessInstance, ProcessInstance.id == Matter.instance_id).where(where)
        ).scalar_one()
        rows = s.execute(
            select(Matter, ProcessInstance, Deployment.id, due)
            .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
            .join(Deployment, Deployment.id == ProcessInstance.deployment_id)
            .where(where)
            .order_by(Matter.year.desc(), Matter.number.desc())
            .offset((page - 1) * size)
            .limit(size)
        ).all()
        return Found(tuple(_entry(kept.register, matter, instance, due_at) for matter, instance, _, due_at in rows), total)


def _entry(register: Register, matter: Matter, instance: ProcessInstance, due_at: Any) -> Entry:
    return Entry(
        matter.id, number_words(register, matter.number, matter.year), instance.title, matter.unit_id, instance.phase or "",
        instance.outcome, instance.status == "ended", matter.begun_at, instance.ended_at, due_at, matter.shown, instance.id,
    )


def _seen(kept: Kept, by: Actor) -> list[ColumnElement[bool]]:
    begun = Matter.begun_by == (by.account or 0)
    if reads_all(by, kept):
        apart = not_to_read(by, kept)
        return [or_(begun, Matter.id.not_in(apart))] if apart else []
    return [or_(begun, Matter.unit_id.in_(by.within(*kept.diagrams).units))]


def _narrowed(wanted: MatterFilter, by: Actor) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    late = exists().where(
        Activity.instance_id == ProcessInstance.id, Activity.state == "open", Activity.kind == "user", Activity.due_at < clock.now()
    )
    states = {"open": ProcessInstance.status != "ended", "ended": ProcessInstance.status == "ended", "late": late}
    if wanted.state in states:
        found.append(states[wanted.state])
    if wanted.phase:
        found.append(ProcessInstance.phase == wanted.phase)
    if wanted.outcome:
        found.append(ProcessInstance.outcome == wanted.outcome)
    if wanted.unit is not None:
        found.append(Matter.unit_id == wanted.unit)
    if wanted.year is not None:
        found.append(Matter.year == wanted.year)
    if wanted.since is not None:
        found.append(Matter.begun_at >= start_of_day(wanted.since))
    if wanted.until is not None:
        found.append(Matter.begun_at < end_of_day(wanted.until))
    for word in fold(wanted.text).split():
        found.append(ProcessInstance.search.contains(word, autoescape=True))
    if wanted.subject:
        found.append(exists().where(MatterSubject.matter_id == Matter.id, MatterSubject.subject == wanted.subject))
    if wanted.mine:
        found.append(Matter.begun_by == (by.account or 0))
    return found


@dataclass(frozen=True, slots=True)
class Whole:
    """One matter with its register, its case, and what it was begun with as much as its reader may see."""

    entry: Entry
    kept: Kept
    running: Running
    begun: Mapping[str, Any]
    begun_by: int | None
    subjects: tuple[str, ...]
    hidden: frozenset[str]
    """Private fields that the reader is not shown."""


def read_matter(matter_id: int, *, by: Actor) -> Whole:
    """A matter that somebody may read; NotFound for everybody else."""
    with reading() as s:
        row = s.get(Matter, matter_id)
        if row is None or row.instance_id is None:
            raise _no_matter(there=False)
        running = read_instance(row.instance_id)
        kept = kept_by(running.deployment_id)
        if kept is None or not may_read(by, running):
            raise _no_matter(there=True)
        instance = s.get_one(ProcessInstance, row.instance_id)
        due_at = s.scalar(
            select(func.min(Activity.due_at)).where(
                Activity.instance_id == instance.id, Activity.state == "open", Activity.kind == "user"
            )
        )
        hidden = frozenset(hidden_from(by, running)) if row.begun_by != by.account or by.account is None else frozenset[str]()
        subjects = tuple(s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == row.id).order_by(MatterSubject.subject)))
        return Whole(
            _entry(kept.register, row, instance, due_at), kept, running,
            {key: value for key, value in row.begun.items() if key not in hidden}, row.begun_by, subjects, hidden,
        )


def read_for_file(number: str, file: int, by: Actor) -> None:
    """Raise NotFound unless somebody may see a file of a matter: not where it stands in a field that is kept from him.

    Who began it sees what he sent with it, and who did a step what he sent there; neither sees the other's.
    """
    whole = read_matter(int(number), by=by)
    hidden = hidden_from(by, whole.running)
    if not hidden or by.account is None:
        return
    with reading() as s:
        steps = s.execute(
            select(Activity.answers, Activity.closed_by).where(Activity.instance_id == whole.entry.instance, Activity.answers.is_not(None))
        ).all()
        begun = s.scalar(select(Matter.begun).where(Matter.id == whole.entry.id)) or {}
    kept = [begun] if whole.hidden else []
    kept += [one.answers or {} for one in steps if one.closed_by != by.account]
    if any(file in answers[name] for answers in kept for name in hidden if isinstance(answers.get(name), list)):
        raise _no_matter(there=True)


READERS[CASE] = read_for_file


def _no_matter(*, there: bool) -> NotFound:
    return (Withheld if there else NotFound)(
        "Không có việc này, hoặc việc không thuộc bạn.", "There is no such matter, or it is not yours."
    )


def counts(registers: Sequence[Kept], *, by: Actor) -> dict[str, tuple[int, int]]:
    """Of each register how many matters are open and how many of them are late, of those that somebody may read."""
    return {
        one.process: (
            find_matters(one, by=by, wanted=MatterFilter(state="open"), size=1).total,
            find_matters(one, by=by, wanted=MatterFilter(state="late"), size=1).total,
        )
        for one in registers
    }


def matters_about(subject: str, *, by: Actor) -> list[Entry]:
    """Matters about something that somebody may read, the newest first."""
    with reading() as s:
        numbers = list(
            s.scalars(select(MatterSubject.matter_id).where(MatterSubject.subject == subject).order_by(MatterSubject.matter_id.desc()))
        )
    found = []
    for number in numbers:
        try:
            found.append(read_matter(number, by=by).entry)
        except NotFound:
            continue
    return found


def unit_words(entry: Entry) -> str:
    """The name of a matter's unit today; "" for one without."""
    return people.unit_name(entry.unit_id, clock.today()) if entry.unit_id else ""
