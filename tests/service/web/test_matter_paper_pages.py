"""Papers of a matter on its page and on the page of the step that writes one: looked at, drawn up, edited, signed, who sees what."""

from __future__ import annotations

import io

import pytest

from service import movement
from service.processes import tasks
from tests.journeys.office import PDF, Office
from tests.service.papers.reading import docx_words, replaced, sent, text_of
from tests.service.web.desk import Desk

SENDER = "Bà Sương Mai Lan"
ANSWER = {"way": "letter", "answer": "Đã xong ngày 03/11/2026."}
NUMBER = {"answer_number": "45", "answered_on": "2026-11-03"}
NAME = "Công văn trả lời đơn, kiến nghị"


def _to_be_answered(office: Office) -> int:
    """A petition that waits for its answer, of somebody who is kept private."""
    said = {"kind": "remark", "subject": "Mạng chập chờn", "content": "x", "received_on": "2026-11-02", "sender": SENDER}
    matter = office.begin("petition", by="vanphong", **said)
    office.step(matter, "classify_petition", by="truongphong", kind="remark")
    return matter


def _task(desk: Desk, matter: int) -> int:
    (stop,) = [one for one in desk.office.stops(matter) if one.state == "open"]
    return stop.id


@pytest.mark.long
@pytest.mark.office(after=_to_be_answered)
def test_who_answers_looks_at_the_letter_draws_it_up_edits_it_and_puts_the_scan_in(desk: Desk) -> None:
    matter, by = desk.office.made, desk.office.who("truongphong")
    task, papers = _task(desk, matter), f"/matters/{desk.office.made}/papers/petition_answer"
    page = desk.get("truongphong", f"/tasks/{task}")
    (block,) = page.xpath("//section[@id='papers']")
    said = " ".join(block.text_content().split())
    assert NAME in said and "Chưa soạn" in said and "Xem trước" in said and "Gửi bước này xong mới soạn được" in said
    (look,) = block.xpath(".//a[contains(., 'Xem trước')]/@href")
    tasks.save_draft(task, {"answer": "Đang viết dở."}, by=by)
    assert "Đang viết dở." in text_of(sent(desk.who("truongphong").client.get(look)))
    ways = ".//form[contains(@action, '/papers/petition_answer') and not(contains(@action, 'ed'))]/@action"
    assert not block.xpath(ways), "what has no text yet is not offered to be drawn up"
    after = desk.say("truongphong", f"{papers}?task={task}")
    assert "Đã soạn, bản 1." in after and "Ký trả lời người gửi" in after, "one comes back to the task"
    assert "Dữ liệu không đổi: bản 1 vẫn đúng." in desk.say("truongphong", papers)
    desk.office.step(matter, "answer_petition", by="truongphong", **ANSWER)
    page = desk.get("truongphong", f"/matters/{matter}")
    (block,) = page.xpath("//section[@id='papers']")
    assert "Bản 2, soạn từ dữ liệu" in " ".join(block.text_content().split()) and block.xpath(ways), "it drew itself up"
    assert "Dữ liệu không đổi: bản 2 vẫn đúng." in desk.say("truongphong", papers)
    (word,) = desk.get("truongphong", f"/matters/{matter}").xpath("//section[@id='papers']//a[normalize-space()='DOCX']/@href")
    content = sent(desk.who("truongphong").client.get(word))
    assert "Đã xong ngày 03/11/2026." in docx_words(content)
    edited = replaced(content, "03/11/2026.", "13/11/2026.")
    told = desk.say("truongphong", f"{papers}/edited", {"paper": (io.BytesIO(edited), "a.docx")})
    assert "1 chỗ khác dữ liệu" in told and "văn bản ghi “13/11/2026”, dữ liệu ghi “03/11/2026”" in told
    assert "Chọn tệp." in desk.say("truongphong", f"{papers}/edited")
    assert "là loại khác" in desk.say("truongphong", f"{papers}/signed", {"paper": (io.BytesIO(content), "a.docx")})
    assert "bản chụp đã ký" in desk.say("truongphong", f"{papers}/signed", {"paper": (io.BytesIO(PDF), "a.pdf")})
    assert "nội dung không thay được nữa" in desk.say("truongphong", f"{papers}/edited", {"paper": (io.BytesIO(edited), "a.docx")})
    number = _task(desk, matter)
    (block,) = desk.get("vanthu", f"/tasks/{number}").xpath("//section[@id='papers']")
    said = " ".join(block.text_content().split())
    assert f"Kính gửi: {SENDER}." in said and "Đã xong ngày 03/11/2026." in said, "who numbers it sees to whom it goes"
    assert "Tải bản sửa lên" not in said and not block.xpath(ways) and "Đưa bản chụp đã ký vào" in said
    desk.office.step(matter, "number_answer", by="vanthu", **NUMBER)
    said = desk.read("truongphong", f"/matters/{matter}")
    assert "bản chụp đã ký phải mang số 45/UBND-VHXH" in said and "Soạn lại từ dữ liệu" not in said and "Tải bản sửa lên" not in said


@pytest.mark.long
@pytest.mark.office(after=_to_be_answered)
def test_who_does_not_see_the_sender_is_told_who_draws_the_letter_and_opens_none(desk: Desk) -> None:
    matter = desk.office.made
    papers, task = f"/matters/{matter}/papers/petition_answer", _task(desk, matter)
    desk.say("truongphong", papers)
    page = desk.get("truongphong", f"/matters/{matter}")
    (look,) = page.xpath("//section[@id='papers']//a[normalize-space()='PDF']/@href")
    assert SENDER in text_of(sent(desk.who("truongphong").client.get(look)))
    said = desk.read("vhxh", f"/tasks/{task}")
    assert "có mục kín của việc" in said and "Soạn" not in said
    assert NAME not in desk.read("vhxh", f"/matters/{matter}")
    for path in (look, f"{papers}/preview"):
        desk.get("vhxh", path, 404)
    for path in (papers, f"{papers}/edited", f"{papers}/signed"):
        desk.post("vhxh", path, {"paper": (io.BytesIO(PDF), "a.pdf")}, 404)
        desk.post("thanhtra", path, {"paper": (io.BytesIO(PDF), "a.pdf")}, 403)
        desk.post("donvi", path, code=404)
    inspector = desk.read("thanhtra", f"/matters/{matter}")
    assert NAME in inspector and "Soạn lại từ dữ liệu" not in inspector, "who inspects it reads it, and does not write it"
    desk.office.step(matter, "answer_petition", by="truongphong", **ANSWER)
    assert "Soạn lại từ dữ liệu" in desk.read("chutich", f"/matters/{matter}"), "who settles it and sees the sender does"
    assert movement.read_matter(matter, by=desk.office.who("chutich")).hidden == frozenset()
