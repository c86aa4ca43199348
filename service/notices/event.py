"""Calendar entries (RFC 5545): one to go with a letter, or all of a person's; in UTC, without anything private. Sends nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LINE = 75
"""Octets of a line before it is folded."""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry of a person's calendar: at a time, or on a whole day. `busy`: it takes the person's time."""

    uid: str
    summary: str
    starts: datetime | date
    ends: datetime | None = None
    url: str = ""
    place: str = ""
    busy: bool = True


def compose_calendar(name: str, entries: Iterable[CalendarEntry], *, at: datetime) -> str:
    """A VCALENDAR that calendars subscribe to: what is not in it any more is over.

    What is due stands as an event of its day and not as a VTODO, which most calendars that subscribe do not show.
    """
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Vinh Danh//VI", "CALSCALE:GREGORIAN", f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
    ]
    for one in entries:
        lines += [
            "BEGIN:VEVENT", f"UID:{_text(one.uid)}", f"DTSTAMP:{_moment(at)}", *_when(one), f"SUMMARY:{_text(one.summary)}",
            *([f"LOCATION:{_text(one.place)}"] if one.place else []),
            *([f"URL:{one.url}"] if one.url else []),
            f"TRANSP:{'OPAQUE' if one.busy else 'TRANSPARENT'}", "END:VEVENT",
        ]
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _when(one: CalendarEntry) -> list[str]:
    if isinstance(one.starts, datetime):
        return [f"DTSTART:{_moment(one.starts)}", *([f"DTEND:{_moment(one.ends)}"] if one.ends else [])]
    return [f"DTSTART;VALUE=DATE:{one.starts:%Y%m%d}", f"DTEND;VALUE=DATE:{one.starts + timedelta(days=1):%Y%m%d}"]


def compose_event(
    *, method: str, uid: str, sequence: int, starts: datetime, hours: int, summary: str, place: str, url: str, organizer: str,
    at: datetime,
) -> str:
    """One VEVENT in its VCALENDAR, lines folded and ended as the format wants; a higher `sequence` replaces a lower one.

    `method` (RFC 5546): PUBLISH puts it into the calendar or moves it there, CANCEL takes it out by its UID.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Vinh Danh//VI",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}",
        f"SEQUENCE:{sequence}",
        *([f"ORGANIZER:mailto:{organizer}"] if organizer else []),
        *(["STATUS:CANCELLED"] if method == "CANCEL" else []),
        f"DTSTAMP:{_moment(at)}",
        f"DTSTART:{_moment(starts)}",
        f"DTEND:{_moment(starts + timedelta(hours=hours))}",
        f"SUMMARY:{_text(summary)}",
        f"LOCATION:{_text(place)}",
        *([f"URL:{url}"] if url else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """A line in pieces of at most 75 octets, never inside a character; every piece but the first begins with a blank."""
    pieces, current = [], ""
    for sign in line:
        if len((current + sign).encode()) > _LINE:
            pieces.append(current)
            current = " "
        current += sign
    return [*pieces, current]
