"""A rendered letter as the bytes of one mail: headers, plain text first, HTML second (RFC 5322, 2045, 2047, 3834)."""

from __future__ import annotations

import email.policy
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from service.notices.letters import Rendered
from workflows.calendar import ZONE

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+")
_LONGEST_ADDRESS = 254
_BREAK = re.compile(r"[\r\n\x00]")
_QUIET = str.maketrans(dict.fromkeys('\r\n\x00"'))


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
) -> bytes:
    """Build the mail, CRLF line ends; a line break in a header is a ValueError, a bad address BadAddress."""
    if _BREAK.search(rendered.subject):
        raise ValueError("the subject of a mail has a line break in it")
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = _mailbox(parseaddr(sender)[0], sender)
    mail["To"] = _mailbox(person, to)
    mail["Reply-To"] = _mailbox(parseaddr(reply_to)[0], reply_to)
    mail["Subject"] = rendered.subject
    mail["Date"] = format_datetime(at.astimezone(ZONE))
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Content-Language"] = language
    mail.set_content(rendered.text, cte="quoted-printable")
    mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def _mailbox(name: str, address: str) -> Address:
    return Address(display_name=name.translate(_QUIET), addr_spec=bare_address(address))
