"""Letters that come back: a report is held against the mails that we sent, and marks an address that takes none.

Reports come from a mailbox that is read every minute (`mailbox`) or from standard input (`vinhdanh bounces -`). Only one that
names a mail of ours that went out counts, and each once. The mark belongs to the address: whoever gets another one is rid
of it. Letters to a marked address are withheld, as the outbox shows; they go once that is over.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import insert, select, update

from service import clock, db, trail
from service.actor import Actor, machine, require
from service.errors import Conflict, Invalid
from service.notices import bell, mailbox
from service.notices.letters import label
from service.notices.marks import Mark, days_again, marks_of, reckon, same
from service.notices.models import MAIL, RETURN
from service.notices.reports import Report, read_report
from service.notices.sending import contacts, told_of

LETTER = "address_fails"
PAGE = "/my-mail"
_WENT = ("sent", "unknown", "returned")
_MOST = 1000
"""Reports that a list reads."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Returning:
    """An address of which reports came, with the people who have it now; `mark` where it is marked."""

    address: str
    people: tuple[tuple[int, str], ...]
    keepers: tuple[tuple[int, str], ...]
    """Keepers of checkpoints who have it, by their own numbers: they need no account."""
    failed: int
    late: int
    status: str
    said: str
    last: datetime
    mail: int
    mark: Mark | None


def take_in(content: bytes) -> bool:
    """Note what a report says of a mail of ours; False where it is none, is of no mail that we sent, or was noted before."""
    report = read_report(content)
    if report is None:
        return False
    with db.transaction() as s:
        row = _mail_of(report)
        if row is None:
            return False
        address, now = same(row.address), clock.now()
        # A report counts once however often it is read, and a letter comes back once, whoever tells of it, until it is sent again.
        if report.final and row.state == "returned":
            return False
        known = select(RETURN.c.id).where(RETURN.c.mail == row.id, RETURN.c.report == report.digest)
        if s.execute(known.limit(1)).first() is not None:
            return False
        before = address in marks_of([address])
        s.execute(insert(RETURN).values(
            mail=row.id, account=row.account, address=address, final=report.final, status=report.status, said=report.said,
            report=report.digest, reported_at=now,
        ))
        if report.final:
            said = f"{report.status} {report.said}".strip()
            s.execute(update(MAIL).where(MAIL.c.id == row.id).values(state="returned", error=said[:500]))
        stream, whose = told_of(row.account)
        trail.record(
            "mail:returned" if report.final else "mail:late", by=machine("worker"), stream=stream,
            body={"mail": row.id, "letter": label(row.letter), "status": report.status, **whose},
            private={"address": address, "error": report.said or None},
        )
        if not before and (mark := marks_of([address]).get(address)):
            _mark(row.account, mark)
        return True


def _mail_of(report: Report) -> Any:
    """The mail of which a report speaks, where it went out: by its whole number, which nobody guesses."""
    columns = (MAIL.c.id, MAIL.c.account, MAIL.c.letter, MAIL.c.address, MAIL.c.state)
    went = (MAIL.c.state.in_(_WENT), MAIL.c.shown_only.is_(False), MAIL.c.address.is_not(None))
    names = list(report.ids)
    if report.tokens:
        domain = current_app.extensions["settings"].mail_from.rpartition("@")[2].strip(" >")
        names += [f"<{token}@{domain}>" for token in report.tokens]
    if not names:
        return None
    found = select(*columns).where(MAIL.c.message_id.in_(names), *went).order_by(MAIL.c.id).limit(1).with_for_update()
    return db.session().execute(found).first()


def _mark(account: int, mark: Mark) -> None:
    stream, whose = told_of(account)
    trail.record(
        "address:marked", by=machine("worker"), stream=stream,
        body={**(whose or {"account": account}), "count": mark.count, "status": mark.status}, private={"address": mark.address},
    )
    if account < 0:
        return  # without an account there is no bell
    contact = contacts([account]).get(account)
    if contact is not None and same(contact.address) == mark.address:
        bell.ring([{
            "account": account, "key": f"returned:{mark.since.isoformat()}", "letter": LETTER, "context": {"address": contact.address},
            "words": None, "link": PAGE, "about": account, "told_at": clock.now(),
        }])


def own_mark(account: int) -> Mark | None:
    """The mark of the address that a person has now."""
    contact = contacts([account]).get(account)
    return marks_of([contact.address]).get(same(contact.address)) if contact is not None and contact.address else None


def marked_people(accounts: Collection[int]) -> dict[int, Mark]:
    """Those of these people whose address is marked."""
    known = {account: contact.address for account, contact in contacts(accounts).items() if contact.address}
    found = marks_of(list(known.values()))
    return {account: found[same(address)] for account, address in known.items() if same(address) in found}


def returns(*, by: Actor) -> tuple[Returning, ...]:
    """Addresses of which reports came that nobody settled, marked ones first, then the newest. Raises Forbidden."""
    require(by, "mail.read")
    with db.reading() as s:
        rows = list(reversed(s.execute(
            select(RETURN).where(RETURN.c.lifted_at.is_(None)).order_by(RETURN.c.id.desc()).limit(_MOST)
        ).all()))
        known = contacts({row.account for row in rows})
    marks = reckon(row for row in rows if row.final)
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.address, []).append(row)
    made = [_returning(address, own, known, marks.get(address)) for address, own in found.items()]
    return tuple(sorted(made, key=lambda one: (one.mark is None, -one.last.timestamp())))


def _returning(address: str, rows: list[Any], known: Any, mark: Mark | None) -> Returning:
    whose = dict.fromkeys(row.account for row in rows)
    final = [row for row in rows if row.final]
    last = (final or rows)[-1]
    has = [one for one in whose if one in known and same(known[one].address) == address]
    people = tuple((one, known[one].name) for one in has if one > 0)
    keepers = tuple((-one, known[one].name) for one in has if one < 0)
    late = len(rows) - len(final)
    return Returning(address, people, keepers, len(final), late, last.status, last.said, rows[-1].reported_at, last.mail, mark)


def lift_mark(address: str, *, reason: str, by: Actor) -> int:
    """Send to an address again, what came back from it being settled; returns how many withheld letters go now.

    Raises Forbidden, Invalid without a reason, Conflict where nothing came back from it.
    """
    require(by, "mail.resend")
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do cho gửi lại.", "Say why mail goes to it again.")
    address = same(address)
    with db.transaction() as s:
        settled = s.execute(
            update(RETURN).where(RETURN.c.address == address, RETURN.c.lifted_at.is_(None)).values(lifted_at=clock.now())
            .returning(RETURN.c.account)
        ).scalars().all()
        if not settled:
            raise Conflict(
                "Không có thư nào gửi tới địa chỉ này bị trả lại.", "No letters to this address came back.", code="nothing-returned"
            )
        whose = sorted(set(settled) | set(_withheld_of(address)))
        going = sum(let_go(account) for account in whose)
        for account in sorted(set(settled)):
            stream, who = told_of(account)
            trail.record(
                "address:lifted", by=by, stream=stream, reason=reason.strip()[:2000],
                body={**(who or {"account": account}), "count": len(settled)}, private={"address": address},
            )
    return going


def _withheld_of(address: str) -> list[int]:
    s = db.session()
    held = s.scalars(select(MAIL.c.account).where(MAIL.c.state == "withheld").distinct().limit(_MOST)).all()
    return [account for account, contact in contacts(held).items() if same(contact.address) == address]


def let_go(account: int) -> int:
    """Let what was lately withheld from a person go, in the open transaction; where the address still fails it is withheld anew."""
    return len(db.session().execute(
        update(MAIL)
        .where(MAIL.c.account == account, MAIL.c.state == "withheld", MAIL.c.queued_at > clock.now() - timedelta(days=days_again()))
        .values(state="queued", attempts=0, next_at=clock.now(), settled_at=None, error=None).returning(MAIL.c.id)
    ).all())


def read_returns() -> int:
    """Read the mailbox to which reports go, where one is set; return how many reports were noted."""
    url = current_app.extensions["settings"].mail_returns_url
    if not url:
        return 0
    try:
        return mailbox.read(mailbox.box_of(url), take_in)
    except mailbox.Trouble as trouble:
        log.warning("mailbox of returned letters not read", error=str(trouble))
        return 0
