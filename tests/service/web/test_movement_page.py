"""The movement at a glance on the pages: units by duties, figures with the names behind them, as files; who sees what."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest
from lxml import html
from pypdf import PdfReader

from service import movement
from service.awards import results
from service.papers.movement_overview import overview_facts
from service.web import movement_page
from tests.journeys.office import Office
from tests.journeys.test_report_period import SAID
from tests.service.web import browser
from tests.service.web.desk import ROUND, Desk, words
from tests.service.web.test_english import house_words

WHOLE = ("vhxh", "truongphong", "chutich", "thanhtra")
PERSONS_ALONE = "Không đếm tập thể và hộ gia đình, nên ít hơn nhóm D."


def before(office: Office) -> None:
    """A unit's name is honoured; a period of reports is open, one unit has filed."""
    one = office.nominate(ROUND)
    office.to_council(one, ROUND)
    office.sit(ROUND, {})
    office.decide(ROUND, 12)
    period = movement.open_period(
        "unit_report", 2026, by=office.who("vhxh"), units=[office.units["DONG-MAY"], office.units["DET-NANG-SOM"]],
        days={"filing": date(2026, 12, 1), "province_intake": date(2026, 12, 10)},
    )
    office.follow_up()
    _kept, row = movement.read_period(period, by=office.who("vhxh"))
    (mine,) = [x.matter for x in movement.filings(row) if x.unit == office.units["DONG-MAY"]]
    office.step(mine, "write_report", by="donvi", **SAID)
    office.step(mine, "sign_report", by="thutruong", decision="sign")
    office.go_to("2026-12-03")


def _cells(page: html.HtmlElement, unit: str) -> list[str]:
    (row,) = [row for row in page.xpath("//table[contains(@class,'duty-matrix')]/tbody/tr") if unit in browser.words(row)]
    return [browser.words(cell) for cell in row.xpath("./td")]


def _file(desk: Desk, login: str, path: str) -> bytes:
    browser.forget()
    answer = desk.who(login).client.get(path)
    content = answer.get_data()
    answer.close()
    assert answer.status_code == 200
    return content


def _figure(page: html.HtmlElement, part: str, line: str) -> list[str]:
    (row,) = [row for row in page.xpath(f"//section[@id='{part}']//tbody/tr") if browser.words(row).startswith(line)]
    return [browser.words(cell) for cell in row.xpath("./td")][:3]


@pytest.mark.long
@pytest.mark.office(after=before)
def test_units_stand_by_what_they_were_asked_for(desk: Desk) -> None:
    page = desk.get("vhxh", "/movement")
    heads = [browser.words(one) for one in page.xpath("//table[contains(@class,'duty-matrix')]/thead//th")]
    (report,) = [n - 1 for n, one in enumerate(heads) if one.startswith("Báo cáo của đơn vị, năm 2026")]
    (names,) = [n - 1 for n, one in enumerate(heads) if one.startswith("Đề nghị khen thưởng, Đợt")]
    done, late = _cells(page, "Đồng Mây"), _cells(page, "Nắng Sớm")
    assert done[report].startswith("Đã xong") and done[names].startswith("Đã xong"), done
    assert late[report] == "Quá hạn" and late[names] == "Không đề nghị", late
    assert "đơn vị còn việc quá hạn" in words(page) and "Sổ đăng ký thi đua" in words(page), "what was never opened is said"
    assert "Sổ chưa mở kỳ năm 2026" in words(page)
    assert "Sổ chưa mở kỳ nào từ đầu phong trào" in desk.read("vhxh", "/movement?year=all")
    row = "//table[contains(@class,'duty-matrix')]//tr[contains(., 'Đồng Mây')]"
    (link,) = page.xpath(f"{row}/td//a[contains(@href, '/matters/')]/@href")
    assert "Báo cáo năm 2026" in desk.read("vhxh", link)
    (link,) = page.xpath(f"{row}/td//a[contains(@href, '/submissions/')]/@href")
    desk.get("vhxh", link)
    every = desk.get("vhxh", "/movement?year=all")
    assert any(one.startswith("Đề nghị khen thưởng hằng năm") for one in
               [browser.words(th) for th in every.xpath("//table[contains(@class,'duty-matrix')]/thead//th")])


@pytest.mark.long
@pytest.mark.office(after=before)
def test_a_figure_leads_to_as_many_names_as_it_says(desk: Desk) -> None:
    for login in (*WHOLE, "donvi"):
        page = desk.get(login, "/movement?part=results")
        assert "1 được khen trong 1 tên được đề nghị" in words(page), login
        assert _figure(page, "content", "ND5")[2] == "100%" and "Khen đột xuất tính vào năm của quyết định" in words(page)
        links = page.xpath("//table[contains(@class,'results')]//td/a/@href")
        assert len(links) >= 10
        for link in links:
            said = desk.read(login, link)
            assert re.search(r"\b1 tên được", said) and "Hoàng Bình Minh" in said, (login, link)
    assert "đơn vị chưa từng được khen" in desk.read("vhxh", "/movement?part=results")
    for odd in ("year=x", "year=9999", "movement=7", "movement=x", "part=x", "year=2025", "year=all"):
        desk.get("vhxh", f"/movement?{odd}")
        desk.get("vhxh", f"/movement?part=results&{odd}")
    for odd in ("unit=x", "unit=99999", "content=%27", "person=x", "form=x", "page=999", "year=9999", "level=commune&awarded=1"):
        desk.get("vhxh", f"/movement/names?{odd}")


@pytest.mark.long
@pytest.mark.office(after=before)
def test_a_unit_sees_its_own_line_and_strangers_nothing(desk: Desk) -> None:
    mine = desk.get("donvi2", "/movement")
    rows = mine.xpath("//table[contains(@class,'duty-matrix')]/tbody/tr")
    assert len(rows) == 1 and "Nắng Sớm" in browser.words(rows[0]) and "Chỉ gồm đơn vị của bạn" in words(mine)
    heads = "//table[contains(@class,'duty-matrix')]/thead//a/@href"
    assert [link for link in desk.get("vhxh", "/movement").xpath(heads) if "/periods/" in link]
    for link in mine.xpath(heads):
        desk.get("donvi2", link)
    assert "Hoàng Bình Minh" not in desk.read("donvi2", "/movement/names")
    assert "Đồng Mây" not in _text(openpyxl.load_workbook(io.BytesIO(_file(desk, "donvi2", "/movement.xlsx"))))
    for login in ("uv1", "tinh"):
        for path in ("/movement", "/movement/names", "/movement.xlsx", "/movement.pdf"):
            desk.get(login, path, 403)
        assert not desk.get(login, "/registers").xpath("//main//a[@href='/movement'] | //main//form[@action='/movement']")
    assert desk.get("vhxh", "/registers").xpath("//main//a[@href='/movement'] | //main//form[@action='/movement']")
    refused = words(desk.get("congan", "/movement", 403))
    assert "Bạn chưa có quyền: Xem tổng quan phong trào" in refused and "hồ sơ đề nghị" not in refused
    for login, offered in (("donvi2", True), ("congan", False)):
        pages = [desk.get(login, path) for path in ("/", "/registers")]
        ways = [way for page in pages for way in page.xpath("//a/@href | //form/@action") if re.match("/movement([?.]|$)", way)]
        assert bool(ways) == offered, login


def test_a_share_is_said_with_one_place_behind_the_comma(desk: Desk) -> None:
    with desk.office.app.test_request_context():
        assert [movement_page.share_words(share) for share in (1 / 8, 2 / 3, 1.0, None)] == ["12,5%", "66,7%", "100%", ""]
    line = results.Line(("Tất cả", "All"), 2316, 579, results.Narrow())
    found = movement.read_overview(results.movement_of(None), 2026, by=desk.office.who("vhxh"))
    part = results.Part("unit", ("Theo đơn vị", "By unit"), (line, replace(line, honoured=145)))
    told = overview_facts(replace(found, results=replace(found.results, parts=(part,))), by=desk.office.who("vhxh"))
    assert [(row["asked"], row["share"]) for row in told["part_unit"]] == [("2.316", "25%"), ("2.316", "6,3%")]


def _text(book: Any) -> str:
    rows = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


@pytest.mark.long
@pytest.mark.office(after=before)
def test_all_tables_go_out_as_excel_and_on_paper(desk: Desk) -> None:
    book = openpyxl.load_workbook(io.BytesIO(_file(desk, "vhxh", "/movement.xlsx?year=2026")))
    assert book.sheetnames[0] == "Việc của đơn vị" and book.sheetnames[-1] == "Đơn vị chưa từng được khen"
    assert set(book.sheetnames[1:-1]) == {
        "Theo nội dung thi đua", "Theo nhóm đối tượng", "Theo hình thức khen thưởng", "Cá nhân, không gồm hộ gia đình",
        "Theo đơn vị đề nghị"}
    said = _text(book)
    assert "D. Cá nhân, hộ gia đình" in said and PERSONS_ALONE in said
    assert "Quá hạn" in said and "Trường" in said
    lines = book["Theo nội dung thi đua"].iter_rows(values_only=True)
    noted = [row for row in lines if "Một tên có thể thuộc nhiều nội dung" in str(row[1])]
    assert [row[0] for row in noted] == [None], "what is said below a table is no line of it"
    paper = PdfReader(io.BytesIO(_file(desk, "vhxh", "/movement.pdf?year=2026")))
    assert paper.pages[0].mediabox.width > paper.pages[0].mediabox.height, "A4 across"
    said = " ".join(page.extract_text() for page in paper.pages)
    assert "Phong trào thi đua “Xã Sơn Mai thi đua đổi mới sáng tạo và chuyển đổi số”, năm 2026" in " ".join(said.split())
    assert "ỦY BAN NHÂN DÂN XÃ SƠN MAI" in " ".join(said.split())
    assert "TỔNG QUAN PHONG TRÀO THI ĐUA" in said and "Theo nội dung thi đua" in said and "Quá hạn" in said
    assert PERSONS_ALONE in " ".join(said.split()) and "tập thể, cá nhân, hộ gia đình được khen" in " ".join(said.split())
    assert PERSONS_ALONE in desk.read("vhxh", "/movement?part=results")
    assert PdfReader(io.BytesIO(_file(desk, "chutich", "/movement.pdf?year=all"))).pages


@pytest.mark.long
@pytest.mark.office(after=before)
def test_pages_read_in_english_have_no_word_of_the_house_left_there(desk: Desk) -> None:
    from service.demo import source
    from tests.service.web.browser import Visitor

    house = house_words() - {row[key] for row in (*source.accounts(), *source.units()) for key in ("name", "title") if key in row}
    house -= {f"{one['code']}. {one['title']}" for which in results.movements() for one in which.contents}  # the plan's own words
    reader = Visitor(desk.office.app, "truongphong", language="en")
    for path in ("/movement", "/movement?part=results", "/movement/names", "/movement?year=all", "/movement?year=2025"):
        page = reader.open(path)
        said = [" ".join(str(text).split()).strip(" .,:;*·()") for text in page.xpath("//body//text()[not(ancestor::script)]")]
        assert [text for text in said if text in house] == [], path
