"""Files sent while a page is filled in: a bar and words for each, errors at their file, nothing lost without the script."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.browser.barriers import faults
from tests.browser.fitting import misfits
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.inspections import PNG
from tests.journeys.office import Office

pytestmark = pytest.mark.browser

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def nominated(office_var: Path) -> Path:
    """An office in which one nomination waits for its self-assessment."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        Office(app, clock.today(), furnished=True).nominate("HN-2026")
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    return office_var


@pytest.fixture
def referred(office_var: Path) -> Path:
    """An office in which the article about somebody waits to be written."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        office = Office(app, clock.today(), furnished=True)
        one = office.begin(
            "exemplar", by="donvi", kind="INDIVIDUAL", name="Đinh Suối Mơ", place="Thôn Đồi Sim", deed="Dạy chữ số cho người già",
            story="Mỗi tối thứ năm ở nhà văn hóa thôn.", agreed="yes", referrer="Ủy ban MTTQ Việt Nam xã", contact="0900 000 999",
        )
        office.step(one, "check_exemplar", by="vhxh", decision="publish", consent=True)
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    return office_var


def _files(folder: Path) -> list[str]:
    made = {"Báo cáo số hóa.pdf": PDF, "ảnh.php.pdf": PDF, "Quyết định Đỗ Ưu.pdf": PDF + b"% two\n"}
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in made]


def _assesses(unit: Person) -> Person:
    """The unit's person at the self-assessment of an officer."""
    unit.open_work("Tự đánh giá", "Hoàng Bình Minh")
    unit.tick("Cán bộ, công chức, viên chức")
    expect(unit.page.locator("#D1-score")).to_be_visible()
    return unit


def _hold_first(page: Page, act: bytes) -> list[Route]:
    """Keep the first request of the page's step that says this act on its way; the test lets it go."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if act in (route.request.post_data_buffer or b"") and not held:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile(r"/tasks/\d+$"), hold)
    return held


def test_many_files_each_with_a_bar_and_errors_at_their_file(
    nominated: Path, sign_in: Callable[..., Person], tmp_path: Path
) -> None:
    with installation(nominated) as url:
        unit = _assesses(sign_in(url, "donvi"))
        page = unit.page
        held = _hold_first(page, b"attach")
        page.locator("#D1-score").fill("9")
        page.locator("#D1-files").set_input_files(_files(tmp_path))
        rows = page.locator(".field:has(#D1-files) ul.files li")
        expect(rows).to_have_count(3)
        expect(rows.locator("progress")).to_have_count(3)
        expect(rows.nth(2)).to_contain_text("Chờ gửi")
        held[0].continue_()
        expect(rows.locator("progress")).to_have_count(0)
        expect(rows.nth(0)).to_contain_text("Báo cáo số hóa.pdf")
        expect(rows.nth(0)).to_contain_text("Đã gửi xong")
        expect(rows.nth(1)).to_contain_text(".php")
        expect(rows.nth(1).locator("input[type=hidden]")).to_have_count(0)
        expect(rows.nth(2).locator("a")).to_have_text("Quyết định Đỗ Ưu.pdf")
        expect(page.locator("input[data-kept]")).to_have_count(0)  # the draft knows the files: none waits on the device any more
        unit.reads("Đã lưu nháp lúc")
        page.reload()
        expect(rows).to_have_count(2)
        assert page.locator("#D1-score").input_value() == "9"
        rows.nth(0).get_by_role("button", name="Bỏ tệp").click()
        expect(rows).to_have_count(1)
        expect(rows.nth(0)).to_contain_text("Quyết định Đỗ Ưu.pdf")


def test_a_form_that_is_drawn_anew_keeps_its_files_whenever_they_came(
    nominated: Path, sign_in: Callable[..., Person], tmp_path: Path
) -> None:
    first, _refused, second = _files(tmp_path)
    with installation(nominated) as url:
        unit = _assesses(sign_in(url, "donvi"))
        page = unit.page
        rows = page.locator(".field:has(#D1-files) ul.files li")
        page.locator("#D1-files").set_input_files(first)
        expect(rows).to_contain_text(["Đã gửi xong"])
        with page.expect_response(lambda answer: b"refresh" in (answer.request.post_data_buffer or b"")):
            unit.tick("ND5.")  # a file that stands in the form goes with it
        unit.reads("Đã lưu nháp lúc")
        expect(rows.locator("input[type=hidden]")).to_have_count(1)
        held = _hold_first(page, b"refresh")
        unit.tick("ND3.")  # the answer to this was asked for before the second file had come
        page.locator("#D1-files").set_input_files(second)
        expect(rows.nth(1)).to_contain_text("Đã gửi xong")
        with page.expect_response(lambda answer: b"refresh" in (answer.request.post_data_buffer or b"")):
            held[0].continue_()
        saved: list[str] = []
        page.on("response", lambda answer: saved.append(answer.url) if answer.url.endswith("/draft") else None)
        for _ in range(100):
            if saved:
                break
            page.wait_for_timeout(100)
        expect(rows.locator("input[type=hidden]")).to_have_count(2)
        page.reload()
        expect(rows).to_have_count(2)
        expect(rows).to_contain_text(["Báo cáo số hóa.pdf", "Quyết định Đỗ Ưu.pdf"])


@pytest.mark.long
def test_form_that_is_sent_too_early_goes_when_the_last_file_has_come(
    nominated: Path, sign_in: Callable[..., Person], tmp_path: Path
) -> None:
    with installation(nominated) as url:
        unit = sign_in(url, "donvi")
        unit.open_work("Tự đánh giá", "Hoàng Bình Minh")
        page = unit.page
        held: list[Route] = []
        page.route(
            re.compile(r"/tasks/\d+$"),
            lambda route: held.append(route) if b"attach" in (route.request.post_data_buffer or b"") else route.continue_(),
        )
        page.locator("#D1-files").set_input_files(_files(tmp_path)[:1])
        expect(page.locator("ul.files li")).to_have_count(1)
        unit.press("Lưu nháp")
        unit.reads("Gửi xong tệp, phiếu tự gửi theo nếu trang còn mở.")
        held[0].continue_()
        unit.reads("Đã lưu nháp lúc")
        expect(page.locator("ul.files li a").first).to_have_text("Báo cáo số hóa.pdf")


@pytest.mark.long
def test_a_file_chosen_before_the_script_has_come_is_sent_once_it_is_there(
    nominated: Path, sign_in: Callable[..., Person], tmp_path: Path
) -> None:
    with installation(nominated) as url:
        unit = sign_in(url, "donvi")
        unit.open_work("Tự đánh giá", "Hoàng Bình Minh")
        page = unit.page
        held: list[Route] = []
        page.route(re.compile(r"/assets/main[^/]*\.js"), lambda route: held.append(route))
        page.reload(wait_until="commit")
        page.locator("#D1-files").set_input_files(_files(tmp_path)[:1])
        assert page.locator("#D1-files").evaluate("input => input.files.length") == 1
        assert not page.locator("html.scripted").count()
        for one in held:
            one.continue_()
        expect(page.locator("ul.files li a").first).to_have_text("Báo cáo số hóa.pdf")
        assert page.locator("#D1-files").evaluate("input => input.files.length") == 0


@pytest.mark.long
def test_files_go_with_the_form_without_the_script(
    nominated: Path, sign_in: Callable[..., Person], tmp_path: Path
) -> None:
    with installation(nominated) as url:
        unit = sign_in(url, "donvi", java_script_enabled=False)
        unit.open_work("Tự đánh giá", "Hoàng Bình Minh")
        page = unit.page
        page.locator("#D1-files").set_input_files(_files(tmp_path))
        unit.press("Lưu nháp")
        expect(page.locator(".field:has(#D1-files) ul.files li")).to_have_count(2)
        unit.reads("Báo cáo số hóa.pdf", "Quyết định Đỗ Ưu.pdf", ".php")


REFUSED = "Chưa gửi: không nhận được tệp gia.pdf. Bấm “Bỏ tệp” ở tệp đó, chọn tệp khác nếu cần, rồi bấm lại."


def _petition(unit: Person) -> None:
    unit.go("/registers/petition/new")
    unit.tick("Phản ánh, kiến nghị")
    unit.write("Nội dung chính", "Mạng ở thôn xa chập chờn")
    unit.page.locator("textarea#content").fill("Không nộp được hồ sơ.")


def test_a_form_is_not_sent_without_the_file_that_was_refused(
    office_var: Path, sign_in: Callable[..., Person], tmp_path: Path
) -> None:
    large = tmp_path / "toàn cảnh.png"
    with large.open("wb") as file:
        file.truncate(30_000_000)
    with installation(office_var) as url:
        unit = sign_in(url, "donvi")
        _petition(unit)
        page = unit.page
        held: list[Route] = []
        page.route(
            re.compile(r"/petition/new$"),
            lambda route: held.append(route) if b"attach" in (route.request.post_data_buffer or b"") else route.continue_(),
        )
        unit.attach("Bản chụp đơn", "gia.pdf", "Chỉ là chữ".encode())
        unit.press("Gửi đơn, kiến nghị")  # at once: the file is still on its way
        unit.reads("Đang gửi tệp. Gửi xong tệp, phiếu tự gửi theo nếu trang còn mở.")
        held[0].continue_()
        stopped = page.locator(".field.is-wrong:has(#scan) > .wrong")
        expect(stopped).to_have_text(REFUSED)
        expect(page.locator("[data-draft-line]")).not_to_contain_text("Đang gửi tệp")
        expect(page.get_by_role("button", name="Bỏ tệp gia.pdf")).to_be_focused()
        assert misfits(page) == [] and faults(page) == []
        unit.press("Gửi đơn, kiến nghị")  # nor later, with the red line already there
        expect(stopped).to_have_text(REFUSED)
        expect(page.locator("textarea#content")).to_have_value("Không nộp được hồ sơ.")
        page.locator("#scan").set_input_files(str(large))
        unit.press("Gửi đơn, kiến nghị")
        expect(stopped).to_contain_text("không nhận được tệp gia.pdf, toàn cảnh.png.")
        page.get_by_role("button", name="Bỏ tệp gia.pdf").click()
        page.get_by_role("button", name="Bỏ tệp toàn cảnh.png").click()
        expect(stopped).to_have_count(0)
        unit.press("Gửi đơn, kiến nghị")
        unit.reads("Đã ghi vào sổ, số ĐKN 01/2026")


@pytest.mark.long
def test_an_article_is_not_published_without_the_picture_that_was_too_large(
    referred: Path, sign_in: Callable[..., Person], tmp_path: Path
) -> None:
    large = tmp_path / "lớp học.png"
    with large.open("wb") as file:
        file.truncate(80_000_000)
    with installation(referred) as url:
        writer = sign_in(url, "ttcudv")
        writer.open_work("Đinh Suối Mơ")
        page, picture = writer.page, writer.page.locator("#picture")
        writer.write("Tên bài", "Lớp học dưới ánh đèn")
        page.locator("textarea#text").fill("Chuyện của bà Suối Mơ.")
        picture.set_input_files(str(large))
        writer.reads("Tệp lớn quá 26 MB")
        writer.press("Ghi và chuyển bước sau")
        stopped = page.locator(".field.is-wrong:has(#picture) > .wrong")
        expect(stopped).to_contain_text("không nhận được tệp lớp học.png")
        picture.set_input_files({"name": "nhỏ.png", "mimeType": "image/png", "buffer": PNG})  # another in its place
        expect(page.locator(".field:has(#picture) ul.files li")).to_have_count(1)
        expect(page.locator(".field:has(#picture) ul.files a")).to_have_text("nhỏ.png")
        expect(stopped).to_have_count(0)
        writer.press("Ghi và chuyển bước sau")
        writer.reads("Đinh Suối Mơ")
        page.goto(f"{url}/exemplars/1")
        expect(page.locator(".exemplar img")).to_be_visible()
