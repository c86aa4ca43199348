"""Signing in and out over the API, and who one is."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from flask import request
from marshmallow import fields, validate

from service import doors, people
from service.api.schemas import ERRORS, moment

blueprint = APIBlueprint("session", __name__, tag="Session")


class SignIn(Schema):
    """Name and password; `code` is the second factor."""

    username = fields.String(required=True, validate=validate.Length(1, 200))
    password = fields.String(required=True, validate=validate.Length(1, 1000))
    code = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20))


class OneTimeCode(Schema):
    """Name, the one-time code that was handed out, and the new password."""

    username = fields.String(required=True, validate=validate.Length(1, 200))
    code = fields.String(required=True, validate=validate.Length(1, 200))
    password = fields.String(required=True, validate=validate.Length(1, 1000))


class Token(Schema):
    """A bearer token, told once."""

    token = fields.String(required=True)
    name = fields.String(required=True)
    groups = fields.List(fields.String(), required=True)


class Me(Schema):
    """Who is signed in."""

    account = fields.Integer(required=True)
    username = fields.String(required=True)
    name = fields.String(required=True)
    groups = fields.List(fields.String(), required=True)
    units = fields.List(fields.Integer(), required=True)


@blueprint.post("/session")
@blueprint.input(SignIn, arg_name="said")
@blueprint.output(Token, status_code=201)
@blueprint.doc(responses=ERRORS)
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


@blueprint.post("/session/code")
@blueprint.input(OneTimeCode, arg_name="said")
@blueprint.output(Token, status_code=201)
@blueprint.doc(responses=ERRORS)
def redeem_code(said: dict[str, Any]) -> dict[str, Any]:
    """Set the password with a one-time code, sign in and get a bearer token.

    Where the account has a second factor the password is set and the answer is 401 `code-needed`: sign in with it.
    """
    token, by = people.redeem_code(
        said["username"], said["code"], said["password"], door="api", address=request.remote_addr or "",
        device=(request.user_agent.string or "")[:200],
    )
    return {"token": token, "name": by.name, "groups": sorted(by.groups)}


class PasswordChange(Schema):
    """The own password as it is and as it shall be."""

    old = fields.String(required=True, validate=validate.Length(1, 1000))
    new = fields.String(required=True, validate=validate.Length(1, 1000))


@blueprint.post("/session/password")
@blueprint.input(PasswordChange, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def change_password(said: dict[str, Any]) -> str:
    """Change the own password; every other session ends, personal API tokens too."""
    people.change_password(said["old"], said["new"], by=doors.actor(), keep=doors.token())
    return ""


@blueprint.delete("/session")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def close_session() -> str:
    """Sign out: the token ends."""
    doors.actor()
    people.sign_out(doors.token() or "")
    return ""


class OneSession(Schema):
    """A signed-in browser or program."""

    id = fields.Integer(required=True)
    door = fields.String(required=True, metadata={"description": "web or api"})
    address = fields.String(required=True)
    device = fields.String(required=True)
    began = moment(required=True)
    seen = moment(required=True)
    current = fields.Boolean(required=True)


class Sessions(Schema):
    """Sessions, the last used first."""

    items = fields.List(fields.Nested(OneSession), required=True)


class Ended(Schema):
    """How many sessions were ended."""

    ended = fields.Integer(required=True)


class WhoseSessions(Schema):
    """Whose: an account's number, for who may change accounts; without it one's own."""

    account = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 10**15))


@blueprint.get("/sessions")
@blueprint.input(WhoseSessions, location="query", arg_name="query")
@blueprint.output(Sessions)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_sessions(query: dict[str, Any]) -> dict[str, Any]:
    """Sessions: the own ones, or with the right to change accounts somebody's."""
    return {
        "items": [
            {"id": one.id, "door": one.door, "address": one.address, "device": one.device,
             "began": one.began.isoformat(), "seen": one.seen.isoformat(), "current": one.current}
            for one in people.list_sessions(by=doors.actor(), account=query["account"], token=doors.token())
        ]
    }


@blueprint.delete("/sessions")
@blueprint.output(Ended)
@blueprint.doc(security="bearer", responses=ERRORS)
def end_other_sessions() -> dict[str, Any]:
    """End every own session but this one."""
    return {"ended": people.end_sessions(by=doors.actor(), keep=doors.token())}


@blueprint.delete("/sessions/<int:session_id>")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def end_session(session_id: int) -> str:
    """End one session: an own one, or with the right to change accounts anybody's."""
    people.end_session(session_id, by=doors.actor())
    return ""


@blueprint.post("/accounts/<int:account_id>/force-change")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def force_change(account_id: int) -> str:
    """Make a person choose a new password at the next step; until then the account does nothing."""
    people.force_change(account_id, by=doors.actor())
    return ""


@blueprint.get("/me")
@blueprint.output(Me)
@blueprint.doc(security="bearer", responses=ERRORS)
def me() -> dict[str, Any]:
    """The person of the token."""
    by = doors.actor()
    return {
        "account": by.account,
        "username": by.login,
        "name": by.name,
        "groups": sorted(by.groups),
        "units": sorted(by.units),
    }
