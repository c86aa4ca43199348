"""The checks of nominations over the API, each explained; the register of past awards that they are held against."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors
from service.api.refs import unit_of
from service.api.schemas import ERRORS, Paged, Paging, day, reference
from service.awards import checks, past_awards
from service.awards.catalogue import API_KINDS, award_forms
from service.awards.honours import BASES, honours
from service.awards.models import Nomination
from service.awards.nominations import read_nomination, reads_every
from service.awards.past_awards import Held, PastInput
from service.awards.rules import is_sure
from service.errors import Conflict, Forbidden

blueprint = APIBlueprint("api_checks", __name__, tag="Checks")


class SeenOut(Schema):
    """A fact that a check looked at: as judged, as declared, and what is needed of it by which rule."""

    fact = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    declared = fields.Raw(required=True, allow_none=True)
    need = fields.Raw(required=True, allow_none=True)
    rule = fields.String(required=True)


class CheckOut(Schema):
    """One check: `result` pass, fail or evidence; `blocks`: it stands in the way. A rule that is not sure only warns."""

    code = fields.String(required=True)
    rule = fields.String(required=True)
    version = fields.Integer(required=True)
    part = fields.String(required=True)
    label = fields.String(required=True)
    result = fields.String(required=True)
    effect = fields.String(required=True)
    blocks = fields.Boolean(required=True)
    sure = fields.Boolean(required=True)
    citation = fields.String(required=True)
    confidence = fields.String(required=True)
    seen = fields.List(fields.Nested(SeenOut), required=True)


class FormOut(Schema):
    """How one form of award stands: codes of the checks that block, fail, want evidence."""

    award_form = fields.String(required=True)
    blocked = fields.List(fields.String(), required=True)
    failed = fields.List(fields.String(), required=True)
    evidence = fields.List(fields.String(), required=True)


class Checks(Schema):
    """The checks of a nomination for a form of award; none before it was received."""

    award_form = fields.String(required=True)
    items = fields.List(fields.Nested(CheckOut), required=True)
    forms = fields.List(fields.Nested(FormOut), required=True)
    changed = fields.List(fields.String(), required=True, metadata={"description": "Facts that a check anew changed."})


class ChecksQuery(Schema):
    """For which form of award; without one, for that recommended or asked for."""

    award_form = fields.String(load_default="", validate=validate.OneOf(["", *award_forms()]))


class PastOut(Schema):
    """A row of the register of past awards; `struck` says why it counts no more."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    unit = fields.Integer(required=True)
    what = fields.String(required=True)
    year = fields.Integer(required=True)
    basis = fields.String(required=True)
    decision = fields.String(required=True)
    decided_on = day(required=True, allow_none=True)
    issuer = fields.String(required=True)
    achievement = fields.String(required=True)
    used_for = fields.String(required=True)
    struck = fields.String(required=True)


class PastAwards(Paged):
    """Rows of the register, the newest year first."""

    items = fields.List(fields.Nested(PastOut), required=True)


class PastQuery(Paging):
    """Which rows."""

    q = fields.String(load_default="", validate=validate.Length(max=100))
    what = fields.String(load_default="", validate=validate.OneOf(["", *honours()]))


class PastIn(Schema):
    """One row: who, what for which year, by which decision."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    kind = fields.String(required=True, validate=validate.OneOf(list(API_KINDS)))
    unit = reference(required=True)
    birth_year = fields.Integer(strict=True, load_default=None, allow_none=True, validate=validate.Range(1900, 2100))
    what = fields.String(required=True, validate=validate.OneOf(list(honours())))
    year = fields.Integer(required=True, strict=True, validate=validate.Range(1945, 2100))
    basis = fields.String(load_default="", validate=validate.OneOf(["", *BASES]))
    decision = fields.String(load_default="", validate=validate.Length(max=60))
    decided_on = fields.Date(load_default=None, allow_none=True)
    issuer = fields.String(load_default="", validate=validate.Length(max=200))
    achievement = fields.String(load_default="", validate=validate.Length(max=4_000))
    used_for = fields.String(load_default="", validate=validate.Length(max=200))


class StrikeIn(Schema):
    """Why a row is struck."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class Done(Schema):
    """That it was done."""

    done = fields.Boolean(required=True)


@blueprint.get("/nominations/<int:nomination_id>/checks")
@blueprint.input(ChecksQuery, location="query", arg_name="query")
@blueprint.output(Checks)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_checks(nomination_id: int, query: dict[str, Any]) -> dict[str, Any]:
    """Every check of a nomination, explained; for those who see every nomination."""
    return _checks(_read(nomination_id), query["award_form"])


@blueprint.post("/nominations/<int:nomination_id>/recheck")
@blueprint.output(Checks)
@blueprint.doc(security="bearer", responses=ERRORS)
def recheck(nomination_id: int) -> dict[str, Any]:
    """Hold the registers against a nomination anew; the rules stay those of the day of receipt."""
    _read(nomination_id)
    changed = checks.recheck_nomination(nomination_id, by=doors.actor())
    return _checks(_read(nomination_id), "") | {"changed": changed}


def _read(nomination_id: int) -> Nomination:
    by = doors.actor()
    n = read_nomination(nomination_id, by=by)
    if not reads_every(by, n):
        raise Forbidden("Kết quả đối chiếu do phòng Văn hóa - Xã hội và Hội đồng xem.", "The office and the council read the checks.")
    return n


def _checks(n: Nomination, form: str) -> dict[str, Any]:
    form = form or n.form_recommended or n.form_asked
    return {
        "award_form": form,
        "items": [
            {
                "code": one.code, "rule": one.key, "version": one.rule.version, "part": one.part, "label": one.rule.label,
                "result": one.result, "effect": one.effect, "blocks": one.stands_in_the_way, "sure": is_sure(one.rule),
                "citation": one.rule.citation, "confidence": one.rule.confidence,
                "seen": [{"fact": x.fact, "value": x.value, "declared": x.declared, "need": x.need, "rule": x.need_key} for x in one.seen],
            }
            for one in checks.explain(n, form)
        ],
        "forms": [
            {"award_form": f.form, "blocked": list(f.blocked), "failed": list(f.failed), "evidence": list(f.evidence)}
            for f in checks.by_form(n)
        ],
        "changed": [],
    }


@blueprint.get("/past-awards")
@blueprint.input(PastQuery, location="query", arg_name="query")
@blueprint.output(PastAwards)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_past(query: dict[str, Any]) -> dict[str, Any]:
    """The register of past awards, paged."""
    rows, total = past_awards.find_past(doors.actor(), text=query["q"], what=query["what"], page=query["page"], size=query["size"])
    return {
        "items": [_past(held) for held in rows], "page": query["page"], "more": query["page"] * query["size"] < total,
        "total": total,
    }


def _past(held: Held) -> dict[str, Any]:
    row = held.row
    return {
        "id": row.id, "name": held.name, "kind": held.kind.lower(), "unit": held.unit, "what": row.what, "year": row.year,
        "basis": row.basis, "decision": row.decision, "decided_on": row.decided_on and row.decided_on.isoformat(),
        "issuer": row.issuer, "achievement": row.achievement, "used_for": row.used_for, "struck": row.struck,
    }


@blueprint.post("/past-awards")
@blueprint.input(PastIn, arg_name="said")
@blueprint.output(Done, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def enter_past(said: dict[str, Any]) -> dict[str, Any]:
    """Enter one row; 409 where the register has it already."""
    row = PastInput(**said | {"kind": API_KINDS[said["kind"]], "unit": unit_of(said["unit"]) or 0})
    if not past_awards.enter_past([row], by=doors.actor()):
        raise Conflict("Sổ đã có dòng này.", "The register has this row already.", code="known")
    return {"done": True}


@blueprint.post("/past-awards/<int:past_id>/strike")
@blueprint.input(StrikeIn, arg_name="said")
@blueprint.output(Done)
@blueprint.doc(security="bearer", responses=ERRORS)
def strike_past(past_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Strike a row that is wrong; it stays to be read."""
    past_awards.strike_past(past_id, said["reason"], by=doors.actor())
    return {"done": True}
