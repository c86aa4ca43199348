"""The main facts of a matter: the fields that its register names, as its steps answered them last, as much as one reader may read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from forms import Form, Part, lay_out
from forms.fields import KEYED
from service import clock
from service.actor import Actor
from service.movement.case import AGAIN
from service.movement.finding import Whole
from service.movement.numbering import numbered_in, symbol_in
from service.movement.wording import words_of
from service.processes.cases import answers_read, kind_of
from service.processes.deployments import form_of, paper_of
from service.processes.history import Stop
from service.processes.outcomes import Outcome, hidden_by_element, number_of_paper, outcomes_of


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

    Of a step that was done again only what it said last counts; of a draft nothing of a field that a later step took over
    (`first`: `again_…`) and left out, since it decided otherwise. The number of a paper stands with its series and day; of
    one that another has revoked since, that it is in force no more.
    """
    ended = whole.kept.register.outcomes.get(whole.entry.outcome or "")
    wanted = [key for key in whole.kept.register.facts if ended is None or key != ended.reason]  # the end tells that
    found = dict[str, MainFact]()
    hides = hidden_by_element(whole.running, by)
    reads = answers_read(by, whole.running)
    followed, decided = [(each, _later(each, hides)) for each in _by_item(stops)], outcomes_of(stops, whole.running, by)
    done = [stop for stop in stops if stop.state == "done" and stop.kind == "user" and not stop.item and stop.form]
    last = {stop.element: stop.id for stop in done if reads(stop.id, stop.candidates)}
    for stop in (one for one in done if last.get(one.element) == one.id):
        for key in _left_out(stop):
            found.pop(key, None)
        asked = [key for key in wanted if key in stop.answers]
        asked = [key for key in asked if key not in whole.begun or stop.answers[key] != whole.entry.outcome]  # the end tells that
        if not asked:
            continue
        told = _told_at(whole, stop, hides(stop.element), language, followed)
        found |= {key: fact for key in asked if (fact := told(key)) is not None}
    found = {key: replace(fact, lines=tuple(_decided(line, decided) for line in fact.lines)) for key, fact in found.items()}
    revoked = set(_revoked(whole.running.deployment_id, {key for stop in done for key in stop.answers.keys() - hides(stop.element)}))
    found |= {key: replace(found[key], said=f"{found[key].said} ({_REVOKED[language == 'en']})") for key in revoked & found.keys()}
    return [found[key] for key in wanted if key in found]


def _left_out(stop: Stop) -> Iterator[str]:
    """Fields that a step took over from one before, to be changed or confirmed, and did not answer."""
    assert stop.deployment_id is not None  # a person's step of a case
    for one in form_of(stop.deployment_id, stop.form).walk():
        if len(one.path) == 1 and one.properties.get("first") == f"{AGAIN}{one.path[0]}" and one.path[0] not in stop.answers:
            yield one.path[0]


_REVOKED = ("hết hiệu lực", "in force no more")


def _revoked(deployment: int, answered: Collection[str]) -> Iterator[str]:
    """Fields with the number of a paper that another revokes which has its number, too."""
    numbered = {one.paper: one for one in numbered_in(deployment) if one.paper}
    for name, one in numbered.items():
        text = paper_of(deployment, name) if one.field in answered else None
        if text is not None and text.revokes in numbered:
            yield numbered[text.revokes].field


Later = tuple[list[Stop], dict[str, Any]]
"""The steps of people for one item of a list, and what they answered."""


def _told_at(
    whole: Whole, stop: Stop, hidden: Collection[str], language: str, later: Sequence[Later]
) -> Callable[[str], MainFact | None]:
    """What one step says of a field; None of one that was left empty, or is hidden.

    A line of a list as the steps say by now that are done for it.
    """
    assert stop.deployment_id is not None  # a person's step of a case
    form = form_of(stop.deployment_id, stop.form)
    answers = {key: value for key, value in stop.answers.items() if key not in hidden}
    given = _given(whole, stop, form)
    items = {key: _items_of(value, later) for key, value in answers.items() if key in whole.kept.register.facts and isinstance(value, list)}
    by_now = {key: [_as_said(row, item) for row, item in zip(answers[key], each, strict=True)] for key, each in items.items()}
    parts = {
        part.path: part for part in _all(lay_out(form, answers | by_now, today=clock.today(), given=given, language=language))
    }
    numbers = {one.field: one for one in numbered_in(stop.deployment_id)}

    def told(key: str) -> MainFact | None:
        part = parts.get(key)
        if part is None or key not in answers:
            return None
        if part.kind == "dynamiclist":
            return _list(key, part, answers[key], items[key])
        one = numbers.get(key)
        said = number_of_paper(answers, one.field, one.dated, symbol_in(whole.running, one), language) if one else words_of(part)
        return MainFact(key, part.label, said) if said else None

    return told


def _given(whole: Whole, stop: Stop, form: Form) -> Mapping[str, Any]:
    """What the form was given, where the choices of its fields stand there."""
    if any(one.options_key or one.options_expression for one in form.walk()):
        return kind_of(whole.running).given(whole.running, stop.element)
    return {}


def _all(parts: Sequence[Part]) -> list[Part]:
    return [one for part in parts for one in (part, *_all(part.parts))]


def _list(key: str, part: Part, rows: Sequence[Mapping[str, Any]], items: Sequence[Later | None]) -> MainFact | None:
    columns = [one for one in part.blank if one.kind in KEYED and one.kind != "filepicker" and one.field.path]
    names = [one.field.path[-1] for one in columns]
    lines = []
    for row, parts, item in zip(rows, part.rows, items, strict=False):
        said = {one.field.path[-1]: words_of(one) for one in parts if one.field.path}
        if any(cells := tuple(said.get(name, "") for name in names)):
            steps = item[0] if item else ()
            lines.append(Line(cells, row, next((one for one in steps if one.state == "open"), steps[-1] if steps else None)))
    return MainFact(key, part.label, "", tuple(one.label for one in columns), tuple(lines)) if lines else None


def _by_item(stops: Sequence[Stop]) -> list[list[Stop]]:
    """The steps of people for each item of a list, the items in the order in which they were come to."""
    found: dict[str, list[Stop]] = {}
    for stop in stops:
        if stop.item and stop.kind == "user" and stop.state != "cancelled":
            found.setdefault(stop.way, []).append(stop)
    return list(found.values())


def _later(steps: Sequence[Stop], hides: Callable[[str], Collection[str]]) -> dict[str, Any]:
    """What the steps of an item answered that are done, the later of two; less what is kept from the reader."""
    found: dict[str, Any] = {}
    for one in steps:
        if one.state == "done":
            found |= {key: value for key, value in one.answers.items() if key not in hides(one.element)}
    return found


def _items_of(rows: Sequence[Any], later: Sequence[Later]) -> list[Later | None]:
    """The item of each line of a list: the first that is what the line says and that no other has."""
    free, found = list(later), list[Later | None]()
    for row in rows:
        item = next((one for one in free if (said := one[0][0].item) and row in said["items"].values()), None)
        if item is not None:
            free.remove(item)
        found.append(item)
    return found


def _as_said(row: Any, item: Later | None) -> Any:
    """A line, with the entries that the steps for it answered anew."""
    if item is None or not isinstance(row, Mapping):
        return row
    return {**row, **{key: value for key, value in item[1].items() if key in row and value is not None}}


def _decided(line: Line, decided: Mapping[int, Outcome]) -> Line:
    return replace(line, outcome=decided.get(line.last.id)) if line.last is not None else line


__all__ = ["Line", "MainFact", "read_main_facts"]
