"""The working calendar of the office over the API: the days of a year, deciding about one, taking that back."""

from __future__ import annotations

from datetime import date
from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import clock, doors
from service.api.schemas import ERRORS
from service.calendar import working_calendar
from service.errors import NotFound
from service.processes import days_off

blueprint = APIBlueprint("api_days", __name__, tag="Working calendar")
YEARS = (2025, 4)
"""The first year that can be asked for, and how many after this one."""


class DayQuery(Schema):
    """Of which year; without it of this one."""

    year = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(YEARS[0], 2200))


class CalendarDayOut(Schema):
    """A day that is off, or a day at a weekend that is worked; `of` says by what."""

    day = fields.Date(required=True)
    working = fields.Boolean(required=True)
    name = fields.String(required=True)
    basis = fields.String(required=True)
    of = fields.String(required=True, validate=validate.OneOf(["office", "shipped", "law"]))


class OneCalendarDay(CalendarDayOut):
    """One of them."""


class CalendarDays(Schema):
    """The days of a year, in order; weekends are not named. Of a day that stands twice the office's counts."""

    year = fields.Integer(required=True)
    items = fields.List(fields.Nested(CalendarDayOut), required=True)


class CalendarDayIn(Schema):
    """What a day is by decision of the office, as what, and by which paper."""

    day = fields.Date(required=True)
    working = fields.Boolean(required=True)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    basis = fields.String(required=True, validate=validate.Length(1, 200))


class CalendarDayDropped(Schema):
    """Why the decision is taken back."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


@blueprint.get("/calendar-days")
@blueprint.input(DayQuery, location="query", arg_name="query")
@blueprint.output(CalendarDays)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_days(query: dict[str, Any]) -> dict[str, Any]:
    """What differs from an ordinary week in a year: by the office, as shipped, by law."""
    doors.actor()
    return _days(min(query["year"] or clock.today().year, clock.today().year + YEARS[1]))


@blueprint.post("/calendar-days")
@blueprint.input(CalendarDayIn, arg_name="said")
@blueprint.output(OneCalendarDay, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def enter_day(said: dict[str, Any]) -> dict[str, Any]:
    """Decide that a day is off or worked; open deadlines are reckoned anew."""
    days_off.enter_day(said["day"], working=said["working"], name=said["name"], basis=said["basis"], by=doors.actor())
    return {**said, "of": "office"}


@blueprint.post("/calendar-days/<day>/drop")
@blueprint.input(CalendarDayDropped, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def drop_day(day: str, said: dict[str, Any]) -> str:
    """Take back what the office decided about a day (written 2026-09-02); law and shipped list count again."""
    by = doors.actor()
    try:
        meant = date.fromisoformat(day)
    except ValueError:
        raise NotFound("Ngày này không có trong lịch.", "There is no such day.") from None
    days_off.drop_day(meant, reason=said["reason"], by=by)
    return ""


def _days(year: int) -> dict[str, Any]:
    entered = days_off.list_days(year)
    known = {row.day for row in entered}
    by_law = working_calendar().off_between(date(year - 1, 12, 31), date(year, 12, 31))
    rows = [
        *((row.day, row.working, row.name, row.basis, "office" if row.by_office else "shipped") for row in entered),
        *((one, False, name, "", "law") for one, name in by_law if one not in known),
    ]
    words = ("day", "working", "name", "basis", "of")
    return {"year": year, "items": [dict(zip(words, row, strict=True)) for row in sorted(rows)]}
