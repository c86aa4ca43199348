"""Completions over HTTP against a real server process, from clients in processes of their own."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from sqlalchemy import select

from service import people
from service.actor import machine
from service.db import db, reading
from service.processes import instances
from service.processes.models import Activity
from tests.bench.ground import GROUP, percentiles, service

PASSWORD = "mật-khẩu-đo-tốc-độ-01"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def server(var: Path, url: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A server process; gives its port and the process."""
    port = free_port()
    env = os.environ | {
        "VINHDANH_VAR": str(var),
        "VINHDANH_DATABASE_URL": url,
        "VINHDANH_TESTING": "1",
        "PORT": str(port),
        "PYTHONPATH": str(Path.cwd()),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", "from service.cli import main; main()", "serve"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


def prepare(clients: int) -> list[str]:
    """Accounts with a bearer token each."""
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


def client(port: int, token: str, tasks: list[int], number: int) -> list[float]:
    """Complete tasks one after the other over one kept connection; seconds of each."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    took = []
    for n, task in enumerate(tasks):
        body = json.dumps(
            {"answers": {"decision": "approve", "comment": f"Đã xem hồ sơ {number}-{n}, đủ điều kiện."}, "version": 1}
        )
        t = perf_counter()
        connection.request("POST", f"/api/v1/tasks/{task}/complete", body, headers)
        answer = connection.getresponse()
        answer.read()
        took.append(perf_counter() - t)
        if answer.status != 200:
            raise RuntimeError(f"completion was refused with {answer.status}")
    connection.close()
    return took


def memory_mb(process: subprocess.Popen[bytes]) -> float:
    """Resident memory of the server."""
    for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            total = int(line.split()[1]) / 1024
            break
    else:
        total = 0.0
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        rollup = Path(f"/proc/{child}/smaps_rollup").read_text()
        total += next(int(x.split()[1]) for x in rollup.splitlines() if x.startswith("Rss:")) / 1024
    return total


def run_http(label: str, var: Path, url: str, each: int = 200) -> dict[str, float]:
    """Completions with 1 and with 4 clients; resident memory afterwards."""
    with service(var, url):
        tokens = prepare(4)
        first, then = start_cases(each + 20), start_cases(each * 2)
        db.engine.dispose()
    found: dict[str, float] = {}
    with server(var, url) as (port, process), get_context("spawn").Pool(4) as pool:
        pool.starmap(client, [(port, tokens[0], first[:20], 9)])  # warms caches up, as a running service has them
        took = pool.starmap(client, [(port, tokens[0], first[20:], 0)])[0]
        p50, p95 = percentiles(took)
        found |= {
            f"http1.{label}.per_s": len(took) / sum(took),
            f"http1.{label}.p50_ms": p50,
            f"http1.{label}.p95_ms": p95,
        }
        parts = [then[n::4] for n in range(4)]
        begin = perf_counter()
        all_took = pool.starmap(client, [(port, tokens[n], parts[n], n + 1) for n in range(4)])
        whole = perf_counter() - begin
        p50, p95 = percentiles([t for some in all_took for t in some])
        found |= {
            f"http4.{label}.per_s": len(then) / whole,
            f"http4.{label}.p50_ms": p50,
            f"http4.{label}.p95_ms": p95,
            "memory.server_mb" if label == "sqlite" else f"memory.server_{label}_mb": memory_mb(process),
        }
    return found
