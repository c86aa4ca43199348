"""Nominating with a draft and a warning of the same name; what is filed beside a nomination's path."""

from __future__ import annotations

from service.awards import lists
from service.awards.finding import find_lists
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


def test_petition_hides_its_sender_from_the_unit_and_is_classified(desk: Desk) -> None:
    office = desk.office
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    path = f"/nominations/{one}/file/petition"
    fields = {"dated": "03/11/2026", "sender": "Ông Kín", "content": "Thành tích chưa đúng", "act": "complete"}
    assert "Đã ghi đơn thư" in desk.say("vhxh", path, fields)
    (row,) = (x.id for x in find_lists(office.who("truongphong"), kind="petition"))
    assert "Ông Kín" in desk.read("truongphong", f"/lists/{row}")
    desk.get("donvi", f"/lists/{row}", 404)
    said = desk.say("truongphong", f"/lists/{row}/acts/classify", {"decision": "complaint", "act": "act"})
    assert "Đã phân loại." in said
    office.work()
    assert "Tạm dừng" in desk.read("vhxh", "/inbox")
    concluded = {"decision": "unfounded", "number": "12/KL", "dated": "03/11/2026", "act": "act"}
    assert "Đã kết luận." in desk.say("truongphong", f"/lists/{row}/acts/conclude", concluded)
    assert lists.read_list(row, by=office.who("truongphong")).state == "concluded"


def test_change_of_the_recipient_asks_what_the_change_needs(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    path = f"/nominations/{one}/file/recipient_change"
    page = desk.post("vhxh", path, {"change": "renamed", "dated": "03/11/2026", "act": "complete"}, 422)
    assert "#new_name" in page.xpath("//*[@data-errors]//a/@href")
    fields = {"change": "renamed", "dated": "03/11/2026", "new_name": "Hoàng Minh Bình", "act": "complete"}
    assert "Đã ghi thay đổi" in desk.say("vhxh", path, fields)
    desk.office.work()
    assert desk.office.read(one).name == "Hoàng Minh Bình"
