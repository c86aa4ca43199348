"""What the lines of a paper are made of (`paper_text` reads these): texts with gaps, tables and their columns, charts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.written import LOGIC, signs_wrong

TEXTS = ("p", "h", "item", "centre", "basis", "enacts", "annex", "small")
FILTERS = ("figure", "counted", "spelt", "smaller", "sentence", "day", "eights", "paragraphs")
"""What may stand behind the name of a gap; `paragraphs` makes each line of an answer a paragraph of its own."""
OF_NUMBERS = ("figure", "counted", "spelt")
OF_CELLS = ("figure", "counted", "day")
"""What may stand behind the alignment of a column."""
ALIGNS = ("left", "centre", "right")
_LONGEST_HEAD = 150
_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,63}(?:\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,4}"
_GAP = re.compile(rf"\{{\{{ *({_NAME}) *((?:\| *[a-z]{{1,20}} *){{0,4}})\}}\}}")
FIELD = re.compile(_NAME)
BETWEEN = re.compile(r"\|(?![^{}]*\}\})")
"""What parts the cells of a total: a stroke that stands in no gap."""
_SEVERAL = re.compile(rf"{_NAME}(?:\+{_NAME}){{0,5}}")

Wrong = tuple[str, str]
"""What is wrong, in both languages."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A value that is put in: an answer or something given, by its name, and what is done to it in turn."""

    name: str
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line: text of the file, or a gap; bold as the file says."""

    text: str
    gap: Gap | None
    bold: bool = False


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Col:
    """A column of a table: where it stands in the file, which entries of a row stand in it, joined by commas, and how."""

    number: int
    keys: tuple[str, ...]
    head: str
    width: float
    align: str
    how: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table over the rows of a list: of a dynamic list of a form, or of one that the service gives."""

    rows: str
    columns: tuple[Col, ...] = ()
    total: tuple[Pieces, ...] = ()
    total_at: int = 0
    """Line of the file in which the total stands."""
    group: str = ""
    """Entry that heads the rows which share it; "" for none."""

@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over the rows of a list, one a row: which entries name it, joined by commas, which one is its figure, what stands above."""

    rows: str
    labels: tuple[str, ...]
    figure: str
    head: str


def pieces_of(text: str, *, bold: bool = False) -> tuple[Pieces, list[Wrong]]:
    """A text in pieces, and what is wrong with its gaps and its bold marks; `bold`: whether it may have these."""
    found: list[Piece] = []
    wrong: list[Wrong] = [(vi, en) for vi, en, _ in signs_wrong(text)]
    strong, at = False, 0

    def literal(part: str) -> None:
        nonlocal strong
        if logic := LOGIC.search(part):
            wrong.append((
                f"“{logic[0]}” không dùng được; chỗ điền chỉ viết {{{{ tên }}}} hoặc {{{{ tên|bộ lọc }}}}, không có lệnh hay phép tính.",
                f"“{logic[0]}” cannot be used; a gap is {{{{ name }}}} or {{{{ name|filter }}}}, without commands or computing.",
            ))
        for place, run in enumerate(part.split("**")):
            strong = strong if place == 0 else not strong
            if run:
                found.append(Piece(run, None, strong))

    for gap in _GAP.finditer(text):
        literal(text[at : gap.start()])
        at = gap.end()
        filters = tuple(one.strip() for one in gap[2].split("|") if one.strip())
        wrong += [
            (f"không có bộ lọc “{one}”; chỉ có: {', '.join(FILTERS)}.",
             f"there is no filter “{one}”; there are only: {', '.join(FILTERS)}.")
            for one in filters if one not in FILTERS
        ]
        found.append(Piece("", Gap(gap[1], filters), strong))
    literal(text[at:])
    if strong:
        wrong.append(("dấu ** mở mà không đóng.", "a ** opens and does not close."))
    if not bold and "**" in text:
        wrong.append((f"chữ đậm (**) chỉ dùng trong các dòng {', '.join(TEXTS)}.",
                      f"bold (**) stands only in the lines {', '.join(TEXTS)}."))
    return tuple(found), wrong


def column_of(number: int, rest: str) -> Col | Wrong:
    """A column as it is written: `key+key | heading | width | align | figure`; or what is wrong with it."""
    parts = [part.strip() for part in rest.split("|")]
    shape = ("ghi: col: mục | tiêu đề | độ rộng | left, centre hoặc right | figure, counted, day hoặc bỏ trống.",
             "write: col: entry | heading | width | left, centre or right | figure, counted, day or nothing.")
    if not 4 <= len(parts) <= 5 or not _SEVERAL.fullmatch(parts[0]) or not 0 < len(parts[1]) <= 80:
        return shape
    if wrong := _head_wrong(parts[1], ("tiêu đề cột không nhận giá trị điền, chữ đậm.", "a heading takes neither values nor bold.")):
        return wrong
    how = parts[4] if len(parts) == 5 else ""
    if not re.fullmatch(r"\d{1,2}(\.\d{1,2})?", parts[2]) or float(parts[2]) <= 0 or parts[3] not in ALIGNS or how not in ("", *OF_CELLS):
        return shape
    return Col(number, tuple(parts[0].split("+")), parts[1], float(parts[2]), parts[3], how)

def chart_of(rest: str) -> Chart | Wrong:
    """A chart as it is written: `LIST | entry+entry | entry | heading`, the heading or nothing; or what is wrong with it."""
    parts = [part.strip() for part in rest.split("|")]
    if not 3 <= len(parts) <= 4 or not FIELD.fullmatch(parts[0]) or not _SEVERAL.fullmatch(parts[1]) or not FIELD.fullmatch(parts[2]):
        return ("ghi: chart: danh sách | mục làm nhãn | mục là số | tiêu đề hoặc bỏ trống.",
                "write: chart: list | entry that names a bar | entry that is its figure | heading or nothing.")
    head = parts[3] if len(parts) == 4 else ""
    if len(head) > _LONGEST_HEAD:
        return f"tiêu đề dài nhất {_LONGEST_HEAD} ký tự.", f"a heading has {_LONGEST_HEAD} characters at most."
    unfit = ("tiêu đề biểu đồ không nhận giá trị điền, chữ đậm.", "the heading of a chart takes neither values nor bold.")
    return _head_wrong(head, unfit) or Chart(parts[0], tuple(parts[1].split("+")), parts[2], head)


def _head_wrong(head: str, unfit: Wrong) -> Wrong | None:
    """What is wrong with a heading: signs that no document holds; `unfit` for gaps and bold."""
    if wrong := next(signs_wrong(head), None):
        return wrong[0], wrong[1]
    return unfit if LOGIC.search(head) or "*" in head else None


__all__ = [
    "ALIGNS", "BETWEEN", "FIELD", "FILTERS", "OF_CELLS", "OF_NUMBERS", "TEXTS", "Chart", "Col", "Gap", "Piece", "Pieces", "Table", "Wrong",
    "chart_of", "column_of", "pieces_of",
]
