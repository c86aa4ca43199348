"""Breaks whole bundles, one fault each, and knows what must be said of it: the element and the code.

Each breaking is a function of the parsed diagram and a die; it gives None where the diagram has nothing that it could break.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from generated import TABLE, Case, a_form, whole
from lxml import etree
from running import HEAD

Blame = tuple[str | None, str]
Break = Callable[["Bundle"], Blame | None]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
NOM = "{urn:vinhdanh:nom:1}"


class Bundle:
    """The files of a whole bundle, its main diagram as a tree."""

    def __init__(self, case: Case) -> None:
        self.files = dict(case.files)
        self.dice = random.Random(case.number)
        self.tree = etree.fromstring(self.files["main.bpmn"])
        self.process = self.tree.find(f"{BPMN}process")
        self.raw: bytes | None = None

    def all(self, *tags: str) -> list[etree._Element]:
        assert self.process is not None
        return [node for tag in tags for node in self.process.iter(f"{BPMN}{tag}")]

    def some(self, *tags: str) -> etree._Element | None:
        found = self.all(*tags)
        return self.dice.choice(found) if found else None

    def flows(self, source: etree._Element) -> list[etree._Element]:
        return [flow for flow in self.all("sequenceFlow") if flow.get("sourceRef") == source.get("id")]

    def condition(self) -> tuple[etree._Element, etree._Element] | None:
        """A flow with a condition, and that condition."""
        found = [(flow, c) for flow in self.all("sequenceFlow") if (c := flow.find(f"{BPMN}conditionExpression")) is not None]
        return self.dice.choice(found) if found else None

    def add(self, xml: str, to: etree._Element | None = None) -> etree._Element:
        """Put elements into the process."""
        holder = self.process if to is None else to
        assert holder is not None
        wrapped = etree.fromstring(f"{HEAD}{xml}</bpmn:definitions>".partition("?>")[2])
        nodes = list(wrapped)
        holder.extend(nodes)
        return nodes[0]

    def done(self) -> dict[str, bytes]:
        self.files["main.bpmn"] = self.raw if self.raw is not None else etree.tostring(self.tree)
        return self.files


def key(node: etree._Element) -> str:
    return str(node.get("id"))


def _on(tag: str, code: str, change: Callable[[etree._Element], None]) -> Break:
    """A breaking that changes one element of a kind, which is then to be blamed."""

    def broken(bundle: Bundle) -> Blame | None:
        node = bundle.some(*tag.split())
        if node is None:
            return None
        change(node)
        return key(node), code

    return broken


def _set(name: str, value: str | None) -> Callable[[etree._Element], None]:
    def change(node: etree._Element) -> None:
        if value is None:
            node.attrib.pop(name, None)
        else:
            node.set(name, value)

    return change


def _asks(text: str, code: str) -> Break:
    """A breaking that writes another condition, on a flow that is then to be blamed."""

    def broken(bundle: Bundle) -> Blame | None:
        found = bundle.condition()
        if found is None:
            return None
        found[1].text = text
        return key(found[0]), code

    return broken


def _added(xml: str, blame: Blame) -> Break:
    def broken(bundle: Bundle) -> Blame:
        bundle.add(xml)
        return blame

    return broken


def _file(content: bytes, code: str) -> Break:
    def broken(bundle: Bundle) -> Blame:
        bundle.raw = content
        return None, code

    return broken


def _renamed(old: str, new: str, code: str) -> Break:
    def broken(bundle: Bundle) -> Blame | None:
        node = bundle.some(old)
        if node is None:
            return None
        node.tag = f"{BPMN}{new}" if not new.startswith("{") else new
        return key(node), code

    return broken


def _tail(old: bytes, new: bytes, blame: Blame) -> Break:
    """A breaking of the text of the main diagram."""

    def broken(bundle: Bundle) -> Blame | None:
        text = etree.tostring(bundle.tree)
        if old not in text:
            return None
        bundle.raw = text.replace(old, new, 1)
        return blame

    return broken


def dead_end(bundle: Bundle) -> Blame | None:
    first = next(node for node in bundle.all("userTask") if key(node) == "first")
    flow = bundle.flows(first)[0]
    flow.getparent().remove(flow)
    return "first", "dead-end"


def no_default(bundle: Bundle) -> Blame | None:
    found = [node for node in bundle.all("exclusiveGateway", "inclusiveGateway") if node.get("default")]
    if not found:
        return None
    node = bundle.dice.choice(found)
    del node.attrib["default"]
    return key(node), "gateway-without-default"


def unknown_field_in_due(bundle: Bundle) -> Blame | None:
    return _on("userTask", "unknown-field", _set(f"{CAMUNDA}dueDate", "date(dya)"))(bundle)


def lane_without_group(bundle: Bundle) -> Blame:
    node = bundle.some("userTask")
    assert node is not None
    del node.attrib[f"{CAMUNDA}candidateGroups"]
    bundle.add(f'<bpmn:laneSet id="ls"><bpmn:lane id="Lane_1"><bpmn:flowNodeRef>{key(node)}</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>')
    return key(node), "lane-without-group"


def recursion(bundle: Bundle) -> Blame | None:
    node = bundle.some("callActivity")
    if node is None:
        return None
    node.set("calledElement", "main")
    return key(node), "recursive-call"


def ballot(bundle: Bundle) -> Blame:
    field = {"type": "textfield", "id": "v", "key": "phieu_bau", "label": "Phiếu"}
    bundle.files["form.form"] = a_form(field)
    return "first", "vote-through-form"


def ballot_of_many(bundle: Bundle) -> Blame:
    node = bundle.some("userTask")
    assert node is not None
    bundle.add('<bpmn:multiInstanceLoopCharacteristics camunda:collection="[1, 2]" />', node)
    return key(node), "vote-through-form"


def bad_form(bundle: Bundle) -> Blame:
    bundle.files["form.form"] = a_form({"type": "html", "id": "h", "key": "page"})
    return "page", "refused-component"


def no_form(bundle: Bundle) -> Blame:
    del bundle.files["form.form"]
    return "first", "unknown-form"


def not_drawn(bundle: Bundle) -> Blame:
    drawn = bundle.dice.choice([*bundle.tree.iter(f"{DI}BPMNShape"), *bundle.tree.iter(f"{DI}BPMNEdge")])
    drawn.getparent().remove(drawn)
    return str(drawn.get("bpmnElement")), "not-drawn"


def drawn_for_nothing(bundle: Bundle) -> Blame:
    drawn = bundle.dice.choice(list(bundle.tree.iter(f"{DI}BPMNShape")))
    drawn.set("bpmnElement", "nobody")
    return key(drawn), "drawing-astray"


def no_waypoints(bundle: Bundle) -> Blame:
    drawn = bundle.dice.choice(list(bundle.tree.iter(f"{DI}BPMNEdge")))
    for point in list(drawn):
        drawn.remove(point)
    return str(drawn.get("bpmnElement")), "edge-without-waypoints"


def endless(bundle: Bundle) -> Blame:
    """first → script → gateway → script …, and nothing in it waits."""
    first = next(node for node in bundle.all("userTask") if key(node) == "first")
    flow = bundle.flows(first)[0]
    target = flow.get("targetRef")
    flow.set("targetRef", "turn")
    bundle.add(
        '<bpmn:exclusiveGateway id="turn" /><bpmn:scriptTask id="again" scriptFormat="feel" camunda:resultVariable="n">'
        '<bpmn:script>1</bpmn:script></bpmn:scriptTask><bpmn:exclusiveGateway id="out" default="on" />'
        '<bpmn:sequenceFlow id="e1" sourceRef="turn" targetRef="again" /><bpmn:sequenceFlow id="e2" sourceRef="again" '
        'targetRef="out" /><bpmn:sequenceFlow id="e3" sourceRef="out" targetRef="turn"><bpmn:conditionExpression>n = 1'
        f'</bpmn:conditionExpression></bpmn:sequenceFlow><bpmn:sequenceFlow id="on" sourceRef="out" targetRef="{target}" />'
    )
    return "turn", "loop-without-wait"


_FAILING = (
    '<bpmn:startEvent id="g1" /><bpmn:exclusiveGateway id="g2" default="g_ask" /><bpmn:userTask id="g3" camunda:formKey="form" '
    'camunda:candidateGroups="unit" /><bpmn:endEvent id="g4" /><bpmn:endEvent id="g5"><bpmn:errorEventDefinition errorRef="e_back" />'
    '</bpmn:endEvent><bpmn:sequenceFlow id="g_in" sourceRef="g1" targetRef="g2" /><bpmn:sequenceFlow id="g_ask" sourceRef="g2" '
    'targetRef="g3" /><bpmn:sequenceFlow id="g_out" sourceRef="g3" targetRef="g4" /><bpmn:sequenceFlow id="g_fail" sourceRef="g2" '
    'targetRef="g5"><bpmn:conditionExpression>kind = "A"</bpmn:conditionExpression></bpmn:sequenceFlow>'
)
"""Someone is asked, but for one kind an error comes first and nothing has waited."""
_EDGE = (
    '<bpmn:boundaryEvent id="edge" attachedToRef="put"><bpmn:errorEventDefinition /></bpmn:boundaryEvent>'
    '<bpmn:sequenceFlow id="round" sourceRef="edge" targetRef="put" />'
)


def endless_by_a_call(bundle: Bundle) -> Blame | None:
    """A called process fails without a wait, and its boundary calls it again."""
    head, error = HEAD.replace('id="file"', 'id="file_failing"'), '<bpmn:error id="e_back" name="back" errorCode="BACK" />'
    process = f'<bpmn:process id="failing" isExecutable="true">{_FAILING}</bpmn:process>'
    bundle.files["failing.bpmn"] = f"{head}{error}{process}</bpmn:definitions>".encode()
    xml = f'<bpmn:callActivity id="put" calledElement="failing" />{_EDGE}'
    return _before_first(xml, "put", ("put", "loop-without-wait"))(bundle)


def _before_first(xml: str, last: str, blame: Blame) -> Break:
    """Put elements between the start and the first task."""

    def broken(bundle: Bundle) -> Blame:
        begins = next(node for node in bundle.all("startEvent") if key(node) == "main_start")
        flow = bundle.flows(begins)[0]
        target = str(flow.get("targetRef"))
        bundle.add(xml + f'<bpmn:sequenceFlow id="{last}_on" sourceRef="{last}" targetRef="{target}" />')
        flow.set("targetRef", "put")
        return blame

    return broken


def _script(text: str, name: str = "w") -> str:
    return (
        f'<bpmn:scriptTask id="put" scriptFormat="feel" camunda:resultVariable="{name}"><bpmn:script><![CDATA[{text}]]>'
        "</bpmn:script></bpmn:scriptTask>"
    )


def duplicate(bundle: Bundle) -> Blame:
    node = bundle.some("userTask")
    assert node is not None
    bundle.add(f'<bpmn:userTask id="{key(node)}" />')
    return key(node), "duplicate-id"


def table_cell(bundle: Bundle) -> Blame:
    bundle.files["table.dmn"] = TABLE.replace('<text>"A"</text>', "<text>&gt; 3</text>").encode()
    return "table_r1", "wrong-type"


def table_value(bundle: Bundle) -> Blame | None:
    if not bundle.all("businessRuleTask"):
        return None
    bundle.files["table.dmn"] = TABLE.replace('<text>"A"</text>', '<text>"Z"</text>').encode()
    return "table_r1", "value-unknown"


def table_result(bundle: Bundle) -> Blame:
    bundle.files["table.dmn"] = TABLE.replace("<text>2</text>", '<text>"two"</text>').encode()
    return "table_r2", "wrong-type"


def table_name(bundle: Bundle) -> Blame | None:
    if not bundle.all("businessRuleTask"):
        return None
    bundle.files["table.dmn"] = TABLE.replace("<text>kind</text>", "<text>kidn</text>").encode()
    return "table_in", "unknown-field"


def input_field(bundle: Bundle) -> Blame | None:
    found = list(bundle.tree.iter(f"{CAMUNDA}inputParameter"))
    if not found:
        return None
    node = bundle.dice.choice(found)
    node.text = "nobody_knows"
    return str(node.getparent().getparent().getparent().get("id")), "unknown-field"


def unknown_message(bundle: Bundle) -> Blame | None:
    node = bundle.some("receiveTask")
    if node is None:
        return None
    next(one for one in bundle.tree.iter(f"{BPMN}message") if key(one) == "m_told").set("name", "whispered")
    return key(node), "unknown-message"


def timer_text(bundle: Bundle) -> Blame | None:
    found = [*bundle.tree.iter(f"{BPMN}timeDuration")]
    if not found:
        return None
    node = bundle.dice.choice(found)
    node.text = "in three days"
    return str(node.getparent().getparent().get("id")), "expression"


def later_field(bundle: Bundle) -> Blame:
    """A script at the start reads what only the form of the first task gives."""
    return _before_first(_script("score + 1"), "put", ("put", "field-not-yet"))(bundle)  # type: ignore[return-value]


BREAKS: dict[str, Break] = {
    "a step that nothing leads to": _added(
        '<bpmn:userTask id="lost" camunda:formKey="form" camunda:candidateGroups="unit" />'
        '<bpmn:sequenceFlow id="l1" sourceRef="lost" targetRef="main_end" />',
        ("lost", "unreachable"),
    ),
    "a step that leads nowhere": dead_end,
    "a gateway without a default": no_default,
    "a condition that does not parse": _asks("decision ==", "expression"),
    "a condition on an unknown field": _asks('decison = "go"', "unknown-field"),
    "an entry that a text does not have": _asks('decision.value = "go"', "wrong-type"),
    "a condition on another's value": _asks('decision = "gone"', "value-unknown"),
    "a value in a list that never comes": _asks('decision in ("gone", "went")', "value-unknown"),
    "a text held against a number": _asks('score = "high"', "wrong-type"),
    "a text ordered with a number": _asks("decision > 3", "wrong-type"),
    "a day of a form taken for a day": _asks("day < today()", "wrong-type"),
    "a condition that is a number": _asks("score + 1", "wrong-type"),
    "a condition that is a text": _asks("decision", "wrong-type"),
    "text plus number": _asks("decision + score = 3", "wrong-type"),
    "a function of the wrong kind": _asks("string length(score) > 3", "wrong-type"),
    "not of a number": _asks("not(score)", "wrong-type"),
    "python in a condition": _asks("__import__('os').system('true')", "expression"),
    "another language in a condition": _asks("${decision == 'go'}", "dollar-expression"),
    "too long a condition": _asks("1 + " * 2000 + "1 = 1", "expression"),
    "too deep a condition": _asks("(" * 200 + "1" + ")" * 200 + " = 1", "expression"),
    "a due time on an unknown field": unknown_field_in_due,
    "a due time that is a number": _on("userTask", "wrong-type", _set(f"{CAMUNDA}dueDate", "3")),
    "a due time that is no time": _on("userTask", "wrong-type", _set(f"{CAMUNDA}dueDate", '"tomorrow"')),
    "a due time without end": _on("userTask", "expression", _set(f"{CAMUNDA}dueDate", "P99999999999999D")),
    "a rule that is not in the register": _on(
        "userTask", "unknown-register", _set(f"{CAMUNDA}dueDate", 'working_days(rule("LIMTI"))')
    ),
    "a date that the calendar does not have": _on(
        "userTask", "unknown-register", _set(f"{CAMUNDA}dueDate", 'round_date("file")')
    ),
    "an unknown form": _on("userTask", "unknown-form", _set(f"{CAMUNDA}formKey", "nowhere")),
    "a task without a form": _on("userTask", "user-task-without-form", _set(f"{CAMUNDA}formKey", None)),
    "a form that is missing": no_form,
    "a form with a part that is refused": bad_form,
    "an unknown group": _on("userTask", "unknown-group", _set(f"{CAMUNDA}candidateGroups", "unit, kings")),
    "a task without candidates": _on("userTask", "user-task-without-candidates", _set(f"{CAMUNDA}candidateGroups", None)),
    "a lane that is no group": lane_without_group,
    "an unknown group to escalate to": _on("userTask", "unknown-group", _set(f"{NOM}escalate", "kings")),
    "an unknown letter": _on("userTask", "unknown-letter", _set(f"{NOM}letter", "poem")),
    "a target that cannot be read": _on("userTask", "bad-target", _set(f"{NOM}target", "working_days(rule())")),
    "a target by a rule that is not in the register": _on(
        "userTask", "unknown-register", _set(f"{NOM}target", 'working_days(rule("LIMTI"))')
    ),
    "a value to settle that nobody gives": _on("receiveTask", "unknown-field", _set(f"{NOM}settles", "reslut")),
    "an unknown group to fall in": _on("userTask", "unknown-group", _set(f"{NOM}instead", "kings")),
    "a field of doers that nobody gives": _on("userTask", "unknown-field", _set(f"{NOM}doers", "taem.person")),
    "days of escalation that cannot be read": _on("userTask", "bad-days", _set(f"{NOM}escalateAfter", "2 0 5")),
    "days unclaimed that are two numbers": _on("userTask", "bad-day", _set(f"{NOM}unclaimedAfter", "2 5")),
    "an unknown group to tell of the unclaimed": _on("userTask", "unknown-group", _set(f"{NOM}unclaimedTell", "kings")),
    "an unknown group to hand on to": _on("userTask", "unknown-group", _set(f"{NOM}unclaimedTo", "vhxh, kings")),
    "an unknown part in a paper": _on("userTask", "unknown-paper-part", _set(f"{NOM}paperPart", "burn")),
    "a part in no paper": _on("userTask", "part-of-no-paper", _set(f"{NOM}paperPart", "sign")),
    "a reminder that cannot be read": _on("userTask", "bad-reminder", _set(f"{NOM}remind", "3 days")),
    "an unknown legal basis": _on("userTask", "unknown-basis", _set(f"{NOM}basis", "LAW.1 LAW.999")),
    "an unknown task to exclude": _on("userTask", "unknown-reference", _set(f"{NOM}excludes", "nobody")),
    "a user of another engine": _on("userTask", "unsupported-extension", _set(f"{CAMUNDA}assignee", "kermit")),
    "tokens by the dozen": _on("userTask", "bad-quantity", _set("completionQuantity", "12")),
    "an unknown topic": _on("serviceTask", "unknown-topic", _set(f"{CAMUNDA}topic", "dance")),
    "a service without a topic": _on("serviceTask", "service-without-topic", _set(f"{CAMUNDA}topic", None)),
    "code in a service": _on("serviceTask", "unsupported-extension", _set(f"{CAMUNDA}class", "java.lang.Runtime")),
    "an input that reads nothing": input_field,
    "an unknown process": _on("callActivity", "unknown-process", _set("calledElement", "nowhere")),
    "a process that calls itself": recursion,
    "an unknown table": _on("businessRuleTask", "unknown-decision", _set(f"{CAMUNDA}decisionRef", "nowhere")),
    "a table without a result": _on("businessRuleTask", "missing-result-variable", _set(f"{CAMUNDA}resultVariable", None)),
    "a cell of another type": table_cell,
    "a cell with a value that never comes": table_value,
    "a result of another type": table_result,
    "a table that reads an unknown field": table_name,
    "an unknown message": unknown_message,
    "a wait without a message": _on("receiveTask", "message-missing", _set("messageRef", None)),
    "a wait without a key": _on("receiveTask", "key-missing", _set(f"{NOM}key", None)),
    "a key that reads nothing": _on("receiveTask", "unknown-field", _set(f"{NOM}key", "nobody_knows")),
    "an unknown kind of list": _on("receiveTask", "unknown-list", _set(f"{NOM}list", "poems")),
    "a wait that starts a process": _on("receiveTask", "unsupported-element", _set("instantiate", "true")),
    "an unknown word of the history": _on("intermediateThrowEvent", "unknown-event", _set(f"{NOM}event", "case:danced")),
    "an unknown outcome": _on("endEvent", "unknown-outcome", _set(f"{NOM}outcome", "glory")),
    "a timer that cannot be read": timer_text,
    "a truth value that is none": _on("boundaryEvent", "bad-boolean", _set("cancelActivity", "0")),
    "a boundary on nothing": _on("boundaryEvent", "boundary-host", _set("attachedToRef", "nobody")),
    "a vote in a form": ballot,
    "a choice by many": ballot_of_many,
    "a kind that cannot run": _renamed("userTask", "manualTask", "unsupported-element"),
    "an event-based gateway": _renamed("exclusiveGateway", "eventBasedGateway", "event-based-gateway"),
    "a complex gateway": _renamed("parallelGateway", "complexGateway", "complex-gateway"),
    "a transaction": _renamed("subProcess", "transaction", "transaction"),
    "a task of another language": _renamed("userTask", "{urn:other}userTask", "unsupported-element"),
    "a loop on a step": _before_first(
        '<bpmn:userTask id="put" camunda:formKey="form" camunda:candidateGroups="unit"><bpmn:standardLoopCharacteristics />'
        "</bpmn:userTask>", "put", ("put", "standard-loop"),
    ),
    "what another engine executes": _tail(
        b'<bpmn:userTask id="first"', b'<bpmn:userTask xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" zeebe:x="1" id="first"',
        ("first", "other-engine"),
    ),
    "compensation": _on("userTask", "compensation", _set("isForCompensation", "true")),
    "a loop that never waits": endless,
    "a loop through an error": _before_first(
        f'<bpmn:subProcess id="put">{_FAILING}</bpmn:subProcess>{_EDGE}', "put", ("put", "loop-without-wait")
    ),
    "a loop through an error of a called process": endless_by_a_call,
    "a script that reads what comes later": later_field,
    "a script that adds a day to a text": _before_first(_script('"a" + duration("P1D")'), "put", ("put", "wrong-type")),
    "a script in another language": _before_first(
        _script("1").replace('"feel"', '"groovy"'), "put", ("put", "expression-language")
    ),
    "a flow that goes nowhere": _added(
        '<bpmn:sequenceFlow id="astray" sourceRef="first" targetRef="nobody" />', ("astray", "broken-flow")
    ),
    "a flow back into the start": _added(
        '<bpmn:sequenceFlow id="back" sourceRef="first" targetRef="main_start" />', ("back", "flow-into-start")
    ),
    "several ways out of a task": _added(
        '<bpmn:sequenceFlow id="more" sourceRef="first" targetRef="main_end" />', ("first", "several-outgoing")
    ),
    "a flow hidden in extensions": _added(
        '<bpmn:extensionElements><bpmn:sequenceFlow id="hidden" sourceRef="first" targetRef="main_end" />'
        "</bpmn:extensionElements>",
        ("hidden", "unsupported-element"),
    ),
    "an id twice": duplicate,
    "an id with a dot": _tail(b'id="first"', b'id="fir.st"', ("fir.st", "bad-id")),
    "an id that the engine keeps": _added('<bpmn:endEvent id="End" />', ("End", "reserved-id")),
    "two starts": _added(
        '<bpmn:startEvent id="s2" /><bpmn:sequenceFlow id="fs2" sourceRef="s2" targetRef="first" />', ("main", "start-count")
    ),
    "no end": _renamed("endEvent", "intermediateThrowEvent", "dead-end"),
    "switched off": _tail(b'isExecutable="true"', b'isExecutable="false"', ("main", "not-executable")),
    "a step that is not drawn": not_drawn,
    "a shape of nothing": drawn_for_nothing,
    "a connection without ends": no_waypoints,
    "a program": _file(b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" * 99, "xml-not-xml"),
    "an archive": _file(b"PK\x03\x04" + b"\0" * 99, "xml-not-xml"),
    "nothing": _file(b"", "xml-not-xml"),
    "words": _file("Xin chào".encode(), "xml-not-xml"),
    "half a file": _tail(b"</bpmn:definitions>", b"", (None, "xml-malformed")),
    "an outside entity": _file(
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "xml-doctype"
    ),
    "a thousand laughs": _file(
        b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]><l>&c;</l>',
        "xml-doctype",
    ),
    "another language": _file(b'<definitions xmlns="http://www.omg.org/bpmn20"><process id="main"/></definitions>', "not-bpmn"),
    "a picture of the web": _file(b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not-bpmn"),
    "another alphabet": _file("<x>é</x>".encode("latin-1"), "xml-encoding"),
    "no process": _file(
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"/>', "no-process"
    ),
}


def broken(number: int, name: str) -> Case | None:
    """A whole bundle broken in one way; None where it has nothing that could be broken so."""
    case = whole(number)
    bundle = Bundle(case)
    blame = BREAKS[name](bundle)
    return None if blame is None else Case(number, name, bundle.done(), blames=blame)


def all_broken(count: int) -> Iterator[Case]:
    """So many broken bundles, the ways of breaking in turn."""
    number = made = 0
    while made < count:
        for name in BREAKS:
            if made == count:
                return
            for attempt in range(60):
                case = broken(number + 1000 * attempt, name)
                if case is not None:
                    made += 1
                    yield case
                    break
            else:
                raise AssertionError(f"nothing to break: {name}")
            number += 1


def jumbled(number: int) -> dict[str, bytes]:
    """A whole bundle with some attributes, texts and elements exchanged, dropped or doubled; nobody knows what must be said."""
    case = whole(number)
    dice = random.Random(number * 7 + 1)
    tree = etree.fromstring(case.files["main.bpmn"])
    for _ in range(dice.randint(1, 4)):
        nodes = [node for node in tree.iter(etree.Element) if node.getparent() is not None]
        one, other = dice.choice(nodes), dice.choice(nodes)
        act = dice.randrange(6)
        if act == 0 and one.attrib:
            del one.attrib[dice.choice(list(one.attrib))]
        elif act == 1 and one.attrib and other.attrib:
            name = dice.choice(list(one.attrib))
            one.set(name, dice.choice(list(other.attrib.values())))
        elif act == 2:
            one.text, other.text = other.text, one.text
        elif act == 3:
            one.getparent().remove(one)
        elif act == 4:
            one.tag = other.tag
        elif one.get("targetRef") and other.get("id"):
            one.set("targetRef", other.get("id"))
    return {**case.files, "main.bpmn": etree.tostring(tree)}


__all__ = ["BREAKS", "all_broken", "broken", "jumbled"]
