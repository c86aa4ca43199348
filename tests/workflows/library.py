"""The library as it comes, for tests that show what bites on the naive way."""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState


def naive(*diagrams: bytes, data: dict[str, Any] | None = None, main: str = "p") -> BpmnWorkflow:
    """The library as it comes: its own parser, its own script engine, its own workflow."""
    parser = BpmnParser()
    for content in diagrams:
        parser.add_bpmn_xml(etree.fromstring(content))
    workflow = BpmnWorkflow(parser.get_spec(main), parser.get_subprocess_specs(main))
    workflow.task_tree.data.update(data or {})
    workflow.do_engine_steps()
    return workflow


def standing(workflow: BpmnWorkflow, state: int = TaskState.READY) -> list[str]:
    return [task.task_spec.name for task in workflow.get_tasks(state=state, manual=True)]


def send(workflow: BpmnWorkflow, message: str, **payload: object) -> None:
    workflow.send_event(BpmnEvent(MessageEventDefinition(message), payload))
    workflow.do_engine_steps()
