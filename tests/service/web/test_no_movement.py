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
from tests.service.web.desk import fields_of


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


def test_the_head_of_the_office_makes_the_movement_on_its_page(bare: Flask) -> None:
    head = Visitor(bare, "truongphong")
    head.open("/rounds/new", 409)
    assert not Visitor(bare, "vhxh").open("/movements").xpath("//a[@href='/movements/new']")
    Visitor(bare, "vhxh").open("/movements/new", 403)
    assert head.open("/movements").xpath("//a[@href='/movements/new']")
    form = fields_of(head.open("/movements/new"), "edit") | {"name": "Thi đua xây dựng xã thông minh", "code": "XTM"}
    day = {"starts": "2026-01-01", "ends": "2030-12-31"}
    phase = {f"phases-0-{key}": value for key, value in {"code": "GD1", "name": "Giai đoạn 1", "stocktake": "SO_KET", **day}.items()}
    lacking = head.post("/movements/new", **(form | day | phase))
    assert lacking.status_code == 422 and "Thi đua xây dựng xã thông minh" in lacking.text
    made = head.follow(head.post("/movements/new", **(form | day | phase | {"plan": "Kế hoạch số 01/KH-UBND"})))
    assert "Thi đua xây dựng xã thông minh" in words(made) and "Giai đoạn 1" in words(made)
    (way,) = made.xpath("//a[starts-with(@href, '/movements/') and contains(@href, '/change')]/@href")
    again = fields_of(head.open(way), "edit") | {"plan": "Kế hoạch số 02/KH-UBND"}
    assert head.post(way, **again).status_code == 422, "without a reason"
    assert "Kế hoạch số 02/KH-UBND" in words(head.follow(head.post(way, **(again | {"reason": "Kế hoạch mới"}))))
    head.open("/rounds/new")
    assert "Thi đua xây dựng xã thông minh" in words(head.open("/movement"))
