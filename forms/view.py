"""Lays a form out for a page: a tree of `Part`, with values, options, errors and texts ready to be drawn.

Plain data for Jinja macros; no HTML is made here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from forms.check import filled, label_of
from forms.compiler import Form
from forms.components import TODAY
from forms.conditions import Condition
from forms.fields import KEYED, Field, Option, Part, dotted, html_name, str_of
from forms.limits import bound_now, closed_options, options_now
from forms.places import MISSING, Path, Place, Row, Settled, put, settle
from forms.problems import FieldError
from forms.templates import is_own_path, show
from workflows.environment import Env
from workflows.feel import FeelError, to_json

#: Stands for the row number in the names of a blank row that a page copies.
ROW = "__row__"

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(.*))?")
_NOTHING: Mapping[str, Any] = {}
AGAIN = "again"
"""Under which a form is given what the same step answered when it was done before."""


def lay_out(
    form: Form,
    answers: Mapping[str, Any],
    *,
    today: date,
    given: Mapping[str, Any] = _NOTHING,
    env: Env | None = None,
    errors: Iterable[FieldError] = (),
    language: str = "vi",
) -> tuple[Part, ...]:
    """The form with answers (stored, drafted or as typed) and the errors of a check, ready to be drawn.

    In English where `language` is "en" and the form has it: properties "label.en", "column.KEY.en", "option.VALUE.en" …
    """
    settled = settle(form, answers, today=today, given=given, env=env)
    by_path: dict[str, list[FieldError]] = {}
    for error in errors:
        by_path.setdefault(error.path, []).append(error)
    drawing = _Drawing(settled, by_path, "en" if language == "en" else "")
    return tuple(drawing.part(place) for place in settled.places)


def first_answers(form: Form, given: Mapping[str, Any] = _NOTHING, *, today: date | None = None) -> dict[str, Any]:
    """Answers to begin with: defaults, what is `given` under a field's own name, and lists with their first
    rows.

    A list with properties.rowsFrom starts with the rows given under that name, as far as it has their keys. A field with
    properties.first starts with what is given under that name; "today" is `today`, where the caller says which day that is.
    What is given under `again`, the answers of the same step when it was done before, goes before all that; what it decided
    then (`decision`) is decided anew.
    """
    first = {one.path[0]: name for one in form.walk() if len(one.path) == 1 and (name := one.properties.get("first"))}
    days = {key: today.isoformat() for key, name in first.items() if name == TODAY and today}
    named = {key: value for key, name in first.items() if name != TODAY and (value := given.get(name)) not in (None, "")}
    anew = {"decision", *(one.path[0] for one in form.walk() if one.readonly and one.path)}
    again = {key: _copied(value) for key, value in (given.get(AGAIN) or _NOTHING).items() if key in form.names - anew}
    return _first(form.fields, 0, {**days, **given, **named}) | again


def _first(fields: Iterable[Field], depth: int, given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def add(one: Field) -> None:
        if one.kind == "group":
            for child in one.children:
                add(child)
        elif one.kind == "dynamiclist":
            put(found, one.path[depth:], _first_rows(one, given))
        elif one.kind in KEYED and one.kind != "expression":
            value = given.get(one.path[0]) if len(one.path) == 1 else None
            value = one.default if value is None else value
            if value is not None:
                put(found, one.path[depth:], value)

    for one in fields:
        add(one)
    return found


def taken_over(form: Form, answers: Mapping[str, Any], earlier: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """Answers with what an earlier file says put where nothing stands yet, and how many fields were filled.

    Only fields with properties.takenOver; what was typed is never written over.
    """
    found, number = _copied(answers), 0
    for one in form.walk():
        if one.properties.get("takenOver") and _blank(_at(found, one.path)) and not _blank(value := _at(earlier, one.path)):
            put(found, one.path, value)
            number += 1
    return found, number


def _at(answers: Any, path: Iterable[str]) -> Any:
    for segment in path:
        answers = answers.get(segment) if isinstance(answers, Mapping) else None
    return answers


def _copied(answers: Any) -> Any:
    """The same answers in dicts of their own, so that the caller's stay as they are."""
    return {key: _copied(value) for key, value in answers.items()} if isinstance(answers, Mapping) else answers


def _blank(value: Any) -> bool:
    """Whether an answer says nothing: blank text, or a list whose rows say nothing."""
    if isinstance(value, Mapping):
        return all(map(_blank, value.values()))
    if isinstance(value, list):
        return all(map(_blank, value))
    return value is None or not str(value).strip()


def _first_rows(one: Field, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    depth = len(one.path) + 1
    source = given.get(one.properties.get("rowsFrom", ""))
    if not isinstance(source, list) or not source:
        return [_first(one.children, depth, _NOTHING) for _ in range(one.start_rows)]
    keys = {".".join(child.path[depth:]) for child in one.walk() if child.kind in KEYED}
    return [
        {**_first(one.children, depth, _NOTHING), **{key: value for key, value in row.items() if key in keys}}
        for row in source[: one.max_rows]
        if isinstance(row, Mapping)
    ]


class _Drawing:
    """One page being laid out."""

    def __init__(self, settled: Settled, errors: Mapping[str, list[FieldError]], language: str) -> None:
        self.settled, self.errors, self.language = settled, errors, language

    def part(self, place: Place, *, blank: bool = False) -> Part:
        one = place.field
        value = None if place.raw is MISSING else place.raw
        if one.kind == "expression":
            value = place.value
        value = [] if value is None and one.kind in ("filepicker", "checklist", "taglist") else value
        path = dotted(place.path)
        count = len(place.rows)
        told = self.told(place)
        return Part(
            field=one,
            kind=one.kind,
            path=path,
            name=html_name(place.path) if place.path and one.path else one.id,
            label=self.words(place, "label", one.label)
            or (label_of(place, self.settled) if one.kind in KEYED - {"expression"} else ""),
            description=self.words(place, "description", one.text or one.description),
            hint=self.words(place, "hint", one.hint),
            shown=not place.hidden,
            required=one.required or one.min_rows > 0,
            value=value,
            text=typed(value, one) if not isinstance(value, list | Mapping) else "",
            texts=tuple(str_of(item) for item in value)
            if isinstance(value, list) and one.kind != "dynamiclist"
            else (),
            errors=() if blank or one.kind == "group" else tuple(self.errors.get(path, ())),
            options=self.options(place),
            minimum=self.bound(place, one.minimum),
            maximum=self.bound(place, one.maximum),
            min_length=self.length(place, one.min_length),
            max_length=self.length(place, one.max_length),
            parts=tuple(self.part(child, blank=blank) for child in place.children),
            rows=tuple(tuple(self.part(child) for child in row.places) for row in place.rows),
            blank=self.blank_row(place) if one.kind == "dynamiclist" else (),
            headings=tuple(self.words(place, f"column.{column.key}", column.label) for column in one.columns),
            cells=tuple(tuple(show(row.get(column.key)) for column in one.columns) for row in told),
            links=tuple(tuple(self.link(place, column.key, row) for column in one.columns) for row in told),
            may_add=one.may_add and count < one.max_rows,
            may_remove=one.may_add and count > 0,
        )

    def words(self, place: Place, name: str, text: str) -> str:
        """A text of the form in the page's language, its expressions filled in."""
        if self.language:
            text = place.field.properties.get(f"{name}.{self.language}", text)
        return filled(text, place, self.settled)

    def options(self, place: Place) -> tuple[Option, ...]:
        one = place.field
        try:
            options = options_now(one, place.scope, self.settled.env, self.settled.given)
        except FeelError:
            return ()
        closed = closed_options(one, place.scope, self.settled.env, self.settled.given)
        own, language = one.properties, self.language
        return tuple(
            Option(
                option.value,
                own.get(f"option.{option.value}.{language}", option.label_en or option.label) if language else option.label,
                own.get(f"follows.{option.value}.{language}", option.follows_en or option.follows) if language else option.follows,
                closed.get(str_of(option.value), ("", ""))[1 if language else 0],
            )
            for option in options
        )

    def bound(self, place: Place, bound: Condition | Decimal | int | None) -> Decimal | None:
        try:
            return bound_now(bound, place.scope, self.settled.env)
        except FeelError:
            return None

    def length(self, place: Place, bound: Condition | int | None) -> int | None:
        number = self.bound(place, bound)
        return None if number is None else int(number)

    def blank_row(self, place: Place) -> tuple[Part, ...]:
        """A row to copy, as if every condition in it saw an empty row."""
        base: Path = (*place.path, ROW)
        row = Row(
            0, [_empty(one, base, (*place.field.path, "*"), place) for one in place.field.children], True
        )
        return tuple(self.part(child, blank=True) for child in row.places)

    def told(self, place: Place) -> list[Mapping[str, Any]]:
        """The rows of a table; none where they cannot be computed."""
        one = place.field
        if one.kind != "table":
            return []
        try:
            rows = to_json(one.expression.value(place.scope, self.settled.env)) if one.expression else []
        except FeelError:
            return []
        return [row for row in rows or [] if isinstance(row, Mapping)]

    def link(self, place: Place, column: str, row: Mapping[str, Any]) -> str:
        """Where a cell of a table leads: a path of the service that its row holds under what `column.KEY.link` names."""
        said = row.get(place.field.properties.get(f"column.{column}.link", ""))
        return said if isinstance(said, str) and is_own_path(said) else ""


def _empty(one: Field, base: Path, above: tuple[str, ...], list_: Place) -> Place:
    place = Place(one, (*base, *one.path[len(above) :]), scope=list_.scope)
    if one.default is not None:
        place.raw = one.default
    place.children = (
        [_empty(child, base, above, list_) for child in one.children] if one.kind == "group" else []
    )
    place.hidden = list_.hidden
    return place


def typed(value: Any, one: Field) -> str:
    """A value as a person types it: 8,5 and 23/11/2026; what was typed wrongly stays as it was."""
    if value is None or value is MISSING:
        return ""
    if isinstance(value, bool):
        return str_of(value)
    if isinstance(value, int | float | Decimal) and one.kind in ("number", "expression"):
        return show(value)
    if one.kind == "datetime" and isinstance(value, str) and (match := _ISO.fullmatch(value)):
        day = f"{match[3]}/{match[2]}/{match[1]}"
        return f"{day} {match[4][:5]}" if match[4] else day
    return str(value)
