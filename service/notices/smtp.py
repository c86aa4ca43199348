"""The conversation with the mail server, step by step, so that each way it can end is told apart. Knows no table."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

_PORTS = {"smtp": 25, "smtps": 465}
_TIMEOUT = 30.0
_OK = range(200, 300)
_PERMANENT = range(500, 600)
_SERVICE_CLOSING = 421
_START_CONTENT = 354


class Trouble(Exception):
    """The mail did not go; the text is the server's answer or what broke."""


class BadServer(ValueError):
    """SMTP_URL does not say where mail goes."""


class Unreachable(Trouble):
    """No conversation came about: network, TLS, sign-in. Says nothing about the mail itself."""


class Temporary(Trouble):
    """The server did not take this mail now (4xx), or the line broke before the mail was whole."""


class Permanent(Trouble):
    """The server will never take this mail (5xx)."""


class Uncertain(Trouble):
    """The line broke after the last byte: the server may have taken the mail."""


class Withheld(Exception):
    """We ourselves held the mail back at the last moment."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over. `starttls` demands encryption by STARTTLS; certificates are always checked."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str
    password: str
    timeout: float


def server_of(url: str) -> Server:
    """Read `smtp://user:password@host:port?starttls=1&timeout=30` or `smtps://…`; BadServer says what is wrong."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise BadServer("SMTP_URL is smtp://host:port or smtps://host:port")
    query = parse_qs(parts.query, keep_blank_values=True)
    if unknown := query.keys() - {"starttls", "timeout"}:
        raise BadServer(f"SMTP_URL does not know {', '.join(sorted(unknown))}; it knows starttls and timeout")
    try:
        port, timeout = parts.port or _PORTS[parts.scheme], float(query.get("timeout", [_TIMEOUT])[0])
    except ValueError as error:
        raise BadServer(f"SMTP_URL: {error}") from error
    return Server(
        host=parts.hostname,
        port=port,
        tls=parts.scheme == "smtps",
        starttls=query.get("starttls", ["0"])[0] not in ("0", "false", "no"),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        timeout=timeout,
    )


def connect(server: Server) -> smtplib.SMTP:
    """Open the conversation: connect, encrypt, sign in; Unreachable if that fails, whatever the code."""
    name = socket.gethostname()
    client: smtplib.SMTP | None = None
    try:
        if server.tls:
            client = smtplib.SMTP_SSL(
                server.host,
                server.port,
                local_hostname=name,
                timeout=server.timeout,
                context=ssl.create_default_context(),
            )
        else:
            client = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=server.timeout)
        client.ehlo_or_helo_if_needed()
        if server.starttls:
            client.starttls(context=ssl.create_default_context())
            client.ehlo_or_helo_if_needed()
        if server.user:
            client.login(server.user, server.password)
    except (OSError, smtplib.SMTPException) as error:
        if client is not None:
            client.close()
        raise Unreachable(_words(error)) from error
    return client


def deliver(
    client: smtplib.SMTP, *, sender: str, to: str, content: bytes, before_last_byte: Callable[[], bool]
) -> None:
    """Hand over one mail to one recipient.

    `before_last_byte` is called when everything but the closing dot is out: only from then on can the server take the
    mail. If it answers False, nothing is handed over and Withheld is raised. Temporary, Permanent and Uncertain say how
    it ended otherwise; after Temporary the client may be closed (`client.sock is None`).
    """
    try:
        _expect(client, client.mail(sender), _OK)
        _expect(client, client.rcpt(to), _OK)
        _expect(client, client.docmd("DATA"), range(_START_CONTENT, _START_CONTENT + 1))
        client.send(_stuffed(content))
    except (OSError, smtplib.SMTPException) as error:
        client.close()
        raise Temporary(_words(error)) from error
    except Trouble:
        _reset(client)
        raise
    if not before_last_byte():
        client.close()  # a server that never sees the dot throws the mail away (RFC 5321, 4.1.1.4)
        raise Withheld
    try:
        client.send(b".\r\n")
        answer = client.getreply()
    except (OSError, smtplib.SMTPException) as error:
        client.close()
        raise Uncertain(_words(error)) from error
    try:
        _expect(client, answer, _OK)
    except Trouble:
        _reset(client)
        raise


def farewell(client: smtplib.SMTP) -> None:
    """End the conversation; how the server takes it does not matter any more."""
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()


def _expect(client: smtplib.SMTP, answer: tuple[int, bytes], wanted: range) -> None:
    code, text = answer
    if code in wanted:
        return
    words = f"{code} {text.decode('utf-8', 'replace')}".replace("\n", " ")
    if code == _SERVICE_CLOSING or code < 0:
        client.close()
    raise (Permanent if code in _PERMANENT else Temporary)(words)


def _reset(client: smtplib.SMTP) -> None:
    if client.sock is None:
        return
    try:
        client.rset()
    except (OSError, smtplib.SMTPException):
        client.close()


def _stuffed(content: bytes) -> bytes:
    # RFC 5321, 4.5.2: a line that begins with a dot gets one more.
    stuffed = re.sub(rb"(?m)^\.", b"..", content)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        return f"{error.smtp_code} {said}".replace("\n", " ")
    return str(error) or type(error).__name__
