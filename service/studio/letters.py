"""A letter of a draft before it goes to anybody: as its reader would get it, and as a mail to oneself."""

from __future__ import annotations

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


def _refused(bad: BadLetter) -> Invalid:
    lines: list[dict[str, object]] = [
        {"line": one.line, "message": f"Dòng {one.line}: {one.message}", "message_en": f"Line {one.line}: {one.message_en}"}
        for one in bad.faults
    ]
    return Invalid("Mẫu thư còn chỗ cần sửa.", "There is something in the letter to mend.", code="letter-refused", lines=lines)
