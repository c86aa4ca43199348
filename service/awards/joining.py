"""The same recipient twice in a round: the office joins the two nominations, or says that they are two (office.md Annex B).

Joining ends the second nomination without judgement and makes both recipients one: nominations and awards follow the
one that stays, papers keep the name of the day. What was said once is not asked again.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service import notices, people, trail
from service.actor import Actor
from service.awards import holds, lists
from service.awards.changes import note_reason
from service.awards.holds import stage_of
from service.awards.leaving import take_off
from service.awards.models import Award, Nomination, Recipient
from service.awards.nominations import may_see
from service.awards.past_awards import move_past
from service.awards.recipients import SameName, same_in_round
from service.awards.ties import refresh_case
from service.db import transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Withheld
from service.processes.messages import send_messages
from service.processes.models import ProcessInstance

RIGHT = "recipient.join"


def may_join(by: Actor, *nominations: Nomination) -> bool:
    """Tell whether somebody may join or part these: an officer, not for the own unit, not on himself."""
    return people.allowed_for_other(by, RIGHT, *(people.current_unit(n.unit_id) for n in nominations))


def must_join(by: Actor, *nominations: Nomination) -> None:
    """Refuse with Forbidden who may not join or part these."""
    if not may_join(by, *nominations):
        raise Forbidden(
            "Gộp, tách đối tượng trùng tên là việc của phòng Văn hóa - Xã hội, không làm với đề nghị của đơn vị mình.",
            "Joining or keeping apart is the office's, and not for nominations of the own unit.",
        )


def join_nominations(kept: int, other: int, reason: str, *, by: Actor) -> None:
    """Join two nominations of one recipient: `kept` goes on, `other` ends as a duplicate, both recipients become one.

    Raises NotFound, Forbidden (own unit, own case), Invalid without a reason, Conflict where they are no such pair
    any more or the second one can no longer be taken back.
    """
    with transaction() as s:
        stays, goes, _ = _pair(s, kept, other, reason, by)
        _check_open(s, stays, goes)
        a, b = s.get_one(Recipient, stays.recipient_id), s.get_one(Recipient, goes.recipient_id)
        _end(s, stays, goes, reason, by)
        if a.id != b.id:
            _merge(s, a, b)
        s.flush()
        refresh_case(s, stays, a)
        for one, two in ((stays, goes), (goes, stays)):
            _tell(one, two, "recipient:joined", reason, by)
        notices.queue(
            "stopped",
            to=people.members_of([f"{word}:{people.current_unit(goes.unit_id)}" for word in ("unit", "unit_head")]),
            key=f"joined:{goes.id}",
            context={"title": goes.name},
            link=f"/nominations/{goes.id}",
        )


def keep_apart(one: int, other: int, reason: str, *, by: Actor) -> None:
    """Say that two nominations of one name are of two recipients; recorded, and not asked again.

    Where both were taken for one recipient, the second becomes one of its own; what was awarded stays with the first.
    """
    with transaction() as s:
        first, second, same = _pair(s, one, other, reason, by)
        a, b = s.get_one(Recipient, first.recipient_id), s.get_one(Recipient, second.recipient_id)
        if same.same_recipient:
            b = _split(s, a, second)
        a.apart, b.apart = sorted({*a.apart, b.id}), sorted({*b.apart, a.id})
        for x, y in ((first, second), (second, first)):
            _tell(x, y, "recipient:kept_apart", reason, by)


def _pair(s: Session, one: int, other: int, reason: str, by: Actor) -> tuple[Nomination, Nomination, SameName]:
    lists.hold_names(s, {one, other})
    found = {n.id: n for n in s.scalars(select(Nomination).where(Nomination.id.in_((one, other))))}
    there = one in found and other in found
    if not there or not all(may_see(by, n) for n in found.values()):
        raise (Withheld if there else NotFound)(
            "Không có hồ sơ này, hoặc hồ sơ không thuộc bạn.", "There is no such nomination, or it is not yours."
        )
    first, second = found[one], found[other]
    must_join(by, first, second)
    barred = s.scalars(select(ProcessInstance.excluded).where(ProcessInstance.id.in_([first.instance_id, second.instance_id])))
    barred_accounts = {account for accounts in barred for account in accounts}
    if by.account in barred_accounts or not may_join(by.free_of(barred_accounts), first, second):
        raise Forbidden(
            "Trường hợp này liên quan đến bạn, chuyển cho người thay.", "This one concerns you; a substitute acts.", code="own-case"
        )
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    same = next((x for x in same_in_round(first) if x.nomination == second.id), None)
    if same is None:
        raise Conflict(
            "Hai đề nghị này không trùng tên trong một đợt, hoặc đã được gộp, tách.",
            "These two are no open pair of one name in a round, or were joined or kept apart already.", code="not-a-pair",
        )
    return first, second, same


def _check_open(s: Session, stays: Nomination, goes: Nomination) -> None:
    if stage_of(s, stays) == "ended":
        raise Conflict("Đề nghị giữ lại đã kết thúc.", "The nomination that is to stay has ended.", code="ended")
    if stage_of(s, goes) not in holds.DRAFT | holds.LIVE:
        raise Conflict(
            "Đề nghị này đã có quyết định, đã trình hoặc đã có kết quả nên không gộp vào đề nghị khác được. Chọn giữ nó lại.",
            "This one is decided, sent or settled and cannot be taken back; let it be the one that stays.", code="settled",
        )


def _end(s: Session, stays: Nomination, goes: Nomination, reason: str, by: Actor) -> None:
    note_reason(goes, "DUPLICATE", "office", f"{stays.unit_name}. {reason.strip()}")
    take_off(s, goes, by=by, code="withdrawn")
    holds.end_holds(s, goes, "joined")
    send_messages(
        [
            {
                "instance_id": goes.instance_id,
                "name": "nomination:withdrawn",
                "payload": {"cause": "DUPLICATE"},
                "source": f"nomination:{stays.id}",
                "once": f"joined:{stays.id}:{goes.id}",
                "urgent": True,
            }
        ],
        by=by,
    )


def _merge(s: Session, a: Recipient, b: Recipient) -> None:
    """Let `b` be `a`: what was nominated and awarded follows, what is known of either is kept."""
    s.execute(update(Nomination).where(Nomination.recipient_id == b.id).values(recipient_id=a.id))
    s.execute(update(Award).where(Award.recipient_id == b.id).values(recipient_id=a.id))
    move_past(s, a.id, b.id)
    s.execute(update(Recipient).where(Recipient.same_as == b.id).values(same_as=a.id))
    b.same_as = a.id
    for name in ("account_id", "collective_unit_id", "birth_year", "gender", "members", "died_on"):
        if getattr(a, name) is None:
            setattr(a, name, getattr(b, name))
    a.title = a.title or b.title
    a.direct_worker, a.leader = a.direct_worker or b.direct_worker, a.leader or b.leader
    a.others = sorted({*a.others, *b.others} - {a.account_id})
    a.apart = sorted({*a.apart, *b.apart} - {a.id, b.id})


def _split(s: Session, a: Recipient, second: Nomination) -> Recipient:
    made = Recipient(
        kind=a.kind, name=a.name, title=second.title, unit_id=second.unit_id, search=a.search, sort_key=a.sort_key,
        direct_worker=False, leader=False, others=[], apart=[],
    )
    s.add(made)
    s.flush()
    second.recipient_id = made.id
    s.execute(update(Award).where(Award.nomination_id == second.id).values(recipient_id=made.id))
    s.flush()
    refresh_case(s, second, made)
    return made


def _tell(one: Nomination, other: Nomination, kind: str, reason: str, by: Actor) -> None:
    trail.record(
        kind,
        by=by,
        stream=f"instance:{one.instance_id}",
        body={"other": other.id, "unit": other.unit_name},
        private={"recipient": one.name},
        reason=reason,
    )


__all__ = ["join_nominations", "keep_apart", "may_join", "must_join"]
