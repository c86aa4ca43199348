"""What comes across a nomination: withdrawal, petition with its hold, change of the recipient, request for review.

Each is a list of one. The boundaries of the diagram are always armed; the guards here say when an act is allowed, in
the transaction that queues its message (process.md section 3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, people
from service.awards import holds, lists
from service.awards.correcting import may_follow
from service.awards.holds import stage_of
from service.awards.leaving import take_off
from service.awards.lists import Act, Acting, ListKind, ListTask
from service.awards.models import Hold, Line, List, Nomination, Recipient
from service.awards.nomination_steps import on_answers, on_considered
from service.awards.recipients import rename_on_register, rename_recipient
from service.awards.revoking import propose_revocation
from service.awards.rules import rules_on
from service.awards.telling import tell_reviewed
from service.db import let_go, reading, session
from service.errors import Conflict
from service.processes.cases import BY_PAPER, Recorded
from service.processes.messages import send_messages
from service.processes.models import ProcessInstance
from service.processes.strayed import change_queue
from service.words import N_


def _withdraw(acting: Acting) -> None:
    """A unit's letter withdraws a name, until the decision is signed or the package is sent."""
    for _line, nomination, _ in acting.lines:
        _check_withdrawable(stage_of(acting.s, nomination))
        note_reason(nomination, "UNIT_LETTER", "unit", str(acting.fields["reason"]))
        acting.list.data = {**acting.list.data, "letter": dict(acting.fields)}
        acting.payloads[nomination.id] = {"cause": "UNIT_LETTER"}
        take_off(acting.s, nomination, by=acting.by, code="withdrawn", keep=acting.list.id)


def _check_withdrawable(stage: str) -> None:
    if stage == "ended":
        raise Conflict("Trường hợp này đã kết thúc.", "This nomination has ended.", code="ended")
    if stage in holds.DRAFT:
        raise Conflict(
            "Hồ sơ chưa ký nộp: đơn vị bỏ tên khỏi danh sách của mình, không cần văn bản rút.",
            "Not signed yet: the unit takes the name off its list, no letter is needed.",
            code="not-filed-yet",
        )
    if stage in holds.REFUSED:
        raise Conflict("Không rút được: kết quả đã có.", "Too late: the result is out.", code="refused-already")
    if stage in holds.ABOVE:
        raise Conflict(
            "Hồ sơ đã gửi tỉnh: gửi văn bản rút lên tỉnh, rồi ghi trả lời “Đã rút theo văn bản”.",
            "Sent to the province: write to the province, then enter its answer as withdrawn.",
            code="sent-already",
        )
    if stage not in holds.LIVE:
        raise Conflict(
            "Không rút được: đã có quyết định khen thưởng.", "Too late: the decision is signed.", code="decided"
        )


def may_withdraw(nomination: Nomination) -> bool:
    """Whether a name can still be withdrawn where it stands."""
    with reading() as s:
        return stage_of(s, nomination) in holds.LIVE


def note_reason(nomination: Nomination, code: str, by: str, reason: str = "") -> None:
    """Keep why a nomination does not go on, and who said so."""
    nomination.reason_code, nomination.refused_by, nomination.reason = code, by, reason


def _verify(acting: Acting) -> None:
    """A complaint or denunciation is being verified: it holds this name only (process.md section 3)."""
    for line, nomination, _ in acting.lines:
        _hold_or_note(acting, line, nomination, "petition")


def _hold_or_note(acting: Acting, line: Line, nomination: Nomination, cause: str) -> None:
    """A name before the office is held; one that is not received yet, or refused, is only noted; an award stands."""
    message = _hold(acting.s, acting.list, line, nomination, cause, stage_of(acting.s, nomination))
    if message is not None:
        acting.instead[nomination.id] = message


def _hold(
    s: Session, row: List, line: Line, nomination: Nomination, cause: str, stage: str
) -> dict[str, Any] | None:
    if stage in holds.OVER:
        line.data = {**line.data, "register": True}
        return None
    if stage in holds.DRAFT | holds.REFUSED:
        line.data = {**line.data, "noted": True}
        return None
    hold = holds.open_hold(s, nomination, cause=cause, list_id=row.id)
    line.data = {**line.data, "noted": False, "hold": hold.id, "above": stage in holds.ABOVE}
    return holds.held(hold)


def _conclude(acting: Acting) -> None:
    """A conclusion paper ends the hold: unfounded lifts it, founded stops the nomination.

    After the decision nothing is stopped here: the office proposes to keep or to revoke, and the chair decides
    (office.md, point 9), also where all is handed over and the case has ended; one who has it before him already is not asked twice.
    """
    s, founded = acting.s, acting.fields["decision"] == "founded"
    acting.list.data = {**acting.list.data, "conclusion": dict(acting.fields)}
    acting.extra["decision"] = acting.fields["decision"]
    for line, nomination, _ in acting.lines:
        hold = s.get(Hold, line.data["hold"]) if "hold" in line.data else None
        stage = stage_of(s, nomination)
        if stage in holds.OVER:
            if founded and "revocation" in may_follow(nomination.id):
                propose_revocation(s, acting.list, nomination, None, acting.fields, by=acting.by)
        elif hold is None or hold.lifted_at is not None:
            # Only noted: nothing stands still. What is founded counts once the name is filed, or a review brings it back.
            noted = founded and stage in holds.DRAFT | holds.REFUSED
            line.data = {**line.data, "noted": noted, "stop": noted}
        elif stage in holds.DECIDED and (founded or acting.list.kind == "recipient_change"):
            propose_revocation(s, acting.list, nomination, hold, acting.fields, by=acting.by)
        elif founded:
            acting.instead[nomination.id] = _stop(
                acting, nomination, "violation", "VIOLATION", str(acting.fields.get("note") or "")
            )
            holds.end_holds(s, nomination, "founded")
        else:
            holds.lift_hold(s, hold, acting.fields["decision"])
            acting.instead[nomination.id] = holds.lifted(hold)
        if acting.list.kind == "petition" and nomination.id in acting.instead:
            acting.instead[nomination.id]["payload"][BY_PAPER] = {key: acting.fields[key] for key in ("number", "dated")}


def _stop(acting: Acting, nomination: Nomination, cause: str, code: str, reason: str = "") -> dict[str, Any]:
    note_reason(nomination, code, "office", reason)
    take_off(acting.s, nomination, by=acting.by, code="stopped", keep=acting.list.id)
    return {"name": "nomination:stopped", "urgent": True, "payload": {"cause": cause}}


def _change_recipient(acting: Acting) -> None:
    """Died, disciplined, dissolved, renamed: an event in any state (office.md point 9)."""
    acting.extra["change"] = acting.fields["change"]
    acting.list.data = {**acting.list.data, "change": dict(acting.fields)}
    for line, nomination, _ in acting.lines:
        message = _apply(acting, line, nomination, stage_of(acting.s, nomination))
        if message is None:
            acting.silent.add(nomination.id)
        else:
            acting.instead[nomination.id] = {"urgent": True} | message
        if acting.fields["change"] == "disciplined" and not line.data.get("register"):
            acting.state = "verifying"


def _apply(acting: Acting, line: Line, nomination: Nomination, stage: str) -> dict[str, Any] | None:
    """What a change means where the name stands (process.md section 3); None where it sends nothing."""
    said = acting.list.data["change"]
    if stage in holds.ABOVE:
        line.data = {**line.data, "above": True}
    return _CHANGES[said["change"]](acting, line, nomination, stage, said)


def _died(
    acting: Acting, line: Line, nomination: Nomination, stage: str, said: Mapping[str, Any]
) -> dict[str, Any] | None:
    acting.s.get_one(Recipient, nomination.recipient_id).died_on = date.fromisoformat(said["dated"])
    form = nomination.form_granted or nomination.form_passed or nomination.form_recommended or nomination.form_asked
    forms = rules_on(clock.today()).value("POSTHUMOUS_FORMS")
    posthumous = form in forms or said.get("posthumous") == "yes"
    if stage in holds.OVER:
        return None
    if stage in holds.REFUSED:
        line.data = {**line.data, "noted": True}
        return None
    if stage in holds.DRAFT:
        nomination.posthumous = posthumous
        return None
    if stage in holds.DECIDED:
        nomination.to_family = True
        return _changed("posthumous")
    if posthumous:
        nomination.posthumous = True
        return _changed("posthumous")
    if stage in holds.ABOVE:
        return None
    note_reason(nomination, "DIED", "unit")
    take_off(acting.s, nomination, by=acting.by, code="withdrawn", keep=acting.list.id)
    return {"name": "nomination:withdrawn", "payload": {"cause": "DIED"}}


def _changed(effect: str) -> dict[str, Any]:
    return {"name": "recipient:changed", "payload": {"effect": effect}}


def _disciplined(
    acting: Acting, line: Line, nomination: Nomination, stage: str, said: Mapping[str, Any]
) -> dict[str, Any] | None:
    return _hold(acting.s, acting.list, line, nomination, "discipline", stage)


def _dissolved(
    acting: Acting, line: Line, nomination: Nomination, stage: str, said: Mapping[str, Any]
) -> dict[str, Any] | None:
    if stage in holds.OVER:
        return None
    if stage in holds.REFUSED:
        line.data = {**line.data, "noted": True}
        return None
    _follow_successor(acting.s, nomination)
    if stage in holds.DRAFT:
        return None
    if nomination.kind == "COLLECTIVE" and stage in holds.LIVE:
        return _stop(acting, nomination, "dissolved", "DISSOLVED")
    if nomination.kind == "COLLECTIVE" or stage in holds.DECIDED:
        line.data = {**line.data, "archive": stage in holds.DECIDED and nomination.kind == "COLLECTIVE"}
        return None
    return _changed("successor")


def _follow_successor(s: Session, nomination: Nomination) -> None:
    """The tasks of a merged unit are its successor's from now on."""
    successor = people.current_unit(nomination.unit_id)
    instance = s.get_one(ProcessInstance, nomination.instance_id)
    roles = {**instance.roles, "unit": f"unit:{successor}", "unit_head": f"unit_head:{successor}",
             "successor_head": f"unit_head:{successor}"}
    instance.roles = roles
    s.flush()
    change_queue(s, instance.id)


def _renamed(
    acting: Acting, line: Line, nomination: Nomination, stage: str, said: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The register carries the new name; a paper that is signed or sent keeps the name of its day."""
    if stage in holds.REFUSED:
        line.data = {**line.data, "noted": True}
    if stage not in holds.DRAFT | holds.LIVE:
        rename_on_register(acting.s, nomination, name=said["new_name"], by=acting.by)
        return None
    line.data = {**line.data, "before": nomination.name}
    rename_recipient(acting.s, nomination, name=said["new_name"], by=acting.by)
    return _changed("renamed") if stage in holds.LIVE else None


_CHANGES: dict[
    str, Callable[[Acting, Line, Nomination, str, Mapping[str, Any]], dict[str, Any] | None]
] = {"died": _died, "disciplined": _disciplined, "dissolved": _dissolved, "renamed": _renamed}


def _bring_back(recorded: Recorded, nomination: Nomination) -> None:
    """What was only noted of a name counts once it comes before the office: a hold begins, a change is told."""
    s = session()
    rows = s.execute(
        select(List, Line)
        .join(Line, Line.list_id == List.id)
        .where(Line.nomination_id == nomination.id, List.kind.in_(("petition", "recipient_change")))
        .order_by(List.id)
    ).all()
    stage = recorded.step.phase or ""
    messages = []
    for row, line in rows:
        acting = Acting(s, row, lists.KINDS[row.kind].acts[0], [], {}, recorded.by, recorded.at)
        message = _counts_now(acting, line, nomination, stage)
        if message is not None:
            line.acts += 1
            messages.append(
                {
                    "instance_id": recorded.running.id, "source": f"list:{row.id}:{line.id}",
                    "once": f"{row.kind}:{row.id}:{line.id}:back:{line.acts}", "urgent": True,
                }
                | message
            )
    send_messages(messages, by=recorded.by)
    for message in messages:
        if (tell := lists.told_by_mail.get(str(message["name"]))) is not None:
            tell([nomination], str(message["once"]))


def _counts_now(acting: Acting, line: Line, nomination: Nomination, stage: str) -> dict[str, Any] | None:
    row, s = acting.list, acting.s
    noted = line.data.get("noted")
    hold = s.get(Hold, line.data["hold"]) if "hold" in line.data else None
    voided = hold is not None and hold.conclusion == "void"
    if line.data.get("stop") and noted:
        line.data = {**line.data, "noted": False}
        return _stop(acting, nomination, "violation", "VIOLATION")
    if row.state == "verifying" and (noted or voided):
        cause = "petition" if row.kind == "petition" else "discipline"
        return _hold(s, row, line, nomination, cause, stage)
    if noted and row.kind == "recipient_change" and row.state == "done":
        line.data = {**line.data, "noted": False}
        return _apply(acting, line, nomination, stage) if row.data["change"]["change"] != "disciplined" else None
    return None


on_considered.append(_bring_back)


def noted(nomination_id: int) -> list[tuple[List, Line]]:
    """Petitions and discipline that stop nothing yet, for a warning to the unit and the office."""
    with reading() as s:
        rows = s.execute(
            select(List, Line)
            .join(Line, Line.list_id == List.id)
            .where(Line.nomination_id == nomination_id, List.kind.in_(("petition", "recipient_change")))
            .order_by(List.id)
        ).all()
        found = [
            (row, line) for row, line in rows
            if line.data.get("noted") and (row.kind == "petition" or row.data["change"]["change"] == "disciplined")
        ]
        let_go(one for pair in found for one in pair)
        return found


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


def _decided(row: List) -> bool:
    """Whether the award of a name on the list is decided: then the conclusion comes with a proposal to the chair."""
    with reading() as s:
        return any(stage_of(s, n) in holds.DECIDED or is_awarded(n) for _, n in lists.lines_of(row.id))


def is_awarded(nomination: Nomination) -> bool:
    """Whether a name's award is decided, handed over or not, and not revoked: who dies then is honoured, nobody asks for it any more."""
    with reading() as s:
        return stage_of(s, nomination) in holds.DECIDED | holds.OVER and bool(nomination.form_granted) and not nomination.revoked


_ONE = ("received",)

lists.KINDS["withdrawal"] = ListKind(
    name="withdrawal", label="Rút hồ sơ đề nghị", label_en="Withdrawal",
    states={"received": N_("Đã nhận"), "done": N_("Đã rút")}, start="received",
    acts=(
        Act(
            "file", "Rút hồ sơ đề nghị", "Withdraw", "withdrawal.file", _ONE, to="done",
            message="nomination:withdrawn", form="withdrawal", concerns=False, held_allowed=True, urgent=True,
            effect=_withdraw, enter="withdrawal.enter",
            told="Đã rút {n} tên", told_en="Withdrew {names}",
        ),
    ),
    made=None,
)
lists.KINDS["petition"] = ListKind(
    name="petition", label="Đơn thư về trường hợp đề nghị", label_en="Petition",
    states={"received": N_("Vừa nhận"), "verifying": N_("Đang xác minh"), "concluded": N_("Đã kết luận")},
    start="received",
    acts=(
        Act(
            "verify", "Tạm dừng để xác minh", "Hold it while it is verified", "petition.classify", _ONE, to="verifying",
            held_allowed=True, ended_allowed=True, own_office=True, driven=True, effect=_verify,
            told="Đã tạm dừng để xác minh", told_en="Held",
        ),
        Act(
            "conclude", "Kết luận xác minh", "Conclude", "petition.settle", ("verifying",), to="concluded",
            form="petition_conclude", held_allowed=True, ended_allowed=True, own_office=True, driven=True, effect=_conclude,
            told="Đã kết luận", told_en="Concluded",
        ),
    ),
    made=None,
    given=lambda row, by: {"decided": _decided(row), "received_on": row.data.get("received_on")},
)
lists.KINDS["recipient_change"] = ListKind(
    name="recipient_change", label="Thay đổi về đối tượng", label_en="Change of the recipient",
    states={"received": N_("Đã nhận"), "verifying": N_("Đang tạm dừng, chờ kết luận"), "done": N_("Đã ghi nhận")},
    start="received",
    acts=(
        Act(
            "file", "Ghi thay đổi về đối tượng", "Enter a change", "recipient_change.enter", _ONE, to="done",
            message="recipient:changed", form="recipient_change", concerns=False, held_allowed=True, ended_allowed=True,
            urgent=True, effect=_change_recipient, told="Đã ghi thay đổi", told_en="Change entered",
        ),
        Act(
            "conclude", "Kết luận", "Conclude", "petition.conclude", ("verifying",), to="done",
            form="petition_conclude", held_allowed=True, ended_allowed=True, own_office=True, effect=_conclude,
            told="Đã kết luận", told_en="Concluded",
        ),
    ),
    tasks={"verifying": (ListTask("conclude", N_("Kết luận về kỷ luật"), lambda row: "vhxh_head"),)},
    made=None,
    given=lambda row, by: {"decided": all(is_awarded(n) for _, n in lists.lines_of(row.id))},
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
__all__ = ["note_reason", "noted"]
