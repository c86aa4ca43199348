"""Secrets of webhooks: making, keeping and signing by them, in the way of Standard Webhooks 1.0 (HMAC-SHA256, `v1`).

A secret lies in the database encrypted with a key outside of it, for its own webhook only. Knows no table.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import blake2b, sha256
from hmac import digest
from secrets import token_bytes

from flask import current_app
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

__all__ = ["CryptoError", "locked", "new_secret", "opened", "signature"]
PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """A secret as its receiver keeps it."""
    return PREFIX + b64encode(token_bytes(_BYTES)).decode()


def locked(webhook: int, secret: str) -> bytes:
    """A secret as the database keeps it."""
    return bytes(_box(webhook).encrypt(secret.encode("ascii")))


def opened(webhook: int, kept: bytes) -> str:
    """The secret again. Raises nacl's CryptoError where the key is another one."""
    return _box(webhook).decrypt(kept).decode("ascii")


def signature(secrets: Iterable[str], message: str, timestamp: int, body: str) -> str:
    """The header `webhook-signature`: one signature by each secret that holds."""
    signed = f"{message}.{timestamp}.{body}".encode()
    keys = [b64decode(secret.removeprefix(PREFIX)) for secret in secrets]
    return " ".join(f"v1,{b64encode(digest(key, signed, sha256)).decode()}" for key in keys)


def _box(webhook: int) -> SecretBox:
    """The box for one webhook's secret: a secret copied to another webhook does not open there."""
    key = current_app.extensions["settings"].key("webhooks").get_secret_value().encode()
    return SecretBox(blake2b(str(webhook).encode(), key=key, digest_size=SecretBox.KEY_SIZE).digest())
