"""What stands in a state for an element that the definition no longer has: finished tasks stay readable.

A name and the kind that it was, so that a version that has the element again takes it back. Nothing here runs.
"""

from __future__ import annotations

from typing import Any

from workflows.live import Live
from workflows.specs import BoundaryEvent
from workflows.tree import Node, Subworkflow

_HUNG_ON = (".BoundaryEventSplit", ".BoundaryEventJoin", ".EndJoin", " [child]")


class Gone:
    """A specification in name only."""

    bpmn_id = None
    element = None
    manual = False
    inputs: tuple[Any, ...] = ()
    outputs: tuple[Any, ...] = ()

    def __init__(self, name: str, was: str, index: int) -> None:
        self.name = name
        self.was = was
        self.index = index


class GoneEvent(Gone, BoundaryEvent):
    """The same for an event at the edge of an activity, which joins must not take for the activity."""

    bpmn_id = None
    element = None
    manual = False
    inputs = ()
    outputs = ()
    cancel_activity = False
    event_definition = None


class GoneProcess:
    """A called process that the definition no longer calls or has."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data_objects: dict[str, Any] = {}
        self.task_specs: dict[str, Any] = {}


def gone(live: Live, name: str, was: str) -> Gone:
    """The specification in name only that an instance keeps for an element, one for each."""
    found = next((one for one in live.gone if (one.name, one.was) == (name, was)), None)
    if found is None:
        kind = GoneEvent if was == BoundaryEvent.__name__ else Gone
        found = kind(name, was, -1 - len(live.gone))
        live.gone.append(found)
    return found


def kind_of(spec: Any) -> str:
    """The kind of a specification, also of one that is gone."""
    return str(getattr(spec, "was", type(spec).__name__))


def split_name(name: str) -> tuple[str, str]:
    """The element that a specification belongs to, and what the library hung on to its name."""
    for rest in _HUNG_ON:
        if name.endswith(rest):
            return name.removesuffix(rest), rest
    return name, ""


def plant(live: Live, caller: Node, process: str) -> Subworkflow:
    """Hang the tree of a process under the task that called it, empty."""
    spec = live.definition.subprocess_specs.get(process) or GoneProcess(process)
    tree = Subworkflow(spec, caller, live.workflow, deserializing=True)
    live.workflow.subprocesses[caller.id] = tree
    if hasattr(caller.task_spec, "_on_subworkflow_completed"):
        tree.completed_event.connect(caller.task_spec._on_subworkflow_completed, caller)
    return tree
