"""Boundaries, messages, external tasks and business errors: what is interrupted, armed again, copied and left
behind.
"""

from __future__ import annotations

import pytest
from running import (
    Run,
    boundary,
    call,
    chain,
    diagram,
    end,
    error_boundary,
    external,
    faults,
    flow,
    gateway,
    read,
    start,
    subprocess,
    timer,
    user,
)

from workflows import engine
from workflows.step import NotWaiting

both = pytest.mark.parametrize("restored", [False, True], ids=["live", "restored"])


def frame(restored: bool) -> Run:
    definition = read("case", "award_path", main="frame", forms=("check_dossier", "supplement"))
    return Run(definition, {"result": "none"}, restored=restored)


@both
def test_withdrawal_under_two_holds_leaves_nothing(restored: bool) -> None:
    run = frame(restored)
    run.signal("nomination:held", hold_id="h1")
    run.signal("nomination:held", hold_id="h2")
    assert run.now == ["check_dossier", "wait_release", "wait_release"]
    assert [run.task("wait_release", n).key for n in (0, 1)] == ["h1", "h2"]
    assert [run.task("wait_release", n).occurrence for n in (0, 1)] == [1, 2]
    run.do("wait_release", 0)
    assert [one.key for one in engine.waits(run.live) if one.element == "wait_release"] == ["h2"]
    step = run.signal("nomination:withdrawn", why="letter")
    assert {one.how for one in step.closed} == {"cancelled"} and step.outcome == "withdrawn"
    run.assert_nothing_left()


@both
def test_non_interrupting_boundary_fires_any_number_of_times(restored: bool) -> None:
    run = frame(restored)
    for number in range(5):
        run.signal("nomination:held", hold_id=f"h{number}")
        run.do("wait_release", 0)
    depth = max(node.tree_depth for node in run.live.workflow.tasks.values())
    assert run.now == ["check_dossier"] and depth < 13  # a hold adds breadth, never depth
    run.do("check_dossier", decision="accept")
    run.do("wait_council", result="passed")
    run.do("wait_handover")
    run.do("wait_payment")
    run.assert_nothing_left()
    assert run.step.outcome == "certificate"


@both
def test_case_does_not_end_while_a_hold_is_open(restored: bool) -> None:
    run = frame(restored)
    run.signal("nomination:held", hold_id="h")
    run.do("check_dossier", decision="accept")
    run.do("wait_council", result="passed")
    run.do("wait_handover")
    assert not run.do("wait_payment").ended
    assert run.do("wait_release").ended
    run.assert_nothing_left()


@both
def test_data_written_inside_reaches_the_branch_of_an_interrupting_boundary(restored: bool) -> None:
    run = frame(restored)
    run.do("check_dossier", decision="accept", facts={"deep": [1]})
    step = run.signal("nomination:withdrawn", why="letter")
    assert step.data["facts"] == {"deep": [1]} and step.data["why"] == "letter"


@both
def test_timer_boundary_on_a_subprocess_gets_its_data(restored: bool) -> None:
    run = frame(restored)
    run.do("check_dossier", decision="supplement")
    assert run.step.due is not None and run.step.due.isoformat() == "2026-03-20T23:59:59+07:00"
    run.clock.to(2026, 3, 21)
    step = run.wake()
    assert step.fired == ("supplement_missed",) and step.events == ("supplement:missed",)
    assert run.now == ["wait_review"] and step.closed[0].how == "cancelled"


@both
def test_marks_follow_the_case(restored: bool) -> None:
    run = frame(restored)
    found = engine.marks(run.live)
    assert found.innermost == "award_path" and found.open_calls == ("case", "work", "award")
    assert found.of("award_path")["check_dossier"] == "live"
    assert found.elements["supplement"] == found.elements["a4"] == found.elements["end_refused"] == "ahead"
    assert found.elements["withdrawn"] == found.elements["held"] == "ahead"
    run.do("check_dossier", decision="supplement")
    run.do("supplement_dossier")
    run.do("check_dossier", decision="accept")
    run.do("wait_council", result="passed")
    run.do("wait_payment")
    found = engine.marks(run.live)
    marked = {
        key: found.elements[key]
        for key in (
            "check_dossier",
            "supplement",
            "supplement_dossier",
            "supplement_missed",
            "a4",
            "a7",
            "a15",
            "a14",
            "both_done",
            "wait_handover",
            "wait_payment",
            "wait_review",
            "award",
            "end_withdrawn",
            "nominated",
        )
    }
    assert marked == {
        "check_dossier": "done",
        "supplement": "done",
        "supplement_dossier": "done",
        "supplement_missed": "skipped",
        "a4": "done",
        "a7": "skipped",
        "a15": "done",
        "a14": "ahead",
        "both_done": "ahead",
        "wait_handover": "live",
        "wait_payment": "done",
        "wait_review": "skipped",
        "award": "live",
        "end_withdrawn": "ahead",
        "nominated": "done",
    }
    run.do("wait_handover")
    found = engine.marks(run.live)
    assert found.elements["end_certificate"] == found.elements["award"] == found.elements["a14"] == "done"
    assert (
        found.elements["end_withdrawn"] == "skipped" and found.innermost == "frame" and found.open_calls == ()
    )


@both
def test_called_process_entered_twice_is_marked_by_its_last_call(restored: bool) -> None:
    inner = diagram(
        start("i_begin")
        + user("inner")
        + gateway("which", "which__i_b")
        + end("i_a")
        + end("i_b")
        + chain("i_begin", "inner", "which", "i_b")
        + flow("which", "i_a", 'decision = "a"'),
        "called",
    )
    outer = diagram(
        start()
        + call("calls", "called")
        + gateway("again", "again__end")
        + end()
        + chain("begin", "calls", "again", "end")
        + flow("again", "calls", 'decision = "a"'),
    )
    run = Run(read(outer, inner), restored=restored)
    run.do("inner", decision="a")
    found = engine.marks(run.live).of("called")
    assert (found["inner"], found["i_a"], found["which"]) == ("live", "ahead", "ahead")
    run.do("inner", decision="b")
    found = engine.marks(run.live).of("called")
    assert (found["inner"], found["i_a"], found["i_b"]) == ("done", "skipped", "done")


@both
def test_message_boundary_on_a_user_task(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + user("work")
            + boundary("stopped", "work", "m")
            + end()
            + end("end_stopped", 'nom:outcome="refused"')
            + chain("begin", "work", "end")
            + chain("stopped", "end_stopped"),
            messages={"m": "work:stopped"},
        )
    )
    run = Run(definition, restored=restored)
    task = run.task("work").task
    assert run.signal("work:stopped", why=1).outcome == "refused"
    run.assert_nothing_left()
    with pytest.raises(NotWaiting):
        engine.complete(run.live, task, {}, run.world)


@both
def test_boundary_goes_away_with_its_activity(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + user("work")
            + boundary("stopped", "work", "m")
            + timer("late", "work", "timeDuration", "P1D")
            + user("next")
            + end()
            + end("end_s")
            + end("end_l")
            + chain("begin", "work", "next", "end")
            + chain("stopped", "end_s")
            + chain("late", "end_l"),
            messages={"m": "work:stopped"},
        )
    )
    run = Run(definition, restored=restored)
    assert run.step.due is not None
    assert run.do("work").due is None
    with pytest.raises(NotWaiting):
        engine.signal(run.live, "work:stopped", {}, run.world)
    run.do("next")
    run.assert_nothing_left()


@both
def test_outermost_boundary_takes_a_message_of_two(restored: bool) -> None:
    inner = subprocess("inner", start("i") + user("work") + end("i_end") + chain("i", "work", "i_end"))
    middle = subprocess(
        "outer",
        start("o")
        + inner
        + boundary("in", "inner", "m")
        + end("o_end")
        + end("in_end")
        + chain("o", "inner", "o_end")
        + chain("in", "in_end"),
    )
    run = Run(
        read(
            diagram(
                start()
                + middle
                + boundary("out", "outer", "m")
                + end()
                + end("out_end", 'nom:outcome="withdrawn"')
                + chain("begin", "outer", "end")
                + chain("out", "out_end"),
                messages={"m": "a:b"},
            )
        ),
        restored=restored,
    )
    assert run.signal("a:b").outcome == "withdrawn"
    run.assert_nothing_left()


# -- external tasks

ERRORS = '<bpmn:error id="e_gone" name="gone" errorCode="GONE" /><bpmn:error id="e_busy" name="busy" errorCode="BUSY" />'


@both
def test_external_task_stands_started_and_is_answered_by_id(restored: bool) -> None:
    run = Run(
        read(
            diagram(
                start()
                + external("effect", 'camunda:resultVariable="paper"')
                + end()
                + chain("begin", "effect", "end")
            )
        ),
        restored=restored,
    )
    task = run.task("effect")
    assert task.kind == "external" and task.attrs["topic"] == "do.it"
    step = run.do("effect", number=7)
    assert step.ended and step.data["paper"] == {"number": 7}
    with pytest.raises(NotWaiting):
        engine.answer(run.live, task.task, {}, run.world)


@both
def test_late_answer_of_an_interrupted_effect_is_refused(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + external("effect")
            + boundary("stopped", "effect", "m")
            + user("after")
            + end()
            + chain("begin", "effect", "after", "end")
            + chain("stopped", "after"),
            messages={"m": "a:b"},
        )
    )
    run = Run(definition, restored=restored)
    task = run.task("effect").task
    step = run.signal("a:b")
    assert [(one.task, one.how) for one in step.closed] == [(task, "cancelled")]
    with pytest.raises(NotWaiting):
        engine.answer(run.live, task, {"late": True}, run.world)
    assert "late" not in run.do("after").data


@both
def test_error_goes_to_the_nearest_boundary_that_takes_it(restored: bool) -> None:
    inner = subprocess(
        "sub",
        start("s")
        + external("effect")
        + error_boundary("busy", "effect", "e_busy")
        + user("wait")
        + end("s_end")
        + chain("s", "effect", "s_end")
        + chain("busy", "wait", "s_end"),
    )
    definition = read(
        diagram(
            start()
            + inner
            + error_boundary("gone", "sub", "e_gone")
            + error_boundary("other", "sub")
            + user("mend")
            + user("look")
            + end()
            + chain("begin", "sub", "end")
            + chain("gone", "mend", "end")
            + chain("other", "look", "end"),
            extra=ERRORS,
        )
    )
    for code, stands in (("BUSY", "wait"), ("GONE", "mend"), ("STRANGE", "look")):
        run = Run(definition, restored=restored)
        run.fail("effect", code)
        assert run.now == [stands]
        run.do(stands)
        run.assert_nothing_left()


@both
def test_error_of_one_of_two_parallel_effects_fires_its_own_boundary(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + gateway("split", kind="parallel")
            + external("one")
            + external("two")
            + error_boundary("one_failed", "one", "e_gone")
            + error_boundary("two_failed", "two", "e_gone")
            + user("mend_one")
            + user("mend_two")
            + end()
            + chain("begin", "split", "one", "end")
            + chain("split", "two", "end")
            + chain("one_failed", "mend_one", "end")
            + chain("two_failed", "mend_two", "end"),
            extra=ERRORS,
        )
    )
    run = Run(definition, restored=restored)
    run.fail("two", "GONE")
    assert run.now == ["one", "mend_two"]
    run.do("one")
    run.do("mend_two")
    run.assert_nothing_left()


@both
def test_error_that_nobody_takes_is_an_incident_and_the_task_stays(restored: bool) -> None:
    run = Run(
        read(diagram(start() + external("effect") + end() + chain("begin", "effect", "end"))),
        restored=restored,
    )
    step = run.fail("effect", "GONE")
    assert step.incident is not None and (step.incident.element, step.incident.code) == (
        "effect",
        "unhandled-error",
    )
    assert run.now == ["effect"] and not step.closed
    assert run.do("effect").incident is None
    run.assert_nothing_left()


@both
def test_error_end_event_is_caught_around_its_subprocess(restored: bool) -> None:
    inner = subprocess(
        "sub",
        start("s")
        + user("work")
        + end("fails", inner='<bpmn:errorEventDefinition errorRef="e_gone" />')
        + chain("s", "work", "fails"),
    )
    definition = read(
        diagram(
            start()
            + inner
            + error_boundary("gone", "sub", "e_gone")
            + user("mend")
            + end()
            + chain("begin", "sub", "end")
            + chain("gone", "mend", "end"),
            extra=ERRORS,
        )
    )
    run = Run(definition, restored=restored)
    step = run.do("work", note="kept")
    assert run.now == ["mend"] and step.data["note"] == "kept"
    run.do("mend")
    run.assert_nothing_left()


@both
def test_late_letter_to_a_dead_receive_task_is_refused(restored: bool) -> None:
    run = frame(restored)
    run.do("check_dossier", decision="accept")
    task = run.task("wait_council").task
    run.signal("nomination:withdrawn")
    with pytest.raises(NotWaiting):
        engine.tell(run.live, task, {"result": "passed"}, run.world)


def test_diagrams_of_these_tests_have_no_faults() -> None:
    assert not faults(diagram(start() + user("a") + end() + chain("begin", "a", "end")))


@both
def test_terminating_end_of_a_called_process_ends_that_process_only(restored: bool) -> None:
    inner = diagram(
        start("i")
        + gateway("split", kind="parallel")
        + user("left")
        + subprocess("right", start("r") + user("deep") + end("r_end") + chain("r", "deep", "r_end"))
        + end("stop", inner="<bpmn:terminateEventDefinition />")
        + end("i_end")
        + chain("i", "split", "left", "stop")
        + chain("split", "right", "i_end"),
        "called",
    )
    outer = diagram(
        start() + call("calls", "called") + user("after") + end() + chain("begin", "calls", "after", "end")
    )
    run = Run(read(outer, inner), restored=restored)
    step = run.do("left", kept=1)
    assert run.now == ["after"] and sorted(one.how for one in step.closed) == ["cancelled", "completed"]
    assert step.data["kept"] == 1
    run.do("after")
    run.assert_nothing_left()


@both
def test_message_of_the_name_of_a_timer_does_not_fire_it(restored: bool) -> None:
    run = frame(restored)
    run.do("check_dossier", decision="supplement")
    with pytest.raises(NotWaiting):
        engine.signal(run.live, "supplement_missed", {}, run.world)


@both
def test_boundary_that_leads_back_to_its_own_step_listens_in_every_round(restored: bool) -> None:
    """Message, time and error: in each round as in the first, and nothing of an earlier round goes on beside it."""
    fails = end("bad", inner='<bpmn:errorEventDefinition errorRef="e" />')
    asks = start("i") + user("ask") + gateway("g", "g__o") + end("o") + fails + chain("i", "ask", "g", "o") + flow("g", "bad", "x = 1")
    error = '<bpmn:error id="e" name="e" errorCode="E" />'
    for host, waits, edge, again in (
        (user("s"), "s", boundary("edge", "s", "m"), lambda run: run.signal("a:b")),
        (user("s"), "s", timer("edge", "s", "timeDuration", "P2D"), lambda run: (run.clock.forward(days=3), run.wake())),
        (subprocess("s", asks), "ask", error_boundary("edge", "s", "e"), lambda run: run.do("ask", x=1)),
    ):
        body = start() + host + user("after") + end() + edge + chain("begin", "s", "after", "end") + flow("edge", "s")
        run = Run(read(diagram(body, messages={"m": "a:b"}, extra=error)), {"x": 0}, restored=restored)
        for _round in range(5):
            assert run.now == [waits] and run.step.incident is None
            again(run)
        run.do(waits, x=0)
        assert run.now == ["after"]
        run.do("after")
        assert run.step.ended
        run.assert_nothing_left()
