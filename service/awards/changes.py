"""What comes across a nomination: withdrawal, petition with its hold, change of the recipient, request for review.

Each is a list of one. The boundaries of the diagram are always armed; the guards here say when an act is allowed, in
the transaction that queues its message (process.md section 3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service import clock, people
from service.actor import Actor
from service.awards import lists
from service.awards.lists import Act, Acting, ListKind, ListTask
from service.awards.models import Award, Hold, Line, List, Nomination, Recipient
from service.awards.nominations import on_answers
from service.awards.recipients import rename_recipient
from service.awards.rounds import end_of_day
from service.awards.rules import rules_on
from service.awards.telling import tell_reviewed
from service.calendar import working_calendar
from service.db import let_go, reading
from service.errors import Conflict, Forbidden
from service.processes.cases import Recorded
from service.processes.models import Message, ProcessInstance
from service.processes.tasks import change_queue
from service.words import N_

_WITHDRAWABLE = {
    "checking", "returning", "supplementing", "consulting", "weighing", "posting", "council", "deciding", "packing",
}
DECIDED = {"issuing", "handing_over", "filing"}
REFUSED = {"refused_open", "reviewing"}
ABOVE = {"at_province", "at_centre", "package_supplementing"}


def phase_of(s: Session, nomination: Nomination) -> tuple[str, str]:
    """Status and phase of a nomination's process, in the open transaction."""
    row = s.execute(
        select(ProcessInstance.status, ProcessInstance.phase).where(ProcessInstance.id == nomination.instance_id)
    ).one()
    return row[0], row[1] or "drafting"


def queued(s: Session, nomination: Nomination, *names: str) -> bool:
    """Tell whether one of these messages is on its way to a nomination."""
    return (
        s.execute(
            select(Message.id).where(
                Message.instance_id == nomination.instance_id,
                Message.state == "queued",
                Message.name.in_(names),
            )
        ).first()
        is not None
    )


def _withdraw(acting: Acting) -> None:
    """A unit's letter withdraws a name, until the decision is signed or the package is sent."""
    for _line, nomination, _ in acting.lines:
        status, phase = phase_of(acting.s, nomination)
        if status == "ended":
            raise Conflict("Trường hợp này đã kết thúc.", "This nomination has ended.", code="ended")
        if phase in ("drafting", "signing_by_head"):
            raise Conflict(
                "Hồ sơ chưa ký nộp: thủ trưởng đơn vị bỏ tên khỏi danh sách khi ký, không cần văn bản rút.",
                "Not signed yet: the head leaves the name out when signing.",
                code="not-filed-yet",
            )
        if phase in DECIDED or queued(acting.s, nomination, "decision:signed"):
            raise Conflict(
                "Không rút được: đã có quyết định khen thưởng.", "Too late: the decision is signed.", code="decided"
            )
        if phase in REFUSED:
            raise Conflict(
                "Không rút được: kết quả đã có.", "Too late: the result is out.", code="refused-already"
            )
        if phase in ABOVE or queued(acting.s, nomination, "package:sent"):
            raise Conflict(
                "Hồ sơ đã gửi tỉnh: gửi văn bản rút lên tỉnh, rồi ghi trả lời “Đã rút theo văn bản”.",
                "Sent to the province: write to the province, then enter its answer as withdrawn.",
                code="sent-already",
            )
        note_reason(nomination, "UNIT_LETTER", "unit", str(acting.fields["reason"]))
        acting.list.data = {**acting.list.data, "letter": dict(acting.fields)}
        acting.payloads[nomination.id] = {"cause": "UNIT_LETTER"}
        take_off_drafts(acting.s, nomination, keep=acting.list.id, by=acting.by)


def note_reason(nomination: Nomination, code: str, by: str, reason: str = "") -> None:
    """Keep why a nomination does not go on, and who said so."""
    nomination.reason_code, nomination.refused_by, nomination.reason = code, by, reason


def take_off_drafts(s: Session, nomination: Nomination, *, keep: int, by: Actor) -> None:
    """Take a name off every list that still takes it further; on a signed submission it stays as it was filed.

    A list that loses its last name ends.
    """
    rows = s.scalars(
        select(Line)
        .join(List, List.id == Line.list_id)
        .where(
            Line.nomination_id == nomination.id,
            Line.removed.is_(False),
            Line.result.is_(None),
            List.id != keep,
            List.kind.in_(("submission", "opinion_letter", "posting", "council_sheet", "decision", "package")),
        )
    ).all()
    for line in rows:
        if s.get_one(List, line.list_id).state not in lists.ENDED_STATES.get(s.get_one(List, line.list_id).kind, ()):
            line.removed = True
            lists.end_if_empty(s, line.list_id, by=by)


def open_hold(s: Session, nomination: Nomination, *, cause: str, list_id: int | None, note: str = "") -> Hold:
    """Stop a nomination until a conclusion: counts at once, and the engine's timers stand still on delivery."""
    hold = Hold(nomination_id=nomination.id, list_id=list_id, cause=cause, note=note, opened_at=clock.now())
    s.add(hold)
    s.flush()
    s.execute(
        update(ProcessInstance)
        .where(ProcessInstance.id == nomination.instance_id)
        .values(holds=ProcessInstance.holds + 1)
    )
    return hold


def lift_hold(s: Session, hold: Hold, conclusion: str) -> None:
    """End a hold with its conclusion."""
    hold.lifted_at, hold.conclusion = clock.now(), conclusion
    nomination = s.get_one(Nomination, hold.nomination_id)
    s.execute(
        update(ProcessInstance)
        .where(ProcessInstance.id == nomination.instance_id)
        .values(holds=ProcessInstance.holds - 1)
    )


def open_holds(nomination_id: int) -> list[Hold]:
    """Holds of a nomination that no conclusion has ended."""
    with reading() as s:
        rows = list(
            s.scalars(select(Hold).where(Hold.nomination_id == nomination_id, Hold.lifted_at.is_(None)))
        )
        let_go(rows)
        return rows


def held_message(hold: Hold) -> dict[str, Any]:
    """What tells a process that it is on hold."""
    return {"name": "nomination:held", "urgent": True, "payload": {"hold_id": str(hold.id)}}


def lifted_message(hold: Hold) -> dict[str, Any]:
    """What tells a process that this hold has ended."""
    return {"name": "hold:lifted", "urgent": True, "key": str(hold.id), "payload": {}}


def _enter_petition(acting: Acting) -> None:
    days = rules_on(clock.today()).number("PETITION_CLASSIFY_DAYS")
    acting.list.due_at = end_of_day(working_calendar().add(clock.today(), days))
    acting.list.data = {**acting.list.data, "petition": dict(acting.fields)}
    acting.silent.update(n.id for _, n, _ in acting.lines)


def _classify(acting: Acting) -> None:
    """The office head classifies: a remark is answered, a complaint or denunciation holds this name only."""
    kind = acting.fields["decision"]
    acting.list.data = {**acting.list.data, "classified": dict(acting.fields)}
    acting.extra["decision"] = kind
    if kind != "complaint":
        acting.state = "concluded"
        acting.silent.update(n.id for _, n, _ in acting.lines)
        return
    acting.state = "verifying"
    for line, nomination, _ in acting.lines:
        hold = open_hold(acting.s, nomination, cause="petition", list_id=acting.list.id)
        line.data = {**line.data, "hold": hold.id}
        acting.instead[nomination.id] = held_message(hold)


def _conclude(acting: Acting) -> None:
    """A conclusion paper ends the hold: unfounded lifts it, founded stops the nomination."""
    s, founded = acting.s, acting.fields["decision"] == "founded"
    acting.list.data = {**acting.list.data, "conclusion": dict(acting.fields)}
    acting.extra["decision"] = acting.fields["decision"]
    for line, nomination, _ in acting.lines:
        hold = s.scalars(
            select(Hold).where(Hold.id == line.data["hold"], Hold.nomination_id == nomination.id)
        ).one()
        if founded:
            _stop(acting, nomination, "violation", "VIOLATION")
            for other in s.scalars(
                select(Hold).where(Hold.nomination_id == nomination.id, Hold.lifted_at.is_(None))
            ):
                lift_hold(s, other, "founded")
        else:
            lift_hold(s, hold, acting.fields["decision"])
            acting.instead[nomination.id] = lifted_message(hold)


def _stop(acting: Acting, nomination: Nomination, cause: str, code: str) -> None:
    _, phase = phase_of(acting.s, nomination)
    if phase in DECIDED:
        if not people.allowed(acting.by, "award.revoke"):
            raise Forbidden(
                "Đã có quyết định khen thưởng: hủy bỏ do Chủ tịch UBND xã kết luận.",
                "The decision is signed: only the chair concludes that the award is revoked.",
            )
        cause, code = "revoked", "REVOKED"
        for award in acting.s.scalars(select(Award).where(Award.nomination_id == nomination.id)):
            award.status = "revoked"
    note_reason(nomination, code, "office", str(acting.fields.get("note") or ""))
    acting.instead[nomination.id] = {"name": "nomination:stopped", "urgent": True, "payload": {"cause": cause}}
    take_off_drafts(acting.s, nomination, keep=acting.list.id, by=acting.by)


def _change_recipient(acting: Acting) -> None:
    """Died, disciplined, dissolved, renamed: an event in any state (office.md point 9)."""
    change = acting.fields["change"]
    acting.extra["change"] = change
    acting.list.data = {**acting.list.data, "change": dict(acting.fields)}
    for line, nomination, _ in acting.lines:
        _CHANGES[change](acting, line, nomination)


def _died(acting: Acting, line: Line, nomination: Nomination) -> None:
    s = acting.s
    recipient = s.get_one(Recipient, nomination.recipient_id)
    recipient.died_on = date.fromisoformat(acting.fields["dated"])
    _, phase = phase_of(s, nomination)
    form = nomination.form_granted or nomination.form_passed or nomination.form_recommended or nomination.form_asked
    allowed = rules_on(clock.today()).value("POSTHUMOUS_FORMS")
    if phase in DECIDED or form in allowed or acting.fields.get("posthumous") == "yes":
        nomination.posthumous = True
        acting.payloads[nomination.id] = {"effect": "posthumous"}
        return
    note_reason(nomination, "DIED", "unit")
    acting.instead[nomination.id] = {
        "name": "nomination:withdrawn", "urgent": True, "payload": {"cause": "DIED"}
    }
    take_off_drafts(s, nomination, keep=acting.list.id, by=acting.by)


def _disciplined(acting: Acting, line: Line, nomination: Nomination) -> None:
    hold = open_hold(acting.s, nomination, cause="discipline", list_id=acting.list.id)
    line.data = {**line.data, "hold": hold.id}
    acting.instead[nomination.id] = held_message(hold)
    acting.state = "verifying"


def _dissolved(acting: Acting, line: Line, nomination: Nomination) -> None:
    s = acting.s
    if nomination.kind == "COLLECTIVE" and nomination.form_granted is None:
        note_reason(nomination, "DISSOLVED", "office")
        acting.instead[nomination.id] = {
            "name": "nomination:stopped", "urgent": True, "payload": {"cause": "dissolved"}
        }
        take_off_drafts(s, nomination, keep=acting.list.id, by=acting.by)
        return
    successor = people.current_unit(nomination.unit_id)
    instance = s.get_one(ProcessInstance, nomination.instance_id)
    roles = {**instance.roles, "unit": f"unit:{successor}", "unit_head": f"unit_head:{successor}",
             "successor_head": f"unit_head:{successor}"}
    instance.roles = roles
    s.flush()
    change_queue(s, instance.id)
    acting.payloads[nomination.id] = {"effect": "successor"}


def _renamed(acting: Acting, line: Line, nomination: Nomination) -> None:
    line.data = {**line.data, "before": nomination.name}
    rename_recipient(acting.s, nomination, name=acting.fields["new_name"], by=acting.by)
    acting.payloads[nomination.id] = {"effect": "renamed"}


_CHANGES: dict[str, Callable[[Acting, Line, Nomination], None]] = {
    "died": _died, "disciplined": _disciplined, "dissolved": _dissolved, "renamed": _renamed,
}


def _request_review(acting: Acting) -> None:
    """A refusal is reviewed once, on written request within the window."""
    for _, nomination, _ in acting.lines:
        if nomination.reviewed:
            raise Conflict(
                "Kết quả này đã được xem xét lại một lần.", "This refusal was reviewed once already.", code="reviewed"
            )
    acting.list.data = {**acting.list.data, "request": dict(acting.fields)}


def _reviewed(recorded: Recorded, nomination: Nomination) -> None:
    nomination.reviewed = True
    tell_reviewed(nomination, f"task:{recorded.trigger.activity}:reviewed")
    if recorded.trigger.answers.get("decision") != "uphold":
        nomination.reason_code, nomination.refused_by, nomination.reason = None, None, ""


on_answers["review_refusal"] = _reviewed
on_answers["review_timely_refusal"] = _reviewed


def _shown_petition(by: Actor, row: List) -> Mapping[str, Any]:
    """What it says and who sent it is for those who settle it, and for who inspects."""
    acts = [a for a in lists.KINDS["petition"].acts if a.name in ("classify", "conclude")]
    if people.allowed(by, "petition.see_sender") or any(lists.may_act(by, row, a) for a in acts):
        return row.data
    return {k: v for k, v in row.data.items() if k != "petition"}


_ONE = ("received",)

lists.KINDS["withdrawal"] = ListKind(
    name="withdrawal", label="Rút hồ sơ đề nghị", label_en="Withdrawal",
    states={"received": N_("Đã nhận"), "done": N_("Đã rút")}, start="received",
    acts=(
        Act(
            "file", "Rút hồ sơ đề nghị", "Withdraw", "withdrawal.file", _ONE, to="done",
            message="nomination:withdrawn", form="withdrawal", concerns=False, held_allowed=True, urgent=True,
            effect=_withdraw, enter="withdrawal.enter",
            told="Đã rút {n} tên", told_en="Withdrew {n} names",
        ),
    ),
    made=None,
)
lists.KINDS["petition"] = ListKind(
    name="petition", label="Đơn thư về trường hợp đề nghị", label_en="Petition",
    states={
        "received": N_("Vừa nhận"), "entered": N_("Chờ phân loại"), "verifying": N_("Đang xác minh"), "concluded": N_("Đã kết luận"),
    },
    start="received",
    acts=(
        Act(
            "enter", "Ghi đơn thư", "Enter a petition", "petition.enter", _ONE, to="entered", form="petition",
            concerns=False, held_allowed=True, effect=_enter_petition, told="Đã ghi đơn thư", told_en="Petition entered",
        ),
        Act(
            "classify", "Phân loại đơn thư", "Classify", "petition.classify", ("entered",),
            form="petition_classify", message=None, held_allowed=True, own_office=True, effect=_classify,
            told="Đã phân loại", told_en="Classified",
        ),
        Act(
            "conclude", "Kết luận xác minh", "Conclude", "petition.conclude", ("verifying",), to="concluded",
            form="petition_conclude", held_allowed=True, own_office=True, effect=_conclude,
            told="Đã kết luận", told_en="Concluded",
        ),
    ),
    tasks={
        "entered": (ListTask("classify", N_("Phân loại đơn thư"), lambda row: "vhxh_head"),),
        "verifying": (ListTask("conclude", N_("Kết luận xác minh"), lambda row: "vhxh_head"),),
    },
    shown=_shown_petition,
    made=None,
)
lists.KINDS["recipient_change"] = ListKind(
    name="recipient_change", label="Thay đổi về đối tượng", label_en="Change of the recipient",
    states={"received": N_("Đã nhận"), "verifying": N_("Đang tạm dừng, chờ kết luận"), "done": N_("Đã ghi nhận")},
    start="received",
    acts=(
        Act(
            "file", "Ghi thay đổi về đối tượng", "Enter a change", "recipient_change.enter", _ONE, to="done",
            message="recipient:changed", form="recipient_change", concerns=False, held_allowed=True, urgent=True,
            effect=_change_recipient, told="Đã ghi thay đổi", told_en="Change entered",
        ),
        Act(
            "conclude", "Kết luận", "Conclude", "petition.conclude", ("verifying",), to="done",
            form="petition_conclude", held_allowed=True, own_office=True, effect=_conclude,
            told="Đã kết luận", told_en="Concluded",
        ),
    ),
    tasks={"verifying": (ListTask("conclude", N_("Kết luận về kỷ luật"), lambda row: "vhxh_head"),)},
    made=None,
)
lists.KINDS["review_request"] = ListKind(
    name="review_request", label="Đề nghị xem xét lại", label_en="Request for review",
    states={"received": N_("Vừa nhận"), "filed": N_("Đã nhận, chờ xem xét")}, start="received",
    acts=(
        Act(
            "file", "Đề nghị xem xét lại", "Ask for review", "review.request", _ONE, to="filed",
            message="review:requested", form="review_request", waits=("wait_review", "wait_timely_review"),
            after=("result:told",), concerns=False, effect=_request_review, enter="review.enter",
            told="Đã gửi đề nghị", told_en="Request filed",
        ),
    ),
    made=None,
)
lists.ENDED_STATES.update(
    withdrawal=("done",), petition=("concluded",), recipient_change=("done",), review_request=("filed",)
)
__all__ = [
    "ABOVE", "DECIDED", "REFUSED", "held_message", "lift_hold", "lifted_message", "note_reason", "open_hold", "open_holds",
    "phase_of", "queued", "take_off_drafts",
]
