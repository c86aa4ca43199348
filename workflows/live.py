"""One live workflow with what the engine remembers about it between acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.definition import Definition
from workflows.step import Mark
from workflows.tree import DEPTH_LIMIT, Node, Workflow


@dataclass(frozen=True, slots=True)
class Finished:
    """What an ended instance still has to answer: its data and how far each element was."""

    data: dict[str, Any]
    marks: dict[str, Mark]
    counts: dict[str, int]


@dataclass
class Live:
    """A workflow in memory. Not for two threads at once: the caller holds a lock per object.

    After any exception from an act the object is spoilt and must be dropped; the last stored state is the
    truth.
    """

    definition: Definition
    workflow: Workflow
    name: str  # a random word; with a task's number it makes the task id, unique over all instances
    open: dict[int, Node] = field(default_factory=dict)  # tasks that the service knows as open
    counts: dict[str, int] = field(default_factory=dict)  # by element: how often it was opened
    held_at: datetime | None = None
    depth_limit: int = DEPTH_LIMIT  # raised by an administrator's retry
    finished: Finished | None = None  # what is kept of an ended workflow instead of its tree
    kept: bool = True  # whether its steps carry its state, for somebody who stores it

    def task_id(self, node: Node) -> str:
        return f"{self.name}-{node.id}"
