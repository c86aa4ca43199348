"""Made-up answers fill what is shown of a form, within its limits."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from forms import Rejected, check, compile_form, lay_out
from forms.fields import KEYED
from forms.samples import sample_answers

LIBRARY = sorted((Path(__file__).parents[2] / "forms" / "library").glob("*.form"))
DAY = date(2026, 11, 3)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_every_form_of_the_library_is_filled_and_what_is_filled_is_right(path: Path) -> None:
    content = path.read_bytes()
    form, given = compile_form(content), json.loads(content).get("given", {})
    answers = sample_answers(form, today=DAY, given=given)
    errors = []
    try:
        check(form, answers, today=DAY, given=given)
    except Rejected as rejected:
        errors = rejected.errors
    files = {part.path for part in lay_out(form, answers, today=DAY, given=given) if part.kind == "filepicker"}
    typed = [one for one in errors if one.path not in files]
    assert not any(one.kind in KEYED for one in form.walk()) or answers
    assert typed == [], [(one.path, one.message) for one in typed]


def test_what_an_answer_brings_to_light_is_filled_too() -> None:
    form = compile_form({
        "type": "default", "id": "f", "schemaVersion": 19, "components": [
            {"type": "checkbox", "id": "a", "key": "more", "label": "Thêm"},
            {"type": "number", "id": "b", "key": "count", "label": "Số", "conditional": {"hide": "=more != true"},
             "validate": {"min": 3, "max": 5}},
            {"type": "textfield", "id": "c", "key": "word", "label": "Chữ", "validate": {"maxLength": 4}},
            {"type": "textfield", "id": "d", "key": "shut", "label": "Đóng", "disabled": True},
        ],
    })
    assert sample_answers(form, today=DAY, given={}) == {"more": True, "count": 3, "word": "Nội "}
