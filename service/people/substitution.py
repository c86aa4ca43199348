"""Named substitutes for an absence: from, until, why. The lookup that makes them count stands in `actors`.

A substitute holds the other's own groups (never what was lent on), not a ballot, not supervision; every act
says on whose behalf. A person may name one for himself, an administrator for anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from service import clock, jobs, trail
from service.actor import Actor
from service.db import reading, transaction
from service.errors import Conflict, Invalid, NotFound
from service.people import groups as catalogue
from service.people import members, memberships, rights
from service.people.models import Account, Membership, Substitution
from service.vietnamese import clean


@dataclass(frozen=True, slots=True)
class Standing:
    """One substitution as pages show it; `until` is its last day."""

    id: int
    account: int
    account_name: str
    substitute: int
    substitute_name: str
    group: str | None
    since: date
    until: date
    reason: str
    holds: bool


def name_substitute(
    account: int,
    substitute: int,
    *,
    by: Actor,
    since: date,
    until: date,
    reason: str,
    group: str | None = None,
) -> int:
    """Let somebody act for an account from a day to a day, both included, in one group or in all; returns its
    number.

    Raises Invalid for bad dates, no reason, a group that the person does not hold or that nobody may lend,
    the person himself or an account that is not in use; Conflict where the days overlap with the same
    substitution.
    """
    if account != by.account:
        rights.require(by, "substitution.name")
    _check(account, substitute, since, until, reason, group)
    with transaction() as current:
        usable = (
            current.execute(
                sa.select(Account.id).where(Account.id.in_([account, substitute]), members.usable())
            )
            .scalars()
            .all()
        )
        if set(usable) != {account, substitute}:
            raise Invalid.at(
                "substitute", "Chọn người có tài khoản đang dùng.", "Choose somebody whose account is in use."
            )
        if group is not None:
            _must_hold(account, group)
        overlapping = current.execute(
            sa.select(Substitution.id).where(
                Substitution.account_id == account,
                Substitution.substitute_id == substitute,
                Substitution.group.is_not_distinct_from(group),
                Substitution.valid_from <= until,
                Substitution.valid_to > since,
            )
        )
        if overlapping.first() is not None:
            raise Conflict(
                "Người này đã được cử thay trong các ngày đó.",
                "This person is already the substitute on these days.",
                code="already-substitute",
            )
        number: int = current.execute(
            sa.insert(Substitution)
            .values(
                account_id=account,
                group=group,
                substitute_id=substitute,
                valid_from=since,
                valid_to=until + timedelta(days=1),
                reason=clean(reason),
                created_at=clock.now(),
            )
            .returning(Substitution.id)
        ).scalar_one()
        trail.record(
            "account:substituted",
            by=by,
            stream=f"account:{account}",
            reason=reason,
            body={"substitute": substitute, "group": group, "from": since, "until": until},
        )
        return number


def end_substitution(number: int, *, by: Actor, reason: str) -> None:
    """End a substitution at once."""
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    today = clock.today()
    with transaction() as current:
        row = current.execute(
            sa.select(Substitution.account_id, Substitution.valid_to).where(Substitution.id == number)
        ).one_or_none()
        if row is None or row.valid_to <= today:
            raise NotFound(
                "Không có việc cử thay này.", "There is no such substitution.", code="no-substitution"
            )
        if row.account_id != by.account:
            rights.require(by, "substitution.name")
        current.execute(sa.update(Substitution).where(Substitution.id == number).values(valid_to=today))
        trail.record(
            "account:substitution_ended",
            by=by,
            stream=f"account:{row.account_id}",
            reason=reason,
            body={"substitution": number},
        )
        jobs.enqueue("people.left", {"account": row.account_id})


def list_substitutions(*, by: Actor, account: int | None = None) -> list[Standing]:
    """Substitutions that hold or will hold: of one person, or all with the right `substitution.name`."""
    if account is None or account != by.account:
        rights.require(by, "substitution.name")
    today = clock.today()
    statement = sa.select(Substitution).where(Substitution.valid_to > today)
    if account is not None:
        statement = statement.where(
            sa.or_(Substitution.account_id == account, Substitution.substitute_id == account)
        )
    with reading() as current:
        rows = list(current.execute(statement.order_by(Substitution.valid_from, Substitution.id)).scalars())
        names = members.names([row.account_id for row in rows] + [row.substitute_id for row in rows])
        return [
            Standing(
                id=row.id,
                account=row.account_id,
                account_name=names[row.account_id],
                substitute=row.substitute_id,
                substitute_name=names[row.substitute_id],
                group=row.group,
                since=row.valid_from,
                until=row.valid_to - timedelta(days=1),
                reason=row.reason,
                holds=row.valid_from <= today,
            )
            for row in rows
        ]


def behalf_of(by: Actor, *groups: str) -> int | None:
    """On whose behalf somebody acts who holds one of the groups as a substitute only; None where it is his
    own.
    """
    lent = dict(by.substitutes)
    if by.groups & (set(groups) - set(lent)):
        return None
    return next((lent[group] for group in groups if group in lent), None)


def _check(account: int, substitute: int, since: date, until: date, reason: str, group: str | None) -> None:
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do cử người thay.", "Say why a substitute is named.")
    if account == substitute:
        raise Invalid.at("substitute", "Chọn người khác để thay.", "Choose another person.")
    if until < since or until < clock.today():
        raise Invalid.at(
            "until",
            "Ngày cuối phải từ ngày đầu trở đi và chưa qua.",
            "The last day must not lie before the first, nor in the past.",
        )
    if group is not None and not catalogue.is_lendable(group):
        label = memberships.group_labels([group])[group]
        raise Invalid.at(
            "group", f"Vai trò {label} không giao cho người thay được.", "This role cannot be lent."
        )


def _must_hold(account: int, group: str) -> None:
    with reading() as current:
        held = current.execute(
            sa.select(Membership.id).where(
                Membership.account_id == account, Membership.group == group, members.in_force(Membership)
            )
        )
        if held.first() is None:
            raise Invalid.at(
                "group", "Người này không giữ vai trò đó.", "The person does not hold this role."
            )
