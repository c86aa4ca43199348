"""Data that the parts share fits together: acts on lists, their forms, the waits of the diagrams, the trail's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from forms import compile_form
from service import parts
from service.awards.lists import KINDS, Act, ListKind
from service.trail.kinds import KINDS as ENTRIES

ROOT = Path(__file__).resolve().parents[2]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
NOM = "{urn:vinhdanh:nom:1}"

parts.join_parts()
ACTS = [pytest.param(kind, act, id=f"{kind.name}.{act.name}") for kind in KINDS.values() for act in kind.acts]


def _elements(*kinds: str) -> Iterator[etree._Element]:
    for path in sorted((ROOT / "bpmn").glob("*.bpmn")):
        for kind in kinds:
            yield from etree.parse(path).iter(f"{BPMN}{kind}")


def _waits() -> dict[str, tuple[str, str | None, set[str]]]:
    """Receive task → kind of its list, name of its message, values that it takes."""
    names = {m.get("id"): m.get("name") for m in _elements("message")}
    return {
        task.get("id", ""): (
            task.get(f"{NOM}list", ""),
            names.get(task.get("messageRef")),
            set(re.split(r"[\s,]+", task.get(f"{NOM}values", "").strip())) - {""},
        )
        for task in _elements("receiveTask")
    }


@pytest.mark.parametrize("form", sorted((ROOT / "forms").rglob("*.form")), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_form_compiles_under_its_own_name(form: Path) -> None:
    compiled = compile_form(form.read_bytes())
    assert compiled.keys
    assert form.parent.name == "acts" or compiled.id == form.stem


@pytest.mark.parametrize(("kind", "act"), ACTS)
def test_act_names_a_form_that_is_there(kind: ListKind, act: Act) -> None:
    assert act.form is None or (ROOT / "forms" / "acts" / f"{act.form}.form").exists()


@pytest.mark.parametrize(("kind", "act"), ACTS)
def test_act_stands_at_waits_that_the_diagrams_have(kind: ListKind, act: Act) -> None:
    waits = _waits()
    others = {t.get("id") for t in _elements("userTask", "serviceTask")}
    for element in act.waits:
        assert element in waits or element in others, f"no diagram has {element}"
        if act.message and element in waits and waits[element][1] == act.message:
            sent = {r.value for r in act.results if r.message in ("", act.message)}
            taken = waits[element][2]
            assert not (sent and taken) or sent & taken, f"{element} takes {taken}, {act.name} sends {sent}"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_kind_gathers_at_waits_that_the_diagrams_have(kind: ListKind) -> None:
    known = {t.get("id") for t in _elements("receiveTask", "userTask")}
    assert set(kind.gathers) <= known


def test_every_wait_of_a_diagram_is_ended_by_an_act() -> None:
    messages = {a.message for k in KINDS.values() for a in k.acts if a.message}
    messages |= {r.message for k in KINDS.values() for a in k.acts for r in a.results if r.message}
    waits = {name: message for name, (_, message, _) in _waits().items() if name.startswith("wait_")}
    assert waits
    rooms = (ROOT / "service" / "awards", ROOT / "service" / "council" / "session")
    source = "".join(p.read_text(encoding="utf-8") for room in rooms for p in room.glob("*.py"))
    source += "".join(f'"agenda:{word}"' for word in re.findall(r'_tell\(\s*[\w.()]+, "(\w+)"', source))
    assert {n: m for n, m in waits.items() if m not in messages and f'"{m}"' not in source} == {}


def test_every_wait_names_a_kind_of_list() -> None:
    assert {n: kind for n, (kind, _, _) in _waits().items() if kind and kind not in KINDS} == {}


def test_every_entry_has_a_sentence_in_both_languages() -> None:
    assert ENTRIES
    for name, kind in ENTRIES.items():
        assert re.fullmatch(r"[a-z_]+:[a-z_]+", name), name
        assert kind.vi, name
        assert kind.en, name
