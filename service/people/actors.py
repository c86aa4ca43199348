"""Who somebody is: the Actor of a session, of a personal API token or of an account, with live groups.

Groups are read anew each time, so a change of membership counts at once. A person of a unit also holds the
groups of the units merged into it, so that no task is lost; a named substitute holds the lent groups, never
what was lent on. Outside demo mode, who has a group that asks for a second factor and has none, nor came in by one at a
house that is trusted with it, holds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from service import clock
from service.actor import Actor, Lent
from service.db import in_transaction, reading, session, transaction
from service.errors import NotFound
from service.people import groups as catalogue
from service.people.models import (
    Account,
    ApiToken,
    Identity,
    Membership,
    SecondFactor,
    SessionToken,
    Substitution,
    Unit,
)
from service.people.oidc import trusted_issuer
from service.people.passwords import hash_code, settings
from service.vietnamese import clean
from workflows.calendar import ZONE

TOUCH = timedelta(minutes=5)
"""How stale a session's last use may get: reading a page does not write each time."""
EMERGENCY = "break_glass"
"""Door of who came in by breaking the glass, whichever it was: each entry of the trail says so."""


def actor_of_token(token: str, *, door: str) -> Actor | None:
    """The person of a session, or None where it ended: signed out, idle too long, past its absolute end.

    One statement, two for somebody's substitute; every five minutes of use one small write more.
    """
    now = clock.unmoved()
    parameters = {
        "hash": hash_code(token),
        "now": now,
        "idle": now - timedelta(hours=settings().session_hours),
        "today": clock.today(),
    }
    with reading():
        rows = _groups_of(session().execute(_OF_TOKEN, parameters).all())
    if not rows or not _may_enter(rows[0]):
        return None
    if now - rows[0].seen_at > TOUCH and not in_transaction():
        with transaction() as current:
            current.execute(
                sa.update(SessionToken).where(SessionToken.id == rows[0].session_id).values(seen_at=now)
            )
    return _actor(rows, door)


def actor_of_api_token(token: str, *, changes: bool) -> Actor | None:
    """The person of a personal API token, or None where it is unknown, ended, or the account may not be used.

    `changes`: whether the call may change something; then the actor has the limits of the token's scope. One statement as for a
    session; the first use of a day is one small write more.
    """
    now = clock.unmoved()
    parameters = {"hash": hash_code(token), "now": now, "today": clock.today(), "issuer": trusted_issuer()}
    with reading():
        rows = _groups_of(session().execute(_OF_API_TOKEN, parameters).all())
    if not rows or not _may_enter(rows[0]):
        return None
    first, day = rows[0], now.astimezone(ZONE).date()
    if first.used_on != day and not in_transaction():
        with transaction() as current:
            current.execute(sa.update(ApiToken).where(ApiToken.id == first.token_id).values(used_on=day))
    return replace(_actor(rows, "api"), token=first.token_id, limits=frozenset(first.scope) if changes else None)


def actor_of(who: int | str, *, door: str = "cli") -> Actor:
    """The person of an account's number or sign-in name, for command line, worker and tests.

    Raises NotFound where there is no such account, or it may not be used (disabled, demo outside demo mode).
    """
    statement, value = (_OF_ACCOUNT, who) if isinstance(who, int) else (_OF_LOGIN, clean(who).casefold())
    with reading():
        rows = _groups_of(session().execute(statement, {"who": value, "today": clock.today(), "issuer": trusted_issuer()}).all())
    if not rows or not _may_enter(rows[0]):
        raise NotFound(
            f"Không có tài khoản {who} đang dùng.", f"There is no account {who} in use.", code="no-account"
        )
    return _actor(rows, door)


def _may_enter(row: sa.Row[Any]) -> bool:
    lasts = row.emergency_until is None or row.emergency_until > clock.unmoved()
    return bool(row.active) and lasts and (not row.demo or settings().demo)


def _actor(rows: Sequence[sa.Row[Any]], door: str) -> Actor:
    first = rows[0]
    own: set[str] = set()
    lent: set[Lent] = set()
    for row in rows:
        if row.group is None:
            continue
        held = {row.group}
        if row.merged is not None:
            held.add(catalogue.join(catalogue.split(row.group)[0], row.merged))
        if row.behalf is None:
            own |= held
        elif catalogue.is_lendable(row.group):
            lent |= {Lent(group, row.behalf, frozenset(row.processes) if row.processes else None) for group in held}
    asked = any(map(catalogue.needs_second_factor, own | {one.group for one in lent}))
    must_enrol = asked and not first.factor and not first.elsewhere and not settings().demo
    if first.must_change or must_enrol:
        own, lent = set(), set()
    everywhere = {(one.group, one.behalf) for one in lent if one.processes is None}
    return Actor(
        account=first.id,
        login=first.login,
        name=first.name,
        groups=frozenset(own | {group for group, _behalf in everywhere}),
        door=EMERGENCY if first.emergency_until is not None else door,
        substitutes=tuple(sorted(pair for pair in everywhere if pair[0] not in own)),
        lent=tuple(sorted(lent, key=lambda one: (one.group, one.behalf, sorted(one.processes or ())))),
        must_change=first.must_change,
        must_enrol=must_enrol,
    )


def _holds(row: type[Membership | Substitution]) -> sa.ColumnElement[bool]:
    today = sa.bindparam("today", type_=sa.Date)
    return sa.and_(row.valid_from <= today, sa.or_(row.valid_to.is_(None), row.valid_to > today))


_IDENTITY = (
    Account.id, Account.login, Account.name, Account.active, Account.demo, Account.must_change, Account.emergency_until,
    sa.exists().where(SecondFactor.account_id == Account.id, SecondFactor.confirmed).label("factor"),
)


def _own(source: sa.FromClause, where: sa.ColumnElement[bool], *columns: Any) -> sa.Select[Any]:
    """The person with his own groups, at least one row, and whether anybody has lent him some.

    Few are anybody's substitute, and planning one statement for both costs a database more than the rest of it.
    """
    merged = aliased(Unit)
    lends = sa.exists().where(Substitution.substitute_id == Account.id, _holds(Substitution))
    return (
        sa.select(*columns, *_IDENTITY, Membership.group, merged.id.label("merged"), sa.null().label("behalf"), lends.label("lends"))
        .select_from(source)
        .outerjoin(Membership, sa.and_(Membership.account_id == Account.id, _holds(Membership)))
        .outerjoin(merged, merged.heir_id == Membership.unit_id)
        .where(where)
    )


def _lent() -> sa.Select[Any]:
    """The groups that others have lent to somebody."""
    merged = aliased(Unit)
    columns: tuple[Any, ...] = (
        Membership.group, merged.id.label("merged"), Substitution.account_id.label("behalf"), Substitution.processes,
    )
    return (
        sa.select(*columns)
        .select_from(Substitution)
        .join(
            Membership,
            sa.and_(
                Membership.account_id == Substitution.account_id,
                sa.or_(Substitution.group.is_(None), Substitution.group == Membership.group),
                _holds(Membership),
            ),
        )
        .outerjoin(merged, merged.heir_id == Membership.unit_id)
        .where(Substitution.substitute_id == sa.bindparam("who"), _holds(Substitution))
    )


def _groups_of(rows: Sequence[sa.Row[Any]]) -> list[sa.Row[Any]]:
    """Own groups as read, and those that others have lent; inside a reading."""
    if not rows or not rows[0].lends:
        return list(rows)
    return [*rows, *session().execute(_LENT, {"who": rows[0].id, "today": clock.today()})]


_OF_TOKEN = _own(
    sa.join(SessionToken, Account, SessionToken.account_id == Account.id),
    sa.and_(
        SessionToken.hash == sa.bindparam("hash"),
        SessionToken.until > sa.bindparam("now", type_=SessionToken.until.type),
        SessionToken.seen_at > sa.bindparam("idle", type_=SessionToken.seen_at.type),
    ),
    SessionToken.id.label("session_id"),
    SessionToken.seen_at,
    SessionToken.factor.label("elsewhere"),
)
_ELSEWHERE = sa.exists().where(
    Identity.account_id == Account.id, Identity.factor, Identity.issuer == sa.bindparam("issuer")
).label("elsewhere")
"""Of who acts outside a session of his own: what the house that is trusted with it said when he last came in through it."""
_OF_API_TOKEN = _own(
    sa.join(ApiToken, Account, ApiToken.account_id == Account.id),
    sa.and_(
        ApiToken.hash == sa.bindparam("hash"),
        ApiToken.ended_at.is_(None),
        ApiToken.until > sa.bindparam("now", type_=ApiToken.until.type),
    ),
    ApiToken.id.label("token_id"),
    ApiToken.used_on,
    ApiToken.scope,
    _ELSEWHERE,
)
_OF_ACCOUNT = _own(Account.__table__, Account.id == sa.bindparam("who"), _ELSEWHERE)
_OF_LOGIN = _own(Account.__table__, Account.login == sa.bindparam("who"), _ELSEWHERE)
_LENT = _lent()
