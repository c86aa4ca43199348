"""The tables: made at once from the models or step by step by the migrations, the result is the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from service import schema, trail
from service.db import db
from service.demo.people import load_people
from tests.house.freeze_schema import made_by_models

_FUNCTIONS = "SELECT p.proname, p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE nspname = {}"
_MADE = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
_CATALOGUE = {
    "columns": (
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default "
        "FROM information_schema.columns WHERE table_schema = {}"
    ),
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = {}",
    "constraints": (
        "SELECT c.relname, t.conname, pg_get_constraintdef(t.oid) FROM pg_constraint t "
        "JOIN pg_class c ON c.oid = t.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = {}"
    ),
    "triggers": (
        "SELECT c.relname, pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = {} AND NOT t.tgisinternal"
    ),
    "functions": _FUNCTIONS,
}


def catalogue(connection: sa.Connection) -> dict[str, list[Any]]:
    """Everything the database knows about its tables, in one comparable value."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(_MADE).all()
        return {"made by": sorted((name, " ".join(sql.split())) for name, sql in rows)}
    return {
        f"{what} of {space}": sorted(
            map(repr, connection.exec_driver_sql(statement.format(f"'{space}'")).all())
        )
        for what, statement in _CATALOGUE.items()
        for space in ("public", "procrastinate")
    }


@pytest.fixture
def empty(app: Flask) -> Iterator[sa.Connection]:
    """An open transaction on a database from which every table was taken; nothing of it stays."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("DROP SCHEMA procrastinate CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        else:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
            for name in [n for n in names if not n.startswith("sqlite_")]:
                connection.exec_driver_sql(f'DROP TABLE "{name}"')
        yield connection


def test_migrations_make_what_the_models_make(app: Flask, empty: sa.Connection) -> None:
    assert not any(rows for name, rows in catalogue(empty).items())
    schema.upgrade_on(empty)
    by_migrations = catalogue(empty)
    empty.rollback()
    with db.engine.connect() as connection:
        at_once = catalogue(connection)
    assert at_once.keys() == by_migrations.keys()
    for what, rows in at_once.items():
        assert by_migrations[what] == rows, "`make first-migration` before the first release, else `make migration`"


def test_alembic_finds_nothing_to_change(app: Flask, empty: sa.Connection) -> None:
    schema.upgrade_on(empty)
    context = MigrationContext.configure(
        empty, opts={"compare_type": True, "target_metadata": db.metadata, "include_object": schema.belongs}
    )
    assert compare_metadata(context, db.metadata) == []


def test_second_start_changes_nothing(app: Flask) -> None:
    with db.engine.connect() as connection:
        before = catalogue(connection)
    schema.create_schema()
    with db.engine.connect() as connection:
        assert catalogue(connection) == before
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all() == [
            schema.newest()
        ]


@pytest.mark.parametrize("version", ["9999", "0001_0a1b2c3d"])
def test_tables_of_a_version_that_is_not_known_are_refused_in_words(app: Flask, version: str) -> None:
    schema.create_schema()  # its own are taken
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    with pytest.raises(schema.UnknownSchema, match="bắt đầu với cơ sở dữ liệu trống") as refused:
        schema.create_schema()
    assert f"({version};" in str(refused.value) and "make demo-reset" in str(refused.value)


def test_tables_of_no_version_are_refused_in_words(app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    with pytest.raises(schema.UnknownSchema, match="another version of this program"):
        schema.create_schema()


SECOND = '''
"""A try."""
import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("unit") as table:
        table.alter_column("code", type_=sa.String(99), existing_type=sa.String())
    {then}
'''


@pytest.fixture
def next_version(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the migrations of a next version lie, with those of today."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    return folder / "versions" / "9001_try.py"


def _code_column() -> str:
    columns = {c["name"]: str(c["type"]) for c in sa.inspect(db.engine).get_columns("unit")}
    return columns["code"]


_UNITS = "SELECT count(*) FROM unit"
_EVENTS = "SELECT count(*), max(gseq) FROM trail_event"


def test_older_tables_are_brought_on_and_keep_their_rows(app: Flask, next_version: Path) -> None:
    assert _code_column() != "VARCHAR(99)"
    load_people()
    db.session.remove()
    with db.engine.connect() as connection:
        units = connection.exec_driver_sql(_UNITS).scalar_one()
        events = connection.exec_driver_sql(_EVENTS).one()
    assert units > 30 and events[0] > 100
    next_version.write_text(SECOND.format(head=schema.newest(), then=""), encoding="utf-8")
    schema.create_schema()
    assert _code_column() == "VARCHAR(99)"
    assert schema.newest() == "9001"
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9001"
        assert connection.exec_driver_sql(_UNITS).scalar_one() == units
        assert connection.exec_driver_sql(_EVENTS).one() == events
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert trail.verify().ok


def test_migration_that_fails_leaves_everything_as_it_was(app: Flask, next_version: Path) -> None:
    before = schema.newest()
    next_version.write_text(
        SECOND.format(head=before, then='raise RuntimeError("broken")'), encoding="utf-8"
    )
    with pytest.raises(RuntimeError, match="broken"):
        schema.create_schema()
    assert _code_column() != "VARCHAR(99)"
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == before


def test_first_migration_is_frozen_in_a_stable_order(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/empty.sqlite3"
    assert made_by_models(address) == made_by_models(address)
