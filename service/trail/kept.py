"""Holds what is kept of checkpoints and their tree against the entries: each older checkpoint, each inner node.

Day by day nobody reads them. Who opened the locks could exchange an old checkpoint, or a node that proofs are made of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from service.trail import note as notes
from service.trail.faults import FAULTS
from service.trail.keys import public_keys
from service.trail.models import CHECKPOINT, EVENT, NODE
from service.trail.note import Checkpoint, NoNote
from service.trail.seal import microseconds
from service.trail.tree import EMPTY, STEP, node_hash

NODE_CODES = ("node-changed", "node-lost", "node-added")
"""Codes of what is wrong with a node: the entries under it are right."""
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Misfit:
    """What is not what was signed: `place` is the number of the checkpoint, or the first entry under the node."""

    code: str
    place: int
    why: str
    why_en: str


class _Found(Exception):
    def __init__(self, code: str, place: int, **words: object) -> None:
        super().__init__(code)
        vi, en = FAULTS[code]
        said = {"place": place, **words}
        self.misfit = Misfit(code, place, vi.format(**said), en.format(**said))


def walk_kept(connection: Connection, beside: str | None) -> Misfit | None:
    """Walk all checkpoints and all nodes; the first that does not fit, None where all do.

    `beside`: the last text as it lies beside the database, None where a restore explains that it is not in it. Presumes
    that the entries fit one another and the newest checkpoint them. Goes over the entries' hashes once.
    """
    try:
        roots = _chained(connection, beside)
    except _Found as found:
        return found.misfit
    return check_tree(connection, max(roots, default=0), roots)


def _chained(connection: Connection, beside: str | None) -> dict[int, list[tuple[int, bytes]]]:
    """Every checkpoint by its size, with number and root, where each is the one that the next names as before it.

    From the newest on down: the text that follows says what this one was, so that the exchanged one itself is named.
    """
    roots: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
    publics = public_keys(connection)
    vouched, lowest = _vouched(beside), 0
    for row in _streamed(connection, select(CHECKPOINT).order_by(CHECKPOINT.c.number.desc())):
        if not lowest and row.number < max(vouched, default=0):
            break
        if lowest and row.number != lowest - 1:
            raise _Found("checkpoint-gone", lowest - 1)
        lowest = row.number
        made = _signed(row, publics)
        if vouched.get(lowest, notes.digest_of(row.note)) != notes.digest_of(row.note) or lowest == 1 and made.previous:
            raise _Found("checkpoint-exchanged", lowest)
        said = (made.number, made.origin, made.size, made.root, microseconds(made.at))
        if said != (row.number, row.origin, row.size, row.root, row.at):
            raise _Found("checkpoint-column", lowest)
        vouched[lowest - 1] = made.previous
        roots[made.size].append((lowest, made.root))
    if not lowest and vouched:
        raise _Found("unsigned-lost", max(vouched))
    if lowest > 1:
        raise _Found("checkpoint-gone", lowest - 1)
    return roots


def _vouched(beside: str | None) -> dict[int, bytes]:
    return {} if beside is None else {notes.read_note(beside).number: notes.digest_of(beside)}


def _signed(row: Row[Any], publics: Sequence[bytes]) -> Checkpoint:
    try:
        if notes.signer_of(row.note, publics) is not None:
            return notes.read_note(row.note)
    except (NoNote, AttributeError, TypeError):  # on SQLite there may be anything in it
        pass
    raise _Found("unsigned-signature", row.number)


def check_tree(connection: Connection, size: int, roots: Mapping[int, Sequence[tuple[int, bytes]]]) -> Misfit | None:
    """Work the tree of the first entries out from their hashes: its root at these sizes, and each node that is kept of it.

    `roots`: size → numbers of checkpoints with the root that they say. A root that does not fit is named before a node.
    """
    nodes = _Nodes(connection)
    peaks: list[bytes] = []
    place = 0
    try:
        for number, root in roots.get(0, ()):
            _same(number, 0, EMPTY, root)
        hashes = select(EVENT.c.hash).where(EVENT.c.gseq <= size).order_by(EVENT.c.gseq)
        for (node,) in _streamed(connection, hashes):
            place += 1
            index, height = place, 0
            while not index & 1:
                node = node_hash(peaks.pop(), node)
                index, height = index >> 1, height + 1
                if height % STEP == 0:
                    nodes.hold(height // STEP, index - 1, node)
            peaks.append(node)
            for number, root in roots.get(place, ()):
                _same(number, place, _over(peaks), root)
    except _Found as found:
        return found.misfit
    return nodes.misfit()


def _same(number: int, size: int, true: bytes, said: bytes) -> None:
    if true != said:
        raise _Found("checkpoint-root", number, size=size)


def _over(peaks: Sequence[bytes]) -> bytes:
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


class _Nodes:
    """The nodes that are kept, read level by level beside those that are worked out; remembers the first that differs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._levels: dict[int, Iterator[Any]] = {}
        self._first: Misfit | None = None

    def hold(self, level: int, index: int, true: bytes) -> None:
        """What is kept in this place is this hash."""
        if self._first is not None:
            return
        if level not in self._levels:
            of = select(NODE.c.index, NODE.c.hash).where(NODE.c.level == level).order_by(NODE.c.index)
            self._levels[level] = _streamed(self._connection, of)
        at, hash_ = next(self._levels[level], (None, b""))
        if at is None or at > index:
            self._differs("node-lost", level, index)
        elif at < index:
            self._differs("node-added", level, at)
        elif hash_ != true:
            self._differs("node-changed", level, index)

    def misfit(self) -> Misfit | None:
        """The first node that differs, once all that are worked out were held; one more than these is one."""
        if self._first is None:
            more = select(NODE.c.level, NODE.c.index).where(NODE.c.level.not_in([*self._levels])).limit(1)
            left = [(level, index) for level, rows in self._levels.items() for index, _ in rows]
            left += [(level, index) for level, index in self._connection.execute(more)]
            if left:
                self._differs("node-added", *left[0])
        return self._first

    def _differs(self, code: str, level: int, index: int) -> None:
        under = 1 << (max(level, 0) * STEP)
        self._first = _Found(code, index * under + 1, last=(index + 1) * under, level=level).misfit


def _streamed(connection: Connection, wanted: Any) -> Iterator[Row[Any]]:
    with connection.execution_options(yield_per=_BATCH).execute(wanted) as rows:
        yield from rows
