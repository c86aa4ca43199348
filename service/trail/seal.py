"""Turns what a transaction took down into entries, as its last act before the commit.

Locks the head, numbers the entries, chains and authenticates them, and writes them in bulk. Holding the head to the end
makes the numbers gapless and their order the order of the commits. A transaction that wrote and took nothing down is
refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from typing import Any

import orjson
from flask import current_app
from sqlalchemy import Connection, Table, TextClause, bindparam, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from service import clock
from service.db import EPOCH, before_commit, open_connection, run_plain
from service.trail.models import ERASED, EVENT, HEAD, PRIVATE
from service.trail.record import Pending

EXEMPT: Mapping[str, str] = {
    "trail_event": "the trail itself",
    "trail_private": "the trail itself",
    "trail_erased": "says again, for the database's lock, what an entry of an erasure says",
    "trail_head": "the trail itself",
    "trail_node": "worked out from the trail",
    "offline_dossier": "where the making of one stands; asking, making and taking have entries",
    "trail_checkpoint": "says what the trail is; an entry of it would ask for the next one",
    "trail_denial": "counts what entries then name",
    "alembic_version": "the schema's own number",
    "job": "leases, tries and heartbeats; the effect has its own entry",
    "mail": "states of delivery; queued and final states have entries of their acts",
    "webhook_delivery": "states of delivery; its cause has an entry, and so have sending again, pausing and giving up",
    "webhook_standing": "how deliveries to an address go; pausing and giving up have entries",
    "keeper_letter": "that the next mail server took it; sending, missing and arriving after all have entries",
    "notice": "what a person was told, in the transaction of its cause, which has an entry; and whether it was read",
    "session_token": "time of last use; opening and closing have entries",
    "api_token": "the day of last use; making, revoking and expiring have entries",
    "sign_in_tally": "counts wrong passwords; refusals have entries",
    "draft": "what a person has not yet handed in",
    "studio_draft": "a process in the making; beginning and dropping one have entries, and deploying it says by hash what it holds",
    "studio_file": "the files of such a draft, for the same reason",
    "studio_visit": "who has a draft open just now",
    "idempotent_answer": "answers kept for a repeated request",
    "worker_beat": "that the worker is alive",
    "replay_run": "how far a replay is; that it was asked for, cancelled and resumed has entries",
    "replay_line": "what a replay would make of a case: nothing happened to it",
    "ballot_box": "an entry for each ballot would keep the order of casting; opening, sealing, counting have entries",
    "ballot_roll": "the mark of who has voted, for the same reason; the roll itself is frozen with a MAC at opening",
}
"""Tables that may be written to without an entry, each with its reason. A closed list: the review of a new line asks
why nobody would ever need to know."""

_LAST = select(func.max(EVENT.c.sseq)).where(EVENT.c.stream == bindparam("of"))
_LAST_OF_SEVERAL = (
    select(EVENT.c.stream, func.max(EVENT.c.sseq))
    .where(EVENT.c.stream.in_(bindparam("streams", expanding=True)))
    .group_by(EVENT.c.stream)
)
_SEEN = HEAD.alias("seen")
_HEAD = (
    select(
        HEAD.c.gseq, HEAD.c.hash, HEAD.c.at, HEAD.c.key,
        select(_SEEN.c.gseq).where(_SEEN.c.id == 1).scalar_subquery(), _LAST.scalar_subquery(),
    )
    .where(HEAD.c.id == 1)
    .with_for_update(of=HEAD)
)
_ADD_EVENT = insert(EVENT)
_ADD_PRIVATE = insert(PRIVATE)
_MOVE_HEAD = (
    update(HEAD)
    .where(HEAD.c.id == 1)
    .values(gseq=bindparam("to_gseq"), hash=bindparam("to_hash"), at=bindparam("to_at"), key=bindparam("to_key"))
)


_AT_ONCE = 6
"""Entries, and private values, up to which there is one statement for all that the seal writes on PostgreSQL."""


KEY_CHANGED = "key:changed"
"""The kind that says that another key follows, for one purpose."""


Row = Mapping[str, Any]
DATA_ERASED = "data:erased"
"""The kind that takes private values away: exactly those that the entry names."""


class Unrecorded(RuntimeError):
    """A transaction wrote to tables and took nothing down: a verb without its entry."""


def seal(session: Session, written: frozenset[str]) -> None:
    """Write the entries of this transaction; raises Unrecorded where there are changes but no entry."""
    pending: list[Pending] = session.info.get("events", [])
    if not pending:
        if silent := written - EXEMPT.keys():
            raise Unrecorded(f"no entry in the trail for a change of {', '.join(sorted(silent))}")
        return
    connection = open_connection(session)
    gseq, prev, at, number, last = _take_head(connection, sorted({event.stream for event in pending}))
    at = max(at, microseconds())
    authenticate = authenticator(mac_key(number))
    rows, values = [], []
    for event in pending:
        gseq += 1
        last[event.stream] = sseq = last.get(event.stream, 0) + 1
        body = body_bytes(event, gseq, sseq, at)
        row = {
            "gseq": gseq,
            "stream": event.stream,
            "sseq": sseq,
            "at": at,
            "actor": event.actor,
            "kind": event.kind,
            "door": event.fields.get("d"),
            "behalf": behalf_word(event.fields.get("for")),
            "body": body,
            "prev": prev,
            "hash": (prev := leaf_hash(prev, body)),
            "mac": authenticate(prev),
        }
        rows.append(row)
        if event.kind == KEY_CHANGED and event.fields["x"]["purpose"] == "trail":
            number = event.fields["x"]["number"]  # that entry is the last under the old key
            authenticate = authenticator(mac_key(number))
        values += [
            {"gseq": gseq, "path": path, "salt": salt, "value": value} for path, salt, value in event.private
        ]
    _write(connection, rows, values, {"to_gseq": gseq, "to_hash": prev, "to_at": at, "to_key": number})
    for entry, event in enumerate(pending, gseq - len(pending) + 1):
        if event.kind == DATA_ERASED:
            _erase(connection, entry, event.fields["x"])


def _take_head(connection: Connection, streams: Sequence[str]) -> tuple[int, bytes, int, int, dict[str, int]]:
    """Lock the head; its number, hash, time and key, and the number of the last entry in each of these streams that has one."""
    ((gseq, hash_, at, key, seen, last),) = run_plain(connection, _HEAD, {"of": streams[0]})
    # Who held the head before wrote after this statement began, which then sees neither his entries nor, but for its own row, the
    # head he left: what it saw is asked for anew.
    if len(streams) > 1 or seen != gseq:
        lasts = {stream: number for stream, number in connection.execute(_LAST_OF_SEVERAL, {"streams": streams})}
    else:
        lasts = {streams[0]: last or 0}
    return gseq, hash_, at, key, lasts


def _write(connection: Connection, rows: Sequence[Row], values: Sequence[Row], head: Row) -> None:
    if connection.dialect.name == "postgresql" and len(rows) <= _AT_ONCE and len(values) <= _AT_ONCE:
        statement, names = _write_at_once(len(rows), len(values))
        said = [row[name] for table, of in ((EVENT, rows), (PRIVATE, values)) for row in of for name in table.columns.keys()]  # noqa: SIM118
        run_plain(connection, statement, {**dict(zip(names, said, strict=True)), **head})
        return
    run_plain(connection, _ADD_EVENT, *rows)
    if values:
        run_plain(connection, _ADD_PRIVATE, *values)
    run_plain(connection, _MOVE_HEAD, head)


@lru_cache(maxsize=_AT_ONCE * (_AT_ONCE + 1))
def _write_at_once(rows: int, values: int) -> tuple[TextClause, tuple[str, ...]]:
    """The statement for so many entries and private values, and the names of what it takes of each row, in turn.

    Each statement is a way there and back, and all others wait for it.
    """
    names: list[str] = []

    def added(word: str, table: Table, count: int) -> str:
        columns = table.columns.keys()
        each = [[f"{word}_{name}_{n}" for name in columns] for n in range(count)]
        names.extend(chain.from_iterable(each))
        rows = ", ".join(f"({', '.join(f':{name}' for name in row)})" for row in each)
        return f"{word} AS (INSERT INTO {table.name} ({', '.join(columns)}) VALUES {rows})"

    parts = [added("e", EVENT, rows), *([added("p", PRIVATE, values)] if values else [])]
    move = "UPDATE trail_head SET gseq = :to_gseq, hash = :to_hash, at = :to_at, key = :to_key WHERE id = 1"
    return text(f"WITH {', '.join(parts)} {move}"), tuple(names)


def _erase(connection: Connection, entry: int, told: Mapping[str, Any]) -> None:
    """Take away the private values that an entry names, in its own transaction and nowhere else."""
    named = [(gseq, path) for _stream, gseq, path in named_values(told)]
    if named:
        connection.execute(insert(ERASED), [{"gseq": gseq, "path": path, "entry": entry} for gseq, path in named])
    for gseq, path in named:
        gone = connection.execute(delete(PRIVATE).where(PRIVATE.c.gseq == gseq, PRIVATE.c.path == path))
        if gone.rowcount != 1:
            raise RuntimeError(f"an erasure names {path} of entry {gseq}, which is not there")


def named_values(told: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """What an entry of an erasure names: (stream, entry, path). Raises ValueError, TypeError, AttributeError for another shape."""
    return [
        (stream, int(gseq), str(path))
        for stream, entries in told["values"].items()
        for gseq, paths in entries.items()
        for path in paths
    ]


def body_bytes(event: Pending, gseq: int, sseq: int, at: int) -> bytes:
    """The canonical bytes of an entry (RFC 8785); keys are short, an entry is kept for ever.

    g number, s stream, n number in the stream, t microseconds since 1970, a actor, k kind, d door; and where they
    apply: for (on whose behalf), tok (the API token it came through), law (basis), dep (deployment), x (what), old and new
    (before and after), p (commitments to private values by path).
    """
    fields: dict[str, Any] = {
        **event.fields,
        "g": gseq,
        "s": event.stream,
        "n": sseq,
        "t": at,
        "a": event.actor,
        "k": event.kind,
    }
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)  # what `record` lets in is written alike by both


def behalf_word(behalf: int | str | None) -> str | None:
    """On whose behalf, as the column holds it: an index takes no text of any length."""
    return None if behalf is None else str(behalf)[:200]


def leaf_hash(prev: bytes, body: bytes) -> bytes:
    """Hash of an entry: SHA-256 of 0x00, the hash before it and the body.

    This is the hash of RFC 6962 for the leaf `prev + body`, so that a Merkle tree over the entries needs no other.
    """
    return sha256(b"\0" + prev + body).digest()


def mac_key(number: int = 1) -> bytes:
    """The key that authenticates entries, the first or one that followed; it lies outside the database."""
    keys: dict[int, bytes] = current_app.extensions.setdefault("trail_keys", {})
    if number not in keys:
        secret = current_app.extensions["settings"].key("trail", number).get_secret_value()
        keys[number] = sha256(secret.encode()).digest()
    return keys[number]


@lru_cache(maxsize=16)
def authenticator(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA-256 under one key, its two beginnings hashed once: who verifies a million entries has no time to do it each."""
    block = key.ljust(64, b"\0")
    inner, outer = (sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))

    def authenticate(message: bytes) -> bytes:
        begun, ended = inner.copy(), outer.copy()
        begun.update(message)
        ended.update(begun.digest())
        return ended.digest()

    return authenticate


def microseconds(moment: datetime | None = None) -> int:
    """A moment, or now, as the trail keeps it: microseconds since 1970, UTC."""
    delta = (moment or clock.now()) - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


before_commit.append(seal)
