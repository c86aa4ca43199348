"""The way of docs/rules.md: a rule confirmed and one changed, past awards by Excel, the checks of a dossier; takes its pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.office import Office
from tests.service.awards.test_past_awards import GOOD, sheet

pytestmark = pytest.mark.browser

NAME = "Hoàng Bình Minh"
RATING = {**GOOD, "decision": None, "decided_on": None, "issuer": None, "basis": None}


@pytest.fixture
def people(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Callable[..., Person]]:
    """People of an office where one dossier was received: Bằng khen of the province by merit."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        office = Office(app, clock.today(), furnished=True)
        one = office.nominate("HN-2026", form="BK_TINH", name=NAME)
        office.assess(one, facts={"path": "d", "consecutive_years": 2, "unused_initiatives": 2, "uses_theme_award": "no"})
        office.sign(one)
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    with installation(office_var) as url:
        yield lambda login, **options: sign_in(url, login, **options)


@pytest.mark.long
def test_rules_are_kept_and_dossiers_held_against_them(people: Callable[..., Person], tmp_path: Path) -> None:
    _confirm(people("truongphong"))
    officer = people("vhxh")
    _change(officer)
    _bring_in(officer, tmp_path / "khen-thuong-da-co.xlsx")
    _check(officer)


def _confirm(head: Person) -> None:
    head.press("Quản trị")
    head.press("Quy định")
    head.reads("quy định", "chưa ai xác nhận", "Luật 06/2026/QH16 sửa từ 01/10/2026, chưa đối chiếu.")
    head.picture("rules-register")
    head.press("Chưa xác nhận")
    head.press("Cờ thi đua chỉ tặng tập thể")
    head.reads("Chưa ai xác nhận: theo thông lệ, độ chắc chắn cao", "Chỉ nhắc, không chặn.")
    head.press("Xác nhận quy định")
    dialog = head.page.locator("dialog[open]")
    expect(dialog).to_contain_text("Từ nay quy định này bắt buộc")
    dialog.get_by_label("Văn bản đã đọc").fill("Luật Thi đua, khen thưởng 06/2022/QH15, Điều 25 và 26, bản in Công báo")
    head.picture("rules-confirm")
    dialog.get_by_role("button", name="Xác nhận quy định").click()
    head.reads("Đã xác nhận: Cờ thi đua chỉ tặng tập thể.", "bắt buộc", "Phiên bản 2", "Phiên bản 1")
    head.picture("rules-versions")


def _change(officer: Person) -> None:
    officer.press("Quản trị")
    officer.press("Quy định")
    officer.press("Thời gian niêm yết danh sách tại xã")
    officer.press("Sửa quy định")
    officer.write("Giá trị", "7")
    officer.write("Căn cứ", "Quy chế thi đua, khen thưởng của xã, Điều 9")
    officer.write("Lý do sửa", "Hội đồng thống nhất tại phiên họp tháng 11")
    officer.picture("rules-change")
    officer.press("Ghi phiên bản mới")
    officer.reads("Chỉ nhắc cho đến khi được xác nhận.", "7 ngày làm việc", "Hội đồng thống nhất")


def _bring_in(officer: Person, path: Path) -> None:
    path.write_bytes(sheet(
        *({**RATING, "what": "Hoàn thành xuất sắc nhiệm vụ", "year": year} for year in (2023, 2025, 2026)),
        {**RATING, "what": "Sáng kiến", "year": 2025, "achievement": "Lớp học số", "used_for": "Chiến sĩ thi đua cơ sở 2025"},
        {**RATING, "what": "Sáng kiến", "year": 2026, "achievement": "Kho học liệu số"},
        {**GOOD, "name": "Lê Trúc Xanh", "unit": "Trường Mầm non Xa Lạ"},
        {**GOOD, "name": "Phạm Suối Mơ", "year": "=2000+A1"},
    ))
    officer.press("Quản trị")
    officer.press("Khen thưởng trước đây")
    officer.press("Nhập từ Excel")
    officer.page.locator("#list").set_input_files(path)
    officer.press("Đọc thử")
    officer.reads("Đọc được 7 dòng", "2 dòng chưa nhận", "đơn vị “Trường Mầm non Xa Lạ” không có trong danh mục",
                  "cột Năm là công thức chưa tính")
    officer.picture("rules-import")
    officer.press("Ghi 5 dòng vào sổ")
    officer.reads("Đã ghi 5 dòng vào sổ.", "Lê Trúc Xanh", "Tải các dòng chưa nhận")


def _check(officer: Person) -> None:
    officer.open_case(NAME)
    officer.press("Xem từng điều kiện")
    officer.reads("Đối chiếu điều kiện", "không điều kiện nào tự loại hồ sơ", "đủ số năm và số sáng kiến", "Sổ có 2 năm liên tục")
    officer.press("Đối chiếu lại với các sổ")
    officer.reads("Đã đối chiếu lại: 1 dữ kiện đổi", "1 (cần 2), đơn vị kê khai 2", "Đứt ở năm 2024", "Chặn.")
    officer.picture("rules-checks", full=True)
    officer.page.set_viewport_size({"width": 360, "height": 780})
    officer.picture("rules-checks-phone")
