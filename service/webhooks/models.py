"""Tables of addresses to which the service tells of events, of how deliveries to each go, and of the deliveries. Holds no rule."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key


class Webhook(Base):
    """An address to which the service tells of some kinds of events; the secret is encrypted with a key outside the database."""

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(Json)
    """Words of `events.toml`."""
    state: Mapped[str] = mapped_column(String(6))
    """on, off, paused: by itself, after too many failures."""
    why: Mapped[str] = mapped_column(String(20), default="")
    """Why it is not on: `person`, `gone` (the receiver answered 410), `failures`."""
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    former: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The secret before this one, by which is signed too until `former_until`."""
    former_until: Mapped[datetime | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]


class WebhookStanding(Base):
    """How deliveries to an address go: failures in a row, and until when it is left alone."""

    __tablename__ = "webhook_standing"

    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    failed_since: Mapped[datetime | None]
    """When the first of them was; none since the last success."""
    rest_until: Mapped[datetime | None]
    last_ok: Mapped[datetime | None]


class WebhookDelivery(Base):
    """One event for one address, written in the transaction of its cause; `body` goes as it stands, however often."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "key"),
        Index("ix_webhook_delivery_webhook", "webhook_id", "id"),
        Index("ix_webhook_delivery_queued", "webhook_id", sqlite_where=text("state = 'queued'"), postgresql_where=text("state = 'queued'")),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    message: Mapped[str] = mapped_column(String(40), unique=True)
    """Goes as `webhook-id`, the same at each try; random, so that a restored database never gives one away again."""
    key: Mapped[str | None] = mapped_column(String(60))
    """Names an event that may be told of twice."""
    event: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(9))
    """queued, delivered, given_up, cancelled."""
    turn: Mapped[int] = mapped_column(default=0)
    """Number of the job that may try it; one with another number is out of date."""
    tries: Mapped[int] = mapped_column(default=0)
    status: Mapped[int | None]
    """Code of the last answer."""
    answer: Mapped[str | None] = mapped_column(Text)
    """First bytes of it."""
    fault: Mapped[str | None] = mapped_column(String(20))
    """Why the last try failed, a word of `sending.FAULTS`."""
    detail: Mapped[str | None] = mapped_column(Text)
    queued_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    give_up_at: Mapped[datetime | None]
    """Set at the first try."""
    settled_at: Mapped[datetime | None]
