"""A petition from whoever sends it to the answer: a remark, a proposal to the chair, a complaint that holds names and lifts them."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from forms import first_answers
from service import movement, notices, papers, people
from service.awards import holds, lists, rounds
from service.awards.finding import find_lists
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.movement import MatterFilter, find_matters, read_main_facts, read_matter, register_in_use
from service.processes import tasks
from service.web import case_parts
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from tests.service.papers.reading import text_of

DAY = date(2026, 11, 3)
ROUND = "HN-2026"


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def _remark(office: Office, by: str = "donvi", **more: Any) -> int:
    said = {"kind": "remark", "subject": "Mạng ở thôn xa chập chờn", "content": "Không nộp được hồ sơ trực tuyến.",
            "received_on": "2026-11-02"} | more
    return office.begin("petition", by=by, **said)


def test_a_remark_is_numbered_classified_answered_and_told(office: Office) -> None:
    first, second = _remark(office), _remark(office, subject="Thiếu máy tính")
    seen = read_matter(first, by=office.who("truongphong"))
    assert (seen.entry.number, read_matter(second, by=office.who("donvi")).entry.number) == ("ĐKN 01/2026", "ĐKN 02/2026")
    assert (seen.entry.title, seen.entry.phase) == ("Mạng ở thôn xa chập chờn", "received")
    (task,) = [s for s in office.stops(first) if s.state == "open"]
    assert (task.element, f"{task.due_at:%d/%m}") == ("classify_petition", "04/11")  # two working days from its receipt, till the day ends
    office.step(first, "classify_petition", by="truongphong", kind="remark")
    assert office.stands_at(first) == {"answer_petition"}
    office.answer_sender(first, "Đã đề nghị nhà mạng.")
    ended = read_matter(first, by=office.who("donvi")).entry
    assert (ended.ended, ended.outcome) == (True, "answered")
    told = [n for n in notices.own_notices(by=office.who("donvi"), language="vi").items if n.letter == "matter_ended"]
    assert [n.subject for n in told] == ["Đã có kết quả: Mạng ở thôn xa chập chờn"]


def test_a_proposal_is_weighed_by_the_office_and_decided_by_the_chair(office: Office) -> None:
    matter = office.begin("petition", by="donvi", kind="proposal", subject="Thêm nội dung học số", content="Đề nghị bổ sung.",
                          received_on="2026-11-03")
    office.step(matter, "classify_petition", by="truongphong", kind="proposal")
    kept = register_in_use("petition")
    assert [e.id for e in find_matters(kept, by=office.who("vhxh"), wanted=MatterFilter(phase="weighing")).entries] == [matter]
    office.step(matter, "weigh_proposal", by="vhxh", decision="adopt", opinion="Phù hợp nghị quyết.")
    office.step(matter, "decide_proposal", by="chutich", decision="adopt")
    assert office.stands_at(matter) == {"answer_petition"}


def test_a_complaint_holds_its_names_at_once_and_the_conclusion_lifts_them(office: Office) -> None:
    one, other = office.received(ROUND, "Hoàng Bình Minh", "Lê Nắng Mai")
    matter = office.complain(one)
    assert [h.cause for h in holds.open_holds(one)] == ["petition"] and not holds.open_holds(other)
    assert office.stands_at(matter) == {"verify_petition"}
    office.conclude(matter, "unfounded")
    assert not holds.open_holds(one) and office.stands_at(matter) == {"answer_petition"}
    assert office.at(one) == office.at(other) == {"check_dossier"}


def test_who_sent_a_complaint_reads_no_finding_and_no_draft_but_how_it_ended(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.complain(one, by="donvi")
    office.step(matter, "verify_petition", by="vhxh", findings="Nhân chứng kể lại.", withdraws=False)
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Đề nghị kết luận có vi phạm.")

    def said(login: str) -> str:
        steps = [tasks.read_task(stop.id, by=office.who(login)) for stop in office.stops(matter) if stop.form and stop.state == "done"]
        return str([tasks.answers_shown(step, office.who(login)) for step in steps])

    for words in ("Nhân chứng kể lại.", "Đề nghị kết luận có vi phạm.", "founded"):
        assert words in said("chutich") and words not in said("donvi"), words
    assert {"findings", "summary", "decision"} <= read_matter(matter, by=office.who("donvi")).hidden
    assert not read_matter(matter, by=office.who("chutich")).hidden
    office.conclude(matter, "founded")
    assert "'number': " in said("donvi") and "Nhân chứng" not in said("donvi"), "that it is concluded, and under which number"
    office.answer_sender(matter, "Đơn đúng một phần.")
    assert "Đơn đúng một phần." in said("donvi") and "Đề nghị kết luận" not in said("donvi")
    assert read_matter(matter, by=office.who("donvi")).entry.outcome == "founded", "how it ended"


def test_a_founded_complaint_stops_its_names(office: Office) -> None:
    one, other = office.received(ROUND, "Hoàng Bình Minh", "Lê Nắng Mai")
    office.conclude(office.complain(one, other), "founded", note="Khai khống số liệu.")
    assert {office.status(n)[0] for n in (one, other)} == {"ended"}


def test_a_name_that_is_not_filed_yet_is_stopped_once_it_is_and_its_unit_is_told_before(office: Office) -> None:
    clean, found = office.nominate(ROUND), office.nominate(ROUND, name="Lê Nắng Mai")
    for one, decision in ((clean, "unfounded"), (found, "founded")):
        matter = office.complain(one)
        assert not holds.open_holds(one)
        office.conclude(matter, decision)
        assert office.status(one)[0] == "drafting"
        told = [check.words for check in _warned(office, one)]
        assert any("thì dừng xét, không trình Hội đồng" in text for text in told) is (decision == "founded")
    for one in (clean, found):
        office.assess(one)
    office.sign(clean)
    assert office.at(clean) == {"check_dossier"} and office.status(found) == ("ended", "refused")


def _warned(office: Office, nomination: int) -> list[Any]:
    """What the unit is warned of on the page of its name."""
    with office.app.test_request_context():
        return case_parts.warnings(office.read(nomination), office.who("donvi"))


def test_who_sent_it_is_seen_by_who_settles_it_alone(office: Office) -> None:
    matter = _remark(office, by="vanphong", sender="Bà Sương Mai Lan", contact="Thôn 3")
    for login, sees in (("truongphong", True), ("chutich", True), ("thanhtra", True), ("vanphong", True), ("vhxh", False)):
        begun = read_matter(matter, by=office.who(login)).begun
        assert (begun.get("sender") == "Bà Sương Mai Lan") is sees, login
        assert begun["subject"] == "Mạng ở thôn xa chập chờn"
    with pytest.raises(NotFound):
        read_matter(matter, by=office.who("donvi"))
    with pytest.raises(NotFound):
        read_matter(matter, by=office.who("uv1"))


def test_whom_a_denunciation_is_about_neither_reads_it_nor_settles_it(office: Office) -> None:
    head, said = office.who("truongphong"), {"kind": "complaint", "sender": "Bà Sương Mai Lan"}
    usual = _remark(office, **said)
    assert read_matter(usual, by=head).begun["sender"] == "Bà Sương Mai Lan"
    assert usual in _entries(office, "truongphong")
    matter = _remark(office, **said, about_people=[f"account:{head.account}"])
    with pytest.raises(NotFound):
        read_matter(matter, by=head)
    assert matter not in _entries(office, "truongphong") and matter in _entries(office, "chutich")
    (task,) = [s for s in office.stops(matter) if s.state == "open"]
    with pytest.raises(NotFound):
        tasks.complete_task(task.id, {"kind": "complaint"}, by=head)
    office.step(matter, "classify_petition", by="vanphong", kind="complaint")  # falls in where the head is kept away
    assert read_matter(matter, by=office.who("vanphong")).begun["sender"] == "Bà Sương Mai Lan"


def test_an_office_that_a_petition_is_about_does_not_settle_it(office: Office) -> None:
    matter = _remark(office, about_units=[f"unit:{office.units['VHXH']}"])
    for login in ("truongphong", "vhxh"):
        with pytest.raises(NotFound):
            read_matter(matter, by=office.who(login))
    office.step(matter, "classify_petition", by="vanphong", kind="complaint")
    office.step(matter, "verify_petition", by="vanphong", findings="Đã xem sổ.")
    assert matter in _entries(office, "donvi"), "who sent it reads it"


def _about(office: Office, *logins: str) -> list[str]:
    return [f"account:{office.who(login).account}" for login in logins]


def test_nobody_who_works_under_whom_it_is_about_verifies_or_settles_it(office: Office) -> None:
    usual = _remark(office, kind="complaint")
    office.step(usual, "classify_petition", by="truongphong", kind="complaint")
    office.step(usual, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    about_head = _remark(office, kind="complaint", about_people=_about(office, "truongphong"))
    head = office.who("truongphong")
    named = office.nominate(ROUND, unit="DONG-MAY", name=head.name, account=head.account)
    about_name = office.begin("petition", by="donvi", about=[named], kind="complaint", subject="x", content="x", received_on="2026-11-03")
    for matter in (about_head, about_name):
        office.step(matter, "classify_petition", by="vanphong", kind="complaint")
        with pytest.raises(NotFound):
            office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.")
        with pytest.raises(NotFound):
            read_matter(matter, by=office.who("vhxh"))
        office.step(matter, "verify_petition", by="vanphong", findings="Đã xem sổ.")
    about_officer = _remark(office, kind="complaint", about_people=_about(office, "vhxh"))
    office.step(about_officer, "classify_petition", by="truongphong", kind="complaint")  # who stands above him still settles it


def test_whom_the_classification_adds_is_kept_away_from_then_on(office: Office) -> None:
    matter = _remark(office)
    officer = office.who("vhxh")
    assert read_matter(matter, by=officer)
    office.step(matter, "classify_petition", by="truongphong", kind="complaint", about_people=[f"account:{officer.account}"])
    with pytest.raises(NotFound):
        read_matter(matter, by=officer)
    (task,) = [s for s in office.stops(matter) if s.state == "open"]
    with pytest.raises(NotFound):
        tasks.complete_task(task.id, {"findings": "x"}, by=officer)


def test_nobody_but_who_settles_or_reads_petitions_is_named_by_account(office: Office) -> None:
    clerk = office.who("uv1")
    with pytest.raises(Invalid) as refused:
        _remark(office, about_people=[f"account:{clerk.account}"])
    assert [f.path for f in refused.value.faults] == ["about_people"]


def _entries(office: Office, login: str) -> set[int]:
    return {e.id for e in find_matters(register_in_use("petition"), by=office.who(login)).entries}


def test_the_outbox_tells_nobody_who_sent_a_petition_but_who_may_know(office: Office) -> None:
    matter = _remark(office)
    office.step(matter, "classify_petition", by="truongphong", kind="remark")
    office.answer_sender(matter)
    sender = office.who("donvi").account
    for login, told in (("thanhtra", True), ("quantri", False)):
        by = office.who(login)
        (line,) = [one for one in notices.outbox(by=by).lines if one.letter == "matter_ended"]
        shown = notices.show_mail(line.id, by=by)
        assert (line.private, bool(line.name), bool(line.address), line.account == sender) == (not told, told, told, told), login
        assert (office.who("donvi").name in shown.content.text) is told, login
        assert any(one.letter == "matter_ended" for one in notices.outbox(by=by, account=sender).lines) is told, login
        assert notices.outbox(by=by, letter="matter_ended").total == 1


def test_the_classification_counts_and_not_what_the_sender_called_it(office: Office) -> None:
    matter, kept = _remark(office), register_in_use("petition")

    def column() -> str:
        (entry,) = find_matters(kept, by=office.who("vhxh")).entries
        return movement.columns_of(kept)[0].words(entry.shown["kind"])

    assert column() == "Phản ánh, kiến nghị, khó khăn vướng mắc"
    office.step(matter, "classify_petition", by="truongphong", kind="not_accepted")
    assert column() == "Không thụ lý"
    office.answer_sender(matter, "Đơn không có chữ ký.")
    letter = text_of(papers.preview_matter_paper(matter, "petition_answer", by=office.who("truongphong")))
    assert "V/v không thụ lý đơn" in letter and "không thụ lý giải quyết, vì:" in letter and "phản ánh, kiến nghị “" not in letter
    assert read_matter(matter, by=office.who("donvi")).entry.outcome == "not_accepted"


def test_terms_run_from_the_receipt_and_the_conclusion_falls_within_that_of_the_law(office: Office) -> None:
    """20 days end on Sunday the 15th, so on the next working day (Civil Code, Art. 148); 25 and 30 on working days."""
    matter = _remark(office, kind="complaint", received_on="2026-10-26")
    days = {}
    for element, by, said in (
        ("classify_petition", "truongphong", {"kind": "complaint"}), ("verify_petition", "vhxh", {"findings": "x"}),
        ("draft_conclusion", "truongphong", {"decision": "unfounded", "summary": "x"}),
        ("conclude_petition", "chutich", {"decision": "unfounded"}),
        ("number_conclusion", "vanthu", {"number": "12", "dated": "2026-11-03"}),
        ("answer_petition", "truongphong", {"way": "here", "answer": "x", "told_on": "2026-11-03"}),
    ):
        (task,) = [s for s in office.stops(matter) if s.state == "open" and s.element == element]
        days[element] = f"{task.due_at:%d/%m}"
        office.step(matter, element, by=by, **said)
    assert days == {
        "classify_petition": "28/10", "verify_petition": "16/11", "draft_conclusion": "20/11", "conclude_petition": "25/11",
        "number_conclusion": "04/11", "answer_petition": "06/11",
    }


def test_the_head_drafts_the_conclusion_the_chair_signs_it_and_it_counts_once_the_clerk_gave_its_number(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.complain(one)
    office.step(matter, "verify_petition", by="vhxh", findings="Số liệu đúng.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Khai khống.")
    office.step(matter, "conclude_petition", by="chutich", decision="return", note="Xem lại số liệu tháng 9.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="unfounded", summary="Số liệu đúng.")
    with pytest.raises(NotFound):
        office.step(matter, "conclude_petition", by="vhxh", decision="unfounded")
    office.step(matter, "conclude_petition", by="chutich", decision="unfounded")
    assert holds.open_holds(one) and office.stands_at(matter) == {"number_conclusion"}
    office.step(matter, "number_conclusion", by="vanthu", number="12", dated="2026-11-03")
    assert not holds.open_holds(one) and office.stands_at(matter) == {"answer_petition"}
    office.step(matter, "answer_petition", by="truongphong", way="letter", answer="Không có vi phạm.")
    assert office.stands_at(matter) == {"number_answer"}
    office.step(matter, "number_answer", by="vanthu", answer_number="78", answered_on="2026-11-03")
    assert "Số: 78/UBND-VHXH" in text_of(papers.preview_matter_paper(matter, "petition_answer", by=office.who("truongphong")))


def test_of_a_number_of_the_communes_only_the_number_is_typed_and_its_symbol_stands_behind_it(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.complain(one)
    office.conclude(matter, number="12")
    assert lists.read_list(office.sheet(matter, one), by=office.who("truongphong")).data["conclusion"]["number"] == "12/KL-UBND"
    office.step(matter, "answer_petition", by="truongphong", way="letter", answer="Không có vi phạm.")
    whole = {"answer_number": "78/UBND-VHXH", "answered_on": "2026-11-03"}
    assert "Chỉ ghi số" in _refuses(office, matter, "number_answer", "answer_number", by="vanthu", **whole)
    office.step(matter, "number_answer", by="vanthu", **whole | {"answer_number": "78"})
    assert "Số: 78/UBND-VHXH" in text_of(papers.preview_matter_paper(matter, "petition_answer", by=office.who("truongphong")))


def test_the_register_is_narrowed_by_how_each_petition_ended(office: Office) -> None:
    ended = {}
    for kind, decision, outcome in (
        ("remark", "", "answered"), ("not_accepted", "", "not_accepted"), ("complaint", "unfounded", "unfounded"),
        ("complaint", "founded", "founded"), ("proposal", "adopt", "adopted"), ("proposal", "partly", "partly"),
        ("proposal", "decline", "declined"),
    ):
        matter = ended[outcome] = _remark(office)
        office.step(matter, "classify_petition", by="truongphong", kind=kind)
        if kind == "complaint":
            office.conclude(matter, decision)
        elif kind == "proposal":
            office.step(matter, "weigh_proposal", by="vhxh", decision="adopt", opinion="Nên.")
            office.step(matter, "decide_proposal", by="chutich", decision=decision)
        office.step(matter, "answer_petition", by="truongphong", way="here", answer="Đã xem xét.", told_on="2026-11-03")
    kept, by = register_in_use("petition"), office.who("truongphong")
    for outcome, matter in ended.items():
        found = find_matters(kept, by=by, wanted=MatterFilter(outcome=outcome)).entries
        assert [one.id for one in found] == [matter], outcome


def test_a_petition_that_is_withdrawn_ends_so_wherever_it_stands_and_lets_go_of_its_names(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    back = {"withdrawn_on": "2026-11-03"}
    first, second, third = office.complain(one), _remark(office), _remark(office)
    office.step(first, "verify_petition", by="vhxh", findings="Đang làm thì đơn được rút.", withdraws=True, **back)
    office.step(first, "draft_conclusion", by="truongphong", decision="withdrawn", summary="Người gửi rút đơn.", **back)
    assert holds.open_holds(one)
    office.step(first, "conclude_petition", by="chutich", decision="withdrawn")
    office.step(first, "number_conclusion", by="vanthu", number="13", dated="2026-11-03")
    assert not holds.open_holds(one) and office.at(one) == {"check_dossier"}
    office.step(first, "answer_petition", by="truongphong", way="here", answer="Đã đình chỉ.", told_on="2026-11-03")
    office.step(second, "classify_petition", by="truongphong", kind="withdrawn", **back)
    office.step(third, "classify_petition", by="truongphong", kind="remark")
    office.step(third, "answer_petition", by="truongphong", way="withdrawn", **back)
    assert read_matter(first, by=office.who("vhxh")).entry.outcome == "withdrawn"
    found = find_matters(register_in_use("petition"), by=office.who("vhxh"), wanted=MatterFilter(outcome="withdrawn")).entries
    assert {e.id for e in found} == {first, second, third}


def _refuses(office: Office, matter: int, element: str, field: str, *, by: str, **said: Any) -> str:
    """The sentence with which a step refuses an answer."""
    with pytest.raises(Invalid) as refused:
        office.step(matter, element, by=by, **said)
    return next(fault.message for fault in refused.value.faults if fault.path == field)


def test_nothing_is_discontinued_as_withdrawn_that_nobody_withdrew(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.complain(one)
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.", withdraws=False)
    drafted = {"decision": "withdrawn", "summary": "Người gửi rút đơn."}
    assert "Chưa ghi nhận người gửi rút đơn" in _refuses(office, matter, "draft_conclusion", "withdrawn_on", by="truongphong", **drafted)
    office.step(matter, "draft_conclusion", by="truongphong", decision="unfounded", summary="Số liệu đúng.")
    said = _refuses(office, matter, "conclude_petition", "decision", by="chutich", decision="withdrawn")
    assert "trả lại để Trưởng phòng ghi ngày rút" in said
    office.step(matter, "conclude_petition", by="chutich", decision="return", note="Người gửi vừa rút đơn.")
    office.step(matter, "draft_conclusion", by="truongphong", **drafted, withdrawn_on="2026-11-03")
    office.step(matter, "conclude_petition", by="chutich", decision="return", note="Sửa tóm tắt.")
    (again,) = [stop for stop in office.stops(matter) if stop.state == "open"]
    task = tasks.find_task(again.id)
    assert first_answers(task.form, tasks.given_to(task, office.who("truongphong")))["withdrawn_on"] == "2026-11-03"
    office.step(matter, "draft_conclusion", by="truongphong", decision="withdrawn", summary="Rút ngày 03/11.", withdrawn_on="2026-11-03")
    office.step(matter, "conclude_petition", by="chutich", decision="withdrawn")
    office.conclude(matter)
    assert not holds.open_holds(one)


def test_a_withdrawal_that_is_not_drafted_again_is_forgotten(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.complain(one)
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.", withdraws=False)
    office.step(matter, "draft_conclusion", by="truongphong", decision="withdrawn", summary="Đã rút.", withdrawn_on="2026-11-03")
    assert "Ngày rút đơn" in _facts(office, matter)
    office.step(matter, "conclude_petition", by="chutich", decision="return", note="Người gửi không rút.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="unfounded", summary="Số liệu đúng.")
    assert "Ngày rút đơn" not in _facts(office, matter)
    said = _refuses(office, matter, "conclude_petition", "decision", by="chutich", decision="withdrawn")
    assert "trả lại để Trưởng phòng ghi ngày rút" in said
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("chutich")))
    assert "trả lời người gửi đơn" in paper and "rút đơn" not in paper


def _facts(office: Office, matter: int) -> set[str]:
    chair = office.who("chutich")
    return {fact.label for fact in read_main_facts(read_matter(matter, by=chair), office.stops(matter), by=chair)}


def test_what_is_concluded_is_not_withdrawn_at_its_answer(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter, remark = office.complain(one), _remark(office)
    office.conclude(matter, "founded")
    back = {"way": "withdrawn", "withdrawn_on": "2026-11-03"}
    assert "Đơn đã có kết luận" in _refuses(office, matter, "answer_petition", "way", by="truongphong", **back)
    office.answer_sender(matter)
    assert read_matter(matter, by=office.who("vhxh")).entry.outcome == "founded"
    office.step(remark, "classify_petition", by="truongphong", kind="remark")
    assert "Chưa ghi nhận" in _refuses(office, remark, "answer_petition", "withdrawn_on", by="truongphong", way="withdrawn")
    office.step(remark, "answer_petition", by="truongphong", **back)
    assert read_matter(remark, by=office.who("vhxh")).entry.outcome == "withdrawn"


def test_a_proposal_is_dropped_by_the_chair_only_where_the_office_recorded_that_it_was_withdrawn(office: Office) -> None:
    kept, dropped = (_remark(office, kind="proposal", subject=subject) for subject in ("Thêm máy", "Thêm lớp"))
    for matter in (kept, dropped):
        office.step(matter, "classify_petition", by="truongphong", kind="proposal")
    office.step(kept, "weigh_proposal", by="vhxh", decision="adopt", opinion="Nên.")
    assert "chưa ghi nhận" in _refuses(office, kept, "decide_proposal", "decision", by="chutich", decision="withdrawn")
    weighed = {"decision": "withdrawn", "opinion": "Người gửi thôi."}
    assert "Chưa ghi nhận" in _refuses(office, dropped, "weigh_proposal", "withdrawn_on", by="vhxh", **weighed)
    office.step(dropped, "weigh_proposal", by="vhxh", **weighed, withdrawn_on="2026-11-03")
    office.step(dropped, "decide_proposal", by="chutich", decision="withdrawn")
    assert office.stands_at(dropped) == {"answer_petition"}


def test_what_is_wrong_is_named_and_nothing_is_begun(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        office.begin("petition", by="donvi", kind="remark", subject="", content="x", received_on="2026-12-24")
    assert {f.path for f in refused.value.faults} == {"subject", "received_on"}
    with pytest.raises(Invalid, match="was not found"):
        _remark_about(office, [999])
    with pytest.raises(NotFound):
        office.begin("no_such_process", by="donvi")
    assert find_matters(register_in_use("petition"), by=office.who("truongphong")).total == 0


def _remark_about(office: Office, about: list[int]) -> int:
    return office.begin("petition", by="donvi", about=about, kind="remark", subject="x", content="x", received_on="2026-11-02")


def test_a_unit_reads_its_own_register_only(office: Office) -> None:
    mine, others = _remark(office), _remark(office, by="vhxh", subject="Của phòng")
    kept = register_in_use("petition")
    assert {e.id for e in find_matters(kept, by=office.who("vhxh")).entries} == {mine, others}
    assert {e.id for e in find_matters(kept, by=office.who("donvi")).entries} == {mine}


def test_an_office_head_who_is_the_nominee_neither_classifies_nor_reads_what_is_about_him(office: Office) -> None:
    head = office.who("truongphong")
    one = office.nominate(ROUND, unit="DONG-MAY", name=head.name, account=head.account)
    matter = office.begin("petition", by="vhxh", about=[one], kind="complaint", subject="Về tên này", content="x", received_on="2026-11-03")
    assert read_matter(matter, by=office.who("chutich")).entry.id == matter
    (task,) = [s for s in office.stops(matter) if s.state == "open"]
    with pytest.raises(NotFound):
        tasks.complete_task(task.id, {"kind": "complaint"}, by=head)
    with pytest.raises(NotFound):
        read_matter(matter, by=head)
    office.step(matter, "classify_petition", by="vanphong", kind="complaint")
    assert office.stands_at(matter) == {"verify_petition"}


def test_whoever_sent_a_petition_does_no_step_of_it_and_reads_what_a_sender_reads(office: Office) -> None:
    said = {"kind": "complaint", "subject": "x", "content": "x", "received_on": "2026-11-03"}
    entered, own = office.begin("petition", by="vhxh", sender="Bà Sương Mai Lan", **said), office.begin("petition", by="vhxh", **said)
    for matter in (entered, own):
        office.step(matter, "classify_petition", by="truongphong", kind="complaint")
    office.step(entered, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    (task,) = [one for one in office.stops(own) if one.state == "open"]
    with pytest.raises(Forbidden):
        tasks.complete_task(task.id, {"findings": "x"}, by=office.who("vhxh"))
    seen = read_matter(own, by=office.who("vhxh"))
    assert seen.begun["content"] == "x" and "findings" in seen.hidden and own in _entries(office, "vhxh")
    office.step(own, "verify_petition", by="truongphong", findings="Đã xem sổ.")
    heads = office.begin("petition", by="truongphong", **said)
    with pytest.raises(Forbidden):
        office.step(heads, "classify_petition", by="truongphong", kind="complaint")
    office.step(heads, "classify_petition", by="vanphong", kind="complaint")
    office.step(heads, "verify_petition", by="vhxh", findings="Đã xem sổ.")  # his people do not stand apart with him


def test_the_head_adds_nominations_that_the_sender_did_not_choose_and_they_are_held(office: Office) -> None:
    one, other = office.received(ROUND, "Hoàng Bình Minh", "Lê Nắng Mai")
    officer = office.who("vhxh")
    foreign = office.nominate(ROUND, unit="DET-NANG-SOM", by="donvi2", name=officer.name, account=officer.account)
    said = {"kind": "complaint", "sender": "Bà Sương Mai Lan"}
    matter = _remark(office, about=[one], **said)
    (task,) = [stop for stop in office.stops(matter) if stop.state == "open"]
    offered = {option["value"]: option for option in tasks.read_task(task.id, by=office.who("truongphong")).given["names_to_add"]}
    assert "đã gắn" in offered[f"nomination:{one}"]["follows"] and "đã gắn" not in offered[f"nomination:{other}"]["follows"]
    assert "about_more" in _faults(office, matter, about_more=["nomination:999999"])
    more = [f"nomination:{other}", f"nomination:{foreign}"]
    office.step(matter, "classify_petition", by="truongphong", kind="complaint", about_more=more)
    assert holds.open_holds(one) and holds.open_holds(other)
    with pytest.raises(NotFound):
        read_matter(matter, by=office.who("vhxh"))  # a nominee whom the head named
    office.step(matter, "verify_petition", by="truongphong", findings="Đã xem sổ.")


def _faults(office: Office, matter: int, **said: Any) -> set[str]:
    with pytest.raises(Invalid) as refused:
        office.step(matter, "classify_petition", by="truongphong", kind="complaint", **said)
    return {fault.path for fault in refused.value.faults}


def test_the_letter_cites_the_conclusion_and_a_withdrawn_petition_is_not_to_be_answered(office: Office) -> None:
    concluded, back, remark = office.complain(by="donvi"), office.complain(by="donvi"), _remark(office)
    office.step(back, "verify_petition", by="vhxh", findings="Đã xem.", withdraws=True, withdrawn_on="2026-11-03")
    for matter, decision, number in ((concluded, "unfounded", "12"), (back, "unfounded", "13")):
        office.conclude(matter, decision, number=number)
    (task,) = [one for one in office.stops(concluded) if one.state == "open"]
    given = tasks.read_task(task.id, by=office.who("truongphong")).given
    assert (given["said_number"], given["said_dated"]) == ("12", "03/11/2026"), "who writes the letter reads which conclusion it rests on"
    office.step(remark, "classify_petition", by="truongphong", kind="remark")
    for matter, number in ((concluded, "81"), (remark, "82")):
        office.answer_sender(matter, number=number)
    head = office.who("truongphong")
    letters = [text_of(papers.preview_matter_paper(one, "petition_answer", by=head)) for one in (concluded, remark)]
    assert "tại Kết luận số 12/KL-UBND ngày 03 tháng 11 năm 2026" in letters[0] and "Kết luận số" not in letters[1]
    said = [text_of(papers.preview_matter_paper(one, "petition_conclusion", by=head)) for one in (concluded, back)]
    assert "trả lời người gửi đơn" in said[0]
    assert "trả lời người gửi" not in said[1] and "theo dõi việc thực hiện kết luận này" in said[1]


# -- a complaint about an award that is handed over, and names of which not all are at fault


def _finished(office: Office, *names: str) -> list[int]:
    """Names whose award is decided, handed over and paid: their cases have ended."""
    found = office.posted(ROUND, *names)
    office.sit(ROUND, {}, found)
    office.decide(ROUND, 21, found)
    office.hand_over(found[0])  # the one list of all
    assert {office.status(one) for one in found} == {("ended", "certificate")}
    return found


def _revocations(office: Office, *names: int) -> list[int]:
    return [row.id for one in names for row in find_lists(office.who("chutich"), kind="revocation", nomination_id=one)]


def _did(office: Office, matter: int, element: str) -> dict[str, Any]:
    """What the service told of a step of its own."""
    office.follow_up()
    (found,) = [stop.answers for stop in office.stops(matter) if stop.element == element]
    return dict(found)


@pytest.mark.long
def test_a_founded_complaint_about_an_award_that_is_handed_over_comes_before_the_chair(office: Office) -> None:
    guilty, clean = _finished(office, "Hoàng Bình Minh", "Lê Nắng Mai")
    cleared = office.complain(clean)
    office.conclude(cleared, "unfounded", number="31")
    assert not _revocations(office, clean) and _did(office, cleared, "settle_names")["kept"] == 1
    matter = office.complain(guilty)
    held = _did(office, matter, "hold_names")
    assert (held["names"], held["held"], held["awarded"], held["awarded_held"]) == (1, 0, 1, 0), "nothing is held any more"
    with pytest.raises(Invalid, match="."):
        office.conclude(matter, "founded", number="32")
    office.conclude(matter, "founded", number="32", proposal="revoke", note="Khai khống.")
    done = _did(office, matter, "settle_names")
    assert (done["stopped"], done["awarded"], done["lifted"]) == (0, 1, 0)
    (row,) = _revocations(office, guilty)
    asked = lists.read_list(row, by=office.who("chutich")).data["proposal"]
    assert (asked["proposal"], asked["number"]) == ("revoke", "32/KL-UBND")
    again = office.complain(guilty)
    office.conclude(again, "founded", number="33", proposal="revoke")
    assert _revocations(office, guilty) == [row], "who is before the chair already is not put before him twice"
    office.act(row, "decide", by="chutich", fields={"decision": "revoke", "reason": "Khai khống."})
    office.act(row, "issue", by="vanthu", fields={"number": 77, "dated": "2026-11-11"})
    assert office.read(guilty).revoked and not office.read(clean).revoked
    last = office.complain(guilty)
    office.conclude(last, "founded", number="34")  # nothing to propose of an award that is revoked
    assert _did(office, last, "settle_names")["awarded"] == 0


def test_a_violation_of_one_name_leaves_the_others_as_they_are(office: Office) -> None:
    guilty, clean = office.received(ROUND, "Hoàng Bình Minh", "Lê Nắng Mai")
    matter, unit = office.complain(guilty, clean), office.read(guilty).unit_name
    office.step(matter, "verify_petition", by="vhxh", findings="Bà Mai không chép báo cáo.")
    drafted = {"decision": "founded", "summary": "Ông Minh khai khống."}
    assert "Vi phạm là của những tên nào" in _refuses(office, matter, "draft_conclusion", "violated", by="truongphong", **drafted)
    office.step(matter, "draft_conclusion", by="truongphong", **drafted, violated=[f"nomination:{guilty}", f"nomination:{clean}"])
    (stop,) = [one for one in office.stops(matter) if one.state == "open"]
    task = tasks.find_task(stop.id)
    offered = first_answers(task.form, tasks.given_to(task, office.who("chutich")))
    assert offered["violated"] == [f"nomination:{guilty}", f"nomination:{clean}"], "as it was drafted, to be changed"
    office.step(matter, "conclude_petition", by="chutich", decision="founded", violated=[f"nomination:{guilty}"])
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("chutich")))
    assert f"có vi phạm đối với: Hoàng Bình Minh ({unit})." in paper and f"không có vi phạm đối với: Lê Nắng Mai ({unit})." in paper
    assert "Nội dung đơn nêu có vi phạm." not in paper
    assert f"Dừng xét khen thưởng kể từ ngày ban hành kết luận này đối với: Hoàng Bình Minh ({unit})." in paper
    assert f"Tiếp tục xét khen thưởng kể từ ngày ban hành kết luận này đối với: Lê Nắng Mai ({unit})." in paper
    office.conclude(matter)
    done = _did(office, matter, "settle_names")
    assert (done["stopped"], done["lifted"]) == (1, 1)
    assert office.status(guilty) == ("ended", "refused") and office.at(clean) == {"check_dossier"} and not holds.open_holds(clean)
    (fact,) = [one.said for one in _main(office, matter) if one.key == "violated"]
    assert fact == f"Hoàng Bình Minh ({unit})"


def _main(office: Office, matter: int) -> list[movement.MainFact]:
    chair = office.who("chutich")
    return read_main_facts(read_matter(matter, by=chair), office.stops(matter), by=chair)


@pytest.mark.long
def test_what_the_chair_concludes_takes_the_place_of_what_was_drafted(office: Office) -> None:
    (one,) = _finished(office, "Hoàng Bình Minh")
    matter = office.complain(one)
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    drafted = {"decision": "founded", "proposal": "revoke", "summary": "Khai khống."}
    office.step(matter, "draft_conclusion", by="truongphong", **drafted)
    assert {one.key: one.said for one in _main(office, matter)}["proposal"] == "Hủy bỏ khen thưởng"
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("chutich")))
    assert "Căn cứ kết quả xác minh và đề nghị của Phòng Văn hóa - Xã hội" in paper and "Xem xét hủy bỏ" in paper
    office.step(matter, "conclude_petition", by="chutich", decision="unfounded", chair_summary="Số liệu đúng với sổ gốc.")
    told = {one.key: one.said for one in _main(office, matter)}
    assert told["decision"] == "Không có vi phạm" and told["chair_summary"] == "Số liệu đúng với sổ gốc." and "proposal" not in told
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("chutich")))
    assert "Căn cứ kết quả xác minh của Phòng Văn hóa - Xã hội" in paper and "đề nghị của" not in paper
    assert "Số liệu đúng với sổ gốc." in paper and "hủy bỏ" not in paper and "Khai khống" not in paper


def test_a_conclusion_names_the_people_and_offices_that_it_is_about(office: Office) -> None:
    officer = office.who("vhxh")
    matter = _remark(office, kind="complaint", about_units=[f"unit:{office.units['DONG-MAY']}"], about_people=_about(office, "vhxh"))
    office.step(matter, "classify_petition", by="truongphong", kind="complaint", about_people=_about(office, "vhxh", "phochutich"))
    office.step(matter, "verify_petition", by="truongphong", findings="Đã xem sổ.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Có nhận quà.")
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("chutich")))
    told = paper.partition("Người, cơ quan, đơn vị được nêu trong đơn:")[2].partition("2. Kết quả xác minh")[0]
    assert officer.name in told and office.who("phochutich").name in told and people.unit_name(office.units["DONG-MAY"], DAY) in told


def test_a_complaint_is_classified_once_it_says_whom_it_names_or_that_it_names_nobody(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    open_one = _remark(office, kind="complaint")
    told = _refuses(office, open_one, "classify_petition", "names_nobody", by="truongphong", kind="complaint", names_nobody=False)
    assert "chưa gắn với ai" in told
    office.step(open_one, "classify_petition", by="truongphong", kind="complaint", names_nobody=True)
    for named in ({"about_more": [f"nomination:{one}"]}, {"about_people": _about(office, "vhxh")},
                  {"about_units": [f"unit:{office.units['DONG-MAY']}"]}):
        matter = _remark(office, kind="complaint")
        office.step(matter, "classify_petition", by="truongphong", kind="complaint", names_nobody=False, **named)
        assert office.stands_at(matter) == {"verify_petition"}
    by_sender = _remark(office, kind="complaint", about=[one])
    office.step(by_sender, "classify_petition", by="truongphong", kind="complaint", names_nobody=False)
    remark = _remark(office)
    office.step(remark, "classify_petition", by="truongphong", kind="remark")


def test_two_nominations_of_the_same_person_are_told_apart_by_round_and_state(office: Office) -> None:
    (done,) = _finished(office, "Hoàng Bình Minh")
    unit = people.unit_name(office.units["DET-NANG-SOM"], DAY)
    now, whole = (office.nominate(ROUND, unit="DET-NANG-SOM", by="donvi2", **said) for said in (
        {"name": "Hoàng Bình Minh"}, {"kind": "COLLECTIVE", "name": unit, "group": "C"},
    ))
    matter = _remark(office, kind="complaint")
    (task,) = [stop for stop in office.stops(matter) if stop.state == "open"]
    offered = {one["value"]: one["follows"] for one in tasks.read_task(task.id, by=office.who("truongphong")).given["names_to_add"]}
    row = rounds.read_round(office.rounds[ROUND])
    assert row.name in offered[f"nomination:{done}"] and "Quyết định số 21/QĐ-UBND, 2026" in offered[f"nomination:{done}"]
    assert row.name in offered[f"nomination:{now}"] and "Quyết định" not in offered[f"nomination:{now}"]
    assert offered[f"nomination:{done}"] != offered[f"nomination:{now}"]
    assert unit in offered[f"nomination:{now}"] and unit not in offered[f"nomination:{whole}"], "a unit is not called twice"


def test_who_does_a_step_of_a_matter_finds_it_in_the_register(office: Office) -> None:
    about_head = _remark(office, kind="complaint", about_people=_about(office, "truongphong"))
    usual, about_both = _remark(office), _remark(office, about_people=_about(office, "truongphong", "vanphong"))
    assert _entries(office, "vanphong") == {about_head}, "asked to do a step"
    office.step(about_head, "classify_petition", by="vanphong", kind="complaint")
    office.step(about_head, "verify_petition", by="vanphong", findings="Đã xem sổ.")
    kept = register_in_use("petition")
    assert _entries(office, "vanphong") == {about_head}
    assert find_matters(kept, by=office.who("vanphong"), wanted=MatterFilter(state="open")).total == 1
    rows = load_workbook(BytesIO(movement.sheet_of(kept, by=office.who("vanphong"), wanted=MatterFilter(), language="vi"))).active
    assert read_matter(about_head, by=office.who("vanphong")).entry.number in {str(cell.value) for row in rows.iter_rows() for cell in row}
    assert about_head not in _entries(office, "truongphong") and about_both not in _entries(office, "vanphong")
    assert _entries(office, "mttq") == set() and usual in _entries(office, "truongphong")


def test_papers_of_a_petition_that_the_chair_only_sent_are_signed_for_him(office: Office) -> None:
    remark = _remark(office, by="chutich")
    office.step(remark, "classify_petition", by="truongphong", kind="remark")
    office.step(remark, "answer_petition", by="truongphong", way="letter", answer="Đã sửa.")
    assert "TL. CHỦ TỊCH" in text_of(papers.preview_matter_paper(remark, "petition_answer", by=office.who("truongphong")))
    complaint = _remark(office, by="chutich", kind="complaint")
    office.step(complaint, "classify_petition", by="truongphong", kind="complaint")
    office.step(complaint, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    office.step(complaint, "draft_conclusion", by="truongphong", decision="founded", summary="Có sai.")
    office.step(complaint, "conclude_petition", by="phochutich", decision="founded")
    assert "KT. CHỦ TỊCH" in text_of(papers.preview_matter_paper(complaint, "petition_conclusion", by=office.who("phochutich")))


def test_a_substitute_of_the_chair_signs_as_his_deputy_or_not_at_all(office: Office) -> None:
    chair, admin = office.who("chutich"), office.who("quantri")
    matter = office.complain()
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Có sai.")
    for login in ("truongphong", "phochutich"):
        people.name_substitute(chair.account, office.who(login).account, by=admin, since=DAY, until=date(2026, 12, 1), reason="Nghỉ phép")
    with pytest.raises(Conflict, match="may not sign"):
        office.step(matter, "conclude_petition", by="truongphong", decision="founded")
    assert office.stands_at(matter) == {"conclude_petition"}
    office.step(matter, "conclude_petition", by="phochutich", decision="founded")
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("vanthu")))
    assert "KT. CHỦ TỊCH" in paper and office.who("phochutich").name in paper
