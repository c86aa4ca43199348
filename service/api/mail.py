"""Outgoing mail over the API: the outbox, one letter as its reader gets it, sending again, holding back, addresses that return mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint, Schema
from flask import Response
from marshmallow import fields, validate

from service import doors, notices, people
from service.api.schemas import ERRORS, WHOLE, Paging, moment
from service.notices import STATES, Freeze, Line, Outbox, Returning

blueprint = APIBlueprint("api_mail", __name__, tag="Mail")
_ACT = "mail.resend"


class MailRow(Schema):
    """A mail; `error` is what went wrong, `next_at` the moment at which one that waits is tried.

    It goes to an account, or to a keeper of checkpoints, who needs none: then `account` is null and `keeper` the keeper's number.
    """

    id = fields.Integer(required=True)
    account = fields.Integer(required=True, allow_none=True)
    keeper = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    letter = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    subject = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(STATES)))
    shown_only = fields.Boolean(required=True, metadata={"description": "Shown on the page of the outbox and sent nowhere (demo mode)"})
    attempts = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    queued_at = moment(required=True)
    next_at = moment(required=True)
    settled_at = moment(required=True, allow_none=True)
    can_resend = fields.Boolean(required=True)
    can_cancel = fields.Boolean(required=True)
    private = fields.Boolean(required=True, metadata={"description": "Its addressee is kept from you, with address and error"})


class MailShown(MailRow):
    """One mail as its reader gets it; `event` is the calendar entry that goes with it, empty where there is none."""

    message_id = fields.String(required=True)
    text = fields.String(required=True)
    html = fields.String(required=True)
    event = fields.String(required=True)


class MailFreezeOut(Schema):
    """Since when, by whom and why no mail goes out."""

    since = moment(required=True)
    by = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True)


class MailHeld(MailFreezeOut):
    """The same, of what was held back just now."""


class OutboxOut(Schema):
    """A page of the outbox, the newest first; `counts` by state under the other filters, `freeze` where mail is held back.

    `way`: smtp (by the mail server), page (shown only, in demo mode), none (no server is set: mail waits).
    """

    items = fields.List(fields.Nested(MailRow), required=True)
    total = fields.Integer(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    way = fields.String(required=True, validate=validate.OneOf(["smtp", "page", "none"]))
    freeze = fields.Nested(MailFreezeOut, required=True, allow_none=True)


class OutboxQuery(Paging):
    """What narrows the outbox, and which page."""

    state = fields.String(load_default=None, validate=validate.OneOf(list(STATES)))
    letter = fields.String(load_default=None, validate=validate.Length(1, 60))
    account = fields.Integer(load_default=None, validate=WHOLE)
    keeper = fields.Integer(
        load_default=None, validate=WHOLE, metadata={"description": "Only mail to this keeper of checkpoints, in place of `account`"}
    )


class MailFreezeIn(Schema):
    """Why mail is held back."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class ReturningOut(Schema):
    """An address of which reports came: how many letters failed and were late, what the last report said, who has the address now.

    `marked_since`: since when no mail goes there; null while it still does. `mail`: the last letter that came back.
    """

    address = fields.String(required=True)
    accounts = fields.List(fields.Integer(), required=True)
    keepers = fields.List(fields.Integer(), required=True, metadata={"description": "Keepers of checkpoints who have it, by their numbers"})
    failed = fields.Integer(required=True)
    late = fields.Integer(required=True)
    status = fields.String(required=True)
    said = fields.String(required=True)
    last = moment(required=True)
    mail = fields.Integer(required=True)
    marked_since = moment(required=True, allow_none=True)


class ReturningsOut(Schema):
    """Addresses that return letters, marked ones first."""

    items = fields.List(fields.Nested(ReturningOut), required=True)


class LiftIn(Schema):
    """Which address takes mail again, and why."""

    address = fields.String(required=True, validate=validate.Length(3, 254))
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class Lifted(Schema):
    """How many letters that were withheld go now."""

    going = fields.Integer(required=True)


@blueprint.get("/mail")
@blueprint.input(OutboxQuery, location="query", arg_name="asked")
@blueprint.output(OutboxOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_mail(asked: dict[str, Any]) -> dict[str, Any]:
    """The outbox: what was sent, waits or failed."""
    by = doors.actor()
    people.require(by, "mail.read")
    keeper = asked.pop("keeper")
    box = notices.outbox(by=by, **asked | ({"account": -keeper} if keeper else {}))
    return _box(box)


@blueprint.get("/mail/<int:mail_id>")
@blueprint.output(MailShown)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_mail(mail_id: int) -> dict[str, Any]:
    """One mail as its reader gets it."""
    people.require(doors.actor(), "mail.read")
    return _shown(mail_id)


@blueprint.post("/mail/<int:mail_id>/resend")
@blueprint.output(MailShown)
@blueprint.doc(security="bearer", responses=ERRORS)
def resend(mail_id: int) -> dict[str, Any]:
    """Send a mail again, with the same Message-ID."""
    by = doors.actor()
    people.require(by, _ACT)
    notices.resend(mail_id, by=by)
    return _shown(mail_id)


@blueprint.post("/mail/<int:mail_id>/cancel")
@blueprint.output(MailShown)
@blueprint.doc(security="bearer", responses=ERRORS)
def cancel(mail_id: int) -> dict[str, Any]:
    """Do not send a mail that waits, or take one that went wrong off the list."""
    by = doors.actor()
    people.require(by, _ACT)
    notices.cancel(mail_id, by=by)
    return _shown(mail_id)


@blueprint.post("/mail/freeze")
@blueprint.input(MailFreezeIn, arg_name="said")
@blueprint.output(MailHeld)
@blueprint.doc(security="bearer", responses=ERRORS)
def freeze(said: dict[str, Any]) -> dict[str, Any]:
    """Hold every mail back; mails go on being queued."""
    by = doors.actor()
    people.require(by, _ACT)
    notices.freeze(by=by, reason=said["reason"])
    return _freeze(notices.outbox(by=by, size=1).freeze) or {}


@blueprint.post("/mail/release")
@blueprint.output({}, status_code=204)
@blueprint.doc(
    security="bearer", responses=ERRORS,
    description="Where nobody does this alone it is refused with `second-person-needed`: ask by `POST /second-person`, act `mail.release`.",
)
def release() -> Response:
    """Let mail out again."""
    by = doors.actor()
    people.require(by, _ACT)
    notices.release(by=by)
    return Response(status=204)


@blueprint.post("/mail/test")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def send_test() -> Response:
    """Send a letter to oneself on the way that all letters go."""
    by = doors.actor()
    people.require(by, _ACT)
    notices.send_test(by=by)
    return Response(status=204)


@blueprint.get("/mail/returns")
@blueprint.output(ReturningsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_returns() -> dict[str, Any]:
    """Addresses that return letters."""
    by = doors.actor()
    people.require(by, "mail.read")
    return {"items": [_returning(one) for one in notices.returns(by=by)]}


@blueprint.post("/mail/returns/lift")
@blueprint.input(LiftIn, arg_name="said")
@blueprint.output(Lifted)
@blueprint.doc(security="bearer", responses=ERRORS)
def lift(said: dict[str, Any]) -> dict[str, Any]:
    """Let mail go again to an address that returned letters; what was withheld goes at once."""
    by = doors.actor()
    people.require(by, _ACT)
    return {"going": notices.lift_mark(said["address"], reason=said["reason"], by=by)}


def _box(box: Outbox) -> dict[str, Any]:
    return {
        "items": [_row(line) for line in box.lines], "total": box.total, "counts": dict(box.counts), "way": box.way,
        "freeze": _freeze(box.freeze),
    }


def _freeze(held: Freeze | None) -> dict[str, Any] | None:
    return {"since": held.since.isoformat(), "by": held.by, "reason": held.reason} if held else None


def _row(line: Line) -> dict[str, Any]:
    same = ("id", "name", "address", "letter", "label", "label_en", "subject", "state", "shown_only", "attempts", "error",
            "can_resend", "can_cancel", "private")
    return {name: getattr(line, name) for name in same} | {
        "account": line.account if line.account > 0 else None, "keeper": -line.account if line.account < 0 else None,
        "queued_at": line.queued_at.isoformat(), "next_at": line.next_at.isoformat(), "settled_at": _at(line.settled_at),
    }


def _shown(mail_id: int) -> dict[str, Any]:
    one = notices.show_mail(mail_id, by=doors.actor())
    return _row(one.line) | {
        "message_id": one.message_id, "subject": one.content.subject, "text": one.content.text, "html": one.content.html,
        "event": one.content.event,
    }


def _returning(one: Returning) -> dict[str, Any]:
    return {
        "address": one.address, "accounts": [account for account, _name in one.people],
        "keepers": [number for number, _name in one.keepers], "failed": one.failed, "late": one.late,
        "status": one.status, "said": one.said, "last": one.last.isoformat(), "mail": one.mail,
        "marked_since": _at(one.mark.since if one.mark else None),
    }


def _at(when: datetime | None) -> str | None:
    return when.isoformat() if when else None
