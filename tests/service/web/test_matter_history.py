"""What the history of a matter says of each step: what was decided, in the words of the form, and why; to each what he may read."""

from __future__ import annotations

import json

import pytest
from lxml import html

from service import movement
from service.movement import read_matter
from tests.journeys.inspections import (
    ASSIGN,
    PUBLISH,
    TWO,
    begin,
    concluded,
    decided,
    draft_decision,
    drafted,
    line,
    look,
    mend,
    open_stop,
    planned,
    send_visit,
    sign_decision,
    signed_plan,
)
from tests.service.web import browser
from tests.service.web.desk import ROUND, Desk

pytestmark = pytest.mark.long


def _history(desk: Desk, login: str, path: str) -> list[str]:
    """The lines of the history, the oldest first."""
    return [browser.words(one) for one in reversed(_lines(desk.get(login, path)))]


def _lines(page: html.HtmlElement) -> list[html.HtmlElement]:
    return list(page.xpath("//*[@id='history']//ol/li"))


def _line(desk: Desk, login: str, path: str, *words: str) -> str:
    (found,) = [one for one in _history(desk, login, path) if all(word in one for word in words)]
    return found


def test_a_line_says_what_was_decided_as_the_form_had_it_and_why(desk: Desk) -> None:
    office = desk.office
    matter = begin(office)
    draft_decision(office, matter)
    office.step(matter, "sign_decision", by="chutich", decision="redo", note="Thêm thành viên\ncủa Mặt trận.")
    draft_decision(office, matter)
    office.step(matter, "sign_decision", by="chutich", decision="cancel", cancel_reason="Trùng với thanh tra tỉnh.")
    place = f"/matters/{matter}"
    assert "Hồ Đại Ngàn: Ký quyết định kiểm tra: Soạn lại." in _line(desk, "vhxh", place, "Soạn lại.")
    assert "Ý kiến: Thêm thành viên của Mặt trận." in _line(desk, "vhxh", place, "Soạn lại.")
    assert "Lý do hủy: Trùng với thanh tra tỉnh." in _line(desk, "vhxh", place, "Ký quyết định kiểm tra: Hủy cuộc kiểm tra.")


def test_a_finding_sent_back_reads_otherwise_than_one_that_is_mended(desk: Desk) -> None:
    office = desk.office
    matter = concluded(office, TWO)
    for title in (PUBLISH, ASSIGN):
        mend(office, matter, title, "Đã làm.")
    look(office, matter, PUBLISH, "return", check_note="Thiếu ảnh.")
    look(office, matter, ASSIGN, "mended")
    place = f"/matters/{matter}"
    for login in ("vhxh", "donvi"):
        back = _line(desk, login, place, f"Xem kết quả khắc phục: {PUBLISH}:")
        assert "Chưa đạt, trả lại đơn vị." in back and "Lý do trả lại: Thiếu ảnh." in back, login
        assert "Đã khắc phục." in _line(desk, login, place, f"Xem kết quả khắc phục: {ASSIGN}:"), login
        assert "đủ điều kiện" not in " ".join(_history(desk, login, place)), "a word of nominations"
    instance = read_matter(matter, by=office.who("vhxh")).entry.instance
    trail = desk.read("thanhtra", f"/trail?stream=instance:{instance}")
    assert f"“Xem kết quả khắc phục: {ASSIGN}”: Đã khắc phục" in trail and "đủ điều kiện" not in trail


def test_the_unit_reads_no_reason_that_is_kept_from_it(desk: Desk) -> None:
    matter = drafted(desk.office)
    assert "Ý kiến: Thêm căn cứ." in _line(desk, "vhxh", f"/matters/{matter}", "Kết luận: Viết lại.")
    assert "Thêm căn cứ." not in " ".join(_history(desk, "donvi", f"/matters/{matter}"))


def test_the_sender_of_a_complaint_reads_no_draft_and_no_conclusion_before_it_is_numbered(desk: Desk) -> None:
    office = desk.office
    (name,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.complain(name, by="donvi")
    office.step(matter, "verify_petition", by="vhxh", findings="Số liệu sai ở hai phiếu.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Kê khai sai số liệu.")
    office.step(matter, "conclude_petition", by="chutich", decision="return", note="Nêu rõ số liệu nào.")
    place = f"/matters/{matter}"
    assert "Tóm tắt kết luận: Kê khai sai số liệu." in _line(desk, "truongphong", place, "Dự thảo kết luận: Có vi phạm.")
    assert "Ý kiến: Nêu rõ số liệu nào." in _line(desk, "truongphong", place, "Kết luận: Trả lại để sửa.")
    said = _history(desk, "donvi", place)
    assert any("Dự thảo kết luận." in one for one in said) and any("Kết luận." in one for one in said), "it is told that it was done"
    for kept in ("vi phạm", "Trả lại", "Nêu rõ", "Kê khai sai"):
        assert kept not in " ".join(said), kept
    (drawn,) = desk.get("donvi", place).xpath("//*[@id='step-draft_conclusion']")
    assert "vi phạm" not in browser.words(drawn) and "rút" not in browser.words(drawn)


def test_a_nomination_tells_the_office_why_it_was_sent_back_and_the_unit_no_more_than_before(desk: Desk) -> None:
    office = desk.office
    (name,) = office.received(ROUND, "Hoàng Bình Minh")
    office.check(name, "not_eligible", reason="Chưa đủ hai năm.")
    place = f"/nominations/{name}"
    assert "Lý do: Chưa đủ hai năm." in _line(desk, "vhxh", place, "Không đủ điều kiện.")
    assert "Chưa đủ hai năm." not in " ".join(_history(desk, "donvi", place))


def test_plans_say_who_sent_them_back(desk: Desk) -> None:
    office = desk.office
    plan = planned(office, line(office, "DONG-MAY", "Kế hoạch", "2026-12-07", "2026-12-09"))
    office.step(plan, "sign_inspections", by="chutich", decision="redo", note="Bớt một đơn vị.")
    place = f"/matters/{plan}"
    assert "Trình Chủ tịch Hội đồng." in " ".join(_history(desk, "vhxh", place))
    assert "Ý kiến: Bớt một đơn vị." in _line(desk, "vhxh", place, "Trả lại để sửa.")


def test_a_numbered_conclusion_is_told_with_its_number_and_what_it_did_to_the_names(desk: Desk) -> None:
    office = desk.office
    held, stopped = office.received(ROUND, "Hoàng Bình Minh", "Lê Trúc Xanh")
    for name, decision, told in ((held, "unfounded", "Kết thúc tạm dừng: 1 tên."), (stopped, "founded", "Dừng xét: 1 tên.")):
        matter = office.complain(name, by="donvi")
        number = office.paper_number("KL-UBND", 15)
        office.conclude(matter, decision, number=number)
        office.follow_up()
        place = f"/matters/{matter}"
        assert f"{number}/KL-UBND, ngày 03/11/2026." in _line(desk, "truongphong", place, "Cho số kết luận, đóng dấu:")
        assert _line(desk, "truongphong", place, "Tạm dừng", "1 tên.")
        said = _history(desk, "truongphong", place)
        assert any(told in one for one in said), said
        assert not any("Kết thúc tạm dừng hoặc dừng xét" in one for one in said)
        assert "Ghi vào sổ, số ĐKN" in said[0] and "03/11/2026" in said[0]


def test_of_a_complaint_that_holds_no_name_nothing_is_told_of_names_and_who_sent_it_only_to_who_may_see_that(desk: Desk) -> None:
    office = desk.office
    matter = office.complain(by="donvi")
    office.conclude(matter)
    office.follow_up()
    place = f"/matters/{matter}"
    for login in ("truongphong", "donvi"):
        said = " ".join(_history(desk, login, place))
        assert "Dự thảo kết luận" in said and "tạm dừng" not in said.lower() and "dừng xét" not in said.lower(), login
    assert office.who("donvi").name in _history(desk, "truongphong", place)[0]
    exemplar = office.begin(
        "exemplar", by="donvi", kind="INDIVIDUAL", name="Đinh Suối Mơ", place="Thôn Đồi Sim", deed="Dạy chữ số", story="Mỗi tối.",
        agreed="yes", referrer="Chi hội", contact="0900 000 999",
    )
    first = {login: _history(desk, login, f"/matters/{exemplar}")[0] for login in ("vhxh", "ttcudv")}
    assert all("Ghi vào sổ, số GĐH" in said for said in first.values())
    assert office.who("donvi").name in first["vhxh"] and office.who("donvi").name not in first["ttcudv"]


def test_a_plan_tells_which_inspections_it_began_and_leads_to_them(desk: Desk) -> None:
    office = desk.office
    lines = [line(office, "DONG-MAY", "Kế hoạch", "2026-12-07", "2026-12-09"),
             line(office, "NUOC-XANH", "Hồ sơ", "2026-12-14", "2026-12-15")]
    first, second = signed_plan(office, *lines)
    plan = movement.find_matters(movement.register_in_use("inspection_plan"), by=office.who("vhxh")).entries[0].id
    place = f"/matters/{plan}"
    assert "KT 01/2026, Trường TH&THCS Đồng Mây." in _line(desk, "vhxh", place, "Lập từng cuộc kiểm tra:", "KT 01/2026")
    assert _line(desk, "vhxh", place, "Lập từng cuộc kiểm tra:", "KT 02/2026")
    led = desk.get("vhxh", place).xpath("//main//section[.//h2[contains(., 'Đã lập từ việc này')]]//a/@href")
    assert led == [f"/matters/{first}", f"/matters/{second}"]


# -- what the page says without opening a step


def _sections(desk: Desk, login: str, path: str) -> dict[str, str]:
    """Title of a section → its words."""
    found = desk.get(login, path).xpath("//main//section[.//h2]")
    return {browser.words(one.xpath(".//h2")[0]): browser.words(one) for one in found}


def test_the_page_of_an_inspection_tells_its_papers_its_day_and_where_each_finding_stands(desk: Desk) -> None:
    office = desk.office
    matter = concluded(office, TWO)
    told = _sections(desk, "vhxh", f"/matters/{matter}")["Nội dung chính"]
    assert "Số quyết định12/QĐ-HĐTĐKT, ngày 03/11/2026" in told and "Số thông báo kết luận20/TB-HĐTĐKT, ngày 09/11/2026" in told
    assert "Kiểm tra từ ngày09/11/2026" in told and "Đến hết ngày13/11/2026" in told
    begun = _sections(desk, "vhxh", f"/matters/{matter}")["Cuộc kiểm tra"]
    assert "Nội dung kiểm tra" in begun and "từ ngày" not in begun and "Đến hết ngày" not in begun, "told once"
    assert told.count("Ngày kiểm tra") == 1 and "Ngày kiểm tra09/11/2026" in told, "as agreed"
    mend(office, matter, PUBLISH, "Đã niêm yết.")
    look(office, matter, PUBLISH, "return", check_note="Thiếu ảnh.")
    mend(office, matter, ASSIGN, "Đã phân công.")
    look(office, matter, ASSIGN, "mended")
    for login in ("vhxh", "donvi", "chutich"):
        lines = _sections(desk, login, f"/matters/{matter}")["Kiến nghị đơn vị khắc phục"]
        first, second = lines.split(ASSIGN)
        assert PUBLISH in first and "21/12/2026" in first and "20/11/2026" not in first, "the day in force"
        assert "Khắc phục kiến nghị" in first, login
        assert "15/12/2026" in second and "Đã khắc phục" in second, login


def test_the_unit_is_told_no_main_fact_before_it_may_read_it(desk: Desk) -> None:
    matter = drafted(desk.office)
    shown = {login: _sections(desk, login, f"/matters/{matter}") for login in ("vhxh", "donvi")}
    assert PUBLISH in shown["vhxh"]["Kiến nghị đơn vị khắc phục"]
    assert "Kiến nghị đơn vị khắc phục" not in shown["donvi"] and "Số quyết định" in shown["donvi"]["Nội dung chính"]


def test_a_complaint_tells_its_conclusion_and_letter_to_who_settles_it_and_to_its_sender_once_they_are_out(desk: Desk) -> None:
    office = desk.office
    (name,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.complain(name, by="donvi")
    office.step(matter, "verify_petition", by="vhxh", findings="Số liệu sai ở hai phiếu.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Kê khai sai số liệu.")
    place = f"/matters/{matter}"
    assert "Đề nghị kết luậnCó vi phạm" in _sections(desk, "truongphong", place)["Nội dung chính"]
    mine = _sections(desk, "donvi", place)["Nội dung chính"]
    assert "Khiếu nại hoặc tố cáo" in mine and "vi phạm" not in mine and "hai phiếu" not in mine
    office.step(matter, "conclude_petition", by="chutich", decision="founded")
    number = office.paper_number("KL-UBND", 15)
    office.step(matter, "number_conclusion", by="vanthu", number=str(number), dated="2026-11-03")
    office.answer_sender(matter, "Đã có kết luận.", number="88")
    for login in ("truongphong", "donvi"):
        said = _sections(desk, login, place)["Nội dung chính"]
        assert f"{number}/KL-UBND, ngày 03/11/2026" in said and ("Kết luậnCó vi phạm" in said) is (login == "truongphong"), login
        assert "Đã có kết luận." in said and "88/UBND-VHXH, ngày " in said, login
    said = desk.read("donvi", place)
    assert "Có vi phạm, ngày" in said and "Dự thảo kết luận: " not in said, "how it ended, no more"
    assert "hai phiếu" in _sections(desk, "truongphong", place)["Nội dung chính"]
    assert "hai phiếu" not in _sections(desk, "donvi", place)["Nội dung chính"]


def test_a_visit_on_another_day_than_was_agreed_is_told_apart(desk: Desk) -> None:
    office = desk.office
    matter = decided(office)
    office.go_to("2026-11-10")
    send_visit(office, matter)
    told = _sections(desk, "vhxh", f"/matters/{matter}")["Nội dung chính"]
    assert "Ngày hẹn kiểm tra09/11/2026" in told and "Ngày kiểm tra10/11/2026" in told


def test_a_plan_shows_its_lines(desk: Desk) -> None:
    office = desk.office
    plan = planned(office, line(office, "DONG-MAY", "Kế hoạch, phân công", "2026-12-07", "2026-12-09"))
    lines = _sections(desk, "chutich", f"/matters/{plan}")["Các đơn vị được kiểm tra"]
    assert "Trường TH&THCS Đồng Mây" in lines and "Kế hoạch, phân công" in lines and "07/12/2026" in lines and "09/12/2026" in lines


def test_the_steps_under_a_drawing_have_the_numbers_of_the_procedure_and_say_why_some_are_missing(desk: Desk) -> None:
    office = desk.office
    (name,) = office.received(ROUND, "Hoàng Bình Minh")
    drawn_by = (f"/nominations/{name}?process={one}" for one in ("award_nomination", "nomination_case"))
    for place in (f"/matters/{office.complain(name)}", *drawn_by):
        page = desk.get("vhxh", place)
        told = {one.get("id").removeprefix("step-"): browser.words(one.xpath(".//span[@class='n']")[0])
                for one in page.xpath("//*[@id='diagram']//li[starts-with(@id, 'step-')]")}
        top = [int(number) for number in told.values() if "." not in number]
        assert top == sorted(top), place
        assert ("Số bước theo quy trình nội bộ" in browser.words(page)) is (top != list(range(1, len(top) + 1))), place
        (drawn,) = page.xpath("//*[@data-marks]/@data-marks")
        assert {key: one["number"] for key, one in json.loads(drawn).items() if "number" in one} == told, place


def test_an_inspection_that_a_plan_began_names_the_plan_and_not_the_chair_as_who_began_it(desk: Desk) -> None:
    office = desk.office
    own = desk.read("vhxh", f"/matters/{begin(office)}")
    assert "Người lậpLê Ban Mai" in own and "Lập theo" not in own
    plan = planned(office, line(office, "DONG-MAY", "Kế hoạch, phân công", "2026-12-07", "2026-12-09"))
    office.step(plan, "sign_inspections", by="chutich", decision="sign")
    found = movement.find_matters(movement.register_in_use("inspection"), by=office.who("vhxh")).entries
    page = desk.get("vhxh", f"/matters/{found[0].id}")
    said = browser.words(page)
    assert "Lập theo KHKT 01/2026, Kế hoạch kiểm tra năm 2026" in said.replace("theoKHKT", "theo KHKT") and "Người lập" not in said
    assert page.xpath(f"//main//a[@href='/matters/{plan}']")
    draft_decision(office, found[0].id)
    sign_decision(office, found[0].id)
    unit = desk.get("donvi", f"/matters/{found[0].id}")
    assert "Lập theoKế hoạch kiểm tra năm" in browser.words(unit) and not unit.xpath(f"//main//a[@href='/matters/{plan}']")


def test_a_report_that_its_period_asked_for_names_the_period_and_nobody_as_who_began_it(desk: Desk) -> None:
    office = desk.office
    period = movement.open_period("unit_report", 2027, half=True, by=office.who("vhxh"))
    office.follow_up()
    unit = office.units["DONG-MAY"]
    (report,) = [one.matter for one in movement.filings(movement.read_period(period, by=office.who("vhxh"))[1]) if one.unit == unit]
    (stop,) = [one for one in office.stops(report) if one.state == "open"]
    for login, place in (("donvi", f"/matters/{report}"), ("donvi", f"/tasks/{stop.id}"), ("vhxh", f"/matters/{report}")):
        said = desk.read(login, place)
        assert "Lập theo kỳ" in said and "Người lập" not in said and "Lê Ban Mai: Ghi" not in said, (login, place)
    assert desk.get("vhxh", f"/matters/{report}").xpath(f"//main//dl//a[@href='/periods/{period}']")
    assert not desk.get("donvi", f"/matters/{report}").xpath(f"//main//a[@href='/periods/{period}']")


def test_who_an_open_step_waits_for_is_called_the_same_on_its_page_and_in_the_history(desk: Desk) -> None:
    office = desk.office
    matter = begin(office)
    draft_decision(office, matter)
    stop = open_stop(office, matter, "sign_decision")
    for login in ("chutich", "vhxh"):
        for place in (f"/tasks/{stop.id}", f"/matters/{matter}"):
            said = desk.read(login, place)
            assert "Đang chờ Chủ tịch Hội đồng" in said and "Chủ tịch UBND xã" not in said.split("Đang chờ")[1][:40], (login, place)


def test_a_form_with_rows_has_the_width_and_one_of_a_decision_stands_beside_the_dossier(desk: Desk) -> None:
    office = desk.office
    matter = begin(office)
    draft = open_stop(office, matter, "draft_decision")
    page = desk.get("vhxh", f"/tasks/{draft.id}")
    assert page.xpath("//form[@id='answers']") and not page.xpath("//aside//form[@id='answers']")
    draft_decision(office, matter)
    assert desk.get("chutich", f"/tasks/{open_stop(office, matter, 'sign_decision').id}").xpath("//aside//form[@id='answers']")
