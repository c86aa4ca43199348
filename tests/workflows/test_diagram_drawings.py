"""How the shipped diagrams are drawn: nothing crosses, names have their place, lanes hold theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from tests.workflows import drawings
from tests.workflows.drawings import (
    APART,
    FILES,
    NAMES,
    NS,
    ROOT,
    TREES,
    Drawing,
    Edge,
    flow_nodes,
    local,
    read_drawing,
)

LANES = {
    "nomination_case": [],
    "award_nomination": ["unit", "unit_head", "office", "agency", "council", "chair", "province"],
    "timely_commendation": ["unit", "unit_head", "office", "council"],
    "commune_certificate": ["chair", "clerk", "office", "accountant"],
    "provincial_merit": ["clerk", "province", "unit", "office"],
    "national_nomination": ["clerk", "province", "centre", "unit", "office"],
}
LANE_WORDS = {
    "unit": "Đơn vị đề nghị", "unit_head": "Thủ trưởng đơn vị", "office": "Phòng Văn hóa - Xã hội",
    "agency": "Cơ quan được lấy ý kiến", "council": "Hội đồng TĐKT xã", "chair": "Chủ tịch UBND xã",
    "clerk": "Văn thư", "accountant": "Kế toán", "province": "UBND tỉnh (Sở Nội vụ)", "centre": "Trung ương",
}
DRAWINGS = {name: read_drawing(path) for name, path in FILES.items()}
DRAWINGS |= {name: read_drawing(ROOT / "bpmn" / f"{name}.bpmn") for name in APART}
RULES: tuple[Callable[[Drawing], Iterable[str]], ...] = (
    drawings.overlapping_shapes, drawings.slanting_edges, drawings.loose_edges, drawings.edges_through_shapes,
    drawings.edges_along_shapes, drawings.edges_through_frames, drawings.crossings, drawings.bad_labels,
    drawings.labels_on_lane_borders, drawings.outside_their_frame,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.__name__))
@pytest.mark.parametrize("name", [*NAMES, *APART])
def test_drawing_is_clean(name: str, rule: Callable[[Drawing], Iterable[str]]) -> None:
    assert list(rule(DRAWINGS[name])) == []


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_drawn_and_every_name_placed(name: str) -> None:
    drawing = DRAWINGS[name]
    root = TREES[name]
    elements = {k for k in flow_nodes() if root.find(f".//*[@id='{k}']") is not None}
    named = {str(f.get("id")) for f in root.iterfind(".//bpmn:sequenceFlow", NS) if f.get("name")}
    small = {k for k in elements if local(flow_nodes()[k]).endswith(("Event", "exclusiveGateway"))}
    assert elements <= set(drawing.shapes)
    assert {str(f.get("id")) for f in root.iterfind(".//bpmn:sequenceFlow", NS)} == set(drawing.edges)
    assert set(drawing.labels) == named | small


@pytest.mark.parametrize("name", NAMES)
def test_lanes_are_those_of_the_process_and_hold_their_elements(name: str) -> None:
    root, drawing = TREES[name], DRAWINGS[name]
    lanes = root.findall(".//bpmn:lane", NS)
    assert [lane.get("name") for lane in lanes] == [LANE_WORDS[key] for key in LANES[name]]
    placed = Counter(str(ref.text) for lane in lanes for ref in lane.iterfind("bpmn:flowNodeRef", NS))
    process = root.find("bpmn:process", NS)
    assert process is not None
    if lanes:
        top = [k for k, n in flow_nodes().items() if n.getparent() is process]
        assert placed == Counter(top), "each element stands in exactly one lane"
    tops = [drawing.shapes[str(lane.get("id"))].y for lane in lanes]
    assert tops == sorted(tops)
    for lane in lanes:
        for ref in lane.iterfind("bpmn:flowNodeRef", NS):
            box, frame = drawing.shapes[str(ref.text)], drawing.shapes[str(lane.get("id"))]
            middle = box.y + box.height / 2
            assert frame.y < middle < frame.bottom, ref.text
            assert str(ref.text) in drawing.hosts or frame.holds(box), ref.text


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_from_left_to_right(name: str) -> None:
    """A flow leads left only back to what was before, or to a place where several ways meet."""
    drawing = DRAWINGS[name]
    onward: dict[str, set[str]] = {}
    for edge in drawing.edges.values():
        onward.setdefault(edge.source, set()).add(edge.target)
    for guest, host in drawing.hosts.items():
        onward.setdefault(host, set()).add(guest)
    meeting = Counter(edge.target for edge in drawing.edges.values())
    for edge in drawing.edges.values():
        source, target = drawing.shapes[edge.source], drawing.shapes[edge.target]
        if target.x + target.width / 2 < source.x + source.width / 2:
            back = edge.source in _onward_from(edge.target, onward)
            assert back or meeting[edge.target] > 1 or edge.target in ENDS_OF_LOOPS, edge.id


ENDS_OF_LOOPS = {"end_given_up", "end_state_given_up"}  # an end on a way back stands where that way runs


def _onward_from(element: str, onward: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = [element]
    while todo:
        for following in onward.get(todo.pop(), ()):
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return seen


def test_each_drawing_rule_can_fail() -> None:
    """Shown on a shipped drawing with one thing moved."""
    whole = DRAWINGS["award_nomination"]
    shapes, edges, labels = whole.shapes, whole.edges, whole.labels
    points = ((810.0, 610.0), (2700.0, 610.0), (1720.0, 1020.0))
    across = Edge("across", "check_dossier", "wait_council", points)
    moved: list[tuple[Callable[[Drawing], Iterable[str]], dict[str, Any]]] = [
        (drawings.overlapping_shapes, {"shapes": {**shapes, "b": replace(shapes["wait_return"], id="b")}}),
        (drawings.slanting_edges, {"edges": {**edges, "across": across}}),
        (drawings.loose_edges, {"edges": {**edges, "across": replace(across, target="wait_posting")}}),
        (drawings.edges_through_shapes, {"edges": {**edges, "across": across}}),
        (drawings.edges_along_shapes, {
            "edges": {**edges, "over": Edge("over", "a", "b", ((0.0, shapes["wait_return"].y), (5000.0, shapes["wait_return"].y)))},
        }),
        (drawings.edges_through_frames, {
            "edges": {"over": Edge("over", "self_assess", "wait_council", ((400.0, 150.0), (1700.0, 150.0)))},
        }),
        (drawings.crossings, {"edges": {**edges, "across": across}}),
        (drawings.bad_labels, {"labels": {**labels, "b": replace(shapes["wait_return"], id="b")}}),
        (drawings.labels_on_lane_borders, {
            "labels": {**labels, "b": replace(shapes["wait_return"], id="b", y=400.0)},
        }),
        (drawings.outside_their_frame, {"labels": {**labels, "b": replace(shapes["wait_return"], x=3000.0)}}),
    ]
    assert [rule for rule, _ in moved] == list(RULES)
    for rule, change in moved:
        assert list(rule(whole)) == [] and list(rule(replace(whole, **change)))
