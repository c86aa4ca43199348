"""Signing in and out, and the list of one's sessions; only hashes of tokens are stored.

A session ends by itself after `Settings.session_hours` without use and seven days after it began. Sign-in
answers the same, after about the same work, for a wrong password and for a name that does not exist. Hashing
is done outside the write transaction. Who a token belongs to is told by `actors`.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from service import clock, trail
from service.actor import Actor, machine
from service.db import reading, session, transaction
from service.errors import Forbidden, NotFound, NotSignedIn, Withheld
from service.people import credentials, passes, passwords, rights, second_factor, tally
from service.people.actors import EMERGENCY, actor_of, actor_of_token
from service.people.models import Account, SessionToken
from service.trail.record import NOBODY
from service.vietnamese import clean

ABSOLUTE = timedelta(days=7)
STEP = "sign-in"
"""For what the step between password and code is signed."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One signed-in browser or program, as its owner sees it."""

    id: int
    door: str
    address: str
    device: str
    began: datetime
    seen: datetime
    current: bool


class CodeNeeded(NotSignedIn):
    """Name and password are right, and the account's second factor is still to come; `step` leads on."""

    default_code = "code-needed"

    def __init__(self, step: str) -> None:
        super().__init__(
            "Nhập mã sáu chữ số trong ứng dụng xác thực, hoặc một mã dự phòng.",
            "Type the six digits of the authenticator app, or a recovery code.",
        )
        self.step = step


def stranger(door: str) -> Actor:
    """Somebody who has not shown who he is, as the trail names him."""
    return Actor(account=None, login=NOBODY, name="Người chưa đăng nhập", door=door)


def normal_login(login: str) -> str:
    """A sign-in name as it is stored."""
    return clean(login).casefold()


def sign_in(
    login: str, password: str, *, door: str, code: str | None = None, address: str = "", device: str = ""
) -> tuple[str, Actor]:
    """Open a session; returns its token, told only here, and the person.

    `code` is the second factor, of the app or a recovery code; CodeNeeded where the account has one and none was
    given. Raises NotSignedIn where name, password or code is wrong, TooMany while the name or the address is locked,
    Forbidden for a disabled account or, outside demo mode, a demo account or the demo password; the last two are said
    only to who knows the password.
    """
    login = normal_login(login)
    counted = tally.subjects(login, address)
    with reading() as current:
        tally.check(counted)
        stored = current.execute(
            sa.select(Account.password_hash).where(Account.login == login)
        ).scalar_one_or_none()
    right = passwords.verify(stored, password)
    fresh = passwords.hash_password(password) if right and stored and passwords.is_outdated(stored) else None
    with transaction() as current:
        tally.check(counted)  # tries side by side: the last may have locked it meanwhile
        account = _account(current, login)
        changed = right and account is not None and account.password_hash != stored
        coded = True
        if not right or account is None:
            _note_failure(counted, account.id if account else None, door)
        elif not changed:
            check_usable(account, password)
            if second_factor.is_on(account.id):
                if not code:
                    raise CodeNeeded(passes.sign(account.id, account.credential, STEP))
                coded = second_factor.use_code(account.id, code)
            if coded:
                if fresh:
                    account.password_hash = fresh
                return open_session(account, door=door, address=address, device=device)
            _note_failure(counted, account.id, door)
    if changed:  # somebody signed in beside and renewed the hash, or set a new password: look again
        return sign_in(login, password, door=door, code=code, address=address, device=device)
    raise _wrong() if coded else _wrong("second factor")


def finish_sign_in(
    step: str, code: str, *, door: str, address: str = "", device: str = ""
) -> tuple[str, Actor]:
    """Open the session of who gave the right password before (`CodeNeeded.step`) and now the code.

    Raises NotSignedIn where the step is too old or the code is wrong, else as `sign_in`.
    """
    found = passes.read(step, STEP)
    if found is None:
        raise NotSignedIn(
            "Đã quá 10 phút. Nhập lại tên đăng nhập và mật khẩu.", "More than ten minutes have passed. Begin anew.",
            code="step-over",
        )
    with transaction() as current:
        login = current.execute(sa.select(Account.login).where(Account.id == found[0])).scalar_one()
        counted = tally.subjects(login, address)
        tally.check(counted)
        account = _account(current, login)
        if account is not None and account.active and account.credential == found[1]:
            if second_factor.use_code(account.id, code):
                return open_session(account, door=door, address=address, device=device)
        _note_failure(counted, found[0], door)
    raise _wrong("second factor")


def redeem_code(
    login: str, code: str, new: str, *, door: str, address: str = "", device: str = ""
) -> tuple[str, Actor]:
    """Set a password with a one-time code, of the administrator or of a letter, and sign in; ends all older sessions.

    Raises Invalid for a weak password, NotSignedIn where name or code is wrong, used or too old, TooMany while locked,
    Forbidden as `sign_in`; CodeNeeded, with the new password set, where the account has a second factor.
    """
    login = normal_login(login)
    passwords.check_rules(new, login=login)
    counted = tally.subjects(login, address)
    with reading():
        tally.check(counted)
    fresh = passwords.hash_password(new)
    given = passwords.hash_code(passwords.normal_code(code))
    step = ""
    with transaction() as current:
        tally.check(counted)
        account = _account(current, login)
        if account is None or not _code_fits(account, given):
            _note_failure(counted, account.id if account else None, door)
        else:
            check_usable(account, new)
            account.password_hash, account.must_change = fresh, False
            void_codes(account)
            current.flush()
            credentials.close_all(account.id)
            owner = actor_of(account.id, door=door)
            credentials.renew(account.id, by=owner)
            trail.record("account:password_changed", by=owner, stream=f"account:{account.id}")
            if not second_factor.is_on(account.id):
                return open_session(account, door=door, address=address, device=device)
            step = passes.sign(account.id, credentials.version_of(account.id) or 0, STEP)
    if step:
        raise CodeNeeded(step)  # after the commit: the code is used and the password set
    raise _wrong("name, code")


def change_password(old: str, new: str, *, by: Actor, keep: str | None = None) -> None:
    """Change one's own password; ends every other session (`keep` is the token of the one that stays).

    Raises Invalid for a weak or unchanged password, NotSignedIn where the old one is wrong, TooMany while
    locked.
    """
    if by.account is None:
        raise Forbidden(
            "Chỉ người có tài khoản đổi mật khẩu.", "Only people with an account change a password."
        )
    passwords.check_rules(new, login=by.login, path="new")
    if old == new:
        passwords.refuse(
            "new", "Mật khẩu mới phải khác mật khẩu cũ.", "The new password must differ from the old."
        )
    counted = tally.subjects(by.login, "")
    with reading() as current:
        tally.check(counted)
        stored = current.execute(
            sa.select(Account.password_hash).where(Account.id == by.account)
        ).scalar_one_or_none()
    right = passwords.verify(stored, old)
    fresh = passwords.hash_password(new)
    with transaction() as current:
        account = _account(current, by.login)
        if not right or account is None or account.password_hash != stored:
            _note_failure(counted, by.account, by.door)
        else:
            account.password_hash, account.must_change = fresh, False
            void_codes(account)
            current.flush()
            credentials.close_all(by.account, keep=keep)
            tally.forget(by.login)
            credentials.renew(by.account, by=by)
            trail.record("account:password_changed", by=by, stream=f"account:{by.account}")
            return
    raise NotSignedIn("Mật khẩu cũ chưa đúng. Nhập lại.", "The old password is wrong.", code="wrong-password")


def sign_out(token: str) -> None:
    """End the session of a token; a token without a session is no error."""
    with transaction() as current:
        actor = actor_of_token(token, door="")
        closed = current.execute(
            sa.delete(SessionToken)
            .where(SessionToken.hash == passwords.hash_code(token))
            .returning(SessionToken.account_id, SessionToken.door)
        ).one_or_none()
        if closed is not None and actor is not None:
            trail.record(
                "session:closed", by=actor if actor.door == EMERGENCY else actor.through(closed.door), stream=f"account:{closed.account_id}"
            )


def list_sessions(*, by: Actor, account: int | None = None, token: str | None = None) -> list[OpenSession]:
    """Sessions of a person, the last used first: one's own, or another's with the right `account.edit`."""
    account = _whose(by, account)
    now = clock.unmoved()
    own = passwords.hash_code(token) if token else None
    with reading() as current:
        rows = current.execute(
            sa.select(SessionToken)
            .where(
                SessionToken.account_id == account,
                SessionToken.until > now,
                SessionToken.seen_at > now - timedelta(hours=passwords.settings().session_hours),
            )
            .order_by(SessionToken.seen_at.desc(), SessionToken.id.desc())
        ).scalars()
        return [
            OpenSession(
                row.id, row.door, row.address, row.device, row.created_at, row.seen_at, row.hash == own
            )
            for row in rows
        ]


def end_session(session_id: int, *, by: Actor) -> None:
    """End one session: one's own, or another's with the right `account.edit`."""
    with transaction() as current:
        account = current.execute(
            sa.select(SessionToken.account_id).where(SessionToken.id == session_id)
        ).scalar_one_or_none()
        if account is None or (account != by.account and not rights.allowed(by, "account.edit")):
            raise (NotFound if account is None else Withheld)(
                "Không có phiên đăng nhập này.", "There is no such session.", code="no-session"
            )
        current.execute(sa.delete(SessionToken).where(SessionToken.id == session_id))
        trail.record("session:revoked", by=by, stream=f"account:{account}", body={"count": 1})


def end_sessions(*, by: Actor, account: int | None = None, keep: str | None = None) -> int:
    """End all sessions of a person, except the one of the token `keep`; returns how many were ended."""
    account = _whose(by, account)
    with transaction():
        ended = credentials.close_all(account, keep=keep)
        trail.record("session:revoked", by=by, stream=f"account:{account}", body={"count": ended})
        return ended


def sweep() -> int:
    """Delete sessions that ended by themselves and forgotten failures; returns how many. For the worker."""
    now = clock.unmoved()
    with transaction() as current:
        idle = now - timedelta(hours=passwords.settings().session_hours)
        ended = current.execute(
            sa.delete(SessionToken)
            .where(sa.or_(SessionToken.until <= now, SessionToken.seen_at <= idle))
            .returning(SessionToken.id)
        ).all()
        forgotten, untold = tally.sweep()
        if untold:
            trail.record("session:refused", by=machine("worker"), stream="system", body={"count": untold})
        return len(ended) + forgotten


def _account(current: Any, login: str) -> Account | None:
    found: Account | None = current.execute(
        sa.select(Account)
        .where(Account.login == login)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    return found


def check_usable(account: Account, password: str = "") -> None:
    """Refuse with Forbidden an account that is blocked or, outside demo mode, a demo one or one with the demo password."""
    if not account.active or account.emergency_until is not None and account.emergency_until <= clock.unmoved():
        raise Forbidden(
            "Tài khoản này đã ngừng dùng. Hỏi người quản trị hệ thống.",
            "This account is disabled. Ask the administrator.",
            code="account-disabled",
        )
    if not passwords.settings().demo and (account.demo or password == passwords.DEMO_PASSWORD):
        raise Forbidden(
            "Tài khoản, mật khẩu mẫu chỉ dùng được ở chế độ dùng thử. Hỏi người quản trị để có tài khoản.",
            "Demo accounts and the demo password work in demo mode only. Ask the administrator for one.",
            code="demo-only",
        )


def open_session(
    account: Account, *, door: str, address: str, device: str, way: str = "", factor: bool = False
) -> tuple[str, Actor]:
    """Write the session of who has shown who he is, within a transaction; returns its token and the person.

    `way` is the door that the entry names where it is another than the session's; `factor`: another house that is trusted
    with it has asked for a second factor.
    """
    current, now = session(), clock.unmoved()
    token = secrets.token_urlsafe(32)
    account.signed_in_at = clock.now()
    current.flush()
    current.execute(
        sa.insert(SessionToken).values(
            hash=passwords.hash_code(token),
            account_id=account.id,
            door=door,
            address=clean(address)[:64],
            device=clean(device)[:200],
            created_at=now,
            seen_at=now,
            until=now + ABSOLUTE,
            factor=factor,
        )
    )
    failures = tally.forget(account.login)
    actor = actor_of_token(token, door=door)
    assert actor is not None  # its session has just been written
    trail.record(
        "session:opened",
        by=actor if actor.door == EMERGENCY else actor.through(way or door),
        stream=f"account:{account.id}",
        body={"failures": failures} if failures else {},
        private={"address": address},
    )
    return token, actor


def _note_failure(counted: tuple[tally.Subject, ...], account: int | None, door: str) -> None:
    # One entry when a lock begins, not one a try; the names of unknown people are not stored.
    for subject, failures in tally.failed(counted):
        known = account is not None and subject.key.startswith("login:")
        trail.record(
            "account:locked" if known else "session:refused",
            by=stranger(door),
            stream=f"account:{account}" if known else "system",
            body={"count": failures},
        )


def void_codes(account: Account) -> None:
    """Let no code set the password any more, within an act that records why."""
    account.code_hash = account.code_until = None
    account.reset_hash = account.reset_nonce = account.reset_until = None


def _code_fits(account: Account, given: str) -> bool:
    now = clock.unmoved()
    offered = ((account.code_hash, account.code_until), (account.reset_hash, account.reset_until))
    return any(
        hashed is not None and until is not None and until > now and hmac.compare_digest(hashed, given)
        for hashed, until in offered
    )


def _whose(by: Actor, account: int | None) -> int:
    if account is not None and account != by.account:
        rights.require(by, "account.edit")
        return account
    if by.account is None:
        raise Forbidden(
            "Chỉ người có tài khoản có phiên đăng nhập.", "Only people with an account have sessions."
        )
    return by.account


def _wrong(what: str = "name, password") -> NotSignedIn:
    if what == "second factor":
        return NotSignedIn(
            "Mã xác thực chưa đúng hoặc đã dùng. Nhập mã đang hiện trong ứng dụng.",
            "The code is wrong or was used. Type the one that the app shows now.",
            code="wrong-code",
        )
    if what == "name, code":
        return NotSignedIn(
            "Tên đăng nhập hoặc mã chưa đúng, hoặc mã đã hết hạn. Nhập lại, hoặc xin mã mới.",
            "The name or the code is wrong, or the code is too old.",
            code="wrong-code",
        )
    return NotSignedIn(
        "Tên đăng nhập hoặc mật khẩu chưa đúng. Nhập lại.",
        "The name or the password is wrong.",
        code="wrong-password",
    )
