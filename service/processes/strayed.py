"""Tasks that lie with somebody whose they are not any more: they go back to the queue of who may do them, and none is lost."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service import clock, jobs, people, trail
from service.actor import machine
from service.calendar import working_calendar
from service.db import database_number, reading, transaction
from service.processes import own_case, reminders
from service.processes.cases import Running, groups_named, kind_of
from service.processes.deployments import definition_of
from service.processes.models import Activity
from service.processes.queues import groups_of, queue_of
from service.processes.running import lock_instance

_looked: dict[int, date] = {}
"""Engine → the day on which it was looked last: memberships and substitutions begin and end with a day."""


def free_strayed_today() -> int:
    """Look once a day; what changes in between says so itself (`people.left`)."""
    if _looked.get(database_number()) == clock.today():
        return 0
    _looked[database_number()] = clock.today()
    return free_strayed()


@jobs.handler("people.left")
def _somebody_left(job: jobs.Job) -> None:
    free_strayed()


def free_strayed() -> int:
    """Give tasks back to their queue whose holder was moved, lent the group no longer, or blocked; for the worker.

    Such a person may not act on them from that moment on; this is how others find them. Returns how many.
    """
    open_and_held = (Activity.state == "open", Activity.kind == "user", Activity.owner.is_not(None))
    with reading() as s:
        held = s.execute(select(Activity.owner, Activity.queue_id, Activity.process).where(*open_and_held).distinct()).all()
        places = {(queue, where) for _owner, queue, where in held}
        members = {(queue, where): set(people.members_of(groups_of(queue), process=where)) for queue, where in places}
    return sum(
        _free(owner, queue, where)
        for owner, queue, where in held
        if owner is not None and queue is not None and owner not in members[queue, where]
    )


def _free(owner: int, queue: int, process: str | None) -> int:
    with transaction() as s:
        rows = s.execute(
            update(Activity)
            .where(
                Activity.state == "open", Activity.kind == "user", Activity.owner == owner, Activity.queue_id == queue,
                Activity.process == process if process is not None else Activity.process.is_(None),
            )
            .values(owner=None, version=Activity.version + 1, follow_at=None)
            .returning(Activity.id, Activity.element, Activity.instance_id, Activity.deployment_id)
        ).all()
        for row in rows:
            unclaimed = reminders.unclaimed_moment(
                definition_of(row.deployment_id).elements[row.element].attrs, clock.now(), working_calendar()
            )
            if unclaimed is not None:
                s.execute(update(Activity).where(Activity.id == row.id).values(unclaimed_at=unclaimed))
            trail.record(
                "task:freed", by=machine("worker"), stream=f"instance:{row.instance_id}", deployment=row.deployment_id,
                body={"task": row.id, "el": row.element, "from": owner},
            )
        return len(rows)


def change_queue(s: Session, instance_id: int) -> None:
    """Give the open tasks of an instance to whom its roles and the kept away name now, in the open transaction.

    Tasks that stay with their groups stay as they are; one that moves, or whose owner is kept away now, is free again.
    """
    running = lock_instance(s, instance_id)
    rows = s.execute(
        select(
            Activity.id, Activity.element, Activity.deployment_id, Activity.queue_id, Activity.owner, Activity.process
        ).where(
            Activity.instance_id == instance_id, Activity.state == "open", Activity.kind == "user"
        )
    ).all()
    for row in rows:
        attrs = definition_of(row.deployment_id).elements[row.element].attrs
        groups = groups_named(running, row.element, attrs)
        acted, forwards = own_case.acted_before(instance_id, attrs), kind_of(running).forwards(running, row.element)
        queue = queue_of(own_case.asked(running, groups, row.process, acted, forwards, own_case.instead_at(attrs)))
        if queue == row.queue_id and (row.owner is None or row.owner in _left(running, queue, groups, row.process)):
            continue
        s.execute(
            update(Activity)
            .where(Activity.id == row.id)
            .values(
                queue_id=queue, owner=None, version=Activity.version + 1, follow_at=None,
                unclaimed_at=reminders.unclaimed_moment(attrs, clock.now(), working_calendar()),
            )
        )


def _left(running: Running, queue: int, groups: list[str], process: str | None) -> list[int]:
    """Who may hold a task of a queue: whom the case keeps away does not, nor who stands there only in his place."""
    return people.members_of(groups_of(queue), barred=own_case.barred(running, groups), process=process)
