"""Accounts that are linked with somebody of another house (`oidc`): linked and unlinked, signed in, groups brought in line.

An account is found by issuer and subject, never by a name. The link is an administrator's act; by a verified mail address only
where the settings say so, and never for an account with a second factor of its own. Nobody gets an account by signing in.
Of the groups that the settings map, a linked account holds at each sign-in those that the house says, and no others; groups
that the settings do not name are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service import clock, trail
from service.actor import Actor, machine
from service.db import reading, savepoint, session, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.people import (
    accounts,
    credentials,
    groups,
    members,
    memberships,
    passes,
    rights,
    second_factor,
    sessions,
)
from service.people.models import Account, Identity, Unit
from service.people.oidc import Proof, Provider
from service.vietnamese import clean

DOOR = "oidc"


@dataclass(frozen=True, slots=True)
class Linked:
    """With whom of another house an account is linked."""

    issuer: str
    subject: str
    linked_at: datetime


def sign_in_elsewhere(proof: Proof, at: Provider, *, address: str = "", device: str = "") -> tuple[str, Actor]:
    """Open a session for who has signed in at the other house; returns its token, told only here, and the person.

    Raises Forbidden where no account is linked, or it may not be used; CodeNeeded, with groups brought in line, where the
    account has a second factor and the house did not ask for one that the settings trust.
    """
    with transaction() as current:
        account = _account(proof, at)
        if account is None:
            raise Forbidden(
                f"Chưa có tài khoản nào liên kết với bạn. Nhờ quản trị hệ thống liên kết, đọc cho họ mã định danh: {proof.subject}",
                f"No account is linked with you. Ask the administrator to link yours, and tell them this subject: {proof.subject}",
                code="not-linked",
            )
        sessions.check_usable(account)
        _bring_in_line(account.id, proof, at)
        if proof.factor or not second_factor.is_on(account.id):
            current.refresh(account)
            return sessions.open_session(
                account, door="web", address=address, device=device, way=DOOR, factor=proof.factor
            )
        step = passes.sign(account.id, credentials.version_of(account.id) or 0, sessions.STEP)
    raise sessions.CodeNeeded(step)  # after the commit: groups that the house took are gone whether or not a code follows


def link_identity(account: int, subject: str, *, by: Actor, at: Provider) -> None:
    """Link an account with somebody of the other house; the administrator's act.

    Raises Conflict where the account or the subject is linked already, Invalid for an empty subject. Who was signed in is
    signed out: the account is somebody's at another door from now on.
    """
    rights.require(by, "account.edit")
    subject = clean(subject)
    if not subject or len(subject) > 255:
        raise Invalid.at("subject", "Nhập mã định danh, dài nhất 255 chữ.", "Type the subject, 255 letters at most.")
    with transaction():
        _known(account)
        _link(account, at.issuer, subject, by=by, how="hand")
        credentials.close_all(account)


def unlink_identity(account: int, *, by: Actor, reason: str) -> None:
    """Take the link away and end the account's sessions; the administrator's act, with a reason."""
    rights.require(by, "account.edit")
    accounts.needs_reason(reason)
    with transaction() as current:
        gone = current.execute(sa.delete(Identity).where(Identity.account_id == account).returning(Identity.subject)).scalars().all()
        if not gone:
            raise NotFound("Tài khoản này chưa liên kết.", "This account is not linked.", code="not-linked")
        credentials.close_all(account)
        credentials.renew(account, by=by)
        trail.record("identity:unlinked", by=by, stream=f"account:{account}", private={"subject": gone[0]}, reason=reason)


def identity_of(account: int) -> Linked | None:
    """With whom an account is linked, if it is."""
    with reading() as current:
        row = current.execute(sa.select(Identity).where(Identity.account_id == account)).scalar_one_or_none()
    return None if row is None else Linked(row.issuer, row.subject, row.linked_at)


def _account(proof: Proof, at: Provider) -> Account | None:
    linked = sa.select(Identity.account_id).where(Identity.issuer == proof.issuer, Identity.subject == proof.subject)
    found = _locked(sa.select(Account).where(Account.id.in_(linked)))
    if found or not (at.link_by_email and proof.email_verified and proof.email):
        return found[0] if found else None
    named = _locked(
        sa.select(Account).where(
            sa.func.lower(Account.email) == clean(proof.email).casefold(), members.usable(),
            ~sa.exists().where(Identity.account_id == Account.id),
        ).limit(2)
    )
    if len(named) != 1 or second_factor.is_on(named[0].id):
        return None
    _link(named[0].id, proof.issuer, proof.subject, by=machine(DOOR), how="email")
    return named[0]


def _locked(statement: sa.Select[Account]) -> list[Account]:
    rows = session().execute(statement.with_for_update().execution_options(populate_existing=True))
    return list(rows.scalars())


def _link(account: int, issuer: str, subject: str, *, by: Actor, how: str) -> None:
    try:
        with savepoint():
            session().execute(
                sa.insert(Identity).values(account_id=account, issuer=issuer, subject=subject, linked_at=clock.unmoved())
            )
    except IntegrityError as error:
        raise Conflict(
            "Tài khoản này đã liên kết, hoặc mã định danh này đã liên kết với tài khoản khác.",
            "This account is linked already, or this subject is linked with another account.",
            code="linked",
        ) from error
    credentials.renew(account, by=by)
    trail.record(
        "identity:linked", by=by, stream=f"account:{account}", body={"by": "verified_email" if how == "email" else None},
        private={"subject": subject},
    )


def _bring_in_line(account: int, proof: Proof, at: Provider) -> None:
    mapped = {value: [_numbered(word) for word in words] for value, words in at.groups.items()}
    among = {word for words in mapped.values() for word in words if word}
    wanted = {word for value in proof.groups for word in mapped.get(value, ()) if word}
    memberships.bring_in_line(account, wanted, among, by=machine(DOOR))


def _numbered(word: str) -> str | None:
    """A group of the settings as memberships name it: units stand there by their codes; None for a unit that is not there."""
    kind, _, code = word.partition(":")
    if not groups.is_scoped(kind):
        return word
    unit = session().execute(sa.select(Unit.id).where(Unit.code == code, Unit.dissolved_on.is_(None))).scalar_one_or_none()
    return None if unit is None else groups.join(kind, unit)


def _known(account: int) -> None:
    if session().execute(sa.select(Account.id).where(Account.id == account)).scalar_one_or_none() is None:
        raise NotFound("Không có tài khoản này.", "There is no such account.", code="no-account")
