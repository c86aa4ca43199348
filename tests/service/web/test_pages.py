"""Every page template draws with what its comment asks for, and keeps the rules of the house."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from lxml import html

from service.web import rendering
from tests.service.web.showcase import PAGES

_TEMPLATES = Path(rendering.__file__).parent.parent / "templates"
_PAGE_FILES = sorted(path.stem for path in (_TEMPLATES / "pages").glob("*.html"))


@pytest.fixture(params=PAGES)
def drawn(request: pytest.FixtureRequest, stage: Flask) -> html.HtmlElement:
    answer = stage.test_client().get(f"/{request.param}")
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def test_page_has_no_inline_code(drawn: html.HtmlElement) -> None:
    assert drawn.xpath("//link[@rel='stylesheet']")
    assert drawn.xpath("//*[@style] | //style | //script[not(@src)]") == []
    assert [name for one in drawn.iter() for name in one.attrib if name.startswith("on")] == []


def test_page_has_each_id_once(drawn: html.HtmlElement) -> None:
    ids: Counter[str] = Counter(drawn.xpath("//*[not(ancestor::template)]/@id"))
    assert ids
    assert [id_ for id_, count in ids.items() if count > 1] == []


def test_page_names_every_control(drawn: html.HtmlElement) -> None:
    controls = drawn.xpath(
        "//input[not(@type='hidden')] | //select | //textarea[not(ancestor::dialog[@id='ask-row'])]"
    )
    labels = set(drawn.xpath("//label/@for"))
    assert controls or drawn.xpath("//main[not(.//form)]"), "a page that asks nothing has no form"
    assert [
        one.get("name")
        for one in controls
        if one.get("id") not in labels and not one.get("aria-label") and not one.xpath("ancestor::label")
    ] == []


def test_page_refers_only_to_what_is_there(drawn: html.HtmlElement) -> None:
    ids = set(drawn.xpath("//@id"))
    wanted = [
        *(id_ for value in drawn.xpath("//@aria-describedby | //@aria-labelledby") for id_ in value.split()),
        *drawn.xpath("//label/@for"),
        *drawn.xpath("//@form"),
        *(href[1:] for href in drawn.xpath("//*[local-name()='use']/@href")),
        *(href[1:] for href in drawn.xpath("//a[@data-dialog]/@href")),
        *(href[1:] for href in drawn.xpath("//*[@data-errors]//a/@href")),
    ]
    assert wanted
    assert [id_ for id_ in wanted if id_ not in ids] == []


def test_page_has_one_filled_button_at_most(drawn: html.HtmlElement) -> None:
    filled = drawn.xpath("//main//*[contains(concat(' ', @class, ' '), ' is-main ')][not(ancestor::dialog)]")
    outside_bulk = [one for one in filled if not one.xpath("ancestor::*[@class='bulk']")]
    assert len(outside_bulk) <= 1


def test_every_form_that_changes_something_has_the_token(drawn: html.HtmlElement) -> None:
    posting = drawn.xpath("//form[translate(@method, 'POST', 'post')='post']")
    assert posting
    assert [one for one in posting if not one.xpath(".//input[@name='csrf_token']")] == []


def test_headings_start_with_one(drawn: html.HtmlElement) -> None:
    assert len(drawn.xpath("//h1")) == 1
    assert drawn.xpath("//main//h1")


@pytest.mark.parametrize("name", _PAGE_FILES)
def test_template_lists_its_context(name: str) -> None:
    assert (_TEMPLATES / "pages" / f"{name}.html").read_text(encoding="utf-8").startswith("{#")


def test_templates_say_nothing_outside_the_catalogue() -> None:
    """Words between tags stand in _(…), so that the English catalogue can have them all."""
    bare = re.compile(r">\s*[^<>{}\n]*[à-ỹđÀ-ỸĐ][^<>{}\n]*<")
    found = [
        f"{path.name}: {match[0].strip()}"
        for path in [
            _TEMPLATES / "base.html",
            *_TEMPLATES.glob("kit/*.html"),
            *_TEMPLATES.glob("pages/*.html"),
        ]
        for match in bare.finditer(
            re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        )
    ]
    assert found == []
