"""Rounds over the API: read, plan, clone, change what they ask, names by weighted score."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, people
from service.actor import Actor
from service.api import refs, shapes
from service.api.schemas import ERRORS, day, open_object, reference
from service.awards import backward, catalogue, reminding, rounds, scores, windows
from service.awards.models import Round
from service.awards.nominations import reads_every, units_read
from service.council import session as sessions
from service.db import transaction
from service.errors import Forbidden, Invalid

blueprint = APIBlueprint("api_rounds", __name__, tag="Rounds")


class Scale(Schema):
    """How one criterion counts in a round."""

    code = fields.String(required=True, validate=validate.Length(1, 4))
    max = fields.Float(required=True, allow_nan=False, validate=validate.Range(0, 100))
    weight = fields.Float(load_default=1.0, allow_nan=False, validate=validate.Range(0, 10))


class Content(Schema):
    """What a round asks; what is null stays. Quotas: `form:GK_XA`, `unit:17`, `unit:*`; they warn, never block."""

    criteria = fields.List(fields.Nested(Scale), load_default=None, allow_none=True, validate=validate.Length(max=100))
    quotas = fields.Dict(
        keys=fields.String(validate=validate.Length(max=40)),
        values=fields.Integer(strict=True, validate=validate.Range(1, 100_000)),
        load_default=None, allow_none=True,
    )
    guidance = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=5_000))


class RoundIn(Content):
    """A round to be planned; its calendar gives a day for each key, an ad hoc round has none."""

    movement = fields.Integer(strict=True, load_default=None, allow_none=True, validate=validate.Range(1, 2**53))
    code = fields.String(required=True, validate=validate.Length(1, 40))
    name = fields.String(required=True, validate=validate.Length(1, 300))
    stage = fields.String(required=True, validate=validate.OneOf(rounds.STAGES))
    year = fields.Integer(required=True, strict=True, validate=validate.Range(2000, 2200))
    window = fields.List(
        fields.Date(), load_default=None, allow_none=True, validate=validate.Length(equal=2),
        metadata={"description": "First and last day; left out, an interim or final round has those of the phase it takes stock of."},
    )
    calendar = fields.Dict(keys=fields.String(), values=fields.Date(), load_default=dict)


class CloneIn(Content):
    """A later round made like an earlier one, its calendar moved by whole years."""

    code = fields.String(required=True, validate=validate.Length(1, 40))
    name = fields.String(required=True, validate=validate.Length(1, 300))
    year = fields.Integer(required=True, strict=True, validate=validate.Range(2000, 2200))


class RoundCloseIn(Schema):
    """Why the filing is closed."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class RoundCalendarIn(Schema):
    """The whole new calendar, a day for each key, and why it changes; without `opinions` that day is worked out."""

    calendar = fields.Dict(keys=fields.String(validate=validate.Length(max=40)), values=fields.Date(), required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class RoundRemindIn(Schema):
    """Which unit is reminded; null for all that have not filed."""

    unit = reference(load_default=None, allow_none=True)


class RoundReminded(Schema):
    """How many units were reminded."""

    units = fields.Integer(required=True)


class RankedOut(Schema):
    """A name with its weighted totals; equal points share a place. `council`: what the members' score sheets make."""

    place = fields.Integer(required=True, allow_none=True)
    nomination = fields.Integer(required=True)
    name = fields.String(required=True)
    own = fields.Float(required=True)
    office = fields.Float(required=True)
    maximum = fields.Float(required=True)
    council = fields.Float(required=True, allow_none=True)
    sheets = fields.Integer(required=True)


class Ranking(Schema):
    """Names by subject group, highest office total first; `council`: names that members of the council scored, by their rule."""

    groups = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(RankedOut)), required=True)
    council = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(RankedOut)), required=True)


class QuotasOut(Schema):
    """Quotas with what is used of them."""

    items = fields.List(open_object("key, allowed, used"), required=True)


def _view(row: Round) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.code,
        "name": row.name,
        "stage": row.stage,
        "year": row.year,
        "state": row.state,
        "calendar": row.calendar,
        "window": [row.window_from.isoformat(), row.window_to.isoformat()],
        "phase": windows.window_of(row).phase,
        "criteria": row.criteria,
        "quotas": row.quotas,
        "guidance": row.guidance,
        "award_forms": [f.code for f in catalogue.award_forms().values() if row.stage in f.stages],
    }


@blueprint.get("/rounds")
@blueprint.output(shapes.Rounds)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_rounds() -> dict[str, Any]:
    """All rounds, the latest first."""
    people.require(doors.actor(), "round.read")
    return {"items": [_view(r) for r in rounds.list_rounds()]}


@blueprint.get("/rounds/<int:round_id>")
@blueprint.output(shapes.Round)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_round(round_id: int) -> dict[str, Any]:
    """One round with its calendar, criteria, quotas and guidance."""
    people.require(doors.actor(), "round.read")
    return _view(rounds.read_round(round_id))


@blueprint.post("/rounds")
@blueprint.input(RoundIn, arg_name="said")
@blueprint.output(shapes.Round, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def create_round(said: dict[str, Any]) -> dict[str, Any]:
    """Plan a round; criteria not named count as the movement says."""
    _must_be_free(said["code"])
    by = doors.actor()
    with transaction():
        number = rounds.create_round(
            said["movement"] or rounds.only_movement(), code=said["code"], name=said["name"], stage=said["stage"],
            year=said["year"], window=(said["window"][0], said["window"][1]) if said["window"] else None,
            calendar={k: v.isoformat() for k, v in said["calendar"].items()}, by=by,
        )
        _change(number, said, by)
    return _view(rounds.read_round(number))


@blueprint.post("/rounds/<int:round_id>/clone")
@blueprint.input(CloneIn, arg_name="said")
@blueprint.output(shapes.Round, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def clone_round(round_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Plan a later round like this one."""
    _must_be_free(said["code"])
    by = doors.actor()
    with transaction():
        number = rounds.clone_round(round_id, code=said["code"], name=said["name"], year=said["year"], by=by)
        _change(number, said, by)
    return _view(rounds.read_round(number))


@blueprint.put("/rounds/<int:round_id>/content")
@blueprint.input(Content, arg_name="said")
@blueprint.output(shapes.Round)
@blueprint.doc(security="bearer", responses=ERRORS)
def change_content(round_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Change maxima and weights, quotas and guidance of a planned round."""
    _change(round_id, said, doors.actor())
    return _view(rounds.read_round(round_id))


@blueprint.post("/rounds/<int:round_id>/open")
@blueprint.output(shapes.Round)
@blueprint.doc(security="bearer", responses=ERRORS)
def open_now(round_id: int) -> dict[str, Any]:
    """Open a planned round before its day: units can file at once, and are told."""
    rounds.open_round(round_id, by=doors.actor())
    return _view(rounds.read_round(round_id))


@blueprint.post("/rounds/<int:round_id>/close")
@blueprint.input(RoundCloseIn, arg_name="said")
@blueprint.output(shapes.Round)
@blueprint.doc(security="bearer", responses=ERRORS)
def close(round_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Close the filing of a round: names that nobody signed are taken off."""
    rounds.close_filing(round_id, by=doors.actor(), reason=said["reason"])
    return _view(rounds.read_round(round_id))


@blueprint.put("/rounds/<int:round_id>/calendar")
@blueprint.input(RoundCalendarIn, arg_name="said")
@blueprint.output(shapes.Round)
@blueprint.doc(security="bearer", responses=ERRORS)
def redate(round_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Change the calendar of a round; deadlines of open steps follow."""
    days = {key: day.isoformat() for key, day in said["calendar"].items()}
    rounds.change_calendar(round_id, days, said["reason"], by=doors.actor())
    return _view(rounds.read_round(round_id))


@blueprint.post("/rounds/<int:round_id>/remind")
@blueprint.input(RoundRemindIn, arg_name="said")
@blueprint.output(RoundReminded)
@blueprint.doc(security="bearer", responses=ERRORS)
def remind(round_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Remind the units that have not filed, each at most once a day."""
    by = doors.actor()
    people.require(by, "submission.return")
    units = None if said["unit"] is None else [refs.unit_of(said["unit"]) or 0]
    return {"units": reminding.remind_units(round_id, units, by=by)}


def _change(round_id: int, said: dict[str, Any], by: Actor) -> None:
    scales = None if said["criteria"] is None else {
        c["code"]: (Decimal(str(c["max"])), Decimal(str(c["weight"]))) for c in said["criteria"]
    }
    rounds.change_content(round_id, scales=scales, quotas=said["quotas"], guidance=said["guidance"], by=by)


def _must_be_free(code: str) -> None:
    if any(row.code == code for row in rounds.list_rounds()):
        raise Invalid.at("code", f"Mã {code} đã dùng cho đợt khác. Chọn mã khác.", f"The code {code} is in use.")


@blueprint.get("/rounds/<int:round_id>/quotas")
@blueprint.output(QuotasOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_quotas(round_id: int) -> dict[str, Any]:
    """Quotas with what is used: of the forms, and of all units for the office, of one's own for who speaks for a unit."""
    seen = scores.quotas_of(rounds.read_round(round_id), units=units_read(doors.actor()))
    return {"items": [{"key": one.key, "allowed": one.allowed, "used": one.used} for one in seen]}


class PlannedOut(Schema):
    """One step of the backward plan; `slack`: working days from today to its last safe day, negative once it has passed."""

    step = fields.String(required=True)
    label = fields.String(required=True)
    days = fields.Integer(required=True)
    source = fields.String(required=True, validate=validate.OneOf(["process", "rule", "calendar", "fixed", "unknown"]))
    rule = fields.String(required=True, allow_none=True)
    start_by = day(required=True)
    finish_by = day(required=True)
    planned = day(required=True, allow_none=True)
    too_late = fields.Boolean(required=True)
    names = fields.Integer(required=True)
    behind = fields.Integer(required=True)
    slack = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["ahead", "close", "late", "done", "none"]))


class UnitPlannedOut(Schema):
    """Names of a unit at one step; 0 names: it has not begun."""

    unit = fields.Integer(required=True)
    unit_name = fields.String(required=True)
    step = fields.String(required=True)
    names = fields.Integer(required=True)
    finish_by = day(required=True)
    slack = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["ahead", "close", "late"]))


class RoundPlanOut(Schema):
    """The backward plan of a round; without the province's day there is none, and all of it is empty."""

    province = day(required=True, allow_none=True)
    steps = fields.List(fields.Nested(PlannedOut), required=True)
    units = fields.List(fields.Nested(UnitPlannedOut), required=True)


@blueprint.get("/rounds/<int:round_id>/plan")
@blueprint.output(RoundPlanOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_plan(round_id: int) -> dict[str, Any]:
    """From the province's day back to the last safe day of each step and unit; a unit reads its own."""
    plan = backward.plan_for(rounds.read_round(round_id), by=doors.actor())
    if plan is None:
        return {"province": None, "steps": [], "units": []}
    en = doors.language() == "en"
    return {
        "province": plan.province.isoformat(),
        "steps": [
            {
                "step": one.step.word, "label": one.step.label_en if en else one.step.label, "days": one.took.days,
                "source": one.took.source, "rule": one.took.rule or None, "start_by": one.span.start_by.isoformat(),
                "finish_by": one.span.finish_by.isoformat(), "planned": one.planned.isoformat() if one.planned else None,
                "too_late": one.too_late, "names": one.names, "behind": one.behind, "slack": one.slack, "state": one.state,
            }
            for one in plan.steps
        ],
        "units": [
            {
                "unit": one.unit, "unit_name": one.unit_name, "step": one.step.word, "names": one.names,
                "finish_by": one.finish_by.isoformat(), "slack": one.slack, "state": one.state,
            }
            for one in plan.units
        ],
    }


@blueprint.get("/rounds/<int:round_id>/scores")
@blueprint.output(Ranking)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_scores(round_id: int) -> dict[str, Any]:
    """Names of each subject group by their weighted totals; for those who see every nomination."""
    if not reads_every(doors.actor()):
        raise Forbidden("Bảng điểm của đợt do phòng Văn hóa - Xã hội và Hội đồng xem.", "The office reads the scores.")
    rounds.read_round(round_id)
    by_council = sessions.rank_scored(round_id)
    return {
        "groups": {group: [_ranked(one) for one in scores.rank(round_id, group)] for group in catalogue.GROUPS},
        "council": {group: [_ranked(one) for one in ranked] for group, ranked in by_council.items()},
    }


def _ranked(one: scores.Ranked) -> dict[str, Any]:
    return {
        "place": one.place, "nomination": one.nomination.id, "name": one.nomination.name, "own": one.own, "office": one.office,
        "maximum": one.most, "council": one.council, "sheets": one.sheets,
    }
