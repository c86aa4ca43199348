"""How a matter takes part in its process: what its steps may know, who reads it, and what each step means for its row.

An effect on something else of the house (a nomination is held) happens in the step's own transaction, by the right of
whoever does the step, so that it counts at once and a refusal refuses the step. The worker only hands its result on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, jobs, notices
from service.actor import Actor, machine
from service.awards.changes import is_awarded
from service.awards.files import about_files
from service.awards.models import File, Nomination
from service.awards.rules import Register as Rulebook
from service.awards.rules import register_so_far, rules_on
from service.calendar import Calendars, calendars_so_far, working_calendar
from service.db import reading, session, transaction
from service.movement.models import Matter, MatterSubject
from service.movement.registers import Kept, kept_by, reads_all, sees_private
from service.processes import own_case
from service.processes.cases import KINDS, CaseKind, Past, Recorded, Running
from service.processes.deployments import definition_of, form_of
from service.processes.instances import answer_external
from service.processes.models import Activity
from service.processes.queues import groups_of
from workflows.environment import Env
from workflows.replay_key import InForce

CASE = "matter"
Effect = Callable[[Matter, Recorded, Mapping[str, Any]], dict[str, Any]]
EFFECTS: dict[str, Effect] = {}
"""Topic → what it does, in the step's transaction: (matter, step, inputs) → what the process gets to know of it."""
INPUTS: dict[str, tuple[str, ...]] = {}
"""Topic → the inputs that it reads."""


def effect(topic: str, *inputs: str) -> Callable[[Effect], Effect]:
    """Register what a topic does to something else of the house when a matter comes to it."""

    def register(call: Effect) -> Effect:
        EFFECTS[topic], INPUTS[topic] = call, inputs
        jobs.handler(topic)(_hand_on)
        return call

    return register


def _hand_on(job: jobs.Job) -> None:
    """Give the process what its effect gave when it was done."""
    instance, task = int(job.payload["instance"]), str(job.payload["task"])
    with transaction() as s:
        row = s.scalars(select(Matter).where(Matter.instance_id == instance)).one_or_none()
        if row is not None and task in row.done:
            answer_external(instance, task, row.done[task], by=machine("worker"))
            row.done = {key: value for key, value in row.done.items() if key != task}


def _environment(running: Running) -> Env:
    rules = rules_on(clock.today())
    return Env(now=clock.now, calendar=working_calendar(), dates={}, rules=rules.values, blocking=rules.blocking)


def _past(matters: Collection[int]) -> Mapping[int, Past]:
    """Rules and working days as they were known at each moment; a matter freezes none."""
    days, book = calendars_so_far(), register_so_far()
    past = Past(
        lambda at: _surroundings(at, days, book), lambda at: InForce(book.at(at)[1], days.number_at(at)), days.changes
    )
    return dict.fromkeys(matters, past)


def _surroundings(at: datetime, days: Calendars, book: Rulebook) -> Env:
    rules, _ = book.at(at)
    return Env(now=lambda: at, calendar=days.at(at), dates={}, rules=rules.values, blocking=rules.blocking)


def _on_step(recorded: Recorded) -> None:
    step, trigger = recorded.step, recorded.trigger
    kept = kept_by(recorded.running.deployment_id)
    given = {key: trigger.answers[key] for key in kept.register.columns if key in trigger.answers} if kept else {}
    effects = [one for one in step.opened if one.kind == "external" and one.attrs.get("topic", "") in EFFECTS]
    if not (given or effects or step.ended):
        return
    row = session().scalars(select(Matter).where(Matter.id == recorded.running.case)).one()
    if given:
        row.shown = {**row.shown, **given}
    for one in effects:
        row.done = {**row.done, one.task: EFFECTS[one.attrs["topic"]](row, recorded, one.inputs or {})}
    if step.ended and kept is not None:
        _tell_ended(recorded, row, kept)


def _tell_ended(recorded: Recorded, row: Matter, kept: Kept) -> None:
    """Tell who began it how it ended, unless that was his own act."""
    outcome = kept.register.outcomes.get(recorded.step.outcome or "")
    if row.begun_by is None or row.begun_by == recorded.doer:
        return
    notices.queue(
        "matter_ended",
        to=[row.begun_by],
        key=f"matter_ended:{row.id}",
        context={
            "title": recorded.running.title, "register": kept.register.one[0], "register_en": kept.register.one[1],
            "outcome": outcome.words[0] if outcome else None, "outcome_en": outcome.words[1] if outcome else None,
        },
        link=f"/matters/{row.id}",
    )


def may_read(by: Actor, running: Running) -> bool:
    """Tell whether somebody reads a matter: by its register, as one of its unit, because he began it or does a step of it."""
    kept = kept_by(running.deployment_id)
    if kept is None:
        return False
    if reads_all(by, kept) or running.unit_id is not None and running.unit_id in by.within(*kept.diagrams).units:
        return True
    if by.account is None:
        return False
    with reading() as s:
        if s.scalar(select(Matter.begun_by).where(Matter.id == running.case)) == by.account:
            return True
        tasks = s.execute(
            select(Activity.queue_id, Activity.process, Activity.owner, Activity.closed_by).where(
                Activity.instance_id == running.id, Activity.kind == "user", Activity.state != "cancelled"
            )
        ).all()
    return any(
        by.account in (one.owner, one.closed_by) or _is_asked(by, running, groups_of(one.queue_id), one.process) for one in tasks
    )


def _is_asked(by: Actor, running: Running, groups: Collection[str], process: str | None) -> bool:
    here = by.within(process)
    return here.may(*groups) and not own_case.bars(running, here, groups)


def hidden_from(by: Actor, running: Running) -> Collection[str]:
    """Fields that a reader of a matter is not shown; who began it knows what he wrote himself."""
    kept = kept_by(running.deployment_id)
    if kept is None or not kept.register.private or sees_private(by, kept):
        return ()
    return kept.register.private


def _given(running: Running, element: str) -> dict[str, Any]:
    """What the forms of its steps may read: what it was begun with and its files, less what is private and not asked for there."""
    kept = kept_by(running.deployment_id)
    private = kept.register.private if kept else frozenset[str]()
    here = definition_of(running.deployment_id).elements.get(element)
    asked = form_of(running.deployment_id, here.attrs["form"]).names if here and "form" in here.attrs else frozenset[str]()
    with reading() as s:
        begun = s.scalar(select(Matter.begun).where(Matter.id == running.case)) or {}
        rows = s.scalars(select(File).where(File.about == f"{CASE}:{running.case}").order_by(File.id)).all()
        hidden = files_said(s, running, private - asked)
        files = about_files(one for one in rows if one.id not in hidden)
        named = s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == running.case)).all()
        subjects = s.scalars(select(Nomination).where(Nomination.id.in_(numbers_of(named)))).all()
        awarded = any(is_awarded(one) for one in subjects)
    return {**{key: value for key, value in begun.items() if key not in private}, "awarded": awarded, "files": files}


def files_said(s: Session, running: Running, fields: Collection[str] | None = None) -> set[int]:
    """Files that answers of a matter name in some fields, or in any: of the form that it was begun with and of its steps."""
    if fields is not None and not fields:
        return set()
    said = [s.scalar(select(Matter.begun).where(Matter.id == running.case)) or {}]
    said += [one or {} for one in s.scalars(select(Activity.answers).where(Activity.instance_id == running.id))]
    return {number for answers in said for name, value in answers.items() if fields is None or name in fields for number in _listed(value)}


def _listed(value: Any) -> Iterator[int]:
    """Numbers that stand in a list, as those of files do, however deep in groups and rows."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _listed(one)
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, int):
                yield one
            else:
                yield from _listed(one)


def numbers_of(subjects: Iterable[str]) -> list[int]:
    """Numbers of the nominations among what a matter is about."""
    return [int(number) for kind, _, number in (one.partition(":") for one in subjects) if kind == "nomination"]


def _changed_at(running: Running, asked: Collection[tuple[str, str]]) -> str:
    """The rule by which a day goes."""
    return next((f"/office/rules/{key}" for function, key in asked if function == "rule"), "")


KINDS[CASE] = CaseKind(
    environment=_environment, past=_past, on_step=_on_step, given=_given, may_read=may_read, hides=hidden_from,
    changed_at=_changed_at, keys=frozenset({"matter_id"}),
)
