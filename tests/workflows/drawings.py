"""Reads the shipped diagrams and their drawing (BPMNDI), and says what is wrong with how they are drawn.

It knows nothing of what the process does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).parents[2]
NAMES = (
    "nomination_case", "award_nomination", "timely_commendation", "commune_certificate", "provincial_merit",
    "national_nomination",
)
APART = (
    "council_session", "petition/petition", "inspection/inspection", "inspection/inspection_finding", "inspection_plan/inspection_plan",
    "exemplar/exemplar", "movement_report/movement_report", "stocktake_report/stocktake_report",
    "unit_plan/unit_plan", "unit_report/unit_report",
)
"""Diagrams of bundles of their own, by their path; how they are drawn is looked at, what they hold is tested with their subject."""
FILES = {name: ROOT / "bpmn" / f"{name}.bpmn" for name in NAMES}
TREES = {name: etree.parse(path).getroot() for name, path in FILES.items()}
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
NOM = "{urn:vinhdanh:nom:1}"
NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
FRAMES = {"participant", "lane", "subProcess"}
Point = tuple[float, float]
Segment = tuple[Point, Point]


def local(node: etree._Element) -> str:
    return etree.QName(node).localname


def flow_nodes() -> dict[str, etree._Element]:
    return {
        str(node.get("id")): node
        for root in TREES.values() for node in root.iterfind(".//bpmn:process//*", NS)
        if node.find("bpmn:incoming", NS) is not None or node.find("bpmn:outgoing", NS) is not None
    }


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing: a shape, or the label of one."""

    id: str
    kind: str
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def overlaps(self, other: Box) -> bool:
        aside = other.x >= self.right or self.x >= other.right
        return not aside and self.y < other.bottom and other.y < self.bottom

    def covers_part_of(self, shape: Box) -> bool:
        """Whether it lies on what is seen of a shape: of a gateway only the diamond."""
        if "Gateway" not in shape.kind:
            return self.overlaps(shape)
        x, y = shape.x + shape.width / 2, shape.y + shape.height / 2
        aside = max(self.x - x, x - self.right, 0) / shape.width
        above = max(self.y - y, y - self.bottom, 0) / shape.height
        return aside + above < 0.5

    def holds(self, other: Box) -> bool:
        level = self.y <= other.y and other.bottom <= self.bottom
        return level and self.x <= other.x and other.right <= self.right

    def on_border(self, point: Point) -> bool:
        x, y = point
        inside = self.x <= x <= self.right and self.y <= y <= self.bottom
        return inside and (x in (self.x, self.right) or y in (self.y, self.bottom))

    def is_cut_by(self, segment: Segment) -> bool:
        (x0, y0), (x1, y1) = segment
        level = min(y0, y1) < self.bottom and max(y0, y1) > self.y
        return level and min(x0, x1) < self.right and max(x0, x1) > self.x


@dataclass(frozen=True)
class Edge:
    """A sequence flow as it is drawn."""

    id: str
    source: str
    target: str
    points: tuple[Point, ...]

    @property
    def segments(self) -> list[Segment]:
        return list(pairwise(self.points))


@dataclass(frozen=True)
class Drawing:
    """Everything that is drawn of one file, by the id of its element."""

    shapes: dict[str, Box]
    edges: dict[str, Edge]
    labels: dict[str, Box]
    parents: dict[str, str]
    hosts: dict[str, str]

    @property
    def nodes(self) -> dict[str, Box]:
        """The shapes that flows lead to, without pools, lanes and the frames of subprocesses."""
        return {key: box for key, box in self.shapes.items() if box.kind not in FRAMES}


def _box(element: str, kind: str, bounds: etree._Element) -> Box:
    x, y, width, height = (float(str(bounds.get(name))) for name in ("x", "y", "width", "height"))
    return Box(element, kind, x, y, width, height)


def read_drawing(path: Path) -> Drawing:
    """The drawing of one shipped diagram; what is not drawn is not in it."""
    root = etree.parse(path).getroot()
    by_id = {str(node.get("id")): node for node in root.iterfind(".//*[@id]")}
    shapes, edges, labels, parents, hosts = {}, {}, {}, {}, {}
    for drawn in root.iterfind(".//bpmndi:BPMNShape", NS):
        key = str(drawn.get("bpmnElement"))
        node = by_id[key]
        shapes[key] = _box(key, etree.QName(node).localname, drawn.findall("dc:Bounds", NS)[0])
        parent = node.getparent()
        if parent is not None:
            parents[key] = str(parent.get("id"))
        if node.get("attachedToRef"):
            hosts[key] = str(node.get("attachedToRef"))
    for drawn in root.iterfind(".//bpmndi:BPMNEdge", NS):
        key = str(drawn.get("bpmnElement"))
        points = tuple(
            (float(str(p.get("x"))), float(str(p.get("y")))) for p in drawn.iterfind("di:waypoint", NS)
        )
        edges[key] = Edge(key, str(by_id[key].get("sourceRef")), str(by_id[key].get("targetRef")), points)
    for bounds in root.iterfind(".//bpmndi:BPMNLabel/dc:Bounds", NS):
        key = str(bounds.getparent().getparent().get("bpmnElement"))  # type: ignore[union-attr]
        labels[key] = _box(key, "label", bounds)
    return Drawing(shapes, edges, labels, parents, hosts)


def overlapping_shapes(drawing: Drawing) -> Iterator[str]:
    """Pairs of shapes that lie on each other, a boundary event and its host apart."""
    for one, two in combinations(drawing.nodes.values(), 2):
        guests = drawing.hosts.get(one.id) == two.id or drawing.hosts.get(two.id) == one.id
        if one.overlaps(two) and not guests:
            yield f"{one.id} lies on {two.id}"


def slanting_edges(drawing: Drawing) -> Iterator[str]:
    """Edges with a part that is neither level nor upright."""
    for edge in drawing.edges.values():
        if any(x0 != x1 and y0 != y1 for (x0, y0), (x1, y1) in edge.segments):
            yield edge.id


def loose_edges(drawing: Drawing) -> Iterator[str]:
    """Edges that do not begin and end on the border of their shapes; on a gateway, at its corners."""
    for edge in drawing.edges.values():
        for element, point in ((edge.source, edge.points[0]), (edge.target, edge.points[-1])):
            box = drawing.shapes[element]
            middle = point[0] == box.x + box.width / 2 or point[1] == box.y + box.height / 2
            if not box.on_border(point) or (box.kind.endswith(("Gateway", "Event")) and not middle):
                yield f"{edge.id} at {element}"


def edges_through_shapes(drawing: Drawing) -> Iterator[str]:
    """Edges drawn over a shape; its own shapes it may only touch from outside."""
    for edge in drawing.edges.values():
        for box in drawing.nodes.values():
            guest = drawing.hosts.get(edge.source) == box.id
            if any(box.is_cut_by(segment) for segment in edge.segments) and not guest:
                yield f"{edge.id} through {box.id}"


def edges_along_shapes(drawing: Drawing) -> Iterator[str]:
    """Edges that run on the border of a shape, where nobody tells them from it."""
    for edge in drawing.edges.values():
        for box in drawing.nodes.values():
            if any(_on_one_line(box, segment) > 0 for segment in edge.segments):
                yield f"{edge.id} along {box.id}"


def _on_one_line(box: Box, segment: Segment) -> float:
    """How much of a segment lies on the border of a box."""
    (x0, y0), (x1, y1) = segment
    level = min(max(x0, x1), box.right) - max(min(x0, x1), box.x) if y0 == y1 and y0 in (box.y, box.bottom) else 0
    upright = min(max(y0, y1), box.bottom) - max(min(y0, y1), box.y) if x0 == x1 and x0 in (box.x, box.right) else 0
    return max(level, upright)


def edges_through_frames(drawing: Drawing) -> Iterator[str]:
    """Edges that run through a subprocess they are no part of."""
    frames = [box for box in drawing.shapes.values() if box.kind == "subProcess"]
    for edge in drawing.edges.values():
        inside = set(_above(drawing, edge.source))
        for frame in frames:
            guest = drawing.hosts.get(edge.source) == frame.id
            if frame.id not in inside and not guest and any(frame.is_cut_by(s) for s in edge.segments):
                yield f"{edge.id} through {frame.id}"


def _above(drawing: Drawing, element: str) -> Iterator[str]:
    while element in drawing.parents:
        element = drawing.parents[element]
        yield element


def crossings(drawing: Drawing) -> Iterator[str]:
    """Edges that cross or run on one line; those of one source or target may share their beginning or end."""
    for one, two in combinations(drawing.edges.values(), 2):
        if any(_disturb(one, i, two, j) for i in range(len(one.segments)) for j in range(len(two.segments))):
            yield f"{one.id} and {two.id}"


def _disturb(one: Edge, i: int, two: Edge, j: int) -> bool:
    (ax0, ay0), (ax1, ay1) = one.segments[i]
    (bx0, by0), (bx1, by1) = two.segments[j]
    if max(ax0, ax1) < min(bx0, bx1) or max(bx0, bx1) < min(ax0, ax1):
        return False
    if max(ay0, ay1) < min(by0, by1) or max(by0, by1) < min(ay0, ay1):
        return False
    if (ax0 == ax1) == (bx0 == bx1):
        return one.source != two.source and one.target != two.target
    point = (ax0, by0) if ax0 == ax1 else (bx0, ay0)
    if one.target == two.target and _after(one, i, point) == _after(two, j, point):
        return False
    return one.source != two.source or _before(one, i, point) != _before(two, j, point)


def _after(edge: Edge, segment: int, point: Point) -> list[Point]:
    return [p for p in edge.points[segment + 1:] if p != point]


def _before(edge: Edge, segment: int, point: Point) -> list[Point]:
    return [p for p in edge.points[: segment + 1] if p != point]


def bad_labels(drawing: Drawing) -> Iterator[str]:
    """Labels that lie on a shape, on another label or on an edge."""
    for label in drawing.labels.values():
        for box in drawing.nodes.values():
            if label.covers_part_of(box):
                yield f"label of {label.id} on {box.id}"
        for edge in drawing.edges.values():
            if any(label.is_cut_by(segment) for segment in edge.segments):
                yield f"label of {label.id} on {edge.id}"
    for one, two in combinations(drawing.labels.values(), 2):
        if one.overlaps(two):
            yield f"labels of {one.id} and {two.id}"


def labels_on_lane_borders(drawing: Drawing) -> Iterator[str]:
    """Labels that the border between two lanes runs through."""
    lanes = [box for box in drawing.shapes.values() if box.kind == "lane"]
    for label in drawing.labels.values():
        for lane in lanes:
            if label.y < lane.y < label.bottom:
                yield f"label of {label.id} on the border of {lane.id}"


def outside_their_frame(drawing: Drawing) -> Iterator[str]:
    """Shapes that stick out of their subprocess or pool; labels that stick out of the pool."""
    pools = [box for box in drawing.shapes.values() if box.kind == "participant"]
    for box in drawing.nodes.values():
        frame = drawing.shapes.get(drawing.parents.get(box.id, ""))
        if frame is not None and box.id not in drawing.hosts and not frame.holds(box):
            yield f"{box.id} outside {frame.id}"
    for box in (*drawing.nodes.values(), *drawing.labels.values()):
        if pools and not any(pool.holds(box) for pool in pools):
            yield f"{box.kind} {box.id} outside the pool"
