"""Units over the API: one with its names over time, adding, changing, renaming from a day on, ending or merging into another."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, people
from service.api.refs import unit_of
from service.api.schemas import ERRORS, day, reference
from service.awards import catalogue

blueprint = APIBlueprint("api_units", __name__, tag="Units")
KINDS = validate.OneOf(list(people.KINDS))
SUBJECT_GROUPS = validate.OneOf([word for word in people.SUBJECT_GROUPS if word in catalogue.GROUPS])


class UnitNameOut(Schema):
    """A name of a unit, from its first day on, and the paper that gave it."""

    name = fields.String(required=True)
    since = day(required=True)
    basis = fields.String(required=True)


class OneUnit(Schema):
    """One unit under its name of today; an ended one has its day, and its successor where it was merged."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    subject_group = fields.String(required=True)
    parent = fields.Integer(required=True, allow_none=True)
    contact = fields.String(required=True)
    phone = fields.String(required=True)
    email = fields.String(required=True)
    dissolved_on = day(required=True, allow_none=True)
    successor = fields.Integer(required=True, allow_none=True)
    names = fields.List(fields.Nested(UnitNameOut), required=True, metadata={"description": "The oldest first."})


class UnitIn(Schema):
    """A new unit; its code is of capital letters without diacritics, `parent` the number or code of the unit above."""

    code = fields.String(required=True, validate=validate.Length(1, 40))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    kind = fields.String(required=True, validate=KINDS)
    subject_group = fields.String(required=True, validate=SUBJECT_GROUPS)
    parent = reference(load_default=None, allow_none=True)
    contact = fields.String(load_default="", validate=validate.Length(max=120))
    phone = fields.String(load_default="", validate=validate.Length(max=40))
    email = fields.String(load_default="", validate=validate.Length(max=200))


class UnitChange(Schema):
    """What is said about a unit, but its name; what is not sent stays as it is."""

    kind = fields.String(validate=KINDS)
    subject_group = fields.String(validate=SUBJECT_GROUPS)
    contact = fields.String(validate=validate.Length(max=120))
    phone = fields.String(validate=validate.Length(max=40))
    email = fields.String(validate=validate.Length(max=200))


class UnitRenameIn(Schema):
    """What the unit is called from a day on, today or before, by which paper."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    since = fields.Date(required=True)
    basis = fields.String(load_default="", validate=validate.Length(max=200))


class UnitEndIn(Schema):
    """From which day on the unit is no more, why, by which paper, and into which one it went, if it did."""

    on = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))
    basis = fields.String(load_default="", validate=validate.Length(max=200))
    successor = reference(load_default=None, allow_none=True)


@blueprint.get("/units/<int:unit_id>")
@blueprint.output(OneUnit)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_unit(unit_id: int) -> dict[str, Any]:
    """One unit, an ended one too."""
    people.require(doors.actor(), "unit.read")
    return _one(unit_id)


@blueprint.post("/units")
@blueprint.input(UnitIn, arg_name="said")
@blueprint.output(OneUnit, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def add_unit(said: dict[str, Any]) -> dict[str, Any]:
    """Make a unit."""
    by = doors.actor()
    people.require(by, "unit.edit")
    number = people.create_unit(
        said["code"], said["name"], said["kind"], by=by, subject_group=said["subject_group"],
        parent=unit_of(said["parent"], "parent"), contact=said["contact"], phone=said["phone"], email=said["email"],
    )
    return _one(number)


@blueprint.patch("/units/<int:unit_id>")
@blueprint.input(UnitChange, arg_name="said")
@blueprint.output(OneUnit)
@blueprint.doc(security="bearer", responses=ERRORS)
def change_unit(unit_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Change what is said about a unit; its name is changed from a day on (`rename`)."""
    people.edit_unit(unit_id, by=doors.actor(), **said)
    return _one(unit_id)


@blueprint.post("/units/<int:unit_id>/rename")
@blueprint.input(UnitRenameIn, arg_name="said")
@blueprint.output(OneUnit)
@blueprint.doc(security="bearer", responses=ERRORS)
def rename_unit(unit_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Give a unit another name from a day on; papers of before keep the older one."""
    people.rename_unit(unit_id, said["name"], since=said["since"], by=doors.actor(), basis=said["basis"])
    return _one(unit_id)


@blueprint.post("/units/<int:unit_id>/dissolve")
@blueprint.input(UnitEndIn, arg_name="said")
@blueprint.output(OneUnit)
@blueprint.doc(security="bearer", responses=ERRORS)
def dissolve_unit(unit_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Record that a unit ended; its roles end on that day, its open cases and who filed for it go to the successor."""
    by = doors.actor()
    people.require(by, "unit.edit")
    people.dissolve_unit(
        unit_id, on=said["on"], by=by, reason=said["reason"], basis=said["basis"], successor=unit_of(said["successor"], "successor")
    )
    return _one(unit_id)


def _one(unit: int) -> dict[str, Any]:
    row = people.find_unit(unit)
    return {
        "id": row.id, "code": row.code, "name": row.name, "kind": row.kind, "subject_group": row.subject_group, "parent": row.parent,
        "contact": row.contact, "phone": row.phone, "email": row.email,
        "dissolved_on": row.dissolved_on.isoformat() if row.dissolved_on else None, "successor": row.successor,
        "names": [
            {"name": one.name, "since": one.valid_from.isoformat(), "basis": one.basis} for one in people.names_of_unit(unit)
        ],
    }
