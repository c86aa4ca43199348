"""Procedure beside the diagram, two versions together, figures on the shapes: in a real browser, large and on a phone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.browser import barriers, fitting
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.office import Office
from tests.service.web.desk import Desk
from tests.service.web.test_studio_pages import second_version

pytestmark = pytest.mark.browser


@pytest.fixture
def admin(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Person]:
    """The administrator of an office in which a second version was deployed and a few dossiers went on."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        office = Office(app, clock.today(), furnished=True)
        for _ in range(3):
            one = office.nominate("HN-2026")
        office.assess(one)
        office.sign(one)
        second_version(Desk(office))
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    with installation(office_var) as url:
        yield sign_in(url, "quantri")


def looked_at(person: Person, name: str) -> None:
    """Nothing bars the way on the page, and all of it fits; a picture is kept where a folder is named."""
    page = person.page
    page.wait_for_selector("[data-diagram].is-shown")
    if folder := os.environ.get("VINHDANH_LOOK", ""):
        page.wait_for_load_state("networkidle")
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        page.set_viewport_size({"width": 360, "height": 780})
        page.screenshot(path=f"{folder}/{name}-360.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 860})
    assert barriers.faults(page) == []
    assert fitting.misfits(page) == []


@pytest.mark.long
def test_text_and_diagram_lead_to_each_other(admin: Person) -> None:
    admin.go("/office/processes/1?process=award_nomination")
    looked_at(admin, "words")
    page = admin.page
    number = page.locator(".djs-overlay .is-number").filter(has_text="4")
    assert number.count()
    page.locator("[data-element-id=check_dossier] .djs-hit").first.dispatch_event("click")
    page.locator("#step-check_result .to-shape").click()
    expect(page.locator("[data-canvas] [data-element-id=check_result]").first).to_be_in_viewport()
    page.locator("#step-check_dossier h3 .to-shape").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-canvas] [data-element-id=check_dossier]").first).to_be_in_viewport()


@pytest.mark.long
def test_two_versions_move_together_and_say_what_changed(admin: Person) -> None:
    admin.go("/office/processes/compare")
    page = admin.page
    looked_at(admin, "compare")
    expect(page.locator("[data-diagram].is-shown")).to_have_count(2)
    expect(page.locator("[data-element-id=flow_again].is-added")).to_have_count(1)
    expect(page.locator("[data-element-id=flow_wait_posting__wait_council].is-changed")).to_have_count(2)
    begun = page.locator("[data-canvas] .viewport").evaluate_all(
        "all => all.map(one => { const m = one.transform.baseVal.consolidate().matrix; return [m.a, m.e, m.f] })"
    )
    assert len(begun) == 2 and all(abs(x - y) <= 1 for x, y in zip(*begun, strict=True)), "both begin at one place"
    page.locator("#step-wait_posting .to-shape, #step-read_again .to-shape").first.click()
    page.locator("[data-zoom=in]").first.click()
    page.wait_for_function("""() => {
        const [one, other] = [...document.querySelectorAll("[data-canvas] .viewport")].map((view) => view.getCTM());
        return one.a > 0.7 && ["a", "e", "f"].every((part) => Math.abs(one[part] - other[part]) < 1);
    }""")


@pytest.mark.long
def test_figures_stand_on_the_shapes(admin: Person) -> None:
    admin.go("/office/processes/1/figures?process=award_nomination&versions=all")
    looked_at(admin, "figures")
    label = admin.page.locator(".djs-overlay .is-label").filter(has_text="1 đang chờ")
    expect(label.first).to_be_attached()


@pytest.mark.long
def test_a_form_to_print_stands_on_a_sheet_of_a4(admin: Person) -> None:
    page = admin.page
    admin.go("/office/studio/new")
    page.get_by_role("radio", name="Xét một trường hợp đề nghị khen thưởng").first.check()
    page.get_by_role("button", name="Bắt đầu soạn").click()
    page.wait_for_selector(".studio.is-ready")
    admin.go(f"{urlsplit(page.url).path}/files/check_dossier.form/preview?answers=sample")
    sheet = page.locator(".form-sheet")
    box = sheet.bounding_box()
    assert box is not None and abs(box["width"] - 210 / 25.4 * 96) < 1 and box["height"] >= 297 / 25.4 * 96 - 1
    if folder := os.environ.get("VINHDANH_LOOK", ""):
        page.screenshot(path=f"{folder}/form-a4.png", full_page=True)
    assert barriers.faults(page) == []
    assert fitting.misfits(page) == []
    page.emulate_media(media="print")
    expect(sheet).to_have_css("padding-left", "0px")  # the printed page has its margins itself
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 360, "height": 780})
    assert fitting.misfits(page) == []
