"""Tables of matters (vụ việc): what the movement around the award brings, each a case of a process that has a register."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key


class Period(Base):
    """A period (kỳ) of a register: what units are asked for, and by which days."""

    __tablename__ = "period"
    __table_args__ = (UniqueConstraint("process", "year", "half"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    process: Mapped[str] = mapped_column(String(100))
    year: Mapped[int]
    half: Mapped[bool] = mapped_column(default=False)
    """Whether of the first six months only."""
    calendar: Mapped[dict[str, str]] = mapped_column(Json)
    """Key of a day → ISO date, as in a round's calendar."""
    former: Mapped[list[list[Any]]] = mapped_column(Json, default=list)
    """Calendars that gave way: until when (ISO moment), and what stood there."""
    late: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Unit that may file after the closing → why."""
    opened_at: Mapped[datetime]
    opened_by: Mapped[int | None]
    closed_at: Mapped[datetime | None]


class Matter(Base):
    """One entry of a register; its path is its process instance, which carries title, unit and where it stands."""

    __tablename__ = "matter"
    __table_args__ = (
        UniqueConstraint("process", "year", "number"),
        UniqueConstraint("period_id", "unit_id"),
        Index("ix_matter_unit", "unit_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    process: Mapped[str] = mapped_column(String(100))
    """Main process, whose register it stands in."""
    year: Mapped[int]
    number: Mapped[int]
    """From 1 in each year and register, without a gap."""
    unit_id: Mapped[int | None]
    period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id"))
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"), unique=True)
    begun: Mapped[dict[str, Any]] = mapped_column(Json)
    """Answers of the form that it was begun with, private ones among them."""
    shown: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Values of the register's columns, as the last step that gives one left them."""
    done: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Task of an effect → what it gave, for the worker that answers it."""
    begun_at: Mapped[datetime]
    begun_by: Mapped[int | None]
    source_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"))
    """The matter whose step began this one by itself; none for one that somebody began."""


class MatterSubject(Base):
    """What a matter is about: `nomination:12`."""

    __tablename__ = "matter_subject"
    __table_args__ = (Index("ix_matter_subject", "subject"),)

    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(60), primary_key=True)


class Publication(Base):
    """What a matter put on the public page."""

    __tablename__ = "publication"
    __table_args__ = (Index("ix_publication_published", "published_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    process: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(200))
    """Whom it names, who agreed."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    published_at: Mapped[datetime]
    published_by: Mapped[int | None]
    taken_down_at: Mapped[datetime | None]
