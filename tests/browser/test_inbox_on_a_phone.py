"""Several tasks at once with a thumb: on a phone the boxes are there, large enough, and the acts stay in sight."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.office import Office

pytestmark = pytest.mark.browser
SMALL = {"width": 360, "height": 740}
THUMB = 44


def _filled(var: Path) -> None:
    app = create_app(Settings(var=var, testing=True, demo=True))
    with app.app_context():
        office = Office(app, clock.today(), furnished=True)
        for i in range(8):
            office.nominate("HN-2026", name=f"Lê Trúc Xanh {i}")
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)


@pytest.mark.long
def test_tasks_are_chosen_and_claimed_on_a_phone(office_var: Path, sign_in: Callable[..., Person]) -> None:
    _filled(office_var)
    with installation(office_var) as url:
        page = sign_in(url, "donvi", viewport=SMALL, has_touch=True).page
        page.goto(f"{url}/inbox")
        places = page.locator("[data-task] .pick-cell")
        expect(places).to_have_count(8)
        for place in (places.first, places.last):
            size = place.bounding_box()
            assert size is not None and min(size["width"], size["height"]) >= THUMB
            place.tap(position={"x": 3, "y": 3})  # beside the box
        claim = page.get_by_role("button", name="Nhận việc đã chọn")
        expect(claim).to_be_in_viewport()  # though the last row was scrolled to
        size = claim.bounding_box()
        assert size is not None and size["height"] >= THUMB
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
        _no_row_that_has_the_focus_lies_under_the_acts(page)
        claim.click()
        expect(page.get_by_text("Đã nhận 2 việc.")).to_be_visible()


def _no_row_that_has_the_focus_lies_under_the_acts(page: Page) -> None:
    """A window enlarged four times is as narrow as a phone, and is used by keyboard (WCAG 2.4.11)."""
    page.locator("[data-task] a").last.focus()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        under = page.evaluate(
            "document.querySelector('.bulk').getBoundingClientRect().bottom - document.activeElement.getBoundingClientRect().top"
        )
        assert under <= 0 and page.evaluate("document.activeElement.closest('[data-task]') !== null")
