"""Turns the tree of an expression into nested functions, once, so that evaluating it is quick.

A compiled expression is immutable and may be shared by threads; all that changes stands in its Frame. Steps
are counted where the amount of work depends on data (loops, lists, long strings); the rest is bounded by the
source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workflows.feel.arguments import Function
from workflows.feel.builtins import FUNCTIONS, OUTSIDE
from workflows.feel.errors import FeelError
from workflows.feel.frame import Frame, Run
from workflows.feel.syntax import (
    Between,
    Call,
    Chain,
    Compare,
    ContextOf,
    Filter,
    If,
    In,
    Input,
    ListOf,
    Literal,
    Logic,
    Loop,
    Member,
    Minus,
    Name,
    Node,
    Range,
)
from workflows.feel.values import (
    MAX_LIST,
    Value,
    add,
    bounded_list,
    check_ordered,
    divide,
    equal,
    lift,
    member,
    misfit,
    multiply,
    negate,
    power,
    subtract,
)

_ARITHMETIC: dict[str, Callable[[Value, Value], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
_READY = frozenset({str, bool, type(None), Decimal})


@dataclass(slots=True)
class Building:
    """What compiling one expression finds out on the way."""

    unary: bool = False  # whether the question mark is known
    names: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    perhaps: set[str] = field(default_factory=set)  # read inside a filter, where a member has no such entry
    asks_input: bool = False
    nodes: int = 0
    slots: int = 0
    # innermost last: (name, slot) of a variable, or (None, slot) of a filter's member
    bound: list[tuple[str | None, int]] = field(default_factory=list)

    def slot(self) -> int:
        self.slots += 1
        return self.slots - 1


def build(node: Node, at: Building) -> Run:
    """Compile one node. Raises FeelError for an unknown function or one outside the subset."""
    at.nodes += 1
    return _BUILDERS[type(node)](node, at)


# Leaves -------------------------------------------------------------------------------------------


def _literal(node: Literal, at: Building) -> Run:
    value = node.value
    return lambda frame: value


def _input(node: Input, at: Building) -> Run:
    if not at.unary:
        raise FeelError(
            "Dấu ? chỉ dùng trong ô của bảng quyết định.", "The ? stands only in a cell of a decision table."
        )
    at.asks_input = True
    return lambda frame: frame.value


def unknown_name(name: str) -> FeelError:
    """Say that a name is not in the data."""
    return FeelError(f"Không có dữ liệu tên {name}.", f"There is nothing named {name}.")


def _name(node: Name, at: Building) -> Run:
    name = node.text
    members: list[int] = []
    for bound, slot in reversed(at.bound):
        if bound == name:
            return _bound_name(name, members, _local(slot))
        if bound is None:
            members.append(slot)
    if members:
        if name != "item":
            at.perhaps.add(name)
        return _bound_name(name, members, _local(members[0]) if name == "item" else _global(name))
    at.names.add(name)
    at.paths.add(name)
    return _global(name)


def _local(slot: int) -> Run:
    return lambda frame: frame.locals[slot]


def _global(name: str) -> Run:
    def run(frame: Frame) -> Value:
        try:
            value = frame.scope[name]
        except KeyError:
            raise unknown_name(name) from None
        return value if type(value) in _READY else lift(value)

    return run


def _bound_name(name: str, members: list[int], otherwise: Run) -> Run:
    """A name inside a filter: an entry of the member at hand, else what it means outside."""
    if not members:
        return otherwise

    def run(frame: Frame) -> Value:
        for slot in members:
            item = frame.locals[slot]
            if type(item) is dict and name in item:
                return lift(item[name])
        return otherwise(frame)

    return run


def _member(node: Member, at: Building) -> Run:
    keys = [node.key]
    base = node.base
    while isinstance(base, Member):
        keys.append(base.key)
        base = base.base
        at.nodes += 1
    if isinstance(base, Name) and not any(bound in (None, base.text) for bound, _ in at.bound):
        at.names.add(base.text)
        at.paths.add(".".join([base.text, *reversed(keys)]))
        at.nodes += 1
        run = _global(base.text)
    else:
        run = build(base, at)
    for key in reversed(keys):
        run = _step(run, key)
    return run


def _step(base: Run, key: str) -> Run:
    def run(frame: Frame) -> Value:
        value = base(frame)
        if type(value) is dict:
            try:
                found = value[key]
            except KeyError:
                raise unknown_name(key) from None
            return found if type(found) in _READY else lift(found)
        if type(value) is list:
            frame.spend(len(value))
        return member(value, key)

    return run


# Operators ----------------------------------------------------------------------------------------


def _minus(node: Minus, at: Building) -> Run:
    operand = build(node.operand, at)
    return lambda frame: negate(operand(frame))


def _chain(node: Chain, at: Building) -> Run:
    first = build(node.first, at)
    rest = [(_ARITHMETIC[operator], build(operand, at)) for operator, operand in node.rest]
    if len(rest) == 1:
        (only, right) = rest[0]
        return lambda frame: _computed(frame, only, first(frame), right(frame))

    def run(frame: Frame) -> Value:
        value = first(frame)
        for work, operand in rest:
            value = _computed(frame, work, value, operand(frame))
        return value

    return run


def _computed(frame: Frame, work: Callable[[Value, Value], Value], a: Value, b: Value) -> Value:
    value = work(a, b)
    if type(value) is str:
        frame.spend(len(value) // 64)
    return value


def _logic(node: Logic, at: Building) -> Run:
    """`and`, `or` with null as the third value (DMN 1.3, table 38), left to right and no further than
    needed.
    """
    operands = [build(operand, at) for operand in node.operands]
    deciding = node.operator == "or"
    word = node.operator

    def run(frame: Frame) -> Value:
        undecided = False
        for operand in operands:
            value = operand(frame)
            if value is deciding:
                return deciding
            if value is None:
                undecided = True
            elif type(value) is not bool:
                raise misfit(f"Phép {word}", word, value)
        return None if undecided else not deciding

    return run


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def comparison(operator: str, left: Run, right: Run) -> Run:
    """Compile a comparison of two compiled sides."""
    if operator in ("=", "!="):
        wanted = operator == "="

        def equality(frame: Frame) -> bool:
            a, b = left(frame), right(frame)
            if type(a) is str and type(b) is str:
                return (a == b) is wanted
            if type(a) in (list, dict):
                frame.spend(len(a))
            return equal(a, b) is wanted

        return equality
    order = _ORDER[operator]

    def run(frame: Frame) -> bool:
        a, b = left(frame), right(frame)
        if type(a) is not Decimal or type(b) is not Decimal:
            check_ordered(a, b, operator)
        return order(a, b)

    return run


def _compare(node: Compare, at: Building) -> Run:
    return comparison(node.operator, build(node.left, at), build(node.right, at))


def _between(node: Between, at: Building) -> Run:
    value, low, high = build(node.value, at), build(node.low, at), build(node.high, at)

    def run(frame: Frame) -> bool:
        found, least, most = value(frame), low(frame), high(frame)
        check_ordered(found, least, "between")
        check_ordered(found, most, "between")
        return bool(least <= found <= most)

    return run


def _in(node: In, at: Building) -> Run:
    # Here, since the two call each other: an expression may hold a test, and a test an expression.
    from workflows.feel.cells import build_test

    value = build(node.value, at)
    tests = [build_test(test, at, for_cell=False) for test in node.tests]

    def run(frame: Frame) -> bool:
        outer, frame.value = frame.value, value(frame)
        try:
            return any(test(frame) for test in tests)
        finally:
            frame.value = outer

    return run


def _if(node: If, at: Building) -> Run:
    condition, then, otherwise = build(node.condition, at), build(node.then, at), build(node.otherwise, at)

    def run(frame: Frame) -> Value:
        value = condition(frame)
        if value is not None and type(value) is not bool:
            raise misfit("Điều kiện sau if", "The condition after if", value)
        return then(frame) if value else otherwise(frame)

    return run


# Lists, contexts, loops ---------------------------------------------------------------------------


def _list(node: ListOf, at: Building) -> Run:
    items = [build(item, at) for item in node.items]
    return lambda frame: [item(frame) for item in items]


def _context(node: ContextOf, at: Building) -> Run:
    entries: list[tuple[str, int, Run]] = []
    outer = len(at.bound)
    for key, child in node.entries:
        run = build(child, at)
        slot = at.slot()
        entries.append((key, slot, run))
        at.bound.append((key, slot))  # a later entry may use an earlier one
    del at.bound[outer:]

    def context(frame: Frame) -> Value:
        made: dict[str, Value] = {}
        for key, slot, run in entries:
            made[key] = frame.locals[slot] = run(frame)
        return made

    return context


#: Nodes whose answer is a truth value, so that a filter by them picks members and never a position.
_TRUTHS = (Compare, Logic, Between, In)


def _filter(node: Filter, at: Building) -> Run:
    base = build(node.base, at)
    position = node.condition.operand if isinstance(node.condition, Minus) else node.condition
    if isinstance(position, Literal) and isinstance(position.value, Decimal):
        condition = build(node.condition, at)
        return lambda frame: _picked(_listed(base(frame)), condition(frame))
    slot = at.slot()
    at.bound.append((None, slot))
    condition = build(node.condition, at)
    at.bound.pop()

    def run(frame: Frame) -> Value:
        kept: list[Value] = []
        items = _listed(base(frame))
        for item in items:
            frame.spend(1 + size)
            frame.locals[slot] = item = lift(item)
            truth = condition(frame)
            if type(truth) is Decimal and may_be_position:
                return _picked(items, truth)
            if truth is not None and type(truth) is not bool:
                raise misfit("Điều kiện lọc", "The condition of a filter", truth)
            if truth:
                kept.append(item)
        return bounded_list(kept)

    size = at.nodes
    may_be_position = not isinstance(node.condition, _TRUTHS)
    return run


def _listed(value: Value) -> list[Value]:
    if type(value) is not list:
        raise misfit("Phép lọc [ ]", "A filter [ ]", value)
    return value


def _picked(items: list[Value], position: Decimal) -> Value:
    """The member at a position from 1, or from the end when negative; null where there is none (DMN 1.3,
    10.3.2.5).
    """
    if position != position.to_integral_value() or position == 0:
        raise FeelError(
            "Vị trí trong danh sách là số nguyên từ 1.", "A position in a list is a whole number from 1."
        )
    place = int(position) - 1 if position > 0 else len(items) + int(position)
    return lift(items[place]) if 0 <= place < len(items) else None


def _loop(node: Loop, at: Building) -> Run:
    """`some`, `every` and `for` over one or several iterators, the last one running fastest."""
    outer = len(at.bound)
    sources: list[tuple[int, Run, Run | None]] = []
    for iterator in node.iterators:
        source = build(iterator.source, at)
        to = build(iterator.to, at) if iterator.to is not None else None
        slot = at.slot()
        sources.append((slot, source, to))
        at.bound.append((iterator.name, slot))
    before = at.nodes
    body = build(node.body, at)
    cost = 1 + at.nodes - before
    del at.bound[outer:]

    def visits(frame: Frame, rank: int = 0) -> Any:
        if rank == len(sources):
            frame.spend(cost)
            yield body(frame)
            return
        slot, source, to = sources[rank]
        for item in _counted(source(frame), to(frame)) if to else _listed(source(frame)):
            frame.spend(1)
            frame.locals[slot] = lift(item)
            yield from visits(frame, rank + 1)

    if node.kind == "for":
        return lambda frame: _gathered(visits(frame))
    deciding = node.kind == "some"

    def run(frame: Frame) -> Value:
        undecided = False
        for value in visits(frame):
            if value is deciding:
                return deciding
            if value is None:
                undecided = True
            elif type(value) is not bool:
                raise misfit(f"Điều kiện của {node.kind}", f"The condition of {node.kind}", value)
        return None if undecided else not deciding

    return run


def _gathered(values: Any) -> list[Value]:
    kept: list[Value] = []
    for value in values:
        kept.append(value)
        if len(kept) > MAX_LIST:
            bounded_list(kept)
    return kept


def _counted(low: Value, high: Value) -> range:
    for end in (low, high):
        if type(end) is not Decimal or end != end.to_integral_value() or abs(end) > 10**9:
            raise FeelError("Hai đầu của a..b phải là số nguyên.", "Both ends of a..b must be whole numbers.")
    first, last = int(low), int(high)
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)


# Functions ----------------------------------------------------------------------------------------


def _call(node: Call, at: Building) -> Run:
    name = node.function
    function = FUNCTIONS.get(name)
    if function is None and name in OUTSIDE:
        raise FeelError(
            f"Hàm {name} nằm ngoài phần FEEL được dùng.",
            f"The function {name} is outside the FEEL subset in use.",
        )
    if function is None:
        raise FeelError(f"Không có hàm tên {name}.", f"There is no function named {name}.")
    given = len(node.arguments)
    if given < function.least or (function.most is not None and given > function.most):
        wanted, wanted_en = _arity(function, "đến", "trở lên"), _arity(function, "to", "or more")
        raise FeelError(
            f"Hàm {name} nhận {wanted} đối số, không phải {given}.",
            f"{name} takes {wanted_en} arguments, not {given}.",
        )
    runs = [build(argument, at) for argument in node.arguments]
    work = function.run
    if given == 1:
        only = runs[0]
        return lambda frame: work(frame, only(frame))
    return lambda frame: work(frame, *[run(frame) for run in runs])


def _arity(function: Function, to: str, more: str) -> str:
    least, most = function.least, function.most
    if most is None:
        return f"{least} {more}"
    return str(least) if least == most else f"{least} {to} {most}"


def _range(node: Range, at: Building) -> Run:
    raise FeelError(
        "Khoảng giá trị chỉ đứng sau in hoặc trong ô của bảng quyết định; dùng như một giá trị thì nằm ngoài phần "
        "FEEL được dùng.",
        "A range stands only after `in` or in a cell of a decision table; as a value it is outside the FEEL subset "
        "in use.",
    )


_BUILDERS: dict[type, Callable[[Any, Building], Run]] = {
    Literal: _literal,
    Input: _input,
    Name: _name,
    Member: _member,
    Filter: _filter,
    Call: _call,
    Minus: _minus,
    Chain: _chain,
    Logic: _logic,
    Compare: _compare,
    Between: _between,
    In: _in,
    If: _if,
    ListOf: _list,
    ContextOf: _context,
    Loop: _loop,
    Range: _range,
}
