"""Multi-instance: one item each, results by item, cancelled whole, restored in the middle."""

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
    read,
    receive,
    script,
    start,
    subprocess,
    timer,
    user,
)

from workflows import engine

both = pytest.mark.parametrize("restored", [False, True], ids=["live", "restored"])
ITEMS = {"agencies": [{"id": "tax"}, {"id": "police"}, {"id": "front"}]}


def each(output: str = "opinion", collection: str = "agencies", done: str = "") -> str:
    condition = f"<bpmn:completionCondition><![CDATA[{done}]]></bpmn:completionCondition>" if done else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics camunda:collection="{collection}" camunda:elementVariable="agency" '
        f'nom:outputCollection="opinions" nom:outputElement="{output}">{condition}</bpmn:multiInstanceLoopCharacteristics>'
    )


def asking(inner: str = "", extra: str = "", flows: str = "", **options: str) -> bytes:
    return diagram(
        start()
        + receive(
            "ask", attributes='nom:key="agency.id"'.replace("nom:key", "nom:list"), inner=each(**options)
        ).replace('nom:key="nomination_id"', 'nom:key="agency.id"')
        + inner
        + user("after")
        + end()
        + chain("begin", "ask", "after", "end")
        + extra
        + flows,
        messages={"m": "opinion:given", "s": "case:stopped"},
    )


@both
def test_each_item_has_its_key_and_its_answer(restored: bool) -> None:
    run = Run(read(asking()), ITEMS, restored=restored)
    assert run.now == ["ask"] * 3
    assert [(one.key, one.occurrence) for one in run.open] == [("tax", 1), ("police", 2), ("front", 3)]
    for key, says in (("police", "no"), ("front", "yes"), ("tax", "late")):
        nth = [one.key for one in run.open].index(key)
        run.do("ask", nth, opinion={"agency": key, "says": says})
    # in the order of answer, so each item carries its id
    assert run.now == ["after"] and run.step.data["opinions"] == [
        {"agency": "police", "says": "no"},
        {"agency": "front", "says": "yes"},
        {"agency": "tax", "says": "late"},
    ]
    assert "opinion" not in run.step.data and "agency" not in run.step.data
    run.do("after")
    run.assert_nothing_left()


@both
def test_each_item_knows_what_is_null_too(restored: bool) -> None:
    run = Run(read(asking()), ITEMS | {"remark": None, "said": "yes"}, restored=restored)
    for one in run.open:
        seen = engine.data(run.live, one.task)
        assert (seen["remark"], seen["said"], seen["agency"]["id"]) == (None, "yes", one.key)


@both
def test_empty_list_goes_straight_on(restored: bool) -> None:
    run = Run(read(asking()), {"agencies": []}, restored=restored)
    assert run.now == ["after"] and run.step.data["opinions"] == []
    run.do("after")
    run.assert_nothing_left()


@both
def test_number_of_times_instead_of_a_list(restored: bool) -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics nom:outputCollection="all" nom:outputElement="one"><bpmn:loopCardinality>'
        "times * 2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    run = Run(
        read(diagram(start() + external("effect", inner=loop) + end() + chain("begin", "effect", "end"))),
        {"times": 2},
        restored=restored,
    )
    assert run.now == ["effect"] * 4
    for number in range(4):
        run.do("effect", one=number)
    assert run.step.data["all"] == [0, 1, 2, 3]
    run.assert_nothing_left()


@both
def test_bpmn_notation_works_like_camundas(restored: bool) -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>agencies</bpmn:loopDataInputRef>"
        '<bpmn:loopDataOutputRef>all</bpmn:loopDataOutputRef><bpmn:inputDataItem id="i" name="agency" />'
        '<bpmn:outputDataItem id="o" name="one" /></bpmn:multiInstanceLoopCharacteristics>'
    )
    run = Run(
        read(diagram(start() + external("effect", inner=loop) + end() + chain("begin", "effect", "end"))),
        ITEMS,
        restored=restored,
    )
    for _ in range(3):
        run.do("effect", one=1)
    assert run.step.data["all"] == [1, 1, 1]


@both
def test_completion_condition_sees_everything_collected(restored: bool) -> None:
    # the library shows it the last item only
    run = Run(read(asking(done='count(opinions[says = "no"]) >= 2')), ITEMS, restored=restored)
    run.do("ask", 0, opinion={"says": "no"})
    run.do("ask", 0, opinion={"says": "yes"})
    assert run.now == ["ask"]
    other = Run(read(asking(done="nrOfCompletedInstances >= 2")), ITEMS, restored=restored)
    other.do("ask", 0, opinion={"says": "no"})
    step = other.do("ask", 1, opinion={"says": "no"})
    assert other.now == ["after"] and sorted(one.how for one in step.closed) == ["cancelled", "completed"]
    other.do("after")
    other.assert_nothing_left()


@both
def test_interrupted_multi_instance_of_calls_leaves_nothing(restored: bool) -> None:
    # the library drops the items without cancelling them: waits stay alive and the state cannot be loaded
    inner = diagram(
        start("i_begin")
        + receive("inner", "i_m")
        + timer("i_late", "inner", "timeDuration", "P1D")
        + end("i_end")
        + chain("i_begin", "inner", "i_end")
        + chain("i_late", "i_end"),
        "called",
        {"i_m": "inner:told"},
    )
    outer = diagram(
        start()
        + call("calls", "called", each())
        + boundary("stopped", "calls", "s")
        + user("after")
        + end()
        + chain("begin", "calls", "after", "end")
        + chain("stopped", "after"),
        messages={"s": "case:stopped"},
    )
    run = Run(read(outer, inner), ITEMS, restored=restored)
    assert run.now == ["inner"] * 3 and run.step.due is not None
    run.do("inner", 1, opinion=1)
    step = run.signal("case:stopped")
    assert sorted(one.how for one in step.closed) == ["cancelled", "cancelled"] and step.due is None
    assert run.now == ["after"]
    run.do("after")
    run.assert_nothing_left()
    assert len(run.live.workflow.subprocesses) <= 1


@both
def test_items_may_be_subprocesses_with_their_own_boundaries(restored: bool) -> None:
    errors = '<bpmn:error id="e" name="e" errorCode="E" />'
    body = (
        start("s")
        + external("effect")
        + error_boundary("failed", "effect", "e")
        + script("made", '"made"', "opinion")
        + script("not_made", '"failed"', "opinion")
        + end("s_end")
        + chain("s", "effect", "made", "s_end")
        + chain("failed", "not_made", "s_end")
        + each()
    )
    run = Run(
        read(diagram(start() + subprocess("sub", body) + end() + chain("begin", "sub", "end"), extra=errors)),
        ITEMS,
        restored=restored,
    )
    run.do("effect")
    run.fail("effect", "E")
    run.do("effect")
    assert run.step.data["opinions"] == ["made", "failed", "made"]
    run.assert_nothing_left()


@both
def test_error_of_an_item_may_be_taken_around_all_items(restored: bool) -> None:
    errors = '<bpmn:error id="e" name="e" errorCode="E" />'
    run = Run(
        read(
            diagram(
                start()
                + external("effect", inner=each())
                + error_boundary("failed", "effect", "e")
                + user("mend")
                + end()
                + chain("begin", "effect", "end")
                + chain("failed", "mend", "end"),
                extra=errors,
            )
        ),
        ITEMS,
        restored=restored,
    )
    run.do("effect", opinion=1)
    step = run.fail("effect", "E")
    assert run.now == ["mend"] and {one.how for one in step.closed} == {"cancelled"}
    run.do("mend")
    run.assert_nothing_left()


@both
def test_everyone_of_a_list_reads_a_paper(restored: bool) -> None:
    loop = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="person" />'
    run = Run(
        read(
            diagram(
                start()
                + user("read_it", inner=loop)
                + user("after")
                + end()
                + chain("begin", "read_it", "after", "end")
            )
        ),
        {"people": ["a", "b"]},
        restored=restored,
    )
    run.do("read_it", comment="private")
    run.do("read_it", comment="private")
    assert (
        run.now == ["after"] and "comment" not in run.step.data
    )  # answers of items are not kept by the process


@both
def test_list_that_is_no_list_is_an_incident_that_a_retry_mends(restored: bool) -> None:
    run = Run(
        read(
            diagram(
                start()
                + user("first")
                + external("effect", inner=each(collection="rule(&quot;LIST&quot;)"))
                + end()
                + chain("begin", "first", "effect", "end")
            )
        ),
        restored=restored,
    )
    step = run.do("first", kept=1)
    assert step.incident is not None and step.incident.element == "effect" and step.data["kept"] == 1
    assert run.retry().incident is not None
    run.world = run.world.__class__(run.world.now, run.world.calendar, rules={"LIST": [1, 2]})
    assert run.retry().incident is None and run.now == ["effect", "effect"]
    run.do("effect", opinion=1)
    run.do("effect", opinion=2)
    run.assert_nothing_left()


@both
def test_three_hundred_items_stay_within_the_budget(restored: bool) -> None:
    inner = diagram(
        start("i_begin")
        + script("note", "agency + 1", "opinion")
        + external("inner")
        + end("i_end")
        + chain("i_begin", "note", "inner", "i_end"),
        "called",
    )
    outer = diagram(
        start() + call("calls", "called", each(collection="numbers")) + end() + chain("begin", "calls", "end")
    )
    run = Run(read(outer, inner), {"numbers": list(range(300))}, restored=restored)
    assert len(run.open) == 300 and run.step.incident is None
    run.do("inner", 299)
    assert len(run.open) == 299
    assert len(run.step.state) < 40_000
