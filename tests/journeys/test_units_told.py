"""What units are asked and told: name proof, the result letter, and letters about names that go no further."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from service import clock, people, trail
from service.awards import lists
from service.awards.finding import find_lists
from service.awards.lists import LineInput
from service.db import reading
from service.errors import Conflict, Invalid, NotFound
from service.notices.models import Mail
from service.processes import drafts, history, tasks
from service.processes.inbox import read_inbox
from service.processes.models import Activity
from tests.journeys.office import Office

ROUND = "HN-2026"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def _of(office: Office, login: str) -> int:
    account = office.who(login).account
    assert account is not None
    return account


def _told(letter: str) -> list[Mail]:
    with reading() as s:
        rows = list(s.scalars(select(Mail).where(Mail.letter == letter).order_by(Mail.id)))
        s.expunge_all()
        return rows


def _to(letter: str) -> set[int]:
    return {m.account for m in _told(letter)}


def _proofs(decision: int, state: str = "open") -> list[Activity]:
    with reading() as s:
        rows = list(
            s.scalars(
                select(Activity).where(
                    Activity.list_id == decision, Activity.element == "decision.prove", Activity.state == state
                )
            )
        )
        s.expunge_all()
        return rows


def _two_units(office: Office) -> tuple[int, int]:
    """A name of each of two units, passed by the council."""
    one = office.nominate(ROUND)
    two = office.nominate(ROUND, name="Lê Trúc Xanh", unit="DET-NANG-SOM", by="donvi2")
    office.assess(one)
    office.assess(two, by="donvi2")
    office.sign(one)
    office.sign(two, by="thutruong2", minutes_by="donvi2")
    for n in (one, two):
        office.check(n)
    office.post(ROUND)
    office.sit(ROUND, {})
    return one, two


# name proof


@pytest.mark.long
def test_each_unit_is_asked_to_prove_its_names_by_a_task_and_a_mail_of_its_own(office: Office) -> None:
    one, two = _two_units(office)
    decision = office.draw_up("decision", ROUND, by="vhxh")
    office.work()
    asked = _proofs(decision)
    assert sorted(a.key or "" for a in asked) == sorted(str(office.read(n).unit_id) for n in (one, two))
    assert all(a.due_at is not None for a in asked)
    by = {a.id: {m.account for m in _told("assigned") if m.about == a.id} for a in asked}
    mine = next(a for a in asked if a.key == str(office.read(one).unit_id))
    other = next(a for a in asked if a.id != mine.id)
    assert by[mine.id] == {_of(office, "donvi"), _of(office, "thutruong")}
    assert _of(office, "donvi2") in by[other.id]
    assert _of(office, "donvi") not in by[other.id]
    assert decision in [t.list_id for t in read_inbox(office.who("donvi"), "group").items if t.element == "decision.prove"]
    office.act(decision, "prove", by="donvi", lines=[LineInput(one, "confirmed")])
    assert [a.id for a in _proofs(decision)] == [other.id]
    assert [a.id for a in _proofs(decision, "done")] == [mine.id]
    with pytest.raises(Conflict, match="1 name not proved"):
        office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    office.act(decision, "prove", by="donvi2", lines=[LineInput(two, "confirmed")])
    assert not _proofs(decision)
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})


@pytest.mark.long
def test_the_office_proves_for_a_unit_that_does_not_sign_in_and_the_trail_says_for_whom(office: Office) -> None:
    one, two = _two_units(office)
    decision = office.draw_up("decision", ROUND, by="vhxh")
    with pytest.raises(Invalid) as foreign:
        office.act(decision, "prove", by="donvi", lines=[LineInput(two, "confirmed")])
    assert [f.path for f in foreign.value.faults] == ["lines.0.nomination"]  # a unit does not even see it there
    office.act(decision, "prove", by="donvi", lines=[LineInput(one, "confirmed")])
    office.act(decision, "prove", by="vhxh", lines=[LineInput(two, "corrected", data={"printed_name": "Lê Trúc Xanh B"})])
    events = trail.read(stream=f"list:{decision}", kind="decision:proofed", oldest_first=True).events
    assert [e.behalf for e in events] == [None, people.unit_name(office.read(two).unit_id)]
    assert [line.data["for_unit"] for line, _ in sorted(lists.lines_of(decision), key=lambda x: x[1].id)] == [False, True]
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})


@pytest.mark.long
def test_a_unit_sees_no_draft_decision_without_a_name_of_its_own(office: Office) -> None:
    one, _ = _two_units(office)
    decision = office.draw_up("decision", ROUND, [one], by="vhxh")
    assert lists.read_list(decision, by=office.who("donvi")).id == decision
    with pytest.raises(NotFound):
        lists.read_list(decision, by=office.who("donvi2"))


# the result letter


@pytest.mark.long
def test_a_result_letter_has_all_names_of_the_unit(office: Office) -> None:
    one, two, gone = (office.nominate(ROUND, name=name) for name in ("Hoàng Bình Minh", "Lê Trúc Xanh", "Mai Thu Sương"))
    for n in (one, two, gone):
        office.assess(n)
    office.sign(one, results={one: ("signed", ""), two: ("signed", ""), gone: ("struck", "Thôi đề nghị")})
    office.check(one)
    office.check(two, "not_eligible")
    office.post(ROUND)
    office.sit(ROUND, {})
    office.decide(ROUND, 1126)
    (letter,) = find_lists(office.who("vhxh"), kind="result_letter", nomination_id=two)
    assert letter.due_at is not None
    before = len(office.messages())
    office.tell_result(two)
    row = lists.read_list(letter.id, by=office.who("donvi"))
    assert {n.id for line, n in lists.lines_of(letter.id) if not line.removed} == {one, two} and row.data["others"] == []
    assert [n for n, _ in office.messages()[before:]] == ["result:told"]
    assert office.status(one)[0] == "handing_over"
    mail = next(m for m in _told("result") if m.account == _of(office, "donvi"))
    assert mail.context["count"] == 2
    assert mail.context["review_until"] == row.data["review_until"]
    office.hand_over(one)
    # The letter is the paper of its day: what came later does not change it.
    assert lists.read_list(letter.id, by=office.who("donvi")).data["others"] == row.data["others"]


@pytest.mark.long
def test_an_award_from_above_is_told_and_handed_over_by_the_paper_that_grants_it(office: Office) -> None:
    one = office.nominate(ROUND, form="BK_TINH")
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    office.check(one)
    office.post(ROUND)
    office.sit(ROUND, {})
    package = office.draw_up("package", ROUND, [one], by="vhxh")
    office.act(package, "sign", by="chutich")
    office.act(package, "send", by="vanthu", fields={"number": "7", "dated": clock.today().isoformat()})
    assert lists.read_list(package, by=office.who("vhxh")).number == "07/TTr-UBND", "the symbol comes by itself"
    office.answer(package, one, "granted")
    assert lists.read_list(office.award_list(one), by=office.who("vhxh")).title == "Trao tặng theo 412/QĐ-UBND"
    (letter,) = find_lists(office.who("vhxh"), kind="result_letter", nomination_id=one)
    office.tell_result(one)
    (mail,) = [m for m in _told("result") if m.account == _of(office, "donvi")]
    assert mail.context["count"] == 1 and lists.read_list(letter.id, by=office.who("donvi")).state == "sent"


@pytest.mark.long
def test_every_unit_of_a_decision_gets_a_result_letter(office: Office) -> None:
    one, two = office.nominate(ROUND), office.nominate(ROUND, name="Lê Trúc Xanh")
    other = office.nominate(ROUND, name="Tạ Suối Mơ", unit="DET-NANG-SOM", by="donvi2")
    for n, unit in ((one, "donvi"), (two, "donvi"), (other, "donvi2")):
        office.assess(n, by=unit)
    office.sign(one)
    office.sign(other, by="thutruong2", minutes_by="donvi2")
    for n in (one, two, other):
        office.check(n)
    office.post(ROUND)
    office.sit(ROUND, {})
    assert not find_lists(office.who("vhxh"), kind="result_letter")
    office.decide(ROUND, 1126)
    mine, hers = sorted(find_lists(office.who("vhxh"), kind="result_letter"), key=lambda r: r.unit_id == office.units["DET-NANG-SOM"])
    assert [n.id for _, n in lists.lines_of(mine.id)] == [one, two] and [n.id for _, n in lists.lines_of(hers.id)] == [other]
    assert mine.due_at is not None
    before = len(office.messages())
    office.hand_over(one)  # a letter that goes out late still tells of who has the award by then
    sent = office.act(mine.id, "send", by="vhxh", fields={"dated": clock.today().isoformat()})
    assert (sent.done, sent.state) == (2, "sent")
    assert "result:told" not in [name for name, _ in office.messages()[before:]]
    row = lists.read_list(mine.id, by=office.who("thutruong"))
    assert "review_until" not in row.data, "nothing was refused"
    mail = next(m for m in _told("result") if m.account == _of(office, "donvi"))
    assert (mail.context["count"], mail.context.get("review_until")) == (2, None)


@pytest.mark.long
def test_the_result_letter_of_a_merged_unit_goes_to_its_successor(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    old, heir = office.units["DONG-MAY"], office.units["DET-NANG-SOM"]
    people.dissolve_unit(old, on=clock.today(), successor=heir, reason="Sáp nhập", by=office.who("quantri"))
    office.work()
    office.check(one, "not_eligible")
    (letter,) = find_lists(office.who("vhxh"), kind="result_letter", nomination_id=one)
    assert letter.unit_id == heir
    assert letter.title.startswith(people.unit_name(heir))
    office.tell_result(one)
    assert _of(office, "thutruong2") in _to("result")
    assert lists.read_list(letter.id, by=office.who("thutruong2")).id == letter.id


def test_a_letter_drafted_before_a_merger_is_sent_to_the_successor(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one, "not_eligible")
    old, heir = office.units["DONG-MAY"], office.units["DET-NANG-SOM"]
    people.dissolve_unit(old, on=clock.today(), successor=heir, reason="Sáp nhập", by=office.who("quantri"))
    office.tell_result(one)
    (letter,) = find_lists(office.who("vhxh"), kind="result_letter", nomination_id=one)
    assert letter.unit_id == heir
    assert _of(office, "thutruong2") in _to("result")


# letters


def test_who_is_given_a_task_is_told_by_mail(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    (stop,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.element == "check_dossier"]
    by = office.who("truongphong")
    assert not _told("reassigned")
    tasks.reassign_task(stop.id, _of(office, "vhxh"), "Nghỉ phép", by=by)
    (mail,) = _told("reassigned")
    assert (mail.account, mail.about, mail.context["by"]) == (_of(office, "vhxh"), stop.id, by.name)
    assert "Nghỉ phép" not in str(mail.context)  # no reason in a mail
    tasks.reassign_task(stop.id, _of(office, "truongphong"), "Tự làm", by=by)
    assert len(_told("reassigned")) == 1


def test_a_head_hands_on_tasks_of_the_own_unit_only(office: Office) -> None:
    one = office.nominate(ROUND)
    (own,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.state == "open" and s.kind == "user"]
    head, stranger = office.who("thutruong"), office.who("thutruong2")
    to = _of(office, "donvi")
    with pytest.raises(NotFound):
        tasks.reassign_task(own.id, to, "Thử", by=stranger)
    tasks.reassign_task(own.id, to, "Phân công", by=head)
    office.assess(one)
    office.sign(one)
    (check,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.element == "check_dossier"]
    for who in (head, stranger):
        with pytest.raises(NotFound):
            tasks.reassign_task(check.id, _of(office, "vhxh"), "Thử", by=who)
    tasks.reassign_task(check.id, _of(office, "vhxh"), "Phân công", by=office.who("truongphong"))


def test_a_draft_is_left_to_the_next_holder_and_again_to_the_one_after(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    (check,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.element == "check_dossier"]
    for login, said in (("vhxh", "Đã xem 2 mục"), ("truongphong", "Đã xem hết")):
        by = office.who(login)
        tasks.claim_task(check.id, by=by)
        tasks.save_draft(check.id, {"note": said}, by=by)
        tasks.release_task(check.id, by=by, share_draft=True)
        left = drafts.shared_draft(f"task:{check.id}")
        assert left is not None and left[0] == {"note": said}
    by = office.who("vhxh")
    tasks.claim_task(check.id, by=by)
    tasks.release_task(check.id, by=by, share_draft=True)
    assert drafts.shared_draft(f"task:{check.id}") == left, "who leaves nothing takes nothing away"


def test_a_letter_about_a_task_that_went_on_to_somebody_else_is_not_sent(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    (stop,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.element == "check_dossier"]
    by = office.who("truongphong")
    tasks.reassign_task(stop.id, _of(office, "vhxh"), "Nghỉ phép", by=by)
    tasks.reassign_task(stop.id, _of(office, "truongphong"), "Tự làm", by=by)
    office.work()
    assert [m.state for m in _told("reassigned")] == ["obsolete"]


def test_a_withdrawal_is_told_to_its_unit_and_to_the_office(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    lists.file_one("withdrawal", one, "file", {"dated": clock.today().isoformat(), "reason": "Chuyển công tác"},
                   by=office.who("thutruong"))
    # Queued in the act's own transaction: the worker has not run.
    assert {_of(office, who) for who in ("donvi", "thutruong", "vhxh")} <= _to("withdrawn")
    assert all("Chuyển công tác" not in str(m.context) for m in _told("withdrawn"))


@pytest.mark.long
def test_names_that_their_head_strikes_are_one_mail_for_each_person(office: Office) -> None:
    names = [office.nominate(ROUND, name=name) for name in ("Hoàng Bình Minh", "Lê Trúc Xanh")]
    for n in names:
        office.assess(n)
    office.sign(names[0], results=dict.fromkeys(names, ("struck", "Thôi đề nghị")))
    assert sorted(m.account for m in _told("withdrawn")) == sorted({_of(office, "donvi"), _of(office, "thutruong")})


@pytest.mark.long
def test_a_founded_complaint_is_told_as_a_stop_without_its_cause(office: Office) -> None:
    one = office.nominate(ROUND)
    office.to_council(one, ROUND)
    petition = office.complain(one)
    assert not _told("stopped")
    office.conclude(petition, "founded")
    assert office.status(one) == ("ended", "refused")
    assert {_of(office, "donvi"), _of(office, "thutruong")} <= _to("stopped")
    assert not _told("withdrawn")


def test_what_was_not_filed_is_told_when_filing_closes(office: Office) -> None:
    office.nominate(ROUND)
    office.nominate(ROUND, name="Lê Trúc Xanh")
    office.go_past(ROUND, "checking")
    mails = [m for m in _told("stopped") if m.account == _of(office, "donvi")]
    assert [m.context["count"] for m in mails] == [2]


def test_the_answer_to_a_review_is_told(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one, "not_eligible")
    office.tell_result(one)
    office.file("review_request", one, by="thutruong", content="Đề nghị xem lại điểm D1")
    assert not _told("review")
    office.complete(one, "review_refusal", {"decision": "uphold", "reason": "Giữ kết luận", "basis": "Điều 75"},
                    by="vanphong")
    assert {_of(office, "donvi"), _of(office, "thutruong")} <= _to("review")
