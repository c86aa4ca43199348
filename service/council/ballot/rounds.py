"""Planning a round of voting, reading it, taking an item or the whole round back. Sees no ballot."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from service import clock, people, trail
from service.actor import Actor
from service.awards import rules
from service.council.ballot import values
from service.council.ballot.frozen import Rows, lock_round, no_round, params_hash, rows_of
from service.council.ballot.models import (
    BallotBox,
    BallotItem,
    BallotOpinion,
    BallotRecusal,
    BallotRoll,
    BallotRound,
    BallotTeller,
    PaperCount,
)
from service.council.ballot.sealing import PLACES, ROUND_BYTES, receipts_in
from service.council.ballot.ticks import live
from service.council.ballot.values import Ballot, RollEntry
from service.db import reading, session, transaction
from service.errors import Conflict, Invalid, how_many

OPEN_STATES = ("planned", "open", "sealed", "paper")
"""States from which a round may be cancelled: before anything was counted."""


def stream(round_id: str) -> str:
    """The round's stream in the trail."""
    return f"ballot:{round_id}"


def plan_round(
    session_id: int,
    items: Sequence[values.BallotItem],
    *,
    roll: Sequence[RollEntry],
    quorum: int,
    secret: bool = True,
    by: Actor,
) -> str:
    """Plan a round over items that have been discussed; returns its id.

    `quorum`: how many of the roll must vote. Refuses with Invalid more than 60 items, numbers that do not fit, an
    item with too few voters for a secret sum; with Conflict a roll without a quorum. Items that cannot reach their
    number are taken and say so (`Item.hopeless`).
    """
    people.require(by, "ballot.plan")
    _check_items(items)
    _check_roll(items, roll)
    present = [one for one in roll if one.present]
    needs_quorum(len(present), quorum)
    register = rules.rules_on(clock.today())
    smallest = register.number("BALLOT_SMALLEST")
    if secret:
        _needs_electorate(items, present, smallest)
    round_id = secrets.token_hex(ROUND_BYTES)
    with transaction() as s:
        number = s.execute(
            sa.select(sa.func.count()).select_from(BallotRound).where(BallotRound.session_id == session_id)
        ).scalar_one() + 1
        s.add(
            BallotRound(
                id=round_id, session_id=session_id, number=number, state="planned", secret=secret, quorum=quorum,
                smallest=smallest, blank=str(register.value("BALLOT_BLANK")), reason="",
            )
        )
        s.flush()
        s.add(BallotBox(round=round_id, n=0, blob=b""))
        _add_rows(s, round_id, items, roll)
        trail.record(
            "ballot:planned", by=by, stream=stream(round_id),
            body={
                "number": number, "session": session_id, "secret": secret, "count": len(items),
                "items": [[one.item_no, one.nomination_id or 0, one.needed, one.denominator] for one in items],
                "roll": [one.member_no for one in roll],
            },
        )
    return round_id


def _add_rows(s: Any, round_id: str, items: Sequence[values.BallotItem], roll: Sequence[RollEntry]) -> None:
    s.add_all(
        BallotItem(
            round=round_id, item_no=one.item_no, nomination_id=one.nomination_id, title=one.title, note=one.note,
            summary=one.summary, rule_key=one.rule[0], rule_version=one.rule[1], basis=one.basis,
            denominator=one.denominator, needed=one.needed, withdrawn=False,
        )
        for one in items
    )
    s.add_all(
        BallotRoll(
            round=round_id, member_no=one.member_no, person=one.account, name=one.name, present=one.present,
            voted=False,
        )
        for one in roll
    )
    s.add_all(
        BallotRecusal(round=round_id, item_no=item_no, member_no=one.member_no, reason=reason)
        for one in roll
        for item_no, reason in one.recused.items()
    )


def _check_items(items: Sequence[values.BallotItem]) -> None:
    if not items:
        raise Invalid.at("items", "Chọn ít nhất một mục để bỏ phiếu.", "Choose at least one item.")
    if len(items) > PLACES:
        raise Invalid.at(
            "items",
            f"Một phiếu có nhiều nhất {PLACES} mục, bạn chọn {len(items)}. Chia thành hai vòng.",
            f"A sheet has at most {PLACES} items, you chose {len(items)}. Make two rounds of them.",
            code="too-many-items",
        )
    numbers = [one.item_no for one in items]
    wrong = [
        one.item_no for one in items
        if not 0 < one.needed <= one.denominator or one.item_no < 1 or numbers.count(one.item_no) > 1
    ]
    if wrong:
        said = ", ".join(map(str, sorted(set(wrong))))
        raise Invalid.at(
            "items",
            f"Mục {said}: số mục trùng, hoặc số phiếu cần không nằm trong số thành viên. Xem lại chương trình.",
            f"Items {said}: a number is used twice, or the votes needed are more than there are members.",
        )


def _check_roll(items: Sequence[values.BallotItem], roll: Sequence[RollEntry]) -> None:
    numbers = [one.member_no for one in roll]
    accounts = [one.account for one in roll if one.account is not None]
    known = {one.item_no for one in items}
    if len(set(numbers)) != len(numbers) or len(set(accounts)) != len(accounts) or min(numbers, default=0) < 1:
        raise Invalid.at(
            "roll", "Danh sách thành viên có người ghi hai lần.", "A member stands twice on the roll."
        )
    if any(not set(one.recused) <= known for one in roll):
        raise Invalid.at(
            "roll", "Có người không tham gia một mục không có trên phiếu.", "A recusal names an item that is not there."
        )


def needs_quorum(present: int, quorum: int) -> None:
    """Refuse with Conflict what needs more members than are there."""
    if quorum < 1 or present < quorum:
        raise Conflict(
            f"Chưa đủ điều kiện tiến hành: có {present} thành viên, cần {quorum}.",
            f"No quorum: {how_many(present, 'member')} present, {quorum} needed.",
            code="no-quorum",
        )


def _needs_electorate(items: Sequence[values.BallotItem], present: Sequence[RollEntry], smallest: int) -> None:
    few = [
        one.item_no for one in items
        if sum(one.item_no not in member.recused for member in present) < smallest
    ]
    if few:
        raise few_voters(few, smallest)


def few_voters(items: Sequence[int], smallest: int) -> Invalid:
    """Items with so few voters that their sums would tell who chose what."""
    said = ", ".join(map(str, items))
    return Invalid.at(
        "items",
        f"Mục {said}: dưới {smallest} người bỏ phiếu nên tổng số sẽ lộ lựa chọn. Đưa ra biểu quyết công khai hoặc "
        "để phiên sau.",
        f"Item {said}: fewer than {smallest} voters, so that the sums would tell who chose what. Take an open vote, "
        "or leave it to the next session.",
        code="few-voters",
    )


def may_see(rows: Rows, by: Actor) -> bool:
    """Tell whether a person may read a round: by right, on its roll, or as its teller."""
    mine = {one.person for one in rows.roll} | {one.person for one in rows.tellers}
    return people.allowed(by, "ballot.read") or (by.account is not None and by.account in mine)


def read_round(round_id: str, *, by: Actor) -> Ballot:
    """A round as this person may read it; NotFound where he may not."""
    with reading():
        rows = rows_of(round_id)
        if not may_see(rows, by):
            raise no_round(there=True)
        return read_value(rows)


def rounds_of(session_id: int, *, by: Actor | None) -> list[Ballot]:
    """The rounds of a session in their order, as far as this person may read them.

    None: all of them, for a paper whose readers are asked elsewhere; it tells no more than anybody may read.
    """
    with reading() as s:
        found = s.scalars(
            sa.select(BallotRound.id).where(BallotRound.session_id == session_id).order_by(BallotRound.number)
        ).all()
        all_rows = [rows_of(one) for one in found]
        return [read_value(rows) for rows in all_rows if by is None or may_see(rows, by)]


def list_rounds(
    *, by: Actor, session_id: int | None = None, page: int = 1, size: int = 50
) -> tuple[list[Ballot], int]:
    """One page of the rounds that this person may read, and how many there are.

    The latest session's last round first; of one session in their order.
    """
    where: list[sa.ColumnElement[bool]] = [] if session_id is None else [BallotRound.session_id == session_id]
    if not people.allowed(by, "ballot.read"):  # as `may_see`: on its roll, or its teller
        where.append(
            BallotRound.id.in_(sa.select(BallotRoll.round).where(BallotRoll.person == by.account))
            | BallotRound.id.in_(sa.select(BallotTeller.round).where(BallotTeller.person == by.account))
        )
    order = (BallotRound.session_id.desc(), BallotRound.number.desc()) if session_id is None else (BallotRound.number,)
    with reading() as s:
        total = s.scalar(sa.select(sa.func.count()).select_from(BallotRound).where(*where)) or 0
        found = s.scalars(
            sa.select(BallotRound.id).where(*where).order_by(*order).limit(size).offset((page - 1) * size)
        ).all()
        return [read_value(rows_of(one)) for one in found], total


def read_value(rows: Rows) -> Ballot:
    """The plain value of a round's rows, inside a read or an act; before the seal it tells no voter."""
    s, one = session(), rows.round
    box = s.execute(sa.select(BallotBox.n, BallotBox.blob).where(BallotBox.round == one.id)).one()
    keyed = s.scalars(
        sa.select(PaperCount.keyed_by).where(PaperCount.round == one.id).distinct().order_by(PaperCount.keyed_by)
    ).all()
    opinions = s.scalars(sa.select(BallotOpinion).where(BallotOpinion.round == one.id)).all()
    closed = one.box_root is not None
    names = people.names([t.person for t in rows.tellers])
    return Ballot(
        id=one.id,
        session_id=one.session_id,
        number=one.number,
        state=one.state,
        secret=one.secret,
        quorum=one.quorum,
        smallest=one.smallest,
        blank=one.blank,
        reason=one.reason,
        voted=live(one.id)[0] if one.state == "open" else box.n,
        total=len(rows.voters),
        items=tuple(_item(rows, item, opinions) for item in rows.items),
        roll=tuple(
            values.Member(m.member_no, m.person, m.name, m.present, m.voted if closed else None) for m in rows.roll
        ),
        tellers=tuple(
            values.Teller(t.no, t.person, names.get(t.person, ""), t.pub is not None, t.confirmed)
            for t in rows.tellers
        ),
        params_hash=params_hash(rows),
        root=one.box_root.hex() if one.box_root else "",
        receipts=tuple(receipts_in(box.blob)) if closed else (),
        keyed_by=tuple(keyed),
        differing=tuple(differing(one.id) or ()) if one.state == "paper" else (),
        scan=one.scan,
    )


def differing(round_id: str) -> list[int] | None:
    """Items on which the two entries differ (0: the number of ballots); None while fewer than two have keyed."""
    found: dict[int, dict[int, tuple[int, ...]]] = {}
    for row in session().scalars(
        sa.select(PaperCount).where(PaperCount.round == round_id).execution_options(populate_existing=True)
    ):
        mine = found.setdefault(row.keyed_by, {})
        mine[0] = (row.returned,)
        mine[row.item_no] = (row.agree, row.disagree, row.blank, row.recused)
    if len(found) < 2:
        return None
    first, second = found.values()
    return sorted(no for no in first.keys() | second.keys() if first.get(no) != second.get(no))


def _item(rows: Rows, item: BallotItem, opinions: Sequence[BallotOpinion]) -> values.Item:
    names = {m.member_no: m.name for m in rows.roll}
    written = tuple(
        values.Written(o.member_no, names.get(o.member_no, ""), o.choice, o.paper, o.scan)
        for o in sorted(opinions, key=lambda o: o.member_no)
        if o.item_no == item.item_no
    )
    result = None
    if item.agree is not None:
        agree = sum(o.choice == "agree" for o in written)
        result = values.Result(
            item.agree, item.disagree or 0, item.blank or 0, item.recused or 0, agree, len(written) - agree,
            item.agree + agree >= item.needed,
        )
    return values.Item(
        item.item_no, item.nomination_id, item.title, item.note, item.summary, (item.rule_key, item.rule_version),
        item.basis, item.denominator, item.needed, rows.electorate(item.item_no, rows.voters),
        tuple(r.member_no for r in rows.recusals if r.item_no == item.item_no), item.withdrawn, written, result,
    )


def withdraw_item(round_id: str, item_no: int, reason: str, *, by: Actor) -> None:
    """Take an item off before the count (the nominee withdrew, a hold began): it is not summed, whatever was voted."""
    people.require(by, "ballot.plan")
    needs_reason(reason)
    with transaction():
        rows, _box = lock_round(round_id)
        needs_state(rows, "planned", "open", "sealed", "paper")
        found = next((one for one in rows.items if one.item_no == item_no), None)
        if found is None:
            raise Invalid.at("item_no", f"Phiếu không có mục {item_no}.", f"The sheet has no item {item_no}.")
        _take_off(rows, found, reason, by)


def cancel_round(round_id: str, reason: str, *, by: Actor) -> None:
    """Cancel a round before it is counted; nothing of it is ever counted. Conflict once it was."""
    people.require(by, "ballot.cancel")
    needs_reason(reason)
    with transaction():
        rows, _box = lock_round(round_id)
        needs_state(rows, *OPEN_STATES)
        cancel(rows, reason, by=by)


def void_rounds(session_id: int, reason: str, states: Sequence[str], *, by: Actor) -> int:
    """Cancel the rounds of a session that stand in one of these states: a conflict, a change of the roll, a power cut.

    For the session's own acts, which have asked for the right. Returns how many were cancelled.
    """
    with transaction() as s:
        return _void(_in_states(s, session_id, states), reason, by, states)


def void_round(round_id: str, reason: str, *, by: Actor) -> None:
    """Cancel one round that is not counted, for the session's own acts; nothing where it was counted or cancelled."""
    with transaction():
        _void([round_id], reason, by, OPEN_STATES)


def _in_states(s: Any, session_id: int, states: Sequence[str]) -> Sequence[str]:
    return s.scalars(  # type: ignore[no-any-return]
        sa.select(BallotRound.id)
        .where(BallotRound.session_id == session_id, BallotRound.state.in_(states))
        .order_by(BallotRound.id)
    ).all()


def states_of(session_id: int) -> list[tuple[int, str]]:
    """Number and state of each round of a session, for the session's own acts."""
    found = session().execute(
        sa.select(BallotRound.number, BallotRound.state)
        .where(BallotRound.session_id == session_id)
        .order_by(BallotRound.number)
    )
    return [(number, state) for number, state in found]


def state_of(round_id: str) -> str:
    """Where a round stands, for the session's own acts."""
    return rows_of(round_id).round.state


def take_off_item(round_id: str, item_no: int, reason: str, *, by: Actor) -> None:
    """Take an item off because its name is no longer up, for the session's own acts; nothing where it was counted."""
    with transaction():
        rows, _box = lock_round(round_id)
        found = next((one for one in rows.items if one.item_no == item_no), None)
        if rows.round.state not in OPEN_STATES or found is None or found.withdrawn:
            return
        _take_off(rows, found, reason, by)


def _take_off(rows: Rows, item: BallotItem, reason: str, by: Actor) -> None:
    item.withdrawn = True
    trail.record(
        "ballot:item_withdrawn", by=by, stream=stream(rows.round.id),
        body={"number": rows.round.number, "item": item.item_no}, reason=reason,
    )


def void_rounds_of_voter(account: int, by: Actor) -> None:
    """Cancel open rounds with this account on the roll: its credentials have changed. Inside the changing act."""
    found = session().scalars(
        sa.select(BallotRound.id)
        .join(BallotRoll, BallotRoll.round == BallotRound.id)
        .where(BallotRound.state == "open", BallotRoll.person == account)
        .order_by(BallotRound.id)
    ).all()
    _void(
        found, "Mật khẩu hoặc xác thực hai bước của một thành viên đã đổi sau khi mở vòng; chuyển sang phiếu giấy.", by
    )


def _void(found: Sequence[str], reason: str, by: Actor, states: Sequence[str] = ("open", "sealed")) -> int:
    done = 0
    for round_id in found:
        rows, _box = lock_round(round_id)
        if rows.round.state in states:
            cancel(rows, reason, by=by)
            done += 1
    return done


def cancel(rows: Rows, reason: str, *, by: Actor) -> None:
    """Cancel a round whose lock is held."""
    rows.round.state = "cancelled"
    rows.round.reason = reason
    trail.record(
        "ballot:cancelled", by=by, stream=stream(rows.round.id), body={"number": rows.round.number}, reason=reason
    )
    told(cancelled, rows, by)


cancelled: list[Callable[[Ballot, Any, Actor], None]] = []
"""Called inside the cancelling transaction with the round's value, the database session and who did it."""


def told(hooks: Sequence[Callable[[Ballot, Any, Actor], None]], rows: Rows, by: Actor) -> None:
    """Tell the parts that wait for it, inside the open transaction."""
    session().flush()
    for tell in hooks:
        tell(read_value(rows), session(), by)


def needs_reason(reason: str) -> None:
    """Refuse with Invalid what is to say why and does not."""
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")


_STATES = {
    "planned": ("chưa mở", "not open yet"),
    "open": ("đang bỏ phiếu", "open"),
    "sealed": ("đã niêm phong, chờ kiểm phiếu", "sealed and not counted yet"),
    "paper": ("đang kiểm phiếu giấy", "counted on paper"),
    "counted": ("đã kiểm phiếu", "counted"),
    "burnt": ("đã kiểm phiếu, hòm đã xóa", "counted, its box emptied"),
    "cancelled": ("đã hủy", "cancelled"),
}


def needs_state(rows: Rows, *states: str) -> None:
    """Refuse with Conflict an act for which the round stands elsewhere."""
    if rows.round.state not in states:
        vi, en = _STATES[rows.round.state]
        raise Conflict(
            f"Vòng {rows.round.number} {vi}, không làm được việc này.",
            f"Round {rows.round.number} is {en}; this cannot be done.",
            code=f"round-{rows.round.state}",
        )


def needs_one_of(people_: Sequence[int | None], by: Actor, right: str) -> None:
    """Refuse with Forbidden who neither holds the right nor is one of these people."""
    if by.account is None or by.account not in people_:
        people.require(by, right)


__all__ = [
    "cancel", "cancel_round", "cancelled", "differing", "few_voters", "list_rounds", "may_see", "needs_one_of",
    "needs_quorum", "needs_reason", "needs_state", "plan_round", "read_round", "read_value", "rounds_of",
    "state_of", "states_of", "stream", "take_off_item", "told", "void_round", "void_rounds", "void_rounds_of_voter", "withdraw_item",
]
