"""Makes and upgrades the tables; the models are the source, the migrations bring older databases to them."""

from __future__ import annotations

from sqlalchemy import inspect, text

from service.db import db, is_postgresql, transaction

_ADVISORY_LOCK = 7_204_618  # any number that nobody else in this database locks


def create_schema() -> None:
    """Make every table, index and trigger in an empty database; does nothing where they stand already.

    Service and worker may start at the same moment: the second one waits and finds the tables made.
    """
    with transaction() as s:
        if is_postgresql():
            s.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _ADVISORY_LOCK})
        connection = s.connection()
        if inspect(connection).has_table("trail_head"):
            return
        db.metadata.create_all(connection)
    db.session.remove()
