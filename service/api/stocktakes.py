"""The figures of a stocktake of the movement, each with the period or round that it comes from."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields

from service import doors
from service.api.schemas import ERRORS, open_object
from service.awards.catalogue import API_KINDS, AS_LISTED
from service.movement import stocktaking

blueprint = APIBlueprint("api_stocktakes", __name__, tag="Matters")
_KINDS = {code: word for word, code in API_KINDS.items()}


class StocktakeFigures(Schema):
    """A stocktake: its years, who filed in each period, sums by figure and year, awards by round, form and subject group."""

    name = fields.String(required=True)
    phase = fields.String(required=True)
    years = fields.List(fields.Integer(), required=True)
    filing = fields.List(open_object("period, year, what, asked, filed, taken"), required=True)
    results = fields.List(open_object("period, year, half, content, what, total, units"), required=True)
    awards = fields.List(open_object("year, round, form, group, counts by kind"), required=True)


@blueprint.get("/stocktakes/<int:movement_id>/<stage>")
@blueprint.output(StocktakeFigures)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_stocktake(movement_id: int, stage: str) -> dict[str, Any]:
    """What the registers hold of the years of a stocktake; `stage` is SO_KET or TONG_KET."""
    stocktaking.must_read(doors.actor())
    stocktake = stocktaking.read_stocktake(movement_id, stage)
    return {
        "name": stocktake.name[0], "phase": stocktake.window.phase, "years": list(stocktake.window.years),
        "filing": [
            {"period": x.period, "year": x.year, "what": x.what[0], "asked": x.asked, "filed": x.filed, "taken": x.taken}
            for x in stocktaking.filing_rows(stocktake)
        ],
        "results": [
            {"period": x.period, "year": x.year, "half": x.half, "content": x.content[0],
             "what": x.what[0], "total": f"{x.total:f}", "units": x.units}
            for x in stocktaking.result_rows(stocktake)
        ],
        "awards": [
            {"year": x.year, "round": x.round, "form": x.form, "group": x.group,
             "counts": {_KINDS[kind]: n for kind, n in zip(AS_LISTED, x.counts, strict=True)}}
            for x in stocktaking.award_rows(stocktake)
        ],
    }
