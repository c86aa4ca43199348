"""The page of what waits for a second person: who sees it, who confirms, and what is done then."""

from __future__ import annotations

from service import people
from service.people import second_person
from tests.service.web.desk import Desk

PAGE = "/office/second-person"


def _asked(desk: Desk, login: str) -> int:
    given = people.grant_given(people.find_account(login).id, "admin", None, None, None)
    return second_person.ask("group.grant", given, by=desk.office.who("quantri"), reason="Theo quyết định 12/QĐ-UBND")


def test_request_is_seen_and_confirmed_by_another_and_done_at_once(desk: Desk) -> None:
    request, name = _asked(desk, "vhxh"), people.find_account("vhxh").name
    seen = desk.read("truongphong", PAGE)
    assert f"Giao vai trò Quản trị hệ thống cho {name}" in seen and "Theo quyết định 12/QĐ-UBND" in seen
    assert f"{PAGE}/{request}/confirm" not in desk.get("quantri", PAGE).xpath("//form/@action | //a/@href")
    desk.get("vhxh", PAGE, 403)
    desk.post("quantri", f"{PAGE}/{request}/confirm", {"act": "confirm"}, 403)
    assert "Xác nhận" in desk.read("truongphong", f"{PAGE}/{request}/confirm")
    said = desk.say("truongphong", f"{PAGE}/{request}/confirm", {"act": "confirm"})
    assert "Đã xác nhận và thực hiện" in said and "đã xác nhận" in said
    assert people.actor_of("vhxh").may("admin")


def test_request_is_refused_with_a_reason_or_taken_back(desk: Desk) -> None:
    refused, taken = _asked(desk, "vhxh"), _asked(desk, "vanthu")
    assert "Ghi lý do." in desk.say("truongphong", f"{PAGE}/{refused}/refuse", {"reason": " ", "act": "refuse"}, 422)
    assert "không đồng ý" in desk.say("truongphong", f"{PAGE}/{refused}/refuse", {"reason": "Chưa rõ căn cứ", "act": "refuse"})
    assert "đã rút lại" in desk.say("quantri", f"{PAGE}/{taken}/refuse", {"reason": "Nhầm người", "act": "refuse"})
    assert "Chưa rõ căn cứ" in desk.read("thanhtra", PAGE)
    assert not people.actor_of("vhxh").may("admin") and not people.actor_of("vanthu").may("admin")
