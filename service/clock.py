"""The one clock of the service; in demo mode it can be moved on. Never asks the database's clock."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from workflows.calendar import ZONE

_offset = timedelta(0)
_file: Path | None = None
_read_at = 0.0
_REREAD_SECONDS = 0.2
_reading = threading.Lock()


def follow(file: Path | None) -> None:
    """Take the clock's offset from a file shared by service and worker (demo mode), or from nowhere."""
    global _file, _offset, _read_at
    _file, _offset, _read_at = file, timedelta(0), 0.0


def now() -> datetime:
    """The moment, aware, in UTC."""
    _refresh()
    return datetime.now(UTC) + _offset


def unmoved() -> datetime:
    """The moment by the machine's own clock, in UTC: for sessions and locks, which a moved demo clock leaves alone."""
    return datetime.now(UTC)


def today() -> date:
    """The day in Viet Nam."""
    return now().astimezone(ZONE).date()


def start_at(moment: datetime) -> None:
    """Set the clock, back too: only for a database that is still empty, before its demo or test begins."""
    _set(moment)


def move_to(moment: datetime) -> None:
    """Move the clock on for every process that follows the same file; the past is refused with ValueError."""
    if moment < now():
        raise ValueError("the clock only moves forward")
    _set(moment)


def _set(moment: datetime) -> None:
    global _offset, _read_at
    _offset = moment - datetime.now(UTC)
    _read_at = time.monotonic()
    if _file is not None:
        _file.parent.mkdir(parents=True, exist_ok=True)
        fresh = _file.with_suffix(".new")
        fresh.write_text(str(_offset.total_seconds()), encoding="ascii")
        fresh.replace(_file)


def _refresh() -> None:
    global _offset, _read_at
    if _file is None or time.monotonic() - _read_at < _REREAD_SECONDS:
        return
    with _reading:  # who comes meanwhile waits: a thread that went on would take an unread offset for none at all
        if time.monotonic() - _read_at < _REREAD_SECONDS:
            return
        if _file.exists():
            _offset = timedelta(seconds=float(_file.read_text(encoding="ascii")))
        _read_at = time.monotonic()
