"""Rounds, nominations, submissions and the acts on lists, over the API."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from flask import send_file
from marshmallow import fields, validate

from service import doors, trail
from service.api.schemas import ActIn, ActOut, NominationIn, Paging
from service.awards import catalogue, finding, lists, nominations, rounds
from service.awards.dossier import scores_of
from service.awards.files import attach_file, files_about, open_file, read_file_row
from service.awards.lists import LineInput
from service.awards.models import List, Nomination, Round
from service.awards.recipients import RecipientInput
from service.errors import Invalid, NotFound
from service.processes import history, inbox

blueprint = APIBlueprint("awards", __name__, tag="Awards")
_ERRORS = [401, 403, 404, 409, 422]
_BIG = validate.Range(1, 2**53)


def _round(row: Round) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.code,
        "name": row.name,
        "stage": row.stage,
        "year": row.year,
        "state": row.state,
        "calendar": row.calendar,
        "window": [row.window_from.isoformat(), row.window_to.isoformat()],
        "criteria": row.criteria,
        "award_forms": [f.code for f in catalogue.award_forms().values() if row.stage in f.stages],
    }


@blueprint.get("/rounds")
@blueprint.doc(security="bearer", responses=[401])
def list_rounds() -> dict[str, Any]:
    """All rounds, the latest first."""
    doors.actor()
    return {"items": [_round(r) for r in rounds.list_rounds()]}


@blueprint.get("/rounds/<int:round_id>")
@blueprint.doc(security="bearer", responses=_ERRORS)
def read_round(round_id: int) -> dict[str, Any]:
    """One round with its calendar and criteria."""
    doors.actor()
    return _round(rounds.read_round(round_id))


class NominationQuery(Paging):
    """Which nominations."""

    round = fields.Integer(load_default=None, allow_none=True, validate=_BIG)
    unit = fields.Integer(load_default=None, allow_none=True, validate=_BIG)
    phase = fields.String(load_default="", validate=validate.Length(max=40))
    outcome = fields.String(load_default="", validate=validate.Length(max=40))
    award_form = fields.String(load_default="", validate=validate.Length(max=10))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *catalogue.API_KINDS]))
    held = fields.Boolean(load_default=False)
    q = fields.String(load_default="", validate=validate.Length(max=200))


def _summary(n: Nomination, phase: str, outcome: str | None, holds: int) -> dict[str, Any]:
    return {
        "id": n.id,
        "round": n.round_id,
        "submission": n.submission_id,
        "unit": n.unit_id,
        "unit_name": n.unit_name,
        "name": n.name,
        "title": n.title,
        "kind": n.kind.lower(),
        "subject_group": n.subject_group,
        "state": "ended" if phase == "ended" else "on_hold" if holds else "running",
        "phase": phase,
        "outcome": outcome,
        "award_forms": {
            "asked": n.form_asked,
            "recommended": n.form_recommended,
            "passed": n.form_passed,
            "reserve": n.form_reserve,
            "granted": n.form_granted,
        },
        "on_hold": holds > 0,
        "posthumous": n.posthumous,
        "reason_code": n.reason_code,
        "refused_by": n.refused_by,
    }


@blueprint.get("/nominations")
@blueprint.input(NominationQuery, location="query", arg_name="query")
@blueprint.doc(security="bearer", responses=_ERRORS)
def list_nominations(query: dict[str, Any]) -> dict[str, Any]:
    """Nominations that one may see, paged."""
    found = finding.find_nominations(
        doors.actor(),
        finding.NominationFilter(
            round_id=query["round"],
            unit_id=query["unit"],
            phase=query["phase"],
            outcome=query["outcome"],
            form=query["award_form"],
            kind=catalogue.API_KINDS.get(query["kind"], ""),
            text=query["q"],
            held=query["held"],
        ),
        page=query["page"],
        size=query["size"],
    )
    return {
        "items": [_summary(f.nomination, f.phase, f.outcome, f.holds) for f in found.items],
        "page": found.number,
        "more": found.more,
        "total": found.total,
    }


@blueprint.post("/nominations")
@blueprint.input(NominationIn, arg_name="said")
@blueprint.doc(security="bearer", responses=_ERRORS)
def create_nomination(said: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Nominate somebody: a line of the unit's submission, and a running process."""
    who = said["recipient"]
    number = nominations.create_nomination(
        said["round"],
        subject_group=said["subject_group"],
        award_form=said["award_form"],
        recipient=RecipientInput(
            kind=catalogue.API_KINDS[who["kind"]],
            name=who["name"],
            unit=who["unit"],
            title=who["title"],
            birth_year=who["birth_year"],
            gender=who["gender"],
            direct_worker=who["direct_worker"],
            leader=who["leader"],
            members=who["members"],
        ),
        achievement=said["achievement"],
        late_reason=said["late_reason"],
        by=doors.actor(),
    )
    return _nomination(number), 201


@blueprint.get("/nominations/<int:nomination_id>")
@blueprint.doc(security="bearer", responses=_ERRORS)
def read_nomination(nomination_id: int) -> dict[str, Any]:
    """One nomination: state, phase, outcome, forms of award, open tasks, scores, history."""
    return _nomination(nomination_id)


def _nomination(nomination_id: int) -> dict[str, Any]:
    by = doors.actor()
    n = nominations.read_nomination(nomination_id, by=by)
    phase, outcome, holds = nominations.status_of(n)
    stops = history.timeline(n.instance_id or 0)
    office = by.may(*nominations.ALL_READERS)
    return _summary(n, phase, outcome, holds) | {
        "achievement": n.achievement,
        "appraisal": n.appraisal if office else None,
        "eligibility": n.eligibility if office else None,
        "faults": n.faults,
        "reason": n.reason,
        "scores": [
            {
                "criterion": x.criterion,
                "own": None if x.own is None else float(x.own),
                "office": None if x.office is None or not office else float(x.office),
                "maximum": float(x.maximum),
                "contents": x.contents,
            }
            for x in scores_of(n.id)
        ],
        "open_tasks": [
            {
                "id": s.id,
                "element": s.element,
                "name": s.name,
                "kind": s.kind,
                "due_at": s.due_at.isoformat() if s.due_at else None,
                "owner": s.owner or None,
                "since": s.opened_at.isoformat(),
            }
            for s in stops
            if s.state == "open"
        ],
        "history": [
            {
                "element": s.element,
                "name": s.name,
                "kind": s.kind,
                "state": s.state,
                "opened_at": s.opened_at.isoformat(),
                "closed_at": s.closed_at.isoformat() if s.closed_at else None,
                "by": s.closed_by or None,
                "decision": s.answers.get("decision") or s.answers.get("result"),
            }
            for s in stops
        ],
        "lists": [
            {"id": row.id, "kind": row.kind, "state": row.state}
            for row in finding.find_lists(by, nomination_id=n.id)
        ],
        "files": [{"id": f.id, "name": f.name, "size": f.size, "sha256": f.sha256} for f in files_about(n.id)],
    }


class EventQuery(Schema):
    """Which piece of the trail; `past` is what the piece before gave."""

    past = fields.Integer(load_default=None, allow_none=True, validate=_BIG)
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


@blueprint.get("/nominations/<int:nomination_id>/events")
@blueprint.input(EventQuery, location="query", arg_name="query")
@blueprint.doc(security="bearer", responses=_ERRORS)
def read_events(nomination_id: int, query: dict[str, Any]) -> dict[str, Any]:
    """The trail of one nomination, oldest first."""
    by = doors.actor()
    n = nominations.read_nomination(nomination_id, by=by)
    page = trail.read(
        stream=f"instance:{n.instance_id}",
        past=query["past"],
        limit=query["size"],
        oldest_first=True,
        locale="en" if doors.language() == "en" else "vi",
    )
    return {
        "items": [
            {
                "gseq": e.gseq,
                "at": e.at.isoformat(),
                "kind": e.kind,
                "actor": e.actor,
                "sentence": trail.sentence(e, "en" if doors.language() == "en" else "vi"),
            }
            for e in page.events
        ],
        "past": page.past,
    }


class SubmissionIn(Schema):
    """The submission of a unit in a round."""

    round = fields.Integer(required=True, validate=_BIG)
    unit = fields.Integer(required=True, validate=_BIG)


@blueprint.post("/submissions")
@blueprint.input(SubmissionIn, arg_name="said")
@blueprint.doc(security="bearer", responses=_ERRORS)
def open_submission(said: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Open the unit's submission for a round, or give the one being drafted."""
    from service.awards.submissions import open_submission as open_one

    by = doors.actor()
    return _list(lists.read_list(open_one(said["round"], said["unit"], by=by), by=by)), 201


@blueprint.post("/submissions/<int:submission_id>/sign")
@blueprint.input(ActIn, arg_name="said")
@blueprint.output(ActOut)
@blueprint.doc(security="bearer", responses=_ERRORS)
def sign_submission(submission_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """The head's one signature: names signed, sent back for rework, or struck."""
    return _act(submission_id, "sign", said)


class ListQuery(Schema):
    """Which lists."""

    kind = fields.String(load_default="", validate=validate.Length(max=20))
    round = fields.Integer(load_default=None, allow_none=True, validate=_BIG)
    state = fields.String(load_default="", validate=validate.Length(max=20))
    unit = fields.Integer(load_default=None, allow_none=True, validate=_BIG)
    nomination = fields.Integer(load_default=None, allow_none=True, validate=_BIG)


@blueprint.get("/lists")
@blueprint.input(ListQuery, location="query", arg_name="query")
@blueprint.doc(security="bearer", responses=_ERRORS)
def find_lists(query: dict[str, Any]) -> dict[str, Any]:
    """Submissions, opinion letters, postings, council sheets, decisions, packages … that one may see."""
    rows = finding.find_lists(
        doors.actor(),
        kind=query["kind"],
        round_id=query["round"],
        state=query["state"],
        unit_id=query["unit"],
        nomination_id=query["nomination"],
    )
    counts = finding.count_lines([r.id for r in rows])
    return {
        "items": [
            {"id": r.id, "kind": r.kind, "title": r.title, "state": r.state, "number": r.number,
             "names": counts.get(r.id, 0), "version": r.version}
            for r in rows
        ]
    }


class DrawUp(Schema):
    """A list over nominations that wait for it; all that wait where none are named."""

    kind = fields.String(required=True, validate=validate.Length(1, 20))
    round = fields.Integer(required=True, validate=_BIG)
    nominations = fields.List(
        fields.Integer(validate=_BIG), load_default=None, allow_none=True, validate=validate.Length(max=2_000)
    )
    unit = fields.Integer(load_default=None, allow_none=True, validate=_BIG)
    parent = fields.Integer(load_default=None, allow_none=True, validate=_BIG)
    title = fields.String(load_default="", validate=validate.Length(max=300))


@blueprint.post("/lists")
@blueprint.input(DrawUp, arg_name="said")
@blueprint.doc(security="bearer", responses=_ERRORS)
def draw_up(said: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Draw up an opinion letter, posting, council sheet, decision or package."""
    by = doors.actor()
    number = lists.draw_up(
        said["kind"],
        said["round"],
        nominations=said["nominations"],
        unit_id=said["unit"],
        parent_id=said["parent"],
        title=said["title"],
        by=by,
    )
    return _list(lists.read_list(number, by=by)), 201


@blueprint.get("/lists/<int:list_id>")
@blueprint.doc(security="bearer", responses=_ERRORS)
def read_list(list_id: int) -> dict[str, Any]:
    """One list with its lines, what may be done with it, and how far its messages are."""
    return _list(lists.read_list(list_id, by=doors.actor()))


def _list(row: List) -> dict[str, Any]:
    by = doors.actor()
    kind = lists.KINDS[row.kind]
    hidden = {"last", "keyed", "petition"} if not by.may("vhxh_head", "secretary") else {"last"}
    return {
        "id": row.id,
        "kind": row.kind,
        "title": row.title,
        "round": row.round_id,
        "unit": row.unit_id,
        "parent": row.parent_id,
        "state": row.state,
        "number": row.number,
        "dated": row.dated.isoformat() if row.dated else None,
        "version": row.version,
        "data": {k: v for k, v in row.data.items() if k not in hidden},
        "acts": [
            {
                "name": a.name,
                "label": a.label,
                "results": [r.value for r in a.results],
                "form": lists.act_forms[a.form].id if a.form else None,
            }
            for a in kind.acts
            if row.state in a.states and lists.may_act(by, row, a)
        ],
        "lines": [
            {
                "position": line.position,
                "nomination": n.id,
                "name": n.name,
                "title": n.title,
                "unit_name": n.unit_name,
                "result": line.result,
                "reason": line.reason,
                "removed": line.removed,
                "data": line.data,
            }
            for line, n in lists.lines_of(row.id)
        ],
        "progress": lists.progress(row.id),
    }


@blueprint.post("/lists/<int:list_id>/acts/<act>")
@blueprint.input(ActIn, arg_name="said")
@blueprint.output(ActOut)
@blueprint.doc(security="bearer", responses=_ERRORS)
def act_on_list(list_id: int, act: str, said: dict[str, Any]) -> dict[str, Any]:
    """Do one act on a list: all its lines in one transaction, one message a nomination."""
    return _act(list_id, act, said)


def _act(list_id: int, act: str, said: dict[str, Any]) -> dict[str, Any]:
    outcome = lists.act_on_list(
        list_id,
        act,
        by=doors.actor(),
        lines=[LineInput(x["nomination"], x["result"], x["reason"], x["data"]) for x in said["lines"]],
        fields=said["fields_"],
        seen=said["version"],
        skip_bad=said["skip_bad"],
    )
    return {
        "list": outcome.list_id,
        "act": outcome.act,
        "done": outcome.done,
        "left_out": list(outcome.left_out),
        "state": outcome.state,
        "version": outcome.version,
        "repeated": outcome.repeated,
    }


class OneAct(Schema):
    """The fields of a withdrawal, petition, change or request for review."""

    fields_ = fields.Dict(load_default=dict, data_key="fields")


ONE = {
    "withdrawal": "file",
    "petition": "enter",
    "recipient_change": "file",
    "review_request": "file",
}


@blueprint.post("/nominations/<int:nomination_id>/<kind>")
@blueprint.input(OneAct, arg_name="said")
@blueprint.output(ActOut, status_code=201)
@blueprint.doc(security="bearer", responses=_ERRORS)
def file_one(nomination_id: int, kind: str, said: dict[str, Any]) -> dict[str, Any]:
    """Withdraw a nomination, enter a petition or a change of its recipient, or ask for review."""
    if kind not in ONE:
        raise NotFound("Không có thao tác này.", "There is no such act.")
    by = doors.actor()
    nominations.read_nomination(nomination_id, by=by)
    outcome = lists.file_one(kind, nomination_id, ONE[kind], said["fields_"], by=by)
    return {"list": outcome.list_id, "act": outcome.act, "done": outcome.done, "left_out": [],
            "state": outcome.state, "version": outcome.version, "repeated": False}


class Upload(Schema):
    """A file."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


@blueprint.post("/nominations/<int:nomination_id>/files")
@blueprint.input(Upload, location="files", arg_name="sent")
@blueprint.doc(security="bearer", responses=[*_ERRORS, 413])
def upload(nomination_id: int, sent: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Attach a file to a nomination: checked by content, kept by its hash."""
    by = doors.actor()
    nominations.read_nomination(nomination_id, by=by)
    given = sent["file"]
    if not hasattr(given, "read"):
        raise Invalid("Gửi tệp trong trường “file”.", "Send the file in the field “file”.", code="no-file")
    row = attach_file(f"nomination:{nomination_id}", given.filename or "tệp", given.read(), by=by)
    return {"id": row.id, "name": row.name, "size": row.size, "sha256": row.sha256, "media_type": row.media_type}, 201


@blueprint.get("/files/<int:file_id>")
@blueprint.doc(security="bearer", responses=_ERRORS)
def download(file_id: int) -> Any:
    """The bytes of a file; that it was read is noted in the trail."""
    by = doors.actor()
    row = read_file_row(file_id)
    kind, _, number = row.about.partition(":")
    if kind == "nomination":
        nominations.read_nomination(int(number), by=by)
    else:
        lists.read_list(int(number), by=by)
    row, path = open_file(file_id, by=by)
    return send_file(path, mimetype=row.media_type, as_attachment=True, download_name=row.name)


@blueprint.get("/phases")
@blueprint.doc(security="bearer", responses=[401])
def phases() -> dict[str, Any]:
    """How many nominations stand in each phase, and how many tasks wait for the reader."""
    by = doors.actor()
    return {"phases": finding.count_phases(by), "tasks": inbox.read_inbox(by, "mine", size=1).counts}
