"""Revocation of an award: the office proposes to keep or to revoke it, the chair decides (office.md, point 9).

Before handing over a proposal comes with the hold that stopped handing over and payment: kept, the hold is lifted;
revoked, the nomination stops. After it, or once the case has ended, only the award itself changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, trail
from service.actor import Actor
from service.awards import holds, lists
from service.awards.holds import stage_of
from service.awards.leaving import take_off
from service.awards.lists import Act, Acting, ListKind, ListTask
from service.awards.models import Award, Hold, List, Nomination
from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.errors import Conflict
from service.words import N_


def propose_revocation(
    s: Session, source: List, nomination: Nomination, hold: Hold, fields: Mapping[str, Any], *, by: Actor
) -> int:
    """Put the conclusion on a name whose award is decided before the chair; its hold stays until then. Returns the list."""
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
            "hold": hold.id,
        },
    )
    trail.record(
        "revocation:proposed", by=by, stream=f"list:{number}", body={"names": [nomination.id], "proposal": proposal}
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
    """The chair keeps the award, which lifts the hold, or revokes it with a decision of its own."""
    row, revoked = acting.list, acting.fields["decision"] == "revoke"
    row.data = {**row.data, "decided": dict(acting.fields)}
    acting.extra["decision"] = acting.fields["decision"]
    acting.state = "revoked" if revoked else "kept"
    for _, nomination, _ in acting.lines:
        if revoked:
            _revoke(acting, nomination)
        else:
            _keep(acting, nomination)


def _keep(acting: Acting, nomination: Nomination) -> None:
    hold = acting.s.get(Hold, acting.list.data["hold"]) if "hold" in acting.list.data else None
    if hold is not None and hold.lifted_at is None:
        holds.lift_hold(acting.s, hold, "kept")
        acting.instead[nomination.id] = holds.lifted(hold)


def _revoke(acting: Acting, nomination: Nomination) -> None:
    s, row = acting.s, acting.list
    row.number, row.dated = str(acting.fields["number"])[:60], date.fromisoformat(acting.fields["dated"])
    awards = _awards(s, nomination)
    if any(a.handed_on or a.paid_on for a in awards):
        days = rules_on(clock.today()).number("RECOVERY_DAYS")
        row.data = {**row.data, "recover_by": working_calendar().add(row.dated, days).isoformat()}
    for award in awards:
        award.status = "revoked"
    reason = str(acting.fields["reason"])
    if stage_of(s, nomination) in holds.DECIDED:
        nomination.reason_code, nomination.refused_by, nomination.reason = "REVOKED", "chair", reason
        take_off(s, nomination, by=acting.by, code="revoked", keep=row.id)
        holds.end_holds(s, nomination, "revoked")
        acting.instead[nomination.id] = {
            "name": "nomination:stopped", "urgent": True, "payload": {"cause": "revoked"}
        }
    trail.record(
        "award:revoked", by=acting.by, stream=f"instance:{nomination.instance_id}",
        body={"decision": row.number, "awards": [a.id for a in awards]}, private={"reason": reason},
    )


lists.KINDS["revocation"] = ListKind(
    name="revocation", label="Giữ hoặc hủy bỏ khen thưởng", label_en="Keeping or revoking an award",
    states={
        "received": N_("Vừa nhận"), "proposed": N_("Chờ Chủ tịch UBND xã quyết định"), "kept": N_("Giữ khen thưởng"),
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
    ),
    tasks={"proposed": (ListTask("decide", N_("Quyết định giữ hoặc hủy bỏ khen thưởng"), lambda row: "chair"),)},
    made=None,
)
lists.ENDED_STATES["revocation"] = ("kept", "revoked")
