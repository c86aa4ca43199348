"""Gateways and ends where branches meet: when a join goes on, and how what the branches wrote is merged.

The library counts branches of an earlier round of a loop and lets stale copies win; both are put right here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs import control, defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import _EndJoin
from SpiffWorkflow.util.task import TaskState

from workflows.tree import LIVE, Node, changes, overlay


class _Joining:
    """Merges what each branch wrote, not what each branch happened to carry."""

    def _arrived(self, my_task: Node) -> list[Node]:
        """The branches that came here since this join last fired on this way, this one included."""
        fired = next((node for node in my_task.ancestors() if node.task_spec is self), None)
        # By ticks, not by numbers: a branch of the last round may have been foreseen before the join that fired.
        since = fired.last_state_change if fired is not None else -1
        return [
            node
            for node in my_task.workflow.tasks.values()
            if node.task_spec is self
            and (node is my_task or node.last_state_change > since)
            and node.parent is not None
            and node.parent._state == TaskState.COMPLETED
        ]

    def _run_hook(self, my_task: Node) -> Any:
        arrived = [
            node
            for node in self._arrived(my_task)
            if node is not my_task and node._state & TaskState.FINISHED_MASK
        ]
        arrived.sort(key=lambda node: node.last_state_change)
        branches = [node.parent for node in arrived if node.parent is not None]
        if branches and my_task.parent is not None:
            branches.append(my_task.parent)
            base = common_ancestor(branches).data
            merged = dict(base)
            for branch in branches:
                merged = overlay(merged, changes(base, branch.data))
            for key in base:
                if any(key not in branch.data for branch in branches):
                    merged.pop(key, None)
            my_task.data = merged
        return self._after_join(my_task)

    def _after_join(self, my_task: Node) -> Any:
        return True


class BoundaryEventJoin(control.BoundaryEventJoin):  # type: ignore[misc]
    """Ends the listening of an activity's boundary events, of this round alone.

    Where a boundary leads back to its own activity, the library's took the events of the next round for its own as well.
    """

    def _find_tasks(self, my_task: Node) -> list[Node]:
        split = my_task.find_ancestor(self.split_task)
        return [node for node in super()._find_tasks(my_task) if node.find_ancestor(self.split_task) is split]


def led_to(wf_spec: Any, starts: Iterable[str], around: str | None = None) -> set[str]:
    """Names of the specifications that a way leads to, these included, not passing through `around`."""
    seen: set[str] = set()
    todo = list(starts)
    while todo:
        name = todo.pop()
        if name not in seen and name != around:
            seen.add(name)
            todo.extend(wf_spec.task_specs[name]._outputs)
    return seen


def common_ancestor(nodes: list[Node]) -> Node:
    """The nearest task from which all of these come."""
    shared = {id(node) for node in (nodes[0], *nodes[0].ancestors())}
    for other in nodes[1:]:
        shared &= {id(node) for node in (other, *other.ancestors())}
    return next(node for node in (nodes[0], *nodes[0].ancestors()) if id(node) in shared)


class ParallelGateway(_Joining, defaults.ParallelGateway):  # type: ignore[misc]
    """Waits for all branches; what each wrote is kept.

    In the second round of a loop the library counts branches of the first and fires too early. Here a round
    begins where the join last fired; a flow that only comes back from behind the join is not waited for the
    first time.
    """

    first_inputs: frozenset[str]
    later_inputs: frozenset[str]

    def learn_inputs(self) -> None:
        """Work out, once after reading, which inputs a first and a later round bring."""
        self.first_inputs = frozenset(self._inputs) & led_to(
            self._wf_spec, [self._wf_spec.start.name], self.name
        )
        self.later_inputs = frozenset(self._inputs) & led_to(self._wf_spec, self._outputs, self.name)

    def _check_threshold_unstructured(self, my_task: Node) -> bool:
        again = any(node.task_spec is self for node in my_task.ancestors())
        needed = self.later_inputs if again else self.first_inputs
        return needed <= {
            node.internal_data.get("by") or node.parent.task_spec.name  # `by`: the way it came has another name now
            for node in self._arrived(my_task)
            if node.parent is not None
        }


class InclusiveGateway(_Joining, defaults.InclusiveGateway):  # type: ignore[misc]
    """Waits while anything that is still on its way can come here, then takes each flow that is true, else
    the default.
    """

    reached_from: frozenset[str]

    def learn_inputs(self) -> None:
        """Work out, once after reading, from which elements a way leads here."""
        specs = self._wf_spec.task_specs
        self.reached_from = frozenset(
            name
            for name, spec in specs.items()
            if name != self.name and self.name in led_to(self._wf_spec, spec._outputs)
        )

    def _check_threshold_unstructured(self, my_task: Node) -> bool:
        return not any(
            node.task_spec.name in self.reached_from
            and (
                node._state & LIVE
                or (
                    node._state == TaskState.FUTURE
                    and node.parent is not None
                    and node.parent._state == TaskState.COMPLETED
                )
            )
            for node in my_task.workflow.tasks.values()
        )

    def _after_join(self, my_task: Node) -> Any:
        matches, default = self._get_matching_outputs(my_task)
        my_task._sync_children(matches or default, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


class EndJoin(_Joining, _EndJoin):  # type: ignore[misc]
    """Waits for everything in its process."""

    def _check_threshold_unstructured(self, my_task: Node) -> bool:
        return not any(
            node._state & TaskState.NOT_FINISHED_MASK and node is not my_task and node.task_spec.name != "End"
            for node in my_task.workflow.tasks.values()
        )

    def _after_join(self, my_task: Node) -> Any:
        my_task.workflow.data.update(my_task.data)
        return True


class ProcessSpec(BpmnProcessSpec):  # type: ignore[misc]
    """A process whose end joins its branches by what they wrote."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.end.__class__ = EndJoin
