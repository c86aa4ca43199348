"""A visit of an inspection on a telephone in a valley: typed and photographed without network, sent when it is back, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.inspections import PNG, decided
from tests.journeys.office import Office

pytestmark = [pytest.mark.browser, pytest.mark.long]

PHONE = {"viewport": {"width": 360, "height": 740}}
SEEN = "Bảng tin có kế hoạch, chưa có kết quả bình xét."
FAR = 9e15
"""A moment that is never a week ago."""
LINE = "[data-draft-line] >> nth=0"
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('draft:'))"

_FILES = """(act, write) => new Promise((done) => {
  const asked = indexedDB.open("waiting-files", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "number", autoIncrement: true });
  asked.onsuccess = () => {
    const step = asked.result.transaction("files", write ? "readwrite" : "readonly");
    const store = step.objectStore("files");
    const all = store.getAll();
    if (write) all.onsuccess = () => act(store, all.result);
    step.oncomplete = () => { asked.result.close(); done(write ? undefined : act(all.result)); };
  };
})"""
WAITING = f"() => ({_FILES})((all) => all.map((one) => one.whose))"
"""Whose files wait on the device."""
ADDED = f"(whose) => ({_FILES})((store, all) => all.forEach(({{ number, ...one }}) => store.add({{ ...one, whose }})), true)"
"""Keep the files that wait for another account too."""


def _wait(page: Page, *whose: str) -> None:
    """Until these wait on the device, each as often as it is named."""
    for _ in range(150):
        if page.evaluate(WAITING) == list(whose):
            return
        page.wait_for_timeout(200)
    raise AssertionError(page.evaluate(WAITING))


@pytest.fixture
def visit(office_var: Path) -> Iterator[str]:
    """The address of an office with an inspection whose visit is today."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        office = Office(app, clock.today(), furnished=True)
        decided(office)
        office.go_to("2026-11-09")
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    with installation(office_var) as url:
        yield url


@pytest.fixture
def officer(visit: str, sign_in: Callable[..., Person]) -> Person:
    """The officer on a telephone, with the form of that visit open."""
    found = sign_in(visit, "vhxh", **PHONE)
    found.open_work("Kiểm tra tại đơn vị")
    return found


def test_what_is_typed_without_network_is_there_when_the_page_is_opened_again(officer: Person) -> None:
    page, address = officer.page, officer.page.url
    page.context.set_offline(True)
    page.locator("#observed").fill(SEEN)
    line = page.locator("[data-draft-line]").first
    expect(line).to_contain_text("Nội dung đã giữ trên máy này")
    page.locator("[name=act][value=complete]").first.click()
    expect(page.locator("#observed")).to_have_value(SEEN)
    page.close()
    officer.page = officer.context.new_page()
    officer.page.context.set_offline(False)
    officer.page.goto(address)
    expect(officer.page.locator("#observed")).to_have_value(SEEN)
    assert officer.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []


def test_what_was_saved_before_the_network_went_does_not_push_out_what_came_after(officer: Person) -> None:
    page, address = officer.page, officer.page.url
    page.locator("#present").fill("Đinh Vũ Phong")
    expect(page.locator(LINE)).to_contain_text("Đã lưu nháp")
    page.context.set_offline(True)
    page.locator("#observed").fill(SEEN)
    expect(page.locator(LINE)).to_contain_text("Nội dung đã giữ trên máy này")
    page.close()
    page = officer.context.new_page()
    page.context.set_offline(False)
    page.goto(address)
    expect(page.locator("#observed")).to_have_value(SEEN)
    expect(page.locator("#present")).to_have_value("Đinh Vũ Phong")
    assert page.evaluate(KEPT) == []


def test_who_wrote_on_elsewhere_meanwhile_chooses_and_sees_what_each_says(officer: Person) -> None:
    page, address = officer.page, officer.page.url
    page.context.set_offline(True)
    page.locator("#observed").fill(SEEN)
    expect(page.locator(LINE)).to_contain_text("Nội dung đã giữ trên máy này")
    page.close()
    browser, cookies = officer.context.browser, officer.context.cookies()
    assert browser is not None
    elsewhere = browser.new_context()
    elsewhere.add_cookies(cookies)  # type: ignore[arg-type]
    desk = elsewhere.new_page()
    desk.goto(address)
    desk.locator("#observed").fill("Ghi ở văn phòng")
    expect(desk.locator(LINE)).to_contain_text("Đã lưu nháp")
    elsewhere.close()
    page = officer.context.new_page()
    page.context.set_offline(False)
    page.goto(address)
    expect(page.locator("#observed")).to_have_value("Ghi ở văn phòng")
    offered = page.locator("[data-offered]")
    expect(offered).to_contain_text(SEEN)
    page.reload()
    expect(offered).to_contain_text(SEEN)
    offered.get_by_role("button", name="Lấy nội dung trên máy này").click()
    expect(page.locator("#observed")).to_have_value(SEEN)
    expect(offered).to_have_count(0)
    assert page.evaluate(KEPT) == []


def test_a_photograph_waits_for_the_network_and_goes_by_itself(officer: Person, tmp_path: Path) -> None:
    page = officer.page
    photo = tmp_path / "anh-tai-cho.png"
    photo.write_bytes(PNG)
    page.context.set_offline(True)
    page.locator("#photos").set_input_files(str(photo))
    expect(page.locator(".files")).to_contain_text("Chưa có mạng, tự gửi lại khi có mạng. Tệp đã giữ trên máy này")
    page.context.set_offline(False)
    expect(page.locator(".files a").filter(has_text="anh-tai-cho.png")).to_be_visible()
    _wait(page)


def test_photographs_and_words_outlive_the_page_and_go_when_it_is_opened_again(officer: Person, tmp_path: Path) -> None:
    page, address = officer.page, officer.page.url
    page.locator("#present").fill("Đinh Vũ Phong")
    expect(page.locator(LINE)).to_contain_text("Đã lưu nháp")
    page.context.set_offline(True)
    for name in ("anh-1.png", "anh-2.png"):
        (tmp_path / name).write_bytes(PNG)
    page.locator("#photos").set_input_files([str(tmp_path / "anh-1.png"), str(tmp_path / "anh-2.png")])
    page.locator("#observed").fill(SEEN)
    expect(page.locator(".files")).to_contain_text("Tệp đã giữ trên máy này, đóng trang không mất")
    expect(page.locator(LINE)).to_contain_text("Nội dung đã giữ trên máy này")
    whose = page.locator("[data-whose]").get_attribute("data-whose") or ""
    _wait(page, whose, whose)
    page.close()
    page = officer.context.new_page()
    page.context.set_offline(False)
    page.goto(address)
    expect(page.locator("#observed")).to_have_value(SEEN)
    for name in ("anh-1.png", "anh-2.png"):
        expect(page.locator(".files a").filter(has_text=name)).to_have_count(1)
    _wait(page)  # they go from the device once the draft names them
    page.reload()
    expect(page.locator("#present")).to_have_value("Đinh Vũ Phong")
    expect(page.locator(".files input[name=photos]")).to_have_count(2)


def test_where_no_file_can_be_kept_the_page_says_so(officer: Person, tmp_path: Path) -> None:
    officer.context.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    page = officer.page
    page.reload()
    (tmp_path / "anh.png").write_bytes(PNG)
    page.context.set_offline(True)
    page.locator("#photos").set_input_files(str(tmp_path / "anh.png"))
    expect(page.locator(".files")).to_contain_text("Máy này không giữ được tệp: đừng đóng trang cho đến khi gửi xong")
    page.context.set_offline(False)
    expect(page.locator(".files a").filter(has_text="anh.png")).to_be_visible()


def test_nobody_is_given_what_somebody_else_typed(officer: Person, tmp_path: Path) -> None:
    page = officer.page
    (tmp_path / "anh.png").write_bytes(PNG)
    page.context.set_offline(True)
    page.locator("#photos").set_input_files(str(tmp_path / "anh.png"))
    page.locator("#observed").fill(SEEN)
    expect(page.locator("[data-draft-line]").first).to_contain_text("Nội dung đã giữ trên máy này")
    assert len(page.evaluate(KEPT)) == 1
    whose = page.locator("[data-whose]").get_attribute("data-whose") or ""
    _wait(page, whose)
    page.evaluate(ADDED, "999999")
    _wait(page, whose, "999999")
    officer.context.route("**/tasks/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.evaluate("at => localStorage.setItem('draft:999999:/x', JSON.stringify({ begun: '', typed: 'a=1', at }))", FAR)
    page.evaluate("key => localStorage.setItem(key, JSON.stringify({ begun: '', typed: 'a=1', at: 0 }))", f"draft:{whose}:/old")
    page.context.set_offline(False)
    officer.go("/help")
    assert {"draft:999999:/x", f"draft:{whose}:/old"}.isdisjoint(page.evaluate(KEPT))
    page.evaluate("([key, at]) => localStorage.setItem(key, JSON.stringify({ begun: '', typed: 'a=1', at }))", [f"draft:{whose}:/x", FAR])
    officer.go("/help")
    assert f"draft:{whose}:/x" in page.evaluate(KEPT)
    _wait(page, whose)
    page.locator("details.me summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.locator("[data-waits]")).to_contain_text("Đăng xuất thì máy xóa")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/sign-in*")
    assert page.evaluate(KEPT) == []
    _wait(page)
