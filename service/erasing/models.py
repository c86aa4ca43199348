"""Table of requests to erase a person's data: who asked, on which basis, who confirmed, what was kept and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key


class Erasure(Base):
    """One request; what it erased stands in the trail, what it kept here, neither with a word about the person."""

    __tablename__ = "erasure"
    __table_args__ = (
        # Of one person's data one request waits at a time.
        Index("uq_erasure_asked", "recipient_id", unique=True, sqlite_where=text("state = 'asked'"),
              postgresql_where=text("state = 'asked'")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"), index=True)
    requester: Mapped[str] = mapped_column(String(200))
    """Who asked; stays as the proof that somebody entitled did."""
    relation: Mapped[str] = mapped_column(String(14))
    """self, family, representative."""
    received_on: Mapped[date]
    paper: Mapped[str] = mapped_column(String(60), default="")
    """Number of the letter with which it was asked, where there was one."""
    basis: Mapped[str] = mapped_column(String(40))
    """Key in the register of legal bases."""
    state: Mapped[str] = mapped_column(String(7), default="asked")
    """asked, done, dropped, lapsed."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None]
    refusal: Mapped[str] = mapped_column(Text, default="")
    """Why it was dropped."""
    counts: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    """How many of what were erased."""
    kept: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """What was kept: word of the reason, number of the nomination, until when."""
    files: Mapped[list[str]] = mapped_column(Json, default=list)
    """Hashes of files that are still to be removed from the disk."""
