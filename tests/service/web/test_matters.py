"""Registers and matters on the pages: the overview, one register with its sheet, the form that begins one, one matter."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from lxml import html

from service import movement, people
from service.actor import machine
from service.demo import source
from service.movement import find_matters, register_in_use
from tests.journeys.office import PDF
from tests.service.web import browser
from tests.service.web.browser import Visitor
from tests.service.web.desk import ROUND, Desk, fields_of, words
from tests.service.web.test_english import house_words

REGISTER = "/registers/petition"
NEW = f"{REGISTER}/new"
SAID = {"kind": "remark", "subject": "Mạng ở thôn xa chập chờn", "content": "Không nộp được hồ sơ.", "received_on": "02/11/2026"}
VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)


def _remark(desk: Desk, by: str = "donvi", **more: Any) -> int:
    said = SAID | {"received_on": "2026-11-02"} | more
    return desk.office.begin("petition", by=by, **said)


def _send(desk: Desk, login: str, code: int = 303, **more: Any) -> html.HtmlElement:
    return desk.post(login, NEW, SAID | {"act": "complete"} | more, code)


def _rows(page: html.HtmlElement) -> list[str]:
    return [browser.words(row) for row in page.xpath("//main//tbody/tr")]


def _open(desk: Desk, login: str, path: str) -> tuple[int, bytes]:
    browser.forget()
    answer = desk.who(login).client.get(path)
    content = answer.get_data()
    answer.close()
    return answer.status_code, content


def _count(desk: Desk) -> int:
    return find_matters(register_in_use("petition"), by=desk.office.who("thanhtra")).total


# -- the overview and one register


def test_overview_shows_what_one_may_read_or_begin(desk: Desk) -> None:
    _remark(desk, by="vhxh")
    people.create_demo_account("khach", "Người Lạ", title="", email="x@sonmai.example", groups=[], by=machine("cli"))
    for login, shown, begins in (("vhxh", "1", True), ("donvi", "0", True), ("uv1", "0", True), ("thanhtra", "1", False)):
        page = desk.get(login, "/registers")
        rows = [[browser.words(cell) for cell in row] for row in page.xpath("//main//tbody/tr")]
        (cells,) = (row for row in rows if row[0].startswith("Sổ đơn, kiến nghị"))
        assert cells[1] == shown, (login, cells)
        assert any(row[0].startswith("Sổ báo cáo tổng hợp") for row in rows) is (login in ("vhxh", "thanhtra")), login
        assert bool(page.xpath(f"//main//a[@href='{NEW}'] | //main//form[@action='{NEW}']")) is begins, login
    page = desk.get("khach", "/registers")
    assert _rows(page) == [] and "Chưa có sổ nào" in words(page)
    assert desk.get("vhxh", "/registers").xpath("//nav//a[@href='/registers']")


def test_a_register_is_narrowed_and_found_without_diacritics(desk: Desk) -> None:
    office = desk.office
    _remark(desk)
    proposal = _remark(desk, by="vhxh", kind="proposal", subject="Thêm nội dung học số")
    ended = _remark(desk, by="vhxh", subject="Thiếu máy tính")
    office.step(ended, "classify_petition", by="truongphong", kind="remark")
    office.step(ended, "answer_petition", by="truongphong", way="here", answer="Đã cấp.", told_on="2026-11-03")
    office.step(proposal, "classify_petition", by="truongphong", kind="proposal")

    def found(login: str, query: str) -> list[str]:
        return re.findall(r"ĐKN\s\d\d", " ".join(_rows(desk.get(login, f"{REGISTER}?{query}"))).replace("\u00a0", " "))

    assert found("vhxh", "") == ["ĐKN 03", "ĐKN 02", "ĐKN 01"] and found("donvi", "") == ["ĐKN 01"]
    for query, numbers in (
        ("state=open", ["ĐKN 02", "ĐKN 01"]), ("state=ended", ["ĐKN 03"]), ("state=late", []), ("phase=weighing", ["ĐKN 02"]),
        ("outcome=answered", ["ĐKN 03"]), ("q=may+tinh", ["ĐKN 03"]), ("q=HOC+so", ["ĐKN 02"]), ("mine=1", ["ĐKN 03", "ĐKN 02"]),
        ("year=2025", []), ("since=04/11/2026", []), ("until=03/11/2026", ["ĐKN 03", "ĐKN 02", "ĐKN 01"]),
    ):
        assert found("vhxh", query) == numbers, query
    page = desk.get("vhxh", f"{REGISTER}?q=khong+co+gi")
    assert "Không tìm thấy việc nào" in words(page) and page.xpath(f"//main//a[@href='{REGISTER}']")
    for odd in ("page=999", "page=x", "year=x", "unit=x", "since=x", "state=x", "process=x", "_external=1&_scheme=x", f"phase={'x' * 200}"):
        desk.get("vhxh", f"{REGISTER}?{odd}")
    assert "Chỉ gồm việc của đơn vị bạn, việc bạn lập và việc bạn làm" in desk.read("donvi", REGISTER)
    assert "Sổ chưa có việc nào" in desk.read("uv1", REGISTER)
    for missing in ("/registers/khong_co", "/registers/nomination_case", "/registers/khong_co.xlsx", "/registers/khong_co/new"):
        desk.get("vhxh", missing, 404)


def test_sheet_has_every_row_and_nothing_private(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.web import matters

    monkeypatch.setattr(matters, "SIZE", 2)
    for subject in ("Việc một", "Việc hai", "Việc ba"):
        _remark(desk, by="vhxh", subject=subject, sender="Bà Sương Mai Lan", contact="Thôn 3")
    page = desk.get("truongphong", REGISTER)
    assert len(_rows(page)) == 2 and len(_rows(desk.get("truongphong", f"{REGISTER}?page=2"))) == 1
    assert "Sương Mai Lan" not in words(page)
    (link,) = page.xpath("//main//a[contains(., 'Excel')]/@href | //main//form[contains(., 'Excel')]/@action")
    said = _sheet(desk, "truongphong", link)
    assert all(one in said for one in ("Việc một", "Việc hai", "Việc ba", "Chờ phân loại", "Phản ánh, kiến nghị, khó khăn vướng mắc"))
    assert "Sương Mai Lan" not in said and "Thôn 3" not in said
    narrowed = _sheet(desk, "truongphong", f"{REGISTER}.xlsx?q=viec+ba")
    assert "Việc ba" in narrowed and "Việc hai" not in narrowed
    assert "Việc" not in _sheet(desk, "donvi", f"{REGISTER}.xlsx")


def _sheet(desk: Desk, login: str, path: str) -> str:
    answer = desk.who(login).client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, movement.SHEET_TYPE)
    return str([*openpyxl.load_workbook(io.BytesIO(answer.get_data())).active.values])


# -- beginning one


def test_a_petition_is_begun_and_shown(desk: Desk) -> None:
    said = words(_send(desk, "donvi"))
    assert "ĐKN 01/2026" in said and "Mạng ở thôn xa chập chờn" in said and "Không nộp được hồ sơ." in said
    assert "Phân loại đơn, kiến nghị" in said and "Trưởng phòng Văn hóa - Xã hội" in said
    answer = desk.who("donvi").client.get(NEW)
    assert "Mạng ở thôn xa chập chờn" not in answer.text, "the draft went with it"


def test_what_was_typed_stays_when_it_is_refused(desk: Desk) -> None:
    page = _send(desk, "donvi", 422, subject="", content="Đã gõ dài.")
    assert "#subject" in page.xpath("//*[@data-errors]//a/@href")
    assert page.xpath("//textarea[@id='content']")[0].text.strip() == "Đã gõ dài."
    assert page.xpath("//input[@name='kind'][@value='remark']/@checked") and _count(desk) == 0
    one = desk.office.nominate(ROUND, unit="DET-NANG-SOM", by="donvi2")
    page = _send(desk, "donvi", 422, matter_about=[str(one)], content="Đã gõ dài.")
    assert "Có hồ sơ không tìm thấy" in words(page) and _count(desk) == 0
    assert page.xpath("//textarea[@id='content']")[0].text.strip() == "Đã gõ dài."


def test_names_are_found_without_diacritics_and_chosen(desk: Desk) -> None:
    office = desk.office
    one = office.nominate(ROUND, name="Hoàng Bình Minh")
    other = office.nominate(ROUND, name="Lê Nắng Mai")
    foreign = office.nominate(ROUND, name="Tạ Bình Minh", unit="DET-NANG-SOM", by="donvi2")
    page = desk.post("donvi", NEW, SAID | {"subject": "", "matter_find": "binh MINH", "act": "refresh"}, 200)
    assert page.xpath("//input[@name='matter_about']/@value") == [str(one)], "one of his own, and none of another unit's"
    assert not page.xpath("//*[@data-errors]") and page.xpath("//textarea[@id='content']")[0].text.strip() == SAID["content"]
    both = desk.post("vhxh", NEW, {"matter_find": "binh minh", "act": "refresh"}, 200)
    assert set(both.xpath("//input[@name='matter_about']/@value")) == {str(one), str(foreign)}
    said = words(_send(desk, "donvi", matter_find="binh minh", matter_about=[str(one)]))
    assert "Hoàng Bình Minh" in said and "Lê Nắng Mai" not in said
    asked = desk.get("vhxh", f"{NEW}?about={one}&about={other}&about=999999&about=x")
    assert set(asked.xpath("//input[@name='matter_about'][@checked]/@value")) == {str(one), str(other)}


def test_a_name_that_is_searched_and_not_chosen_is_asked_for_and_the_only_hit_is_chosen_already(desk: Desk) -> None:
    one = desk.office.nominate(ROUND, name="Hoàng Bình Minh")
    page = _send(desk, "donvi", 422, matter_find="binh minh")
    assert "chọn hồ sơ liên quan, hoặc xóa ô tìm" in browser.words(page) and _count(desk) == 0
    assert page.xpath("//input[@name='matter_about'][@checked]/@value") == [str(one)]
    desk.office.nominate(ROUND, name="Lê Bình Minh")
    page = desk.post("donvi", NEW, SAID | {"matter_find": "binh minh", "act": "refresh"}, 200)
    assert len(page.xpath("//input[@name='matter_about']")) == 2 and not page.xpath("//input[@name='matter_about'][@checked]")
    assert _count(desk) == 0
    _send(desk, "donvi", matter_find="khong co ai")  # nothing is found that he could have chosen
    assert "Hoàng Bình Minh" in words(_send(desk, "donvi", matter_find="binh minh", matter_about=[str(one)])) and _count(desk) == 2


def test_what_was_withdrawn_is_still_told_as_what_it_was_sent_as(desk: Desk) -> None:
    office = desk.office
    matter = office.begin("petition", by="donvi", **SAID | {"kind": "complaint", "received_on": "2026-11-02"})
    office.step(matter, "classify_petition", by="truongphong", kind="withdrawn", withdrawn_on="2026-11-03")
    (row,) = _rows(desk.get("truongphong", REGISTER))
    assert "Khiếu nại, tố cáo" in row and row.count("Người gửi đã rút đơn") == 1, row
    page = browser.words(desk.get("truongphong", f"/matters/{matter}"))
    assert "LoạiKhiếu nại, tố cáo" in page and "Người gửi đã rút đơn" in page, page


def test_what_was_sent_on_says_where_by_which_paper_and_when(desk: Desk) -> None:
    matter = desk.office.begin("petition", by="donvi", **SAID | {"received_on": "2026-11-02"})
    desk.office.step(matter, "classify_petition", by="truongphong", kind="transferred", transferred_to="UBND tỉnh")
    (paper,) = desk.get("truongphong", f"/matters/{matter}").xpath("//*[@id='papers']")
    assert "Phiếu chuyển đơn" in browser.words(paper)
    desk.office.step(matter, "number_transfer", by="vanthu", transfer_number="14", transferred_on="2026-11-03")
    said = browser.words(desk.get("donvi", f"/matters/{matter}"))
    assert "Chuyển đếnUBND tỉnh" in said and "14/PC-UBND, ngày 03/11/2026" in said, said
    page = desk.get("donvi", f"/matters/{matter}")
    told = "Đã chuyển cấp trên, ngày 03/11/2026: UBND tỉnh, Phiếu chuyển số 14/PC-UBND ngày 03/11/2026."
    assert told in browser.words(page) and browser.words(page).count("Phiếu chuyển số 14/PC-UBND") == 1, browser.words(page)
    (row,) = _rows(desk.get("truongphong", REGISTER))
    assert "Phản ánh, kiến nghị" in row and row.count("Đã chuyển cấp trên") == 1


def test_a_petition_that_is_not_sent_on_shows_no_paper_for_it(desk: Desk) -> None:
    matter = desk.office.begin("petition", by="donvi", **SAID | {"received_on": "2026-11-02"})
    (stop,) = [one for one in desk.office.stops(matter) if one.state == "open"]
    (paper,) = desk.get("truongphong", f"/tasks/{stop.id}").xpath("//*[@id='papers']")
    assert "Gửi bước này xong mới soạn được" in browser.words(paper)
    desk.office.step(matter, "classify_petition", by="truongphong", kind="remark")
    assert "Phiếu chuyển đơn" not in browser.words(desk.get("truongphong", f"/matters/{matter}"))


def test_what_nobody_could_settle_is_closed_before_it_is_chosen(desk: Desk) -> None:
    chair = desk.office.who("chutich").account
    for about, closed in (([], []), ([f"account:{chair}"], ["proposal", "complaint"])):
        matter = desk.office.begin("petition", by="donvi", **SAID | {"received_on": "2026-11-02", "about_people": about})
        (stop,) = [one for one in desk.office.stops(matter) if one.state == "open"]
        page = desk.get("truongphong", f"/tasks/{stop.id}")
        assert page.xpath("//input[@name='kind'][@disabled]/@value") == closed
        told = [browser.words(one) for one in page.xpath("//label[input[@name='kind'][@disabled]]")]
        assert all("Không còn ai ở xã giải quyết được đơn này: chuyển cấp trên." in one for one in told)


def test_who_classifies_searches_the_nominations_to_add_and_keeps_what_he_chose(desk: Desk) -> None:
    first, second, _other = desk.office.received(ROUND, "Hoàng Bình Minh", "Lê Nắng Mai", "Trần Sông Hồng")
    matter = _remark(desk)
    (stop,) = [one for one in desk.office.stops(matter) if one.state == "open"]
    task, offered = f"/tasks/{stop.id}", "//*[not(@hidden)]/fieldset//input[@name='about_more']/@value"
    page = desk.get("truongphong", task)
    said = fields_of(page) | {"kind": "complaint", "act": "refresh"}
    assert not page.xpath(offered) and page.xpath("//button[@value='refresh'][normalize-space()='Tìm']")
    page = desk.post("truongphong", task, said | {"find_more": "binh MINH"}, 200)
    assert page.xpath(offered) == [f"nomination:{first}"]
    page = desk.post("truongphong", task, said | {"find_more": "nắng", "about_more": [f"nomination:{first}"]}, 200)
    assert page.xpath(offered) == [f"nomination:{first}", f"nomination:{second}"], "what was chosen before stays"
    assert "Không tìm thấy" in browser.words(desk.post("truongphong", task, said | {"find_more": "khong co ai"}, 200))
    sent = said | {"act": "complete", "find_more": "nắng"}
    assert "chưa chọn hồ sơ nào" in browser.words(desk.post("truongphong", task, sent, 422))
    desk.post("truongphong", task, sent | {"about_more": [f"nomination:{second}"]}, 303)
    (done,) = [one for one in desk.office.stops(matter) if one.element == "classify_petition"]
    assert done.answers["about_more"] == [f"nomination:{second}"] and "find_more" not in done.answers


def test_the_day_of_receipt_is_today_at_first(desk: Desk) -> None:
    page = desk.get("donvi", "/registers/petition/new")
    assert page.xpath("//input[@name='received_on']/@value") == ["03/11/2026"]


def test_a_scan_that_is_refused_stops_the_petition_and_what_was_typed_is_kept(desk: Desk) -> None:
    page = _send(desk, "donvi", 422, scan=(io.BytesIO("Chỉ là chữ".encode()), "gia.pdf"))
    assert "Tệp gia.pdf thật ra là tệp chữ" in browser.words(page) and fields_of(page)["content"] == SAID["content"]
    assert "/registers/petition/new" in page.xpath("//form[@id='answers']/@action") and _count(desk) == 0
    _send(desk, "donvi", scan=(io.BytesIO(PDF), "đơn.pdf"))
    assert _count(desk) == 1


def test_a_draft_is_kept_with_the_names_that_were_chosen(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    typed = SAID | {"subject": "", "matter_about": [str(one)], "matter_find": "minh"}
    page = desk.post("donvi", NEW, typed | {"act": "draft"})
    assert "Đã lưu nháp" in browser.words(page)
    kept = fields_of(desk.get("donvi", NEW))
    assert (kept["content"], kept["matter_about"], kept["matter_find"]) == (SAID["content"], str(one), "minh")
    visitor = desk.who("donvi")
    browser.forget()
    answer = visitor.client.post(f"{NEW}/draft", data={"csrf_token": visitor.token, "content": "Gõ tiếp", "matter_about": [str(one)]})
    assert answer.status_code == 200 and "Đã lưu nháp" in answer.json["message"]
    kept = fields_of(desk.get("donvi", NEW))
    assert (kept["content"], kept["matter_about"]) == ("Gõ tiếp", str(one)) and _count(desk) == 0
    assert "Gõ tiếp" not in desk.who("vhxh").client.get(NEW).text
    page = desk.get("donvi", NEW)
    assert "Đang viết tiếp bản nháp của bạn." in browser.words(page)
    (first, *_others) = page.xpath("//form[@id='answers']//button[@type='submit']/@value")
    assert first != "anew", "Enter in a field presses the first button of its form"
    page = desk.post("donvi", NEW, fields_of(page) | {"act": "anew"})
    assert (fields_of(page)["content"], fields_of(page).get("matter_about")) == ("", None), "nothing of it goes into the next one"
    assert "Đang viết tiếp" not in browser.words(page)


def test_who_may_not_begin_one_is_told_so(desk: Desk) -> None:
    desk.get("donvi", NEW)
    desk.get("thanhtra", NEW, 403)
    _send(desk, "thanhtra", 403)
    desk.post("thanhtra", f"{NEW}/draft", {"content": "x"}, 403)
    assert _count(desk) == 0
    desk.who("quantri").open(NEW, 403)


def test_a_file_goes_with_the_form_and_is_opened_by_who_settles_it(desk: Desk) -> None:
    scan = (io.BytesIO(PDF), "Đơn của bà Lan.pdf")
    page = _send(desk, "vanphong", sender="Bà Sương Mai Lan", scan=scan)
    (link,) = {href.partition("?")[0] for href in page.xpath("//main//a[starts-with(@href, '/files/')]/@href")}
    (matter,) = [row.id for row in find_matters(register_in_use("petition"), by=desk.office.who("thanhtra")).entries]
    for login in ("vanphong", "truongphong", "chutich", "thanhtra"):
        shown = desk.read(login, f"/matters/{matter}")
        assert "Bà Sương Mai Lan" in shown and "Đơn của bà Lan.pdf" in shown, login
        assert _open(desk, login, link) == (200, PDF)
    shown = desk.read("vhxh", f"/matters/{matter}")
    assert "Bạn không xem được các mục kín của việc này." in shown and "bà Lan" not in shown and "Bà Sương" not in shown
    assert "Mạng ở thôn xa" in shown
    assert _open(desk, "vhxh", link)[0] == 404
    for login in ("donvi", "uv1"):
        desk.get(login, f"/matters/{matter}", 404)
        assert _open(desk, login, link)[0] == 404
    desk.get("vhxh", "/matters/999999", 404)


# -- one matter


def test_each_is_led_to_what_is_his(desk: Desk) -> None:
    matter = _remark(desk)
    head, inspector, unit = (desk.get(login, f"/matters/{matter}") for login in ("truongphong", "thanhtra", "donvi"))
    assert head.xpath("//main//a[starts-with(@href, '/tasks/')]")
    assert inspector.xpath("//main//a[starts-with(@href, '/trail?')]") and not unit.xpath("//main//a[starts-with(@href, '/trail?')]")
    admin = desk.get("quantri", f"/matters/{matter}")
    assert "Vận hành quy trình" in words(admin) and "Vận hành quy trình" not in words(head)
    desk.office.step(matter, "classify_petition", by="truongphong", kind="not_accepted", note="Không thuộc thẩm quyền.")
    desk.office.step(matter, "answer_petition", by="truongphong", way="here", answer="Đã trả lời.", told_on="2026-11-03")
    said = desk.read("donvi", f"/matters/{matter}")
    assert "Không thụ lý, ngày 03/11/2026" in said and "Không còn chờ ai." in said


def test_pages_read_in_english_have_no_word_of_the_house_left(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    matter = _remark(desk, by="vhxh", sender="Lan")
    desk.office.step(matter, "classify_petition", by="truongphong", kind="complaint")
    house = house_words() - {row[key] for row in (*source.accounts(), *source.units()) for key in ("name", "title") if key in row}
    reader = Visitor(desk.office.app, "truongphong", language="en")
    for path in ("/registers", REGISTER, f"{REGISTER}?q=zzz", NEW, f"{NEW}?about={one}", f"/matters/{matter}"):
        page = reader.open(path)
        said = [" ".join(str(text).split()).strip(" .,:;*·()") for text in page.xpath("//body//text()[not(ancestor::script)]")]
        assert [text for text in said if text in house] == [], path
    assert "Register of petitions" in words(reader.open(REGISTER)) and "Being verified" in words(reader.open(f"/matters/{matter}"))
    assert not VIETNAMESE.search(words(reader.open("/registers")).replace("Tiếng Việt", "")), "the overview names nothing that people wrote"


def test_who_searches_a_name_that_he_may_not_see_is_told_and_sends_it_all_the_same(desk: Desk) -> None:
    desk.office.nominate(ROUND)
    foreign = {key: value for key, value in SAID.items()} | {"matter_find": "Bình Minh"}
    page = browser.words(desk.post("donvi2", NEW, foreign | {"act": "refresh"}, 200))
    assert "Không thấy tên này trong các hồ sơ bạn được xem; ghi họ tên vào nội dung, Phòng sẽ gắn vào đơn." in page
    assert "Không thấy tên này" not in browser.words(desk.post("donvi", NEW, foreign | {"act": "refresh"}, 200))
    before = _count(desk)
    desk.post("donvi2", NEW, foreign | {"act": "complete"}, 303)
    assert _count(desk) == before + 1
