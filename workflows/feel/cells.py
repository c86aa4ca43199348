"""Compiles tests: what stands in a cell of a decision table, or right of `in`.

A test answers whether the value at hand (the question mark) fits it. In a cell an expression without a
question mark is compared with the value, or, when it is itself a truth value and the input is not, taken as
the answer (DMN 1.3, 7.3.13).
"""

from __future__ import annotations

from workflows.feel.compiler import Building, build, comparison
from workflows.feel.frame import Frame, Run
from workflows.feel.syntax import Against, Anything, Literal, Not, Range, Test
from workflows.feel.values import Value, check_ordered, equal, misfit, same


def build_test(test: Test, at: Building, *, for_cell: bool) -> Run:
    """Compile one test into a function that gives True or False."""
    at.nodes += 1
    if isinstance(test, Anything):
        return lambda frame: True
    if isinstance(test, Against):
        return comparison(test.operator, lambda frame: frame.value, build(test.operand, at))
    if isinstance(test, Range):
        return _range(test, at)
    if isinstance(test, Not):
        tests = [build_test(inner, at, for_cell=for_cell) for inner in test.tests]
        return lambda frame: not any(inner(frame) for inner in tests)
    asked, at.asks_input = at.asks_input, False
    run = build(test, at)
    asks, at.asks_input = at.asks_input, at.asks_input or asked
    if for_cell and asks:
        return _condition(run)
    return _equality(run, literal=isinstance(test, Literal), for_cell=for_cell)


def _range(test: Range, at: Building) -> Run:
    low, high = build(test.low, at), build(test.high, at)
    low_closed, high_closed = test.low_closed, test.high_closed

    def run(frame: Frame) -> bool:
        value, least, most = frame.value, low(frame), high(frame)
        check_ordered(value, least, "..")
        check_ordered(value, most, "..")
        above = least <= value if low_closed else least < value
        below = value <= most if high_closed else value < most
        return bool(above and below)

    return run


def _condition(run: Run) -> Run:
    def condition(frame: Frame) -> bool:
        truth = run(frame)
        if truth is not None and type(truth) is not bool:
            raise misfit("Điều kiện trong ô", "The condition in the cell", truth)
        return truth is True

    return condition


def _equality(run: Run, *, literal: bool, for_cell: bool) -> Run:
    def equality(frame: Frame) -> bool:
        wanted: Value = run(frame)
        value = frame.value
        if for_cell and type(wanted) is bool and type(value) is not bool and not literal:
            return wanted
        if type(wanted) is list:
            frame.spend(len(wanted))
            return same(wanted, value) or any(same(item, value) for item in wanted)
        return equal(value, wanted)

    return equality
