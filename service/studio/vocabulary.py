"""What the names in a diagram stand for, from the registers of the service: for the procedure in words."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from service import clock, words
from service.awards import catalogue
from service.awards.lists import KINDS
from service.awards.rules import legal_bases, rules_on, shipped_by_key
from service.papers.kinds import paper_kinds
from service.people.groups import catalogue as groups
from workflows.plain import Datum, Language, Rule, Vocabulary
from workflows.register import BadRegister, read_register

DATA = Path(__file__).parent / "data"
_VALUES = {"stage": catalogue.STAGES, "kind": catalogue.KINDS, "cause": catalogue.REASONS, "subject_group": catalogue.GROUPS}


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))


def vocabulary(files: Mapping[str, bytes], language: str) -> Vocabulary:
    """The words for a bundle in a language: its own forms, and the registers as they are today."""
    schemas = _schemas(files)
    titles = {name: schema["title"].strip() for name, schema in schemas.items() if isinstance(schema.get("title"), str)}
    return _Words(
        {name: dict(_fields(schema)) for name, schema in schemas.items()},
        {name: title for name, title in titles.items() if title not in ("", name)},  # a file name says nothing
        1 if language == "en" else 0,
        *_of_register(files, schemas),
    ).vocabulary()


def _of_register(
    files: Mapping[str, bytes], schemas: Mapping[str, Any]
) -> tuple[dict[str, tuple[str, str]], dict[str, Mapping[str, Any]]]:
    """What the register of a bundle calls its outcomes, and the fields of the form that it begins a matter with."""
    for name in sorted(files):
        if name.endswith(".register"):
            try:
                register = read_register(files[name])
            except BadRegister:
                continue
            return {code: one.words for code, one in register.outcomes.items()}, dict(_answers(schemas.get(register.form, {})))
    return {}, {}


def _schemas(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Form → its schema; a form that is no JSON has none."""
    found: dict[str, dict[str, Any]] = {}
    for name, content in files.items():
        if name.endswith(".form"):
            try:
                schema = json.loads(content)
            except (ValueError, RecursionError):
                continue
            if isinstance(schema, dict):
                found[name.removesuffix(".form")] = schema
    return found


def _fields(component: Any, depth: int = 0) -> Sequence[tuple[str, Any]]:
    if not isinstance(component, dict) or depth > 12:
        return ()
    found = [(str(component["key"]), component)] if component.get("key") else []
    for child in _listed(component, "components"):
        found += _fields(child, depth + 1)
    return found


def form_fields(files: Mapping[str, bytes], language: str, form: str = "", kinds: Sequence[str] = ()) -> dict[str, str]:
    """What the forms of a bundle ask, or one of them: name in the data → what it is called; only fields of these kinds."""
    found: dict[str, str] = {}
    for name, schema in _schemas(files).items():
        if form in ("", name):
            for key, component in _answers(schema):
                if not kinds or component.get("type") in kinds:
                    found.setdefault(key, _label(component, language) or key)
    return found


def _answers(component: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What lands in the data, with its component: of fields under a path only the first part of that."""
    for one in _listed(component, "components"):
        if not isinstance(one, dict) or depth > 12:
            continue
        path = str(one.get("path" if one.get("type") in ("group", "dynamiclist") else "key") or "").partition(".")[0]
        if path and one.get("type") != "button":
            yield path, one
        elif one.get("type") == "group":
            yield from _answers(one, depth + 1)


def _label(component: Mapping[str, Any], language: str) -> str:
    properties = component.get("properties")
    english = properties.get("label.en") if language == "en" and isinstance(properties, dict) else None
    said = english or next((component[k] for k in ("label", "dateLabel", "timeLabel") if component.get(k)), "")
    return " ".join(str(said).split())


def _listed(component: Mapping[str, Any], key: str) -> Sequence[Any]:
    """A list in a form that nobody has checked; nothing where something else stands in its place."""
    held = component.get(key)
    return held if isinstance(held, list) else ()


@dataclass(frozen=True)
class _Words:
    forms: Mapping[str, Mapping[str, Any]]
    """Form → field → its component."""
    titles: Mapping[str, str]
    """Form → the title that its file gives it."""
    place: int
    outcomes: Mapping[str, tuple[str, str]]
    """Outcomes of the bundle's own register; the office's are known without."""
    begun: Mapping[str, Mapping[str, Any]]
    """Fields of the form that its register begins a matter with."""

    def vocabulary(self) -> Vocabulary:
        language: Language = "en" if self.place else "vi"
        return Vocabulary(
            language=language,
            drawn=lambda text: words.in_language(text, language),
            awaited=lambda text: words.in_language(words.past_wait(text), language),
            group=self.group,
            form=lambda name: f"“{self.titles[name]}”" if name in self.titles else self._quoted("form", name),
            question=self.question,
            option=self.option,
            table=lambda name: self._said("table", name),
            topic=lambda name: self._said("topic", name),
            list=lambda kind: self._either(KINDS[kind].label, KINDS[kind].label_en) if kind in KINDS else "",
            act=self.act,
            result=self.result,
            papers=self.papers,
            message=lambda name: self._said("message", name),
            date=lambda key: self._said("date", key),
            rule=self.rule,
            basis=lambda key: legal_bases()[key].citation if key in legal_bases() else "",
            outcome=lambda key: (self.outcomes.get(key) or catalogue.OUTCOMES.get(key) or ("", ""))[self.place],
            datum=self.datum,
        )

    def _either(self, vietnamese: str, english: str) -> str:
        return english if self.place else vietnamese

    def _said(self, kind: str, key: str) -> str:
        found = _content()[kind].get(key)
        return str(found[self.place]) if found else ""

    def _quoted(self, kind: str, key: str) -> str:
        said = self._said(kind, key)
        return f"“{said}”" if said else ""

    def group(self, group: str) -> str:
        word = group.strip().partition(":")[0]
        if word == "successor_head":
            return self._either("Thủ trưởng đơn vị kế thừa", "Head of the successor unit")
        found = groups().get(word)
        return self._either(found.label, found.label_en) if found else ""

    def question(self, form: str, name: str) -> str:
        component = self.forms.get(form, {}).get(name)
        return self._of_form(component, "label", component.get("label", "")) if component else ""

    def option(self, form: str, name: str, value: str) -> str:
        component = self.forms.get(form, {}).get(name) or {}
        for one in _listed(component, "values"):
            if isinstance(one, dict) and one.get("value") == value:
                return self._of_form(component, f"option.{value}", one.get("label", value))
        return ""

    def _of_form(self, component: Any, key: str, vietnamese: Any) -> str:
        properties = component.get("properties")
        english = properties.get(f"{key}.en") if isinstance(properties, dict) else None
        return str(english or vietnamese) if self.place else str(vietnamese)

    def act(self, kind: str, message: str) -> str:
        for act in KINDS[kind].acts if kind in KINDS else ():
            if message in act.messages:
                return self._either(act.label, act.label_en)
        return ""

    def result(self, kind: str, value: str) -> str:
        for act in KINDS[kind].acts if kind in KINDS else ():
            for one in act.results:
                if one.value == value:
                    return self._either(one.label, one.label_en)
        return self._said("result", value)

    def papers(self, kind: str) -> Sequence[str]:
        return [self._either(p.name, p.name_en) for p in paper_kinds().values() if kind in p.lists and p.of == "list"]

    def rule(self, key: str) -> Rule | None:
        shipped = shipped_by_key().get(key)
        if shipped is None:
            return None
        value = rules_on(clock.today()).shown(key)
        label = str(shipped["label_en"] if self.place else shipped["label"])
        return Rule(label, "" if value is None else str(value))

    def _begun(self, component: Mapping[str, Any]) -> Datum:
        """What a matter was begun with: a field of its register's form, by its label and those of its choices."""
        language = "en" if self.place else "vi"
        noun = f"“{_label(component, language) or component.get('key')}”"
        named = dict[str, str]()
        for one in _listed(component, "values"):
            if isinstance(one, dict) and (value := one.get("value")) is not None:
                named[str(value)] = f"“{self._of_form(component, f'option.{value}', one.get('label', value))}”"
        return Datum(noun, f"{noun}: {self._either('có', 'yes')}", f"{noun}: {self._either('không', 'no')}", named)

    def datum(self, name: str) -> Datum | None:
        if name in self.begun:
            return self._begun(self.begun[name])
        found = _content()["datum"].get(name)
        if found is None:
            return None
        values = {key: pair[self.place] for key, pair in _content()["value"].get(name, {}).items()}
        if name == "form_asked":
            values = {code: self._either(one.name, one.name_en) for code, one in catalogue.award_forms().items()}
        values = {key: pair[self.place].lower() for key, pair in _VALUES.get(name, {}).items()} | values
        if isinstance(found, list):
            return Datum(str(found[self.place]), named=values)
        noun, yes, no = (str(found[part][self.place]) for part in ("noun", "yes", "no"))
        return Datum(noun, yes, no, values)
