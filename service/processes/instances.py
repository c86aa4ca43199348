"""The verbs that move an instance: started, completed, woken, answered, tried again; each step is recorded whole.

What is sent to instances stands in `messages`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service import clock, trail
from service.actor import Actor, machine
from service.db import reading, transaction
from service.errors import Conflict, NotFound
from service.processes.cases import FAILED, Running, Trigger, kind_of
from service.processes.deployments import definition_of
from service.processes.enactments import current_deployment
from service.processes.history import incidents_of
from service.processes.models import Activity, Incident, ProcessInstance
from service.processes.recording import record_step
from service.processes.running import lock_instance, take_live
from workflows import engine
from workflows.engine import Step


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
                begun_with=data,
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
        answers = {FAILED: error} if error is not None else result or {}
        trigger = Trigger("external", activity.element, activity.occurrence, activity.id, task, answers=answers)
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


def retry_incidents(code: str, *, by: Actor) -> tuple[int, int]:
    """Try every instance again that stands for one cause: how many went on, how many stand again; each by itself."""
    went, stuck = 0, 0
    for number in incidents_of(code):
        try:
            again = retry_incident(number, by=by)
        except Conflict:  # somebody was quicker
            continue
        went, stuck = went + (again is None), stuck + (again is not None)
    return went, stuck


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
