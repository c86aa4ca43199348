"""One case as a ZIP that anybody verifies without the service: papers, data, history, proofs, checkpoint and verifiers.

The worker makes it, because it alone signs: it takes the hash of the list of files down in the trail, signs a
checkpoint over that, and puts the proof of every entry about the case beside it (`service/trail/verifier`).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import orjson
from flask import current_app
from sqlalchemy import and_, or_, select

from service import clock, jobs, people, trail, words
from service.actor import Actor, machine
from service.awards.entries import about_name
from service.awards.files import files_about
from service.awards.models import File, Line, List, Nomination, Recipient, Round, Score
from service.awards.nominations import read_nomination
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden, NotFound, Refusal
from service.papers.bundle import Entry, Shelf, bytes_of, put_entry
from service.papers.kinds import paper_kinds
from service.papers.models import OfflineDossier, Paper
from service.papers.versions import list_with_papers
from service.processes import history
from service.trail import Event, Sight, checkpoints, proving
from service.trail.models import HEAD
from service.trail.note import read_note
from service.trail.rights import shows_values
from service.trail.tell import ERASED

RIGHT = "dossier.export"
FORMAT = "vinhdanh-dossier-1"
TOPIC = "dossier.export"
KEPT = timedelta(days=7)
"""How long a made file can be taken."""
_JUDGED = ("votes", "appraisal", "office_total")
_JUDGED_SCORE = ("office", "office_note")
"""What office and council thought of a case, for who sees values only."""
_VERIFIERS = Path(trail.__file__).parent / "verifier"
_GONE = ERASED[0]
_WORKER = machine("worker")
_LEADING = 60
"""To how many of the last checkpoints the file leads, so that an anchor that somebody holds is among them."""


class BrokenTrail(Refusal):
    """What the trail holds about the case is not what was written."""

    status = 409
    default_code = "trail-broken"


def may_export(by: Actor) -> bool:
    """Tell whether somebody may have offline dossiers made."""
    return people.allowed(by, RIGHT)


def ask_dossier(nomination_id: int, *, by: Actor) -> int:
    """Ask for the offline dossier of a case, with what this person may see of its trail; the one under way, where there is one.

    Raises NotFound, Withheld, Forbidden.
    """
    n = read_nomination(nomination_id, by=by)
    people.require(by, RIGHT)
    sight = trail.may_read(by, f"instance:{n.instance_id}", own=lambda _: False)
    if not sight:
        raise Forbidden("Bạn không được xem nhật ký của hồ sơ này.", "You may not read the trail of this case.")
    readable = [number for number in _lists(n.id) if list_with_papers(number, by=by) is not None]
    with transaction() as s:
        running = s.scalars(
            select(OfflineDossier).where(
                OfflineDossier.nomination_id == n.id, OfflineDossier.state == "asked", OfflineDossier.asked_by == by.account
            )
        ).first()
        if running is not None:
            return running.id
        row = OfflineDossier(nomination_id=n.id, sight=int(sight), lists=readable, asked_by=by.account, asked_at=clock.now())
        s.add(row)
        s.flush()
        trail.record("dossier:asked", by=by, stream=f"instance:{n.instance_id}", body={"nomination": n.id, "number": row.id})
        jobs.enqueue(TOPIC, {"dossier": row.id}, key=f"{TOPIC}:{row.id}")
        return row.id


def dossiers_of(nomination_id: int, *, by: Actor) -> list[OfflineDossier]:
    """Those that this person asked for, the newest first."""
    read_nomination(nomination_id, by=by)
    people.require(by, RIGHT)
    with reading() as s:
        rows = list(
            s.scalars(
                select(OfflineDossier)
                .where(OfflineDossier.nomination_id == nomination_id, OfflineDossier.asked_by == by.account)
                .order_by(OfflineDossier.id.desc())
                .limit(20)
            )
        )
        let_go(rows)
    return rows


def open_dossier(dossier_id: int, *, by: Actor) -> tuple[str, Path]:
    """A made file, for who asked for it, with its name; that it was taken is noted. NotFound, Conflict where it is not there."""
    with transaction() as s:
        row = s.get(OfflineDossier, dossier_id)
        if row is None or row.asked_by != by.account:
            raise NotFound("Không có bộ hồ sơ này, hoặc bạn không phải người yêu cầu.", "There is no such dossier, or it is not yours.")
        n = read_nomination(row.nomination_id, by=by)
        people.require(by, RIGHT)
        if row.state != "made" or not file_of(row.id).is_file():  # a restore brings the row back, not the file
            raise Conflict("Bộ hồ sơ chưa lập xong hoặc đã quá hạn tải.", "It is not made yet, or no longer kept.", code="not-made")
        trail.record("dossier:taken", by=by, stream=f"instance:{n.instance_id}", body={"nomination": n.id, "number": row.id})
        return f"ho-so-ngoai-tuyen-{n.id}-{row.id}.zip", file_of(row.id)


def file_of(dossier_id: int) -> Path:
    """Where the file of a dossier lies."""
    folder: Path = current_app.extensions["settings"].var / "exports"
    return folder / f"{dossier_id}.zip"


def make_dossier(
    nomination_id: int, path: Path, *, sight: Sight, behalf: int | None = None, readable: Collection[int] | None = None,
    by: Actor = _WORKER,
) -> int:
    """Write the offline dossier of a case to a file; gives the number of the checkpoint that covers it.

    `readable`: lists whose papers may be in it; None for all. `by`: who is told to have made it.
    The file is readable by its owner only and appears whole or not at all. Raises Unsigned or BrokenTrail where the trail
    does not fit.
    """
    with reading() as s:
        n = s.get(Nomination, nomination_id)
        if n is None:
            raise NotFound("Không có hồ sơ này.", "There is no such nomination.")
        let_go([n])
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w+b") as file:
            number = _write(file, n, sight, behalf, _lists(n.id) if readable is None else readable, by)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    return number


def _write(file: IO[bytes], n: Nomination, sight: Sight, behalf: int | None, readable: Collection[int], by: Actor) -> int:
    stream = f"instance:{n.instance_id}"
    streams = [stream, *(f"list:{number}" for number in _lists(n.id))]
    _must_verify(streams)  # before anything is taken down, as a worker tries again
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        listed = [_put(archive, entry) for entry in _files(n, sight, readable)]
        with transaction() as s:
            # Nobody writes an entry until this one stands: those that are told of, listed and numbered are all before it.
            s.execute(select(HEAD.c.gseq).where(HEAD.c.id == 1).with_for_update())
            told = about_name(streams, n.id, sight)
            listed.append(_put(archive, Entry("dien-bien.txt", "Diễn biến", None, _story(n, told).encode())))
            numbers = [event.gseq for event in told]
            # Read here: an erasure waits for the entry as well, and what is listed must be in the file.
            values = proving.values_of(s.connection(), [event.gseq for event in told if shows_values(event.kind, sight)])
            manifest = orjson.dumps(
                {"format": FORMAT, "nomination": n.id, "name": n.name, "made_at": clock.now().isoformat(), "entries": numbers,
                 "values": {str(number): sorted(paths) for number, paths in values.items()}, "files": listed},
                option=orjson.OPT_INDENT_2,
            )
            digest = hashlib.sha256(manifest).hexdigest()
            trail.record(
                "dossier:exported", by=by, stream=stream, behalf=behalf,
                body={"nomination": n.id, "manifest": digest, "count": len(listed)},
            )
        checkpoints.make_checkpoint("dossier:exported")
        closing = _closing(stream, digest)
        proof = proving.prove([*numbers, closing.gseq], values=values)
        for name, content in (
            ("manifest.json", manifest),
            ("events.jsonl", b"".join(orjson.dumps(one) + b"\n" for one in proof["entries"])),
            ("checkpoint.txt", proof["checkpoint"].encode()),
            ("keys.json", orjson.dumps({"keys": proof["keys"], "changes": proof["changes"]})),
            ("anchors.json", orjson.dumps(proving.lead_to(proof["checkpoint"], last=_LEADING))),
            ("verify.py", (_VERIFIERS / "verify.py").read_bytes()),
            ("verify.html", (_VERIFIERS / "verify.html").read_bytes()),
        ):
            put_entry(archive, Entry(name, "", None, content))
    _must_verify(streams)
    return read_note(proof["checkpoint"]).number


def _must_verify(streams: Sequence[str]) -> None:
    """A checkpoint recomputes only what is new since the one before it; what is handed out must hold whole."""
    for stream in streams:
        verdict = trail.verify(stream)
        if not verdict.ok:
            raise BrokenTrail(
                f"Không lập bộ hồ sơ: nhật ký không nguyên vẹn. {verdict.why}",
                f"No dossier is made: the trail is not intact. {verdict.why_en}",
            )


def _put(archive: zipfile.ZipFile, entry: Entry) -> dict[str, Any]:
    size, digest = put_entry(archive, entry)
    return {"path": entry.path, "what": entry.what, "size": size, "sha256": digest}


def _closing(stream: str, manifest: str) -> Event:
    """The entry with the hash of this very list of files: another dossier of the case may be made at the same time."""
    made = trail.walk({"stream": stream, "kind": "dossier:exported", "sight": Sight.SENTENCES})
    return next(event for event in made if event.body.get("manifest") == manifest)


def _failed(number: int) -> None:
    _clear(number)
    _set(number, state="failed")


def _clear(number: int) -> None:
    """Remove the file of a dossier, and what a killed worker left of it."""
    path = file_of(number)
    for one in (path, *path.parent.glob(f".{path.name}.*")):
        one.unlink(missing_ok=True)


@jobs.handler(TOPIC, gave_up=lambda job, error: _failed(int(job.payload["dossier"])))
def _make(job: jobs.Job) -> None:
    number = int(job.payload["dossier"])
    with reading() as s:
        row = s.get_one(OfflineDossier, number)
        nomination, sight, asked_by, state, readable = row.nomination_id, Sight(row.sight), row.asked_by, row.state, row.lists
    if state == "asked":
        covered = make_dossier(nomination, file_of(number), sight=sight, behalf=asked_by, readable=readable)
        _set(number, state="made", checkpoint=covered, made_at=clock.now(), size=file_of(number).stat().st_size)


def drop_old_dossiers() -> int:
    """Remove files that were kept long enough, and what is left of those that failed; for the worker's sweep."""
    until = clock.now() - KEPT
    gone = select(OfflineDossier).where(
        or_(
            and_(OfflineDossier.state == "made", OfflineDossier.made_at < until),
            and_(OfflineDossier.state == "failed", OfflineDossier.asked_at < until),
        )
    )
    with reading() as s:
        if s.scalars(gone.limit(1)).first() is None:
            return 0
    with transaction() as s:
        old = list(s.scalars(gone.limit(50)))
        for row in old:
            _clear(row.id)
            row.state = "gone"
    return len(old)


def _set(number: int, **changed: Any) -> None:
    with transaction() as s:
        row = s.get_one(OfflineDossier, number)
        for name, value in changed.items():
            setattr(row, name, value)


def _lists(nomination: int) -> list[int]:
    with reading() as s:
        return list(s.scalars(select(Line.list_id).where(Line.nomination_id == nomination).distinct().order_by(Line.list_id)))


# -- what lies in it


def _files(n: Nomination, sight: Sight, readable: Collection[int]) -> list[Entry]:
    shelf = Shelf()
    for paper, kind, file in _papers(n, readable):
        shelf.add("van-ban", f"{kind}, phiên bản {paper.version}.{paper.format}", bytes_of(file), what=kind)
    for file in files_about(n.id):
        shelf.add("minh-chung", file.name, bytes_of(file), what="Minh chứng")
    return [
        Entry("DOC-TRUOC.txt", "Hướng dẫn", None, _READ_FIRST.encode()),
        Entry("du-lieu.json", "Dữ liệu", None, orjson.dumps(_data(n, sight), default=str, option=orjson.OPT_INDENT_2)),
        *shelf.entries,
    ]


def _papers(n: Nomination, readable: Collection[int]) -> list[tuple[Paper, str, File]]:
    """Every kept version of the papers of these lists on which the name stood, but for those of other names."""
    names = {code: kind.name for code, kind in paper_kinds().items()}
    with reading() as s:
        rows = s.execute(
            select(Paper, File)
            .join(File, File.id == Paper.file_id)
            .join(List, List.id == Paper.list_id)
            .join(Line, Line.list_id == List.id)
            .where(Line.nomination_id == n.id, List.id.in_(readable), Paper.about.in_([*_abouts(n.id)]))
            .order_by(Paper.id)
        ).all()
        found = {paper.id: (paper, names.get(paper.kind, paper.kind), file) for paper, file in rows}
        let_go([one for paper, _, file in found.values() for one in (paper, file)])
    return list(found.values())


def _abouts(nomination: int) -> list[str]:
    with reading() as s:
        lines = s.execute(select(Line.id, Line.list_id).where(Line.nomination_id == nomination)).all()
    return [about for line in lines for about in (f"line:{line.id}", f"list:{line.list_id}")]


def _story(n: Nomination, told: Sequence[Event]) -> str:
    lines = [f"DIỄN BIẾN HỒ SƠ: {n.name}, {n.unit_name}", ""]
    for event in told:
        reason = f" Lý do: {event.reason}" if event.reason and event.reason not in trail.sentence(event) else ""
        if event.erased and _GONE not in trail.sentence(event):
            reason += f" Giá trị riêng của mục này: {_GONE}."
        lines.append(f"{words.full_moment(event.at)}  [{event.gseq}]  {trail.sentence(event)}{reason}")
    return "\r\n".join([*lines, ""])


def _data(n: Nomination, sight: Sight) -> dict[str, Any]:
    judged = sight >= Sight.VALUES
    with reading() as s:
        recipient, round_ = s.get_one(Recipient, n.recipient_id), s.get_one(Round, n.round_id)
        scores = list(s.scalars(select(Score).where(Score.nomination_id == n.id).order_by(Score.position)))
        return {
            "nomination": _row(n, leave=("search", "sort_key", "code", *(() if judged else _JUDGED))),
            "recipient": _row(recipient, leave=("search", "sort_key", "others")),
            "round": {"code": round_.code, "name": round_.name, "calendar": round_.calendar, "criteria": round_.criteria},
            "scores": [_row(score, leave=() if judged else _JUDGED_SCORE) for score in scores],
            "steps": [
                {"element": stop.element, "name": stop.name, "item": stop.item_title, "state": stop.state,
                 "opened_at": stop.opened_at, "closed_at": stop.closed_at, "by": stop.closed_by,
                 "on_behalf": stop.on_behalf, **({"answers": stop.answers} if judged else {})}
                for stop in (history.timeline(n.instance_id) if n.instance_id else ())
            ],
        }


def _row(row: Any, leave: Sequence[str] = ()) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns if column.name not in leave}


_READ_FIRST = """\ufeffBỘ HỒ SƠ NGOẠI TUYẾN

Bộ hồ sơ này kiểm chứng được trên máy không có phần mềm, không cần mạng.

1. Lấy dấu vân tay của khóa, hoặc một mốc nhật ký, do người BÊN NGOÀI cơ quan đang giữ (trang Mốc nhật ký, hoặc vinhdanh audit keys).
   Không dùng dấu vân tay do người đưa bộ hồ sơ cung cấp: bộ hồ sơ giả cũng tự khớp với khóa của chính nó.
2. Mở verify.html bằng trình duyệt, chọn tệp ZIP, nhập dấu vân tay, bấm Kiểm tra;
   hoặc chạy: python3 verify.py HO-SO.zip --fingerprint "..."
3. Ai nghi ngờ cả hai chương trình kiểm tra trong này thì lấy chúng từ nơi khác, hoặc tự viết: cách tính nằm trong tài liệu docs/audit.md.

dien-bien.txt   diễn biến bằng lời, số trong ngoặc vuông là số mục nhật ký
du-lieu.json    dữ liệu của hồ sơ lúc lập bộ hồ sơ
van-ban/        văn bản đã lập, mọi phiên bản         minh-chung/   minh chứng
events.jsonl    các mục nhật ký, nguyên từng byte, kèm chứng minh
checkpoint.txt  mốc nhật ký đã ký, phủ mọi mục trong này

Kiểm chứng cho biết không có gì bị sửa sau khi ghi. Không chứng minh điều đã ghi là đúng.
Bộ hồ sơ chứa dữ liệu cá nhân: giữ và hủy theo quy định.
"""
