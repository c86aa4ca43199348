"""What the files of a draft hold: what can be named in them, and in which file each problem lies. Changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from lxml import etree

from service.processes import deployments
from workflows import safexml
from workflows.graph import BPMN, local
from workflows.letter_text import BadLetter, read_letter
from workflows.problems import Problem

_LABELLED = ("label", "text", "key", "id")


@dataclass(frozen=True, slots=True)
class Named:
    """Something that can be named: its id, what it is called, the file it stands in, its kind (`userTask`, `form`, …)."""

    id: str
    name: str
    file: str
    kind: str


@dataclass(frozen=True, slots=True)
class Found:
    """A problem, the file it lies in ("" where it is the whole draft's), and what its element is called."""

    problem: Problem
    file: str
    name: str


@dataclass(slots=True)
class Contents:
    """Everything in a draft that something else may name."""

    elements: list[Named] = field(default_factory=list)
    """Of diagrams, processes and flows included."""
    tables: list[Named] = field(default_factory=list)
    forms: list[Named] = field(default_factory=list)
    letters: list[Named] = field(default_factory=list)
    fields: list[Named] = field(default_factory=list)
    """Of forms, under the keys that problems name."""

    def walk(self) -> Iterator[Named]:
        """Everything, what stands in diagrams first."""
        yield from self.elements
        yield from self.tables
        yield from self.fields


def contents_of(files: Mapping[str, bytes]) -> Contents:
    """Look through the files of a draft; what cannot be read holds nothing."""
    found = Contents()
    for name, content in sorted(files.items()):
        stem, kind = PurePath(name).stem, PurePath(name).suffix
        if kind == ".bpmn":
            found.elements += (Named(key, said, name, tag) for key, said, tag in _diagram(content))
        elif kind == ".dmn":
            found.tables += (Named(key, said, name, "decision") for key, said in _tables(content))
        elif kind == ".form":
            found.forms.append(Named(stem, _title(content) or stem, name, "form"))
            found.fields += (Named(key, said, name, "field") for key, said in _fields(content))
        elif kind == ".letter":
            found.letters.append(Named(stem, _letter_name(content) or stem, name, "letter"))
    return found


def problems_of(files: Mapping[str, bytes], main: str) -> list[Found]:
    """Everything that is wrong with a draft, errors first, each with its file; the gate of deployment says the same."""
    problems = deployments.problems_of(files, main)
    held = contents_of(files)
    by_id: dict[str, Named] = {}
    for one in held.walk():
        by_id.setdefault(one.id, one)
    found = []
    for problem in problems:
        at = by_id.get(problem.element or "")
        found.append(Found(problem, problem.file or (at.file if at else ""), at.name if at else ""))
    return found


@lru_cache(maxsize=128)
def _diagram(content: bytes) -> tuple[tuple[str, str, str], ...]:
    root = _read(content)
    return () if root is None else tuple(
        (str(node.get("id")), " ".join((node.get("name") or "").split()), local(node))
        for process in root.iter(f"{BPMN}process") for node in process.iter()
        if node.get("id") and str(node.tag).startswith(BPMN)
    )


@lru_cache(maxsize=128)
def _tables(content: bytes) -> tuple[tuple[str, str], ...]:
    root = _read(content)
    return () if root is None else tuple(
        (str(node.get("id")), node.get("name") or str(node.get("id")))
        for node in root.iter() if local(node) == "decision" and node.get("id")
    )


def _read(content: bytes) -> etree._ElementTree | None:
    try:
        return safexml.parse(content)
    except safexml.RefusedXml:
        return None


def _letter_name(content: bytes) -> str:
    try:
        return read_letter(content).name
    except BadLetter:
        return ""


def _schema(content: bytes) -> dict[str, Any]:
    try:
        schema = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return schema if isinstance(schema, dict) else {}


def _title(content: bytes) -> str:
    schema = _schema(content)
    return str(schema.get("title") or schema.get("name") or "")


def _fields(content: bytes) -> Iterator[tuple[str, str]]:
    todo: list[Any] = [_schema(content)]
    while todo:
        one = todo.pop()
        inner = one.get("components")
        todo += reversed([c for c in inner if isinstance(c, dict)] if isinstance(inner, list) else [])
        said = next((str(one[k]) for k in _LABELLED if isinstance(one.get(k), str) and one[k]), "")
        for key in {one.get("key"), one.get("id")} - {None}:
            if isinstance(key, str) and "components" not in one or one.get("type") in ("group", "dynamiclist"):
                yield str(key), said
