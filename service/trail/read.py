"""Reads the trail in pages, newest or oldest first, filtered; shows private values only to whom they are due.

A page is found along an index or within a bounded stretch, so that it takes as long at a million entries as at a
thousand. Proves nothing about what it reads, see `verify`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Row,
    Select,
    bindparam,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy import text as text_
from sqlalchemy.orm import Session

from service.actor import MACHINES
from service.db import EPOCH, is_postgresql, reading
from service.trail.erasures import erased_paths
from service.trail.kinds import KINDS
from service.trail.models import EVENT, HEAD, PRIVATE
from service.trail.rights import Sight, shows_values
from service.trail.seal import behalf_word, microseconds
from service.trail.tell import Event, Locale, accounts_in, look_up_names, sentence
from service.trail.withheld import WITHHELD, Withheld, withheld, withheld_of
from service.vietnamese import fold

_COLUMNS = tuple(EVENT.c[name] for name in ("gseq", "stream", "sseq", "at", "actor", "kind", "body", "prev", "hash"))
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
    partial: bool = False
    """Whether a search for a text stopped before the page was full and before the end was reached."""


def read(
    *,
    stream: str | Collection[str] | None = None,
    actor: int | str | None = None,
    doer: int | str | None = None,
    behalf: int | str | None = None,
    door: str | None = None,
    kind: str | Collection[str] | None = None,
    part: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    among: Collection[int] | None = None,
    upto: int | None = None,
    text: str | None = None,
    sight: Sight = Sight.SENTENCES,
    past: int | None = None,
    limit: int = 50,
    oldest_first: bool = False,
    locale: Locale = "vi",
) -> Page:
    """Return one page of the entries wanted, as much of them as `sight` allows; `past` comes from the page before.

    `stream`: one or several; `actor`: account number or the machine's word; `behalf`: account or body on whose behalf it
    was done; `doer`: by whom or on whose behalf, either; `door`: web, api, cli, timer, worker; `kind`: words, `decision:*`
    for all of an object; `part`: see kinds.Part; `since` inclusive, `until` exclusive; `among`: numbers, of which a
    nomination has a few hundred; `upto`: no number above this one; `text`: looked for in the sentence and in the private
    values that may be seen, without regard to diacritics and case. Every one narrows what the others leave. Whom it is private
    to name (`withheld`) nobody finds by his name who does not see everything.
    """
    wanted = _filter(
        stream=stream, actor=actor, doer=doer, behalf=behalf, door=door, kind=kind, part=part, since=since, until=until, among=among,
        upto=upto,
    )
    if not sight or wanted.is_empty:
        return Page((), None)
    with reading() as s:
        wanted = _less_withheld(s, wanted, sight)
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


def count(asked: Mapping[str, Any]) -> int:
    """How many entries fit, of what `read` is asked for by these words; a search for a text looks at every one of them."""
    if asked.get("text"):
        return sum(1 for _ in walk(asked))
    wanted = _filter(**{key: value for key, value in asked.items() if key not in _OF_READING})
    if wanted.is_empty:
        return 0
    with reading() as s:
        wanted = _less_withheld(s, wanted, asked.get("sight", Sight.SENTENCES))
        bounds = _bounds(s, wanted, None, False)
        conditions: list[ColumnElement[bool]] = [EVENT.c.gseq.between(bounds.low, bounds.high)]
        for name, value in (
            ("gseq", wanted.among), ("stream", wanted.streams), ("actor", wanted.actor), ("behalf", wanted.behalf),
            ("door", wanted.door), ("kind", wanted.kinds),
        ):
            if value is not None:
                conditions.append(_is(EVENT.c[name], value))
        if wanted.doer is not None:
            conditions.append(or_(EVENT.c.actor == wanted.doer, EVENT.c.behalf == wanted.doer))
        if wanted.but:
            conditions.append(EVENT.c.gseq.not_in(wanted.but))
        return s.execute(select(func.count()).select_from(EVENT).where(*conditions)).scalar_one()


def walk(asked: Mapping[str, Any], *, at_once: int = 1000) -> Iterator[Event]:
    """All entries that fit, the oldest first, read page by page: of a long trail never more is held than a page."""
    past = None
    while True:
        page = read(**asked, past=past, limit=at_once, oldest_first=True)
        yield from page.events
        if (past := page.past) is None:
            return


def behalves() -> list[str]:
    """On whose behalf anything was ever done: account numbers, and names of bodies."""
    with reading() as s:
        return list(s.execute(select(EVENT.c.behalf).where(EVENT.c.behalf.is_not(None)).distinct().order_by(EVENT.c.behalf)).scalars())


def last_number() -> int:
    """The number of the newest entry, 0 where there is none."""
    with reading() as s:
        return s.execute(select(HEAD.c.gseq).where(HEAD.c.id == 1)).scalar_one_or_none() or 0


_OF_READING = ("text", "sight", "locale")
"""Words of `read` that do not narrow by columns."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the columns are asked for; what is None does not narrow."""

    streams: tuple[str, ...] | None
    actor: str | None
    doer: str | None
    behalf: str | None
    door: str | None
    kinds: tuple[str, ...] | None
    since: datetime | None
    until: datetime | None
    among: tuple[int, ...] | None
    upto: int | None
    but: tuple[int, ...] = ()
    """Numbers that do not fit, whatever else is asked."""

    @property
    def goes_by_kind(self) -> bool:
        """Whether the kinds narrow most: nothing else is asked for but a door, or what the machine did."""
        others = (self.among, self.streams, self.behalf, self.doer)
        return self.kinds is not None and others == (None,) * 4 and not (self.actor or "").isdecimal()

    @property
    def is_empty(self) -> bool:
        """Whether nothing can fit; the machine acts at its own doors only, as `record` sees to."""
        elsewhere = self.door is not None and self.actor in MACHINES and self.door != self.actor
        return elsewhere or self.kinds == () or self.streams == () or self.among == ()


@dataclass(frozen=True, slots=True)
class _Bounds:
    """First and last number that may be looked at."""

    low: int
    high: int


def _bounds(s: Session, wanted: Filter, past: int | None, oldest_first: bool) -> _Bounds:
    low, high = 1, s.execute(select(HEAD.c.gseq).where(HEAD.c.id == 1)).scalar_one_or_none() or 0
    if wanted.since is not None:
        low = _first_from(s, wanted.since, high)
    if wanted.until is not None:
        high = _first_from(s, wanted.until, high) - 1
    if wanted.upto is not None:
        high = min(high, wanted.upto)
    if past is not None:
        low, high = (max(low, past + 1), high) if oldest_first else (low, min(high, past - 1))
    return _Bounds(low, high)


_BISECT = text_(
    """
    WITH RECURSIVE halves (low, beyond) AS (
      SELECT CAST(1 AS BIGINT), CAST(:beyond AS BIGINT)
      UNION ALL
      SELECT CASE WHEN coalesce(e.at, :at) >= :at THEN halves.low ELSE (halves.low + halves.beyond) / 2 + 1 END,
             CASE WHEN coalesce(e.at, :at) >= :at THEN (halves.low + halves.beyond) / 2 ELSE halves.beyond END
      FROM halves LEFT JOIN trail_event AS e ON e.gseq = (halves.low + halves.beyond) / 2
      WHERE halves.low < halves.beyond
    )
    SELECT low FROM halves WHERE low >= beyond
    """
).bindparams(bindparam("at", type_=BigInteger), bindparam("beyond", type_=BigInteger))


def _first_from(s: Session, moment: datetime, high: int) -> int:
    """Number of the first entry at or after a moment: times never run back, so bisecting finds it, in one statement."""
    found: int = s.execute(_BISECT, {"beyond": high + 1, "at": microseconds(moment)}).scalar_one()
    return found


def _page(wanted: Filter, bounds: _Bounds, limit: int, oldest_first: bool) -> Select[Any]:
    """The rows of a page: their numbers are found along one index, or by a short walk along each of several.

    A scan for what is rare would read the whole trail; a walk reads the index of what narrows most, and looks at the
    other columns in passing.
    """
    if wanted.goes_by_kind and len(wanted.kinds or ()) > 1:
        found: FromClause = _along_kinds(wanted, bounds, limit, oldest_first)
    else:
        walks = [_walk(wanted, along, bounds, limit, oldest_first) for along in _ways(wanted)]
        found = walks[0].subquery() if len(walks) == 1 else union_all(*(select(walk.subquery()) for walk in walks)).subquery()
    number = found.c.gseq
    numbers = select(number).order_by(number if oldest_first else number.desc()).limit(limit)
    return _ordered(select(*_COLUMNS).where(EVENT.c.gseq.in_(numbers)), oldest_first)


_Way = Mapping[str, str | tuple[str, ...] | tuple[int, ...]]
"""Columns whose index is walked, with what they must be."""


def _ways(wanted: Filter) -> list[_Way]:
    """Along which index to go: of what is asked for, that of which there are fewest.

    A case has few entries, a person some, the machine very many, though of few kinds.
    """
    if wanted.among is not None:
        return [{"gseq": wanted.among}]
    if wanted.streams is not None:
        return [{"stream": wanted.streams}]
    if wanted.behalf is not None:
        return [{"behalf": wanted.behalf}]
    if wanted.doer is not None:
        return [{"actor": wanted.doer}, {"behalf": wanted.doer}]
    if wanted.kinds is not None and wanted.goes_by_kind:
        return [{"kind": wanted.kinds}]
    if wanted.actor is not None:
        return [{"actor": wanted.actor}]
    return [{"door": wanted.door}] if wanted.door is not None else [{}]


def _walk(wanted: Filter, along: _Way, bounds: _Bounds, limit: int, oldest_first: bool) -> Select[Any]:
    conditions = [EVENT.c.gseq.between(bounds.low, bounds.high), *(_is(EVENT.c[name], value) for name, value in along.items())]
    for name, value in (
        ("stream", wanted.streams), ("actor", wanted.actor), ("behalf", wanted.behalf), ("door", wanted.door), ("kind", wanted.kinds),
    ):
        if value is not None and name not in along:
            conditions.append(_is(_in_passing(name), value))
    if wanted.doer is not None and not along.keys() & {"actor", "behalf"}:
        conditions.append(or_(_in_passing("actor") == wanted.doer, _in_passing("behalf") == wanted.doer))
    if wanted.but:
        conditions.append(EVENT.c.gseq.not_in(wanted.but))
    chosen = select(EVENT.c.gseq).where(*conditions)
    streams = along.get("stream")
    if streams is not None and len(streams) == 1:  # the order in a stream is the order of all
        return chosen.order_by(EVENT.c.sseq if oldest_first else EVENT.c.sseq.desc()).limit(limit)
    return _ordered(chosen, oldest_first).limit(limit)


_ALONG_KINDS = {
    False: "SELECT g.value AS gseq FROM json_each(:kinds) AS k, json_each((SELECT json_group_array(gseq) FROM ({walk}))) AS g",
    True: "SELECT g.gseq FROM json_array_elements_text(CAST(:kinds AS json)) AS k(value), LATERAL ({walk}) AS g",
}
"""A walk for each kind, on SQLite and on PostgreSQL. A union of a hundred selects took longer to write than to run."""


def _along_kinds(wanted: Filter, bounds: _Bounds, limit: int, oldest_first: bool) -> FromClause:
    beside = {name: value for name, value in (("actor", wanted.actor), ("door", wanted.door)) if value is not None}
    walk = (
        "SELECT w.gseq FROM trail_event AS w WHERE w.kind = k.value AND w.gseq BETWEEN :low AND :high"
        + "".join(f" AND coalesce(w.{name}, '') = :{name}" for name in beside)
        + f" ORDER BY w.gseq {'ASC' if oldest_first else 'DESC'} LIMIT :most"
    )
    said = {"kinds": orjson.dumps(wanted.kinds).decode(), "low": bounds.low, "high": bounds.high, "most": limit, **beside}
    return text_(_ALONG_KINDS[is_postgresql()].format(walk=walk)).bindparams(**said).columns(EVENT.c.gseq).subquery()


def _in_passing(name: str) -> ColumnElement[Any]:
    """Not the bare column, else SQLite, which keeps no statistics here, might go along its index instead."""
    return func.coalesce(EVENT.c[name], "")


def _is(column: ColumnElement[Any], value: str | tuple[str, ...] | tuple[int, ...]) -> ColumnElement[bool]:
    return column.in_(value) if isinstance(value, tuple) else column == value


def _ordered(chosen: Select[Any], oldest_first: bool) -> Select[Any]:
    return chosen.order_by(EVENT.c.gseq if oldest_first else EVENT.c.gseq.desc())


def _search(
    s: Session,
    wanted: Filter,
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
        if len(stretch) == _STRETCH and time.monotonic() > until:
            return Page(tuple(found), stretch[-1].gseq, partial=True)
    return Page(tuple(found), None)


def _stretches(s: Session, wanted: Filter, bounds: _Bounds, oldest_first: bool) -> Iterator[list[Row[Any]]]:
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
    bodies = {row.gseq: _body(row.body) for row in rows}
    gone = [number for number in shown if bodies[number].get("p", {}).keys() - values.get(number, {}).keys()]
    erased = erased_paths(s, gone) if gone else {}
    events = tuple(
        _event(row, bodies[row.gseq], values.get(row.gseq, {}), erased.get(row.gseq, frozenset()), names) for row in rows
    )
    if sight < Sight.EVERYTHING:
        held = withheld(s, rows)
        events = tuple(_less(event, held) for event in events)
    names.update(look_up_names(set[int]().union(*(accounts_in(event) for event in events))))
    return events


def _less(event: Event, held: Withheld) -> Event:
    """The entry without what is held back; its body as it was hashed says all of it, so that its hash alone is told."""
    if event.gseq in held.actor:
        event = replace(event, actor=WITHHELD, behalf=None, token=None, sealed=b"")
    if event.gseq in held.body:
        event = replace(event, body={}, sealed=b"")
    if event.gseq in held.body | held.values:
        event = replace(event, private=dict.fromkeys(event.private))
    return event


def _body(raw: bytes) -> dict[str, Any]:
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}  # `verify` names it; the page must still be shown
    return body if isinstance(body, dict) else {}


def _event(
    row: Row[Any], body: Mapping[str, Any], values: Mapping[str, str], erased: frozenset[str], names: Mapping[int, str]
) -> Event:
    return Event(
        gseq=row.gseq,
        stream=row.stream,
        sseq=row.sseq,
        at=EPOCH + timedelta(microseconds=row.at),
        actor=row.actor,
        kind=row.kind,
        door=body.get("d", ""),
        behalf=body.get("for"),
        token=body.get("tok"),
        basis=body.get("law"),
        deployment=body.get("dep"),
        body=body.get("x", {}),
        before=body.get("old", {}),
        after=body.get("new", {}),
        private={path: values.get(path) for path in body.get("p", {}) if path not in erased},
        erased=erased,
        names=names,
        sealed=row.body,
        prev=row.prev,
        hash=row.hash,
    )


def _filter(
    *,
    stream: str | Collection[str] | None = None,
    actor: int | str | None = None,
    doer: int | str | None = None,
    behalf: int | str | None = None,
    door: str | None = None,
    kind: str | Collection[str] | None = None,
    part: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    among: Collection[int] | None = None,
    upto: int | None = None,
) -> Filter:
    return Filter(
        _listed(stream), _word(actor), _word(doer), behalf_word(behalf), door, _kinds(kind, part), since, until,
        None if among is None else tuple(sorted(among)), upto,
    )


def _less_withheld(s: Session, wanted: Filter, sight: Sight) -> Filter:
    asked = {one for one in (wanted.actor, wanted.doer, wanted.behalf) if one is not None}
    if not asked or sight >= Sight.EVERYTHING:
        return wanted
    return replace(wanted, but=tuple({number for one in asked for number in withheld_of(s, one)}))


def _word(value: int | str | None) -> str | None:
    return None if value is None else str(value)


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
