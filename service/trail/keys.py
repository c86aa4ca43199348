"""Keys of the trail that follow one another: of each change an entry tells, vouched for by the old key and by the new one.

`trail` authenticates entries, `checkpoints` signs what leaves the house. Key files lie outside the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any, Literal, get_args

import orjson
from flask import current_app
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey
from sqlalchemy import Connection, select

from service.actor import Actor
from service.db import transaction
from service.errors import Invalid
from service.trail.models import EVENT, HEAD
from service.trail.record import record
from service.trail.seal import KEY_CHANGED, mac_key

Purpose = Literal["trail", "checkpoints"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


def signing_key(number: int = 1) -> SigningKey:
    """The key that signs checkpoints; only the worker and the command line use it."""
    secret = current_app.extensions["settings"].key("checkpoints", number).get_secret_value()
    return SigningKey(bytes.fromhex(secret))


def public_keys(connection: Connection) -> list[bytes]:
    """The public keys that signed checkpoints one after the other, the one in use last, as the trail tells of them."""
    told = [x for _, x in _changes(connection) if x["purpose"] == "checkpoints"]
    return [bytes.fromhex(told[0]["old"]), *(bytes.fromhex(x["new"]) for x in told)] if told else [bytes(signing_key().verify_key)]


def fingerprint(public: bytes) -> str:
    """How a public key is named to people: SHA-256 in hexadecimal, in groups of eight."""
    text = sha256(public).hexdigest()
    return " ".join(text[i : i + 8] for i in range(0, 64, 8))


def change_key(purpose: Purpose, *, reason: str, by: Actor) -> int:
    """Let another key follow; returns its number. What the old key vouched for stays, and is verified with it.

    Raises Invalid without a reason.
    """
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do thay khóa.", "Say why the key changes.")
    with transaction() as s:
        connection = s.connection()
        if purpose == "trail":
            number = int(connection.execute(select(HEAD.c.key).where(HEAD.c.id == 1).with_for_update()).scalar_one())
            old, new = mac_key(number), mac_key(number + 1)
            body = {"old": sha256(old).hexdigest(), "new": sha256(new).hexdigest()}
            body["proof"] = digest(new, _statement(body), sha256).hex()
        else:
            number = len(public_keys(connection))
            former, fresh = signing_key(number), signing_key(number + 1)
            body = {"old": bytes(former.verify_key).hex(), "new": bytes(fresh.verify_key).hex()}
            statement = _statement(body)
            body |= {"signed": former.sign(statement).signature.hex(), "proof": fresh.sign(statement).signature.hex()}
        record(
            KEY_CHANGED, by=by, stream="system", reason=reason.strip(), body={"purpose": purpose, "number": number + 1, **body}
        )
    return number + 1


def holds(told: Mapping[str, Any], key: int) -> bool:
    """Whether an entry about a changed key is vouched for by both; `key` authenticates entries up to it."""
    try:
        statement = _statement(told)
        if told["purpose"] == "checkpoints":
            VerifyKey(bytes.fromhex(told["old"])).verify(statement, bytes.fromhex(told["signed"]))
            VerifyKey(bytes.fromhex(told["new"])).verify(statement, bytes.fromhex(told["proof"]))
            return True
        old, new = mac_key(key), mac_key(key + 1)
        return (
            told["number"] == key + 1
            and (told["old"], told["new"]) == (sha256(old).hexdigest(), sha256(new).hexdigest())
            and compare_digest(digest(new, statement, sha256).hex(), told["proof"])
        )
    except (KeyError, ValueError, TypeError, BadSignatureError):
        return False


def numbers_by_entry(connection: Connection) -> list[int]:
    """Entries after which the next key authenticates, in their order."""
    return [gseq for gseq, x in _changes(connection) if x["purpose"] == "trail"]


def _changes(connection: Connection) -> list[tuple[int, dict[str, str]]]:
    """What entries tell of changed keys; one that says nothing that can be read is left to `verify`, which names it."""
    found = []
    for gseq, body in connection.execute(select(EVENT.c.gseq, EVENT.c.body).where(EVENT.c.kind == KEY_CHANGED).order_by(EVENT.c.gseq)):
        try:
            x = orjson.loads(body)["x"]
            bytes.fromhex(x["old"] + x["new"])
            if x["purpose"] in PURPOSES:
                found.append((gseq, x))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _statement(told: Mapping[str, Any]) -> bytes:
    return f"vinhdanh key\n{told['old']}\n{told['new']}\n".encode()
