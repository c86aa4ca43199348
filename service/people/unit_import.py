"""Units by Excel: each row made, changed, passed over or refused; the tree of a sheet is looked at as a whole.

The code says which unit a row is. An empty cell leaves a unit as it is, so that a short sheet takes nothing away; "không" as
the unit above takes a unit out from under it. A name, once given, stays with its days: another name is a renaming.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from service import clock
from service.actor import Actor
from service.db import reading, transaction
from service.errors import Invalid, Refusal
from service.imports import Change, Import, Reader, Taken, Trial, Verdict, check_seen, needed, one_of, run
from service.people import rights, units
from service.people.models import UnitName
from service.people.units import KINDS, SUBJECT_GROUPS, DatedName, UnitView
from service.sheets import Column, SheetRow, as_day, as_phone, as_text, wrong
from service.vietnamese import clean, fold

RIGHT = "unit.edit"
NOWHERE = "-"
"""As the unit above: under none, as against nothing said."""

COLUMNS: tuple[Column, ...] = (
    Column("code", "Mã", 18, "Bắt buộc. Chữ không dấu, số, gạch nối, ví dụ THON-DONG. Mã đã có: sửa đơn vị ấy.", needed=True),
    Column("name", "Tên đơn vị", 36, "Bắt buộc. Khác tên đang dùng là đổi tên, tên cũ giữ cho giấy tờ của ngày ấy.", needed=True),
    Column("kind", "Loại", 30),
    Column("subject_group", "Nhóm đối tượng", 16),
    Column("parent", "Thuộc đơn vị", 24,
           "Mã hoặc tên đơn vị cấp trên, ở dòng khác của tệp này cũng được. Ghi “không” để không thuộc đơn vị nào."),
    Column("contact", "Người phụ trách", 24, "Để trống được."),
    Column("phone", "Điện thoại", 16, "Để trống được."),
    Column("email", "Thư điện tử", 24, "Để trống được."),
    Column("since", "Tên dùng từ ngày", 16, "Dạng 31/12/2025, không ở tương lai. Để trống: từ hôm nay."),
    Column("basis", "Căn cứ", 28, "Số, ngày văn bản cho tên này. Để trống được."),
)
_PLAIN = ("kind", "subject_group", "contact", "phone", "email")
"""Fields that are changed in place."""


@dataclass(frozen=True, slots=True)
class UnitInput:
    """One row as typed; what is empty is left as it stands."""

    code: str
    name: str
    kind: str = ""
    subject_group: str = ""
    parent: str = ""
    """Code of the unit above, NOWHERE, or nothing."""
    contact: str = ""
    phone: str = ""
    email: str = ""
    since: date | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class _Register:
    """The units as they stand: by code, by number, their names over time, the living ones by their folded names of today."""

    by_code: Mapping[str, UnitView]
    by_number: Mapping[int, UnitView]
    names: Mapping[int, Sequence[DatedName]]
    bearers: Mapping[str, Sequence[UnitView]]

    def above(self, code: str) -> str:
        """Code of the unit above, or nothing."""
        row = self.by_code.get(code)
        return self.by_number[row.parent].code if row and row.parent else ""


def _register() -> _Register:
    with reading() as s:
        rows = units.list_units(ended=True)
        names: dict[int, list[DatedName]] = {}
        for one in s.execute(sa.select(UnitName).order_by(UnitName.valid_from)).scalars():
            names.setdefault(one.unit_id, []).append(DatedName(one.name, one.valid_from, one.basis))
    bearers: dict[str, list[UnitView]] = {}
    for row in rows:
        if row.dissolved_on is None:
            bearers.setdefault(fold(row.name), []).append(row)
    return _Register({r.code: r for r in rows}, {r.id: r for r in rows}, names, bearers)


def try_unit_import(name: str, content: bytes, *, by: Actor) -> Trial[UnitInput]:
    """Read a sheet and say of each row what it would do; writes nothing. Forbidden; Invalid for what is no sheet."""
    rights.require(by, RIGHT)
    known = _register()
    sheet = _Sheet(known)
    return run(name, content, COLUMNS, sheet.understand, lambda rows: _judged(rows, known), key="code", prepare=sheet.look)


def take_unit_import(trial: Trial[UnitInput], *, by: Actor) -> Taken:
    """Write the ready rows of a dry run, all or none; what stands by now is passed over.

    Forbidden; Stale, naming the row, where a unit has become another than the one that was seen.
    """
    rights.require(by, RIGHT)
    new = changed = 0
    with transaction():
        known = _register()
        verdicts = _judged(trial.ready, known)
        for number, said in _top_down(trial.ready, known):
            what = (f"đơn vị {said.code}", f"the unit {said.code}")
            verdict = check_seen(number, verdicts[number], trial.changes.get(number), what)
            if verdict.state == "new":
                _create(said, by)
                new += 1
            elif verdict.state == "changed":
                _change(known.by_code[said.code].id, said, {c.field for c in verdict.changes}, by)
                changed += 1
    return Taken(new, changed)


def _create(said: UnitInput, by: Actor) -> None:
    units.create_unit(
        said.code, said.name, said.kind, by=by, subject_group=said.subject_group, parent=_number(said.parent),
        contact=said.contact, phone=said.phone, email=said.email, since=said.since, basis=said.basis,
    )


def _change(unit: int, said: UnitInput, fields: set[str], by: Actor) -> None:
    if plain := {key: getattr(said, key) for key in _PLAIN if key in fields}:
        units.edit_unit(unit, by=by, **plain)
    if "name" in fields:
        units.rename_unit(unit, said.name, since=said.since or clock.today(), by=by, basis=said.basis)
    if "parent" in fields:
        units.move_unit(unit, _number(said.parent), by=by)


def _number(code: str) -> int | None:
    return units.unit_by_code(code) if code and code != NOWHERE else None


class _Sheet:
    """The rows of one sheet on their way to being understood: which codes and names it has, and in which row."""

    def __init__(self, known: _Register) -> None:
        self._known = known
        self._codes: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._exact: dict[str, set[str]] = {}
        self._folded: dict[str, set[str]] = {}
        self._all = set(known.by_code)

    def look(self, rows: Sequence[SheetRow]) -> None:
        """Learn which words name a unit: codes and names of the register, older names too, and those of the sheet."""
        for row in self._known.by_number.values():
            for one in self._known.names.get(row.id, ()):
                self._learn(one.name, row.code)
        for sheet_row in rows:
            code, name = (clean(str(sheet_row.cells.get(key) or "")) for key in ("code", "name"))
            if code:
                self._all.add(code.upper())
                self._learn(name, code.upper())

    def _learn(self, name: str, code: str) -> None:
        self._exact.setdefault(name.casefold(), set()).add(code)
        self._folded.setdefault(fold(name), set()).add(code)

    def understand(self, sheet_row: SheetRow) -> UnitInput:
        """A row's cells as what they mean; a refusal that names everything that is wrong with it."""
        row = Reader(COLUMNS, sheet_row.cells, sheet_row.faults)
        number = sheet_row.number
        code = row.take("code", lambda v: self._once(units.checked_code(needed(v, 40, "mã", "the code")), number))
        is_new = code is not None and code not in self._known.by_code
        said = UnitInput(
            code or "",
            row.take("name", lambda v: needed(v, 300, "tên đơn vị", "the unit's name")) or "",
            row.take("kind", lambda v: _kind(as_text(v, 100, "loại"), must=is_new)) or "",
            row.take("subject_group", lambda v: _group(as_text(v, 100, "nhóm đối tượng"), must=is_new)) or "",
            row.take("parent", lambda v: self._above(as_text(v, 300, "đơn vị cấp trên"), code)) or "",
            row.take("contact", lambda v: as_text(v, 120, "người phụ trách")) or "",
            row.take("phone", lambda v: as_phone(v, "điện thoại")) or "",
            row.take("email", lambda v: as_text(v, 200, "thư điện tử")) or "",
            row.take("since", _day),
            row.take("basis", lambda v: as_text(v, 300, "căn cứ")) or "",
        )
        if code and said.name:
            row.ask(lambda: self._own_name(said, number))
            row.ask(lambda: _compared(said, self._known))
        row.finish()
        return said

    def _once(self, code: str, number: int) -> str:
        other = self._codes.setdefault(code, number)
        if other != number:
            raise wrong(f"mã {code} trùng dòng {other}", f"the code {code} stands in row {other} too")
        return code

    def _own_name(self, said: UnitInput, number: int) -> None:
        other = self._names.setdefault(said.name.casefold(), number)
        if other != number:
            raise wrong(f"tên trùng dòng {other}", f"the same name as row {other}")

    def _above(self, text: str, own: str | None) -> str:
        if not text:
            return ""
        if fold(text) in ("khong", "-"):
            return NOWHERE
        found = {text.upper()} & self._all or self._exact.get(text.casefold()) or self._folded.get(fold(text), set())
        if len(found) != 1:
            problem = "không có trong danh mục và trong tệp" if not found else "trùng tên với đơn vị khác, ghi mã"
            problem_en = "neither in the register nor in the sheet" if not found else "ambiguous; give its code"
            raise wrong(f"đơn vị cấp trên “{text[:60]}” {problem}", f"the unit above, {text[:60]}, is {problem_en}")
        code = next(iter(found))
        row = self._known.by_code.get(code)
        if row is not None and row.dissolved_on is not None:
            raise wrong(f"đơn vị cấp trên {code} đã giải thể", f"the unit above, {code}, has ended")
        if code == own:
            raise wrong("đơn vị không đặt dưới chính nó", "a unit cannot stand under itself")
        return code


def _judged(rows: Sequence[tuple[int, UnitInput]], known: _Register) -> dict[int, Verdict | Refusal]:
    """What the rows are against the register; then, as one tree, which of them stand in a ring or under a refused one."""
    found: dict[int, Verdict | Refusal] = {}
    for number, said in rows:
        try:
            found[number] = _compared(said, known)
        except Refusal as refusal:
            found[number] = refusal
    while lost := _without_place([(n, said) for n, said in rows if not isinstance(found[n], Refusal)], known):
        found |= lost
    return found


def _compared(said: UnitInput, known: _Register) -> Verdict:
    """A row against the unit of its code; Invalid where it cannot be."""
    row = known.by_code.get(said.code)
    if row is not None and row.dissolved_on is not None:
        raise wrong(f"đơn vị {said.code} đã giải thể từ {row.dissolved_on:%d/%m/%Y}",
                    f"the unit {said.code} ended on {row.dissolved_on:%d/%m/%Y}")
    alike = [unit for unit in known.bearers.get(fold(said.name), ()) if unit.code != said.code]
    namesake = next((unit for unit in alike if unit.name.casefold() == said.name.casefold()), None)
    if row is None:
        if namesake:
            raise _taken(namesake)
        notes = [(f"tên gần như “{unit.name}”, mã {unit.code}", f"the name is almost “{unit.name}”, code {unit.code}") for unit in alike]
        return Verdict("new", notes=tuple(notes))
    changes = [Change(key, getattr(row, key), value) for key in _PLAIN if (value := getattr(said, key)) and value != getattr(row, key)]
    notes = []
    if said.name != row.name:
        if fold(said.name) == fold(row.name) and said.name.isascii():
            notes.append((f"tên ghi không dấu, giữ “{row.name}”", f"the name has no diacritics; “{row.name}” stays"))
        else:
            changes.append(_renaming(said, row, namesake, known.names[row.id]))
    above = known.above(said.code)
    if said.parent and said.parent != (above or NOWHERE):
        changes.append(Change("parent", above, "" if said.parent == NOWHERE else said.parent))
    return Verdict("changed" if changes else "same", tuple(changes), tuple(notes))


def _renaming(said: UnitInput, row: UnitView, namesake: UnitView | None, names: Sequence[DatedName]) -> Change:
    if namesake:
        raise _taken(namesake)
    earlier = next((one for one in names[:-1] if one.name == said.name), None)
    if earlier and said.since is None:
        raise wrong(
            f"“{said.name}” là tên cũ, nay là “{row.name}”: ghi tên mới, hoặc ghi ngày dùng lại tên này",
            f"“{said.name}” is an earlier name of “{row.name}”: give the present one, or the day from which it is borne again",
        )
    latest = names[-1].valid_from
    if (said.since or clock.today()) <= latest:
        raise wrong(f"tên đang dùng “{row.name}” có từ {latest:%d/%m/%Y}, ghi ngày đổi tên sau đó",
                    f"the present name holds since {latest:%d/%m/%Y}; give a later day")
    return Change("name", row.name, said.name)


def _taken(other: UnitView) -> Invalid:
    return wrong(f"đã có đơn vị tên “{other.name}”, mã {other.code}: ghi mã ấy", f"“{other.name}” stands already, code {other.code}")


def _tree(rows: Sequence[tuple[int, UnitInput]], known: _Register) -> dict[str, str]:
    """Code → code above, as it would be with these rows taken."""
    above = {code: known.above(code) for code in known.by_code}
    for _number, said in rows:
        above[said.code] = "" if said.parent == NOWHERE else said.parent or above.get(said.code, "")
    return above


def _without_place(rows: Sequence[tuple[int, UnitInput]], known: _Register) -> dict[int, Refusal]:
    """Rows that would stand in a ring, or under a unit that does not come to be; found anew after each that falls out."""
    above = _tree(rows, known)
    numbers = {said.code: number for number, said in rows}
    settled: set[str] = {""}
    lost: dict[int, Refusal] = {}
    for _place, said in rows:
        path: list[str] = []
        on_path: set[str] = set()
        code = said.code
        while code not in settled and code not in on_path and code in above:
            path.append(code)
            on_path.add(code)
            code = above[code]
        if code in on_path:
            ring = path[path.index(code):]
            shown = " → ".join([*ring, code])
            lost |= {numbers[c]: wrong(f"đơn vị cấp trên quay vòng: {shown}", f"the units above form a ring: {shown}")
                     for c in ring if c in numbers}
        elif code not in above and code:
            for child in reversed(path):  # as long as one does not come to be, neither does what stands under it
                lost[numbers[child]] = wrong(f"đơn vị cấp trên {above[child]} ở dòng chưa nhận",
                                             f"the unit above, {above[child]}, is refused itself")
                if child in known.by_code:
                    break
        settled |= on_path
    return lost


def _top_down(rows: Sequence[tuple[int, UnitInput]], known: _Register) -> list[tuple[int, UnitInput]]:
    """The rows in an order in which each finds its unit above in place, and no move passes through a ring."""
    above = _tree(rows, known)

    def depth(code: str) -> int:
        steps = 0
        while code and steps <= len(above):
            code, steps = above.get(code, ""), steps + 1
        return steps

    return sorted(rows, key=lambda row: depth(row[1].code))


def _kind(text: str, *, must: bool) -> str:
    known = {fold(word): code for code, pair in KINDS.items() for word in (code, *pair)}
    return one_of(text, known, must, ("loại", "the kind"), "; ".join(vi for vi, _ in KINDS.values()))


def _group(text: str, *, must: bool) -> str:
    known = {fold(word): code for code, pair in SUBJECT_GROUPS.items() for word in (code, *pair, f"{code}: {pair[0]}")}
    return one_of(text, known, must, ("nhóm đối tượng", "the subject group"), ", ".join(SUBJECT_GROUPS))


def _day(value: Any) -> date | None:
    day = as_day(value, "ngày dùng tên")
    if day is not None and day > clock.today():
        raise wrong(f"ngày dùng tên {day:%d/%m/%Y} chưa đến", f"the day {day:%d/%m/%Y} has not come")
    return day


def _guide() -> list[tuple[str, str]]:
    hints: dict[str, Callable[[], str]] = {
        "kind": lambda: "Bắt buộc với đơn vị mới, một trong: " + "; ".join(vi for vi, _ in KINDS.values()) + ".",
        "subject_group": lambda: "Bắt buộc với đơn vị mới: " + "; ".join(f"{c} ({vi})" for c, (vi, _) in SUBJECT_GROUPS.items()) + ".",
    }
    return [
        *((c.heading, c.hint or hints[c.key]()) for c in COLUMNS),
        ("Đơn vị đã có", "Ô để trống giữ nguyên điều đang ghi. Giải thể, sáp nhập làm ở trang của đơn vị."),
    ]


IMPORT = Import(
    "units", "Đơn vị", COLUMNS, RIGHT, Trial[UnitInput],
    try_=lambda name, content, by: try_unit_import(name, content, by=by),
    take=lambda trial, by: take_unit_import(trial, by=by),
    guide=_guide,
)
