"""A person at a browser: signs in, reads, types and clicks by the words on the page, as somebody in the office would."""

from __future__ import annotations

import os
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

PASSWORD = "vinhdanh"
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
WIDTH, HEIGHT = 1280, 860
_WAIT_MS = 30_000


def pictures_wanted() -> bool:
    """Whether pictures for the documents are to be taken (`make pictures`)."""
    return os.environ.get("VINHDANH_PICTURES", "") == "1"


class Person:
    """One signed-in person with a browser window of their own."""

    def __init__(self, browser: Browser, url: str, login: str, **options: Any) -> None:
        self.url, self.login = url, login
        self.context = browser.new_context(
            **{"locale": "vi", "viewport": {"width": WIDTH, "height": HEIGHT}, "reduced_motion": "reduce"} | options
        )
        self.context.set_default_timeout(_WAIT_MS)
        self.page: Page = self.context.new_page()
        self.sign_in()

    def sign_in(self) -> None:
        """Sign in on the sign-in page."""
        self.go("/sign-in")
        self.write("Tên đăng nhập", self.login)
        self.write("Mật khẩu", PASSWORD)
        self.press("Đăng nhập")
        expect(self.page.locator(".me")).to_be_visible()

    def go(self, path: str) -> None:
        """Open an address of the service."""
        answer = self.page.goto(f"{self.url}{path}")
        assert answer is not None and answer.status < 500, path

    def open_work(self, *words: str) -> None:
        """Open the row of the inbox that has all these words; waits until the worker has brought it there."""
        row = self.page.locator("main tbody tr, main .work-row, main li")
        for word in words:
            row = row.filter(has_text=word)
        for _ in range(60):
            self.go("/inbox")
            if row.count():
                row.first.locator("a").first.click()
                return
            self.page.wait_for_timeout(250)
        raise AssertionError(f"{self.login} has no work with {words}: {self.page.locator('main').inner_text()[:900]}")

    def open_case(self, name: str) -> None:
        """Find a nomination by its name and open it, once all its messages have been delivered."""
        self.page.wait_for_timeout(1000)
        self.go("/nominations")
        self.page.get_by_role("link", name=re.compile(f"^{re.escape(name)}")).first.click()
        expect(self.page.locator("h1")).to_contain_text(name)

    def open_clock(self) -> None:
        """Open the page of the demo's clock from the person's menu."""
        self.page.locator(".me > summary").click()
        self.press("Chỉnh đồng hồ chạy thử")

    def move_clock(self, day: str, *, picture: str = "") -> None:
        """Move the demo's clock on to a day (dd/mm/yyyy), by weeks, then by days."""
        self.open_clock()
        if picture:
            self.picture(picture)
        wanted = datetime.strptime(day, "%d/%m/%Y").date()
        for _ in range(60):
            today = self._shown_day()
            if today >= wanted:
                break
            self.press("Thêm 1 tuần" if (wanted - today).days >= 7 else "Thêm 1 ngày")
            self.reads("Bây giờ là")
            expect(self.page.locator("h1")).not_to_contain_text(f"{today:%d/%m/%Y}")
        assert self._shown_day() == wanted
        self.page.wait_for_timeout(1500)  # the worker looks after what has become due

    def _shown_day(self) -> date:
        found = re.search(r"\d\d/\d\d/\d{4}", self.page.locator("h1").inner_text())
        assert found is not None
        return datetime.strptime(found[0], "%d/%m/%Y").date()

    def write(self, label: str, text: str, *, nth: int = 0) -> None:
        """Type into the field of this label."""
        field = self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(không bắt buộc\))?$"))
        field.filter(visible=True).nth(nth).fill(text)

    def tick(self, label: str, *, inside: str = "", exact: bool = False) -> None:
        """Tick the box or choice of this label, in the group of a heading if one is named."""
        self._within(inside).get_by_label(label, exact=exact).filter(visible=True).first.check()

    def choose(self, label: str, option: str, *, inside: str = "") -> None:
        """Choose from a list of this label."""
        field = self._within(inside).get_by_label(re.compile(f"^{re.escape(label)}")).filter(visible=True).first
        wanted = field.locator("option", has_text=option).first
        field.select_option(wanted.get_attribute("value"))

    def attach(self, label: str, name: str, body: bytes) -> None:
        """Attach a PDF to the field of files of this label."""
        field = self.page.get_by_label(re.compile(f"^{re.escape(label)}")).and_(self.page.locator("input[type=file]"))
        field.filter(visible=True).first.set_input_files({"name": name, "mimeType": "application/pdf", "buffer": body})

    def _within(self, heading: str) -> Page | Locator:
        if not heading:
            return self.page
        return self.page.get_by_role("group", name=re.compile(f"^{re.escape(heading)}")).filter(visible=True).first

    def press(self, words: str) -> None:
        """Press the button or link with these words."""
        pattern = re.compile("^" + re.escape(words).replace("/", r"\/"))
        button = self.page.get_by_role("button", name=pattern).or_(self.page.get_by_role("link", name=pattern))
        try:
            button.filter(visible=True).first.click()
        except TimeoutError as error:
            raise AssertionError(f"no {words} at {self.page.url}: {self.page.locator('body').inner_text()[:900]}") from error

    def reads(self, *sentences: str) -> None:
        """Assert that the page says this."""
        for sentence in sentences:
            expect(self.page.locator("body")).to_contain_text(sentence)

    def picture(self, name: str, *, full: bool = False, top: str = "") -> None:
        """Take a picture for the documents, where pictures are wanted: from the top, or from some words on."""
        if not pictures_wanted():
            return
        PICTURES.mkdir(parents=True, exist_ok=True)
        if self.page.locator("[data-diagram]").count():
            self.page.wait_for_selector("[data-diagram].is-shown")
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("document.fonts.ready.then(() => window.scrollTo(0, 0))")
        if top:
            words = self.page.get_by_text(top, exact=True).filter(visible=True).first
            words.evaluate("at => window.scrollTo(0, at.getBoundingClientRect().top + window.scrollY - 24)")
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=full, animations="disabled", caret="hide")

    def leave(self) -> None:
        """Close the window."""
        self.context.close()
