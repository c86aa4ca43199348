"""A worker in a process of its own, to be killed (`tests.ready`).

A job "write" leaves one effect and queues one mail in its transaction; each try is noted beforehand. The jobs "die_…" are
killed at their first try, before or after that transaction.
"""

from __future__ import annotations

import os
import signal
import time

import sqlalchemy as sa

from service import jobs, notices, worker
from service.app import create_app
from service.config import Settings
from service.db import db, transaction
from service.notices import Contact

TABLES = (
    "CREATE TABLE effect (n INTEGER PRIMARY KEY)",
    "CREATE TABLE try (n INTEGER NOT NULL)",
)


def write(job: jobs.Job) -> None:
    """Leave the effect of a job, once however often it is tried."""
    n = int(job.payload["n"])
    with db.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO try (n) VALUES (:n)"), {"n": n})
    time.sleep(0.005)
    with transaction():
        _tell(n)
    with db.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO effect (n) VALUES (:n) ON CONFLICT DO NOTHING"), {"n": n})


def _tell(n: int) -> None:
    notices.queue("assigned", to=[n + 1], key=f"effect:{n}", context={"task": f"Việc {n}", "title": "Thử"})


def _die_at_first(job: jobs.Job) -> None:
    if job.attempts == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def die_uncommitted(job: jobs.Job) -> None:
    """Be killed with the mail written and nothing committed."""
    with transaction() as s:
        _tell(int(job.payload["n"]))
        s.flush()
        _die_at_first(job)


def die_committed(job: jobs.Job) -> None:
    """Be killed with the mail committed and the job not yet done."""
    with transaction():
        _tell(int(job.payload["n"]))
    _die_at_first(job)


def slow(job: jobs.Job) -> None:
    """Take half a second."""
    time.sleep(0.5)
    write(job)


def work() -> None:
    """Be one worker until told to stop."""
    app = create_app(Settings())
    jobs.SWEEPS.clear()
    jobs.handler("write")(write)
    jobs.handler("slow")(slow)
    jobs.handler("die_uncommitted")(die_uncommitted)
    jobs.handler("die_committed")(die_committed)
    notices.register_contacts(
        lambda accounts: {a: Contact(f"Người {a}", f"p{a}@sonmai.example") for a in accounts}
    )
    worker.run(app)
