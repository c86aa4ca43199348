"""A calendar entry to go with a letter (RFC 5545): one event, in UTC, without anything private. Sends nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_LINE = 75
"""Octets of a line before it is folded."""


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
