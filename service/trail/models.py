"""The trail's tables, and the triggers that keep them append-only on both databases.

The triggers are a lock against mistakes, not a proof: the database's owner can drop them. On PostgreSQL the service need
not be the owner: what its role may do stands with each table. The proof is the chain, see `seal` and `verify`.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, LargeBinary, String, Table, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Key

GENESIS = bytes(32)
"""What the first entry names as the hash before it."""


class TrailEvent(Base):
    """One entry: the exact bytes that were hashed, and beside them the columns that are searched."""

    __tablename__ = "trail_event"
    __table_args__ = ({"info": {"rights": "SELECT, INSERT"}},)

    gseq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    stream: Mapped[str] = mapped_column(String(64))
    sseq: Mapped[int]
    at: Mapped[int] = mapped_column(BigInteger)
    """Microseconds since 1970, never less than the entry before: time is looked up by bisecting `gseq`."""
    actor: Mapped[str] = mapped_column(String(64))
    """Account number, or the machine's word: timer, worker, cli; `-` for somebody who is not signed in."""
    kind: Mapped[str] = mapped_column(String(64))
    door: Mapped[str | None] = mapped_column(String(16))
    """Through what it came: web, api, cli, timer, worker."""
    behalf: Mapped[str | None] = mapped_column(String(200))
    """On whose behalf: account number, or the beginning of a body's name; None for who acted for himself."""
    body: Mapped[bytes] = mapped_column(LargeBinary)
    prev: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class TrailPrivate(Base):
    """A personal value or free text of an entry; the entry itself holds only the commitment to it."""

    __tablename__ = "trail_private"
    __table_args__ = ({"sqlite_with_rowid": False, "info": {"rights": "SELECT, INSERT, DELETE"}},)

    gseq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    path: Mapped[str] = mapped_column(String(80), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    value: Mapped[str] = mapped_column(Text)


class TrailErased(Base):
    """A private value that was erased on request, and which entry says so. Opens the lock for this value alone; proves nothing."""

    __tablename__ = "trail_erased"
    __table_args__ = ({"sqlite_with_rowid": False, "info": {"rights": "SELECT, INSERT"}},)

    gseq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    path: Mapped[str] = mapped_column(String(80), primary_key=True)
    entry: Mapped[int] = mapped_column(Key)


class TrailHead(Base):
    """The one row that every writer locks last: number, hash and time of the newest entry."""

    __tablename__ = "trail_head"
    __table_args__ = ({"info": {"rights": "SELECT, UPDATE"}},)

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    gseq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[int] = mapped_column(default=1)
    """Which key authenticates the next entry; an entry of its change moves it on."""


class TrailNode(Base):
    """Root of a whole subtree of 16^level entries in the tree over the trail, kept so that a proof reads few hashes."""

    __tablename__ = "trail_node"
    __table_args__ = ({"sqlite_with_rowid": False, "info": {"rights": "SELECT, INSERT"}},)

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class TrailCheckpoint(Base):
    """What the first `size` entries were at a moment, signed: the root of their tree (C2SP tlog-checkpoint)."""

    __tablename__ = "trail_checkpoint"
    __table_args__ = ({"info": {"rights": "SELECT, INSERT"}},)

    number: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(String(64))
    """Names this trail; a restored one goes on under another name."""
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[int] = mapped_column(BigInteger)
    cause: Mapped[str] = mapped_column(String(64))
    """Kind of the entry that asked for it; `day`, `hour` or `asked`."""
    note: Mapped[str] = mapped_column(Text)
    """The exact signed text."""


class TrailDenial(Base):
    """Refused tries since the entry that names the first of them; a counter, not a part of the chain."""

    __tablename__ = "trail_denial"

    actor: Mapped[str] = mapped_column(String(64), primary_key=True)
    door: Mapped[str] = mapped_column(String(16), primary_key=True)
    what: Mapped[str] = mapped_column(String(80), primary_key=True)
    target: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int]


EVENT: Table = TrailEvent.metadata.tables["trail_event"]
PRIVATE: Table = TrailPrivate.metadata.tables["trail_private"]
ERASED: Table = TrailErased.metadata.tables["trail_erased"]
NODE: Table = TrailNode.metadata.tables["trail_node"]
CHECKPOINT: Table = TrailCheckpoint.metadata.tables["trail_checkpoint"]
HEAD: Table = TrailHead.metadata.tables["trail_head"]
DENIAL: Table = TrailDenial.metadata.tables["trail_denial"]

# SQLite's indexes end in the row's number by themselves; PostgreSQL must be told.
Index("uq_trail_event_stream", EVENT.c.stream, EVENT.c.sseq, unique=True, postgresql_include=["gseq"])
# What a page is narrowed by besides stands in the index of a person and of a kind: a walk along it for what is rare looks
# at no row of the table. On SQLite it stands behind the number, which must come first for the walk's order.
Index("ix_trail_event_actor", EVENT.c.actor, EVENT.c.gseq, EVENT.c.kind, EVENT.c.door).ddl_if(dialect="sqlite")
Index("ix_trail_event_kind", EVENT.c.kind, EVENT.c.gseq, EVENT.c.actor, EVENT.c.door).ddl_if(dialect="sqlite")
Index("ix_trail_event_actor_gseq", EVENT.c.actor, EVENT.c.gseq, postgresql_include=["kind", "door"]).ddl_if(dialect="postgresql")
Index("ix_trail_event_kind_gseq", EVENT.c.kind, EVENT.c.gseq, postgresql_include=["actor", "door"]).ddl_if(dialect="postgresql")
Index("ix_trail_event_door", EVENT.c.door).ddl_if(dialect="sqlite")
Index("ix_trail_event_door_gseq", EVENT.c.door, EVENT.c.gseq).ddl_if(dialect="postgresql")
# Few entries were made on somebody's behalf.
Index(
    "ix_trail_event_behalf", EVENT.c.behalf, EVENT.c.gseq,
    sqlite_where=EVENT.c.behalf.is_not(None), postgresql_where=EVENT.c.behalf.is_not(None),
)

_FIRST_HEAD = "INSERT INTO trail_head (id, gseq, hash, at, key) VALUES (1, 0, {}, 0, 1)"

_REFUSE = """
CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' refused';
END $$
"""

_FORWARD = """
CREATE OR REPLACE FUNCTION trail_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = 'trail_head only moves forward';
END $$
"""

_ERASED_ONLY = """
CREATE OR REPLACE FUNCTION trail_erased_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM trail_erased e WHERE e.gseq = OLD.gseq AND e.path = OLD.path) THEN
    RAISE EXCEPTION USING MESSAGE = 'trail_private is append-only: DELETE refused';
  END IF;
  RETURN OLD;
END $$
"""

_ERASURE_SAID = """
CREATE OR REPLACE FUNCTION trail_erasure_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM trail_event e WHERE e.gseq = NEW.entry AND e.kind = 'data:erased') THEN
    RAISE EXCEPTION USING MESSAGE = 'trail_erased names an entry that erases: INSERT refused';
  END IF;
  RETURN NEW;
END $$
"""

# The condition stands outside of the function, which every commit would else have to call.
_FORWARD_LOCK = (
    "CREATE TRIGGER trail_head_forward BEFORE UPDATE ON trail_head FOR EACH ROW "
    "WHEN (NEW.id <> OLD.id OR NEW.gseq <= OLD.gseq) EXECUTE FUNCTION trail_forward()"
)


def _postgresql_lock(table: str, acts: str) -> tuple[str, ...]:
    return (
        _REFUSE,
        f"CREATE TRIGGER {table}_lock BEFORE {acts} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_lock",
    )


def _sqlite_lock(table: str, act: str, when: str = "") -> str:
    condition = f"WHEN {when} " if when else ""
    return (
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {condition}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {act} refused'); END"
    )


LOCKS: dict[str, dict[Table, tuple[str, ...]]] = {
    "sqlite": {
        EVENT: (
            _sqlite_lock("trail_event", "UPDATE"),
            _sqlite_lock("trail_event", "DELETE"),
            # INSERT OR REPLACE deletes without calling the trigger above: only the next number may come in.
            _sqlite_lock(
                "trail_event",
                "INSERT",
                "NEW.gseq IS NOT (SELECT coalesce(max(gseq), 0) + 1 FROM trail_event) OR NEW.sseq IS NOT "
                "(SELECT coalesce(max(sseq), 0) + 1 FROM trail_event WHERE stream = NEW.stream)",
            ),
        ),
        PRIVATE: (
            _sqlite_lock("trail_private", "UPDATE"),
            # Only what an entry of an erasure names.
            _sqlite_lock(
                "trail_private", "DELETE", "NOT EXISTS (SELECT 1 FROM trail_erased WHERE gseq = OLD.gseq AND path = OLD.path)"
            ),
            _sqlite_lock(
                "trail_private",
                "INSERT",
                "EXISTS (SELECT 1 FROM trail_private WHERE gseq = NEW.gseq AND path = NEW.path)",
            ),
        ),
        ERASED: (
            _sqlite_lock("trail_erased", "UPDATE"),
            _sqlite_lock("trail_erased", "DELETE"),
            _sqlite_lock(
                "trail_erased",
                "INSERT",
                "EXISTS (SELECT 1 FROM trail_erased WHERE gseq = NEW.gseq AND path = NEW.path) OR NOT EXISTS "
                "(SELECT 1 FROM trail_event WHERE gseq = NEW.entry AND kind = 'data:erased')",
            ),
        ),
        NODE: (
            _sqlite_lock("trail_node", "UPDATE"),
            _sqlite_lock("trail_node", "DELETE"),
            _sqlite_lock(
                "trail_node", "INSERT", 'EXISTS (SELECT 1 FROM trail_node WHERE level = NEW.level AND "index" = NEW."index")'
            ),
        ),
        CHECKPOINT: (
            _sqlite_lock("trail_checkpoint", "UPDATE"),
            _sqlite_lock("trail_checkpoint", "DELETE"),
            _sqlite_lock(
                "trail_checkpoint", "INSERT", "NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM trail_checkpoint)"
            ),
        ),
        HEAD: (
            _FIRST_HEAD.format(f"x'{GENESIS.hex()}'"),
            _sqlite_lock("trail_head", "UPDATE", "NEW.id <> OLD.id OR NEW.gseq <= OLD.gseq"),
            _sqlite_lock("trail_head", "DELETE"),
            _sqlite_lock("trail_head", "INSERT"),
        ),
    },
    "postgresql": {
        EVENT: _postgresql_lock("trail_event", "UPDATE OR DELETE OR TRUNCATE"),
        PRIVATE: (
            *_postgresql_lock("trail_private", "UPDATE OR TRUNCATE"),
            _ERASED_ONLY,
            "CREATE TRIGGER trail_private_erase BEFORE DELETE ON trail_private FOR EACH ROW EXECUTE FUNCTION trail_erased_only()",
            "ALTER TABLE trail_private ENABLE ALWAYS TRIGGER trail_private_erase",
        ),
        ERASED: (
            *_postgresql_lock("trail_erased", "UPDATE OR DELETE OR TRUNCATE"),
            _ERASURE_SAID,
            "CREATE TRIGGER trail_erased_said BEFORE INSERT ON trail_erased FOR EACH ROW EXECUTE FUNCTION trail_erasure_said()",
            "ALTER TABLE trail_erased ENABLE ALWAYS TRIGGER trail_erased_said",
        ),
        NODE: _postgresql_lock("trail_node", "UPDATE OR DELETE OR TRUNCATE"),
        CHECKPOINT: _postgresql_lock("trail_checkpoint", "UPDATE OR DELETE OR TRUNCATE"),
        HEAD: (
            _FIRST_HEAD.format(f"'\\x{GENESIS.hex()}'"),
            *_postgresql_lock("trail_head", "INSERT OR DELETE OR TRUNCATE"),
            _FORWARD,
            _FORWARD_LOCK,
            "ALTER TABLE trail_head ENABLE ALWAYS TRIGGER trail_head_forward",
        ),
    },
}
"""Statements that follow the making of each table, by database: the first head and the locks."""

LOCK_NAMES: dict[str, frozenset[str]] = {
    dialect: frozenset(
        name
        for statements in tables.values()
        for statement in statements
        for name in re.findall(r"CREATE TRIGGER (\w+)", statement)
    )
    for dialect, tables in LOCKS.items()
}


def _listen(table: Table, dialect: str, statements: tuple[str, ...]) -> None:
    def lock(_: Table, connection: Connection, **__: Any) -> None:
        if connection.dialect.name == dialect:
            for statement in statements:
                connection.exec_driver_sql(statement)

    event.listen(table, "after_create", lock)


for _dialect, _tables in LOCKS.items():
    for _table, _statements in _tables.items():
        _listen(_table, _dialect, _statements)
