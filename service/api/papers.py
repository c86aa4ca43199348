"""Papers over the API: those of a list, drawing one up, putting an edited or signed one in, certificates of a decision."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from marshmallow import fields, validate

from service import doors, papers
from service.api.schemas import ERRORS, moment, whole
from service.errors import Invalid
from service.papers import Difference, Paper, PaperBatch

blueprint = APIBlueprint("api_papers", __name__, tag="Papers")


class DifferenceOut(Schema):
    """In what an edited paper was not what the database said when it came."""

    what = fields.String(required=True, metadata={"enum": ["missing", "extra", "changed", "added", "gone"]})
    name = fields.String(required=True)
    field = fields.String(required=True)
    says = fields.String(required=True)
    known = fields.String(required=True)
    nomination = fields.Integer(required=True, allow_none=True)
    contradicts = fields.Boolean(required=True, metadata={"description": "Whether it keeps the paper from being signed."})
    message = fields.String(required=True)
    message_en = fields.String(required=True)


class SignatureOut(Schema):
    """A signature with a key, as it is found now: `intact`, nothing was changed since; `trusted`, its certificate is trusted here."""

    place = fields.String(required=True, metadata={"enum": ["NguoiKy", "CoQuan"]})
    who = fields.String(required=True)
    intact = fields.Boolean(required=True)
    trusted = fields.Boolean(required=True)


class PaperOut(Schema):
    """One version of a paper in one format."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    about = fields.String(required=True, metadata={"description": "`list:3`, or `line:12` of it, or `matter:12`"})
    version = fields.Integer(required=True)
    format = fields.String(required=True, metadata={"enum": ["pdf", "docx"]})
    source = fields.String(required=True, metadata={"enum": ["drafted", "edited", "signed", "esigned", "sealed"]})
    sha256 = fields.String(required=True)
    made_at = moment(required=True)
    made_by = fields.Integer(required=True, allow_none=True)
    differences = fields.List(fields.Nested(DifferenceOut), required=True)
    signatures = fields.List(
        fields.Nested(SignatureOut), required=True, allow_none=True,
        metadata={"description": "null where they were not looked at: of certificates in the list of papers, see `source`."},
    )


class SignaturesOut(Schema):
    """The signatures of one version, looked at anew."""

    items = fields.List(fields.Nested(SignatureOut), required=True)


# An answer of its own and a part of another answer are two schemas to the document, so one that was put in has a frame.
class TakenOut(Schema):
    """The version that was put in."""

    paper = fields.Nested(PaperOut, required=True)


class KindOut(Schema):
    """A kind of paper of a list, with its versions, the latest first."""

    kind = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    formats = fields.List(fields.String(), required=True)
    by_name = fields.Boolean(required=True, metadata={"description": "Whether each name has its own: certificates, sheets and reports."})
    may_draw = fields.Boolean(required=True)
    papers = fields.List(fields.Nested(PaperOut), required=True)


class PapersOut(Schema):
    """The papers of a list."""

    items = fields.List(fields.Nested(KindOut), required=True)


class DrawnOut(Schema):
    """What drawing up gave: the version that stands, and whether it is a new one."""

    fresh = fields.Boolean(required=True)
    papers = fields.List(fields.Nested(PaperOut), required=True)


class DrawUpPaper(Schema):
    """Which paper; of those that each name has its own of also whose."""

    kind = fields.String(required=True, validate=validate.Length(1, 30))
    nomination = whole(load_default=None, allow_none=True)


class UploadPaper(Schema):
    """An edited DOCX, or the scan of a signed paper as PDF."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class SignPaper(Schema):
    """The passphrase of a key file, used for this one signature and kept nowhere; as who signed the list, or as the organisation."""

    passphrase = fields.String(required=True, validate=validate.Length(1, 500))
    signs_as = fields.String(
        required=True, data_key="as", validate=validate.OneOf(["person", "organisation"]),
        metadata={"description": "`organisation` writes number and day in first."},
    )


class OfName(Schema):
    """Which name the paper is about, where each has its own."""

    nomination = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))


class BatchIn(Schema):
    """Which kind of certificate."""

    kind = fields.String(required=True, validate=validate.Length(1, 30))


class BatchOut(Schema):
    """How far the certificates of a decision are, drawn or signed; of those drawn the file opens once the state is done."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    act = fields.String(required=True, metadata={"enum": ["draw", "sign", "seal"]})
    state = fields.String(required=True, metadata={
        "enum": ["drawing", "signing", "done", "failed", "stopped"],
        "description": "`stopped`, `failed`: what was signed stays signed; ask again for the rest.",
    })
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)


def paper_told(paper: Paper, *, look: bool = True) -> dict[str, Any]:
    """One version of a paper, of a list or of a matter, as the API gives it; `look`: whether its signatures are looked at."""
    found = [(d, *Difference(**d).words(of_list=paper.list_id is not None), Difference(**d).contradicts) for d in paper.differences]
    return {
        "id": paper.id, "kind": paper.kind, "about": paper.about, "version": paper.version, "format": paper.format,
        "source": paper.source, "sha256": paper.sha256, "made_at": paper.made_at.isoformat(), "made_by": paper.made_by,
        "differences": [d | {"message": vi, "message_en": en, "contradicts": wrong} for d, vi, en, wrong in found],
        "signatures": [asdict(one) for one in papers.signatures_of(paper)] if look else None,
    }


def _batch(batch: PaperBatch) -> dict[str, Any]:
    state = "stopped" if papers.is_stopped(batch) else batch.state
    return {"id": batch.id, "kind": batch.kind, "act": batch.act, "state": state, "done": batch.done, "total": batch.total}


@blueprint.get("/lists/<int:list_id>/papers")
@blueprint.output(PapersOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_papers(list_id: int) -> dict[str, Any]:
    """The kinds of paper that a list has, each with all its versions; for who reads the whole list."""
    by = doors.actor()
    row = papers.read_for_papers(list_id, by=by)
    stands = {stand.kind.code: stand for stand in papers.stands_of(row, by=by)}
    items = []
    for kind in papers.kinds_of(row):
        stand = stands.get(kind.code)
        versions = [*stand.latest, *stand.earlier] if stand else list(papers.papers_by_name(row.id, kind.code).values())
        items.append({
            "kind": kind.code, "name": kind.name, "name_en": kind.name_en, "formats": list(kind.formats),
            "by_name": kind.is_by_name, "may_draw": papers.may_draw(by, row, kind),
            # To look at the signatures of three hundred certificates takes half a minute.
            "papers": [paper_told(p, look=not kind.is_certificate) for p in versions],
        })
    return {"items": items}


@blueprint.post("/lists/<int:list_id>/papers")
@blueprint.input(DrawUpPaper, arg_name="said")
@blueprint.output(DrawnOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def draw_up_paper(list_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Draw a paper up from the database: a new version only where its bytes are not those that stand."""
    by = doors.actor()
    kind, nomination = said["kind"], said["nomination"]
    if nomination is not None and papers.kind_named(kind).is_certificate:
        drawn = papers.draw_certificate(list_id, kind, nomination, by=by)
    else:
        drawn = papers.draw_up_paper(list_id, kind, by=by, nomination=nomination)
    return {"fresh": drawn.fresh, "papers": [paper_told(p) for p in drawn.papers]}


@blueprint.post("/lists/<int:list_id>/papers/<kind>/edited")
@blueprint.input(UploadPaper, location="files", arg_name="sent")
@blueprint.input(OfName, location="query", arg_name="of")
@blueprint.output(TakenOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def take_edited(list_id: int, kind: str, sent: dict[str, Any], of: dict[str, Any]) -> dict[str, Any]:
    """Put an edited DOCX in the place of what stands; what differs in it from the database is named."""
    return _take(list_id, kind, sent, of, signed=False)


@blueprint.post("/lists/<int:list_id>/papers/<kind>/signed")
@blueprint.input(UploadPaper, location="files", arg_name="sent")
@blueprint.input(OfName, location="query", arg_name="of")
@blueprint.output(TakenOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def take_signed(list_id: int, kind: str, sent: dict[str, Any], of: dict[str, Any]) -> dict[str, Any]:
    """Put the scan of the signed paper, as PDF, in the place of what stands."""
    return _take(list_id, kind, sent, of, signed=True)


@blueprint.post("/lists/<int:list_id>/papers/<kind>/signature")
@blueprint.input(SignPaper, arg_name="said")
@blueprint.output(TakenOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def sign_paper(list_id: int, kind: str, said: dict[str, Any]) -> dict[str, Any]:
    """Sign a paper with a key file on the server. Of this call nothing is stored, so a key of once does not answer it again."""
    verb = papers.seal_paper if said["signs_as"] == "organisation" else papers.sign_paper
    return {"paper": paper_told(verb(list_id, kind, said["passphrase"], by=doors.actor()))}


def _take(list_id: int, kind: str, sent: dict[str, Any], of: dict[str, Any], *, signed: bool) -> dict[str, Any]:
    given = sent["file"]
    if not hasattr(given, "read"):
        raise Invalid("Gửi tệp trong trường “file”.", "Send the file in the field “file”.", code="no-file")
    paper = papers.upload_paper(
        list_id, kind, given.filename or "tệp", given.read(), by=doors.actor(), signed=signed, nomination=of["nomination"]
    )
    return {"paper": paper_told(paper)}


@blueprint.get("/lists/<int:list_id>/bundle")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="application/zip")
@blueprint.doc(security="bearer", responses=ERRORS)
def bundle(list_id: int) -> Any:
    """The whole package to the level above as one ZIP: papers, reports, minutes, evidence, index with hashes."""
    name, file = papers.bundle_package(list_id, by=doors.actor())
    return doors.hand_file(file, "application/zip", name)


@blueprint.get("/lists/<int:list_id>/papers/<kind>/preview")
@blueprint.input(OfName, location="query", arg_name="of")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="application/pdf")
@blueprint.doc(security="bearer", responses=ERRORS)
def preview_paper(list_id: int, kind: str, of: dict[str, Any]) -> Any:
    """A paper as it would be drawn up now, as PDF; nothing is kept."""
    content = papers.preview_paper(list_id, kind, by=doors.actor(), nomination=of["nomination"])
    return doors.hand_file(content, "application/pdf", f"{kind}.pdf")


@blueprint.get("/papers/<int:paper_id>/content")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="application/octet-stream")
@blueprint.doc(security="bearer", responses=ERRORS)
def read_paper(paper_id: int) -> Any:
    """The bytes of one version; that it was read is noted in the trail."""
    _row, file, path = papers.open_paper(paper_id, by=doors.actor())
    return doors.hand_file(path, file.media_type, file.name)


@blueprint.get("/papers/<int:paper_id>/signatures")
@blueprint.output(SignaturesOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_signatures(paper_id: int) -> dict[str, Any]:
    """Who signed one version with a key, and whether it was changed since; that the file was opened is noted in the trail."""
    paper, _file, _path = papers.open_paper(paper_id, by=doors.actor())
    return {"items": [asdict(one) for one in papers.signatures_of(paper)]}


@blueprint.post("/lists/<int:list_id>/certificates")
@blueprint.input(BatchIn, arg_name="said")
@blueprint.output(BatchOut, status_code=202)
@blueprint.doc(security="bearer", responses=ERRORS)
def ask_certificates(list_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Ask for all certificates of a decision; the worker draws them, and one that is under way is not begun twice."""
    return _batch(papers.ask_certificates(list_id, said["kind"], by=doors.actor()))


@blueprint.post("/lists/<int:list_id>/certificates/signature")
@blueprint.input(SignPaper, arg_name="said")
@blueprint.output(BatchOut, status_code=202)
@blueprint.doc(security="bearer", responses=ERRORS)
def sign_certificates(list_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Sign all full-page certificates of a numbered decision with a key file; goes on with the rest where it was stopped.

    Certificates on the pre-printed blank are ink on paper and not signed here. Of this call nothing is stored, so a key of once
    does not answer it again; `GET /certificates/{batch_id}` tells how far it is.
    """
    verb = papers.seal_certificates if said["signs_as"] == "organisation" else papers.sign_certificates
    return _batch(verb(list_id, said["passphrase"], by=doors.actor()))


@blueprint.get("/certificates/<int:batch_id>")
@blueprint.output(BatchOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_batch(batch_id: int) -> dict[str, Any]:
    """How far a batch of certificates is."""
    return _batch(papers.read_batch(batch_id, by=doors.actor()))


@blueprint.get("/certificates/<int:batch_id>/content")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="application/pdf")
@blueprint.doc(security="bearer", responses=ERRORS)
def read_certificates(batch_id: int) -> Any:
    """All certificates of a batch in one PDF."""
    _row, file, path = papers.open_batch(batch_id, by=doors.actor())
    return doors.hand_file(path, file.media_type, file.name)
