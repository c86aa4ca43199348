"""Numbers of the papers of matters: one typed on a form is used once a year in its series, which decisions and other lists share.

Which field holds a number says the head of the bundle's paper (`number`, `dated`, `symbol`), or, of a paper that the bundle does
not draw, the field itself (`series`, `dated` among its properties). A symbol that is typed after the number tells the series.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from service import clock
from service.awards.numbers import claim_number, free_numbers, number_in, series_of
from service.db import database_number
from service.movement.acting import symbol_of
from service.movement.models import Matter
from service.movement.registers import Kept
from service.movement.wording import number_words
from service.processes.cases import Running
from service.processes.deployments import definition_of, form_of, paper_of
from service.processes.running import read_instance


@dataclass(frozen=True, slots=True)
class Numbered:
    """A field that holds the number of a paper."""

    field: str
    dated: str
    """Field of the paper's day; "" for none."""
    symbol: str
    name: str
    """What the paper is called."""
    of_unit: bool
    """Whether the unit numbers it by its own book."""
    paper: str = ""
    """The paper, where the bundle draws it."""


def numbered_in(deployment: int) -> tuple[Numbered, ...]:
    """The fields of a version that hold numbers of papers; of two papers with one number the first."""
    return _numbered(database_number(), deployment)


@lru_cache(maxsize=128)
def _numbered(engine: int, deployment: int) -> tuple[Numbered, ...]:
    found: dict[str, Numbered] = {}
    for one in (*_of_papers(deployment), *_of_fields(deployment)):
        found.setdefault(one.field, one)
    return tuple(found.values())


def _of_papers(deployment: int) -> Iterator[Numbered]:
    elements = definition_of(deployment).elements.values()
    for name in dict.fromkeys(one.attrs["paper"] for one in elements if "paper" in one.attrs):
        text = paper_of(deployment, name)
        if text is not None and text.number:
            yield Numbered(text.number, text.dated, text.symbol.lstrip("/"), text.name[0], text.issuer == "unit", name)


def _of_fields(deployment: int) -> Iterator[Numbered]:
    definition = definition_of(deployment)
    forms = [one.attrs["form"] for one in definition.elements.values() if one.kind == "user" and "form" in one.attrs]
    begun = [definition.register.form] if definition.register and definition.register.form else []
    for name in dict.fromkeys([*begun, *forms]):
        for field in form_of(deployment, name).walk():
            if (symbol := field.properties.get("series")) and field.path:
                yield Numbered(field.path[0], field.properties.get("dated", ""), symbol, field.label, False)


def claim_numbers(s: Session, row: Matter, kept: Kept, answers: Mapping[str, Any], item: Mapping[str, Any] | None = None) -> None:
    """Note the numbers that stand in the answers of a matter's form; Invalid names the paper that carries one already.

    A number typed anew in the same place frees the one that stood there. `item`: that for which a repeated step is done.
    """
    for one in numbered_in(kept.deployment):
        typed = str(answers.get(one.field) or "").strip()
        if not typed:
            continue
        head, _, symbol = typed.partition("/")
        own = one.symbol if row.instance_id is None else symbol_in(read_instance(row.instance_id), one)
        number, dated = number_in(head.strip(), own, one.field), _day(answers.get(one.dated))
        owner = f"unit:{row.unit_id}" if one.of_unit else ""
        said = symbol.strip()
        series = series_of(own if said.casefold() in ("", own.casefold()) else said, owner)
        about, place = f"matter:{row.id}", one.field + (f":{item['way']}" if item else "")
        claim_number(
            s, series, number, dated=dated, about=about, place=place[:100], field=one.field,
            title=f"{one.name} ({number_words(kept.register, row.number, row.year)})",
        )
        free_numbers(s, about, place[:100], but=(series, dated.year, number))


def symbol_in(running: Running, one: Numbered) -> str:
    """The symbol of a field's paper; of one that others sign than usual, since the matter concerns those, theirs."""
    text = paper_of(running.deployment_id, one.paper) if one.paper else None
    return symbol_of(one.paper, text, running).lstrip("/") if text is not None and text.symbol_instead else one.symbol


def _day(said: Any) -> date:
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return clock.today()


__all__ = ["Numbered", "claim_numbers", "numbered_in", "symbol_in"]
