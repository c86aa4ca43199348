"""The matrix of rights says the truth: each right is asked for somewhere, and each right asked for stands in it."""

from __future__ import annotations

import ast
from pathlib import Path

import service.parts  # registers the kinds of lists
from service import papers, people
from service.awards import lists
from service.awards.models import List

ROOT = Path(__file__).resolve().parents[2]
ASKING = {"allowed": 1, "allowed_for_other": 1, "require": 1, "must": 1, "_must": 1, "units_with": 1, "may_file_for": 1}
"""Functions that ask for a right → the place of the right among what they are given."""
NAMES_GROUPS = {"service/web/home.py": "whose first page it is: a role in the office, and no right"}
"""Pages and calls that may name groups, each with its reason."""
ALSO_OTHERWISE = {"admin", "inspector", "secretary", "member", "chair", "deputy", "clerk", "accountant", "province", "unit", "agency"}
"""Words of groups that are fields, seats and levels too."""
assert service.parts


def _constants(tree: ast.Module) -> dict[str, str]:
    """Names that a module gives to a word: RIGHT = "recipient.join"."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _asked_in_code() -> dict[str, str]:
    trees = {p: ast.parse(p.read_text(encoding="utf-8")) for p in sorted((ROOT / "service").rglob("*.py"))}
    named: dict[str, str] = {}
    for tree in trees.values():
        named |= _constants(tree)
    found: dict[str, str] = {}
    for path, tree in trees.items():
        own = named | _constants(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
            place = ASKING.get(name)
            if place is None or len(node.args) <= place:
                continue
            given = node.args[place]
            word = given.value if isinstance(given, ast.Constant) else own.get(given.id) if isinstance(given, ast.Name) else None
            if isinstance(word, str):
                found[word] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def _asked_of_lists() -> dict[str, str]:
    """What the mechanism of lists asks for by the kinds and acts that are registered."""
    found: dict[str, str] = {}
    for kind in lists.KINDS.values():
        found[f"{kind.name}.read"] = f"kind {kind.name}"
        if kind.gathers:
            found[f"{kind.name}.draft"] = f"kind {kind.name}"
        for act in kind.acts:
            found |= {right: f"act {kind.name}.{act.name}" for right in (act.right, act.enter) if right}
    found |= {kind.right: f"paper {kind.code}" for kind in papers.paper_kinds().values()}
    found["decision.read_published"] = "kind decision"
    return found


def test_each_right_of_the_matrix_is_asked_for_and_each_asked_for_stands_in_it() -> None:
    asked = _asked_in_code() | _asked_of_lists()
    assert len(_asked_in_code()) > 30, "the walk over the code finds what it looks for"
    matrix = set(people.acts())
    assert {right: place for right, place in asked.items() if right not in matrix} == {}, "asked for, not in the matrix"
    assert sorted(matrix - set(asked)) == [], "in the matrix, asked for nowhere"


def _of_groups(tree: ast.AST) -> list[int]:
    """Lines that ask whether somebody belongs to a group, or name one."""
    words = set(people.catalogue()) - ALSO_OTHERWISE
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "may"
        or isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.partition(":")[0] in words
    ]


def test_pages_and_calls_ask_the_matrix_and_name_no_groups() -> None:
    for bad in ('by.may(*READERS)', 'GROUPS = ("vhxh", "vanphong")', 'f"unit_head:{unit}" in by.groups'):
        assert _of_groups(ast.parse(bad)), bad
    assert not _of_groups(ast.parse('people.allowed(by, "task.read_all") and {"unit": 1}'))
    found = {
        path.relative_to(ROOT).as_posix(): lines
        for folder in ("web", "api") for path in sorted((ROOT / "service" / folder).glob("*.py"))
        if (lines := _of_groups(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found.keys() == NAMES_GROUPS.keys(), found


def test_only_a_published_kind_asks_for_what_is_published() -> None:
    published = [kind.name for kind in lists.KINDS.values() if any(kind.public(_row(kind.name, state)) for state in kind.states)]
    assert published == ["decision"]


def _row(kind: str, state: str) -> List:
    return List(kind=kind, state=state)
