"""A password forgotten: a letter with a one-time code to whoever asks for it by sign-in name or mail address.

The answer is the same, after about the same work, whoever was named. The code stands nowhere: it is made of a key outside the
database and a number drawn for it as the letter goes out, and only its hash is stored. It is redeemed as any other
(`sessions.redeem_code`), which ends all sessions; a second factor is still asked for.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

import sqlalchemy as sa

from service import clock, notices, trail
from service.db import reading, session, transaction
from service.errors import Conflict
from service.people import members, passwords, sessions, tally
from service.people.models import Account

LIFE = timedelta(minutes=30)
_AGAIN = timedelta(minutes=2)
"""Asked once more sooner than this, the letter that is on its way stands."""
_STILL_GOOD = timedelta(minutes=10)
"""Asked once more while a code holds for so long yet, it is sent again: nobody can take a code away by asking for another."""
_MOST = 5
"""Accounts with one mail address that get a letter: a unit's people may share theirs."""
LETTER = "password_reset"


def ask_reset(said: str, *, door: str, address: str = "") -> None:
    """Send a code to the account of a sign-in name, or to those of a mail address; tells nobody whether there is one.

    Raises TooMany for a name or an address from which it is asked too often, Conflict where no mail can go out.
    """
    if notices.way_out() != "smtp":
        raise Conflict(
            "Hệ thống chưa nối với máy chủ thư. Hỏi người quản trị hệ thống để nhận mã đặt mật khẩu.",
            "No mail server is set. Ask the administrator for a code.",
            code="no-mail",
        )
    said = sessions.normal_login(said)
    counted = tally.askings(said, address)
    with reading():
        tally.check(counted)
    passwords.verify(None, said)  # the work of a hash hides what a letter costs
    with transaction():
        tally.check(counted)
        tally.failed(counted)
        for account in _named(said):
            _offer(account, door=door, address=address)


def _named(said: str) -> list[Account]:
    named = sa.or_(Account.login == said, sa.func.lower(Account.email) == said)
    found = session().execute(
        sa.select(Account)
        .where(named, Account.email != "", members.usable())
        .order_by(Account.id)
        .limit(_MOST)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found.scalars())


def _offer(account: Account, *, door: str, address: str) -> None:
    left = account.reset_until - clock.unmoved() if account.reset_nonce and account.reset_until else timedelta(0)
    if left > LIFE - _AGAIN:
        return
    if left < _STILL_GOOD:
        left = LIFE
        account.reset_nonce, account.reset_until = secrets.token_hex(16), clock.unmoved() + LIFE
        account.reset_hash = passwords.hash_code(_code(account.id, account.reset_nonce))
        session().flush()
    minutes = int(left.total_seconds()) // 60
    notices.queue(
        LETTER, to=[account.id], key=f"{LETTER}:{account.reset_nonce}:{minutes}", link="/sign-in/code",
        context={"login": account.login, "minutes": minutes},
    )
    trail.record(
        "account:reset_asked", by=sessions.stranger(door), stream=f"account:{account.id}", private={"address": address}
    )


@notices.secrets_of(LETTER)
def _secrets(account: int) -> Mapping[str, str] | None:
    """The code as the letter goes out; None once it is used, taken back or too old."""
    with reading() as current:
        row = current.execute(
            sa.select(Account.reset_nonce, Account.reset_until).where(Account.id == account)
        ).one_or_none()
    if row is None or row.reset_nonce is None or row.reset_until <= clock.unmoved():
        return None
    return {"code": _code(account, row.reset_nonce)}


def _code(account: int, nonce: str) -> str:
    key = passwords.settings().key("password-reset").get_secret_value().encode()
    return passwords.code_of(hmac.new(key, f"{account}:{nonce}".encode(), sha256).digest())
