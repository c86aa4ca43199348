"""The digital index over the API: sets of indicators, values of units, decisions on them, results, trend."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from marshmallow import fields, validate

from service import doors, movement, people
from service.api.refs import unit_of
from service.api.schemas import ERRORS, ReasonIn, day, moment, reference, whole
from service.movement import index
from service.movement.index import WHOLE, Content, IndexSet, IndexValue, Outcome, Standing

blueprint = APIBlueprint("api_index", __name__, tag="Index")
_TEXT: dict[str, Any] = {"metadata": {"description": "A decimal."}}


class IndexSetIn(Schema):
    """A set of a year; `basis`: the paper it rests on, or that it is proposed."""

    year = fields.Integer(required=True, strict=True, validate=validate.Range(2021, 2099))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    name_en = fields.String(required=True, validate=validate.Length(1, 200))
    basis = fields.String(load_default="", validate=validate.Length(max=2_000))


class IndexYearIn(Schema):
    """The year of the copy."""

    year = fields.Integer(required=True, strict=True, validate=validate.Range(2021, 2099))


class IndexOpenIn(Schema):
    """Until when units enter; without units all that have a head."""

    due_on = fields.Date(required=True)
    units = fields.List(reference(), load_default=None, allow_none=True, validate=validate.Length(1, 2_000))


class IndexPillarIn(Schema):
    """A pillar; its code stands in the address."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    name_en = fields.String(required=True, validate=validate.Length(1, 200))
    weight = fields.Decimal(required=True, allow_nan=False)


class IndexInputShape(Schema):
    """A number that is entered: its name in the formula, and what it is called."""

    key = fields.String(required=True, validate=validate.Length(1, 30))
    label = fields.String(required=True, validate=validate.Length(1, 200))


class IndexIndicatorIn(Schema):
    """An indicator; its code stands in the address. `formula` is FEEL over the inputs and parameters."""

    pillar = fields.String(required=True, validate=validate.Length(1, 20))
    name = fields.String(required=True, validate=validate.Length(1, 300))
    name_en = fields.String(required=True, validate=validate.Length(1, 300))
    measure = fields.String(required=True, validate=validate.Length(1, 60))
    inputs = fields.List(fields.Nested(IndexInputShape), required=True, validate=validate.Length(1, 12))
    parameters = fields.Dict(keys=fields.String(), values=fields.Decimal(allow_nan=False), load_default=dict)
    formula = fields.String(required=True, validate=validate.Length(1, 2_000))
    full = fields.Decimal(required=True, allow_nan=False)
    maximum = fields.Decimal(required=True, allow_nan=False)
    weight = fields.Decimal(required=True, allow_nan=False)
    evidence = fields.String(load_default="", validate=validate.Length(max=2_000))
    who = fields.String(load_default="unit", validate=validate.OneOf(sorted(index.WHO)))
    kinds = fields.List(fields.String(validate=validate.OneOf(sorted(people.KINDS))), load_default=list)


class IndexValueIn(Schema):
    """A value to send; without a unit that of the commune. `files` are numbers of files that were sent before."""

    unit = reference(load_default=None, allow_none=True)
    said = fields.Dict(keys=fields.String(), values=fields.Decimal(allow_nan=False), required=True)
    note = fields.String(load_default="", validate=validate.Length(max=2_000))
    link = fields.String(load_default="", validate=validate.Length(max=1_000))
    files = fields.List(whole(), load_default=list, validate=validate.Length(max=20))


class IndexSeenIn(Schema):
    """Which version of the value was seen."""

    seen = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1_000_000))


class IndexReturnIn(IndexSeenIn):
    """Why it is returned, or left out."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class IndexOfUnit(Schema):
    """Of which unit; without one that of the commune."""

    unit = reference(load_default=None, allow_none=True)


class IndexSetRow(Schema):
    """A set of a year and where it stands."""

    id = fields.Integer(required=True)
    year = fields.Integer(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    basis = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["draft", "open", "closed", "published"]))
    copied_from = fields.Integer(required=True, allow_none=True)
    due_on = day(required=True, allow_none=True)
    published_at = moment(required=True, allow_none=True)


class IndexSetRows(Schema):
    """The sets, the latest year first."""

    items = fields.List(fields.Nested(IndexSetRow), required=True)


class IndexIndicatorOut(Schema):
    """An indicator of a set."""

    code = fields.String(required=True)
    pillar = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    measure = fields.String(required=True)
    inputs = fields.List(fields.Nested(IndexInputShape), required=True)
    parameters = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    formula = fields.String(required=True)
    full = fields.String(required=True, **_TEXT)
    maximum = fields.String(required=True, **_TEXT)
    weight = fields.String(required=True, **_TEXT)
    evidence = fields.String(required=True)
    who = fields.String(required=True)
    kinds = fields.List(fields.String(), required=True)


class IndexPillarOut(Schema):
    """A pillar of a set."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    weight = fields.String(required=True, **_TEXT)


class IndexSetOut(IndexSetRow):
    """A set with its pillars and indicators, and the units that are asked."""

    units = fields.List(fields.Integer(), required=True)
    pillars = fields.List(fields.Nested(IndexPillarOut), required=True)
    indicators = fields.List(fields.Nested(IndexIndicatorOut), required=True)


class IndexValueRow(Schema):
    """A value, and what it comes to or why that cannot be reckoned; `unit` null: the commune."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    unit = fields.Integer(required=True, allow_none=True)
    unit_name = fields.String(required=True)
    version = fields.Integer(required=True)
    said = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    note = fields.String(required=True)
    link = fields.String(required=True)
    files = fields.List(fields.Integer(), required=True)
    state = fields.String(required=True, validate=validate.OneOf(index.VALUE_STATES))
    reason = fields.String(required=True, metadata={"description": "Why it was returned last, sent again since or not, or left out."})
    result = fields.String(required=True, allow_none=True, **_TEXT)
    score = fields.String(required=True, allow_none=True, **_TEXT)
    trouble = fields.String(required=True, allow_none=True)
    trouble_en = fields.String(required=True, allow_none=True)
    warning = fields.String(required=True, allow_none=True, metadata={"description": "A share above 100 %, or more than earns the score."})
    warning_en = fields.String(required=True, allow_none=True)
    sent_at = moment(required=True)


class IndexValueOut(IndexValueRow):
    """One value."""


class IndexValueRows(Schema):
    """Values of a set that the caller may read."""

    items = fields.List(fields.Nested(IndexValueRow), required=True)


class IndexStandingOut(Schema):
    """Per cent of what could be had, in all and by pillar; the same place for who has the same, none before there is any figure."""

    unit = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)
    place = fields.Integer(required=True, allow_none=True)
    shared = fields.Boolean(required=True)
    total = fields.String(required=True, allow_none=True, **_TEXT)
    pillars = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True), required=True)
    accepted = fields.Integer(required=True)
    asked = fields.Integer(required=True)
    over = fields.Boolean(required=True, metadata={"description": "Whether an accepted share of it is above 100 %."})


class IndexResultsOut(Schema):
    """A set reckoned: the units in their order, the commune."""

    units = fields.List(fields.Nested(IndexStandingOut), required=True)
    commune = fields.Nested(IndexStandingOut, required=True)


class IndexYearOut(Schema):
    """One year of the trend."""

    year = fields.Integer(required=True)
    set = fields.Integer(required=True)
    standing = fields.Nested(IndexStandingOut, required=True)


class IndexTrendOut(Schema):
    """The years whose results the caller may see, the first year first."""

    years = fields.List(fields.Nested(IndexYearOut), required=True)


@blueprint.get("/index-sets")
@blueprint.output(IndexSetRows)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_sets() -> dict[str, Any]:
    """The index sets, the latest year first; drafts for who runs them or reads all."""
    return {"items": [_row(one) for one in index.list_sets(by=doors.actor())]}


@blueprint.post("/index-sets")
@blueprint.input(IndexSetIn, arg_name="said")
@blueprint.output(IndexSetOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def make(said: dict[str, Any]) -> dict[str, Any]:
    """Make an empty set of a year."""
    by = doors.actor()
    return _set(index.make_set(said["year"], said["name"], said["name_en"], basis=said["basis"], by=by))


@blueprint.get("/index-sets/<int:set_id>")
@blueprint.output(IndexSetOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_set(set_id: int) -> dict[str, Any]:
    """A set with its pillars and indicators."""
    return _set(set_id)


@blueprint.put("/index-sets/<int:set_id>")
@blueprint.input(IndexSetIn, arg_name="said")
@blueprint.output(IndexSetOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def change(set_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Change year, names and basis of a draft."""
    index.change_set(set_id, by=doors.actor(), **said)
    return _set(set_id)


@blueprint.get("/index-sets/<int:set_id>/set.xlsx")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=movement.SHEET_TYPE)
@blueprint.doc(security="bearer", responses=ERRORS)
def export_set(set_id: int) -> Any:
    """The set as a sheet that `/imports/indicators` takes."""
    content = index.read_set(set_id, by=doors.actor())
    return doors.hand_file(index.set_sheet(content), movement.SHEET_TYPE, f"index-{content.row.year}.xlsx")


@blueprint.post("/index-sets/<int:set_id>/copy")
@blueprint.input(IndexYearIn, arg_name="said")
@blueprint.output(IndexSetOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def copy(set_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Make the set of another year out of this one."""
    return _set(index.copy_set(set_id, said["year"], by=doors.actor()))


@blueprint.post("/index-sets/<int:set_id>/open")
@blueprint.input(IndexOpenIn, arg_name="said")
@blueprint.output(IndexSetOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def open_set(set_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Open a draft for units, which are told; from now on nothing of it changes."""
    units = None if said["units"] is None else [unit_of(one) or 0 for one in said["units"]]
    index.open_set(set_id, said["due_on"], units=units, by=doors.actor())
    return _set(set_id)


@blueprint.post("/index-sets/<int:set_id>/close")
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output(IndexSetOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def close(set_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Close an open set: units send nothing more, but what is returned to them."""
    index.close_set(set_id, said["reason"], by=doors.actor())
    return _set(set_id)


@blueprint.post("/index-sets/<int:set_id>/publish")
@blueprint.output(IndexSetOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def publish(set_id: int) -> dict[str, Any]:
    """Show scores and ranking to the units, once every value is accepted."""
    index.publish_set(set_id, by=doors.actor())
    return _set(set_id)


@blueprint.post("/index-sets/<int:set_id>/reopen")
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output(IndexSetOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def reopen(set_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Open a closed or published set again."""
    index.reopen_set(set_id, said["reason"], by=doors.actor())
    return _set(set_id)


@blueprint.put("/index-sets/<int:set_id>/pillars/<code>")
@blueprint.input(IndexPillarIn, arg_name="said")
@blueprint.output(IndexSetOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def put_pillar(set_id: int, code: str, said: dict[str, Any]) -> dict[str, Any]:
    """Make the pillar of a code in a draft, or change it."""
    index.put_pillar(set_id, index.PillarInput(code, said["name"], said["name_en"], str(said["weight"])), by=doors.actor())
    return _set(set_id)


@blueprint.delete("/index-sets/<int:set_id>/pillars/<code>")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def drop_pillar(set_id: int, code: str) -> str:
    """Take a pillar without indicators out of a draft."""
    index.drop_pillar(set_id, code, by=doors.actor())
    return ""


@blueprint.put("/index-sets/<int:set_id>/indicators/<code>")
@blueprint.input(IndexIndicatorIn, arg_name="said")
@blueprint.output(IndexSetOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def put_indicator(set_id: int, code: str, said: dict[str, Any]) -> dict[str, Any]:
    """Make the indicator of a code in a draft, or change it; its formula is checked."""
    numbers = {key: str(said[key]) for key in ("full", "maximum", "weight")}
    index.put_indicator(set_id, index.IndicatorInput(
        code=code, **said | numbers | {
            "inputs": [(one["key"], one["label"]) for one in said["inputs"]],
            "parameters": {key: str(value) for key, value in said["parameters"].items()},
        },
    ), by=doors.actor())
    return _set(set_id)


@blueprint.delete("/index-sets/<int:set_id>/indicators/<code>")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def drop_indicator(set_id: int, code: str) -> str:
    """Take an indicator out of a draft."""
    index.drop_indicator(set_id, code, by=doors.actor())
    return ""


@blueprint.get("/index-sets/<int:set_id>/values")
@blueprint.output(IndexValueRows)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_values(set_id: int) -> dict[str, Any]:
    """The values of a set that the caller may read: all, or those of the own units."""
    by = doors.actor()
    content = index.read_set(set_id, by=by)
    values = index.values_of(content, by=by)
    names = people.unit_names([one.unit_id for one in values if one.unit_id])
    return {"items": [_value(content, one, names) for one in values]}


@blueprint.put("/index-sets/<int:set_id>/indicators/<code>/value")
@blueprint.input(IndexValueIn, arg_name="said")
@blueprint.output(IndexValueOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def send_value(set_id: int, code: str, said: dict[str, Any]) -> dict[str, Any]:
    """Send the value of an indicator for a unit, or for the commune."""
    by = doors.actor()
    number = index.send_value(
        set_id, code, unit_of(said["unit"]) or WHOLE, {key: str(value) for key, value in said["said"].items()}, note=said["note"],
        link=said["link"], files=said["files"], by=by,
    )
    return _read(number)


@blueprint.post("/index-values/<int:value_id>/accept")
@blueprint.input(IndexSeenIn, arg_name="said")
@blueprint.output(IndexValueOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def accept(value_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Accept a value as it was seen; what cannot be reckoned is not accepted."""
    index.accept_value(value_id, seen=said["seen"], by=doors.actor())
    return _read(value_id)


@blueprint.post("/index-values/<int:value_id>/return")
@blueprint.input(IndexReturnIn, arg_name="said")
@blueprint.output(IndexValueOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def send_back(value_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Return a value, with a reason; who sent it is told."""
    index.return_value(value_id, said["reason"], seen=said["seen"], by=doors.actor())
    return _read(value_id)


@blueprint.post("/index-values/<int:value_id>/leave-out")
@blueprint.input(IndexReturnIn, arg_name="said")
@blueprint.output(IndexValueOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def leave_out(value_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Leave out what was returned and is not sent again once the set is closed, or what cannot be reckoned: it counts as nothing."""
    index.leave_out_value(value_id, said["reason"], seen=said["seen"], by=doors.actor())
    return _read(value_id)


@blueprint.get("/index-sets/<int:set_id>/results")
@blueprint.output(IndexResultsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_results(set_id: int) -> dict[str, Any]:
    """Scores and ranking of a set; for units once they are published."""
    by = doors.actor()
    results = index.results_of(index.read_set(set_id, by=by), by=by)
    return {"units": [_standing(one) for one in results.units], "commune": _standing(results.commune)}


@blueprint.get("/index-sets/<int:set_id>/results.xlsx")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=movement.SHEET_TYPE)
@blueprint.doc(security="bearer", responses=ERRORS)
def export_results(set_id: int) -> Any:
    """The results as a workbook; what each unit entered for who reads all of it only."""
    by = doors.actor()
    content = index.read_set(set_id, by=by)
    sheet = index.results_sheet(index.results_of(content, by=by), details=people.allowed(by, index.READ_WHOLE_INDEX))
    return doors.hand_file(sheet, movement.SHEET_TYPE, f"index-results-{content.row.year}.xlsx")


@blueprint.get("/index-trend")
@blueprint.input(IndexOfUnit, location="query", arg_name="of")
@blueprint.output(IndexTrendOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_trend(of: dict[str, Any]) -> dict[str, Any]:
    """How the commune, or a unit, went over the years."""
    years = index.trend(unit_of(of["unit"]) or WHOLE, by=doors.actor())
    return {"years": [{"year": one.row.year, "set": one.row.id, "standing": _standing(one.standing)} for one in years]}


def _row(row: IndexSet) -> dict[str, Any]:
    return {
        **{key: getattr(row, key) for key in ("id", "year", "name", "name_en", "basis", "state", "copied_from")},
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "published_at": row.published_at.isoformat() if row.published_at else None,
    }


def _set(set_id: int) -> dict[str, Any]:
    content = index.read_set(set_id, by=doors.actor())
    pillars = {one.id: one.code for one in content.pillars}
    return {
        **_row(content.row), "units": content.row.units, "pillars": content.pillars,
        "indicators": [
            {**{key: getattr(one, key) for key in IndexIndicatorOut().fields if key != "pillar"}, "pillar": pillars[one.pillar_id]}
            for one in content.indicators
        ],
    }


def _read(value_id: int) -> dict[str, Any]:
    content, _one, value = index.read_value(value_id, by=doors.actor())
    return _value(content, value, people.unit_names([value.unit_id] if value.unit_id else []))


def _value(content: Content, value: IndexValue, names: dict[int, str]) -> dict[str, Any]:
    one = next(each for each in content.indicators if each.id == value.indicator_id)
    found: Outcome = index.outcome_of(one, value.said)
    warned = found.over or found.beyond or (None, None)
    plain = ("id", "version", "said", "note", "link", "files", "state", "reason")
    return {
        **{key: getattr(value, key) for key in plain}, "code": one.code, "unit": value.unit_id or None,
        "unit_name": names.get(value.unit_id) or index.unit_words(value.unit_id)[0], "result": _text(found.result),
        "score": _text(found.score), "trouble": found.trouble[0] if found.trouble else None,
        "trouble_en": found.trouble[1] if found.trouble else None, "warning": warned[0], "warning_en": warned[1],
        "sent_at": value.sent_at.isoformat(),
    }


def _standing(one: Standing) -> dict[str, Any]:
    return {
        "unit": one.unit or None, "name": one.name[0], "place": one.place or None, "shared": one.shared, "total": _text(one.total),
        "pillars": {code: _text(share) for code, share in one.pillars.items()}, "accepted": one.accepted, "asked": one.asked,
        "over": one.over,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
