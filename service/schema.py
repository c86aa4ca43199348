"""Makes and upgrades the tables; the models are the source, the migrations bring older databases to them."""

from __future__ import annotations

from service.db import db


def create_schema() -> None:
    """Make every table, index and trigger in an empty database."""
    db.create_all()
    db.session.remove()
