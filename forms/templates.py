"""Texts of a form that hold expressions, and the Markdown of its text components, as plain data.

`{{expression}}` and a whole text "=expression" as in form-js; its blocks (`{{#if}}`, `{{#loop}}`) are
refused. Markdown is read into blocks of spans, so that a page escapes every word itself: no HTML passes
through a form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from forms.conditions import Condition, compile_condition
from forms.sentences import spoken
from workflows.environment import Env
from workflows.feel import FeelError

_HOLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_SPAN = re.compile(
    r"\*\*(?P<bold>[^*]+)\*\*|\*(?P<italic>[^*]+)\*|\[(?P<label>[^\]]+)\]\((?P<href>[^)\s]+)\)"
)
_OWN_PATH = re.compile(r"/(?![/\\])[^\s\\]*")
_SAFE_LINK = re.compile(r"(https://|/(?!/)|#)", re.IGNORECASE)
_ITEM = re.compile(r"[-*]\s+")
_HEADING = re.compile(r"(#{1,6})\s+")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with holes: words and expressions in turn."""

    parts: tuple[str | Condition, ...]

    def fill(self, scope: Mapping[str, Any], env: Env) -> str:
        """The text with every hole filled; what cannot be computed leaves nothing."""
        return "".join(part if isinstance(part, str) else _filled(part, scope, env) for part in self.parts)


def compile_template(text: str, names: Collection[str]) -> Template | None:
    """Compile a text; None where it has no hole. Raises FeelError like `compile_condition`."""
    if text.startswith("="):
        return Template((compile_condition(text, names),))
    pieces = _HOLE.split(text)
    if len(pieces) == 1:
        return None
    parts: list[str | Condition] = []
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            parts.append(piece)
            continue
        source = piece.strip()
        if source.startswith(("#", "/")):
            raise FeelError(
                f"Không dùng được khối {{{{{source}}}}} trong văn bản. Dùng hai mục có điều kiện ẩn.",
                f"The block {{{{{source}}}}} cannot stand in a text. Use components that hide by condition.",
                text,
            )
        parts.append(compile_condition("=" + source.removeprefix("="), names))
    return Template(tuple(parts))


def _filled(condition: Condition, scope: Mapping[str, Any], env: Env) -> str:
    try:
        return show(condition.value(scope, env))
    except FeelError:
        return ""


def show(value: Any) -> str:
    """A value as people read it: "8,5", "23/11/2026", "có"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, list):
        return ", ".join(show(one) for one in value)
    return spoken(value)


@dataclass(frozen=True, slots=True)
class Span:
    """Some words in one style; `href` is a link within the service or to an https address."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a text component; items that follow each other are one list."""

    kind: Literal["heading", "paragraph", "item"]
    spans: tuple[Span, ...]
    level: int = 0  # of a heading, 1 to 6


def blocks(markdown: str) -> tuple[Block, ...]:
    """Read headings, paragraphs, list items, bold, italic and safe links; all else stays plain words."""
    found: list[Block] = []
    lines: list[str] = []

    def end_paragraph() -> None:
        if lines:
            found.append(Block("paragraph", spans("\n".join(lines))))
            lines.clear()

    for line in (raw.strip() for raw in markdown.splitlines()):
        if not line:
            end_paragraph()
        elif heading := _HEADING.match(line):
            end_paragraph()
            found.append(Block("heading", spans(line[heading.end() :]), len(heading[1])))
        elif item := _ITEM.match(line):
            end_paragraph()
            found.append(Block("item", spans(line[item.end() :])))
        else:
            lines.append(line)
    end_paragraph()
    return tuple(found)


def is_own_path(href: str) -> bool:
    """Whether this is a path of the service itself, and of nobody else's."""
    return _OWN_PATH.fullmatch(href) is not None


def spans(text: str) -> tuple[Span, ...]:
    """Read the styles within one line."""
    found: list[Span] = []
    end = 0
    for match in _SPAN.finditer(text):
        if match.start() > end:
            found.append(Span(text[end : match.start()]))
        end = match.end()
        if match["bold"]:
            found.append(Span(match["bold"], bold=True))
        elif match["italic"]:
            found.append(Span(match["italic"], italic=True))
        elif _SAFE_LINK.match(match["href"]):
            found.append(Span(match["label"], href=match["href"]))
        else:
            found.append(Span(match[0]))
    if end < len(text):
        found.append(Span(text[end:]))
    return tuple(found)
