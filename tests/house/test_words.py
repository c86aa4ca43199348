"""Words that people see stand where they can be translated, and every sentence has both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "service" / "templates"
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_TRANS = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", re.DOTALL)
_SILENT = re.compile(r"<(script|style|svg|kbd)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(alt|title|placeholder|aria-label|content)\s*=\s*("([^"]*)"|'([^']*)')""")
_WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {"Vinh", "Danh"}
"""The product's own name is no word to translate."""

MISSAID = re.compile(r"(?<!bị )trả thư lại|[Cc]hữ thường, không có mã")
"""What says something else than is meant: letters to an address are returned, the address returns none (bị trả thư lại, thư bị
trả lại); a text without formatting is "văn bản thuần", not small letters ("chữ thường").
"""


def bare_words(source: str) -> list[str]:
    """Words of a template that no translation can reach: text between tags, and attributes that are read out."""
    text = _SILENT.sub(" ", _JINJA.sub("\x00", _TRANS.sub(" ", source)))
    said = [m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(text) if m[1] != "content" or 'name="viewport"' not in text]
    said = [s for s in said if "width=" not in s]
    between = re.sub(r"""\s[\w-]+=("[^"]*"|'[^']*')""", " ", re.sub(r"<[^>]*>", "\n", text))  # macros write attributes
    words = [w for part in [*said, between] for w in _WORD.findall(re.sub(r"&\w+;", " ", part))]
    return [w for w in words if w not in NAMES]


def test_bare_words_are_seen_and_wrapped_ones_are_not() -> None:
    assert bare_words("<p>Chưa có hồ sơ</p>") == ["Chưa", "có", "hồ", "sơ"]
    assert bare_words('<a title="Mở">{{ _("Mở hồ sơ") }}</a>') == ["Mở"]
    assert bare_words('{% trans n=3 %}Có {{ n }} hồ sơ{% endtrans %}<p class="none">{{ name }}</p>') == []


@pytest.mark.parametrize(
    "template", sorted(p.relative_to(TEMPLATES).as_posix() for p in TEMPLATES.rglob("*.html") if "letters" not in p.parts)
)
def test_every_word_of_a_template_can_be_translated(template: str) -> None:
    assert bare_words((TEMPLATES / template).read_text(encoding="utf-8")) == []


def test_no_word_says_something_else_than_is_meant() -> None:
    assert MISSAID.search("Địa chỉ trả thư lại") and not MISSAID.search("Địa chỉ bị trả thư lại")
    said = [p for kind in ("py", "toml", "html", "md") for folder in ("service", "docs") for p in (ROOT / folder).rglob(f"*.{kind}")]
    assert len(said) > 300
    assert [(p.relative_to(ROOT).as_posix(), m[0]) for p in said for m in MISSAID.finditer(p.read_text(encoding="utf-8"))] == []
