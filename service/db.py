"""The database: its types, and the one place where anything is committed.

A verb opens `transaction()`; verbs called inside it join. What is to happen with a commit (the trail's seal) or after
it (waking the worker) is registered here by the parts above. Knows no table.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from itertools import count
from threading import Lock
from typing import Any, NamedTuple, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary

import orjson
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Dialect,
    Engine,
    Insert,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    TextClause,
    Update,
    event,
    func,
    literal,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator, TypeEngine

P = ParamSpec("P")
T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Key = BigInteger().with_variant(Integer, "sqlite")
"""Type of a surrogate key: SQLite numbers only INTEGER keys by itself."""


class Instant(TypeDecorator[datetime]):
    """A moment, stored as microseconds since 1970 in UTC: the same, sortable number on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone is not stored")
        delta = value - EPOCH
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value / 1_000_000, UTC)


class Json(TypeDecorator[Any]):
    """JSON as text: a JSON column may reorder keys, and the order of keys is kept here."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return self


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    registry = registry(type_annotation_map={datetime: Instant})


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

before_commit: list[Callable[[Session, frozenset[str]], None]] = []
"""Called once before each commit, with the session and the names of the tables that were written to."""

_written: ContextVar[set[str] | None] = ContextVar("written", default=None)
_WRITE = re.compile(
    r'\s*(?:(?:INSERT|REPLACE)(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+"?(\w+)',
    re.IGNORECASE,
)


def session() -> Session:
    """The session of this request or of this turn of the worker."""
    return cast(Session, db.session())


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one transaction of an act, or join the one that is open.

    Takes SQLite's write lock before the first read: a read that later turned into a write would fail at once when
    another commit came in between. Anything read before is read anew. An exception takes everything back.
    """
    current = session()
    if current.info.get("open"):
        yield current
        return
    current.rollback()
    with _one_writer():
        yield from _act(current)


_writers: dict[int, Lock] = defaultdict(Lock)


def _one_writer() -> AbstractContextManager[object]:
    """Let this process's threads queue for SQLite's write lock: its own way of waiting is to sleep and try again."""
    return nullcontext() if is_postgresql() else _writers[database_number()]


def _act(current: Session) -> Iterator[Session]:
    token = _written.set(set())
    current.info["open"] = True
    after: list[Callable[[], None]] = []
    current.info["after"] = after
    try:
        current.info["connection"] = current.connection(execution_options={"writes": True})
        yield current
        current.flush()
        for hook in before_commit:
            hook(current, frozenset(_written.get() or ()))
        current.commit()
    except BaseException:
        current.rollback()
        raise
    finally:
        current.info.clear()
        _written.reset(token)
    for call in after:
        call()


def in_transaction() -> bool:
    """Tell whether an act is under way."""
    return bool(session().info.get("open"))


def open_connection(current: Session) -> Connection:
    """The connection of the open act, for the statements of every commit; KeyError outside of one."""
    return cast(Connection, current.info["connection"])


def after_commit(call: Callable[[], None]) -> None:
    """Run something once the open transaction stands; it is forgotten if the transaction is taken back."""
    session().info["after"].append(call)


@contextmanager
def savepoint() -> Iterator[Session]:
    """Take back only what happens inside when it fails, within an open transaction.

    What was registered inside (entries of the trail, calls after the commit) is forgotten with it.
    """
    current = session()
    lengths = {key: len(pended) for key, pended in current.info.items() if isinstance(pended, list)}
    written = _written.get() or set()
    before = set(written)
    try:
        with current.begin_nested():
            yield current
    except BaseException:
        for key, pended in current.info.items():
            if isinstance(pended, list):
                del pended[lengths.get(key, 0) :]
        written &= before
        raise


@contextmanager
def reading() -> Iterator[Session]:
    """Read, and end the read transaction, so that an act that follows starts with a fresh view.

    A reading inside another joins it: its end would make the rows of the outer one unreadable.
    """
    current = session()
    if current.info.get("open") or current.info.get("reading"):
        yield current
        return
    current.info["reading"] = True
    try:
        yield current
    finally:
        current.info.pop("reading", None)
        current.rollback()


def at_one_moment(show: Callable[P, T]) -> Callable[P, T]:
    """Let a function that only reads do it all in one reading: what it shows is of one moment, and it asks for a row once."""

    @wraps(show)
    def within(*args: P.args, **kwargs: P.kwargs) -> T:
        with reading():
            return show(*args, **kwargs)

    return within


def hold(word: str, *, alone: bool) -> None:
    """Hold something by its name to the end of the open transaction, alone or beside others; on SQLite who writes is alone anyway."""
    if is_postgresql():
        take = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        session().execute(select(take(func.hashtext("vinhdanh"), func.hashtext(word))))


def end_read() -> None:
    """End what is being read, outside of any act: the next act begins with a fresh view and the write lock."""
    db.session.rollback()


def table_of(model: type[Base]) -> Table:
    """The table behind a model, for statements of a hot path."""
    return cast(Table, model.__table__)


def plainly(word: str) -> Any:
    """A word written into the statement, so that both databases see that a partial index fits."""
    return literal(word, literal_execute=True)


Plain = Select[Any] | Insert | Update | TextClause
"""A constant statement: with named values, and the same each time."""


class _Spoken(NamedTuple):
    """A statement in a database's own words."""

    words: str
    known: Mapping[str, Any]  # values that stand in the statement
    order: Sequence[str] | None  # where values are given by place
    table: str | None  # what it writes to


_spoken: dict[tuple[Plain, str], _Spoken] = {}


def run_plain(connection: Connection, statement: Plain, *rows: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement of every commit straight on the driver, in the transaction that is open: its text is worked out once.

    For constant statements over numbers, text and bytes, which both drivers take and give as they are; several rows run it
    for each. Returns what it selects. Raises what SQLAlchemy raises.
    """
    key = (statement, connection.dialect.name)
    spoken = _spoken.get(key) or _spoken.setdefault(key, _speak(connection, statement))
    words, known, order, table = spoken
    said: list[Any] = [{**known, **row} if known else row for row in rows or ({},)] if order is None else [
        [row[name] if name in row else known[name] for name in order] for row in rows or ({},)
    ]
    _note(connection, words, table)
    kept = connection.info
    if (cursor := kept.get("plain")) is None:  # to make and close one takes as long as a short statement
        kept["plain"] = cursor = connection.connection.cursor()
    try:
        if len(said) > 1:
            cursor.executemany(words, said)
            return []
        cursor.execute(words, said[0])
        return list(cursor.fetchall()) if cursor.description else []
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(words, None, error, type(error), dialect=connection.dialect) from error


def _speak(connection: Connection, statement: Plain) -> _Spoken:
    compiled = statement.compile(dialect=connection.dialect)
    known = {name: value for name, value in compiled.params.items() if value is not None}
    return _Spoken(str(compiled), known, compiled.positiontup if compiled.positional else None, _written_by(str(compiled)))


def let_go(rows: Iterable[Any]) -> None:
    """Detach rows for who reads them later; inside an act they stay part of it, with what it changes."""
    current = session()
    if not current.info.get("open"):
        for row in rows:
            if row in current:
                current.expunge(row)


_opened: WeakKeyDictionary[Engine, int] = WeakKeyDictionary()
_numbers = count(1)


def database_number() -> int:
    """Number of the open database in this process, for what is kept in memory about it; never given twice.

    The address of an object will not do: a database that is opened after another was closed may come to lie there.
    """
    engine = db.engine
    number = _opened.get(engine)
    return number if number is not None else _opened.setdefault(engine, next(_numbers))


def rewrite(model: type[Base]) -> None:
    """Write a table's file anew, outside of any act, so that what was deleted from it is no longer on the disk.

    On SQLite the whole file, and the log before it is cut; fails as busy while others read, and is tried again then.
    """
    db.session.remove()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if is_postgresql():
            connection.exec_driver_sql(f"VACUUM (FULL) {table_of(model).name}")
            return
        connection.exec_driver_sql("COMMIT")  # a connection of ours begins by itself
        connection.exec_driver_sql("VACUUM")
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
    if busy:
        raise RuntimeError("the log of the database could not be cut while others read; to be tried again")


def is_postgresql() -> bool:
    """Tell which of the two databases is in use."""
    return db.engine.dialect.name == "postgresql"


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, record: Any) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # begin and commit are ours, see _begin
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@event.listens_for(Engine, "rollback")
def _end_of_reading(connection: Connection) -> None:
    # psycopg forgets what it has prepared at a rollback, and planning is half of what a short statement costs: where nothing
    # was written, a commit ends the same and keeps it. An act is always taken back.
    if connection.dialect.name != "postgresql" or connection.invalidated:
        return
    written = connection.info.pop("written", False) or connection.get_execution_options().get("writes")
    if not written:
        with suppress(connection.dialect.loaded_dbapi.Error):  # a lost connection is told by the rollback that follows
            cast(Any, connection.connection.dbapi_connection).commit()


@event.listens_for(Engine, "commit")
def _end_of_writing(connection: Connection) -> None:
    if not connection.invalidated:
        connection.info.pop("written", None)


@event.listens_for(Engine, "before_cursor_execute")
def _note_execution(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> None:
    _note(connection, statement, _written_by(statement))


def _written_by(statement: str) -> str | None:
    match = _WRITE.match(statement)
    return match[1] if match else None


def _note(connection: Connection, statement: str, table: str | None) -> None:
    if not statement.startswith("SELECT"):
        connection.info["written"] = True
    if table is not None and (written := _written.get()) is not None:
        written.add(table)
