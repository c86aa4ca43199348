"""The one order in which an act locks what it changes: lists, then cases, then nominations, each by id.

A list act locks its list first. Whoever begins with a name, as a withdrawal does, takes the lists on which it stands
before the name, so that the two wait for each other and never stand crosswise.

Each lock leaves the row's key free (`key_share`): a database looks at the rows that a changed row refers to, and whoever
holds a case must not wait there for a list, which comes before cases.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.awards.models import Line, List, Nomination, Round
from service.db import savepoint
from service.processes.models import ProcessInstance


def hold_names(s: Session, nominations: Collection[int]) -> None:
    """Lock the lists on which names stand, their cases and themselves, to the end of the open transaction.

    A list that takes a name on in between is found by looking again: what was locked is let go and taken anew in order.
    """
    s.execute(
        select(Round.id).where(Round.id.in_(select(Nomination.round_id).where(Nomination.id.in_(nominations))))
        .order_by(Round.id).with_for_update(read=True, key_share=True)
    ).all()
    while True:
        with suppress(_AnotherList), savepoint():
            _take(s, nominations)
            return


class _AnotherList(Exception):
    """A list took a name on while the others were being locked."""


def _take(s: Session, nominations: Collection[int]) -> None:
    found = _lists_of(s, nominations)
    s.execute(select(List.id).where(List.id.in_(found)).order_by(List.id).with_for_update(key_share=True)).all()
    hold_cases(s, select(Nomination.instance_id).where(Nomination.id.in_(nominations)))
    s.scalars(
        select(Nomination).where(Nomination.id.in_(nominations)).order_by(Nomination.id)
        .with_for_update(key_share=True).execution_options(populate_existing=True)
    ).all()
    if not _lists_of(s, nominations) <= found:
        raise _AnotherList


def _lists_of(s: Session, nominations: Collection[int]) -> set[int]:
    return set(s.scalars(select(Line.list_id).where(Line.nomination_id.in_(nominations), Line.removed.is_(False))))


def hold_cases(s: Session, instances: Select[int | None]) -> None:
    """Lock cases by id, before their nominations: a task that is completed, or a message that arrives, begins with its case."""
    held = select(ProcessInstance.id).where(ProcessInstance.id.in_(instances)).order_by(ProcessInstance.id)
    s.execute(held.with_for_update(key_share=True)).all()
