"""What one administrator alone may not do (data/safeguards.toml): the table alone. Knows no request and changes nothing."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from service.people import groups as catalogue
from service.people import rights


@dataclass(frozen=True, slots=True)
class Chosen:
    """An act that needs a second person: the rights to ask and to confirm, and for how long it may wait."""

    word: str
    label: str
    label_en: str
    ask: str
    confirm: str
    hours: int
    demo: bool

    @property
    def life(self) -> timedelta:
        """How long a request waits before it lapses."""
        return timedelta(hours=self.hours)


@functools.cache
def chosen() -> dict[str, Chosen]:
    """The chosen acts by word, in the order of the file."""
    return {row["word"]: Chosen(**row) for row in _file()["second_person"]}


def is_guarded(group: str) -> bool:
    """Tell whether nobody gives a group alone.

    It carries the right to ask for, or to confirm, an act that needs a second person; or it asks for a second factor, as those
    do who sign, vote and keep the council's papers; or it is named in the table.
    """
    word = catalogue.split(group)[0]
    if catalogue.needs_second_factor(word) or word in _file()["guarded"]:
        return True
    asked = {right for row in chosen().values() for right in (row.ask, row.confirm)}
    return any(word in rights.acts()[right].groups for right in asked | set(_file()["confirming"]))


def emergency_life() -> timedelta:
    """How long an emergency access lasts."""
    return timedelta(hours=int(_file()["break_glass"]["hours"]))


@functools.cache
def _file() -> dict[str, Any]:
    return tomllib.loads((catalogue.DATA / "safeguards.toml").read_text(encoding="utf-8"))
