"""The checks of a nomination on its pages: every line explained, forms side by side, checked anew against the registers."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.journeys.office import Office
from tests.service.awards.test_award_checks import past, received
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


def test_officer_reads_every_check_with_its_basis_and_why_one_only_warns(app: Flask, office: Office) -> None:
    one = received(office, "BK_TTG", facts={"in_movement": "no"})
    page = words(Visitor(app, "vhxh").open(f"/nominations/{one}/checks"))
    for said in ("G4. Không xét khi đang bị xem xét kỷ luật", "đạt", "không đạt", "Chặn.", "Căn cứ: Nghị định 152/2025/NĐ-CP, Điều 4",
                 "Chỉ nhắc, không chặn. Chưa ai xác nhận: theo thông lệ, độ chắc chắn cao", "Thuộc đối tượng của phong trào: không",
                 "chưa đối chiếu", "bị chặn", "Hình thức cấp tỉnh (Cờ) và cấp Nhà nước chỉ xét ở đợt tổng kết", "nêu để biết",
                 "Theo quy định của ngày tiếp nhận 03/11/2026", "không điều kiện nào tự loại hồ sơ"):
        assert said in page, said
    dossier = words(Visitor(app, "vhxh").open(f"/nominations/{one}"))
    assert "4 không đạt" in dossier and "Xem từng điều kiện" in dossier
    unit = Visitor(app, "donvi")
    assert "Xem từng điều kiện" not in words(unit.open(f"/nominations/{one}"))
    unit.open(f"/nominations/{one}/checks", 403)


def test_checked_anew_after_the_register_grew(app: Flask, office: Office) -> None:
    one = received(office, "BK_TINH", facts={"path": "d", "consecutive_years": 2, "unused_initiatives": 2})
    officer = Visitor(app, "vhxh")
    assert "Sổ chưa có gì của đối tượng này" in words(officer.open(f"/nominations/{one}/checks"))
    for year in (2023, 2025, 2026):
        past(office, "HTXS", year)
    past(office, "SANG_KIEN", 2025, achievement="Lớp học số", used_for="Chiến sĩ thi đua cơ sở 2025")
    past(office, "SANG_KIEN", 2026, achievement="Kho học liệu")
    page = words(officer.follow(officer.post(f"/nominations/{one}/checks")))
    assert "Đã đối chiếu lại: 1 dữ kiện đổi" in page
    for said in ("Sổ có 2 năm liên tục, 2025 đến 2026. Đứt ở năm 2024.", "đã dùng: Chiến sĩ thi đua cơ sở 2025",
                 "chưa dùng để xét danh hiệu khác: 1 (cần 2), đơn vị kê khai 2", "3 năm trước"):
        assert said in page, said
    assert "không dữ kiện nào đổi" in words(officer.follow(officer.post(f"/nominations/{one}/checks")))
    inspector = Visitor(app, "thanhtra")
    assert "Đối chiếu lại" not in words(inspector.open(f"/nominations/{one}/checks"))
    assert inspector.post(f"/nominations/{one}/checks").status_code == 403


def test_before_receipt_nothing_is_judged(app: Flask, office: Office) -> None:
    one = office.nominate("HN-2026")
    assert "Hồ sơ chưa tiếp nhận" in words(Visitor(app, "vhxh").open(f"/nominations/{one}/checks"))
