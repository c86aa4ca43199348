"""Every kind can be told in both languages, and every kind that the code writes is known."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from service import parts, trail
from service.awards import lists
from service.awards.lists.kinds import PAST
from service.trail.kinds import TABLES
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
    assert len(trail.KINDS) == sum(map(len, TABLES))


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


def words_of_diagrams() -> set[str]:
    """Words of the history that the diagrams tell."""
    return {
        word
        for path in (ROOT / "bpmn").rglob("*.bpmn")
        for element in etree.parse(path).iter()
        if (word := element.get(NOM_EVENT))
    }


def test_every_event_word_of_the_diagrams_is_known() -> None:
    assert words_of_diagrams() - trail.KINDS.keys() == set()


def words_of_lists() -> set[str]:
    """What making a list and the acts on it leave in the trail, kind by kind."""
    assert parts.SUBJECTS, "every kind of list has registered itself"
    return {
        f"{name}:{word}"
        for name, kind in lists.KINDS.items()
        for word in (kind.made, "emptied", *(["child_made"] if kind.parents else []), *(PAST.get(a.name, a.name) for a in kind.acts))
    }


def test_every_kind_is_recorded_somewhere() -> None:
    named, made_up = words_of_diagrams() | words_of_lists(), set()
    for path in (ROOT / "service").rglob("*.py"):
        if path.parent == ROOT / "service" / "trail" / "kinds":
            continue
        for node in ast.walk(parsed(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "trail.record" and isinstance(node.args[0], ast.JoinedStr):
                made_up.add("".join(v.value if isinstance(v, ast.Constant) else "[a-z_]+" for v in node.args[0].values))
    assert "task:claimed" in named and "paper:batch_[a-z_]+_begun" in made_up, "both ways of naming one are found"
    unused = trail.KINDS.keys() - named
    assert {kind for kind in unused if not any(re.fullmatch(word, kind) for word in made_up if word[0] != "[")} == set()


def test_what_is_counted_stands_in_singular_or_plural() -> None:
    def told(count: int) -> str:
        return trail.sentence(event("opinion_letter:sent", body={"names": list(range(count))}, names={5: "Lê Ban Mai"}), "en")

    assert told(1).endswith("asking opinions, 1 name.") and told(3).endswith("asking opinions, 3 names.")
    assert not any(re.search(r"\{\w+\} \w+s\b(?<!\bis)(?<!\bhas)(?<!\btakes)", found.en.replace("{code} ", ""))
                   for found in trail.KINDS.values() if "{count} " in found.en)
