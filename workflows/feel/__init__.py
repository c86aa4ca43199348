"""Expressions of diagrams, decision tables and forms: a subset of FEEL, compiled once, evaluated with a step
budget.

No expression can reach outside but through Env, run on and on, or eat memory. Unknown names and functions
and types that do not fit are FeelErrors, never null; what is outside the subset is refused by name when it
is compiled. It does not know which element an expression stands in: the caller adds that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from workflows.environment import Env
from workflows.feel import parser
from workflows.feel.cells import build_test
from workflows.feel.compiler import Building, build, unknown_name
from workflows.feel.errors import FeelError
from workflows.feel.frame import BUDGET, Frame, Run
from workflows.feel.values import Value, YearsMonths, lift, misfit, to_json

__all__ = [
    "BUDGET",
    "Env",
    "Expression",
    "FeelError",
    "Frame",
    "UnaryTests",
    "Value",
    "YearsMonths",
    "compile_expression",
    "compile_unary",
    "to_json",
]


class _Compiled:
    """What expressions and unary tests share: source, names used, and one guarded run."""

    __slots__ = ("_cost", "_run", "_slots", "names", "paths", "perhaps", "text", "tree")

    def __init__(self, text: str, tree: Any, run: Run, found: Building) -> None:
        self.text = text
        #: As parsed, for who looks at an expression without running it (`workflows.feel.types`).
        self.tree = tree
        #: First segments of the free names: `facts.pending_case` gives "facts". Names inside a filter are
        #: not among them, since they may be entries of its members.
        self.names = frozenset(found.names)
        #: The same in full: "facts.pending_case".
        self.paths = frozenset(found.paths)
        #: Names inside a filter, read from the data only where a member has no such entry.
        self.perhaps = frozenset(found.perhaps)
        self._run = run
        self._cost = found.nodes
        self._slots = found.slots

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.text!r}>"

    def run(self, frame: Frame) -> Value:
        """Evaluate on a frame that several expressions share, with one budget for all of them."""
        try:
            frame.spend(self._cost)
            if self._slots:
                frame.locals = [None] * self._slots
            return self._run(frame)
        except FeelError as error:
            error.text = error.text or self.text
            raise
        except RecursionError:
            raise FeelError(
                "Dữ liệu lồng nhau quá sâu để tính.",
                "The data is nested too deep to compute with.",
                self.text,
            ) from None
        except ZeroDivisionError:
            raise FeelError("Chia cho 0.", "Division by 0.", self.text) from None
        except (ArithmeticError, ValueError):
            raise FeelError(
                "Kết quả vượt quá giới hạn tính được.",
                "The result is beyond what can be computed.",
                self.text,
            ) from None

    def check_names(self, known: Collection[str]) -> None:
        """Raise FeelError for the first name that is not known; `known` may hold names and dotted paths."""
        whole = {name for name in known if "." not in name}
        for path in sorted(self.paths):
            segments = path.split(".")
            prefixes = {".".join(segments[: i + 1]) for i in range(len(segments))}
            if segments[0] not in whole and not prefixes & set(known):
                error = unknown_name(path)
                raise FeelError(error.message, error.message_en, self.text)


class Expression(_Compiled):
    """A compiled expression; immutable, shared freely between threads."""

    __slots__ = ()

    def evaluate(self, scope: Mapping[str, Any], env: Env, *, budget: int = BUDGET) -> Value:
        """Compute the value over plain JSON data. Raises FeelError."""
        return self.run(Frame(scope, env, budget))

    def holds(self, scope: Mapping[str, Any], env: Env, *, budget: int = BUDGET) -> bool:
        """Evaluate a condition. Raises FeelError when the answer is not a truth value; null is none
        either.
        """
        value = self.run(Frame(scope, env, budget))
        if type(value) is not bool:
            error = misfit("Điều kiện", "A condition", value)
            raise FeelError(error.message, error.message_en, self.text)
        return value


class UnaryTests(_Compiled):
    """The compiled cell of a decision table; immutable, shared freely between threads."""

    __slots__ = ()

    def matches(self, value: Any, scope: Mapping[str, Any], env: Env, budget: int = BUDGET) -> bool:
        """Tell whether the value fits any of the tests. Raises FeelError."""
        return bool(self.run(Frame(scope, env, budget, lift(value))))


def compile_expression(
    text: str, *, names: Collection[str] | None = None, spaced: tuple[str, ...] = ()
) -> Expression:
    """Compile an expression; `spaced` holds the names of more than one word, the longest first.

    Raises FeelError: syntax, unknown function, outside the subset by name, and, where `names` are given, an
    unknown name.
    """
    expression = _compiled_expression(text, spaced)
    if names is not None:
        expression.check_names(names)
    return expression


def compile_unary(
    text: str, *, names: Collection[str] | None = None, spaced: tuple[str, ...] = ()
) -> UnaryTests:
    """Compile the cell of a decision table. Raises FeelError like compile_expression."""
    tests = _compiled_unary(text, spaced)
    if names is not None:
        tests.check_names(names)
    return tests


@lru_cache(maxsize=4096)
def _compiled_expression(text: str, spaced: tuple[str, ...]) -> Expression:
    found = Building()
    try:
        tree = parser.parse_expression(text, spaced)
        return Expression(text, tree, build(tree, found), found)
    except FeelError as error:
        error.text = error.text or text
        raise


@lru_cache(maxsize=4096)
def _compiled_unary(text: str, spaced: tuple[str, ...]) -> UnaryTests:
    found = Building(unary=True)
    try:
        tree = parser.parse_unary(text, spaced)
        tests = [build_test(test, found, for_cell=True) for test in tree]
    except FeelError as error:
        error.text = error.text or text
        raise
    only = tests[0]
    run: Run = only if len(tests) == 1 else lambda frame: any(test(frame) for test in tests)
    return UnaryTests(text, tree, run, found)
