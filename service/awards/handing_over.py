"""The award list, along which the awards of a decision or a package are handed over and paid, name by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.awards import lists
from service.awards.due import within
from service.awards.line_data import LineData, Name, labelled
from service.awards.lists import Act, Acting, ListKind, ListTask, bad_line, bad_lines
from service.awards.models import Award, Line, List, Nomination, Round
from service.awards.nomination_steps import on_opened
from service.awards.rounds import end_of_day
from service.db import reading, session
from service.errors import Invalid
from service.processes.cases import Recorded
from service.vietnamese import fold
from service.words import N_

HANDOVER = ("wait_handover", "wait_merit_handover", "wait_state_handover")


class HandedOver(LineData):
    """To whom an award was handed, where not to the awardee."""

    to_whom: Name | None = labelled("Trao cho", "Handed to")


def put_on_award_list(s: Session, parent: List, nominations: list[int], by: Actor) -> int:
    """Put names on the list along which a decision's or package's awards are handed over and paid; made where none is."""
    row = s.scalars(
        select(List).where(List.kind == "award_list", List.parent_id == parent.id, List.state == "open").order_by(List.id)
    ).first()
    if row is None:
        return make_award_list(s, parent, nominations, by, paper=parent.number or parent.title)
    lists.add_lines(s, row, nominations)
    row.version += 1
    s.flush()
    lists.open_tasks(s, row)
    return row.id


def make_award_list(s: Session, parent: List, nominations: list[int], by: Actor, *, paper: str) -> int:
    """Make the list along which awards are handed over and paid; it is named after the paper that grants them."""
    calendar = s.get_one(Round, parent.round_id).calendar
    return lists.create_list(
        "award_list",
        parent.round_id,
        title=f"Trao tặng theo {paper}",
        nominations=nominations,
        by=by,
        parent_id=parent.id,
        due_at=end_of_day(calendar["ceremony"]) if "ceremony" in calendar else None,
    )


def _award_of(s: Session, nomination: Nomination) -> Award:
    return s.scalars(
        select(Award).where(Award.nomination_id == nomination.id).order_by(Award.id.desc()).limit(1)
    ).one()


def _decided_on(row: List) -> str | None:
    """The day of the latest decision on an award list, before which nothing of it is handed over or paid."""
    with reading() as s:
        day = s.scalar(
            select(func.max(Award.decided_on))
            .join(Line, Line.nomination_id == Award.nomination_id)
            .where(Line.list_id == row.id, Line.removed.is_(False), Award.status != "revoked")
        )
    return day.isoformat() if day else None


def _hand_over(acting: Acting) -> None:
    handed = date.fromisoformat(acting.fields["handed_on"])
    dead = [
        bad_line(line, n, "người được khen đã mất: ghi người nhận thay, ví dụ vợ, chồng, con",
                 "who was honoured has died: name who receives it")
        for line, n, said in acting.lines
        if (n.posthumous or n.to_family) and n.kind == "INDIVIDUAL" and fold(str(said.data.get("to_whom") or n.name)) == fold(n.name)
    ]
    if dead:
        raise bad_lines(dead)
    for line, nomination, said in acting.lines:
        award = _award_of(acting.s, nomination)
        award.handed_on = handed
        award.handed_to = str(said.data.get("to_whom") or nomination.name)
        line.data = {**line.data, "handed_on": handed.isoformat(), "handed_to": award.handed_to}
    acting.state = _state(acting)


def _pay(acting: Acting) -> None:
    paid, budget = date.fromisoformat(acting.fields["paid_on"]), int(acting.fields["budget_year"])
    if budget not in (paid.year, paid.year - 1):
        raise Invalid.at(
            "budget_year",
            f"Năm ngân sách {budget} không hợp với ngày chi {paid:%d/%m/%Y}. Ghi {paid.year} hoặc {paid.year - 1}.",
            f"Budget year {budget} does not go with a payment on {paid:%d/%m/%Y}. Give {paid.year} or {paid.year - 1}.",
        )
    for line, nomination, _ in acting.lines:
        award = _award_of(acting.s, nomination)
        award.paid_on, award.voucher = paid, acting.fields["voucher"]
        line.data = {**line.data, "paid_on": paid.isoformat(), "voucher": award.voucher}
    acting.state = _state(acting)


def _state(acting: Acting) -> str:
    acting.s.flush()
    live = acting.s.scalars(select(Line).where(Line.list_id == acting.list.id, Line.removed.is_(False))).all()
    return _standing(acting.list, live)


def _standing(row: List, live: Sequence[Line]) -> str:
    s = session()
    for line in live:
        nomination = s.get_one(Nomination, line.nomination_id)
        award = _award_of(s, nomination)
        # The province and the centre pay for what they grant (law.md 2.7): noted, not awaited.
        if award.handed_on is None or award.level == "commune" and award.paid_on is None:
            return "open"
    return "done"


lists.KINDS["award_list"] = ListKind(
    name="award_list",
    label="Trao tặng, chi tiền thưởng",
    label_en="Handing over and payment",
    states={
        "open": N_("Đang trao tặng, chi tiền thưởng"), "done": N_("Đã xong"), lists.EMPTY: N_("Thôi trao: không còn tên nào"),
    },
    start="open",
    acts=(
        Act(
            "hand_over", "Ghi đã trao tặng", "Handed over", "award_list.hand_over", ("open",),
            message="award:handed_over", form="award_handover", waits=HANDOVER,
            after=("decision:issued", "province:answered", "centre:answered"), line=HandedOver, partial=True,
            effect=_hand_over,
            told="Đã trao {n} tên", told_en="Handed over to {names}",
        ),
        Act(
            "pay", "Ghi đã chi tiền thưởng", "Paid", "award_list.pay", ("open",), message="award:paid",
            form="award_payment", waits=("wait_payment",), after=("decision:issued",), partial=True, effect=_pay,
            told="Đã chi {n} tên", told_en="Paid to {names}",
        ),
    ),
    tasks={
        "open": (
            ListTask("hand_over", N_("Trao tặng"), lambda row: "vhxh", "ceremony", HANDOVER),
            ListTask("pay", N_("Chi tiền thưởng"), lambda row: "accountant", "ceremony", ("wait_payment",)),
        ),
    },
    made="made",
    due=within("ADHOC_AWARD_DAYS"),
    standing=_standing,
    given=lambda row, by: {"decided_on": _decided_on(row)},
)


def _ask_on_award_list(recorded: Recorded, nomination: Nomination) -> None:
    """When a name comes to wait for handing over or payment, the task stands in the inbox."""
    s = session()
    rows = s.scalars(
        select(List)
        .join(Line, Line.list_id == List.id)
        .where(List.kind == "award_list", List.state == "open", Line.nomination_id == nomination.id)
    ).all()
    for row in rows:
        lists.open_tasks(s, row)


for _element in (*HANDOVER, "wait_payment"):
    on_opened[_element] = _ask_on_award_list
lists.ENDED_STATES["award_list"] = ("done", lists.EMPTY)
