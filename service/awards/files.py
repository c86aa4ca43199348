"""Attached files: checked by content, kept once by their hash under `var/files`, named in rows."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from forms.uploads import UploadRefused, inspect
from service import clock, trail
from service.actor import Actor
from service.awards.models import File
from service.db import hold, let_go, reading, transaction
from service.errors import Invalid, NotFound
from service.processes.models import ProcessInstance

CASES = ("nomination", "matter")
"""Kinds of case about which files stand."""
ON_DISK = "files"
"""What is held (`db.hold`) while bytes have no row yet, and alone by who removes bytes without a row."""


def attach_file(about: str, name: str, content: bytes, *, by: Actor, since: datetime | None = None) -> File:
    """Check and keep a file about `nomination:12` or `list:3`; Invalid says why it is not taken.

    The caller has checked that the person may write there. The bytes are on disk before the row stands. What the same person sends
    there once more `since` then, bytes and name the same, is the file that stands: a device that heard no answer sends again.
    """
    settings = current_app.extensions["settings"]
    try:
        seen = inspect(name, content, limit=settings.upload_limit)
    except UploadRefused as refused:
        raise Invalid(refused.message, refused.message_en, code="upload-refused") from None
    _keep(settings.var / "files", seen.sha256, content)
    with transaction() as s:
        _keep_for_good(seen.sha256, content)
        if since is not None and (row := _sent_before(s, about, seen.name, seen.sha256, since, by)) is not None:
            return row
        row = File(
            about=about,
            name=seen.name,
            media_type=seen.media_type,
            size=seen.size,
            sha256=seen.sha256,
            uploaded_at=clock.now(),
            uploaded_by=by.account or 0,
        )
        s.add(row)
        s.flush()
        trail.record(
            "file:added",
            by=by,
            stream=_stream(s, about),
            body={"file": row.id, "sha256": seen.sha256, "size": seen.size},
            private={"name": seen.name},
        )
        return row


def _sent_before(s: Session, about: str, name: str, sha256: str, since: datetime, by: Actor) -> File | None:
    return s.scalars(
        select(File).where(
            File.about == about, File.name == name, File.sha256 == sha256, File.uploaded_by == by.account, File.uploaded_at >= since
        ).order_by(File.id)
    ).first()


def keep_made(s: Session, about: str, name: str, media_type: str, content: bytes, *, by: Actor) -> File:
    """Keep a file that the service made itself, in the open transaction; what made it tells of it in the trail."""
    sha256 = hashlib.sha256(content).hexdigest()
    _keep_for_good(sha256, content)
    row = File(
        about=about, name=name, media_type=media_type, size=len(content), sha256=sha256, uploaded_at=clock.now(),
        uploaded_by=by.account or 0,
    )
    s.add(row)
    s.flush()
    return row


def _stream(s: object, about: str) -> str:
    kind, _, number = about.partition(":")
    if kind == "paper" and ":" in number:  # of a case: `paper:matter:12`; of a list `paper:3`
        return _stream(s, number)
    if kind == "draft":
        return f"account:{number}"
    if kind in CASES:
        with reading() as session:
            instance = session.execute(select(ProcessInstance.id).where(ProcessInstance.case_key == about)).scalar()
        return f"instance:{instance}"
    return f"list:{number}" if kind == "paper" else about


def _keep_for_good(sha256: str, content: bytes) -> None:
    """Have the bytes on the disk until the open transaction has their row; an erasure that clears the disk waits for it."""
    hold(ON_DISK, alone=False)
    _keep(current_app.extensions["settings"].var / "files", sha256, content)


def _keep(folder: Path, sha256: str, content: bytes) -> None:
    path = folder / sha256[:2] / sha256
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{sha256}.{secrets.token_hex(4)}")  # two threads may bring the same bytes at once
    with fresh.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)


def files_about(nomination_id: int) -> list[File]:
    """Files attached to a nomination, oldest first."""
    return _about(f"nomination:{nomination_id}")


def files_of_list(list_id: int) -> list[File]:
    """Files attached to a list: scans of incoming papers, minutes."""
    return _about(f"list:{list_id}")


def _about(about: str) -> list[File]:
    with reading() as s:
        rows = list(s.scalars(select(File).where(File.about == about).order_by(File.id)))
        let_go(rows)
        return rows


def about_files(rows: Iterable[File]) -> dict[int, dict[str, Any]]:
    """What a form may know of attached files, by number: name, type, size."""
    return {row.id: {"name": row.name, "media_type": row.media_type, "size": row.size} for row in rows}


def drafted_files(by: Actor) -> list[File]:
    """Files that somebody sent for a thing that does not stand yet."""
    return _about(f"draft:{by.account}")


def take_drafted(s: Session, about: str, fields: Mapping[str, Any], by: Actor) -> None:
    """Give the drafted files that an act names to what the act is about, in the open transaction."""
    numbers = [n for value in fields.values() if isinstance(value, list) for n in value if isinstance(n, int)]
    if numbers:
        s.execute(
            update(File).where(File.id.in_(numbers), File.about == f"draft:{by.account}").values(about=about)
        )


def copy_files(s: Session, numbers: Iterable[int], about: str, to: str, *, source: str, by: Actor) -> list[int]:
    """Give files about one thing to another too, in the open transaction; what is about anything else is passed over.

    Each copy has who sent the file and when; the trail says from where (`source`) it was taken over, and by whom.
    """
    hold(ON_DISK, alone=False)
    copies = []
    for row in s.scalars(select(File).where(File.id.in_(list(numbers)), File.about == about).order_by(File.id)).all():
        copy = File(
            about=to, name=row.name, media_type=row.media_type, size=row.size, sha256=row.sha256, uploaded_at=row.uploaded_at,
            uploaded_by=row.uploaded_by,
        )
        s.add(copy)
        s.flush()
        trail.record(
            "file:taken_over", by=by, stream=_stream(s, to), private={"name": row.name},
            body={"file": copy.id, "sha256": row.sha256, "size": row.size, "source": source},
        )
        copies.append(copy.id)
    return copies


def take_file(s: Session, about: str, file_id: int, by: Actor) -> int:
    """Give a file that somebody sent to what it is about, in the open transaction; Invalid for one that is not his.

    One that is about it already stays.
    """
    row = s.get(File, file_id)
    if row is None or row.about not in (about, f"draft:{by.account}"):
        raise Invalid.at("scan", "Tải tệp lên trước, rồi ghi.", "Send the file first, then name it.", code="no-file")
    row.about = about
    return row.id


def open_file(file_id: int, *, by: Actor) -> tuple[File, Path]:
    """A file for reading, and that somebody read it is noted; the caller checks the right on what it is about."""
    with transaction() as s:
        row = s.get(File, file_id)
        if row is None:
            raise NotFound("Không có tệp này.", "There is no such file.")
        trail.record("file:opened", by=by, stream=_stream(s, row.about), body={"file": row.id})
        return row, current_app.extensions["settings"].var / "files" / row.sha256[:2] / row.sha256


def read_bytes(file_id: int) -> bytes:
    """The bytes of a file, for the service itself: nobody is shown them."""
    return path_of(read_file_row(file_id)).read_bytes()


def path_of(row: File) -> Path:
    """Where the bytes of a file lie; who hands them on looks who may see them."""
    folder: Path = current_app.extensions["settings"].var / "files"
    return folder / row.sha256[:2] / row.sha256


def read_file_row(file_id: int) -> File:
    """The row of a file, for checking what it is about."""
    with reading() as s:
        row = s.get(File, file_id)
        if row is None:
            raise NotFound("Không có tệp này.", "There is no such file.")
        let_go([row])
        return row


__all__ = [
    "about_files", "attach_file", "copy_files", "drafted_files", "files_about", "files_of_list", "keep_made", "open_file", "path_of",
    "read_bytes", "read_file_row", "take_drafted", "take_file",
]
