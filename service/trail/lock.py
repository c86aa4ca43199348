"""Tells how firmly the trail's tables are locked against the service itself. A lock, not a proof: see `verify`."""

from __future__ import annotations

from sqlalchemy import text

from service.db import is_postgresql, reading
from service.trail.models import CHECKPOINT, ERASED, EVENT, HEAD, NODE, PRIVATE

_MAY_OPEN = text(
    "SELECT bool_or(pg_has_role(current_user, c.relowner, 'MEMBER') OR has_table_privilege(current_user, c.oid, :rights)) "
    "FROM pg_class c WHERE c.oid = to_regclass(:name)"
)
_GROWING = "UPDATE, DELETE, TRUNCATE, TRIGGER"
_CLOSED = {table.name: _GROWING for table in (EVENT, ERASED, NODE, CHECKPOINT)} | {
    PRIVATE.name: "UPDATE, TRUNCATE, TRIGGER",  # what an erasure names is deleted, and nothing else: see `models`
    HEAD.name: "INSERT, DELETE, TRUNCATE, TRIGGER",
}


def is_held_by_the_database() -> bool:
    """Tell whether the database keeps the service's own role from changing entries and from opening the locks.

    True on PostgreSQL where the role neither owns the tables, nor may become who does, nor holds a right too many.
    SQLite knows no owner: whoever writes to the file can open the locks.
    """
    if not is_postgresql():
        return False
    with reading() as s:
        return not any(
            s.execute(_MAY_OPEN, {"name": name, "rights": rights}).scalar() for name, rights in _CLOSED.items()
        )
