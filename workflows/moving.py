"""Moves a waiting instance by hand, back or on to another element of the process it stands in, and mends its data.

What lies between is looked at first: `preview` says what would be undone, closed and passed over, or why it may
not be. Elements that settle something (`nom:settles`: a ballot, a signature) are never undone, left or passed
over, and what they settle is never changed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.util.task import TaskState

from workflows import engine
from workflows.codec import opens
from workflows.definition import Definition, Element
from workflows.environment import Env
from workflows.gone import gone, split_name
from workflows.live import Live
from workflows.migration import SPLIT, Reason
from workflows.specs import BoundaryEvent
from workflows.step import EngineError, NotWaiting, Step, WrongAnswer
from workflows.tree import LIVE, Node, Workflow

TARGETS = ("user", "receive", "external", "call", "subprocess")
"""Kinds of elements that an instance can be moved to: those at which it stands."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a move would do; task ids are those that the service keeps with its rows."""

    reasons: tuple[Reason, ...] = ()
    back: bool = False
    undone: tuple[str, ...] = ()  # finished tasks that do not count any more
    closed: tuple[str, ...] = ()  # open tasks that close
    passed: tuple[str, ...] = ()  # elements that are passed over

    @property
    def can_move(self) -> bool:
        return not self.reasons


class CannotMove(EngineError):
    """The instance may not be moved there; `preview` says why."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(preview.reasons[0].message, preview.reasons[0].message_en)
        self.preview = preview


@dataclass(frozen=True, slots=True)
class _Way:
    tree: Any
    entry: Any
    root: Node  # back: what is taken out of the tree, with all that hangs on it; on: what is cancelled
    parent: Node  # what the new task hangs on
    preview: Preview


# -- the verbs


def targets(live: Live) -> tuple[Element, ...]:
    """Elements that the instance can be asked to move to, in the order of the diagrams."""
    if live.finished is not None or live.workflow.completed:
        return ()
    scopes = {tree.spec.name for tree in _open_trees(live.workflow)}
    return tuple(e for e in live.definition.elements.values() if e.kind in TARGETS and e.scope in scopes)


def preview(live: Live, element: str) -> Preview:
    """What a move to an element would undo, close and pass over, or every reason against it; nothing is changed."""
    found = _way(live, element)
    return found if isinstance(found, Preview) else found.preview


def move(live: Live, element: str, env: Env) -> Step:
    """Move to an element; the data stays as it is. Raises CannotMove, NotWaiting."""
    if live.finished is not None or live.workflow.completed:
        raise NotWaiting(live.name)
    found = _way(live, element)
    if isinstance(found, Preview):
        raise CannotMove(found)
    workflow, tree = live.workflow, found.tree
    workflow.evaluator.env = env
    workflow.results = {}
    workflow.moves.clear()
    data = workflow.collect(tree)
    if found.preview.back:
        tree._remove_task(found.root.id)
    else:
        found.root.cancel()
    # A task in name only carries the data on, and shows in the state that a hand stepped in.
    hand = Node(tree, gone(live, "by hand", "Hand"), found.parent, TaskState.COMPLETED)
    hand.data = dict(data)
    tree.last_task = hand
    node = hand._add_child(found.entry, TaskState.FUTURE)
    found.entry._predict(node, mask=TaskState.NOT_FINISHED_MASK)
    found.entry._update(node)
    return engine.go_on(live, env)


def edit(live: Live, changes: Mapping[str, Any], env: Env) -> Step:
    """Change values of the data by hand, wherever the instance stands. Raises WrongAnswer, NotWaiting.

    Only names that are there already, each with a value of its own kind or null; never what an element settles.
    """
    if live.finished is not None or live.workflow.completed:
        raise NotWaiting(live.name)
    now = engine.data(live)
    for name, value in changes.items():
        _check_change(live.definition, name, value, now)
    workflow = live.workflow
    workflow.evaluator.env = env
    workflow.results = {}
    workflow.moves.clear()
    for tree in _open_trees(workflow):
        for node in tree.tasks.values():
            if node._state & LIVE or node.id in workflow.stuck or node is tree.last_task:
                node.data = {**node.data, **changes}
            node.row = None  # rows hold differences from the parent
    return engine.go_on(live, env)


def settled_names(definition: Definition) -> frozenset[str]:
    """Names whose values an element settles: nobody changes them by hand."""
    return frozenset(
        word for element in definition.elements.values() for word in element.attrs.get("settles", "").split()
    )


def _check_change(definition: Definition, name: str, value: Any, now: Mapping[str, Any]) -> None:
    if name in settled_names(definition):
        raise WrongAnswer(
            f"“{name}” là kết quả của Hội đồng hoặc của người ký, không sửa tay được.",
            f"“{name}” is what a council or a signatory has settled; it cannot be changed by hand.",
        )
    if name not in now:
        raise WrongAnswer(
            f"Hồ sơ không có dữ liệu “{name}”; chọn trong danh sách.",
            f"The instance has no value “{name}”; choose from the list.",
        )
    before = now[name]
    if before is not None and value is not None and sort_of(before) != sort_of(value):
        raise WrongAnswer(
            f"“{name}” phải cùng loại với giá trị đang có ({sort_of(before)}).",
            f"“{name}” must be of the same kind as the value that is there ({sort_of(before)}).",
        )


def sort_of(value: Any) -> str:
    """Of what sort a value is; a value of another sort never takes its place by hand."""
    if isinstance(value, bool):
        return "true/false"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list) else "object"


# -- the way there


def _open_trees(workflow: Workflow) -> list[Any]:
    return [tree for tree in (workflow, *workflow.subprocesses.values()) if not tree.completed]


def _way(live: Live, element: str) -> _Way | Preview:
    definition, workflow = live.definition, live.workflow
    target = definition.elements.get(element)
    if target is None or target.kind not in TARGETS:
        return _no("no-target", element, definition)
    if workflow.completed or live.finished is not None:
        return _no("ended", element, definition)
    trees = [tree for tree in _open_trees(workflow) if tree.spec.name == target.scope]
    if len(trees) != 1:
        return _no("several" if trees else "elsewhere", element, definition)
    tree = trees[0]
    entry = tree.spec.task_specs.get(element + SPLIT) or tree.spec.task_specs[element]
    tokens = [n for n in tree.tasks.values() if _is_token(n, workflow)]
    if any(split_name(n.task_spec.name)[0] == element for n in tokens):
        return _no("there-already", element, definition)
    before = next((n for n in reversed(tree.tasks.values()) if n.task_spec is entry and not n.triggered), None)
    if before is not None and before._state & TaskState.FINISHED_MASK and all(n.is_descendant_of(before) for n in tokens):
        return _back(live, tree, entry, before)
    if len(tokens) != 1:
        return _no("parallel", element, definition)
    return _on(live, tree, entry, tokens[0], target)


def _is_token(node: Node, workflow: Workflow) -> bool:
    """Whether something stands here: no armed event at an edge, no item of a list, nothing that only ends with it."""
    if not (node._state & LIVE or node.id in workflow.stuck) or node.triggered:
        return False
    rest = split_name(node.task_spec.name)[1]
    return not isinstance(node.task_spec, BoundaryEvent) and not rest and node.task_spec.name != "End"


def _back(live: Live, tree: Any, entry: Any, before: Node) -> _Way | Preview:
    definition = live.definition
    for node in _below(live.workflow, before):
        spec = node.task_spec
        if node._state == TaskState.COMPLETED and spec.element is not None and _settles(spec.element):
            return _no("settled", spec.element.id, definition)
    assert before.parent is not None  # the start is no target
    return _Way(tree, entry, before, before.parent, _seen(live, before, True, ()))


def _on(live: Live, tree: Any, entry: Any, token: Node, target: Element) -> _Way | Preview:
    definition = live.definition
    here = definition.elements[split_name(token.task_spec.name)[0]]
    if _settles(here) or _settles_within(definition, here):
        return _no("settles", here.id, definition)
    passed = _between(definition, here.id, target.id)
    if passed is None:
        return _no("no-way", target.id, definition)
    root = token
    if token.parent is not None and token.parent.task_spec.name == here.id + SPLIT:
        root = token.parent
    return _Way(tree, entry, root, token, _seen(live, root, False, passed))


def _between(definition: Definition, here: str, there: str) -> tuple[str, ...] | None:
    """What lies on the shortest way, flows left out; None where every way leads through what may not be passed over."""
    ways: dict[str, list[str]] = {}
    for element in definition.elements.values():
        if element.ends is not None:
            ways.setdefault(element.ends[0], []).append(element.ends[1])
        elif element.host is not None:
            ways.setdefault(element.host, []).append(element.id)
    seen: dict[str, str] = {here: ""}
    todo = [here]
    for key in todo:
        for after in ways.get(key, ()):
            if after in seen:
                continue
            seen[after] = key
            if after == there:
                return tuple(_trace(seen, here, there))[::-1]
            element = definition.elements[after]
            if not (_settles(element) or _settles_within(definition, element) or _is_parallel(definition, element)):
                todo.append(after)
    return None


def _trace(seen: Mapping[str, str], here: str, there: str) -> Iterator[str]:
    key = seen[there]
    while key != here:
        yield key
        key = seen[key]


def _settles(element: Element) -> bool:
    return "settles" in element.attrs


def _settles_within(definition: Definition, element: Element) -> bool:
    """Whether the process that an element calls or holds, or one inside it, settles something."""
    if element.kind not in ("call", "subprocess"):
        return False
    scopes = {element.calls or element.id}
    while True:
        inside = [e for e in definition.elements.values() if e.scope in scopes]
        if any(_settles(e) for e in inside):
            return True
        more = {e.calls or e.id for e in inside if e.kind in ("call", "subprocess")} - scopes
        if not more:
            return False
        scopes |= more


def _is_parallel(definition: Definition, element: Element) -> bool:
    if element.kind != "gateway":
        return False
    spec = next(s for s in definition.task_specs if s.bpmn_id == element.id)
    return isinstance(spec, Join)


def _below(workflow: Workflow, root: Node) -> Iterator[Node]:
    """A task and all that hangs on it, called processes included."""
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(node.children)
        inner = workflow.subprocesses.get(node.id)
        if inner is not None:
            todo.append(inner.task_tree)


def _seen(live: Live, root: Node, back: bool, passed: tuple[str, ...]) -> Preview:
    below = sorted(_below(live.workflow, root), key=lambda node: node.id)
    # Which kinds of tasks the service keeps rows of, whatever became of them.
    kept = [n for n in below if getattr(n.task_spec, "opens", None) is not None]
    return Preview(
        back=back,
        undone=tuple(live.task_id(n) for n in kept if n._state == TaskState.COMPLETED),
        closed=tuple(live.task_id(n) for n in kept if n.id in live.open and opens(n) is not None),
        passed=passed,
    )


_WORDS: Mapping[str, tuple[str, str]] = {
    "no-target": (
        "Không chuyển đến “{key}” được; chọn một bước trong danh sách.",
        "The instance cannot be moved to “{key}”; choose a step from the list.",
    ),
    "ended": ("Hồ sơ đã kết thúc nên không chuyển bước được.", "The instance has ended; it cannot be moved."),
    "elsewhere": (
        "Bước “{key}” thuộc quy trình con mà hồ sơ không ở trong đó; chọn bước của phần hồ sơ đang ở.",
        "“{key}” lies in a process that the instance is not in; choose a step of the part where it stands.",
    ),
    "several": (
        "Phần có bước “{key}” đang chạy nhiều lần cùng lúc nên không rõ chuyển lần nào.",
        "The part with “{key}” is under way several times at once, so it is not clear which is meant.",
    ),
    "there-already": ("Hồ sơ đang ở bước “{key}”.", "The instance stands at “{key}” already."),
    "parallel": (
        "Hồ sơ đang chạy nhiều nhánh song song; chọn một bước trước chỗ rẽ nhánh, hoặc chờ các nhánh gộp lại.",
        "Several branches are under way; choose a step before the fork, or wait until they have joined.",
    ),
    "settled": (
        "“{key}” đã có kết quả bỏ phiếu hoặc đã ký, không làm lại được; muốn thay đổi phải có văn bản hủy bỏ, thay thế.",
        "“{key}” was settled by ballot or signature and is not undone; it takes a paper that revokes or replaces it.",
    ),
    "settles": (
        "“{key}” do Hội đồng hoặc người có thẩm quyền ký quyết định, không bỏ qua được.",
        "“{key}” is for the council or whoever signs to settle; it cannot be left out.",
    ),
    "no-way": (
        "Không có đường nào đến “{key}” mà không bỏ qua bước bỏ phiếu, bước ký hoặc chỗ rẽ nhánh song song.",
        "Every way to “{key}” leads past a ballot, a signature or a fork, which cannot be left out.",
    ),
}


def _no(code: str, key: str, definition: Definition) -> Preview:
    message, message_en = _WORDS[code]
    element = definition.elements.get(key)
    named = element.name if element is not None else key
    return Preview((Reason(key, code, message.format(key=named), message_en.format(key=named)),))
