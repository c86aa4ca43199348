"""The live workflow: the library's workflow and task classes with their faults cured.

Cured here, each with a test in tests/workflows: cancelling that forgets children and subprocesses, task data
shared between steps, recursion over deep trees, look-ups that scan the whole tree at every move, and clocks
read on the side. What an element does is in `specs`; what an act means is in `engine`.

Data rule: values inside task data are never changed in place. Whoever writes puts a new object under a top-
level key, so that tasks may share what they did not change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import orjson
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException, WorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflows.calendar import OutsideCalendar
from workflows.environment import Env
from workflows.feel import Expression, FeelError
from workflows.step import Incident

STEP_BUDGET = (
    5_000  # automatic elements in one act; a list of 300 names through a called process needs about 3,000
)
DEPTH_LIMIT = 800  # the library stops looking at 1,000 and would then call the workflow finished
RETRY_DEPTH = 60  # how much further a retry may go
DEEPEST = 940  # no retry goes beyond
LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


class Node(Task):  # type: ignore[misc]
    """A task of the tree with a number for an id, its depth, and a logical clock for the time of day."""

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Node | None = None,
        state: int = TaskState.MAYBE,
        id: int | None = None,
    ) -> None:
        top = workflow.top_workflow
        if id is None:
            id = top.next_id
            top.next_id += 1
        self.id = id
        self.workflow = workflow
        self._parent = parent.id if parent is not None else None
        self._children: list[int] = []
        self._state = state
        self.triggered = False
        self.task_spec = task_spec
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = top.ticks
        self.row: bytes | None = None  # the codec's memo; dropped whenever the task moves
        workflow.tasks[id] = self
        self.tree_depth: int = workflow.root_depth if parent is None else parent.tree_depth + 1
        if parent is not None:
            parent._children.append(id)

    @property
    def parent(self) -> Node | None:
        return self.workflow.tasks.get(self._parent)  # type: ignore[no-any-return]

    @property
    def children(self) -> list[Node]:
        tasks = self.workflow.tasks
        return [tasks[child] for child in self._children]

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> Node:
        if self._state & TaskState.PREDICTED_MASK and not state & TaskState.PREDICTED_MASK:
            raise WorkflowException("a definite child under a predicted task", task_spec=self.task_spec)
        node = Node(self.workflow, task_spec, self, state)
        self.workflow.top_workflow.moved(node, TaskState.MAYBE, state)
        if state == TaskState.READY:
            node._ready()
        return node

    def _set_state(self, value: int) -> None:
        before = self._state
        if value != before:
            self._state = value
            self.row = None
            self.workflow.top_workflow.moved(self, before, value)

    def _inherit_data(self) -> None:
        """Take the parent's data; nested values are shared, as nobody changes them in place."""
        given = self.parent.data if self.parent is not None else {}
        self.data = overlay(self.data, given) if self.data else dict(given)

    def ancestors(self) -> Iterator[Node]:
        """Give the parent, its parent, and so on to the root of this process."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def is_descendant_of(self, task: Node) -> bool:
        if task.workflow is not self.workflow or task.tree_depth >= self.tree_depth:
            return False
        return any(node is task for node in self.ancestors())

    def find_ancestor(self, spec_name: str) -> Node | None:
        return next((node for node in self.ancestors() if node.task_spec.name == spec_name), None)


def copy_json(value: Any) -> Any:
    """A copy of plain JSON that shares nothing; raises TypeError for anything else."""
    return orjson.loads(orjson.dumps(value))


def overlay(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Merge two contexts into a new one; `over` wins, contexts merge key by key, lists are taken whole."""
    merged, missing = dict(under), object()  # a null is a value: whoever comes after may read it
    for key, value in over.items():
        old = merged.get(key, missing)
        if old is not value:
            merged[key] = overlay(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def changes(base: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What a branch wrote since `base`: new and changed keys, contexts compared key by key."""
    written: dict[str, Any] = {}
    for key, value in now.items():
        if key not in base:
            written[key] = value
        elif (old := base[key]) is not value and old != value:
            both = isinstance(old, dict) and isinstance(value, dict)
            written[key] = changes(old, value) if both else value
    return written


def beside(other: Node, last: Node, data: dict[str, Any]) -> dict[str, Any]:
    """Add to the data of the last branch what another branch wrote since they parted; the last one wins."""
    above = {id(node) for node in (last, *last.ancestors())}
    base = next((node for node in (other, *other.ancestors()) if id(node) in above), None)
    if base is None or base is other:
        return data
    written = changes(base.data, other.data)
    return overlay(overlay(data, written), changes(base.data, data)) if written else data


class Evaluator:
    """Stands where the library keeps its script engine: holds the clock and the surroundings of one live
    workflow.

    It evaluates compiled expressions only; a text is an error, so nothing in a diagram can reach Python.
    """

    def __init__(self) -> None:
        self.env: Env | None = None
        self.environment = None

    def surroundings(self) -> Env:
        """The env of the act under way."""
        if self.env is None:
            raise RuntimeError("an expression was evaluated outside an act")
        return self.env

    def evaluate(self, task: Node, expression: object, external_context: object = None) -> Any:
        """Evaluate over the task's data; a condition must be true or false. Raises FeelError."""
        if isinstance(expression, Condition):
            value = expression.expression.evaluate(task.data, self.surroundings())
            if not isinstance(value, bool):
                raise FeelError(
                    f"Điều kiện “{expression.text}” không cho kết quả đúng hoặc sai.",
                    f"The condition “{expression.text}” is neither true nor false.",
                )
            return value
        if isinstance(expression, Expression):
            return expression.evaluate(task.data, self.surroundings())
        raise TypeError("only compiled expressions are evaluated")

    def execute(self, task: Node, script: object, external_context: object = None) -> bool:
        raise TypeError("scripts are never executed")


class Condition:
    """A condition on a flow, compiled, with its text for messages."""

    __slots__ = ("expression", "text")

    def __init__(self, expression: Expression, text: str) -> None:
        self.expression = expression
        self.text = text


class _Tree:
    """What the top workflow and its subprocesses share."""

    tasks: dict[int, Node]
    top_workflow: Any
    task_tree: Node
    spec: Any
    waiting_joins: dict[int, Node]

    def _plant(self) -> None:
        """Make the first task, as the library's constructor would have done with its own class."""
        self.task_tree = Node(self, self.spec.start, state=TaskState.FUTURE)
        self.spec.start._predict(self.task_tree, mask=TaskState.NOT_FINISHED_MASK)
        self.task_tree._ready()

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        return dct or {}  # the library would list every task at each completion

    def update_waiting_tasks(self) -> None:
        """Ask joins again; events are told, not asked."""
        for _, node in sorted(self.waiting_joins.items()):  # by number, so that a restored one does the same
            if node._state == TaskState.WAITING:
                node.task_spec._update(node)

    def _remove_task(self, task_id: int) -> None:
        """Take a task and what hangs on it out of the tree, cancelling what was still open.

        The library drops open children of a multi-instance without a word to their subprocesses and events.
        """
        node = self.tasks[task_id]
        if node._state & LIVE:
            node._state = TaskState.CANCELLED
            self.top_workflow.moved(node, TaskState.READY, TaskState.CANCELLED)
            node.task_spec._on_cancel(node)
        self.top_workflow.drop_subprocess(task_id)
        for child in list(node._children):
            self._remove_task(child)
        parent = node.parent
        if parent is not None:
            parent._children.remove(task_id)
            parent.row = None
        del self.tasks[task_id]
        self.top_workflow.forget(node)


class Subworkflow(_Tree, BpmnSubWorkflow):  # type: ignore[misc]
    """A called process or an embedded subprocess on its way."""

    def __init__(
        self, spec: Any, parent_task: Node, top_workflow: Workflow, deserializing: bool = False
    ) -> None:
        self.root_depth = parent_task.tree_depth + 1
        self.waiting_joins = {}
        self.parent_node = parent_task
        super().__init__(spec, parent_task.id, top_workflow, deserializing=True)
        if not deserializing:
            self._plant()

    @property
    def parent_workflow(self) -> Any:
        return self.parent_node.workflow

    def _calculate_depth(self) -> int:
        return int(self.parent_node.workflow.depth) + 1


class Workflow(_Tree, BpmnWorkflow):  # type: ignore[misc]
    """One instance on its way: the top workflow with its subprocesses and the notes of an act."""

    def __init__(self, spec: Any, subprocess_specs: Mapping[str, Any], deserializing: bool = False) -> None:
        self.next_id = 1
        self.ticks = 0
        self.root_depth = 0
        self.waiting_joins = {}
        self.ready: dict[int, Node] = {}  # automatic elements to run, the lowest number first
        self.stuck: dict[int, Incident] = {}  # by task: what keeps it from going on
        self.moves: list[tuple[Node, int, int]] = []  # task, state before and after, since the act began
        self.results: dict[str, Any] = {}
        self.decided: list[tuple[Any, dict[str, Any]]] | None = None  # table tasks and the data asked, where noted
        super().__init__(spec, subprocess_specs, script_engine=Evaluator(), deserializing=True)
        if not deserializing:
            self._plant()

    @property
    def evaluator(self) -> Evaluator:
        return cast(Evaluator, self.script_engine)

    # -- what the tree tells ------------------------------------------------------------------------------

    def moved(self, node: Node, before: int, after: int) -> None:
        """Note a change of state: keeps the queue of automatic elements and the joins that wait."""
        self.ticks += 1
        node.last_state_change = self.ticks
        if before == TaskState.READY:
            self.ready.pop(node.id, None)
        elif before == TaskState.WAITING:
            node.workflow.waiting_joins.pop(node.id, None)
        if after == TaskState.READY:
            if not node.task_spec.manual:
                self.ready[node.id] = node
        elif after == TaskState.WAITING and not isinstance(node.task_spec, CatchingEvent):
            node.workflow.waiting_joins[node.id] = node
        if after >= TaskState.WAITING:
            self.moves.append((node, before, after))
        if after >= TaskState.COMPLETED and node.id in self.stuck and after != TaskState.ERROR:
            del self.stuck[node.id]  # done or cancelled: its trouble is over

    def forget(self, node: Node) -> None:
        """A task left the tree; nothing may hold on to it."""
        self.ready.pop(node.id, None)
        self.stuck.pop(node.id, None)
        self.event_manager.tasks.pop(node.id, None)
        node.workflow.waiting_joins.pop(node.id, None)

    # -- subprocesses -------------------------------------------------------------------------------------

    def create_subprocess(self, my_task: Node, spec_name: str) -> Subworkflow:
        subprocess = Subworkflow(self.subprocess_specs[spec_name], my_task, self)
        self.subprocesses[my_task.id] = subprocess
        return subprocess

    def drop_subprocess(self, task_id: int) -> None:
        """Forget the subprocess of a task that left the tree, and those inside it."""
        subprocess = self.subprocesses.pop(task_id, None)
        if subprocess is None:
            return
        for node in list(subprocess.tasks.values()):
            self.drop_subprocess(node.id)
            self.forget(node)

    def cancel(self, workflow: Any = None) -> list[Node]:
        """Cancel everything open, subprocesses included; nothing is left waiting."""
        tree = workflow or self
        tree.success = False
        tree.completed = True
        cancelled: list[Node] = []
        for node in [n for n in tree.tasks.values() if n._state & TaskState.NOT_FINISHED_MASK]:
            if node.id in tree.tasks:
                cancelled.append(node)
                node.cancel()
        return cancelled

    # -- running ------------------------------------------------------------------------------------------

    def note_trouble(self, node: Node, code: str, error: Exception) -> None:
        """Keep a task from running until a retry, with the cause in plain words."""
        element = getattr(node.task_spec, "bpmn_id", None) or node.task_spec.name.partition(".")[0]
        if isinstance(error, FeelError | OutsideCalendar):
            text = getattr(error, "text", None)
            source = f" (“{text}”)" if text else ""
            message, message_en = error.message + source, error.message_en + source
        else:
            message = (
                "Bộ máy quy trình không chạy tiếp được ở bước này; quản trị viên xem lại sơ đồ và dữ liệu."
            )
            message_en = f"The workflow could not go on here: {error}"
        self.stuck[node.id] = Incident(element, code, message, message_en)

    def run(self, depth_limit: int) -> None:
        """Run automatic elements until only people, messages, effects and timers are waited for.

        An element that cannot run is left as it was, with an incident; other branches go on.
        """
        left = STEP_BUDGET
        while True:
            number = min((key for key in self.ready if key not in self.stuck), default=None)
            if number is None:
                return
            node = self.ready[number]
            left -= 1
            if node.tree_depth > depth_limit or left < 0:
                self._stop_runaway(node, left < 0)
                continue
            try:
                node.run()
            except (FeelError, SpiffWorkflowException, RecursionError) as error:
                if node._state != TaskState.ERROR:
                    raise  # it failed after it was done: a fault of ours, not of the diagram
                node._set_state(TaskState.READY)
                self.note_trouble(node, "expression" if isinstance(error, FeelError) else "engine", error)

    def _stop_runaway(self, node: Node, endless: bool) -> None:
        element = getattr(node.task_spec, "bpmn_id", None) or node.task_spec.name.partition(".")[0]
        if endless:
            self.stuck[node.id] = Incident(
                element,
                "endless",
                f"Quy trình tự chạy quá {STEP_BUDGET} bước liền; hãy kiểm tra vòng lặp ở phần tử này.",
                f"More than {STEP_BUDGET} elements ran by themselves in one act; look for a loop here.",
            )
        else:
            self.stuck[node.id] = Incident(
                element,
                "too-deep",
                "Quy trình đã lặp lại quá nhiều lần; kiểm tra vòng lặp ở phần tử này rồi thử lại.",
                "The process has gone round too often; look at the loop at this element, then retry.",
            )

    def collect(self, tree: Any = None) -> dict[str, Any]:
        """The data as it stands: of the last finished task, and what branches and subprocesses wrote."""
        tree = tree or self
        last = tree.last_task or tree.task_tree
        data: dict[str, Any] = last.data
        for node in tree.tasks.values():
            if not node._state & LIVE or node.triggered or isinstance(node.task_spec, BoundaryEvent):
                continue
            inner = self.subprocesses.get(node.id)
            if inner is not None:
                data = overlay(data, changes(node.data, self.collect(inner)))
            elif node.parent is not None and node.parent is not last and not tree.completed:
                data = beside(node.parent, last, data)
        return data

    def deliverable(self, message: str) -> Node | None:
        """The waiting message boundary of that name, the outermost first."""
        found = [
            node
            for node in self.event_manager.tasks.values()
            if isinstance(node.task_spec, BoundaryEvent)
            and node._state == TaskState.WAITING
            and isinstance(node.task_spec.event_definition, MessageEventDefinition)
            and node.task_spec.event_definition.name == message
        ]
        return min(found, key=lambda node: (node.workflow.depth, node.id), default=None)
