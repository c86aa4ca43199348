"""How many have voted while a round is open: a number at fixed ticks, never who, and never the moment of a ballot."""

from __future__ import annotations

import time

import sqlalchemy as sa
from flask import current_app

from service.council.ballot.frozen import no_round
from service.council.ballot.models import BallotBox, BallotRoll
from service.db import reading

TICK = 15.0
"""Seconds between two looks: a finer number would show who has just voted."""


_seen: dict[tuple[int, str], tuple[int, tuple[int, int]]] = {}


def live(round_id: str) -> tuple[int, int]:
    """How many have voted, and of how many; looked up at most once every 15 seconds, at the same ticks for everybody."""
    tick = int(time.monotonic() // TICK)
    key = (id(current_app.extensions["settings"]), round_id)
    kept = _seen.get(key)
    if kept is not None and kept[0] == tick:
        return kept[1]
    with reading() as s:
        voted = s.scalar(sa.select(BallotBox.n).where(BallotBox.round == round_id))
        if voted is None:
            raise no_round()
        total = s.scalar(
            sa.select(sa.func.count()).select_from(BallotRoll).where(BallotRoll.round == round_id, BallotRoll.present)
        )
    if len(_seen) > 1000:
        _seen.clear()
    _seen[key] = (tick, (voted, total or 0))
    return _seen[key][1]


