"""Processes of the service that begin with everything imported: forked, as often as wished, from one that waits for orders.

To import the service takes four seconds, and each installation at work has two processes. Theirs are real ones, with an
environment, a command line and a log of their own, that can be asked to stop and killed; only the imports they share.
Nothing is open when the waiting one forks: no connection, no thread, no application. `python -m tests.ready` is that one.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from service.config import ROOT

_STOP_SECONDS = 30


class Process:
    """One process that was begun."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def terminate(self) -> None:
        """Ask it to stop; it may have ended."""
        _order(what="signal", pid=self.pid, signal=int(signal.SIGTERM))

    def wait(self, seconds: float = _STOP_SECONDS) -> int:
        """Wait for its end; gives how it ended, as subprocess does. TimeoutError where it has not ended by then."""
        end = time.monotonic() + seconds
        while (code := _order(what="ended", pid=self.pid)) is None:
            if time.monotonic() > end:
                raise TimeoutError(f"process {self.pid} did not end")
            time.sleep(0.02)
        return int(code)


def begin(function: str, *words: str, env: Mapping[str, str], log: Path) -> Process:
    """Run a function (`module:name`) in a process of its own that has these words for a command line; it writes into the log."""
    return Process(int(_order(what="begin", function=function, words=words, env=dict(env), log=str(log))))


def _order(**order: Any) -> Any:
    with _ordering:
        orders, answers = _waiting()
        orders.write(json.dumps(order) + "\n")
        orders.flush()
        return json.loads(answers.readline())


_ordering = threading.Lock()


@cache
def _waiting() -> tuple[IO[str], IO[str]]:
    """The process that waits for orders, begun with the first; it ends with this one, and what it began with it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ready"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    assert process.stdin is not None and process.stdout is not None

    def end() -> None:
        with process:
            assert process.stdin is not None
            process.stdin.close()

    atexit.register(end)
    return process.stdin, process.stdout


def _wait_for_orders() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    ended: dict[int, int] = {}
    living: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if order["what"] == "begin":
            child = os.fork()
            if child == 0:
                answers.close()
                _be(order)
            living.add(child)
            answer: int | None = child
        else:
            with suppress(ChildProcessError):
                while (found := os.waitpid(-1, os.WNOHANG))[0]:
                    ended[found[0]] = os.waitstatus_to_exitcode(found[1])
                    living.discard(found[0])
            answer = ended.get(order["pid"])
            if order["what"] == "signal" and order["pid"] in living:
                os.kill(order["pid"], order["signal"])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    for child in living:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def _be(order: Mapping[str, Any]) -> None:
    """Be the process that was asked for; does not come back."""
    code: Any = 1
    try:
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(ours, theirs)
        os.environ.clear()
        os.environ.update(order["env"])
        sys.argv = [order["function"], *order["words"]]
        module, _, name = order["function"].partition(":")
        code = getattr(import_module(module), name)()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(ValueError, OSError):
                stream.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _prepare() -> None:
    """Import what the commands import, also on demand, and read what each installation would read alike."""
    from service import cli, install, server, worker
    from service.app import create_app
    from service.config import Settings
    from service.processes.deployments import _parsed
    from tests import conftest

    assert cli and server and worker and conftest
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(var=Path(folder), testing=True, demo=True, database_url="sqlite://"))
    for name in app.jinja_env.list_templates(filter_func=lambda name: name.startswith(("base", "forms/", "kit/", "pages/"))):
        app.jinja_env.get_template(name)
    for main, bundle in install.shipped_bundles().items():
        _parsed(tuple(sorted(bundle.items())), main)


if __name__ == "__main__":
    from tests import ready

    ready._prepare()
    gc.collect()
    gc.freeze()
    ready._wait_for_orders()
