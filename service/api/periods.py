"""Periods of registers over the API: opened, redated, closed; who has filed; what units said put together; what is public of a matter."""

from __future__ import annotations

from datetime import date
from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from marshmallow import fields, validate

from service import doors, movement, papers, people
from service.api.refs import unit_of
from service.api.schemas import ERRORS, ReasonIn, day, moment, reference
from service.errors import Conflict
from service.movement import Gathered, Kept, UnitFiling
from service.movement.models import Period
from workflows.register import DAYS

blueprint = APIBlueprint("api_periods", __name__, tag="Matters")


class Days(Schema):
    """Days of a period; which of them it has, its register says."""

    filing = fields.Date(load_default=None, allow_none=True)
    checking = fields.Date(load_default=None, allow_none=True)
    signing = fields.Date(load_default=None, allow_none=True)
    province_intake = fields.Date(load_default=None, allow_none=True)


class PeriodIn(Schema):
    """A period to open; without days those of the rules, without units all that have a head."""

    year = fields.Integer(required=True, strict=True, validate=validate.Range(2021, 2099))
    half = fields.Boolean(load_default=False)
    days = fields.Nested(Days, load_default=dict)
    units = fields.List(reference(), load_default=None, allow_none=True, validate=validate.Length(1, 2_000))


class DaysIn(Days):
    """Other days of a period, and why."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class UnitIn(Schema):
    """A unit."""

    unit = reference(required=True)


class LateIn(UnitIn):
    """A unit that may file late, and why."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class RemindIn(Schema):
    """Which units; without any all that have not filed."""

    units = fields.List(reference(), load_default=None, allow_none=True, validate=validate.Length(1, 2_000))


class PeriodRow(Schema):
    """A period: of which register and months, its days, whether it is closed."""

    id = fields.Integer(required=True)
    process = fields.String(required=True)
    year = fields.Integer(required=True)
    half = fields.Boolean(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    days = fields.Dict(keys=fields.String(), values=day(), required=True)
    opened_at = moment(required=True)
    closed_at = moment(required=True, allow_none=True)


class PeriodRows(Schema):
    """The periods of a register, the latest first."""

    items = fields.List(fields.Nested(PeriodRow), required=True)


class Filing(Schema):
    """Where a unit stands in a period; `allowed_late` says why it may file after the closing."""

    unit = fields.Integer(required=True)
    unit_name = fields.String(required=True)
    matter = fields.Integer(required=True)
    phase = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    filed_at = moment(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    allowed_late = fields.String(required=True)
    reminded_at = moment(required=True, allow_none=True)


class PeriodOut(PeriodRow):
    """A period with its units."""

    units = fields.List(fields.Nested(Filing), required=True)


class SourceOut(Schema):
    """What one unit said, and in which matter."""

    unit = fields.Integer(required=True)
    unit_name = fields.String(required=True)
    matter = fields.Integer(required=True)
    value = fields.Raw(required=True)
    taken = fields.Boolean(required=True, metadata={"description": "Whether the office has accepted that report."})


class GatheredOut(Schema):
    """A field of the units' forms over a period. `total` of numbers; `counted` of choices, by their words."""

    key = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    heading = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["number", "choice", "text"]))
    total = fields.String(required=True, allow_none=True, metadata={"description": "A decimal."})
    counted = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    sources = fields.List(fields.Nested(SourceOut), required=True)


class SignedFigureOut(Schema):
    """A sum as it was signed, of how many units."""

    content = fields.String(required=True)
    what = fields.String(required=True)
    total = fields.Float(required=True)
    units = fields.Integer(required=True)


class ChangedOut(Schema):
    """A report by which the period differs from what was signed."""

    unit_name = fields.String(required=True)
    report = fields.String(required=True)
    how = fields.String(required=True, validate=validate.OneOf(["returned", "added", "other"]))


class SignedOut(Schema):
    """A synthesis of the period that is signed: its figures as they were then, and what has changed since."""

    matter = fields.Integer(required=True)
    number = fields.String(required=True)
    signed_at = moment(required=True)
    figures = fields.List(fields.Nested(SignedFigureOut), required=True)
    changed = fields.List(fields.Nested(ChangedOut), required=True)


class SynthesisOut(Schema):
    """A period put together as it stands, and the signed syntheses about it that the caller may read."""

    asked = fields.Integer(required=True)
    filed = fields.Integer(required=True)
    taken = fields.Integer(required=True)
    fields_ = fields.List(fields.Nested(GatheredOut), required=True, data_key="fields")
    signed = fields.List(fields.Nested(SignedOut), required=True)


class RemindedOut(Schema):
    """How many units were reminded."""

    units = fields.Integer(required=True)


class JoinedOut(Schema):
    """The matter of a unit that was asked besides."""

    matter = fields.Integer(required=True)


@blueprint.get("/registers/<process>/periods")
@blueprint.output(PeriodRows)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_periods(process: str) -> dict[str, Any]:
    """The periods of a register that goes by them."""
    by = doors.actor()
    kept = movement.register_in_use(process)
    if not movement.reads_all(by, kept):
        people.require(by, movement.OPEN)
    if not kept.register.period:
        raise Conflict("Sổ này không theo kỳ.", "This register does not go by periods.", code="no-periods")
    return {"items": [_row(row) for row in movement.list_periods(kept)]}


@blueprint.post("/registers/<process>/periods")
@blueprint.input(PeriodIn, arg_name="said")
@blueprint.output(PeriodOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def open_period(process: str, said: dict[str, Any]) -> dict[str, Any]:
    """Open a period: each unit gets its matter."""
    by = doors.actor()
    people.require(by, movement.OPEN)
    units = None if said["units"] is None else [unit_of(one) or 0 for one in said["units"]]
    number = movement.open_period(process, said["year"], half=said["half"], days=_days(said["days"]) or None, units=units, by=by)
    return _whole(*movement.read_period(number, by=by))


@blueprint.get("/periods/<int:period_id>")
@blueprint.output(PeriodOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_period(period_id: int) -> dict[str, Any]:
    """A period, and where each of its units stands."""
    return _whole(*movement.read_period(period_id, by=doors.actor()))


@blueprint.get("/periods/<int:period_id>/synthesis")
@blueprint.output(SynthesisOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_synthesis(period_id: int) -> dict[str, Any]:
    """What units said, put together, each value with its source."""
    by = doors.actor()
    kept, row = movement.read_period(period_id, by=by)
    together = movement.gather(kept, row)
    return {
        "asked": together.asked, "filed": together.filed, "taken": together.taken,
        "fields_": [_gathered(one) for one in together.fields if one.sources],
        "signed": [
            {"matter": one.matter, "number": one.number, "signed_at": one.at.isoformat(), "figures": one.figures,
             "changed": [{"unit_name": each.unit, "report": each.report, "how": each.how} for each in one.changed(kept, row, together)]}
            for one in papers.signed_about(row.id, by=by)
        ],
    }


@blueprint.get("/periods/<int:period_id>/figures.xlsx")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=movement.SHEET_TYPE)
@blueprint.doc(security="bearer", responses=ERRORS)
def figures(period_id: int) -> Any:
    """The figures as an Excel workbook: a row a unit, a column a number, their sums."""
    kept, row = movement.read_period(period_id, by=doors.actor())
    return doors.hand_file(movement.figures_sheet(kept, row), movement.SHEET_TYPE, f"{kept.process}-{row.year}.xlsx")


@blueprint.post("/periods/<int:period_id>/reminders")
@blueprint.input(RemindIn, arg_name="said")
@blueprint.output(RemindedOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def remind(period_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Mail the people of units that have not filed, each at most once a day."""
    units = None if said["units"] is None else [unit_of(one) or 0 for one in said["units"]]
    return {"units": movement.remind_missing(period_id, units=units, by=doors.actor())}


@blueprint.post("/periods/<int:period_id>/days")
@blueprint.input(DaysIn, arg_name="said")
@blueprint.output(PeriodOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def redate(period_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Give a period other days; what is open in it is due anew."""
    by = doors.actor()
    movement.redate_period(period_id, _days(said), said["reason"], by=by)
    return _whole(*movement.read_period(period_id, by=by))


@blueprint.post("/periods/<int:period_id>/close")
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output(PeriodOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def close(period_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Close a period: units file nothing more in it."""
    by = doors.actor()
    movement.close_period(period_id, said["reason"], by=by)
    return _whole(*movement.read_period(period_id, by=by))


@blueprint.post("/periods/<int:period_id>/units")
@blueprint.input(UnitIn, arg_name="said")
@blueprint.output(JoinedOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def join(period_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Ask one more unit."""
    people.require(by := doors.actor(), movement.OPEN)  # before the unit is looked up
    return {"matter": movement.join_period(period_id, unit_of(said["unit"]) or 0, by=by)}


@blueprint.post("/periods/<int:period_id>/late")
@blueprint.input(LateIn, arg_name="said")
@blueprint.output(PeriodOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def allow_late(period_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Let a unit file after the closing."""
    people.require(by := doors.actor(), movement.LATE)
    movement.allow_late(period_id, unit_of(said["unit"]) or 0, said["reason"], by=by)
    return _whole(*movement.read_period(period_id, by=by))


@blueprint.post("/publications/<int:publication>/down")
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def take_down(publication: int, said: dict[str, Any]) -> str:
    """Take something off the public page."""
    movement.take_down(publication, said["reason"], by=doors.actor())
    return ""


def _days(said: dict[str, Any]) -> dict[str, date]:
    return {key: said[key] for key in DAYS if said.get(key) is not None}


def _row(row: Period) -> dict[str, Any]:
    name, name_en = movement.period_words(row)
    return {
        "id": row.id, "process": row.process, "year": row.year, "half": row.half, "name": name, "name_en": name_en, "days": row.calendar,
        "opened_at": row.opened_at.isoformat(), "closed_at": row.closed_at.isoformat() if row.closed_at else None,
    }


def _whole(kept: Kept, row: Period) -> dict[str, Any]:
    return {**_row(row), "units": [_filing(one) for one in movement.filings(row)]}


def _filing(one: UnitFiling) -> dict[str, Any]:
    return {
        "unit": one.unit, "unit_name": one.name, "matter": one.matter, "phase": one.phase, "outcome": one.outcome,
        "filed_at": one.filed_at.isoformat() if one.filed_at else None, "late": one.late, "allowed_late": one.allowed,
        "reminded_at": one.reminded.isoformat() if one.reminded else None,
    }


def _gathered(one: Gathered) -> dict[str, Any]:
    return {
        "key": one.key, "label": one.label[0], "label_en": one.label[1], "heading": one.heading[0], "kind": one.kind,
        "total": f"{one.total:f}" if one.kind == "number" else None,
        "counted": {said[0]: count for said, count in one.counted} if one.kind == "choice" else {},
        "sources": [{"unit": s.unit, "unit_name": s.name, "matter": s.matter, "value": s.value, "taken": s.taken} for s in one.sources],
    }
