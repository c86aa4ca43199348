"""Planning a session: who sits in it, when and where, which names it takes; changing that until it is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor
from service.awards import council, lists
from service.awards.catalogue import award_forms
from service.awards.models import Line, List, Nomination, Round
from service.awards.ranking import Cut
from service.awards.rounds import list_rounds
from service.council.session.agenda import FURTHEST, RUN, emptied, far_off, move_to
from service.council.session.models import CouncilItem, CouncilMember, CouncilRecusal, CouncilSession
from service.council.session.ranking import choose_by
from service.council.session.rows import (
    BEFORE,
    KIND,
    live_names,
    lock_session,
    needs_reason,
    needs_state,
    refresh_recusals,
)
from service.council.session.telling import send_invitations
from service.db import reading, transaction
from service.errors import Conflict, Invalid
from service.processes.instances import start_instance
from workflows.calendar import ZONE

PROCESS = "council_session"
FEWEST = 3


def suggested_members() -> list[people.Person]:
    """Who sat in the last session; before the first one the council's members, the chair and the deputies."""
    with reading() as s:
        last = s.scalars(select(CouncilSession).order_by(CouncilSession.id.desc()).limit(1)).first()
        accounts = (
            s.scalars(
                select(CouncilMember.account)
                .where(CouncilMember.session_id == last.id)
                .order_by(CouncilMember.member_no)
            ).all()
            if last is not None
            else [a for word in ("chair", "deputy", "member") for a in people.members_of([word], own=True)]
        )
    known = people.accounts_of(accounts)
    return [known[a] for a in dict.fromkeys(accounts) if a in known and known[a].active]


def waiting_names(round_id: int) -> list[Nomination]:
    """Names of a round that wait for the council and stand on no agenda, by form of award, the highest first."""
    found = lists.waiting(("wait_council",), round_id=round_id, kind=KIND)
    forms = award_forms()
    return sorted(found, key=lambda n: -forms[council.proposed_form(n)].rank)


def postponed_before(nominations: Sequence[int]) -> Mapping[int, str]:
    """Of these names, those that an earlier session or sheet left over: nomination → title of that list."""
    with reading() as s:
        rows = s.execute(
            select(Line.nomination_id, List.title)
            .join(List, List.id == Line.list_id)
            .where(
                List.kind.in_((KIND, "council_sheet")), List.state.in_(("signed", "stands")),
                Line.result == "next_session", Line.nomination_id.in_(nominations),
            )
            .order_by(List.id)
        )
        return {nomination: title for nomination, title in rows}


def plan_session(
    round_id: int,
    held_at: datetime,
    place: str,
    *,
    chair: int,
    vice: int | None,
    members: Sequence[int],
    by: Actor,
    nominations: Sequence[int] | None = None,
    title: str = "",
    cut: Cut | None = None,
    reasons: Mapping[int, str] | None = None,
) -> int:
    """Plan a session over names of a round that wait for the council, all of them where none are named; returns its id.

    `members`: accounts of the council, chair and vice-chair among them. With a `cut` the names are chosen by the ranking of
    those that wait, and each one against it needs its reason (`reasons`, by nomination). Raises Forbidden, Conflict where
    no name waits, Invalid for what does not fit.
    """
    people.require(by, "council_agenda.draft")
    roll = _checked_roll(members, chair, vice)
    _check_when(held_at, place)
    with transaction() as s:
        if nominations is None:
            nominations = [n.id for n in waiting_names(round_id)]
            if not nominations:
                raise Conflict("Chưa có tên nào chờ Hội đồng.", "No name waits for the council.", code="no-lines")
        round_name = s.get_one(Round, round_id).name if s.get(Round, round_id) else ""
        _of_one_round(round_id, nominations)
        waiting = {n.id: n.name for n in waiting_names(round_id)}
        list_id = lists.draw_up(
            KIND, round_id, by=by, nominations=nominations, planned=True,
            title=title or f"Phiên họp Hội đồng ngày {held_at.astimezone(ZONE):%d/%m/%Y}, {round_name}",
            data={"held_at": held_at.isoformat(), "place": place},
        )
        one = CouncilSession(
            list_id=list_id, held_at=held_at, place=place, chair=1, vice=None if vice is None else 2, invited=0,
            sittings=[], minutes={}, draws=[],
        )
        s.add(one)
        s.flush()
        s.add_all(
            CouncilMember(session_id=one.id, member_no=n, account=p.id, name=p.name, title=p.title)
            for n, p in enumerate(roll, 1)
        )
        found = s.execute(
            select(Line, Nomination)
            .join(Nomination, Nomination.id == Line.nomination_id)
            .where(Line.list_id == list_id)
            .order_by(Line.position)
        ).all()
        forms = award_forms()
        ordered = sorted(found, key=lambda row: (-forms[council.proposed_form(row[1])].rank, row[0].position))
        for number, (line, nomination) in enumerate(ordered, 1):
            form = council.proposed_form(nomination)
            line.position = number
            s.add(
                CouncilItem(
                    session_id=one.id, item_no=number, nomination_id=nomination.id, proposed=form, form=form, sums={}
                )
            )
        row = s.get_one(List, list_id)
        row.data = {**row.data, "session": one.id}
        if cut is not None:
            choose_by(row, "agenda", cut, waiting, set(nominations), reasons or {}, day=clock.today(), by=by)
        s.flush()
        _carry_declared(s, one.id, [n.id for _, n in ordered], {p.id: n for n, p in enumerate(roll, 1)})
        refresh_recusals(lock_session(one.id))
        one.instance_id = start_instance(
            PROCESS, {"session_id": str(one.id), "result": "none"}, by=by, case_key=f"session:{one.id}", title=row.title,
        )
        trail.record(
            "council_agenda:planned", by=by, stream=f"list:{list_id}",
            body={"count": len(ordered), "members": len(roll)},
        )
        return one.id


def _carry_declared(s: Session, session_id: int, nominations: Sequence[int], roll: Mapping[int, int]) -> None:
    """Who declared an interest in a name that was left over keeps out of it here too; `roll`: account → member number."""
    declared = s.execute(
        select(CouncilRecusal.nomination_id, CouncilMember.account, CouncilRecusal.reason)
        .join(
            CouncilMember,
            and_(CouncilMember.session_id == CouncilRecusal.session_id, CouncilMember.member_no == CouncilRecusal.member_no),
        )
        .where(CouncilRecusal.nomination_id.in_(nominations), CouncilRecusal.cause == "declared")
        .order_by(CouncilRecusal.session_id)
    )
    latest = {(nomination, account): reason for nomination, account, reason in declared if account in roll}
    s.add_all(
        CouncilRecusal(
            session_id=session_id, nomination_id=nomination, member_no=roll[account], cause="declared", reason=reason
        )
        for (nomination, account), reason in latest.items()
    )
    s.flush()


def _checked_roll(members: Sequence[int], chair: int, vice: int | None) -> list[people.Person]:
    wanted = list(dict.fromkeys(members))
    if len(wanted) < FEWEST:
        raise Invalid.at(
            "members", f"Chọn ít nhất {FEWEST} thành viên Hội đồng.", f"Choose at least {FEWEST} members of the council."
        )
    if chair not in wanted:
        raise Invalid.at("chair", "Chủ tịch Hội đồng phải có trong danh sách thành viên.", "The chair must be a member.")
    if vice is not None and (vice not in wanted or vice == chair):
        raise Invalid.at(
            "vice", "Phó chủ tịch Hội đồng phải là một thành viên khác chủ tịch.", "The vice-chair must be another member."
        )
    known = people.accounts_of(wanted)
    gone = [a for a in wanted if a not in known or not known[a].active]
    if gone:
        names = ", ".join(known[a].name for a in gone if a in known) or str(gone[0])
        raise Invalid.at("members", f"Tài khoản không còn dùng: {names}.", f"No longer in use: {names}.")
    first = [chair] if vice is None else [chair, vice]
    return [known[a] for a in (*first, *(a for a in wanted if a not in first))]


def _of_one_round(round_id: int, nominations: Sequence[int]) -> None:
    """Refuse, each by its name, names that wait for the council in another round."""
    others = [n for n in lists.waiting(("wait_council",), kind=KIND) if n.id in set(nominations) and n.round_id != round_id]
    if not others:
        return
    of = {r.id: r.name for r in list_rounds()}
    said = "; ".join(f"{n.name} ({of[n.round_id]})" for n in others)
    raise Invalid.at(
        "names",
        f"Một phiên họp xét tên của một đợt. Thuộc đợt khác: {said}. Lập phiên riêng cho đợt đó.",
        f"A session takes names of one round. Of another round: {said}. Plan a session of its own for them.",
        code="another-round",
    )


def _check_when(held_at: datetime, place: str) -> None:
    if held_at < clock.now() - timedelta(minutes=1):
        raise Invalid.at("held_on", "Giờ họp đã qua.", "The time of the session has passed.")
    if held_at > clock.now() + FURTHEST:
        raise far_off("held_on")
    if not place.strip():
        raise Invalid.at("place", "Ghi địa điểm họp.", "Say where it is held.")


def move_session(session_id: int, held_at: datetime, place: str, *, by: Actor) -> None:
    """Hold a session at another time or place; who was invited is told anew."""
    people.require(by, RUN)
    _check_when(held_at, place)
    with transaction():
        rows = lock_session(session_id)
        needs_state(rows, *BEFORE, "adjourned")
        if (held_at, place) == (rows.session.held_at, rows.session.place):
            return
        move_to(rows, held_at)
        rows.session.place = place
        rows.agenda.data = {**rows.agenda.data, "place": place}
        rows.agenda.version += 1
        if rows.session.invited:
            send_invitations(rows)
        trail.record(
            "council_agenda:moved", by=by, stream=f"list:{rows.agenda.id}",
            body={"to": f"{held_at.astimezone(ZONE):%H:%M %d/%m/%Y}", "place": place},
        )


def take_off_item(session_id: int, item_no: int, reason: str, *, by: Actor) -> None:
    """Leave a name to another session, before this one is held: it is free for the next agenda at once."""
    people.require(by, RUN)
    why = needs_reason(reason)
    with transaction() as s:
        rows = lock_session(session_id)
        needs_state(rows, *BEFORE)
        item = rows.item(item_no)
        line = live_names(rows).get(item.nomination_id)
        if line is None:
            return
        lists.leave(line, "not-taken", "settle")
        item.state, item.reason = "withdrawn", why
        if rows.state == "at_risk":
            rows.agenda.state = "at_risk"
        lists.settle(s, rows.agenda, by=by)
        if rows.state == lists.EMPTY:
            emptied(rows, by)
        trail.record(
            "council_agenda:item_taken_off", by=by, stream=f"list:{rows.agenda.id}",
            body={"item": item_no, "names": [item.nomination_id]}, reason=why,
        )
