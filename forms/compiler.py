"""From a .form file (form-js schema) to a Form: every component known, every name known, every pattern
linear.

All faults are reported at once. Checking answers is `forms.check`; drawing is `forms.view`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from forms.components import Known, read_component
from forms.cycles import cyclic_fields
from forms.fields import CONTAINERS, DISPLAY, KEYED, SINGLE_CHOICE, Field, OptionValue, dotted
from forms.limits import reader
from forms.problems import FormProblem, FormProblems
from forms.templates import Template, compile_template
from workflows.feel import FeelError

#: Instance data that every form may read (`given`), see domain/process.md section 5. Absent is null.
INSTANCE_DATA = (
    "stage", "subject_group", "kind", "form_asked", "level", "reserve_level", "granted_level", "reviewed",
    "ask_opinions", "result", "cause", "effect", "answer_due", "eligibility",
)  # fmt: skip

#: The newest schema of form-js that was read: 1.23. A newer one may mean something else by the same words.
NEWEST_SCHEMA = 19
MOST_BYTES = 1_000_000
MOST_COMPONENTS = 800
DEEPEST = 8

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True)
class Form:
    """A compiled form; immutable, shared freely between threads."""

    id: str
    digest: str  # of its meaning: keys in order, no blanks; the version shown on old cases
    root: Field
    #: What it reads besides its answers, with the values it takes where none is given.
    given: Mapping[str, Any]
    #: Values of the field `decision`, the one that moves the nomination on first; None where there is no such
    #: field.
    decision: tuple[str, ...] | None
    schema: Mapping[str, Any]
    readers: Mapping[str, TypeAdapter[Any]] = field(repr=False)  # by field id
    templates: Mapping[str, Template] = field(repr=False)  # by text

    @property
    def fields(self) -> tuple[Field, ...]:
        """The tree for rendering, without its root."""
        return self.root.children

    def walk(self) -> Iterator[Field]:
        """All fields in the order of the form."""
        for child in self.fields:
            yield from child.walk()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Dotted paths of all answers in order, with "*" for the rows of a dynamic list."""
        return tuple(dotted(one.path) for one in self.walk() if one.kind in KEYED)

    @cached_property
    def names(self) -> frozenset[str]:
        """Top-level names that its answers add to the data."""
        return frozenset(key.split(".")[0] for key in self.keys)


def compile_form(schema: Mapping[str, Any] | bytes | str) -> Form:
    """Compile a form. Raises FormProblems with every fault found."""
    tree = _parsed(schema) if isinstance(schema, bytes | str) else schema
    if not isinstance(tree, Mapping):
        raise FormProblems(
            [_problem("not-a-form", "Biểu mẫu phải là một đối tượng JSON.", "A form is a JSON object.")]
        )
    problems = list(_root_problems(tree))
    if problems:
        raise FormProblems(problems)
    defaults = {**dict.fromkeys(INSTANCE_DATA), **tree.get("given", {})}
    known = Known(tree, defaults)
    root = read_component(tree, known, (), depth=0)
    problems = known.problems
    if not problems:
        problems = [*_decision_problems(root), *_cycle_problems(root)]
    templates = _templates(root, known) if not problems else {}
    problems = problems or known.problems
    if problems:
        raise FormProblems(problems)
    return Form(
        id=tree["id"],
        digest=_digest(tree),
        root=root,
        given=MappingProxyType(defaults),
        decision=_decision(root),
        schema=tree,
        readers={one.id: reader(one) for one in root.walk() if one.kind in KEYED},
        templates=templates,
    )


def _problem(code: str, message: str, message_en: str, key: str | None = None) -> FormProblem:
    return FormProblem(key, code, message, message_en)


def _parsed(source: bytes | str) -> Any:
    if len(source) > MOST_BYTES:
        raise FormProblems(
            [
                _problem(
                    "form-too-large", "Biểu mẫu lớn quá 1 MB. Chia nhỏ.", "The form is over 1 MB. Split it."
                )
            ]
        )
    try:
        return json.loads(source, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        where = f"dòng {error.lineno}" if isinstance(error, json.JSONDecodeError) else "không rõ dòng"
        where_en = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "line unknown"
        raise FormProblems(
            [
                _problem(
                    "not-json",
                    f"Tệp biểu mẫu không phải JSON ({where}).",
                    f"The form is not JSON ({where_en}).",
                )
            ]
        ) from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _root_problems(tree: Mapping[str, Any]) -> Iterator[FormProblem]:
    if tree.get("type", "default") != "default":
        yield _problem(
            "not-a-form", 'Gốc của biểu mẫu phải có type "default".', 'The root\'s type must be "default".'
        )
    if not isinstance(tree.get("id"), str) or not _ID.fullmatch(tree["id"]):
        yield _problem("form-without-id", "Biểu mẫu chưa có id. Đặt id.", "The form has no id. Give it one.")
    version = tree.get("schemaVersion", NEWEST_SCHEMA)
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= NEWEST_SCHEMA:
        yield _problem(
            "schema-version",
            f"Biểu mẫu theo schemaVersion {str(version)[:20]}; ở đây đọc được đến {NEWEST_SCHEMA}.",
            f"The form has schemaVersion {str(version)[:20]}; versions up to {NEWEST_SCHEMA} are read here.",
        )
    if not isinstance(tree.get("components"), list) or not tree["components"]:
        yield _problem("empty-form", "Biểu mẫu chưa có mục nào.", "The form has no components.")
    given = tree.get("given", {})
    if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
        yield _problem(
            "given", '"given" phải là các tên và giá trị mặc định.', '"given" must hold names and defaults.'
        )
    if not list(_sizes(tree)):
        return
    yield from _sizes(tree)


def _sizes(tree: Mapping[str, Any]) -> Iterator[FormProblem]:
    """Refuse what is too deep or too many, before anything recurses into it."""
    level: list[Any] = [tree]
    count = depth = 0
    while level:
        following = [
            child
            for one in level
            if isinstance(one, Mapping) and isinstance(one.get("components"), list)
            for child in one["components"]
        ]
        count += len(following)
        depth += 1
        if count > MOST_COMPONENTS:
            yield _problem(
                "too-many-components",
                f"Biểu mẫu có hơn {MOST_COMPONENTS} mục. Chia nhỏ.",
                f"The form has more than {MOST_COMPONENTS} components. Split it.",
            )
            return
        if depth > DEEPEST + 1:
            yield _problem(
                "too-deep",
                f"Nhóm lồng nhau quá {DEEPEST} tầng.",
                f"Groups are nested deeper than {DEEPEST} levels.",
            )
            return
        level = following


def _decision_problems(root: Field) -> Iterator[FormProblem]:
    """The field that decides moves the process: it must be shown and answered with one of its own values."""

    def look(one: Field, hidden: bool) -> Iterator[FormProblem]:
        hidden = hidden or one.hide is not None
        if one.path == ("decision",) and one.kind not in CONTAINERS | DISPLAY:
            if one.kind not in SINGLE_CHOICE or not one.options or one.options_key or one.options_expression:
                yield _problem(
                    "decision-without-values",
                    'Mục "decision" phải là radio hoặc select, các giá trị ghi sẵn trong biểu mẫu.',
                    'The field "decision" must be a radio or select with its values in the schema.',
                    one.key,
                )
            elif not all(isinstance(option.value, str) for option in one.options):
                yield _problem(
                    "decision-values",
                    'Các giá trị của mục "decision" phải là chữ.',
                    'The values of the field "decision" must be strings.',
                    one.key,
                )
            if not one.required or one.disabled or one.readonly:
                yield _problem(
                    "decision-not-required",
                    'Mục "decision" phải bắt buộc trả lời.',
                    'The field "decision" must be required, neither disabled nor read-only.',
                    one.key,
                )
            if hidden:
                yield _problem(
                    "decision-hidden",
                    'Mục "decision" không được ẩn theo điều kiện.',
                    'The field "decision" must not be hidden by a condition.',
                    one.key,
                )
        for child in one.children:
            yield from look(child, hidden)

    yield from look(root, False)


def _cycle_problems(root: Field) -> Iterator[FormProblem]:
    for one in cyclic_fields(root):
        name = one.key or one.id
        yield _problem(
            "cyclic-condition",
            f"Điều kiện của mục {name} đi vòng: nó phụ thuộc vào chính nó. Bỏ một điều kiện.",
            f"The condition of {name} goes round in a circle: it depends on itself. Remove one condition.",
            name,
        )


def _decision(root: Field) -> tuple[str, ...] | None:
    for one in root.walk():
        if one.path == ("decision",):
            return tuple(_text(option.value) for option in one.options)
    return None


def _text(value: OptionValue) -> str:
    return str(value)


def _templates(root: Field, known: Known) -> dict[str, Template]:
    """Compile every text that has holes. Problems are added to `known`."""
    found: dict[str, Template] = {}
    for one in root.walk():
        spoken = [value for name, value in one.properties.items() if name.split(".")[0] in _SPOKEN]
        for text in (one.label, one.description, one.text, *spoken):
            if text in found or not (text.startswith("=") or "{{" in text):
                continue
            try:
                template = compile_template(text, known.names_at(one.path))
            except FeelError as error:
                known.blame(one.key or one.id, "expression", error.message, error.message_en)
                continue
            if template:
                found[text] = template
    return found


_SPOKEN = frozenset({"hint", "label", "description", "requiredMessage", "mustMessage"})


def _digest(tree: Mapping[str, Any]) -> str:
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
