"""What the journeys start from: an office that is furnished once a day and database, and copied for each test.

On PostgreSQL the service works as a role that owns nothing: that its rights are enough is shown by every journey.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pytest
from flask import Flask

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.conftest import RUN, Once, as_service, copy_database, on_server, with_name
from tests.journeys.council import DAY, Council, filled, invited
from tests.journeys.office import Office, build
from tests.journeys.walk import Walk
from tests.service.replayed import not_told_again


class Furnished(Protocol):
    """Furnishes an office on a day, once for each kind of database: its folder, and its database's name on PostgreSQL.

    With `before`, something is done in it as well, and its plain result kept, for all tests that begin after that.
    """

    def __call__(self, kind: str, day: date, before: Callable[[Office], Any] | None = None) -> tuple[Path, str]: ...


class OpenOffice(Protocol):
    """Opens an office of the test's own; one where something was done `before` has the result of that as `made`."""

    def __call__(self, day: date, before: Callable[[Office], Any] | None = None) -> Office: ...


@pytest.fixture(params=["live", "restored"])
def restored(request: pytest.FixtureRequest) -> bool:
    """Whether each act meets the same object, or one rebuilt from the bytes of the step before."""
    return bool(request.param == "restored")


@pytest.fixture
def walk(restored: bool) -> Walk:
    return Walk(restored)


@pytest.fixture(scope="session")
def furnished(request: pytest.FixtureRequest, once: Once) -> Furnished:
    """Offices from which tests take copies."""

    def furnish(kind: str, day: date, before: Callable[[Office], Any] | None = None) -> tuple[Path, str]:
        server: str = request.getfixturevalue("postgres_url") if kind == "postgresql" else ""
        what = f"{day:%Y%m%d}{_word_for(before)}"
        name = f"vd_office_{RUN}_{what}" if server else ""

        def make(folder: Path) -> None:
            url, owner = "", ""
            if server:
                on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                on_server(server, f'CREATE DATABASE "{name}"')
                owner = with_name(server, name)
                url = as_service(owner)
            build(folder, day, database_url=url, owner_url=owner)

        def make_more(folder: Path) -> None:
            plain, template = furnish(kind, day)
            with opened(plain, folder, day, server, name, template) as office:
                made = before(office) if before else None
                (folder / MADE).write_text(json.dumps({"at": clock.now().isoformat(), "made": made}))

        return once(f"office-{kind}-{what}", make_more if before else make), name

    return furnish


def _word_for(before: Callable[[Office], Any] | None) -> str:
    """What tells apart what was done before; of a function with arguments (`partial`) those count too."""
    if before is None:
        return ""
    function, given = (before.func, (before.args, before.keywords)) if isinstance(before, partial) else (before, ())
    told = f"{function.__module__} {function.__qualname__} {given!r}"
    return f"-{blake2b(told.encode(), digest_size=6).hexdigest()}"


MADE = "made.json"


def done_before(request: pytest.FixtureRequest) -> Callable[[Office], Any] | None:
    """What the mark of a test says was done in its office before: `@pytest.mark.office(after=…)`; its result is `made`."""
    mark = request.node.get_closest_marker("office")
    return mark.kwargs["after"] if mark else None


def told_again() -> None:
    """What happened in an office can be told again from its records, each case just as it went."""
    _, faults = not_told_again()
    assert not faults


def left_at(var: Path) -> datetime | None:
    """The moment at which something was done before in this office; its tests go on from there, however late they run."""
    file = var / MADE
    return datetime.fromisoformat(json.loads(file.read_text())["at"]) if file.exists() else None


def enter(app: Flask, var: Path, day: date) -> Office:
    """The office of a copied folder, on a day, or from the moment on at which it was left."""
    at = left_at(var)
    office = Office(app, at or day, furnished=True)
    if at:
        office.made = json.loads((var / MADE).read_text())["made"]
    return office


@contextmanager
def opened(plain: Path, var: Path, day: date, server: str, name: str, template: str) -> Iterator[Office]:
    """A copy of an office at work, on a day: its folder, and its database on the server if there is one."""
    shutil.copytree(plain, var, ignore=shutil.ignore_patterns("clock"), dirs_exist_ok=True)
    if server:
        copy_database(server, name, template)
    url = as_service(with_name(server, name)) if server else ""
    app = create_app(Settings(var=var, testing=True, demo=True, database_url=url))
    with app.app_context():
        yield enter(app, var, day)
        told_again()
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)


@pytest.fixture(params=["sqlite", "postgresql"])
def office_on(request: pytest.FixtureRequest, furnished: Furnished, tmp_path: Path) -> Iterator[OpenOffice]:
    """An office of the test's own on a day, on SQLite and on PostgreSQL; opened twice, two that are alike."""
    server: str = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    names: list[str] = []
    with ExitStack() as stack:

        def open_office(day: date, before: Callable[[Office], Any] | None = None) -> Office:
            plain, template = furnished(request.param, day, before)
            names.append(f"vd_case_{uuid4().hex[:12]}")
            var = tmp_path / f"var{len(names) - 1 or ''}"
            return stack.enter_context(opened(plain, var, day, server, names[-1], template))

        yield open_office
    for name in names if server else ():
        on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def council(office_on: OpenOffice) -> Council:
    """A council that is invited over four names."""
    return invited(office_on(DAY, partial(filled, count=4)))
