"""Tables of those who keep checkpoints outside the house, and of the numbered letters that went to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Key


class Keeper(Base):
    """Somebody who agreed to keep checkpoints, with or without an account here."""

    __tablename__ = "keeper"
    __table_args__ = (
        Index("uq_keeper_address", "address", unique=True, sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(254))
    nonce: Mapped[str] = mapped_column(String(32))
    """Part of the link in the letters: another one for each question, so that no earlier letter opens the page of somebody else."""
    outside: Mapped[bool]
    """Whether nobody who looks after the machine can reach this mailbox."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]
    """Since when the person agreed, by the link that went to the address."""
    ended_at: Mapped[datetime | None]


class KeeperLetter(Base):
    """One letter to one keeper: numbers of a keeper have no gap, so that whoever reads them sees one that is missing."""

    __tablename__ = "keeper_letter"

    keeper_id: Mapped[int] = mapped_column(ForeignKey("keeper.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    checkpoint: Mapped[int] = mapped_column(Key)
    """Number of the checkpoint in it."""
    origin: Mapped[str] = mapped_column(String(64))
    """Name of its trail: after a restore numbers of checkpoints come again, under another name; numbers of letters do not."""
    queued_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    """Since when it is known that the next mail server took it; a report that it came back may still follow."""
    missed_at: Mapped[datetime | None]
    """Since when it is known that it did not arrive: the mail says so, or the keeper. Empty again once it went after all."""
    received_at: Mapped[datetime | None]
    """Since when the keeper says to have it after all, whatever the mail says of it."""

    @property
    def key(self) -> str:
        """Names its mail."""
        return f"keeper:{self.keeper_id}:{self.number}:{self.origin}"
