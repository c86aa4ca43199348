"""State of a live workflow ↔ bytes: the task tree parents first, each task with only what differs from its
parent.

The definition is never in it, so a state can be read only with the definition that it was written under, built
of the same parts: a release that builds it otherwise refuses the state by name, and never takes one element for
another. States kept in the tests, of every form, say whether a release still reads what earlier ones wrote. What
it keeps equals what the library's own serializer keeps; a test says so at every step of every process.

An ended instance keeps no tree: its data and marks are enough for every question that can still come.

    state = zstd(JSON [version, definition and its shape, name, next id, clock, notes, tree, tree …])
    tree  = [task it hangs on, completed, success, last task, data or 0, gap, row, gap, row …]
    row   = [distance to parent, specification (below 0 one that is gone), state, clock − id, what differs …]
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import zstandard
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.util.task import TaskState

from workflows.definition import Definition
from workflows.gone import gone, plant
from workflows.live import Finished, Live
from workflows.step import Incident, Mark
from workflows.tree import DEPTH_LIMIT, LIVE, Node, Workflow

VERSION = 2
"""Form of the states that are written; `_read` knows every earlier one."""
_STATES = {state: number for number, state in enumerate(TaskState._values)}
_PREDICTED = TaskState.PREDICTED_MASK | TaskState.FUTURE
_MARKS: Mapping[str, Mark] = {"d": "done", "l": "live", "s": "skipped", "a": "ahead"}


class _Squeezer(threading.local):
    """One pair a thread: the library's objects must not be used by two threads at once."""

    def __init__(self) -> None:
        self.pack = zstandard.ZstdCompressor(level=3, write_checksum=False, write_content_size=True).compress
        self.unpack = zstandard.ZstdDecompressor().decompress


_squeezer = _Squeezer()


class UnreadableState(Exception):
    """The bytes are no state of this definition, or this release does not read them."""


def encode(live: Live) -> bytes:
    """The state as bytes; plain JSON data only."""
    workflow = live.workflow
    notes: dict[str, Any] = {}
    if live.counts:
        notes["n"] = live.counts
    if live.held_at is not None:
        notes["h"] = live.held_at.isoformat()
    if live.depth_limit != DEPTH_LIMIT:
        notes["d"] = live.depth_limit
    if workflow.stuck:
        notes["s"] = [[key, i.element, i.code, i.message, i.message_en] for key, i in workflow.stuck.items()]
    if live.gone:
        notes["g"] = [[one.name, one.was] for one in live.gone]
    strange = {
        str(key): inner.spec.name
        for key, inner in workflow.subprocesses.items()
        if inner.spec.name != getattr(inner.parent_node.task_spec, "spec", None)
    }
    if strange:
        notes["t"] = strange
    trees = [_encode_tree(workflow, 0)]
    trees.extend(_encode_tree(inner, task_id) for task_id, inner in workflow.subprocesses.items())
    return _squeezer.pack(
        orjson.dumps([VERSION, _mark(live.definition), live.name, workflow.next_id, workflow.ticks, notes, *trees])
    )


def _mark(definition: Definition) -> str:
    """What a state carries of its definition: which one, and of what parts it was built."""
    return definition.digest[:8] + definition.shape[:8]


def encode_finished(live: Live) -> bytes:
    """The state of an ended instance: no tree, only what can still be asked of it."""
    kept = live.finished
    if kept is None:
        raise ValueError("the workflow has not ended")
    letters = "".join(kept.marks[key][0] for key in sorted(live.definition.elements))
    return _squeezer.pack(
        orjson.dumps([VERSION, _mark(live.definition), live.name, 0, 0, {"f": [letters, kept.counts, kept.data]}])
    )


def _encode_tree(tree: Any, hangs_on: int) -> list[Any]:
    last = tree.last_task
    extra: Any = 0
    if tree.data:
        extra = _difference(last.data if last is not None else {}, tree.data)
    encoded: list[Any] = [
        hangs_on,
        int(tree.completed),
        int(tree.success),
        last.id if last is not None else 0,
        extra,
    ]
    before = 0
    add = encoded.append
    for key, node in tree.tasks.items():
        add(key - before)
        before = key
        row = node.row
        add(_encode_row(node) if row is None else orjson.Fragment(row))
    return encoded


def _encode_row(node: Node) -> Any:
    parent = node.parent
    state = node._state
    row: list[Any] = [
        node.id - parent.id if parent is not None else 0,
        node.task_spec.index,
        _STATES[state],
        node.last_state_change - node.id,
    ]
    extras: list[Any] = []
    if state & _PREDICTED:
        if node.data:  # it was entered and could not go on; else a task ahead has no data yet
            changed, lost = _difference(_above(node, parent), node.data)
            extras = [changed or {}, lost]
    elif node.data != (above := _above(node, parent)):
        extras = _difference(above, node.data)
    if node.internal_data or node.triggered:
        extras = (extras or [0, 0]) + [node.internal_data or 0, int(node.triggered)]
    row.extend(extras)
    if state & TaskState.FINISHED_MASK and parent is not None and parent._state & TaskState.FINISHED_MASK:
        node.row = orjson.dumps(row)
        return orjson.Fragment(node.row)
    return row


def _above(node: Node, parent: Node | None) -> Mapping[str, Any]:
    """The data that a task's own data is compared with."""
    if parent is not None:
        return parent.data
    caller = getattr(node.workflow, "parent_node", None)
    grand = caller.parent if caller is not None else None
    return grand.data if grand is not None else {}


def _difference(base: Mapping[str, Any], data: Mapping[str, Any]) -> list[Any]:
    """[new and changed keys, lost keys]."""
    missing = object()
    changed = {
        key: value
        for key, value in data.items()
        if (old := base.get(key, missing)) is not value
        and (old is missing or old != value or type(old) is not type(value))
    }
    lost = [key for key in base if key not in data]
    return [changed or 0, lost or 0]


def _apply(base: Mapping[str, Any], changed: Any, lost: Any) -> dict[str, Any]:
    data = dict(base)
    if changed:
        data.update(changed)
    for key in lost or ():
        data.pop(key, None)
    return data


def decode(definition: Definition, state: bytes) -> Live:
    """Rebuild a live workflow; raises UnreadableState, and nothing else, for what is no state of this definition."""
    try:
        return _read(definition, orjson.loads(_squeezer.unpack(state)))
    except UnreadableState:
        raise
    except Exception as error:  # whatever breaks on bytes that are no state, who asks gets one name for it
        raise UnreadableState("the bytes are no state") from error


def _read(definition: Definition, content: Any) -> Live:
    if not isinstance(content, list) or len(content) < 6 or content[0] not in (1, VERSION):
        raise UnreadableState("the state has a form that this release does not know")
    first = content[0] == 1  # counted parts and elements as they were built, and did not say what was built
    if content[1][:8] != definition.digest[:8]:
        raise UnreadableState("the state was written under another definition")
    if not first and content[1] != _mark(definition):
        raise UnreadableState("this release builds the definition of other parts than the one that wrote the state")
    workflow = Workflow(definition.spec, definition.subprocess_specs, deserializing=True)
    live = Live(definition, workflow, content[2])
    notes = content[5]
    if "f" in notes:
        letters, counts, data = notes["f"]
        keys = definition.elements if first else sorted(definition.elements)
        marked = {key: _MARKS[letter] for key, letter in zip(keys, letters, strict=True)}
        marks = {key: marked[key] for key in definition.elements}
        live.finished = Finished(data, marks, counts)
        workflow.completed = True
        return live
    live.counts = notes.get("n", {})
    live.depth_limit = notes.get("d", DEPTH_LIMIT)
    live.held_at = datetime.fromisoformat(notes["h"]) if "h" in notes else None
    for name, was in notes.get("g", ()):
        gone(live, name, was)
    strange = notes.get("t", {})
    everything: dict[int, Node] = {}
    for encoded in content[6:]:
        if encoded[0]:
            caller = everything[encoded[0]]
            tree: Any = plant(live, caller, strange.get(str(caller.id)) or caller.task_spec.spec)
        else:
            tree = workflow
        _decode_tree(tree, encoded, definition.as_built if first else definition.task_specs, live)
        everything.update(tree.tasks)
    workflow.next_id, workflow.ticks = content[3], content[4]
    for key, *incident in notes.get("s", ()):
        workflow.stuck[key] = Incident(*incident)
    return live


def _decode_tree(tree: Any, encoded: list[Any], specs: tuple[Any, ...], live: Live) -> None:
    workflow = live.workflow
    states = TaskState._values
    key = 0
    for position in range(5, len(encoded), 2):
        key += encoded[position]
        row = encoded[position + 1]
        parent = tree.tasks[key - row[0]] if row[0] else None
        state = states[row[2]]
        node = Node(tree, specs[row[1]] if row[1] >= 0 else live.gone[-1 - row[1]], parent, state, key)
        node.last_state_change = row[3] + key
        if parent is None:
            tree.task_tree = node
        size = len(row)
        changed, lost = (row[4], row[5]) if size > 4 else (0, 0)
        if changed != 0 or lost != 0 or not state & _PREDICTED:
            node.data = _apply(_above(node, parent), changed, lost)
        if size > 6:
            node.internal_data = row[6] or {}
            node.triggered = bool(row[7])
        if state & LIVE:
            take_place(node, live)
    tree.completed, tree.success = bool(encoded[1]), bool(encoded[2])
    tree.last_task = tree.tasks.get(encoded[3])
    if encoded[4]:
        tree.data = _apply(tree.last_task.data if tree.last_task else {}, *encoded[4])
    workflow.moves.clear()


def take_place(node: Node, live: Live) -> None:
    """Put a task that waits where the workflow and the engine look for it."""
    spec, state = node.task_spec, node._state
    if state == TaskState.WAITING:
        if isinstance(spec, CatchingEvent):
            live.workflow.event_manager.tasks[node.id] = node
        else:
            node.workflow.waiting_joins[node.id] = node
    elif state == TaskState.READY and not spec.manual:
        live.workflow.ready[node.id] = node
    if "at" in node.internal_data and opens(node) is not None:
        live.open[node.id] = node


def opens(node: Node) -> str | None:
    """Which kind of open task this is for the service, if it is one."""
    kind = getattr(node.task_spec, "opens", None)
    if kind is None or node._state != kind[1]:
        return None
    return str(kind[0])
