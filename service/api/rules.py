"""The register of rules over the API: read it, confirm a version, enter a new one."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import clock, doors, people
from service.api.schemas import ERRORS, day, moment
from service.awards import rule_versions
from service.awards.models import Rule
from service.awards.rule_versions import Entry, RuleInput
from service.awards.rules import is_sure, shipped_by_key, to_recheck

blueprint = APIBlueprint("api_rules", __name__, tag="Rules")
KEY = validate.Length(1, 60)


class VersionOut(Schema):
    """One version of a rule; `standing` is now, coming, past or replaced, `blocks` whether it may block."""

    version = fields.Integer(required=True)
    standing = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    citation = fields.String(required=True)
    confidence = fields.String(required=True)
    blocks = fields.Boolean(required=True)
    recheck = fields.Boolean(required=True, metadata={"description": "Its law was amended and nobody has looked it up since."})
    valid_from = day(required=True, allow_none=True)
    valid_to = day(required=True, allow_none=True)
    confirmed_by = fields.String(required=True, allow_none=True)
    confirmed_at = moment(required=True, allow_none=True)
    made_by = fields.String(required=True, allow_none=True, metadata={"description": "Null where it came with the service."})
    made_at = moment(required=True, allow_none=True)
    reason = fields.String(required=True)


class RuleOut(Schema):
    """A rule: its type, the version in force, and the last day for which the register has a value (null: no end known)."""

    key = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    unit = fields.String(required=True)
    type = fields.String(required=True)
    newest = fields.Integer(required=True)
    last_day = day(required=True, allow_none=True)
    lapses = fields.Boolean(required=True)
    now = fields.Nested(VersionOut, required=True, allow_none=True)


class OneRule(RuleOut):
    """A rule with every version, the newest first."""

    versions = fields.List(fields.Nested(VersionOut), required=True)


class Rules(Schema):
    """The register."""

    items = fields.List(fields.Nested(RuleOut), required=True)


class ConfirmIn(Schema):
    """Which version is confirmed, the newest version that was seen, and which paper was read."""

    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100_000))
    seen = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100_000))
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class RuleIn(Schema):
    """A new version of a rule; a threshold is {"numerator", "denominator", "operator"}, never a decimal."""

    value = fields.Raw(required=True)
    citation = fields.String(required=True, validate=validate.Length(1, 1_000))
    confidence = fields.String(required=True, validate=validate.OneOf(rule_versions.CONFIDENCES))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    seen = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100_000))
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


@blueprint.get("/rules")
@blueprint.output(Rules)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_rules() -> dict[str, Any]:
    """Every rule with the version in force today; everybody who is signed in may read them."""
    doors.actor()
    register = rule_versions.read_register(clock.today())
    names = _names([row for one in register for row in one.versions])
    return {"items": [_rule(one, names) for one in register]}


@blueprint.get("/rules/<key>")
@blueprint.output(OneRule)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_rule(key: str) -> dict[str, Any]:
    """One rule with every version."""
    doors.actor()
    return _one(rule_versions.read_rule(key, clock.today()))


@blueprint.post("/rules/<key>/confirm")
@blueprint.input(ConfirmIn, arg_name="said")
@blueprint.output(OneRule)
@blueprint.doc(security="bearer", responses=ERRORS)
def confirm_rule(key: str, said: dict[str, Any]) -> dict[str, Any]:
    """Confirm a version: a new one, equal but for who confirmed it and when, that may block."""
    rule_versions.confirm_rule(key, said["version"], seen=said["seen"], reason=said["reason"], by=doors.actor())
    return _one(rule_versions.read_rule(key, clock.today()))


@blueprint.post("/rules/<key>/versions")
@blueprint.input(RuleIn, arg_name="said")
@blueprint.output(OneRule, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def change_rule(key: str, said: dict[str, Any]) -> dict[str, Any]:
    """Enter a new version, which only warns until it is confirmed."""
    seen = said.pop("seen")
    rule_versions.change_rule(key, RuleInput(**said), seen=seen, by=doors.actor())
    return _one(rule_versions.read_rule(key, clock.today()))


def _names(rows: list[Rule]) -> dict[int, str]:
    return dict(people.names({n for row in rows for n in (row.made_by, row.confirmed_by) if n is not None}))


def _one(one: Entry) -> dict[str, Any]:
    names = _names(list(one.versions))
    return _rule(one, names) | {"versions": [_version(one, row, names) for row in one.versions]}


def _rule(one: Entry, names: dict[int, str]) -> dict[str, Any]:
    today = clock.today()
    return {
        "key": one.key,
        "label": one.label,
        "label_en": shipped_by_key().get(one.key, {}).get("label_en", one.label),
        "unit": one.versions[0].unit,
        "type": shipped_by_key().get(one.key, {}).get("type", ""),
        "newest": one.newest,
        "last_day": one.last_day and one.last_day.isoformat(),
        "lapses": one.lapses(today),
        "now": None if one.now is None else _version(one, one.now, names),
    }


def _version(one: Entry, row: Rule, names: dict[int, str]) -> dict[str, Any]:
    today = clock.today()
    return {
        "version": row.version,
        "standing": rule_versions.standing_of(one, row, today),
        "value": row.value,
        "citation": row.citation,
        "confidence": row.confidence,
        "blocks": is_sure(row) and row.value != "warn",
        "recheck": to_recheck(row, today) is not None,
        "valid_from": row.valid_from and row.valid_from.isoformat(),
        "valid_to": row.valid_to and row.valid_to.isoformat(),
        "confirmed_by": names.get(row.confirmed_by or 0),
        "confirmed_at": row.confirmed_at and row.confirmed_at.isoformat(),
        "made_by": names.get(row.made_by or 0),
        "made_at": row.made_at and row.made_at.isoformat(),
        "reason": row.reason,
    }
