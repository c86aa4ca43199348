"""What must hold for a letter to be worth telling: asked before a mail goes and at each look at the bell.

The parts that tell of something register a condition on (about, account), as a program's question or as SQL; SQL serves both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, select

from service import db

Wanted = Callable[[int, int], bool]
Holds = Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[bool]]

WANTED: dict[str, Wanted] = {}
STILL: dict[tuple[str, ...], Holds] = {}


def wanted(*letters: str) -> Callable[[Wanted], Wanted]:
    """Register the question that is asked just before one of these letters goes: (about, account) → still wanted?

    Asked only for mails queued with `about`. This is how reminders stop when the task is done.
    """

    def register(ask: Wanted) -> Wanted:
        WANTED.update(dict.fromkeys(letters, ask))
        return ask

    return register


def wanted_where(*letters: str) -> Callable[[Holds], Holds]:
    """Register the condition, in SQL, under which these letters are still wanted: their notices end with it too."""

    def register(holds: Holds) -> Holds:
        STILL[letters] = holds

        @cache  # made at the first question: the tables are all known by then
        def statement() -> Select[Any]:
            return select(holds(bindparam("about", type_=Integer), bindparam("account", type_=Integer)))

        @wanted(*letters)
        def ask(about: int, account: int) -> bool:
            with db.reading() as s:
                return bool(s.scalar(statement(), {"about": about, "account": account}))

        return holds

    return register


def is_wanted(letter: str, about: int | None, account: int) -> bool:
    """Tell whether a letter is still worth sending."""
    ask = WANTED.get(letter)
    return ask is None or about is None or ask(about, account)
