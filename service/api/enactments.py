"""Acts that put versions of a process into use, over the API: what each said, confirming and refusing one, going back to an older one."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, people
from service.api.schemas import ERRORS, WHOLE, day, moment, open_object
from service.errors import NotFound
from service.processes import enactments
from service.processes.models import Enactment

blueprint = APIBlueprint("api_enactments", __name__, tag="Studio")


class EnactmentRow(Schema):
    """An act: which version comes into use from which day on, on which basis, what replaying said; who asked, confirmed, refused.

    `kind`: deployed, or rolled_back (an older version again). `open`: it can still be refused; `may_confirm`: by the caller.
    """

    id = fields.Integer(required=True)
    key = fields.String(required=True)
    deployment = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"enum": ["deployed", "rolled_back"]})
    state = fields.String(required=True, metadata={"enum": ["asked", "confirmed", "refused"]})
    replaces = fields.Integer(required=True, allow_none=True)
    note = fields.String(required=True)
    basis = fields.String(required=True)
    effects = open_object("Counts of the replay of past cases, or why there was none (`not_replayed`).", required=True)
    told = fields.List(fields.String(), required=True)
    effective_on = day(required=True)
    asked_at = moment(required=True)
    asked_by = fields.Integer(required=True, allow_none=True)
    settled_by = fields.Integer(required=True, allow_none=True)
    refused_by = fields.Integer(required=True, allow_none=True)
    refusal = fields.String(required=True)
    open = fields.Boolean(required=True)
    may_confirm = fields.Boolean(required=True)


class EnactmentOut(EnactmentRow):
    """One of them."""


class EnactmentsOut(Schema):
    """Acts, the newest first."""

    items = fields.List(fields.Nested(EnactmentRow), required=True)


class EnactmentsQuery(Schema):
    """Of one version, or only those that wait for their second person or their day."""

    definition = fields.Integer(load_default=None, validate=WHOLE)
    open = fields.Boolean(load_default=False)


class EnactmentReason(Schema):
    """Why."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


@blueprint.get("/enactments")
@blueprint.input(EnactmentsQuery, location="query", arg_name="query")
@blueprint.output(EnactmentsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_enactments(query: dict[str, Any]) -> dict[str, Any]:
    """Acts that put versions into use."""
    people.require(doors.actor(), "deployment.read")
    return {"items": [_view(one) for one in enactments.list_enactments(query["definition"], open_only=query["open"])]}


@blueprint.post("/enactments/<int:enactment>/confirm")
@blueprint.output(EnactmentOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def confirm(enactment: int) -> dict[str, Any]:
    """Confirm as the second person that a version comes into use."""
    enactments.confirm(enactment, by=doors.actor())
    return _one(enactment)


@blueprint.post("/enactments/<int:enactment>/refuse")
@blueprint.input(EnactmentReason, arg_name="said")
@blueprint.output(EnactmentOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def refuse(enactment: int, said: dict[str, Any]) -> dict[str, Any]:
    """Refuse an act, or take back one's own, before its day."""
    enactments.refuse(enactment, by=doors.actor(), reason=said["reason"])
    return _one(enactment)


@blueprint.post("/definitions/<int:definition_id>/roll-back")
@blueprint.input(EnactmentReason, arg_name="said")
@blueprint.output(EnactmentOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def roll_back(definition_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Go back to a version that was in use before, at once; running cases stay with theirs."""
    by = doors.actor()
    people.require(by, enactments.MAY_DEPLOY)
    enactments.roll_back(definition_id, by=by, reason=said["reason"])
    return _view(enactments.list_enactments(definition_id)[0])


def _one(number: int) -> dict[str, Any]:
    found = next((one for one in enactments.list_enactments() if one.id == number), None)
    if found is None:
        raise NotFound("Không có đề nghị này.", "There is no such act.")
    return _view(found)


def _view(one: Enactment) -> dict[str, Any]:
    same = ("id", "key", "kind", "state", "replaces", "note", "basis", "asked_by", "settled_by", "refused_by", "refusal")
    return {name: getattr(one, name) for name in same} | {
        "deployment": one.deployment_id, "effects": dict(one.effects), "told": list(one.told),
        "effective_on": one.effective_on.isoformat(), "asked_at": one.asked_at.isoformat(), "open": enactments.is_open(one),
        "may_confirm": enactments.may_confirm(one, by=doors.actor()),
    }
