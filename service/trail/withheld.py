"""Who began what keeps private fields is private too: such entries are shown without who acted, and no search by a person finds them.

Only what is shown is held back. The entry stays as it was sealed, and a check of the chain reads it whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.trail.kinds import KINDS
from service.trail.models import EVENT

WITHHELD = "withheld"
"""Stands where the actor would stand."""
_BEGUN = "matter:begun"
_SENT = "file:added"
_INSTANCE, _ACCOUNT = "instance:", "account:"
_BESIDE = frozenset(kind for kind, found in KINDS.items() if found.part in ("view", "talk"))
"""What somebody does beside the steps, which a history by name tells: it would say that he is one of the few who may read."""
_CHUNK = 500

Private = Callable[[Collection[int]], Collection[int]]
"""Numbers of instances → those of which it is private who began them."""
_private: list[Private] = []


def beginners_from(look_up: Private) -> Private:
    """Register who knows where it is private who began something; one call a page."""
    if look_up not in _private:
        _private.append(look_up)
    return look_up


@dataclass(frozen=True, slots=True)
class Withheld:
    """Numbers of entries of which a part is not shown."""

    actor: frozenset[int]
    """Who acted: what was written as the case began, and what its beginner looked at or said beside its steps."""
    values: frozenset[int]
    """Private values: names of the files of such a case."""
    body: frozenset[int]
    """Everything but who and when: a file that was sent for what did not stand yet, whatever it was given to, so that none stands out."""


def withheld(s: Session, rows: Collection[Any]) -> Withheld:
    """What of these entries would tell who began a case of which that is private."""
    begun = _beginnings(s, {row.stream for row in rows if row.stream.startswith(_INSTANCE)})
    return Withheld(
        frozenset(
            row.gseq for row in rows
            if (place := begun.get(row.stream)) and row.actor == place[1] and (row.sseq <= place[0] or row.kind in _BESIDE)
        ),
        frozenset(row.gseq for row in rows if row.kind == _SENT and row.stream in begun),
        frozenset(row.gseq for row in rows if row.kind == _SENT and row.stream.startswith(_ACCOUNT)),
    )


def withheld_of(s: Session, who: str) -> tuple[int, ...]:
    """The numbers of all entries by somebody, or on his behalf, that are shown without who acted."""
    is_his = or_(EVENT.c.actor == who, EVENT.c.behalf == who)
    streams = list(s.scalars(select(EVENT.c.stream).where(EVENT.c.kind == _BEGUN, is_his)))
    found: set[int] = set()
    for start in range(0, len(streams), _CHUNK):
        columns = (EVENT.c.gseq, EVENT.c.stream, EVENT.c.sseq, EVENT.c.actor, EVENT.c.kind)
        found |= withheld(s, s.execute(select(*columns).where(EVENT.c.stream.in_(streams[start : start + _CHUNK]), is_his)).all()).actor
    return tuple(sorted(found))


def _beginnings(s: Session, streams: Collection[str]) -> dict[str, tuple[int, str]]:
    """Where the beginning ends in each of these streams of which it is private, and who began it."""
    numbers = [int(number) for one in streams if (number := one.removeprefix(_INSTANCE)).isdecimal()]
    kept = sorted(f"{_INSTANCE}{number}" for look_up in _private for number in look_up(numbers)) if numbers else []
    found: dict[str, tuple[int, str]] = {}
    for start in range(0, len(kept), _CHUNK):
        chosen = select(EVENT.c.stream, EVENT.c.sseq, EVENT.c.actor).where(
            EVENT.c.stream.in_(kept[start : start + _CHUNK]), EVENT.c.kind == _BEGUN
        )
        found |= {row.stream: (row.sseq, row.actor) for row in s.execute(chosen) if row.actor.isdecimal()}
    return found
