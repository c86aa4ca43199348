"""Rows by Excel over the API: past awards, units, people, indicators; a dry run as JSON, and taking the same sheet."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from marshmallow import fields

from service import doors, people
from service.api.schemas import ERRORS, open_object
from service.awards import past_import
from service.errors import Invalid, NotFound, how_many
from service.imports import Import, Trial
from service.movement import index

blueprint = APIBlueprint("api_imports", __name__, tag="Imports")
IMPORTS: dict[str, Import[Any]] = {
    kind.word: kind for kind in (past_import.IMPORT, people.unit_import.IMPORT, people.account_import.IMPORT, index.IMPORT)
}
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadSheet(Schema):
    """A filled-in template."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class HowToTake(Schema):
    """What is to happen with a sheet that has refused rows."""

    skip_bad = fields.Boolean(
        load_default=False, metadata={"description": "Take the good rows and leave the refused ones; otherwise the whole is refused."}
    )


class ChangeOut(Schema):
    """What a row changes of what stands."""

    field = fields.String(required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)


class ReadyRow(Schema):
    """A row that would be taken; without changes it is new."""

    row = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": ["new", "changed"]})
    said = open_object("The row as it was understood.", required=True)
    changes = fields.List(fields.Nested(ChangeOut), required=True)


class KnownRow(Schema):
    """A row that says what stands already."""

    row = fields.Integer(required=True)
    name = fields.String(required=True)


class RefusedRow(KnownRow):
    """A row that cannot be taken, with everything that is wrong with it and its cells as they were."""

    message = fields.String(required=True)
    message_en = fields.String(required=True)
    cells = open_object("By the keys of the columns.", required=True)


class NotedRow(KnownRow):
    """Something about a row that one ought to know before it is taken."""

    message = fields.String(required=True)
    message_en = fields.String(required=True)


class TrialOut(Schema):
    """What a sheet would do."""

    read = fields.Integer(required=True)
    ready = fields.List(fields.Nested(ReadyRow), required=True)
    known = fields.List(fields.Nested(KnownRow), required=True)
    refused = fields.List(fields.Nested(RefusedRow), required=True)
    notes = fields.List(fields.Nested(NotedRow), required=True)


class CodeOut(Schema):
    """The one-time code with which the holder of a new account sets a password, within three days."""

    login = fields.String(required=True)
    name = fields.String(required=True)
    code = fields.String(required=True)


class TakenSheet(Schema):
    """What taking a sheet did."""

    new = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    known = fields.Integer(required=True, metadata={"description": "Rows that were passed over."})
    refused = fields.List(fields.Nested(RefusedRow), required=True)
    codes = fields.List(
        fields.Nested(CodeOut), required=True,
        metadata={"description": "Of new accounts; told in the first answer only, not in one that is given again."},
    )


def _import(what: str) -> Import[Any]:
    if what not in IMPORTS:
        raise NotFound("Không có loại tệp này.", "There is no such kind of sheet.")
    return IMPORTS[what]


def _tried(kind: Import[Any], sent: dict[str, Any]) -> Trial[Any]:
    given = sent["file"]
    if not hasattr(given, "read"):
        raise Invalid("Gửi tệp trong trường “file”.", "Send the file in the field “file”.", code="no-file")
    return kind.try_(given.filename or "", given.read(), doors.actor())


def _refused(trial: Trial[Any]) -> list[dict[str, Any]]:
    return [
        {"row": one.number, "name": one.name, "message": one.message, "message_en": one.message_en, "cells": dict(one.cells)}
        for one in trial.refused
    ]


@blueprint.get("/imports/<what>/template")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=SHEET)
@blueprint.doc(security="bearer", responses=ERRORS)
def template(what: str) -> Any:
    """The empty sheet for `past-awards`, `units`, `people` or `indicators`, with a second sheet that says how each column is filled in."""
    doors.actor()
    return doors.hand_file(_import(what).template(), SHEET, f"{what}.xlsx")


@blueprint.post("/imports/<what>/trial")
@blueprint.input(UploadSheet, location="files", arg_name="sent")
@blueprint.output(TrialOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def try_sheet(what: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Read a sheet and say of every row whether it is new, changes something, stands already or is refused; writes nothing."""
    trial = _tried(_import(what), sent)
    formulas = [
        {"row": n, "name": name, "message": f"lấy kết quả của công thức ở cột {cells}", "message_en": f"a formula gave {cells}"}
        for n, name, cells in trial.reckoned
    ]
    return {
        "read": trial.read,
        "ready": [
            {
                "row": number, "state": "changed" if number in trial.changes else "new", "said": said,
                "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in trial.changes.get(number, ())],
            }
            for number, said in trial.kept()["ready"]
        ],
        "known": [{"row": number, "name": name} for number, name in trial.known],
        "refused": _refused(trial),
        "notes": [
            *({"row": n.number, "name": n.name, "message": n.message, "message_en": n.message_en} for n in trial.notes), *formulas,
        ],
    }


@blueprint.post("/imports/<what>")
@blueprint.input(UploadSheet, location="files", arg_name="sent")
@blueprint.input(HowToTake, location="query", arg_name="how")
@blueprint.output(TakenSheet)
@blueprint.doc(security="bearer", responses=ERRORS)
def take(what: str, sent: dict[str, Any], how: dict[str, Any]) -> dict[str, Any]:
    """Take a sheet in one transaction; the same sheet again writes nothing. With refused rows only where `skip_bad` says so."""
    kind = _import(what)
    trial = _tried(kind, sent)  # before the act, so that nobody waits for the reading; taking looks again
    if trial.refused and not how["skip_bad"]:
        count = len(trial.refused)
        raise Invalid(
            f"{count} dòng chưa nhận được nên chưa ghi gì.", f"{how_many(count, 'row')} refused; nothing was written.",
            code="rows-refused", lines=_refused(trial),
        )
    taken = kind.take(trial, doors.actor())
    return {
        "new": taken.new, "changed": taken.changed, "known": trial.read - len(trial.refused) - taken.new - taken.changed,
        "refused": _refused(trial), "codes": [{"login": c.login, "name": c.name, "code": c.code} for c in taken.codes],
    }
