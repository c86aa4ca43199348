"""The Merkle tree over the trail (RFC 6962, section 2.1): its root, and proofs that an entry or an earlier root is in it.

Knows no table: hashes of whole subtrees are handed in by a reader. Verifying is here too, for the service's own checks;
who does not trust the service verifies with `verifier/`, which shares nothing with this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
"""Root of the tree without a leaf."""
STEP = 4
"""Roots of whole subtrees are kept for every fourth height: 16 children a node, so that a proof reads and hashes few of them."""
WIDTH = 1 << STEP

Reader = Callable[[int, int, int], Sequence[bytes]]
"""(level, first, count) → hashes of so many whole subtrees of 16^level leaves from the first on; level 0 are the leaves."""


class Missing(LookupError):
    """A hash that the tree needs is not there: entries are gone, or the tree was asked for more than there is."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256 of 0x01 and the two below it."""
    return sha256(b"\1" + left + right).digest()


def reduced(hashes: Sequence[bytes]) -> bytes:
    """Root over the hashes of a power of two of equal subtrees."""
    row = hashes
    while len(row) > 1:
        row = _paired(row)
    return row[0]


def _paired(row: Sequence[bytes]) -> list[bytes]:
    return [sha256(b"\1" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)]


class Tree:
    """The tree of the first `size` leaves, read through a reader; reads each row of 16 hashes once."""

    def __init__(self, size: int, reader: Reader) -> None:
        self.size = size
        self._reader = reader
        self._rows: dict[tuple[int, int], list[Sequence[bytes]]] = {}

    def root(self) -> bytes:
        """The root; Missing where a hash is not there."""
        return self._over(0, self.size) if self.size else EMPTY

    def inclusion(self, index: int) -> list[bytes]:
        """Proof that the leaf with this index (from 0) is in the tree: hashes from below. IndexError beyond its size."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        return self._path(index, 0, self.size)

    def consistency(self, earlier: int) -> list[bytes]:
        """Proof that the tree of the first `earlier` leaves is a beginning of this one. IndexError beyond its size."""
        if not 0 <= earlier <= self.size:
            raise IndexError(earlier)
        return self._since(earlier, 0, self.size, whole=True) if 0 < earlier < self.size else []

    def _path(self, index: int, low: int, high: int) -> list[bytes]:
        if high - low == 1:
            return []
        middle = low + _split(high - low)
        if index < middle:
            return [*self._path(index, low, middle), self._over(middle, high)]
        return [*self._path(index, middle, high), self._over(low, middle)]

    def _since(self, earlier: int, low: int, high: int, *, whole: bool) -> list[bytes]:
        if earlier == high:
            return [] if whole else [self._over(low, high)]
        middle = low + _split(high - low)
        if earlier <= middle:
            return [*self._since(earlier, low, middle, whole=whole), self._over(middle, high)]
        return [*self._since(earlier, middle, high, whole=False), self._over(low, middle)]

    def _over(self, low: int, high: int) -> bytes:
        """Root over the leaves from `low` to before `high`."""
        size = high - low
        if size & (size - 1):
            middle = low + _split(size)
            return node_hash(self._over(low, middle), self._over(middle, high))
        level, height = divmod(size.bit_length() - 1, STEP)
        row, place = divmod(low >> (level * STEP), WIDTH)
        found, at = self._over_row(level, row, height), place >> height
        if at >= len(found):
            raise Missing(f"level {level}, height {height}, from {low}: not there")
        return found[at]

    def _over_row(self, level: int, row: int, height: int) -> Sequence[bytes]:
        """Hashes at a height over a row, worked out once: proofs of many leaves meet in the same rows."""
        known = self._rows.get((level, row))
        if known is None:
            whole = (self.size >> (level * STEP)) - row * WIDTH  # whole subtrees of this level in the row
            known = self._rows[level, row] = [self._reader(level, row * WIDTH, min(WIDTH, whole))]
        while len(known) <= height:
            known.append(_paired(known[-1]))
        return known[height]


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows the leaf at this index in the tree of that root and size (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def continues(earlier: bytes, before: int, root: bytes, size: int, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that one tree is a beginning of the other (RFC 9162, 2.1.4.2)."""
    if not 0 <= before <= size:
        return False
    if before == size:
        return not proof and earlier == root
    if before == 0:
        return not proof and earlier == EMPTY
    if not proof:
        return False
    steps = [earlier, *proof] if before & (before - 1) == 0 else list(proof)
    at, last = before - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and old == earlier and new == root
