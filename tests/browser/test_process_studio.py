"""What an administrator does with the process, from the first stroke to the way back, at a browser with server and worker running.

A step with a form of its own is put in before the council, stopped by two mistakes, mended, tried out, held against all past
cases, deployed as an act; a waiting case is moved and visits it; the versions are compared; the old one is in use again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service import clock
from service.app import create_app
from service.awards import lists
from service.calendar import working_calendar
from service.config import Settings
from service.db import db
from tests.browser.barriers import faults
from tests.browser.drawing import (
    DIAGRAM,
    WIDE,
    choose_due_as_expression,
    insert_on_flow,
    no_errors,
    open_file,
    ready,
    settled,
)
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.office import Office

pytestmark = pytest.mark.browser

STEP = "Rà soát trước Hội đồng"
POSTED, CHECKED = "Lò Thị Nắng", "Vàng A Mây"


@pytest.fixture
def people(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Callable[..., Person]]:
    """People of an office with cases behind it and before it: a certificate, a withdrawal, a posted name, one at the check."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        _cases(Office(app, date(2026, 11, 3), furnished=True))
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    with installation(office_var) as url:
        yield lambda login, **options: sign_in(url, login, **options)


def _cases(office: Office) -> None:
    """Two cases that are past, one whose posting can be closed today, one that waits for the check."""
    code = "HN-2026"
    done, gone, posted, checked = office.received(code, "Hoàng Bình Minh", "Sùng Thị Lúa", POSTED, CHECKED)
    for one in (done, gone, posted):
        office.check(one)
    office.post(code, [done, gone])
    office.file("withdrawal", gone, by="thutruong", reason="Cá nhân xin rút")
    office.sit(code, {}, [done])
    office.decide(code, 512, [done])
    office.hand_over(done)
    listed = office.draw_up("posting", code, [posted], by="vhxh")
    office.act(
        listed, "post", by="vhxh",
        fields={"place": "Trụ sở UBND xã", "dated": working_calendar().add(clock.today(), 0).isoformat()},
    )
    until = date.fromisoformat(lists.read_list(listed, by=office.who("vhxh")).data["until"])
    office.go_to(until + timedelta(days=1))
    assert office.at(posted) == {"wait_posting"} and office.at(checked) == {"check_dossier"}
    assert office.status(done)[1] == "certificate" and office.status(gone)[1] == "withdrawn"


@pytest.mark.long
def test_a_step_comes_into_the_process_and_the_process_goes_back(people: Callable[..., Person]) -> None:
    admin = people("quantri", **WIDE)
    draft = _draw(admin)
    _try_out(admin)
    _answer_in_scenarios(admin, draft)
    _replay(admin, draft)
    _deploy(admin, draft)
    _migrate(admin)
    _visit_the_step(people("vhxh"))
    _compare(admin)
    _roll_back(admin)


def _draw(admin: Person) -> str:
    """Insert the step, be stopped by two mistakes, mend them; gives the draft's number."""
    page = admin.page
    admin.press("Quản trị")
    admin.press("Soạn quy trình")
    admin.press("Bắt đầu soạn")
    page.get_by_role("button", name="Bắt đầu soạn").click()
    ready(page)
    open_file(page, DIAGRAM)
    no_errors(page)
    admin.picture("studio-editor")
    insert_on_flow(page)
    panel = page.locator(".studio-panel-in").filter(visible=True)
    panel.get_by_label("Tên", exact=True).fill(STEP)
    choose_due_as_expression(page, "working_day(3)")
    panel.locator("[data-field=candidates] summary").click()
    panel.locator("[data-field=candidates]").get_by_label(re.compile("^Phòng Văn hóa")).first.check()
    mistakes = page.locator(".problem-list li.is-error")
    expect(mistakes.filter(has_text="working_day")).to_have_count(1)
    expect(mistakes.filter(has_text="biểu mẫu")).to_have_count(1)
    expect(page.locator(".studio-badge")).to_have_text("2")
    settled(page)
    admin.picture("studio-mistakes")
    draft = page.url.partition("#")[0].rpartition("/")[2]
    admin.press("Đưa vào dùng")
    admin.reads("Còn 2 chỗ cần sửa")
    admin.press("Mở bản soạn")
    ready(page)
    open_file(page, DIAGRAM)
    page.locator(".problem-list li.is-error").filter(has_text="biểu mẫu").locator("button").click()
    expect(panel.locator(".panel-title")).to_have_text(STEP)
    _make_the_form(page)
    panel.locator("[data-field=due] select").first.select_option("days")
    no_errors(page)
    settled(page)
    admin.picture("studio-mended")
    return draft


def _make_the_form(page: Page) -> None:
    page.get_by_role("button", name="Tạo biểu mẫu mới").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Tên").fill("Rà soát")
    dialog.get_by_role("button", name="Tạo").click()
    expect(page.locator(".studio-panel-in").filter(visible=True).get_by_label("Biểu mẫu", exact=True)).to_have_value("ra_soat")


def _try_out(admin: Person) -> None:
    """Play a nomination through the sandbox as far as the new step, and fill in its form."""
    page = admin.page
    admin.press("Chạy thử")
    admin.press("Bắt đầu chạy thử")
    admin.reads("1 bước đang chờ", "Tự đánh giá")
    page.get_by_text("Bỏ qua biểu mẫu").click()
    admin.press("Gửi dữ liệu")
    admin.reads("Chờ thủ trưởng ký")
    page.get_by_label("Kết quả").select_option("signed")
    admin.press("Báo kết quả")
    admin.reads("Kiểm tra thành phần, thẩm định")
    page.get_by_text("Bỏ qua biểu mẫu").click()
    page.get_by_label("Dữ liệu kèm theo (JSON)").first.fill('{"decision": "accept", "ask_opinions": false}')
    admin.press("Gửi dữ liệu")
    admin.reads("Chờ kết thúc niêm yết")
    admin.press("Báo kết quả")
    admin.reads(STEP)
    assert faults(page) == []
    admin.picture("studio-tryout")
    admin.write("Ý kiến", "Đã rà soát, đủ hồ sơ trình Hội đồng.")
    admin.press("Ghi và chuyển bước sau")
    admin.reads("xử lý Rà soát trước Hội đồng", "Chờ kết quả Hội đồng")
    admin.press("Kết thúc chạy thử")
    admin.reads("Không còn gì được giữ lại")


def _answer_in_scenarios(admin: Person, draft: str) -> None:
    """The scenarios that come with the process stop at the new step until it is answered in them, once for all."""
    admin.go(f"/office/studio/{draft}")
    ready(admin.page)
    admin.press("Kịch bản")
    admin.reads("7 kịch bản không ra như đã ghi", "7 kịch bản dừng ở đây")
    assert faults(admin.page) == []
    admin.picture("studio-scenarios")
    admin.page.locator("main").get_by_role("link", name=STEP).first.click()
    admin.write("Ý kiến", "Đủ hồ sơ")
    admin.press("Ghi vào các kịch bản")
    admin.reads("Đã ghi bước này vào 7 kịch bản.", "ra đúng như đã ghi")


def _replay(admin: Person, draft: str) -> None:
    """Hold the draft against every case that ever was."""
    admin.go(f"/office/studio/{draft}")
    ready(admin.page)
    admin.press("Chạy lại hồ sơ cũ")
    admin.press("Chạy lại")
    for _ in range(120):
        admin.page.reload()
        if admin.page.get_by_text("Đang chạy lại").count() == 0:
            break
        admin.page.wait_for_timeout(500)
    admin.reads("Dừng lại", "Như cũ")
    assert faults(admin.page) == []
    admin.picture("studio-replay")


def _deploy(admin: Person, draft: str) -> None:
    """Put the draft into use as an act."""
    page = admin.page
    admin.go(f"/office/studio/{draft}")
    ready(page)
    admin.press("Đưa vào dùng")
    admin.reads("Ảnh hưởng đến hồ sơ đã có", "Dừng lại")
    assert faults(page) == []
    admin.write("Nội dung thay đổi", "Thêm bước rà soát hồ sơ trước khi trình Hội đồng.")
    admin.write("Căn cứ", "Quyết định số 41/QĐ-UBND ngày 02/11/2026")
    admin.picture("studio-deploy")
    admin.press("Đưa vào dùng")
    admin.reads("Đã đưa vào dùng", "phiên bản 2")
    assert faults(page) == []
    admin.picture("studio-deployed")


def _migrate(admin: Person) -> None:
    """Move the one waiting case whose posting ends today."""
    page = admin.page
    admin.go("/office/processes")
    admin.press("Hồ sơ theo phiên bản")
    admin.press("Chuyển hồ sơ")
    admin.reads("2 trong 2 hồ sơ chuyển được")
    page.locator("tr", has_text=POSTED).get_by_role("checkbox").check()
    page.get_by_label("Chỉ hồ sơ đánh dấu ở bảng trên").check()
    admin.write("Lý do chuyển phiên bản", "Áp dụng bước rà soát cho hồ sơ sắp trình Hội đồng")
    page.get_by_role("button", name="Chuyển hồ sơ").click()
    for _ in range(60):
        if "đã xong" in page.locator("main").inner_text():
            break
        page.wait_for_timeout(500)
        page.reload()
    admin.reads("1 trong 1", POSTED, "đã chuyển")


def _visit_the_step(officer: Person) -> None:
    """The posting ends, and the officer finds the new step with its form in the inbox."""
    officer.open_work("Kết thúc niêm yết")
    officer.write("Số phản ánh nhận được", "0")
    officer.press("Kết thúc niêm yết, 1 tên")
    officer.reads("Đã kết thúc niêm yết 1 tên.")
    officer.open_work(STEP, POSTED)
    assert faults(officer.page) == []
    officer.write("Ý kiến", "Đã rà soát, đủ hồ sơ trình Hội đồng.")
    officer.picture("studio-step-in-inbox")
    officer.press("Ghi và chuyển bước sau")
    officer.reads("Đã ghi")
    officer.open_case(POSTED)
    expect(officer.page.locator("main")).to_contain_text(STEP)
    expect(officer.page.locator("main")).to_contain_text("Chờ kết quả Hội đồng")


def _compare(admin: Person) -> None:
    """Look at both versions beside each other, on the diagrams and in words."""
    page = admin.page
    admin.go("/office/processes")
    admin.page.locator("main").get_by_role("link", name="Xét một trường hợp đề nghị khen thưởng").first.click()
    admin.reads("phiên bản 2", "Quyết định số 41/QĐ-UBND ngày 02/11/2026")
    page.locator("main").get_by_role("link", name="Xét khen thưởng theo đợt hằng năm").first.click()
    admin.press("So với phiên bản 1")
    expect(page.locator("[data-diagram].is-shown")).to_have_count(2)
    admin.reads(STEP)
    expect(page.locator("[data-element-id].is-added").first).to_be_attached()
    assert faults(page) == []
    page.locator("#in-words li.is-added .to-shape").first.click()
    expect(page.locator("[data-element-id].is-added").first).to_be_in_viewport()
    admin.picture("studio-compare", top="Phiên bản 2, 19/11/2026")


def _roll_back(admin: Person) -> None:
    """Use the old version again: one act with its reason; the case that was moved stays where it is."""
    page = admin.page
    admin.go("/office/processes/1")
    admin.press("Quay lại phiên bản này")
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Lý do quay lại").fill("Hội đồng họp sớm hơn dự kiến")
    admin.picture("studio-roll-back")
    dialog.get_by_role("button", name="Quay lại phiên bản này").click()
    admin.reads("Đang dùng lại", "phiên bản 1", "Hội đồng họp sớm hơn dự kiến")
    admin.go("/office/processes")
    expect(page.locator("tr", has_text="đang dùng").filter(has_text="Xét một trường hợp")).to_have_count(1)
    admin.go("/office/studio/new")
    admin.reads("phiên bản 1")
