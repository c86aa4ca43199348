"""What a name's pages say once a petition about it is concluded: whose decision it is, by which paper, and what is waited for."""

from __future__ import annotations

from service.awards.finding import find_lists
from tests.service.web import browser
from tests.service.web.desk import Desk

ROUND = "HN-2026"


def test_a_conclusion_is_told_as_the_chairs_with_its_number_and_not_as_the_clerks(desk: Desk) -> None:
    office = desk.office
    awarded, going, lifted = office.posted(ROUND, "Hoàng Bình Minh", "Lê Nắng Mai", "Đỗ Gió Lộng")
    office.sit(ROUND, {}, [awarded])
    office.decide(ROUND, 21, [awarded])
    founded, unfounded = office.complain(awarded, going), office.complain(lifted)
    page = browser.words(desk.get("vhxh", f"/nominations/{awarded}"))
    assert "Đang tạm dừng xem xét" in page and "chờ kết luận" in page
    office.conclude(founded, "founded", number="41", proposal="revoke", note="Khai khống.")
    office.conclude(unfounded, number="42")
    clerk = office.who("vanthu").name
    for one, number in ((going, "41"), (lifted, "42")):
        (history,) = desk.get("vhxh", f"/nominations/{one}").xpath("//*[@id='history']")
        told = browser.words(history)
        assert f"Chủ tịch UBND xã, Kết luận số {number}/KL-UBND ngày 11/11/2026:" in told and clerk not in told, told
    page = browser.words(desk.get("vhxh", f"/nominations/{awarded}"))
    assert "chờ kết luận" not in page and "chờ Chủ tịch UBND xã quyết định giữ hay hủy bỏ khen thưởng" in page
    assert "Kết luận số 41/KL-UBND của Chủ tịch UBND xã trình quyết định giữ hay hủy bỏ khen thưởng" in page
    (sheet,) = find_lists(office.who("chutich"), kind="revocation", nomination_id=awarded)
    said = browser.words(desk.get("chutich", f"/lists/{sheet.id}"))
    assert "Kết luận số 41/KL-UBND ngày 11/11/2026, Chủ tịch UBND xã ký" in said and "Phòng đề nghị" not in said


def test_a_chair_who_concludes_otherwise_than_was_drafted_reads_his_own_paper_before_he_signs(desk: Desk) -> None:
    office = desk.office
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.complain(one)
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Khai khống.")
    (stop,) = [each for each in office.stops(matter) if each.state == "open"]
    task = f"/tasks/{stop.id}"

    def paper() -> str:
        (found,) = desk.get("chutich", task).xpath("//*[@id='papers']")
        return browser.words(found)

    page = browser.words(desk.get("chutich", task))
    assert "Phòng đề nghị: Có vi phạm. Khai khống." in page and "Dừng xét khen thưởng" in paper()
    said = {"decision": "unfounded", "chair_summary": "Số liệu đúng với sổ gốc."}
    page = desk.post("chutich", task, said | {"act": "refresh"}, 200)
    used, unused = (page.xpath(f"//main//p[strong[starts-with(., '{words}')]][not(ancestor-or-self::*[@hidden])]")
                    for words in ("Phòng đề nghị", "Khác đề nghị"))
    assert not used and "Khác đề nghị của phòng (Có vi phạm)" in browser.words(unused[0])
    desk.post("chutich", task, said | {"act": "draft"})
    assert "Số liệu đúng với sổ gốc." in paper() and "Khai khống" not in paper() and "Dừng xét khen thưởng" not in paper()
    assert "Khai khống." in browser.words(desk.get("truongphong", f"/matters/{matter}")), "nobody else reads what is not signed"


def test_a_history_says_of_an_award_that_is_handed_over_what_was_done_and_no_more(desk: Desk) -> None:
    office = desk.office
    (one,) = office.posted(ROUND, "Hoàng Bình Minh")
    office.sit(ROUND, {}, [one])
    office.decide(ROUND, 21, [one])
    office.hand_over(one)
    matter = office.complain(one)
    office.conclude(matter, "founded", number="41", proposal="revoke", note="Khai khống.")
    office.follow_up()
    (history,) = desk.get("truongphong", f"/matters/{matter}").xpath("//*[@id='history']")
    told = browser.words(history)
    assert "Đã có quyết định khen thưởng, đã trao: 1 tên, không còn gì để tạm dừng." in told and "Tạm dừng các tên" not in told
    assert "Đã có quyết định khen thưởng, chuyển Chủ tịch xem xét hủy bỏ hoặc giữ: 1 tên." in told and "Dừng xét:" not in told
    (sheet,) = find_lists(office.who("chutich"), kind="revocation", nomination_id=one)
    assert f"/lists/{sheet.id}" in " ".join(desk.get("chutich", "/inbox").xpath("//a/@href"))
    assert "Giữ hoặc hủy bỏ khen thưởng" in browser.words(desk.get("vhxh", f"/nominations/{one}"))
