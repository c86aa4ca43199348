"""The service layer in one process: starts and completions a second, statements, commits, bytes."""

from __future__ import annotations

import os
from pathlib import Path
from time import perf_counter

from sqlalchemy import select, text

from service.actor import machine
from service.db import db, reading, session
from service.processes import instances, tasks
from service.processes.models import Activity
from tests.bench.ground import counted, percentiles, reviewer

TASKS = 8


def _open_task(instance: int) -> int:
    with reading() as s:
        return s.execute(
            select(Activity.id).where(Activity.instance_id == instance, Activity.state == "open")
        ).scalar_one()


def _answers(n: int) -> dict[str, str]:
    return {"decision": "approve", "comment": f"Đã xem hồ sơ số {n}, đủ điều kiện."}


def run_verbs(label: str, count: int = 60) -> dict[str, float]:
    """Start `count` instances and complete all their tasks; commits are the database's own."""
    by = [reviewer(n) for n in (1, 2)]
    starts, completions = [], []
    begin = perf_counter()
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
            task = _open_task(instance)
            t = perf_counter()
            tasks.complete_task(task, _answers(n * TASKS + step), by=by[step % 2])
            completions.append(perf_counter() - t)
    whole = perf_counter() - begin
    p50, p95 = percentiles(completions)
    s50, _ = percentiles(starts)
    return {
        f"service.{label}.per_s": len(completions) / sum(completions),
        f"service.{label}.p50_ms": p50,
        f"service.{label}.p95_ms": p95,
        f"service.{label}.starts_per_s": len(starts) / sum(starts),
        f"service.{label}.start_p50_ms": s50,
        f"service.{label}.seconds": whole,
    }


def count_one_completion() -> dict[str, float]:
    """Statements and commits of one completion in the middle of a process, counted at the verb."""
    instance = instances.start_instance("bench", {"decision": "none"}, by=machine("cli"))
    for n in range(3):
        tasks.complete_task(_open_task(instance), _answers(n), by=reviewer(1))
    task = _open_task(instance)
    with counted() as found:
        tasks.complete_task(task, _answers(9), by=reviewer(1))
    if os.environ.get("BENCH_SHOW"):
        print("\n".join(found.words))
    return {"completion.statements": found.statements, "completion.commits": found.commits}


def against_bare_commit(count: int = 200) -> dict[str, float]:
    """The same completion against a commit that writes one row, in turns, on the same database."""
    ids = [
        instances.start_instance("bench", {"decision": "none"}, by=machine("cli")) for _ in range(count // TASKS)
    ]
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS bench_bare (id INTEGER PRIMARY KEY, word TEXT)"))
    bare, whole, number = [], [], 0
    for step in range(TASKS):
        for instance in ids:
            task = _open_task(instance)
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
    return {"ratio.completion_bare_commit": p50 / b50, "bare_commit.p50_ms": b50}


def bytes_by_table(path: Path, finished: int) -> dict[str, float]:
    """Bytes a finished instance on SQLite by table, indexes included, mail and empty pages apart."""
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    names = dict(connection.execute("SELECT name, tbl_name FROM sqlite_master WHERE tbl_name IS NOT NULL"))
    try:
        sizes: dict[str, int] = {}
        for name, used in connection.execute("SELECT name, sum(pgsize - unused) FROM dbstat GROUP BY name"):
            table = names.get(name, name)
            sizes[table] = sizes.get(table, 0) + used
    except sqlite3.OperationalError:  # this SQLite was built without dbstat
        sizes = {"all": path.stat().st_size}
    finally:
        connection.close()
    return {t: b / finished for t, b in sorted(sizes.items(), key=lambda x: -x[1]) if b / finished > 20}
