"""A process in words, what changed between two versions, and the figures of its steps, for programs."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, people
from service.api.schemas import ERRORS, moment
from service.errors import NotFound
from service.processes.deployments import definition_of
from service.studio import figures, procedures
from workflows import prose, prose_changes

blueprint = APIBlueprint("api_studio_words", __name__, tag="Definitions")


class InLanguage(Schema):
    """In which language, and which process of the bundle; without one all of them."""

    language = fields.String(load_default="vi", validate=validate.OneOf(("vi", "en")))
    process = fields.String(load_default="", validate=validate.Length(max=100))


class WordsOut(Schema):
    """Some words; `to` is the element or process that they lead to."""

    text = fields.String(required=True)
    to = fields.String(required=True)


class LineOut(Schema):
    """One line of a step; `element` is the gateway, flow or event that it is of, empty for the step itself."""

    kind = fields.String(required=True, metadata={"enum": ["fact", "lead", "way", "note", "edge"]})
    label = fields.String(required=True)
    text = fields.String(required=True)
    runs = fields.List(fields.Nested(WordsOut), required=True)
    element = fields.String(required=True)


class StepOut(Schema):
    """One numbered step."""

    element = fields.String(required=True)
    number = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    depth = fields.Integer(required=True)
    lines = fields.List(fields.Nested(LineOut), required=True)


class PartOut(Schema):
    """One process of the bundle."""

    process = fields.String(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    aim = fields.String(required=True)
    begins = fields.List(fields.Nested(LineOut), required=True)
    steps = fields.List(fields.Nested(StepOut), required=True)
    ends = fields.List(fields.Nested(LineOut), required=True)


class ProcedureOut(Schema):
    """A version as a procedure in words, as parts and as plain text."""

    title = fields.String(required=True)
    language = fields.String(required=True)
    text = fields.String(required=True)
    bases = fields.List(fields.String(), required=True)
    parts = fields.List(fields.Nested(PartOut), required=True)


@blueprint.get("/definitions/<int:definition_id>/procedure")
@blueprint.input(InLanguage, location="query", arg_name="query")
@blueprint.output(ProcedureOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_procedure(definition_id: int, query: dict[str, Any]) -> dict[str, Any]:
    """The procedure of a version in words: numbered steps, who, by when, with what, what follows."""
    people.require(doors.actor(), "deployment.read")
    whole = procedures.procedure_of(definition_id, query["language"])
    parts = [part for part in whole.parts if query["process"] in ("", part.process)]
    if not parts:
        raise NotFound("Gói này không có quy trình đó.", "The bundle has no such process.")
    told = prose.Procedure(whole.main, whole.title, whole.language, tuple(parts), whole.bases)
    return {
        "title": whole.title, "language": whole.language, "text": prose.text_of(told), "bases": list(whole.bases), "parts": parts
    }


class Since(InLanguage):
    """The version that it is held against; without one the version of the process before it."""

    since = fields.Integer(load_default=None, allow_none=True)


class PieceOut(Schema):
    """Some words, and whether they stand in both versions or in one."""

    mark = fields.String(required=True, metadata={"enum": ["same", "added", "removed"]})
    text = fields.String(required=True)


class LineChangeOut(Schema):
    """One line that differs."""

    mark = fields.String(required=True, metadata={"enum": ["added", "removed", "changed"]})
    element = fields.String(required=True)
    pieces = fields.List(fields.Nested(PieceOut), required=True)


class StepChangeOut(Schema):
    """What became of one step; its number before and after."""

    change = fields.String(required=True, metadata={"enum": ["added", "removed", "changed", "moved"]})
    process = fields.String(required=True)
    element = fields.String(required=True)
    title = fields.String(required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)
    lines = fields.List(fields.Nested(LineChangeOut), required=True)


class DetailOut(Schema):
    """One attribute of an element that differs."""

    name = fields.String(required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)


class ElementChangeOut(Schema):
    """What became of one element of a diagram; `moved` is said of its drawing."""

    change = fields.String(required=True, metadata={"enum": ["added", "removed", "changed", "moved"]})
    process = fields.String(required=True)
    element = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    moved = fields.Boolean(required=True)
    details = fields.List(fields.Nested(DetailOut), required=True)


class FileChangeOut(Schema):
    """A form, table or letter that differs, as lines that begin with a blank, - or +."""

    change = fields.String(required=True, metadata={"enum": ["added", "removed", "changed"]})
    name = fields.String(required=True)
    lines = fields.List(fields.String(), required=True)


class ChangesOut(Schema):
    """What differs between two versions: as plain text, step by step, element by element, file by file."""

    text = fields.String(required=True)
    steps = fields.List(fields.Nested(StepChangeOut), required=True)
    elements = fields.List(fields.Nested(ElementChangeOut), required=True)
    files = fields.List(fields.Nested(FileChangeOut), required=True)


@blueprint.get("/definitions/<int:definition_id>/changes")
@blueprint.input(Since, location="query", arg_name="query")
@blueprint.output(ChangesOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_changes(definition_id: int, query: dict[str, Any]) -> dict[str, Any]:
    """What changed from another version to this one."""
    people.require(doors.actor(), "deployment.read")
    since = procedures.version_before(definition_id) if query["since"] is None else query["since"]
    changes = procedures.text_changes(since, definition_id, query["language"])
    differ = procedures.differences_of(since, definition_id)
    process = query["process"]
    changes = [part for part in changes if process in ("", part.process)]
    return {
        "text": prose_changes.text_of(changes, query["language"]),
        "steps": [step for part in changes for step in part.steps],
        "elements": [one for one in differ.elements if process in ("", one.process)],
        "files": differ.files,
    }


class Over(Schema):
    """From which day to which, both counted (without them the last year), and of which versions."""

    first = fields.Date(data_key="from", load_default=None, allow_none=True)
    last = fields.Date(data_key="to", load_default=None, allow_none=True)
    all_versions = fields.Boolean(load_default=False)


class StepFiguresOut(Schema):
    """The figures of one step; lengths are days of work where `unit` is working, of 24 hours where it is clock."""

    element = fields.String(required=True)
    process = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    unit = fields.String(required=True, metadata={"enum": ["working", "clock"]})
    done = fields.Integer(required=True)
    median = fields.Float(required=True, allow_none=True)
    ninety = fields.Float(required=True, allow_none=True)
    total = fields.Float(required=True)
    weight = fields.Float(required=True)
    waiting = fields.Integer(required=True)
    waiting_since = moment(required=True, allow_none=True)
    with_due = fields.Integer(required=True)
    late = fields.Integer(required=True)
    late_rate = fields.Float(required=True, allow_none=True)
    target = fields.String(required=True)
    own_target = fields.Boolean(required=True)
    within = fields.Float(required=True, allow_none=True)
    missed = fields.Boolean(required=True)


class FiguresOut(Schema):
    """The figures of the steps over a period; the steps in which most of the time lies, the heaviest first."""

    first = fields.Date(required=True, data_key="from")
    last = fields.Date(required=True, data_key="to")
    versions = fields.List(fields.Integer(), required=True)
    steps = fields.List(fields.Nested(StepFiguresOut), required=True)
    bottlenecks = fields.List(fields.String(), required=True)


@blueprint.get("/definitions/<int:definition_id>/figures")
@blueprint.input(Over, location="query", arg_name="query")
@blueprint.output(FiguresOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_figures(definition_id: int, query: dict[str, Any]) -> dict[str, Any]:
    """How long the steps of a version take: counts, median, nine tenths, delays, share within the target."""
    people.require(doors.actor(), "deployment.figures")
    definition_of(definition_id)
    period = figures.period_of(query["first"], query["last"])
    found = figures.figures_of(definition_id, period, all_versions=query["all_versions"])
    return {
        "first": period.first, "last": period.last, "versions": list(found.deployments),
        "steps": [{**_plain(one), "late_rate": one.late_rate, "missed": one.missed} for one in found.steps],
        "bottlenecks": [one.element for one in found.bottlenecks],
    }


def _plain(one: figures.StepFigures) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__} | {
        "waiting_since": one.waiting_since.isoformat() if one.waiting_since else None
    }
