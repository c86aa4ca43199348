"""What is said of each route in one table (route_rights.toml): what it asks of who comes, tokens, secrets, limits. Reads only.

Deny by default: a route without a line is refused to everybody, a writing call that no list of [token] names to every token.
The doors ask it.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_suffix(".toml")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing; whatever else comes is a write."""
NEVER = "never"
"""What stands in `token` of a call that no personal API token makes."""
MATRIX = "matrix"
"""What stands there where the verb asks the matrix of rights, which knows the token's scope."""
_TRAITS = ("token", "secret", "told_once", "unready", "counted")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a route asks: nobody's name, anybody's, or one of some rights of the matrix; `thing`: what decides besides.

    `token`: never, matrix, or the area that the scope of a personal API token must name. `secret`: the kind of secret that it
    handles. `told_once`: the list in its answer that is kept for nobody. `unready`: who may call it without any right yet.
    `counted`: the setting that says how often a minute one address may come.
    """

    public: bool = False
    acts: tuple[str, ...] = ()
    own: bool = False
    thing: str = ""
    token: str = ""
    secret: str = ""
    told_once: str = ""
    unready: str = ""
    counted: str = ""


@functools.cache
def routes() -> dict[str, Asked]:
    """What is said of every route, by endpoint. Raises ValueError for one that stands in two lines, or in a list without a line."""
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
    for trait in _TRAITS:
        for word, names in said[trait].items():
            for name in names:
                if name not in found or getattr(found[name], trait):
                    raise ValueError(f"{DATA.name}: {name} in [{trait}] has no line above, or stands there twice")
                found[name] = replace(found[name], **{trait: word})
    return found
