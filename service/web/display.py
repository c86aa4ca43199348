"""Keeps how the reader wants to see the pages, theme and language, in cookies of the browser; no account needed."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request

from service.web.rendering import LANGUAGES, THEMES

pages = Blueprint("display", __name__)

_KEEP_SECONDS = 365 * 24 * 3600
_CHOICES = {"theme": THEMES, "language": tuple(LANGUAGES)}


@pages.post("/display")
def choose() -> Response:
    """Keep the chosen theme or language and go back to where the reader was; an unknown choice changes nothing."""
    answer = redirect(_back(request.form.get("next", "/")), code=303)
    for key, values in _CHOICES.items():
        value = request.form.get(key)
        if value in values:
            answer.set_cookie(
                key, value, max_age=_KEEP_SECONDS, secure=request.is_secure, httponly=True, samesite="Lax"
            )
    return answer  # type: ignore[return-value]  # redirect() is typed for werkzeug's base class


def _back(address: str) -> str:
    """A path of this service only, so that the form cannot send the reader elsewhere."""
    parts = urlsplit(address)
    local = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if local else "/"
