"""The second factor: one-time codes of an authenticator app (TOTP, RFC 6238), and recovery codes on paper.

The secret is encrypted with a key outside the database; recovery codes are stored as hashes and work once. A code of
the app counts once, in its own half minute or the one beside it. Time is the machine's own, never the demo's.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b

import pyotp
import sqlalchemy as sa
from nacl.secret import SecretBox

from service import clock, trail
from service.actor import Actor
from service.db import reading, session, transaction
from service.errors import Conflict, Forbidden, Invalid, NotSignedIn
from service.people import credentials, passwords, tally
from service.people import groups as catalogue
from service.people.models import Account, RecoveryCode, SecondFactor

ISSUER = "Vinh Danh"
RECOVERY = 10
_STEP = 30
_DRIFT = 1
"""Half minutes a telephone's clock may be wrong by."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app needs, shown once: the secret in letters, and the address that sets the app up."""

    secret: str
    address: str


def begin(password: str, *, by: Actor) -> Enrolment:
    """Make a new secret for oneself; it counts once `confirm` has seen a code. NotSignedIn for a wrong password."""
    account = _own(by)
    check_password(password, by=by)
    secret = pyotp.random_base32()
    with transaction() as current:
        found = current.get(SecondFactor, account, with_for_update=True)
        if found is not None and found.confirmed:
            raise Conflict(
                "Xác thực hai bước đã bật. Tắt đi rồi bật lại để đổi điện thoại.",
                "The second factor is on. Turn it off and on again to change the telephone.",
                code="second-factor-on",
            )
        if found is None:
            found = SecondFactor(account_id=account, secret=b"", confirmed=False, last_step=0)
            current.add(found)
        found.secret = _box(account).encrypt(secret.encode("ascii"))
        trail.record("account:code_offered", by=by, stream=f"account:{account}")
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=by.login, issuer_name=ISSUER))


def confirm(code: str, *, by: Actor, keep: str | None = None) -> list[str]:
    """Turn the second factor on with a first code; returns the recovery codes, told only here.

    Ends every other session, since none of them gave a code (`keep` is the token of the one that stays).
    """
    account = _own(by)
    with transaction() as current:
        found = current.get(SecondFactor, account, with_for_update=True)
        if found is None or found.confirmed:
            raise Conflict("Chưa có mã nào chờ xác nhận.", "Nothing waits to be confirmed.", code="not-offered")
        step = _step_of(found, code)
        if step is None:
            raise Invalid.at(
                "code",
                "Mã chưa đúng. Nhập sáu chữ số đang hiện trong ứng dụng; nếu vẫn sai, xem lại giờ của điện thoại.",
                "The code is wrong. Type the six digits that the app shows now, and check the telephone's clock.",
            )
        found.confirmed, found.last_step = True, step
        current.flush()
        codes = _new_recovery(account)
        credentials.renew(account, by=by)  # locks the account: who signs in beside is closed too, or asked for a code
        credentials.close_all(account, keep=keep)
        trail.record("account:code_enabled", by=by, stream=f"account:{account}")
        return codes


def renew_recovery(password: str, *, by: Actor) -> list[str]:
    """Make ten new recovery codes; the old ones no longer count."""
    account = _own(by)
    check_password(password, by=by)
    with transaction() as current:
        found = current.get(SecondFactor, account, with_for_update=True)
        if found is None or not found.confirmed:
            raise _off()
        codes = _new_recovery(account)
        trail.record("account:recovery_renewed", by=by, stream=f"account:{account}")
        return codes


def disable(password: str, *, by: Actor, keep: str | None = None) -> None:
    """Turn one's own second factor off, with the password; ends every other session (`keep` is the token of the one that stays)."""
    account = _own(by)
    check_password(password, by=by)
    with transaction():
        if not _remove(account):
            raise _off()
        credentials.renew(account, by=by)
        credentials.close_all(account, keep=keep)
        trail.record("account:code_disabled", by=by, stream=f"account:{account}")


def take_off(account: int, *, by: Actor, reason: str) -> None:
    """Take the second factor off an account and end its sessions, in the open transaction. Raises Conflict where there is none."""
    if not _remove(account):
        raise _off()
    credentials.renew(account, by=by)
    credentials.close_all(account)
    trail.record("account:code_reset", by=by, stream=f"account:{account}", reason=reason)


def is_on(account: int) -> bool:
    """Tell whether an account is asked for a code at sign-in."""
    with reading() as current:
        found = current.execute(
            sa.select(SecondFactor.confirmed).where(SecondFactor.account_id == account)
        ).scalar_one_or_none()
    return bool(found)


def is_asked_of(by: Actor) -> bool:
    """Tell whether a group that somebody holds, or has been lent, asks for it: without it he then holds nothing."""
    held = {*by.groups, *(one.group for one in by.lent)}
    return by.must_enrol or not passwords.settings().demo and any(map(catalogue.needs_second_factor, held))


def lacking(accounts: Collection[int]) -> list[int]:
    """Which of these people have no second factor to act with; in demo mode nobody needs one."""
    if passwords.settings().demo:
        return []
    on = sa.select(SecondFactor.account_id).where(SecondFactor.account_id.in_(accounts), SecondFactor.confirmed)
    with reading() as current:
        return sorted(set(accounts) - set(current.execute(on).scalars()))


def recovery_left(account: int) -> int:
    """How many recovery codes are still good."""
    with reading() as current:
        return current.execute(
            sa.select(sa.func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account)
        ).scalar_one()


def use_code(account: int, code: str) -> bool:
    """Tell whether a code is good, and use it up; within an act that records it."""
    current = session()
    found = current.get(SecondFactor, account, with_for_update=True, populate_existing=True)
    if found is None or not found.confirmed:
        return False
    if (step := _step_of(found, code)) is not None:
        found.last_step = step
        current.flush()
        return True
    recovery = current.get(RecoveryCode, (account, _recovery_hash(account, code)), with_for_update=True)
    if recovery is None:
        return False
    current.delete(recovery)
    current.flush()
    return True


def check_password(password: str, *, by: Actor, address: str = "") -> None:
    """Refuse with NotSignedIn where this is not the person's password; tries are counted as at sign-in."""
    counted = tally.subjects(by.login, address)
    with reading() as current:
        tally.check(counted)
        stored = current.execute(
            sa.select(Account.password_hash).where(Account.id == by.account)
        ).scalar_one_or_none()
    if passwords.verify(stored, password):
        return
    with transaction():
        for _subject, failures in tally.failed(counted)[:1]:
            trail.record("account:locked", by=by, stream=f"account:{by.account}", body={"count": failures})
    raise NotSignedIn("Mật khẩu chưa đúng. Nhập lại.", "The password is wrong.", code="wrong-password")


def _step_of(found: SecondFactor, code: str) -> int | None:
    """The half minute whose code this is, if it has not been used; None where the code is wrong."""
    digits = "".join(sign for sign in code if sign.isdigit())
    app = pyotp.TOTP(_box(found.account_id).decrypt(found.secret).decode("ascii"))
    now = int(clock.unmoved().timestamp()) // _STEP
    fitting = [
        step
        for step in range(now - _DRIFT, now + _DRIFT + 1)
        if hmac.compare_digest(app.at(step * _STEP).encode(), digits.encode()) and step > found.last_step
    ]
    return fitting[0] if fitting else None


def _new_recovery(account: int) -> list[str]:
    codes = [passwords.new_code() for _ in range(RECOVERY)]
    current = session()
    current.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account))
    rows = [{"account_id": account, "hash": _recovery_hash(account, code)} for code in codes]
    current.execute(sa.insert(RecoveryCode), rows)
    return codes


def _recovery_hash(account: int, code: str) -> str:
    return passwords.hash_code(f"{account}:{passwords.normal_code(code)}")


def _remove(account: int) -> bool:
    current = session()
    current.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account))
    gone = current.execute(
        sa.delete(SecondFactor).where(SecondFactor.account_id == account).returning(SecondFactor.confirmed)
    ).all()
    return bool(gone)


def _box(account: int) -> SecretBox:
    """The box for one account's secret: a secret copied to another account does not open there."""
    key = passwords.settings().key("second-factor").get_secret_value().encode()
    return SecretBox(blake2b(str(account).encode(), key=key, digest_size=SecretBox.KEY_SIZE).digest())


def _own(by: Actor) -> int:
    if by.account is None:
        raise Forbidden(
            "Chỉ người có tài khoản có xác thực hai bước.", "Only people with an account have a second factor."
        )
    return by.account


def _off() -> Conflict:
    return Conflict("Xác thực hai bước đang tắt.", "The second factor is off.", code="second-factor-off")
