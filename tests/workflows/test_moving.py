"""Moving an instance by hand and mending its data: what is undone, what may not be, and that the data stays."""

from __future__ import annotations

import pytest
from running import (
    Run,
    boundary,
    call,
    chain,
    diagram,
    end,
    flow,
    gateway,
    read,
    receive,
    start,
    subprocess,
    timer,
    user,
    world,
)
from test_migration import carried, forked, within

from workflows import engine, moving
from workflows.definition import Definition
from workflows.step import NotWaiting, WrongAnswer

LINE = diagram(start() + user("a") + user("b") + user("c") + user("d") + end() + chain("begin", "a", "b", "c", "d", "end"))


def to(run: Run, element: str) -> Run:
    """Move, as the service would, and go on from the bytes."""
    seen = moving.preview(run.live, element)
    tasks = {o.task for o in run.open}
    step = run._take(moving.move(run.live, element, run.world))
    assert {c.task for c in step.closed} == set(seen.closed) <= tasks
    run.live = engine.restore(run.definition, step.state)
    return run


def why(run: Run, element: str) -> str:
    before = run.step.state
    (reason,) = moving.preview(run.live, element).reasons
    assert reason.message != reason.message_en
    with pytest.raises(moving.CannotMove):
        moving.move(run.live, element, run.world)
    assert engine.stand(engine.restore(run.definition, before), run.world).state == engine.stand(run.live, run.world).state
    return reason.code


@pytest.mark.parametrize("restored", [False, True])
def test_back_and_on_with_the_data_kept(restored: bool) -> None:
    run = Run(read(LINE), restored=restored)
    first = run.task("a").task
    run.do("a", from_a=1)
    second = run.task("b").task
    run.do("b", from_b=[2])
    seen = moving.preview(run.live, "a")
    assert seen.can_move and seen.back and seen.undone == (first, second) and seen.closed == (run.task("c").task,)
    to(run, "a")
    assert run.now == ["a"] and run.task("a").occurrence == 2
    assert engine.data(run.live) == {"nomination_id": "N1", "from_a": 1, "from_b": [2]} == run.step.data
    seen = moving.preview(run.live, "d")
    assert (seen.back, seen.undone, seen.passed) == (False, (), ("b", "c"))
    to(run, "d")
    assert run.do("d").ended and run.step.data["from_b"] == [2]


def test_where_it_stands_and_where_nothing_is() -> None:
    run = Run(read(*within(user("x") + chain("begin2", "x", "end2"))))
    assert {e.id for e in moving.targets(run.live)} == {"c", "z", "x"}
    assert why(run, "x") == "there-already"
    assert why(run, "begin") == "no-target" and why(run, "nowhere") == "no-target"
    to(run, "z")
    assert why(run, "x") == "elsewhere"
    to(run, "c")
    assert run.now == ["x"]
    run.do("x")
    run.do("z")
    with pytest.raises(NotWaiting):
        moving.move(run.live, "c", run.world)
    assert moving.targets(run.live) == () and moving.preview(run.live, "c").reasons[0].code == "ended"


def test_deadline_at_the_edge_goes_and_comes_with_its_step() -> None:
    body = start() + user("a") + user("b") + user("late") + timer("t", "b", "timeDuration", "P3D") + end() + end("end2")
    run = Run(read(diagram(body + chain("begin", "a", "b", "end") + flow("t", "late") + flow("late", "end2"))))
    run.do("a")
    due = run.step.due
    assert due is not None
    to(run, "a")
    assert run.step.due is None and not run.live.workflow.event_manager.tasks
    run.clock.forward(days=1)
    to(run, "b")
    assert run.step.due is not None and run.step.due > due
    run.clock.forward(days=4)
    run.wake()
    assert run.now == ["late"]


def test_called_process_is_closed_whole() -> None:
    run = Run(read(*within(user("x") + user("y") + chain("begin2", "x", "y", "end2"))))
    run.do("x", inside=1)
    to(run, "z")
    assert run.now == ["z"] and run.step.data["inside"] == 1
    to(run, "c")
    assert run.now == ["x"]
    run.do("x")
    to(run, "x")
    assert run.now == ["x"]
    run.do("x")
    run.do("y")
    assert run.do("z").ended
    run.assert_nothing_left()


def test_branches() -> None:
    run = Run(forked("a x", "b y"))
    assert why(run, "x") == "parallel" and why(run, "after") == "parallel"
    run.do("a")
    assert why(run, "a") == "parallel"  # the other branch does not lie behind it
    run.do("x")
    run.do("b")
    run.do("y")
    assert run.now == ["after"]
    to(run, "b")  # what the other branch did still counts
    run.do("b")
    run.do("y")
    assert run.now == ["after"] and run.do("after").ended
    run.assert_nothing_left()


def test_fork_is_not_passed_over() -> None:
    body = start() + user("first") + gateway("fork", kind="parallel") + user("a") + user("b")
    body += gateway("join", kind="parallel") + user("after") + end() + chain("begin", "first", "fork", "a", "join", "after", "end")
    run = Run(read(diagram(body + chain("fork", "b", "join"))))
    assert why(run, "a") == "no-way" and why(run, "after") == "no-way"
    run.do("first")
    to(run, "first")
    run.do("first")
    assert sorted(run.now) == ["a", "b"]


def settling() -> Definition:
    body = start() + user("a") + receive("vote", "m", 'nom:settles="result"') + user("b") + user("c") + end()
    return read(diagram(body + chain("begin", "a", "vote", "b", "c", "end"), messages={"m": "told"}))


def test_ballots_and_signatures_are_not_gone_around() -> None:
    run = Run(settling())
    assert why(run, "b") == "no-way" and why(run, "c") == "no-way"
    run.do("a")
    assert why(run, "b") == "settles"
    to(run, "a")  # nothing is settled yet: back is fine
    run.do("a")
    run.do("vote", result="passed")
    run.do("b")
    assert why(run, "a") == "settled" and why(run, "vote") == "settled"
    to(run, "b")
    assert run.now == ["b"]
    with pytest.raises(WrongAnswer):
        moving.edit(run.live, {"result": "failed"}, run.world)


def test_ballot_inside_a_called_process() -> None:
    inside = user("x") + receive("vote", "m", 'nom:settles="result"') + user("y") + chain("begin2", "x", "vote", "y", "end2")
    outer = diagram(start() + user("a") + call("c", "inner") + user("z") + end() + chain("begin", "a", "c", "z", "end"))
    inner = diagram(start("begin2") + inside + end("end2"), "inner", messages={"m": "told"})
    run = Run(read(outer, inner))
    assert why(run, "z") == "no-way"
    run.do("a")
    assert why(run, "z") == "settles"
    run.do("x")
    run.do("vote", result="passed")
    assert why(run, "a") == "settled" and why(run, "x") == "settled"


def test_subprocess_that_listens_for_messages() -> None:
    inner = start("in") + user("a") + user("b") + end("out") + chain("in", "a", "b", "out")
    body = start() + subprocess("s", inner) + boundary("stop", "s", "m") + user("after") + end() + end("end2")
    run = Run(read(diagram(body + chain("begin", "s", "after", "end") + flow("stop", "end2"), messages={"m": "told"})))
    run.do("a")
    to(run, "a")
    to(run, "after")
    with pytest.raises(NotWaiting):
        run.signal("told")
    to(run, "s")
    assert run.now == ["a"]
    assert run.signal("told").ended
    run.assert_nothing_left()


def test_data_is_mended_where_it_stands_and_only_as_it_is() -> None:
    run = Run(read(*within(user("x") + user("y") + chain("begin2", "x", "y", "end2"))), {"level": "a", "n": 1, "none": None})
    run.do("x")
    step = run._take(moving.edit(run.live, {"level": "b", "none": [1]}, run.world))
    assert step.data["level"] == "b" and step.data["none"] == [1] and engine.data(run.live, run.task("y").task)["level"] == "b"
    for changes in ({"nowhere": 1}, {"n": "text"}, {"n": True}, {"level": {"x": 1}}):
        with pytest.raises(WrongAnswer):
            moving.edit(run.live, changes, run.world)
    run.live = engine.restore(run.definition, run.step.state)
    run.do("y")
    assert run.do("z").data["level"] == "b"


def test_mended_data_brings_an_incident_on() -> None:
    body = start() + user("a") + gateway("ask", default="other") + user("b") + end() + end("end2") + chain("begin", "a", "ask")
    run = Run(read(diagram(body + flow("ask", "b", "n.part = 1") + flow("ask", "end2", key="other") + chain("b", "end"))), {"n": None})
    run.do("a", n=5)
    assert run.step.incident is not None
    run._take(moving.edit(run.live, {"n": None}, run.world))
    assert run.step.incident is not None  # a hand mends nothing by itself
    run.live = engine.restore(run.definition, run.step.state)
    assert moving.preview(run.live, "b").can_move
    to(run, "b")
    assert run.now == ["b"] and run.step.incident is None


def test_moved_by_hand_and_migrated_afterwards() -> None:
    run = Run(read(LINE))
    run.do("a", x=1)
    to(run, "a")
    newer = read(diagram(start() + user("a") + user("new") + user("b") + user("c") + user("d") + end()
                         + chain("begin", "a", "new", "b", "c", "d", "end")))
    other = carried(run, newer)
    other.do("a")
    assert other.now == ["new"] and other.step.data["x"] == 1


def test_under_a_hold_the_clock_stays_still() -> None:
    body = start() + user("a") + user("b") + timer("t", "b", "timeDuration", "P3D") + end() + end("end2")
    run = Run(read(diagram(body + chain("begin", "a", "b", "end") + flow("t", "end2"))))
    run.hold()
    to(run, "b")
    assert run.step.due is None
    run.clock.forward(days=30)
    assert run.wake().fired == ()
    run.release()
    assert run.step.due is not None and run.step.due > run.clock.time
    assert world(run.clock).now() == run.clock.time
