"""The inbox at 1,000, 10,000 and 100,000 open tasks: one page with its counts, as the page reads it."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter

from sqlalchemy import insert

from service import clock, trail
from service.actor import machine
from service.db import db, table_of, transaction
from service.processes import inbox
from service.processes.deployments import current_deployment
from service.processes.models import Activity, ProcessInstance
from service.processes.queues import queue_of
from tests.bench.ground import GROUP, percentiles, reviewer

SIZES = (1_000, 10_000, 100_000)


def fill(upto: int, already: int) -> None:
    """Bring the number of open tasks to `upto`, by rows: the inbox reads only rows."""
    deployment, now = current_deployment("bench"), clock.now()
    with transaction() as s:
        queue = queue_of([GROUP])
        for first in range(already, upto, 5_000):
            many = range(first, min(first + 5_000, upto))
            ids = list(
                s.execute(
                    insert(table_of(ProcessInstance)).returning(ProcessInstance.id),
                    [
                        {
                            "deployment_id": deployment, "version": 1, "status": "running", "holds": 0, "queued": 0,
                            "roles": {}, "excluded": [], "title": f"Hồ sơ {n}", "about": "Đơn vị", "search": f"ho so {n}",
                            "started_at": now, "state": b"",
                        }
                        for n in many
                    ],
                ).scalars()
            )
            s.execute(
                insert(table_of(Activity)),
                [
                    {
                        "instance_id": i, "deployment_id": deployment, "kind": "user", "element": "review_1",
                        "occurrence": 1, "state": "open", "version": 1, "queue_id": queue, "opened_at": now,
                        "due_at": now + timedelta(hours=n % 900), "sort_at": now + timedelta(hours=n % 900),
                        "reminded": 0, "drafted": False,
                    }
                    for n, i in zip(many, ids, strict=True)
                ],
            )
        trail.record("demo:loaded", by=machine("cli"), stream="system", body={"count": upto - already})


def read_pages(times: int = 60) -> list[float]:
    """Seconds of one first page with counts, read again and again."""
    by, took = reviewer(1), []
    for _ in range(times):
        t = perf_counter()
        inbox.read_inbox(by, "group")
        took.append(perf_counter() - t)
    return took


def run_inbox(label: str) -> dict[str, float]:
    """p50 and p95 of the inbox at each size, and the ratio of the largest to the smallest."""
    found: dict[str, float] = {}
    already = 0
    for size in SIZES:
        fill(size, already)
        already = size
        # On a connection of its own: what a read finds out is taken back with it.
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        read_pages(5)
        p50, p95 = percentiles(read_pages())
        found |= {f"inbox.{label}.{size}.p50_ms": p50, f"inbox.{label}.{size}.p95_ms": p95}
    found[f"inbox.{label}.ratio_100k_1k"] = (
        found[f"inbox.{label}.100000.p50_ms"] / found[f"inbox.{label}.1000.p50_ms"]
    )
    return found
