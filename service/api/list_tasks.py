"""Tasks of lists over the API: the same way to read and answer them as for a task of one nomination.

The form of such a task is the act's form, with the decision on all lines and what else the act asks of each line;
`lines` in the answers may say otherwise for some. Rights, guards and effects are those of the act itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from service import people
from service.actor import Actor
from service.api.lists import line_view
from service.awards import lists, sight
from service.awards.catalogue import award_forms
from service.awards.line_data import MOST
from service.awards.lists import Act, LineInput, Result
from service.awards.models import List, Round
from service.awards.packages import TAKEN
from service.awards.places import standing
from service.awards.rules import bases_of
from service.db import reading, transaction
from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound
from service.processes import drafts
from service.processes.models import Activity

_VOTES = ("agree", "disagree", "blank")
_LABELS = {
    "votes": "Số phiếu đồng ý cho mỗi tên",
    "agree": "Đồng ý",
    "disagree": "Không đồng ý",
    "blank": "Phiếu trắng",
    "form": "Hình thức, nếu khác",
    "reserve": "Hình thức dự phòng, nếu có",
    "answer_due": "Hạn bổ sung",
}
_EXTRAS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("council_sheet", "key"): (*_VOTES, "form", "reserve"),
    ("package", "answer"): ("form", "answer_due"),
}
"""What an act asks of each line besides its result."""
_NUMBERS = ("votes", *_VOTES)


@dataclass(frozen=True, slots=True)
class ListTask:
    """An inbox row of a list, with the list and the act that it asks for."""

    id: int
    state: str
    title: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    closed_by: int | None
    element: str
    priority: int
    list: List
    act: Act


def find_list_task(task_id: int, *, by: Actor) -> ListTask | None:
    """The list task of this number, None where the number is another task's; NotFound for who may not see it."""
    with reading() as s:
        row = s.execute(
            select(
                Activity.state, Activity.title, Activity.opened_at, Activity.due_at, Activity.closed_at,
                Activity.closed_by, Activity.element, Activity.list_id, Activity.priority,
            ).where(Activity.id == task_id, Activity.kind == "list")
        ).one_or_none()
    if row is None:
        return None
    if row.list_id is None:
        raise NotFound("Không có việc này.", "There is no such task.")
    on = lists.read_list(row.list_id, by=by)
    return ListTask(
        task_id, row.state, row.title or "", row.opened_at, row.due_at, row.closed_at, row.closed_by, row.element,
        row.priority, on, lists.kind_of(on).act(row.element.partition(".")[2]),
    )


def list_task_view(task: ListTask, *, by: Actor) -> dict[str, Any]:
    """A list task as programs see it."""
    rows = [(line, n) for line, n in sight.lines_for(task.list, by) if not line.removed]
    draft = drafts.read_draft(f"task:{task.id}", by=by)
    return {
        "id": task.id,
        "kind": "list",
        "element": task.element,
        "name": task.act.label,
        "state": task.state,
        "version": task.list.version,
        "owner": None,
        "nomination": rows[0][1].id if len(rows) == 1 else None,
        "matter": None,
        "list": task.list.id,
        "act": task.act.name,
        "results": [r.value for r in _results(task)],
        "lines": [line_view(line, n, by) for line, n in rows],
        "title": task.title,
        "opened_at": task.opened_at.isoformat(),
        "due_at": task.due_at.isoformat() if task.due_at else None,
        "form": _schema(task),
        "data": lists.given(task.list, by=by),
        "answers": None,
        "draft": {"answers": draft[0], "saved_at": draft[1].isoformat()} if draft else None,
        "legal_basis": [
            {"key": b.key, "citation": b.citation, "confidence": b.confidence, "note": b.note}
            for b in bases_of(sight.basis_keys(task.act))
        ],
        "on_hold": False,
        "priority": "high" if task.priority else "normal",
        "follow_up": None,
    }


def _schema(task: ListTask) -> dict[str, Any]:
    form: dict[str, Any] = {"type": "default", "schemaVersion": 18}
    if task.act.form:
        form |= lists.act_forms[task.act.form].schema
    components: list[dict[str, Any]] = []
    if results := _results(task):
        components.append(
            {
                "type": "radio",
                "key": "decision",
                "label": "Kết quả của mọi dòng",
                "values": [{"value": r.value, "label": r.label} for r in results],
                "validate": {"required": True},
            }
        )
        components.append({"type": "textarea", "key": "reason", "label": "Lý do", "validate": {"maxLength": 2000}})
    if _asks_minutes(task):
        components += lists.act_forms["submission_minutes"].schema["components"]
        components.append(_extra("votes", required=True))
    components += list(form.get("components", ()))
    components += [_extra(key, required=False) for key in _EXTRAS.get((task.list.kind, task.act.name), ())]
    return {**form, "id": f"{task.list.kind}_{task.act.name}", "components": components}


def _results(task: ListTask) -> list[Result]:
    """Values that the lines may take now, the one that moves a name on first."""
    if (task.list.kind, task.act.name) != ("package", "answer"):
        return list(task.act.results)
    rows = [n.id for line, n in lists.lines_of(task.list.id) if not line.removed]
    with reading() as s:
        at = set(standing(s, rows, tuple(TAKEN)).values())
    named = {r.value: r for r in task.act.results}
    return [named[value] for value in dict.fromkeys(v for element in sorted(at) for v in TAKEN[element])]


def _extra(key: str, *, required: bool) -> dict[str, Any]:
    component: dict[str, Any] = {"key": key, "label": _LABELS[key], "validate": {"required": required}}
    if key in _NUMBERS:
        checks = {"required": required, "min": 0, "max": MOST}
        return component | {"type": "number", "decimalDigits": 0, "validate": checks}
    if key == "answer_due":
        return component | {"type": "datetime", "subtype": "date", "dateLabel": _LABELS[key]}
    return component | {
        "type": "select", "values": [{"value": f.code, "label": f.name} for f in award_forms().values()]
    }


def _asks_minutes(task: ListTask) -> bool:
    """The head's signature asks for the unit's minutes where nobody kept them; a sudden deed needs none."""
    if task.list.kind != "submission" or task.act.name != "sign" or task.list.data.get("minutes"):
        return False
    with reading() as s:
        return s.execute(select(Round.stage).where(Round.id == task.list.round_id)).scalar() != "DOT_XUAT"


def must_act(task: ListTask, by: Actor) -> None:
    """Refuse who may only look at the list."""
    if not lists.may_act(by, task.list, task.act):
        raise Forbidden(
            f"Bạn không có quyền làm việc này: {task.act.label.lower()}.",
            f"You may not do this: {task.act.label_en.lower()}.",
        )


def complete_list_task(task: ListTask, answers: Mapping[str, Any], *, by: Actor, seen: int | None) -> None:
    """Do the act that the task asks for, as answered."""
    if task.state != "open":
        who = people.names([task.closed_by]).get(task.closed_by, "") if task.closed_by else ""
        raise Conflict(
            f"{who or 'Người khác'} đã xử lý việc này.", f"{who or 'Somebody else'} did this task.", code="task-done"
        )
    said = dict(answers)
    own_lines = said.pop("lines", None)
    decision = said.pop("decision", None) if task.act.results else None
    reason = said.pop("reason", "") if task.act.results else ""
    wanted = _EXTRAS.get((task.list.kind, task.act.name), ())
    for_all = {key: value for key in wanted if (value := said.pop(key, None)) not in (None, "")}
    with transaction():
        if _asks_minutes(task):
            _keep_minutes(task, said, by=by)
            seen = None
        elif task.list.kind == "submission" and task.act.name == "sign":
            said = {}
        lines = _lines(task, decision, str(reason or ""), for_all, _own(own_lines), by=by)
        lists.act_on_list(task.list.id, task.act.name, by=by, lines=lines, fields=said, seen=seen)


def _keep_minutes(task: ListTask, said: dict[str, Any], *, by: Actor) -> None:
    votes = said.pop("votes", None)
    act = lists.KINDS["submission"].act("minutes")
    rows = [n.id for line, n in lists.lines_of(task.list.id) if not line.removed and act.means(line)]
    fields = dict(said)
    said.clear()
    lists.act_on_list(
        task.list.id, "minutes", by=by, lines=[LineInput(n, data={"votes": votes}) for n in rows], fields=fields
    )


def _own(said: Any) -> dict[int, dict[str, Any]]:
    if said is None:
        return {}
    found: dict[int, dict[str, Any]] = {}
    for i, one in enumerate(said if isinstance(said, list) else [None]):
        number = one.get("nomination") if isinstance(one, dict) else None
        if not isinstance(number, int) or isinstance(number, bool) or number in found:
            raise Invalid(
                "Chưa ghi: dòng không rõ trường hợp nào.", "Nothing was written: a line names no nomination.",
                faults=[FieldFault(f"lines.{i}.nomination", "Ghi số của trường hợp.", "Name the nomination.")],
            )
        found[number] = one
    return found


def _lines(
    task: ListTask,
    decision: Any,
    reason: str,
    for_all: Mapping[str, Any],
    own: Mapping[int, Mapping[str, Any]],
    *,
    by: Actor,
) -> list[LineInput]:
    """What the act is told of its lines: nothing where it takes them as they stand."""
    if task.act.no_lines or not (own or decision is not None or for_all):
        return []
    hindered = lists.hindered(task.list, task.act, by=by)
    standing = [
        n.id
        for line, n in sight.lines_for(task.list, by)
        if not line.removed and task.act.means(line) and n.id not in hindered
    ]
    found = []
    for number in [*standing, *(n for n in own if n not in standing)]:
        one = own.get(number, {})
        data = {k: v for k, v in one.items() if k not in ("nomination", "result", "decision", "reason")}
        result = one.get("result", one.get("decision", decision))
        if result is None and task.act.results:
            result = task.act.results[0].value
        if result is not None and not isinstance(result, str):
            raise Invalid.at("decision", "Chọn một kết quả.", "Choose a result.")
        found.append(LineInput(number, result, str(one.get("reason", reason) or ""), {**for_all, **data}))
    return found
