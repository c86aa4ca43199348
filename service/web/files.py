"""The bytes of an attached file, for who may see what it is about; that it was opened stands in the trail.

A file is saved; with `look` what can be shown without running anything of it is shown, cut off from the pages.
"""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from service import doors
from service.awards import sight
from service.awards.files import open_file, read_file_row
from service.web.pages import me

blueprint = Blueprint("files", __name__)


@blueprint.get("/files/<int:file_id>")
def download(file_id: int) -> Response:
    """A file; NotFound unless the person may see the nomination or list that it is about."""
    by = me()
    name = sight.name_of_file(read_file_row(file_id), by)
    row, path = open_file(file_id, by=by)
    return doors.hand_file(path, row.media_type, name, look=wants_to_look())


def wants_to_look() -> bool:
    """Tell whether a file is asked for to be looked at in the browser, and not to be saved."""
    return request.args.get("look") == "1"


def way_to_look(file_id: int, media_type: str) -> str:
    """Where a file is looked at in the browser; empty for what can only be saved."""
    return url_for("files.download", file_id=file_id, look=1) if media_type in doors.LOOKED_AT else ""
