"""Past instances as completion records: what the rows of an instance say, in the shape that a replay takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from service.db import reading, table_of
from service.processes.cases import FAILED, Past, kind_named
from service.processes.deployments import definition_of
from service.processes.models import Activity, Incident, ProcessInstance
from service.studio.migration_models import Migration, MigrationLine
from service.trail.tell import ERASED
from workflows.replay import Act, Record

_STOPS = ("user", "receive", "external")
_ACTS = (*_STOPS, "timer", "signal")


@dataclass(frozen=True, slots=True)
class PastInstance:
    """An instance with its record; None where the rows do not hold what it takes, and `why` says what is missing."""

    id: int
    versions: tuple[int, ...]
    """The version that it began on, and those that it was moved to, in their order."""
    record: Record | None
    past: Past | None
    why: str = ""


_INSTANCE = table_of(ProcessInstance)
_ACTIVITY = table_of(Activity)
_INCIDENT = table_of(Incident)
_READ_INSTANCES = select(
    *(
        _INSTANCE.c[name]
        for name in (
            "id", "deployment_id", "case_key", "status", "outcome", "started_at", "begun_with", "by_hand", "renamed", "suspensions",
            "dues_set", "title",
        )
    )
).where(_INSTANCE.c.id.in_(bindparam("ids", expanding=True)))
_READ_ACTIVITIES = (
    select(
        *(
            _ACTIVITY.c[name]
            for name in (
                "instance_id", "id", "deployment_id", "kind", "element", "occurrence", "message", "key", "state", "closed_at",
                "answers",
            )
        )
    )
    .where(_ACTIVITY.c.instance_id.in_(bindparam("ids", expanding=True)))
    .order_by(_ACTIVITY.c.instance_id, _ACTIVITY.c.id)
)
_READ_RETRIES = select(_INCIDENT.c.instance_id, _INCIDENT.c.resolved_at).where(
    _INCIDENT.c.instance_id.in_(bindparam("ids", expanding=True)), _INCIDENT.c.resolved_at.is_not(None)
)

_READ_MOVES = (
    select(MigrationLine.instance_id, MigrationLine.moved_at, Migration.from_id, Migration.to_id, Migration.mapping)
    .join(Migration, Migration.id == MigrationLine.migration_id)
    # What was moved back stands as it stood before: nothing came between.
    .where(MigrationLine.instance_id.in_(bindparam("ids", expanding=True)), MigrationLine.state.in_(("moved", "kept")))
    .order_by(MigrationLine.instance_id, MigrationLine.moved_at, MigrationLine.migration_id)
)


def read_records(ids: Sequence[int]) -> Iterator[PastInstance]:
    """The records of these instances, in the order of their ids."""
    with reading() as s:
        instances = s.execute(_READ_INSTANCES, {"ids": ids}).all()
        activities: dict[int, list[Any]] = defaultdict(list)
        for row in s.execute(_READ_ACTIVITIES, {"ids": ids}):
            activities[row.instance_id].append(row)
        retries: dict[int, list[datetime]] = defaultdict(list)
        for row in s.execute(_READ_RETRIES, {"ids": ids}):
            retries[row.instance_id].append(row.resolved_at)
        moves: dict[int, list[Any]] = defaultdict(list)
        for row in s.execute(_READ_MOVES, {"ids": ids}):
            moves[row.instance_id].append(row)
        cases: dict[str, set[int]] = defaultdict(set)
        for row in instances:
            word, number = _case(row.case_key)
            cases[word].add(number)
        pasts = {word: kind_named(word).past(numbers) for word, numbers in cases.items()}
    for row in sorted(instances, key=lambda row: row.id):
        word, number = _case(row.case_key)
        yield _past_instance(row, activities[row.id], retries[row.id], moves[row.id], word, pasts[word].get(number))


def _case(key: str | None) -> tuple[str, int]:
    word, _, number = (key or "").partition(":")
    return word, int(number or 0)


def _past_instance(
    row: Any, activities: Sequence[Any], retries: Sequence[datetime], moves: Sequence[Any], word: str, past: Past | None
) -> PastInstance:
    why = ""
    versions = (moves[0].from_id, *(m.to_id for m in moves)) if moves else (row.deployment_id,)
    if row.begun_with is None:
        why = "erased" if row.title == ERASED[0] else "no_start"
    elif past is None:
        why = "no_case"
    elif row.by_hand or any(a.kind not in _ACTS for a in activities) or versions[-1] != row.deployment_id:
        why = "moved"
    if why or past is None:
        return PastInstance(row.id, versions, None, past, why)
    spans = [(datetime.fromisoformat(begin), datetime.fromisoformat(end) if end else None) for begin, end in row.suspensions]
    # In their order; of two at one moment the one that came under the earlier version comes first, and a due day before the answer.
    acts = [(act.at, _version(act.at, moves), stop, act) for stop, act in map(_due_set, row.dues_set)]
    acts += [(a.closed_at, _version(a.closed_at, moves, a.deployment_id), a.id, _act(a)) for a in activities if _came_from_outside(a)]
    acts += [(at, _version(at, moves), 0, Act(at, "retry")) for at in retries]
    acts += [(at, _version(at, moves), 0, Act(at, "stand")) for span in spans for at in span if at is not None]
    acts += [(m.moved_at, n, _LAST, _move(m)) for n, m in enumerate(moves)]
    return PastInstance(
        row.id,
        versions,
        Record(
            started_at=row.started_at,
            start=row.begun_with,
            acts=[act for *_, act in sorted(acts, key=lambda one: one[:3])],
            stops=[(a.kind, a.element, a.occurrence, a.state) for a in activities if a.kind in _STOPS],
            ended=row.status == "ended",
            outcome=row.outcome,
            surroundings=past.surroundings,
            held=[*past.held, *spans],
            pausing=kind_named(word).pausing,
            changes=past.changes,
            names=row.renamed or {},
        ),
        past,
    )


_LAST = 2**63
"""After every row of its moment."""


def _version(at: datetime, moves: Sequence[Any], deployment: int | None = None) -> int:
    """How often the instance had been moved to another version by then; at the very moment, by the version of the row."""
    return sum(m.moved_at < at or m.moved_at == at and m.to_id == deployment for m in moves)


def _move(move: Any) -> Act:
    return Act(move.moved_at, "migrate", to=definition_of(move.to_id), mapping=move.mapping)


def _due_set(said: Sequence[Any]) -> tuple[int, Act]:
    """A due day that somebody set, and the row of the task that it was set for."""
    at, stop, element, occurrence, due = said
    return stop, Act(datetime.fromisoformat(at), "due", element, occurrence, due=datetime.fromisoformat(due))


def _came_from_outside(a: Any) -> bool:
    """Whether a row tells of an act; a task that only ended with its step carries no answers."""
    return a.state == "done" and (a.kind == "timer" or a.answers is not None)


def _act(a: Any) -> Act:
    answers = a.answers or {}
    error = answers.get(FAILED) if a.kind == "external" else None
    return Act(
        at=a.closed_at, kind=a.kind, element=a.element, occurrence=a.occurrence,
        answers={} if error is not None else answers, message=a.message, key=a.key, error=error,
    )
