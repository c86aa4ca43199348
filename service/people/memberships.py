"""Gives and takes groups, with dates; effective at once, since groups are read live. The last administrator
stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from service import clock, jobs, trail
from service.actor import Actor, person_named
from service.db import reading, session, transaction
from service.errors import Conflict, Invalid, NotFound
from service.people import groups as catalogue
from service.people import members, rights, second_person
from service.people.models import Account, GroupLabel, Membership, Unit
from service.people.safeguards import is_guarded
from service.vietnamese import clean


@dataclass(frozen=True, slots=True)
class Belonging:
    """One membership as pages show it; `valid_to` is the first day on which it no longer holds."""

    id: int
    account: int
    group: str
    label: str
    valid_from: date
    valid_to: date | None
    holds: bool


def grant(
    account: int,
    group: str,
    *,
    by: Actor,
    valid_from: date | None = None,
    valid_to: date | None = None,
    basis: str | None = None,
) -> None:
    """Give an account a group, from today or from `valid_from` until before `valid_to`; holding it already is
    no error.

    Raises Invalid for an unknown group or dates that do not follow each other, NotFound for an unknown
    account or unit, SecondPersonNeeded for a group that nobody gives alone (`is_guarded`).
    """
    rights.require(by, "account.edit")
    start = valid_from or clock.today()
    with transaction():
        _check_grant(account, group, start, valid_to)
        if valid_to is None and _holds(account, group, start):
            return
        if is_guarded(group):
            second_person.demand(GUARDED, grant_given(account, group, valid_from, valid_to, basis), by=by)
        _give(account, group, start, valid_to, by=by, basis=basis)


GUARDED = "group.grant"
"""Word of the act that nobody does alone: giving a guarded group (safeguards.toml)."""


def grant_given(account: int, group: str, valid_from: date | None, valid_to: date | None, basis: str | None) -> dict[str, Any]:
    """What a request for a second person keeps of giving a group."""
    days = {"from": valid_from, "to": valid_to}
    return {"account": account, "group": group, "basis": basis, **{k: day and day.isoformat() for k, day in days.items()}}


def _check_grant(account: int, group: str, start: date, valid_to: date | None) -> None:
    if not catalogue.is_group(group):
        raise Invalid.at(
            "group", f"Không có nhóm {group}. Chọn trong danh mục.", f"There is no group {group}."
        )
    if valid_to is not None and valid_to <= start:
        raise Invalid.at(
            "valid_to", "Ngày thôi phải sau ngày bắt đầu.", "The end must lie after the beginning."
        )
    if session().execute(sa.select(Account.id).where(Account.id == account)).scalar_one_or_none() is None:
        raise NotFound("Không có tài khoản này.", "There is no such account.", code="no-account")
    if (unit := catalogue.split(group)[1]) is not None:
        _must_live(unit)


def _days(given: Mapping[str, Any]) -> tuple[date | None, date | None]:
    start, end = (date.fromisoformat(given[key]) if given.get(key) else None for key in ("from", "to"))
    return start, end


def _check_asked(given: Mapping[str, Any], by: Actor) -> None:
    start, end = _days(given)
    _check_grant(given["account"], given["group"], start or clock.today(), end)
    if not is_guarded(given["group"]):
        raise Conflict(
            "Vai trò này giao được ngay, không cần người thứ hai.", "This role is given at once and needs no second person.",
            code="not-guarded",
        )
    if end is None and _holds(given["account"], given["group"], start or clock.today()):
        raise Conflict("Người này đã có vai trò đó.", "The person has this role already.", code="is-a-member")


def _grant_asked(given: Mapping[str, Any], by: Actor) -> None:
    start, end = _days(given)
    grant(given["account"], given["group"], by=by, valid_from=start, valid_to=end, basis=given.get("basis"))


def _told_grant(given: Mapping[str, Any]) -> tuple[str, str]:
    name = members.names([given["account"]]).get(given["account"], "")
    vi, en = (group_labels([given["group"]], language)[given["group"]] for language in ("vi", "en"))
    start, end = _days(given)
    last = end - timedelta(days=1) if end else None
    said = (
        f"Giao vai trò {vi} cho {name}", f"từ {start:%d/%m/%Y}" if start else "", f"đến hết {last:%d/%m/%Y}" if last else "",
        f"căn cứ: {given['basis']}" if given.get("basis") else "",
    )
    said_en = (
        f"Give the role {en} to {name}", f"from {start:%d/%m/%Y}" if start else "", f"to the end of {last:%d/%m/%Y}" if last else "",
        f"basis: {given['basis']}" if given.get("basis") else "",
    )
    return ", ".join(filter(None, said)), ", ".join(filter(None, said_en))


second_person.WAYS[GUARDED] = second_person.Way(
    _check_asked, _grant_asked, _told_grant, concerns=lambda given: [given["account"]]
)


def revoke(account: int, group: str, *, by: Actor, reason: str, on: date | None = None) -> None:
    """Take a group from an account, today at once or on a later day; raises Conflict for the last
    administrator.
    """
    rights.require(by, "account.edit")
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    day = max(on or clock.today(), clock.today())
    with transaction():
        _take(account, group, day, by=by, reason=reason)


def bring_in_line(account: int, wanted: Collection[str], among: Collection[str], *, by: Actor) -> list[str]:
    """Let an account hold, of the groups `among`, those that are wanted and no others, from today; within an act that checks.

    The last administrator stays one. Groups that are held only for a time, or from a later day on, are taken as well. Returns
    the groups that were given.
    """
    today = clock.today()
    with transaction() as current:
        rows = current.execute(
            sa.select(Membership.group, Membership.valid_from, Membership.valid_to).where(
                Membership.account_id == account, Membership.group.in_(sorted(among)),
                sa.or_(Membership.valid_to.is_(None), Membership.valid_to > today),
            )
        ).all()
        held = {row.group for row in rows if row.valid_from <= today}
        for group in sorted({row.group for row in rows} - set(wanted)):
            try:
                _take(account, group, today, by=by, reason=None)
            except Conflict:
                continue
        given = sorted(set(wanted) - held)
        for group in given:
            _give(account, group, today, None, by=by, basis=None)
        return given


def keep_an_administrator(*, without: int) -> None:
    """Raise Conflict if nobody but this account is an administrator for good; locks against two at once.

    Only open-ended memberships of usable accounts count.
    """
    admins = (
        session()
        .execute(
            sa.select(Membership.account_id)
            .join(Account, Account.id == Membership.account_id)
            .where(
                Membership.group == "admin",
                Membership.valid_from <= clock.today(),
                Membership.valid_to.is_(None),
                members.usable(),
            )
            .order_by(Membership.id)
            .with_for_update()
        )
        .scalars()
        .all()
    )
    if without in admins and set(admins) == {without}:
        raise Conflict(
            "Đây là người quản trị cuối cùng. Giao quyền quản trị cho người khác trước.",
            "This is the last administrator. Make somebody else administrator first.",
            code="last-administrator",
        )


def holds_guarded(account: int) -> bool:
    """Tell whether an account holds, or will hold, a group that nobody gives alone."""
    return any(is_guarded(row.group) for row in memberships_of([account])[account])


def memberships_of(accounts: Iterable[int], *, past: bool = False) -> dict[int, list[Belonging]]:
    """Memberships by account, with labels; ended ones only if `past`."""
    today = clock.today()
    with reading() as current:
        statement = sa.select(Membership).where(Membership.account_id.in_(sorted(set(accounts))))
        if not past:
            statement = statement.where(sa.or_(Membership.valid_to.is_(None), Membership.valid_to > today))
        rows = list(current.execute(statement.order_by(Membership.group, Membership.id)).scalars())
        labels = group_labels({row.group for row in rows})
        found: dict[int, list[Belonging]] = {account: [] for account in accounts}
        for row in rows:
            holds = row.valid_from <= today and (row.valid_to is None or row.valid_to > today)
            found[row.account_id].append(
                Belonging(
                    row.id, row.account_id, row.group, labels[row.group], row.valid_from, row.valid_to, holds
                )
            )
    return found


def group_labels(groups: Iterable[str], locale: str = "vi", called: Mapping[str, str] | None = None) -> dict[str, str]:
    """What groups are called: as `called` says here, else by the office's own names first; units by their names of today."""
    wanted = set(groups)
    with reading() as current:
        renamed = {
            row.group: row.label if locale == "vi" else row.label_en
            for row in current.execute(sa.select(GroupLabel)).scalars()
        }
        units = {unit for group in wanted if (unit := catalogue.split(group)[1]) is not None}
        names = {
            row.id: row.name
            for row in (
                current.execute(sa.select(Unit.id, Unit.name).where(Unit.id.in_(units))) if units else ()
            )
        }
    labels = {}
    persons = members.names(number for group in wanted if (number := person_named(group)) is not None)
    for group in wanted:
        word, unit = catalogue.split(group)
        found = catalogue.catalogue().get(word)
        if (name := persons.get(person_named(group) or 0)) is not None:
            labels[group] = name
            continue
        default = (found.label if locale == "vi" else found.label_en) if found else word
        label = (called or {}).get(word) or renamed.get(word, default)
        labels[group] = f"{label}: {names.get(unit, unit)}" if unit is not None else label
    return labels


def rename_group(word: str, label: str, label_en: str, *, by: Actor) -> None:
    """Call a group otherwise; its word in memberships and tasks stays, so nothing else changes."""
    rights.require(by, "group.rename")
    label, label_en = clean(label), clean(label_en)
    if word not in catalogue.catalogue():
        raise NotFound("Không có nhóm này.", "There is no such group.", code="no-group")
    if not label or not label_en:
        raise Invalid.at(
            "label", "Nhập tên nhóm bằng cả hai thứ tiếng.", "Type the group's name in both languages."
        )
    before = group_labels([word])[word]
    with transaction() as current:
        current.execute(sa.delete(GroupLabel).where(GroupLabel.group == word))
        current.execute(sa.insert(GroupLabel).values(group=word, label=label, label_en=label_en))
        trail.record(
            "group:renamed",
            by=by,
            stream="system",
            body={"group": word, "label": label},
            before={"label": before},
            after={"label": label},
        )


def _holds(account: int, group: str, start: date) -> bool:
    found = session().execute(
        sa.select(Membership.id).where(
            Membership.account_id == account,
            Membership.group == group,
            Membership.valid_from <= start,
            Membership.valid_to.is_(None),
        )
    )
    return found.first() is not None


def _give(account: int, group: str, start: date, valid_to: date | None, *, by: Actor, basis: str | None) -> None:
    session().execute(
        sa.insert(Membership).values(
            account_id=account, group=group, unit_id=catalogue.split(group)[1], valid_from=start, valid_to=valid_to
        )
    )
    trail.record(
        "account:joined_group",
        by=by,
        stream=f"account:{account}",
        basis=basis,
        body={"group": group, "from": start, "to": valid_to},
    )


def _take(account: int, group: str, day: date, *, by: Actor, reason: str | None) -> None:
    current = session()
    held = (
        current.execute(
            sa.select(Membership.id).where(
                Membership.account_id == account,
                Membership.group == group,
                sa.or_(Membership.valid_to.is_(None), Membership.valid_to > day),
            )
        )
        .scalars()
        .all()
    )
    if not held:
        raise NotFound(
            "Người này không thuộc nhóm đó.", "The person is not in this group.", code="not-a-member"
        )
    if group == "admin":
        keep_an_administrator(without=account)
    current.execute(sa.update(Membership).where(Membership.id.in_(held)).values(valid_to=day))
    trail.record(
        "account:left_group",
        by=by,
        stream=f"account:{account}",
        reason=reason,
        body={"group": group, "to": day},
    )
    jobs.enqueue("people.left", {"account": account})


def _must_live(unit: int) -> None:
    row = session().execute(sa.select(Unit.dissolved_on).where(Unit.id == unit)).one_or_none()
    if row is None:
        raise NotFound("Không có đơn vị này.", "There is no such unit.", code="no-unit")
    if row.dissolved_on is not None:
        raise Conflict(
            "Đơn vị này đã giải thể hoặc sáp nhập. Chọn đơn vị kế thừa.",
            "This unit was dissolved or merged. Choose its successor.",
            code="unit-dissolved",
        )
