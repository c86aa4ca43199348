"""Puts the service together: one Flask application from settings. Decides nothing itself."""

from __future__ import annotations

from apiflask import APIFlask

from service import clock
from service.config import Settings
from service.db import db


def create_app(settings: Settings | None = None) -> APIFlask:
    """Build the application; may be called more than once in a process."""
    settings = settings or Settings()
    settings.var.mkdir(parents=True, exist_ok=True)
    app = APIFlask("service", title="Vinh Danh", version="1", docs_path=None)
    app.config.update(
        SECRET_KEY=settings.key("cookies").get_secret_value(),
        SQLALCHEMY_DATABASE_URI=settings.database,
        MAX_CONTENT_LENGTH=settings.request_limit,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
    )
    app.extensions["settings"] = settings
    clock.follow(settings.var / "clock" if settings.demo else None)
    db.init_app(app)
    return app
