"""The kinds of values that the columns, inputs and answers of decisions may declare, and the check of a value
against its kind.

Besides FEEL's own there are the item definitions of a file: another name for a kind with allowed values, a
list, a context with known entries. A value that does not fit is an error, never null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from workflows.feel import FeelError, Frame, UnaryTests, YearsMonths, to_json
from workflows.feel.values import Value, kind_words, lift, read_date, read_duration, read_moment, read_time

#: Name of a kind -> type of its values, and how to read them from the strings of plain JSON.
BASE: dict[str, tuple[type, Callable[[str], Value] | None]] = {
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
_WHOLE = frozenset({"integer", "long"})


_WORDS = {
    "string": ("chữ", "text"), "number": ("số", "number"), "integer": ("số nguyên", "whole number"), "long": ("số nguyên", "whole number"),
    "double": ("số", "number"), "boolean": ("đúng, sai", "true or false"), "date": ("ngày", "date"), "time": ("giờ", "time"),
    **dict.fromkeys(("dateTime", "date and time"), ("ngày giờ", "date and time")),
    **dict.fromkeys(("dayTimeDuration", "days and time duration"), ("khoảng ngày giờ", "days and time")),
    **dict.fromkeys(("yearMonthDuration", "years and months duration"), ("khoảng năm tháng", "years and months")),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: `base` is a name in BASE, or None where only allowed values or entries are said."""

    name: str
    base: str | None = None
    many: bool = False  # a list, each member of which is of this kind
    entries: Mapping[str, Kind | None] | None = None
    allowed: UnaryTests | None = None
    parent: Kind | None = None  # the kind that this one narrows

    @property
    def root(self) -> str | None:
        """The name in BASE that this kind comes down to."""
        if self.many:
            return "list"
        if self.base is None and self.parent is not None:
            return self.parent.root
        return "context" if self.entries is not None else self.base


def fit(value: Any, kind: Kind | None, frame: Frame) -> Value:
    """Give the value as one of its kind, dates and durations read from the strings of plain JSON; null fits
    every kind.

    Raises FeelError when it does not fit.
    """
    value = lift(value)
    if kind is None or value is None:
        return value
    if not kind.many:
        return _fit_one(value, kind, frame)
    if type(value) is not list:
        raise _misfit(kind, value)
    frame.spend(len(value))
    return [_fit_one(lift(member), kind, frame) for member in value]


def _fit_one(value: Value, kind: Kind, frame: Frame) -> Value:
    if value is None:
        return None
    if kind.parent is not None:
        value = fit(value, kind.parent, frame)
    if kind.base is not None:
        value = _fit_base(value, kind)
    if kind.entries is not None:
        value = _fit_entries(value, kind, frame)
    if kind.allowed is not None:
        frame.value = value
        if not kind.allowed.run(frame):
            raise FeelError(
                f"Giá trị {shown(value)} không có trong danh sách giá trị của kiểu {kind.name}.",
                f"The value {shown(value)} is not among the values of the type {kind.name}.",
            )
    return value


def _fit_base(value: Value, kind: Kind) -> Value:
    wanted, reader = BASE[kind.base or ""]
    if reader is not None and type(value) is str:
        value = reader(value)
    if type(value) is not wanted or (type(value) is Decimal and kind.base in _WHOLE and value % 1):
        raise _misfit(kind, value)
    return value


def _fit_entries(value: Value, kind: Kind, frame: Frame) -> Value:
    """A context that holds every entry declared; others stay as they are."""
    if type(value) is not dict:
        raise _misfit(kind, value)
    entries = kind.entries or {}
    frame.spend(len(entries))
    for name in entries:
        if name not in value:
            raise FeelError(
                f"Nhóm dữ liệu kiểu {kind.name} thiếu mục {name}.",
                f"A context of type {kind.name} lacks the entry {name}.",
            )
    declared = {name: fit(value[name], entry, frame) for name, entry in entries.items()}
    return {**value, **declared}


def _misfit(kind: Kind, value: Value) -> FeelError:
    vi, en = kind_words(value)
    name, name_en = _WORDS.get(kind.name, (kind.name, kind.name))
    if kind.many:
        name, name_en = f"danh sách {name}", f"list of {name_en}"
    return FeelError(f"Cột kiểu {name} nhận được {vi}.", f"A column of type {name_en} received {en}.")


def shown(value: Value) -> str:
    """A value for a message, cut short."""
    return str(to_json(value))[:40]
