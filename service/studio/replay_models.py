"""Tables of replays: one row a run with the bundle that was tried, one line an instance."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key


class ReplayRun(Base):
    """All past instances of a process run again on one bundle, which is kept with the run: it never changes."""

    __tablename__ = "replay_run"
    __table_args__ = (Index("ix_replay_run_key", "key", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
    """Id of the main process."""
    draft_id: Mapped[int | None]
    """The draft it was asked from, where there was one."""
    title: Mapped[str] = mapped_column(String(200), default="")
    digest: Mapped[str] = mapped_column(String(64))
    """Of the bundle, as deployments reckon it."""
    bundle: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(String(9), default="running")
    """running, done, cancelled, failed."""
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    paths: Mapped[int] = mapped_column(default=0)
    """How many of them were really run: those that decide alike count once."""
    counts: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    """Instances by verdict."""
    error: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None]
    moved_at: Mapped[datetime]
    """When it last went on, by the machine's own clock."""
    ended_at: Mapped[datetime | None]


class ReplayLine(Base):
    """What a replay says of one instance."""

    __tablename__ = "replay_line"
    __table_args__ = (Index("ix_replay_line_word", "run_id", "word", "instance_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("replay_run.id"), primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    word: Mapped[str] = mapped_column(String(9))
    """same, other_way, loses, differs, stuck, cannot."""
    element: Mapped[str] = mapped_column(String(60), default="")
    why: Mapped[str] = mapped_column(String(20), default="")
    message: Mapped[str] = mapped_column(Text, default="")
    """Of an incident, in Vietnamese and English."""
    message_en: Mapped[str] = mapped_column(Text, default="")
    outcome_then: Mapped[str | None] = mapped_column(String(40))
    outcome_now: Mapped[str | None] = mapped_column(String(40))
