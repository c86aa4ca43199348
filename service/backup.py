"""One file that holds everything but the keys, made while the service runs, and an installation made from it again.

Tables are read in one state of the database, whichever it is, as lines of JSON; uploaded files lie beside them under
their hashes. Keys never go in: with them a thief of backups could write the trail anew, or the backup itself, whose list
of members a key authenticates. What is restored is verified before anybody may use it, goes on under another name of its
trail, and sends no mail until somebody says so: letters with checkpoints alone go on, where the list of those that went lies beside
the database, so that a machine on which a restore is practised writes to nobody.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from hmac import compare_digest, digest
from pathlib import Path
from typing import IO, Any

import orjson
from flask import current_app
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Engine,
    LargeBinary,
    Numeric,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    type_coerce,
    update,
)

from service import clock, erasing, keepers, trail
from service.actor import Actor
from service.awards import public
from service.db import Instant, Json, db, table_of, transaction
from service.errors import Refusal
from service.notices.models import MailFreeze
from service.people.models import ApiToken, CalendarFeed, SessionToken
from service.schema import create_schema, maker, newest
from service.trail import checkpoints
from service.trail.models import CHECKPOINT, ERASED, HEAD
from service.trail.verify import snapshot

FORMAT = "vinhdanh-backup-1"
_AT_ONCE = 500
_BLOCK = 1 << 20
_LEFT = frozenset({"session_token", "studio_visit"})
"""Tables of what lives only while the service runs; who was signed in signs in again."""
_NEEDED = ("backup", "trail")
"""Keys without which nothing can be restored."""
_OF_TRAIL = ("trail", "checkpoints")
"""Purposes whose keys follow one another: all that there were must be there, or the trail cannot be verified."""
_SHORT = frozenset({"cookies", "passes", "password-reset", "sign-in"})
"""Keys of what lives for hours: made anew they harm nobody. Codes on paper, links in letters, what is sealed need the others."""
_HELD = "Phục hồi từ bản sao lưu"
_FREEZE = table_of(MailFreeze)
_OURS = and_(_FREEZE.c.released_at.is_(None), _FREEZE.c.frozen_by.is_(None), _FREEZE.c.reason == _HELD)
"""Mail held back by a restore, in the same transaction that loads the mail."""
_UNREADABLE = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, AttributeError, EOFError, RuntimeError)
"""What reading a file raises that is no backup of ours; zipfile says RuntimeError of one with a password."""


class BadBackup(Refusal):
    """A file that is no backup, is damaged, or cannot be restored here."""

    status = 422
    default_code = "bad-backup"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: entries of the trail, rows, files, and from when."""

    entries: int
    rows: int
    files: int
    taken: str
    origin: str
    erased: int = 0
    """Erasures of personal data that were done again: the backup was older than they are."""
    to_erase: tuple[int, ...] = ()
    """Requests for erasure that wait, because the backup is older than the end of a nomination."""
    kept: keepers.TakenUp = field(default_factory=keepers.TakenUp)
    """What the list beside the database told of those who keep checkpoints."""
    unsure: tuple[int, ...] = ()
    """Former erasures of which nothing proves whom they mean in this backup: somebody must look, and enter them anew."""


def make_backup(path: Path, *, by: Actor) -> dict[str, int]:
    """Write a backup to a file that is not there yet; others go on working. Gives how many rows and files are in it.

    The file is readable by its owner only and appears whole or not at all. Raises FileExistsError.
    """
    if path.exists():
        raise FileExistsError(path)
    _name_trail()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w+b") as file:
            counts = _write(file)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            told = hashlib.file_digest(file, "sha256").hexdigest()
        os.link(name, path)  # unlike a renaming it never replaces a file
    finally:
        os.unlink(name)
    with transaction():
        trail.record("backup:made", by=by, stream="system", body={"sha256": told, **counts})
    return counts


def _name_trail() -> None:
    """Sign a first checkpoint where there is none: a restore says which name the trail had, or later anchors seem another's."""
    with snapshot() as connection:
        named = checkpoints.newest(connection) is not None
        empty = not connection.execute(select(HEAD.c.gseq).where(HEAD.c.id == 1)).scalar()
    if not named and not empty:
        with suppress(checkpoints.Unsigned):  # what does not fit is kept too, for who looks into it; no restore takes it
            checkpoints.make_checkpoint()


def _write(file: IO[bytes]) -> dict[str, int]:
    members: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive, snapshot() as connection:
        head = connection.execute(select(HEAD.c.gseq, HEAD.c.hash).where(HEAD.c.id == 1)).one()
        number = connection.execute(select(func.max(CHECKPOINT.c.number))).scalar() or 0
        last = checkpoints.newest(connection)
        for table in _tables():
            members[f"tables/{table.name}.jsonl"] = _add(archive, f"tables/{table.name}.jsonl", _lines(connection, table))
        rows = sum(one["count"] for one in members.values())
        # After the tables: a file that came meanwhile is one too many, and does no harm.
        folder = _files()
        files = sorted(one for one in folder.rglob("*") if one.is_file()) if folder.exists() else []
        for one in files:
            name = f"files/{one.relative_to(folder).as_posix()}"
            members[name] = _add(archive, name, _blocks(one), zipfile.ZIP_STORED)
        manifest = {
            "format": FORMAT, "schema": newest(), "database": connection.dialect.name, "taken": clock.now().isoformat(),
            "keys": _keys(), "entries": head.gseq, "head": head.hash.hex(), "checkpoint": number, "origin": last.origin if last else "",
            "columns": {str(table.name): [str(column.name) for column in table.columns] for table in _tables()}, "members": members,
        }
        content = orjson.dumps(manifest, option=orjson.OPT_INDENT_2)
        archive.writestr("manifest.json", content)
        archive.writestr("manifest.mac", _mac(content))
    return {"entries": head.gseq, "rows": rows, "files": len(files)}


def restore_backup(path: Path, *, reason: str, by: Actor, without_keys: bool = False) -> Restored:
    """Make this installation, whose database is empty, from a backup; its trail is verified and goes on under another name.

    Raises BadBackup for a damaged file, a database that is not empty, keys that do not fit or are missing: then nothing is kept. What
    was loaded by a restore that broke off is taken up again by another one from the same file. `without_keys`: keys that are lost for
    good are made anew, but for those of the trail; what was printed or sealed with them is dead, and nominations get fresh codes.
    """
    _must_have_keys(_NEEDED)
    with _opened(path) as (archive, manifest):
        _must_have_keys([name for name in manifest["keys"] if name.partition(".")[0] in _OF_TRAIL])
        lost = _missing([name for name in manifest["keys"] if name not in _SHORT])
        if lost and not without_keys:
            raise BadBackup(
                f"Thư mục keys thiếu khóa: {', '.join(lost)}. Thiếu chúng thì mã đã in trên giấy, đường dẫn trong thư, những gì đã "
                "niêm phong không dùng được nữa. Chép các khóa đó từ hệ thống cũ vào; nếu đã mất hẳn, thêm --without-keys.",
                f"These keys are missing in the folder keys: {', '.join(lost)}. Codes on paper, links in letters and what is sealed "
                "would be dead without them. Put those of the former installation there; where they are lost for good, add --without-keys.",
            )
        loaded = _stands(manifest)
        create_schema()
        fresh: list[Path] = []
        try:
            if not loaded:
                _load(archive, manifest)
            files = _unpack(archive, manifest, fresh)
            _must_verify(manifest)
            made = _go_on(manifest, files, lost, reason=reason, by=by)
            again = erasing.erase_again(by=by)
            return replace(made, erased=again.done, to_erase=again.waiting, unsure=again.unsure)
        except BaseException:
            for one in fresh:
                one.unlink(missing_ok=True)
            if not loaded:  # what another restore left may be looked at, and stays as it is: frozen
                _drop_all()
            raise


def _go_on(manifest: Mapping[str, Any], files: int, lost: Sequence[str], *, reason: str, by: Actor) -> Restored:
    """The first act of what was restored: its trail forks, and says that the outbox is frozen."""
    origin = checkpoints.new_origin()
    with transaction() as s:
        s.execute(delete(SessionToken))
        s.execute(delete(CalendarFeed))  # an address that was revoked since would be good again
        # A token that was revoked since would live again; the rows stay, since entries of the trail name them.
        s.execute(update(ApiToken).where(ApiToken.ended_at.is_(None)).values(ended_at=clock.unmoved(), ended="restored"))
        trail.record(
            "trail:restored", by=by, stream="system", reason=reason,
            body={"origin": origin, "former": manifest["origin"], "size": manifest["entries"], "anchor": manifest["checkpoint"] or None,
                  "taken": manifest["taken"][:10], "without": ", ".join(lost) or None},
        )
        if public.KEY in lost:
            public.renew_codes(s)  # with the new key the old ones find nothing, and would be printed wrong
        if s.execute(select(_FREEZE.c.id).where(_OURS)).first():
            trail.record("outbox:frozen", by=by, stream="system", reason=_HELD)
        kept = keepers.take_up(s, by=by)
    rows = sum(one["count"] for name, one in manifest["members"].items() if name.startswith("tables/"))
    return Restored(manifest["entries"], rows, files, manifest["taken"], origin, kept=kept)


# -- reading and writing a backup


def _tables() -> list[Table]:
    # What was erased comes after the entries that say so: the database's lock asks for them.
    return sorted((table for table in db.metadata.sorted_tables if table.name not in _LEFT), key=lambda table: table is ERASED)


def _files() -> Path:
    folder: Path = current_app.extensions["settings"].var / "files"
    return folder


def _mac(manifest: bytes) -> str:
    """What authenticates the list of members, and with it every one of them."""
    secret = current_app.extensions["settings"].key("backup").get_secret_value()
    return digest(bytes.fromhex(secret), manifest, hashlib.sha256).hex()


def _keys() -> list[str]:
    """Names of the keys that lie beside the database; what they are never goes in."""
    folder: Path = current_app.extensions["settings"].var / "keys"
    return sorted(one.name for one in folder.glob("[!.]*") if one.is_file()) if folder.exists() else []


def _missing(names: Sequence[str]) -> list[str]:
    return sorted(set(names) - set(_keys()))


def _must_have_keys(names: Sequence[str]) -> None:
    """A key that is not there would be made anew when it is first asked for, and fit nothing."""
    if lost := ", ".join(_missing(names)):
        raise BadBackup(
            f"Thư mục keys thiếu khóa: {lost}. Chép thư mục keys của hệ thống cũ vào trước.",
            f"These keys are missing in the folder keys: {lost}. Put the keys of the former installation there first.",
        )


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    write = [_writer(column) for column in table.columns]
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(
        # JSON goes as the very text that is stored.
        select(*(type_coerce(c, Text()).label(c.name) if isinstance(c.type, Json) else c for c in table.columns))
        .order_by(*table.primary_key.columns)
    )
    with rows:
        for row in rows:
            yield orjson.dumps([None if value is None else put(value) for put, value in zip(write, row, strict=True)]) + b"\n"


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _add(archive: zipfile.ZipFile, name: str, content: Iterator[bytes], how: int = zipfile.ZIP_DEFLATED) -> dict[str, Any]:
    info = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
    info.compress_type, info.external_attr = how, 0o600 << 16
    found, count = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as member:
        for block in content:
            member.write(block)
            found.update(block)
            count += 1
    return {"sha256": found.hexdigest(), "count": count}


def _writer(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, LargeBinary):
        return lambda value: b64encode(value).decode()
    if isinstance(column.type, Instant | Date):
        return lambda value: value.isoformat()
    if isinstance(column.type, Numeric):
        return str
    return lambda value: value


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, LargeBinary):
        return b64decode
    if isinstance(column.type, Instant):
        return datetime.fromisoformat
    if isinstance(column.type, Date):
        return date.fromisoformat
    if isinstance(column.type, Numeric):
        return Decimal
    return lambda value: value


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """A backup made with the key that is here, whose every member has the hash that its list says."""
    with _no_backup():
        archive = zipfile.ZipFile(path)
    with archive:
        with _no_backup():
            manifest = _checked(archive)
        yield archive, manifest


@contextmanager
def _no_backup() -> Iterator[None]:
    """Around reading the file alone: a fault of the restore itself must show as what it is."""
    try:
        yield
    except _UNREADABLE as wrong:
        raise BadBackup("Tệp này không phải bản sao lưu, hoặc bị hỏng.", "This file is no backup, or damaged.") from wrong


def _checked(archive: zipfile.ZipFile) -> dict[str, Any]:
    content, mac = archive.read("manifest.json"), archive.read("manifest.mac").decode()
    if not compare_digest(_mac(content), mac):
        raise BadBackup(
            "Khóa trong thư mục keys không phải khóa của bản sao lưu này, hoặc danh mục của nó đã bị sửa. "
            "Chép thư mục keys của hệ thống cũ vào trước.",
            "The keys in the folder keys are not those of this backup, or its list was changed. "
            "Put the keys of the former installation there first.",
        )
    manifest: dict[str, Any] = orjson.loads(content)
    if manifest["format"] != FORMAT:
        raise ValueError("format")
    if manifest["schema"] != newest():
        raise BadBackup(
            f"Bản sao lưu của phiên bản dữ liệu {manifest['schema']}, phần mềm này dùng {newest()}. "
            "Dùng đúng bản phần mềm đã sao lưu.",
            f"The backup is of schema {manifest['schema']}, this program has {newest()}. Take the release that made it.",
        )
    _check_names(archive, manifest)
    for name, said in manifest["members"].items():
        found = hashlib.sha256()
        with archive.open(name) as member:
            while block := member.read(_BLOCK):
                found.update(block)
        if found.hexdigest() != said["sha256"]:
            raise _damaged(name)
    return manifest


def _check_names(archive: zipfile.ZipFile, manifest: Mapping[str, Any]) -> None:
    """Nothing is there that the list does not name, no table is missing, each with all of its columns."""
    members, columns = manifest["members"], manifest["columns"]
    names = [name for name in archive.namelist() if name not in ("manifest.json", "manifest.mac")]
    tables = {f"tables/{table.name}.jsonl" for table in _tables()}
    strange = [name for name in members if name not in tables and not name.startswith("files/")]
    for name in [*sorted(set(names) ^ set(members)), *sorted(tables - set(members)), *strange]:
        raise _damaged(name)
    if len(names) != len(set(names)):
        raise _damaged(next(name for name in names if names.count(name) > 1))
    for table in _tables():
        if set(columns.get(table.name, ())) != {column.name for column in table.columns}:
            raise _damaged(f"tables/{table.name}.jsonl")


def _damaged(name: str) -> BadBackup:
    return BadBackup(f"Bản sao lưu bị hỏng ở {name}.", f"The backup is damaged at {name}.")


def _stands(manifest: Mapping[str, Any]) -> bool:
    """Whether a restore of this very backup broke off after it had loaded all; BadBackup where there is other data.

    Tables without a single entry are those of a restore that broke off before.
    """
    with db.engine.connect() as connection:
        if not inspect(connection).has_table(HEAD.name):
            return False
        head = connection.execute(select(HEAD.c.gseq, HEAD.c.hash).where(HEAD.c.id == 1)).one_or_none()
        if head is not None and head.gseq == 0:
            return False
        if head is not None and head.hash.hex() == manifest["head"] and connection.execute(select(_FREEZE.c.id).where(_OURS)).first():
            return True
    raise BadBackup(
        "Cơ sở dữ liệu này đã có dữ liệu. Phục hồi vào cơ sở dữ liệu trống (với SQLite: dời tệp cũ đi chỗ khác trước).",
        "This database holds data. Restore into an empty one (with SQLite: move the old file away first).",
    )


def _load(archive: zipfile.ZipFile, manifest: Mapping[str, Any]) -> None:
    """All rows in one transaction, and with them that no mail goes out: a worker that starts now would send old letters."""
    with maker() as engine, engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        with connection.begin():
            for table in _tables():
                _load_table(connection, archive, table, manifest["columns"][table.name])
            if engine.dialect.name == "postgresql":
                _advance(connection)
            if connection.execute(select(_FREEZE.c.id).where(_OURS)).first() is None:  # beside one by a person: alarms go through that
                connection.execute(insert(_FREEZE).values(frozen_at=clock.now(), frozen_by=None, reason=_HELD))


def _load_table(connection: Connection, archive: zipfile.ZipFile, table: Table, names: Sequence[str]) -> None:
    columns = [table.columns[name] for name in names]
    read = [_reader(column) for column in columns]
    # A row may refer to one of its own table that comes after it: that is put in once all are there.
    own = [column.name for column in columns if any(key.column.table is table for key in column.foreign_keys)]
    later: list[tuple[Any, dict[str, Any]]] = []
    into = insert(table).values({c.name: bindparam(c.name, type_=Text() if isinstance(c.type, Json) else c.type) for c in columns})

    def rows() -> Iterator[dict[str, Any]]:
        with archive.open(f"tables/{table.name}.jsonl") as member:
            for line in member:
                values = orjson.loads(line)
                row = {
                    column.name: None if value is None else get(value) for column, get, value in zip(columns, read, values, strict=True)
                }
                if own and (refers := {name: row[name] for name in own if row[name] is not None}):
                    later.append((row["id"], refers))
                    row.update(dict.fromkeys(refers))
                yield row

    for piece in _pieces(rows()):
        if table is HEAD:
            connection.execute(update(HEAD).where(HEAD.c.id == 1), {k: v for k, v in piece[0].items() if k != "id"})
        else:
            connection.execute(into, piece)
    for number, refers in later:
        connection.execute(update(table).where(table.c.id == number).values(**refers))


def _pieces(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    piece: list[dict[str, Any]] = []
    for row in rows:
        piece.append(row)
        if len(piece) == _AT_ONCE:
            yield piece
            piece = []
    if piece:
        yield piece


def _advance(connection: Connection) -> None:
    """Let numbers that the database gives go on after the highest that was restored."""
    for table in _tables():
        for column in table.primary_key.columns:
            name = connection.execute(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": f'"{table.name}"', "c": column.name}).scalar()
            highest = connection.execute(select(func.max(column))).scalar() if name else None
            if highest:
                connection.execute(text("SELECT setval(CAST(:name AS regclass), :at)"), {"name": name, "at": highest})


def _unpack(archive: zipfile.ZipFile, manifest: Mapping[str, Any], fresh: list[Path]) -> int:
    """Put the files in place, each under its hash; `fresh` gets those that were not there."""
    count = 0
    for name, said in manifest["members"].items():
        if not name.startswith("files/"):
            continue
        hash_ = name.rpartition("/")[2]
        if said["sha256"] != hash_ or name != f"files/{hash_[:2]}/{hash_}":
            raise BadBackup(f"Tệp {name} không đúng tên của nó.", f"The file {name} is not what its name says.")
        path = _files() / hash_[:2] / hash_
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            fresh.append(path)
        with archive.open(name) as member, path.open("wb") as out:
            while block := member.read(_BLOCK):
                out.write(block)
        count += 1
    return count


def _must_verify(manifest: Mapping[str, Any]) -> None:
    verdict = trail.verify()
    with snapshot() as connection:
        head = connection.execute(select(HEAD.c.hash).where(HEAD.c.id == 1)).scalar_one()
    if verdict.ok and head.hex() == manifest["head"]:
        return
    if verdict.code == "key":
        raise BadBackup(
            "Khóa trong thư mục keys không phải khóa của bản sao lưu này. Chép thư mục keys của hệ thống cũ vào trước.",
            "The keys in the folder keys are not those of this backup. Put the keys of the former installation there first.",
        )
    raise BadBackup(
        f"Nhật ký trong bản sao lưu không nguyên vẹn: {verdict.why}", f"The trail of the backup is not intact: {verdict.why_en}"
    )


def _drop_all() -> None:
    """Leave the database as empty as it was."""
    db.session.remove()
    with maker() as engine:
        _drop(engine)


def _drop(engine: Engine) -> None:
    with engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        with connection.begin():
            db.metadata.drop_all(connection)
            connection.execute(text("DROP TABLE alembic_version"))
            if engine.dialect.name == "postgresql":
                connection.execute(text("DROP SCHEMA IF EXISTS procrastinate CASCADE"))
                connection.execute(text("DROP FUNCTION IF EXISTS trail_refuse() CASCADE"))
                connection.execute(text("DROP FUNCTION IF EXISTS trail_forward() CASCADE"))
                connection.execute(text("DROP FUNCTION IF EXISTS trail_erased_only() CASCADE"))
                connection.execute(text("DROP FUNCTION IF EXISTS trail_erasure_said() CASCADE"))
