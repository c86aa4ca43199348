"""Units and people by Excel on the pages of administration: tried, taken, refused rows fetched; codes shown once."""

from __future__ import annotations

import io
from base64 import b64decode
from typing import Any

import pytest
from flask import Flask
from lxml import html

from service import people
from service.actor import machine
from service.imports import Import
from tests.journeys.office import Office
from tests.service.people.filled import cells_of, filled
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk

UNITS = people.unit_import.IMPORT
VILLAGE: dict[str, Any] = {"code": "GAO-TRANG", "name": "Thôn Gạo Trắng", "kind": "Thôn", "subject_group": "D"}


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


def send(visitor: Visitor, path: str, kind: Import[Any], *rows: dict[str, Any]) -> str:
    """Try a sheet on its page; what the page then says."""
    visitor.open(f"{path}/import")
    return words(visitor.follow(visitor.post(f"{path}/import", list=(io.BytesIO(filled(kind, *rows)), "tep.xlsx"))))


def test_units_are_tried_taken_and_what_was_refused_is_fetched(app: Flask) -> None:
    admin = Visitor(app, "quantri")
    assert "Nhập từ Excel" in words(admin.open("/office/units"))
    admin.open("/office/units/import")
    none = admin.post("/office/units/import")
    assert none.status_code == 422 and "Chọn tệp .xlsx" in none.text
    page = send(
        admin, "/office/units", UNITS, VILLAGE, {"code": "DONG-MAY", "name": "Trường TH&THCS Đồng Mây", "phone": "1"},
        {**VILLAGE, "code": "LA", "kind": "Xóm"}, {"code": "UBND", "name": "Ủy ban nhân dân xã Sơn Mai"},
    )
    for said in ("Đọc được 4 dòng: 1 dòng mới, 1 dòng sửa, 1 dòng đã có, 1 dòng chưa nhận.", "loại “Xóm” không có",
                 "bỏ qua: dòng 5", "Điện thoại:", "→ 1", "Ghi 2 đơn vị"):
        assert said in page, (said, page[150:1500])
    assert people.unit_by_code("GAO-TRANG") is None
    page = words(admin.follow(admin.post("/office/units/import/take")))
    assert "Đã thêm 1 đơn vị, sửa 1 đơn vị." in page and "loại “Xóm”" in page, "what was refused still stands there"
    (back,) = cells_of(admin.client.get("/office/units/refused.xlsx").data)
    assert back["Mã"] == "LA"
    admin.follow(admin.post("/office/units/import/drop"))
    assert "Thôn Gạo Trắng" in words(admin.open("/office/units?q=gao+trang"))
    assert "Không còn dòng nào chờ ghi" in words(admin.follow(admin.post("/office/units/import/take")))
    again = send(admin, "/office/units", UNITS, VILLAGE)
    assert "bỏ qua: dòng 2" in again and "Ghi 1 đơn vị" not in again
    assert cells_of(admin.client.get("/office/units/template.xlsx").data)


def test_page_of_units_speaks_english(app: Flask) -> None:
    page = send(Visitor(app, "quantri", language="en"), "/office/units", UNITS, VILLAGE, {**VILLAGE, "code": "LA", "kind": None})
    assert "the kind is missing" in page and "thiếu" not in page.replace("Vì sao", ""), page


def test_who_may_not_change_units_opens_none_of_it(app: Flask) -> None:
    Visitor(app, "truongphong").open("/office/units/import")
    for login in ("vhxh", "thanhtra", "donvi"):
        other = Visitor(app, login)
        assert "Nhập từ Excel" not in words(other.open("/office/units"))
        for path in ("import", "template.xlsx", "refused.xlsx"):
            other.open(f"/office/units/{path}", 403)
        assert other.post("/office/units/import/take").status_code == 403


PEOPLE = people.account_import.IMPORT
CLERK: dict[str, Any] = {"login": "gao.trang", "name": "Trần Gạo Trắng", "title": "Công chức", "groups": "Văn thư"}


def test_people_are_taken_and_their_codes_are_shown_once_with_a_sheet_to_hand_out(app: Flask) -> None:
    admin = Visitor(app, "quantri")
    assert "Nhập từ Excel" in words(admin.open("/office/people"))
    page = send(admin, "/office/people", PEOPLE, CLERK, {"login": "vhxh", "name": "Lê Ban Mai", "groups": "Văn thư"},
                {**CLERK, "login": "khac", "groups": "Giám đốc"})
    for said in ("Đọc được 3 dòng: 1 dòng mới, 1 dòng sửa, 1 dòng chưa nhận.", "không có vai “Giám đốc”", "Thêm vai: ", "Văn thư"):
        assert said in page, (said, page)
    answer = admin.post("/office/people/import/take")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    drawn = html.fromstring(answer.text)
    assert "Đã thêm 1 tài khoản, sửa 1 tài khoản." in words(drawn) and "gao.trang" in words(drawn)
    (link,) = drawn.xpath("//a[@download]")
    (row,) = cells_of(b64decode(link.get("href").partition(",")[2]))
    code = next(value for heading, value in row.items() if heading.startswith("Mã"))
    assert code in words(drawn) and row["Tên đăng nhập"] == "gao.trang"
    assert people.redeem_code("gao.trang", code, "mây trắng qua suối", door="web")
    assert code not in words(admin.open("/office/people/import")), "nor does going back show it again"
    assert admin.post("/office/people/import/take").status_code == 303, "what was taken gives no codes again"
    (back,) = cells_of(admin.client.get("/office/people/refused.xlsx").data)
    assert back["Tên đăng nhập"] == "khac"


def test_sheet_without_new_people_leads_back_to_the_list(app: Flask) -> None:
    admin = Visitor(app, "quantri")
    send(admin, "/office/people", PEOPLE, {"login": "vhxh", "name": "Lê Ban Mai", "phone": "0900 000 999"})
    assert "Đã sửa 1 tài khoản." in words(admin.follow(admin.post("/office/people/import/take")))


def test_dry_run_that_was_overtaken_writes_nothing_and_says_so(app: Flask) -> None:
    admin = Visitor(app, "quantri")
    send(admin, "/office/people", PEOPLE, CLERK)
    people.create_account("gao.trang", "Người Khác", by=machine("cli"))
    page = words(admin.follow(admin.post("/office/people/import/take")))
    assert "Dòng 2: tên đăng nhập gao.trang là của Người Khác" in page and "Đọc thử lại tệp" in page


def test_page_of_people_speaks_english(app: Flask) -> None:
    admin = Visitor(app, "quantri", language="en")
    page = send(admin, "/office/people", PEOPLE, CLERK, {**CLERK, "login": None})
    assert "the sign-in name is missing" in page and "thiếu" not in page, page
    assert "Each code works once" in words(html.fromstring(admin.post("/office/people/import/take").text))


def test_only_the_administrator_opens_the_import_of_people(app: Flask) -> None:
    for login in ("truongphong", "thanhtra"):
        other = Visitor(app, login)
        assert "Nhập từ Excel" not in words(other.open("/office/people"))
        for path in ("import", "template.xlsx", "refused.xlsx"):
            other.open(f"/office/people/{path}", 403)
        assert other.post("/office/people/import/take").status_code == 403
