"""Runs a replay in a process of its own, of low priority, so that pages go on as quickly meanwhile (decision 0020).

It opens the database by itself, and ends with the service: the service holds the other end of a pipe that carries nothing.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from flask import Flask

from service import logs
from service.config import Settings
from service.db import db
from service.studio import replay_work

MakeApp = Callable[[Settings], Flask]
_NICE = 15
_PARENT = get_context("forkserver")
_running: dict[tuple[str, int], tuple[BaseProcess, Connection]] = {}
"""Database and run → its process and our end of the pipe."""


def start(run: int, settings: Settings, make_app: MakeApp) -> None:
    """Begin a run in a process of its own."""
    for key, (process, pipe) in list(_running.items()):
        if not process.is_alive():
            pipe.close()
            process.join()
            process.close()
            del _running[key]
    ours, theirs = _PARENT.Pipe()
    process = _PARENT.Process(target=_serve, args=(theirs, run, settings, make_app), name=f"replay:{run}", daemon=True)
    process.start()
    theirs.close()
    _running[settings.database, run] = process, ours


def wait(run: int, settings: Settings) -> None:
    """Wait until the process of a run has ended."""
    process, pipe = _running.pop((settings.database, run))
    process.join()
    process.close()
    pipe.close()


def _serve(pipe: Connection, run: int, settings: Settings, make_app: MakeApp) -> None:
    logs.configure()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # sent to the whole group where a person stops the service; the pipe ends this
    threading.Thread(target=_end_with_service, args=(pipe,), daemon=True).start()
    app = make_app(settings)
    os.nice(_NICE)  # only now: on a busy machine a beginner of low priority would be called stopped before it moved at all
    with app.app_context():
        try:
            replay_work.work(run)
        finally:
            db.session.remove()
            db.engine.dispose()


def _end_with_service(pipe: Connection) -> None:
    try:
        pipe.recv()
    except (EOFError, OSError):
        os._exit(0)
