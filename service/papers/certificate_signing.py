"""Certificates signed with keys: all of a decision, piece by piece, begun by the request that was given the passphrase.

The worker does not do it, for the passphrase would have to be stored on its way. A thread keeps what a process of its own signs
(`signing_process`); the opened key ends with both. Each piece is a transaction: what was signed stays signed when the service ends,
and asking again goes on with the rest.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import structlog
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor
from service.awards.files import read_bytes
from service.awards.models import Award, Line, List
from service.db import after_commit, let_go, reading, transaction
from service.errors import Conflict, Forbidden
from service.papers.batches import PIECE, TOPIC, papers_by_name
from service.papers.codes import NotOurs, code_of, read_code
from service.papers.esigning import BLUE, ORGANISATION, RED, key_of, mark_of, seen_signatures, signed_it
from service.papers.facts import Facts, facts_of
from service.papers.kinds import PaperKind, kind_named
from service.papers.models import Paper, PaperBatch
from service.papers.pades import OFFICE, PERSON, Signature, Signer
from service.papers.signing_process import Ask, ToSign, signing_process
from service.papers.versions import add_version, kind_on, read_for_papers, signed_facts

FULL_PAGE = "certificate"
"""The kind that is signed with keys: what is printed on the blank is ink on paper, signed by hand and stamped."""
SigningAct = Literal["sign", "seal"]
_GIVES: Mapping[str, str] = {"sign": "esigned", "seal": "sealed"}
_TAKES: Mapping[str, tuple[str, ...]] = {"sign": ("unsigned", "changed"), "seal": ("esigned",)}
_STILL = timedelta(seconds=30)
"""A batch that has not gone on for this long was stopped with its process; a piece takes a second or two."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SignedCopy:
    """The signed file that carries a code: its signatures as they are found, and whether the certificate changed since (`stale`)."""

    sha256: str
    signatures: tuple[Signature, ...]
    stale: bool


def signed_copy_of(code: str) -> SignedCopy | None:
    """The signed file that carries this code; None for a code of ours on paper alone, of a revoked award, or not of ours."""
    try:
        certified = read_code(code)
    except NotOurs:
        return None
    kind = kind_named(FULL_PAGE)
    with reading() as s:
        found = s.execute(
            select(List, Line).join(Line, Line.list_id == List.id).join(Award, Award.nomination_id == Line.nomination_id)
            .where(Award.id == certified.award, Award.status != "revoked", List.kind == "decision", List.number.is_not(None),
                   Line.removed.is_(False))
        ).first()
        if found is None:
            return None
        row, line = found
        versions = list(s.scalars(
            select(Paper).where(Paper.about == f"line:{line.id}", Paper.kind == FULL_PAGE).order_by(Paper.version)
        ))
        own = [p for p in versions if p.source in _GIVES.values() and _carries(p, code_of(certified))]
        if not own:
            return None
        facts = facts_of(row, kind, line.nomination_id)
        stale = own[-1] is not versions[-1] or signed_facts(own[-1].facts) != signed_facts(facts)
        return SignedCopy(own[-1].sha256, seen_signatures(read_bytes(own[-1].file_id)), stale)


def _carries(paper: Paper, code: str) -> bool:
    return str(paper.facts["names"][0]["address"]).rpartition("/")[2] == code


def certificates_signed(row: List) -> dict[int, str]:
    """How the certificate of each award in force stands, by line: unsigned, changed (not what was signed), esigned, sealed.

    A name whose award was revoked, is on hold or was struck is left out, and so is all before the decision has number and day.
    """
    return _states(facts_of(row, kind_named(FULL_PAGE)), papers_by_name(row.id, FULL_PAGE))


def _states(facts: Facts, drawn: Mapping[str, Paper]) -> dict[int, str]:
    found = {}
    for name in facts["names"]:
        if not name["address"]:
            continue
        paper = drawn.get(f"line:{name['line']}")
        if paper is None or paper.source not in _GIVES.values():
            found[name["line"]] = "unsigned"
        else:
            same = signed_facts(paper.facts) == signed_facts(_of_one(facts, name))
            found[name["line"]] = paper.source if same else "changed"
    return found


def _of_one(facts: Facts, name: Mapping[str, Any]) -> Facts:
    return {**facts, "names": [name]}


def waiting_for(states: Mapping[int, str], act: str) -> list[int]:
    """Lines whose certificates wait for a signature of who signed the decision, or for the organisation's."""
    return [line for line, state in states.items() if state in _TAKES[act]]


def next_batch(row: List, states: Mapping[int, str], *, by: Actor) -> SigningAct | None:
    """Which signature somebody may give the certificates of a decision now."""
    if waiting_for(states, "sign") and signed_it(row, by):
        return "sign"
    if waiting_for(states, "seal") and people.allowed(by, "paper.seal"):
        return "seal"
    return None


def is_stopped(batch: PaperBatch) -> bool:
    """Whether a batch that was being signed has been stopped on its way."""
    return batch.state == "signing" and batch.moved_at is not None and clock.unmoved() - batch.moved_at > _STILL


def sign_certificates(list_id: int, passphrase: str, *, by: Actor) -> PaperBatch:
    """Begin to sign all certificates of a numbered decision, as who signed it; those that are signed already are left as they are.

    Raises NotFound, Forbidden for another person, Conflict where there is nothing to sign, Invalid for a wrong passphrase; then
    nothing has begun. Gives the batch that is under way, where there is one.
    """
    row = read_for_papers(list_id, by=by)
    if not signed_it(row, by):
        raise Forbidden(
            "Chỉ người đã ký quyết định mới ký số Giấy khen.", "Only who signed the decision signs its certificates with a key."
        )
    return _begin(row, "sign", by.login, passphrase, by)


def seal_certificates(list_id: int, passphrase: str, *, by: Actor) -> PaperBatch:
    """Begin to sign as the organisation all certificates that the person signed; raises as `sign_certificates` does."""
    row = read_for_papers(list_id, by=by)
    people.require(by, "paper.seal")
    return _begin(row, "seal", ORGANISATION, passphrase, by)


def _begin(row: List, act: SigningAct, key: str, passphrase: str, by: Actor) -> PaperBatch:
    kind = kind_on(row, FULL_PAGE)
    if not row.number or row.dated is None:
        raise Conflict(
            "Giấy khen ghi số, ngày của quyết định: ký số sau khi văn thư cho số.",
            "A certificate says number and day of the decision: it is signed once the clerk has given them.", code="not-numbered",
        )
    signer = key_of(key, passphrase)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with transaction() as s:
        held = s.scalars(select(List).where(List.id == row.id).with_for_update(key_share=True)).one()
        batch = _under_way(s, row.id, act)
        if batch is None:
            batch = _new_batch(s, held, kind, act, by)
            number = batch.id
            after_commit(lambda: _start(app, number, signer, by))
    let_go([batch])
    return batch


def _under_way(s: Session, list_id: int, act: SigningAct) -> PaperBatch | None:
    """The batch that is being signed; one that was stopped on its way gives place."""
    running = s.scalars(
        select(PaperBatch).where(PaperBatch.list_id == list_id, PaperBatch.act == act, PaperBatch.state == "signing")
    ).first()
    if running is not None and is_stopped(running):
        running.state = "failed"
        return None
    return running


def _new_batch(s: Session, row: List, kind: PaperKind, act: SigningAct, by: Actor) -> PaperBatch:
    count = len(waiting_for(_states(facts_of(row, kind), _drawn(s, row.id)), act))
    if not count:
        raise _nothing(act)
    batch = PaperBatch(
        list_id=row.id, kind=kind.code, act=act, state="signing", total=count, done=0, asked_at=clock.now(), asked_by=by.account,
        moved_at=clock.unmoved(),
    )
    s.add(batch)
    s.flush()
    body = {"paper": kind.name, "count": count, "batch": batch.id}
    trail.record(f"paper:batch_{act}_begun", by=by, stream=f"list:{row.id}", body=body)
    return batch


def _nothing(act: SigningAct) -> Conflict:
    vi, en = {
        "sign": ("Không còn Giấy khen nào chờ ký số.", "No certificate waits for a signature."),
        "seal": ("Không có Giấy khen nào người có thẩm quyền đã ký số và chờ chữ ký số của cơ quan.",
                 "No certificate that was signed with a key waits for the organisation's signature."),
    }[act]
    return Conflict(vi, en, code="nothing-to-sign")


def _start(app: Flask, batch: int, signer: Signer, by: Actor) -> None:
    # Ends with the process: what is left is signed when somebody asks again.
    threading.Thread(target=_sign_all, args=(app, batch, signer, by), name=f"{TOPIC}:{batch}", daemon=True).start()


def _sign_all(app: Flask, batch: int, signer: Signer, by: Actor) -> None:
    with app.app_context():
        try:
            with signing_process(signer) as ask:
                while _sign_piece(batch, signer, ask, by):
                    pass
        except Exception as error:
            # A plain trace: one that shows the values of variables has no place where a key is open.
            log.error("signing a batch stopped", batch=batch, error=type(error).__name__, trace=traceback.format_exc())
            _give_up(batch, by)


def _give_up(batch_id: int, by: Actor) -> None:
    with transaction() as s:
        batch = s.scalars(select(PaperBatch).where(PaperBatch.id == batch_id).with_for_update()).one()
        if batch.state == "signing":
            batch.state = "failed"
            body = {"paper": kind_named(batch.kind).name, "count": batch.done, "batch": batch.id}
            trail.record("paper:batch_stopped", by=by, stream=f"list:{batch.list_id}", body=body)


def _sign_piece(batch_id: int, signer: Signer, ask: Ask, by: Actor) -> bool:
    """Sign the next piece; tells whether there is more."""
    with reading() as s:
        batch = s.get_one(PaperBatch, batch_id)
        row, kind, act = s.get_one(List, batch.list_id), kind_named(batch.kind), batch.act
        facts, drawn = facts_of(row, kind), _drawn(s, batch.list_id)
        lines = waiting_for(_states(facts, drawn), act)[:PIECE]
        seen = {about: paper.id for about, paper in drawn.items()}
        # The organisation signs the very file that the person signed: its facts are those of that file.
        ones = [drawn[_about(one)].facts if act == "seal" else one for one in _ones(facts, lines)]
        asked = [_to_sign(one, mark_of(signer), act, drawn) for one in ones]
    made = list(zip(ones, ask(asked), strict=True))  # no transaction is open meanwhile
    with transaction() as s:
        batch = s.scalars(select(PaperBatch).where(PaperBatch.id == batch_id).with_for_update()).one()
        if batch.state != "signing":
            return False
        row = s.scalars(select(List).where(List.id == batch.list_id).with_for_update(key_share=True)).one()
        return _keep_signed(s, batch, row, kind, made, seen, by)


def _ones(facts: Facts, lines: Sequence[int]) -> list[Facts]:
    return [_of_one(facts, name) for name in facts["names"] if name["line"] in lines]


def _to_sign(one: Facts, mark: Sequence[str], act: str, drawn: Mapping[str, Paper]) -> ToSign:
    if act == "seal":
        return ToSign(read_bytes(drawn[_about(one)].file_id), OFFICE, mark, RED)
    return ToSign(one, PERSON, mark, BLUE)


def _about(one: Facts) -> str:
    return f"line:{one['names'][0]['line']}"


def _drawn(s: Session, list_id: int) -> dict[str, Paper]:
    """The latest version of each name's certificate."""
    rows = s.scalars(select(Paper).where(Paper.list_id == list_id, Paper.kind == FULL_PAGE).order_by(Paper.version))
    return {paper.about: paper for paper in rows}


def _keep_signed(
    s: Session, batch: PaperBatch, row: List, kind: PaperKind, made: Sequence[tuple[Facts, bytes]], seen: Mapping[str, int], by: Actor
) -> bool:
    facts, drawn = facts_of(row, kind), _drawn(s, row.id)
    waiting = waiting_for(_states(facts, drawn), batch.act)
    now = {_about(one): signed_facts(one) for one in _ones(facts, waiting)}
    kept = []
    for one, content in made:
        about = _about(one)
        latest = drawn[about].id if about in drawn else None
        # What changed since it was signed comes again with the next piece, as it is then; what was revoked does not.
        if now.get(about) == signed_facts(one) and latest == seen.get(about):
            kept += add_version(s, row, kind, about, one, {"pdf": content}, _GIVES[batch.act], by)
    body = {"paper": kind.name, "count": len(kept), "batch": batch.id, "sha256": [paper.sha256 for paper in kept]}
    trail.record(f"paper:batch_{_GIVES[batch.act]}", by=by, stream=f"list:{row.id}", body=body)
    batch.done += len(kept)
    batch.total = batch.done + len(waiting) - len(kept)
    batch.moved_at = clock.unmoved()
    if batch.done == batch.total:
        batch.state = "done"
    return batch.state == "signing"
