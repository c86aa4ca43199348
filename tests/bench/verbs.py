"""The service layer in one process: starts and completions a second, statements, commits, bytes."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from time import perf_counter

from flask import Flask
from sqlalchemy import select, text

from service.actor import machine
from service.db import db, reading, session
from service.processes import instances, tasks
from service.processes.models import Activity
from service.worker import drain
from tests.bench.ground import counted, percentiles, reviewer

TASKS = 8


def open_task(instance: int) -> int:
    """The open task of an instance that has one."""
    with reading() as s:
        return s.execute(
            select(Activity.id).where(Activity.instance_id == instance, Activity.state == "open")
        ).scalar_one()


def _answers(n: int) -> dict[str, str]:
    return {"decision": "approve", "comment": f"Đã xem hồ sơ số {n}, đủ điều kiện."}


def run_cases(count: int) -> tuple[list[float], list[float]]:
    """Start instances and complete all their tasks; seconds of each start and of each completion."""
    by = [reviewer(n) for n in (1, 2)]
    starts, completions = [], []
    ids = []
    for n in range(count):
        t = perf_counter()
        ids.append(
            instances.start_instance("bench", {"decision": "none"}, by=machine("cli"), title=f"Hồ sơ {n}",
                                     search=f"ho so {n}")
        )
        starts.append(perf_counter() - t)
    for step in range(TASKS):
        for n, instance in enumerate(ids):
            task = open_task(instance)
            t = perf_counter()
            tasks.complete_task(task, _answers(n * TASKS + step), by=by[step % 2])
            completions.append(perf_counter() - t)
    return starts, completions


def run_verbs(label: str, count: int = 60) -> dict[str, float]:
    """Starts and completions by the verbs in one process; commits are the database's own."""
    run_cases(4)  # warms caches up, as a running service has them
    begin = perf_counter()
    starts, completions = run_cases(count)
    whole = perf_counter() - begin
    p50, p95 = percentiles(completions)
    s50, s95 = percentiles(starts)
    return {
        f"service.{label}.per_s": len(completions) / sum(completions),
        f"service.{label}.p50_ms": p50,
        f"service.{label}.p95_ms": p95,
        f"service.{label}.starts_per_s": len(starts) / sum(starts),
        f"service.{label}.start_p50_ms": s50,
        f"service.{label}.start_p95_ms": s95,
        f"service.{label}.seconds": whole,
    }


def count_one_completion(start: str = "completion.") -> dict[str, float]:
    """Statements and commits of one completion in the middle of a process, counted at the verb."""
    instance = instances.start_instance("bench", {"decision": "none"}, by=machine("cli"))
    for n in range(3):
        tasks.complete_task(open_task(instance), _answers(n), by=reviewer(1))
    task = open_task(instance)
    with counted() as found:
        tasks.complete_task(task, _answers(9), by=reviewer(1))
    if os.environ.get("BENCH_SHOW"):
        print("\n".join(found.words))
    return {f"{start}statements": found.statements, f"{start}commits": found.commits}


def against_bare_commit(end: str = "", count: int = 200) -> dict[str, float]:
    """The same completion against a commit that writes one row, in turns, on the same database."""
    ids = [
        instances.start_instance("bench", {"decision": "none"}, by=machine("cli")) for _ in range(count // TASKS)
    ]
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS bench_bare (id INTEGER PRIMARY KEY, word TEXT)"))
    bare, whole, number = [], [], 0
    for step in range(TASKS):
        for instance in ids:
            task = open_task(instance)
            t = perf_counter()
            tasks.complete_task(task, _answers(number), by=reviewer(1))
            whole.append(perf_counter() - t)
            number += 1
            session().rollback()
            t = perf_counter()
            with db.engine.connect().execution_options(writes=True) as connection:
                connection.execute(
                    text("INSERT INTO bench_bare VALUES (:i, :w)"), {"i": number, "w": f"chữ {step} {number}"}
                )
                connection.commit()
            bare.append(perf_counter() - t)
    p50, _ = percentiles(whole)
    b50, _ = percentiles(bare)
    return {f"ratio.completion_bare_commit{end}": p50 / b50, f"bare_commit{end}.p50_ms": b50}


APART = {"mail": "the issue says: mail apart", "bench_bare": "the bench's own"}
"""Tables whose growth is not the finished instance's, each with its reason."""


def bytes_of_finished(app: Flask, path: Path, before: int = 100, count: int = 400) -> dict[str, float]:
    """Bytes a finished instance on SQLite by table, indexes included: what the whole pages in use grow by.

    Between two weighings `count` instances begin and end, and the worker does what they asked for. Each table counts
    that grows, mail apart; pages that were emptied and wait for their next use stand beside, as `free`.
    """
    run_cases(before)
    first, free = _weigh(app, path)
    run_cases(count)
    then, more = _weigh(app, path)
    grown = {table: (size - first.get(table, 0)) / count for table, size in then.items() if table not in APART}
    found = {f"bytes.sqlite.{table}": size for table, size in sorted(grown.items(), key=lambda x: -x[1]) if size}
    return found | {
        "bytes.finished.sqlite": sum(grown.values()),
        "bytes.sqlite.free": (more - free) / count,
    }


def _weigh(app: Flask, path: Path) -> tuple[dict[str, int], int]:
    """Bytes of the pages of each table with its indexes, and of the free ones, once the worker has nothing left to do."""
    drain(app)
    db.session.remove()
    db.engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page, free = (connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_size", "freelist_count"))
        names = dict(connection.execute("SELECT name, tbl_name FROM sqlite_master"))
        sizes: dict[str, int] = {}
        for name, used in connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"):
            table = names.get(name, name)
            sizes[table] = sizes.get(table, 0) + used
        assert sum(sizes.values()) + free * page == path.stat().st_size, "every page is somebody's"
    return sizes, free * page
