"""The data of an instance for people: what each name is called, what its values are called, and which there can be.

What can stand there is learned from the whole bundle, as at the gate: what the service starts with and sends, what forms,
tables and scripts give. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Literal

from forms.kinds import see_form
from service import clock, words
from service.awards import catalogue
from service.awards.facts import fact_labels
from service.awards.lists import KINDS
from service.db import database_number
from service.processes.deployments import definition_of, files_of, form_of
from service.processes.vocabulary import known_on
from service.studio.vocabulary import vocabulary
from service.trail.codes import CODES
from workflows.definition import data_types
from workflows.feel.types import ANY, Type
from workflows.plain import Vocabulary

Sort = Literal["choice", "truth", "number", "date", "text", "data"]
_TEXTS = frozenset({"string", "date", "time", "moment", "duration", "months"})
_REGISTERS: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "form_asked": catalogue.award_forms, "subject_group": lambda: catalogue.GROUPS, "stage": lambda: catalogue.STAGES,
    "kind": lambda: catalogue.KINDS,
}
"""Names that hold a key of a register of the service, whatever else the bundle says of them."""
_NAMES = {
    "nomination_id": ("Mã hồ sơ", "Number of the nomination"), "session_id": ("Mã phiên họp", "Number of the session"),
    "hold_id": ("Mã lần tạm dừng", "Number of the hold"), "facts": ("Dữ kiện của hồ sơ", "Facts of the dossier"),
    "eligibility": ("Kết quả đối chiếu điều kiện", "Result of the checks"),
    "result": ("Kết quả của bước trước", "Result of the step before"),
}
"""Names that a diagram says in a sentence of its own, so that the words of the procedure have no noun for them."""
NOTHING = "none"
"""What stands in the data before anybody has said anything."""


@lru_cache(maxsize=64)
def _types(engine: int, deployment: int) -> Mapping[str, Type]:
    main = definition_of(deployment).main
    return data_types(files_of(deployment), main=main, known=known_on(clock.today()), check_form=see_form)


@dataclass(frozen=True)
class DataValues:
    """The data of the instances of one deployed version, in one language."""

    deployment: int
    language: Literal["vi", "en"] = "vi"

    @cached_property
    def _spoken(self) -> Vocabulary:
        return vocabulary(files_of(self.deployment), self.language)

    @cached_property
    def _forms(self) -> list[str]:
        elements = definition_of(self.deployment).elements.values()
        return list(dict.fromkeys(form for element in elements if (form := element.attrs.get("form"))))

    def type_of(self, name: str) -> Type:
        """Of what type its values are; anything where that cannot be told."""
        return _types(database_number(), self.deployment).get(name, ANY)

    def choices(self, name: str) -> list[str]:
        """The only texts that can stand there, in the order of their register; nothing where it may be any."""
        if name in _REGISTERS:
            return list(_REGISTERS[name]())
        known = self.type_of(name)
        return sorted(known.values or (), key=lambda value: (value != NOTHING, self.value(name, value))) if known.kinds & _TEXTS else []

    def sort_of(self, name: str, value: Any) -> Sort:
        """How a new value is asked for."""
        if self.choices(name) and (value is None or isinstance(value, str)):
            return "choice"
        solid = self.type_of(name).solid
        if isinstance(value, bool) or value is None and solid == {"boolean"}:
            return "truth"
        if isinstance(value, int | float) or value is None and solid == {"number"}:
            return "number"
        if self._is_day(name) or isinstance(value, str) and _as_day(value) is not None:
            return "date"
        return "text" if isinstance(value, str) or value is None and solid <= _TEXTS else "data"

    def _is_day(self, name: str) -> bool:
        fields = [f for form in self._forms for f in form_of(self.deployment, form).walk() if f.path == (name,)]
        return bool(fields) and all(field.kind == "datetime" and field.subtype == "date" for field in fields)

    def fits(self, name: str, before: Any, value: Any) -> bool:
        """Whether a new value can stand there: one of those that there are, of its kind, a day that there is."""
        sort = self.sort_of(name, before)
        if value is None or value == before:
            return "null" in self.type_of(name).kinds
        if sort == "choice":
            return value in self.choices(name)
        if sort == "date":
            return isinstance(value, str) and _as_day(value) is not None
        return _fits(self.type_of(name), before, value)

    # -- in words

    def label(self, name: str) -> str:
        """What a name is called; nothing where nobody says."""
        if name in _NAMES:
            return _NAMES[name][self.language == "en"]
        datum = self._spoken.datum(name)
        said = datum.noun if datum else next((q for form in self._forms if (q := self._spoken.question(form, name))), "")
        return words.capital(said)

    def value(self, name: str, value: str) -> str:
        """What a text is called where a list, a form or a register names it; itself otherwise."""
        datum = self._spoken.datum(name)
        if datum and (said := datum.of(value)):
            return words.capital(said)
        found = next((said for form in self._forms if (said := self._spoken.option(form, name, value))), "")
        if not found and name == "result":
            found = next((said for kind in KINDS if (said := self._spoken.result(kind, value))), "")
        if not found and name in ("result", "decision", "cause", "effect") and value in CODES:
            found = CODES[value][self.language == "en"]
        return words.capital(found) if found else value

    def facts(self, value: Mapping[str, Any]) -> dict[str, str] | None:
        """The labels of the facts of a dossier, where these are such; None for another context."""
        labels = fact_labels(self.language)
        return {key: labels[key] for key in value} if value and value.keys() <= labels.keys() else None


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _fits(kind: Type, before: Any, value: Any) -> bool:
    """Whether a value is of a type; what stood there before is not looked at again."""
    if value == before:
        return True
    if not kind.kinds & _kinds(value):
        return False
    if isinstance(value, str):
        return kind.values is None or value in kind.values
    if isinstance(value, dict) and kind.entries is not None:
        was = before if isinstance(before, dict) else {}
        return all(_fits(kind.entries[key], was.get(key), one) for key, one in value.items() if key in kind.entries)
    if isinstance(value, list) and kind.items is not None:
        old = before if isinstance(before, list) else []
        return all(one in old or _fits(kind.items, None, one) for one in value)
    return True


def _kinds(value: Any) -> frozenset[str]:
    if value is None:
        return frozenset({"null"})
    if isinstance(value, bool):
        return frozenset({"boolean"})
    if isinstance(value, int | float):
        return frozenset({"number"})
    if isinstance(value, str):
        return _TEXTS
    return frozenset({"list" if isinstance(value, list) else "context"})


def data_values(deployment: int) -> DataValues:
    """The data of a version's instances in the reader's language."""
    return DataValues(deployment, "en" if words.language() == "en" else "vi")
