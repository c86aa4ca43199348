"""Takes down what happened, on the open transaction; `seal` turns it into entries when the transaction ends.

Checks every entry where it is written, so that a fault names its verb and not the commit. Reads and writes no table.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from hmac import digest
from typing import Any
from uuid import UUID

from service.actor import MACHINES, Actor
from service.db import in_transaction, session
from service.trail.kinds import KINDS

NOBODY = "-"
"""The actor's word for somebody who is not signed in."""

_STREAM = re.compile(r"system|[a-z_]{1,40}:[A-Za-z0-9][A-Za-z0-9-]{0,21}")
_ACTOR = re.compile(r"[a-z0-9_-]{1,64}")
_SAFE = 2**53 - 1  # RFC 8785: beyond it another reader's number would lose digits
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Pending:
    """An entry that waits for the end of its transaction: all but number, time and hashes."""

    kind: str
    stream: str
    actor: str
    fields: dict[str, Any]
    private: tuple[tuple[str, bytes, str], ...]


def record(
    kind: str,
    *,
    by: Actor,
    stream: str,
    body: Mapping[str, Any] = {},
    private: Mapping[str, str | None] = {},
    reason: str | None = None,
    basis: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    deployment: int | None = None,
    behalf: int | str | None = None,
) -> None:
    """Add an entry to the open transaction; it stands if and only if the transaction does.

    `body`, `before` and `after` are kept for good: codes, numbers and names of things, never a personal value. They
    hold integers and text (true is 1, a date is ISO text, a decimal its digits; None is left out), in Unicode's
    composed form NFC, else ValueError. Personal values and free text go into `private` (by path) and `reason`: the
    entry holds only a commitment to them. `behalf`: account, or name of the body, on whose behalf it was done.
    An unknown kind or a stream of another shape is a ValueError; outside a transaction, RuntimeError.
    """
    pend(
        kind,
        actor=str(by.account) if by.account is not None else by.login,
        door=by.door,
        stream=stream,
        fields={
            "law": basis,
            "dep": deployment,
            "for": behalf,
            "tok": by.token,
            "x": body or None,
            "old": before or None,
            "new": after or None,
        },
        private={"reason": reason, **private},
    )


def pend(
    kind: str,
    *,
    actor: str,
    door: str,
    stream: str,
    fields: Mapping[str, Any],
    private: Mapping[str, str | None],
) -> None:
    """Add an entry by the actor's word; `fields` are those of the body, by their short keys."""
    if not in_transaction():
        raise RuntimeError(f"{kind} recorded outside a transaction")
    if kind not in KINDS:
        raise ValueError(f"unknown kind of entry {kind!r}: add it to service/trail/kinds")
    if not is_stream(stream):
        raise ValueError(f"{kind}: {stream!r} is no stream; write object:number or system")
    if not _ACTOR.fullmatch(actor):
        raise ValueError(f"{kind}: {actor!r} is no actor")
    if actor in MACHINES and door != actor:  # readers trust it, see `read.Filter.is_empty`
        raise ValueError(f"{kind}: {actor} acts at its own door only, not at {door!r}")
    plain = _plain(fields, kind)
    plain["d"] = door
    values = []
    for path, value in private.items():
        if value:
            salt, text = secrets.token_bytes(_SALT_BYTES), _text(value)
            values.append((path, salt, text))
            plain.setdefault("p", {})[path] = commitment(salt, text)
    events: list[Pending] = session().info.setdefault("events", [])
    events.append(Pending(kind, stream, actor, plain, tuple(values)))


def is_stream(word: str) -> bool:
    """Tell whether this names a stream: `system`, or an object and its number, none below zero."""
    return _STREAM.fullmatch(word) is not None


def commitment(salt: bytes, value: str) -> str:
    """What the entry says in place of a private value: HMAC-SHA-256 under the value's own salt, base64url."""
    return urlsafe_b64encode(digest(salt, value.encode(), sha256)).rstrip(b"=").decode()


def _text(value: str) -> str:
    # Typed text comes composed or not, by keyboard: it is the same text. NUL cannot be stored by PostgreSQL.
    composed = unicodedata.normalize("NFC", value).replace("\0", "\ufffd")
    return composed.encode("utf-8", "replace").decode()


def _plain(value: Mapping[str, Any], path: str) -> dict[str, Any]:
    plain = {}
    for key, item in value.items():
        if item is not None:
            plain[_key(str(key), path)] = _value(item, f"{path}/{key}")
    return plain


def _value(value: Any, path: str) -> Any:
    if isinstance(value, str):
        return _composed(str(value), path)
    if isinstance(value, int):
        if abs(value) > _SAFE:
            raise ValueError(f"{path}: {value} is too large a number; write it as text")
        return int(value)
    if isinstance(value, Mapping):
        return _plain(value, path)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_value(item, f"{path}/{at}") for at, item in enumerate(value) if item is not None]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float | Decimal | UUID):
        return str(value)
    raise ValueError(f"{path}: {type(value).__name__} has no place in the trail; write text or an integer")


def _key(text: str, path: str) -> str:
    # RFC 8785 sorts keys by UTF-16, which is another order than that of their bytes from here on.
    if not text.isascii() and max(text) >= "\ud800":
        raise ValueError(f"{path}: {text!r} is no name of a field")
    return _composed(text, path)


def _composed(text: str, path: str) -> str:
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise ValueError(f"{path}: text is not in Unicode form NFC")
    return text
