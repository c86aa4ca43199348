"""Excel sheets read and written: columns found by their headings, formulas told from values, cells that cannot run.

Knows no subject: what a cell means is the caller's.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from zipfile import BadZipFile

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from forms.uploads import UploadRefused, inspect
from service.errors import Invalid
from service.vietnamese import clean, fold

LARGEST = 5 * 1024 * 1024
"""Bytes; a list of names needs a hundredth of it."""
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
_MOST_COLUMNS = 60
_MOST_MERGED = 1_000
_LONGEST_NAME = 31
"""Letters that a sheet's name may have."""
_YES = {"x", "co", "yes", "1", "true"}
_NO = {"", "khong", "no", "0", "false"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its key, heading and width, how it is filled in, and whether a sheet must have it."""

    key: str
    heading: str
    width: int = 16
    hint: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row with anything in it: its number in the sheet, its cells by key, and what is wrong with single cells."""

    number: int
    cells: dict[str, Any]
    faults: tuple[tuple[str, str], ...] = ()
    """Cells that have no value to take: an error of the spreadsheet, a formula that was never reckoned, a part of merged cells."""
    formulas: tuple[str, ...] = ()
    """Headings of the cells whose value a formula gave, as the spreadsheet kept it."""
    unreckoned: Mapping[str, str] = field(default_factory=dict)
    """Formulas that were never reckoned, as they were written, by key."""


def read_sheet(name: str, content: bytes, columns: Sequence[Column], *, most: int) -> list[SheetRow]:
    """The rows below the headings of the first sheet. Invalid for what is no sheet, lacks a column or is too long."""
    if not name.lower().endswith(".xlsx"):
        raise Invalid("Chọn tệp .xlsx theo mẫu.", "Choose an .xlsx file.", code="not-a-sheet")
    try:
        inspect(name, content, limit=LARGEST)
        values, written = _grid(content, most, values=True), _grid(content, most, values=False)
        merged = _merged(content)
    except UploadRefused as refused:
        raise Invalid(refused.message, refused.message_en, code="upload-refused") from None
    except (BadZipFile, InvalidFileException, etree.XMLSyntaxError, KeyError, ValueError, IndexError, TypeError, AttributeError):
        raise Invalid(
            "Không đọc được tệp. Tải mẫu, điền rồi gửi lại.", "The file cannot be read; use the template.", code="not-a-sheet"
        ) from None
    places = _places(values[0] if values else [], columns)
    merged = [one for one in merged if any(one.first <= place + 1 <= one.last for place in places.values())]
    if len(merged) > _MOST_MERGED:
        raise Invalid("Tệp có quá nhiều ô gộp. Bỏ gộp rồi gửi lại.", "Too many merged cells; split them.", code="too-many-merged")
    found = []
    for number, (row, source) in enumerate(zip(values[1:], written[1:], strict=False), 2):
        one = _row(number, row, source, columns, places, merged)
        if one is not None:
            found.append(one)
    if len(found) > most:
        raise Invalid(f"Tệp có hơn {most} dòng. Chia thành nhiều tệp.", f"More than {most} rows.", code="too-many-rows")
    return found


class _Merged(NamedTuple):
    """Cells merged into one: as written, first and last column and row, from 1."""

    ref: str
    first: int
    top: int
    last: int
    bottom: int

    def hides(self, row: int, column: int) -> bool:
        """Whether a cell is one of them and not the first, which has their value."""
        return self.top <= row <= self.bottom and self.first <= column <= self.last and (row, column) != (self.top, self.first)


def _grid(content: bytes, most: int, *, values: bool) -> list[list[Any]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)
    try:
        rows = book.worksheets[0].iter_rows(max_row=most + 2, max_col=_MOST_COLUMNS, values_only=True)
        return [list(row) for row in rows]
    finally:
        book.close()


def _merged(content: bytes) -> list[_Merged]:
    """Merged cells of the first sheet; their value stands in the first of them only. What reads row by row passes over them."""
    book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    try:
        found = []
        sheet: Any = book.worksheets[0]  # openpyxl tells merged cells only where it builds the whole sheet in memory
        with sheet._get_source() as source:
            for _, node in etree.iterparse(source, tag=("{*}row", "{*}mergeCell"), resolve_entities=False, no_network=True):
                if ref := node.get("ref"):
                    first, top, last, bottom = range_boundaries(ref)
                    found.append(_Merged(ref, int(first or 1), int(top or 1), int(last or 1), int(bottom or 1)))
                node.clear()
        return found
    finally:
        book.close()


def _places(headings: Sequence[Any], columns: Sequence[Column]) -> dict[str, int]:
    written = {fold(str(h)): place for place, h in reversed(list(enumerate(headings))) if h is not None}
    missing = [c.heading for c in columns if c.needed and fold(c.heading) not in written]
    if missing:
        raise Invalid(
            f"Dòng đầu thiếu cột: {', '.join(missing)}. Tải mẫu, điền rồi gửi lại.",
            f"The first row lacks: {', '.join(missing)}. Use the template.",
            code="not-a-sheet",
        )
    return {c.key: written[fold(c.heading)] for c in columns if fold(c.heading) in written}


def _row(
    number: int, values: Sequence[Any], written: Sequence[Any], columns: Sequence[Column], places: dict[str, int],
    merged: Sequence[_Merged],
) -> SheetRow | None:
    cells: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    formulas: list[str] = []
    unreckoned: dict[str, str] = {}
    parts: list[tuple[str, str]] = []
    for column in columns:
        place = places.get(column.key)
        value = values[place] if place is not None and place < len(values) else None
        source = written[place] if place is not None and place < len(written) else None
        if isinstance(value, str) and value.strip() in _ERRORS:
            faults.append((f"cột {column.heading} báo lỗi {value.strip()}", f"{column.heading} holds the error {value.strip()}"))
        elif _is_formula(source) and value is None:
            unreckoned[column.key] = str(source)
            faults.append((
                f"cột {column.heading} là công thức chưa tính: mở bằng Excel, lưu lại rồi gửi",
                f"{column.heading} is a formula that was never reckoned: open it in Excel, save, and send again",
            ))
        elif _is_formula(source):
            formulas.append(column.heading)
        elif value is None and place is not None:
            parts += [(column.heading, one.ref) for one in merged if one.hides(number, place + 1)]
        cells[column.key] = value
    if any(clean(str(v)) for v in cells.values() if v is not None):
        faults += [
            (f"cột {heading} nằm trong ô gộp {ref}: bỏ gộp, ghi lại ở từng dòng",
             f"{heading} is part of the merged cells {ref}: split them and write it in each row")
            for heading, ref in parts
        ]
    if not faults and not any(clean(str(v)) for v in cells.values() if v is not None):
        return None
    return SheetRow(number, cells, tuple(faults), tuple(formulas), unreckoned)


def _is_formula(source: Any) -> bool:
    return isinstance(source, str) and source.startswith("=") and len(source) > 1


def safe_cell(value: Any) -> Any:
    """A cell that a spreadsheet shows as text: what begins like a formula gets a quote before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) else value


def sheet_name(title: str) -> str:
    """A title as a sheet may be called: without signs that none takes, and where it is too long only its whole words."""
    name = "".join("-" if letter in "[]:*?/\\" else letter for letter in title).strip()
    if len(name) <= _LONGEST_NAME:
        return name
    return name[: _LONGEST_NAME + 1].rpartition(" ")[0].rstrip(" ,;-") or name[:_LONGEST_NAME]


def new_sheet(title: str, columns: Iterable[Column], *, more: Sequence[str] = ()) -> tuple[Workbook, Any]:
    """A workbook with one sheet: a running number, the headings, further ones behind them; the headings stay in sight."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = title
    _head(sheet, list(columns), more)
    return book, sheet


def add_sheet(book: Workbook, title: str, columns: Iterable[Column]) -> Any:
    """One more sheet of a workbook, headed as the first."""
    sheet = book.create_sheet(title)
    _head(sheet, list(columns), ())
    return sheet


def _head(sheet: Any, shown: Sequence[Column], more: Sequence[str]) -> None:
    sheet.append(["STT", *(c.heading for c in shown), *more])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 6
    for place, column in enumerate(shown, 2):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    for place in range(len(shown) + 2, len(shown) + 2 + len(more)):
        sheet.column_dimensions[get_column_letter(place)].width = 40
    sheet.freeze_panes = "C2"


def add_guide(book: Workbook, lines: Iterable[tuple[str, str]]) -> None:
    """A second sheet that says how each column is filled in."""
    guide = book.create_sheet("Hướng dẫn")
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 34, 90
    for line in (("Cột", "Cách ghi"), *lines):
        guide.append(list(line))


def content_of(book: Workbook) -> bytes:
    """The workbook as a file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_of(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A table as CSV that Excel opens as it is: UTF-8 with its mark, cells that cannot run."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([["" if value is None else safe_cell(value) for value in row] for row in rows])
    return stream.getvalue().encode("utf-8-sig")


def wrong(message: str, message_en: str) -> Invalid:
    """What is wrong with one row."""
    return Invalid(message, message_en)


def as_text(value: Any, most: int, what: str) -> str:
    """A cell as text, in NFC; a number that Excel keeps as 12.0 is 12."""
    if isinstance(value, float) and value.is_integer():  # asked thus, no number without end breaks it
        value = int(value)
    text = "" if value is None else clean(str(value))
    if text.startswith("'") and text[1:].startswith(_RISKY):
        text = text[1:]  # as our own sheets write it
    if len(text) > most:
        raise wrong(f"{what} dài quá {most} chữ", f"longer than {most} characters: {what}")
    return text


def as_phone(value: Any, what: str) -> str:
    """A telephone number as text; one that Excel took for a number gets back the nought that it lost."""
    text = as_text(value, 40, what)
    lost = isinstance(value, int | float) and not isinstance(value, bool) and text.isdigit() and len(text) in (9, 10)
    return f"0{text}" if lost else text


def as_tick(value: Any, what: str) -> bool:
    """A cell that is ticked or left empty."""
    text = fold("" if value is None else str(value))
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise wrong(f"cột {what}: đánh dấu x hoặc để trống", "a tick is x or nothing")


def as_whole(value: Any, what: str, least: int, most: int) -> int | None:
    """A whole number between two bounds, or nothing."""
    if value is None or str(value).strip() == "":
        return None
    try:
        number = float(str(value).strip())
    except ValueError:
        raise wrong(f"{what} phải là số", "not a number") from None
    if number != int(number) if abs(number) < 1e9 else True:
        raise wrong(f"{what} phải là số nguyên", "not a whole number")
    if not least <= number <= most:
        raise wrong(f"{what} từ {least} đến {most}", f"from {least} to {most}")
    return int(number)


def as_day(value: Any, what: str) -> date | None:
    """A day that Excel knows as one, or text as 31/12/2025; nothing for an empty cell."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = as_text(value, 20, what)
    if not text:
        return None
    try:
        return datetime.strptime(text.replace("-", "/").replace(".", "/"), "%d/%m/%Y").date()  # noqa: DTZ007 - a day
    except ValueError:
        raise wrong(f"{what} “{text}” không đúng, ghi ngày có thật dạng 31/12/2025", f"{text} is no day, write 31/12/2025") from None
