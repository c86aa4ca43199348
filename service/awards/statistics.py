"""The yearly statistics of emulation and commendation: what the registers can count, name by name, and what nobody can know from them.

Reads only. An award counts in the year of its decision; a revoked one does not, and is told apart. The overview of the movement counts by
round where a round is not ad hoc (`results.YEAR`): whoever counts there in another year than here is told by name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from openpyxl import Workbook
from sqlalchemy import func, or_, select

from service import clock, people, sheets, words
from service.actor import Actor
from service.awards.catalogue import DATA, AwardForm, award_forms
from service.awards.models import Award, Movement, Nomination, PastAward, Recipient, Round
from service.awards.results import ROLE, YEAR
from service.awards.rules import rules_on
from service.db import reading
from service.errors import NotFound
from service.vietnamese import sort_key

READ = "statistics.read"
DUE, AHEAD = "STAT_REPORT_DUE", "STAT_REPORT_AHEAD_DAYS"
_ENTERPRISE = "enterprise"
APART: Mapping[str, tuple[str, str]] = {
    "earlier": ("Quyết định trong năm, trang Tổng quan tính vào năm khác", "Decided in this year, counted in another on the overview"),
    "later": ("Trang Tổng quan tính vào năm này, quyết định năm khác", "Counted in this year on the overview, decided in another"),
}
"""Names that count in different years here and on the overview, by word; none of them is a count of the year."""
_NAME_HEADS = (
    ("STT", "No."), ("Họ và tên, tên tập thể", "Name"), ("Đơn vị", "Unit"), ("Danh hiệu, hình thức", "Award"), ("Quyết định", "Decision"),
    ("Ngày", "Day"), ("Tính vào cột", "Counts as"),
)

Words = tuple[str, str]
"""The same in Vietnamese and in English."""


@dataclass(frozen=True, slots=True)
class Named:
    """One award of the year: whose, by which decision, and the columns in which it counts."""

    award: int
    nomination: int | None
    name: str
    unit: str
    form: str
    decision: str
    decided_on: date
    counts: frozenset[str]
    overview: int | None
    """The year in which the overview of the movement counts it; None where that does not."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What the registers cannot say, and why."""

    label: Words
    why: Words


@dataclass(frozen=True, slots=True)
class Statistics:
    """A year: its awards, movements in force, rounds that were opened, awards revoked, rows of past awards that are not counted."""

    year: int
    names: tuple[Named, ...]
    movements: tuple[tuple[str, date, date], ...]
    """Name, first and last day of each movement in force in the year."""
    rounds: tuple[tuple[int, str], ...]
    revoked: int
    past: int
    later: tuple[Named, ...] = ()
    """Awards that the overview counts in this year and that were decided in another one; no number of the year holds them."""

    def of(self, form: str = "", column: str = "all") -> list[Named]:
        """The names behind one number; of every form without one."""
        return [one for one in (*self.names, *self.later) if (not form or one.form == form) and column in one.counts]

    def forms(self, level: str) -> list[AwardForm]:
        """Forms of award of a level of which the year has any."""
        known = {one.form for one in self.names}
        return [one for code, one in award_forms().items() if one.level == level and code in known]


@cache
def _data() -> Mapping[str, list[dict[str, str]]]:
    return tomllib.loads((DATA / "statistics.toml").read_text(encoding="utf-8"))


def _both(row: Mapping[str, str], key: str = "label") -> Words:
    return row[key], row[f"{key}_en"]


def columns() -> dict[str, Words]:
    """What is counted of each form of award, by word."""
    return {row["word"]: _both(row) for row in _data()["column"]}


def sections() -> dict[str, Words]:
    """Levels in the order of the page, with what each is called."""
    return {row["level"]: _both(row) for row in _data()["section"]}


def unknown() -> list[Unknown]:
    """What the forms may ask for and the registers do not hold: told as such, never as nought."""
    return [Unknown(_both(row), _both(row, "why")) for row in _data()["unknown"]]


def statistics_of(year: int, *, by: Actor) -> Statistics:
    """Count a year from the registers. Raises Forbidden, NotFound for a year that has not begun or is out of reach."""
    people.require(by, READ)
    if not 2000 <= year <= clock.today().year:
        raise NotFound("Chưa có số liệu của năm này. Chọn năm nay hoặc một năm trước.", "There are no numbers of this year.")
    first, last = date(year, 1, 1), date(year, 12, 31)
    in_year = Award.decided_on.between(first, last)
    with reading() as s:
        rows = s.execute(
            select(Award, Recipient, Nomination, ROLE.label("role"), YEAR.label("overview"))
            .join(Recipient, Recipient.id == Award.recipient_id)
            .outerjoin(Nomination, Nomination.id == Award.nomination_id).outerjoin(Round, Round.id == Nomination.round_id)
            .where(or_(in_year, YEAR.in_([year])), Award.status != "revoked")
        ).all()
        kinds = {one.id: one.kind for one in people.list_units(ended=True)}
        names = people.unit_names({row.Recipient.unit_id for row in rows})
        found = tuple(sorted(
            (_named(year, row, kinds, names) for row in rows),
            key=lambda one: (one.decided_on, one.decision, sort_key(one.name)),
        ))
        revoked = s.scalar(select(func.count()).select_from(Award).where(in_year, Award.status == "revoked")) or 0
        past = s.scalar(select(func.count()).select_from(PastAward).where(PastAward.year == year, PastAward.struck == "")) or 0
        movements = s.execute(
            select(Movement.name, Movement.starts, Movement.ends).where(Movement.starts <= last, Movement.ends >= first)
            .order_by(Movement.starts, Movement.id)
        ).all()
        rounds = s.execute(
            select(Round.id, Round.name).where(Round.year == year, Round.state != "planned").order_by(Round.id)
        ).all()
    in_force = tuple((one.name, one.starts, one.ends) for one in movements)
    here, later = (tuple(one for one in found if ("later" in one.counts) is apart) for apart in (False, True))
    return Statistics(year, here, in_force, tuple((one.id, one.name) for one in rounds), revoked, past, later)


def _named(year: int, row: Any, kinds: Mapping[int, str], units: Mapping[int, str]) -> Named:
    award, recipient, nomination, overview = row.Award, row.Recipient, row.Nomination, None if row.overview is None else int(row.overview)
    counts = _counts(recipient, row.role, kinds) if award.decided_on.year == year else {"later"}
    if overview not in (None, year):
        counts.add("earlier")
    name = nomination.name if nomination is not None else recipient.name
    unit = nomination.unit_name if nomination is not None else units.get(recipient.unit_id, "")
    return Named(award.id, award.nomination_id, name, unit, award.form, award.decision, award.decided_on, frozenset(counts), overview)


def _counts(recipient: Recipient, role: str, kinds: Mapping[int, str]) -> set[str]:
    """The columns in which an award counts; each person in one of leader, direct, other."""
    counts = {"all", recipient.kind}
    if recipient.kind == "INDIVIDUAL":
        counts.add(role)
        counts |= {"no_gender"} if not recipient.gender else {"woman"} if recipient.gender == "female" else set()
    elif recipient.kind == "COLLECTIVE" and kinds.get(recipient.collective_unit_id or recipient.unit_id) == _ENTERPRISE:
        counts.add("enterprise")
    return counts


def due_on(year: int) -> date | None:
    """The day by which the year's statistics are to be received, by the rules of today; None without the rule."""
    said = rules_on(clock.today()).shown(DUE)
    if said is None:
        return None
    day, month = str(said).split("-")
    return date(year, int(month), int(day))


def to_send() -> tuple[int, date] | None:
    """The year whose statistics are to be sent soon, and by when; None while that is far, once the day is past, without the rules."""
    today = clock.today()
    day, ahead = due_on(today.year), rules_on(today).shown(AHEAD)
    if day is None or ahead is None:
        return None
    return (today.year, day) if day - timedelta(days=int(ahead)) <= today <= day else None


def sheet_of(found: Statistics, *, language: str = "vi") -> bytes:
    """The year as an Excel workbook: numbers, the names behind them, and what is not known."""
    at = int(language == "en")
    counted = columns()
    heads = [("Danh hiệu, hình thức", "Award")[at], *(said[at] for said in counted.values())]
    title = f"{('Thống kê', 'Statistics')[at]} {found.year}"
    book, sheet = sheets.new_sheet(title, [sheets.Column(f"c{n}", head, width=40 if n == 0 else 14) for n, head in enumerate(heads)])
    number = 0
    for level, said in sections().items():
        sheet.append([None, said[at]])
        for form in found.forms(level):
            number += 1
            sheet.append([number, (form.name, form.name_en)[at], *(len(found.of(form.code, column)) for column in counted)])
    sheet.append([None, ("Tổng cộng", "In all")[at], *(len(found.of(column=column)) for column in counted)])
    sheet.append([])
    for label, value in (
        (("Phong trào thi đua đang triển khai trong năm", "Movements in force in the year"), len(found.movements)),
        (("Phong trào thi đua bắt đầu trong năm", "Movements begun in the year"), sum(s.year == found.year for _, s, _ in found.movements)),
        (("Đợt xét khen thưởng trong năm", "Rounds of the year"), len(found.rounds)),
        (("Quyết định trong năm đã bị hủy bỏ, thu hồi (không cộng ở trên)", "Revoked since, not counted above"), found.revoked),
        *((label, len(found.of(column=word))) for word, label in APART.items()),
    ):
        sheet.append([None, label[at], value])
    _add_names(book, found.names, at)
    notes = book.create_sheet(("Chưa có số liệu", "Not known")[at])
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 60, 70
    notes.append([compare_first()[at]])
    for one in unknown():
        notes.append([one.label[at], one.why[at]])
    return sheets.content_of(book)


def _add_names(book: Workbook, names: Sequence[Named], at: int) -> None:
    """A sheet with every name that was counted."""
    sheet = book.create_sheet(("Danh sách", "Names")[at])
    sheet.append([head[at] for head in _NAME_HEADS])
    known = columns()
    for number, one in enumerate(names, 1):
        form = award_forms()[one.form]
        said = (one.name, one.unit, (form.name, form.name_en)[at], one.decision, words.full_date(one.decided_on),
                "; ".join(known[column][at] for column in known if column in one.counts))
        sheet.append([number, *(sheets.safe_cell(cell) for cell in said)])
    for column, width in zip("ABCDEFG", (6, 34, 34, 34, 18, 14, 60), strict=True):
        sheet.column_dimensions[column].width = width


def compare_first() -> Words:
    """What everybody is told who uses these numbers."""
    return (
        "Hệ thống chưa có nguyên văn các biểu 0601.N, 0602.N, 0603.N/BNV-TĐKT (Thông tư 02/2023/TT-BNV): đối chiếu mẫu trước khi gửi. "
        "Thông tư 18/2025/TT-BNV ngày 08/10/2025 quy định chế độ báo cáo thống kê ngành Nội vụ: dùng mẫu đang có hiệu lực.",
        "The texts of forms 0601.N, 0602.N and 0603.N/BNV-TĐKT (Circular 02/2023/TT-BNV) were not seen: hold these numbers against the "
        "forms before they are sent. Circular 18/2025/TT-BNV of 8 October 2025 is about the same reports: use the forms in force.",
    )
