"""Choices on a form that change nothing: no condition, table, paper, column of the register or other form reads them.

Free text, numbers, days and files are left out: they are there for people to read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from workflows.decision_table import DecisionTable
from workflows.feel import FeelError, compile_expression
from workflows.graph import BPMN, Scope, local
from workflows.known import FormSeen, Known
from workflows.parser import input_texts, loop_of, read_attributes, script_text
from workflows.problems import Problem
from workflows.wording import problem


def check_choices(
    scopes: Mapping[str, Scope],
    tables: Mapping[str, DecisionTable],
    forms: Mapping[str, FormSeen],
    known: Known,
    shown: Collection[str] = (),
) -> Iterator[Problem]:
    """Warn of each choice on a form in use that neither the bundle nor the service reads; `shown`: what papers and columns show."""
    read = {*known.read, *shown}.union(*(table.paths for table in tables.values()), *(form.read for form in forms.values()))
    used: set[str] = set()
    for process in scopes.values():
        for scope in process.walk():
            for key, node in scope.elements.items():
                if local(node) == "userTask":
                    used.add(read_attributes(node).get("form", ""))
                for text in _texts(scope, key):
                    try:
                        read |= compile_expression(text).paths
                    except FeelError:
                        continue  # said already
    for name in sorted(used & forms.keys()):
        for choice in forms[name].choices:
            if "*" not in choice.key and not _is_read(choice.key, read):
                yield problem("field-not-read", choice.key, label=choice.label, file=f"{name}.form")


def _texts(scope: Scope, key: str) -> Iterator[str]:
    """Every expression at an element."""
    node = scope.elements[key]
    attributes = read_attributes(node)
    yield from (flow.findtext(f"{BPMN}conditionExpression") or "" for flow in scope.flows_from(key))
    yield from (attributes.get(part, "") for part in ("due", "key", "item_title"))
    yield from (script_text(node), *input_texts(node).values())
    loop = loop_of(node) or {}
    yield from (loop.get(part, "") for part in ("collection", "count", "done_when"))
    for timer in node.iterchildren(f"{BPMN}timerEventDefinition"):
        yield from (child.text or "" for child in timer if local(child))


def _is_read(key: str, read: set[str]) -> bool:
    """Whether a name is read, or the context that holds it, or something in it."""
    parts = key.split(".")
    return any(".".join(parts[: n + 1]) in read for n in range(len(parts))) or any(
        path.startswith(f"{key}.") for path in read
    )
