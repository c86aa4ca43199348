"""Incidents: what cannot run is named with its element and cause, nothing is lost, and a retry goes on."""

from __future__ import annotations

import pytest
from running import (
    Run,
    boundary,
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

from workflows import engine, tree
from workflows.step import NotWaiting

both = pytest.mark.parametrize("restored", [False, True], ids=["live", "restored"])
CHOICE = diagram(
    start()
    + user("work")
    + gateway("choose", "choose__b")
    + user("a")
    + user("b")
    + end()
    + chain("begin", "work", "choose", "b", "end")
    + flow("choose", "a", 'score >= rule("NEEDED")')
    + chain("a", "end"),
)


@both
def test_condition_that_raises_is_an_incident_and_the_answer_is_kept(restored: bool) -> None:
    run = Run(read(CHOICE), restored=restored)
    step = run.do("work", score=5)
    assert [one.how for one in step.closed] == ["completed"] and not step.opened and not step.ended
    incident = step.incident
    assert incident is not None and (incident.element, incident.code) == ("choose", "expression")
    assert "NEEDED" in incident.message and "NEEDED" in incident.message_en
    assert step.data["score"] == 5
    assert run.retry().incident == incident  # nothing has changed yet
    run.world = world(run.clock, rules={"NEEDED": 3})
    step = run.retry()
    assert step.incident is None and run.now == ["a"]
    run.do("a")
    run.assert_nothing_left()


@both
def test_condition_must_be_true_or_false(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + gateway("choose", "choose__b")
            + user("a")
            + user("b")
            + end()
            + chain("begin", "choose", "b", "end")
            + flow("choose", "a", "score")
            + chain("a", "end")
        )
    )
    for bad in (1, "yes", None, [True]):
        run = Run(definition, {"score": bad}, restored=restored)
        assert run.step.incident is not None and run.step.incident.element == "choose"
    assert Run(definition, {"score": True}).now == ["a"]


@both
@pytest.mark.parametrize(
    ("element", "body"),
    [
        ("note", script("note", "missing + 1", "x")),
        (
            "effect",
            external(
                "effect",
                inner="<bpmn:extensionElements><camunda:inputOutput><camunda:inputParameter name='x'>"
                "missing</camunda:inputParameter></camunda:inputOutput></bpmn:extensionElements>",
            ),
        ),
        ("wait", receive("wait").replace("nomination_id", "missing")),
        ("work", user("work", 'camunda:dueDate="missing"')),
    ],
)
def test_expression_in_every_place_fails_as_an_incident(restored: bool, element: str, body: str) -> None:
    definition = read(
        diagram(
            start() + user("first") + body + end() + chain("begin", "first", element, "end"),
            messages={"m": "a:b"},
        )
    )
    run = Run(definition, restored=restored)
    step = run.do("first", other=1)
    assert step.incident is not None and step.incident.element == element and not run.open
    with pytest.raises(NotWaiting):
        engine.signal(run.live, "a:b", {}, run.world)
    assert run.retry().incident is not None
    fixed = Run(
        definition, {"missing": "2026-05-05"} if element != "note" else {"missing": 1}, restored=restored
    )
    assert fixed.do("first").incident is None


@both
def test_other_branches_go_on_beside_an_incident(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + gateway("split", kind="parallel")
            + script("note", 'rule("NEEDED")', "x")
            + user("work")
            + user("more")
            + gateway("join", kind="parallel")
            + end()
            + chain("begin", "split", "note", "join", "end")
            + chain("split", "work", "more", "join")
        )
    )
    run = Run(definition, restored=restored)
    assert run.step.incident is not None and run.now == ["work"]
    step = run.do("work")
    assert run.now == ["more"] and step.incident is not None and step.incident.element == "note"
    run.do("more")
    assert not run.step.ended
    run.world = world(run.clock, rules={"NEEDED": 3})
    assert run.retry().ended
    run.assert_nothing_left()


@both
def test_loop_that_goes_too_deep_stops_and_a_retry_lets_it_find_its_end(restored: bool) -> None:
    loop = diagram(
        start()
        + user("work")
        + gateway("again", "again__end")
        + end()
        + chain("begin", "work", "again", "end")
        + flow("again", "work", 'decision = "again"')
    )
    run = Run(read(loop), restored=restored, watched=False)
    rounds = 0
    while run.step.incident is None and rounds < 500:
        run.do("work", decision="again")
        rounds += 1
    incident = run.step.incident
    assert incident is not None and incident.code == "too-deep" and rounds > 150
    deepest = max(node.tree_depth for node in run.live.workflow.tasks.values())
    assert tree.DEPTH_LIMIT <= deepest < 900
    assert (
        not run.step.ended and not run.live.workflow.completed
    )  # the library would call it finished at 1,000
    run.retry()
    assert (
        run.now == ["work"] and run.step.incident is None
    )  # an administrator may let it go on to find its end
    run.do("work", decision="stop")
    run.assert_nothing_left()


@both
def test_endless_automatic_loop_is_stopped_by_the_budget(
    restored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a circle without a wait is refused when it is read; the budget stands behind, here for a long list
    monkeypatch.setattr(tree, "STEP_BUDGET", 40)
    inner = diagram(
        start("i_begin") + script("note", "1", "out") + end("i_end") + chain("i_begin", "note", "i_end"),
        "called",
    )
    each = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="many" nom:outputCollection="all" '
        'nom:outputElement="out" />'
    )
    outer = diagram(
        start()
        + user("first")
        + call("calls", "called", each)
        + end()
        + chain("begin", "first", "calls", "end")
    )
    run = Run(read(outer, inner), restored=restored)
    step = run.do("first", many=list(range(20)))
    assert step.incident is not None and step.incident.code == "endless" and step.incident.element is not None
    monkeypatch.setattr(tree, "STEP_BUDGET", 5_000)
    assert run.retry().ended
    assert run.step.data["all"] == [1] * 20


@both
def test_wake_and_cancel_work_beside_an_incident(restored: bool) -> None:
    run = Run(read(CHOICE), restored=restored)
    run.do("work", score=5)
    assert run.wake().incident is not None
    assert run.cancel().incident is None
    run.assert_nothing_left()


def test_fault_of_ours_is_not_hidden_as_an_incident() -> None:
    run = Run(read(CHOICE))
    run.world = None  # type: ignore[assignment]
    with pytest.raises(RuntimeError, match="outside an act"):
        run.do("work", score=5)


@both
def test_mended_data_reaches_every_kind_of_stuck_element(restored: bool) -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="missing" nom:outputCollection="all" '
        'nom:outputElement="one" />'
    )
    for element, body, value in (
        ("note", script("note", "missing + 1", "x"), 1),
        ("wait", receive("wait").replace("nomination_id", "missing"), "K"),
        ("work", user("work", 'camunda:dueDate="missing"'), "2026-05-05"),
        ("effect", external("effect", inner=loop), [1, 2]),
    ):
        run = Run(
            read(
                diagram(
                    start()
                    + user("first")
                    + body
                    + user("last")
                    + end()
                    + chain("begin", "first", element, "last", "end"),
                    messages={"m": "a:b"},
                )
            ),
            restored=restored,
        )
        assert run.do("first").incident is not None
        step = run.retry(missing=value)
        assert step.incident is None and run.open, element


@both
def test_result_that_cannot_be_kept_is_an_incident(restored: bool) -> None:
    run = Run(
        read(
            diagram(
                start()
                + user("first")
                + script("note", "n * n * n * n", "x")
                + end()
                + chain("begin", "first", "note", "end")
            )
        ),
        restored=restored,
    )
    step = run.do("first", n=2**53)
    assert step.incident is not None and step.incident.element == "note"
    assert run.retry(n=3).data["x"] == 81


@both
def test_calendar_that_cannot_be_reckoned_keeps_the_due_time_and_says_so(restored: bool) -> None:
    run = Run(
        read(
            diagram(
                start()
                + user("work", 'camunda:dueDate="round_date(&quot;filing&quot;)"')
                + end()
                + chain("begin", "work", "end")
            )
        ),
        restored=restored,
    )
    due = run.task("work").due
    good = run.world
    run.world = world(run.clock, dates={})
    step = run.recalendar()
    assert step.incident is not None and step.incident.element == "work" and not step.dues
    assert engine.waits(run.live)[0].due == due
    run.world = good
    assert run.retry().incident is None
    assert run.do("work").ended


@both
def test_incident_of_an_interrupted_branch_is_over(restored: bool) -> None:
    inner = subprocess(
        "case",
        start("i")
        + user("work")
        + script("note", "missing", "x")
        + end("e")
        + chain("i", "work", "note", "e"),
    )
    definition = read(
        diagram(
            start()
            + inner
            + boundary("gone", "case", "m")
            + user("after")
            + end()
            + chain("begin", "case", "end")
            + chain("gone", "after", "end"),
            messages={"m": "case:withdrawn"},
        )
    )
    run = Run(definition, restored=restored)
    assert run.do("work").incident is not None
    assert run.signal("case:withdrawn").incident is None
    run.do("after")
    run.assert_nothing_left()


@both
def test_incident_beside_a_terminating_end_is_over(restored: bool) -> None:
    definition = read(
        diagram(
            start()
            + gateway("split", kind="parallel")
            + script("note", "missing", "x")
            + user("left")
            + end("stop", inner="<bpmn:terminateEventDefinition />")
            + end("e")
            + chain("begin", "split", "note", "e")
            + chain("split", "left", "stop")
        )
    )
    run = Run(definition, restored=restored)
    assert run.step.incident is not None
    assert run.do("left").incident is None
    run.assert_nothing_left()
