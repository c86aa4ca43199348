"""The life of a mail: written with its cause and its notice, claimed under a lease, handed over, and told how it ended.

SMTP cannot say "exactly once". The moment before the last byte is written down: a mail whose sender died before it is
sent by another, one whose sender died after it is `unknown` and goes again only when a person says so. Retries and
resends carry the same Message-ID.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from smtplib import SMTP
from typing import Any

import structlog
from flask import current_app
from jinja2 import TemplateError
from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from service import clock, db, jobs, trail
from service.actor import machine
from service.config import Settings
from service.notices import bell, choices, digests, hours, smtp
from service.notices.letters import Item, Rendered, checked, label, letters, render
from service.notices.marks import marks_of
from service.notices.message import BadAddress, bare_address, compose
from service.notices.models import FREEZE, MAIL
from service.notices.still import is_wanted
from service.notices.wording import with_versions

TRIES = 16
"""With the pauses below: a day and a half."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
_BATCH = 20
_ERROR_LENGTH = 500
_PAGE = re.compile(r"/([A-Za-z0-9_-]+/?)*")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where and in which language a person is reached."""

    name: str
    address: str
    language: str = "vi"
    active: bool = True


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claimed mail."""

    id: int
    account: int
    letter: str
    context: dict[str, Any]
    words: dict[str, Any] | None
    link: str | None
    about: int | None
    message_id: str
    attempts: int


@dataclass(frozen=True, slots=True)
class End:
    """How a try ended: the new state and, where it did not work, the words of it."""

    state: str
    error: str | None = None
    address: str | None = None
    shown_only: bool = False


Lookup = Callable[[Collection[int]], Mapping[int, Contact]]
Secrets = Callable[[int], Mapping[str, str] | None]


def _nobody(accounts: Collection[int]) -> Mapping[int, Contact]:
    raise RuntimeError("nobody registered where people are reached: notices.register_contacts")


_lookup: Lookup = _nobody
_secrets: dict[str, Secrets] = {}


def register_contacts(lookup: Lookup) -> Lookup:
    """Register the function from account ids to contacts; accounts that are gone are left out of its answer."""
    global _lookup
    _lookup = lookup
    return lookup


def contacts(accounts: Collection[int]) -> Mapping[int, Contact]:
    """Where people are reached."""
    return _lookup(accounts) if accounts else {}


def secrets_of(letter: str) -> Callable[[Secrets], Secrets]:
    """Register what fills the secret fields of a letter just before it goes: account → values, None where it is not wanted any more.

    They are in the bytes that the server gets and nowhere else. A letter that is only tried goes without.
    """

    def register(tell: Secrets) -> Secrets:
        _secrets[letter] = tell
        return tell

    return register


def queue(
    letter: str,
    *,
    to: Iterable[int],
    key: str,
    context: Mapping[str, Any],
    link: str | None = None,
    about: int | None = None,
    words: Mapping[str, Any] | None = None,
) -> int:
    """Tell accounts of something in the open transaction, by notice and mail; return how many had not been told of it yet.

    The mail goes as each person chose: at once, held for a digest, or not at all. `key` names the event: the same
    (key, account, letter) is told once, however often asked. `link` is a path of ours that shows something ("/tasks/12"):
    a page, never an act, so it has no query. `words` names another letter that words it. ValueError for a letter or a
    context that does not fit.
    """
    if not db.in_transaction():
        raise RuntimeError("a mail is queued inside the transaction of its cause")
    if link is not None and not _PAGE.fullmatch(link):
        raise ValueError(f"a mail links to a page of ours, a path without a query, not to {link!r}")
    clean, kept = checked(letter, context), with_versions(letter, words)
    now = clock.now()
    told = list(dict.fromkeys(to))
    said = {"key": key, "letter": letter, "context": clean, "words": kept, "link": link, "about": about}
    shown = letters()[letter].bell
    if shown and told:
        new = bell.ring([said | {"account": account, "told_at": now} for account in told])
        told = [account for account in told if account in new]
    if not told:
        return 0
    ways = choices.ways_of(letter, told)
    mails = [
        said | {
            "account": account, "message_id": message_id(key, account, letter), "shown_only": False, "attempts": 0,
            "queued_at": now, **_first_state(letter, ways.get(account, choices.AT_ONCE), now),
        }
        for account in told
        if ways.get(account) != choices.BELL
    ]
    dialect = postgresql if db.is_postgresql() else sqlite
    once = dialect.insert(MAIL).on_conflict_do_nothing(
        index_elements=[MAIL.c.key, MAIL.c.account, MAIL.c.letter]
    )
    written = len(db.session().execute(once.returning(MAIL.c.id), mails).all()) if mails else 0
    return len(told) if shown else written


def _first_state(letter: str, way: str, now: datetime) -> dict[str, Any]:
    if way in choices.DIGESTS:
        return {"state": "held", "next_at": hours.next_digest(way, now)}
    return {"state": "queued", "next_at": hours.next_moment(letter, now)}


def message_id(key: str, account: int, letter: str) -> str:
    """The Message-ID of a mail, the same however often it goes."""
    # Keyed, so that two installations (demo, test, production) with equal numbers never send equal ids.
    settings = _settings()
    secret = current_app.extensions.get("mail_key")
    if secret is None:
        secret = settings.key("mail").get_secret_value().encode()
        current_app.extensions["mail_key"] = secret
    name = hmac.new(secret, f"{key}\n{account}\n{letter}".encode(), sha256).hexdigest()[:32]
    return f"<{name}@{bare_address(settings.mail_from).rpartition('@')[2]}>"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def way_out() -> str:
    """Where mail goes: `smtp`, `page` (demo mode without a server: it is only shown), or `none` (no server set)."""
    settings = _settings()
    return "smtp" if settings.smtp_url else "page" if settings.demo else "none"


def is_frozen() -> bool:
    """Tell whether nothing may leave at present."""
    with db.reading() as s:
        return (
            s.execute(select(FREEZE.c.id).where(FREEZE.c.released_at.is_(None)).limit(1)).first() is not None
        )


def is_held_at_the_machine() -> bool:
    """Tell whether a restore, or who is at the machine, holds mail back, whether or not a person with an account does so too."""
    held = select(FREEZE.c.id).where(FREEZE.c.released_at.is_(None), FREEZE.c.frozen_by.is_(None)).limit(1)
    with db.reading() as s:
        return s.execute(held).first() is not None


def send_due(holder: jobs.Holder, *, stop: Callable[[], bool] = lambda: False, limit: int = _BATCH) -> int:
    """Send what is due; return how many mails were taken."""
    way = way_out()
    if way == "none":
        return 0
    found = _claim(holder.name, limit)
    holder.mails.take(mail.id for mail in found)
    try:
        if way == "page":
            _settle([(mail, _show(mail)) for mail in found], holder.name)
        elif found:
            _send(found, holder.name, stop)
    finally:
        holder.mails.drop(mail.id for mail in found)
    return len(found)


def _claim(holder: str, limit: int) -> list[Waiting]:
    due = and_(MAIL.c.state == db.plainly("queued"), MAIL.c.next_at <= clock.now())
    with db.reading() as s:
        if s.execute(select(MAIL.c.id).where(due).limit(1)).first() is None:
            return []
    if is_frozen():
        due = and_(due, MAIL.c.letter.in_(hours.passing_letters()))
    if hours.is_quiet():  # also for what waited for another reason: a retry, a worker that stood still
        due = and_(due, MAIL.c.letter.in_(hours.urgent_letters()))
    with db.transaction() as s:
        rows = s.execute(
            select(
                MAIL.c.id,
                MAIL.c.account,
                MAIL.c.letter,
                MAIL.c.context,
                MAIL.c.words,
                MAIL.c.link,
                MAIL.c.about,
                MAIL.c.message_id,
                MAIL.c.attempts,
            )
            .where(due)
            .order_by(MAIL.c.next_at, MAIL.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        if rows:
            s.execute(
                update(MAIL)
                .where(MAIL.c.id.in_([row.id for row in rows]))
                .values(
                    state="sending",
                    holder=holder,
                    lease_until=clock.unmoved() + jobs.lease(),
                    attempts=MAIL.c.attempts + 1,
                    handed_at=None,
                )
            )
    return [Waiting(*row[:8], row.attempts + 1) for row in rows]


def _show(mail: Waiting) -> End:
    end = _prepared(mail, only_words=True)
    return end if isinstance(end, End) else End("sent", address=end[0], shown_only=True)


def _send(found: Sequence[Waiting], holder: str, stop: Callable[[], bool]) -> None:
    client: SMTP | None = None
    left = list(found)
    try:
        server = smtp.server_of(_settings().smtp_url)
        while left and not stop():
            ready = _prepared(left[0])
            if isinstance(ready, End):
                _settle([(left.pop(0), ready)], holder)
                continue
            sender = _return_address(left[0].message_id)
            if client is None or client.sock is None:
                client = smtp.connect(server)
            mail = left.pop(0)
            end = _hand_over(client, mail, sender, ready, holder)
            if end is not None:
                _settle([(mail, end)], holder)
        _give_back(holder, [mail.id for mail in left])
    except (smtp.Unreachable, smtp.BadServer) as error:
        log.warning("mail server not reached", error=str(error), mails=len(left))
        _settle([(mail, _later(mail, str(error))) for mail in left], holder)
    finally:
        if client is not None and client.sock is not None:
            smtp.farewell(client)


def _hand_over(client: SMTP, mail: Waiting, sender: str, ready: tuple[str, bytes], holder: str) -> End | None:
    address, content = ready
    try:
        smtp.deliver(
            client,
            sender=sender,
            to=address,
            content=content,
            before_last_byte=lambda: _note_handing_over(mail, holder),
        )
    except smtp.Withheld:
        _give_back(holder, [mail.id])
        return None
    except smtp.Temporary as trouble:
        return _later(mail, str(trouble), address)
    except smtp.Permanent as trouble:
        return End("failed", str(trouble), address)
    except smtp.Uncertain as trouble:
        return End("unknown", str(trouble), address)
    return End("sent", address=address)


def _return_address(message_id: str) -> str:
    """Where other servers are to report of this mail."""
    settings = _settings()
    given = settings.mail_return or bare_address(settings.mail_from)
    try:
        return bare_address(given.replace("*", message_id[1:].partition("@")[0]))
    except BadAddress as error:
        raise smtp.BadServer(f"VINHDANH_MAIL_RETURN: {error}") from error


def _later(mail: Waiting, error: str, address: str | None = None) -> End:
    return End("failed" if mail.attempts >= TRIES else "queued", error, address)


def _prepared(mail: Waiting, *, only_words: bool = False) -> End | tuple[str, bytes]:
    """The address and the bytes of a mail, or how it ends without being sent; of one that is only shown the words are tried alone."""
    try:
        if not is_wanted(mail.letter, mail.about, mail.account):
            return End("obsolete")
        secret = _secrets.get(mail.letter) if "said" not in (mail.words or {}) else None
        told = secret(mail.account) if secret is not None else {}
        if told is None:
            return End("obsolete")
        contact = contacts([mail.account]).get(mail.account)
        # One that was sent again by hand has no `about`, and says all that it said.
        items = _items(mail, contact) if mail.letter == digests.LETTER and contact else []
        if mail.letter == digests.LETTER and contact and not items:
            return End("obsolete")
    except Exception as error:
        log.exception("mail not prepared", mail=mail.id)
        return _later(mail, f"{type(error).__name__}: {error}")
    if contact is None or not contact.active:
        return End("failed", "the account is closed")
    if not contact.address:
        return End("failed", "the account has no mail address")
    if marks_of([contact.address]):
        return End("withheld", "the address returns letters", contact.address)
    settings = _settings()
    try:
        letter = rendered(
            mail.letter, {**mail.context, **told, **({"count": len(items)} if items else {})}, mail.link, contact, mail.words, items
        )
        if only_words:
            return bare_address(contact.address), b""
        content = compose(
            letter,
            sender=settings.mail_from,
            reply_to=settings.mail_reply_to or settings.mail_from,
            to=contact.address,
            person=contact.name,
            message_id=mail.message_id,
            language=contact.language,
            at=clock.now(),
            stop_link=digests.stop_link(mail.account) if items else "",
        )
        return bare_address(contact.address), content
    except BadAddress as error:
        return End("failed", str(error))
    except (TemplateError, LookupError, ValueError) as error:
        log.exception("letter not written", mail=mail.id, letter=mail.letter)
        return End("failed", f"{type(error).__name__}: {error}")


def _items(mail: Waiting, contact: Contact) -> list[Item]:
    return digests.items_of(mail.id, contact.language, wanted_only=mail.about is not None)


def rendered(
    letter: str, context: Mapping[str, Any], link: str | None, contact: Contact, words: Mapping[str, Any] | None = None,
    items: Sequence[Item] = (),
) -> Rendered:
    """A letter in the words in which a person gets it."""
    return render(
        letter,
        context,
        language=contact.language,
        person=contact.name,
        url=_settings().address + link if link else None,
        organizer=bare_address(_settings().mail_from),
        words=words,
        items=items,
    )


def _note_handing_over(mail: Waiting, holder: str) -> bool:
    """Write down that the server may have the mail from now on; False if it is ours no longer or nothing may leave."""
    with db.transaction() as s:
        if mail.letter not in hours.passing_letters() and is_frozen():
            return False
        mine = s.execute(
            update(MAIL)
            .where(_held(holder), MAIL.c.id == mail.id)
            .values(handed_at=clock.now())
            .returning(MAIL.c.id)
        )
        return mine.first() is not None


def _settle(ends: Sequence[tuple[Waiting, End]], holder: str) -> None:
    if not ends:
        return
    now = clock.now()
    with db.transaction() as s:
        for mail, end in ends:
            values: dict[str, Any] = {
                "state": end.state,
                "holder": None,
                "lease_until": None,
                "handed_at": None,
                "error": end.error[:_ERROR_LENGTH] if end.error else None,
            }
            if end.address:
                values["address"] = end.address
            if end.state == "queued":
                again = now + jobs.back_off(mail.attempts, FIRST_PAUSE, LONGEST_PAUSE)
                values["next_at"] = hours.next_moment(mail.letter, again)
            else:
                values.update(settled_at=now, shown_only=end.shown_only)
            mine = s.execute(
                update(MAIL).where(_held(holder), MAIL.c.id == mail.id).values(values).returning(MAIL.c.id)
            )
            if mine.first() is not None and end.state in _TOLD:
                _tell(mail.id, mail.account, mail.letter, end.state, end.error)


_TOLD = {"sent": "mail:sent", "failed": "mail:failed", "unknown": "mail:unknown", "withheld": "mail:withheld"}


def told_of(account: int) -> tuple[str, dict[str, int]]:
    """The stream of an entry about mail to somebody, and what its body says of whom: who has no account stands in no stream of one."""
    return (f"account:{account}", {}) if account > 0 else ("system", {"keeper": -account})


def _tell(mail: int, account: int, letter: str, state: str, error: str | None) -> None:
    stream, whose = told_of(account)
    trail.record(
        _TOLD[state],
        by=machine("worker"),
        stream=stream,
        body={"mail": mail, "letter": label(letter), **whose},
        private={"error": error[:_ERROR_LENGTH] if error else None},
    )


def _held(holder: str) -> Any:
    return and_(MAIL.c.state == db.plainly("sending"), MAIL.c.holder == holder)


def _give_back(holder: str, mails: Collection[int]) -> None:
    if not mails:
        return
    with db.transaction() as s:
        s.execute(
            update(MAIL)
            .where(_held(holder), MAIL.c.id.in_(mails))
            .values(
                state="queued", holder=None, lease_until=None, handed_at=None, attempts=MAIL.c.attempts - 1
            )
        )


def leave(holder: jobs.Holder) -> None:
    """Give back, untried, what a stopping worker holds and has not handed over."""
    with db.reading() as s:
        held = s.scalars(select(MAIL.c.id).where(_held(holder.name), MAIL.c.handed_at.is_(None))).all()
    _give_back(holder.name, held)


def renew(holder: jobs.Holder) -> None:
    """Lengthen the leases of a living worker."""
    held = holder.mails.all()
    if held:
        with db.transaction() as s:
            s.execute(
                update(MAIL)
                .where(MAIL.c.id.in_(held), _held(holder.name))
                .values(lease_until=clock.unmoved() + jobs.lease())
            )


def drop_queued() -> int:
    """After a restore, in the open transaction: mail of the backup to who has no account, and what would pass the freeze, goes no more."""
    dropped = db.session().execute(
        update(MAIL)
        .where(MAIL.c.state.in_(("queued", "sending", "held")), or_(MAIL.c.account < 0, MAIL.c.letter.in_(hours.freeze_proof_letters())))
        .values(state="cancelled", settled_at=clock.now(), holder=None, lease_until=None, handed_at=None).returning(MAIL.c.id)
    )
    return len(dropped.all())


def reclaim() -> int:
    """Settle mails whose worker died: those not yet handed over go again, the others are `unknown`."""
    expired = and_(MAIL.c.state == db.plainly("sending"), MAIL.c.lease_until < clock.unmoved())
    with db.reading() as s:
        if s.execute(select(MAIL.c.id).where(expired).limit(1)).first() is None:
            return 0
    now = clock.now()
    with db.transaction() as s:
        rows = s.execute(
            select(MAIL.c.id, MAIL.c.account, MAIL.c.letter, MAIL.c.handed_at)
            .where(expired)
            .with_for_update()
        ).all()
        for row in rows:
            lost = row.handed_at is not None
            end = {"state": "unknown", "settled_at": now, "error": _CRASHED} if lost else {"state": "queued"}
            s.execute(
                update(MAIL)
                .where(MAIL.c.id == row.id)
                .values(**end, holder=None, lease_until=None, next_at=now)
            )
            if lost:
                _tell(row.id, row.account, row.letter, "unknown", _CRASHED)
    return len(rows)


_CRASHED = "the worker stopped after handing the mail over, before the answer"
