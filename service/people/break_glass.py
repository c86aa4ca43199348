"""Breaking the glass: an administrator's access for a few hours, opened by the operator of the machine when none can sign in.

It is an account of its own, never somebody else's, named after who sits there. It ends by itself, confirms nothing as the second
person and casts no ballot; each entry of the trail says that it was done through it. Administrators and inspectors are told at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from service import clock, notices, trail
from service.actor import Actor, machine
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid
from service.people import accounts, credentials, members, memberships, passwords
from service.people.models import Account
from service.people.safeguards import emergency_life
from service.vietnamese import clean
from service.words import local

_LOGIN = "khan-cap"


@dataclass(frozen=True, slots=True)
class Opened:
    """An emergency access: sign-in name, one-time code, and when it ends. The code is told only here."""

    login: str
    code: str
    until: datetime


def break_glass(who: str, reason: str, *, by: Actor) -> Opened:
    """Open an administrator's access for who sits at the machine, for the hours that safeguards.toml gives.

    Raises Forbidden for anybody but the operator at the command line, Invalid without a name and a reason, Conflict while
    another such access is open.
    """
    who, reason = clean(who), reason.strip()
    if by.account is not None or by.login != "cli":
        raise Forbidden("Chỉ người vận hành máy chủ mở truy cập khẩn cấp.", "Only the operator of the machine breaks the glass.")
    if len(who) < 2:
        raise Invalid.at("who", "Ghi họ và tên người ngồi máy.", "Say who sits there.")
    if not reason:
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    now, code = clock.unmoved(), passwords.new_code()
    until = now + emergency_life()
    with transaction() as current:
        past = current.execute(
            sa.select(Account.login, Account.active, Account.emergency_until)
            .where(Account.emergency_until.is_not(None)).order_by(Account.id).with_for_update()
        ).all()
        if any(row.active and row.emergency_until > now for row in past):
            raise Conflict(
                "Đang có một truy cập khẩn cấp. Kết thúc truy cập đó trước: vinhdanh break-glass --end.",
                "An emergency access is open. End it first: vinhdanh break-glass --end.",
                code="glass-broken",
            )
        account = accounts.add(
            f"{_LOGIN}-{len(past) + 1}", accounts.checked_fields(name=f"Truy cập khẩn cấp: {who}"[:120]),
            code_hash=passwords.hash_code(code), code_until=until, emergency_until=until,
        )
        trail.record(
            "break_glass:opened", by=by, stream=f"account:{account}", reason=reason, private={"who": who},
            body={"until": f"{local(until):%H:%M %d/%m/%Y}", "account": account},
        )
        memberships.grant(account, "admin", by=by, valid_to=clock.today() + timedelta(days=emergency_life().days + 2))
        notices.queue(
            "break_glass", to=[one for one in members.members_of(["admin", "inspector"]) if one != account],
            key=f"break_glass:{account}", link="/office/people",
            context={"by": who, "note": reason[:300], "found": clock.now(), "due": clock.now() + emergency_life()},
        )
    return Opened(f"{_LOGIN}-{len(past) + 1}", code, until)


def end_break_glass(*, by: Actor) -> int:
    """End every emergency access that is open, with its sessions; returns how many."""
    return _end(Account.emergency_until.is_not(None), by)


def end_due() -> int:
    """End the emergency accesses whose time is over; returns how many. A sweep of the worker; they let nobody in before it."""
    return _end(Account.emergency_until <= clock.unmoved(), machine("worker"))


def _end(which: sa.ColumnElement[bool], by: Actor) -> int:
    open_ = sa.select(Account.id).where(which, Account.active.is_(True), Account.emergency_until.is_not(None))
    with reading() as current:  # nearly always there is none, and a look takes no lock
        if current.execute(open_.limit(1)).first() is None:
            return 0
    with transaction() as current:
        ended = current.execute(open_.with_for_update()).scalars().all()
        for account in ended:
            current.execute(
                sa.update(Account).where(Account.id == account)
                .values(active=False, blocked_at=clock.now(), code_hash=None, code_until=None, emergency_until=clock.unmoved())
            )
            credentials.close_all(account)
            trail.record("break_glass:ended", by=by, stream=f"account:{account}", body={"account": account})
        return len(ended)
