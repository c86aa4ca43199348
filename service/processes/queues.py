"""Sets of candidate groups, numbered once and kept in memory, so that a task names its candidates by one number."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from service.actor import Actor
from service.db import after_commit, database_number, is_postgresql, session, table_of
from service.processes.models import Queue

_by_groups: dict[tuple[int, str], int] = {}
_by_id: dict[int, dict[int, frozenset[str]]] = {}
"""Engine → number → groups: to find a person's queues takes as long as this database has queues, however many others are open."""
_loaded: dict[int, int] = {}
"""Engine → number up to which all queues are in memory; one that was just made here may lie far above it."""
_LATE = 50
"""So many numbers back are read again: on PostgreSQL a queue may be committed after one with a higher number."""


def queue_of(groups: Iterable[str]) -> int:
    """Number of the queue for these groups, made where it is new; inside an open transaction."""
    text = ",".join(sorted(set(groups)))
    engine = database_number()
    known = _by_groups.get((engine, text))
    if known is not None:
        return known
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    s = session()
    s.execute(insert(table_of(Queue)).values(groups=text).on_conflict_do_nothing(index_elements=["groups"]))
    number = s.execute(select(Queue.id).where(Queue.groups == text)).scalar_one()

    def keep() -> None:
        _by_groups[engine, text] = number
        _by_id.setdefault(engine, {})[number] = frozenset(text.split(","))

    after_commit(keep)  # a queue that was taken back with its transaction must not be remembered
    return number


def groups_of(queue: int | None) -> frozenset[str]:
    """Candidate groups of a queue; empty for no queue."""
    if queue is None:
        return frozenset()
    engine = database_number()
    if queue not in _by_id.get(engine, {}):
        _load(engine)
    return _by_id.get(engine, {}).get(queue, frozenset())


def queues_for(by: Actor) -> list[int]:
    """Numbers of all queues that a person stands in, whatever the process."""
    return queues_with({*by.groups, by.himself})


def queues_with(held: Collection[str]) -> list[int]:
    """Numbers of all queues in which one of these groups stands."""
    engine = database_number()
    _load(engine)
    return [number for number, groups in list(_by_id.get(engine, {}).items()) if not groups.isdisjoint(held)]


def _load(engine: int) -> None:
    known = _loaded.get(engine, 0) - (_LATE if is_postgresql() else 0)
    for number, groups in session().execute(
        select(Queue.id, Queue.groups).where(Queue.id > known).order_by(Queue.id)
    ):
        _by_id.setdefault(engine, {})[number] = frozenset(groups.split(","))
        _loaded[engine] = number
