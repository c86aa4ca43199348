"""The bell on PostgreSQL: Procrastinate tells every worker on every machine, at once, that there is work.

The table `job` is the truth, here as on SQLite. A ring is a Procrastinate job without content: whoever takes it claims
rows from the table until none is due. One ring at most waits at a time (its queueing lock), so a burst of commits
costs a few rings, and a lost ring costs the time to the next sweep, never a job. Knows nothing of handlers.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import procrastinate
import psycopg
import structlog
from flask import Flask, current_app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status
from sqlalchemy import Connection

from service import db

SCHEMA = "procrastinate"
"""Procrastinate's tables and functions lie in a schema of their own."""
QUEUE = "jobs"
RING = "jobs.drain"
STALLED_SECONDS = 30.0
RINGER = "bell"
"""Name of a thread that is about to ring, or rings."""
_GATHER_SECONDS = 0.03
_MEND_SECONDS = 10.0
_LOOK_SECONDS = 0.1
_SEARCH_PATH = f"-c search_path={SCHEMA}"
_WAITS = f"SELECT 1 FROM {SCHEMA}.procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo'"

log = structlog.get_logger(__name__)


def install(connection: Connection) -> None:
    """Make Procrastinate's schema in the open transaction of an empty database."""
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    driver.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    driver.execute(f"SET LOCAL search_path TO {SCHEMA}")
    # Without parameters psycopg sends the whole script at once, percent signs and all.
    driver.execute(procrastinate.schema.SchemaManager.get_schema())
    driver.execute("SET LOCAL search_path TO DEFAULT")


def ring_after_commit() -> None:
    """Ring once the open transaction stands, off the caller's way; rings close together become one.

    Does nothing on SQLite, where the worker looks by itself.
    """
    info = db.session().info
    if info.get("ring") or not db.is_postgresql():
        return
    info["ring"] = True
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    db.after_commit(lambda: _ring_soon(app))


def ring() -> bool:
    """Ring now; tells whether that was new (False: a ring waits already).

    On a connection and with a commit of its own, after the act's: a bell that cannot be rung takes no act back.
    """
    engine = db.db.engine
    pool, raw = engine.pool, engine.raw_connection()
    driver: psycopg.Connection[Any] = raw.driver_connection  # type: ignore[assignment]
    try:
        waits = driver.execute(_WAITS, [RING]).fetchone() is not None
        if not waits:
            # A ring that is lost with the server's power is rung again by the sweep: it need not wait for the disk.
            driver.execute("SET LOCAL synchronous_commit TO off")
            driver.execute(f"SET LOCAL search_path TO {SCHEMA}")
            _ringer().configure_task(RING, connection=driver).defer()
        driver.commit()  # also after a look alone: a rollback would lose what the driver has prepared
        return not waits
    except AlreadyEnqueued:
        return False
    finally:
        driver.rollback()
        if engine.pool is pool:
            raw.close()
        else:
            raw.invalidate()  # the service closed down meanwhile: nobody will close what goes back to the old pool


@cache
def _ringer() -> procrastinate.App:
    return _procrastinate("", lambda: None)


def _ring_soon(app: Flask) -> None:
    state = app.extensions.setdefault("bell", {"lock": threading.Lock(), "waiting": False})
    with state["lock"]:
        if state["waiting"]:
            return
        state["waiting"] = True
    with app.app_context():
        pool = db.db.engine.pool
    timer = threading.Timer(_GATHER_SECONDS, _ring_quietly, [app, state, pool])
    timer.daemon, timer.name = True, RINGER
    timer.start()


def _ring_quietly(app: Flask, state: dict[str, Any], pool: object) -> None:
    with state["lock"]:
        state["waiting"] = False
    try:
        with app.app_context():
            if db.db.engine.pool is pool:  # else the service is closing down
                ring()
    except Exception as error:  # whatever it is: the sweep rings again
        log.warning("bell not rung", exc_info=error)


def _procrastinate(address: str, work: Callable[[], None]) -> procrastinate.App:
    connector = procrastinate.PsycopgConnector(
        conninfo=address, kwargs={"options": _SEARCH_PATH}, min_size=1, max_size=3
    )
    bell = procrastinate.App(connector=connector)
    bell.task(name=RING, queue=QUEUE, queueing_lock=RING)(work)
    return bell


def listen(work: Callable[[], None], *, stop: threading.Event, slots: int) -> None:
    """Run `work` at every ring, in up to `slots` threads, until `stop` is set; then wait for what is under way.

    Gives rings back that a dead worker had taken. Raises psycopg's or Procrastinate's error when the database goes.
    """
    address = db.db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    asyncio.run(_listen(_procrastinate(address, work), stop, slots))


async def _listen(bell: procrastinate.App, stop: threading.Event, slots: int) -> None:
    async with bell.open_async():
        worker = asyncio.create_task(
            bell.run_worker_async(
                queues=[QUEUE],
                concurrency=slots,
                delete_jobs="always",
                install_signal_handlers=False,
                stalled_worker_timeout=STALLED_SECONDS,
            )
        )
        watch = asyncio.create_task(_until(stop))
        mend = asyncio.create_task(_mend(bell))
        await asyncio.wait({worker, watch, mend}, return_when=asyncio.FIRST_COMPLETED)
        for task in (watch, mend, worker):
            task.cancel()  # Procrastinate finishes first what is under way
        for result in await asyncio.gather(worker, watch, mend, return_exceptions=True):
            if isinstance(result, Exception):
                raise result


async def _until(stop: threading.Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(_LOOK_SECONDS)


async def _mend(bell: procrastinate.App) -> None:
    """Take rings away from workers that died with them; the sweep rings anew while there is work."""
    while True:
        await asyncio.sleep(_MEND_SECONDS)
        for job in await bell.job_manager.get_stalled_jobs(
            queue=QUEUE, seconds_since_heartbeat=STALLED_SECONDS
        ):
            await bell.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
