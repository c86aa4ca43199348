"""The results of a set as a workbook: the ranking, then every value with its result and score."""

from __future__ import annotations

from decimal import Decimal

from service import people
from service.movement.index.models import WHOLE
from service.movement.index.results import Results
from service.movement.index.scoring import Outcome, outcome_of
from service.movement.index.values import kept_values, unit_words
from service.sheets import Column, content_of, new_sheet, safe_cell

_HEADINGS = (
    "Mã", "Chỉ số", "Đơn vị", "Số liệu", "Kết quả", "Đơn vị tính", "Điểm", "Điểm tối đa", "Minh chứng", "Ghi chú",
)


def results_sheet(results: Results, *, details: bool) -> bytes:
    """The ranking of a set as an Excel file; with `details` what was accepted of every unit on a second sheet."""
    content = results.content
    columns = [
        Column("place", "Hạng", 8), Column("unit", "Đơn vị", 40), Column("total", "Điểm chung (%)", 14),
        *(Column(one.code, f"{one.name} (%)", 18) for one in content.pillars), Column("accepted", "Giá trị đã nhận", 16),
    ]
    book, sheet = new_sheet(f"Xếp hạng {content.row.year}", columns)
    for number, one in enumerate([*results.units, results.commune], 1):
        shares = [_number(one.pillars.get(pillar.code)) for pillar in content.pillars]
        sheet.append([number, one.place or None, safe_cell(one.name[0]), _number(one.total), *shares, f"{one.accepted} trên {one.asked}"])
    if details:
        rows = book.create_sheet("Giá trị")
        rows.append(list(_HEADINGS))
        indicators = {one.id: one for one in content.indicators}
        names = people.unit_names(content.row.units) | {WHOLE: unit_words(WHOLE)[0]}
        for value in kept_values(content, [*content.row.units, WHOLE]):
            if value.state != "accepted":
                continue
            indicator = indicators[value.indicator_id]
            found = outcome_of(indicator, value.said)
            said = "; ".join(f"{entry['label']}: {value.said[entry['key']]}" for entry in indicator.inputs)
            rows.append([safe_cell(cell) for cell in (
                indicator.code, indicator.name, names.get(value.unit_id, ""), said, _number(found.result), indicator.measure,
                _number(found.score), float(indicator.maximum), value.link or None, _note(found),
            )])
        rows.freeze_panes = "D2"
    return content_of(book)


def _note(found: Outcome) -> str | None:
    """Why there is no score, or what is to be looked at."""
    told = found.trouble or found.over or found.beyond
    return told[0] if told else None


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
