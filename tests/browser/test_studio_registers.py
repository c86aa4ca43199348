"""An administrator gives a process a register in the browser: laid before, edited in fields and as a file, mended where the check says."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service import clock, install
from service.app import create_app
from service.config import Settings
from service.db import db
from service.studio import drafts, registers
from tests.browser.barriers import faults
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.office import Office

pytestmark = pytest.mark.browser


@pytest.fixture
def admin(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Person]:
    """The administrator at a browser that says what it was refused; a draft of the petitions without their register waits."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        office = Office(app, date(2026, 11, 3), furnished=True)
        files = {
            name: re.sub(rb' nom:paper(Part)?="\w+"', b"", content)  # papers say what only their own register keeps private
            for name, content in install.movement_bundles()["petition"].items() if not name.endswith((".register", ".paper"))
        }
        drafts.begin_draft(by=office.who("quantri"), files=files, main="petition", name="Đơn thư")
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    wrong: list[str] = []
    with installation(office_var) as url:
        person = sign_in(url, "quantri", viewport={"width": 1440, "height": 900})
        person.page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        person.page.on("pageerror", lambda e: wrong.append(str(e)))
        yield person
    assert wrong == []


@pytest.mark.long
def test_a_draft_gets_a_register_and_its_diagram_names_what_that_says(admin: Person) -> None:
    page = admin.page
    admin.go("/office/studio")
    page.get_by_role("link", name="Đơn thư").click()
    page.wait_for_selector(".studio.is-ready")
    page.locator(".studio-bar summary", has_text="Tệp").click()
    page.get_by_role("button", name="Thêm sổ theo dõi").click()
    title = page.get_by_label("Tên gọi của mỗi việc")
    expect(title).to_have_value("{{ subject }}")
    expect(page.locator("[data-part=counts]")).to_have_text("Không có lỗi")
    assert faults(page) == []
    _look(page, "studio-register")

    panel = page.locator(".studio-panel-in").filter(visible=True)
    title.fill("Đơn: ")
    title.press("End")
    panel.get_by_role("button", name="{{ kind }}").click()
    expect(title).to_have_value("Đơn: {{ kind }}")
    page.get_by_label("Tên sổ", exact=True).fill('Sổ "đơn" \\ thư')
    begins = page.get_by_role("group", name="Ai lập việc")
    begins.get_by_label("Mọi người có tài khoản").check()
    page.get_by_role("group", name="Mục kín").get_by_label("Người gửi", exact=True).check()
    outcomes = page.locator("[data-rows=outcomes]")
    outcomes.get_by_role("button", name="Thêm dòng").click()
    page.locator("[name=outcomes-1-code]").fill("no way")
    page.locator("[name=outcomes-1-vi]").fill("Không thụ lý")
    page.locator("[name=outcomes-1-en]").fill("Not taken up")
    page.locator("[name=outcomes-1-tone]").select_option("bad")
    problem = page.locator(".problem-list li.is-error")
    expect(problem).to_have_count(1)
    expect(outcomes.locator(".wrong")).to_contain_text("“no way” không dùng được")
    problem.get_by_role("button").click()
    expect(page.locator("[name=outcomes-1-code]")).to_be_focused()
    page.locator("[name=outcomes-1-code]").fill("refused")
    expect(problem).to_have_count(0)
    expect(page.locator(".letter-fields .wrong")).to_have_count(0)
    assert faults(page) == []

    page.get_by_role("tab", name="Dạng tệp").click()
    area = page.locator("textarea.studio-text").filter(visible=True)
    expect(area).to_have_value(re.compile(re.escape('refused = ["Không thụ lý", "Not taken up", "bad"]')))
    text = area.input_value()
    made = tomllib.loads(text)
    assert made["name"] == 'Sổ "đơn" \\ thư' and made["private"] == ["sender"] and "everyone" in made["begins"]
    assert registers.written_register(registers._typed(made)) == text, "the page and the service write the same file"
    area.fill(text.replace('form = "petition"', 'form = "nowhere"'))
    expect(problem).to_have_count(1)
    problem.get_by_role("button").click()
    assert 'form = "nowhere"' in page.evaluate("(a => a.value.slice(a.selectionStart, a.selectionEnd))(document.activeElement)")
    area.fill(text)
    expect(problem).to_have_count(0)
    page.get_by_role("tab", name="Soạn").click()
    expect(page.locator("[name=outcomes-1-vi]")).to_have_value("Không thụ lý")
    expect(page.locator("[data-part=saved]")).to_contain_text("Đã lưu lúc")

    page.locator("[data-part=files]").select_option("petition.bpmn")
    page.locator("[data-element=petition_answered]").focus()
    outcome = panel.get_by_label("Kết cục")
    assert [one.strip() for one in outcome.locator("option").all_inner_texts()][-2:] == ["Đã trả lời (answered)", "Không thụ lý (refused)"]
    page.locator("[data-element=classify_petition]").focus()
    assert "Phân loại đơn, kiến nghị" in " ".join(panel.get_by_label("Giai đoạn từ đây").locator("option").all_inner_texts())
    page.reload()
    page.wait_for_selector(".studio.is-ready")
    page.locator(".studio-bar summary", has_text="Tệp").click()
    page.get_by_role("button", name="Mở sổ theo dõi").click()
    expect(page.get_by_label("Tên sổ", exact=True)).to_have_value('Sổ "đơn" \\ thư')


def _look(page: Page, name: str) -> None:
    """Keep a picture for the eyes, where somebody asked for it."""
    if folder := os.environ.get("VINHDANH_LOOK"):
        page.wait_for_timeout(400)
        page.screenshot(path=f"{folder}/{name}.png")
