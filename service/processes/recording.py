"""What a step means for the database, known here alone: instance, activities, trail, jobs and incident, written as one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from service import clock, jobs, trail
from service.actor import Actor, machine
from service.calendar import working_calendar
from service.db import after_commit, database_number, table_of
from service.processes import live as kept
from service.processes import own_case, reminders
from service.processes.cases import Recorded, Running, Trigger, groups_named, kind_of
from service.processes.deployments import definition_of
from service.processes.models import NO_DUE, Activity, Incident, ProcessInstance
from service.processes.queues import queue_of
from service.processes.telling import kept_behalf, read_behalf, tell_step
from service.vietnamese import fold
from workflows import engine
from workflows.engine import Live, Opened, Step


def record_step(
    s: Session,
    running: Running,
    live: Live,
    step: Step,
    *,
    by: Actor,
    trigger: Trigger,
    delivered: int = 0,
    sent_by: int | None = None,
    retry_of: int | None = None,
) -> int | None:
    """Write a step whole: instance, activities, trail, jobs, incident, and what the case makes of it."""
    now = clock.now()
    step = _settle_hold(running, live, step)
    _close(s, running, step, trigger, by=by, sent_by=sent_by, now=now)
    rows = [_opened_row(s, running, o, now) for o in step.opened]
    rows += [_fired_row(running, element, now) for element in step.fired]
    if trigger.kind == "signal":
        rows.append(_signal_row(running, trigger, now, sent_by))
    if rows:
        s.connection().execute(_OPEN, rows)
    _move_due_times(s, running, step, now)
    standing = trigger.mends_nothing and running.status == "incident"  # noted already
    status = "ended" if step.ended else "incident" if step.incident or standing else "running"
    version = running.version + 1
    s.connection().execute(
        _MOVE,
        {
            "the_id": running.id,
            "state": step.state,
            "version": version,
            "status": status,
            "due_at": step.due,
            "phase": ("ended" if step.ended else step.phase) or running.phase,
            "outcome": step.outcome or running.outcome,
            "ended_at": now if step.ended else None,
            "delivered": delivered,
        },
    )
    if trigger.untold:
        s.execute(update(_INSTANCE).where(_INSTANCE.c.id == running.id).values(by_hand=True))
    tell_step(running, step, trigger, by=by, sent_by=sent_by)
    _ask_jobs(running, step, delivered, together=trigger.kind in ("migrate", "unmigrate"))
    incident = _note_incident(s, running, step, now, retry_of) if step.incident and not standing else None
    kind_of(running).on_step(Recorded(running, step, trigger, by, now, sent_by))
    if not step.ended:
        after_commit(lambda: kept.put(database_number(), running.id, version, live))
    return incident


def _settle_hold(running: Running, live: Live, step: Step) -> Step:
    """Let the engine's timers stand still while the case is on hold or pauses, and run on afterwards."""
    kind = kind_of(running)
    stands = running.holds > 0 or bool(kind.pausing) and engine.stands_at(live, kind.pausing)
    if step.ended or stands == engine.is_held(live):
        return step
    env = kind.environment(running)
    settled = engine.hold(live, env) if stands else engine.release(live, env)
    return engine.followed_by(step, settled)


def _close(
    s: Session, running: Running, step: Step, trigger: Trigger, *, by: Actor, sent_by: int | None, now: datetime
) -> None:
    if trigger.activity is not None:
        s.connection().execute(
            _CLOSE,
            {
                "the_id": trigger.activity,
                "the_owner": by.account,
                "answers": dict(trigger.answers),
                "closed_at": now,
                "closed_by": sent_by if by.account is None else by.account,
                "on_behalf": kept_behalf(trigger.behalf),
                "door": by.door,
            },
        )
    others: dict[str, list[str]] = {c.how: [] for c in step.closed} if step.closed else {}
    for closed in step.closed:
        if closed.task != trigger.task:
            others[closed.how].append(closed.task)
    for how, tasks in others.items():
        if tasks:
            s.execute(
                update(_ACTIVITY)
                .where(
                    _ACTIVITY.c.instance_id == running.id,
                    _ACTIVITY.c.task.in_(tasks),
                    _ACTIVITY.c.state == "open",
                )
                .values(state="done" if how == "completed" else "cancelled", closed_at=now, remind_at=None, unclaimed_at=None)
            )


def _move_due_times(s: Session, running: Running, step: Step, now: datetime) -> None:
    definition = definition_of(running.deployment_id)
    for task, due in step.dues.items():
        row = s.execute(
            select(Activity.id, Activity.element, Activity.opened_at).where(
                Activity.instance_id == running.id, Activity.task == task, Activity.state == "open"
            )
        ).one_or_none()
        if row is not None:
            attrs = definition.elements[row.element].attrs
            s.execute(
                update(Activity)
                .where(Activity.id == row.id)
                .values(
                    due_at=due,
                    sort_at=due or NO_DUE,
                    remind_at=reminders.next_after(attrs, due, row.opened_at, now, working_calendar()),
                )
            )


def _opened_row(s: Session, running: Running, opened: Opened, now: datetime) -> dict[str, Any]:
    row = _blank_row(running, opened.element, now)
    row.update(kind=opened.kind, occurrence=opened.occurrence, task=opened.task, due_at=opened.due)
    row["sort_at"] = opened.due or NO_DUE
    if opened.kind == "receive":
        row.update(message=opened.message, key=None if opened.key is None else str(opened.key))
    elif opened.kind == "user":
        if opened.way:
            title = opened.item_title[:300]
            row.update(item={"way": opened.way, "items": opened.items}, title=title or None, search=fold(title)[:300] or None)
        row["process"] = process = definition_of(running.deployment_id).elements[opened.element].process
        acted = own_case.acted_before(running.id, opened.attrs)
        asked = own_case.asked(
            running, groups_named(running, opened.element, opened.attrs), process, acted,
            kind_of(running).forwards(running, opened.element), own_case.instead_at(opened.attrs),
        )
        row["queue_id"] = queue_of(asked)
        if same := opened.attrs.get("same_as"):
            row["owner"] = _last_actor(s, running, same)
        row["remind_at"] = reminders.first(opened.attrs, opened.due, now, working_calendar())
        if row["owner"] is None:
            row["unclaimed_at"] = reminders.unclaimed_moment(opened.attrs, now, working_calendar())
    return row


def _blank_row(running: Running, element: str, now: datetime) -> dict[str, Any]:
    return {
        "instance_id": running.id,
        "deployment_id": running.deployment_id,
        "kind": "user",
        "title": None,
        "search": None,
        "item": None,
        "element": element,
        "occurrence": 1,
        "task": None,
        "message": None,
        "key": None,
        "state": "open",
        "version": 1,
        "queue_id": None,
        "owner": None,
        "process": None,
        "unit_id": running.unit_id,
        "priority": running.priority,
        "opened_at": now,
        "due_at": None,
        "sort_at": NO_DUE,
        "remind_at": None,
        "reminded": 0,
        "unclaimed_at": None,
        "drafted": False,
        "closed_at": None,
        "closed_by": None,
        "on_behalf": None,
        "answers": None,
    }


def _fired_row(running: Running, element: str, now: datetime) -> dict[str, Any]:
    return _blank_row(running, element, now) | {"kind": "timer", "state": "done", "closed_at": now}


def _signal_row(running: Running, trigger: Trigger, now: datetime, sent_by: int | None) -> dict[str, Any]:
    return _blank_row(running, trigger.element, now) | {
        "kind": "signal",
        "state": "done",
        "message": trigger.message,
        "answers": dict(trigger.answers),
        "closed_at": now,
        "closed_by": sent_by,
        "on_behalf": kept_behalf(trigger.behalf),
    }


def _last_actor(s: Session, running: Running, element: str) -> int | None:
    """Who did a step last; where it was done in the place of an absent person it is his, and reaches his substitute anyway."""
    row = s.execute(
        select(Activity.closed_by, Activity.on_behalf)
        .where(
            Activity.instance_id == running.id,
            Activity.element.in_(own_case.names_of(running.id, [element])),
            Activity.state == "done",
        )
        .order_by(Activity.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    behalf = read_behalf(row.on_behalf)
    found = behalf if isinstance(behalf, int) else row.closed_by
    return None if found in running.excluded else found


_ACTIVITY = table_of(Activity)
_INSTANCE = table_of(ProcessInstance)
# The statements of every step are built once: building them anew costs as much as running them.
_CLOSE = (
    update(_ACTIVITY)
    .where(_ACTIVITY.c.id == bindparam("the_id"))
    .values(
        state="done",
        remind_at=None,
        unclaimed_at=None,
        owner=func.coalesce(bindparam("the_owner"), _ACTIVITY.c.owner),
        **{name: bindparam(name) for name in ("answers", "closed_at", "closed_by", "on_behalf", "door")},
    )
)
_OPEN = insert(_ACTIVITY)
_MOVE = (
    update(_INSTANCE)
    .where(_INSTANCE.c.id == bindparam("the_id"))
    .values(
        queued=_INSTANCE.c.queued - bindparam("delivered"),
        **{
            name: bindparam(name)
            for name in ("state", "version", "status", "due_at", "phase", "outcome", "ended_at")
        },
    )
)


def _ask_jobs(running: Running, step: Step, delivered: int, *, together: bool) -> None:
    wanted: list[dict[str, Any]] = []
    people = [o.task for o in step.opened if o.kind == "user"]
    if people:
        wanted.append({"topic": "task.opened", "payload": {"instance": running.id, "tasks": people, "together": together}})
    for opened in step.opened:
        if opened.kind == "external":
            wanted.append(
                {
                    "topic": opened.attrs.get("topic", ""),
                    "payload": {"instance": running.id, "task": opened.task, "inputs": opened.inputs},
                    "key": f"external:{running.id}:{opened.task}",
                    "instance": running.id,
                }
            )
    if running.queued - delivered > 0:
        wanted.append(
            {"topic": "instance.deliver", "payload": {"instance": running.id}, "instance": running.id}
        )
    if wanted:
        jobs.enqueue_many(wanted)


def _note_incident(
    s: Session, running: Running, step: Step, now: datetime, retry_of: int | None
) -> int | None:
    found = step.incident
    if found is None:
        return None
    number: int = s.execute(
        insert(Incident)
        .values(
            instance_id=running.id,
            element=found.element,
            code=found.code,
            message=found.message,
            message_en=found.message_en,
            raised_at=now,
            retry_of=retry_of,
        )
        .returning(Incident.id)
    ).scalar_one()
    trail.record(
        "incident:raised",
        by=machine("worker"),
        stream=f"instance:{running.id}",
        body={"incident": number, "el": found.element or "", "code": found.code},
    )
    return number
