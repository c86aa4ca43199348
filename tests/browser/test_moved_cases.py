"""An administrator moves a waiting case to another version and takes one a step back; the worker goes on without the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from service import clock
from service.actor import machine
from service.app import create_app
from service.config import Settings
from service.db import db
from service.processes import enactments
from tests.browser.barriers import faults
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.office import Office
from tests.service.web.test_studio_moving_pages import renamed

pytestmark = pytest.mark.browser

NAMES = ("Hoàng Bình Minh", "Lê Thị Sao")


@pytest.fixture
def people(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Callable[..., Person]]:
    """People of an office with two received names and a newer version of the process, in which the check has another id."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        office = Office(app, clock.today(), furnished=True)
        office.received("HN-2026", *NAMES)
        enactments.deploy_bundle(renamed(), main="nomination_case", by=machine("cli"))
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    with installation(office_var) as url:
        yield lambda login, **options: sign_in(url, login, **options)


@pytest.mark.long
def test_cases_are_moved_and_one_is_taken_a_step_back(people: Callable[..., Person]) -> None:
    admin = people("quantri")
    admin.press("Quản trị")
    admin.press("Quy trình")
    admin.press("Hồ sơ theo phiên bản")
    admin.reads("2 hồ sơ đang ở phiên bản đã thay")
    assert faults(admin.page) == []
    admin.picture("studio-versions")
    admin.press("Chuyển hồ sơ")
    admin.reads("2 trong 2 hồ sơ chuyển được", "Đề nghị: Kiểm tra thành phần, thẩm định, vì cùng tên.", "Phần mềm nhận ra bước")
    assert faults(admin.page) == []
    admin.picture("studio-migrate")
    admin.write("Lý do chuyển phiên bản", "Quy chế mới của xã")
    admin.page.get_by_role("button", name="Chuyển hồ sơ").click()
    admin.reads("Chuyển sang phiên bản 2")
    address = admin.page.url
    admin.page.close()  # a closed browser stops nothing
    admin.page = admin.context.new_page()
    for _ in range(60):
        admin.page.goto(address)
        if "đã xong" in admin.page.locator("main").inner_text():
            break
        admin.page.wait_for_timeout(500)
    admin.reads("2 trong 2", "đã chuyển")
    assert faults(admin.page) == []
    admin.picture("studio-migration")

    admin.open_case(NAMES[0])
    admin.press("Vận hành quy trình")
    admin.choose("Bước đến", "Chờ kết thúc niêm yết")
    admin.press("Xem trước")
    admin.reads("Chuyển tới bước “Chờ kết thúc niêm yết”", "Các việc đang mở này đóng lại", "Dữ liệu giữ nguyên")
    assert faults(admin.page) == []
    admin.picture("studio-operate")
    admin.write("Lý do", "Đã kiểm tra theo hồ sơ giấy")
    admin.page.get_by_role("button", name="Chuyển bước").click()
    admin.reads("Đã chuyển bước.")
    admin.press("Tạm dừng")
    dialog = admin.page.locator("dialog[open]")
    expect(dialog).to_contain_text("Hạn đứng lại")
    dialog.get_by_label("Lý do").fill("Chờ xác minh")
    dialog.get_by_role("button", name="Tạm dừng").click()
    admin.reads("Đã tạm dừng quy trình.")
