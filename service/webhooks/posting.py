"""One POST to an address that somebody typed: only where it may go, no further than there, and not for long. Knows no table.

A host is looked up once, and the connection goes to the very address that was looked at, so that a name that answers
otherwise the second time gains nothing. No redirect is followed, no proxy of the environment used.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

TOTAL_SECONDS = 10.0
"""For everything but looking the host up, which the system limits."""
_CONNECT_SECONDS = 5.0
_MOST_ADDRESSES = 4
_MOST_READ = 64 * 1024
_KEPT = 500
_LONGEST = 500
_SIXTY_FOUR = IPv6Network("64:ff9b::/96")
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


class BadAddress(ValueError):
    """What was typed is no address that a webhook may have; says which rule it breaks: `address`, `scheme`, `user`."""


class Refused(Exception):
    """The try failed before an answer came; `word` is why."""

    def __init__(self, word: str, detail: str) -> None:
        super().__init__(detail)
        self.word = word


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the code, and the first bytes as text."""

    status: int
    text: str


def checked(url: str, *, plain: bool) -> str:
    """The address as it is kept. Raises BadAddress; http only to this machine itself, or everywhere where `plain`."""
    url = url.strip()
    if len(url) > _LONGEST or not url.isascii() or any(c.isspace() or not c.isprintable() or c in '\\<>"{}|^`' for c in url):
        raise BadAddress("address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddress("address") from None
    if parts.scheme not in ("https", "http") or parts.scheme == "http" and not plain and parts.hostname not in _LOOPBACK_NAMES:
        raise BadAddress("scheme")
    if parts.username is not None or parts.password is not None:
        raise BadAddress("user")
    if not parts.hostname or parts.fragment or port == 0 or "%" in parts.netloc or not _is_host(parts.hostname):
        raise BadAddress("address")
    return url


def _is_host(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        # Words that only look like numbers (0x7f.1, 2130706433) are addresses to some resolvers.
        labels = host.rstrip(".").split(".")
        return len(host) <= 253 and not labels[-1][:1].isdigit() and all(
            0 < len(label) <= 63 and label.replace("-", "").replace("_", "").isalnum() for label in labels
        )


def post(url: str, body: bytes, headers: Mapping[str, str], *, inside: Collection[str]) -> Answer:
    """Send it and read the beginning of the answer. `inside`: hosts that may lie within. Raises Refused."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    addresses = _look_up(host, port, free=bool({host, f"{host}:{port}"} & {word.lower() for word in inside}))
    end = time.monotonic() + TOTAL_SECONDS
    try:
        with _connected(addresses, port, end) as plain, _secured(plain, parts, end) as wire:
            return _exchange(wire, parts, body, headers, end)
    except ssl.SSLError as error:
        raise Refused("tls", str(error)) from None
    except TimeoutError:
        raise Refused("timeout", f"no answer within {TOTAL_SECONDS:.0f} s") from None
    except (OSError, HTTPException, ValueError) as error:
        raise Refused("unreachable", f"{type(error).__name__}: {error}") from None


def _look_up(host: str, port: int, *, free: bool) -> list[str]:
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise Refused("unknown_host", f"{host}: {error}") from None
    within = [] if free else [address for address in found if not is_public(address)]
    if within:  # all of them must do: a name with one address within is one that somebody tries to get in by
        raise Refused("inside", host)  # which address it is belongs to the network's people
    return list(dict.fromkeys(found))[:_MOST_ADDRESSES]


def _connected(addresses: Sequence[str], port: int, end: float) -> socket.socket:
    """A connection to the first of these addresses that takes one."""
    *others, last = addresses
    for address in others:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=min(_CONNECT_SECONDS, _left(end)))
    return socket.create_connection((last, port), timeout=min(_CONNECT_SECONDS, _left(end)))


def is_public(address: str) -> bool:
    """Tell whether an address lies outside: not this machine, no private network, nothing reserved, whatever it is wrapped in."""
    if "%" in address:  # an address of one wire only
        return False
    found: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(found, IPv6Address):
        teredo = found.teredo
        wrapped = found.ipv4_mapped or found.sixtofour or (teredo[1] if teredo else None)
        if wrapped is None and found in _SIXTY_FOUR:
            wrapped = IPv4Address(int(found) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
    return found.is_global and not (
        found.is_private or found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved
    )


def _secured(plain: socket.socket, parts: SplitResult, end: float) -> socket.socket:
    plain.settimeout(_left(end))
    if parts.scheme != "https":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)


def _exchange(wire: socket.socket, parts: SplitResult, body: bytes, headers: Mapping[str, str], end: float) -> Answer:
    wire.settimeout(_left(end))
    connection = HTTPConnection(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    connection.sock = wire
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", target, body, {**headers, "Host": parts.netloc, "Connection": "close"})
    answer = HTTPResponse(cast(Any, _Reading(wire, end)), method="POST")
    answer.begin()
    try:
        first = answer.read(_KEPT)
    except (OSError, HTTPException):  # the code came, and that is what counts
        first = b""
    return Answer(answer.status, "".join(c if c.isprintable() else " " for c in first.decode("utf-8", "replace")).strip())


class _Reading:
    """A socket as `http.client` reads one, that ends at a moment and after so many bytes, however slowly they drip."""

    def __init__(self, wire: socket.socket, end: float) -> None:
        self._wire, self._end = wire, end

    def makefile(self, mode: str) -> io.BufferedReader:
        """What is read from."""
        return io.BufferedReader(_Drip(self._wire, self._end))


class _Drip(io.RawIOBase):
    def __init__(self, wire: socket.socket, end: float) -> None:
        self._wire, self._end, self._read = wire, end, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.settimeout(_left(self._end))
        count = self._wire.recv_into(buffer)
        self._read += count
        if self._read > _MOST_READ:
            raise OSError(f"the answer is longer than {_MOST_READ} bytes")
        return count


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
