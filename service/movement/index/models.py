"""Tables of the digital index (bộ chỉ số): a set for each year, its pillars and indicators, and what units entered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key

WHOLE = 0
"""In place of a unit: the commune as a whole."""
VALUE_STATES = ("sent", "returned", "accepted", "left_out")
SETTLED = ("accepted", "left_out")
"""What the office has decided on for good: a set whose values are all so can be published."""


class IndexSet(Base):
    """The indicators of a year: drafted, opened for units (then nothing of it changes), closed, published."""

    __tablename__ = "index_set"
    __table_args__ = (UniqueConstraint("year"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    year: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(Text, default="")
    """What it rests on: the paper that decided it, or that it is proposed only."""
    copied_from: Mapped[int | None] = mapped_column(ForeignKey("index_set.id"))
    units: Mapped[list[int]] = mapped_column(Json, default=list)
    """Units that are asked, since it was opened."""
    due_on: Mapped[date | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    @property
    def state(self) -> str:
        """draft, open, closed or published."""
        if self.published_at is not None:
            return "published"
        if self.closed_at is not None:
            return "closed"
        return "draft" if self.opened_at is None else "open"


class IndexPillar(Base):
    """A pillar (trụ cột) of a set: digital government, digital economy, digital society."""

    __tablename__ = "index_pillar"
    __table_args__ = (UniqueConstraint("set_id", "code"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("index_set.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    weight: Mapped[str] = mapped_column(String(30))
    """A decimal above zero."""


class Indicator(Base):
    """An indicator (chỉ số): how its result comes from what is entered, and how many points that gives."""

    __tablename__ = "index_indicator"
    __table_args__ = (UniqueConstraint("set_id", "code"), Index("ix_index_indicator_pillar", "pillar_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("index_set.id"))
    pillar_id: Mapped[int] = mapped_column(ForeignKey("index_pillar.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300))
    measure: Mapped[str] = mapped_column(String(60))
    """Unit of measure of the result."""
    inputs: Mapped[list[dict[str, str]]] = mapped_column(Json)
    """What is entered: key, label."""
    parameters: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Numbers that the formula names, each a decimal."""
    formula: Mapped[str] = mapped_column(Text)
    """FEEL over inputs and parameters; gives the result."""
    full: Mapped[str] = mapped_column(String(30))
    """Result that earns the whole score; what is below earns its share."""
    maximum: Mapped[str] = mapped_column(String(30))
    weight: Mapped[str] = mapped_column(String(30))
    evidence: Mapped[str] = mapped_column(Text, default="")
    """What proves it; nothing where no evidence is asked."""
    who: Mapped[str] = mapped_column(String(10))
    """unit: each unit enters its own; commune: the office enters one for the whole."""
    kinds: Mapped[list[str]] = mapped_column(Json, default=list)
    """Kinds of units that are asked; none: all."""


class IndexValue(Base):
    """What a unit entered for an indicator of a year: sent, returned with a reason, accepted, or left out with a reason."""

    __tablename__ = "index_value"
    __table_args__ = (UniqueConstraint("indicator_id", "unit_id"), Index("ix_index_value_set", "set_id", "unit_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("index_set.id"))
    indicator_id: Mapped[int] = mapped_column(ForeignKey("index_indicator.id"))
    unit_id: Mapped[int]
    """`WHOLE` for the commune."""
    version: Mapped[int]
    """From 1, higher with each sending: who decides says which one was seen."""
    said: Mapped[dict[str, Any]] = mapped_column(Json)
    """Input → decimal."""
    note: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(String(1000), default="")
    files: Mapped[list[int]] = mapped_column(Json, default=list)
    state: Mapped[str] = mapped_column(String(10))
    """One of `VALUE_STATES`."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was returned last, whatever became of it since, or left out."""
    sent_at: Mapped[datetime]
    sent_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
