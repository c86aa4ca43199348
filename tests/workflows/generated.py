"""Makes diagrams by the number: whole ones with what they must do, and broken ones with what must be said of them.

The same number always makes the same bundle. Whole ones are built from blocks (steps in a row, choices, branches side by
side, loops, subprocesses, calls, boundaries, errors), so that what a run must do is known without running it: `expected`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from running import HEAD

from workflows.feel.types import STRING, texts
from workflows.known import Known

DECISIONS = ("go", "back", "stop")
BASES = {"LAW.1": (date(2024, 1, 1), None), "OLD.1": (date(2014, 1, 1), date(2020, 1, 1))}
KNOWN = Known(
    groups={"unit", "office"},
    topics={"do.it"},
    letters={"reminder"},
    events={"case:moved"},
    lists={"letters"},
    outcomes={"granted"},
    bases=BASES,
    day=date(2026, 3, 2),
    started={
        "main": {"nomination_id": STRING, "kind": texts(("A", "B")), "decision": texts(("none",)), "result": texts(("none",))}
    },
    messages={"told": {}, "asked:stop": {"cause": STRING}},
    registers={"rule": {"LIMIT"}, "round_date": {"filing", "supplement"}},
    drawn=True,
)
MESSAGES = {"m_told": "told", "m_stop": "asked:stop"}
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="defs" name="d" namespace="urn:t">
<decision id="table" name="Bảng"><decisionTable id="table_t" hitPolicy="FIRST">
<input id="table_in" label="Loại"><inputExpression id="table_ie" typeRef="string"><text>kind</text></inputExpression></input>
<output id="table_out" name="grade" label="Mức" typeRef="number"/>
<rule id="table_r1"><inputEntry id="c1"><text>"A"</text></inputEntry><outputEntry id="c2"><text>1</text></outputEntry></rule>
<rule id="table_r2"><inputEntry id="c3"><text>-</text></inputEntry><outputEntry id="c4"><text>2</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def a_form(*more: Mapping[str, Any], decision: bool = True) -> bytes:
    """A form with a decision and a score."""
    fields: list[Mapping[str, Any]] = [
        {"type": "number", "id": "f_score", "key": "score", "label": "Điểm", "validate": {"required": True}},
        {"type": "datetime", "subtype": "date", "id": "f_day", "key": "day", "dateLabel": "Ngày", "label": "Ngày"},
        *more,
    ]
    if decision:
        values = [{"value": one, "label": one} for one in DECISIONS]
        choice = {"type": "radio", "id": "f_decision", "key": "decision", "label": "Kết quả", "values": values}
        fields.insert(0, {**choice, "validate": {"required": True}})
    return orjson.dumps({"type": "default", "id": "form", "schemaVersion": 19, "components": fields})


@dataclass
class Block:
    """A piece of a process: what it is, the ids of its elements, the pieces inside."""

    kind: str
    id: str
    inner: list[list[Block]] = field(default_factory=list)
    value: Any = None


@dataclass
class Case:
    """One bundle, and what is to come of it."""

    number: int
    what: str
    files: dict[str, bytes]
    expected: list[Block] | None = None  # of a whole one
    blames: tuple[str | None, str] | None = None  # of a broken one: (element, code) that must be among what is said
    called: dict[str, list[Block]] = field(default_factory=dict)


class Maker:
    """Draws blocks at random, then writes them as BPMN with a drawing."""

    def __init__(self, number: int) -> None:
        self.dice = random.Random(number)
        self.count = 0
        self.called: dict[str, list[Block]] = {}
        self.depth = 0

    def key(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_{self.count}"

    # -- drawing blocks

    def row(self, least: int = 1, most: int = 3) -> list[Block]:
        return [self.block() for _ in range(self.dice.randint(least, most))]

    def block(self) -> Block:
        plain = ["user", "user", "receive", "external", "script", "rule", "catch", "throw"]
        deep = ["choice", "both", "some", "loop", "sub", "call", "guarded", "many", "raised", "again"] if self.depth < 2 else []
        kind = self.dice.choice(plain + deep)
        self.depth += 1
        block = Block(kind, self.key(kind))
        if kind in ("choice", "both", "some"):
            block.inner = [self.row(1, 2) for _ in range(self.dice.randint(2, 3))]
        elif kind in ("loop", "sub"):
            block.inner = [self.row(1, 2)]
        elif kind == "call":
            process = f"process_{block.id}"
            self.called[process] = self.row(1, 2)
            block.value = process
        elif kind == "guarded":
            block.value = self.dice.choice(["timer", "cycle", "message", "error"])
        elif kind == "many":
            block.value = self.dice.randint(1, 3)
        self.depth -= 1
        return block

    # -- writing them

    def process(self, process: str, row: list[Block]) -> str:
        self.nodes: list[str] = []
        self.drawn: list[str] = []
        body = self.scope(process, row)
        return f'<bpmn:process id="{process}" name="Quy trình" isExecutable="true">{body}</bpmn:process>'

    def scope(self, scope: str, row: list[Block]) -> str:
        outer, self.nodes = self.nodes, []
        self.node(f'<bpmn:startEvent id="{scope}_start" />', f"{scope}_start")
        last = self.write(row, f"{scope}_start")
        self.node(f'<bpmn:endEvent id="{scope}_end" />', f"{scope}_end")
        self.flow(last, f"{scope}_end")
        body, self.nodes = "".join(self.nodes), outer
        return body

    def node(self, xml: str, key: str) -> None:
        self.nodes.append(xml)
        self.drawn.append(
            f'<bpmndi:BPMNShape id="{key}_di" bpmnElement="{key}"><dc:Bounds x="{len(self.drawn) * 90}" y="10" width="80" '
            'height="60" /></bpmndi:BPMNShape>'
        )

    def flow(self, source: str, target: str, condition: str | None = None) -> str:
        key = f"f_{source}__{target}"
        inner = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression"><![CDATA[{condition}]]></bpmn:conditionExpression>'
            if condition
            else ""
        )
        self.nodes.append(f'<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>')
        self.drawn.append(
            f'<bpmndi:BPMNEdge id="{key}_di" bpmnElement="{key}"><di:waypoint x="1" y="1" /><di:waypoint x="9" y="1" />'
            "</bpmndi:BPMNEdge>"
        )
        return key

    def write(self, row: list[Block], last: str) -> str:
        for block in row:
            last = getattr(self, f"write_{block.kind}")(block, last)
        return last

    def step(self, key: str, last: str, xml: str) -> str:
        self.node(xml, key)
        self.flow(last, key)
        return key

    def user(self, key: str, form: str = "form", more: str = "") -> str:
        due = self.dice.choice(["", 'camunda:dueDate="P3D"', 'camunda:dueDate="working_days(rule(&quot;LIMIT&quot;))"'])
        words = self.dice.choice(["", 'nom:basis="LAW.1"', 'nom:letter="reminder"', 'nom:remind="3 half 0"'])
        return (
            f'<bpmn:userTask id="{key}" name="Việc {key}" camunda:formKey="{form}" camunda:candidateGroups="unit" '
            f"{due} {words} {more}"
        )

    def write_user(self, block: Block, last: str) -> str:
        return self.step(block.id, last, self.user(block.id) + "/>")

    def write_receive(self, block: Block, last: str) -> str:
        return self.step(
            block.id, last,
            f'<bpmn:receiveTask id="{block.id}" messageRef="m_told" nom:key="nomination_id" nom:list="letters" '
            'nom:values="yes no" />',
        )

    def write_external(self, block: Block, last: str) -> str:
        asked = (
            '<bpmn:extensionElements><camunda:inputOutput><camunda:inputParameter name="about">nomination_id'
            "</camunda:inputParameter></camunda:inputOutput></bpmn:extensionElements>"
        )
        return self.step(
            block.id, last,
            f'<bpmn:serviceTask id="{block.id}" camunda:type="external" camunda:topic="do.it">{asked}</bpmn:serviceTask>',
        )

    def write_script(self, block: Block, last: str, text: str = "1 + 2") -> str:
        return self.step(
            block.id, last,
            f'<bpmn:scriptTask id="{block.id}" scriptFormat="feel" camunda:resultVariable="v_{block.id}"><bpmn:script>'
            f"<![CDATA[{text}]]></bpmn:script></bpmn:scriptTask>",
        )

    def write_rule(self, block: Block, last: str) -> str:
        return self.step(
            block.id, last,
            f'<bpmn:businessRuleTask id="{block.id}" camunda:decisionRef="table" camunda:resultVariable="v_{block.id}" />',
        )

    def write_catch(self, block: Block, last: str) -> str:
        return self.step(
            block.id, last,
            f'<bpmn:intermediateCatchEvent id="{block.id}"><bpmn:timerEventDefinition><bpmn:timeDuration '
            'xsi:type="bpmn:tFormalExpression">PT2H</bpmn:timeDuration></bpmn:timerEventDefinition>'
            "</bpmn:intermediateCatchEvent>",
        )

    def write_throw(self, block: Block, last: str) -> str:
        return self.step(block.id, last, f'<bpmn:intermediateThrowEvent id="{block.id}" nom:event="case:moved" />')

    def write_choice(self, block: Block, last: str) -> str:
        """A person decides, and each value but the last has a way of its own."""
        asks, parts, meets = f"{block.id}_ask", f"{block.id}_part", f"{block.id}_meet"
        self.step(asks, last, self.user(asks) + "/>")
        way = self.first(block.inner[-1], meets)
        self.step(parts, asks, f'<bpmn:exclusiveGateway id="{parts}" default="f_{parts}__{way}" />')
        self.node(f'<bpmn:exclusiveGateway id="{meets}" />', meets)
        for place, row in enumerate(block.inner):
            condition = f'decision = "{DECISIONS[place]}"' if place < len(block.inner) - 1 else None
            self.branch(row, parts, meets, condition)
        return meets

    def write_both(self, block: Block, last: str) -> str:
        return self.parallel(block, last, "parallel")

    def write_some(self, block: Block, last: str) -> str:
        """Each branch but the last runs where a computed number is large enough."""
        script = Block("script", f"{block.id}_count")
        last = self.write_script(script, last, f"{len(block.inner)} - 1")
        return self.parallel(block, last, "inclusive", f"v_{script.id}")

    def parallel(self, block: Block, last: str, kind: str, name: str = "") -> str:
        parts, meets = f"{block.id}_part", f"{block.id}_meet"
        way = self.first(block.inner[-1], meets)
        default = f'default="f_{parts}__{way}"' if name else ""
        self.step(parts, last, f'<bpmn:{kind}Gateway id="{parts}" {default} />')
        self.node(f'<bpmn:{kind}Gateway id="{meets}" />', meets)
        for place, row in enumerate(block.inner):
            self.branch(row, parts, meets, f"{name} > {place}" if name and place < len(block.inner) - 1 else None)
        return meets

    def branch(self, row: list[Block], parts: str, meets: str, condition: str | None) -> None:
        before = len(self.nodes)
        last = self.write(row, parts)
        self.flow(last, meets)
        if condition:
            way = f'<bpmn:sequenceFlow id="f_{parts}__{self.first(row, meets)}"'
            for place in range(before, len(self.nodes)):
                if self.nodes[place].startswith(way):
                    self.nodes[place] = self.nodes[place].replace(
                        "></bpmn:sequenceFlow>",
                        f"><bpmn:conditionExpression><![CDATA[{condition}]]></bpmn:conditionExpression></bpmn:sequenceFlow>",
                    )

    def first(self, row: list[Block], meets: str) -> str:
        """The element that a row begins with."""
        block = row[0]
        return {
            "choice": f"{block.id}_ask", "both": f"{block.id}_part", "some": f"{block.id}_count",
            "loop": f"{block.id}_meet", "many": f"{block.id}_list",
        }.get(block.kind, block.id)

    def write_loop(self, block: Block, last: str) -> str:
        """Its row is done again as often as a person says so."""
        meets, asks, parts = f"{block.id}_meet", f"{block.id}_ask", f"{block.id}_part"
        self.step(meets, last, f'<bpmn:exclusiveGateway id="{meets}" />')
        last = self.write(block.inner[0], meets)
        self.step(asks, last, self.user(asks) + "/>")
        self.step(parts, asks, f'<bpmn:exclusiveGateway id="{parts}" default="f_{parts}__{block.id}" />')
        self.flow(parts, meets, 'decision = "back"')
        return self.step(block.id, parts, f'<bpmn:intermediateThrowEvent id="{block.id}" />')

    def write_sub(self, block: Block, last: str) -> str:
        self.node("", block.id)
        body = self.scope(block.id, block.inner[0])
        self.nodes.append(f'<bpmn:subProcess id="{block.id}">{body}</bpmn:subProcess>')
        self.flow(last, block.id)
        return block.id

    def write_raised(self, block: Block, last: str) -> str:
        """A subprocess that a person may end by an error, whose way joins the path again."""
        meets = f"{block.id}_meet"
        self.failing(block, last)
        self.node(f'<bpmn:exclusiveGateway id="{meets}" />', meets)
        self.flow(block.id, meets)
        self.flow(f"{block.id}_edge", meets)
        return meets

    def write_again(self, block: Block, last: str) -> str:
        """The same, done anew after each error; a person is asked every time, so that it waits."""
        self.failing(block, last)
        self.flow(f"{block.id}_edge", block.id)
        return block.id

    def failing(self, block: Block, last: str) -> None:
        asks, parts, ends, fails, edge = (f"{block.id}_{word}" for word in ("ask", "part", "end", "fail", "edge"))
        self.node("", block.id)
        outer, self.nodes = self.nodes, []
        self.node(f'<bpmn:startEvent id="{block.id}_start" />', f"{block.id}_start")
        self.step(asks, f"{block.id}_start", self.user(asks) + "/>")
        self.step(parts, asks, f'<bpmn:exclusiveGateway id="{parts}" default="f_{parts}__{ends}" />')
        self.step(ends, parts, f'<bpmn:endEvent id="{ends}" />')
        self.node(f'<bpmn:endEvent id="{fails}"><bpmn:errorEventDefinition errorRef="e_back" /></bpmn:endEvent>', fails)
        self.flow(parts, fails, 'decision = "back"')
        body, self.nodes = "".join(self.nodes), outer
        self.nodes.append(f'<bpmn:subProcess id="{block.id}">{body}</bpmn:subProcess>')
        self.flow(last, block.id)
        taken = self.dice.choice(["", 'errorRef="e_back"'])
        self.node(
            f'<bpmn:boundaryEvent id="{edge}" attachedToRef="{block.id}"><bpmn:errorEventDefinition {taken} /></bpmn:boundaryEvent>', edge
        )

    def write_call(self, block: Block, last: str) -> str:
        return self.step(block.id, last, f'<bpmn:callActivity id="{block.id}" calledElement="{block.value}" />')

    def write_many(self, block: Block, last: str) -> str:
        """An effect for each member of a list."""
        script = Block("script", f"{block.id}_list")
        last = self.write_script(script, last, str(list(range(block.value))))
        loop = (
            f'<bpmn:multiInstanceLoopCharacteristics camunda:collection="v_{script.id}" camunda:elementVariable="item" '
            f'nom:outputCollection="all_{block.id}" nom:outputElement="item" />'
        )
        return self.step(
            block.id, last,
            f'<bpmn:serviceTask id="{block.id}" camunda:type="external" camunda:topic="do.it">{loop}</bpmn:serviceTask>',
        )

    def write_guarded(self, block: Block, last: str) -> str:
        """An activity with an event at its edge, whose way joins the path again."""
        meets, edge = f"{block.id}_meet", f"{block.id}_edge"
        timed = "<bpmn:timerEventDefinition><bpmn:{0}>{1}</bpmn:{0}></bpmn:timerEventDefinition>"
        definition, interrupts = {
            "timer": (timed.format("timeDuration", "P9D"), "true"),
            "cycle": (timed.format("timeCycle", "R2/P2D"), "false"),
            "message": ('<bpmn:messageEventDefinition messageRef="m_stop" />', "true"),
            "error": ("<bpmn:errorEventDefinition />", "true"),
        }[block.value]
        if block.value == "error":
            self.write_external(block, last)
        else:
            self.write_user(block, last)
        self.node(f'<bpmn:exclusiveGateway id="{meets}" />', meets)
        self.node(
            f'<bpmn:boundaryEvent id="{edge}" attachedToRef="{block.id}" cancelActivity="{interrupts}">{definition}'
            "</bpmn:boundaryEvent>",
            edge,
        )
        self.flow(block.id, meets)
        if block.value == "cycle":
            self.step(f"{edge}_end", edge, f'<bpmn:endEvent id="{edge}_end" />')
        else:
            self.flow(edge, meets)
        return meets


def file_of(process: str, body: str, drawn: list[str]) -> bytes:
    """A BPMN file with one process and its drawing."""
    head = HEAD.replace('id="file"', f'id="file_{process}" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"')
    named = "".join(f'<bpmn:message id="{key}" name="{name}" />' for key, name in MESSAGES.items())
    named += '<bpmn:error id="e_back" name="back" errorCode="BACK" />'
    plane = (
        f'<bpmndi:BPMNDiagram id="d_{process}"><bpmndi:BPMNPlane id="pl_{process}" bpmnElement="{process}">'
        f"{''.join(drawn)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )
    return f"{head}{named}{body}{plane}</bpmn:definitions>".encode()


def whole(number: int) -> Case:
    """The whole bundle of a number."""
    maker = Maker(number)
    row = [Block("user", "first"), *maker.row(2, 4)]
    files = {"form.form": a_form(), "table.dmn": TABLE.encode()}
    body = maker.process("main", row)
    files["main.bpmn"] = file_of("main", body, maker.drawn)
    for process, inner in sorted(maker.called.items()):
        body = maker.process(process, inner)
        files[f"{process}.bpmn"] = file_of(process, body, maker.drawn)
    return Case(number, "whole", files, row, called=maker.called)


def expected(case: Case, decide: Callable[[str, int], str]) -> Counter[str]:
    """How often each task must be done when nothing interrupts, if people decide so: (task, how often before) → value."""
    done: Counter[str] = Counter()

    def ask(task: str) -> str:
        done[task] += 1
        return decide(task, done[task])

    def go(row: list[Block]) -> None:
        for block in row:
            if block.kind in ("user", "guarded"):
                ask(block.id)
            elif block.kind in ("receive", "external"):
                done[block.id] += 1
            elif block.kind == "many":
                done[block.id] += block.value
            elif block.kind == "choice":
                chosen = DECISIONS.index(ask(f"{block.id}_ask"))
                go(block.inner[min(chosen, len(block.inner) - 1)])
            elif block.kind == "both":
                for inner in block.inner:
                    go(inner)
            elif block.kind == "some":
                for inner in block.inner[:-1]:
                    go(inner)
            elif block.kind == "loop":
                go(block.inner[0])
                while ask(f"{block.id}_ask") == "back":
                    go(block.inner[0])
            elif block.kind == "raised":
                ask(f"{block.id}_ask")
            elif block.kind == "again":
                while ask(f"{block.id}_ask") == "back":
                    pass
            elif block.kind == "sub":
                go(block.inner[0])
            elif block.kind == "call":
                go(case.called[block.value])

    go(case.expected or [])
    return done


def wholes(count: int) -> Iterator[Case]:
    """The first whole bundles."""
    yield from map(whole, range(count))
