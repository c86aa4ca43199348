"""Past awards by Excel: the template, a dry run with what is wrong with each row, taking the good ones, the rest to mend.

Nothing of a sheet is lost: what is refused is kept with its cells and its reason, and can be had back as a sheet. Taking is
repeat-safe: the same sheet again adds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service import people
from service.actor import Actor
from service.awards.honours import BASES, by_words, honour_name, honours
from service.awards.importing import kind_of
from service.awards.past_awards import ENTER, PastInput, enter_past, fault_of, faults_within, stands_already
from service.db import reading
from service.errors import Refusal
from service.imports import MOST_ROWS, Import, Reader, Taken, Trial, Verdict, run
from service.sheets import Column, as_day, as_text, as_whole, wrong
from service.vietnamese import fold

_TITLE = "Khen thưởng trước đây"

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


PastTrial = Trial[PastInput]


def try_past_import(name: str, content: bytes, *, by: Actor) -> PastTrial:
    """Read a sheet and say of each row whether it can be taken; writes nothing. Forbidden; Invalid for what is no sheet."""
    people.require(by, ENTER)
    units = people.units_by_words()
    return run(name, content, COLUMNS, lambda row: understood(row.cells, units, row.faults), _judged)


def _judged(rows: Sequence[tuple[int, PastInput]]) -> dict[int, Verdict | Refusal]:
    """What the rows are, held against each other and against the register."""
    found: dict[int, Verdict | Refusal] = {}
    first: dict[tuple[Any, ...], int] = {}
    ratings: dict[tuple[Any, ...], tuple[int, str]] = {}
    with reading() as s:
        for number, said in rows:
            try:
                if number != (other := first.setdefault(_same(said), number)):
                    raise wrong(f"trùng dòng {other}", f"the same as row {other}")
                _no_second_rating(said, number, ratings)
                if fault := fault_of(s, said):
                    raise wrong(*fault)
                found[number] = Verdict("same" if stands_already(s, said) else "new", notes=_notes(said))
            except Refusal as refusal:
                found[number] = refusal
    return found


def _notes(said: PastInput) -> tuple[tuple[str, str], ...]:
    """What a person looks at once more although the row can be taken."""
    small = said.name[:1].islower()
    return (("tên viết chữ thường, kiểm tra lại", "the name begins with a small letter; check it"),) if small else ()


def take_past_import(trial: PastTrial, *, by: Actor) -> int:
    """Enter the good rows of a dry run, all or none; returns how many were new by now."""
    return enter_past([said for _, said in trial.ready], by=by)


def _guide() -> list[tuple[str, str]]:
    names = "; ".join(h.name for h in honours().values())
    return [(c.heading, c.hint or f"Bắt buộc, một trong: {names}.") for c in COLUMNS]


def understood(cells: Mapping[str, Any], units: Mapping[str, set[int]], faults: Sequence[tuple[str, str]] = ()) -> PastInput:
    """A row's cells as what they mean; a refusal that names everything that is wrong with it, not the first thing only."""
    row = Reader(COLUMNS, cells, faults)
    said = {
        "name": row.take("name", _name),
        "kind": row.take("kind", lambda v: kind_of(as_text(v, 60, "đối tượng"))),
        "unit": row.take("unit", lambda v: _unit(as_text(v, 300, "đơn vị"), units)),
        "birth_year": row.take("birth_year", lambda v: as_whole(v, "năm sinh", 1900, 2100)),
        "what": row.take("what", _what),
        "year": row.take("year", _year),
        "basis": row.take("basis", _basis),
        "decision": row.take("decision", lambda v: as_text(v, 60, "số quyết định")),
        "decided_on": row.take("decided_on", lambda v: as_day(v, "ngày quyết định")),
        "issuer": row.take("issuer", lambda v: as_text(v, 200, "cơ quan quyết định")),
        "achievement": row.take("achievement", lambda v: as_text(v, 4_000, "thành tích")),
        "used_for": row.take("used_for", lambda v: as_text(v, 200, "sáng kiến đã dùng")),
    }
    fitting = ("what", "kind", "year", "birth_year", "decision", "decided_on", "achievement")
    row.wrongs += faults_within(**{key: said[key] for key in fitting})
    row.finish()
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


IMPORT = Import(
    "past-awards", _TITLE, COLUMNS, ENTER, PastTrial,
    try_=lambda name, content, by: try_past_import(name, content, by=by),
    take=lambda trial, by: Taken(take_past_import(trial, by=by)),
    guide=_guide,
)
from_kept, refused_sheet, template = IMPORT.from_kept, IMPORT.refused_sheet, IMPORT.template

__all__ = [
    "COLUMNS", "IMPORT", "MOST_ROWS", "PastTrial", "from_kept", "refused_sheet", "take_past_import", "template", "try_past_import",
    "understood",
]
