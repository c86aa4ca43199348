"""Signs what the trail is: recomputes what is new, proves that it continues the checkpoint before, and signs the root.

The worker does it, each day, each hour in which somebody did something, and at once where an act asks for it. Hashes of
the entries go into a file outside the database too, so that a root that no longer fits names its entry.
"""

from __future__ import annotations

import secrets
import time
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from hmac import compare_digest, digest
from pathlib import Path

import orjson
import structlog
from flask import current_app
from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy import text as text_

from service.db import EPOCH, database_number, is_postgresql, run_plain, transaction
from service.errors import NotFound
from service.trail import note as notes
from service.trail.faults import FAULTS
from service.trail.kept import NODE_CODES, Misfit, check_tree, walk_kept
from service.trail.keys import fingerprint, numbers_by_entry, public_keys, signing_key
from service.trail.models import CHECKPOINT, EVENT, GENESIS, HEAD, NODE
from service.trail.note import Checkpoint, NoNote
from service.trail.seal import KEY_CHANGED, leaf_hash, mac_key, microseconds
from service.trail.tree import STEP, WIDTH, Missing, Reader, Tree, continues, reduced
from service.trail.verify import snapshot

CAUSES = ("ballot:sealed", "ballot:counted", "ballot:paper_counted", "decision:signed", "trail:restored", KEY_CHANGED)
"""Kinds of entries that ask for a checkpoint at once."""
QUIET = (
    "mail:sent", "trail:verified", "trail:alarm", "keeper:told", "keeper:missed", "keeper:arrived", "keeper:received",
    "webhook:given_up", "webhook:paused", "webhook:gone",
)
"""What these entries tell follows from a checkpoint: they alone ask for none within the day."""
TOPIC = "trail.checkpoint"
"""The worker's job that signs what stands now, for who asks on a page."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGAIN_SECONDS = 600.0
"""After how long a worker looks again at a trail that did not fit."""
_HASH = 32

log = structlog.get_logger(__name__)


class Unsigned(Exception):
    """The trail does not fit what was signed before, or not itself: nothing is signed. `place` is the entry where."""

    def __init__(self, code: str, place: int) -> None:
        super().__init__(f"{code} at {place}")
        self.code, self.place = code, place


_LEAVES = select(EVENT.c.hash).where(EVENT.c.gseq.between(bindparam("first"), bindparam("last"))).order_by(EVENT.c.gseq)
_NODES = select(NODE.c.index, NODE.c.hash).where(
    NODE.c.level == bindparam("of"), NODE.c.index.between(bindparam("first"), bindparam("last"))
)


_ROW = (
    "SELECT r.first, (SELECT string_agg(x.hash, ''::bytea ORDER BY x.{number}) FROM {table} AS x"
    " WHERE {of}x.{number} BETWEEN r.first + {more} AND r.first + {more} + {last}) FROM unnest(CAST(:firsts AS bigint[])) AS r(first)"
)
_ROWS = (
    text_(_ROW.format(table="trail_event", number="gseq", of="", more=1, last=WIDTH - 1)),
    text_(_ROW.format(table="trail_node", number="index", of="x.level = :of AND ", more=0, last=WIDTH - 1)),
)
"""Rows of leaves, and of inner nodes, on PostgreSQL: the hashes of each row one after the other."""


def tree_of(
    connection: Connection, size: int, fresh: Sequence[tuple[int, int, bytes]] = (), *, ahead: Collection[int] = (), kept: bool = True
) -> Tree:
    """The tree over the first `size` entries; `fresh` are inner nodes (level, index, hash) that no table holds yet.

    On PostgreSQL, what proofs of the leaves `ahead` (from 0) go over is read a level at once: each statement is a way there and
    back. Unless `kept`, inner nodes are worked out from the hashes of the entries: who changed entries may have changed nodes too.
    """
    if not kept:
        return Tree(size, partial(_worked_out, connection))
    held = {(level, index): hash_ for level, index, hash_ in fresh}
    reader = partial(_read, connection, held)
    return Tree(size, _with_rows(_read_ahead(connection, size, ahead), reader) if ahead and is_postgresql() else reader)


def _read_ahead(connection: Connection, size: int, leaves: Collection[int]) -> dict[tuple[int, int], list[bytes]]:
    """Rows of the tree by level and first index, from the leaves up."""
    found: dict[tuple[int, int], list[bytes]] = {}
    level, rows = 0, {leaf // WIDTH for leaf in leaves}
    while rows and size >> (level * STEP):
        firsts = [row * WIDTH for row in rows]
        for first, hashes in connection.execute(_ROWS[level > 0], {"firsts": firsts, **({"of": level} if level else {})}):
            found[level, first] = [hashes[at : at + _HASH] for at in range(0, len(hashes or b""), _HASH)]
        level, rows = level + 1, {row // WIDTH for row in rows}
    return found


def _with_rows(known: dict[tuple[int, int], list[bytes]], reader: Reader) -> Reader:
    def read(level: int, first: int, count: int) -> Sequence[bytes]:
        row = known.get((level, first))
        return reader(level, first, count) if row is None else row[:count]

    return read


def _read(connection: Connection, held: dict[tuple[int, int], bytes], level: int, first: int, count: int) -> Sequence[bytes]:
    if level == 0:
        return [hash_ for (hash_,) in run_plain(connection, _LEAVES, {"first": first + 1, "last": first + count})]
    found = {index: hash_ for index, hash_ in run_plain(connection, _NODES, {"of": level, "first": first, "last": first + count - 1})}
    return [hash_ for i in range(first, first + count) if (hash_ := found.get(i) or held.get((level, i))) is not None]


def _worked_out(connection: Connection, level: int, first: int, count: int) -> Sequence[bytes]:
    if level == 0:
        return _read(connection, {}, 0, first, count)
    found: list[bytes] = []
    for index in range(first, first + count):
        row = _worked_out(connection, level - 1, index * WIDTH, WIDTH)
        if len(row) < WIDTH:
            break
        found.append(reduced(row))
    return found


def newest(connection: Connection) -> Checkpoint | None:
    """The last checkpoint; None before the first."""
    text = newest_note(connection)
    return None if text is None else notes.read_note(text)


def newest_note(connection: Connection) -> str | None:
    """The signed text of the last checkpoint."""
    return connection.execute(select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.number.desc()).limit(1)).scalar()


def make_checkpoint(cause: str = "asked") -> Checkpoint:
    """Sign what stands now. Raises Unsigned where it does not fit, with the first entry that does not.

    Where nothing came since the last checkpoint, that one is returned. The cause that is kept is what the checkpoint covers, where
    that asks for one at once; `cause`, the word of who had it made, is kept only where nothing of the kind came since the last one.
    """
    kept = kept_note()  # before the database is looked at: another maker keeps its text after its row stands
    with snapshot() as connection:
        previous = newest_note(connection)
        before = None if previous is None else notes.read_note(previous)
        publics = public_keys(connection)
        if previous is not None and notes.signer_of(previous, publics) is None:
            raise Unsigned("signature", before.number if before else 0)
        _must_be_there(connection, before, kept)
        size = connection.execute(select(HEAD.c.gseq).where(HEAD.c.id == 1)).scalar() or 0
        first = before.size if before else 0
        origin = _origin(connection, before)
        if before is not None and size == first and origin == before.origin:
            return before
        if size < first:
            raise Unsigned("tail", size + 1)
        leaves = _recomputed(connection, first, size)
        fresh = _inner(connection, first, size, leaves)
        tree = tree_of(connection, size, fresh)
        try:
            root = tree.root()
            if before is not None and not continues(before.root, first, root, size, tree.consistency(first)):
                raise _not_continued(connection, before, origin)
        except Missing:
            raise Unsigned("nodes", first) from None
        matter = _first_that_matters(connection, first, size)
        key = signing_key(len(publics))
    made = Checkpoint(
        origin, size, root, before.number + 1 if before else 1, _moment(before), notes.digest_of(previous) if previous else b""
    )
    text = notes.signed(made, key)
    _append_leaves(origin, size)  # most of it before everybody waits: after a restore it is the whole trail
    with transaction() as s:
        s.execute(select(HEAD.c.gseq).where(HEAD.c.id == 1).with_for_update())  # one at a time, whoever makes it
        if newest_note(s.connection()) != previous:
            return make_checkpoint(cause)
        _append_leaves(origin, size)
        if fresh:
            s.execute(insert(NODE), [{"level": level, "index": i, "hash": hash_} for level, i, hash_ in fresh])
        s.execute(
            insert(CHECKPOINT),
            [{"number": made.number, "origin": origin, "size": size, "root": root, "at": microseconds(made.at),
              "cause": matter or cause, "note": text}],
        )
    _keep(text)
    return made


def kept_note() -> str | None:
    """The last signed text as it lies in a file outside the database, so that a database put back in silence is seen."""
    path = _folder() / "last.txt"
    return path.read_text(encoding="utf-8") if path.exists() else None


def _keep(text: str) -> None:
    made, before = notes.read_note(text), kept_note()
    if before is not None and (one := notes.read_note(before)).origin == made.origin and one.number > made.number:
        return  # of two makers the later was quicker here
    path = _folder() / "last.txt"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def _must_be_there(connection: Connection, before: Checkpoint | None, text: str | None) -> None:
    """The checkpoint whose text was kept is in the database, unless a restore told that it is not: Unsigned."""
    if text is None:
        return
    kept = notes.read_note(text)
    if kept.origin in {one.former for one in restores(connection)}:
        return
    if before is None or before.origin == kept.origin and before.number < kept.number:
        raise Unsigned("lost", kept.number)


def check_kept() -> Misfit | None:
    """Hold every older checkpoint and every kept node of the tree against the entries; the first that does not fit, None where all do.

    Presumes that the entries fit one another and the newest checkpoint them. Works all of the tree out: for the night.
    """
    text = kept_note()  # before the database is looked at, as in `make_checkpoint`
    with snapshot() as connection:
        try:
            told = text is None or notes.read_note(text).origin in {one.former for one in restores(connection)}
            return walk_kept(connection, None if told else text)
        except Exception:  # what was put there breaks whoever reads it
            log.exception("what is kept of the trail cannot be read")
            vi, en = FAULTS["kept-broken"]
            return Misfit("kept-broken", 0, vi, en)


def due() -> str:
    """What asks for a checkpoint now: the kind of an entry, `day`, `hour`; empty where nothing does."""
    with snapshot() as connection:
        head = connection.execute(select(HEAD.c.gseq).where(HEAD.c.id == 1)).scalar_one()
        last = newest(connection)
        if head == (last.size if last else 0):
            return ""
        if kind := _first_that_matters(connection, last.size if last else 0, head):
            return kind
        if last is None:
            return "day"
        passed = timedelta(microseconds=microseconds() - microseconds(last.at))
        if passed >= DAY:
            return "day"
        loud = select(EVENT.c.gseq).where(EVENT.c.gseq > last.size, EVENT.c.kind.not_in(QUIET)).limit(1)
        return "hour" if passed >= HOUR and connection.execute(loud).first() else ""


def _first_that_matters(connection: Connection, after: int, until: int) -> str:
    """Kind of the first entry between two numbers that asks for a checkpoint at once; empty where there is none."""
    between = (EVENT.c.gseq > after, EVENT.c.gseq <= until)
    return connection.execute(select(EVENT.c.kind).where(EVENT.c.kind.in_(CAUSES), *between).order_by(EVENT.c.gseq).limit(1)).scalar() or ""


def matters_since(number: int) -> bool:
    """Tell whether a checkpoint after this number was asked for by what must not be undone."""
    with snapshot() as connection:
        after = select(CHECKPOINT.c.number).where(CHECKPOINT.c.number > number, CHECKPOINT.c.cause.in_(CAUSES)).limit(1)
        return connection.execute(after).first() is not None


def first_over(kinds: Sequence[str], streams: Collection[str]) -> str | None:
    """Signed text of the first checkpoint over the last entry of these kinds in each of these streams.

    None where a stream has no such entry, before there is such a checkpoint, and where no key of the trail signed it.
    """
    with snapshot() as connection:
        last = select(EVENT.c.stream, func.max(EVENT.c.gseq)).where(EVENT.c.kind.in_(kinds), EVENT.c.stream.in_(sorted(streams)))
        found = {stream: number for stream, number in connection.execute(last.group_by(EVENT.c.stream))}
        if not streams or found.keys() != set(streams):
            return None
        over = select(CHECKPOINT.c.note).where(CHECKPOINT.c.size >= max(found.values())).order_by(CHECKPOINT.c.number).limit(1)
        note = connection.execute(over).scalar()
        return note if note is not None and _is_ours(connection, note) else None


def newest_signed() -> tuple[Checkpoint, str] | None:
    """The last checkpoint and its text, to be sent out; None before the first, and where the newest is not one that our key signed."""
    with snapshot() as connection:
        note = newest_note(connection)
        return (notes.read_note(note), note) if note is not None and _is_ours(connection, note) else None


def _is_ours(connection: Connection, note: str) -> bool:
    try:
        return notes.signer_of(note, public_keys(connection)) is not None
    except NoNote:
        return False


def list_checkpoints(*, past: int | None = None, limit: int = 50) -> list[tuple[Checkpoint, str, str]]:
    """Checkpoints with their cause and text, the newest first, below the number `past`."""
    with snapshot() as connection:
        wanted = select(CHECKPOINT.c.note, CHECKPOINT.c.cause).order_by(CHECKPOINT.c.number.desc()).limit(limit)
        if past is not None:
            wanted = wanted.where(CHECKPOINT.c.number < past)
        return [(made, cause, text) for text, cause in connection.execute(wanted) if (made := _readable(text)) is not None]


def _readable(text: str) -> Checkpoint | None:
    try:
        return notes.read_note(text)
    except NoNote:
        return None  # somebody changed it: `turn` and the check of the night say so


def read_checkpoint(number: int) -> tuple[Checkpoint, str]:
    """One checkpoint and its signed text; NotFound for a number that there is not."""
    with snapshot() as connection:
        text = connection.execute(select(CHECKPOINT.c.note).where(CHECKPOINT.c.number == number)).scalar()
    if text is None:
        raise NotFound(f"Không có mốc số {number}.", f"There is no checkpoint {number}.")
    return notes.read_note(text), text


def fingerprints() -> list[str]:
    """Fingerprints of the keys that signed checkpoints, the one in use last."""
    with snapshot() as connection:
        return [fingerprint(public) for public in public_keys(connection)]


@dataclass(frozen=True, slots=True)
class Restore:
    """An entry that says that the database came back from a backup: what was written since is not in this trail."""

    place: int
    origin: str
    """The name under which the trail goes on."""
    former: str
    """The name that it had in the backup; empty where the backup held no checkpoint."""


def restores(connection: Connection) -> list[Restore]:
    """Every restore that the trail tells of, in their order."""
    rows = connection.execute(select(EVENT.c.gseq, EVENT.c.body).where(EVENT.c.kind == "trail:restored").order_by(EVENT.c.gseq))
    found = []
    for gseq, body in rows:
        try:
            x = orjson.loads(body)["x"]
            found.append(Restore(gseq, str(x["origin"]), str(x.get("former") or "")))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # one that cannot be read is left to `verify`, which names it
    return found


def current_origin() -> str:
    """The name under which the trail goes on, before the first checkpoint under it too; one that nothing has where there is none yet."""
    with snapshot() as connection:
        return _origin(connection, newest(connection))


def _origin(connection: Connection, before: Checkpoint | None) -> str:
    """The name under which the trail goes on: a restore gave it another one."""
    told = [one for one in restores(connection) if before is None or one.place > before.size]
    return told[-1].origin if told else before.origin if before else new_origin()


def new_origin() -> str:
    """A name that no other trail has."""
    return f"vinhdanh/{secrets.token_hex(8)}"


def _moment(before: Checkpoint | None) -> datetime:
    now = (EPOCH + timedelta(microseconds=microseconds())).replace(microsecond=0)
    return max(now, before.at) if before else now  # the clock of a demo may have been somewhere else


def _recomputed(connection: Connection, first: int, size: int) -> list[bytes]:
    """Hashes of the entries after `first`, worked out from their bytes; Unsigned at the first that does not fit."""
    prev = connection.execute(select(EVENT.c.hash).where(EVENT.c.gseq == first)).scalar() if first else GENESIS
    changes = numbers_by_entry(connection)
    found: list[bytes] = []
    place = first
    wanted = select(EVENT.c.gseq, EVENT.c.body, EVENT.c.hash, EVENT.c.mac).where(EVENT.c.gseq > first, EVENT.c.gseq <= size)
    with connection.execution_options(yield_per=2000).execute(wanted.order_by(EVENT.c.gseq)) as rows:
        for row in rows:
            place += 1
            if row.gseq != place:
                raise Unsigned("deleted", place)
            if not type(row.body) is type(row.hash) is type(row.mac) is bytes:
                raise Unsigned("changed", place)
            true = leaf_hash(prev or b"", row.body)
            if true != row.hash:
                raise Unsigned("changed", place)
            if not compare_digest(digest(mac_key(1 + bisect_left(changes, place)), true, sha256), row.mac):
                raise Unsigned("forged", place)
            found.append(true)
            prev = true
    if place != size:
        raise Unsigned("tail", place + 1)
    return found


def _inner(connection: Connection, first: int, size: int, leaves: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
    """Roots of the subtrees that became whole with the entries after `first`."""
    fresh: list[tuple[int, int, bytes]] = []
    below = {first + i: hash_ for i, hash_ in enumerate(leaves)}
    level, before, now = 0, first, size
    while now >= WIDTH:
        made: dict[int, bytes] = {}
        for index in range(before >> STEP, now >> STEP):
            row = range(index * WIDTH, (index + 1) * WIDTH)
            if row.start not in below:  # begun before: the rest of the row is read
                known = _read(connection, {}, level, row.start, before - row.start)
                if len(known) != before - row.start:
                    raise Unsigned("nodes", first)
                below.update(zip(row, known, strict=False))
            made[index] = reduced([below[i] for i in row])
        fresh += [(level + 1, index, hash_) for index, hash_ in made.items()]
        below, before, now, level = made, before >> STEP, now >> STEP, level + 1
    return fresh


# -- the file beside the database


def leaf_file(origin: str) -> Path:
    """Where the hashes of the entries of a trail are appended, 32 bytes each."""
    return _folder() / f"{origin.replace('/', '-')}.leaves"


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].var / "trail"
    return folder


def _append_leaves(origin: str, size: int) -> None:
    path = leaf_file(origin)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("ab") as file, snapshot() as connection:
        held = file.tell() // _HASH
        file.truncate(held * _HASH)  # a write that was cut off
        wanted = select(EVENT.c.hash).where(EVENT.c.gseq > held, EVENT.c.gseq <= size).order_by(EVENT.c.gseq)
        with connection.execution_options(yield_per=2000).execute(wanted) as rows:
            for hash_ in rows.scalars():
                file.write(hash_)


def _not_continued(connection: Connection, before: Checkpoint, origin: str) -> Unsigned:
    """Why the tree does not go on from the last checkpoint: another entry, or only a node that is kept of the tree."""
    other = first_other(connection, origin)
    if other is None:
        misfit = check_tree(connection, before.size, {before.size: [(before.number, before.root)]})
        if misfit is not None and misfit.code in NODE_CODES:
            return Unsigned("node", misfit.place)
    return Unsigned("fork", 1 + (other or 0))  # where the file does not tell, the first


def first_other(connection: Connection, origin: str) -> int | None:
    """Index of the first entry that is not what the file beside the database says; None where all of it fits."""
    path = leaf_file(origin)
    if not path.exists():
        return None
    with path.open("rb") as file, connection.execution_options(yield_per=2000).execute(
        select(EVENT.c.gseq, EVENT.c.hash).order_by(EVENT.c.gseq)
    ) as rows:
        index = 0
        for gseq, hash_ in rows:
            held = file.read(_HASH)
            if len(held) < _HASH:
                return None
            if gseq != index + 1 or held != hash_:
                return index
            index += 1
        return index if len(file.read(_HASH)) == _HASH else None


def turn(alarm: Callable[[str, int], None]) -> int:
    """Make a checkpoint where one is due; what does not fit is told to `alarm`, and tried again later. For the worker's sweep."""
    failed: dict[int, float] = current_app.extensions.setdefault("trail_unsigned", {})
    engine = database_number()
    if time.monotonic() - failed.get(engine, -AGAIN_SECONDS) < AGAIN_SECONDS:
        return 0
    try:
        cause = due()
        if not cause:
            return 0
        made = make_checkpoint(cause)
    except Unsigned as wrong:
        failed[engine] = time.monotonic()
        alarm(wrong.code, wrong.place)
        return 0
    except Exception:  # what breaks who signs may have been put there for that
        log.exception("no checkpoint")
        failed[engine] = time.monotonic()
        alarm("broken", 0)
        return 0
    log.info("checkpoint", number=made.number, size=made.size, cause=cause)
    return 1
