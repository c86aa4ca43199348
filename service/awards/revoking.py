"""Revocation of an award: the office proposes to keep or to revoke it, the chair decides, the clerk brings the number.

Before handing over a proposal comes with the hold that stopped handing over and payment: kept, the hold is lifted;
revoked, the nomination stops. After it, or once the case has ended, only the award itself changes, and what was handed
over and paid is asked back by the day that RECOVERY_DAYS sets (Law on Emulation and Commendation, Art. 93; office.md,
point 9). Nothing is deleted.

Who granted an award revokes it: what a level above granted the chair only asks it to revoke, by a letter, and its answer is
written down with its paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, trail
from service.actor import Actor
from service.awards import holds, lists
from service.awards.decisions import signature_of
from service.awards.holds import stage_of
from service.awards.leaving import take_off
from service.awards.lists import Act, Acting, ListKind, ListTask
from service.awards.models import Award, Hold, List, Nomination
from service.awards.numbers import number_paper
from service.awards.rounds import end_of_day
from service.awards.rules import rules_on
from service.awards.telling import tell_of_award
from service.calendar import working_calendar
from service.errors import Conflict
from service.words import N_


def propose_revocation(
    s: Session, source: List, nomination: Nomination, hold: Hold | None, fields: Mapping[str, Any], *, by: Actor
) -> int:
    """Put the conclusion on a name whose award is decided before the chair; its hold stays until then, where it has one.

    Returns the list.
    """
    proposal = str(fields.get("proposal") or ("revoke" if fields["decision"] == "founded" else "keep"))
    number = lists.create_list(
        "revocation",
        nomination.round_id,
        title=f"{lists.KINDS['revocation'].label}: {nomination.name}",
        nominations=[nomination.id],
        by=by,
        unit_id=source.unit_id,
        parent_id=source.id,
        state="proposed",
        data={
            "proposal": {
                "proposal": proposal, "reason": str(fields.get("note") or ""), "number": fields["number"],
                "dated": fields["dated"],
            },
            **({"hold": hold.id} if hold is not None else {}),
        },
    )
    if hold is not None:
        hold.cause = "revocation"
    concluded = source.kind == "petition"
    trail.record(
        "revocation:concluded" if concluded else "revocation:proposed", by=by, stream=f"list:{number}",
        body={"names": [nomination.id], "proposal": proposal} | ({"number": fields["number"]} if concluded else {}),
    )
    return number


def _propose(acting: Acting) -> None:
    """The head of the office proposes by himself; handing over and payment stop at once where they are still to come."""
    s = acting.s
    for _, nomination, _ in acting.lines:
        stage = stage_of(s, nomination)
        if stage not in holds.DECIDED and not _awards(s, nomination):
            raise Conflict(
                "Trường hợp này chưa được khen thưởng, hoặc khen thưởng đã bị hủy bỏ.",
                "There is no award here that could be revoked.",
                code="no-award",
            )
        if stage in holds.DECIDED:
            hold = holds.open_hold(s, nomination, cause="revocation", list_id=acting.list.id)
            acting.list.data = {**acting.list.data, "hold": hold.id}
            acting.instead[nomination.id] = holds.held(hold)
    acting.list.data = {**acting.list.data, "proposal": dict(acting.fields)}
    acting.extra["proposal"] = acting.fields["proposal"]


def _awards(s: Session, nomination: Nomination) -> list[Award]:
    return list(
        s.scalars(select(Award).where(Award.nomination_id == nomination.id, Award.status != "revoked").order_by(Award.id))
    )


def _decide(acting: Acting) -> None:
    """The chair keeps the award, which lifts the hold, or signs: that it is revoked, or that the level above is asked to."""
    row, revoked = acting.list, acting.fields["decision"] == "revoke"
    paper = "revocation_request" if _granted_above(acting) else "revocation_decision"
    row.data = {**row.data, "decided": dict(acting.fields)} | (signature_of(acting, paper) if revoked else {})
    acting.extra["decision"] = acting.fields["decision"]
    acting.state = ("requesting" if _granted_above(acting) else "signed") if revoked else "kept"
    if not revoked:
        for _, nomination, _ in acting.lines:
            _keep(acting, nomination)


def _granted_above(acting: Acting) -> bool:
    return any(award.level != "commune" for _, nomination, _ in acting.lines for award in _awards(acting.s, nomination))


def _send(acting: Acting) -> None:
    """The letter that asks the level above has its number; nothing about the award changes by it."""
    number_paper(acting.s, acting.list, acting.fields, paper="CV")
    acting.list.data = {**acting.list.data, "requested": dict(acting.fields)}
    acting.extra["number"] = acting.list.number


def _record(acting: Acting) -> None:
    """What the level above decided, by its paper: it holds from that day on."""
    row, said = acting.list, acting.fields
    row.data = {**row.data, "answer": {key: value for key, value in said.items() if key != "scan"}}
    acting.extra |= {"number": said["number"], "decision": said["decision"]}
    if said["decision"] == "keep":
        acting.state = "kept"
        for _, nomination, _ in acting.lines:
            _keep(acting, nomination)
        return
    for _, nomination, _ in acting.lines:
        _revoke(acting, nomination, number=str(said["number"]), dated=date.fromisoformat(said["dated"]))
    acting.s.flush()
    acting.state = _standing_to_recover(acting.s, row)


def _keep(acting: Acting, nomination: Nomination) -> None:
    hold = acting.s.get(Hold, acting.list.data["hold"]) if "hold" in acting.list.data else None
    if hold is not None and hold.lifted_at is None:
        holds.lift_hold(acting.s, hold, "kept")
        acting.instead[nomination.id] = holds.lifted(hold)


def _issue(acting: Acting) -> None:
    """Number and day make the revocation an act; what was handed over and paid is asked back from then on."""
    s, row = acting.s, acting.list
    number_paper(s, row, acting.fields, paper="QĐ")
    acting.extra["number"] = row.number
    assert row.number and row.dated is not None
    for _, nomination, _ in acting.lines:
        _revoke(acting, nomination, number=row.number, dated=row.dated)
    s.flush()
    acting.state = _standing_to_recover(s, row)


def _revoke(acting: Acting, nomination: Nomination, *, number: str, dated: date) -> None:
    s, row = acting.s, acting.list
    awards = _awards(s, nomination)
    row.data = {**row.data, "awards": [a.id for a in awards]}
    if any(a.handed_on or a.paid_on for a in awards):
        days = rules_on(clock.today()).number("RECOVERY_DAYS")
        row.data = {**row.data, "recover_by": working_calendar().add(dated, days).isoformat()}
    for award in awards:
        award.status = "revoked"
    nomination.revoked = True
    reason = str(row.data["decided"]["reason"])
    if stage_of(s, nomination) in holds.DECIDED:
        nomination.reason_code, nomination.refused_by, nomination.reason = "REVOKED", "chair", reason
        take_off(s, nomination, by=acting.by, code="revoked", keep=row.id)
        holds.end_holds(s, nomination, "revoked")
        acting.instead[nomination.id] = {
            "name": "nomination:stopped", "urgent": True, "payload": {"cause": "revoked"}
        }
    else:  # a nomination that stops is told of by the stop
        tell_of_award(nomination, "award_revoked", f"list:{row.id}", number=number, day=dated)
    trail.record(
        "award:revoked", by=acting.by, stream=f"instance:{nomination.instance_id}",
        body={"decision": number, "awards": [a.id for a in awards]}, private={"reason": reason},
    )


def _revoked(s: Session, row: List) -> list[Award]:
    return list(s.scalars(select(Award).where(Award.id.in_(row.data.get("awards", ()))).order_by(Award.id)))


def to_return(s: Session, row: List) -> list[Award]:
    """Awards of a revocation whose certificate or artefact is still with who received it."""
    return [a for a in _revoked(s, row) if a.handed_on and a.returned_on is None]


def to_repay(s: Session, row: List) -> list[Award]:
    """Awards of a revocation whose money was paid and is not back yet."""
    return [a for a in _revoked(s, row) if a.paid_on and a.money and a.repaid_on is None]


def _standing_to_recover(s: Session, row: List) -> str:
    return "recovering" if to_return(s, row) or to_repay(s, row) else "revoked"


def _take_back(acting: Acting) -> None:
    """Certificate and artefact came back, or are written off because they are lost; the reason stands on the list."""
    awards = to_return(acting.s, acting.list)
    if not awards:
        raise Conflict("Không còn hiện vật nào phải thu hồi.", "Nothing is left to take back.", code="nothing-to-recover")
    for award in awards:
        award.returned_on = date.fromisoformat(acting.fields["dated"])
    _recovered(acting, "returned")


def _pay_back(acting: Acting) -> None:
    """Money of a revoked award came back into the fund, by its receipt."""
    awards = to_repay(acting.s, acting.list)
    if not awards:
        raise Conflict("Không còn tiền thưởng nào phải thu hồi.", "No money is left to pay back.", code="nothing-to-recover")
    for award in awards:
        award.repaid_on, award.receipt = date.fromisoformat(acting.fields["dated"]), str(acting.fields["receipt"])[:60]
    acting.extra["amount"] = f"{sum(a.money for a in awards):,}".replace(",", ".")
    _recovered(acting, "repaid")


def _recovered(acting: Acting, what: str) -> None:
    acting.list.data = {**acting.list.data, what: dict(acting.fields)}
    acting.s.flush()
    acting.state = _standing_to_recover(acting.s, acting.list)


def _recover_by(row: List) -> datetime | None:
    return end_of_day(row.data["recover_by"]) if "recover_by" in row.data else None


def _asked_back(found: Callable[[Session, List], list[Award]], group: str) -> Callable[[Session, List], dict[str, str]]:
    return lambda s, row: {"": group} if found(s, row) else {}


_FOR_THE_UNIT = ("decided", "answer", "recover_by", "returned", "repaid")


def _shown(by: Actor, row: List) -> Mapping[str, Any]:
    """The unit reads the decision, its reason and what is asked back; what the office proposed stays inside."""
    return row.data if lists.reads_inside(by, row) else {k: v for k, v in row.data.items() if k in _FOR_THE_UNIT}


lists.KINDS["revocation"] = ListKind(
    name="revocation", label="Giữ hoặc hủy bỏ khen thưởng", label_en="Keeping or revoking an award",
    states={
        "received": N_("Vừa nhận"), "proposed": N_("Chờ Chủ tịch UBND xã quyết định"), "kept": N_("Giữ khen thưởng"),
        "signed": N_("Đã ký hủy bỏ, chờ văn thư cho số"),
        "requesting": N_("Đã ký văn bản đề nghị cấp trên hủy bỏ, chờ văn thư cho số"),
        "asked": N_("Đã đề nghị cấp trên hủy bỏ, chờ trả lời"),
        "recovering": N_("Đã hủy bỏ, đang thu hồi hiện vật, tiền thưởng"),
        "revoked": N_("Đã hủy bỏ khen thưởng"),
    },
    start="received",
    acts=(
        Act(
            "propose", "Đề nghị hủy bỏ khen thưởng", "Propose a revocation", "award.propose_revocation", ("received",),
            to="proposed", form="revocation_proposal", held_allowed=True, ended_allowed=True, effect=_propose,
            told="Đã trình Chủ tịch UBND xã", told_en="Put before the chair",
        ),
        Act(
            "decide", "Quyết định giữ hoặc hủy bỏ", "Keep or revoke", "award.revoke", ("proposed",),
            form="revocation_decision", held_allowed=True, ended_allowed=True, effect=_decide,
            told="Đã quyết định", told_en="Decided",
        ),
        Act(
            "issue", "Cho số quyết định hủy bỏ", "Number the decision to revoke", "award.issue_correction", ("signed",),
            form="paper_issue", held_allowed=True, ended_allowed=True, concerns=False, effect=_issue,
            told="Đã cho số quyết định hủy bỏ", told_en="The decision to revoke has its number",
        ),
        Act(
            "send", "Cho số văn bản đề nghị hủy bỏ", "Number the letter that asks to revoke", "award.issue_correction",
            ("requesting",), to="asked", form="paper_issue", held_allowed=True, ended_allowed=True, concerns=False, effect=_send,
            told="Đã cho số, gửi cấp trên", told_en="The letter has its number",
        ),
        Act(
            "record", "Ghi quyết định của cấp trên", "Enter what the level above decided", "package.answer", ("asked",),
            form="revocation_answer", held_allowed=True, ended_allowed=True, concerns=False, effect=_record,
            told="Đã ghi quyết định của cấp trên", told_en="The decision of the level above is entered",
        ),
        Act(
            "take_back", "Ghi đã thu hồi hiện vật", "Certificate taken back", "award.take_back", ("recovering",),
            form="take_back", held_allowed=True, ended_allowed=True, concerns=False, effect=_take_back,
            told="Đã ghi thu hồi hiện vật", told_en="Taken back",
        ),
        Act(
            "pay_back", "Ghi đã thu hồi tiền thưởng", "Money paid back", "award_list.pay", ("recovering",),
            form="pay_back", held_allowed=True, ended_allowed=True, concerns=False, effect=_pay_back,
            told="Đã ghi thu hồi tiền thưởng", told_en="Paid back",
        ),
    ),
    tasks={
        "proposed": (ListTask("decide", N_("Quyết định giữ hoặc hủy bỏ khen thưởng"), lambda row: "chair"),),
        "signed": (ListTask("issue", N_("Cho số quyết định hủy bỏ"), lambda row: "clerk"),),
        "requesting": (ListTask("send", N_("Cho số văn bản đề nghị hủy bỏ"), lambda row: "clerk"),),
        "asked": (ListTask("record", N_("Ghi quyết định của cấp trên về hủy bỏ"), lambda row: "vhxh"),),
        "recovering": (
            ListTask(
                "take_back", N_("Thu hồi Giấy khen, hiện vật"), lambda row: "vhxh", until=_recover_by,
                parts=_asked_back(to_return, "vhxh"),
            ),
            ListTask(
                "pay_back", N_("Thu hồi tiền thưởng"), lambda row: "accountant", until=_recover_by,
                parts=_asked_back(to_repay, "accountant"),
            ),
        ),
    },
    made=None,
    shown=_shown,
    out=lambda row: row.state in ("recovering", "revoked"),
)
lists.ENDED_STATES["revocation"] = ("kept", "revoked")
