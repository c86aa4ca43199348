"""The guard of list acts: which lines an act may take now, which not and why (process.md section 4). Changes nothing.

A line may be acted on only if its nomination stands at the matching wait, or the message that brings it there is queued;
has no open hold and no successor that is still to confirm, answers from above excepted; and does not concern who acts.
The value of a line must be one that the wait takes (`nom:values`), so no message is ever sent that nobody can receive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, String, cast, exists, literal, select
from sqlalchemy.orm import Session, aliased

from service.actor import Actor
from service.awards import concerns
from service.awards.concerns import Concern, Part
from service.awards.models import Line, List, Nomination
from service.awards.places import foreign_lines, places, settled_already
from service.db import plainly, reading
from service.processes.deployments import definition_of
from service.processes.models import Activity, Message, ProcessInstance

if TYPE_CHECKING:
    from service.awards.lists import Act, LineInput, Result

CONFIRM = "confirm_successor"
"""Task of the frame that stops a nomination like a hold while it is open."""
HELD, SUCCESSOR, OWN, OTHERS, SENT, ELSEWHERE, ENDED, TYPED, REFUSED = (
    "on-hold", "successor", "own-case", "for-the-holder", "sent-already", "elsewhere", "ended", "typed", "refused",
)
"""Codes of what is wrong with a line."""
PASSED_OVER = (OTHERS, SENT, ELSEWHERE, ENDED)
"""Not faults of an act for which nobody named lines: it means the lines that stand at its step."""

Chosen = Sequence[tuple[Line, Nomination, "LineInput"]]


@dataclass(slots=True)
class _Standing:
    """What is known of one nomination's instance."""

    row: Any
    at: dict[str, int | None] = field(default_factory=dict)
    """Element of each open stop → its deployment."""
    confirms: bool = False


def bad_lines(s: Session, row: List, act: Act, chosen: Chosen, by: Actor, part: Part) -> list[dict[str, Any]]:
    """Lines that the act cannot take, each with its code and a sentence in two languages."""
    from service.awards import lists

    if not chosen:
        return []
    kind = lists.kind_of(row)
    instances = [n.instance_id for _, n, _ in chosen if n.instance_id is not None]
    cases = _look(s, instances)
    here, coming, left = places(s, row, kind, act, instances)
    foreign = foreign_lines(s, row, kind, act, [line for line, _, _ in chosen])
    not_his = _not_his(row.kind, lists.units_of(row), act, by, part, cases.values())
    bad = []
    for line, nomination, said in chosen:
        if act.informs(line):
            continue
        number = nomination.instance_id or 0
        case = cases.get(number)
        settled = settled_already(act, nomination, line.id in foreign, left)
        why = (
            (SENT, *settled) if settled else _place_fault(line, act, case, here.get(number, set()), coming.get(number, set()))
        ) or not_his.get(number) or _fault(act, said, case) or _refused(act, nomination, said)
        if why:
            bad.append(lists.bad_line(line, nomination, why[1], why[2], why[0]))
    return bad


def _look(s: Session, instances: Sequence[int]) -> dict[int, _Standing]:
    found = {
        r.id: _Standing(r)
        for r in s.execute(
            select(
                ProcessInstance.id, ProcessInstance.status, ProcessInstance.holds, ProcessInstance.excluded,
                ProcessInstance.own_units,
            ).where(ProcessInstance.id.in_(instances))
        )
    }
    for instance, element, deployment in s.execute(
        select(Activity.instance_id, Activity.element, Activity.deployment_id).where(
            Activity.instance_id.in_(instances), Activity.state == "open"
        )
    ):
        found[instance].at[element] = deployment
        found[instance].confirms |= element == CONFIRM
    for instance, payload in s.execute(
        select(Message.instance_id, Message.payload).where(
            Message.instance_id.in_(instances), Message.state == plainly("queued"), Message.name == "recipient:changed"
        )
    ):
        found[instance].confirms |= payload.get("effect") == "successor"
    return found


def _not_his(
    kind: str, units: tuple[int, ...], act: Act, by: Actor, part: Part, cases: Iterable[_Standing]
) -> dict[int, tuple[str, str, str]]:
    """Names that somebody may not take: they concern himself, or he is a substitute and they concern nobody he stands for."""
    found: dict[int, tuple[str, str, str]] = {}
    taken: dict[Concern, bool] = {}
    for case in cases:
        concern = concerns.concern_of(case.row)
        if concerns.bars_himself(by, act, concern):
            found[case.row.id] = (
                OWN, "trường hợp này liên quan đến bạn, chuyển cho người thay", "this one concerns you; a substitute acts"
            )
        elif by.lent and concerns.bars(by, act, units, concern):
            found[case.row.id] = (
                OWN, "trường hợp này liên quan đến người mà bạn xử lý thay, xử lý riêng tên này hoặc chuyển cho người khác",
                "this one concerns the person in whose place you act; handle it separately, or leave it to somebody else",
            )
        elif part.how == "substitute" and concerns.by_name(act):
            if concern not in taken:
                taken[concern] = concerns.may_take(by, kind, act, units, concern)
            if not taken[concern]:
                found[case.row.id] = (
                    OTHERS,
                    f"bạn chỉ xử lý thay {part.behalf} ở tên có liên quan",
                    f"as the substitute for {part.behalf} you take only the names from which they are kept away",
                )
    return found


def _place_fault(
    line: Line, act: Act, case: _Standing | None, here: set[str], coming: set[str]
) -> tuple[str, str, str] | None:
    """Why a line is none for this act at all: it stands elsewhere, or has its result."""
    if case is None:
        return ELSEWHERE, "chưa có quy trình", "no process is running"
    if case.row.status == "ended" and not act.ended_allowed:
        return ENDED, "trường hợp này đã kết thúc", "this nomination has ended"
    if act.waits and not (here & set(act.waits)) and not (coming & set(act.after)):
        return ELSEWHERE, "chưa tới bước này hoặc đã qua", "not at this step yet, or past it"
    if act.fits is not None and not act.fits(line, case.at.keys()):
        return ELSEWHERE, "đã có kết quả", "it has its result already"
    return None


def _fault(act: Act, said: LineInput, case: _Standing | None) -> tuple[str, str, str] | None:
    if case is None:
        return None
    if case.row.holds and not act.held_allowed:
        return HELD, "đang tạm dừng xem xét", "on hold"
    if case.confirms and not act.held_allowed:
        return SUCCESSOR, "đang chờ đơn vị kế thừa xác nhận", "the successor unit is still to confirm"
    return _value_fault(act, said, case)


def _refused(act: Act, nomination: Nomination, said: LineInput) -> tuple[str, str, str] | None:
    why = act.refuses(nomination, said) if act.refuses else None
    return (REFUSED, *why) if why else None


def _value_fault(act: Act, said: LineInput, one: _Standing) -> tuple[str, str, str] | None:
    offered = [r for r in act.results if _taken(act, r, one.at)]
    if not act.results:
        return None
    if said.result not in {r.value for r in offered}:
        allowed, values = ", ".join(f"“{r.label}”" for r in offered), ", ".join(r.value for r in offered)
        if said.result in {r.value for r in act.results}:
            return TYPED, f"ở bước này chỉ nhận: {allowed}", f"at this step the result is one of: {values}"
        return TYPED, f"chọn một kết quả: {allowed}", f"choose a result: {values}"
    if next(r for r in offered if r.value == said.result).needs_reason and not said.reason.strip():
        return TYPED, "ghi lý do", "give a reason"
    return None


def _taken(act: Act, result: Result, at: Mapping[str, int | None]) -> bool:
    """Whether the wait at which a line stands takes a value; a value that sends a message of its own always counts."""
    if result.message != "" or not act.checks_values:
        return True
    waits = [(element, deployment) for element, deployment in at.items() if element in act.waits and deployment]
    values = [definition_of(d).elements[e].attrs.get("values", "").replace(",", " ").split() for e, d in waits]
    return not waits or any(result.value in v for v in values)


def offered(act: Act, nominations: Sequence[Nomination]) -> dict[int, list[Result]]:
    """The results that each name may take in an act, by the step at which it stands."""
    if not act.checks_values:
        return {n.id: list(act.results) for n in nominations}
    with reading() as s:
        found = _look(s, [n.instance_id for n in nominations if n.instance_id is not None])
    return {
        n.id: [r for r in act.results if n.instance_id in found and _taken(act, r, found[n.instance_id].at)]
        for n in nominations
    }


@cache
def paused() -> ColumnElement[bool]:
    """Condition that an instance of the query is on hold, or waits for its successor unit."""
    return (ProcessInstance.holds > 0) | _open_at((CONFIRM,))


@cache
def _open_at(elements: tuple[str, ...]) -> ColumnElement[bool]:
    # Made once: to put the condition together takes longer than to ask it.
    one = aliased(Activity)
    return exists().where(one.instance_id == ProcessInstance.id, one.state == "open", one.element.in_(elements))


def any_to_take(s: Session, row: List, act: Act, elements: Collection[str]) -> bool:
    """Tell whether a line of a list stands at one of these elements, free to go on, its result not on its way yet."""
    told = exists().where(
        Message.instance_id == ProcessInstance.id,
        Message.state == "queued",
        Message.name.in_(act.messages),
        Message.source == literal(f"list:{row.id}:") + cast(Line.id, String),
    )
    return (
        s.execute(
            select(Line.id)
            .join(Nomination, Nomination.id == Line.nomination_id)
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(Line.list_id == row.id, Line.removed.is_(False), _open_at(tuple(elements)), ~paused(), ~told)
            .limit(1)
        ).first()
        is not None
    )

