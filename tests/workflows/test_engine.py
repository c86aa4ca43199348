"""The verbs on plain paths: what opens, closes, is told and is kept, live and from a restored state."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from running import (
    Clock,
    Run,
    call,
    chain,
    diagram,
    end,
    external,
    flow,
    gateway,
    read,
    receive,
    script,
    start,
    subprocess,
    user,
    world,
)

from workflows import engine
from workflows.step import NotWaiting, WrongAnswer

both = pytest.mark.parametrize("restored", [False, True], ids=["live", "restored"])


@both
def test_plain_path_from_start_to_outcome(restored: bool) -> None:
    run = Run(read("plain", main="plain", forms=("assess",)), restored=restored)
    first = run.step
    assert first.events == ("nomination:started",) and first.phase == "drafting"
    assessed = run.task("assess")
    assert (assessed.kind, assessed.occurrence, assessed.process) == ("user", 1, "plain")
    assert assessed.due is not None and assessed.due.isoformat() == "2026-04-01T23:59:59+07:00"
    assert assessed.attrs["form"] == "assess" and assessed.attrs["candidates"] == "unit"
    step = run.do("assess", score=[1, {"a": 2}])
    assert step.events == ("assessment:filed",) and step.phase == "signing_by_head"
    waiting = run.task("wait_signed")
    assert (waiting.kind, waiting.key, waiting.message) == ("receive", "N1", "submission:signed")
    run.do("wait_signed", result="rework")
    assert run.task("assess").occurrence == 2
    run.do("assess", score=3)
    step = run.do("wait_signed", result="signed")
    assert step.results == {"level": "commune"} and run.task("archive").inputs == {"level": "commune"}
    step = run.do("archive", paper="x")
    assert (step.outcome, step.ended, step.phase) == ("certificate", True, "ended")
    assert step.data == {
        "nomination_id": "N1",
        "score": 3,
        "result": "signed",
        "level": "commune",
        "paper": "x",
    }
    run.assert_nothing_left()


@both
def test_task_id_is_taken_once(restored: bool) -> None:
    run = Run(read("plain", main="plain", forms=("assess",)), restored=restored)
    task = run.task("assess").task
    assert len(task) <= 36
    run.do("assess")
    with pytest.raises(NotWaiting) as refused:
        engine.complete(run.live, task, {}, run.world)
    assert refused.value.message and refused.value.message_en
    assert [one.task for one in engine.waits(run.live)] == [one.task for one in run.open]


def test_verb_of_another_kind_is_refused() -> None:
    run = Run(read("plain", main="plain", forms=("assess",)))
    task = run.task("assess").task
    with pytest.raises(NotWaiting):
        engine.tell(run.live, task, {}, run.world)
    with pytest.raises(NotWaiting):
        engine.answer(run.live, task, {}, run.world)
    with pytest.raises(NotWaiting):
        engine.signal(run.live, "nobody:listens", {}, run.world)
    for odd in ("", "-", "x-1", task + "0", task.replace("-", "-0"), "١-٢"):
        with pytest.raises(NotWaiting):
            engine.complete(run.live, odd, {}, run.world)
    assert engine.complete(run.live, task, {}, run.world).closed


def test_answers_must_be_plain_json() -> None:
    run = Run(read("plain", main="plain", forms=("assess",)))
    task = run.task("assess").task
    bad_ones: list[Any] = [[], "text", None, {"a": object()}, {1: 2}, {"a": {1, 2}}]
    for bad in bad_ones:
        with pytest.raises(WrongAnswer):
            engine.complete(run.live, task, bad, run.world)
    assert run.do("assess", fine=[1, None, True, 1.5, {"x": "ờ"}]).closed


def test_message_with_a_value_that_is_not_taken_is_refused() -> None:
    run = Run(read("plain", main="plain", forms=("assess",)))
    run.do("assess")
    task = run.task("wait_signed").task
    for bad in ({"result": "singed"}, {}):
        with pytest.raises(WrongAnswer) as refused:
            engine.tell(run.live, task, bad, run.world)
        assert "signed" in refused.value.message
    assert engine.tell(run.live, task, {"result": "signed"}, run.world).closed


def test_what_is_handed_in_and_out_is_a_copy() -> None:
    run = Run(read("plain", main="plain", forms=("assess",)))
    given = {"facts": {"list": [1]}}
    step = run.do("assess", **given)
    given["facts"]["list"].append(2)
    step.data["facts"]["list"].append(3)
    assert engine.data(run.live)["facts"] == {"list": [1]}
    engine.data(run.live)["facts"]["list"].append(4)
    assert engine.data(run.live)["facts"] == {"list": [1]}


PARALLEL = diagram(
    start()
    + gateway("split", kind="parallel")
    + user("left")
    + user("right")
    + gateway("join", kind="parallel")
    + user("after")
    + end()
    + chain("begin", "split", "left", "join", "after", "end")
    + chain("split", "right", "join"),
)


@both
@pytest.mark.parametrize("order", [("left", "right"), ("right", "left")])
def test_join_keeps_what_each_branch_wrote(restored: bool, order: tuple[str, str]) -> None:
    # the library lets the branch that arrives last put its stale copies over the other's changes
    run = Run(read(PARALLEL), {"x": "old", "y": "old", "c": {"k": 1}}, restored=restored)
    answers = {"left": {"x": "new", "c": {"k": 1, "l": 2}}, "right": {"y": "new", "c": {"k": 1, "r": 3}}}
    for element in order:
        step = run.do(element, **answers[element])
        assert all(step.data[key] == value for key, value in answers[element].items() if key != "c")
    assert run.now == ["after"]
    assert run.step.data == {"nomination_id": "N1", "x": "new", "y": "new", "c": {"k": 1, "l": 2, "r": 3}}
    run.do("after")
    run.assert_nothing_left()


@both
def test_join_in_a_loop_forgets_the_round_before(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + gateway("split", kind="parallel")
            + user("left")
            + user("right")
            + gateway("join", kind="parallel")
            + gateway("again", "again__end")
            + end()
            + chain("begin", "split", "left", "join", "again", "end")
            + chain("split", "right", "join")
            + flow("again", "split", "more"),
        )
    )
    run = Run(definition, {"x": 0, "more": True}, restored=restored)
    run.do("left", x=1)
    run.do("right")
    run.do("right")
    run.do("left", x=0, more=False)
    assert run.step.data["x"] == 0
    run.assert_nothing_left()


@both
def test_inclusive_gateway_takes_each_true_flow_and_joins_them(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + gateway("choose", "choose__c", "inclusive")
            + user("a")
            + user("b")
            + user("c")
            + gateway("meet", kind="inclusive")
            + end()
            + flow("begin", "choose")
            + flow("choose", "a", "n > 1")
            + flow("choose", "b", "n > 2")
            + flow("choose", "c")
            + chain("a", "meet", "end")
            + chain("b", "meet")
            + chain("c", "meet"),
        )
    )
    both_flows = Run(definition, {"n": 3}, restored=restored)
    assert sorted(both_flows.now) == ["a", "b"]
    both_flows.do("b", from_b=1)
    assert both_flows.now == ["a"] and not both_flows.step.ended
    both_flows.do("a", from_a=1)
    assert both_flows.step.data["from_a"] == both_flows.step.data["from_b"] == 1
    both_flows.assert_nothing_left()
    none = Run(definition, {"n": 1}, restored=restored)
    assert none.now == ["c"]
    none.do("c")
    none.assert_nothing_left()


@both
def test_called_process_takes_data_in_and_gives_it_back(restored: bool) -> None:
    inner = diagram(
        start("i_begin")
        + user("inner")
        + end("i_end", 'nom:outcome="certificate"')
        + chain("i_begin", "inner", "i_end"),
        "called",
    )
    outer = diagram(
        start()
        + call("calls", "called")
        + script("note", "given + 1", "sum")
        + end()
        + chain("begin", "calls", "note", "end")
    )
    run = Run(read(outer, inner), {"given": 1}, restored=restored)
    assert run.task("inner").process == "called" and run.step.data["given"] == 1
    step = run.do("inner", given=41)
    assert step.results == {"sum": 42} and step.data["sum"] == 42 and step.outcome == "certificate"
    run.assert_nothing_left()


@both
def test_subprocess_in_a_loop_starts_afresh(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + subprocess(
                "sub", start("s_begin") + user("inner") + end("s_end") + chain("s_begin", "inner", "s_end")
            )
            + gateway("again", "again__end")
            + end()
            + chain("begin", "sub", "again", "end")
            + flow("again", "sub", 'decision = "again"'),
        )
    )
    run = Run(definition, restored=restored)
    for number in (1, 2, 3):
        assert run.task("inner").occurrence == number
        run.do("inner", decision="again" if number < 3 else "stop")
    run.assert_nothing_left()


@both
def test_end_waits_for_every_branch_of_its_process(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + gateway("split", kind="parallel")
            + user("left")
            + user("right")
            + end("end_l")
            + end("end_r")
            + chain("begin", "split", "left", "end_l")
            + chain("split", "right", "end_r"),
        )
    )
    run = Run(definition, restored=restored)
    assert not run.do("left", a=1).ended
    assert run.do("right", b=2).ended
    assert run.step.data["a"] == 1 and run.step.data["b"] == 2
    run.assert_nothing_left()


@both
def test_cancel_leaves_nothing_open(restored: bool) -> None:
    inner = diagram(
        start("i_begin") + receive("inner") + end("i_end") + chain("i_begin", "inner", "i_end"),
        "called",
        {"m": "a:b"},
    )
    outer = diagram(
        start()
        + gateway("split", kind="parallel")
        + call("calls", "called")
        + external("effect")
        + user("person")
        + gateway("join", kind="parallel")
        + end()
        + chain("begin", "split", "calls", "join", "end")
        + chain("split", "effect", "join")
        + chain("split", "person", "join"),
    )
    run = Run(read(outer, inner), restored=restored)
    tasks = {one.task for one in run.open}
    assert sorted(run.now) == ["effect", "inner", "person"]
    step = run.cancel()
    assert {one.task for one in step.closed} == tasks and {one.how for one in step.closed} == {"cancelled"}
    assert step.outcome is None
    run.assert_nothing_left()
    with pytest.raises(NotWaiting):
        engine.wake(run.live, run.world)


@both
def test_terminating_end_stops_the_other_branches(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + gateway("split", kind="parallel")
            + user("left")
            + user("right")
            + end("stop", inner="<bpmn:terminateEventDefinition />")
            + end("end_r")
            + chain("begin", "split", "left", "stop")
            + chain("split", "right", "end_r"),
        )
    )
    run = Run(definition, restored=restored)
    step = run.do("left")
    assert step.ended and {one.how for one in step.closed} == {"completed", "cancelled"}
    run.assert_nothing_left()


def test_ended_state_still_answers_questions() -> None:
    run = Run(read("plain", main="plain", forms=("assess",)))
    run.do("assess")
    run.do("wait_signed", result="signed")
    step = run.do("archive")
    again = engine.restore(run.definition, step.state)
    assert engine.data(again) == step.data
    found = engine.marks(again)
    assert found.elements["assess"] == "done" and found.elements["p5"] == "skipped"
    assert found.innermost == "plain" and found.of("plain")["ended"] == "done"
    assert engine.waits(again) == ()
    for verb in (engine.wake, engine.retry, engine.cancel, engine.hold, engine.release, engine.recalendar):
        with pytest.raises(NotWaiting):
            verb(again, run.world)
    with pytest.raises(NotWaiting):
        engine.signal(again, "submission:signed", {}, run.world)


def test_two_steps_of_one_transaction_are_told_as_one() -> None:
    run = Run(read("plain", main="plain", forms=("assess",)))
    first = run.do("assess")
    second = run.do("wait_signed", result="signed")
    joined = engine.followed_by(first, second)
    assert joined.state == second.state and joined.events == first.events + second.events
    assert [one.element for one in joined.opened] == ["wait_signed", "archive"]
    assert joined.phase == "signing_by_head" and joined.results == {"level": "commune"}


def test_start_runs_with_the_world_it_is_given() -> None:
    clock = Clock()
    definition = read(
        diagram(
            start() + script("note", 'rule("LIMIT") + 1', "limit") + end() + chain("begin", "note", "end")
        )
    )
    live, step = engine.start(definition, {}, world(clock, rules={"LIMIT": 6}))
    assert step.ended and step.data == {"limit": 7} and live.workflow.completed


def test_one_definition_serves_many_threads() -> None:
    definition = read("case", "award_path", main="frame", forms=("check_dossier", "supplement"))
    loop = read(
        diagram(
            start()
            + external(
                "effect",
                inner='<bpmn:multiInstanceLoopCharacteristics camunda:collection="items" '
                'camunda:elementVariable="item" nom:outputCollection="all" nom:outputElement="item" />',
            )
            + end()
            + chain("begin", "effect", "end")
        )
    )

    def work(number: int) -> tuple[str | None, list[int]]:
        run = Run(definition, {"result": "none", "mine": number}, restored=bool(number % 2))
        run.signal("nomination:held", hold_id=f"h{number}")
        run.do("wait_release")
        run.do("check_dossier", decision="accept")
        run.do("wait_council", result="passed")
        run.do("wait_payment")
        run.do("wait_handover")
        assert run.step.data["mine"] == number
        many = Run(loop, {"items": [number, number + 1]}, restored=bool(number % 2))
        many.do("effect")
        many.do("effect")
        return run.step.outcome, many.step.data["all"]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(40)))
    assert results == [("certificate", [number, number + 1]) for number in range(40)]
