"""A form is compiled, or refused with every fault by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from forms import FormProblems, compile_form


def form(*components: dict[str, Any], **root: Any) -> dict[str, Any]:
    return {"type": "default", "id": "f", "schemaVersion": 19, "components": list(components), **root}


def text(key: str = "t", **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": key, **more}


DECISION: dict[str, Any] = {
    "type": "radio",
    "key": "decision",
    "label": "Kết luận",
    "values": [{"label": "Nhận", "value": "accept"}, {"label": "Không", "value": "refuse"}],
    "validate": {"required": True},
}


def problems(schema: Any) -> list[tuple[str | None, str]]:
    with pytest.raises(FormProblems) as caught:
        compile_form(schema)
    for one in caught.value.problems:
        assert one.message and one.message_en and one.message != one.message_en
    return [(one.key, one.code) for one in caught.value.problems]


def test_a_form_tells_its_keys_names_and_decision() -> None:
    compiled = compile_form(
        form(
            text(),
            {"type": "group", "path": "g", "label": "G", "components": [text("a"), {"type": "spacer"}]},
            {"type": "dynamiclist", "path": "rows", "label": "R", "components": [text("b")]},
            DECISION,
        )
    )
    assert compiled.keys == ("t", "g.a", "rows.*.b", "decision")
    assert compiled.names == {"t", "g", "rows", "decision"}
    assert compiled.decision == ("accept", "refuse")
    assert [one.kind for one in compiled.fields] == ["textfield", "group", "dynamiclist", "radio"]


def test_bytes_text_and_objects_compile_alike() -> None:
    schema = form(text())
    source = json.dumps(schema)
    digests = {compile_form(one).digest for one in (schema, source, source.encode())}
    assert len(digests) == 1
    assert compile_form(form(text("u"))).digest not in digests


def test_every_component_of_form_js_that_is_taken_compiles() -> None:
    options = [{"label": "Một", "value": "one"}]
    compiled = compile_form(
        form(
            text(),
            {"type": "textarea", "key": "a"},
            {"type": "number", "key": "n"},
            {"type": "checkbox", "key": "b"},
            {"type": "checklist", "key": "c", "values": options},
            {"type": "radio", "key": "r", "values": options},
            {"type": "select", "key": "s", "values": options},
            {"type": "taglist", "key": "l", "values": options},
            {"type": "datetime", "key": "d", "subtype": "date"},
            {"type": "datetime", "key": "dt", "subtype": "datetime"},
            {"type": "datetime", "key": "tm", "subtype": "time"},
            {"type": "filepicker", "key": "f", "multiple": True, "accept": ".pdf, image/*"},
            {"type": "expression", "key": "e", "expression": "=n * 2"},
            {"type": "text", "text": "# Phần I"},
            {"type": "separator"},
            {"type": "spacer", "height": 20},
            {"type": "image", "source": "/static/mau.png", "alt": "Mẫu"},
            {"type": "table", "dataSource": "=rows", "columns": [{"key": "x", "label": "X"}]},
            {"type": "button", "action": "submit", "label": "Gửi"},
            {"type": "group", "components": []},
            {"type": "dynamiclist", "path": "rows", "components": [{"type": "textfield", "key": "x"}]},
        )
    )
    assert len(compiled.fields) == 21


@pytest.mark.parametrize("kind", ["html", "iframe", "documentPreview"])
def test_components_that_bring_foreign_matter_are_refused_by_name(kind: str) -> None:
    assert compile_form(form(text()))
    assert problems(form(text(), {"type": kind, "id": "bad", "content": "<script>"})) == [
        ("bad", "refused-component")
    ]


def test_unknown_components_are_refused_by_name_wherever_they_stand() -> None:
    inner = {"type": "group", "components": [{"type": "voodoo", "key": "v"}, {"type": 7, "id": "w"}]}
    assert problems(form(text(), inner)) == [("v", "unknown-component"), ("w", "unknown-component")]


def test_a_button_that_runs_something_is_refused() -> None:
    assert compile_form(form(text(), {"type": "button", "action": "reset"}))
    assert problems(form(text(), {"type": "button", "id": "go", "action": "javascript:alert(1)"})) == [
        ("go", "action")
    ]


@pytest.mark.parametrize(
    "source", ["https://example.org/a.png", "//example.org/a.png", "data:image/png;base64,x", "/../x", ""]
)
def test_an_image_from_elsewhere_is_refused(source: str) -> None:
    assert problems(form(text(), {"type": "image", "id": "i", "source": source})) == [("i", "image-source")]


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", "(?<!x)y", "a{1,5000}", "("])
def test_a_pattern_that_cannot_run_in_linear_time_is_refused(pattern: str) -> None:
    assert compile_form(form(text(validate={"pattern": "^[0-9]{1,3}/[A-Z]+$"})))
    assert problems(form(text(validate={"pattern": pattern}))) == [("t", "pattern")]


def test_all_faults_are_told_at_once() -> None:
    found = problems(
        form(
            {"type": "html", "id": "h"},
            text("xấu"),
            text("p", validate={"pattern": "(?=x)"}),
            text("c", conditional={"hide": "=nobody > 1"}),
            {"type": "select", "key": "s"},
        )
    )
    assert {code for _, code in found} == {"refused-component", "bad-key", "pattern", "condition", "options"}


@pytest.mark.parametrize(
    "condition",
    [
        "n > 1",
        "=n >",
        "=nobody = 1",
        "=g.nothing = 1",
        "=evil(1)",
        "=n > 1; import os",
        "=this.nothing = 1",
        7,
    ],
)
def test_a_condition_that_cannot_be_used_is_refused(condition: Any) -> None:
    number = {"type": "number", "key": "n"}
    group = {"type": "group", "path": "g", "components": [{"type": "number", "key": "m"}]}
    assert compile_form(form(number, group, text(conditional={"hide": "=n > 1 and g.m = 2 or stage = null"})))
    assert problems(form(number, group, text(conditional={"hide": condition}))) == [("t", "condition")]


def test_a_condition_may_read_what_the_form_says_is_given() -> None:
    hidden = text(conditional={"hide": "=leader = true"})
    assert problems(form(hidden)) == [("t", "condition")]
    assert compile_form(form(hidden, given={"leader": None})).given["leader"] is None


def test_conditions_in_a_circle_are_refused() -> None:
    one = text("a", conditional={"hide": '=b = "x"'})
    assert compile_form(form(one, text("b")))
    two = text("b", conditional={"hide": '=a = "x"'})
    assert {code for _, code in problems(form(one, two))} == {"cyclic-condition"}
    assert {code for _, code in problems(form(text("s", conditional={"hide": '=s = "x"'})))} == {
        "cyclic-condition"
    }


def test_a_computed_field_that_needs_itself_is_refused() -> None:
    e = {"type": "expression", "key": "e", "expression": "=f + 1"}
    f = {"type": "expression", "key": "f", "expression": "=e + 1"}
    assert {code for _, code in problems(form(e, f))} == {"cyclic-condition"}


@pytest.mark.parametrize(
    "key", ["", "a b", "1a", "a-b", "_a", "a..b", "a.", "__proto__", "điểm", "x" * 65, None, 5]
)
def test_a_key_that_cannot_be_a_name_is_refused(key: Any) -> None:
    assert {code for _, code in problems(form({"type": "textfield", "id": "x", "key": key}))} == {"bad-key"}


def test_a_path_is_taken_once() -> None:
    assert problems(form(text("a"), text("a")))[0][1] == "path-taken"
    assert problems(form(text("a"), text("a.b")))[0][1] == "path-taken"
    rows = {"type": "dynamiclist", "path": "a", "components": [text("b")]}
    assert problems(form(rows, text("a.c")))[0][1] == "path-taken"
    assert compile_form(form(text("a.b"), text("a.c")))


def test_an_id_is_used_once() -> None:
    assert problems(form(text("a", id="x"), text("b", id="x"))) == [("b", "duplicate-id")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "textfield"}, "decision-without-values"),
        ({"type": "checklist"}, "decision-without-values"),
        ({"validate": {}}, "decision-not-required"),
        ({"disabled": True}, "decision-not-required"),
        ({"conditional": {"hide": "=stage = null"}}, "decision-hidden"),
        ({"values": [{"label": "1", "value": 1}]}, "decision-values"),
    ],
)
def test_the_field_that_decides_must_be_answered_with_one_of_its_values(
    change: dict[str, Any], code: str
) -> None:
    assert compile_form(form(DECISION)).decision == ("accept", "refuse")
    assert ("decision", code) in problems(form({**DECISION, **change}))


def test_the_field_that_decides_may_not_take_its_values_from_elsewhere() -> None:
    loose = {k: v for k, v in DECISION.items() if k != "values"} | {"valuesKey": "list"}
    assert ("decision", "decision-without-values") in problems(form(loose, given={"list": []}))


def test_a_field_that_decides_inside_a_hidden_group_is_refused() -> None:
    group = {"type": "group", "components": [DECISION], "conditional": {"hide": "=stage = null"}}
    assert problems(form(group)) == [("decision", "decision-hidden")]


@pytest.mark.parametrize(
    "schema",
    [
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff",
        b'{"id": "f"}',
        b"[" * 100_000,
        b'{"id":"f","components":[{"type":"number","key":"n","validate":{"min":NaN}}]}',
        {"type": "default", "components": [text()]},
        {"type": "group", "id": "f", "components": [text()]},
        {"type": "default", "id": "f", "components": []},
        {"type": "default", "id": "f", "components": "x"},
        {"type": "default", "id": "f", "components": [text()], "schemaVersion": 20},
        {"type": "default", "id": "f", "components": [text()], "schemaVersion": True},
        {"type": "default", "id": "f", "components": [text()], "given": []},
    ],
)
def test_what_is_no_form_is_refused(schema: Any) -> None:
    assert problems(schema)


def test_a_form_is_neither_too_deep_nor_too_long() -> None:
    deep: dict[str, Any] = text()
    for _ in range(12):
        deep = {"type": "group", "components": [deep]}
    assert problems(form(deep)) == [(None, "too-deep")]
    assert problems(form(*(text(f"k{i}") for i in range(801)))) == [(None, "too-many-components")]
    assert problems(b" " * 1_000_001) == [(None, "form-too-large")]


@pytest.mark.parametrize(
    "component",
    [
        {"type": "textfield", "key": "t", "validate": {"required": "yes"}},
        {"type": "textfield", "key": "t", "validate": []},
        {"type": "textfield", "key": "t", "validate": {"maxLength": "many"}},
        {"type": "textfield", "key": "t", "validate": {"validationType": "iban"}},
        {"type": "textfield", "key": "t", "readonly": "=true"},
        {"type": "textfield", "key": "t", "label": 5},
        {"type": "textfield", "key": "t", "properties": {"hint": 5}},
        {"type": "textfield", "key": "t", "label": "{{#loop x}}a{{/loop}}"},
        {"type": "textfield", "key": "t", "label": "{{nobody}}"},
        {"type": "number", "key": "n", "increment": 0},
        {"type": "number", "key": "n", "decimalDigits": -1},
        {"type": "number", "key": "n", "validate": {"max": "=nobody"}},
        {"type": "datetime", "key": "d", "subtype": "century"},
        {"type": "select", "key": "s", "values": [{"label": "x", "value": {}}]},
        {"type": "select", "key": "s", "values": [{"value": "x"}, {"value": "x"}]},
        {"type": "select", "key": "s", "valuesKey": "nobody"},
        {"type": "select", "key": "s", "values": [{"value": "x"}], "valuesExpression": "=[1]"},
        {"type": "expression", "key": "e"},
        {"type": "table", "dataSource": "=nobody", "columns": []},
        {
            "type": "dynamiclist",
            "path": "r",
            "components": [],
            "properties": {"minRows": "5", "maxRows": "2"},
        },
        {"type": "dynamiclist", "path": "r", "components": [], "properties": {"maxRows": "1000"}},
        {"type": "group", "components": ["x"]},
    ],
)
def test_an_attribute_that_does_not_fit_is_refused(component: dict[str, Any]) -> None:
    assert len(problems(form(text("other"), component))) == 1


def test_a_limit_of_a_day_names_a_day_and_says_which() -> None:
    def day(**properties: str) -> dict[str, Any]:
        return {"type": "datetime", "subtype": "date", "key": "d", "dateLabel": "Ngày", "properties": properties}

    assert compile_form(form(day(latest="today", earliest="signed", earliestWhat="ngày ký"), given={"signed": None}))
    assert problems(form(day(latest="signed", latestWhat="ngày ký"))) == [("d", "latest")]
    assert problems(form(day(earliest="signed"), given={"signed": None})) == [("d", "earliest")]
    assert problems(form(day(latest="today") | {"subtype": "datetime"})) == [("d", "latest")]
