"""The page of one task: who may do what, nothing typed is lost, and one sentence says what happened."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from lxml import html

from service.processes import history, tasks
from tests.journeys.office import CLEAN_FACTS, Office
from tests.service.web.desk import DAY, ROUND, Desk, fields_of, words

ASSESSMENT: dict[str, Any] = {
    "form_asked": "GK_XA", "person_type": "official", "D1-score": "9", "D1-note": "Đã làm xong việc được giao.",
    "D1-contents": "ND5", "summary": "Đưa dạy học số tới cả thôn xa.",
    **{f"facts-{k}": v for k, v in CLEAN_FACTS.items()},
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CHECKED = {"decision": "accept", "form_recommended": "GK_XA", "papers": ["LETTER", "UNIT_MINUTES", "REPORT"]}


def task_at(office: Office, nomination: int, element: str) -> int:
    """Number of the open task of an element."""
    instance = office.read(nomination).instance_id
    return next(s.id for s in history.timeline(instance or 0) if s.element == element and s.state == "open")


@pytest.fixture
def self_assess(desk: Desk) -> int:
    return task_at(desk.office, desk.office.nominate(ROUND), "self_assess")


@pytest.fixture
def check(desk: Desk) -> int:
    one = desk.office.nominate(ROUND)
    desk.office.assess(one)
    desk.office.sign(one)
    return task_at(desk.office, one, "check_dossier")


def test_task_is_filled_in_and_sent_through_its_page(desk: Desk, self_assess: int) -> None:
    page = desk.get("donvi", f"/tasks/{self_assess}")
    assert "Tự đánh giá, kèm minh chứng: Hoàng Bình Minh" in words(page)
    assert "Căn cứ của bước này" in words(page)
    said = desk.say("donvi", f"/tasks/{self_assess}", fields_of(page) | ASSESSMENT | {"act": "complete"})
    assert "Đã gửi phiếu tự đánh giá: Hoàng Bình Minh." in said
    done = desk.read("donvi", f"/tasks/{self_assess}")
    assert "Đã xử lý" in done and "Nội dung đã ghi" in done and "Đưa dạy học số tới cả thôn xa." in done


@pytest.mark.long
def test_task_runs_through_its_page_on_postgresql(app: Flask) -> None:
    office = Office(app, DAY)
    task = task_at(office, office.nominate(ROUND), "self_assess")
    desk = Desk(office)
    page = desk.get("donvi", f"/tasks/{task}")
    desk.post("donvi", f"/tasks/{task}", fields_of(page) | ASSESSMENT | {"act": "complete"})
    assert tasks.read_task(task, by=office.who("donvi")).state == "done"
    assert "1 việc" in desk.read("thutruong", "/inbox")


def test_errors_stand_on_top_and_at_the_field_and_what_was_typed_stays(desk: Desk, self_assess: int) -> None:
    wrong = ASSESSMENT | {"D1-score": "12", "summary": "", "act": "complete"}
    page = desk.post("donvi", f"/tasks/{self_assess}", wrong, 422)
    top = page.xpath("//*[@data-errors]//a/@href")
    assert "#D1-score" in top and "#summary" in top
    assert page.xpath("//input[@id='D1-score']/@aria-invalid") == ["true"]
    assert page.xpath("//input[@id='D1-score']/@value") == ["12"]
    assert page.xpath("//textarea[@id='D1-note']")[0].text.strip() == "Đã làm xong việc được giao."
    # It is there again later, on another device too.
    assert desk.get("donvi", f"/tasks/{self_assess}").xpath("//input[@id='D1-score']/@value") == ["12"]


def test_draft_is_kept_unchecked_by_button_and_by_script(desk: Desk, self_assess: int) -> None:
    said = desk.say("donvi", f"/tasks/{self_assess}", {"D1-score": "không rõ", "act": "draft"})
    assert "Đã lưu nháp lúc 08:00. Rời trang không mất gì." in said
    assert desk.get("donvi", f"/tasks/{self_assess}").xpath("//input[@id='D1-score']/@value") == ["không rõ"]
    visitor = desk.who("donvi")
    answer = visitor.client.post(
        f"/tasks/{self_assess}/draft", data={"csrf_token": visitor.token, "summary": "Đang viết"},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 200 and "Đã lưu nháp" in (answer.json or {})["message"]
    assert "Đang viết" in desk.read("donvi", f"/tasks/{self_assess}")
    # Nobody else's page shows it.
    assert "Đang viết" not in desk.read("thutruong", f"/tasks/{self_assess}")


def test_a_draft_of_another_page_is_not_overwritten_without_a_word(desk: Desk, self_assess: int) -> None:
    path = f"/tasks/{self_assess}"
    one, two = (fields_of(desk.get("donvi", path)) for _page in range(2))
    desk.post("donvi", path, one | {"summary": "Thẻ thứ nhất", "act": "draft"})
    one = fields_of(desk.get("donvi", path))
    desk.post("donvi", path, one | {"summary": "Thẻ thứ nhất, ghi tiếp", "act": "draft"})
    visitor = desk.who("donvi")
    unseen = two | {"csrf_token": visitor.token, "summary": "Thẻ thứ hai"}
    answer = visitor.client.post(f"{path}/draft", data=unseen, headers={"Accept": "application/json"})
    assert (answer.status_code, (answer.json or {})["code"]) == (409, "draft-elsewhere")
    for act, code in (("refresh", 200), ("complete", 422)):  # drawn anew or refused: it is not kept over the other one either
        assert fields_of(desk.post("donvi", path, two | {"summary": "Thẻ thứ hai", "act": act}, code))["summary"] == "Thẻ thứ hai"
        assert fields_of(desk.get("donvi", path))["summary"] == "Thẻ thứ nhất, ghi tiếp"
    asked = desk.post("donvi", path, two | {"summary": "Thẻ thứ hai", "act": "draft"}, 409)
    assert "bạn đã lưu nháp khác ở một trang khác" in words(asked) and fields_of(asked)["summary"] == "Thẻ thứ hai"
    assert fields_of(desk.get("donvi", path))["summary"] == "Thẻ thứ nhất, ghi tiếp"
    desk.post("donvi", path, fields_of(asked) | {"act": "draft"})  # pressed once more: wanted
    assert fields_of(desk.get("donvi", path))["summary"] == "Thẻ thứ hai"


def test_what_a_page_kept_itself_is_no_other_pages_in_whatever_order_its_drafts_arrive(desk: Desk, self_assess: int) -> None:
    path = f"/tasks/{self_assess}"
    page, other = (fields_of(desk.get("donvi", path)) for _page in range(2))
    desk.post("donvi", path, page | {"summary": "Vẽ lại", "act": "refresh"}, 200)  # drawn anew, its answer is still on the way
    visitor = desk.who("donvi")
    said = page | {"csrf_token": visitor.token, "summary": "Gõ tiếp"}
    answer = visitor.client.post(f"{path}/draft", data=said, headers={"Accept": "application/json"})
    assert answer.status_code == 200 and fields_of(desk.get("donvi", path))["summary"] == "Gõ tiếp"
    drawn = fields_of(desk.post("donvi", path, page | {"summary": "Gõ thêm nữa", "act": "refresh"}, 200))
    assert drawn["draft_page"] == page["draft_page"] and fields_of(desk.get("donvi", path))["summary"] == "Gõ thêm nữa"
    desk.post("donvi", path, other | {"summary": "Thẻ khác", "act": "draft"}, 409)


def test_sending_twice_counts_once_and_says_so(desk: Desk, self_assess: int) -> None:
    page = desk.get("donvi", f"/tasks/{self_assess}")
    filled = fields_of(page) | ASSESSMENT | {"act": "complete"}
    desk.post("donvi", f"/tasks/{self_assess}", filled)
    again = desk.say("donvi", f"/tasks/{self_assess}", filled)
    assert "chỉ tính một lần" in again


def test_stale_page_keeps_what_was_typed_and_can_be_sent_again(desk: Desk, check: int) -> None:
    page = desk.get("vhxh", f"/tasks/{check}")
    desk.post("vhxh", f"/tasks/{check}/claim")  # another tab
    filled = fields_of(page) | CHECKED | {"comment": "Hồ sơ đủ", "act": "complete"}
    refused = desk.post("vhxh", f"/tasks/{check}", filled, 409)
    assert "Việc này đã thay đổi sau khi bạn mở trang." in words(refused)
    assert refused.xpath("//textarea[@id='comment']")[0].text.strip() == "Hồ sơ đủ"
    said = desk.say("vhxh", f"/tasks/{check}", fields_of(refused) | CHECKED | {"act": "complete"})
    assert "Đã ghi kết quả thẩm định" in said


def test_task_held_by_another_is_read_only_and_names_the_holder(desk: Desk, check: int) -> None:
    tasks.claim_task(check, by=desk.office.who("vhxh"))
    page = desk.get("truongphong", f"/tasks/{check}")
    assert "Lê Ban Mai đang giữ việc này. Bạn xem được, chưa xử lý được." in words(page)
    assert not page.xpath("//form[@id='answers']")
    lost = desk.post("truongphong", f"/tasks/{check}", CHECKED | {"comment": "Đã đọc kỹ", "act": "complete"}, 409)
    assert "Đã đọc kỹ" in words(lost) and "Nội dung bạn vừa nhập, chưa gửi được" in words(lost)


def test_claim_release_and_reassign_offer_only_who_may_take_it(desk: Desk, check: int) -> None:
    assert "Bạn đã nhận việc" in desk.say("vhxh", f"/tasks/{check}/claim")
    page = desk.get("vhxh", f"/tasks/{check}/reassign")
    offered = page.xpath("//label[input[@name='to']]")
    assert offered and all("Lê Ban Mai" not in one.text_content() for one in offered)
    refused = desk.say("vhxh", f"/tasks/{check}/reassign", {"to": "1", "reason": ""}, 422)
    assert "Ghi lý do chuyển việc." in refused
    to = offered[0].xpath("input/@value")[0]
    assert "Đã chuyển việc cho" in desk.say("vhxh", f"/tasks/{check}/reassign", {"to": to, "reason": "Đi công tác"})
    assert tasks.read_task(check, by=desk.office.who("vhxh")).owner == int(to)
    assert "Bạn không giữ việc này" in desk.say("vhxh", f"/tasks/{check}/release")


def test_foreign_task_is_not_found_and_nothing_is_kept(desk: Desk, check: int) -> None:
    desk.get("vhxh", f"/tasks/{check}")  # its people see it
    desk.get("congan", f"/tasks/{check}", 404)
    desk.post("congan", f"/tasks/{check}", CHECKED | {"act": "complete"}, 404)
    desk.get("donvi2", f"/tasks/{check}", 404)
    desk.get("vhxh", "/tasks/999999", 404)


def test_scores_are_typed_beside_the_units_own_and_a_gap_needs_its_reason(desk: Desk, check: int) -> None:
    page = desk.get("vhxh", f"/tasks/{check}")
    inside = page.xpath("//table[contains(@class,'score-table')]//input[@name='D1-score']/@form")
    assert inside == ["answers"]
    filled = fields_of(page) | CHECKED | {"D1-score": "6", "act": "complete"}
    refused = desk.post("vhxh", f"/tasks/{check}", filled, 422)
    assert refused.xpath("//*[@id='D1-reason']")
    said = desk.say("vhxh", f"/tasks/{check}", fields_of(refused) | filled | {"D1-reason": "Mới có một minh chứng"})
    assert "Đã ghi kết quả thẩm định" in said


def _totals(page: html.HtmlElement) -> list[str]:
    return [" ".join(cell.text_content().split()) for cell in page.xpath("//table[contains(@class,'score-table')]/tfoot//td")]


def test_totals_count_what_is_typed_kept_or_refused(desk: Desk, check: int) -> None:
    page = desk.get("vhxh", f"/tasks/{check}")
    assert _totals(page) == ["", "9,0", "9,0", "", "0,0", ""], "left empty, the unit's own score stands"
    typed = fields_of(page) | {"D1-score": "8,5"}
    refused = desk.post("vhxh", f"/tasks/{check}", typed | {"act": "complete"}, 422)
    assert _totals(refused) == ["", "9,0", "8,5", "", "−0,5", ""]
    desk.post("vhxh", f"/tasks/{check}", typed | {"act": "draft"})
    assert _totals(desk.get("vhxh", f"/tasks/{check}")) == ["", "9,0", "8,5", "", "−0,5", ""]


def test_file_is_attached_with_the_form_and_survives_an_error_elsewhere(desk: Desk, self_assess: int) -> None:
    sent = ASSESSMENT | {"D1-score": "", "D1-files": (io.BytesIO(PDF), "Báo cáo số hóa.pdf"), "act": "complete"}
    page = desk.post("donvi", f"/tasks/{self_assess}", sent, 422)
    kept = page.xpath("//input[@type='hidden' and @name='D1-files']/@value")
    assert len(kept) == 1 and "Báo cáo số hóa.pdf" in words(page)
    desk.post("donvi", f"/tasks/{self_assess}", fields_of(page) | ASSESSMENT | {"act": "complete"})
    done = desk.get("donvi", f"/tasks/{self_assess}")
    link, look = sorted(set(done.xpath("//a[starts-with(@href, '/files/')]/@href")))
    assert look == f"{link}?look=1"
    visitor = desk.who("donvi")
    with visitor.client.get(link) as answer:
        assert answer.data == PDF
    assert desk.who("donvi2").client.get(link).status_code == 404


def test_dangerous_file_is_refused_at_its_field_and_the_rest_is_kept(desk: Desk, self_assess: int) -> None:
    sent = ASSESSMENT | {"D1-files": (io.BytesIO(b"<?php echo 1; ?>"), "ảnh.php.pdf"), "act": "complete"}
    page = desk.post("donvi", f"/tasks/{self_assess}", sent, 422)
    assert page.xpath("//*[@data-errors]") and not page.xpath("//input[@type='hidden' and @name='D1-files']")
    assert page.xpath("//input[@id='D1-score']/@value") == ["9"]


def test_file_that_the_script_sends_is_answered_for_itself(desk: Desk, self_assess: int) -> None:
    desk.get("donvi", f"/tasks/{self_assess}")

    def send(login: str, name: str, content: bytes) -> Any:
        return desk.who(login).client.post(
            f"/tasks/{self_assess}", headers={"Accept": "application/json"},
            data={"csrf_token": desk.who(login).token, "act": "attach", "D1-files": (io.BytesIO(content), name)},
        )

    taken = send("donvi", "Báo cáo số hóa.pdf", PDF)
    (one,) = taken.get_json()["files"]
    assert taken.status_code == 200 and one["name"] == "Báo cáo số hóa.pdf" and one["url"] == f"/files/{one['key']}"
    refused = send("donvi", "ảnh.php.pdf", b"<?php echo 1; ?>")
    assert refused.status_code == 422 and "ảnh.php.pdf" in refused.get_json()["refused"][0]
    assert refused.get_json()["files"] == []
    desk.get("donvi2", "/inbox")
    assert send("donvi2", "Báo cáo.pdf", PDF).status_code == 404
    said = ASSESSMENT | {"D1-files": one["key"], "act": "complete"}
    desk.post("donvi", f"/tasks/{self_assess}", said)
    assert "Báo cáo số hóa.pdf" in words(desk.get("donvi", f"/tasks/{self_assess}"))
    late = send("donvi", "Muộn.pdf", PDF)
    assert late.status_code == 409 and "đã xử lý việc này" in late.get_json()["message"]


def test_rows_grow_and_files_go_without_a_script(desk: Desk, self_assess: int) -> None:
    page = desk.post("donvi", f"/tasks/{self_assess}", ASSESSMENT | {"_add:D1-links": ""}, 200)
    before = len(page.xpath("//*[@data-rows='D1-links']//div[@class='row-item']"))
    again = desk.post("donvi", f"/tasks/{self_assess}", fields_of(page) | ASSESSMENT | {"_add:D1-links": ""}, 200)
    assert len(again.xpath("//*[@data-rows='D1-links']//div[@class='row-item']")) == before + 1


def test_reading_a_task_changes_nothing(desk: Desk, check: int) -> None:
    before = tasks.read_task(check, by=desk.office.who("vhxh"))
    for _ in range(2):
        desk.get("vhxh", f"/tasks/{check}")
    after = tasks.read_task(check, by=desk.office.who("vhxh"))
    assert (before.version, before.owner, before.drafted) == (after.version, after.owner, after.drafted)
    assert isinstance(desk.get("vhxh", f"/tasks/{check}"), html.HtmlElement)


def test_link_of_a_letter_explains_itself_once_the_task_is_gone(desk: Desk, check: int) -> None:
    office = desk.office
    answer = office.app.test_client().get(f"/tasks/{check}")
    assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
    assert "Đang chờ Phòng Văn hóa - Xã hội" in desk.read("vhxh", f"/tasks/{check}")
    nomination = tasks.read_task(check, by=office.who("vhxh")).running.case
    office.file("withdrawal", nomination, by="thutruong", reason="Đơn vị xin rút")
    gone = desk.read("vhxh", f"/tasks/{check}")
    assert "Việc này không còn: hồ sơ đã chuyển sang bước khác." in gone
    assert not desk.get("vhxh", f"/tasks/{check}").xpath("//form[@id='answers']")
