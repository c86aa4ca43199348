"""The forms of a bundle, and the rule that nobody votes through one.

A ballot filled in as a task is not secret: the completion says who chose what. The council's ballot is a part
of its own, and a process receives only the closed tally.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from workflows.problems import Problem
from workflows.wording import problem

_WORDS = frozenset({"vote", "ballot", "phieu"})
_PHRASES = ("bo_phieu", "la_phieu", "phieu_bau", "bieu_quyet")
_OTHER_PAPERS = ("phieu_thu", "phieu_chi", "phieu_nhan", "phieu_trinh", "phieu_chuyen")
_CHOICES = ("radio", "select", "checklist", "taglist")  # no set: a form may hold anything in the place of a type


class _Element(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def attrs(self) -> Mapping[str, str]: ...
    @property
    def repeated(self) -> bool: ...


def check_forms(forms: Mapping[str, bytes], elements: Iterable[_Element]) -> Iterator[Problem]:
    """Find forms that cannot be read, and user tasks that take a vote.

    A vote is: a field named after one where its type is no number (a tally), in any user task; and any choice
    at all in a user task that is done by each of many people.
    """
    voting: set[str] = set()
    choosing: set[str] = set()
    for name, raw in forms.items():
        try:
            components = list(_components(json.loads(raw)))
        except (ValueError, RecursionError):
            yield problem(
                "bad-form",
                None,
                message=f"{name}.form: tệp không phải JSON; hãy lưu lại biểu mẫu.",
                message_en=f"{name}.form: the file is not JSON; save the form again.",
                file=f"{name}.form",
            )
            continue
        if any(one.get("type") != "number" and _speaks_of_votes(one.get("key")) for one in components):
            voting.add(name)
        if any(one.get("type") in _CHOICES for one in components):
            choosing.add(name)
    for element in elements:
        if element.kind != "user":
            continue
        form = element.attrs.get("form", "")
        named = any(_speaks_of_votes(text) for text in (element.id, element.name, form))
        if form in voting or (element.repeated and (form in choosing or named)):
            yield problem("vote-through-form", element.id)


def form_text_length(raw: bytes) -> int:
    """How long the expressions of a form are, taken together; 0 for what is no form."""
    try:
        todo: list[object] = [json.loads(raw)]
    except (ValueError, RecursionError):
        return 0
    length = 0
    while todo:
        current = todo.pop()
        if isinstance(current, dict | list):
            todo.extend(current.values() if isinstance(current, dict) else current)
        elif isinstance(current, str) and (current.startswith("=") or "{{" in current):
            length += len(current)
    return length


def _components(schema: object) -> Iterator[Mapping[str, Any]]:
    """Every component of a form, groups and lists included."""
    todo: list[object] = [schema]
    while todo:
        current = todo.pop()
        if isinstance(current, dict):
            yield current
            inner = current.get("components")
            todo.extend(inner if isinstance(inner, list) else ())


def _speaks_of_votes(text: object) -> bool:
    """Whether a key, an id or a name speaks of one person's vote."""
    if not isinstance(text, str):
        return False
    words = words_of(text)
    joined = "_".join(words)
    if any(phrase in joined for phrase in _PHRASES):
        return True
    return bool(_WORDS & set(words)) and not any(phrase in joined for phrase in _OTHER_PAPERS)


def words_of(text: str) -> list[str]:
    """The words of a key in snake_case, kebab-case or camelCase, or of a label, without diacritics."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).lower().replace("đ", "d")
    plain = "".join(c for c in unicodedata.normalize("NFD", spaced) if not unicodedata.combining(c))
    return re.findall(r"[a-z]+|\d+", plain)
