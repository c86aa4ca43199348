"""The overview of a movement as a paper: duties of units and figures of the results, A4 across, under the commune's heading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service import clock
from service.actor import Actor
from service.movement import MovementOverview, figure_words, standing_words
from service.papers import printing
from service.papers.facts import commune, issuer_of, titled
from service.papers.spelling import figure
from service.papers.trail_export import printable
from service.words import local

_LINES = (("name", "Mục", 11, "left"), ("asked", "Đề nghị", 3, "right"), ("given", "Được khen", 3, "right"), ("share", "Tỷ lệ", 3, "right"))


def print_overview(found: MovementOverview, *, by: Actor) -> bytes:
    """The overview as PDF/A-2b; papers are Vietnamese, whoever reads."""
    return printing.print_paper(overview_facts(found, by=by))


def overview_facts(found: MovementOverview, *, by: Actor) -> dict[str, Any]:
    """What the printed overview says."""
    today = clock.today()
    span = f"năm {found.year}" if found.year else f"{found.movement.starts.year} - {found.movement.ends.year}"
    matrix, results = found.matrix, found.results
    facts: dict[str, Any] = {
        "kind": "movement_overview",
        "name": "Tổng quan phong trào thi đua",
        "about": f"Phong trào thi đua “{titled(found.movement.name)}”, {span}",
        "commune": commune(today),
        "issuer": issuer_of("committee", None, today),
        "number": "", "symbol": "", "dated": None, "year": today.year, "made": today.isoformat(),
        "signer": {"lines": ["NGƯỜI LẬP"], "name": by.name},
        "copies": [],
        "moment": f"{local(clock.now()):%H:%M ngày %d/%m/%Y}",
        "by": by.name,
        "behind": figure(matrix.behind()) if matrix.behind() else "",
        "put_forward": figure(results.whole.put_forward),
        "honoured": figure(results.whole.honoured),
        "never": ", ".join(one.name for one in results.never),
        "duties": [
            {"no": number, "name": unit.name}
            | {f"d{n}": standing_words(matrix.cells.get((unit.id, duty.key))) for n, duty in enumerate(matrix.duties)}
            for number, unit in enumerate(matrix.units, 1)
        ],
        "duty_columns": _columns([
            ("no", "STT", 1, "centre"), ("name", "Đơn vị", 6, "left"),
            *((f"d{n}", one.words[0], 3.4, "left") for n, one in enumerate(matrix.duties)),
        ]),
        "parts": [{"key": f"part_{part.key}", "title": part.title[0], "note": part.note[0]} for part in results.parts],
        "part_columns": _columns(_LINES),
    }
    for part in results.parts:
        facts[f"part_{part.key}"] = [
            {
                "name": one.words[0], "asked": figure(one.put_forward), "given": figure(one.honoured),
                "share": "" if one.share is None else f"{figure_words(round(100 * one.share, 1))}%",
            }
            for one in part.lines
        ]
    return {key: printable(value) for key, value in facts.items()}


def _columns(said: Sequence[tuple[str, str, float, str]]) -> list[str]:
    """Columns as the text of a paper writes them; a heading of somebody's own words cannot part one."""
    return [f"{key} | {head.replace('|', '/')} | {width} | {align}" for key, head, width, align in said]
