"""Lists over the API: find, read, draw up, act on; and the papers about one nomination."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, movement
from service.actor import Actor
from service.api import matters, shapes
from service.api.refs import round_of, unit_of
from service.api.schemas import ERRORS, ActIn, ActOut, Paging, open_object, reference, whole
from service.api.scoring import CutIn, cut_of
from service.awards import finding, lists, nominations, sight
from service.awards.lists import LineInput
from service.awards.models import Line, List, Nomination
from service.council import session as sessions
from service.errors import NotFound

blueprint = APIBlueprint("api_lists", __name__, tag="Lists")


class ListQuery(Paging):
    """Which lists."""

    kind = fields.String(load_default="", validate=validate.Length(max=20))
    round = reference(load_default=None)
    state = fields.String(load_default="", validate=validate.Length(max=20))
    unit = reference(load_default=None)
    nomination = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
    size = fields.Integer(load_default=200, validate=validate.Range(1, 200))


@blueprint.get("/lists")
@blueprint.input(ListQuery, location="query", arg_name="query")
@blueprint.output(shapes.Lists)
@blueprint.doc(security="bearer", responses=ERRORS)
def find_lists(query: dict[str, Any]) -> dict[str, Any]:
    """Submissions, opinion letters, postings, council sheets, decisions, packages … that one may see, paged."""
    rows = finding.find_lists(
        doors.actor(),
        kind=query["kind"],
        round_id=round_of(query["round"]),
        state=query["state"],
        unit_id=unit_of(query["unit"]),
        nomination_id=query["nomination"],
        limit=finding.MOST_LISTS,
    )
    page, size = query["page"], query["size"]
    total, rows = len(rows), rows[(page - 1) * size : page * size]
    counts = finding.count_lines([r.id for r in rows])
    return {
        "items": [
            {"id": r.id, "kind": r.kind, "title": r.title, "state": r.state, "number": r.number,
             "names": counts.get(r.id, 0), "version": r.version}
            for r in rows
        ],
        "page": page, "more": page * size < total, "total": total,
    }


class DrawUp(Schema):
    """A list over nominations that wait for it; all that wait where none are named."""

    kind = fields.String(
        required=True,
        validate=validate.Length(1, 20),
        metadata={"description": "opinion_letter (with `unit`, the agency), posting, council_sheet, decision, package"},
    )
    round = reference(required=True)
    nominations = fields.List(whole(), load_default=None, allow_none=True, validate=validate.Length(max=2_000))
    unit = reference(load_default=None, allow_none=True)
    parent = whole(load_default=None, allow_none=True)
    title = fields.String(load_default="", validate=validate.Length(max=300))
    cut = fields.Nested(
        CutIn, load_default=None, allow_none=True,
        metadata={"description": "Of a package: the names are chosen by the ranking of those that wait."},
    )


@blueprint.post("/lists")
@blueprint.input(DrawUp, arg_name="said")
@blueprint.output(shapes.List, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def draw_up(said: dict[str, Any]) -> dict[str, Any]:
    """Draw up an opinion letter, posting, council sheet, decision or package."""
    by = doors.actor()
    if said["cut"] is not None and said["kind"] == "package":
        number = sessions.draw_up_chosen(
            said["kind"], round_of(said["round"]) or 0, said["nominations"] or [], title=said["title"], **cut_of(said["cut"]), by=by,
        )
        return list_view(lists.read_list(number, by=by), by)
    number = lists.draw_up(
        said["kind"],
        round_of(said["round"]) or 0,
        nominations=said["nominations"],
        unit_id=unit_of(said["unit"]),
        parent_id=said["parent"],
        title=said["title"],
        by=by,
    )
    return list_view(lists.read_list(number, by=by), by)


@blueprint.get("/lists/<int:list_id>")
@blueprint.output(shapes.List)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_list(list_id: int) -> dict[str, Any]:
    """One list with its lines, what may be done with it, and how far its messages are."""
    by = doors.actor()
    return list_view(lists.read_list(list_id, by=by), by)


def list_view(row: List, by: Actor) -> dict[str, Any]:
    """A list as programs see it: the lines, fields and acts that its page has for this person."""
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
        "data": lists.data_for(row, by=by),
        "acts": [
            {
                "name": a.name,
                "label": a.label,
                "results": [r.value for r in a.results],
                "form": lists.act_forms[a.form].schema if a.form else None,
                "line_data": a.line.model_json_schema(),
            }
            for a in lists.acts_open_to(by, row)
        ],
        "lines": [line_view(line, n, by) for line, n in sight.lines_for(row, by)],
        "progress": lists.progress(row.id),
        "warnings": matters.warnings(row.unit_id, by) if movement.warns_in(row) else [],
    }


def line_view(line: Line, n: Nomination, by: Actor) -> dict[str, Any]:
    """A line as programs see it; of another unit's published name only what is printed."""
    own = sight.is_own(n, by)
    return {
        "position": line.position,
        "nomination": n.id,
        "name": n.name,
        "title": n.title,
        "unit_name": n.unit_name,
        "result": line.result,
        "reason": line.reason if own else "",
        "removed": line.removed,
        "data": line.data if own else {},
    }


@blueprint.post("/lists/<int:list_id>/acts/<act>")
@blueprint.input(ActIn, arg_name="said")
@blueprint.output(ActOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def act_on_list(list_id: int, act: str, said: dict[str, Any]) -> dict[str, Any]:
    """Do one act on a list: all its lines in one transaction, one message a nomination."""
    return act_on(list_id, act, said, by=doors.actor())


def act_on(list_id: int, act: str, said: dict[str, Any], *, by: Actor) -> dict[str, Any]:
    """Do an act with what a program said of it."""
    outcome = lists.act_on_list(
        list_id,
        act,
        by=by,
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
    """The fields of a withdrawal, change or request for review."""

    fields_ = open_object("Answers of the act's form.", load_default=dict, data_key="fields")


@blueprint.post("/nominations/<int:nomination_id>/<kind>")
@blueprint.input(OneAct, arg_name="said")
@blueprint.output(ActOut, status_code=201)
@blueprint.doc(
    security="bearer",
    responses=ERRORS,
    description="`kind` is withdrawal, recipient_change, review_request, hold (suspend), cancellation, revocation, "
    "amendment (correct an award), reprint (write a blank off) or unlisting (off the honour page).",
)
def file_one(nomination_id: int, kind: str, said: dict[str, Any]) -> dict[str, Any]:
    """Withdraw a nomination, enter a change of its recipient, ask for review, put it on hold, cancel it."""
    if kind not in lists.BESIDE:
        raise NotFound("Không có thao tác này.", "There is no such act.")
    by = doors.actor()
    nominations.read_nomination(nomination_id, by=by)
    outcome = lists.file_one(kind, nomination_id, lists.BESIDE[kind], said["fields_"], by=by)
    return {"list": outcome.list_id, "act": outcome.act, "done": outcome.done, "left_out": [],
            "state": outcome.state, "version": outcome.version, "repeated": False}
