"""What the drawing of a diagram lacks: what runs and is not drawn, and what is drawn and stands for nothing.

The engine needs no drawing. People do: a step without a shape would run unseen, and an editor cannot open it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lxml import etree

from workflows.graph import BPMN
from workflows.problems import Problem
from workflows.wording import problem

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"


def check_drawing(tree: etree._ElementTree, elements: Collection[str]) -> Iterator[Problem]:
    """Hold shapes and edges of one file against its elements; `elements` are those that run, flows included.

    A file that is not drawn at all is only warned of.
    """
    root = tree.getroot()
    shapes, edges = list(root.iter(f"{_DI}BPMNShape")), list(root.iter(f"{_DI}BPMNEdge"))
    if not shapes and not edges:
        yield problem("no-drawing", None)
        return
    there = {str(node.get("id")) for part in root.iterchildren() if not _drawn(part) for node in _named(part)}
    drawn: set[str] = set()
    for one in (*shapes, *edges):
        key = one.get("bpmnElement")
        if not key or _plain(key) not in there:
            yield problem("drawing-astray", one.get("id"), name=key or "?")
            continue
        drawn.add(_plain(key))
        if one.tag == f"{_DI}BPMNEdge" and not _points(one):
            yield problem("edge-without-waypoints", _plain(key))
        elif one.tag == f"{_DI}BPMNShape" and not _bounds(one):
            yield problem("shape-without-bounds", _plain(key))
    yield from (problem("not-drawn", key) for key in elements if key not in drawn)


def _plain(key: str) -> str:
    """The id without the prefix of its namespace."""
    return key.rpartition(":")[2]


def _drawn(part: etree._Element) -> bool:
    return part.tag == f"{_DI}BPMNDiagram"


def _named(part: etree._Element) -> Iterator[etree._Element]:
    for node in part.iter():
        if isinstance(node.tag, str) and node.tag.startswith(BPMN) and node.get("id"):
            yield node


def _points(edge: etree._Element) -> bool:
    found = edge.findall(_WAYPOINT)
    return len(found) >= 2 and all(_number(point.get(axis)) for point in found for axis in ("x", "y"))


def _bounds(shape: etree._Element) -> bool:
    found = shape.find(_BOUNDS)
    return found is not None and all(_number(found.get(side)) for side in ("x", "y", "width", "height"))


def _number(text: str | None) -> bool:
    try:
        return text is not None and abs(float(text)) < 1e7
    except ValueError:
        return False
