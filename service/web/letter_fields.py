"""The parts of a letter as fields in two languages: the same for the office's letters and for those of a process."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from service.notices import LANGUAGES
from service.web import edit

PARTS = {
    "subject": lazy_gettext("tiêu đề"), "opening": lazy_gettext("lời mở đầu"), "facts": lazy_gettext("các dòng thông tin"),
    "closing": lazy_gettext("lời kết"), "button": lazy_gettext("chữ trên nút"),
}
"""What the parts of a letter are called, in the order in which they are read."""


def head(language: str) -> str:
    """What the words of a language are called."""
    return _("Bản tiếng Anh") if language == "en" else _("Bản tiếng Việt")


def part_fields(hint: Callable[[str, str], str] = lambda language, part: "") -> list[edit.Field]:
    """The parts in both languages, one language after the other; `hint` says more of a part."""
    fields = list[edit.Field]()
    for language in LANGUAGES:
        for part, called in PARTS.items():
            key, label, more = f"{language}_{part}", _("%(head)s: %(part)s", head=head(language), part=called), hint(language, part)
            if part == "subject":
                fields.append(edit.text(key, label, hint=more, required=True, most=150))
            elif part == "button":
                fields.append(edit.text(key, label, hint=more, most=60))
            elif part == "facts":
                lines = _("Mỗi dòng viết Nhãn: giá trị. Dòng có giá trị không có thì được bỏ đi.")
                fields.append(edit.area(key, label, hint=f"{lines} {more}".strip(), most=6000))
            else:
                fields.append(edit.area(key, label, hint=more, required=part == "opening", most=2000))
    return fields


def named_fields() -> list[edit.Field]:
    """The parts, and before them what the letter is called: for one that lies in a file."""
    return [
        *edit.side_by_side(
            "name", edit.text("name", _("Tên mẫu thư"), required=True, most=100),
            edit.text("name_en", _("Tên bằng tiếng Anh"), required=True, most=100),
        ),
        *part_fields(),
    ]
