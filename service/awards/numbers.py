"""Numbers of papers: typed ones are unique for body, kind and year; own ones run from 1 without a gap.

Decree 30/2020, Art. 15: a decision's number follows the whole body's order of issue, so the clerk brings it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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
    read = re.match(r"(\d{1,6})(?![\w.])", typed)
    if read is None or int(read[1]) == 0:
        raise Invalid.at("number", f"Ghi số trước ký hiệu, ví dụ 87/{symbol}.", f"Begin with the number, for example 87/{symbol}.")
    take_number(s, row, paper=paper, number=int(read[1]), dated=date.fromisoformat(fields["dated"]), body=body)
    return f"{int(typed):02d}/{symbol}" if typed.isdigit() else typed


def take_number(
    s: Session, row: List, *, paper: str, number: int, dated: date, field: str = "number", body: str = BODY
) -> None:
    """Note a number that the clerk typed; Invalid names the paper that carries it already.

    A list whose paper went back and comes again may keep its number.
    """
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    fresh = s.execute(
        insert(_TAKEN)
        .values(body=body, paper=paper, year=dated.year, number=number, dated=dated, list_id=row.id)
        .on_conflict_do_nothing(index_elements=["body", "paper", "year", "number"])
        .returning(_TAKEN.c.id)
    ).scalar_one_or_none()
    if fresh is not None:
        return
    taken = s.scalars(
        select(PaperNumber).where(
            PaperNumber.body == body, PaperNumber.paper == paper, PaperNumber.year == dated.year, PaperNumber.number == number,
        )
    ).one()
    if taken.list_id == row.id:
        taken.dated = dated
        return
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
