"""What only its owner needed of an account goes some time after it was blocked; what he did in office stays, under his name.

A rule does it (data/keeping.toml) and no request, so nobody asks and nobody confirms, and after a restore it is done again by itself.
Name, title, roles and acts stay: papers, lists and the trail name by them who did what.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

import structlog
from sqlalchemy import ColumnElement, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from service import clock, jobs, trail
from service.actor import machine
from service.awards.talk_models import Follower
from service.db import is_postgresql, reading, rewrite, transaction
from service.erasing.apply import blanked
from service.erasing.plan import GONE, blocked_for, values_of_account
from service.notices.models import MAIL, RETURN, Notice, NoticeChoice
from service.people.models import (
    Account,
    ApiToken,
    CalendarFeed,
    Identity,
    RecoveryCode,
    SecondFactor,
    SessionToken,
    Substitution,
)
from service.processes.models import Draft, SavedFilter
from service.trail.models import EVENT, PRIVATE, TrailPrivate
from service.trail.seal import DATA_ERASED

log = structlog.get_logger(__name__)

TOPIC = "accounts.emptied"
"""The worker's job that writes SQLite's file anew, in which deleted values would still lie."""
_TURN = 20
"""Accounts that one turn of the sweep looks after."""
_AT_ONCE = 1000
"""Entries of which one entry names the values at most."""
_WAITS = ("queued", "sending", "held")


def empty_blocked() -> int:
    """Take away what is private of accounts that have been blocked for long enough; returns how many. A sweep of the worker."""
    long_ago = clock.now() - timedelta(days=blocked_for())
    # An emergency access is the office's: where it was used from stays as evidence.
    due = (
        Account.active.is_(False), Account.emptied_at.is_(None), Account.blocked_at <= long_ago, Account.emergency_until.is_(None),
    )
    with reading() as s:  # nearly always there is none, and a look takes no lock
        numbers = list(s.scalars(select(Account.id).where(*due).order_by(Account.id).limit(_TURN)))
    done = 0
    for number in numbers:
        try:
            with transaction() as s:
                row = s.scalars(select(Account).where(Account.id == number, *due).with_for_update()).one_or_none()
                if row is not None:  # else it was let in again meanwhile
                    _empty(s, row)
                    done += 1
        except Exception as error:  # one that cannot be emptied keeps nobody else's
            log.error("blocked account not emptied", account=number, exc_info=error)
    return done


def _empty(s: Session, row: Account) -> None:
    row.email, row.phone, row.password_hash, row.must_change, row.signed_in_at = "", "", None, False, None
    row.code_hash, row.code_until, row.reset_hash, row.reset_nonce, row.reset_until = None, None, None, None, None
    row.emptied_at = clock.now()
    _settings(s, row.id)
    mails = _letters(s, row.id)
    _say(s, row.id, mails)
    jobs.enqueue(TOPIC, {"account": row.id}, key=f"{TOPIC}:{row.id}:{row.emptied_at.isoformat()}")


def _settings(s: Session, account: int) -> None:
    """Ways to sign in, what was set for oneself, and why somebody was away; what is shared with a group is the group's too."""
    for model in (SecondFactor, RecoveryCode, Identity, CalendarFeed, SessionToken):
        s.execute(delete(model).where(model.account_id == account))
    for own in (Notice, NoticeChoice, Follower, Draft):
        s.execute(delete(own).where(own.account == account))
    s.execute(delete(SavedFilter).where(SavedFilter.account == account, SavedFilter.shared_with.is_(None)))
    s.execute(update(ApiToken).where(ApiToken.account_id == account).values(name=GONE, hint=""))
    s.execute(update(Substitution).where(Substitution.account_id == account).values(reason=""))


def _letters(s: Session, account: int) -> int:
    """Letters keep that they went and on which occasion, and neither where to nor what they said."""
    own = MAIL.c.account == account
    mails = s.execute(select(MAIL.c.id, MAIL.c.context).where(own)).all()
    for number, context in mails:
        s.execute(update(MAIL).where(MAIL.c.id == number).values(address=None, error=None, context=blanked(context)))
    s.execute(update(MAIL).where(own, MAIL.c.state.in_(_WAITS)).values(state="cancelled", settled_at=clock.now()))
    lifted = func.coalesce(RETURN.c.lifted_at, literal(clock.now(), RETURN.c.lifted_at.type))
    s.execute(update(RETURN).where(RETURN.c.account == account).values(address="", said="", lifted_at=lifted))
    return len(mails)


def _say(s: Session, account: int, mails: int) -> None:
    s.flush()
    flat = iter(sorted(_values(s, account).items()))
    body: dict[str, Any] = {"account": account, "mails": mails or None}
    first = True
    while (piece := list(islice(flat, _AT_ONCE))) or first:
        values: dict[str, dict[str, list[str]]] = {}
        for (stream, gseq), paths in piece:
            values.setdefault(stream, {})[str(gseq)] = sorted(paths)
        trail.record(
            DATA_ERASED, by=machine("worker"), stream=f"account:{account}",
            body={**(body if first else {"account": account}), "count": sum(len(paths) for _, paths in piece), "values": values},
        )
        first = False


def _values(s: Session, account: int) -> Mapping[tuple[str, int], list[str]]:
    """Private values of the account's own stream that the table names."""
    found: dict[tuple[str, int], list[str]] = {}
    named: ColumnElement[bool] = or_(*(
        (EVENT.c.kind == kind) & PRIVATE.c.path.in_(paths) for kind, paths in values_of_account().items()
    ))
    values = select(EVENT.c.stream, EVENT.c.gseq, PRIVATE.c.path).select_from(EVENT.join(PRIVATE, PRIVATE.c.gseq == EVENT.c.gseq))
    for row in s.execute(values.where(EVENT.c.stream == f"account:{account}", named)):
        found.setdefault((row.stream, row.gseq), []).append(row.path)
    return found


@jobs.handler(TOPIC)
def _rewrite(job: jobs.Job) -> None:
    if not is_postgresql():
        rewrite(TrailPrivate)
