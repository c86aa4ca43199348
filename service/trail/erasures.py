"""Which private values entries say to be erased on request, read for verification and for who shows an entry.

An entry of an erasure counts only where it is what its hash and its authentication say: who writes to the database without
the key can excuse no value that is gone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping
from hashlib import sha256
from hmac import compare_digest, digest

import orjson
from sqlalchemy import Connection, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from service.trail.keys import numbers_by_entry
from service.trail.models import ERASED, EVENT
from service.trail.seal import DATA_ERASED, leaf_hash, mac_key, named_values

Erasures = Mapping[int, Mapping[str, tuple[int, str]]]
"""Entry → path → the entry that erased the value, and the stream in which that says it to be."""
# As they lie there: of bytes that somebody made text the driver's conversion would raise.
_SAID = select(EVENT.c.gseq, *(type_coerce(EVENT.c[name], NullType()).label(name) for name in ("body", "prev", "hash", "mac")))
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


def read_erasures(connection: Connection) -> Erasures:
    """Every value that an authentic entry says to be erased; of two that name the same the first counts."""
    found: dict[int, dict[str, tuple[int, str]]] = {}
    rows = connection.execute(_SAID.where(EVENT.c.kind == DATA_ERASED).order_by(EVENT.c.gseq)).all()
    changes = numbers_by_entry(connection) if rows else []
    for row in rows:
        if not type(row.body) is type(row.prev) is type(row.hash) is type(row.mac) is bytes:
            continue  # `verify` names what somebody put there
        true = digest(mac_key(1 + bisect_left(changes, row.gseq)), leaf_hash(row.prev, row.body), sha256)
        if not compare_digest(true, row.mac):
            continue
        try:
            body = orjson.loads(row.body)
            if (body["g"], body["k"]) != (row.gseq, DATA_ERASED):
                continue
            for stream, gseq, path in named_values(body["x"]):
                found.setdefault(gseq, {}).setdefault(path, (row.gseq, stream))
        except _UNREADABLE:
            continue
    return found


def erased_paths(s: Session, entries: Collection[int]) -> dict[int, frozenset[str]]:
    """Of these entries the paths whose values were erased, for who shows them."""
    found: dict[int, set[str]] = {}
    numbers = sorted(entries)
    for start in range(0, len(numbers), 500):
        piece = numbers[start : start + 500]
        for gseq, path in s.execute(select(ERASED.c.gseq, ERASED.c.path).where(ERASED.c.gseq.in_(piece))):
            found.setdefault(gseq, set()).add(path)
    return {gseq: frozenset(paths) for gseq, paths in found.items()}
