"""Reading a bundle: what is read, and every fault that is refused by name with its element, all at once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import orjson
import pytest
from running import (
    HEAD,
    Run,
    boundary,
    call,
    chain,
    codes,
    diagram,
    end,
    error_boundary,
    external,
    faults,
    files,
    flow,
    gateway,
    read,
    receive,
    script,
    start,
    subprocess,
    timer,
    user,
)

from workflows.definition import Known, called_processes, read_definition
from workflows.problems import Problem, Problems

GOOD = start() + user("work") + end() + chain("begin", "work", "end")


def within(*parts: str, **options: Any) -> bytes:
    """A fine process with one more element in its path: begin → x → end."""
    return diagram(start() + "".join(parts) + end() + chain("begin", "x", "end"), **options)


def test_good_bundle_is_read() -> None:
    definition = read("case", "award_path", main="frame", forms=("check_dossier", "supplement"))
    assert definition.main == definition.name == "frame" and set(definition.processes) == {
        "frame",
        "award_path",
    }
    assert definition.file_of == {"frame": "case.bpmn", "award_path": "award_path.bpmn"}
    assert definition.names >= {"decision", "result", "nomination_id", "hold_id"}
    kinds = {
        key: definition.elements[key].kind
        for key in (
            "check_dossier",
            "wait_council",
            "check_result",
            "award",
            "case",
            "nominated",
            "end_case",
            "withdrawn",
            "review_lapsed",
            "a1",
        )
    }
    assert kinds == {
        "check_dossier": "user",
        "wait_council": "receive",
        "check_result": "gateway",
        "award": "call",
        "case": "subprocess",
        "nominated": "start",
        "end_case": "end",
        "withdrawn": "boundary_message",
        "review_lapsed": "boundary_timer",
        "a1": "flow",
    }
    council = definition.elements["wait_council"]
    assert council.message == "council:result" and council.attrs["values"] == "passed failed next_session"
    assert council.process == "award_path" and council.name == "Chờ Hội đồng"
    with pytest.raises(TypeError):
        council.attrs["x"] = "y"  # type: ignore[index]


def test_digest_follows_every_byte_and_the_main_process() -> None:
    one, two = diagram(GOOD), diagram(GOOD.replace("begin", "begun"))
    assert read(one).digest == read(one).digest != read(two).digest
    assert read(one).digest != read(one, forms=("form", "more")).digest
    other = diagram(start("b2") + user("w2") + end("e2") + chain("b2", "w2", "e2"), "q")
    assert read(one, other, main="p").digest != read(one, other, main="q").digest


def test_lane_gives_the_candidates_where_the_task_names_none() -> None:
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="office" name="Phòng"><bpmn:flowNodeRef>work</bpmn:flowNodeRef>'
        "<bpmn:flowNodeRef>other</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    body = (
        start()
        + user("work").replace('camunda:candidateGroups="unit"', "")
        + user("other")
        + end()
        + chain("begin", "work", "other", "end")
    )
    elements = read(diagram(lanes + body)).elements
    assert elements["work"].attrs["candidates"] == "office" and elements["work"].lane == "Phòng"
    assert elements["other"].attrs["candidates"] == "unit" and elements["other"].lane == "Phòng"
    assert codes(diagram(body)) == {("work", "user-task-without-candidates")}


def test_called_processes_are_told_without_reading_the_rest() -> None:
    outer = within(call("x", "q"))
    assert called_processes({"a.bpmn": outer, "b.bpmn": diagram(GOOD, "q"), "c.form": b""}) == {
        "p": {"q"},
        "q": set(),
    }
    with pytest.raises(Problems):
        called_processes({"a.bpmn": b"<!DOCTYPE x><x/>"})


# -- hostile files


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "xml-doctype"),
        (b"<x><y></x>", "xml-malformed"),
        (b"", "xml-malformed"),
        (b"\xff\xfe<x/>", "xml-encoding"),
        (b"<x>" * 200 + b"</x>" * 200, "xml-too-deep"),
        (b"<x>" + b" " * (2 * 1024 * 1024) + b"</x>", "xml-too-large"),
        (b"<x>" + b"<y/>" * 25_000 + b"</x>", "xml-too-many-elements"),
    ],
)
def test_hostile_file_is_refused_before_anything_is_read(content: bytes, code: str) -> None:
    found = codes(diagram(GOOD), evil__bpmn=content)
    assert found == {(None, code)}


def test_bundle_without_its_main_process_is_refused() -> None:
    assert codes(diagram(GOOD, "q")) == {(None, "no-main")}
    assert codes() == {(None, "no-main")}
    assert codes(b"<html/>") == {(None, "no-main")}


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

PYTHON = "__import__('os').system('touch {mark}')"


def every_place(text: str) -> dict[str, bytes]:
    """One diagram a place, each with the text as its expression."""
    inputs = (
        '<bpmn:extensionElements><camunda:inputOutput><camunda:inputParameter name="y"><![CDATA['
        + text
        + "]]></camunda:inputParameter></camunda:inputOutput></bpmn:extensionElements>"
    )
    quoted = text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    many = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="{}" nom:outputCollection="all" nom:outputElement="o">'
        "{}</bpmn:multiInstanceLoopCharacteristics>"
    )
    count = (
        '<bpmn:multiInstanceLoopCharacteristics nom:outputCollection="all" nom:outputElement="o"><bpmn:loopCardinality>'
        f"<![CDATA[{text}]]></bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    done = f"<bpmn:completionCondition><![CDATA[{text}]]></bpmn:completionCondition>"
    timed = "<bpmn:timerEventDefinition><bpmn:{0}><![CDATA[{1}]]></bpmn:{0}></bpmn:timerEventDefinition>"
    message = {"messages": {"m": "a:b"}}
    return {
        "condition": diagram(
            start()
            + gateway("x", "x__end")
            + user("a")
            + end()
            + chain("begin", "x", "end")
            + flow("x", "a", text, key="x2")
            + chain("a", "end")
        ),
        "due": within(user("x", f'camunda:dueDate="{quoted}"')),
        "key": within(receive("x").replace("nomination_id", quoted), **message),
        "script": within(script("x", text, "y")),
        "input": within(external("x", inner=inputs)),
        "timeDate": within(EVENT.format(timed.format("timeDate", text))),
        "timeDuration": within(EVENT.format(timed.format("timeDuration", text))),
        "collection": within(external("x", inner=many.format(quoted, ""))),
        "cardinality": within(external("x", inner=count)),
        "completion": within(external("x", inner=many.format("list", done))),
    }


@pytest.mark.parametrize("place", sorted(every_place("x")))
def test_python_is_refused_in_every_place(place: str, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    found = codes(every_place(PYTHON.format(mark=mark))[place])
    assert {code for _, code in found} == {"expression"} and all(element for element, _ in found)
    assert not mark.exists()


@pytest.mark.parametrize("place", sorted(every_place("x")))
@pytest.mark.parametrize("text", ["${decision}", "#{x}", "${x == 1}"])
def test_other_expression_languages_are_refused_with_a_hint(place: str, text: str) -> None:
    found = codes(every_place(text)[place])
    assert {code for _, code in found} == {"dollar-expression"}, found


@pytest.mark.parametrize(
    "text", ["strange(1)", "1 +", "x := 1", "for x in y", "function(x) x", "a ** b ** ", "{"]
)
def test_what_is_outside_the_subset_is_refused_in_a_condition(text: str) -> None:
    assert {code for _, code in codes(every_place(text)["condition"])} == {"expression"}


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


# -- people, forms, votes


def test_groups_and_topics_must_be_known_where_they_are_given() -> None:
    task, effect = within(user("x")), within(external("x", topic="dossier.archive"))
    assert codes(task, known=Known(groups={"unit"})) == codes(task) == set()
    assert codes(task, known=Known(groups={"other"})) == {("x", "unknown-group")}
    assert codes(effect, known=Known(topics={"dossier.archive"})) == codes(effect) == set()
    assert codes(effect, known=Known(topics={"mail"})) == {("x", "unknown-topic")}


def test_message_must_have_a_name_and_a_wait_its_key() -> None:
    good = within(receive("x"), messages={"m": "a:b"})
    assert codes(good) == set()
    assert codes(within(receive("x"), messages={"m": " "})) == {("x", "message-missing")}
    keyless = receive("x").replace('nom:key="nomination_id"', "")
    assert codes(within(keyless, messages={"m": "a:b"})) == {("x", "key-missing")}
    assert codes(diagram(GOOD + boundary("b", "work", "m") + chain("b", "end"))) == {("b", "message-missing")}


@pytest.mark.parametrize(
    ("key", "kind", "refused"),
    [
        ("vote", "radio", True),
        ("my_vote", "select", True),
        ("ballot", "textfield", True),
        ("phieu_bau", "checkbox", True),
        ("bieuQuyet", "radio", True),
        ("la_phieu_1", "radio", True),
        ("bo-phieu", "radio", True),
        ("phieu", "select", True),
        ("votes", "number", False),
        ("vote", "number", False),
        ("so_phieu_thu", "textfield", False),
        ("devotion", "textfield", False),
        ("decision", "select", False),
        ("score", "number", False),
    ],
)
def test_vote_through_a_form_is_refused(key: str, kind: str, refused: bool) -> None:
    schema = orjson.dumps({"components": [{"type": "group", "components": [{"type": kind, "key": key}]}]})
    found = codes(within(user("x")), form__form=schema)
    assert found == ({("x", "vote-through-form")} if refused else set())


def test_vote_collected_from_many_user_tasks_is_refused() -> None:
    loop = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="members"{} />'
    assert codes(within(user("x", inner=loop.format("")))) == set()
    collected = ' nom:outputCollection="votes" nom:outputElement="choice"'
    assert codes(within(user("x", inner=loop.format(collected)))) == {("x", "vote-through-form")}


def test_forms_are_looked_into_by_the_given_check() -> None:
    def picky(raw: bytes) -> list[Problem]:
        return (
            [Problem("field", "bad-field", "Trường này sai.", "This field is wrong.")]
            if b"bad" in raw
            else []
        )

    bundle = files(within(user("x")))
    assert read_definition(bundle, main="p", check_form=picky)
    with pytest.raises(Problems) as found:
        read_definition(bundle | {"form.form": b'{"components": [], "bad": 1}'}, main="p", check_form=picky)
    assert [problem.code for problem in found.value.problems] == ["bad-field"]
    assert codes(within(user("x")), form__form=b"{not json") == {(None, "bad-form")}
    assert codes(within(user("x")), form__form=b"[" * 100_000) == {(None, "bad-form")}


# -- all at once, and never a stack trace


def test_all_faults_are_told_at_once() -> None:
    body = (
        start()
        + user("a").replace('"form"', '"nowhere"')
        + receive("b")
        + script("c", "1 +", "x")
        + end()
        + user("lost")
        + chain("begin", "a", "b", "c", "end")
        + chain("lost", "end")
    )
    assert codes(diagram(body)) == {
        ("a", "unknown-form"),
        ("b", "message-missing"),
        ("c", "expression"),
        ("lost", "unreachable"),
    }


def test_library_errors_never_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (TypeError("x"), NotImplementedError("<xml>" * 1000), KeyError("y"), AssertionError()):

        def fail(*_: object, error: BaseException = error) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr("workflows.parser.DiagramParser.get_spec", fail)
            found = faults(diagram(GOOD))
        assert [problem.code for problem in found] == ["unreadable"] and "xml" not in found[0].message_en
    assert faults(diagram(GOOD)) == ()


@pytest.mark.parametrize(
    "body",
    [
        '<bpmn:boundaryEvent id="x" attachedToRef="work" />' + chain("x", "end"),
        '<bpmn:dataStoreReference id="d" dataStoreRef="nowhere" />',
        user(
            "y",
            inner='<bpmn:dataInputAssociation id="i"><bpmn:sourceRef>nowhere</bpmn:sourceRef></bpmn:dataInputAssociation>',
        )
        + chain("y", "end"),
        "<bpmn:startEvent />",
        "<bpmn:sequenceFlow />",
        "<!-- only a comment -->" * 3 + "<x:y xmlns:x='urn:x' />",
    ],
)
def test_odd_diagram_gives_problems_or_is_read(body: str) -> None:
    for problem in faults(diagram(GOOD + body)):
        assert problem.message and problem.message_en


def test_odd_but_harmless_things_are_read() -> None:
    body = (
        GOOD
        + '<bpmn:textAnnotation id="t"><bpmn:text>Ghi chú ${x}</bpmn:text></bpmn:textAnnotation>'.replace(
            "${x}", ""
        )
        + '<bpmn:association id="as" sourceRef="work" targetRef="t" /><bpmn:documentation>${x}</bpmn:documentation>'
    )
    collaboration = '<bpmn:collaboration id="c"><bpmn:participant id="pa" name="Xã" processRef="p" /></bpmn:collaboration>'
    assert Run(read(diagram(body, extra=collaboration))).now == ["work"]


def test_order_of_flows_is_the_order_of_the_xml_not_of_the_drawing() -> None:
    def drawn(first_y: int, second_y: int) -> bytes:
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
        shapes = "".join(
            f'<bpmndi:BPMNShape id="s_{key}" bpmnElement="{key}"><dc:Bounds x="1" y="{y}" width="1" height="1" />'
            "</bpmndi:BPMNShape>"
            for key, y in (("a", first_y), ("b", second_y))
        )
        plane = f'<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
        return diagram(body).replace(b"</bpmn:definitions>", plane.encode() + b"</bpmn:definitions>")

    assert Run(read(drawn(1, 9)), {"n": 3}).now == Run(read(drawn(9, 1)), {"n": 3}).now == ["a"]


def test_chain_that_is_too_long_is_refused_in_plain_words() -> None:
    names = [f"t{n}" for n in range(1500)]
    body = start() + "".join(user(name) for name in names) + end() + chain("begin", *names, "end")
    assert codes(diagram(body)) != set() and {code for _, code in codes(diagram(body))} == {"too-long"}


def test_large_diagram_is_checked_in_reasonable_time() -> None:
    names = [f"t{n}" for n in range(400)]
    body = start() + "".join(user(name) for name in names) + end() + chain("begin", *names, "end")
    began = time.process_time()
    assert len(read(diagram(body)).elements) == 803
    assert time.process_time() - began < 20
    assert HEAD.startswith("<?xml")


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


def test_one_message_id_may_mean_two_things_in_two_files() -> None:
    outer = diagram(
        start() + receive("x") + call("c", "q") + end() + chain("begin", "x", "c", "end"),
        messages={"m": "outer:told"},
    )
    inner = diagram(
        start("b2") + receive("x2") + end("e2") + chain("b2", "x2", "e2"), "q", {"m": "inner:told"}
    )
    run = Run(read(outer, inner))
    assert run.task("x").message == "outer:told"
    run.do("x")
    assert run.task("x2").message == "inner:told"
    stray = diagram(start("b2") + receive("x2") + end("e2") + chain("b2", "x2", "e2"), "q")
    assert codes(outer, stray) == {("x2", "message-missing")}


def test_process_that_is_not_executable_is_refused_in_plain_words() -> None:
    content = diagram(GOOD).replace(b'isExecutable="true"', b'isExecutable="false"')
    assert codes(content) == {("p", "not-executable")}


def form_of(*components: dict[str, Any]) -> bytes:
    return orjson.dumps({"components": list(components)})


MANY_PEOPLE = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="members" />'


def test_choice_by_each_of_many_people_is_a_vote() -> None:
    choice = form_of({"type": "radio", "key": "decision", "values": [{"value": "yes"}, {"value": "no"}]})
    reading = form_of({"type": "checkbox", "key": "seen"}, {"type": "textarea", "key": "remark"})
    assert codes(within(user("x")), form__form=choice) == set()
    assert codes(within(user("x", inner=MANY_PEOPLE)), form__form=reading) == set()
    assert codes(within(user("x", inner=MANY_PEOPLE)), form__form=choice) == {("x", "vote-through-form")}


@pytest.mark.parametrize("name", ["Bỏ phiếu kín", "Biểu quyết", "Council vote", "Điền phiếu bầu"])
def test_task_of_many_people_named_after_a_vote_is_refused(name: str) -> None:
    task = user("x", inner=MANY_PEOPLE).replace('name="x"', f'name="{name}"')
    assert codes(within(task)) == {("x", "vote-through-form")}
    assert (
        codes(within(user("x").replace('name="x"', f'name="{name}"'))) == set()
    )  # one clerk enters the tally
