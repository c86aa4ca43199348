"""A rendered letter as the bytes of one mail: headers, plain text first, HTML second (RFC 5322, 2045, 2047, 3834)."""

from __future__ import annotations

import email.policy
import re
from base64 import b64encode
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from service.notices.letters import Rendered
from workflows.calendar import ZONE

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+")
_LONGEST_ADDRESS = 254
_BREAK = re.compile(r"[\r\n\x00]")
_CHUNK = 39
"""Bytes in one encoded word: with the longest name of a header, its line stays within 76 signs."""


class BadAddress(ValueError):
    """What stands there is no mail address that every server understands (ASCII, RFC 5321)."""


def bare_address(text: str) -> str:
    """The address alone, out of `Name <address>`; BadAddress if it is none."""
    address = parseaddr(text)[1] or text.strip()
    if _BREAK.search(text) or not _ADDRESS.fullmatch(address) or len(address) > _LONGEST_ADDRESS:
        raise BadAddress(f"{text!r} is not a mail address")
    return address


def compose(
    rendered: Rendered,
    *,
    sender: str,
    reply_to: str,
    to: str,
    person: str,
    message_id: str,
    language: str,
    at: datetime,
    stop_link: str = "",
) -> bytes:
    """Build the mail, CRLF line ends; a line break in a header is a ValueError, a bad address BadAddress.

    `stop_link` is for what somebody subscribed to, digests: RFC 2369, and over HTTPS one click of the mail program (RFC 8058).
    """
    if _BREAK.search(rendered.subject):
        raise ValueError("the subject of a mail has a line break in it")
    headers = {
        "From": _mailbox(parseaddr(sender)[0], sender),
        "To": _mailbox(person, to),
        "Reply-To": _mailbox(parseaddr(reply_to)[0], reply_to),
        "Subject": _words(rendered.subject),
        "Date": format_datetime(at.astimezone(ZONE)),
        "Message-ID": message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": language,
    }
    if stop_link:
        headers["List-Unsubscribe"] = f"<{stop_link}>"
    if stop_link.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    body = EmailMessage(policy=email.policy.SMTP)
    body.set_content(rendered.text, cte="quoted-printable")
    body.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    if rendered.event:
        # As a file, not as an answer to be given: whoever comes says so on the page, after signing in.
        body.add_attachment(
            rendered.event.encode(), maintype="text", subtype="calendar", filename="giay-moi.ics", cte="base64",
            params={"charset": "utf-8", "method": rendered.method},
        )
    if rendered.file is not None:
        name, content = rendered.file
        body.add_attachment(
            content.encode(), maintype="text", subtype="plain", filename=name, cte="base64", params={"charset": "utf-8"},
        )
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode("ascii") + body.as_bytes()


def _mailbox(name: str, address: str) -> str:
    name = " ".join(_BREAK.sub(" ", name).replace('"', "").replace("\\", "").split())
    bare = bare_address(address)
    if not name:
        return bare
    said = f'"{name}"' if name.isascii() and len(name) <= _CHUNK else _words(name, always=True)
    return f"{said}\r\n <{bare}>"


def _words(text: str, *, always: bool = False) -> str:
    """Text as it stands in a header: encoded words of whole characters (RFC 2047), folded, where it is not plain.

    The standard library loses spaces between the encoded words of a long header, so it is not asked.
    """
    if not always and text.isascii() and len(text) <= _CHUNK and "=?" not in text:
        return text
    chunks = [b""]
    for sign in text:
        piece = sign.encode()
        if len(chunks[-1]) + len(piece) > _CHUNK:
            chunks.append(b"")
        chunks[-1] += piece
    return "\r\n ".join(f"=?utf-8?b?{b64encode(chunk).decode()}?=" for chunk in chunks)
