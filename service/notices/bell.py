"""What a person is told on the pages: a row with its cause, the number of unread ones, reading them.

A notice goes away by itself when nobody need know any more: the part that tells of something registers what must hold
(`sending.wanted_where`). Mail is `sending`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from service import clock, db
from service.actor import Actor
from service.notices.letters import case_of, label, letters, subject
from service.notices.models import NOTICE
from service.notices.still import STILL, Holds

MOST_COUNTED = 100
"""The bell counts so far; a page says "99+"."""
_KEPT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Told:
    """One notice in the words of its reader; `open`: it still concerns somebody."""

    id: int
    letter: str
    label: str
    case: str
    subject: str
    link: str | None
    told_at: datetime
    read_at: datetime | None
    open: bool

    @property
    def unread(self) -> bool:
        """Tell whether it counts at the bell."""
        return self.read_at is None and self.open


@dataclass(frozen=True, slots=True)
class Notices:
    """One page of a person's notices, the newest first, and how many there are; `unread` stops at MOST_COUNTED.

    `newest`: the last that was told, on whichever page it stands; 0 where nothing was.
    """

    items: tuple[Told, ...]
    total: int
    unread: int
    newest: int


def ring(rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """Write notices in the open transaction; return the accounts that had not been told of this yet."""
    dialect = postgresql if db.is_postgresql() else sqlite
    once = dialect.insert(NOTICE).on_conflict_do_nothing(
        index_elements=[NOTICE.c.account, NOTICE.c.key, NOTICE.c.letter]
    )
    return set(db.session().scalars(once.returning(NOTICE.c.account), list(rows)))


def count_unread(account: int) -> int:
    """How many notices a person has not read, at most MOST_COUNTED, in one statement."""
    with db.reading() as s:
        return s.scalar(_counting(tuple(STILL.items())), {"account": account}) or 0


@lru_cache(maxsize=8)
def _counting(registered: tuple[tuple[tuple[str, ...], Holds], ...]) -> Select[Any]:
    """The statement of the bell, which stands on each page: made once for what is registered."""
    found = select(NOTICE.c.id).where(_unread(bindparam("account", type_=NOTICE.c.account.type))).limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(found)


def own_notices(*, by: Actor, language: str, unread: bool = False, page: int = 1, size: int = 100) -> Notices:
    """Read a page of one's own notices."""
    account = by.account or 0
    where = _unread(account) if unread else NOTICE.c.account == account
    with db.reading() as s:
        rows = s.execute(
            select(NOTICE, _alive().label("alive")).where(where).order_by(NOTICE.c.id.desc())
            .limit(size).offset((max(page, 1) - 1) * size)
        ).all()
        total = s.scalar(select(func.count()).select_from(NOTICE).where(where)) or 0
        newest = s.scalar(select(func.max(NOTICE.c.id)).where(NOTICE.c.account == account)) or 0
    return Notices(tuple(_told(row, language) for row in rows), total, count_unread(account), newest)


def read_notices(*, by: Actor, ids: Collection[int] | None = None, up_to: int | None = None) -> int:
    """Mark own notices as read: those named, or all up to one that was seen; return how many were unread.

    What came in after a page was drawn is not marked by its button.
    """
    which = NOTICE.c.id.in_(ids) if ids is not None else NOTICE.c.id <= up_to if up_to is not None else true()
    with db.transaction() as s:
        read = s.execute(
            update(NOTICE).where(_unread(by.account or 0), which).values(read_at=clock.now()).returning(NOTICE.c.id)
        )
        return len(read.all())


def tidy() -> int:
    """Note which notices concern nobody any more, and forget those that were settled a year ago."""
    now = clock.now()
    with db.transaction() as s:
        s.execute(
            update(NOTICE).where(NOTICE.c.read_at.is_(None), NOTICE.c.ended_at.is_(None), ~_alive()).values(ended_at=now)
        )
        settled = or_(NOTICE.c.read_at < now - _KEPT, NOTICE.c.ended_at < now - _KEPT)
        return len(s.execute(delete(NOTICE).where(settled).returning(NOTICE.c.id)).all())


def _unread(account: int | ColumnElement[int]) -> ColumnElement[bool]:
    return and_(NOTICE.c.account == account, NOTICE.c.read_at.is_(None), NOTICE.c.ended_at.is_(None), _alive())


def _alive() -> ColumnElement[bool]:
    """Whether it still concerns its reader, by what the parts above registered."""
    asked = [
        or_(NOTICE.c.letter.not_in(named), NOTICE.c.about.is_(None), holds(NOTICE.c.about, NOTICE.c.account))
        for named, holds in STILL.items()
    ]
    return and_(true(), NOTICE.c.ended_at.is_(None), *asked)


def _told(row: Any, language: str) -> Told:
    known = row.letter in letters()
    return Told(
        id=row.id,
        letter=row.letter,
        label=label(row.letter, language, row.words, row.context),
        case=case_of(row.letter, row.context, language),
        subject=subject(row.letter, row.context, language=language, words=row.words) if known else row.letter,
        link=row.link,
        told_at=row.told_at,
        read_at=row.read_at,
        open=row.alive,
    )
