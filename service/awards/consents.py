"""Whether a nominee agrees to be nominated: said by himself in the service, or on a paper that his unit records.

A nominee with an account is told by mail, and may agree, decline, or add what the unit should know, until the head of the
unit has signed. He reads no more of the case than what he is asked, and acts on nothing else of it (`ties`, `concerns`).
A name that was declined is not signed; one that nobody asked is a line of the checks (gate D5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service import clock, notices, people, trail
from service.actor import Actor
from service.awards import lists, nominations, ties
from service.awards.files import about_files, drafted_files, files_about, take_drafted
from service.awards.models import Nomination, Recipient, Round
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Withheld
from service.processes.models import ProcessInstance
from service.processes.tasks import checked
from service.words import N_

RECORD = "nomination.record_consent"
YES, NO = "yes", "no"
SELF, PAPER, OWN = "self", "paper", "own"
"""How it was said: by himself in the service, on a paper, or by nominating himself."""
_MENDABLE = ("drafting", "signing_by_head", "checking", "returning", "supplementing")
"""Phases in which a paper may still come in: to the end of the checks."""
_DECLINED = N_("Không đồng ý được đề nghị")
_ADDED = N_("Có thông tin gửi thêm")
_CHANGED = N_("Đồng ý được đề nghị")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a nominee is shown of his nomination, and no more."""

    nomination: int
    name: str
    title: str
    unit_name: str
    round_name: str
    form: str
    achievement: str
    nominated_by: str
    consent: Mapping[str, Any]
    open: bool
    """Whether he may still answer: the head of the unit has not signed, and the case goes on."""


def answer_of(nomination: Nomination) -> str:
    """`yes`, `no`, or nothing while nobody has answered."""
    return str(nomination.consent.get("answer") or "")


def agrees(nomination: Nomination, recipient: Recipient) -> bool | None:
    """Whether the nominee agrees, for the checks; None: nobody knows. Who is no living person is not asked."""
    if nomination.kind != "INDIVIDUAL" or recipient.died_on is not None:
        return True
    return {YES: True, NO: False}.get(answer_of(nomination))


def declined(nomination: Nomination) -> tuple[str, str] | None:
    """Why the head cannot sign a name, in both languages; None where its nominee did not decline."""
    if answer_of(nomination) != NO:
        return None
    return (
        "người được đề nghị không đồng ý; bỏ tên khỏi danh sách, hoặc chờ người đó đồng ý",
        "the nominee declined; take the name off, or wait until the nominee agrees",
    )


def asked_of(by: Actor) -> list[Asked]:
    """What somebody is asked as a nominee now, oldest first."""
    if by.account is None:
        return []
    with reading() as s:
        rows = s.execute(
            _asked().where(
                Recipient.account_id == by.account, Nomination.kind == "INDIVIDUAL", Nomination.received_at.is_(None),
                ProcessInstance.status != "ended",
            ).order_by(Nomination.id)
        ).all()
        return [_shown(row) for row in rows]


def read_asked(nomination_id: int, *, by: Actor) -> Asked:
    """What somebody is asked of one nomination, also once it is signed; NotFound for everybody but the nominee."""
    people.require(by, "nomination.consent")
    with reading() as s:
        row = s.execute(_asked().where(Nomination.id == nomination_id)).one_or_none()
        if row is None or not _is_nominee(row.Recipient, by):
            raise _unknown(there=row is not None)
        return _shown(row)


def _asked() -> Any:
    return (
        select(Nomination, Recipient, Round.name, ProcessInstance.status)
        .join(Recipient, Recipient.id == Nomination.recipient_id)
        .join(Round, Round.id == Nomination.round_id)
        .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
    )


def _shown(row: Row[Any]) -> Asked:
    n = row.Nomination
    return Asked(
        n.id, n.name, n.title, n.unit_name, row.name, n.form_asked, n.achievement,
        people.names([n.created_by]).get(n.created_by, "") if n.created_by else "", dict(n.consent),
        n.received_at is None and row.status != "ended",
    )


def _is_nominee(recipient: Recipient, by: Actor) -> bool:
    return recipient.kind == "INDIVIDUAL" and by.account is not None and recipient.account_id == by.account


def _unknown(*, there: bool) -> NotFound:
    return (Withheld if there else NotFound)(
        "Không có hồ sơ này, hoặc hồ sơ không đề nghị bạn.", "There is no such nomination, or it is not of you."
    )


def answer_nomination(nomination_id: int, answer: str | None, *, by: Actor, reason: str = "", more: str = "") -> None:
    """A nominee agrees, declines with a reason, or adds what his unit should know (`more`); None leaves the answer.

    The same said again changes nothing. Raises NotFound for anybody else, Conflict once the head has signed, Invalid.
    """
    people.require(by, "nomination.consent")
    reason, more = reason.strip(), more.strip()
    if answer == NO and not reason:
        raise Invalid.at("reason", "Ghi lý do không đồng ý.", "Say why you decline.")
    if answer not in (YES, NO) and not more:
        raise Invalid.at("answer", "Chọn đồng ý hay không, hoặc ghi thông tin gửi đơn vị.", "Agree, decline, or add something.")
    with transaction() as s:
        nomination, recipient, status = _held(s, nomination_id)
        if not _is_nominee(recipient, by):
            raise _unknown(there=True)
        if nomination.received_at is not None or status == "ended":
            raise Conflict(
                "Thủ trưởng đơn vị đã ký, hoặc hồ sơ đã kết thúc. Muốn đổi ý kiến, liên hệ đơn vị đề nghị.",
                "The head of the unit has signed, or the case has ended; ask the nominating unit.", code="consent-closed",
            )
        before = dict(nomination.consent)
        after = {**before, **({"more": more} if more else {})}
        if answer in (YES, NO):
            kept = {"more": after["more"]} if after.get("more") else {}
            after = kept | {"answer": answer, "how": SELF, "by": by.account, "on": clock.today().isoformat(), "reason": reason}
        if {**after, "on": ""} == {**before, "on": ""}:
            return
        nomination.consent = after
        s.flush()
        changed = (after.get("answer"), after.get("reason")) != (before.get("answer"), before.get("reason"))
        added = after.get("more") != before.get("more")
        if answer in (YES, NO) and (changed or before.get("how") != SELF):
            _record("consent:given" if answer == YES else "consent:declined", nomination, by, reason=reason)
        if added:
            _record("consent:added", nomination, by)
        said = _DECLINED if answer == NO and changed else _CHANGED if before.get("answer") == NO and changed else _ADDED if added else ""
        if said:
            _tell_unit(nomination, said)


def record_consent(nomination_id: int, fields: Mapping[str, Any], *, by: Actor) -> None:
    """The unit, or the office that enters for it, records what a nominee said on paper, by the form `consent_paper`.

    A day, and a number or a scan. The same recorded again changes nothing. Raises NotFound, Forbidden, Conflict where he
    answered himself or the checks are over, Invalid.
    """
    with transaction() as s:
        nomination, recipient, status = _held(s, nomination_id)
        must_record(nomination, recipient, by)
        paper = checked(lists.act_forms["consent_paper"], fields, given=paper_files(nomination_id, by))
        answer, reason, number = paper["answer"], paper.get("reason") or "", (paper.get("number") or "").strip()
        if not number and not paper.get("scan"):
            raise Invalid.at("scan", "Ghi số văn bản, hoặc đính kèm bản chụp.", "Give the paper's number, or attach its scan.")
        _check_open(nomination, status)
        kept = {"more": nomination.consent["more"]} if nomination.consent.get("more") else {}
        after = kept | {
            "answer": answer, "how": PAPER, "by": by.account, "on": str(paper["on"]), "reason": reason.strip(),
            "number": number, "scan": [int(f) for f in paper.get("scan") or ()],
        }
        if after == nomination.consent:
            return
        take_drafted(s, f"nomination:{nomination.id}", {"scan": after["scan"]}, by)
        nomination.consent = after
        _judge(nomination, recipient)
        s.flush()
        _record(
            "consent:recorded" if answer == YES else "consent:refusal_recorded", nomination, by, reason=reason,
            number=after["number"] or None, dated=after["on"],
        )


def _judge(nomination: Nomination, recipient: Recipient) -> None:
    """Let the check of a dossier that was received go by the answer at once."""
    if nomination.facts:
        nomination.facts = {**nomination.facts, "nominee_agrees": agrees(nomination, recipient)}


def paper_files(nomination_id: int, by: Actor) -> dict[str, Any]:
    """What the form of a nominee's paper reads: the files that may be its scan."""
    return {"files": about_files([*drafted_files(by), *files_about(nomination_id)])}


def _check_open(nomination: Nomination, status: str) -> None:
    phase = nominations.status_of(nomination)[0]
    if status == "ended" or phase not in _MENDABLE:
        raise Conflict(
            "Hồ sơ đã qua bước kiểm tra, không ghi thêm ý kiến. Muốn thôi đề nghị, đơn vị rút hồ sơ.",
            "The checks are over; to give the nomination up the unit withdraws it.", code="consent-closed",
        )
    if nomination.consent.get("how") in (SELF, OWN) and nomination.received_at is None:
        raise Conflict(
            "Người được đề nghị đã tự trả lời trong hệ thống, và tự đổi được đến khi thủ trưởng ký.",
            "The nominee has answered himself in the service, and may change it until the head signs.", code="answered-himself",
        )


def may_record(nomination: Nomination, *, by: Actor) -> bool:
    """Whether somebody may record a nominee's paper now; never the nominee, or somebody of his name, himself."""
    with reading() as s:
        recipient = s.get_one(Recipient, nomination.recipient_id)
        status = s.scalar(select(ProcessInstance.status).where(ProcessInstance.id == nomination.instance_id)) or "ended"
        try:
            must_record(nomination, recipient, by)
            _check_open(nomination, status)
        except (Forbidden, NotFound, Conflict):
            return False
        return True


def read_to_record(nomination_id: int, *, by: Actor) -> Nomination:
    """A nomination whose paper somebody may record; NotFound, Forbidden otherwise."""
    with reading() as s:
        nomination = s.get(Nomination, nomination_id)
        if nomination is None:
            raise _unknown(there=False)
        must_record(nomination, s.get_one(Recipient, nomination.recipient_id), by)
        let_go([nomination])
        return nomination


def must_record(nomination: Nomination, recipient: Recipient, by: Actor) -> None:
    """Refuse whoever may not record what this nominee said on paper."""
    if not nominations.may_see(by, nomination):
        raise Withheld("Không có hồ sơ này, hoặc hồ sơ không thuộc bạn.", "There is no such nomination, or it is not yours.")
    if not nominations.may_file_for(by, RECORD, people.current_unit(nomination.unit_id)):
        raise Forbidden("Đơn vị đề nghị ghi ý kiến của người được đề nghị.", "The nominating unit records what a nominee said.")
    if nomination.kind != "INDIVIDUAL":
        raise Conflict("Chỉ cá nhân được hỏi ý kiến.", "Only a person is asked.", code="not-a-person")
    nominees = ties.kept_away(nomination, recipient)[0]
    if not nominations.may_file_for(by.free_of(nominees), RECORD, people.current_unit(nomination.unit_id)):
        raise Forbidden(
            "Bạn xử lý thay cho chính người được đề nghị nên không ghi ý kiến của người đó. Người khác trong đơn vị ghi.",
            "You act in the place of the nominee, so you do not record what he said; somebody else of the unit does.",
            code="own-case",
        )
    if by.account in nominees:
        raise Forbidden(
            "Bạn không ghi thay cho mình. Người khác trong đơn vị ghi, hoặc bạn trả lời ở trang đầu.",
            "Nobody records this of himself; somebody else of the unit does.", code="own-case",
        )


def _held(s: Session, nomination_id: int) -> tuple[Nomination, Recipient, str]:
    lists.hold_names(s, [nomination_id])
    nomination = s.get(Nomination, nomination_id)
    if nomination is None:
        raise _unknown(there=False)
    status = s.scalar(select(ProcessInstance.status).where(ProcessInstance.id == nomination.instance_id)) or "ended"
    return nomination, s.get_one(Recipient, nomination.recipient_id), status


def _on_known(nomination: Nomination, recipient: Recipient, by: Actor) -> None:
    """A nominee is known by account, or is known to be another: ask him, and drop what somebody else had said as him."""
    said = nomination.consent
    if said.get("how") in (SELF, OWN) and said.get("by") != recipient.account_id:
        nomination.consent = {}
        _judge(nomination, recipient)
        _record("consent:dropped", nomination, by)
    if recipient.account_id is None or nomination.received_at is not None:
        return
    if nomination.created_by == recipient.account_id and not answer_of(nomination):
        nomination.consent = {"answer": YES, "how": OWN, "by": recipient.account_id, "on": clock.today().isoformat(), "reason": ""}
        _record("consent:own", nomination, by)
    elif not answer_of(nomination):
        notices.queue(
            "nominated",
            to=[recipient.account_id],
            key=f"nomination:{nomination.id}:consent",
            context={"title": _title(nomination), "by": nomination.unit_name},
            link=f"/my-nominations/{nomination.id}",
        )


ties.on_known.append(_on_known)


def _tell_unit(nomination: Nomination, said: str) -> None:
    unit = people.current_unit(nomination.unit_id)
    notices.queue(
        "nominee_answered",
        to=people.members_of([f"unit:{unit}", f"unit_head:{unit}"]),
        key=f"nomination:{nomination.id}:answered:{clock.now().isoformat()}",
        context={"title": _title(nomination), "said": said},
        link=f"/nominations/{nomination.id}",
    )


def _title(nomination: Nomination) -> str:
    with reading() as s:
        return f"{nomination.name}, {s.get_one(Round, nomination.round_id).name}"


def _record(kind: str, nomination: Nomination, by: Actor, *, reason: str = "", **said: Any) -> None:
    trail.record(
        kind, by=by, stream=f"instance:{nomination.instance_id}", reason=reason.strip() or None,
        body={"nomination": nomination.id, **{key: value for key, value in said.items() if value is not None}},
    )


__all__ = [
    "Asked", "agrees", "answer_nomination", "answer_of", "asked_of", "declined", "may_record", "paper_files", "read_asked",
    "read_to_record", "record_consent",
]
