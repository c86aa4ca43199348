"""Gaps and overlaps of decision tables: found exactly, judged by the table itself, and never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.tables import ENV, dmn, load
from workflows import engine
from workflows.decision_table import DecisionTable
from workflows.decisions import DecisionError
from workflows.definition import Known, check_bundle, read_definition
from workflows.problems import Problem, Problems
from workflows.table_checks import table_problems
from workflows.table_review import Review, review_table
from workflows.table_trial import try_table


def look(cells: Sequence[Sequence[str] | str], **kwargs: Any) -> Review:
    """Review a table whose rules have these input cells."""
    return review_table(table_of(cells, **kwargs))


def table_of(cells: Sequence[Sequence[str] | str], **kwargs: Any) -> DecisionTable:
    rules = [([row] if isinstance(row, str) else list(row), [str(n)]) for n, row in enumerate(cells)]
    return load(rules, **kwargs)


def faults(table: DecisionTable, *, used: bool) -> list[Problem]:
    return table_problems(table, review_table(table), used=used)


def gaps(found: Review) -> list[tuple[str, ...]]:
    return [region.tests for region in found.gaps]


def pairs(found: Review) -> list[tuple[int, int]]:
    return [overlap.rows for overlap in found.overlaps]


# One column of each kind


@pytest.mark.parametrize(
    ("cells", "kind", "left"),
    [
        (["< 10", ">= 10"], None, []),
        (["< 10", "> 10"], None, ["10"]),
        (["[0..10]", "(12..20]"], None, ["< 0, (10..12], > 20"]),
        (["[1..5]", "[6..10]", "< 1", "> 10"], "number", ["(5..6)"]),
        (["[1..5]", "[6..10]", "< 1", "> 10"], "integer", []),
        (["not(5)"], None, ["5"]),
        (["not([1..3], 7)"], None, ["[1..3], 7"]),
        (["1, 2", "[3, 4]", "> 4"], None, ["< 1, (1..2), (2..3), (3..4)"]),
        (["? >= 3", "? < 1 or ? = 2"], None, ["[1..2), (2..3)"]),
        (["? in [1..3]", "? between 4 and 5"], "integer", ["< 1, > 5"]),
        (['"a"', '"b","c"'], None, ['not("a", "b", "c")']),
        (['"a"', 'not("a")'], None, []),
        (['"a"', "-"], None, []),
        (['< "m"', '> "m"'], None, ['"m"']),
        (["true"], None, ["false"]),
        (["true", "false"], None, []),
        (["null", "< 5", "> 5"], None, ["5"]),
        (["< 5", ">= 5", "null"], None, []),
        (["not(null)"], None, ["null"]),
        (['< date("2026-01-01")', '> date("2026-01-01")'], "date", ['date("2026-01-01")']),
        (['<= date("2026-01-01")', '>= date("2026-01-02")'], "date", []),
        (['<= @"2026-01-01"', '>= @"2026-01-03"'], "date", ['(date("2026-01-01")..date("2026-01-03"))']),
        (['< time("08:00:00")', '> time("17:00:00")'], "time", ['[time("08:00:00")..time("17:00:00")]']),
        (['<= duration("P5D")'], "dayTimeDuration", ['> duration("P5D")']),
        (['<= duration("P1Y")', '> duration("P13M")'], "yearMonthDuration", ['duration("P1Y1M")']),
        (["-"], None, []),
        ([], None, ["-"]),
    ],
)
def test_gaps_of_one_column(cells: list[str], kind: str | None, left: list[str]) -> None:
    found = look(cells, kinds=[kind])
    assert found.unknown == ()
    assert [tests[0] for tests in gaps(found)] == left
    assert found.complete is not bool(left)


def test_values_that_a_column_takes_bound_what_can_be_left_out() -> None:
    assert gaps(look(['"a"'])) == [('not("a")',)]
    assert gaps(look(['"a"'], input_values='"a","b"')) == [('"b"',)]
    assert look(['"a"', '"b"'], input_values='"a","b"').complete is True
    kinds = '<itemDefinition name="tL"><typeRef>string</typeRef><allowedValues><text>"a","b"</text></allowedValues></itemDefinition>'
    assert gaps(look(['"a"'], kinds=["tL"], extra=kinds)) == [('"b"',)]
    assert gaps(look(["< 5"], input_values="[0..10]")) == [("[5..10]",)]
    data = kinds + '<inputData id="d1" name="x"><variable name="x" typeRef="tL"/></inputData>'
    needs = '<informationRequirement id="ir"><requiredInput href="#d1"/></informationRequirement>'
    assert gaps(look(['"a"'], extra=data, in_decision=needs)) == [('"b"',)]


def test_gaps_of_several_columns_are_boxes_as_large_as_they_can_be() -> None:
    found = look([["< 18", "-"], [">= 18", '"yes"']], inputs=["age", "agrees"])
    assert gaps(found) == [(">= 18", 'not("yes")')]
    assert found.gaps[0].example[0] == 18
    assert found.gaps[0].words == 'age: >= 18; agrees: not("yes")'
    assert found.gaps[0].sample == 'age = 18; agrees = "khác"'
    found = look([["< 5", "true"], [">= 5", "false"]], inputs=["n", "b"])
    assert sorted(gaps(found)) == [("< 5", "false"), (">= 5", "true")]


def test_columns_that_ask_the_same_are_one() -> None:
    found = look([["< 5", "-"], ["-", ">= 5"]], inputs=["n", " n "])
    assert found.complete is True
    assert found.overlaps == ()
    found = look([["< 5", "-"], ["-", "> 5"]], inputs=["n", "n"])
    assert gaps(found) == [("5", "5")]


# Overlaps


def test_overlaps_name_the_rows_where_they_meet_and_what_follows() -> None:
    found = look([["< 10", '"a"'], ["[5..20]", "-"], ["> 20", "-"]], inputs=["n", "s"])
    assert pairs(found) == [(1, 2)]
    overlap = found.overlaps[0]
    assert overlap.rules == ("r0", "r1")
    assert overlap.region.tests == ("[5..10)", '"a"')
    assert overlap.effect == "clash"


@pytest.mark.parametrize(
    ("policy", "values", "effect"),
    [
        ('hitPolicy="UNIQUE"', None, "clash"),
        ('hitPolicy="ANY"', None, "clash"),
        ('hitPolicy="FIRST"', None, "first"),
        ('hitPolicy="PRIORITY"', "0,1", "best"),
        ('hitPolicy="RULE ORDER"', None, "all"),
        ('hitPolicy="OUTPUT ORDER"', "0,1", "all"),
        ('hitPolicy="COLLECT"', None, "all"),
        ('hitPolicy="COLLECT" aggregation="SUM"', None, "added"),
    ],
)
def test_overlap_means_what_the_hit_policy_makes_of_it(policy: str, values: str | None, effect: str) -> None:
    found = look(["< 10", "< 5"], table=policy, output_values=[values])
    assert [overlap.effect for overlap in found.overlaps] == [effect]


def test_any_table_may_overlap_where_the_results_are_the_same() -> None:
    def effects(*results: str) -> list[str]:
        table = load([(["< 10"], [results[0]]), (["< 5"], [results[1]])], table='hitPolicy="ANY"')
        return [overlap.effect for overlap in review_table(table).overlaps]

    assert effects("1", "1.0") == ["same"]
    assert effects("x + 1", "x  +  1") == ["same"]
    assert effects("x + 1", "2") == ["maybe"]
    assert effects("1", "2") == ["clash"]


def test_row_that_never_answers_is_told_of_a_first_table() -> None:
    first = 'hitPolicy="FIRST"'
    assert look(["< 5", "< 3", "-"], table=first).hidden == (2,)
    assert look(["< 5", ">= 5", "-"], table=first).hidden == (3,)
    assert look(["< 5", "< 7", "-"], table=first).hidden == ()
    assert look(["< limit", "< 3", "-"], table=first).hidden == ()


# What is not known


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("> limit", "compares with data (limit)"),
        ('> rule("LIMIT")', "known only when it runs (rule)"),
        ("> working_days(3)", "known only when it runs (working_days)"),
        ('contains(?, "x")', "computes with the value"),
        ("? * 2 > 5", "computes with the value"),
        ("1 / 0", "cannot be computed"),
        ("{a: 1}", "takes lists or contexts"),
    ],
)
def test_what_is_not_known_is_said_and_not_guessed(cell: str, why: str) -> None:
    found = look([cell])
    assert found.complete is None
    assert found.gaps == ()
    assert why in found.unknown[0].message_en
    assert found.unknown[0].message


def test_what_is_known_is_told_in_spite_of_a_cell_that_is_not() -> None:
    found = look([["< 5", "> limit"], ["[5..9]", "-"], ["[9..10]", "-"]], inputs=["n", "m"])
    assert gaps(found) == [("> 10", "-")]
    assert pairs(found) == [(2, 3)]
    assert [(u.row, u.column) for u in found.unknown] == [(1, "m")]
    found = look([["-", "> limit"], ["-", "-"]], inputs=["n", "m"])
    assert found.complete is True
    assert pairs(found) == []


def test_rules_that_are_known_are_compared_with_as_they_stand() -> None:
    table = table_of(['< rule("LIMIT")', '> rule("LIMIT")', "> 8"])
    assert review_table(table).complete is None
    found = review_table(table, ENV)
    assert gaps(found) == [("3",)]
    assert pairs(found) == [(2, 3)]
    assert found.unknown == ()
    found = review_table(table_of(['< rule("NONE")']), ENV)
    assert found.unknown[0].row == 1
    assert review_table(table_of(["> working_days(3)"]), ENV).complete is None


def test_cells_of_several_kinds_and_columns_of_the_same_data_are_said() -> None:
    assert "several kinds" in look(["1", '"a"']).unknown[0].message_en
    assert "several kinds" in look(['"2026-01-01"'], kinds=["date"]).unknown[0].message_en
    found = look([["< 5", "-"], ["-", "> 3"]], inputs=["n", "n + 1"])
    assert (found.complete, found.gaps, found.overlaps) == (None, (), ())
    assert "the same data" in found.unknown[0].message_en
    assert look([["true"]], inputs=["true"]).complete is None


def test_large_tables_are_looked_over_or_said_to_be_too_large() -> None:
    rules = [[f"[{n * 10}..{n * 10 + 9})", f"{n % 7}", f'"{n % 5}"', "-", "true"] for n in range(150)]
    found = look(rules, inputs=["a", "b", "c", "d", "e"])
    assert found.complete is False
    assert found.unknown == ()
    assert found.overlaps == ()
    whole = [[f"[{n * 10}..{n * 10 + 10})"] for n in range(150)]
    assert look([*whole, ["< 0"], [">= 1500"]]).complete is True
    many = look([[", ".join(f"{n * 10 + i}" for i in range(10))] for n in range(300)])
    assert many.complete is None
    assert "too many" in many.unknown[0].message_en
    # Every rule cares about other columns, so that nothing can be put together.
    rules = [["-"] * 24 for _ in range(300)]
    for n, row in enumerate(rules):
        for place in range(24):
            if (n * 2654435761 >> place) & 1:
                row[place] = str((n * 31 + place * 17) % 5)
    found = look(rules, inputs=[f"x{n}" for n in range(24)])
    assert found.complete is not True


# Against the table itself

CELLS = {
    "n": ["-", "< 3", ">= 3", "3", "[1..4]", "(1..4)", "not(2)", "1, 3", "not([1..3])", "? > 1 and ? <= 4"],
    "s": ["-", '"a"', '"b"', '"a","b"', 'not("a")', 'not("a","b")', '? = "a"'],
    "b": ["-", "true", "false", "not(true)"],
}
SAMPLES = [
    {"n": n, "s": s, "b": b}
    for n, s, b in product([0, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5], ["a", "b", "z"], [True, False])
]
rows = st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in CELLS)), min_size=1, max_size=6)


@settings(max_examples=150)
@given(rows)
def test_review_agrees_with_what_the_table_does(cells: list[tuple[str, ...]]) -> None:
    table = table_of(cells, inputs=list(CELLS), table='hitPolicy="RULE ORDER"')
    found = review_table(table)
    assert found.unknown == ()
    hits = [table.evaluate(sample, ENV) for sample in SAMPLES]
    assert found.complete is all(hits)
    for region in found.gaps:
        assert table.evaluate(dict(zip(CELLS, region.example, strict=True)), ENV) == []
        within = load([(list(region.tests), ["1"])], inputs=list(CELLS))
        assert not any(hit and within.evaluate(sample, ENV) for sample, hit in zip(SAMPLES, hits, strict=True))
    met = {pair for hit in hits for pair in product(hit, hit) if pair[0] < pair[1]}
    assert {(a - 1, b - 1) for a, b in pairs(found)} == met
    for overlap in found.overlaps:
        answer = table.evaluate(dict(zip(CELLS, overlap.region.example, strict=True)), ENV)
        assert {row - 1 for row in overlap.rows} <= set(answer)


# As problems


def test_gap_stops_only_where_the_answer_is_read() -> None:
    table = table_of(["< 5", "> 5"])
    assert [(p.code, p.severity, p.element) for p in faults(table, used=True)] == [("table-gap", "error", "t")]
    assert [(p.code, p.severity) for p in faults(table, used=False)] == [("table-gap-unused", "warning")]
    assert "ví dụ x = 5 (x: 5)" in faults(table, used=True)[0].message
    assert "such as x = 5 (x: 5)" in faults(table, used=True)[0].message_en
    assert faults(table_of(["< 5", ">= 5"]), used=True) == []
    assert faults(table_of(["< 5", "> 5"], defaults=["0"]), used=True) == []
    for policy in ("COLLECT", "RULE ORDER"):
        assert faults(table_of(["< 5", "> 5"], table=f'hitPolicy="{policy}"'), used=True) == []


def test_overlap_is_a_problem_where_the_table_would_stop() -> None:
    problems = faults(table_of(["<= 5", ">= 5"]), used=True)
    assert [(p.code, p.element) for p in problems] == [("table-overlap", "r1")]
    assert "1 (r0)" in problems[0].message
    assert "2 (r1)" in problems[0].message_en
    problems = faults(table_of(["<= 5", ">= 5"], table='hitPolicy="ANY"'), used=True)
    assert [p.code for p in problems] == ["table-clash"]
    assert faults(table_of(["<= 5", ">= 5"], table='hitPolicy="FIRST"'), used=True) == []
    hidden = faults(table_of(["-", ">= 5"], table='hitPolicy="FIRST"'), used=True)
    assert [(p.code, p.severity, p.element) for p in hidden] == [("table-row-hidden", "warning", "r1")]


PROCESS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><process id="p" isExecutable="true"><startEvent id="s"/>
<businessRuleTask id="b" camunda:decisionRef="{}" camunda:resultVariable="r"/><endEvent id="e"/>
<sequenceFlow id="f" sourceRef="s" targetRef="b"/><sequenceFlow id="g" sourceRef="b" targetRef="e"/></process>
</definitions>"""


def bundle(table: bytes, asked: str = "t") -> dict[str, bytes]:
    """A process with one business rule task that asks a table."""
    return {"p.bpmn": PROCESS.format(asked).encode(), "t.dmn": table}


def test_gate_refuses_a_table_with_a_gap_and_what_runs_is_read_all_the_same() -> None:
    whole = bundle(dmn([(["< 5"], ["1"]), ([">= 5"], ["2"])]))
    assert read_definition(whole, main="p", known=Known()).warnings == ()
    gap = bundle(dmn([(["< 5"], ["1"]), (["> 5"], ["2"])]))
    with pytest.raises(Problems) as caught:
        read_definition(gap, main="p", known=Known())
    assert [(p.code, p.element) for p in caught.value.problems] == [("table-gap", "t")]
    assert read_definition(gap, main="p").main == "p"
    overlap = bundle(dmn([(["<= 5"], ["1"]), ([">= 5"], ["2"])]))
    assert [p.code for p in check_bundle(overlap, main="p", known=Known())] == ["table-overlap"]


def test_gate_knows_which_tables_are_read_through_others() -> None:
    other = (
        '<decision id="sum" name="sum"><informationRequirement><requiredDecision href="#t"/></informationRequirement>'
        "<literalExpression><text>T + 1</text></literalExpression></decision>"
        '<decision id="none" name="none"><literalExpression><text>1</text></literalExpression></decision>'
    )
    table = dmn([(["< 5"], ["1"])], extra=other)
    assert [p.code for p in check_bundle(bundle(table, "sum"), main="p", known=Known())] == ["table-gap"]
    assert [p.code for p in check_bundle(bundle(table, "none"), main="p", known=Known())] == ["table-gap-unused"]


def test_process_runs_on_the_answer_of_an_expression() -> None:
    extra = '<decision id="sum" name="sum"><literalExpression><text>1 + 1</text></literalExpression></decision>'
    definition = read_definition(bundle(dmn([(["-"], ["1"])], extra=extra), "sum"), main="p", known=Known())
    _, step = engine.start(definition, {}, ENV)
    assert step.results["r"] == 2


# One row tried


def test_trial_tells_which_rules_fit_and_which_cells_are_against_the_others() -> None:
    table = table_of([["< 5", '"a"'], ["-", '"b"'], ["> 3", "-"]], inputs=["n", "s"])
    trial = try_table(table, {"n": 4, "s": "b"}, ENV)
    assert [(r.row, r.id, r.fits, r.against, r.gives) for r in trial.rules] == [
        (1, "r0", False, (2,), None),
        (2, "r1", True, (), (1,)),
        (3, "r2", True, (), (2,)),
    ]
    assert [(i.label, i.value) for i in trial.inputs] == [("n", 4), ("s", "b")]
    assert trial.answer is None
    assert trial.fault is not None
    assert "UNIQUE" in trial.fault.message
    assert trial.element == "r2"
    trial = try_table(table, {"n": 2, "s": "a"}, ENV)
    assert (trial.answer, trial.fault) == (0, None)


@pytest.mark.parametrize(
    ("policy", "answer"),
    [
        ("FIRST", 1),
        ("PRIORITY", 2),
        ("RULE ORDER", [1, 2]),
        ("OUTPUT ORDER", [2, 1]),
        ("COLLECT", [1, 2]),
        ('COLLECT" aggregation="SUM', 3),
        ('COLLECT" aggregation="COUNT', 2),
    ],
)
def test_trial_answers_as_the_hit_policy_does(policy: str, answer: Any) -> None:
    table = table_of(["> 9", "-", "< 5"], table=f'hitPolicy="{policy}"', output_values=["2,1,0"])
    trial = try_table(table, {"x": 1}, ENV)
    assert trial.answer == answer
    assert [rule.fits for rule in trial.rules] == [False, True, True]


def test_trial_says_which_cell_cannot_be_asked_and_answers_as_the_table_would() -> None:
    table = table_of([['"a"', "> 5"], ["-", "-"]], inputs=["s", "n"], table='hitPolicy="FIRST"')
    trial = try_table(table, {"s": "b", "n": "word"}, ENV)
    assert trial.rules[0].against == (1,)
    assert "does not fit" in trial.rules[0].faults[2].message_en
    assert trial.answer == 1  # the first cell says no before the second is asked
    trial = try_table(table, {"s": "a", "n": "word"}, ENV)
    assert trial.fault is not None
    assert trial.element == "r0"
    trial = try_table(table, {"s": "a"}, ENV)
    assert trial.inputs[1].fault is not None
    assert "n" in trial.inputs[1].fault.message
    assert trial.rules[0].faults[2] == trial.inputs[1].fault


def test_trial_computes_what_the_table_requires() -> None:
    needs = '<informationRequirement id="ir"><requiredDecision href="#b"/></informationRequirement>'
    extra = '<decision id="b" name="base"><literalExpression><text>n * 2</text></literalExpression></decision>'
    table = table_of(["< 5", ">= 5"], inputs=["base"], extra=extra, in_decision=needs)
    trial = try_table(table, {"n": 3}, ENV)
    assert (trial.inputs[0].value, trial.answer) == (6, 1)
    broken = try_table(table, {}, ENV)
    assert (broken.rules, broken.element) == ((), "b")
    with pytest.raises(DecisionError):
        table.evaluate({}, ENV)
