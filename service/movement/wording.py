"""What was answered on a form, in words: for titles, columns and search. Draws no page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from forms import Form, Part, lay_out
from forms.fields import KEYED, Field
from service import clock
from service.db import database_number
from service.movement.models import Period
from service.movement.registers import Kept
from service.processes.deployments import definition_of, form_of
from workflows.letter_text import fill_gaps
from workflows.register import Register, Words

LONGEST = 300
_MOST_TEXT = 20_000
"""What a long field of a form takes."""


def said_on(form: Form, answers: Mapping[str, Any], *, given: Mapping[str, Any] = {}, language: str = "vi") -> dict[str, str]:
    """Field → its answer as text, of the fields at the top of a form that were answered and are no files."""
    parts = lay_out(form, answers, today=clock.today(), given=given, language=language)
    return {part.path: text for part in _shown(parts) if "." not in part.path and (text := words_of(part))}


def whole_lines(lines: Sequence[str], what: str) -> str:
    """Lines as one text that a form's field takes: where not all have room, the last one says how many (`what`) are left out."""
    text, kept = "\n".join(lines), len(lines)
    while len(text) > _MOST_TEXT:
        kept -= 1
        text = "\n".join([*lines[:kept], f"… và {len(lines) - kept} {what} khác, xem trang của kỳ"])
    return text


def _shown(parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        if part.shown:
            yield part
            yield from _shown(part.parts)


def words_of(part: Part) -> str:
    """What was answered at one place of a form, in words; "" for what holds none: a group, a list, files."""
    if part.kind in ("text", "group", "dynamiclist", "filepicker") or not part.field.path:
        return ""
    if part.options:
        return ", ".join(option.label for option in part.options if part.is_chosen(option))
    if part.kind == "checkbox":
        return ("có" if part.value is True or part.text == "true" else "") if part.value is not None else ""
    return part.text


def title_of(register: Register, said: Mapping[str, str], *, unit: str = "", period: str = "") -> str:
    """The title of a matter by its register's pattern; what it is called where nothing fills the pattern."""
    first = {name: value.strip().split("\n")[0] for name, value in said.items()}
    values = {name: first.get(name, "") for name in register.gaps} | {"unit": unit, "period": period}
    return (fill_gaps(register.title, values).strip() or register.one[0])[:LONGEST]


def period_words(period: Period) -> Words:
    """What a period is called in both languages: "6 tháng đầu năm 2026", "năm 2026"."""
    if period.half:
        return f"6 tháng đầu năm {period.year}", f"the first half of {period.year}"
    return f"năm {period.year}", str(period.year)


def number_words(register: Register, number: int, year: int) -> str:
    """The number of a matter as it is written: `ĐKN 12/2026`."""
    return f"{register.series} {number:02d}/{year}"


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a register's matters as it is listed: its label and its choices, in both languages."""

    key: str
    label: Words
    kind: str
    choices: Mapping[str, Words]

    def words(self, value: Any, language: str = "vi") -> str:
        """A value of the column in words; "" for none."""
        at = int(language == "en")
        if isinstance(value, bool):
            return (("có", "yes") if value else ("không", "no"))[at]
        if isinstance(value, list):
            return ", ".join(self.words(one, language) for one in value)
        if value is None:
            return ""
        text = str(value)
        if text in self.choices:
            return self.choices[text][at]
        if self.kind == "datetime":
            try:
                return f"{date.fromisoformat(text):%d/%m/%Y}"
            except ValueError:
                return text
        return figure_words(text) if self.kind == "number" else text


def figure_words(value: Any) -> str:
    """A number as it is written here: dots between thousands, a comma before the decimals; what is no number as it is."""
    try:
        whole, _, rest = f"{Decimal(str(value)):,f}".partition(".")
    except (ArithmeticError, ValueError):
        return str(value)
    return whole.replace(",", ".") + (f",{rest.rstrip('0')}" if rest.strip("0") else "")


def columns_of(kept: Kept) -> tuple[Column, ...]:
    """The columns of a register, in its order; their labels are those of the forms of its version."""
    return _columns(database_number(), kept.deployment)


@lru_cache(maxsize=128)
def _columns(engine: int, deployment: int) -> tuple[Column, ...]:
    definition = definition_of(deployment)
    register = definition.register
    if register is None:
        return ()
    tasks = [one.attrs["form"] for one in definition.elements.values() if one.kind == "user" and "form" in one.attrs]
    fields: dict[str, list[Field]] = {}
    for name in dict.fromkeys([*([register.form] if register.form else []), *tasks]):
        for field in form_of(deployment, name).walk():
            if len(field.path) == 1 and field.kind in KEYED:
                fields.setdefault(field.path[0], []).append(field)
    return tuple(_column(key, fields[key]) for key in register.columns if key in fields)


def _column(key: str, fields: Sequence[Field]) -> Column:
    """The column of a field that is asked for once or more often: labels as where it is asked first, every choice of all."""
    choices: dict[str, Words] = {}
    for field in fields:
        for one in field.options:
            choices.setdefault(str(one.value), field.option_words(one.value) or (one.label, one.label))
    first = fields[0]
    kind = "textfield" if first.kind == "number" and not first.is_amount else first.kind
    return Column(key, (first.label, first.properties.get("label.en", first.label)), kind, choices)
