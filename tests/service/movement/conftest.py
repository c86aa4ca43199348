"""An office with registers of its own beside the shipped ones, so that the mechanism is tested apart from petitions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.journeys.conftest import furnished, office_on
from tests.journeys.office import Office

__all__ = ["furnished", "office_on"]


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    """The office on the day before filing begins."""
    return office_on(date(2026, 11, 3))
