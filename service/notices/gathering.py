"""The sweep that makes digests: what was held for a person goes as one mail."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, insert, select, update

from service import clock, db
from service.notices.digests import LETTER, PAGE
from service.notices.models import MAIL
from service.notices.sending import message_id
from service.notices.still import is_wanted


def gather_due(limit: int = 100) -> int:
    """Put what is due of each person into one mail; return how many mails that makes."""
    due = and_(MAIL.c.state == db.plainly("held"), MAIL.c.next_at <= clock.now())
    with db.reading() as s:
        accounts = s.scalars(select(MAIL.c.account).where(due).distinct().limit(limit)).all()
    return sum(_gather(account, due) for account in accounts)


def _gather(account: int, due: Any) -> int:
    now = clock.now()
    with db.transaction() as s:
        rows = s.execute(
            select(MAIL.c.id, MAIL.c.letter, MAIL.c.about).where(due, MAIL.c.account == account)
            .order_by(MAIL.c.id).with_for_update()
        ).all()
        wanted = [row.id for row in rows if is_wanted(row.letter, row.about, account)]
        gone = [row.id for row in rows if row.id not in set(wanted)]
        if gone:
            s.execute(update(MAIL).where(MAIL.c.id.in_(gone)).values(state="obsolete", settled_at=now))
        if not wanted:
            return 0
        key = f"{LETTER}:{wanted[0]}"
        digest = s.execute(
            insert(MAIL).values(
                key=key, account=account, letter=LETTER, context={"count": len(wanted)}, link=PAGE, about=account,
                message_id=message_id(key, account, LETTER), state="queued", shown_only=False, attempts=0, next_at=now,
                queued_at=now,
            ).returning(MAIL.c.id)
        ).scalar_one()
        s.execute(update(MAIL).where(MAIL.c.id.in_(wanted)).values(state="gathered", settled_at=now, digest=digest))
        return 1
