"""The layout of Decree 30/2020, Annex I (law.md 5.4), measured in the PDF: sheet, margins, fonts and sizes, rules, page numbers."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader

from service.papers.facts import facts_of
from service.papers.kinds import kind_named
from service.papers.printing import print_paper
from tests.service.papers.conftest import Filled, list_of

MM = 72 / 25.4
HIGH, WIDE = 297 * MM, 210 * MM
LEFT, RIGHT, TOP, BOTTOM = 30 * MM, 190 * MM, 277 * MM, 20 * MM
"""Edges of what is set on an upright sheet, from the lower left corner."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one line of one font and size: where they begin, and their baseline."""

    page: int
    said: str
    x: float
    y: float
    font: str
    size: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A level line that is drawn."""

    page: int
    x: float
    y: float
    width: float


def _measured(content: bytes) -> tuple[list[Line], list[Rule]]:
    lines: list[Line] = []
    rules: list[Rule] = []
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages, 1):
        assert (float(page.mediabox.width), float(page.mediabox.height)) == (pytest.approx(WIDE, abs=0.1), pytest.approx(HIGH, abs=0.1))
        begun: list[tuple[float, float]] = [(0, 0)]

        def words(said: str, cm: list[float], tm: list[float], font: Any, size: float, number: int = number) -> None:
            if said.strip():
                name = str(font["/BaseFont"]).partition("+")[2] if font else ""
                told = " ".join(unicodedata.normalize("NFC", said).split())
                lines.append(Line(number, told, tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5], name, round(size, 1)))

        def drawn(op: bytes, args: Any, cm: list[float], tm: list[float], number: int = number, begun: Any = begun) -> None:
            if op in (b"m", b"l"):
                x, y = float(args[0]) * cm[0] + cm[4], float(args[1]) * cm[3] + cm[5]
                if op == b"l" and abs(y - begun[0][1]) < 0.01:
                    rules.append(Rule(number, min(x, begun[0][0]), y, abs(x - begun[0][0])))
                begun[0] = (x, y)

        page.extract_text(visitor_text=words, visitor_operand_before=drawn)
    return lines, rules


@pytest.fixture(scope="module", params=["decision", "posting_notice"])
def sheet(request: pytest.FixtureRequest, filled: Filled) -> tuple[str, list[Line], list[Rule]]:
    """The decision, and a plain paper, as measured."""
    code = request.param
    row = list_of(filled.office, *{"decision": ("decision", "published"), "posting_notice": ("posting", "closed")}[code])
    return code, *_measured(print_paper(facts_of(row, kind_named(code))))


def _line(lines: list[Line], begins: str) -> Line:
    return next(one for one in lines if one.said.startswith(begins))


@pytest.mark.long
def test_everything_stands_between_the_margins(sheet: tuple[str, list[Line], list[Rule]]) -> None:
    _code, lines, rules = sheet
    set_ = [one for one in lines if not (one.said.isdigit() and one.y > TOP)]
    assert min(one.x for one in set_) == pytest.approx(LEFT, abs=0.5)
    assert all(BOTTOM - 1 <= one.y <= TOP for one in set_), "20 mm above and below"
    first = max(one.y for one in set_ if one.page == 1)
    assert TOP - 16 < first < TOP, "the heading begins at the upper margin"
    last = [one for one in rules if one.page == max(r.page for r in rules)]
    assert (min(r.x for r in last), max(r.x + r.width for r in last)) == (pytest.approx(LEFT, abs=0.6), pytest.approx(RIGHT, abs=0.6)), (
        "a list is as wide as the text: 30 mm from the left, 20 mm from the right"
    )


def test_fonts_and_sizes_are_those_of_the_decree(sheet: tuple[str, list[Line], list[Rule]]) -> None:
    code, lines, _rules = sheet
    assert {one.font for one in lines} <= {"Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}
    wanted = [
        ("CỘNG HÒA XÃ HỘI", "Tinos-Bold", 13), ("Độc lập", "Tinos-Bold", 14), ("ỦY BAN NHÂN DÂN", "Tinos-Bold", 13),
        ("Số:", "Tinos-Regular", 13), ("Sơn Mai, ngày", "Tinos-Italic", 14), ("Về việc", "Tinos-Bold", 14),
        ("Nơi nhận:", "Tinos-BoldItalic", 12), ("- Lưu:", "Tinos-Regular", 11), ("STT", "Tinos-Bold", 12),
    ] + {
        "decision": [
            ("QUYẾT ĐỊNH", "Tinos-Bold", 14), ("Căn cứ Luật", "Tinos-Italic", 14), ("Điều 1.", "Tinos-Bold", 14),
            ("CHỦ TỊCH ỦY BAN", "Tinos-Bold", 14), ("Hồ Đại Ngàn", "Tinos-Bold", 14),
        ],
        "posting_notice": [
            ("THÔNG BÁO", "Tinos-Bold", 14), ("Thực hiện đợt xét", "Tinos-Regular", 14), ("TL. CHỦ TỊCH", "Tinos-Bold", 13),
            ("Hồ Trường Sơn", "Tinos-Bold", 14),
        ],
    }[code]
    found = {begins: (_line(lines, begins).font, _line(lines, begins).size) for begins, _, _ in wanted}
    assert found == {begins: (font, size) for begins, font, size in wanted}


def test_rules_stand_below_the_heading_and_keep_off_its_letters(sheet: tuple[str, list[Line], list[Rule]]) -> None:
    _code, lines, rules = sheet
    motto, day, body = _line(lines, "Độc lập"), _line(lines, "Sơn Mai, ngày"), _line(lines, "XÃ SƠN MAI")
    (long,) = [r for r in rules if r.page == 1 and day.y < r.y < motto.y and r.x >= motto.x - 1]
    middle = (_line(lines, "CỘNG HÒA XÃ HỘI").x + RIGHT) / 2
    assert (long.x, long.x + long.width / 2) == (pytest.approx(motto.x, abs=1), pytest.approx(middle, abs=1)), "as long as the motto"
    (short,) = [r for r in rules if r.page == 1 and day.y < r.y < body.y and r.x < motto.x - 20]
    assert short.width == pytest.approx(24 * MM, abs=0.5), "a third to a half of the line above it"
    for rule, above in ((long, motto), (short, body)):
        assert above.y - rule.y > 4, "below the dots and tails of the letters"
    number = _line(lines, "Số:")
    assert number.y == pytest.approx(day.y, abs=0.5), "number and day stand on one line"


def test_pages_are_numbered_from_the_second_on_in_the_middle_above(sheet: tuple[str, list[Line], list[Rule]]) -> None:
    _code, lines, _rules = sheet
    pages = max(one.page for one in lines)
    assert pages > 1
    numbers = [one for one in lines if one.y > TOP]
    assert [(one.page, one.said, one.size) for one in numbers] == [(n, str(n), 13) for n in range(2, pages + 1)]
    assert all(one.x == pytest.approx((LEFT + RIGHT) / 2, abs=6) for one in numbers)


def test_paragraphs_begin_a_step_in_and_keep_six_points_apart(sheet: tuple[str, list[Line], list[Rule]]) -> None:
    code, lines, _rules = sheet
    begins = _line(lines, {"decision": "Căn cứ Luật Tổ chức", "posting_notice": "Thực hiện đợt xét"}[code])
    assert 10 * MM <= begins.x - LEFT <= 12.8 * MM
    below = sorted({round(one.y, 1) for one in lines if one.page == begins.page and one.y <= begins.y}, reverse=True)[:5]
    steps = [upper - lower for upper, lower in pairwise(below)]
    within, between = min(steps), max(steps)
    assert 14 <= within <= 1.5 * 14 * 1.2, "single to one and a half"
    assert between - within >= 6, "six points between paragraphs"
