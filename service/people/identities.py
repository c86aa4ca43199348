"""Accounts that are linked with somebody of another house (`oidc`): linked and unlinked, signed in, groups brought in line.

An account is found by issuer and subject, never by a name. The link is an administrator's act, of two people where the account
carries guarded groups; by a verified mail address only where the settings say so, and never for an account with such a group or a
second factor of its own. Its owner gets a letter of each. Nobody gets an account by signing in.
Of the groups that the settings map, a linked account holds at each sign-in those that the house says, and no others; groups
that the settings do not name are left alone, and of each guarded one that comes of it all administrators and inspectors are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service import clock, notices, trail
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
    second_person,
    sessions,
)
from service.people.models import Account, Identity, Unit
from service.people.oidc import Proof, Provider, provider
from service.people.safeguards import is_guarded
from service.vietnamese import clean

DOOR = "oidc"
GUARDED = "identity.link"
"""Word of the act that nobody does alone: linking an account that holds a guarded group (safeguards.toml)."""


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
            current.execute(sa.update(Identity).where(Identity.account_id == account.id).values(factor=proof.factor))
            current.refresh(account)
            return sessions.open_session(
                account, door="web", address=address, device=device, way=DOOR, factor=proof.factor
            )
        step = passes.sign(account.id, credentials.version_of(account.id) or 0, sessions.STEP)
    raise sessions.CodeNeeded(step)  # after the commit: groups that the house took are gone whether or not a code follows


def link_identity(account: int, subject: str, *, by: Actor, at: Provider, reason: str) -> None:
    """Link an account with somebody of the other house; the administrator's act, with a reason, and a letter to the owner.

    Raises Conflict where the account or the subject is linked already, Invalid for an empty subject or no reason,
    SecondPersonNeeded where the account holds a group that nobody gives alone. Who was signed in is signed out: the account is
    somebody's at another door from now on.
    """
    rights.require(by, "account.edit")
    given = link_given(account, subject, reason, at)
    _check(given)
    with transaction():
        _known(account)
        if memberships.holds_guarded(account):
            second_person.demand(GUARDED, given, by=by)
        _link(account, at, given["subject"], by=by, how="hand", reason=given["reason"])
        credentials.close_all(account)


def link_given(account: int, subject: str, reason: str, at: Provider) -> dict[str, Any]:
    """What a request for a second person keeps of linking an account."""
    return {"account": account, "subject": clean(subject), "issuer": at.issuer, "reason": reason.strip()}


def _check(given: Mapping[str, Any]) -> None:
    accounts.needs_reason(given["reason"])
    if not given["subject"] or len(given["subject"]) > 255:
        raise Invalid.at("subject", "Nhập mã định danh, dài nhất 255 chữ.", "Type the subject, 255 letters at most.")


def _check_asked(given: Mapping[str, Any], by: Actor) -> None:
    _at(given)
    _check(given)
    _known(given["account"])
    if not memberships.holds_guarded(given["account"]):
        raise Conflict(
            "Tài khoản này liên kết được ngay, không cần người thứ hai.", "This account is linked at once and needs no second person.",
            code="not-guarded",
        )
    taken = sa.and_(Identity.issuer == given["issuer"], Identity.subject == given["subject"])
    if session().execute(sa.select(Identity.account_id).where(sa.or_(Identity.account_id == given["account"], taken))).first():
        raise _linked()


def _link_asked(given: Mapping[str, Any], by: Actor) -> None:
    link_identity(given["account"], given["subject"], by=by, at=_at(given), reason=given["reason"])


def _at(given: Mapping[str, Any]) -> Provider:
    """The house that a request is about, if it is still ours."""
    at = provider()
    if at is None or at.issuer != given["issuer"]:
        raise Conflict("Nơi đăng nhập đã đổi. Đề nghị lại.", "The provider is another one now. Ask again.", code="provider-changed")
    return at


def _told_link(given: Mapping[str, Any]) -> tuple[str, str]:
    name = members.names([given["account"]]).get(given["account"], "")
    return (
        f"Liên kết đăng nhập của {name} với mã định danh {given['subject']} ở {given['issuer']}",
        f"Link the sign-in of {name} with the subject {given['subject']} at {given['issuer']}",
    )


second_person.WAYS[GUARDED] = second_person.Way(
    _check_asked, _link_asked, _told_link, concerns=lambda given: [given["account"]]
)


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
    if len(named) != 1 or second_factor.is_on(named[0].id) or memberships.holds_guarded(named[0].id):
        return None
    _link(named[0].id, at, proof.subject, by=machine(DOOR), how="email")
    return named[0]


def _locked(statement: sa.Select[Account]) -> list[Account]:
    rows = session().execute(statement.with_for_update().execution_options(populate_existing=True))
    return list(rows.scalars())


def _link(account: int, at: Provider, subject: str, *, by: Actor, how: str, reason: str | None = None) -> None:
    try:
        with savepoint():
            session().execute(
                sa.insert(Identity).values(
                    account_id=account, issuer=at.issuer, subject=subject, linked_at=clock.unmoved(), factor=False
                )
            )
    except IntegrityError as error:
        raise _linked() from error
    credentials.renew(account, by=by)
    trail.record(
        "identity:linked", by=by, stream=f"account:{account}", body={"by": "verified_email" if how == "email" else None},
        private={"subject": subject}, reason=reason,
    )
    moment = clock.now()
    notices.queue(
        "identity_linked", to=[account], key=f"identity_linked:{account}:{moment.isoformat()}", link="/sessions",
        context={"title": at.name, "by": by.name, "found": moment},
    )


def _linked() -> Conflict:
    return Conflict(
        "Tài khoản này đã liên kết, hoặc mã định danh này đã liên kết với tài khoản khác.",
        "This account is linked already, or this subject is linked with another account.",
        code="linked",
    )


def _bring_in_line(account: int, proof: Proof, at: Provider) -> None:
    mapped = {value: [_numbered(word) for word in words] for value, words in at.groups.items()}
    among = {word for words in mapped.values() for word in words if word}
    wanted = {word for value in proof.groups for word in mapped.get(value, ()) if word}
    given = memberships.bring_in_line(account, wanted, among, by=machine(DOOR))
    for group in filter(is_guarded, given):
        _tell_of(account, group, at)


def _tell_of(account: int, group: str, at: Provider) -> None:
    """Tell who watches that a group which nobody gives alone here came from there."""
    name = members.names([account])[account]
    vi, en = (memberships.group_labels([group], language)[group] for language in ("vi", "en"))
    moment = clock.now()
    notices.queue(
        "guarded_role", to=[one for one in members.members_of(["admin", "inspector"]) if one != account],
        key=f"guarded_role:{account}:{group}:{moment.isoformat()}", link=f"/office/people/{account}",
        context={"what": f"{vi}: {name}", "what_en": f"{en}: {name}", "by": at.name, "found": moment},
    )


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
