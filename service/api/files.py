"""Files over the API: attach one to a nomination, read one."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from marshmallow import fields

from service import doors, people
from service.actor import Actor
from service.api.schemas import ERRORS, FileOut
from service.awards import nominations, sight
from service.awards.files import attach_file, open_file, read_file_row
from service.awards.models import Nomination
from service.errors import Conflict, Forbidden, Invalid

blueprint = APIBlueprint("api_files", __name__, tag="Files")


class Upload(Schema):
    """A file."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class Attached(FileOut):
    """A file that was taken."""

    media_type = fields.String(required=True)


@blueprint.post("/nominations/<int:nomination_id>/files")
@blueprint.input(Upload, location="files", arg_name="sent")
@blueprint.output(Attached, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def upload(nomination_id: int, sent: dict[str, Any]) -> dict[str, Any]:
    """Attach a file to a nomination: checked by content, kept by its hash."""
    by = doors.actor()
    _must_write(nominations.read_nomination(nomination_id, by=by), by)
    return attach(f"nomination:{nomination_id}", sent, by)


@blueprint.post("/files")
@blueprint.input(Upload, location="files", arg_name="sent")
@blueprint.output(Attached, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def upload_for_act(sent: dict[str, Any]) -> dict[str, Any]:
    """Send a file for an act that is to name it: the scan of an incoming paper. It stays the sender's until then."""
    by = doors.actor()
    if not people.allowed(by, "file.send"):
        raise Forbidden("Bạn chỉ xem, không gửi tệp.", "You only read; you may not send files.")
    return attach(f"draft:{by.account}", sent, by)


def attach(about: str, sent: dict[str, Any], by: Actor) -> dict[str, Any]:
    """Keep the file of a call about something, where the caller has been let write."""
    given = sent["file"]
    if not hasattr(given, "read"):
        raise Invalid("Gửi tệp trong trường “file”.", "Send the file in the field “file”.", code="no-file")
    row = attach_file(about, given.filename or "tệp", given.read(), by=by)
    return {"id": row.id, "name": row.name, "size": row.size, "sha256": row.sha256, "media_type": row.media_type}


def _must_write(nomination: Nomination, by: Actor) -> None:
    """Its unit and the office add papers while the case runs; who only reads, and a filed dossier, take none."""
    units, by = {nomination.unit_id, people.current_unit(nomination.unit_id)}, nominations.within(by, nomination)
    if not any(people.allowed(by, "nomination.add_file", unit=unit) for unit in units):
        raise Forbidden(
            "Bạn chỉ xem được hồ sơ này, không thêm tệp được.", "You may read this case, but not add files to it."
        )
    if nominations.status_of(nomination)[0] == "ended":
        raise Conflict("Hồ sơ đã kết thúc, không thêm tệp.", "The case has ended; no file is added.", code="ended")


@blueprint.get("/files/<int:file_id>")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="application/octet-stream")
@blueprint.doc(security="bearer", responses=ERRORS)
def download(file_id: int) -> Any:
    """The bytes of a file; that it was read is noted in the trail."""
    by = doors.actor()
    name = sight.name_of_file(read_file_row(file_id), by)
    row, path = open_file(file_id, by=by)
    return doors.hand_file(path, row.media_type, name)
