"""Letters with checkpoints: one a day to each keeper, and at once after what must not be undone; those that did not arrive.

They go at any hour and from a frozen outbox: who could hold them back could cut the trail behind the last one. Only a machine that never
sent any waits with them, as with all mail (`again.has_sent`). After a restore the first one says so, and numbers go on where mailboxes are.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, or_, select

from service import clock, notices, trail
from service.actor import machine
from service.db import let_go, reading, transaction
from service.keepers.acts import miss, taken
from service.keepers.models import Keeper, KeeperLetter
from service.trail import checkpoints
from service.trail.note import Checkpoint, spoken

LETTER = "keeper_letter"
DAY = timedelta(days=1)
ARRIVES_WITHIN = timedelta(days=1)
"""After how long a letter that the next mail server has not taken is missing."""
_LOST = ("failed", "returned", "withheld", "cancelled")
WATCHED = timedelta(days=30)
COMES_BACK_WITHIN = timedelta(days=5)
"""For how long another server may still report that a letter came back (RFC 5321, 4.5.4.1)."""
_LOOKED_AT = 400


def send_due() -> int:
    """Queue a letter to each keeper for whom one is due; returns how many. A sweep of the worker."""
    with reading() as s:
        keepers = list(s.scalars(select(Keeper.id).where(Keeper.confirmed_at.is_not(None), Keeper.ended_at.is_(None))))
    if not keepers:
        return 0
    newest = checkpoints.newest_signed()
    if newest and newest[0].origin != checkpoints.current_origin():
        return 0  # just restored: the next checkpoint has the new name, and the last one of the backup went long ago
    return sum(_send(number, *newest) for number in keepers) if newest else 0


def sent_checkpoints() -> set[int]:
    """Numbers of the checkpoints that lie in letters, whoever got them and whatever became of the letters."""
    with reading() as s:
        return set(s.scalars(select(KeeperLetter.checkpoint).distinct()))


def _send(number: int, made: Checkpoint, text: str) -> int:
    with reading() as s:
        seen = s.scalars(_last(number)).first()
        due, before = _is_due(seen, made), seen.number if seen else 0
    if not due:
        return 0
    with transaction() as s:
        keeper = s.get_one(Keeper, number, with_for_update=True)
        last = s.scalars(_last(number)).first()
        if keeper.ended_at is not None or (last.number if last else 0) != before:  # another worker was quicker
            return 0
        letter = KeeperLetter(
            keeper_id=number, number=last.number + 1 if last else 1, checkpoint=made.number, origin=made.origin, queued_at=clock.now(),
        )
        s.add(letter)
        trail.record(
            "keeper:told", by=machine("worker"), stream="system",
            body={"keeper": number, "letter": letter.number, "checkpoint": made.number},
        )
        return notices.queue(
            LETTER, to=[-number], key=letter.key,
            context={
                "letter": letter.number, "before": last.number if last else None, "checkpoint": made.number, "size": made.size,
                "root": made.root.hex(), "spoken": spoken(made.root), "signed": made.at, "trail": _name(made, last),
                "note": text,
            },
        )


def _last(keeper: int) -> Select[KeeperLetter]:
    return select(KeeperLetter).where(KeeperLetter.keeper_id == keeper).order_by(KeeperLetter.number.desc()).limit(1)


def _name(made: Checkpoint, last: KeeperLetter | None) -> str:
    """The name of the trail as a letter tells it: where it is another than in the letter before, the data were restored."""
    if last is None or last.origin == made.origin:
        return made.origin
    return f"{made.origin} (tên mới: trước thư này dữ liệu được phục hồi từ bản sao lưu, tên trước là {last.origin})"


def _is_due(last: KeeperLetter | None, made: Checkpoint) -> bool:
    """Whether a checkpoint is to go to who got this letter last: within the day only where one that matters came since."""
    if last is None or last.origin != made.origin:  # after a restore numbers of checkpoints come again
        return True
    if last.checkpoint == made.number:
        return False
    return clock.now() - last.queued_at >= DAY or checkpoints.matters_since(last.checkpoint)


def look_for_missing() -> int:
    """Note letters that went, raise the alarm for those that were returned, refused, or not taken within a day; returns how many.

    A sweep of the worker. Of letters from before a restore nobody knows here how they ended: their keepers see it by the numbers.
    """
    now_named = checkpoints.current_origin()
    with reading() as s:
        rows = list(s.scalars(
            select(KeeperLetter).join(Keeper, Keeper.id == KeeperLetter.keeper_id)
            .where(
                Keeper.ended_at.is_(None), KeeperLetter.origin == now_named, KeeperLetter.queued_at > clock.now() - WATCHED,
                KeeperLetter.received_at.is_(None),  # who has it in the mailbox knows better than any report
                or_(KeeperLetter.taken_at.is_(None), KeeperLetter.taken_at > clock.now() - COMES_BACK_WITHIN),
            )
            .order_by(KeeperLetter.queued_at.desc()).limit(_LOOKED_AT)
        ))
        let_go(rows)
    if not rows:
        return 0
    states = notices.states_of(LETTER, [row.key for row in rows])
    late = clock.now() - ARRIVES_WITHIN
    found = 0
    for row in rows:
        state, at = states.get(row.key, ""), (row.keeper_id, row.number)
        if state == "sent" and row.taken_at is None:
            with transaction() as s:
                taken(s.get_one(KeeperLetter, at, with_for_update=True))
            found += 1
        elif row.missed_at is None and (state in _LOST or state != "sent" and row.queued_at < late):
            with transaction() as s:
                miss(s.get_one(KeeperLetter, at, with_for_update=True), machine("worker"))
            found += 1
    return found
