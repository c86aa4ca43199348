"""What can never fit is told without running it, and what can is left alone: the two never disagree over real values."""

from __future__ import annotations

import pytest
from running import Clock, world

from workflows.feel import FeelError, compile_expression, compile_unary
from workflows.feel.types import (
    BOOLEAN,
    NUMBER,
    STRING,
    Type,
    context,
    list_of,
    one,
    read_cell,
    read_type,
    texts,
)

NAMES: dict[str, Type] = {
    "score": NUMBER,
    "name": STRING,
    "done": BOOLEAN,
    "decision": texts(["go", "stop"], "null"),
    "day": STRING,
    "maybe": one("number", "null"),
    "items": list_of(context({"price": NUMBER, "label": STRING})),
    "facts": context({"years": NUMBER, "path": texts(["a", "b"])}),
}
DATA = {
    "score": 7, "name": "An", "done": True, "decision": "go", "day": "2026-03-02", "maybe": 3,
    "items": [{"price": 3, "label": "x"}, {"price": 5, "label": "y"}], "facts": {"years": 2, "path": "a"},
}  # fmt: skip

FITS = [
    "score > 5", 'decision = "go"', "decision = null", "done", "not(done)", "score + facts.years", 'name + "x"',
    "if done then score else 0", "items[price > 3]", "items[1].label", "count(items)", "sum(items.price)",
    "some x in items satisfies x.price > 3", "for x in items return x.label", "score in [1..9]", "score in (1, 7)",
    'decision in ("go", "stop")', "date(day) > today()", 'date(day) + duration("P3D")', "now() - duration(\"PT2H\")",
    "score between 1 and 9", "maybe > 1", "string length(name) > 1", 'list contains(["a"], facts.path)', "{a: 1, b: a + 1}.b",
    "-score", "score ** 2", 'duration("P1D") * 2', 'facts.path = "a" or facts.years > 1', "every x in [1, 2] satisfies x < 3",
    "items[-1].price", "modulo(score, 2) = 1", "working_days(3)", 'rule("LIMIT") > 2',
]  # fmt: skip
NEVER_FITS = [
    'score = "high"', "name > 3", "name + score", "not(score)", "score and done", "if score then 1 else 2", "count(score)",
    "score[1]", "day < today()", "for x in score return x", "some x in items satisfies x.label > 3", "name.length", "-name",
    "string length(score)", 'duration("P1D") + 1', 'score in ("a", "b")', 'score between "a" and "b"', "items > 3",
    "facts + 1", 'maybe = "x"', 'working_days("3")', "done < true",
]  # fmt: skip


@pytest.mark.parametrize("text", FITS)
def test_what_fits_is_left_alone_and_can_be_computed(text: str) -> None:
    reading = read_type(compile_expression(text), NAMES)
    assert (reading.misfits, reading.unknown, reading.never) == ([], [], [])
    value = compile_expression(text).evaluate(DATA, world(Clock()))
    assert value is None or _kind(value) in reading.type.kinds


@pytest.mark.parametrize("text", NEVER_FITS)
def test_what_can_never_fit_is_told_and_fails_when_it_is_run(text: str) -> None:
    assert read_type(compile_expression(text), NAMES).misfits
    with pytest.raises(FeelError):
        compile_expression(text).evaluate(DATA, world(Clock()))


def _kind(value: object) -> str:
    from workflows.feel.types import _OF

    return {dict: "context", list: "list"}.get(type(value)) or _OF[type(value)]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("scroe > 5", ["scroe"]),
        ("facts.year > 1", ["facts.year"]),
        ("nothing.at.all", ["nothing"]),
        ("items[pirce > 3]", ["pirce"]),
        ("for x in items return y", ["y"]),
        ("some x in items satisfies x.price > limit", ["limit"]),
        ("item + score", ["item"]),
    ],
)
def test_names_that_nobody_gives_are_told(text: str, unknown: list[str]) -> None:
    assert read_type(compile_expression(text), NAMES).unknown == unknown
    assert read_type(compile_expression(text), None).unknown == []  # nothing is known, so nothing is unknown


@pytest.mark.parametrize("text", ['decision = "went"', 'decision in ("went", "go")', 'facts.path != "z"', '"went" = decision'])
def test_value_that_never_comes_is_told(text: str) -> None:
    reading = read_type(compile_expression(text), NAMES)
    assert [one.value for one in reading.never] and not reading.misfits


@pytest.mark.parametrize(
    ("cell", "tested", "fits"),
    [
        ('"a"', STRING, True), ("> 3", NUMBER, True), ("[1..5]", NUMBER, True), ("-", NUMBER, True), ("null", NUMBER, True),
        ("not(1, 2)", NUMBER, True), ("score > 5", STRING, True), ("? > 3", NUMBER, True), ('["a", "b"]', STRING, True),
        ("> 3", STRING, False), ('"a"', NUMBER, False), ('["a".."b"]', NUMBER, False), ("not(true)", STRING, False),
        ('? > "a"', NUMBER, False), ("true", STRING, False),
    ],
)  # fmt: skip
def test_cells_are_held_against_what_their_column_holds(cell: str, tested: Type, fits: bool) -> None:
    assert (read_cell(compile_unary(cell), NAMES, tested, "x").misfits == []) is fits


def test_types_joined_keep_what_both_know() -> None:
    both = texts(["a"]) | texts(["b"], "null")
    assert both.values == {"a", "b"} and both.kinds == {"string", "null"}
    assert (texts(["a"]) | STRING).values is None and (texts(["a"]) | NUMBER).values == {"a"}
    joined = context({"x": NUMBER}) | context({"x": STRING, "y": BOOLEAN})
    assert joined.entries is not None and joined.entries["x"].kinds == {"number", "string"} and set(joined.entries) == {"x", "y"}
    assert (one("number", "null")).words() == ("số", "a number")
