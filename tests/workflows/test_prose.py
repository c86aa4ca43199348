"""A diagram in words: numbers along the ways, gateways with their answers, times, loops, drafts; and changes as text."""

from __future__ import annotations

import re

import pytest

from service.config import ROOT
from workflows import differences, prose, prose_changes
from workflows.plain import Datum, Rule, Source, Vocabulary, condition, due, expiry
from workflows.prose import Procedure, Step, step_numbers, tell, text_of

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:nom="urn:vinhdanh:nom:1" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d">'
)
WORDS = Vocabulary(
    date=lambda key: {"checking": "ngày cuối thẩm định theo lịch của đợt"}.get(key, ""),
    rule=lambda key: {"REVIEW_DAYS": Rule("Hạn xem xét lại", "5"), "NEW": Rule("Hạn mới")}.get(key),
    question=lambda form, name: "Kết quả kiểm tra" if name == "decision" else "",
    option=lambda form, name, value: {"accept": "Đạt", "more": "Bổ sung"}.get(value, ""),
    result=lambda kind, value: {"passed": "Thông qua", "lower": "Hạ mức"}.get(value, ""),
    datum=lambda name: {
        "level": Datum("cấp khen thưởng", named={"commune": "cấp xã"}),
        "reviewed": Datum("", "đã xem xét lại", "chưa xem xét lại"),
        "reserve": Datum("hình thức dự phòng"),
        "received_on": Datum("ngày nhận đơn"),
    }.get(name),
)
SOURCES = (Source(form="check"), Source(list="sheet"))


def bundle(body: str, key: str = "p") -> dict[str, bytes]:
    """A bundle of one process with this body."""
    return {f"{key}.bpmn": f'{_HEAD}<bpmn:process id="{key}" name="Quy trình {key}">{body}</bpmn:process></bpmn:definitions>'.encode()}


def flow(source: str, target: str, more: str = "") -> str:
    """A flow, perhaps with a condition."""
    inner = f"<bpmn:conditionExpression>{more}</bpmn:conditionExpression>" if more else ""
    return f'<bpmn:sequenceFlow id="{source}__{target}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def tasks(*names: str) -> str:
    """User tasks of these ids."""
    return "".join(f'<bpmn:userTask id="{name}" name="Việc {name}" camunda:formKey="check"/>' for name in names)


def step(told: Procedure, element: str) -> Step:
    """One step by its element."""
    return next(one for part in told.parts for one in part.steps if one.element == element)


def said(told: Procedure, element: str) -> list[str]:
    """The lines of one step."""
    return [line.text for line in step(told, element).lines]


LOOP = (
    '<bpmn:startEvent id="s" name="Có hồ sơ"/>' + tasks("file", "check", "mend", "sign")
    + '<bpmn:exclusiveGateway id="asks" name="Đạt chưa?" default="asks__no"/>'
    + '<bpmn:endEvent id="no" name="Không xét"/><bpmn:endEvent id="yes" name="Xong"/>'
    + flow("s", "file") + flow("file", "check") + flow("check", "asks")
    + flow("asks", "sign", 'decision = "accept"') + flow("asks", "mend", 'decision = "more"') + flow("asks", "no")
    + flow("mend", "check") + flow("sign", "yes")
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('decision = "accept"', "kết quả kiểm tra là “Đạt”"),
        ('result = "passed" or result = "lower"', "kết quả là “Thông qua” hoặc “Hạ mức”"),
        ('level = "commune" and result = "passed"', "cấp khen thưởng là “cấp xã” và kết quả là “Thông qua”"),
        ("reviewed = false", "chưa xem xét lại"),
        ("reviewed", "đã xem xét lại"),
        ("reserve != null", "có hình thức dự phòng"),
        ("score >= 8.5", "“score” từ 8,5"),
        ("score between 1 and 2", "“score” từ 1 đến 2"),
        ('level in ("commune", "x")', "cấp khen thưởng là “cấp xã” hoặc “x”"),
        ("some x in names satisfies x = 1", "biểu thức some x in names satisfies x = 1 đúng"),
        ("decision = ", "biểu thức decision =  đúng"),
    ],
)
def test_condition_is_said_in_plain_words_or_quoted(text: str, plain: str) -> None:
    assert condition(text, WORDS, SOURCES) == plain


@pytest.mark.parametrize(
    ("text", "by", "out"),
    [
        ('round_date("checking")', "chậm nhất ngày cuối thẩm định theo lịch của đợt", "hết ngày cuối thẩm định theo lịch của đợt"),
        ('working_days(rule("REVIEW_DAYS"))', "trong 5 ngày làm việc (quy định “Hạn xem xét lại”)",
         "hết 5 ngày làm việc (quy định “Hạn xem xét lại”)"),
        ('working_days(rule("NEW"))', "trong thời hạn của quy định “Hạn mới”", "hết thời hạn của quy định “Hạn mới”"),
        ("working_days(3)", "trong 3 ngày làm việc", "hết 3 ngày làm việc"),
        ('min(working_days(3), round_date("checking"))', "trong 3 ngày làm việc, không quá ngày cuối thẩm định theo lịch của đợt",
         "hết 3 ngày làm việc, không quá ngày cuối thẩm định theo lịch của đợt"),
        ('max(working_days(0), min(working_days(3), working_days(-1, date(received_on))))',
         "trong 3 ngày làm việc, không quá ngày làm việc trước ngày nhận đơn",
         "hết 3 ngày làm việc, không quá ngày làm việc trước ngày nhận đơn"),
        ('working_days(rule("REVIEW_DAYS"), date(received_on))',
         "trong 5 ngày làm việc (quy định “Hạn xem xét lại”) từ ngày nhận đơn",
         "hết 5 ngày làm việc (quy định “Hạn xem xét lại”) từ ngày nhận đơn"),
        ('date(received_on) + duration("P1D") * rule("REVIEW_DAYS")', "trong 5 ngày (quy định “Hạn xem xét lại”) từ ngày nhận đơn",
         "hết 5 ngày (quy định “Hạn xem xét lại”) từ ngày nhận đơn"),
        ('if level = "x" then working_days(3) else working_days(2, date(received_on))',
         "trong 3 ngày làm việc hoặc 2 ngày làm việc từ ngày nhận đơn", "hết 3 ngày làm việc hoặc 2 ngày làm việc từ ngày nhận đơn"),
        ("PT72H", "trong 3 ngày", "hết 3 ngày"),
        ('duration("P1DT12H")', "trong 1 ngày 12 giờ", "hết 1 ngày 12 giờ"),
        ("2026-12-31", "chậm nhất ngày 31/12/2026", "hết ngày 31/12/2026"),
        ("x + y", "thời điểm tính theo biểu thức x + y", "đến thời điểm tính theo biểu thức x + y"),
    ],
)
def test_due_time_and_its_expiry_are_said_in_plain_words(text: str, by: str, out: str) -> None:
    assert (due(text, WORDS), expiry(text, WORDS)) == (by, out)


def test_detour_is_told_before_the_main_way_and_loops_lead_back() -> None:
    told = tell(bundle(LOOP), "p", WORDS)
    (part,) = told.parts
    assert [(one.number, one.element) for one in part.steps] == [("1", "file"), ("2", "check"), ("3", "mend"), ("4", "sign")]
    assert said(told, "check") == [
        "Biểu mẫu: “Việc check”.",
        "Đạt chưa?",
        "a) khi kết quả kiểm tra là “Đạt”: chuyển sang Bước 4.",
        "b) khi kết quả kiểm tra là “Bổ sung”: chuyển sang Bước 3.",
        "c) các trường hợp còn lại: kết thúc: “Không xét”.",
    ]
    assert said(told, "mend")[-1] == "Tiếp theo: quay lại Bước 2."
    assert said(told, "file") == ["Biểu mẫu: “Việc file”."]
    assert {line.element for line in step(told, "check").lines} >= {"asks", "asks__sign"}


def test_when_others_hear_of_a_delay_is_said_in_words() -> None:
    def delays(attributes: str) -> list[str]:
        asked = LOOP.replace('<bpmn:userTask id="check"', f'<bpmn:userTask id="check" {attributes}')
        assert asked != LOOP
        return [line for line in said(tell(bundle(asked), "p", WORDS), "check") if line.startswith(("Nhắc việc", "Chưa ai nhận"))]

    assert delays('nom:remind="3 1" nom:escalate="a, b"') == ["Nhắc việc: trước hạn 3 và 1 ngày làm việc; quá hạn thì báo a, b."]
    assert delays('nom:escalate="a" nom:escalateAfter="2 4 6"') == ["Nhắc việc: quá hạn 2, 4 và 6 ngày làm việc thì báo a."]
    assert delays('nom:escalateAfter="2"') == ["Nhắc việc: quá hạn 2 ngày làm việc thì báo người phụ trách."]
    assert delays('nom:unclaimedAfter="3"') == ["Chưa ai nhận: sau 3 ngày làm việc thì báo người phụ trách."]
    assert delays('nom:unclaimedAfter="3" nom:unclaimedTell="a" nom:unclaimedTo="b c"') == [
        "Chưa ai nhận: sau 3 ngày làm việc thì báo a, giao thêm cho b, c."
    ]
    assert delays('nom:unclaimedTell="a"') == []


def test_numbers_alone_are_those_of_the_words() -> None:
    files = bundle(LOOP)
    told = tell(files, "p", WORDS).parts
    assert step_numbers(files) == {part.process: {step.element: step.number for step in part.steps} for part in told}
    assert step_numbers({"x.bpmn": b"<!DOCTYPE x>"}) == {}


def test_order_hangs_on_the_flows_not_on_the_drawing_or_the_order_of_the_file() -> None:
    first = tell(bundle(LOOP), "p", WORDS)
    turned = LOOP.replace(tasks("file", "check", "mend", "sign"), tasks("sign", "mend", "check", "file"))
    assert turned != LOOP
    assert text_of(tell(bundle(turned), "p", WORDS)) == text_of(first)


def test_parallel_ways_are_done_at_once_and_waited_for() -> None:
    told = tell(bundle(
        '<bpmn:startEvent id="s"/>' + tasks("a", "b", "c", "d") + '<bpmn:parallelGateway id="split"/><bpmn:parallelGateway id="join"/>'
        '<bpmn:endEvent id="e" name="Xong"/>' + flow("s", "a") + flow("a", "split") + flow("split", "b") + flow("split", "c")
        + flow("b", "join") + flow("c", "join") + flow("join", "d") + flow("d", "e")
    ), "p", WORDS)
    assert said(told, "a")[-1] == "Tiếp theo: thực hiện đồng thời Bước 2 và Bước 3."
    assert said(told, "b")[-1] == said(told, "c")[-1] == "Tiếp theo: khi xong cả Bước 2 và Bước 3 thì chuyển sang Bước 4."


def test_timer_and_message_at_a_step_say_what_stops_and_where_it_goes() -> None:
    told = tell(bundle(
        '<bpmn:startEvent id="s"/>' + tasks("a", "b") + '<bpmn:endEvent id="e" name="Xong"/>'
        '<bpmn:boundaryEvent id="late" name="Quá hạn" attachedToRef="a"><bpmn:timerEventDefinition>'
        "<bpmn:timeDuration>working_days(2)</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        '<bpmn:boundaryEvent id="told" name="Nhắc" attachedToRef="a" cancelActivity="false"><bpmn:timerEventDefinition>'
        "<bpmn:timeCycle>R3/P1D</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        + flow("s", "a") + flow("a", "e") + flow("late", "e") + flow("told", "b") + flow("b", "e")
    ), "p", WORDS)
    lines = said(told, "a")
    assert "Quá hạn: hết 2 ngày làm việc mà chưa xong thì dừng bước này và kết thúc: “Xong”." in lines
    assert ("Nhắc: cứ 1 ngày một lần, nhiều nhất 3 lần mà chưa xong thì vẫn tiếp tục bước này, đồng thời chuyển sang Bước 2."
            in lines)


def test_draft_that_would_not_run_is_told_all_the_same() -> None:
    told = tell(bundle(
        '<bpmn:startEvent id="s"/>' + tasks("a", "lost", "alone") + flow("s", "a") + flow("a", "nowhere") + flow("lost", "alone")
        + flow("alone", "lost") + '<bpmn:callActivity id="call" name="Gọi" calledElement="gone"/>' + flow("alone", "call")
    ), "p", WORDS)
    assert [one.element for one in told.parts[0].steps] == ["a", "lost", "alone", "call"]
    assert said(told, "a")[-1] == "Tiếp theo: chưa nối tới bước nào."
    assert said(told, "lost")[-1] == "Chưa có đường nào trên sơ đồ dẫn tới bước này."
    assert any("gói này không có" in line for line in said(told, "call"))
    assert told.missing == ("gone",)
    assert tell({"x.bpmn": b"<!DOCTYPE x>"}, "p", WORDS).parts == ()
    itself = bundle('<bpmn:startEvent id="s"/><bpmn:callActivity id="c" calledElement="p"/>' + flow("s", "c") + flow("c", "c"))
    assert "theo Phần I “Quy trình p”" in text_of(tell(itself, "p", WORDS))


def test_long_chain_is_numbered_through() -> None:
    names = [f"t{n}" for n in range(700)]
    body = '<bpmn:startEvent id="s"/>' + tasks(*names) + '<bpmn:endEvent id="e"/>' + "".join(
        flow(a, b) for a, b in zip(["s", *names], [*names, "e"], strict=True)
    )
    assert [one.number for one in tell(bundle(body), "p", WORDS).parts[0].steps] == [str(n) for n in range(1, 701)]


def shipped() -> dict[str, bytes]:
    """The diagrams as they ship, with their forms."""
    files = {path.name: path.read_bytes() for path in (ROOT / "bpmn").glob("*.bpmn")}
    return files | {path.name: path.read_bytes() for path in (ROOT / "forms" / "library").glob("*.form")}


@pytest.mark.parametrize("main", ["nomination_case", "council_session"])
def test_every_step_event_and_way_of_the_shipped_diagrams_is_told(main: str) -> None:
    told = tell(shipped(), main, Vocabulary())
    anchors = {one.element for part in told.parts for one in part.steps} | {
        line.element for part in told.parts for one in part.steps for line in one.lines
    } | {line.element for part in told.parts for line in (*part.begins, *part.ends)}
    scopes = prose.read_scopes(shipped())
    for part in told.parts:
        for scope in scopes[part.process].walk():
            for key, node in scope.elements.items():
                kind = prose.local(node)
                hidden = kind.endswith("Gateway") and len(scope.flows_from(key)) == 1
                assert hidden or key in anchors, key
    text = text_of(told)
    assert "None" not in text and "{" not in text and not re.search(r"Bước \D", text)


def test_change_between_versions_reads_as_a_change_of_text() -> None:
    old = tell(bundle(LOOP), "p", WORDS)
    assert prose_changes.compare(old, old) == []
    body = LOOP.replace(flow("file", "check"), tasks("new") + flow("file", "new") + flow("new", "check"))
    body = body.replace('name="Việc sign"', 'name="Chủ tịch ký"').replace(flow("mend", "check"), flow("mend", "file"))
    (part,) = prose_changes.compare(old, tell(bundle(body), "p", WORDS))
    found = {one.element: one for one in part.steps}
    assert {key: one.change for key, one in found.items()} == {"new": "added", "mend": "changed", "sign": "changed"}
    assert found["mend"].lines[0].before.endswith("quay lại Bước 2.") and found["mend"].lines[0].after.endswith("quay lại Bước 1.")
    pieces = found["sign"].lines[0].pieces
    assert [(one.mark, one.text) for one in pieces] == [("removed", "Việc sign"), ("added", "Chủ tịch ký")]
    assert [one.mark for one in prose_changes.words_changed("trong 5 ngày", "trong 7 ngày")] == ["same", "removed", "added", "same"]
    back = prose_changes.compare(tell(bundle(body), "p", WORDS), old)
    assert {one.element: one.change for one in back[0].steps}["new"] == "removed"
    said_ = prose_changes.text_of([part], "vi")
    assert "+ Bước 2. Việc new: thêm" in said_ and "~ Bước 5. Chủ tịch ký: sửa" in said_


def test_step_that_changed_its_place_is_told_as_moved() -> None:
    def line(*names: str) -> Procedure:
        body = '<bpmn:startEvent id="s"/>' + tasks("a", "b", "c") + '<bpmn:endEvent id="e"/>'
        return tell(bundle(body + "".join(flow(x, y) for x, y in zip(["s", *names], [*names, "e"], strict=True))), "p", WORDS)

    (part,) = prose_changes.compare(line("a", "b", "c"), line("c", "a", "b"))
    moved = [one for one in part.steps if one.change == "moved"]
    assert [one.element for one in moved] == ["c"] and (moved[0].before, moved[0].after) == ("3", "1")


def test_differences_of_elements_and_files_are_found_without_a_drawing() -> None:
    old = bundle(LOOP) | {"f.form": b'{"a": 1, "b": [2]}', "gone.dmn": b"<x/>", "same.form": b'{"k": 1}'}
    body = LOOP.replace('id="sign" name="Việc sign"', 'id="sign" name="Ký" nom:target="P1D" camunda:foreign="1"')
    body = body.replace(tasks("mend"), "").replace(flow("asks", "sign", 'decision = "accept"'), flow("asks", "sign", "true"))
    new = bundle(body) | {"f.form": b'{"a": 1, "b": [3]}', "new.form": b"{}", "same.form": b'{ "k":  1 }'}
    assert differences.differ(old, old) == differences.Differences((), ())
    found = differences.differ(old, new)
    by = {one.element: one for one in found.elements}
    assert by["mend"].change == "removed" and by["sign"].change == "changed"
    assert {one.name: (one.before, one.after) for one in by["sign"].details} == {
        "name": ("Việc sign", "Ký"), "@target": ("", "P1D"), "@foreign": ("", "1")
    }
    assert [(one.name, one.before, one.after) for one in by["asks__sign"].details] == [("condition", 'decision = "accept"', "true")]
    assert [(one.change, one.name) for one in found.files] == [("changed", "f.form"), ("removed", "gone.dmn"), ("added", "new.form")]
    assert "-  2" in found.files[0].lines and "+  3" in found.files[0].lines


def test_shape_that_moved_is_told_apart_from_an_element_that_changed() -> None:
    def drawn(x: str, element: str = "t") -> dict[str, bytes]:
        shape = f'<bpmndi:BPMNShape id="di" bpmnElement="{element}"><dc:Bounds x="{x}" y="1" width="2" height="3"/></bpmndi:BPMNShape>'
        plane = f'<bpmndi:BPMNDiagram><bpmndi:BPMNPlane>{shape}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
        return {"p.bpmn": f'{_HEAD}<bpmn:process id="p"><bpmn:task id="t"/></bpmn:process>{plane}</bpmn:definitions>'.encode()}

    assert differences.differ(drawn("1"), drawn("1.2")).elements == ()
    (moved,) = differences.differ(drawn("1"), drawn("40")).elements
    assert (moved.change, moved.element, moved.moved) == ("moved", "t", True)
    assert differences.differ(drawn("1"), drawn("9", "nowhere")).elements == ()
    assert differences.differ(drawn("1"), drawn("NaN")).elements != ()
