"""The functions of expressions: each checks its own arguments, none reaches outside but through Env.

Left out by intent: everything with regular expressions, and functions that take functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Any

from workflows.calendar import MOST_DAYS, ZONE, OutsideCalendar
from workflows.feel.errors import FeelError
from workflows.feel.frame import Frame
from workflows.feel.values import (
    NUMBERS,
    ZERO,
    Value,
    YearsMonths,
    bounded_list,
    bounded_text,
    check_ordered,
    divide,
    duration_text,
    kind_words,
    lift,
    misfit,
    number_text,
    read_date,
    read_duration,
    read_moment,
    read_time,
    same,
)
from workflows.feel.values import add as plus

#: Office hours end; a deadline of n working days runs out then.
DAY_END = time(17, 0)


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in: how many arguments it takes, and what it does. `most` None means any number."""

    least: int
    most: int | None
    run: Callable[..., Value]  # (frame, *arguments)
    boolean: bool = False


def _wrong(name: str, place: int, wanted: str, wanted_en: str, got: Value) -> FeelError:
    vi, en = kind_words(got)
    return FeelError(
        f"Hàm {name}: đối số {place} phải là {wanted}, không phải {vi}.",
        f"{name}: argument {place} must be {wanted_en}, not {en}.",
    )


def _text(name: str, place: int, value: Value) -> str:
    if type(value) is not str:
        raise _wrong(name, place, "chuỗi chữ", "a string", value)
    return value


def _number(name: str, place: int, value: Value) -> Decimal:
    if type(value) is not Decimal:
        raise _wrong(name, place, "số", "a number", value)
    return value


def _whole(name: str, place: int, value: Value, low: int, high: int) -> int:
    number = _number(name, place, value)
    if number != number.to_integral_value() or not low <= number <= high:
        raise FeelError(
            f"Hàm {name}: đối số {place} phải là số nguyên từ {low} đến {high}.",
            f"{name}: argument {place} must be a whole number from {low} to {high}.",
        )
    return int(number)


def _list(name: str, place: int, value: Value) -> list[Any]:
    if type(value) is not list:
        raise _wrong(name, place, "danh sách", "a list", value)
    return value


# Strings ------------------------------------------------------------------------------------------


def _on_texts(name: str, work: Callable[[str, str], bool]) -> Callable[..., Value]:
    def run(frame: Frame, text: Value, part: Value) -> bool:
        return work(_text(name, 1, text), _text(name, 2, part))

    return run


def _on_text(name: str, work: Callable[[str], Value]) -> Callable[..., Value]:
    def run(frame: Frame, text: Value) -> Value:
        _text(name, 1, text)
        frame.spend(len(text) // 64)
        return work(text)

    return run


def _substring(frame: Frame, text: Value, start: Value, *lengths: Value) -> str:
    text = _text("substring", 1, text)
    first = _whole("substring", 2, start, -(10**6), 10**6)
    if first == 0:
        raise FeelError("Hàm substring: vị trí bắt đầu từ 1.", "substring: positions begin at 1.")
    first = first - 1 if first > 0 else max(len(text) + first, 0)
    frame.spend(len(text) // 64)
    rest = str(text)[first:]
    return rest[: _whole("substring", 3, lengths[0], 0, 10**6)] if lengths else rest


def _string(frame: Frame, value: Value) -> str:
    if type(value) is str:
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return bounded_text(number_text(value))
    if isinstance(value, timedelta | YearsMonths):
        return duration_text(value)
    if isinstance(value, date | time):
        return str(value.isoformat())
    raise misfit("Hàm string", "string", value)


def _to_number(frame: Frame, value: Value, grouping: Value = None, point: Value = None) -> Decimal:
    text = "" if type(value) is Decimal else _text("number", 1, value)
    for place, mark, allowed in ((2, grouping, " .,"), (3, point, ".,")):
        if mark is not None and (_text("number", place, mark) not in allowed or len(mark) != 1):
            raise FeelError(
                f"Hàm number: đối số {place} phải là dấu chấm hoặc dấu phẩy, đối số 2 có thể là dấu cách.",
                f"number: argument {place} must be a point or a comma (argument 2 may be a blank too).",
            )
    if grouping is not None and grouping == point:
        raise FeelError("Hàm number: hai dấu phải khác nhau.", "number: the two marks must differ.")
    if type(value) is Decimal:
        return value
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(point, ".") if point else plain
    digits = plain.removeprefix("-")
    whole, dot, part = digits.partition(".")
    if not (digits.isascii() and whole.isdigit() and (part.isdigit() or not dot) and len(digits) <= 40):
        shown = text[:40]
        raise FeelError(f'"{shown}" không phải số.', f'"{shown}" is not a number.')
    return NUMBERS.create_decimal(plain)


# Numbers ------------------------------------------------------------------------------------------


def _rounded(name: str, mode: str) -> Callable[..., Value]:
    def run(frame: Frame, value: Value, scale: Value = ZERO) -> Decimal:
        number = _number(name, 1, value)
        places = _whole(name, 2, scale, -30, 30)
        if number.adjusted() + places >= 33:
            return number
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=mode, context=NUMBERS)
        return NUMBERS.plus(rounded)

    return run


def _abs(frame: Frame, value: Value) -> Value:
    if type(value) in (Decimal, timedelta):
        return abs(value)
    if type(value) is YearsMonths:
        return YearsMonths(abs(value.total))
    raise _wrong("abs", 1, "số", "a number", value)


def _modulo(frame: Frame, a: Value, b: Value) -> Decimal:
    """The remainder with the sign of the divisor: a - b * floor(a / b) (DMN 1.3, table 76)."""
    left, right = _number("modulo", 1, a), _number("modulo", 2, b)
    if right == 0:
        raise FeelError("Hàm modulo: chia cho 0.", "modulo: division by 0.")
    rest = NUMBERS.remainder(left, right)
    return NUMBERS.add(rest, right) if rest and (rest < 0) != (right < 0) else rest


# Lists --------------------------------------------------------------------------------------------


def _members(frame: Frame, name: str, arguments: tuple[Value, ...]) -> list[Value]:
    """The members to work on: of the one list given, or the arguments themselves."""
    members = arguments
    if len(arguments) == 1:
        members = tuple(_list(name, 1, arguments[0]))
    frame.spend(len(members))
    return [lift(member) for member in members]


def _count(frame: Frame, value: Value) -> Decimal:
    return Decimal(len(_list("count", 1, value)))


def _sum(frame: Frame, *arguments: Value) -> Value:
    members = _members(frame, "sum", arguments)
    if not members:
        return None
    total = members[0]
    if type(total) not in (Decimal, timedelta, YearsMonths):
        raise misfit("Hàm sum", "sum", total)
    for member in members[1:]:
        total = plus(total, member)
    return total


def _mean(frame: Frame, *arguments: Value) -> Value:
    total = _sum(frame, *arguments)
    size = len(arguments[0]) if len(arguments) == 1 else len(arguments)
    return None if total is None else divide(total, Decimal(size))


def _extreme(name: str, pick: Callable[..., Any]) -> Callable[..., Value]:
    def run(frame: Frame, *arguments: Value) -> Value:
        members = _members(frame, name, arguments)
        if not members:
            return None
        for member in members:
            check_ordered(members[0], member, name)
        return pick(members)

    return run


def _list_contains(frame: Frame, items: Value, wanted: Value) -> bool:
    members = _list("list contains", 1, items)
    frame.spend(len(members))
    return any(same(member, wanted) for member in members)


def _append(frame: Frame, items: Value, *more: Value) -> list[Value]:
    members = _list("append", 1, items)
    frame.spend(len(members) + len(more))
    return bounded_list([*members, *more])


def _concatenate(frame: Frame, *lists: Value) -> list[Value]:
    joined: list[Value] = []
    for place, items in enumerate(lists, start=1):
        members = _list("concatenate", place, items)
        frame.spend(len(members))
        bounded_list(joined).extend(members)
    return bounded_list(joined)


def _three_valued(name: str, deciding: bool) -> Callable[..., Value]:
    """`all` and `any`: one deciding member decides; otherwise null if a member is null (DMN 1.3, table
    75).
    """

    def run(frame: Frame, *arguments: Value) -> Value:
        single = len(arguments) == 1 and not isinstance(arguments[0], list)
        members = list(arguments) if single else _members(frame, name, arguments)
        for member in members:
            if member is not None and type(member) is not bool:
                raise misfit(f"Hàm {name}", name, member)
        if any(member is deciding for member in members):
            return deciding
        return None if any(member is None for member in members) else not deciding

    return run


def _not(frame: Frame, value: Value) -> Value:
    if value is None:
        return None
    if type(value) is not bool:
        raise _wrong("not", 1, "đúng/sai", "a boolean", value)
    return not value


def _get_value(frame: Frame, context: Value, key: Value) -> Value:
    """The one way to ask for an entry that may be missing: null then."""
    if type(context) is not dict:
        raise _wrong("get value", 1, "nhóm dữ liệu", "a context", context)
    return lift(context.get(_text("get value", 2, key)))


# Dates --------------------------------------------------------------------------------------------


def _two(name: str, rest: tuple[Value, ...]) -> tuple[Value, Value]:
    if len(rest) < 2:
        raise FeelError(
            f"Hàm {name} nhận 1 hoặc từ 3 đối số, không phải 2.",
            f"{name} takes 1 argument or 3 and more, not 2.",
        )
    return rest[0], rest[1]


def _date(frame: Frame, first: Value, *rest: Value) -> date:
    if rest:
        month, day = _two("date", rest)
        year = _whole("date", 1, first, 1, 9999)
        try:
            return date(year, _whole("date", 2, month, 1, 12), _whole("date", 3, day, 1, 31))
        except ValueError:
            raise FeelError("Hàm date: ngày không có thật.", "date: there is no such day.") from None
    if isinstance(first, datetime):
        return first.date()
    if isinstance(first, date):
        return first
    return read_date(_text("date", 1, first))


def _time(frame: Frame, first: Value, *rest: Value) -> time:
    if rest:
        minute, second = _two("time", rest)
        return time(
            _whole("time", 1, first, 0, 23),
            _whole("time", 2, minute, 0, 59),
            _whole("time", 3, second, 0, 59),
            tzinfo=_offset(rest[2]) if len(rest) > 2 else None,
        )
    if isinstance(first, datetime):
        return first.timetz()
    return first if isinstance(first, time) else read_time(_text("time", 1, first))


def _offset(value: Value) -> timezone | None:
    if value is None:
        return None
    if type(value) is not timedelta:
        raise _wrong("time", 4, "khoảng thời gian", "a duration", value)
    if value % timedelta(minutes=1) or abs(value) > timedelta(hours=18):
        raise FeelError(
            "Hàm time: múi giờ là số phút trọn, không quá 18 giờ.",
            "time: an offset has whole minutes and at most 18 hours.",
        )
    return timezone(value)


def _date_and_time(frame: Frame, first: Value, *clocks: Value) -> datetime:
    for clock in clocks:
        day = first.date() if isinstance(first, datetime) else first
        if not isinstance(day, date):
            raise _wrong("date and time", 1, "ngày", "a date", first)
        if not isinstance(clock, time):
            raise _wrong("date and time", 2, "giờ", "a time", clock)
        return datetime.combine(day, clock)
    if isinstance(first, datetime):
        return first
    return read_moment(_text("date and time", 1, first))


def _duration(frame: Frame, value: Value) -> Value:
    return value if isinstance(value, timedelta | YearsMonths) else read_duration(_text("duration", 1, value))


def _years_and_months(frame: Frame, start: Value, end: Value) -> YearsMonths:
    for place, value in ((1, start), (2, end)):
        if not isinstance(value, date):
            raise _wrong("years and months duration", place, "ngày", "a date", value)
    check_ordered(start, end, "-")
    if end < start:
        return YearsMonths(-_years_and_months(frame, end, start).total)
    return YearsMonths((end.year - start.year) * 12 + end.month - start.month - (end.day < start.day))


# The outside --------------------------------------------------------------------------------------


def _now(frame: Frame) -> datetime:
    return frame.env.now()


def _today(frame: Frame) -> date:
    return frame.env.now().astimezone(ZONE).date()


def _working_days(frame: Frame, value: Value) -> datetime:
    """The end of office hours on the n-th working day after today."""
    number = _whole("working_days", 1, value, 0, MOST_DAYS)
    try:
        day = frame.env.calendar.add(_today(frame), number)
    except OutsideCalendar as error:
        raise FeelError(error.message, error.message_en) from None
    return datetime.combine(day, DAY_END, ZONE)


def _round_date(frame: Frame, key: Value) -> datetime:
    """The last second of that day of the round's calendar."""
    day = _known("round_date", frame.env.dates, key, "Lịch của đợt", "The round's calendar")
    return datetime.combine(day, time(23, 59, 59), ZONE)


def _rule(frame: Frame, key: Value) -> Value:
    return lift(_known("rule", frame.env.rules, key, "Bộ tham số", "The register of parameters"))


def _may_block(frame: Frame, key: Value) -> bool:
    return bool(_known("may_block", frame.env.blocking, key, "Bộ điều kiện", "The register of gates"))


def _known(name: str, table: Any, key: Value, where: str, where_en: str) -> Any:
    key = _text(name, 1, key)
    try:
        return table[key]
    except KeyError:
        raise FeelError(f"{where} không có {key}.", f"{where_en} has no {key}.") from None


FUNCTIONS: dict[str, Function] = {
    "contains": Function(2, 2, _on_texts("contains", lambda a, b: b in a), boolean=True),
    "starts with": Function(2, 2, _on_texts("starts with", lambda a, b: a.startswith(b)), boolean=True),
    "ends with": Function(2, 2, _on_texts("ends with", lambda a, b: a.endswith(b)), boolean=True),
    "upper case": Function(1, 1, _on_text("upper case", lambda a: a.upper())),
    "lower case": Function(1, 1, _on_text("lower case", lambda a: a.lower())),
    "string length": Function(1, 1, _on_text("string length", lambda a: Decimal(len(a)))),
    "substring": Function(2, 3, _substring),
    "string": Function(1, 1, _string),
    "number": Function(1, 3, _to_number),
    "floor": Function(1, 2, _rounded("floor", ROUND_FLOOR)),
    "ceiling": Function(1, 2, _rounded("ceiling", ROUND_CEILING)),
    "decimal": Function(2, 2, _rounded("decimal", ROUND_HALF_EVEN)),
    "round up": Function(1, 2, _rounded("round up", ROUND_UP)),
    "round down": Function(1, 2, _rounded("round down", ROUND_DOWN)),
    "round half up": Function(1, 2, _rounded("round half up", ROUND_HALF_UP)),
    "round half down": Function(1, 2, _rounded("round half down", ROUND_HALF_DOWN)),
    "abs": Function(1, 1, _abs),
    "modulo": Function(2, 2, _modulo),
    "count": Function(1, 1, _count),
    "sum": Function(1, None, _sum),
    "min": Function(1, None, _extreme("min", min)),
    "max": Function(1, None, _extreme("max", max)),
    "mean": Function(1, None, _mean),
    "list contains": Function(2, 2, _list_contains, boolean=True),
    "append": Function(2, None, _append),
    "concatenate": Function(1, None, _concatenate),
    "all": Function(1, None, _three_valued("all", False), boolean=True),
    "any": Function(1, None, _three_valued("any", True), boolean=True),
    "not": Function(1, 1, _not, boolean=True),
    "get value": Function(2, 2, _get_value),
    "date": Function(1, 3, _date),
    "time": Function(1, 4, _time),
    "date and time": Function(1, 2, _date_and_time),
    "duration": Function(1, 1, _duration),
    "years and months duration": Function(2, 2, _years_and_months),
    "now": Function(0, 0, _now),
    "today": Function(0, 0, _today),
    "working_days": Function(1, 1, _working_days),
    "round_date": Function(1, 1, _round_date),
    "rule": Function(1, 1, _rule),
    "may_block": Function(1, 1, _may_block, boolean=True),
}

#: Functions of FEEL that are known and left out, so that the refusal can say so.
OUTSIDE = frozenset(
    {
        "matches",
        "replace",
        "split",
        "string join",
        "substring before",
        "substring after",
        "sublist",
        "reverse",
        "index of",
        "union",
        "distinct values",
        "flatten",
        "product",
        "median",
        "stddev",
        "mode",
        "sort",
        "remove",
        "insert before",
        "list replace",
        "duplicate values",
        "partition",
        "sqrt",
        "log",
        "exp",
        "odd",
        "even",
        "get entries",
        "context",
        "context put",
        "context merge",
        "day of week",
        "day of year",
        "week of year",
        "month of year",
        "is",
        "is defined",
        "before",
        "after",
        "meets",
        "met by",
        "overlaps",
        "overlaps before",
        "overlaps after",
        "finishes",
        "finished by",
        "includes",
        "during",
        "starts",
        "started by",
        "coincides",
        "range",
        "trim",
        "uuid",
        "random number",
        "extract",
        "string format",
        "assert",
        "get or else",
    }
)
