"""Who a nominee is among the people and units of the installation, so that nobody acts on himself or the own office.

A person is tied to an account when somebody said so. Until somebody has said yes or no, an account of exactly the same
name is kept away as if it were his: the rule holds before the question is answered, and never stops a case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import people, trail
from service.actor import Actor
from service.awards import lists
from service.awards.models import Line, List, Nomination, Recipient
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Withheld
from service.processes.models import ProcessInstance
from service.processes.strayed import change_queue

OFFICE_UNIT = "VHXH"
on_kept_away: list[Callable[[Session, Nomination], None]] = []
"""What looks at a running nomination again when whom it keeps away has changed."""
on_known: list[Callable[[Nomination, Recipient, Actor], None]] = []
"""Called in the open transaction when a nomination is made, or somebody says whose account its nominee has, or has not."""


@dataclass(frozen=True, slots=True)
class Tie:
    """What is known of a nominee among the installation's people and units."""

    account: people.Person | None
    unit: int | None
    asked: tuple[people.Person, ...]
    """People of the same name of whom nobody has said yet whether they are the nominee."""
    others: tuple[people.Person, ...]
    """People of the same name of whom somebody said that they are not."""


def namesakes(recipient: Recipient) -> list[people.Person]:
    """People in the installation who bear a recipient's name; none for collectives and households."""
    return people.accounts_named(recipient.name) if recipient.kind == "INDIVIDUAL" else []


def unanswered(recipient: Recipient) -> list[people.Person]:
    """Namesakes of whom nobody has said yes or no; none once the recipient is tied."""
    if recipient.account_id is not None:
        return []
    return [p for p in namesakes(recipient) if p.id not in recipient.others]


def tie_of(nomination: Nomination) -> Tie:
    """What is known of a nominee, for who checks."""
    with reading() as s:
        recipient = s.get_one(Recipient, nomination.recipient_id)
        known = people.accounts_of([*([recipient.account_id] if recipient.account_id else []), *recipient.others])
        return Tie(
            known.get(recipient.account_id or 0),
            recipient.collective_unit_id,
            tuple(unanswered(recipient)),
            tuple(known[a] for a in recipient.others if a in known),
        )


def kept_away(nomination: Nomination, recipient: Recipient) -> tuple[list[int], list[int]]:
    """Accounts that may not act on a nomination, and units whose people may do the unit's own steps only."""
    accounts = {p.id for p in unanswered(recipient)} | ({recipient.account_id} if recipient.account_id else set())
    units = _units_of(nomination, recipient)
    return sorted(accounts), sorted(units | {people.current_unit(u) for u in units})


def _units_of(nomination: Nomination, recipient: Recipient) -> set[int]:
    """Units that a case is of: who nominates, where the recipient belongs, and so of those he was found to be."""
    with reading() as s:
        joined = s.execute(
            select(Recipient.unit_id, Recipient.collective_unit_id).where(Recipient.same_as == recipient.id)
        ).all()
    found = {nomination.unit_id, recipient.unit_id, recipient.collective_unit_id, *(u for row in joined for u in row)}
    return {u for u in found if u is not None}


def roles_of(nomination: Nomination, recipient: Recipient) -> dict[str, str]:
    """Groups of the diagram → groups of this case: the unit of today, and the substitute where the office is nominee.

    Nobody confirms, checks or signs for himself or the own office (office.md point 7).
    """
    unit = people.current_unit(nomination.unit_id)
    roles = {"unit": f"unit:{unit}", "unit_head": f"unit_head:{unit}", "successor_head": f"unit_head:{unit}"}
    office = people.unit_by_code(OFFICE_UNIT)
    if office is not None and office in _units_of(nomination, recipient):
        roles |= {"vhxh": "vanphong", "vhxh_head": "vanphong"}
    return roles


def tie_account(nomination_id: int, account: int, *, by: Actor, reason: str = "") -> None:
    """Say that a nominee is this person of the installation, who may then not act on the nomination.

    Raises NotFound, Forbidden, Invalid for a collective or an account that is not in use.
    """
    with transaction() as s:
        nomination, recipient = _open(s, nomination_id, by)
        if recipient.kind != "INDIVIDUAL":
            raise Invalid.at("account", "Chỉ cá nhân mới gắn với tài khoản.", "Only a person has an account.")
        person = people.accounts_of([account]).get(account)
        if person is None or not person.active:
            raise Invalid.at("account", "Chọn người có tài khoản đang dùng.", "Choose somebody whose account is in use.")
        if recipient.account_id == account:
            return
        recipient.account_id = account
        recipient.others = [a for a in recipient.others if a != account]
        s.flush()
        _refresh(s, recipient)
        _tell("recipient:tied", nomination, account, by, reason)
        _make_known(s, recipient, by)


def untie_account(nomination_id: int, account: int, *, by: Actor, reason: str = "") -> None:
    """Say that a nominee is not this person, who may then act on the nomination; nobody says so of himself.

    Raises NotFound, Forbidden, Conflict where the account was neither tied nor asked about.
    """
    with transaction() as s:
        nomination, recipient = _open(s, nomination_id, by)
        if account == by.account or not _may_say_of(by.free_of({account}), nomination):
            raise Forbidden(
                "Không ai xác nhận về mình, hoặc về người mà mình xử lý thay. Người khác trong phòng hoặc đơn vị đề nghị xác nhận.",
                "Nobody says this of himself, or of whom he acts for; somebody else of the office or the unit does.",
                code="own-case",
            )
        if account in recipient.others:
            return
        if account != recipient.account_id and account not in {p.id for p in namesakes(recipient)}:
            raise Conflict(
                "Tài khoản này không gắn với người được đề nghị và không trùng tên.",
                "This account is neither tied to the nominee nor of the same name.", code="not-tied",
            )
        recipient.account_id = None if recipient.account_id == account else recipient.account_id
        recipient.others = [*recipient.others, account]
        s.flush()
        _refresh(s, recipient)
        _tell("recipient:untied", nomination, account, by, reason)
        _make_known(s, recipient, by)


def tie_unit(nomination_id: int, unit: int | None, *, by: Actor, reason: str = "") -> None:
    """Say which unit of the installation a collective is, or that it is none; its people then judge it nowhere."""
    with transaction() as s:
        nomination, recipient = _open(s, nomination_id, by)
        if recipient.kind != "COLLECTIVE":
            raise Invalid.at("unit", "Chỉ tập thể mới gắn với đơn vị.", "Only a collective is a unit.")
        if unit is not None:
            people.find_unit(unit)
        if recipient.collective_unit_id == unit:
            return
        before, recipient.collective_unit_id = recipient.collective_unit_id, unit
        s.flush()
        _refresh(s, recipient)
        trail.record(
            "recipient:unit_tied", by=by, stream=f"instance:{nomination.instance_id}", reason=reason or None,
            before={"unit": before}, after={"unit": unit}, body={"nomination": nomination.id},
        )


def answer_on_filing(recipient: Recipient, account: int | None, others: Iterable[int], *, by: Actor) -> None:
    """Take down what was said of a nominee when he was nominated, in the open transaction; nobody speaks for himself."""
    if recipient.kind != "INDIVIDUAL":
        return
    known = {p.id for p in namesakes(recipient)}
    if account is not None:
        if account not in known:
            raise Invalid.at(
                "recipient.account", "Chọn người cùng tên trong danh bạ.", "Choose a person of the same name."
            )
        recipient.account_id = account
    said = (set(others) & known) - {recipient.account_id, by.account}
    recipient.others = sorted({*recipient.others, *said} - {account})


def read_for_tie(nomination_id: int, *, by: Actor) -> Nomination:
    """A nomination of which this person may say who it is; NotFound and Forbidden otherwise."""
    with reading() as s:
        row = _may_say(s, nomination_id, by)
        let_go([row])
        return row


def _may_say(s: Session, nomination_id: int, by: Actor) -> Nomination:
    from service.awards.nominations import may_see

    nomination = s.get(Nomination, nomination_id)
    if nomination is None or not may_see(by, nomination):
        raise (NotFound if nomination is None else Withheld)(
            "Không có hồ sơ này, hoặc hồ sơ không thuộc bạn.", "There is no such nomination, or it is not yours."
        )
    people.require(by, "recipient.tie", unit=people.current_unit(nomination.unit_id))
    return nomination


def _may_say_of(by: Actor, nomination: Nomination) -> bool:
    return people.allowed(by, "recipient.tie", unit=people.current_unit(nomination.unit_id))


def _open(s: Session, nomination_id: int, by: Actor) -> tuple[Nomination, Recipient]:
    nomination = _may_say(s, nomination_id, by)
    lists.hold_cases(s, select(Nomination.instance_id).where(Nomination.recipient_id == nomination.recipient_id))
    recipient = s.get_one(Recipient, nomination.recipient_id, with_for_update=True)
    return nomination, recipient


def _tell(kind: str, nomination: Nomination, account: int, by: Actor, reason: str) -> None:
    trail.record(
        kind, by=by, stream=f"instance:{nomination.instance_id}", reason=reason or None,
        body={"account": account, "nomination": nomination.id},
    )


def refresh_case(s: Session, nomination: Nomination, recipient: Recipient) -> None:
    """Bring who is kept away from a running case up to date: its row, its tasks, the tasks of its lists."""
    instance = s.get(ProcessInstance, nomination.instance_id, with_for_update=True)
    if instance is None or instance.status == "ended":
        return
    accounts, units = kept_away(nomination, recipient)
    roles = {**{k: v for k, v in instance.roles.items() if k not in ("vhxh", "vhxh_head")}}
    office = {k: v for k, v in roles_of(nomination, recipient).items() if k in ("vhxh", "vhxh_head")}
    instance.excluded, instance.own_units, instance.roles = accounts, units, roles | office
    s.flush()
    change_queue(s, instance.id)
    rows = s.scalars(
        select(List).join(Line, Line.list_id == List.id).where(
            Line.nomination_id == nomination.id, Line.removed.is_(False)
        )
    ).all()
    for row in rows:
        lists.ask_anew(s, row)
    for call in on_kept_away:
        call(s, nomination)


def _refresh(s: Session, recipient: Recipient) -> None:
    for nomination in s.scalars(select(Nomination).where(Nomination.recipient_id == recipient.id)):
        refresh_case(s, nomination, recipient)


def _make_known(s: Session, recipient: Recipient, by: Actor) -> None:
    going_on = (
        select(Nomination).join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
        .where(Nomination.recipient_id == recipient.id, ProcessInstance.status != "ended").order_by(Nomination.id)
    )
    for nomination in s.scalars(going_on).all():
        for call in on_known:
            call(nomination, recipient, by)
