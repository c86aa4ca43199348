"""Addresses to which the service tells of events, signed, tried again, and only where they may lie."""

from __future__ import annotations

from service.webhooks.acts import (
    BOTH_SIGN,
    MANAGE,
    MOST,
    READ,
    STATES,
    Page,
    Shown,
    can_go_again,
    change_webhook,
    list_webhooks,
    make_webhook,
    read_deliveries,
    read_webhook,
    renew_secret,
    send_again,
    send_test,
    turn_off,
    turn_on,
)
from service.webhooks.events import TEST, kinds, listen, note_task
from service.webhooks.models import Webhook, WebhookDelivery
from service.webhooks.sending import FAULTS, tidy

__all__ = [
    "BOTH_SIGN",
    "FAULTS",
    "MANAGE",
    "MOST",
    "READ",
    "STATES",
    "TEST",
    "Page",
    "Shown",
    "Webhook",
    "WebhookDelivery",
    "can_go_again",
    "change_webhook",
    "kinds",
    "list_webhooks",
    "listen",
    "make_webhook",
    "note_task",
    "read_deliveries",
    "read_webhook",
    "renew_secret",
    "send_again",
    "send_test",
    "tidy",
    "turn_off",
    "turn_on",
]
