"""Erasures that outlive a restore: a list beside the database, which an older backup knows nothing of, and doing them again.

Each line names nominations by number and by the hash of the first entry of their case, and the person by that of the entry of the
request, so that after a restore nobody else's data can be meant; it is authenticated by a key outside the database, the one in use
when it was written. No line says a word about the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, trail
from service.actor import Actor
from service.awards.models import Nomination, Recipient
from service.db import after_commit, reading, transaction
from service.erasing.apply import clear_files, erase
from service.erasing.models import Erasure
from service.erasing.plan import GONE, Plan, make_plan
from service.errors import Refusal
from service.trail import beside
from service.trail.models import EVENT

log = structlog.get_logger(__name__)
_LIST, _WORD = "erasures", "erasure"


@dataclass(frozen=True, slots=True)
class Again:
    """What became of the erasures on the list: done again, waiting because this backup does not allow them yet, or not sure."""

    done: int
    waiting: tuple[int, ...] = ()
    """Requests that wait on the page: in the backup the person's nomination still runs, or must be kept."""
    unsure: tuple[int, ...] = ()
    """Erasures, by their former numbers, of which nothing proves whom they mean here, or that were refused: somebody must look."""


def anchors_of(s: Session, plan: Plan) -> list[list[Any]]:
    """What ties a line to the very cases: nomination, number of the first entry of its case, hash of that entry."""
    found = []
    for case in plan.cases:
        begun = select(EVENT.c.gseq, EVENT.c.hash).where(EVENT.c.stream == f"instance:{case.instance}", EVENT.c.sseq == 1)
        first = s.execute(begun).first()
        if first is not None:
            found.append([case.id, first.gseq, first.hash.hex()])
    return found


def person_of(s: Session, row: Erasure) -> list[Any] | None:
    """What ties a line to the very person where no case is left to do so: the entry of the request, before which the person was there."""
    asked = select(EVENT.c.gseq, EVENT.c.hash).where(EVENT.c.stream == f"erasure:{row.id}", EVENT.c.sseq == 1)
    first = s.execute(asked).first()
    return [first.gseq, first.hash.hex()] if first is not None else None


def note(row: Erasure, plan: Plan, anchors: list[list[Any]], person: list[Any] | None) -> None:
    """Add an erasure to the list once its transaction stands."""
    told = {
        "erasure": row.id, "at": clock.now().isoformat(), "recipient": plan.recipient, "whole": plan.whole, "cases": anchors,
        "person": person, "relation": row.relation, "received_on": row.received_on.isoformat(), "basis": row.basis,
    }
    after_commit(lambda: beside.append(_LIST, _WORD, told))


def list_file() -> Path:
    """Where the list lies."""
    return beside.list_file(_LIST)


def erase_again(*, by: Actor) -> Again:
    """Do again what had been erased before this database was put back; what cannot be done yet waits as a request."""
    done = 0
    waiting: list[int] = []
    unsure: list[int] = []
    for told in beside.listed(_LIST, _WORD):
        numbers = _to_erase(told)
        if not numbers:
            person = _is_person(told)
            if person is None:
                log.error("nothing proves whom an erasure means here", erasure=told["erasure"])
                unsure.append(told["erasure"])
            if not person:
                continue
        try:
            with transaction() as s:
                row = _row(s, told, by)
                plan = make_plan(s, told["recipient"])
                if {case.id for case in plan.cases} >= set(numbers) and plan.whole >= told["whole"]:
                    anchors = anchors_of(s, plan)
                    row.state, row.settled_at = "done", clock.now()
                    erase(s, row, plan, by=by, again=True)
                    if len(anchors) > len(numbers):
                        note(row, plan, anchors, told.get("person"))
                    done += 1
                else:
                    waiting.append(row.id)
                number, state = row.id, row.state
        except Refusal as refusal:
            log.error("an erasure could not be done again", erasure=told.get("erasure"), why=refusal.message)
            unsure.append(told["erasure"])
            continue
        if state == "done":
            clear_files(number)
    return Again(done, tuple(waiting), tuple(unsure))


def _to_erase(told: dict[str, Any]) -> list[int]:
    """Nominations of a line that are here again, each the very one."""
    with transaction() as s:
        found = []
        for number, gseq, hash_ in told["cases"]:
            n = s.get(Nomination, number)
            who = s.get(Recipient, n.recipient_id) if n is not None else None
            belongs = who is not None and told["recipient"] in (who.id, who.same_as)
            if n is not None and n.name != GONE and belongs and beside.is_there(s, (gseq, hash_)):
                found.append(number)
        return found


def _is_person(told: dict[str, Any]) -> bool | None:
    """Whether the person whose name and account went is here with them again; None where somebody of that number is, who may be another."""
    with reading() as s:
        who = s.get(Recipient, told["recipient"])
        if not told["whole"] or who is None or who.name == GONE:
            return False
        return True if beside.is_there(s, told.get("person") or (0, "")) else None


def _row(s: Session, told: dict[str, Any], by: Actor) -> Erasure:
    """The request in this database: the one that it knows, or one made from the line."""
    known = s.scalars(select(Erasure).where(Erasure.recipient_id == told["recipient"], Erasure.state == "asked")).first()
    if known is not None:
        return known
    row = Erasure(
        recipient_id=told["recipient"], requester=GONE, relation=told["relation"], received_on=date.fromisoformat(told["received_on"]),
        basis=told["basis"], asked_at=clock.now(), asked_by=None, counts={}, kept=[], files=[],
    )
    s.add(row)
    s.flush()
    trail.record(
        "erasure:asked", by=by, stream=f"erasure:{row.id}", basis=row.basis,
        body={"erasure": row.id, "recipient": row.recipient_id, "relation": row.relation, "received": row.received_on, "again": 1},
    )
    return row
