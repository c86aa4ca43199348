"""Runs the migrations on the connection that is handed over (`service.schema`), whose transaction is the caller's.

Alembic executes this file. Without a connection (`make migration`) it works on the database of the settings.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from service.db import Instant, Json, db
from service.schema import belongs

OWN_TYPES = {Instant: "Instant()", Json: "Json()"}


def render_own_types(kind: str, thing: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types by their own names into a new migration."""
    if kind == "type" and type(thing) in OWN_TYPES:
        name = OWN_TYPES[type(thing)]
        autogen.imports.add(f"from service.db import {name.removesuffix('()')}")
        return name
    return False


def run() -> None:
    """Bring the database to the asked revision."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _run_on(given)
        return
    from service.app import create_app  # only here: the application itself brings its connection

    with create_app().app_context(), db.engine.begin() as connection:
        _run_on(connection)


def _run_on(connection: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        include_object=belongs,
        render_item=render_own_types,
        render_as_batch=True,  # SQLite changes a column by making the table anew
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
