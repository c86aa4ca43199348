"""Runs the public test kit of DMN (TestCases of dmn-tck) against the decisions of this project.

The kit is not kept here: the folder is named by whoever runs it. Each decision asked for is cut out of its
file with all that it requires, and loaded by itself, so that one refused decision does not hide the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from workflows.calendar import ZONE, WorkingCalendar
from workflows.decisions import load_decisions
from workflows.environment import Env
from workflows.feel import FeelError
from workflows.feel.values import read_date, read_duration, read_moment, read_time, same
from workflows.safexml import RefusedXml

ENV = Env(now=lambda: datetime(2026, 11, 23, 9, 0, tzinfo=ZONE), calendar=WorkingCalendar())
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
#: The kit's own runner compares numbers to this many parts.
CLOSE = Decimal("1e-8")


@dataclass(frozen=True)
class Outcome:
    """One answer asked of one decision: right, refused, error, WRONG or CRASH, and the words for it."""

    level: str
    file: str
    case: str
    decision: str
    verdict: str
    why: str = ""


def run(folder: Path) -> Iterator[Outcome]:
    """Run every case below the folder that holds `compliance-level-2` and `compliance-level-3`."""
    for level in ("2", "3"):
        for path in sorted((folder / f"compliance-level-{level}").rglob("*.xml")):
            yield from _run_file(level, path)


def _run_file(level: str, path: Path) -> Iterator[Outcome]:
    root = etree.parse(path).getroot()
    model = _child(root, "modelName")
    source = path.parent / (model.text or "").strip() if model is not None else path.with_suffix(".dmn")
    for case in _children(root, "testCase"):
        for wanted in _children(case, "resultNode"):
            name = str(wanted.get("name"))
            verdict, why = _judge(source, case, wanted, name)
            yield Outcome(level, path.stem, str(case.get("id")), name, verdict, why)


def _judge(source: Path, case: etree._Element, wanted: etree._Element, name: str) -> tuple[str, str]:
    kind = case.get("type", "decision")
    if kind != "decision" or wanted.get("type", "decision") != "decision":
        return "refused", f"the kit invokes a {kind if kind != 'decision' else wanted.get('type')}"
    if not source.exists():
        return "CRASH", f"no file {source.name}"
    fails = wanted.get("errorResult") == "true"
    try:
        key, cut, inputs = _cut(source.read_bytes(), name)
        decision = load_decisions(cut)[key]
        scope = dict.fromkeys(inputs) | {
            str(node.get("name")): _read(node) for node in _children(case, "inputNode")
        }
    except (FeelError, RefusedXml) as error:
        return _refusal(str(error), fails, "refused")
    except Exception as error:
        return "CRASH", f"{type(error).__name__}: {error}"
    try:
        expected = _read(_child(wanted, "expected"))
    except FeelError as error:
        expected = error
    try:
        answer = decision.value(scope, ENV)
    except FeelError as error:
        verdict = "null" if expected is None else "error"
        return _refusal(str(error), fails, verdict)
    except Exception as error:
        return "CRASH", f"{type(error).__name__}: {error}"
    if _agrees(answer, expected):
        return "right", ""
    return "WRONG", f"answers {answer!r}, the kit has {expected!r}"


#: What says that a thing is not run, rather than that it is wrong.
_NOT_RUN = re.compile(r"outside the|has no id|none by name|@")


def _refusal(message: str, fails: bool, verdict: str) -> tuple[str, str]:
    """Where the kit wants an error, one that is said is right, unless it only says that the thing is not run."""
    if fails and not _NOT_RUN.search(message):
        return "right", "an error, as the kit wants"
    return verdict, reason(message)


def reason(message: str) -> str:
    """The sentence of a refusal without what differs from case to case."""
    message = re.sub(r"^Column \d+( at [^:]*)?: ", "", message)
    outside = re.match(r"(.* outside the (FEEL|DMN) subset)", message)
    if outside:
        return outside[1]
    message = re.sub(r'".*?"', "…", message, flags=re.DOTALL)
    message = re.sub(r"(named|entry named) .*", "named …", message)
    return re.sub(r"\d+", "n", message)[:110]


def _agrees(answer: Any, expected: Any) -> bool:
    if isinstance(answer, Decimal) and isinstance(expected, Decimal):
        return abs(answer - expected) <= CLOSE * max(Decimal(1), abs(expected))
    if isinstance(answer, list) and isinstance(expected, list):
        return len(answer) == len(expected) and all(map(_agrees, answer, expected))
    if isinstance(answer, dict) and isinstance(expected, dict):
        return answer.keys() == expected.keys() and all(_agrees(answer[k], expected[k]) for k in answer)
    try:
        return same(answer, expected)
    except FeelError:
        return False


# Cutting one decision out of a file


def _cut(xml: bytes, name: str) -> tuple[str, bytes, list[str]]:
    """The id of the decision, the file without the decisions it does not require, and its input data."""
    root = etree.fromstring(xml)
    named = {str(node.get("name")): node for node in _children(root, "decision")}
    by_id = {str(node.get("id")): node for node in root}
    if name not in named:
        raise FeelError("", f"the decision {name} is outside the DMN subset in use: it is not in the file itself")
    wanted, queue = set(), [named[name]]
    while queue:
        node = queue.pop()
        if node in wanted:
            continue
        wanted.add(node)
        for child in node.iter(etree.Element):
            if _local(child) in ("requiredDecision", "requiredKnowledge"):
                other = by_id.get((child.get("href") or "").rpartition("#")[2])
                if other is not None:
                    queue.append(other)
    inputs = [
        str(variable.get("name"))
        for node in _children(root, "inputData")
        for variable in _children(node, "variable")
    ]
    for node in list(root):
        if _local(node) in ("decision", "businessKnowledgeModel", "decisionService") and node not in wanted:
            root.remove(node)
    return str(named[name].get("id")), etree.tostring(root, encoding="utf-8"), inputs


# Reading values of the kit


def _read(node: etree._Element | None) -> Any:
    if node is None or node.get(f"{XSI}nil") == "true":
        return None
    value, items = _child(node, "value"), _child(node, "list")
    if items is not None:
        return None if items.get(f"{XSI}nil") == "true" else [_read(item) for item in _children(items, "item")]
    components = _children(node, "component")
    if components:
        return {str(component.get("name")): _read(component) for component in components}
    return None if value is None or value.get(f"{XSI}nil") == "true" else _scalar(value)


def _scalar(value: etree._Element) -> Any:
    text = value.text or ""
    kind = (value.get(f"{XSI}type") or "xsd:string").rpartition(":")[2]
    if kind in ("decimal", "double", "integer", "int", "float", "long"):
        return Decimal(text.strip())
    if kind == "boolean":
        return text.strip() in ("true", "1")
    readers = {"date": read_date, "time": read_time, "dateTime": read_moment, "duration": read_duration}
    return readers[kind](text.strip()) if kind in readers else text


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _children(node: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in node if _local(child) == name]


def _child(node: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_children(node, name)), None)
