"""What can be done on a page can be done by a program, with the same right; the list of what cannot is closed (parity.toml)."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from service import route_rights
from service.app import create_app
from service.config import Settings

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("parity.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def writes(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """Endpoints that write: those of the pages, those of the API; without a database."""
    app: Flask = create_app(Settings(var=tmp_path_factory.mktemp("parity"), testing=True, demo=True))
    found = [rule for rule in app.url_map.iter_rules() if (rule.methods or set()) - route_rights.SAFE]
    calls = {rule.endpoint for rule in found if rule.rule.startswith("/api/")}
    return {rule.endpoint for rule in found} - calls, calls


def _pairs() -> Iterator[tuple[str, str]]:
    for page, calls in TABLE["pairs"].items():
        for call in [calls] if isinstance(calls, str) else calls:
            yield page, call


def _listed() -> list[str]:
    return [*TABLE["pairs"], *(page for part in ("only", "open") for pages in TABLE[part].values() for page in pages)]


def test_every_page_that_writes_has_its_call_or_its_reason(writes: tuple[set[str], set[str]]) -> None:
    pages, _calls = writes
    assert len(pages) > 150
    listed = _listed()
    assert [page for page, count in Counter(listed).items() if count > 1] == []
    assert sorted(pages - set(listed)) == [], "a page that writes: name its call in tests/service/api/parity.toml, or why it has none"
    assert sorted(set(listed) - pages) == []


def test_each_call_of_the_table_is_there(writes: tuple[set[str], set[str]]) -> None:
    _pages, calls = writes
    assert sorted({call for _page, call in _pairs()} - calls) == []


def test_a_call_asks_the_right_that_its_page_asks() -> None:
    said = route_rights.routes()
    differing = {f"{page} {call}" for page, call in _pairs() if not _same(said[page], said[call])}
    assert sorted(differing - set(TABLE["differs"])) == [], "a call that is asked otherwise than its page"
    assert sorted(set(TABLE["differs"]) - differing) == []


def _same(page: route_rights.Asked, call: route_rights.Asked) -> bool:
    """Of rights of the matrix: each that opens the page opens the call. Of all else: the same word."""
    if page.acts or call.acts:
        return bool(page.acts) and set(page.acts) <= set(call.acts)
    return (page.public, page.own, page.thing) == (call.public, call.own, call.thing)
