"""Moves a waiting instance from the definition it ran on to another version of it, or says why it cannot go.

Where it stands is carried over as it is: task ids, data, due times, keys, counts, holds, what is stuck and what
a list collected. Only what lies ahead is worked out anew, so that a step that was put in is visited. A finished
task whose element is gone stays in the state as a `Gone` one, so that no instance ever becomes unloadable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.util.task import TaskState

from workflows import engine
from workflows.clock import Cycle, CycleTimer
from workflows.codec import take_place
from workflows.definition import Definition, Element
from workflows.due import is_timer
from workflows.environment import Env
from workflows.gone import gone, kind_of, plant, split_name
from workflows.joins import ParallelGateway, led_to
from workflows.live import Live
from workflows.specs import BoundaryEvent, MultiInstance
from workflows.step import EngineError, Step
from workflows.tree import LIVE, Node, Workflow

SPLIT, JOIN = ".BoundaryEventSplit", ".BoundaryEventJoin"
_MAPPABLE = {"user", "receive", "external", "call", "subprocess", "decision", "script", "gateway", "timer"}
DROPPED = "-"
"""In a mapping, for an element: the newer diagram has it no more, under no other id."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an instance cannot go: the element where it stands, and one sentence that says what to do."""

    element: str
    code: str
    message: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An element or process of the newer diagram that may be the old one under another id, and what speaks for it."""

    old: str
    new: str
    why: str  # "name", "position", "kind"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an instance can go; `proposals` offers a mapping for live elements that are gone."""

    reasons: tuple[Reason, ...] = ()
    proposals: tuple[Proposal, ...] = ()

    @property
    def can_go(self) -> bool:
        return not self.reasons


class CannotMigrate(EngineError):
    """The instance cannot go to that definition; `verdict` says why, element by element."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reasons[0].message, verdict.reasons[0].message_en)
        self.verdict = verdict


# -- the verbs


def plan(live: Live, newer: Definition, mapping: Mapping[str, str] | None = None) -> Verdict:
    """Say whether an instance can go to a definition, and else every reason at once; nothing is changed.

    `mapping` names elements (and called processes) that have another id there: old id → new id, or `DROPPED`.
    """
    route = _Route(live.definition, newer, mapping or {})
    if live.finished is not None or live.workflow.completed:
        return Verdict((route.why("ended", live.definition.main),))
    reasons = list(route.faults())
    if not reasons:
        reasons = list(dict.fromkeys([*_obstacles(live, route), *_lost_actors(live, route)]))
    gone = {reason.element for reason in reasons if reason.code in ("gone", "other-kind", "moved-away", "actor-lost")}
    offered = propose(live.definition, newer, mapping) if gone else ()
    return Verdict(tuple(reasons), tuple(one for one in offered if one.old in gone))


def migrate(
    live: Live,
    newer: Definition,
    mapping: Mapping[str, str] | None,
    env: Env,
    known: Mapping[str, Any] | None = None,
) -> tuple[Live, Step]:
    """Carry an instance over; gives its live object under the newer definition, and the step to record.

    `known` are answers that were given and that the older definition did not read: what the newer one reads of
    them, and the data lacks, joins the data.

    Raises CannotMigrate. The old object is left as it was. A timer that the newer diagram adds to a step that is
    open already runs from now on; whatever was there before keeps its due time.
    """
    verdict = plan(live, newer, mapping)
    if not verdict.can_go:
        raise CannotMigrate(verdict)
    route = _Route(live.definition, newer, mapping or {})
    moved = _carry(live, route)
    moved.workflow.evaluator.env = env
    heard = {name: value for name, value in (known or {}).items() if name in newer.names}
    for tree in (moved.workflow, *moved.workflow.subprocesses.values()):
        if not tree.completed:
            if heard:
                _tell(tree, heard)
            _look_ahead(tree)
    return moved, engine.go_on(moved, env)


def propose(
    older: Definition, newer: Definition, mapping: Mapping[str, str] | None = None
) -> tuple[Proposal, ...]:
    """Offer for each element and called process that is gone what it most likely became: by name, place, or kind."""
    given = mapping or {}
    taken = set(given.values())
    found = list(_processes(older, newer, given))
    scopes = renamed(given) | {one.old: one.new for one in found}
    fresh = [e for e in newer.elements.values() if e.id not in older.elements and e.id not in taken]
    for element in older.elements.values():
        if element.kind not in _MAPPABLE or element.id in newer.elements or element.id in given:
            continue
        alike = [e for e in fresh if _alike(element, e)]
        best = _best(element, alike, older, newer, scopes)
        if best is not None:
            fresh = [e for e in fresh if e.id != best.new]
            found.append(best)
    return (*found, *_edges(older, newer, given, renamed(given) | {one.old: one.new for one in found}))


def is_mappable(element: Element) -> bool:
    """Whether a mapping is offered for an element: what an instance stands at or passes, and events at an edge."""
    return element.kind in _MAPPABLE or element.host is not None


def _edges(
    older: Definition, newer: Definition, given: Mapping[str, str], called: Mapping[str, str]
) -> Iterator[Proposal]:
    """Events at the edge of an activity, with the new one of their kind there: one that runs keeps its due time."""
    for event in older.elements.values():
        if event.host is None or event.id in newer.elements or event.id in given:
            continue
        host = called.get(event.host, event.host)
        alike = [
            e for e in newer.elements.values()
            if e.host == host and e.id not in older.elements and e.id not in given.values() and _alike(event, e)
        ]
        if len(alike) == 1:
            yield Proposal(event.id, alike[0].id, "name" if _plain(alike[0].name) == _plain(event.name) else "position")


def renamed(mapping: Mapping[str, str]) -> dict[str, str]:
    """What a mapping gives another id, without what stays and what is dropped."""
    return {old: new for old, new in mapping.items() if new not in (old, DROPPED)}


def _processes(older: Definition, newer: Definition, given: Mapping[str, str]) -> Iterator[Proposal]:
    """Processes that are gone, with the new one of the same name, or the one that the same element calls now."""
    fresh = [p for p in newer.processes if p not in older.processes and p not in given.values()]
    for process in older.processes:
        if process in newer.processes or process in given:
            continue
        named = [p for p in fresh if _plain(newer.processes_named[p]) == _plain(older.processes_named[process])]
        callers = [given.get(e.id, e.id) for e in older.elements.values() if e.calls == process]
        called = {e.calls for key in callers if (e := newer.elements.get(key)) is not None} & set(fresh)
        best = named if len(named) == 1 else sorted(p for p in called if p)
        if len(best) == 1:
            fresh.remove(best[0])
            yield Proposal(process, best[0], "name" if named == best else "position")


def _alike(old: Element, new: Element) -> bool:
    return (old.kind, old.repeated, old.message) == (new.kind, new.repeated, new.message)


def _best(
    old: Element, alike: list[Element], older: Definition, newer: Definition, scopes: Mapping[str, str]
) -> Proposal | None:
    named = [e for e in alike if _plain(e.name) == _plain(old.name)]
    if len(named) == 1:
        return Proposal(old.id, named[0].id, "name")
    here = _neighbours(older, old.id)
    placed = [e for e in alike if here and _neighbours(newer, e.id) & here]
    if len(placed) == 1:
        return Proposal(old.id, placed[0].id, "position")
    same_scope = [e for e in alike if e.scope == scopes.get(old.scope, old.scope)]
    return Proposal(old.id, same_scope[0].id, "kind") if len(same_scope) == 1 else None


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _neighbours(definition: Definition, key: str) -> set[tuple[str, str]]:
    """The elements before and after, each with its side."""
    flows = [e.ends for e in definition.elements.values() if e.ends is not None]
    return {("before", a) for a, b in flows if b == key} | {("after", b) for a, b in flows if a == key}


# -- from one definition to the other


class _Route:
    """Where each specification of the old definition lies in the newer one."""

    def __init__(self, older: Definition, newer: Definition, mapping: Mapping[str, str]) -> None:
        self.older, self.newer = older, newer
        self.mapping = renamed(mapping)
        self.settled = mapping.keys()  # what somebody has said something about, be it that it is dropped
        self.specs = {newer.main: newer.spec, **newer.subprocess_specs}

    def faults(self) -> Iterator[Reason]:
        """What is wrong with the two definitions or the mapping as such."""
        if self.newer.main != self.older.main:
            yield self.why("other-process", self.older.main)
        known = {**self.newer.elements, **dict.fromkeys(self.newer.processes)}
        for old, new in self.mapping.items():
            if old not in self.older.elements and old not in self.older.processes or new not in known:
                yield self.why("bad-mapping", old, to=new)

    def key(self, element: str) -> str:
        """Id of an element or process in the newer definition."""
        return self.mapping.get(element, element)

    def name(self, name: str) -> str:
        """Name of a specification in the newer definition, with what the library hangs on to it."""
        base, rest = split_name(name)
        return self.key(base) + rest

    def spec(self, process: str, old: Any) -> Any | None:
        """The specification that a task has in the newer definition, if it is one of the same kind."""
        tree = self.specs.get(self.key(process))
        found = tree.task_specs.get(self.name(old.name)) if tree is not None else None
        return found if found is not None and kind_of(found) == kind_of(old) else None

    def why(self, code: str, key: str, to: str = "") -> Reason:
        """A reason, said with the name of the element as drawn."""
        message, message_en = _WORDS[code]
        named = self.older.elements.get(key) or self.newer.elements.get(key)
        words = {"key": named.name if named is not None else key, "to": to}
        return Reason(key, code, message.format(**words), message_en.format(**words))


def _obstacles(live: Live, route: _Route) -> Iterator[Reason]:
    """Every reason why what is open cannot be carried over."""
    workflow = live.workflow
    lost: set[int] = set()  # trees whose caller is an obstacle: what is inside needs no reason of its own
    for tree in (workflow, *workflow.subprocesses.values()):
        if tree.completed:
            continue
        caller = getattr(tree, "parent_node", None)
        if caller is not None and id(caller.workflow) in lost:
            lost.add(id(tree))
            continue
        if caller is not None:
            spec = route.spec(caller.workflow.spec.name, caller.task_spec)
            if spec is None or spec.spec != route.key(tree.spec.name):
                lost.add(id(tree))
                if spec is not None:
                    yield route.why("calls-other", _element_of(caller))
                elif _is_embedded(live.definition, tree.spec.name):
                    yield route.why("inside-gone", tree.spec.name)
                continue
        here: dict[str, str] = {}
        for node in _open_nodes(workflow, tree):
            name = node.task_spec.name
            if here.setdefault(route.name(name), name) != name:
                yield route.why("mapped-twice", _element_of(node), to=route.key(_element_of(node)))
            yield from _obstacle(node, route, tree)
        yield from _join_obstacles(tree, workflow, route)


def _is_embedded(definition: Definition, name: str) -> bool:
    element = definition.elements.get(name)
    return element is not None and element.kind == "subprocess"


def _open_nodes(workflow: Workflow, tree: Any) -> list[Node]:
    return [n for n in tree.tasks.values() if n._state & LIVE or n.id in workflow.stuck and n._state & TaskState.FUTURE]


def _obstacle(node: Node, route: _Route, tree: Any) -> Iterator[Reason]:
    old = node.task_spec
    key, rest = split_name(old.name)
    if isinstance(old, BoundaryEvent) or rest == JOIN:
        return  # an event at the edge may go: nothing waits for it
    spec = route.spec(tree.spec.name, old)
    if spec is None:
        yield _missing(key, old, route, tree)
        return
    before, after = getattr(old, "element", None), getattr(spec, "element", None)
    if isinstance(old, MultiInstance) and (old.item, old.output, old.output_item_name) != (
        spec.item, spec.output, spec.output_item_name
    ):
        yield route.why("repeats-otherwise", key)
    if before is None or after is None:
        return
    if before.kind != after.kind:
        yield route.why("other-kind", key)
    elif before.kind == "receive" and not _still_takes(before, after):
        yield route.why("waits-otherwise", key)
    elif before.kind == "external" and before.attrs.get("topic") != after.attrs.get("topic"):
        yield route.why("asks-otherwise", key)


def _still_takes(before: Element, after: Element) -> bool:
    """Whether a wait takes all that it might have been sent before."""
    if (before.message, before.attrs.get("list")) != (after.message, after.attrs.get("list")):
        return False
    values = [set(e.attrs.get("values", "").replace(",", " ").split()) for e in (before, after)]
    return not values[1] or values[0] != set() and values[0] <= values[1]


def _missing(key: str, old: Any, route: _Route, tree: Any) -> Reason:
    there = route.newer.elements.get(route.key(key))
    was = route.older.elements.get(key)
    if there is None:
        return route.why("gone", key)
    if was is not None and (there.repeated != was.repeated):
        return route.why("repeats-otherwise", key)
    if there.scope != route.key(tree.spec.name):
        return route.why("moved-away", key)
    return route.why("other-kind", key)


def _lost_actors(live: Live, route: _Route) -> Iterator[Reason]:
    """Finished steps that may be the ones whose people the newer diagram keeps away from a later step, or asks again.

    Who did a step is found by its id: under an id that is new and that nothing was mapped to, nobody would be found.
    """
    older, newer = route.older, route.newer
    asked = {
        word for element in newer.elements.values() for part in ("excludes", "same_as")
        for word in element.attrs.get(part, "").replace(",", " ").split()
    }
    unknown = [e.name for e in newer.elements.values() if e.id in asked - older.elements.keys() - set(route.mapping.values())]
    if not unknown:
        return
    trees = (live.workflow, *live.workflow.subprocesses.values())
    done = {
        element.id for tree in trees for node in tree.tasks.values()
        if node._state == TaskState.COMPLETED and (element := node.task_spec.element) is not None and element.kind == "user"
    }
    for key in older.elements:
        if key in done and key not in newer.elements and key not in route.settled:
            yield route.why("actor-lost", key, to=", ".join(unknown))


# -- joins of parallel branches


def _join_obstacles(tree: Any, workflow: Workflow, route: _Route) -> Iterator[Reason]:
    """A join that would wait for a branch on which nothing is under way any more."""
    wf_spec = route.specs[route.key(tree.spec.name)]
    standing = _standing(tree, workflow, route)
    for join in wf_spec.task_specs.values():
        if not isinstance(join, ParallelGateway):
            continue
        missing = _missing_inputs(tree, join, standing, wf_spec, route)
        if missing is None:
            yield route.why("join-unclear", join.name)
        elif missing:
            yield route.why("branch-missing", join.name, to=", ".join(sorted(missing)))


def _standing(tree: Any, workflow: Workflow, route: _Route) -> list[Any]:
    """The specifications in the newer process where something is under way."""
    found = []
    for node in _open_nodes(workflow, tree):
        spec = route.spec(tree.spec.name, node.task_spec)
        if spec is not None and not isinstance(spec, ParallelGateway):
            found.append(spec)
    return found


def _missing_inputs(tree: Any, join: Any, standing: list[Any], wf_spec: Any, route: _Route) -> set[str] | None:
    """Inputs of a join that can never come; None where it is not clear by which one a branch came."""
    reached = led_to(wf_spec, [spec.name for spec in standing], join.name)
    arrived_here = _arrived(tree, join, route)
    if not arrived_here:
        inputs = set(join._inputs)
        if not inputs & reached:
            return set()
        again = any(_is(n, join, tree, route) and n._state == TaskState.COMPLETED for n in tree.tasks.values())
        needed = set(join.later_inputs if again else join.first_inputs)
        return needed - reached
    arrived = _arrivals(arrived_here, join, standing, wf_spec, route)
    if arrived is None:
        return None
    again = any(_is(n, join, tree, route) for n in arrived_here[-1].ancestors())
    needed = set(join.later_inputs if again else join.first_inputs)
    return needed - set(arrived.values()) - reached


def _is(node: Node, join: Any, tree: Any, route: _Route) -> bool:
    return route.spec(tree.spec.name, node.task_spec) is join


def _arrived(tree: Any, join: Any, route: _Route) -> list[Node]:
    """The branches that wait at a join now, as the join counts them: an earlier one is cancelled when the next comes."""
    here = [n for n in tree.tasks.values() if _is(n, join, tree, route)]
    waiting = next((n for n in reversed(here) if n._state == TaskState.WAITING), None)
    if waiting is None:
        return []
    fired = next((n.id for n in waiting.ancestors() if _is(n, join, tree, route)), 0)
    return [n for n in here if n.id > fired and n.parent is not None and n.parent._state == TaskState.COMPLETED]


def _arrivals(
    waiting: list[Node], join: Any, standing: list[Any], wf_spec: Any, route: _Route
) -> dict[int, str] | None:
    """By which input of the newer join each waiting branch came: task → input; None where that is not clear."""
    came: dict[int, str] = {}
    unclear: list[Node] = []
    for node in waiting:
        parent = node.parent
        assert parent is not None
        name = node.internal_data.get("by") or parent.task_spec.name
        name = route.name(name)
        if name in join._inputs:
            came[node.id] = name
            continue
        ways = set(join._inputs)
        if name in wf_spec.task_specs:
            ways &= led_to(wf_spec, [name], join.name)
        if len(ways) == 1:
            came[node.id] = ways.pop()
        else:
            unclear.append(node)
    if unclear:
        on_their_way = led_to(wf_spec, [spec.name for spec in standing], join.name)
        left = set(join._inputs) - set(came.values()) - on_their_way
        if len(unclear) != 1 or len(left) != 1:
            return None
        came[unclear[0].id] = left.pop()
    return came


# -- carrying over


def _carry(live: Live, route: _Route) -> Live:
    """The same tasks under the newer definition, without what only lay ahead."""
    newer, old = route.newer, live.workflow
    workflow = Workflow(newer.spec, newer.subprocess_specs, deserializing=True)
    workflow.next_id, workflow.ticks = old.next_id, old.ticks
    workflow.decided = None if live.kept else []
    moved = Live(
        newer, workflow, live.name,
        held_at=live.held_at, depth_limit=live.depth_limit, kept=live.kept,
    )
    for key, count in live.counts.items():
        moved.counts[route.key(key)] = moved.counts.get(route.key(key), 0) + count
    _carry_tree(old, workflow, live, moved, route)
    everything = dict(workflow.tasks)
    for task_id, inner in old.subprocesses.items():
        caller = everything.get(task_id)
        if caller is None:
            continue
        tree = plant(moved, caller, route.key(inner.spec.name))
        _carry_tree(inner, tree, live, moved, route)
        everything.update(tree.tasks)
    for task_id, incident in old.stuck.items():
        if task_id in everything and everything[task_id]._state & TaskState.NOT_FINISHED_MASK:
            element = None if incident.element is None else route.key(incident.element)
            workflow.stuck[task_id] = type(incident)(element, incident.code, incident.message, incident.message_en)
    workflow.moves.clear()
    return moved


def _carry_tree(old: Any, tree: Any, live: Live, moved: Live, route: _Route) -> None:
    process = old.spec.name
    came = {} if old.completed else _how_branches_came(old, live.workflow, route)
    for node in old.tasks.values():
        if not _is_kept(node, live.workflow):
            continue
        parent = None if node.parent is None else tree.tasks.get(node.parent.id)
        if node.parent is not None and parent is None:
            continue
        spec, state = route.spec(process, node.task_spec), node._state
        if state & TaskState.NOT_FINISHED_MASK:
            if spec is None or _is_other_event(node, spec, route):
                spec, state = None, TaskState.CANCELLED  # an event at the edge that is gone; its branches go on
            else:
                parent = _behind_its_split(node, spec, parent, tree)
        if spec is None:
            spec = gone(moved, node.task_spec.name, kind_of(node.task_spec))
        copy = Node(tree, spec, parent, state, node.id)
        copy.last_state_change, copy.triggered = node.last_state_change, node.triggered
        copy.data, copy.internal_data = dict(node.data), dict(node.internal_data)
        if parent is None:
            tree.task_tree = copy
        if node.id in came:
            copy.internal_data["by"] = came[node.id]
        if copy._state & LIVE:
            _mend_cycle(copy)
            take_place(copy, moved)
    tree.completed, tree.success, tree.data = old.completed, old.success, dict(old.data)
    tree.last_task = None if old.last_task is None else tree.tasks.get(old.last_task.id)


def _is_kept(node: Node, workflow: Workflow) -> bool:
    return bool(node._state & (LIVE | TaskState.FINISHED_MASK)) or node.id in workflow.stuck


def _how_branches_came(old: Any, workflow: Workflow, route: _Route) -> dict[int, str]:
    """What waiting branches must remember because the element before the join is another one now."""
    wf_spec = route.specs[route.key(old.spec.name)]
    standing = _standing(old, workflow, route)
    found: dict[int, str] = {}
    for join in wf_spec.task_specs.values():
        if isinstance(join, ParallelGateway):
            waiting = _arrived(old, join, route)
            for key, name in (_arrivals(waiting, join, standing, wf_spec, route) or {}).items():
                parent = old.tasks[key].parent
                if parent is None or route.spec(old.spec.name, parent.task_spec) is not wf_spec.task_specs.get(name):
                    found[key] = name
    return found


def _is_other_event(node: Node, spec: Any, route: _Route) -> bool:
    """Whether an armed event now sits on another activity, or is of another kind: then it is one that is gone."""
    if not isinstance(spec, BoundaryEvent):
        return False
    before, after = node.task_spec.element, spec.element
    return (route.key(before.host), before.kind, before.message) != (after.host, after.kind, after.message)


def _behind_its_split(node: Node, spec: Any, parent: Node | None, tree: Any) -> Node | None:
    """The split that the newer definition has in front of an activity with events at its edge, made if need be."""
    split = tree.spec.task_specs.get(spec.name + SPLIT)
    if split is None or parent is None or parent.task_spec is split or spec not in split.outputs:
        return parent
    made = Node(tree, split, parent, TaskState.COMPLETED)
    made.data = dict(parent.data)
    made.last_state_change = parent.last_state_change
    return made


def _mend_cycle(node: Node) -> None:
    """A timer that became a repeating one keeps its due time and begins to count."""
    definition = getattr(node.task_spec, "event_definition", None)
    if is_timer(node) and isinstance(definition, CycleTimer) and "left" not in node.internal_data:
        cycle: Cycle = definition.expression
        node.internal_data["left"] = cycle.times


def _tell(tree: Any, heard: Mapping[str, Any]) -> None:
    """Add values where the process stands; what is there already stays."""
    for node in tree.tasks.values():
        if node._state & LIVE or node is tree.last_task:
            node.data = {**heard, **node.data}


def _look_ahead(tree: Any) -> None:
    """Work out anew what follows each open task, arm new events at its edge, and ask the joins again."""
    open_ones = [n for n in tree.tasks.values() if n._state & TaskState.NOT_FINISHED_MASK]
    for node in open_ones:
        kept, node._children = node._children, []
        node.task_spec._predict(node, mask=TaskState.NOT_FINISHED_MASK)
        node._children = [*kept, *node._children]
        _arm_new_events(node)
    tree.update_waiting_tasks()


def _arm_new_events(node: Node) -> None:
    split = node.parent
    if split is None or not split.task_spec.name.endswith(SPLIT) or isinstance(node.task_spec, BoundaryEvent):
        return
    if split.task_spec.name != node.task_spec.name + SPLIT:
        return
    # One that was cancelled while its activity stands open had been taken away by an earlier move.
    there = [child.task_spec for child in split.children if child._state != TaskState.CANCELLED]
    for event in split.task_spec.outputs:
        if isinstance(event, BoundaryEvent) and event not in there:
            armed = split._add_child(event, TaskState.WAITING)
            event._predict(armed, mask=TaskState.NOT_FINISHED_MASK)
            event._update(armed)


def _element_of(node: Node) -> str:
    return split_name(node.task_spec.name)[0]


# -- words


_WORDS: Mapping[str, tuple[str, str]] = {
    "ended": ("Hồ sơ đã kết thúc nên không còn gì để chuyển.", "The instance has ended; there is nothing to move."),
    "other-process": (
        "Phiên bản đích là của quy trình khác; chọn một phiên bản của quy trình “{key}”.",
        "The target is a version of another process; choose one of “{key}”.",
    ),
    "bad-mapping": (
        "Phần ghép “{key}” → “{to}” có mã không có trong sơ đồ; chọn lại trong danh sách.",
        "The mapping “{key}” → “{to}” names an id that is in neither diagram; choose from the list.",
    ),
    "mapped-twice": (
        "Hồ sơ đang ở hai bước cùng ghép vào “{to}”; ghép bước “{key}” với bước khác, hoặc chờ hồ sơ qua bước này.",
        "The instance stands at two steps that are both mapped to “{to}”; map “{key}” to another one, or wait.",
    ),
    "gone": (
        "Hồ sơ đang ở bước “{key}” mà phiên bản mới không còn bước này; ghép với một bước của phiên bản mới, "
        "hoặc chờ hồ sơ qua bước này.",
        "The instance stands at “{key}”, which the newer version lacks; map it to a step there, or wait until it is through.",
    ),
    "moved-away": (
        "Bước “{key}” nằm ở phần khác của phiên bản mới (quy trình con khác); chờ hồ sơ qua bước này.",
        "“{key}” lies in another process or subprocess of the newer version; wait until the instance is through.",
    ),
    "other-kind": (
        "Bước “{key}” của phiên bản mới thuộc loại khác; ghép với bước cùng loại, hoặc chờ hồ sơ qua bước này.",
        "“{key}” is an element of another kind in the newer version; map it to one of the same kind, or wait.",
    ),
    "calls-other": (
        "Bước “{key}” của phiên bản mới gọi một quy trình khác, mà hồ sơ đang ở trong quy trình cũ; chờ quy trình con xong.",
        "“{key}” calls another process in the newer version while the instance is inside the old one; wait until that ends.",
    ),
    "inside-gone": (
        "Hồ sơ đang ở trong phần “{key}” mà phiên bản mới không còn phần này; chờ hồ sơ ra khỏi phần đó.",
        "The instance is inside the subprocess “{key}”, which the newer version lacks; wait until it has left it.",
    ),
    "repeats-otherwise": (
        "Cách thực hiện nhiều lần ở bước “{key}” đã đổi, mà hồ sơ đang làm dở; chờ các lần này xong.",
        "How “{key}” is done for each item has changed while the instance is at it; wait until the items are through.",
    ),
    "waits-otherwise": (
        "Bước “{key}” của phiên bản mới chờ danh sách hoặc tin báo khác; chờ kết quả đang đợi về rồi mới chuyển.",
        "“{key}” waits for another message or list in the newer version; let the awaited result come first.",
    ),
    "asks-otherwise": (
        "Bước “{key}” của phiên bản mới giao hệ thống việc khác, mà việc cũ đang chạy; chờ việc này xong.",
        "“{key}” asks for another effect in the newer version while the old one is under way; wait until it is done.",
    ),
    "actor-lost": (
        "Phiên bản mới phân biệt người làm “{to}” với người làm bước khác, mà bước “{key}” hồ sơ đã qua không còn mã cũ; "
        "ghép “{key}” với một bước của phiên bản mới, hoặc chọn là bước bỏ hẳn.",
        "The newer version tells people apart by who did “{to}”, and “{key}”, which the instance has passed, has lost its id; "
        "map “{key}” to a step of the newer version, or say that it is dropped.",
    ),
    "join-unclear": (
        "Không rõ nhánh nào đã tới chỗ gộp “{key}” của phiên bản mới; chờ các nhánh gộp xong.",
        "It is not clear which branch has reached the join “{key}” of the newer version; wait until it has fired.",
    ),
    "branch-missing": (
        "Chỗ gộp “{key}” của phiên bản mới chờ cả nhánh “{to}”, mà hồ sơ đã qua chỗ rẽ nên nhánh đó không chạy; "
        "chờ các nhánh gộp xong.",
        "The join “{key}” also waits for the branch “{to}”, which nothing runs on because the fork lies behind; wait until it has fired.",
    ),
}

