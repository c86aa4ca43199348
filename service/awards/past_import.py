"""Past awards by Excel: the template, a dry run with what is wrong with each row, taking the good ones, the rest to mend.

Nothing of a sheet is lost: what is refused is kept with its cells and its reason, and can be had back as a sheet. Taking is
repeat-safe: the same sheet again adds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from service import people
from service.actor import Actor
from service.awards.honours import BASES, by_words, honour_name, honours
from service.awards.importing import kind_of
from service.awards.past_awards import ENTER, PastInput, enter_past, fault_of, stands_already
from service.db import reading
from service.errors import Invalid, Refusal
from service.sheets import (
    Column,
    SheetRow,
    add_guide,
    as_day,
    as_text,
    as_whole,
    content_of,
    new_sheet,
    read_sheet,
    safe_cell,
    wrong,
)
from service.vietnamese import fold

MOST_ROWS = 2_000
_TITLE = "Khen thưởng đã có"
_WHY = "Vì sao chưa nhận"

COLUMNS: tuple[Column, ...] = (
    Column("name", "Họ tên, tên tập thể, tên hộ", 34, "Bắt buộc. Đủ họ, tên.", needed=True),
    Column("kind", "Đối tượng", 14, "Bắt buộc: Cá nhân, Tập thể hoặc Hộ gia đình.", needed=True),
    Column("unit", "Đơn vị", 30, "Bắt buộc: mã hoặc tên đơn vị trong danh mục, tên cũ cũng được.", needed=True),
    Column("birth_year", "Năm sinh", 10, "Để trống được; cần khi trùng họ tên."),
    Column("what", "Danh hiệu, hình thức, xếp loại", 34, "", needed=True),
    Column("year", "Năm", 8, "Bắt buộc: năm được khen, năm được xếp loại.", needed=True),
    Column("basis", "Loại hình", 14, "Công trạng, Phong trào, Chuyên đề, Đột xuất; để trống nếu chưa rõ."),
    Column("decision", "Số quyết định", 20, "Bắt buộc với Giấy khen, Bằng khen, Cờ, Huân chương."),
    Column("decided_on", "Ngày quyết định", 14, "Dạng 31/12/2025."),
    Column("issuer", "Cơ quan quyết định", 28, "Để trống được."),
    Column("achievement", "Thành tích, tên sáng kiến", 44, "Với sáng kiến: bắt buộc ghi tên."),
    Column("used_for", "Sáng kiến đã dùng để xét", 24, "Danh hiệu đã dùng sáng kiến này để xét; để trống nếu chưa dùng."),
)


@dataclass(frozen=True, slots=True)
class Turned:
    """A row that was not taken: its number, what names it, why, and its cells as they were."""

    number: int
    name: str
    message: str
    message_en: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PastTrial:
    """What a dry run found: rows to take, refused ones, rows that stand in the register, rows whose value a formula gave."""

    ready: tuple[tuple[int, PastInput], ...]
    refused: tuple[Turned, ...]
    known: tuple[tuple[int, str], ...]
    reckoned: tuple[tuple[int, str, str], ...]
    """Number, name, headings of the cells that a formula gave."""

    @property
    def read(self) -> int:
        """How many rows the sheet had."""
        return len(self.ready) + len(self.refused) + len(self.known)

    def kept(self) -> dict[str, Any]:
        """As plain values, to be kept until the person says yes."""
        return {
            "ready": [[n, asdict(said) | {"decided_on": said.decided_on and said.decided_on.isoformat()}] for n, said in self.ready],
            "refused": [asdict(one) for one in self.refused],
            "known": [list(one) for one in self.known],
            "reckoned": [list(one) for one in self.reckoned],
        }


def from_kept(kept: Mapping[str, Any]) -> PastTrial:
    """A dry run as it was kept."""
    return PastTrial(
        tuple(
            (n, PastInput(**said | {"decided_on": said["decided_on"] and date.fromisoformat(said["decided_on"])}))
            for n, said in kept["ready"]
        ),
        tuple(Turned(**one) for one in kept["refused"]),
        tuple((n, name) for n, name in kept["known"]),
        tuple((n, name, cells) for n, name, cells in kept["reckoned"]),
    )


def template() -> bytes:
    """An empty sheet: the headings, and a second sheet that says how each column is filled in."""
    book, sheet = new_sheet(_TITLE, COLUMNS)
    sheet.append([1])
    names = "; ".join(h.name for h in honours().values())
    add_guide(book, ((c.heading, c.hint or f"Bắt buộc, một trong: {names}.") for c in COLUMNS))
    return content_of(book)


def try_past_import(name: str, content: bytes, *, by: Actor) -> PastTrial:
    """Read a sheet and say of each row whether it can be taken; writes nothing. Forbidden; Invalid for what is no sheet."""
    people.require(by, ENTER)
    rows = read_sheet(name, content, COLUMNS, most=MOST_ROWS)
    if not rows:
        raise Invalid("Tệp không có dòng nào.", "The sheet has no rows.", code="empty-sheet")
    units = people.units_by_words()
    ready: list[tuple[int, PastInput]] = []
    refused: list[Turned] = []
    known: list[tuple[int, str]] = []
    reckoned: list[tuple[int, str, str]] = []
    first: dict[tuple[Any, ...], int] = {}
    ratings: dict[tuple[Any, ...], tuple[int, str]] = {}
    with reading() as s:
        for row in rows:
            called = _called(row)
            try:
                said = understood(row.cells, units, row.faults)
                if row.number != first.setdefault(_same(said), row.number):
                    raise wrong(f"trùng dòng {first[_same(said)]}", f"the same as row {first[_same(said)]}")
                _no_second_rating(said, row.number, ratings)
                if fault := fault_of(s, said):
                    raise wrong(*fault)
            except Refusal as refusal:
                refused.append(Turned(row.number, called, refusal.message, refusal.message_en, _cells(row)))
                continue
            if stands_already(s, said):
                known.append((row.number, called))
                continue
            ready.append((row.number, said))
            if row.formulas:
                reckoned.append((row.number, called, ", ".join(row.formulas)))
    return PastTrial(tuple(ready), tuple(refused), tuple(known), tuple(reckoned))


def take_past_import(trial: PastTrial, *, by: Actor) -> int:
    """Enter the good rows of a dry run, all or none; returns how many were new by now."""
    return enter_past([said for _, said in trial.ready], by=by)


def refused_sheet(trial: PastTrial) -> bytes:
    """The refused rows as a sheet of the same columns, each with its reason, to be mended and sent again."""
    book, sheet = new_sheet(_TITLE, COLUMNS, more=[_WHY])
    for number, one in enumerate(trial.refused, 1):
        sheet.append([number, *(safe_cell(one.cells.get(c.key) or None) for c in COLUMNS),
                      safe_cell(f"Dòng {one.number}: {one.message}")])
    return content_of(book)


def understood(cells: Mapping[str, Any], units: Mapping[str, set[int]], faults: Sequence[tuple[str, str]] = ()) -> PastInput:
    """A row's cells as what they mean; a refusal that names everything that is wrong with it, not the first thing only."""
    wrongs = list(faults)
    broken = {vi.partition(" báo lỗi")[0].partition(" là công thức")[0] for vi, _ in faults}

    def take(key: str, read: Any) -> Any:
        column = next(c for c in COLUMNS if c.key == key)
        if f"cột {column.heading}" in broken:
            return None
        try:
            return read(cells.get(key))
        except Refusal as refusal:
            wrongs.append((refusal.message, refusal.message_en))
            return None

    said = {
        "name": take("name", _name),
        "kind": take("kind", lambda v: kind_of(as_text(v, 60, "đối tượng"))),
        "unit": take("unit", lambda v: _unit(as_text(v, 300, "đơn vị"), units)),
        "birth_year": take("birth_year", lambda v: as_whole(v, "năm sinh", 1900, 2100)),
        "what": take("what", _what),
        "year": take("year", _year),
        "basis": take("basis", _basis),
        "decision": take("decision", lambda v: as_text(v, 60, "số quyết định")),
        "decided_on": take("decided_on", lambda v: as_day(v, "ngày quyết định")),
        "issuer": take("issuer", lambda v: as_text(v, 200, "cơ quan quyết định")),
        "achievement": take("achievement", lambda v: as_text(v, 4_000, "thành tích")),
        "used_for": take("used_for", lambda v: as_text(v, 200, "sáng kiến đã dùng")),
    }
    if wrongs:
        raise wrong("; ".join(vi for vi, _ in wrongs), "; ".join(en for _, en in wrongs))
    return PastInput(**said)


def _name(value: Any) -> str:
    name = as_text(value, 200, "tên")
    if not name:
        raise wrong("thiếu tên", "the name is missing")
    return name


def _unit(text: str, units: Mapping[str, set[int]]) -> int:
    if not text:
        raise wrong("thiếu đơn vị", "the unit is missing")
    found = units.get(fold(text), set())
    if len(found) != 1:
        problem = "không có trong danh mục" if not found else "trùng tên với đơn vị khác, ghi mã"
        raise wrong(f"đơn vị “{text[:60]}” {problem}", f"the unit {text[:60]} is {'unknown' if not found else 'ambiguous; give its code'}")
    return next(iter(found))


def _what(value: Any) -> str:
    text = as_text(value, 200, "danh hiệu")
    code = by_words().get(fold(text.replace("_", " ")))
    if code is None:
        raise wrong(
            f"“{text[:60]}” không có trong danh mục danh hiệu, hình thức, xếp loại" if text else "thiếu danh hiệu, hình thức, xếp loại",
            f"{text[:60] or 'nothing'} is no award, title or rating of the catalogue",
        )
    return code


def _year(value: Any) -> int:
    year = as_whole(value, "năm", 1945, 2100)
    if year is None:
        raise wrong("thiếu năm", "the year is missing")
    return year


def _basis(value: Any) -> str:
    text = as_text(value, 60, "loại hình")
    known = {fold(vi): code for code, (vi, _) in BASES.items()} | {"": "", "thuong xuyen": "CONG_TRANG"}
    if fold(text) not in known:
        raise wrong(
            f"loại hình “{text[:40]}”: ghi Công trạng, Phong trào, Chuyên đề hoặc Đột xuất, hoặc để trống",
            "the type is one of merit, movement, theme, ad hoc, or empty",
        )
    return known[fold(text)]


def _same(said: PastInput) -> tuple[Any, ...]:
    sort = honours()[said.what].sort
    own = {"award": said.decision, "initiative": said.achievement}.get(sort, "")
    return (said.kind, fold(said.name), said.unit, said.birth_year, said.what, said.year, fold(own))


def _no_second_rating(said: PastInput, number: int, seen: dict[tuple[Any, ...], tuple[int, str]]) -> None:
    if honours()[said.what].sort != "rating":
        return
    key = (said.kind, fold(said.name), said.unit, said.birth_year, said.year)
    other, what = seen.setdefault(key, (number, said.what))
    if what != said.what:
        raise wrong(f"dòng {other} xếp loại khác cho cùng năm: {honour_name(what)}", f"row {other} rates the same year otherwise")


def _called(row: SheetRow) -> str:
    return str(row.cells.get("name") or "")[:80].strip()


def _cells(row: SheetRow) -> dict[str, str]:
    """The cells as they were, as text."""
    return {key: _as_written(value) for key, value in row.cells.items() if value is not None}


def _as_written(value: Any) -> str:
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)[:4_000]


__all__ = [
    "COLUMNS", "MOST_ROWS", "PastTrial", "from_kept", "refused_sheet", "take_past_import", "template", "try_past_import",
    "understood",
]
