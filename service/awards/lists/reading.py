"""Who may see a list and act on it, for whom, and what is on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, select

from service import clock, people
from service.actor import Actor
from service.awards import blinding, concerns
from service.awards.concerns import Part
from service.awards.files import about_files, drafted_files, files_of_list
from service.awards.lists.kinds import Act, act_forms, kind_of
from service.awards.models import Line, List, Nomination
from service.db import let_go, reading
from service.errors import Conflict, Forbidden, NotFound, Withheld
from service.processes.models import Message, ProcessInstance


def read_list(list_id: int, *, by: Actor) -> List:
    """A list that this person may see; NotFound otherwise."""
    with reading() as s:
        row = s.get(List, list_id)
        if row is None or not may_read(by, row):
            raise unknown_list(there=row is not None)
        let_go([row])
        return row


def may_read(by: Actor, row: List) -> bool:
    """Tell whether somebody may see a list: by right, once it is shown, published, or waiting for an act of his.

    How much of it: `sees`.
    """
    return reads_all(by, row) or _reads_own(by, row) or _is_public_to(by, row)


def sees(by: Actor, row: List) -> Callable[[Line, Nomination], bool]:
    """Which lines of a list somebody sees who may read it: all, or on a list of many units those of his own units.

    On a published list the other names that were granted stand beside them.
    """
    if reads_all(by, row):
        return lambda line, nomination: True
    public, by = _is_public_to(by, row), by.within(row.kind)

    def shown(line: Line, nomination: Nomination) -> bool:
        if by.units & {nomination.unit_id, people.current_unit(nomination.unit_id)}:
            return True
        return public and not line.removed and line.result == "granted"

    return shown


def reads_all(by: Actor, row: List) -> bool:
    """Whoever reads the kind whatever the unit, is asked to act now, or belongs to the one unit that the list is of.

    Nobody from whom the names of its round are hidden, where it is of many units.
    """
    if row.unit_id is None and blinding.hides(by, row.round_id):
        return False
    kind, by = kind_of(row), by.within(row.kind)
    if (reads_inside(by, row) or kind.out(row)) and people.allowed(by, f"{kind.name}.read", unit=row.unit_id or people.NO_UNIT):
        return True
    return any(_asks_all_of_it(by, row, a) for a in kind.acts if row.state in a.states)


def reads_inside(by: Actor, row: List) -> bool:
    """Tell whether somebody reads a list before it goes out, and what is noted on it inside: the office and who signs."""
    return people.allowed(by, "list.read_drafts", process=row.kind)


def _asks_all_of_it(by: Actor, row: List, act: Act) -> bool:
    if people.allowed(by, act.right, unit=people.NO_UNIT):
        return True
    part = part_in(by, row, act) if row.unit_id is not None else None
    return part is not None and part.how == "substitute"


def _reads_own(by: Actor, row: List) -> bool:
    kind, by = kind_of(row), by.within(row.kind)
    units = [u for u in kind.units(row) if u in by.units or row.unit_id is not None or not blinding.hides(by, row.round_id)]
    return kind.out(row) and any(people.allowed(by, f"{kind.name}.read", unit=u or people.NO_UNIT) for u in units)


def _is_public_to(by: Actor, row: List) -> bool:
    kind = kind_of(row)
    return kind.public(row) and people.allowed(by, f"{kind.name}.read_published")


def may_act(by: Actor, row: List, act: Act) -> bool:
    """Tell whether somebody may do an act on this very list, whatever state it is in."""
    part = part_in(by, row, act)
    return part is not None and part.how != "barred"


def units_of(row: List) -> tuple[int, ...]:
    """Units for which a right of units, heads or agencies counts on a list; NO_UNIT where it is for none."""
    return tuple(unit or people.NO_UNIT for unit in kind_of(row).units(row))


def part_in(by: Actor, row: List, act: Act) -> Part | None:
    """How somebody takes part in an act on this very list: by his own right, as a substitute, by a unit's paper, kept away.

    None for no part at all.
    """
    return acting_in(by, row, act)[1]


def acting_in(by: Actor, row: List, act: Act, named: Collection[int] = ()) -> tuple[Actor, Part | None]:
    """As whom somebody takes part in an act on a list, and how; `named`: nominations that he takes of it, where by name."""
    on_it = concerns.concerns_on(row.id)
    found = [concern for n, concern in on_it.items() if n in named or not named or not concerns.by_name(act)]
    acting: Actor = by.within(row.kind)
    part: Part | None = None
    if act.right != act.enter:
        acting, part = concerns.acting_in(by, row.kind, act, units_of(row), found)
    if part is not None:
        return acting, part
    if not enters(acting, row, act) or act.right != act.enter and not paper_of(row, act):
        return acting, None
    nominees = {account for concern in found for account in concern.accounts}
    if act.no_lines and acting.account in nominees or acting.lent and not enters(acting.free_of(nominees), row, act):
        return acting, Part("barred")
    return acting, Part("enterer")


def is_kept_away(by: Actor, list_id: int, name: str) -> bool:
    """Tell whether a list asks an act of somebody's groups that he may not do: for the inbox, of who acts for others."""
    with reading() as s:
        row = s.get(List, list_id)
        return row is not None and not may_act(by, row, kind_of(row).act(name))


def enters(by: Actor, row: List, act: Act) -> bool:
    """Tell whether somebody may do an act for the unit of a list, by its paper, who is none of the unit."""
    if not act.enter or row.unit_id is None:
        return False
    return people.allowed_for_other(by, act.enter, people.current_unit(row.unit_id))


def may_file(by: Actor, act: Act, unit: int) -> bool:
    """Tell whether somebody may do the first act of a list that does not stand yet, for a unit."""
    return people.allowed(by, act.right, unit=unit) or bool(act.enter) and people.allowed_for_other(by, act.enter, unit)


def paper_of(row: List, act: Act | None = None, *, supplement: bool = False) -> Mapping[str, Any]:
    """The incoming paper by which the office enters something for a unit: the last one taken; empty for none.

    A supplement rests on a paper of its own, taken after the return. An act whose form asks for a paper brings it.
    """
    if act is not None and brings_paper(act):
        return {"form": act.form}
    papers = row.data.get("papers") or []
    old = int(row.data.get("papers_returned", 0)) if supplement or act is not None and act.name == "sign_supplement" else 0
    found: Mapping[str, Any] = papers[-1] if len(papers) > old else {}
    return found


def brings_paper(act: Act) -> bool:
    return act.form is not None and {"number", "dated", "scan"} <= {f.key for f in act_forms[act.form].fields}


def entered_words(unit: int, paper: Mapping[str, Any]) -> dict[str, str]:
    """Whose paper something was entered by, as entries and records keep it."""
    return {
        "for_unit": people.unit_name(unit, clock.today()),
        "paper": str(paper["number"]),
        "paper_date": f"{date.fromisoformat(str(paper['dated'])):%d/%m/%Y}",
    }


def paper_missing() -> Conflict:
    """The refusal of whoever enters for a unit without its paper."""
    return Conflict(
        "Ghi văn bản đến của đơn vị trước: số, ngày, bản chụp. Sau đó nhập thay đơn vị theo văn bản ấy.",
        "Take the unit's incoming paper first, with number, date and scan; then enter it for the unit.",
        code="paper-missing",
    )


def must_act(by: Actor, row: List, act: Act, named: Collection[int] = ()) -> tuple[Actor, Part]:
    """As whom somebody takes part in an act, and how; Forbidden for no right to it, or where a name keeps him away."""
    acting, part = acting_in(by, row, act, named)
    if part is None and enters(acting, row, act):
        raise paper_missing()
    if part is None:
        raise Forbidden(
            f"Bạn không có quyền làm việc này: {act.label.lower()}.",
            f"You may not do this: {act.label_en.lower()}.",
        )
    if part.how == "barred" and not any(concerns.bars_himself(by, act, c) for c in concerns.concerns_on(row.id).values()):
        raise Forbidden(
            "Danh sách này có tên liên quan đến người mà bạn xử lý thay, nên bạn cũng không làm việc này: "
            f"{act.label.lower()}.",
            f"A name on this list concerns the person in whose place you act, so you may not do this either: {act.label_en.lower()}.",
            code="own-case",
        )
    if part.how == "barred":
        raise Forbidden(
            f"Danh sách này có tên liên quan đến bạn nên bạn không làm việc này: {act.label.lower()}. "
            "Người được phân công thay xử lý.",
            f"A name on this list concerns you, so you may not do this: {act.label_en.lower()}. The substitute acts.",
            code="own-case",
        )
    return acting, part


def refuse_driven(act: Act) -> None:
    """Refuse what only a process does."""
    if act.driven:
        raise Forbidden(
            f"Việc này ({act.label.lower()}) làm ở quy trình giải quyết đơn, kiến nghị.",
            f"This ({act.label_en.lower()}) is done by the process of the petition.", code="driven",
        )


def lines_of(list_id: int) -> list[tuple[Line, Nomination]]:
    """Lines of a list in order, with their nominations; removed ones last."""
    with reading() as s:
        rows = s.execute(
            select(Line, Nomination)
            .join(Nomination, Nomination.id == Line.nomination_id)
            .where(Line.list_id == list_id)
            .order_by(Line.removed, Line.position)
        ).all()
        let_go(one for row in rows for one in row)
        return [(line, nomination) for line, nomination in rows]


def phases_on(list_id: int) -> dict[int, tuple[str, str | None]]:
    """Where the names of a list stand: nomination → phase and outcome."""
    with reading() as s:
        rows = s.execute(
            select(Line.nomination_id, ProcessInstance.phase, ProcessInstance.outcome)
            .join(Nomination, Nomination.id == Line.nomination_id)
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(Line.list_id == list_id)
        ).all()
    return {n: (phase or "drafting", outcome) for n, phase, outcome in rows}


def letters_about(nominations: Sequence[int]) -> dict[int, list[tuple[List, Line]]]:
    """The opinion letters on which nominations stand: nomination → letters, each with its line."""
    found: dict[int, list[tuple[List, Line]]] = {}
    with reading() as s:
        for row, line in s.execute(
            select(List, Line)
            .join(Line, Line.list_id == List.id)
            .where(List.kind == "opinion_letter", Line.nomination_id.in_(nominations), Line.removed.is_(False))
            .order_by(List.id)
        ):
            found.setdefault(line.nomination_id, []).append((row, line))
    return found


def data_for(row: List, *, by: Actor) -> dict[str, Any]:
    """What somebody may see of a list's own fields: no bookkeeping, and not what its kind keeps back from this person."""
    return {k: v for k, v in kind_of(row).shown(by, row).items() if k != "last"}


def given(row: List, *, by: Actor) -> dict[str, Any]:
    """What the form of an act may read besides its answers: the list's own fields, its days, the files that are there.

    Its days are that of its own paper, `list_day`, and the latest on which each act was done, such as `sign_day`.
    """
    return {
        **data_for(row, by=by),
        **{f"{act}_day": day for act, day in row.data.get("last", {}).get("days", {}).items()},
        "list_day": row.dated.isoformat() if row.dated else None,
        **kind_of(row).given(row, by),
        "files": about_files([*files_of_list(row.id), *drafted_files(by)]),
    }


def acts_open_to(by: Actor, row: List) -> list[Act]:
    """Acts that a person may do with a list in the state in which it is."""
    acts = kind_of(row).acts
    return [a for a in acts if row.state in a.states and not a.driven and a.open_to(by, row) and may_act(by, row, a)]


def progress(list_id: int) -> dict[str, int]:
    """How far the messages of a list are: queued, delivered, dropped."""
    with reading() as s:
        return {"queued": 0, "delivered": 0, "dropped": 0} | {state: n for state, n in s.execute(messages_of(list_id))}


def messages_of(list_id: int) -> Select[str, int]:
    """How many messages about a list's lines are in which state; each line's source is looked up as it is written."""
    sources = select(literal(f"list:{list_id}:") + cast(Line.id, String)).where(Line.list_id == list_id)
    return select(Message.state, func.count()).where(Message.source.in_(sources)).group_by(Message.state)


def unknown_list(*, there: bool = False) -> NotFound:
    return (Withheld if there else NotFound)("Không có danh sách này, hoặc không thuộc bạn.", "There is no such list, or it is not yours.")
