"""Lists beside the database: what must outlive a restore, of which an older backup knows nothing.

A list is a file of lines under `var/trail`, each authenticated by the key of the trail that was in use when it was written. Entries are
named by number and hash, so that a line can mean nobody else in another history of the same database.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from hashlib import sha256
from hmac import compare_digest, digest
from pathlib import Path
from typing import Any

import orjson
import structlog
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.db import reading
from service.trail.models import EVENT, HEAD
from service.trail.seal import mac_key

log = structlog.get_logger(__name__)


def list_file(name: str) -> Path:
    """Where a list lies."""
    folder: Path = current_app.extensions["settings"].var / "trail"
    return folder / f"{name}.jsonl"


def append(name: str, word: str, *told: Mapping[str, Any]) -> None:
    """Add lines to a list, after the transaction that they tell of; `word` keeps lines of one list out of another."""
    path = list_file(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with reading() as s:
        key = int(s.execute(select(HEAD.c.key).where(HEAD.c.id == 1)).scalar_one())
    lines = []
    for one in told:
        said = orjson.dumps(one, option=orjson.OPT_SORT_KEYS)
        lines.append(orjson.dumps({"said": said.decode(), "mac": _mac(word, said, key), "key": key}) + b"\n")
    with path.open("ab") as file:
        file.write(b"".join(lines))
        file.flush()
        os.fsync(file.fileno())


def listed(name: str, word: str) -> Iterator[dict[str, Any]]:
    """The lines of a list that are ours, in their order; others are logged and passed over."""
    path = list_file(name)
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else (), 1):
        try:
            read = orjson.loads(line)
            said, key = read["said"].encode(), int(read.get("key", 1))
            if not _is_there(key) or not compare_digest(_mac(word, said, key), read["mac"]):
                raise ValueError("mac")
            yield orjson.loads(said)
        except (ValueError, KeyError, TypeError, AttributeError):
            log.error("a line of a list beside the database is not ours", list=name, line=number)


def is_there(s: Session, entry: Any) -> bool:
    """Tell whether the entry that a line names is in this database, the very one."""
    gseq, told = entry
    here = s.execute(select(EVENT.c.hash).where(EVENT.c.gseq == gseq)).scalar()
    return here is not None and here.hex() == told


def _mac(word: str, said: bytes, key: int) -> str:
    return digest(mac_key(key), f"vinhdanh {word}\n".encode() + said, sha256).hex()


def _is_there(key: int) -> bool:
    """Whether there is such a key of the trail; one that is asked for is made, and a line of a list asks for none."""
    folder: Path = current_app.extensions["settings"].var / "keys"
    return key == 1 or 1 < key < 10_000 and (folder / f"trail.{key}").exists()
