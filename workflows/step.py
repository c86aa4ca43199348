"""What an act on a live workflow gives back: the step, what opened and closed, and the errors of an act.

Plain records only; the engine fills them, the service writes them down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal["user", "receive", "external"]
Mark = Literal["done", "live", "skipped", "ahead"]


class EngineError(Exception):
    """An act that the workflow refuses; `message` is Vietnamese, `message_en` English, both one sentence."""

    def __init__(self, message: str, message_en: str) -> None:
        super().__init__(message_en)
        self.message = message
        self.message_en = message_en


class NotWaiting(EngineError):
    """Nothing stands open under that task id or message name: answered before, cancelled, or never there."""

    def __init__(self, task: str) -> None:
        super().__init__(
            "Việc này không còn chờ xử lý; hãy tải lại trang để xem trạng thái mới nhất.",
            f"{task} is not waiting any more; reload to see the present state.",
        )
        self.task = task


class WrongAnswer(EngineError):
    """What was handed in cannot be an answer: no object of plain JSON, or a value that is not taken."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Why the workflow cannot go on by itself; it stays until `retry` succeeds."""

    element: str | None
    code: str  # "expression", "endless", "too-deep", "unhandled-error", "deadlock", "engine"
    message: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A task that now waits for a person, a message or an effect."""

    task: str
    element: str
    kind: Kind
    name: str
    process: str
    occurrence: int
    attrs: Mapping[str, str]
    due: datetime | None
    key: Any | None
    message: str | None
    inputs: dict[str, Any]
    way: str = ""  # which way through a repeated activity it belongs to; "" where nothing is repeated
    items: Mapping[str, Any] = field(default_factory=dict)  # name of an item → the item for which it stands
    item_title: str = ""  # what tells it from the tasks of other items (nom:itemTitle)


@dataclass(frozen=True, slots=True)
class Closed:
    """A task that waits no more."""

    task: str
    how: Literal["completed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of one act; everything the service must write in one transaction."""

    state: bytes
    opened: tuple[Opened, ...] = ()
    closed: tuple[Closed, ...] = ()
    due: datetime | None = None
    phase: str | None = None
    outcome: str | None = None
    ended: bool = False
    events: tuple[str, ...] = ()
    fired: tuple[str, ...] = ()
    results: dict[str, Any] = field(default_factory=dict)
    incident: Incident | None = None
    data: dict[str, Any] = field(default_factory=dict)
    dues: Mapping[str, datetime | None] = field(default_factory=dict)  # open tasks whose due time moved


@dataclass(frozen=True, slots=True)
class Marks:
    """How far each element of each process is."""

    elements: Mapping[str, Mark]  # by element id (flows included) over all processes of the bundle
    open_calls: tuple[str, ...]  # call activities and subprocesses standing open, outermost first
    counts: Mapping[str, int]  # how often a task was opened
    innermost: str  # the process (diagram) where it stands, the main process once it has ended
    processes: Mapping[str, str]  # by element id: the process that it belongs to

    def of(self, process: str) -> dict[str, Mark]:
        """The marks of one process, its embedded subprocesses included."""
        return {key: mark for key, mark in self.elements.items() if self.processes.get(key) == process}
