"""The facts of the engine paper, each shown to bite on the naive way and not to bite here.

- 1 script engine, 2 XML, 3 multi-instance after a restore, 4 plain elements that fail at run time
- 5 completion condition and votes, 6 conditions that raise and endless loops, 7 timers, 9 shared data
- 10 lanes, 11 parser errors, 12 event subprocess, 13 external tasks, 15 depth

Fact 8 comes with migration; 14 and 16 are the service's (tests/service/test_facts_of_the_service). The tricks are in
test_tricks, the tests of the engine and of the codec: parser, clock, conditions, messages, cancelling, boundary armed
again, event-based gateway, external task, decision, multi-instance.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from library import naive, send, standing
from running import (
    Run,
    boundary,
    call,
    chain,
    codes,
    diagram,
    end,
    external,
    flow,
    gateway,
    read,
    receive,
    start,
    subprocess,
    timer,
    user,
)
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from workflows import engine
from workflows.problems import Problems

# -- 1 -------------------------------------------------------------------------------------------------------


def test_1_library_runs_any_python_in_a_condition_and_ours_reads_none(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    text = f"__import__('pathlib').Path('{mark}').touch() is None"
    body = (
        start()
        + gateway("choose", "choose__b")
        + user("a")
        + user("b")
        + end()
        + chain("begin", "choose", "b", "end")
        + flow("choose", "a", text)
        + chain("a", "end")
    )
    naive(diagram(body))
    assert mark.exists()
    mark.unlink()
    assert codes(diagram(body)) == {("choose__a", "expression")}
    assert not mark.exists()


def test_1_no_text_is_ever_evaluated_by_the_live_workflow() -> None:
    run = Run(read(diagram(start() + user("a") + end() + chain("begin", "a", "end"))))
    node = run.live.workflow.task_tree
    with pytest.raises(TypeError):
        run.live.workflow.script_engine.evaluate(node, "1 + 1")
    with pytest.raises(TypeError):
        run.live.workflow.script_engine.execute(node, "x = 1")


# -- 2 -------------------------------------------------------------------------------------------------------


def test_2_library_expands_entities_and_ours_refuses_the_doctype() -> None:
    body = diagram(start() + user("a").replace('name="a"', 'name="&x;"') + end() + chain("begin", "a", "end"))
    hostile = body.replace(b"?>\n", b'?>\n<!DOCTYPE bpmn:definitions [<!ENTITY x "expanded">]>\n', 1)
    assert standing(naive(hostile)) == ["a"]
    assert naive(hostile).spec.task_specs["a"].bpmn_name == "expanded"
    assert codes(hostile) >= {(None, "xml-doctype")}


# -- 3 -------------------------------------------------------------------------------------------------------

MANY = diagram(
    start()
    + external(
        "effect",
        inner='<bpmn:multiInstanceLoopCharacteristics camunda:collection="items" '
        'camunda:elementVariable="item" nom:outputCollection="all" nom:outputElement="item" />',
    )
    + user("after")
    + end()
    + chain("begin", "effect", "after", "end")
)


def test_3_multi_instance_goes_on_after_a_restore_under_a_freshly_read_definition() -> None:
    run = Run(read(MANY), {"items": [1, 2]})
    run.do("effect")
    fresh = read(MANY)  # as another process would read it: nothing has run on it yet
    live = engine.restore(fresh, run.step.state)
    step = engine.answer(live, run.task("effect").task, {}, run.world)
    assert [one.element for one in step.opened] == ["after"]

    parsed_only = read(MANY)
    parsed_only.spec.task_specs["effect [child]"].completed_event.disconnect_all()  # the naive way
    stuck = engine.restore(parsed_only, run.step.state)
    step = engine.answer(stuck, run.task("effect").task, {}, run.world)
    assert step.opened == () and not step.ended and engine.waits(stuck) == ()


# -- 4 -------------------------------------------------------------------------------------------------------


def test_4_bare_duration_fails_at_run_time_in_the_library_and_works_here() -> None:
    body = (
        start()
        + user("a")
        + timer("late", "a", "timeDuration", "PT72H")
        + end()
        + chain("begin", "a", "end")
        + chain("late", "end")
    )
    with pytest.raises(SpiffWorkflowException):
        naive(diagram(body))
    assert Run(read(diagram(body))).step.due is not None


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ('<bpmn:eventBasedGateway id="x" />', "event-based-gateway"),
        ('<bpmn:complexGateway id="x" />', "complex-gateway"),
        ('<bpmn:adHocSubProcess id="x" />', "ad-hoc-subprocess"),
    ],
)
def test_4_what_cannot_run_is_named_before_deployment(element: str, code: str) -> None:
    assert ("x", code) in codes(diagram(start() + element + end() + chain("begin", "x", "end")))


# -- 5 -------------------------------------------------------------------------------------------------------


def votes(condition: str) -> bytes:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"
        '<bpmn:loopDataOutputRef>all</bpmn:loopDataOutputRef><bpmn:inputDataItem id="item" name="item" />'
        f'<bpmn:outputDataItem id="says" name="says" /><bpmn:completionCondition>{condition}</bpmn:completionCondition>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    return diagram(start() + user("ask", inner=loop) + end() + chain("begin", "ask", "end"))


def test_5_completion_condition_sees_only_the_last_item_in_the_library() -> None:
    workflow = naive(votes("all.count('no') >= 2"), data={"items": [1, 2, 3]})
    for says in ("no", "no"):
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data["says"] = says
        task.run()
        workflow.do_engine_steps()
    assert standing(workflow) == [
        "ask [child]"
    ]  # two said no, and it still asks: the item sees no list of the others
    several = votes('count(all[item = "no"]) &gt;= 2').replace(b"userTask", b"serviceTask")
    several = several.replace(
        b'camunda:formKey="form"', b'camunda:type="external" camunda:topic="t"'
    ).replace(b'camunda:candidateGroups="unit" ', b"")
    run = Run(read(several), {"items": [1, 2, 3]})
    run.do("ask", says="no")
    run.do("ask", says="no")
    assert run.step.ended


def test_5_vote_by_multi_instance_shows_who_chose_what_and_is_refused() -> None:
    workflow = naive(votes("False"), data={"items": ["An", "Bình"]})
    for says in ("yes", "no"):
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data["says"] = says
        task.run()
        workflow.do_engine_steps()
    ballots = [task.data for task in workflow.get_tasks(spec_name="ask [child]")]
    assert [(one["item"], one["says"]) for one in ballots] == [("An", "yes"), ("Bình", "no")]
    assert ("ask", "vote-through-form") in codes(votes("x = 1"))


# -- 6 -------------------------------------------------------------------------------------------------------


def test_6_condition_that_raises_leaves_the_library_without_a_way_on() -> None:
    body = (
        start()
        + user("a")
        + gateway("choose", "choose__b")
        + user("b")
        + user("c")
        + end()
        + chain("begin", "a", "choose", "b", "end")
        + flow("choose", "c", "score > 3")
        + chain("c", "end")
    )
    workflow = naive(diagram(body))
    task = workflow.get_next_task(state=TaskState.READY, manual=True)
    task.run()
    with pytest.raises(SpiffWorkflowException):
        workflow.do_engine_steps()
    workflow.do_engine_steps()
    assert standing(workflow) == [] and not workflow.get_tasks(
        state=TaskState.READY | TaskState.WAITING, manual=False
    )
    run = Run(read(diagram(body)))
    incident = run.do("a").incident
    assert incident is not None and incident.element == "choose"
    assert run.retry(score=5).incident is None and run.now == ["c"]  # an administrator mends the data


@pytest.mark.long
def test_6_endless_automatic_loop_ends_as_completed_in_the_library() -> None:
    body = (
        start()
        + '<bpmn:scriptTask id="a" scriptFormat="python"><bpmn:script>x = 1</bpmn:script></bpmn:scriptTask>'
        + gateway("g", "g__end")
        + end()
        + chain("begin", "a", "g", "end")
        + flow("g", "a", "x == 1")
    )
    workflow = naive(diagram(body))
    assert workflow.is_completed() and workflow.last_task.task_spec.name != "End"
    ours = (
        body.replace("python", "feel")
        .replace("<bpmn:scriptTask", '<bpmn:scriptTask camunda:resultVariable="x"')
        .replace("x = 1<", "1<")
        .replace("x == 1", "x = 1")
    )
    assert "loop-without-wait" in {code for _, code in codes(diagram(ours))}


# -- 7 -------------------------------------------------------------------------------------------------------


def test_7_missed_rounds_come_in_a_burst_from_the_library_and_once_from_ours() -> None:
    body = (
        start()
        + user("a")
        + timer("late", "a", "timeCycle", '"R3/PT1S"', interrupting=False)
        + user("remind")
        + end()
        + chain("begin", "a", "end")
        + chain("late", "remind", "end")
    )
    workflow = naive(diagram(body))
    event = next(iter(workflow.event_manager.tasks.values()))
    past = datetime.now(UTC) - timedelta(hours=9)
    event.internal_data["event_value"]["next"] = past.isoformat()
    for _ in range(3):
        workflow.do_engine_steps()
    assert standing(workflow).count("remind") == 3
    run = Run(read(diagram(body.replace('"R3/PT1S"', "R3/PT1H"))))
    run.clock.forward(hours=9)
    for _ in range(3):
        run.wake()
    assert run.now.count("remind") == 1


def test_7_library_fires_by_the_clock_of_the_machine_and_ours_by_the_one_clock() -> None:
    body = (
        start()
        + user("a")
        + timer("late", "a", "timeDate", '"2020-01-01T00:00:00+07:00"')
        + user("b")
        + end()
        + chain("begin", "a", "end")
        + chain("late", "b", "end")
    )
    assert standing(naive(diagram(body))) == ["b"]
    run = Run(read(diagram(body)))
    run.clock.to(2019, 6, 1)
    assert run.wake().fired == () and run.now == ["a"]
    run.clock.to(2020, 1, 1)
    assert run.wake().fired == ("late",)


# -- 9 -------------------------------------------------------------------------------------------------------

STEPS = start() + user("a") + user("b") + user("c") + end() + chain("begin", "a", "b", "c", "end")


def test_9_nested_data_is_shared_between_steps_in_the_library_and_history_stays_here() -> None:
    workflow = naive(diagram(STEPS), data={"facts": {"deep": {"score": 1}}})
    first = workflow.get_next_task(state=TaskState.READY, manual=True)
    first.run()
    workflow.do_engine_steps()
    second = workflow.get_next_task(state=TaskState.READY, manual=True)
    second.data["facts"]["deep"]["score"] = 2
    assert first.data["facts"]["deep"]["score"] == 2  # history is rewritten
    run = Run(read(diagram(STEPS)), {"facts": {"deep": {"score": 1}}})
    run.do("a")
    given = {"facts": {"deep": {"score": 2}}}
    step = run.do("b", **given)
    given["facts"]["deep"]["score"] = 3
    step.data["facts"]["deep"]["score"] = 4
    scores = {
        node.task_spec.name: node.data["facts"]["deep"]["score"]
        for node in run.live.workflow.tasks.values()
        if node.data
    }
    assert (scores["a"], scores["b"], scores["c"]) == (1, 2, 2)


# -- 10


def test_10_lane_of_the_caller_does_not_reach_into_the_called_process() -> None:
    lanes = '<bpmn:laneSet id="l"><bpmn:lane id="office" name="Phòng"><bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    outer = diagram(lanes + start() + call("x", "q") + end() + chain("begin", "x", "end"))
    inner = diagram(start("i") + user("work") + end("e") + chain("i", "work", "e"), "q")
    workflow = naive(outer, inner)
    assert workflow.get_next_task(spec_name="work").task_spec.lane is None
    elements = read(outer, inner).elements
    assert elements["x"].lane == "Phòng" and elements["work"].lane is None
    assert elements["work"].attrs["candidates"] == "unit"
    bare = inner.replace(b'camunda:candidateGroups="unit"', b"")
    assert codes(outer, bare) == {("work", "user-task-without-candidates")}


# -- 11


@pytest.mark.parametrize(
    "body",
    [
        STEPS + '<bpmn:boundaryEvent id="x" attachedToRef="a" />' + chain("x", "end"),
        STEPS.replace(user("c"), '<bpmn:businessRuleTask id="c" />'),
        STEPS.replace(user("c"), ""),
    ],
)
def test_11_errors_of_the_library_become_problems_with_an_element(body: str) -> None:
    with pytest.raises((ValidationException, TypeError, NotImplementedError, KeyError)):
        naive(diagram(body))
    with pytest.raises(Problems) as found:
        read(diagram(body))
    for problem in found.value.problems:
        assert problem.element and len(problem.message) < 200 and "<" not in problem.message


# -- 12


def test_12_event_subprocess_leaves_the_main_task_open_and_is_refused() -> None:
    trigger = (
        '<bpmn:subProcess id="x" triggeredByEvent="true"><bpmn:startEvent id="s" isInterrupting="true">'
        '<bpmn:messageEventDefinition messageRef="m" /></bpmn:startEvent>'
        + user("after")
        + end("e")
        + chain("s", "after", "e")
        + "</bpmn:subProcess>"
    )
    body = diagram(STEPS + trigger, messages={"m": "case:withdrawn"})
    workflow = naive(body)
    send(workflow, "case:withdrawn")
    assert "a" in standing(workflow)
    assert ("x", "event-subprocess") in codes(body)


@pytest.mark.parametrize("restored", [False, True], ids=["live", "restored"])
def test_12_interrupting_boundary_on_a_subprocess_closes_the_main_task(restored: bool) -> None:
    inner = subprocess("case", start("i") + user("work") + end("e") + chain("i", "work", "e"))
    body = diagram(
        start()
        + inner
        + boundary("gone", "case", "m")
        + end()
        + end("end_gone")
        + chain("begin", "case", "end")
        + chain("gone", "end_gone"),
        messages={"m": "case:withdrawn"},
    )
    run = Run(read(body), restored=restored)
    run.signal("case:withdrawn")
    run.assert_nothing_left()


# -- 13


def test_13_external_task_stands_started_and_is_not_started_again_by_a_restore() -> None:
    body = start() + external("effect") + user("after") + end() + chain("begin", "effect", "after", "end")
    run = Run(read(diagram(body)))
    node = next(iter(run.live.open.values()))
    assert node._state == TaskState.STARTED
    live = engine.restore(run.definition, run.step.state)
    again = next(iter(live.open.values()))
    assert again._state == TaskState.STARTED and engine.waits(live) == tuple(run.open)
    step = engine.wake(live, run.world)
    assert step.opened == ()  # not started again
    assert engine.answer(live, run.open[0].task, {}, run.world).opened[0].element == "after"


def test_13_two_effects_of_one_message_name_are_told_apart_by_task() -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="items" camunda:elementVariable="item" '
        'nom:outputCollection="all" nom:outputElement="says" />'
    )
    body = (
        start()
        + receive("ask", inner=loop).replace("nomination_id", "item")
        + end()
        + chain("begin", "ask", "end")
    )
    stock_loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    workflow = naive(diagram(body.replace(loop, stock_loop), messages={"m": "a:b"}))
    send(workflow, "a:b", says=1)
    assert workflow.completed  # one message ended both
    run = Run(read(diagram(body, messages={"m": "a:b"})), {"items": ["x", "y"]})
    run.do("ask", 1, says=1)
    assert [one.key for one in run.open] == ["x"]


# -- 15


def test_15_each_loop_adds_to_the_depth_and_the_library_breaks_before_its_limit() -> None:
    body = (
        start()
        + user("a")
        + gateway("g", "g__end")
        + end()
        + chain("begin", "a", "g", "end")
        + flow("g", "a", 'd = "again"')
    )
    run = Run(read(diagram(body)), watched=False)
    before = _depth(run)
    run.do("a", d="again")
    per_round = _depth(run) - before
    assert per_round > 0
    rounds = 1
    while run.step.incident is None:
        run.do("a", d="again")
        rounds += 1
    assert 800 <= _depth(run) <= 820 and run.step.incident.code == "too-deep"
    assert rounds * per_round >= 700  # an incident by depth, not by a count of rounds
    assert engine.marks(run.live).elements["g"] == "live"
    engine.restore(run.definition, run.step.state)


def _depth(run: Run) -> int:
    return max(
        node.tree_depth for node in run.live.workflow.tasks.values() if node._state >= TaskState.WAITING
    )
