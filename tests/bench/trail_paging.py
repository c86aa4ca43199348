"""A trail of a million entries, paged: the first page and one from the middle, with each filter and with pairs of them.

The entries are made up in the proportions of the demo's: most are the machine's, a person has some thousands, one office
has many, some kinds are rare, few entries were made on somebody's behalf. They are chained and sealed as real ones are, so
that `audit verify` finds them sound.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import combinations, cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import orjson
import sqlalchemy as sa

from service.db import db
from service.trail import KINDS, Sight, read
from service.trail.models import ERASED, EVENT, GENESIS, HEAD, LOCKS, PRIVATE
from service.trail.seal import DATA_ERASED, KEY_CHANGED, authenticator, mac_key
from tests.bench.ground import service

COUNT = 1_000_000
SIZE = 60
_BEGIN = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_STEP = 60_000_000
"""Microseconds between two entries: a million of them fill two years."""
_OFFICER, _RARE = 5, 777
_COLUMNS = tuple(c.name for c in EVENT.columns)
_OF_THE_TRAIL = (KEY_CHANGED, DATA_ERASED, "trail:restored")
"""Kinds that say something of the trail itself, which it is held to: what nobody did, none may say."""


def run_trail_paging(label: str, var: Path, url: str, count: int = COUNT) -> dict[str, float]:
    """Read pages, each combination of filters once cold and then again; milliseconds of the median and the slowest."""
    with service(var, url):
        begin = perf_counter()
        fill(count)
        start = "trail1m." if label == "sqlite" else f"trail1m.{label}."
        found = {f"{start}fill_seconds": perf_counter() - begin}
        middle = count // 2
        all_, slowest = [], ("", 0.0)
        for name, asked in _asked(count):
            for past in (None, middle):
                took = [_page_ms(asked, past) for _ in range(3)]
                all_ += took
                slowest = max(slowest, (f"{name}{' middle' if past else ''}", max(took)), key=lambda one: one[1])
        plain = [_page_ms({}, past) for past in (None, middle) for _ in range(20)]
        print(f"  slowest: {slowest[0]}", flush=True)
        return found | {
            f"{start}plain_ms": median(plain), f"{start}plain_max_ms": max(plain),
            f"{start}page_ms": median(all_), f"{start}page_max_ms": max(all_),
        }


def _page_ms(asked: dict[str, Any], past: int | None) -> float:
    begin = perf_counter()
    read(**asked, past=past, limit=SIZE, sight=Sight.EVERYTHING)
    return (perf_counter() - begin) * 1e3


def _asked(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each filter by itself, then every two that go together; those that find nothing too."""
    day = datetime.fromtimestamp((_BEGIN + count // 2 * _STEP) / 1e6, UTC)
    ones: list[tuple[str, dict[str, Any]]] = [
        ("officer", {"actor": _OFFICER}), ("rare person", {"actor": _RARE}), ("nobody", {"actor": 999_999}),
        ("worker", {"actor": "worker"}),
        ("timer", {"actor": "timer"}), ("officer's and for him", {"doer": _OFFICER}), ("for somebody", {"behalf": 30}),
        ("nomination", {"stream": ["instance:4000", "list:40", "list:41"]}), ("numbers", {"among": range(100_000, 900_000, 4_000)}),
        ("frequent kind", {"kind": "mail:sent"}), ("rare kind", {"kind": "award:revoked"}),
        ("two kinds", {"kind": ["task:completed", "award:revoked"]}),
        ("part step", {"part": "step"}), ("part work", {"part": "work"}), ("part admin", {"part": "admin"}),
        ("time", {"since": day - timedelta(days=40), "until": day}), ("since", {"since": day}),
        ("door web", {"door": "web"}), ("door api", {"door": "api"}), ("door timer", {"door": "timer"}),
    ]
    yield "all", {}
    yield from ones
    for (one, first), (other, second) in combinations(ones, 2):
        if not first.keys() & second.keys() and not {"kind", "part"} <= first.keys() | second.keys():
            yield f"{one} + {other}", first | second


def fill(count: int) -> None:
    """Put the entries in as fast as the database takes them, past the service, in the place of all that were there."""
    with db.engine.begin() as connection:
        with _unlocked(connection):
            for table in (ERASED, PRIVATE, EVENT):
                connection.execute(sa.delete(table))
            if connection.dialect.name == "postgresql":
                assert connection.connection.driver_connection is not None
                into = f"COPY trail_event ({', '.join(_COLUMNS)}) FROM STDIN"
                with connection.connection.driver_connection.cursor().copy(into) as copy:
                    for row in _rows(count):
                        copy.write_row(row)
            else:
                add = f"INSERT INTO trail_event ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
                rows = _rows(count)
                while batch := list(islice(rows, 20_000)):
                    connection.exec_driver_sql(add, batch)
            last = connection.execute(sa.select(EVENT.c.hash).where(EVENT.c.gseq == count)).scalar_one()
            connection.execute(sa.update(HEAD).values(gseq=count, at=_BEGIN + count * _STEP, hash=last))
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE trail_event")  # as the database does by itself within minutes


@contextmanager
def _unlocked(connection: sa.Connection) -> Iterator[None]:
    """The tables of the trail without their locks, which are then put back."""
    dialect = connection.dialect.name
    made = [
        (table.name, statement)
        for table, statements in LOCKS[dialect].items() for statement in statements if statement.startswith(("CREATE TRIGGER", "ALTER"))
    ]
    for table, statement in made:
        if statement.startswith("CREATE"):
            on = f" ON {table}" if dialect == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TRIGGER {statement.split()[2]}{on}")
    yield
    for _, statement in made:
        connection.exec_driver_sql(statement)


def _rows(count: int) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(7)
    work = [k for k, one in KINDS.items() if one.part in ("step", "work")]
    rest = cycle(k for k, one in KINDS.items() if one.part not in ("step", "work") and k not in _OF_THE_TRAIL)
    last: dict[str, int] = {}
    prev, sealed_by = GENESIS, authenticator(mac_key())
    for gseq in range(1, count + 1):
        at = _BEGIN + gseq * _STEP
        actor, door, kind = _who(chance, work, rest)
        stream = f"instance:{gseq // 100}" if gseq % 3 else f"account:{gseq % 200}" if gseq % 2 else f"list:{gseq // 1_000}"
        last[stream] = sseq = last.get(stream, 0) + 1
        behalf = str(chance.randrange(20, 60)) if actor.isdecimal() and chance.random() < 0.02 else None
        body: dict[str, Any] = {
            "a": actor, "d": door, "g": gseq, "k": kind, "n": sseq, "s": stream, "t": at,
            "x": {"phase": "checking", "state": "open", "count": 4},
        }
        if behalf:
            body["for"] = int(behalf)
        sealed = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        hash_ = sha256(b"\0" + prev + sealed).digest()
        fields = {
            "gseq": gseq, "stream": stream, "sseq": sseq, "at": at, "actor": actor, "kind": kind, "door": door, "behalf": behalf,
            "body": sealed, "prev": prev, "hash": hash_, "mac": sealed_by(hash_),
        }
        prev = hash_
        yield tuple(fields[name] for name in _COLUMNS)


def _who(chance: random.Random, work: list[str], rest: Iterator[str]) -> tuple[str, str, str]:
    drawn = chance.random()
    if drawn < 0.5:
        return "worker", "worker", chance.choice(("mail:sent", "mail:sent", "list:told", "message:delivered"))
    if drawn < 0.54:
        return "timer", "timer", "task:reminded"
    if drawn < 0.55:
        return "cli", "cli", next(rest)
    actor = _OFFICER if drawn < 0.65 else _RARE if drawn < 0.65002 else chance.randrange(10, 400)
    kind = "award:revoked" if chance.random() < 0.0001 else "task:completed" if chance.random() < 0.3 else chance.choice(work)
    return str(actor), "api" if chance.random() < 0.001 else "web", kind
