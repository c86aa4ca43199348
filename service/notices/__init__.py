"""Mail to people: letters in two languages, an outbox in the database, and the conversation with the server."""

from __future__ import annotations

from service.notices.desk import (
    STATES,
    Freeze,
    Line,
    Outbox,
    Shown,
    cancel,
    freeze,
    outbox,
    preview,
    release,
    resend,
    send_test,
    show_mail,
)
from service.notices.letters import Letter, Rendered, label, letters
from service.notices.sending import (
    Contact,
    contacts,
    is_frozen,
    leave,
    queue,
    reclaim,
    register_contacts,
    renew,
    send_due,
    wanted,
    way_out,
)

__all__ = [
    "STATES",
    "Contact",
    "Freeze",
    "Letter",
    "Line",
    "Outbox",
    "Rendered",
    "Shown",
    "cancel",
    "contacts",
    "freeze",
    "is_frozen",
    "label",
    "leave",
    "letters",
    "outbox",
    "preview",
    "queue",
    "reclaim",
    "register_contacts",
    "release",
    "renew",
    "resend",
    "send_due",
    "send_test",
    "show_mail",
    "wanted",
    "way_out",
]
