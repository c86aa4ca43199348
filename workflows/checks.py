"""The house rules for a diagram: every fault found in one go, each with an element id.

It reads safe XML trees and compiles expressions; it runs nothing and builds no specification.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from workflows import graph
from workflows.feel import FeelError, compile_expression
from workflows.graph import BPMN, Scope, declared, local
from workflows.known import Known
from workflows.parser import (
    CAMUNDA,
    NOM,
    compile_cycle,
    compile_due,
    input_texts,
    loop_of,
    read_attributes,
    script_text,
)
from workflows.problems import Problem
from workflows.targets import read_target
from workflows.wording import problem

NODES = frozenset(
    {
        "startEvent",
        "endEvent",
        "userTask",
        "receiveTask",
        "serviceTask",
        "businessRuleTask",
        "scriptTask",
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
        "callActivity",
        "subProcess",
        "boundaryEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
    }
)
ACTIVITIES = ("userTask", "receiveTask", "serviceTask", "callActivity", "subProcess")
#: Namespaces in which other engines say what they execute.
_OTHER_ENGINES = {
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://camunda.org/schema/zeebe/1.0": "Camunda 8",
    "http://operaton.org/schema/1.0/bpmn": "Operaton",
    "http://www.jboss.org/drools": "jBPM",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
}
_BESIDE = frozenset(
    {
        "sequenceFlow",
        "laneSet",
        "documentation",
        "extensionElements",
        "textAnnotation",
        "association",
        "group",
        "dataObject",
        "dataObjectReference",
        "incoming",
        "outgoing",
        "ioSpecification",
        "property",
    }
)
_INSIDE = frozenset(
    {
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "ioSpecification",
        "property",
        "dataInputAssociation",
        "dataOutputAssociation",
        "dataInput",
        "dataOutput",
        "inputSet",
        "outputSet",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "rendering",
        "auditing",
        "monitoring",
        "categoryValueRef",
        "script",
        "standardLoopCharacteristics",
        "multiInstanceLoopCharacteristics",
    }
)
_BOOLEANS = (
    "isExecutable",
    "cancelActivity",
    "isSequential",
    "triggeredByEvent",
    "isForCompensation",
    "instantiate",
    "isInterrupting",
    "parallelMultiple",
)
_QUANTITIES = ("startQuantity", "completionQuantity")
#: What the library looks for anywhere in a process, whatever its namespace.
_SOUGHT = ("sequenceFlow", "boundaryEvent", "dataObjectReference", "dataStoreReference")
_TEXTS = frozenset(
    {
        "conditionExpression",
        "script",
        "timeDate",
        "timeDuration",
        "timeCycle",
        "completionCondition",
        "loopCardinality",
        "loopDataInputRef",
        "loopDataOutputRef",
        "flowNodeRef",
        "inputParameter",
    }
)
#: Ids that the library keeps for itself.
_RESERVED = frozenset({"Start", "End", "Root"})
MOST_ELEMENTS = 1_500
"""Elements and flows of a whole bundle; far more than any process that people can follow."""
DEEPEST_WAY = 700
"""Elements on the shortest way to any element, called processes included; the engine stops an instance at 800."""
MOST_TEXT = 200_000
"""Characters of all expressions of a bundle."""
MOST_CELLS = 3_200
"""Cells of all decision tables of a bundle."""
_ID = re.compile(r"[^\W\d][\w-]{0,199}")
_REFUSED = {
    "complexGateway": "complex-gateway",
    "eventBasedGateway": "event-based-gateway",
    "adHocSubProcess": "ad-hoc-subprocess",
    "transaction": "transaction",
}
_EVENTS: Mapping[str, tuple[frozenset[str], bool]] = {  # allowed definitions, and whether one is needed
    "startEvent": (frozenset(), False),
    "endEvent": (frozenset({"terminateEventDefinition", "errorEventDefinition"}), False),
    "intermediateThrowEvent": (frozenset(), False),
    "intermediateCatchEvent": (frozenset({"timerEventDefinition", "messageEventDefinition"}), True),
    "boundaryEvent": (
        frozenset({"timerEventDefinition", "messageEventDefinition", "errorEventDefinition"}),
        True,
    ),
}
_CAMUNDA_ATTRIBUTES = frozenset(
    {
        "formKey",
        "candidateGroups",
        "dueDate",
        "topic",
        "type",
        "resultVariable",
        "decisionRef",
        "collection",
        "elementVariable",
        "mapDecisionResult",
        "decisionRefBinding",
        "asyncBefore",
        "asyncAfter",
        "exclusive",
        "historyTimeToLive",
        "versionTag",
        "isStartableInTasklist",
    }
)
_CAMUNDA_ELEMENTS = frozenset({"inputOutput", "inputParameter", "properties", "property"})
_DOLLAR = re.compile(r"[$#]\{")
_VARIABLE = re.compile(r"[A-Za-z_]\w*")
_EQUALS = re.compile(r'\s*([A-Za-z_][\w.]*)\s*=\s*("[^"]*"|true|false|null|-?\d+(?:\.\d+)?)\s*')


@dataclass(frozen=True)
class Bundle:
    """What the rules need to know besides the tree at hand."""

    scopes: Mapping[str, Scope]  # by process id
    forms: Collection[str]
    tables: Collection[str]
    user_tasks: Collection[str]
    known: Known


def check(bundle: Bundle) -> Iterator[Problem]:
    """Find every fault of every process of the bundle."""
    passing = graph.passing_scopes(bundle.scopes.values())
    for process in bundle.scopes.values():
        for scope in process.walk():
            yield from _check_scope(scope, passing)
            for node in scope.elements.values():
                yield from _check_element(scope, node, bundle)
        yield from _check_lanes(process, bundle.known)
    for element, called in graph.recursive_calls(bundle.scopes):
        yield problem("recursive-call", element, name=called)
    yield from (problem("too-long", key) for key in graph.too_deep(bundle.scopes, DEEPEST_WAY))


def check_ids(trees: Iterable[etree._ElementTree]) -> Iterator[Problem]:
    """Ids of processes, elements and flows must be there and differ over the whole bundle, all others over their file."""
    seen: set[str] = set()
    for tree in trees:
        here: set[str] = set()
        for node in tree.iter(etree.Element):
            key, tag = node.get("id"), local(node)
            runs = tag == "process" or tag in NODES or tag == "sequenceFlow"
            if not key:
                if runs:
                    yield problem("missing-id", None, name=tag)
            elif key in here or (runs and key in seen):
                yield problem("duplicate-id", str(key), name=key)
            else:
                here.add(str(key))
                if runs:
                    seen.add(str(key))
                    if key in _RESERVED or not _ID.fullmatch(key):
                        yield problem("bad-id" if key not in _RESERVED else "reserved-id", str(key), name=key[:60])


def count_elements(trees: Iterable[etree._ElementTree]) -> Iterator[Problem]:
    """Refuse a bundle that is too large to be looked at; the file that goes beyond is named by whoever asks."""
    count = sum(1 for tree in trees for node in tree.iter() if local(node) in NODES or local(node) == "sequenceFlow")
    if count > MOST_ELEMENTS:
        yield problem("too-many-steps", None, count=count, most=MOST_ELEMENTS)


def text_length(node: etree._Element) -> int:
    """How long the expressions under a node of a diagram or a table are, taken together."""
    length = 0
    for one in node.iter(etree.Element):
        if etree.QName(one).localname in _TEXTS | {"text"}:
            length += len(one.text or "")
        length += sum(len(str(value)) for value in one.attrib.values() if len(str(value)) > 100)
    return length


def check_language(tree: etree._ElementTree) -> Iterator[Problem]:
    """Nothing that another engine would execute may stand anywhere in the diagram."""
    for process in tree.iter(f"{BPMN}process"):
        for node in process.iter():
            if not isinstance(node.tag, str) or local(node) == "documentation":
                continue
            owner = _owner(node)
            for text in (*map(str, node.attrib.values()), node.text or ""):
                if _DOLLAR.search(text):
                    yield problem("dollar-expression", owner, name=text.strip()[:60])
            yield from _foreign_extensions(node, owner)
            yield from _odd_values(node, owner)


def _odd_values(node: etree._Element, owner: str | None) -> Iterator[Problem]:
    """What another engine would read otherwise than this one, or this one not at all."""
    tag = local(node)
    for name in _BOOLEANS if tag else ():
        if node.get(name) not in (None, "true", "false"):
            yield problem("bad-boolean", owner, name=name)
    for name in _QUANTITIES if tag else ():
        if node.get(name, "1") != "1":
            yield problem("bad-quantity", owner, name=name)
    if tag and node.get("instantiate") == "true":
        yield problem("unsupported-element", owner, name="instantiate")
    parent = node.getparent()
    placed = parent is not None and local(parent) in ("process", "subProcess")
    if str(node.tag).rpartition("}")[2].endswith(_SOUGHT) and not (tag and placed):
        yield problem("unsupported-element", owner, name=str(node.tag).rpartition("}")[2])


def _foreign_extensions(node: etree._Element, owner: str | None) -> Iterator[Problem]:
    for full in node.attrib:
        name = etree.QName(str(full))
        if name.namespace == CAMUNDA and name.localname not in _CAMUNDA_ATTRIBUTES:
            yield problem("unsupported-extension", owner, name=f"camunda:{name.localname}")
    used = {etree.QName(str(full)).namespace for full in node.attrib} | {etree.QName(node).namespace}
    for other in sorted({_OTHER_ENGINES[space] for space in used if space in _OTHER_ENGINES}):
        yield problem("other-engine", owner, name=other)
    name = etree.QName(node)
    if name.namespace == CAMUNDA and name.localname not in _CAMUNDA_ELEMENTS:
        yield problem("unsupported-extension", owner, name=f"camunda:{name.localname}")
    language = node.get("language") or (node.get("scriptFormat") if local(node) == "scriptTask" else None)
    if language and "feel" not in language.lower():
        yield problem("expression-language", owner, name=language[:60])
    if len(node) and name.localname in _TEXTS:
        yield problem("unreadable", owner)


def _owner(node: etree._Element) -> str | None:
    """The nearest enclosing element that has a place in the diagram."""
    current: etree._Element | None = node
    while current is not None:
        if current.get("id") and local(current) in NODES | {"sequenceFlow", "process"}:
            return str(current.get("id"))
        current = current.getparent()
    return None


# -- one process or subprocess -------------------------------------------------------------------------------


def _check_scope(scope: Scope, passing: Mapping[str, graph.Passing]) -> Iterator[Problem]:
    starts = scope.kinds("startEvent")
    if scope.node.get("isExecutable") == "false":
        yield problem("not-executable", scope.id)
    if len(starts) != 1:
        yield problem("start-count", scope.id, count=len(starts))
    if not scope.kinds("endEvent"):
        yield problem("no-end", scope.id)
    for child in scope.node:
        tag = local(child)
        key = child.get("id")
        if tag in _REFUSED:
            yield problem(_REFUSED[tag], key)
        elif tag and tag not in NODES and tag not in _BESIDE:
            loop = tag in ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
            if not (loop and scope.id != scope.process):
                yield problem("unsupported-element", key or scope.id, name=tag)
        elif not tag and isinstance(child.tag, str) and not _elsewhere(child):
            yield problem("unsupported-element", key or scope.id, name=etree.QName(child).localname)
    entered = set(scope.kinds("startEvent", "boundaryEvent"))
    for flow in scope.flows:
        ends = (flow.get("sourceRef"), flow.get("targetRef"))
        if any(end not in scope.elements for end in ends):
            yield problem("broken-flow", str(flow.get("id")))
        elif flow.get("targetRef") in entered:
            yield problem("flow-into-start", str(flow.get("id")))
    if len(starts) == 1:
        lost = graph.unreachable(scope)
        yield from (problem("unreachable", key) for key in lost)
        yield from (problem("dead-end", key) for key in graph.dead_ends(scope) if key not in lost)
    yield from (problem("loop-without-wait", key) for key in graph.loops_without_wait(scope, passing))


def _elsewhere(node: etree._Element) -> bool:
    """Whether it belongs to no diagram language at all, so that no reader takes it for a step."""
    return etree.QName(node).namespace in (CAMUNDA, NOM) or etree.QName(node).localname not in NODES | _REFUSED.keys()


def _check_element(scope: Scope, node: etree._Element, bundle: Bundle) -> Iterator[Problem]:
    tag, key = local(node), str(node.get("id"))
    if tag not in NODES:
        return  # said already
    for child in node if tag != "subProcess" else ():
        inner = local(child)
        if inner and inner not in _INSIDE and not inner.endswith("EventDefinition"):
            yield problem("unsupported-element", key, name=inner)
    yield from _check_flows(scope, node, tag, key)
    if node.get("isForCompensation") == "true" or node.find(f"{BPMN}compensateEventDefinition") is not None:
        yield problem("compensation", key)
    if tag in _EVENTS:
        yield from _check_event(scope, node, tag, key, bundle)
    if node.find(f"{BPMN}standardLoopCharacteristics") is not None:
        yield problem("standard-loop", key)
    loop = loop_of(node)
    if loop is not None:
        yield from _check_loop(node, tag, key, loop)
    rule = _RULES.get(tag)
    if rule is not None:
        yield from rule(scope, node, key, bundle)
    attributes = read_attributes(node)
    if "due" in attributes:
        yield from _compiles(key, attributes["due"], "due", compile_due)
    if "key" in attributes:
        yield from _compiles(key, attributes["key"], "key")
    if "item_title" in attributes:
        yield from _compiles(key, attributes["item_title"], "itemTitle")
    target = attributes.get("target")
    if target is not None and not _DOLLAR.search(target) and read_target(target, lambda _key: 1) is None:
        yield problem("bad-target", key, name=target[:60], part="target")


def _compiles(
    key: str,
    text: str,
    part: str,
    compiler: Callable[[str], object] = compile_expression,
) -> Iterator[Problem]:
    if _DOLLAR.search(text):
        return  # said already
    try:
        compiler(text)
    except FeelError as error:
        yield problem("expression", key, part=part, message=error.message, message_en=error.message_en)


# -- flows


def _check_flows(scope: Scope, node: etree._Element, tag: str, key: str) -> Iterator[Problem]:
    out = scope.flows_from(key)
    if tag == "endEvent" and out:
        yield problem("several-outgoing", key)
    if len(out) > 1 and not tag.endswith("Gateway"):
        yield problem("several-outgoing", key)
    conditions = {str(flow.get("id")): _condition(flow) for flow in out}
    choosing = tag in ("exclusiveGateway", "inclusiveGateway")
    default = node.get("default")
    for flow_id, text in conditions.items():
        if text and (not choosing or flow_id == default):
            yield problem("condition-misplaced", flow_id)
        elif text:
            yield from _compiles(flow_id, text, "condition")
    if not choosing or (len(out) < 2 and not any(conditions.values())):
        return
    if default not in conditions:
        yield problem("gateway-without-default", key)
    yield from (
        problem("condition-missing", f)
        for f, text in conditions.items()
        if not text and f != default and default in conditions
    )
    if tag == "exclusiveGateway":
        overlap = _overlap([text for text in conditions.values() if text])
        if overlap:
            yield problem("overlapping-conditions", key, name=overlap)


def _condition(flow: etree._Element) -> str:
    return (flow.findtext(f"{BPMN}conditionExpression") or "").strip()


def _overlap(texts: list[str]) -> str | None:
    """The first case that two conditions both name; conditions are compared as `name = value or …`."""
    seen: set[str] = set()
    for text in texts:
        cases = {" ".join(text.split())}
        parts = [_EQUALS.fullmatch(part) for part in re.split(r"\bor\b", text)]
        if all(parts):
            cases = {f"{found.group(1)} = {found.group(2)}" for found in parts if found}
        twice = seen & cases
        if twice:
            return min(twice)
        seen |= cases
    return None


# -- events


def _check_event(scope: Scope, node: etree._Element, tag: str, key: str, bundle: Bundle) -> Iterator[Problem]:
    allowed, needed = _EVENTS[tag]
    found = [child for child in node if local(child).endswith("EventDefinition")]
    for child in found:
        if local(child) not in allowed and local(child) != "compensateEventDefinition":
            yield problem("unsupported-event", key, name=local(child))
    if needed and len(found) != 1:
        yield problem("unsupported-event", key, name="…" if found else "none")
    if tag == "boundaryEvent":
        host = scope.elements.get(str(node.get("attachedToRef")))
        if host is None or local(host) not in (*ACTIVITIES, *graph.UNRUN):
            yield problem("boundary-host", key)
    for child in found:
        if local(child) == "timerEventDefinition":
            yield from _check_timer(node, child, tag, key)
        elif local(child) == "messageEventDefinition":
            yield from _check_message(child, key, bundle.known)
            if tag == "intermediateCatchEvent" and not read_attributes(node).get("key"):
                yield problem("key-missing", key)
        elif local(child) == "errorEventDefinition":
            reference = child.get("errorRef")
            if (tag == "endEvent" or reference) and declared(child, "error", reference) is None:
                yield problem("error-missing", key)


def _check_timer(node: etree._Element, timer: etree._Element, tag: str, key: str) -> Iterator[Problem]:
    texts = {
        name: (timer.findtext(f"{BPMN}{name}") or "").strip()
        for name in ("timeDate", "timeDuration", "timeCycle")
    }
    given = [name for name, text in texts.items() if text]
    if len(given) != 1:
        yield problem("timer-missing", key)
    elif given[0] == "timeCycle":
        if tag != "boundaryEvent" or node.get("cancelActivity", "true") != "false":
            yield problem("cycle-misplaced", key)
        yield from _compiles(key, texts["timeCycle"], "timer", compile_cycle)
    else:
        yield from _compiles(key, texts[given[0]], "timer", compile_due)


def _check_message(holder: etree._Element, key: str, known: Known) -> Iterator[Problem]:
    message = declared(holder, "message", holder.get("messageRef"))
    name = (message.get("name") or "").strip() if message is not None else ""
    if not name:
        yield problem("message-missing", key)
    elif known.messages is not None and name not in known.messages:
        yield problem("unknown-message", key, name=name)


# -- activities


def _check_loop(node: etree._Element, tag: str, key: str, loop: Mapping[str, str]) -> Iterator[Problem]:
    marker = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if marker is not None and marker.get("isSequential") == "true":
        yield problem("sequential-multi-instance", key)
    if ("collection" in loop) == ("count" in loop):
        yield problem("collection-missing", key)
    for name in ("collection", "count", "done_when"):
        if name in loop:
            yield from _compiles(key, loop[name], "collection")
    if tag == "userTask":
        if "output" in loop or "done_when" in loop:
            yield problem("vote-through-form", key)
    elif "output" not in loop or "output_item" not in loop:
        yield problem("output-missing", key)


def _check_user(scope: Scope, node: etree._Element, key: str, bundle: Bundle) -> Iterator[Problem]:
    attributes = read_attributes(node)
    form = attributes.get("form")
    if not form:
        yield problem("user-task-without-form", key)
    elif form not in bundle.forms and not _DOLLAR.search(form):
        yield problem("unknown-form", key, name=form)
    groups = split_list(attributes.get("candidates", ""))
    lane = lane_of(node) if not groups else None
    if not groups and lane is None:
        yield problem("user-task-without-candidates", key)
    elif lane is not None and bundle.known.groups is not None and lane[0] not in bundle.known.groups:
        yield problem("lane-without-group", key, name=lane[1])
    if bundle.known.groups is not None:
        yield from (problem("unknown-group", key, part="candidates", name=g) for g in groups if g not in bundle.known.groups)
    for part, attribute in (("sameAs", "same_as"), ("excludes", "excludes")):
        for name in split_list(attributes.get(attribute, "")):
            if name not in bundle.user_tasks:
                yield problem("unknown-reference", key, part=part, name=name)


def _check_lanes(process: Scope, known: Known) -> Iterator[Problem]:
    for lane in process.node.iter(f"{BPMN}lane"):
        group = read_attributes(lane).get("group")
        if group and known.groups is not None and group not in known.groups:
            yield problem("unknown-group", str(lane.get("id")), part="group", name=group)


def _check_receive(scope: Scope, node: etree._Element, key: str, bundle: Bundle) -> Iterator[Problem]:
    yield from _check_message(node, key, bundle.known)
    if not read_attributes(node).get("key"):
        yield problem("key-missing", key)


def _check_service(scope: Scope, node: etree._Element, key: str, bundle: Bundle) -> Iterator[Problem]:
    attributes = read_attributes(node)
    topic = attributes.get("topic")
    if attributes.get("type") != "external" or not topic:
        yield problem("service-without-topic", key)
    elif bundle.known.topics is not None and topic not in bundle.known.topics:
        yield problem("unknown-topic", key, name=topic)
    for name, text in input_texts(node).items():
        if not _VARIABLE.fullmatch(name):
            yield problem("unsupported-extension", key, part="inputs", name=name)
        yield from _compiles(key, text, "inputs")


def _check_script(scope: Scope, node: etree._Element, key: str, bundle: Bundle) -> Iterator[Problem]:
    if node.get("scriptFormat") is None:
        yield problem("expression-language", key, name="?")
    text = script_text(node)
    if not text:
        yield problem("missing-script", key)
    else:
        yield from _compiles(key, text, "script")
    yield from _check_result(node, key)


def _check_decision(scope: Scope, node: etree._Element, key: str, bundle: Bundle) -> Iterator[Problem]:
    name = read_attributes(node).get("decision_ref", "")
    if name not in bundle.tables:
        yield problem("unknown-decision", key, name=name)
    yield from _check_result(node, key)


def _check_result(node: etree._Element, key: str) -> Iterator[Problem]:
    if not _VARIABLE.fullmatch(read_attributes(node).get("result_variable", "")):
        yield problem("missing-result-variable", key)


def _check_call(scope: Scope, node: etree._Element, key: str, bundle: Bundle) -> Iterator[Problem]:
    called = node.get("calledElement") or ""
    if called not in bundle.scopes:
        yield problem("unknown-process", key, name=called)


def _check_subprocess(scope: Scope, node: etree._Element, key: str, bundle: Bundle) -> Iterator[Problem]:
    if node.get("triggeredByEvent") == "true":
        yield problem("event-subprocess", key)


_RULES: Mapping[str, Callable[[Scope, etree._Element, str, Bundle], Iterator[Problem]]] = {
    "userTask": _check_user,
    "receiveTask": _check_receive,
    "serviceTask": _check_service,
    "scriptTask": _check_script,
    "businessRuleTask": _check_decision,
    "callActivity": _check_call,
    "subProcess": _check_subprocess,
}


def split_list(text: str) -> list[str]:
    """Words separated by commas or blanks."""
    return text.replace(",", " ").split()


def lane_of(node: etree._Element) -> tuple[str, str] | None:
    """The group that the lane of an element stands for, and the lane's name; lanes belong to one process only.

    The group is `nom:group`, or the lane's own id, which then is a group's word.
    """
    process: etree._Element | None = node
    while process is not None and local(process) != "process":
        process = process.getparent()
    if process is None:
        return None
    for reference in process.iter(f"{BPMN}flowNodeRef"):
        if (reference.text or "").strip() == node.get("id"):
            lane = reference.getparent()
            if lane is not None:
                group = read_attributes(lane).get("group") or str(lane.get("id"))
                return group, str(lane.get("name") or lane.get("id"))
    return None


__all__ = ["NODES", "NOM", "Bundle", "check", "check_ids", "check_language", "lane_of", "split_list"]
