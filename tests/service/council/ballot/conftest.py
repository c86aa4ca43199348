"""A council with nine members, on both databases; each test has a copy of one that was furnished once, and its keys."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from service.config import Settings
from tests.conftest import Once, make_database, make_template
from tests.service.council.ballot.chamber import Chamber, furnish


@pytest.fixture(scope="session")
def furnished(once: Once) -> Path:
    """A folder with a SQLite database of a council, and the keys that its trail was written with."""
    return once("chamber", lambda folder: make_database(folder, furnish, demo=True))


@pytest.fixture(scope="session")
def sqlite_template(furnished: Path) -> Path:
    """A SQLite database with a council, copied for each test."""
    return furnished / "vinhdanh.sqlite3"


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a PostgreSQL database with a council, the template of each test's own; the keys are those of the other."""
    folder = tmp_path_factory.mktemp("pg-chamber")
    shutil.copytree(furnished / "keys", folder / "keys")
    return make_template(postgres_url, "_chamber", folder, furnish, demo=True)


@pytest.fixture
def settings(settings: Settings, furnished: Path) -> Settings:
    """Settings of one test's installation, which has a council, and its keys."""
    shutil.copytree(furnished / "keys", settings.var / "keys")
    return settings


@pytest.fixture
def chamber(app: Flask) -> Chamber:
    """Nine members, three tellers, two secretaries, an administrator."""
    return Chamber(app)
