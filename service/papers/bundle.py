"""The package that goes to the level above as one ZIP: papers, reports, minutes, count, evidence, and an index with hashes.

Of each paper the version that stands: the one signed with keys or its scan, else the edited one, else as drawn up; where
nothing was drawn up yet, as the database says now. The index names every file with size and SHA-256, for people (`Muc-luc.txt`), for
programs (`index.json`) and for `sha256sum -c` (`SHA256SUMS`). The same content gives the same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson
from flask import current_app
from sqlalchemy import select

from service import people, trail
from service.actor import Actor
from service.awards import lists
from service.awards.catalogue import award_forms
from service.awards.files import files_about, files_of_list
from service.awards.models import File, Line, List, Nomination
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden
from service.papers.facts import facts_of
from service.papers.kinds import PaperKind, kinds_of
from service.papers.models import Paper
from service.papers.versions import about_list, about_name, latest_of, read_for_papers, set_paper

RIGHT = "package.bundle"
_STATES = ("signed", "sent", "answered")
_COUNCIL = {"council_agenda": ("signed",), "council_sheet": ("signed", "stands")}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STANDS = {
    "drafted": "soạn từ dữ liệu, chưa ký, thiếu bản chụp đã ký", "edited": "bản sửa, chưa ký, thiếu bản chụp đã ký",
    "signed": "bản chụp đã ký", "esigned": "đã ký số", "sealed": "đã ký số, có số và chữ ký số của cơ quan",
}
"""Source of a version → how the index says that it stands."""
_SIGNED = ("signed", "esigned", "sealed")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the ZIP: its name there, what it is, where its bytes are."""

    path: str
    what: str
    nomination: int | None
    content: bytes | Path
    of: str = ""
    unsigned: bool = False
    """Whether it is a paper of which neither a signed scan nor a copy signed with a key is there."""


@dataclass(slots=True)
class Shelf:
    """Entries in the order of the index; two files of one name in a folder are told apart by a number."""

    entries: list[Entry] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def add(
        self, folder: str, name: str, content: bytes | Path, *, what: str, nomination: int | None = None, of: str = "",
        unsigned: bool = False,
    ) -> None:
        stem, dot, ending = plain_name(name, 120).rpartition(".")
        path, n = f"{folder}/{stem}{dot}{ending}", 1
        while path.casefold() in self.taken:
            n += 1
            path = f"{folder}/{stem} ({n}){dot}{ending}"
        self.taken.add(path.casefold())
        self.entries.append(Entry(path, what, nomination, content, of, unsigned))


def may_bundle(by: Actor, row: List) -> bool:
    """Tell whether somebody may take the whole package, with the dossiers of its names, as one file now."""
    return row.kind == "package" and row.state in _STATES and people.allowed(by, RIGHT)


def bundle_package(list_id: int, *, by: Actor) -> tuple[str, IO[bytes]]:
    """The ZIP of a package, as name and open file, which the caller closes; that it was taken is noted with its hash.

    Raises NotFound for who does not read the list, Forbidden without the right, Conflict before the chair has signed.
    """
    row = read_for_papers(list_id, by=by)
    if not people.allowed(by, RIGHT):
        raise Forbidden("Bạn không có quyền tải cả bộ hồ sơ.", "You may not take the whole package.")
    if row.kind != "package" or row.state not in _STATES:
        raise Conflict(
            "Chỉ đóng gói tờ trình gửi tỉnh đã ký.", "Only a signed package to the province is bundled.", code="not-signed",
        )
    shelf = _shelf(row)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # handed on open: whoever sends it closes it
    try:
        _write(file, row, shelf.entries)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        with transaction():
            trail.record("package:bundled", by=by, stream=f"list:{row.id}", body={"sha256": digest, "count": len(shelf.entries)})
    except BaseException:
        file.close()
        raise
    return f"{plain_name(row.number or row.title, 80)}.zip", file


def _shelf(row: List) -> Shelf:
    shelf = Shelf()
    for kind in kinds_of(row):
        if not kind.is_by_name:
            _add_paper(shelf, "01 Tờ trình, danh sách", row, kind)
    _add_files(shelf, "01 Tờ trình, danh sách", files_of_list(row.id))
    live = [(line, n) for line, n in lists.lines_of(row.id) if not line.removed and line.result != "struck"]
    for place, (_line, n) in enumerate(live, 1):
        folder = f"02 Hồ sơ/{place:02d} {plain_name(n.name, 80)}"
        submission = _list(n.submission_id)
        on_it = submission is not None and any(x.id == n.id and not y.removed for y, x in lists.lines_of(submission.id))
        for kind in kinds_of(submission) if submission is not None and on_it else ():
            if kind.of == "name":
                _add_paper(shelf, folder, submission, kind, n)  # type: ignore[arg-type]
        _add_files(shelf, f"{folder}/Minh chứng", files_about(n.id), n)
    for council in _councils([n.id for _line, n in live]):
        folder = f"03 Hội đồng/{plain_name(council.title, 80)}"
        for kind in kinds_of(council):
            if not kind.is_by_name and kind.issuer == "council":
                _add_paper(shelf, folder, council, kind)
        _add_files(shelf, folder, files_of_list(council.id))
    return shelf


def unsigned_papers(row: List) -> list[str]:
    """Names of the papers of a package itself that would go out without a signature: what is to be told before it is sent."""
    found = []
    for kind in kinds_of(row):
        if not kind.is_by_name:
            with reading() as s:
                versions = latest_of(s, about_list(row.id), kind.code)
            if not versions or versions[0].source not in _SIGNED:
                found.append(kind.name)
    return found


def _list(list_id: int | None) -> List | None:
    with reading() as s:
        row = s.get(List, list_id) if list_id else None
        if row is not None:
            let_go([row])
    return row


def _councils(names: Sequence[int]) -> list[List]:
    """The sessions and result sheets, signed, that the names went through."""
    with reading() as s:
        rows = list(s.scalars(
            select(List).join(Line, Line.list_id == List.id)
            .where(List.kind.in_(_COUNCIL), Line.nomination_id.in_(names), Line.removed.is_(False)).distinct().order_by(List.id)
        ))
        let_go(rows)
    return [row for row in rows if row.state in _COUNCIL[row.kind]]


def _add_paper(shelf: Shelf, folder: str, row: List, kind: PaperKind, n: Nomination | None = None) -> None:
    about = about_name(row, n.id) if n else about_list(row.id)
    with reading() as s:
        versions = latest_of(s, about, kind.code)
        paper: Paper | None = next((p for p in versions if p.format == "pdf"), versions[0] if versions else None)
        kept = s.get_one(File, paper.file_id) if paper else None
    if paper is not None and kept is not None:
        content: bytes | Path = bytes_of(kept)
        ending, stands = paper.format, paper.source
    else:
        content, ending, stands = set_paper(kind, facts_of(row, kind, n.id if n else None), formats=("pdf",))["pdf"], "pdf", "drafted"
    shelf.add(folder, f"{kind.name}.{ending}", content, what=f"{kind.name} ({_STANDS[stands]})",
              nomination=n.id if n else None, of=n.name if n else "", unsigned=stands not in _SIGNED)


def _add_files(shelf: Shelf, folder: str, files: Sequence[File], n: Nomination | None = None) -> None:
    for one in files:
        shelf.add(folder, one.name, bytes_of(one), what="Minh chứng" if n else "Tệp kèm theo",
                  nomination=n.id if n else None, of=n.name if n else "")


def bytes_of(file: File) -> Path:
    """Where the bytes of a file of the store lie."""
    folder: Path = current_app.extensions["settings"].var / "files"
    return folder / file.sha256[:2] / file.sha256


def plain_name(name: str, most: int) -> str:
    """A name as every file system takes it: no separator, nothing that does not print, no point or blank at the ends."""
    kept = "".join("-" if c in '/\\:*?"<>|' else c for c in name if c.isprintable())
    return kept[:most].strip(" .") or "Tệp"


def _write(file: IO[bytes], row: List, entries: Sequence[Entry]) -> None:
    index: list[dict[str, Any]] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            size, digest = put_entry(archive, entry)
            index.append({
                "path": entry.path, "what": entry.what, "nomination": entry.nomination, "name": entry.of, "size": size,
                "sha256": digest, "unsigned": entry.unsigned,
            })
        head = {"number": row.number, "dated": row.dated.isoformat() if row.dated else None, "title": row.title,
                "names": list(_names(row)), "files": index}
        for path, content in (
            ("index.json", orjson.dumps(head, option=orjson.OPT_INDENT_2)),
            ("SHA256SUMS", "".join(f"{one['sha256']}  {one['path']}\n" for one in index).encode()),
            # A mark in front, without which some editors take the file for another encoding.
            ("Muc-luc.txt", "\ufeff".encode() + _told(head).encode()),
        ):
            put_entry(archive, Entry(path, "", None, content))
    file.seek(0)


def _names(row: List) -> Iterator[dict[str, Any]]:
    for line, n in lists.lines_of(row.id):
        if not line.removed and line.result != "struck":
            form = n.form_granted or n.form_passed or n.form_asked
            yield {"nomination": n.id, "name": n.name, "title": n.title, "unit": n.unit_name, "form": award_forms()[form].name,
                   "answer": line.result if line.data.get("paper") else None}


def put_entry(archive: zipfile.ZipFile, entry: Entry) -> tuple[int, str]:
    """Write one file into a ZIP, dated alike whenever it is written; gives its size and SHA-256."""
    info = zipfile.ZipInfo(entry.path, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w") as out:
        if isinstance(entry.content, bytes):
            out.write(entry.content)
            return len(entry.content), hashlib.sha256(entry.content).hexdigest()
        with entry.content.open("rb") as source:
            shutil.copyfileobj(source, out, 1 << 20)
            source.seek(0)
            while block := source.read(1 << 20):
                digest.update(block)
                size += len(block)
    return size, digest.hexdigest()


def _told(head: dict[str, Any]) -> str:
    """The index for people: names, then files by folder, each with its hash."""
    told = ["MỤC LỤC HỒ SƠ TRÌNH KHEN THƯỞNG", ""]
    if head["number"]:
        year, month, day = head["dated"].split("-")
        told += [f"Kèm theo Tờ trình số {head['number']} ngày {day}/{month}/{year}", ""]
    told += [f"{n}. {one['name']}, {one['unit']}: {one['form']}" for n, one in enumerate(head["names"], 1)]
    if lacking := sum(one["unsigned"] for one in head["files"]):
        told += ["", f"Lưu ý: {lacking} văn bản chưa có bản chụp đã ký, ghi ở từng dòng dưới đây."]
    folder = ""
    for n, one in enumerate(head["files"], 1):
        inside, _, name = one["path"].rpartition("/")
        if inside != folder:
            folder = inside
            told += ["", folder]
        told.append(f"  {n}. {name}: {one['what']}, {one['size']} byte")
        told.append(f"     SHA-256 {one['sha256']}")
    return "\r\n".join([*told, ""])
