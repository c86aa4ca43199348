"""How far an instance is: done, live, skipped or ahead for every element of every process of its bundle.

A reading of the task tree; it changes nothing and draws nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.util.task import TaskState

from workflows.definition import Definition
from workflows.live import Live
from workflows.specs import BoundaryEvent
from workflows.step import Mark, Marks
from workflows.tree import LIVE, Node


def marks(live: Live) -> Marks:
    """Mark every element. What was entered several times counts by its last time, a called process by its
    last call.

    `ahead` = can still be reached from where the process stands; `skipped` = cannot any more, or was
    cancelled.
    """
    definition = live.definition
    processes = {key: element.process for key, element in definition.elements.items()}
    if live.finished is not None:
        kept = live.finished
        return Marks(kept.marks, (), kept.counts, definition.main, processes)
    workflow = live.workflow
    trees: dict[str, list[Any]] = {definition.main: [workflow]}
    for inner in workflow.subprocesses.values():
        trees.setdefault(inner.spec.name, []).append(inner)  # later calls come later
    found: dict[str, Mark] = {}
    for each in trees.values():
        # One that is called for each item of a list runs several times at once: it stands wherever one of them does.
        for tree in [one for one in each if not one.completed] or each[-1:]:
            found.update({key: mark for key, mark in _mark_tree(tree, definition).items() if found.get(key) != "live"})
    standing = [key for key, mark in found.items() if mark == "live"]
    ahead = set() if workflow.completed else reachable(definition, standing)
    for key in definition.elements:
        if key not in found or (found[key] == "skipped" and key in ahead):
            found[key] = "ahead" if key in ahead else "skipped"
    calls = tuple(
        inner.parent_node.task_spec.bpmn_id
        for inner in sorted(workflow.subprocesses.values(), key=lambda t: t.depth)
        if not inner.completed
    )
    called = [definition.elements[key].calls for key in calls if definition.elements[key].kind == "call"]
    innermost = next((name for name in reversed(called) if name is not None), definition.main)
    return Marks(found, calls, dict(live.counts), innermost, processes)


def _mark_tree(tree: Any, definition: Definition) -> dict[str, Mark]:
    """Marks of the elements and flows that this process has touched."""
    found: dict[str, Mark] = {}
    taken: set[tuple[str, str]] = set()
    for node in tree.tasks.values():  # in order of making, so the last time wins
        key = node.task_spec.bpmn_id
        if key is None or node.triggered:
            continue
        state = node._state
        if state == TaskState.COMPLETED:
            found[key] = "done"
        elif state & LIVE:
            idle = state == TaskState.WAITING and isinstance(node.task_spec, BoundaryEvent | Join)
            if not idle:
                found[key] = "live"
            elif found.get(key) != "done":
                found.pop(key, None)  # an armed boundary, or a join that waits for its other branches
        elif state & TaskState.FINISHED_MASK and key not in found:
            found[key] = "skipped"
        if state >= TaskState.WAITING and not (state == TaskState.CANCELLED and found.get(key) == "skipped"):
            source = _source(node)
            if source is not None:
                taken.add((source, key))
    for element in definition.elements.values():
        if element.ends in taken and element.scope == tree.spec.name:
            found[element.id] = "done"
    return found


def _source(node: Node) -> str | None:
    """The element whose flow led to this task."""
    parent = node.parent
    if parent is not None and parent.task_spec.bpmn_id is None:
        parent = parent.parent  # the split in front of an activity with boundary events
    if parent is None or parent._state != TaskState.COMPLETED:
        return None
    return parent.task_spec.bpmn_id  # type: ignore[no-any-return]


def reachable(definition: Definition, standing: Iterable[str], stops: Collection[str] = ()) -> set[str]:
    """Elements and flows that the process can still come to from where it stands; it comes to the `stops` and not beyond them."""
    arrows = _arrows(definition)
    begun = {key for key, element in definition.elements.items() if element.kind == "start"}
    seen: set[str] = set()
    todo = [target for key in standing for target in arrows.get(key, ()) if target not in begun]
    while todo:
        key = todo.pop()
        if key not in seen:
            seen.add(key)
            todo.extend(arrows.get(key, ()) if key not in stops else ())
    return seen


def _arrows(definition: Definition) -> Mapping[str, list[str]]:
    """Where each element can lead: flows, boundary events, and into the process it calls or holds."""
    arrows: dict[str, list[str]] = {}
    starts: dict[str, list[str]] = {}
    for element in definition.elements.values():
        if element.kind == "start":
            starts.setdefault(element.scope, []).append(element.id)
    for element in definition.elements.values():
        if element.ends is not None:
            arrows.setdefault(element.ends[0], []).append(element.id)
            arrows.setdefault(element.id, []).append(element.ends[1])
        elif element.host is not None:
            arrows.setdefault(element.host, []).append(element.id)
        elif element.kind in ("call", "subprocess"):
            arrows.setdefault(element.id, []).extend(starts.get(element.calls or element.id, ()))
    return arrows
