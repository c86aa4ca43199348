"""What stops, ends or changes one name keeps no other name waiting, and no name goes on that must not (process.md 3, 4)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from service import clock, trail
from service.awards import consulting, holds, lists
from service.awards.changes import noted
from service.awards.finding import find_lists
from service.awards.lists import LineInput
from service.awards.models import Award, Hold, List, Recipient
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid
from service.processes import history, inbox
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office

ROUND = "HN-2026"
ADHOC = "DX"
DAY = date(2026, 11, 3)
NAMES = ("Hoàng Bình Minh", "Lê Trúc Xanh", "Phạm Thu Hà", "Vũ Đức Long", "Ngô Kim Anh")


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def _today() -> str:
    return clock.today().isoformat()


def _received(office: Office, count: int, **more: object) -> list[int]:
    names = [office.nominate(ROUND, name=name, **more) for name in NAMES[:count]]  # type: ignore[arg-type]
    facts = {"path": "PHONG_TRAO"} if more.get("form") else None
    for n in names:
        office.assess(n, facts=facts)
    office.sign(names[0])
    return names


def _passed(office: Office, count: int, **more: object) -> list[int]:
    names = _received(office, count, **more)
    for n in names:
        office.check(n)
    office.post(ROUND)
    office.sit(ROUND, {})
    return names


def _checked(office: Office, names: list[int] | None = None) -> int:
    decision = office.draw_up("decision", ROUND, names, by="vhxh")
    office.act(decision, "prove", by="vhxh")
    office.act(decision, "submit", by="truongphong", fields={"dated": _today()})
    office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
    return decision


def _hold(office: Office, nomination: int) -> int:
    return office.complain(nomination)


def _conclude(office: Office, petition: int, decision: str = "unfounded", **more: str) -> None:
    office.conclude(petition, decision, **more)


def _issue(office: Office, decision: int, number: int = 1126, **more: object) -> lists.Outcome:
    return office.act(decision, "issue", by="vanthu", fields={"number": number, "dated": _today()}, **more)  # type: ignore[arg-type]


def _state(office: Office, list_id: int) -> str:
    return lists.read_list(list_id, by=office.who("truongphong")).state


def _left(list_id: int) -> dict[int, str]:
    return {n.id: line.data["left"]["code"] for line, n in lists.lines_of(list_id) if line.removed}


def _asked(office: Office, login: str) -> list[str]:
    by = office.who(login)
    return [e for scope in ("mine", "group") for e, _n, _late in inbox.count_by_element(by, scope)]


def test_one_decision_with_a_held_a_withdrawn_a_stopped_and_two_clean_names_to_the_end(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_passed, count=5))
    held, withdrawn, stopped, clean, other = office.made
    decision = _checked(office)
    office.file("withdrawal", withdrawn, by="thutruong", reason="Đơn vị xin rút")
    assert _left(decision) == {withdrawn: "withdrawn"}
    assert office.status(withdrawn) == ("ended", "withdrawn")

    signed = office.act(decision, "sign", by="chutich")
    assert (signed.done, signed.state) == (4, "signed")
    # Between signature and number: one name is revoked by the chair, one is held.
    petition = _hold(office, stopped)
    _conclude(office, petition, "founded", proposal="revoke")
    (proposal,) = find_lists(office.who("chutich"), kind="revocation", nomination_id=stopped)
    assert "revocation.decide" in _asked(office, "chutich")
    office.act(proposal.id, "decide", by="chutich",
               fields={"decision": "revoke", "reason": "Có vi phạm"})
    assert office.status(stopped)[0] != "ended"  # signed, and not an act before its number
    office.act(proposal.id, "issue", by="vanthu", fields={"number": 77, "dated": _today()})
    assert office.status(stopped) == ("ended", "refused")
    complaint = _hold(office, held)

    with pytest.raises(Invalid) as refused:
        _issue(office, decision)
    assert [(x["name"], x["code"]) for x in refused.value.lines] == [(NAMES[0], "on-hold")]
    assert office.at(clean) == {"wait_issue"}
    issued = _issue(office, decision, skip_bad=True)
    assert (issued.done, issued.state) == (2, "issued")
    assert [x["nomination"] for x in issued.left_out] == [held]
    assert "decision.issue_rest" not in _asked(office, "vanthu")
    office.hand_over(clean)
    assert office.status(clean) == office.status(other) == ("ended", "certificate")

    with pytest.raises(Conflict, match="No line is left"):
        office.act(decision, "issue_rest", by="vanthu")
    _conclude(office, complaint)
    assert "decision.issue_rest" in _asked(office, "vanthu")
    rest = office.act(decision, "issue_rest", by="vanthu")
    assert rest.done == 1
    sent = len(office.messages())
    assert office.act(decision, "issue_rest", by="vanthu").repeated
    assert len(office.messages()) == sent
    assert "decision.issue_rest" not in _asked(office, "vanthu")
    office.hand_over(held)
    assert office.status(held) == ("ended", "certificate")
    with reading() as s:
        awards = {a.nomination_id: (a.decision, a.status) for a in s.scalars(select(Award))}
        assert awards == dict.fromkeys((held, clean, other), ("1126/QĐ-UBND", "filed"))
        assert not s.scalars(select(Hold).where(Hold.lifted_at.is_(None))).all()
        assert {r.state for r in s.scalars(select(List).where(List.kind == "award_list"))} == {"done"}
    assert lists.progress(decision)["queued"] == 0


@pytest.mark.long
def test_a_held_name_is_left_out_of_signing_and_drawn_up_anew(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_passed, count=2))
    held, clean = office.made
    decision = _checked(office)
    petition = _hold(office, held)
    outcome = office.act(decision, "sign", by="chutich", lines=[LineInput(clean, "granted")])
    # What the page does not name because it is held leaves the decision, and the answer says so.
    assert outcome.state == "signed" and [x["code"] for x in outcome.left_out] == ["on-hold"]
    assert _left(decision) == {held: "on-hold"}
    assert _issue(office, decision).done == 1
    with pytest.raises(Conflict):
        office.draw_up("decision", ROUND, by="vhxh")
    _conclude(office, petition)
    second = _checked(office)
    office.sign_decision(second, 1130)
    assert office.status(held)[0] == office.status(clean)[0] == "handing_over"


@pytest.mark.long
def test_package_goes_without_the_held_and_the_withdrawn_name(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_passed, count=3, form="BK_TINH"))
    held, withdrawn, clean = office.made
    package = office.draw_up("package", ROUND, by="vhxh")
    office.act(package, "sign", by="chutich")
    with pytest.raises(Conflict):  # a name on a signed package is not put on another
        office.draw_up("package", ROUND, by="vhxh")
    petition = _hold(office, held)
    office.file("withdrawal", withdrawn, by="thutruong", reason="Đơn vị xin rút")
    paper = {"number": "87", "dated": _today()}
    with pytest.raises(Invalid, match="1 line"):
        office.act(package, "send", by="vanthu", fields=paper)
    sent = office.act(package, "send", by="vanthu", fields=paper, skip_bad=True)
    assert sent.done == 1 and _left(package) == {held: "on-hold", withdrawn: "withdrawn"}
    assert office.status(clean)[0] == "at_province" and office.status(held)[0] == "packing"
    _conclude(office, petition)
    second = office.draw_up("package", ROUND, by="vhxh")
    assert [n.id for _, n in lists.lines_of(second)] == [held]
    office.act(second, "sign", by="chutich")
    office.act(second, "send", by="vanthu", fields=paper | {"number": "88"})
    assert office.status(held)[0] == "at_province"
    office.answer(package, clean, "refused", "Hết chỉ tiêu")
    assert _state(office, package) == "answered"


def test_letters_go_without_a_held_name_which_gets_the_next_one(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_received, count=2))
    held, clean = office.made
    for n in (held, clean):
        office.check(n, ask_opinions=True, agencies=["THUE"])
    letter = office.draw_up("opinion_letter", ROUND, by="vhxh", unit_id=office.units["THUE"])
    petition = _hold(office, held)
    office.act(letter, "send", by="vhxh", fields={"dated": _today()}, skip_bad=True)
    assert _left(letter) == {held: "on-hold"}
    _conclude(office, petition)
    second = office.draw_up("opinion_letter", ROUND, [held], by="vhxh", unit_id=office.units["THUE"])
    office.act(second, "send", by="vhxh", fields={"dated": _today()})
    for row, n in ((letter, clean), (second, held)):
        office.act(row, "answer", by="thue", lines=[LineInput(n, "no_objection")], fields={})
    assert office.at(held) == office.at(clean) == {"wait_posting"}


def test_result_letter_leaves_a_name_out_and_the_next_letter_carries_it(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_received, count=2))
    paused, clean = office.made
    for n in (paused, clean):
        office.check(n, "not_eligible")
    (letter,) = find_lists(office.who("vhxh"), kind="result_letter")
    # A hold that was opened while the refusal was on its way.
    with transaction() as s:
        hold = holds.open_hold(s, office.read(paused), cause="petition", list_id=None)
        trail.record("nomination:held", by=office.who("truongphong"), stream="list:1")
    office.act(letter.id, "send", by="vhxh", fields={"dated": _today()}, skip_bad=True)
    assert office.at(clean) == {"wait_review"} and office.at(paused) == {"wait_result_letter"}
    with transaction() as s:
        holds.lift_hold(s, s.get_one(Hold, hold.id), "unfounded")
        trail.record("hold:lifted", by=office.who("truongphong"), stream="list:1")
    office.tell_result(paused)
    assert office.at(paused) == {"wait_review"}


def test_no_line_takes_a_value_that_its_wait_does_not_take(office: Office) -> None:
    one = office.nominate(ADHOC)
    office.complete(
        one, "short_report",
        {"form_asked": "GK_XA", "deed": "Cứu người bị nạn", "deed_date": "2026-11-02", "place": "Suối Trong",
         "summary": "Kéo hai em nhỏ bị lũ cuốn vào bờ, sơ cứu và đưa về trạm y tế xã an toàn.",
         "facts": {"same_achievement_awarded": "no", "pending_case": "no", "achievement_before_discipline_end": "no"}},
        by="donvi",
    )
    office.act(office.submission(one), "sign", by="thutruong")
    office.complete(one, "check_report", {"decision": "accept", "form_recommended": "GK_XA",
                                          "papers": ["LETTER", "SHORT_REPORT"]}, by="vhxh")
    (sheet,) = find_lists(office.who("thuky"), kind="council_sheet", nomination_id=one)
    fields = {"held_on": _today(), "members": 9, "present": 9, "presided_by": "Chủ tịch Hội đồng"}
    with pytest.raises(Invalid) as refused:
        office.act(sheet.id, "key", by="thuky", fields=fields,
                   lines=[LineInput(one, "next_session", "Hết giờ", {"agree": 9})])
    assert "next_session" not in str(refused.value.lines[0]["message_en"])
    office.key_and_sign(sheet.id, {})
    assert office.status(one)[0] == "deciding"


@pytest.mark.long
def test_an_answer_that_a_level_cannot_give_is_refused(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_passed, count=1, form="BK_TINH"))
    (one,) = office.made
    package = office.send_package(ROUND)
    with pytest.raises(Invalid):
        office.answer(package, one, "forwarded")
    office.answer(package, one, "granted")
    assert office.status(one)[0] == "handing_over"
    with pytest.raises(Invalid):
        office.answer(package, one, "refused", "Nhầm")


def test_a_line_whose_successor_is_asked_is_not_acted_on_until_it_confirms(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_received, count=2))
    one, two = office.made
    for n in (one, two):
        office.check(n)
    office.file("recipient_change", one, by="vhxh", change="dissolved")
    assert office.at(one) == {"wait_posting", "confirm_successor"}
    posting = office.draw_up("posting", ROUND, by="vhxh")
    assert [n.id for _, n in lists.lines_of(posting)] == [two]
    with pytest.raises(Invalid):
        office.draw_up("posting", ROUND, [one], by="vhxh")
    office.complete(one, "confirm_successor", {"decision": "confirm"}, by="thutruong")
    assert office.draw_up("posting", ROUND, [one], by="vhxh")


def test_other_tasks_and_timers_stand_still_while_the_successor_is_asked(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_received, count=1))
    (one,) = office.made
    office.file("recipient_change", one, by="vhxh", change="dissolved")
    with pytest.raises(Conflict, match="another step"):
        office.check(one)
    office.complete(one, "confirm_successor", {"decision": "confirm"}, by="thutruong")
    office.check(one, "not_eligible")
    office.tell_result(one)
    assert office.at(one) == {"wait_review"}
    before = history.timeline(office.read(one).instance_id or 0)[-1].due_at
    assert before is None or before > clock.now()


@pytest.mark.long
def test_a_declined_name_leaves_its_lists(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_passed, count=2))
    one, two = office.made
    decision = _checked(office)
    office.file("recipient_change", one, by="vhxh", change="dissolved")
    office.complete(one, "confirm_successor", {"decision": "decline", "reason": "Đơn vị mới không theo dõi được"},
                    by="thutruong")
    assert office.status(one) == ("ended", "refused")
    assert _left(decision) == {one: "stopped"}
    office.sign_decision(decision, 1126)
    assert office.status(two)[0] == "handing_over"


def test_petition_on_a_draft_warns_and_holds_once_the_name_is_received(office: Office) -> None:
    one = office.nominate(ROUND)
    petition = _hold(office, one)
    assert not holds.open_holds(one) and [row.id for row, _ in noted(one)] == [office.sheet(petition, one)]
    office.assess(one)  # nothing stands still while the unit drafts
    office.sign(one)
    assert [h.list_id for h in holds.open_holds(one)] == [office.sheet(petition, one)] and not noted(one)
    with pytest.raises(Conflict, match="on hold"):
        office.check(one)
    _conclude(office, petition)
    office.check(one)
    assert office.at(one) == {"wait_posting"}


@pytest.mark.long
def test_what_is_filed_on_a_refused_name_counts_only_if_a_review_brings_it_back(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_received, count=2))
    one, two = office.made
    for n in (one, two):
        office.check(n, "not_eligible")
    office.tell_result(one)
    petition = _hold(office, one)
    office.file("recipient_change", two, by="vhxh", change="died", posthumous="no")
    assert office.status(two)[0] == "refused_open" and not holds.open_holds(one)
    with reading() as s:
        assert s.get_one(Recipient, office.read(two).recipient_id).died_on == clock.today()
    for n in (one, two):
        office.file("review_request", n, by="thutruong", content="Đề nghị xem lại điểm D1")
        office.complete(n, "review_refusal", {"decision": "recheck", "reason": "Có minh chứng mới"}, by="vanphong")
    assert office.status(one)[0] == "checking" and [h.list_id for h in holds.open_holds(one)] == [office.sheet(petition, one)]
    assert office.status(two) == ("ended", "withdrawn") and office.read(two).reason_code == "DIED"


def test_death_of_a_refused_name_stays_on_the_register(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_received, count=1))
    (one,) = office.made
    office.check(one, "not_eligible")
    office.tell_result(one)
    office.file("recipient_change", one, by="vhxh", change="died", posthumous="no")
    assert office.at(one) == {"wait_review"}
    office.go_to(clock.today() + timedelta(days=40))
    assert office.status(one) == ("ended", "refused") and office.read(one).reason_code == "STANDARD"


@pytest.mark.long
def test_died_at_the_province_is_told_by_letter_and_entered_as_its_answer(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_passed, count=1, form="BK_TINH"))
    (one,) = office.made
    package = office.send_package(ROUND)
    office.file("recipient_change", one, by="vhxh", change="died", posthumous="no")
    assert office.status(one)[0] == "at_province"
    with pytest.raises(Conflict, match="province"):
        office.file("withdrawal", one, by="thutruong", reason="Xin rút")
    office.answer(package, one, "supplement", "Bổ sung xác nhận", answer_due="2027-01-20")
    assert office.at(one) == {"supplement_package"}
    office.answer(package, one, "withdrawn", "Đơn vị rút theo công văn số 12")
    assert office.status(one) == ("ended", "withdrawn")
    assert _state(office, package) == "answered"


def test_after_the_decision_a_death_goes_on_and_a_merger_asks_nobody(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_passed, count=2))
    one, two = office.made
    office.decide(ROUND, 1126)
    office.file("recipient_change", one, by="vhxh", change="died")
    office.file("recipient_change", two, by="vhxh", change="dissolved")
    assert office.read(one).to_family and not office.read(one).posthumous, "the decision stands as it is"
    assert "confirm_successor" not in office.at(two)
    office.hand_over(one, to={one: "Bà Nguyễn Thị Hoa, vợ"})
    assert office.status(one) == office.status(two) == ("ended", "certificate")


@pytest.mark.long
def test_an_ended_name_changes_on_the_register_only(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_passed, count=1))
    (one,) = office.made
    office.decide(ROUND, 1126)
    office.hand_over(one)
    office.file("recipient_change", one, by="vhxh", change="renamed", new_name="Hoàng Minh Bình")
    with reading() as s:
        assert s.get_one(Recipient, office.read(one).recipient_id).name == "Hoàng Minh Bình"
    assert office.read(one).name == NAMES[0]  # papers keep the name of the day
    assert office.status(one) == ("ended", "certificate")


def test_unit_takes_a_name_off_its_draft(office: Office) -> None:
    one, two = office.nominate(ROUND), office.nominate(ROUND, name=NAMES[1])
    office.assess(two)
    with pytest.raises(Conflict):
        office.file("withdrawal", one, by="thutruong", reason="Thôi")
    submission = office.submission(one)
    with pytest.raises(Conflict):  # it never means all names
        office.act(submission, "take_off", by="donvi")
    office.act(submission, "take_off", by="donvi", lines=[LineInput(one, "taken_off", "Chuyển công tác")])
    assert office.status(one) == ("ended", "withdrawn") and office.read(one).reason_code == "NOT_NOMINATED"
    office.sign(two)
    assert office.status(two)[0] == "checking"


@pytest.mark.long
def test_refusal_from_above_lifts_the_holds_as_void_and_the_reserve_form_is_held_anew(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_received, count=2, form="BK_TINH"))
    one, two = office.made
    for n in (one, two):
        office.check(n)
    office.post(ROUND)
    office.sit(ROUND, {one: {"reserve": "GK_XA"}})
    package = office.send_package(ROUND)
    first, second = _hold(office, one), _hold(office, two)
    office.answer(package, two, "refused", "Hết chỉ tiêu")
    assert office.status(two)[0] == "refused_open" and not holds.open_holds(two)
    office.tell_result(two)
    assert office.at(two) == {"wait_review"}
    office.answer(package, one, "refused", "Hết chỉ tiêu")
    with reading() as s:
        ends = [h.conclusion for h in s.scalars(select(Hold).order_by(Hold.id))]
    assert ends[:2] == ["void", "void"]
    # The reserve form comes before the chair: the petition that is still being verified holds it.
    assert office.status(one)[0] == "deciding" and [h.list_id for h in holds.open_holds(one)] == [office.sheet(first, one)]
    _conclude(office, first)
    _conclude(office, second)
    assert not holds.open_holds(one) and office.draw_up("decision", ROUND, by="vhxh")


def test_past_the_date_for_opinions_only_a_held_name_stays(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_received, count=3))
    held, asked, unsent = office.made
    for n in (held, asked, unsent):
        office.check(n, ask_opinions=True, agencies=["THUE"])
    sent = office.draw_up("opinion_letter", ROUND, [held, asked], by="vhxh", unit_id=office.units["THUE"])
    office.act(sent, "send", by="vhxh", fields={"dated": _today()})
    draft = office.draw_up("opinion_letter", ROUND, [unsent], by="vhxh", unit_id=office.units["CONG-AN"])
    petition = _hold(office, held)
    office.go_past(ROUND, "opinions")
    assert office.at(asked) == office.at(unsent) == {"wait_posting"}
    assert "wait_opinions" in office.at(held)
    assert (_state(office, sent), _state(office, draft)) == ("sent", "overdue")
    assert consulting.close_overdue_letters() == 0
    _conclude(office, petition)
    office.work()
    assert consulting.close_overdue_letters() in (0, 1)
    office.work()
    assert office.at(held) == {"wait_posting"} and _state(office, sent) == "overdue"


@pytest.mark.long
def test_chair_keeps_an_award_and_handing_over_goes_on(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_passed, count=1))
    (one,) = office.made
    office.decide(ROUND, 1126)
    change = office.file("recipient_change", one, by="vhxh", change="disciplined")
    office.act(change, "conclude", by="truongphong", fields={"decision": "unfounded", "number": "9/KL", "dated": _today()})
    (proposal,) = find_lists(office.who("chutich"), kind="revocation", nomination_id=one)
    assert proposal.data["proposal"]["proposal"] == "keep" and holds.open_holds(one)
    with pytest.raises(Forbidden):
        office.act(proposal.id, "decide", by="truongphong", fields={"decision": "keep", "reason": "Giữ"})
    office.act(proposal.id, "decide", by="chutich", fields={"decision": "keep", "reason": "Khiển trách, đã khắc phục"})
    office.hand_over(one)
    assert office.status(one) == ("ended", "certificate")


def test_an_award_of_an_ended_case_is_revoked_by_the_chair(office_on: OpenOffice) -> None:
    office = office_on(DAY, partial(_passed, count=1))
    (one,) = office.made
    with pytest.raises(Conflict, match="no award"):
        office.file("revocation", one, "propose", by="truongphong", proposal="revoke", reason="Gian dối")
    office.decide(ROUND, 1126)
    office.hand_over(one)
    row = office.file("revocation", one, "propose", by="truongphong", proposal="revoke", reason="Gian dối thành tích")
    assert "revocation.decide" in _asked(office, "chutich")
    office.act(row, "decide", by="chutich",
               fields={"decision": "revoke", "reason": "Gian dối"})
    office.act(row, "issue", by="vanthu", fields={"number": 77, "dated": _today()})
    with reading() as s:
        assert s.scalars(select(Award.status)).all() == ["revoked"]
    assert office.status(one) == ("ended", "certificate")
    assert lists.read_list(row, by=office.who("chutich")).data["recover_by"] > _today()


@pytest.mark.long
def test_the_chairs_own_line_is_signed_by_the_deputy_on_a_decision_of_its_own(office: Office) -> None:
    own = office.nominate(ROUND, name="Hồ Đại Ngàn")  # the chair himself
    held, two = office.nominate(ROUND, name=NAMES[0]), office.nominate(ROUND, name=NAMES[1])
    for n in (own, held, two):
        office.assess(n)
    office.sign(own)
    for n in (own, held, two):
        office.check(n)
    office.post(ROUND)
    office.sit(ROUND, {})
    decision = _checked(office)
    _hold(office, held)
    with pytest.raises(Invalid):
        office.act(decision, "sign", by="chutich", lines=[LineInput(own, "granted")])
    signed = office.act(decision, "sign", by="chutich")
    assert (signed.done, signed.state) == (1, "signed")
    assert _left(decision) == {own: "own-case", held: "on-hold"}
    (second,) = [r.id for r in find_lists(office.who("vhxh"), kind="decision", nomination_id=own) if r.id != decision]
    assert "decision.sign" in _asked(office, "phochutich") and "decision.sign" not in _asked(office, "chutich")
    _issue(office, decision)
    office.sign_decision(second, 1130, by="phochutich")
    assert office.status(own)[0] == office.status(two)[0] == "handing_over"
