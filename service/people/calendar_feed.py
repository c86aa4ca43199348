"""The secret address at which a person's calendar reads what is due: made, made anew, revoked. What it says is not told here.

Whoever has the address reads, and does nothing else; only a hash of it is stored, so it is shown once, when it is made. It ends
where the personal API tokens end: with a new password, a change of the second factor, blocking, and a restore.
"""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa

from service import clock, trail
from service.actor import Actor
from service.db import reading, session, transaction
from service.errors import Forbidden
from service.people.models import CalendarFeed
from service.people.passwords import hash_code

_LONGEST = 100


def feed_made_at(by: Actor) -> datetime | None:
    """When a person's address was made; None where there is none."""
    with reading() as s:
        return s.execute(sa.select(CalendarFeed.made_at).where(CalendarFeed.account_id == by.account)).scalar_one_or_none()


def make_feed(*, by: Actor) -> str:
    """Make a person's secret address, in place of an earlier one, which is good no more; returns its secret part, once."""
    if by.account is None:
        raise Forbidden("Chỉ người có tài khoản có lịch riêng.", "Only a person with an account has a calendar.")
    token = secrets.token_urlsafe(32)
    with transaction() as s:
        s.execute(sa.delete(CalendarFeed).where(CalendarFeed.account_id == by.account))
        s.add(CalendarFeed(account_id=by.account, hash=hash_code(token), made_at=clock.now()))
        trail.record("account:calendar_made", by=by, stream=f"account:{by.account}")
    return token


def revoke_feed(*, by: Actor) -> bool:
    """Let a person's address be good no more; False where there was none."""
    with transaction() as s:
        mine = CalendarFeed.account_id == by.account
        if s.execute(sa.select(CalendarFeed.account_id).where(mine).with_for_update()).first() is None:
            return False
        s.execute(sa.delete(CalendarFeed).where(mine))
        trail.record("account:calendar_revoked", by=by, stream=f"account:{by.account}")
    return True


def end_feed_with_credentials(account: int, by: Actor) -> None:
    """Let the address of somebody be good no more whose password or second factor changes, or who is blocked, within that act."""
    gone = session().execute(sa.delete(CalendarFeed).where(CalendarFeed.account_id == account).returning(CalendarFeed.account_id)).all()
    if gone:
        trail.record("account:calendar_revoked", by=by, stream=f"account:{account}", body={"because": "credentials"})


def account_of_feed(token: str) -> int | None:
    """Whose address this is; None for one that was never made, or is good no more."""
    if not 0 < len(token) <= _LONGEST:
        return None
    with reading() as s:
        return s.execute(sa.select(CalendarFeed.account_id).where(CalendarFeed.hash == hash_code(token))).scalar_one_or_none()
