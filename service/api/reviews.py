"""The figures of a review of the movement, each with the period or round that it comes from."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields

from service import doors
from service.api.schemas import ERRORS, open_object
from service.awards.catalogue import API_KINDS, AS_LISTED
from service.movement import reviewing

blueprint = APIBlueprint("api_reviews", __name__, tag="Matters")
_KINDS = {code: word for word, code in API_KINDS.items()}


class ReviewFigures(Schema):
    """A review: its years, who filed in each period, sums by figure and year, awards by round, form and subject group."""

    name = fields.String(required=True)
    phase = fields.String(required=True)
    years = fields.List(fields.Integer(), required=True)
    filing = fields.List(open_object("period, year, what, asked, filed, taken"), required=True)
    results = fields.List(open_object("period, year, half, content, what, total, units"), required=True)
    awards = fields.List(open_object("year, round, form, group, counts by kind"), required=True)


@blueprint.get("/reviews/<int:movement_id>/<stage>")
@blueprint.output(ReviewFigures)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_review(movement_id: int, stage: str) -> dict[str, Any]:
    """What the registers hold of the years of a review; `stage` is SO_KET or TONG_KET."""
    reviewing.must_read(doors.actor())
    review = reviewing.read_review(movement_id, stage)
    return {
        "name": review.name[0], "phase": review.window.phase, "years": list(review.window.years),
        "filing": [
            {"period": x.period, "year": x.year, "what": x.what[0], "asked": x.asked, "filed": x.filed, "taken": x.taken}
            for x in reviewing.filing_rows(review)
        ],
        "results": [
            {"period": x.period, "year": x.year, "half": x.half, "content": x.content[0],
             "what": x.what[0], "total": f"{x.total:f}", "units": x.units}
            for x in reviewing.result_rows(review)
        ],
        "awards": [
            {"year": x.year, "round": x.round, "form": x.form, "group": x.group,
             "counts": {_KINDS[kind]: n for kind, n in zip(AS_LISTED, x.counts, strict=True)}}
            for x in reviewing.award_rows(review)
        ],
    }
