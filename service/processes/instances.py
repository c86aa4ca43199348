"""The verbs that move an instance: started, completed, told, woken, answered, tried again; each step is recorded whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service import clock, jobs, trail
from service.actor import Actor, machine
from service.db import reading, transaction
from service.errors import Conflict, NotFound
from service.processes.cases import Running, Trigger, kind_of
from service.processes.deployments import current_deployment, definition_of
from service.processes.models import Activity, Incident, Message, ProcessInstance
from service.processes.recording import record_step
from service.processes.running import lock_instance, take_live
from service.processes.telling import kept_behalf, read_behalf
from workflows import engine
from workflows.engine import NotWaiting, Step


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
        record_step(s, running, live, step, by=by, trigger=Trigger("start"))
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
    record_step(s, running, live, step, by=by, trigger=trigger)
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
    record_step(s, running, live, step, by=machine("worker"), trigger=trigger, delivered=1, sent_by=message.sent_by)
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
        record_step(s, running, live, step, by=machine("timer"), trigger=Trigger("timer"))
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
        record_step(s, running, live, step, by=by, trigger=trigger)
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
        return record_step(s, running, live, step, by=by, trigger=Trigger("retry"), retry_of=incident_id)


def recalculate(instance_id: int, *, by: Actor) -> None:
    """Recompute the timers of an instance after its calendar changed."""
    with transaction() as s:
        running = lock_instance(s, instance_id)
        if running.status == "ended":
            return
        live = take_live(s, running)
        step = engine.recalendar(live, kind_of(running).environment(running))
        record_step(s, running, live, step, by=by, trigger=Trigger("calendar"))


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
