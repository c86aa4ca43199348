"""A petition from whoever sends it to the answer: a remark, a proposal to the chair, a complaint that holds names; who sees what of it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from service import movement, notices, papers, people
from service.awards import holds, rounds
from service.errors import Forbidden, Invalid, NotFound
from service.movement import MatterFilter, find_matters, read_matter, register_in_use
from service.processes import tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from tests.journeys.petitions import ROUND, finished_awards, people_named, refusal, send_petition
from tests.service.papers.reading import text_of

DAY = date(2026, 11, 3)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def test_a_remark_is_numbered_classified_answered_and_told(office: Office) -> None:
    first, second = send_petition(office), send_petition(office, subject="Thiếu máy tính")
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


def test_who_sent_it_is_seen_by_who_settles_it_alone(office: Office) -> None:
    matter = send_petition(office, by="vanphong", sender="Bà Sương Mai Lan", contact="Thôn 3")
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
    usual = send_petition(office, **said)
    assert read_matter(usual, by=head).begun["sender"] == "Bà Sương Mai Lan"
    assert usual in _entries(office, "truongphong")
    matter = send_petition(office, **said, about_people=[f"account:{head.account}"])
    with pytest.raises(NotFound):
        read_matter(matter, by=head)
    assert matter not in _entries(office, "truongphong") and matter in _entries(office, "chutich")
    (task,) = [s for s in office.stops(matter) if s.state == "open"]
    with pytest.raises(NotFound):
        tasks.complete_task(task.id, {"kind": "complaint"}, by=head)
    office.step(matter, "classify_petition", by="vanphong", kind="complaint")  # falls in where the head is kept away
    assert read_matter(matter, by=office.who("vanphong")).begun["sender"] == "Bà Sương Mai Lan"


def test_an_office_that_a_petition_is_about_does_not_settle_it(office: Office) -> None:
    matter = send_petition(office, about_units=[f"unit:{office.units['VHXH']}"])
    for login in ("truongphong", "vhxh"):
        with pytest.raises(NotFound):
            read_matter(matter, by=office.who(login))
    office.step(matter, "classify_petition", by="vanphong", kind="complaint")
    office.step(matter, "verify_petition", by="vanphong", findings="Đã xem sổ.")
    assert matter in _entries(office, "donvi"), "who sent it reads it"


def test_nobody_who_works_under_whom_it_is_about_verifies_or_settles_it(office: Office) -> None:
    usual = send_petition(office, kind="complaint")
    office.step(usual, "classify_petition", by="truongphong", kind="complaint")
    office.step(usual, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    about_head = send_petition(office, kind="complaint", about_people=people_named(office, "truongphong"))
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
    about_officer = send_petition(office, kind="complaint", about_people=people_named(office, "vhxh"))
    office.step(about_officer, "classify_petition", by="truongphong", kind="complaint")  # who stands above him still settles it


def test_whom_the_classification_adds_is_kept_away_from_then_on(office: Office) -> None:
    matter = send_petition(office)
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
        send_petition(office, about_people=[f"account:{clerk.account}"])
    assert [f.path for f in refused.value.faults] == ["about_people"]


def _entries(office: Office, login: str) -> set[int]:
    return {e.id for e in find_matters(register_in_use("petition"), by=office.who(login)).entries}


def test_the_outbox_tells_nobody_who_sent_a_petition_but_who_may_know(office: Office) -> None:
    matter = send_petition(office)
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
    matter, kept = send_petition(office), register_in_use("petition")

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
    matter = send_petition(office, kind="complaint", received_on="2026-10-26")
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


def test_the_register_is_narrowed_by_how_each_petition_ended(office: Office) -> None:
    ended = {}
    for kind, decision, outcome in (
        ("remark", "", "answered"), ("not_accepted", "", "not_accepted"), ("complaint", "unfounded", "unfounded"),
        ("complaint", "founded", "founded"), ("proposal", "adopt", "adopted"), ("proposal", "partly", "partly"),
        ("proposal", "decline", "declined"),
    ):
        matter = ended[outcome] = send_petition(office)
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
    mine, others = send_petition(office), send_petition(office, by="vhxh", subject="Của phòng")
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
    matter = send_petition(office, about=[one], **said)
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


def test_a_complaint_is_classified_once_it_says_whom_it_names_or_that_it_names_nobody(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    open_one = send_petition(office, kind="complaint")
    told = refusal(office, open_one, "classify_petition", "names_nobody", by="truongphong", kind="complaint", names_nobody=False)
    assert "chưa gắn với ai" in told
    office.step(open_one, "classify_petition", by="truongphong", kind="complaint", names_nobody=True)
    for named in ({"about_more": [f"nomination:{one}"]}, {"about_people": people_named(office, "vhxh")},
                  {"about_units": [f"unit:{office.units['DONG-MAY']}"]}):
        matter = send_petition(office, kind="complaint")
        office.step(matter, "classify_petition", by="truongphong", kind="complaint", names_nobody=False, **named)
        assert office.stands_at(matter) == {"verify_petition"}
    by_sender = send_petition(office, kind="complaint", about=[one])
    office.step(by_sender, "classify_petition", by="truongphong", kind="complaint", names_nobody=False)
    remark = send_petition(office)
    office.step(remark, "classify_petition", by="truongphong", kind="remark")


def test_two_nominations_of_the_same_person_are_told_apart_by_round_and_state(office: Office) -> None:
    (done,) = finished_awards(office, "Hoàng Bình Minh")
    unit = people.unit_name(office.units["DET-NANG-SOM"], DAY)
    now, whole = (office.nominate(ROUND, unit="DET-NANG-SOM", by="donvi2", **said) for said in (
        {"name": "Hoàng Bình Minh"}, {"kind": "COLLECTIVE", "name": unit, "group": "C"},
    ))
    matter = send_petition(office, kind="complaint")
    (task,) = [stop for stop in office.stops(matter) if stop.state == "open"]
    offered = {one["value"]: one["follows"] for one in tasks.read_task(task.id, by=office.who("truongphong")).given["names_to_add"]}
    row = rounds.read_round(office.rounds[ROUND])
    assert row.name in offered[f"nomination:{done}"] and "Quyết định số 21/QĐ-UBND, 2026" in offered[f"nomination:{done}"]
    assert row.name in offered[f"nomination:{now}"] and "Quyết định" not in offered[f"nomination:{now}"]
    assert offered[f"nomination:{done}"] != offered[f"nomination:{now}"]
    assert unit in offered[f"nomination:{now}"] and unit not in offered[f"nomination:{whole}"], "a unit is not called twice"


def test_who_does_a_step_of_a_matter_finds_it_in_the_register(office: Office) -> None:
    about_head = send_petition(office, kind="complaint", about_people=people_named(office, "truongphong"))
    usual, about_both = send_petition(office), send_petition(office, about_people=people_named(office, "truongphong", "vanphong"))
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
