"""Pages of the office for what comes on paper, comes twice, or must stand still; and the same over the API."""

from __future__ import annotations

import io
from typing import Any

import pytest

from service import clock
from service.awards import lists
from service.awards.models import List
from tests.journeys.office import CLEAN_FACTS
from tests.journeys.program import Program
from tests.service.web.desk import ROUND, Desk, fields_of, words

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
UNIT = "DET-NANG-SOM"


def _begin(desk: Desk) -> int:
    """Take the paper dossier on its page; the number of the submission."""
    office = desk.office
    path = f"/rounds/{office.rounds[ROUND]}/paper"
    page = desk.get("vhxh", path)
    fields = fields_of(page) | {
        "unit": str(office.units[UNIT]), "number": "15/CV-DNS", "dated": "02/11/2026", "act": "complete",
        "scan": (io.BytesIO(PDF), "Công văn đến.pdf"),
    }
    shown = desk.post("vhxh", path, fields)
    assert "Đã ghi văn bản đến" in words(shown)
    row = lists.read_list(max(r.id for r in _submissions(desk)), by=office.who("vhxh"))
    assert row.data["papers"][0]["number"] == "15/CV-DNS" and row.data["papers"][0]["scan"]
    return row.id


def _submissions(desk: Desk) -> list[List]:
    from service.awards.finding import find_lists

    return find_lists(desk.office.who("vhxh"), kind="submission")


@pytest.mark.long
def test_officer_enters_a_paper_dossier_on_pages(desk: Desk) -> None:
    office = desk.office
    assert "Nhập hồ sơ giấy thay đơn vị" in desk.read("vhxh", f"/rounds/{office.rounds[ROUND]}")
    assert "Nhập hồ sơ giấy" not in desk.read("donvi", f"/rounds/{office.rounds[ROUND]}")
    submission = _begin(desk)
    one = office.nominate(ROUND, name="Lê Vải Thô", unit=UNIT, by="vhxh")
    page = desk.get("vhxh", f"/submissions/{submission}")
    assert "văn bản số 15/CV-DNS ngày 02/11/2026" in words(page)
    (address,) = page.xpath("//form[starts-with(@action, '/tasks/')]/@action | //a[starts-with(@href, '/tasks/')]/@href")[:1]
    sheet = desk.get("vhxh", address)
    assert "nhập thay" in words(sheet) and "15/CV-DNS" in words(sheet)
    office.complete(one, "self_assess", {
        "form_asked": "GK_XA", "summary": "Dệt thêm ba mẫu vải mới, dạy nghề cho mười hai người.", "person_type": "official",
        "D1": {"score": 8, "note": "Theo báo cáo giấy.", "contents": ["ND3"]}, "facts": CLEAN_FACTS,
    }, by="vhxh")
    told = desk.read("vhxh", f"/nominations/{one}")
    assert "nhập thay" in told and "theo văn bản số 15/CV-DNS ngày 02/11/2026" in told
    assert "nhập thay" in desk.read("donvi2", f"/nominations/{one}"), "the unit sees it too"


@pytest.mark.long
def test_scan_is_sent_while_the_page_stays(desk: Desk) -> None:
    path = f"/rounds/{desk.office.rounds[ROUND]}/paper"
    desk.get("vhxh", path)
    visitor = desk.who("vhxh")
    said = {"csrf_token": visitor.token, "act": "attach", "scan": (io.BytesIO(PDF), "Công văn đến.pdf")}
    answer = visitor.client.post(path, data=said, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    (sent,) = answer.get_json()["files"]
    assert sent["name"] == "Công văn đến.pdf"
    fields = {"unit": str(desk.office.units[UNIT]), "number": "15/CV", "dated": "02/11/2026", "scan": sent["key"], "act": "complete"}
    assert "Đã ghi văn bản đến" in desk.say("vhxh", path, fields)


@pytest.mark.long
def test_paper_page_names_what_is_missing_and_is_the_officer_s(desk: Desk) -> None:
    path = f"/rounds/{desk.office.rounds[ROUND]}/paper"
    refused = desk.post("vhxh", path, fields_of(desk.get("vhxh", path)) | {"number": "15/CV", "act": "complete"}, code=422)
    assert "Đơn vị nộp hồ sơ giấy" in words(refused) and refused.xpath("//input[@name='number' and @value='15/CV']")
    for who in ("donvi", "thanhtra", "quantri"):
        desk.get(who, path, code=403)


def _upload(program: Program, who: str) -> int:
    sent = {"file": (io.BytesIO(PDF), "Công văn đến.pdf")}
    answer = program.raw(who, "POST", "/files", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 201, answer.json
    return int(answer.json["id"])


def _nominated(program: Program, name: str, unit: str, who: str) -> dict[str, Any]:
    made: dict[str, Any] = program.call(who, "POST", "/nominations", {
        "round": ROUND, "subject_group": "D", "award_form": "GK_XA",
        "recipient": {"kind": "individual", "name": name, "title": "Thợ dệt", "unit": unit},
    })
    return made


def test_program_of_the_officer_enters_a_paper_dossier(desk: Desk) -> None:
    program = Program(desk.office.app.test_client(), desk.office.work)
    one = _nominated(program, "Lê Vải Thô", UNIT, "vhxh")
    task = one["open_tasks"][0]["id"]
    answers = {
        "form_asked": "GK_XA", "summary": "Dệt thêm ba mẫu vải mới, dạy nghề cho mười hai người.", "person_type": "official",
        "D1": {"score": 8, "note": "Theo báo cáo giấy.", "contents": ["ND3"]}, "facts": CLEAN_FACTS,
    }
    refused = program.raw("vhxh", "POST", f"/tasks/{task}/complete", {"answers": answers})
    assert (refused.status_code, refused.json["code"]) == (409, "paper-missing")
    paper = {"number": "15/CV-DNS", "dated": "2026-11-02", "scan": [_upload(program, "vhxh")]}
    program.call("vhxh", "POST", f"/lists/{one['submission']}/acts/take_paper", {"fields": paper})
    program.call("vhxh", "POST", f"/tasks/{task}/complete", {"answers": answers})
    minutes = {"held_on": "2026-11-02", "chaired_by": "Lê Trầm Hương", "members": 12, "present": 11, "votes": 10}
    done = program.call("vhxh", "POST", f"/submissions/{one['submission']}/sign", {"minutes": minutes})
    assert done["done"] == 1
    desk.office.work()
    assert program.call("vhxh", "GET", f"/nominations/{one['id']}")["phase"] == "checking"
    events = [e["sentence"] for e in program.call("vhxh", "GET", f"/nominations/{one['id']}/events")["items"]]
    assert any("nhập thay" in said and "15/CV-DNS" in said for said in events)


def _two(desk: Desk) -> tuple[int, int]:
    office = desk.office
    return (office.nominate(ROUND, name="Nguyễn Văn An"),
            office.nominate(ROUND, name="Nguyễn Văn An", unit=UNIT, by="donvi2"))


def test_office_joins_two_nominations_on_their_page(desk: Desk) -> None:
    one, two = _two(desk)
    assert "cặp trùng tên chờ gộp hoặc tách" in desk.read("vhxh", "/")
    assert "1 cặp trùng tên" in desk.read("vhxh", f"/rounds/{desk.office.rounds[ROUND]}/same")
    assert "Gộp hoặc tách đề nghị trùng tên" in desk.read("vhxh", f"/nominations/{one}")
    assert "Trùng tên với đề nghị của" in desk.read("vhxh", f"/submissions/{desk.office.submission(one)}")
    assert "Trùng tên với đề nghị của" not in desk.read("donvi", f"/submissions/{desk.office.submission(one)}")
    assert "Nguyễn Văn An" in desk.read("vhxh", f"/nominations/{one}/same")
    path = f"/nominations/{one}/same/{two}/join"
    assert "cùng một đối tượng" in desk.read("vhxh", path)
    assert "Ghi lý do" in words(desk.post("vhxh", path, {"reason": ""}, code=422))
    desk.post("thanhtra", path, {"reason": "Thử"}, code=403)
    desk.get("donvi", path, code=403)
    shown = words(desk.post("vhxh", path, {"reason": "Cùng một giáo viên"}))
    assert "Đã gộp" in shown
    desk.office.work()
    assert desk.office.status(two) == ("ended", "withdrawn")
    assert "Gộp vào đề nghị khác của cùng đối tượng" in desk.read("donvi2", f"/nominations/{two}")
    assert "Cùng đề nghị" in desk.read("vhxh", f"/nominations/{one}")


def test_program_keeps_two_apart(desk: Desk) -> None:
    one, two = _two(desk)
    program = Program(desk.office.app.test_client(), desk.office.work)
    (same,) = program.call("vhxh", "GET", f"/nominations/{one}/same")["items"]
    assert (same["nomination"], same["same_recipient"]) == (two, False)
    assert program.raw("donvi", "GET", f"/nominations/{one}/same").status_code == 403
    said = {"other": two, "reason": "Hai người khác nhau"}
    assert program.raw("donvi", "POST", f"/nominations/{one}/keep-apart", said).status_code in (403, 404)
    program.call("vhxh", "POST", f"/nominations/{one}/keep-apart", said)
    assert program.call("vhxh", "GET", f"/nominations/{one}/same")["items"] == []
    refused = program.raw("vhxh", "POST", f"/nominations/{one}/join", said)
    assert (refused.status_code, refused.json["code"]) == (409, "not-a-pair")


def test_office_head_suspends_and_resumes_on_pages_and_cancels_by_program(desk: Desk) -> None:
    office = desk.office
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    shown = desk.read("truongphong", f"/nominations/{one}")
    assert "Tạm dừng xem xét" in shown and "Hủy trường hợp đề nghị" in shown
    assert "Hủy trường hợp đề nghị" not in desk.read("vhxh", f"/nominations/{one}")
    path = f"/nominations/{one}/file/hold"
    desk.post("truongphong", path, {"cause": "verification", "reason": "Chờ thanh tra", "act": "complete"})
    office.work()
    assert "Đang tạm dừng xem xét" in desk.read("donvi", f"/nominations/{one}")
    (row,) = [r for r in _holds(desk) if r.state == "held"]
    said = {"reason": "Đã kết luận", "number": "4/KL", "version": row.version, "act": "act"}
    desk.post("truongphong", f"/lists/{row.id}/acts/resume", said)
    office.work()
    assert office.at(one) == {"check_dossier"}
    program = Program(office.app.test_client(), office.work)
    assert program.raw("donvi", "POST", f"/nominations/{one}/cancellation", {"fields": {"reason": "Thử"}}).status_code == 403
    program.call("quantri", "POST", f"/nominations/{one}/cancellation", {"fields": {"reason": "Nhập nhầm hai lần"}})
    office.work()
    assert office.status(one) == ("ended", "withdrawn")
    assert "Phòng hủy trường hợp đề nghị" in desk.read("donvi", f"/nominations/{one}")
    assert clock.now()


def _holds(desk: Desk) -> list[List]:
    from service.awards.finding import find_lists

    return find_lists(desk.office.who("vhxh"), kind="hold")
