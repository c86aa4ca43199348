"""Offices for calls: one of its own for each test on both databases, and one that many harmless calls share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.journeys.conftest import Furnished, OpenOffice, done_before, furnished, office_on
from tests.journeys.office import Office
from tests.journeys.program import Program
from tests.service.web.desk import opened

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


def _two_cases(office: Office) -> None:
    one, two = office.nominate("HN-2026"), office.nominate("HN-2026", name="Lê Trúc Xanh")
    office.assess(one)
    office.assess(two)
    office.sign(one)
    office.check(one)


@pytest.fixture(scope="module")
def shared(furnished: Furnished, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on SQLite for calls that leave nothing behind that matters to the next; a module's tests share a copy."""
    with opened(furnished("sqlite", DAY, _two_cases)[0], tmp_path_factory.mktemp("shared") / "var") as desk:
        yield desk.office


@pytest.fixture
def caller(shared: Office) -> Program:
    """A program that calls the shared office."""
    return Program(shared.app.test_client(), shared.work)
