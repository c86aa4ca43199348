"""Personal API tokens over the API: made, listed and revoked by who has signed in; never through a token."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from flask import request
from marshmallow import fields, validate

from service import doors, people
from service.api.schemas import ERRORS, moment
from service.people import PersonalToken

blueprint = APIBlueprint("tokens", __name__, tag="Session")


class NewToken(Schema):
    """What the token is for, what it may change (areas and acts of the matrix of rights; none: it reads), for how many days."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    scope = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list, validate=validate.Length(max=200))
    days = fields.Integer(load_default=None, allow_none=True)
    password = fields.String(load_default="", validate=validate.Length(max=1000))


class OneToken(Schema):
    """A token without its secret; `ended` is empty, or says how it ended: revoked, expired, credentials."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    hint = fields.String(required=True, metadata={"description": "its last four signs"})
    scope = fields.List(fields.String(), required=True)
    made = moment(required=True)
    until = moment(required=True)
    used_on = fields.Date(required=True, allow_none=True)
    ended = fields.String(required=True)


class MadeToken(Schema):
    """The token, told once."""

    id = fields.Integer(required=True)
    secret = fields.String(required=True, data_key="token")


class Tokens(Schema):
    """Tokens, the newest first, those that ended last."""

    items = fields.List(fields.Nested(OneToken), required=True)


class WhoseTokens(Schema):
    """Whose: an account's number, for who may change accounts; without it one's own."""

    account = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 10**15))


@blueprint.get("/tokens")
@blueprint.input(WhoseTokens, location="query", arg_name="query")
@blueprint.output(Tokens)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_tokens(query: dict[str, Any]) -> dict[str, Any]:
    """Personal API tokens: the own ones, or with the right to change accounts somebody's."""
    return {"items": [_row(one) for one in people.list_tokens(by=doors.actor(), account=query["account"])]}


@blueprint.post("/tokens")
@blueprint.input(NewToken, arg_name="said")
@blueprint.output(MadeToken, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def make_token(said: dict[str, Any]) -> dict[str, Any]:
    """Make a personal API token; the answer tells it once. Asks for the password where the account has one."""
    number, secret = people.make_token(
        said["name"], by=doors.actor(), scope=said["scope"], days=said["days"], password=said["password"],
        address=request.remote_addr or "",
    )
    return {"id": number, "secret": secret}


@blueprint.delete("/tokens/<int:token_id>")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def revoke_token(token_id: int) -> str:
    """End a token at once: an own one, or with the right to change accounts anybody's."""
    people.revoke_token(token_id, by=doors.actor())
    return ""


def _row(one: PersonalToken) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "hint": one.hint, "scope": list(one.scope), "made": one.made.isoformat(),
        "until": one.until.isoformat(), "used_on": one.used_on, "ended": one.ended,
    }
