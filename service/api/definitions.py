"""Process definitions over the API: list, XML, deployment of a bundle; and the demo's clock."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from flask import Response, current_app, request
from marshmallow import fields, validate

from service import clock, doors, people
from service.api.schemas import ERRORS, LARGEST, moment
from service.awards.demo_clock import advance_clock
from service.errors import Forbidden, NotFound
from service.processes import deployments, enactments
from service.studio import deploying

blueprint = APIBlueprint("definitions", __name__, tag="Definitions")


class DefinitionRow(Schema):
    """A deployment of a process with all that it needs."""

    id = fields.Integer(required=True)
    key = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    current = fields.Boolean(required=True)
    digest = fields.String(required=True)
    deployed_at = moment(required=True)
    note = fields.String(required=True, allow_none=True)


class Definitions(Schema):
    """Deployments."""

    items = fields.List(fields.Nested(DefinitionRow), required=True)


class Deployed(Schema):
    """The deployment that was made, and whether it waits for a second person."""

    id = fields.Integer(required=True)
    key = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": ["asked", "confirmed"]})
    effective_on = fields.Date(required=True)


@blueprint.get("/definitions")
@blueprint.output(Definitions)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_definitions() -> dict[str, Any]:
    """All deployments, newest first."""
    people.require(doors.actor(), "deployment.read")
    in_use = set(enactments.used_now().values())
    return {
        "items": [
            {
                "id": d.id,
                "key": d.key,
                "version": d.version,
                "name": d.name,
                "current": d.id in in_use,
                "digest": d.digest,
                "deployed_at": d.deployed_at.isoformat(),
                "note": d.note,
            }
            for d in deployments.list_deployments()
        ]
    }


class WhichProcess(Schema):
    """Which process of the bundle; without it the main one."""

    process = fields.String(load_default="", validate=validate.Length(max=100))


@blueprint.get("/definitions/<int:definition_id>/xml")
@blueprint.input(WhichProcess, location="query", arg_name="query")
@blueprint.output(FileSchema(type="string"), content_type="application/xml")
@blueprint.doc(security="bearer", responses=ERRORS)
def read_xml(definition_id: int, query: dict[str, Any]) -> Response:
    """The BPMN XML of one process of a deployment, as deployed."""
    people.require(doors.actor(), "deployment.read")
    files = deployments.files_of(definition_id)
    if not files:
        raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
    definition = deployments.definition_of(definition_id)
    process = query["process"] or definition.main
    if process not in definition.file_of:
        raise NotFound("Gói này không có quy trình đó.", "The bundle has no such process.")
    return doors.hand_file(files[definition.file_of[process]], "application/xml", f"{process}.bpmn")


class ActIn(Schema):
    """What is said with the act."""

    note = fields.String(required=True, validate=validate.Length(1, 1_000), metadata={"description": "What changes, for who works in it."})
    basis = fields.String(
        required=True, validate=validate.Length(1, 500), metadata={"description": "Number and day of the paper that orders the change."}
    )
    seen = fields.Integer(
        required=True, validate=validate.Range(0, LARGEST),
        metadata={"description": "The version in use that the bundle was held against; 0 where none is in use."},
    )
    effective_on = fields.Date(load_default=None, metadata={"description": "First day of use; today without it."})
    told = fields.List(
        fields.String(validate=validate.Length(1, 60)), load_default=list, validate=validate.Length(max=50),
        metadata={"description": "Groups that get a letter, by their words."},
    )
    without_replay = fields.String(
        load_default="", validate=validate.Length(max=1_000),
        metadata={"description": "Why the past cases were not replayed on these files (`POST /replays`), where there are any."},
    )


@blueprint.post("/definitions")
@blueprint.input(ActIn, location="query", arg_name="query")
@blueprint.output(Deployed, status_code=201)
@blueprint.doc(
    security="bearer",
    responses=ERRORS,
    description="A bundle as ZIP, as the body or as the form field `bundle`. Its scenarios are run, and past cases must have been "
    "replayed on it. Where a second person is needed it waits for one (`state`).",
)
def deploy(query: dict[str, Any]) -> dict[str, Any]:
    """Check a bundle and put it into use by one act; every problem is named with the id of its element."""
    by = doors.actor()
    enactments.require_deployer(by)
    sent = request.files.get("bundle")
    files, main = deployments.open_bundle(sent.read() if sent else request.get_data())
    number = deploying.deploy_files(files, main, seen=query.pop("seen"), by=by, said=deploying.Said(**query))
    act = enactments.list_enactments(number)[0]
    return {"id": number, "key": main, "state": act.state, "effective_on": act.effective_on}


class Clock(Schema):
    """Either a duration to move on by, or a day or moment to move to."""

    advance = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    to = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))


class ClockOut(Schema):
    """What the demo's clock shows."""

    now = moment(required=True)


@blueprint.get("/demo/clock")
@blueprint.output(ClockOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_clock() -> dict[str, Any]:
    """The demo's clock."""
    doors.actor()
    _demo_only()
    return {"now": clock.now().isoformat()}


@blueprint.post("/demo/clock")
@blueprint.input(Clock, arg_name="said")
@blueprint.output(ClockOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def move_clock(said: dict[str, Any]) -> dict[str, Any]:
    """Move the demo's clock on; it never goes back."""
    by = doors.actor()
    _demo_only()
    people.require(by, "demo.clock")
    if not by.groups:
        raise Forbidden("Bạn chưa có vai trò nào trong bản chạy thử.", "You hold no role in this demo.")
    advance_clock(advance=said["advance"], to=said["to"], by=by)
    return {"now": clock.now().isoformat()}


def _demo_only() -> None:
    if not current_app.extensions["settings"].demo:
        raise NotFound("Chỉ có khi chạy thử.", "Only in demo mode.")


__all__ = ["blueprint"]
