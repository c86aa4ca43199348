"""The papers of a bundle (`NAME.paper`): a head (TOML), a line `---`, then lines that each begin with what they are.

Whoever edits a process writes them, so nothing in them is trusted and nothing runs: a gap is `{{ name }}`, or
`{{ name|filter }}` with one of the closed filters; `when: EXPRESSION` … `end:` leaves lines out by a FEEL expression over
answers. What an answer says is put in as text: it begins no line and makes nothing bold. Whether the names are known is
`paper_checks`' matter, how a paper is set the printers'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from workflows.feel import Expression, FeelError, compile_expression
from workflows.feel.syntax import Call
from workflows.paper_parts import (
    BETWEEN,
    FIELD,
    FILTERS,
    OF_NUMBERS,
    TEXTS,
    Chart,
    Col,
    Gap,
    Piece,
    Pieces,
    Table,
    chart_of,
    column_of,
    pieces_of,
)
from workflows.written import Fault, Unread, Written, parse_toml, read_text

MOST_BYTES = 32 * 1024
ISSUERS = ("committee", "office", "unit", "council")
SIGNS = ("chair", "office_head", "unit_head")
FORMS = ("", "TM", "KT", "TL", "TUQ")
"""For whom somebody signs (Decree 30/2020, Art. 13)."""
LAYOUTS = ("paper", "letter", "sheet")
PARTS = WRITE, SIGN, NUMBER, READ = "write", "sign", "number", "read"
"""The part that a step takes in the paper that it names (`nom:paperPart`); without one it writes it."""
OUTSIDE = ("now", "today", "working_days", "round_date", "rule", "may_block")
"""Functions whose value hangs on the hour: a paper says the same for the same facts."""
BEGUN_BY = "begun_by"
GIVEN = (
    "unit", "number", "register_number", "period", "period_asked", "period_filed", "period_taken", "period_waiting", "period_awarded",
    "commune", "movement", "begun_on", "former_number", "former_day", BEGUN_BY, "office", "office_code",
    "about_names", "names_open", "names_awarded", "concerned_names",
)
"""Gaps besides the answers of the forms; an answer of the same name comes first."""
HEADS = ("title", "abstract", "authority", "layout")
_WORDS = (*HEADS, "to", *TEXTS, "table", "col", "total", "chart", "signer", "signature", "when", "end")
_LENGTHS = {"name": 100, "name_en": 100, "symbol": 40, "symbol_instead": 40, "issuer": 20, "signs": 20, "form": 5,
            "number": 64, "dated": 64, "settled": 40, "revokes": 30}
_LISTS = {"copies": (12, 200), "private": (40, 64)}
_NEEDED = ("name", "name_en", "issuer", "signs")
_KNOWN = (*_LENGTHS, *_LISTS, "word")
_CLOSED = {"issuer": ISSUERS, "signs": SIGNS, "form": FORMS}
_MOST_LINES, _MOST_LINE, _MOST_COLUMNS, _MOST_TO, _MOST_SIGNERS, _MOST_DEEP, _MOST_FAULTS = 400, 3000, 12, 20, 3, 4, 20
_LINE = re.compile(r"([a-z]+):[ \t]?(.*)")

Words = tuple[str, str]
"""The same in Vietnamese and in English."""


@dataclass(frozen=True, slots=True)
class When:
    """A condition around lines, with the line that says it."""

    number: int
    expression: Expression


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text: where it stands in the file, what it is, what it says, and the conditions around it."""

    number: int
    word: str
    pieces: Pieces = ()
    when: tuple[When, ...] = ()
    table: Table | None = None
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class PaperText:
    """A paper as it is written."""

    name: Words
    symbol: str
    """What follows the number, with its stroke: `/UBND-VHXH`; "" for none."""
    symbol_instead: str
    """The same where a matter concerns all who sign it, and others fall in for them; "" for no other."""
    issuer: str
    signs: str
    form: str
    copies: tuple[Pieces, ...]
    number: str
    """Answer that holds its number; "" for none."""
    dated: str
    """Answer that holds its day; "" for none."""
    settled: str
    """Phase of the register from which on what the service gives stays as it stood when a matter came to it; "" for never."""
    revokes: str
    """The paper of its bundle that is in force no more once this one has its number; "" for none."""
    word: bool
    """Whether the office goes on writing in it, as DOCX."""
    private: frozenset[str]
    """Private fields of the register that it says: only who sees those draws or reads it."""
    layout: str
    lines: tuple[Line, ...]

    @property
    def formats(self) -> tuple[str, ...]:
        """The forms in which it is drawn up."""
        return ("pdf", "docx") if self.word else ("pdf",)

    @property
    def reads(self) -> frozenset[str]:
        """First segments of all names that it reads."""
        return frozenset(name.partition(".")[0] for _, name, _ in names_of(self))


class BadPaper(ValueError):
    """A paper that is not taken; `faults` holds what is wrong with it, at least one."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"line {one.line}: {one.message_en}" for one in faults))


def read_paper(content: bytes) -> PaperText:
    """Read one paper; raises BadPaper."""
    try:
        source = read_text(content, MOST_BYTES, ("văn bản", "paper")).replace("\r\n", "\n")
        head, body, first = _parted(source)
        data = parse_toml(head)
    except Unread as unread:
        raise BadPaper([unread.fault]) from None
    written = Written(head)
    faults = list(_head_faults(data, written))
    copies = []
    for said in data.get("copies", ()) if not faults else ():
        pieces, wrong = pieces_of(said)
        copies.append(pieces)
        faults += [written.fault(("copies",), vi, en, said) for vi, en in wrong]
    read = _Body()
    for number, line in enumerate(body, first):
        read.take(number, line)
    read.ends()
    faults += read.faults
    if faults:
        raise BadPaper(sorted(faults, key=lambda one: one.line)[:_MOST_FAULTS])
    symbol, instead = (f"/{said}" if (said := data.get(key, "").strip().lstrip("/")) else "" for key in ("symbol", "symbol_instead"))
    return PaperText(
        name=(data["name"].strip(), data["name_en"].strip()), symbol=symbol, symbol_instead=instead, issuer=data["issuer"],
        signs=data["signs"], form=data.get("form", ""), copies=tuple(copies), number=data.get("number", "").strip(),
        dated=data.get("dated", "").strip(), settled=data.get("settled", "").strip(), revokes=data.get("revokes", "").strip(),
        word=data.get("word", False), private=frozenset(data.get("private", ())),
        layout=read.layout, lines=tuple(read.lines),
    )


def names_of(text: PaperText) -> Iterator[tuple[int, str, str]]:
    """Every name that a paper reads: its line (0 for the head), the name, and as what.

    As a gap, as one with a filter of numbers (by its name), as rows, when, number, dated.
    """
    for key in ("number", "dated"):
        if getattr(text, key):
            yield 0, getattr(text, key), key
    for pieces in text.copies:
        yield from ((0, *asked) for asked in _gaps(pieces))
    for when in conditions_of(text):
        yield from ((when.number, path, "when") for path in sorted(when.expression.paths | when.expression.perhaps))
    for line in text.lines:
        yield from ((line.number, *asked) for asked in _gaps(line.pieces))
        if line.table is not None:
            yield line.number, line.table.rows, "rows"
            for pieces in line.table.total:
                yield from ((line.table.total_at, *asked) for asked in _gaps(pieces))
        if line.chart is not None:
            yield line.number, line.chart.rows, "rows"


def conditions_of(text: PaperText) -> list[When]:
    """The conditions around its lines, each once."""
    return list(dict.fromkeys(when for line in text.lines for when in line.when))


def _gaps(pieces: Pieces) -> Iterator[tuple[str, str]]:
    for piece in pieces:
        if piece.gap is not None:
            yield piece.gap.name, next((one for one in piece.gap.filters if one in OF_NUMBERS), "gap")


def _parted(source: str) -> tuple[str, list[str], int]:
    """The head, the lines of the text, and the number of the first of these."""
    lines = source.split("\n")
    place = next((number for number, line in enumerate(lines) if line.strip() == "---"), None)
    if place is None:
        raise Unread(Fault(None, len(lines), "thiếu dòng “---” giữa phần đầu và nội dung; hãy thêm vào.",
                           "the line “---” between head and text is missing; add it."))
    return "\n".join(lines[:place]), lines[place + 1 :], place + 2


def _head_faults(data: Mapping[str, Any], written: Written) -> Iterator[Fault]:
    yield from written.keys(data, (), _KNOWN, _NEEDED)
    for key, most in _LENGTHS.items():
        if key in data:
            yield from written.text(data[key], (key,), most, gaps=False, empty=key not in _NEEDED)
    for key, allowed in _CLOSED.items():
        if isinstance(data.get(key), str) and data[key] not in allowed:
            said = ", ".join(word for word in allowed if word)
            yield written.fault((key,), f"“{data[key][:40]}” không có ở đây; ghi một trong: {said}.",
                                f"there is no “{data[key][:40]}” here; write one of: {said}.")
    for key in ("number", "dated"):
        if isinstance(data.get(key), str) and data[key].strip() and not FIELD.fullmatch(data[key].strip()):
            yield written.fault((key,), "ghi tên một mục của biểu mẫu.", "write the name of a field of a form.")
    if not isinstance(data.get("word", False), bool):
        yield written.fault(("word",), "ghi true hoặc false.", "write true or false.")
    for key, (most, length) in _LISTS.items():
        yield from _list_faults(data.get(key, []), key, most, length, written)


def _list_faults(said: Any, key: str, most: int, length: int, written: Written) -> Iterator[Fault]:
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        yield written.fault((key,), "chỗ này phải là danh sách chữ, ví dụ [\"Như trên\"].",
                            "this must be a list of texts, such as [\"Như trên\"].")
        return
    if len(said) > most:
        yield written.fault((key,), f"nhiều nhất {most} mục.", f"{most} entries at most.")
    for one in said:
        if key == "private" and not FIELD.fullmatch(one):
            yield written.fault((key,), f"“{one[:60]}” không phải là tên.", f"“{one[:60]}” is no name.", one[:60])
        elif key == "copies" and not one.strip() or len(one) > length or "\n" in one:
            yield written.fault((key,), f"mỗi mục một dòng chữ, nhiều nhất {length} ký tự.",
                                f"each entry is one line of text, {length} characters at most.", one[:60])


class _Body:
    """The text of a paper as it is read, line by line."""

    def __init__(self) -> None:
        self.layout = "paper"
        self.lines: list[Line] = []
        self.faults: list[Fault] = []
        self.count = 0
        self.open: list[tuple[int, When | None]] = []  # conditions around, with the lines where they begin
        self.table: tuple[int, Line] | None = None  # the table whose columns may follow: its place, as it stands so far

    def wrong(self, number: int, word: str | None, vi: str, en: str) -> None:
        self.faults.append(Fault(word, number, vi, en))

    def take(self, number: int, text: str) -> None:
        said = text.strip()
        if not said or said.startswith("#"):
            return
        self.count += 1
        if self.count == _MOST_LINES + 1:
            self.wrong(number, None, f"quá dài, nhiều nhất {_MOST_LINES} dòng.", f"too long, {_MOST_LINES} lines at most.")
        if self.count > _MOST_LINES:
            return
        if len(said) > _MOST_LINE:
            self.wrong(number, None, f"dòng dài {len(said)} ký tự, nhiều nhất {_MOST_LINE}; hãy rút gọn.",
                       f"this line is {len(said)} characters long, at most {_MOST_LINE}; shorten it.")
            return
        read = _LINE.fullmatch(said)
        if read is None or read[1] not in _WORDS:
            self.wrong(number, None, f"dòng bắt đầu bằng một trong: {', '.join(f'{word}:' for word in _WORDS)}.",
                       f"a line begins with one of: {', '.join(f'{word}:' for word in _WORDS)}.")
            self.table = None
            return
        word, rest = read[1], read[2].strip()
        if word not in ("col", "total"):
            self.close_table()
        getattr(self, f"take_{word}", self.take_text)(number, word, rest)

    def ends(self) -> None:
        self.close_table()
        for number, _ in self.open:
            self.wrong(number, "when", "when: này thiếu end:.", "this when: lacks its end:.")
        if not self.lines and not self.faults:
            self.wrong(1, None, "văn bản chưa có nội dung.", "the paper has no text.")

    def around(self) -> tuple[When, ...]:
        return tuple(one for _, one in self.open if one is not None)

    def take_text(self, number: int, word: str, rest: str) -> None:
        """A line of words: of the heading, an addressee, or of the text."""
        pieces, wrong = pieces_of(rest, bold=word in TEXTS)
        for vi, en in wrong:
            self.wrong(number, word, vi, en)
        if not rest:
            self.wrong(number, word, "dòng này chưa có chữ.", "this line has no words.")
        if any("paragraphs" in one.gap.filters for one in pieces if one.gap) and (len(pieces) != 1 or word not in ("p", "item")):
            self.wrong(number, word, "paragraphs chỉ dùng cho giá trị đứng một mình ở dòng p hoặc item.",
                       "paragraphs is for a value that stands alone in a line p or item.")
        if word == "to" and sum(one.word == "to" for one in self.lines) == _MOST_TO:
            self.wrong(number, word, f"nhiều nhất {_MOST_TO} nơi nhận.", f"{_MOST_TO} addressees at most.")
        self.lines.append(Line(number, word, pieces, self.around()))

    def take_layout(self, number: int, word: str, rest: str) -> None:
        if rest not in LAYOUTS or self.open:
            self.wrong(number, word, f"ghi một trong: {', '.join(LAYOUTS)}, ngoài mọi when:.",
                       f"write one of: {', '.join(LAYOUTS)}, outside any when:.")
        self.layout = rest

    def take_signer(self, number: int, word: str, rest: str) -> None:
        """Who signs besides the head, or instead: what stands above the name, and the name."""
        pieces, wrong = pieces_of(rest, bold=False)
        for vi, en in wrong:
            self.wrong(number, word, vi, en)
        label, bar, name = rest.partition("|")
        if not label.strip() or not bar or "|" in name:
            self.wrong(number, word, "ghi: signer: CHỨC DANH | họ và tên; tên để trống được.",
                       "write: signer: POST | name; the name may be empty.")
        if sum(one.word == "signer" for one in self.lines) == _MOST_SIGNERS:
            self.wrong(number, word, f"nhiều nhất {_MOST_SIGNERS} người ký.", f"{_MOST_SIGNERS} signers at most.")
        self.lines.append(Line(number, word, pieces, self.around()))

    def take_signature(self, number: int, word: str, rest: str) -> None:
        if rest:
            self.wrong(number, word, "signature: đứng một mình; người ký ghi ở phần đầu.",
                       "signature: stands alone; who signs is said in the head.")
        if any(one.word == "signature" for one in self.lines):
            self.wrong(number, word, "chỉ một chỗ ký.", "there is one place to sign only.")
        self.lines.append(Line(number, word, (), self.around()))

    def take_when(self, number: int, word: str, rest: str) -> None:
        if len(self.open) >= _MOST_DEEP:
            self.wrong(number, word, f"lồng nhau nhiều nhất {_MOST_DEEP} lần.", f"{_MOST_DEEP} within one another at most.")
        expression = None
        try:
            expression = compile_expression(rest)
        except FeelError as error:
            self.wrong(number, word, error.message, error.message_en)
        else:
            for name in sorted(set(calls_of(expression.tree)) & set(OUTSIDE)):
                self.wrong(number, word, f"hàm {name} không dùng được ở đây: văn bản không phụ thuộc giờ soạn.",
                           f"the function {name} cannot be used here: a paper does not hang on the hour.")
        self.open.append((number, When(number, expression) if expression is not None else None))

    def take_end(self, number: int, word: str, rest: str) -> None:
        if rest or not self.open:
            self.wrong(number, word, "end: đứng một mình, sau một when:.", "end: stands alone, behind a when:.")
        if self.open:
            self.open.pop()

    def take_table(self, number: int, word: str, rest: str) -> None:
        name, stroke, group = (part.strip() for part in rest.partition("|"))
        if not FIELD.fullmatch(name) or stroke and not FIELD.fullmatch(group):
            self.wrong(number, word, "ghi tên một danh sách: của biểu mẫu, hoặc máy cho; sau dấu | là mục gộp dòng, nếu cần.",
                       "write the name of a list: of a form, or one that the service gives; behind | the entry that groups its rows.")
        self.lines.append(Line(number, word, (), self.around(), Table(name, group=group)))
        self.table = (len(self.lines) - 1, self.lines[-1])

    def take_chart(self, number: int, word: str, rest: str) -> None:
        chart = chart_of(rest)
        if isinstance(chart, tuple):
            self.wrong(number, word, *chart)
        else:
            self.lines.append(Line(number, word, (), self.around(), chart=chart))

    def take_col(self, number: int, word: str, rest: str) -> None:
        col = column_of(number, rest)
        if self.table is None or self.table[1].table is None:
            self.wrong(number, word, "col: đứng ngay dưới table: hoặc col: khác.", "col: stands right below table: or another col:.")
        elif isinstance(col, tuple):
            self.wrong(number, word, *col)
            self.set_table(Col(number, (), "?", 1, "left", ""))
        elif len(self.table[1].table.columns) == _MOST_COLUMNS:
            self.wrong(number, word, f"nhiều nhất {_MOST_COLUMNS} cột.", f"{_MOST_COLUMNS} columns at most.")
        elif self.table[1].table.total:
            self.wrong(number, word, "cột đứng trước total:.", "columns stand before total:.")
        else:
            self.set_table(col)

    def take_total(self, number: int, word: str, rest: str) -> None:
        parts = [pieces_of(part.strip()) for part in BETWEEN.split(rest)]
        for _, wrong in parts:
            for vi, en in wrong:
                self.wrong(number, word, vi, en)
        table = self.table[1].table if self.table is not None else None
        if table is None or table.total:
            self.wrong(number, word, "total: đứng dưới các cột của table:, một lần.", "total: stands below the columns of table:, once.")
        elif len(parts) > len(table.columns):
            self.wrong(number, word, "nhiều ô hơn số cột.", "more cells than there are columns.")
        else:
            self.set_table(total=tuple(pieces for pieces, _ in parts), at=number)

    def set_table(self, col: Col | None = None, total: tuple[Pieces, ...] = (), at: int = 0) -> None:
        if self.table is None or self.table[1].table is None:
            return
        place, line = self.table
        before = line.table
        assert before is not None
        columns = (*before.columns, col) if col else before.columns
        table = Table(before.rows, columns, total or before.total, at or before.total_at, before.group)
        self.lines[place] = Line(line.number, line.word, (), line.when, table)
        self.table = (place, self.lines[place])

    def close_table(self) -> None:
        if self.table is not None and self.table[1].table is not None and not self.table[1].table.columns:
            self.wrong(self.table[1].number, "table", "bảng chưa có cột; thêm dòng col: ngay dưới.",
                       "the table has no column; add col: right below.")
        self.table = None


def calls_of(node: Any) -> Iterator[str]:
    """Functions that an expression calls."""
    if isinstance(node, Call):
        yield node.function
    if isinstance(node, tuple | list):
        for one in node:
            yield from calls_of(one)
    elif is_dataclass(node):
        for field in fields(node):
            yield from calls_of(getattr(node, field.name))


__all__ = [
    "BEGUN_BY", "FILTERS", "GIVEN", "MOST_BYTES", "NUMBER", "OF_NUMBERS", "OUTSIDE", "PARTS", "READ", "SIGN", "WRITE", "BadPaper", "Chart",
    "Col", "Gap", "Line", "PaperText", "Piece", "Pieces", "Table", "When",
    "calls_of", "conditions_of", "names_of", "pieces_of", "read_paper",
]
