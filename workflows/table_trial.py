"""Tries one row of inputs on a decision table and says what each rule made of it.

What a rule says here is for the reader; the answer is the table's own, asked in the way that a running
process asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.decision_kinds import fit
from workflows.decision_table import DecisionTable, Rule
from workflows.environment import Env
from workflows.feel import FeelError, Frame, to_json
from workflows.feel.values import Value


@dataclass(frozen=True, slots=True)
class Words:
    """What is wrong, in both languages."""

    message: str
    message_en: str


@dataclass(frozen=True, slots=True)
class TriedInput:
    """An input column: its label, the value it had, or why it has none."""

    id: str | None
    label: str
    value: Any
    fault: Words | None = None


@dataclass(frozen=True, slots=True)
class TriedRule:
    """A rule: its number from 1, whether it fits, the columns (from 1) whose cells do not, and what it gives.

    `faults` are the cells that cannot be asked with these inputs, by column; 0 is the result.
    """

    row: int
    id: str | None
    fits: bool
    against: tuple[int, ...]
    gives: tuple[Any, ...] | None
    faults: Mapping[int, Words]


@dataclass(frozen=True, slots=True)
class Trial:
    """One row tried: the inputs, every rule, and the table's answer or why it has none."""

    policy: str
    inputs: tuple[TriedInput, ...]
    rules: tuple[TriedRule, ...]
    answer: Any
    fault: Words | None
    element: str | None  # where the fault lies
    outputs: Mapping[str, str] = field(default_factory=dict)  # name of each output → its label


def try_table(table: DecisionTable, scope: Mapping[str, Any], env: Env) -> Trial:
    """Apply a table to plain JSON data and tell what each rule made of it. Never raises FeelError."""
    answer, fault, element = None, None, None
    try:
        answer = table.evaluate(scope, env)
    except FeelError as error:
        fault, element = _words(error), getattr(error, "element", None)
    try:
        frame = table.ready(scope, env)
    except FeelError:
        return Trial(table.hit_policy, (), (), None, fault, element)
    inputs, values = _inputs(table, frame)
    rules = tuple(_try_rule(number, rule, table, inputs, values, frame) for number, rule in enumerate(table.rules, 1))
    outputs = {one.name: one.label for one in table.outputs if one.name}
    return Trial(table.hit_policy, inputs, rules, answer, fault, element, outputs)


def _words(error: FeelError) -> Words:
    return Words(error.message, error.message_en)


def _inputs(table: DecisionTable, frame: Frame) -> tuple[tuple[TriedInput, ...], list[Value]]:
    tried: list[TriedInput] = []
    values: list[Value] = []
    for column in table.inputs:
        value: Value = None
        fault = None
        try:
            value = fit(column.expression.run(frame), column.wanted, frame)
        except FeelError as error:
            fault = _words(error)
        values.append(value)
        tried.append(TriedInput(column.id, column.label, to_json(value), fault))
    return tuple(tried), values


def _try_rule(
    number: int,
    rule: Rule,
    table: DecisionTable,
    inputs: tuple[TriedInput, ...],
    values: list[Value],
    frame: Frame,
) -> TriedRule:
    against: list[int] = []
    faults: dict[int, Words] = {}
    for place, (test, value) in enumerate(zip(rule.tests, values, strict=True), start=1):
        unasked = inputs[place - 1].fault
        if unasked is not None:
            faults[place] = unasked
            continue
        frame.value = value
        try:
            if not test.run(frame):
                against.append(place)
        except FeelError as error:
            faults[place] = _words(error)
    fits = not against and not faults
    gives = None
    if fits:
        try:
            gives = tuple(to_json(value) for value in table.hit(rule, frame).results)
        except FeelError as error:
            faults[0] = _words(error)
    return TriedRule(number, rule.id, fits, tuple(against), gives, faults)
