"""The verbs that move an instance, and `_record`, the one place that knows what a step means for the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from service import clock, jobs, trail
from service.actor import Actor, machine
from service.calendar import working_calendar
from service.db import after_commit, database_number, reading, table_of, transaction
from service.errors import Conflict, NotFound
from service.processes import live as kept
from service.processes import own_case, reminders
from service.processes.cases import Recorded, Running, Trigger, kind_of
from service.processes.deployments import current_deployment, definition_of
from service.processes.models import NO_DUE, Activity, Incident, Message, ProcessInstance
from service.processes.queues import queue_of
from service.processes.running import lock_instance, take_live
from service.processes.telling import kept_behalf, read_behalf, tell_step
from workflows import engine
from workflows.engine import Live, NotWaiting, Opened, Step


def start_instance(
    key: str,
    data: dict[str, Any],
    *,
    by: Actor,
    case_key: str | None = None,
    roles: Mapping[str, str] | None = None,
    excluded: Sequence[int] = (),
    own_units: Sequence[int] = (),
    title: str = "",
    about: str = "",
    search: str = "",
    unit_id: int | None = None,
    priority: int = 0,
) -> int:
    """Start an instance of the current version of a process and return its id."""
    with transaction() as s:
        deployment, now = current_deployment(key), clock.now()
        instance_id: int = s.execute(
            insert(ProcessInstance)
            .values(
                deployment_id=deployment,
                case_key=case_key,
                version=0,
                status="running",
                holds=0,
                queued=0,
                roles=dict(roles or {}),
                excluded=list(excluded),
                own_units=list(own_units),
                title=title,
                about=about,
                search=search,
                unit_id=unit_id,
                priority=priority,
                started_at=now, started_by=by.account,
                state=b"",
            )
            .returning(ProcessInstance.id)
        ).scalar_one()
        running = Running(
            instance_id, deployment, case_key, 0, "running", None, None, 0, 0, roles or {}, tuple(excluded),
            tuple(own_units), title, unit_id, priority,
        )
        live, step = engine.start(definition_of(deployment), data, kind_of(running).environment(running))
        _record(s, running, live, step, by=by, trigger=Trigger("start"))
        return instance_id


def complete_user_task(
    s: Session, running: Running, *, by: Actor, trigger: Trigger
) -> Step:
    """Complete an open user task whose answers were checked; the caller holds the row's lock."""
    live = take_live(s, running)
    definition = definition_of(running.deployment_id)
    # Names, free text and files stay in the activity's row; the engine gets only what the diagrams read.
    data = {k: v for k, v in trigger.answers.items() if k in definition.names}
    step = engine.complete(live, trigger.task or "", data, kind_of(running).environment(running))
    _record(s, running, live, step, by=by, trigger=trigger)
    return step


def send_messages(rows: Sequence[Mapping[str, Any]], *, by: Actor, behalf: int | str | None = None) -> int:
    """Queue messages, one job an instance, in the open transaction; return how many were new.

    Each row: instance_id, name, payload, source, once (idempotency key), and optionally key, urgent.
    """
    if not rows:
        return 0
    with transaction() as s:
        known = set(
            s.scalars(select(Message.once).where(Message.once.in_([r["once"] for r in rows])))
        )
        fresh = [r for r in rows if r["once"] not in known]
        if not fresh:
            return 0
        now = clock.now()
        s.execute(
            insert(Message),
            [
                {
                    "instance_id": r["instance_id"],
                    "name": r["name"],
                    "key": r.get("key"),
                    "urgent": r.get("urgent", False),
                    "payload": dict(r["payload"]),
                    "source": r["source"],
                    "once": r["once"],
                    "state": "queued",
                    "sent_at": now,
                    "sent_by": by.account,
                    "sent_for": kept_behalf(behalf),
                }
                for r in fresh
            ],
        )
        _count_queued(s, Counter(r["instance_id"] for r in fresh))
        ids = sorted({r["instance_id"] for r in fresh})
        jobs.enqueue_many([{"topic": "instance.deliver", "payload": {"instance": i}, "instance": i} for i in ids])
        return len(fresh)


def _count_queued(s: Session, counts: Mapping[int, int]) -> None:
    """Add to the number of messages that wait, with one statement for all instances that got as many."""
    for count in sorted(set(counts.values())):
        s.execute(
            update(ProcessInstance)
            .where(ProcessInstance.id.in_(sorted(i for i, n in counts.items() if n == count)))
            .values(queued=ProcessInstance.queued + count)
            .execution_options(synchronize_session=False)
        )


def deliver_messages(instance_id: int) -> int:
    """Deliver what is queued for an instance, each message in a transaction of its own; return how many moved it."""
    moved = 0
    while _deliver_next(instance_id):
        moved += 1
    return moved


def _deliver_next(instance_id: int) -> bool:
    with transaction() as s:
        running = lock_instance(s, instance_id)
        queued = s.execute(
            select(
                Message.id, Message.name, Message.key, Message.payload, Message.source, Message.sent_by, Message.sent_for
            )
            .where(Message.instance_id == instance_id, Message.state == "queued")
            .order_by(Message.urgent.desc(), Message.id)
        ).all()
        if not queued:
            if running.queued:
                s.execute(
                    update(ProcessInstance).where(ProcessInstance.id == instance_id).values(queued=0)
                )
                trail.record("message:none", by=machine("worker"), stream=f"instance:{instance_id}")
            return False
        if running.status == "ended":
            _drop(s, running, queued)
            return False
        if running.status == "incident":
            return False
        for message in queued:
            if _deliver(s, running, message):
                return True
        return False


def _deliver(s: Session, running: Running, message: Any) -> bool:
    wait = s.execute(
        select(Activity.id, Activity.task, Activity.element, Activity.occurrence)
        .where(
            Activity.instance_id == running.id,
            Activity.state == "open",
            Activity.kind == "receive",
            Activity.message == message.name,
            *([Activity.key == message.key] if message.key else []),
        )
        .order_by(Activity.id)
    ).first()
    env = kind_of(running).environment(running)
    if wait is not None:
        live = take_live(s, running)
        step = engine.tell(live, wait.task, message.payload, env)
        trigger = Trigger(
            "receive", wait.element, wait.occurrence, wait.id, wait.task, message.name, message.payload,
            read_behalf(message.sent_for),
        )
    else:
        boundaries = [
            e.id
            for e in definition_of(running.deployment_id).elements.values()
            if e.kind == "boundary_message" and e.message == message.name
        ]
        if not boundaries:
            return False
        live = take_live(s, running)
        try:
            step = engine.signal(live, message.name, message.payload, env)
        except NotWaiting:
            return False
        trigger = Trigger(
            "signal", boundaries[0], message=message.name, answers=message.payload,
            behalf=read_behalf(message.sent_for),
        )
    s.execute(
        update(Message).where(Message.id == message.id).values(state="delivered", settled_at=clock.now())
    )
    _record(s, running, live, step, by=machine("worker"), trigger=trigger, delivered=1, sent_by=message.sent_by)
    return True


def _drop(s: Session, running: Running, messages: Sequence[Any]) -> None:
    now = clock.now()
    s.execute(
        update(Message).where(Message.id.in_([m.id for m in messages])).values(state="dropped", settled_at=now)
    )
    s.execute(update(ProcessInstance).where(ProcessInstance.id == running.id).values(queued=0))
    for m in messages:
        trail.record(
            "message:dropped",
            by=machine("worker"),
            stream=f"instance:{running.id}",
            body={"message": m.name, "source": m.source},
        )
        kind_of(running).on_dropped(running, m.name, m.source)


def wake_instance(instance_id: int) -> bool:
    """Fire the due timers of an instance; looks again under the lock, so two workers fire once."""
    with transaction() as s:
        running = lock_instance(s, instance_id)
        due = s.execute(select(ProcessInstance.due_at).where(ProcessInstance.id == instance_id)).scalar()
        if running.status != "running" or due is None or due > clock.now():
            return False
        live = take_live(s, running)
        step = engine.wake(live, kind_of(running).environment(running))
        _record(s, running, live, step, by=machine("timer"), trigger=Trigger("timer"))
        return True


def due_instances(limit: int = 100) -> list[int]:
    """Instances whose earliest timer is due."""
    with reading() as s:
        return list(
            s.scalars(
                select(ProcessInstance.id)
                .where(ProcessInstance.due_at <= clock.now(), ProcessInstance.status == "running")
                .order_by(ProcessInstance.due_at)
                .limit(limit)
            )
        )


def answer_external(
    instance_id: int, task: str, result: dict[str, Any] | None, *, by: Actor, error: str | None = None
) -> bool:
    """Give the answer of an external task by its task id; a late one is dropped and noted. Returns whether it counted."""
    with transaction() as s:
        running = lock_instance(s, instance_id)
        activity = s.execute(
            select(Activity.id, Activity.element, Activity.occurrence).where(
                Activity.instance_id == instance_id, Activity.task == task, Activity.state == "open"
            )
        ).one_or_none()
        if activity is None or running.status == "ended":
            trail.record(
                "external:late", by=by, stream=f"instance:{instance_id}", body={"task": task}
            )
            return False
        live = take_live(s, running)
        step = engine.answer(live, task, result, kind_of(running).environment(running), error=error)
        trigger = Trigger("external", activity.element, activity.occurrence, activity.id, task, answers=result or {})
        _record(s, running, live, step, by=by, trigger=trigger)
        return True


def retry_incident(incident_id: int, *, by: Actor) -> int | None:
    """Try an instance again that stands in an incident; returns the id of a new incident, or None if it went on."""
    with transaction() as s:
        incident = s.get(Incident, incident_id)
        if incident is None:
            raise NotFound("Không có sự cố này.", "There is no such incident.")
        running = lock_instance(s, incident.instance_id)
        if incident.resolved_at is not None:
            raise Conflict("Sự cố này đã được xử lý.", "This incident was settled already.", code="incident-settled")
        incident.resolved_at, incident.resolved_by = clock.now(), by.account
        s.flush()
        trail.record(
            "incident:retried", by=by, stream=f"instance:{running.id}", body={"incident": incident_id}
        )
        live = take_live(s, running)
        step = engine.retry(live, kind_of(running).environment(running))
        return _record(s, running, live, step, by=by, trigger=Trigger("retry"), retry_of=incident_id)


def recalculate(instance_id: int, *, by: Actor) -> None:
    """Recompute the timers of an instance after its calendar changed."""
    with transaction() as s:
        running = lock_instance(s, instance_id)
        if running.status == "ended":
            return
        live = take_live(s, running)
        step = engine.recalendar(live, kind_of(running).environment(running))
        _record(s, running, live, step, by=by, trigger=Trigger("calendar"))


def raise_incident(instance_id: int, element: str | None, error: Exception) -> None:
    """Note that a machine's step failed: the instance stands still until somebody retries it."""
    with transaction() as s:
        running = lock_instance(s, instance_id)
        s.add(
            Incident(
                instance_id=instance_id,
                element=element,
                code=type(error).__name__,
                message=getattr(error, "message", "Bước tự động không chạy được."),
                message_en=str(error) or type(error).__name__,
                raised_at=clock.now(),
            )
        )
        s.execute(update(ProcessInstance).where(ProcessInstance.id == running.id).values(status="incident"))
        trail.record(
            "incident:raised",
            by=machine("worker"),
            stream=f"instance:{instance_id}",
            body={"code": type(error).__name__, "el": element or ""},
        )


def _record(
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
    status = "ended" if step.ended else "incident" if step.incident else "running"
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
    tell_step(running, step, trigger, by=by, sent_by=sent_by)
    _ask_jobs(running, step, delivered)
    incident = _note_incident(s, running, step, now, retry_of) if step.incident else None
    kind_of(running).on_step(Recorded(running, step, trigger, by, now))
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
                .values(state="done" if how == "completed" else "cancelled", closed_at=now, remind_at=None)
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
        groups = [g.strip() for g in opened.attrs.get("candidates", "").split(",") if g.strip()]
        row["queue_id"] = queue_of(own_case.asked(running, [running.roles.get(g, g) for g in groups]))
        row["process"] = definition_of(running.deployment_id).elements[opened.element].process
        if same := opened.attrs.get("same_as"):
            row["owner"] = _last_actor(s, running, same)
        row["remind_at"] = reminders.first(opened.attrs, opened.due, now, working_calendar())
    return row


def _blank_row(running: Running, element: str, now: datetime) -> dict[str, Any]:
    return {
        "instance_id": running.id,
        "deployment_id": running.deployment_id,
        "kind": "user",
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
    found = s.execute(
        select(Activity.closed_by)
        .where(Activity.instance_id == running.id, Activity.element == element, Activity.state == "done")
        .order_by(Activity.id.desc())
        .limit(1)
    ).scalar()
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

def _ask_jobs(running: Running, step: Step, delivered: int) -> None:
    wanted: list[dict[str, Any]] = []
    people = [o.task for o in step.opened if o.kind == "user"]
    if people:
        wanted.append({"topic": "task.opened", "payload": {"instance": running.id, "tasks": people}})
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
