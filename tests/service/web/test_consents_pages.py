"""The first page asks a nominee, a page of his own takes his answer, and the unit records a paper on the nomination."""

from __future__ import annotations

import io

from service.people import accounts_by_login
from tests.service.web.desk import ROUND, Desk, fields_of

CHAIR = "Hồ Đại Ngàn"


def test_a_nominee_answers_from_his_first_page_and_reads_nothing_else(desk: Desk) -> None:
    member = desk.office.who("uv1")
    assert "Bạn được đề nghị khen thưởng" not in desk.read("uv1", "/")
    one = desk.office.nominate(ROUND, name=member.name, account=member.account)
    asked = desk.read("uv1", "/")
    assert "Bạn được đề nghị khen thưởng" in asked and "Trường TH&THCS Đồng Mây đề nghị" in asked and "chưa trả lời" in asked
    path = f"/my-nominations/{one}"
    assert path in desk.get("uv1", "/").xpath("//main//a/@href")
    page = desk.read("uv1", path)
    assert "Người lập đề nghị: Hồ Thu Nắng" in page and member.name in page
    desk.get("uv1", f"/nominations/{one}", 404)
    for login in ("donvi", "vhxh", "uv2"):
        desk.get(login, path, 404)
    refused = desk.post("uv1", path, {"answer": "no", "act": "complete"}, 422)
    assert "#reason" in refused.xpath("//*[@data-errors]//a/@href")
    nothing = desk.post("uv1", path, {"answer": "later", "act": "complete"}, 422)
    assert "hoặc ghi thông tin gửi đơn vị" in " ".join(nothing.text_content().split())
    said = desk.say("uv1", path, {"answer": "no", "reason": "Nhường tập thể", "more": "Tên đệm là Thu", "act": "complete"})
    assert "Đã gửi ý kiến của bạn tới Trường TH&THCS Đồng Mây" in said
    told = desk.read("donvi", f"/nominations/{one}")
    assert "Người được đề nghị không đồng ý. Lý do: Nhường tập thể" in told and "gửi thêm: Tên đệm là Thu" in told
    against = f"Không đồng ý được đề nghị: {member.name}"
    assert against in desk.read("donvi", "/") and against in desk.read("donvi", f"/submissions/{desk.office.submission(one)}")
    desk.say("uv1", path, {"answer": "yes", "more": "Tên đệm là Thu", "act": "complete"})
    desk.office.assess(one)
    desk.office.sign(one)
    closed = desk.get("uv1", path)
    assert not closed.xpath("//form[@id='answers']") and "đã ký" in " ".join(closed.text_content().split())
    desk.post("uv1", path, {"answer": "no", "reason": "Muộn", "act": "complete"}, 409)


def test_the_unit_records_a_signed_paper_on_the_page_of_the_nomination(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    path = f"/nominations/{one}/consent"
    assert path in desk.get("donvi", f"/nominations/{one}").xpath("//main//a/@href")
    assert path not in desk.get("vanthu", f"/nominations/{one}").xpath("//main//a/@href")
    desk.get("vanthu", path, 403)
    desk.get("donvi2", path, 404)
    refused = desk.post("donvi", path, {"answer": "yes", "on": "2026-11-02", "act": "complete"}, 422)
    assert "Ghi số văn bản, hoặc đính kèm bản chụp" in " ".join(refused.text_content().split())
    sent = {"answer": "yes", "on": "2026-11-02", "number": "12/BC", "act": "complete"}
    kept = desk.post("donvi", path, sent | {"scan": (io.BytesIO("Chỉ là chữ".encode()), "giấy.pdf")}, 422)  # not recorded without its scan
    assert "Tệp giấy.pdf thật ra là tệp chữ" in " ".join(kept.text_content().split()) and fields_of(kept)["number"] == "12/BC"
    said = desk.say("donvi", path, sent)
    assert "Đã ghi ý kiến" in said and "đồng ý, văn bản số 12/BC ngày 02/11/2026, Hồ Thu Nắng ghi" in said
    assert "Chưa có ý kiến của người được đề nghị" not in said


def test_who_nominates_himself_is_said_to_have_done_so(desk: Desk) -> None:
    me = desk.office.who("donvi")
    path = f"/rounds/{desk.office.rounds[ROUND]}/nominate"
    desk.post("donvi", path, {
        "unit": str(desk.office.units["DONG-MAY"]), "kind": "INDIVIDUAL", "name": me.name, "title": "Giáo viên",
        "subject_group": "D", "award_form": "GK_XA", "same_person": str(accounts_by_login()["donvi"]), "act": "complete",
    })
    assert "tự đề nghị, 03/11/2026" in desk.read("vhxh", "/my-nominations/1", 404) + desk.read("vhxh", "/nominations/1")
