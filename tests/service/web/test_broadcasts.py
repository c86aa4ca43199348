"""Writing a message at its pages: first the list and the letter, then it goes; what was typed stays."""

from __future__ import annotations

from tests.service.web.desk import ROUND, Desk, fields_of, words

PATH = "/broadcasts/new"


def test_officer_sees_the_list_first_then_sends_and_sees_what_became_of_it(desk: Desk) -> None:
    round_id = desk.office.rounds[ROUND]
    page = desk.get("vhxh", f"/rounds/{round_id}")
    (link,) = [one for one in page.xpath("//@href | //form/@action") if one.startswith(PATH)][:1]
    page = desk.get("vhxh", link)
    typed = fields_of(page, "edit") | {"set": "council", "subject": "Họp Hội đồng", "text": "Mời họp ngày mai."}
    action = page.xpath("//form[contains(@action, '/broadcasts/new')]/@action")[0]
    shown = desk.post("vhxh", action, typed, code=200)
    said = words(shown)
    assert "người nhận" in said and "Mời họp ngày mai." in said and "Gửi tới" in said and "uv1@" in said
    assert desk.read("vhxh", "/broadcasts").count("Họp Hội đồng") == 0, "nothing went yet"
    action = shown.xpath("//form[contains(@action, 'seen=')]/@action")[0]
    changed = desk.post("vhxh", action, typed | {"text": "Mời họp ngày kia."}, code=200)
    assert "Mời họp ngày kia." in words(changed), "other words are looked at again"
    action = changed.xpath("//form[contains(@action, 'seen=')]/@action")[0]
    sent = desk.post("vhxh", action, typed | {"text": "Mời họp ngày kia."})
    assert "Họp Hội đồng" in words(sent) and "chưa xem" in words(sent)
    assert "Họp Hội đồng" in desk.read("thanhtra", "/broadcasts")
    desk.post("vhxh", action, typed | {"text": "Mời họp ngày kia."})
    assert desk.read("vhxh", "/broadcasts").count("Họp Hội đồng") == 1, "a second press sends nothing"
    assert "Họp Hội đồng" in desk.read("uv1", "/notices")


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(desk: Desk) -> None:
    page = desk.get("vhxh", PATH)
    typed = fields_of(page, "edit") | {"set": "not_filed", "round": "", "subject": "Nộp hồ sơ", "text": "{{ nobody }}"}
    refused = desk.post("vhxh", PATH, typed, code=422)
    assert "Chọn đợt xét." in words(refused)
    assert refused.xpath("//input[@name='subject']/@value") == ["Nộp hồ sơ"]
    refused = desk.post("vhxh", PATH, typed | {"round": str(desk.office.rounds[ROUND])}, code=422)
    assert "nobody" in words(refused)


def test_others_neither_write_nor_read(desk: Desk) -> None:
    assert "Gửi thông báo" in desk.read("vhxh", PATH)
    for login in ("donvi", "uv1", "thanhtra"):
        desk.get(login, PATH, 403)
        desk.post(login, PATH, {"set": "council", "subject": "a", "text": "b"}, code=403)
    desk.get("donvi", "/broadcasts", 403)
    desk.get("vhxh", "/broadcasts/999999", 404)
