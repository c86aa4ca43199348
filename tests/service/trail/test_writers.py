"""Many writers, failing ones among them, and a killed one leave neither a gap nor a change without its entry."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from service import trail
from service.actor import machine
from service.config import Settings
from service.db import db, session, transaction
from service.trail.models import EVENT

WRITERS = 16
ACTS = 12


def test_sixteen_writers_with_rollbacks_leave_no_gap(app: Flask) -> None:
    def write(number: int) -> int:
        chance = random.Random(number)
        stood = 0
        for act in range(ACTS):
            with app.app_context():
                try:
                    with transaction():
                        for _ in range(chance.randint(1, 3)):
                            trail.record(
                                "hold:lifted",
                                by=machine("worker"),
                                stream=f"instance:{chance.randint(1, 4)}",
                                reason=f"lần {act}",
                            )
                        session().execute(sa.text("SELECT 1"))
                        if chance.random() < 0.4:
                            raise ArithmeticError
                    stood += 1
                except ArithmeticError:
                    pass
                finally:
                    db.session.remove()
        return stood

    with ThreadPoolExecutor(WRITERS) as pool:
        stood = sum(pool.map(write, range(WRITERS)))
    assert 0 < stood < WRITERS * ACTS
    verdict = trail.verify()
    assert verdict.ok, verdict
    assert verdict.count > stood
    with db.engine.connect() as connection:
        last, rows = connection.execute(sa.select(sa.func.max(EVENT.c.gseq), sa.func.count())).one()
    assert last == rows == verdict.count


CHILD = """
import sys
from pathlib import Path
import sqlalchemy as sa
from service import trail
from service.actor import machine
from service.app import create_app
from service.config import Settings
from service.db import session, transaction

app = create_app(Settings(var=Path(sys.argv[1]), database_url=sys.argv[2], testing=True))
with app.app_context():
    print("ready", flush=True)
    while True:
        with transaction():
            session().execute(sa.text("UPDATE purse SET dong = dong + 1"))
            trail.record("award:paid", by=machine("worker"), stream="list:1", reason="chi")
"""


@pytest.mark.long
def test_killed_writer_leaves_change_and_entry_together(app: Flask, settings: Settings) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE purse (dong integer)")
        connection.exec_driver_sql("INSERT INTO purse (dong) VALUES (0)")
    for delay in (0.07, 0.2):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(settings.var), settings.database],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=10)
        child.stdout.close()
    verdict = trail.verify()
    assert verdict.ok, verdict
    deadline = time.monotonic() + 5
    while True:  # PostgreSQL notices a killed client a moment later
        with db.engine.connect() as connection:
            paid = connection.exec_driver_sql("SELECT dong FROM purse").scalar()
        if paid == trail.verify().count or time.monotonic() > deadline:
            break
    assert paid == trail.verify().count > 0


def test_change_and_entry_fail_together(app: Flask) -> None:
    """An entry that cannot be written takes the change back with it."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE purse (dong integer)")
        connection.exec_driver_sql("INSERT INTO purse (dong) VALUES (0)")

    def pay() -> None:
        with transaction():
            session().execute(sa.text("UPDATE purse SET dong = dong + 1"))
            trail.record("award:paid", by=machine("worker"), stream="list:1")

    pay()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE trail_event RENAME TO trail_gone")
    with pytest.raises(sa.exc.DBAPIError):
        pay()
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT dong FROM purse").scalar() == 1
