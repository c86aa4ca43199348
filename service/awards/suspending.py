"""Suspending, resuming and cancelling a nomination by the office itself, each with a reason (process.md section 3).

A hold is the same as that of a petition: it counts at once, no list takes the name, and the process' timers stand still
with the working time that remained. A cancellation ends without judgement, as a withdrawal does; what a decision has
settled is not cancelled but revoked.
"""

from __future__ import annotations

from service.awards import holds, lists
from service.awards.changes import note_reason
from service.awards.holds import stage_of
from service.awards.leaving import take_off
from service.awards.lists import Act, Acting, ListKind, ListTask
from service.awards.models import Hold
from service.errors import Conflict, Invalid
from service.words import N_


def _suspend(acting: Acting) -> None:
    """Put a name on hold, with cause and reason; in any state until the result is out (office.md, point 8)."""
    fields = acting.fields
    acting.list.data = {**acting.list.data, "hold": dict(fields)}
    acting.extra["cause"] = fields["cause"]
    for line, nomination, _ in acting.lines:
        stage = stage_of(acting.s, nomination)
        if stage in holds.REFUSED or stage in holds.OVER:
            raise Conflict(
                "Không tạm dừng được: kết quả đã có.", "Not possible: the result is out.", code="refused-already"
            )
        hold = holds.open_hold(
            acting.s, nomination, cause=str(fields["cause"]), list_id=acting.list.id, note=str(fields["reason"])
        )
        line.data = {**line.data, "hold": hold.id}
        acting.instead[nomination.id] = holds.held(hold)


_CONCLUDED = ("verification", "legal")
"""Causes of a hold that somebody else's conclusion ends."""


def _resume(acting: Acting) -> None:
    """End the hold: the process' timers go on with the working time that remained.

    One that waited for the conclusion of others ends by their paper (law.md section 11).
    """
    cause = str(acting.list.data.get("hold", {}).get("cause"))
    if cause in _CONCLUDED and not str(acting.fields.get("number") or "").strip():
        raise Invalid.at(
            "number", "Ghi số, ngày của văn bản kết luận, ví dụ 4/KL-TTr ngày 12/12/2026.",
            "Name the paper with the conclusion, for example 4/KL of 12/12/2026.", code="conclusion-missing",
        )
    acting.list.data = {**acting.list.data, "resumed": dict(acting.fields)}
    for line, nomination, _ in acting.lines:
        hold = acting.s.get_one(Hold, line.data["hold"])
        holds.lift_hold(acting.s, hold, str(acting.fields["reason"]))
        acting.instead[nomination.id] = holds.lifted(hold)


def _cancel(acting: Acting) -> None:
    """End a nomination that should not have been begun, without judging it; open holds end with it."""
    s = acting.s
    acting.list.data = {**acting.list.data, "cancelled": dict(acting.fields)}
    for _, nomination, _ in acting.lines:
        stage = stage_of(s, nomination)
        if stage in holds.DECIDED or stage in holds.OVER:
            raise Conflict(
                "Không hủy được: đã có quyết định khen thưởng. Chủ tịch UBND xã hủy bỏ bằng quyết định.",
                "The decision is signed: it is revoked by the chair, not cancelled.", code="decided",
            )
        if stage in holds.ABOVE:
            raise Conflict(
                "Không hủy được: hồ sơ đã gửi tỉnh. Gửi văn bản rút lên tỉnh, rồi ghi trả lời “Đã rút theo văn bản”.",
                "Sent to the province: write to the province, then enter its answer as withdrawn.", code="sent-already",
            )
        if stage in holds.REFUSED:
            raise Conflict("Không hủy được: kết quả đã có.", "Too late: the result is out.", code="refused-already")
        note_reason(nomination, "CANCELLED", "office", str(acting.fields["reason"]))
        acting.payloads[nomination.id] = {"cause": "CANCELLED"}
        take_off(s, nomination, by=acting.by, code="stopped", keep=acting.list.id)
        holds.end_holds(s, nomination, "cancelled")


lists.KINDS["hold"] = ListKind(
    name="hold", label="Tạm dừng xem xét", label_en="Hold",
    states={"received": N_("Vừa ghi"), "held": N_("Đang tạm dừng"), "done": N_("Đã kết thúc tạm dừng")},
    start="received",
    acts=(
        Act(
            "suspend", "Tạm dừng xem xét", "Put on hold", "hold.set", ("received",), to="held", form="hold",
            held_allowed=True, urgent=True, own_office=True, effect=_suspend, told="Đã tạm dừng xem xét", told_en="Put on hold",
        ),
        Act(
            "resume", "Kết thúc tạm dừng, xem xét tiếp", "End the hold and go on", "hold.lift", ("held",), to="done",
            form="hold_end", held_allowed=True, urgent=True, own_office=True, effect=_resume,
            told="Đã kết thúc tạm dừng", told_en="Hold ended",
        ),
    ),
    tasks={"held": (ListTask("resume", N_("Kết thúc tạm dừng"), lambda row: "vhxh_head"),)},
    made=None,
)
lists.KINDS["cancellation"] = ListKind(
    name="cancellation", label="Hủy trường hợp đề nghị", label_en="Cancellation",
    states={"received": N_("Vừa ghi"), "done": N_("Đã hủy")}, start="received",
    acts=(
        Act(
            "cancel", "Hủy trường hợp đề nghị", "Cancel the nomination", "instance.stop", ("received",), to="done",
            message="nomination:withdrawn", form="reason", held_allowed=True, urgent=True, own_office=True, effect=_cancel,
            told="Đã hủy {n} trường hợp", told_en="Cancelled {names}",
        ),
    ),
    made=None,
)
lists.PAST.update(suspend="set", resume="lifted", cancel="done")
lists.ENDED_STATES.update(hold=("done",), cancellation=("done",))
