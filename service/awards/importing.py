"""A unit's list of names by Excel: the template, a dry run with the fault of each row, and taking the good rows.

Taking is repeat-safe: a name that stands on the list already is passed over, so the same file again adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from service import clock, people, trail
from service.actor import Actor
from service.awards import lists
from service.awards.catalogue import GROUPS, KINDS, award_forms
from service.awards.models import List, Round
from service.awards.nominations import create_nomination, may_file_for
from service.awards.recipients import RecipientInput
from service.db import transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from service.sheets import (
    Column,
    add_guide,
    as_text,
    as_tick,
    as_whole,
    content_of,
    new_sheet,
    read_sheet,
    safe_cell,
    wrong,
)
from service.vietnamese import fold

_TITLE = "Danh sách trích ngang"
MOST_ROWS = 500

COLUMNS: tuple[Column, ...] = (
    Column("name", "Họ tên, tên tập thể, tên hộ", 34, needed=True),
    Column("kind", "Đối tượng", 16),
    Column("title", "Chức danh", 24),
    Column("subject_group", "Nhóm", 9),
    Column("award_form", "Danh hiệu, hình thức đề nghị", 34),
    Column("birth_year", "Năm sinh", 11),
    Column("gender", "Giới tính", 11),
    Column("direct_worker", "Trực tiếp lao động", 12),
    Column("leader", "Lãnh đạo", 12),
    Column("members", "Số người", 11),
    Column("achievement", "Tóm tắt thành tích", 60),
)
"""The columns of the sheet behind the running number."""

_GENDERS = {"nam": "male", "nu": "female", "": None}


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
    book, sheet = new_sheet(_TITLE, COLUMNS)
    sheet.append([1])
    forms = "; ".join(f.name for f in award_forms().values() if round_.stage in f.stages)
    add_guide(book, (
        ("Họ tên, tên tập thể, tên hộ", "Bắt buộc. Ghi đúng như sẽ in trên Giấy khen."),
        ("Đối tượng", "Bắt buộc: " + ", ".join(vi for vi, _ in KINDS.values()) + "."),
        ("Nhóm", "Bắt buộc: " + "; ".join(f"{code} ({vi})" for code, (vi, _) in GROUPS.items()) + "."),
        ("Danh hiệu, hình thức đề nghị", f"Bắt buộc, một trong: {forms}."),
        ("Năm sinh, Số người", "Số nguyên, để trống được."),
        ("Giới tính", "Nam, Nữ, hoặc để trống."),
        ("Trực tiếp lao động, Lãnh đạo", "Đánh dấu x, hoặc để trống."),
        ("Tóm tắt thành tích", "Để trống được; ghi tiếp trong phiếu tự đánh giá."),
    ))
    return content_of(book)


def export_list(list_id: int, *, by: Actor) -> bytes:
    """The one-line list of a list's names as a sheet; no cell can run as a formula."""
    row = lists.read_list(list_id, by=by)
    book, sheet = new_sheet(_TITLE, COLUMNS, more=["Đơn vị đề nghị", "Kết quả", "Lý do"])
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
    return content_of(book)


def _result(row: List, value: str | None) -> str:
    for act in lists.KINDS[row.kind].acts:
        for result in act.results:
            if result.value == value:
                return result.label
    return value or ""


def try_import(list_id: int, name: str, content: bytes, *, by: Actor) -> Trial:
    """Read a sheet and say of each row whether it can be taken; writes nothing. Invalid for a file that is no sheet."""
    _editable(list_id, by)
    known = _on_list(list_id)
    first: dict[tuple[str, str, str], int] = {}
    ready: list[Row] = []
    refused: list[Fault] = []
    passed_over: list[int] = []
    for sheet_row in read_sheet(name, content, COLUMNS, most=MOST_ROWS):
        number = sheet_row.number
        try:
            if sheet_row.faults:
                raise wrong("; ".join(vi for vi, _ in sheet_row.faults), "; ".join(en for _, en in sheet_row.faults))
            one = _understood(number, sheet_row.cells)
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


def _understood(number: int, cell: Mapping[str, Any]) -> Row:
    name = as_text(cell["name"], 200, "tên")
    if not name:
        raise wrong("thiếu tên", "the name is missing")
    kind = kind_of(as_text(cell["kind"], 60, "đối tượng"))
    group = as_text(cell["subject_group"], 60, "nhóm").upper()[:1]
    if group not in GROUPS:
        raise wrong("ghi nhóm A, B, C hoặc D", "the group is A, B, C or D")
    form = _form(as_text(cell["award_form"], 200, "hình thức"))
    return Row(
        number, name, kind, as_text(cell["title"], 200, "chức danh"), group, form,
        as_whole(cell["birth_year"], "năm sinh", 1900, clock.today().year),
        _gender(as_text(cell["gender"], 20, "giới tính")),
        as_tick(cell["direct_worker"], "trực tiếp lao động"),
        as_tick(cell["leader"], "lãnh đạo"),
        as_whole(cell["members"], "số người", 1, 100_000),
        as_text(cell["achievement"], 4_000, "tóm tắt thành tích"),
    )


def kind_of(text: str) -> str:
    """The kind of recipient that a cell names; a refusal where it names none."""
    known = {fold(vi): code for code, (vi, _) in KINDS.items()} | {fold(en): code for code, (_, en) in KINDS.items()}
    known |= {code.lower(): code for code in KINDS} | {"ho": "HOUSEHOLD"}
    if fold(text) not in known:
        raise wrong("ghi đối tượng: cá nhân, tập thể hoặc hộ gia đình", "individual, collective or household")
    return known[fold(text)]


def _form(text: str) -> str:
    forms = award_forms()
    known = {fold(f.name): f for f in forms.values()} | {fold(f.short): f for f in forms.values()}
    known |= {code.lower().replace("_", " "): f for code, f in forms.items()}
    found = known.get(fold(text.replace("_", " ")))
    if found is None:
        raise wrong("hình thức đề nghị không có trong Kế hoạch", "the form of award is not in the plan")
    return found.code


def _gender(text: str) -> str | None:
    if fold(text) not in _GENDERS:
        raise wrong("giới tính ghi Nam hoặc Nữ", "the gender is Nam or Nữ")
    return _GENDERS[fold(text)]
