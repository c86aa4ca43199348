"""What a matter's paper says, as a plain value: what was answered at its steps, what is given, and the document they make.

Reads only. The same answers give the same value: nothing of the hour, the reader or the language gets in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from forms import Form, Part, Rejected, check, lay_out
from forms.values import day_of
from service import people, words
from service.awards.results import movement_in
from service.db import reading, session
from service.movement import (
    COUNTED,
    Kept,
    awards_between,
    filings,
    number_words,
    period_told,
    period_words,
    window_of,
    words_of,
)
from service.movement.about_names import ABOUT_NAMES, names_told
from service.movement.acting import symbol_of
from service.movement.models import Matter
from service.papers.acting import OFFICE, OFFICE_CODE, office_of, signer_of
from service.papers.facts import Facts, commune, issuer_of, titled
from service.papers.matter_rights import part_of
from service.papers.matter_words import Said, fill_document, one_line
from service.papers.models import MatterTables
from service.papers.spelling import figure, numbered
from service.papers.wording import head_of
from service.processes.cases import Running, kind_of
from service.processes.deployments import definition_of, form_of
from service.processes.models import Activity
from service.processes.vocabulary import paper_rows
from workflows.calendar import ZONE
from workflows.paper_text import BEGUN_BY, NUMBER, WRITE, PaperText

Rows = Callable[[Matter], list[dict[str, Any]]]
ROWS: dict[str, Rows] = {}
"""Lists that papers may show besides those of the forms: name → the rows of a matter, as plain values by entry."""
Lists = Callable[[Matter], Mapping[str, list[dict[str, Any]]]]
LISTS: dict[str, Lists] = {}
"""The same of lists that are gathered together: name → all of them."""
_OF_PERIOD = ("period", "period_asked", "period_filed", "period_taken", "period_waiting", "period_awarded")


def rows(name: str, *entries: str) -> Callable[[Rows], Rows]:
    """Register a list that papers of matters may show, with the entries of a row."""

    def register(call: Rows) -> Rows:
        ROWS[name], paper_rows[name] = call, entries
        return call

    return register


def lists(entries: Mapping[str, Sequence[str]]) -> Callable[[Lists], Lists]:
    """Register several lists that are gathered together: name → the entries of a row; the call gives all of them."""

    def register(call: Lists) -> Lists:
        LISTS.update(dict.fromkeys(entries, call))
        paper_rows.update({name: tuple(keys) for name, keys in entries.items()})
        return call

    return register


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in: at the start of a matter, at a step, or in somebody's draft."""

    form: Form
    answers: Mapping[str, Any]
    day: date
    element: str = ""
    """The step, where it was filled in at one."""
    choices: Mapping[str, Any] = field(default_factory=dict)
    """Lists of options that its fields take from the service, so that a chosen one is said in words."""


def facts_of_matter(name: str, text: PaperText, row: Matter, kept: Kept, running: Running, draft: Filled | None = None) -> Facts:
    """What a paper of a matter says now; with what is typed at an open step put over it where a `draft` is given."""
    with reading():
        filled = [*_filled(row, kept, running), *([draft] if draft else [])]
        given = kind_of(running).given(running, "")
        filled = [replace(one, choices=_choices(one, running)) for one in filled]
        made = row.begun_at.astimezone(ZONE).date()
        said = _said(filled, given)
        answered = "number" in said.words  # else the gap is the paper's own number, which stands beside
        issued = _issued(name, text, said, filled, running)
        number, dated = issued.number, issued.dated
        said = _with_given(said, name, text, row, kept, running, made, issued)
        symbol = symbol_of(name, text, running)
        document, copies = fill_document(text, said)
        day = dated or max((one.day for one in filled), default=made)
        facts: Facts = {
            "kind": name, "name": text.name[0], "matter": row.id, "commune": commune(day),
            "issuer": issuer_of(text.issuer, row.unit_id, day), "number": number, "symbol": symbol,
            "numbered": numbered(number, symbol) if number else "",
            "dated": dated.isoformat() if dated else None, "year": day.year, "made": made.isoformat(),
            "signer": signer_of(name, text, row.unit_id, running), "copies": copies,
            "reads": sorted(text.reads), "private": sorted(text.private),
            "said": {one: said.words[one] for one in sorted(_names(text)) if said.words.get(one) and (one != "number" or answered)},
            "names": [], "counted": "", "money": 0,
        }
        if not document["title"] and document["layout"] != "letter":
            document["title"] = text.name[0].upper()
        return {**facts, "document": document | head_of(facts, document)}


@dataclass(frozen=True, slots=True)
class _Issued:
    """Number and day of a paper, and those that it bore before it was written anew."""

    number: str
    dated: date | None
    former: str = ""
    former_day: date | None = None


def _issued(name: str, text: PaperText, said: Said, filled: Sequence[Filled], running: Running) -> _Issued:
    """Number and day that a paper bears now: what is written anew after it had them is a draft without."""
    elements = definition_of(running.deployment_id).elements.items()
    steps = {key: part_of(one.attrs) for key, one in elements if one.attrs.get("paper") == name}
    with reading() as s:
        opened = s.scalars(select(Activity.element).where(
            Activity.instance_id == running.id, Activity.element.in_(steps), Activity.state == "open",
        )).all()
    now: dict[str, Any] = {}
    former: dict[str, Any] = {}
    numbered = False
    for element, answers in [*((one.element, one.answers) for one in filled), *((element, {}) for element in opened)]:
        if numbered and steps.get(element) == WRITE:
            former, now, numbered = now, {}, False
        now |= {key: answers[key] for key in (text.number, text.dated) if key in answers}
        numbered = numbered or steps.get(element) == NUMBER
    return _Issued(
        "" if former and text.number not in now else one_line(said.words.get(text.number, "")),
        None if former and text.dated not in now else _day(said.whole(text.dated)),
        one_line(str(former.get(text.number) or "")), _day(former.get(text.dated)),
    )


def _choices(one: Filled, running: Running) -> dict[str, Any]:
    """The options that the service gives to the fields of a step; nothing else that the step is given gets into a paper."""
    wanted = {field.options_key for field in one.form.walk() if field.options_key}
    found = kind_of(running).given(running, one.element) if wanted and one.element else {}
    return {key: found[key] for key in wanted & found.keys()}


def _names(text: PaperText) -> set[str]:
    """Names of the gaps of a paper."""
    pieces = [piece for line in text.lines for piece in line.pieces]
    return {piece.gap.name for piece in pieces if piece.gap is not None}


def _day(raw: Any) -> date | None:
    return day_of(raw.strip()) if isinstance(raw, str) else None


def _filled(row: Matter, kept: Kept, running: Running) -> Iterator[Filled]:
    """The form that a matter was begun with, if any, then those of its steps that are done, in the order in which they were."""
    if kept.register.form:
        yield Filled(form_of(kept.deployment, kept.register.form), row.begun, row.begun_at.astimezone(ZONE).date())
    with reading() as s:
        done = s.execute(
            select(Activity.element, Activity.deployment_id, Activity.answers, Activity.closed_at)
            .where(Activity.instance_id == running.id, Activity.kind == "user", Activity.state == "done")
            .order_by(Activity.closed_at, Activity.id)
        ).all()
    for element, deployment, answers, closed_at in done:
        if (form := form_at(deployment, element)) is not None and closed_at is not None:
            yield Filled(form, answers or {}, closed_at.astimezone(ZONE).date(), element)


def form_at(deployment: int | None, element: str) -> Form | None:
    """The form of a step as its version has it; None for a step without one."""
    found = definition_of(deployment).elements.get(element) if deployment is not None else None
    return form_of(deployment, found.attrs["form"]) if deployment is not None and found is not None and "form" in found.attrs else None


def drafted(form: Form, element: str, typed: Mapping[str, Any], given: Mapping[str, Any], now: datetime) -> Filled:
    """What somebody typed at a step and has not sent: as it would be stored where it can be, else as it was typed."""
    day = now.astimezone(ZONE).date()
    try:
        return Filled(form, check(form, typed, today=day, given=given), day, element)
    except Rejected:
        return Filled(form, typed, day, element)


def _said(filled: Sequence[Filled], given: Mapping[str, Any]) -> Said:
    """All answers together; of one that was given twice the later, of a step that was done again only what it said last."""
    in_words: dict[str, str] = {}
    raw: dict[str, Any] = {}
    lists: dict[str, list[tuple[dict[str, str], dict[str, Any]]]] = {}
    last = {one.element: at for at, one in enumerate(filled)}
    for one in (one for at, one in enumerate(filled) if last[one.element] == at):
        raw |= one.answers
        for part in _places(lay_out(one.form, one.answers, today=one.day, given={**given, **one.choices})):
            if part.kind == "dynamiclist":
                lists[part.path] = [_row(cells, len(part.field.path) + 1) for cells in part.rows]
            else:  # what was calculated of things that only the form was given is not calculated again
                stored = one.answers.get(part.path) if part.kind == "expression" else None
                in_words[part.path] = words_of(part) or (stored if isinstance(stored, str) else "")
    return Said(in_words, raw, lists)


def _places(parts: Sequence[Part]) -> Iterator[Part]:
    """The places of a form that hold an answer and are shown, rows of lists aside."""
    for part in parts:
        if part.shown and part.kind == "group":
            yield from _places(part.parts)
        elif part.shown and part.field.path:
            yield part


def _row(cells: Sequence[Part], depth: int) -> tuple[dict[str, str], dict[str, Any]]:
    """A row of a dynamic list: its entries in words and as they are stored."""
    found = {".".join(part.field.path[depth:]): part for part in _places(cells)}
    return {key: words_of(part) for key, part in found.items()}, {key: part.value for key, part in found.items()}


def gathered_now(text: PaperText, row: Matter, answered: Collection[str] = ()) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """What the service gives to a paper as it stands today: the lists that no answer gives, the gaps of its period, its names."""
    wanted = {shown.rows for line in text.lines if (shown := line.table or line.chart) is not None} - set(answered)
    together = {call: call(row) for call in {LISTS[name] for name in wanted if name in LISTS}}
    found = {name: list(together[LISTS[name]][name]) if name in LISTS else ROWS[name](row) for name in sorted(wanted & {*LISTS, *ROWS})}
    return found, _of_period(text, row) | (names_told(row) if set(ABOUT_NAMES) & text.reads else {})


def _with_given(
    said: Said, name: str, text: PaperText, row: Matter, kept: Kept, running: Running, made: date, issued: _Issued
) -> Said:
    """What is given besides the answers; an answer of the same name comes first."""
    begun_by = people.names([row.begun_by]).get(row.begun_by, "") if row.begun_by else ""
    signed = session().get(MatterTables, (row.id, name)) if text.settled else None
    found, of_period = (signed.lists, signed.counts) if signed else gathered_now(text, row, said.rows)
    given = {
        "unit": people.unit_name(row.unit_id, made) if row.unit_id else "", "number": issued.number,
        "former_number": issued.former, "former_day": issued.former_day.isoformat() if issued.former_day else "",
        "register_number": number_words(kept.register, row.number, row.year), **of_period, "commune": commune(made),
        "movement": _movement_of(row) if "movement" in text.reads else "",
        "begun_on": made.isoformat(), BEGUN_BY: begun_by, **(office_of(running) if {OFFICE, OFFICE_CODE} & text.reads else {}),
    }
    spoken = given | {"begun_on": words.full_date(made), "former_day": words.full_date(issued.former_day) if issued.former_day else ""}
    listed = {key: [_given_row(one) for one in ones] for key, ones in found.items()}
    return Said({**spoken, **said.words}, {**given, **said.raw}, {**said.rows, **listed})


def _of_period(text: PaperText, row: Matter) -> dict[str, str]:
    """What the period that a matter tells of is called, units asked, filed, taken and waiting in it, awards granted."""
    told = period_told(row)
    found = dict.fromkeys(_OF_PERIOD, "")
    if told is None:
        return found
    found["period"] = period_words(told[1])[0]
    if (set(_OF_PERIOD) - {"period"}) & text.reads:
        units = filings(told[1])
        filed = [one for one in units if one.filed_at is not None]
        taken = sum(one.outcome is not None for one in filed)
        awarded = sum(one[key] for one in awards_between(*window_of(told[1])) for key in COUNTED.values())
        found |= dict(zip(_OF_PERIOD[1:], map(figure, (len(units), len(filed), taken, len(filed) - taken, awarded)), strict=True))
    return found


def _movement_of(row: Matter) -> str:
    """The movement that was in force in the year a matter tells of, as papers write its name; "" where there was none."""
    told = period_told(row)
    found = movement_in(told[1].year if told else row.year)
    return titled(found.name) if found else ""


def _given_row(one: Mapping[str, Any]) -> tuple[dict[str, str], Mapping[str, Any]]:
    return {key: _spoken(value) for key, value in one.items()}, one


def _spoken(value: Any) -> str:
    """A plain value in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int | float):
        return str(value).replace(".", ",")
    text = str(value)
    day = _day(text)
    return words.full_date(day) if day is not None else text


__all__ = ["LISTS", "ROWS", "Filled", "Lists", "Rows", "drafted", "facts_of_matter", "form_at", "gathered_now", "lists",
           "rows"]
