"""What each route asks of who comes (route_rights.toml), asked before anything of the request is read. Deny by default.

Who could not do the act for any unit, in any process and as nobody's substitute is refused here, whatever was sent. Whether
he may do it in this case is a question for the verb behind the route, which knows the case.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, g, request

from service import people
from service.errors import NotSignedIn

DATA = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a route asks: nobody's name, anybody's, or one of some rights of the matrix; `thing`: what decides besides."""

    public: bool = False
    acts: tuple[str, ...] = ()
    own: bool = False
    thing: str = ""


@functools.cache
def routes() -> dict[str, Asked]:
    """What every route asks, by endpoint. Raises ValueError for a route that stands in two lines."""
    said: dict[str, Any] = tomllib.loads(DATA.read_text(encoding="utf-8"))
    lines = [
        *((name, Asked(public=True)) for name in said["public"]),
        *((name, Asked()) for name in said["signed_in"]),
        *((name, Asked(own=True)) for name in said["own"]),
        *((name, Asked(thing=thing)) for thing, names in said["thing"].items() for name in names),
        *((name, Asked(acts=tuple(acts.split()))) for acts, names in said["act"].items() for name in names),
    ]
    found = dict(lines)
    if len(found) < len(lines):
        raise ValueError(f"{DATA.name}: {sorted({name for name, _ in lines if [n for n, _ in lines].count(name) > 1})} stand twice")
    return found


def install(app: Flask) -> None:
    """Ask at every route; comes after the look-up of the person and the count of requests, before all that reads a body."""
    app.before_request(_ask)


def _ask() -> None:
    endpoint = request.endpoint
    if endpoint is None or request.method == "OPTIONS":
        return
    asked = routes().get(endpoint)
    if asked is None:
        raise LookupError(f"route {endpoint} has no line in {DATA.name}: say there what it asks of who comes")
    if asked.public:
        return
    by = g.get("actor")
    if by is None:
        raise NotSignedIn("Bạn chưa đăng nhập.", "Sign in first.")
    if by.must_change or by.must_enrol:
        return  # holds no right; page and API say what is to be done first
    if asked.acts and not any(people.could(by, act) for act in asked.acts):
        people.require(by, asked.acts[0])
