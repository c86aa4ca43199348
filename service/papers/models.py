"""Tables of papers: every version that was drawn up, edited or signed, and batches of certificates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key


class Paper(Base):
    """One version of a paper in one format; never changed, never deleted. Its bytes are a file of the store."""

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("about", "kind", "version", "format"),
        Index("ix_paper_list", "list_id", "kind"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    list_id: Mapped[int | None] = mapped_column(ForeignKey("list.id"))
    """None for a paper of a matter."""
    about: Mapped[str] = mapped_column(String(40))
    """What it is a paper of: `list:3`, or `line:12` of it, or `matter:12`."""
    kind: Mapped[str] = mapped_column(String(30))
    version: Mapped[int]
    format: Mapped[str] = mapped_column(String(4))
    """pdf, docx."""
    source: Mapped[str] = mapped_column(String(8))
    """drafted, edited, signed (the scan), esigned (with a key), sealed (with the organisation's key too)."""
    sha256: Mapped[str] = mapped_column(String(64))
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    """What the database said when this version was made."""
    differences: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """Of an edited one: what in it was not what the database said, when it came."""
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]


class MatterTables(Base):
    """What the service gave to a paper of a matter when the paper was signed: the tables and counts that it shows from then on."""

    __tablename__ = "matter_tables"

    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    paper: Mapped[str] = mapped_column(String(30), primary_key=True)
    lists: Mapped[dict[str, list[dict[str, Any]]]] = mapped_column(Json)
    """Name of a list → its rows."""
    counts: Mapped[dict[str, str]] = mapped_column(Json)
    """The gaps of its period, in words."""
    kept_at: Mapped[datetime]


class OfflineDossier(Base):
    """One case as a file that is verified without the service: asked for, made by the worker, kept for some days."""

    __tablename__ = "offline_dossier"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="asked")
    """asked, made, failed, gone."""
    sight: Mapped[int]
    """How much of the trail who asked may see."""
    lists: Mapped[list[int]] = mapped_column(Json, default=list)
    """Lists whose papers who asked might read, when he asked."""
    asked_by: Mapped[int | None]
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    checkpoint: Mapped[int | None]
    """Number of the checkpoint that covers it."""
    size: Mapped[int] = mapped_column(default=0)


class PaperBatch(Base):
    """All certificates of a decision: drawn piece by piece by the worker and bound into one file, or signed with a key."""

    __tablename__ = "paper_batch"
    __table_args__ = (Index("ix_paper_batch_list", "list_id", "kind"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("list.id"))
    kind: Mapped[str] = mapped_column(String(30))
    act: Mapped[str] = mapped_column(String(8), default="draw")
    """draw; sign: by who signed the decision; seal: by the organisation."""
    state: Mapped[str] = mapped_column(String(8), default="drawing")
    """drawing, signing, done, failed."""
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of what the certificates in the bound file say."""
    moved_at: Mapped[datetime | None]
    """When a batch that is being signed last went on: what stands still for long has been stopped."""
