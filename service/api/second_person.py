"""What needs a second person over the API: ask, list, confirm, refuse."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, keepers, people
from service.api.schemas import ERRORS, moment, open_object, whole
from service.errors import NotFound
from service.people import second_person
from service.people.models import SecondPersonRequest as Request
from service.people.safeguards import chosen

blueprint = APIBlueprint("api_second_person", __name__, tag="Second person")


class SecondPersonRow(Schema):
    """A request: what would be done, who asked and why, and how it stands: asked, confirmed, refused, withdrawn or lapsed."""

    id = fields.Integer(required=True)
    act = fields.String(required=True)
    given = open_object("What the act is to be done with.", required=True)
    what = fields.String(required=True)
    what_en = fields.String(required=True)
    reason = fields.String(required=True)
    asked_by = fields.String(required=True)
    asked_at = moment(required=True)
    until = moment(required=True)
    state = fields.String(required=True)
    settled_by = fields.String(required=True, allow_none=True)
    refusal = fields.String(required=True)
    may_confirm = fields.Boolean(required=True, metadata={"description": "Whether the caller may be the second person."})


class SecondPersonOut(SecondPersonRow):
    """One of them."""


class SecondPersons(Schema):
    """Requests, the newest first."""

    items = fields.List(fields.Nested(SecondPersonRow), required=True)


class SecondPersonIn(Schema):
    """A chosen act: `group.grant` with `account`, `group`, and `since`, `until`, `basis` if wanted; `identity.link` with `account`
    and `subject`; `factor.reset` with `account`; `keeper.change` with `keeper` to end, or `name`, `address`, `outside` to
    ask; `mail.release` with nothing.

    `until` is the first day on which the role no longer holds.
    """

    act = fields.String(required=True, validate=validate.OneOf(list(chosen())))
    account = whole(load_default=None, allow_none=True)
    group = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    subject = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 255))
    since = fields.Date(load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)
    keeper = whole(load_default=None, allow_none=True)
    name = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=120))
    address = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=254))
    outside = fields.Boolean(load_default=False)
    basis = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=300))
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class SecondPersonRefusalIn(Schema):
    """Why not."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


@blueprint.get("/second-person")
@blueprint.output(SecondPersons)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_requests() -> dict[str, Any]:
    """What waits for a second person, and what was settled."""
    by = doors.actor()
    people.require(by, second_person.READ)
    return {"items": [_view(row) for row in second_person.list_requests(by=by)]}


@blueprint.post("/second-person")
@blueprint.input(SecondPersonIn, arg_name="said")
@blueprint.output(SecondPersonOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def ask(said: dict[str, Any]) -> dict[str, Any]:
    """Ask that an act be done which nobody does alone."""
    by = doors.actor()
    given: dict[str, Any] = {}
    if said["act"] == "group.grant":
        given = people.grant_given(said["account"] or 0, said["group"] or "", said["since"], said["until"], said["basis"])
    if said["act"] == "factor.reset":
        given = people.factor_reset.reset_given(said["account"] or 0, said["reason"])
    if said["act"] == "keeper.change":
        ending = said["keeper"] is not None
        given = keepers.ended_given(said["keeper"], said["reason"]) if ending else keepers.asked_given(
            said["name"] or "", said["address"] or "", said["outside"],
        )
    if said["act"] == "identity.link":
        at = people.oidc.provider()
        if at is None:
            raise NotFound("Ở đây không đăng nhập ở nơi khác.", "There is no other house to sign in at.", code="no-provider")
        given = people.link_given(said["account"] or 0, said["subject"] or "", said["reason"], at)
    number = second_person.ask(said["act"], given, by=by, reason=said["reason"])
    return _view(second_person.read_request(number, by=by))


@blueprint.post("/second-person/<int:request_id>/confirm")
@blueprint.output(SecondPersonOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def confirm(request_id: int) -> dict[str, Any]:
    """Confirm as the second person; the act is done at once."""
    by = doors.actor()
    second_person.confirm(request_id, by=by)
    return _view(second_person.read_request(request_id, by=by))


@blueprint.post("/second-person/<int:request_id>/refuse")
@blueprint.input(SecondPersonRefusalIn, arg_name="said")
@blueprint.output(SecondPersonOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def refuse(request_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Refuse a request, or take back one's own."""
    by = doors.actor()
    second_person.refuse(request_id, by=by, reason=said["reason"])
    return _view(second_person.read_request(request_id, by=by))


def _view(row: Request) -> dict[str, Any]:
    vi, en = second_person.told(row)
    names = people.names({n for n in (row.asked_by, row.settled_by) if n is not None})
    lapsed = row.state == "asked" and not second_person.is_open(row)
    return {
        "id": row.id, "act": row.act, "given": dict(row.given), "what": vi, "what_en": en, "reason": row.reason,
        "asked_by": names.get(row.asked_by, ""), "asked_at": row.asked_at.isoformat(), "until": row.until.isoformat(),
        "state": "lapsed" if lapsed else row.state, "settled_by": names.get(row.settled_by) if row.settled_by else None,
        "refusal": row.refusal, "may_confirm": second_person.may_confirm(row, by=doors.actor()),
    }
