"""What the flows of a diagram say: elements nobody reaches, dead ends, loops that never wait, circles of
calls.

It sees elements and arrows only; what an element holds is looked at in `checks`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
WAITING = {"userTask", "receiveTask", "serviceTask", "intermediateCatchEvent", "boundaryEvent"}
"""What waits for somebody, something or a time; only of boundary events not all do (`_waits`)."""
UNRUN = frozenset(
    {
        "task",
        "manualTask",
        "sendTask",
        "complexGateway",
        "eventBasedGateway",
        "adHocSubProcess",
        "transaction",
        "implicitThrowEvent",
        "callChoreography",
        "choreographyTask",
        "subChoreography",
    }
)
"""What flows may join though the engine cannot run it: one fault, and not ten more for what hangs on it."""


def local(node: etree._Element) -> str:
    """The tag of a BPMN element without its namespace; empty for comments and for what is not BPMN."""
    return node.tag[len(BPMN) :] if isinstance(node.tag, str) and node.tag.startswith(BPMN) else ""


def declared(node: etree._Element, tag: str, key: str | None) -> etree._Element | None:
    """The message or error of that id in the same file; two files may use one id for two things."""
    for child in node.getroottree().getroot().iterchildren(f"{BPMN}{tag}"):
        if key and child.get("id") == key:
            return child
    return None


@dataclass
class Scope:
    """One process or embedded subprocess: its elements and the arrows between them."""

    id: str
    process: str
    node: etree._Element
    elements: dict[str, etree._Element] = field(default_factory=dict)
    flows: list[etree._Element] = field(default_factory=list)
    inner: list[Scope] = field(default_factory=list)
    _from: dict[str, list[etree._Element]] = field(default_factory=dict)

    def walk(self) -> Iterator[Scope]:
        """This scope and those inside it."""
        yield self
        for scope in self.inner:
            yield from scope.walk()

    def kinds(self, *tags: str) -> list[str]:
        return [key for key, node in self.elements.items() if local(node) in tags]

    def flows_from(self, element: str) -> list[etree._Element]:
        """The arrows that start at this element, in the order of the XML."""
        if not self._from:
            for flow in self.flows:
                self._from.setdefault(str(flow.get("sourceRef")), []).append(flow)
        return self._from.get(element, [])

    def after(self, element: str) -> list[str]:
        """Elements that an arrow from this one leads to."""
        targets = [str(flow.get("targetRef")) for flow in self.flows_from(element)]
        return [target for target in targets if target in self.elements]

    def arrows(self) -> dict[str, list[str]]:
        """Where each element leads: along its flows, and from an activity to its boundary events."""
        arrows = {key: self.after(key) for key in self.elements}
        for key in self.kinds("boundaryEvent"):
            arrows.setdefault(str(self.elements[key].get("attachedToRef")), []).append(key)
        return arrows


def read_scope(node: etree._Element, process: str, nodes: Collection[str]) -> Scope:
    """Collect the elements of a process; `nodes` are the tags that flows may join."""
    scope = Scope(str(node.get("id")), process, node)
    for child in node:
        tag = local(child)
        if tag == "sequenceFlow":
            scope.flows.append(child)
        elif tag in nodes and child.get("id"):
            scope.elements[str(child.get("id"))] = child
            if tag == "subProcess":
                scope.inner.append(read_scope(child, process, nodes))
    return scope


def reached(arrows: Mapping[str, Iterable[str]], starts: Iterable[str]) -> set[str]:
    """Everything that the arrows lead to from the starts, these included."""
    seen: set[str] = set()
    todo = list(starts)
    while todo:
        element = todo.pop()
        if element not in seen:
            seen.add(element)
            todo.extend(arrows.get(element, ()))
    return seen


def unreachable(scope: Scope) -> list[str]:
    """Elements that no way leads to from a start event."""
    found = reached(scope.arrows(), scope.kinds("startEvent"))
    return [key for key in scope.elements if key not in found]


def dead_ends(scope: Scope) -> list[str]:
    """Elements from which no way leads to an end event along flows."""
    back: dict[str, list[str]] = {key: [] for key in scope.elements}
    for key in scope.elements:
        for target in scope.after(key):
            back[target].append(key)
    ending = reached(back, scope.kinds("endEvent"))
    return [key for key in scope.elements if key not in ending]


@dataclass(frozen=True, slots=True)
class Passing:
    """How a process or subprocess can be left without a wait: by an ordinary end, and by errors of these codes."""

    through: bool = False
    errors: frozenset[str | None] = frozenset()


def loops_without_wait(scope: Scope, passing: Mapping[str, Passing]) -> list[str]:
    """One element of each loop in which nothing waits, loops through the boundary that takes an error included.

    `passing` tells of each process and subprocess how it can be left without a wait.
    """
    arrows = _automatic(scope, passing)
    entries = dict.fromkeys(arrows, 0)
    for targets in arrows.values():
        for target in targets:
            entries[target] += 1
    free = [key for key, count in entries.items() if not count]
    while free:  # what nothing leads to is on no loop
        key = free.pop()
        for target in arrows.pop(key):
            entries[target] -= 1
            if not entries[target]:
                free.append(target)
    found: list[str] = []
    told: set[str] = set()
    for key in arrows:
        if key not in told:
            ahead = reached(arrows, arrows[key])
            if key in ahead:
                found.append(key)
                told |= ahead
    return found


def _automatic(scope: Scope, passing: Mapping[str, Passing]) -> dict[str, list[str]]:
    """Where each element that does not always wait leads by itself, as far as nothing waits there either."""
    arrows: dict[str, list[str]] = {}
    for key, node in scope.elements.items():
        inside = _inside(node, passing)
        if inside is None:
            if not _waits(node):
                arrows[key] = scope.after(key)
        elif inside.through or inside.errors:
            caught = (_catcher(scope, key, code) for code in inside.errors)
            arrows[key] = [*(scope.after(key) if inside.through else ()), *(edge for edge in caught if edge is not None)]
    return {key: [target for target in targets if target in arrows] for key, targets in arrows.items()}


def _inside(node: etree._Element, passing: Mapping[str, Passing]) -> Passing | None:
    """How what an element calls or holds is left without a wait; None for what calls and holds nothing."""
    tag = local(node)
    held = node.get("calledElement") if tag == "callActivity" else node.get("id") if tag == "subProcess" else None
    return None if tag not in ("callActivity", "subProcess") else passing.get(str(held), Passing(through=True))


def _waits(node: etree._Element) -> bool:
    """Whether something is waited for here before it goes on; an error at a boundary is taken the moment it is thrown."""
    tag = local(node)
    if tag == "boundaryEvent" and node.find(f"{BPMN}errorEventDefinition") is not None:
        return False
    return tag in WAITING or tag in UNRUN


def _error_code(node: etree._Element) -> str | None:
    """The code of the error that an event throws or takes; None where it has none."""
    definition = node.find(f"{BPMN}errorEventDefinition")
    error = declared(node, "error", definition.get("errorRef")) if definition is not None else None
    return error.get("errorCode") if error is not None else None


def _catcher(scope: Scope, host: str, code: str | None) -> str | None:
    """The boundary on an activity that takes an error: one of just this code before one that takes every error."""
    general = None
    for key in scope.kinds("boundaryEvent"):
        node = scope.elements[key]
        if node.get("attachedToRef") == host and node.find(f"{BPMN}errorEventDefinition") is not None:
            taken = _error_code(node)
            if taken is not None and taken == code:
                return key
            general = general or (key if taken is None else None)
    return general


def passing_scopes(scopes: Iterable[Scope]) -> dict[str, Passing]:
    """For each process and subprocess how it can be left without a wait; calls are followed to a fixed point."""
    every = [inner for scope in scopes for inner in scope.walk()]
    passing = {scope.id: Passing() for scope in every}
    changed = True
    while changed:
        changed = False
        for scope in reversed(every):  # what is held comes before what holds it
            found = _passing(scope, passing)
            if found != passing[scope.id]:
                passing[scope.id] = found
                changed = True
    return passing


def _passing(scope: Scope, passing: Mapping[str, Passing]) -> Passing:
    arrows = _automatic(scope, passing)
    through, errors = False, set[str | None]()
    for key in reached(arrows, [key for key in scope.kinds("startEvent") if key in arrows]):
        node = scope.elements[key]
        if local(node) == "endEvent":
            if node.find(f"{BPMN}errorEventDefinition") is None:
                through = True
            else:
                errors.add(_error_code(node))
        elif (inside := _inside(node, passing)) is not None:
            errors |= {code for code in inside.errors if _catcher(scope, key, code) is None}
    return Passing(through, frozenset(errors))


def too_deep(scopes: Mapping[str, Scope], limit: int) -> list[str]:
    """The first element of each process that even the shortest way reaches only after more than `limit` elements.

    What is called stands within its caller. Processes that call each other in a circle are left to `recursive_calls`.
    """
    depths: dict[str, int] = {}
    found: list[str] = []

    def measure(scope: Scope, above: frozenset[str]) -> int:
        if scope.id in depths or scope.id in above:
            return depths.get(scope.id, 0)
        distance = dict.fromkeys(scope.kinds("startEvent"), 1)
        todo = list(distance)
        arrows = scope.arrows()
        deepest = 0
        inner = {one.id: one for one in scope.inner}
        for key in todo:  # grows on the way
            called = inner.get(key) or scopes.get(str(scope.elements[key].get("calledElement")))
            within = measure(called, above | {scope.id}) if called is not None else 0
            deepest = max(deepest, distance[key] + within)
            if deepest > limit:
                found.append(key)
                break
            for target in arrows.get(key, ()):
                if target not in distance:
                    distance[target] = distance[key] + 1
                    todo.append(target)
        depths[scope.id] = deepest
        return deepest

    for scope in scopes.values():
        measure(scope, frozenset())
    return found


def calls(scope: Scope) -> list[tuple[str, str]]:
    """(call activity, called process) in this scope and those inside it."""
    return [
        (key, str(inner.elements[key].get("calledElement")))
        for inner in scope.walk()
        for key in inner.kinds("callActivity")
    ]


def recursive_calls(scopes: Mapping[str, Scope]) -> list[tuple[str, str]]:
    """Call activities that lead back to their own process."""
    arrows = {key: [called for _, called in calls(scope)] for key, scope in scopes.items()}
    return [
        (element, called)
        for key, scope in scopes.items()
        for element, called in calls(scope)
        if key in reached(arrows, [called])
    ]
