"""What was found in the trail as a file: CSV, Excel, JSON, PDF. Each export is an entry of the trail before its first byte goes out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service import clock, people, trail
from service.actor import Actor
from service.awards import entries
from service.awards.entries import Asked
from service.awards.rules import legal_bases
from service.db import transaction
from service.errors import Invalid, NotFound
from service.papers import printing
from service.papers.facts import commune
from service.papers.kinds import bodies
from service.trail import Event, Locale, export
from service.words import local

MOST: Mapping[str, int | None] = {"csv": None, "xlsx": 50_000, "json": None, "jsonl": None, "pdf": 2_000}
"""Formats, and how many entries a file of each holds at most: a sheet and a paper are made whole before they go out."""
_TYPES: Mapping[str, tuple[str, str]] = {
    "csv": ("text/csv", "CSV"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
    "json": ("application/json", "JSON"),
    "jsonl": ("application/x-ndjson", "JSON"),
    "pdf": ("application/pdf", "PDF"),
}


_UNPRINTED = re.compile(
    "[^ -~\u00a0-\u0377\u0391-\u03a1\u03a3-\u052f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20be\u2100-\u214f\u2190-\u2195]"
)
"""What the font of papers has no letter for: somebody's reason may hold anything, and its entry is printed all the same."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to hand out: its name, its type, its bytes piece by piece."""

    name: str
    media_type: str
    content: Iterator[bytes]


def cite(keys: str) -> str:
    """A legal basis as its citation; what is no key of the register is a paper's own words."""
    register = legal_bases()
    words = keys.split()
    if words and all(word in register for word in words):
        return "; ".join(register[word].citation for word in words)
    return keys


def export_trail(asked: Asked, format: str, *, by: Actor, locale: Locale = "vi") -> Exported:
    """Everything that `asked` finds up to now, the oldest first, as much of it as the person may see.

    Raises Forbidden; NotFound for an unknown format or nomination; Invalid where a file of this format cannot hold so many.
    The pieces are read as they are taken, within the application's context.
    """
    people.require(by, "trail.read")
    if format not in MOST:
        raise NotFound("Chỉ có CSV, Excel, JSON và PDF.", "Only CSV, Excel, JSON and PDF.", code="no-such-format")
    upto = trail.last_number()  # the trail only grows: up to here it stays what it is while the file is written
    narrowed = entries.narrowed(asked, by=by, locale=locale) | {"upto": upto}
    count, most = trail.count(narrowed), MOST[format]
    if most is not None and count > most:
        raise Invalid(
            f"Có {count} sự kiện khớp, tệp {_TYPES[format][1]} chứa được {most}. Thu hẹp điều kiện lọc, hoặc tải CSV, JSON.",
            f"{count} events fit, a file of {_TYPES[format][1]} holds {most}. Narrow the filter, or take CSV or JSON.",
            code="too-many-entries",
        )
    content = _content(format, narrowed, asked, by, count, upto, locale)
    words = asked.words()
    text = words.pop("text", None)
    with transaction():
        trail.record(
            "trail:exported", by=by, stream="system",
            body={"format": _TYPES[format][1], "count": count, "upto": upto, "filter": words},
            private={"text": None if text is None else str(text)},
        )
    return Exported(f"nhat-ky-{local(clock.now()):%Y%m%d-%H%M%S}.{format}", _TYPES[format][0], content)


def _content(
    format: str, narrowed: Mapping[str, Any], asked: Asked, by: Actor, count: int, upto: int, locale: Locale
) -> Iterator[bytes]:
    events = trail.walk(narrowed)
    if format == "csv":
        return export.as_csv(events, locale, cite)
    if format == "xlsx":
        return export.pieces(export.as_sheet(events, locale, cite))
    if format == "pdf":
        return iter([printing.print_paper(extract_facts(list(trail.walk(dict(narrowed) | {"locale": "vi"})), asked, upto, by=by))])
    return export.as_json(events, locale, cite, lines=format == "jsonl")


def extract_facts(events: list[Event], asked: Asked, upto: int, *, by: Actor) -> dict[str, Any]:
    """What the printed extract says; papers are Vietnamese, whoever reads."""
    today = clock.today()
    committee = people.unit_by_code(bodies()["committee"])
    said = "; ".join(f"{label}: {value}" for label, value in entries.said(asked, by=by).values())
    head = trail.read(limit=1, upto=upto).events
    facts = {
        "kind": "trail_extract",
        "name": "Trích nhật ký hệ thống",
        "about": said or "Toàn bộ nhật ký",
        "commune": commune(today),
        "issuer": {"above": "", "body": (people.unit_name(committee, today) if committee else "Ủy ban nhân dân xã").upper()},
        "number": "", "symbol": "", "dated": None, "year": today.year, "made": today.isoformat(),
        "signer": {"lines": ["NGƯỜI TRÍCH"], "name": by.name},
        "copies": [],
        "moment": f"{local(clock.now()):%H:%M ngày %d/%m/%Y}",
        "by": by.name,
        "total": len(events),
        "first": events[0].gseq if events else 0,
        "last": events[-1].gseq if events else 0,
        "upto": upto,
        "head": head[0].hash.hex() if head else "",
        "events": [_printed(event) for event in events],
    }
    return {key: printable(value) for key, value in facts.items()}


def printable(value: Any) -> Any:
    """The same with a square for each letter that the font of papers lacks."""
    if isinstance(value, str):
        return _UNPRINTED.sub("□", " ".join(value.split()))
    if isinstance(value, dict):
        return {key: printable(one) for key, one in value.items()}
    return [printable(one) for one in value] if isinstance(value, list) else value


def _printed(event: Event) -> dict[str, Any]:
    before, after = export.told_change(event, "vi")
    told = trail.sentence(event)
    parts = [told, *([f"Trước: {before}."] if before else []), *([f"Sau: {after}."] if after else [])]
    if event.reason and event.reason not in told:
        parts.append(f"Lý do: {event.reason}.")
    if event.erased:
        parts.append("(Có giá trị riêng đã xóa theo yêu cầu.)")
    if any(value is None for value in event.private.values()):
        parts.append("(Có giá trị riêng không được xem.)")
    return {
        "number": event.gseq, "moment": export.told_moment(event), "who": trail.actor_name(event), "told": " ".join(parts),
        "door": trail.door_words(event.door, "vi"), "hash": f"{event.hash.hex()[:8]} {event.hash.hex()[8:16]}",
    }
