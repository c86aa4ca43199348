"""One nomination is settled once: by one list, with one message, one award; a repetition is one only where nothing new waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service import clock, trail
from service.actor import machine
from service.awards import lists
from service.awards.lists import LineInput
from service.awards.models import Award, Line, List
from service.db import reading, transaction
from service.errors import Conflict, Invalid
from service.processes.models import Activity
from tests.journeys.office import Office

ROUND = "HN-2026"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def passed(office: Office, *names: str) -> list[int]:
    """Nominations that wait for the decision."""
    found = office.posted(ROUND, *names)
    office.sit(ROUND, {}, found)
    return found


def merits(office: Office, *names: str) -> list[int]:
    """Nominations that wait for the package to the province."""
    found = [office.nominate(ROUND, form="BK_TINH", name=name) for name in names]
    for one in found:
        office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(found[0])
    for one in found:
        office.check(one)
    office.post(ROUND, found)
    office.sit(ROUND, {}, found)
    return found


def to_sign(office: Office, names: list[int]) -> int:
    """A decision that waits for the chair."""
    return checked(office, office.draw_up("decision", ROUND, names, by="vhxh"))


def checked(office: Office, decision: int) -> int:
    office.act(decision, "prove", by="vhxh")
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
    return decision


def beside(office: Office, names: list[int], kind: str = "decision") -> int:
    """A second list of the same names, made past the guard of drawing up."""
    by = office.who("vhxh")
    return lists.create_list(kind, office.rounds[ROUND], title="Trùng", nominations=names, by=by)


def at_once(office: Office, list_id: int, act: str, by: str, **more: Any) -> lists.Outcome:
    """An act without what the worker delivers afterwards."""
    return lists.act_on_list(list_id, act, by=office.who(by), **more)


def number(n: int) -> dict[str, Any]:
    return {"number": n, "dated": clock.today().isoformat()}


def awards() -> list[int | None]:
    with reading() as s:
        return list(s.scalars(select(Award.nomination_id).order_by(Award.id)))


def inbox_of(list_id: int) -> list[str]:
    """What a list still asks of somebody."""
    with reading() as s:
        open_rows = select(Activity.element).where(Activity.list_id == list_id, Activity.state == "open")
        return list(s.scalars(open_rows))


def told_of(list_id: int) -> list[str]:
    return [e.kind for e in trail.read(stream=f"list:{list_id}").events]


def state_of(list_id: int) -> str:
    with reading() as s:
        return s.execute(select(List.state).where(List.id == list_id)).scalar_one()


# -- one list


@pytest.mark.long
@pytest.mark.both_databases
def test_signed_name_is_not_drawn_up_again_while_its_message_is_on_the_way(office: Office) -> None:
    one, two = passed(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    decision = to_sign(office, [one])
    at_once(office, decision, "sign", "chutich")
    with pytest.raises(Invalid) as refused:
        office.draw_up("decision", ROUND, [one], by="vhxh")
    assert [line["nomination"] for line in refused.value.lines] == [one]
    assert office.draw_up("decision", ROUND, [two], by="vhxh")
    office.work()
    with pytest.raises(Conflict):
        office.draw_up("decision", ROUND, by="vhxh")
    assert office.at(one) == {"wait_issue"}


@pytest.mark.long
@pytest.mark.both_databases
def test_two_decisions_of_one_name_give_one_award(office: Office) -> None:
    (one,) = passed(office, "Lê Trúc Xanh")
    first = to_sign(office, [one])
    second = checked(office, beside(office, [one]))
    at_once(office, first, "sign", "chutich")
    with pytest.raises(Conflict):
        at_once(office, second, "sign", "chutich")
    with pytest.raises(Invalid, match="mend 1 line below") as refused:
        at_once(office, second, "sign", "chutich", lines=[LineInput(one, "granted")])
    assert "on its way" in refused.value.lines[0]["message_en"]
    at_once(office, first, "issue", "vanthu", fields=number(1126))
    office.work()
    with pytest.raises(Conflict):
        at_once(office, second, "sign", "chutich")
    assert awards() == [one]
    assert [name for name, _ in office.messages()].count("decision:signed") == 1


@pytest.mark.long
@pytest.mark.both_databases
def test_number_is_given_only_to_names_that_this_very_decision_has(office: Office) -> None:
    (one,) = passed(office, "Lê Trúc Xanh")
    first = to_sign(office, [one])
    second = beside(office, [one])
    at_once(office, first, "sign", "chutich")
    with transaction() as s:
        s.get_one(List, second).state = "signed"
        s.scalars(select(Line).where(Line.list_id == second)).one().result = "granted"
        trail.record("decision:signed", by=machine("cli"), stream=f"list:{second}")
    for _ in ("on its way", "delivered"):
        with pytest.raises(Invalid) as refused:
            at_once(office, second, "issue", "vanthu", fields=number(1127))
        assert "another list" in refused.value.lines[0]["message_en"]
        office.work()
    at_once(office, first, "issue", "vanthu", fields=number(1126))
    assert awards() == [one]


def test_name_has_one_award_in_force(office: Office) -> None:
    (one,) = passed(office, "Lê Trúc Xanh")
    office.decide(ROUND, 1126, [one])
    with reading() as s:
        (award,) = s.scalars(select(Award)).all()
        same = {c.name: getattr(award, c.name) for c in Award.__table__.columns if c.name != "id"}
    with pytest.raises(IntegrityError), transaction() as s:
        s.add(Award(**same))
        s.flush()
    with transaction() as s:
        s.get_one(Award, award.id).status = "revoked"
        s.flush()
        s.add(Award(**same))
        trail.record("decision:issued", by=machine("cli"), stream="list:1")
    assert awards() == [one, one]


@pytest.mark.both_databases
def test_answer_from_above_is_entered_once_also_before_it_is_delivered(office: Office) -> None:
    one = merits(office, "Lê Trúc Xanh")[0]
    package = office.send_package(ROUND)
    answer = {"lines": [LineInput(one, "granted")], "fields": office.paper("412/QĐ-UBND")}
    at_once(office, package, "answer", "vhxh", **answer)
    with transaction() as s:
        s.get_one(List, package).state = "sent"  # as it stands while other names still wait
        trail.record("package:sent", by=machine("cli"), stream=f"list:{package}")
    with pytest.raises(Invalid) as refused:
        at_once(office, package, "answer", "vhxh", **answer | {"fields": {**answer["fields"], "number": "413/QĐ-UBND"}})
    assert "on its way" in refused.value.lines[0]["message_en"]
    assert awards() == [one]


# -- a list without names


def test_decision_of_which_every_name_is_struck_ends_and_is_not_issued(office: Office) -> None:
    one, two = passed(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    decision = to_sign(office, [one, two])
    struck = [LineInput(n, "struck", "Có đơn thư") for n in (one, two)]
    assert office.act(decision, "sign", by="chutich", lines=struck).state == lists.EMPTY
    assert inbox_of(decision) == []
    assert [office.read(n).reason_code for n in (one, two)] == ["STRUCK", "STRUCK"]
    assert {office.status(n)[0] for n in (one, two)} == {"refused_open"}
    assert "decision:emptied" in told_of(decision)
    with pytest.raises(Conflict, match="Not possible now"):
        office.act(decision, "issue", by="vanthu", fields=number(1126))
    assert awards() == []


@pytest.mark.long
def test_names_left_out_of_a_signed_decision_may_stand_on_the_next(office: Office) -> None:
    one, two = passed(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    decision = to_sign(office, [one, two])
    assert office.act(decision, "sign", by="chutich", lines=[LineInput(one, "granted")]).state == "signed"
    assert [n.id for line, n in lists.lines_of(decision) if not line.removed] == [one]
    second = to_sign(office, [two])
    office.sign_decision(second, 1127)
    office.act(decision, "issue", by="vanthu", fields=number(1126))
    assert sorted(awards()) == [one, two]


@pytest.mark.long
def test_package_of_which_every_name_is_struck_ends_and_is_not_sent(office: Office) -> None:
    one, two = merits(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    package = office.draw_up("package", ROUND, by="vhxh")
    struck = [LineInput(n, "struck", "Hết chỉ tiêu") for n in (one, two)]
    assert office.act(package, "sign", by="chutich", lines=struck).state == lists.EMPTY
    assert inbox_of(package) == []
    assert [office.read(n).reason_code for n in (one, two)] == ["NOT_SENT", "NOT_SENT"]
    assert {office.status(n)[0] for n in (one, two)} == {"refused_open"}
    assert "package:emptied" in told_of(package)


@pytest.mark.long
def test_package_with_one_name_left_is_sent_with_it(office: Office) -> None:
    one, two = merits(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    package = office.draw_up("package", ROUND, by="vhxh")
    struck = [LineInput(one, "struck", "Hết chỉ tiêu"), LineInput(two, "to_send")]
    assert office.act(package, "sign", by="chutich", lines=struck).state == "signed"
    office.act(package, "send", by="vanthu", fields={"number": "87", "dated": clock.today().isoformat()})
    assert [office.status(n)[0] for n in (one, two)] == ["refused_open", "at_province"]


@pytest.mark.parametrize("kind", ["posting", "council_sheet", "decision", "opinion_letter"])
@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_draft_whose_last_name_is_withdrawn_ends(office: Office, kind: str) -> None:
    names = [office.nominate(ROUND, name=name) for name in ("Lê Trúc Xanh", "Tạ Suối Mơ")]
    for one in names:
        office.assess(one)
    office.sign(names[0])
    for one in names:
        office.check(one, **({"ask_opinions": True, "agencies": ["CONG-AN"]} if kind == "opinion_letter" else {}))
    if kind in ("council_sheet", "decision"):
        office.post(ROUND)
    if kind == "decision":
        office.sit(ROUND, {})
    asks = {"unit_id": office.units["CONG-AN"]} if kind == "opinion_letter" else {}
    draft = office.draw_up(kind, ROUND, by="thuky" if kind == "council_sheet" else "vhxh", **asks)
    open_before = inbox_of(draft)
    office.file("withdrawal", names[0], by="thutruong", number="12/CV", reason="Chuyển công tác")
    assert (state_of(draft), inbox_of(draft)) != (lists.EMPTY, []) and open_before
    office.file("withdrawal", names[1], by="thutruong", number="13/CV", reason="Chuyển công tác")
    assert (state_of(draft), inbox_of(draft)) == (lists.EMPTY, [])
    assert f"{kind}:emptied" in told_of(draft)


# -- a repetition


def test_same_signature_again_takes_the_name_that_came_since(office: Office) -> None:
    one, two = office.nominate(ROUND, name="Lê Trúc Xanh"), office.nominate(ROUND, name="Tạ Suối Mơ")
    office.assess(one)
    office.sign(one)
    submission = office.submission(one)
    again = office.act(submission, "sign", by="thutruong")
    assert (again.repeated, again.done) == (True, 1)
    office.assess(two)
    assert office.at(two) == {"wait_submission"}
    fresh = office.act(submission, "sign", by="thutruong")
    assert (fresh.repeated, fresh.done) == (False, 1)
    assert office.at(two) == {"check_dossier"}
    assert office.act(submission, "sign", by="thutruong").repeated
    assert [name for name, _ in office.messages()].count("submission:signed") == 2


def test_same_rework_again_after_the_unit_did_it_is_an_act_of_its_own(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    back = {one: ("rework", "Thiếu số liệu")}
    assert not office.sign(one, results=back).repeated
    assert office.at(one) == {"self_assess"}
    assert office.sign(one, results=back).repeated
    office.assess(one)
    assert not office.sign(one, results=back).repeated
    assert office.at(one) == {"self_assess"}


@pytest.mark.both_databases
def test_same_act_again_before_delivery_sends_nothing(office: Office) -> None:
    one, two = office.nominate(ROUND, name="Lê Trúc Xanh"), office.nominate(ROUND, name="Tạ Suối Mơ")
    office.assess(one)
    office.assess(two)
    submission = office.submission(one)
    votes = [LineInput(n, data={"votes": 9}) for n in (one, two)]
    kept = {"held_on": "2026-11-03", "chaired_by": "Đinh Vũ Phong", "members": 9, "present": 9}
    for again in (False, True):
        done = at_once(office, submission, "minutes", "donvi", lines=votes, fields=kept)
        assert done.repeated is again
    seen = lists.read_list(submission, by=office.who("thutruong")).version
    for again in (False, True):
        done = at_once(office, submission, "sign", "thutruong", lines=[LineInput(one, "signed")], seen=seen)
        assert done.repeated is again
    assert at_once(office, submission, "sign", "thutruong").done == 1  # the other name, not both
    office.work()
    assert [name for name, _ in office.messages()] == ["submission:signed"] * 2


@pytest.mark.long
def test_office_enters_an_answer_from_above_by_its_scan_and_the_trail_says_for_whom(office: Office) -> None:
    one, two = merits(office, "Lê Trúc Xanh", "Phạm Suối Mơ")
    package = office.send_package(ROUND)
    paper = {"number": "412/QĐ-UBND", "dated": clock.today().isoformat()}
    with pytest.raises(Invalid) as refused:
        office.act(package, "answer", by="vhxh", lines=[LineInput(one, "granted")], fields=paper)
    assert [f.path for f in refused.value.faults] == ["scan"]
    office.act(package, "answer", by="vhxh", lines=[LineInput(one, "granted")], fields=office.paper("412/QĐ-UBND"))
    office.act(package, "answer", by="tinh", lines=[LineInput(two, "granted")], fields=paper | {"number": "413/QĐ-UBND"})
    entered, own = trail.read(stream=f"list:{package}", kind="package:answered", oldest_first=True).events
    day = f"{clock.today():%d/%m/%Y}"
    assert f"(nhập thay UBND tỉnh theo văn bản số 412/QĐ-UBND ngày {day})" in trail.sentence(entered)
    assert "nhập thay" not in trail.sentence(own)
