"""Expressions of a form: compiled at deployment, evaluated over the answers so far.

FEEL as form-js writes it, with a leading "=". The scope is form-js's: all answers by their paths, what was
`given`, and in a row of a dynamic list `this` (the row), `parent` (what holds the list) and `i` (row numbers
from 1). Which fields an expression hides is decided in `forms.visibility`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from workflows.calendar import WorkingCalendar
from workflows.environment import Env
from workflows.feel import Expression, FeelError, compile_expression

#: Names that form-js adds to the scope of every expression; what `this` and `parent` hold depends on the
#: place.
NUMBERS = frozenset({"i", "_i_"})

#: Steps that one expression may take; the rows of a list are read again for each.
BUDGET = 20_000

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_NOON = time(12)


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled expression of a form; `text` is its source without the leading equals sign."""

    text: str
    expression: Expression

    @property
    def paths(self) -> frozenset[str]:
        """Dotted paths that it reads."""
        return self.expression.paths

    def value(self, scope: Mapping[str, Any], env: Env) -> Any:
        """Compute it. Raises FeelError."""
        return self.expression.evaluate(scope, env, budget=BUDGET)

    def holds(self, scope: Mapping[str, Any], env: Env) -> bool:
        """Whether it is true; what cannot be computed is not, so that a hiding condition shows its field."""
        try:
            return self.value(scope, env) is True
        except FeelError:
            return False


def compile_condition(text: str, names: Collection[str]) -> Condition:
    """Compile "=expression". Raises FeelError: no leading "=", syntax, unknown function or name, outside the
    subset.
    """
    if not text.startswith("="):
        raise FeelError(
            f"Biểu thức phải bắt đầu bằng dấu =. Viết ={text}.",
            f"An expression begins with an equals sign. Write ={text}.",
            text,
        )
    source = text[1:].strip()
    return Condition(source, compile_expression(source, names=[*names, *NUMBERS]))


def environment(today: date) -> Env:
    """The outside of a form's expressions where none is given: noon of that day, no rules, no round."""
    noon = datetime.combine(today, _NOON, _ZONE)
    return Env(now=lambda: noon, calendar=WorkingCalendar())
