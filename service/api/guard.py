"""What every call of the API passes before its route: a body that can be read and stored, and no forged write."""

from __future__ import annotations

import json
from typing import Any

import orjson
from flask import Flask, g, request
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.routing import IntegerConverter
from wtforms import ValidationError

from service import doors, route_rights
from service.errors import Forbidden, Refusal

_FREE = ("/api/v1/definitions", "/api/v1/replays")
"""Routes that take a body of their own kind."""
_DEEPEST = 60


class Number(IntegerConverter):
    """A row's number in an address: what no database key can be is no such page, instead of an error below."""

    regex = r"[0-9]{1,15}"


def install(app: Flask) -> None:
    """Add the checks that come before a route."""
    app.url_map.converters["int"] = Number
    app.before_request(_check)


def _check() -> None:
    if not doors.is_api():
        return
    if "\x00" in request.path or any("\x00" in v for _, v in request.args.items(multi=True)):
        raise unreadable("một ký tự rỗng", "a nul character")
    _ready()
    if request.method in route_rights.SAFE:
        return
    _not_forged()
    if request.mimetype == "multipart/form-data" or request.path in _FREE:
        return
    body = request.get_data()
    if body and not (request.mimetype == "application/json" or request.mimetype.endswith("+json")):
        raise UnsupportedMediaType
    if body:
        _storable(body)


def _ready() -> None:
    """Refuse who has yet to change the password, or to set up the second factor."""
    by = g.get("actor")
    if by is None or not request.path.startswith("/api/v1/"):
        return
    asked = route_rights.routes().get(request.endpoint or "")
    unready = asked.unready if asked else ""
    if by.must_change and not unready:
        raise Forbidden(*doors.CHANGE_FIRST, code="must-change")
    if by.must_enrol and not by.must_change and unready != "anybody":
        raise Forbidden(*doors.ENROL_FIRST, code="second-factor-required")


def _not_forged() -> None:
    """A cookie alone never writes: browsers' scripts send the CSRF token, programs a bearer token."""
    if doors.bearer() or doors.token() is None:
        return
    try:
        validate_csrf(request.headers.get("X-CSRF-Token", ""))
    except ValidationError:
        refusal = Refusal(
            "Yêu cầu không mang mã chống giả mạo. Tải lại trang rồi thử lại.",
            "The request carries no valid CSRF token; reload the page and try again.",
            code="csrf",
        )
        raise refusal from None


def _storable(body: bytes) -> None:
    """Refuse what JSON or a database cannot carry: NaN, lone surrogates, nul, numbers beyond 64 bit, deep nesting."""
    try:
        orjson.loads(body)
        said = json.loads(body)
        plain = orjson.dumps(said)
    except (ValueError, TypeError, RecursionError) as wrong:
        # orjson's errors are ValueErrors; its sentence names the place, never a value.
        raise unreadable("JSON không đọc được", f"JSON that cannot be read ({str(wrong)[:80]})") from None
    if b"\\u0000" in plain:
        raise unreadable("một ký tự rỗng", "a nul character")
    if _depth(said) > _DEEPEST:
        raise unreadable("quá nhiều lớp lồng nhau", "too many nested levels")


def _depth(value: Any) -> int:
    level, deepest = [value], 0
    while level:
        deepest += 1
        level = [
            x for v in level for x in (v.values() if isinstance(v, dict) else v if isinstance(v, list) else ())
        ]
    return deepest


def unreadable(what: str, what_en: str) -> Refusal:
    """A refusal of a request that cannot be read as it should."""
    return Refusal(
        f"Yêu cầu có {what}.", f"The request holds {what_en}.", code="unreadable"
    )



