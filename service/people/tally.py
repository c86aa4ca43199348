"""Counts failed tries to sign in and locks for a while, by name and by address alike for known and unknown
names; in the same way how often a letter with a code is asked for.

Five failures lock a name for a minute, each further one twice as long, at most half an hour; an address,
behind which a whole office may sit, after thirty. Counts are forgotten an hour after the last failure. Knows
no account.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service import clock
from service.db import is_postgresql, session
from service.errors import TooMany, how_many
from service.people.models import SignInTally
from service.people.passwords import settings

NAME_LIMIT = 5
ADDRESS_LIMIT = 30
ASKED_LIMIT = 3
"""Letters with a code that are asked for by one name before it has to wait; by one address `ADDRESS_LIMIT`."""
FORGOTTEN = timedelta(hours=1)
LONGEST = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Subject:
    """What failures are counted for: a keyed hash, and how many are let pass."""

    key: str
    limit: int


def subjects(login: str, address: str) -> tuple[Subject, ...]:
    """The name and the address of a try; without an address only the name is counted."""
    found = [Subject(_keyed("login", login), NAME_LIMIT)]
    if address:
        found.append(Subject(_keyed("address", address), ADDRESS_LIMIT))
    return tuple(found)


def askings(said: str, address: str) -> tuple[Subject, ...]:
    """The name or mail address for which a letter is asked, and where from: counted apart from tries to sign in."""
    found = [Subject(_keyed("asked", said), ASKED_LIMIT)]
    if address:
        found.append(Subject(_keyed("asked-from", address), ADDRESS_LIMIT))
    return tuple(found)


def tokens(address: str) -> tuple[Subject, ...]:
    """Where wrong API tokens come from: counted apart, so that a program with an old token keeps no colleague from signing in."""
    return (Subject(_keyed("token-from", address), ADDRESS_LIMIT),)


def check(counted: Sequence[Subject]) -> None:
    """Refuse with TooMany while the name or the address is locked."""
    now = clock.unmoved()
    until = (
        session()
        .execute(
            sa.select(sa.func.max(SignInTally.locked_until)).where(
                SignInTally.subject.in_([subject.key for subject in counted])
            )
        )
        .scalar_one_or_none()
    )
    if until is None or until <= now:
        return
    minutes = max(1, round((until - now).total_seconds() / 60 + 0.49))
    asked = counted[0].key.startswith("asked")
    raise TooMany(
        f"{'Đã yêu cầu quá' if asked else 'Đã nhập sai'} nhiều lần. Thử lại sau {minutes} phút.",
        f"{'Asked too often' if asked else 'Too many failed tries'}. Try again in {how_many(minutes, 'minute')}.",
        code="locked",
    )


def failed(counted: Sequence[Subject]) -> list[tuple[Subject, int]]:
    """Count a failure for each subject; returns those that this failure locked, with their number of
    failures.
    """
    now = clock.unmoved()
    locked = []
    for subject in counted:
        failures = _increase(subject.key, now)
        if failures >= subject.limit:
            pause = min(timedelta(minutes=2 ** min(failures - subject.limit, 10)), LONGEST)
            session().execute(
                sa.update(SignInTally)
                .where(SignInTally.subject == subject.key)
                .values(locked_until=now + pause)
            )
            locked.append((subject, failures))
    return locked


def forget(login: str) -> int:
    """Forget the failures of a name after it signed in or was reset; returns how many there were."""
    key = _keyed("login", login)
    failures = (
        session()
        .execute(sa.select(SignInTally.failures).where(SignInTally.subject == key))
        .scalar_one_or_none()
    )
    if failures is None:
        return 0
    session().execute(sa.delete(SignInTally).where(SignInTally.subject == key))
    return failures


def sweep() -> tuple[int, int]:
    """Delete counts that are forgotten anyway; returns how many, and how many failures by name nobody was told of yet.

    A failure is told when its name signs in or is locked; the others would go untold.
    """
    rows = session().execute(
        sa.delete(SignInTally)
        .where(SignInTally.failed_at < clock.unmoved() - FORGOTTEN)
        .returning(SignInTally.subject, SignInTally.failures)
    ).all()
    untold = sum(row.failures for row in rows if row.subject.startswith("login:") and row.failures < NAME_LIMIT)
    return len(rows), untold


def _increase(key: str, now: datetime) -> int:
    insert = postgresql.insert(SignInTally) if is_postgresql() else sqlite.insert(SignInTally)
    fresh = insert.values(subject=key, failures=1, failed_at=now)
    statement = fresh.on_conflict_do_update(
        index_elements=[SignInTally.subject],
        set_={
            "failures": sa.case((SignInTally.failed_at < now - FORGOTTEN, 1), else_=SignInTally.failures + 1),
            "failed_at": now,
        },
    ).returning(SignInTally.failures)
    return session().execute(statement).scalar_one()


def _keyed(kind: str, value: str) -> str:
    key = settings().key("sign-in").get_secret_value().encode()
    return f"{kind}:{hmac.new(key, value.encode('utf-8', 'surrogatepass'), 'sha256').hexdigest()}"
