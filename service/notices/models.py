"""Tables of what people are told: a notice for the bell and a mail a recipient, what each chose, the times in which nothing
goes out, the office's own words. Holds no rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key


class Mail(Base):
    """One letter to one person, written in the transaction of its cause."""

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("key", "account", "letter"),
        Index(
            "ix_mail_queued",
            "next_at",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_mail_sending",
            "lease_until",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index(
            "ix_mail_held",
            "next_at",
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        Index("ix_mail_digest", "digest"),
        Index("ix_mail_message_id", "message_id"),
        Index("ix_mail_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(160))
    """The event: with account and letter it names this mail once and for all."""
    account: Mapped[int] = mapped_column(Key)
    letter: Mapped[str] = mapped_column(String(24))
    context: Mapped[dict[str, Any]] = mapped_column(Json)
    words: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Which letter words it, where that is not as it comes with the service: one of a deployment, versions of the office, a try."""
    link: Mapped[str | None] = mapped_column(String(200))
    about: Mapped[int | None] = mapped_column(Key)
    """What the sender asks about before it goes: is it still wanted?"""
    message_id: Mapped[str] = mapped_column(String(160))
    state: Mapped[str] = mapped_column(String(9))
    """queued, sending, sent, unknown, failed, cancelled, obsolete; held for a digest, gathered into one; returned by another
    server, withheld from an address that returns letters."""
    digest: Mapped[int | None] = mapped_column(Key)
    """The mail in which it went, where it was gathered."""
    shown_only: Mapped[bool] = mapped_column(default=False)
    """Sent to the page only: demo mode without a server."""
    address: Mapped[str | None] = mapped_column(String(254))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    holder: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    """By the machine's own clock."""
    handed_at: Mapped[datetime | None]
    """Set just before the last byte: from here on the server may have taken the mail."""
    error: Mapped[str | None] = mapped_column(Text)
    queued_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Notice(Base):
    """What one person is told on the pages, written in the transaction of its cause."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("account", "key", "letter"),
        Index(
            "ix_notice_unread",
            "account",
            sqlite_where=text("read_at IS NULL AND ended_at IS NULL"),
            postgresql_where=text("read_at IS NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(160))
    account: Mapped[int] = mapped_column(Key)
    letter: Mapped[str] = mapped_column(String(24))
    context: Mapped[dict[str, Any]] = mapped_column(Json)
    words: Mapped[dict[str, Any] | None] = mapped_column(Json)
    link: Mapped[str | None] = mapped_column(String(200))
    about: Mapped[int | None] = mapped_column(Key)
    told_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Since when it is known that it concerns nobody any more; until a sweep notes it, the question is asked at each look."""


class MailReturn(Base):
    """What another server said of a mail: it was given up, or is late."""

    __tablename__ = "mail_return"
    __table_args__ = (Index("ix_mail_return_mail", "mail"), Index("ix_mail_return_address", "address"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    mail: Mapped[int] = mapped_column(Key)
    account: Mapped[int] = mapped_column(Key)
    address: Mapped[str] = mapped_column(String(254))
    """Where it went, in small letters."""
    final: Mapped[bool]
    """It was given up; else it is late."""
    status: Mapped[str] = mapped_column(String(12))
    """As RFC 3463 writes it."""
    said: Mapped[str] = mapped_column(Text)
    report: Mapped[str] = mapped_column(String(64))
    """Hash of the report, so that it counts once."""
    reported_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    """Since when it does not count any more: somebody let mail go to the address again."""


class NoticeChoice(Base):
    """How a person wants to hear of one kind, where that is not at once."""

    __tablename__ = "notice_choice"

    account: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    letter: Mapped[str] = mapped_column(String(24), primary_key=True)
    way: Mapped[str] = mapped_column(String(6))
    """daily, weekly or bell."""


class LetterWords(Base):
    """One version of a letter as the office words it; the newest is in force, rows are never changed."""

    __tablename__ = "letter_words"
    __table_args__ = (UniqueConstraint("letter", "number"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    letter: Mapped[str] = mapped_column(String(24))
    number: Mapped[int]
    words: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """By language the parts that the office words itself (subject, opening, facts, closing, button); none: from here on the words
    that come with the service."""
    saved_at: Mapped[datetime]
    saved_by: Mapped[int | None] = mapped_column(Key)
    reason: Mapped[str] = mapped_column(Text)


class MailFreeze(Base):
    """A time in which no mail goes out: after a restore, during a replay, or by order."""

    __tablename__ = "mail_freeze"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    released_at: Mapped[datetime | None]
    released_by: Mapped[int | None]


MAIL: Table = Mail.metadata.tables["mail"]
WORDS: Table = LetterWords.metadata.tables["letter_words"]
FREEZE: Table = MailFreeze.metadata.tables["mail_freeze"]
NOTICE: Table = Notice.metadata.tables["notice"]
RETURN: Table = MailReturn.metadata.tables["mail_return"]
CHOICE: Table = NoticeChoice.metadata.tables["notice_choice"]
