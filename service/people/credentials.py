"""The version of a person's credentials: goes up whenever who may act with the account may have changed.

A pass or a frozen roll names the version it was made for. What leans on it (an open secret ballot) is told here. Sessions
name none: who changes the credentials closes them.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from service.actor import Actor
from service.db import session
from service.people.models import Account, Identity, SessionToken
from service.people.passwords import hash_code

changed: list[Callable[[int, Actor], None]] = []
"""Called inside the changing transaction with the account and who changed it."""


def renew(account: int, *, by: Actor) -> None:
    """Raise the version, within an act that records why; what leans on it, API tokens and the calendar's address among it, ends."""
    session().execute(
        sa.update(Account)
        .where(Account.id == account)
        .values(credential=Account.credential + 1)
        .execution_options(synchronize_session=False)
    )
    session().execute(sa.update(Identity).where(Identity.account_id == account, Identity.factor).values(factor=False))
    for tell in changed:
        tell(account, by)


def version_of(account: int) -> int | None:
    """The version now; None for an account that is blocked or unknown."""
    return session().execute(
        sa.select(Account.credential).where(Account.id == account, Account.active)
    ).scalar_one_or_none()


def close_all(account: int, *, keep: str | None = None) -> int:
    """Delete a person's sessions within an act that records why."""
    statement = sa.delete(SessionToken).where(SessionToken.account_id == account)
    if keep:
        statement = statement.where(SessionToken.hash != hash_code(keep))
    return len(session().execute(statement.returning(SessionToken.id)).all())
