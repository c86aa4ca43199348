"""Papers of a matter over the API: which there are, drawing one up, putting an edited or signed one in.

The bytes of a version are read as those of any paper: `GET /papers/{paper_id}/content`.
"""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from marshmallow import fields, validate

from service import doors, papers
from service.api.papers import DrawnOut, PaperOut, TakenOut, UploadPaper, paper_told
from service.api.schemas import ERRORS
from service.errors import Invalid

blueprint = APIBlueprint("api_matter_papers", __name__, tag="Papers")


class MatterPaperOut(Schema):
    """A paper of a matter, with its versions, the latest first."""

    paper = fields.String(required=True, metadata={"description": "Name of its file in the bundle, without `.paper`."})
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    formats = fields.List(fields.String(), required=True)
    private = fields.List(fields.String(), required=True, metadata={"description": "Private fields that it says."})
    may_draw = fields.Boolean(required=True)
    may_scan = fields.Boolean(required=True)
    old = fields.Boolean(required=True, metadata={"description": "Whether the steps say something else than when it was drawn up."})
    papers = fields.List(fields.Nested(PaperOut), required=True)


class MatterPapersOut(Schema):
    """The papers of a matter that the caller may read: those that stand, and those that he may draw up."""

    items = fields.List(fields.Nested(MatterPaperOut), required=True)


class DrawUpMatterPaper(Schema):
    """Which paper of the bundle."""

    paper = fields.String(required=True, validate=validate.Length(1, 30))


@blueprint.get("/matters/<int:matter_id>/papers")
@blueprint.output(MatterPapersOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_papers(matter_id: int) -> dict[str, Any]:
    """The papers of a matter, each with all its versions; one that says private fields only for who sees those."""
    found = papers.papers_of_matter(matter_id, by=doors.actor())
    return {"items": [
        {
            "paper": one.name, "name": one.text.name[0], "name_en": one.text.name[1], "formats": list(one.text.formats),
            "private": sorted(one.text.private), "may_draw": one.may_draw, "may_scan": one.may_scan, "old": one.old,
            "papers": [paper_told(paper) for paper in (*one.latest, *one.earlier)],
        }
        for one in found
    ]}


@blueprint.post("/matters/<int:matter_id>/papers")
@blueprint.input(DrawUpMatterPaper, arg_name="said")
@blueprint.output(DrawnOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def draw_up_paper(matter_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Draw a paper up from what the steps said: for who acts on an open step that writes it, or did such a step.

    Once it is signed only as long as it says what was signed: with number and day. While no version is in use, who signs or numbers
    it does too.

    A new version only where its bytes are not those that stand; what is typed at an open step and not sent is not in it.
    """
    drawn = papers.draw_up_matter_paper(matter_id, said["paper"], by=doors.actor())
    return {"fresh": drawn.fresh, "papers": [paper_told(paper) for paper in drawn.papers]}


@blueprint.get("/matters/<int:matter_id>/papers/<paper>/preview")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="application/pdf")
@blueprint.doc(security="bearer", responses=ERRORS)
def preview_paper(matter_id: int, paper: str) -> Any:
    """A paper as it would be drawn up now, as PDF, with the caller's own draft of the step that writes it; nothing is kept."""
    content = papers.preview_matter_paper(matter_id, paper, by=doors.actor())
    return doors.hand_file(content, "application/pdf", f"{paper}.pdf")


@blueprint.post("/matters/<int:matter_id>/papers/<paper>/edited")
@blueprint.input(UploadPaper, location="files", arg_name="sent")
@blueprint.output(TakenOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def take_edited(matter_id: int, paper: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Put an edited DOCX in the place of what stands; what differs in it from the answers is named."""
    return _take(matter_id, paper, sent, signed=False)


@blueprint.post("/matters/<int:matter_id>/papers/<paper>/signed")
@blueprint.input(UploadPaper, location="files", arg_name="sent")
@blueprint.output(TakenOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def take_signed(matter_id: int, paper: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Put the scan of the signed paper, as PDF, in the place of what stands."""
    return _take(matter_id, paper, sent, signed=True)


def _take(matter_id: int, name: str, sent: dict[str, Any], *, signed: bool) -> dict[str, Any]:
    given = sent["file"]
    if not hasattr(given, "read"):
        raise Invalid("Gửi tệp trong trường “file”.", "Send the file in the field “file”.", code="no-file")
    taken = papers.upload_matter_paper(matter_id, name, given.filename or "tệp", given.read(), by=doors.actor(), signed=signed)
    return {"paper": paper_told(taken)}
