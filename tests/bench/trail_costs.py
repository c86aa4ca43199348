"""What the trail costs, and how fast it proves: completions with it and without, beside a checkpoint, verifying, proofs."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from shutil import rmtree
from statistics import median
from time import perf_counter, process_time
from typing import Any

from service import trail
from service.actor import Actor, machine
from service.db import before_commit, db, transaction
from service.processes import instances, tasks
from service.trail import checkpoints, proving
from service.trail.seal import seal
from service.webhooks import events
from tests.bench.ground import reviewer, service
from tests.bench.trail_paging import fill
from tests.bench.verbs import TASKS, open_task

ENTRIES, FRESH, LONG = 100_000, 100_000, 1_000_000
CASE, APART = 66, 997
"""Entries of one nomination from its beginning to its end, and how far they lie apart in a busy trail."""


def run_trail_costs(label: str, var: Path, url: str) -> dict[str, float]:
    """Ratios of completions, entries verified a second of one core, seconds of a checkpoint, milliseconds of a proof."""
    start = "trail." if label == "sqlite" else f"trail.{label}."
    with service(var, url):
        found = {f"{start}completion_ratio": _with_and_without()}
        _write(ENTRIES)
        checkpoints.make_checkpoint()
        begin = process_time()
        verdict = trail.verify()
        assert verdict.ok, verdict
        found[f"{start}verified_per_s"] = verdict.count / (process_time() - begin)
        _write(FRESH)
        begin = perf_counter()
        checkpoints.make_checkpoint()
        found[f"{start}checkpoint100k_seconds"] = perf_counter() - begin
        found[f"{start}beside_checkpoint_ratio"] = _beside_checkpoints()
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE trail_node")
            connection.exec_driver_sql("DROP TABLE trail_checkpoint")
            for table in ("trail_node", "trail_checkpoint"):
                db.metadata.tables[table].create(connection)
        rmtree(var / "trail")  # the last text beside the database would be missed in it
        fill(LONG)
        begin = perf_counter()
        checkpoints.make_checkpoint()
        found[f"{start}tree1m_seconds"] = perf_counter() - begin
        proofs = []
        for n in range(40):
            begin = perf_counter()
            proving.prove(sorted({1 + ((LONG - 1) * n // 40 + k * APART) % LONG for k in range(CASE)}))
            proofs.append((perf_counter() - begin) * 1e3)
        return found | {f"{start}proof1m_ms": median(proofs), f"{start}proof1m_max_ms": max(proofs)}


def _complete(count: int, number: int) -> list[float]:
    """Seconds of each completion of fresh instances."""
    took = []
    ids = [instances.start_instance("bench", {"decision": "none"}, by=machine("cli")) for _ in range(count)]
    for step in range(TASKS):
        for instance in ids:
            task = open_task(instance)
            begin = perf_counter()
            tasks.complete_task(task, {"decision": "approve", "comment": f"Đã xem {number}, {step}."}, by=reviewer(1 + step % 2))
            took.append(perf_counter() - begin)
    return took


def _with_and_without(rounds: int = 20) -> float:
    """Median of a completion with the whole trail over one that takes nothing down, in turns of one completion, in any order."""
    _complete(4, 0)
    chance, on, off = random.Random(7), list[float](), list[float]()
    for n in range(rounds):
        pairs = [[instances.start_instance("bench", {"decision": "none"}, by=machine("cli")) for _ in range(2)] for _ in range(4)]
        for step in range(TASKS):
            for with_, without in pairs:
                turns = [(with_, on, nullcontext), (without, off, _without)]
                chance.shuffle(turns)
                for instance, took, how in turns:
                    task = open_task(instance)
                    with how():
                        begin = perf_counter()
                        tasks.complete_task(task, {"decision": "approve", "comment": f"Đã xem {n}, {step}."}, by=reviewer(1 + step % 2))
                        took.append(perf_counter() - begin)
    return median(on) / median(off)


@contextmanager
def _without() -> Iterator[None]:
    """Nothing is taken down and nothing sealed, for this measurement only; whether a webhook wants to know is looked up all the same."""
    taking_down: Any = sys.modules["service.trail.record"]  # the package's word of that name is the verb in it
    pend = taking_down.pend
    place = before_commit.index(seal)
    before_commit[place] = lambda session, written: events.subscribed(session)
    taking_down.pend = lambda *_, **__: None
    try:
        yield
    finally:
        taking_down.pend = pend
        before_commit[place] = seal


def _beside_checkpoints(rounds: int = 6) -> float:
    """Median of a completion while checkpoints are made in a thread beside, one after the other, over one without, in turns."""
    from flask import current_app

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    alone: list[float] = []
    beside: list[float] = []
    for n in range(rounds):
        alone += _complete(4, n)
        stop = threading.Event()

        def sign(stop: threading.Event = stop) -> None:
            with app.app_context():
                while not stop.is_set():
                    checkpoints.make_checkpoint()
                    stop.wait(1.0)
                db.session.remove()

        signing = threading.Thread(target=sign)
        signing.start()
        beside += _complete(4, n)
        stop.set()
        signing.join()
    return median(beside) / median(alone)


def _write(count: int) -> None:
    by = Actor(account=5, login="vhxh", name="Lê Ban Mai")
    for start in range(0, count, 500):
        with transaction():
            for n in range(start, min(count, start + 500)):
                trail.record(
                    "task:completed", by=by, stream=f"instance:{100_000 + n % 4_000}",
                    body={"el": "check_dossier", "decision": "accept", "digest": "a" * 64}, deployment=1,
                    reason="Đủ thành phần hồ sơ theo quy định." if n % 3 == 0 else None,
                )
