"""What was signed stands: minutes filed anew concern the names still open; a proof that says nothing is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from service import clock, trail
from service.awards import lists
from service.awards.lists import LineInput
from service.awards.models import Line
from service.awards.submissions import minutes_of
from service.errors import Invalid
from tests.journeys.office import Office

ROUND = "HN-2026"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def _minutes(present: int) -> dict[str, Any]:
    return {"held_on": clock.today().isoformat(), "chaired_by": "Đinh Vũ Phong", "members": 13, "present": present}


def _line(row: int, nomination: int) -> Line:
    return next(line for line, n in lists.lines_of(row) if n.id == nomination)


@pytest.mark.long
def test_minutes_filed_anew_leave_signed_names_as_they_were_signed(office: Office) -> None:
    one, two = (office.nominate(ROUND, name=name) for name in ("Hoàng Bình Minh", "Đỗ Hừng Đông"))
    for n in (one, two):
        office.assess(n)
    row = office.submission(one)
    both = [LineInput(one, data={"votes": 10}), LineInput(two, data={"votes": 7})]
    office.act(row, "minutes", by="donvi", lines=both, fields=_minutes(12))
    office.act(row, "minutes", by="donvi", lines=[both[0], LineInput(two, data={"votes": 8})], fields=_minutes(12))
    again = trail.read(kind="submission:minutes_filed").events[0]
    assert (again.before, again.after) == ({f"votes.{two}": 7}, {f"votes.{two}": 8})
    first = lists.read_list(row, by=office.who("donvi")).data["minutes"]
    office.act(row, "sign", by="thutruong", lines=[LineInput(one, "signed")])
    assert lists.read_list(row, by=office.who("donvi")).state == "draft"
    office.go_to(clock.today() + timedelta(1))
    with pytest.raises(Invalid) as refused:
        office.act(row, "minutes", by="donvi", lines=[LineInput(one, data={"votes": 2})], fields=_minutes(5))
    assert [(x["nomination"], x["message"]) for x in refused.value.lines] == [
        (one, "đã ký, biên bản và số phiếu giữ nguyên")
    ]
    office.act(row, "minutes", by="donvi", lines=[LineInput(two, data={"votes": 5})], fields=_minutes(5))
    now = lists.read_list(row, by=office.who("donvi"))
    assert (minutes_of(now, one), minutes_of(now, two)["present"]) == (first, 5)
    assert (_line(row, one).data["votes"], _line(row, two).data["votes"]) == (10, 5)
    third = trail.read(kind="submission:minutes_filed").events[0]
    assert third.before["present"] == 12 and third.after["present"] == 5 and f"votes.{one}" not in third.after
    office.act(row, "sign", by="thutruong", lines=[LineInput(two, "signed")])
    assert lists.read_list(row, by=office.who("donvi")).state == "received"


@pytest.mark.long
def test_a_correction_without_a_name_is_no_proof_and_its_note_goes_with_it(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one)
    office.post(ROUND, [one])
    office.sit(ROUND, {}, [one])
    decision = office.draw_up("decision", ROUND, [one], by="vhxh")
    was = office.read(one)

    def prove(result: str, **data: str) -> None:
        office.act(decision, "prove", by="donvi", lines=[LineInput(one, result, data=data)])

    for empty in ({}, {"printed_name": "", "printed_title": ""}):
        with pytest.raises(Invalid) as refused:
            prove("corrected", **empty)
        (bad,) = refused.value.lines
        assert bad["name"] == was.name and str(bad["message"]).startswith("ghi họ tên đúng")
        assert "proof" not in _line(decision, one).data
    prove("corrected", printed_name="Hoàng Minh Bình")
    assert _line(decision, one).data["before"] == [was.name, was.title]
    prove("confirmed")
    assert _line(decision, one).data["before"] == [was.name, was.title]  # the name is another still
    prove("corrected", printed_name=was.name)
    assert "before" not in _line(decision, one).data
    prove("corrected", printed_name="Hoàng Minh Bình")
    prove("corrected", printed_name=was.name, printed_title=was.title)
    prove("confirmed")
    data = _line(decision, one).data
    assert "before" not in data and data["proof"] == "confirmed" and office.read(one).name == was.name
