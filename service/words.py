"""How figures, days and deadlines are said to people, in the language of the reader; knows no page and no table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from gettext import NullTranslations
from typing import Literal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.support import Translations
from flask_babel import get_locale, gettext, ngettext

from service.config import ROOT
from workflows.calendar import ZONE, WorkingCalendar

_KILO = 1000


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline in words: `words` to be read first, `note` the date below it, `sentence` both in one."""

    words: str
    note: str
    sentence: str
    level: Literal["", "warn", "bad"] = ""


def N_(text: str) -> str:
    """Mark a word in a table for the catalogues; it is translated where it is shown."""
    return text


def translated(text: str) -> str:
    """A word of a table or a diagram in the reader's language; as it stands where the catalogue lacks it."""
    return gettext(text) if text else ""


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(str(ROOT / "service" / "translations"), [language])


def in_language(text: str, language: str) -> str:
    """A word of a table or a diagram in a named language, where nobody is reading a page: for letters and the trail."""
    return _catalogue(language).gettext(text) if text else ""


def past_wait(name: str) -> str:
    """What a wait is called when it is over: it is no longer waited for."""
    rest = name.removeprefix("Chờ ")
    return name if rest == name else capital(rest)


def language() -> str:
    """Language of the reader, `vi` where nobody is reading."""
    locale = get_locale()
    return locale.language if locale else "vi"


def local(moment: datetime) -> datetime:
    """The moment on the clock of Viet Nam; a moment without a zone is taken as UTC, as the database keeps it."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(ZONE)


def date_of(value: date | datetime) -> date:
    """The day in Viet Nam of a day or a moment."""
    return local(value).date() if isinstance(value, datetime) else value


def full_date(value: date | datetime | None) -> str:
    """23/11/2026, in both languages; nothing for no date."""
    return "" if value is None else format_date(date_of(value), "dd/MM/yyyy", locale="vi")


def short_date(value: date | datetime | None, today: date | None = None) -> str:
    """23/11, and with the year where it is not this one."""
    if value is None:
        return ""
    day = date_of(value)
    this_year = today is None or today.year == day.year
    return format_date(day, "dd/MM" if this_year else "dd/MM/yyyy", locale="vi")


def long_date(value: date | datetime) -> str:
    """Day as papers write it: ngày 23 tháng 11 năm 2026, ngày 05 tháng 02 năm 2026 (Decree 30/2020, Annex I)."""
    if language() != "vi":
        return format_date(date_of(value), "d MMMM yyyy", locale=language())
    return paper_date(value)


def paper_date(value: date | datetime) -> str:
    """The day as it stands on a paper, whoever reads: ngày 23 tháng 11 năm 2026."""
    day = date_of(value)
    # A month below 3 takes a zero, so that it cannot be made into 11 or 12 afterwards; so does a day below 10.
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def weekday(value: date | datetime) -> str:
    """Thứ Hai, or Monday."""
    return format_date(date_of(value), "EEEE", locale=language())


def clock_time(value: datetime) -> str:
    """09:42 in Viet Nam."""
    return format_datetime(local(value), "HH:mm", locale="vi", tzinfo=ZONE)


def full_moment(value: datetime | date | None) -> str:
    """19/11/2026, 08:15; only the day where that is all that is known; nothing for no moment."""
    return f"{full_date(value)}, {clock_time(value)}" if isinstance(value, datetime) else full_date(value)


def number(value: Decimal | float | None, places: int | None = None) -> str:
    """Figure with the reader's separators: 60.720.000, 9,5; a true minus sign; nothing for no value."""
    if value is None:
        return ""
    pattern = "#,##0.###" if places is None else "#,##0." + "0" * places if places else "#,##0"
    return _figure(value, pattern, language())


@lru_cache(maxsize=4096)
def _figure(value: Decimal | float, pattern: str, locale: str) -> str:
    """The same figures stand on a page many times over, and equal ones are written alike."""
    return str(format_decimal(value, pattern, locale=locale)).replace("-", "−")


def money(value: Decimal | int | None) -> str:
    """60.720.000 đồng; nothing for no sum."""
    return "" if value is None else gettext("%(sum)s đồng", sum=number(value, 0))


def size(count: int) -> str:
    """Size of a file: 380 kB, 1,2 MB."""
    if count < _KILO:
        return f"{count} B"
    if count < _KILO * _KILO:
        return f"{number(count / _KILO, 0)} kB"
    return f"{number(count / _KILO / _KILO, 1)} MB"


def counted(count: int, most: int = 999) -> str:
    """Count for a filter: 31, or 999+ where counting stopped."""
    return number(count, 0) if count <= most else f"{number(most, 0)}+"


def due(moment: datetime | date | None, now: datetime, calendar: WorkingCalendar) -> Due | None:
    """Say how far a deadline is, in working days; a holiday in between is named. A bare date means its end."""
    if moment is None:
        return None
    today, day = date_of(now), date_of(moment)
    if day < today:
        return _overdue(day, today, calendar)
    if day == today:
        return _due_today(moment, now)
    left = calendar.between(today, day)
    note = short_date(day, today)
    if left == 0:
        words = gettext("Hạn %(day)s, ngày nghỉ", day=note)
        return Due(words, weekday(day), words, "warn")
    words = ngettext("Còn %(num)d ngày làm việc", "Còn %(num)d ngày làm việc", left)
    off = [short_date(free, today) for free, _ in calendar.off_between(today, day)]
    if not off:
        return Due(words, note, words)
    if len(off) > _NAMED_DAYS_OFF:
        many = gettext("%(day)s, trừ %(num)d ngày nghỉ lễ", day=note, num=len(off))
        return Due(words, many, gettext("%(words)s, trừ %(num)d ngày nghỉ lễ", words=words, num=len(off)))
    days = ", ".join(off)
    return Due(
        words,
        gettext("%(day)s, trừ nghỉ lễ %(off)s", day=note, off=days),
        gettext("%(words)s (%(off)s nghỉ lễ)", words=words, off=days),
    )


_NAMED_DAYS_OFF = 2
"""More days off than this in one deadline are counted, not named."""


def _overdue(day: date, today: date, calendar: WorkingCalendar) -> Due:
    late, since = calendar.between(day, today), short_date(day, today)
    if late == 0:
        words = gettext("Quá hạn")
    else:
        words = ngettext("Quá hạn %(num)d ngày làm việc", "Quá hạn %(num)d ngày làm việc", late)
    return Due(words, since, gettext("%(words)s, từ %(day)s", words=words, day=since), "bad")


def _due_today(moment: datetime | date, now: datetime) -> Due:
    note = short_date(moment)
    if not isinstance(moment, datetime) or clock_time(moment) >= "23:59":
        words = gettext("Hạn hôm nay")
    elif moment <= now:
        words = gettext("Quá hạn từ %(time)s hôm nay", time=clock_time(moment))
        return Due(words, note, words, "bad")
    else:
        words = gettext("Hạn hôm nay, %(time)s", time=clock_time(moment))
    return Due(words, note, words, "warn")


def waiting(who: str, since: date | datetime | None, until: date | datetime | None, today: date) -> str:
    """The status sentence: "Đang chờ Hội đồng, từ 12/11, hạn 20/11."."""
    parts = [gettext("Đang chờ %(who)s", who=who)]
    if since is not None:
        parts.append(gettext("từ %(day)s", day=short_date(since, today)))
    if until is not None:
        parts.append(gettext("hạn %(day)s", day=short_date(until, today)))
    return ", ".join(parts) + "."


def within_a_sentence(text: str) -> str:
    """A label as it stands within a sentence: its first letter small, "UBND" and names as they are."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def capital(text: str) -> str:
    """A label as it begins a sentence: its first letter great, the rest as it is."""
    return text[:1].upper() + text[1:]


def as_sentence(text: str) -> str:
    """What somebody typed, with the stop that a sentence after it needs."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else text + "."
