"""Reads a posted page into raw answers, and carries out the row buttons of a page without JavaScript.

Names of inputs are those of `forms.fields.html_name`: "A1-score", "evidence-0-link". Nothing is judged here:
what was typed stays as typed, so that the page can show it again. Names that the form does not have (tokens,
buttons) are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forms.compiler import Form
from forms.components import MOST_ROWS
from forms.fields import KEYED, MANY_CHOICE, Field, html_name
from forms.places import put

ADD, REMOVE = "_add:", "_remove:"

Posted = Mapping[str, Sequence[str]]


def from_html(form: Form, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Raw answers of a posted page. Rows keep their order and are numbered anew from 0. Never raises."""
    posted: dict[str, list[str]] = {}
    for name, value in pairs:
        posted.setdefault(name, []).append(value)
    answers: dict[str, Any] = {}
    _read(form.fields, posted, (), 0, answers)
    return answers


def change_rows(form: Form, pairs: Iterable[tuple[str, str]]) -> dict[str, Any] | None:
    """Raw answers after a row button, to show the page again; None where no row button was pressed.

    The buttons are named `_add:evidence` and `_remove:evidence-2` with the page's names; no value needed.
    A button for a list or row that is not there changes nothing.
    """
    listed = list(pairs)
    pressed = next((name for name, _ in listed if name.startswith((ADD, REMOVE))), None)
    if pressed is None:
        return None
    posted: dict[str, list[str]] = {}
    for name, value in listed:
        posted.setdefault(name, []).append(value)
    answers: dict[str, Any] = {}
    lists: dict[str, tuple[Field, list[Any]]] = {}
    numbers: dict[str, tuple[list[Any], int]] = {}
    _read(form.fields, posted, (), 0, answers, lists, numbers)
    if pressed.startswith(ADD):
        found = lists.get(pressed.removeprefix(ADD))
        if found and len(found[1]) < found[0].max_rows:
            found[1].append({})
    else:
        row = numbers.get(pressed.removeprefix(REMOVE))
        if row:
            del row[0][row[1]]
    return answers


def _read(
    fields: Iterable[Field],
    posted: Posted,
    base: tuple[str | int, ...],
    depth: int,
    target: dict[str, Any],
    lists: dict[str, tuple[Field, list[Any]]] | None = None,
    numbers: dict[str, tuple[list[Any], int]] | None = None,
) -> None:
    """Read the fields of one container; `base` is its place on the page, whose row numbers may have gaps."""
    for one in fields:
        own = one.path[depth:]
        name = html_name((*base, *own))
        if one.kind == "group":
            _read(one.children, posted, base, depth, target, lists, numbers)
        elif one.kind == "dynamiclist":
            rows: list[Any] = []
            for place, number in enumerate(_numbers(posted, name)):
                row: dict[str, Any] = {}
                at = (*base, *own, number)
                _read(one.children, posted, at, len(one.path) + 1, row, lists, numbers)
                rows.append(row)
                if numbers is not None:
                    numbers[html_name(at)] = (rows, place)
            put(target, own, rows)
            if lists is not None:
                lists[name] = (one, rows)
        elif one.kind in KEYED and one.kind != "expression" and not (one.disabled or one.readonly):
            value = _value(one, posted.get(name))
            if value is not None:
                put(target, own, value)


def _value(one: Field, values: Sequence[str] | None) -> Any:
    if one.kind == "checkbox":
        return values is not None and values[-1] not in ("false", "")
    if one.kind in MANY_CHOICE or one.kind == "filepicker":
        return [value for value in values or () if value != ""]
    return values[-1] if values else None


def _numbers(posted: Posted, name: str) -> list[int]:
    """Numbers of the rows that were posted, in order, no more than any list may have."""
    prefix = name + "-"
    found = {
        int(number)
        for number in (key[len(prefix) :].split("-", 1)[0] for key in posted if key.startswith(prefix))
        if number.isascii() and number.isdigit() and len(number) <= 6
    }
    return sorted(found)[: MOST_ROWS + 1]
