"""The whole trail over the API: the same filters and pages as on the page of the trail, and what they find as a file."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.schemas import FileSchema
from flask import Response
from marshmallow import ValidationError, fields, validate

from service import doors, people, trail
from service.api.schemas import ERRORS, moment
from service.awards import entries
from service.errors import Forbidden
from service.papers.trail_export import MOST, cite, export_trail
from service.trail import export
from service.trail.labels import DOORS

blueprint = APIBlueprint("events", __name__, tag="Trail")


def _kinds(said: str) -> None:
    if not all(entries.is_kind(word) for word in said.split(",")):
        raise ValidationError("Unknown kind.")


def _person_or_body(said: str) -> None:
    if said.isdecimal() and not (said.isascii() and len(said) < 16):
        raise ValidationError("Not an account number.")


class Filters(Schema):
    """What narrows the trail; each narrows what the others leave. What is left out does not narrow."""

    who = fields.String(
        validate=validate.Regexp(r"^([0-9]{1,15}|[a-z-]{1,20})$"), metadata={"description": "Account number, or timer, worker, cli"}
    )
    also = fields.Boolean(metadata={"description": "And what others did on behalf of `who`"})
    behalf = fields.String(
        validate=[validate.Length(1, 200), _person_or_body], metadata={"description": "Account number, or name of a body"}
    )
    nomination = fields.Integer(validate=validate.Range(1, 2**53))
    part = fields.String(validate=validate.OneOf(list(trail.part_words("vi"))))
    kind = fields.String(
        validate=[validate.Length(1, 2_000), _kinds],
        metadata={"description": "Kinds with commas between; `decision:*` for all of an object"},
    )
    door = fields.String(validate=validate.OneOf(list(DOORS)))
    since = fields.Date(metadata={"description": "First day"})
    until = fields.Date(metadata={"description": "Last day, included"})
    stream = fields.String(validate=validate.Length(1, 64), metadata={"description": "Such as `instance:12`, `account:5`, `system`"})
    text = fields.String(validate=validate.Length(1, 100))


class EntriesQuery(Filters):
    """Which entries, and which piece of them; `past` is what the piece before gave."""

    past = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    oldest_first = fields.Boolean(load_default=False)


class ExportQuery(Filters):
    """Which entries, and as what."""

    format = fields.String(load_default="csv", validate=validate.OneOf(list(MOST)))


class EntryChange(Schema):
    """A field in words, with what was before and after."""

    label = fields.String(required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)


class TrailEntry(Schema):
    """An entry, in words and codes; private values that the reader may not see are null.

    SHA-256 of a zero byte, the 32 bytes of `prev` and the UTF-8 bytes of `body` is `hash`; bytes that are no text stand in
    base64 in `body_base64` instead. `actor` is `withheld` where the reader may not know who began a matter; then there is no body.
    """

    gseq = fields.Integer(required=True)
    stream = fields.String(required=True)
    sseq = fields.Integer(required=True)
    at = moment(required=True)
    actor = fields.String(required=True)
    actor_name = fields.String(required=True)
    behalf = fields.String(required=True, allow_none=True)
    behalf_name = fields.String(required=True, allow_none=True)
    door = fields.String(required=True)
    token = fields.Integer(required=True, allow_none=True, metadata={"description": "the personal API token it came through"})
    kind = fields.String(required=True)
    kind_name = fields.String(required=True)
    sentence = fields.String(required=True)
    basis = fields.String(required=True, allow_none=True)
    deployment = fields.Integer(required=True, allow_none=True)
    before = fields.Dict(required=True)
    after = fields.Dict(required=True)
    changes = fields.List(fields.Nested(EntryChange), required=True)
    reason = fields.String(required=True, allow_none=True)
    private = fields.Dict(required=True)
    erased = fields.List(
        fields.String(), required=True, metadata={"description": "Private values that were erased on request; nobody sees them any more"}
    )
    prev = fields.String(required=True)
    hash = fields.String(required=True)
    body = fields.String()
    body_base64 = fields.String()


class TrailEntries(Schema):
    """A piece of the trail; `past` is where the next piece begins. `partial`: a search for words stopped there to go on later."""

    items = fields.List(fields.Nested(TrailEntry), required=True)
    past = fields.Integer(required=True, allow_none=True)
    cut = fields.Boolean(required=True, attribute="partial", data_key="partial")


@blueprint.get("/events")
@blueprint.input(EntriesQuery, location="query", arg_name="query")
@blueprint.output(TrailEntries)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_entries(query: dict[str, Any]) -> dict[str, Any]:
    """The whole trail, the newest first, for who may read it: narrowed by person, nomination, kind, days, door, words."""
    by = doors.actor()
    people.require(by, "trail.read")
    if not trail.may_read(by):
        raise Forbidden("Nhật ký hệ thống dành cho thanh tra và quản trị.", "The trail is for inspectors and administrators.")
    locale = _locale()
    page = trail.read(
        **entries.narrowed(entries.read_asked(query), by=by, locale=locale),
        past=query["past"], limit=query["size"], oldest_first=query["oldest_first"],
    )
    return {
        "items": [export.record_of(event, locale, cite) for event in page.events], "past": page.past, "partial": page.partial,
    }


@blueprint.get("/events/export")
@blueprint.input(ExportQuery, location="query", arg_name="query")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="application/octet-stream")
@blueprint.doc(security="bearer", responses=ERRORS)
def export_entries(query: dict[str, Any]) -> Response:
    """What the filters find as a file, the oldest first: csv, xlsx, json, jsonl or pdf. That it was taken is an entry of its own."""
    file = export_trail(entries.read_asked(query), query["format"], by=doors.actor(), locale=_locale())
    answer = doors.hand_out(file)
    answer.mimetype = "application/octet-stream"
    return answer


def _locale() -> trail.Locale:
    return "en" if doors.language() == "en" else "vi"
