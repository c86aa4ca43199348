"""Runs the web service under gunicorn, in one process with threads; the worker is a process of its own."""

from __future__ import annotations

import gc
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from service.studio import tryout

THREADS = 8


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with settings from here instead of its own command line."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app = app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand the settings over."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Give gunicorn the application."""
        return self._app


def serve(app: Flask, *, host: str, port: int) -> None:
    """Serve until SIGTERM. One process: live workflow objects are kept in its memory (decision 0003)."""
    tryout.clear(app.extensions["settings"])
    # The application stays as long as the process. When the collector walked over all of it, whoever asked just then
    # waited 190 ms instead of 4; and in the child the walk copies the memory that it shares with its parent.
    gc.collect()
    gc.freeze()
    Server(
        app,
        {
            "bind": f"{host}:{port}",
            "workers": 1,
            "threads": THREADS,
            "worker_class": "gthread",
            "accesslog": None,
            "graceful_timeout": 20,
            "timeout": 120,
            "keepalive": 5,
            "limit_request_field_size": 16380,
            "control_socket_disable": True,  # it would lie in the home folder, the same for every installation of a person
        },
    ).run()
