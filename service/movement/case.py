"""How a matter takes part in its process: what its steps may know, who reads it, and what each step means for its row.

An effect on something else of the house (a nomination is held) happens in the step's own transaction, by the right of
whoever does the step, so that it counts at once and a refusal refuses the step. The worker only hands its result on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from service import clock, jobs, notices
from service.actor import Actor, machine
from service.awards.changes import is_awarded
from service.awards.files import about_files
from service.awards.models import File, Nomination
from service.awards.rules import Register as Rulebook
from service.awards.rules import register_so_far, rules_on
from service.calendar import Calendars, calendars_so_far, working_calendar
from service.db import reading, session, transaction
from service.movement.concerns import numbers_of, reads_as_settler, sees_as_settler
from service.movement.models import Matter, MatterSubject
from service.movement.registers import Kept, kept_by
from service.processes import own_case
from service.processes.cases import KINDS, CaseKind, Past, Recorded, Running
from service.processes.deployments import definition_of
from service.processes.instances import answer_external
from service.processes.models import Activity
from service.processes.queues import groups_of
from service.processes.tasks import candidates_of
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
    """Tell whether somebody reads a matter: because he began it, by its register, as one of its unit, or for a step of his.

    Whom it concerns reads it only where he began it himself.
    """
    kept = kept_by(running.deployment_id)
    if kept is None:
        return False
    if by.account is not None and by.account == _begun_by(running):
        return True
    if by.account in running.excluded:
        return False
    if reads_as_settler(by, running, kept) or running.unit_id is not None and running.unit_id in by.within(*kept.diagrams).units:
        return True
    return by.account is not None and any(_is_his(by, running, one) for one in _steps(running))


def _begun_by(running: Running) -> int | None:
    with reading() as s:
        return s.scalar(select(Matter.begun_by).where(Matter.id == running.case))


def _steps(running: Running) -> Sequence[Any]:
    with reading() as s:
        return s.execute(
            select(
                Activity.element, Activity.deployment_id, Activity.queue_id, Activity.process, Activity.owner, Activity.closed_by,
                Activity.state,
            ).where(Activity.instance_id == running.id, Activity.kind == "user", Activity.state != "cancelled")
        ).all()


def _is_his(by: Actor, running: Running, step: Any) -> bool:
    """Whether somebody did a step, has it, or is asked to do it."""
    if by.account in (step.owner, step.closed_by):
        return True
    here, groups = by.within(step.process), groups_of(step.queue_id)
    return here.may(*groups) and not own_case.bars(running, here, groups)


def hidden_from(by: Actor, running: Running) -> Collection[str]:
    """Fields that a reader of a matter is not shown. Who settles a step in the place of those who see them sees them too."""
    kept = kept_by(running.deployment_id)
    if kept is None or not kept.register.private or sees_as_settler(by, running, kept):
        return ()
    sees = set(kept.register.sees)
    for step in _steps(running) if by.account is not None and by.account not in running.excluded else ():
        asked = set(candidates_of(definition_of(step.deployment_id).elements[step.element].attrs))
        if asked & sees and _is_his(by, running, step):
            return ()
    return kept.register.private


def _given(running: Running, element: str) -> dict[str, Any]:
    """What the forms of its steps may read: what it was begun with, less what is private, and its files."""
    kept = kept_by(running.deployment_id)
    private = kept.register.private if kept else frozenset[str]()
    with reading() as s:
        begun = s.scalar(select(Matter.begun).where(Matter.id == running.case)) or {}
        files = about_files(s.scalars(select(File).where(File.about == f"{CASE}:{running.case}").order_by(File.id)))
        named = s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == running.case)).all()
        subjects = s.scalars(select(Nomination).where(Nomination.id.in_(numbers_of(named)))).all()
        awarded = any(is_awarded(one) for one in subjects)
    return {**{key: value for key, value in begun.items() if key not in private}, "awarded": awarded, "files": files}


def _changed_at(running: Running, asked: Collection[tuple[str, str]]) -> str:
    """The rule by which a day goes."""
    return next((f"/office/rules/{key}" for function, key in asked if function == "rule"), "")


KINDS[CASE] = CaseKind(
    environment=_environment, past=_past, on_step=_on_step, given=_given, may_read=may_read, hides=hidden_from,
    changed_at=_changed_at, keys=frozenset({"matter_id"}),
)
