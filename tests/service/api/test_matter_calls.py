"""Registers and matters over the API: who reads, who begins, what is kept from whom, what a program may send."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from service import movement
from service.movement import find_matters, register_in_use
from tests.journeys.inspections import (
    ASSIGN,
    PUBLISH,
    TWO,
    begin,
    concluded,
    draft_decision,
    drafted,
    line,
    signed_plan,
)
from tests.journeys.office import Office
from tests.journeys.program import Program
from tests.service.bodies import PDF, PETITION
from tests.service.web.desk import Desk

OFFICE = {"petition", "unit_report", "movement_report", "stocktake_report", "unit_plan", "exemplar", "inspection", "inspection_plan"}
"""Registers that the office reads."""
REGISTER = "/registers/petition"
MATTERS = f"{REGISTER}/matters"


def _send(program: Program, who: str, path: str, name: str = "Đơn của bà Lan.pdf") -> Any:
    return program.raw(who, "POST", path, data={"file": (io.BytesIO(PDF), name)})


def _open(program: Program, who: str, file: int) -> bytes:
    answer = program.raw(who, "GET", f"/files/{file}")
    content = answer.get_data()
    answer.close()
    return content


def _begin(program: Program, who: str, **more: Any) -> dict[str, Any]:
    about = more.pop("about", [])
    found: dict[str, Any] = program.call(who, "POST", MATTERS, {"answers": PETITION | more, "about": about})
    program.settle()
    return found


def _read(program: Program, who: str, matter: int) -> dict[str, Any]:
    found: dict[str, Any] = program.call(who, "GET", f"/matters/{matter}")
    return found


def _refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_a_register_says_what_it_asks_and_how_it_stands(program: Program, office: Office) -> None:
    _begin(program, "donvi")
    rows = {row["process"]: row for row in program.call("vhxh", "GET", "/registers")["items"]}
    assert set(rows) == OFFICE
    report = program.call("vhxh", "GET", "/registers/unit_report")
    assert (report["period"], report["form"], report["may_begin"]) == ("half", None, False)
    row = rows["petition"]
    assert (row["process"], row["name_en"], row["open"], row["late"]) == ("petition", "Register of petitions", 1, 0)
    assert (row["unit"], row["about"], row["series"], row["may_begin"]) == ("none", ["nomination"], "ĐKN", True)
    kind, received = row["columns"]
    assert (kind["key"], kind["label_en"], received["choices"]) == ("kind", "Kind", [])
    assert {"code": "complaint", "label": "Khiếu nại, tố cáo", "label_en": "Complaint or denunciation"} in kind["choices"]
    assert {one["code"] for one in row["phases"]} >= {"received", "answering"}
    assert row["outcomes"][0] == {"code": "answered", "label": "Đã trả lời", "label_en": "Answered", "tone": "good"}
    assert [one["code"] for one in row["outcomes"][1:]] == [
        "not_accepted", "unfounded", "founded", "adopted", "partly", "declined", "withdrawn", "transferred",
    ]
    shown = program.call("vhxh", "GET", REGISTER)
    assert shown["private"] == ["answer_scan", "contact", "scan", "sender", "transfer_scan", "withdrawal"] and shown["data"]["files"] == {}
    assert [part["key"] for part in shown["form"]["components"]][:3] == ["kind", "subject", "content"]
    assert program.raw("vhxh", "GET", "/registers/khong_co").status_code == 404


def test_each_sees_the_registers_in_which_he_reads_or_begins(program: Program, office: Office) -> None:
    _begin(program, "vhxh")
    seen = {who: program.call(who, "GET", "/registers")["items"] for who in ("donvi", "uv1", "vhxh", "thanhtra")}
    shown = {who: {row["process"]: (row["open"], row["may_begin"]) for row in rows} for who, rows in seen.items()}
    assert {who: rows["petition"] for who, rows in shown.items()} == {
        "donvi": (0, True), "uv1": (0, True), "vhxh": (1, True), "thanhtra": (1, False),
    }
    assert {who: set(rows) for who, rows in shown.items()} == {
        "donvi": {"petition", "exemplar"}, "uv1": {"petition", "exemplar", "inspection"},
        "vhxh": OFFICE,
        "thanhtra": OFFICE,
    }


def test_a_program_begins_one_and_a_repeated_key_begins_no_other(program: Program, office: Office) -> None:
    one = office.nominate("HN-2026")
    said = {"answers": PETITION, "about": [one]}
    key = {"Idempotency-Key": "don-1"}
    first = program.raw("donvi", "POST", MATTERS, said, headers=key)
    assert (first.status_code, first.json["number"], first.json["title"]) == (201, "ĐKN 01/2026", PETITION["subject"])
    again = program.raw("donvi", "POST", MATTERS, said, headers=key)
    assert again.headers["Idempotent-Replay"] == "true" and again.json["id"] == first.json["id"]
    other = program.raw("donvi", "POST", MATTERS, said | {"about": []}, headers=key)
    assert _refused(other) == (409, "idempotency-mismatch")
    assert find_matters(register_in_use("petition"), by=office.who("thanhtra")).total == 1
    assert first.json["about"] == [{"nomination": one, "name": "Hoàng Bình Minh", "unit_name": office.read(one).unit_name}]
    assert (first.json["state"], first.json["phase"], first.json["outcome"]) == ("open", "received", None)
    assert first.json["shown"] == {"kind": "remark", "received_on": "2026-11-03"}


def test_what_is_wrong_is_named_and_nothing_is_begun(program: Program, office: Office) -> None:
    foreign = office.nominate("HN-2026", unit="DET-NANG-SOM", by="donvi2")
    for said, where in (
        ({"answers": PETITION | {"subject": " "}}, "subject"),
        ({"answers": PETITION | {"received_on": "2026-12-24"}}, "received_on"),
        ({"answers": PETITION | {"kind": "praise"}}, "kind"),
        ({"answers": PETITION | {"extra": 1}}, "extra"),
        ({"answers": PETITION | {"scan": [999_999]}}, "scan"),
        ({"answers": PETITION, "about": [999_999]}, "about"),
        ({"answers": PETITION, "about": [foreign]}, "about"),
        ({"answers": PETITION, "about": ["x"]}, "about.0"),
        ({"answers": "x"}, "answers"),
        ({"answers": PETITION, "unit": "KHONG-CO"}, "unit"),
        ({"answers": PETITION, "more": 1}, "more"),
    ):
        answer = program.raw("donvi", "POST", MATTERS, said)
        assert answer.status_code == 422, (said, answer.json)
        assert where in {fault["path"] for fault in answer.json["errors"]}, (where, answer.json)
    assert program.raw("donvi", "POST", MATTERS, data="{", content_type="application/json").status_code == 400
    assert program.raw("donvi", "POST", "/registers/nomination_case/matters", {"answers": PETITION}).status_code == 404
    assert program.call("thanhtra", "GET", MATTERS)["total"] == 0
    assert program.raw("donvi", "POST", MATTERS, {"answers": PETITION, "about": [office.nominate("HN-2026")]}).status_code == 201


@pytest.mark.parametrize(("who", "code"), [
    ("donvi", 201), ("thutruong", 201), ("vhxh", 201), ("uv1", 201), ("chutich", 201), ("thanhtra", 403), ("quantri", 403),
])
def test_who_may_begin_a_petition(program: Program, who: str, code: int) -> None:
    assert program.raw(who, "POST", MATTERS, {"answers": PETITION}).status_code == code


def test_private_fields_and_their_files_are_for_who_settles_it(program: Program, office: Office) -> None:
    scan = _send(program, "vanphong", "/files").json["id"]
    made = _begin(program, "vanphong", sender="Bà Sương Mai Lan", contact="Thôn 3", scan=[scan])
    for who in ("truongphong", "chutich", "thanhtra", "vanphong"):
        seen = _read(program, who, made["id"])
        assert (seen["begun"]["sender"], seen["begun"]["scan"]) == ("Bà Sương Mai Lan", [scan]), who
        later = {"answer", "decision", "findings", "summary"} if who == "vanphong" else set()  # he reads it because he began it
        assert later <= set(seen["hidden"]) and (later or not seen["hidden"]), who
        assert seen["begun_by"] == office.who("vanphong").account
        assert [file["id"] for file in seen["files"]] == [scan]
        assert _open(program, who, scan) == PDF
    for who in ("vhxh", "quantri"):
        seen = _read(program, who, made["id"])
        assert not {"sender", "contact", "scan"} & set(seen["begun"]) and seen["begun"]["subject"] == PETITION["subject"]
        kept = ["answer_scan", "contact", "scan", "sender", "transfer_scan", "withdrawal"]
        assert (seen["hidden"], seen["files"], seen["begun_by"]) == (kept, [], None)
        assert program.raw(who, "GET", f"/files/{scan}").status_code == 404
    for who in ("donvi", "uv1", "thuky"):
        assert program.raw(who, "GET", f"/matters/{made['id']}").status_code == 404
        assert program.raw(who, "GET", f"/files/{scan}").status_code == 404
    assert program.raw("vhxh", "GET", "/matters/999999").status_code == 404


def test_a_step_is_told_nothing_of_a_private_file(program: Program, office: Office) -> None:
    scan = _send(program, "vanphong", "/files").json["id"]
    made = _begin(program, "vanphong", kind="complaint", scan=[scan])
    office.step(made["id"], "classify_petition", by="truongphong", kind="complaint")
    (task,) = _read(program, "vhxh", made["id"])["open_tasks"]
    seen = program.raw("vhxh", "GET", f"/tasks/{task['id']}")
    assert (seen.json["element"], seen.json["data"]["files"], seen.json["matter"]) == ("verify_petition", {}, made["id"])
    assert "bà Lan" not in seen.get_data(as_text=True)


def test_only_who_fills_in_a_form_reads_what_it_is_given(program: Program, office: Office) -> None:
    made = _begin(program, "mttq", kind="complaint")
    office.step(made["id"], "classify_petition", by="truongphong", kind="complaint")
    office.step(made["id"], "verify_petition", by="vhxh", findings="Trưởng thôn khai sai", proofs=[])
    office.step(made["id"], "draft_conclusion", by="truongphong", decision="founded", summary="Đơn đúng")
    (task,) = _read(program, "chutich", made["id"])["open_tasks"]
    assert program.call("chutich", "GET", f"/tasks/{task['id']}")["data"]["said_findings"] == "Trưởng thôn khai sai"
    assert program.call("mttq", "GET", f"/tasks/{task['id']}")["data"] == {}


def test_who_sends_a_petition_is_not_told_whom_the_office_adds(program: Program, office: Office) -> None:
    one = office.nominate("HN-2026", name="Hoàng Bình Minh")
    office.assess(one)
    office.sign(one)
    made = _begin(program, "mttq", kind="remark")["id"]
    accused = office.who("vhxh")
    office.step(made, "classify_petition", by="truongphong", kind="complaint", about_more=[f"nomination:{one}"],
                about_people=[f"account:{accused.account}"])
    (done,) = (stop.id for stop in office.stops(made) if stop.element == "classify_petition")
    for who, told in (("truongphong", True), ("mttq", False)):
        answers = program.call(who, "GET", f"/tasks/{done}")["answers"]
        assert (set(answers) >= {"about_more", "about_people"}) is told, who
        for path in (f"/matters/{made}", f"/tasks/{done}"):
            page = Desk(office).read(who, path)
            assert ("Hoàng Bình Minh" in page, accused.name in page) == (told, told), (who, path)
    assert program.raw("mttq", "GET", f"/nominations/{one}").status_code == 404


def test_a_list_is_narrowed_paged_and_each_sees_his_own(program: Program, office: Office) -> None:
    one = office.nominate("HN-2026")
    mine = _begin(program, "donvi", about=[one])["id"]
    late = _begin(program, "vhxh", kind="proposal", subject="Thêm nội dung học số")["id"]
    ended = _begin(program, "vhxh", subject="Thiếu máy tính")["id"]
    office.step(ended, "classify_petition", by="truongphong", kind="remark")
    office.step(ended, "answer_petition", by="truongphong", way="here", answer="Đã cấp.", told_on="2026-11-03")
    office.step(mine, "classify_petition", by="truongphong", kind="remark")
    office.go_to("2026-11-09")
    program.tokens.clear()  # the sessions of before have ended by then

    def ids(who: str, query: str) -> list[int]:
        return [row["id"] for row in program.call(who, "GET", f"{MATTERS}?{query}")["items"]]

    assert ids("vhxh", "") == [ended, late, mine] and ids("donvi", "") == [mine] and ids("uv1", "") == []
    for query, found in (
        ("state=open", [late, mine]), ("state=late", [late]), ("state=ended", [ended]), ("phase=answering", [mine]),
        ("outcome=answered", [ended]), ("year=2026", [ended, late, mine]), ("year=2025", []), ("q=may+tinh", [ended]),
        ("q=HOC+so", [late]), (f"about={one}", [mine]), ("mine=true", [ended, late]), ("since=2026-11-04", []),
        ("until=2026-11-03", [ended, late, mine]),
        ("since=0001-01-01&until=9999-12-31", [ended, late, mine]), ("unit=DONG-MAY", []),
        ("size=2", [ended, late]), ("size=2&page=2", [mine]),
    ):
        assert ids("vhxh", query) == found, query
    page = program.call("vhxh", "GET", f"{MATTERS}?size=2")
    assert (page["total"], page["more"], page["items"][0]["state"], page["items"][1]["state"]) == (3, True, "ended", "late")
    for query, where in (("state=x", "state"), ("since=hôm+qua", "since"), ("page=0", "page"), ("unit=KHONG-CO", "unit")):
        answer = program.raw("vhxh", "GET", f"{MATTERS}?{query}")
        assert (answer.status_code, answer.json["errors"][0]["path"]) == (422, where), query
    foreign = office.nominate("HN-2026", unit="DET-NANG-SOM", by="donvi2")
    assert program.raw("donvi", "GET", f"{MATTERS}?about={foreign}").status_code == 404


def test_the_sheet_has_every_row_in_the_language_asked_for_and_nothing_private(program: Program, office: Office) -> None:
    for subject in ("Một", "Hai", "=1+2"):
        _begin(program, "vhxh", subject=subject, sender="Bà Sương Mai Lan")
    answer = program.raw("truongphong", "GET", f"{MATTERS}.xlsx", headers={"Accept-Language": "en"})
    assert answer.mimetype == movement.SHEET_TYPE
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    said = " ".join(cell for row in rows for cell in row)
    assert "Standing" in said and "To be classified" in said and "Remark, request, difficulty" in said
    assert all(number in said for number in ("ĐKN 01/2026", "ĐKN 02/2026", "ĐKN 03/2026"))
    assert "Sương Mai Lan" not in said and not any(cell.startswith("=") for row in rows for cell in row)
    few = program.raw("truongphong", "GET", f"{MATTERS}.xlsx?q=hai")
    found = openpyxl.load_workbook(io.BytesIO(few.get_data())).active
    assert "Hai" in str([*found.values]) and "Một" not in str([*found.values])
    assert program.raw("vhxh", "GET", "/registers/khong_co/matters.xlsx").status_code == 404


def test_a_program_completes_a_step_with_a_file(program: Program, office: Office) -> None:
    made = _begin(program, "donvi")
    office.step(made["id"], "classify_petition", by="truongphong", kind="remark")
    office.step(made["id"], "answer_petition", by="truongphong", way="letter", answer="Đã đề nghị nhà mạng.")
    (row,) = [item for item in program.call("vanthu", "GET", "/tasks?scope=group")["items"] if item["matter"] == made["id"]]
    assert (row["element"], row["nomination"], row["list"]) == ("number_answer", None, None)
    (task,) = _read(program, "vanthu", made["id"])["open_tasks"]
    assert (task["id"], task["due_at"], task["may_act"]) == (row["id"], row["due_at"], True)
    assert [one["may_act"] for one in _read(program, "donvi", made["id"])["open_tasks"]] == [False]
    sent = _send(program, "vanthu", f"/matters/{made['id']}/files", "Trả lời.pdf")
    assert sent.status_code == 201
    assert _read(program, "donvi", made["id"])["files"] == [], "in no answer yet"
    answers = {"answer_number": "77", "answered_on": "2026-11-03", "answer_scan": [sent.json["id"]]}
    program.call("vanthu", "POST", f"/tasks/{task['id']}/complete", {"answers": answers})
    program.settle()
    seen = _read(program, "donvi", made["id"])
    assert (seen["state"], seen["outcome"], seen["open_tasks"]) == ("ended", "answered", [])
    assert [file["name"] for file in _read(program, "truongphong", made["id"])["files"]] == ["Trả lời.pdf"]
    assert _open(program, "truongphong", sent.json["id"]) == PDF
    assert program.raw("vhxh", "GET", f"/files/{sent.json['id']}").status_code == 404, "it names the sender"


def test_files_are_taken_of_who_began_it_and_who_is_asked_while_it_is_open(program: Program, office: Office) -> None:
    made = _begin(program, "donvi")
    path = f"/matters/{made['id']}/files"
    assert _send(program, "donvi", path).status_code == 201
    assert _send(program, "truongphong", path).status_code == 201
    for who, code in (("vhxh", 403), ("chutich", 403), ("thanhtra", 403), ("uv1", 404), ("donvi2", 404)):
        assert _send(program, who, path).status_code == code, who
    bad = program.raw("donvi", "POST", path, data={"file": (io.BytesIO(b"MZ"), "a.exe")})
    assert _refused(bad) == (422, "upload-refused")
    assert program.raw("donvi", "POST", path).status_code == 422
    office.step(made["id"], "classify_petition", by="truongphong", kind="remark")
    assert _send(program, "vhxh", path).status_code == 403
    assert _send(program, "truongphong", path).status_code == 201, "a step of it waits for him"
    office.step(made["id"], "answer_petition", by="truongphong", way="here", answer="Đã rõ.", told_on="2026-11-03")
    for who in ("donvi", "truongphong"):
        assert _refused(_send(program, who, path)) == (409, "ended")
    assert len(_read(program, "thanhtra", made["id"])["files"]) == 3


def test_tasks_of_nominations_name_no_matter(program: Program, office: Office) -> None:
    one = office.nominate("HN-2026")
    row = program.call("donvi", "GET", f"/tasks?scope=group&nomination={one}")["items"][0]
    assert (row["nomination"], row["matter"]) == (one, None)
    seen = program.call("donvi", "GET", f"/tasks/{row['id']}")
    assert (seen["nomination"], seen["matter"]) == (one, None)


def test_a_token_begins_within_its_scope(program: Program, office: Office) -> None:
    def token(*scope: str) -> dict[str, str]:
        said = {"name": f"Đồng bộ {len(scope)}", "scope": list(scope), "password": "vinhdanh"}
        return {"Authorization": f"Bearer {program.call('donvi', 'POST', '/tokens', said)['token']}"}

    narrow, wide = token("filing"), token("filing", "movement")
    refused = program.raw(None, "POST", MATTERS, {"answers": PETITION}, headers=narrow)
    assert _refused(refused) == (403, "token-scope")
    assert program.raw(None, "POST", MATTERS, {"answers": PETITION}, headers=wide).status_code == 201


@pytest.mark.long
def test_a_program_tells_the_findings_of_an_inspection_apart_and_mends_one(program: Program, office: Office) -> None:
    matter = concluded(office, TWO)
    (row,) = [one for one in program.call("vhxh", "GET", "/registers")["items"] if one["process"] == "inspection"]
    assert row["warns"] == [{"code": "mending", "label": "Đơn vị còn kiến nghị kiểm tra chưa khắc phục xong.",
                             "label_en": "Findings of an inspection of this unit are not all mended yet."}]
    asked = {one["title"]: one for one in program.call("donvi", "GET", "/tasks?scope=all")["items"] if one["element"] == "mend_finding"}
    assert set(asked) == {PUBLISH, ASSIGN} and all(one["matter"] == matter for one in asked.values())
    task = program.call("donvi", "GET", f"/tasks/{asked[ASSIGN]['id']}")
    assert (task["title"], task["data"]["finding"]) == (ASSIGN, TWO[1])
    proof = program.raw("donvi", "POST", f"/matters/{matter}/files", data={"file": (io.BytesIO(PDF), "Phân công.pdf")}).json["id"]
    said = {"how_mended": "Đã phân công.", "mended_on": "2026-11-09", "mend_proof": [proof]}
    assert program.raw("donvi", "POST", f"/tasks/{task['id']}/complete", {"answers": said}).status_code == 200
    (check,) = [one for one in program.call("vhxh", "GET", "/tasks?scope=all")["items"] if one["element"] == "check_finding"]
    assert program.call("vhxh", "GET", f"/tasks/{check['id']}")["data"]["how_mended"] == "Đã phân công."
    shown = program.call("vhxh", "GET", f"/matters/{matter}")
    assert {(one["element"], one["item"]) for one in shown["open_tasks"]} == {("mend_finding", PUBLISH), ("check_finding", ASSIGN)}
    assert [(one["name"], one["element"], one["step"], one["item"]) for one in shown["files"]] == [
        ("anh-tai-cho.png", "visit", "Kiểm tra tại đơn vị", None), ("Phân công.pdf", "mend_finding", "Khắc phục kiến nghị", ASSIGN)]
    told = program.call("thanhtra", "GET", f"/events?stream=instance:{movement.read_matter(matter, by=office.who('vhxh')).entry.instance}")
    assert f"Hồ Thu Nắng hoàn thành việc “Khắc phục kiến nghị: {ASSIGN}”." in [one["sentence"] for one in told["items"]]


@pytest.mark.long
def test_a_program_of_the_unit_reads_no_draft_before_it_is_signed(program: Program, office: Office) -> None:
    matter = drafted(office)
    step = [one.id for one in office.stops(matter) if one.element == "record_findings" and one.state == "done"][-1]
    assert program.call("vhxh", "GET", f"/tasks/{step}")["answers"]["findings"] == TWO
    assert program.call("vhxh", "GET", f"/matters/{matter}")["hidden"] == []
    assert program.call("donvi", "GET", f"/tasks/{step}")["answers"] is None
    shown = program.call("donvi", "GET", f"/matters/{matter}")
    assert {"findings", "strengths", "note"} <= set(shown["hidden"]) and shown["begun_by"], "who began it is no secret"
    papers = {who: {one["paper"] for one in program.call(who, "GET", f"/matters/{matter}/papers")["items"]} for who in ("vhxh", "donvi")}
    assert "inspection_conclusion" in papers["vhxh"] - papers["donvi"]
    office.step(matter, "conclude_inspection", by="chutich", decision="conclude")
    office.step(matter, "number_conclusion", by="vanthu", conclusion_number="20", concluded_on="2026-11-09")
    assert program.call("donvi", "GET", f"/tasks/{step}")["answers"]["findings"] == TWO
    assert program.call("donvi", "GET", f"/matters/{matter}")["hidden"] == [
        "call_off.decision", "called_off_for", "cancel_reason", "conclude_inspection.decision", "go_on_why", "note",
        "notify_unit.called_off_for", "notify_unit.decision", "proposed_reason", "sign_decision.decision", "sign_notice.decision",
    ]


def test_a_program_reads_what_each_step_decided_as_much_as_its_caller_may(program: Program, office: Office) -> None:
    matter = drafted(office)

    def said(who: str) -> list[Any]:
        steps = program.call(who, "GET", f"/matters/{matter}")["history"]
        return [(one["decision"], one["decision_words"], one["note"]) for one in steps if one["element"] == "conclude_inspection"]

    assert said("vhxh")[0] == ("redo", "Viết lại", "Thêm căn cứ.") and said("donvi")[0] == (None, None, None)
    complaint = office.complain(by="donvi")
    office.step(complaint, "verify_petition", by="vhxh", findings="Số liệu sai.")
    office.step(complaint, "draft_conclusion", by="truongphong", decision="founded", summary="Kê khai sai.")
    shown = {who: program.call(who, "GET", f"/matters/{complaint}")["history"] for who in ("truongphong", "donvi")}
    (drafted_,) = [one for one in shown["truongphong"] if one["element"] == "draft_conclusion"]
    assert (drafted_["decision"], drafted_["decision_words"], drafted_["note"]) == ("founded", "Có vi phạm", "Kê khai sai.")
    (kept,) = [one for one in shown["donvi"] if one["element"] == "draft_conclusion"]
    assert (kept["decision"], kept["decision_words"], kept["note"]) == (None, None, None) and kept["closed_at"]


def test_a_period_tells_what_was_signed_and_what_has_changed_since(program: Program, office: Office) -> None:
    period = movement.open_period("unit_report", 2026, units=[office.units["DONG-MAY"]], by=office.who("vhxh"))
    office.follow_up()
    (report,) = [one.matter for one in movement.filings(movement.read_period(period, by=office.who("vhxh"))[1])]
    figures = dict.fromkeys(("nd1_events", "nd1_people", "nd2_money", "nd2_points", "nd3_online", "nd3_total", "nd4_shops", "nd5_classes",
                             "nd5_learners", "nd6_trained", "nd7_works", "initiatives"), 2)
    office.step(report, "write_report", by="donvi", nd1_text="Đã quán triệt.", nd3_text="x", nd5_text="x", **figures)
    office.step(report, "sign_report", by="thutruong", decision="sign")
    synthesis = office.begin("movement_report", by="vhxh", of_period=str(period))
    office.step(synthesis, "draft_synthesis", by="vhxh", leading="Đã họp.", coming="Mở thêm lớp.")
    assert program.call("vhxh", "GET", f"/periods/{period}/synthesis")["signed"] == []
    office.step(synthesis, "review_synthesis", by="truongphong", decision="pass")
    office.step(synthesis, "sign_synthesis", by="chutich", decision="sign")
    (signed,) = program.call("vhxh", "GET", f"/periods/{period}/synthesis")["signed"]
    assert (signed["matter"], signed["changed"]) == (synthesis, []) and {one["total"] for one in signed["figures"]} == {2.0}
    office.step(report, "check_unit_report", by="vhxh", decision="return", note="Ghi lại.")
    now = program.call("vhxh", "GET", f"/periods/{period}/synthesis")
    assert [(one["how"], one["report"]) for one in now["signed"][0]["changed"]] == [
        ("returned", movement.read_matter(report, by=office.who("vhxh")).entry.number)]
    assert now["fields"] == [] and now["signed"][0]["figures"] == signed["figures"]


def test_a_program_reads_what_led_to_a_matter_as_far_as_its_caller_may(program: Program, office: Office) -> None:
    alone = begin(office)
    assert _read(program, "vhxh", alone)["source"] is None, "somebody began it"
    (planned,) = signed_plan(office, line(office, "DONG-MAY", "Hồ sơ khen thưởng", "2026-11-16", "2026-11-20"))
    (plan,) = program.call("vhxh", "GET", "/registers/inspection_plan/matters")["items"]
    assert _read(program, "vhxh", planned)["source"] == {
        "kind": "matter", "id": plan["id"], "number": plan["number"], "label": plan["title"]}
    assert _read(program, "uv1", planned)["source"] == {
        "kind": "matter", "id": None, "number": None, "label": "Kế hoạch kiểm tra năm"}, "a plan that he does not read is only called"
    period = program.call("vhxh", "POST", "/registers/unit_report/periods", {"year": 2026, "units": ["DONG-MAY"]})["id"]
    program.settle()
    report = program.call("donvi", "GET", "/registers/unit_report/matters")["items"][0]["id"]
    assert _read(program, "vhxh", report)["source"] == {"kind": "period", "id": period, "number": None, "label": "năm 2026"}
    assert _read(program, "donvi", report)["source"]["id"] is None, "its unit does not read the period"


def test_a_program_reads_whom_a_step_waits_for_in_its_own_language(program: Program, office: Office) -> None:
    matter = begin(office)
    draft_decision(office, matter)
    for language, said in (("vi", "Chủ tịch Hội đồng"), ("en", "Chair of the council")):
        answer = program.raw("vhxh", "GET", f"/matters/{matter}", headers={"Accept-Language": language})
        (waiting,) = answer.json["open_tasks"]
        assert waiting["waits_for"] == said, language
