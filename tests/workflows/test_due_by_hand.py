"""A due day that somebody sets: the timers over the task follow, calendars leave it, holds move it, moving keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from running import Run, call, chain, diagram, end, read, receive, start, subprocess, timer, user

from workflows import engine, migration
from workflows.calendar import ZONE
from workflows.clock import END_OF_DAY
from workflows.definition import Definition

both = pytest.mark.parametrize("restored", [False, True], ids=["live", "restored"])
DUE = 'camunda:dueDate="round_date(&quot;supplement&quot;)"'
COMMON = date(2026, 3, 20)


def to_end_of(day: date) -> datetime:
    return datetime.combine(day, END_OF_DAY, ZONE)


def supplement(by: str = 'round_date("supplement")', more: str = "", way: str = "mend signed") -> Definition:
    """A task and a signature in a subprocess, which a timer ends; the task is due on the day of the timer."""
    steps = way.split()
    inner = start("s") + "".join(receive(one) if one == "signed" else user(one, DUE) for one in steps) + end("s_end")
    return read(
        diagram(
            start() + subprocess("sub", inner + chain("s", *steps, "s_end")) + timer("missed", "sub", "timeDate", by)
            + user("late") + end() + chain("begin", "sub", "end") + chain("missed", "late", "end") + more,
            messages={"m": "a:b"},
        )
    )


def move(run: Run, day: date, element: str = "mend") -> None:
    """Set another due day."""
    step = run.move_due(element, to_end_of(day))
    assert step.dues == {run.task(element).task: to_end_of(day)}


def on(run: Run, day: date, hour: int = 9) -> tuple[str, ...]:
    """What fires when the worker looks on a day."""
    run.clock.to(day.year, day.month, day.day, hour)
    return run.wake().fired


@both
def test_moved_later_it_fires_on_the_new_day_and_not_on_the_old(restored: bool) -> None:
    run = Run(supplement(), restored=restored)
    assert run.step.due == to_end_of(COMMON)
    move(run, date(2026, 3, 27))
    assert run.step.due == to_end_of(date(2026, 3, 27))
    assert on(run, date(2026, 3, 23)) == ()
    run.do("mend")
    assert run.now == ["signed"] and run.step.due == to_end_of(date(2026, 3, 27)), "it stands over what comes next as well"
    assert on(run, date(2026, 3, 27)) == () and on(run, date(2026, 3, 28)) == ("missed",)
    assert run.now == ["late"]


@both
def test_moved_earlier_it_fires_on_the_new_day(restored: bool) -> None:
    run = Run(supplement(), restored=restored)
    move(run, date(2026, 3, 12))
    assert on(run, date(2026, 3, 12)) == () and on(run, date(2026, 3, 13)) == ("missed",)
    assert run.do("late").ended
    run.assert_nothing_left()


@both
def test_no_calendar_and_no_retry_moves_what_was_set(restored: bool) -> None:
    run, moved = Run(supplement(), restored=restored), date(2026, 3, 27)
    run.world = replace(run.world, dates={"supplement": date(2026, 3, 24)})
    assert run.recalendar().due == to_end_of(date(2026, 3, 24)), "the calendar moves what nobody set"
    move(run, moved)
    run.world = replace(run.world, dates={"supplement": date(2026, 3, 10)})
    step = run.recalendar()
    assert step.due == to_end_of(moved) and not step.dues
    assert run.retry().due == to_end_of(moved)
    (seen,) = engine.timers_over(run.live, run.task("mend").task, run.world)
    assert (seen.element, seen.due, seen.common) == ("missed", to_end_of(moved), to_end_of(date(2026, 3, 10)))


@both
def test_the_common_day_is_the_way_back(restored: bool) -> None:
    run = Run(supplement(), restored=restored)
    move(run, date(2026, 3, 27))
    assert run.move_due("mend", to_end_of(COMMON)).due == to_end_of(COMMON)
    run.world = replace(run.world, dates={"supplement": date(2026, 3, 24)})
    step = run.recalendar()
    assert step.due == to_end_of(date(2026, 3, 24)) and step.dues == {run.task("mend").task: to_end_of(date(2026, 3, 24))}


@both
def test_a_hold_moves_what_was_set_by_the_time_it_lasts_from_then_on(restored: bool) -> None:
    run = Run(supplement(), restored=restored)
    move(run, date(2026, 3, 27))
    run.clock.to(2026, 3, 4, 9)
    assert run.hold().due is None
    run.clock.to(2026, 3, 11, 9)
    later = to_end_of(date(2026, 4, 3))  # five working days on
    step = run.release()
    assert step.due == later and step.dues == {run.task("mend").task: later}
    assert run.recalendar().due == later
    within = Run(supplement(), restored=restored)
    within.clock.to(2026, 3, 4, 9)
    within.hold()
    within.clock.to(2026, 3, 9, 9)
    move(within, date(2026, 3, 27))
    within.clock.to(2026, 3, 11, 9)
    assert within.release().due == to_end_of(date(2026, 3, 31)), "whoever set it within the hold knew of its days so far"


def test_timers_of_its_day_follow_and_of_the_others_those_that_would_end_it() -> None:
    inner = (
        start("s") + user("mend", DUE) + timer("same", "mend", "timeDate", "2026-03-20T08:00:00+07:00", False)
        + timer("sooner", "mend", "timeDate", "2026-03-10", False) + timer("each", "mend", "timeCycle", "R5/P6D", False)
        + "".join(user(f"after_{one}") + end(f"end_{one}") + chain(one, f"after_{one}", f"end_{one}") for one in ("same", "sooner", "each"))
        + end("s_end") + chain("s", "mend", "s_end")
    )
    definition = read(
        diagram(
            start() + subprocess("sub", inner) + timer("outer", "sub", "timeDate", "2026-03-30") + user("late") + end()
            + chain("begin", "sub", "end") + chain("outer", "late", "end")
        )
    )
    run = Run(definition)
    task = run.task("mend").task
    before = {one.element: one.due for one in engine.timers_over(run.live, task, run.world)}
    assert set(before) == {"same", "sooner", "outer"}, "a repeating timer goes its own way"

    def follow(day: date) -> set[str]:
        return {one.element for one in engine.timers_over(run.live, task, run.world) if one.follows(to_end_of(day))}

    assert follow(date(2026, 3, 27)) == {"same"} == follow(date(2026, 3, 12))
    assert follow(date(2026, 4, 2)) == {"same", "outer"}
    move(run, date(2026, 4, 2))
    after = {one.element: one.due for one in engine.timers_over(run.live, task, run.world)}
    assert after == {"same": to_end_of(date(2026, 4, 2)), "sooner": before["sooner"], "outer": to_end_of(date(2026, 4, 2))}


def test_a_task_without_a_due_time_goes_by_the_nearest_timer_that_ends_it() -> None:
    run = Run(
        read(
            diagram(
                start() + user("work") + timer("late", "work", "timeDuration", "P5D") + end() + end("lapsed")
                + chain("begin", "work", "end") + chain("late", "lapsed")
            )
        )
    )
    move(run, date(2026, 3, 4), "work")
    assert on(run, date(2026, 3, 5)) == ("late",) and run.step.ended


@both
def test_timers_over_a_called_process_and_over_each_item_of_a_list_follow(restored: bool) -> None:
    loop = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="items" camunda:elementVariable="item"/>'
    called = diagram(start("in") + user("ask", DUE, loop) + timer("each", "ask", "timeDate", "2026-03-20") + end("out") + end("gone")
                     + chain("in", "ask", "out") + chain("each", "gone"), "q")
    outer = diagram(
        start() + call("c", "q") + timer("outer", "c", "timeDate", "2026-03-20") + user("late") + end()
        + chain("begin", "c", "end") + chain("outer", "late", "end")
    )
    run = Run(read(outer, called), {"items": ["a", "b"]}, restored=restored)
    step = run.move_due("ask", to_end_of(date(2026, 3, 27)))
    assert set(step.dues) == {run.task("ask").task}, "the other item keeps its own day"
    seen = engine.timers_over(run.live, run.task("ask", 1).task, run.world)
    assert {one.element: one.due.date() for one in seen} == {"each": date(2026, 3, 27), "outer": date(2026, 3, 27)}
    assert on(run, date(2026, 3, 23)) == () and step.due == to_end_of(date(2026, 3, 27))


@both
def test_moving_to_another_version_keeps_what_was_set(restored: bool) -> None:
    run, moved = Run(supplement(), restored=restored), to_end_of(date(2026, 3, 27))
    move(run, moved.date())
    newer = supplement('round_date("filing")', way="mend look signed")
    live, step = migration.migrate(run.live, newer, {}, run.world)
    assert step.due == moved
    assert engine.recalendar(live, run.world).due == moved
    again = engine.restore(newer, engine.stand(live, run.world).state)
    step = engine.complete(again, run.task("mend").task, {}, run.world)
    assert step.due == moved and [one.element for one in step.opened] == ["look"]
    assert engine.recalendar(again, run.world).due == moved


def test_only_an_open_user_task_has_a_due_day_that_is_set() -> None:
    run = Run(supplement())
    mend = run.task("mend").task
    run.do("mend")
    for task in (mend, run.task("signed").task, "nothing"):
        with pytest.raises(engine.NotWaiting):
            engine.move_due(run.live, task, to_end_of(COMMON), run.world)


def test_the_second_time_counts_anew() -> None:
    """A task that is opened again, and its timer, go by the calendar of then: what was set was set for the first time."""
    loop: Any = read(
        diagram(
            start() + user("work", DUE) + timer("late", "work", "timeDate", 'round_date("supplement")') + user("again") + end()
            + chain("begin", "work", "end") + chain("late", "again", "work")
        )
    )
    run = Run(loop)
    move(run, date(2026, 3, 12), "work")
    assert on(run, date(2026, 3, 13)) == ("late",)
    run.do("again")
    assert run.now == ["work"] and run.task("work").due == to_end_of(COMMON) == run.step.due
