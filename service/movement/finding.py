"""Finding matters in a register: filters, pages in a steady order, counts; to each what he may read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from forms import Form
from service import clock, people
from service.actor import Actor
from service.awards.models import File, Nomination
from service.awards.rounds import start_of_day
from service.awards.sight import READERS
from service.db import let_go, reading
from service.errors import Conflict, Forbidden, NotFound, Withheld
from service.movement.about_names import unit_apart
from service.movement.case import CASE, files_said, listed
from service.movement.concerns import concerned_names, named_in, not_to_read, read_by_unit, reads_as_settler
from service.movement.models import Matter, MatterSubject
from service.movement.readers import awaited_by, does_a_step, hidden_from, may_read
from service.movement.registers import Kept, kept_by, may_begin, reads_all, registers_in_use
from service.movement.wording import number_words
from service.processes import tasks
from service.processes.cases import Running
from service.processes.deployments import definition_of, form_of
from service.processes.history import Stop
from service.processes.models import Activity, Deployment, ProcessInstance
from service.processes.queues import queues_for
from service.processes.running import RUNNING_COLUMNS, read_instance, running_of
from service.vietnamese import fold
from workflows.register import Register

STATES = ("open", "late", "ended")
SIZE = 50
_FIRST, _LAST = date(1900, 1, 1), date(2200, 12, 31)


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
    where = and_(Matter.process == kept.process, *seen_of(kept, by), *_narrowed(wanted, by))
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


def seen_of(kept: Kept, by: Actor) -> list[ColumnElement[bool]]:
    """Which matters of a register somebody reads, as conditions: all that do not concern him.

    Of who reads not all his own, his units', and those of which he did a step, has one or is asked to do one.
    """
    begun = Matter.begun_by == (by.account or 0)
    if reads_all(by, kept):
        apart = not_to_read(by, kept)
        return [or_(begun, Matter.id.not_in(apart))] if apart else []
    own = Matter.unit_id.in_(by.within(*kept.diagrams).units)
    return [or_(begun, and_(own, read_by_unit(kept)), *_of_his_steps(kept, by))]


def _of_his_steps(kept: Kept, by: Actor) -> list[ColumnElement[bool]]:
    """The condition of matters that have a step of somebody's, as `does_a_step` says it of one; none for who is nobody's."""
    if by.account is None:
        return []
    asked = and_(Activity.state == "open", Activity.queue_id.in_(queues_for(by.within(*kept.diagrams))))
    his = exists().where(
        Activity.instance_id == ProcessInstance.id, Activity.kind == "user", Activity.state != "cancelled",
        or_(Activity.owner == by.account, Activity.closed_by == by.account, asked),
    ).correlate(ProcessInstance)
    with reading() as s:
        apart = s.execute(
            select(Matter.id, *RUNNING_COLUMNS)
            .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
            .where(Matter.process == kept.process, or_(ProcessInstance.excluded != [], ProcessInstance.own_units != []), his)
        ).all()
    barred = [row[0] for row in apart if not does_a_step(by, running_of(row[1:]))]
    return [and_(his, Matter.id.not_in(barred)) if barred else his]


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
        found.append(Matter.begun_at >= start_of_day(_within(wanted.since)))
    if wanted.until is not None:
        found.append(Matter.begun_at < start_of_day(_within(wanted.until) + timedelta(days=1)))
    for word in fold(wanted.text).split():
        found.append(ProcessInstance.search.contains(word, autoescape=True))
    if wanted.subject:
        found.append(exists().where(MatterSubject.matter_id == Matter.id, MatterSubject.subject == wanted.subject))
    if wanted.mine:
        found.append(Matter.begun_by == (by.account or 0))
    return found


def _within(day: date) -> date:
    """A day of which the moments can be told everywhere: nothing was begun before the first of them."""
    return min(max(day, _FIRST), _LAST)


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
    """Fields that the reader is not shown: what is private, and what its unit reads later."""
    awaited: frozenset[str]
    """Those of them that its unit reads later."""

    @property
    def private(self) -> frozenset[str]:
        """Private fields that the reader is not shown."""
        return self.hidden - self.awaited


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
        awaited, hidden = awaited_by(by, running) - kept.register.private, frozenset(hidden_from(by, running))
        if row.begun_by == by.account and by.account is not None:  # he knows what he wrote
            awaited -= row.begun.keys()
            hidden = awaited
        subjects = tuple(s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == row.id).order_by(MatterSubject.subject)))
        return Whole(
            _entry(kept.register, row, instance, due_at), kept, running,
            {key: value for key, value in row.begun.items() if key not in hidden}, row.begun_by, subjects, hidden, awaited,
        )


def files_of(whole: Whole, *, by: Actor) -> list[File]:
    """Files of a matter that its reader may open, the oldest first."""
    with reading() as s:
        rows = list(s.scalars(select(File).where(File.about == f"{CASE}:{whole.entry.id}").order_by(File.id)))
        let_go(rows)
        return [one for one in rows if not _is_kept_away(s, whole, one, by)]


def sent_at(stops: Sequence[Stop]) -> dict[int, Stop]:
    """File → the step at which it was first sent, of the files that answers name where their forms ask for files."""
    found: dict[int, Stop] = {}
    for stop in stops:
        if stop.state != "done" or not stop.form or stop.deployment_id is None:
            continue
        asked = {one.path[0] for one in form_of(stop.deployment_id, stop.form).walk() if one.kind == "filepicker" and one.path}
        for name in asked & stop.answers.keys():
            for number in listed(stop.answers[name]):
                found.setdefault(number, stop)
    return found


def begun_in_private(instances: Collection[int]) -> set[int]:
    """Of these instances those of matters whose register keeps anything private: who began them is private too."""
    with reading() as s:
        rows = s.execute(
            select(Matter.instance_id, ProcessInstance.deployment_id)
            .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
            .where(Matter.instance_id.in_(instances))
        ).all()
    kept = {deployment: kept_by(deployment) for deployment in {row.deployment_id for row in rows}}
    return {instance for instance, deployment in rows if instance and (one := kept[deployment]) and one.register.private}


def _is_kept_away(s: Session, whole: Whole, file: File, by: Actor) -> bool:
    """Whether a file is not for this reader: it stands in a field that is kept from him, or in none yet and is not his to answer with."""
    hidden = hidden_from(by, whole.running)  # who began it knows what he wrote, and not what was answered later
    if not hidden or file.uploaded_by == by.account:
        return False
    if file.id in files_said(s, whole.running, hidden):
        return True
    return file.id not in files_said(s, whole.running) and not tasks_for(whole, by=by)


def tasks_for(whole: Whole, *, by: Actor) -> list[int]:
    """Open tasks of a matter that somebody may act on, the oldest first."""
    with reading() as s:
        numbers = s.scalars(
            select(Activity.id)
            .where(Activity.instance_id == whole.entry.instance, Activity.state == "open", Activity.kind == "user")
            .order_by(Activity.id)
        ).all()
    return [number for number in numbers if tasks.may_act(tasks.find_task(number), by)]


def must_add_file(whole: Whole, *, by: Actor) -> None:
    """Refuse a file of whoever has nothing to send to a matter: who began it and who is asked to act on it do, while it is open.

    Raises Forbidden, and Conflict for one that has ended.
    """
    if not people.allowed(by, "file.send"):
        raise Forbidden("Bạn chỉ xem, không gửi tệp.", "You only read; you may not send files.")
    began = by.account is not None and whole.begun_by == by.account
    if whole.entry.ended:
        raise Conflict("Việc đã kết thúc, không thêm tệp.", "The matter has ended; no file is added.", code="ended")
    if not began and not tasks_for(whole, by=by):
        raise Forbidden("Bạn xem được việc này, không thêm tệp được.", "You may read this matter, but not add files to it.")


def said_in(whole: Whole) -> tuple[Form, Mapping[str, Any]] | None:
    """What a matter says of itself, less what is kept from its reader: the form that it was begun with, as it was filled in.

    What a later step answered anew, as the days of a decision, stands as it was answered there; nothing private does. Of one that
    was asked for in a period the unit's first step, as it was answered last; None before it was answered.
    """
    begins = whole.kept.register.form
    with reading() as s:
        rows = s.execute(
            select(Activity.element, Activity.deployment_id, Activity.answers)
            .where(Activity.instance_id == whole.running.id, Activity.kind == "user", Activity.state == "done")
            .order_by(Activity.id)
        ).all()
    if begins:
        form = form_of(whole.running.deployment_id, begins)
        # Who began it knows what he wrote, and not what a step wrote into the same private field.
        said_anew = whole.begun.keys() - whole.hidden - whole.kept.register.private
        ended = whole.entry.outcome  # what that says is told by the end, and what it was begun as stays told
        later = {key: value for *_, answers in rows for key, value in (answers or {}).items() if key in said_anew and value != ended}
        return form, {**whole.begun, **later}
    if not rows:
        return None
    element, deployment, answers = [row for row in rows if row[0] == rows[0][0]][-1]
    name = definition_of(deployment).elements[element].attrs["form"]
    return form_of(deployment, name), {key: value for key, value in (answers or {}).items() if key not in whole.hidden}


def name_of_subject(nomination: int) -> str:
    """What a nomination that a matter is about is called, for who reads the matter and not the nomination."""
    with reading() as s:
        row = s.get(Nomination, nomination)
        return ", ".join(part for part in (row.name, unit_apart(row)) if part) if row is not None else ""


def concerned_in(whole: Whole, *, by: Actor) -> dict[str, list[str]]:
    """Whom the answers of a matter name as concerned: label of the field → names, as much of it as somebody may see.

    Who only began it is told whom he named himself, and not whom a step added.
    """
    fields = [name for name in whole.kept.register.concerns if name not in whole.hidden]
    said: list[Mapping[str, Any]] = [whole.begun]
    if not fields:
        return {}
    if reads_as_settler(by, whole.running, whole.kept) or does_a_step(by, whole.running):
        with reading() as s:
            rows = s.scalars(select(Activity.answers).where(Activity.instance_id == whole.running.id, Activity.state == "done")
                             .order_by(Activity.id))
            said += [one or {} for one in rows]
    form = form_of(whole.running.deployment_id, whole.kept.register.form) if whole.kept.register.form else None
    labels = {one.key: one.label for one in form.walk()} if form else {}
    found = {labels.get(name, name): concerned_names(named_in([name], *said)) for name in fields}
    return {label: names for label, names in found.items() if names}


def begun_from(whole: Whole) -> tuple[Kept, int] | None:
    """The matter whose step began this one by itself (topic `matter.begin`), and its register; None for one that somebody began."""
    with reading() as s:
        found = s.execute(
            select(ProcessInstance.deployment_id, Matter.id)
            .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
            .where(Matter.id == select(Matter.source_id).where(Matter.id == whole.entry.id).scalar_subquery())
        ).one_or_none()
    kept = kept_by(found[0]) if found else None
    return (kept, found[1]) if found and kept else None


def read_for_file(number: str, file: int, by: Actor) -> None:
    """Raise NotFound unless somebody may see a file of a matter: not where it stands in a field that is kept from him.

    Who began it sees what he sent with it, and who did a step what he sent there; neither sees the other's.
    """
    whole = read_matter(int(number), by=by)
    with reading() as s:
        row = s.get(File, file)
        if row is None or _is_kept_away(s, whole, row, by):
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


@dataclass(frozen=True, slots=True)
class Overview:
    """A register as the overview shows it to somebody."""

    kept: Kept
    open: int
    late: int
    begins: bool
    """Whether he may begin a matter in it."""


def overview_of(kept: Kept, *, by: Actor) -> Overview:
    """How a register stands, of the matters that somebody may read."""
    opened, late = counts([kept], by=by)[kept.process]
    return Overview(kept, opened, late, may_begin(by, kept))


def overview(*, by: Actor) -> list[Overview]:
    """The registers that somebody may read or begin a matter in, in the order of their names."""
    found = [overview_of(one, by=by) for one in registers_in_use().values()]
    return [
        one for one in found
        if one.begins or one.open or reads_all(by, one.kept) or find_matters(one.kept, by=by, size=1).total
    ]


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
