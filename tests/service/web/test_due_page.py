"""The head of the office gives one case another day: the page says before what moves with it, the API says the same."""

from __future__ import annotations

from datetime import date

from service import words as in_words
from service.awards.rounds import end_of_day
from service.calendar import working_calendar
from tests.journeys.program import Program
from tests.service.awards.test_due_days import WHY, common_day, open_row, returned
from tests.service.web.desk import Desk

HEAD = "truongphong"


def shown(day: date) -> str:
    return in_words.full_date(day)


def test_page_says_which_timer_moves_and_the_common_day_before_it_is_saved(desk: Desk) -> None:
    office = desk.office
    (one,) = returned(office, "Lê Trúc Xanh")
    task, common = open_row(office, one).id, common_day(office)
    later, path = working_calendar().add(common, 3), f"/tasks/{task}/due"
    assert path in desk.get(HEAD, f"/tasks/{task}").xpath("//main//form/@action | //main//a/@href")
    assert path not in desk.get("donvi", f"/tasks/{task}").xpath("//main//form/@action | //main//a/@href")
    for login in ("vhxh", "donvi", "thanhtra"):
        desk.get(login, path, 403)
    page = desk.get(HEAD, path)
    said = " ".join(page.text_content().split())
    assert "Đồng hồ Quá hạn bổ sung của quy trình dời theo hạn mới, chỉ cho hồ sơ này." in said
    assert f"Ngày chung, theo lịch của đợt: {shown(common)}." in said and "Theo lịch của đợt, tiếp sau là" in said
    assert f"/rounds/{office.rounds['HN-2026']}/calendar" in page.xpath("//main//a/@href")
    wrong = desk.post(HEAD, path, {"day": "32/11/2026", "reason": WHY}, 422)
    assert wrong.xpath("//textarea[@name='reason']")[0].text == WHY and wrong.xpath("//input[@name='day']/@value") == ["32/11/2026"]
    silent = desk.post(HEAD, path, {"day": shown(later), "reason": ""}, 422)
    assert "Ghi lý do đổi hạn" in " ".join(silent.text_content().split()) and silent.xpath("//input[@name='day']/@value") == [shown(later)]
    told = desk.say(HEAD, path, {"day": shown(later), "reason": WHY})
    assert f"Đã đổi hạn thành ngày {shown(later)}. Đồng hồ Quá hạn bổ sung dời theo, chỉ cho hồ sơ này." in told
    assert "đồng hồ “Quá hạn bổ sung” dời theo cho riêng hồ sơ này" in told, "the history on the page tells of it"
    for shows in (f"/nominations/{one}", f"/tasks/{task}"):
        assert f"hạn {in_words.short_date(later)}" in desk.read("donvi", shows), "the case shows the day that was set"
    assert in_words.short_date(later) in desk.read("donvi", "/inbox")
    assert f"Ngày chung, theo lịch của đợt: {shown(common)}." in desk.read(HEAD, path), "and still names the day of all others"
    assert f"Hạn hiện nay{shown(later)}" in desk.read(HEAD, path)
    assert open_row(office, one).due_at == end_of_day(later)


def test_page_warns_of_a_day_that_misses_what_comes_next_and_the_spread_of_work_says_what_moved(desk: Desk) -> None:
    office = desk.office
    (one,) = returned(office, "Lê Trúc Xanh")
    task = open_row(office, one).id
    far = working_calendar().add(common_day(office), 30)
    told = desk.say(HEAD, f"/tasks/{task}/due", {"day": shown(far), "reason": WHY})
    assert "Đã đổi hạn" in told and "hồ sơ này lỡ mốc ấy" in told
    near = desk.say(HEAD, f"/tasks/{task}/due", {"day": shown(common_day(office)), "reason": WHY})
    assert "Đã đổi hạn" in near and "lỡ mốc ấy" not in near.partition("Đã đổi hạn")[2][:300]
    desk.get(HEAD, "/tasks/999999/due", 404)


def test_program_is_told_the_same(desk: Desk) -> None:
    office = desk.office
    (one,) = returned(office, "Lê Trúc Xanh")
    task, common = open_row(office, one).id, common_day(office)
    program = Program(office.app.test_client(), office.work)
    found = program.call(HEAD, "GET", f"/tasks/{task}/due")
    (timer,) = found["timers"]
    assert (timer["element"], timer["together"], timer["ends"], timer["law"]) == ("supplement_missed", True, True, {})
    assert timer["common_due_at"] == timer["due_at"] == found["due_at"] and found["next_day"]["day"] > common.isoformat()
    later = working_calendar().add(common, 3).isoformat()
    assert program.call(HEAD, "POST", f"/tasks/{task}/due", {"day": later, "reason": WHY}) == {"timers": ["Quá hạn bổ sung"]}
    after = program.call(HEAD, "GET", f"/tasks/{task}/due")["timers"][0]
    assert after["due_at"][:10] == later and after["common_due_at"] == timer["common_due_at"]
    said = {"act": "set_due", "tasks": [task], "day": working_calendar().add(common, 4).isoformat(), "reason": WHY}
    (item,) = program.call(HEAD, "POST", "/tasks/bulk", said)["items"]
    assert (item["done"], item["timers"]) == (True, ["Quá hạn bổ sung"])
    for who, code in (("vanthu", 404), ("donvi", 200), ("thanhtra", 200)):
        assert program.raw(who, "GET", f"/tasks/{task}/due").status_code == code, "who sees the task sees what ends it"
        assert program.raw(who, "POST", f"/tasks/{task}/due", {"day": later, "reason": WHY}).status_code == 403
    assert program.raw(HEAD, "POST", f"/tasks/{task}/due", {"day": later, "reason": ""}).status_code == 422
    assert program.raw(HEAD, "POST", f"/tasks/{task}/due", {"day": "2026-11-02", "reason": WHY}).status_code == 422
