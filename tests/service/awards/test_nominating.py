"""One nomination for a double click, one submission of a unit, one recipient of a name: also for many at the same moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from service import clock, trail
from service.actor import machine
from service.awards import lists, nominations
from service.awards.models import List, Nomination, Recipient
from service.awards.recipients import RecipientInput, find_or_make
from service.awards.submissions import open_submission
from service.db import db, reading, transaction
from service.errors import Conflict, Invalid, Refusal
from tests.journeys.office import Office
from tests.service.awards.test_list_acts import passed

ROUND = "HN-2026"
ONE_OF = {"name": "Lê Trúc Xanh"}


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def at_once(office: Office, calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Calls at the same moment, each on a connection of its own; what each gave, a refusal by its code."""
    given: list[Any] = [None] * len(calls)
    ready = threading.Barrier(len(calls))

    def one(n: int) -> None:
        with office.app.app_context():
            ready.wait()
            try:
                given[n] = calls[n]()
            except Refusal as refusal:
                given[n] = refusal.code
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return given


def count(model: Any, *where: Any) -> int:
    with reading() as s:
        return s.execute(select(func.count()).select_from(model).where(*where)).scalar_one()


def submissions() -> int:
    return count(List, List.kind == "submission")


# -- the same name


def test_same_nomination_again_by_the_same_person_is_the_same_one(office: Office) -> None:
    one = office.nominate(ROUND, **ONE_OF)
    assert office.nominate(ROUND, **ONE_OF) == one
    assert count(Nomination) == count(Recipient, Recipient.name == "Lê Trúc Xanh") == 1
    assert office.nominate(ROUND, name="Tạ Suối Mơ") != one


def test_second_nomination_of_a_unit_for_one_recipient_is_asked_about_once(office: Office) -> None:
    one = office.nominate(ROUND, **ONE_OF)
    for other in ({"form": "BK_TINH"}, {"by": "thutruong"}):
        with pytest.raises(Conflict) as asked:
            office.nominate(ROUND, **ONE_OF, **other)  # type: ignore[arg-type]
        assert (asked.value.code, [x["nomination"] for x in asked.value.lines]) == ("same-name", [one])
    two = nominate(office, "donvi", "DONG-MAY", form="BK_TINH", seen=[one])
    assert two != one and count(Nomination) == 2


def test_two_units_may_nominate_the_same_name_and_are_told_where_they_ask(office: Office) -> None:
    one = nominate(office, "donvi", "DONG-MAY", seen=[])
    with pytest.raises(Conflict) as asked:
        nominate(office, "donvi2", "DET-NANG-SOM", seen=[])
    assert (asked.value.code, [x["nomination"] for x in asked.value.lines]) == ("same-name", [one])
    two = nominate(office, "donvi2", "DET-NANG-SOM", seen=[one])
    three = nominate(office, "vhxh", "TRAM-Y-TE")
    assert len({one, two, three}) == 3
    assert count(Recipient, Recipient.name == "Lê Trúc Xanh") == 3


def test_name_that_was_left_out_may_be_nominated_anew(office: Office) -> None:
    one = office.nominate(ROUND, **ONE_OF)
    two = office.nominate(ROUND, name="Tạ Suối Mơ")
    office.assess(one)
    office.assess(two)
    office.sign(one, results={one: ("struck", "Chưa đủ thành tích")})
    assert office.status(one)[0] == "ended"
    assert office.nominate(ROUND, **ONE_OF) not in (one, two)


def test_submission_that_closed_with_its_last_name_makes_room_for_the_next(office: Office) -> None:
    one = office.nominate(ROUND, **ONE_OF)
    office.assess(one)
    office.sign(one, results={one: ("struck", "Chưa đủ thành tích")})
    office.work()
    again = office.nominate(ROUND, by="vhxh", **ONE_OF)
    assert again != one and office.submission(again) != office.submission(one)


def nominate(office: Office, by: str, unit: str, *, form: str = "GK_XA", seen: Any = None, **more: Any) -> int:
    return nominations.create_nomination(
        office.rounds[ROUND], subject_group="D", award_form=form, by=office.who(by), seen=seen,
        recipient=RecipientInput("INDIVIDUAL", more.get("name", "Lê Trúc Xanh"), office.units[unit], title="Giáo viên"),
    )


# -- at the same moment


@pytest.mark.both_databases
def test_pressed_four_times_at_once_gives_one(office: Office) -> None:
    given = at_once(office, [lambda: office.nominate(ROUND, **ONE_OF)] * 4)
    assert len(set(given)) == 1, given
    assert count(Nomination) == submissions() == count(Recipient, Recipient.name == "Lê Trúc Xanh") == 1
    assert trail.verify().ok


@pytest.mark.both_databases
def test_two_who_ask_first_and_nominate_the_same_name_at_once_get_one_question(office: Office) -> None:
    def by(who: str) -> Callable[[], int]:
        return lambda: nominate(office, who, "DONG-MAY", seen=[])

    given = at_once(office, [by("donvi"), by("thutruong"), by("vhxh")])
    assert sorted(map(str, given))[1:] == ["same-name"] * 2, given
    assert count(Nomination) == 1


@pytest.mark.both_databases
def test_first_names_of_a_unit_at_once_come_on_one_submission(office: Office) -> None:
    def named(name: str) -> Callable[[], int]:
        return lambda: office.nominate(ROUND, name=name)

    names = ("Lê Trúc Xanh", "Tạ Suối Mơ", "Vũ Lá Cọ", "Đỗ Ban Mai")
    given = at_once(office, [named(n) for n in names])
    assert all(isinstance(n, int) for n in given), given
    assert submissions() == 1
    rows = [line.position for line, _ in lists.lines_of(office.submission(given[0]))]
    assert rows == [1, 2, 3, 4]


@pytest.mark.both_databases
def test_submission_opened_by_several_at_once_is_one(office: Office) -> None:
    unit = office.units["DONG-MAY"]
    opened = [lambda: open_submission(office.rounds[ROUND], unit, by=office.who("donvi"))] * 3
    given = at_once(office, [*opened, lambda: office.submission(office.nominate(ROUND))])
    assert len(set(given)) == 1, given


def test_only_one_submission_of_a_unit_is_drafted_and_the_next_may_follow_it(office: Office) -> None:
    one = office.nominate(ROUND)
    unit, round_id = office.units["DONG-MAY"], office.rounds[ROUND]
    with pytest.raises(IntegrityError), transaction():
        lists.create_list("submission", round_id, title="Trùng", by=office.who("donvi"), unit_id=unit, sole=True)
    office.assess(one)
    office.sign(one)
    later = office.nominate(ROUND, name="Tạ Suối Mơ", by="vhxh")
    assert office.submission(later) != office.submission(one)
    for name in ("Lê Trúc Xanh", "Vũ Lá Cọ"):  # sudden deeds each have a submission of their own
        office.nominate("DX", name=name)
    assert submissions() == 4


@pytest.mark.both_databases
def test_recipient_of_a_name_is_made_once(office: Office) -> None:
    said = RecipientInput("INDIVIDUAL", "Lê Trúc Xanh", office.units["DONG-MAY"])

    def make() -> int:
        with transaction() as s:
            trail.record("list:told", by=machine("cli"), stream="list:1", body={"act": "sign"})
            return find_or_make(s, said).id

    assert len(set(at_once(office, [make] * 4))) == 1


@pytest.mark.long
@pytest.mark.both_databases
def test_list_drawn_up_by_several_at_once_takes_each_name_once(office: Office) -> None:
    (one,) = passed(office, "Lê Trúc Xanh")
    two = office.nominate(ROUND, name="Tạ Suối Mơ", unit="DET-NANG-SOM", by="donvi2")
    office.assess(two, by="donvi2")
    office.sign(two, by="thutruong2", minutes_by="donvi2")
    office.check(two)
    for kind, name in (("decision", one), ("posting", two)):
        def draw(kind: str = kind) -> int:
            return office.draw_up(kind, ROUND, by="vhxh")

        given = at_once(office, [draw] * 4)
        assert sorted(map(str, given))[1:] == ["no-lines"] * 3, given
        (made,) = (n for n in given if isinstance(n, int))
        assert [n.id for _, n in lists.lines_of(made)] == [name]


@pytest.mark.both_databases
def test_name_that_is_being_withdrawn_is_not_drawn_up(office: Office) -> None:
    (one,) = passed(office, "Lê Trúc Xanh")
    under_way = threading.Event()

    def withdraw() -> None:
        fields = {"dated": clock.today().isoformat(), "number": "12/CV", "reason": "Chuyển công tác"}
        with transaction():
            lists.file_one("withdrawal", one, "file", fields, by=office.who("thutruong"))
            under_way.set()
            time.sleep(0.5)

    def draw() -> int:
        assert under_way.wait(30)
        return office.draw_up("decision", ROUND, by="vhxh")

    assert at_once(office, [withdraw, draw]) == [None, "no-lines"]


@pytest.mark.both_databases
def test_names_of_a_unit_refused_at_once_come_into_one_letter(office: Office) -> None:
    names = [office.nominate(ROUND, name=n) for n in ("Lê Trúc Xanh", "Tạ Suối Mơ", "Vũ Lá Cọ")]
    for one in names:
        office.assess(one)
    office.sign(names[0])

    def refuse(one: int) -> Callable[[], None]:
        return lambda: office.check(one, "not_eligible")

    given = at_once(office, [refuse(one) for one in names])
    assert given == [None] * 3, given
    assert count(List, List.kind == "result_letter") == 1


def test_a_birth_year_that_cannot_be_says_which_can(office: Office) -> None:
    this = clock.today().year
    assert office.nominate(ROUND, birth_year=1980)
    for wrong in (1899, this + 1):
        with pytest.raises(Invalid) as refused:
            office.nominate(ROUND, name="Đỗ Hừng Đông", birth_year=wrong)
        (fault,) = refused.value.faults
        assert fault.message == f"Năm sinh không hợp lý. Nhập từ 1900 đến {this}."
        assert str(this) in fault.message_en
