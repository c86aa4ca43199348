"""How far checkpoints reach: whether somebody outside keeps them, up to which entry they went out, and the alarm where nobody does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import or_, select

from service import trail
from service.db import reading
from service.keepers.models import Keeper, KeeperLetter
from service.trail import watch
from service.trail.models import CHECKPOINT

LACKING = "keepers-lacking"
"""Code of the alarm that nobody keeps checkpoints, or nobody outside."""
NOBODY, INSIDE = "nobody", "inside"
_AGAIN = timedelta(days=6, hours=12)
"""It is told once a week, on whichever minute of the night the check begins."""
_TOLD: Mapping[str, tuple[str, str]] = {
    NOBODY: (
        "Chưa ai giữ mốc nhật ký, nên chưa chứng minh được với người ngoài cơ quan rằng nhật ký không bị sửa.",
        "Nobody keeps checkpoints, so nobody outside can be shown that the trail was not changed.",
    ),
    INSIDE: (
        "Chưa có người giữ mốc nào ngoài bộ phận công nghệ thông tin: ai quản trị máy chủ cũng tới được mọi hộp thư giữ mốc.",
        "No keeper of checkpoints is out of the technicians' reach: who looks after the machine reaches every mailbox that keeps them.",
    ),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """The furthest checkpoint in a letter to somebody outside; 0 where none went."""

    checkpoint: int
    size: int
    """How many entries it covers."""
    after: int
    """How many entries came since."""


def reach() -> Reach:
    """Up to which entry a letter proves the trail to somebody outside.

    Counted are letters to keepers out of the technicians' reach, those who keep no more among them, which the next mail server took
    and which nobody misses.
    """
    went = (
        select(CHECKPOINT.c.number, CHECKPOINT.c.size)
        .join(KeeperLetter, (KeeperLetter.checkpoint == CHECKPOINT.c.number) & (KeeperLetter.origin == CHECKPOINT.c.origin))
        .join(Keeper, Keeper.id == KeeperLetter.keeper_id)
        .where(
            Keeper.outside, KeeperLetter.missed_at.is_(None),
            or_(KeeperLetter.taken_at.is_not(None), KeeperLetter.received_at.is_not(None)),
        )
        .order_by(CHECKPOINT.c.size.desc()).limit(1)
    )
    with reading() as s:
        number, size = s.execute(went).first() or (0, 0)
    return Reach(number, size, trail.last_number() - size)


def lacking() -> str:
    """What is wanting in who keeps checkpoints: `nobody` does, all are `inside`; empty where somebody outside does."""
    with reading() as s:
        keeping = s.scalars(select(Keeper.outside).where(Keeper.confirmed_at.is_not(None), Keeper.ended_at.is_(None))).all()
    return "" if any(keeping) else INSIDE if keeping else NOBODY


def tell_lacking() -> bool:
    """Raise the alarm where nobody outside keeps checkpoints, weekly at most; tells whether it was raised. For the check of the night.

    A demo has nobody outside who could keep them: there it stands on the page of health alone.
    """
    wanting = lacking()
    if not wanting or current_app.extensions["settings"].demo:
        return False
    return watch.raise_alarm(*_TOLD[wanting], LACKING, again=_AGAIN)
