"""Pages drawn with made-up values, in an application without a database; and an office whose people use them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.journeys.conftest import Furnished, done_before, furnished
from tests.service.web.desk import DAY, Desk, opened
from tests.service.web.showcase import showcase

__all__ = ["furnished"]


@pytest.fixture(scope="session")
def stage() -> Flask:
    """The showcase of all page templates."""
    app = showcase()
    app.testing = True
    return app


@pytest.fixture
def reading(stage: Flask) -> Iterator[Flask]:
    """Inside a request of somebody who reads Vietnamese."""
    with stage.test_request_context("/"):
        yield stage


@pytest.fixture
def desk(request: pytest.FixtureRequest, furnished: Furnished, tmp_path: Path) -> Iterator[Desk]:
    """The office at work, on SQLite, the test's own; with a mark, one in which something was done before."""
    with opened(furnished("sqlite", DAY, done_before(request))[0], tmp_path / "var") as found:
        yield found
