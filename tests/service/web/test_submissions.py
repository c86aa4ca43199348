"""A unit's list by Excel: dry run with the fault of each row, taking it once, and what is sent out as a sheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from service import sheets
from service.awards import importing, lists
from service.awards.submissions import open_submission
from tests.service.web.desk import ROUND, Desk

GOOD = ["Hoàng Bình Minh", "Cá nhân", "Giáo viên", "D", "Giấy khen của Chủ tịch UBND xã", 1988, "Nữ", "x", None, None, "Dạy học số."]


def sheet(*rows: Sequence[Any]) -> bytes:
    """A filled-in template."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["STT", *(column.heading for column in importing.COLUMNS)])
    for number, row in enumerate(rows, 1):
        page.append([number, *row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def submission(desk: Desk) -> int:
    return open_submission(desk.office.rounds[ROUND], desk.office.units["DONG-MAY"], by=desk.office.who("donvi"))


def _names(row: int) -> list[str]:
    return [n.name for line, n in lists.lines_of(row) if not line.removed]


def _send(desk: Desk, row: int, content: bytes, name: str = "danh sách.xlsx", code: int = 303) -> str:
    return desk.say("donvi", f"/submissions/{row}/excel", {"list": (io.BytesIO(content), name), "act": "try"}, code)


def test_dry_run_names_each_bad_row_and_writes_nothing(desk: Desk, submission: int) -> None:
    rows = [
        GOOD,
        ["", "Cá nhân", "", "D", "Giấy khen của Chủ tịch UBND xã"],
        ["Đỗ Hừng Đông", "Cá nhân", "", "Đ", "Giấy khen của Chủ tịch UBND xã"],
        ["Hoàng  Bình Minh", "cá nhân", "", "D", "gk xa", 1988],
        ["Lê Trầm Hương", "Cá nhân", "", "D", "Huân chương Sao Vàng"],
        ["Nguyễn Sao Mai", "Cá nhân", "", "D", "Giấy khen của Chủ tịch UBND xã", "năm tám"],
    ]
    said = _send(desk, submission, sheet(*rows))
    assert "Đọc được 6 dòng, 5 dòng chưa nhận." in said
    for words in ("Dòng 3: thiếu tên", "Dòng 4: ghi nhóm A, B, C hoặc D", "Dòng 5: trùng dòng 2",
                  "Dòng 6: hình thức đề nghị không có trong Kế hoạch", "Dòng 7: năm sinh phải là số"):
        assert words in said
    assert _names(submission) == []


def test_good_rows_are_taken_once_however_often_they_are_sent(desk: Desk, submission: int) -> None:
    content = sheet(GOOD, ["Trường Mầm non Ban Mai", "Tập thể", "", "A", "Giấy khen của Chủ tịch UBND xã", None, None, None, None, 24])
    assert "Ghi 2 dòng vào hồ sơ" in _send(desk, submission, content)
    assert "Đã ghi 2 tên vào hồ sơ." in desk.say("donvi", f"/submissions/{submission}/excel/take")
    assert "Không còn dòng nào chờ ghi." in desk.say("donvi", f"/submissions/{submission}/excel/take")
    again = _send(desk, submission, content)
    assert "đã có trong hồ sơ, bỏ qua" in again and "Ghi 2 dòng" not in again
    assert sorted(_names(submission)) == ["Hoàng Bình Minh", "Trường Mầm non Ban Mai"]
    trial = importing.try_import(submission, "a.xlsx", content, by=desk.office.who("donvi"))
    assert trial.ready == () and trial.known == (2, 3)


def test_what_is_no_sheet_is_refused_in_words(desk: Desk, submission: int) -> None:
    assert "Chọn tệp .xlsx theo mẫu." in _send(desk, submission, b"a,b,c", "danh sách.csv", 422)
    assert "error" not in _send(desk, submission, b"not a zip at all", "x.xlsx", 422).lower()
    assert "Tệp không có dòng nào." in _send(desk, submission, sheet(), code=422)
    assert "Chọn tệp .xlsx theo mẫu." in desk.say("donvi", f"/submissions/{submission}/excel", {"act": "try"}, 422)
    many = sheet(*[[f"Người {n}", *GOOD[1:]] for n in range(importing.MOST_ROWS + 1)])
    assert "Chia thành nhiều tệp" in _send(desk, submission, many, code=422)


def test_template_and_export_open_and_no_cell_runs_as_a_formula(desk: Desk, submission: int) -> None:
    visitor = desk.who("donvi")
    template = visitor.client.get(f"/submissions/{submission}/template.xlsx")
    book = load_workbook(io.BytesIO(template.data))
    assert [c.value for c in book.worksheets[0][1]][1] == "Họ tên, tên tập thể, tên hộ"
    desk.office.nominate(ROUND, name="=HYPERLINK(1)")
    desk.office.nominate(ROUND, name="Hoàng Bình Minh")
    sent = visitor.client.get(f"/submissions/{submission}/list.xlsx")
    cells = [row[1].value for row in load_workbook(io.BytesIO(sent.data)).worksheets[0].iter_rows(min_row=2)]
    assert cells == ["'=HYPERLINK(1)", "Hoàng Bình Minh"]
    for risky in ("=1+1", "+1", "-1", "@a", "\t=1"):
        assert sheets.safe_cell(risky) == f"'{risky}"
    assert sheets.safe_cell("Đỗ Hừng Đông") == "Đỗ Hừng Đông" and sheets.safe_cell(-1) == -1


def test_other_units_and_signed_submissions_are_closed_to_import(desk: Desk, submission: int) -> None:
    desk.get("donvi", f"/submissions/{submission}")
    desk.get("donvi2", f"/submissions/{submission}", 404)
    desk.post("donvi2", f"/submissions/{submission}/excel", {"list": (io.BytesIO(sheet(GOOD)), "a.xlsx")}, 404)
    one = desk.office.nominate(ROUND)
    desk.office.assess(one)
    desk.office.sign(one)
    desk.post("donvi", f"/submissions/{submission}/excel", {"list": (io.BytesIO(sheet(GOOD)), "a.xlsx")}, 409)
    assert "Thêm tên" not in desk.read("donvi", f"/submissions/{submission}")
