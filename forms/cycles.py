"""Finds conditions that go round in a circle: such a form could be shown in two ways, or in none."""

from __future__ import annotations

from forms.conditions import Condition
from forms.fields import Field


def cyclic_fields(root: Field) -> list[Field]:
    """Fields whose being shown, or whose computed value, depends on itself."""
    fields = list(root.walk())
    above = {child.id: one for one in fields for child in one.children}
    needs = {one.id: _needs(one, fields, above) for one in fields}
    done: set[str] = set()
    open_: set[str] = set()
    found: set[str] = set()

    def visit(name: str) -> None:
        open_.add(name)
        for other in needs[name]:
            if other in open_:
                found.add(name)
            elif other not in done:
                visit(other)
        open_.discard(name)
        done.add(name)

    for one in fields:
        if one.id not in done:
            visit(one.id)
    return [one for one in fields if one.id in found]


def _needs(one: Field, fields: list[Field], above: dict[str, Field]) -> set[str]:
    """Ids of the fields to be settled before this one: what holds it, and what its expressions read."""
    needs = {above[one.id].id} if one.id in above else set()
    for condition in (one.hide, one.expression if one.kind == "expression" else None):
        if condition:
            for path in _absolute(condition, one.path):
                needs |= {other.id for other in fields if _reads(path, other)}
    return needs


def _absolute(condition: Condition, at: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The paths that an expression reads, from the root."""
    rows = [place for place, segment in enumerate(at) if segment == "*"]
    found: set[tuple[str, ...]] = set()
    for path in condition.paths:
        first, *rest = path.split(".")
        word = first.strip("_")
        depth = {"this": -1, "parent": -2}.get(word)
        if depth is None:
            found.add((first, *rest))
        else:
            base = at[: rows[depth] + 1] if len(rows) >= -depth else ()
            found.add((*base, *rest))
    return found


def _reads(path: tuple[str, ...], other: Field) -> bool:
    if not other.path or not path or other.kind == "form":
        return False
    if other.kind == "group":
        return False  # a group is settled with its members
    if other.kind == "dynamiclist":
        return path == other.path
    return other.path[: len(path)] == path and "*" not in other.path[len(path) :]
