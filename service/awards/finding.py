"""Finding nominations and lists: filters, paging, counts, each person only what he may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from service.actor import Actor
from service.awards import lists
from service.awards.models import Line, List, Nomination
from service.awards.nominations import ALL_READERS
from service.db import let_go, reading
from service.errors import Invalid
from service.people.models import Unit
from service.processes.models import ProcessInstance
from service.vietnamese import fold

COUNTED = 1000


@dataclass(frozen=True, slots=True)
class NominationFilter:
    """What the list is narrowed by; empty means everything."""

    round_id: int | None = None
    unit_id: int | None = None
    phase: str = ""
    outcome: str = ""
    form: str = ""
    kind: str = ""
    text: str = ""
    held: bool = False
    created_by: int | None = None
    rounds: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    """Phases, and outcomes of what ended: any of them."""
    forms: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A nomination with where it stands."""

    nomination: Nomination
    phase: str
    outcome: str | None
    holds: int
    status: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of nominations; `total` stops at COUNTED."""

    items: list[Found]
    number: int
    size: int
    total: int
    more: bool


_STATE: ColumnElement[Any] = func.coalesce(
    case((ProcessInstance.phase == "ended", ProcessInstance.outcome), else_=ProcessInstance.phase), "drafting"
)
_FORM: ColumnElement[Any] = func.coalesce(Nomination.form_granted, Nomination.form_asked)


def find_nominations(
    by: Actor, filters: NominationFilter | None = None, *, page: int = 1, size: int = 50
) -> Page:
    """One page of the nominations that a person may see, by unit and Vietnamese name order."""
    if page < 1 or not 1 <= size <= 200:
        raise Invalid("Không có trang này.", "There is no such page.", code="no-such-page")
    with reading() as s:
        query = _narrowed(_visible(by), filters or NominationFilter())
        rows = s.execute(
            query.order_by(Nomination.round_id.desc(), Nomination.sort_key, Nomination.id)
            .offset((page - 1) * size)
            .limit(size + 1)
        ).all()
        total = s.execute(
            select(func.count()).select_from(query.with_only_columns(Nomination.id).limit(COUNTED).subquery())
        ).scalar_one()
        let_go(row[0] for row in rows)
    items = [Found(n, phase or "drafting", outcome, holds, status) for n, phase, outcome, holds, status in rows]
    return Page(items[:size], page, size, total, len(items) > size)


def _visible(by: Actor) -> Any:
    query: Any = select(
        Nomination, ProcessInstance.phase, ProcessInstance.outcome, ProcessInstance.holds, ProcessInstance.status
    ).join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
    if by.may(*ALL_READERS):
        return query
    # A merged unit's nominations are seen by its successor.
    return query.join(Unit, Unit.id == Nomination.unit_id).where(
        or_(Unit.id.in_(by.units), Unit.heir_id.in_(by.units))
    )


def _narrowed(query: Select[Any], filters: NominationFilter) -> Select[Any]:
    for column, value in (
        (Nomination.round_id, filters.round_id),
        (Nomination.unit_id, filters.unit_id),
        (ProcessInstance.phase, filters.phase),
        (ProcessInstance.outcome, filters.outcome),
        (Nomination.kind, filters.kind),
        (Nomination.created_by, filters.created_by),
    ):
        if value:
            query = query.where(column == value)
    if filters.form:
        query = query.where(or_(Nomination.form_asked == filters.form, Nomination.form_granted == filters.form))
    for many, values in (
        (Nomination.round_id, filters.rounds), (_STATE, filters.states), (_FORM, filters.forms),
        (Nomination.kind, filters.kinds),
    ):
        if values:
            query = query.where(many.in_(values))
    if filters.held:
        query = query.where(ProcessInstance.holds > 0)
    for word in fold(filters.text).split():
        query = query.where(Nomination.search.like(f"%{word.replace('%', '').replace('_', '')}%"))
    return query


def count_phases(by: Actor, round_id: int | None = None) -> dict[str, int]:
    """How many nominations stand in each phase (ended ones by their outcome)."""
    with reading() as s:
        query = _narrowed(_visible(by), NominationFilter(round_id=round_id)).with_only_columns(
            ProcessInstance.phase, ProcessInstance.outcome, func.count()
        )
        rows = s.execute(query.group_by(ProcessInstance.phase, ProcessInstance.outcome)).all()
    counts: dict[str, int] = {}
    for phase, outcome, n in rows:
        word = outcome if phase == "ended" and outcome else phase or "drafting"
        counts[word] = counts.get(word, 0) + int(n)
    return counts


def count_facets(by: Actor, filters: NominationFilter) -> dict[str, dict[str, int]]:
    """How many nominations each choice of a filter would show: the other filters stay as they are.

    Keys: round, state (phase, or outcome of what ended), form, kind, held.
    """
    columns: dict[str, tuple[Any, dict[str, Any]]] = {
        "round": (Nomination.round_id, {"rounds": ()}),
        "state": (_STATE, {"states": ()}),
        "form": (_FORM, {"forms": ()}),
        "kind": (Nomination.kind, {"kinds": ()}),
        "held": (case((ProcessInstance.holds > 0, "1"), else_=""), {"held": False}),
    }
    found: dict[str, dict[str, int]] = {}
    with reading() as s:
        for name, (column, without) in columns.items():
            query = _narrowed(_visible(by), replace(filters, **without)).with_only_columns(
                column.label("facet"), func.count()
            )
            found[name] = {str(value): int(n) for value, n in s.execute(query.group_by("facet"))}
    return found


def find_lists(
    by: Actor,
    *,
    kind: str = "",
    round_id: int | None = None,
    state: str = "",
    unit_id: int | None = None,
    nomination_id: int | None = None,
    limit: int = 200,
) -> list[List]:
    """Lists that a person may see, the newest first."""
    with reading() as s:
        query = select(List).order_by(List.id.desc()).limit(limit)
        for column, value in ((List.kind, kind), (List.round_id, round_id), (List.state, state), (List.unit_id, unit_id)):
            if value:
                query = query.where(column == value)
        if nomination_id is not None:
            query = query.join(Line, Line.list_id == List.id).where(Line.nomination_id == nomination_id)
        rows = [row for row in s.scalars(query) if lists.may_read(by, row)]
        let_go(rows)
    return rows


def count_lines(list_ids: Sequence[int]) -> dict[int, int]:
    """How many names stand on each list."""
    with reading() as s:
        return {
            number: int(n)
            for number, n in s.execute(
                select(Line.list_id, func.count())
                .where(Line.list_id.in_(list_ids), Line.removed.is_(False))
                .group_by(Line.list_id)
            )
        }
