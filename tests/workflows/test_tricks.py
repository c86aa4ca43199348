"""The tricks of the engine paper: each cures what the library does, shown first.

Cancelling, the boundary armed again, data of an interrupted subprocess, order of conditions, errors, joins in loops,
size of the state. Clock, messages by task id and multi-instance stand in test_facts and the tests of the engine.
"""

from __future__ import annotations

import gc

import pytest
from library import naive, send, standing
from running import (
    Run,
    boundary,
    call,
    chain,
    diagram,
    end,
    error_boundary,
    external,
    flow,
    gateway,
    read,
    receive,
    start,
    subprocess,
    user,
)
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
)
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException, WorkflowException
from SpiffWorkflow.util.task import TaskState

from workflows import codec

STEPS = start() + user("a") + user("b") + user("c") + end() + chain("begin", "a", "b", "c", "end")


def test_trick_cancelling_a_multi_instance_of_calls_is_broken_in_the_library() -> None:
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    inner = diagram(start("i") + receive("wait") + end("e") + chain("i", "wait", "e"), "q", {"m": "a:b"})
    outer = diagram(
        start()
        + call("x", "q", loop)
        + boundary("gone", "x", "s")
        + user("after")
        + end()
        + chain("begin", "x", "after", "end")
        + chain("gone", "after"),
        messages={"s": "c:d"},
    )
    workflow = naive(outer, inner)
    with pytest.raises(WorkflowException):  # the instance is dead
        send(workflow, "c:d")
    assert "wait" in {
        task.task_spec.name for task in workflow.event_manager.tasks.values()
    }  # dead items still listen
    fixed = loop.replace(
        "<bpmn:multiInstanceLoopCharacteristics>",
        '<bpmn:multiInstanceLoopCharacteristics nom:outputCollection="all" nom:outputElement="o">',
    )
    run = Run(read(outer.replace(loop.encode(), fixed.encode()), inner))
    run.signal("c:d")
    assert run.now == ["after"] and not run.live.workflow.event_manager.tasks


def test_trick_non_interrupting_boundary_fires_once_in_the_library() -> None:
    body = (
        start()
        + user("a")
        + boundary("held", "a", "m", interrupting=False)
        + user("b")
        + end()
        + chain("begin", "a", "end")
        + chain("held", "b", "end")
    )
    workflow = naive(diagram(body, messages={"m": "x:y"}))
    send(workflow, "x:y")
    with pytest.raises(SpiffWorkflowException):
        send(workflow, "x:y")
    run = Run(read(diagram(body, messages={"m": "x:y"})))
    for _ in range(3):
        run.signal("x:y")
    assert run.now == ["a", "b", "b", "b"]


def test_trick_data_of_an_interrupted_subprocess_stays_behind_in_the_library() -> None:
    inner = subprocess(
        "case", start("i") + user("one") + user("two") + end("e") + chain("i", "one", "two", "e")
    )
    body = diagram(
        start()
        + inner
        + boundary("gone", "case", "m")
        + user("after")
        + end()
        + chain("begin", "case", "end")
        + chain("gone", "after", "end"),
        messages={"m": "x:y"},
    )
    workflow = naive(body)
    task = workflow.get_next_task(state=TaskState.READY, manual=True)
    task.data["written"] = 1
    task.run()
    workflow.do_engine_steps()
    send(workflow, "x:y")
    assert "written" not in workflow.get_next_task(state=TaskState.READY, manual=True).data
    run = Run(read(body))
    run.do("one", written=1)
    assert run.signal("x:y").data["written"] == 1


def test_trick_order_of_conditions_follows_the_drawing_in_the_library() -> None:
    body = (
        start()
        + gateway("g", "g__c")
        + user("a")
        + user("b")
        + user("c")
        + end()
        + flow("begin", "g")
        + flow("g", "a", "n > 1")
        + flow("g", "b", "n > 2")
        + flow("g", "c")
        + chain("a", "end")
        + chain("b", "end")
        + chain("c", "end")
    )

    def drawn(y: int) -> bytes:
        shape = (
            f'<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl"><bpmndi:BPMNShape id="s" bpmnElement="a">'
            f'<dc:Bounds x="1" y="{y}" width="1" height="1" /></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
        )
        return diagram(body).replace(b"</bpmn:definitions>", shape.encode() + b"</bpmn:definitions>")

    assert [standing(naive(drawn(y), data={"n": 3})) for y in (0, 500)] == [["a"], ["b"]]
    assert [Run(read(drawn(y)), {"n": 3}).now for y in (0, 500)] == [["a"], ["a"]]


def test_trick_error_of_one_effect_fires_both_boundaries_in_the_library() -> None:
    errors = '<bpmn:error id="e" name="gone" errorCode="GONE" />'
    body = (
        start()
        + gateway("split", kind="parallel")
        + user("one")
        + user("two")
        + error_boundary("one_f", "one", "e")
        + error_boundary("two_f", "two", "e")
        + user("mend_one")
        + user("mend_two")
        + end()
        + chain("begin", "split", "one", "end")
        + chain("split", "two", "end")
        + chain("one_f", "mend_one", "end")
        + chain("two_f", "mend_two", "end")
    )
    workflow = naive(diagram(body, extra=errors))
    workflow.catch(BpmnEvent(ErrorEventDefinition("gone", "GONE"), {}, target=workflow))
    workflow.do_engine_steps()
    assert sorted(standing(workflow)) == ["mend_one", "mend_two"]
    ours = body
    for name in ("one", "two"):
        ours = ours.replace(user(name), external(name))
    run = Run(read(diagram(ours, extra=errors)))
    run.fail("one", "GONE")
    assert run.now == ["two", "mend_one"]


def test_trick_join_in_a_loop_fires_too_early_in_the_library() -> None:
    body = (
        start()
        + gateway("merge")
        + gateway("split", kind="parallel")
        + user("left")
        + user("right")
        + gateway("join", kind="parallel")
        + gateway("again", "again__end")
        + end()
        + chain("begin", "merge", "split", "left", "join", "again", "end")
        + chain("split", "right", "join")
    )
    workflow = naive(diagram(body + flow("again", "merge", "more")), data={"more": True})
    for element in ("left", "right", "right"):
        workflow.get_next_task(state=TaskState.READY, spec_name=element).run()
        workflow.do_engine_steps()
    assert (
        standing(workflow).count("left") == 2
    )  # it did not wait for the left branch: a third round has begun
    run = Run(read(diagram(body + flow("again", "merge", "more"))), {"more": True})
    for element in ("left", "right", "right"):
        run.do(element)
    assert run.now == ["left"]


def test_trick_state_of_the_library_is_many_times_ours() -> None:
    definition = read("case", "award_path", main="frame", forms=("check_dossier", "supplement"))
    run = Run(definition, {"result": "none"})
    run.do("check_dossier", decision="accept")
    stock = naive(diagram(STEPS))
    assert len(BpmnWorkflowSerializer().serialize_json(stock)) > 5 * len(codec.encode(run.live))
    gc.collect()
