"""Tables of migrations: a batch of instances moved to another version, and what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key


class Migration(Base):
    """Instances of one version on their way to another one of the same process, by one person's act."""

    __tablename__ = "migration"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    mapping: Mapped[dict[str, str]] = mapped_column(Json)
    """Element of the version left → what it is in the one that is moved to."""
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default="running")
    """running, paused, stopped, ended."""
    undoing: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]
    undone_by: Mapped[int | None]
    """Who asked last that the instances go back."""
    undo_reason: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]


class MigrationLine(Base):
    """One instance of a migration."""

    __tablename__ = "migration_line"
    __table_args__ = (Index("ix_migration_line_instance", "instance_id"),)

    migration_id: Mapped[int] = mapped_column(ForeignKey("migration.id"), primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """waiting, moved, refused, undone, kept (could not be undone)."""
    reasons: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """Why not: element, code and the sentence in both languages."""
    version: Mapped[int | None]
    """The instance's version after the move: while it stands there, nothing has moved on."""
    before: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The state before the move, byte for byte; dropped once it was put back, or the instance has moved on."""
    rows: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """What the move changed in rows of open stops and incidents, and the instance's names, as they were."""
    settled_at: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]
    """When it was moved, for who tells its course again."""
