"""Who scores what on its page, a member's own scores on his, and the reminder in one click."""

from __future__ import annotations

from typing import Any

import pytest

from service.council.ballot import Sum
from tests.journeys.council import ROUND, Council
from tests.journeys.office import Office
from tests.service.web.desk import Desk


def _invited(office: Office) -> int:
    council = Council(office)
    council.fill(3)
    council.plan()
    council.invite()
    return council.id


def _page(desk: Desk) -> str:
    return f"/rounds/{desk.office.rounds[ROUND]}/reviewing"


@pytest.mark.long
@pytest.mark.office(after=_invited)
def test_secretary_gives_names_sees_the_load_and_reminds_in_one_click(desk: Desk) -> None:
    number, page = desk.office.made, _page(desk)
    assert "Phân công chấm điểm" in desk.read("thuky", f"/rounds/{desk.office.rounds[ROUND]}")
    assert "mọi thành viên chấm mọi hồ sơ" in desk.read("thuky", page)
    desk.get("uv1", page, 403)
    desk.get("donvi", page, 403)

    at = f"/council/{number}/reviewing"
    assert "Đã đổi 2 lượt chấm" in desk.say("thuky", f"{at}/assign", {"pair": ["3-1", "4-2"]})
    grid = desk.get("thuky", page)
    assert grid.xpath("//input[@name='pair'][@checked]/@value") == ["3-1", "4-2"]
    refused = desk.post("thuky", f"{at}/assign", {"pair": ["3-1", "5-2"], "was": ["3-1", "4-2"]}, 422)
    assert "Ghi lý do" in refused.text_content()
    assert refused.xpath("//input[@name='pair'][@checked]/@value") == ["3-1", "5-2"], "what was ticked is still there"
    assert "Đã đổi 2 lượt" in desk.say("thuky", f"{at}/assign", {"pair": ["3-1", "5-2"], "was": ["3-1", "4-2"], "reason": "Bận"})
    unit = grid.xpath("//select[@name='unit']/option/@value")[0]
    assert "Đã giao 3 hồ sơ" in desk.say("thuky", f"{at}/unit", {"unit": unit, "member": "6"})
    assert "Đã bốc thăm, số 77" in desk.say("thuky", f"{at}/draw", {"each": "3", "seed": "77"})
    assert "Số 77" in desk.read("thanhtra", page)
    assert "mỗi hồ sơ 3 người" in desk.read("thanhtra", page)
    assert not desk.get("thanhtra", page).xpath("//input[@type='checkbox']"), "who only reads ticks nothing"
    assert "từ 1 đến 9 người chấm" in desk.say("thuky", f"{at}/draw", {"each": "0"}, code=422)
    assert "Đã nhắc" in desk.say("thuky", f"{at}/remind", {})
    assert "đã được nhắc hôm nay" in desk.say("thuky", f"{at}/remind", {}, code=409)
    desk.post("vhxh", f"{at}/remind", {}, 403)


@pytest.mark.long
@pytest.mark.office(after=_invited)
def test_member_scores_on_the_own_page_and_nothing_typed_is_lost(desk: Desk) -> None:
    number = desk.office.made
    path = f"/council/{number}/my-scores"
    assert "Chấm điểm 3 hồ sơ" in desk.read("uv1", f"/council/{number}/me")
    desk.get("vhxh", path, 403)
    desk.get("uv8", path, 404)
    page = desk.get("uv1", path)
    assert page.xpath("//input[starts-with(@name, 'points-')]/@name") == ["points-1-D1", "points-2-D1", "points-3-D1"]
    wrong = desk.post("uv1", path, {"points-1-D1": "11", "comment-1-D1": "Số liệu rõ"}, 422)
    assert wrong.xpath("//input[@name='points-1-D1']/@value") == ["11"]
    assert "Số liệu rõ" in wrong.text_content()
    assert "Còn 2 hồ sơ chưa chấm" in desk.say("uv1", path, {"points-1-D1": "8,5", "comment-1-D1": "Số liệu rõ"})
    assert "Tự chấm 1/3" in desk.read("thuky", f"/council/{number}")
    said: dict[str, Any] = {"points-1-D1": "8,5", "points-2-D1": "9", "points-3-D1": "7"}
    assert "chấm xong mọi hồ sơ" in desk.say("uv1", path, said)
    assert "Xem điểm tôi đã chấm" in desk.read("uv1", f"/council/{number}/me")


@pytest.mark.long
@pytest.mark.office(after=_invited)
def test_feedback_is_drafted_checked_and_read_by_the_unit_on_the_page_of_the_name(desk: Desk) -> None:
    number = desk.office.made
    council = Council(desk.office)
    council.id = number or 0
    one = council.read().items[0].nomination_id
    desk.say("uv1", f"/council/{number}/my-scores", {"points-1-D1": "8,5", "comment-1-D1": "Thiếu số liệu năm trước"})
    council.open()
    council.discuss(1, 2, 3)
    council.hands(council.round(1, 2, 3, secret=False), {n: Sum(9, 0, 0, 0) for n in (1, 2, 3)})
    page = f"/nominations/{one}/feedback"
    assert "Thiếu số liệu năm trước" in desk.read("thuky", page)
    member = council.read().members[2].name
    assert member not in desk.read("thuky", page)
    for outsider in ("donvi", "uv1", "vhxh"):
        desk.get(outsider, page, 403)
    refused = desk.post("thuky", f"{page}/draft", {"words": f"{member} thấy thiếu số liệu"}, 422)
    assert f"{member} thấy thiếu số liệu" in refused.text_content(), "what was typed is still there"
    assert "Chờ người thứ hai" in desk.say("thuky", f"{page}/draft", {"words": "Nên nêu số liệu năm trước."})
    assert "Biên bản phiên họp chưa ký" in desk.read("truongphong", page)
    assert "Nhận xét của Hội đồng" not in desk.read("donvi", f"/nominations/{one}")
    council.close()
    assert "Chờ duyệt" in desk.read("thuky", f"/council/{number}")
    assert "Đã trả lại" in desk.say("truongphong", f"{page}/return", {"reason": "Nêu rõ năm"})
    desk.say("thuky", f"{page}/draft", {"words": "Nên nêu số liệu năm 2025."})
    desk.post("truongphong", f"{page}/release", {"seen": "1"}, 409)
    assert "Đã duyệt" in desk.say("truongphong", f"{page}/release", {"seen": "2"})
    told = desk.read("donvi", f"/nominations/{one}")
    assert "Nên nêu số liệu năm 2025." in told
    assert member not in told
