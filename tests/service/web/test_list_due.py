"""What pages say of time and of other lists: a poll that closes by itself, child packages, a unit's result letter."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from service import clock, people, words
from service.awards import lists, packages
from service.awards.finding import find_lists
from service.awards.lists import LineInput
from service.calendar import working_calendar
from service.db import reading
from service.notices.models import Mail
from tests.service.web import browser
from tests.service.web.desk import ROUND, Desk, fields_of
from tests.service.web.test_lists import act

NAME = "Đợt xét khen thưởng hằng năm 2026"
DEED = {
    "form_asked": "GK_XA", "deed": "Cứu người bị nạn", "deed_date": "2026-11-02", "place": "Suối Trong",
    "summary": "Kéo hai em nhỏ bị lũ cuốn vào bờ, sơ cứu và đưa về trạm y tế xã an toàn.",
    "facts": {"same_achievement_awarded": "no", "pending_case": "no", "achievement_before_discipline_end": "no"},
}


def _polled(desk: Desk) -> int:
    """A deed about which the council is asked in writing."""
    office = desk.office
    one = office.nominate("DX")
    office.complete(one, "short_report", DEED, by="donvi")
    office.act(office.submission(one), "sign", by="thutruong")
    office.complete(one, "check_report", {"decision": "accept", "form_recommended": "GK_XA",
                                          "papers": ["LETTER", "SHORT_REPORT"]}, by="vhxh")
    return one


def test_the_page_of_a_poll_says_when_it_closes_and_what_then_stands(desk: Desk) -> None:
    office = desk.office
    one = _polled(desk)
    (sheet,) = find_lists(office.who("thuky"), kind="council_sheet", nomination_id=one)
    page = desk.get("thuky", f"/lists/{sheet.id}")
    said = desk.read("thuky", f"/lists/{sheet.id}")
    assert "Hạn cho ý kiến bằng văn bản04/11/2026" in said
    assert "Hết ngày 04/11/2026 đợt lấy ý kiến tự đóng" in said
    values = page.xpath(f"//select[@name='result-{one}']/option/@value")
    assert "passed" in values
    assert "next_session" not in values
    office.go_to("2026-11-05")
    said = desk.read("thuky", f"/lists/{sheet.id}")
    assert "hệ thống không tự quyết định" in said
    assert "tự đóng" not in said


def test_parent_and_child_package_name_each_other(desk: Desk) -> None:
    office = desk.office
    one = office.nominate(ROUND, form="BK_TINH")
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    office.check(one)
    office.post(ROUND)
    office.sit(ROUND, {})
    package = office.send_package(ROUND)
    until = working_calendar().add(clock.today(), 20)
    assert f"Hỏi tỉnh sau ngày{words.full_date(until)}" in desk.read("vhxh", f"/lists/{package}")
    office.answer(package, one, "supplement", "Bổ sung xác nhận thuế", answer_due="2027-01-20")
    office.complete(one, "supplement_package", {"decision": "ready", "note": "Đã có xác nhận", "files": []}, by="donvi")
    number = lists.read_list(package, by=office.who("vhxh")).number
    asked = desk.read("vhxh", f"/lists/new?kind=package&round={office.rounds[ROUND]}")
    assert f"Trả lại để bổ sung từ {number}" in asked
    child = office.draw_up("package", ROUND, by="vhxh")
    assert f"Hồ sơ bổ sung của{number}" in desk.read("vhxh", f"/lists/{child}")
    assert desk.get("vhxh", f"/lists/{package}").xpath(f"//a[@href='/lists/{child}']")
    assert "Hồ sơ bổ sung" in desk.read("vhxh", f"/lists/{package}")


def test_a_result_letter_shows_every_name_and_the_way_to_a_review(desk: Desk) -> None:
    office = desk.office
    one, two = office.nominate(ROUND), office.nominate(ROUND, name="Lê Trúc Xanh")
    for n in (one, two):
        office.assess(n)
    office.sign(one)
    office.check(one)
    office.check(two, "not_eligible")
    (letter,) = find_lists(office.who("vhxh"), kind="result_letter", nomination_id=two)
    draft = desk.read("vhxh", f"/lists/{letter.id}")
    assert "Hoàng Bình Minh" in draft
    assert "Lê Trúc Xanh" in draft
    assert "Gửi thông báo kết quả, 1 tên" in draft
    assert "Có 1 cá nhân. Kèm 1 tên khác của đơn vị, để biết." in draft
    assert f"Thông báo kết quả: Trường TH&THCS Đồng Mây, {NAME}" in draft
    office.tell_result(two)
    with reading() as s:
        mail = s.scalars(select(Mail).where(Mail.letter == "result")).first()
        assert mail is not None and (mail.context["count"], mail.context["others"], mail.context["title"]) == (1, 1, NAME)
    sent = desk.read("thutruong", f"/lists/{letter.id}")
    assert "Hoàng Bình Minh" in sent
    assert "Chưa đủ thành tích." in sent
    assert "Đề nghị xem xét lại đến hết17/11/2026" in sent


def test_the_reason_of_a_second_return_is_asked_for_on_the_page(desk: Desk) -> None:
    office = desk.office
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    submission = office.submission(one)
    office.check(one, "supplement")
    shown = "//form[@id='answers']//*[@name='reason'][not(ancestor-or-self::*[@hidden])]"
    assert not desk.get("vhxh", f"/submissions/{submission}?act=return").xpath(shown)
    office.act(submission, "return", by="vhxh")
    office.complete(one, "supplement_dossier",
                    {"mended": [{"what": "Thiếu", "note": "Đã nộp", "files": []}], "amend_facts": False}, by="donvi")
    office.act(submission, "sign_supplement", by="thutruong")
    office.check(one, "supplement")
    page = desk.get("truongphong", f"/submissions/{submission}?act=return")
    assert page.xpath(shown)
    send = f"/lists/{submission}/acts/return"
    assert "Ghi lý do trả lần thứ hai." in desk.say("truongphong", send, fields_of(page) | {"act": "act"}, 422)
    desk.post("truongphong", send, fields_of(page) | {"act": "act", "reason": "Nộp sai tên"})
    office.work()
    assert office.status(one)[0] == "supplementing"


def test_the_page_says_who_proved_for_whom(desk: Desk) -> None:
    office = desk.office
    one = office.nominate(ROUND)
    office.to_council(one, ROUND)
    office.sit(ROUND, {})
    decision = office.draw_up("decision", ROUND, by="vhxh")
    office.work()
    assert "Rà họ tên, chức danh" in desk.read("donvi", "/inbox?scope=group")
    office.act(decision, "prove", by="vhxh", lines=[LineInput(one, "confirmed")])
    said = desk.read("vhxh", f"/lists/{decision}")
    assert "Trong đó 1 tên do phòng rà thay đơn vị" in said
    assert f"(xử lý thay {people.unit_name(office.units['DONG-MAY'])}) xác nhận họ tên, chức danh" in said
    assert "Rà họ tên, chức danh" not in desk.read("donvi", "/inbox?scope=group")


def test_a_certificate_is_told_against_the_clock(desk: Desk) -> None:
    office = desk.office
    one = office.nominate(ROUND)
    office.assess(one)
    assert "Thời gian giải quyết" not in desk.read("vhxh", f"/nominations/{one}")
    office.sign(one)
    office.go_to("2026-11-06")
    assert "Thời gian giải quyết3 ngày làm việc từ khi tiếp nhận, quy định 10" in desk.read("vhxh", f"/nominations/{one}")


def test_the_page_of_a_round_says_how_far_it_has_come(desk: Desk) -> None:
    said = desk.read("vhxh", f"/rounds/{desk.office.rounds[ROUND]}")
    assert "Mở nhận hồ sơđã xong" in said
    assert "Niêm yếtchưa" in said


@pytest.mark.long
def test_too_many_government_flags_are_told_on_the_package(desk: Desk) -> None:
    office = desk.office
    office.go_to("2030-06-04")
    one = office.nominate("TK-2030", form="CO_CP", kind="COLLECTIVE", group="A", name="Trường PTDTBT THCS Đông Mây")
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    office.check(one)
    office.post("TK-2030")
    office.sit("TK-2030", {})
    package = office.draw_up("package", "TK-2030", by="vhxh")
    share = packages.flag_share(lists.read_list(package, by=office.who("chutich")))
    assert share is not None
    assert (share.flags, share.of, share.most) == (1, 1, 0.2)
    assert "1 trong 1 tập thể đạt mức Cờ cấp tỉnh của đợt, quy định không quá 20%" in desk.read("chutich", f"/lists/{package}")
    office.act(package, "sign", by="chutich")


@pytest.mark.long
def test_a_poll_in_writing_speaks_of_no_session(desk: Desk) -> None:
    one = _polled(desk)
    (sheet,) = find_lists(desk.office.who("thuky"), kind="council_sheet", nomination_id=one)
    page = desk.read("thuky", f"/lists/{sheet.id}")
    for said in ("Ngày chốt phiếu", "Số thành viên gửi phiếu ý kiến", "Người chủ trì lấy ý kiến", "Ghi kết quả lấy ý kiến"):
        assert said in page
    for who, day in (("thuky", "03/11/2026"), ("thuky2", "02/11/2026")):
        fields = {"held_on": day, "members": "9", "present": "8", "presided_by": "Chủ tịch Hội đồng"}
        act(desk, who, sheet.id, "key", fields | {f"result-{one}": "passed", f"agree-{one}": "8"})
    page = desk.read("thuky", f"/lists/{sheet.id}")
    assert "Hai thư ký ghi khác nhau về đợt lấy ý kiến: ngày chốt phiếu" in page
    act(desk, "thuky2", sheet.id, "key", {"held_on": "03/11/2026"})
    page = desk.read("thuky", f"/lists/{sheet.id}")
    assert "Ký biên bản lấy ý kiến" in page and "Ngày chốt phiếu" in page
    assert "Đã ký biên bản lấy ý kiến, 1 tên." in act(desk, "thuky", sheet.id, "sign", {"number": "04/BB-HĐTĐKT"})
    for text in (page, desk.read("thuky", f"/lists/{sheet.id}")):
        assert (found := _MEETING.search(text)) is None, found


_MEETING = re.compile(r"[Pp]hiên họp|[Nn]gày họp|dự họp|biên bản họp")


def test_what_is_sent_is_not_overdue_on_the_first_page_of_its_unit(desk: Desk) -> None:
    office = desk.office
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one, "not_eligible")
    office.go_to("2026-12-30")
    assert "Quá hạn" in desk.read("vhxh", "/inbox")
    office.tell_result(one)
    (sent,) = desk.get("donvi", "/").xpath("//h2[.='Thông báo kết quả']/ancestor::section")
    told = browser.words(sent)
    assert "Đã gửi · 1 tên" in told and "Quá hạn" not in told


def test_lists_of_one_kind_in_one_round_read_apart(desk: Desk) -> None:
    office = desk.office
    names = [office.nominate(ROUND, name=name) for name in ("Hoàng Bình Minh", "Lê Trúc Xanh")]
    for n in names:
        office.assess(n)
    office.sign(names[0])
    for n in names:
        office.check(n)
    first, second = (office.draw_up("posting", ROUND, [n], by="vhxh") for n in names)
    named = [lists.read_list(n, by=office.who("vhxh")).title for n in (first, second)]
    assert named == [f"Niêm yết danh sách, {NAME}", f"Niêm yết danh sách, {NAME}, lần 2"]
    register = desk.read("vhxh", "/lists?kind=posting")
    assert "Niêm yết danh sách: 2 danh sách" in register and "lập 03/11/2026" in register
    assert f"Niêm yết danh sách, {NAME}: 2 danh sách" in desk.read("vhxh", f"/lists?kind=posting&round={office.rounds[ROUND]}")


def test_a_letter_to_an_agency_is_called_by_whom_it_asks(desk: Desk) -> None:
    office = desk.office
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one, ask_opinions=True, agencies=["CONG-AN"])
    unit = office.units["CONG-AN"]
    page = desk.get("vhxh", f"/lists/new?kind=opinion_letter&round={office.rounds[ROUND]}&unit={unit}")
    assert page.xpath("//input[@name='title']/@value") == [""]
    desk.post("vhxh", "/lists/new", {"kind": "opinion_letter", "round": office.rounds[ROUND], "unit": unit, "line": one, "title": ""})
    (letter,) = find_lists(office.who("vhxh"), kind="opinion_letter")
    assert letter.title == f"Văn bản lấy ý kiến Công an xã, {NAME}"
