"""Holds what stands in an edited paper against what the database says: each name, each figure, by name.

Reads only. What contradicts the list (a name, a sum, a count) is told apart from other figures that only differ, such
as the number of a law that the office cites beside.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from service.papers.spelling import figure, spelt
from service.papers.wording import document_of
from service.vietnamese import clean

_NAME_HEAD = "họ và tên"
"""What the head of the column of names begins with, on every kind of list."""
_NUMBER = re.compile(r"\d[\d.,]*(?:/[\w.\-]+)*")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a paper is not what the database says.

    `what`: missing, extra, changed are about names and the sums of the list; added, gone are other figures.
    """

    what: str
    name: str
    """The name it is about, or in which words of the paper it stands."""
    field: str = ""
    says: str = ""
    """What the paper says."""
    known: str = ""
    """What the database says."""
    nomination: int | None = None

    @property
    def contradicts(self) -> bool:
        """Whether the paper contradicts the list."""
        return self.what in ("missing", "extra", "changed")

    def words(self) -> tuple[str, str]:
        """The difference as a sentence, in Vietnamese and in English."""
        paper, known = self.says or "không có", self.known or "không có"
        paper_en, known_en = self.says or "nothing", self.known or "nothing"
        return {
            "missing": (f"Thiếu trong văn bản: {self.name}.", f"Missing from the paper: {self.name}."),
            "extra": (f"Không có trong danh sách: {self.name}.", f"Not on the list: {self.name}."),
            "changed": (
                f"{self.name}, {self.field}: văn bản ghi “{paper}”, danh sách ghi “{known}”.",
                f"{self.name}, {self.field}: the paper says “{paper_en}”, the list “{known_en}”.",
            ),
            "added": (f"Số “{self.says}” không lấy từ dữ liệu: {self.name}", f"“{self.says}” is not from the database: {self.name}"),
            "gone": (f"Văn bản không còn số “{self.known}”: {self.name}", f"The paper lacks “{self.known}”: {self.name}"),
        }[self.what]


class NotReadable(Exception):
    """What is said to be a Word document cannot be read."""


@dataclass(frozen=True, slots=True)
class Read:
    """What stands in a document: its lines outside of tables, and its tables, row by row, cell by cell."""

    lines: Sequence[str]
    tables: Sequence[Sequence[Sequence[str]]]

    @property
    def whole(self) -> str:
        """All of its words."""
        cells = [cell for table in self.tables for row in table for cell in row]
        return " ".join([*self.lines, *cells])


def read_docx(content: bytes) -> Read:
    """Read a DOCX as it would be printed: with what was inserted under tracked changes, without what was deleted."""
    try:
        body = Document(io.BytesIO(content)).element.body
    except (KeyError, ValueError, BadZipFile, etree.XMLSyntaxError) as broken:
        raise NotReadable(str(broken)) from None
    tables = [table for table in body.iter(qn("w:tbl"))]
    lines = [text for p in body.iter(qn("w:p")) if not _in_table(p) and (text := _text(p))]
    return Read(lines, [[[_cell(c) for c in row.findall(qn("w:tc"))] for row in table.findall(qn("w:tr"))] for table in tables])


def _in_table(paragraph: Any) -> bool:
    return next(paragraph.iterancestors(qn("w:tbl")), None) is not None


def _text(paragraph: Any) -> str:
    parts = []
    for one in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
        parts.append(one.text or "" if one.tag == qn("w:t") else " ")
    return clean("".join(parts))


def _cell(cell: Any) -> str:
    return " ".join(text for p in cell.iter(qn("w:p")) if (text := _text(p)))


def differences(content: bytes, facts: Mapping[str, Any]) -> list[Difference]:
    """In what a DOCX is not what the facts say: names first, then sums, then other figures."""
    document, read = document_of(facts), read_docx(content)
    found: list[Difference] = []
    lists = [b for b in document["blocks"] if b["kind"] == "table"]
    tables = [t for t in (_as_table(t) for t in read.tables) if t is not None]
    if lists:
        found += _names(lists, tables, read)
    else:
        whole = read.whole
        found += [Difference("missing", n["name"], nomination=n["nomination"]) for n in facts["names"] if clean(n["name"]) not in whole]
    return found + _sums(facts, document, read, lists) + _figures(document, read)


@dataclass(slots=True)
class _Row:
    """A row of a list, as the database has it or as the paper does: its name and its other cells by their heads."""

    number: str
    name: str
    cells: dict[str, str]
    nomination: int | None = None
    taken: bool = field(default=False)


def _as_table(rows: Sequence[Sequence[str]]) -> list[_Row] | None:
    """The rows of a list in the paper; None for a table that is none."""
    for place, head in enumerate(rows):
        names = [i for i, cell in enumerate(head) if cell.casefold().startswith(_NAME_HEAD)]
        if names:
            return [
                _Row(row[0], row[names[0]], {head[i]: row[i] for i in range(1, len(head)) if i != names[0]})
                for row in rows[place + 1 :]
                if len(row) == len(head) and row[names[0]]
            ]
    return None


def _known_rows(block: Mapping[str, Any]) -> list[_Row]:
    columns = block["columns"]
    place = next(i for i, c in enumerate(columns) if c["head"].casefold().startswith(_NAME_HEAD))
    return [
        _Row(
            str(row["row"]["no"]), clean(row["cells"][place]),
            {clean(c["head"]): clean(row["cells"][i]) for i, c in enumerate(columns) if i not in (0, place)},
            row["row"].get("nomination"),
        )
        for row in block["rows"]
        if "row" in row
    ]


def _names(lists: Sequence[Mapping[str, Any]], tables: Sequence[list[_Row]], read: Read) -> list[Difference]:
    known = [row for block in lists for row in _known_rows(block)]
    paper = [row for table in tables for row in table]
    found: list[Difference] = []
    for same in (_all_alike, _named_alike):
        for row in known:
            other = next((o for o in paper if not o.taken and not row.taken and same(row, o)), None)
            if other is not None:
                row.taken = other.taken = True
                found += _cells(row, other)
    for row in known:
        other = next((o for o in paper if not o.taken and not row.taken and o.number == row.number), None)
        if other is not None:
            row.taken = other.taken = True
            found.append(Difference("changed", row.name, "họ tên", other.name, row.name, row.nomination))
            found += _cells(row, other)
    outside = " ".join(read.lines) if not tables else ""
    found += [Difference("missing", r.name, nomination=r.nomination) for r in known if not r.taken and r.name not in outside]
    return found + [Difference("extra", r.name) for r in paper if not r.taken]


def _all_alike(row: _Row, other: _Row) -> bool:
    return _named_alike(row, other) and not _cells(row, other)


def _named_alike(row: _Row, other: _Row) -> bool:
    return row.name == other.name


def _cells(row: _Row, other: _Row) -> list[Difference]:
    """Cells of one name that differ; a column that the paper does not have is no difference of the name."""
    return [
        Difference("changed", row.name, head.lower(), other.cells[head], known, row.nomination)
        for head, known in row.cells.items()
        if head in other.cells and other.cells[head] != known
    ]


def _sums(facts: Mapping[str, Any], document: Mapping[str, Any], read: Read, lists: Sequence[Mapping[str, Any]]) -> list[Difference]:
    """How many names and how much money: each place in which the drafted words say it must say it in the paper too."""
    found = []
    wanted = [("số lượng", str(facts["counted"]))]
    if facts["money"]:
        wanted += [("tổng số tiền", figure(facts["money"])), ("số tiền bằng chữ", spelt(facts["money"]))]
    drafted = list(_sentences(document))
    for label, said in wanted:
        for sentence in (s for s in drafted if said in s):
            if not _stands(said, sentence, read.lines):
                nearest = get_close_matches(sentence, read.lines, 1, 0.5)
                found.append(Difference("changed", _short(sentence), label, _short(nearest[0]) if nearest else "", said))
    for block in lists:
        cells = [cell for table in read.tables for row in table for cell in row]
        found += [
            Difference("changed", "dòng tổng cộng", "tổng cộng", "", said)
            for said in block["total"] if said and clean(said) not in cells
        ]
    return found


def _stands(said: str, sentence: str, lines: Sequence[str]) -> bool:
    """Whether a sum stands in the sentence of the paper that answers to a drafted one."""
    pattern = re.compile(rf"(?<![\d.]){re.escape(said)}(?![\d]|\.\d)")
    near = get_close_matches(sentence, lines, 1, 0.5)
    return any(pattern.search(line) for line in (near or lines))


def _sentences(document: Mapping[str, Any]) -> Iterator[str]:
    for block in document["blocks"]:
        if "runs" in block:
            yield clean("".join(words for words, _ in block["runs"]))


def _figures(document: Mapping[str, Any], read: Read) -> list[Difference]:
    """Other figures outside of lists that the drafted words have and the paper has not, and the other way round."""
    drafted, edited = list(_sentences(document)), list(read.lines)
    before = Counter(number for sentence in drafted for number in _numbers(sentence))
    after = Counter(number for line in edited for number in _numbers(line))
    # The head is set apart in the paper: number, day and title are its own.
    head = Counter(number for text in (document["title"], document["abstract"], document["authority"], *document["to"])
                   for number in _numbers(clean(text)))
    gone, added = before - after, after - (before + head)
    return [
        *(Difference("gone", _short(next(s for s in drafted if n in _numbers(s))), known=n) for n in gone),
        *(Difference("added", _short(next(s for s in edited if n in _numbers(s))), says=n) for n in added),
    ]


def _numbers(text: str) -> list[str]:
    return [found.rstrip(".,") for found in _NUMBER.findall(text)]


def _short(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:88].rstrip()}…"
