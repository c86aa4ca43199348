"""Messages to chosen people over the API: who would be told, sending, what became of it."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors
from service.api.schemas import ERRORS, moment, whole
from service.awards import broadcasting
from service.awards.broadcasting import Plan
from service.awards.models import Broadcast

blueprint = APIBlueprint("api_broadcasts", __name__, tag="Broadcasts")


class BroadcastLook(Schema):
    """To whom and what; `round`, `period` and `group` where the set asks for one. Gaps in the text: title, period, closes, by."""

    set = fields.String(required=True, validate=validate.OneOf(list(broadcasting.sets())))
    round = whole(load_default=None, allow_none=True)
    period = whole(load_default=None, allow_none=True)
    group = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 40))
    subject = fields.String(required=True, validate=validate.Length(1, 150))
    text = fields.String(required=True, validate=validate.Length(1, 2_000))


class BroadcastIn(BroadcastLook):
    """The same, with what was looked at, and a word by which this sending is known however often it is asked for."""

    seen = fields.String(required=True, validate=validate.Length(1, 64))
    ticket = fields.String(required=True, validate=validate.Length(8, 64))


class BroadcastRecipient(Schema):
    """Somebody of the set; `left_out`: why no mail goes (closed, no-address, returns), empty where one does."""

    account = fields.Integer(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    left_out = fields.String(required=True)


class BroadcastPlan(Schema):
    """Who would be told, and the letter as it would read; `seen` goes into the sending."""

    people = fields.List(fields.Nested(BroadcastRecipient), required=True)
    told = fields.Integer(required=True)
    mailed = fields.Integer(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    seen = fields.String(required=True)


class BroadcastRow(Schema):
    """One that was sent; `letter` tells whether in the sender's own words (broadcast) or as a reminder of the service."""

    id = fields.Integer(required=True)
    set = fields.String(required=True)
    round = fields.Integer(required=True, allow_none=True)
    period = fields.Integer(required=True, allow_none=True)
    group = fields.String(required=True, allow_none=True)
    letter = fields.String(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    told = fields.Integer(required=True)
    made_by = fields.Integer(required=True, allow_none=True)
    made_at = moment(required=True)


class BroadcastOut(BroadcastRow):
    """One that went just now."""


class BroadcastRows(Schema):
    """A page of them, the newest first."""

    items = fields.List(fields.Nested(BroadcastRow), required=True)
    total = fields.Integer(required=True)


class BroadcastDelivery(Schema):
    """What became of it for one person: state of the mail (null: none), and when the notice was read."""

    account = fields.Integer(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    state = fields.String(required=True, allow_none=True)
    read_at = moment(required=True, allow_none=True)


class BroadcastShown(BroadcastRow):
    """One with what became of it for each."""

    people = fields.List(fields.Nested(BroadcastDelivery), required=True)


class BroadcastQuery(Schema):
    """Which page."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


@blueprint.get("/broadcasts")
@blueprint.input(BroadcastQuery, location="query", arg_name="asked")
@blueprint.output(BroadcastRows)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_broadcasts(asked: dict[str, Any]) -> dict[str, Any]:
    """What was sent to sets of people."""
    rows, total = broadcasting.broadcasts(by=doors.actor(), page=asked["page"], size=asked["size"])
    return {"items": [_row(row) for row in rows], "total": total}


@blueprint.get("/broadcasts/<int:broadcast_id>")
@blueprint.output(BroadcastShown)
@blueprint.doc(security="bearer", responses=ERRORS)
def get_broadcast(broadcast_id: int) -> dict[str, Any]:
    """One, with what became of it for each person."""
    found = broadcasting.read_broadcast(broadcast_id, by=doors.actor())
    return _row(found.row) | {
        "people": [
            {"account": one.account, "name": one.name, "address": one.address, "state": one.state,
             "read_at": one.read_at.isoformat() if one.read_at else None}
            for one in found.people
        ]
    }


@blueprint.post("/broadcasts/look")
@blueprint.input(BroadcastLook, arg_name="said")
@blueprint.output(BroadcastPlan)
@blueprint.doc(security="bearer", responses=ERRORS)
def look(said: dict[str, Any]) -> dict[str, Any]:
    """Who would be told, who is left out and why, and how the letter reads; sends nothing."""
    return _plan(broadcasting.look(**_given(said), by=doors.actor(), language=doors.language()))


@blueprint.post("/broadcasts")
@blueprint.input(BroadcastIn, arg_name="said")
@blueprint.output(BroadcastOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def send(said: dict[str, Any]) -> dict[str, Any]:
    """Tell everybody of a set, by notice and mail."""
    by = doors.actor()
    number = broadcasting.send(**_given(said), seen=said["seen"], ticket=said["ticket"], by=by)
    return _row(broadcasting.read_broadcast(number, by=by).row)


def _given(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "chosen": said["set"], "subject": said["subject"], "text": said["text"], "round_id": said["round"], "period_id": said["period"],
        "group": said["group"],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "people": [
            {"account": one.account, "name": one.name, "address": one.address, "left_out": one.left_out} for one in plan.people
        ],
        "told": len(plan.told), "mailed": plan.mailed, "subject": plan.letter.subject, "text": plan.letter.text, "seen": plan.seen,
    }


def _row(row: Broadcast) -> dict[str, Any]:
    return {
        "id": row.id, "set": row.chosen, "round": row.round_id, "period": row.period_id, "group": row.group, "letter": row.letter,
        "subject": row.subject, "text": row.text, "told": len(row.told), "made_by": row.made_by, "made_at": row.made_at.isoformat(),
    }
