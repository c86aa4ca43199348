"""Makes and upgrades the tables; the models are the source, the migrations bring older databases to them.

On PostgreSQL this may be done by an owner of its own, so that the role of the service can neither change tables nor
open the trail's locks; the owner grants it what it needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection, Engine, Index, create_engine, inspect, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from service.db import db, is_postgresql

MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 7_204_618  # any number that nobody else in this database locks


class UnknownSchema(RuntimeError):
    """The tables are none that this version can bring on: made by a newer one, or before the first."""


class NotTheOwner(RuntimeError):
    """The role of the service may not make or change tables, and nobody gave the owner's address."""


def create_schema() -> None:
    """Make every table, index and trigger in an empty database, bring an older one on, leave a current one alone.

    Done by the owner (`VINHDANH_OWNER_URL`) where one is given, who then grants the service's role what it needs. One
    transaction: a migration that fails leaves the database as it was. Service and worker may start at the same moment:
    the second one waits and finds the work done. UnknownSchema where the tables are a newer version's; NotTheOwner.
    """
    db.session.remove()
    with maker() as engine, engine.connect() as connection, _references_unchecked(connection):
        connection = connection.execution_options(writes=True)
        with connection.begin():
            if is_postgresql():
                connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _ADVISORY_LOCK})
            try:
                _bring_on(connection)
            except ProgrammingError as error:
                if getattr(error.orig, "sqlstate", "") == _NOT_ALLOWED:
                    raise NotTheOwner(
                        "this role may not make or change tables; run `vinhdanh prepare` once with VINHDANH_OWNER_URL"
                    ) from error
                raise
            if engine is not db.engine:
                _grant(connection, make_url(current_app.extensions["settings"].database).username or "")


_NOT_ALLOWED = "42501"
_OWN_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"


@contextmanager
def maker() -> Iterator[Engine]:
    """Who makes the tables: the owner where one is given, else the service's own role."""
    owner = current_app.extensions["settings"].owner_url
    if not owner or not is_postgresql():
        yield db.engine
        return
    engine = create_engine(owner, poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def _grant(connection: Connection, role: str) -> None:
    """Give a role what the service needs, and take away what is more; a role that is the owner keeps all.

    A table says in its `info` where the service may do less than read and write.
    """
    if role == connection.scalar(text("SELECT current_user")):
        return
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    bell = "procrastinate"
    tables = {table.name: table.info.get("rights", _OWN_RIGHTS) for table in db.metadata.sorted_tables}
    statements = [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public, {bell} TO {quoted}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, {bell} TO {quoted}",
        f"GRANT {_OWN_RIGHTS} ON ALL TABLES IN SCHEMA {bell} TO {quoted}",
    ]
    for name, rights in {**tables, "alembic_version": "SELECT"}.items():
        statements += [f'REVOKE ALL ON "{name}" FROM {quoted}', f'GRANT {rights} ON "{name}" TO {quoted}']
    for statement in statements:
        connection.exec_driver_sql(statement)


def _bring_on(connection: Connection) -> None:
    stands = MigrationContext.configure(connection).get_current_revision()
    if stands == newest():
        return
    if stands is not None:
        _upgrade(connection, stands)
        return
    if inspect(connection).has_table("trail_head"):
        raise _made_by_another("?")
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


def _made_by_another(version: str) -> UnknownSchema:
    return UnknownSchema(
        f"Cơ sở dữ liệu do một bản phần mềm khác tạo ra ({version}; bản này: {newest()}) và không nâng lên được. Dùng lại đúng bản đó, "
        "hoặc bắt đầu với cơ sở dữ liệu trống (bản dùng thử: make demo-reset).\n"
        f"The tables were made by another version of this program ({version}; this one: {newest()}), newer or before the first release. "
        "Install that version, or start with an empty database (the demo: make demo-reset)."
    )


def _upgrade(connection: Connection, stands: str) -> None:
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if stands not in known:
        raise _made_by_another(stands)
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
