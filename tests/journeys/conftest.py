"""What the journeys start from."""

from __future__ import annotations

import pytest

from tests.journeys.walk import Walk


@pytest.fixture(params=["live", "restored"])
def restored(request: pytest.FixtureRequest) -> bool:
    """Whether each act meets the same object, or one rebuilt from the bytes of the step before."""
    return bool(request.param == "restored")


@pytest.fixture
def walk(restored: bool) -> Walk:
    return Walk(restored)
