"""Holds of nominations, and where a nomination stands in the eyes of who would stop, withdraw or change it.

A hold counts from the transaction that opens it; the diagram learns of it by message (process.md section 3). What is only
noted, because the name is not received yet or refused already, begins when the name comes before the office again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service import clock
from service.awards.models import Hold, Nomination
from service.db import let_go, reading
from service.processes.models import Message, ProcessInstance

DRAFT = frozenset({"drafting", "signing_by_head"})
LIVE = frozenset({
    "checking", "returning", "supplementing", "consulting", "weighing", "posting", "council", "deciding", "packing",
})
ABOVE = frozenset({"at_province", "at_centre", "package_supplementing"})
DECIDED = frozenset({"issuing", "handing_over"})
REFUSED = frozenset({"refused_open", "reviewing"})
OVER = frozenset({"filing", "ended"})
"""Handed over: nothing stops any more, only the award itself can be revoked."""
_AHEAD: dict[str, dict[str, str]] = {
    "submission:signed": {"signed": "checking"},
    "council:result": {"failed": "refused_open"},
    "decision:signed": {"granted": "issuing", "struck": "refused_open"},
    "package:sent": {"sent": "at_province", "struck": "refused_open"},
    "province:answered": {"granted": "handing_over", "other_form": "handing_over", "refused": "refused_open"},
    "centre:answered": {"granted": "handing_over", "other_form": "handing_over", "refused": "refused_open"},
}
"""Message on its way → its result → the phase that counts already: what is signed is signed."""


def stage_of(s: Session, nomination: Nomination) -> str:
    """Phase in which a nomination stands, with what is signed, sent or answered and still on its way."""
    status, phase = s.execute(
        select(ProcessInstance.status, ProcessInstance.phase).where(ProcessInstance.id == nomination.instance_id)
    ).one()
    if status == "ended":
        return "ended"
    queued = s.execute(
        select(Message.name, Message.payload)
        .where(
            Message.instance_id == nomination.instance_id, Message.state == "queued", Message.name.in_(_AHEAD)
        )
        .order_by(Message.id)
    ).all()
    stage: str = phase or "drafting"
    for name, payload in queued:
        stage = _AHEAD[name].get(str(payload.get("result")), stage)
    return stage


def open_hold(s: Session, nomination: Nomination, *, cause: str, list_id: int | None, note: str = "") -> Hold:
    """Stop a nomination until a conclusion: counts at once, and the engine's timers stand still on delivery."""
    hold = Hold(nomination_id=nomination.id, list_id=list_id, cause=cause, note=note, opened_at=clock.now())
    s.add(hold)
    s.flush()
    _count(s, nomination, 1)
    return hold


def lift_hold(s: Session, hold: Hold, conclusion: str) -> None:
    """End a hold with its conclusion; one that has ended already stays as it is."""
    if hold.lifted_at is not None:
        return
    hold.lifted_at, hold.conclusion = clock.now(), conclusion
    _count(s, s.get_one(Nomination, hold.nomination_id), -1)


def _count(s: Session, nomination: Nomination, more: int) -> None:
    s.execute(
        update(ProcessInstance)
        .where(ProcessInstance.id == nomination.instance_id)
        .values(holds=ProcessInstance.holds + more)
    )


def open_holds(nomination_id: int) -> list[Hold]:
    """Holds of a nomination that no conclusion has ended, the oldest first."""
    with reading() as s:
        rows = _open(s, nomination_id)
        let_go(rows)
        return rows


def _open(s: Session, nomination_id: int) -> list[Hold]:
    return list(
        s.scalars(
            select(Hold).where(Hold.nomination_id == nomination_id, Hold.lifted_at.is_(None)).order_by(Hold.id)
        )
    )


def end_holds(s: Session, nomination: Nomination, conclusion: str) -> None:
    """End every hold of a nomination that goes no further; its waits end with the case, so nothing is sent."""
    for hold in _open(s, nomination.id):
        lift_hold(s, hold, conclusion)


def void_holds(s: Session, nomination: Nomination, source: str) -> list[dict[str, Any]]:
    """Lift the holds of a name that is refused above, in order, and give the messages that say so (section 3)."""
    messages = []
    for hold in _open(s, nomination.id):
        lift_hold(s, hold, "void")
        messages.append(
            {"instance_id": nomination.instance_id, "source": source, "once": f"hold:{hold.id}:void"} | lifted(hold)
        )
    return messages


def held(hold: Hold) -> dict[str, Any]:
    """The message that tells the diagram of a hold."""
    return {"name": "nomination:held", "urgent": True, "payload": {"hold_id": str(hold.id)}}


def lifted(hold: Hold) -> dict[str, Any]:
    """The message that ends the diagram's wait for a conclusion."""
    return {"name": "hold:lifted", "urgent": True, "key": str(hold.id), "payload": {}}
