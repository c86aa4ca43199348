"""BPMN elements to task specifications: the library's core parser with every element parser wrapped by one
mixin.

It runs only on trees that passed `checks`, so it need not explain faults; what still goes wrong becomes a
Problem in `definition`. The library's Camunda parser is not used: it rewrites shared specifications at run
time.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    ReceiveTaskParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from workflows import joins, specs
from workflows.clock import (
    Cycle,
    CycleTimer,
    DateTimer,
    DurationTimer,
    Period,
    parse_cycle,
    parse_moment,
    parse_period,
)
from workflows.decisions import Decision
from workflows.feel import Expression, FeelError, compile_expression
from workflows.graph import declared
from workflows.tree import Condition

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
NOM = "urn:vinhdanh:nom:1"
NS = {"bpmn": BPMN, "camunda": CAMUNDA, "nom": NOM}

_RENAMED = {"formKey": "form", "candidateGroups": "candidates", "dueDate": "due"}
_LIKE_A_PERIOD = re.compile(r"[-+]?P[\dYMWDTHS.,-]*\d[\dYMWDTHS.,-]*")
_SNAKE = re.compile(r"(?<=[a-z0-9])([A-Z])")


def snake(name: str) -> str:
    """`sameAs` → `same_as`."""
    return _SNAKE.sub(lambda found: "_" + found.group(1).lower(), name)


def read_attributes(node: etree._Element) -> dict[str, str]:
    """The element's camunda: and nom: attributes under the names that the service uses."""
    attributes: dict[str, str] = {}
    for full, value in node.attrib.items():
        name = etree.QName(str(full))
        if name.namespace in (CAMUNDA, NOM):
            local = name.localname
            key = _RENAMED.get(local, snake(local)) if name.namespace == CAMUNDA else snake(local)
            attributes[key] = str(value).strip()
    return attributes


def compile_due(text: str) -> Expression | Period:
    """A due time: a bare ISO 8601 duration or moment, else FEEL. Raises FeelError."""
    period = parse_period(text)
    if period is not None:
        return period
    if parse_moment(text) is not None:
        return compile_expression(f'"{text.strip()}"')
    if _LIKE_A_PERIOD.fullmatch(text.strip()):
        raise FeelError(
            f"Khoảng thời gian “{text[:60]}” không đọc được; hãy viết dạng P3D hoặc PT72H.",
            f"The duration “{text[:60]}” cannot be read; write it like P3D or PT72H.",
        )
    return compile_expression(text)


def compile_cycle(text: str) -> Cycle:
    """A repeating timer. Raises FeelError where it is not `Rn/duration`."""
    cycle = parse_cycle(text.strip().strip('"'))
    if cycle is None:
        raise FeelError(
            f"Chu kỳ “{text}” không đọc được; hãy viết dạng R3/P1D.",
            f"The cycle “{text}” cannot be read; write it like R3/P1D.",
        )
    return cycle


def script_text(node: etree._Element) -> str:
    """The text of a script task."""
    return "".join(node.xpath("string(./bpmn:script)", namespaces=NS)).strip()


def input_texts(node: etree._Element) -> dict[str, str]:
    """`camunda:inputParameter` of an external task: name → FEEL text."""
    found = node.xpath("./bpmn:extensionElements/camunda:inputOutput/camunda:inputParameter", namespaces=NS)
    return {str(item.get("name")): (item.text or "").strip() for item in found}


def loop_of(node: etree._Element) -> dict[str, str] | None:
    """The multi-instance attributes of an activity, in camunda's or BPMN's notation; None without any."""
    found = node.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if found is None:
        return None
    loop: dict[str, str] = {}
    for key, path in (
        ("collection", "loopDataInputRef"),
        ("count", "loopCardinality"),
        ("output", "loopDataOutputRef"),
        ("done_when", "completionCondition"),
    ):
        child = found.find(f"{{{BPMN}}}{path}")
        if child is not None and (child.text or "").strip():
            loop[key] = (child.text or "").strip()
    for key, path in (("item", "inputDataItem"), ("output_item", "outputDataItem")):
        child = found.find(f"{{{BPMN}}}{path}")
        if child is not None:
            loop[key] = child.get("name") or child.get("id") or ""
    for key, attribute in (
        ("collection", f"{{{CAMUNDA}}}collection"),
        ("item", f"{{{CAMUNDA}}}elementVariable"),
        ("output", f"{{{NOM}}}outputCollection"),
        ("output_item", f"{{{NOM}}}outputElement"),
    ):
        value = found.get(attribute)
        if value:
            loop[key] = value.strip()
    return loop


class _Reading:
    """What every element parser does besides: extensions, compiled expressions, order by the XML."""

    node: etree._Element
    bpmn_id: str
    connect_outgoing: Any
    task: Any
    spec: Any
    process_parser: Any

    def parse_extensions(self, node: etree._Element | None = None) -> dict[str, str]:
        return read_attributes(self.node)

    def get_position(self, node: etree._Element | None = None) -> dict[str, float]:
        return {
            "x": 0.0,
            "y": 0.0,
        }  # the library orders flows by this; equal values keep the order of the XML

    def parse_documentation(self, sequence_flow: etree._Element | None = None) -> None:
        return None

    def parse_condition(self, sequence_flow: etree._Element) -> Condition | None:
        text = sequence_flow.findtext(f"{{{BPMN}}}conditionExpression")
        if text is None or not text.strip():
            return None
        return Condition(compile_expression(text.strip()), text.strip())

    def create_task(self) -> Any:
        self.process_parser.readings[self.bpmn_id] = self
        task = super().create_task()  # type: ignore[misc]
        attributes = read_attributes(self.node)
        task.due = compile_due(attributes["due"]) if attributes.get("due") else None
        task.key = compile_expression(attributes["key"]) if attributes.get("key") else None
        task.item_title = compile_expression(attributes["item_title"]) if attributes.get("item_title") else None
        if isinstance(task, specs.ScriptTask):
            task.expression = compile_expression(script_text(self.node))
            task.variable = attributes["result_variable"]
        elif isinstance(task, specs.DecisionTask):
            task.table = self.process_parser.parser.tables[attributes["decision_ref"]]
            task.variable = attributes["result_variable"]
        elif isinstance(task, specs.ExternalTask):
            task.inputs_asked = {
                name: compile_expression(text) for name, text in input_texts(self.node).items()
            }
            task.variable = attributes.get("result_variable")
        return task

    def _add_boundary_event(self, children: list[etree._Element]) -> Any:
        split = super()._add_boundary_event(children)  # type: ignore[misc]
        self.spec.task_specs[f"{self.bpmn_id}.BoundaryEventJoin"].__class__ = joins.BoundaryEventJoin
        return split

    def connect_rest(self) -> None:
        """Connect an element whose flows were put aside, as the library does."""
        flows = self.process_parser.outgoing_sequence_flows[self.bpmn_id]
        default = self.node.get("default")
        if len(flows) == 1 and self.parse_condition(flows[0]) is None:
            default = flows[0].get("id")
        for flow in flows:
            target = flow.get("targetRef")
            found = self.spec.task_specs.get(f"{target}.BoundaryEventSplit")
            found = found or self.process_parser.parse_node(self.process_parser.get_node_by_id(target))
            self.connect_outgoing(found, flow, flow.get("id") == default)

    def parse_message_event(self, message_event: etree._Element) -> specs.Message:
        message = declared(message_event, "message", message_event.get("messageRef"))
        return specs.Message(message.get("name") if message is not None else None)

    def parse_error_event(self, error_event: etree._Element) -> specs.BpmnError:
        error = declared(error_event, "error", error_event.get("errorRef"))
        if error is None:
            return specs.BpmnError("error", None)
        return specs.BpmnError(error.get("name") or "error", error.get("errorCode"))

    def parse_timer_event(self, event: etree._Element) -> DateTimer | DurationTimer | CycleTimer:
        name = self.node.get("id")
        for tag, kind in (("timeDate", DateTimer), ("timeDuration", DurationTimer)):
            text = event.findtext(f"{{{BPMN}}}{tag}")
            if text is not None:
                return kind(name, compile_due(text.strip()))
        return CycleTimer(name, compile_cycle(event.findtext(f"{{{BPMN}}}timeCycle") or ""))

    def _add_multiinstance_task(self, loop_characteristics: etree._Element) -> None:
        loop = loop_of(self.node) or {}
        original = self.spec.task_specs.pop(self.task.name)
        task = specs.MultiInstance(self.spec, original.name, "", description="Parallel MultiInstance")
        for key in ("collection", "count", "done_when"):
            setattr(task, key, compile_expression(loop[key]) if key in loop else None)
        task.item, task.output = loop.get("item"), loop.get("output")
        task.output_item_name = loop.get("output_item")
        task.extensions = original.extensions
        task.bpmn_name = original.bpmn_name
        self.task = task
        self._copy_task_attrs(original)  # type: ignore[attr-defined]
        original.completed_event.connect(task.merge_child)  # at load time: a restored one would wait for ever


def _reading(base: type) -> type:
    return type(f"Reading{base.__name__}", (_Reading, base), {})


_DEEPEST = 100
"""Elements that are read within each other before the next one is put aside."""


class _ProcessParser(ProcessParser):  # type: ignore[misc]
    """Reads a process; the library reads each element inside the one before it, which a long chain would not survive."""

    inside = 0

    def create_spec(self) -> joins.ProcessSpec:
        self.readings: dict[str, _Reading] = {}
        self.aside: list[_Reading] = []
        return joins.ProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def parse_node(self, node: etree._Element) -> Any:
        self.inside += 1
        self.parser.inside += 1
        try:
            spec = super().parse_node(node)
            while self.inside == 1 and self.aside:
                self.aside.pop(0).connect_rest()
            return spec
        finally:
            self.inside -= 1
            self.parser.inside -= 1

    def get_outgoing_sequence_flows(self, source_ref: str) -> list[etree._Element]:
        """The flows out of an element; none for now where it stands too deep inside others."""
        if self.parser.inside > _DEEPEST and source_ref in self.outgoing_sequence_flows:
            self.aside.append(self.readings[source_ref])
            return []
        return list(super().get_outgoing_sequence_flows(source_ref))


class DiagramParser(BpmnParser):  # type: ignore[misc]
    """The core parser with our element classes; knows the decision tables of the bundle."""

    PROCESS_PARSER_CLASS = _ProcessParser
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, tuple[type, type]]] = {
        full_tag(tag): (_reading(parser), spec)
        for tag, parser, spec in (
            ("startEvent", StartEventParser, specs.StartEvent),
            ("endEvent", EndEventParser, specs.EndEvent),
            ("userTask", TaskParser, specs.UserTask),
            ("receiveTask", ReceiveTaskParser, specs.ReceiveTask),
            ("serviceTask", TaskParser, specs.ExternalTask),
            ("businessRuleTask", TaskParser, specs.DecisionTask),
            ("scriptTask", TaskParser, specs.ScriptTask),
            ("exclusiveGateway", ConditionalGatewayParser, specs.ExclusiveGateway),
            ("inclusiveGateway", ConditionalGatewayParser, joins.InclusiveGateway),
            ("parallelGateway", GatewayParser, joins.ParallelGateway),
            ("callActivity", CallActivityParser, specs.CallActivity),
            ("subProcess", SubWorkflowParser, specs.Subprocess),
            ("boundaryEvent", BoundaryEventParser, specs.BoundaryEvent),
            ("intermediateCatchEvent", IntermediateCatchEventParser, specs.CatchEvent),
            ("intermediateThrowEvent", IntermediateThrowEventParser, specs.ThrowEvent),
        )
    }

    def __init__(self, tables: dict[str, Decision]) -> None:
        super().__init__()
        self.tables = tables
        self.inside = 0

    def add_bpmn_xml(self, bpmn: etree._ElementTree, filename: str | None = None) -> None:
        """Take the processes of a diagram; stores, signals and correlations beside them are never asked for here."""
        self._add_processes(bpmn, filename)

    def _get_parser_class(self, tag: str) -> tuple[Any, Any]:
        return self.OVERRIDE_PARSER_CLASSES.get(tag, (None, None))
