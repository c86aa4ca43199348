"""What the operator sees of background work, and does about it: health, jobs that were given up, trying again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import and_, delete, func, select, update

from service import clock, db, trail
from service.actor import Actor, require
from service.errors import Conflict, NotFound
from service.jobs import bell
from service.jobs.models import BEAT, JOB
from service.jobs.queue import forget_settled

BEAT_SECONDS = 5.0
_ALIVE = timedelta(seconds=6 * BEAT_SECONDS)
_KEEP_DONE = timedelta(days=90)
_KEEP_BEATS = timedelta(days=1)
_MOST = 500


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker process; `alive` while its last sign of life is recent."""

    host: str
    pid: int
    started_at: datetime
    beat_at: datetime
    alive: bool


@dataclass(frozen=True, slots=True)
class Health:
    """State of background work; `oldest` is how long the longest-waiting due job has waited."""

    queued: int
    due: int
    running: int
    dead: int
    oldest: timedelta
    workers: tuple[Worker, ...]

    @property
    def alive(self) -> bool:
        """Tell whether any worker lives."""
        return any(worker.alive for worker in self.workers)


@dataclass(frozen=True, slots=True)
class Shown:
    """A job that was given up, or what became of one that was tried again (`state` dead, queued, running or done)."""

    id: int
    topic: str
    instance: int | None
    state: str
    attempts: int
    cause: str | None
    error: str | None
    queued_at: datetime
    settled_at: datetime | None
    retried_at: datetime | None
    retried_by: int | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Jobs of one topic that were given up for the same cause."""

    topic: str
    cause: str
    count: int
    since: datetime
    last: datetime


def health() -> Health:
    """Count jobs by state and look for living workers."""
    now = clock.now()
    with db.reading() as s:
        counts = {
            row.state: row.number
            for row in s.execute(
                select(JOB.c.state, func.count().label("number"))
                .where(JOB.c.state.in_(["queued", "running", "dead"]))
                .group_by(JOB.c.state)
            )
        }
        due = s.execute(
            select(func.count(), func.min(JOB.c.run_at)).where(JOB.c.state == "queued", JOB.c.run_at <= now)
        ).one()
        beats = s.execute(select(BEAT).order_by(BEAT.c.started_at)).all()
    real = clock.unmoved()
    return Health(
        queued=counts.get("queued", 0),
        due=due[0],
        running=counts.get("running", 0),
        dead=counts.get("dead", 0),
        oldest=now - due[1] if due[1] else timedelta(0),
        workers=tuple(
            Worker(b.host, b.pid, b.started_at, b.beat_at, real - b.beat_at < _ALIVE) for b in beats
        ),
    )


def dead_causes() -> list[Cause]:
    """Jobs that were given up, grouped by topic and cause, the most frequent first."""
    with db.reading() as s:
        rows = s.execute(
            select(
                JOB.c.topic,
                func.coalesce(JOB.c.cause, "").label("cause"),
                func.count().label("count"),
                func.min(JOB.c.settled_at).label("since"),
                func.max(JOB.c.settled_at).label("last"),
            )
            .where(JOB.c.state == "dead")
            .group_by(JOB.c.topic, JOB.c.cause)
            .order_by(func.count().desc(), JOB.c.topic)
        ).all()
    return [Cause(*row) for row in rows]


def dead_jobs(topic: str | None = None, cause: str | None = None) -> list[Shown]:
    """Jobs that were given up, the newest first, at most 500."""
    where = [JOB.c.state == "dead"]
    if topic is not None:
        where.append(JOB.c.topic == topic)
    if cause is not None:
        where.append(func.coalesce(JOB.c.cause, "") == cause)
    with db.reading() as s:
        rows = s.execute(_SHOWN.where(*where).order_by(JOB.c.settled_at.desc(), JOB.c.id).limit(_MOST)).all()
    return [Shown(*row) for row in rows]


def retried_jobs() -> list[Shown]:
    """Jobs that somebody tried again and what became of each, the latest act first, at most 500."""
    with db.reading() as s:
        rows = s.execute(
            _SHOWN.where(JOB.c.retried_at.is_not(None))
            .order_by(JOB.c.retried_at.desc(), JOB.c.id)
            .limit(_MOST)
        ).all()
    return [Shown(*row) for row in rows]


def retry_job(job_id: int, *, by: Actor) -> None:
    """Try a job again that was given up, at once and with all its tries."""
    require(by, "job.retry")
    with db.transaction():
        if not _retry([job_id], by):
            _explain(job_id)


def retry_cause(topic: str, cause: str, *, by: Actor) -> int:
    """Try all jobs of a topic again that were given up for the same cause; return how many."""
    require(by, "job.retry")
    with db.transaction() as s:
        ids = s.scalars(
            select(JOB.c.id).where(
                JOB.c.state == "dead", JOB.c.topic == topic, func.coalesce(JOB.c.cause, "") == cause
            )
        ).all()
        return _retry(ids, by)


def drop_job(job_id: int, *, by: Actor, reason: str) -> None:
    """Take a job off the list that was given up and is of no use any more."""
    require(by, "job.retry")
    with db.transaction() as s:
        gone = s.execute(
            delete(JOB)
            .where(JOB.c.id == job_id, JOB.c.state == "dead")
            .returning(JOB.c.topic, JOB.c.instance)
        ).first()
        if gone is None:
            _explain(job_id)
        trail.record(
            "job:dropped",
            by=by,
            stream=f"instance:{gone.instance}" if gone.instance else "system",
            body={"job": job_id, "topic": gone.topic},
            reason=reason,
        )


def tidy() -> int:
    """Forget what was done 90 days ago and workers that have been silent for a day."""
    with db.transaction() as s:
        count = forget_settled(s, clock.now() - _KEEP_DONE)
        s.execute(delete(BEAT).where(BEAT.c.beat_at < clock.unmoved() - _KEEP_BEATS))
    return count


_SHOWN = select(
    JOB.c.id,
    JOB.c.topic,
    JOB.c.instance,
    JOB.c.state,
    JOB.c.attempts,
    JOB.c.cause,
    JOB.c.error,
    JOB.c.queued_at,
    JOB.c.settled_at,
    JOB.c.retried_at,
    JOB.c.retried_by,
)


def _retry(ids: Sequence[int], by: Actor) -> int:
    now = clock.now()
    rows = (
        db.session()
        .execute(
            update(JOB)
            .where(and_(JOB.c.id.in_(ids), JOB.c.state == "dead"))
            .values(
                state="queued", run_at=now, attempts=0, settled_at=None, retried_at=now, retried_by=by.account
            )
            .returning(JOB.c.id, JOB.c.topic, JOB.c.instance)
        )
        .all()
    )
    for row in rows:
        trail.record(
            "job:retried",
            by=by,
            stream=f"instance:{row.instance}" if row.instance else "system",
            body={"job": row.id, "topic": row.topic},
        )
    bell.ring_after_commit()
    return len(rows)


def _explain(job_id: int) -> NoReturn:
    known = db.session().execute(select(JOB.c.state).where(JOB.c.id == job_id)).first()
    if known is None:
        raise NotFound("Không có việc nền này, hoặc việc đã xong.", "There is no such job, or it is done.")
    raise Conflict(
        "Việc nền này không còn ở trạng thái lỗi, có người đã cho chạy lại.",
        "This job is not given up any more: somebody tried it again.",
        code="job-not-dead",
    )
