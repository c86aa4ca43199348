"""A program takes one nomination to each of the three outcomes over the API alone, as an outsider would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from service import trail
from tests.journeys.office import Office
from tests.journeys.program import Program


def _program(office: Office) -> Program:
    return Program(office.app.test_client(), office.work)


@pytest.fixture
def program(office_on: Callable[[date], Office]) -> Program:
    return _program(office_on(date(2026, 11, 3)))


def test_certificate_by_a_program(program: Program) -> None:
    one = program.nominate("HN-2026", "GK_XA")
    program.run(one)
    row = program.read(one)
    assert (row["state"], row["outcome"]) == ("ended", "certificate")
    assert row["award_forms"]["granted"] == "GK_XA"
    assert trail.verify().ok


@pytest.mark.long
@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_provincial_merit_by_a_program(program: Program) -> None:
    one = program.nominate("HN-2026", "BK_TINH")
    program.run(one)
    assert program.read(one)["outcome"] == "provincial_merit"


@pytest.mark.long
@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_national_by_a_program_after_the_clock_was_moved_to_2030(program: Program) -> None:
    program.move_clock(to="2030-06-04")
    one = program.nominate("TK-2030", "BK_TTG")
    program.run(one)
    row = program.read(one)
    assert row["outcome"] == "national_nomination"
    assert row["award_forms"]["granted"] == "BK_TTG"
