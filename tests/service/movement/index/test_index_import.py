"""Indicators by Excel: a dry run says new, changed, same, refused; merged cells are named by row; nothing is lost."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from service.errors import Forbidden, Invalid
from service.movement import index
from service.movement.index.importing import COLUMNS, IMPORT, take_index_import, try_index_import
from tests.journeys.office import Office
from tests.service.movement.index.made import DUE, drafted, opened

HEADINGS = [c.heading for c in COLUMNS]
ROW: dict[str, Any] = {
    "year": 2026, "pillar": "3", "pillar_name": "Kinh tế số", "pillar_name_en": "Digital economy", "pillar_weight": 30, "code": "3.1",
    "name": "Hộ kinh doanh nhận thanh toán không tiền mặt", "measure": "%", "inputs": "co = Số hộ nhận; tong = Tổng số hộ",
    "formula": "co / tong * 100", "full": 90, "maximum": 10, "weight": "1,5", "who": "Đơn vị", "kinds": "Thôn; Hợp tác xã",
}


def _sheet(*rows: dict[str, Any], merge: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append([row.get(c.key) for c in COLUMNS])
    for cells in merge:
        sheet.merge_cells(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_rows_are_new_changed_the_same_or_refused(office: Office) -> None:
    number, by = drafted(office), office.who("vhxh")
    kept = load_workbook(io.BytesIO(index.set_sheet(index.read_set(number, by=by))))
    rows = kept.worksheets[0].iter_rows(min_row=2, values_only=True)
    same = _sheet(*({c.key: v for c, v in zip(COLUMNS, row[1:], strict=True)} for row in rows))
    again = try_index_import("a.xlsx", same, by=by)
    assert (again.ready, again.refused, len(again.known)) == ((), (), 4)
    wrong = {"code": "3.2", "formula": "co / tong + x"}
    trial = try_index_import("a.xlsx", _sheet(ROW, ROW | wrong, ROW, ROW | {"code": "3.3", "year": 2031}), by=by)
    assert [(n, row.indicator.kinds, row.indicator.weight) for n, row in trial.ready] == [(2, ["cooperative", "village"], "1.5")]
    told = {one.number: one.message for one in trial.refused}
    assert told[3].startswith("Công thức: ") and "x" in told[3]
    assert told[4] == "mã chỉ số 3.1 trùng dòng 2" and told[5].startswith("năm 2031 chưa có bộ chỉ số")
    assert {c["formula"] for c in (one.cells for one in trial.refused)} == {"co / tong * 100", "co / tong + x"}
    assert take_index_import(trial, by=by).new == 1
    changed = try_index_import("a.xlsx", _sheet(ROW | {"maximum": 12}), by=by)
    assert [(c.field, c.before, c.after) for c in changed.changes[2]] == [("maximum", "10", "12")]
    assert take_index_import(changed, by=by).changed == 1
    content = index.read_set(number, by=by)
    assert content.indicator("3.1").maximum == "12" and [one.code for one in content.pillars] == ["1", "2", "3"]


def test_merged_cells_are_named_by_row_with_one_sentence_and_nothing_is_lost(office: Office) -> None:
    number, by = drafted(office), office.who("vhxh")
    column = "BC"[HEADINGS.index("Mã trụ cột") - 1]
    trial = try_index_import("a.xlsx", _sheet(
        ROW, ROW | {"code": "3.2", "pillar": None}, ROW | {"code": "3.3", "pillar": None}, ROW | {"code": "3.4"},
        merge=(f"{column}2:{column}4",),
    ), by=by)
    assert [n for n, _ in trial.ready] == [2, 5]
    assert [(one.number, one.message) for one in trial.refused] == [
        (n, f"cột Mã trụ cột nằm trong ô gộp {column}2:{column}4: bỏ gộp, ghi lại ở từng dòng") for n in (3, 4)
    ]
    take_index_import(trial, by=by)
    back = load_workbook(io.BytesIO(IMPORT.refused_sheet(trial))).worksheets[0]
    assert [row[HEADINGS.index("Mã chỉ số") + 1] for row in back.iter_rows(min_row=2, values_only=True)] == ["3.2", "3.3"]
    mended = try_index_import("a.xlsx", _sheet(ROW | {"code": "3.2"}, ROW | {"code": "3.3"}), by=by)
    assert len(mended.ready) == 2 and take_index_import(mended, by=by).new == 2
    assert len(index.read_set(number, by=by).indicators) == 8


def test_rows_of_one_pillar_say_the_same_of_it(office: Office) -> None:
    drafted(office)
    trial = try_index_import("a.xlsx", _sheet(ROW, ROW | {"code": "3.2", "pillar_weight": 31}), by=office.who("vhxh"))
    assert [one.message for one in trial.refused] == ["trụ cột 3: tên, trọng số khác dòng 2"]


def test_what_is_open_takes_no_sheet_and_only_who_runs_it_brings_one(office: Office) -> None:
    number, by = drafted(office), office.who("vhxh")
    trial = try_index_import("a.xlsx", _sheet(ROW), by=by)
    with pytest.raises(Forbidden):
        try_index_import("a.xlsx", _sheet(ROW), by=office.who("donvi"))
    with pytest.raises(Forbidden):
        take_index_import(trial, by=office.who("thanhtra"))
    index.open_set(number, DUE, by=by)
    with pytest.raises(Invalid):
        take_index_import(trial, by=by)
    assert try_index_import("a.xlsx", _sheet(ROW), by=by).refused[0].message.startswith("năm 2026 chưa có")


def test_the_results_go_out_as_a_workbook(office: Office) -> None:
    number = opened(office)
    results = index.results_of(index.read_set(number, by=office.who("vhxh")), by=office.who("vhxh"))
    book = load_workbook(io.BytesIO(index.results_sheet(results, details=True)))
    assert book.sheetnames == ["Xếp hạng 2026", "Giá trị"]
    assert next(book.worksheets[0].iter_rows(max_row=1, values_only=True))[:5] == (
        "STT", "Hạng", "Đơn vị", "Điểm chung (%)", "Chính quyền số (%)",
    )
    assert load_workbook(io.BytesIO(index.results_sheet(results, details=False))).sheetnames == ["Xếp hạng 2026"]
