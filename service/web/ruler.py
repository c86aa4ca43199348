"""Lays the working calendar of a round out on a line: days off, stretches, today, the last safe day. Draws nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from service import words
from workflows.calendar import WorkingCalendar

WIDTH = 1216
_LETTER = 6.9  # width of a letter of 13 px, weight 600; a little generous
_FLAG = 25
_ROW = 30
_BAR = 24
_FOOT = 52
_MONDAY = 0
_HOLIDAY = 54  # room of the words over a holiday
_DATE = 46  # room of a date under the axis

StretchKind = Literal["past", "soon", "fixed", "latest"]
FlagKind = Literal["today", "safe"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something that lasts from one day to another, both included: filing, posting, a session of one day."""

    words: str
    start: date
    end: date
    kind: StretchKind = "soon"


@dataclass(frozen=True, slots=True)
class Flag:
    """A day that stands out."""

    words: str
    day: date
    kind: FlagKind = "today"


@dataclass(frozen=True, slots=True)
class Pin:
    """A flag in its place: where the day is, and the label, which is kept inside the drawing."""

    flag: Flag
    x: float
    label_x: float
    label_width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch in its place."""

    stretch: Stretch
    x: float
    y: float
    width: float
    words_x: float
    anchor: Literal["start", "end"]
    inside: bool


@dataclass(frozen=True, slots=True)
class Ruler:
    """The whole drawing in units of one pixel at full width; `stretches` and `off_days` serve its table."""

    height: float
    axis: float
    off: Sequence[tuple[float, float]]
    holidays: Sequence[tuple[float, str]]
    ticks: Sequence[tuple[float, str]]
    bars: Sequence[Bar]
    pins: Sequence[Pin]
    stretches: Sequence[Stretch]
    off_days: Sequence[tuple[date, str]]
    summary: str
    note: str = ""
    width: int = WIDTH
    bar_height: int = _BAR


def lay_out(
    first: date,
    last: date,
    calendar: WorkingCalendar,
    stretches: Sequence[Stretch],
    flags: Sequence[Flag],
    *,
    note: str = "",
) -> Ruler:
    """Place everything between two days; stretches take the first row where they and their words have room."""
    day_width = WIDTH / ((last - first).days + 1)

    def x_of(day: date) -> float:
        return round((max(first, min(day, last + timedelta(days=1))) - first).days * day_width, 1)

    bars = _place(stretches, x_of)
    rows = 1 + max((round((bar.y - _FLAG - 10) / _ROW) for bar in bars), default=0)
    axis = _FLAG + 10 + rows * _ROW + 22
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    holidays = [
        (day, name)
        for day, name in calendar.off_between(first - timedelta(days=1), last)
        if day.weekday() < 5
    ]
    return Ruler(
        height=axis + _FOOT - 30,
        axis=axis,
        off=_shaded(days, calendar, x_of),
        holidays=_apart([(x_of(day) + day_width / 2, name) for day, name in holidays], _HOLIDAY),
        ticks=_ticks(days, x_of),
        bars=bars,
        pins=_pins([(flag, x_of(flag.day)) for flag in flags if first <= flag.day <= last]),
        stretches=stretches,
        off_days=holidays,
        summary="; ".join(
            f"{one.words}: {words.short_date(one.start)}–{words.short_date(one.end)}" for one in stretches
        ),
        note=note,
    )


def _shaded(
    days: Sequence[date], calendar: WorkingCalendar, x_of: Callable[[date], float]
) -> list[tuple[float, float]]:
    shaded = []
    for off, run in groupby(days, key=lambda day: not calendar.is_working(day)):
        if off:
            stretch = list(run)
            start = x_of(stretch[0])
            shaded.append((start, round(x_of(stretch[-1] + timedelta(days=1)) - start, 1)))
    return shaded


def _place(stretches: Sequence[Stretch], x_of: Callable[[date], float]) -> list[Bar]:
    taken: list[float] = []
    bars: list[Bar] = []
    for one in sorted(stretches, key=lambda stretch: stretch.start):
        start, end = x_of(one.start), x_of(one.end + timedelta(days=1))
        width, room = end - start, len(one.words) * _LETTER
        inside = room <= width - 14
        to_left = not inside and end + 8 + room > WIDTH
        words_x = start + 9 if inside else start - 7 if to_left else end + 8
        left = start - 8 - room if to_left else start
        right = end if inside or to_left else end + 8 + room
        row = next((i for i, edge in enumerate(taken) if edge <= left), len(taken))
        taken[row : row + 1] = [right + 6]
        y = _FLAG + 10 + row * _ROW
        bars.append(Bar(one, start, y, round(width, 1), words_x, "end" if to_left else "start", inside))
    return bars


def _apart(places: Sequence[tuple[float, str]], room: float) -> list[tuple[float, str]]:
    """Those places whose words do not run into the words before."""
    kept: list[tuple[float, str]] = []
    for x, name in places:
        if not kept or x - kept[-1][0] >= room:
            kept.append((x, name))
    return kept


def _ticks(days: Sequence[date], x_of: Callable[[date], float]) -> list[tuple[float, str]]:
    """A mark for each day; Mondays carry their date, as many as have room for it."""
    mondays = [(x_of(day), words.short_date(day)) for day in days if day.weekday() == _MONDAY]
    dated = dict(_apart(mondays, _DATE))
    return [(x, dated.get(x, "")) for x in map(x_of, days)]


def _pins(flags: Sequence[tuple[Flag, float]]) -> list[Pin]:
    """Flags in their places; a label that would cover the one after it hangs to the left, else the later one moves on."""
    pins: list[Pin] = []
    for flag, x in sorted(flags, key=lambda one: one[1]):
        width = round(len(flag.words) * _LETTER + 18, 1)
        at = min(x, WIDTH - width)
        if pins and pins[-1].label_x + pins[-1].label_width + 6 > at:
            before = pins[-1]
            left = max(0.0, min(before.label_x, at - 6 - before.label_width))
            pins[-1] = replace(before, label_x=round(left, 1))
            at = max(at, left + before.label_width + 6)
        pins.append(Pin(flag, x, round(at, 1), width))
    return pins
