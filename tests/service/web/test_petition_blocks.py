"""Petitions on first pages: what the head of office is to settle by phase, what the inspector sees, the first of each step in words."""

from __future__ import annotations

from tests.service.web.desk import ROUND, Desk


def test_first_pages_tell_of_petitions_by_phase(desk: Desk) -> None:
    office = desk.office
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    assert "Chưa có đơn, kiến nghị" in desk.read("thanhtra", "/")
    held = office.complain(one, sender="Ông Kín")
    office.begin("petition", by="donvi", kind="remark", subject="Mạng yếu", content="x", received_on="2026-11-03")
    head = desk.read("truongphong", "/")
    assert "Đơn, kiến nghị: chờ phân loại" in head and "Đơn, kiến nghị: đang xác minh" in head
    assert "Phân loại đơn, kiến nghị" in head, "the step by its name in the diagram"
    seen = desk.read("thanhtra", "/")
    assert "ĐKN 01/2026, Làm rõ số liệu kê khai" in seen and "Đang xác minh" in seen and "ĐKN 02/2026, Mạng yếu" in seen
    assert "Kín" not in seen and "Kín" not in head
    office.conclude(held, "unfounded")
    office.step(held, "answer_petition", by="truongphong", way="here", answer="Đã trả lời.", told_on="2026-11-03")
    head = desk.read("truongphong", "/")
    assert "đang xác minh" not in head and "Đơn, kiến nghị: chờ phân loại" in head
    assert "Không có vi phạm" in desk.read("thanhtra", "/")
