"""Tables of people: accounts, what they belong to, units with dated names, substitutes, sessions.

Intervals are half-open: `valid_to` is the first day on which the row no longer holds, None = open. Holds no
rule.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key
from service.vietnamese import SortKey


class Unit(Base):
    """A body that nominates, gives opinions or is part of the commune; its names are dated rows of
    `unit_name`.
    """

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    subject_group: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(Key, ForeignKey("unit.id"))
    name: Mapped[str]
    """The name of today, kept beside `unit_name` for lists."""
    sort: Mapped[str] = mapped_column(SortKey, index=True)
    search: Mapped[str]
    contact: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    successor_id: Mapped[int | None] = mapped_column(Key, ForeignKey("unit.id"))
    """The unit into which this one was merged, as the paper says."""
    heir_id: Mapped[int | None] = mapped_column(Key, ForeignKey("unit.id"), index=True)
    """The living unit at the end of the line of successors; None while this unit lives."""
    dissolved_on: Mapped[date | None]
    created_at: Mapped[datetime]


class UnitName(Base):
    """What a unit is called from a day on."""

    __tablename__ = "unit_name"
    __table_args__ = (UniqueConstraint("unit_id", "valid_from"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("unit.id"))
    name: Mapped[str]
    valid_from: Mapped[date]
    basis: Mapped[str] = mapped_column(default="")
    """The paper that gave the name."""


class Account(Base):
    """A person who signs in."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sort: Mapped[str] = mapped_column(SortKey, index=True)
    search: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="vi")
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str | None]
    must_change: Mapped[bool] = mapped_column(default=False)
    code_hash: Mapped[str | None]
    """Hash of the one-time code with which the person sets a password."""
    code_until: Mapped[datetime | None]
    reset_hash: Mapped[str | None]
    """Hash of the code of a letter that the person asked for; beside `code_hash`, so that asking takes no code on paper away."""
    reset_nonce: Mapped[str | None]
    """With a key outside the database it gives the code as the letter goes out."""
    reset_until: Mapped[datetime | None]
    credential: Mapped[int] = mapped_column(default=1)
    """Goes up with each change of password, second factor or blocking: an old promise is told from a new one."""
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    """Since when nobody signs in with it; None while it is in use."""
    emptied_at: Mapped[datetime | None]
    """Since when what only its owner needed is gone, some time after it was blocked."""
    emergency_until: Mapped[datetime | None]
    """Of an account that was opened by breaking the glass: when it ends by itself, in real time. None for everybody else."""


class SecondPersonRequest(Base):
    """An act that waits for its second person, or was settled: what would be done, who asked, what the other one said."""

    __tablename__ = "second_person_request"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    act: Mapped[str]
    """Word of the act, as in data/safeguards.toml."""
    given: Mapped[dict[str, Any]] = mapped_column(Json)
    """What the act is to be done with."""
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(Key, ForeignKey("account.id"))
    asked_for: Mapped[list[int]] = mapped_column(Json)
    """In whose places who asked was acting."""
    until: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="asked")
    """asked, confirmed, refused, withdrawn, lapsed."""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(Key, ForeignKey("account.id"))
    refusal: Mapped[str] = mapped_column(default="")


class Membership(Base):
    """A person belongs to a group for a time: a role of the office (`vhxh`) or a place in a unit
    (`unit_head:17`).
    """

    __tablename__ = "membership"
    __table_args__ = (Index("ix_membership_group_account", "group", "account_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), index=True)
    group: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(Key, ForeignKey("unit.id"), index=True)
    """The unit in the group's name, for joins."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Substitution(Base):
    """A named person acts for another, in one group or in all, for a time; it does not chain."""

    __tablename__ = "substitution"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), index=True)
    """On whose behalf."""
    group: Mapped[str | None]
    """The one group concerned; None = every group of the person that can be substituted."""
    processes: Mapped[list[str] | None] = mapped_column(Json)
    """Diagrams and kinds of lists within which it counts; None = all work of the group."""
    substitute_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    reason: Mapped[str]
    created_at: Mapped[datetime]


class CalendarFeed(Base):
    """The secret address at which a person's calendar reads what is due; only its hash is stored."""

    __tablename__ = "calendar_feed"

    account_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]


class GroupLabel(Base):
    """A group's name where the office calls it otherwise than the catalogue does."""

    __tablename__ = "group_label"

    group: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    label_en: Mapped[str]


class SessionToken(Base):
    """A signed-in browser or program; only the hash of its token is stored.

    Times here and in `sign_in_tally` are real time (`clock.unmoved`): moving the demo clock signs nobody out.
    """

    __tablename__ = "session_token"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), index=True)
    door: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    device: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    until: Mapped[datetime]
    """The absolute end, used or not."""
    factor: Mapped[bool] = mapped_column(default=False)
    """Whether another house signed the person in and asked for a second factor that the settings trust."""


class Identity(Base):
    """Somebody of another house (OpenID Connect) with whom an account is linked."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    account_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), primary_key=True, autoincrement=False)
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[datetime]
    factor: Mapped[bool] = mapped_column(default=False)
    """Whether the house asked for a second factor that is trusted, when this person last came in through it."""


class ApiToken(Base):
    """A personal token with which a program acts as its owner at the API, within a scope; only its hash is stored.

    Times are real time (`clock.unmoved`), as those of sessions.
    """

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), index=True)
    hash: Mapped[str] = mapped_column(unique=True)
    hint: Mapped[str]
    """Its last signs, by which the owner tells one from another."""
    name: Mapped[str]
    scope: Mapped[list[str]] = mapped_column(Json)
    """Areas and acts of the matrix of rights that it may change; empty: it reads only."""
    created_at: Mapped[datetime]
    until: Mapped[datetime]
    used_on: Mapped[date | None]
    """The last day of use, by the calendar of Viet Nam."""
    ended_at: Mapped[datetime | None]
    ended: Mapped[str] = mapped_column(default="")
    """How it ended: `revoked`, `expired`, `restored` (the service from a backup), or `credentials` where password, second factor or
    blocking ended it."""


class SecondFactor(Base):
    """The second factor of an account: the secret is encrypted with a key outside the database."""

    __tablename__ = "second_factor"

    account_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), primary_key=True, autoincrement=False)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed: Mapped[bool] = mapped_column(default=False)
    """Asked for at sign-in only once a first code has shown that the app has the secret."""
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The 30-second step of the last code used: no code counts twice."""


class RecoveryCode(Base):
    """A code that stands in for the app once; only its hash is stored."""

    __tablename__ = "recovery_code"

    account_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(primary_key=True)


class SignInTally(Base):
    """Failed tries, counted per sign-in name and per address; both stand as keyed hashes only."""

    __tablename__ = "sign_in_tally"

    subject: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]
