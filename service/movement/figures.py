"""The whole of a movement in a year, or over its years: duties and results together, and as an Excel workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook

from service import sheets, words
from service.actor import Actor
from service.awards.models import Movement
from service.awards.results import Narrow, Part, Results, read_results, years_of
from service.db import reading
from service.movement.duties import STANDS, Matrix, Standing, read_matrix

_SHORT = {
    "form": ("Theo hình thức khen thưởng", "By form of award"), "person": ("Cá nhân, không gồm hộ gia đình", "Persons without households"),
}
"""Titles that are too long for a sheet, by part."""


@dataclass(frozen=True, slots=True)
class MovementOverview:
    """What somebody may see of a movement."""

    movement: Movement
    year: int | None
    """None: all its years."""
    matrix: Matrix
    results: Results


def read_overview(movement: Movement, year: int | None, *, by: Actor) -> MovementOverview:
    """Duties and results as somebody may see them, all at one moment; Forbidden for who sees the figures of no unit."""
    with reading():
        years = years_of(movement) if year is None else (year,)
        return MovementOverview(
            movement, year, read_matrix(years, by=by, movement=movement.id),
            read_results(Narrow(movement.id, year), by=by, movement=movement),
        )


def standing_words(one: Standing | None, at: int = 0) -> str:
    """How a unit stands in a duty, with the day or how much of it is done: "Đã xong 08/06/2026", "Quá hạn 3/4"; "" for not asked."""
    if one is None:
        return ""
    more = words.full_date(one.day) if one.asked == 1 else f"{one.done}/{one.asked}"
    return f"{STANDS[one.state][at]} {more}".rstrip()


def workbook_of(found: MovementOverview, language: str = "vi") -> bytes:
    """Every table of the overview as a sheet of one workbook."""
    at = int(language == "en")
    book: Workbook | None = None
    for title, heads, rows, note in _tables(found, at):
        columns = [sheets.Column(f"c{n}", head, width=40 if n == 0 else 20) for n, head in enumerate(heads)]
        if book is None:
            book, sheet = sheets.new_sheet(sheets.sheet_name(title), columns)
        else:
            sheet = sheets.add_sheet(book, sheets.sheet_name(title), columns)
        for number, row in enumerate(rows, 1):
            sheet.append([number, *(sheets.safe_cell(cell) for cell in row)])
        if note:
            sheet.append([None, sheets.safe_cell(note)])
    assert book is not None  # the duties are always there
    return sheets.content_of(book)


def _tables(found: MovementOverview, at: int) -> Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]], str]]:
    """Title, headings, rows and what is said below them."""
    unit, matrix = ("Đơn vị", "Unit")[at], found.matrix
    yield (
        ("Việc của đơn vị", "Duties of units")[at], [unit, *(one.words[at] for one in matrix.duties)],
        [[one.name, *(standing_words(matrix.cells.get((one.id, duty.key)), at) for duty in matrix.duties)] for one in matrix.units],
        "",
    )
    heads = [*(("Đề nghị", "Được khen", "Tỷ lệ (%)"), ("Put forward", "Honoured", "Share (%)"))[at]]
    for part in found.results.parts:
        rows = [_row(one, at) for one in _lines(part, found)]
        yield _SHORT.get(part.key, part.title)[at], [("Mục", "Line")[at], *heads], rows, part.note[at]
    yield ("Đơn vị chưa từng được khen", "Units never awarded")[at], [unit], [[one.name] for one in found.results.never], ""


def _lines(part: Part, found: MovementOverview) -> Iterable[Any]:
    """Lines of a part; where each name stands in one line, their sum below them."""
    yield from part.lines
    if part.key in ("unit", "group", "year"):
        yield found.results.whole


def _row(one: Any, at: int) -> list[Any]:
    return [one.words[at], one.put_forward, one.honoured, None if one.share is None else round(100 * one.share, 1)]
