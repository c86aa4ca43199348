"""A visit of an inspection on a telephone in a valley: typed and photographed without network, sent when it is back, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.inspections import PNG, begin, decided
from tests.journeys.office import Office

pytestmark = [pytest.mark.browser, pytest.mark.long]

PHONE = {"viewport": {"width": 360, "height": 740}}
SEEN = "Bảng tin có kế hoạch, chưa có kết quả bình xét."
FAR = 9e15
"""A moment that is never a week ago."""
SAVED = "Đã lưu nháp"
KEPT = "Nội dung đã giữ trên máy này"
TEXTS = "Object.keys(localStorage).filter((key) => key.startsWith('draft:'))"
WORKERS = "navigator.serviceWorker.getRegistrations().then((all) => all.length)"
PAGES = """Promise.resolve().then(async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys()) found.push(`${name} ${new URL(one.url).pathname}`);
  return found.filter((one) => !one.includes("/static/") && !one.endsWith("/kept-pages"));
})"""
"""The pages that are kept on the device, with whose they are."""

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
WAITING = f"({_FILES})((all) => all.map((one) => one.whose))"
"""Whose files wait on the device."""
ADDED = f"(whose) => ({_FILES})((store, all) => all.forEach(({{ number, ...one }}) => store.add({{ ...one, whose }})), true)"
"""Keep the files that wait for another account too."""
THEIRS = """(until) => caches.open("pages:999999").then((cache) =>
  cache.put("/tasks/999", new Response("", { headers: { "X-Kept-Until": until } })))"""
"""Keep a page of another account."""
AGED = """async () => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const one of await cache.keys()) {
      const page = await cache.match(one);
      if (!page.headers.has("X-Kept-Until")) continue;
      const headers = new Headers(page.headers);
      headers.set("X-Kept-Until", Date.now() - 1000);
      await cache.put(one, new Response(await page.text(), { headers }));
    }
  }
}"""
"""Make what is kept of pages a week old."""


class Phone:
    """A telephone with the page of a step open, whose network comes and goes."""

    def __init__(self, officer: Person, step: str) -> None:
        self.officer = officer
        officer.open_work(step)
        expect(self.line).to_be_attached()
        self.address = officer.page.url
        self.whose = self.page.locator("[data-whose]").get_attribute("data-whose") or ""

    @property
    def page(self) -> Page:
        return self.officer.page

    @property
    def line(self) -> Locator:
        """What the form says of its draft."""
        return self.page.locator("[data-draft-line]").first

    def network(self, there: bool) -> None:
        """The network comes, or goes."""
        self.officer.context.set_offline(not there)

    def open_again(self, *, network: bool) -> None:
        """The browser drops the page, and opens it again later."""
        self.page.close()
        self.network(network)
        self.officer.page = self.officer.context.new_page()
        self.page.goto(self.address)

    def keep(self) -> None:
        """Keep the page on the device."""
        self.page.get_by_role("button", name="Giữ trang này trên máy").click()
        expect(self.page.get_by_role("button", name="Bỏ trang đã giữ")).to_be_visible()

    def photograph(self, *files: Path) -> None:
        """Choose pictures."""
        for file in files:
            file.write_bytes(PNG)
        self.page.locator("#photos").set_input_files([str(file) for file in files])

    def until(self, script: str, found: object) -> None:
        """Wait until a script finds this."""
        for _ in range(150):
            if self.page.evaluate(script) == found:
                return
            self.page.wait_for_timeout(200)
        raise AssertionError(self.page.evaluate(script))

    def elsewhere(self, text: str) -> None:
        """The same person writes at another device meanwhile."""
        browser, cookies = self.officer.context.browser, self.officer.context.cookies()
        assert browser is not None
        other = browser.new_context()
        other.add_cookies(cookies)  # type: ignore[arg-type]
        desk = other.new_page()
        desk.goto(self.address)
        desk.locator("#observed").fill(text)
        expect(desk.locator("[data-draft-line]").first).to_contain_text(SAVED)
        other.close()


@pytest.fixture
def telephone(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Callable[..., Phone]]:
    """An officer's telephone at a step, by its name: an inspection whose visit is today, or another one whose decision is drafted."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        office = Office(app, clock.today(), furnished=True)
        decided(office)
        begin(office, unit="DET-NANG-SOM")
        office.go_to("2026-11-09")
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    with installation(office_var) as url:
        yield lambda step="Kiểm tra tại đơn vị": Phone(sign_in(url, "vhxh", **PHONE), step)


@pytest.fixture
def phone(telephone: Callable[..., Phone]) -> Phone:
    """The officer at the page of the visit."""
    return telephone()


def test_what_is_typed_without_network_is_there_when_the_page_is_opened_again(phone: Phone) -> None:
    phone.page.locator("#present").fill("Đinh Vũ Phong")
    expect(phone.line).to_contain_text(SAVED)
    phone.network(False)
    phone.page.locator("#observed").fill(SEEN)
    expect(phone.line).to_contain_text(KEPT)
    phone.page.locator("[name=act][value=complete]").first.click()
    expect(phone.page.locator("#observed")).to_have_value(SEEN)
    phone.open_again(network=True)
    expect(phone.page.locator("#observed")).to_have_value(SEEN)
    expect(phone.page.locator("#present")).to_have_value("Đinh Vũ Phong")
    phone.until(TEXTS, [])
    phone.page.reload()
    expect(phone.page.locator("#observed")).to_have_value(SEEN)
    assert phone.page.evaluate(WORKERS) == 0


def test_last_words_before_the_page_goes_are_not_lost_and_ask_nothing_where_they_arrived(phone: Phone) -> None:
    phone.page.locator("#observed").fill(SEEN)
    phone.page.reload()  # at once: no draft was saved yet
    expect(phone.page.locator("#observed")).to_have_value(SEEN)
    phone.until(TEXTS, [])
    phone.network(False)
    phone.page.locator("#unit_said").fill("Đơn vị sẽ công khai.")
    phone.open_again(network=True)
    expect(phone.page.locator("#unit_said")).to_have_value("Đơn vị sẽ công khai.")
    phone.until(TEXTS, [])

    def answer_is_lost(route: Route) -> None:
        route.fetch()
        route.abort()

    phone.officer.context.route("**/draft", answer_is_lost)
    phone.page.locator("#present").fill("Đinh Vũ Phong")
    expect(phone.line).to_contain_text(KEPT)
    phone.network(False)
    phone.officer.context.unroute("**/draft")
    phone.page.locator("#visited_from").fill("8 giờ 00")
    phone.open_again(network=True)
    expect(phone.page.locator("#visited_from")).to_have_value("8 giờ 00")
    expect(phone.page.locator("#present")).to_have_value("Đinh Vũ Phong")
    expect(phone.page.locator("[data-offered]")).to_have_count(0)
    phone.until(TEXTS, [])


def test_who_wrote_on_elsewhere_meanwhile_chooses_and_sees_what_each_says(phone: Phone) -> None:
    phone.network(False)
    phone.page.locator("#observed").fill(SEEN)
    expect(phone.line).to_contain_text(KEPT)
    phone.page.close()
    phone.elsewhere("Ghi ở văn phòng")
    phone.open_again(network=True)
    expect(phone.page.locator("#observed")).to_have_value("Ghi ở văn phòng")
    offered = phone.page.locator("[data-offered]")
    expect(offered).to_contain_text(SEEN)
    phone.page.reload()
    expect(offered).to_contain_text(SEEN)
    offered.get_by_role("button", name="Lấy nội dung trên máy này").click()
    expect(phone.page.locator("#observed")).to_have_value(SEEN)
    expect(offered).to_have_count(0)
    phone.until(TEXTS, [])
    phone.page.reload()
    expect(phone.page.locator("#observed")).to_have_value(SEEN)


def test_a_photograph_waits_for_the_network_and_goes_by_itself(phone: Phone, tmp_path: Path) -> None:
    phone.network(False)
    phone.photograph(tmp_path / "anh-tai-cho.png")
    expect(phone.page.locator(".files")).to_contain_text("Chưa có mạng, tự gửi lại khi có mạng. Tệp đã giữ trên máy này")
    phone.network(True)
    expect(phone.page.locator(".files a").filter(has_text="anh-tai-cho.png")).to_be_visible()
    phone.until(WAITING, [])


def test_photographs_and_words_outlive_the_page_and_go_when_it_is_opened_again(phone: Phone, tmp_path: Path) -> None:
    phone.page.locator("#present").fill("Đinh Vũ Phong")
    expect(phone.line).to_contain_text(SAVED)
    phone.network(False)
    phone.photograph(tmp_path / "anh-1.png", tmp_path / "anh-2.png")
    phone.page.locator("#observed").fill(SEEN)
    expect(phone.page.locator(".files")).to_contain_text("Tệp đã giữ trên máy này, đóng trang không mất")
    expect(phone.line).to_contain_text(KEPT)
    phone.until(WAITING, [phone.whose, phone.whose])
    phone.open_again(network=True)
    expect(phone.page.locator("#observed")).to_have_value(SEEN)
    for name in ("anh-1.png", "anh-2.png"):
        expect(phone.page.locator(".files a").filter(has_text=name)).to_have_count(1)
    phone.until(WAITING, [])  # they go from the device once the draft names them
    phone.page.reload()
    expect(phone.page.locator("#present")).to_have_value("Đinh Vũ Phong")
    expect(phone.page.locator(".files input[name=photos]")).to_have_count(2)


def test_where_no_file_can_be_kept_the_page_says_so(telephone: Callable[..., Phone], tmp_path: Path) -> None:
    phone = telephone()
    phone.officer.context.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    phone.page.reload()
    phone.network(False)
    phone.photograph(tmp_path / "anh.png")
    expect(phone.page.locator(".files")).to_contain_text("Máy này không giữ được tệp: đừng đóng trang cho đến khi gửi xong")
    phone.network(True)
    expect(phone.page.locator(".files a").filter(has_text="anh.png")).to_be_visible()


def test_nobody_is_given_what_somebody_else_typed_photographed_or_kept(phone: Phone, tmp_path: Path) -> None:
    phone.keep()
    page, task = phone.page, phone.address.rpartition("/")[2]
    phone.network(False)
    phone.photograph(tmp_path / "anh.png")
    page.locator("#observed").fill(SEEN)
    expect(phone.line).to_contain_text(KEPT)
    assert len(page.evaluate(TEXTS)) == 1
    phone.until(WAITING, [phone.whose])
    page.evaluate(ADDED, "999999")
    phone.until(WAITING, [phone.whose, "999999"])
    phone.officer.context.route("**/tasks/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.evaluate("at => localStorage.setItem('draft:999999:/x', JSON.stringify({ begun: '', typed: 'a=1', at }))", FAR)
    page.evaluate("key => localStorage.setItem(key, JSON.stringify({ begun: '', typed: 'a=1', at: 0 }))", f"draft:{phone.whose}:/old")
    page.evaluate(THEIRS, FAR)
    assert sorted(page.evaluate(PAGES)) == ["pages:999999 /tasks/999", f"pages:{phone.whose} /tasks/{task}"]
    phone.network(True)
    phone.officer.go("/help")
    phone.until(PAGES, [f"pages:{phone.whose} /tasks/{task}"])
    assert {"draft:999999:/x", f"draft:{phone.whose}:/old"}.isdisjoint(page.evaluate(TEXTS))
    phone.until(WAITING, [phone.whose])
    page.locator("details.me summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.locator("[data-waits]")).to_contain_text("Đăng xuất thì máy xóa")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/sign-in*")
    assert page.evaluate(TEXTS) == []
    phone.until(WAITING, [])
    assert page.evaluate(PAGES) == [] and page.evaluate(WORKERS) == 0


def test_a_kept_page_opens_without_network_with_all_that_was_written_and_is_sent_later(phone: Phone, tmp_path: Path) -> None:
    phone.keep()
    page = phone.page
    page.locator("#present").fill("Đinh Vũ Phong")  # the server has this, and the copy is older
    phone.photograph(tmp_path / "anh-1.png")
    expect(page.locator(".files a").filter(has_text="anh-1.png")).to_be_visible()
    phone.until(WAITING, [])
    phone.network(False)
    page.locator("#observed").fill(SEEN)
    page.locator("#c_plan").select_option("partly")
    phone.photograph(tmp_path / "anh-2.png")
    phone.until(WAITING, [phone.whose])
    phone.open_again(network=False)
    page = phone.page
    expect(page.locator("[data-kept-copy]")).to_contain_text("Không có mạng: đang mở bản giữ trên máy này lúc")
    expect(page.locator("[data-kept-copy]")).not_to_contain_text("{")
    expect(page.locator("#present")).to_have_value("Đinh Vũ Phong")
    expect(page.locator("#observed")).to_have_value(SEEN)
    expect(page.locator("#c_plan")).to_have_value("partly")
    for name in ("anh-1.png", "anh-2.png"):
        expect(page.locator(".files .file-name").filter(has_text=name)).to_have_count(1)
    page.locator("#unit_said").fill("Đơn vị sẽ công khai.")
    phone.open_again(network=False)
    page = phone.page
    expect(page.locator("#unit_said")).to_have_value("Đơn vị sẽ công khai.")
    expect(page.locator("#observed")).to_have_value(SEEN)
    phone.network(True)
    expect(phone.line).to_contain_text(SAVED)
    expect(page.locator("[data-kept-copy]")).to_be_hidden()
    expect(page.locator(".files input[name=photos]")).to_have_count(2)
    phone.until(WAITING, [])
    said = {"visited_on": "09/11/2026", "visited_from": "8 giờ 00", "visited_until": "11 giờ 30", "team_signer": "A", "minutes_writer": "B"}
    for name, text in said.items():
        page.locator(f"#{name}").fill(text)
    for select in page.locator("#answers select, select[form=answers]").all():
        select.select_option("good")
    page.locator("[name=act][value=complete]").first.click()
    page.wait_for_url("**/inbox*")
    phone.until(PAGES, [])
    assert page.evaluate(TEXTS) == [] and page.evaluate(WORKERS) == 0
    page.goto(phone.address)
    expect(page.locator("#act")).to_contain_text("đã xử lý việc này")
    expect(page.locator("main")).to_contain_text("Đơn vị sẽ công khai.")


def test_rows_that_were_added_and_taken_out_are_as_they_were(telephone: Callable[..., Phone]) -> None:
    phone = telephone("quyết định kiểm tra")
    phone.keep()
    phone.network(False)
    page = phone.page
    rows = page.locator("[data-rows=team] .row-item")
    expect(rows).to_have_count(3)
    page.locator("[name='team-0-name']").fill("Nguyễn Thị Lan")
    page.locator("[name='_remove:team-1']").click()
    page.get_by_role("button", name="Thêm dòng").click()
    page.locator("[name='team-3-name']").fill("Trần Văn Bình")
    page.locator("[name='team-3-role']").select_option("secretary")
    phone.open_again(network=False)
    page = phone.page
    expect(page.locator("[name='team-3-name']")).to_have_value("Trần Văn Bình")
    expect(page.locator("[name='team-3-role']")).to_have_value("secretary")
    expect(page.locator("[data-rows=team] .row-number")).to_have_text(["1", "2", "3"])
    phone.network(True)
    expect(phone.line).to_contain_text(SAVED)
    phone.open_again(network=True)  # the server has numbered the rows anew
    expect(phone.page.locator("[name='team-2-name']")).to_have_value("Trần Văn Bình")
    expect(phone.page.locator("[name='team-0-name']")).to_have_value("Nguyễn Thị Lan")
    expect(phone.page.locator("[data-offered]")).to_have_count(0)
    phone.until(TEXTS, [])


def test_who_presses_send_without_network_is_told_that_it_did_not_go_also_after_reopening(phone: Phone, tmp_path: Path) -> None:
    phone.keep()
    phone.network(False)
    phone.page.locator("#observed").fill(SEEN)
    phone.photograph(tmp_path / "anh.png")
    expect(phone.page.locator(".files")).to_contain_text("Tệp đã giữ trên máy này")
    phone.page.locator("[name=act][value=complete]").first.click()
    expect(phone.line).to_contain_text("Chưa gửi: không có mạng. Nội dung đã giữ trên máy này")
    expect(phone.line).not_to_contain_text("phiếu tự gửi")
    phone.open_again(network=False)
    expect(phone.line).to_contain_text("Chưa gửi: không có mạng")
    phone.network(True)
    expect(phone.line).to_contain_text(SAVED)
    expect(phone.line).to_contain_text("phiếu chưa đi: bấm gửi lại")
    expect(phone.page.locator(".files input[name=photos]")).to_have_count(1)


def test_a_photograph_whose_answer_was_lost_is_one_file_when_it_is_sent_again(phone: Phone, tmp_path: Path) -> None:
    page = phone.page

    def keys(name: str) -> set[str | None]:
        return {one.get_attribute("value") for one in phone.page.locator(f".files li:has-text('{name}') input[name=photos]").all()}

    page.evaluate("Object.defineProperty(XMLHttpRequest.prototype, 'status', { get: () => 0 })")  # no answer is heard any more
    with page.expect_response(lambda one: one.request.method == "POST" and one.url == phone.address) as answer:
        phone.photograph(tmp_path / "anh-1.png")
    (taken,) = answer.value.json()["files"]
    phone.open_again(network=True)
    expect(phone.page.locator(".files a").filter(has_text="anh-1.png")).to_have_count(1)
    assert keys("anh-1.png") == {taken["key"]}
    # Taken and answered, and the page goes before any draft names it: nothing is sent once more.
    phone.until(WAITING, [])
    phone.officer.context.route("**/draft", lambda route: route.abort())
    phone.photograph(tmp_path / "anh-2.png")
    expect(phone.page.locator(".files a").filter(has_text="anh-2.png")).to_have_count(1)
    known = keys("anh-2.png")
    sent: list[str] = []
    phone.page.close()
    phone.officer.context.unroute("**/draft")
    phone.officer.context.on("request", lambda one: sent.append(one.url) if one.method == "POST" and "/draft" not in one.url else None)
    phone.open_again(network=True)
    expect(phone.page.locator(".files .file-name").filter(has_text="anh-2.png")).to_have_count(1)
    phone.until(WAITING, [])
    assert keys("anh-2.png") == known and sent == []


def test_without_network_any_other_page_shows_which_pages_are_kept_with_the_way_to_them(phone: Phone) -> None:
    phone.keep()
    title = phone.page.title().removesuffix(" · Vinh Danh")
    root = phone.address.rpartition("/tasks/")[0]
    phone.page.goto(f"{root}/kept-pages")
    expect(phone.page.locator("[data-kept-list] a")).to_have_text([title])
    phone.network(False)
    for address in (f"{root}/", f"{root}/inbox", f"{root}/tasks/1"):
        phone.page.goto(address)
        expect(phone.page.locator("h1")).to_have_text("Trang đã giữ trên máy này")
        expect(phone.page.locator("[data-kept-list] a")).to_have_text([title])
    phone.page.evaluate(THEIRS, FAR)
    phone.page.reload()
    phone.page.get_by_role("link", name=title).click()
    expect(phone.page.locator("[data-kept-copy]")).to_contain_text("Không có mạng: đang mở bản giữ trên máy này lúc")
    expect(phone.page.locator("#observed")).to_be_visible()


def test_no_page_opens_without_network_unasked_and_nothing_else_ever(phone: Phone) -> None:
    other = phone.address.rpartition("/")[0] + "/1"

    def opens(address: str) -> bool:
        tried = phone.officer.context.new_page()
        try:
            answer = tried.goto(address)  # 503: the list of kept pages stands there instead
            return answer is not None and answer.status != 503
        except Error as failed:
            assert "ERR_INTERNET_DISCONNECTED" in str(failed) or "ERR_FAILED" in str(failed)
            return False
        finally:
            tried.close()

    assert phone.page.evaluate(WORKERS) == 0 and phone.page.evaluate(PAGES) == []
    phone.network(False)
    assert not opens(phone.address)
    phone.network(True)
    phone.page.reload()
    phone.keep()
    phone.network(False)
    assert opens(phone.address)
    root = phone.address.rpartition("/tasks/")[0]
    for closed in (other, f"{root}/", f"{root}/inbox", f"{root}/api/v1/me", f"{phone.address}?again", f"{phone.address}/due"):
        assert not opens(closed), closed
    assert phone.page.evaluate("url => fetch(url).then(() => true, () => false)", f"{root}/api/v1/me") is False
    phone.page.evaluate(AGED)
    assert not opens(phone.address)
    phone.network(True)
    phone.page.reload()
    expect(phone.page.get_by_role("button", name="Giữ trang này trên máy")).to_be_visible()
    phone.keep()
    phone.page.get_by_role("button", name="Bỏ trang đã giữ").click()
    expect(phone.page.get_by_role("button", name="Giữ trang này trên máy")).to_be_visible()
    assert phone.page.evaluate(PAGES) == [] and phone.page.evaluate(WORKERS) == 0
    phone.network(False)
    assert not opens(phone.address)


def test_a_copy_that_meets_another_text_or_no_session_keeps_what_it_has_and_says_so(phone: Phone) -> None:
    phone.keep()
    phone.open_again(network=False)
    phone.page.locator("#observed").fill(SEEN)
    expect(phone.line).to_contain_text(KEPT)
    phone.elsewhere("Ghi ở văn phòng")
    cookies = phone.officer.context.cookies()
    phone.officer.context.clear_cookies()
    phone.network(True)
    expect(phone.line).to_contain_text("Phiên đăng nhập đã hết. Nội dung còn giữ trên máy này")
    expect(phone.page.locator("#observed")).to_have_value(SEEN)
    assert len(phone.page.evaluate(PAGES)) == 1
    phone.officer.context.add_cookies(cookies)  # type: ignore[arg-type]
    phone.page.locator("#unit_said").fill("Đơn vị sẽ công khai.")
    offered = phone.page.locator("[data-offered]")
    expect(offered).to_contain_text(SEEN)
    expect(offered).to_contain_text("Đơn vị sẽ công khai.")
    expect(phone.page.locator("#observed")).to_have_value("Ghi ở văn phòng")


def test_who_writes_in_two_tabs_is_asked_and_neither_overwrites_the_other(phone: Phone) -> None:
    second = phone.officer.context.new_page()
    second.goto(phone.address)  # drawn before anything was written
    phone.page.locator("#observed").fill("Ghi ở thẻ thứ nhất")
    expect(phone.line).to_contain_text(SAVED)
    phone.page.locator("#observed").fill("Ghi tiếp ở thẻ thứ nhất")  # one's own later words ask nothing
    phone.page.wait_for_timeout(2500)
    expect(phone.line).to_contain_text(SAVED)
    second.locator("#observed").fill("Ghi ở thẻ thứ hai")
    offered = second.locator("[data-offered]")
    expect(offered).to_contain_text("Ghi ở thẻ thứ hai")
    expect(second.locator("#observed")).to_have_value("Ghi tiếp ở thẻ thứ nhất")
    offered.get_by_role("button", name="Lấy nội dung trên máy này").click()
    expect(second.locator("[data-draft-line]").first).to_contain_text(SAVED)
    second.reload()
    expect(second.locator("#observed")).to_have_value("Ghi ở thẻ thứ hai")
    phone.page.bring_to_front()
    phone.page.locator("#unit_said").fill("Đơn vị sẽ công khai.")
    expect(phone.page.locator("[data-offered]")).to_contain_text("Đơn vị sẽ công khai.")
    expect(phone.page.locator("#observed")).to_have_value("Ghi ở thẻ thứ hai")
