"""What each kind of element does: task specifications on top of the library's.

Expressions arrive compiled. A specification is shared by all instances and threads, so it keeps no state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from workflows.decisions import Decision
from workflows.feel import Expression, FeelError, to_json
from workflows.tree import Node, changes, copy_json, overlay


class Message(MessageEventDefinition):  # type: ignore[misc]
    """A message by name; its payload is handed over once and not kept."""

    def update_task_data(self, my_task: Node) -> None:
        payload = my_task.internal_data.pop(self.name, None)
        if payload:
            my_task.data = {**my_task.data, **payload}

    def reset(self, my_task: Node) -> None:
        my_task.internal_data.pop("event_fired", None)


class BpmnError(ErrorEventDefinition):  # type: ignore[misc]
    """A business error by code; an end event throws it to the nearest boundary that takes it."""

    def throw(self, my_task: Node) -> None:
        if not throw_error(my_task, self.code, dict(my_task.data), inside=True):
            raise WorkflowException(f"no boundary takes the error {self.code}", task_spec=my_task.task_spec)

    def update_task_data(self, my_task: Node) -> None:
        payload = my_task.internal_data.pop(self.name, None)
        if payload:
            my_task.data = {**my_task.data, **payload}

    def reset(self, my_task: Node) -> None:
        my_task.internal_data.pop("event_fired", None)


def throw_error(task: Node, code: str | None, payload: Mapping[str, Any], inside: bool = False) -> bool:
    """Hand an error to the nearest enclosing boundary that takes its code; False when there is none.

    A boundary without a code takes every error. The library's way fired each of two parallel boundaries.
    """
    node: Node | None = getattr(task.workflow, "parent_node", None) if inside else task
    while node is not None:
        boundary = _error_boundary(node, code)
        if boundary is not None:
            boundary.internal_data[boundary.task_spec.event_definition.name] = dict(payload)
            boundary.internal_data["event_fired"] = True
            boundary.task_spec._update(boundary)
            return True
        item_of = node.parent is not None and isinstance(node.parent.task_spec, MultiInstance)
        node = node.parent if item_of else getattr(node.workflow, "parent_node", None)
    return False


def _error_boundary(node: Node, code: str | None) -> Node | None:
    """The armed error boundary on this activity that takes the code, an exact code before a general one."""
    siblings = node.parent.children if node.parent is not None else []
    found = [
        sibling
        for sibling in siblings
        if sibling._state == TaskState.WAITING
        and isinstance(sibling.task_spec, BoundaryEvent)
        and isinstance(sibling.task_spec.event_definition, BpmnError)
        and sibling.task_spec.event_definition.code in (None, code)
    ]
    found.sort(key=lambda sibling: sibling.task_spec.event_definition.code is None)
    return found[0] if found else None


class _Catching:
    """Waits for something told to it; it never asks the clock."""

    event_definition: Any

    def _update_hook(self, my_task: Node) -> bool:
        events = my_task.workflow.top_workflow.event_manager
        if my_task.id not in events.tasks:
            BpmnTaskSpec._update_hook(self, my_task)
        if my_task.internal_data.get("event_fired"):
            return True
        my_task._set_state(TaskState.WAITING)
        events.add_task(my_task)
        return False

    def _run_hook(self, my_task: Node) -> bool:
        self.event_definition.update_task_data(my_task)
        self.event_definition.reset(my_task)
        return True


class StartEvent(defaults.StartEvent):  # type: ignore[misc]
    """The plain start of a process."""

    def _update_hook(self, my_task: Node) -> bool:
        return bool(BpmnTaskSpec._update_hook(self, my_task))

    def _run_hook(self, my_task: Node) -> bool:
        return True


class EndEvent(defaults.EndEvent):  # type: ignore[misc]
    """An end: plain, terminating, or with a business error."""

    def _run_hook(self, my_task: Node) -> bool:
        if isinstance(self.event_definition, BpmnError):
            self.event_definition.throw(my_task)
        return True


class UserTask(defaults.UserTask):  # type: ignore[misc]
    """Waits for a person, READY."""

    opens = ("user", TaskState.READY)


class ReceiveTask(_Catching, defaults.ReceiveTask):  # type: ignore[misc]
    """Waits for a message, WAITING; told by its task id."""

    opens = ("receive", TaskState.WAITING)


class CatchEvent(_Catching, defaults.IntermediateCatchEvent):  # type: ignore[misc]
    """Waits for a message or a time between two elements."""

    @property
    def opens(self) -> tuple[str, int] | None:
        return ("receive", TaskState.WAITING) if isinstance(self.event_definition, Message) else None


class ThrowEvent(defaults.IntermediateThrowEvent):  # type: ignore[misc]
    """A plain mark on the way: carries `nom:event` or `nom:phase` and does nothing."""


class BoundaryEvent(_Catching, defaults.BoundaryEvent):  # type: ignore[misc]
    """A timer, message or error on the edge of an activity."""

    def _run_hook(self, my_task: Node) -> bool:
        if not my_task.children:  # armed in a later round of a loop: the library had not looked ahead that far
            self._predict(my_task, mask=TaskState.NOT_FINISHED_MASK)
        self._take_inner_data(my_task)
        super()._run_hook(my_task)
        if not self.cancel_activity and isinstance(self.event_definition, Message):
            self._arm_again(my_task)
        return True

    def _take_inner_data(self, my_task: Node) -> None:
        """Bring what the activity's subprocess wrote into this branch; the library leaves it behind."""
        top = my_task.workflow.top_workflow
        split = my_task.parent
        for sibling in split.children if split is not None else ():
            inner = top.subprocesses.get(sibling.id)
            if inner is not None:
                my_task.data = overlay(my_task.data, changes(sibling.data, top.collect(inner)))

    def _arm_again(self, my_task: Node) -> None:
        """Stand ready for the next message of this name; the library listens once only."""
        split = my_task.parent
        if split is None:
            return
        again = split._add_child(self, TaskState.WAITING)
        self._predict(again, mask=TaskState.NOT_FINISHED_MASK)
        self._update(again)

    def fire_cycle(self, my_task: Node) -> None:
        """Start one more branch of a repeating timer while it goes on waiting."""
        for output in self.outputs:
            if not isinstance(output, BoundaryEventJoin):
                child = my_task._add_child(output, TaskState.FUTURE)
                output._predict(child, mask=TaskState.NOT_FINISHED_MASK)
                output._update(child)


def _keep_result(my_task: Node, variable: str, value: Any) -> bool:
    """Put a result under its variable, and tell it with the step; it must be plain JSON with numbers of 64
    bits.
    """
    value = storable(value)
    my_task.data = {**my_task.data, variable: value}
    my_task.workflow.top_workflow.results[variable] = value
    return True


def storable(value: Any) -> Any:
    """A copy of a computed value as it can be stored; raises FeelError for a number too large."""
    try:
        return copy_json(value)
    except TypeError:
        raise FeelError(
            "Kết quả có số quá lớn hoặc lồng quá sâu để lưu.",
            "The result holds a number too large, or is too deep to keep.",
        ) from None


class ScriptTask(defaults.ServiceTask):  # type: ignore[misc]
    """Binds one FEEL expression to a result variable."""

    expression: Expression
    variable: str

    def _run_hook(self, my_task: Node) -> bool:
        env = my_task.workflow.top_workflow.evaluator.surroundings()
        return _keep_result(my_task, self.variable, to_json(self.expression.evaluate(my_task.data, env)))


class DecisionTask(defaults.ServiceTask):  # type: ignore[misc]
    """Evaluates a decision table of the bundle and keeps its result."""

    table: Decision
    variable: str

    def _run_hook(self, my_task: Node) -> bool:
        top = my_task.workflow.top_workflow
        if top.decided is not None:
            top.decided.append((self, my_task.data))
        return _keep_result(my_task, self.variable, self.table.evaluate(my_task.data, top.evaluator.surroundings()))


class ExternalTask(defaults.ServiceTask):  # type: ignore[misc]
    """Asks the world for an effect and stands STARTED until it is answered by task id."""

    opens = ("external", TaskState.STARTED)
    inputs_asked: Mapping[str, Expression]

    def _run_hook(self, my_task: Node) -> None:
        env = my_task.workflow.top_workflow.evaluator.surroundings()
        asked = {
            name: to_json(source.evaluate(my_task.data, env)) for name, source in self.inputs_asked.items()
        }
        if asked:
            my_task.internal_data["inputs"] = storable(asked)


class ExclusiveGateway(defaults.ExclusiveGateway):  # type: ignore[misc]
    """The first condition in the order of the XML that is true, else the default."""


class _Calling:
    """Starts a process under this one; data goes in and comes out whole, shared, never changed."""

    spec: str
    _on_subworkflow_completed: Any

    def start_workflow(self, my_task: Node) -> None:
        subprocess = my_task.workflow.top_workflow.create_subprocess(my_task, self.spec)
        subprocess.completed_event.connect(self._on_subworkflow_completed, my_task)
        subprocess.task_tree.data = dict(my_task.data)

    def update_data(self, my_task: Node, subworkflow: Any) -> None:
        my_task.data = dict(subworkflow.last_task.data)

    def _on_cancel(self, my_task: Node) -> None:
        top = my_task.workflow.top_workflow
        inner = top.get_subprocess(my_task)
        if inner is not None and not inner.completed:
            top.cancel(inner)


class CallActivity(_Calling, defaults.CallActivity):  # type: ignore[misc]
    """Runs another process of the bundle."""


class Subprocess(_Calling, defaults.SubWorkflowTask):  # type: ignore[misc]
    """Runs the embedded process."""


class MultiInstance(defaults.ParallelMultiInstanceTask):  # type: ignore[misc]
    """Runs its activity once for each item of a list, all at the same time."""

    collection: Expression | None
    count: Expression | None
    item: str | None
    output: str | None
    output_item_name: str | None
    done_when: Expression | None

    def _update_hook(self, my_task: Node) -> bool:
        BpmnTaskSpec._update_hook(self, my_task)
        return self.begin(my_task)

    def begin(self, my_task: Node) -> bool:
        """Start every item; True when there are none, so that it may go on at once."""
        try:
            items = self._items(my_task)
        except FeelError as error:
            my_task.workflow.top_workflow.note_trouble(my_task, "expression", error)
            return False
        my_task.internal_data["merged"] = []
        if self.output is not None:
            my_task.data = {**my_task.data, self.output: []}
        if not items:
            return True
        my_task._set_state(TaskState.STARTED)
        for index, item in enumerate(items):
            self._start_item(my_task, index, item)
        return False

    def _items(self, my_task: Node) -> list[Any]:
        env = my_task.workflow.top_workflow.evaluator.surroundings()
        source = self.collection if self.collection is not None else self.count
        if source is None:
            return []
        value = storable(to_json(source.evaluate(my_task.data, env)))
        if self.collection is not None and isinstance(value, list):
            return value
        if (
            self.collection is None
            and isinstance(value, int)
            and not isinstance(value, bool)
            and 0 <= value <= 1000
        ):
            return list(range(value))
        raise FeelError(
            "Giá trị để thực hiện nhiều lần không phải là danh sách (hoặc là số từ 0 đến 1000).",
            "What to repeat over is not a list (or the number of times is not 0 to 1000).",
        )

    def _start_item(self, my_task: Node, index: int, item: Any) -> None:
        spec = my_task.workflow.spec.task_specs[self.task_spec]
        child = my_task._add_child(spec, TaskState.FUTURE)
        child.triggered = True
        child.internal_data["key_or_index"] = index
        if self.item is not None:
            child.data = {self.item: item}
        spec._update(child)

    def merge_child(self, workflow: Any, child: Node) -> None:
        """One item is through: keep its output, and see whether that was the last one."""
        my_task = child.parent
        if my_task is None or my_task._state != TaskState.STARTED:
            return
        if self.output is not None:
            value = child.data.get(self.output_item_name) if self.output_item_name else child.data
            my_task.data = {**my_task.data, self.output: [*my_task.data[self.output], value]}
        my_task.internal_data["merged"] = [*my_task.internal_data["merged"], str(child.id)]
        my_task.row = None
        self.look_whether_done(my_task)

    def look_whether_done(self, my_task: Node) -> None:
        """Go on when all items are through, or the completion condition holds over what was collected."""
        top = my_task.workflow.top_workflow
        items = [c for c in my_task.children if c.task_spec.name == self.task_spec]
        done = [c for c in items if c._state == TaskState.COMPLETED]
        enough = len(done) == len(items)
        if not enough and self.done_when is not None:
            scope = {**my_task.data, "nrOfInstances": len(items), "nrOfCompletedInstances": len(done)}
            try:
                enough = self.done_when.evaluate(scope, top.evaluator.surroundings()) is True
            except FeelError as error:
                top.note_trouble(my_task, "expression", error)
                return
        if enough:
            for item in items:
                if item._state & TaskState.NOT_FINISHED_MASK:
                    item.cancel()
            my_task._set_state(TaskState.READY)
