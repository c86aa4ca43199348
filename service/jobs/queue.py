"""The life of a job: asked for in a transaction, claimed under a lease, done, tried again, or given up.

A claim is a row lock and a lease, the same on both databases: select, then update, in one transaction. Handlers are
idempotent, because a worker may die after the effect and before the job is taken off the table.
"""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from os import getpid
from secrets import token_hex
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import clock, db, trail
from service.actor import machine
from service.jobs import bell
from service.jobs.models import BEAT, JOB

TRIES = 10
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=15)
LOST = "WorkerLost"
"""Cause of a failure where the worker died with the job."""
_BATCH = 10
_ERROR_LENGTH = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work as its handler sees it; `attempts` counts this try too."""

    id: int
    topic: str
    payload: dict[str, Any]
    key: str | None
    instance: int | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Registered:
    """What is done with the jobs of a topic, and what once all tries were in vain."""

    run: Callable[[Job], None]
    gave_up: Callable[[Job, str], None] | None
    apart: bool = False


HANDLERS: dict[str, Registered] = {}
SWEEPS: list[tuple[str, Callable[[], int]]] = []
"""What the worker looks after in turn, each with its name: due timers, reminders, rounds. Each returns how much it did."""


def handler(
    topic: str, *, gave_up: Callable[[Job, str], None] | None = None, apart: bool = False
) -> Callable[[Callable[[Job], None]], Callable[[Job], None]]:
    """Register the function for a topic; it opens its own transactions and is idempotent.

    `gave_up(job, error)` is called, once, when the last try failed. `apart`: it waits for machines elsewhere, so its jobs
    are run by a loop of their own and hold up no other.
    """

    def register(run: Callable[[Job], None]) -> Callable[[Job], None]:
        HANDLERS[topic] = Registered(run, gave_up, apart)
        return run

    return register


def sweep(name: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Register a function that the worker calls about every second; a second registration replaces the first."""

    def register(run: Callable[[], int]) -> Callable[[], int]:
        SWEEPS[:] = [(other, call) for other, call in SWEEPS if other != name] + [(name, run)]
        return run

    return register


def enqueue(
    topic: str,
    payload: Mapping[str, Any],
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    instance: int | None = None,
) -> None:
    """Ask for one job in the open transaction; with a `key` that was used before, nothing happens."""
    enqueue_many([{"topic": topic, "payload": payload, "key": key, "run_at": run_at, "instance": instance}])


def enqueue_many(rows: Sequence[Mapping[str, Any]]) -> None:
    """Ask for jobs in the open transaction, with one INSERT; the words of a row are the arguments of `enqueue`."""
    if not db.in_transaction():
        raise RuntimeError("a job is asked for inside the transaction of its cause")
    if not rows:
        return
    now = clock.now()
    values = [
        {
            "topic": row["topic"],
            "payload": dict(row.get("payload") or {}),
            "key": row.get("key"),
            "instance": row.get("instance"),
            "state": "queued",
            "run_at": row.get("run_at") or now,
            "attempts": 0,
            "queued_at": now,
        }
        for row in rows
    ]
    keyed = any(value["key"] for value in values)
    db.session().execute(_insert_once() if keyed else insert(JOB), values)
    bell.ring_after_commit()


def _insert_once() -> Any:
    dialect = postgresql if db.is_postgresql() else sqlite
    return dialect.insert(JOB).on_conflict_do_nothing(
        index_elements=[JOB.c.key], index_where=JOB.c.key.is_not(None)
    )


class Held:
    """Numbers of the rows that a worker holds, safe between its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: set[int] = set()

    def take(self, ids: Iterable[int]) -> None:
        """Note what was claimed."""
        with self._lock:
            self._ids.update(ids)

    def drop(self, ids: Iterable[int]) -> None:
        """Note what is done, was lost, or must not be held any longer."""
        with self._lock:
            self._ids.difference_update(ids)

    def all(self) -> set[int]:
        """What is held at this moment."""
        with self._lock:
            return set(self._ids)


class Holder:
    """One worker process that holds leases on jobs and mails.

    Only what is held here is renewed: what a broken turn left behind runs out and is taken up again.
    """

    def __init__(self) -> None:
        self.host, self.pid = socket.gethostname()[:60], getpid()
        self.name = f"{self.host}:{self.pid}:{token_hex(4)}"
        self.started_at = clock.unmoved()
        self.jobs, self.mails = Held(), Held()
        self._renewed = time.monotonic()

    def holds(self, job: int) -> bool:
        """Tell whether the lease on a job stands; renews all leases where that was not done for long."""
        if time.monotonic() - self._renewed > lease().total_seconds() / 3:
            self.renew()
        return job in self.jobs.all()

    def renew(self) -> None:
        """Lengthen the leases on jobs, and find out what was lost to another worker while this one slept."""
        before = self.jobs.all()
        if before:
            with db.transaction() as s:
                kept = s.scalars(
                    update(JOB)
                    .where(JOB.c.id.in_(before), JOB.c.state == db.plainly("running"), JOB.c.holder == self.name)
                    .values(lease_until=clock.unmoved() + lease())
                    .returning(JOB.c.id)
                ).all()
            self.jobs.drop(before.difference(kept))
        self._renewed = time.monotonic()

    def beat(self) -> None:
        """Renew the leases on jobs and say that the worker lives."""
        self.renew()
        values = {
            "holder": self.name,
            "host": self.host,
            "pid": self.pid,
            "started_at": self.started_at,
            "beat_at": clock.unmoved(),
        }
        dialect = postgresql if db.is_postgresql() else sqlite
        with db.transaction() as s:
            s.execute(
                dialect.insert(BEAT)
                .values(values)
                .on_conflict_do_update(index_elements=[BEAT.c.holder], set_={"beat_at": values["beat_at"]})
            )

    def leave(self) -> None:
        """Give jobs back, untried, that were claimed and not begun, and sign off."""
        with db.transaction() as s:
            s.execute(
                update(JOB)
                .where(JOB.c.state == db.plainly("running"), JOB.c.holder == self.name)
                .values(state="queued", attempts=JOB.c.attempts - 1, holder=None, lease_until=None)
            )
            s.execute(delete(BEAT).where(BEAT.c.holder == self.name))


def lease() -> timedelta:
    """How long a claim holds without a sign of life."""
    return timedelta(seconds=current_app.extensions["settings"].lease_seconds)


def back_off(attempts: int, first: timedelta = FIRST_DELAY, longest: timedelta = LONGEST_DELAY) -> timedelta:
    """Pause before the next try: doubled each time up to the longest, and spread by half either way."""
    plain: timedelta = min(first * 2 ** min(attempts - 1, 16), longest)
    return plain * random.uniform(0.5, 1.5)


def _due(*, apart: bool) -> ColumnElement[bool]:
    """Jobs whose time has come: those that are run apart, or all others."""
    topics = sorted(topic for topic, registered in HANDLERS.items() if registered.apart)
    due = and_(JOB.c.state == db.plainly("queued"), JOB.c.run_at <= clock.now())
    return and_(due, JOB.c.topic.in_(topics) if apart else JOB.c.topic.not_in(topics)) if topics or apart else due


def claim(holder: Holder, limit: int = _BATCH, *, apart: bool = False) -> list[Job]:
    """Take due jobs under a lease; jobs that another worker is taking are passed over."""
    due = _due(apart=apart)
    with db.reading() as s:
        if s.execute(select(JOB.c.id).where(due).limit(1)).first() is None:
            return []
    with db.transaction() as s:
        rows = s.execute(
            select(JOB.c.id, JOB.c.topic, JOB.c.payload, JOB.c.key, JOB.c.instance, JOB.c.attempts)
            .where(due)
            .order_by(JOB.c.run_at, JOB.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        found = [Job(r.id, r.topic, r.payload, r.key, r.instance, r.attempts + 1) for r in rows]
        if found:
            s.execute(
                update(JOB)
                .where(JOB.c.id.in_([job.id for job in found]))
                .values(
                    state="running",
                    holder=holder.name,
                    lease_until=clock.unmoved() + lease(),
                    attempts=JOB.c.attempts + 1,
                )
            )
    holder.jobs.take(job.id for job in found)
    return found


def run_due(
    holder: Holder, *, stop: Callable[[], bool] = lambda: False, limit: int = _BATCH, apart: bool = False
) -> int:
    """Claim due jobs and run them; return how many were taken. A failing handler never stops the others.

    `apart`: those that are run apart, and no others.
    """
    found = claim(holder, limit, apart=apart)
    if len(found) == limit and db.is_postgresql() and not apart:
        bell.ring()  # there may be more: another worker comes too
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        for job in found:
            if stop():
                break  # `leave` gives the rest back
            if holder.holds(job.id):
                _run(app, job, holder)
    finally:
        holder.jobs.drop(job.id for job in found)
    return len(found)


def _run(app: Flask, job: Job, holder: Holder) -> None:
    try:
        with app.app_context():  # a session of its own, closed whatever happens
            registered = HANDLERS.get(job.topic)
            if registered is None:
                raise LookupError(f"nobody handles the topic {job.topic!r}")
            registered.run(job)
    except Exception as error:
        log.warning("job failed", topic=job.topic, job=job.id, attempts=job.attempts, exc_info=error)
        _fail(job, holder.name, type(error).__name__, str(error) or type(error).__name__)
    else:
        _finish(job, holder.name)


def _finish(job: Job, holder: str) -> None:
    mine = and_(JOB.c.id == job.id, JOB.c.state == db.plainly("running"), JOB.c.holder == holder)
    with db.transaction() as s:
        if job.key is None:
            gone = delete(JOB).where(mine, JOB.c.retried_at.is_(None)).returning(JOB.c.id)
            if s.execute(gone).first() is not None:
                return
        done = (
            update(JOB)
            .where(mine)
            .values(state="done", payload={}, settled_at=clock.now(), holder=None, lease_until=None)
            .returning(JOB.c.retried_at)
        )
        row = s.execute(done).first()
        if row is None:
            log.warning("job was taken over", topic=job.topic, job=job.id)
        elif row.retried_at is not None:
            trail.record("job:done", by=machine("worker"), stream=_stream(job), body=_told(job))


def _fail(job: Job, holder: str | None, cause: str, error: str) -> None:
    dead = job.attempts >= TRIES
    now = clock.now()
    with db.transaction() as s:
        row = s.execute(
            update(JOB)
            .where(JOB.c.id == job.id, JOB.c.state == db.plainly("running"), JOB.c.holder == holder)
            .values(
                state="dead" if dead else "queued",
                run_at=now + (timedelta(0) if cause == LOST else back_off(job.attempts)),
                settled_at=now if dead else None,
                holder=None,
                lease_until=None,
                cause=cause[:80],
                error=error[:_ERROR_LENGTH],
            )
            .returning(JOB.c.id)
        ).first()
        if row is None:
            return
        if dead:
            trail.record(
                "job:failed",
                by=machine("worker"),
                stream=_stream(job),
                body=_told(job) | {"cause": cause[:80]},
                private={"error": error[:_ERROR_LENGTH]},
            )
    registered = HANDLERS.get(job.topic)
    if dead and registered and registered.gave_up:
        try:
            registered.gave_up(job, error)
        except Exception:
            log.exception("giving up failed", topic=job.topic, job=job.id)


def reclaim() -> int:
    """Put jobs back whose worker gave no sign of life for the length of a lease; a job that ends its worker each
    time is given up like one that fails each time."""
    expired = and_(JOB.c.state == db.plainly("running"), JOB.c.lease_until < clock.unmoved())
    with db.reading() as s:
        rows = s.execute(
            select(
                JOB.c.id, JOB.c.topic, JOB.c.payload, JOB.c.key, JOB.c.instance, JOB.c.attempts, JOB.c.holder
            ).where(expired)
        ).all()
    for row in rows:
        _fail(Job(*row[:6]), row.holder, LOST, "the worker stopped in the middle of this job")
    return len(rows)


def ring_due() -> bool:
    """Ring where due jobs wait and no ring does: it was lost, or their time has come just now."""
    with db.reading() as s:
        waiting = s.execute(select(JOB.c.id).where(_due(apart=False)).limit(1)).first() is not None
    return waiting and bell.ring()


def _stream(job: Job) -> str:
    return f"instance:{job.instance}" if job.instance else "system"


def _told(job: Job) -> dict[str, Any]:
    return {"job": job.id, "topic": job.topic}


def forget_settled(s: Session, before: datetime) -> int:
    """Delete what was done before a moment; the key may be used again from then on."""
    gone = s.execute(delete(JOB).where(JOB.c.state == "done", JOB.c.settled_at < before).returning(JOB.c.id))
    return len(gone.all())
