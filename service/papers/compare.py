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
from datetime import date
from difflib import SequenceMatcher, get_close_matches
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from service.papers.facts import day_words
from service.papers.spelling import counted, figure, spelt
from service.papers.wording import document_of
from service.vietnamese import clean

_NAME_HEAD = "họ và tên"
"""What the head of the column of names begins with, on every kind of list."""
_TOTAL = "tổng"
"""What the row of sums begins with."""
_CALLED = ("Ông", "Bà")
_OF_LAW = ("bases", "bases_left", "money_basis", "symbol", "copies", "document", "matter")
"""Facts whose figures are of laws, forms and words that are printed: the office may cite others."""
_HELD = {True: ("danh sách", "on the list", "the list"), False: ("dữ liệu", "in the data", "the data")}
"""Against what a paper is held: a list, or what a matter's steps said."""
_DAY = r"ngày \d{1,2} tháng \d{1,2} năm \d{4}"
_OPEN_DAY = r"ngày[\s.…_]* tháng[\s.…_]* năm[\s.…_]*(?:\d{4})?"
_OPEN_NUMBER = r"(?:(?<=Số:)|(?<=số)|(?<=[\s(]))[\s.…_]*/[A-ZĐ][\w\-]*"
_NUMBER = re.compile(rf"(?P<open>{_OPEN_DAY}|{_OPEN_NUMBER})|{_DAY}|\d[\d.,]*(?:/[\w.\-]+)*", re.IGNORECASE)
_OPEN = "…"
"""Stands for a place that the paper leaves open, for number or day to be written in by hand."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a paper is not what the database says.

    `what`: missing, extra, changed are about what the database knows (names, sums, its numbers and days); added, gone are
    words of the office's own, such as the number of another law or who will sign.
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

    def words(self, *, of_list: bool = True) -> tuple[str, str]:
        """The difference as a sentence, in Vietnamese and in English; `of_list`: whether the paper is held against a list."""
        held, where_en, held_en = _HELD[of_list]
        paper, known = self.says or "không có", self.known or "không có"
        paper_en, known_en = self.says or "nothing", self.known or "nothing"
        return {
            "missing": (f"Thiếu trong văn bản: {self.name}.", f"Missing from the paper: {self.name}."),
            "extra": (f"Không có trong {held}: {self.name}.", f"Not {where_en}: {self.name}."),
            "changed": (
                f"{self.name}, {self.field}: văn bản ghi “{paper}”, {held} ghi “{known}”.",
                f"{self.name}, {self.field}: the paper says “{paper_en}”, {held_en} “{known_en}”.",
            ),
            "added": (f"“{self.says}” không lấy từ dữ liệu: {self.name}", f"“{self.says}” is not from the database: {self.name}"),
            "gone": (f"Văn bản không còn “{self.known}”: {self.name}", f"The paper lacks “{self.known}”: {self.name}"),
        }[self.what]


class NotReadable(Exception):
    """What is said to be a Word document cannot be read."""


@dataclass(frozen=True, slots=True)
class Read:
    """What stands in a document: its lines outside of lists of names, and those lists, row by row, cell by cell."""

    lines: Sequence[str]
    lists: Sequence[Sequence[Sequence[str]]]


_ASIDE = ("/word/header", "/word/footer", "/word/footnotes", "/word/endnotes")
_UNSEEN = (qn("w:moveFrom"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")


def read_docx(content: bytes) -> Read:
    """Read a DOCX as it would be printed.

    What was inserted under tracked changes counts, what was deleted, moved away or hidden does not; heads, feet and notes
    of the pages count too.
    """
    try:
        opened = Document(io.BytesIO(content))
        body = opened.element.body
        aside = [etree.fromstring(p.blob) for p in opened.part.package.iter_parts() if str(p.partname).startswith(_ASIDE)]
    except (KeyError, ValueError, BadZipFile, etree.XMLSyntaxError) as broken:
        raise NotReadable(str(broken)) from None
    tables = [table for table in body.iter(qn("w:tbl"))]
    rows = {table: [[_cell(c) for c in row.findall(qn("w:tc"))] for row in table.findall(qn("w:tr"))] for table in tables}
    lists = {table for table, cells in rows.items() if any(_is_head(row) for row in cells)}
    places = [p for root in (body, *aside) for p in root.iter(qn("w:p")) if not lists.intersection(p.iterancestors(qn("w:tbl")))]
    return Read([text for p in places if (text := _text(p))], [rows[table] for table in tables if table in lists])


def _is_head(row: Sequence[str]) -> bool:
    return any(cell.casefold().startswith(_NAME_HEAD) for cell in row)


def _text(paragraph: Any) -> str:
    parts = []
    for one in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
        if not _unseen(one):
            parts.append(one.text or "" if one.tag == qn("w:t") else " ")
    return clean("".join(parts))


def _unseen(text: Any) -> bool:
    hidden = text.getparent().find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return (hidden is not None and hidden.get(qn("w:val"), "1") not in ("0", "false")) or any(
        parent.tag in _UNSEEN for parent in text.iterancestors()
    )


def _cell(cell: Any) -> str:
    return " ".join(text for p in cell.iter(qn("w:p")) if (text := _text(p)))


def differences(content: bytes, facts: Mapping[str, Any]) -> list[Difference]:
    """In what a DOCX is not what the facts say: names first, then sums, then other figures."""
    document, read = document_of(facts), read_docx(content)
    lists = [b for b in document["blocks"] if b["kind"] == "table"]
    sums = _sums(facts, document, read, lists)
    figures = [
        d for d in _figures(facts, document, read)
        if not any(d.name in one.name and d.known in _numbers(one.known) for one in sums if d.what in ("changed", "gone"))
    ]
    return [*_names(lists, read), *_names_in_sentences(facts, document, read), *sums, *_head(facts, document, read), *figures]


@dataclass(slots=True)
class _Row:
    """A row of a list, as the database has it or as the paper does: its name and its other cells by their heads."""

    number: str
    name: str
    cells: dict[str, str]
    nomination: int | None = None
    taken: bool = field(default=False)


def _as_list(rows: Sequence[Sequence[str]]) -> tuple[list[_Row], list[str]]:
    """The rows of a list in the paper, and the words of rows that have other cells than its head: of kinds, of sums."""
    place = next(i for i, row in enumerate(rows) if _is_head(row))
    head, below = rows[place], rows[place + 1 :]
    name = next(i for i, cell in enumerate(head) if cell.casefold().startswith(_NAME_HEAD))
    found = [
        _Row(row[0], row[name], {head[i]: row[i] for i in range(1, len(head)) if i != name})
        for row in below if len(row) == len(head) and row[name]
    ]
    return found, [said for row in below if len(row) != len(head) and (said := clean(" ".join(row)))]


def _known_rows(block: Mapping[str, Any]) -> list[_Row]:
    """The rows of a list of names; none of a table that lists something else."""
    columns = block["columns"]
    if not _is_head([c["head"] for c in columns]):
        return []
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


def _names(lists: Sequence[Mapping[str, Any]], read: Read) -> list[Difference]:
    known = [row for block in lists for row in _known_rows(block)]
    tables = [_as_list(rows) for rows in read.lists]
    paper = [row for rows, _ in tables for row in rows]
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
    found += [Difference("missing", r.name, nomination=r.nomination) for r in known if not r.taken]
    groups = {clean(row["group"]) for block in lists for row in block["rows"] if "group" in row}
    odd = [said for _, others in tables for said in others if said not in groups and not said.casefold().startswith(_TOTAL)]
    return found + [Difference("extra", r.name) for r in paper if not r.taken] + [Difference("extra", _short(said)) for said in odd]


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


def _names_in_sentences(facts: Mapping[str, Any], document: Mapping[str, Any], read: Read) -> list[Difference]:
    """Names, titles and units that a sentence says, and persons whom a sentence of the paper adds."""
    found = []
    for sentence in _sentences(document):
        for n in (n for n in facts["names"] if _said_whole(clean(n["name"]), sentence)):
            line = _answering(sentence, read.lines)
            found += [
                Difference("changed", n["name"], label, _short(line), known, n["nomination"])
                for label, key in (("họ tên", "name"), ("chức danh", "title"), ("đơn vị", "unit"))
                if (known := clean(n[key])) and known in sentence and not _said_whole(known, line)
            ]
    drafted = " ".join([*_sentences(document), *map(clean, document["to"])])
    listed = {clean(n["name"]).casefold() for n in facts["names"]}
    extra = [who for line in read.lines for who in _persons(line) if who not in drafted and who.casefold() not in listed]
    return found + [Difference("extra", who) for who in dict.fromkeys(extra)]


def _said_whole(words: str, text: str) -> bool:
    """Whether words stand in a text as a name of their own, not as a part of a longer one."""
    for place in re.finditer(re.escape(words), text):
        before, after = text[: place.start()], text[place.end() :]
        beside = before.split()[-1] if before.split() else ""
        if before[-1:].isalnum() or after[:1].isalnum():
            continue
        if not after[1:2].isupper() and not (beside[:1].isupper() and beside[-1:].isalpha() and beside not in _CALLED):
            return True
    return False


def _persons(line: str) -> Iterator[str]:
    """Names that a line says behind "ông" or "bà"."""
    words = line.split()
    for place, word in enumerate(words):
        if word.casefold() not in ("ông", "bà"):
            continue
        name: list[str] = []
        for one in words[place + 1 :]:
            if not one[:1].isupper():
                break
            name.append(one.rstrip(".,;:)"))
            if name[-1] != one:
                break
        if len(name) > 1:
            yield " ".join(name)


def _answering(sentence: str, lines: Sequence[str]) -> str:
    """The line of the paper that answers to a drafted sentence; nothing where none does."""
    return sentence if sentence in lines else next(iter(get_close_matches(sentence, lines, 1, 0.5)), "")


def _sums(facts: Mapping[str, Any], document: Mapping[str, Any], read: Read, lists: Sequence[Mapping[str, Any]]) -> list[Difference]:
    """How many names and how much money: each place in which the drafted words say it must say it in the paper too.

    One difference for each figure that stands in the place of another, naming all places in which it does.
    """
    wanted = [("số lượng", str(facts["counted"]))] if facts["counted"] else []
    if facts["money"]:
        wanted += [("tổng số tiền", figure(facts["money"])), ("số tiền bằng chữ", spelt(facts["money"]))]
    drafted = list(_sentences(document))
    places: dict[tuple[str, str, str], list[str]] = {}
    for label, said in wanted:
        for sentence in (s for s in drafted if said in s):
            line = _answering(sentence, read.lines)
            if not _stands_in(said, line):
                places.setdefault((label, _instead(sentence, line, said), said), []).append(_short(sentence))
        for cell, other in _totals(lists, read):
            if said in cell and not _stands_in(said, other):
                places.setdefault((label, _instead(cell, other, said), said), []).append("dòng tổng cộng")
    return [Difference("changed", "; ".join(dict.fromkeys(where)), label, says, said) for (label, says, said), where in places.items()]


def _stands_in(said: str, text: str) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(said)}(?!\d|\.\d)", text) is not None


def _totals(lists: Sequence[Mapping[str, Any]], read: Read) -> Iterator[tuple[str, str]]:
    """Each cell of the rows of sums, as drafted and as the paper has it in the same place."""
    rows = [row for rows in read.lists for row in rows if row and row[0].casefold().startswith(_TOTAL)]
    for place, block in enumerate(b for b in lists if b["total"]):
        row = rows[place] if place < len(rows) else ()
        for number, said in enumerate(block["total"]):
            if said:
                yield clean(said), row[number] if number < len(row) else ""


def _instead(sentence: str, line: str, said: str) -> str:
    """What a line of the paper says in the place in which the drafted sentence says something; nothing where it has no such place."""
    before, after, words = sentence.split(), line.split(), said.split()
    bare = [word.strip("().,;:") for word in before]
    place = next((i for i in range(len(bare)) if bare[i : i + len(words)] == words), None)
    if place is None or not after:
        return ""
    end, found = place + len(words), []
    for how, a, b, c, d in SequenceMatcher(None, before, after, False).get_opcodes():
        if a < end and b > place:
            found += after[c + max(place - a, 0) : d - max(b - end, 0)] if how == "equal" else after[c:d]
    return " ".join(found).strip("().,;:")


def _sentences(document: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the drafted paper outside of its lists of names, as the DOCX has them; its head and its signatures aside."""
    yield from (clean(text) for text in (document["title"], document["abstract"], document["authority"]) if text)
    for block in document["blocks"]:
        if block["kind"] == "table" and not _is_head([c["head"] for c in block["columns"]]):
            yield from (clean(text) for row in block["rows"] for text in row.get("cells", [row.get("group", "")]) if text)
        if "runs" in block:
            yield clean("".join(words for words, _ in block["runs"]))


def _head(facts: Mapping[str, Any], document: Mapping[str, Any], read: Read) -> list[Difference]:
    """Who issues the paper and to whom it goes must stand; another signer is told, for who signs is seen when he does."""
    whole = " ".join(read.lines)
    wanted = [("cơ quan ban hành", " ".join(document["issuer"]["body"])), *(("kính gửi", one) for one in document["to"])]
    found = [Difference("changed", label, "phần đầu", "", said) for label, said in wanted if clean(said) not in whole]
    signed = [text for one in document["signers"] for text in (*one["lines"], one["name"]) if text]
    return found + [Difference("gone", "phần ký", known=said) for said in signed if clean(said) not in whole]


def _figures(facts: Mapping[str, Any], document: Mapping[str, Any], read: Read) -> list[Difference]:
    """Figures outside of lists, sentence by sentence: one of the database's that became another contradicts it."""
    ours = set(_numbers(" ".join(_values({key: value for key, value in facts.items() if key not in _OF_LAW}))))
    number = f"Số: {document['number']}" if facts["number"] else ""
    drafted = [s for s in (*_sentences(document), clean(number), clean(document["place_day"]), *document["copies"]) if s]
    changed: list[Difference] = []
    gone: list[Difference] = []
    added: list[Difference] = []
    left = Counter(read.lines)
    for sentence in drafted:
        line = sentence if left[sentence] > 0 else _answering(sentence, [text for text, count in left.items() if count > 0])
        left[line] -= 1
        before, after = _numbers(sentence), _numbers(line)
        for was, now in _parted(before, after):
            if _OPEN in now:  # left open for the clerk's hand: it says nothing else
                continue
            was = [old for old in was if old != _OPEN]
            pairs = [(old, new) for old, new in zip(was, now, strict=False) if old in ours]
            changed += [Difference("changed", _short(sentence), "số", new, old) for old, new in pairs]
            gone += [Difference("gone", _short(sentence), known=old) for old in was if old not in [old for old, _ in pairs]]
            added += [Difference("added", _short(line), says=new) for new in now if new not in [new for _, new in pairs]]
    # The clerk's number on a paper that has none yet, and lines of the office's own.
    more = [text for text, count in left.items() for _ in range(count)]
    added += [Difference("added", _short(line), says=n) for line in more for n in _numbers(line) if n != _OPEN]
    return [*changed, *_without(gone, [d.says for d in added], "known"), *_without(added, [d.known for d in gone], "says")]


def _parted(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Where two rows of figures part: place by place where they are as many, so that two that changed places are seen."""
    if len(before) == len(after):
        yield from (([was], [now]) for was, now in zip(before, after, strict=True) if was != now)
        return
    for how, a, b, c, d in SequenceMatcher(None, before, after, False).get_opcodes():
        if how != "equal":
            yield before[a:b], after[c:d]


def _without(found: Sequence[Difference], moved: Sequence[str], key: str) -> list[Difference]:
    """Those whose figure only moved to another line are none."""
    left, kept = Counter(moved), []
    for one in found:
        if left[getattr(one, key)]:
            left[getattr(one, key)] -= 1
        else:
            kept.append(one)
    return kept


def _values(value: Any) -> Iterator[str]:
    """Everything that facts say, as words."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _values(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _values(one)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from (str(value), counted(value), figure(value))
    elif isinstance(value, str):
        yield value
        try:
            yield day_words(date.fromisoformat(value), 0)
        except ValueError:
            return


def _numbers(text: str) -> list[str]:
    """Figures in the order in which they stand: a day is one, a place that is left open is told as such."""
    return [_OPEN if found["open"] else found[0].rstrip(".,") for found in _NUMBER.finditer(text)]


def _short(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:88].rstrip()}…"
