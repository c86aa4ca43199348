"""An administrator edits the shipped process: a step with a new form before the council, two mistakes named and mended.

What is drawn saves itself and survives a reload; a second editor is warned by name, and neither writes over the other;
each element is reached by keyboard; no request leaves the house, and no style or script is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import faults
from tests.browser.drawing import (
    DIAGRAM,
    choose_due_as_expression,
    has,
    insert_on_flow,
    look,
    no_errors,
    open_file,
    ready,
    saved,
    settled,
)
from tests.browser.people import Person

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_a_step_is_inserted_checked_mended_and_kept(admins: Callable[[str], Person], tmp_path: Path) -> None:
    admin = admins("quantri")
    page = admin.page
    admin.press("Quản trị")
    admin.press("Soạn quy trình")
    admin.reads("Chưa có bản soạn nào")
    admin.press("Bắt đầu soạn")
    page.get_by_role("button", name="Bắt đầu soạn").click()
    ready(page)
    before = saved(page, DIAGRAM)
    open_file(page, DIAGRAM)
    no_errors(page)
    assert saved(page, DIAGRAM) == before, "opening changes nothing"

    _reach_by_keyboard(page)
    insert_on_flow(page)
    panel = page.locator(".studio-panel-in").filter(visible=True)
    panel.get_by_label("Tên", exact=True).fill("Ban Nhân dân thôn xác nhận")
    choose_due_as_expression(page, "working_day(3)")
    problems = page.locator(".problem-list li.is-error")
    expect(problems.filter(has_text="working_day")).to_have_count(1)
    expect(problems.filter(has_text="biểu mẫu")).to_have_count(1)
    expect(page.locator(".studio-badge")).to_have_text("2")  # who does it, its lane says
    expect(panel.locator("[data-field=candidates] summary")).to_have_text("Theo làn Phòng Văn hóa - Xã hội: Phòng Văn hóa - Xã hội")
    expect(panel.locator("[data-field=form] .wrong")).to_contain_text("chưa có biểu mẫu")
    expect(panel.locator("[data-field=due] .wrong")).to_contain_text("working_day")
    expect(panel.locator(".panel-problems")).to_have_count(0)
    expect(page.locator(".djs-overlay .is-problems").filter(visible=True, has_text="2")).to_have_count(1)
    look(page, "studio-mistakes-at-once")

    page.keyboard.press("F8")
    expect(panel.locator(".panel-title")).to_have_text("Ban Nhân dân thôn xác nhận")
    page.get_by_role("button", name="Tạo biểu mẫu mới").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Tên").fill("Xác nhận của thôn")
    dialog.get_by_role("button", name="Tạo").click()
    expect(panel.get_by_label("Biểu mẫu", exact=True)).to_have_value("xac_nhan_cua_thon")
    panel.locator("[data-field=due] select").first.select_option("days")
    panel.locator("[data-field=candidates] summary").click()
    panel.locator("[data-field=candidates]").get_by_label(re.compile("^Thủ trưởng đơn vị")).first.check()
    panel.locator("[data-field=basis] summary").click()
    panel.locator("[data-field=basis] input[type=search]").fill("152/2025")
    panel.locator("[data-field=basis] input[value='ND152.4']").check()
    look(page, "studio-mended")
    no_errors(page)

    _build_the_form(page)
    open_file(page, DIAGRAM)
    page.get_by_role("button", name="Hoàn tác", exact=True).click()
    page.get_by_role("button", name="Làm lại", exact=True).click()
    settled(page)
    text = saved(page, DIAGRAM)
    assert 'camunda:formKey="xac_nhan_cua_thon"' in text and 'camunda:dueDate="working_days(3)"' in text and 'nom:basis="' in text
    assert text.count("nom:phase=") == before.count("nom:phase="), "nothing else was lost"
    page.reload()
    ready(page)
    open_file(page, DIAGRAM)
    expect(page.locator(".step-list").filter(visible=True)).to_contain_text("Ban Nhân dân thôn xác nhận")
    no_errors(page)
    _exports(page, tmp_path)
    page.get_by_role("button", name="Thử đường đi").click()
    expect(page.locator(".bts-palette").filter(visible=True)).to_be_visible()
    expect(page.locator(".bts-palette [title]").filter(visible=True).first).to_have_attribute("title", re.compile("[ạảầấậờừ]"))
    page.get_by_role("button", name="Thử đường đi").click()
    page.set_viewport_size({"width": 1024, "height": 768})
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024
    look(page, "studio-1024")


@pytest.mark.long
def test_a_second_editor_is_warned_and_both_versions_are_kept(admins: Callable[[str], Person]) -> None:
    first, second = admins("quantri"), admins("vanphong")
    first.go("/office/studio/new")
    first.page.get_by_role("button", name="Bắt đầu soạn").click()
    ready(first.page)
    second.go(first.page.url.replace(first.url, "").partition("#")[0])
    ready(second.page)
    expect(second.page.locator("[data-part=others]")).to_contain_text("cũng đang mở bản soạn này")
    for person in (first, second):
        open_file(person.page, DIAGRAM)
    first.page.locator("[data-element=check_dossier]").focus()
    assert faults(first.page) == []
    _rename(first.page, "Kiểm tra hồ sơ, thẩm định")
    settled(first.page)
    _rename(second.page, "Thẩm định hồ sơ")
    dialog = second.page.locator("dialog[open]")
    expect(dialog).to_contain_text("đã lưu tệp award_nomination.bpmn")
    look(second.page, "studio-overtaken")
    dialog.get_by_role("button", name="Giữ cả hai").click()
    expect(second.page.locator(".step-list").filter(visible=True)).to_contain_text("Kiểm tra hồ sơ, thẩm định")
    second.page.locator("[data-part=saved] a").click()
    ready(second.page)
    open_file(second.page, DIAGRAM)
    expect(second.page.locator(".step-list").filter(visible=True)).to_contain_text("Thẩm định hồ sơ")


@pytest.mark.long
def test_without_a_connection_nothing_typed_is_lost_and_a_table_is_filled_in(admins: Callable[[str], Person]) -> None:
    admin = admins("quantri")
    page = admin.page
    page.on("dialog", lambda dialog: dialog.accept())
    admin.go("/office/studio/new")
    page.get_by_role("button", name="Bắt đầu soạn").click()
    ready(page)
    open_file(page, DIAGRAM)
    page.route("**/files/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    _rename(page, "Thẩm định khi mất mạng")
    expect(page.locator("[data-part=saved][data-state=offline]")).to_be_visible()
    assert "mất mạng" not in saved(page, DIAGRAM)
    page.reload()
    ready(page)
    open_file(page, DIAGRAM)
    expect(page.locator(".step-list").filter(visible=True)).to_contain_text("Thẩm định khi mất mạng")
    page.unroute("**/files/**")
    has(page, DIAGRAM, "Thẩm định khi mất mạng")

    open_file(page, "eligibility.dmn")
    expect(page.get_by_text("Cách chọn dòng:")).to_be_visible()
    _try_a_row(page)
    cell = page.locator("td.input-cell").first
    cell.click()
    page.keyboard.press("End")
    page.keyboard.type(',"TONG_KET"')
    page.locator(".panel-title").filter(visible=True).click()
    table = has(page, "eligibility.dmn", '"HANG_NAM","SO_KET","TONG_KET"</text>')
    assert table.count("<rule ") == (ROOT / "bpmn/eligibility.dmn").read_text(encoding="utf-8").count("<rule ")
    no_errors(page)


def _try_a_row(page: Page) -> None:
    """Beside the table stands what it leaves open, and a row of inputs can be tried."""
    expect(page.locator(".panel-review li").first).to_be_visible()
    row = page.locator(".panel-try")
    row.locator("input").first.fill("?")
    row.get_by_role("button", name="Thử").click()
    expect(row.locator(".panel-answer li").first).to_contain_text("Dòng 1")
    assert faults(page) == []
    look(page, "studio-table")


def _reach_by_keyboard(page: Page) -> None:
    """From the first row of the list down to a step, and into its properties, without the mouse."""
    page.locator(".step-row").filter(visible=True).first.focus()
    for _ in range(60):
        page.keyboard.press("ArrowDown")
        if page.evaluate("document.activeElement.dataset.element") == "check_dossier":
            break
    expect(page.locator(".djs-element.selected").filter(visible=True)).to_have_attribute("data-element-id", "check_dossier")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('[data-field]').dataset.field") == "name"


def _build_the_form(page: Page) -> None:
    page.get_by_role("button", name="Mở biểu mẫu này").click()
    page.locator(".form-canvas .fjs-editor-container").wait_for()
    page.locator(".fjs-palette-field[data-field-type=textarea]").press("Enter")
    expect(page.locator(".form-canvas .fjs-form-field-textarea")).to_have_count(2)
    expect(page.locator(".studio")).to_have_attribute("data-kind", "form")
    has(page, "xac_nhan_cua_thon.form", "Nhiều dòng chữ")
    components = json.loads(saved(page, "xac_nhan_cua_thon.form"))["components"]
    assert [(c["type"], c["label"]) for c in components] == [("textarea", "Ý kiến"), ("textarea", "Nhiều dòng chữ")]
    page.get_by_role("tab", name="Xem như người xử lý sẽ thấy").click()
    expect(page.locator(".form-preview textarea")).to_have_count(2)
    look(page, "studio-form")
    page.get_by_role("link", name="Đã điền mẫu").click()
    expect(page.locator(".form-preview textarea").first).to_have_value("Nội dung mẫu để xem trước.")
    page.get_by_role("link", name="Báo thiếu, sai").click()
    expect(page.locator(".form-preview .is-wrong")).to_have_count(1)
    assert faults(page) == []
    look(page, "studio-form-wrong")


def _exports(page: Page, folder: Path) -> None:
    for words, start in (("Tải sơ đồ .bpmn", b"<?xml"), ("Tải hình SVG", b"<?xml"), ("Tải hình PNG", b"\x89PNG")):
        page.locator(".tool-menu > summary", has_text="Tệp").click()
        with page.expect_download() as loading:
            page.get_by_role("button", name=words).click()
        file = folder / loading.value.suggested_filename
        loading.value.save_as(file)
        content = file.read_bytes()
        assert content.startswith(start) and b"var(--" not in content, words


def _rename(page: Page, name: str) -> None:
    page.locator("[data-element=check_dossier]").focus()
    field = page.locator(".studio-panel").get_by_label("Tên", exact=True).filter(visible=True)
    field.fill(name)
    field.blur()
