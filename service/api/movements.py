"""Movements over the API: as their plans have them, made and changed."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, people
from service.api.schemas import ERRORS, day
from service.awards import movements, results
from service.awards.catalogue import GROUPS
from service.awards.models import Movement
from service.awards.movements import MovementInput
from service.awards.windows import STOCKTAKES

blueprint = APIBlueprint("api_movements", __name__, tag="Rounds")


class Phase(Schema):
    """A phase: `stocktake` where an interim or final stocktake closes it, `stocktake_from` where that looks back further than the phase."""

    code = fields.String(required=True, validate=validate.Length(1, 20))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    starts = fields.Date(required=True)
    ends = fields.Date(required=True)
    stocktake = fields.String(validate=validate.OneOf(["", *STOCKTAKES]))
    stocktake_from = fields.Date(allow_none=True)
    text = fields.String(validate=validate.Length(max=5_000))


class MovementContent(Schema):
    """A content of the movement."""

    code = fields.String(required=True, validate=validate.Length(1, 20))
    title = fields.String(required=True, validate=validate.Length(1, 300))
    title_en = fields.String(validate=validate.Length(max=300))
    text = fields.String(validate=validate.Length(max=5_000))


class MovementCriterion(Schema):
    """A criterion and for which subject group it is."""

    code = fields.String(required=True, validate=validate.Length(1, 4))
    group = fields.String(required=True, validate=validate.OneOf(sorted(GROUPS)))
    title = fields.String(required=True, validate=validate.Length(1, 300))
    text = fields.String(validate=validate.Length(max=5_000))
    max = fields.Float(required=True, allow_nan=False, validate=validate.Range(0, 100))


class MovementSaid(Schema):
    """What the plan says; contents and criteria that are null begin as those that come with the service, or stay as they are."""

    name = fields.String(required=True, validate=validate.Length(1, 300))
    plan = fields.String(required=True, validate=validate.Length(1, 1_000))
    starts = fields.Date(required=True)
    ends = fields.Date(required=True)
    phases = fields.List(fields.Nested(Phase), required=True, validate=validate.Length(1, 10))
    contents = fields.List(fields.Nested(MovementContent), load_default=None, allow_none=True, validate=validate.Length(1, 30))
    criteria = fields.List(fields.Nested(MovementCriterion), load_default=None, allow_none=True, validate=validate.Length(1, 60))


class MovementMakeIn(MovementSaid):
    """A movement to be made."""

    code = fields.String(required=True, validate=validate.Length(1, 40))


class MovementChangeIn(MovementSaid):
    """The whole movement as it is from now on, and why."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class MovementRow(Schema):
    """A movement as its plan has it."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    plan = fields.String(required=True)
    starts = day(required=True)
    ends = day(required=True)
    phases = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)
    contents = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)
    criteria = fields.List(fields.Dict(keys=fields.String(), values=fields.Raw()), required=True)
    warnings = fields.List(fields.String(), required=True, metadata={"description": "Days that lie in no phase, or in two."})
    warnings_en = fields.List(fields.String(), required=True)


class MovementPlan(MovementRow):
    """One movement."""


class Movements(Schema):
    """Movements."""

    items = fields.List(fields.Nested(MovementRow), required=True)


@blueprint.get("/movements")
@blueprint.output(Movements)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_movements() -> dict[str, Any]:
    """All movements, the latest first."""
    people.require(doors.actor(), "round.read")
    return {"items": [_view(row) for row in results.movements()]}


@blueprint.post("/movements")
@blueprint.input(MovementMakeIn, arg_name="said")
@blueprint.output(MovementPlan, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def make_movement(said: dict[str, Any]) -> dict[str, Any]:
    """Make a movement after its plan."""
    kept = {"contents": movements.shipped("content"), "criteria": movements.shipped("criterion")}
    return _view(movements.read_movement(movements.make_movement(said["code"], _input(said, kept), by=doors.actor())))


@blueprint.put("/movements/<int:movement_id>")
@blueprint.input(MovementChangeIn, arg_name="said")
@blueprint.output(MovementPlan)
@blueprint.doc(security="bearer", responses=ERRORS)
def change_movement(movement_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Change a movement when its plan changes; rounds keep the criteria and windows that they have."""
    by = doors.actor()
    people.require(by, "movement.edit")
    row = movements.read_movement(movement_id)
    movements.change_movement(movement_id, _input(said, {"contents": row.contents, "criteria": row.criteria}), said["reason"], by=by)
    return _view(movements.read_movement(movement_id))


def _input(said: dict[str, Any], kept: dict[str, Any]) -> MovementInput:
    return MovementInput(
        name=said["name"], plan=said["plan"], starts=said["starts"], ends=said["ends"], phases=said["phases"],
        contents=kept["contents"] if said["contents"] is None else said["contents"],
        criteria=kept["criteria"] if said["criteria"] is None else said["criteria"],
    )


def _view(row: Movement) -> dict[str, Any]:
    seams = movements.seams_of(row.starts, row.ends, row.phases)
    return {
        "id": row.id, "code": row.code, "name": row.name, "plan": row.plan, "starts": row.starts.isoformat(), "ends": row.ends.isoformat(),
        "phases": row.phases, "contents": row.contents, "criteria": row.criteria,
        "warnings": [one[0] for one in seams], "warnings_en": [one[1] for one in seams],
    }
