"""Dossiers asked to be supplemented, by who checked them: how many of those checked, and how many not for the first time.

A figure to read beside the work of a person, which ranks nobody. It is read from the record of each case, and is of whoever
found the faults, not of who sends the list to the unit. Of what was erased the record no longer tells, and it is not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from service import clock
from service.actor import Actor
from service.awards import nominations
from service.awards.models import Nomination
from service.db import let_go, reading
from service.processes import own_case, workload
from service.processes.models import Activity, ProcessInstance
from service.processes.queues import groups_of

CHECKS = ("check_dossier", "check_report")
"""Elements at which a dossier is checked and may be sent back."""


@dataclass(frozen=True, slots=True)
class Returns:
    """Dossiers of the last 30 days of one person, each counted once."""

    checked: int = 0
    returned: int = 0
    """Of these, asked to be supplemented."""
    again: int = 0
    """Of these, asked when a supplement had been asked for before, by whomever."""


@dataclass(frozen=True, slots=True)
class Returned:
    """One dossier that somebody asked to be supplemented."""

    nomination: int
    name: str
    unit_name: str
    asked_at: datetime
    time: int
    """Which time it is of this dossier."""
    faults: int


@dataclass(frozen=True, slots=True)
class _Check:
    """One finished check. `time`: which request for a supplement of its dossier it made, 0 where it made none."""

    case: int
    activity: int
    person: int
    at: datetime
    time: int
    faults: int


def returns_by_person(group: str, *, by: Actor) -> Mapping[int, Returns]:
    """What each person of a group has checked and sent back lately; who checked nothing is not in it.

    Raises Forbidden without the right to look at the workload, NotFound for a group that is not his to look at.
    """
    found: dict[int, list[_Check]] = {}
    for check in _checks(workload.people_of(group, by=by)):
        found.setdefault(check.person, []).append(check)
    return {person: _counted(checks) for person, checks in found.items()}


def returns_of(account: int, *, by: Actor) -> Returns:
    """What one person has checked and sent back lately.

    Raises Forbidden without the right to look at the workload, NotFound for somebody of no group that is his to look at.
    """
    workload.must_look_at(account, by=by)
    return _counted(list(_checks([account])))


def _counted(checks: Sequence[_Check]) -> Returns:
    return Returns(
        len({c.case for c in checks}), len({c.case for c in checks if c.time}), len({c.case for c in checks if c.time > 1})
    )


def returned_by(account: int, *, by: Actor) -> list[Returned]:
    """Dossiers that a person asked to be supplemented lately, the newest first, without cases that keep the reader away or
    that he may not see.

    At most `workload.MOST`. Raises as `returns_of`.
    """
    workload.must_look_at(account, by=by)
    asked = sorted((c for c in _checks([account]) if c.time), key=lambda c: c.activity, reverse=True)[: workload.MOST]
    with reading() as s:
        rows = {
            row[0]: row
            for row in s.execute(
                select(Activity.id, Activity.queue_id, Activity.process, ProcessInstance, Nomination)
                .join(ProcessInstance, ProcessInstance.id == Activity.instance_id)
                .join(Nomination, Nomination.instance_id == Activity.instance_id)
                .where(Activity.id.in_([c.activity for c in asked]))
            )
        }
        let_go([one for row in rows.values() for one in row[3:]])
    found = []
    for check in asked:
        _id, queue, process, case, n = rows[check.activity]
        if nominations.may_see(by, n) and not own_case.bars(case, by.within(process), groups_of(queue)):
            found.append(Returned(n.id, n.name, n.unit_name, check.at, check.time, check.faults))
    return found


def _checks(accounts: Collection[int]) -> Iterator[_Check]:
    """Checks that these people have finished lately, in order."""
    since = clock.now() - workload.LATELY
    theirs = aliased(Activity)
    own = select(theirs.instance_id).where(
        theirs.closed_by.in_(accounts), theirs.closed_at >= since, theirs.element.in_(CHECKS), theirs.state == "done"
    )
    with reading() as s:
        rows: Sequence[Any] = s.execute(
            select(Activity.instance_id, Activity.id, Activity.closed_by, Activity.closed_at, Activity.answers)
            .join(Nomination, Nomination.instance_id == Activity.instance_id)
            .where(
                Activity.instance_id.in_(own), Activity.element.in_(CHECKS), Activity.kind == "user", Activity.state == "done",
                Activity.answers.is_not(None),
            )
            .order_by(Activity.id)
        ).all()
    asked: Counter[int] = Counter()
    for case, activity, person, at, answers in rows:
        returned = answers.get("decision") == "supplement"
        asked[case] += returned
        if person in accounts and at >= since:
            yield _Check(case, activity, person, at, asked[case] if returned else 0, len(answers.get("faults") or ()))


__all__ = ["CHECKS", "Returned", "Returns", "returned_by", "returns_by_person", "returns_of"]
