"""How much lies with whom: open, overdue and lately finished tasks for each person of a group; and one act on many tasks.

Reads rows of tasks only; the act on each task is a verb of `tasks` or `marks`, and stands or falls by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from service import clock, people
from service.actor import Actor
from service.db import in_transaction, reading, savepoint
from service.errors import Forbidden, Invalid, NotFound, Refusal
from service.processes import own_case
from service.processes.deployments import definition_of
from service.processes.models import Activity, ProcessInstance
from service.processes.queues import groups_of, queues_with
from service.vietnamese import person_sort_key

LATELY = timedelta(days=30)
MOST = 200
"""How many tasks one act takes, and one list shows."""
_KINDS = ("user", "list")


@dataclass(frozen=True, slots=True)
class Load:
    """What lies with one person. `done`: finished in the last 30 days."""

    account: int
    name: str
    open: int
    overdue: int
    done: int
    nearest: datetime | None
    """The nearest due time among the open ones."""


@dataclass(frozen=True, slots=True)
class Workload:
    """The people of a group, the busiest first, and what nobody holds yet."""

    group: str
    people: tuple[Load, ...]
    waiting: int
    waiting_overdue: int


@dataclass(frozen=True, slots=True)
class HeldTask:
    """An open task that somebody holds, for whoever spreads the work."""

    id: int
    name: str
    title: str
    opened_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act on one task: `refusal` says why nothing did, `gave` is what it gave."""

    task: int
    refusal: Refusal | None = None
    gave: object = None


def groups_to_look_at(by: Actor) -> list[str]:
    """Groups of the house whose workload somebody may see: the head of an office the own ones, who watches over it all of them."""
    if not people.allowed(by, "task.workload"):
        return []
    known = [word for word, group in people.catalogue().items() if not group.scoped and not group.outside and group.lendable]
    return known if by.may("admin", "inspector") else [word for word in known if by.may(word)]


def people_of(group: str, *, by: Actor) -> list[int]:
    """Who holds a group himself; Forbidden without the right, NotFound for a group that is not his to look at."""
    _must(by)
    if group not in groups_to_look_at(by):
        raise NotFound("Không có nhóm này, hoặc không thuộc bạn.", "There is no such group, or it is not yours.")
    return people.members_of([group], own=True)


def must_look_at(account: int, *, by: Actor) -> None:
    """Raise Forbidden without the right, NotFound for somebody of no group that is his to look at."""
    _must(by)
    if account not in people.members_of(groups_to_look_at(by), own=True):
        raise NotFound("Không có người này trong nhóm của bạn.", "There is no such person in your groups.")


def read_workload(group: str, *, by: Actor) -> Workload:
    """The workload of a group's people; Forbidden without the right, NotFound for a group that is not his to look at."""
    members = people_of(group, by=by)
    now, since = clock.now(), clock.now() - LATELY
    late = func.coalesce(func.sum(case((Activity.due_at < now, 1), else_=0)), 0)
    with reading() as s:
        held = {
            row[0]: row
            for row in s.execute(
                select(Activity.owner, func.count(), late, func.min(Activity.due_at))
                .where(Activity.state == "open", Activity.owner.in_(members), Activity.kind.in_(_KINDS))
                .group_by(Activity.owner)
            )
        }
        done = {
            account: int(n)
            for account, n in s.execute(
                select(Activity.closed_by, func.count())
                .where(Activity.closed_by.in_(members), Activity.closed_at >= since, Activity.kind.in_(_KINDS), Activity.state == "done")
                .group_by(Activity.closed_by)
            )
        }
        waiting, overdue = s.execute(
            select(func.count(), late).where(
                Activity.state == "open", Activity.owner.is_(None), Activity.queue_id.in_(queues_with([group])), Activity.kind.in_(_KINDS)
            )
        ).one()
    names = people.names(members)
    found = [
        Load(a, names.get(a, ""), *((int(held[a][1]), int(held[a][2])) if a in held else (0, 0)), done.get(a, 0),
             held[a][3] if a in held else None)
        for a in members
    ]
    found.sort(key=lambda one: (-one.overdue, -one.open, person_sort_key(one.name)))
    return Workload(group, tuple(found), int(waiting), int(overdue))


def tasks_of(account: int, *, by: Actor) -> list[HeldTask]:
    """Open tasks that a person of one's groups holds, by due time, without those of cases that keep the reader away.

    Forbidden without the right, NotFound for somebody of no group that is his to look at.
    """
    must_look_at(account, by=by)
    with reading() as s:
        rows: Sequence[Any] = s.execute(
            select(
                Activity.id, Activity.element, Activity.deployment_id, Activity.opened_at, Activity.due_at, Activity.queue_id,
                Activity.process, ProcessInstance.title, ProcessInstance.excluded, ProcessInstance.own_units,
            )
            .join(ProcessInstance, ProcessInstance.id == Activity.instance_id)
            .where(Activity.state == "open", Activity.owner == account, Activity.kind == "user")
            .order_by(Activity.sort_at, Activity.id).limit(MOST)
        ).all()
    return [
        HeldTask(row.id, definition_of(row.deployment_id).elements[row.element].name, row.title, row.opened_at, row.due_at)
        for row in rows
        if not own_case.bars(row, by.within(row.process), groups_of(row.queue_id))
    ]


def do_each(numbers: Sequence[int], act: Callable[[int], object]) -> list[Done]:
    """Do an act on each of several tasks: what is refused stops no other, and says why. Invalid for none or too many."""
    chosen = list(dict.fromkeys(numbers))
    if not chosen:
        raise Invalid("Chọn ít nhất một việc.", "Choose at least one task.", code="none-chosen")
    if len(chosen) > MOST:
        raise Invalid(f"Mỗi lần nhiều nhất {MOST} việc.", f"At most {MOST} tasks at once.", code="too-many")
    return [_do(number, act) for number in chosen]


def _do(number: int, act: Callable[[int], object]) -> Done:
    try:
        if in_transaction():  # within another act, as where its answer is kept under a key: take back this one alone
            with savepoint():
                return Done(number, gave=act(number))
        return Done(number, gave=act(number))
    except Refusal as refusal:
        return Done(number, refusal)


def _must(by: Actor) -> None:
    if not people.allowed(by, "task.workload"):
        raise Forbidden("Chỉ lãnh đạo phòng xem khối lượng việc của từng người.", "Only the head of the office sees the workload.")
