"""Who scores which names of a session: given by hand, by unit or evenly at random; how far each reviewer is; reminding.

A reviewer is a member on the roll of the session at which the names of a round are judged. Where no name is given to
anybody, every member scores every name. Nobody is given a name that concerns him: whoever keeps out of it in the session.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from service import clock, notices, people, trail
from service.actor import Actor
from service.awards import lists
from service.awards.models import List, Nomination, Round
from service.awards.rounds import end_of_day
from service.council.session import scoring
from service.council.session.models import CouncilAssignment, CouncilMember, CouncilSession
from service.council.session.rows import (
    BEFORE,
    Rows,
    as_told,
    lock_session,
    needs_reason,
    needs_state,
    no_session,
    refresh_recusals,
    rows_of,
)
from service.db import reading, session, transaction
from service.errors import Conflict, FieldFault, Invalid
from workflows.calendar import ZONE

READ = "review.read"
ASSIGN = "review.assign"
SCORES_DUE = "scores_due"
OPEN = (*BEFORE, "sitting", "adjourned")
"""States of a session in which names are given to reviewers."""
LARGEST_SEED = 999_999_999

Pair = tuple[int, int]
"""Member number and item number."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A member as somebody who scores."""

    member_no: int
    account: int
    name: str
    title: str
    assigned: tuple[int, ...]
    """Items that he is to score."""
    done: tuple[int, ...]
    """Those of them whose scores count."""
    kept_out: tuple[int, ...]
    """Items that concern him, which he is never given."""
    reminded: date | None
    """The last day on which he was reminded."""
    sees: bool = False
    """Whether he sees the names of a blind round by another office, and so does not score in it."""

    @property
    def behind(self) -> bool:
        """Whether he has names to score that are not scored."""
        return len(self.done) < len(self.assigned)


@dataclass(frozen=True, slots=True)
class ReviewedItem:
    """An item with who scores it."""

    item_no: int
    nomination_id: int
    name: str
    unit_id: int
    unit_name: str
    form: str
    reviewers: tuple[int, ...]
    """Member numbers of who is to score it."""
    done: tuple[int, ...]
    """Those of them whose scores of it count."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One time that names were given at random: the same seed on the same names and members gives the same."""

    seed: int
    each: int
    count: int
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Reviewing:
    """The reviewing of a session: items, reviewers with their load, and until when."""

    session_id: int
    round_id: int
    round_name: str
    title: str
    open: bool
    """Whether names can still be given to reviewers."""
    scoring: bool
    """Whether reviewers score now, so that they can be reminded."""
    assigned: bool
    """Whether names were given at all; else everybody scores everything."""
    due: date
    """The last day for scoring: that of the session in the round's calendar, and never after the session."""
    items: tuple[ReviewedItem, ...]
    reviewers: tuple[Reviewer, ...]
    draws: tuple[Draw, ...]


def read_reviewing(session_id: int, *, by: Actor) -> Reviewing:
    """Who scores what and how far each is; NotFound for who may not read the session, Forbidden without the right."""
    with reading():
        rows = rows_of(session_id)
        if not lists.may_read(by, rows.agenda):
            raise no_session(there=True)
        people.require(by, READ)
        return _reviewing(rows)


def sessions_of_round(round_id: int) -> list[int]:
    """Sessions of a round in which names were or are to be scored, the latest first."""
    with reading() as s:
        found = s.scalars(
            select(CouncilSession.id)
            .join(List, List.id == CouncilSession.list_id)
            .where(List.round_id == round_id, List.state.not_in(("called_off", lists.EMPTY)))
            .order_by(CouncilSession.id.desc())
        )
        return list(found)


def assign_reviewers(
    session_id: int, add: Iterable[Pair], remove: Iterable[Pair] = (), reason: str = "", *, by: Actor
) -> int:
    """Give names to reviewers and take names from them, each as (member number, item number); how many changed.

    What is taken needs a reason. Nothing changes where one pair is refused: Invalid names each item that is not scored any
    more, that concerns the member, or that he has scored already.
    """
    people.require(by, ASSIGN)
    with transaction():
        rows = _locked(session_id)
        return _change(rows, set(add), set(remove), reason, by=by)


def assign_unit(session_id: int, unit_id: int, member_no: int, *, by: Actor) -> int:
    """Give a reviewer all names of a unit; how many are new to him. Refused as `assign_reviewers` refuses."""
    people.require(by, ASSIGN)
    with transaction():
        rows = _locked(session_id)
        if member_no not in {m.member_no for m in rows.members}:
            raise Invalid.at("member", "Chọn thành viên của phiên họp.", "Choose a member of the session.")
        names = _names(rows)
        wanted = {
            i.item_no for i in rows.items
            if i.state in scoring.SCORED and people.current_unit(names[i.nomination_id].unit_id) == people.current_unit(unit_id)
        }
        if not wanted:
            raise Invalid.at(
                "unit", "Đơn vị này không có tên nào chờ chấm trong phiên họp.", "This unit has no name to be scored in the session."
            )
        return _change(rows, {(member_no, item) for item in wanted}, set(), "", by=by, unit=names_unit(names, unit_id))


def draw_reviewers(session_id: int, each: int, seed: int | None = None, *, by: Actor) -> int:
    """Give names at random until each has so many reviewers, evenly; returns the seed, by which it can be done again.

    What is assigned already stays and counts as load. A name goes to who has the fewest, lots being drawn between equals,
    never to somebody whom it concerns. Conflict where a name has not so many who may score it; nothing changes then.
    """
    people.require(by, ASSIGN)
    with transaction():
        rows = _locked(session_id)
        if not 1 <= each <= len(rows.members):
            raise Invalid.at(
                "each", f"Mỗi hồ sơ có từ 1 đến {len(rows.members)} người chấm.", f"A name has 1 to {len(rows.members)} reviewers."
            )
        if seed is None:
            seed = secrets.randbelow(LARGEST_SEED) + 1
        if not 1 <= seed <= LARGEST_SEED:
            raise Invalid.at("seed", f"Số bốc thăm từ 1 đến {LARGEST_SEED}.", f"The seed is 1 to {LARGEST_SEED}.")
        found = _drawn(rows, each, seed)
        if not found:
            raise Conflict(
                f"Hồ sơ nào cũng đã có đủ {each} người chấm.", f"Every name has {each} reviewers already.", code="nothing-to-assign"
            )
        rows.session.draws = [
            *rows.session.draws,
            {"seed": seed, "each": each, "count": len(found), "by": by.name, "on": clock.today().isoformat()},
        ]
        _change(rows, found, set(), "", by=by, seed=seed, each=each)
        return seed


def _drawn(rows: Rows, each: int, seed: int) -> set[Pair]:
    lot = random.Random(seed)
    has = _given(rows)
    load = {m.member_no: sum(no == m.member_no for no, _item in has) for m in rows.members}
    items = [i for i in rows.items if i.state in scoring.SCORED]
    lot.shuffle(items)
    found: set[Pair] = set()
    for item in items:
        out = rows.recused(item.nomination_id) | {no for no in load if rows.knows(no, item.nomination_id)}
        missing = each - sum((no, item.item_no) in has and no not in out for no in load)
        free = [no for no in load if no not in out and (no, item.item_no) not in has]
        if missing > len(free):
            raise Conflict(
                f"Mục {item.item_no} chỉ có {each - missing + len(free)} người chấm được, cần {each}.",
                f"Item {item.item_no} has only {each - missing + len(free)} who may score it, {each} are needed.",
                code="too-few-reviewers",
            )
        lot.shuffle(free)
        for no in sorted(free, key=lambda one: load[one])[: max(missing, 0)]:
            load[no] += 1
            found.add((no, item.item_no))
    return found


def remind_reviewers(session_id: int, members: Collection[int] | None = None, *, by: Actor) -> int:
    """Tell reviewers who have names left to score, all of them or those named; how many. Each at most once a day.

    Conflict where reviewers do not score now, or nobody is left to remind.
    """
    people.require(by, ASSIGN)
    with transaction():
        rows = lock_session(session_id)
        needs_state(rows, *scoring.OPEN)
        scoring.must_be_scored(rows)
        found = _reviewing(rows)
        today = clock.today()
        late = [
            one for one in found.reviewers
            if one.behind and one.reminded != today and (members is None or one.member_no in members)
        ]
        count = sum(
            notices.queue(
                SCORES_DUE, to=[one.account], key=_key(session_id, today),
                context={"title": as_told(rows, found.title), "count": len(one.assigned) - len(one.done), "closes": end_of_day(found.due)},
                link=f"/council/{session_id}/my-scores",
            )
            for one in late
        )
        if not count:
            raise Conflict(
                "Không còn ai phải nhắc: đã chấm xong, hoặc đã được nhắc hôm nay.",
                "Nobody is left to remind: all have scored, or were reminded today.", code="nobody-to-remind",
            )
        for one in late:
            rows.member(one.member_no).reminded_on = today
        trail.record(
            "council_agenda:reviewers_reminded", by=by, stream=f"list:{rows.agenda.id}",
            body={"seats": [one.member_no for one in late], "count": count},
        )
        return count


def _key(session_id: int, day: date) -> str:
    return f"session:{session_id}:scores:{day.isoformat()}"


# --- changing


def _locked(session_id: int) -> Rows:
    """A session in which names may be assigned, with who keeps out of what as it is now."""
    rows = lock_session(session_id)
    needs_state(rows, *OPEN)
    scoring.must_be_scored(rows)
    refresh_recusals(rows)
    return rows


def _given(rows: Rows) -> set[Pair]:
    """Names that are given to members; before any is, those that a member has begun to score, like everybody's."""
    if not rows.assignments:
        return scoring.begun(rows)
    numbers = {i.nomination_id: i.item_no for i in rows.items}
    return {(a.member_no, numbers[a.nomination_id]) for a in rows.assignments}


def _change(rows: Rows, add: set[Pair], remove: set[Pair], reason: str, *, by: Actor, **how: Any) -> int:
    items = {no: rows.item(no) for _member, no in add | remove}
    members = {no: rows.member(no) for no, _item in add | remove}
    has = _given(rows)
    kept = has if not rows.assignments else set()  # begun while everybody scored everything: it stays with who began it
    add, remove = add - has, remove & has - add
    if not add and not remove:
        return 0
    faults = _faults(rows, members, items, add, remove)
    if faults:
        raise Invalid("Chưa phân công được.", "Nothing was assigned.", code="not-assignable", faults=faults)
    why = needs_reason(reason) if remove else reason.strip()
    s, of = session(), rows.session.id
    for no, item in remove:
        s.execute(
            delete(CouncilAssignment).where(
                CouncilAssignment.session_id == of, CouncilAssignment.member_no == no,
                CouncilAssignment.nomination_id == items[item].nomination_id,
            )
        )
    s.add_all(
        CouncilAssignment(session_id=of, member_no=no, nomination_id=rows.item(item).nomination_id) for no, item in sorted(add | kept)
    )
    s.flush()
    trail.record(
        "council_agenda:reviewers_assigned", by=by, stream=f"list:{rows.agenda.id}",
        body={
            "added": len(add) or None, "removed": len(remove) or None,
            "names": sorted({items[item].nomination_id for _no, item in add | remove}), **how,
        },
        private={
            f"{word}.{no}": f"{members[no].name}: " + ", ".join(str(item) for who, item in sorted(pairs) if who == no)
            for word, pairs in (("given", add), ("taken", remove)) for no in sorted({who for who, _item in pairs})
        },
        reason=why or None,
    )
    return len(add) + len(remove)


def _faults(
    rows: Rows, members: Mapping[int, CouncilMember], items: Mapping[int, Any], add: Iterable[Pair], remove: Iterable[Pair]
) -> list[FieldFault]:
    found: list[FieldFault] = []

    def fault(no: int, item: int, vi: str, en: str) -> None:
        who = members[no].name
        found.append(FieldFault(f"pair-{no}-{item}", f"{who}, mục {item}: {vi}", f"{who}, item {item}: {en}"))

    for no, item in sorted(add):
        if items[item].state not in scoring.SCORED:
            fault(no, item, "đã có kết quả hoặc đã rút, không chấm nữa.", "is decided or withdrawn, and not scored any more.")
        elif no in rows.recused(items[item].nomination_id):
            fault(no, item, "hồ sơ liên quan đến người này.", "the name concerns this member.")
        elif (no, items[item].nomination_id) in rows.of_the_unit:
            fault(no, item, "hồ sơ của đơn vị người này, không chấm trong đợt ẩn danh.",
                  "the name is of this member's unit; in a blind round he does not score it.")
        elif rows.knows(no, items[item].nomination_id):
            fault(no, item, "người này không chấm trong đợt ẩn danh.", "this member does not score in a blind round.")
    begun = scoring.begun(rows) if remove else set()
    for no, item in sorted(remove):
        if (no, item) in begun:
            fault(no, item, "đã chấm, không chuyển cho người khác.", "has scored it; it stays with him.")
    return found


# --- reading


def _names(rows: Rows) -> dict[int, Nomination]:
    found = session().scalars(select(Nomination).where(Nomination.id.in_([i.nomination_id for i in rows.items])))
    return {n.id: n for n in found}


def names_unit(names: Mapping[int, Nomination], unit_id: int) -> dict[str, str]:
    """How an entry names the unit whose names were given."""
    return next(({"unit": n.unit_name} for n in names.values() if n.unit_id == unit_id), {})


def due_day(rows: Rows) -> date:
    """The last day for scoring: that of the session in the round's calendar, and never after the session itself."""
    held = rows.session.held_at.astimezone(ZONE).date()
    planned = session().get_one(Round, rows.agenda.round_id).calendar.get("session")
    return min(held, date.fromisoformat(planned)) if planned else held


def _reviewing(rows: Rows) -> Reviewing:
    one, names, sheets = rows.session, _names(rows), scoring.standing(rows)
    live = [i for i in rows.items if i.state != "withdrawn"]
    round_, open_ = session().get_one(Round, rows.agenda.round_id), rows.blind not in ("closed", "lifted")
    return Reviewing(
        one.id, round_.id, round_.name, rows.agenda.title, rows.state in OPEN and open_,
        rows.state in scoring.OPEN and open_, bool(rows.assignments),
        due_day(rows),
        tuple(
            ReviewedItem(
                i.item_no, i.nomination_id, names[i.nomination_id].name, names[i.nomination_id].unit_id,
                names[i.nomination_id].unit_name, i.form,
                tuple(no for no, (wanted, _done) in sheets.items() if i.item_no in wanted),
                tuple(no for no, (_wanted, done) in sheets.items() if i.item_no in done),
            )
            for i in live
        ),
        tuple(
            Reviewer(
                m.member_no, m.account, m.name, m.title, *sheets[m.member_no],
                tuple(
                    i.item_no for i in live
                    if m.member_no in rows.recused(i.nomination_id) or (m.member_no, i.nomination_id) in rows.of_the_unit
                ),
                m.reminded_on,
                m.member_no in rows.seeing,
            )
            for m in rows.members
        ),
        tuple(Draw(d["seed"], d["each"], d["count"], d["by"], date.fromisoformat(d["on"])) for d in one.draws),
    )


__all__ = [
    "Draw", "Pair", "ReviewedItem", "Reviewer", "Reviewing", "assign_reviewers", "assign_unit", "draw_reviewers", "read_reviewing",
    "remind_reviewers", "sessions_of_round",
]
