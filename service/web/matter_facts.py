"""The main facts of a matter on its page: numbers, days, what was decided, and lists with where each of their lines stands."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from service import words
from service.movement import Line, MainFact
from service.web.case_parts import in_words
from service.web.parts import Block, Cell, Column, Fact, Table
from service.web.standing import due


def blocks(found: Sequence[MainFact]) -> list[Block]:
    """A section of what a matter's register calls its main facts, and a table for each list of them; none where nothing is said yet."""
    told = [Fact(one.label, one.said) for one in found if one.said]
    return [*([Block(_("Nội dung chính"), facts=told)] if told else []), *(_table(one) for one in found if one.lines)]


def _table(one: MainFact) -> Block:
    kept = [place for place in range(len(one.columns)) if any(line.cells[place] for line in one.lines)]
    followed = any(line.last is not None for line in one.lines)
    columns = [Column(one.columns[place]) for place in kept] + ([Column(_("Đang ở đâu"))] if followed else [])
    rows = [[*(Cell(line.cells[place]) for place in kept), *([_where(line)] if followed else [])] for line in one.lines]
    return Block(one.label, table=Table(columns, rows, one.label))


def _where(line: Line) -> Cell:
    if line.last is None:
        return Cell("")
    if line.last.state == "open":
        return Cell(words.translated(line.last.name), due=due(line.last.due_at))
    return Cell(in_words(line.outcome.words) if line.outcome else words.translated(line.last.name), words.full_date(line.last.closed_at))


__all__ = ["blocks"]
