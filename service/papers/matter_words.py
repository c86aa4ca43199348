"""The words of a matter's paper: the text of its bundle (`workflows/paper_text.py`) filled with what was answered.

Fills by hand, no template language: an answer is put in as text of its own run, so it can neither begin a line nor make
anything bold, and is never read again. A line with a gap that is empty is left out. Reads nothing from the database.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from forms.conditions import BUDGET, environment
from forms.values import day_of
from service.papers.wording import FILTERS, Document, Runs, blank_document
from workflows.environment import Env
from workflows.feel import FeelError
from workflows.paper_parts import OF_NUMBERS, TEXTS, Chart, Gap, Pieces, Table
from workflows.paper_text import HEADS, Line, PaperText, When

_ANY_DAY = environment(date(2000, 1, 1))
"""What conditions may ask of the outside: nothing that hangs on the hour, so any day will do."""
_MOST_PARAGRAPHS = 200
_MOST_BARS = 30
"""What fits on a page beside its heading; a note tells of the others."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered and what is given: in words by name, as it is stored, and the rows of lists, each in words and as stored."""

    words: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)
    rows: Mapping[str, Sequence[tuple[Mapping[str, str], Mapping[str, Any]]]] = field(default_factory=dict)

    def whole(self, name: str) -> Any:
        """What is stored under a dotted name; None for nothing."""
        found: Any = self.raw
        for key in name.split("."):
            found = found.get(key) if isinstance(found, Mapping) else None
        return found


def fill_document(text: PaperText, said: Said) -> tuple[Document, list[str]]:
    """Blocks and heading of a paper, and its copies; the parts that facts alone say are not in it yet."""
    found = blank_document() | {"layout": text.layout}
    for line in text.lines:
        if all(_holds(when, said) for when in line.when):
            _take(found, line, said)
    return found, [words for pieces in text.copies if (words := _plain(pieces, said)) is not None]


def _holds(when: When, said: Said) -> bool:
    """Whether a condition is true; what cannot be computed, such as of an answer that nobody gave yet, is not."""
    asked = when.expression
    scope = {name: said.raw.get(name) for name in asked.names | asked.perhaps}
    env: Env = _ANY_DAY
    try:
        return asked.evaluate(scope, env, budget=BUDGET) is True
    except FeelError:
        return False


def _take(found: Document, line: Line, said: Said) -> None:
    blocks: list[dict[str, Any]] = found["blocks"]
    if line.word == "signature":
        blocks.append({"kind": "signature"})
    elif line.word == "signer":
        label, name = _halves(line.pieces)
        if (words := _plain(label, said)) is not None:
            found["signers"].append({"lines": [words.strip()], "note": "(Ký, ghi rõ họ tên)", "name": (_plain(name, said) or "").strip()})
    elif line.table is not None:
        blocks += _table(line.table, said)
    elif line.chart is not None:
        blocks += _chart(line.chart, said)
    elif (split := _split(line, said)) is not None:
        blocks += ({"kind": line.word, "runs": [(one, line.pieces[0].bold)]} for one in split)
    elif line.word in TEXTS:
        if (runs := _runs(line.pieces, said)) is not None:
            blocks.append({"kind": line.word, "runs": runs})
    elif (words := _plain(line.pieces, said)) is not None:
        if line.word in HEADS:
            found[line.word] = words
        else:
            found["to"].append(words)


def _halves(pieces: Pieces) -> tuple[Pieces, Pieces]:
    """What stands before and behind the stroke of the file; one in an answer parts nothing."""
    for place, piece in enumerate(pieces):
        if piece.gap is None and "|" in piece.text:
            before, _, behind = piece.text.partition("|")
            return (*pieces[:place], replace(piece, text=before)), (replace(piece, text=behind), *pieces[place + 1 :])
    return pieces, ()


def _split(line: Line, said: Said) -> list[str] | None:
    """The lines of an answer, each for a paragraph of its own, where the file asks for that; else None."""
    gap = line.pieces[0].gap if len(line.pieces) == 1 else None
    if gap is None or "paragraphs" not in gap.filters:
        return None
    lines = [one_line(one) for one in _value(gap, said, whole=True).splitlines()]
    return [one for one in lines if one][:_MOST_PARAGRAPHS]


def _runs(pieces: Pieces, said: Said) -> Runs | None:
    """Words with their weight; None where a gap is empty. Runs of one weight that touch are one."""
    found: Runs = []
    for piece in pieces:
        words = piece.text if piece.gap is None else _value(piece.gap, said)
        if not words:
            return None
        if found and found[-1][1] == piece.bold:
            found[-1] = (found[-1][0] + words, piece.bold)
        else:
            found.append((words, piece.bold))
    return found


def _plain(pieces: Pieces, said: Said) -> str | None:
    runs = _runs(pieces, said)
    return "".join(words for words, _ in runs) if runs is not None else None


def _value(gap: Gap, said: Said, *, whole: bool = False) -> str:
    """A value in words, on one line unless it is wanted whole; "" for none."""
    words, raw = said.words.get(gap.name, ""), said.whole(gap.name)
    if not words.strip():
        return ""
    for name in gap.filters:
        words = filtered(name, words, raw)
    return words if whole else one_line(words)


def filtered(name: str, words: str, raw: Any) -> str:
    """Words after one of the closed filters; as they are where it does not fit what is stored."""
    if name in OF_NUMBERS:
        number = _whole_number(raw)
        if name == "figure" and number is None and not isinstance(raw, str) and (broken := _number(raw)) is not None:
            return _figure(broken)
        try:
            return FILTERS[name](number) if number is not None else words
        except ValueError:  # no sum of money that can be spelt
            return words
    if name == "day":
        day = day_of(str(raw)) if isinstance(raw, str) else None
        return FILTERS["day"](day.isoformat()) if day is not None else words
    return FILTERS[name](words) if name in FILTERS else words


def _number(raw: Any) -> Decimal | None:
    """A stored number, of a size that can be written; None for anything else."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        return None
    try:
        number = Decimal(str(raw).strip().replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**18 else None


def _whole_number(raw: Any) -> int | None:
    number = _number(raw)
    return int(number) if number is not None and number == int(number) else None


def one_line(words: str) -> str:
    """Words on one line, without signs that no document holds."""
    return " ".join("".join(sign for sign in words if sign.isspace() or unicodedata.category(sign) not in ("Cc", "Cf", "Cs")).split())


def _table(table: Table, said: Said) -> list[dict[str, Any]]:
    """A table over the rows of a list; none where the list is empty."""
    rows: list[dict[str, Any]] = []
    above = ""
    for number, (words, raw) in enumerate(said.rows.get(table.rows, ()), 1):
        words = {"no": str(number), **words}
        if table.group and (heading := one_line(words.get(table.group, ""))) != above:
            above = heading
            rows += [{"group": heading}] if heading else []
        cells = [", ".join(said_in for key in column.keys if (said_in := _cell(key, column.how, words, raw))) for column in table.columns]
        rows.append({"row": {"no": str(number)}, "cells": cells})
    if not rows:
        return []
    total = [_plain(pieces, said) if pieces else "" for pieces in table.total]
    columns = [{"key": "+".join(one.keys), "head": one.head, "width": one.width, "align": one.align} for one in table.columns]
    return [{"kind": "table", "columns": columns, "rows": rows, "total": [one or "" for one in total] if None not in total else []}]


def _chart(chart: Chart, said: Said) -> list[dict[str, Any]]:
    """Bars over the rows of a list that hold a number; none where no row does. A length is a part of the longest, which is 1."""
    found: list[tuple[str, Decimal]] = []
    for number, (words, raw) in enumerate(said.rows.get(chart.rows, ()), 1):
        words = {"no": str(number), **words}
        if (figure := _number(raw.get(chart.figure))) is not None:
            found.append((", ".join(one_line(words[key]) for key in chart.labels if words.get(key)), figure))
    most = max((figure for _, figure in found[:_MOST_BARS]), default=Decimal(0))
    bars = [
        {"label": label, "figure": _figure(figure), "part": round(float(max(figure, Decimal(0)) / most), 4) if most > 0 else 0.0}
        for label, figure in found[:_MOST_BARS]
    ]
    more = f"và {len(found) - _MOST_BARS} dòng khác" if len(found) > _MOST_BARS else ""
    return [{"kind": "chart", "head": chart.head, "bars": bars, "more": more}] if bars else []


def _figure(number: Decimal) -> str:
    """A number as papers write it: dots between thousands, a comma before decimals."""
    whole, _, rest = f"{number:,f}".partition(".")
    return whole.replace(",", ".") + (f",{rest.rstrip('0')}" if rest.strip("0") else "")


def _cell(key: str, how: str, words: Mapping[str, str], raw: Mapping[str, Any]) -> str:
    said = words.get(key, "")
    return one_line(filtered(how, said, raw.get(key)) if how and said else said)


__all__ = ["Said", "fill_document", "filtered", "one_line"]
