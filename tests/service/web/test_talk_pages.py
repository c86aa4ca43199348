"""Comments on the pages of nomination and task, and asking a colleague from a task to its answer."""

from __future__ import annotations

import re
from typing import Any

import pytest

from service import clock, trail
from service.awards import comments
from service.awards.talk_models import Comment
from service.db import transaction
from service.processes import history, tasks
from tests.service.web.desk import ROUND, Desk, words


def _held(desk: Desk) -> tuple[int, int]:
    """A nomination that waits for the check, and the officer's task, claimed."""
    one = desk.office.nominate(ROUND)
    desk.office.assess(one)
    desk.office.sign(one)
    (task,) = [s.id for s in history.timeline(desk.office.read(one).instance_id or 0) if s.state == "open"]
    tasks.claim_task(task, by=desk.office.who("vhxh"))
    return one, task


def test_comment_is_written_read_by_whom_it_is_for_and_taken_back(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    path, unit = f"/nominations/{one}", desk.office.who("donvi")
    assert "Chưa có ý kiến nào" in desk.read("vhxh", path)
    told = desk.say("vhxh", f"{path}/comments", {"text": f"@{unit.name} gửi lại <b>trang 2</b> nhé"})
    assert f"Đã gửi ý kiến. Đã báo {unit.name}." in told and "gửi lại <b>trang 2</b> nhé" in told, "as it was typed"
    desk.say("vhxh", f"{path}/comments", {"text": "Chờ thanh tra", "inside": "1"})
    seen = desk.read("donvi", path)
    assert "trang 2" in seen and "Chờ thanh tra" not in seen and "Nội bộ: đơn vị" not in seen
    assert "nhắc đến bạn trong một hồ sơ" in desk.read("donvi", "/notices")
    inside = desk.read("truongphong", path)
    assert "Chờ thanh tra" in inside and "Nội bộ" in inside
    only_reads = desk.get("thanhtra", path)
    assert "Chờ thanh tra" in words(only_reads) and not only_reads.xpath("//textarea[@name='text']")
    (link,) = desk.get("vhxh", f"{path}/comments").xpath("//li[contains(., 'trang 2')]//a[contains(@href, '/take-back')]/@href")
    assert "Không ai đọc được nội dung nữa" in desk.read("vhxh", link)
    assert "Đã rút lại ý kiến" in desk.say("vhxh", link, {"act": "take-back"})
    gone = desk.read("donvi", path)
    assert "trang 2" not in gone and "Đã rút lại lúc" in gone
    desk.post("donvi", link, {"act": "take-back"}, 403)


def _buttons(desk: Desk, login: str, path: str) -> list[str]:
    """Words of the buttons by which a person begins or stops following, from the page's plain forms."""
    found = desk.get(login, path).xpath("//main//form[contains(@action, 'follow')]//button")
    return [" ".join(one.text_content().split()) for one in found]


@pytest.mark.long
def test_reader_follows_from_the_page_finds_it_in_the_list_and_stops(desk: Desk) -> None:
    one, other = desk.office.nominate(ROUND, name="Lê Trúc Xanh"), desk.office.nominate(ROUND, name="Tạ Suối Mơ")
    path = f"/nominations/{one}"
    assert _buttons(desk, "vanthu", path) == ["Theo dõi hồ sơ"]
    assert not desk.get("vanthu", "/nominations").xpath("//input[@name='followed']"), "no filter without anything followed"
    assert "Đã theo dõi hồ sơ" in desk.say("vanthu", f"{path}/follow")
    assert _buttons(desk, "vanthu", path) == ["Thôi theo dõi"] and _buttons(desk, "ketoan", path) == ["Theo dõi hồ sơ"]
    page = desk.get("vanthu", "/nominations?followed=1")
    names = [" ".join(cell.text_content().split()) for cell in page.xpath("//table//th[@scope='row']/a")]
    assert names == ["Lê Trúc Xanh"]
    assert page.xpath("//input[@name='followed' and @checked]") and "Đang theo dõi" in words(page)
    desk.office.assess(one)
    assert "Hồ sơ bạn theo dõi: Chờ thủ trưởng đơn vị ký" in desk.read("vanthu", "/notices")
    assert "Hồ sơ bạn theo dõi có thay đổi" in desk.read("vanthu", "/my-mail")
    assert "Đã thôi theo dõi hồ sơ" in desk.say("vanthu", f"{path}/unfollow")
    assert _buttons(desk, "vanthu", path) == ["Theo dõi hồ sơ"]
    desk.post("donvi2", f"{path}/follow", code=404)
    clerk = desk.office.who("vanthu")
    own = desk.office.nominate(ROUND, name=clerk.name, account=clerk.account)
    assert _buttons(desk, "vanthu", f"/nominations/{own}") == [] and _buttons(desk, "ketoan", f"/nominations/{own}") != []
    desk.post("vanthu", f"/nominations/{own}/follow", code=403)
    desk.office.file("cancellation", other, "cancel", by="truongphong", reason="Nhập nhầm")
    assert _buttons(desk, "vanthu", f"/nominations/{other}") == [], "nothing is left to follow"
    assert "không còn gì để theo dõi" in desk.say("vanthu", f"/nominations/{other}/follow")


def test_refused_comment_is_still_in_its_field(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    path = f"/nominations/{one}/comments"
    page = desk.post("vhxh", path, {"text": "a" * (comments.LONGEST + 1), "inside": "1"}, 422)
    (field,) = page.xpath("//textarea[@name='text']")
    assert len((field.text or "").strip()) == comments.LONGEST + 1 and field.get("aria-invalid") == "true"
    assert page.xpath("//input[@name='inside' and @checked]") and "#talk-text" in page.xpath("//*[@data-errors]//a/@href")
    assert "Ghi nội dung ý kiến" in " ".join(desk.post("vhxh", path, {"text": "  "}, 422).text_content().split())
    desk.post("donvi2", path, {"text": "Ai đấy"}, 404)
    desk.post("thanhtra", path, {"text": "Chỉ xem"}, 403)


def test_many_comments_stand_on_pages_and_too_many_of_a_day_are_kept_in_the_field(desk: Desk) -> None:
    one, by = desk.office.nominate(ROUND), desk.office.who("vhxh")
    size, most = comments.page_size(), comments._data()["limits"]["comments_a_day"]
    with transaction() as s:
        s.add_all(
            Comment(nomination_id=one, account=by.account or 0, text=f"Ý thứ {n}.", mentions=[], written_at=clock.now())
            for n in range(most)
        )
        trail.record("comment:written", by=by, stream=f"nomination:{one}", body={"no": 1, "nomination": one})
    path = f"/nominations/{one}"
    newest = desk.read("vhxh", path)
    assert f"Ý thứ {most - 1}." in newest and "Ý thứ 5." not in newest and str(most) in newest
    last = desk.get("vhxh", f"{path}/comments")
    assert f"{most} ý kiến" in words(last) and len(last.xpath("//*[@class='pager']//a")) > 1
    assert f"Ý thứ {most - 1}." in words(last) and "Ý thứ 0." not in words(last)
    first = desk.read("vhxh", f"{path}/comments?page=1")
    assert "Ý thứ 0." in first and f"Ý thứ {size - 1}." in first and f"Ý thứ {size}." not in first
    assert f"Ý thứ {most - 1}." in desk.read("vhxh", f"{path}/comments?page=999999")
    refused = desk.post("vhxh", f"{path}/comments", {"text": "Một ý nữa"}, 429)
    assert "Viết tiếp vào ngày mai" in words(refused) and refused.xpath("//textarea[@name='text']")[0].text.strip() == "Một ý nữa"


def test_names_are_given_of_readers_only(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    path = f"/nominations/{one}/comments/names"

    def names(login: str, query: str) -> list[str]:
        answer: Any = desk.who(login).client.get(f"{path}?{query}").json
        return list(answer["names"])

    assert names("vhxh", "q=ho thu") == ["Hồ Thu Nắng"] and names("vhxh", "q=ho thu&inside=1") == []
    assert names("thanhtra", "q=") == [] and desk.who("donvi2").client.get(path).status_code == 404
    listed = desk.read("vhxh", f"/nominations/{one}/comments")
    assert "@Hồ Thu Nắng" in listed and desk.office.who("donvi2").name not in listed
    (field,) = desk.get("vhxh", f"/nominations/{one}").xpath("//textarea[@data-mentions]")
    assert field.get("data-mentions") == path


def test_holder_asks_and_the_colleague_answers_from_the_inbox(desk: Desk) -> None:
    _one, task = _held(desk)
    assert f"/tasks/{task}/ask" in desk.get("vhxh", f"/tasks/{task}").xpath("//main//a/@href")
    assert f"/tasks/{task}/ask" not in desk.get("truongphong", f"/tasks/{task}").xpath("//main//a/@href")
    desk.get("truongphong", f"/tasks/{task}/ask", 403)
    to = desk.office.who("truongphong").account
    refused = desk.post("vhxh", f"/tasks/{task}/ask", {"to": to, "text": "Đủ chưa?", "day": "31/02/2026"}, 422)
    assert "Ghi ngày trả lời như 25/11/2026" in " ".join(refused.text_content().split())
    assert refused.xpath("//textarea[@name='text']")[0].text.strip() == "Đủ chưa?"
    assert refused.xpath(f"//input[@name='to' and @value='{to}' and @checked]")
    said = desk.say("vhxh", f"/tasks/{task}/ask", {"to": to, "text": "Trang 2 đủ chưa?", "day": "06/11/2026"})
    assert "Việc vẫn của bạn" in said and "Trang 2 đủ chưa?" in said and "Chờ trả lời" in said
    inbox = desk.get("truongphong", "/inbox")
    assert "1 câu hỏi chờ bạn trả lời" in words(inbox.find(".//h1")) and "Đồng nghiệp hỏi ý kiến bạn" in words(inbox)
    (link,) = set(inbox.xpath("//a[starts-with(@href, '/questions/')]/@href"))
    page = desk.read("truongphong", link)
    assert "Trang 2 đủ chưa?" in page and "Việc vẫn của người hỏi" in page
    for stranger in ("donvi", "donvi2", "uv1"):
        desk.get(stranger, link, 404)
    empty = desk.post("truongphong", link, {"answer": " "}, 422)
    assert "Ghi câu trả lời" in " ".join(empty.text_content().split())
    assert "Đã gửi trả lời" in desk.say("truongphong", link, {"answer": "Đủ rồi, ký được."})
    assert "Đồng nghiệp hỏi" not in desk.read("truongphong", "/inbox")
    seen = desk.read("vhxh", f"/tasks/{task}")
    assert "Đủ rồi, ký được." in seen and "Bạn đang giữ việc này" in seen
    assert "Đủ rồi" not in desk.read("donvi", f"/nominations/{_one}")
    desk.post("truongphong", link, {"answer": "Lần nữa"}, 409)


def test_asker_takes_a_question_back(desk: Desk) -> None:
    _one, task = _held(desk)
    to = desk.office.who("truongphong").account
    page = desk.post("vhxh", f"/tasks/{task}/ask", {"to": to, "text": "Hỏi nhầm", "day": "06/11/2026"})
    (link,) = set(page.xpath("//a[starts-with(@href, '/questions/')]/@href"))
    assert "Đã thôi hỏi" in desk.say("vhxh", f"{link}/take-back")
    assert "không cần trả lời" in desk.read("truongphong", link)
    assert not desk.get("truongphong", link).xpath("//textarea[@name='answer']")


def test_head_spreads_the_work_of_one_person(desk: Desk) -> None:
    _one, task = _held(desk)
    officer = desk.office.who("vhxh").account
    page = desk.get("truongphong", "/workload")
    (link,) = page.xpath(f"//a[@href='/workload/{officer}']")
    (row,) = page.xpath(f"//tr[.//a[@href='/workload/{officer}']]")
    assert "1" in words(page) and desk.office.who("vhxh").name in " ".join(row.text_content().split()) and link is not None
    assert "/workload" in desk.get("truongphong", "/inbox").xpath("//main//a/@href")
    for login in ("vhxh", "donvi"):
        desk.get(login, "/workload", 403)
    refused = desk.post("truongphong", f"/workload/{officer}", {"task": str(task), "to": "", "reason": "", "act": "reassign"}, 422)
    assert refused.xpath(f"//input[@name='task' and @value='{task}' and @checked]")
    desk.post("truongphong", f"/workload/{officer}", {"act": "reassign", "reason": "x", "to": "1"}, 422)
    wrong = desk.post("truongphong", f"/workload/{officer}", {"task": str(task), "day": "32/1", "reason": "x", "act": "due"}, 422)
    assert "Ghi hạn mới như 25/11/2026" in " ".join(wrong.text_content().split())
    said = desk.say("truongphong", f"/workload/{officer}", {"task": str(task), "day": "27/11/2026", "reason": "Chờ", "act": "due"})
    assert "Đã đổi hạn 1 việc" in said
    to = desk.office.who("truongphong").account
    fields = {"task": [str(task), "999999"], "to": str(to), "reason": "Ốm", "act": "reassign"}
    told = desk.say("truongphong", f"/workload/{officer}", fields)
    assert "Đã chuyển 1 việc" in told and "Việc số 999999: " in told and "Không giữ việc nào" in told


def test_head_reads_what_each_person_sent_back_of_how_many(desk: Desk) -> None:
    one, _task = _held(desk)
    officer = desk.office.who("vhxh").account
    assert "Trả lại bổ sung" not in desk.read("truongphong", "/workload"), "a group that checked nothing has no such columns"
    assert "Trả lại bổ sung" not in desk.read("truongphong", f"/workload/{officer}")
    desk.office.check(one, "supplement")
    page = desk.get("truongphong", "/workload")
    (row,) = page.xpath(f"//tr[.//a[@href='/workload/{officer}']]")
    cells = [" ".join(" ".join(cell.itertext()).split()) for cell in row.xpath("./*")]
    assert cells[4:6] == ["1 trên 1 hồ sơ đã kiểm tra", "0"] and "không để xếp hạng" in words(page)
    (block,) = desk.get("truongphong", f"/workload/{officer}").xpath("//section[@id='returned']")
    told = " ".join(block.text_content().split())
    assert "Trả lại bổ sung trong 30 ngày" in told and "1 trên 1 hồ sơ đã kiểm tra." in told
    (link,) = block.xpath(".//tbody//a")
    assert (link.get("href"), link.text_content().strip()) == (f"/nominations/{one}", "Hoàng Bình Minh")
    assert [c.text_content().strip() for c in block.xpath(".//tbody/tr/*")[1:]] == ["03/11", "1", "1"]


def test_round_shows_its_backward_plan_to_office_and_unit(desk: Desk) -> None:
    desk.office.nominate(ROUND)
    path = f"/rounds/{desk.office.rounds[ROUND]}"
    office = desk.get("vhxh", path)
    (steps,) = office.xpath("//section[.//h2[contains(., 'Tính lùi từ ngày trình tỉnh')]]")
    told = " ".join(steps.text_content().split())
    assert "25/12/2026" in told and "theo lịch đợt" in told
    assert "theo quy định: Thời gian niêm yết danh sách tại xã (Đề xuất của hệ thống, chờ xã quyết định, chưa xác nhận)" in told
    assert "_DAYS" not in told, "a rule is called by its name"
    assert steps.xpath(".//span[contains(@class, 'tag')]//*[name()='svg']"), "slack is a sign and words, not only a colour"
    (units,) = office.xpath("//section[.//h2[contains(., 'Từng đơn vị đang ở bước nào')]]")
    assert "Chưa lập hồ sơ" in " ".join(units.text_content().split())
    (own,) = desk.get("donvi", path).xpath("//section[.//h2[contains(., 'Từng đơn vị đang ở bước nào')]]")
    assert len(own.xpath(".//tbody/tr")) == 1
    assert re.search(r"Tính lúc \d\d:\d\d ngày 03/11/2026\.", told), "it says when it was reckoned"
    for table in (steps, units, own):
        (box,) = table.xpath(".//div[contains(@class, 'scroll-box')]")
        assert box.get("tabindex") == "0" and box.get("role") == "group" and box.get("aria-label"), "it is moved sideways by the keyboard"
    boxes = desk.get("truongphong", "/workload").xpath("//main//div[contains(@class, 'scroll-box')]")
    assert boxes and all(box.xpath(".//a") and box.get("tabindex") is None for box in boxes), "what has links in it is reached by them"


def test_an_open_page_draws_its_backward_plan_anew_with_the_day(desk: Desk) -> None:
    desk.office.nominate(ROUND)
    (before,) = desk.get("vhxh", f"/rounds/{desk.office.rounds[ROUND]}").xpath("//section[@id='backward']")
    assert before.get("data-hx-trigger").startswith("every 60s") and before.get("data-hx-select") == "#backward"
    desk.office.go_to("2026-11-09", 9)
    (after,) = desk.get("vhxh", before.get("data-hx-get")).xpath("//section[@id='backward']")
    slack = [" ".join(one.xpath(".//tbody")[0].text_content().split()) for one in (before, after)]
    assert slack[0] != slack[1] and "09:00 ngày 09/11/2026" in after.text_content()
    (own,) = desk.get("donvi", before.get("data-hx-get")).xpath("//section[@id='backward-units']")
    assert len(own.xpath(".//tbody/tr")) == 1, "a unit reads no more of it anew"
    (last,) = desk.get("vhxh", f"/rounds/{desk.office.rounds[ROUND]}/plan?turn=500").xpath("//section[@id='backward']")
    assert "every" not in last.get("data-hx-trigger"), "a page left open does not keep its reader signed in for ever"
    assert desk.get("vhxh", f"/rounds/{desk.office.rounds[ROUND]}/plan?turn=x").xpath("//section[@id='backward']")
