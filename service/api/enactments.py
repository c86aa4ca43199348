"""Acts that put a version of a process into use over the API: listed, confirmed or refused by a second person, an older one again."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, people
from service.api.schemas import ERRORS, WHOLE, ReasonIn, day, moment
from service.errors import NotFound
from service.processes import deployments, enactments
from service.processes.models import Enactment

blueprint = APIBlueprint("api_enactments", __name__, tag="Definitions")


class EnactmentRow(Schema):
    """An act: which version of which process, a new one or an older one again, by whom, why, from which day, how it stands."""

    id = fields.Integer(required=True)
    definition = fields.Integer(required=True)
    key = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["deployed", "rolled_back"]))
    replaces = fields.Integer(required=True, allow_none=True)
    note = fields.String(required=True)
    basis = fields.String(required=True)
    effective_on = day(required=True)
    asked_at = moment(required=True)
    asked_by = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(["asked", "confirmed", "refused"]))
    settled_by = fields.String(required=True, allow_none=True)
    refused_by = fields.String(required=True, allow_none=True)
    refusal = fields.String(required=True)
    open = fields.Boolean(required=True, metadata={"description": "Whether it waits for its second person or its day."})
    may_confirm = fields.Boolean(required=True, metadata={"description": "Whether the caller may be the second person."})


class OneEnactment(EnactmentRow):
    """One of them."""


class Enactments(Schema):
    """Acts, the newest first."""

    items = fields.List(fields.Nested(EnactmentRow), required=True)


class EnactmentQuery(Schema):
    """Which acts."""

    definition = fields.Integer(load_default=None, validate=WHOLE, metadata={"description": "Of this version alone."})
    open = fields.Boolean(load_default=False, metadata={"description": "Those that wait for their second person or their day."})


@blueprint.get("/enactments")
@blueprint.input(EnactmentQuery, location="query", arg_name="query")
@blueprint.output(Enactments)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_enactments(query: dict[str, Any]) -> dict[str, Any]:
    """Acts that put versions into use or ask for it."""
    people.require(doors.actor(), "deployment.read")
    return {"items": _views(enactments.list_enactments(query["definition"], open_only=query["open"]))}


@blueprint.post("/enactments/<int:enactment_id>/confirm")
@blueprint.output(OneEnactment)
@blueprint.doc(security="bearer", responses=ERRORS)
def confirm_enactment(enactment_id: int) -> dict[str, Any]:
    """Confirm as the second person that a version comes into use."""
    by = doors.actor()
    people.require(by, enactments.MAY_CONFIRM)
    enactments.confirm(enactment_id, by=by)
    return _found(enactment_id)


@blueprint.post("/enactments/<int:enactment_id>/refuse")
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output(OneEnactment)
@blueprint.doc(security="bearer", responses=ERRORS)
def refuse_enactment(enactment_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Refuse an act that waits, or take back one's own."""
    enactments.refuse(enactment_id, by=doors.actor(), reason=said["reason"])
    return _found(enactment_id)


@blueprint.post("/definitions/<int:definition_id>/roll-back")
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output(OneEnactment, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def roll_back(definition_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Put an older version into use again, at once; what runs stays on its version."""
    by = doors.actor()
    people.require(by, enactments.MAY_DEPLOY)
    if all(row.id != definition_id for row in deployments.list_deployments()):
        raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
    enactments.roll_back(definition_id, by=by, reason=said["reason"])
    return _views(enactments.list_enactments(definition_id)[:1])[0]


def _found(enactment: int) -> dict[str, Any]:
    return next(one for one in _views(enactments.list_enactments()) if one["id"] == enactment)


def _views(rows: list[Enactment]) -> list[dict[str, Any]]:
    by = doors.actor()
    names = people.names({n for row in rows for n in (row.asked_by, row.settled_by, row.refused_by) if n is not None})
    return [
        {
            "id": row.id, "definition": row.deployment_id, "key": row.key, "kind": row.kind, "replaces": row.replaces, "note": row.note,
            "basis": row.basis, "effective_on": row.effective_on.isoformat(), "asked_at": row.asked_at.isoformat(),
            "asked_by": names.get(row.asked_by or 0), "state": row.state, "settled_by": names.get(row.settled_by or 0),
            "refused_by": names.get(row.refused_by or 0), "refusal": row.refusal, "open": enactments.is_open(row),
            "may_confirm": enactments.may_confirm(row, by=by),
        }
        for row in rows
    ]
