"""For which item of a list a task stands, where it, or an activity around it, is done once for each (multi-instance)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.specs import MultiInstance
from workflows.tree import Node


@dataclass(frozen=True, slots=True)
class Repeat:
    """One way through what is repeated: which, and what its items are."""

    way: str
    """The same for all tasks of one item, and for no others of the instance; "" where nothing is repeated."""
    items: Mapping[str, Any]
    """Name of an item → the item; of the innermost repetition where two are named alike."""


def repeat_of(node: Node) -> Repeat:
    """The items for which a task stands, from the innermost repetition outward."""
    ways: list[str] = []
    items: dict[str, Any] = {}
    one: Node | None = node
    while one is not None:
        if (parent := _list_of(one)) is not None:
            ways.append(f"{parent.id}.{one.internal_data.get('key_or_index', 0)}")
            name = parent.task_spec.item
            if name is not None and name in one.data:
                items.setdefault(name, one.data[name])
        one = around(one)
    return Repeat("/".join(reversed(ways)), items)


def around(node: Node) -> Node | None:
    """What stands around a task: the list that it is one item of, or the activity whose process it stands in."""
    return _list_of(node) or getattr(node.workflow, "parent_node", None)


def _list_of(node: Node) -> Node | None:
    """The list that a task is one item of; what comes after a list hangs on it as well, and is none."""
    parent = node.parent
    if parent is None or not isinstance(parent.task_spec, MultiInstance) or parent.task_spec.task_spec != node.task_spec.name:
        return None
    return parent
