"""A whole installation at work for the browser tests: an office of the demo, a server process, a worker process."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

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
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    for name in ("SMTP_URL", "VINHDANH_DATABASE_URL", "VINHDANH_BASE_URL"):
        env.pop(name, None)
    command = [sys.executable, "-c", "from service.cli import main; main()"]
    said = [(var / f"{name}.log").open("wb") for name in ("serve", "worker")]
    running = [
        subprocess.Popen([*command, name], env=env, stdout=log, stderr=log)
        for name, log in zip(("serve", "worker"), said, strict=True)
    ]
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url)
        yield url
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)
        for log in said:
            log.close()


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
