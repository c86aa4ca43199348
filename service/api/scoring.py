"""Score sheets of a session over the API, and the cut of a ranking that planning and voting take; the rights are the pages'."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors
from service.api.schemas import ERRORS, whole
from service.awards.ranking import Cut, RankRule
from service.council import session as sessions
from service.council.session import ScoreSheet, ScoreSheets

blueprint = APIBlueprint("api_scoring", __name__, tag="Council sessions")
_AT = "/council-sessions/<int:council_session_id>/score-sheets"
_CODE = validate.Length(1, 4)


class AgainstIn(Schema):
    """Why a name is taken from below the line, or left although it stands above."""

    nomination = whole(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class CutIn(Schema):
    """Where the ranking is cut: the first places of each subject group, or from some points on; ties at the line are all in."""

    first = fields.Integer(strict=True, load_default=None, allow_none=True, validate=validate.Range(1, 1_000))
    points = fields.Float(load_default=None, allow_none=True, validate=validate.Range(0, 100_000))
    reasons = fields.List(fields.Nested(AgainstIn), load_default=list, validate=validate.Length(max=2_000))


def cut_of(said: dict[str, Any] | None) -> dict[str, Any]:
    """What planning and voting take of a cut that was sent: the cut and the reasons by nomination; nothing where none was."""
    if said is None:
        return {}
    points = None if said["points"] is None else Decimal(str(said["points"]))
    return {"cut": Cut(said["first"], points), "reasons": {one["nomination"]: one["reason"] for one in said["reasons"]}}


class PointsIn(Schema):
    """Points of one criterion."""

    criterion = fields.String(required=True, validate=_CODE)
    points = fields.Float(required=True, validate=validate.Range(0, 1_000))


class ScoredItemIn(Schema):
    """An item with a figure for each of its criteria."""

    item_no = whole(required=True)
    points = fields.List(fields.Nested(PointsIn), required=True, validate=validate.Length(1, 20))


class SheetIn(Schema):
    """A member's sheet as one of two people reads it; items that the member left blank are left out."""

    items = fields.List(fields.Nested(ScoredItemIn), required=True, validate=validate.Length(max=2_000))


class ScoredCriterionOut(Schema):
    """A criterion with its highest points and its weight."""

    code = fields.String(required=True)
    words = fields.String(required=True)
    maximum = fields.Float(required=True)
    weight = fields.Float(required=True)


class ScoredItemOut(Schema):
    """An item with what it is scored on; `open` until it is decided or withdrawn."""

    item_no = fields.Integer(required=True)
    open = fields.Boolean(required=True)
    criteria = fields.List(fields.Nested(ScoredCriterionOut), required=True)


class SheetDifferenceOut(Schema):
    """Where the two entries differ; null where one left it blank."""

    item_no = fields.Integer(required=True)
    criterion = fields.String(required=True)
    first = fields.Float(required=True, allow_none=True)
    second = fields.Float(required=True, allow_none=True)


class ScoreSheetOut(Schema):
    """A member's sheet: who keyed it, where the two entries differ, whether it counts."""

    member_no = fields.Integer(required=True)
    name = fields.String(required=True)
    keyed_by = fields.List(fields.Integer(), required=True)
    differing = fields.List(fields.Nested(SheetDifferenceOut), required=True)
    counts = fields.Boolean(required=True)


class ScoreSheetsOut(Schema):
    """The sheets of a session."""

    items = fields.List(fields.Nested(ScoredItemOut), required=True)
    sheets = fields.List(fields.Nested(ScoreSheetOut), required=True)


class RankRuleOut(Schema):
    """How sheets make one figure: total, mean, trimmed (from how many sheets on), with its source."""

    method = fields.String(required=True)
    trim_from = fields.Integer(required=True)
    basis = fields.String(required=True)
    sure = fields.Boolean(required=True)


def rule_view(rule: RankRule) -> dict[str, Any]:
    """The rule of a ranking as it is answered."""
    return {"method": rule.method, "trim_from": rule.trim_from, "basis": rule.citation, "sure": rule.sure}


def _sheet(one: ScoreSheet) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("member_no", "name", "keyed_by", "differing", "counts")}


def _view(found: ScoreSheets) -> dict[str, Any]:
    return {
        "items": [
            {"item_no": number, "open": number in found.open, "criteria": criteria} for number, criteria in found.criteria.items()
        ],
        "sheets": [_sheet(one) for one in found.sheets],
    }


@blueprint.get(_AT)
@blueprint.output(ScoreSheetsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_sheets(council_session_id: int) -> dict[str, Any]:
    """Criteria of each item, and how far the members' score sheets were keyed."""
    return _view(sessions.read_sheets(council_session_id, by=doors.actor()))


@blueprint.put(f"{_AT}/<int:member_no>")
@blueprint.input(SheetIn, arg_name="said")
@blueprint.output(ScoreSheetsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def file_sheet(council_session_id: int, member_no: int, said: dict[str, Any]) -> dict[str, Any]:
    """Key a member's sheet; it counts once two people have keyed it alike."""
    points = {
        one["item_no"]: {x["criterion"]: Decimal(str(x["points"])) for x in one["points"]} for one in said["items"]
    }
    sessions.file_sheet(council_session_id, member_no, points, by=doors.actor())
    return _view(sessions.read_sheets(council_session_id, by=doors.actor()))
