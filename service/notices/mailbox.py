"""The mailbox to which returned letters go: a Maildir, or one on a server by IMAP or POP3. Knows no table.

What is in it is handed on message by message, at most so many a time and only a bounded beginning of each. A message is put
aside only after it was handed on, so that one whose reading broke off is read again.
"""

from __future__ import annotations

import imaplib
import os
import poplib
import ssl
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from service.notices.reports import LONGEST

_MOST = 100
_TIMEOUT = 30.0
_PORTS = {"imap": 143, "imaps": 993, "pop3": 110, "pop3s": 995}
_LINES = 2000
"""Of a message on a POP3 server, which knows no bytes."""

Take = Callable[[bytes], bool]
"""Handles one message; tells whether it was a report of ours."""


class Trouble(Exception):
    """The mailbox could not be read; the text says why."""


class BadBox(Trouble):
    """The setting does not say where the mailbox is."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where the mailbox is. `starttls` demands encryption by STARTTLS; certificates are always checked."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str
    starttls: bool


def box_of(url: str) -> Box:
    """Read `maildir:///path`, `imaps://user:password@host/INBOX` (or `imap://…?starttls=1`), `pop3s://…`; raises BadBox."""
    parts = urlsplit(url)
    folder = unquote(parts.path)
    if parts.scheme == "maildir" and not parts.netloc and folder.startswith("/"):
        return Box("maildir", "", 0, "", "", folder, False)
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
        raise BadBox(
            "VINHDANH_MAIL_RETURNS_URL is maildir:///path, imaps://user:password@host/INBOX, imap://…?starttls=1, "
            "pop3s://user:password@host or pop3://…?starttls=1"
        )
    query = parse_qs(parts.query, keep_blank_values=True)
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError as error:
        raise BadBox(f"VINHDANH_MAIL_RETURNS_URL: {error}") from error
    starttls = query.get("starttls", ["0"])[0] not in ("0", "false", "no")
    user, password = unquote(parts.username), unquote(parts.password or "")
    return Box(parts.scheme, parts.hostname, port, user, password, folder.strip("/") or "INBOX", starttls)


def read(box: Box, take: Take) -> int:
    """Hand on what is new in a mailbox; return how many messages were reports of ours. Raises Trouble."""
    readers = {"maildir": _maildir, "imap": _imap, "imaps": _imap, "pop3": _pop3, "pop3s": _pop3}
    try:
        return readers[box.scheme](box, take)
    except (OSError, imaplib.IMAP4.error, poplib.error_proto) as error:
        raise Trouble(f"{box.scheme}: {error}") from error


def _maildir(box: Box, take: Take) -> int:
    new, cur = Path(box.folder, "new"), Path(box.folder, "cur")
    found = 0
    for name in sorted(os.listdir(new))[:_MOST]:
        with suppress(FileNotFoundError):  # another worker was faster
            content = _beginning(new / name)
            found += content is not None and take(content)
            (new / name).rename(cur / f"{name.partition(':')[0]}:2,S")
    return found


def _beginning(path: Path) -> bytes | None:
    """The beginning of a file; None for what is no file of its own: a link might lead anywhere."""
    if not stat.S_ISREG(path.lstat().st_mode):
        return None
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return file.read(LONGEST)


def _imap(box: Box, take: Take) -> int:
    context = ssl.create_default_context()
    if box.scheme == "imaps":
        client: imaplib.IMAP4 = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=_TIMEOUT)
    else:
        client = imaplib.IMAP4(box.host, box.port, timeout=_TIMEOUT)
    with client:
        if box.starttls:
            client.starttls(context)
        client.login(box.user, box.password)
        kind, _ = client.select('"' + box.folder.replace("\\", "\\\\").replace('"', '\\"') + '"')
        if kind != "OK":
            raise Trouble(f"imap: there is no folder {box.folder}")
        found = 0
        _, numbers = client.uid("SEARCH", "UNSEEN")
        for uid in (numbers[0] or b"").split()[:_MOST]:
            _, answer = client.uid("FETCH", uid.decode("ascii"), f"(BODY.PEEK[]<0.{LONGEST}>)")
            content = next((one[1] for one in answer if isinstance(one, tuple)), None)
            found += isinstance(content, bytes) and take(content[:LONGEST])
            client.uid("STORE", uid.decode("ascii"), "+FLAGS.SILENT", r"(\Seen)")
        return found


_foreign: set[tuple[str, str, bytes]] = set()
"""What lies in POP3 mailboxes and is none of ours, so that it is not fetched each minute: a POP3 server marks nothing as read."""


def _pop3(box: Box, take: Take) -> int:
    context = ssl.create_default_context()
    if box.scheme == "pop3s":
        client: poplib.POP3 = poplib.POP3_SSL(box.host, box.port, context=context, timeout=_TIMEOUT)
    else:
        client = poplib.POP3(box.host, box.port, timeout=_TIMEOUT)
    try:
        if box.starttls:
            client.stls(context)
        client.user(box.user)
        client.pass_(box.password)
        listed = [(line.split()[0].decode("ascii"), line.split(None, 1)[1]) for line in client.uidl()[1]]
        fresh = [(number, uid) for number, uid in listed if (box.host, box.user, uid) not in _foreign]
        found = 0
        for number, uid in fresh[:_MOST]:
            try:
                lines = client.top(int(number), _LINES)[1]
            except poplib.error_proto:  # a line that the library does not read: out of step from here on, the rest comes next time
                _foreign.add((box.host, box.user, uid))
                return found
            if take(b"\r\n".join(lines)[:LONGEST]):
                found += 1
                client.dele(int(number))
            else:
                if len(_foreign) > 100_000:
                    _foreign.clear()
                _foreign.add((box.host, box.user, uid))
        client.quit()
        return found
    finally:
        client.close()
