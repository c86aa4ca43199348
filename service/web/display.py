"""Keeps how the reader wants to see the pages, theme and language, in cookies of the browser; no account needed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request

from service.web.rendering import LANGUAGES, THEMES

pages = Blueprint("display", __name__)

_TRICK = re.compile(r"[\x00-\x1f\x7f\\]")
_KEEP_SECONDS = 365 * 24 * 3600
_CHOICES = {"theme": THEMES, "language": tuple(LANGUAGES)}


@pages.post("/display")
def choose() -> Response:
    """Keep the chosen theme or language and go back to where the reader was; an unknown choice changes nothing."""
    answer = redirect(local_path(request.form.get("next", "/")), code=303)
    for key, values in _CHOICES.items():
        value = request.form.get(key)
        if value in values:
            answer.set_cookie(
                key, value, max_age=_KEEP_SECONDS, secure=request.is_secure, httponly=True, samesite="Lax"
            )
    return answer  # type: ignore[return-value]  # redirect() is typed for werkzeug's base class


def local_path(address: str) -> str:
    """The address if it is one of this service, else the first page: nobody can send the reader elsewhere.

    Browsers leave out tabs and line ends and take a backslash for a slash: `/<tab>/host` is another host to them.
    """
    if not address.startswith("/") or address.startswith("//") or _TRICK.search(address):
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else address
