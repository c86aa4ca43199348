"""Jobs on both databases: asked for with their cause, done once, tried again, given up, tried again by a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from service import clock, jobs, trail
from service.actor import Actor
from service.db import db, transaction
from service.errors import Conflict, Forbidden, NotFound
from service.jobs import queue as queue_module
from service.jobs.models import BEAT, JOB
from service.trail.models import EVENT

ADMIN = Actor(account=1, login="quantri", name="Quản trị", groups=frozenset({"admin"}))
OFFICER = Actor(account=2, login="vhxh", name="Lê Ban Mai", groups=frozenset({"vhxh"}))
Handle = Callable[[str, Callable[[jobs.Job], None]], None]


@pytest.fixture
def handle() -> Iterator[Handle]:
    """Register a handler for the time of a test."""
    before = dict(jobs.HANDLERS)

    def register(topic: str, run: Callable[[jobs.Job], None]) -> None:
        jobs.handler(topic)(run)

    yield register
    jobs.HANDLERS.clear()
    jobs.HANDLERS.update(before)


def _ask(*topics: str, **words: Any) -> None:
    with transaction():
        for topic in topics:
            jobs.enqueue(topic, {"n": 1}, **words)


def _rows() -> list[Any]:
    with db.engine.connect() as connection:
        return list(connection.execute(sa.select(JOB).order_by(JOB.c.id)).all())


def _kinds() -> list[str]:
    with db.engine.connect() as connection:
        return list(connection.scalars(sa.select(EVENT.c.kind).order_by(EVENT.c.gseq)))


def _later(by: timedelta) -> None:
    clock.move_to(clock.now() + by)


def test_job_is_run_once_and_goes_from_the_table(app: Flask, handle: Handle) -> None:
    seen: list[jobs.Job] = []
    handle("greet", seen.append)
    _ask("greet", instance=7)
    assert jobs.run_due(jobs.Holder()) == 1
    assert jobs.run_due(jobs.Holder()) == 0
    assert [(j.topic, j.payload, j.instance, j.attempts) for j in seen] == [("greet", {"n": 1}, 7, 1)]
    assert _rows() == []


def test_jobs_that_are_run_apart_are_no_part_of_the_common_loop(app: Flask, handle: Handle) -> None:
    seen: list[str] = []
    handle("greet", lambda job: seen.append(job.topic))
    jobs.handler("call", apart=True)(lambda job: seen.append(job.topic))
    _ask("call", "greet", "call")
    assert jobs.run_due(jobs.Holder()) == 1 and seen == ["greet"]
    assert jobs.run_due(jobs.Holder(), limit=1, apart=True) == 1
    assert jobs.run_due(jobs.Holder(), apart=True) == 1 and seen == ["greet", "call", "call"]
    assert _rows() == []


def test_job_of_a_transaction_taken_back_never_existed(app: Flask, handle: Handle) -> None:
    seen: list[jobs.Job] = []
    handle("greet", seen.append)
    with pytest.raises(ZeroDivisionError), transaction():
        jobs.enqueue("greet", {})
        raise ZeroDivisionError
    assert jobs.run_due(jobs.Holder()) == 0
    assert seen == []


def test_job_outside_a_transaction_refused(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        jobs.enqueue("greet", {})


def test_many_jobs_take_one_insert(app: Flask) -> None:
    statements: list[str] = []

    @sa.event.listens_for(db.engine, "before_cursor_execute")
    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    with transaction():
        jobs.enqueue_many([{"topic": "greet", "payload": {"n": n}, "key": f"k{n}"} for n in range(50)])
    assert sum(s.startswith("INSERT") for s in statements) == 1
    assert len(_rows()) == 50


def test_same_key_is_queued_once_even_after_it_is_done(app: Flask, handle: Handle) -> None:
    seen: list[jobs.Job] = []
    handle("greet", seen.append)
    _ask("greet", "greet", key="greet:7")
    _ask("greet", key="greet:8")
    assert jobs.run_due(jobs.Holder()) == 2
    _ask("greet", key="greet:7")
    assert jobs.run_due(jobs.Holder()) == 0
    assert [row.state for row in _rows()] == ["done", "done"]
    _later(timedelta(days=91))
    assert jobs.tidy() == 2
    _ask("greet", key="greet:7")
    assert jobs.run_due(jobs.Holder()) == 1


def test_numbers_of_done_jobs_are_not_given_away_again(app: Flask, handle: Handle) -> None:
    seen: list[jobs.Job] = []
    handle("greet", seen.append)
    for _ in range(3):
        _ask("greet")
        jobs.run_due(jobs.Holder())
    assert len({job.id for job in seen}) == 3


def test_job_waits_for_its_time_by_the_one_clock(app: Flask, handle: Handle) -> None:
    seen: list[jobs.Job] = []
    handle("greet", seen.append)
    _ask("greet", run_at=clock.now() + timedelta(days=2))
    assert jobs.run_due(jobs.Holder()) == 0
    _later(timedelta(days=2, seconds=1))
    assert jobs.run_due(jobs.Holder()) == 1


def test_broken_job_waits_longer_each_time_and_stops_no_other(app: Flask, handle: Handle) -> None:
    seen: list[jobs.Job] = []

    def broken(job: jobs.Job) -> None:
        raise OSError("máy in không trả lời")

    handle("print", broken)
    handle("greet", seen.append)
    _ask("print", "greet")
    assert jobs.run_due(jobs.Holder()) == 2
    assert len(seen) == 1
    row = _rows()[0]
    assert (row.state, row.attempts, row.cause, row.error) == ("queued", 1, "OSError", "máy in không trả lời")
    assert timedelta(seconds=1) < row.run_at - clock.now() < timedelta(seconds=8)
    _later(timedelta(seconds=8))
    jobs.run_due(jobs.Holder())
    assert timedelta(seconds=4) < _rows()[0].run_at - clock.now() < timedelta(seconds=16)


def test_pauses_double_up_to_a_limit_and_are_spread() -> None:
    pauses = [jobs.back_off(attempts) for attempts in (1, 1, 1, 1, 1, 1, 4, 100)]
    assert len(set(pauses[:6])) > 1
    assert timedelta(seconds=20) <= pauses[6] <= timedelta(seconds=60)
    assert pauses[7] <= timedelta(minutes=22.5)


def test_topic_nobody_handles_is_kept_and_named(app: Flask) -> None:
    _ask("nobody")
    jobs.run_due(jobs.Holder())
    assert "nobody handles the topic 'nobody'" in _rows()[0].error


def _wear_out(topic: str) -> None:
    for _ in range(jobs.TRIES):
        jobs.run_due(jobs.Holder())
        _later(timedelta(hours=1))
    assert [row.state for row in _rows() if row.topic == topic] == ["dead"]


def test_job_is_given_up_after_all_tries_then_tried_again_by_a_person(app: Flask, handle: Handle) -> None:
    broken, gone = [True], list[tuple[int, str]]()

    def run(job: jobs.Job) -> None:
        if broken[0]:
            raise OSError("máy in không trả lời")

    jobs.handler("print", gave_up=lambda job, error: gone.append((job.attempts, error)))(run)
    _ask("print", instance=7)
    _wear_out("print")
    assert gone == [(jobs.TRIES, "máy in không trả lời")]
    assert jobs.run_due(jobs.Holder()) == 0
    assert [(c.topic, c.cause, c.count) for c in jobs.dead_causes()] == [("print", "OSError", 1)]
    shown = jobs.dead_jobs("print", "OSError")[0]
    assert (shown.instance, shown.error) == (7, "máy in không trả lời")
    assert jobs.health().dead == 1

    with pytest.raises(Forbidden):
        jobs.retry_job(shown.id, by=OFFICER)
    jobs.retry_job(shown.id, by=ADMIN)
    with pytest.raises(Conflict):
        jobs.retry_job(shown.id, by=ADMIN)
    broken[0] = False
    jobs.run_due(jobs.Holder())
    (after,) = jobs.retried_jobs()
    assert (after.id, after.state, after.retried_by) == (shown.id, "done", 1)
    assert jobs.dead_causes() == []
    assert _kinds() == ["job:failed", "job:retried", "job:done"]


def test_all_jobs_of_a_cause_tried_again_and_one_dropped(app: Flask, handle: Handle) -> None:
    def broken(job: jobs.Job) -> None:
        raise OSError("máy in không trả lời")

    handle("print", broken)
    _ask("print")
    _wear_out("print")
    assert jobs.retry_cause("print", "KeyError", by=ADMIN) == 0
    assert jobs.retry_cause("print", "OSError", by=ADMIN) == 1
    assert [row.attempts for row in _rows()] == [0]
    _wear_out("print")
    (dead,) = jobs.dead_jobs()
    with pytest.raises(NotFound):
        jobs.drop_job(dead.id + 100, by=ADMIN, reason="nhầm")
    jobs.drop_job(dead.id, by=ADMIN, reason="máy in đã bỏ")
    assert jobs.dead_jobs() == []
    assert trail.verify().ok


def test_lease_of_a_dead_worker_goes_to_another(app: Flask, handle: Handle) -> None:
    seen: list[jobs.Job] = []
    handle("greet", seen.append)
    _ask("greet")
    dead = jobs.Holder()
    assert len(queue_module.claim(dead)) == 1
    assert jobs.run_due(jobs.Holder()) == 0
    assert jobs.reclaim() == 0
    _expire()
    assert jobs.reclaim() == 1
    assert jobs.run_due(jobs.Holder()) == 1
    assert [job.attempts for job in seen] == [2]


def test_job_that_ends_its_worker_each_time_is_given_up(app: Flask) -> None:
    _ask("greet")
    for _ in range(jobs.TRIES):
        queue_module.claim(jobs.Holder())
        _expire()
        jobs.reclaim()
    assert [(row.state, row.cause) for row in _rows()] == [("dead", jobs.LOST)]


def test_worker_that_slept_does_not_run_what_another_took(app: Flask, handle: Handle) -> None:
    ran: list[str] = []
    handle("greet", lambda job: ran.append("once"))
    _ask("greet")
    sleepy, other = jobs.Holder(), jobs.Holder()
    (job,) = queue_module.claim(sleepy)
    _expire()
    jobs.reclaim()
    assert jobs.run_due(other) == 1
    sleepy.renew()
    assert not sleepy.holds(job.id)
    assert ran == ["once"]


def test_job_of_a_broken_turn_is_not_held_for_ever_by_a_living_worker(
    app: Flask, handle: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError("the database is away")

    seen: list[int] = []
    handle("greet", lambda job: seen.append(job.attempts))
    _ask("greet", "greet")
    alive = jobs.Holder()
    with monkeypatch.context() as patch, pytest.raises(OSError, match="away"):
        patch.setattr(queue_module, "_finish", broken)
        jobs.run_due(alive)
    _expire()
    alive.beat()
    assert jobs.reclaim() == 2
    assert jobs.run_due(alive) == 2
    assert seen == [1, 2, 2]


def test_moved_demo_clock_takes_no_lease_away(app: Flask) -> None:
    _ask("greet")
    queue_module.claim(jobs.Holder())
    _later(timedelta(days=400))
    assert jobs.reclaim() == 0


def test_living_worker_is_seen_and_a_leaving_one_gives_its_jobs_back(app: Flask) -> None:
    assert not jobs.health().alive
    _ask("greet", "greet")
    holder = jobs.Holder()
    holder.beat()
    holder.beat()
    queue_module.claim(holder)
    health = jobs.health()
    assert health.alive
    assert (health.running, health.queued) == (2, 0)
    holder.leave()
    health = jobs.health()
    assert (health.alive, health.running, health.due) == (False, 0, 2)
    assert [row.attempts for row in _rows()] == [0, 0]


def test_silent_worker_is_no_longer_called_alive(app: Flask) -> None:
    jobs.Holder().beat()
    assert jobs.health().alive
    with transaction() as s:
        s.execute(sa.update(BEAT).values(beat_at=clock.unmoved() - timedelta(minutes=5)))
    assert not jobs.health().alive


def _expire() -> None:
    with transaction() as s:
        s.execute(
            sa.update(JOB)
            .where(JOB.c.state == "running")
            .values(lease_until=clock.unmoved() - timedelta(seconds=1))
        )
