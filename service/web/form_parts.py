"""Small questions that a page asks about the parts of a form. Draws nothing and checks nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from flask_babel import gettext

from forms.check import FINDS
from forms.fields import Part
from forms.problems import FieldError
from service import words
from service.vietnamese import fold
from service.web.parts import Fact

_MOST_TOLD = 80
_MOST_FOUND = 12


def rows(parts: Sequence[Part]) -> list[list[Part]]:
    """Parts in lines: neighbours that share a row of the form's layout stand together."""
    lines = groupby(enumerate(parts), key=lambda pair: pair[1].field.row or pair[0])
    return [[part for _, part in line] for _, line in lines]


def conditional(parts: Sequence[Part]) -> bool:
    """Whether an answer changes what else is asked or shown."""
    return any(field.hide is not None for part in parts for field in part.field.walk())


def searched(parts: Sequence[Part]) -> list[Part]:
    """Parts whose long choices are narrowed to what is chosen and what fits the text typed beside them (properties.finds)."""
    sought = {one.field.properties[FINDS]: fold(one.text) for one in parts if FINDS in one.field.properties}
    return [_narrowed(one, sought[one.path]) if one.path in sought else one for one in parts]


def _narrowed(part: Part, text: str) -> Part:
    chosen = [one for one in part.options if part.is_chosen(one)]
    fits = [one for one in part.options if text and one not in chosen and text in fold(f"{one.label} {one.follows}")]
    none = gettext("Không tìm thấy. Gõ ít chữ hơn, hoặc gõ khác.") if text and not fits else ""
    shown = part.shown and bool(chosen or text or part.errors)
    return replace(part, options=(*chosen, *fits[:_MOST_FOUND]), shown=shown, description=none or part.description)


def redrawn_by_days(parts: Sequence[Part]) -> bool:
    """Whether a day that is answered changes what else is asked or shown, by itself or by what is computed of it."""
    fields = [field for part in parts for field in part.field.walk()]
    read = {path for field in fields for one in (field.hide, field.expression) if one is not None for path in one.paths}
    return any(field.kind == "datetime" and ".".join(field.path) in read for field in fields)


def sentence(error: FieldError) -> str:
    """An error in the reader's language."""
    return error.message_en if words.language() == "en" else error.message


def faults(parts: Sequence[Part]) -> list[tuple[str, str]]:
    """(id, sentence) of each wrong place in the order of the page.

    The sentence names the place, with its row in a list, and with its group where another place has the same label.
    """
    labels = Counter(part.label for part, _row, _group in _placed(parts))
    found = []
    for part, row, group in _placed(parts):
        where = row or (group if labels[part.label] > 1 else "")
        found += [(part.name, " - ".join(filter(None, (where, _named(part.label, sentence(error)))))) for error in part.errors]
    return found


def _placed(parts: Sequence[Part], row: str = "", group: str = "") -> Iterator[tuple[Part, str, str]]:
    """Every part in the order of the page, with the row of a list and the group that it stands in."""
    for part in parts:
        yield part, row, group
        yield from _placed(part.parts, row, part.label if part.kind == "group" and part.label else group)
        for number, one in enumerate(part.rows, 1):
            yield from _placed(one, _row_words(part, one, number), "")


def _row_words(part: Part, row: Sequence[Part], number: int) -> str:
    """A row by its list, its number and what it says of itself: what its list tells it by first, else what is answered first in it."""
    keys = " ".join(part.field.properties.get("folds", "").split()[:2])
    keys = keys or next((one.field.key for one in walk(row) if one.field.key and _answer(one)), "")
    said = told(row, keys)[:_MOST_TOLD]
    if part.label:
        where = gettext("%(list)s, dòng %(number)s", list=part.label, number=number)
    else:
        where = gettext("Dòng %(number)s", number=number)
    return f"{where} ({said})" if said else where


def walk(parts: Sequence[Part]) -> Iterator[Part]:
    """Every part and all below it, in the order of the page."""
    for part in parts:
        yield part
        yield from walk(part.parts)
        for row in part.rows:
            yield from walk(row)


def facts(parts: Sequence[Part], files: Mapping[int, str] | None = None) -> list[Fact]:
    """What was filled in as facts, under the headings of the form's groups; what stands in none after them has a heading too."""
    found, headed = [], False
    for part in parts:
        said = filled([part], files) if part.shown else []
        grouped = part.kind == "group" and bool(part.label)
        if said and (grouped or headed):
            found.append(Fact(part.label if grouped else gettext("Nội dung khác"), "", head=True))
        headed = grouped if said else headed
        found += [Fact(label, text) for label, text in said]
    return found


def folding(parts: Sequence[Part]) -> list[Part]:
    """The lists whose lines are folded away, in the order of the page."""
    return [part for part in walk(parts) if part.kind == "dynamiclist" and part.shown and part.field.properties.get("folds")]


def unsettled(parts: Sequence[Part]) -> bool:
    """Whether somebody has to look here: something is wrong, or demanded and still empty, or a list has no line yet."""
    return any(part.errors or (part.shown and _lacks(part)) for part in walk(parts))


def _lacks(part: Part) -> bool:
    if part.kind == "dynamiclist":
        return not part.rows
    return part.required and not (part.text or part.texts)


def told(row: Sequence[Part], keys: str) -> str:
    """One line that tells a folded row: what is answered at these keys, in their order."""
    known = {part.field.key: part for part in row}
    return " · ".join(said for key in keys.split() if key in known and (said := _answer(known[key])))


def _answer(part: Part) -> str:
    return ", ".join(o.label for o in part.options if part.is_chosen(o)) if part.options else part.text


def filled(parts: Sequence[Part], files: Mapping[int, str] | None = None) -> list[tuple[str, str]]:
    """(label, answer) of what was filled in, in the order of the form; files by their names. What is computed without a label is none."""
    found = []
    for part in walk(parts):
        if not part.shown or part.kind in ("text", "group", "dynamiclist"):
            continue
        if part.kind == "filepicker":
            text = ", ".join((files or {}).get(int(key), "") for key in part.texts if key.isascii() and key.isdigit())
        elif part.options:
            text = _answer(part)
        elif part.kind == "checkbox":
            text = gettext("có") if part.value is True or part.text == "true" else gettext("không")
        elif part.field.is_amount and isinstance(part.value, int | float | Decimal):
            text = words.number(part.value)
        else:
            text = part.text
        if text and part.field.path and (part.label or part.kind != "expression"):
            found.append((part.label, text))
    return found


def _named(label: str, words_: str) -> str:
    known = label.casefold() in words_.casefold()
    return words_ if known else f"{label}: {words_[:1].lower()}{words_[1:]}"
