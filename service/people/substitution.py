"""Named substitutes for an absence: from, until, for which work, why. The lookup that makes them count stands in `actors`.

A substitute holds the other's own groups (never what was lent on), not a ballot, not supervision, in all processes or
in some; every act says on whose behalf. A person may name one for himself, an administrator for anybody, but nobody himself for
another whose role two people give (decision 0027). A post that
signs papers is lent to nobody who may not sign in its place (`signing`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from service import clock, jobs, trail
from service.actor import Actor
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Withheld
from service.people import groups as catalogue
from service.people import members, memberships, rights, signing
from service.people.models import Account, Membership, Substitution
from service.people.safeguards import is_guarded
from service.vietnamese import clean

known_processes: list[Callable[[], Mapping[str, tuple[str, str]]]] = []
"""What a substitution can be limited to: word → name in both languages. The parts above add diagrams and kinds of lists."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One substitution as pages show it; `until` is its last day."""

    id: int
    account: int
    account_name: str
    substitute: int
    substitute_name: str
    group: str | None
    processes: tuple[str, ...]
    """Diagrams and kinds of lists within which it counts; empty: in all."""
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
    processes: Collection[str] = (),
) -> int:
    """Let somebody act for an account from a day to a day, both included, in one group or in all; returns its
    number. `processes`: only within these diagrams and kinds of lists; none: in all.

    Raises Forbidden for who names one for another without the right, or himself for another whose role two people give and he
    has not, or has nothing that can be lent; Invalid for bad
    dates, no reason, somebody of another house (who has the right names anybody), an unknown process, a group that the
    person does not hold or that nobody may lend, the person himself, an account that is not in use, or one that may not
    sign in the place of a post that is lent; Conflict where the days overlap with the same substitution.
    """
    if account != by.account:
        rights.require(by, "substitution.name")
    elif not lends(by):
        raise Forbidden(
            "Bạn không giữ vai trò nào giao cho người thay được.", "You hold no role that a substitute may take.",
            code="nothing-to-lend",
        )
    _check(account, substitute, since, until, reason, group)
    if substitute == by.account:
        _must_not_raise_himself(by, account, since, until, group)
    within = _checked_processes(processes)
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
        if not rights.allowed(by, "substitution.name") and not _are_of_one_house(account, substitute, since, until):
            raise Invalid.at(
                "substitute", "Chọn người cùng cơ quan, đơn vị; người khác do quản trị viên cử.",
                "Choose somebody of your own office or unit; the administration names anybody else.",
            )
        if group is not None:
            _must_hold(account, group)
        _must_be_able_to_sign(account, substitute, since, until, group, within)
        overlapping = current.execute(
            sa.select(Substitution.processes).where(
                Substitution.account_id == account,
                Substitution.substitute_id == substitute,
                Substitution.group.is_not_distinct_from(group),
                Substitution.valid_from <= until,
                Substitution.valid_to > since,
            )
        )
        if any(not within or not other or not within.isdisjoint(other) for other in overlapping.scalars()):
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
                processes=sorted(within) or None,
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
            body={
                "account": account, "substitute": substitute, "group": group, "from": since, "until": until,
                **({"processes": sorted(within)} if within else {}),
            },
        )
        return number


def end_substitution(number: int, *, by: Actor, reason: str) -> None:
    """End a substitution at once."""
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    today = clock.today()
    with transaction() as current:
        row = current.execute(
            sa.select(Substitution.account_id, Substitution.substitute_id, Substitution.valid_to).where(Substitution.id == number)
        ).one_or_none()
        if row is None or row.valid_to <= today or not _sees(by, row.account_id, row.substitute_id):
            raise (NotFound if row is None else Withheld)(
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
            body={"substitution": number, "account": row.account_id, "substitute": row.substitute_id},
        )
        jobs.enqueue("people.left", {"account": row.account_id})


def read_own_substitution(number: int, *, by: Actor) -> Standing:
    """A substitution that somebody named for himself and that has not ended; NotFound for any other."""
    found = [row for row in list_substitutions(by=by, account=by.account) if row.id == number and row.account == by.account]
    if not found:
        raise NotFound("Không có việc cử thay này.", "There is no such substitution.", code="no-substitution")
    return found[0]


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
                processes=tuple(row.processes or ()),
                since=row.valid_from,
                until=row.valid_to - timedelta(days=1),
                reason=row.reason,
                holds=row.valid_from <= today,
            )
            for row in rows
        ]


def lends(by: Actor) -> tuple[str, ...]:
    """Groups that somebody holds himself and may lend for an absence."""
    return tuple(sorted(group for group in by.own if catalogue.is_lendable(group)))


def substitutes_for(by: Actor) -> dict[int, str]:
    """Whom somebody may name for himself: people of his own house who may be used now, by number."""
    mine = catalogue.houses(by.own)
    statement = sa.select(Account.id, Account.name, Membership.group).join(Membership, Membership.account_id == Account.id)
    with reading() as current:
        rows = current.execute(statement.where(members.in_force(Membership), members.usable(), Account.id != by.account)).all()
    return {row.id: row.name for row in rows if not mine.isdisjoint(catalogue.houses([row.group]))}


def processes_to_lend() -> dict[str, tuple[str, str]]:
    """What a substitution can be limited to: diagrams in use and kinds of lists, each with its name in both languages."""
    return {word: said for ask in known_processes for word, said in ask().items()}


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


def _must_not_raise_himself(by: Actor, account: int, since: date, until: date, group: str | None) -> None:
    """Nobody takes a role that two people give by naming himself the substitute of who holds it."""
    lent = {one for one in _held(account, since, until) if catalogue.is_lendable(one)} if group is None else {group}
    if any(is_guarded(one) for one in lent - by.own):
        raise Forbidden(
            "Bạn không tự cử mình thay người giữ vai trò phải do hai người giao. Nhờ người khác có quyền cử.",
            "You do not name yourself the substitute of who holds a role that two people give. Ask somebody else who may name one.",
            code="own-account",
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


def _checked_processes(processes: Iterable[str]) -> frozenset[str]:
    found = frozenset(processes)
    if unknown := found - processes_to_lend().keys() if found else found:
        raise Invalid.at(
            "processes", f"Không có quy trình, danh sách: {', '.join(sorted(unknown))}.",
            f"There is no such process or kind of list: {', '.join(sorted(unknown))}.",
        )
    return found


def _must_be_able_to_sign(
    account: int, substitute: int, since: date, until: date, group: str | None, within: Collection[str]
) -> None:
    """Refuse to lend a post that signs papers to somebody who may not sign them in its place (Decree 30/2020, Art. 13)."""
    held = _held(account, since, until) if group is None else {group}
    own = _held(substitute, since, until)
    for post in signing.posts_that_sign().values():
        if post.group not in held or set(within or post.lists).isdisjoint(post.lists) or signing.may_sign_for(post.group, own):
            continue
        label = memberships.group_labels([post.group])[post.group]
        may = memberships.group_labels(one.by for one in signing.stands() if one.group == post.group)
        raise Invalid.at(
            "substitute",
            f"Người này không ký thay {label} được. Chọn người giữ vai trò: {', '.join(may.values())}; "
            "hoặc chỉ giao việc không phải ký văn bản.",
            "This person may not sign in the place of that post. Choose one of its deputies, "
            "or hand over only work in which nothing is signed.",
        )


def _held(account: int, since: date, until: date) -> set[str]:
    """Groups that an account holds itself on some of these days."""
    with reading() as current:
        rows = current.execute(
            sa.select(Membership.group).where(
                Membership.account_id == account,
                Membership.valid_from <= until,
                sa.or_(Membership.valid_to.is_(None), Membership.valid_to > since),
            )
        )
        return set(rows.scalars())


def _are_of_one_house(account: int, other: int, since: date, until: date) -> bool:
    return not catalogue.houses(_held(account, since, until)).isdisjoint(catalogue.houses(_held(other, since, until)))


def _sees(by: Actor, *of: int) -> bool:
    return by.account in of or rights.allowed(by, "substitution.name")
