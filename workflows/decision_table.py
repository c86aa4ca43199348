"""Decision tables: what they are made of, and how each hit policy gives its answer.

They are read from DMN in `workflows.decisions`; nothing here knows XML or BPMN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from workflows.environment import Env
from workflows.feel import Expression, FeelError, Frame, UnaryTests, YearsMonths, to_json
from workflows.feel.builtins import FUNCTIONS
from workflows.feel.values import (
    Value,
    kind_words,
    lift,
    read_date,
    read_duration,
    read_moment,
    read_time,
    same,
)

#: Steps for one evaluation of a whole table.
BUDGET = 100_000

#: Hit policies with one result; the others give a list, or an aggregate.
SINGLE = frozenset({"UNIQUE", "ANY", "FIRST", "PRIORITY"})
POLICIES = SINGLE | {"COLLECT", "RULE ORDER", "OUTPUT ORDER"}
RANKED = frozenset({"PRIORITY", "OUTPUT ORDER"})
AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file of decisions, with the id of the element where it has one."""

    element: str | None
    message: str
    message_en: str


class DecisionError(FeelError):
    """A table that cannot be used or has no answer; `faults` holds all that is wrong, `element` the first
    one's id.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        self.element = first.element
        self.faults = tuple(faults)
        super().__init__(first.message, first.message_en)


@dataclass(frozen=True, slots=True)
class Input:
    """A column that is asked: its expression, the values allowed, the kind of value."""

    id: str | None
    label: str
    expression: Expression
    allowed: UnaryTests | None
    kind: str | None


@dataclass(frozen=True, slots=True)
class Output:
    """A column that answers. `ranking` lists its values, best first, for PRIORITY and OUTPUT ORDER."""

    id: str | None
    name: str | None
    label: str
    allowed: UnaryTests | None
    ranking: Expression | None
    default: Expression | None
    kind: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: one cell a column."""

    id: str | None
    tests: tuple[UnaryTests, ...]
    results: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table; immutable, shared freely between threads."""

    id: str
    name: str
    hit_policy: str
    aggregation: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    @property
    def names(self) -> frozenset[str]:
        """First segments of all the names that the table reads."""
        return frozenset[str]().union(*(part.names for part in self._parts()))

    @property
    def paths(self) -> frozenset[str]:
        """All the names that the table reads, in full."""
        return frozenset[str]().union(*(part.paths for part in self._parts()))

    def _parts(self) -> list[Expression | UnaryTests]:
        parts: list[Expression | UnaryTests] = [column.expression for column in self.inputs]
        for rule in self.rules:
            parts += [*rule.tests, *rule.results]
        return parts

    def evaluate(self, scope: Mapping[str, Any], env: Env, *, budget: int = BUDGET) -> Any:
        """Apply the table to plain JSON data and give plain JSON.

        One output gives its value, several give a context. UNIQUE, ANY, FIRST and PRIORITY give one result,
        or the default outputs, or null; the others a list, empty when no rule fits; an aggregation gives its
        number (COUNT of nothing is 0, the others null). Raises DecisionError with the id of the rule or
        column.
        """
        frame = Frame(scope, env, budget)
        values = [_at(column.id, lambda c=column: _input(c, frame)) for column in self.inputs]  # type: ignore[misc]
        hits: list[tuple[Rule, list[Value]]] = []
        for rule in self.rules:
            if _at(rule.id, lambda r=rule: _fits(r, values, frame)):  # type: ignore[misc]
                hits.append((rule, _at(rule.id, lambda r=rule: self._results(r, frame))))  # type: ignore[misc]
                if self.hit_policy == "FIRST":
                    break
        return to_json(_at(self.id, lambda: self._decide(hits, frame)))

    def _results(self, rule: Rule, frame: Frame) -> list[Value]:
        return [
            _allowed(output, result.run(frame), frame)
            for output, result in zip(self.outputs, rule.results, strict=True)
        ]

    def _decide(self, hits: list[tuple[Rule, list[Value]]], frame: Frame) -> Value:
        if self.hit_policy in RANKED:
            ranks = [output.ranking.run(frame) if output.ranking else None for output in self.outputs]
            hits.sort(
                key=lambda hit: [_rank(order, value) for order, value in zip(ranks, hit[1], strict=True)]
            )
        results = [self._shape(values) for _, values in hits]
        if self.hit_policy not in SINGLE:
            if self.aggregation is None:
                return results
            return FUNCTIONS[AGGREGATIONS[self.aggregation]].run(frame, results)
        if not hits:
            if all(output.default is None for output in self.outputs):
                return None
            return self._shape(
                [_allowed(o, o.default.run(frame), frame) if o.default else None for o in self.outputs]
            )
        if self.hit_policy == "UNIQUE" and len(hits) > 1:
            raise _clash(
                hits, "nhiều dòng cùng đúng, bảng UNIQUE chỉ cho một", "several rules fit; UNIQUE allows one"
            )
        if self.hit_policy == "ANY" and not all(same(results[0], other) for other in results[1:]):
            raise _clash(
                hits, "các dòng cùng đúng cho kết quả khác nhau", "the rules that fit give different results"
            )
        return results[0]

    def _shape(self, values: list[Value]) -> Value:
        if len(self.outputs) == 1:
            return values[0]
        return {output.name: value for output, value in zip(self.outputs, values, strict=True)}


# Evaluating ---------------------------------------------------------------------------------------


def _at(element: str | None, work: Callable[[], Any]) -> Any:
    """Run a part of a table and say in its error which element it was."""
    try:
        return work()
    except DecisionError:
        raise
    except FeelError as error:
        raise decision_error(element, error.message, error.message_en, error.text) from None


def decision_error(
    element: str | None, message: str, message_en: str, text: str | None = None
) -> DecisionError:
    error = DecisionError([Fault(element, message, message_en)])
    error.text = text
    return error


def _input(column: Input, frame: Frame) -> Value:
    value = _as_kind(column.expression.run(frame), column.kind)
    if column.allowed is not None and value is not None:
        frame.value = value
        if not column.allowed.run(frame):
            raise FeelError(
                f"Giá trị {_shown(value)} không có trong danh sách giá trị của cột {column.label}.",
                f"The value {_shown(value)} is not among the input values of {column.label}.",
            )
    return value


def _fits(rule: Rule, values: list[Value], frame: Frame) -> bool:
    for value, test in zip(values, rule.tests, strict=True):
        frame.value = value
        if not test.run(frame):
            return False
    return True


def _allowed(output: Output, value: Value, frame: Frame) -> Value:
    value = _as_kind(value, output.kind)
    if output.allowed is not None and value is not None:
        frame.value = value
        if not output.allowed.run(frame):
            raise FeelError(
                f"Kết quả {_shown(value)} không có trong danh sách giá trị của cột {output.label}.",
                f"The result {_shown(value)} is not among the output values of {output.label}.",
            )
    return value


def _rank(order: list[Value] | None, value: Value) -> int:
    """The place of a value in the output values; a column without them does not count."""
    if order is None:
        return 0
    return next((place for place, other in enumerate(order) if same(other, value)), len(order))


def _clash(hits: list[tuple[Rule, list[Value]]], what: str, what_en: str) -> DecisionError:
    rules = ", ".join(rule.id or "?" for rule, _ in hits)
    return decision_error(hits[-1][0].id, f"Dòng {rules}: {what}.", f"Rules {rules}: {what_en}.")


def _shown(value: Value) -> str:
    return str(to_json(value))[:40]


#: Type of a column -> type of its values, and how to read them from the strings of plain JSON.
KINDS: dict[str, tuple[type, Callable[[str], Value] | None]] = {
    "string": (str, None),
    "number": (Decimal, None),
    "integer": (Decimal, None),
    "long": (Decimal, None),
    "double": (Decimal, None),
    "boolean": (bool, None),
    "date": (date, read_date),
    "time": (time, read_time),
    "dateTime": (datetime, read_moment),
    "date and time": (datetime, read_moment),
    "dayTimeDuration": (timedelta, read_duration),
    "days and time duration": (timedelta, read_duration),
    "yearMonthDuration": (YearsMonths, read_duration),
    "years and months duration": (YearsMonths, read_duration),
    "list": (list, None),
    "context": (dict, None),
}


def _as_kind(value: Value, kind: str | None) -> Value:
    """Check the value against the column's type; dates and durations may come as the strings of plain
    JSON.
    """
    value = lift(value)
    if kind is None or value is None:
        return value
    wanted, reader = KINDS[kind]
    if reader is not None and type(value) is str:
        value = reader(value)
    if type(value) is not wanted:
        vi, en = kind_words(value)
        raise FeelError(f"Cột kiểu {kind} nhận được {vi}.", f"A column of type {kind} received {en}.")
    return value
