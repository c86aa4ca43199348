"""Signing in and out over the API, and who one is."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from flask import request
from marshmallow import fields, validate

from service import doors, people

blueprint = APIBlueprint("session", __name__, tag="Session")


class SignIn(Schema):
    """Name and password; `code` is the second factor."""

    username = fields.String(required=True, validate=validate.Length(1, 200))
    password = fields.String(required=True, validate=validate.Length(1, 1000))
    code = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20))


class Token(Schema):
    """A bearer token, told once."""

    token = fields.String()
    name = fields.String()
    groups = fields.List(fields.String())


class Me(Schema):
    """Who is signed in."""

    account = fields.Integer()
    username = fields.String()
    name = fields.String()
    groups = fields.List(fields.String())


@blueprint.post("/session")
@blueprint.input(SignIn, arg_name="said")
@blueprint.output(Token, status_code=201)
@blueprint.doc(responses=[401, 403, 422, 429])
def open_session(said: dict[str, Any]) -> dict[str, Any]:
    """Sign in and get a bearer token."""
    token, by = people.sign_in(
        said["username"],
        said["password"],
        door="api",
        code=said["code"],
        address=request.remote_addr or "",
        device=(request.user_agent.string or "")[:200],
    )
    return {"token": token, "name": by.name, "groups": sorted(by.groups)}


@blueprint.delete("/session")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=[401])
def close_session() -> str:
    """Sign out: the token ends."""
    doors.actor()
    people.sign_out(doors.token() or "")
    return ""


@blueprint.get("/me")
@blueprint.output(Me)
@blueprint.doc(security="bearer", responses=[401])
def me() -> dict[str, Any]:
    """The person of the token."""
    by = doors.actor()
    return {"account": by.account, "username": by.login, "name": by.name, "groups": sorted(by.groups)}
