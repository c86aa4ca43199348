"""Tables of matters (vụ việc): what the movement around the award brings, each a case of a process that has a register."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key


class Matter(Base):
    """One entry of a register; its path is its process instance, which carries title, unit and where it stands."""

    __tablename__ = "matter"
    __table_args__ = (
        UniqueConstraint("process", "year", "number"),
        Index("ix_matter_unit", "unit_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    process: Mapped[str] = mapped_column(String(100))
    """Main process, whose register it stands in."""
    year: Mapped[int]
    number: Mapped[int]
    """From 1 in each year and register, without a gap."""
    unit_id: Mapped[int | None]
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"), unique=True)
    begun: Mapped[dict[str, Any]] = mapped_column(Json)
    """Answers of the form that it was begun with, private ones among them."""
    shown: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Values of the register's columns, as the last step that gives one left them."""
    done: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Task of an effect → what it gave, for the worker that answers it."""
    begun_at: Mapped[datetime]
    begun_by: Mapped[int | None]


class MatterSubject(Base):
    """What a matter is about: `nomination:12`."""

    __tablename__ = "matter_subject"
    __table_args__ = (Index("ix_matter_subject", "subject"),)

    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(60), primary_key=True)
