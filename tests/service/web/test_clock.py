"""The demo's clock on its page: forward only, in demo mode only."""

from __future__ import annotations

from datetime import date

from service import clock
from service.app import create_app
from service.awards.rounds import list_rounds, read_round
from service.config import Settings
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk


def test_clock_is_moved_on_and_never_back(desk: Desk) -> None:
    desk.office.go_to("2026-11-20")
    visitor = Visitor(desk.office.app, "donvi")
    page = words(visitor.open("/demo/clock"))
    assert "Thứ Sáu" in page and "Tới ngày mở đợt tổng kết" in page
    visitor.follow(visitor.post("/demo/clock", act="day", advance="P1D"))
    assert clock.today() == date(2026, 11, 21)
    visitor.follow(visitor.post("/demo/clock", act="working", to="2026-11-23"))
    assert clock.today() == date(2026, 11, 23)
    assert visitor.post("/demo/clock", to="2026-11-01").status_code == 422
    assert visitor.client.get("/demo/clock").status_code == 200
    assert clock.today() == date(2026, 11, 23)


def test_a_round_whose_day_has_come_stands_open_with_the_answer(desk: Desk) -> None:
    visitor = Visitor(desk.office.app, "donvi")
    final = next(row for row in list_rounds() if row.stage == "TONG_KET")
    assert final.state == "planned"
    visitor.follow(visitor.post("/demo/clock", to=final.calendar["open"]))
    assert read_round(final.id).state == "open"
    assert "Đề nghị khen thưởng" in words(visitor.open(f"/rounds/{final.id}"))


def test_clock_has_no_page_outside_the_demo(settings: Settings) -> None:
    real = create_app(settings.model_copy(update={"demo": False}))
    with real.app_context():
        assert real.test_client().get("/demo/clock").status_code in (303, 401, 404)
