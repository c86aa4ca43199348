"""Every kind can be told in both languages, and every kind that the code writes is known."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from service import trail
from service.trail.kinds import ADMIN, BALLOT, LISTS, NOMINATION, SESSION, WORK
from service.trail.tell import Event
from tests.conftest import parsed

ROOT = Path(__file__).parents[3]
NOM_EVENT = "{urn:vinhdanh:nom:1}event"


def event(kind: str, **more: object) -> Event:
    fields: dict[str, object] = {"gseq": 1, "stream": "instance:1", "sseq": 1, "actor": "5", "kind": kind}
    fields |= {"at": datetime(2026, 11, 23, tzinfo=UTC), "door": "web"} | more
    return Event(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", trail.KINDS)
def test_kind_is_told_with_and_without_fields(kind: str) -> None:
    found = trail.KINDS[kind]
    names = set(re.findall(r"\{(\w+)(?:\|\w+)?\}", found.vi + found.en)) - {"actor"}
    for locale in ("vi", "en"):
        bare = trail.sentence(event(kind, names={5: "Lê Ban Mai"}), locale)
        full = trail.sentence(event(kind, body=dict.fromkeys(names, "7"), names={5: "Lê Ban Mai"}), locale)
        for told in (bare, full):
            assert not re.search(r"[\[\]{}]|  | [.,:]", told), told
            assert told[0].isupper() or told[0] in "“"
            assert told.endswith(".")
        assert "…" not in full
    assert re.fullmatch(r"[a-z_]+:[a-z_]+", kind)


def test_no_kind_stands_in_two_places() -> None:
    assert len(trail.KINDS) == sum(map(len, (NOMINATION, LISTS, WORK, ADMIN, BALLOT, SESSION)))


def test_petitions_are_hidden() -> None:
    assert all(found.hidden for kind, found in trail.KINDS.items() if kind.startswith("petition:"))


def test_every_kind_that_the_code_names_is_known() -> None:
    named = {}
    for path in (ROOT / "service").rglob("*.py"):
        for node in ast.walk(parsed(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) in ("trail.record", "record")
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                named[node.args[0].value] = f"{path.relative_to(ROOT)}:{node.lineno}"
    assert {word: place for word, place in named.items() if word not in trail.KINDS} == {}


def test_every_event_word_of_the_diagrams_is_known() -> None:
    words = {
        element.get(NOM_EVENT)
        for path in (ROOT / "bpmn").glob("*.bpmn")
        for element in etree.parse(path).iter()
        if element.get(NOM_EVENT)
    }
    assert words - trail.KINDS.keys() == set()


def test_what_is_counted_stands_in_singular_or_plural() -> None:
    def told(count: int) -> str:
        return trail.sentence(event("opinion_letter:sent", body={"names": list(range(count))}, names={5: "Lê Ban Mai"}), "en")

    assert told(1).endswith("asking opinions, 1 name.") and told(3).endswith("asking opinions, 3 names.")
    assert not any(re.search(r"\{\w+\} \w+s\b(?<!\bis)(?<!\bhas)(?<!\btakes)", found.en.replace("{code} ", ""))
                   for found in trail.KINDS.values() if "{count} " in found.en)
