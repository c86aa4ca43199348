"""The main facts of a matter: the fields that its register names, as its steps answered them last, as much as one reader may read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from forms import Form, Part, lay_out
from forms.fields import KEYED
from service import clock
from service.actor import Actor
from service.movement.finding import Whole
from service.movement.numbering import numbered_in
from service.movement.wording import words_of
from service.processes.cases import kind_of
from service.processes.deployments import form_of
from service.processes.history import Stop
from service.processes.outcomes import Outcome, hidden_by_element, number_words, outcomes_of


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list, in words by its columns; of one that is followed up by steps of its own, where that stands."""

    cells: tuple[str, ...]
    row: Mapping[str, Any]
    last: Stop | None = None
    """The step at which it stands, or the last one of those."""
    outcome: Outcome | None = None
    """What that one decided, where it is done."""


@dataclass(frozen=True, slots=True)
class MainFact:
    """A field of the register's `facts`: what it is called and its answer in words, of a list its columns and lines."""

    key: str
    label: str
    said: str
    columns: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


def read_main_facts(whole: Whole, stops: Sequence[Stop], *, by: Actor, language: str = "vi") -> list[MainFact]:
    """What a matter's register calls its main facts, in its order; nothing of what was not answered or is kept from the reader.

    The number of a paper stands with its series and day.
    """
    ended = whole.kept.register.outcomes.get(whole.entry.outcome or "")
    wanted = [key for key in whole.kept.register.facts if ended is None or key != ended.reason]  # the end tells that
    found = dict[str, MainFact]()
    hides = hidden_by_element(whole.running, by)
    reads = kind_of(whole.running).may_read_answers
    for stop in stops:
        asked = [key for key in wanted if key in stop.answers] if stop.state == "done" and stop.kind == "user" and not stop.item else []
        asked = [key for key in asked if key not in whole.begun or stop.answers[key] != whole.entry.outcome]  # the end tells that
        if not asked or not stop.form or not reads(by, whole.running, stop.candidates):
            continue
        told = _told_at(whole, stop, hides(stop.element), language)
        found |= {key: fact for key in asked if (fact := told(key)) is not None}
    if any(fact.lines for fact in found.values()):
        followed, decided = _by_item(stops), outcomes_of(stops, whole.running, by)
        found = {key: replace(fact, lines=tuple(_where(fact.lines, followed, decided))) for key, fact in found.items()}
    return [found[key] for key in wanted if key in found]


def _told_at(whole: Whole, stop: Stop, hidden: Collection[str], language: str) -> Callable[[str], MainFact | None]:
    """What one step says of a field; None of one that was left empty, or is hidden."""
    assert stop.deployment_id is not None  # a person's step of a case
    form = form_of(stop.deployment_id, stop.form)
    answers = {key: value for key, value in stop.answers.items() if key not in hidden}
    given = _given(whole, stop, form)
    parts = {part.path: part for part in _all(lay_out(form, answers, today=clock.today(), given=given, language=language))}
    numbers = {one.field: one for one in numbered_in(stop.deployment_id)}

    def told(key: str) -> MainFact | None:
        part = parts.get(key)
        if part is None or key not in answers:
            return None
        if part.kind == "dynamiclist":
            return _list(key, part, answers[key])
        one = numbers.get(key)
        said = number_words(answers, one.field, one.dated, one.symbol, language) if one else words_of(part)
        return MainFact(key, part.label, said) if said else None

    return told


def _given(whole: Whole, stop: Stop, form: Form) -> Mapping[str, Any]:
    """What the form was given, where the choices of its fields stand there."""
    if any(one.options_key or one.options_expression for one in form.walk()):
        return kind_of(whole.running).given(whole.running, stop.element)
    return {}


def _all(parts: Sequence[Part]) -> list[Part]:
    return [one for part in parts for one in (part, *_all(part.parts))]


def _list(key: str, part: Part, rows: Sequence[Mapping[str, Any]]) -> MainFact | None:
    columns = [one for one in part.blank if one.kind in KEYED and one.kind != "filepicker" and one.field.path]
    names = [one.field.path[-1] for one in columns]
    lines = []
    for row, parts in zip(rows, part.rows, strict=False):
        said = {one.field.path[-1]: words_of(one) for one in parts if one.field.path}
        if any(cells := tuple(said.get(name, "") for name in names)):
            lines.append(Line(cells, row))
    return MainFact(key, part.label, "", tuple(one.label for one in columns), tuple(lines)) if lines else None


def _by_item(stops: Sequence[Stop]) -> list[list[Stop]]:
    """The steps of people for each item of a list, the items in the order in which they were come to."""
    found: dict[str, list[Stop]] = {}
    for stop in stops:
        if stop.item and stop.kind == "user" and stop.state != "cancelled":
            found.setdefault(stop.way, []).append(stop)
    return list(found.values())


def _where(lines: Sequence[Line], followed: list[list[Stop]], decided: Mapping[int, Outcome]) -> Iterator[Line]:
    """Lines with the steps that were done for them: each finds the first item that is what it says and that no other has."""
    for line in lines:
        each = next((one for one in followed if one[0].item and line.row in one[0].item["items"].values()), None)
        if each is None:
            yield line
            continue
        followed.remove(each)
        last = next((one for one in each if one.state == "open"), each[-1])
        yield replace(line, last=last, outcome=decided.get(last.id))


__all__ = ["Line", "MainFact", "read_main_facts"]
