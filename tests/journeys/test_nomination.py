"""Whole nominations through the service, by the verbs that pages and API call (process.md section 8)."""

from __future__ import annotations

from datetime import date

import pytest

from service import clock, trail
from service.awards import lists
from service.awards.finding import find_lists
from service.awards.lists import LineInput
from service.errors import Conflict, Forbidden, Invalid
from service.processes import history, inbox, tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office

ROUND = "HN-2026"
FINAL = "TK-2030"
ADHOC = "DX"


DAY = date(2026, 11, 3)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def _at_the_council(office: Office) -> int:
    one = office.nominate(ROUND)
    office.to_council(one, ROUND)
    return one


def _finish_certificate(office: Office, one: int, number: int = 1126, round_code: str = ROUND) -> None:
    office.decide(round_code, number, [one])
    office.hand_over(one)


def test_certificate_from_self_assessment_to_the_filed_dossier(office: Office) -> None:
    one = office.nominate(ROUND)
    assert office.at(one) == {"self_assess"}
    office.assess(one)
    assert office.status(one)[0] == "signing_by_head"
    office.sign(one)
    assert office.at(one) == {"check_dossier"}
    office.check(one)
    office.go_to("2026-12-04")
    office.post(ROUND)
    office.go_to("2026-12-15")
    office.sit(ROUND, {})
    assert office.status(one)[0] == "deciding"
    office.go_to("2026-12-18")
    office.decide(ROUND, 1126)
    assert office.status(one)[0] == "handing_over"
    office.hand_over(one)
    assert office.status(one) == ("ended", "certificate")
    row = office.read(one)
    assert (row.form_asked, row.form_recommended, row.form_passed, row.form_granted) == ("GK_XA",) * 4
    assert trail.verify().ok


@pytest.mark.long
def test_rework_by_the_head_brings_the_name_back_to_its_unit(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one, results={one: ("rework", "Ghi rõ số buổi dạy")})
    assert office.at(one) == {"self_assess"}
    office.assess(one)
    office.sign(one)
    assert office.at(one) == {"check_dossier"}


@pytest.mark.long
def test_supplement_and_lower_form_end_as_certificate(office: Office) -> None:
    one = office.nominate(ROUND, form="BK_TINH")
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    office.check(one, "supplement")
    submission = office.submission(one)
    office.act(submission, "return", by="vhxh")
    assert office.at(one) == {"supplement_dossier"}
    office.complete(
        one, "supplement_dossier",
        {"mended": [{"what": "Thiếu minh chứng D1", "note": "Đã nộp", "files": []}], "amend_facts": False},
        by="donvi",
    )
    office.act(submission, "sign_supplement", by="thutruong")
    office.check(one)
    office.post(ROUND, [one])
    office.sit(ROUND, {one: {"result": "lower_form", "reason": "Chưa đủ tiêu biểu", "form": "GK_XA"}})
    _finish_certificate(office, one)
    row = office.read(one)
    assert office.status(one) == ("ended", "certificate")
    assert (row.form_asked, row.form_passed, row.form_granted) == ("BK_TINH", "GK_XA", "GK_XA")


def test_missed_supplement_is_refused_after_the_review_window(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one, "supplement")
    office.act(office.submission(one), "return", by="vhxh")
    office.go_past(ROUND, "supplement")
    assert office.status(one)[0] == "refused_open"
    office.tell_result(one)
    assert office.at(one) == {"wait_review"}
    office.go_to("2026-12-31")
    assert office.status(one) == ("ended", "refused")
    assert office.read(one).reason_code == "NOT_SUPPLEMENTED"


def test_second_return_needs_the_office_head(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    submission = office.submission(one)
    office.check(one, "supplement")
    office.act(submission, "return", by="vhxh")
    office.complete(one, "supplement_dossier",
                    {"mended": [{"what": "Thiếu", "note": "Đã nộp", "files": []}], "amend_facts": False}, by="donvi")
    office.act(submission, "sign_supplement", by="thutruong")
    office.check(one, "supplement")
    with pytest.raises(Forbidden, match="returned once"):
        office.act(submission, "return", by="vhxh")


@pytest.mark.long
def test_not_eligible_and_review_upheld(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one, "not_eligible")
    office.tell_result(one)
    office.file("review_request", one, by="thutruong", content="Đề nghị xem lại điểm D1")
    assert office.at(one) == {"review_refusal"}
    with pytest.raises(Forbidden, match="earlier step"):
        office.complete(one, "review_refusal", {"decision": "uphold", "reason": "Giữ kết luận", "basis": "Điều 75"},
                        by="vhxh")
    (task,) = [s.id for s in history.timeline(office.read(one).instance_id or 0) if s.state == "open"]
    with pytest.raises(Forbidden, match="earlier step"):  # nor does he keep it from the others
        tasks.claim_task(task, by=office.who("vhxh"))
    asked = {login: [i.id for i in inbox.read_inbox(office.who(login), "group").items] for login in ("vhxh", "vanphong")}
    assert task in asked["vanphong"] and task not in asked["vhxh"]
    office.complete(one, "review_refusal", {"decision": "uphold", "reason": "Giữ kết luận", "basis": "Điều 75"},
                    by="vanphong")
    assert office.status(one) == ("ended", "refused")


@pytest.mark.long
def test_failed_in_council_goes_back_on_the_agenda_once(office_on: OpenOffice) -> None:
    office = office_on(DAY, _at_the_council)
    one = office.made
    office.sit(ROUND, {one: {"result": "failed", "reason": "Chưa rõ kết quả"}})
    assert office.read(one).refused_by == "council"
    office.tell_result(one)
    office.file("review_request", one, by="thutruong", content="Bổ sung số liệu")
    office.complete(one, "review_refusal", {"decision": "agenda", "reason": "Có số liệu mới"}, by="vanphong")
    assert office.at(one) == {"wait_council"}
    office.sit(ROUND, {one: {"result": "failed", "reason": "Vẫn chưa rõ"}})
    assert office.status(one) == ("ended", "refused")


def test_objection_is_weighed_and_stands_on_the_line(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one, ask_opinions=True, agencies=["CONG-AN", "THUE"])
    assert office.at(one) == {"wait_opinions"}
    letters = [
        office.draw_up("opinion_letter", ROUND, [one], by="vhxh", unit_id=office.units[code])
        for code in ("CONG-AN", "THUE")
    ]
    for letter in letters:
        office.act(letter, "send", by="vhxh", fields={"dated": clock.today().isoformat()})
    office.act(letters[0], "answer", by="congan", lines=[LineInput(one, "no_objection")], fields={})
    assert office.at(one) == {"wait_opinions"}
    office.act(letters[1], "answer", by="vhxh", lines=[LineInput(one, "objection", "Nợ thuế đất")], fields=office.paper())
    assert office.at(one) == {"weigh_objection"}
    office.complete(one, "weigh_objection",
                    {"decision": "proceed", "mended": "no", "weighing": "Đã cam kết nộp trong tháng."}, by="vhxh")
    assert office.at(one) == {"wait_posting"}


@pytest.mark.long
def test_next_session_twice_then_passed(office_on: OpenOffice) -> None:
    office = office_on(DAY, _at_the_council)
    one = office.made
    for _ in range(2):
        office.sit(ROUND, {one: {"result": "next_session", "reason": "Hết giờ"}})
        assert office.at(one) == {"wait_council"}
    office.sit(ROUND, {})
    _finish_certificate(office, one)
    assert office.status(one) == ("ended", "certificate")


@pytest.mark.long
def test_struck_by_the_chair_does_not_delay_the_others(office: Office) -> None:
    one, two = office.nominate(ROUND), office.nominate(ROUND, name="Lê Trúc Xanh")
    for n in (one, two):
        office.assess(n)
    office.sign(one)
    for n in (one, two):
        office.check(n)
    office.post(ROUND)
    office.sit(ROUND, {})
    office.decide(ROUND, 1126, struck={one: "Có đơn thư ngày 17/12"})
    assert office.status(two)[0] == "handing_over"
    assert office.read(one).reason_code == "STRUCK"
    office.tell_result(one)
    office.go_to("2027-01-25")
    assert office.status(one) == ("ended", "refused")


def test_merit_with_a_child_package(office: Office) -> None:
    one = office.merit(ROUND)
    assert office.status(one)[0] == "packing"
    package = office.send_package(ROUND)
    office.answer(package, one, "supplement", "Bổ sung xác nhận thuế", answer_due="2027-01-20")
    assert office.at(one) == {"supplement_package"}
    office.complete(one, "supplement_package", {"decision": "ready", "note": "Đã có xác nhận", "files": []}, by="donvi")
    child = office.send_package(ROUND, [one], parent_id=package)
    office.answer(child, one, "granted")
    office.hand_over(one, pay=False)
    assert office.status(one) == ("ended", "provincial_merit")
    assert office.read(one).form_granted == "BK_TINH"


@pytest.mark.long
def test_merit_refused_takes_the_reserve_form(office: Office) -> None:
    one = office.nominate(ROUND, form="BK_TINH")
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    office.check(one)
    office.post(ROUND)
    office.sit(ROUND, {one: {"reserve": "GK_XA"}})
    package = office.send_package(ROUND)
    office.answer(package, one, "refused", "Hết chỉ tiêu")
    assert office.status(one)[0] == "deciding"
    _finish_certificate(office, one)
    assert office.status(one) == ("ended", "certificate")


@pytest.fixture
def final(office_on: OpenOffice) -> Office:
    return office_on(date(2030, 6, 4))


def _national(office: Office, reserve: str | None = None) -> tuple[int, int]:
    one = office.nominate(FINAL, form="BK_TTG")
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    office.check(one)
    office.post(FINAL)
    office.sit(FINAL, {one: {"reserve": reserve}} if reserve else {})
    return one, office.send_package(FINAL)


@pytest.mark.long
def test_national_through_two_levels(final: Office) -> None:
    one, package = _national(final)
    final.answer(package, one, "forwarded")
    assert final.status(one)[0] == "at_centre"
    final.answer(package, one, "granted")
    final.hand_over(one, pay=False)
    assert final.status(one) == ("ended", "national_nomination")


@pytest.mark.long
def test_centre_asks_and_province_grants_another_form(final: Office) -> None:
    one, package = _national(final)
    final.answer(package, one, "forwarded")
    final.answer(package, one, "supplement", "Bổ sung báo cáo", answer_due="2031-02-10")
    final.complete(one, "supplement_state_package", {"decision": "ready", "note": "Đã bổ sung", "files": []}, by="donvi")
    child = final.send_package(FINAL, [one])
    final.answer(child, one, "other_form", form="BK_TINH")
    final.hand_over(one, pay=False)
    assert final.status(one) == ("ended", "provincial_merit")


@pytest.mark.long
def test_national_refused_takes_the_provincial_reserve(final: Office) -> None:
    one, package = _national(final, reserve="BK_TINH")
    final.answer(package, one, "refused", "Chưa đủ")
    second = final.send_package(FINAL, [one])
    final.answer(second, one, "granted")
    assert final.read(one).form_granted == "BK_TINH"
    final.hand_over(one, pay=False)
    assert final.status(one) == ("ended", "provincial_merit")


def test_state_award_in_an_annual_round_is_blocked_by_the_plan_and_a_lower_form_is_not(office: Office) -> None:
    one = office.nominate(ROUND, form="BK_TTG")
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    assert ("M1", "block") in {(x["code"], x["effect"]) for x in office.read(one).eligibility}
    with pytest.raises(Invalid, match="M1"):
        office.check(one)
    office.check(one, form_recommended="GK_XA", lower_reason="Đợt hằng năm chỉ xét Giấy khen")
    assert office.at(one) == {"wait_posting"}


@pytest.mark.long
def test_pending_case_takes_accept_away(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one, facts={"pending_case": "yes"})
    office.sign(one)
    with pytest.raises(Invalid, match="G4"):
        office.check(one)


def test_petition_holds_one_name_only_until_the_conclusion(office: Office) -> None:
    one, two = office.nominate(ROUND), office.nominate(ROUND, name="Lê Trúc Xanh")
    for n in (one, two):
        office.assess(n)
    office.sign(one)
    for n in (one, two):
        office.check(n)
    petition = office.complain(one)
    posting = office.draw_up("posting", ROUND, by="vhxh")
    assert [n.id for _, n in lists.lines_of(posting)] == [two]
    office.conclude(petition, "unfounded")
    assert office.at(one) == {"wait_posting"}
    assert lists.draw_up("posting", office.rounds[ROUND], nominations=[one], by=office.who("vhxh"))


@pytest.mark.long
def test_founded_complaint_stops_the_nomination(office_on: OpenOffice) -> None:
    office = office_on(DAY, _at_the_council)
    one = office.made
    petition = office.complain(one)
    office.conclude(petition, "founded")
    assert office.status(one) == ("ended", "refused")
    assert office.read(one).reason_code == "VIOLATION"


def test_task_of_a_held_nomination_cannot_be_completed(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.complain(one)
    with pytest.raises(Conflict, match="on hold"):
        office.check(one)


def test_withdrawn_under_hold_leaves_no_wait(office_on: OpenOffice) -> None:
    office = office_on(DAY, _at_the_council)
    one = office.made
    petition = office.complain(one)
    office.file("withdrawal", one, by="thutruong", reason="Đơn vị xin rút")
    assert office.status(one) == ("ended", "withdrawn")
    assert office.at(one) == set()
    # The complaint is still answered: it is verified and concluded though nothing is held any more.
    office.conclude(petition, "founded")
    assert office.status(one) == ("ended", "withdrawn") and office.stands_at(petition) == {"answer_petition"}


@pytest.mark.long
def test_withdrawal_is_refused_once_the_decision_is_signed(office_on: OpenOffice) -> None:
    office = office_on(DAY, _at_the_council)
    one = office.made
    office.sit(ROUND, {})
    office.decide(ROUND, 1126)
    with pytest.raises(Conflict, match="the decision is signed"):
        office.file("withdrawal", one, by="thutruong", reason="Đơn vị xin rút")


def test_revoked_before_handing_over(office_on: OpenOffice) -> None:
    office = office_on(DAY, _at_the_council)
    one = office.made
    office.sit(ROUND, {})
    office.decide(ROUND, 1126)
    change = office.file("recipient_change", one, by="vhxh", change="disciplined")
    with pytest.raises((Invalid, Conflict)):
        office.hand_over(one)
    office.act(change, "conclude", by="truongphong",
               fields={"decision": "founded", "proposal": "revoke", "number": "9/KL", "dated": clock.today().isoformat()})
    # The office proposes, the chair decides.
    assert office.status(one)[0] == "handing_over"
    (proposal,) = find_lists(office.who("chutich"), kind="revocation", nomination_id=one)
    with pytest.raises(Forbidden):
        office.act(proposal.id, "decide", by="truongphong", fields={"decision": "keep", "reason": "Giữ"})
    office.act(proposal.id, "decide", by="chutich",
               fields={"decision": "revoke", "reason": "Bị kỷ luật"})
    assert office.status(one)[0] == "handing_over"
    office.act(proposal.id, "issue", by="vanthu", fields={"number": 77, "dated": clock.today().isoformat()})
    assert office.status(one) == ("ended", "refused")
    assert office.read(one).reason_code == "REVOKED"


def test_death_ends_or_goes_on_as_posthumous(office: Office) -> None:
    one, two = office.nominate(ROUND), office.nominate(ROUND, name="Lê Trúc Xanh")
    for n in (one, two):
        office.assess(n)
    office.sign(one)
    office.file("recipient_change", one, by="vhxh", change="died", posthumous="no")
    office.file("recipient_change", two, by="vhxh", change="died", posthumous="yes")
    assert office.status(one) == ("ended", "withdrawn")
    assert office.read(one).reason_code == "DIED"
    assert office.read(two).posthumous and office.at(two) == {"check_dossier"}


def test_round_that_closes_takes_off_what_was_not_filed(office: Office) -> None:
    one = office.nominate(ROUND)
    office.go_past(ROUND, "checking")
    assert office.status(one) == ("ended", "withdrawn")
    assert office.read(one).reason_code == "NOT_FILED"


def test_ad_hoc_deed_is_awarded_in_days_on_lists_of_one(office: Office) -> None:
    one = office.nominate(ADHOC)
    assert office.at(one) == {"short_report"}
    office.complete(
        one, "short_report",
        {"form_asked": "GK_XA", "deed": "Cứu người bị nạn", "deed_date": "2026-11-02", "place": "Suối Trong",
         "summary": "Kéo hai em nhỏ bị lũ cuốn vào bờ, sơ cứu và đưa về trạm y tế xã an toàn.",
         "facts": {"same_achievement_awarded": "no", "pending_case": "no",
                                                       "achievement_before_discipline_end": "no"}},
        by="donvi",
    )
    office.act(office.submission(one), "sign", by="thutruong")
    office.complete(one, "check_report", {"decision": "accept", "form_recommended": "GK_XA",
                                          "papers": ["LETTER", "SHORT_REPORT"]}, by="vhxh")
    assert office.at(one) == {"wait_written_opinion"}
    from service.awards.finding import find_lists

    by = office.who("thuky")
    (sheet,) = find_lists(by, kind="council_sheet", nomination_id=one)
    office.key_and_sign(sheet.id, {})
    (decision,) = find_lists(by, kind="decision", nomination_id=one)
    assert decision.state == "checked"
    office.sign_decision(decision.id, 1130)
    office.hand_over(one)
    assert office.status(one) == ("ended", "certificate")


@pytest.mark.long
def test_overdue_check_is_reminded_escalated_and_reassigned(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.go_to("2026-11-30")
    events = [e.kind for e in trail.read(stream=f"instance:{office.read(one).instance_id}", limit=200).events]
    assert "task:escalated" in events
    (stop,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.element == "check_dossier"]
    by = office.who("truongphong")
    task = tasks.read_task(stop.id, by=by)
    to = next(a for a in tasks.eligible_for(task))
    tasks.reassign_task(stop.id, to, "Nghỉ phép", by=by)
    office.check(one)
    assert office.at(one) == {"wait_posting"}


def test_same_act_twice_sends_one_message(office_on: OpenOffice) -> None:
    office = office_on(DAY, _at_the_council)
    sheet = office.sit(ROUND, {})
    sent = len(office.messages())
    again = office.act(sheet, "sign", by="thuky", fields={"number": "03/BB-HĐTĐKT"})
    assert again.repeated
    assert len(office.messages()) == sent


@pytest.mark.long
def test_bad_line_is_named_and_nothing_is_written(office: Office) -> None:
    one, two = office.nominate(ROUND), office.nominate(ROUND, name="Lê Trúc Xanh")
    for n in (one, two):
        office.assess(n)
    office.sign(one)
    for n in (one, two):
        office.check(n)
    office.post(ROUND)
    office.sit(ROUND, {})
    decision = office.draw_up("decision", ROUND, by="vhxh")
    office.act(decision, "prove", by="vhxh")
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
    with pytest.raises(Invalid) as refused:
        office.act(decision, "sign", by="chutich", lines=[LineInput(one, "granted"), LineInput(two, "struck", "")])
    assert [line["name"] for line in refused.value.lines] == ["Lê Trúc Xanh"]
    assert office.status(one)[0] == office.status(two)[0] == "deciding"
