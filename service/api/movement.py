"""The movement at a glance over the API: units by duties, figures of the results, the names behind a figure, Excel and PDF."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from marshmallow import fields, validate

from service import doors, movement
from service.api.refs import unit_of
from service.api.schemas import ERRORS, Paging, day, reference
from service.awards import results
from service.awards.catalogue import GROUPS, award_forms
from service.awards.results import Line, Narrow
from service.movement import MovementOverview
from service.papers import movement_overview

blueprint = APIBlueprint("api_movement", __name__, tag="Matters")
_OWN = (
    "Which names are counted in a line, as /movement/names takes it. `content` is `none` for names of which no content was said; "
    "`person` is leader, direct, other, woman, man or unsaid."
)


class MovementQuery(Schema):
    """Which movement (the one of today without one) and which year of it (all of them without one)."""

    movement = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 2**53))
    year = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1900, 2200))


class MovementNamesQuery(MovementQuery, Paging):
    """Which names: every condition holds. `awarded`: only who was honoured, by the form granted."""

    unit = reference(load_default=None, allow_none=True)
    group = fields.String(load_default="", validate=validate.OneOf(["", *GROUPS]))
    content = fields.String(load_default="", validate=validate.Length(0, 40))
    form = fields.String(load_default="", validate=validate.OneOf(["", *award_forms()]))
    level = fields.String(load_default="", validate=validate.OneOf(["", *results.LEVELS]))
    person = fields.String(load_default="", validate=validate.OneOf(["", *results.PERSONS]))
    awarded = fields.Boolean(load_default=False)


class DutyOut(Schema):
    """Something that units were asked for; `due` is empty where it has several days or none of its own."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    due = day(required=True, allow_none=True)


class DutyStanding(Schema):
    """How a unit stands in a duty; units that were not asked have none. `record` is a matter's or a list's number, where there is one."""

    duty = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(sorted(movement.STANDS)))
    done = fields.Integer(required=True)
    asked = fields.Integer(required=True)
    done_on = day(required=True, allow_none=True)
    matter = fields.Integer(required=True, allow_none=True)
    list = fields.Integer(required=True, allow_none=True)


class UnitDuties(Schema):
    """A unit with everything that it was asked for."""

    unit = fields.Integer(required=True)
    unit_name = fields.String(required=True)
    duties = fields.List(fields.Nested(DutyStanding), required=True)


class MovementFigure(Schema):
    """A line of figures."""

    name = fields.String(required=True)
    name_en = fields.String(required=True)
    put_forward = fields.Integer(required=True)
    honoured = fields.Integer(required=True)
    narrow = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True, metadata={"description": _OWN})


class MovementPart(Schema):
    """Figures by one question: content, unit, group, form, person, year; `note` says what counts in it, where that needs saying."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    note = fields.String(required=True)
    note_en = fields.String(required=True)
    lines = fields.List(fields.Nested(MovementFigure), required=True)


class NeverAwardedUnit(Schema):
    """A unit."""

    unit = fields.Integer(required=True)
    unit_name = fields.String(required=True)


class MovementOut(Schema):
    """The movement at a glance, as much of it as the caller may see."""

    movement = fields.Integer(required=True)
    name = fields.String(required=True)
    years = fields.List(fields.Integer(), required=True)
    duties = fields.List(fields.Nested(DutyOut), required=True)
    units = fields.List(fields.Nested(UnitDuties), required=True)
    whole = fields.Nested(MovementFigure, required=True)
    parts = fields.List(fields.Nested(MovementPart), required=True)
    never_awarded = fields.List(fields.Nested(NeverAwardedUnit), required=True)


class MovementName(Schema):
    """A name behind a figure; form, decision and day are those of its award, where it has one in force."""

    nomination = fields.Integer(required=True)
    name = fields.String(required=True)
    unit_name = fields.String(required=True)
    round = fields.String(required=True)
    form_asked = fields.String(required=True)
    form_granted = fields.String(required=True, allow_none=True)
    decision = fields.String(required=True)
    decided_on = day(required=True, allow_none=True)


class MovementNames(Schema):
    """A page of names; `total` is what the figure says."""

    items = fields.List(fields.Nested(MovementName), required=True)
    page = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    total = fields.Integer(required=True)


@blueprint.get("/movement")
@blueprint.input(MovementQuery, location="query", arg_name="query")
@blueprint.output(MovementOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_movement(query: dict[str, Any]) -> dict[str, Any]:
    """How every unit stands in what it was asked for, and what the movement brought; of a unit's people only their own."""
    found = _found(query)
    matrix, cells = found.matrix, found.matrix.cells
    return {
        "movement": found.movement.id, "name": found.movement.name, "years": list(matrix.years),
        "duties": [
            {"key": one.key, "name": one.words[0], "name_en": one.words[1], "due": one.due.isoformat() if one.due else None}
            for one in matrix.duties
        ],
        "units": [
            {
                "unit": unit.id, "unit_name": unit.name,
                "duties": [_standing(duty.key, cells[unit.id, duty.key]) for duty in matrix.duties if (unit.id, duty.key) in cells],
            }
            for unit in matrix.units
        ],
        "whole": _line(found.results.whole),
        "parts": [
            {
                "key": part.key, "name": part.title[0], "name_en": part.title[1], "note": part.note[0], "note_en": part.note[1],
                "lines": [_line(one) for one in part.lines],
            }
            for part in found.results.parts
        ],
        "never_awarded": [{"unit": one.id, "unit_name": one.name} for one in found.results.never],
    }


@blueprint.get("/movement/names")
@blueprint.input(MovementNamesQuery, location="query", arg_name="query")
@blueprint.output(MovementNames)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_names(query: dict[str, Any]) -> dict[str, Any]:
    """The names that a figure counts, in Vietnamese order."""
    page, size = query.pop("page"), query.pop("size")
    narrow = Narrow(**{**query, "unit": unit_of(query["unit"]), "movement": results.movement_of(query["movement"]).id})
    found, total = results.find_names(narrow, by=doors.actor(), page=page, size=size)
    return {
        "items": [
            {
                "nomination": one.nomination.id, "name": one.nomination.name, "unit_name": one.nomination.unit_name, "round": one.round,
                "form_asked": one.nomination.form_asked, "form_granted": one.form, "decision": one.decision,
                "decided_on": one.decided_on.isoformat() if one.decided_on else None,
            }
            for one in found
        ],
        "page": page, "more": page * size < total, "total": total,
    }


@blueprint.get("/movement.xlsx")
@blueprint.input(MovementQuery, location="query", arg_name="query")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=movement.SHEET_TYPE)
@blueprint.doc(security="bearer", responses=ERRORS)
def export(query: dict[str, Any]) -> Any:
    """The same as an Excel workbook, a sheet a table; in English where that is the first language accepted."""
    found = _found(query)
    return doors.hand_file(movement.workbook_of(found, doors.language()), movement.SHEET_TYPE, f"{found.movement.code}.xlsx")


@blueprint.get("/movement.pdf")
@blueprint.input(MovementQuery, location="query", arg_name="query")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="application/pdf")
@blueprint.doc(security="bearer", responses=ERRORS)
def printed(query: dict[str, Any]) -> Any:
    """The same on paper, A4 across."""
    found = _found(query)
    return doors.hand_file(movement_overview.print_overview(found, by=doors.actor()), "application/pdf", f"{found.movement.code}.pdf")


def _found(query: dict[str, Any]) -> MovementOverview:
    return movement.read_overview(results.movement_of(query["movement"]), query["year"], by=doors.actor())


def _standing(duty: str, one: movement.Standing) -> dict[str, Any]:
    kind, what = one.link or ("", None)
    return {
        "duty": duty, "state": one.state, "done": one.done, "asked": one.asked, "done_on": one.day.isoformat() if one.day else None,
        "matter": what if kind == "matter" else None, "list": what if kind == "list" else None,
    }


def _line(one: Line) -> dict[str, Any]:
    return {
        "name": one.words[0], "name_en": one.words[1], "put_forward": one.put_forward, "honoured": one.honoured,
        "narrow": {key: value for key, value in asdict(one.narrow).items() if value},
    }
