"""Drafts of processes over the API: begun, their files put and taken out against the version seen, checked, put into use, dropped."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from flask import Response, request
from marshmallow import fields, validate

from service import doors, install, people
from service.actor import Actor
from service.api.definitions import Deployed
from service.api.files import Upload
from service.api.schemas import ERRORS, LARGEST, WHOLE, moment
from service.errors import Invalid
from service.processes import enactments
from service.studio import contents, deploying, drafts, letters, registers
from service.studio.deploying import Readiness, Said
from service.studio.drafts import Draft
from workflows.problems import Problem

blueprint = APIBlueprint("api_drafts", __name__, tag="Studio")
_EDIT = "studio.edit"


class DraftFileOut(Schema):
    """A file of a draft; who saves it says the version that was edited."""

    name = fields.String(required=True)
    version = fields.Integer(required=True)
    size = fields.Integer(required=True)
    changed_at = moment(required=True)
    changed_by = fields.Integer(required=True, allow_none=True)


class DraftRow(Schema):
    """A draft: its main process, the version it began from, and whether new cases take another one by now (`outdated`).

    `against`: the version that would give way to it.
    """

    id = fields.Integer(required=True)
    key = fields.String(required=True)
    name = fields.String(required=True)
    version = fields.Integer(required=True)
    base = fields.Integer(required=True, allow_none=True)
    against = fields.Integer(required=True, allow_none=True)
    outdated = fields.Boolean(required=True)
    changed_at = moment(required=True)
    changed_by = fields.Integer(required=True, allow_none=True)


class DraftOut(DraftRow):
    """A draft with its files."""

    files = fields.List(fields.Nested(DraftFileOut), required=True)


class DraftsOut(Schema):
    """Drafts, the last changed first."""

    items = fields.List(fields.Nested(DraftRow), required=True)


class DraftBeginQuery(Schema):
    """What a draft begins with: a deployment, what comes with the service, or else the files that are sent; its name, its main process."""

    base = fields.Integer(load_default=None, validate=WHOLE)
    template = fields.String(load_default=None, validate=validate.OneOf(install.template_keys()))
    name = fields.String(load_default="", validate=validate.Length(max=200))
    main = fields.String(load_default="", validate=validate.Length(max=100))


class DraftNameIn(Schema):
    """Another name for people."""

    name = fields.String(required=True, validate=validate.Length(1, 200))


class DraftSeen(Schema):
    """The version of the file that was edited; 0 for a file that is new."""

    seen = fields.Integer(load_default=0, validate=validate.Range(0, LARGEST))


class DraftFileNameIn(DraftSeen):
    """The new name, of the same kind."""

    to = fields.String(required=True, validate=validate.Length(1, 200))


class DraftFileSaved(Schema):
    """The version to go on from."""

    name = fields.String(required=True)
    version = fields.Integer(required=True)


class DraftProblem(Schema):
    """Something that is wrong; an `error` stops putting it into use, a `warning` does not."""

    file = fields.String(required=True)
    element = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    code = fields.String(required=True)
    severity = fields.String(required=True, metadata={"enum": ["error", "warning"]})
    message = fields.String(required=True)
    message_en = fields.String(required=True)


class DraftChecked(Schema):
    """Everything that is wrong with a draft, errors first."""

    problems = fields.List(fields.Nested(DraftProblem), required=True)


class ScenarioRan(Schema):
    """A scenario with what came of it; what is wrong stands in `message`, at the element."""

    file = fields.String(required=True)
    name = fields.String(required=True)
    passed = fields.Boolean(required=True)
    element = fields.String(required=True, allow_none=True)
    message = fields.String(required=True)
    message_en = fields.String(required=True)


class RegisterTold(Schema):
    """What a change of the register means for people; `widens`: somebody gets to see or do what he did not."""

    message = fields.String(required=True)
    message_en = fields.String(required=True)
    widens = fields.Boolean(required=True)


class ReadinessOut(Schema):
    """What stands between a draft and its use; `version` goes into the act.

    `past`: cases there are to replay, `replayed`: whether that was done on these very files; `in_use`: the version that new cases
    take now; `unchanged`: these are its files; `groups`: whom a change concerns;
    `register`: what changes of who begins matters, who reads them and what is private.
    """

    version = fields.Integer(required=True)
    digest = fields.String(required=True)
    problems = fields.List(fields.Nested(DraftProblem), required=True)
    scenarios = fields.List(fields.Nested(ScenarioRan), required=True)
    past = fields.Integer(required=True)
    replayed = fields.Boolean(required=True)
    in_use = fields.Integer(required=True, allow_none=True)
    unchanged = fields.Boolean(required=True)
    groups = fields.List(fields.String(), required=True)
    register = fields.List(fields.Nested(RegisterTold), required=True)


class DraftDeployIn(Schema):
    """What is said with the act, and the version of the draft that was looked over."""

    version = fields.Integer(required=True, strict=True, validate=validate.Range(0, LARGEST))
    note = fields.String(required=True, validate=validate.Length(1, 1_000), metadata={"description": "What changes, for who works in it."})
    basis = fields.String(
        required=True, validate=validate.Length(1, 500), metadata={"description": "Number and day of the paper that orders the change."}
    )
    effective_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "First day of use; today without it."})
    told = fields.List(
        fields.String(validate=validate.Length(1, 60)), load_default=list, validate=validate.Length(max=50),
        metadata={"description": "Groups that get a letter, by their words."},
    )
    without_replay = fields.String(
        load_default="", validate=validate.Length(max=1_000),
        metadata={"description": "Why the past cases were not replayed on these files, where there are any."},
    )


class DraftBaseIn(Schema):
    """The version in use that the draft was held against."""

    seen = fields.Integer(required=True, strict=True, validate=WHOLE)


def _editor() -> Actor:
    by = doors.actor()
    people.require(by, _EDIT)
    return by


@blueprint.get("/drafts")
@blueprint.output(DraftsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_drafts() -> dict[str, Any]:
    """Drafts of processes."""
    _editor()
    return {"items": [_row(one) for one in drafts.list_drafts()]}


@blueprint.post("/drafts")
@blueprint.input(DraftBeginQuery, location="query", arg_name="query")
@blueprint.output(DraftOut, status_code=201)
@blueprint.doc(
    security="bearer", responses=ERRORS,
    description="From a deployment (`base`), from what comes with the service (`template`), or from files that are sent as form fields "
    "`files`, ZIPs unpacked. Where several processes of the files are called by no other, `main` says which it is.",
)
def begin(query: dict[str, Any]) -> dict[str, Any]:
    """Begin a draft; the version in use stays as it is."""
    by, name = _editor(), query["name"]
    if query["base"] is not None:
        number = drafts.begin_draft(by=by, base=query["base"], name=name)
    elif query["template"] and (made := install.template(query["template"], name)):
        number = drafts.begin_draft(by=by, files=made[0], main=made[1], name=name)
    else:
        unpacked, named = _sent()
        number = drafts.begin_draft(by=by, files=unpacked, main=query["main"] or named or None, name=name)
    return _view(number)


@blueprint.get("/drafts/<int:draft>")
@blueprint.output(DraftOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read(draft: int) -> dict[str, Any]:
    """One draft with the versions of its files."""
    _editor()
    return _view(draft)


@blueprint.delete("/drafts/<int:draft>")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def drop(draft: int) -> Response:
    """Throw a draft away with everything in it."""
    drafts.drop_draft(draft, by=_editor())
    return Response(status=204)


@blueprint.put("/drafts/<int:draft>/name")
@blueprint.input(DraftNameIn, arg_name="said")
@blueprint.output(DraftOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def rename(draft: int, said: dict[str, Any]) -> dict[str, Any]:
    """Give a draft another name for people."""
    drafts.rename_draft(draft, said["name"], by=_editor())
    return _view(draft)


@blueprint.post("/drafts/<int:draft>/copy")
@blueprint.output(DraftOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def copy(draft: int) -> dict[str, Any]:
    """Begin a draft of one's own with the files of another."""
    return _view(drafts.copy_draft(draft, by=_editor()))


@blueprint.get("/drafts/<int:draft>/bundle")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="application/zip")
@blueprint.doc(security="bearer", responses=ERRORS)
def read_bundle(draft: int) -> Response:
    """All files in one ZIP, as deploying takes it."""
    _editor()
    row, packed = drafts.read_draft(draft), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("MAIN", row.key)
        for name, content in drafts.files_of(draft).items():
            archive.writestr(name, content)
    return doors.hand_file(packed.getvalue(), "application/zip", f"{row.key}.zip")


# -- files


@blueprint.post("/drafts/<int:draft>/files")
@blueprint.output(DraftOut)
@blueprint.doc(
    security="bearer", responses=ERRORS,
    description="Files as form fields `files`, ZIPs unpacked, all of them or none. One of a name that is there takes its place unseen.",
)
def take_files(draft: int) -> dict[str, Any]:
    """Take files into a draft."""
    by = _editor()
    files, _main = _sent()
    drafts.take_files(draft, files, by=by)
    return _view(draft)


@blueprint.get("/drafts/<int:draft>/files/<name>")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="application/octet-stream")
@blueprint.doc(security="bearer", responses=ERRORS)
def read_file(draft: int, name: str) -> Response:
    """One file, byte for byte."""
    _editor()
    drafts.read_draft(draft).file(name)
    return doors.hand_file(drafts.files_of(draft)[name], "application/octet-stream", name)


@blueprint.put("/drafts/<int:draft>/files/<name>")
@blueprint.input(Upload, location="files", arg_name="sent")
@blueprint.input(DraftSeen, location="query", arg_name="query")
@blueprint.output(DraftFileSaved)
@blueprint.doc(security="bearer", responses=ERRORS)
def put_file(draft: int, name: str, sent: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    """Save one file against the version that was seen; 409 `draft-overtaken` where somebody saved in between."""
    by, given = _editor(), sent["file"]
    if not hasattr(given, "read"):
        raise Invalid("Gửi tệp trong trường “file”.", "Send the file in the field “file”.", code="no-file")
    return {"name": drafts.checked_name(name), "version": drafts.save_file(draft, name, given.read(), seen=query["seen"], by=by)}


@blueprint.delete("/drafts/<int:draft>/files/<name>")
@blueprint.input(DraftSeen, location="query", arg_name="query")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def drop_file(draft: int, name: str, query: dict[str, Any]) -> Response:
    """Take a file out of a draft."""
    drafts.drop_file(draft, name, seen=query["seen"], by=_editor())
    return Response(status=204)


@blueprint.post("/drafts/<int:draft>/files/<name>/rename")
@blueprint.input(DraftFileNameIn, arg_name="said")
@blueprint.output(DraftFileSaved)
@blueprint.doc(security="bearer", responses=ERRORS)
def rename_file(draft: int, name: str, said: dict[str, Any]) -> dict[str, Any]:
    """Give a file another name of the same kind; what names it is not changed, the check says where."""
    new = drafts.checked_name(said["to"])
    return {"name": new, "version": drafts.rename_file(draft, name, new, seen=said["seen"], by=_editor())}


@blueprint.post("/drafts/<int:draft>/files/<name>/send")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def send_letter(draft: int, name: str) -> Response:
    """Send a letter of a draft to oneself, with made-up values."""
    by = _editor()
    drafts.read_draft(draft).file(name)
    letters.try_letter(drafts.files_of(draft)[name], by=by)
    return Response(status=204)


@blueprint.post("/drafts/<int:draft>/register")
@blueprint.output(DraftOut)
@blueprint.doc(
    security="bearer", responses=ERRORS,
    description="`MAIN.register`, fitting the draft as it stands: its first form begins a matter. One that is there already stays; from "
    "there on it is a file like the others.",
)
def add_register(draft: int) -> dict[str, Any]:
    """Give the main process of a draft a register to go on from."""
    registers.add_register(draft, by=_editor())
    return _view(draft)


# -- checking, putting into use


@blueprint.get("/drafts/<int:draft>/check")
@blueprint.output(DraftChecked)
@blueprint.doc(security="bearer", responses=ERRORS)
def check(draft: int) -> dict[str, Any]:
    """What is wrong with a draft; the gate of deployment says the same."""
    _editor()
    row = drafts.read_draft(draft)
    return {
        "problems": [_problem(one.problem, one.file, one.name) for one in contents.problems_of(drafts.files_of(draft), row.key)]
    }


@blueprint.get("/drafts/<int:draft>/readiness")
@blueprint.output(ReadinessOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def look_over(draft: int) -> dict[str, Any]:
    """Check a draft, run its scenarios, and say whether the past cases were replayed on it."""
    by = doors.actor()
    people.require(by, enactments.MAY_DEPLOY)
    return _ready(drafts.read_draft(draft).version, deploying.look_over(draft, by=by))


@blueprint.post("/drafts/<int:draft>/deploy")
@blueprint.input(DraftDeployIn, arg_name="said")
@blueprint.output(Deployed, status_code=201)
@blueprint.doc(
    security="bearer", responses=ERRORS, description="Where a second person is needed it waits for one (`state`); the draft stays."
)
def deploy(draft: int, said: dict[str, Any]) -> dict[str, Any]:
    """Put a draft into use by one act, as `POST /definitions` does with a bundle."""
    by = doors.actor()
    people.require(by, enactments.MAY_DEPLOY)
    key, version = drafts.read_draft(draft).key, said.pop("version")
    number = deploying.deploy_draft(draft, version=version, by=by, said=Said(**said))
    act = enactments.list_enactments(number)[0]
    return {"id": number, "key": key, "state": act.state, "effective_on": act.effective_on}


@blueprint.post("/drafts/<int:draft>/base")
@blueprint.input(DraftBaseIn, arg_name="said")
@blueprint.output(DraftOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def take_base(draft: int, said: dict[str, Any]) -> dict[str, Any]:
    """Say that a draft was held against the version in use; from now on it is reckoned from that one."""
    by = doors.actor()
    people.require(by, enactments.MAY_DEPLOY)
    deploying.take_version_in_use(draft, said["seen"], by=by)
    return _view(draft)


def _sent() -> tuple[dict[str, bytes], str]:
    sent = {one.filename: one.read() for one in request.files.getlist("files") if one.filename}
    if not sent:
        raise Invalid.at("files", "Gửi ít nhất một tệp trong trường “files”.", "Send a file in the field “files”.", code="no-file")
    return drafts.unpack(sent)


def _row(one: Draft) -> dict[str, Any]:
    same = ("id", "key", "name", "version", "base", "against", "outdated", "changed_by")
    return {name: getattr(one, name) for name in same} | {"changed_at": one.changed_at.isoformat()}


def _view(draft: int) -> dict[str, Any]:
    one = drafts.read_draft(draft)
    return _row(one) | {
        "files": [
            {
                "name": file.name, "version": file.version, "size": file.size, "changed_at": file.changed_at.isoformat(),
                "changed_by": file.changed_by,
            }
            for file in one.files
        ],
    }


def _problem(one: Problem, file: str, name: str) -> dict[str, Any]:
    return {
        "file": file, "element": one.element, "name": name, "code": one.code, "severity": one.severity, "message": one.message,
        "message_en": one.message_en,
    }


def _ready(version: int, found: Readiness) -> dict[str, Any]:
    return {
        "version": version, "digest": found.digest, "problems": [_problem(one, one.file or "", "") for one in found.problems],
        "scenarios": [
            {
                "file": one.file, "name": one.result.name, "passed": one.result.passed, "element": one.result.element or None,
                "message": one.result.message, "message_en": one.result.message_en,
            }
            for one in (found.scenarios.ran if found.scenarios else ())
        ],
        "past": found.past, "replayed": found.replayed, "in_use": found.in_use, "unchanged": found.unchanged,
        "groups": sorted(found.groups), "register": found.register,
    }
