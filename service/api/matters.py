"""Registers and their matters over the API: what there is, one register with its form and its rows, one matter, beginning one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from apiflask import APIBlueprint, FileSchema, Schema
from marshmallow import fields, validate

from service import clock, doors, movement, people
from service.actor import Actor
from service.api.files import Attached, Upload, attach
from service.api.past_steps import past_steps
from service.api.refs import unit_of
from service.api.schemas import (
    ERRORS,
    FileOut,
    Paged,
    Paging,
    item_title,
    moment,
    open_object,
    reference,
    whole,
)
from service.api.shapes import PastStop
from service.awards.nominations import read_nomination
from service.errors import NotFound
from service.movement import MOST_SUBJECTS, SHEET_TYPE, Entry, MainFact, MatterFilter, Overview, Whole
from service.processes import history
from service.processes.deployments import files_of
from workflows.register import ABOUT, TONES, UNITS, Words

blueprint = APIBlueprint("api_matters", __name__, tag="Matters")


class RegisterWord(Schema):
    """A code and its words."""

    code = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)


class RegisterOutcome(RegisterWord):
    """How a matter can end."""

    tone = fields.String(required=True, validate=validate.OneOf(TONES))


class RegisterColumn(Schema):
    """A field of the matters as the register lists it; `choices` where it has some."""

    key = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    choices = fields.List(fields.Nested(RegisterWord), required=True)


class RegisterRow(Schema):
    """A register; `open` and `late` count the matters that the caller may read.

    `unit`: whose a matter is: the unit of who begins it (`own`), one that he names (`named`), or nobody's (`none`).
    """

    process = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    one = fields.String(required=True, metadata={"description": "What one of its matters is called."})
    one_en = fields.String(required=True)
    hint = fields.String(required=True)
    hint_en = fields.String(required=True)
    series = fields.String(required=True, metadata={"description": "Letters before the number."})
    open = fields.Integer(required=True)
    late = fields.Integer(required=True)
    may_begin = fields.Boolean(required=True)
    unit = fields.String(required=True, validate=validate.OneOf(UNITS))
    about = fields.List(fields.String(validate=validate.OneOf(ABOUT)), required=True)
    columns = fields.List(fields.Nested(RegisterColumn), required=True)
    phases = fields.List(fields.Nested(RegisterWord), required=True)
    outcomes = fields.List(fields.Nested(RegisterOutcome), required=True)
    warns = fields.List(
        fields.Nested(RegisterWord), required=True,
        metadata={"description": "Phases in which open matters warn in what their unit puts forward, with the words of it."},
    )


class Registers(Schema):
    """Registers, in the order of their names."""

    items = fields.List(fields.Nested(RegisterRow), required=True)


class RegisterShown(RegisterRow):
    """One register with the form that a matter of it is begun with."""

    private = fields.List(fields.String(), required=True, metadata={"description": "Fields that only some see."})
    form = open_object("The form in form-js schema.", required=True, allow_none=True)
    period = fields.String(required=True, allow_none=True, metadata={"description": "half or year, where units are asked by periods."})
    data = open_object("What the form may read besides its answers.", required=True)


class MatterQuery(Paging):
    """Which matters of a register."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *movement.STATES]))
    phase = fields.String(load_default="", validate=validate.Length(max=40))
    outcome = fields.String(load_default="", validate=validate.Length(max=40))
    unit = reference(load_default=None)
    year = fields.Integer(load_default=None, validate=validate.Range(2000, 2200))
    since = fields.Date(load_default=None, metadata={"description": "First day on which it was begun."})
    until = fields.Date(load_default=None, metadata={"description": "Last day on which it was begun."})
    q = fields.String(load_default="", validate=validate.Length(max=200))
    about = fields.Integer(
        load_default=None, validate=validate.Range(1, 2**53), metadata={"description": "The nomination that it concerns."}
    )
    mine = fields.Boolean(load_default=False, metadata={"description": "Only what the caller began."})


class MatterRow(Schema):
    """A matter as its register lists it; `state` is open, late (an open task is past its due time) or ended."""

    id = fields.Integer(required=True)
    register = fields.String(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    unit = fields.Integer(required=True, allow_none=True)
    unit_name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(movement.STATES))
    phase = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    begun_at = moment(required=True)
    ended_at = moment(required=True, allow_none=True)
    due_at = moment(required=True, allow_none=True)
    shown = open_object("Values of the columns of the register.", required=True)


class Matters(Paged):
    """A page of a register, the newest first."""

    total = fields.Integer(required=True)
    items = fields.List(fields.Nested(MatterRow), required=True)


class MatterIn(Schema):
    """A new matter: answers of the register's form, whose it is where the register asks for a unit, what it is about.

    Without `unit` it is the only one for which the caller begins. A file is sent to `/files` first and named by its number.
    """

    answers = open_object("Keys of the form's components; groups are objects, dynamic lists are lists.", load_default=dict)
    unit = reference(load_default=None, allow_none=True)
    about = fields.List(
        whole(), load_default=list, validate=validate.Length(max=MOST_SUBJECTS), metadata={"description": "Nominations."}
    )


class MatterTask(Schema):
    """An open task of a matter; `may_act`: it waits for the caller, among others."""

    id = fields.Integer(required=True)
    element = fields.String(required=True)
    name = fields.String(required=True)
    item = item_title()
    due_at = moment(required=True, allow_none=True)
    owner = fields.String(required=True, allow_none=True)
    waits_for = fields.String(required=True, metadata={"description": "Post or office that is asked, in words."})
    since = moment(required=True)
    may_act = fields.Boolean(required=True)


class MatterSubjectOut(Schema):
    """A nomination that a matter is about and that the caller may see."""

    nomination = fields.Integer(required=True)
    name = fields.String(required=True)
    unit_name = fields.String(required=True)


class MatterFile(FileOut):
    """A file of a matter with the step that it was sent at; null where it was sent with the matter, or stands in no answer yet."""

    element = fields.String(required=True, allow_none=True)
    step = fields.String(required=True, allow_none=True)
    item = item_title()


class MainFactRow(Schema):
    """A line of a list: its values in the order of the columns; where it stands, of one that is followed up by steps of its own."""

    values = fields.List(fields.String(), required=True)
    step = fields.String(required=True, allow_none=True)
    open = fields.Boolean(required=True)
    due_at = moment(required=True, allow_none=True)
    decision_words = fields.String(required=True, allow_none=True)


class MainFactOut(Schema):
    """A main fact of a matter, in words of the caller's language: `said`, or the columns and rows of a list."""

    key = fields.String(required=True)
    label = fields.String(required=True)
    said = fields.String(required=True)
    columns = fields.List(fields.String(), required=True)
    rows = fields.List(fields.Nested(MainFactRow), required=True)


class MatterSource(Schema):
    """What led to a matter by itself: another matter, or the period of a register; `id` and `number` only for who may read that."""

    kind = fields.String(required=True, validate=validate.OneOf(["matter", "period"]))
    id = fields.Integer(required=True, allow_none=True)
    number = fields.String(required=True, allow_none=True, metadata={"description": "Of a matter its number in its register."})
    label = fields.String(required=True, metadata={"description": "What it is called, in words of the caller's language."})


class Matter(MatterRow):
    """One matter, as much of it as the caller may see; `hidden` names the fields that are kept from him, `begun_by` with them."""

    begun = open_object("Answers of the form that it was begun with.", required=True)
    begun_by = fields.Integer(required=True, allow_none=True)
    source = fields.Nested(MatterSource, required=True, allow_none=True, metadata={"description": "Null for one that somebody began."})
    hidden = fields.List(fields.String(), required=True)
    about = fields.List(fields.Nested(MatterSubjectOut), required=True)
    open_tasks = fields.List(fields.Nested(MatterTask), required=True)
    history = fields.List(fields.Nested(PastStop), required=True)
    facts = fields.List(
        fields.Nested(MainFactOut), required=True,
        metadata={"description": "What its register calls the main facts, as its steps answered last; as much as the caller may read."},
    )
    files = fields.List(fields.Nested(MatterFile), required=True)


@blueprint.get("/registers")
@blueprint.output(Registers)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_registers() -> dict[str, Any]:
    """The registers in which the caller may read or begin a matter."""
    return {"items": [_register(one) for one in movement.overview(by=doors.actor())]}


@blueprint.get("/registers/<process>")
@blueprint.output(RegisterShown)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_register(process: str) -> dict[str, Any]:
    """One register by its process, with the form that a matter of it is begun with."""
    by = doors.actor()
    kept = movement.register_in_use(process)
    return _register(movement.overview_of(kept, by=by)) | {
        "private": sorted(kept.register.private),
        "form": orjson.loads(files_of(kept.deployment)[f"{kept.register.form}.form"]) if kept.register.form else None,
        "data": movement.given_to_begin(kept, by) if kept.register.form else {},
        "period": kept.register.period or None,
    }


@blueprint.get("/registers/<process>/matters")
@blueprint.input(MatterQuery, location="query", arg_name="query")
@blueprint.output(Matters)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_matters(process: str, query: dict[str, Any]) -> dict[str, Any]:
    """Matters of a register that the caller may read, the newest first."""
    by = doors.actor()
    kept = movement.register_in_use(process)
    page, size = query["page"], query["size"]
    found = movement.find_matters(kept, by=by, wanted=_wanted(query, by), page=page, size=size)
    return {
        "items": _rows(process, found.entries), "page": page, "more": page * size < found.total, "total": found.total,
    }


@blueprint.get("/registers/<process>/matters.xlsx")
@blueprint.input(MatterQuery(exclude=("page", "size")), location="query", arg_name="query")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=SHEET_TYPE)
@blueprint.doc(security="bearer", responses=ERRORS)
def export(process: str, query: dict[str, Any]) -> Any:
    """The same as an Excel sheet, every row of it; in English where that is the first language accepted."""
    by = doors.actor()
    kept = movement.register_in_use(process)
    content = movement.sheet_of(kept, by=by, wanted=_wanted(query, by), language=doors.language())
    return doors.hand_file(content, SHEET_TYPE, f"{kept.register.name[0]}.xlsx")


@blueprint.post("/registers/<process>/matters")
@blueprint.input(MatterIn, arg_name="said")
@blueprint.output(Matter, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def begin(process: str, said: dict[str, Any]) -> dict[str, Any]:
    """Begin a matter: it takes the next number of its register and year, and its process starts."""
    by = doors.actor()
    return _matter(movement.begin_matter(process, said["answers"], by=by, unit=unit_of(said["unit"]), about=said["about"]), by)


@blueprint.get("/matters/<int:matter_id>")
@blueprint.output(Matter)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_matter(matter_id: int) -> dict[str, Any]:
    """One matter: where it stands, what it was begun with, what it is about, its open tasks and its files."""
    return _matter(matter_id, doors.actor())


@blueprint.post("/matters/<int:matter_id>/files")
@blueprint.input(Upload, location="files", arg_name="sent")
@blueprint.output(Attached, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def upload(matter_id: int, sent: dict[str, Any]) -> dict[str, Any]:
    """Attach a file to an open matter, for the answers of a task to name: by who is asked to act on it, or who began it."""
    by = doors.actor()
    movement.must_add_file(movement.read_matter(matter_id, by=by), by=by)
    return attach(f"{movement.CASE}:{matter_id}", sent, by)


def warnings(unit: int | None, by: Actor) -> list[dict[str, Any]]:
    """What open matters of a unit warn of in its dossiers, in the caller's language; with the matter for who reads it."""
    at = int(doors.language() == "en")
    return [{"words": one.words[at], "matter": one.matter, "number": one.number} for one in movement.warnings_of(unit, by=by)]


def _wanted(query: dict[str, Any], by: Actor) -> MatterFilter:
    about = read_nomination(query["about"], by=by).id if query["about"] is not None else None
    return MatterFilter(
        state=query["state"], phase=query["phase"], outcome=query["outcome"], unit=unit_of(query["unit"]), year=query["year"],
        since=query["since"], until=query["until"], text=query["q"], mine=query["mine"],
        subject=f"nomination:{about}" if about is not None else "",
    )


def _register(one: Overview) -> dict[str, Any]:
    register = one.kept.register
    return {
        "process": one.kept.process,
        "name": register.name[0], "name_en": register.name[1],
        "one": register.one[0], "one_en": register.one[1],
        "hint": register.hint[0], "hint_en": register.hint[1],
        "series": register.series,
        "open": one.open, "late": one.late, "may_begin": one.begins,
        "unit": register.unit,
        "about": list(register.about),
        "columns": [
            {
                "key": column.key, "label": column.label[0], "label_en": column.label[1],
                "choices": [_word(code, said) for code, said in column.choices.items()],
            }
            for column in movement.columns_of(one.kept)
        ],
        "phases": [_word(code, said) for code, said in register.phases.items()],
        "outcomes": [_word(code, said.words) | {"tone": said.tone} for code, said in register.outcomes.items()],
        "warns": [_word(code, said) for code, said in register.warns.items()],
    }


def _word(code: str, said: Words) -> dict[str, Any]:
    return {"code": code, "label": said[0], "label_en": said[1]}


def _rows(register: str, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    units, now = people.unit_names({one.unit_id for one in entries if one.unit_id}), clock.now()
    return [
        {
            "id": one.id,
            "register": register,
            "number": one.number,
            "title": one.title,
            "unit": one.unit_id,
            "unit_name": units.get(one.unit_id or 0, ""),
            "state": "ended" if one.ended else "late" if one.due_at and one.due_at < now else "open",
            "phase": None if one.ended else one.phase or None,
            "outcome": one.outcome,
            "begun_at": one.begun_at.isoformat(),
            "ended_at": one.ended_at.isoformat() if one.ended_at else None,
            "due_at": one.due_at.isoformat() if one.due_at else None,
            "shown": dict(one.shown),
        }
        for one in entries
    ]


def _matter(matter_id: int, by: Actor) -> dict[str, Any]:
    found = movement.read_matter(matter_id, by=by)
    (row,) = _rows(found.kept.process, [found.entry])
    stops = history.timeline(found.entry.instance)
    waiting, sent = [stop for stop in stops if stop.state == "open" and stop.kind == "user"], movement.sent_at(stops)
    mine = movement.tasks_for(found, by=by)
    return row | {
        "begun": dict(found.begun),
        "begun_by": None if found.private else found.begun_by,
        "source": _source(found, by),
        "hidden": sorted(found.hidden),
        "about": _about(found.subjects, by),
        "open_tasks": [
            {
                "id": stop.id, "element": stop.element, "name": stop.name, "item": stop.item_title or None, "owner": stop.owner or None,
                "waits_for": history.waits_for(stop, doors.language()),
                "since": stop.opened_at.isoformat(), "due_at": stop.due_at.isoformat() if stop.due_at else None,
                "may_act": stop.id in mine,
            }
            for stop in waiting
        ],
        "history": past_steps(stops, found.running, by),
        "facts": [_fact(one) for one in movement.read_main_facts(found, stops, by=by, language=doors.language())],
        "files": [
            {"id": one.id, "name": one.name, "size": one.size, "sha256": one.sha256, **_sent(sent.get(one.id))}
            for one in movement.files_of(found, by=by)
        ],
    }


def _source(found: Whole, by: Actor) -> dict[str, Any] | None:
    at = int(doors.language() == "en")
    if (period := movement.period_of(found.entry.id)) is not None:
        return {"kind": "period", "id": _readable(movement.read_period, period.id, by), "number": None,
                "label": movement.period_words(period)[at]}
    if (led := movement.begun_from(found)) is None:
        return None
    kept, number = led
    one = {"kind": "matter", "id": _readable(movement.read_matter, number, by), "number": None, "label": kept.register.one[at]}
    if one["id"] is not None:
        entry = movement.read_matter(number, by=by).entry
        one |= {"number": entry.number, "label": entry.title}
    return one


def _readable(read: Callable[..., Any], number: int, by: Actor) -> int | None:
    """A number where somebody may read what it is of."""
    try:
        read(number, by=by)
    except NotFound:
        return None
    return number


def _fact(one: MainFact) -> dict[str, Any]:
    at = int(doors.language() == "en")
    return {
        "key": one.key, "label": one.label, "said": one.said, "columns": list(one.columns),
        "rows": [
            {
                "values": list(line.cells), "step": line.last.name if line.last else None,
                "open": line.last is not None and line.last.state == "open",
                "due_at": line.last.due_at.isoformat() if line.last and line.last.due_at and line.last.state == "open" else None,
                "decision_words": line.outcome.words[at] or None if line.outcome else None,
            }
            for line in one.lines
        ],
    }


def _sent(stop: history.Stop | None) -> dict[str, str | None]:
    if stop is None:
        return {"element": None, "step": None, "item": None}
    return {"element": stop.element, "step": stop.name, "item": stop.item_title or None}


def _about(subjects: Sequence[str], by: Actor) -> list[dict[str, Any]]:
    rows = []
    for number in movement.numbers_of(subjects):
        try:
            one = read_nomination(number, by=by)
        except NotFound:
            continue
        rows.append({"nomination": one.id, "name": one.name, "unit_name": one.unit_name})
    return rows
