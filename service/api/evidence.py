"""What the registers prove of a nominee over the years of a stocktake, and which lines of it a nomination stands on."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, movement
from service.api.schemas import ERRORS, day
from service.awards import evidence, window_results
from service.awards.nominations import read_nomination, reads_every

blueprint = APIBlueprint("api_evidence", __name__, tag="Awards")


class EvidenceIn(Schema):
    """The lines that a nomination stands on, and no others."""

    evidence = fields.List(fields.String(validate=validate.Length(1, 40)), required=True, validate=validate.Length(max=200))


class WindowResult(Schema):
    """A line of a register. `taken`: the nomination stands on it; `gone`: why it counts no more; `case`: where it stands."""

    source = fields.String(required=True)
    year = fields.Integer(required=True)
    what = fields.String(required=True)
    number = fields.String(required=True)
    day = day(required=True, allow_none=True)
    detail = fields.String(required=True)
    case = fields.String(required=True)
    gone = fields.String(required=True)
    taken = fields.Boolean(required=True)


class WindowResults(Schema):
    """The lines of the window, the latest year first."""

    items = fields.List(fields.Nested(WindowResult), required=True)


@blueprint.get("/nominations/<int:nomination_id>/evidence")
@blueprint.output(WindowResults)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_evidence(nomination_id: int) -> dict[str, Any]:
    """What the registers prove of the nominee over the years of an interim or final round; nothing in other rounds."""
    return _view(nomination_id)


@blueprint.put("/nominations/<int:nomination_id>/evidence")
@blueprint.input(EvidenceIn, arg_name="said")
@blueprint.output(WindowResults)
@blueprint.doc(security="bearer", responses=ERRORS)
def choose_evidence(nomination_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Let a nomination stand on these lines of the registers and no others, until the head of the unit signs."""
    evidence.choose_evidence(nomination_id, said["evidence"], by=doors.actor())
    return _view(nomination_id)


def _view(nomination_id: int) -> dict[str, Any]:
    by = doors.actor()
    n = read_nomination(nomination_id, by=by)
    office, taken = reads_every(by, n), set(n.evidence)
    return {
        "items": [
            {
                "source": line.source, "year": line.year, "what": line.what[0], "number": line.number,
                "day": line.day.isoformat() if line.day else None,
                "detail": ", ".join(part for part in (line.detail[0], line.inner[0] if office else "") if part),
                "case": line.case, "gone": line.gone[0], "taken": line.source in taken,
            }
            for line in window_results.results_of(n)
            if line.source in taken or not line.case or movement.may_open(line, by)
        ]
    }
