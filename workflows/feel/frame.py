"""The state of one evaluation: data, outside, the value tested, and how many steps are left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from workflows.environment import Env
from workflows.feel.errors import FeelError
from workflows.feel.values import Value

BUDGET = 10_000


class Frame:
    """What a compiled expression runs on; made anew for each evaluation, never shared between threads."""

    __slots__ = ("env", "left", "locals", "scope", "value")

    def __init__(self, scope: Mapping[str, Any], env: Env, budget: int, value: Value = None) -> None:
        self.scope = scope
        self.env = env
        self.left = budget
        self.value = value
        self.locals: list[Value] = []

    def spend(self, steps: int) -> None:
        """Count steps; raises FeelError when none are left, so that no expression runs on and on."""
        self.left -= steps
        if self.left < 0:
            raise FeelError(
                "Biểu thức tính quá lâu. Rút gọn biểu thức hoặc danh sách.",
                "The expression takes too many steps. Shorten it or its lists.",
            )


Run: TypeAlias = Callable[[Frame], Value]
