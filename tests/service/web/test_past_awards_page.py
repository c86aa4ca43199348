"""The register of past awards on its pages: a sheet tried, taken, what was refused fetched again; rows entered and struck."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.journeys.office import Office
from tests.service.awards.test_past_awards import GOOD, sheet
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


def test_officer_tries_a_sheet_takes_it_and_fetches_what_was_refused(app: Flask) -> None:
    officer = Visitor(app, "vhxh")
    assert "Sổ chưa có dòng nào" in words(officer.open("/past-awards"))
    officer.open("/past-awards/import")
    none = officer.post("/past-awards/import")
    assert none.status_code == 422 and "Chọn tệp .xlsx" in none.text
    content = sheet(GOOD, {**GOOD, "name": "Lê Trúc Xanh", "unit": "Xã khác"})
    page = words(officer.follow(officer.post("/past-awards/import", list=(io.BytesIO(content), "da-khen.xlsx"))))
    for said in ("Đọc được 2 dòng", "1 dòng chưa nhận", "đơn vị “Xã khác” không có trong danh mục", "Ghi 1 dòng vào sổ"):
        assert said in page, said
    assert "Sổ chưa có dòng nào" in words(officer.open("/past-awards"))
    page = words(officer.follow(officer.post("/past-awards/import/take")))
    assert "Đã ghi 1 dòng vào sổ." in page and "Lê Trúc Xanh" in page, "what was refused still stands there"
    book = load_workbook(io.BytesIO(officer.client.get("/past-awards/refused.xlsx").data))
    assert "Lê Trúc Xanh" in [c.value for c in book.worksheets[0][2]]
    officer.follow(officer.post("/past-awards/import/drop"))
    assert "Hoàng Bình Minh" in words(officer.open("/past-awards?q=hoang+binh"))
    assert "Không tìm thấy dòng nào" in words(officer.open("/past-awards?q=zzz"))
    again = words(officer.follow(officer.post("/past-awards/import", list=(io.BytesIO(sheet(GOOD)), "da-khen.xlsx"))))
    assert "Sổ đã có, bỏ qua: dòng 2" in again and "Ghi 1 dòng" not in again
    assert load_workbook(io.BytesIO(officer.client.get("/past-awards/template.xlsx").data)).sheetnames[1] == "Hướng dẫn"


def test_one_row_is_entered_by_hand_and_struck_with_a_reason(app: Flask) -> None:
    officer = Visitor(app, "vhxh")
    officer.open("/past-awards/new")
    typed = {"name": "Hoàng Bình Minh", "kind": "INDIVIDUAL", "unit": "DONG-MAY", "what": "BK_BO", "year": "2022",
             "basis": "Công trạng", "number": "", "decided_on": "2022-12-20", "issuer": "Bộ", "achievement": "", "used_for": ""}
    wrong = officer.post("/past-awards/new", **typed)
    assert wrong.status_code == 422 and "thiếu số quyết định" in wrong.text and "Hoàng Bình Minh" in wrong.text
    page = words(officer.follow(officer.post("/past-awards/new", **(typed | {"number": "9/QĐ-BGDĐT"}))))
    assert "Bằng khen của bộ, ngành" in page and "9/QĐ-BGDĐT" in page
    assert officer.post("/past-awards/new", **(typed | {"number": "9/QĐ-BGDĐT"})).status_code == 409
    path = "/past-awards/1/strike"
    assert "Dòng còn đó để đọc" in words(officer.open(path))
    assert officer.post(path, reason="").status_code == 422
    page = words(officer.follow(officer.post(path, reason="Nhầm người cùng tên")))
    assert "đã bỏ" in page and "Nhầm người cùng tên" in page


def test_who_may_not_enter_reads_only_and_a_unit_not_even_that(app: Flask) -> None:
    inspector = Visitor(app, "thanhtra")
    assert "Nhập từ Excel" not in words(inspector.open("/past-awards"))
    inspector.open("/past-awards/import", 403)
    inspector.open("/past-awards/new", 403)
    unit = Visitor(app, "donvi")
    unit.open("/past-awards", 403)
    unit.open("/past-awards/template.xlsx", 403)
