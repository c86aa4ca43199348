"""The office's own words of a letter by the id of their version, as a mail names them; says nothing of which are in force."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from service import db
from service.notices.models import WORDS


def read_words(number: int) -> Mapping[str, Any] | None:
    """The words of a version by its id, None for those that come with the service; versions never change, so each is read once."""
    return _row(db.database_number(), number)


@lru_cache(maxsize=256)
def _row(database: int, number: int) -> Mapping[str, Any] | None:
    with db.reading() as s:
        words: Mapping[str, Any] | None = s.execute(select(WORDS.c.words).where(WORDS.c.id == number)).scalar()
    return words
