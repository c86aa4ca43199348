"""What happened in an instance, for people: the diagram's marks, the text timeline, open stops, incidents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from service import people, words
from service.db import let_go, reading
from service.errors import Conflict
from service.processes.deployments import definition_of, files_of
from service.processes.models import Activity, Incident, ProcessInstance
from service.processes.queues import groups_of
from service.processes.running import look_at, read_instance
from service.processes.telling import read_behalf
from service.vietnamese import sort_key
from workflows import engine
from workflows.definition import Definition, Element


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of an instance: a task, a wait, a timer that fired, a message that came."""

    id: int
    kind: str
    element: str
    name: str
    process: str
    lane: str
    occurrence: int
    state: str
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    owner: str
    closed_by: str
    on_behalf: str
    answers: Mapping[str, Any]
    deployment_id: int | None
    form: str
    basis: str
    candidates: tuple[str, ...] = ()
    item_title: str = ""
    """Of one that is done once for each item of a list: what tells it from the others."""
    item: Mapping[str, Any] | None = None
    asked: frozenset[str] = frozenset()
    """Groups that are asked to do it now."""

    @property
    def in_place(self) -> frozenset[str]:
        """Groups that are asked in the place of its own, all of whose people are kept away; none where its own are asked."""
        own = {group.partition(":")[0] for group in self.asked}
        return frozenset() if self.state != "open" or own.intersection(self.candidates) else self.asked

    @property
    def way(self) -> str:
        """The same for all stops of one item of a list, and for no others; "" where nothing is repeated."""
        return str(self.item["way"]) if self.item else ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """One process of the bundle, drawn, with the marks of an instance."""

    process: str
    name: str
    file: str
    marks: Mapping[str, str]
    """Element id → done, live, skipped, ahead."""


def timeline(instance_id: int) -> list[Stop]:
    """Every stop of an instance in the order in which it was reached."""
    with reading() as s:
        rows = list(
            s.scalars(select(Activity).where(Activity.instance_id == instance_id).order_by(Activity.id))
        )
        names = people.names(
            {a for r in rows for a in (r.owner, r.closed_by, read_behalf(r.on_behalf)) if isinstance(a, int)}
        )
        return [_stop(r, names) for r in rows]


def open_stops(instances: Sequence[int]) -> dict[int, list[Stop]]:
    """Where instances stand now: instance → its open stops, tasks of people first."""
    with reading() as s:
        rows = list(
            s.scalars(
                select(Activity)
                .where(Activity.instance_id.in_(instances), Activity.state == "open")
                .order_by(Activity.id)
            )
        )
        names = people.names({r.owner for r in rows if r.owner is not None})
    found: dict[int, list[Stop]] = {}
    for row in sorted(rows, key=lambda r: r.kind != "user"):
        found.setdefault(row.instance_id or 0, []).append(_stop(row, names))
    return found


def lane_words(definition: Definition, element: Element | None) -> str:
    """Whose step it is: the lane's name, of the step or of the subprocess around it."""
    while element is not None:
        if element.lane:
            return element.lane
        element = definition.elements.get(element.scope)
    return ""


def lane_of(stop: Stop) -> str:
    """Whose step a stop is."""
    if stop.deployment_id is None:
        return ""
    definition = definition_of(stop.deployment_id)
    return lane_words(definition, definition.elements.get(stop.element))


def waits_for(stop: Stop, language: str) -> str:
    """Whom an open stop waits for: whose step it is, or who is asked in their place since it concerns them; "" for one in no lane."""
    if stop.in_place:
        return ", ".join(sorted(people.group_labels(stop.in_place, language).values(), key=sort_key))
    return words.in_language(lane_of(stop), language)


def _name_of(behalf: int | str | None, names: Mapping[int, str]) -> str:
    return names.get(behalf, "") if isinstance(behalf, int) else behalf or ""


def _stop(row: Activity, names: Mapping[int, str]) -> Stop:
    assert row.deployment_id is not None  # stops of an instance always carry their deployment
    element = definition_of(row.deployment_id).elements.get(row.element)
    return Stop(
        row.id,
        row.kind,
        row.element,
        element.name if element else row.element,
        element.process if element else "",
        (element.lane or "") if element else "",
        row.occurrence,
        row.state,
        row.opened_at,
        row.closed_at,
        row.due_at,
        names.get(row.owner or 0, ""),
        names.get(row.closed_by or 0, ""),
        _name_of(read_behalf(row.on_behalf), names),
        row.answers or {},
        row.deployment_id,
        element.attrs.get("form", "") if element else "",
        element.attrs.get("basis", "") if element else "",
        tuple(w.strip() for w in element.attrs.get("candidates", "").split(",") if w.strip()) if element else (),
        (row.title or "") if row.item else "",
        row.item,
        groups_of(row.queue_id),
    )


def diagrams(instance_id: int) -> tuple[list[Diagram], str]:
    """The drawn processes of an instance with their marks, and the id of the innermost live one; none of one that was erased."""
    running = read_instance(instance_id)
    definition = definition_of(running.deployment_id)
    try:
        marks = engine.marks(look_at(instance_id))
    except Conflict as gone:
        if gone.code != "erased":
            raise
        return [], ""
    return (
        [
            Diagram(p, definition.processes_named.get(p, p), definition.file_of[p], marks.of(p))
            for p in definition.processes
        ],
        marks.innermost,
    )


def diagram_xml(deployment: int, process: str) -> bytes:
    """The XML of one process of a deployment, as it was deployed."""
    definition: Definition = definition_of(deployment)
    return files_of(deployment)[definition.file_of[process]]


def open_incidents() -> list[tuple[str, int, list[Incident]]]:
    """Incidents that nobody settled, grouped by cause: (code, how many, the newest 50)."""
    with reading() as s:
        groups = s.execute(
            select(Incident.code, func.count())
            .where(Incident.resolved_at.is_(None))
            .group_by(Incident.code)
            .order_by(func.count().desc())
        ).all()
        found = []
        for code, n in groups:
            newest = list(
                s.scalars(
                    select(Incident)
                    .where(Incident.code == code, Incident.resolved_at.is_(None))
                    .order_by(Incident.id.desc())
                    .limit(50)
                )
            )
            let_go(newest)
            found.append((code, int(n), newest))
        return found


def retried_incidents(limit: int) -> list[tuple[Incident, int | None]]:
    """Incidents that somebody let try again, the newest first, each with the incident it led to, None if it went on."""
    with reading() as s:
        rows = list(
            s.scalars(
                select(Incident)
                .where(Incident.resolved_at.is_not(None))
                .order_by(Incident.resolved_at.desc(), Incident.id.desc())
                .limit(limit)
            )
        )
        again = {
            old: new
            for old, new in s.execute(
                select(Incident.retry_of, Incident.id).where(Incident.retry_of.in_([row.id for row in rows]))
            )
        }
        let_go(rows)
        return [(row, again.get(row.id)) for row in rows]


def titles_of(instances: list[int]) -> dict[int, str]:
    """Titles of instances, for lists of incidents and jobs."""
    with reading() as s:
        return {
            i: title
            for i, title in s.execute(
                select(ProcessInstance.id, ProcessInstance.title).where(ProcessInstance.id.in_(instances))
            )
        }


def cases_of(instances: list[int]) -> dict[int, str]:
    """What instances are about (`nomination:12`), for links."""
    with reading() as s:
        return {
            i: key
            for i, key in s.execute(
                select(ProcessInstance.id, ProcessInstance.case_key).where(ProcessInstance.id.in_(instances))
            )
            if key
        }


def incidents_of(code: str) -> list[int]:
    """Numbers of all open incidents of one cause, the oldest first."""
    with reading() as s:
        return list(
            s.scalars(
                select(Incident.id).where(Incident.code == code, Incident.resolved_at.is_(None)).order_by(Incident.id)
            )
        )
