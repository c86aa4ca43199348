"""Tables of what people say to each other about a nomination, and of who follows it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key


class Comment(Base):
    """What somebody wrote to the others who may read a nomination; never changed, at most taken back by who wrote it."""

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_nomination", "nomination_id", "id"), Index("ix_comment_account", "account", "written_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"))
    account: Mapped[int]
    inside: Mapped[bool] = mapped_column(default=False)
    """Whether the unit is kept from it."""
    text: Mapped[str | None] = mapped_column(Text)
    """None once it was taken back."""
    mentions: Mapped[list[int]] = mapped_column(Json, default=list)
    """Accounts that it names, who were told."""
    written_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]


class Question(Base):
    """What the holder of a task asks a colleague; the task stays with its holder."""

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_task", "task_id", "id"),
        Index("ix_question_asked", "asked", sqlite_where=text("answered_at IS NULL AND taken_back_at IS NULL"),
              postgresql_where=text("answered_at IS NULL AND taken_back_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"))
    task_id: Mapped[int]
    asked_by: Mapped[int]
    asked: Mapped[int]
    """The account that is to answer."""
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]


class Follower(Base):
    """Somebody who is told when a nomination comes to stand elsewhere; the row goes when he is to be told no more."""

    __tablename__ = "nomination_follower"
    __table_args__ = (Index("ix_nomination_follower_account", "account", "nomination_id"),)

    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), primary_key=True)
    account: Mapped[int] = mapped_column(primary_key=True)
    followed_at: Mapped[datetime]
