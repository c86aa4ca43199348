"""Looks for what a secret ballot must never leave behind: in every table, the database's own files, logs, mails, files.

Knows no choice and no code (nothing does): it looks for their shapes, and proves a find where it can. A secret r is one
whose T stands in a box; a code is one whose key is a teller's; a sheet begins with its round. Never says what it found,
only what kind of thing and where. Changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import zstandard
from flask import current_app
from nacl.public import PrivateKey

from service.actor import Actor
from service.council.ballot import digits, sealing
from service.council.ballot.frozen import Rows, no_round, rows_of
from service.council.ballot.models import BallotBox, BallotRound
from service.db import db, is_postgresql, reading
from service.people import require
from service.trail import KINDS
from service.trail.models import EVENT

_WORDS = rb"(?:agree|disagree|blank|recused)"
_FIELD = re.compile(rb"choice-\d{1,4}[\"']?\s*(?:=|:|,|%3D)\s*[\"']?[1-3]")
"""The sheet's own fields, as a form, a log or a draft would carry them."""
_CHOICES: dict[str, re.Pattern[bytes]] = {
    # item → choice, and three choices or more in a row
    "choices": re.compile(
        rb"[\"']?\b\d{1,4}[\"']?\s*:\s*[\"']" + _WORDS + rb"[\"']|[\"']" + _WORDS + rb"[\"'](?:\s*,\s*[\"']" + _WORDS
        + rb"[\"']){2,}"
    ),
    # a word for a vote and what it was: how an engine's multi-instance data or a hasty log line would say it
    "vote": re.compile(
        rb"\b(?:choice|vote|voted_for|ballot|phieu|lua_chon|bieu_quyet)[\"']?\s*[:=]\s*[\"']?(?:agree|disagree|blank)\b",
        re.IGNORECASE,
    ),
}
_SAID = (b"agree", b"blank", b"recused")
"""Words near which choices are looked for: finding a word is much quicker than trying a pattern everywhere."""
_NEAR = 160
_PLACES = re.compile(rb"[0-4]{60,}")
_PLACES_HEX = re.compile(rb"(?:0[0-4]){60}")
_HEX = re.compile(rb"(?<![0-9a-fA-F])[0-9a-fA-F]{64,4096}(?![0-9a-fA-F])")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{43,8192}={0,2}")
_DIGITS = re.compile(rb"(?<![0-9])[0-9](?:[ .\-]?[0-9]){31,127}(?![0-9])")
_FEW_ZEROS = 7
_GAP = re.compile(rb"\0{%d,}" % (4 * _FEW_ZEROS))
"""Zeros among which no secret lies: one with so many at its end, or at its start, is drawn once in 2^56."""
_LARGEST_VALUE = 1 << 20
"""Bytes of one value up to which every window of 32 bytes is tried as a secret."""
_MOST_CODES = 50
"""Runs of digits of the right length that are tried as codes: each takes three derivations."""
_PIECE, _OVERLAP = 32 * 1024 * 1024, 64 * 1024
"""Bytes of a file that are looked through at once, and how much of them again with the next."""
SAYS: dict[str, tuple[str, str]] = {
    "sheet": ("phiếu chưa niêm phong", "an unsealed sheet"),
    "secret": ("số bí mật của một phiếu", "the secret of a ballot"),
    "code": ("mã của người kiểm phiếu", "a teller's code"),
    "key": ("khóa riêng của người kiểm phiếu", "a teller's private key"),
    "places": ("dãy lựa chọn của một phiếu", "the places of a sheet"),
    "choice": ("trường lựa chọn của phiếu", "a field of the sheet with its choice"),
    "choices": ("lựa chọn theo mục", "choices item by item"),
    "vote": ("lời ghi lựa chọn", "a vote in words"),
    "entry": ("mục nhật ký không được có trong vòng bỏ phiếu", "an entry that no round may have in the trail"),
}


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """One find: what kind of thing, and where; never the thing itself."""

    where: str
    what: str


@dataclass(slots=True)
class Search:
    """What was looked through, what could not be, and what was found."""

    found: set[Leak] = field(default_factory=set)
    places: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Known:
    """A round as the search knows it."""

    id: str
    key: bytes
    marks: frozenset[bytes]
    public: dict[int, bytes]
    light: bool

    def is_secret(self, candidate: bytes) -> bool:
        return blake2b(self.key + candidate, digest_size=sealing.MARK_BYTES).digest() in self.marks

    def is_key(self, candidate: bytes) -> bool:
        return bytes(PrivateKey(candidate).public_key) in self.public.values()

    def is_code(self, code: str) -> bool:
        return any(
            bytes(sealing.teller_key(code, self.key, no, light=self.light).public_key) == public
            for no, public in self.public.items()
        )


def check_leaks(
    round_id: str | None = None, paths: Iterable[Path] = (), *, by: Actor, thorough: bool = False
) -> Search:
    """Look for leaks of one round, or of all, in the database, everything under `var`, and further paths (logs, backups).

    `thorough` also tries every window of every raw file as a secret, which takes about a second a filled megabyte and round.
    """
    require(by, "trail.verify")
    search = Search()
    known = _known(round_id)
    scan = _Scan(known, search)
    _search_tables(scan)
    _search_entries([one.id for one in known], search)
    files = _Files(scan, thorough)
    for path in (current_app.extensions["settings"].var, *_own_files(search), *paths):
        files.search(path)
    return search


def _known(round_id: str | None) -> list[_Known]:
    light = current_app.extensions["settings"].testing
    with reading() as s:
        statement = sa.select(BallotRound.id).order_by(BallotRound.id)
        ids = s.scalars(statement if round_id is None else statement.where(BallotRound.id == round_id)).all()
        if round_id is not None and not ids:
            raise no_round()
        found = []
        for number in ids:
            rows: Rows = rows_of(number)
            box = s.execute(sa.select(BallotBox.blob).where(BallotBox.round == number)).scalar_one()
            marks = frozenset(
                bytes(box[at : at + sealing.MARK_BYTES]) for at in range(0, len(box), sealing.ENTRY)
            )
            public = {one.no: one.pub for one in rows.tellers if one.pub}
            found.append(_Known(number, rows.key, marks, public, light))
    return found


class _Scan:
    """Tries bytes against every shape; one round's proof is enough."""

    def __init__(self, known: list[_Known], search: Search) -> None:
        self.known = known
        self.search = search
        self._codes_left = _MOST_CODES
        self._tried: set[bytes] = set()

    def look(self, data: bytes, where: str, *, windows: bool = False) -> None:
        """Look through bytes of any kind."""
        if _FIELD.search(data):
            self._note("choice", where)
        for stretch in _stretches(data):
            for what, pattern in _CHOICES.items():
                if pattern.search(stretch):
                    self._note(what, where)
        if any(_is_places(run[0], data, run.start(), run.end()) for run in _PLACES.finditer(data)) or any(
            any(digit in b"12" for digit in run[0][1::2]) for run in _PLACES_HEX.finditer(data)
        ):
            self._note("places", where)
        self._sheets(data, where)
        for run in _HEX.finditer(data):
            text = run[0]
            self._candidates((bytes.fromhex(text[at : at + 64].decode()) for at in range(0, len(text) - 63, 2)), where)
            if len(text) >= 200:
                self._sheets(bytes.fromhex(text[: len(text) // 2 * 2].decode()), where)
        for decoded in _base64_values(data):
            if len(decoded) == 32:
                self._candidates([decoded], where)
            self._sheets(decoded, where)
        self._codes(data, where)
        if windows:
            self._windows(data, where)

    def _note(self, what: str, where: str) -> None:
        self.search.found.add(Leak(where, what))

    def _sheets(self, data: bytes, where: str) -> None:
        length = sealing.ROUND_BYTES + sealing.SECRET_BYTES
        for one in self.known:
            at = data.find(one.key)
            while at >= 0:
                places = data[at + length : at + length + sealing.PLACES]
                if len(places) == sealing.PLACES and 0 < places[0] <= 4 and max(places) <= 4:
                    self._note("sheet", where)
                at = data.find(one.key, at + 1)

    def _candidates(self, candidates: Iterable[bytes], where: str) -> None:
        for candidate in candidates:
            for one in self.known:
                if one.is_secret(candidate):
                    self._note("secret", where)
                if one.is_key(candidate):
                    self._note("key", where)

    def _windows(self, data: bytes, where: str) -> None:
        for one in self.known:
            if one.marks and any(
                one.is_secret(data[at : at + sealing.SECRET_BYTES])
                for start, end in _filled(data)
                for at in range(start, end - sealing.SECRET_BYTES + 1)
            ):
                self._note("secret", where)

    def _codes(self, data: bytes, where: str) -> None:
        for run in _DIGITS.finditer(data):
            text = re.sub(rb"[ .\-]", b"", run[0]).decode()
            whole = digits.RANDOM + digits.CHECK
            for at in range(len(text) - whole + 1):
                code = text[at : at + whole]
                try:
                    digits.plain_code(code)
                except digits.Mistyped:
                    continue
                self._try_code(code, where)
            if len(text) == digits.RANDOM:
                self._try_code(text, where)

    def _try_code(self, code: str, where: str) -> None:
        if self._codes_left <= 0:
            self.search.missed.append(f"{where}: too many runs of digits to try them all as codes")
            return
        self._codes_left -= 1
        if any(one.is_code(code) for one in self.known):
            self._codes_left += 1
            self._note("code", where)


def _filled(data: bytes) -> Iterator[tuple[int, int]]:
    """Where data is more than nothing: half of a database's file is zeros, and no secret has that many in a row."""
    start = 0
    for gap in _GAP.finditer(data):
        yield start, gap.start() + _FEW_ZEROS
        start = gap.end() - _FEW_ZEROS
    yield start, len(data)


def _stretches(data: bytes) -> Iterator[bytes]:
    """What stands around each word of a choice, overlapping stretches joined."""
    hits = []
    for word in _SAID:
        at = data.find(word)
        while at >= 0:
            hits.append(at)
            at = data.find(word, at + len(word))
    start = end = 0
    for at in sorted(hits):
        if at - _NEAR > end:
            if end:
                yield data[start:end]
            start = max(0, at - _NEAR)
        end = at + _NEAR
    if end:
        yield data[start:end]


def _is_places(run: bytes, data: bytes, start: int, end: int) -> bool:
    """Whether a run of digits is the places of one sheet: exactly 60, no part of a longer number, not all alike."""
    around = data[max(0, start - 1) : start] + data[end : end + 1]
    return len(run) == sealing.PLACES and not any(48 <= sign <= 57 for sign in around) and bool(re.search(rb"[12]", run))


def _base64_values(data: bytes) -> Iterator[bytes]:
    for run in _BASE64.finditer(data):
        text = run[0].rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        if len(text) % 4 == 1:
            continue
        try:
            yield base64.b64decode(text + b"=" * (-len(text) % 4))
        except binascii.Error:
            continue


def _search_tables(scan: _Scan) -> None:
    """Every value of every table, decompressed where it is compressed."""
    metadata = sa.MetaData()
    with db.engine.connect() as connection:
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            columns = [
                column for column in table.columns if not isinstance(column.type, sa.Integer | sa.Boolean | sa.Date)
            ]
            if not columns:
                continue
            rows = connection.execute(sa.select(*columns).execution_options(yield_per=500))
            for row in rows:
                for column, value in zip(columns, row, strict=True):
                    data = _as_bytes(value)
                    if data:
                        for inner in (data, *_unpacked(data)):
                            scan.look(
                                inner, f"{table.name}.{column.name}",
                                windows=isinstance(value, bytes | memoryview) and len(inner) <= _LARGEST_VALUE,
                            )
            scan.search.places.append(table.name)


def _as_bytes(value: Any) -> bytes:
    if value is None:
        return b""
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return str(value).encode("utf-8", "surrogatepass")


def _unpacked(data: bytes) -> Iterator[bytes]:
    openers: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
        (b"\x28\xb5\x2f\xfd", lambda packed: zstandard.ZstdDecompressor().decompressobj().decompress(packed)),
        (b"\x1f\x8b", gzip.decompress),
        (b"\x78", zlib.decompress),
    )
    for magic, opened in openers:
        if data.startswith(magic):
            try:
                yield opened(data)
            except (zlib.error, OSError, EOFError, zstandard.ZstdError):
                continue


def _search_entries(rounds: Iterable[str], search: Search) -> None:
    """The rounds' own entries in the trail: only the known kinds, and a choice in none but written opinions."""
    allowed = {kind for kind in KINDS if kind.startswith("ballot:")} | {"file:added", "file:opened"}
    with reading() as s:
        for round_id in rounds:
            statement = sa.select(EVENT.c.kind, EVENT.c.body).where(EVENT.c.stream == f"ballot:{round_id}")
            for kind, body in s.execute(statement):
                speaks = re.search(rb"\bagree\b|\bdisagree\b|choice", bytes(body))
                if kind not in allowed or (speaks and kind != "ballot:opinion_filed"):
                    search.found.add(Leak(f"trail_event {kind}", "entry"))


def _own_files(search: Search) -> list[Path]:
    """The database's own files beside `var`: an SQLite file elsewhere, PostgreSQL's tables and its log of writes."""
    if not is_postgresql():
        path = Path(str(db.engine.url.database))
        return [] if path.is_relative_to(current_app.extensions["settings"].var) else list(path.parent.glob(path.name + "*"))
    with db.engine.connect() as connection:
        try:
            folder = Path(str(connection.exec_driver_sql("SHOW data_directory").scalar()))
            number = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar()
        except sa.exc.DBAPIError:
            folder, number = Path("/nonexistent"), 0
    found = [folder / "base" / str(number), folder / "pg_wal"]
    if all(path.is_dir() for path in found):
        return found
    search.missed.append("PostgreSQL's own files and its log of writes (not readable from here)")
    return []


class _Files:
    """Files and folders, each file once, compressed ones opened."""

    def __init__(self, scan: _Scan, thorough: bool) -> None:
        self._scan = scan
        self._thorough = thorough
        self._seen: set[Path] = set()

    def search(self, path: Path) -> None:
        """Look through a file, or everything below a folder."""
        for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
            real = one.resolve()
            if one.is_file() and real not in self._seen:
                self._seen.add(real)
                self._file(one)

    def _file(self, path: Path) -> None:
        search = self._scan.search
        try:
            # Read, never mapped: a database at work cuts its files short, and a mapped page that is gone ends the process.
            with path.open("rb") as stream:
                if path.suffix in (".gz", ".zst"):
                    for inner in _unpacked(stream.read()):
                        self._scan.look(inner, str(path), windows=self._thorough)
                    stream.seek(0)
                piece = stream.read(_PIECE)
                if not piece:
                    return
                while piece:
                    self._scan.look(piece, str(path), windows=self._thorough)
                    more = stream.read(_PIECE)
                    piece = piece[-_OVERLAP:] + more if more else b""
        except (OSError, ValueError) as error:
            search.missed.append(f"{path} ({type(error).__name__})")
            return
        search.places.append(str(path))
