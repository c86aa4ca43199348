"""What a mail server says of a letter that did not arrive (RFC 3464), read out of what anybody may have sent. Knows no table.

Nothing of it is believed but by the mail it names: our own Message-ID, in the headers that come back or in the address to
which the report goes. Reads a bounded beginning of a bounded number of parts; what cannot be read is no report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from hashlib import sha256

LONGEST = 256 * 1024
"""Bytes of a message that are looked at; the letter that comes back may be longer, its headers come first."""
_MOST_PARTS = 12
"""Parts that are looked at, and how often "boundary" may stand in a message: a report is a multipart, and so may be its
words and the letter that comes back; each one more makes reading slower for every line."""
_MOST_GROUPS = 10
_SAID_LENGTH = 300
_STATUS = re.compile(r"([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9])")
_ANSWER = re.compile(r"\b([45])[0-9]{2}[ -]#?([45]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9])")
_PLAIN_ANSWER = re.compile(r"\b([45])[0-9]{2}\b")
_ID = re.compile(r"<[!-;=?-~]{1,200}>")
_TOKEN = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Report:
    """What a server says of one letter.

    `ids`: the Message-ID that came back; `tokens`: the first parts of ours that the report was addressed to. `final`: it was
    given up, else it is late. `status` as RFC 3463 writes it; `said` is the other server's own answer, or empty.
    """

    ids: tuple[str, ...]
    tokens: tuple[str, ...]
    final: bool
    status: str
    said: str
    digest: str
    """The same for one report, however often it is read."""


def read_report(content: bytes) -> Report | None:
    """Read a message; None where it is no report of a delivery that failed or is late."""
    content = content[:LONGEST]
    try:
        head = BytesHeaderParser(policy=compat32).parsebytes(content)
        if head.get_content_type() != "multipart/report" or _word(head.get_param("report-type")) != "delivery-status":
            return None
        if content.lower().count(b"boundary") > _MOST_PARTS:
            return None
        whole = BytesParser(policy=compat32).parsebytes(content)
        groups, back = _groups(whole), _returned(whole)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # what strangers send has every fault
        return None
    found = max((one for group in groups if (one := _told(group))), default=None)
    if found is None:
        return None
    final, status, said = found
    ids = tuple(_ID.findall(str(back.get("Message-ID", "")))[:1]) if back is not None else ()
    addressed = " ".join(str(value)[:2000] for name in ("To", "Delivered-To", "X-Original-To") for value in head.get_all(name, [])[:5])
    tokens = tuple(dict.fromkeys(_TOKEN.findall(addressed.lower())))[:5]
    own = str(head.get("Message-ID", "")).strip()
    return Report(ids, tokens, final, status, said, sha256(own.encode("utf-8", "replace") or content).hexdigest())


def _told(group: Message) -> tuple[bool, str, str] | None:
    """Whether it was given up, its status and the other server's answer; None for a recipient to whom it went."""
    action = _word(group.get("Action"))
    if action not in ("failed", "delayed"):
        return None
    said = _plain(str(group.get("Diagnostic-Code", "")).partition(";")[2] or str(group.get("Diagnostic-Code", "")))
    match = _STATUS.search(str(group.get("Status", "")))
    status = match[0] if match else ""
    # Some servers say 5.0.0 of everything, and what they mean in the answer they quote.
    if (not status or status.endswith(".0.0")) and (answer := _ANSWER.search(said)):
        status = answer[2]
    elif not status:
        plain = _PLAIN_ANSWER.search(said)
        status = f"{plain[1] if plain else 5 if action == 'failed' else 4}.0.0"
    if status.startswith("2"):
        return None
    return action == "failed", status, said


def _groups(whole: Message) -> list[Message]:
    """What is said of each recipient."""
    found: list[Message] = []
    for part in _parts(whole):
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            inner = part.get_payload()
            blocks = inner if isinstance(inner, list) else _blocks(part)
            found += [one for one in blocks if isinstance(one, Message) and one.get("Action")]
    return found[:_MOST_GROUPS]


def _blocks(part: Message) -> Iterable[Message]:
    """The same out of a part that the library leaves as it is."""
    text = part.get_payload(decode=True)
    lines = text.replace(b"\r\n", b"\n").split(b"\n\n") if isinstance(text, bytes) else []
    return [BytesHeaderParser(policy=compat32).parsebytes(block) for block in lines[: _MOST_GROUPS + 1]]


def _returned(whole: Message) -> Message | None:
    """The headers of the letter that came back."""
    for part in _parts(whole):
        kind, inner = part.get_content_type(), part.get_payload()
        if kind in ("message/rfc822", "message/global") and isinstance(inner, list) and isinstance(inner[0], Message):
            return inner[0]
        if kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            text = part.get_payload(decode=True)
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                return inner[0]
            return BytesHeaderParser(policy=compat32).parsebytes(text) if isinstance(text, bytes) else None
    return None


def _parts(whole: Message) -> list[Message]:
    """The parts of the report itself, not of the letter in it."""
    inner = whole.get_payload()
    return [one for one in inner[:_MOST_PARTS] if isinstance(one, Message)] if isinstance(inner, list) else []


def _word(value: object) -> str:
    return str(value or "").split(";")[0].strip().strip('"').lower()


def _plain(text: str) -> str:
    shown = "".join(" " if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") else sign for sign in text[:4000])
    return " ".join(shown.split())[:_SAID_LENGTH]
