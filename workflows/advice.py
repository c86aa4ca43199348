"""What looks wrong in a diagram that can run: warnings for its author, which stop nothing.

Gateways should read what the element before them has just set, and compare it with values that can come.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from lxml import etree

from workflows.checks import split_list
from workflows.graph import BPMN, Scope, local
from workflows.parser import NOM, read_attributes
from workflows.problems import Problem
from workflows.wording import problem

_SETS = {"userTask": "decision", "receiveTask": "result"}  # which of the two common names each sets
_ANYTHING = frozenset(
    {"callActivity", "subProcess", "serviceTask", "boundaryEvent", "intermediateCatchEvent"}
)
_KNOWN = frozenset(
    [
        "phase",
        "outcome",
        "basis",
        "event",
        "remind",
        "escalate",
        "escalateAfter",
        "unclaimedAfter",
        "unclaimedTell",
        "unclaimedTo",
        "key",
        "values",
        "sameAs",
        "excludes",
        "doers",
        "instead",
        "itemTitle",
        "letter",
        "paper",
        "paperPart",
        "list",
        "settles",
        "target",
    ]
    + ["outputCollection", "outputElement"]
)
_OF_LANES = frozenset({"group"})
_COMPARED = re.compile(r'\b(decision|result)\s*=\s*"([^"]*)"')


def advise(scopes: Mapping[str, Scope]) -> Iterator[Problem]:
    """Find gateways that read `decision` or `result` from far away, values that never come, odd names."""
    for process in scopes.values():
        for scope in process.walk():
            for key, node in scope.elements.items():
                yield from _read_attributes(key, node, _KNOWN)
            for key in scope.kinds("exclusiveGateway", "inclusiveGateway"):
                yield from _read_gateway(scope, key)
        for lane in process.node.iter(f"{BPMN}lane"):
            yield from _read_attributes(str(lane.get("id")), lane, _OF_LANES)


def _read_attributes(key: str, node: etree._Element, known: Collection[str]) -> Iterator[Problem]:
    for full in node.attrib:
        name = etree.QName(str(full))
        if name.namespace == NOM and name.localname not in known:
            yield problem("unknown-attribute", key, name=name.localname)


def _read_gateway(scope: Scope, key: str) -> Iterator[Problem]:
    texts = [flow.findtext(f"{BPMN}conditionExpression") or "" for flow in scope.flows_from(key)]
    compared = {found.groups() for text in texts for found in _COMPARED.finditer(text)}
    before = _before(scope, key)
    for name in sorted({name for name, _ in compared}):
        if not all(_may_set(scope.elements[one], name) for one in before):
            yield problem("stale-name", key, name=name)
    for name, value in sorted(compared):
        for one in before:
            values = split_list(read_attributes(scope.elements[one]).get("values", ""))
            if name == "result" and values and value not in values:
                yield problem("value-never-comes", key, name=value, other=one)


def _may_set(node: etree._Element, name: str) -> bool:
    return (
        local(node) in _ANYTHING
        or _SETS.get(local(node)) == name
        or (read_attributes(node).get("result_variable") == name)
    )


def _before(scope: Scope, key: str) -> list[str]:
    """The nearest elements before a gateway that are no gateways themselves."""
    back: dict[str, list[str]] = {}
    for flow in scope.flows:
        back.setdefault(str(flow.get("targetRef")), []).append(str(flow.get("sourceRef")))
    found: list[str] = []
    seen: set[str] = set()
    todo = list(back.get(key, ()))
    while todo:
        one = todo.pop()
        if one in seen or one not in scope.elements:
            continue
        seen.add(one)
        if local(scope.elements[one]).endswith("Gateway"):
            todo.extend(back.get(one, ()))
        else:
            found.append(one)
    return sorted(found)
