"""Tables of a session of the council: who sits in it, what is on its agenda, who keeps out of what, what came of it.

The names themselves stand on the agenda, a list of the awards (`list`, `line`); a session's item repeats none of its
guarantees. Of a vote only the sums of a counted round are copied here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key


class CouncilSession(Base):
    """One session (phiên họp): its agenda, day and place, who presides, and the sittings that it took."""

    __tablename__ = "council_session"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("list.id"), unique=True)
    """The agenda, a list of kind `council_agenda`; its state is the session's."""
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"))
    held_at: Mapped[datetime]
    """When it is to begin, or to go on."""
    place: Mapped[str] = mapped_column(String(300))
    chair: Mapped[int]
    """Member number of the council's chair."""
    vice: Mapped[int | None]
    """Member number of the vice-chair, who presides in the chair's place."""
    presided_by: Mapped[int | None]
    """Member number of who presides over the sitting that is going on, or presided over the last."""
    invited: Mapped[int] = mapped_column(default=0)
    """How often the invitation went out; the sequence of its calendar entry."""
    sittings: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """[{"opened", "ended", "reason", "presided_by", "present": [member_no], "absent": {member_no: reason}}]."""
    minutes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Number, scan, who signed on which day; empty before the secretary signs."""
    draws: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """[{"seed", "each", "count", "by", "on"}]: each time names were given to reviewers at random, so that it can be done again."""


class CouncilMember(Base):
    """A member of the council as this session knows him: the answer to the invitation, and whether he is there."""

    __tablename__ = "council_member"

    session_id: Mapped[int] = mapped_column(Key, ForeignKey("council_session.id"), primary_key=True, autoincrement=False)
    member_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), index=True)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    reply: Mapped[str] = mapped_column(String(4), default="")
    """yes, no, or nothing yet."""
    present: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why he does not come, or left."""
    reminded_on: Mapped[date | None]
    """The last day on which he was reminded of names that he has not scored."""


class CouncilRecusal(Base):
    """A member who keeps out of one name: the nominee himself, the own unit where the rule says so, or by declaration."""

    __tablename__ = "council_recusal"

    session_id: Mapped[int] = mapped_column(Key, ForeignKey("council_session.id"), primary_key=True, autoincrement=False)
    nomination_id: Mapped[int] = mapped_column(Key, ForeignKey("nomination.id"), primary_key=True, autoincrement=False)
    member_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cause: Mapped[str] = mapped_column(String(10))
    """nominee, unit, declared."""
    reason: Mapped[str] = mapped_column(Text, default="")


class CouncilItem(Base):
    """A name on the agenda, with the form that is put to the vote, what was said, and what came of it."""

    __tablename__ = "council_item"

    session_id: Mapped[int] = mapped_column(Key, ForeignKey("council_session.id"), primary_key=True, autoincrement=False)
    item_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    nomination_id: Mapped[int] = mapped_column(Key, ForeignKey("nomination.id"), index=True)
    proposed: Mapped[str] = mapped_column(String(10))
    form: Mapped[str] = mapped_column(String(10))
    """Form that is put to the vote; lower than the one proposed only with a reason."""
    reserve: Mapped[str | None] = mapped_column(String(10))
    """Form for the case that the level above refuses."""
    form_reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    """waiting → discussed → voting → decided; postponed, withdrawn."""
    discussion: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[str | None] = mapped_column(String(20))
    """passed, lower_form, failed, next_session."""
    reason: Mapped[str] = mapped_column(Text, default="")
    ballot: Mapped[str | None] = mapped_column(String(16))
    """The round that it is in, or was decided by."""
    needed: Mapped[int | None]
    denominator: Mapped[int | None]
    sums: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    """agree, disagree, blank, recused, written_agree, written_disagree of the counted round."""
    presided_by: Mapped[int | None]
    """Member number of who presided over this item."""
    reopened: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """[{"round", "result", "sums", "reason", "on"}]: what it was each time that it was put to the vote again after a result."""


class CouncilAssignment(Base):
    """A name that a member is to score; of a session without any, every member scores every name."""

    __tablename__ = "council_assignment"

    session_id: Mapped[int] = mapped_column(Key, ForeignKey("council_session.id"), primary_key=True, autoincrement=False)
    nomination_id: Mapped[int] = mapped_column(Key, ForeignKey("nomination.id"), primary_key=True, autoincrement=False)
    member_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class CouncilScore(Base):
    """The points of one criterion of one item: as a member gave them himself, or as one of two people read them off his sheet."""

    __tablename__ = "council_score"

    session_id: Mapped[int] = mapped_column(Key, ForeignKey("council_session.id"), primary_key=True, autoincrement=False)
    member_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    keyed_by: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), primary_key=True, autoincrement=False)
    item_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    criterion: Mapped[str] = mapped_column(String(4), primary_key=True)
    points: Mapped[Any] = mapped_column(Numeric(5, 2))
    comment: Mapped[str] = mapped_column(Text, default="")
    """What the member said of it; empty on what was keyed from paper."""


class CouncilFeedback(Base):
    """What the unit is told of how a name was judged: drafted by the secretary, checked by a second person, then released."""

    __tablename__ = "council_feedback"

    nomination_id: Mapped[int] = mapped_column(Key, ForeignKey("nomination.id"), primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="drafted")
    """drafted (waits for the check), returned (to be mended), released."""
    version: Mapped[int] = mapped_column(default=1)
    drafted_by: Mapped[int] = mapped_column(Key, ForeignKey("account.id"))
    drafted_at: Mapped[datetime]
    returned_for: Mapped[str] = mapped_column(Text, default="")
    checked_by: Mapped[int | None] = mapped_column(Key, ForeignKey("account.id"))
    released_at: Mapped[datetime | None]
