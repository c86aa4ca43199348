"""Makes and upgrades the tables; the models are the source, the migrations bring older databases to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Index, inspect, text

from service.db import db, is_postgresql

MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 7_204_618  # any number that nobody else in this database locks


class UnknownSchema(RuntimeError):
    """The tables are none that this version can bring on: made by a newer one, or before the first."""


def create_schema() -> None:
    """Make every table, index and trigger in an empty database, bring an older one on, leave a current one alone.

    One transaction: a migration that fails leaves the database as it was. Service and worker may start at the same
    moment: the second one waits and finds the work done. UnknownSchema where the tables are a newer version's.
    """
    db.session.remove()
    with db.engine.connect() as connection, _references_unchecked(connection):
        connection = connection.execution_options(writes=True)
        with connection.begin():
            if is_postgresql():
                connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _ADVISORY_LOCK})
            _bring_on(connection)


def _bring_on(connection: Connection) -> None:
    stands = MigrationContext.configure(connection).get_current_revision()
    if stands == newest():
        return
    if stands is not None:
        _upgrade(connection, stands)
        return
    if inspect(connection).has_table("trail_head"):
        raise UnknownSchema("these tables were made before the first release; start with an empty database")
    # The models make the same tables as all migrations in a row, at once; a test compares the two.
    db.metadata.create_all(connection)
    command.stamp(_config(connection), "head")


def newest() -> str | None:
    """Number of the newest migration."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def upgrade_on(connection: Connection) -> None:
    """Run the missing migrations on an open transaction."""
    command.upgrade(_config(connection), "head")


def belongs(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Tell Alembic which objects are compared: an index that is meant for the other database only is not."""
    if kind != "index" or reflected:
        return True
    return meant_for(thing, db.engine.dialect.name)


def meant_for(index: Index, dialect: str) -> bool:
    """Tell whether an index is made on this database at all."""
    condition = getattr(index, "_ddl_if", None)
    return condition is None or condition.dialect in (None, dialect)


def _upgrade(connection: Connection, stands: str) -> None:
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if stands not in known:
        raise UnknownSchema(
            f"these tables are of version {stands}, newer than this program; install the version that made them"
        )
    upgrade_on(connection)
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise UnknownSchema(f"after the migration rows refer to nothing: {broken[:3]}")


@contextmanager
def _references_unchecked(connection: Connection) -> Iterator[None]:
    """SQLite changes a column by making the table anew, which it allows only while references are not checked.

    Can be said outside a transaction only; the check is made up for at the end of an upgrade.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _config(connection: Connection) -> Config:
    config = Config(str(MIGRATIONS / "alembic.ini"))
    config.attributes["connection"] = connection
    return config
