"""Where nominations stand for the acts on lists: at a wait, past it, or with a message on its way.

A wait whose message is queued is settled: it takes no second one, whichever list would send it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.awards.models import Line, List, Nomination
from service.db import plainly
from service.processes.models import Activity, Message

if TYPE_CHECKING:
    from service.awards.lists import Act, ListKind

Places = dict[int | None, set[str]]
"""Instance → elements, or names of messages."""


def places(
    s: Session, row: List, kind: ListKind, act: Act, instances: Sequence[int]
) -> tuple[Places, Places, Places]:
    """Where names stand for an act: elements, messages before it that are still on their way, elements left already.

    A message before counts where this list's own or its parent's act sent it.
    """
    queued: Places = {}
    before: Places = {}
    ways = tuple(f"list:{number}:" for number in (row.id, row.parent_id) if number is not None)
    own_kind = bool(_acts_before(kind, act))
    for instance, name, source in s.execute(
        select(Message.instance_id, Message.name, Message.source).where(
            Message.instance_id.in_(instances), Message.state == plainly("queued")
        )
    ):
        queued.setdefault(instance, set()).add(name)
        if name in act.after and (source.startswith(ways) or not (own_kind or row.parent_id)):
            before.setdefault(instance, set()).add(name)
    here: Places = {}
    left: Places = {}
    for case, element, message in s.execute(
        select(Activity.instance_id, Activity.element, Activity.message).where(
            Activity.instance_id.in_(instances), Activity.state == "open"
        )
    ):
        into = left if message in queued.get(case, ()) else here
        into.setdefault(case, set()).add(element)
    messages = _messages_of(act)
    coming = {i: names for i, names in before.items() if not messages & queued.get(i, set())}
    for number in set(before) - set(coming):
        left.setdefault(number, set()).update(act.waits)
    return here, coming, left


def _messages_of(act: Act) -> set[str]:
    return {name for name in (act.message, *(r.message for r in act.results)) if name}


def _acts_before(kind: ListKind, act: Act) -> list[str]:
    """Acts of the same kind of list whose message must come first."""
    return [a.name for a in kind.acts if _messages_of(a) & set(act.after)]


def foreign_lines(
    s: Session, row: List, kind: ListKind, act: Act, lines: Sequence[Line]
) -> set[int]:
    """Lines whose names stand here by another list's act: this list's own message before was never sent."""
    keys = {once_key(row, line, before): line.id for before in _acts_before(kind, act) for line in lines}
    if not keys:
        return set()
    found = s.scalars(select(Message.once).where(Message.once.in_(list(keys)), Message.state != "dropped"))
    return {line.id for line in lines} - {keys[once] for once in found}


def settled_already(act: Act, nomination: Nomination, foreign: bool, left: Places) -> tuple[str, str] | None:
    """Why a name is no longer this act's matter, in both languages, though its process has not moved on yet."""
    if foreign:
        return "một danh sách khác đã giải quyết trường hợp này", "another list has settled this nomination"
    if set(act.waits) & left.get(nomination.instance_id, set()):
        return "kết quả vừa được ghi, đang chuyển vào hồ sơ", "its result was entered just now and is on its way"
    return None


def once_key(row: List, line: Line, act: str) -> str:
    """Key of the one message that an act sends about a line as it stands."""
    return f"{row.kind}:{row.id}:{line.id}:{act}:{line.acts}"


def stood_digest(s: Session, act: Act, nominations: Sequence[Nomination]) -> str:
    """A digest of which names an act takes and at which of its waits each stands: a second wait is another one."""
    at: dict[int | None, int] = {}
    if act.waits:
        for instance, activity in s.execute(
            select(Activity.instance_id, Activity.id).where(
                Activity.instance_id.in_([n.instance_id for n in nominations]),
                Activity.state == "open",
                Activity.element.in_(act.waits),
            )
        ):
            at[instance] = max(activity, at.get(instance, 0))
    stood = sorted((n.id, at.get(n.instance_id, 0)) for n in nominations)
    return hashlib.sha256(orjson.dumps(stood)).hexdigest()


def standing(s: Session, nominations: Sequence[int], elements: Sequence[str]) -> dict[int, str]:
    """Which of these nominations stand at one of these elements, with no message for it on the way: nomination → element."""
    rows = s.execute(
        select(Nomination.id, Activity.element)
        .join(Activity, Activity.instance_id == Nomination.instance_id)
        .where(
            Nomination.id.in_(nominations),
            Activity.state == "open",
            Activity.element.in_(elements),
            ~select(Message.id)
            .where(
                Message.instance_id == Activity.instance_id,
                Message.state == plainly("queued"),
                Message.name == Activity.message,
            )
            .exists(),
        )
    )
    return {nomination: element for nomination, element in rows}  # dict() would take a Result for a mapping
