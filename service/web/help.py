"""Help: the guides of docs/guides by role, the walks with pictures, the words of the field. Reads files, writes nothing."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from service import doors, people, words
from service.actor import Actor
from service.config import ROOT
from service.errors import NotFound
from service.web.frame import Link
from service.web.pages import me, page

blueprint = Blueprint("help", __name__)
DOCS = ROOT / "docs"
GUIDES = DOCS / "guides"
PICTURES = DOCS / "pictures"
VIETNAMESE = DOCS / "vi"
WALKS = ("first-nomination", "council-session", "rules", "papers", "process-studio", "new-process")
"""Pages of docs with pictures; what `docs/vi` has in Vietnamese is read in Vietnamese, unless the reader has chosen English."""
TECHNICAL = ("operating", "security", "audit", "api")
"""Pages of docs for who runs the service or calls it from a program, in English; the others are for who builds it."""
TERMS = "terms"
_IN_VIETNAMESE = ("process-studio",)
"""Walks that are written in Vietnamese alone, with an English summary, as the guides are."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file of docs, drawn: its title, and what stands below it."""

    title: str
    body: Markup


@blueprint.get("/help")
def show_all() -> Response:
    """The guides, the reader's own first, the walks with pictures, and the words."""
    return page(
        "help",
        crumbs=[],
        sentence=_("Hướng dẫn"),
        status=_("Mỗi vai một trang ngắn. Trang của bạn đứng trước."),
        groups=[
            (_("Dành cho bạn"), [_link(name) for name in own_guides(me())]),
            (_("Các vai khác"), [_link(name) for name in _guides() if name not in own_guides(me())]),
            (_("Từ dùng"), [_link(TERMS)]),
            (_("Từng bước có hình"), [_link(name) for name in WALKS]),
            (_("Cho người vận hành, kết nối phần mềm (tiếng Anh)"), [_link(name) for name in TECHNICAL]),
        ],
        body="", language="",
    )


@blueprint.get("/help/<name>")
def show(name: str) -> Response:
    """One page of help."""
    me()
    text = _text(name)
    return page(
        "help", crumbs=[Link(_("Hướng dẫn"), url_for("help.show_all")), Link(text.title, "")],
        sentence=text.title, status="", groups=[], body=text.body,
        language="en" if _file(name).parent == DOCS and name not in _IN_VIETNAMESE else "vi",
    )


@blueprint.get("/help/pictures/<name>")
def picture(name: str) -> AnyResponse:
    """A picture that a page of help shows."""
    if name not in _pictures():
        raise _unknown()
    return doors.hand_file(PICTURES / name, "image/png", name, look=True)


def own_guides(by: Actor) -> list[str]:
    """Guides that are written for somebody, in the order of the groups that he holds."""
    return list(dict.fromkeys(guide for group in sorted(by.groups) if (guide := people.guide_of(group))))


def _unknown() -> NotFound:
    return NotFound("Không có trang hướng dẫn này.", "There is no such page of help.")


def _guides() -> list[str]:
    return sorted(one.stem for one in GUIDES.glob("*.md") if one.stem not in ("README", TERMS))


@functools.cache
def _pictures() -> frozenset[str]:
    return frozenset(one.name for one in PICTURES.glob("*.png"))


def _link(name: str) -> Link:
    return Link(_text(name).title, url_for("help.show", name=name))


def _text(name: str) -> Text:
    file = _file(name)
    title, body = _drawn(file, file.stat().st_mtime_ns)
    return Text(title, body)


def _file(name: str) -> Path:
    if name in (*_guides(), TERMS):
        return GUIDES / f"{name}.md"
    if name in WALKS and name not in _IN_VIETNAMESE and words.language() != "en":
        return VIETNAMESE / f"{name}.md"
    if name in (*WALKS, *TECHNICAL):
        return DOCS / f"{name}.md"
    raise _unknown()


@functools.lru_cache(maxsize=64)
def _drawn(file: Path, _written: int) -> tuple[str, Markup]:
    """Title and body of a file; raw HTML in it is text, and a link leads to another page of help or out of the house, else nowhere."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    for part, drawn in _SCROLLED.items():
        reader.add_render_rule(part, drawn)
    tokens = reader.parse(file.read_text(encoding="utf-8"))
    title = heading = ""
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        title, tokens = tokens[1].content, tokens[3:]
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[at + 1].content
        token.meta["heading"] = heading or title
        for one in token.children or ():
            _lead(one)
    return title, Markup(reader.renderer.render(tokens, reader.options, {}))


def _box(_renderer: RendererProtocol, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType) -> str:
    """The beginning of a table, or a block of code: what is wide scrolls in a box that the keyboard reaches, named by the heading above."""
    box = Markup('<div class="scroll-box" tabindex="0" role="group" aria-label="{}">').format(tokens[at].meta["heading"])
    if tokens[at].type == "table_open":
        return str(box + Markup("<table>\n"))
    return str(box + Markup("<pre><code>{}</code></pre></div>\n").format(tokens[at].content))


def _box_ends(_renderer: RendererProtocol, _tokens: Sequence[Token], _at: int, _options: OptionsDict, _env: EnvType) -> str:
    return "</table></div>\n"


_SCROLLED = {"fence": _box, "code_block": _box, "table_open": _box, "table_close": _box_ends}


def _lead(token: Token) -> None:
    """Point a link or a picture of a file to where the service shows it."""
    if token.type == "link_open":
        path = str(token.attrGet("href") or "")
        stem = path.partition("#")[0].rpartition("/")[2].removesuffix(".md")
        if path.startswith("https://"):
            token.attrSet("rel", "noreferrer")
        elif stem in (*_guides(), TERMS, *WALKS, *TECHNICAL):
            token.attrSet("href", f"/help/{stem}")
        else:
            token.attrs.pop("href", None)
    elif token.type == "image":
        token.attrSet("src", f"/help/pictures/{str(token.attrGet('src') or '').rpartition('/')[2]}")
        token.attrSet("loading", "lazy")
