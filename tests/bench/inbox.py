"""The inbox at 1,000, 10,000 and 100,000 open tasks: the whole page as a browser gets it, and what of it is the read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import perf_counter

from flask import Flask
from sqlalchemy import insert

from service import clock, people, trail
from service.actor import machine
from service.db import db, table_of, transaction
from service.processes import inbox
from service.processes.enactments import current_deployment
from service.processes.models import Activity, ProcessInstance
from service.processes.queues import queue_of
from tests.bench.ground import GROUP, percentiles
from tests.bench.lists import browser_cookie

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
                        "reminded": 0, "drafted": False, "process": "bench",
                    }
                    for n, i in zip(many, ids, strict=True)
                ],
            )
        trail.record("demo:loaded", by=machine("cli"), stream="system", body={"count": upto - already})


def _timed(act: Callable[[], object], times: int = 60) -> tuple[float, float]:
    took = []
    for n in range(times + 5):
        t = perf_counter()
        act()
        if n >= 5:
            took.append(perf_counter() - t)
    return percentiles(took)


def run_inbox(label: str, app: Flask) -> dict[str, float]:
    """p50 and p95 of the inbox page at each size, through the WSGI app, and the ratio of the largest to the smallest."""
    _, code = people.create_account("reviewer", "Lê Ban Mai", groups=[GROUP], by=machine("cli"))
    token, by = people.redeem_code("reviewer", code, "mật-khẩu-đo-tốc-độ-01", door="web")
    client = app.test_client()
    name, _, value = browser_cookie(app, token).partition("=")
    client.set_cookie(name, value)

    def show() -> None:
        answer = client.get("/inbox?tab=group")
        assert answer.status_code == 200 and "Duyệt bước 1" in answer.text

    found: dict[str, float] = {}
    already = 0
    for size in SIZES:
        fill(size, already)
        already = size
        # On a connection of its own: what a read finds out is taken back with it.
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        for word, act in (("", show), ("read_", lambda: inbox.read_inbox(by, "group"))):
            p50, p95 = _timed(act)
            found |= {f"inbox.{label}.{size}.{word}p50_ms": p50, f"inbox.{label}.{size}.{word}p95_ms": p95}
    for word in ("", "read_"):
        found[f"inbox.{label}.{word}ratio_100k_1k"] = (
            found[f"inbox.{label}.100000.{word}p50_ms"] / found[f"inbox.{label}.1000.{word}p50_ms"]
        )
    return found
