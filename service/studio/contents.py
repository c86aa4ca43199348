"""What the files of a draft hold: what can be named in them, and in which file each problem lies. Changes nothing."""

from __future__ import annotations

import json
import re
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
from workflows.paper_text import BadPaper, read_paper
from workflows.parser import read_attributes
from workflows.problems import Problem
from workflows.register import BadRegister, read_register

_LABELLED = ("label", "text", "key", "id")
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Named:
    """Something that can be named: its id, what it is called, the file it stands in, its kind (`userTask`, `form`, …)."""

    id: str
    name: str
    file: str
    kind: str


@dataclass(frozen=True, slots=True)
class Found:
    """A problem, the file it lies in ("" where it is the whole draft's), what its element is called, and its kind."""

    problem: Problem
    file: str
    name: str
    kind: str = ""


@dataclass(slots=True)
class Contents:
    """Everything in a draft that something else may name."""

    elements: list[Named] = field(default_factory=list)
    """Of diagrams, processes and flows included."""
    tables: list[Named] = field(default_factory=list)
    forms: list[Named] = field(default_factory=list)
    letters: list[Named] = field(default_factory=list)
    registers: list[Named] = field(default_factory=list)
    papers: list[Named] = field(default_factory=list)
    fields: list[Named] = field(default_factory=list)
    """Of forms, under the keys that problems name."""
    answers: list[Named] = field(default_factory=list)
    """What can be chosen on forms, as the condition that asks for it: `decision = "accept"`."""
    cells: list[Named] = field(default_factory=list)
    """Rules (named by their number) and columns of tables."""
    variables: list[Named] = field(default_factory=list)
    """Names that steps of diagrams give to what they compute or repeat over."""
    errors: list[Named] = field(default_factory=list)
    """Codes of errors that diagrams declare."""

    def walk(self) -> Iterator[Named]:
        """Everything that a problem may lie in, what stands in diagrams first."""
        yield from self.elements
        yield from self.tables
        yield from self.cells
        yield from self.fields


def contents_of(files: Mapping[str, bytes]) -> Contents:
    """Look through the files of a draft; what cannot be read holds nothing."""
    found = Contents()
    for name, content in sorted(files.items()):
        stem, kind = PurePath(name).stem, PurePath(name).suffix
        if kind == ".bpmn":
            found.elements += (Named(key, said, name, tag) for key, said, tag in _diagram(content))
            found.variables += (Named(key, said, name, "variable") for key, said in _variables(content))
            found.errors += (Named(key, said, name, "error") for key, said in _errors(content))
        elif kind == ".dmn":
            found.tables += (Named(key, said, name, "decision") for key, said in _tables(content))
            found.cells += (Named(key, said, name, tag) for key, said, tag in _cells(content))
        elif kind == ".form":
            found.forms.append(Named(stem, _title(content) or stem, name, "form"))
            found.fields += (Named(key, said, name, "field") for key, said in _fields(content))
            found.answers += (Named(asked, said, name, "answer") for asked, said in _answers(content))
        elif kind == ".letter":
            found.letters.append(Named(stem, _letter_name(content) or stem, name, "letter"))
        elif kind == ".register":
            found.registers.append(Named(stem, _register_name(content) or stem, name, "register"))
        elif kind == ".paper":
            found.papers.append(Named(stem, _paper_name(content) or stem, name, "paper"))
    return found


def problems_of(files: Mapping[str, bytes], main: str) -> list[Found]:
    """Everything that is wrong with a draft, errors first, each with its file; the gate of deployment says the same."""
    problems = deployments.problems_of(files, main)
    held = contents_of(files)
    by_id: dict[str, Named] = {}
    in_file: dict[tuple[str, str], Named] = {}
    for one in held.walk():
        by_id.setdefault(one.id, one)
        in_file.setdefault((one.file, one.id), one)
    found = []
    for problem in problems:
        element = problem.element or ""
        at = by_id.get(element)
        if problem.file:  # a field may be named with the way to it: `members.*.name`
            at = in_file.get((problem.file, element)) or in_file.get((problem.file, element.rpartition(".")[2]))
        found.append(Found(problem, problem.file or (at.file if at else ""), at.name if at else "", at.kind if at else ""))
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
        for node in root.iter() if _dmn(node) == "decision" and node.get("id")
    )


@lru_cache(maxsize=128)
def _cells(content: bytes) -> tuple[tuple[str, str, str], ...]:
    root = _read(content)
    found: list[tuple[str, str, str]] = []
    for table in root.iter(etree.Element) if root is not None else ():
        if _dmn(table) == "decisionTable":
            rules = [node for node in table if _dmn(node) == "rule"]
            found += ((str(node.get("id")), str(row), "rule") for row, node in enumerate(rules, 1) if node.get("id"))
            for node in table:
                if _dmn(node) in ("input", "output") and node.get("id"):
                    said = node.get("label") or node.get("name") or " ".join("".join(node.itertext()).split())
                    found.append((str(node.get("id")), said, _dmn(node)))
    return tuple(found)


def _dmn(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


@lru_cache(maxsize=128)
def _variables(content: bytes) -> tuple[tuple[str, str], ...]:
    """Names that are given at elements, with what the element is called."""
    root = _read(content)
    found: dict[str, str] = {}
    for node in root.iter(etree.Element) if root is not None else ():
        read = read_attributes(node)
        holder = node.getparent() if local(node) == "multiInstanceLoopCharacteristics" else node
        name = " ".join(str(holder.get("name") or "").split()) if holder is not None else ""
        for key in ("result_variable", "element_variable", "output_collection", "output_element"):
            if read.get(key):
                found.setdefault(read[key], name)
    return tuple(found.items())


@lru_cache(maxsize=128)
def _errors(content: bytes) -> tuple[tuple[str, str], ...]:
    root = _read(content)
    return () if root is None else tuple(
        (str(node.get("errorCode")), node.get("name") or "") for node in root.iter(f"{BPMN}error") if node.get("errorCode")
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


def _register_name(content: bytes) -> str:
    try:
        return read_register(content).name[0]
    except BadRegister:
        return ""


def _paper_name(content: bytes) -> str:
    try:
        return read_paper(content).name[0]
    except BadPaper:
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


def _components(content: bytes) -> Iterator[dict[str, Any]]:
    """The form itself and everything in it, whatever else a file may hold in their places."""
    todo: list[Any] = [_schema(content)]
    while todo:
        one = todo.pop()
        inner = one.get("components")
        todo += reversed([c for c in inner if isinstance(c, dict)] if isinstance(inner, list) else [])
        yield one


def _said(one: Mapping[str, Any]) -> str:
    return next((str(one[k]) for k in _LABELLED if isinstance(one.get(k), str) and one[k]), "")


def _fields(content: bytes) -> Iterator[tuple[str, str]]:
    for one in _components(content):
        if "components" in one and one.get("type") not in ("group", "dynamiclist"):
            continue
        for key in dict.fromkeys(one.get(name) for name in ("key", "path", "id") if isinstance(one.get(name), str)):
            yield str(key), _said(one)


def _answers(content: bytes) -> Iterator[tuple[str, str]]:
    for one in _components(content):
        key, values = one.get("key"), one.get("values")
        if not isinstance(key, str) or not _NAME.fullmatch(key):
            continue
        if one.get("type") == "checkbox":
            yield f"{key} = true", _said(one)
        for choice in values if isinstance(values, list) else ():
            value = choice.get("value") if isinstance(choice, dict) else None
            if isinstance(value, str):
                yield f"{key} = {json.dumps(value, ensure_ascii=False)}", f"{_said(one)}: {choice.get('label') or value}"
