"""The bytes of an attached file, for who may see what it is about; that it was opened stands in the trail."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, send_file

from service.awards import sight
from service.awards.files import open_file, read_file_row
from service.web.pages import me

blueprint = Blueprint("files", __name__)

SHOWN = ("application/pdf", "image/png", "image/jpeg")
"""Types that a browser shows by itself without running anything; the rest is saved."""


@blueprint.get("/files/<int:file_id>")
def download(file_id: int) -> Any:
    """A file; NotFound unless the person may see the nomination or list that it is about."""
    by = me()
    sight.must_read_file(read_file_row(file_id).about, by)
    row, path = open_file(file_id, by=by)
    return send_file(
        path, mimetype=row.media_type, as_attachment=row.media_type not in SHOWN, download_name=row.name
    )
