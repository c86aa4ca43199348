"""What can be done next with a nomination, for programs: the task, the act on a list, or the list to draw up.

Says who may do it by groups, not whether the reader may. Decides nothing: rights and guards are the verbs'.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from service import people
from service.actor import person_named
from service.awards import lists
from service.awards.lists import ListKind
from service.awards.models import Line, List, Nomination
from service.awards.packages import TAKEN
from service.db import let_go, reading
from service.processes.history import Stop
from service.processes.models import Activity
from service.processes.queues import groups_of


def next_acts(nomination: Nomination, stops: Sequence[Stop]) -> list[dict[str, Any]]:
    """One entry for each thing that would move an open stop on, or that must come before it."""
    rows = _lists_of(nomination.id)
    found: list[dict[str, Any]] = []
    for stop in stops:
        if stop.kind == "user":
            found.append(_entry("complete", stop.name, _groups(stop.id), task=stop.id))
        elif stop.kind == "receive":
            found += _at_wait(stop, rows) or [_entry("wait", stop.name, [])]
        else:
            found.append(_entry("wait", stop.name, []))
    return found


def _at_wait(stop: Stop, rows: Sequence[tuple[List, Line]]) -> list[dict[str, Any]]:
    found = []
    for row, line in rows:
        kind = lists.kind_of(row)
        if not _concerns(kind, stop.element):
            continue
        asked = {t.act for t in kind.tasks.get(row.state, ()) if not t.when or stop.element in t.when}
        found += [
            _entry("act", act.label, _granted(act.right), list=row.id, act=act.name, asked=act.name in asked)
            for act in kind.acts
            if row.state in act.states
            and (not act.waits or stop.element in act.waits)
            and act.means(line)
        ]
    if found:
        return found
    return [
        _entry("plan" if kind.apart else "draw_up", kind.label, _granted(f"{kind.name}.draft"), kind=kind.name)
        for kind in lists.KINDS.values()
        if stop.element in kind.gathers
    ]


def _concerns(kind: ListKind, element: str) -> bool:
    if kind.name == "package" and element in TAKEN:
        return True
    return element in kind.gathers or any(element in act.waits for act in kind.acts)


def _entry(do: str, label: str, groups: Sequence[str], **more: Any) -> dict[str, Any]:
    return {"do": do, "label": label, "groups": list(groups), "asked": True, **more}


def _lists_of(nomination: int) -> list[tuple[List, Line]]:
    with reading() as s:
        rows = s.execute(
            select(List, Line)
            .join(Line, Line.list_id == List.id)
            .where(Line.nomination_id == nomination, Line.removed.is_(False))
            .order_by(List.id)
        ).all()
        let_go(one for row in rows for one in row)
        return [(row, line) for row, line in rows]


def _groups(activity: int) -> list[str]:
    with reading() as s:
        queue = s.execute(select(Activity.queue_id).where(Activity.id == activity)).scalar()
    return sorted(one for one in groups_of(queue) if person_named(one) is None)



def _granted(right: str) -> list[str]:
    return list(people.acts()[right].groups)
