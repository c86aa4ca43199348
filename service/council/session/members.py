"""What concerns a member: the answer to the invitation, a declared conflict, being there, leaving, being reminded."""

from __future__ import annotations

from collections.abc import Mapping

from service import clock, people, trail
from service.actor import Actor
from service.council import ballot
from service.council.session.agenda import RUN
from service.council.session.models import CouncilItem, CouncilMember, CouncilRecusal
from service.council.session.rows import (
    BEFORE,
    Rows,
    lock_session,
    needs_reason,
    needs_state,
    not_on_roll,
    refresh_recusals,
)
from service.council.session.telling import send_invitations
from service.db import transaction
from service.errors import Conflict
from workflows.calendar import ZONE


def _who(rows: Rows, member_no: int | None, by: Actor) -> CouncilMember:
    """The member himself, or the one for whom a secretary writes it down."""
    own = rows.member_of(by.account)
    if member_no is None or (own is not None and own.member_no == member_no):
        if own is None:
            raise not_on_roll()
        return own
    people.require(by, RUN)
    return rows.member(member_no)


def reply(session_id: int, coming: bool, reason: str = "", *, by: Actor, member_no: int | None = None) -> None:
    """Say whether one comes; who does not come says why. A secretary writes it down for a member by his number."""
    with transaction():
        rows = lock_session(session_id)
        member = _who(rows, member_no, by)
        needs_state(rows, "invited", "adjourned")
        if not coming:
            reason = needs_reason(reason)
        said = "yes" if coming else "no"
        if (member.reply, member.reason) == (said, reason):
            return
        member.reply, member.reason = said, reason.strip()
        trail.record(
            "council_agenda:replied", by=by, stream=f"list:{rows.agenda.id}",
            body={"seat": member.member_no, "answer": "dự họp" if coming else "vắng mặt"}, private={"member": member.name},
            reason=reason.strip() or None,
        )


def declare_conflict(
    session_id: int, item_no: int, reason: str, *, by: Actor, member_no: int | None = None
) -> None:
    """Keep out of an item because one has an interest in it; the reason stands in the minutes.

    A round with this item that is not counted yet is cancelled, and voted again without this member (or on paper); rounds without
    it stand. Conflict once the item was decided.
    """
    why = needs_reason(reason)
    with transaction() as s:
        rows = lock_session(session_id)
        member, item = _who(rows, member_no, by), rows.item(item_no)
        needs_state(rows, *BEFORE, "sitting", "adjourned")
        if item.state == "decided":
            raise Conflict(
                f"Mục {item_no} đã có kết quả. Báo người chủ trì để biểu quyết lại.",
                f"Item {item_no} is decided. Tell who presides, so that it is voted again.",
                code="item-decided",
            )
        if member.member_no in rows.recused(item.nomination_id):
            return
        s.add(
            CouncilRecusal(
                session_id=session_id, nomination_id=item.nomination_id, member_no=member.member_no, cause="declared",
                reason=why,
            )
        )
        if item.state == "voting" and item.ballot is not None:
            ballot.void_round(item.ballot, f"Một thành viên khai có liên quan đến mục {item_no}.", by=by)
        trail.record(
            "council_agenda:conflict_declared", by=by, stream=f"list:{rows.agenda.id}",
            body={"seat": member.member_no, "item": item_no, "names": [item.nomination_id]}, private={"member": member.name}, reason=why,
        )


def take_back_conflict(
    session_id: int, item_no: int, reason: str, *, by: Actor, member_no: int | None = None
) -> None:
    """Take back an interest that was declared by mistake, with the reason, until the round with this item is opened.

    A round that is planned is cancelled and planned anew with this member. Who keeps out by rule stays out. Conflict where
    nothing was declared, and once the item was put to the vote.
    """
    why = needs_reason(reason)
    with transaction() as s:
        rows = lock_session(session_id)
        member, item = _who(rows, member_no, by), rows.item(item_no)
        needs_state(rows, *BEFORE, "sitting", "adjourned")
        declared = next(
            (r for r in rows.recusals if (r.nomination_id, r.member_no, r.cause) == (item.nomination_id, member.member_no, "declared")),
            None,
        )
        if declared is None:
            raise Conflict(
                f"Chưa ai khai có liên quan đến mục {item_no}, nên không có gì để rút.",
                f"No interest in item {item_no} was declared; there is nothing to take back.", code="not-declared",
            )
        if may_not_take_back(item):
            raise Conflict(
                f"Mục {item_no} đã mở biểu quyết hoặc đã có kết quả, không rút khai báo được nữa. Báo người chủ trì.",
                f"Item {item_no} was put to the vote; what was declared stands. Tell who presides.", code="item-decided",
            )
        if item.ballot is not None:
            ballot.void_round(item.ballot, f"Một thành viên rút khai báo có liên quan đến mục {item_no}.", by=by)
        s.delete(declared)
        s.flush()
        rows.recusals.remove(declared)
        refresh_recusals(rows)
        trail.record(
            "council_agenda:conflict_taken_back", by=by, stream=f"list:{rows.agenda.id}",
            body={"seat": member.member_no, "item": item_no, "names": [item.nomination_id]}, private={"member": member.name}, reason=why,
        )


def may_not_take_back(item: CouncilItem) -> bool:
    """Whether the vote on an item has begun or is over, so that a declared interest stands."""
    if item.state in ("decided", "withdrawn"):
        return True
    return item.state == "voting" and item.ballot is not None and ballot.state_of(item.ballot) != "planned"


def mark_present(
    session_id: int, here: Mapping[int, bool], reasons: Mapping[int, str] | None = None, *, by: Actor,
    shown: Mapping[int, bool] | None = None,
) -> list[str]:
    """Call the roll: member number → whether he is there, with the reasons of who is not.

    `shown`: what the page said on which it was called; a line that is as it was shown is not a word of the secretary's, so
    that who checked in meanwhile stays there. Returns the names of those whose newer word was kept.

    In a sitting it says who came late or left. A round that is planned or open then stands on another roll and is
    cancelled; a sealed one is counted. Names a number that is not on the roll.
    """
    people.require(by, RUN)
    with transaction():
        rows = lock_session(session_id)
        needs_state(rows, "invited", "adjourned", "sitting")
        changed, kept = [], []
        for number, there in here.items():
            member = rows.member(number)
            if shown is not None and shown.get(number) == there != member.present:
                kept.append(member.name)
                continue
            why = (reasons or {}).get(number, "").strip() if not there else ""
            if member.present != there:
                changed.append(member)
            member.present = there
            if not there and why:
                member.reason = why
        if not changed:
            return kept
        if rows.state == "sitting":
            ballot.void_rounds(
                session_id, "Danh sách người dự họp thay đổi sau khi lập vòng.", ("planned", "open"), by=by
            )
            *before, last = rows.session.sittings
            rows.session.sittings = [
                *before,
                {
                    **last,
                    "moves": [
                        *last.get("moves", []),
                        *([m.member_no, m.present, clock.now().isoformat(), m.reason if not m.present else ""] for m in changed),
                    ],
                },
            ]
        trail.record(
            "council_agenda:roll_called", by=by, stream=f"list:{rows.agenda.id}",
            body={
                "count": sum(m.present for m in rows.members), "of": len(rows.members),
                "seats": [m.member_no for m in changed],
            },
            # One value a name: whoever erases one of them erases no other.
            private={f"{'came' if m.present else 'left'}.{m.member_no}": m.name for m in changed},
        )
        return kept


def check_in(session_id: int, *, by: Actor) -> None:
    """A member says from the own telephone that he is there, while the roll is being called."""
    with transaction():
        rows = lock_session(session_id)
        member = _who(rows, None, by)
        needs_state(rows, "invited", "adjourned")
        if clock.today() < rows.session.held_at.astimezone(ZONE).date():
            raise Conflict("Chưa đến ngày họp.", "The day of the session has not come.", code="too-early")
        if member.present:
            return
        member.present = True
        trail.record(
            "council_agenda:checked_in", by=by, stream=f"list:{rows.agenda.id}", body={"seat": member.member_no},
            private={"member": member.name},
        )


def remind_silent(session_id: int, *, by: Actor) -> int:
    """Send the invitation once more to the members who have not answered, at most once a day; how many."""
    people.require(by, RUN)
    with transaction():
        rows = lock_session(session_id)
        needs_state(rows, "invited", "adjourned")
        silent = {m.member_no for m in rows.members if not m.reply}
        count = send_invitations(rows, silent, f"session:{session_id}:remind:{clock.today().isoformat()}") if silent else 0
        if not count:
            raise Conflict(
                "Mọi thành viên đã trả lời, hoặc đã được nhắc hôm nay.",
                "All members have answered, or were reminded today.",
                code="nobody-to-remind",
            )
        trail.record(
            "council_agenda:reminded", by=by, stream=f"list:{rows.agenda.id}", body={"count": count}
        )
        return count
