"""The worker: drains, sweeps, stops with grace, shares its work, and survives being killed at any moment."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from flask import Flask

from service import clock, jobs, notices, worker
from service.config import Settings
from service.db import db, transaction
from service.jobs import bell
from service.jobs.models import JOB
from service.notices.models import MAIL
from tests.ready import begin
from tests.service.notices.conftest import Post, free_port
from tests.service.worker_process import TABLES

KILLS = 10
JOBS = 200


@pytest.fixture(autouse=True)
def registries() -> Iterator[None]:
    """Sweeps and handlers as they were before the test."""
    handlers, sweeps = dict(jobs.HANDLERS), list(jobs.SWEEPS)
    jobs.SWEEPS.clear()
    yield
    jobs.HANDLERS.clear()
    jobs.HANDLERS.update(handlers)
    jobs.SWEEPS[:] = sweeps


def _ask(topic: str, count: int = 1, run_at: timedelta = timedelta(0)) -> None:
    with transaction():
        jobs.enqueue_many(
            [{"topic": topic, "payload": {"n": n}, "run_at": clock.now() + run_at} for n in range(count)]
        )


def _left() -> int:
    with db.engine.connect() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(JOB)) or 0)


def _wait(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


@contextmanager
def _running(app: Flask) -> Iterator[threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(app,), kwargs={"stop": stop})
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def test_drain_does_what_follows_from_what_it_did(app: Flask) -> None:
    seen: list[str] = []
    swept = [1]

    @jobs.handler("first")
    def first(job: jobs.Job) -> None:
        seen.append("first")
        _ask("second")

    jobs.handler("second")(lambda job: seen.append("second"))

    @jobs.sweep("timers")
    def timers() -> int:
        if swept and swept.pop():
            _ask("first")
            return 1
        return 0

    _ask("second", run_at=timedelta(days=1))
    assert worker.drain(app) > 0
    assert seen == ["first", "second"]
    assert _left() == 1
    clock.move_to(clock.now() + timedelta(days=1))
    worker.run(app, once=True)
    assert (seen, _left()) == (["first", "second", "second"], 0)


def test_drain_inside_a_transaction_refused(app: Flask) -> None:
    assert worker.drain(app) == 0
    with transaction(), pytest.raises(RuntimeError, match="after the commit"):
        worker.drain(app)


def test_broken_sweep_stops_neither_the_others_nor_the_jobs(app: Flask) -> None:
    seen: list[str] = []

    @jobs.sweep("broken")
    def broken() -> int:
        raise KeyError("lịch")

    @jobs.sweep("sound")
    def sound() -> int:
        seen.append("sweep")
        return 0

    jobs.handler("greet")(lambda job: seen.append("job"))
    _ask("greet")
    worker.drain(app)
    assert seen.count("job") == 1 and "sweep" in seen


def test_running_worker_does_what_comes_in_later_and_says_it_lives(app: Flask) -> None:
    seen: list[int] = []
    jobs.handler("greet")(lambda job: seen.append(job.payload["n"]))
    with _running(app):
        _wait(lambda: jobs.health().alive)
        _ask("greet", 30)
        _wait(lambda: len(seen) == 30 and _left() == 0)
        assert sorted(seen) == list(range(30))
    assert not jobs.health().alive, "a worker that stopped says so"


def test_worker_follows_the_moved_clock(app: Flask) -> None:
    seen: list[int] = []
    jobs.handler("greet")(lambda job: seen.append(1))
    with _running(app):
        _ask("greet", run_at=timedelta(days=3))
        time.sleep(0.5)
        assert seen == []
        clock.move_to(clock.now() + timedelta(days=3))
        _wait(lambda: seen == [1])


def test_stopping_worker_finishes_what_is_under_way_and_gives_the_rest_back(app: Flask) -> None:
    began, done = threading.Event(), list[int]()

    @jobs.handler("slow")
    def slow(job: jobs.Job) -> None:
        began.set()
        time.sleep(0.4)
        done.append(job.id)

    with _running(app):
        _ask("slow", 9)
        assert began.wait(20)
    with db.engine.connect() as connection:
        rows = connection.execute(sa.select(JOB.c.state, JOB.c.attempts)).all()
    assert 1 <= len(done) <= 2
    assert [tuple(row) for row in rows] == [("queued", 0)] * (9 - len(done))


def test_lost_ring_is_rung_again_by_the_sweep(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    jobs.handler("greet")(lambda job: seen.append(1))
    monkeypatch.setattr(bell, "ring_after_commit", lambda: None)
    with _running(app):
        _ask("greet", 3)
        _wait(lambda: len(seen) == 3)


def test_ring_waits_once_however_often_it_is_rung(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no bell")
    assert [bell.ring(), bell.ring(), bell.ring()] == [True, False, False]
    with db.engine.connect() as connection:
        waiting = connection.scalar(sa.text("SELECT count(*) FROM procrastinate.procrastinate_jobs"))
    assert waiting == 1


class Workers:
    """Worker processes of one test."""

    def __init__(self, settings: Settings) -> None:
        self.environment = os.environ | {
            "VINHDANH_VAR": str(settings.var),
            "VINHDANH_DATABASE_URL": settings.database,
            "VINHDANH_DEMO": "1",
            "VINHDANH_LEASE_SECONDS": "1.5",
            "VINHDANH_WORKER_PAUSE": "0.05",
            "SMTP_URL": settings.smtp_url,
        }
        self.log = settings.var / "workers.log"
        self.pids: list[int] = []

    def start(self) -> int:
        """Start one more worker."""
        self.pids.append(begin("tests.service.worker_process:work", env=self.environment, log=self.log).pid)
        return self.pids[-1]

    def kill(self, pid: int, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to a worker."""
        self.pids.remove(pid)
        os.kill(pid, number)

    def close(self) -> None:
        """End everything."""
        for pid in self.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    """A mail server that outlives the workers."""
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.smtp_url = f"smtp://127.0.0.1:{controller.port}"
    yield post
    controller.stop()


@pytest.fixture
def workers(app: Flask, settings: Settings, post: Post) -> Iterator[Workers]:
    """Worker processes on the test's database."""
    with db.engine.begin() as connection:
        for statement in TABLES:
            connection.execute(sa.text(statement))
    found = Workers(settings)
    yield found
    found.close()


def _numbers(statement: str) -> list[int]:
    with db.engine.connect() as connection:
        return list(connection.scalars(sa.text(statement)))


@pytest.mark.long
def test_killed_workers_lose_nothing_and_double_nothing(app: Flask, workers: Workers, post: Post) -> None:
    _ask("write", JOBS)
    workers.start()
    workers.start()
    for _ in range(KILLS):
        time.sleep(random.uniform(0.1, 0.8))
        workers.kill(random.choice(workers.pids))
        workers.start()
    _wait(lambda: _left() == 0, 60)
    assert sorted(_numbers("SELECT n FROM effect")) == list(range(JOBS))
    assert len(_numbers("SELECT n FROM try")) >= JOBS
    _wait(lambda: not _mail_states().keys() & {"queued", "sending"}, 60)
    states = _mail_states()
    assert states.keys() <= {"sent", "unknown"} and states.total() == JOBS
    arrived = Counter(message["Message-ID"] for message in post.messages)
    assert set(arrived.values()) == {1}, "no mail twice"
    with db.engine.connect() as connection:
        rows = connection.execute(sa.select(MAIL.c.state, MAIL.c.message_id)).all()
    assert all(arrived[row.message_id] for row in rows if row.state == "sent"), "no mail lost"
    assert states["unknown"] <= KILLS


def _mail_states() -> Counter[str]:
    with db.engine.connect() as connection:
        return Counter(connection.scalars(sa.select(MAIL.c.state)))


def test_mail_goes_after_the_process_that_queued_it_died(app: Flask, workers: Workers, post: Post) -> None:
    with transaction():
        notices.queue("assigned", to=[1], key="k", context={"task": "Việc", "title": "Thử"})
    assert post.mails == []
    workers.start()
    _wait(lambda: len(post.mails) == 1)


def test_workers_share_the_work_and_stop_with_grace(app: Flask, workers: Workers) -> None:
    first, second = workers.start(), workers.start()
    _wait(lambda: sum(w.alive for w in jobs.health().workers) == 2)
    _ask("slow", 24)
    _wait(lambda: len(_holders()) == 2)
    for pid in (first, second):
        workers.kill(pid, signal.SIGTERM)
    _wait(lambda: not jobs.health().alive)
    health = jobs.health()
    assert health.running == 0 and health.queued > 0
    tries, effects = _numbers("SELECT n FROM try"), _numbers("SELECT n FROM effect")
    assert sorted(tries) == sorted(effects), "what was begun was finished"
    assert health.queued == 24 - len(effects)


def _holders() -> set[str]:
    with db.engine.connect() as connection:
        return set(connection.scalars(sa.select(JOB.c.holder).where(JOB.c.state == "running")))
