"""What once stood still, went twice or could not be reckoned: joins that never fill or fill again, times beyond reason."""

from __future__ import annotations

import pytest
from running import Run, boundary, chain, diagram, end, flow, gateway, read, start, timer, user, within

from workflows import engine

both = pytest.mark.parametrize("restored", [False, True], ids=["live", "restored"])


def joining(condition: str = 'way = "a"') -> bytes:
    """One of two ways is chosen, and a parallel gateway waits for both."""
    return diagram(
        start()
        + user("first")
        + gateway("choose", "choose__b")
        + user("a")
        + user("b")
        + gateway("join", kind="parallel")
        + end()
        + chain("begin", "first", "choose", "b", "join", "end")
        + flow("choose", "a", condition)
        + chain("a", "join")
    )


@both
def test_join_that_never_fills_is_an_incident_by_name(restored: bool) -> None:
    run = Run(read(joining()), restored=restored)
    assert run.do("first", way="a").incident is None and run.now == ["a"]
    step = run.do("a")
    assert not step.ended and step.incident is not None
    assert (step.incident.code, step.incident.element) == ("deadlock", "join") and step.incident.message_en
    again = run.retry().incident
    assert again is not None and again.code == "deadlock"
    assert run.cancel().ended


@both
def test_boundary_that_listens_does_not_hide_that_nothing_goes_on(restored: bool) -> None:
    inner = (
        start("s") + user("first") + gateway("choose", "choose__b") + user("a") + user("b") + gateway("join", kind="parallel")
        + end("e") + chain("s", "first", "choose", "b", "join", "e") + flow("choose", "a", 'way = "a"') + chain("a", "join")
    )  # fmt: skip
    body = (
        start() + f'<bpmn:subProcess id="x">{inner}</bpmn:subProcess>' + boundary("stopped", "x", "m") + end() + end("other")
        + chain("begin", "x", "end") + chain("stopped", "other")
    )  # fmt: skip
    run = Run(read(diagram(body, messages={"m": "case:stopped"})), restored=restored)
    run.do("first", way="a")
    stuck = run.do("a").incident
    assert stuck is not None and stuck.code == "deadlock"
    assert run.signal("case:stopped").ended  # whoever withdraws it still can


@both
def test_join_in_a_loop_waits_for_every_branch_each_time(restored: bool) -> None:
    mark = '<bpmn:intermediateThrowEvent id="mark" />'
    body = (
        start() + gateway("meet") + gateway("part", kind="parallel") + user("a") + user("b") + mark
        + gateway("join", kind="parallel") + user("ask") + gateway("again", "again__end") + end()
        + chain("begin", "meet", "part", "a", "join", "ask", "again", "end") + chain("part", "b", "mark", "join")
        + flow("again", "meet", 'decision = "back"')
    )  # fmt: skip
    run = Run(read(diagram(body)), restored=restored)
    for nth in range(3):
        run.do("b")
        run.do("a")
        assert run.now == ["ask"], nth
        run.do("ask", decision="back")
        run.do("a")
        assert run.now == ["b"], nth  # the branch of the last round is not counted once more
        run.do("b")
        run.do("ask", decision="back" if nth < 2 else "on")
    run.assert_nothing_left()


def test_duration_of_years_counts_its_years() -> None:
    run = Run(read(within(user("x", 'camunda:dueDate="duration(&quot;P1Y2M&quot;)"'))))
    due = run.task("x").due
    assert due is not None and (due.year, due.month) == (2027, 5)


@pytest.mark.parametrize("text", ["P900000Y", "PT99999999H", "duration(&quot;P999999Y&quot;)"])
def test_time_beyond_the_calendar_is_an_incident(text: str) -> None:
    run = Run(read(within(user("x", f'camunda:dueDate="{text}"'))))
    assert run.step.incident is not None and (run.step.incident.code, run.step.incident.element) == ("expression", "x")


def test_repeating_timer_that_missed_years_fires_once_at_once() -> None:
    body = start() + user("x") + timer("tick", "x", "timeCycle", "R/PT1S", interrupting=False) + user("told") + end()
    run = Run(read(diagram(body + chain("begin", "x", "end") + chain("tick", "told", "end"))), watched=False)
    run.clock.forward(days=900)
    assert run.wake().fired == ("tick",) and run.now == ["x", "told"]
    due = run.step.due
    assert due is not None and due > run.clock.time and engine.waits(run.live)
