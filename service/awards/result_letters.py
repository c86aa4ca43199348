"""Result letters: each unit is told how its names fared, in one letter that gathers them until it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, people
from service.actor import Actor
from service.awards import lists
from service.awards.due import after
from service.awards.lists import Act, Acting, ListKind, ListTask
from service.awards.models import Line, List, Nomination, Round
from service.awards.nomination_steps import on_opened
from service.awards.numbers import number_typed
from service.db import reading, session
from service.processes.cases import Recorded
from service.processes.models import ProcessInstance
from service.words import N_
from workflows.calendar import ZONE


def _only_told(line: Line) -> bool:
    return bool(line.data.get("granted"))


def _send_letter(acting: Acting) -> None:
    """Send the letter to the unit of today, with all its names in the round as they stand: the paper of that day."""
    row = acting.list
    row.number = number_typed(acting.s, row, acting.fields, paper="CV")
    row.dated = date.fromisoformat(acting.fields["dated"])
    if row.unit_id is not None:
        row.unit_id = people.current_unit(row.unit_id)
    row.data = {**row.data, "others": others_of(row)}
    if not all(_only_told(line) for line, _, _ in acting.lines):
        row.data = {**row.data, "review_until": review_until(acting.at).isoformat()}


def review_until(sent: datetime) -> datetime:
    """Until when a refusal that is told now may be reviewed; the process counts from the sending too."""
    return after("REVIEW_REQUEST_DAYS", sent.astimezone(ZONE).date()).until


def others_of(row: List) -> list[dict[str, Any]]:
    """The unit's other names in the round and how they stand: lines for information, which move nothing.

    As it was when the letter was sent; as it is now while it is not.
    """
    if "others" in row.data:
        return list(row.data["others"])
    with reading() as s:
        units = s.scalars(select(Nomination.unit_id).where(Nomination.round_id == row.round_id).distinct()).all()
        rows = s.execute(
            select(Nomination, ProcessInstance.phase, ProcessInstance.outcome)
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(
                Nomination.round_id == row.round_id,
                Nomination.unit_id.in_([u for u in units if row.unit_id in (u, people.current_unit(u))]),
                Nomination.id.not_in(select(Line.nomination_id).where(Line.list_id == row.id, Line.removed.is_(False))),
                Nomination.received_at.is_not(None),
            )
            .order_by(Nomination.kind, Nomination.sort_key)
        ).all()
        return [
            {
                "nomination": n.id, "name": n.name, "title": n.title, "form": n.form_granted or n.form_asked,
                "phase": phase or "drafting", "outcome": outcome, "revoked": n.revoked,
            }
            for n, phase, outcome in rows
        ]


lists.KINDS["result_letter"] = ListKind(
    name="result_letter",
    label="Thông báo kết quả",
    label_en="Result letter",
    states={"draft": N_("Chờ gửi"), "sent": N_("Đã gửi"), lists.EMPTY: N_("Không gửi: không còn tên nào")},
    start="draft",
    acts=(
        Act(
            "send", "Gửi thông báo kết quả", "Send the result letter", "result_letter.send", ("draft",), to="sent",
            message="result:told", form="paper", waits=("wait_result_letter", "wait_timely_letter"),
            concerns=False, left="leaves", informs=_only_told, effect=_send_letter,
            told="Đã gửi thông báo, {n} tên", told_en="Letter sent for {names}",
        ),
    ),
    tasks={"draft": (ListTask("send", N_("Gửi thông báo kết quả"), lambda row: "vhxh"),)},
    units=lambda row: {row.unit_id, people.current_unit(row.unit_id or 0)},
    shown=lambda by, row: {**row.data, "others": others_of(row)},
    out=lambda row: row.state == "sent",
    on_left=lambda s, row, names, by: _told_later(s, row, names, by),
)


def _into_result_letter(recorded: Recorded, nomination: Nomination) -> None:
    """A refused name goes into its unit's next result letter, made where none is being drafted."""
    onto_next_letter(session(), [nomination], recorded.by, recorded.at)


def _told_later(s: Session, row: List, names: Sequence[Nomination], by: Actor) -> None:
    onto_next_letter(s, names, by, clock.now(), but=row.id)


def onto_next_letter(
    s: Session, nominations: Sequence[Nomination], by: Actor, at: datetime, *, but: int = 0, granted: bool = False
) -> None:
    """Put names on their units' result letters that are being drafted, other than `but`; made where there is none.

    The unit is that of today: after a merger the letter is the successor's. Of granted names the letter only tells.
    """
    by_unit: dict[int, list[Nomination]] = {}
    for nomination in nominations:
        by_unit.setdefault(people.current_unit(nomination.unit_id), []).append(nomination)
    for unit, named in sorted(by_unit.items()):
        people.take_turn(unit)
        row = s.scalars(
            select(List)
            .where(
                List.kind == "result_letter",
                List.round_id == named[0].round_id,
                List.unit_id.in_({unit, *(n.unit_id for n in named)}),
                List.state == "draft",
                List.id != but,
            )
            .with_for_update(key_share=True)  # one that is being sent takes no name any more
        ).first()
        if row is None:
            row = s.get_one(List, _new_letter(s, unit, named, by, at))
        else:
            on_it = set(s.scalars(select(Line.nomination_id).where(Line.list_id == row.id)))
            if fresh := [n.id for n in named if n.id not in on_it]:
                lists.add_lines(s, row, fresh)
                row.version += 1
        for line in s.scalars(select(Line).where(Line.list_id == row.id, Line.nomination_id.in_([n.id for n in named]))):
            line.data = {**line.data, "granted": granted}
        s.flush()


def _new_letter(s: Session, unit: int, named: Sequence[Nomination], by: Actor, at: datetime) -> int:
    round_ = s.get_one(Round, named[0].round_id)
    return lists.create_list(
        "result_letter", round_.id, title=f"{people.unit_name(unit)}, {round_.name}", nominations=[n.id for n in named],
        by=by, unit_id=unit, term=after("RESULT_NOTICE_DAYS", at.astimezone(ZONE).date()), sole=True,
    )


on_opened["wait_result_letter"] = _into_result_letter
on_opened["wait_timely_letter"] = _into_result_letter
lists.ENDED_STATES["result_letter"] = ("sent", lists.EMPTY)
