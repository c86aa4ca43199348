"""An office that was installed, not the demo: people are there, a movement is not yet, and no page breaks on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from service.app import create_app
from service.config import Settings
from service.db import db
from service.demo.people import load_people
from service.install import prepare_database
from service.schema import create_schema
from tests.service.web.browser import Guest, Visitor, words


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Flask]:
    """People and units, no movement and no round."""
    app = create_app(Settings(var=tmp_path / "var", testing=True, demo=True))
    with app.app_context():
        create_schema()
        prepare_database()
        load_people()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_pages_stand_before_there_is_a_movement(bare: Flask) -> None:
    for login in ("congan", "tinh"):
        assert "tập thể, cá nhân được khen, đã công bố" in words(Visitor(bare, login).open("/"))
    assert "Chưa có số liệu" in words(Guest(bare).open("/honours/figures"))
    told = words(Visitor(bare, "truongphong").open("/movement"))
    assert "Chưa có phong trào" in told
