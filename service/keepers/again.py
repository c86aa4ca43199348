"""What keepers hold outlives a restore: a list beside the database of letters that went, of who left and of who was erased.

Letters lie in mailboxes that no backup knows of, so their numbers go on where the mailboxes are. Each line names a keeper by number and by
the entry in which the keeper was asked, so that nobody else is meant; no line says a name or an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, db, notices, trail
from service.actor import Actor
from service.keepers.forgetting import forget_rows, is_forgotten
from service.keepers.models import Keeper, KeeperLetter
from service.trail import beside
from service.trail.models import EVENT
from service.trail.record import Pending
from service.trail.seal import DATA_ERASED

_LIST, _WORD = "keepers", "keeper"
_ENDS = ("keeper:ended", "keeper:left")


@dataclass(frozen=True, slots=True)
class TakenUp:
    """What the list told a restored database: letters that went since the backup, and keepers who had left, been ended or erased."""

    letters: int = 0
    ended: tuple[int, ...] = ()
    erased: tuple[int, ...] = ()


def has_sent() -> bool:
    """Tell whether this installation has sent letters to keepers before; where it has not, they wait with all other mail that is held back.

    The list tells: a machine on which a restore is practised has none.
    """
    return beside.list_file(_LIST).exists()


def goes_through() -> bool:
    """Tell whether an alarm, or a letter to keepers, goes while mail is held back: whoever with an account holds it back, it does.

    After a restore it does only where the list tells that this installation sent before.
    """
    return has_sent() or not notices.is_held_at_the_machine()


def listen() -> None:
    """Look at every commit for what the list is to tell; may be called more than once."""
    if _note_entries not in db.before_commit:
        db.before_commit.insert(0, _note_entries)


def _note_entries(s: Session, written: frozenset[str]) -> None:
    entries: list[Pending] = s.info.get("events", [])
    for entry in entries:
        said = entry.fields.get("x") or {}
        erased = entry.kind == DATA_ERASED and "keeper" in said and "again" not in said
        if (erased or entry.kind == "keeper:told" or entry.kind in _ENDS) and _is_kept():
            _note(_lines(s, s.get_one(Keeper, said["keeper"]), entry.kind, said.get("letter")))


def _is_kept() -> bool:
    """Whether the list is written just now: not while held-back mail says that this may be a machine on which somebody practises."""
    return goes_through()


def note_all(by: Actor) -> None:
    """Begin the list with all that is known where there is none yet, as mail that was held back is let out in the open transaction."""
    if has_sent():
        return
    s = db.session()
    lines = []
    for row in s.scalars(select(Keeper).order_by(Keeper.id)):
        for number in s.scalars(select(KeeperLetter.number).where(KeeperLetter.keeper_id == row.id).order_by(KeeperLetter.number)):
            lines += _lines(s, row, "keeper:told", number)
        if row.ended_at is not None:
            lines += _lines(s, row, "keeper:ended")
        if is_forgotten(row):
            lines += _lines(s, row, DATA_ERASED)
    _note(lines)


def _note(lines: list[dict[str, Any]]) -> None:
    if lines:
        db.after_commit(partial(beside.append, _LIST, _WORD, *lines))


def _lines(s: Session, row: Keeper, kind: str, number: int | None = None) -> list[dict[str, Any]]:
    """The line of the list for what an entry tells of a keeper; none where nothing proves who it is."""
    asked = _asked(s, row.id)
    if asked is None:
        return []
    line = {"keeper": row.id, "asked": asked, "at": clock.now().isoformat()}
    if kind == "keeper:told":
        letter = s.get_one(KeeperLetter, (row.id, number))
        told = {"letter": letter.number, "checkpoint": letter.checkpoint, "trail": letter.origin, "at": letter.queued_at.isoformat()}
        return [line | told]
    return [line | {"what": "erased" if kind == DATA_ERASED else "ended"}]


def _asked(s: Session, number: int) -> list[Any] | None:
    """The entry in which a keeper was asked, by its number and hash."""
    rows = s.execute(select(EVENT.c.gseq, EVENT.c.hash, EVENT.c.body).where(EVENT.c.kind == "keeper:asked").order_by(EVENT.c.gseq))
    return next(([row.gseq, row.hash.hex()] for row in rows if orjson.loads(row.body)["x"]["keeper"] == number), None)


def take_up(s: Session, *, by: Actor) -> TakenUp:
    """Let a restored database know what keepers hold and who is none any more, in the open transaction; nobody is told of it again.

    Letters that were queued in the backup are cancelled: they may have gone long ago.
    """
    notices.drop_queued()
    letters = 0
    ended: list[int] = []
    erased: list[int] = []
    for told in beside.listed(_LIST, _WORD):
        row = s.get(Keeper, told["keeper"])
        if row is None or not beside.is_there(s, told["asked"]):
            continue  # asked after the backup, or in another history of this database
        at = datetime.fromisoformat(told["at"])
        if told.get("what") == "erased":
            if not is_forgotten(row):
                erased.append(row.id)
        elif told.get("what") == "ended":
            if row.ended_at is None:
                row.ended_at = at
                ended.append(row.id)
        elif s.get(KeeperLetter, (row.id, told["letter"])) is None:
            row.confirmed_at = row.confirmed_at or at  # who got letters had agreed
            s.add(KeeperLetter(
                keeper_id=row.id, number=told["letter"], checkpoint=told["checkpoint"], origin=told["trail"], queued_at=at,
            ))
            letters += 1
    s.flush()
    if letters or ended:
        trail.record(
            "keeper:taken_up", by=by, stream="system",
            body={"letters": letters or None, "ended": len(ended) or None, "keepers": ended or None},
        )
    for number in erased:
        forget_rows(s, s.get_one(Keeper, number), by=by, again=True)
    return TakenUp(letters, tuple(ended), tuple(erased))
