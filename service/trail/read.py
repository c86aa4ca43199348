"""Reads the trail in pages, newest or oldest first, filtered; shows private values only to whom they are due.

A page is found along an index or within a bounded stretch, so that it takes as long at a million entries as at a
thousand. Proves nothing about what it reads, see `verify`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, Select, select, union_all
from sqlalchemy.orm import Session

from service.db import EPOCH, reading
from service.trail.kinds import KINDS
from service.trail.models import EVENT, HEAD, PRIVATE
from service.trail.rights import Sight, shows_values
from service.trail.seal import microseconds
from service.trail.tell import Event, Locale, accounts_in, look_up_names, sentence
from service.vietnamese import fold

_COLUMNS = tuple(EVENT.c[name] for name in ("gseq", "stream", "sseq", "at", "actor", "kind", "body"))
_STRETCH = 4000
"""Entries looked through at once for a text."""
_PATIENCE = 0.7
"""Seconds after which a search for a text hands over what it has."""

_folded = lru_cache(maxsize=16_384)(fold)  # the same few sentences come again and again


@dataclass(frozen=True, slots=True)
class Page:
    """A page of entries; `past` leads to the next one, None at the end.

    A search for a text may hand over fewer than were asked for, even none, and still have a `past`: it goes on there.
    """

    events: tuple[Event, ...]
    past: int | None


def read(
    *,
    stream: str | Collection[str] | None = None,
    actor: int | str | None = None,
    kind: str | Collection[str] | None = None,
    part: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    text: str | None = None,
    sight: Sight = Sight.SENTENCES,
    past: int | None = None,
    limit: int = 50,
    oldest_first: bool = False,
    locale: Locale = "vi",
) -> Page:
    """Return one page of the entries wanted, as much of them as `sight` allows; `past` comes from the page before.

    `stream`: one or several; `actor`: account number or the machine's word; `kind`: words, `decision:*` for all of an
    object; `part`: see kinds.Part; `since` inclusive, `until` exclusive; `text`: looked for in the sentence and in the
    private values that may be seen, without regard to diacritics and case.
    """
    wanted = _Filter(_listed(stream), actor, _kinds(kind, part), since, until)
    if not sight or wanted.kinds == () or wanted.streams == ():
        return Page((), None)
    with reading() as s:
        bounds = _bounds(s, wanted, past, oldest_first)
        if bounds.low > bounds.high:
            return Page((), None)
        if text and (needle := fold(text)):

            def fits(event: Event) -> bool:
                shown = (sentence(event, locale), *(value for value in event.private.values() if value))
                return any(needle in _folded(words) for words in shown)

            return _search(s, wanted, bounds, sight, limit, oldest_first, fits)
        rows = s.execute(_page(wanted, bounds, limit + 1, oldest_first)).all()
        events = _events(s, rows[:limit], sight)
    return Page(events, events[-1].gseq if len(rows) > limit else None)


@dataclass(frozen=True, slots=True)
class _Filter:
    """What the columns are asked for; what is None does not narrow."""

    streams: tuple[str, ...] | None
    actor: int | str | None
    kinds: tuple[str, ...] | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class _Bounds:
    """First and last number that may be looked at."""

    low: int
    high: int


def _bounds(s: Session, wanted: _Filter, past: int | None, oldest_first: bool) -> _Bounds:
    low, high = 1, s.execute(select(HEAD.c.gseq).where(HEAD.c.id == 1)).scalar_one_or_none() or 0
    if wanted.since is not None:
        low = _first_from(s, wanted.since, high)
    if wanted.until is not None:
        high = _first_from(s, wanted.until, high) - 1
    if past is not None:
        low, high = (max(low, past + 1), high) if oldest_first else (low, min(high, past - 1))
    return _Bounds(low, high)


def _first_from(s: Session, moment: datetime, high: int) -> int:
    """Number of the first entry at or after a moment: times never run back, so bisecting finds it."""
    at = microseconds(moment)
    low, beyond = 1, high + 1
    while low < beyond:
        middle = (low + beyond) // 2
        found = s.execute(select(EVENT.c.at).where(EVENT.c.gseq == middle)).scalar()
        if found is None or found >= at:
            beyond = middle
        else:
            low = middle + 1
    return low


def _page(wanted: _Filter, bounds: _Bounds, limit: int, oldest_first: bool) -> Select[Any]:
    between = EVENT.c.gseq.between(bounds.low, bounds.high)
    streams, kinds = wanted.streams, wanted.kinds
    if kinds is not None and streams is None and wanted.actor is None and len(kinds) > 1:
        # One short walk along the index for each kind: a scan for a rare kind would read the whole trail.
        walks = [
            select(
                _ordered(select(EVENT.c.gseq).where(between, EVENT.c.kind == kind), oldest_first)
                .limit(limit)
                .subquery()
            )
            for kind in kinds
        ]
        found = union_all(*walks).subquery()
        chosen = select(*_COLUMNS).where(EVENT.c.gseq.in_(select(found.c.gseq)))
        return _ordered(chosen, oldest_first).limit(limit)
    conditions: list[ColumnElement[bool]] = [between]
    if streams is not None:
        conditions.append(EVENT.c.stream.in_(streams))
    conditions += _by_index(wanted, alone=streams is None)
    chosen = select(*_COLUMNS).where(*conditions)
    if streams is not None and len(streams) == 1:
        order = EVENT.c.sseq if oldest_first else EVENT.c.sseq.desc()
        return chosen.order_by(order).limit(limit)
    return _ordered(chosen, oldest_first).limit(limit)


def _by_index(wanted: _Filter, *, alone: bool) -> list[ColumnElement[bool]]:
    """Conditions on actor and kind, written so that SQLite walks the narrower index and only looks at the other.

    A person has few entries, the machine very many, though of few kinds.
    """
    actor, kinds = None if wanted.actor is None else str(wanted.actor), wanted.kinds
    person = actor is not None and actor.isdecimal()
    conditions: list[ColumnElement[bool]] = []
    if actor is not None:
        plain = alone and (person or kinds is None)
        conditions.append((EVENT.c.actor if plain else EVENT.c.actor.concat("")) == actor)
    if kinds is not None:
        plain = alone and not person
        conditions.append((EVENT.c.kind if plain else EVENT.c.kind.concat("")).in_(kinds))
    return conditions


def _ordered(chosen: Select[Any], oldest_first: bool) -> Select[Any]:
    return chosen.order_by(EVENT.c.gseq if oldest_first else EVENT.c.gseq.desc())


def _search(
    s: Session,
    wanted: _Filter,
    bounds: _Bounds,
    sight: Sight,
    limit: int,
    oldest_first: bool,
    fits: Callable[[Event], bool],
) -> Page:
    until = time.monotonic() + _PATIENCE
    found: list[Event] = []
    for stretch in _stretches(s, wanted, bounds, oldest_first):
        for event in filter(fits, _events(s, stretch, sight)):
            found.append(event)
            if len(found) == limit:
                return Page(tuple(found), event.gseq)
        if time.monotonic() > until:
            return Page(tuple(found), stretch[-1].gseq)
    return Page(tuple(found), None)


def _stretches(s: Session, wanted: _Filter, bounds: _Bounds, oldest_first: bool) -> Iterator[list[Row[Any]]]:
    while True:
        rows = list(s.execute(_page(wanted, bounds, _STRETCH, oldest_first)).all())
        if rows:
            yield rows
        if len(rows) < _STRETCH:
            return
        last = rows[-1].gseq
        bounds = _Bounds(last + 1, bounds.high) if oldest_first else _Bounds(bounds.low, last - 1)


def _events(s: Session, rows: Collection[Row[Any]], sight: Sight) -> tuple[Event, ...]:
    shown = [row.gseq for row in rows if shows_values(row.kind, sight)]
    values: dict[int, dict[str, str]] = {}
    for start in range(0, len(shown), 500):
        chunk = shown[start : start + 500]
        for gseq, path, value in s.execute(
            select(PRIVATE.c.gseq, PRIVATE.c.path, PRIVATE.c.value).where(PRIVATE.c.gseq.in_(chunk))
        ):
            values.setdefault(gseq, {})[path] = value
    names: dict[int, str] = {}
    events = tuple(_event(row, values.get(row.gseq, {}), names) for row in rows)
    names.update(look_up_names(set[int]().union(*(accounts_in(event) for event in events))))
    return events


def _event(row: Row[Any], values: Mapping[str, str], names: Mapping[int, str]) -> Event:
    try:
        body = orjson.loads(row.body)
    except orjson.JSONDecodeError:
        body = {}  # `verify` names it; the page must still be shown
    return Event(
        gseq=row.gseq,
        stream=row.stream,
        sseq=row.sseq,
        at=EPOCH + timedelta(microseconds=row.at),
        actor=row.actor,
        kind=row.kind,
        door=body.get("d", ""),
        behalf=body.get("for"),
        basis=body.get("law"),
        deployment=body.get("dep"),
        body=body.get("x", {}),
        before=body.get("old", {}),
        after=body.get("new", {}),
        private={path: values.get(path) for path in body.get("p", {})},
        names=names,
    )


def _listed(value: str | Collection[str] | None) -> tuple[str, ...] | None:
    return (value,) if isinstance(value, str) else None if value is None else tuple(value)


def _kinds(kind: str | Collection[str] | None, part: str | None) -> tuple[str, ...] | None:
    words = _listed(kind)
    if words is None and part is None:
        return None
    chosen = [word for word, found in KINDS.items() if part in (None, found.part)]
    if words is not None:
        chosen = [word for word in chosen if word in words or f"{word.partition(':')[0]}:*" in words]
    return tuple(chosen)
