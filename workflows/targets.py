"""The target of a step, `nom:target`: how long it may take, in working days or in time as the clock counts.

A target decides nothing: no timer runs for it. It is what figures are held against.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal as OneOf

from workflows.clock import parse_period
from workflows.feel import FeelError
from workflows.feel.parser import parse_expression
from workflows.feel.syntax import Call, Literal, Node

_DAY = 86_400
Unit = OneOf["working", "clock"]


@dataclass(frozen=True, slots=True)
class Target:
    """So many working days, or so many days of 24 hours."""

    unit: Unit
    days: float


def read_target(text: str, rule: Callable[[str], object]) -> Target | None:
    """Read `working_days(3)`, `working_days(rule("KEY"))`, `P3D`, `duration("PT8H")`; None for anything else.

    `rule` gives the value of a rule, or None where the register has none.
    """
    period = parse_period(text.strip().strip('"'))
    if period is not None:
        return Target("clock", period.months * 30 + period.exact.total_seconds() / _DAY)
    try:
        node = parse_expression(text)
    except FeelError:
        return None
    if not isinstance(node, Call) or len(node.arguments) != 1:
        return None
    if node.function == "duration":
        inner = node.arguments[0]
        return read_target(str(inner.value), rule) if isinstance(inner, Literal) and isinstance(inner.value, str) else None
    if node.function != "working_days":
        return None
    days = _number(node.arguments[0], rule)
    return None if days is None else Target("working", days)


def counts_working_days(text: str) -> bool:
    """Whether a due time counts in working days."""
    try:
        node = parse_expression(text)
    except FeelError:
        return False
    return isinstance(node, Call) and node.function == "working_days"


def _number(node: Node, rule: Callable[[str], object]) -> float | None:
    value: object = None
    if isinstance(node, Literal):
        value = node.value
    elif isinstance(node, Call) and node.function == "rule" and len(node.arguments) == 1 and isinstance(node.arguments[0], Literal):
        value = rule(str(node.arguments[0].value))
    return float(value) if isinstance(value, Decimal | int | float) and not isinstance(value, bool) else None
