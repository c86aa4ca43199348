"""Nothing typed in the editor of a draft is lost: neither on the way out, nor to a conflict, a refusal, a full store, the next person."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.drawing import DIAGRAM, begin_draft, has, label_field, open_file, ready, saved, settled
from tests.browser.people import Person

pytestmark = pytest.mark.browser
_NAME = ".studio-panel-in:not([hidden]) [data-field=name] textarea"


def _type(page: Page, name: str) -> None:
    """Type the name of a step and leave the cursor in the field."""
    page.locator("[data-element=check_dossier]").focus()
    page.locator(_NAME).fill(name)


def _kept(person: Person, address: str, name: str, text: str) -> bool:
    answer = person.page.request.get(f"{person.url}{address}/files/{name}")
    assert answer.ok
    return text in answer.text()


@pytest.mark.long
def test_what_was_typed_a_moment_ago_goes_along_with_whoever_leaves(admins: Callable[[str], Person]) -> None:
    admin = admins("quantri")
    page = admin.page
    address = urlsplit(begin_draft(admin).url).path
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    for name, link in (("Thẩm định một", "Chạy thử"), ("Thẩm định hai", "Đưa vào dùng"), ("Thẩm định ba", "Soạn quy trình")):
        _type(page, name)
        page.locator(".studio-head").get_by_role("link", name=link, exact=True).click()
        page.wait_for_url(re.compile(f"^(?!.*{address}(#|$))"))
        assert _kept(admin, address, DIAGRAM, name), link
        admin.go(address)
        ready(page)
        open_file(page, DIAGRAM)
    open_file(page, "check_dossier.form")
    page.locator(".form-canvas .fjs-form-field-textarea").first.click()
    label_field(page, "Ý kiến sửa vội")
    page.locator(".studio-head").get_by_role("link", name="Chạy thử").click()
    page.wait_for_url("**/tryouts**")
    assert _kept(admin, address, "check_dossier.form", "Ý kiến sửa vội")
    assert asked == [], "all was saved, so nothing was asked"


@pytest.mark.long
def test_a_conflict_cannot_be_put_aside(admins: Callable[[str], Person]) -> None:
    first, second = admins("quantri"), admins("vanphong")
    address = urlsplit(begin_draft(first).url).path
    second.go(address)
    ready(second.page)
    open_file(second.page, DIAGRAM)
    _type(first.page, "Thẩm định của người thứ nhất")
    settled(first.page)
    _type(second.page, "Thẩm định của người thứ hai")
    dialog = second.page.locator("dialog[data-part=conflict]")
    expect(dialog).to_be_visible()
    for _ in range(3):
        second.page.keyboard.press("Escape")
        second.page.wait_for_timeout(150)
    expect(dialog).to_be_visible()
    second.page.route("**/copy", lambda route: route.abort())
    dialog.get_by_role("button", name="Giữ cả hai").click()
    expect(dialog.locator("[data-wrong]")).to_contain_text("Mất kết nối")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Ghi đè bằng bản của tôi").click()
    expect(dialog).to_be_hidden()
    has(second.page, DIAGRAM, "Thẩm định của người thứ hai")
    _type(second.page, "Thẩm định lần nữa")
    has(second.page, DIAGRAM, "Thẩm định lần nữa")


@pytest.mark.long
def test_what_is_taken_back_before_it_is_sent_counts_as_saved(admins: Callable[[str], Person]) -> None:
    admin = admins("quantri")
    page = admin.page
    begin_draft(admin)
    state = page.locator("[data-part=saved]")
    _type(page, "Thẩm định nháp")
    expect(state).to_have_attribute("data-state", "typed")
    page.get_by_role("button", name="Hoàn tác", exact=True).click()
    expect(state).to_have_attribute("data-state", "saved")


@pytest.mark.long
def test_a_refused_save_is_not_repeated_until_something_is_typed(admins: Callable[[str], Person]) -> None:
    admin = admins("quantri")
    page = admin.page
    begin_draft(admin)
    tries: list[str] = []

    def refuse(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        tries.append(route.request.url)
        return route.fulfill(status=200 if len(tries) > 2 else 422, json={"message": "Bản soạn quá lớn", "version": 900, "at": "8 giờ"})

    page.route("**/files/**", refuse)
    _type(page, "Thẩm định bị từ chối")
    state = page.locator("[data-part=saved]")
    expect(state).to_have_attribute("data-state", "refused")
    expect(state).to_contain_text("Bản soạn quá lớn")
    page.wait_for_timeout(4000)
    assert len(tries) == 1
    _type(page, "Thẩm định bị từ chối, sửa lại")
    expect(state).not_to_have_attribute("data-state", "refused")
    expect(state).to_have_attribute("data-state", "refused")
    assert len(tries) == 2
    _type(page, "Thẩm định sửa lần ba")
    expect(state).to_have_attribute("data-state", "saved")


@pytest.mark.long
def test_a_full_store_of_the_browser_stops_nothing_and_the_next_person_sends_nothing_of_the_one_before(
    admins: Callable[[str], Person],
) -> None:
    admin, other = admins("quantri"), admins("vanphong")
    page = admin.page
    address = urlsplit(begin_draft(admin).url).path
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }")
    _type(page, "Thẩm định khi máy đầy")
    has(page, DIAGRAM, "Thẩm định khi máy đầy")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    ready(page)
    open_file(page, DIAGRAM)
    page.route("**/files/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    _type(page, "Thẩm định còn dở")
    expect(page.locator("[data-part=saved]")).to_have_attribute("data-state", "offline")
    left = page.evaluate("Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith('studio:')))")
    assert any("Thẩm định còn dở" in text for text in left.values()), "it lies in the browser"
    other.go("/office")
    other.page.evaluate("(left) => Object.entries(left).forEach(([key, text]) => localStorage.setItem(key, text))", left)
    other.go(address)
    ready(other.page)
    open_file(other.page, DIAGRAM)
    other.page.wait_for_timeout(2500)
    expect(other.page.locator(".step-list").filter(visible=True)).not_to_contain_text("Thẩm định còn dở")
    assert "còn dở" not in saved(other.page, DIAGRAM)
