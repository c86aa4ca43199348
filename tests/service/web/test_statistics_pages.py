"""The yearly statistics on the pages: each number opens its names, what is not known is no nought, the day stands on the first page."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import update

from service.awards.models import Award
from service.db import db
from tests.journeys.office import Office
from tests.service.web.browser import words as words_of
from tests.service.web.desk import Desk


def _granted(office: Office) -> None:
    office.posted("HN-2026", "Hoàng Bình Minh", "Lê Trúc Xanh")
    office.sit("HN-2026", {})
    office.decide("HN-2026", 12)


@pytest.mark.office(after=_granted)
def test_each_number_of_a_year_opens_its_names(desk: Desk) -> None:
    page = desk.get("vhxh", "/statistics/2026")
    said = words_of(page.xpath("//main")[0])
    for words in ("Thống kê thi đua, khen thưởng năm 2026", "Hạn gửi 15/12/2026", "đối chiếu mẫu trước khi gửi", "Chưa có số liệu",
                  "Hệ thống không thu dữ liệu này.", "Phong trào thi đua (1)"):
        assert words in said, (words, said)
    ways = {a.get("href"): words_of(a) for a in page.xpath("//main//td/a[contains(@href, 'column=')]")}
    assert ways["/statistics/2026?form=GK_XA&column=all"] == "2" and "/statistics/2026?form=GK_XA&column=COLLECTIVE" not in ways
    names = desk.get("vhxh", "/statistics/2026?form=GK_XA&column=all")
    assert [words_of(a) for a in names.xpath("//main//tbody//th/a")] == ["Hoàng Bình Minh", "Lê Trúc Xanh"]
    assert names.xpath("//main//tbody//th/a/@href")[0].startswith("/nominations/")
    for path in ("/statistics/2026?column=no_such", "/statistics/2026?form=no_such"):
        desk.get("vhxh", path, 404)
    assert "Khác với trang Tổng quan" not in said
    assert [words_of(a) for a in desk.get("vhxh", "/statistics/2026?column=other").xpath("//main//tbody//th/a")] == [
        "Hoàng Bình Minh", "Lê Trúc Xanh"]
    desk.get("donvi", "/statistics/2026", 403)
    answer = desk.who("vhxh").client.get("/statistics/2026.xlsx")
    content = answer.get_data()
    answer.close()
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames[0] == "Thống kê 2026"
    assert desk.get("vhxh", "/registers").xpath("//main//a[@href='/statistics/2026']")
    assert not desk.get("donvi", "/registers").xpath("//main//a[@href='/statistics/2026']")


@pytest.mark.office(after=_granted)
def test_what_the_overview_counts_in_another_year_stands_on_the_page_with_its_names(desk: Desk) -> None:
    desk.office.go_to("2027-01-20")
    with db.engine.begin() as connection:
        connection.execute(update(Award).values(decided_on=date(2027, 1, 5)))
    for year, word in ((2027, "earlier"), (2026, "later")):
        page = desk.get("vhxh", f"/statistics/{year}")
        assert "Khác với trang Tổng quan" in words_of(page.xpath("//main")[0])
        (href,) = page.xpath(f"//main//a[contains(@href, 'column={word}')]/@href")
        assert "Hoàng Bình Minh" in desk.read("vhxh", href) and "05/01/2027" in desk.read("vhxh", href)


def test_the_day_stands_on_the_first_page_of_the_office_when_it_is_near(desk: Desk) -> None:
    assert "hạn gửi thống kê" not in desk.read("vhxh", "/")
    desk.office.go_to("2026-11-25")
    for login in ("vhxh", "truongphong"):
        page = desk.get(login, "/")
        assert "20ngày nữa là hạn gửi thống kê thi đua, khen thưởng năm 2026" in words_of(page.xpath("//section[@id='statistics']")[0])
        assert page.xpath("//section[@id='statistics']//a/@href") == ["/statistics/2026"]
    assert not desk.get("chutich", "/").xpath("//section[@id='statistics']")
