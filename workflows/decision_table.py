"""Decisions: what tables and single expressions are made of, and how each hit policy gives its answer.

They are read from DMN in `workflows.decisions`; nothing here knows XML or BPMN.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflows.decision_kinds import Kind, fit, shown
from workflows.environment import Env
from workflows.feel import Expression, FeelError, Frame, UnaryTests, to_json
from workflows.feel.builtins import FUNCTIONS
from workflows.feel.values import Value, lift, same

#: Steps for one evaluation of a whole table.
BUDGET = 100_000

#: Hit policies with one result; the others give a list, or an aggregate.
SINGLE = frozenset({"UNIQUE", "ANY", "FIRST", "PRIORITY"})
POLICIES = SINGLE | {"COLLECT", "RULE ORDER", "OUTPUT ORDER"}
RANKED = frozenset({"PRIORITY", "OUTPUT ORDER"})
AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file of decisions, with the id of the element where it has one."""

    element: str | None
    message: str
    message_en: str


class DecisionError(FeelError):
    """A table that cannot be used or has no answer; `faults` holds all that is wrong, `element` the first
    one's id.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        self.element = first.element
        self.faults = tuple(faults)
        super().__init__(first.message, first.message_en)


@dataclass(frozen=True, slots=True)
class Input:
    """A column that is asked: its expression, the values allowed, the kind of value."""

    id: str | None
    label: str
    expression: Expression
    allowed: UnaryTests | None
    wanted: Kind | None

    @property
    def kind(self) -> str | None:
        """FEEL's own name for what the column takes."""
        return self.wanted.root if self.wanted is not None else None


@dataclass(frozen=True, slots=True)
class Output:
    """A column that answers. `ranking` lists its values, best first, for PRIORITY and OUTPUT ORDER."""

    id: str | None
    name: str | None
    label: str
    allowed: UnaryTests | None
    ranking: Expression | None
    default: Expression | None
    wanted: Kind | None

    @property
    def kind(self) -> str | None:
        """FEEL's own name for what the column gives."""
        return self.wanted.root if self.wanted is not None else None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: one cell a column."""

    id: str | None
    tests: tuple[UnaryTests, ...]
    results: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(ABC):
    """What tables and single expressions share: what they need, and one guarded evaluation.

    Immutable, shared freely between threads.
    """

    id: str
    name: str
    variable: str  # the name under which a decision that requires this one reads its answer
    wanted: Kind | None = None
    given: Mapping[str, Kind] = field(default_factory=dict)  # kinds of the input data required
    needs: tuple[Decision, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """First segments of all the names that are read, what other decisions give left out."""
        return self._read(lambda part: part.names)

    @property
    def paths(self) -> frozenset[str]:
        """All the names that are read, in full."""
        return self._read(lambda part: part.paths)

    @property
    def perhaps(self) -> frozenset[str]:
        """Names that may be read besides: inside a filter, or only to see whether the value is of its kind."""
        given = frozenset(name for decision in self._all() for name in decision.given)
        return given | self._read(lambda part: part.perhaps)

    def _read(self, of: Callable[[Expression | UnaryTests], frozenset[str]]) -> frozenset[str]:
        found: set[str] = set()
        for decision in self._all():
            made = {need.variable for need in decision.needs}
            names = {name for part in decision.parts() for name in of(part)}
            found |= {name for name in names if name.split(".")[0] not in made}
        return frozenset(found)

    def _all(self) -> list[Decision]:
        """This decision and all that it requires, each once."""
        found: dict[str, Decision] = {}
        queue: list[Decision] = [self]
        while queue:
            decision = queue.pop()
            if decision.id not in found:
                found[decision.id] = decision
                queue.extend(decision.needs)
        return list(found.values())

    @abstractmethod
    def parts(self) -> list[Expression | UnaryTests]:
        """All that is evaluated for it."""

    @abstractmethod
    def answer(self, frame: Frame) -> Value:
        """What it gives for the data of a frame, which has the answers of required decisions."""

    def evaluate(self, scope: Mapping[str, Any], env: Env, *, budget: int = BUDGET) -> Any:
        """Apply the decision to plain JSON data and give plain JSON. Raises DecisionError with the id of the
        rule or column.
        """
        return to_json(self.value(scope, env, budget=budget))

    def value(self, scope: Mapping[str, Any], env: Env, *, budget: int = BUDGET) -> Value:
        """The same as a value of the expression language. Decisions required are computed first, each once."""
        return self._computed(Frame(scope, env, budget), {})

    def ready(self, scope: Mapping[str, Any], env: Env, *, budget: int = BUDGET) -> Frame:
        """A frame to ask the parts of this decision on: the data, with the answers of required decisions."""
        frame = Frame(scope, env, budget)
        frame.scope = self._scope(frame, {})
        return frame

    def _computed(self, frame: Frame, known: dict[str, Value]) -> Value:
        if self.id not in known:
            outer, frame.scope = frame.scope, self._scope(frame, known)
            known[self.id] = _at(self.id, lambda: fit(self.answer(frame), self.wanted, frame))
            frame.scope = outer
        return known[self.id]

    def _scope(self, frame: Frame, known: dict[str, Value]) -> Mapping[str, Any]:
        """The data, with input of a declared kind checked against it, and the answers of required
        decisions.
        """
        if not self.needs and not self.given:
            return frame.scope
        found = {need.variable: need._computed(frame, known) for need in self.needs}
        checked = {
            name: _at(self.id, lambda n=name, k=kind: fit(frame.scope[n], k, frame))  # type: ignore[misc]
            for name, kind in self.given.items()
            if name in frame.scope
        }
        return {**frame.scope, **checked, **found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula(Decision):
    """A decision that is one expression."""

    expression: Expression

    def parts(self) -> list[Expression | UnaryTests]:
        return [self.expression]

    def answer(self, frame: Frame) -> Value:
        return lift(self.expression.run(frame))


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fits, and what it gives."""

    rule: Rule
    results: list[Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTable(Decision):
    """A decision table.

    One output gives its value, several give a context. UNIQUE, ANY, FIRST and PRIORITY give one result, or
    the default outputs, or null; the others a list, empty when no rule fits; an aggregation gives its number
    (COUNT of nothing is 0, the others null).
    """

    hit_policy: str
    aggregation: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    def parts(self) -> list[Expression | UnaryTests]:
        parts: list[Expression | UnaryTests] = [column.expression for column in self.inputs]
        for rule in self.rules:
            parts += [*rule.tests, *rule.results]
        return parts

    def asked(self, frame: Frame) -> list[Value]:
        """The values of the input columns."""
        return [_at(column.id, lambda c=column: _input(c, frame)) for column in self.inputs]  # type: ignore[misc]

    def answer(self, frame: Frame) -> Value:
        values = self.asked(frame)
        hits: list[Hit] = []
        for rule in self.rules:
            if _at(rule.id, lambda r=rule: _fits(r, values, frame)):  # type: ignore[misc]
                hits.append(self.hit(rule, frame))
                if self.hit_policy == "FIRST":
                    break
        return self.decide(hits, frame)

    def hit(self, rule: Rule, frame: Frame) -> Hit:
        """What a rule that fits gives."""
        return Hit(rule, _at(rule.id, lambda: self._results(rule, frame)))

    def decide(self, hits: list[Hit], frame: Frame) -> Value:
        """The one answer that the hit policy makes of the rules that fit."""
        return _at(self.id, lambda: self._decide(hits, frame))

    def _results(self, rule: Rule, frame: Frame) -> list[Value]:
        return [
            _allowed(output, result.run(frame), frame)
            for output, result in zip(self.outputs, rule.results, strict=True)
        ]

    def _decide(self, hits: list[Hit], frame: Frame) -> Value:
        if self.hit_policy in RANKED:
            ranks = [output.ranking.run(frame) if output.ranking else None for output in self.outputs]
            hits = sorted(
                hits,
                key=lambda hit: [_rank(order, value) for order, value in zip(ranks, hit.results, strict=True)],
            )
        results = [self._shape(hit.results) for hit in hits]
        if self.hit_policy not in SINGLE:
            if self.aggregation is None:
                return results
            return FUNCTIONS[AGGREGATIONS[self.aggregation]].run(frame, results)
        if not hits:
            if all(output.default is None for output in self.outputs):
                return None
            return self._shape(
                [_allowed(o, o.default.run(frame), frame) if o.default else None for o in self.outputs]
            )
        if self.hit_policy == "UNIQUE" and len(hits) > 1:
            raise _clash(
                hits, "nhiều dòng cùng đúng, bảng UNIQUE chỉ cho một", "several rules fit; UNIQUE allows one"
            )
        if self.hit_policy == "ANY" and not all(same(results[0], other) for other in results[1:]):
            raise _clash(
                hits, "các dòng cùng đúng cho kết quả khác nhau", "the rules that fit give different results"
            )
        return results[0]

    def _shape(self, values: list[Value]) -> Value:
        if len(self.outputs) == 1:
            return values[0]
        return {output.name: value for output, value in zip(self.outputs, values, strict=True)}


# Evaluating ---------------------------------------------------------------------------------------


def _at(element: str | None, work: Callable[[], Any]) -> Any:
    """Run a part of a table and say in its error which element it was."""
    try:
        return work()
    except DecisionError:
        raise
    except FeelError as error:
        raise decision_error(element, error.message, error.message_en, error.text) from None


def decision_error(
    element: str | None, message: str, message_en: str, text: str | None = None
) -> DecisionError:
    error = DecisionError([Fault(element, message, message_en)])
    error.text = text
    return error


def _input(column: Input, frame: Frame) -> Value:
    value = fit(column.expression.run(frame), column.wanted, frame)
    if column.allowed is not None and value is not None:
        frame.value = value
        if not column.allowed.run(frame):
            raise FeelError(
                f"Giá trị {shown(value)} không có trong danh sách giá trị của cột {column.label}.",
                f"The value {shown(value)} is not among the input values of {column.label}.",
            )
    return value


def _fits(rule: Rule, values: list[Value], frame: Frame) -> bool:
    for value, test in zip(values, rule.tests, strict=True):
        frame.value = value
        if not test.run(frame):
            return False
    return True


def _allowed(output: Output, value: Value, frame: Frame) -> Value:
    value = fit(value, output.wanted, frame)
    if output.allowed is not None and value is not None:
        frame.value = value
        if not output.allowed.run(frame):
            raise FeelError(
                f"Kết quả {shown(value)} không có trong danh sách giá trị của cột {output.label}.",
                f"The result {shown(value)} is not among the output values of {output.label}.",
            )
    return value


def _rank(order: list[Value] | None, value: Value) -> int:
    """The place of a value in the output values; a column without them does not count."""
    if order is None:
        return 0
    return next((place for place, other in enumerate(order) if same(other, value)), len(order))


def _clash(hits: list[Hit], what: str, what_en: str) -> DecisionError:
    rules = ", ".join(hit.rule.id or "?" for hit in hits)
    return decision_error(hits[-1].rule.id, f"Dòng {rules}: {what}.", f"Rules {rules}: {what_en}.")
