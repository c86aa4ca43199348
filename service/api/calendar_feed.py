"""The secret address of one's own calendar over the API: whether there is one, making it, revoking it."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from flask import Response, current_app
from marshmallow import fields

from service import doors, people
from service.api.schemas import ERRORS, moment

blueprint = APIBlueprint("calendar_feed", __name__, tag="Calendar")


class FeedOut(Schema):
    """When the address was made; null where there is none."""

    made_at = moment(required=True, allow_none=True)


class FeedMade(Schema):
    """The address, told this once."""

    address = fields.String(required=True)


@blueprint.get("/calendar-feed")
@blueprint.output(FeedOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read() -> dict[str, Any]:
    """Whether one has an address at which a calendar reads what is due."""
    made = people.feed_made_at(doors.actor())
    return {"made_at": made.isoformat() if made else None}


@blueprint.post("/calendar-feed")
@blueprint.output(FeedMade, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def make() -> dict[str, Any]:
    """Make the address, in place of an earlier one; it is told in this answer and never again."""
    token = people.make_feed(by=doors.actor())
    return {"address": f"{current_app.extensions['settings'].address}/calendar/{token}.ics"}


@blueprint.delete("/calendar-feed")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def revoke() -> Response:
    """Let the address be good no more."""
    people.revoke_feed(by=doors.actor())
    return Response(status=204)
