"""Webhooks over the API: the addresses that are told of events, and their deliveries."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, webhooks
from service.api.schemas import ERRORS, moment
from service.webhooks import FAULTS, STATES, Shown, WebhookDelivery

blueprint = APIBlueprint("api_webhooks", __name__, tag="Webhooks")
_SAID = dict[str, Any]
_EVENTS = tuple(webhooks.kinds())


class WebhookRow(Schema):
    """An address that is told of events; without the query of the address for who may not manage it."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(), required=True)
    state = fields.String(
        required=True, validate=validate.OneOf(["on", "off", "paused"]),
        metadata={"description": "`paused`: by itself, after too many failures; events are kept until it is turned on"},
    )
    why = fields.String(required=True, validate=validate.OneOf(["", "person", "gone", "failures"]))
    failures = fields.Integer(required=True, metadata={"description": "In a row, until now"})
    last_delivered_at = moment(required=True, allow_none=True)
    counts = fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True, metadata={"description": "Deliveries of the last 30 days by state"}
    )
    made_at = moment(required=True)


class WebhookOut(WebhookRow):
    """One of them."""


class WebhookMadeOut(WebhookRow):
    """The address with its secret, which is told only here."""

    secret = fields.String(required=True)


class WebhooksOut(Schema):
    """All addresses."""

    items = fields.List(fields.Nested(WebhookRow), required=True)


class WebhookIn(Schema):
    """Who receives it, where, and what."""

    name = fields.String(required=True, validate=validate.Length(1, 120))
    url = fields.String(required=True, validate=validate.Length(1, 500))
    events = fields.List(fields.String(validate=validate.OneOf(_EVENTS)), required=True, validate=validate.Length(1, len(_EVENTS)))


class WebhookOffIn(Schema):
    """Why nothing is sent any more."""

    reason = fields.String(required=True, validate=validate.Length(1, 2000))


class DeliveryOut(Schema):
    """One event for one address; `id` is the number here, `message` goes as `webhook-id`."""

    id = fields.Integer(required=True)
    message = fields.String(required=True)
    event = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(STATES)))
    tries = fields.Integer(required=True)
    status = fields.Integer(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True, metadata={"description": "First bytes of the last answer"})
    fault = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(FAULTS)))
    body = fields.String(required=True)
    queued_at = moment(required=True)
    next_at = moment(required=True, allow_none=True)
    settled_at = moment(required=True, allow_none=True)


class DeliveriesOut(Schema):
    """A page of deliveries, the newest first."""

    items = fields.List(fields.Nested(DeliveryOut), required=True)
    total = fields.Integer(required=True)


class DeliveriesQuery(Schema):
    """Which deliveries."""

    state = fields.String(validate=validate.OneOf(list(STATES)))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))


class TestedOut(Schema):
    """The number of the delivery with the test."""

    delivery = fields.Integer(required=True)


@blueprint.get("/webhooks")
@blueprint.output(WebhooksOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_webhooks() -> _SAID:
    """All addresses that are told of events."""
    return {"items": [_view(one) for one in webhooks.list_webhooks(by=doors.actor())]}


@blueprint.post("/webhooks")
@blueprint.input(WebhookIn, arg_name="said")
@blueprint.output(WebhookMadeOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def make(said: _SAID) -> _SAID:
    """Enter an address; the secret is told only here."""
    number, secret = webhooks.make_webhook(said["name"], said["url"], said["events"], by=doors.actor())
    return _one(number) | {"secret": secret}


@blueprint.get("/webhooks/<int:webhook_id>")
@blueprint.output(WebhookOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_webhook(webhook_id: int) -> _SAID:
    """One address."""
    return _one(webhook_id)


@blueprint.post("/webhooks/<int:webhook_id>/change")
@blueprint.input(WebhookIn, arg_name="said")
@blueprint.output(WebhookOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def change(webhook_id: int, said: _SAID) -> _SAID:
    """Change an address; what waits goes to the new one."""
    webhooks.change_webhook(webhook_id, said["name"], said["url"], said["events"], by=doors.actor())
    return _one(webhook_id)


@blueprint.post("/webhooks/<int:webhook_id>/on")
@blueprint.output(WebhookOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def turn_on(webhook_id: int) -> _SAID:
    """Let events go there again; what waited goes at once."""
    webhooks.turn_on(webhook_id, by=doors.actor())
    return _one(webhook_id)


@blueprint.post("/webhooks/<int:webhook_id>/off")
@blueprint.input(WebhookOffIn, arg_name="said")
@blueprint.output(WebhookOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def turn_off(webhook_id: int, said: _SAID) -> _SAID:
    """Send nothing there any more; what waits is cancelled."""
    webhooks.turn_off(webhook_id, by=doors.actor(), reason=said["reason"])
    return _one(webhook_id)


@blueprint.post("/webhooks/<int:webhook_id>/secret")
@blueprint.output(WebhookMadeOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def renew_secret(webhook_id: int) -> _SAID:
    """Another secret, told only here; for a day is signed by the former one too."""
    secret = webhooks.renew_secret(webhook_id, by=doors.actor())
    return _one(webhook_id) | {"secret": secret}


@blueprint.post("/webhooks/<int:webhook_id>/test")
@blueprint.output(TestedOut, status_code=202)
@blueprint.doc(security="bearer", responses=ERRORS)
def test(webhook_id: int) -> _SAID:
    """Queue a test call."""
    return {"delivery": webhooks.send_test(webhook_id, by=doors.actor())}


@blueprint.get("/webhooks/<int:webhook_id>/deliveries")
@blueprint.input(DeliveriesQuery, location="query", arg_name="asked")
@blueprint.output(DeliveriesOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_deliveries(webhook_id: int, asked: _SAID) -> _SAID:
    """Deliveries of the last 30 days, 50 a page."""
    found = webhooks.read_deliveries(webhook_id, by=doors.actor(), state=asked.get("state", ""), page=asked["page"])
    return {"items": [_delivery(row) for row in found.lines], "total": found.total}


@blueprint.post("/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/again")
@blueprint.output(WebhookOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def send_again(webhook_id: int, delivery_id: int) -> _SAID:
    """Send a delivery again, as it was and with the same id."""
    webhooks.send_again(webhook_id, delivery_id, by=doors.actor())
    return _one(webhook_id)


def _one(number: int) -> _SAID:
    return _view(webhooks.read_webhook(number, by=doors.actor()))


def _view(one: Shown) -> _SAID:
    hook, standing = one.hook, one.standing
    last = standing.last_ok if standing else None
    return {
        "id": hook.id, "name": hook.name, "url": one.url, "events": hook.events, "state": hook.state, "why": hook.why,
        "failures": standing.failures if standing else 0, "last_delivered_at": last.isoformat() if last else None,
        "counts": dict(one.counts), "made_at": hook.made_at.isoformat(),
    }


def _delivery(row: WebhookDelivery) -> _SAID:
    moments = {name: value.isoformat() if (value := getattr(row, name)) else None for name in ("queued_at", "next_at", "settled_at")}
    return {
        "id": row.id, "message": row.message, "event": row.event, "state": row.state, "tries": row.tries, "status": row.status,
        "answer": row.answer, "fault": row.fault, "body": row.body, **moments,
    }
