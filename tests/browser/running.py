"""A whole installation at work for the browser tests: an office of the demo, a server process, a worker process."""

from __future__ import annotations

import json
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.ready import begin

_READY_SECONDS = 240


@contextmanager
def installation(var: Path) -> Iterator[str]:
    """Run service and worker on a folder; gives the address. Both end with the block."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = int(s.getsockname()[1])
    env = os.environ | {
        "VINHDANH_VAR": str(var),
        "VINHDANH_DEMO": "1",
        "VINHDANH_TESTING": "1",
        "PORT": str(port),
    }
    for name in ("SMTP_URL", "VINHDANH_DATABASE_URL", "VINHDANH_BASE_URL"):
        env.pop(name, None)
    running = [begin("service.cli:main", name, env=env, log=var / f"{name}.log") for name in ("serve", "worker")]
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url)
        yield url
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def _wait_until_ready(url: str) -> None:
    end = time.monotonic() + _READY_SECONDS
    while True:
        try:
            with urlopen(f"{url}/healthz", timeout=2) as answer:
                if json.load(answer)["worker"]:
                    return
        except OSError:
            pass
        if time.monotonic() > end:
            raise RuntimeError("service and worker did not start; see serve.log and worker.log")
        time.sleep(0.1)


def copy_of(template: Path, var: Path) -> Path:
    """A folder of one test's own, furnished like the template."""
    shutil.copytree(template, var, ignore=shutil.ignore_patterns("*.log"))
    return var
