"""An administrator gives a step a letter of its own: begun from the step, mended where the check says, shown, sent to herself."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.browser.barriers import faults
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.office import Office

pytestmark = pytest.mark.browser

DIAGRAM = "award_nomination.bpmn"
LETTER = "moi_hop_thon.letter"


@pytest.fixture
def admin(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Person]:
    """The administrator at a browser that says what it was refused."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        Office(app, date(2026, 11, 3), furnished=True)
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
def test_a_step_gets_a_letter_of_its_own(admin: Person) -> None:
    page = admin.page
    admin.go("/office/studio/new")
    page.get_by_role("button", name="Bắt đầu soạn").click()
    page.wait_for_selector(".studio.is-ready")
    page.locator("[data-part=files]").select_option(DIAGRAM)
    page.locator("[data-element=check_dossier]").focus()
    panel = page.locator(".studio-panel-in").filter(visible=True)
    panel.get_by_role("button", name="Tạo mẫu thư mới").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Tên").fill("Mời họp thôn")
    dialog.get_by_role("button", name="Tạo").click()
    expect(panel.get_by_label("Thư báo việc mới")).to_have_value("moi_hop_thon")
    panel.get_by_role("button", name="Mở mẫu thư này").click()

    opening = page.get_by_label("Bản tiếng Việt: lời mở đầu")
    expect(page.get_by_label("Tên mẫu thư")).to_have_value("Mời họp thôn")
    opening.fill('Mời "họp" \\ thôn.\nViệc: ')
    panel.get_by_role("button", name="{{ title }}").click()
    expect(opening).to_have_value('Mời "họp" \\ thôn.\nViệc: {{ title }}')
    page.get_by_label("Bản tiếng Việt: tiêu đề").fill("{% if %}")
    problem = page.locator(".problem-list li.is-error")
    expect(problem).to_have_count(1)
    problem.get_by_role("button").click()
    expect(page.get_by_label("Bản tiếng Việt: tiêu đề")).to_be_focused()
    page.get_by_label("Bản tiếng Việt: tiêu đề").fill("Việc mới: {{ task }}")
    expect(problem).to_have_count(0)
    assert faults(page) == []
    _look(page, "studio-letter-fields")
    page.get_by_role("tab", name="Dạng tệp").click()
    area = page.locator("textarea.studio-text").filter(visible=True)
    expect(area).to_have_value(re.compile(re.escape('opening = """\nMời \\"họp\\" \\\\ thôn.\nViệc: {{ title }}"""')))
    page.get_by_role("tab", name="Soạn").click()
    expect(opening).to_have_value('Mời "họp" \\ thôn.\nViệc: {{ title }}')
    opening.fill("Bạn có một việc mới cần xử lý.")
    page.get_by_role("tab", name="Dạng tệp").click()
    expect(area).to_have_value(re.compile('name = "Mời họp thôn"'))
    expect(page.locator(".problem-list li.is-error")).to_have_count(0)
    whole = area.input_value()
    area.fill(whole.replace("Bạn có một việc mới cần xử lý.", "{% if task %}Mời họp{% endif %}"))
    problem = page.locator(".problem-list li.is-error")
    expect(problem).to_have_count(1)
    expect(problem).to_contain_text("moi_hop_thon.letter, dòng")
    problem.get_by_role("button").click()
    assert "{% if" in page.evaluate("(a => a.value.slice(a.selectionStart, a.selectionEnd))(document.activeElement)")
    area.fill(whole.replace("Bạn có một việc mới cần xử lý.", "Mời họp về: "))
    page.evaluate("(a => { const at = a.value.indexOf('họp về: ') + 8; a.focus(); a.setSelectionRange(at, at); })"
                  "(document.querySelector('textarea.studio-text'))")
    panel.get_by_role("button", name="{{ title }}").click()
    expect(area).to_have_value(re.compile(re.escape('opening = "Mời họp về: {{ title }}"')))
    expect(page.locator(".problem-list li.is-error")).to_have_count(0)
    assert faults(page) == []
    _look(page, "studio-letter")

    page.get_by_role("tab", name="Xem như người nhận").click()
    expect(page.locator(".letter-text")).to_have_count(2)
    expect(page.locator(".letter-text").first).to_contain_text("Mời họp về: Hồ sơ đề nghị của thôn Đông")
    for language, said in (("vi", "Mời họp về: Hồ sơ đề nghị của thôn Đông"), ("en", "You have a new task.")):
        sheet = page.frame_locator(f".letter-frame[lang={language}]")
        expect(sheet.locator(".opening")).to_contain_text(said)
        expect(sheet.locator(".button")).to_have_css("background-color", "rgb(29, 69, 137)")
    assert faults(page) == []
    _look(page, "studio-letter-shown")

    page.get_by_role("button", name="Gửi thử cho tôi").click()
    expect(page.get_by_text("Đã xếp hàng một thư thử gửi cho bạn.")).to_be_visible()
    admin.go("/office/mail")
    admin.press("Việc mới: Kiểm tra, thẩm định hồ sơ")
    admin.reads("Mời họp về: Hồ sơ đề nghị của thôn Đông")
    admin.reads("Mời họp thôn")


@pytest.mark.long
def test_the_office_words_a_letter_and_sees_it_while_typing(admin: Person) -> None:
    page = admin.page
    admin.go("/office/mail")
    admin.press("Đôn đốc việc quá hạn")
    admin.press("Sửa chữ của thư")
    look = page.locator("#look")
    expect(look).to_contain_text("Quá hạn 2 ngày làm việc: ")
    subject = page.get_by_label("Bản tiếng Việt: tiêu đề")
    subject.fill("Đề nghị xử lý ngay: {{ task }}")
    subject.press("End")
    expect(look).to_contain_text("Đề nghị xử lý ngay: Tự đánh giá")
    subject.press_sequentially(" {{ due")
    expect(look).to_contain_text("không có lệnh hay phép tính")
    expect(subject).to_be_focused()  # the look is drawn anew, what is being typed is not
    subject.press_sequentially(" }}")
    expect(look).to_contain_text("Đề nghị xử lý ngay: Tự đánh giá")
    assert faults(page) == []
    _look(page, "office-letter")
    page.get_by_label("Lý do").fill("Theo Công văn 12")
    page.get_by_role("button", name="Ghi chữ mới").click()
    admin.reads("Thư xếp hàng từ nay theo chữ này")
    admin.reads("Theo Công văn 12")
    assert faults(page) == []


def _look(page: Page, name: str) -> None:
    """Keep a picture for the eyes, where somebody asked for it."""
    if folder := os.environ.get("VINHDANH_LOOK"):
        page.wait_for_timeout(400)
        page.screenshot(path=f"{folder}/{name}.png")
