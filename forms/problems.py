"""What is wrong with a form or with an answer: one record per fault, in Vietnamese and in English.

It finds no faults: the compiler finds those of a form, the check those of an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One fault in a form's schema, said so that its author can mend it."""

    key: (
        str | None
    )  # key of the field, else its id, else its place ("components[2]"); None = the form as a whole
    code: str  # stable machine word, e.g. "unknown-component"
    message: str
    message_en: str


class FormProblems(Exception):
    """A form that cannot be used; `problems` holds every fault found, at least one."""

    def __init__(self, problems: Iterable[FormProblem]) -> None:
        self.problems: tuple[FormProblem, ...] = tuple(problems)
        super().__init__("; ".join(f"{p.key or '-'}: {p.message_en}" for p in self.problems))


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in an answer: where, and a sentence that says what is wrong and what to type."""

    path: str  # "A1.evidence.0.link"; rows of a dynamic list by number from 0, as they were sent
    label: str  # the field's label, for the summary on top of the page
    message: str
    message_en: str

    @property
    def name(self) -> str:
        """Name of the input on the page, see `forms.fields.html_name`."""
        return self.path.replace(".", "-")


class Rejected(Exception):
    """Answers that are not accepted; `errors` holds every fault found, in the order of the form."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors: tuple[FieldError, ...] = tuple(errors)
        super().__init__("; ".join(f"{e.path}: {e.message_en}" for e in self.errors))
