"""Checkpoints as signed texts (C2SP tlog-checkpoint and signed-note): what leaves the house, and can be read without it.

A text names the trail, how many entries it had, the root of their tree, and then number, time and the hash of the
checkpoint before. Knows no table and no key of its own.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

SIGNER = "vinhdanh-trail"
_ED25519 = b"\x01"
_MOST = 2**53  # beyond it another reader's number would lose digits
_DASH = "\u2014 "


class NoNote(ValueError):
    """A text is no checkpoint: `why` says what is wrong with it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says; `previous` is the SHA-256 of the text before it, empty for the first."""

    origin: str
    size: int
    root: bytes
    number: int
    at: datetime
    previous: bytes

    def text(self) -> str:
        """The text that is signed; its last line ends."""
        lines = [self.origin, str(self.size), _b64(self.root), f"number {self.number}",
                 f"time {self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"]
        if self.previous:
            lines.append(f"previous {_b64(self.previous)}")
        return "\n".join(lines) + "\n"


_ONSETS = "b ch d g h kh l m n nh ph s t th tr v".split()
_RHYMES = "a ai am an anh ao ây em eo iên inh ơi ông ung ương ân".split()


def spoken(root: bytes) -> str:
    """The first eight bytes of a root as eight syllables: for the eye and the telephone, not for a proof."""
    return " ".join(_ONSETS[byte >> 4] + _RHYMES[byte & 15] for byte in root[:8])


def key_id(public: bytes) -> bytes:
    """Four bytes that tell a verifier which key signed."""
    return sha256(SIGNER.encode() + b"\n" + _ED25519 + public).digest()[:4]


def signed(checkpoint: Checkpoint, key: SigningKey) -> str:
    """The text with its signature."""
    text = checkpoint.text()
    signature = key.sign(text.encode()).signature
    return f"{text}\n{_DASH}{SIGNER} {_b64(key_id(bytes(key.verify_key)) + signature)}\n"


def read_note(note: str) -> Checkpoint:
    """What a signed text says, whoever signed it; NoNote for anything else."""
    text, _ = _parts(note)
    lines = text.split("\n")[:-1]
    try:
        origin, size, root, number, time = lines[:5]
        found = Checkpoint(
            origin, int(size), b64decode(root, validate=True), int(number.removeprefix("number ")),
            datetime.strptime(time, "time %Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
            b64decode(lines[5].removeprefix("previous "), validate=True) if len(lines) > 5 else b"",
        )
    except (ValueError, NotBase64) as wrong:
        raise NoNote("form") from wrong
    if not (0 <= found.size < _MOST and 0 < found.number < _MOST):
        raise NoNote("form")
    if found.text() != text:  # one text, one meaning: nothing may stand in it that is not read
        raise NoNote("form")
    return found


def signer_of(note: str, publics: Sequence[bytes]) -> bytes | None:
    """Which of these keys signed a text; None for none of them. NoNote for what is no signed text."""
    text, lines = _parts(note)
    for public in publics:
        for line in lines:
            name, _, sealed = line.removeprefix(_DASH).rpartition(" ")
            try:
                raw = b64decode(sealed, validate=True)
                if name == SIGNER and raw[:4] == key_id(public):
                    VerifyKey(public).verify(text.encode(), raw[4:])
                    return public
            except (NotBase64, ValueError, BadSignatureError):
                continue
    return None


def digest_of(note: str) -> bytes:
    """What the next checkpoint names as the one before it."""
    return sha256(note.encode()).digest()


def _parts(note: str) -> tuple[str, list[str]]:
    text, found, rest = note.partition("\n\n")
    lines = rest.split("\n")
    if not found or lines.pop() != "" or not lines or not all(line.startswith(_DASH) for line in lines):
        raise NoNote("form")
    return text + "\n", lines


def _b64(raw: bytes) -> str:
    return b64encode(raw).decode()
