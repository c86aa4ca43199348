"""An office that was installed, not the demo: people are there, a movement is not yet, and no page breaks on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

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


def test_wrong_days_of_a_movement_come_in_one_round_each_with_its_row(bare: Flask) -> None:
    head = Visitor(bare, "truongphong")
    form = fields_of(head.open("/movements/new"), "edit") | {"name": "Thi đua", "code": "XTM", "plan": "KH 01", "starts": "2026-01-01"}
    rows = [("GD1", "2026-01-01", "2027-06-30", "SO_KET"), ("GD2", "2027-08-01", "2030-12-31", "TONG_KET")]
    for n, (code, starts, ends, stocktake) in enumerate(rows):
        for key, value in {"code": code, "name": f"Giai đoạn {n + 1}", "starts": starts, "ends": ends, "stocktake": stocktake}.items():
            form[f"phases-{n}-{key}"] = value

    wrong = head.post("/movements/new", **(form | {"ends": "2025-12-31"}))
    assert _told(wrong) == ["Đến hết ngày: ngày kết thúc phải sau ngày bắt đầu."], "one wrong day is one fault"
    wrong = head.post("/movements/new", **(form | {"ends": "2026-12-31", "name": "", "phases-1-name": "", "contents-1-title": ""}))
    told = _told(wrong)
    assert len(told) == 4 and told[0].startswith("Tên phong trào"), told
    assert told[1] == ("Đến hết ngày: phong trào kết thúc 31/12/2026, các giai đoạn GD1, GD2 có ngày nằm ngoài. "
                       "Sửa ngày này hoặc ngày của giai đoạn.")
    assert told[2].startswith("Giai đoạn, dòng 2 (GD2) - Tên giai đoạn"), told[2]
    assert told[3].startswith("Nội dung thi đua, dòng 2 (ND2) - Tên ngắn"), told[3]
    wrong = head.post("/movements/new", **(form | {"ends": "2030-06-30"}))
    assert _told(wrong) == ["Giai đoạn, dòng 2 (GD2 · Giai đoạn 2) - Đến hết ngày: ngày nằm ngoài thời gian của "
                            "phong trào (01/01/2026 - 30/06/2030)."]

    gap = "Từ 01/07/2027 đến 31/07/2027 không thuộc giai đoạn nào."
    made = words(head.follow(head.post("/movements/new", **(form | {"ends": "2030-12-31"}))))
    assert made.count(gap) == 2, "said when it is taken, and it stands beside the phases"
    assert "Giai đoạn 1: 01/01/2026 - 30/06/2027; Giai đoạn 2: 01/08/2027 - 31/12/2030" in made


def _told(answer: TestResponse) -> list[str]:
    """What the box on top of a form that was refused says, line by line."""
    assert answer.status_code == 422
    (box,) = html.fromstring(answer.text).xpath("//*[@data-errors]")
    return [words(one) for one in box.xpath(".//li")]
