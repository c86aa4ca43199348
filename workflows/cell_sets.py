"""What the cells of one column let through, as sets: the line of values is cut at every constant that a cell
compares with, and between two cuts no cell changes its mind.

So a cell is not interpreted anew: it is asked once for each piece, with a value out of it, and answers as it
will when the table runs. What compares with anything but constants has no such set, and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from workflows.calendar import WorkingCalendar
from workflows.decision_kinds import BASE, Kind
from workflows.environment import Env
from workflows.feel import FeelError, Frame, UnaryTests, YearsMonths
from workflows.feel import parser as feel_parser
from workflows.feel.compiler import Building, build
from workflows.feel.syntax import (
    Against,
    Anything,
    Between,
    Call,
    Compare,
    In,
    Input,
    Literal,
    Logic,
    Loop,
    Name,
    Node,
    Not,
    Range,
    Test,
)
from workflows.feel.values import Value, duration_text, number_text

_MOVING = frozenset({"now", "today", "working_days", "round_date"})
_OUTWARD = _MOVING | {"rule", "may_block"}
_BUDGET = 1_000
MOST_CUTS = 2_000


class NotAnalysed(Exception):
    """A cell or column that has no set; `message` and `message_en` say why."""

    def __init__(self, message: str, message_en: str) -> None:
        self.message = message
        self.message_en = message_en
        super().__init__(message_en)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the line on which all cells answer alike: one value, what lies between two, or the rest."""

    example: Value
    low: Value = None  # None on both sides of a point and of `rest`
    high: Value = None
    point: bool = True
    rest: bool = False  # every string (or other thing) that is not named


@dataclass(frozen=True, slots=True)
class Line:
    """All the pieces of a column; a set of values is a number with one bit a piece."""

    pieces: tuple[Piece, ...]  # null, where a cell asks for it, is the last
    ordered: bool
    place: Mapping[Value, int] = field(default_factory=dict)  # of the values that cells name

    @property
    def all(self) -> int:
        return (1 << len(self.pieces)) - 1

    @property
    def solid(self) -> int:
        """How many pieces there are without null."""
        return len(self.pieces) - int(self.pieces[-1].example is None)


# Constants of a cell ------------------------------------------------------------------------------


@dataclass(slots=True)
class Cuts:
    """The constants that cells compare with, and whether any asks for an order."""

    values: list[Value]
    ordered: bool = False
    env: Env | None = None  # where given, the rules that cells compare with are known

    def constant(self, node: Node) -> Value:
        """The value of an expression without data."""
        return constant(node, self.env)

    def add(self, other: Cuts) -> None:
        self.values.extend(other.values)
        self.ordered = self.ordered or other.ordered


def find_cuts(tests: UnaryTests, into: Cuts) -> None:
    """Add the constants that a cell compares with. Raises NotAnalysed when it compares with anything else."""
    try:
        found = feel_parser.parse_unary(tests.text)
    except FeelError:  # a name of more than one word, which only its file knows
        raise NotAnalysed("ô so với dữ liệu", "the cell compares with data") from None
    for test in found:
        _cut_test(test, into)


def _cut_test(test: Test, into: Cuts) -> None:
    if isinstance(test, Anything):
        return
    if isinstance(test, Not):
        for inner in test.tests:
            _cut_test(inner, into)
    elif isinstance(test, Against):
        _cut_at(into, test.operator, into.constant(test.operand))
    elif isinstance(test, Range):
        _cut_at(into, "..", into.constant(test.low), into.constant(test.high))
    elif _asks(test):
        _cut_condition(test, into)
    else:
        _cut_at(into, "=", into.constant(test))


def _cut_condition(node: Node, into: Cuts) -> None:
    """A condition on the question mark, as dmn-js writes it too: `? > 3 and not(? = 5)`."""
    if not _asks(node):
        into.constant(node)
    elif isinstance(node, Input):
        into.values.extend([True, False])
    elif isinstance(node, Logic):
        for operand in node.operands:
            _cut_condition(operand, into)
    elif isinstance(node, Compare) and isinstance(node.left, Input):
        _cut_at(into, node.operator, into.constant(node.right))
    elif isinstance(node, Compare) and isinstance(node.right, Input):
        _cut_at(into, node.operator, into.constant(node.left))
    elif isinstance(node, Between) and isinstance(node.value, Input):
        _cut_at(into, "..", into.constant(node.low), into.constant(node.high))
    elif isinstance(node, In) and isinstance(node.value, Input):
        for test in node.tests:
            _cut_test(test, into)
    elif isinstance(node, Call) and node.function == "not":
        for argument in node.arguments:
            _cut_condition(argument, into)
    elif isinstance(node, Call) and node.function == "list contains" and isinstance(node.arguments[1], Input):
        _cut_at(into, "=", into.constant(node.arguments[0]))
    else:
        raise NotAnalysed(
            "ô tính với giá trị chứ không so với hằng số",
            "the cell computes with the value instead of comparing it with constants",
        )


def _cut_at(into: Cuts, operator: str, *values: Value) -> None:
    for value in values:
        into.values.extend(value if type(value) is list else [value])
    if operator not in ("=", "!="):
        into.ordered = True


def _nodes(node: Any) -> Iterable[Any]:
    yield node
    parts: Iterable[Any] = ()
    if is_dataclass(node):
        parts = (getattr(node, part.name) for part in fields(node))
    elif isinstance(node, tuple):
        parts = node
    for part in parts:
        yield from _nodes(part)


def _asks(node: Any) -> bool:
    return any(isinstance(part, Input) for part in _nodes(node))


def constant(node: Node, env: Env | None = None) -> Value:
    """The value of an expression without data; rules count as known where `env` holds them.

    Raises NotAnalysed when it needs data, the clock, or rules that are not known.
    """
    if isinstance(node, Literal):  # nearly every cell of nearly every table
        return node.value
    for part in _nodes(node):
        if isinstance(part, Name | Loop | Input):
            what = part.text if isinstance(part, Name) else "?"
            raise NotAnalysed(f"ô so với dữ liệu ({what})", f"the cell compares with data ({what})")
        if isinstance(part, Call) and part.function in (_OUTWARD if env is None else _MOVING):
            raise NotAnalysed(
                f"ô so với giá trị chỉ biết khi chạy ({part.function})",
                f"the cell compares with what is known only when it runs ({part.function})",
            )
    at = Building()
    run = build(node, at)
    frame = _frame(env)
    frame.locals = [None] * at.slots
    try:
        return run(frame)
    except (FeelError, ArithmeticError, ValueError):
        raise NotAnalysed("ô không tính được", "the cell cannot be computed") from None


def _no_clock() -> datetime:
    raise NotImplementedError


_NOWHERE = Env(now=_no_clock, calendar=WorkingCalendar())


def _frame(env: Env | None, value: Value = None) -> Frame:
    return Frame({}, env or _NOWHERE, _BUDGET, value)


# The line of a column -----------------------------------------------------------------------------


def lay_out(cuts: Cuts, kind: Kind | None) -> Line:
    """Cut the line of a column into pieces. Raises NotAnalysed when its constants are of several kinds."""
    base = kind.root if kind is not None else None
    wanted = BASE[base][0] if base else None
    types = {type(value) for value in cuts.values if value is not None} | ({wanted} if wanted else set())
    if len(types) > 1:
        raise NotAnalysed("cột so với giá trị khác kiểu", "the column compares with values of several kinds")
    only = next(iter(types), None)
    if only in (list, dict):
        raise NotAnalysed("cột nhận danh sách hoặc nhóm dữ liệu", "the column takes lists or contexts")
    values: list[Value] = list(dict.fromkeys(value for value in cuts.values if value is not None))
    if len(values) > MOST_CUTS:
        raise NotAnalysed("cột có quá nhiều giá trị khác nhau", "the column has too many different values")
    nothing = [Piece(None)] if any(value is None for value in cuts.values) else []
    if only is bool:
        return _line([Piece(True), Piece(False), *nothing])
    if only is None or (only is str and not cuts.ordered):
        points = [Piece(value) for value in values]
        return _line([*points, Piece(_another(values), rest=True), *nothing])
    return _line([*_ordered(values, only, base in ("integer", "long")), *nothing], ordered=True)


def _line(pieces: list[Piece], *, ordered: bool = False) -> Line:
    named = (
        (piece.example, bit)
        for bit, piece in enumerate(pieces)
        if piece.point and not piece.rest and piece.example is not None
    )
    return Line(tuple(pieces), ordered, dict(named))


def _ordered(values: list[Value], only: type, whole: bool) -> list[Piece]:
    try:
        points = sorted(values)
    except TypeError:
        raise NotAnalysed(
            "cột so thời điểm có múi giờ với thời điểm không có múi giờ",
            "the column compares times with a zone and without one",
        ) from None
    pieces: list[Piece] = []
    ends: list[Value] = [None, *points, None]
    for low, high in pairwise(ends):
        if low is not None and not (whole and low != low.to_integral_value()):
            pieces.append(Piece(low))
        example = _between(low, high, only, whole)
        if example is not None:
            pieces.append(Piece(example, low, high, point=False))
    return pieces


def _between(low: Value, high: Value, only: type, whole: bool) -> Value:
    """A plain value between two cuts, or None where there is none (whole numbers, days)."""
    try:
        found = _inside(low, high, only, whole)
    except (OverflowError, ValueError):
        return None
    if found is None or (low is not None and not low < found) or (high is not None and not found < high):
        return None
    return found


_STEPS: dict[type, Value] = {
    Decimal: Decimal(1),
    date: timedelta(days=1),
    datetime: timedelta(hours=1),
    timedelta: timedelta(days=1),
    YearsMonths: YearsMonths(1),
}
_START: dict[type, Value] = {
    Decimal: Decimal(0),
    date: date(2000, 1, 1),
    datetime: datetime(2000, 1, 1),  # noqa: DTZ001 - only where nothing with a zone is compared
    timedelta: timedelta(0),
    YearsMonths: YearsMonths(0),
    time: time(12),
    str: "a",
}


def _inside(low: Value, high: Value, only: type, whole: bool) -> Value:
    if low is None and high is None:
        return _START[only]
    if only is str:
        return "" if low is None else next((t for t in (low + "a", low + "\0") if high is None or t < high), None)
    if only is time:
        return _time_inside(low, high)
    step = _STEPS[only]
    if only is YearsMonths:
        return YearsMonths(low.total + 1) if low is not None else YearsMonths(high.total - 1)
    if low is None:
        return high.to_integral_value(rounding="ROUND_CEILING") - 1 if whole else high - step
    if high is None or whole or low + step < high:
        return low.to_integral_value(rounding="ROUND_FLOOR") + 1 if whole else low + step
    return None if only is date else low + (high - low) / 2


def _time_inside(low: time | None, high: time | None) -> time | None:
    zone = (low or high or time()).tzinfo
    day = date(2000, 1, 1)
    first = datetime.combine(day, low or time(0, tzinfo=zone))
    last = datetime.combine(day, high or time(23, 59, 59, 999_999, tzinfo=zone))
    return (first + (last - first) / 2).timetz()


def _another(values: Sequence[Value]) -> str:
    """A string that is none of these."""
    number = 0
    while True:
        text = f"khác{number or ''}"
        if text not in values:
            return text
        number += 1


def set_of(tests: UnaryTests, own: Cuts, line: Line) -> int:
    """The pieces that a cell lets through; `own` are its constants, between which it answers alike.

    Raises NotAnalysed when the cell cannot be asked.
    """
    places = sorted({line.place.get(value, -1) for value in own.values if value is not None})
    solid = line.solid
    found = 0
    if places and places[0] < 0:  # 4.5 among whole numbers
        stretches = [1 << bit for bit in range(solid)]
    elif line.ordered:
        ends = [-1, *places, solid]
        stretches = [1 << place for place in places]
        stretches += [(1 << high) - (1 << (low + 1)) for low, high in pairwise(ends) if low + 1 < high]
    else:
        named = sum(1 << place for place in places)
        others = (1 << solid) - 1 & ~named
        stretches = [1 << place for place in places] + ([others] if others else [])
    if solid < len(line.pieces):
        stretches.append(1 << solid)
    for stretch in stretches:
        first = (stretch & -stretch).bit_length() - 1
        if _asked(tests, line.pieces[first], own.env):
            found |= stretch
    return found


def _asked(tests: UnaryTests, piece: Piece, env: Env | None) -> bool:
    try:
        return bool(tests.run(_frame(env, piece.example)))
    except FeelError as error:
        if piece.example is None:
            return False  # null has no order: the table stops there, and no rule answers
        raise NotAnalysed(f"ô không hợp với cột: {error.message}", f"the cell does not fit: {error}") from None


# Sets in words ------------------------------------------------------------------------------------


def as_tests(chosen: int, line: Line) -> str:
    """Write a set as unary tests, as short as they can be."""
    if chosen == line.all:
        return "-"
    if line.ordered:
        return _as_ranges(chosen, line)
    taken = [piece for bit, piece in enumerate(line.pieces) if chosen >> bit & 1]
    if any(piece.rest for piece in taken):
        left = [literal(piece.example) for bit, piece in enumerate(line.pieces) if not chosen >> bit & 1]
        return f"not({', '.join(left)})"
    return ", ".join(literal(piece.example) for piece in taken)


def _as_ranges(chosen: int, line: Line) -> str:
    found: list[str] = []
    run: list[Piece] = []
    for bit, piece in enumerate((*line.pieces, None)):
        taken = piece is not None and chosen >> bit & 1
        if taken and piece is not None and not (piece.point and piece.example is None):
            run.append(piece)
            continue
        if run:
            found.append(_as_range(run, line))
            run = []
        if taken:
            found.append("null")
    return ", ".join(found)


def _as_range(run: list[Piece], line: Line) -> str:
    first, last = run[0], run[-1]
    if first is last and first.point:
        return literal(first.example)
    solid = [piece for piece in line.pieces if not (piece.point and piece.example is None)]
    low = first.example if first.point else first.low
    high = last.example if last.point else last.high
    if first is solid[0] and not first.point:
        low = None
    if low is None and high is None:
        return "not(null)" if len(solid) < len(line.pieces) else "-"
    if low is None:
        return f"{'<=' if last.point else '<'} {literal(high)}"
    if high is None:
        return f"{'>=' if first.point else '>'} {literal(low)}"
    return f"{'[' if first.point else '('}{literal(low)}..{literal(high)}{']' if last.point else ')'}"


def literal(value: Value) -> str:
    """Write a value as FEEL."""
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is Decimal:
        return number_text(value)
    if type(value) is str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\0", "\\u0000") + '"'
    if isinstance(value, timedelta | YearsMonths):
        return f'duration("{duration_text(value)}")'
    name = {date: "date", time: "time", datetime: "date and time"}[type(value)]
    return f'{name}("{value.isoformat()}")'

