"""The working calendar of a Vietnamese office: which days count, and how days are counted.

It knows the public holidays of the Labour Code (Art. 112) with their compensation days (Art. 111(3)), the
Day of Vietnamese Culture on 24 November from 2026 (NQ 28/2026/QH16), and overrides by the yearly decision.
It does not know the time of day, nor which clock is in use.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

#: More working days than this in one deadline is a slip of the pen, not a deadline.
MOST_DAYS = 2_000

_CULTURE_DAY_SINCE = 2026
_CULTURE_DAY_NAME = "Ngày Văn hóa Việt Nam"
_DAY = timedelta(days=1)


class OutsideCalendar(ValueError):
    """A day was asked for in a year whose holidays the calendar does not hold."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.message = (
            f"Lịch làm việc chưa có năm {day.year}. Nhập ngày nghỉ của năm {day.year} vào lịch làm việc."
        )
        self.message_en = (
            f"The working calendar does not hold {day.year}. Add the days off of {day.year} to it."
        )
        super().__init__(self.message_en)


@dataclass(frozen=True)
class WorkingCalendar:
    """Says which days are worked, and counts them.

    `years` are the years whose holidays are in `days_off`; asking about another year raises OutsideCalendar,
    because a holiday that is not known would silently shorten a deadline. An empty `years` means no such
    limit.
    """

    days_off: frozenset[date] = frozenset()
    working_saturdays: frozenset[date] = frozenset()
    names: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Tell whether the office works on that day: Monday to Friday without days off, and swapped weekend
        days.
        """
        if self.years and day.year not in self.years:
            raise OutsideCalendar(day)
        if day in self.working_saturdays:
            return True
        return day.weekday() < 5 and day not in self.days_off

    def add(self, day: date, n: int) -> date:
        """Give the n-th working day after `day`; counting starts on the day after (Civil Code, Art. 147).

        n = 0 gives `day` itself, or the next working day when it is not worked (Art. 148). A negative n
        counts back.
        """
        if abs(n) > MOST_DAYS:
            raise ValueError(f"{n} working days are too many; at most {MOST_DAYS}")
        step = _DAY if n >= 0 else -_DAY
        if n == 0:
            while not self.is_working(day):
                day += _DAY
        left = abs(n)
        while left:
            day += step
            if self.is_working(day):
                left -= 1
        return day

    def between(self, a: date, b: date) -> int:
        """Count the working days after `a` up to and including `b`; negative when `b` lies before `a`."""
        if b < a:
            return -self.between(b, a)
        return sum(self.is_working(a + timedelta(days=i)) for i in range(1, (b - a).days + 1))

    def off_between(self, a: date, b: date) -> tuple[tuple[date, str], ...]:
        """List the weekdays after `a` up to `b` that are not worked, with their names, so that a page can
        name them.
        """
        days = (a + timedelta(days=i) for i in range(1, (b - a).days + 1))
        return tuple(
            (day, self.names.get(day, "Ngày nghỉ"))
            for day in days
            if day.weekday() < 5 and not self.is_working(day)
        )


def vietnam(
    years: Iterable[int], *, off: Mapping[date, str] | None = None, working: Collection[date] = ()
) -> WorkingCalendar:
    """Build the calendar of the given years: public holidays, their compensation days, then the overrides.

    `off` names further days off by decision, `working` the days worked instead. An override wins over a computed
    day: a day in `working` is worked even where a holiday was computed for it, a day in `off` is off even where a
    swap was computed.
    """
    wanted = frozenset(years)
    public, swapped = _public(wanted)
    worked = (swapped - (off or {}).keys()) | frozenset(working)
    names = {day: name for day, name in {**public, **(off or {})}.items() if day not in worked}
    return WorkingCalendar(frozenset(names), worked, MappingProxyType(names), wanted)


@lru_cache(maxsize=16)
def _public(wanted: frozenset[int]) -> tuple[Mapping[date, str], frozenset[date]]:
    """The public holidays of some years with their compensation days, and the weekend days worked instead."""
    # Tết and the second day of 2 September are fixed by a decision each year, and a compensation day can
    # fall into the next year, so the year before is read as well.
    computed = holidays.country_holidays("VN", years=sorted(wanted | {y - 1 for y in wanted}), language="vi")
    names = {day: name for day, name in computed.items() if day.year in wanted}
    for year in sorted(wanted):
        if year >= _CULTURE_DAY_SINCE:
            _add_culture_day(names, year)
    return names, frozenset(day for day in computed.weekend_workdays if day.year in wanted)


def read_overrides(text: str) -> tuple[dict[date, str], frozenset[date]]:
    """Read the table of yearly decisions (TOML, lists `off` and `working` of {date, name}) for `vietnam`.

    Raises ValueError naming the entry that has no date or no name.
    """
    table = tomllib.loads(text)
    off: dict[date, str] = {}
    working: set[date] = set()
    for kind in ("off", "working"):
        for number, entry in enumerate(table.get(kind, []), start=1):
            day, name = entry.get("date"), entry.get("name")
            if type(day) is not date or not isinstance(name, str):
                raise ValueError(f"entry {number} of [[{kind}]] needs a date and a name")
            if kind == "off":
                off[day] = name
            else:
                working.add(day)
    return off, frozenset(working)


def _add_culture_day(names: dict[date, str], year: int) -> None:
    """Add 24 November and its compensation day, for releases of the holiday list that do not have them
    yet.
    """
    day = date(year, 11, 24)
    if day in names:
        return
    names[day] = _CULTURE_DAY_NAME
    if day.weekday() >= 5:
        other = day + _DAY
        while other.weekday() >= 5 or other in names:
            other += _DAY
        names[other] = f"{_CULTURE_DAY_NAME} (nghỉ bù)"
