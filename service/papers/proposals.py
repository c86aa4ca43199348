"""The list of proposals to change the plan as a paper: for the committee, in the layout of every other paper; nothing is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from service import clock, words
from service.actor import Actor
from service.movement.proposals import proposals
from service.papers.facts import Facts, commune, issuer_of, signature_of
from service.papers.printing import print_paper
from service.papers.word import write_paper
from service.papers.wording import blank_document, head_of

_COLUMNS: tuple[tuple[str, str, float, str], ...] = (
    ("no", "STT", 0.9, "centre"), ("number", "Số, ngày nhận", 2.3, "left"), ("content", "Nội dung đề xuất", 5.2, "left"),
    ("opinion", "Ý kiến của phòng", 4, "left"), ("decided", "Quyết định", 3, "left"),
)


def proposals_paper(year: int, format: str, *, by: Actor) -> bytes:
    """The proposals of a year as PDF or DOCX, signed by the head of the office; raises as `proposals` does."""
    facts = _facts(year, by)
    return write_paper(facts) if format == "docx" else print_paper(facts)


def _facts(year: int, by: Actor) -> Facts:
    rows = proposals(year, by=by)
    day = clock.today()
    found = blank_document() | {
        "title": "DANH SÁCH", "abstract": f"Đề xuất sửa đổi, bổ sung kế hoạch phong trào thi đua năm {year}",
        "to": [f"Ủy ban nhân dân xã {commune(day)}"],
    }
    weighed, decided = sum(bool(one.weighed) for one in rows), sum(bool(one.decided) for one in rows)
    told = f"Năm {year}, Sổ đơn, kiến nghị ghi nhận {len(rows)} đề xuất; phòng đã xem xét {weighed}, đã có quyết định {decided}."
    found["blocks"] = [{"kind": "p", "runs": [(told, False)]}]
    if rows:
        cells = [
            [str(number), _numbered(one.entry.number, one.received_on), _lines(one.subject, one.content), _lines(one.weighed, one.opinion),
             _lines(one.decided, one.note)]
            for number, one in enumerate(rows, 1)
        ]
        found["blocks"].append({
            "kind": "table", "total": [],
            "columns": [{"key": key, "head": head, "width": width, "align": align} for key, head, width, align in _COLUMNS],
            "rows": [{"row": {"no": row[0]}, "cells": row} for row in cells],
        })
    found["blocks"].append({"kind": "signature"})
    facts: dict[str, Any] = {
        "kind": "proposals", "name": "Danh sách đề xuất sửa đổi kế hoạch", "commune": commune(day),
        "issuer": issuer_of("office", None, day), "number": "", "symbol": "", "dated": None, "year": day.year, "made": day.isoformat(),
        "signer": signature_of("office_head", "", None), "copies": ["Như trên", "Lưu: VHXH"],
    }
    return {**facts, "document": found | head_of(facts, found)}


def _numbered(number: str, received: date | None) -> str:
    """Number and day of receipt, each in one piece."""
    whole = number.replace(" ", "\u00a0")
    return f"{whole}, {words.full_date(received)}" if received else whole


def _lines(*parts: str) -> str:
    """What stands in one cell, one after the other; a stroke where nothing was said."""
    said = [" ".join(part.split()) for part in parts if part.strip()]
    return ": ".join(said) if said else "–"
