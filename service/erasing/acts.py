"""Requests to erase a person's data: asked by one administrator, confirmed by another who sees what goes and what stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor, machine
from service.awards.lists import hold_names
from service.awards.models import Nomination, Recipient
from service.awards.rules import legal_bases
from service.db import let_go, reading, transaction
from service.erasing import again
from service.erasing.apply import erase
from service.erasing.models import Erasure
from service.erasing.plan import GONE, Plan, bases, make_plan, people_named, waits_for
from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound, Stale
from service.people.actors import EMERGENCY
from service.vietnamese import clean, fold

MANAGE, READ = "erasure.manage", "erasure.read"
RELATIONS: dict[str, tuple[str, str]] = {
    "self": ("chính người đó", "the person"),
    "family": ("người thân của người đã mất hoặc người được giám hộ", "family of a dead or guarded person"),
    "representative": ("người được ủy quyền", "an authorised representative"),
}
"""In which capacity somebody asks."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, how, when, on which legal basis."""

    requester: str
    relation: str
    received_on: date
    basis: str
    paper: str = ""


def look(recipient: int, *, by: Actor) -> Plan:
    """What an erasure would do now, and what stays and why. Raises Forbidden, NotFound, Invalid, Conflict."""
    people.require(by, READ)
    with reading() as s:
        return make_plan(s, recipient)


def find_people(words: str, *, by: Actor) -> list[Recipient]:
    """Persons of the register by a part of the name, without diacritics too; at most twenty."""
    people.require(by, READ)
    folded = fold(words)
    if not folded:
        return []
    with reading() as s:
        rows = people_named(s, folded)
        let_go(rows)
        return rows


def ask_erasure(recipient: int, said: Asked, *, by: Actor) -> int:
    """Enter a request; nothing is erased until another administrator confirms it. Gives its number.

    Raises Forbidden, NotFound, Invalid, Conflict where one waits already or nothing could be erased.
    """
    people.require(by, MANAGE)
    _check(said)
    with transaction() as s:
        plan = make_plan(s, recipient)
        if not plan.cases and not plan.whole:
            raise Conflict(
                "Chưa xóa được gì: mọi dữ liệu của người này đều phải lưu giữ. Lý do ghi ở từng mục.",
                "Nothing can be erased yet: all data of this person must be kept, for the reasons that are told.", code="all-kept",
            )
        for late in s.scalars(
            select(Erasure).where(Erasure.recipient_id == plan.recipient, Erasure.state == "asked").with_for_update()
        ):
            if not is_open(late):
                _lapse(late, by)
        s.flush()
        row = Erasure(
            recipient_id=plan.recipient, requester=clean(said.requester), relation=said.relation, received_on=said.received_on,
            paper=said.paper.strip(), basis=said.basis, asked_at=clock.now(), asked_by=by.account, counts={}, kept=[], files=[],
        )
        s.add(row)
        try:
            s.flush()
        except IntegrityError:
            raise Conflict(
                "Đã có một yêu cầu xóa dữ liệu của người này đang chờ xác nhận.", "A request for this person waits already.",
                code="asked-already",
            ) from None
        trail.record(
            "erasure:asked", by=by, stream=f"erasure:{row.id}", basis=said.basis,
            body={"erasure": row.id, "recipient": plan.recipient, "relation": said.relation, "received": said.received_on,
                  "paper": row.paper or None},
            private={"requester": row.requester},
        )
        return row.id


def confirm_erasure(number: int, *, by: Actor, seen: str) -> None:
    """Erase as the second administrator, who was shown the plan with the digest `seen`; nothing of it can be taken back.

    Raises Forbidden for who is no second pair of eyes (who asked, the command line after itself, the person concerned, an emergency
    access), NotFound, Conflict where it was settled or has lapsed, Stale where something else would be erased now.
    """
    people.require(by, MANAGE)
    with transaction() as s:
        row = _open(s, number)
        if not is_open(row):
            raise Conflict(
                "Yêu cầu này đã hết hạn chờ xác nhận. Nhập lại nếu vẫn cần.",
                "This request has lapsed; enter it again if it is still needed.",
                code="request-lapsed",
            )
        _must_be_second(s, row, by)
        plan = _held_plan(s, row.recipient_id)
        if plan.digest != seen:
            raise Stale(
                "Dữ liệu của người này vừa thay đổi. Xem lại những gì sẽ xóa, giữ rồi xác nhận.",
                "Something about this person has changed meanwhile. Look at what would be erased and kept, then confirm.",
            )
        anchors = again.anchors_of(s, plan)
        row.state, row.settled_at, row.settled_by = "done", clock.now(), by.account
        erase(s, row, plan, by=by)
        s.flush()
        again.note(row, plan, anchors, again.person_of(s, row))


def drop_erasure(number: int, *, by: Actor, reason: str) -> None:
    """Drop a request that waits, with the reason. Raises Forbidden, NotFound, Invalid, Conflict."""
    people.require(by, MANAGE)
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    with transaction() as s:
        row = _open(s, number)
        row.state, row.settled_at, row.settled_by, row.refusal = "dropped", clock.now(), by.account, reason.strip()
        trail.record("erasure:dropped", by=by, stream=f"erasure:{row.id}", body={"erasure": row.id}, reason=reason.strip())


def may_confirm(row: Erasure, *, by: Actor) -> bool:
    """Tell whether this person may be the second one for a request."""
    if row.state != "asked" or not is_open(row) or not people.allowed(by, MANAGE):
        return False
    with reading() as s:
        try:
            _must_be_second(s, row, by)
        except Forbidden:
            return False
    return True


def is_open(row: Erasure) -> bool:
    """Tell whether a request waits; past its time it waits no more. What a restore brought back waits until it is settled."""
    return row.state == "asked" and (row.requester == GONE or row.asked_at + timedelta(days=waits_for()) > clock.now())


def lapse() -> int:
    """Settle what nobody confirmed in time; returns how many. A sweep of the worker."""
    late = select(Erasure).where(
        Erasure.state == "asked", Erasure.requester != GONE, Erasure.asked_at <= clock.now() - timedelta(days=waits_for())
    )
    with reading() as s:  # nearly always there is nothing, and a look takes no lock
        if s.scalars(late.limit(1)).first() is None:
            return 0
    with transaction() as s:
        rows = list(s.scalars(late.with_for_update()))
        for row in rows:
            _lapse(row, machine("worker"))
        return len(rows)


def list_erasures(*, by: Actor) -> list[Erasure]:
    """All requests, the newest first."""
    people.require(by, READ)
    with reading() as s:
        rows = list(s.scalars(select(Erasure).order_by(Erasure.id.desc()).limit(200)))
        let_go(rows)
        return rows


def read_erasure(number: int, *, by: Actor) -> tuple[Erasure, Plan | None]:
    """A request, and while it waits what it would do now."""
    people.require(by, READ)
    with reading() as s:
        row = s.get(Erasure, number)
        if row is None:
            raise NotFound("Không có yêu cầu này.", "There is no such request.")
        plan = make_plan(s, row.recipient_id) if row.state == "asked" else None
        let_go([row])
        return row, plan


def _open(s: Session, number: int) -> Erasure:
    row = s.get(Erasure, number, with_for_update=True)
    if row is None:
        raise NotFound("Không có yêu cầu này.", "There is no such request.")
    if row.state != "asked":
        raise Conflict("Yêu cầu này đã xử lý xong.", "This request was settled.", code="settled")
    return row


def _lapse(row: Erasure, by: Actor) -> None:
    row.state, row.settled_at = "lapsed", clock.now()
    trail.record("erasure:lapsed", by=by, stream=f"erasure:{row.id}", body={"erasure": row.id})


def _must_be_second(s: Session, row: Erasure, by: Actor) -> None:
    """Refuse who is not a second pair of eyes. The command line is one person, whoever sits there."""
    if by.account == row.asked_by:
        raise Forbidden(
            "Yêu cầu này do chính bạn, hoặc cũng bằng dòng lệnh, nhập; người quản trị khác xem rồi xác nhận.",
            "You, or the command line as now, entered this request; another administrator looks at it and confirms.", code="same-person",
        )
    if by.account is None:
        return
    concerned = _accounts_of(s, row.recipient_id)
    if by.account in concerned:
        raise Forbidden(
            "Dữ liệu này là của chính bạn, hoặc của người trùng tên với bạn. Người quản trị khác xác nhận.",
            "These are your own data, or those of somebody of your name. Another administrator confirms.", code="own-case",
        )
    if any(one.behalf == row.asked_by or one.behalf in concerned for one in by.lent):
        raise Forbidden(
            "Bạn đang xử lý thay người nhập yêu cầu hoặc người có dữ liệu này. Người quản trị khác xác nhận.",
            "You act in the place of who asked, or of whom it concerns. Another administrator confirms.", code="same-person",
        )
    if by.door == EMERGENCY:
        raise Forbidden(
            "Truy cập khẩn cấp không xác nhận với tư cách người thứ hai.", "An emergency access confirms nothing as the second person.",
            code="emergency",
        )


def _accounts_of(s: Session, recipient: int) -> set[int]:
    """Accounts of the person: the one that was tied, and while nobody has said otherwise those of the same name."""
    found: set[int] = set()
    for who in s.scalars(select(Recipient).where(or_(Recipient.id == recipient, Recipient.same_as == recipient))):
        found |= {who.account_id} if who.account_id is not None else {
            one.id for one in people.accounts_named(who.name) if one.id not in who.others
        }
    return found


def _held_plan(s: Session, recipient: int) -> Plan:
    """The plan, with everything that it is about locked in the order of all acts."""
    first = make_plan(s, recipient)
    s.scalars(select(Recipient).where(Recipient.id.in_(first.recipients)).order_by(Recipient.id).with_for_update(key_share=True)).all()
    hold_names(s, list(s.scalars(select(Nomination.id).where(Nomination.recipient_id.in_(first.recipients)))))
    return make_plan(s, recipient)


def _check(said: Asked) -> None:
    faults = []
    if clean(said.requester) in ("", GONE):
        faults.append(FieldFault("requester", "Ghi người yêu cầu.", "Say who asks."))
    if len(said.requester) > 200:
        faults.append(FieldFault("requester", "Tên dài quá 200 chữ.", "The name is over 200 characters."))
    if said.relation not in RELATIONS:
        faults.append(FieldFault("relation", "Chọn tư cách của người yêu cầu.", "Choose in which capacity it is asked."))
    if said.basis not in bases() or said.basis not in legal_bases():
        faults.append(FieldFault("basis", "Chọn căn cứ pháp lý.", "Choose the legal basis."))
    if said.received_on > clock.today():
        faults.append(FieldFault("received_on", "Ngày nhận yêu cầu không thể ở tương lai.", "The day cannot lie ahead."))
    if len(said.paper) > 60:
        faults.append(FieldFault("paper", "Số văn bản dài quá 60 chữ.", "The number is over 60 characters."))
    if faults:
        raise Invalid(f"Chưa ghi được: còn {len(faults)} chỗ cần sửa.", "The request is not complete.", faults=faults)
