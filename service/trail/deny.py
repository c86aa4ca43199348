"""Refused tries: the first of a kind is an entry at once, its repetitions within a minute become one more with a count.

What somebody typed who is not signed in, a sign-in name above all, is never stored.
"""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from service.actor import Actor
from service.db import in_transaction, is_postgresql, reading, transaction
from service.trail.models import DENIAL
from service.trail.record import NOBODY, is_stream, pend
from service.trail.seal import microseconds

WINDOW = 60_000_000
"""Microseconds in which the same refusal is only counted."""

_WHAT = re.compile(r"[a-z0-9_.:-]{1,80}")


def deny(what: str, *, by: Actor | None, door: str = "web", target: str = "") -> None:
    """Note a refusal, in a transaction of its own; call it after the refused act's transaction has ended.

    `what` is a word of the code (an act of the rights matrix, a refusal's code), `target` the stream that was wanted
    or nothing, never something typed: else ValueError. `by` is None where nobody is signed in; `door` counts only
    then. RuntimeError inside a transaction.
    """
    if in_transaction():
        raise RuntimeError(f"denial of {what} inside a transaction: it would be taken back with it")
    if not _WHAT.fullmatch(what) or (target and not is_stream(target)):
        raise ValueError(f"{what!r}, {target!r}: a denial names a word of the code and a stream")
    actor = NOBODY if by is None else str(by.account) if by.account is not None else by.login
    key = {"actor": actor, "door": by.door if by else door, "what": what, "target": target}
    add = (postgresql if is_postgresql() else sqlite).insert(DENIAL)
    with transaction() as s:
        now = microseconds()
        fresh = s.execute(
            add.values(**key, since=now, count=0).on_conflict_do_nothing().returning(DENIAL.c.actor)
        ).first()
        if fresh is None:
            since, count = s.execute(
                select(DENIAL.c.since, DENIAL.c.count).where(_is(key)).with_for_update()
            ).one()
            if now - since < WINDOW:
                s.execute(update(DENIAL).where(_is(key)).values(count=count + 1))
                return
            _tell(key, count)
            s.execute(update(DENIAL).where(_is(key)).values(since=now, count=0))
        _tell(key, 1)


def flush_denials() -> int:
    """Write the entries of counts whose minute is over, and forget these; returns how many. A sweep of the worker."""
    ended = select(DENIAL).where(DENIAL.c.since <= microseconds() - WINDOW)
    with reading() as s:  # nearly always there is nothing, and a look takes no lock
        if s.execute(ended.limit(1)).first() is None:
            return 0
    with transaction() as s:
        over = s.execute(ended.with_for_update()).all()
        for actor, door, what, target, _, count in over:
            key = {"actor": actor, "door": door, "what": what, "target": target}
            _tell(key, count)
            s.execute(delete(DENIAL).where(_is(key)))
    return len(over)


def _tell(key: dict[str, str], count: int) -> None:
    if not count:
        return
    actor = key["actor"]
    body = {"what": key["what"], "count": count, "target": key["target"] or None}
    pend(
        "access:denied",
        actor=actor,
        door=key["door"],
        stream=f"account:{actor}" if actor.isdecimal() else "system",
        fields={"x": body},
        private={},
    )


def _is(key: dict[str, str]) -> ColumnElement[bool]:
    return and_(*(DENIAL.c[name] == value for name, value in key.items()))
