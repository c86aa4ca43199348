"""The names of a unit's submission by Excel over the API: the empty sheet, a dry run, taking it, the list as a sheet."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from marshmallow import fields

from service import doors
from service.api.imports import SHEET, HowToTake, UploadSheet
from service.api.schemas import ERRORS, open_object
from service.awards import importing, lists
from service.awards.importing import Trial
from service.awards.models import List
from service.awards.rounds import read_round
from service.errors import Invalid, NotFound, how_many

blueprint = APIBlueprint("api_submission_sheets", __name__, tag="Imports")


class ReadyName(Schema):
    """A row that would be nominated, as it was understood."""

    row = fields.Integer(required=True)
    said = open_object("What a nomination is made of.", required=True)


class RefusedName(Schema):
    """A row that cannot be taken, and why."""

    row = fields.Integer(required=True)
    message = fields.String(required=True)
    message_en = fields.String(required=True)


class NamesTried(Schema):
    """What a sheet would do; `known` are the rows whose names stand on the list already."""

    ready = fields.List(fields.Nested(ReadyName), required=True)
    known = fields.List(fields.Integer(), required=True)
    refused = fields.List(fields.Nested(RefusedName), required=True)


class NamesTaken(Schema):
    """How many names are new, and the rows that were left."""

    new = fields.Integer(required=True)
    refused = fields.List(fields.Nested(RefusedName), required=True)


@blueprint.get("/submissions/<int:submission_id>/template")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=SHEET)
@blueprint.doc(security="bearer", responses=ERRORS)
def template(submission_id: int) -> Any:
    """The empty sheet for the submission's round."""
    return _sheet(importing.template_of(read_round(_read(submission_id).round_id)), "template.xlsx")


@blueprint.get("/submissions/<int:submission_id>/excel")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=SHEET)
@blueprint.doc(security="bearer", responses=ERRORS)
def export(submission_id: int) -> Any:
    """The submission's names as a sheet."""
    return _sheet(importing.export_list(_read(submission_id).id, by=doors.actor()), f"submission-{submission_id}.xlsx")


@blueprint.post("/submissions/<int:submission_id>/excel/trial")
@blueprint.input(UploadSheet, location="files", arg_name="sent")
@blueprint.output(NamesTried)
@blueprint.doc(security="bearer", responses=ERRORS)
def try_names(submission_id: int, sent: dict[str, Any]) -> dict[str, Any]:
    """Read a sheet of names and say of every row whether it can be taken; writes nothing."""
    trial = _tried(submission_id, sent)
    return {
        "ready": [{"row": one.number, "said": {k: v for k, v in asdict(one).items() if k != "number"}} for one in trial.ready],
        "known": list(trial.known), "refused": _refused(trial),
    }


@blueprint.post("/submissions/<int:submission_id>/excel")
@blueprint.input(UploadSheet, location="files", arg_name="sent")
@blueprint.input(HowToTake, location="query", arg_name="how")
@blueprint.output(NamesTaken)
@blueprint.doc(security="bearer", responses=ERRORS)
def take_names(submission_id: int, sent: dict[str, Any], how: dict[str, Any]) -> dict[str, Any]:
    """Nominate the rows of a sheet in one act; the same sheet again adds nothing; refused rows are left where `skip_bad` says so."""
    trial = _tried(submission_id, sent)
    if trial.refused and not how["skip_bad"]:
        count = len(trial.refused)
        raise Invalid(
            f"{count} dòng chưa nhận được nên chưa ghi gì.", f"{how_many(count, 'row')} refused; nothing was written.",
            code="rows-refused", lines=_refused(trial),
        )
    return {"new": importing.take_import(submission_id, trial.ready, by=doors.actor()), "refused": _refused(trial)}


def _tried(submission: int, sent: dict[str, Any]) -> Trial:
    given = sent["file"]
    if not hasattr(given, "read"):
        raise Invalid("Gửi tệp trong trường “file”.", "Send the file in the field “file”.", code="no-file")
    return importing.try_import(submission, given.filename or "", given.read(), by=doors.actor())


def _refused(trial: Trial) -> list[dict[str, Any]]:
    return [{"row": one.number, "message": one.message, "message_en": one.message_en} for one in trial.refused]


def _read(number: int) -> List:
    row = lists.read_list(number, by=doors.actor())
    if row.kind != "submission":
        raise NotFound("Không có hồ sơ này.", "There is no such submission.")
    return row


def _sheet(content: bytes, name: str) -> Any:
    return doors.hand_file(content, SHEET, name)
