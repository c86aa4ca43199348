"""Personal API tokens: made, listed, ended; with one a program acts as its owner, within a scope, until a day.

A token is told once and stored as a hash. It is never more than its owner: blocked, to change the password, out of a group,
the token is as dead as the person; a change of password or second factor, and blocking, end it for good. Which calls take
one is said at the API's door. Who a token belongs to is told by `actors`.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zlib import crc32

import sqlalchemy as sa

from service import clock, notices, trail
from service.actor import Actor, machine
from service.db import reading, session, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, TooMany, Withheld
from service.people import passwords, rights, second_factor, tally
from service.people.models import Account, ApiToken
from service.trail.record import NOBODY
from service.vietnamese import clean
from workflows.calendar import ZONE

LETTER = "token_made"
LONGEST_NAME = 100
_SIGNS = string.ascii_letters + string.digits
_DRAWN = 40
_CHECK = 8


@dataclass(frozen=True, slots=True)
class PersonalToken:
    """A token as its owner and the administrator see it; `ended` is empty while it may be used."""

    id: int
    account: int
    name: str
    hint: str
    scope: tuple[str, ...]
    made: datetime
    until: datetime
    used_on: date | None
    ended: str
    ended_at: datetime | None

    @property
    def last_day(self) -> date:
        """The last day on which it is good."""
        return self.until.astimezone(ZONE).date() - timedelta(days=1)


def is_api_token(word: str) -> bool:
    """Tell whether this looks like a personal token, and not like the token of a session."""
    return word.startswith(_rules()["prefix"])


def scopes_for(by: Actor) -> tuple[list[rights.Area], list[rights.Act]]:
    """What the person's tokens may be given to change: areas in which he may do something, and acts that are only given by name."""
    rules, holds = _rules(), [act for act in rights.acts().values() if not act.reads and rights.allowed(by, act.word)]
    barred = {*rules["never"], *rules["by_name"], *rules["along"]}
    areas = {act.area for act in holds if act.word not in barred and act.granted_to() != (rights.EVERYONE,)}
    return [one for one in rights.areas() if one.word in areas | {"task"}], [act for act in holds if act.word in rules["by_name"]]


def make_token(
    name: str, *, by: Actor, scope: Iterable[str] = (), days: int | None = None, password: str = "", address: str = ""
) -> tuple[int, str]:
    """Make a token for oneself; returns its number and the token, told only here. A letter tells the owner.

    `scope` are areas and acts of the matrix of rights that it may change; without any it reads only. The password is asked
    where the account has one. Raises Invalid for a bad name, scope or lifetime, NotSignedIn for a wrong password, Conflict
    where the person has too many, Forbidden through a token or for who has no account.
    """
    account = _person(by)
    if by.must_change or by.must_enrol:
        raise Forbidden("Tài khoản chưa dùng được nên chưa tạo mã truy cập.", "The account is not ready to make tokens.")
    name, rules = clean(name), _rules()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid.at(
            "name", f"Đặt tên cho mã, dài nhất {LONGEST_NAME} chữ.", f"Name the token, with {LONGEST_NAME} letters at most."
        )
    days = rules["usual"] if days is None else days
    longest = max(rules["lifetimes"])
    if not 1 <= days <= longest:
        raise Invalid.at("days", f"Hạn dùng từ 1 đến {longest} ngày.", f"A token lives from 1 to {longest} days.")
    wanted = _checked_scope(scope, by)
    if has_password(by):
        second_factor.check_password(password, by=by, address=address)
    token, now = _drawn(), clock.unmoved()
    last = now.astimezone(ZONE).date() + timedelta(days=days)
    with transaction() as current:
        # The account's row, so that no two at once pass the number allowed, nor one a change of credentials beside it.
        current.execute(sa.select(Account.id).where(Account.id == account).with_for_update())
        _check_number(account)
        number = current.execute(
            sa.insert(ApiToken).values(
                account_id=account, hash=passwords.hash_code(token), hint=token[-4:], name=name, scope=wanted, created_at=now,
                until=datetime.combine(last, time(0), ZONE) + timedelta(days=1), ended="",
            ).returning(ApiToken.id)
        ).scalar_one()
        trail.record(
            "token:made", by=by, stream=f"account:{account}", body={"token": number, "scope": wanted, "until": last},
            private={"name": name},
        )
        notices.queue(LETTER, to=[account], key=f"{LETTER}:{number}", link="/my-tokens", context={"title": name, "day": last})
    return number, token


def has_password(by: Actor) -> bool:
    """Tell whether the person signs in with a password of ours, which is then asked for; else another house asks for it."""
    with reading() as current:
        return current.execute(sa.select(Account.password_hash).where(Account.id == by.account)).scalar_one_or_none() is not None


def list_tokens(*, by: Actor, account: int | None = None) -> list[PersonalToken]:
    """Tokens of a person, the newest first, ended ones after those in use: one's own, or another's with the right `account.edit`."""
    if account is not None and account != by.account:
        rights.require(by, "account.edit")
    elif by.account is None:
        return []
    with reading() as current:
        rows = current.execute(
            sa.select(ApiToken).where(ApiToken.account_id == (account or by.account)).order_by(ApiToken.id.desc())
        ).scalars()
        found = [_view(row) for row in rows]
    return sorted(found, key=lambda one: bool(one.ended))


def revoke_token(token_id: int, *, by: Actor) -> None:
    """End a token at once: one's own, or another's with the right `account.edit`; ending one that has ended is no error."""
    if by.token is not None:
        raise _in_person()
    with transaction() as current:
        row = current.get(ApiToken, token_id, with_for_update=True)
        if row is None or (row.account_id != by.account and not rights.allowed(by, "account.edit")):
            raise (NotFound if row is None else Withheld)("Không có mã truy cập này.", "There is no such token.", code="no-token")
        if not row.ended and row.until > clock.unmoved():
            _end([row], "revoked", by)


def revoke_tokens(account: int, *, by: Actor, reason: str) -> int:
    """End all tokens of somebody, with a reason; the administrator's act. Returns how many were ended."""
    rights.require(by, "account.edit")
    if by.token is not None:
        raise _in_person()
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    with transaction():
        return _end(_live(account), "revoked", by, reason)


def end_with_credentials(account: int, by: Actor) -> None:
    """End all tokens of somebody whose password or second factor changes, or who is blocked, within that act."""
    _end(_live(account), "credentials", by)


def sweep_tokens() -> int:
    """Note down each token whose time is over; returns how many. For the worker."""
    with transaction() as current:
        rows = list(current.execute(
            sa.select(ApiToken).where(ApiToken.ended_at.is_(None), ApiToken.until <= clock.unmoved()).limit(100).with_for_update()
        ).scalars())
        return _end(rows, "expired", machine("worker"))


def refuse_token(token: str, *, address: str = "") -> NotSignedIn | TooMany:
    """Why a token that opened nothing was refused; a wrong one is counted for its address, and too many are answered as such.

    Who holds a token that has ended is told so and not counted: he proves that it was one.
    """
    with reading() as current:
        row = current.execute(
            sa.select(ApiToken.until, ApiToken.ended).where(ApiToken.hash == passwords.hash_code(token))
        ).one_or_none()
    if row is not None:
        return NotSignedIn(
            "Mã truy cập API này đã hết hạn, bị thu hồi, hoặc tài khoản không dùng được nữa. Tạo mã mới trên trang web.",
            "This API token has expired, was revoked, or its account may not be used any more. Make another one at the pages.",
            code="token-ended",
        )
    counted = tally.tokens(address)
    try:
        with reading():
            tally.check(counted)
        with transaction():
            tally.check(counted)
            for _subject, failures in tally.failed(counted):
                trail.record("session:refused", by=_stranger(), stream="system", body={"count": failures})
    except TooMany as locked:
        return locked
    return NotSignedIn("Mã truy cập API không đúng.", "The API token is wrong.", code="wrong-token")


def _live(account: int) -> list[ApiToken]:
    return list(session().execute(
        sa.select(ApiToken)
        .where(ApiToken.account_id == account, ApiToken.ended_at.is_(None), ApiToken.until > clock.unmoved())
        .order_by(ApiToken.id)
        .with_for_update()
    ).scalars())


def _end(rows: list[ApiToken], how: str, by: Actor, reason: str | None = None) -> int:
    for row in rows:
        row.ended, row.ended_at = how, clock.unmoved()
        trail.record(
            "token:expired" if how == "expired" else "token:revoked", by=by, stream=f"account:{row.account_id}",
            body={"token": row.id, "because": how if how == "credentials" else None}, private={"name": row.name}, reason=reason,
        )
    session().flush()
    return len(rows)


def _checked_scope(scope: Iterable[str], by: Actor) -> list[str]:
    wanted, rules = sorted(set(scope)), _rules()
    areas = {one.word for one in scopes_for(by)[0]}
    for word in wanted:
        act = rights.acts().get(word)
        if word in areas or act is not None and not act.reads and word not in rules["never"] and rights.allowed(by, word):
            continue
        if act is not None and word in rules["never"]:
            raise Invalid.at("scope", f"Không mã truy cập nào được: {act.label}.", f"No token may do this: {act.label_en}.")
        raise Invalid.at(
            "scope", f"Bạn không có quyền “{word}” để giao cho mã truy cập.", f"You hold no right “{word}” that a token could be given."
        )
    return wanted


def _check_number(account: int) -> None:
    most = _rules()["most"]
    if len(_live(account)) >= most:
        raise Conflict(
            f"Bạn đang có {most} mã truy cập. Thu hồi mã không dùng nữa rồi tạo mã mới.",
            f"You have {most} tokens. Revoke those that are not used, then make another one.",
            code="too-many-tokens",
        )


def _drawn() -> str:
    body = _rules()["prefix"] + "".join(secrets.choice(_SIGNS) for _ in range(_DRAWN))
    return f"{body}{crc32(body.encode()):0{_CHECK}x}"


def _view(row: ApiToken) -> PersonalToken:
    over = "" if row.until > clock.unmoved() else "expired"  # the worker notes it down a moment later
    return PersonalToken(
        row.id, row.account_id, row.name, row.hint, tuple(row.scope), row.created_at, row.until, row.used_on, row.ended or over,
        row.ended_at,
    )


def _person(by: Actor) -> int:
    if by.token is not None:
        raise _in_person()
    if by.account is None:
        raise Forbidden("Chỉ người có tài khoản tạo mã truy cập.", "Only people with an account make tokens.")
    return by.account


def _in_person() -> Forbidden:
    return Forbidden(
        "Việc này phải tự đăng nhập mới làm được, không làm qua mã truy cập API.",
        "This is done by who has signed in, never through an API token.",
        code="token-never",
    )


def _stranger() -> Actor:
    return Actor(account=None, login=NOBODY, name="Người chưa đăng nhập", door="api")


def _rules() -> Any:
    return rights.token_rules()
