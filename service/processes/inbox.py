"""The inbox: what waits for a person, what waits for the person's groups, and what the person did.

Reads only rows of open tasks, in pages along one index for each queue, so that its time does not grow with their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, union_all

from service import clock, people
from service.actor import Actor
from service.db import reading
from service.errors import Invalid
from service.processes.deployments import definition_of
from service.processes.models import Activity, ProcessInstance
from service.processes.queues import queues_for
from service.vietnamese import fold
from workflows.calendar import ZONE

PAGE = 50
COUNTED = 1000
"""Counting stops here: more is shown as "999+"."""
SCOPES = ("mine", "group", "done")
ORDERS = ("due", "opened", "closed")
DUES = ("overdue", "today", "week")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person narrows the list by; empty means everything."""

    text: str = ""
    element: str = ""
    due: str = ""
    """overdue, today, week."""
    round_id: int | None = None
    instances: tuple[int, ...] | None = None
    """Only tasks of these instances (one nomination)."""


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


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the inbox, with counts of each scope (at most COUNTED)."""

    items: list[Item]
    number: int
    more: bool
    total: int
    counts: dict[str, int]


def read_inbox(
    by: Actor, scope: str = "mine", *, filters: Filters | None = None, page: int = 1, size: int = PAGE
) -> Page:
    """Read one page of one scope, earliest due first (`done`: latest first). Invalid for an unknown scope or page."""
    if scope not in SCOPES or page < 1 or not 1 <= size <= 200:
        raise Invalid("Không có trang này.", "There is no such page.", code="no-such-page")
    filters = filters or Filters()
    with reading() as s:
        queues = queues_for(by)
        found = s.execute(
            _page(by, scope, queues, filters, offset=(page - 1) * size, limit=size + 1)
        ).all()
        counts = {
            name: s.execute(_count(by, name, queues, Filters())).scalar_one() for name in SCOPES if name != "done"
        }
        narrowed = filters != Filters()
        total = (
            s.execute(_count(by, scope, queues, filters)).scalar_one()
            if narrowed or scope == "done"
            else counts[scope]
        )
        owners = people.names(row.owner for row in found if row.owner)
    items = [
        _item(row, owners) for row in found[:size] if by.account not in (row.excluded or ())
    ]
    return Page(items, page, len(found) > size, total, counts)


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
    ProcessInstance.title.label("case_title"),
    ProcessInstance.about,
    ProcessInstance.case_key,
    ProcessInstance.holds,
    ProcessInstance.excluded,
)


def _item(row: Any, owners: dict[int, str]) -> Item:
    name = (
        definition_of(row.deployment_id).elements[row.element].name if row.kind == "user" else row.title or ""
    )
    return Item(
        row.id,
        row.kind,
        row.element,
        name,
        row.case_title or row.title or "",
        row.about or "",
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
    )


def _page(
    by: Actor, scope: str, queues: list[int], filters: Filters, *, offset: int, limit: int
) -> Select[Any]:
    """Find the ids along the index first, then read the rows of one page."""
    ids = _ids(by, scope, queues, filters, limit=offset + limit)
    order = (
        (Activity.closed_at.desc(), Activity.id.desc()) if scope == "done" else (Activity.sort_at, Activity.id)
    )
    return (
        select(*_ITEM)
        .outerjoin(ProcessInstance, ProcessInstance.id == Activity.instance_id)
        .where(Activity.id.in_(ids))
        .order_by(*order)
        .offset(offset)
        .limit(limit)
    )


def _count(by: Actor, scope: str, queues: list[int], filters: Filters) -> Select[Any]:
    return select(func.count()).select_from(_ids(by, scope, queues, filters, limit=COUNTED).subquery())


def _ids(by: Actor, scope: str, queues: list[int], filters: Filters, *, limit: int) -> Any:
    if scope == "group":
        # One ordered piece of each queue: a database sorts IN (…) over an index by reading all of it.
        pieces = [
            _narrowed(
                select(Activity.id, Activity.sort_at).where(
                    literal_column("activity.state") == literal_column("'open'"),
                    Activity.queue_id == queue,
                    Activity.owner.is_(None),
                ),
                filters,
            )
            .order_by(Activity.sort_at, Activity.id)
            .limit(limit)
            .subquery()
            for queue in queues
        ]
        if not pieces:
            return select(Activity.id).where(Activity.id == -1)
        together = union_all(*(select(p.c.id, p.c.sort_at) for p in pieces)).subquery()
        return select(together.c.id).order_by(together.c.sort_at, together.c.id).limit(limit)
    if scope == "mine":
        mine = select(Activity.id).where(
            literal_column("activity.state") == literal_column("'open'"), Activity.owner == by.account
        )
        return _narrowed(mine, filters).order_by(Activity.sort_at, Activity.id).limit(limit)
    done = select(Activity.id).where(Activity.closed_by == by.account, Activity.kind.in_(("user", "list")))
    return _narrowed(done, filters).order_by(Activity.closed_at.desc(), Activity.id.desc()).limit(limit)


def _narrowed(query: Any, filters: Filters) -> Any:
    conditions: list[ColumnElement[bool]] = []
    if filters.element:
        conditions.append(Activity.element == filters.element)
    if filters.due:
        conditions += _due(filters.due)
    if filters.instances is not None:
        conditions.append(Activity.instance_id.in_(filters.instances))
    if filters.text:
        query = query.outerjoin(ProcessInstance, ProcessInstance.id == Activity.instance_id)
        for word in fold(filters.text).split():
            like = f"%{word.replace('%', '').replace('_', '')}%"
            conditions.append(
                ProcessInstance.search.like(like) | func.lower(func.coalesce(Activity.title, "")).like(like)
            )
    return query.where(*conditions)


def _due(word: str) -> list[ColumnElement[bool]]:
    now = clock.now()
    local = now.astimezone(ZONE)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if word == "overdue":
        return [Activity.due_at < now]
    if word == "today":
        return [Activity.due_at >= now, Activity.due_at < midnight]
    return [Activity.due_at >= now, Activity.due_at < midnight + timedelta(days=6)]


def count_by_element(by: Actor, scope: str) -> list[tuple[str, int, int]]:
    """How many open tasks of each element a scope holds: (element, all, overdue), for filters and first pages."""
    with reading() as s:
        queues = queues_for(by)
        where = (
            [Activity.queue_id.in_(queues), Activity.owner.is_(None)]
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
