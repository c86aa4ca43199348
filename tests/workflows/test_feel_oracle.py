"""Our expressions against feelin, the reference of bpmn.io: one table, both answers.

SAME must agree. DIFFERENT holds every difference that is meant, each with its reason. Needs Node and
`feelin` in node_modules; without them it is skipped with one line, and fails in CI.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from workflows.calendar import ZONE, WorkingCalendar
from workflows.environment import Env
from workflows.feel import FeelError, compile_expression, compile_unary, to_json

ROOT = Path(__file__).parents[2]
ENV = Env(now=lambda: datetime(2026, 11, 23, 9, 0, tzinfo=ZONE), calendar=WorkingCalendar())

SCOPE: dict[str, Any] = {
    "level": "commune",
    "decision": "approve",
    "score": 7.5,
    "count_of": 3,
    "yes": True,
    "no": False,
    "nothing": None,
    "facts": {"pending": None, "years": 5, "path": "d", "nested": {"deep": "x"}},
    "list": [1, 2, 3, 4],
    "words": ["an", "bình", "chi"],
    "people": [
        {"name": "An", "age": 30, "unit": "A"},
        {"name": "Bình", "age": 41, "unit": "B"},
        {"name": "Chi", "age": 30, "unit": "A"},
    ],
    "empty": [],
}

SAME = r"""
1 + 2 * 3
(1 + 2) * 3
10 - 4 - 3
100 / 10 / 5
2 ** 3
2 ** 3 ** 2
-2 ** 2
- (3 - 5)
7 / 2
-score
score + count_of
score * 2 - 1
1 = 1.0
0.5 = .5
1 != 2
"a" = "a"
"a" != "b"
"a" < "b"
"an" <= "an"
true = false
null = null
nothing = null
nothing != null
"a" = null
null != 1
level = "commune"
level != "commune"
score >= 7.5
score > 7.5
count_of < 4 and level = "commune"
yes and no
yes or no
yes and nothing
no and nothing
yes or nothing
no or nothing
nothing and nothing
nothing or nothing
yes and yes and no
no or no or yes
not(yes)
not(no)
not(nothing)
if yes then 1 else 2
if no then 1 else 2
if nothing then 1 else 2
if score > 5 then "high" else if score > 3 then "middle" else "low"
5 in [1..5]
5 in [1..5)
1 in (1..5]
1 in ]1..5]
5 in [1..5[
3 in (1..5)
3 in [count_of..5]
5 in (1, 3, 5)
6 in (1, 3, 5)
level in ("commune", "province")
level in ("province")
5 in > 3
5 in (> 7, < 6)
"b" in ["a".."c"]
count_of in list
3 in [1, 2, 3]
9 in [1, 2, 3]
5 between 1 and 5
6 between 1 and 5
score between 5 and 10 and yes
"b" between "a" and "c"
[1, 2, 3]
[]
[1, "a", true, null]
{a: 1, b: "x"}
{a: 1, b: a + 1}
{"tên đầy đủ": "An"}
{a: {b: {c: 3}}}.a.b.c
facts.years
facts.nested.deep
facts.pending = null
list[1]
list[-1]
list[9]
list[item > 2]
list[item > 9]
list[item > 1 and item < 4]
people[age = 30].name
people[unit = "B"].age
people[age > 35][1].name
people[item.age > 35].name
people.name
words[item = "bình"]
some x in list satisfies x > 3
some x in list satisfies x > 4
every x in list satisfies x > 0
every x in list satisfies x > 1
some x in empty satisfies x > 1
every x in empty satisfies x > 1
some p in people satisfies p.age > 40
every p in people satisfies p.age > 40
some x in [1, 2], y in [3, 4] satisfies x + y = 6
every x in [1, 2], y in [3, 4] satisfies x < y
for x in list return x * 2
for x in [1, 2], y in [10, 20] return x + y
for i in 1..4 return i * i
for i in 3..1 return i
count(list)
count(empty)
sum(list)
sum(1, 2, 3)
min(list)
max(list)
min(3, 1, 2)
mean(list)
mean(1, 2, 6)
contains("Giấy khen", "khen")
contains("Giấy khen", "Khen")
starts with("Giấy khen", "Giấy")
starts with("Giấy khen", "khen")
ends with("Giấy khen", "khen")
upper case("đơn vị")
lower case("ĐƠN VỊ")
string length("Hội đồng")
string length("")
substring("foobar", 3)
substring("foobar", 3, 2)
substring("foobar", -3, 2)
substring("foobar", -3)
string(1.5)
string(10)
string(true)
string("a")
number("12")
number("-1.50")
number("1,000.5", ",", ".")
floor(1.5)
floor(-1.5)
ceiling(1.5)
ceiling(-1.5)
decimal(2.25, 1)
decimal(1.5, 0)
decimal(2.5, 0)
round half up(2.5, 0)
round half up(-2.5, 0)
round half down(2.5, 0)
round up(1.121, 2)
round down(1.129, 2)
abs(-3)
abs(3)
modulo(10, 4)
modulo(-10, 4)
modulo(10, -4)
modulo(-10, -4)
append([1], 2, 3)
concatenate([1], [2, 3], [])
list contains([1, 2, 3], 2)
list contains([1, 2, 3], 5)
list contains([1, null], null)
all([true, true])
all([true, false])
all([true, null])
all([false, null])
all([])
any([false, true])
any([false, false])
any([false, null])
any([true, null])
any([])
get value({a: 1}, "a")
get value({a: 1}, "b")
string(date("2026-11-24"))
string(date(2026, 11, 24))
date("2026-11-24") = date(2026, 11, 24)
date("2026-11-24") < date("2026-11-25")
date("2026-11-24") in [date("2026-11-01")..date("2026-11-30")]
date("2026-11-24").year
date("2026-11-24").month
date("2026-11-24").day
date("2026-11-24").weekday
string(date("2026-11-24") + duration("P1D"))
string(date("2026-01-31") + duration("P1M"))
string(date("2026-03-31") - duration("P1M"))
string(date("2024-02-29") + duration("P1Y"))
date("2026-11-24") - date("2026-11-20") = duration("P4D")
date and time("2026-11-24T10:00:00+07:00") < date and time("2026-11-24T04:00:00+00:00")
date and time("2026-11-24T10:00:00+07:00") = date and time("2026-11-24T03:00:00+00:00")
date and time("2026-11-24T10:00:00").hour
date and time("2026-11-24T10:15:30").minute
date and time("2026-11-24T10:15:30").second
date and time("2026-11-24T10:00:00") + duration("PT2H") = date and time("2026-11-24T12:00:00")
date and time("2026-11-24T10:00:00") - date and time("2026-11-23T10:00:00") = duration("P1D")
time("10:00:00") < time("11:00:00")
time("10:30:00").minute
duration("P1D") = duration("PT24H")
null in [1, null]
[1, 2] in [[1, 2], [3]]
[{item: 1}, {item: 2}][item >= 2]
duration("P1D") < duration("PT25H")
duration("P1Y") = duration("P12M")
duration("P1Y2M").years
duration("P1Y2M").months
duration("P2DT3H4M5S").days
duration("P2DT3H4M5S").hours
duration("P2DT3H4M5S").minutes
duration("P2DT3H4M5S").seconds
duration("P1D") + duration("P1D") = duration("P2D")
string(duration("P1DT2H"))
@"2026-11-24" = date("2026-11-24")
@"P1D" = duration("P1D")
"say \"hi\""
"a\nb"
"a" + "b"
1 + /* a note */ 2
if facts.years >= 5 and facts.path = "d" then "P1" else null
(facts.pending = null or facts.pending = false) and facts.years > 3
substring before("foobar", "bar")
substring before("foobar", "x")
substring before("foobar", "")
substring after("foobar", "ob")
substring after("foobar", "x")
substring after("foobar", "")
string join(["a", "b"], ", ")
string join(["a", null, "b"], "-")
string join(["a", "b"])
string join([])
sublist([1, 2, 3], 2)
sublist([1, 2, 3], 1, 2)
sublist([1, 2, 3], -2)
sublist([1, 2, 3], -2, 1)
reverse([1, 2, 3])
reverse([])
index of([1, 2, 1, null], 1)
index of([1, null], null)
index of([1], 5)
union([1, 2], [2, 3])
distinct values([1, 2, 1, null, null])
flatten([1, [2, [3, []]]])
remove([1, 2, 3], 2)
insert before([1, 3], 2, 2)
list replace([1, 2, 3], 2, 9)
product([2, 3, 4])
product(2, 3, 4)
median([8, 2, 5, 3, 4])
median(6, 1, 2, 3)
mode([6, 3, 9, 6, 6])
mode([3, 6, 1, 9, 6, 1, 3])
mode([])
stddev(2, 4, 7, 5)
stddev([47, 47])
sqrt(16)
odd(5)
odd(-1)
odd(2)
even(5)
even(0)
get entries({a: 1, b: "x"})
context([{key: "a", value: 1}, {key: "b", value: null}])
context put({a: 1}, "b", 2)
context put({a: 1}, "a", 2)
context put({x: 1, y: {a: 0}}, ["y", "a"], 2)
context merge([{a: 1}, {b: 2}, {a: 3}])
day of week(date("2026-11-24"))
day of year(date("2026-11-24"))
week of year(date("2026-11-24"))
week of year(date("2027-01-01"))
month of year(date("2026-11-24"))
is(1, 1)
is("a", "b")
is(date("2026-11-24"), date("2026-11-24"))
is(time("10:00:00"), time("10:00:00+07:00"))
contains(string: "Giấy khen", match: "khen")
substring(start position: 3, string: "foobar")
date(year: 2026, month: 11, day: 24) = date("2026-11-24")
number(from: "1.000,5", grouping separator: ".", decimal separator: ",")
string join(delimiter: "-", list: ["a", "b"])
time(10, 30, 0, duration("PT7H")) = time("10:30:00+07:00")
time(hour: 10, minute: 30, second: 0) = time("10:30:00")
{full name: 1, b: 2}
"\uD83D\uDC0E"
string length("\uD83D\uDC0E")
1 in (< 3, > 8)
not(1 in [1, 2])
[1, 2, 3] = [1, 2, 3]
[1, 2] = [2, 1]
{a: 1, b: 2} = {b: 2, a: 1}
[[1, 2], [3]][1]
[1, 2, 3][-2]
[{a: 1}, {a: 2}].a
if null = false then 1 else 2
5 in ]5..6]
date and time("2026-11-24T23:30:00+07:00").day
years and months duration(date("2011-12-22"), date("2013-08-24")) = duration("P1Y8M")
for x in 1..3 return x ** 2
some x in [1, null] satisfies x = 1
every x in [] satisfies x = 1
string(date("2026-11-24") - duration("P1Y2M"))
string(abs(duration("-P1D")))
""".strip().splitlines()

#: Cells of tables: (cell, value); feelin gets the value as `?`.
CELLS: list[tuple[str, Any]] = [
    ('"a","b"', "a"),
    ('"a","b"', "c"),
    ('not("a","b")', "a"),
    ('not("a","b")', "c"),
    ("-", 1),
    ("1", 1),
    ("1", 2),
    ("< 5", 4),
    ("< 5", 5),
    ("<= 5", 5),
    ("> 5", 6),
    (">= 5", 4),
    ("[1..5]", 5),
    ("[1..5)", 5),
    ("(1..5]", 1),
    ("]1..5[", 3),
    ("< 3, > 5", 4),
    ("< 3, > 5", 6),
    ("not(< 3)", 2),
    ("not([1..3], 7)", 7),
    ("null", None),
    ("null", 1),
    ("not(null)", None),
    ("not(null)", 1),
    ("true", True),
    ("false", True),
    ("? > 3 and ? < 9", 5),
    ("? > 3 and ? < 9", 9),
    ('contains(?, "khen")', "Giấy khen"),
    ('starts with(?, "x")', "Giấy khen"),
    ("count_of", 3),
    ("> count_of", 4),
    ("list", 3),
    ("list", 9),
    ("[1, 2]", 2),
    ("facts.years", 5),
    ('"a"', None),
    ("score > 5", "anything"),
    ("? in [1..3]", 2),
    ("? = null", None),
    ("? != null", 1),
    ("1, 2, [5..7]", 6),
    ("not(null, 1)", 2),
    ("not(null, 1)", 1),
    ("list contains([1, 2], ?)", 2),
    ("? between 1 and 3", 3),
    ("? between 1 and 3", 4),
    ("not(? > 3)", 4),
    ("? in (< 3, > 8)", 9),
    ("[[1, 2], 5]", 5),
    ("odd(?)", 3),
    ('string length(?) > 2', "abc"),
]

#: (expression, our answer or the error's words, feelin's answer, why)
DIFFERENT: list[tuple[str, Any, Any, str]] = [
    ("0.1 + 0.2", 0.3, 0.30000000000000004, "ours are decimals (DMN 1.3, 10.3.2.3), feelin's are floats"),
    (
        'string(date("2026-11-24") + duration("PT36H"))',
        "2026-11-25",
        "2026-11-25T12:00:00Z",
        "a date stays a date (DMN 1.3, table 57; public TCK 0100)",
    ),
    ("unknown_name", FeelError, None, "a slip of the pen must not read as null"),
    ("facts.unknown", FeelError, None, "the same for an entry"),
    ("unknown_function(1)", FeelError, None, "the same for a function"),
    ('1 = "a"', FeelError, None, "kinds that do not fit are an error"),
    ('1 < "a"', FeelError, False, "the same for order; DMN has null here"),
    ('max("a", "b")', "b", None, "DMN 1.3, table 75 takes everything that has an order"),
    (
        'string(years and months duration(date("2024-01-15"), date("2026-11-24")))',
        "P2Y10M",
        "P2Y10M9D",
        "a duration of years and months has no days (DMN 1.3, table 73)",
    ),
    ("nothing < 3", FeelError, None, "null has no order; ask `= null` first"),
    ('"a" + 1', FeelError, None, "kinds that do not fit are an error"),
    ("1 + null", FeelError, None, "the same with null"),
    ('yes and "a"', FeelError, None, "only truth values are joined"),
    ("1 / 0", FeelError, None, "no number is the answer"),
    ('date("2026-02-30")', FeelError, None, "no such day"),
    ('number("x")', FeelError, None, "no number"),
    ("count(5)", FeelError, 1, "a single value is not turned into a list"),
    ("level[1]", FeelError, "commune", "a single value is not turned into a list"),
    ("nothing.name", FeelError, None, "null has no entries"),
    ("duplicate values([1, 2, 1, 3, 3])", [1, 3], None, "DMN 1.4, table 77 has it"),
    ("remove([1, 2, 3], -1)", [1, 2], [1, 3], "a negative position counts from the end: -1 is the last"),
    ("insert before([1, 3], -1, 2)", [1, 2, 3], [2, 1, 3], "the same"),
    ("list replace([1, 2, 3], -1, 9)", [1, 2, 9], [1, 9, 3], "the same (public TCK 1155)"),
    ('is(1, "1")', False, None, "DMN 1.4, table 83: values of different kinds are not the same"),
    ('string(duration("P1D") * 3)', "P3D", None, "DMN 1.3, table 59"),
    ('duration("P3D") / duration("P1D")', 3, None, "the same"),
    ('string(-duration("P1D"))', "-P1D", None, "the same"),
    ("null between 1 and 3", FeelError, None, "null has no order"),
    ("sublist([1, 2], 3)", FeelError, [], "there is no such position"),
    ("stddev([47])", FeelError, None, "a sample has two members"),
    ("log(0)", FeelError, None, "no number is the answer"),
]


def feelin(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules/feelin").is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("Node or node_modules/feelin is missing: the oracle of expressions cannot run")
        pytest.skip("no Node or no node_modules/feelin: expressions are not compared with feelin")
    done = subprocess.run(
        [node, str(ROOT / "tests/oracle/feel.mjs")],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def ours(text: str) -> Any:
    return to_json(compile_expression(text).evaluate(SCOPE, ENV))


def test_expressions_agree_with_feelin() -> None:
    answers = feelin([{"kind": "expression", "text": text, "scope": SCOPE} for text in SAME])
    wrong = []
    for text, answer in zip(SAME, answers, strict=True):
        try:
            mine = ours(text)
        except FeelError as error:
            mine = f"error: {error}"
        theirs = answer.get("value", answer)
        if mine != theirs or isinstance(mine, bool) is not isinstance(theirs, bool):
            wrong.append((text, mine, answer))
    assert wrong == []


def test_cells_agree_with_feelin() -> None:
    cases = [{"kind": "unary", "text": cell, "scope": {**SCOPE, "?": value}} for cell, value in CELLS]
    wrong = []
    for (cell, value), answer in zip(CELLS, feelin(cases), strict=True):
        mine = compile_unary(cell).matches(value, SCOPE, ENV)
        if mine is not (answer.get("value") is True):
            wrong.append((cell, value, mine, answer))
    assert wrong == []


def test_differences_from_feelin_are_the_ones_that_are_meant() -> None:
    answers = feelin([{"kind": "expression", "text": text, "scope": SCOPE} for text, *_ in DIFFERENT])
    for (text, mine, theirs, why), answer in zip(DIFFERENT, answers, strict=True):
        assert why
        assert answer == {"value": theirs}, text
        if mine is FeelError:
            with pytest.raises(FeelError):
                ours(text)
        else:
            assert ours(text) == mine
