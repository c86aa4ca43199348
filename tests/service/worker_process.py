"""A worker in a process of its own, to be killed (`tests.ready`).

A job "write" leaves one effect and queues one mail in its transaction; each try is noted beforehand.
"""

from __future__ import annotations

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
        notices.queue(
            "assigned", to=[n + 1], key=f"effect:{n}", context={"task": f"Việc {n}", "title": "Thử"}
        )
    with db.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO effect (n) VALUES (:n) ON CONFLICT DO NOTHING"), {"n": n})


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
    notices.register_contacts(
        lambda accounts: {a: Contact(f"Người {a}", f"p{a}@sonmai.example") for a in accounts}
    )
    worker.run(app)
