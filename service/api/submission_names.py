"""Names of a unit's submission by Excel over the API: a dry run, taking the same sheet, the empty sheet, the names as one."""

from __future__ import annotations

import io
from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from flask import send_file
from marshmallow import fields

from service import doors
from service.actor import Actor
from service.api.imports import HowToTake, UploadSheet
from service.api.schemas import ERRORS
from service.awards import importing, lists
from service.awards.importing import Trial
from service.awards.models import List
from service.awards.rounds import read_round
from service.errors import Invalid, NotFound, how_many

blueprint = APIBlueprint("api_submission_names", __name__, tag="Imports")
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SubmissionNameRow(Schema):
    """A row that would be taken, as it was understood."""

    row = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    award_form = fields.String(required=True)


class SubmissionNameRefused(Schema):
    """A row that is not taken, and why."""

    row = fields.Integer(required=True)
    message = fields.String(required=True)
    message_en = fields.String(required=True)


class SubmissionNamesTrial(Schema):
    """What a sheet would do; `known` are rows whose names stand on the list already."""

    ready = fields.List(fields.Nested(SubmissionNameRow), required=True)
    known = fields.List(fields.Integer(), required=True)
    refused = fields.List(fields.Nested(SubmissionNameRefused), required=True)


class SubmissionNamesTaken(Schema):
    """How many names were new, and the rows that were left out."""

    new = fields.Integer(required=True)
    known = fields.List(fields.Integer(), required=True)
    refused = fields.List(fields.Nested(SubmissionNameRefused), required=True)


@blueprint.get("/submissions/<int:list_id>/names/template")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=_SHEET)
@blueprint.doc(security="bearer", responses=ERRORS)
def template(list_id: int) -> Any:
    """The empty sheet for this submission's round."""
    row = _submission(list_id, doors.actor())
    return _file(importing.template_of(read_round(row.round_id)), "mau-danh-sach.xlsx")


@blueprint.get("/submissions/<int:list_id>/names/sheet")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=_SHEET)
@blueprint.doc(security="bearer", responses=ERRORS)
def export(list_id: int) -> Any:
    """The submission's names as a sheet."""
    by = doors.actor()
    return _file(importing.export_list(_submission(list_id, by).id, by=by), f"danh-sach-{list_id}.xlsx")


@blueprint.post("/submissions/<int:list_id>/names/trial")
@blueprint.input(UploadSheet, location="files", arg_name="sent")
@blueprint.output(SubmissionNamesTrial)
@blueprint.doc(security="bearer", responses=ERRORS)
def try_names(list_id: int, sent: dict[str, Any]) -> dict[str, Any]:
    """Read a sheet of names and say of every row whether it can be taken; writes nothing."""
    trial = _tried(list_id, sent, doors.actor())
    return {
        "ready": [{"row": one.number, "name": one.name, "kind": one.kind, "award_form": one.award_form} for one in trial.ready],
        "known": list(trial.known), "refused": _refused(trial),
    }


@blueprint.post("/submissions/<int:list_id>/names")
@blueprint.input(UploadSheet, location="files", arg_name="sent")
@blueprint.input(HowToTake, location="query", arg_name="how")
@blueprint.output(SubmissionNamesTaken)
@blueprint.doc(security="bearer", responses=ERRORS)
def take_names(list_id: int, sent: dict[str, Any], how: dict[str, Any]) -> dict[str, Any]:
    """Nominate the rows of a sheet in one transaction; the same sheet again adds nothing.

    With refused rows only where `skip_bad` says so.
    """
    by = doors.actor()
    trial = _tried(list_id, sent, by)
    if trial.refused and not how["skip_bad"]:
        count = len(trial.refused)
        raise Invalid(
            f"{count} dòng chưa nhận được nên chưa ghi gì.", f"{how_many(count, 'row')} refused; nothing was written.",
            code="rows-refused", lines=_refused(trial),
        )
    return {"new": importing.take_import(list_id, trial.ready, by=by), "known": list(trial.known), "refused": _refused(trial)}


def _submission(list_id: int, by: Actor) -> List:
    row = lists.read_list(list_id, by=by)
    if row.kind != "submission":
        raise NotFound("Không có hồ sơ này.", "There is no such submission.")
    return row


def _tried(list_id: int, sent: dict[str, Any], by: Actor) -> Trial:
    given = sent["file"]
    if not hasattr(given, "read"):
        raise Invalid("Gửi tệp trong trường “file”.", "Send the file in the field “file”.", code="no-file")
    return importing.try_import(list_id, given.filename or "", given.read(), by=by)


def _refused(trial: Trial) -> list[dict[str, Any]]:
    return [{"row": one.number, "message": one.message, "message_en": one.message_en} for one in trial.refused]


def _file(content: bytes, name: str) -> Any:
    return send_file(io.BytesIO(content), mimetype=_SHEET, as_attachment=True, download_name=name)
