"""What proves the trail over the API: checking it, its checkpoints, holding one from outside against it, offline dossiers."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from flask import Response
from marshmallow import fields, validate

from service import clock, doors, people
from service.api.schemas import ERRORS, LARGEST, moment
from service.keepers import checking
from service.papers import offline_dossier
from service.papers.models import OfflineDossier
from service.trail import Verdict, checkpoints, watch

blueprint = APIBlueprint("api_proofs", __name__, tag="Trail")


class TrailVerdict(Schema):
    """What checking the whole chain found: how many entries are sound, and the first that is not, with why.

    `erased`: private values that were erased on request; `unlocked`: locks of the database that somebody took off.
    """

    ok = fields.Boolean(required=True)
    count = fields.Integer(required=True)
    first_bad = fields.Integer(required=True, allow_none=True)
    code = fields.String(required=True)
    why = fields.String(required=True)
    why_en = fields.String(required=True)
    erased = fields.Integer(required=True)
    unlocked = fields.List(fields.String(), required=True)


class TrailVerified(TrailVerdict):
    """The same, of a check that was made just now."""


class CheckpointRow(Schema):
    """A checkpoint: a signature over all entries until then, that goes on from the one before it. `root` is in hex."""

    number = fields.Integer(required=True)
    origin = fields.String(required=True)
    at = moment(required=True)
    size = fields.Integer(required=True)
    root = fields.String(required=True)
    cause = fields.String(required=True)


class TrailAlarm(Schema):
    """Something that is wrong with the trail, as the service found it by itself."""

    at = moment(required=True)
    message = fields.String(required=True)
    message_en = fields.String(required=True)


class CheckpointsOut(Schema):
    """Checkpoints, the newest first, newer alarms, and the fingerprints of the keys that signed, the one in use last."""

    items = fields.List(fields.Nested(CheckpointRow), required=True)
    alarms = fields.List(fields.Nested(TrailAlarm), required=True)
    fingerprints = fields.List(fields.String(), required=True)


class CheckpointsQuery(Schema):
    """Checkpoints below the number `past`, that many."""

    past = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class CheckpointAsked(Schema):
    """The number of the newest checkpoint before; the one that was asked for comes after it. 0: there was none."""

    past = fields.Integer(required=True)


class AnchorIn(Schema):
    """The text of a checkpoint as it was kept outside, from its first line to its signature."""

    note = fields.String(required=True, validate=validate.Length(1, 5_000))


class AnchorOut(Schema):
    """Whether the checkpoint is one of this trail (`ok`, else `code` and why) and both are sound (`fits`).

    `whole`: what checking the whole chain found, where the checkpoint fits.
    """

    fits = fields.Boolean(required=True)
    ok = fields.Boolean(required=True)
    code = fields.String(required=True)
    why = fields.String(required=True)
    why_en = fields.String(required=True)
    number = fields.Integer(required=True, allow_none=True)
    whole = fields.Nested(TrailVerdict, required=True, allow_none=True)


class OfflineDossierRow(Schema):
    """A file that was asked for: asked, made (can be taken), failed, gone (kept no longer)."""

    id = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["asked", "made", "failed", "gone"]))
    asked_at = moment(required=True)
    made_at = moment(required=True, allow_none=True)
    checkpoint = fields.Integer(required=True, allow_none=True)
    size = fields.Integer(required=True)


class OfflineDossiersOut(Schema):
    """Files of a case that the caller asked for, the newest first."""

    items = fields.List(fields.Nested(OfflineDossierRow), required=True)


class OfflineDossierOut(OfflineDossierRow):
    """The one that is being made."""


@blueprint.post("/events/verify")
@blueprint.output(TrailVerified)
@blueprint.doc(security="bearer", responses=ERRORS)
def verify() -> dict[str, Any]:
    """Check the whole chain now; that it was checked, and what came of it, is an entry."""
    return _verdict(checking.check_trail(by=doors.actor()))


@blueprint.get("/checkpoints")
@blueprint.input(CheckpointsQuery, location="query", arg_name="asked")
@blueprint.output(CheckpointsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_checkpoints(asked: dict[str, Any]) -> dict[str, Any]:
    """Checkpoints of the trail, alarms, and the keys that signed."""
    people.require(doors.actor(), "trail.read")
    return {
        "items": [
            {
                "number": made.number, "origin": made.origin, "at": made.at.isoformat(), "size": made.size, "root": made.root.hex(),
                "cause": cause,
            }
            for made, cause, _text in checkpoints.list_checkpoints(past=asked["past"], limit=asked["size"])
        ],
        "alarms": [
            {"at": at.isoformat(), "message": vi, "message_en": en} for at, vi, en in watch.alarms_since(clock.now() - watch.SHOWN)
        ],
        "fingerprints": checkpoints.fingerprints(),
    }


@blueprint.post("/checkpoints")
@blueprint.output(CheckpointAsked, status_code=202)
@blueprint.doc(security="bearer", responses=ERRORS)
def ask_checkpoint() -> dict[str, Any]:
    """Have the worker sign what stands now; it alone holds the key."""
    by = doors.actor()
    people.require(by, checking.RIGHT)
    newest = checkpoints.list_checkpoints(limit=1)
    checking.ask_checkpoint(by=by)
    return {"past": newest[0][0].number if newest else 0}


@blueprint.get("/checkpoints/<int:number>")
@blueprint.output(FileSchema(type="string"), content_type="text/plain")
@blueprint.doc(security="bearer", responses=ERRORS)
def read_checkpoint(number: int) -> Response:
    """One checkpoint as the exact signed text."""
    people.require(doors.actor(), "trail.read")
    made, text = checkpoints.read_checkpoint(number)
    return doors.hand_file(text.encode(), "text/plain", f"moc-{made.number}.txt")


@blueprint.post("/checkpoints/hold")
@blueprint.input(AnchorIn, arg_name="said")
@blueprint.output(AnchorOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def hold(said: dict[str, Any]) -> dict[str, Any]:
    """Hold a checkpoint that came back from outside against the trail as it stands; that it was held is an entry."""
    held = checking.hold_anchor(said["note"], by=doors.actor())
    found = held.anchor
    return {
        "fits": held.fits, "ok": found.ok, "code": found.code, "why": found.why, "why_en": found.why_en,
        "number": found.checkpoint.number if found.checkpoint else None, "whole": _verdict(held.whole) if held.whole else None,
    }


@blueprint.get("/nominations/<int:nomination_id>/offline-dossiers")
@blueprint.output(OfflineDossiersOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_dossiers(nomination_id: int) -> dict[str, Any]:
    """Offline dossiers of a case that the caller asked for."""
    return {"items": [_dossier(row) for row in offline_dossier.dossiers_of(nomination_id, by=doors.actor())]}


@blueprint.post("/nominations/<int:nomination_id>/offline-dossiers")
@blueprint.output(OfflineDossierOut, status_code=202)
@blueprint.doc(security="bearer", responses=ERRORS)
def ask_dossier(nomination_id: int) -> dict[str, Any]:
    """Have the worker make the offline dossier of a case; the one that is being made already, where there is one."""
    by = doors.actor()
    number = offline_dossier.ask_dossier(nomination_id, by=by)
    return _dossier(next(row for row in offline_dossier.dossiers_of(nomination_id, by=by) if row.id == number))


@blueprint.get("/offline-dossiers/<int:dossier_id>")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="application/zip")
@blueprint.doc(security="bearer", responses=ERRORS)
def take_dossier(dossier_id: int) -> Response:
    """The file of an offline dossier, for who asked for it; that it was taken is noted."""
    name, path = offline_dossier.open_dossier(dossier_id, by=doors.actor())
    return doors.hand_file(path, "application/zip", name)


def _verdict(found: Verdict) -> dict[str, Any]:
    return {
        "ok": found.ok, "count": found.count, "first_bad": found.first_bad, "code": found.code, "why": found.why,
        "why_en": found.why_en, "erased": found.erased, "unlocked": list(found.unlocked),
    }


def _dossier(row: OfflineDossier) -> dict[str, Any]:
    return {
        "id": row.id, "state": row.state, "asked_at": row.asked_at.isoformat(),
        "made_at": row.made_at.isoformat() if row.made_at else None, "checkpoint": row.checkpoint, "size": row.size,
    }
