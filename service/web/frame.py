"""What stands around every page: bar, menu, person, notices. Plain values; filled by the pages' own code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere; `icon` is a name of the sprite."""

    words: str
    url: str
    icon: str = ""
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Me:
    """The person who is signed in, as the bar shows them."""

    name: str
    role: str
    account: int
    """Whose it is what a device keeps (assets/forms/kept.js)."""
    sign_out_url: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What the last act did, shown once at the top of the next page; `level` is ok, warn or bad."""

    words: str
    level: str = "ok"
    link: str = ""
    """Page where it is done instead."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything `base.html` needs, under the one name `frame`."""

    home_url: str
    display_url: str
    nav: tuple[Link, ...] = ()
    me: Me | None = None
    bell: Link | None = None
    """The own notices; `words` say how many are unread, for who does not see the number."""
    search_url: str = ""
    notice: str = ""
    said: tuple[Said, ...] = ()
    theme: str = "system"
    language: str = "vi"
    here: str = "/"
