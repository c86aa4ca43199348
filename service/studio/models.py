"""Tables of the studio: drafts, their files, and who looks at one just now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Key


class StudioDraft(Base):
    """A process in the making: diagrams, tables, forms and letters that belong together, apart from what is deployed."""

    __tablename__ = "studio_draft"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
    """Id of the main process."""
    name: Mapped[str] = mapped_column(String(200))
    base_id: Mapped[int | None] = mapped_column(ForeignKey("deployment.id"))
    """The deployment that it began from."""
    begun_at: Mapped[datetime]
    begun_by: Mapped[int | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    """Counts every change of the draft; a file carries the number of its own last one, so that none comes twice."""


class StudioFile(Base):
    """One file of a draft, byte for byte as the editor wrote it."""

    __tablename__ = "studio_file"

    draft_id: Mapped[int] = mapped_column(ForeignKey("studio_draft.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None]


class StudioVisit(Base):
    """Who had a draft open, and when the page last said so."""

    __tablename__ = "studio_visit"

    draft_id: Mapped[int] = mapped_column(ForeignKey("studio_draft.id"), primary_key=True)
    account: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
