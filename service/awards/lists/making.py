"""Making lists: drawn up over names that wait, filed for one name, or by the service itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor
from service.awards import guards
from service.awards.concerns import Part
from service.awards.due import Term
from service.awards.lists.acting import act_on_list
from service.awards.lists.asking import open_tasks
from service.awards.lists.holding import hold_names
from service.awards.lists.kinds import ENDED_STATES, KINDS, ListKind, Outcome
from service.awards.lists.reading import may_file, refuse_driven
from service.awards.models import Line, List, Nomination, Round
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.processes.models import Activity, ProcessInstance


def create_list(
    kind: str,
    round_id: int,
    *,
    title: str,
    nominations: Sequence[int] = (),
    by: Actor,
    unit_id: int | None = None,
    parent_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
    term: Term | None = None,
    state: str | None = None,
    sole: bool = False,
) -> int:
    """Make a list with its first lines; the caller has checked the right. Returns its id.

    A `sole` one is the only draft of its kind for its unit in the round: the caller has locked the unit and looked.
    """
    with transaction() as s:
        shape = KINDS[kind]
        if parent_id is None and shape.parents is not None:
            parent_id = _one_origin(shape.parents(s, nominations))
        if due_at is None and term is None and shape.due is not None:
            term = shape.due(s, s.get_one(Round, round_id), nominations)
        row = List(
            kind=kind,
            round_id=round_id,
            unit_id=unit_id,
            parent_id=parent_id,
            state=state or shape.start,
            title=_title_apart(s, kind, round_id, title),
            data=dict(data or {}),
            due_at=term.until if term else due_at,
            due_days=term.days if term else None,
            due_since=term.since if term else None,
            sole=f"{kind}:{round_id}:{unit_id}" if sole else None,
            created_at=clock.now(),
            created_by=by.account,
        )
        s.add(row)
        s.flush()
        add_lines(s, row, nominations)
        open_tasks(s, row)
        if shape.made:
            trail.record(
                f"{kind}:{shape.made}",
                by=by,
                stream=f"list:{row.id}",
                body={"names": list(nominations), "round": round_id},
            )
        if parent_id is not None and shape.parents is not None:
            trail.record(
                f"{kind}:child_made",
                by=by,
                stream=f"list:{parent_id}",
                body={"child": row.id, "count": len(nominations)},
            )
        return row.id


def _title_apart(s: Session, kind: str, round_id: int, title: str) -> str:
    """The title, with a count where the round has a list of the kind under it already: rows must not read the same."""
    taken = set(s.scalars(select(List.title).where(List.kind == kind, List.round_id == round_id,
                                                   List.title.startswith(title, autoescape=True))))
    count = 1
    while (told := title if count == 1 else f"{title}, lần {count}") in taken:
        count += 1
    return told


def _one_origin(parents: Mapping[int, int | None]) -> int | None:
    """The list that all these names were sent back from, if any; Invalid where they come from several."""
    found = set(parents.values())
    if len(found) > 1:
        raise Invalid(
            "Chưa lập: tên được trả lại để bổ sung phải lập riêng, theo từng hồ sơ đã trình.",
            "Names that were returned leave in a list of their own, one for each earlier package.",
            code="bad-lines",
            lines=[{"nomination": n} for n, parent in parents.items() if parent is not None],
        )
    return found.pop() if found else None


def add_lines(s: Session, row: List, nominations: Sequence[int], data: Mapping[str, Any] | None = None) -> None:
    """Put nominations on a list, after its last line, in the open transaction."""
    if not nominations:
        return
    taken = list(s.scalars(select(Line.position).where(Line.list_id == row.id)))
    first = max(taken, default=0) + 1
    s.execute(
        insert(Line),
        [
            {
                "list_id": row.id,
                "nomination_id": n,
                "position": first + i,
                "reason": "",
                "data": dict(data or {}),
                "acts": 0,
                "removed": False,
            }
            for i, n in enumerate(nominations)
        ],
    )


def waiting(elements: Sequence[str], *, round_id: int | None = None, kind: str | None = None) -> list[Nomination]:
    """Nominations that stand at one of these waits, with no message on the way, and on no open list of this kind yet."""
    with reading() as s:
        query = (
            select(Nomination)
            .join(Activity, Activity.instance_id == Nomination.instance_id)
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(
                Activity.state == "open",
                Activity.element.in_(elements),
                ~guards.paused(),
                ProcessInstance.queued == 0,
            )
            .order_by(Nomination.unit_id, Nomination.kind, Nomination.sort_key)
        )
        if round_id is not None:
            query = query.where(Nomination.round_id == round_id)
        found = list(s.scalars(query))
        let_go(found)
        if kind is None:
            return found
        taken: set[int] = set()
        for word in (kind, *KINDS[kind].rivals):
            rows = s.execute(
                select(Line.nomination_id, List.state, Line.result)
                .join(List, List.id == Line.list_id)
                .where(
                    List.kind == word,
                    List.state.not_in(ENDED_STATES.get(word, ())),
                    Line.removed.is_(False),
                    Line.nomination_id.in_([n.id for n in found]),
                )
            )
            frees = KINDS[word].frees
            taken |= {nomination for nomination, state, result in rows if result is None or not frees(state, result)}
        return [n for n in found if n.id not in taken]


def _hold_ready(s: Session, kind: ListKind, round_id: int) -> dict[int, Nomination]:
    """Nominations that can be put on such a list, held to the end of the transaction, by id.

    Two who draw up at once come one after the other, and the second finds the names on a list. A name on which another
    act is under way (a withdrawal, say) is waited for and looked at again.
    """
    s.execute(select(Round.id).where(Round.id == round_id).with_for_update(key_share=True))
    only = kind.name if kind.alone else None
    found = {n.id for n in waiting(kind.gathers, round_id=round_id, kind=only)}
    held = select(Nomination.id).where(Nomination.id.in_(found)).order_by(Nomination.id)
    s.execute(held.with_for_update(key_share=True)).all()
    return {n.id: n for n in waiting(kind.gathers, round_id=round_id, kind=only) if n.id in found}


def draw_up(
    kind_name: str,
    round_id: int,
    *,
    by: Actor,
    nominations: Sequence[int] | None = None,
    unit_id: int | None = None,
    title: str = "",
    data: Mapping[str, Any] | None = None,
    parent_id: int | None = None,
    due_at: datetime | None = None,
    planned: bool = False,
) -> int:
    """Draw up a list over nominations that wait for it; all that wait, where none are named. Returns its id.

    `planned`: called by the kind's own subject, which adds what such a list needs beside its names. Raises Forbidden,
    Conflict when none waits or the kind is planned by its subject, Invalid naming those that do not stand there, or where
    the unit is none that such a list asks.
    """
    kind = KINDS.get(kind_name)
    if kind is None or not kind.gathers:
        raise NotFound("Không có loại danh sách này.", "There is no such kind of list.")
    if kind.apart and not planned:
        raise Conflict(
            f"{kind.label} có trang lập riêng, không lập như một danh sách.",
            f"A {kind.label_en.lower()} is planned by a call of its own, not drawn up as a list.", code="planned-apart",
        )
    if not people.allowed(by, f"{kind_name}.draft"):
        raise Forbidden(
            f"Bạn không có quyền lập {kind.label.lower()}.", f"You may not draw up a {kind.label_en.lower()}."
        )
    _must_be_for_whom_it_asks(kind, unit_id)
    with transaction() as s:
        ready = _hold_ready(s, kind, round_id)
        wanted = list(dict.fromkeys(nominations)) if nominations is not None else together(kind_name, list(ready))
        foreign = [n for n in wanted if n not in ready]
        if foreign:
            raise Invalid(
                f"Chưa lập: {len(foreign)} trường hợp chưa tới bước này hoặc đã ở danh sách khác.",
                "Some nominations are not at this step, or on another list.",
                code="bad-lines",
                lines=[{"nomination": n} for n in foreign],
            )
        if not wanted:
            raise Conflict("Chưa có trường hợp nào chờ ở bước này.", "No nomination waits for this.", code="no-lines")
        return create_list(
            kind_name,
            round_id,
            title=title or title_for(kind, s.get_one(Round, round_id).name, unit_id),
            nominations=wanted,
            by=by,
            unit_id=unit_id,
            parent_id=parent_id,
            data=data,
            due_at=due_at,
        )


def title_for(kind: ListKind, round_name: str, unit_id: int | None = None) -> str:
    """What a list of a kind in a round is called where nobody calls it otherwise; a letter by whom it asks."""
    asked = f" {people.unit_name(unit_id)}" if kind.asks and unit_id is not None else ""
    return f"{kind.label}{asked}, {round_name}"


def _must_be_for_whom_it_asks(kind: ListKind, unit_id: int | None) -> None:
    """Only a unit of the kind that is asked can answer; a list that asks none is for no unit."""
    if not kind.asks and unit_id is not None:
        raise Invalid.at("unit", "Danh sách này không lập riêng cho đơn vị nào.", "Such a list is for no unit.")
    if kind.asks and (unit_id is None or unit_id not in {u.id for u in people.list_units(kind=kind.asks)}):
        raise Invalid.at("unit", "Chọn cơ quan cần hỏi.", "Choose the agency that is asked.")


def together(kind_name: str, nominations: Sequence[int]) -> list[int]:
    """Of names that wait, those that make one list: fresh ones, else those sent back from one earlier list."""
    shape = KINDS[kind_name]
    if shape.parents is None or not nominations:
        return list(nominations)
    with reading() as s:
        parents = shape.parents(s, nominations)
    first = None if None in parents.values() else parents[nominations[0]]
    return [n for n in nominations if parents[n] == first]


def origins(kind_name: str, nominations: Sequence[int]) -> dict[int, str]:
    """Of names that wait, those that were sent back from an earlier list: nomination → number or title of that list."""
    shape = KINDS[kind_name]
    if shape.parents is None or not nominations:
        return {}
    with reading() as s:
        return {
            n: (parent := s.get_one(List, number)).number or parent.title
            for n, number in shape.parents(s, nominations).items()
            if number is not None
        }


def file_one(
    kind_name: str,
    nomination_id: int,
    act: str,
    fields: Mapping[str, Any],
    *,
    by: Actor,
    driven: Part | None = None,
    data: Mapping[str, Any] | None = None,
) -> Outcome:
    """Make a list of one and do its first act at once: withdrawal, change of recipient, review request.

    `driven`: a process does it (as at `act_on_list`), which may give the list `data` to begin with.
    """
    kind = KINDS[kind_name]
    if driven is None:
        refuse_driven(kind.act(act))
    with transaction() as s:
        nomination = s.get(Nomination, nomination_id)
        if nomination is None:
            raise NotFound("Không có hồ sơ này.", "There is no such nomination.")
        if driven is None and not may_file(by, kind.act(act), people.current_unit(nomination.unit_id)):
            raise Forbidden(
                f"Bạn không có quyền: {kind.act(act).label.lower()}.",
                f"You may not: {kind.act(act).label_en.lower()}.",
            )
        hold_names(s, [nomination_id])
        list_id = create_list(
            kind_name,
            nomination.round_id,
            title=f"{kind.label}: {nomination.name}",
            nominations=[nomination_id],
            by=by,
            unit_id=people.current_unit(nomination.unit_id),
            data=data,
        )
        return act_on_list(list_id, act, by=by, fields=fields, driven=driven)
