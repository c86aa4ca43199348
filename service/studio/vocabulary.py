"""What the names in a diagram stand for, from the registers of the service: for the procedure in words."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
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
    ).vocabulary()


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
            outcome=lambda key: catalogue.OUTCOMES[key][self.place] if key in catalogue.OUTCOMES else "",
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

    def datum(self, name: str) -> Datum | None:
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
