"""Numbers of papers: typed ones are unique for body, kind and year; own ones run from 1 without a gap.

Decree 30/2020, Art. 15: a decision's number follows the whole body's order of issue, so the clerk brings it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.awards.models import Counter, List, PaperNumber
from service.db import is_postgresql, table_of
from service.errors import FieldFault, Invalid

BODY = "UBND"
_COUNTER = table_of(Counter)


def next_number(s: Session, register: str, year: int) -> int:
    """Next number of an own register; without gap or double, because it is given in the act's transaction."""
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    given: int = s.execute(
        insert(_COUNTER)
        .values(register=register, year=year, last=1)
        .on_conflict_do_update(
            index_elements=["register", "year"], set_={"last": _COUNTER.c.last + 1}
        )
        .returning(_COUNTER.c.last)
    ).scalar_one()
    return given


SYMBOLS = {"QĐ": "QĐ-UBND", "CV": "UBND-VHXH"}
"""Kind of paper whose number the clerk brings → its symbol (Decree 30/2020, Annex I, II.3)."""
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


def take_number(s: Session, row: List, *, paper: str, number: int, dated: date, field: str = "number") -> None:
    """Note a number that the clerk typed; Invalid names the paper that carries it already."""
    taken = s.scalars(
        select(PaperNumber).where(
            PaperNumber.body == BODY,
            PaperNumber.paper == paper,
            PaperNumber.year == dated.year,
            PaperNumber.number == number,
        )
    ).first()
    if taken is not None:
        raise Invalid(
            "Chưa ghi được: số đã dùng.",
            "Not saved: the number is taken.",
            code="number-taken",
            faults=[
                FieldFault(
                    field,
                    f"Số {number} đã dùng cho văn bản ngày {taken.dated:%d/%m}. Nhập số khác.",
                    f"Number {number} was used for the paper of {taken.dated:%d/%m}. Type another one.",
                )
            ],
        )
    s.add(
        PaperNumber(body=BODY, paper=paper, year=dated.year, number=number, dated=dated, list_id=row.id)
    )
