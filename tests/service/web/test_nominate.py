"""Nominating with a draft and a warning of the same name; what is filed beside a nomination's path."""

from __future__ import annotations

import pytest

from service.awards import lists
from tests.service.web.desk import ROUND, Desk, fields_of, words


def _filled(desk: Desk, **more: str) -> dict[str, str]:
    unit = str(desk.office.units["DONG-MAY"])
    return {
        "unit": unit, "kind": "INDIVIDUAL", "name": "Hoàng Bình Minh", "title": "Giáo viên", "subject_group": "D",
        "award_form": "GK_XA", "act": "complete", **more,
    }


def test_nomination_begins_from_its_form_and_stands_on_the_units_list(desk: Desk) -> None:
    path = f"/rounds/{desk.office.rounds[ROUND]}/nominate"
    assert "Đề nghị khen thưởng" in desk.read("donvi", path)
    said = desk.say("donvi", path, _filled(desk))
    assert "Đã lập đề nghị: Hoàng Bình Minh." in said and "Danh sách đề nghị" in said
    assert "Tự đánh giá" in desk.read("donvi", "/inbox")


def test_draft_of_the_start_form_is_there_again_until_it_is_sent(desk: Desk) -> None:
    path = f"/rounds/{desk.office.rounds[ROUND]}/nominate"
    assert "Đã lưu nháp lúc" in desk.say("donvi", path, {"name": "Đang nghĩ", "act": "draft"})
    assert fields_of(desk.get("donvi", path))["name"] == "Đang nghĩ"
    visitor = desk.who("donvi")
    answer = visitor.client.post(f"{path}/draft", data={"csrf_token": visitor.token, "name": "Tự lưu"})
    assert "Đã lưu nháp" in (answer.json or {})["message"]
    assert fields_of(desk.get("donvi", path))["name"] == "Tự lưu"
    assert fields_of(desk.post("donvi", path, {"name": "Gõ thêm", "act": "anew"}))["name"] == "", "thrown away, and begun from nothing"
    desk.say("donvi", path, {"name": "Đang nghĩ", "act": "draft"})
    desk.post("donvi", path, _filled(desk))
    assert fields_of(desk.get("donvi", path))["name"] == ""


def test_same_name_is_shown_before_it_is_taken_a_second_time(desk: Desk) -> None:
    path = f"/rounds/{desk.office.rounds[ROUND]}/nominate"
    desk.office.nominate(ROUND, name="Hoàng Bình Minh")
    page = desk.post("donvi", path, _filled(desk, name="hoàng bình minh"), 422)
    assert "đã có trong đợt này" in words(page) and "Vẫn lập đề nghị" in words(page)
    said = desk.say("donvi", path, fields_of(page) | _filled(desk, name="hoàng bình minh", birth_year="1990"))
    assert "Đã lập đề nghị" in said


def test_button_pressed_twice_nominates_once_and_asks_nothing(desk: Desk) -> None:
    path = f"/rounds/{desk.office.rounds[ROUND]}/nominate"
    for _ in range(2):
        assert "Đã lập đề nghị: Hoàng Bình Minh." in desk.say("donvi", path, _filled(desk))
    assert desk.read("donvi", "/nominations").count("Hoàng Bình Minh") == 1
    assert "đã có trong đợt này" in desk.say("thutruong", path, _filled(desk), 422)


def test_what_is_wrong_stands_at_its_field(desk: Desk) -> None:
    path = f"/rounds/{desk.office.rounds[ROUND]}/nominate"
    page = desk.post("donvi", path, _filled(desk, name="", award_form="CO_TINH"), 422)
    tops = page.xpath("//*[@data-errors]//a/@href")
    assert "#name" in tops and page.xpath("//input[@id='title']/@value") == ["Giáo viên"]
    foreign = _filled(desk, unit=str(desk.office.units["DET-NANG-SOM"]))
    assert "#unit" in desk.post("donvi", path, foreign, 422).xpath("//*[@data-errors]//a/@href")
    desk.post("congan", path, _filled(desk), 403)
    desk.get("donvi", "/rounds/99999/nominate", 404)


def test_head_withdraws_a_name_and_too_early_says_why(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    path = f"/nominations/{one}/file/withdrawal"
    fields = {"dated": "03/11/2026", "reason": "Chuyển công tác", "act": "complete"}
    early = desk.post("thutruong", path, fields, 409)
    assert "Hồ sơ chưa ký nộp" in words(early)
    assert early.xpath("//textarea[@id='reason']")[0].text.strip() == "Chuyển công tác"
    desk.office.assess(one)
    desk.office.sign(one)
    assert "Đã rút 1 tên: Hoàng Bình Minh." in desk.say("thutruong", path, fields)
    desk.office.work()
    assert desk.office.status(one) == ("ended", "withdrawn")
    desk.get("donvi2", path, 404)


def test_a_petition_is_begun_in_its_register_and_its_sheet_shows_no_sender(desk: Desk) -> None:
    office = desk.office
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    desk.get("vhxh", f"/nominations/{one}/file/petition", 404)
    desk.post("vhxh", f"/nominations/{one}/file/petition", {"act": "complete"}, 404)
    matter = office.complain(one, sender="Ông Kín", content="Thành tích của ông Kín chưa đúng")
    sheet = office.sheet(matter, one)
    assert "Tạm dừng" in desk.read("vhxh", "/inbox")
    for login in ("vhxh", "truongphong"):
        page = desk.read(login, f"/lists/{sheet}")
        assert "Đang xác minh" in page and "ĐKN 01/2026" in page and "Kín" not in page
    desk.get("donvi", f"/lists/{sheet}", 404)
    desk.post("truongphong", f"/lists/{sheet}/acts/conclude", {"decision": "unfounded", "act": "act"}, 403)
    office.conclude(matter, "unfounded")
    assert lists.read_list(sheet, by=office.who("truongphong")).state == "concluded"
    assert "12/KL-UBND" in desk.read("truongphong", f"/lists/{sheet}")


def test_a_nominations_page_leads_to_the_registers_in_which_its_reader_begins_something(desk: Desk) -> None:
    pytest.importorskip("service.web.matters")
    one = desk.office.nominate(ROUND)
    for login in ("donvi", "vhxh", "chutich"):
        page = desk.get(login, f"/nominations/{one}")
        assert page.xpath(f"//a[@href='/registers/petition/new?about={one}']"), login
    assert not desk.get("thanhtra", f"/nominations/{one}").xpath("//a[contains(@href, '/registers/petition/new')]")


def test_change_of_the_recipient_asks_what_the_change_needs(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    path = f"/nominations/{one}/file/recipient_change"
    page = desk.post("vhxh", path, {"change": "renamed", "dated": "03/11/2026", "act": "complete"}, 422)
    assert "#new_name" in page.xpath("//*[@data-errors]//a/@href")
    fields = {"change": "renamed", "dated": "03/11/2026", "new_name": "Hoàng Minh Bình", "act": "complete"}
    assert "Đã ghi thay đổi" in desk.say("vhxh", path, fields)
    desk.office.work()
    assert desk.office.read(one).name == "Hoàng Minh Bình"
