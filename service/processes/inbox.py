"""The inbox: what waits for a person, what waits for the person's groups, and what the person did.

Reads only rows of open tasks, in pages along one index for each queue, so that its time does not grow with their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from service import clock, people
from service.actor import Actor
from service.db import reading, session
from service.errors import Invalid
from service.processes import own_case
from service.processes.deployments import definition_of
from service.processes.items import title_with
from service.processes.models import NO_DUE, Activity, ProcessInstance
from service.processes.queues import groups_of, queues_for, queues_with
from service.vietnamese import fold
from workflows.calendar import ZONE

PAGE = 50
COUNTED = 1000
"""Counting stops here: more is shown as "999+"."""
SCOPES = ("mine", "group", "all", "done")
"""What I hold, what nobody of my groups holds yet, both together, what I did."""
ORDERS = ("due", "follow", "priority", "opened")
DUES = ("overdue", "today", "week", "later")
PRIORITIES = ("high", "normal")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person narrows the list by; empty means everything."""

    text: str = ""
    element: str = ""
    """One element, or several with a comma between."""
    due: str = ""
    """overdue, today, week, later; one or several with a comma between."""
    process: str = ""
    """Diagrams or kinds of lists, with a comma between."""
    unit: str = ""
    """Numbers of units, with a comma between."""
    priority: str = ""
    """high, normal; one or both with a comma between."""
    instances: tuple[int, ...] | None = None
    """Only tasks of these instances (one nomination)."""
    lists: tuple[int, ...] = ()
    """With `instances`: and tasks of these lists, on which the nomination stands."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the inbox."""

    id: int
    kind: str
    element: str
    name: str
    title: str
    about: str
    case_key: str | None
    instance_id: int | None
    list_id: int | None
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    owner: int | None
    owner_name: str
    version: int
    on_hold: bool
    urgent: bool
    follow_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the inbox, with counts of each scope (at most COUNTED)."""

    items: list[Item]
    number: int
    more: bool
    total: int
    counts: dict[str, int]


def read_inbox(
    by: Actor,
    scope: str = "mine",
    *,
    filters: Filters | None = None,
    order: str = "due",
    page: int = 1,
    size: int = PAGE,
) -> Page:
    """Read one page of one scope, ordered by due time, follow-up date, priority, or latest opened (`done`: latest done).

    Invalid for an unknown scope, order or page.
    """
    if scope not in SCOPES or order not in ORDERS or not 1 <= page <= 10_000 or not 1 <= size <= 200:
        raise Invalid("Không có trang này.", "There is no such page.", code="no-such-page")
    filters = filters or Filters()
    with reading() as s:
        queues = _reach(by)
        found = s.execute(
            _page(by, scope, queues, filters, order, offset=(page - 1) * size, limit=size + 1)
        ).all()
        counts = _counts(by, queues)
        narrowed = filters != Filters()
        total = (
            s.execute(_count(by, scope, queues, filters)).scalar_one()
            if narrowed or scope == "done"
            else sum(counts.values()) if scope == "all" else counts[scope]
        )
        owners = people.names(row.owner for row in found if row.owner)
    items = [_item(row, owners) for row in found[:size] if scope == "done" or not _kept_away(row, by)]
    return Page(items, page, len(found) > size, total, counts)


def count_open(by: Actor) -> dict[str, int]:
    """How many open tasks a person holds and how many wait in the person's queues, each at most COUNTED."""
    with reading():
        return _counts(by, _reach(by))


keeps_from_lists: list[Callable[[Actor, int, str], bool]] = []
"""Whether a list (its number) asks an act (its name) of somebody that he may not do; the part of lists adds itself."""


@dataclass(frozen=True, slots=True)
class _Reach:
    """Which open tasks lie before somebody, besides those that he holds himself."""

    queues: Sequence[int]
    waiting: Sequence[ColumnElement[bool]]
    """Where nobody holds them: one condition for each queue."""
    absent: Sequence[ColumnElement[bool]] = ()
    """Held by absent people in whose place he acts."""
    kept_away: Sequence[int] = ()
    """Tasks among them from which he is kept away through those in whose place he acts; the first COUNTED are looked at."""


def _reach(by: Actor) -> _Reach:
    """What lies before somebody. It takes more than his groups only for who acts in the place of absent people."""
    queues = queues_for(by)
    waiting = [and_(Activity.queue_id == q, Activity.owner.is_(None)) for q in queues]
    if not by.lent:
        return _Reach(queues, waiting)
    some: dict[int, set[str]] = {}
    absent = []
    for one in by.lent:
        lent = queues_with([one.group])
        for queue in lent if one.processes else ():
            some.setdefault(queue, set()).update(one.processes or ())
        within = [Activity.process.in_(sorted(one.processes))] if one.processes else []
        absent.append(and_(Activity.owner == one.behalf, Activity.queue_id.in_(lent), *within))
    waiting += [
        and_(Activity.queue_id == q, Activity.owner.is_(None), Activity.process.in_(sorted(where)))
        for q, where in some.items() if q not in queues
    ]
    found = select(*_ITEM).outerjoin(ProcessInstance, ProcessInstance.id == Activity.instance_id)
    with reading() as s:
        rows = s.execute(found.where(Activity.id.in_(_ids(by, "all", _Reach(queues, waiting, absent), Filters(), limit=COUNTED))))
        kept_away = [row.id for row in rows if _kept_away(row, by)]
    return _Reach(queues, waiting, absent, kept_away)


_ITEM = (
    Activity.id,
    Activity.kind,
    Activity.element,
    Activity.deployment_id,
    Activity.title,
    Activity.instance_id,
    Activity.list_id,
    Activity.opened_at,
    Activity.due_at,
    Activity.closed_at,
    Activity.owner,
    Activity.version,
    Activity.priority,
    Activity.follow_at,
    ProcessInstance.title.label("case_title"),
    ProcessInstance.about,
    ProcessInstance.case_key,
    ProcessInstance.holds,
    ProcessInstance.excluded,
    ProcessInstance.own_units,
    Activity.queue_id,
    Activity.process,
)


def _kept_away(row: Any, by: Actor) -> bool:
    by, groups = by.within(row.process), groups_of(row.queue_id)
    if row.instance_id is None:
        return bool(by.lent) and not by.own & groups and any(
            kept(by, row.list_id, row.element.partition(".")[2]) for kept in keeps_from_lists
        )
    if own_case.bars(row, by, groups):
        return True
    if row.kind != "user" or row.owner == by.account:
        return False
    return own_case.has_acted(row.instance_id, definition_of(row.deployment_id).elements[row.element].attrs, by, groups)


def _item(row: Any, owners: dict[int, str]) -> Item:
    name = (
        definition_of(row.deployment_id).elements[row.element].name if row.kind == "user" else row.title or ""
    )
    return Item(
        row.id,
        row.kind,
        row.element,
        name,
        row.title or row.case_title or "",
        title_with(row.case_title, row.about or "") if row.title and row.case_title else row.about or "",
        row.case_key,
        row.instance_id,
        row.list_id,
        row.opened_at,
        row.due_at,
        row.closed_at,
        row.owner,
        owners.get(row.owner, ""),
        row.version,
        bool(row.holds),
        row.priority > 0,
        row.follow_at,
    )


def _page(
    by: Actor, scope: str, queues: _Reach, filters: Filters, order: str, *, offset: int, limit: int
) -> Select[Any]:
    """Find the ids along the index first, then read the rows of one page."""
    ids = _ids(by, scope, queues, filters, order=order, limit=offset + limit)
    columns = (Activity.closed_at.desc(), Activity.id.desc()) if scope == "done" else _in_order(order)
    items: Any = select(*_ITEM)
    page: Select[Any] = (
        items.outerjoin(ProcessInstance, ProcessInstance.id == Activity.instance_id)
        .where(Activity.id.in_(ids))
        .order_by(*columns)
        .offset(offset)
        .limit(limit)
    )
    return page


_FOLLOW: ColumnElement[Any] = func.coalesce(Activity.follow_at, literal(NO_DUE, Activity.sort_at.type))
_HIGH: ColumnElement[bool] = literal_column("activity.priority > 0")
_NORMAL: ColumnElement[bool] = literal_column("activity.priority <= 0")
"""Written out, because a partial index is found by its condition word for word."""


def _in_order(order: str, row: Any = Activity) -> tuple[Any, ...]:
    """What an order sorts by; `row` is the table, or the pieces of it put together."""
    if order == "opened":
        return (row.id.desc(),)  # numbers grow as tasks are opened
    due = (row.sort_at, row.id)
    if order == "priority":
        return (row.priority.desc(), *due)
    if order == "follow":
        return (_FOLLOW if row is Activity else row.follow, *due)
    return due


def _first(*conditions: ColumnElement[bool]) -> Any:
    """How many open tasks there are, counted in no order and no further than COUNTED."""
    open_ = literal_column("activity.state") == literal_column("'open'")
    found = select(literal_column("1")).select_from(Activity).where(open_, *conditions).limit(COUNTED).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


_OPEN = select(
    _first(Activity.owner == bindparam("account")),
    _first(Activity.owner.is_(None), Activity.queue_id.in_(bindparam("queues", expanding=True))),
)
"""Each page asks this: one constant statement."""


def _counts(by: Actor, queues: _Reach) -> dict[str, int]:
    if by.lent:
        return {name: session().execute(_count(by, name, queues, Filters())).scalar_one() for name in ("mine", "group")}
    mine, group = session().execute(_OPEN, {"account": by.account, "queues": list(queues.queues)}).one()
    return {"mine": mine, "group": group}


def _count(by: Actor, scope: str, queues: _Reach, filters: Filters) -> Select[Any]:
    return select(func.count()).select_from(_ids(by, scope, queues, filters, limit=COUNTED).subquery())


def _ids(
    by: Actor, scope: str, queues: _Reach, filters: Filters, *, limit: int, order: str = "due"
) -> Any:
    if scope == "done":
        done = select(Activity.id).where(Activity.closed_by == by.account, Activity.kind.in_(("user", "list")))
        return _narrowed(done, filters).order_by(Activity.closed_at.desc(), Activity.id.desc()).limit(limit)
    # One ordered piece of each queue: a database sorts IN (…) over an index by reading all of it.
    queued = list(queues.waiting) if scope != "mine" else []
    held = [Activity.owner == by.account] if scope != "group" else []
    held += [or_(*queues.absent)] if scope != "mine" and queues.absent else []
    if queues.kept_away:
        left = Activity.id.not_in(queues.kept_away)
        queued, held = [and_(c, left) for c in queued], [and_(c, left) for c in held]
    if order == "priority":
        pieces = [_piece(and_(urgency, c), filters, "due", limit) for c in queued + held for urgency in (_HIGH, _NORMAL)]
    else:
        # Nobody holds what lies in a queue, so nothing there has a follow-up date: its order is that of the due times.
        pieces = [_piece(c, filters, "due" if order == "follow" else order, limit) for c in queued]
        pieces += [_piece(c, filters, order, limit) for c in held]
    if not pieces:
        return select(Activity.id).where(Activity.id == -1)
    together = union_all(*(select(*p.c) for p in pieces)).subquery()
    return select(together.c.id).order_by(*_in_order(order, together.c)).limit(limit)


def _piece(condition: ColumnElement[bool], filters: Filters, order: str, limit: int) -> Any:
    piece = select(Activity.id, Activity.sort_at, Activity.priority, _FOLLOW.label("follow")).where(
        literal_column("activity.state") == literal_column("'open'"), condition
    )
    return _narrowed(piece, filters).order_by(*_in_order(order)).limit(limit).subquery()


def _narrowed(query: Any, filters: Filters) -> Any:
    conditions: list[ColumnElement[bool]] = []
    if filters.element:
        conditions.append(Activity.element.in_(filters.element.split(",")))
    if filters.due:
        conditions.append(or_(*(_due(word) for word in filters.due.split(","))))
    if filters.process:
        conditions.append(Activity.process.in_(filters.process.split(",")))
    if filters.unit:
        conditions.append(Activity.unit_id.in_([int(u) for u in filters.unit.split(",")]))
    if filters.priority in PRIORITIES:
        conditions.append(_HIGH if filters.priority == "high" else _NORMAL)
    if filters.instances is not None:
        conditions.append(or_(Activity.instance_id.in_(filters.instances), Activity.list_id.in_(filters.lists)))
    if filters.text:
        query = query.outerjoin(ProcessInstance, ProcessInstance.id == Activity.instance_id)
        for word in fold(filters.text).split():
            like = f"%{word.replace('%', '').replace('_', '')}%"
            conditions.append(
                ProcessInstance.search.like(like) | Activity.search.like(like)
            )
    return query.where(*conditions)


def _due(word: str) -> ColumnElement[bool]:
    now, midnight, week = _bounds()
    if word == "overdue":
        return Activity.due_at < now
    if word == "today":
        return and_(Activity.due_at >= now, Activity.due_at < midnight)
    if word == "week":
        return and_(Activity.due_at >= midnight, Activity.due_at < week)
    return or_(Activity.due_at >= week, Activity.due_at.is_(None))


def _bounds() -> tuple[datetime, datetime, datetime]:
    """Now, the end of today, and the end of the six days after it."""
    now = clock.now()
    midnight = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return now, midnight, midnight + timedelta(days=6)


def due_word(due_at: datetime | None) -> str:
    """Which of DUES a due time falls into now."""
    now, midnight, week = _bounds()
    if due_at is None or due_at >= week:
        return "later"
    return "overdue" if due_at < now else "today" if due_at < midnight else "week"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tasks of a scope fall under each filter, among the first COUNTED by due time."""

    dues: dict[str, int]
    elements: dict[str, tuple[str, int]]
    """Element → what the step is called, how many."""
    processes: dict[str, tuple[str, int]]
    """Diagram → its name, or kind of list → nothing; how many."""
    units: dict[int, int]
    priorities: dict[str, int]
    whole: bool
    """Whether all tasks were counted."""


def tally(by: Actor, scope: str) -> Tally:
    """Count a scope for its filters; at most COUNTED rows are looked at, however many there are."""
    with reading() as s:
        ids = _ids(by, scope, _reach(by), Filters(), limit=COUNTED)
        rows = s.execute(
            select(
                Activity.element, Activity.kind, Activity.deployment_id, Activity.title, Activity.due_at,
                Activity.process, Activity.unit_id, Activity.priority,
            ).where(Activity.id.in_(ids))
        ).all()
    dues = dict.fromkeys(DUES, 0)
    elements: dict[str, tuple[str, int]] = {}
    processes: dict[str, tuple[str, int]] = {}
    for row in rows:
        dues[due_word(row.due_at)] += 1
        known = elements.get(row.element)
        elements[row.element] = (known[0] if known else step_name(row), (known[1] if known else 0) + 1)
        if row.process:
            known = processes.get(row.process)
            processes[row.process] = (known[0] if known else _process_name(row), (known[1] if known else 0) + 1)
    urgent = sum(row.priority > 0 for row in rows)
    return Tally(
        dues, elements, processes, dict(Counter(row.unit_id for row in rows if row.unit_id)),
        {"high": urgent, "normal": len(rows) - urgent}, len(rows) < COUNTED,
    )


def count_filters(by: Actor, scope: str, wanted: Sequence[Filters]) -> list[int]:
    """How many of the first COUNTED tasks of a scope each of several filters would show."""
    if not wanted:
        return []
    with reading() as s:
        ids = list(s.scalars(_ids(by, scope, _reach(by), Filters(), limit=COUNTED)))
        return [
            s.execute(
                _narrowed(select(func.count()).select_from(Activity).where(Activity.id.in_(ids)), one)
            ).scalar_one()
            for one in wanted
        ]


def _process_name(row: Any) -> str:
    if row.deployment_id is None:
        return ""
    return definition_of(row.deployment_id).processes_named.get(row.process, row.process)


def list_rows(by: Actor, numbers: Sequence[int]) -> dict[int, str]:
    """Which of these tasks are asked by lists and wait for a person or the person's groups: number → title."""
    with reading() as s:
        reach = _reach(by)
        rows = s.execute(
            select(Activity.id, Activity.title).where(
                Activity.id.in_(numbers), Activity.kind == "list", Activity.state == "open",
                or_(Activity.queue_id.in_(queues_for(by)), Activity.owner == by.account, *reach.waiting, *reach.absent),
                Activity.id.not_in(reach.kept_away),
            )
        )
        return {number: title or "" for number, title in rows}


def step_name(row: Any) -> str:
    """What a task's step is called: the element's label, or the words before the name of the list."""
    if row.kind == "user":
        return definition_of(row.deployment_id).elements[row.element].name
    return (row.title or "").partition(":")[0]


def count_by_element(by: Actor, scope: str) -> list[tuple[str, int, int]]:
    """How many open tasks of each element a scope holds: (element, all, overdue), for filters and first pages."""
    with reading() as s:
        reach = _reach(by)
        free = and_(Activity.queue_id.in_(reach.queues), Activity.owner.is_(None))
        where = (
            [or_(free, *reach.waiting[len(reach.queues) :], *reach.absent), Activity.id.not_in(reach.kept_away)]
            if scope == "group"
            else [Activity.owner == by.account]
        )
        overdue = func.sum(func.coalesce((Activity.due_at < clock.now()).cast(Activity.version.type), 0))
        rows = s.execute(
            select(Activity.element, func.count(), overdue)
            .where(Activity.state == "open", Activity.kind.in_(("user", "list")), *where)
            .group_by(Activity.element)
            .order_by(func.count().desc())
        ).all()
    return [(element, int(n), int(late or 0)) for element, n, late in rows]
