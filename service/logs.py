"""How the service logs: one line an event on standard error, secrets masked by name, traces without the values of variables."""

from __future__ import annotations

import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

MASK = "•••"
_SECRET = re.compile(r"pass(word|phrase)|secret|token|cookie|authorization|^pin$|(^|_)codes?$", re.IGNORECASE)
"""Names of what is said of an event whose value is nobody's business; of refusals, `code` is no more than a word."""


def configure() -> None:
    """Set logging up for this process."""
    structlog.configure(processors=processors(), logger_factory=structlog.PrintLoggerFactory(sys.stderr))


def processors() -> list[Any]:
    """What an event goes through before it is printed."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.StackInfoRenderer(),
        structlog.dev.set_exc_info,
        mask_secrets,
        structlog.processors.TimeStamper(fmt="iso"),
        # Not the formatter that structlog takes by itself where it finds one: it prints the variables of each frame.
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback),
    ]


def mask_secrets(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put a mask in the place of passwords, tokens and codes, however deep they stand."""
    return {name: _masked(name, value) for name, value in event.items()}


def _masked(name: object, value: Any) -> Any:
    if isinstance(name, str) and _SECRET.search(name) and value:
        return MASK
    if isinstance(value, dict):
        return {inner: _masked(inner, said) for inner, said in value.items()}
    if isinstance(value, list | tuple):
        return [_masked("", said) for said in value]
    return value
