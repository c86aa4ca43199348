"""Acts on lists: one act writes all its lines in one transaction and queues one message a nomination.

This is the mechanism; what each kind of list may do is data that the subject modules register in `KINDS`
(`office.md` section 2, `process.md` section 4). An act is refused as a whole, before anything is written, or sent
without its bad lines if the person says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from forms import Form
from service import clock, jobs, people, trail
from service.actor import Actor
from service.awards import concerns, guards, line_data
from service.awards.concerns import Part
from service.awards.due import AD_HOC, Due
from service.awards.files import about_files, drafted_files, files_of_list, take_drafted
from service.awards.line_data import LineData
from service.awards.models import Line, List, Nomination, Round
from service.awards.places import once_key, stood_digest
from service.calendar import working_calendar
from service.db import let_go, reading, transaction
from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound, Stale
from service.processes import reminders
from service.processes.instances import NO_DUE, send_messages
from service.processes.models import Activity, Message, ProcessInstance
from service.processes.queues import queue_of
from service.processes.tasks import checked


@dataclass(frozen=True, slots=True)
class LineInput:
    """What a person says of one line."""

    nomination: int
    result: str | None = None
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """A value that a line may take in an act."""

    value: str
    label: str
    label_en: str
    needs_reason: bool = False
    message: str | None = ""
    """Message sent for this value; "" = the act's own, None = none."""
    follows: str = ""
    """What follows, in words, for the second line of a choice."""


@dataclass(slots=True)
class Acting:
    """An act under way, for its effect: the rows under lock, what was typed, and what to send."""

    s: Session
    list: List
    act: Act
    lines: Sequence[tuple[Line, Nomination, LineInput]]
    fields: dict[str, Any]
    by: Actor
    at: datetime
    behalf: int | str | None = None
    """In whose place: the account that named a substitute, or the name of the body that is kept away."""
    payloads: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Nomination → what its message carries besides `result`."""
    silent: set[int] = field(default_factory=set)
    """Nominations whose message is not sent by this act (the name still waits for another letter)."""
    instead: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Nomination → what its message has in place of the act's: name, key, urgent."""
    first: Sequence[dict[str, Any]] = ()
    """Messages that go out ahead of the act's own."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Goes into the trail's event."""
    state: str | None = None
    """State that the list takes, where the effect decides it."""
    entered: dict[str, str] = field(default_factory=dict)
    """Where the office enters it for a unit: which unit, by which incoming paper (office.md, point 5)."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done with a kind of list."""

    name: str
    label: str
    """What the button says; the number of names follows."""
    label_en: str
    right: str
    """Act of the matrix of rights; for which units it counts, says the kind's `units`."""
    states: tuple[str, ...]
    to: str | None = None
    results: tuple[Result, ...] = ()
    message: str | None = None
    waits: tuple[str, ...] = ()
    """Elements at which a line must stand; empty = any."""
    after: tuple[str, ...] = ()
    """Messages that, while queued, count as the line standing there already."""
    held_allowed: bool = False
    form: str | None = None
    """Form of the act's own fields, `forms/acts/NAME.form`."""
    line: type[LineData] = LineData
    """What may be said of a line besides result and reason."""
    concerns: bool = True
    """Whether it is kept from whom a name concerns; not so what only passes papers on, or asks for oneself."""
    splits: bool = False
    """Whether names that concern who acts go to a list of their own, for the substitute."""
    own_office: bool = False
    """Whether it judges a name, so that no officer does it for the own office."""
    hands: int = 1
    """How many different people must do it."""
    keeps: bool = True
    """Whether result, reason and data are written on the line at once; an act of two hands keeps them apart."""
    partial: bool = False
    """Whether it may take some of the lines only."""
    left: str = "stays"
    """What becomes of lines that it does not take: `stays` on the list, for this act later, or `leaves` for another list."""
    also: tuple[str, ...] = ()
    """Messages that its effect may send in place of its own."""
    records: bool = False
    """Its results are only kept, for a later act to send: they must be values of the wait all the same."""
    ended_allowed: bool = False
    fits: Callable[[Line, Collection[str]], bool] | None = None
    """Whether a line, with the elements at which its name stands, is one for the act; None: every line is."""
    urgent: bool = False
    no_lines: bool = False
    """Acts on the list itself (number, format check)."""
    only: tuple[str, ...] = ()
    """Takes only lines that carry one of these results already."""
    effect: Callable[[Acting], None] | None = None
    enter: str = ""
    """Right with which the office enters it for a unit that files on paper, with number, date and scan."""
    aside: bool = False
    """Offered beside what the list waits for, never as that."""
    told: str = ""
    """What the result page says, `{n}` names."""
    told_en: str = ""

    @property
    def messages(self) -> set[str]:
        """Names of the messages that end a line's wait when this act sends them."""
        return {m for m in (self.message, *self.also, *(r.message for r in self.results)) if m}

    @property
    def checks_values(self) -> bool:
        """Whether a line's result must be one of the values of the wait at which it stands."""
        return bool(self.results and self.waits and (self.message or self.records))


@dataclass(frozen=True, slots=True)
class ListTask:
    """What a list in some state asks of whom: a row in the same inbox as user tasks."""

    act: str
    label: str
    group: Callable[[List], str]
    """Group that is asked, or several with blanks between."""
    due: str | None = None
    """Calendar key, or None: the list's own due time."""
    when: tuple[str, ...] = ()
    """Asked only while a line stands at one of these elements."""
    parts: Callable[[Session, List], Mapping[str, str]] | None = None
    """Asked of several units, each by a task of its own: unit ("" for none) → groups; who has done it is left out."""
    until: Callable[[List], datetime | None] | None = None
    """Due time from what the list itself knows, in place of calendar and own due time."""
    tell: str = ""
    """Groups that are reminded, where not all who may act are to be."""


@dataclass(frozen=True, slots=True)
class ListKind:
    """A kind of list: its states, its acts, whom it asks, who may see it."""

    name: str
    label: str
    label_en: str
    states: Mapping[str, str]
    start: str
    acts: tuple[Act, ...]
    tasks: Mapping[str, tuple[ListTask, ...]] = field(default_factory=dict)
    units: Callable[[List], Iterable[int | None]] = lambda row: (row.unit_id,)
    """Units for which a right of units, heads or agencies counts on this very list."""
    gathers: tuple[str, ...] = ()
    """Elements at which nominations wait to be put on such a list."""
    alone: bool = True
    """Whether a nomination stands on one open list of the kind at a time; one letter an agency is the exception."""
    shown: Callable[[Actor, List], Mapping[str, Any]] = lambda by, row: row.data
    """What somebody who may see the list is shown of its data."""
    out: Callable[[List], bool] = lambda row: True
    """Whether those outside the office who have the right `NAME.read` see the list in its state."""
    public: Callable[[List], bool] = lambda row: False
    """Whether it is published: who has the right `NAME.read_published` sees the names that stand on it."""
    made: str | None = "drafted"
    """Word of the trail for making one; None where the first act tells it."""
    due: Due | None = None
    """Own due time of a list that is made, where the round's calendar gives none."""
    parents: Callable[[Session, Sequence[int]], Mapping[int, int | None]] | None = None
    """Earlier list that each nomination was sent back from; names of one origin only make a list together."""
    frees: Callable[[str, str], bool] = lambda state, result: False
    """Whether a line's result on a list in this state lets its name stand on another list of the kind."""
    standing: Callable[[List, Sequence[Line]], str] = lambda row, live: row.state
    """State of the list by the lines that are left, when one has left it between acts."""
    on_left: Callable[[Session, List, Sequence[Nomination], Actor], None] | None = None
    """Where names go on that an act left out and that leave the list, unless somebody draws up another."""
    given: Callable[[List], dict[str, Any]] = lambda row: {}
    """What the forms of its acts may read besides the list's own fields."""

    def act(self, name: str) -> Act:
        """One act by its name; NotFound for an unknown one."""
        for act in self.acts:
            if act.name == name:
                return act
        raise NotFound("Không có thao tác này.", "There is no such act.")


OFFICE: tuple[str, ...] = ("vhxh", "vhxh_head", "vanphong", "secretary", "chair", "deputy", "clerk", "inspector", "admin")
PAST = {
    "minutes": "minutes_filed", "sign": "signed", "take_late": "late_allowed", "return": "returned",
    "sign_supplement": "resubmitted", "send": "sent", "answer": "answered", "post": "posted", "close": "closed",
    "key": "keyed", "prove": "proofed", "submit": "submitted", "check_form": "format_checked",
    "send_back": "sent_back", "issue": "issued", "publish": "published", "hand_over": "handed_over", "pay": "paid",
    "note_opinion": "opinion_noted", "issue_rest": "issued", "take_off": "line_removed", "propose": "proposed",
    "decide": "decided",
    "file": "received", "enter": "received", "take_paper": "paper_taken", "classify": "classified", "conclude": "concluded",
}
"""Act → its word in the trail: what is told is past."""
BESIDE = {
    "withdrawal": "file", "petition": "enter", "recipient_change": "file", "review_request": "file", "hold": "suspend",
    "cancellation": "cancel", "revocation": "propose",
}
"""Kinds of list that one nomination can have filed beside its path → the act that files it."""
KINDS: dict[str, ListKind] = {}
told_by_mail: dict[str, Callable[[Sequence[Nomination], str], None]] = {}
"""Message → letters about the names that an act sends it to, queued with it: (names, key of the act)."""
act_forms: dict[str, Form] = {}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did: how many lines, what was left out and why, and whether it was only a repetition."""

    list_id: int
    act: str
    done: int
    left_out: tuple[dict[str, Any], ...]
    state: str
    version: int
    repeated: bool = False


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
        if due_at is None and shape.due is not None:
            due_at = shape.due(s, s.get_one(Round, round_id), nominations)
        row = List(
            kind=kind,
            round_id=round_id,
            unit_id=unit_id,
            parent_id=parent_id,
            state=state or shape.start,
            title=title,
            data=dict(data or {}),
            due_at=due_at,
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


def read_list(list_id: int, *, by: Actor) -> List:
    """A list that this person may see; NotFound otherwise."""
    with reading() as s:
        row = s.get(List, list_id)
        if row is None or not may_read(by, row):
            raise _unknown()
        let_go([row])
        return row


def may_read(by: Actor, row: List) -> bool:
    """Tell whether somebody may see a list: by right, once it is shown, published, or waiting for an act of his.

    How much of it: `sees`.
    """
    return _reads_all(by, row) or _reads_own(by, row) or _is_public_to(by, row)


def sees(by: Actor, row: List) -> Callable[[Line, Nomination], bool]:
    """Which lines of a list somebody sees who may read it: all, or on a list of many units those of his own units.

    On a published list the other names that were granted stand beside them.
    """
    if _reads_all(by, row):
        return lambda line, nomination: True
    public = _is_public_to(by, row)

    def shown(line: Line, nomination: Nomination) -> bool:
        if by.units & {nomination.unit_id, people.current_unit(nomination.unit_id)}:
            return True
        return public and not line.removed and line.result == "granted"

    return shown


def _reads_all(by: Actor, row: List) -> bool:
    """Whoever reads the kind whatever the unit, is asked to act now, or belongs to the one unit that the list is of."""
    kind = KINDS[row.kind]
    seen = by.may(*OFFICE) or kind.out(row)
    if seen and people.allowed(by, f"{kind.name}.read", unit=row.unit_id or people.NO_UNIT):
        return True
    return any(_asks_all_of_it(by, row, a) for a in kind.acts if row.state in a.states)


def _asks_all_of_it(by: Actor, row: List, act: Act) -> bool:
    if people.allowed(by, act.right, unit=people.NO_UNIT):
        return True
    part = part_in(by, row, act) if row.unit_id is not None else None
    return part is not None and part.how == "substitute"


def _reads_own(by: Actor, row: List) -> bool:
    kind = KINDS[row.kind]
    return kind.out(row) and any(people.allowed(by, f"{kind.name}.read", unit=u or people.NO_UNIT) for u in kind.units(row))


def _is_public_to(by: Actor, row: List) -> bool:
    kind = KINDS[row.kind]
    return kind.public(row) and people.allowed(by, f"{kind.name}.read_published")


def may_act(by: Actor, row: List, act: Act) -> bool:
    """Tell whether somebody may do an act on this very list, whatever state it is in."""
    part = part_in(by, row, act)
    return part is not None and part.how != "barred"


def part_in(by: Actor, row: List, act: Act) -> Part | None:
    """How somebody takes part in an act on this very list: by his own right, as a substitute, by a unit's paper, kept away.

    None for no part at all.
    """
    units = tuple(unit or people.NO_UNIT for unit in KINDS[row.kind].units(row))
    found = concerns.concerns_on(row.id).values()
    if act.right != act.enter and (part := concerns.part_in(by, act, units, found)) is not None:
        return part
    if not enters(by, row, act) or act.right != act.enter and not paper_of(row, act):
        return None
    if act.no_lines and any(by.account in concern.accounts for concern in found):
        return Part("barred")
    return Part("enterer")


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
    if act is not None and _brings_paper(act):
        return {"form": act.form}
    papers = row.data.get("papers") or []
    old = int(row.data.get("papers_returned", 0)) if supplement or act is not None and act.name == "sign_supplement" else 0
    found: Mapping[str, Any] = papers[-1] if len(papers) > old else {}
    return found


def _brings_paper(act: Act) -> bool:
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


def _entered(row: List, act: Act, fields: Mapping[str, Any], part: Part) -> dict[str, str]:
    """By which paper the office enters an act; empty where the person acts in his own right."""
    if part.how != "enterer" or row.unit_id is None:
        return {}
    paper = fields if _brings_paper(act) else paper_of(row, act)
    wanted = {"number": ("Ghi số văn bản đến.", "Give the number of the paper."), "dated": ("Ghi ngày văn bản đến.", "Give its day."),
              "scan": ("Đính kèm bản chụp văn bản đến.", "Attach the scan of the paper.")}
    faults = [FieldFault(key, *said) for key, said in wanted.items() if not paper.get(key)]
    if faults:
        raise Invalid(
            "Chưa ghi được: nhập thay đơn vị cần số, ngày và bản chụp văn bản đến.",
            "To enter it for the unit, give number, date and scan of the incoming paper.", code="paper-missing", faults=faults,
        )
    return entered_words(people.current_unit(row.unit_id), paper)


def must_act(by: Actor, row: List, act: Act) -> Part:
    """How somebody takes part in an act; Forbidden for who has no right to it, or is kept away by a name on the list."""
    part = part_in(by, row, act)
    if part is None and enters(by, row, act):
        raise paper_missing()
    if part is None:
        raise Forbidden(
            f"Bạn không có quyền làm việc này: {act.label.lower()}.",
            f"You may not do this: {act.label_en.lower()}.",
        )
    if part.how == "barred":
        raise Forbidden(
            f"Danh sách này có tên liên quan đến bạn nên bạn không làm việc này: {act.label.lower()}. "
            "Người được phân công thay xử lý.",
            f"A name on this list concerns you, so you may not do this: {act.label_en.lower()}. The substitute acts.",
            code="own-case",
        )
    return part


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
        ended = ENDED_STATES.get(kind, ())
        rows = s.execute(
            select(Line.nomination_id, List.state, Line.result)
            .join(List, List.id == Line.list_id)
            .where(
                List.kind == kind,
                List.state.not_in(ended),
                Line.removed.is_(False),
                Line.nomination_id.in_([n.id for n in found]),
            )
        )
        frees = KINDS[kind].frees
        taken = {nomination for nomination, state, result in rows if result is None or not frees(state, result)}
        return [n for n in found if n.id not in taken]


EMPTY = "empty"
"""State of a list that ended because no name was left on it."""
ENDED_STATES: dict[str, tuple[str, ...]] = {}
"""Kind → states in which a list takes its lines no further."""


def act_on_list(
    list_id: int,
    name: str,
    *,
    by: Actor,
    lines: Sequence[LineInput] = (),
    fields: Mapping[str, Any] | None = None,
    seen: int | None = None,
    skip_bad: bool = False,
) -> Outcome:
    """Do one act on a list: rights, state, fields, guard of each line, effect, messages, trail, in one transaction.

    Without `lines` all lines are meant, with the act's first value. The same act with the same content again gives
    the same answer and sends nothing, unless it would take other names by now. Raises NotFound, Forbidden, Conflict,
    Stale, and Invalid with the fields or the lines that are wrong.
    """
    with transaction() as s:
        row = s.scalars(select(List).where(List.id == list_id).with_for_update()).one_or_none()
        if row is None or not may_read(by, row):
            raise _unknown()
        kind = KINDS[row.kind]
        act = kind.act(name)
        part = must_act(by, row, act)
        digest = _digest(name, lines, fields, by)
        rows = [] if act.no_lines else _live_lines(s, row, act, by)
        if repeated := _repeated(s, row, act, rows, lines, digest, by, part):
            return repeated
        _check_state(kind, row, act, seen)
        clean = _checked_fields(row, act, fields or {}, by)
        take_drafted(s, f"list:{row.id}", clean, by)
        chosen = _checked_data(act, _chosen(rows, act, lines))
        bad = guards.bad_lines(s, row, act, chosen, by, part)
        taken, bad = _to_take(act, chosen, bad, named=bool(lines), skip_bad=skip_bad)
        return _carry_out(s, row, act, taken, clean, by, part, bad, digest)


def _to_take(
    act: Act,
    chosen: Sequence[tuple[Line, Nomination, LineInput]],
    bad: Sequence[dict[str, Any]],
    *,
    named: bool,
    skip_bad: bool,
) -> tuple[list[tuple[Line, Nomination, LineInput]], list[dict[str, Any]]]:
    """The lines that an act takes, and those that it leaves out and tells of; Invalid, Conflict where it must not."""
    left_out = {b["nomination"] for b in bad}
    if act.partial and not named:
        # Nobody named lines: those that stand at this step are meant, the others are not faults.
        bad, skip_bad = [b for b in bad if b["code"] not in guards.PASSED_OVER], True
    if stopping := [b for b in bad if not skip_bad or not may_be_left(act, b["code"])]:
        raise bad_lines(stopping)
    taken = [c for c in chosen if c[1].id not in left_out]
    if not taken and not act.no_lines:
        why = "; ".join(f"{b['name']}: {b['message']}" for b in bad[:5])
        raise Conflict(
            f"Không còn dòng nào để xử lý{f': {why}' if why else ''}.", "No line is left to act on.", code="no-lines",
            lines=list(bad),
        )
    return taken, list(bad)


def may_be_left(act: Act, code: str) -> bool:
    """Whether an act may go on without a line: not where the line would leave the list for a slip in typing."""
    return act.left == "stays" or code != guards.TYPED


def data_for(row: List, *, by: Actor) -> dict[str, Any]:
    """What somebody may see of a list's own fields: no bookkeeping, and not what its kind keeps back from this person."""
    return {k: v for k, v in KINDS[row.kind].shown(by, row).items() if k != "last"}


def given(row: List, *, by: Actor) -> dict[str, Any]:
    """What the form of an act may read besides its answers: the list's own fields, and the files that are there."""
    return {
        **data_for(row, by=by),
        **KINDS[row.kind].given(row),
        "files": about_files([*files_of_list(row.id), *drafted_files(by)]),
    }


def _checked_fields(row: List, act: Act, fields: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """The act's own fields by its form; an act without a form asks for none."""
    if act.form:
        return checked(act_forms[act.form], fields, given=given(row, by=by))
    if fields:
        raise Invalid(
            "Chưa ghi: việc này không hỏi gì ngoài các dòng.", "Nothing was written: this act has no fields.",
            faults=[
                FieldFault(f"fields.{key}"[:80], "Việc này không có ô này.", "This act has no such field.")
                for key in fields
            ],
        )
    return {}


def _checked_data(
    act: Act, chosen: Sequence[tuple[Line, Nomination, LineInput]]
) -> list[tuple[Line, Nomination, LineInput]]:
    """The lines with what was said of each, by the act's schema; Invalid names every line that does not fit it."""
    found, bad = [], []
    for line, nomination, said in chosen:
        data, faults = line_data.read(act.line, said.data)
        found.append((line, nomination, replace(said, data=data)))
        if faults:
            bad.append(bad_line(line, nomination, "; ".join(f[1] for f in faults), "; ".join(f[2] for f in faults)))
    if bad:
        raise bad_lines(bad)
    return found


def bad_line(
    line: Line, nomination: Nomination, message: str, message_en: str, code: str = guards.TYPED
) -> dict[str, Any]:
    """A line that an act cannot take, and why."""
    return {
        "nomination": nomination.id, "line": line.position, "name": nomination.name, "code": code, "message": message,
        "message_en": message_en,
    }


def bad_lines(bad: Sequence[dict[str, Any]]) -> Invalid:
    """The refusal of an act some of whose lines cannot be taken."""
    return Invalid(
        f"Chưa ghi: {len(bad)} dòng chưa được, các dòng khác chưa bị đụng tới.",
        f"Nothing was written: {len(bad)} line{'s' if len(bad) > 1 else ''} cannot be taken.",
        code="bad-lines",
        lines=bad,
    )


def _carry_out(
    s: Session,
    row: List,
    act: Act,
    taken: Sequence[tuple[Line, Nomination, LineInput]],
    fields: dict[str, Any],
    by: Actor,
    part: Part,
    bad: list[dict[str, Any]],
    digest: str,
    word: str = "",
) -> Outcome:
    acting = Acting(
        s, row, act, taken, fields, by, clock.now(), behalf=part.behalf, entered=_entered(row, act, fields, part)
    )
    if acting.entered:
        acting.extra |= acting.entered
        if act.right != act.enter:
            row.data = {**row.data, "entered_for": acting.entered}
    stood = stood_digest(s, act, [n for _, n, _ in taken])
    for line, _, said in taken:
        line.acts += 1
        if act.keeps and act.results:
            line.result, line.reason = said.result, said.reason
        if act.keeps and said.data:
            line.data = {**line.data, **said.data}
    s.flush()
    gone = [] if act.no_lines else _leave(acting, part, bad)
    if act.effect:
        act.effect(acting)
    row.state = acting.state or act.to or row.state
    row.version += 1
    last = {"digest": digest, "act": act.name, "done": len(taken), "left_out": list(bad)}
    row.data = {**row.data, "last": {**last, "state": row.state, "stood": stood}}
    s.flush()
    if gone and (onward := KINDS[row.kind].on_left):
        onward(s, row, gone, by)
    _send(acting)
    open_tasks(s, row, closed_by=by)
    trail.record(
        f"{row.kind}:{word or PAST[act.name]}",
        by=by,
        stream=f"list:{row.id}",
        behalf=acting.behalf,
        reason=why if isinstance(why := fields.get("reason"), str) and why.strip() else None,
        body={
            **({} if act.no_lines else {"names": [n.id for _, n, _ in taken]}),
            **({"results": [said.result or "" for _, _, said in taken]} if act.results and act.keeps else {}),
            **({"left_out": [n.id for n in gone]} if gone else {}),
            "state": row.state,
            **acting.extra,
        },
        private={f"reason.{n.id}": said.reason for _, n, said in taken if said.reason and act.keeps},
    )
    if row.state == EMPTY:
        trail.record(f"{row.kind}:emptied", by=by, stream=f"list:{row.id}")
    jobs.enqueue(
        "list.acted",
        {"list": row.id, "act": act.name, "version": row.version, "names": [n.id for _, n, _ in taken]},
    )
    return Outcome(row.id, act.name, len(taken), tuple(bad), row.state, row.version)


def _leave(acting: Acting, part: Part, bad: list[dict[str, Any]]) -> list[Nomination]:
    """Take lines off the list that the act left out and cannot take later; returns whose, and tells of them in `bad`."""
    s, row, act = acting.s, acting.list, acting.act
    if act.left == "stays":
        return []
    taken = {line.id for line, _, _ in acting.lines}
    rest = [
        (line, nomination, LineInput(nomination.id, act.results[0].value if act.results else None, "-"))
        for line, nomination in s.execute(
            select(Line, Nomination)
            .join(Nomination, Nomination.id == Line.nomination_id)
            .where(Line.list_id == row.id, Line.removed.is_(False), Line.id.not_in(taken))
            .order_by(Line.position)
        )
    ]
    why = {b["nomination"]: b for b in guards.bad_lines(s, row, act, rest, acting.by, part)}
    told = {b["nomination"] for b in bad}
    gone = []
    for line, nomination, _ in rest:
        fault = why.get(nomination.id)
        if act.splits and fault and fault["code"] == guards.OWN:
            continue  # its own signer's list takes it
        line.result = None
        leave(line, fault["code"] if fault else "not-taken", act.name)
        gone.append(nomination)
        if fault and nomination.id not in told:
            bad.append(fault)
    s.flush()
    return gone


def leave(line: Line, code: str, act: str = "") -> None:
    """Take one line off its list for good, and note why for who reads the list."""
    line.removed = True
    line.data = {**line.data, "left": {"code": code, "act": act, "on": clock.today().isoformat()}}


def settle(s: Session, row: List, *, by: Actor) -> None:
    """Bring a list to what is left of it after a line has left between acts: its state and what it asks."""
    s.flush()
    live = s.scalars(select(Line).where(Line.list_id == row.id, Line.removed.is_(False))).all()
    kind = KINDS[row.kind]
    state = kind.standing(row, live) if live else EMPTY
    if state == EMPTY and EMPTY in kind.states:
        end_empty(s, row, by=by)
        return
    if live:
        row.state = state
    row.version += 1
    s.flush()
    open_tasks(s, row)


def _send(acting: Acting) -> None:
    row, act = acting.list, acting.act
    messages = list(acting.first)
    about: dict[str, list[Nomination]] = {}
    for line, nomination, said in acting.lines:
        name = act.message
        for result in act.results:
            if result.value == said.result and result.message != "":
                name = result.message
        change = acting.instead.get(nomination.id, {})
        name = change.get("name", name)
        if name is None or nomination.id in acting.silent or nomination.instance_id is None:
            continue
        about.setdefault(name, []).append(nomination)
        payload = {"result": said.result} if said.result and act.results else {}
        messages.append(
            {
                "instance_id": nomination.instance_id,
                "name": name,
                "payload": payload | acting.payloads.get(nomination.id, {}),
                "source": f"list:{row.id}:{line.id}",
                "once": once_key(row, line, act.name),
                "urgent": act.urgent,
            }
            | change
        )
    send_messages(messages, by=acting.by, behalf=acting.behalf)
    for name, nominations in about.items():
        if name in told_by_mail:
            told_by_mail[name](nominations, f"list:{row.id}:{act.name}:{row.version}")


def act_when_due(s: Session, row: List, name: str, *, by: Actor, word: str) -> Outcome | None:
    """Do an act that falls due by itself, over all lines as they stand; None where a line stands in the way.

    For sweeps, on a row under lock in the open transaction: no rights are asked, no form is filled in. `word` is what
    the trail says in place of the act.
    """
    act, part = KINDS[row.kind].act(name), Part("holder")
    chosen = _chosen(_live_lines(s, row, act, by), act, ())
    if row.state not in act.states or not chosen or guards.bad_lines(s, row, act, chosen, by, part):
        return None
    return _carry_out(s, row, act, chosen, {}, by, part, [], "", word)


def _digest(name: str, lines: Sequence[LineInput], fields: Mapping[str, Any] | None, by: Actor) -> str:
    said = [(x.nomination, x.result, x.reason, dict(x.data)) for x in sorted(lines, key=lambda x: x.nomination)]
    typed = dict(fields or {})
    return hashlib.sha256(orjson.dumps([name, by.account, said, typed], option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


def _repeated(
    s: Session,
    row: List,
    act: Act,
    rows: Sequence[tuple[Line, Nomination]],
    lines: Sequence[LineInput],
    digest: str,
    by: Actor,
    part: Part,
) -> Outcome | None:
    """The outcome of the act before, where this one says the same and would take nothing, or what that one took.

    A name that came to stand here since, for the first time or again, makes it an act of its own.
    """
    last = row.data.get("last") or {}
    if last.get("digest") != digest or last.get("state") != row.state:
        return None
    said = {x.nomination: x for x in lines}
    meant = [
        (line, n, said.get(n.id) or _unsaid(act, line, n))
        for line, n in rows
        if n.id in said or not (act.partial and lines)
    ]
    hindered = {b["nomination"] for b in guards.bad_lines(s, row, act, meant, by, part)}
    free = [n for _, n, _ in meant if n.id not in hindered]
    if free and stood_digest(s, act, free) != last["stood"]:
        return None
    return Outcome(
        row.id, last["act"], last["done"], tuple(last["left_out"]), row.state, row.version, repeated=True
    )


def _check_state(kind: ListKind, row: List, act: Act, seen: int | None) -> None:
    if row.state not in act.states:
        raise Conflict(
            f"Không làm được lúc này: {kind.label.lower()} đang ở trạng thái “{kind.states[row.state].lower()}”.",
            f"Not possible now: the list is “{row.state}”.",
            code="wrong-state",
        )
    if seen is not None and seen != row.version:
        raise Stale(
            "Danh sách đã thay đổi sau khi bạn mở trang. Tải lại trang để xem; nội dung đã nhập vẫn còn.",
            "The list changed after you opened it. Reload to see; what you typed is kept.",
        )


def _live_lines(s: Session, row: List, act: Act, by: Actor) -> list[tuple[Line, Nomination]]:
    """Lines that an act of this person may mean, in order, with their nominations, under lock in one fixed order."""
    rows = s.execute(
        select(Line, Nomination)
        .join(Nomination, Nomination.id == Line.nomination_id)
        .where(
            Line.list_id == row.id,
            Line.removed.is_(False),
            *([Line.result.in_(act.only)] if act.only else []),
        )
        .order_by(Nomination.id)
        .with_for_update(of=[Line, Nomination])
    ).all()
    shown = sees(by, row) if by.account is not None else None
    own = [(line, n) for line, n in rows if shown is None or shown(line, n)]
    return sorted(own, key=lambda one: one[0].position)


def _unsaid(act: Act, line: Line, nomination: Nomination) -> LineInput:
    """What an act takes for a line of which nothing was said: the value that it carries, or the act's first."""
    default = act.results[0].value if act.results else None
    return LineInput(nomination.id, line.result if _keeps(act, line) else default)


def _chosen(
    rows: Sequence[tuple[Line, Nomination]], act: Act, lines: Sequence[LineInput]
) -> list[tuple[Line, Nomination, LineInput]]:
    if act.no_lines:
        return []
    by_nomination = {n.id: (line, n) for line, n in rows}
    default = act.results[0].value if act.results else None
    if not lines:
        return [(line, n, _unsaid(act, line, n)) for line, n in rows]
    named: set[int] = set()
    faults = []
    chosen = []
    for i, said in enumerate(lines):
        if said.nomination not in by_nomination or said.nomination in named:
            faults.append(
                FieldFault(
                    f"lines.{i}.nomination",
                    f"Trường hợp {said.nomination} không có trong danh sách này, hoặc ghi hai lần.",
                    f"Nomination {said.nomination} is not on this list, or named twice.",
                )
            )
            continue
        named.add(said.nomination)
        chosen.append((*by_nomination[said.nomination], said))
    if faults:
        raise Invalid(
            "Chưa ghi: có dòng không thuộc danh sách.", "Nothing was written: foreign lines.", faults=faults
        )
    missing = [n for n in by_nomination if n not in named]
    if missing and not act.partial:
        chosen += [(*by_nomination[n], LineInput(n, default)) for n in missing]
    return chosen


def _keeps(act: Act, line: Line) -> bool:
    return line.result in {r.value for r in act.results}


def acts_open_to(by: Actor, row: List) -> list[Act]:
    """Acts that a person may do with a list in the state in which it is."""
    return [a for a in KINDS[row.kind].acts if row.state in a.states and may_act(by, row, a)]


def hindered(row: List, act: Act, *, by: Actor) -> dict[int, dict[str, Any]]:
    """Why lines could not be taken by an act now: nomination → code, sentence, and it in English. Changes nothing."""
    if act.no_lines:
        return {}
    default = act.results[0].value if act.results else None
    chosen = [
        # A reason and a result are still to be given: what is looked for is what no typing mends.
        (line, n, LineInput(n.id, line.result if _keeps(act, line) else default, "-"))
        for line, n in lines_of(row.id)
        if not line.removed and (not act.only or line.result in act.only)
    ]
    part = part_in(by, row, act) or Part("holder")
    with reading() as s:
        bad = guards.bad_lines(s, row, act, chosen, by, part)
    return {b["nomination"]: b for b in bad if b["code"] != guards.TYPED}


def end_empty(s: Session, row: List, *, by: Actor) -> None:
    """End a list of which no name is left: it asks nobody any more, and its kind's words say what did not come about."""
    row.state = EMPTY
    row.version += 1
    s.flush()
    open_tasks(s, row, closed_by=by)
    trail.record(f"{row.kind}:emptied", by=by, stream=f"list:{row.id}")


def open_tasks(s: Session, row: List, *, closed_by: Actor | None = None) -> None:
    """Bring the inbox rows of a list to its state: close what is done, open what is asked now, move what is due anew."""
    wanted = _asked_now(s, row)
    now = clock.now()
    open_now = s.execute(
        select(Activity.id, Activity.element, Activity.key, Activity.due_at, Activity.opened_at).where(
            Activity.list_id == row.id, Activity.state == "open", Activity.kind == "list"
        )
    ).all()
    for activity, element, key, due, opened in open_now:
        found = wanted.pop((element.partition(".")[2], key or ""), None)
        if found is None:
            s.execute(
                update(Activity)
                .where(Activity.id == activity)
                .values(
                    state="done",
                    closed_at=now,
                    remind_at=None,
                    closed_by=closed_by.account if closed_by else None,
                    door=closed_by.door if closed_by else None,
                )
            )
        elif found[0].due is None and (fresh := _due(s, row, found[0])) != due:
            _move_due(s, row, activity, found[0], opened, fresh)
    priority = _priority(s, row) if wanted else 0
    for (_, key), (task, group) in wanted.items():
        due = _due(s, row, task)
        s.execute(
            insert(Activity).values(
                list_id=row.id,
                kind="list",
                element=f"{row.kind}.{task.act}",
                key=key or None,
                occurrence=1,
                state="open",
                version=1,
                queue_id=_queue(row, task, group),
                title=f"{task.label}: {row.title}"[:300],
                process=row.kind,
                unit_id=int(key) if key else row.unit_id,
                priority=priority,
                opened_at=now,
                due_at=due,
                sort_at=due or NO_DUE,
                remind_at=reminders.first(_reminding(s, row, task), due, now, working_calendar()),
                reminded=0,
                drafted=False,
            )
        )
    for act in dict.fromkeys(act for act, _ in wanted):
        jobs.enqueue("list.asked", {"list": row.id, "act": act, "version": row.version})


def _asked_now(s: Session, row: List) -> dict[tuple[str, str], tuple[ListTask, str]]:
    """What the list asks in its state: act and key → task and groups."""
    return {
        (task.act, key): (task, group)
        for task in KINDS[row.kind].tasks.get(row.state, ())
        if not task.when or guards.any_to_take(s, row, KINDS[row.kind].act(task.act), task.when)
        for key, group in (task.parts(s, row) if task.parts else {"": task.group(row)}).items()
    }


def _move_due(
    s: Session, row: List, activity: int, task: ListTask, opened: datetime, due: datetime | None
) -> None:
    ahead = reminders.next_after(_reminding(s, row, task), due, opened, clock.now(), working_calendar())
    s.execute(
        update(Activity).where(Activity.id == activity).values(due_at=due, sort_at=due or NO_DUE, remind_at=ahead)
    )


def _reminding(s: Session, row: List, task: ListTask) -> dict[str, str]:
    """How a task of a list is reminded of, in the words of the diagrams' attributes."""
    attrs = {"remind": reminders.AD_HOC} if s.get_one(Round, row.round_id).stage == AD_HOC else {}
    return attrs | ({"tell": task.tell} if task.tell else {})


def reminding(activity: Activity) -> dict[str, str]:
    """How an open task of a list is reminded of."""
    with reading() as s:
        row = s.get_one(List, activity.list_id)
        act = activity.element.partition(".")[2]
        task = next((t for t in KINDS[row.kind].tasks.get(row.state, ()) if t.act == act), None)
        return _reminding(s, row, task) if task else {}


def move_dues(s: Session, round_id: int) -> None:
    """Bring the due times of what a round's lists ask to its calendar, in the open transaction."""
    rows = s.execute(
        select(Activity.id, Activity.element, Activity.due_at, Activity.opened_at, List)
        .join(List, List.id == Activity.list_id)
        .where(List.round_id == round_id, Activity.kind == "list", Activity.state == "open")
    ).all()
    for activity, element, due, opened, row in rows:
        act = element.partition(".")[2]
        task = next((t for t in KINDS[row.kind].tasks.get(row.state, ()) if t.act == act), None)
        if task is not None and (fresh := _due(s, row, task)) != due:
            _move_due(s, row, activity, task, opened, fresh)


def _queue(row: List, task: ListTask, groups: str) -> int:
    """Whom a list asks: the groups of the task, and who falls in where a name on the list keeps these away."""
    act = KINDS[row.kind].act(task.act)
    return queue_of(concerns.asked(act, groups.split(), concerns.concerns_on(row.id)))


def ask_anew(s: Session, row: List) -> None:
    """Give the open tasks of a list to whom they belong now that its names concern others, in the open transaction."""
    named = _asked_now(s, row)
    for number, element, key, queue in s.execute(
        select(Activity.id, Activity.element, Activity.key, Activity.queue_id).where(
            Activity.list_id == row.id, Activity.state == "open", Activity.kind == "list"
        )
    ).all():
        found = named.get((element.partition(".")[2], key or ""))
        if found is not None and (wanted := _queue(row, *found)) != queue:
            s.execute(update(Activity).where(Activity.id == number).values(queue_id=wanted))


def settle_tasks(s: Session, nomination_id: int, *, anew: bool = False) -> None:
    """Close what lists ask about a nomination once none of their names stands there any more, in the open transaction.

    An act only queues its messages: its names leave their step at delivery, one by one, and the last one ends the task.
    `anew`: open what is asked again too, because the name may go on after a hold, or must not.
    """
    conditional = {
        f"{kind.name}.{task.act}" for kind in KINDS.values() for tasks in kind.tasks.values() for task in tasks if task.when
    }
    rows = select(List).join(Line, Line.list_id == List.id).where(Line.nomination_id == nomination_id)
    if anew:
        rows = rows.where(Line.removed.is_(False))
    else:
        asked = select(Activity.list_id).where(
            Activity.list_id == List.id,
            Activity.kind == "list",
            Activity.state == "open",
            Activity.element.in_(conditional),
        )
        rows = rows.where(asked.exists())
    for row in s.scalars(rows.order_by(List.id)).all():
        open_tasks(s, row)


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
) -> int:
    """Draw up a list over nominations that wait for it; all that wait, where none are named. Returns its id.

    Raises Forbidden, Conflict when none waits, Invalid naming those that do not stand there.
    """
    kind = KINDS.get(kind_name)
    if kind is None or not kind.gathers:
        raise NotFound("Không có loại danh sách này.", "There is no such kind of list.")
    if not people.allowed(by, f"{kind_name}.draft"):
        raise Forbidden(
            f"Bạn không có quyền lập {kind.label.lower()}.", f"You may not draw up a {kind.label_en.lower()}."
        )
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
        round_name = s.get_one(Round, round_id).name
        return create_list(
            kind_name,
            round_id,
            title=title or f"{kind.label}, {round_name}",
            nominations=wanted,
            by=by,
            unit_id=unit_id,
            parent_id=parent_id,
            data=data,
            due_at=due_at,
        )


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


def file_one(kind_name: str, nomination_id: int, act: str, fields: Mapping[str, Any], *, by: Actor) -> Outcome:
    """Make a list of one and do its first act at once: withdrawal, petition, change of recipient, review request."""
    kind = KINDS[kind_name]
    with transaction() as s:
        nomination = s.get(Nomination, nomination_id)
        if nomination is None:
            raise NotFound("Không có hồ sơ này.", "There is no such nomination.")
        if not may_file(by, kind.act(act), people.current_unit(nomination.unit_id)):
            raise Forbidden(
                f"Bạn không có quyền: {kind.act(act).label.lower()}.",
                f"You may not: {kind.act(act).label_en.lower()}.",
            )
        list_id = create_list(
            kind_name,
            nomination.round_id,
            title=f"{kind.label}: {nomination.name}",
            nominations=[nomination_id],
            by=by,
            unit_id=people.current_unit(nomination.unit_id),
        )
        return act_on_list(list_id, act, by=by, fields=fields)


def _priority(s: Session, row: List) -> int:
    """What the list's last task had, so that what was made urgent stays so; else as its round begins."""
    last = s.execute(
        select(Activity.priority).where(Activity.list_id == row.id).order_by(Activity.id.desc()).limit(1)
    ).scalar()
    if last is not None:
        return last
    from service.awards.rounds import priority_in

    return priority_in(s.get_one(Round, row.round_id).stage)


def _due(s: Session, row: List, task: ListTask) -> datetime | None:
    if task.until is not None:
        return task.until(row)
    if task.due is None:
        return row.due_at
    from service.awards.rounds import end_of_day

    calendar = s.execute(select(Round.calendar).where(Round.id == row.round_id)).scalar() or {}
    day = calendar.get(task.due)
    return end_of_day(day) if day else row.due_at


def progress(list_id: int) -> dict[str, int]:
    """How far the messages of a list are: queued, delivered, dropped."""
    with reading() as s:
        rows = s.execute(
            select(Message.state).where(Message.source.startswith(f"list:{list_id}:"))
        ).scalars()
        counts = {"queued": 0, "delivered": 0, "dropped": 0}
        for state in rows:
            counts[state] += 1
        return counts


def _unknown() -> NotFound:
    return NotFound("Không có danh sách này, hoặc không thuộc bạn.", "There is no such list, or it is not yours.")
