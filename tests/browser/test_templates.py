"""Every page template in a real browser: barrier-free, light and dark, on a phone, by keyboard, without the script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.barriers import faults
from tests.browser.fitting import misfits
from tests.browser.keyboard import stumbles
from tests.service.web.showcase import PAGES

pytestmark = pytest.mark.browser

_FIRST_PAGE_LIMIT = 300_000


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="vi", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_barrier_and_breaks_no_policy(page: Page, stage_url: str, name: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{stage_url}/{name}", wait_until="load")
    if page.locator("[data-diagram]").count():
        page.wait_for_selector("[data-diagram].is-shown")
    assert said == []
    assert faults(page) == []
    assert stumbles(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page, "color-contrast") == []
    assert misfits(page) == []
    page.set_viewport_size({"width": 360, "height": 780})
    assert faults(page, "target-size", "scrollable-region-focusable") == []


@pytest.mark.parametrize("name", ["sign-in", "home", "inbox"])
def test_first_page_is_light(page: Page, stage_url: str, name: str) -> None:
    sizes: list[int] = []

    def weigh(request: Request) -> None:
        sizes.append(request.sizes()["responseBodySize"] + request.sizes()["responseHeadersSize"])

    page.on("requestfinished", weigh)
    page.goto(f"{stage_url}/{name}", wait_until="networkidle")
    assert sizes
    assert sum(sizes) < _FIRST_PAGE_LIMIT


def test_no_request_leaves_the_place(page: Page, stage_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{stage_url}/nomination", wait_until="networkidle")
    assert any("viewer" in url for url in asked)
    assert [url for url in asked if not url.startswith(stage_url)] == []


def test_figures_of_a_column_have_one_width(page: Page, stage_url: str) -> None:
    page.goto(f"{stage_url}/kit")
    page.evaluate("document.fonts.ready")
    widths = page.evaluate(
        """() => ["1.111.111", "8.888.888"].map(text => {
            const span = Object.assign(document.createElement("span"), {className: "n", textContent: text});
            document.querySelector("main").append(span);
            return span.getBoundingClientRect().width;
        })"""
    )
    assert widths[0] == pytest.approx(widths[1])


def test_totals_of_scores_follow_what_is_typed(page: Page, stage_url: str) -> None:
    page.goto(f"{stage_url}/task", wait_until="networkidle")
    totals = page.locator("[data-total]")
    assert totals.all_inner_texts() == ["57,5", "−5,0"]  # A1 counts twice
    page.get_by_label("Thẩm định A1", exact=True).fill("9,5")
    assert totals.all_inner_texts() == ["58,5", "−4,0"]
    assert page.locator("tr", has=page.get_by_label("Thẩm định A1", exact=True)).locator("[data-gap]").inner_text() == "0,0"
    page.get_by_label("Thẩm định A6", exact=True).fill("")
    assert totals.all_inner_texts() == ["59,0", "−3,5"], "left empty, the unit's own 10 stands"
    page.get_by_label("Thẩm định A6", exact=True).fill("mười")
    assert totals.all_inner_texts() == ["59,0", "−3,5"]


class TestKeyboard:
    def test_inbox_goes_by_letters_until_they_are_switched_off(self, page: Page, stage_url: str) -> None:
        page.goto(f"{stage_url}/inbox", wait_until="networkidle")
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert "Hội Nông dân xã" in page.evaluate("document.activeElement.textContent")
        page.keyboard.press("x")
        assert page.locator("[data-chosen]").inner_text() == "1"
        page.keyboard.press("k")
        assert "Hội Chữ thập đỏ xã" in page.evaluate("document.activeElement.textContent")
        page.keyboard.press("?")
        page.locator("[data-keys-switch]").uncheck()
        page.keyboard.press("Escape")
        page.locator("main").focus()
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.tagName") == "MAIN"

    def test_slash_leads_to_the_search(self, page: Page, stage_url: str) -> None:
        page.goto(f"{stage_url}/inbox")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") == "q"


class TestFilters:
    def test_filter_and_search_go_at_once_and_stay_in_the_address(self, page: Page, stage_url: str) -> None:
        page.goto(f"{stage_url}/inbox", wait_until="networkidle")
        page.get_by_role("checkbox", name="Tuần này 15").check()
        page.wait_for_url("**due=week**")
        page.get_by_role("searchbox", name="Tìm trong").fill("son mai")
        page.wait_for_url("**q=son**")
        assert "tab=all" in page.url

    def test_choosing_a_row_asks_nothing_of_the_server(self, page: Page, stage_url: str) -> None:
        page.goto(f"{stage_url}/inbox", wait_until="networkidle")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.locator(".pick").first.check()
        page.wait_for_timeout(600)
        assert page.locator(".bulk").is_visible()
        assert asked == []


class TestForms:
    def test_first_mistake_has_the_focus_and_leads_to_its_place(self, page: Page, stage_url: str) -> None:
        page.goto(f"{stage_url}/task")
        assert page.evaluate("document.activeElement.matches('[data-errors]')")
        page.locator("[data-errors] a").first.click()
        assert page.evaluate("document.activeElement.id") == "why"

    @pytest.mark.parametrize("name", ["task", "task-wide"])
    def test_on_a_phone_a_step_begins_with_its_form_and_its_button_and_history_is_folded(
        self, page: Page, stage_url: str, name: str
    ) -> None:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{stage_url}/{name}")
        expect(page.locator("#dossier-history .timeline")).to_be_visible()
        page.set_viewport_size({"width": 360, "height": 740})
        page.reload()
        places = ["h1", "#answers", "[name=act][value=complete]", "#dossier-files", "#dossier-history"]
        tops = [(page.locator(place).first.bounding_box() or {"y": -1})["y"] for place in places]
        assert tops == sorted(tops) and tops[0] > 0, tops
        facts = page.locator(".two .facts").first.bounding_box()
        assert facts is not None and facts["y"] > tops[2]
        expect(page.locator("#dossier-history .timeline")).to_be_hidden()
        page.locator("#dossier-history summary").first.click()
        expect(page.locator("#dossier-history .timeline")).to_be_visible()

    def test_form_is_sent_once_though_pressed_twice(self, page: Page, stage_url: str) -> None:
        sent: list[str] = []
        page.goto(f"{stage_url}/task")
        page.route("**/task", lambda route: sent.append(route.request.method))  # never answered
        button = page.get_by_role("button", name="Ghi kết quả thẩm định")
        button.dblclick(no_wait_after=True)
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
        assert sent == ["POST"]

    def test_draft_is_saved_without_being_asked(self, page: Page, stage_url: str) -> None:
        page.goto(f"{stage_url}/task")
        with page.expect_request("**/draft") as saved:
            page.locator("#remarks").fill("Đúng hạn")
        assert "remarks=%C4%90%C3%BAng+h%E1%BA%A1n" in (saved.value.post_data or "")
        page.get_by_text("Đã lưu nháp lúc 09:43.").wait_for()

    def test_lost_connection_is_said(self, page: Page, stage_url: str) -> None:
        page.goto(f"{stage_url}/task")
        page.route("**/draft", lambda route: route.abort())
        page.locator("#remarks").fill("Đúng hạn")
        page.get_by_text("Mất kết nối. Nội dung đã giữ trên máy này").wait_for()

    def test_rows_are_added_and_taken_away(self, page: Page, stage_url: str) -> None:
        page.goto(f"{stage_url}/task-wide")
        rows = page.locator(".row-item")
        assert rows.count() == 2
        page.get_by_role("button", name="Thêm dòng").click()
        assert rows.count() == 3
        assert page.evaluate("document.activeElement.name") == "deeds-2-name"
        page.get_by_role("button", name="Bỏ dòng 1").click()
        assert rows.count() == 2
        assert rows.nth(0).locator(".row-number").inner_text() == "1"
        assert page.locator("[name='deeds-0-name']").count() == 0

    def test_answer_brings_up_what_else_is_asked_and_keeps_what_was_typed(
        self, page: Page, stage_url: str
    ) -> None:
        page.goto(f"{stage_url}/task-wide", wait_until="networkidle")
        page.locator("#proof").set_input_files(
            {"name": "Ảnh.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
        )
        failed = page.locator(".field:has(#proof) li.is-refused")
        failed.wait_for()  # this stage takes no files
        assert not page.locator("#faults").is_visible()
        page.locator("#remarks").fill("Đang viết dở")
        page.get_by_label("Yêu cầu bổ sung, hoàn thiện").check()
        page.locator("#faults").wait_for(state="visible")
        assert "Ảnh.pdf" in failed.inner_text()
        assert page.locator("#remarks").input_value() == "Đang viết dở"
        page.get_by_label("Đủ điều kiện", exact=False).first.check()
        page.locator("#faults").wait_for(state="hidden")
        failed.get_by_role("button").click()
        assert failed.count() == 0

    def test_act_that_takes_away_asks_first(self, page: Page, stage_url: str) -> None:
        page.goto(f"{stage_url}/chair-sign")
        page.get_by_text("Gạch tên").first.click()
        dialog = page.locator("#ask-row")
        assert dialog.is_visible()
        assert "bớt 759.000 đồng" in dialog.inner_text()
        assert dialog.locator("textarea").get_attribute("required") is not None
        page.keyboard.press("Escape")
        assert not dialog.is_visible()

    def test_theme_changes_at_once_and_is_kept(self, page: Page, stage_url: str) -> None:
        page.goto(f"{stage_url}/home")
        before = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        page.locator(".me > summary").click()
        with page.expect_response("**/display"):
            page.get_by_role("button", name="Tối").click()
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != before
        page.reload()
        assert page.locator("html").get_attribute("data-theme") == "dark"


class TestDiagram:
    def test_click_on_a_shape_opens_its_row(self, page: Page, stage_url: str) -> None:
        page.goto(f"{stage_url}/nomination")
        page.wait_for_selector("[data-diagram].is-shown")
        page.locator("[data-element-id='wait_submission']").click()
        assert page.evaluate("document.activeElement.id") == "step-wait_submission"
        assert page.locator("#step-wait_submission details").get_attribute("open") is not None

    def test_marks_and_flag_are_drawn_and_the_mark_of_bpmn_io_is_seen(
        self, page: Page, stage_url: str
    ) -> None:
        page.goto(f"{stage_url}/nomination")
        page.wait_for_selector("[data-diagram].is-shown")
        assert page.locator(".mark.is-flag").inner_text() == "đang ở đây"
        assert page.locator(".djs-shape.is-live").get_attribute("data-element-id") == "check_dossier"
        assert page.locator(".djs-shape.is-skipped").count() == 1
        assert page.locator(".bjs-powered-by").is_visible()


class TestWithoutScript:
    @pytest.fixture
    def plain(self, browser: Browser) -> Iterator[Page]:
        context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
        yield context.new_page()
        context.close()

    def test_rows_have_their_own_buttons(self, plain: Page, stage_url: str) -> None:
        plain.goto(f"{stage_url}/task-wide")
        assert plain.locator("button[name='_add:deeds']").is_visible()
        assert plain.locator("button[name='_remove:deeds-1']").is_visible()
        plain.locator("[name='deeds-0-name']").fill("Việc mới")
        with plain.expect_navigation():
            plain.locator("button[name='_add:deeds']").click()
        assert plain.locator(".row-item").count() == 3
        assert plain.locator("[name='deeds-0-name']").input_value() == "Việc mới"
        with plain.expect_navigation():
            plain.locator("button[name='_remove:deeds-0']").click()
        assert plain.locator(".row-item").count() == 2
        assert plain.locator("[name='deeds-0-name']").input_value() == "Kho dữ liệu dùng chung"

    def test_answers_bring_up_what_else_is_asked(self, plain: Page, stage_url: str) -> None:
        plain.goto(f"{stage_url}/task-wide")
        assert not plain.locator("#faults").is_visible()
        plain.get_by_label("Yêu cầu bổ sung, hoàn thiện").check()
        with plain.expect_navigation():
            plain.get_by_role("button", name="Hiện các ô theo câu trả lời").click()
        assert plain.locator("#faults").is_visible()

    def test_dialog_stands_in_the_page(self, plain: Page, stage_url: str) -> None:
        plain.goto(f"{stage_url}/nomination")
        assert not plain.locator("#ask-withdraw").is_visible()
        plain.get_by_text("Rút hồ sơ đề nghị").first.click()
        assert plain.locator("#ask-withdraw textarea").is_visible()

    def test_text_says_what_the_diagram_would(self, plain: Page, stage_url: str) -> None:
        plain.goto(f"{stage_url}/nomination")
        assert plain.locator("#step-check_dossier").is_visible()
        assert not plain.locator("[data-diagram]").is_visible()
