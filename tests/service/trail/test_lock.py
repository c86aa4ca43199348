"""On PostgreSQL the service is not the owner: it can do its work, and can neither change entries nor open the locks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, ProgrammingError

from service import clock, trail
from service.actor import machine
from service.app import create_app
from service.config import Settings
from service.db import db, transaction
from service.jobs import bell
from service.schema import NotTheOwner, create_schema
from tests.conftest import SERVICE_ROLE, as_service, on_server, with_name
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, words


@pytest.fixture
def owner(postgres_url: str) -> Iterator[str]:
    """Address of an empty database as its owner."""
    name = f"vd_two_roles_{os.getpid()}"
    on_server(postgres_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    on_server(postgres_url, f'CREATE DATABASE "{name}"')
    yield with_name(postgres_url, name)
    on_server(postgres_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def served(owner: str, tmp_path: Path) -> Iterator[Flask]:
    """A service whose role owns nothing, on a database that its owner has prepared."""
    app = create_app(
        Settings(var=tmp_path, testing=True, demo=True, database_url=as_service(owner), owner_url=owner)
    )
    with app.app_context():
        create_schema()
        yield app
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)


def _hold(n: int) -> None:
    with transaction():
        trail.record("hold:lifted", by=machine("worker"), stream=f"instance:{n}", reason="đơn không có cơ sở")


ATTACKS = [
    "ALTER TABLE trail_event DISABLE TRIGGER ALL",
    "ALTER TABLE trail_event DISABLE TRIGGER trail_event_lock",
    "DROP TRIGGER trail_private_lock ON trail_private",
    "CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TRIGGER mine BEFORE INSERT ON trail_event FOR EACH ROW EXECUTE FUNCTION trail_refuse()",
    "ALTER TABLE trail_head OWNER TO CURRENT_USER",
    "DROP TABLE trail_event",
]
WRITES = [
    "DELETE FROM trail_event",
    "UPDATE trail_event SET actor = '1'",
    "TRUNCATE trail_event",
    "UPDATE trail_private SET value = ''",
    "DELETE FROM trail_head",
    "INSERT INTO trail_head (id, gseq, hash, at, key) VALUES (2, 9, '', 9, 1)",
    "UPDATE alembic_version SET version_num = '0'",
]


def test_the_owner_can_open_the_locks_and_the_service_cannot(served: Flask, owner: str) -> None:
    _hold(1)
    as_owner = sa.create_engine(owner)
    with as_owner.connect() as connection:  # each of these is possible at all; nothing of it stays
        for attack in ATTACKS:
            connection.exec_driver_sql(attack)
            connection.rollback()
        connection.exec_driver_sql("ALTER TABLE trail_event DISABLE TRIGGER ALL")
        connection.exec_driver_sql("ALTER TABLE trail_private DISABLE TRIGGER ALL")
        connection.exec_driver_sql("ALTER TABLE trail_head DISABLE TRIGGER ALL")
        for attack in WRITES:
            inside = connection.begin_nested()
            assert connection.exec_driver_sql(attack).rowcount != 0
            inside.rollback()
        connection.rollback()
    as_owner.dispose()
    with db.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT current_user")) == SERVICE_ROLE
        for attack in [*ATTACKS, *WRITES, "SET session_replication_role = replica", "CREATE TABLE mine (id int)"]:
            with pytest.raises(ProgrammingError, match="permission denied|must be owner"):
                connection.exec_driver_sql(attack)
            connection.rollback()
        # It may delete what an entry of an erasure names, and so the database's lock must ask for each value.
        for attack in ("DELETE FROM trail_private", "INSERT INTO trail_erased (gseq, path, entry) VALUES (1, 'reason', 1)"):
            with pytest.raises(DBAPIError, match="append-only|names an entry that erases"):
                connection.exec_driver_sql(attack)
            connection.rollback()
    _hold(2)
    assert trail.verify().ok and trail.verify().count == 2


def test_the_service_does_its_work_without_owning_anything(served: Flask) -> None:
    office = Office(served, date(2026, 11, 3))
    office.assess(office.nominate("HN-2026"))
    bell.ring()
    with db.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM procrastinate.procrastinate_jobs")) == 1
    assert trail.verify().ok
    assert "chủ sở hữu là vai trò khác" in words(Visitor(served, "quantri").open("/office/health"))
    create_schema()  # a second start, by the owner again, takes nothing away
    office.nominate("HN-2026", name="Lê Trúc Xanh")


def test_whether_the_lock_is_held_by_another_is_told(served: Flask, app: Flask, owner: str) -> None:
    with app.app_context():  # one address only, or SQLite
        assert not trail.is_held_by_the_database()
    with served.app_context():
        assert trail.is_held_by_the_database()
        on_server(owner, f"GRANT UPDATE ON trail_private TO {SERVICE_ROLE}")
        assert not trail.is_held_by_the_database()
        create_schema()
        assert trail.is_held_by_the_database()


def test_the_service_alone_says_who_has_to_make_the_tables(owner: str, tmp_path: Path) -> None:
    on_server(owner, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    app = create_app(Settings(var=tmp_path, testing=True, database_url=as_service(owner)))
    with app.app_context():
        with pytest.raises(NotTheOwner, match="VINHDANH_OWNER_URL"):
            create_schema()
        db.engine.dispose()
