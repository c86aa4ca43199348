"""Finding nominations and lists: filters, paging, counts, each person only what he may see."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, func, or_, select

from service import people
from service.actor import Actor
from service.awards import lists
from service.awards.facts import fact_keys
from service.awards.models import Award, Line, List, Nomination
from service.awards.nominations import reads_every, units_read_within
from service.awards.rounds import end_of_day, start_of_day
from service.awards.talk_models import Follower
from service.db import let_go, reading
from service.errors import Forbidden, Invalid
from service.people.models import Unit
from service.processes.models import Activity, Deployment, ProcessInstance
from service.vietnamese import fold

COUNTED = 1000
_READ = "nomination.read"
Span = tuple[date | None, date | None]
"""First and last day, both included; None: open."""
FACT_VALUES = ("yes", "no", "unknown")
_KEY = re.compile(r"(?:nomination:|#)?(\d{1,15})")


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
    followed: bool = False
    """Only what the person who looks follows himself: nobody finds what another follows."""
    own_units: bool = False
    """Only names of the person's own units: not what he reads besides, as the office or in an absent person's place within a process."""
    created_by: int | None = None
    rounds: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    """Phases, and outcomes of what ended: any of them."""
    forms: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    units: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    """Subject groups A to D."""
    versions: tuple[int, ...] = ()
    """Versions of the diagrams that they run on."""
    received: Span = (None, None)
    decided: Span = (None, None)
    """Day of the award's decision, or of the end of what was refused or withdrawn."""
    awarded: bool = False
    """Only names with an award in force: decided, and not revoked."""
    worker: int | None = None
    """An account that holds a task of it or did one."""
    fact: str = ""
    """A fact that the office may see, with what it is to be: `pending_case:no`; yes, no or unknown."""


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
    _must_see_facts(by, filters)
    with reading() as s:
        query = _narrowed(_visible(by), filters or NominationFilter(), by)
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


def _must_see_facts(by: Actor, filters: NominationFilter | None) -> None:
    """What eligibility is judged on, and who of the office works on what, is the office's own."""
    if filters and (filters.fact or filters.worker) and not reads_every(by):
        raise Forbidden(
            "Chỉ phòng Văn hóa - Xã hội và người xét duyệt lọc được theo điều kiện, theo người xử lý.",
            "Only the office may search by facts or by who works on it.",
        )


def _visible(by: Actor) -> Any:
    query: Any = (
        select(Nomination, ProcessInstance.phase, ProcessInstance.outcome, ProcessInstance.holds, ProcessInstance.status)
        .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
        .join(Deployment, Deployment.id == ProcessInstance.deployment_id)
    )
    if reads_every(by):
        return query
    seen = [_of_units(people.units_with(by, _READ))]
    for version, units in units_read_within(by).items():
        of_version = ProcessInstance.deployment_id == version
        seen.append(of_version if units is None else and_(of_version, _of_units(units)))
    return query.join(Unit, Unit.id == Nomination.unit_id).where(or_(*seen))


def _of_units(units: Collection[int]) -> ColumnElement[bool]:
    """A merged unit's nominations are seen by its successor."""
    return or_(Unit.id.in_(units), Unit.heir_id.in_(units))


def _own_units(by: Actor) -> Select[Any]:
    # Not correlated: the units here are not those that the query around it may join.
    return select(Unit.id).where(_of_units(people.units_with(by, _READ))).correlate(None)


def _narrowed(query: Select[Any], filters: NominationFilter, by: Actor) -> Select[Any]:
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
        (Nomination.kind, filters.kinds), (Nomination.unit_id, filters.units),
        (Nomination.subject_group, filters.groups), (Deployment.version, filters.versions),
    ):
        if values:
            query = query.where(many.in_(values))
    if filters.held:
        query = query.where(ProcessInstance.holds > 0)
    if filters.awarded:
        query = query.where(_awarded())
    if filters.followed:
        query = query.where(_followed(by))
    if filters.own_units:
        query = query.where(Nomination.unit_id.in_(_own_units(by)))
    query = _in_spans(query, filters)
    if filters.worker:
        worked = select(Activity.instance_id).where(
            or_(Activity.closed_by == filters.worker, and_(Activity.owner == filters.worker, Activity.state == "open"))
        )
        query = query.where(Nomination.instance_id.in_(worked))
    if filters.fact:
        query = query.where(_fact(filters.fact))
    return query.where(_text(filters.text)) if filters.text.strip() else query


def _awarded() -> ColumnElement[bool]:
    return Nomination.id.in_(select(Award.nomination_id).where(Award.status != "revoked"))


def _followed(by: Actor) -> ColumnElement[bool]:
    return Nomination.id.in_(select(Follower.nomination_id).where(Follower.account == (by.account or 0)))


def _text(text: str) -> ColumnElement[bool]:
    """All words, without diacritics, in name, title or unit; a number is the nomination's own too (`12`, `#12`)."""
    words = [f"%{word.replace('%', '').replace('_', '')}%" for word in fold(text).split()]
    found = and_(*(Nomination.search.like(word) for word in words))
    key = _KEY.fullmatch(text.strip().lower())
    return or_(found, Nomination.id == int(key[1])) if key else found


def _in_spans(query: Select[Any], filters: NominationFilter) -> Select[Any]:
    first, last = filters.received
    if first:
        query = query.where(Nomination.received_at >= start_of_day(first))
    if last:
        query = query.where(Nomination.received_at <= end_of_day(last))
    first, last = filters.decided
    if first or last:
        awarded = select(Award.nomination_id).where(
            *([Award.decided_on >= first] if first else []), *([Award.decided_on <= last] if last else [])
        )
        ended = and_(
            ProcessInstance.outcome.in_(("refused", "withdrawn")),
            *([ProcessInstance.ended_at >= start_of_day(first)] if first else []),
            *([ProcessInstance.ended_at <= end_of_day(last)] if last else []),
        )
        query = query.where(or_(Nomination.id.in_(awarded), ended))
    return query


def _fact(said: str) -> ColumnElement[bool]:
    key, _, value = said.partition(":")
    if key not in fact_keys() or value not in FACT_VALUES:
        raise Invalid.at("fact", "Không có điều kiện này.", "There is no such fact.")
    yes, no = (Nomination.facts.cast(Text).like(f'%"{key}":{word}%') for word in ("true", "false"))
    wanted: dict[str, ColumnElement[bool]] = {"yes": yes, "no": no, "unknown": and_(~yes, ~no)}
    return wanted[value]


def count_phases(by: Actor, round_id: int | None = None) -> dict[str, int]:
    """How many nominations stand in each phase (ended ones by their outcome)."""
    with reading() as s:
        query = _narrowed(_visible(by), NominationFilter(round_id=round_id), by).with_only_columns(
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

    Keys: round, state (phase, or outcome of what ended), form, kind, unit, group, version, held, followed, awarded.
    """
    _must_see_facts(by, filters)
    columns: dict[str, tuple[Any, dict[str, Any]]] = {
        "round": (Nomination.round_id, {"rounds": ()}),
        "state": (_STATE, {"states": ()}),
        "form": (_FORM, {"forms": ()}),
        "kind": (Nomination.kind, {"kinds": ()}),
        "unit": (Nomination.unit_id, {"units": (), "unit_id": None}),
        "group": (Nomination.subject_group, {"groups": ()}),
        "version": (Deployment.version, {"versions": ()}),
        "held": (case((ProcessInstance.holds > 0, "1"), else_=""), {"held": False}),
        "followed": (case((_followed(by), "1"), else_=""), {"followed": False}),
        "awarded": (case((_awarded(), "1"), else_=""), {"awarded": False}),
    }
    found: dict[str, dict[str, int]] = {}
    with reading() as s:
        visible = _visible(by)
        for name, (column, without) in columns.items():
            query = _narrowed(visible, replace(filters, **without), by).with_only_columns(
                column.label("facet"), func.count()
            )
            found[name] = {str(value): int(n) for value, n in s.execute(query.group_by("facet"))}
    return found


MOST_LISTS = 2_000
"""Lists that a register goes back over, in pages; what is older is found by its round."""


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
        query = select(List).order_by(List.id.desc())
        for column, value in ((List.kind, kind), (List.round_id, round_id), (List.state, state), (List.unit_id, unit_id)):
            if value:
                query = query.where(column == value)
        if nomination_id is not None:
            query = query.join(Line, Line.list_id == List.id).where(Line.nomination_id == nomination_id)
        rows = list(islice((row for row in s.scalars(query) if lists.may_read(by, row)), limit))
        let_go(rows)
    return rows


def children_of(list_id: int) -> list[List]:
    """Lists that were drawn up from this one, in their order."""
    with reading() as s:
        rows = list(s.scalars(select(List).where(List.parent_id == list_id).order_by(List.id)))
        let_go(rows)
    return rows


def lists_left(nomination_id: int) -> set[str]:
    """Streams in the trail of the lists on which a name stood and stands no more."""
    with reading() as s:
        rows = s.scalars(select(Line.list_id).where(Line.nomination_id == nomination_id, Line.removed.is_(True)))
        return {f"list:{number}" for number in rows}


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
