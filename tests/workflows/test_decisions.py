"""Decision tables: each hit policy against its own plain description, and refusals by name with an element
id.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.tables import DMN, ENV, ask, dmn, load
from workflows.decisions import DecisionError, load_decisions
from workflows.safexml import RefusedXml

LEVELS = [(["< 10"], ['"low"']), (["< 20"], ['"middle"']), (["-"], ['"high"'])]


# Hit policies


def test_unique_gives_the_one_rule_and_refuses_two() -> None:
    table = load([(["< 10"], ['"low"']), ([">= 10"], ['"high"']), (["= 10"], ['"ten"'])])
    assert ask(table, x=3) == "low"
    assert ask(table, x=11) == "high"
    with pytest.raises(DecisionError, match="Rules r1, r2") as caught:
        ask(table, x=10)
    assert caught.value.element == "r2"


def test_unique_is_the_default_and_no_hit_is_null() -> None:
    table = load([(["1"], ["2"])])
    assert table.hit_policy == "UNIQUE"
    assert ask(table, x=1) == 2
    assert ask(table, x=9) is None


def test_default_outputs_stand_in_when_no_rule_fits() -> None:
    table = load([(["1"], ["2"])], defaults=["7"])
    assert ask(table, x=1) == 2
    assert ask(table, x=9) == 7


def test_any_needs_equal_results() -> None:
    table = load([(["< 10"], ['"a"']), (["< 20"], ['"a"']), (["< 5"], ['"b"'])], table='hitPolicy="ANY"')
    assert ask(table, x=7) == "a"
    with pytest.raises(DecisionError, match="different results"):
        ask(table, x=1)


def test_first_takes_the_first_in_the_order_of_the_rules() -> None:
    table = load(LEVELS, table='hitPolicy="FIRST"')
    assert [ask(table, x=n) for n in (1, 15, 99)] == ["low", "middle", "high"]


def test_first_does_not_evaluate_rules_behind_the_first() -> None:
    table = load([(["-"], ["1"]), (["missing"], ["2"])], table='hitPolicy="FIRST"')
    assert ask(table, x=1) == 1


def test_priority_follows_the_output_values_not_the_rules() -> None:
    table = load(LEVELS, table='hitPolicy="PRIORITY"', output_values=['"high","middle","low"'])
    assert ask(table, x=1) == "high"
    table = load(LEVELS, table='hitPolicy="PRIORITY"', output_values=['"middle","high","low"'])
    assert ask(table, x=1) == "middle"


def test_priority_of_several_outputs_goes_from_left_to_right() -> None:
    rules = [(["-"], ['"b"', "1"]), (["-"], ['"a"', "2"]), (["-"], ['"a"', "1"])]
    table = load(
        rules,
        table='hitPolicy="PRIORITY"',
        outputs=['name="p"', 'name="q"'],
        output_values=['"a","b"', "1,2"],
    )
    assert ask(table, x=0) == {"p": "a", "q": 1}


def test_output_order_lists_all_by_the_output_values() -> None:
    table = load(LEVELS, table='hitPolicy="OUTPUT ORDER"', output_values=['"high","low","middle"'])
    assert ask(table, x=1) == ["high", "low", "middle"]


def test_rule_order_lists_all_by_the_rules() -> None:
    table = load(LEVELS, table='hitPolicy="RULE ORDER"')
    assert ask(table, x=1) == ["low", "middle", "high"]
    assert ask(table, x=12) == ["middle", "high"]


def test_collect_lists_all_and_gives_an_empty_list_for_none() -> None:
    table = load([(["< 10"], ["1"]), (["< 20"], ["1"])], table='hitPolicy="COLLECT"')
    assert ask(table, x=1) == [1, 1]
    assert ask(table, x=50) == []


def test_collect_with_several_outputs_gives_contexts() -> None:
    table = load(
        [(["-"], ['"M1"', '"fail"']), (["> 5"], ['"G1"', '"evidence"'])],
        table='hitPolicy="COLLECT"',
        outputs=['name="code"', 'name="result"'],
    )
    assert ask(table, x=6) == [{"code": "M1", "result": "fail"}, {"code": "G1", "result": "evidence"}]


@pytest.mark.parametrize(
    ("aggregation", "some", "none"), [("SUM", 9, None), ("MIN", 2, None), ("MAX", 4, None), ("COUNT", 3, 0)]
)
def test_collect_with_aggregation(aggregation: str, some: int, none: int | None) -> None:
    rules = [(["< 10"], ["2"]), (["< 10"], ["4"]), (["< 10"], ["3"])]
    table = load(rules, table=f'hitPolicy="COLLECT" aggregation="{aggregation}"')
    assert ask(table, x=1) == some
    assert ask(table, x=10) == none


bounds = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 5)), min_size=1, max_size=8
)


@given(bounds, st.integers(0, 20))
def test_every_policy_agrees_with_its_description(rows: list[tuple[int, int, int]], x: int) -> None:
    rules = [([f"[{low}..{high}]"], [str(result)]) for low, high, result in rows]
    hits = [result for low, high, result in rows if low <= x <= high]
    order = [3, 1, 5, 2, 4]
    values = [",".join(map(str, order))]

    def answer(table: str) -> Any:
        return ask(load(rules, table=table, output_values=values), x=x)

    assert answer('hitPolicy="FIRST"') == (hits[0] if hits else None)
    assert answer('hitPolicy="RULE ORDER"') == hits
    assert answer('hitPolicy="COLLECT"') == hits
    assert answer('hitPolicy="OUTPUT ORDER"') == sorted(hits, key=order.index)
    assert answer('hitPolicy="PRIORITY"') == (min(hits, key=order.index) if hits else None)
    assert answer('hitPolicy="COLLECT" aggregation="SUM"') == (sum(hits) if hits else None)
    assert answer('hitPolicy="COLLECT" aggregation="COUNT"') == len(hits)
    for policy, right in (("UNIQUE", len(hits) <= 1), ("ANY", len(set(hits)) <= 1)):
        if right:
            assert answer(f'hitPolicy="{policy}"') == (hits[0] if hits else None)
        else:
            with pytest.raises(DecisionError):
                answer(f'hitPolicy="{policy}"')


# Cells and columns


def test_cells_read_names_rules_and_the_value() -> None:
    table = load([(['? > limit and may_block("GATE.A")', "-"], ['rule("LIMIT") + x'])], inputs=["x", "kind"])
    assert ask(table, x=5, limit=4, kind="a") == 8
    assert ask(table, x=3, limit=4, kind="a") is None
    assert table.names == {"x", "kind", "limit"}


def test_typed_column_reads_the_dates_of_plain_json_and_refuses_other_kinds() -> None:
    xml = dmn([(['< date("2026-12-01")'], ['"early"'])]).replace(b'id="e0"', b'id="e0" typeRef="date"')
    table = load_decisions(xml)["t"]
    assert ask(table, x="2026-11-24") == "early"
    assert ask(table, x="2026-12-24") is None
    with pytest.raises(DecisionError, match="type date received a number") as caught:
        ask(table, x=5)
    assert caught.value.element == "i0"


def test_value_outside_the_input_values_is_an_error() -> None:
    table = load([(['"a"'], ["1"])], input_values='"a","b"')
    assert ask(table, x="a") == 1
    assert ask(table, x=None) is None
    with pytest.raises(DecisionError, match="not among the input values"):
        ask(table, x="c")


def test_result_outside_the_output_values_is_an_error() -> None:
    table = load([(["1"], ['"a"']), (["2"], ['"c"'])], output_values=['"a","b"'])
    assert ask(table, x=1) == "a"
    with pytest.raises(DecisionError, match="not among the output values"):
        ask(table, x=2)


def test_error_while_evaluating_names_the_rule() -> None:
    table = load([(["> 5"], ["1"])])
    assert ask(table, x=6) == 1
    with pytest.raises(DecisionError) as caught:
        ask(table, x=None)
    assert caught.value.element == "r0"
    with pytest.raises(DecisionError) as caught:
        table.evaluate({}, ENV)
    assert caught.value.element == "i0"
    assert "x" in caught.value.message


def test_table_has_one_budget_for_all_its_cells() -> None:
    loop = "count(for i in 1..500 return i) > 0"
    table = load([([loop], ["1"])] * 20, table='hitPolicy="COLLECT"')
    assert table.evaluate({"x": 1}, ENV) == [1] * 20
    with pytest.raises(DecisionError, match="too many steps"):
        table.evaluate({"x": 1}, ENV, budget=5_000)


# Refusals

ONE = [(["-"], ["1"])]
REFUSED = {
    "unknown hit policy": (dmn(ONE, table='hitPolicy="BEST"'), "hitPolicy BEST", "dt"),
    "priority without output values": (
        dmn(ONE, table='hitPolicy="PRIORITY"'),
        "needs the output values",
        "dt",
    ),
    "output order without output values": (
        dmn(ONE, table='hitPolicy="OUTPUT ORDER"'),
        "needs the output",
        "dt",
    ),
    "ranges as priorities": (
        dmn(ONE, table='hitPolicy="PRIORITY"', output_values=["[1..3], 5"]),
        "range stands only",
        "o0",
    ),
    "aggregation without collect": (
        dmn(ONE, table='hitPolicy="FIRST" aggregation="SUM"'),
        "aggregation SUM",
        "dt",
    ),
    "unknown aggregation": (dmn(ONE, table='hitPolicy="COLLECT" aggregation="AVG"'), "aggregation AVG", "dt"),
    "aggregation of two outputs": (
        dmn(
            [(["-"], ["1", "2"])],
            table='hitPolicy="COLLECT" aggregation="SUM"',
            outputs=['name="a"', 'name="b"'],
        ),
        "2 outputs",
        "dt",
    ),
    "default of a list": (dmn(ONE, table='hitPolicy="COLLECT"', defaults=["1"]), "defaultOutputEntry", "dt"),
    "two outputs of one name": (
        dmn([(["-"], ["1", "2"])], outputs=['name="a"', 'name="a"']),
        "a name of its own",
        "dt",
    ),
    "missing cell": (dmn([([], ["1"])]), "0 \\+ 1 cells", "r0"),
    "empty output": (dmn([(["-"], [" "])]), "Empty output", "r0"),
    "no input expression": (dmn(ONE, inputs=[" "]), "no expression", "e0|i0"),
    "bad cell": (dmn([(["> "], ["1"])]), "not finished", "r0"),
    "unknown function": (dmn([(["-"], ["hack(1)"])]), "no function named hack", "r0"),
    "code in a cell": (dmn([(["-"], ['__import__("os").system("x")'])]), "the name __import__ cannot be used", "r0"),
    "other language": (
        dmn(ONE).replace(b'<decisionTable id="dt"', b'<decisionTable id="dt" expressionLanguage="juel"'),
        "expressionLanguage juel",
        "dt",
    ),
    "unknown type": (dmn(ONE, outputs=['name="y" typeRef="tMoney"']), "typeRef tMoney", "o0"),
    "cross table": (dmn(ONE, table='preferredOrientation="CrossTable"'), "CrossTable", "dt"),
    "required decision": (
        dmn(
            ONE,
            in_decision=(
                '<informationRequirement id="ir"><requiredDecision href="#o"/></informationRequirement>'
            ),
        ),
        "requiredDecision #o is not in this file",
        "ir",
    ),
    "knowledge model": (dmn(ONE, extra='<businessKnowledgeModel id="b"/>'), "businessKnowledgeModel", "b"),
    "import": (dmn(ONE, extra='<import id="im" namespace="x" importType="y"/>'), "import", "im"),
    "empty expression": (
        dmn(
            ONE,
            extra='<decision id="q"><literalExpression id="l"><text> </text></literalExpression></decision>',
        ),
        "expression is empty",
        "l",
    ),
    "context": (dmn(ONE, extra='<decision id="q"><context id="c"/></decision>'), "context is outside", "c"),
    "decision service": (dmn(ONE, extra='<decisionService id="s"/>'), "decisionService is outside", "s"),
    "kinds that name each other": (
        dmn(
            ONE,
            outputs=['name="y" typeRef="tA"'],
            extra='<itemDefinition id="k" name="tA"><typeRef>tB</typeRef></itemDefinition>'
            '<itemDefinition name="tB"><typeRef>tA</typeRef></itemDefinition>',
        ),
        "itemDefinition tA",
        "k|o0|d",
    ),
    "kind of a function": (
        dmn(
            ONE,
            outputs=['name="y" typeRef="tF"'],
            extra='<itemDefinition id="k" name="tF"><functionItem/></itemDefinition>',
        ),
        "functionItem is outside",
        "k",
    ),
    "decision that requires itself": (
        dmn(
            ONE,
            in_decision='<informationRequirement id="ir"><requiredDecision href="#t"/></informationRequirement>',
        ),
        "requires itself",
        "t",
    ),
    "decision without id": (dmn(ONE, extra="<decision/>"), "has no id", "d"),
    "same id twice": (dmn(ONE).replace(b"</definitions>", dmn(ONE).split(b'n">')[1]), "stands twice", "t"),
    "too many rules": (dmn(ONE * 501), "too large", "dt"),
    "not dmn": (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "not DMN", None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_right_is_refused_with_its_element(name: str) -> None:
    xml, message, element = REFUSED[name]
    with pytest.raises(DecisionError, match=message) as caught:
        load_decisions(xml)
    assert caught.value.element in (element.split("|") if element else [None])
    assert all(fault.message and fault.message_en for fault in caught.value.faults)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(DecisionError) as caught:
        load_decisions(dmn([(["> "], ["1"]), (["-"], ["hack(1)"])], table='hitPolicy="BEST"'))
    assert [fault.element for fault in caught.value.faults] == ["r0", "r1", "dt"]


def test_harmless_parts_of_a_file_are_read_over() -> None:
    extra = '<inputData id="x"/><knowledgeSource id="k"/><textAnnotation id="a"/>'
    required = '<informationRequirement id="ir"><requiredInput href="#x"/></informationRequirement>'
    assert ask(load(ONE, extra=extra, in_decision=f'<variable name="t"/>{required}'), x=1) == 1


def test_hostile_xml_is_refused() -> None:
    with pytest.raises(RefusedXml):
        load_decisions(b"<!DOCTYPE definitions><definitions/>")


# Expressions, requirements, kinds

SUM = """<inputData id="n" name="Số năm"><variable name="Số năm" typeRef="tYears"/></inputData>
<itemDefinition name="tYears"><typeRef>number</typeRef><allowedValues><text>&gt;= 0</text></allowedValues></itemDefinition>
<itemDefinition name="tPerson"><itemComponent name="born"><typeRef>date</typeRef></itemComponent>
<itemComponent name="awards" isCollection="true"><typeRef>string</typeRef></itemComponent></itemDefinition>
<decision id="base" name="Mức nền"><variable name="Mức nền" typeRef="number"/>
<informationRequirement><requiredInput href="#n"/></informationRequirement>
<literalExpression><text>Số năm * 10</text></literalExpression></decision>"""
NEEDS = '<informationRequirement id="ir"><requiredDecision href="#base"/></informationRequirement>'


def test_decision_that_is_one_expression_is_computed() -> None:
    decisions = load_decisions(dmn(ONE, extra=SUM))
    assert decisions["base"].evaluate({"Số năm": 3}, ENV) == 30
    assert decisions["base"].names == {"Số năm"}


def test_decision_reads_the_answers_of_those_it_requires() -> None:
    table = load([(["> 20"], ["Mức nền + 1"]), (["-"], ["0"])], inputs=["Mức nền"], extra=SUM, in_decision=NEEDS,
                 table='hitPolicy="FIRST"')
    assert table.evaluate({"Số năm": 3}, ENV) == 31
    assert table.evaluate({"Số năm": 2}, ENV) == 0
    assert table.names == {"Số năm"}


def test_input_of_a_declared_kind_is_checked_before_anything_is_computed() -> None:
    base = load_decisions(dmn(ONE, extra=SUM))["base"]
    assert base.evaluate({"Số năm": 0}, ENV) == 0
    assert base.evaluate({"Số năm": 1.5}, ENV) == 15
    for value, message in ((-1, "not among the values of the type tYears"), ("x", "type number received a string")):
        with pytest.raises(DecisionError, match=message) as caught:
            base.evaluate({"Số năm": value}, ENV)
        assert caught.value.element == "base"


def test_context_of_a_declared_kind_holds_its_entries_and_reads_dates() -> None:
    extra = SUM + (
        '<inputData id="p" name="person"><variable name="person" typeRef="tPerson"/></inputData>'
        '<decision id="age" name="age"><informationRequirement><requiredInput href="#p"/></informationRequirement>'
        "<literalExpression><text>2026 - person.born.year + count(person.awards)</text></literalExpression></decision>"
    )
    age = load_decisions(dmn(ONE, extra=extra))["age"]
    assert age.evaluate({"person": {"born": "1980-01-02", "awards": ["GK"], "more": 1}}, ENV) == 47
    for person, message in (
        ({"born": "1980-01-02"}, "lacks the entry awards"),
        ({"born": "1980-01-02", "awards": "GK"}, "list"),
        ({"born": "1980-01-02", "awards": [1]}, "received a number"),
        ({"born": 5, "awards": []}, "type date received a number"),
        ("x", "received a string"),
    ):
        with pytest.raises(DecisionError, match=message):
            age.evaluate({"person": person}, ENV)


def test_whole_numbers_are_whole() -> None:
    table = load([(["1"], ['"one"']), (["> 1"], ['"more"'])], kinds=["integer"])
    assert ask(table, x=2) == "more"
    with pytest.raises(DecisionError, match="type whole number"):
        ask(table, x=2.5)


def test_long_chain_of_decisions_is_refused() -> None:
    def chain(length: int) -> bytes:
        extra = "".join(
            f'<decision id="c{n}" name="c{n}"><informationRequirement><requiredDecision href="#c{n + 1}"/>'
            f"</informationRequirement><literalExpression><text>c{n + 1} + 1</text></literalExpression></decision>"
            for n in range(length)
        )
        last = f'<decision id="c{length}" name="c{length}"><literalExpression><text>1</text></literalExpression></decision>'
        return dmn(ONE, extra=extra + last)

    assert load_decisions(chain(15))["c0"].evaluate({}, ENV) == 16
    with pytest.raises(DecisionError, match="More than 20 decisions"):
        load_decisions(chain(200))


def test_what_many_decisions_require_is_computed_once() -> None:
    """Each step asks the one before twice: without keeping answers this is 2 ** 18 evaluations."""
    extra = '<decision id="d0" name="d0"><literalExpression><text>1</text></literalExpression></decision>'
    for n in range(1, 18):
        extra += (
            f'<decision id="d{n}" name="d{n}"><informationRequirement><requiredDecision href="#d{n - 1}"/>'
            f'</informationRequirement><informationRequirement><requiredDecision href="#d{max(n - 2, 0)}"/>'
            f"</informationRequirement><literalExpression><text>d{n - 1} + d{max(n - 2, 0)}</text>"
            "</literalExpression></decision>"
        )
    decision = load_decisions(dmn(ONE, extra=extra))["d17"]
    assert decision.evaluate({}, ENV, budget=400) == 4181 - 0


def test_layers_that_all_require_each_other_cost_no_more_than_they_are() -> None:
    """Fifteen layers of ten: read way by way, that is ten to the fifteenth."""
    extra = ""
    for layer, n in ((a, b) for a in range(15) for b in range(10)):
        below = range(10) if layer else ()
        needs = "".join(
            f'<informationRequirement><requiredDecision href="#d{layer - 1}_{m}"/></informationRequirement>' for m in below
        )
        text = " + ".join([f"d{layer - 1}_{m}" for m in below] or ["x"])
        extra += f'<decision id="d{layer}_{n}" name="d{layer}_{n}">{needs}<literalExpression><text>{text}</text>'
        extra += "</literalExpression></decision>"
    for layer in range(15):
        parts = "".join(
            f'<itemComponent name="c{n}"><typeRef>{f"k{layer - 1}" if layer else "number"}</typeRef></itemComponent>'
            for n in range(10)
        )
        extra += f'<itemDefinition name="k{layer}">{parts}</itemDefinition>'
    decisions = load_decisions(dmn(ONE, extra=extra, outputs=['name="y" typeRef="k14"']))
    top = decisions["d14_0"]
    assert top.names == {"x"}
    assert top.evaluate({"x": 1}, ENV) == 10**14


# What dmn-js writes


def test_table_as_the_editor_writes_it() -> None:
    xml = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{DMN}" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
  xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0" xmlns:camunda="http://camunda.org/schema/1.0/dmn"
  xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="Definitions_1" name="DRD"
  namespace="http://camunda.org/schema/1.0/dmn" exporter="dmn-js (https://demo.bpmn.io/dmn)" exporterVersion="17.0.0">
  <decision id="Decision_1" name="Hình thức" camunda:historyTimeToLive="180">
    <decisionTable id="DecisionTable_1" hitPolicy="COLLECT" aggregation="SUM" biodi:annotationsWidth="300">
      <input id="Input_1" label="Số năm" biodi:width="192" camunda:inputVariable="v">
        <inputExpression id="InputExpression_1" typeRef="number" expressionLanguage="feel"><text>years</text></inputExpression>
        <inputValues id="UnaryTests_9"><text>0, 1, 2, 3, 4</text></inputValues>
      </input>
      <input id="Input_2" label="Ngày"><inputExpression id="InputExpression_2" typeRef="date"><text>day</text>
        </inputExpression></input>
      <output id="Output_1" label="Điểm" name="points" typeRef="number" biodi:width="192">
        <outputValues id="UnaryTests_8"><text>1, 2</text></outputValues></output>
      <annotation name="Ghi chú"/>
      <rule id="DecisionRule_1"><description>ghi chú</description>
        <inputEntry id="UnaryTests_1" expressionLanguage="feel"><text>[1..3]</text></inputEntry>
        <inputEntry id="UnaryTests_2"><text>date("2026-01-01")</text></inputEntry>
        <outputEntry id="LiteralExpression_1"><text>1</text></outputEntry>
        <annotationEntry><text>một</text></annotationEntry></rule>
      <rule id="DecisionRule_2"><inputEntry id="UnaryTests_3"><text></text></inputEntry>
        <inputEntry id="UnaryTests_4"><text>&gt;= date("2026-01-01")</text></inputEntry>
        <outputEntry id="LiteralExpression_2"><text>2</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="Decision_1"/></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>""".encode()
    table = load_decisions(xml)["Decision_1"]
    assert table.evaluate({"years": 2, "day": "2026-01-01"}, ENV) == 3
    assert table.evaluate({"years": 4, "day": "2026-01-02"}, ENV) == 2
    assert table.evaluate({"years": 4, "day": "2025-01-02"}, ENV) is None
    with pytest.raises(DecisionError, match="not among the input values"):
        table.evaluate({"years": 9, "day": "2026-01-01"}, ENV)
