"""What is told of a year over the API: the statistics with the names behind each number, the proposals to change the plan; files too."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, FileSchema, Schema
from marshmallow import fields, validate

from service import doors, movement
from service.api.schemas import ERRORS, Paging, day
from service.awards import statistics
from service.awards.catalogue import award_forms
from service.awards.statistics import Named, Statistics
from service.movement import proposals as listing
from service.papers.proposals import proposals_paper

blueprint = APIBlueprint("api_statistics", __name__, tag="Matters")
_PDF, _WORD = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Said(Schema):
    """Something in both languages."""

    name = fields.String(required=True)
    name_en = fields.String(required=True)


class StatisticsColumn(Said):
    """What is counted of each form of award."""

    column = fields.String(required=True)


class StatisticsRow(Said):
    """A form of award of which the year has any, with its number in each column."""

    form = fields.String(required=True)
    level = fields.String(required=True, validate=validate.OneOf(["national", "province", "commune"]))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class StatisticsMovement(Schema):
    """A movement in force in the year."""

    name = fields.String(required=True)
    starts = day(required=True)
    ends = day(required=True)


class StatisticsUnknown(Said):
    """What the forms may ask for and the registers do not hold, and why."""

    why = fields.String(required=True)
    why_en = fields.String(required=True)


class StatisticsOut(Schema):
    """A year. `apart` counts names that the overview of the movement counts in another year; `revoked` and `past` count nowhere above."""

    year = fields.Integer(required=True)
    due = day(required=True, allow_none=True)
    warning = fields.Nested(Said, required=True)
    columns = fields.List(fields.Nested(StatisticsColumn), required=True)
    rows = fields.List(fields.Nested(StatisticsRow), required=True)
    total = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    apart = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    movements = fields.List(fields.Nested(StatisticsMovement), required=True)
    rounds = fields.List(fields.Integer(), required=True)
    revoked = fields.Integer(required=True)
    past = fields.Integer(required=True)
    unknown_ = fields.List(fields.Nested(StatisticsUnknown), required=True, data_key="unknown")


class StatisticsNamesQuery(Paging):
    """Which number: a form of award, a column; everything without."""

    form = fields.String(load_default="", validate=validate.OneOf(["", *award_forms()]))
    column = fields.String(load_default="all", validate=validate.OneOf([*statistics.columns(), *statistics.APART]))


class StatisticsName(Schema):
    """A name behind a number; `overview_year` is the year in which the overview of the movement counts it."""

    nomination = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)
    unit_name = fields.String(required=True)
    form = fields.String(required=True)
    decision = fields.String(required=True)
    decided_on = day(required=True)
    columns = fields.List(fields.String(), required=True)
    overview_year = fields.Integer(required=True, allow_none=True)


class StatisticsNames(Schema):
    """A page of names; `total` is what the number says."""

    items = fields.List(fields.Nested(StatisticsName), required=True)
    page = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    total = fields.Integer(required=True)


class ProposalOut(Schema):
    """A proposal, how it was weighed and decided; never who sent it. What was not said yet is empty."""

    matter = fields.Integer(required=True)
    number = fields.String(required=True)
    received_on = day(required=True, allow_none=True)
    subject = fields.String(required=True)
    content = fields.String(required=True)
    weighed = fields.String(required=True)
    opinion = fields.String(required=True)
    decided = fields.String(required=True)
    note = fields.String(required=True)


class ProposalsOut(Schema):
    """The proposals of a year, in the order of the register."""

    items = fields.List(fields.Nested(ProposalOut), required=True)


@blueprint.get("/statistics/<int:year>")
@blueprint.output(StatisticsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_statistics(year: int) -> dict[str, Any]:
    """The numbers of a year, counted from the registers by the day of the decision."""
    found = statistics.statistics_of(year, by=doors.actor())
    due = statistics.due_on(year)
    return {
        "year": year, "due": due.isoformat() if due else None, "warning": _said(statistics.compare_first()),
        "columns": [{"column": word, **_said(label)} for word, label in statistics.columns().items()],
        "rows": [
            {"form": one.code, "level": level, "name": one.name, "name_en": one.name_en, "counts": _counts(found, one.code)}
            for level in statistics.sections() for one in found.forms(level)
        ],
        "total": _counts(found),
        "apart": {word: len(found.of(column=word)) for word in statistics.APART},
        "movements": [{"name": name, "starts": starts.isoformat(), "ends": ends.isoformat()} for name, starts, ends in found.movements],
        "rounds": [number for number, _name in found.rounds], "revoked": found.revoked, "past": found.past,
        "unknown_": [{**_said(one.label), "why": one.why[0], "why_en": one.why[1]} for one in statistics.unknown()],
    }


@blueprint.get("/statistics/<int:year>/names")
@blueprint.input(StatisticsNamesQuery, location="query", arg_name="query")
@blueprint.output(StatisticsNames)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_names(year: int, query: dict[str, Any]) -> dict[str, Any]:
    """The names that a number counts, by decision."""
    page, size = query["page"], query["size"]
    found = statistics.statistics_of(year, by=doors.actor()).of(query["form"], query["column"])
    shown = found[(page - 1) * size:page * size]
    return {"items": [_name(one) for one in shown], "page": page, "more": page * size < len(found), "total": len(found)}


@blueprint.get("/statistics/<int:year>.xlsx")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=movement.SHEET_TYPE)
@blueprint.doc(security="bearer", responses=ERRORS)
def export(year: int) -> Any:
    """The same as an Excel workbook with a sheet of all names; in English where that is the first language accepted."""
    content = statistics.sheet_of(statistics.statistics_of(year, by=doors.actor()), language=doors.language())
    return doors.hand_file(content, movement.SHEET_TYPE, f"statistics-{year}.xlsx")


@blueprint.get("/proposals/<int:year>")
@blueprint.output(ProposalsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_proposals(year: int) -> dict[str, Any]:
    """The proposals to change the plan that were entered in a year, for who reads the whole register of petitions."""
    return {"items": [
        {
            "matter": one.entry.id, "number": one.entry.number, "received_on": one.received_on.isoformat() if one.received_on else None,
            "subject": one.subject, "content": one.content, "weighed": one.weighed, "opinion": one.opinion, "decided": one.decided,
            "note": one.note,
        }
        for one in listing.proposals(year, by=doors.actor(), language=doors.language())
    ]}


@blueprint.get("/proposals/<int:year>.xlsx")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=movement.SHEET_TYPE)
@blueprint.doc(security="bearer", responses=ERRORS)
def export_proposals(year: int) -> Any:
    """The same as an Excel workbook; in English where that is the first language accepted."""
    language = doors.language()
    found = listing.proposals(year, by=doors.actor(), language=language)
    return doors.hand_file(listing.proposals_sheet(found, year, language=language), movement.SHEET_TYPE, f"proposals-{year}.xlsx")


@blueprint.get("/proposals/<int:year>.pdf")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=_PDF)
@blueprint.doc(security="bearer", responses=ERRORS)
def print_proposals(year: int) -> Any:
    """The same as a paper for the committee."""
    return doors.hand_file(proposals_paper(year, "pdf", by=doors.actor()), _PDF, f"proposals-{year}.pdf")


@blueprint.get("/proposals/<int:year>.docx")
@blueprint.output(FileSchema(type="string", format="binary"), content_type=_WORD)
@blueprint.doc(security="bearer", responses=ERRORS)
def write_proposals(year: int) -> Any:
    """The same paper to go on writing in."""
    return doors.hand_file(proposals_paper(year, "docx", by=doors.actor()), _WORD, f"proposals-{year}.docx")


def _said(both: tuple[str, str]) -> dict[str, str]:
    return {"name": both[0], "name_en": both[1]}


def _counts(found: Statistics, form: str = "") -> dict[str, int]:
    return {column: len(found.of(form, column)) for column in statistics.columns()}


def _name(one: Named) -> dict[str, Any]:
    return {
        "nomination": one.nomination, "name": one.name, "unit_name": one.unit, "form": one.form, "decision": one.decision,
        "decided_on": one.decided_on.isoformat(), "columns": sorted(one.counts & set(statistics.columns())), "overview_year": one.overview,
    }
