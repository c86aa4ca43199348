"""Numbers of papers: typed ones are unique for body, kind and year; own ones run from 1 without a gap.

Decree 30/2020, Art. 15: a decision's number follows the whole body's order of issue, so the clerk brings it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.awards.models import Counter, List, PaperNumber
from service.db import is_postgresql, table_of
from service.errors import FieldFault, Invalid

BODY, OFFICE = "UBND", "VHXH"
"""Whose numbers: the committee's, and those of its office for home affairs, which numbers its own submissions."""
_COUNTER, _TAKEN = table_of(Counter), table_of(PaperNumber)


def next_number(s: Session, register: str, year: int) -> int:
    """Next number of an own register; without gap or double, because it is given in the act's transaction."""
    return next_numbers(s, register, year, 1)[0]


def next_numbers(s: Session, register: str, year: int, count: int) -> range:
    """The next numbers of an own register, `count` of them in a row; without gap or double, whoever else takes some."""
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    last: int = s.execute(
        insert(_COUNTER)
        .values(register=register, year=year, last=count)
        .on_conflict_do_update(index_elements=["register", "year"], set_={"last": _COUNTER.c.last + count})
        .returning(_COUNTER.c.last)
    ).scalar_one()
    return range(last - count + 1, last + 1)


GOLDEN_BOOK = "golden_book"
"""Own register of awards (sổ vàng): its number stands on the certificate."""
SYMBOLS = {"QĐ": "QĐ-UBND", "CV": "UBND-VHXH", "TTr": "TTr-UBND", "TB": "TB-UBND"}
"""Kind of paper whose number the clerk brings → its symbol (Decree 30/2020, Annex I, II.3)."""
OF_OFFICE = {"TTr": "TTr-VHXH"}
"""The same of papers that the office numbers itself."""
MINUTES = {"minutes": "BB-UBND", "council_minutes": "BB-HĐTĐKT"}
"""Own register of minutes, of the office and of the council → its symbol."""


def number_paper(s: Session, row: List, fields: Mapping[str, Any], *, paper: str) -> None:
    """Give a list the number and day that the clerk typed for its paper; Invalid where the number is taken."""
    dated = date.fromisoformat(fields["dated"])
    number = int(fields["number"])
    take_number(s, row, paper=paper, number=number, dated=dated)
    row.number, row.dated = f"{number:02d}/{SYMBOLS[paper]}", dated


def number_minutes(s: Session, day: date, register: str = "minutes") -> str:
    """The next number and symbol of an own register of minutes, from 01 each year."""
    return f"{next_number(s, register, day.year):02d}/{MINUTES[register]}"


def reach_number(s: Session, register: str, year: int, typed: str) -> None:
    """Let an own register go on after a number that stands on a paper already; what has no number in it changes nothing."""
    head = typed.partition("/")[0].strip()
    if not head.isdecimal():
        return
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    reached = int(head)
    s.execute(
        insert(_COUNTER).values(register=register, year=year, last=reached).on_conflict_do_update(
            index_elements=["register", "year"], set_={"last": reached}, where=_COUNTER.c.last < reached
        )
    )


def number_typed(s: Session, row: List, fields: Mapping[str, Any], *, paper: str, body: str = BODY) -> str | None:
    """Take the number that stands in what was typed for a paper, "12" or "12/TTr-VHXH", and return it with its symbol.

    None where nothing was typed. Raises Invalid where no number begins it, or where it is taken.
    """
    typed, symbol = str(fields.get("number") or "").strip(), (OF_OFFICE if body == OFFICE else SYMBOLS)[paper]
    if not typed:
        return None
    number = number_in(typed, symbol)
    take_number(s, row, paper=paper, number=number, dated=date.fromisoformat(fields["dated"]), body=body)
    return f"{int(typed):02d}/{symbol}" if typed.isdigit() else typed


def number_in(typed: str, symbol: str, field: str = "number") -> int:
    """The number that begins what was typed; Invalid where none does."""
    read = re.match(r"(\d{1,6})(?![\w.])", typed)
    if read is None or int(read[1]) == 0:
        raise Invalid.at(field, f"Ghi số trước ký hiệu, ví dụ 87/{symbol}.", f"Begin with the number, for example 87/{symbol}.")
    return int(read[1])


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that run on their own each year: of one sort of paper of one body, with the symbol that follows them."""

    body: str
    paper: str
    symbol: str


def series_of(symbol: str, body: str = "") -> Series:
    """The series of a symbol, `QĐ-UBND`: that of lists where they have it; `body` owns one whose symbol names nobody, `KL`."""
    for owner, known in ((BODY, SYMBOLS), (OFFICE, OF_OFFICE)):
        for paper, one in known.items():
            if one.casefold() == symbol.casefold():
                return Series(owner, paper, one)
    paper, _, named = symbol.partition("-")
    return Series((named or body or BODY)[:40], paper[:20], symbol)


def take_number(s: Session, row: List, *, paper: str, number: int, dated: date, body: str = BODY) -> None:
    """Note a number that the clerk typed for a list; Invalid names the paper that carries it already.

    A list whose paper went back and comes again may keep its number.
    """
    series = Series(body, paper, (OF_OFFICE if body == OFFICE else SYMBOLS).get(paper, f"{paper}-{body}"))
    claim_number(s, series, number, dated=dated, about=f"list:{row.id}", title=row.title)


def claim_number(
    s: Session, series: Series, number: int, *, dated: date, about: str, title: str, place: str = "", field: str = "number"
) -> None:
    """Note that a paper carries a number of a series in the year of its day; Invalid names the paper that carries it already.

    The same place of the same thing may keep its number.
    """
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    fresh = s.execute(
        insert(_TAKEN)
        .values(
            body=series.body, paper=series.paper, year=dated.year, number=number, dated=dated, about=about, place=place,
            title=title[:300],
        )
        .on_conflict_do_nothing(index_elements=["body", "paper", "year", "number"])
        .returning(_TAKEN.c.id)
    ).scalar_one_or_none()
    if fresh is not None:
        return
    taken = s.scalars(
        select(PaperNumber).where(
            PaperNumber.body == series.body, PaperNumber.paper == series.paper, PaperNumber.year == dated.year,
            PaperNumber.number == number,
        )
    ).one()
    if (taken.about, taken.place) == (about, place):
        taken.dated = dated
        return
    said = f"{number:02d}/{series.symbol}"
    raise Invalid(
        "Chưa ghi được: số đã dùng.",
        "Not saved: the number is taken.",
        code="number-taken",
        faults=[
            FieldFault(
                field,
                f"Số {said} năm {dated.year} đã dùng cho “{taken.title}”, ngày {taken.dated:%d/%m/%Y}. Nhập số khác.",
                f"Number {said} of {dated.year} was used for “{taken.title}” of {taken.dated:%d/%m/%Y}. Type another one.",
            )
        ],
    )


def free_numbers(s: Session, about: str, place: str, *, but: tuple[Series, int, int]) -> None:
    """Give back the numbers that one place of a thing held, but the one (series, year, number) that stands there now."""
    series, year, number = but
    for one in s.scalars(select(PaperNumber).where(PaperNumber.about == about, PaperNumber.place == place)):
        if (one.body, one.paper, one.year, one.number) != (series.body, series.paper, year, number):
            s.delete(one)
