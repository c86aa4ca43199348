"""Requests to erase a person's data over the API: what would go and stay, asking, confirming as a second person, dropping."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, erasing
from service.api.schemas import ERRORS, day, moment, whole
from service.awards.rules import legal_bases
from service.erasing import Erasure, Kept, Plan

blueprint = APIBlueprint("api_erasures", __name__, tag="Erasures")
_SAID = dict[str, Any]


class KeptOut(Schema):
    """Something that is kept, why, and until when; null where it is for good."""

    reason = fields.String(required=True)
    label = fields.String(required=True)
    nomination = fields.Integer(required=True, allow_none=True)
    until = day(required=True, allow_none=True)
    basis = fields.String(required=True)


class PlanOut(Schema):
    """What an erasure would do now; `seen` is what a confirmation names."""

    recipient = fields.Integer(required=True)
    name = fields.String(required=True)
    whole = fields.Boolean(required=True, metadata={"description": "Whether nothing of the person remains but archive papers"})
    nominations = fields.List(fields.Integer(), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    kept = fields.List(fields.Nested(KeptOut), required=True)
    namesakes = fields.Integer(required=True)
    seen = fields.String(required=True)


class ErasureOut(Schema):
    """A request; `plan` while it waits, afterwards `counts` and `kept` say what was done."""

    id = fields.Integer(required=True)
    state = fields.String(required=True)
    requester = fields.String(required=True)
    relation = fields.String(required=True)
    received_on = day(required=True)
    paper = fields.String(required=True)
    basis = fields.String(required=True)
    asked_at = moment(required=True)
    settled_at = moment(required=True, allow_none=True)
    refusal = fields.String(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    kept = fields.List(fields.Nested(KeptOut), required=True)


class ErasurePlan(PlanOut):
    """What would go and what would stay, before it is asked for."""


class OneErasure(ErasureOut):
    """One request with what it would do now."""

    plan = fields.Nested(PlanOut, required=True, allow_none=True)


class ErasuresOut(Schema):
    """Requests, the newest first."""

    items = fields.List(fields.Nested(ErasureOut), required=True)


class PersonOut(Schema):
    """A person of the register."""

    recipient = fields.Integer(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)


class PersonsOut(Schema):
    """Persons found, at most twenty."""

    items = fields.List(fields.Nested(PersonOut), required=True)


class PersonsQuery(Schema):
    """A part of the name, without diacritics too."""

    name = fields.String(required=True, validate=validate.Length(1, 100))


class ErasureIn(Schema):
    """Who asks for whose data to be erased, and on which basis."""

    recipient = whole(required=True)
    requester = fields.String(required=True, validate=validate.Length(1, 200))
    relation = fields.String(load_default="self", validate=validate.OneOf(list(erasing.RELATIONS)))
    received_on = fields.Date(required=True)
    paper = fields.String(load_default="", validate=validate.Length(max=60))
    basis = fields.String(load_default=erasing.bases()[0], validate=validate.OneOf(erasing.bases()))


class SeenIn(Schema):
    """What was seen, from the plan."""

    seen = fields.String(required=True, validate=validate.Length(1, 64))


class DropIn(Schema):
    """Why it is dropped."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


@blueprint.get("/erasures")
@blueprint.output(ErasuresOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_erasures() -> _SAID:
    """All requests."""
    return {"items": [_view(row) for row in erasing.list_erasures(by=doors.actor())]}


@blueprint.get("/erasures/persons")
@blueprint.input(PersonsQuery, location="query", arg_name="query")
@blueprint.output(PersonsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def find_persons(query: _SAID) -> _SAID:
    """Persons by a part of their name."""
    found = erasing.find_people(query["name"], by=doors.actor())
    return {"items": [{"recipient": one.id, "name": one.name, "title": one.title} for one in found]}


@blueprint.get("/erasures/persons/<int:recipient_id>/plan")
@blueprint.output(ErasurePlan)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_plan(recipient_id: int) -> _SAID:
    """What would be erased of a person's data, and what stays and why; changes nothing."""
    return _plan(erasing.look(recipient_id, by=doors.actor()))


@blueprint.post("/erasures")
@blueprint.input(ErasureIn, arg_name="said")
@blueprint.output(OneErasure, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def ask(said: _SAID) -> _SAID:
    """Enter a request; another administrator confirms it."""
    by = doors.actor()
    asked = erasing.Asked(said["requester"], said["relation"], said["received_on"], said["basis"], said["paper"])
    return _one(erasing.ask_erasure(said["recipient"], asked, by=by))


@blueprint.get("/erasures/<int:erasure_id>")
@blueprint.output(OneErasure)
@blueprint.doc(security="bearer", responses=ERRORS)
def read(erasure_id: int) -> _SAID:
    """One request."""
    return _one(erasure_id)


@blueprint.post("/erasures/<int:erasure_id>/confirm")
@blueprint.input(SeenIn, arg_name="said")
@blueprint.output(OneErasure)
@blueprint.doc(security="bearer", responses=ERRORS)
def confirm(erasure_id: int, said: _SAID) -> _SAID:
    """Erase, as another administrator than who entered it; nothing of it can be taken back."""
    erasing.confirm_erasure(erasure_id, by=doors.actor(), seen=said["seen"])
    return _one(erasure_id)


@blueprint.post("/erasures/<int:erasure_id>/drop")
@blueprint.input(DropIn, arg_name="said")
@blueprint.output(OneErasure)
@blueprint.doc(security="bearer", responses=ERRORS)
def drop(erasure_id: int, said: _SAID) -> _SAID:
    """Drop a request that waits."""
    erasing.drop_erasure(erasure_id, by=doors.actor(), reason=said["reason"])
    return _one(erasure_id)


def _one(number: int) -> _SAID:
    row, plan = erasing.read_erasure(number, by=doors.actor())
    return {**_view(row), "plan": _plan(plan) if plan else None}


def _view(row: Erasure) -> _SAID:
    return {
        "id": row.id, "state": row.state, "requester": row.requester, "relation": row.relation,
        "received_on": row.received_on.isoformat(), "paper": row.paper, "basis": row.basis, "asked_at": row.asked_at.isoformat(),
        "settled_at": row.settled_at.isoformat() if row.settled_at else None, "refusal": row.refusal, "counts": row.counts,
        "kept": [_kept(one["word"], one["nomination"], one["until"]) for one in row.kept],
    }


def _plan(plan: Plan) -> _SAID:
    return {
        "recipient": plan.recipient, "name": plan.name, "whole": plan.whole, "nominations": [one.id for one in plan.cases],
        "counts": plan.counts, "kept": [_of(one) for one in plan.kept], "namesakes": plan.namesakes, "seen": plan.digest,
    }


def _of(one: Kept) -> _SAID:
    return _kept(one.word, one.nomination, one.until.isoformat() if one.until else None)


def _kept(word: str, nomination: int | None, until: str | None) -> _SAID:
    reason = erasing.reasons()[word]
    label = reason.label_en if doors.language() == "en" else reason.label
    return {
        "reason": word, "label": label, "nomination": nomination, "until": until, "basis": legal_bases()[reason.basis].citation,
    }
