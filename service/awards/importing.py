"""A unit's list of names by Excel: the template, a dry run with the fault of each row, and taking the good rows.

Taking is repeat-safe: a name that stands on the list already is passed over, so the same file again adds nothing.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException

from forms.uploads import UploadRefused, inspect
from service import clock, people, trail
from service.actor import Actor
from service.awards import lists
from service.awards.catalogue import GROUPS, KINDS, award_forms
from service.awards.models import List, Round
from service.awards.nominations import create_nomination, may_file_for
from service.awards.recipients import RecipientInput
from service.awards.rounds import read_round
from service.db import transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from service.vietnamese import clean, fold

MOST_ROWS = 500
LARGEST = 5 * 1024 * 1024
"""Bytes; a list of names needs a hundredth of it."""

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("name", "Họ tên, tên tập thể, tên hộ", 34),
    ("kind", "Đối tượng", 16),
    ("title", "Chức danh", 24),
    ("subject_group", "Nhóm", 9),
    ("award_form", "Danh hiệu, hình thức đề nghị", 34),
    ("birth_year", "Năm sinh", 11),
    ("gender", "Giới tính", 11),
    ("direct_worker", "Trực tiếp lao động", 12),
    ("leader", "Lãnh đạo", 12),
    ("members", "Số người", 11),
    ("achievement", "Tóm tắt thành tích", 60),
)
"""Key, heading and width of each column; the first column of the sheet is the running number."""

_YES = {"x", "co", "yes", "1", "true"}
_NO = {"", "khong", "no", "0", "false"}
_GENDERS = {"nam": "male", "nu": "female", "": None}
_RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet, understood: what a nomination needs."""

    number: int
    name: str
    kind: str
    title: str
    subject_group: str
    award_form: str
    birth_year: int | None
    gender: str | None
    direct_worker: bool
    leader: bool
    members: int | None
    achievement: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is not taken; `number` is that of the sheet."""

    number: int
    message: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a dry run found: rows to take, rows refused, rows that stand on the list already."""

    ready: tuple[Row, ...]
    refused: tuple[Fault, ...]
    known: tuple[int, ...]

    def kept(self) -> dict[str, Any]:
        """As plain values, to be kept until the person says yes."""
        return {
            "ready": [asdict(row) for row in self.ready],
            "refused": [asdict(fault) for fault in self.refused],
            "known": list(self.known),
        }


def from_kept(kept: dict[str, Any]) -> Trial:
    """A dry run as it was kept."""
    return Trial(
        tuple(Row(**row) for row in kept["ready"]),
        tuple(Fault(**fault) for fault in kept["refused"]),
        tuple(kept["known"]),
    )


def template_of(round_: Round) -> bytes:
    """An empty sheet for a round: the headings, and a second sheet that says what each column takes."""
    book = Workbook()
    sheet = _headed(book)
    sheet.append([1])
    guide = book.create_sheet("Hướng dẫn")
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 34, 90
    forms = "; ".join(f.name for f in award_forms().values() if round_.stage in f.stages)
    for heading, words in (
        ("Cột", "Cách ghi"),
        ("Họ tên, tên tập thể, tên hộ", "Bắt buộc. Ghi đúng như sẽ in trên Giấy khen."),
        ("Đối tượng", "Bắt buộc: " + ", ".join(vi for vi, _ in KINDS.values()) + "."),
        ("Nhóm", "Bắt buộc: " + "; ".join(f"{code} ({vi})" for code, (vi, _) in GROUPS.items()) + "."),
        ("Danh hiệu, hình thức đề nghị", f"Bắt buộc, một trong: {forms}."),
        ("Năm sinh, Số người", "Số nguyên, để trống được."),
        ("Giới tính", "Nam, Nữ, hoặc để trống."),
        ("Trực tiếp lao động, Lãnh đạo", "Đánh dấu x, hoặc để trống."),
        ("Tóm tắt thành tích", "Để trống được; ghi tiếp trong phiếu tự đánh giá."),
    ):
        guide.append([heading, words])
    return _bytes(book)


def export_list(list_id: int, *, by: Actor) -> bytes:
    """The one-line list of a list's names as a sheet; no cell can run as a formula."""
    row = lists.read_list(list_id, by=by)
    book = Workbook()
    sheet = _headed(book, more=["Đơn vị đề nghị", "Kết quả", "Lý do"])
    forms = award_forms()
    for number, (line, n) in enumerate(lists.lines_of(row.id), 1):
        values = [
            number, n.name, KINDS[n.kind][0], n.title, n.subject_group,
            forms[n.form_granted or n.form_passed or n.form_recommended or n.form_asked].name,
            None, None, None, None, None, n.achievement, n.unit_name,
            "Không đề nghị nữa" if line.removed else _result(row, line.result), line.reason,
        ]
        sheet.append([safe_cell(value) for value in values])
    with transaction():
        trail.record(
            "data:exported", by=by, stream=f"list:{list_id}", body={"what": row.title, "count": sheet.max_row - 1}
        )
    return _bytes(book)


def _result(row: List, value: str | None) -> str:
    for act in lists.KINDS[row.kind].acts:
        for result in act.results:
            if result.value == value:
                return result.label
    return value or ""


def safe_cell(value: Any) -> Any:
    """A cell that a spreadsheet shows as text: what begins like a formula gets a quote before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) else value


def _headed(book: Workbook, more: Sequence[str] = ()) -> Any:
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = "Danh sách trích ngang"
    sheet.append(["STT", *(heading for _, heading, _ in COLUMNS), *more])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 6
    for place, (_, _, width) in enumerate(COLUMNS):
        sheet.column_dimensions[chr(ord("B") + place)].width = width
    sheet.freeze_panes = "C2"
    return sheet


def _bytes(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def try_import(list_id: int, name: str, content: bytes, *, by: Actor) -> Trial:
    """Read a sheet and say of each row whether it can be taken; writes nothing. Invalid for a file that is no sheet."""
    row = _editable(list_id, by)
    stage = read_round(row.round_id).stage
    known = _on_list(list_id)
    first: dict[tuple[str, str, str], int] = {}
    ready: list[Row] = []
    refused: list[Fault] = []
    passed_over: list[int] = []
    for number, values in _rows(name, content):
        try:
            one = _understood(number, values, stage)
        except Refusal as refusal:
            refused.append(Fault(number, refusal.message, refusal.message_en))
            continue
        key = (one.kind, fold(one.name), str(one.birth_year or ""))
        if key in first:
            refused.append(Fault(number, f"trùng dòng {first[key]}", f"the same as row {first[key]}"))
        elif (one.kind, fold(one.name)) in known:
            passed_over.append(number)
        else:
            ready.append(one)
        first.setdefault(key, number)
    if not (ready or refused or passed_over):
        raise Invalid("Tệp không có dòng nào.", "The sheet has no rows.", code="empty-sheet")
    return Trial(tuple(ready), tuple(refused), tuple(passed_over))


def take_import(list_id: int, rows: Iterable[Row], *, by: Actor) -> int:
    """Nominate the rows of a dry run, all or none; names that stand on the list by now are passed over.

    Returns how many were new. Refused as `create_nomination` refuses, with the row's number.
    """
    taken = 0
    with transaction():
        row = _editable(list_id, by)
        assert row.unit_id is not None  # a submission is always a unit's
        people.take_turn(row.unit_id)
        known = _on_list(list_id)
        for one in rows:
            if (one.kind, fold(one.name)) in known:
                continue
            try:
                create_nomination(
                    row.round_id,
                    subject_group=one.subject_group,
                    award_form=one.award_form,
                    recipient=RecipientInput(
                        one.kind, one.name, row.unit_id, one.title, one.birth_year, one.gender, one.direct_worker,
                        one.leader, one.members,
                    ),
                    achievement=one.achievement,
                    by=by,
                )
            except Invalid as refusal:
                why = refusal.faults[0].message if refusal.faults else refusal.message
                raise Invalid(f"Dòng {one.number}: {why}", f"Row {one.number}: {refusal.message_en}") from None
            taken += 1
        if taken:
            trail.record("submission:imported", by=by, stream=f"list:{list_id}", body={"count": taken})
    return taken


def _editable(list_id: int, by: Actor) -> List:
    row = lists.read_list(list_id, by=by)
    if row.kind != "submission":
        raise NotFound("Không có hồ sơ này.", "There is no such submission.")
    if not may_file_for(by, "submission.import", row.unit_id or people.NO_UNIT):
        raise Forbidden("Bạn không nhập được danh sách của đơn vị này.", "You may not import this unit's list.")
    if row.state != "draft":
        raise Conflict(
            "Hồ sơ đã ký nộp nên không nhập thêm tên được.", "The submission is signed; no name can be added.",
            code="wrong-state",
        )
    return row


def _on_list(list_id: int) -> set[tuple[str, str]]:
    return {(n.kind, fold(n.name)) for line, n in lists.lines_of(list_id) if not line.removed}


def _rows(name: str, content: bytes) -> list[tuple[int, list[Any]]]:
    """Rows below the headings that have anything in them, with their numbers in the sheet."""
    if not name.lower().endswith(".xlsx"):
        raise Invalid("Chọn tệp .xlsx theo mẫu.", "Choose an .xlsx file.", code="not-a-sheet")
    try:
        inspect(name, content, limit=LARGEST)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        found = []
        for number, values in enumerate(
            sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=len(COLUMNS) + 1, values_only=True), 1
        ):
            cells = list(values[1:]) if number > 1 else []
            if any(clean(str(v)) for v in cells if v is not None):
                found.append((number, cells))
        book.close()
    except UploadRefused as refused:
        raise Invalid(refused.message, refused.message_en, code="upload-refused") from None
    except (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, TypeError, AttributeError):
        raise Invalid(
            "Không đọc được tệp. Tải mẫu, điền rồi gửi lại.", "The file cannot be read; use the template.",
            code="not-a-sheet",
        ) from None
    if len(found) > MOST_ROWS:
        raise Invalid(
            f"Tệp có hơn {MOST_ROWS} dòng. Chia thành nhiều tệp.", f"More than {MOST_ROWS} rows.", code="too-many-rows"
        )
    return found


def _understood(number: int, values: Sequence[Any], stage: str) -> Row:
    cell = dict(zip((key for key, _, _ in COLUMNS), [*values, *[None] * len(COLUMNS)], strict=False))
    name = _text(cell["name"], 200, "tên")
    if not name:
        raise _wrong("thiếu tên", "the name is missing")
    kind = _kind(_text(cell["kind"], 60, "đối tượng"))
    group = _text(cell["subject_group"], 60, "nhóm").upper()[:1]
    if group not in GROUPS:
        raise _wrong("ghi nhóm A, B, C hoặc D", "the group is A, B, C or D")
    form = _form(_text(cell["award_form"], 200, "hình thức"), kind, stage)
    return Row(
        number, name, kind, _text(cell["title"], 200, "chức danh"), group, form,
        _whole(cell["birth_year"], "năm sinh", 1900, clock.today().year),
        _gender(_text(cell["gender"], 20, "giới tính")),
        _tick(cell["direct_worker"], "trực tiếp lao động"),
        _tick(cell["leader"], "lãnh đạo"),
        _whole(cell["members"], "số người", 1, 100_000),
        _text(cell["achievement"], 4_000, "tóm tắt thành tích"),
    )


def _wrong(message: str, message_en: str) -> Refusal:
    return Refusal(message, message_en)


def _text(value: Any, most: int, what: str) -> str:
    text = "" if value is None else clean(str(value))
    if text.startswith("'") and text[1:].startswith(_RISKY):
        text = text[1:]  # as our own sheets write it
    if len(text) > most:
        raise _wrong(f"{what} dài quá {most} chữ", f"longer than {most} characters")
    return text


def _kind(text: str) -> str:
    known = {fold(vi): code for code, (vi, _) in KINDS.items()} | {fold(en): code for code, (_, en) in KINDS.items()}
    known |= {code.lower(): code for code in KINDS} | {"ho": "HOUSEHOLD"}
    if fold(text) not in known:
        raise _wrong("ghi đối tượng: cá nhân, tập thể hoặc hộ gia đình", "individual, collective or household")
    return known[fold(text)]


def _form(text: str, kind: str, stage: str) -> str:
    forms = award_forms()
    known = {fold(f.name): f for f in forms.values()} | {fold(f.short): f for f in forms.values()}
    known |= {code.lower().replace("_", " "): f for code, f in forms.items()}
    found = known.get(fold(text.replace("_", " ")))
    if found is None:
        raise _wrong("hình thức đề nghị không có trong Kế hoạch", "the form of award is not in the plan")
    if stage not in found.stages:
        raise _wrong(f"{found.short} không được đề nghị trong đợt này", f"{found.code} cannot be asked in this round")
    if kind not in found.kinds:
        raise _wrong(f"{found.short} không dành cho {KINDS[kind][0].lower()}", f"{found.code} is not for {kind}")
    return found.code


def _gender(text: str) -> str | None:
    if fold(text) not in _GENDERS:
        raise _wrong("giới tính ghi Nam hoặc Nữ", "the gender is Nam or Nữ")
    return _GENDERS[fold(text)]


def _tick(value: Any, what: str) -> bool:
    text = fold("" if value is None else str(value))
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise _wrong(f"cột {what}: đánh dấu x hoặc để trống", "a tick is x or nothing")


def _whole(value: Any, what: str, least: int, most: int) -> int | None:
    if value is None or str(value).strip() == "":
        return None
    try:
        number = float(str(value).strip())
    except ValueError:
        raise _wrong(f"{what} phải là số", "not a number") from None
    if number != int(number) if abs(number) < 1e9 else True:
        raise _wrong(f"{what} phải là số nguyên", "not a whole number")
    if not least <= number <= most:
        raise _wrong(f"{what} từ {least} đến {most}", f"from {least} to {most}")
    return int(number)
