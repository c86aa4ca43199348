"""Pages: server-rendered, each module one subject; they call the same verbs as the API."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Add the pages, their filters and their frame."""
    from service.web import display, rendering
    from service.web.pages import install as install_pages

    rendering.install(app)
    install_pages(app)
    assert display
