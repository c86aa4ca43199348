"""Offices for calls: one of its own for each test on both databases, and one that many harmless calls share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from service.schema import create_schema
from tests.journeys.conftest import OpenOffice, done_before, furnished, office_on
from tests.journeys.office import Office
from tests.journeys.program import Program

__all__ = ["furnished", "office_on"]
DAY = date(2026, 11, 3)


@pytest.fixture
def office(request: pytest.FixtureRequest, office_on: OpenOffice) -> Office:
    """An office of the test's own; with a mark, one in which something was done before."""
    return office_on(DAY, done_before(request))


@pytest.fixture
def program(office: Office) -> Program:
    """A program that calls it."""
    return Program(office.app.test_client(), office.work)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on SQLite for calls that leave nothing behind that matters to the next."""
    app = create_app(Settings(var=tmp_path_factory.mktemp("shared"), testing=True, demo=True))
    with app.app_context():
        create_schema()
        made = Office(app, DAY)
        one, two = made.nominate("HN-2026"), made.nominate("HN-2026", name="Lê Trúc Xanh")
        made.assess(one)
        made.assess(two)
        made.sign(one)
        made.check(one)
        db.session.remove()
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)


@pytest.fixture
def caller(shared: Office) -> Program:
    """A program that calls the shared office."""
    return Program(shared.app.test_client(), shared.work)
