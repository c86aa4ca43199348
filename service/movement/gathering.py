"""What units said in a period, put together: numbers summed, choices counted, texts in a row, each with the matter that it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from forms.fields import CHOICE, Field
from service import people
from service.db import database_number, reading
from service.movement.models import Matter, Period
from service.movement.periods import UnitFiling, filings
from service.movement.registers import Kept
from service.processes.deployments import definition_of, form_of
from service.processes.models import Activity
from workflows.register import Words


@dataclass(frozen=True, slots=True)
class Source:
    """What one unit said, and in which matter."""

    unit: int
    name: str
    matter: int
    value: Any
    taken: bool = True
    """Whether the office has accepted that matter: what was filed and not accepted counts too, and is told as such."""


@dataclass(slots=True)
class Gathered:
    """One field of the units' forms over a period."""

    key: str
    label: Words
    heading: Words
    """The group of the form that it stands in; empty outside of one."""
    kind: str
    """number, choice, text."""
    sources: list[Source] = field(default_factory=list)
    choices: Mapping[str, Words] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """Sum of the numbers."""
        return sum((Decimal(str(one.value)) for one in self.sources), Decimal(0))

    @property
    def counted(self) -> list[tuple[Words, int]]:
        """How many chose what, in the order of the form."""
        said = Counter(str(value) for one in self.sources for value in (one.value if isinstance(one.value, list) else [one.value]))
        return [(words, said[value]) for value, words in self.choices.items() if said[value]]


@dataclass(frozen=True, slots=True)
class Synthesis:
    """A period put together: how many units were asked, filed and were taken, and every field of their forms."""

    asked: int
    filed: int
    taken: int
    fields: tuple[Gathered, ...]
    units: tuple[UnitFiling, ...]
    """Where each unit stands, in Vietnamese order of their names."""

    @property
    def waiting(self) -> int:
        """How many units have filed what nobody has accepted yet; their figures count."""
        return self.filed - self.taken

    def of(self, kind: str) -> list[Gathered]:
        """The fields of one kind of which anything was said."""
        return [one for one in self.fields if one.kind == kind and one.sources]


def gather(kept: Kept, period: Period) -> Synthesis:
    """Put together what the units that have filed said at their own steps, as they said it last."""
    known = filings(period)
    filed = {one.matter: one for one in known if one.filed_at is not None}
    fields = _fields(database_number(), kept.deployment)
    found = {key: Gathered(key, label, heading, kind, choices=choices) for key, label, heading, kind, choices in fields}
    private = kept.register.private
    for matter, answers in _answers(period).items():
        if matter not in filed:
            continue
        for key, value in answers.items():
            if key in found and key not in private and value not in (None, "", []):
                one_unit = filed[matter]
                found[key].sources.append(Source(one_unit.unit, one_unit.name, matter, value, one_unit.outcome is not None))
    order = {one.matter: place for place, one in enumerate(known)}
    for one in found.values():
        one.sources.sort(key=lambda source: order[source.matter])
    taken = sum(one.outcome is not None for one in filed.values())
    return Synthesis(len(known), len(filed), taken, tuple(found.values()), tuple(known))


def _answers(period: Period) -> dict[int, dict[str, Any]]:
    """Matter → what was answered at its units' own steps, the later answer over the earlier."""
    with reading() as s:
        rows = s.execute(
            select(Matter.id, Activity.element, Activity.deployment_id, Activity.answers)
            .join(Activity, Activity.instance_id == Matter.instance_id)
            .where(Matter.period_id == period.id, Activity.kind == "user", Activity.state == "done")
            .order_by(Activity.id)
        ).all()
    found: dict[int, dict[str, Any]] = {}
    for matter, element, deployment, answers in rows:
        if deployment is not None and element in _own_steps(database_number(), deployment):
            found.setdefault(matter, {}).update(answers or {})
    return found


@lru_cache(maxsize=128)
def _own_steps(engine: int, deployment: int) -> frozenset[str]:
    """Steps of a version that are a unit's own: their candidates file and judge nobody."""
    elements = definition_of(deployment).elements.values()
    return frozenset(
        one.id
        for one in elements
        if one.kind == "user" and (groups := one.attrs.get("candidates", "").replace(",", " ").split())
        and all(people.is_filing(group) for group in groups)
    )


_Row = tuple[str, Words, Words, str, Mapping[str, Words]]


@lru_cache(maxsize=64)
def _fields(engine: int, deployment: int) -> tuple[_Row, ...]:
    definition, steps = definition_of(deployment), _own_steps(engine, deployment)
    forms = dict.fromkeys(one.attrs["form"] for key, one in definition.elements.items() if key in steps and "form" in one.attrs)
    found: dict[str, _Row] = {}
    for name in forms:
        for one, heading in _under(form_of(deployment, name).fields, ("", "")):
            if len(one.path) == 1 and (kind := _kind(one)) and one.path[0] not in ("decision", "note"):
                found.setdefault(one.path[0], (one.path[0], _label(one), heading, kind, _choices(one)))
    return tuple(found.values())


def _under(fields: Sequence[Field], heading: Words) -> Iterator[tuple[Field, Words]]:
    for one in fields:
        if one.kind == "group":
            yield from _under(one.children, _label(one) if one.label else heading)
        else:
            yield one, heading


def _label(one: Field) -> Words:
    return one.label, one.properties.get("label.en", one.label)


def _kind(one: Field) -> str:
    if one.kind == "number":
        return "number"
    if one.kind in CHOICE or one.kind == "checkbox":
        return "choice"
    return "text" if one.kind in ("textfield", "textarea") else ""


def _choices(one: Field) -> dict[str, Words]:
    if one.kind == "checkbox":
        return {"True": ("có", "yes"), "False": ("không", "no")}
    return {str(option.value): one.option_words(option.value) or (option.label, option.label) for option in one.options}
