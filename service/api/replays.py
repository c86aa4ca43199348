"""Replays over the API: begin one on a bundle or a version, watch it, read its verdicts."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from flask import request
from marshmallow import fields, validate

from service import doors, people
from service.api.schemas import ERRORS, moment
from service.processes import deployments
from service.studio import replay
from service.studio.bundles import Bundle, bundle_named
from service.studio.replay_models import ReplayRun
from workflows.replay import WORDS

blueprint = APIBlueprint("replays", __name__, tag="Definitions")


class Tried(Schema):
    """On what to replay; a bundle as ZIP may come as the body instead."""

    of = fields.String(load_default="", validate=validate.Length(max=40), metadata={"description": "`draft:5` or `deployment:3`"})


class ReplayRow(Schema):
    """A replay of all past cases of a process: how far it is, and how many cases have which verdict."""

    id = fields.Integer(required=True)
    key = fields.String(required=True)
    title = fields.String(required=True)
    digest = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": ["running", "done", "cancelled", "failed"]})
    total = fields.Integer(required=True)
    done = fields.Integer(required=True)
    paths = fields.Integer(required=True, metadata={"description": "Cases that decide alike are run once."})
    counts = fields.Dict(required=True, keys=fields.String(), values=fields.Integer())
    asked_at = moment(required=True)


class ReplaysOut(Schema):
    """Replays, the newest first."""

    items = fields.List(fields.Nested(ReplayRow), required=True)


# An answer of its own and a part of another answer are two schemas to the document.
class ReplayOut(ReplayRow):
    """One replay."""


class Narrowed(Schema):
    """Which cases of a replay."""

    verdict = fields.String(load_default="", validate=validate.OneOf(["", *WORDS]))
    element = fields.String(load_default="", validate=validate.Length(max=60))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1_000))


class ReplayCaseOut(Schema):
    """What a replay says of one case."""

    instance = fields.Integer(required=True)
    title = fields.String(required=True)
    verdict = fields.String(required=True, metadata={"enum": list(WORDS)})
    element = fields.String(required=True)
    why = fields.String(required=True)
    message = fields.String(required=True)
    message_en = fields.String(required=True)
    outcome_then = fields.String(required=True, allow_none=True)
    outcome_now = fields.String(required=True, allow_none=True)


class ReplayCasesOut(Schema):
    """Cases of a replay, and how many there are."""

    items = fields.List(fields.Nested(ReplayCaseOut), required=True)
    total = fields.Integer(required=True)


@blueprint.get("/replays")
@blueprint.output(ReplaysOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_replays() -> dict[str, Any]:
    """Replays, the newest first."""
    return {"items": [_out(run) for run in replay.list_runs(by=doors.actor())]}


@blueprint.post("/replays")
@blueprint.input(Tried, location="query", arg_name="query")
@blueprint.output(ReplayOut, status_code=201)
@blueprint.doc(
    security="bearer", responses=ERRORS,
    description="On what `of` names, or on a bundle as ZIP, as the body or as the form field `bundle`. Nothing of any case changes.",
)
def start_replay(query: dict[str, Any]) -> dict[str, Any]:
    """Begin to run every past case of a process again on a bundle."""
    by = doors.actor()
    bundle = bundle_named(query["of"], by=by) if query["of"] else _sent(by)
    return _out(replay.start_replay(bundle.files, bundle.main, by=by, draft=bundle.draft, title=bundle.title))


def _sent(by: Any) -> Bundle:
    people.require(by, replay.RIGHT)
    sent = request.files.get("bundle")
    files, main = deployments.open_bundle(sent.read() if sent else request.get_data())
    return Bundle(files, main, "", "")


@blueprint.get("/replays/<int:replay_id>")
@blueprint.output(ReplayOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_replay(replay_id: int) -> dict[str, Any]:
    """How far a replay is."""
    return _out(replay.read_run(replay_id, by=doors.actor()))


@blueprint.get("/replays/<int:replay_id>/cases")
@blueprint.input(Narrowed, location="query", arg_name="query")
@blueprint.output(ReplayCasesOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_replay_cases(replay_id: int, query: dict[str, Any]) -> dict[str, Any]:
    """The cases of a replay, of one verdict or at one element."""
    by = doors.actor()
    replay.read_run(replay_id, by=by)
    which = {"word": query["verdict"], "element": query["element"]}
    lines = replay.read_lines(replay_id, by=by, first=query["offset"], limit=query["limit"], **which)
    return {
        "items": [
            {
                "instance": x.instance, "title": x.title, "verdict": x.word, "element": x.element, "why": x.why,
                "message": x.message, "message_en": x.message_en, "outcome_then": x.then, "outcome_now": x.now,
            }
            for x in lines
        ],
        "total": replay.count_lines(replay_id, by=by, **which),
    }


@blueprint.post("/replays/<int:replay_id>/cancel")
@blueprint.output(ReplayOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def cancel_replay(replay_id: int) -> dict[str, Any]:
    """Stop a replay after the page it is at; what was judged stays."""
    by = doors.actor()
    replay.cancel_replay(replay_id, by=by)
    return _out(replay.read_run(replay_id, by=by))


@blueprint.post("/replays/<int:replay_id>/resume")
@blueprint.output(ReplayOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def resume_replay(replay_id: int) -> dict[str, Any]:
    """Go on where a replay was stopped."""
    by = doors.actor()
    replay.resume_replay(replay_id, by=by)
    return _out(replay.read_run(replay_id, by=by))


def _out(run: ReplayRun) -> dict[str, Any]:
    said = ("id", "key", "title", "digest", "state", "total", "done", "paths", "counts")
    return {name: getattr(run, name) for name in said} | {"asked_at": run.asked_at.isoformat()}
