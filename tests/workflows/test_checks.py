"""Every fault of a diagram is refused by name with its element: elements, flows, expressions in every place."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import (
    GOOD,
    call,
    chain,
    codes,
    diagram,
    end,
    error_boundary,
    external,
    flow,
    gateway,
    read,
    receive,
    script,
    start,
    subprocess,
    timer,
    user,
    within,
)

from forms.kinds import see_form
from tests.workflows.places import HOSTILE, PLACES, hostile
from workflows.definition import check_bundle
from workflows.problems import Problem

# -- elements that cannot be run

EVENT = '<bpmn:intermediateCatchEvent id="x">{}</bpmn:intermediateCatchEvent>'
BOUNDARY = '<bpmn:boundaryEvent id="x" attachedToRef="work">{}</bpmn:boundaryEvent>'
ONE = "<bpmn:{}EventDefinition />"


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ('<bpmn:complexGateway id="x" />', "complex-gateway"),
        ('<bpmn:eventBasedGateway id="x" />', "event-based-gateway"),
        ('<bpmn:adHocSubProcess id="x" />', "ad-hoc-subprocess"),
        ('<bpmn:transaction id="x" />', "transaction"),
        ('<bpmn:manualTask id="x" />', "unsupported-element"),
        ('<bpmn:task id="x" />', "unsupported-element"),
        ('<bpmn:sendTask id="x" />', "unsupported-element"),
        ('<bpmn:callChoreography id="x" />', "unsupported-element"),
        (user("x", 'isForCompensation="true"'), "compensation"),
        (
            '<bpmn:intermediateThrowEvent id="x"><bpmn:compensateEventDefinition /></bpmn:intermediateThrowEvent>',
            "compensation",
        ),
        (
            '<bpmn:intermediateThrowEvent id="x"><bpmn:messageEventDefinition /></bpmn:intermediateThrowEvent>',
            "unsupported-event",
        ),
        *(
            (EVENT.format(ONE.format(kind)), "unsupported-event")
            for kind in ("signal", "conditional", "escalation", "link")
        ),
        (EVENT.format(""), "unsupported-event"),
        (EVENT.format("<bpmn:timerEventDefinition />"), "timer-missing"),
        (
            EVENT.format(
                "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/P1D</bpmn:timeCycle></bpmn:timerEventDefinition>"
            ),
            "cycle-misplaced",
        ),
        (EVENT.format("<bpmn:messageEventDefinition />"), "message-missing"),
        (user("x", inner="<bpmn:standardLoopCharacteristics />"), "standard-loop"),
        (
            external(
                "x",
                inner='<bpmn:multiInstanceLoopCharacteristics isSequential="true" camunda:collection="a" '
                'nom:outputCollection="b" nom:outputElement="c" />',
            ),
            "sequential-multi-instance",
        ),
        (
            external(
                "x",
                inner='<bpmn:multiInstanceLoopCharacteristics nom:outputCollection="b" nom:outputElement="c" />',
            ),
            "collection-missing",
        ),
        (
            external("x", inner='<bpmn:multiInstanceLoopCharacteristics camunda:collection="a" />'),
            "output-missing",
        ),
        (user("x").replace('camunda:formKey="form"', ""), "user-task-without-form"),
        (user("x").replace('"form"', '"nowhere"'), "unknown-form"),
        (user("x", 'nom:sameAs="nobody"'), "unknown-reference"),
        (user("x", 'nom:excludes="x begin"'), "unknown-reference"),
        (receive("x"), "message-missing"),
        ('<bpmn:serviceTask id="x" />', "service-without-topic"),
        ('<bpmn:serviceTask id="x" camunda:type="external" />', "service-without-topic"),
        (
            '<bpmn:businessRuleTask id="x" camunda:decisionRef="nowhere" camunda:resultVariable="y" />',
            "unknown-decision",
        ),
        (script("x", "1", ""), "missing-result-variable"),
        (script("x", "", "y"), "missing-script"),
        (call("x", "nowhere"), "unknown-process"),
        (call("x", ""), "unknown-process"),
        (subprocess("x", ""), "start-count"),
    ],
)
def test_element_that_cannot_be_run_is_named(element: str, code: str) -> None:
    assert ("x", code) in codes(within(element))


def test_event_subprocess_is_refused() -> None:
    inner = (
        '<bpmn:subProcess id="x" triggeredByEvent="true">'
        + GOOD.replace('"', "'").replace("'begin", "'b2").replace("'work", "'w2").replace("'end", "'e2")
        + "</bpmn:subProcess>"
    )
    assert ("x", "event-subprocess") in codes(diagram(GOOD + inner))


@pytest.mark.parametrize("kind", ["signal", "escalation", "conditional", "cancel", "compensate", "link"])
def test_boundary_of_a_kind_that_cannot_be_run_is_named(kind: str) -> None:
    body = GOOD + BOUNDARY.format(ONE.format(kind)) + chain("x", "end")
    assert {code for _, code in codes(diagram(body))} <= {"unsupported-event", "compensation"} != set()


def test_boundary_must_sit_on_an_activity() -> None:
    good = diagram(GOOD + timer("x", "work", "timeDuration", "P1D") + chain("x", "end"))
    assert codes(good) == set()
    assert ("x", "boundary-host") in codes(
        diagram(GOOD + timer("x", "begin", "timeDuration", "P1D") + chain("x", "end"))
    )
    assert ("x", "boundary-host") in codes(
        diagram(GOOD + timer("x", "nobody", "timeDuration", "P1D") + chain("x", "end"))
    )


def test_repeating_timer_stands_only_on_a_boundary_that_does_not_interrupt() -> None:
    fine = GOOD + timer("x", "work", "timeCycle", "R3/P1D", interrupting=False) + chain("x", "end")
    assert codes(diagram(fine)) == set()
    assert codes(diagram(fine.replace('"false"', '"true"'))) == {("x", "cycle-misplaced")}
    assert codes(diagram(fine.replace("R3/P1D", "R3/1 day"))) == {("x", "expression")}


def test_error_events_point_to_errors_that_exist() -> None:
    known = '<bpmn:error id="e" name="e" errorCode="E" />'
    body = (
        start()
        + external("x")
        + error_boundary("failed", "x", "e")
        + end()
        + chain("begin", "x", "end")
        + chain("failed", "end")
    )
    assert codes(diagram(body, extra=known)) == set()
    assert codes(diagram(body)) == {("failed", "error-missing")}


# -- flows


def test_unreachable_and_dead_ended_elements_are_named() -> None:
    body = GOOD + user("lost") + user("stuck") + gateway("fork", "fork__stuck") + chain("lost", "end")
    body = (
        body.replace(flow("begin", "work"), flow("begin", "fork"))
        + flow("fork", "stuck")
        + flow("fork", "work", "a = 1")
    )
    assert codes(diagram(body)) == {("lost", "unreachable"), ("stuck", "dead-end")}


def test_trap_without_a_way_out_is_a_dead_end() -> None:
    body = (
        start()
        + gateway("fork", "fork__end")
        + user("a")
        + user("b")
        + end()
        + chain("begin", "fork", "end")
        + flow("fork", "a", "x = 1")
        + chain("a", "b", "a")
    )
    assert codes(diagram(body)) == {("a", "dead-end"), ("b", "dead-end")}


def test_gateway_needs_a_default_and_every_other_flow_a_condition() -> None:
    body = (
        start()
        + gateway("g", "g__b")
        + user("a")
        + user("b")
        + end()
        + chain("begin", "g", "b", "end")
        + flow("g", "a", 'd = "x"')
        + chain("a", "end")
    )
    assert codes(diagram(body)) == set()
    assert codes(diagram(body.replace(' default="g__b"', ""))) == {("g", "gateway-without-default")}
    assert codes(diagram(body.replace(' default="g__b"', ' default="begin__g"'))) == {
        ("g", "gateway-without-default")
    }
    third = user("c") + flow("g", "c") + chain("c", "end")
    assert codes(diagram(body + third)) == {("g__c", "condition-missing")}
    for kind in ("exclusive", "inclusive"):
        inclusive = body.replace("exclusive", kind).replace(' default="g__b"', "")
        assert ("g", "gateway-without-default") in codes(diagram(inclusive))


def test_condition_stands_only_behind_a_choice() -> None:
    assert codes(diagram(start() + user("a") + end() + flow("begin", "a") + flow("a", "end", "x = 1"))) == {
        ("a__end", "condition-misplaced"),
    }
    split = (
        start()
        + gateway("s", kind="parallel")
        + user("a")
        + user("b")
        + end()
        + flow("begin", "s")
        + flow("s", "a", "x = 1")
        + flow("s", "b")
        + chain("a", "end")
        + chain("b", "end")
    )
    assert codes(diagram(split)) == {("s__a", "condition-misplaced")}


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ('d = "a"', 'd = "b"', False),
        ('d = "a"', 'd  =  "a"', True),
        ('d = "a" or d = "b"', 'd = "c" or d = "b"', True),
        ('d = "a" or d = "b"', 'd = "c"', False),
        ("n > 3", "n > 3", True),
        ("n > 3", "n < 3", False),
        ('d = "a"', 'e = "a"', False),
    ],
)
def test_conditions_of_one_gateway_do_not_overlap(first: str, second: str, overlap: bool) -> None:
    body = (
        start()
        + gateway("g", "g__c")
        + user("a")
        + user("b")
        + user("c")
        + end()
        + flow("begin", "g")
        + flow("g", "a", first)
        + flow("g", "b", second)
        + flow("g", "c")
        + chain("a", "end")
        + chain("b", "end")
        + chain("c", "end")
    )
    assert codes(diagram(body)) == ({("g", "overlapping-conditions")} if overlap else set())


def test_element_with_several_ways_out_needs_a_gateway() -> None:
    body = GOOD + user("more") + chain("work", "more", "end")
    assert codes(diagram(body)) == {("work", "several-outgoing")}


def test_flow_to_nowhere_or_across_a_border_is_named() -> None:
    assert ("lost", "broken-flow") in codes(diagram(GOOD + flow("work", "nobody", key="lost")))
    inner = subprocess("x", start("s") + user("i") + end("e") + chain("s", "i", "e"))
    across = diagram(start() + inner + end() + chain("begin", "x", "end") + flow("i", "end", key="across"))
    assert ("across", "broken-flow") in codes(across)


def test_loop_without_a_wait_is_refused() -> None:
    automatic = (
        start()
        + script("a", "1", "x")
        + gateway("g", "g__end")
        + end()
        + chain("begin", "a", "g", "end")
        + flow("g", "a", "x = 1")
    )
    assert {code for _, code in codes(diagram(automatic))} == {"loop-without-wait"}
    waiting = automatic.replace(script("a", "1", "x"), user("a"))
    assert codes(diagram(waiting)) == set()


def test_loop_through_a_called_process_waits_only_if_every_way_through_it_waits() -> None:
    loop = diagram(
        start()
        + call("c", "q")
        + gateway("g", "g__end")
        + end()
        + chain("begin", "c", "g", "end")
        + flow("g", "c", "x = 1")
    )
    waiting = diagram(start("qs") + user("qa") + end("qe") + chain("qs", "qa", "qe"), "q")
    sometimes = diagram(
        start("qs")
        + gateway("qg", "qg__qe")
        + user("qa")
        + end("qe")
        + chain("qs", "qg", "qe")
        + flow("qg", "qa", "y = 1")
        + chain("qa", "qe"),
        "q",
    )
    assert codes(loop, waiting) == set()
    assert {code for _, code in codes(loop, sometimes)} == {"loop-without-wait"}


ERROR = '<bpmn:error id="e" name="e" errorCode="E" /><bpmn:error id="f" name="f" errorCode="F" />'
FAILS = '<bpmn:errorEventDefinition errorRef="e" />'


def round_an_error(inside: str, taken: str | None = None) -> bytes:
    """begin → s → end, and an error of what stands in s leads back to s."""
    return diagram(
        start() + subprocess("s", inside) + end() + error_boundary("edge", "s", taken) + chain("begin", "s", "end") + flow("edge", "s"),
        extra=ERROR,
    )


def test_loop_through_an_error_is_refused_where_nothing_waits_before_it() -> None:
    at_once = start("i") + gateway("g", "g__ask") + user("ask") + end("o") + end("bad", inner=FAILS) + chain("i", "g", "ask", "o")
    at_once += flow("g", "bad", "x = 1")
    assert codes(round_an_error(at_once)) == codes(round_an_error(at_once, "e")) == {("s", "loop-without-wait")}
    asked = start("i") + user("ask") + end("bad", inner=FAILS) + chain("i", "ask", "bad")
    assert codes(round_an_error(asked)) == set()
    assert codes(round_an_error(at_once, "f")) == set(), "that boundary takes another error"
    deeper = start("i2") + subprocess("deep", at_once) + end("o2") + chain("i2", "deep", "o2")
    assert codes(round_an_error(deeper)) == {("s", "loop-without-wait")}
    taken_inside = deeper + error_boundary("inner", "deep", "e") + flow("inner", "o2")
    assert codes(round_an_error(taken_inside)) == set()


def test_loop_through_an_error_of_a_called_process_is_refused_too() -> None:
    loop = diagram(
        start() + call("c", "q") + end() + error_boundary("edge", "c") + chain("begin", "c", "end") + flow("edge", "c")
    )
    at_once = diagram(start("qs") + end("qe", inner=FAILS) + chain("qs", "qe"), "q", extra=ERROR)
    asked = diagram(start("qs") + user("qa") + end("qe", inner=FAILS) + chain("qs", "qa", "qe"), "q", extra=ERROR)
    assert codes(loop, at_once) == {("c", "loop-without-wait")}
    assert codes(loop, asked) == set()


def test_what_only_ends_by_an_error_is_no_way_through() -> None:
    fails = subprocess("s", start("i") + end("bad", inner=FAILS) + chain("i", "bad"))
    back = diagram(
        start() + fails + gateway("g", "g__end") + end() + error_boundary("edge", "s") + chain("begin", "s", "g", "end")
        + flow("g", "s", "x = 1") + flow("edge", "end"),
        extra=ERROR,
    )
    assert codes(back) == set()


def test_call_in_a_circle_is_refused() -> None:
    p = within(call("x", "q"))
    q = diagram(start("qs") + call("qx", "p") + end("qe") + chain("qs", "qx", "qe"), "q")
    assert codes(p, q) == {("x", "recursive-call"), ("qx", "recursive-call")}
    assert codes(within(call("x", "p"))) == {("x", "recursive-call")}
    inside = diagram(
        start()
        + subprocess("s", start("i") + call("x", "p") + end("e") + chain("i", "x", "e"))
        + end()
        + chain("begin", "s", "end")
    )
    assert ("x", "recursive-call") in codes(inside)


def test_ids_differ_over_the_whole_bundle() -> None:
    assert codes(diagram(GOOD + user("work"))) >= {("work", "duplicate-id")}
    assert ("begin", "duplicate-id") in codes(diagram(GOOD), diagram(GOOD, "q"))
    assert (None, "missing-id") in codes(diagram(GOOD + "<bpmn:userTask />"))


def test_each_process_starts_once_and_plainly() -> None:
    assert ("p", "start-count") in codes(diagram(GOOD + start("second") + chain("second", "work")))
    assert ("p", "no-end") in codes(diagram(start() + user("work") + chain("begin", "work")))
    message = GOOD.replace(
        '<bpmn:startEvent id="begin" />',
        '<bpmn:startEvent id="begin"><bpmn:messageEventDefinition messageRef="m" /></bpmn:startEvent>',
    )
    assert codes(diagram(message, messages={"m": "a:b"})) == {("begin", "unsupported-event")}


# -- expressions in every place where one can stand


def said_of(place: str, text: str) -> list[Problem]:
    found = check_bundle(PLACES[place].files(text), main="p", check_form=see_form)
    return [one for one in found if one.severity == "error"]


@pytest.mark.parametrize("place", PLACES)
def test_hostile_expressions_are_refused_in_every_place(place: str, tmp_path: Path) -> None:
    assert said_of(place, PLACES[place].fair) == []
    mark = tmp_path / "ran"
    for name in HOSTILE:
        found = said_of(place, hostile(name, mark))
        assert found, name
        assert all(one.element and one.file for one in found), (name, found)
    assert not mark.exists()


@pytest.mark.parametrize("place", [place for place in PLACES if ":" not in place])
@pytest.mark.parametrize("text", ["${decision}", "#{x}", "${x == 1}"])
def test_other_expression_languages_are_refused_with_a_hint(place: str, text: str) -> None:
    assert {one.code for one in said_of(place, text)} == {"dollar-expression"}


@pytest.mark.parametrize(
    "text", ["strange(1)", "1 +", "x := 1", "for x in y", "function(x) x", "a ** b ** ", "{"]
)
def test_what_is_outside_the_subset_is_refused_in_a_condition(text: str) -> None:
    assert {one.code for one in said_of("condition", text)} == {"expression"}


@pytest.mark.parametrize(
    "attribute",
    [
        'camunda:class="java.lang.Runtime"',
        'camunda:expression="x"',
        'camunda:delegateExpression="x"',
        'camunda:assignee="kermit"',
        'camunda:candidateUsers="kermit"',
        'camunda:formRef="x"',
    ],
)
def test_attributes_that_other_engines_execute_are_refused(attribute: str) -> None:
    assert codes(within(user("x", attribute))) == {("x", "unsupported-extension")}


@pytest.mark.parametrize(
    "inner",
    [
        '<camunda:executionListener event="start"><camunda:script scriptFormat="groovy">x</camunda:script></camunda:executionListener>',
        '<camunda:taskListener event="create" class="x" />',
        "<camunda:connector />",
        "<camunda:formData />",
        '<camunda:field name="x" stringValue="y" />',
    ],
)
def test_extensions_that_other_engines_execute_are_refused(inner: str) -> None:
    task = user("x", inner=f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>")
    assert ("x", "unsupported-extension") in codes(within(task))


def test_script_in_another_language_is_refused() -> None:
    for language in ("python", "javascript", "groovy"):
        task = script("x", "1", "y").replace('"feel"', f'"{language}"')
        assert ("x", "expression-language") in codes(within(task))
    assert ("x", "expression-language") in codes(
        within(script("x", "1", "y").replace(' scriptFormat="feel"', ""))
    )
    assert codes(within(script("x", "1", "y"))) == set()
    foreign = flow("g", "a", "x = 1").replace(
        "<bpmn:conditionExpression", '<bpmn:conditionExpression language="juel"'
    )
    body = (
        start()
        + gateway("g", "g__end")
        + user("a")
        + end()
        + chain("begin", "g", "end")
        + foreign
        + chain("a", "end")
    )
    assert codes(diagram(body)) == {("g__a", "expression-language")}


# -- warnings ----------------------------------------------------------------------------------------------


def choosing(before: str, name: str, value: str = "go") -> bytes:
    return diagram(
        start()
        + user("first")
        + before
        + gateway("g", "g__end")
        + user("a")
        + end()
        + chain("begin", "first", "x", "g", "end")
        + flow("g", "a", f'{name} = "{value}"')
        + chain("a", "end"),
        messages={"m": "a:b"},
    )


@pytest.mark.parametrize(
    ("before", "name", "value", "warned"),
    [
        (user("x"), "decision", "go", None),
        (user("x"), "result", "go", "stale-name"),
        (receive("x"), "result", "go", None),
        (receive("x"), "decision", "go", "stale-name"),
        (receive("x", attributes='nom:values="go stop"'), "result", "go", None),
        (receive("x", attributes='nom:values="go stop"'), "result", "goo", "value-never-comes"),
        (script("x", '"go"', "result"), "result", "go", None),
        (script("x", '"go"', "other"), "result", "go", "stale-name"),
        (external("x"), "result", "go", None),
        (user("x"), "level", "go", None),
    ],
)
def test_gateway_that_reads_from_far_away_is_warned_of(
    before: str, name: str, value: str, warned: str | None
) -> None:
    content = choosing(before, name, value)
    assert codes(content) == ({("g", warned)} if warned else set())
    definition = read(content)  # a warning stops nothing
    assert [(one.element, one.severity) for one in definition.warnings] == (
        [("g", "warning")] if warned else []
    )


def test_misspelt_attribute_is_warned_of() -> None:
    assert codes(within(user("x", 'nom:excude="y"'))) == {("x", "unknown-attribute")}
    assert codes(within(user("x", 'nom:phase="checking"'))) == set()
