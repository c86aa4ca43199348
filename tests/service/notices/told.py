"""What tests of notices share: telling, sending, looking at the tables, a clock at a known moment of the office."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service import clock, jobs, notices
from service.actor import Actor
from service.db import db, transaction
from service.notices.models import MAIL
from service.trail.models import EVENT
from workflows.calendar import ZONE

TASK: dict[str, Any] = {"task": "Thẩm định hồ sơ", "title": "Hồ sơ của thôn Đông"}
XANH = Actor(account=1, login="donvi", name="Nguyễn Lá Xanh", groups=frozenset({"unit:1"}))
MAI = Actor(account=2, login="vhxh", name="Lê Ban Mai", groups=frozenset({"vhxh"}))


def tell(*to: int, letter: str = "assigned", key: str = "task:7", **words: Any) -> int:
    """Tell people of a task, or of what is said."""
    with transaction():
        return notices.queue(letter, to=to or (1,), key=key, **({"context": TASK, "link": "/tasks/7"} | words))


def send() -> int:
    """One turn of the worker's mail loop."""
    return notices.send_due(jobs.Holder())


def at(text: str) -> datetime:
    """A moment in Viet Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def begin(text: str) -> None:
    """Let the office's clock stand at a moment in Viet Nam."""
    clock.start_at(at(text))


def go_on(text: str) -> None:
    """Move the clock on."""
    clock.move_to(at(text))


def rows(table: sa.Table = MAIL) -> list[Any]:
    """Rows of a table in order."""
    with db.engine.connect() as connection:
        return list(connection.execute(sa.select(table).order_by(*table.primary_key.columns)).all())


def states() -> list[str]:
    """States of all mails."""
    return [row.state for row in rows()]


def kinds() -> list[str]:
    """Kinds of all entries."""
    with db.engine.connect() as connection:
        return list(connection.scalars(sa.select(EVENT.c.kind).order_by(EVENT.c.gseq)))
