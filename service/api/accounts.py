"""Accounts of people over the API: listed, read, made, changed, given and losing roles, blocked, given a new one-time code.

Every writing call takes somebody who has signed in: none is made through a personal API token.
"""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, notices, people
from service.api.schemas import ERRORS, Paged, Paging, ReasonIn, day, moment
from service.errors import NotFound
from service.people import Person

blueprint = APIBlueprint("api_accounts", __name__, tag="Accounts")
LOCALES = validate.OneOf(["vi", "en"])


class AccountQuery(Paging):
    """Which accounts: by name or sign-in name without diacritics, by a role that is held today, by state."""

    q = fields.String(load_default="", validate=validate.Length(max=100))
    group = fields.String(load_default="", validate=validate.Length(max=60))
    active = fields.Boolean(load_default=None, allow_none=True)


class AccountRow(Schema):
    """An account: `has_password` is false until the person has set one, `must_change` says that the next step is a new one."""

    id = fields.Integer(required=True)
    username = fields.String(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    email = fields.String(required=True)
    phone = fields.String(required=True)
    language = fields.String(required=True, metadata={"description": "of the person's mail: vi or en"})
    active = fields.Boolean(required=True)
    has_password = fields.Boolean(required=True)
    must_change = fields.Boolean(required=True)
    signed_in_at = moment(required=True, allow_none=True)


class Accounts(Paged):
    """A page of accounts in the order of given names."""

    items = fields.List(fields.Nested(AccountRow), required=True)


class HeldGroup(Schema):
    """A role: held from its first day until before `until`; `holds` tells whether it counts today."""

    group = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    since = day(required=True)
    until = day(required=True, allow_none=True)
    holds = fields.Boolean(required=True)


class LinkedOut(Schema):
    """With whom of another house the account is linked."""

    issuer = fields.String(required=True)
    subject = fields.String(required=True)
    linked_at = moment(required=True)


class OneAccount(AccountRow):
    """One account with all its roles, past ones too, and how it is signed in to."""

    groups = fields.List(fields.Nested(HeldGroup), required=True)
    second_factor = fields.Boolean(required=True)
    linked = fields.Nested(LinkedOut, required=True, allow_none=True)
    mail_returned = fields.Boolean(required=True, metadata={"description": "Whether the address returns letters."})


class AccountIn(Schema):
    """A new account and its roles; one that carries acts of two people is asked for afterwards (`POST /second-person`)."""

    username = fields.String(required=True, validate=validate.Length(1, 40))
    name = fields.String(required=True, validate=validate.Length(1, 120))
    title = fields.String(load_default="", validate=validate.Length(max=200))
    email = fields.String(load_default="", validate=validate.Length(max=200))
    phone = fields.String(load_default="", validate=validate.Length(max=40))
    language = fields.String(load_default="vi", validate=LOCALES)
    groups = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list, validate=validate.Length(max=50))


class AccountMade(Schema):
    """The account's number, and the one-time code with which its holder sets a password within three days; told once."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)


class AccountCode(Schema):
    """A new one-time code, good for three days; told once."""

    code = fields.String(required=True)


class AccountChange(Schema):
    """What is said about a person; what is not sent stays as it is."""

    name = fields.String(validate=validate.Length(1, 120))
    title = fields.String(validate=validate.Length(max=200))
    email = fields.String(validate=validate.Length(max=200))
    phone = fields.String(validate=validate.Length(max=40))
    language = fields.String(validate=LOCALES)


class GrantIn(Schema):
    """A role, of a unit as `unit:7`; from today or `since` on, until before `until`; `basis` is the number and day of the paper."""

    group = fields.String(required=True, validate=validate.Length(1, 60))
    since = fields.Date(load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)
    basis = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=300))


class GroupRevokedIn(Schema):
    """Which role is taken, and why."""

    group = fields.String(required=True, validate=validate.Length(1, 60))
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class LinkIn(Schema):
    """Who it is at the other house, by the subject that it calls him, and why."""

    subject = fields.String(required=True, validate=validate.Length(1, 255))
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class EndedOfAccount(Schema):
    """How many were ended."""

    ended = fields.Integer(required=True)


@blueprint.get("/accounts")
@blueprint.input(AccountQuery, location="query", arg_name="query")
@blueprint.output(Accounts)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_accounts(query: dict[str, Any]) -> dict[str, Any]:
    """Accounts, blocked ones too."""
    page, size = query["page"], query["size"]
    rows, total = people.list_accounts(
        by=doors.actor(), text=query["q"], group=query["group"] or None, active=query["active"], page=page, size=size
    )
    return {"items": [_row(one) for one in rows], "page": page, "more": page * size < total, "total": total}


@blueprint.get("/accounts/<int:account_id>")
@blueprint.output(OneAccount)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_account(account_id: int) -> dict[str, Any]:
    """One account; its sessions are `GET /sessions?account=`, its tokens `GET /tokens?account=`."""
    people.require(doors.actor(), "account.read")
    return _one(account_id)


@blueprint.post("/accounts")
@blueprint.input(AccountIn, arg_name="said")
@blueprint.output(AccountMade, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def add_account(said: dict[str, Any]) -> dict[str, Any]:
    """Make an account; the answer tells the one-time code once."""
    number, code = people.create_account(
        said["username"], said["name"], by=doors.actor(), title=said["title"], email=said["email"], phone=said["phone"],
        locale=said["language"], groups=said["groups"],
    )
    return {"id": number, "code": code}


@blueprint.patch("/accounts/<int:account_id>")
@blueprint.input(AccountChange, arg_name="said")
@blueprint.output(OneAccount)
@blueprint.doc(security="bearer", responses=ERRORS)
def change_account(account_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Change what is said about a person."""
    people.edit_account(
        account_id, by=doors.actor(), locale=said.get("language"), **{k: said.get(k) for k in ("name", "title", "email", "phone")}
    )
    return _one(account_id)


@blueprint.post("/accounts/<int:account_id>/groups")
@blueprint.input(GrantIn, arg_name="said")
@blueprint.output(OneAccount)
@blueprint.doc(security="bearer", responses=ERRORS)
def grant_group(account_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Give a role; 409 `second-person-needed` for one that nobody gives alone: ask for it by `POST /second-person`."""
    people.grant(
        account_id, said["group"], by=doors.actor(), valid_from=said["since"], valid_to=said["until"], basis=said["basis"] or None
    )
    return _one(account_id)


@blueprint.post("/accounts/<int:account_id>/groups/revoke")
@blueprint.input(GroupRevokedIn, arg_name="said")
@blueprint.output(OneAccount)
@blueprint.doc(security="bearer", responses=ERRORS)
def revoke_group(account_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Take a role away, from today; the last administrator stays one."""
    people.revoke(account_id, said["group"], by=doors.actor(), reason=said["reason"])
    return _one(account_id)


@blueprint.post("/accounts/<int:account_id>/block")
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def block_account(account_id: int, said: dict[str, Any]) -> str:
    """Block an account; its sessions and tokens end at once."""
    people.disable_account(account_id, by=doors.actor(), reason=said["reason"])
    return ""


@blueprint.post("/accounts/<int:account_id>/unblock")
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def unblock_account(account_id: int, said: dict[str, Any]) -> str:
    """Let a blocked account be used again."""
    people.enable_account(account_id, by=doors.actor(), reason=said["reason"])
    return ""


@blueprint.post("/accounts/<int:account_id>/reset")
@blueprint.output(AccountCode)
@blueprint.doc(security="bearer", responses=ERRORS)
def reset_account(account_id: int) -> dict[str, Any]:
    """Take the password away and tell a new one-time code once; sessions and tokens end."""
    return {"code": people.reset_account(account_id, by=doors.actor())}


@blueprint.post("/accounts/<int:account_id>/second-factor/reset")
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def reset_factor(account_id: int, said: dict[str, Any]) -> str:
    """Take a lost second factor off somebody else's account."""
    people.factor_reset.reset(account_id, by=doors.actor(), reason=said["reason"])
    return ""


@blueprint.post("/accounts/<int:account_id>/sign-out")
@blueprint.output(EndedOfAccount)
@blueprint.doc(security="bearer", responses=ERRORS)
def sign_out(account_id: int) -> dict[str, Any]:
    """End every session of a person."""
    by = doors.actor()
    people.require(by, "account.edit")  # the verb asks it for another only; the own sessions have their own call
    _person(account_id)
    return {"ended": people.end_sessions(by=by, account=account_id)}


@blueprint.post("/accounts/<int:account_id>/tokens/revoke")
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output(EndedOfAccount)
@blueprint.doc(security="bearer", responses=ERRORS)
def revoke_tokens(account_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """End every personal API token of somebody."""
    by = doors.actor()
    people.require(by, "account.edit")
    _person(account_id)
    return {"ended": people.revoke_tokens(account_id, by=by, reason=said["reason"])}


@blueprint.post("/accounts/<int:account_id>/link")
@blueprint.input(LinkIn, arg_name="said")
@blueprint.output(OneAccount)
@blueprint.doc(security="bearer", responses=ERRORS)
def link_account(account_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Link an account with somebody of the other house; 409 `second-person-needed` for one that nobody links alone."""
    by = doors.actor()
    people.require(by, "account.edit")
    at = people.oidc.provider()
    if at is None:
        raise NotFound("Ở đây không đăng nhập ở nơi khác.", "There is no other house to sign in at.", code="no-provider")
    people.link_identity(account_id, said["subject"], by=by, at=at, reason=said["reason"])
    return _one(account_id)


@blueprint.post("/accounts/<int:account_id>/unlink")
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def unlink_account(account_id: int, said: dict[str, Any]) -> str:
    """Take the link with the other house away; the account's sessions end."""
    people.unlink_identity(account_id, by=doors.actor(), reason=said["reason"])
    return ""


def _person(account: int) -> Person:
    found = people.accounts_of([account]).get(account)
    if found is None:
        raise NotFound("Không có tài khoản này.", "There is no such account.", code="no-account")
    return found


def _row(one: Person) -> dict[str, Any]:
    return {
        "id": one.id, "username": one.login, "name": one.name, "title": one.title, "email": one.email, "phone": one.phone,
        "language": one.locale, "active": one.active, "has_password": one.has_password, "must_change": one.must_change,
        "signed_in_at": one.signed_in_at.isoformat() if one.signed_in_at else None,
    }


def _one(account: int) -> dict[str, Any]:
    row, linked = _person(account), people.identity_of(account)
    held = people.memberships_of([account], past=True)[account]
    vi, en = (people.group_labels({one.group for one in held}, language) for language in ("vi", "en"))
    return _row(row) | {
        "groups": [
            {
                "group": one.group, "label": vi[one.group], "label_en": en[one.group], "since": one.valid_from.isoformat(),
                "until": one.valid_to.isoformat() if one.valid_to else None, "holds": one.holds,
            }
            for one in held
        ],
        "second_factor": people.second_factor.is_on(account),
        "linked": {"issuer": linked.issuer, "subject": linked.subject, "linked_at": linked.linked_at.isoformat()} if linked else None,
        "mail_returned": notices.own_mark(account) is not None,
    }
