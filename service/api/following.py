"""Following a nomination over the API: the caller's own, read, begun and ended; which ones stand in `GET /nominations?followed=true`."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from flask import Response
from marshmallow import fields

from service import doors
from service.api.schemas import ERRORS
from service.awards import following
from service.awards.nominations import read_nomination

blueprint = APIBlueprint("api_following", __name__, tag="Awards")


class FollowingOut(Schema):
    """Whether the caller is told when it comes to stand elsewhere."""

    followed = fields.Boolean(required=True)


@blueprint.get("/nominations/<int:nomination_id>/following")
@blueprint.output(FollowingOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read(nomination_id: int) -> dict[str, Any]:
    """Whether one follows a nomination."""
    by = doors.actor()
    return {"followed": following.follows(read_nomination(nomination_id, by=by).id, by=by)}


@blueprint.put("/nominations/<int:nomination_id>/following")
@blueprint.output(FollowingOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def follow(nomination_id: int) -> dict[str, Any]:
    """Follow a nomination: be told at the bell and by mail, as one chose, whenever it comes to stand elsewhere."""
    following.follow(nomination_id, by=doors.actor())
    return {"followed": True}


@blueprint.delete("/nominations/<int:nomination_id>/following")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def unfollow(nomination_id: int) -> Response:
    """Follow it no longer."""
    following.unfollow(nomination_id, by=doors.actor())
    return Response(status=204)
