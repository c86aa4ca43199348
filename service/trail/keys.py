"""Keys of the trail that follow one another: of each change an entry tells, vouched for by the old key and by the new one.

`trail` authenticates entries, `checkpoints` signs what leaves the house. Key files lie outside the database.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from hmac import compare_digest, digest
from pathlib import Path
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
    """The public keys that signed checkpoints one after the other, the one in use last.

    The first lies beside the key itself, outside the database; of those that the trail tells of only what the key before
    has signed counts. So who writes to the database, even with the key of the entries, puts no key of his own among them.
    """
    return [_first_public(), *(bytes.fromhex(told["new"]) for told in _followed(connection))]


def key_statements(connection: Connection) -> list[dict[str, str]]:
    """What the `public_keys` signed of one another, one for each change, in hexadecimal: `signed` by the old one, `proof` by the new."""
    return [{"signed": told["signed"], "proof": told["proof"]} for told in _followed(connection)]


def _followed(connection: Connection) -> list[dict[str, Any]]:
    """Changes of the key for checkpoints, each vouched for by the key before it, from the first on."""
    found: list[dict[str, Any]] = []
    last = _first_public().hex()
    for _, told in _changes(connection):
        if told["purpose"] == "checkpoints" and told["number"] == len(found) + 2 and told["old"] == last and _signed(told):
            found.append(told)
            last = bytes.fromhex(told["new"]).hex()
    return found


def _first_public() -> bytes:
    """The first public key, in a file of its own, so that who only verifies reads no private one."""
    path: Path = current_app.extensions["settings"].var / "keys" / "checkpoints.pub"
    if not path.exists():
        public = bytes(signing_key().verify_key)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        fresh.write_text(public.hex() + "\n", encoding="ascii")
        fresh.replace(path)
    return bytes.fromhex(path.read_text(encoding="ascii"))


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
        number = int(connection.execute(select(HEAD.c.key).where(HEAD.c.id == 1).with_for_update()).scalar_one())
        if purpose == "trail":
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


def holds(told: Mapping[str, Any], key: int, publics: Sequence[bytes]) -> bool:
    """Whether an entry about a changed key is vouched for by both.

    `key` authenticates entries up to it, `publics` are the `public_keys`: a change that is none of theirs does not hold.
    """
    try:
        statement = _statement(told)
        if told["purpose"] == "checkpoints":
            at = told["number"] - 1
            return 0 < at < len(publics) and [told["old"], told["new"]] == [one.hex() for one in publics[at - 1 : at + 1]]
        old, new = mac_key(key), mac_key(key + 1)
        return (
            told["number"] == key + 1
            and (told["old"], told["new"]) == (sha256(old).hexdigest(), sha256(new).hexdigest())
            and compare_digest(digest(new, statement, sha256).hex(), told["proof"])
        )
    except (KeyError, ValueError, TypeError):
        return False


def _signed(told: Mapping[str, Any]) -> bool:
    """Whether the old and the new key for checkpoints signed that the one follows the other."""
    try:
        VerifyKey(bytes.fromhex(told["old"])).verify(_statement(told), bytes.fromhex(told["signed"]))
        VerifyKey(bytes.fromhex(told["new"])).verify(_statement(told), bytes.fromhex(told["proof"]))
    except (KeyError, ValueError, TypeError, BadSignatureError):
        return False
    return True


def numbers_by_entry(connection: Connection) -> list[int]:
    """Entries after which the next key authenticates, in their order."""
    return [gseq for gseq, x in _changes(connection) if x["purpose"] == "trail"]


def _changes(connection: Connection) -> list[tuple[int, dict[str, Any]]]:
    """What entries tell of changed keys; one that says nothing that can be read is left to `verify`, which names it."""
    found = []
    for gseq, body in connection.execute(select(EVENT.c.gseq, EVENT.c.body).where(EVENT.c.kind == KEY_CHANGED).order_by(EVENT.c.gseq)):
        try:
            x = orjson.loads(body)["x"]
            bytes.fromhex(x["old"] + x["new"])
            if x["purpose"] in PURPOSES and isinstance(x["number"], int):
                found.append((gseq, x))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _statement(told: Mapping[str, Any]) -> bytes:
    return f"vinhdanh key\n{told['old']}\n{told['new']}\n".encode()
