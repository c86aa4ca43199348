"""A council with nine members, on both databases."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.service.council.ballot.chamber import Chamber


@pytest.fixture
def chamber(app: Flask) -> Chamber:
    """Nine members, three tellers, two secretaries, an administrator."""
    return Chamber(app)
