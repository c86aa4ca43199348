"""One act on a list: guards, effect, messages and trail of all its lines, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service import clock, jobs, people, trail
from service.actor import Actor
from service.awards import guards, line_data
from service.awards.concerns import Part, by_name
from service.awards.files import take_drafted
from service.awards.lists.asking import end_empty, open_tasks
from service.awards.lists.holding import hold_cases, hold_names
from service.awards.lists.kinds import (
    BESIDE,
    EMPTY,
    PAST,
    SHEETS,
    Act,
    Acting,
    LineInput,
    ListKind,
    Outcome,
    act_forms,
    after_acts,
    before_acts,
    kind_of,
    told_by_mail,
)
from service.awards.lists.reading import (
    acting_in,
    brings_paper,
    entered_words,
    given,
    lines_of,
    may_read,
    must_act,
    paper_of,
    refuse_driven,
    sees,
    unknown_list,
)
from service.awards.models import Line, List, Nomination
from service.awards.places import once_key, stood_digest
from service.db import reading, transaction
from service.errors import Conflict, FieldFault, Invalid, Stale, how_many
from service.processes.messages import send_messages
from service.processes.tasks import checked
from workflows.calendar import ZONE


def _entered(row: List, act: Act, fields: Mapping[str, Any], part: Part) -> dict[str, str]:
    """By which paper the office enters an act; empty where the person acts in his own right."""
    if part.how != "enterer" or row.unit_id is None:
        return {}
    paper = fields if brings_paper(act) else paper_of(row, act)
    wanted = {"number": ("Ghi số văn bản đến.", "Give the number of the paper."), "dated": ("Ghi ngày văn bản đến.", "Give its day."),
              "scan": ("Đính kèm bản chụp văn bản đến.", "Attach the scan of the paper.")}
    faults = [FieldFault(key, *said) for key, said in wanted.items() if not paper.get(key)]
    if faults:
        raise Invalid(
            "Chưa ghi được: nhập thay cần số, ngày và bản chụp văn bản đến.",
            "To enter it for the unit, give number, date and scan of the incoming paper.", code="paper-missing", faults=faults,
        )
    return entered_words(people.current_unit(row.unit_id), paper)


def act_on_list(
    list_id: int,
    name: str,
    *,
    by: Actor,
    lines: Sequence[LineInput] = (),
    fields: Mapping[str, Any] | None = None,
    seen: int | None = None,
    skip_bad: bool = False,
    driven: Part | None = None,
) -> Outcome:
    """Do one act on a list: rights, state, fields, guard of each line, effect, messages, trail, in one transaction.

    Without `lines` all lines are meant, with the act's first value. The same act with the same content again gives
    the same answer and sends nothing, unless it would take other names by now. `driven`: a process does it, which has
    looked at the right of whoever did its step, and in whose place he did it. Raises NotFound, Forbidden, Conflict,
    Stale, and Invalid with the fields or the lines that are wrong.
    """
    with transaction() as s:
        if beside := s.scalars(
            select(Line.nomination_id)
            .join(List, List.id == Line.list_id)
            .where(List.id == list_id, List.kind.in_((*BESIDE, *SHEETS)))
        ).all():
            hold_names(s, beside)
        row = s.scalars(select(List).where(List.id == list_id).with_for_update(key_share=True)).one_or_none()
        if row is None or driven is None and not may_read(by, row):
            raise unknown_list(there=row is not None)
        kind = kind_of(row)
        act = kind.act(name)
        if driven is None:
            refuse_driven(act)
            by, part = must_act(by, row, act, {said.nomination for said in lines})
        else:
            part = driven
        digest = _digest(name, lines, fields, by)
        rows = [] if act.no_lines else _live_lines(s, row, act, by if driven is None else None)
        if repeated := _repeated(s, row, act, rows, lines, digest, by, part):
            return repeated
        _check_state(kind, row, act, seen, by)
        for look in before_acts:
            look(row, act, fields or {})
        clean = _checked_fields(row, act, fields or {}, by)
        take_drafted(s, f"list:{row.id}", clean, by)
        _must_be_open(row, act, lines)
        chosen = _checked_data(act, _chosen(rows, act, lines))
        bad = guards.bad_lines(s, row, act, chosen, by, part)
        taken, bad = _to_take(act, chosen, bad, named=bool(lines), skip_bad=skip_bad)
        return _carry_out(s, row, act, taken, clean, by, part, bad, digest)


def _must_be_open(row: List, act: Act, lines: Sequence[LineInput]) -> None:
    """Refuse lines that were named and that the act takes no more, each with the reason."""
    named = {said.nomination for said in lines} if act.but else set()
    bad = [
        bad_line(line, n, *act.but[line.result], guards.SENT)
        for line, n in (lines_of(row.id) if named else ())
        if n.id in named and not line.removed and line.result in act.but
    ]
    if bad:
        raise bad_lines(bad)


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
        f"Chưa ghi dòng nào: sửa {len(bad)} dòng dưới đây rồi gửi lại.",
        f"Nothing was written: mend {how_many(len(bad), 'line')} below, then send it again.",
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
        s, row, act, taken, fields, by, clock.now(), behalf=part.behalf, entered=_entered(row, act, fields, part),
        was={n.id: line.data for line, n, _ in taken},
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
    days = {**row.data.get("last", {}).get("days", {}), act.name: acting.at.astimezone(ZONE).date().isoformat()}
    last = {"digest": digest, "act": act.name, "done": len(taken), "left_out": list(bad), "days": days}
    row.data = {**row.data, "last": {**last, "state": row.state, "stood": stood}}
    s.flush()
    for settle_paper in after_acts:
        settle_paper(s, row, act, fields)
    if gone and (onward := kind_of(row).on_left):
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
        before=acting.before,
        after=acting.after,
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
    kind = kind_of(row)
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
        if name is None or nomination.id in acting.silent or nomination.instance_id is None or act.informs(line):
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
    act, part = kind_of(row).act(name), Part("holder")
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
    if act.anew:
        return None
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


def _check_state(kind: ListKind, row: List, act: Act, seen: int | None, by: Actor) -> None:
    if row.state not in act.states or not act.open_to(by, row):
        raise Conflict(
            f"Không làm được lúc này: {kind.label.lower()} đang ở trạng thái “{kind.states[row.state].lower()}”.",
            f"Not possible now: the list is “{row.state}”.",
            code="wrong-state",
        )
    if seen is not None and seen != row.version:
        raise Stale(
            "Danh sách đã thay đổi sau khi bạn mở trang. Xem lại rồi bấm lần nữa; nội dung đã nhập vẫn còn.",
            "The list changed after you opened it. Reload to see; what you typed is kept.",
        )


def _live_lines(s: Session, row: List, act: Act, by: Actor | None) -> list[tuple[Line, Nomination]]:
    """Lines that an act of this person may mean (of nobody: every line), in order, with their nominations.

    Under lock, in one fixed order.
    """
    hold_cases(
        s,
        select(Nomination.instance_id)
        .join(Line, Line.nomination_id == Nomination.id)
        .where(Line.list_id == row.id, Line.removed.is_(False)),
    )
    rows = s.execute(
        select(Line, Nomination)
        .join(Nomination, Nomination.id == Line.nomination_id)
        .where(
            Line.list_id == row.id,
            Line.removed.is_(False),
            *([Line.result.in_(act.only)] if act.only else []),
            *([or_(Line.result.is_(None), Line.result.not_in(list(act.but)))] if act.but else []),
        )
        .order_by(Nomination.id)
        .with_for_update(of=[Line, Nomination], key_share=True)
    ).all()
    shown = sees(by, row) if by is not None and by.account is not None else None
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


def hindered(row: List, act: Act, *, by: Actor) -> dict[int, dict[str, Any]]:
    """Why lines could not be taken by an act now: nomination → code, sentence, and it in English. Changes nothing."""
    if act.no_lines:
        return {}
    default = act.results[0].value if act.results else None
    chosen = [
        # A reason and a result are still to be given: what is looked for is what no typing mends.
        (line, n, LineInput(n.id, line.result if _keeps(act, line) else default, "-"))
        for line, n in lines_of(row.id)
        if not line.removed and act.means(line)
    ]
    acting, part = acting_in(by, row, act)
    with reading() as s:
        bad = guards.bad_lines(s, row, act, chosen, acting, part or Part("holder"))
        if by.lent and by_name(act):
            bad = [b for b in bad if b["code"] != guards.OWN or not _takes_apart(s, row, act, chosen, b["nomination"], by)]
    return {b["nomination"]: b for b in bad if b["code"] != guards.TYPED}


def _takes_apart(
    s: Session, row: List, act: Act, chosen: Sequence[tuple[Line, Nomination, LineInput]], nomination: int, by: Actor
) -> bool:
    """Whether somebody who acts for an absent person whom a name concerns takes it by itself, as who falls in."""
    acting, part = acting_in(by, row, act, {nomination})
    alone = [one for one in chosen if one[1].id == nomination]
    return part is not None and part.how == "substitute" and not guards.bad_lines(s, row, act, alone, acting, part)
