"""Entries written down for other programs: as CSV, as an Excel sheet, as JSON that can be checked without the service.

Reads page by page and holds no more than one; shows what `sight` allows and no more. Records nothing: who hands a file out
does, see service/papers/trail_export.py.
"""

from __future__ import annotations

import csv
import io
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any

import orjson
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from service.sheets import safe_cell
from service.trail.labels import changes, field_words, is_change, kind_words, stream_words, way_words
from service.trail.tell import ERASED, Event, Locale, actor_name, sentence
from service.words import local

Cite = Callable[[str], str]
"""A legal basis as the entry keeps it → as it is cited."""

COLUMNS: Sequence[tuple[str, str, int]] = (
    ("Số mục", "Entry", 9), ("Thời điểm", "When", 19), ("Người thực hiện", "Who", 24), ("Thay mặt", "On behalf of", 24),
    ("Diễn biến", "What happened", 70), ("Loại", "Kind", 30), ("Trước", "Before", 30), ("Sau", "After", 30), ("Lý do", "Reason", 30),
    ("Giá trị riêng", "Private values", 30), ("Căn cứ", "Legal basis", 30), ("Ghi qua", "Through", 18), ("Về", "About", 26),
    ("Mã loại", "Kind's word", 24), ("Luồng", "Stream", 18), ("Số trong luồng", "Number in the stream", 9),
    ("Mã băm mục trước", "Hash before", 20), ("Mã băm", "Hash", 20),
)
"""Headings in both languages, and widths on a sheet."""
_KEPT_BACK = ("không được xem", "not to be seen")
_CHUNK = 64 * 1024
_AT_ONCE = 500
"""Rows that are put together before they go out."""


def told_change(event: Event, locale: Locale) -> tuple[str, str]:
    """What was before and after, each in one line."""
    found = changes(event, locale)
    return (
        "; ".join(f"{one.label}: {one.before}" for one in found if one.before),
        "; ".join(f"{one.label}: {one.after}" for one in found if one.after),
    )


def told_behalf(event: Event) -> str:
    """On whose behalf it was done, by name; nothing for who acted for himself."""
    if isinstance(event.behalf, int):
        return event.names.get(event.behalf, str(event.behalf))
    return event.behalf or ""


def told_moment(event: Event) -> str:
    """When, by the clock of Viet Nam: 23/11/2026 08:15:02."""
    return f"{local(event.at):%d/%m/%Y %H:%M:%S}"


def row_of(event: Event, locale: Locale, cite: Cite) -> list[Any]:
    """An entry as a row of `COLUMNS`."""
    before, after = told_change(event, locale)
    return [
        event.gseq, told_moment(event), actor_name(event, locale), told_behalf(event), sentence(event, locale),
        kind_words(event.kind, locale), before, after,
        ERASED[locale == "en"] if "reason" in event.erased
        else _shown(event.private.get("reason"), "reason" in event.private, locale),
        "; ".join(
            f"{field_words(path, locale, event.kind)}: {told}"
            for path, told in (
                *((path, _shown(value, True, locale)) for path, value in event.private.items()),
                *((path, ERASED[locale == "en"]) for path in sorted(event.erased)),
            )
            if path != "reason" and not is_change(path)
        ),
        cite(event.basis or ""), way_words(event, locale), stream_words(event.stream, locale), event.kind, event.stream,
        event.sseq, event.prev.hex(), event.hash.hex(),
    ]


def _shown(value: str | None, there: bool, locale: Locale) -> str:
    return value if value is not None else _KEPT_BACK[locale == "en"] if there else ""


def as_csv(events: Iterable[Event], locale: Locale, cite: Cite) -> Iterator[bytes]:
    """CSV that Excel opens as it is: UTF-8 with its mark, no cell that could run."""
    yield b"\xef\xbb\xbf"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([heading[locale == "en"] for heading in COLUMNS])
    for number, event in enumerate(events, 1):
        writer.writerow([safe_cell(value) for value in row_of(event, locale, cite)])
        if number % _AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    found = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return found


def as_sheet(events: Iterable[Event], locale: Locale, cite: Cite) -> IO[bytes]:
    """An Excel workbook of one sheet, in a file of its own that is gone when it is closed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Nhật ký" if locale == "vi" else "Trail")
    sheet.freeze_panes = "B2"
    for place, (_vi, _en, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([heading[locale == "en"] for heading in COLUMNS])
    for event in events:
        sheet.append([_cell(value) for value in row_of(event, locale, cite)])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - who sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _cell(value: Any) -> Any:
    return safe_cell(ILLEGAL_CHARACTERS_RE.sub("", value)) if isinstance(value, str) else value


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file's bytes, piece by piece; closes it."""
    with file:
        while piece := file.read(_CHUNK):
            yield piece


def as_json(events: Iterable[Event], locale: Locale, cite: Cite, *, lines: bool = False) -> Iterator[bytes]:
    """One JSON array, or an object a line."""
    between, buffer = (b"" if lines else b"["), bytearray()
    for event in events:
        buffer += between + (b"" if lines else b"\n") + orjson.dumps(record_of(event, locale, cite)) + (b"\n" if lines else b"")
        between = b"" if lines else b","
        if len(buffer) > _CHUNK:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer) + (b"" if lines else b"\n]\n" if between == b"," else b"[]\n")


def record_of(event: Event, locale: Locale, cite: Cite) -> dict[str, Any]:
    """An entry for programs: told in words, and with what proves it.

    `body` is what was hashed, to the byte: SHA-256 of a zero byte, the 32 bytes of `prev` and the UTF-8 bytes of `body` is
    `hash`. Where somebody put bytes there that are no text, they stand in base64 in `body_base64`. Neither is there where this reader
    may not know who acted.
    """
    return told_record(event, locale, cite) | {"prev": event.prev.hex(), "hash": event.hash.hex(), **_sealed(event.sealed)}


def told_record(event: Event, locale: Locale, cite: Cite) -> dict[str, Any]:
    """An entry for programs, told in words and codes; private values that this reader may not see are null."""
    return {
        "gseq": event.gseq,
        "stream": event.stream,
        "sseq": event.sseq,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "actor_name": actor_name(event, locale),
        "behalf": None if event.behalf is None else str(event.behalf),
        "behalf_name": told_behalf(event) or None,
        "door": event.door,
        "token": event.token,
        "kind": event.kind,
        "kind_name": kind_words(event.kind, locale),
        "sentence": sentence(event, locale),
        "basis": cite(event.basis) if event.basis else None,
        "deployment": event.deployment,
        "before": dict(event.before),
        "after": dict(event.after),
        "changes": [{"label": one.label, "before": one.before, "after": one.after} for one in changes(event, locale)],
        "reason": event.reason,
        "private": dict(event.private),
        "erased": sorted(event.erased),
    }


def _sealed(body: bytes) -> dict[str, str]:
    if not body:
        return {}
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": b64encode(body).decode()}
