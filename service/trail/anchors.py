"""Holds a checkpoint that lies outside the house against the trail as it stands: whether the trail still goes on from it.

What neither the key nor the database can hide: a tail that was cut, a chain that was written anew with the key, an older
backup. What was written after the last anchor outside is not proved by it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from service.trail import note as notes
from service.trail.checkpoints import first_other, newest, restores, tree_of
from service.trail.faults import FAULTS
from service.trail.keys import public_keys
from service.trail.models import CHECKPOINT, HEAD
from service.trail.note import Checkpoint, NoNote
from service.trail.tree import Missing
from service.trail.verify import snapshot

HOLDS = (
    "Nhật ký còn khớp mốc số {number}: {size} mục đầu đúng như khi mốc được gửi đi. Các mục sau đó ({after}) mốc này không chứng minh.",
    "The trail still fits checkpoint {number}: its first entries ({size}) are what they were when that went out. Entries after it "
    "({after}) are not proved by it.",
)


@dataclass(frozen=True, slots=True)
class AnchorVerdict:
    """What became of it: `code` is empty where the anchor holds; `place` is an entry, where one can be named."""

    ok: bool
    code: str
    why: str
    why_en: str
    place: int | None = None
    checkpoint: Checkpoint | None = None


def check_anchor(note: str) -> AnchorVerdict:
    """Hold a signed text against the trail; what is wrong with it, or with the trail, is named and never raised."""
    try:
        found = notes.read_note(note)
        with snapshot() as connection:
            return _check(connection, note, found)
    except NoNote:
        return _verdict("anchor-form")


def _check(connection: Connection, note: str, found: Checkpoint) -> AnchorVerdict:
    if notes.signer_of(note, public_keys(connection)) is None:
        return _verdict("anchor-key", found)
    left = connection.execute(select(HEAD.c.gseq).where(HEAD.c.id == 1)).scalar() or 0
    told = restores(connection)
    last = newest(connection)
    present = told[-1].origin if told else last.origin if last else ""
    if found.origin != present and found.origin not in _former(connection):
        return _verdict("anchor-other", found, origin=found.origin)
    left_at = next((one.place for one in told if one.former == found.origin), None)  # where its trail was left
    if found.size <= left and _root(connection, found.size) == found.root:
        vi, en = HOLDS
        words = {"number": found.number, "size": found.size, "after": left - found.size}
        return AnchorVerdict(True, "", vi.format(**words), en.format(**words), None, found)
    if left_at is not None and found.size >= left_at:
        return _verdict("anchor-fork", found, place=left_at)
    if found.size > left:
        return _verdict("anchor-tail", found, place=left + 1, left=left)
    other = first_other(connection, found.origin)
    if other is None or other >= found.size:
        return _verdict("anchor-rewritten", found)
    return _verdict("anchor-root", found, place=other + 1)


def _root(connection: Connection, size: int) -> bytes | None:
    """Root of the first entries, from their hashes alone: inner nodes that are kept could have been changed to fit."""
    try:
        return tree_of(connection, size, kept=False).root()
    except Missing:
        return None


def _former(connection: Connection) -> set[str]:
    return {one.former for one in restores(connection)} | set(connection.execute(select(CHECKPOINT.c.origin).distinct()).scalars())


def _verdict(code: str, found: Checkpoint | None = None, *, place: int | None = None, **words: object) -> AnchorVerdict:
    vi, en = FAULTS[code]
    said = {"number": found.number, "size": found.size, "place": place, **words} if found else {}
    return AnchorVerdict(False, code, vi.format(**said), en.format(**said), place, found)
