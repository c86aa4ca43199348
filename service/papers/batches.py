"""All certificates of a decision: drawn piece by piece by the worker, kept one a name, bound into one PDF at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, jobs, trail
from service.actor import Actor, machine
from service.awards.files import keep_made, open_file
from service.awards.models import File, List
from service.db import let_go, reading, transaction
from service.errors import Conflict
from service.papers.facts import Facts, facts_of
from service.papers.kinds import PaperKind, kind_named
from service.papers.models import Paper, PaperBatch
from service.papers.printing import picture, print_certificates
from service.papers.versions import (
    PDF,
    Drawn,
    digest_of,
    keep_drafted,
    kind_on,
    must_draw,
    named,
    no_paper,
    read_for_papers,
    signed_facts,
)

PIECE = 25
"""Certificates of one job: some tenths of a second of work."""
TOPIC = "papers.certificates"


def draw_certificate(list_id: int, code: str, nomination: int, *, by: Actor) -> Drawn:
    """Draw the certificate of one name up; a new version only where its bytes are not those that stand already."""
    row = read_for_papers(list_id, by=by)
    must_draw(by, row, kind_named(code))
    kind = _certificate_kind(row, code)
    with transaction() as s:
        held = s.scalars(select(List).where(List.id == row.id).with_for_update(key_share=True)).one()
        facts = facts_of(held, kind)
        name = named(facts, nomination)[0]
        made = {"pdf": print_certificates(facts, [name])}
        drawn = keep_drafted(s, held, kind, f"line:{name['line']}", {**facts, "names": [name]}, made, by)
        if drawn.fresh:
            body = {"paper": kind.name, "version": drawn.papers[0].version, "sha256": [p.sha256 for p in drawn.papers]}
            trail.record("paper:drawn_up", by=by, stream=f"list:{row.id}", body=body)
    let_go(drawn.papers)
    return drawn


def picture_certificate(list_id: int, code: str, nomination: int, *, by: Actor) -> bytes:
    """The certificate of one name as it would be drawn now, as PNG; nothing is kept."""
    row = read_for_papers(list_id, by=by)
    kind = _certificate_kind(row, code)
    facts = facts_of(row, kind)
    return picture(facts, named(facts, nomination), ppi=80)[0]


def _certificate_kind(row: List, code: str) -> PaperKind:
    kind = kind_on(row, code)
    if not kind.is_certificate:
        raise Conflict("Văn bản này không in theo từng tên.", "This paper is not printed by name.", code="not-by-name")
    return kind


def ask_certificates(list_id: int, code: str, *, by: Actor) -> PaperBatch:
    """Ask for all certificates of a decision; the one that is being drawn already, where there is one."""
    row = read_for_papers(list_id, by=by)
    must_draw(by, row, kind_named(code))
    kind = _certificate_kind(row, code)
    with transaction() as s:
        held = s.scalars(select(List).where(List.id == row.id).with_for_update(key_share=True)).one()
        running = s.scalars(
            select(PaperBatch).where(PaperBatch.list_id == row.id, PaperBatch.kind == code, PaperBatch.state == "drawing")
        ).first()
        batch = running or PaperBatch(
            list_id=row.id, kind=code, state="drawing", total=len(named(facts_of(held, kind))), done=0, asked_at=clock.now(),
            asked_by=by.account,
        )
        if running is None:
            s.add(batch)
            s.flush()
            body = {"paper": kind.name, "count": batch.total, "batch": batch.id}
            trail.record("paper:batch_asked", by=by, stream=f"list:{row.id}", body=body)
            jobs.enqueue(TOPIC, {"batch": batch.id, "from": 0}, key=f"{TOPIC}:{batch.id}:0")
    let_go([batch])
    return batch


def _give_up(job: jobs.Job, error: str) -> None:
    with transaction() as s:
        batch = s.get(PaperBatch, job.payload["batch"])
        if batch is not None and batch.state == "drawing":
            batch.state = "failed"


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one job draws: a certificate a name, and at the end all of them in one file."""

    facts: Facts
    made: list[tuple[dict[str, Any], bytes]]
    bound: bytes | None


def _set_piece(row: List, kind: PaperKind, start: int) -> _Piece:
    facts = facts_of(row, kind)
    names = facts["names"]
    made = [(name, print_certificates(facts, [name])) for name in names[start : start + PIECE]]
    return _Piece(facts, made, print_certificates(facts, names) if names and start + PIECE >= len(names) else None)


@jobs.handler(TOPIC, gave_up=_give_up)
def _draw_piece(job: jobs.Job) -> None:
    """Draw the next piece, then ask for the one after it, or keep all of them bound; done twice, it changes nothing."""
    start = int(job.payload["from"])
    with reading() as s:
        batch = s.get_one(PaperBatch, job.payload["batch"])
        row, kind = s.get_one(List, batch.list_id), kind_named(batch.kind)
        # Set before the lock is taken; others write meanwhile.
        piece = _set_piece(row, kind, start)
    with transaction() as s:
        batch = s.scalars(select(PaperBatch).where(PaperBatch.id == job.payload["batch"]).with_for_update()).one()
        if batch.state != "drawing" or batch.done != start:
            return
        row = s.scalars(select(List).where(List.id == batch.list_id).with_for_update(key_share=True)).one()
        if digest_of(facts_of(row, kind)) != digest_of(piece.facts):
            piece = _set_piece(row, kind, start)
        _keep_piece(s, batch, row, kind, piece)


def _keep_piece(s: Session, batch: PaperBatch, row: List, kind: PaperKind, piece: _Piece) -> None:
    by = machine("worker")
    drawn = [
        keep_drafted(s, row, kind, f"line:{name['line']}", {**piece.facts, "names": [name]}, {"pdf": content}, by)
        for name, content in piece.made
    ]
    if fresh := [one.papers[0].sha256 for one in drawn if one.fresh]:
        body = {"paper": kind.name, "count": len(fresh), "batch": batch.id, "sha256": fresh}
        trail.record("paper:batch_drawn", by=by, stream=f"list:{row.id}", body=body)
    batch.done += len(piece.made)
    # A name may have left the decision meanwhile: what is counted is what there is.
    batch.total = max(len(piece.facts["names"]), batch.done)
    if batch.done < batch.total:
        jobs.enqueue(TOPIC, {"batch": batch.id, "from": batch.done}, key=f"{TOPIC}:{batch.id}:{batch.done}")
        return
    if piece.bound is None:
        batch.state = "failed"  # no name was left
        return
    file = keep_made(s, f"paper:{row.id}", f"{kind.name}, danh sách {row.id}.pdf", PDF, piece.bound, by=by)
    batch.file_id, batch.state, batch.digest = file.id, "done", _digest_of_all(piece.facts)
    trail.record(
        "paper:batch_bound", by=by, stream=f"list:{row.id}",
        body={"paper": kind.name, "count": batch.total, "batch": batch.id, "sha256": file.sha256},
    )


def _digest_of_all(facts: Facts) -> str:
    """What all certificates together stand for: other bytes once one was corrected, reprinted, revoked or added."""
    return hashlib.sha256(b"\n".join(signed_facts({**facts, "names": [name]}) for name in facts["names"])).hexdigest()


def is_stale(row: List, batch: PaperBatch) -> bool:
    """Whether the bound file of a batch no longer is what the database says."""
    return batch.digest is not None and batch.digest != _digest_of_all(facts_of(row, kind_named(batch.kind)))


def outdated(row: List, kind: PaperKind, drawn: Mapping[str, Paper]) -> dict[int, str]:
    """Certificates that were drawn and hold no longer, by line: changed (corrected or reprinted since), gone (no award in force)."""
    facts = facts_of(row, kind)
    now = {f"line:{name['line']}": signed_facts({**facts, "names": [name]}) for name in facts["names"]}
    return {
        int(about.partition(":")[2]): "changed" if about in now else "gone"
        for about, paper in drawn.items()
        if now.get(about) != signed_facts(paper.facts)
    }


def batches_of(list_id: int) -> dict[tuple[str, str], PaperBatch]:
    """The latest batch of each kind of certificate of a decision, those that are drawn and those that are signed: (kind, act)."""
    with reading() as s:
        rows = list(s.scalars(select(PaperBatch).where(PaperBatch.list_id == list_id).order_by(PaperBatch.id)))
        let_go(rows)
    return {(batch.kind, batch.act): batch for batch in rows}


def read_batch(batch_id: int, *, by: Actor) -> PaperBatch:
    """A batch, for who reads the whole decision; NotFound otherwise."""
    with reading() as s:
        batch = s.get(PaperBatch, batch_id)
        if batch is None:
            raise no_paper()
        let_go([batch])
    read_for_papers(batch.list_id, by=by)
    return batch


def open_batch(batch_id: int, *, by: Actor) -> tuple[PaperBatch, File, Path]:
    """The bound certificates; Conflict while they are being drawn."""
    batch = read_batch(batch_id, by=by)
    if batch.act != "draw":
        raise Conflict(
            "Giấy khen ký số là mỗi tên một tệp: gộp lại thì mất chữ ký.",
            "Signed certificates are a file each: bound into one they would lose their signatures.", code="not-bound",
        )
    if batch.file_id is None:
        raise Conflict("Giấy khen đang được in ra tệp.", "The certificates are still being drawn.", code="still-drawing")
    file, path = open_file(batch.file_id, by=by)
    return batch, file, path


def papers_by_name(list_id: int, kind: str) -> dict[str, Paper]:
    """The latest paper of each name of a list, of a kind that each has its own of: `line:12` → paper."""
    with reading() as s:
        rows = list(
            s.scalars(select(Paper).where(Paper.list_id == list_id, Paper.kind == kind).order_by(Paper.version))
        )
        let_go(rows)
    return {paper.about: paper for paper in rows}
