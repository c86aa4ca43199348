"""Pages drawn with made-up values: an application without a database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

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
