"""Looks a decision table over before it runs: which inputs no rule answers, and which rules answer together.

Every column is cut into pieces on which its cells do not change their mind (`workflows.cell_sets`), so a rule
is a box of pieces, and gaps and overlaps are found exactly. A cell that compares with data, the clock or the
rules has no such set; what depends on it is said not to be known, never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from workflows.cell_sets import Cuts, Line, NotAnalysed, as_tests, constant, find_cuts, lay_out, set_of
from workflows.decision_kinds import Kind
from workflows.decision_table import DecisionTable, Rule
from workflows.environment import Env
from workflows.feel import FeelError, UnaryTests, to_json
from workflows.feel import parser as feel_parser
from workflows.feel.syntax import Member, Name
from workflows.feel.values import same

#: Pieces looked at in one table, and how much is listed of what is found.
BUDGET = 200_000
MOST = 20


@dataclass(frozen=True, slots=True)
class Region:
    """Inputs: unary tests and an example of plain JSON for each input column."""

    tests: tuple[str, ...]
    example: tuple[Any, ...]
    columns: tuple[str, ...]

    @property
    def words(self) -> str:
        """The inputs in one line, columns that do not matter left out: `age: < 18; level: "a", "b"`."""
        return _short(f"{column}: {test}" for column, test, _ in self._cared_for())

    @property
    def sample(self) -> str:
        """The example in one line: `age = 17; level = "a"`."""
        return _short(f"{column} = {_plain(value)}" for column, _, value in self._cared_for())

    def _cared_for(self) -> list[tuple[str, str, Any]]:
        cells = zip(self.columns, self.tests, self.example, strict=True)
        return [cell for cell in cells if cell[1] != "-"]


def _short(parts: Iterable[str]) -> str:
    text = "; ".join(parts) or "-"
    return text if len(text) <= 200 else text[:199] + "…"


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules (numbers from 1) that answer together, where, and what the hit policy makes of it.

    `effect`: "clash" (the table stops), "maybe" (it stops if their results differ, which is known only when
    it runs), "same", "first", "best", "all", "added".
    """

    rows: tuple[int, int]
    rules: tuple[str | None, str | None]
    region: Region
    effect: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """What could not be analysed: a row (None = the whole column), a column (None = the whole table), and
    why.
    """

    row: int | None
    column: str | None
    message: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Review:
    """What looking a table over has shown."""

    table: str
    policy: str
    complete: bool | None  # None = not known
    gaps: tuple[Region, ...]  # at most MOST; each is certain
    overlaps: tuple[Overlap, ...]  # at most MOST; each is certain
    more: bool  # more gaps or overlaps than are listed
    hidden: tuple[int, ...]  # rows that never answer: rules before them take everything
    unknown: tuple[Unknown, ...]


@dataclass(slots=True)
class _Column:
    """Input columns that ask the same, as one: its line, what may come, and each rule's set."""

    places: list[int]
    line: Line
    allowed: int
    sure: list[int]  # a set a rule: pieces that surely fit, and pieces that may
    maybe: list[int]


def review_table(table: DecisionTable, env: Env | None = None) -> Review:
    """Find gaps and overlaps of a table; with `env`, as its rules say now. Never raises; what is not known is
    listed.
    """
    unknown: list[Unknown] = []
    columns = [_column(table, places, unknown, env) for places in _places(table)]
    if not columns:
        return Review(table.id, table.hit_policy, None, (), (), False, (), ())
    if _related(table):
        unknown.append(
            Unknown(
                None,
                None,
                "các cột tính từ cùng một dữ liệu, nên không biết giá trị nào đi cùng nhau",
                "columns compute with the same data, so which values come together is not known",
            )
        )
        return Review(table.id, table.hit_policy, None, (), (), False, (), tuple(unknown))
    count = len(table.rules)
    try:
        gaps = _Gaps(columns, count, BUDGET)
        found = gaps.listed()
        complete = None if not found and unknown and gaps.any_unsure() else not found
    except _TooLarge:
        unknown.append(Unknown(None, None, "bảng quá lớn để tìm hết", "the table is too large to search"))
        found, complete = [], None
    regions = [_region(table, columns, box) for box in found[:MOST]]
    overlaps, more = _overlaps(table, columns, env)
    return Review(
        table.id,
        table.hit_policy,
        complete,
        tuple(regions),
        tuple(overlaps),
        len(found) > MOST or more,
        _hidden(columns, count) if table.hit_policy == "FIRST" else (),
        tuple(unknown),
    )


# Columns ------------------------------------------------------------------------------------------


def _places(table: DecisionTable) -> list[list[int]]:
    """The columns, those that ask the same thing together."""
    found: dict[str, list[int]] = {}
    for place, column in enumerate(table.inputs):
        found.setdefault(" ".join(column.expression.text.split()), []).append(place)
    return list(found.values())


def _related(table: DecisionTable) -> bool:
    """Whether two columns compute with the same data, so that their values are not free of each other."""
    asked = {" ".join(column.expression.text.split()): column.expression for column in table.inputs}
    for one, other in combinations(asked.values(), 2):
        for a in one.paths:
            for b in other.paths:
                if a == b or a.startswith(b + ".") or b.startswith(a + "."):
                    return True
    return False


def _column(
    table: DecisionTable, places: list[int], unknown: list[Unknown], env: Env | None
) -> _Column:
    cuts = Cuts([])
    label = table.inputs[places[0]].label
    kinds = [kind for place in places if (kind := _kind(table, place)) is not None]
    own_cuts: dict[tuple[int, int], Cuts] = {}
    for row, rule in enumerate(table.rules):
        for place in places:
            try:
                own_cuts[row, place] = own = _cuts_of(rule.tests[place], env)
                cuts.add(own)
            except NotAnalysed as why:
                unknown.append(Unknown(row + 1, label, why.message, why.message_en))
    limits = [tests for place in places for tests in _limits(table, place)]
    try:
        limit_cuts = [_cuts_of(tests, env) for tests in limits]
        for own in limit_cuts:
            cuts.add(own)
        _constant_input(table, places, cuts)
        line = lay_out(cuts, kinds[0] if kinds else None)
        allowed = _allowed(line, limits, limit_cuts)
    except NotAnalysed as why:
        unknown.append(Unknown(None, label, why.message, why.message_en))
        return _blind(table, places)
    column = _Column(places, line, allowed, [], [])
    for row, rule in enumerate(table.rules):
        sure = maybe = column.allowed
        for place in places:
            try:
                own_of = own_cuts.get((row, place))
                found = set_of(rule.tests[place], own_of, line) if own_of is not None else None
            except NotAnalysed as why:
                unknown.append(Unknown(row + 1, label, why.message, why.message_en))
                found = None
            sure &= found if found is not None else 0
            maybe &= found if found is not None else line.all
        column.sure.append(sure)
        column.maybe.append(maybe)
    return column


def _kind(table: DecisionTable, place: int) -> Kind | None:
    """The kind of a column, or that of the input data or the decision that it asks whole."""
    column = table.inputs[place]
    asked = column.expression.text.strip()
    made = {need.variable: need.wanted for need in table.needs}
    return column.wanted or table.given.get(asked) or made.get(asked)


def _cuts_of(tests: UnaryTests, env: Env | None) -> Cuts:
    own = Cuts([], env=env)
    find_cuts(tests, own)
    return own


def _limits(table: DecisionTable, place: int) -> list[UnaryTests]:
    """The tests that a value must pass to be asked at all."""
    column = table.inputs[place]
    found = [column.allowed] if column.allowed is not None else []
    kind = _kind(table, place)
    while kind is not None and not kind.many:
        if kind.allowed is not None:
            found.append(kind.allowed)
        kind = kind.parent
    return found


def _allowed(line: Line, limits: Sequence[UnaryTests], cuts: Sequence[Cuts]) -> int:
    """The pieces that may come; null is not asked."""
    nothing = line.all & ~((1 << line.solid) - 1)
    allowed = line.all
    for tests, own in zip(limits, cuts, strict=True):
        allowed &= set_of(tests, own, line) | nothing
    return allowed


def _constant_input(table: DecisionTable, places: list[int], cuts: Cuts) -> None:
    """A column that computes something of its own accord is not free to take every value."""
    text = table.inputs[places[0]].expression.text
    try:
        node = feel_parser.parse_expression(text)
    except FeelError:
        return  # a name of more than one word
    while isinstance(node, Member):
        node = node.base
    if not isinstance(node, Name):
        try:
            constant(node)
        except NotAnalysed:
            return
        raise NotAnalysed("cột hỏi một hằng số", "the column asks a constant")


def _blind(table: DecisionTable, places: list[int]) -> _Column:
    """A column of which only the dash is understood: one piece, which each other cell may let through."""
    line = lay_out(Cuts([]), None)
    dashes = [all(rule.tests[place].text.strip() == "-" for place in places) for rule in table.rules]
    return _Column(places, line, line.all, [line.all if dash else 0 for dash in dashes], [line.all] * len(dashes))


# Gaps ---------------------------------------------------------------------------------------------


class _TooLarge(Exception):
    """More pieces than the budget allows."""


class _Gaps:
    """Walks the columns from left to right; what the rules still in play decide is remembered for each set of
    them, so that a table costs what it differs in, not all combinations.
    """

    def __init__(self, columns: list[_Column], rules: int, budget: int) -> None:
        self.columns = columns
        self.left = budget
        self.every = (1 << rules) - 1
        self.maybe = [self._covers(column, column.maybe) for column in columns]
        self.sure = [
            cover if column.sure == column.maybe else self._covers(column, column.sure)
            for cover, column in zip(self.maybe, columns, strict=True)
        ]
        self.found: dict[tuple[int, int, bool], bool] = {}

    def _covers(self, column: _Column, sets: list[int]) -> list[tuple[int, int]]:
        """Pieces that the same rules let through, together: (set of pieces, set of rules)."""
        groups: list[tuple[int, int]] = [(column.allowed, 0)] if column.allowed else []
        for rule, chosen in enumerate(sets):
            parted: list[tuple[int, int]] = []
            for pieces, rules in groups:
                if inside := pieces & chosen:
                    parted.append((inside, rules | 1 << rule))
                if outside := pieces & ~chosen:
                    parted.append((outside, rules))
            groups = parted
        return groups

    def open(self, place: int, rules: int, sure: bool) -> bool:
        """Whether anything is left out from this column on, with these rules still in play."""
        if place == len(self.columns):
            return not rules
        if not rules:
            return True
        key = (place, rules, sure)
        if key not in self.found:
            groups = (self.sure if sure else self.maybe)[place]
            self.left -= len(groups)
            if self.left < 0:
                raise _TooLarge
            self.found[key] = any(self.open(place + 1, rules & taken, sure) for _, taken in groups)
        return self.found[key]

    def any_unsure(self) -> bool:
        """Whether something is left out unless a cell that was not analysed lets it through."""
        return self.open(0, self.every, True)

    def listed(self) -> list[tuple[int, ...]]:
        """Gaps that are certain, as boxes; more than MOST mean that there are more."""
        boxes: list[tuple[int, ...]] = []
        for box in self._boxes(0, self.every):
            boxes.append(box)
            if len(boxes) > 10 * MOST:
                break
        return _merged(boxes)

    def _boxes(self, place: int, rules: int) -> Iterator[tuple[int, ...]]:
        if not self.open(place, rules, False):
            return
        if place == len(self.columns):
            yield ()
            return
        if not rules:
            yield tuple(column.allowed for column in self.columns[place:])
            return
        for pieces, taken in self.maybe[place]:
            for rest in self._boxes(place + 1, rules & taken):
                yield (pieces, *rest)


def _merged(boxes: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Boxes that differ in one column only, as one."""
    changed = True
    while changed:
        changed = False
        for place in range(len(boxes[0]) if boxes else 0):
            groups: dict[tuple[int, ...], int] = {}
            for box in boxes:
                key = (*box[:place], *box[place + 1 :])
                groups[key] = groups.get(key, 0) | box[place]
            merged = [(*key[:place], chosen, *key[place:]) for key, chosen in groups.items()]
            changed = changed or len(merged) < len(boxes)
            boxes = merged
    return boxes


def _region(table: DecisionTable, columns: list[_Column], box: Sequence[int]) -> Region:
    tests, example = ["-"] * len(table.inputs), [None] * len(table.inputs)
    for column, chosen in zip(columns, box, strict=True):
        text = "-" if chosen == column.allowed else as_tests(chosen, column.line)
        piece = _shown(column.line, chosen)
        for place in column.places:
            tests[place], example[place] = text, to_json(piece)
    return Region(tuple(tests), tuple(example), tuple(column.label for column in table.inputs))


def _shown(line: Line, chosen: int) -> Any:
    """The plainest example of a set: a value that a cell names rather than one between."""
    taken = [piece for bit, piece in enumerate(line.pieces) if chosen >> bit & 1 and piece.example is not None]
    named = [piece for piece in taken if piece.point and not piece.rest]
    return (named or taken)[0].example if taken else None


# Overlaps -----------------------------------------------------------------------------------------


def _overlaps(
    table: DecisionTable, columns: list[_Column], env: Env | None
) -> tuple[list[Overlap], bool]:
    found: list[Overlap] = []
    for one, other in combinations(range(len(table.rules)), 2):
        box = [column.sure[one] & column.sure[other] for column in columns]
        if not all(box):
            continue
        effect = _effect(table, table.rules[one], table.rules[other], env)
        if len(found) >= MOST and effect not in ("clash", "maybe"):
            return found, True
        if len(found) >= 2 * MOST:
            return found, True
        found.append(
            Overlap(
                (one + 1, other + 1),
                (table.rules[one].id, table.rules[other].id),
                _region(table, columns, box),
                effect,
            )
        )
    return found, False


def _effect(table: DecisionTable, one: Rule, other: Rule, env: Env | None) -> str:
    policy = table.hit_policy
    if policy == "UNIQUE":
        return "clash"
    if policy == "ANY":
        return _agreement(one, other, env)
    if policy in ("FIRST", "PRIORITY"):
        return "first" if policy == "FIRST" else "best"
    return "added" if table.aggregation else "all"


def _agreement(one: Rule, other: Rule, env: Env | None) -> str:
    """Whether two rules of an ANY table give the same."""
    unsure = False
    for a, b in zip(one.results, other.results, strict=True):
        if " ".join(a.text.split()) == " ".join(b.text.split()):
            continue
        try:
            values = [constant(feel_parser.parse_expression(part.text), env) for part in (a, b)]
        except (NotAnalysed, FeelError):
            unsure = True
            continue
        if not same(values[0], values[1]):
            return "clash"
    return "maybe" if unsure else "same"


def _hidden(columns: list[_Column], rules: int) -> tuple[int, ...]:
    """Rows of a FIRST table whose every input an earlier row takes."""
    found = []
    for row in range(1, rules):
        inner = [
            _Column(
                column.places,
                column.line,
                column.maybe[row],
                [chosen & column.maybe[row] for chosen in column.sure[:row]],
                [chosen & column.maybe[row] for chosen in column.sure[:row]],
            )
            for column in columns
        ]
        if not all(column.allowed for column in inner):
            continue
        try:
            if not _Gaps(inner, row, BUDGET // rules).open(0, (1 << row) - 1, False):
                found.append(row + 1)
        except _TooLarge:
            continue
    return tuple(found)
