"""The service over HTTP: a server and a worker as they run in production, clients in processes of their own, and a
program that counts what it asks."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask
from sqlalchemy import select

from service import people
from service.actor import machine
from service.db import db, reading
from service.processes import deployments, enactments, instances
from service.processes.models import Activity
from tests.bench.ground import DAY, GROUP, ROUND, open_office, percentiles
from tests.bench.process import bench_bundle
from tests.journeys.office import Office

PASSWORD = "mật-khẩu-đo-tốc-độ-01"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def _process(command: str, var: Path, url: str, port: int, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("VINHDANH_")} | {
        "VINHDANH_VAR": str(var), "VINHDANH_DATABASE_URL": url, "VINHDANH_DEMO": "1", "PORT": str(port),
        "VINHDANH_RATE_ACCOUNT": "1000000", "VINHDANH_RATE_ADDRESS": "1000000", "VINHDANH_RATE_SIGN_IN": "1000000",
        "PYTHONPATH": str(Path.cwd()), **more,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", "from service.cli import main; main()", command],
        env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def server(var: Path, url: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """`vinhdanh serve` with its usual settings, limits and metrics on; gives its port and the process.

    Demo mode is on for the accounts and the clock; it takes nothing off a request.
    """
    port = free_port()
    with _process("serve", var, url, port) as process:
        for _ in range(600):
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield port, process


@contextmanager
def worker(var: Path, url: str, **more: str) -> Iterator[None]:
    """`vinhdanh worker` beside the server, with further settings."""
    with _process("worker", var, url, 0, **more):
        yield


class Wire:
    """A program on one kept connection that counts requests and acts of people, and the seconds until each answer.

    What it asks only to learn whether the worker has come so far is counted apart, as `polls`.
    """

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.tokens: dict[str, str] = {}
        self.requests = self.acts = self.list_acts = self.polls = 0
        self.used = perf_counter()
        self.took: list[float] = []

    def read(self, who: str, path: str) -> Any:
        """A GET, as a program needs it to know what to do."""
        self.requests += 1
        return self._send(who, "GET", path)

    def act(self, who: str, path: str, body: Any, *, on_list: bool = False) -> Any:
        """A POST: one act of a person."""
        self.requests += 1
        self.acts += 1
        self.list_acts += on_list
        return self._send(who, "POST", path, body)

    def until(self, who: str, path: str, ready: Callable[[Any], bool]) -> Any:
        """Ask until the worker has come so far."""
        end = time.monotonic() + 600
        while not ready(found := self._send(who, "GET", path)):
            self.polls += 1
            if time.monotonic() > end:
                raise RuntimeError(f"{path} does not come: {str(found)[:300]}")
            time.sleep(0.05)
        return found

    def _send(self, who: str, method: str, path: str, body: Any = None) -> Any:
        if who and who not in self.tokens:
            self.requests += 1
            said = {"username": who, "password": "vinhdanh"}
            self.tokens[who] = self._send("", "POST", "/session", said)["token"]
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if who:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        t = perf_counter()
        if t - self.used > 3:
            self.connection.close()  # the server lets go of a connection that was quiet for five seconds
        self.connection.request(
            method, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers
        )
        answer = self.connection.getresponse()
        said = json.loads(answer.read() or b"null")
        self.used = perf_counter()
        self.took.append(self.used - t)
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path} was refused with {answer.status}: {said}")
        return said


def prepare(clients: int) -> list[str]:
    """Officers with a bearer token each; the office may also nominate for a unit that files on paper."""
    tokens = []
    for n in range(clients):
        login = f"reviewer{n}"
        _, code = people.create_account(login, f"Người duyệt {n}", groups=[GROUP], by=machine("cli"))
        token, _ = people.redeem_code(login, code, PASSWORD, door="api")
        tokens.append(token)
    return tokens


def start_cases(count: int) -> list[int]:
    """Start instances and return their first tasks."""
    ids = [
        instances.start_instance("bench", {"decision": "none"}, by=machine("cli"), title=f"Hồ sơ {n}")
        for n in range(count)
    ]
    with reading() as s:
        return list(
            s.scalars(
                select(Activity.id).where(Activity.instance_id.in_(ids), Activity.state == "open").order_by(Activity.id)
            )
        )


def client(port: int, token: str, calls: list[tuple[str, dict[str, Any]]]) -> list[float]:
    """Make calls one after the other over one kept connection; seconds of each."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    took = []
    for path, said in calls:
        body = json.dumps(said)
        t = perf_counter()
        connection.request("POST", f"/api/v1{path}", body, headers)
        answer = connection.getresponse()
        answer.read()
        took.append(perf_counter() - t)
        if answer.status not in (200, 201):
            raise RuntimeError(f"{path} was refused with {answer.status}")
    connection.close()
    return took


def _completions(tasks: list[int], number: int) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            f"/tasks/{task}/complete",
            {"answers": {"decision": "approve", "comment": f"Đã xem hồ sơ {number}-{n}, đủ điều kiện."}, "version": 1},
        )
        for n, task in enumerate(tasks)
    ]


def _starts(units: list[str], count: int, number: int) -> list[tuple[str, dict[str, Any]]]:
    """What starts a case over HTTP is a nomination: recipient, line of the submission, scores, and its process."""
    return [
        (
            "/nominations",
            {
                "round": ROUND, "subject_group": "D", "award_form": "GK_XA",
                "recipient": {
                    "kind": "individual", "name": f"Người Thứ {number} {n}", "title": "Giáo viên",
                    "unit": units[n % len(units)],
                },
            },
        )
        for n in range(count)
    ]


def memory_mb(process: subprocess.Popen[bytes]) -> float:
    """Resident memory of the server and of its children."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    total = 0
    for pid in (process.pid, *children):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in rollup if line.startswith("Rss:"))
    return total / 1024


def _measure(
    word: str, label: str, pool: Pool, port: int, tokens: list[str], makes: Callable[[int], list[tuple[str, dict[str, Any]]]]
) -> dict[str, float]:
    """One client, then four: calls a second, p50 and p95; `makes` gives the calls of a client."""
    found: dict[str, float] = {}
    for clients in (1, 4):
        calls = [(port, tokens[n], makes(n + 10 * clients)) for n in range(clients)]
        begin = perf_counter()
        took = [t for some in pool.starmap(client, calls) for t in some]
        whole = perf_counter() - begin
        p50, p95 = percentiles(took)
        start = f"http{clients}.{label}.{word}"
        # Alone, what passes between two calls is the client's own; of four it is the service that is busy meanwhile.
        found[f"{start}per_s"] = len(took) / (sum(took) if clients == 1 else whole)
        found |= {f"{start}p50_ms": p50, f"{start}p95_ms": p95}
    return found


def run_http(label: str, var: Path, url: str, each: int = 200) -> dict[str, float]:
    """Completions and starts with 1 and with 4 clients; resident memory afterwards."""
    with open_office(var, url) as app:
        tokens, units, tasks = _ready(app, each)
    waiting = iter(tasks)

    def complete(number: int) -> list[tuple[str, dict[str, Any]]]:
        share = each if number < 40 else each // 2
        return _completions([next(waiting) for _ in range(share)], number)

    def start(number: int) -> list[tuple[str, dict[str, Any]]]:
        return _starts(units, each // 4, number)

    with server(var, url) as (port, process), get_context("spawn").Pool(4) as pool:
        # Warms caches up, as a running service has them.
        pool.starmap(client, [(port, tokens[0], _completions([next(waiting) for _ in range(20)], 9))])
        pool.starmap(client, [(port, tokens[0], _starts(units, 5, 9))])
        found = _measure("", label, pool, port, tokens, complete)
        found |= _measure("starts_", label, pool, port, tokens, start)
        found["memory.server_mb" if label == "sqlite" else f"memory.server_{label}_mb"] = memory_mb(process)
    return found


def _ready(app: Flask, each: int) -> tuple[list[str], list[str], list[int]]:
    """Tokens of four people who may complete and nominate, units, and waiting tasks."""
    office = Office(app, DAY)
    deployments.known_groups.add(GROUP)
    enactments.deploy_bundle(bench_bundle(group=GROUP), main="bench", by=machine("cli"))
    tokens = prepare(4)
    tasks = start_cases(each * 3 + 20)
    db.session.remove()
    return tokens, sorted(office.units)[:40], tasks
