"""Reading a bundle: what is read, hostile files, forms and votes, and every fault told at once."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest
from running import (
    FORM,
    GOOD,
    HEAD,
    Run,
    boundary,
    call,
    chain,
    codes,
    diagram,
    end,
    external,
    faults,
    files,
    flow,
    gateway,
    read,
    receive,
    script,
    start,
    user,
    within,
)

from workflows.definition import called_processes, check_bundle, read_definition
from workflows.known import FormSeen, Known
from workflows.problems import Problem, Problems


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


def test_lane_names_the_group_that_works_in_it() -> None:
    body = start() + user("work").replace('camunda:candidateGroups="unit"', "") + end() + chain("begin", "work", "end")
    lane = '<bpmn:laneSet id="ls"><bpmn:lane id="lane_1" name="Phòng" {}>{}</bpmn:lane></bpmn:laneSet>'
    lane = lane.replace("{}</", "<bpmn:flowNodeRef>work</bpmn:flowNodeRef></")
    bundle, known = {"form.form": FORM}, Known(groups={"office"})

    def found(attributes: str) -> set[tuple[str | None, str, str]]:
        files = {**bundle, "main.bpmn": diagram(lane.format(attributes) + body)}
        return {(one.element, one.code, one.part) for one in check_bundle(files, main="p", known=known)}

    assert read(diagram(lane.format('nom:group="office"') + body)).elements["work"].attrs["candidates"] == "office"
    assert found('nom:group="office"') == set()
    assert found("") == {("work", "lane-without-group", "")}
    assert found('nom:group="nobody"') == {("work", "lane-without-group", ""), ("lane_1", "unknown-group", "group")}
    assert found('nom:group="office" nom:phase="x"') == {("lane_1", "unknown-attribute", "")}


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
        (b"", "xml-not-xml"),
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
    assert codes(b"<html/>") == {(None, "not-bpmn")}


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
    def picky(raw: bytes) -> FormSeen:
        bad = Problem("field", "bad-field", "Trường này sai.", "This field is wrong.")
        return FormSeen((bad,) if b"bad" in raw else ())

    bundle = files(within(user("x")))
    assert read_definition(bundle, main="p", check_form=picky)
    with pytest.raises(Problems) as found:
        read_definition(bundle | {"form.form": b'{"components": [], "bad": 1}'}, main="p", check_form=picky)
    assert [(one.file, one.element, one.code) for one in found.value.problems] == [("form.form", "field", "bad-field")]
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


def a_chain(length: int, process: str = "p", called: str | None = None) -> bytes:
    """A process of so many user tasks in a row, with a call at its end where one is named."""
    names = [f"{process}{n}" for n in range(length)]
    last = [f"{process}_call"] if called else []
    body = start(f"{process}_b") + "".join(user(name) for name in names) + end(f"{process}_e")
    body += call(last[0], called) if called else ""
    return diagram(body + chain(f"{process}_b", *names, *last, f"{process}_e"), process)


def test_chain_of_five_hundred_tasks_runs_to_its_end() -> None:
    run = Run(read(a_chain(500)), watched=False)
    for n in range(500):
        assert run.now == [f"p{n}"]
        run.do(f"p{n}")
    run.assert_nothing_left()


def test_chain_that_is_too_long_is_refused_in_plain_words() -> None:
    assert codes(a_chain(760)) == {(None, "too-many-steps")}
    assert codes(a_chain(720)) == {("p699", "too-long")}
    assert codes(a_chain(350, "p", "q"), a_chain(340, "q")) == set()
    assert {code for _, code in codes(a_chain(360, "p", "q"), a_chain(360, "q"))} == {"too-long"}


def test_chain_is_read_however_deep_its_reader_stands() -> None:
    def deeper(left: int) -> int:
        return deeper(left - 1) if left else len(read(a_chain(300)).elements)

    assert deeper(0) == deeper(450)


def test_large_diagram_is_checked_in_reasonable_time() -> None:
    names = [f"t{n}" for n in range(400)]
    body = start() + "".join(user(name) for name in names) + end() + chain("begin", *names, "end")
    began = time.process_time()
    assert len(read(diagram(body)).elements) == 803
    assert time.process_time() - began < 20
    assert HEAD.startswith("<?xml")


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
