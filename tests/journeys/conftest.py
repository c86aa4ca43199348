"""What the journeys start from: an office that is furnished once a day and database, and copied for each test.

On PostgreSQL the service works as a role that owns nothing: that its rights are enough is shown by every journey.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.conftest import RUN, Once, as_service, copy_database, on_server, with_name
from tests.journeys.office import Office, build
from tests.journeys.walk import Walk

Furnished = Callable[[str, date], tuple[Path, str]]


@pytest.fixture(params=["live", "restored"])
def restored(request: pytest.FixtureRequest) -> bool:
    """Whether each act meets the same object, or one rebuilt from the bytes of the step before."""
    return bool(request.param == "restored")


@pytest.fixture
def walk(restored: bool) -> Walk:
    return Walk(restored)


@pytest.fixture(scope="session")
def furnished(request: pytest.FixtureRequest, once: Once) -> Furnished:
    """Furnish an office on a day, once for each kind of database: its folder, and its database's name on PostgreSQL."""

    def furnish(kind: str, day: date) -> tuple[Path, str]:
        server: str = request.getfixturevalue("postgres_url") if kind == "postgresql" else ""
        name = f"vd_office_{RUN}_{day:%Y%m%d}" if server else ""

        def make(folder: Path) -> None:
            url, owner = "", ""
            if server:
                on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                on_server(server, f'CREATE DATABASE "{name}"')
                owner = with_name(server, name)
                url = as_service(owner)
            build(folder, day, database_url=url, owner_url=owner)

        return once(f"office-{kind}-{day}", make), name

    return furnish


@pytest.fixture(params=["sqlite", "postgresql"])
def office_on(
    request: pytest.FixtureRequest, furnished: Furnished, tmp_path: Path
) -> Iterator[Callable[[date], Office]]:
    """An office of the test's own on a day, on SQLite and on PostgreSQL; opened twice, two that are alike."""
    kind: str = request.param
    names: list[str] = []
    stack: list[object] = []

    def open_office(day: date) -> Office:
        folder, template = furnished(kind, day)
        var, url = tmp_path / f"var{len(stack) or ''}", ""
        shutil.copytree(folder, var, ignore=shutil.ignore_patterns("clock"))
        if kind == "postgresql":
            server: str = request.getfixturevalue("postgres_url")
            names.append(f"vd_case_{uuid4().hex[:12]}")
            copy_database(server, names[-1], template)
            url = as_service(with_name(server, names[-1]))
        app = create_app(Settings(var=var, testing=True, demo=True, database_url=url))
        context = app.app_context()
        context.push()
        stack.append(context)
        return Office(app, day, furnished=True)

    yield open_office
    for context in reversed(stack):
        db.session.remove()
        db.engine.dispose()
        context.pop()  # type: ignore[attr-defined]
    clock.follow(None)
    for name in names:
        on_server(request.getfixturevalue("postgres_url"), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
