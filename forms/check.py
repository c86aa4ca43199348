"""Checks answers against a form on the server, whatever a browser may have checked before.

Pages and API pass the same door. What it takes comes back as plain JSON: what is hidden is not there, what
was left empty stands as form-js keeps it ("" for text, [] for several, false for a box, null for the rest).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from forms.compiler import Form
from forms.fields import KEYED, Field, dotted
from forms.limits import Outside
from forms.places import MISSING, Place, Row, Settled, fault_of, plain, put, settle
from forms.problems import FieldError, Rejected
from forms.sentences import sentence
from workflows.environment import Env

#: Kinds whose answers are codes, scores and dates: what may stand in the data of a process.
CODES = KEYED - {"textfield", "textarea", "filepicker"}

FINDS = "finds"
"""Property of a text that is no answer: the choices whose key it names are narrowed on the page to what is typed in it."""

_NOTHING: Mapping[str, Any] = {}


def check(
    form: Form,
    answers: Mapping[str, Any],
    *,
    today: date,
    given: Mapping[str, Any] = _NOTHING,
    env: Env | None = None,
) -> dict[str, Any]:
    """Take answers or refuse them with every fault. Raises Rejected.

    `given` holds what the form reads besides its answers: instance data, option lists, `files` (callable,
    collection or numbers with name and media_type), `answers` (of read-only fields) and `closed` (options
    that cannot be chosen this time, see `forms.limits.closed_options`). `env` is needed only by forms whose
    expressions ask for rules or for the round's calendar.
    """
    settled = settle(form, answers, today=today, given=given, env=env)
    errors = faults(settled)
    if not isinstance(answers, Mapping):
        errors.insert(
            0, FieldError("", "Biểu mẫu", *sentence("not-an-object", "Câu trả lời", "The answer", {}))
        )
    if errors:
        raise Rejected(errors)
    return _clean(settled.places, 0)


def visible(
    form: Form,
    answers: Mapping[str, Any],
    *,
    today: date,
    given: Mapping[str, Any] = _NOTHING,
    env: Env | None = None,
) -> set[str]:
    """Dotted paths of the answers that are shown now, rows by number."""
    settled = settle(form, answers, today=today, given=given, env=env)
    return {
        dotted(place.path)
        for place in settled.walk()
        if not place.hidden and (place.field.kind in KEYED or place.field.kind == "dynamiclist")
    }


def codes(form: Form, clean: Mapping[str, Any]) -> dict[str, Any]:
    """The part of checked answers that may stand in the data of a process: codes, scores and dates.

    Free text and files stay with the completion (domain/process.md section 5), and with them every list that
    has nothing else.
    """
    return _codes(form.fields, clean, 0)


def _codes(fields: tuple[Field, ...], clean: Any, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields:
        if one.kind == "group":
            _merge(found, _codes(one.children, clean, depth))
            continue
        value = clean
        for segment in one.path[depth:]:
            value = value.get(segment, _NOTHING) if isinstance(value, Mapping) else _NOTHING
        if value is _NOTHING or not one.path:
            continue
        if one.kind == "dynamiclist":
            rows = [_codes(one.children, row, len(one.path) + 1) for row in value]
            if any(rows):
                put(found, one.path[depth:], rows)
        elif one.kind in CODES:
            put(found, one.path[depth:], value)
    return found


def _merge(target: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _merge(target[key], value)
        else:
            target[key] = value


def faults(settled: Settled) -> list[FieldError]:
    """Every fault of the answers in the order of the form, then keys that the form does not have."""
    errors: list[FieldError] = []
    for place in settled.walk():
        if place.hidden or place.field.disabled:
            continue
        fault = _fault(place, settled)
        if fault:
            errors.append(error_of(place, fault, settled))
    for path, code in settled.strays:
        name = dotted(path)
        errors.append(FieldError(name, name, *sentence(code, name, name, {"typed": name})))
    return errors


def _fault(place: Place, settled: Settled) -> tuple[str, dict[str, Any]] | None:
    one = place.field
    if place.fault:
        return place.fault
    if one.kind == "dynamiclist":
        count = sum(not row.blank for row in place.rows)
        if count < one.min_rows:
            return "too-few-rows", {"count": count, "limit": one.min_rows}
        if count > one.max_rows:
            return "too-many-rows", {"count": count, "limit": one.max_rows}
        return _unmet(place, settled)
    elif one.kind in KEYED and one.kind != "expression" and not one.readonly:
        outside = Outside(place.scope, settled.env, settled.given, settled.today)
        raw = None if place.raw is MISSING else place.raw
        try:
            place.value = settled.form.readers[one.id].validate_python(raw, context=outside)
        except ValidationError as error:
            return fault_of(error)
        return _unmet(place, settled) if place.value is not None else None
    return None


def _unmet(place: Place, settled: Settled) -> tuple[str, dict[str, Any]] | None:
    """The fault of an answer that does not meet what the form says it must; nothing is taken that cannot be computed."""
    must = place.field.must
    return ("unmet", {}) if must is not None and not must.holds(place.scope, settled.env) else None


def error_of(place: Place, fault: tuple[str, dict[str, Any]], settled: Settled) -> FieldError:
    """A fault as a sentence; a form may say in its own words what it demands (properties.requiredMessage, mustMessage)."""
    one = place.field
    code, details = fault
    label = label_of(place, settled)
    label_en = one.properties.get("label.en") or label
    message, message_en = sentence(code, label, label_en, details)
    if code.startswith("required-") and (own := one.properties.get("requiredMessage")):
        message = filled(own, place, settled)
        message_en = filled(one.properties.get("requiredMessage.en", message_en), place, settled)
    if code == "unmet":
        message, message_en = (
            filled(one.properties.get(name, one.properties["mustMessage"]), place, settled) for name in ("mustMessage", "mustMessage.en")
        )
    return FieldError(dotted(place.path), label, message, message_en)


def label_of(place: Place, settled: Settled) -> str:
    """The label with its expressions filled in; the key where there is none."""
    return filled(place.field.label, place, settled) or place.field.key or dotted(place.path)


def filled(text: str, place: Place, settled: Settled) -> str:
    """A text of the form with its expressions filled in."""
    template = settled.form.templates.get(text)
    return template.fill(place.scope, settled.env) if template else text


def _clean(places: list[Place], depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place in places:
        one = place.field
        if place.hidden or one.disabled:
            continue
        if one.kind == "group":
            _merge(found, _clean(place.children, depth))
        elif one.kind == "dynamiclist":
            put(
                found,
                place.path[depth:],
                [_row(row, len(place.path) + 1) for row in place.rows if not row.blank],
            )
        elif one.kind in KEYED and not one.properties.get(FINDS):  # what is only searched for says nothing
            put(found, place.path[depth:], plain(place))
    return found


def _row(row: Row, depth: int) -> dict[str, Any]:
    return _clean(row.places, depth)
