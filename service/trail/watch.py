"""Looks after the trail by itself: signs checkpoints as they fall due, verifies all of it each night, and raises the alarm.

An alarm is an entry, and whoever registered with `alarmed` is called with it; the same fault is told once a day.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import orjson
import structlog
from sqlalchemy import select

from service import clock
from service.actor import machine
from service.db import EPOCH, in_transaction, session, transaction
from service.trail import checkpoints
from service.trail.anchors import check_anchor
from service.trail.faults import FAULTS
from service.trail.models import EVENT, HEAD
from service.trail.record import record
from service.trail.seal import microseconds
from service.trail.verify import snapshot, verify

NIGHT_HOUR = 2
"""From when on the check of the night may begin, by the clock of the office."""
ALARM, VERIFIED = "trail:alarm", "trail:verified"
SHOWN = timedelta(days=30)
"""For how long an alarm stands on pages."""
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_AGAIN = timedelta(hours=24)

log = structlog.get_logger(__name__)
alarmed: list[Callable[[str, str, int, str], None]] = []
"""Called inside the transaction of an alarm: (what in Vietnamese, in English, the moment, the code)."""
nightly: list[Callable[[], object]] = []
"""Called each night after the check: what else is looked at once a day."""


def sign_due() -> int:
    """Sign a checkpoint where one is due."""
    return checkpoints.turn(lambda code, place: _alarm_of(f"unsigned-{code}", place))


def verify_tonight() -> int:
    """Verify the whole trail once a night, and that it still fits the last checkpoint; 0 where that is done already."""
    now = clock.now().astimezone(_ZONE)
    night = now.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    last = _last(VERIFIED, by="worker")
    if now < night or last is not None and last >= night:
        return 0
    self_check()
    for look in nightly:
        look()
    return 1


def self_check() -> bool:
    """Verify the trail, hold it against the last checkpoint, and all older ones and the tree against it.

    The result is an entry, a fault an alarm.
    """
    verdict = verify()
    code, place, why, why_en = verdict.code, verdict.first_bad, verdict.why, verdict.why_en
    with snapshot() as connection:
        texts = [text for text in (checkpoints.newest_note(connection), checkpoints.kept_note()) if text is not None]
    for text in texts if verdict.ok else ():
        anchor = check_anchor(text)
        if not anchor.ok and anchor.code != "anchor-fork":  # of a restore everybody was told
            code, place, why, why_en = anchor.code, anchor.place, anchor.why, anchor.why_en
            break
    first = place
    if not code and (misfit := checkpoints.check_kept()) is not None:  # its place is no entry that is wrong
        code, place, why, why_en = misfit.code, misfit.place, misfit.why, misfit.why_en
    if not code and verdict.unlocked:
        vi, en = FAULTS["unlocked"]
        names = ", ".join(verdict.unlocked)
        code, why, why_en = "unlocked", vi.format(names=names), en.format(names=names)
    with transaction():
        record(
            VERIFIED, by=machine("worker"), stream="system",
            body={"result": "bad" if code else "ok", "count": verdict.count, "why": why, "why_en": why_en,
                  **({} if first is None else {"first": first})},
        )
    if code:
        raise_alarm(why, why_en, code, place or 0)
    return not code


def raise_alarm(what: str, what_en: str, code: str, place: int = 0, *, again: timedelta = _AGAIN) -> bool:
    """Tell that something is wrong with the trail; False where the same was told lately, which is within a day unless `again` says else."""
    with transaction() as s:
        s.execute(select(HEAD.c.gseq).where(HEAD.c.id == 1).with_for_update())  # of several workers one tells it
        told = _last(ALARM, code=code, place=place)
        if told is not None and clock.now() - told < again:
            return False
        log.error("alarm of the trail", code=code, place=place)
        record(
            ALARM, by=machine("worker"), stream="system",
            body={"what": what.rstrip("."), "what_en": what_en.rstrip("."), "code": code, "place": place},
        )
        for tell in alarmed:
            tell(what, what_en, microseconds(), code)
    return True


def alarms_since(moment: datetime) -> list[tuple[datetime, str, str]]:
    """Alarms from a moment on, the newest first: when, and what in both languages."""
    with snapshot() as connection:
        rows = connection.execute(
            select(EVENT.c.at, EVENT.c.body).where(EVENT.c.kind == ALARM, EVENT.c.at >= microseconds(moment)).order_by(EVENT.c.gseq.desc())
        )
        found = [(EPOCH + timedelta(microseconds=at), _told(body)) for at, body in rows]
    return [(at, str(told.get("what", "")), str(told.get("what_en", ""))) for at, told in found]


def _told(body: bytes) -> dict[str, object]:
    try:
        told = orjson.loads(body)["x"]
    except (ValueError, KeyError, TypeError):
        return {}
    return told if isinstance(told, dict) else {}


def _alarm_of(code: str, place: int) -> None:
    vi, en = FAULTS[code]
    raise_alarm(vi.format(place=place), en.format(place=place), code, place)


def _last(kind: str, *, by: str | None = None, **said: object) -> datetime | None:
    """When the last entry of a kind was written that says this; inside a transaction it is read there, on no second connection."""
    with nullcontext(session().connection()) if in_transaction() else snapshot() as connection:
        rows = select(EVENT.c.at, EVENT.c.body).where(EVENT.c.kind == kind).order_by(EVENT.c.gseq.desc()).limit(50)
        if by is not None:
            rows = rows.where(EVENT.c.actor == by)
        for at, body in connection.execute(rows):
            told = _told(body)
            if all(told.get(key) == value for key, value in said.items()):
                return EPOCH + timedelta(microseconds=at)
    return None
