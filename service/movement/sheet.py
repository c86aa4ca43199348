"""A register as an Excel sheet: what its list shows, every row that somebody may read."""

from __future__ import annotations

from typing import Any

from service import people, sheets, words
from service.actor import Actor
from service.movement.finding import Entry, MatterFilter, find_matters
from service.movement.gathering import gather
from service.movement.models import Period
from service.movement.registers import Kept
from service.movement.wording import columns_of, period_words
from service.vietnamese import sort_key

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_AT_ONCE = 500
_HEADINGS = {
    "vi": ("Số", "Ngày ghi sổ", "Nội dung", "Đơn vị", "Đang ở đâu", "Hạn", "Ngày xong"),
    "en": ("Number", "Entered on", "Subject", "Unit", "Standing", "Due", "Ended on"),
}


def sheet_of(kept: Kept, *, by: Actor, wanted: MatterFilter | None = None, language: str = "vi") -> bytes:
    """The rows of a register that fit, the newest first, as an Excel workbook."""
    columns, at = columns_of(kept), int(language == "en")
    heads = _HEADINGS["en" if at else "vi"]
    shown = [sheets.Column(f"c{n}", head, width=18) for n, head in enumerate((*heads, *(one.label[at] for one in columns)))]
    book, sheet = sheets.new_sheet(sheets.sheet_name(kept.register.name[at]), shown)
    rows, page = 0, 1
    while True:
        found = find_matters(kept, by=by, wanted=wanted, page=page, size=_AT_ONCE)
        units = people.unit_names({one.unit_id for one in found.entries if one.unit_id})
        for one in found.entries:
            rows += 1
            cells = (
                one.number, words.full_date(one.begun_at), one.title, units.get(one.unit_id or 0, ""), _standing(kept, one, at),
                words.full_date(one.due_at) if one.due_at and not one.ended else "", words.full_date(one.ended_at),
                *(column.words(one.shown.get(column.key), language) for column in columns),
            )
            sheet.append([rows, *(sheets.safe_cell(cell) for cell in cells)])
        if page * _AT_ONCE >= found.total:
            return sheets.content_of(book)
        page += 1


def figures_sheet(kept: Kept, period: Period, *, language: str = "vi") -> bytes:
    """The figures of a period as an Excel workbook: a row a unit that has filed, a column a number, their sums below."""
    at = int(language == "en")
    fields = gather(kept, period).of("number")
    name = words.capital(period_words(period)[at])
    heads = [*(("Đơn vị", "Tình trạng"), ("Unit", "Standing"))[at], *(one.label[at] for one in fields)]
    book, sheet = sheets.new_sheet(sheets.sheet_name(name), [sheets.Column(f"c{n}", head, width=18) for n, head in enumerate(heads)])
    rows: dict[int, dict[str, Any]] = {}
    names: dict[int, str] = {}
    taken: dict[int, bool] = {}
    for one in fields:
        for source in one.sources:
            rows.setdefault(source.unit, {})[one.key] = source.value
            names[source.unit], taken[source.unit] = source.name, source.taken
    for number, unit in enumerate(sorted(rows, key=lambda unit: sort_key(names[unit])), 1):
        standing = (("chưa nhận", "not accepted"), ("đã nhận", "accepted"))[taken[unit]][at]
        sheet.append([number, sheets.safe_cell(names[unit]), standing, *(rows[unit].get(one.key) for one in fields)])
    sheet.append([None, ("Cộng", "Sum")[at], None, *(float(one.total) for one in fields)])
    return sheets.content_of(book)


def _standing(kept: Kept, one: Entry, at: int) -> str:
    if one.ended:
        outcome = kept.register.outcomes.get(one.outcome or "")
        return outcome.words[at] if outcome else ("Đã xong", "Ended")[at]
    return kept.register.phases.get(one.phase, (one.phase, one.phase))[at]
