"""Tables of the secret ballot. None has a column for a time, and no number in them says in which order anything came.

A round's id is drawn at random. The box is one value, sorted by T; who voted is a mark without a moment. What a round
is about is frozen in `params` with a MAC; the other columns repeat it for reading and are compared with it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Key

_NO_ROWID: dict[str, Any] = {"sqlite_with_rowid": False}
_ROUND = String(16)


class BallotRound(Base):
    """One sheet with up to 60 items, voted on once; a second round is a row of its own."""

    __tablename__ = "ballot_round"
    __table_args__ = (_NO_ROWID,)

    id: Mapped[str] = mapped_column(_ROUND, primary_key=True)
    session_id: Mapped[int] = mapped_column(Key, index=True)
    number: Mapped[int]
    """First, second, … round of the session, as the minutes call it."""
    state: Mapped[str] = mapped_column(String(12))
    """planned → open → sealed → counted → burnt; cancelled from the first three; planned → paper → counted."""
    secret: Mapped[bool]
    """False: an open vote, which is counted by hand and keyed by two people."""
    quorum: Mapped[int]
    smallest: Mapped[int]
    """Voters an item needs at least, so that its sums do not tell who chose what."""
    blank: Mapped[str] = mapped_column(String(12))
    """What a place without a choice is called: `invalid`, or a `line` of its own."""
    params: Mapped[bytes | None] = mapped_column(LargeBinary)
    params_mac: Mapped[bytes | None] = mapped_column(LargeBinary)
    box_root: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(Text, default="")
    scan: Mapped[int | None] = mapped_column(Key, ForeignKey("file.id"))
    """The scanned minutes of a count on paper."""


class BallotTeller(Base):
    """One of the three tellers; of a code only the public key is kept."""

    __tablename__ = "ballot_teller"
    __table_args__ = (_NO_ROWID,)

    round: Mapped[str] = mapped_column(_ROUND, ForeignKey("ballot_round.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person: Mapped[int] = mapped_column(Key, ForeignKey("account.id"))
    pub: Mapped[bytes | None] = mapped_column(LargeBinary)
    confirmed: Mapped[bool] = mapped_column(default=False)


class BallotRoll(Base):
    """A member of the council as the round knows him, and whether his ballot is in the box."""

    __tablename__ = "ballot_roll"
    __table_args__ = (_NO_ROWID,)

    round: Mapped[str] = mapped_column(_ROUND, ForeignKey("ballot_round.id"), primary_key=True)
    member_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person: Mapped[int | None] = mapped_column(Key, ForeignKey("account.id"))
    name: Mapped[str]
    present: Mapped[bool]
    """False: absent; may send a written opinion, which is a named line of its own."""
    cred_version: Mapped[int | None]
    voted: Mapped[bool] = mapped_column(default=False)


class BallotRecusal(Base):
    """A member who keeps out of an item."""

    __tablename__ = "ballot_recusal"
    __table_args__ = (_NO_ROWID,)

    round: Mapped[str] = mapped_column(_ROUND, ForeignKey("ballot_round.id"), primary_key=True)
    item_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(Text, default="")


class BallotItem(Base):
    """One thing voted on, the votes it needs, and, once counted, its sums; None where it was not summed."""

    __tablename__ = "ballot_item"
    __table_args__ = (_NO_ROWID,)

    round: Mapped[str] = mapped_column(_ROUND, ForeignKey("ballot_round.id"), primary_key=True)
    item_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    nomination_id: Mapped[int | None] = mapped_column(Key, ForeignKey("nomination.id"), index=True)
    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    """Form of award and unit, the second line on the sheet."""
    summary: Mapped[str] = mapped_column(Text, default="")
    rule_key: Mapped[str]
    rule_version: Mapped[int]
    basis: Mapped[str] = mapped_column(default="")
    denominator: Mapped[int]
    needed: Mapped[int]
    agree: Mapped[int | None]
    disagree: Mapped[int | None]
    blank: Mapped[int | None]
    recused: Mapped[int | None]
    withdrawn: Mapped[bool] = mapped_column(default=False)


class BallotBox(Base):
    """The box of a round: how many entries, and all of them in one value, sorted. Its row is what everybody locks."""

    __tablename__ = "ballot_box"
    __table_args__ = (_NO_ROWID,)

    round: Mapped[str] = mapped_column(_ROUND, ForeignKey("ballot_round.id"), primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
    blob: Mapped[bytes] = mapped_column(LargeBinary, default=b"")


class PaperCount(Base):
    """What one of two people read off the counted paper ballots (or hands) of an item."""

    __tablename__ = "paper_count"
    __table_args__ = (_NO_ROWID,)

    round: Mapped[str] = mapped_column(_ROUND, ForeignKey("ballot_round.id"), primary_key=True)
    item_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    keyed_by: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), primary_key=True, autoincrement=False)
    returned: Mapped[int]
    """Ballots that came back, the same for every item."""
    agree: Mapped[int]
    disagree: Mapped[int]
    blank: Mapped[int]
    recused: Mapped[int]


class BallotOpinion(Base):
    """The written opinion of an absent member on an item: named, and never part of the secret sums."""

    __tablename__ = "ballot_opinion"
    __table_args__ = (_NO_ROWID,)

    round: Mapped[str] = mapped_column(_ROUND, ForeignKey("ballot_round.id"), primary_key=True)
    item_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    choice: Mapped[str] = mapped_column(String(12))
    paper: Mapped[str] = mapped_column(default="")
    """Number and date of the paper it came with."""
    scan: Mapped[int] = mapped_column(Key, ForeignKey("file.id"))
    """The scanned paper, signed by the member: what was typed can be held against it."""
