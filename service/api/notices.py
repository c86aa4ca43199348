"""A person's own notices over the API: reading them, marking them as read, and how each kind is heard of."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, notices, people
from service.actor import Actor
from service.api.schemas import ERRORS, WHOLE, moment, whole
from service.errors import Invalid

blueprint = APIBlueprint("api_notices", __name__, tag="Notices")


class NoticeQuery(Schema):
    """Which of the own notices."""

    unread = fields.Boolean(load_default=False)
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class NoticeOut(Schema):
    """One thing that the person was told; `open` tells whether it still concerns somebody, `link` is a page of the service."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    case = fields.String(required=True)
    subject = fields.String(required=True)
    link = fields.String(required=True, allow_none=True)
    told_at = moment(required=True)
    read_at = moment(required=True, allow_none=True)
    open = fields.Boolean(required=True)


class NoticesOut(Schema):
    """Notices, the newest first; `unread` is counted up to 100."""

    items = fields.List(fields.Nested(NoticeOut), required=True)
    total = fields.Integer(required=True)
    unread = fields.Integer(required=True)


class ReadIn(Schema):
    """Which are read: those named, or all up to one that was seen."""

    ids = fields.List(fields.Integer(strict=True, validate=WHOLE), load_default=None, allow_none=True, validate=validate.Length(1, 1000))
    up_to = whole(load_default=None, allow_none=True)


class ReadOut(Schema):
    """How many of them were unread."""

    read = fields.Integer(required=True)


class ChoiceOut(Schema):
    """A kind of notice and how the person hears of it; a compulsory one always comes at once."""

    kind = fields.String(required=True)
    label = fields.String(required=True)
    compulsory = fields.Boolean(required=True)
    way = fields.String(required=True, validate=validate.OneOf(list(notices.WAYS)))


class ChoicesOut(Schema):
    """Every kind, and the language of the own mail: vi or en."""

    language = fields.String(required=True)
    items = fields.List(fields.Nested(ChoiceOut), required=True)


class ChoicesIn(Schema):
    """Kinds and the ways chosen for them, the language of the own mail; what is not named stays as it is."""

    language = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["vi", "en"]))

    ways = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 24)), values=fields.String(validate=validate.OneOf(list(notices.WAYS))),
        load_default=dict, validate=validate.Length(max=100),
    )


@blueprint.get("/notices")
@blueprint.input(NoticeQuery, location="query", arg_name="asked")
@blueprint.output(NoticesOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_notices(asked: dict[str, Any]) -> dict[str, Any]:
    """The own notices."""
    found = notices.own_notices(
        by=doors.actor(), language=doors.language(), unread=asked["unread"], page=asked["page"], size=asked["size"]
    )
    return {
        "items": [
            {"id": one.id, "kind": one.letter, "case": one.case, "subject": one.subject, "link": one.link,
             "told_at": one.told_at.isoformat(), "read_at": one.read_at.isoformat() if one.read_at else None, "open": one.open}
            for one in found.items
        ],
        "total": found.total,
        "unread": found.unread,
    }


@blueprint.post("/notices/read")
@blueprint.input(ReadIn, arg_name="said")
@blueprint.output(ReadOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_notices(said: dict[str, Any]) -> dict[str, Any]:
    """Mark own notices as read."""
    by = doors.actor()
    if (said["ids"] is None) == (said["up_to"] is None):
        raise Invalid.at("ids", "Ghi ids hoặc up_to, một trong hai.", "Give either ids or up_to.")
    return {"read": notices.read_notices(by=by, ids=said["ids"], up_to=said["up_to"])}


@blueprint.get("/notices/choices")
@blueprint.output(ChoicesOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_choices() -> dict[str, Any]:
    """How one hears of each kind."""
    return _choices()


@blueprint.put("/notices/choices")
@blueprint.input(ChoicesIn, arg_name="said")
@blueprint.output(ChoicesOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def choose(said: dict[str, Any]) -> dict[str, Any]:
    """Choose how one hears of some kinds, and in which language."""
    by = doors.actor()
    notices.choose(said["ways"], by=by)
    if said["language"] is not None and said["language"] != _language(by):
        people.set_locale(said["language"], by=by)
    return _choices()


def _choices() -> dict[str, Any]:
    by, en = doors.actor(), doors.language() == "en"
    return {
        "language": _language(by),
        "items": [
            {"kind": one.letter, "label": one.label_en if en else one.label, "compulsory": one.compulsory, "way": one.way}
            for one in notices.read_choices(by=by)
        ],
    }


def _language(by: Actor) -> str:
    return people.accounts_of([by.account or 0])[by.account or 0].locale
