"""Proofs that entries are in the signed trail, in a form that a verifier outside reads (`verifier/`)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select

from service.errors import Conflict, NotFound
from service.trail.checkpoints import newest_note, tree_of
from service.trail.keys import key_statements, public_keys
from service.trail.models import CHECKPOINT, EVENT, PRIVATE
from service.trail.note import read_note
from service.trail.verify import snapshot

_PIECE = 500
_PASSING = "hour"
"""The cause of checkpoints of which there are many, and that leave the house only where somebody sends, prints or takes one."""
sent_out: list[Callable[[], Collection[int]]] = []
"""Called for the numbers of checkpoints that went out of the house, whatever their cause: in letters, on papers."""


Values = Mapping[int, Mapping[str, list[str]]]
"""Private values by entry and path, each with its salt in base64."""


def values_of(connection: Connection, numbers: Collection[int]) -> Values:
    """The private values of these entries that are not erased."""
    found: dict[int, dict[str, list[str]]] = {}
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), _PIECE):
        of = select(PRIVATE).where(PRIVATE.c.gseq.in_(wanted[start : start + _PIECE])).order_by(PRIVATE.c.gseq, PRIVATE.c.path)
        for row in connection.execute(of):
            found.setdefault(row.gseq, {})[row.path] = [_b64(row.salt), row.value]
    return found


def prove(numbers: Collection[int], *, values: Values | None = None) -> dict[str, Any]:
    """Proofs that these entries are in the tree of the last checkpoint, with its text and the public keys.

    `changes`: that each key follows the one before it, signed by both. `entries`: in their order, each with body, hash before
    it and proof in base64, and its private values among `values`. Raises NotFound for a number that is no entry, Conflict for
    one that no checkpoint covers yet.
    """
    wanted = sorted(set(numbers))
    with snapshot() as connection:
        text = newest_note(connection)
        if text is None or wanted and wanted[-1] > read_note(text).size:
            raise Conflict(
                f"Mục số {wanted[-1] if wanted else 0} chưa nằm trong mốc nào; mốc tiếp theo sẽ có.",
                "No checkpoint covers that entry yet; the next one will.", code="no-checkpoint",
            )
        tree = tree_of(connection, read_note(text).size, ahead=[number - 1 for number in wanted])
        rows = {}
        for start in range(0, len(wanted), _PIECE):
            piece = wanted[start : start + _PIECE]
            for row in connection.execute(select(EVENT.c.gseq, EVENT.c.body, EVENT.c.prev).where(EVENT.c.gseq.in_(piece))):
                rows[row.gseq] = row
        if lost := [n for n in wanted if n not in rows]:
            raise NotFound(f"Không có mục số {lost[0]}.", f"There is no entry {lost[0]}.")
        entries = [
            {"body": _b64(rows[n].body), "prev": _b64(rows[n].prev), "proof": [_b64(step) for step in tree.inclusion(n - 1)],
             "private": (values or {}).get(n, {})}
            for n in wanted
        ]
        return {
            "checkpoint": text, "keys": [key.hex() for key in public_keys(connection)], "changes": key_statements(connection),
            "entries": entries,
        }


def lead_to(note: str, *, last: int) -> list[Mapping[str, Any]]:
    """Proofs that a checkpoint continues earlier ones, by their numbers: the `last` before it, and each that may be held outside.

    That are those which went out, as `sent_out` tells, and those of any cause but that an hour had passed, however old.
    """
    made = read_note(note)
    held = {number for numbers in sent_out for number in numbers()}
    with snapshot() as connection:
        before = (
            select(CHECKPOINT.c.number, CHECKPOINT.c.size, CHECKPOINT.c.cause)
            .where(CHECKPOINT.c.number < made.number, CHECKPOINT.c.size.between(1, made.size - 1))
            .order_by(CHECKPOINT.c.number)
        )
        rows = [
            row for row in connection.execute(before)
            if row.number >= made.number - last or row.cause != _PASSING or row.number in held
        ]
        tree = tree_of(connection, made.size, ahead=[row.size - 1 for row in rows])
        return [
            {"number": row.number, "size": row.size, "proof": [_b64(step) for step in tree.consistency(row.size)]} for row in rows
        ]


def _b64(raw: bytes) -> str:
    return b64encode(raw).decode()
