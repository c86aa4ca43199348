"""Bringing rows in by Excel: a dry run that says of every row what it would do, what is kept of it, refused rows sent back.

What a row means, what stands already and how rows are written is the subject's; which importer there is, each subject says
in an `Import`. Knows no subject, no door and no table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import TypeAdapter

from service.actor import Actor
from service.errors import Invalid, Refusal, Stale
from service.sheets import (
    Column,
    SheetRow,
    add_guide,
    as_text,
    content_of,
    new_sheet,
    read_sheet,
    safe_cell,
    wrong,
)
from service.vietnamese import fold

MOST_ROWS = 2_000
_WHY = "Vì sao chưa nhận"
_LONGEST_CELL = 4_000

Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Turned:
    """A row that was not taken: its number, what names it, why, and its cells as they were."""

    number: int
    name: str
    message: str
    message_en: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What a row changes of what stands: the column's key, what stood, what will stand."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a row that is taken, which the person ought to know first."""

    number: int
    name: str
    message: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a subject finds about one understood row: nothing like it stands, it changes what stands, or it stands already."""

    state: Literal["new", "changed", "same"]
    changes: tuple[Change, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)  # slots of a frozen generic break in Python 3.11 where it is called by its alias
class Trial(Generic[Said]):
    """What a dry run found: rows to take, refused ones, rows that stand already, rows whose value a formula gave."""

    ready: tuple[tuple[int, Said], ...] = ()
    refused: tuple[Turned, ...] = ()
    known: tuple[tuple[int, str], ...] = ()
    reckoned: tuple[tuple[int, str, str], ...] = ()
    """Number, name, headings of the cells that a formula gave."""
    changes: Mapping[int, tuple[Change, ...]] = field(default_factory=dict)
    """What those of the ready rows change that are not new, by number."""
    notes: tuple[Note, ...] = ()

    @property
    def read(self) -> int:
        """How many rows the sheet had."""
        return len(self.ready) + len(self.refused) + len(self.known)

    def kept(self) -> dict[str, Any]:
        """As plain values, to be kept until the person says yes."""
        found: dict[str, Any] = TypeAdapter(Trial).dump_python(self, mode="json")
        return found


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code that taking gave, in clear: to be shown once, never to be kept."""

    login: str
    name: str
    code: str = field(repr=False)  # no trace of an error shows it


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking did: how many rows were new and how many changed something by now."""

    new: int
    changed: int = 0
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Import(Generic[Said]):
    """One kind of sheet that is brought in: what doors need to offer it."""

    word: str
    title: str
    columns: tuple[Column, ...]
    right: str
    trial: type[Trial[Said]]
    try_: Callable[[str, bytes, Actor], Trial[Said]]
    """Reads a sheet and writes nothing; Forbidden, Invalid for what is no sheet."""
    take: Callable[[Trial[Said], Actor], Taken]
    """Writes the ready rows, all or none; what stands by now is passed over. Forbidden, and a refusal that names the row."""
    guide: Callable[[], Iterable[tuple[str, str]]]
    """How each column is filled in, and what else there is to know."""

    def from_kept(self, kept: Mapping[str, Any]) -> Trial[Said]:
        """A dry run as it was kept."""
        found: Trial[Said] = TypeAdapter(self.trial).validate_python(dict(kept))
        return found

    def template(self) -> bytes:
        """An empty sheet: the headings, and a second sheet that says how each column is filled in."""
        book, sheet = new_sheet(self.title, self.columns)
        sheet.append([1])
        add_guide(book, self.guide())
        return content_of(book)

    def refused_sheet(self, trial: Trial[Said]) -> bytes:
        """The refused rows as a sheet of the same columns, each with its reason, to be mended and sent again."""
        book, sheet = new_sheet(self.title, self.columns, more=[_WHY])
        for number, one in enumerate(trial.refused, 1):
            sheet.append([number, *(safe_cell(one.cells.get(c.key) or None) for c in self.columns),
                          safe_cell(f"Dòng {one.number}: {one.message}")])
        return content_of(book)


class Reader:
    """Takes a row's cells one by one and remembers everything that is wrong with it, not the first thing only."""

    def __init__(self, columns: Sequence[Column], cells: Mapping[str, Any], faults: Iterable[tuple[str, str]] = ()) -> None:
        self._cells = cells
        self._headings = {c.key: c.heading for c in columns}
        self.wrongs = list(faults)
        self._broken = {
            vi.partition(" báo lỗi")[0].partition(" là công thức")[0].partition(" nằm trong ô gộp")[0] for vi, _ in self.wrongs
        }

    def take(self, key: str, read: Callable[[Any], Any]) -> Any:
        """What a cell means; None where it has no value to take or means nothing, which is then remembered."""
        if f"cột {self._headings[key]}" in self._broken:
            return None
        return self.ask(lambda: read(self._cells.get(key)))

    def ask(self, question: Callable[[], Any]) -> Any:
        """The answer to a question about the row; None where it is refused, which is then remembered."""
        try:
            return question()
        except Refusal as refusal:
            self.wrongs.append((told(refusal.message), told(refusal.message_en)))
            return None

    def finish(self) -> None:
        """Refuse the row, naming everything that was found."""
        if self.wrongs:
            raise wrong("; ".join(vi for vi, _ in self.wrongs), "; ".join(en for _, en in self.wrongs))


def check_seen(number: int, verdict: Verdict | Refusal, seen: Sequence[Change] | None, what: tuple[str, str]) -> Verdict:
    """The verdict of a row at the moment it is taken, if it does no more than the person was shown; Stale otherwise.

    `what` names in two languages what the row is about.
    """
    if isinstance(verdict, Verdict) and (verdict.state != "changed" or set(verdict.changes) <= set(seen or ())):
        return verdict
    why, why_en = f"{what[0]} đã được sửa sau khi đọc thử", f"{what[1]} was changed after the dry run"
    if isinstance(verdict, Refusal):
        why, why_en = told(verdict.message), told(verdict.message_en)
    raise Stale(f"Dòng {number}: {why}. Đọc thử lại tệp.", f"Row {number}: {why_en}. Try the sheet again.")


def codes_sheet(codes: Sequence[Code]) -> bytes:
    """One-time codes as a sheet to hand out."""
    columns = (
        Column("name", "Họ và tên", 30), Column("login", "Tên đăng nhập", 20),
        Column("code", "Mã đặt mật khẩu (dùng một lần, trong ba ngày)", 44),
    )
    book, sheet = new_sheet("Mã đặt mật khẩu", columns)
    for number, one in enumerate(codes, 1):
        sheet.append([number, safe_cell(one.name), one.login, one.code])
    return content_of(book)


def needed(value: Any, most: int, what: str, what_en: str) -> str:
    """A cell as text that must not be empty."""
    text = as_text(value, most, what)
    if not text:
        raise wrong(f"thiếu {what}", f"{what_en} is missing")
    return text


def one_of(text: str, known: Mapping[str, str], must: bool, what: tuple[str, str], words: str) -> str:
    """What a cell names of a catalogue by folded words; nothing for an empty cell, unless it must be filled in."""
    if not text:
        if must:
            raise wrong(f"thiếu {what[0]}", f"{what[1]} is missing")
        return ""
    if fold(text) not in known:
        raise wrong(f"{what[0]} “{text[:40]}” không có, ghi một trong: {words}", f"{what[1]} “{text[:40]}” is unknown")
    return known[fold(text)]


def told(sentence: str) -> str:
    """A sentence as a part of a longer one."""
    return sentence.rstrip(".")


def run(
    name: str,
    content: bytes,
    columns: Sequence[Column],
    understand: Callable[[SheetRow], Said],
    judge: Callable[[Sequence[tuple[int, Said]]], Mapping[int, Verdict | Refusal]],
    *,
    key: str = "",
    prepare: Callable[[Sequence[SheetRow]], None] = lambda _rows: None,
) -> Trial[Said]:
    """Read a sheet, understand each row, judge what was understood as a whole; the answer says of every row what it is.

    `key` is the column that names a row without a name; `prepare` sees all rows before the first is understood. Invalid for
    what is no sheet.
    """
    rows = read_sheet(name, content, columns, most=MOST_ROWS)
    if not rows:
        raise Invalid("Tệp không có dòng nào.", "The sheet has no rows.", code="empty-sheet")
    prepare(rows)
    said: list[tuple[int, Said]] = []
    why: dict[int, Refusal] = {}
    for row in rows:
        try:
            said.append((row.number, understand(row)))
        except Refusal as refusal:
            why[row.number] = refusal
    found = judge(said)
    by_number = dict(said)
    ready, refused, known, reckoned, notes = [], [], [], [], []
    changes: dict[int, tuple[Change, ...]] = {}
    for row in rows:
        called = str(row.cells.get("name") or row.cells.get(key) or "")[:80].strip()
        verdict = why.get(row.number) or found[row.number]
        if isinstance(verdict, Refusal):
            refused.append(Turned(row.number, called, verdict.message, verdict.message_en, _as_they_were(row)))
            continue
        notes += [Note(row.number, called, vi, en) for vi, en in verdict.notes]
        if verdict.state == "same":
            known.append((row.number, called))
            continue
        ready.append((row.number, by_number[row.number]))
        if verdict.state == "changed":
            changes[row.number] = verdict.changes
        if row.formulas:
            reckoned.append((row.number, called, ", ".join(row.formulas)))
    return Trial(tuple(ready), tuple(refused), tuple(known), tuple(reckoned), changes, tuple(notes))


def _as_they_were(row: SheetRow) -> dict[str, str]:
    return {key: _as_written(value) for key, value in row.cells.items() if value is not None} | dict(row.unreckoned)


def _as_written(value: Any) -> str:
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:_LONGEST_CELL]
