"""Expressions: what they compute, what they refuse, and that nothing hostile gets further than a
FeelError.
"""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import ZONE, vietnam
from workflows.environment import Env
from workflows.feel import FeelError, YearsMonths, compile_expression, compile_unary, to_json
from workflows.feel.builtins import FUNCTIONS, OUTSIDE
from workflows.feel.parser import MAX_DEPTH, MAX_SOURCE
from workflows.feel.values import MAX_LIST, MAX_TEXT

ENV = Env(
    now=lambda: datetime(2026, 11, 20, 16, 30, tzinfo=ZONE),
    calendar=vietnam([2026, 2027]),
    dates={"filing": date(2026, 11, 20)},
    rules={"REVIEW_DAYS": 5, "QUORUM": {"numerator": 2, "denominator": 3}, "NONE_YET": None},
    blocking={"GATE.G4": True, "GATE.M2": False},
)


def ask(text: str, /, **scope: Any) -> Any:
    return compile_expression(text).evaluate(scope, ENV)


def fails(text: str, /, **scope: Any) -> FeelError:
    with pytest.raises(FeelError) as caught:
        compile_expression(text).evaluate(scope, ENV)
    assert caught.value.text == text
    assert caught.value.message and caught.value.message_en
    return caught.value


# Values


def test_numbers_are_decimals_and_floats_keep_their_shortest_form() -> None:
    assert ask("a + b", a=0.1, b=0.2) == Decimal("0.3")
    assert ask("a * 759000", a=1.5) == Decimal("1138500")
    assert ask("1 / 3") == Decimal("0.3333333333333333333333333333333333")


def test_whole_numbers_truth_values_and_null_of_plain_json_are_told_apart() -> None:
    assert ask("a = 1", a=1) is True
    assert ask("a = true", a=True) is True
    fails("a = 1", a=True)
    assert ask("a = null", a=None) is True


def test_result_becomes_plain_json() -> None:
    value = ask('{n: 6 / 2, h: 1 / 2, d: date("2026-11-24"), t: duration("P1DT2H"), l: [1, null]}')
    assert to_json(value) == {
        "n": 3,
        "h": 0.5,
        "d": "2026-11-24",
        "t": "P1DT2H",
        "l": [1, None],
    }
    assert type(to_json(ask("6 / 2"))) is int
    assert to_json(ENV.now()) == "2026-11-20T16:30:00+07:00"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("P5D", timedelta(days=5)),
        ("PT72H", timedelta(hours=72)),
        ("-P1DT30M", timedelta(days=-1, minutes=-30)),
        ("PT0.5S", timedelta(microseconds=500_000)),
        ("P1Y2M", YearsMonths(14)),
        ("-P1M", YearsMonths(-1)),
    ],
)
def test_duration_is_read_and_written_back(text: str, value: timedelta | YearsMonths) -> None:
    assert ask(f'duration("{text}")') == value
    assert ask(f'duration("{to_json(value)}")') == value


@pytest.mark.parametrize(
    "text",
    [
        'duration("5 days")',
        'duration("P")',
        'duration("PT")',
        'duration("P1YT1H")',
        'date("24/11/2026")',
        'date("2026-13-01")',
        'date("20261124")',
        'time("25:00:00")',
        'date and time("2026-11-24 10:00:00")',
        'number("1e5")',
        'number("0x1")',
        'number("")',
        "date(2026, 2, 30)",
        "date(2026.5, 1, 1)",
    ],
)
def test_unreadable_value_is_an_error(text: str) -> None:
    fails(text)


# Names


def test_names_and_paths_are_told_without_evaluating() -> None:
    expression = compile_expression(
        'facts.pending_case = true and level = "x" or count(list[score > limit]) > n.a.b'
    )
    assert expression.names == {"facts", "level", "list", "n"}
    assert expression.paths == {"facts.pending_case", "level", "list", "n.a.b"}
    assert compile_expression("some x in list satisfies x > y.z").paths == {"list", "y.z"}


def test_names_given_are_checked_when_compiling() -> None:
    names = {"level", "facts", "nomination.unit"}
    compile_expression('level = "a" and facts.pending and nomination.unit = 1', names=names)
    for text in ("levle = 1", "nomination.code = 1"):
        with pytest.raises(FeelError, match="nothing named"):
            compile_expression(text, names=names)
    with pytest.raises(FeelError, match="nothing named other"):
        compile_unary("> other", names=names)


def test_unknown_name_is_an_error_with_the_name() -> None:
    assert ask("level", level="x") == "x"
    assert "levle" in fails("levle", level="x").message
    assert "unit" in fails("facts.unit", facts={"uint": 1}).message
    assert ask("facts.unit", facts={"unit": None}) is None


def test_vietnamese_names_and_paths() -> None:
    assert ask("đơn_vị.tên", đơn_vị={"tên": "Hội Nông dân"}) == "Hội Nông dân"


def test_inner_names_hide_outer_ones() -> None:
    assert ask("for x in [1, 2] return x", x=9) == [1, 2]
    assert ask("people[age > limit]", people=[{"age": 1}, {"age": 5}], limit=3) == [{"age": 5}]
    assert ask("people[age > limit]", people=[{"age": 5, "limit": 9}], limit=3) == []
    assert ask("people[item.age > 3].age", people=[{"age": 5}]) == [5]
    assert (
        ask("every p in people satisfies count(p.kids[item > p.age]) = 0", people=[{"age": 5, "kids": [1]}])
        is True
    )


# Three truth values


@pytest.mark.parametrize("a", [True, False, None])
@pytest.mark.parametrize("b", [True, False, None])
def test_and_or_not_have_null_as_third_value(a: bool | None, b: bool | None) -> None:
    def weakest(values: list[bool | None], word: bool) -> bool | None:
        return word if word in values else (None if None in values else not word)

    assert ask("a and b", a=a, b=b) is weakest([a, b], False)
    assert ask("a or b", a=a, b=b) is weakest([a, b], True)
    assert ask("not(a)", a=a) is (None if a is None else not a)
    assert ask("all([a, b])", a=a, b=b) is weakest([a, b], False)
    assert ask("some x in [a, b] satisfies x", a=a, b=b) is weakest([a, b], True)


def test_logic_stops_where_the_answer_is_known() -> None:
    assert ask("a != null and a > 3", a=None) is False
    assert ask("a = null or a > 3", a=None) is True
    fails("a > 3 or a = null", a=None)


def test_condition_must_be_a_truth_value() -> None:
    assert compile_expression("a > 3").holds({"a": 4}, ENV) is True
    for text, value in (("a", "x"), ("a", None), ("a + 1", 1)):
        with pytest.raises(FeelError, match="condition"):
            compile_expression(text).holds({"a": value}, ENV)


@pytest.mark.parametrize(
    "text",
    [
        '1 = "a"',
        '"a" < 1',
        "null < 1",
        "true < false",
        "[1] < [2]",
        '"a" + 1',
        "1 + null",
        "true + true",
        '"a" * 2',
        "-true",
        '"a" and true',
        "1 or false",
        "not(1)",
        "if 1 then 2 else 3",
        '"abc"[1]',
        "{a: 1}[a]",
        "1 in [1..null]",
        '"a" between 1 and 2',
        '1 in ["a".."c"]',
        "some x in 5 satisfies true",
        "some x in [1] satisfies x",
        "count(1)",
        "sum([1, null])",
        'sum(["a", "b"])',
        'min([1, "a"])',
        "contains(1, 2)",
        "upper case(1)",
        "floor(null)",
        "abs(true)",
        "modulo(1, 0)",
        "1 / 0",
        "0 ** -1",
        "(-8) ** 0.5",
        "append(1, 2)",
        "concatenate([1], 2)",
        "all([1])",
        "[1, 2, 3][0]",
        "[1, 2, 3][1.5]",
        'substring("abc", 0)',
        "string([1])",
        'date("2026-01-01") + date("2026-01-01")',
        'years and months duration(now(), date and time("2027-01-01T00:00:00"))',
        "date(2026, 11)",
        "date and time(today(), null)",
        'time("10:00:00+19:00")',
        'number("1,0", ",", ",")',
        'date("2026-01-01") < now()',
        'date and time("2026-01-01T00:00:00") < now()',
        'time("10:00:00") + duration("P1M")',
        '"a".length',
        'date("2026-01-01").hour',
        "null.a",
        "5.5.a",
        "x(1)",
        'get value(1, "a")',
        "for i in 1..2.5 return i",
        'date("9999-12-31") + duration("P1D")',
        'date("9999-12-31") + duration("P1M")',
        "10 ** 1000 * 10 ** 6000",
    ],
)
def test_type_that_does_not_fit_is_an_error_never_null(text: str) -> None:
    fails(text)


# The outside


def test_clock_calendar_round_and_rules_come_from_the_environment() -> None:
    assert ask("now()") == ENV.now()
    assert ask("today()") == date(2026, 11, 20)
    assert ask("working_days(2)") == datetime(2026, 11, 25, 17, 0, tzinfo=ZONE)  # 24/11 is a holiday
    assert ask('working_days(2, date("2026-11-13"))') == datetime(2026, 11, 17, 17, 0, tzinfo=ZONE), "from a day that is given"
    assert ask('working_days(-1, date("2026-11-25"))') == datetime(2026, 11, 23, 17, 0, tzinfo=ZONE), "the working day before it"
    assert ask('working_days(rule("REVIEW_DAYS"))') == datetime(2026, 11, 30, 17, 0, tzinfo=ZONE)
    assert ask('round_date("filing")') == datetime(2026, 11, 20, 23, 59, 59, tzinfo=ZONE)
    assert ask('now() > round_date("filing")') is False
    assert ask('rule("QUORUM").numerator / rule("QUORUM").denominator * 9') == 6
    assert ask('rule("NONE_YET") = null') is True
    assert ask('if may_block("GATE.G4") then "block" else "warn"') == "block"
    assert ask('if may_block("GATE.M2") then "block" else "warn"') == "warn"


def test_today_is_the_day_in_vietnam() -> None:
    env = Env(now=lambda: datetime.fromisoformat("2026-11-23T18:30:00+00:00"), calendar=vietnam([2026]))
    assert compile_expression("today()").evaluate({}, env) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('round_date("opening")', "opening"),
        ('rule("OTHER")', "OTHER"),
        ('may_block("GATE.X")', "GATE.X"),
        ("working_days(-99999)", "2000"),
        ("working_days(1.5)", "working_days"),
        ("working_days(99999)", "2000"),
        ("working_days(1, null)", "date"),
        ('working_days("3")', "working_days"),
        ("working_days(600)", "2028"),
    ],
)
def test_unknown_key_or_day_outside_the_calendar_is_named(text: str, word: str) -> None:
    error = fails(text)
    assert word in error.message and word in error.message_en


# Refusals


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a instance of string", "instance of"),
        ("function(x) x", "function"),
        ('matches("a", "b")', "matches"),
        ('split("a", "b")', "split"),
        ("sort([1], x)", "sort"),
        ("range(1)", "range is outside"),
        ("date(year: 2026)", "takes no arguments named"),
        ("date(years: 2026, month: 1, day: 2)", "takes no arguments named"),
        ("date(year: 2026, month: 1, 2)", "name all arguments or none"),
        ("date(2026, month: 1, day: 2)", "name all arguments or none"),
        ("date(year: 2026, year: 1, day: 2)", "takes no arguments named"),
        ('contains(match: "a")', "no arguments named match; it takes string, match"),
        ('time(hour: 1, minute: 2)', "no arguments named hour, minute"),
        ("append(list: [1])", "none by name"),
        ("nothing(1)", "no function named nothing"),
        ("1 == 1", "one ="),
        ("a && b", "Write and"),
        ("!a", "not"),
        ("${a}", r"Leave out"),
        ("'a'", "double quotes"),
        ("a % 2", "modulo"),
        ("a b", "operator is missing"),
        ("1 +", "not finished"),
        ("", "not finished"),
        ("(1", "missing"),
        ('"a', "closed"),
        ("1 < 2 < 3", "in a row"),
        ("[1..3]", "range stands only"),
        ("? > 3", "cell"),
        ("not a", "brackets"),
        ("count()", "takes 1"),
        ("count(1, 2)", "takes 1"),
        ("substring(1)", "2 to 3"),
        ("{a: 1, a: 2}", "twice"),
        ("if a then b", "else"),
        ("some x in y", "satisfies"),
        ("for 1 in y return 1", "variable"),
        ("a.1", "too much"),
        ("#", "cannot be used"),
        ('"\\q"', "escape"),
        ("a[1", "missing"),
        ("(1)(2)", "only a function"),
        ("1" * 40, "34 digits"),
        ("@5", "string must follow"),
    ],
)
def test_what_is_outside_the_subset_is_refused_by_name_when_compiled(text: str, word: str) -> None:
    with pytest.raises(FeelError, match=word) as caught:
        compile_expression(text)
    assert caught.value.text == text


def test_functions_left_out_are_not_there() -> None:
    assert not OUTSIDE & FUNCTIONS.keys()
    for name in OUTSIDE:
        with pytest.raises(FeelError, match="outside the FEEL subset"):
            compile_expression(f"{name}(1)")


@pytest.mark.parametrize(
    "text",
    [
        '__import__("os").system("id")',
        "().__class__.__bases__",
        "a.__class__",
        "a.__class__.__mro__",
        '"a".format',
        "eval(1)",
        "open(1)",
        "now.__self__",
        "env",
        "frame.scope",
        "date.fromordinal(1)",
        "lambda: 1",
        "a := 1",
        "[x for x in y]",
        "import os",
        "exec(1)",
        '"{0.__class__}"[1]',
        "rule.__globals__",
        "a;b",
    ],
)
def test_python_is_out_of_reach(text: str) -> None:
    with pytest.raises(FeelError):
        compile_expression(text).evaluate({"a": {"b": 1}}, ENV)


# Bounds


def deep(opening: str, inner: str, closing: str, times: int) -> str:
    return opening * times + inner + closing * times


@pytest.mark.parametrize(
    ("opening", "inner", "closing"),
    [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{a:", "1", "}"),
        ("-", "1", ""),
        ("not(", "true", ")"),
        ("a[", "1", "]"),
        ("if true then ", "1", " else 2"),
        ("some x in ", "[1]", " satisfies true"),
        ("count([", "1", "])"),
        ("1 in (", "1", ")"),
        ("1 ** (", "1", ")"),
        ("a between ", "1", " and 2"),
    ],
)
def test_deep_nesting_is_a_feel_error(opening: str, inner: str, closing: str) -> None:
    for times in (MAX_DEPTH + 1, (MAX_SOURCE - 10) // (len(opening) + len(closing))):
        text = deep(opening, inner, closing, times)[:MAX_SOURCE]
        with pytest.raises(FeelError):
            compile_expression(text).evaluate({"a": [1]}, ENV)
        with pytest.raises(FeelError):
            compile_unary(text).matches(1, {"a": [1]}, ENV)


def test_nesting_up_to_the_bound_works() -> None:
    assert ask(deep("(", "1", ")", MAX_DEPTH - 1)) == 1
    assert ask("a" + ".b" * 20, a=_nested(20)) == 1


def _nested(depth: int) -> Any:
    return 1 if depth == 0 else {"b": _nested(depth - 1)}


def test_long_flat_expressions_work_and_too_long_ones_are_refused() -> None:
    assert ask("1" + " + 1" * 900) == 901
    assert ask("true" + " and true" * 400) is True
    fails("1" + " + 1" * (MAX_SOURCE // 4))
    fails("a" + ".b" * 200, a={})
    fails("a" + "[1]" * 200, a=[])


@pytest.mark.parametrize(
    "text",
    [
        "for a in 1..1000, b in 1..1000 return a",
        "count(for a in 1..1000 * 1000000 return a)",
        "some a in 1..(99998 + 1) satisfies false",
        "every a in list satisfies (every b in list satisfies a = a)",
        "list[count(list[item > 0]) < 0]",
        "for a in list, b in list, c in list return 1",
    ],
)
def test_long_running_expression_ends_at_its_budget(text: str) -> None:
    began = time.perf_counter()
    assert "steps" in fails(text, list=list(range(1000))).message_en
    assert time.perf_counter() - began < 1


def test_counting_that_is_written_too_long_is_refused_when_it_is_read() -> None:
    assert ask("count(for a in 1..100 return a)") == 100
    for text in ("count(for a in 1..1000000000 return a)", "some a in 99999..1 satisfies false", "for b in [1], a in 1..10002 return a"):
        with pytest.raises(FeelError, match="counts more"):
            compile_expression(text)


def test_names_that_python_keeps_for_itself_are_refused() -> None:
    assert ask("a._b", a={"_b": 1}) == 1
    for text in ('"".__class__', "a.__dict__.b", "__name__", "[1].__len__", "__import__(1)"):
        with pytest.raises(FeelError):
            compile_expression(text)


def test_budget_is_the_callers() -> None:
    text = "count(for a in 1..500 return a * a)"
    assert ask(text) == 500
    with pytest.raises(FeelError, match="steps"):
        compile_expression(text).evaluate({}, ENV, budget=100)
    with pytest.raises(FeelError, match="steps"):
        compile_expression("1 + 1 + 1").evaluate({}, ENV, budget=2)


def test_sizes_are_bounded() -> None:
    assert len(ask("a + a", a="x" * (MAX_TEXT // 2))) == MAX_TEXT
    assert "longer" in fails("a + a", a="x" * (MAX_TEXT // 2 + 1)).message_en
    big = list(range(MAX_LIST))
    with pytest.raises(FeelError, match="members"):
        compile_expression("append(a, 1)").evaluate({"a": big}, ENV, budget=10**6)
    with pytest.raises(FeelError, match="members"):
        compile_expression("concatenate(a, a)").evaluate({"a": big}, ENV, budget=10**6)
    assert "exponent" in fails("2 ** 10000").message_en
    fails("9 ** 1000 * 9 ** 1000 * 9 ** 1000 * 9 ** 1000 * 9 ** 1000 * 9 ** 1000 * 9 ** 1000")
    fails("a + 1", a=10**5000)
    fails("a + 1", a=float("inf"))


def test_data_nested_too_deep_is_a_feel_error() -> None:
    value: Any = 1
    for _ in range(5000):
        value = [value]
    error = fails("a = b", a=value, b=[value])
    assert "nested" in error.message_en or "steps" in error.message_en


def test_data_that_is_no_json_is_an_error() -> None:
    fails("a", a=object())
    fails("a", a={1, 2})


@given(st.text(alphabet=st.sampled_from('ab1."()[]{}<>=!-+*/?,:@ \n\\é'), max_size=40))
def test_any_text_compiles_or_is_a_feel_error(text: str) -> None:
    for compile_text in (compile_expression, compile_unary):
        try:
            compile_text(text)
        except FeelError as error:
            assert error.message and error.message_en


words = st.sampled_from(
    [
        "a",
        "b",
        "1",
        '"x"',
        "true",
        "null",
        "[",
        "]",
        "(",
        ")",
        "..",
        ",",
        "and",
        "or",
        "not(",
        "if",
        "then",
        "else",
        "in",
        "between",
        "+",
        "-",
        "*",
        "/",
        "**",
        "=",
        "<",
        ">=",
        "some",
        "every",
        "for",
        "satisfies",
        "return",
        "count(",
        ".a",
        "{",
        "}",
        ":",
        "?",
        "sum(",
        "now()",
        "date(",
        '"2026-11-24"',
        'date("2026-11-24")',
        'date and time("2026-11-24T10:00:00")',
        'date and time("2026-11-24T10:00:00Z")',
        'time("10:00:00")',
        'time("10:00:00Z")',
        'duration("P1D")',
        'duration("P1M")',
        "years and months duration(",
        "string(",
        "max(",
    ]
)


@given(st.lists(words, max_size=12), st.sampled_from([1, "x", None, True, [1, 2], {"a": 1}, 0.5]))
def test_any_words_evaluate_or_are_a_feel_error(parts: list[str], value: Any) -> None:
    text = " ".join(parts)
    scope = {"a": value, "b": 3}
    try:
        to_json(compile_expression(text).evaluate(scope, ENV))
    except FeelError as error:
        assert error.message and error.message_en
    try:
        assert compile_unary(text).matches(value, scope, ENV) in (True, False)
    except FeelError as error:
        assert error.message and error.message_en


numbers = st.integers(-1000, 1000)


@given(numbers, numbers, numbers)
def test_arithmetic_agrees_with_python(a: int, b: int, c: int) -> None:
    assert ask("a + b * c - a", a=a, b=b, c=c) == a + b * c - a
    assert ask("a <= b and b < c", a=a, b=b, c=c) is (a <= b < c)
    assert ask("a in [b..c]", a=a, b=b, c=c) is (b <= a <= c)
    assert ask("a between b and c", a=a, b=b, c=c) is (b <= a <= c)
    assert ask("max(a, b, c) - min([a, b, c])", a=a, b=b, c=c) == max(a, b, c) - min(a, b, c)
    if b:
        assert ask("modulo(a, b)", a=a, b=b) == a % b


@given(st.lists(st.integers(0, 50), max_size=20), st.integers(0, 50))
def test_filters_and_quantifiers_agree_with_python(items: list[int], limit: int) -> None:
    assert ask("items[item > limit]", items=items, limit=limit) == [i for i in items if i > limit]
    assert ask("some i in items satisfies i > limit", items=items, limit=limit) is any(
        i > limit for i in items
    )
    assert ask("every i in items satisfies i > limit", items=items, limit=limit) is all(
        i > limit for i in items
    )
    assert ask("count(items)", items=items) == len(items)
    assert ask("list contains(items, limit)", items=items, limit=limit) is (limit in items)


# Quick and shared


def test_same_text_is_compiled_once() -> None:
    assert compile_expression('level = "commune"') is compile_expression('level = "commune"')


def test_condition_takes_microseconds() -> None:
    condition = compile_expression('level = "commune"')
    scope = {"level": "commune"}
    best = 1.0
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(2_000):
            condition.evaluate(scope, ENV)
        best = min(best, (time.perf_counter() - began) / 2_000)
    assert best < 20e-6  # about 1 µs on a quiet machine


def test_evaluation_leaves_the_data_as_it_was() -> None:
    data = {"list": [1, {"a": 2}], "x": 1.5}
    before = {"list": [1, {"a": 2}], "x": 1.5}
    ask("append(list, x)[item != null]", **data)
    ask("for i in list return i", **data)
    assert data == before and type(data["x"]) is float


# What the public test kit showed


def test_number_checks_its_marks_also_where_the_value_is_a_number() -> None:
    assert compile_expression('number(123, ".", ",")').evaluate({}, ENV) == 123
    assert "must differ" in fails('number(123, ".", ".")').message_en


def test_times_that_differ_by_less_than_a_thousandth_are_not_called_equal_or_not() -> None:
    text = 'date and time("2026-11-24T10:00:00.{}") = date and time("2026-11-24T10:00:00.{}")'
    assert compile_expression(text.format("001", "001")).evaluate({}, ENV) is True
    assert compile_expression(text.format("0001", "0001")).evaluate({}, ENV) is True
    assert compile_expression(text.format("001", "002")).evaluate({}, ENV) is False
    assert "less than a thousandth" in fails(text.format("0001", "0002")).message_en
    assert "less than a thousandth" in fails('time("10:00:00.0001") = time("10:00:00")').message_en


def test_time_takes_an_offset_of_whole_minutes() -> None:
    made = compile_expression('time(10, 0, 0, duration("-PT5H30M")) = time("10:00:00-05:30")')
    assert made.evaluate({}, ENV) is True
    assert compile_expression('time(10, 0, 0, null) = time("10:00:00")').evaluate({}, ENV) is True
    assert "whole minutes" in fails('time(10, 0, 0, duration("PT1H1S"))').message_en
    assert "18 hours" in fails('time(10, 0, 0, duration("PT19H"))').message_en
    assert "argument 4" in fails("time(10, 0, 0, 7)").message_en


def test_character_may_be_written_as_two_escapes() -> None:
    assert compile_expression(r'"\uD83D\uDC0E"').evaluate({}, ENV) == "🐎"
    assert "no such character" in fails(r'"\uD83D"').message_en
    assert "no such character" in fails(r'"\uDC0E\uD83D"').message_en


def test_names_of_several_words_are_read_where_they_are_known() -> None:
    names = ("Mức nền", "Mức")
    assert compile_expression("Mức  nền + Mức", spaced=names).evaluate({"Mức nền": 1, "Mức": 2}, ENV) == 3
    assert compile_unary("> Mức nền", spaced=names).matches(2, {"Mức nền": 1}, ENV)
    assert compile_expression("Mức nềng", spaced=("Mức nền", "Mức nềng")).names == {"Mức nềng"}
    assert "operator is missing" in fails("Mức nền", Mức=1, nền=2).message_en


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("sublist([1, 2], 0)", "no position 0"),
        ("sublist([1, 2], 3)", "no position 3"),
        ("remove([], 1)", "no position 1"),
        ("insert before([1], 1.5, 0)", "whole number"),
        ('list replace("a", 1, 2)', "a list"),
        ("string join([1])", "a string"),
        ("product([1, null])", "a number"),
        ("stddev([1])", "two numbers"),
        ("median(true)", "a list"),
        ("context([{key: 1, value: 2}])", "a string"),
        ('context([{key: "a"}])', "lacks key or value"),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', "stands twice"),
        ('context put({}, ["a", "b"], 1)', "a context"),
        ("context put({}, [], 1)", "is empty"),
        ("context merge([1])", "a context"),
        ("get entries(1)", "a context"),
        ("day of year(1)", "a date"),
        ("sqrt(-1)", "beyond"),
        ("log(0)", "above 0"),
        ("exp(100000)", "beyond"),
        ('odd("1")', "a number"),
    ],
)
def test_new_functions_check_their_arguments(text: str, word: str) -> None:
    assert word in fails(text).message_en


def test_functions_on_lists_stay_within_their_bounds() -> None:
    many = [n % 3 for n in range(9_000)]
    assert compile_expression("count(distinct values(l))").evaluate({"l": many[:900]}, ENV) == 3
    for text in ("distinct values(concatenate(l, l))", "duplicate values(l)", "flatten([l, l])", "union(l, l)"):
        fails(text, l=list(range(9_000)))
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    assert "deep" in fails("flatten(l)", l=deep).message_en
    assert "longer than" in fails("string join(l, l[1])", l=["x" * 10_000, "x" * 10_000]).message_en


def test_every_function_stands_in_the_page_on_what_a_diagram_may_use() -> None:
    page = (Path(__file__).parents[2] / "bpmn/README.md").read_text(encoding="utf-8")
    assert {name for name in FUNCTIONS if f"`{name}`" not in page} == set()
