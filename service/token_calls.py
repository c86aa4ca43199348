"""Which calls a personal API token may make: reading all, of the rest what [token] in route_rights.toml names, nothing else.

Where the verb asks the matrix of rights, the scope must hold a right that the call asks for (`people.within_limits` narrows
the verb's own questions too). Where it asks none, who holds the task decides: then the scope must name the area itself, and a
single act in it is not enough. What stands there under `never`, or nowhere, takes a person who has signed in.
"""

from __future__ import annotations

from flask import request

from service import people, route_rights
from service.actor import Actor
from service.errors import Forbidden


def check_call(by: Actor, asked: route_rights.Asked) -> None:
    """Refuse with Forbidden a call that the token through which somebody comes may not make, whatever rights he has."""
    if by.token is None or request.method in route_rights.SAFE:
        return
    if asked.token in ("", route_rights.NEVER):
        raise Forbidden(
            "Việc này phải tự đăng nhập mới làm được, không làm qua mã truy cập API.",
            "This is done by who has signed in, never through an API token.",
            code="token-never",
        )
    scope = by.limits or frozenset()
    if asked.token == route_rights.MATRIX:
        if asked.acts and not any(people.within_limits(by, act) for act in asked.acts):
            first = people.acts()[asked.acts[0]]
            raise people.beyond_limits(first.label, first.label_en)
        if not scope:  # the thing that is named decides which right is asked for: the verb asks it
            raise people.beyond_limits()
    elif asked.token not in scope:
        area = next(one for one in people.areas() if one.word == asked.token)
        raise people.beyond_limits(area.label, area.label_en)
