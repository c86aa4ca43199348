"""The functions of expressions: each checks its own arguments, none reaches outside but through Env.

Left out by intent: everything with regular expressions, and functions that take functions.
"""

from __future__ import annotations

from collections.abc import Callable
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
from workflows.feel.arguments import Function, number_of, text_of, whole_of, wrong
from workflows.feel.errors import FeelError
from workflows.feel.frame import Frame
from workflows.feel.lists import LISTS
from workflows.feel.values import (
    NUMBERS,
    ZERO,
    Value,
    YearsMonths,
    bounded_text,
    check_ordered,
    duration_text,
    lift,
    misfit,
    number_text,
    read_date,
    read_duration,
    read_moment,
    read_time,
    same,
)

#: Office hours end; a deadline of n working days runs out then.
DAY_END = time(17, 0)


# Strings ------------------------------------------------------------------------------------------


def _on_texts(name: str, work: Callable[[str, str], bool]) -> Callable[..., Value]:
    def run(frame: Frame, text: Value, part: Value) -> bool:
        return work(text_of(name, 1, text), text_of(name, 2, part))

    return run


def _on_text(name: str, work: Callable[[str], Value]) -> Callable[..., Value]:
    def run(frame: Frame, text: Value) -> Value:
        text_of(name, 1, text)
        frame.spend(len(text) // 64)
        return work(text)

    return run


def _substring(frame: Frame, text: Value, start: Value, *lengths: Value) -> str:
    text = text_of("substring", 1, text)
    first = whole_of("substring", 2, start, -(10**6), 10**6)
    if first == 0:
        raise FeelError("Hàm substring: vị trí bắt đầu từ 1.", "substring: positions begin at 1.")
    first = first - 1 if first > 0 else max(len(text) + first, 0)
    frame.spend(len(text) // 64)
    rest = str(text)[first:]
    return rest[: whole_of("substring", 3, lengths[0], 0, 10**6)] if lengths else rest


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
    text = "" if type(value) is Decimal else text_of("number", 1, value)
    for place, mark, allowed in ((2, grouping, " .,"), (3, point, ".,")):
        if mark is not None and (text_of("number", place, mark) not in allowed or len(mark) != 1):
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


def _substring_before(frame: Frame, text: Value, part: Value) -> str:
    """What stands before the first match, or nothing."""
    before, match, _ = text_of("substring before", 1, text).partition(text_of("substring before", 2, part) or "\0")
    return before if match else ""


def _substring_after(frame: Frame, text: Value, part: Value) -> str:
    """What stands after the first match, or nothing; an empty match is found at the beginning."""
    text, part = text_of("substring after", 1, text), text_of("substring after", 2, part)
    return str(text.partition(part)[2] if part else text)


# Numbers ------------------------------------------------------------------------------------------


def _rounded(name: str, mode: str) -> Callable[..., Value]:
    def run(frame: Frame, value: Value, scale: Value = ZERO) -> Decimal:
        number = number_of(name, 1, value)
        places = whole_of(name, 2, scale, -30, 30)
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
    raise wrong("abs", 1, "số", "a number", value)


def _modulo(frame: Frame, a: Value, b: Value) -> Decimal:
    """The remainder with the sign of the divisor: a - b * floor(a / b) (DMN 1.3, table 76)."""
    left, right = number_of("modulo", 1, a), number_of("modulo", 2, b)
    if right == 0:
        raise FeelError("Hàm modulo: chia cho 0.", "modulo: division by 0.")
    rest = NUMBERS.remainder(left, right)
    return NUMBERS.add(rest, right) if rest and (rest < 0) != (right < 0) else rest


def _log(number: Decimal) -> Decimal:
    if number <= 0:
        raise FeelError("Hàm log chỉ nhận số dương.", "log takes numbers above 0.")
    return NUMBERS.ln(number)


def _on_number(name: str, work: Callable[[Decimal], Value]) -> Callable[..., Value]:
    def run(frame: Frame, value: Value) -> Value:
        return work(number_of(name, 1, value))

    return run


# Truth -------------------------------------------------------------------------------------------


def _is(frame: Frame, a: Value, b: Value) -> bool:
    """Whether two values are the same in kind and in every part, the time zone included."""
    if type(a) is not type(b):
        return False
    if isinstance(a, datetime | time):
        return bool(a.utcoffset() == b.utcoffset() and a.replace(tzinfo=None) == b.replace(tzinfo=None))
    return bool(same(a, b))


def _not(frame: Frame, value: Value) -> Value:
    if value is None:
        return None
    if type(value) is not bool:
        raise wrong("not", 1, "đúng/sai", "a boolean", value)
    return not value


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
        year = whole_of("date", 1, first, 1, 9999)
        try:
            return date(year, whole_of("date", 2, month, 1, 12), whole_of("date", 3, day, 1, 31))
        except ValueError:
            raise FeelError("Hàm date: ngày không có thật.", "date: there is no such day.") from None
    if isinstance(first, datetime):
        return first.date()
    if isinstance(first, date):
        return first
    return read_date(text_of("date", 1, first))


def _time(frame: Frame, first: Value, *rest: Value) -> time:
    if rest:
        minute, second = _two("time", rest)
        return time(
            whole_of("time", 1, first, 0, 23),
            whole_of("time", 2, minute, 0, 59),
            whole_of("time", 3, second, 0, 59),
            tzinfo=_offset(rest[2]) if len(rest) > 2 else None,
        )
    if isinstance(first, datetime):
        return first.timetz()
    return first if isinstance(first, time) else read_time(text_of("time", 1, first))


def _offset(value: Value) -> timezone | None:
    if value is None:
        return None
    if type(value) is not timedelta:
        raise wrong("time", 4, "khoảng thời gian", "a duration", value)
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
            raise wrong("date and time", 1, "ngày", "a date", first)
        if not isinstance(clock, time):
            raise wrong("date and time", 2, "giờ", "a time", clock)
        return datetime.combine(day, clock)
    if isinstance(first, datetime):
        return first
    return read_moment(text_of("date and time", 1, first))


def _duration(frame: Frame, value: Value) -> Value:
    return value if isinstance(value, timedelta | YearsMonths) else read_duration(text_of("duration", 1, value))


def _years_and_months(frame: Frame, start: Value, end: Value) -> YearsMonths:
    for place, value in ((1, start), (2, end)):
        if not isinstance(value, date):
            raise wrong("years and months duration", place, "ngày", "a date", value)
    check_ordered(start, end, "-")
    if end < start:
        return YearsMonths(-_years_and_months(frame, end, start).total)
    return YearsMonths((end.year - start.year) * 12 + end.month - start.month - (end.day < start.day))


#: DMN gives these two in English, whatever the language of the office.
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _on_day(name: str, work: Callable[[date], Value]) -> Callable[..., Value]:
    def run(frame: Frame, value: Value) -> Value:
        if not isinstance(value, date):
            raise wrong(name, 1, "ngày", "a date", value)
        return work(value)

    return run


# The outside --------------------------------------------------------------------------------------


def _now(frame: Frame) -> datetime:
    return frame.env.now()


def _today(frame: Frame) -> date:
    return frame.env.now().astimezone(ZONE).date()


def _working_days(frame: Frame, value: Value, *rest: Value) -> datetime:
    """The end of office hours on the n-th working day after today, or after the day that is given; before it where n is negative."""
    number = whole_of("working_days", 1, value, -MOST_DAYS, MOST_DAYS)
    try:
        day = frame.env.calendar.add(_date(frame, rest[0]) if rest else _today(frame), number)
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
    key = text_of(name, 1, key)
    try:
        return table[key]
    except KeyError:
        raise FeelError(f"{where} không có {key}.", f"{where_en} has no {key}.") from None


FUNCTIONS: dict[str, Function] = {
    "contains": Function(2, 2, _on_texts("contains", lambda a, b: b in a), takes="string, match", boolean=True),
    "starts with": Function(2, 2, _on_texts("starts with", lambda a, b: a.startswith(b)), takes="string, match", boolean=True),
    "ends with": Function(2, 2, _on_texts("ends with", lambda a, b: a.endswith(b)), takes="string, match", boolean=True),
    "upper case": Function(1, 1, _on_text("upper case", lambda a: a.upper()), takes="string"),
    "lower case": Function(1, 1, _on_text("lower case", lambda a: a.lower()), takes="string"),
    "string length": Function(1, 1, _on_text("string length", lambda a: Decimal(len(a))), takes="string"),
    "substring": Function(2, 3, _substring, takes="string, start position, length?"),
    "string": Function(1, 1, _string, takes="from"),
    "number": Function(1, 3, _to_number, takes="from, grouping separator?, decimal separator?"),
    "floor": Function(1, 2, _rounded("floor", ROUND_FLOOR), takes="n, scale?"),
    "ceiling": Function(1, 2, _rounded("ceiling", ROUND_CEILING), takes="n, scale?"),
    "decimal": Function(2, 2, _rounded("decimal", ROUND_HALF_EVEN), takes="n, scale"),
    "round up": Function(1, 2, _rounded("round up", ROUND_UP), takes="n, scale?"),
    "round down": Function(1, 2, _rounded("round down", ROUND_DOWN), takes="n, scale?"),
    "round half up": Function(1, 2, _rounded("round half up", ROUND_HALF_UP), takes="n, scale?"),
    "round half down": Function(1, 2, _rounded("round half down", ROUND_HALF_DOWN), takes="n, scale?"),
    "abs": Function(1, 1, _abs, takes="n"),
    "modulo": Function(2, 2, _modulo, takes="dividend, divisor"),
    "is": Function(2, 2, _is, takes="value1, value2", boolean=True),
    "not": Function(1, 1, _not, takes="negand", boolean=True),
    "date": Function(1, 3, _date, takes="from | year, month, day"),
    "time": Function(1, 4, _time, takes="from | hour, minute, second, offset?"),
    "date and time": Function(1, 2, _date_and_time, takes="from | date, time"),
    "duration": Function(1, 1, _duration, takes="from"),
    "years and months duration": Function(2, 2, _years_and_months, takes="from, to"),
    "now": Function(0, 0, _now),
    "today": Function(0, 0, _today),
    "working_days": Function(1, 2, _working_days, takes="n, from?"),
    "round_date": Function(1, 1, _round_date, takes="key"),
    "rule": Function(1, 1, _rule, takes="key"),
    "may_block": Function(1, 1, _may_block, takes="key", boolean=True),
    "substring before": Function(2, 2, _substring_before, takes="string, match"),
    "substring after": Function(2, 2, _substring_after, takes="string, match"),
    "sqrt": Function(1, 1, _on_number("sqrt", NUMBERS.sqrt), takes="number"),
    "log": Function(1, 1, _on_number("log", _log), takes="number"),
    "exp": Function(1, 1, _on_number("exp", NUMBERS.exp), takes="number"),
    "odd": Function(1, 1, _on_number("odd", lambda n: n % 2 != 0), takes="number", boolean=True),
    "even": Function(1, 1, _on_number("even", lambda n: n % 2 == 0), takes="number", boolean=True),
    "day of week": Function(1, 1, _on_day("day of week", lambda d: _WEEKDAYS[d.weekday()]), takes="date"),
    "day of year": Function(1, 1, _on_day("day of year", lambda d: Decimal(d.timetuple().tm_yday)), takes="date"),
    "week of year": Function(1, 1, _on_day("week of year", lambda d: Decimal(d.isocalendar().week)), takes="date"),
    "month of year": Function(1, 1, _on_day("month of year", lambda d: _MONTHS[d.month - 1]), takes="date"),
    **LISTS,
}

#: Functions of FEEL that are known and left out, so that the refusal can say so.
OUTSIDE = frozenset(
    {
        "matches",
        "replace",
        "split",
        "sort",
        "partition",
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
