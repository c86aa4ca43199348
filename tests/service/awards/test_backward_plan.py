"""The backward plan: days counted by hand across Tết and 30 April, what the data name, and where units stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from service import clock, people
from service.actor import machine
from service.awards import backward, catalogue, rounds
from service.awards.backward import Span, plan_steps, reckon, time_taken
from service.awards.rounds import CALENDAR_KEYS
from service.awards.rules import Rules, rules_on
from service.errors import Forbidden
from service.processes import deployments, enactments
from tests.journeys.office import Office
from workflows.calendar import vietnam
from workflows.definition import Element

ROUND = "HN-2026"
CALENDAR = vietnam(range(2026, 2028))
TOOK = {"filing": 10, "checking": 3, "supplement": 2, "opinions": 10, "mending": 1, "posting": 5, "signing": 2, "province": 3}


def _reckoned(session: date, province: date) -> dict[str, tuple[date, date]]:
    found = reckon(plan_steps(), {"session": session, "province_intake": province}, TOOK, CALENDAR)
    return {word: (span.start_by, span.finish_by) for word, span in found.items()}


def test_tet_takes_its_days_out_of_every_step_before_it() -> None:
    # Tết 2027: off from Thursday 4 to Wednesday 10 February; working again on Thursday 11.
    assert [CALENDAR.is_working(date(2027, 2, day)) for day in (3, 4, 5, 8, 9, 10, 11)] == [True, *[False] * 5, True]
    found = _reckoned(date(2027, 2, 12), date(2027, 2, 22))
    assert found == {
        "province": (date(2027, 2, 17), date(2027, 2, 22)),  # Thu 18, Fri 19, Mon 22
        "signing": (date(2027, 2, 15), date(2027, 2, 17)),  # Tue 16, Wed 17
        "session": (date(2027, 2, 12), date(2027, 2, 12)),  # its own day, which is early enough
        "posting": (date(2027, 1, 28), date(2027, 2, 11)),  # Fri 29 January, 1, 2, 3 and, after Tết, 11 February
        "mending": (date(2027, 1, 27), date(2027, 1, 28)),
        "opinions": (date(2027, 1, 13), date(2027, 1, 27)),  # 14, 15, 18 to 22, 25, 26, 27 January
        "supplement": (date(2027, 1, 26), date(2027, 1, 28)),
        "checking": (date(2027, 1, 8), date(2027, 1, 13)),  # what waits for it first is the asking of agencies
        "filing": (date(2026, 12, 24), date(2027, 1, 8)),  # 25, 28 to 31 December, 4 to 8 January; 1 January is off
    }


def test_thirtieth_of_april_and_the_kings_day_are_counted_and_a_late_session_gives_way() -> None:
    # 2027: 16 April (Hùng Kings) is off, 30 April is a Friday, 1 May a Saturday, whose day off is Monday 3 May.
    assert not any(CALENDAR.is_working(day) for day in (date(2027, 4, 16), date(2027, 4, 30), date(2027, 5, 3)))
    found = _reckoned(date(2027, 4, 28), date(2027, 5, 6))
    assert found["province"] == (date(2027, 4, 29), date(2027, 5, 6))  # 4, 5, 6 May
    assert found["signing"] == (date(2027, 4, 27), date(2027, 4, 29))
    assert found["session"] == (date(2027, 4, 27), date(2027, 4, 27)), "a session on the 28th is a day too late"
    assert found["posting"] == (date(2027, 4, 19), date(2027, 4, 26))  # 20 to 23, 26
    assert found["mending"] == (date(2027, 4, 15), date(2027, 4, 19))  # the 16th is off, then a weekend


def test_a_province_day_that_is_not_worked_counts_from_the_working_day_before() -> None:
    found = _reckoned(date(2026, 12, 15), date(2026, 12, 26))  # a Saturday
    assert found["province"] == (date(2026, 12, 22), date(2026, 12, 25))


def test_posting_begins_as_late_as_the_ruler_of_the_round_says(office_on: Callable[[date], Office]) -> None:
    from service.web.plan import last_safe_day

    office = office_on(date(2026, 11, 3))
    row = rounds.read_round(office.rounds[ROUND])
    plan = backward.plan_of_round(row)
    assert plan is not None
    (posting,) = [one for one in plan.steps if one.step.word == "posting"]
    assert posting.span.start_by == last_safe_day(row) and posting.took.source == "rule"


def test_what_the_data_name_is_there(office_on: Callable[[date], Office]) -> None:
    office_on(date(2026, 11, 3))
    elements = deployments.definition_of(enactments.current_deployment("nomination_case")).elements
    seen: set[str] = set()
    for step in reversed(plan_steps()):
        assert {step.calendar, *([step.since] if step.since else [])} <= set(CALENDAR_KEYS), step.word
        assert set(step.before) <= seen, f"{step.word} stands before what waits for it"
        assert set(step.phases) <= catalogue.PHASES.keys() and set(step.elements) <= elements.keys(), step.word
        assert not step.rule or rules_on(clock.today()).shown(step.rule) is not None, step.word
        seen.add(step.word)


def _element(**attrs: str) -> Element:
    return Element(id="check_dossier", process="p", kind="user", name="", lane=None, attrs=attrs)


@pytest.mark.parametrize(
    ("attrs", "days", "source"),
    [
        ({"target": "working_days(4)"}, 4, "process"),
        ({"target": 'working_days(rule("HIEPY_DAYS"))'}, 7, "process"),
        ({"target": "PT36H"}, 2, "process"),
        ({"due": "working_days(2)"}, 2, "process"),
        ({"due": 'round_date("checking")'}, 3, "calendar"),
        ({}, 3, "calendar"),
    ],
)
def test_process_says_how_long_a_step_takes_before_the_calendar_does(attrs: dict[str, str], days: int, source: str) -> None:
    (step,) = [one for one in plan_steps() if one.word == "checking"]
    dates = {"filing": date(2026, 11, 20), "checking": date(2026, 11, 26)}  # 23, 25, 26: the 24th is a holiday
    took = time_taken(step, dates, {"check_dossier": _element(**attrs)}, Rules({"HIEPY_DAYS": 7}, {}), CALENDAR)
    assert (took.days, took.source) == (days, source)


def test_rule_is_taken_where_there_is_one_and_nobody_says_anything_else() -> None:
    (step,) = [one for one in plan_steps() if one.word == "opinions"]
    assert time_taken(step, {}, {}, Rules({"HIEPY_DAYS": 7}, {}), CALENDAR).rule == "HIEPY_DAYS"
    assert time_taken(step, {}, {}, Rules({}, {}), CALENDAR).source == "unknown"


def test_plan_is_read_by_the_office_of_all_units_and_by_a_units_people_of_their_own(office_on: Callable[[date], Office]) -> None:
    office = office_on(date(2026, 11, 3))
    row, own = rounds.read_round(office.rounds[ROUND]), office.units["DONG-MAY"]
    office.nominate(ROUND)

    def seen(login: str) -> set[int]:
        plan = backward.plan_for(row, by=office.who(login))
        assert plan is not None and plan.steps
        return {unit.unit for unit in plan.units}

    for login in ("vhxh", "vanphong", "chutich", "thanhtra"):
        assert len(seen(login)) > 1, login
    people.grant(people.accounts_by_login()["dv01"], f"unit_deputy:{own}", by=machine("cli"))
    assert own in seen("dv01"), "who signs in the head's place reads it too"
    for login in ("donvi", "thutruong"):
        assert seen(login) == {own}, login
    with pytest.raises(Forbidden):
        backward.plan_for(row, by=office.who("congan"))


@pytest.mark.long
def test_units_stand_at_steps_and_slack_shrinks_with_the_days(office_on: Callable[[date], Office]) -> None:
    office = office_on(date(2026, 11, 3))
    row = rounds.read_round(office.rounds[ROUND])
    one = office.nominate(ROUND)
    office.nominate(ROUND, name="Lê Trúc Xanh")
    office.assess(one)
    plan = backward.plan_of_round(row)
    assert plan is not None and plan.province == date(2026, 12, 25)
    (unit,) = [u for u in plan.units if u.unit == office.units["DONG-MAY"]]
    assert (unit.step.word, unit.names) == ("filing", 2)
    (idle,) = [u for u in plan.units if u.unit == office.units["DET-NANG-SOM"]]
    assert (idle.step.word, idle.names) == ("filing", 0)
    slack = unit.slack
    office.go_to("2026-11-10")
    later = backward.plan_of_round(row, units={office.units["DONG-MAY"]})
    assert later is not None and {u.unit for u in later.units} == {office.units["DONG-MAY"]}
    assert later.units[0].slack == slack - 5, "five working days have gone by"
    states = {p.step.word: p.state for p in later.steps}
    assert states["filing"] in ("ahead", "close", "late") and "done" not in states.values()
    assert isinstance(later.steps[0].span, Span)
