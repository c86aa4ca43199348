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
