"""Seals ballots so that only two of three tellers together open them, and counts what was opened. Pure.

A sheet is round (8 bytes) ‖ r (32 bytes) ‖ one byte for each of 60 places. For each pair of tellers (i, j) it is put
into SealedBox_i(SealedBox_j(sheet)); no session key exists anywhere. T = BLAKE2b(round ‖ r) stands before the three
boxes: the voter knows r and finds T again, nobody else can tell whose it is. An entry has the same length whatever was
chosen. Knows no database, no request, and never says a choice in an error.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b
from itertools import pairwise

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id

from service.council.ballot.digits import RANDOM, RECEIPT

TELLERS = (1, 2, 3)
PAIRS = ((1, 2), (1, 3), (2, 3))
PLACES = 60
ROUND_BYTES = 8
SECRET_BYTES = 32
MARK_BYTES = 32
_SHEET = ROUND_BYTES + SECRET_BYTES + PLACES
_SEALED = 48
"""What a sealed box adds: a one-time public key and an authenticator."""
_PAIR = _SHEET + 2 * _SEALED
ENTRY = MARK_BYTES + len(PAIRS) * _PAIR

_AT_ONCE = threading.BoundedSemaphore(2)  # each derivation takes 64 MiB


class Choice(IntEnum):
    """What stands in one place of a sheet."""

    NOTHING = 0
    AGREE = 1
    DISAGREE = 2
    BLANK = 3
    RECUSED = 4


class Broken(Exception):
    """The box is not what was put into it. `why` is a stable word, `receipt` names the entry where one can be named."""

    def __init__(self, why: str, receipt: str = "") -> None:
        super().__init__(f"{why} {receipt}".strip())
        self.why = why
        self.receipt = receipt


@dataclass(frozen=True, slots=True)
class Sum:
    """What was counted for one place."""

    agree: int
    disagree: int
    blank: int
    recused: int

    @property
    def total(self) -> int:
        """All sheets, each counted once."""
        return self.agree + self.disagree + self.blank + self.recused


def teller_key(code: str, round_: bytes, no: int, *, light: bool = False) -> PrivateKey:
    """The private key of a teller: argon2id (64 MiB, 2 passes) of the code's 32 digits, with a salt of round and number.

    `light` is for tests only.
    """
    salt = blake2b(round_ + bytes([no]), digest_size=argon2id.SALTBYTES).digest()
    memory, passes = (argon2id.MEMLIMIT_MIN, argon2id.OPSLIMIT_MIN) if light else (
        argon2id.MEMLIMIT_INTERACTIVE, argon2id.OPSLIMIT_INTERACTIVE)
    with _AT_ONCE:
        seed = argon2id.kdf(PrivateKey.SIZE, code[:RANDOM].encode("ascii"), salt, opslimit=passes, memlimit=memory)
    return PrivateKey(seed)


def mark_of(round_: bytes, secret: bytes) -> bytes:
    """T, by which a voter finds the own entry."""
    if len(round_) != ROUND_BYTES or len(secret) != SECRET_BYTES:
        raise ValueError("a round has 8 bytes, a secret 32")
    return blake2b(round_ + secret, digest_size=MARK_BYTES).digest()


def receipt_of(mark: bytes) -> str:
    """The 20 digits of T that a voter writes down and compares."""
    return f"{int.from_bytes(mark) % 10**RECEIPT:0{RECEIPT}d}"


def seal_sheet(round_: bytes, secret: bytes, places: Sequence[Choice], keys: Mapping[int, bytes]) -> bytes:
    """Seal one ballot for the three pairs of tellers; `keys` are their public keys by number."""
    if len(places) > PLACES:
        raise ValueError(f"a sheet has {PLACES} places")
    sheet = round_ + secret + bytes(places).ljust(PLACES, b"\0")
    boxes = {no: SealedBox(PublicKey(keys[no])) for no in TELLERS}
    sealed = b"".join(boxes[i].encrypt(boxes[j].encrypt(sheet)) for i, j in PAIRS)
    return mark_of(round_, secret) + sealed


def add_entry(box: bytes, entry: bytes) -> bytes:
    """The box with one entry more, kept sorted by T; Broken("copied") where its T stands there already."""
    entries = entries_of(box)
    if any(one[:MARK_BYTES] == entry[:MARK_BYTES] for one in entries):
        raise Broken("copied", receipt_of(entry[:MARK_BYTES]))
    return b"".join(sorted([*entries, entry]))


def entries_of(box: bytes) -> list[bytes]:
    """The entries of a box; Broken where it is cut, out of order, or holds a T twice."""
    if len(box) % ENTRY:
        raise Broken("cut")
    entries = [box[at : at + ENTRY] for at in range(0, len(box), ENTRY)]
    marks = [one[:MARK_BYTES] for one in entries]
    for before, after in pairwise(marks):
        if before == after:
            raise Broken("copied", receipt_of(after))
        if before > after:
            raise Broken("out-of-order", receipt_of(after))
    return entries


def marks_of(box: bytes) -> list[bytes]:
    """Every T in the box, in its order."""
    return [one[:MARK_BYTES] for one in entries_of(box)]


def receipts_in(box: bytes) -> list[str]:
    """The receipts of all whole entries, sorted, of a box that may be broken: to be shown, so that members can compare."""
    return sorted(receipt_of(box[at : at + MARK_BYTES]) for at in range(0, len(box) - ENTRY + 1, ENTRY))


def root_of(marks: Sequence[bytes]) -> bytes:
    """One hash over the sorted T of a box: a replaced, missing or added entry changes it."""
    return blake2b(b"".join(sorted(marks)), digest_size=MARK_BYTES).digest()


def open_box(
    round_: bytes, box: bytes, keys: Mapping[int, PrivateKey], items: int, recusals: Sequence[frozenset[int]]
) -> list[Sum]:
    """Open every entry with the keys of two tellers (or three) and count each of the first `items` places.

    Each sheet must be of this round, match its T, bring an r of its own, and hold a choice in each place and nothing
    behind the last. `recusals` are the places each voter keeps out of, in any order: the sheets must show the same.
    Anything else is Broken, and nothing is counted. Only the sums leave this function.
    """
    sheets, secrets = [], set()
    for entry in entries_of(box):
        sheet = _open_entry(entry, keys)
        mark = entry[:MARK_BYTES]
        secret = sheet[ROUND_BYTES : ROUND_BYTES + SECRET_BYTES]
        if sheet[:ROUND_BYTES] != round_:
            raise Broken("other-round", receipt_of(mark))
        if mark_of(round_, secret) != mark:
            raise Broken("replaced", receipt_of(mark))
        if secret in secrets:
            raise Broken("copied", receipt_of(mark))
        secrets.add(secret)
        places = sheet[ROUND_BYTES + SECRET_BYTES :]
        if any(not Choice.AGREE <= place <= Choice.RECUSED for place in places[:items]) or any(places[items:]):
            raise Broken("no-sheet", receipt_of(mark))
        sheets.append(places[:items])
    shown = Counter(frozenset(at for at, place in enumerate(sheet) if place == Choice.RECUSED) for sheet in sheets)
    if shown != Counter(recusals):
        raise Broken("recusals")
    return [_sum(sheet[at] for sheet in sheets) for at in range(items)]


def _sum(places: Iterable[int]) -> Sum:
    counted = Counter(places)
    return Sum(*(counted[one] for one in (Choice.AGREE, Choice.DISAGREE, Choice.BLANK, Choice.RECUSED)))


def _open_entry(entry: bytes, keys: Mapping[int, PrivateKey]) -> bytes:
    for number, (i, j) in enumerate(PAIRS):
        if i in keys and j in keys:
            start = MARK_BYTES + number * _PAIR
            try:
                inner = SealedBox(keys[i]).decrypt(entry[start : start + _PAIR])
                return SealedBox(keys[j]).decrypt(inner)
            except CryptoError:
                raise Broken("unreadable", receipt_of(entry[:MARK_BYTES])) from None
    raise ValueError("two tellers' keys are needed")
