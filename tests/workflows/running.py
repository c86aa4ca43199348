"""Drives the engine in tests: a clock, a world, small diagrams, and a run that checks its state at every
step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
from SpiffWorkflow.bpmn.serializer.default.workflow import (
    BpmnSubWorkflowConverter,
    TaskConverter,
    WorkflowConverter,
)
from SpiffWorkflow.bpmn.serializer.helpers.registry import DefaultRegistry

from workflows import codec, engine
from workflows.calendar import ZONE, vietnam
from workflows.definition import Definition, check_bundle, read_definition
from workflows.environment import Env
from workflows.known import Known
from workflows.live import Live
from workflows.problems import Problem
from workflows.step import Opened, Step
from workflows.tree import Node, Subworkflow, Workflow

DIAGRAMS = Path(__file__).parent / "diagrams"
FORM = orjson.dumps({"type": "default", "components": [{"type": "textfield", "key": "comment"}]})
CALENDAR = vietnam([2026, 2027])
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:nom="urn:vinhdanh:nom:1" id="file" targetNamespace="urn:test">'
)


class Clock:
    """The one clock of a test; it stands still until moved."""

    def __init__(self, now: datetime | None = None) -> None:
        self.time = now or datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)  # a Monday

    def __call__(self) -> datetime:
        return self.time

    def to(self, *parts: int) -> None:
        self.time = datetime(*parts, tzinfo=ZONE)  # type: ignore[arg-type,misc]

    def forward(self, **parts: float) -> None:
        self.time += timedelta(**parts)


def world(clock: Clock, **changed: Any) -> Env:
    """An env with a few dates and rules."""
    dates = {"filing": date(2026, 4, 1), "supplement": date(2026, 3, 20)}
    rules = {"REVIEW_REQUEST_DAYS": 10, "LIMIT": 3}
    return replace(Env(now=clock, calendar=CALENDAR, dates=dates, rules=rules), **changed)


def diagram(
    body: str, process: str = "p", messages: Mapping[str, str] | None = None, extra: str = ""
) -> bytes:
    """A BPMN file with one process; `messages` maps id to name."""
    named = "".join(f'<bpmn:message id="{key}" name="{name}" />' for key, name in (messages or {}).items())
    return (
        f'{HEAD}{named}{extra}<bpmn:process id="{process}" isExecutable="true">{body}</bpmn:process>'
        "</bpmn:definitions>"
    ).encode()


def flow(source: str, target: str, condition: str | None = None, key: str | None = None) -> str:
    """A sequence flow, named after its ends."""
    inner = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression"><![CDATA[{condition}]]>'
        "</bpmn:conditionExpression>"
        if condition
        else ""
    )
    return (
        f'<bpmn:sequenceFlow id="{key or f"{source}__{target}"}" sourceRef="{source}" targetRef="{target}">'
        f"{inner}</bpmn:sequenceFlow>"
    )


def chain(*elements: str) -> str:
    """Flows through these elements, one after the other."""
    return "".join(flow(a, b) for a, b in pairwise(elements))


def user(key: str, attributes: str = "", inner: str = "") -> str:
    return (
        f'<bpmn:userTask id="{key}" name="{key}" camunda:formKey="form" camunda:candidateGroups="unit" {attributes}>'
        f"{inner}</bpmn:userTask>"
    )


def receive(key: str, message: str = "m", attributes: str = "", inner: str = "") -> str:
    return (
        f'<bpmn:receiveTask id="{key}" name="{key}" messageRef="{message}" nom:key="nomination_id" {attributes}>'
        f"{inner}</bpmn:receiveTask>"
    )


def external(key: str, attributes: str = "", inner: str = "", topic: str = "do.it") -> str:
    return (
        f'<bpmn:serviceTask id="{key}" camunda:type="external" camunda:topic="{topic}" {attributes}>{inner}'
        "</bpmn:serviceTask>"
    )


def script(key: str, text: str, variable: str) -> str:
    return (
        f'<bpmn:scriptTask id="{key}" scriptFormat="feel" camunda:resultVariable="{variable}">'
        f"<bpmn:script><![CDATA[{text}]]></bpmn:script></bpmn:scriptTask>"
    )


def timer(key: str, host: str, kind: str, text: str, interrupting: bool = True) -> str:
    return (
        f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">'
        f'<bpmn:timerEventDefinition><bpmn:{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{kind}>'
        "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )


def boundary(key: str, host: str, message: str, interrupting: bool = True) -> str:
    return (
        f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">'
        f'<bpmn:messageEventDefinition messageRef="{message}" /></bpmn:boundaryEvent>'
    )


def error_boundary(key: str, host: str, error: str | None = None) -> str:
    reference = f' errorRef="{error}"' if error else ""
    return (
        f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}"><bpmn:errorEventDefinition{reference} />'
        "</bpmn:boundaryEvent>"
    )


def start(key: str = "begin") -> str:
    return f'<bpmn:startEvent id="{key}" />'


def end(key: str = "end", attributes: str = "", inner: str = "") -> str:
    return f'<bpmn:endEvent id="{key}" {attributes}>{inner}</bpmn:endEvent>'


def gateway(key: str, default: str | None = None, kind: str = "exclusive") -> str:
    return f'<bpmn:{kind}Gateway id="{key}"' + (f' default="{default}"' if default else "") + " />"


def subprocess(key: str, body: str) -> str:
    return f'<bpmn:subProcess id="{key}">{body}</bpmn:subProcess>'


def call(key: str, called: str, inner: str = "") -> str:
    return f'<bpmn:callActivity id="{key}" calledElement="{called}">{inner}</bpmn:callActivity>'


def files(*diagrams: bytes | str, forms: tuple[str, ...] = ("form",), **more: bytes) -> dict[str, bytes]:
    """A bundle; a name stands for a file under diagrams/."""
    bundle = {f"{name}.form": FORM for name in forms}
    for number, given in enumerate(diagrams):
        if isinstance(given, str):
            bundle[f"{given}.bpmn"] = (DIAGRAMS / f"{given}.bpmn").read_bytes()
        else:
            bundle[f"file{number}.bpmn"] = given
    return bundle | {name.replace("__", "."): content for name, content in more.items()}


def read(
    *diagrams: bytes | str, main: str = "p", forms: tuple[str, ...] = ("form",), **more: bytes
) -> Definition:
    return read_definition(files(*diagrams, forms=forms, **more), main=main)


def faults(*diagrams: bytes, main: str = "p", known: Known | None = None, **more: Any) -> tuple[Problem, ...]:
    return check_bundle(files(*diagrams, **more), main=main, known=known)


def codes(*diagrams: bytes, **options: Any) -> set[tuple[str | None, str]]:
    """(element, code) of every fault; each must be said in both languages."""
    found = faults(*diagrams, **options)
    for fault in found:
        assert fault.message and fault.message_en and fault.message != fault.message_en
    return {(fault.element, fault.code) for fault in found}


#: A fine little process, to which a test adds its fault.
GOOD = start() + user("work") + end() + chain("begin", "work", "end")


def within(*parts: str, **options: Any) -> bytes:
    """A fine process with one more element in its path: begin → x → end."""
    return diagram(start() + "".join(parts) + end() + chain("begin", "x", "end"), **options)


# -- what the library's own serializer would keep


class _TopConverter(WorkflowConverter):  # type: ignore[misc]
    def to_dict(self, workflow: Workflow) -> dict[str, Any]:
        kept: dict[str, Any] = super().to_dict(workflow)
        kept["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        kept["bpmn_events"] = self.registry.convert(workflow.bpmn_events)
        return kept


_registry = DefaultRegistry()
TaskConverter(Node, _registry)
BpmnSubWorkflowConverter(Subworkflow, _registry)
_TopConverter(Workflow, _registry)


def stock_state(workflow: Workflow) -> dict[str, Any]:
    """All that the library's serializer keeps of an instance, without the specification."""
    state: dict[str, Any] = _registry.convert(workflow)
    for tree in (state, *state["subprocesses"].values()):
        for task in tree["tasks"].values():
            task["delta"].get("deletions", []).sort()  # a set in all but type
    return state


def assert_same(live: Live, other: Live) -> None:
    """Two live workflows hold the same, by the library's account and by ours."""
    assert stock_state(other.workflow) == stock_state(live.workflow)
    ours, theirs = live.workflow, other.workflow
    assert set(theirs.event_manager.tasks) == set(ours.event_manager.tasks)
    assert set(theirs.ready) == set(ours.ready)
    assert theirs.stuck == ours.stuck
    assert set(other.open) == set(live.open)
    assert (other.counts, other.held_at, other.name) == (live.counts, live.held_at, live.name)
    assert other.depth_limit == live.depth_limit
    for mine, yours in zip(_trees(ours), _trees(theirs), strict=True):
        assert set(yours.waiting_joins) == set(mine.waiting_joins)
        assert [n.tree_depth for n in yours.tasks.values()] == [n.tree_depth for n in mine.tasks.values()]


def _trees(workflow: Workflow) -> list[Any]:
    return [workflow, *workflow.subprocesses.values()]


# -- a run


@dataclass
class Run:
    """One instance driven by element ids; at every step its state is encoded, restored and compared."""

    definition: Definition
    data: dict[str, Any] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    watched: bool = True  # compare the state at every step
    restored: bool = False  # go on from the restored object after every step
    env: Env | None = None

    def __post_init__(self) -> None:
        self.open: list[Opened] = []
        self.steps: list[Step] = []
        self.world = self.env or world(self.clock)
        self.live, step = engine.start(self.definition, {"nomination_id": "N1", **self.data}, self.world)
        self._take(step)

    def _take(self, step: Step) -> Step:
        closed = {one.task for one in step.closed}
        assert closed <= {one.task for one in (*self.open, *step.opened)}
        self.open = [one for one in (*self.open, *step.opened) if one.task not in closed]
        self.steps.append(step)
        if not self.watched:
            self.live = engine.restore(self.definition, step.state) if self.restored else self.live
            return step
        if not step.ended:
            other = engine.restore(self.definition, step.state)
            assert_same(self.live, other)
            if self.restored:
                self.live = other
        elif self.live.workflow.tasks:
            assert_same(self.live, codec.decode(self.definition, codec.encode(self.live)))
            assert engine.restore(self.definition, step.state).finished == self.live.finished
        return step

    @property
    def step(self) -> Step:
        return self.steps[-1]

    @property
    def now(self) -> list[str]:
        """Elements that stand open, in the order of opening."""
        return [one.element for one in self.open]

    def task(self, element: str, nth: int = 0) -> Opened:
        return [one for one in self.open if one.element == element][nth]

    def do(self, element: str, nth: int = 0, /, **given: Any) -> Step:
        """Answer the open task of this element."""
        task = self.task(element, nth)
        verb = {"user": engine.complete, "receive": engine.tell, "external": engine.answer}[task.kind]
        return self._take(verb(self.live, task.task, given, self.world))

    def fail(self, element: str, code: str) -> Step:
        return self._take(engine.answer(self.live, self.task(element).task, None, self.world, error=code))

    def signal(self, message: str, **given: Any) -> Step:
        return self._take(engine.signal(self.live, message, given, self.world))

    def wake(self) -> Step:
        return self._take(engine.wake(self.live, self.world))

    def retry(self, **mended: Any) -> Step:
        return self._take(engine.retry(self.live, self.world, mended))

    def hold(self) -> Step:
        return self._take(engine.hold(self.live, self.world))

    def release(self) -> Step:
        return self._take(engine.release(self.live, self.world))

    def cancel(self) -> Step:
        return self._take(engine.cancel(self.live, self.world))

    def move_due(self, element: str, due: datetime) -> Step:
        return self._take(engine.move_due(self.live, self.task(element).task, due, self.world))

    def recalendar(self) -> Step:
        return self._take(engine.recalendar(self.live, self.world))

    def assert_nothing_left(self) -> None:
        """Ended, with nothing that waits, listens or runs."""
        assert self.step.ended and self.step.due is None and not self.open
        if self.live.workflow.tasks:
            assert not self.live.workflow.event_manager.tasks
            assert not self.live.workflow.ready
            assert all(not tree.waiting_joins for tree in _trees(self.live.workflow))
