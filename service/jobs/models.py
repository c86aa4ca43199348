"""Tables of background work: the jobs themselves and the signs of life of the workers. Holds no rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, String, Table, Text, event, text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key
from service.jobs import bell


class JobRow(Base):
    """One piece of work, written in the transaction that asks for it.

    A row goes when its work is done. A row with a key stays for a while, so that the same work is not asked for twice;
    so does one that a person tried again, so that the result stands beside the act.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "ix_job_queued",
            "run_at",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_job_running",
            "lease_until",
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index(
            "ix_job_settled",
            "state",
            "settled_at",
            sqlite_where=text("settled_at IS NOT NULL"),
            postgresql_where=text("settled_at IS NOT NULL"),
        ),
        Index(
            "uq_job_key",
            "key",
            unique=True,
            sqlite_where=text("key IS NOT NULL"),
            postgresql_where=text("key IS NOT NULL"),
        ),
        # SQLite would give the number of a deleted row away again, and handlers may keep it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    topic: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    key: Mapped[str | None] = mapped_column(String(120))
    instance: Mapped[int | None] = mapped_column(Key)
    state: Mapped[str] = mapped_column(String(8))
    """queued, running, dead, done."""
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    """By the machine's own clock, which a moved demo clock leaves alone."""
    cause: Mapped[str | None] = mapped_column(String(80))
    """Kind of the last failure, a stable word to group by."""
    error: Mapped[str | None] = mapped_column(Text)
    queued_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """When it was done or given up."""
    retried_at: Mapped[datetime | None]
    retried_by: Mapped[int | None]


class WorkerBeat(Base):
    """A running worker process and when it was last alive, by the machine's own clock."""

    __tablename__ = "worker_beat"

    holder: Mapped[str] = mapped_column(String(80), primary_key=True)
    host: Mapped[str] = mapped_column(String(80))
    pid: Mapped[int]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]


JOB: Table = JobRow.metadata.tables["job"]
BEAT: Table = WorkerBeat.metadata.tables["worker_beat"]


@event.listens_for(JOB, "after_create")
def _hang_bell(table: Table, connection: Connection, **_: Any) -> None:
    if connection.dialect.name == "postgresql":
        bell.install(connection)
