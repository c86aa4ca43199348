"""Erasing who kept checkpoints: name and address go from the tables, from mail and from the trail; what was sent when stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from service import clock, jobs, people, trail
from service.actor import Actor
from service.db import is_postgresql, rewrite, transaction
from service.errors import Conflict, Invalid, NotFound
from service.keepers.acts import GUARDED
from service.keepers.models import Keeper
from service.notices.models import MAIL, NOTICE, RETURN
from service.people.models import SecondPersonRequest
from service.trail.models import EVENT, PRIVATE, TrailPrivate
from service.trail.seal import DATA_ERASED
from service.trail.tell import ERASED

GONE = ERASED[0]
TOPIC = "keepers.forgotten"
"""The worker's job that writes SQLite's file anew, in which deleted values would still lie."""
_WAITS = ("queued", "sending", "held")


def forget(number: int, *, by: Actor, reason: str) -> None:
    """Erase name and address of somebody who keeps checkpoints no more; nothing of it can be taken back.

    Raises Forbidden, NotFound, Invalid without a reason, Conflict for who keeps them still, whose last letter has not gone, or who was
    erased before.
    """
    people.require(by, "keeper.manage")
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    with transaction() as s:
        row = s.get(Keeper, number, with_for_update=True)
        if row is None:
            raise NotFound("Không có người giữ mốc này.", "There is no such keeper.")
        if row.ended_at is None:
            raise Conflict(
                "Người này còn giữ mốc hoặc đang được hỏi. Kết thúc trước, rồi xóa.",
                "This person keeps checkpoints, or is being asked. End it first, then erase.", code="keeper-running",
            )
        if is_forgotten(row):
            raise Conflict("Tên và địa chỉ của người này đã xóa.", "Name and address of this person were erased.", code="erased")
        if s.execute(select(MAIL.c.id).where(MAIL.c.account == -row.id, MAIL.c.state.in_(_WAITS)).limit(1)).first() is not None:
            raise Conflict(
                "Còn thư gửi người này chưa đi. Chờ gửi xong, hoặc hủy thư đó ở Thư đi, rồi xóa.",
                "A letter to this person has not gone yet. Wait for it, or cancel it in the outbox, then erase.", code="keeper-mail-waits",
            )
        forget_rows(s, row, by=by, reason=reason.strip()[:2000])


def is_forgotten(row: Keeper) -> bool:
    """Tell whether a keeper's name and address were erased."""
    return row.name == GONE and not row.address


def forget_rows(s: Session, row: Keeper, *, by: Actor, reason: str | None = None, again: bool = False) -> None:
    """Erase a keeper in the open transaction and say so in the trail; `again`: after a restore, of who had been erased before."""
    _blank_requests(s, row.address)
    row.name, row.address = GONE, ""
    mails = list(s.execute(select(MAIL.c.id).where(MAIL.c.account == -row.id)).scalars())
    s.execute(update(MAIL).where(MAIL.c.account == -row.id).values(address=None, error=None))
    s.execute(
        update(MAIL).where(MAIL.c.account == -row.id, MAIL.c.state.in_(_WAITS)).values(state="cancelled", settled_at=clock.now())
    )
    # A report that counts no more and says nothing: of an address that is gone nothing is left to settle.
    s.execute(update(RETURN).where(RETURN.c.account == -row.id).values(address="", said="", lifted_at=clock.now()))
    values = _values(s, row.id, set(mails))
    trail.record(
        DATA_ERASED, by=by, stream="system", reason=reason,
        body={
            "keeper": row.id, "mails": len(mails) or None, "count": sum(map(len, values.values())),
            "values": {"system": {str(gseq): paths for gseq, paths in values.items()}} if values else {}, "again": 1 if again else None,
        },
    )
    jobs.enqueue(TOPIC, {"keeper": row.id}, key=f"{TOPIC}:{row.id}:{clock.now().isoformat()}")


def _blank_requests(s: Session, address: str) -> None:
    """Take name and address out of what a second person was asked about this keeper, and out of the letters and notices of it."""
    for request in s.scalars(select(SecondPersonRequest).where(SecondPersonRequest.act == GUARDED)):
        if not address or request.given.get("address") != address:
            continue
        request.given = {**request.given, "name": GONE, "address": ""}
        for table in (MAIL, NOTICE):
            told = select(table.c.id, table.c.context).where(table.c.key.like(f"second_person:{request.id}:%"))
            for number, context in s.execute(told).all():
                blank = {**context, "what": ERASED[0], "what_en": ERASED[1]}
                s.execute(update(table).where(table.c.id == number).values(context=blank))


def _values(s: Session, keeper: int, mails: set[int]) -> dict[int, list[str]]:
    """Private values of the trail about a keeper: what was said in asking and ending, and of each mail to the address."""
    found: dict[int, list[str]] = {}
    about = or_(*(EVENT.c.kind.like(f"{word}:%") for word in ("keeper", "mail", "address")))
    rows: Select[Any] = (
        select(EVENT.c.gseq, PRIVATE.c.path, EVENT.c.body).select_from(EVENT.join(PRIVATE, PRIVATE.c.gseq == EVENT.c.gseq))
        .where(EVENT.c.stream == "system", about).order_by(EVENT.c.gseq, PRIVATE.c.path)
    )
    for gseq, path, body in s.execute(rows).all():
        said: Mapping[str, Any] = orjson.loads(body).get("x") or {}
        if said.get("keeper") == keeper or said.get("mail") in mails:
            found.setdefault(gseq, []).append(path)
    return found


@jobs.handler(TOPIC)
def _rewrite(job: jobs.Job) -> None:
    if not is_postgresql():
        rewrite(TrailPrivate)
