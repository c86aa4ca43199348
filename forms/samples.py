"""Answers made up for a form, so that it can be looked at as it is when it is filled in. They mean nothing.

Only for looking: a pattern of its own or a limit that is computed from other answers may not be met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from forms.compiler import Form
from forms.fields import KEYED, MANY_CHOICE, SINGLE_CHOICE, Part
from forms.patterns import finds
from forms.places import put
from forms.view import first_answers, lay_out

_ROUNDS = 4
"""How often what the answers have brought to light is filled in as well."""
_WORDS = "Nội dung mẫu để xem trước."
_PATTERNED = ("https://xa.example/bai-viet", "0912345678", "001099012345", "12/QĐ-UBND", "A1", "1")
"""What fields with a pattern of their own mostly ask for."""


def sample_answers(form: Form, *, today: date, given: Mapping[str, Any]) -> dict[str, Any]:
    """Answers that fill every field that is shown and can be written in; no files."""
    answers = first_answers(form, given)
    for _ in range(_ROUNDS):
        answers = _filled(lay_out(form, answers, today=today, given=given), today, 0, {})
    return answers


def _filled(parts: Iterable[Part], today: date, depth: int, found: dict[str, Any]) -> dict[str, Any]:
    for part in parts:
        one = part.field
        if not part.shown:
            continue
        if part.kind == "group":
            _filled(part.parts, today, depth, found)
        elif part.kind == "dynamiclist":
            rows = part.rows or ((part.blank,) if part.may_add else ())
            put(found, one.path[depth:], [_filled(row, today, len(one.path) + 1, {}) for row in rows])
        elif part.kind in KEYED and not (one.disabled or one.readonly):
            value = _value(part, today)
            if value is not None:
                put(found, one.path[depth:], value)
    return found


def _value(part: Part, today: date) -> Any:
    one = part.field
    if part.kind in SINGLE_CHOICE | MANY_CHOICE:
        open_ = [option.value for option in part.options if not option.closed]
        return (open_[:1] if part.kind in MANY_CHOICE else open_[0]) if open_ else None
    if part.kind == "checkbox":
        return True
    if part.kind == "number":
        low, high = part.minimum, part.maximum
        number = low if low is not None else min(Decimal(1), high) if high is not None else Decimal(1)
        return str(number) if one.as_text else int(number) if number == int(number) else float(number)
    if part.kind == "datetime":
        return today.isoformat() if one.subtype == "date" else part.value
    if part.kind in ("textfield", "textarea"):
        usual = {"email": "ten@xa.example", "phone": "0912345678"}.get(one.validation_type)
        if usual or one.pattern:
            return usual or next((text for text in _PATTERNED if finds(one.pattern, text)), part.value)
        return (_WORDS * (1 + (part.min_length or 0) // len(_WORDS)))[: part.max_length]
    return None
