"""Every expression of a bundle held against the data: names that nobody gives, types that cannot fit, values that never come.

What does not parse is said in `checks` and when tables are read; gaps and overlaps of tables are looked for elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from lxml import etree

from workflows.clock import parse_moment, parse_period
from workflows.decision_table import DecisionTable, Input
from workflows.feel import FeelError, compile_expression
from workflows.feel.types import (
    ANY,
    NAMED,
    NUMBER,
    STRING,
    TRUTH,
    Reading,
    Type,
    list_of,
    listed_texts,
    literal_text,
    one,
    read_cell,
    read_type,
)
from workflows.graph import BPMN, Scope, local
from workflows.known import Known
from workflows.names import Names
from workflows.parser import input_texts, loop_of, read_attributes, script_text
from workflows.problems import Problem
from workflows.targets import read_target
from workflows.wording import problem

_TIME = one("date", "moment", "duration", "months", "string", "null")
_KEY = one("string", "number")
_TIMES = ("timeDate", "timeDuration")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an expression stands: the element that is blamed, the one at which it is read, and what it must give."""

    owner: str
    reader: str
    text: str
    wanted: Type
    what: tuple[str, str]  # what stands there, in both languages
    more: Mapping[str, Type]  # names that it knows besides the data
    part: str  # what of the owner it is


_NONE: Mapping[str, Type] = {}
_IN_DONE: Mapping[str, Type] = {"nrOfInstances": NUMBER, "nrOfCompletedInstances": NUMBER}


def check_expressions(
    scopes: Mapping[str, Scope], tables: Mapping[str, DecisionTable], names: Names | None, known: Known
) -> Iterator[Problem]:
    """Hold every expression against the names that can be there; without `names` only against itself."""
    asked: dict[str, str] = {}
    for process in scopes.values():
        for scope in process.walk():
            for key, node in scope.elements.items():
                here = names.at(key) if names is not None else None
                for place in _places(scope, key, node):
                    yield from _check_place(place, here, names, known)
                if names is not None:
                    attributes = read_attributes(node)
                    for part in ("settles", "doers"):
                        said = [name.partition(".")[0] if part == "doers" else name for name in attributes.get(part, "").split()]
                        yield from _tell(key, Reading(ANY, unknown=[one for one in said if one not in names.types]), names, known)
                if local(node) == "businessRuleTask":
                    asked.setdefault(read_attributes(node).get("decision_ref", ""), key)
    for name, table in tables.items():
        here = names.at(asked[name]) if names is not None and name in asked else None
        yield from _check_table(table, here, names if name in asked else None, known)


def _places(scope: Scope, key: str, node: etree._Element) -> Iterator[_Place]:
    attributes = read_attributes(node)
    for flow in scope.flows_from(key):
        text = (flow.findtext(f"{BPMN}conditionExpression") or "").strip()
        if text:
            yield _Place(str(flow.get("id")), key, text, one("boolean"), ("Điều kiện", "A condition"), _NONE, "condition")
    if attributes.get("due"):
        yield _Place(key, key, attributes["due"], _TIME, _DUE, _NONE, "due")
    for timer in node.iterchildren(f"{BPMN}timerEventDefinition"):
        for tag in _TIMES:
            if text := (timer.findtext(f"{BPMN}{tag}") or "").strip():
                yield _Place(key, key, text, _TIME, _DUE, _NONE, "timer")
    if "target" in attributes and read_target(attributes["target"], lambda _key: 1) is not None:
        yield _Place(key, key, attributes["target"], _TIME, ("Thời gian mục tiêu", "A target"), _NONE, "target")
    if attributes.get("key"):
        yield _Place(key, key, attributes["key"], _KEY, ("Khóa (nom:key)", "The key (nom:key)"), _NONE, "key")
    if attributes.get("item_title"):
        what = ("Tên theo mục (nom:itemTitle)", "The title by the item (nom:itemTitle)")
        yield _Place(key, key, attributes["item_title"], STRING, what, _NONE, "itemTitle")
    if local(node) == "scriptTask" and script_text(node):
        yield _Place(key, key, script_text(node), ANY, ("Biểu thức", "The expression"), _NONE, "script")
    if local(node) == "serviceTask":
        for name, text in input_texts(node).items():
            yield _Place(key, key, text, ANY, (f"Đầu vào {name}", f"The input {name}"), _NONE, "inputs")
    loop = loop_of(node) or {}
    for part, wanted, vi, en, more in (
        ("collection", list_of(None), "Danh sách để làm nhiều lần", "The collection", _NONE),
        ("count", NUMBER, "Số lần", "The number of times", _NONE),
        ("done_when", TRUTH, "Điều kiện hoàn thành", "The completion condition", _IN_DONE),
    ):
        if part in loop:
            yield _Place(key, key, loop[part], wanted, (vi, en), more, "collection")


_DUE = ("Hạn", "A due time")


def _check_place(place: _Place, here: Mapping[str, Type] | None, names: Names | None, known: Known) -> Iterator[Problem]:
    if place.wanted is _TIME and (parse_period(place.text) is not None or parse_moment(place.text) is not None):
        return
    scope = {**here, **place.more} if here is not None else None
    try:
        expression = compile_expression(place.text)
    except FeelError:
        return  # said already
    reading, text = read_type(expression, scope), literal_text(expression)
    yield from _tell(place.owner, reading, names, known, place.part)
    vi, en = place.what
    wrong = not reading.type.solid & place.wanted.kinds
    if place.wanted is _TIME and text is not None:
        wrong = parse_period(text) is None and parse_moment(text) is None
    if wrong and not reading.misfits:
        (want, want_en), (got, got_en) = place.wanted.words(), reading.type.words()
        yield problem(
            "wrong-type", place.owner, part=place.part,
            message=f"{vi} phải là {want}, ở đây là {got} (“{place.text[:80]}”); hãy sửa biểu thức.",
            message_en=f"{en} must be {want_en}, here it is {got_en} (“{place.text[:80]}”); mend the expression.",
        )


def _tell(owner: str, reading: Reading, names: Names | None, known: Known, part: str = "") -> Iterator[Problem]:
    """What one expression has wrong, as problems of the element that holds it."""
    for name in dict.fromkeys(reading.unknown):
        first = name.partition(".")[0]
        if names is not None and "." not in name and first in names.types:
            yield problem("field-not-yet", owner, part=part, name=name)
            continue
        near = get_close_matches(name, _all_names(names), 1, 0.7) if names is not None else []
        yield problem(
            "unknown-field", owner, part=part, name=name, near=f"; có phải “{near[0]}” không" if near else "",
            near_en=f"; did you mean “{near[0]}”" if near else "",
        )
    for vi, en in reading.misfits:
        yield problem(
            "wrong-type", owner, part=part, message=f"{vi}; hãy sửa biểu thức cho đúng kiểu.",
            message_en=f"{en}; mend the expression.",
        )
    for never in reading.never:
        possible = ", ".join(sorted(never.possible)[:12])
        yield problem("value-unknown", owner, part=part, name=never.value, what=never.what, possible=possible)
    for function, key in reading.asked:
        register = known.registers.get(function)
        if register is not None and key not in register:
            yield problem("unknown-register", owner, part=part, name=key, what=function)


def _all_names(names: Names) -> list[str]:
    """Names and the entries of contexts, for the nearest one to a slip of the pen."""
    found = list(names.types)
    for name, kind in names.types.items():
        found += [f"{name}.{entry}" for entry in kind.entries or ()]
    return found


# -- decision tables


def _check_table(
    table: DecisionTable, here: Mapping[str, Type] | None, names: Names | None, known: Known
) -> Iterator[Problem]:
    columns: list[tuple[Type, str]] = []
    for column in table.inputs:
        owner = column.id or table.id
        reading = read_type(column.expression, here)
        yield from _tell(owner, reading, names, known)
        columns.append((_column(column, reading.type), column.expression.text))
        if column.kind is not None and not reading.misfits and not _can_be(reading.type, column.kind):
            got, got_en = reading.type.words()
            yield problem(
                "wrong-type", owner,
                message=f"Cột “{column.label}” kiểu {column.kind} mà biểu thức cho {got}; hãy sửa một trong hai.",
                message_en=f"The column “{column.label}” is of type {column.kind}, its expression gives {got_en}; mend one of them.",
            )
    for rule in table.rules:
        owner = rule.id or table.id
        for (kind, what), test in zip(columns, rule.tests, strict=True):
            yield from _tell(owner, read_cell(test, here, kind, what), names, known)
        for output, result in zip(table.outputs, rule.results, strict=True):
            reading = read_type(result, here)
            yield from _tell(owner, reading, names, known)
            if output.kind is not None and not reading.misfits and not _can_be(reading.type, output.kind):
                got, got_en = reading.type.words()
                yield problem(
                    "wrong-type", owner,
                    message=f"Cột kết quả “{output.label}” kiểu {output.kind} mà ô cho {got}; hãy sửa ô.",
                    message_en=f"The output “{output.label}” is of type {output.kind}, this cell gives {got_en}; mend the cell.",
                )


def _column(column: Input, found: Type) -> Type:
    """What the tests of a column meet: the column's type and the values it allows."""
    kind = found if column.kind is None else Type(NAMED[column.kind].kinds | {"null"}, found.values)
    if column.allowed is not None and "string" in kind.kinds:
        values = listed_texts(column.allowed)
        if values is not None:
            return Type(kind.kinds, values, kind.entries, kind.items)
    return kind


def _can_be(found: Type, kind: str) -> bool:
    """Whether a value can pass as the column's type; days and durations may come as texts, and null always."""
    wanted = NAMED[kind].kinds
    if wanted & {"date", "time", "moment", "duration", "months"}:
        wanted = wanted | STRING.kinds
    return bool(found.solid & (wanted | {"null"}))
