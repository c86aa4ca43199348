"""A letter of a draft before it goes to anybody: part by part, as its reader would get it, and as a mail to oneself."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from service import notices
from service.actor import Actor
from service.errors import Invalid
from service.notices import Rendered
from service.studio.drafts import require_editor
from workflows.letter_text import BadLetter


def preview_letter(content: bytes, *, by: Actor) -> dict[str, Rendered]:
    """A letter in each language with made-up values. Raises Forbidden, Invalid with what is wrong line by line."""
    require_editor(by)
    try:
        return {language: notices.draft_preview(content, language=language, by=by) for language in notices.LANGUAGES}
    except BadLetter as bad:
        raise _refused(bad) from None


def try_letter(content: bytes, *, by: Actor) -> None:
    """Queue a letter to oneself with made-up values, on the way that every mail goes. Raises Forbidden, Invalid."""
    require_editor(by)
    try:
        notices.try_letter(content, by=by)
    except BadLetter as bad:
        raise _refused(bad) from None


def typed_letter(content: bytes, *, by: Actor) -> dict[str, str]:
    """The parts of a letter as they are typed: `name`, `vi_subject` …; facts are lines of "label: value".

    What is wrong in a part is left to the check. Raises Forbidden, and Invalid for a file that holds anything but such parts.
    """
    require_editor(by)
    try:
        return dict(_typed(tomllib.loads(content.decode("utf-8-sig"))))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise Invalid(
            "Tệp này không đọc được thành từng ô. Sửa ở “Dạng tệp”; phép kiểm tra nêu chỗ sai.",
            "This file cannot be read into fields. Mend it as a file; the check says what is wrong.", code="letter-unreadable",
        ) from None


def _typed(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    known = {"name", "name_en", *notices.LANGUAGES}
    if not data.keys() <= known or not all(data.get(language, {}).keys() <= set(notices.PARTS) for language in notices.LANGUAGES):
        raise KeyError("something that is no part of a letter would be lost")
    for key in ("name", "name_en"):
        yield key, _text(data.get(key, ""))
    for language in notices.LANGUAGES:
        said = data.get(language, {})
        for part in notices.PARTS:
            if part == "facts":
                yield f"{language}_facts", "\n".join(f"{_text(label)}: {_text(value)}" for label, value in said.get("facts", []))
            else:
                yield f"{language}_{part}", _text(said.get(part, "")).strip("\n")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _refused(bad: BadLetter) -> Invalid:
    lines: list[dict[str, object]] = [
        {"line": one.line, "message": f"Dòng {one.line}: {one.message}", "message_en": f"Line {one.line}: {one.message_en}"}
        for one in bad.faults
    ]
    return Invalid("Mẫu thư còn chỗ cần sửa.", "There is something in the letter to mend.", code="letter-refused", lines=lines)
