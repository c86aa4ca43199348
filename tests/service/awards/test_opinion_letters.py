"""Opinion letters: an agency answers for itself, or the office enters its paper; a letter that waits for nobody ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from service import clock, people, trail
from service.awards import consulting, lists
from service.awards.lists import LineInput
from service.awards.models import List
from service.db import reading
from service.errors import Forbidden, Invalid, NotFound
from service.web.list_notes import notes
from tests.journeys.office import Office
from tests.service.awards.test_list_acts import inbox_of

ROUND = "HN-2026"


def asked(office: Office, *names: str, agencies: tuple[str, ...] = ("CONG-AN",)) -> tuple[list[int], list[int]]:
    """Names of which agencies are asked, and the letters that were sent."""
    found = office.received(ROUND, *names)
    for one in found:
        office.check(one, ask_opinions=True, agencies=list(agencies))
    letters = [office.draw_up("opinion_letter", ROUND, found, by="vhxh", unit_id=office.units[code]) for code in agencies]
    for letter in letters:
        office.act(letter, "send", by="vhxh", fields={"dated": clock.today().isoformat()})
    return found, letters


def answer(office: Office, letter: int, by: str, *names: int, **fields: Any) -> lists.Outcome:
    return office.act(letter, "answer", by=by, lines=[LineInput(n, "no_objection") for n in names], fields=fields)


def said_of(letter: int, kind: str = "opinion_letter:answered") -> list[str]:
    return [trail.sentence(e) for e in trail.read(stream=f"list:{letter}", kind=kind).events]


def notes_on(office: Office, letter: int) -> dict[int, list[str]]:
    row = lists.read_list(letter, by=office.who("vhxh"))
    with office.app.test_request_context():
        return {n.id: [c.words for c in notes(row, line, n, ())] for line, n in lists.lines_of(letter)}


# -- whose answer it is


@pytest.mark.long
def test_answer_that_the_office_enters_needs_the_agencys_paper_and_says_so(office: Office) -> None:
    (one, other), (letter,) = asked(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    with pytest.raises(Invalid) as refused:
        answer(office, letter, "vhxh", one)
    assert {f.path for f in refused.value.faults} == {"number", "dated", "scan"}
    answer(office, letter, "vhxh", one, **office.paper())
    police = people.unit_name(office.units["CONG-AN"])
    (said,) = said_of(letter)
    assert f"(nhập thay {police} theo văn bản số 45/CV ngày {clock.today():%d/%m/%Y})" in said
    written = notes_on(office, letter)
    assert any(f"Phòng nhập thay {police}" in x for x in written[one])
    assert written[other] == []


def test_answer_of_the_agency_itself_needs_no_paper_and_is_nobody_elses(office: Office) -> None:
    (one, other), (letter,) = asked(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    answer(office, letter, "vhxh", one, **office.paper())
    answer(office, letter, "congan", other)
    assert sorted("nhập thay" in x for x in said_of(letter)) == [False, True]
    assert len(notes_on(office, letter)[one]) == 1
    assert notes_on(office, letter)[other] == []


def test_nobody_else_enters_it(office: Office) -> None:
    (one,), (letter,) = asked(office, "Lê Trúc Xanh")
    row, act = lists.read_list(letter, by=office.who("vhxh")), lists.KINDS["opinion_letter"].act("answer")
    assert lists.may_act(office.who("vhxh"), row, act) and lists.may_act(office.who("congan"), row, act)
    for who in ("thue", "donvi", "thuky"):
        with pytest.raises((Forbidden, NotFound)):
            lists.act_on_list(letter, "answer", by=office.who(who), lines=[LineInput(one, "no_objection")])


# -- a letter that waits for nobody


def state(letter: int) -> str:
    with reading() as s:
        return s.execute(select(List.state).where(List.id == letter)).scalar_one()


def _withdraw(office: Office, one: int) -> None:
    office.file("withdrawal", one, by="thutruong", reason="Đơn vị xin rút")


def _cancel(office: Office, one: int) -> None:
    lists.file_one("cancellation", one, "cancel", {"reason": "Nhập nhầm"}, by=office.who("truongphong"))
    office.work()


def _stop(office: Office, one: int) -> None:
    petition = office.complain(one)
    office.conclude(petition, "founded")


@pytest.mark.parametrize("leaves", [_withdraw, _cancel, _stop])
def test_letter_whose_last_open_name_drops_out_is_answered(office: Office, leaves: Callable[[Office, int], None]) -> None:
    (one, other), (letter, alone) = asked(office, "Lê Trúc Xanh", "Tạ Suối Mơ", agencies=("CONG-AN", "THUE"))
    answer(office, letter, "congan", one)
    assert state(letter) == "sent", "one name is still to be answered"
    leaves(office, other)
    assert (state(letter), inbox_of(letter)) == ("answered", [])
    assert state(alone) == "sent" and inbox_of(alone) == ["opinion_letter.answer"]
    leaves(office, one)
    assert (state(alone), inbox_of(alone)) == (lists.EMPTY, [])


def test_letter_whose_last_open_name_is_held_past_its_day_closes(office: Office) -> None:
    (one, other), (letter,) = asked(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    answer(office, letter, "congan", one)
    petition = office.complain(other)
    office.go_past(ROUND, "opinions")
    assert state(letter) == "sent", "a name on hold may still be answered"
    office.conclude(petition, "founded")
    office.work()
    assert (state(letter), inbox_of(letter)) == ("answered", [])


@pytest.mark.long
def test_letter_that_closes_on_silence_is_overdue_and_not_answered(office: Office) -> None:
    (one, other), (letter,) = asked(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    office.complain(other)
    office.go_past(ROUND, "opinions")
    assert state(letter) == "sent" and office.at(one) == {"wait_posting"}, "silence moved the other name on"
    _withdraw(office, other)
    assert (state(letter), inbox_of(letter)) == ("overdue", [])


# -- whom the check wants asked


@pytest.mark.long
def test_a_name_waits_for_every_agency_that_the_check_wants_asked(office: Office) -> None:
    one, other = (office.nominate(ROUND, name=name) for name in ("Lê Trúc Xanh", "Phạm Thu Hà"))
    for n in (one, other):
        office.assess(n)
    office.sign(one)
    office.check(one, ask_opinions=True, agencies=["CONG-AN"])
    letter = office.draw_up("opinion_letter", ROUND, [one], by="vhxh", unit_id=office.units["CONG-AN"])
    office.act(letter, "send", by="vhxh", fields={"dated": clock.today().isoformat()})
    answer(office, letter, "congan", one)
    office.work()
    assert office.at(one) == {"wait_posting"}, "one agency asked, one answer"
    office.check(other, ask_opinions=True, agencies=["CONG-AN", "THUE"])
    tax = office.units["THUE"]
    assert consulting.to_ask() == {other: {office.units["CONG-AN"], tax}}
    letter = office.draw_up("opinion_letter", ROUND, [other], by="vhxh", unit_id=office.units["CONG-AN"])
    office.act(letter, "send", by="vhxh", fields={"dated": clock.today().isoformat()})
    assert consulting.to_ask() == {other: {tax}}
    answer(office, letter, "congan", other)
    office.work()
    assert office.at(other) == {"wait_opinions"}, "nobody has written to the tax office yet"
    second = office.draw_up("opinion_letter", ROUND, [other], by="vhxh", unit_id=tax)
    office.act(second, "send", by="vhxh", fields={"dated": clock.today().isoformat()})
    answer(office, second, "thue", other)
    office.work()
    assert office.at(other) == {"wait_posting"} and consulting.to_ask() == {}


def test_past_the_day_a_name_goes_on_though_an_agency_was_never_written_to(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one, ask_opinions=True, agencies=["THUE"])
    office.work()
    assert office.at(one) == {"wait_opinions"}
    office.go_past(ROUND, "opinions")
    assert office.at(one) == {"wait_posting"}


def test_only_an_agency_is_written_to(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one, ask_opinions=True, agencies=["THUE"])
    for unit in (None, office.units["DONG-MAY"], 987_654):
        with pytest.raises(Invalid) as refused:
            office.draw_up("opinion_letter", ROUND, [one], by="vhxh", unit_id=unit)
        assert [f.path for f in refused.value.faults] == ["unit"]
    assert office.draw_up("opinion_letter", ROUND, [one], by="vhxh", unit_id=office.units["THUE"])


def test_the_check_names_the_agencies_when_it_wants_opinions(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    for agencies in ([], ["KHONG-CO"]):
        with pytest.raises(Invalid, match="agencies"):
            office.check(one, ask_opinions=True, agencies=agencies)
    office.check(one, ask_opinions=True, agencies=["THUE"])
