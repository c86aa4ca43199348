"""What was decided at the steps of a case, in the words of their forms, as much of it as one reader may read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from forms import Form
from forms.fields import KEYED, SINGLE_CHOICE, Field
from service.actor import Actor
from service.processes.cases import Running, answers_read, kind_of
from service.processes.deployments import definition_of, form_of, paper_of
from service.processes.history import Stop
from service.words import full_date
from workflows.paper_text import NUMBER

_MOST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step decided: the words of the choice in both languages, and the first text written beside it with what it is called.

    Of a step that numbers a paper the number with its day.

    All empty: something was decided that this reader is not shown.
    """

    words: tuple[str, str] = ("", "")
    note: str = ""
    note_label: tuple[str, str] = ("", "")


def outcomes_of(stops: Sequence[Stop], running: Running, by: Actor) -> dict[int, Outcome]:
    """Stop → what was decided at it, of the steps of people that are done, whose answers somebody may read and whose forms let decide.

    A form decides by its field `decision`, else by its first field where that is radio buttons; what numbers a paper, by its number.
    Of what is kept from the reader nothing is told.
    """
    reads, hides = answers_read(by, running), hidden_by_element(running, by)
    found: dict[int, Outcome] = dict.fromkeys(kind_of(running).not_in_force(by, running), Outcome())
    for stop in stops:
        if stop.kind != "user" or stop.state != "done" or not stop.form or stop.deployment_id is None:
            continue
        if not reads(stop.id, stop.candidates):
            continue
        if decided := outcome_on(form_of(stop.deployment_id, stop.form), stop.answers):
            found[stop.id] = _less(decided, hides(stop.element))
        elif numbered := _numbered(stop, running, hides(stop.element)):
            found[stop.id] = numbered
    return found


def hidden_by_element(running: Running, by: Actor) -> Callable[[str], Collection[str]]:
    """Element → fields of its answers that somebody is not shown; asked once for each, and for none where nothing is hidden at all."""
    hides = kind_of(running).hides
    anywhere = frozenset(hides(by, running, ""))

    @cache
    def at(element: str) -> Collection[str]:
        return hides(by, running, element) if anywhere else ()

    return at


def outcome_on(form: Form, answers: Mapping[str, Any]) -> tuple[Field, Outcome, Field | None] | None:
    """What was decided on a form, with the fields that say it and that say more; None for one that lets nobody decide."""
    fields = [one for one in form.walk() if len(one.path) == 1 and answers.get(one.path[0]) not in (None, "")]
    first = next((one for one in form.walk() if one.kind in KEYED and one.path), None)
    ways = [one for one in fields if one.kind in SINGLE_CHOICE and one.path[0] == "decision" or one is first and one.kind == "radio"]
    decided = next((one for one in ways if one.path[0] == "decision"), next(iter(ways), None))
    if decided is None or (words := decided.option_words(answers[decided.path[0]])) is None:
        return None
    beside = next((one for one in fields if one.kind == "textarea"), None)
    if beside is None:
        return decided, Outcome(words), None
    label = (beside.label, beside.properties.get("label.en", beside.label))
    return decided, Outcome(words, _in_a_line(answers[beside.path[0]]), label), beside


def _numbered(stop: Stop, running: Running, hidden: Collection[str]) -> Outcome | None:
    """The number that a step gave the paper that it names; None for any other step."""
    if stop.deployment_id is None or (element := definition_of(stop.deployment_id).elements.get(stop.element)) is None:
        return None
    if element.attrs.get("paper_part") != NUMBER or (text := paper_of(stop.deployment_id, element.attrs["paper"])) is None:
        return None
    if text.number in hidden:
        return Outcome()
    symbol = kind_of(running).symbol(running, element.attrs["paper"], text)
    vi, en = (number_of_paper(stop.answers, text.number, text.dated, symbol, language) for language in ("vi", "en"))
    return Outcome((vi, en)) if vi else None


def number_of_paper(answers: Mapping[str, Any], field: str, dated: str, symbol: str, language: str) -> str:
    """The number of a paper with its series and its day, as a form has them; nothing where it has no number."""
    number, series = str(answers.get(field) or "").strip(), symbol.lstrip("/")
    number = f"{int(number):02d}" if number.isdecimal() else number
    if number and series and "/" not in number:
        number = f"{number}/{series}"
    try:
        day = full_date(date.fromisoformat(str(answers.get(dated))))
    except ValueError:
        return number
    return f"{number}, {'of' if language == 'en' else 'ngày'} {day}" if number else ""


def _in_a_line(text: Any) -> str:
    said = " ".join(str(text).split())
    return said if len(said) <= _MOST_NOTE else said[: _MOST_NOTE - 1].rsplit(" ", 1)[0] + "…"


def _less(decided: tuple[Field, Outcome, Field | None], hidden: Collection[str]) -> Outcome:
    field, outcome, beside = decided
    if field.path[0] in hidden:
        return Outcome()
    return Outcome(outcome.words) if beside is None or beside.path[0] in hidden else outcome


__all__ = ["Outcome", "hidden_by_element", "number_of_paper", "outcomes_of"]
