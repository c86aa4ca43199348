"""Recomputes the whole trail from the stored bytes and names the first entry that does not fit, and how.

Finds every change by somebody who lacks the key, and every change of the search columns by anybody. What it cannot see
without an anchor outside: a tail cut off together with the head, and what the holder of the key rewrote. Writes nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest, digest
from itertools import groupby
from typing import Any, cast
from unicodedata import is_normalized, normalize

import orjson
import rfc8785
import structlog
from sqlalchemy import Connection, Row, Select, select, text, type_coerce
from sqlalchemy.types import NullType

from service.db import db
from service.trail.erasures import Erasures, read_erasures
from service.trail.faults import ERASED_TOO, FAULTS, OK
from service.trail.keys import holds, numbers_by_entry, public_keys
from service.trail.models import EVENT, GENESIS, HEAD, LOCK_NAMES, PRIVATE
from service.trail.record import commitment
from service.trail.seal import (
    DATA_ERASED,
    KEY_CHANGED,
    authenticator,
    behalf_word,
    leaf_hash,
    mac_key,
    named_values,
)

log = structlog.get_logger(__name__)

_COLUMNS = {"stream": "s", "sseq": "n", "at": "t", "actor": "a", "kind": "k", "door": "d"}
_BATCH = 2000
_BYTES = ("body", "prev", "hash", "mac")

# Read as they lie there: SQLite keeps text in a column of bytes, and the driver's conversion would only raise.
_FIELDS = ("gseq", "stream", "sseq", "at", "actor", "kind", "door", "behalf", *_BYTES)
_RAW_EVENT = select(
    *(type_coerce(c, NullType()).label(c.name) if c.name in _BYTES else c for c in (EVENT.c[name] for name in _FIELDS))
)
_RAW_PRIVATE = select(
    PRIVATE.c.gseq, PRIVATE.c.path, type_coerce(PRIVATE.c.salt, NullType()).label("salt"), PRIVATE.c.value
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: `count` entries fit; the first that does not, and why, in both languages."""

    ok: bool
    count: int
    first_bad: int | None
    code: str
    why: str
    why_en: str
    erased: int = 0
    """Private values that are gone because an entry of an erasure names them."""
    unlocked: tuple[str, ...] = ()
    """Triggers that are gone: no proof of a change, but somebody opened the lock."""


@dataclass(slots=True)
class _Walk:
    """Where the walk along the chain stands."""

    stream: str | None
    changes: list[int]
    publics: list[bytes]
    erasures: Erasures
    key: int = 1
    prev: bytes = GENESIS
    at: int = 0
    place: int = 0
    count: int = 0
    last: dict[str, int] = field(default_factory=dict)
    erased: dict[int, int] = field(default_factory=dict)
    """Entry of an erasure → how many of the values that it names were passed, promised and gone."""
    _mac: tuple[int, Callable[[bytes], bytes]] = (0, bytes)

    def mac(self, hash_: bytes) -> bytes:
        """What authenticates an entry of this hash, by the key of this place."""
        if self._mac[0] != self.key:
            self._mac = self.key, authenticator(mac_key(self.key))
        return self._mac[1](hash_)


class _Broken(Exception):
    def __init__(self, place: int, code: str, **words: object) -> None:
        super().__init__(code)
        self.place = place
        self.code = code
        self.words = words


def verify(stream: str | None = None) -> Verdict:
    """Check the whole chain, or every entry of one stream by itself.

    Reads one consistent state of the database, in batches; other writers go on. For one stream the neighbours in the
    chain are not looked at: each entry's hash, authentication, columns, private values and number in the stream are.
    """
    with snapshot() as connection:
        unlocked = _missing_locks(connection)
        changes = numbers_by_entry(connection) if stream is not None else []
        walk = _Walk(stream, changes, public_keys(connection), read_erasures(connection))
        try:
            _walk(connection, walk)
        except _Broken as found:
            vi, en = FAULTS[found.code]
            words = {"place": found.place, **found.words}
            return Verdict(
                False, walk.count, found.place, found.code, vi.format(**words), en.format(**words), unlocked=unlocked
            )
        except Exception:  # what was put there breaks whoever reads it: that is a change, and is named
            log.exception("an entry cannot be read", place=walk.place)
            vi, en = FAULTS["changed"]
            return Verdict(
                False, walk.count, walk.place, "changed", vi.format(place=walk.place), en.format(place=walk.place), unlocked=unlocked
            )
    erased = sum(walk.erased.values())
    vi, en = (said + (f" {more}" if erased else "") for said, more in zip(OK, ERASED_TOO, strict=True))
    words = {"count": walk.count, "erased": erased, "entries": ", ".join(str(entry) for entry in sorted(walk.erased))}
    return Verdict(True, walk.count, None, "", vi.format(**words), en.format(**words), erased, unlocked)


def _walk(connection: Connection, walk: _Walk) -> None:
    private = _Private(connection, walk.stream)
    for row in _rows(connection, walk.stream):
        walk.place = walk.place + 1 if walk.stream is None else row.gseq
        if walk.stream is not None:
            walk.prev, walk.key = row.prev, 1 + bisect_left(walk.changes, row.gseq)
        body = _sound(walk, row)
        if body is None:  # what does not fit at once is looked at closely, so that it can be named
            body = _check_place(connection, walk, row)
            _check_bytes(connection, walk, row, body)
            _check_columns(walk, row, body)
        walk.last[row.stream] = row.sseq
        _check_private(walk, body, private.of(walk.place))
        if row.kind == DATA_ERASED:
            _check_erasure(walk, body)
        if row.kind == KEY_CHANGED:
            _check_key(walk, body)
        walk.prev, walk.at = row.hash, row.at
        walk.count += 1
    if walk.stream is None:
        _check_head(connection, walk)
    private.end()


def _sound(walk: _Walk, row: Row[Any]) -> dict[str, Any] | None:
    """The body of an entry in which everything fits, as in nearly every one; None says nothing yet."""
    gseq, stream, sseq, at, actor, kind, door, behalf, raw, prev, hash_, mac = cast("tuple[Any, ...]", row)
    if not type(raw) is type(prev) is type(hash_) is type(mac) is bytes or gseq != walk.place or prev != walk.prev:
        return None
    if sha256(b"\0" + prev + raw).digest() != hash_ or walk.mac(hash_) != mac:
        return None
    try:
        body = orjson.loads(raw)
        said = (body["g"], body["s"], body["n"], body["t"], body["a"], body["k"], body["d"], behalf_word(body.get("for")))
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return None
    if said != (gseq, stream, sseq, at, actor, kind, door, behalf) or at < walk.at or sseq != walk.last.get(stream, 0) + 1:
        return None
    if orjson.dumps(body, option=orjson.OPT_SORT_KEYS) != raw or not (raw.isascii() or is_normalized("NFC", raw.decode())):
        return None
    return cast("dict[str, Any]", body)


def _check_place(connection: Connection, walk: _Walk, row: Row[Any]) -> dict[str, Any]:
    """The entry stands where its body says; returns the body."""
    place = walk.place
    if row.gseq > place:
        raise _Broken(place, "deleted", count=row.gseq - place)
    if row.gseq < place:
        raise _Broken(row.gseq, "duplicated", other=row.gseq)
    if not all(isinstance(row._mapping[name], bytes) for name in _BYTES):
        raise _Broken(place, "changed")
    try:
        body = orjson.loads(row.body)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise _Broken(place, "changed")
    said = body.get("g")
    if said == place:
        return body
    if not isinstance(said, int) or not 0 < said < 2**63:
        raise _Broken(place, "changed")
    other = _body_at(connection, said) if isinstance(said, int) else None
    if other is None and not (isinstance(said, int) and said > place):
        raise _Broken(place, "changed")
    if other is not None and other[0] == row.body:
        raise _Broken(place, "duplicated", other=said)
    if other is not None and other[1] == place:
        raise _Broken(place, "swapped", other=said)
    if isinstance(said, int) and said > place:
        raise _Broken(place, "deleted", count=said - place)
    raise _Broken(place, "inserted")


def _check_bytes(connection: Connection, walk: _Walk, row: Row[Any], body: dict[str, Any]) -> None:
    place = walk.place
    true = leaf_hash(walk.prev, row.body)
    if true != row.hash:
        if compare_digest(digest(mac_key(walk.key), true, sha256), row.mac):
            raise _Broken(place, "column", names="hash")
        composed = normalize("NFC", row.body.decode("utf-8", "replace")).encode()
        if composed != row.body and leaf_hash(walk.prev, composed) == row.hash:
            raise _Broken(place, "unicode")
        raise _Broken(place, "link" if leaf_hash(row.prev, row.body) == row.hash else "changed")
    if row.prev != walk.prev:
        raise _Broken(place, "column", names="prev")
    if not compare_digest(digest(mac_key(walk.key), row.hash, sha256), row.mac):
        if place == 1:
            raise _Broken(place, "key")
        following = _body_at(connection, place + 1)
        raise _Broken(place, "inserted" if following and following[1] == place else "forged")
    if orjson.dumps(body, option=orjson.OPT_SORT_KEYS) != row.body and rfc8785.dumps(body) != row.body:
        raise _Broken(place, "form")
    if not is_normalized("NFC", row.body.decode()):
        raise _Broken(place, "form")


def _check_columns(walk: _Walk, row: Row[Any], body: dict[str, Any]) -> None:
    fields = row._mapping
    other = [column for column, key in _COLUMNS.items() if fields[column] != body.get(key)]
    if row.behalf != behalf_word(body.get("for")):
        other.append("behalf")
    if other:
        raise _Broken(walk.place, "column", names=", ".join(other))
    expected = walk.last.get(row.stream, 0) + 1
    if row.sseq != expected:
        raise _Broken(walk.place, "stream", stream=row.stream, expected=expected, found=row.sseq)
    if row.at < walk.at:
        raise _Broken(walk.place, "time")


def _check_key(walk: _Walk, body: dict[str, Any]) -> None:
    """Another key follows: both must vouch for it."""
    told = body.get("x", {})
    if not holds(told, walk.key, walk.publics):
        raise _Broken(walk.place, "key-changed")
    if told["purpose"] == "trail" and walk.stream is None:
        walk.key += 1


def _check_erasure(walk: _Walk, body: dict[str, Any]) -> None:
    """What an erasure names are values that earlier entries promised, each in the stream that it says, and all are gone."""
    if walk.stream is not None:
        return  # the others are not looked at
    try:
        named = len(named_values(body["x"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _Broken(walk.place, "erasure-false") from None
    if named != walk.erased.get(walk.place, 0):
        raise _Broken(walk.place, "erasure-false")


def _check_private(walk: _Walk, body: dict[str, Any], rows: list[Row[Any]]) -> None:
    place = walk.place
    promised: dict[str, str] = body.get("p", {})
    found = {row.path: row for row in rows}
    erased = walk.erasures.get(place, {})
    for path in sorted(promised.keys() | found.keys()):
        if path in erased and path in promised and erased[path][1] == body["s"] and erased[path][0] > place:
            if path in found:
                raise _Broken(place, "private-returned", path=path, entry=erased[path][0])
            walk.erased[erased[path][0]] = walk.erased.get(erased[path][0], 0) + 1
            continue
        if path not in found:
            raise _Broken(place, "private-lost", path=path)
        if path not in promised:
            raise _Broken(place, "private-added", path=path)
        salt, value = found[path].salt, found[path].value
        typed = isinstance(salt, bytes) and isinstance(value, str)
        if not typed or commitment(salt, value) != promised[path]:
            raise _Broken(place, "private-changed", path=path)


def _check_head(connection: Connection, walk: _Walk) -> None:
    head = connection.execute(select(HEAD.c.gseq, HEAD.c.hash, HEAD.c.at, HEAD.c.key).where(HEAD.c.id == 1)).one_or_none()
    if head is None:
        raise _Broken(walk.place, "head-lost")
    if head.gseq > walk.place:
        raise _Broken(walk.place + 1, "tail", count=head.gseq - walk.place)
    if head.gseq < walk.place:
        raise _Broken(head.gseq + 1, "beyond")
    if walk.place and (head.hash, head.at, head.key) != (walk.prev, walk.at, walk.key):
        raise _Broken(walk.place, "head-changed")


class _Private:
    """Private values in order of their entries, read alongside these."""

    def __init__(self, connection: Connection, stream: str | None) -> None:
        wanted = _RAW_PRIVATE
        if stream is not None:
            wanted = wanted.where(PRIVATE.c.gseq.in_(select(EVENT.c.gseq).where(EVENT.c.stream == stream)))
        rows = _streamed(connection, wanted.order_by(PRIVATE.c.gseq, PRIVATE.c.path))
        self._groups = groupby(rows, key=lambda row: row.gseq)
        self._next: tuple[int, list[Row[Any]]] | None = self._take()

    def of(self, place: int) -> list[Row[Any]]:
        """The values of this entry; raises where there are some of an entry that was passed over."""
        self.end(place)
        if self._next is None or self._next[0] != place:
            return []
        rows, self._next = self._next[1], self._take()
        return rows

    def end(self, place: int | None = None) -> None:
        """Raise where values are left of an entry before this one, or of any."""
        if self._next is not None and (place is None or self._next[0] < place):
            raise _Broken(self._next[0], "private-added", path=self._next[1][0].path)

    def _take(self) -> tuple[int, list[Row[Any]]] | None:
        found = next(self._groups, None)
        return None if found is None else (found[0], list(found[1]))


def _rows(connection: Connection, stream: str | None) -> Iterator[Row[Any]]:
    wanted = _RAW_EVENT.order_by(EVENT.c.gseq)
    if stream is not None:
        wanted = wanted.where(EVENT.c.stream == stream)
    return _streamed(connection, wanted)


def _streamed(connection: Connection, wanted: Select[Any]) -> Iterator[Row[Any]]:
    # Where the walk ends early, the cursor on the server ends with it.
    with connection.execution_options(yield_per=_BATCH).execute(wanted) as rows:
        yield from rows


def _body_at(connection: Connection, gseq: int) -> tuple[bytes, object] | None:
    if not 0 < gseq < 2**63:
        return None
    body = connection.execute(select(EVENT.c.body).where(EVENT.c.gseq == gseq)).scalar()
    if body is None:
        return None
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body, None
    return body, parsed.get("g") if isinstance(parsed, dict) else None


def snapshot() -> Connection:
    """A connection that sees one state of all tables, however long it reads."""
    connection = db.engine.connect()
    if connection.dialect.name == "postgresql":
        # One state for all three tables; SQLite's read transaction is one anyway.
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection


def _missing_locks(connection: Connection) -> tuple[str, ...]:
    dialect = connection.dialect.name
    if dialect == "postgresql":
        found = connection.execute(text("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"))
    else:
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    return tuple(sorted(LOCK_NAMES[dialect] - set(found.scalars())))
