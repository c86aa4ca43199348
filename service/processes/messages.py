"""Messages to instances: queued by the act that sends them, delivered one by one after it, dropped when they come too late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service import clock, jobs, trail
from service.actor import Actor, machine
from service.db import transaction
from service.processes.cases import Running, Trigger, kind_of
from service.processes.deployments import definition_of
from service.processes.models import Activity, Message, ProcessInstance
from service.processes.recording import record_step
from service.processes.running import lock_instance, take_live
from service.processes.telling import kept_behalf, read_behalf
from workflows import engine
from workflows.engine import NotWaiting


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
