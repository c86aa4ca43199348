"""Pages drawn with made-up values, in an application without a database; and an office whose people use them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.service.web.desk import Desk, build, opened
from tests.service.web.showcase import showcase


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


@pytest.fixture(scope="session")
def furnished_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation with people and rounds."""
    folder = tmp_path_factory.mktemp("desk")
    build(folder)
    return folder


@pytest.fixture
def desk(furnished_desk: Path, tmp_path: Path) -> Iterator[Desk]:
    """The office at work, on SQLite, the test's own."""
    with opened(furnished_desk, tmp_path / "var") as found:
        yield found
