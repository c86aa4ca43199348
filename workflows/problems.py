"""What is wrong with a bundle: one record per fault, each with an element id and one plain sentence.

It does not find faults (definition, feel and decisions do) and it formats nothing for a page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a diagram, a decision table or a form, said so that its author can mend it."""

    element: str | None  # id in the diagram, table or form; None = the file as a whole
    code: str  # stable machine word, e.g. "unknown-form"
    message: str  # one plain Vietnamese sentence that says what to do
    message_en: str
    severity: str = "error"  # "error" stops a deployment, "warning" does not
    file: str | None = None  # name in the bundle; None = the bundle as a whole
    part: str = ""  # what of the element: "due", "candidates", "condition", …; "" = the code says it, or the whole element


class Problems(Exception):
    """A bundle that cannot be deployed; `problems` holds every fault found, at least one."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("; ".join(f"{p.element or '-'}: {p.message_en}" for p in self.problems))
