"""The code on a certificate: what it certifies, signed (Ed25519), so that it can be held against the paper with no register at hand.

A code says what stands on the certificate anyway. Whether the award still stands only the register knows, or a list of revoked
awards that it signed.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
import rfc8785
import segno
from flask import current_app
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey
from sqlalchemy import select

from service import clock
from service.awards.models import Award, Nomination
from service.db import reading

_SIGNATURE = 64
_CODE, _LIST = b"vinhdanh certificate\n", b"vinhdanh revoked\n"
"""What is signed begins with what it is, so that none is taken for the other."""
_LONGEST = 120
"""Characters of a name that a code holds; of a longer one its beginning."""
PATH = "/verify/"
"""Address of the public page, before the code."""


@dataclass(frozen=True, slots=True)
class Certified:
    """What a code certifies."""

    award: int
    name: str
    form: str
    decision: str
    dated: date
    book: int
    issuer: str

    def words(self) -> tuple[str, ...]:
        """What must stand on the certificate."""
        return (self.name, self.form, self.decision, f"{self.dated:%d/%m/%Y}", f"{self.book:02d}" if self.book else "")


@dataclass(frozen=True, slots=True)
class Standing:
    """How the award of a code stands.

    valid; replaced (the award stands, its certificate was corrected since); revoked; unknown (not signed by this service, or not in
    its register).
    """

    how: str
    certified: Certified | None = None


class NotOurs(ValueError):
    """A code, or a list of revoked awards, that this service did not sign or that was changed."""


def code_of(said: Certified) -> str:
    """The code of a certificate; the same each time."""
    content = rfc8785.dumps([
        1, said.award, said.name[:_LONGEST], said.form, said.decision, said.dated.isoformat(), said.book, said.issuer,
    ])
    return base64.urlsafe_b64encode(content + _key().sign(_CODE + content).signature).rstrip(b"=").decode()


def address_of(said: Certified) -> str:
    """Address of the public page of a certificate, which its code holds."""
    return f"{current_app.extensions['settings'].address}{PATH}{code_of(said)}"


@lru_cache(maxsize=512)
def picture_of(text: str) -> str:
    """A text, such as an address, as a QR code, as SVG; the same each time."""
    return str(_code(text).svg_inline(border=2, omitsize=False))


def bitmap_of(text: str) -> bytes:
    """The same code as PNG, for a paper in Word."""
    out = io.BytesIO()
    _code(text).save(out, kind="png", scale=6, border=2)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    # Trying all eight masks takes most of the time; any of them can be read. A batch sets each code twice: alone and bound.
    # Paper lies in archives for decades: a code can be read with a seventh of it gone.
    return segno.make(text, error="m", mask=3, micro=False, boost_error=False)


def read_code(code: str, key: bytes | None = None) -> Certified:
    """What a code, or the address that ends with it, certifies; NotOurs where it was not signed by the key (default: the own)."""
    try:
        padded = code.rpartition("/")[2] + "=" * (-len(code.rpartition("/")[2]) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        content = VerifyKey(key or public_key()).verify(_CODE + raw[:-_SIGNATURE], raw[-_SIGNATURE:]).removeprefix(_CODE)
        version, award, name, form, decision, dated, book, issuer = orjson.loads(content)
        if version != 1:
            raise NotOurs(code)
        return Certified(award, name, form, decision, date.fromisoformat(dated), book, issuer)
    except (BadSignatureError, binascii.Error, ValueError, TypeError) as wrong:
        raise NotOurs(code) from wrong


def standing_of(code: str) -> Standing:
    """How the award of a code stands by the register."""
    try:
        certified = read_code(code)
    except NotOurs:
        return Standing("unknown")
    with reading() as s:
        found = s.execute(
            select(Award.status, Nomination.name).join(Nomination, Nomination.id == Award.nomination_id)
            .where(Award.id == certified.award)
        ).first()
    if found is None:
        return Standing("unknown", certified)
    if found.status == "revoked":
        return Standing("revoked", certified)
    return Standing("valid" if found.name[:_LONGEST] == certified.name else "replaced", certified)


def public_key() -> bytes:
    """The key with which codes are checked; no secret."""
    return bytes(_key().verify_key)


def _key() -> SigningKey:
    return SigningKey(bytes.fromhex(current_app.extensions["settings"].key("certificate-code").get_secret_value()))


def revoked_list() -> dict[str, Any]:
    """All revoked awards by number with the day of the list, signed; tells no name."""
    with reading() as s:
        numbers = list(s.scalars(select(Award.id).where(Award.status == "revoked").order_by(Award.id)))
    said: dict[str, Any] = {"on": clock.today().isoformat(), "revoked": numbers}
    return {**said, "signature": _key().sign(_LIST + rfc8785.dumps(said)).signature.hex()}


def read_revoked(content: bytes, key: bytes | None = None) -> tuple[date, Sequence[int]]:
    """The day of a list of revoked awards and their numbers; NotOurs where it was not signed by the key."""
    try:
        said: Mapping[str, Any] = orjson.loads(content)
        plain = {"on": said["on"], "revoked": said["revoked"]}
        VerifyKey(key or public_key()).verify(_LIST + rfc8785.dumps(plain), bytes.fromhex(said["signature"]))
        return date.fromisoformat(plain["on"]), tuple(plain["revoked"])
    except (BadSignatureError, ValueError, TypeError, KeyError) as wrong:
        raise NotOurs("revoked") from wrong
