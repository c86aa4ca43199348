"""Timers on the one clock: due times, firing, folding, holds, and a calendar that changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from running import (
    CALENDAR,
    Clock,
    Run,
    chain,
    diagram,
    end,
    gateway,
    read,
    receive,
    start,
    subprocess,
    timer,
    user,
    world,
)

from workflows.calendar import vietnam
from workflows.clock import Cycle, parse_cycle, parse_moment, parse_period

both = pytest.mark.parametrize("restored", [False, True], ids=["live", "restored"])


def waiting(kind: str, text: str, interrupting: bool = True) -> bytes:
    return diagram(
        start()
        + receive("wait")
        + timer("late", "wait", kind, text, interrupting)
        + user("after")
        + end()
        + chain("begin", "wait", "end")
        + chain("late", "after", "end"),
        messages={"m": "a:b"},
    )


@both
@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("timeDuration", "PT72H", "2026-03-05T09:00:00+07:00"),
        ("timeDuration", "P1M2DT3H", "2026-04-04T12:00:00+07:00"),
        ("timeDuration", 'duration("P3D")', "2026-03-05T09:00:00+07:00"),
        ("timeDuration", "working_days(5)", "2026-03-09T17:00:00+07:00"),
        ("timeDuration", 'working_days(rule("LIMIT"))', "2026-03-05T17:00:00+07:00"),
        ("timeDate", 'round_date("filing")', "2026-04-01T23:59:59+07:00"),
        ("timeDate", "2026-05-01", "2026-05-01T23:59:59+07:00"),
        ("timeDate", "2026-05-01T08:00:00Z", "2026-05-01T08:00:00+00:00"),
        ("timeDate", "given", "2026-06-30T23:59:59+07:00"),
    ],
)
def test_timer_is_due_when_its_text_says(restored: bool, kind: str, text: str, due: str) -> None:
    run = Run(read(waiting(kind, text)), {"given": "2026-06-30"}, restored=restored)
    assert run.step.due is not None and run.step.due.isoformat() == due
    run.clock.time = run.step.due.replace(second=0)
    if run.clock.time < run.step.due:
        assert run.wake().fired == () and run.now == ["wait"]
    run.clock.time = run.step.due or run.clock.time
    assert run.wake().fired == ("late",)
    assert run.now == ["after"]
    run.do("after")
    run.assert_nothing_left()


@both
def test_time_alone_changes_nothing(restored: bool) -> None:
    run = Run(read(waiting("timeDuration", "P1D")), restored=restored)
    run.clock.forward(days=9)
    assert run.do("wait").fired == ()  # an answer that comes after the due time and before the sweep counts
    run.assert_nothing_left()


@both
def test_due_moment_in_the_past_fires_at_the_next_wake(restored: bool) -> None:
    run = Run(read(waiting("timeDate", '"2025-01-01"')), restored=restored)
    assert run.step.due is not None and run.step.due < run.clock.time and run.now == ["wait"]
    assert run.wake().fired == ("late",)


@both
def test_timer_without_a_time_never_fires(restored: bool) -> None:
    run = Run(read(waiting("timeDate", "given")), {"given": None}, restored=restored)
    assert run.step.due is None and run.step.incident is None
    run.clock.forward(days=900)
    assert run.wake().fired == ()


@both
def test_missed_rounds_fold_into_one(restored: bool) -> None:
    run = Run(read(waiting("timeCycle", "R5/P1D", interrupting=False)), restored=restored)
    run.clock.forward(days=3, hours=1)
    step = run.wake()
    assert step.fired == ("late",) and run.now == ["wait", "after"]  # one reminder, not three
    assert step.due is not None and step.due.isoformat() == "2026-03-06T09:00:00+07:00"
    run.clock.forward(days=1)
    run.wake()
    assert run.now == ["wait", "after", "after"]
    run.clock.forward(days=30)
    assert run.wake().due is None  # five rounds are over
    assert run.now == ["wait", "after", "after", "after"]
    assert run.wake().fired == ()
    for _ in range(3):
        run.do("after")
    run.do("wait")
    run.assert_nothing_left()


@both
def test_endless_cycle_stops_with_its_activity(restored: bool) -> None:
    run = Run(read(waiting("timeCycle", "R/PT1H", interrupting=False)), restored=restored)
    for _ in range(4):
        run.clock.forward(hours=1)
        assert run.wake().fired == ("late",)
        run.do("after")
    assert run.do("wait").due is None
    run.assert_nothing_left()


@both
def test_intermediate_timer_waits_between_elements(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + '<bpmn:intermediateCatchEvent id="pause"><bpmn:timerEventDefinition><bpmn:timeDuration>P2D'
            "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
            + user("after")
            + end()
            + chain("begin", "pause", "after", "end"),
        )
    )
    run = Run(definition, restored=restored)
    assert run.now == [] and run.step.due is not None and definition.elements["pause"].kind == "timer"
    run.clock.forward(days=2)
    assert run.wake().fired == ("pause",)
    assert run.now == ["after"]


@both
def test_hold_stops_timers_and_keeps_the_working_time_left(restored: bool) -> None:
    run = Run(
        read(waiting("timeDuration", "working_days(5)")), restored=restored
    )  # Mon 2 March → Mon 9 March 17:00
    run.clock.to(2026, 3, 4, 9)  # three working days left
    assert run.hold().due is None
    run.clock.to(2026, 3, 20, 9)
    assert run.wake().fired == () and run.now == ["wait"]
    step = run.release()  # a Friday
    assert step.due is not None and step.due.isoformat() == "2026-03-25T17:00:00+07:00"
    run.clock.to(2026, 3, 25, 17)
    assert run.wake().fired == ("late",)


@both
def test_second_hold_changes_nothing_and_due_tasks_move_too(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + user("work", 'camunda:dueDate="working_days(5)"')
            + end()
            + chain("begin", "work", "end")
        )
    )
    run = Run(definition, restored=restored)
    run.clock.to(2026, 3, 4, 9)
    run.hold()
    run.clock.to(2026, 3, 9, 9)
    run.hold()
    run.clock.to(2026, 3, 20, 9)
    step = run.release()
    assert {key: due and due.isoformat() for key, due in step.dues.items()} == {
        run.task("work").task: "2026-03-25T17:00:00+07:00",
    }
    assert not run.release().dues


@both
def test_hours_left_at_a_hold_are_hours_left_after_it(restored: bool) -> None:
    run = Run(read(waiting("timeDuration", "PT5H")), restored=restored)
    run.clock.forward(hours=2)
    run.hold()
    run.clock.forward(days=2)
    step = run.release()
    assert step.due is not None and (step.due - run.clock.time).total_seconds() == 3 * 3600


@both
def test_what_was_overdue_at_a_hold_stays_overdue(restored: bool) -> None:
    run = Run(read(waiting("timeDuration", "P1D")), restored=restored)
    due = run.step.due
    run.clock.forward(days=3)
    run.hold()
    run.clock.forward(days=3)
    assert run.release().due == due
    assert run.wake().fired == ("late",)


@both
def test_what_opened_under_a_hold_counts_from_its_opening(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + user("first")
            + user("work", 'camunda:dueDate="working_days(5)"')
            + end()
            + chain("begin", "first", "work", "end")
        )
    )
    run = Run(definition, restored=restored)
    run.hold()
    run.clock.to(2026, 3, 16, 9)
    run.do("first")  # due in five working days, Monday 23
    run.clock.to(2026, 3, 18, 9)
    step = run.release()  # held for two of the five
    assert [due and due.isoformat() for due in step.dues.values()] == ["2026-03-25T17:00:00+07:00"]


@both
def test_changed_calendar_moves_what_is_open(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + user("work", 'camunda:dueDate="round_date(&quot;filing&quot;)"')
            + timer("late", "work", "timeDuration", "working_days(5)")
            + end()
            + chain("begin", "work", "end")
            + chain("late", "end")
        )
    )
    run = Run(definition, restored=restored)
    task = run.task("work")
    assert run.step.due is not None and run.step.due.isoformat() == "2026-03-09T17:00:00+07:00"
    run.clock.to(2026, 3, 4, 9)
    assert not run.recalendar().dues  # nothing changed
    holiday = vietnam([2026, 2027], off={date(2026, 3, 5): "Nghỉ đột xuất"})
    run.world = replace(run.world, calendar=holiday, dates={"filing": date(2026, 4, 10)})
    step = run.recalendar()
    assert (
        step.due is not None and step.due.isoformat() == "2026-03-10T17:00:00+07:00"
    )  # counted from its start
    assert {key: due and due.isoformat() for key, due in step.dues.items()} == {
        task.task: "2026-04-10T23:59:59+07:00",
    }


@both
def test_changed_calendar_keeps_what_a_hold_gave(restored: bool) -> None:
    run = Run(read(waiting("timeDuration", "working_days(5)")), restored=restored)
    run.clock.to(2026, 3, 4, 9)
    run.hold()
    run.clock.to(2026, 3, 20, 9)
    due = run.release().due
    assert run.recalendar().due == due


def test_clock_of_the_machine_is_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    clock.to(2030, 1, 7, 9)
    env = replace(world(clock), calendar=vietnam([2030]))
    run = Run(read(waiting("timeDuration", "P1D")), clock=clock, env=env)
    assert run.step.due is not None and run.step.due.year == 2030
    assert run.wake().fired == ()
    clock.forward(days=1)
    assert run.wake().fired == ("late",)


def test_missing_date_is_an_incident_that_a_retry_mends() -> None:
    run = Run(read(waiting("timeDate", 'round_date("nowhere")')))
    assert run.step.incident is not None and run.step.incident.element == "late"
    assert run.now == ["wait"] and run.step.due is None
    run.world = replace(run.world, dates={"nowhere": date(2026, 5, 5)})
    step = run.retry()
    assert step.incident is None and step.due is not None and step.due.day == 5


@both
def test_year_outside_the_calendar_is_an_incident(restored: bool) -> None:
    clock = Clock()
    clock.to(2029, 1, 8, 9)
    run = Run(read(waiting("timeDuration", "working_days(5)")), clock=clock, restored=restored)
    assert run.step.incident is not None and run.step.incident.element == "late"
    run.world = replace(run.world, calendar=vietnam([2029]))
    assert run.retry().incident is None


@both
def test_timers_of_a_subprocess_and_its_inside_fire_outermost_due_first(restored: bool) -> None:
    inner = subprocess(
        "sub",
        start("s")
        + user("work")
        + timer("short", "work", "timeDuration", "P1D")
        + user("next")
        + end("s_end")
        + chain("s", "work", "next", "s_end")
        + chain("short", "next"),
    )
    definition = read(
        diagram(
            start()
            + inner
            + timer("long", "sub", "timeDuration", "P3D")
            + user("late")
            + end()
            + chain("begin", "sub", "end")
            + chain("long", "late", "end")
        )
    )
    run = Run(definition, restored=restored)
    run.clock.forward(days=5)
    step = run.wake()  # both are due after a long downtime: in the order in which they were due
    assert step.fired == ("short", "long") and run.now == ["late"]
    run.do("late")
    run.assert_nothing_left()


def test_gateway_may_ask_for_the_time() -> None:
    definition = read(
        diagram(
            start()
            + gateway("late", "late__b")
            + user("a")
            + user("b")
            + end()
            + chain("begin", "late", "b", "end")
            + f"{chain('a', 'end')}"
            + '<bpmn:sequenceFlow id="x" sourceRef="late" targetRef="a"><bpmn:conditionExpression>'
            '<![CDATA[today() > date("2026-03-01")]]></bpmn:conditionExpression></bpmn:sequenceFlow>'
        )
    )
    assert Run(definition).now == ["a"]
    clock = Clock()
    clock.to(2026, 2, 1)
    assert Run(definition, clock=clock).now == ["b"]


@pytest.mark.parametrize("text", ["P", "PT", "P1", "1D", "P1H", "PT1D", "p1d", "P-1D", "P1.5D", "PT1H30", ""])
def test_what_is_no_duration_is_not_read_as_one(text: str) -> None:
    assert parse_period(text) is None


def test_durations_cycles_and_moments() -> None:
    period = parse_period("P1M")
    clock = Clock()
    clock.to(2026, 1, 31, 8)
    assert period is not None and period.after(clock.time).isoformat() == "2026-02-28T08:00:00+07:00"
    year = parse_period("P1Y")
    assert year is not None and year.after(clock.time).isoformat() == "2027-01-31T08:00:00+07:00"
    assert isinstance(parse_cycle("R3/PT24H"), Cycle) and parse_cycle("R/P1D") is not None
    assert (
        parse_cycle("R3/PT0S") is None and parse_cycle("P1D") is None and parse_cycle("R3/2026-01-01") is None
    )
    assert parse_moment("2026-13-01") is None and parse_moment("tomorrow") is None
    assert CALENDAR.is_working(date(2026, 3, 2))


@both
def test_timer_that_does_not_interrupt_fires_once_beside_its_activity(restored: bool) -> None:
    run = Run(read(waiting("timeDuration", "P1D", interrupting=False)), restored=restored)
    run.clock.forward(days=2)
    assert run.wake().fired == ("late",) and run.now == ["wait", "after"]
    assert run.wake().fired == () and run.step.due is None
    run.do("wait")
    run.do("after")
    run.assert_nothing_left()
