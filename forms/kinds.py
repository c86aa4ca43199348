"""What a form tells the check of a bundle: its faults, the types of its answers, the names it reads, its choices.

It compiles the form and looks at it; what follows for a diagram is the checker's business.
"""

from __future__ import annotations

from collections.abc import Iterator

from forms.compiler import Form, compile_form
from forms.conditions import Condition
from forms.fields import CHOICE, KEYED, MANY_CHOICE, SINGLE_CHOICE, Field, dotted
from forms.problems import FormProblems
from workflows.feel.types import ANY, Type, context, list_of, one, texts
from workflows.known import Choice, FormSeen
from workflows.problems import Problem


def see_form(content: bytes) -> FormSeen:
    """Look at a form; one with faults tells these alone."""
    try:
        form = compile_form(content)
    except FormProblems as found:
        return FormSeen(tuple(Problem(p.key, p.code, p.message, p.message_en) for p in found.problems))
    entries: dict[str, Type] = {}
    for field in form.fields:
        _gather(field, entries, 0)
    return FormSeen((), entries, frozenset(_read(form)), tuple(_choices(form)))


def _gather(field: Field, entries: dict[str, Type], depth: int) -> None:
    """Put the answers of a field and of all below it where they land in the data."""
    if field.kind == "group":
        for child in field.children:
            _gather(child, entries, depth)
    elif field.kind == "dynamiclist":
        row: dict[str, Type] = {}
        for child in field.children:
            _gather(child, row, len(field.path) + 1)
        _put(entries, field.path[depth:], list_of(context(row)))
    elif field.kind in KEYED and not field.disabled:
        _put(entries, field.path[depth:], _type_of(field))


def _put(entries: dict[str, Type], path: tuple[str, ...], kind: Type) -> None:
    for segment in reversed(path[1:]):
        kind = context({segment: kind})
    entries[path[0]] = entries[path[0]] | kind if path[0] in entries else kind


def _type_of(field: Field) -> Type:
    """The type of an answer as `forms.check` gives it."""
    if field.kind in ("textfield", "textarea"):
        return one("string")
    if field.kind == "number":
        return one("string" if field.as_text else "number", "null")
    if field.kind == "datetime":
        return one("string", "null")
    if field.kind == "checkbox":
        return one("boolean")
    if field.kind == "filepicker":
        return list_of(None)
    if field.kind in CHOICE:
        item = _option_type(field)
        return list_of(item) if field.kind in MANY_CHOICE else item | one("null", "string") if not field.options else item | one("null")
    return ANY


def _option_type(field: Field) -> Type:
    if not field.options:
        return ANY
    values = [option.value for option in field.options]
    kinds = {"boolean" if isinstance(v, bool) else "string" if isinstance(v, str) else "number" for v in values}
    return texts([v for v in values if isinstance(v, str)], *kinds) if "string" in kinds else one(*kinds)


def _read(form: Form) -> Iterator[str]:
    """Every name that its conditions, limits, options and texts read."""
    for field in form.walk():
        for part in (
            field.hide, field.must, field.min_length, field.max_length, field.minimum, field.maximum, field.options_expression,
            field.expression, *field.closed_when.values(),
        ):
            if isinstance(part, Condition):
                yield from part.paths
        yield from (name for name in (field.options_key, field.earliest, field.latest) if name)
    for template in form.templates.values():
        for piece in template.parts:
            if isinstance(piece, Condition):
                yield from piece.paths


def _choices(form: Form) -> Iterator[Choice]:
    for field in form.walk():
        if field.kind in SINGLE_CHOICE | {"checkbox"} and not field.disabled:
            yield Choice(dotted(field.path), field.label or field.key)


__all__ = ["see_form"]
