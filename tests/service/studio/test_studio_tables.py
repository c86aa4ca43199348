"""Decision tables in the studio: looked over whatever the file is, and one row tried with today's rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.awards.facts import fact_keys
from service.awards.rules import rules_on
from service.studio.tables import Asked, read_inputs, review, try_row
from tests.journeys.office import Office
from tests.workflows.tables import dmn
from workflows.problems import Problem
from workflows.table_trial import Trial

ELIGIBILITY = (Path(__file__).parents[3] / "bpmn/eligibility.dmn").read_bytes()


def tried(content: bytes, inputs: dict[str, Any], **more: Any) -> Trial:
    """Try a row that can be tried."""
    found = try_row(content, "t", inputs, **more)
    assert isinstance(found, Trial)
    return found


def test_review_of_a_file_gives_problems_and_what_each_table_leaves_open(office: Office) -> None:
    found = review(dmn([(["< 5"], ["1"]), (["> 5"], ["2"])]))
    assert [(p.code, p.element) for p in found.problems] == [("table-gap", "t")]
    assert found.tables["t"].gaps[0].tests == ("5",)
    assert found.tables["t"].gaps[0].example == (5,)


def test_shipped_table_collects_and_so_has_no_gap(office: Office) -> None:
    found = review(ELIGIBILITY)
    assert found.problems == ()
    assert found.tables["eligibility"].policy == "COLLECT"
    assert found.tables["eligibility"].unknown


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xml-not-xml"),
        (b"MZ\x90\x00\x03", "xml-not-xml"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "xml-doctype"),
        (b"<x/>", "bad-decision"),
        (dmn([(["> "], ["1"])]), "bad-decision"),
    ],
)
def test_file_that_is_no_table_is_a_problem_and_never_a_crash(content: bytes, code: str) -> None:
    assert [p.code for p in review(content).problems] == [code]
    found = try_row(content, "t", {})
    assert isinstance(found, tuple)
    assert [p.code for p in found] == [code]
    assert all(isinstance(p, Problem) and p.message and p.message_en for p in found)


def test_unknown_table_is_named() -> None:
    found = try_row(dmn([(["-"], ["1"])]), "other", {})
    assert isinstance(found, tuple)
    assert [p.code for p in found] == ["unknown-decision"]
    assert "other" in found[0].message


def test_row_is_tried_with_the_rules_the_gates_and_the_dates_in_force(office: Office) -> None:
    rules = rules_on(date(2026, 11, 3))
    limit = rules.values["LEADER_MAX_RATIO"]
    gate = next(key for key, blocks in rules.blocking.items() if blocks)
    content = dmn(
        [(['> rule("LEADER_MAX_RATIO")'], ['"many"']), (['<= rule("LEADER_MAX_RATIO")'], [f'may_block("{gate}")'])]
    )
    assert tried(content, {"x": limit + 1}).answer == "many"
    trial = tried(content, {"x": limit})
    assert trial.answer is True
    assert [(rule.row, rule.fits, rule.against) for rule in trial.rules] == [(1, False, (1,)), (2, True, ())]
    dated = dmn([(['<= round_date("filing").year'], ["1"]), (["-"], ["2"])], table='hitPolicy="FIRST"')
    assert tried(dated, {"x": 2026}, dates={"filing": date(2026, 12, 1)}).answer == 1
    assert tried(dated, {"x": 2026}).fault is not None


def test_shipped_table_can_be_tried(office: Office) -> None:
    facts = dict.fromkeys(fact_keys())
    inputs = {"stage": "HANG_NAM", "subject_group": "A", "kind": "INDIVIDUAL", "form_asked": "GK_XA", "facts": facts}
    found = try_row(ELIGIBILITY, "eligibility", inputs)
    assert isinstance(found, Trial)
    assert found.fault is None
    assert [line["code"] for line in found.answer] == [rule.gives[0] for rule in found.rules if rule.gives]


def test_review_compares_with_the_rules_in_force(office: Office) -> None:
    limit = rules_on(date(2026, 11, 3)).values["LEADER_MAX_RATIO"]
    content = dmn([(['< rule("LEADER_MAX_RATIO")'], ["1"]), (['> rule("LEADER_MAX_RATIO")'], ["2"])])
    assert review(content).tables["t"].gaps[0].example == (limit,)


def test_review_says_what_a_table_asks_for(office: Office) -> None:
    content = dmn(
        [(["> limit", "-"], ["facts.years"])], inputs=["x", "facts.level"], kinds=["number", "string"], input_values='"a"'
    )
    assert review(content).asks["t"] == (
        Asked("facts.level", "facts.level", "string", '"a"'),
        Asked("facts.years", "facts.years", None, None),
        Asked("limit", "limit", None, None),
        Asked("x", "x", "number", '"a"'),
    )


def test_review_says_which_days_of_the_calendar_a_table_asks_for(office: Office) -> None:
    rows = [(['<= round_date("filing").year'], ["1"]), (["-"], ['round_date("checking")'])]
    assert review(dmn(rows, table='hitPolicy="FIRST"')).dates["t"] == ("checking", "filing")
    assert review(dmn([(["1"], ["1"])])).dates["t"] == ()


def test_what_is_typed_becomes_data() -> None:
    asked = [
        *(Asked(path, path, None, None) for path in ("a", "facts.n", "facts.deep.flag", "facts", "gone", "word")),
        Asked("s", "s", "string", None), Asked("day", "day", "date", None), Asked("n", "n", "number", None),
    ]
    texts = {"a": " 1.5 ", "facts.n": "2", "facts.deep.flag": "true", "word": "đạt", "s": "7", "day": "2026-11-03", "n": "x"}
    assert read_inputs(asked, texts) == {
        "a": 1.5, "facts": {"n": 2, "deep": {"flag": True}}, "gone": None, "word": "đạt", "s": "7", "day": "2026-11-03", "n": "x",
    }
    assert read_inputs([Asked("a", "a", None, None)], {"a": "[" * 100_000}) == {"a": "[" * 100_000}
    assert read_inputs([Asked("a", "a", "list", None)], {"a": "[1, 2]"}) == {"a": [1, 2]}
