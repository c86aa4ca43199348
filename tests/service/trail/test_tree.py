"""The tree against a plain reading of the RFC: every size and place of small trees, and large ones at random."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.trail.tree import EMPTY, STEP, WIDTH, Missing, Reader, Tree, continues, includes, reduced

LEAVES = [sha256(b"\0" + str(n).encode()).digest() for n in range(70_000)]
# The eight leaves of the test vectors that implementations of RFC 6962 share (Certificate Transparency), and their roots.
KNOWN_LEAVES = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                           "606162636465666768696a6b6c6d6e6f")]
KNOWN_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """The definition of the RFC, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\1" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


def reader_of(leaves: Sequence[bytes]) -> Reader:
    """Reads as the tables do: leaves, and the roots that are kept of each row of them."""
    levels = [list(leaves)]
    while len(levels[-1]) >= WIDTH:
        below = levels[-1]
        levels.append([reduced(below[i : i + WIDTH]) for i in range(0, len(below) - WIDTH + 1, WIDTH)])
    return lambda level, first, count: levels[level][first : first + count] if level < len(levels) else []


READ = reader_of(LEAVES)


def test_the_shared_vectors() -> None:
    leaves = [sha256(b"\0" + data).digest() for data in KNOWN_LEAVES]
    for size, root in KNOWN_ROOTS.items():
        assert Tree(size, reader_of(leaves)).root().hex() == root
    assert Tree(0, READ).root() == EMPTY == sha256(b"").digest()


def test_every_place_in_every_small_tree() -> None:
    for size in range(1, 36):
        tree, root = Tree(size, READ), plain_root(LEAVES[:size])
        assert tree.root() == root
        for index in range(size):
            proof = tree.inclusion(index)
            assert includes(root, size, index, LEAVES[index], proof)
            assert not includes(root, size, index + 1, LEAVES[index], proof)
            assert not includes(root, size, index - 1, LEAVES[index], proof)
            assert not includes(root, size, index, LEAVES[index + 1], proof)
            assert not includes(root, size, index, LEAVES[index], [*proof, root])
            assert not proof or not includes(root, size, index, LEAVES[index], proof[:-1])
        for before in range(size + 1):
            earlier, proof = plain_root(LEAVES[:before]), tree.consistency(before)
            assert continues(earlier, before, root, size, proof)
            assert not continues(root if before < size else EMPTY, before, root, size, proof)
            if 0 < before < size:
                assert not continues(earlier, before, root, size, proof[:-1])
                assert not continues(earlier, before, root, size, [*proof, root])
                assert not continues(earlier, before, EMPTY, size, proof)


@settings(max_examples=60)
@given(st.data())
def test_large_trees_at_random(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(LEAVES)), "size")
    index, before = data.draw(st.integers(0, size - 1), "index"), data.draw(st.integers(0, size), "before")
    tree, root = Tree(size, READ), Tree(size, lambda level, first, count: _counted(level, first, count)).root()
    assert tree.root() == root
    assert includes(root, size, index, LEAVES[index], tree.inclusion(index))
    assert not includes(root, size, index ^ 1, LEAVES[index], tree.inclusion(index))
    assert continues(Tree(before, READ).root(), before, root, size, tree.consistency(before))


def _counted(level: int, first: int, count: int) -> Sequence[bytes]:
    assert count <= WIDTH, "no more than a row is read at once"
    return READ(level, first, count)


def test_the_root_of_a_large_tree_is_that_of_the_definition() -> None:
    for size in (15, 16, 17, 255, 256, 257, 65_535, 65_536, 65_537, 70_000):
        assert Tree(size, READ).root() == plain_root(LEAVES[:size])


def test_a_proof_reads_few_rows() -> None:
    read: list[tuple[int, int]] = []

    def noting(level: int, first: int, count: int) -> Sequence[bytes]:
        read.append((level, first))
        return READ(level, first, count)

    Tree(len(LEAVES), noting).inclusion(12_345)
    assert len(read) <= 2 * (len(LEAVES).bit_length() // STEP + 1) + 1 and len(read) == len(set(read))


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(IndexError):
        Tree(3, READ).inclusion(3)
    with pytest.raises(IndexError):
        Tree(3, READ).consistency(4)
    with pytest.raises(Missing):
        Tree(10, reader_of(LEAVES[:7])).root()
    assert not includes(EMPTY, 0, 0, LEAVES[0], [])
    assert not continues(EMPTY, 1, EMPTY, 0, [])
