"""In what order the steps of a diagram are told, and where each leads: the ways between elements, without any words.

A step comes after all that lead to it, ways back aside; of several ways the shorter detour is told first, then the main
way goes on. The order hangs on the flows alone, so moving a shape changes no number. Gateways that only bring ways
together are looked through; one that asks right behind an activity belongs to that activity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from workflows.graph import BPMN, Scope, local

_GATEWAYS = ("exclusiveGateway", "inclusiveGateway", "parallelGateway")
_NO_STEP = ("startEvent", "endEvent", "boundaryEvent")


@dataclass(frozen=True)
class Order:
    """The steps of one process or subprocess in the order of the text, and the ways between its elements."""

    scope: Scope
    steps: tuple[str, ...]
    starts: tuple[str, ...]
    attached: Mapping[str, str]
    """Activity → the gateway behind it that is told with it."""
    boundaries: Mapping[str, Sequence[str]]
    unreached: frozenset[str]
    _through: Mapping[str, str] = field(repr=False)
    _into: Mapping[str, Sequence[str]] = field(repr=False)

    def through(self, target: str) -> str:
        """The element that a way to this one leads to in the end, past gateways that only join."""
        return self._through.get(target, target)

    def goes(self, element: str) -> list[str]:
        """Where the flows of an element lead, joins looked through."""
        return [self.through(str(flow.get("targetRef"))) for flow in self.scope.flows_from(element)]

    def before(self, element: str) -> list[str]:
        """The activities that come right before an element, gateways and events looked through; the nearest first."""
        found: dict[str, None] = {}
        seen, todo = {element}, list(self._into.get(element, ()))
        while todo:
            one = todo.pop(0)
            if one in seen or one not in self.scope.elements:
                continue
            seen.add(one)
            node = self.scope.elements[one]
            if local(node) in _GATEWAYS:
                todo += self._into.get(one, ())
            elif local(node) == "boundaryEvent":
                todo.append(str(node.get("attachedToRef")))
            elif local(node) not in _NO_STEP:
                found[one] = None
        return list(found)

    def waits_before(self, element: str, target: str) -> list[str]:
        """The steps of which all must be done before a target, where a way from this element runs into a parallel join."""
        for flow in self.scope.flows_from(self.attached.get(element, element)):
            join = str(flow.get("targetRef"))
            node = self.scope.elements.get(join)
            if node is not None and local(node) == "parallelGateway" and self.through(join) == target and join != target:
                found = self.before(join)
                return sorted(found, key=self.steps.index) if all(one in self.steps for one in found) else found
        return []


def read_order(scope: Scope) -> Order:
    """Work out the order of a scope; it never fails on a diagram that is not finished."""
    into: dict[str, list[str]] = {}
    for flow in scope.flows:
        into.setdefault(str(flow.get("targetRef")), []).append(str(flow.get("sourceRef")))
    through = _joins(scope, into)
    boundaries: dict[str, list[str]] = {}
    for key in scope.kinds("boundaryEvent"):
        boundaries.setdefault(str(scope.elements[key].get("attachedToRef")), []).append(key)
    attached = _attached(scope, into, through)
    hidden = set(through) | set(attached.values())
    ordered, unreached = _ordered(scope, boundaries)
    steps = tuple(
        key for key in ordered if key not in hidden and local(scope.elements[key]) not in _NO_STEP
    )
    return Order(
        scope, steps, tuple(scope.kinds("startEvent")), attached, boundaries, frozenset(unreached), through, into
    )


def _joins(scope: Scope, into: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Gateways with one way out and nothing to ask → where that leads in the end."""
    single: dict[str, str] = {}
    for key in scope.kinds(*_GATEWAYS):
        flows = scope.flows_from(key)
        if len(flows) == 1 and not _condition(flows[0]) and len(into.get(key, ())) > 0:
            single[key] = str(flows[0].get("targetRef"))
    found: dict[str, str] = {}
    for key in single:
        seen, at = {key}, single[key]
        while at in single and at not in seen:
            seen.add(at)
            at = single[at]
        if at not in seen:  # gateways that only lead to each other stay as they are
            found[key] = at
    return found


def _condition(flow: etree._Element) -> str:
    return (flow.findtext(f"{BPMN}conditionExpression") or "").strip()


def _attached(scope: Scope, into: Mapping[str, Sequence[str]], through: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key in scope.kinds(*_GATEWAYS):
        sources = into.get(key, ())
        if key in through or len(sources) != 1 or len(scope.flows_from(key)) == 0:
            continue
        source = scope.elements.get(sources[0])
        if source is None or local(source) in (*_NO_STEP, *_GATEWAYS):
            continue
        if len(scope.flows_from(sources[0])) == 1:
            found[sources[0]] = key
    return found


def _children(scope: Scope, boundaries: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Where each element leads, asked ways before the one that is taken otherwise, and boundary events last."""
    found: dict[str, list[str]] = {}
    for key, node in scope.elements.items():
        default = node.get("default")
        flows = sorted(scope.flows_from(key), key=lambda flow, d=default: flow.get("id") == d)  # type: ignore[misc]
        targets = [str(flow.get("targetRef")) for flow in flows]
        found[key] = [t for t in dict.fromkeys(targets) if t in scope.elements] + [
            b for b in boundaries.get(key, ()) if b in scope.elements
        ]
    return found


def _ordered(scope: Scope, boundaries: Mapping[str, Sequence[str]]) -> tuple[list[str], set[str]]:
    """All elements in the order of telling, and those that nothing leads to."""
    children = _children(scope, boundaries)
    starts = scope.kinds("startEvent")
    ahead, reached = _without_ways_back(children, starts)
    unreached = [key for key in scope.elements if key not in reached]
    weight = {k: 1 for k, node in scope.elements.items() if local(node) not in (*_NO_STEP, *_GATEWAYS)}
    found = _told(ahead, starts, [key for key in scope.elements if key in reached], weight)
    if unreached:
        rest = {key: [t for t in children[key] if t not in reached] for key in unreached}
        entered = {t for targets in rest.values() for t in targets}
        roots = [key for key in unreached if key not in entered] or unreached[:1]
        forward, seen = _without_ways_back(rest, [*roots, *unreached])
        found += _told(forward, [*roots, *unreached], [key for key in unreached if key in seen], weight)
    return found, set(unreached)


def _without_ways_back(
    children: Mapping[str, Sequence[str]], starts: Sequence[str]
) -> tuple[dict[str, list[str]], set[str]]:
    """The arrows without those that lead back to where somebody came from, and everything that was reached."""
    ahead: dict[str, list[str]] = {}
    open_: set[str] = set()
    seen: set[str] = set()
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        open_.add(start)
        ahead[start] = []
        stack = [(start, iter(children.get(start, ())))]
        while stack:
            key, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                stack.pop()
                open_.discard(key)
                continue
            if target in open_:
                continue
            ahead[key].append(target)
            if target not in seen:
                seen.add(target)
                open_.add(target)
                ahead[target] = []
                stack.append((target, iter(children.get(target, ()))))
    return ahead, seen


def _told(
    ahead: Mapping[str, Sequence[str]], starts: Sequence[str], every: Sequence[str], weight: Mapping[str, int]
) -> list[str]:
    """A topological order: what becomes ready last is told next, shorter detours first."""
    left = dict.fromkeys(every, 0)
    for targets in ahead.values():
        for target in targets:
            left[target] = left.get(target, 0) + 1
    own = _Own(ahead, starts, left, weight)
    ready = [key for key in reversed(list(dict.fromkeys(starts))) if left.get(key) == 0]
    found: list[str] = []
    while ready:
        key = ready.pop()
        found.append(key)
        opened: list[str] = []
        for target in ahead.get(key, ()):
            left[target] -= 1
            if left[target] == 0:
                opened.append(target)
        if len(opened) > 1:
            opened.reverse()  # of equals the first is told first
            opened.sort(key=own.length, reverse=True)
        ready += opened
    return found


class _Own:
    """What can only be reached past each element, its own detour."""

    def __init__(
        self, ahead: Mapping[str, Sequence[str]], starts: Sequence[str], entered: Mapping[str, int], weight: Mapping[str, int]
    ) -> None:
        self._ahead = ahead
        order = _topological(ahead, starts, entered)
        place = {key: number for number, key in enumerate(order)}
        above: dict[str, list[str]] = {}
        for key in order:
            for target in ahead.get(key, ()):
                above.setdefault(target, []).append(key)
        parent: dict[str, str | None] = {}
        for key in order:
            parent[key] = _nearest_common(above.get(key, []), parent, place)
        self._steps = {key: weight.get(key, 0) for key in order}
        self._below: dict[str, list[str]] = {}
        for key in reversed(order):
            if (over := parent[key]) is not None:
                self._steps[over] += self._steps[key]
                self._below.setdefault(over, []).append(key)

    def length(self, key: str) -> tuple[bool, int]:
        """Whether a way goes on to somewhere, and how many steps are its own: what only leads back is the shortest."""
        region, todo = {key}, [key]
        while todo:
            found = self._below.get(todo.pop(), ())
            region.update(found)
            todo += found
        ends = any(not self._ahead.get(one) and not self._steps.get(one) for one in region)  # an event, no step that leads back
        return ends or any(target not in region for one in region for target in self._ahead.get(one, ())), self._steps.get(key, 0)


def _nearest_common(keys: Sequence[str], parent: Mapping[str, str | None], place: Mapping[str, int]) -> str | None:
    """The last element that every way to these passes."""
    found: str | None = None
    for number, key in enumerate(keys):
        one: str | None = key
        if number == 0:
            found = one
            continue
        while one != found and one is not None and found is not None:
            if place[one] > place[found]:
                one = parent[one]
            else:
                found = parent[found]
        if one is None:
            found = None
    return found


def _topological(ahead: Mapping[str, Sequence[str]], starts: Sequence[str], entered: Mapping[str, int]) -> list[str]:
    left = dict(entered)
    ready = [key for key in dict.fromkeys(starts) if left.get(key) == 0]
    found: list[str] = []
    while ready:
        key = ready.pop()
        found.append(key)
        for target in ahead.get(key, ()):
            left[target] -= 1
            if left[target] == 0:
                ready.append(target)
    return found
