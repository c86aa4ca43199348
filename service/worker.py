"""The worker process: runs jobs, sends mail, looks after what is due, and says that it lives. Decides nothing itself.

Loops side by side, so that a slow mail server holds up no deadline. On SQLite the job loop looks at the table;
on PostgreSQL it waits for the bell. Any number of workers may run.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import structlog
from flask import Flask, has_app_context
from sqlalchemy import text

from service import db, jobs, notices, webhooks
from service.awards import public
from service.jobs import bell
from service.trail import watch

sweeps = jobs.SWEEPS
"""What is looked after in turn: (name, function that returns how much it did); parts register with `jobs.sweep`."""
SLOTS = 2
"""Jobs that one worker runs at the same time on PostgreSQL; SQLite has one writer anyway."""
GRACE_SECONDS = 25.0
"""How long a stopping worker waits for what is under way; what is left is tried again by another."""
_SWEEP_SECONDS = 1.0
_MAIL_SECONDS = 1.0
_APART_SECONDS = 1.0
_RETURNS_SECONDS = 60.0
_TIDY_SECONDS = 3600.0
_CHECKPOINT_SECONDS = 2.0
_NIGHT_SECONDS = 60.0
_SWEEP_LOCK = 7_204_617  # any number that nobody else in this database locks
_MOST_ROUNDS = 10_000

log = structlog.get_logger(__name__)


def run(app: Flask, *, once: bool = False, stop: threading.Event | None = None) -> None:
    """Work until SIGTERM, SIGINT or `stop`, then finish what is under way; with `once`, only what is due now."""
    if once:
        drain(app)
        with app.app_context():
            signed = watch.sign_due()
        if signed:
            drain(app)  # the letters to those who keep checkpoints go with it, and not a day later
        return
    stop = stop or threading.Event()
    pause = app.extensions["settings"].worker_pause
    with _signals(stop), app.app_context():
        holder = jobs.Holder()
        loops: dict[str, tuple[Callable[[], int], float]] = {
            "beat": (lambda: _beat(holder), min(jobs.BEAT_SECONDS, jobs.lease().total_seconds() / 3)),
            "jobs": (lambda: _work(app, holder, stop), pause),
            "jobs apart": (lambda: jobs.run_due(holder, stop=stop.is_set, limit=1, apart=True), _APART_SECONDS),
            "mail": (lambda: notices.send_due(holder, stop=stop.is_set), _MAIL_SECONDS),
            "returned mail": (notices.read_returns, _RETURNS_SECONDS),
            "sweeps": (lambda: _sweep_alone(stop), _SWEEP_SECONDS),
            "tidying": (_tidy, _TIDY_SECONDS),
            "checkpoints": (watch.sign_due, _CHECKPOINT_SECONDS),
            "night check": (watch.verify_tonight, _NIGHT_SECONDS),
        }
        threads = [
            threading.Thread(target=_loop, args=(app, stop, name, turn, wait), name=name, daemon=True)
            for name, (turn, wait) in loops.items()
        ]
        log.info("worker started", holder=holder.name, database=db.db.engine.dialect.name)
        for thread in threads:
            thread.start()
        stop.wait()
        for thread in threads:
            thread.join(GRACE_SECONDS)
        holder.leave()
        notices.leave(holder)
        log.info("worker stopped", holder=holder.name)


def drain(app: Flask, *, sweeping: bool = True) -> int:
    """Do everything that is due now, until nothing is left; return how much was done. For tests, demo and `--once`.

    Without sweeping, only jobs and mail that wait are done, and nothing is looked for whose moment came with time. A job that
    fails waits for its next try, which is later. RuntimeError inside a transaction.
    """
    if has_app_context() and db.in_transaction():
        raise RuntimeError("what is due is done after the commit, not inside the transaction")
    done = 0
    with app.app_context():
        holder = jobs.Holder()
        for _ in range(_MOST_ROUNDS):
            turn = (_sweep(lambda: False) if sweeping else 0) + jobs.run_due(holder, limit=100)
            turn += jobs.run_due(holder, limit=100, apart=True)
            turn += sum(iter(lambda: notices.send_due(holder), 0))  # a letter to everybody is many turns, and asks no sweep for more
            if turn == 0:
                return done
            done += turn
    raise RuntimeError("there is always something due: a sweep or a job that asks for itself again")


def _loop(app: Flask, stop: threading.Event, name: str, turn: Callable[[], int], wait: float) -> None:
    while not stop.is_set():
        done = 0
        try:
            with app.app_context():
                done = turn()
        except Exception:
            log.exception("turn failed", loop=name)
        if done == 0 or name == "beat":
            stop.wait(wait)


def _beat(holder: jobs.Holder) -> int:
    holder.beat()
    notices.renew(holder)
    return 0


def _work(app: Flask, holder: jobs.Holder, stop: threading.Event) -> int:
    if not db.is_postgresql():
        return jobs.run_due(holder, stop=stop.is_set)

    def take_all() -> None:
        # Procrastinate's threads inherit this context, and with it the session: each takes one of its own.
        while not stop.is_set():
            with app.app_context():
                if jobs.run_due(holder, stop=stop.is_set) == 0:
                    return

    bell.listen(take_all, stop=stop, slots=SLOTS)
    return 0


def _tidy() -> int:
    jobs.tidy()
    notices.tidy()
    webhooks.tidy()
    public.check_codes()
    return 0


def _sweep_alone(stop: threading.Event) -> int:
    with _alone() as mine:
        if mine:
            _sweep(stop.is_set)
            if db.is_postgresql():
                jobs.ring_due()
    return 0


def _sweep(stop: Callable[[], bool]) -> int:
    done = 0
    for name, call in (("leases", jobs.reclaim), ("mail leases", notices.reclaim), *sweeps):
        if stop():
            break
        try:
            done += call()
        except Exception:
            log.exception("sweep failed", sweep=name)
        finally:
            db.end_read()
    return done


@contextmanager
def _alone() -> Iterator[bool]:
    """Tell whether this worker is the one that sweeps; the lock goes with its connection, however that ends."""
    if not db.is_postgresql():
        yield True
        return
    with db.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _SWEEP_LOCK}))
        try:
            yield mine
        finally:
            if mine:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _SWEEP_LOCK})


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
