"""The values of expressions: what they are, how they compare and compute, how they turn into plain JSON and
back.

No syntax and no functions here. Numbers are decimals of 34 digits (DMN 1.3, 10.3.2.3). A type that does not
fit is an error, never null.
"""

from __future__ import annotations

import calendar as months_of_year
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from types import NoneType
from typing import Any, TypeAlias

from workflows.feel.errors import FeelError

#: None, bool, Decimal, str, date, time, datetime, timedelta, YearsMonths, list or dict.
Value: TypeAlias = Any

DIGITS = 34
MAX_EXPONENT = 1_000
MAX_TEXT = 20_000
MAX_LIST = 10_000

NUMBERS = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
ZERO = Decimal(0)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A duration in months, which has no fixed number of days."""

    total: int

    @property
    def years(self) -> int:
        return -(-self.total // 12) if self.total < 0 else self.total // 12

    @property
    def months(self) -> int:
        return self.total - 12 * self.years


#: Type -> the word for it in both languages; a type that is not here is no value.
_WORDS: dict[type, tuple[str, str]] = {
    NoneType: ("giá trị rỗng", "null"),
    bool: ("đúng/sai", "a boolean"),
    Decimal: ("số", "a number"),
    int: ("số", "a number"),
    float: ("số", "a number"),
    str: ("chuỗi chữ", "a string"),
    date: ("ngày", "a date"),
    time: ("giờ", "a time"),
    datetime: ("thời điểm", "a date and time"),
    timedelta: ("khoảng thời gian", "a duration"),
    YearsMonths: ("khoảng thời gian theo tháng", "a duration of months"),
    list: ("danh sách", "a list"),
    dict: ("nhóm dữ liệu", "a context"),
}
_PLAIN = frozenset({NoneType, bool, Decimal, str, list, dict, date, time, datetime, timedelta, YearsMonths})
_ORDERED = frozenset({Decimal, str, date, time, datetime, timedelta, YearsMonths})


def lift(value: Any) -> Value:
    """Turn a piece of plain data into a value: int and float become decimals (a float by its shortest
    form).
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is int:
        if value.bit_length() > 4_000:
            raise FeelError("Số quá lớn để tính.", "The number is too large to compute with.")
        return Decimal(value)
    if kind is float:
        number = Decimal(repr(value))
        if not number.is_finite():
            raise FeelError("Dữ liệu có số vô hạn.", "The data holds a number that is not finite.")
        return number
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple):
        return list(value)
    raise FeelError(
        f"Dữ liệu kiểu {kind.__name__} không dùng được trong biểu thức.",
        f"Data of type {kind.__name__} cannot be used in an expression.",
    )


def kind_words(value: Any) -> tuple[str, str]:
    """Name the kind of a value in Vietnamese and English, for messages."""
    return _WORDS.get(type(value), ("kiểu lạ", "an unknown type"))


def misfit(what: str, what_en: str, *values: Any) -> FeelError:
    """Say that an operation does not fit the kinds of its operands."""
    vi = " và ".join(kind_words(v)[0] for v in values)
    en = " and ".join(kind_words(v)[1] for v in values)
    return FeelError(f"{what} không dùng được với {vi}.", f"{what_en} does not fit {en}.")


# Comparison ---------------------------------------------------------------------------------------


def equal(a: Value, b: Value) -> bool:
    """Compare for equality; anything may be compared with null, otherwise both sides must be of one kind."""
    kind = type(a)
    if kind is type(b) and kind not in (list, dict, datetime, time):
        return bool(a == b)
    a, b = lift(a), lift(b)
    if a is None or b is None:
        return a is b
    if type(a) is not type(b):
        raise misfit("So sánh bằng", "Comparing for equality", a, b)
    return same(a, b)


def same(a: Any, b: Any) -> bool:
    """Compare for equality where values of different kinds are simply not the same (members of lists)."""
    a, b = lift(a), lift(b)
    if type(a) is not type(b):
        return False
    if type(a) is list:
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if type(a) is dict:
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, datetime | time):
        if (a.tzinfo is None) != (b.tzinfo is None):
            raise _zone_misfit()
        if a != b and _thousandths(a) == _thousandths(b):
            raise FeelError(
                "Hai thời điểm chỉ khác nhau dưới một phần nghìn giây, không so bằng được.",
                "Two times that differ by less than a thousandth of a second are not compared for equality.",
            )
    return bool(a == b)


def _thousandths(point: datetime | time) -> datetime | time:
    """DMN counts such a difference as none, and our order of times as one: no answer would be right."""
    return point.replace(microsecond=point.microsecond // 1000 * 1000)


def check_ordered(a: Value, b: Value, symbol: str) -> None:
    """Raise FeelError unless the two can be put in order."""
    if type(a) is not type(b) or type(a) not in _ORDERED:
        raise misfit(f"Phép so sánh {symbol}", f"The comparison {symbol}", a, b)
    if isinstance(a, datetime | time) and (a.tzinfo is None) != (b.tzinfo is None):
        raise _zone_misfit()


def _zone_misfit() -> FeelError:
    return FeelError(
        "Không so được thời điểm có múi giờ với thời điểm không có múi giờ. Thêm múi giờ, ví dụ +07:00.",
        "A time with a zone cannot be compared with a time without one. Add a zone, for example +07:00.",
    )


# Arithmetic ---------------------------------------------------------------------------------------


def add(a: Value, b: Value) -> Value:
    """Add two values: numbers, strings, durations, or a duration to a date or time."""
    ta, tb = type(a), type(b)
    if ta is Decimal and tb is Decimal:
        return NUMBERS.add(a, b)
    if ta is str and tb is str:
        return bounded_text(a + b) if len(a) + len(b) <= MAX_TEXT else bounded_text(" " * (MAX_TEXT + 1))
    if ta is tb and ta in (timedelta, YearsMonths):
        return a + b if ta is timedelta else YearsMonths(a.total + b.total)
    if tb in (timedelta, YearsMonths) and ta in (date, datetime, time):
        return _shift(a, b)
    if ta in (timedelta, YearsMonths) and tb in (date, datetime, time):
        return _shift(b, a)
    raise misfit("Phép cộng", "Addition", a, b)


def subtract(a: Value, b: Value) -> Value:
    """Subtract: numbers, durations, two dates or times (a duration), or a duration from a date or time."""
    ta, tb = type(a), type(b)
    if ta is Decimal and tb is Decimal:
        return NUMBERS.subtract(a, b)
    if ta is tb and ta is timedelta:
        return a - b
    if ta is tb and ta is YearsMonths:
        return YearsMonths(a.total - b.total)
    if ta is tb and ta in (date, datetime):
        check_ordered(a, b, "-")
        return a - b
    if ta is tb and ta is time:
        check_ordered(a, b, "-")
        return datetime.combine(date.min + timedelta(1), a) - datetime.combine(date.min + timedelta(1), b)
    if ta in (date, datetime, time) and tb in (timedelta, YearsMonths):
        return _shift(a, negate(b))
    raise misfit("Phép trừ", "Subtraction", a, b)


def _shift(point: Value, span: Value) -> Value:
    """Move a date or time by a duration."""
    if isinstance(point, time):
        if isinstance(span, YearsMonths):
            raise misfit("Phép cộng", "Addition", point, span)
        moved = datetime.combine(date(2000, 1, 1), point) + timedelta(seconds=span.total_seconds() % 86_400)
        return moved.timetz()
    if isinstance(span, timedelta):
        if type(point) is date:  # a date is its midnight, and stays a date (DMN 1.3, table 57)
            return (datetime.combine(point, time()) + span).date()
        return point + span
    year, month = divmod(point.year * 12 + point.month - 1 + span.total, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("year out of range")
    day = min(point.day, months_of_year.monthrange(year, month + 1)[1])
    return point.replace(year=year, month=month + 1, day=day)


def multiply(a: Value, b: Value) -> Value:
    """Multiply two numbers, or a duration and a number."""
    ta, tb = type(a), type(b)
    if ta is Decimal and tb is Decimal:
        return NUMBERS.multiply(a, b)
    if ta is Decimal and tb in (timedelta, YearsMonths):
        return multiply(b, a)
    if tb is Decimal and ta is timedelta:
        return _microseconds(NUMBERS.multiply(_total(a), b))
    if tb is Decimal and ta is YearsMonths:
        return YearsMonths(int(NUMBERS.multiply(Decimal(a.total), b)))
    raise misfit("Phép nhân", "Multiplication", a, b)


def divide(a: Value, b: Value) -> Value:
    """Divide two numbers, a duration by a number, or two durations of one kind (a number)."""
    ta, tb = type(a), type(b)
    if ta is Decimal and tb is Decimal:
        if not b:  # the decimal library takes 0 / 0 for another fault than 1 / 0
            raise ZeroDivisionError
        return NUMBERS.divide(a, b)
    if ta is timedelta and tb is timedelta:
        return NUMBERS.divide(_total(a), _total(b))
    if ta is YearsMonths and tb is YearsMonths:
        return NUMBERS.divide(Decimal(a.total), Decimal(b.total))
    if ta is timedelta and tb is Decimal:
        return _microseconds(NUMBERS.divide(_total(a), b))
    if ta is YearsMonths and tb is Decimal:
        return YearsMonths(int(NUMBERS.divide(Decimal(a.total), b)))
    raise misfit("Phép chia", "Division", a, b)


def power(a: Value, b: Value) -> Value:
    """Raise a number to a power of at most MAX_EXPONENT."""
    if type(a) is not Decimal or type(b) is not Decimal:
        raise misfit("Phép lũy thừa", "Exponentiation", a, b)
    if abs(b) > MAX_EXPONENT:
        raise FeelError(f"Số mũ lớn hơn {MAX_EXPONENT}.", f"The exponent is larger than {MAX_EXPONENT}.")
    result = NUMBERS.power(a, b)
    if not result.is_finite():  # 0 ** -1 is infinite without a signal
        raise ZeroDivisionError
    return result


def negate(a: Value) -> Value:
    """Turn the sign of a number or a duration."""
    if type(a) is Decimal:
        return NUMBERS.minus(a)
    if type(a) is timedelta:
        return -a
    if type(a) is YearsMonths:
        return YearsMonths(-a.total)
    raise misfit("Dấu trừ", "The minus sign", a)


def _total(span: timedelta) -> Decimal:
    return Decimal(span // _MICROSECOND)


def _microseconds(number: Decimal) -> timedelta:
    return timedelta(microseconds=int(number))


def bounded_text(text: str) -> str:
    """Give the text back, or raise FeelError when it is longer than MAX_TEXT characters."""
    if len(text) > MAX_TEXT:
        raise FeelError(
            f"Chuỗi dài quá {MAX_TEXT} ký tự.", f"The string is longer than {MAX_TEXT} characters."
        )
    return text


def bounded_list(items: list[Value]) -> list[Value]:
    """Give the list back, or raise FeelError when it has more than MAX_LIST members."""
    if len(items) > MAX_LIST:
        raise FeelError(
            f"Danh sách dài quá {MAX_LIST} phần tử.", f"The list has more than {MAX_LIST} members."
        )
    return items


# Reading and writing ------------------------------------------------------------------------------

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-](0\d|1[0-8]):[0-5]\d)?", re.ASCII)
_MONTHS = re.compile(r"(-?)P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?", re.ASCII)
_DAYS = re.compile(
    r"(-?)P(?:(\d{1,7})D)?(T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?", re.ASCII
)


def _unreadable(text: str, what: str, what_en: str, *examples: str) -> FeelError:
    shown = text if len(text) <= 40 else text[:40] + "…"
    return FeelError(
        f'"{shown}" không phải {what} có thật. Viết như {" hoặc ".join(examples)}.',
        f'"{shown}" is not {what_en}. Write it like {" or ".join(examples)}.',
    )


def read_date(text: str) -> date:
    """Read "2026-11-24"."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _unreadable(text, "ngày", "a date", "2026-11-24")


def read_time(text: str) -> time:
    """Read "17:00:00", with or without an offset."""
    try:
        if _TIME.fullmatch(text):
            return time.fromisoformat(text)
    except ValueError:
        pass
    raise _unreadable(text, "giờ", "a time", "17:00:00")


def read_moment(text: str) -> datetime:
    """Read "2026-11-24T17:00:00+07:00"; a date alone is its midnight."""
    day, separator, clock = text.partition("T")
    try:
        if _DATE.fullmatch(day) and not separator:
            return datetime.fromisoformat(day)
        if _DATE.fullmatch(day) and _TIME.fullmatch(clock):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise _unreadable(text, "thời điểm", "a date and time", "2026-11-24T17:00:00+07:00")


def read_duration(text: str) -> timedelta | YearsMonths:
    """Read "P1Y2M" (months) or "P1DT2H" (days and time); the two cannot be mixed (DMN 1.3, 10.3.2.3.8)."""
    by_months = _MONTHS.fullmatch(text)
    if by_months and (by_months[2] or by_months[3]):
        total = int(by_months[2] or 0) * 12 + int(by_months[3] or 0)
        return YearsMonths(-total if by_months[1] else total)
    by_days = _DAYS.fullmatch(text)
    if by_days and by_days[3] != "T" and any(by_days.group(2, 4, 5, 6)):
        seconds, _, fraction = (by_days[6] or "0").partition(".")
        span = timedelta(
            days=int(by_days[2] or 0),
            hours=int(by_days[4] or 0),
            minutes=int(by_days[5] or 0),
            seconds=int(seconds),
            microseconds=int(fraction.ljust(6, "0") or 0),
        )
        return -span if by_days[1] else span
    raise _unreadable(text, "khoảng thời gian", "a duration", "P5D", "PT72H", "P1Y2M")


def duration_text(span: timedelta | YearsMonths) -> str:
    """Write a duration in ISO 8601."""
    if isinstance(span, YearsMonths):
        sign, total = ("-", -span.total) if span.total < 0 else ("", span.total)
        years, months = divmod(total, 12)
        return f"{sign}P" + (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    sign, span = ("-", -span) if span < timedelta(0) else ("", span)
    hours, rest = divmod(span.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if span.microseconds:
        clock += f"{seconds}.{span.microseconds:06d}".rstrip("0") + "S"
    elif seconds:
        clock += f"{seconds}S"
    if not span.days and not clock:
        return "PT0S"
    return f"{sign}P" + (f"{span.days}D" if span.days else "") + (f"T{clock}" if clock else "")


def number_text(number: Decimal) -> str:
    """Write a number in plain digits, without an exponent and without trailing zeros."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def to_json(value: Value) -> Any:
    """Turn a value into plain JSON: integral numbers into int, others into float, dates and durations into
    ISO 8601.
    """
    value = lift(value)
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, timedelta | YearsMonths):
        return duration_text(value)
    return str(value.isoformat())


def _attribute(name: str) -> Callable[[Any], Value]:
    return lambda value: Decimal(getattr(value, name))


def _part(place: int) -> Callable[[timedelta], Value]:
    def part(span: timedelta) -> Value:
        hours, rest = divmod(abs(span).seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        return Decimal((abs(span).days, hours, minutes, seconds)[place] * (-1 if span < timedelta(0) else 1))

    return part


def _weekday(day: date) -> Value:
    return Decimal(day.isoweekday())


_PROPERTIES: dict[tuple[type, str], Callable[[Any], Value]] = {
    **{(kind, name): _attribute(name) for kind in (date, datetime) for name in ("year", "month", "day")},
    **{(kind, name): _attribute(name) for kind in (time, datetime) for name in ("hour", "minute", "second")},
    **{(kind, "weekday"): _weekday for kind in (date, datetime)},
    **{(YearsMonths, name): _attribute(name) for name in ("years", "months")},
    **{(timedelta, name): _part(place) for place, name in enumerate(("days", "hours", "minutes", "seconds"))},
}


def member(value: Value, key: str) -> Value:
    """Give `value.key`: an entry of a context, a part of a date or duration, or that of every member of a
    list.

    An entry that is not there is an error, because a slip of the pen would otherwise read as null.
    """
    if type(value) is dict:
        try:
            return lift(value[key])
        except KeyError:
            raise FeelError(f"Không có dữ liệu tên {key}.", f"There is no entry named {key}.") from None
    if type(value) is list:
        return [member(lift(item), key) for item in value]
    part = _PROPERTIES.get((type(value), key))
    if part is None:
        vi, en = kind_words(value)
        raise FeelError(f"Không lấy được .{key} của {vi}.", f"There is no .{key} in {en}.")
    return part(value)
