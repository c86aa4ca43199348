"""What people see of the mail that goes out, and do about it: the outbox, resend, cancel, hold everything, try it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Any, NoReturn

from flask import current_app
from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from service import clock, db, trail
from service.actor import Actor, require
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.notices import digests, hours
from service.notices.letters import (
    LANGUAGES,
    TASK,
    Letter,
    Rendered,
    checked,
    label,
    letters,
    sample_of,
    subject,
    worded,
    written,
)
from service.notices.models import FREEZE, MAIL, NOTICE
from service.notices.sending import Contact, contacts, queue, rendered, told_of, way_out
from service.notices.wording import with_versions

STATES: Mapping[str, tuple[str, str]] = {
    "queued": ("Chờ gửi", "Queued"),
    "sending": ("Đang gửi", "Being sent"),
    "sent": ("Đã gửi", "Sent"),
    "unknown": ("Chưa rõ đã đến hay chưa", "Not known whether it arrived"),
    "failed": ("Không gửi được", "Failed"),
    "cancelled": ("Đã hủy", "Cancelled"),
    "obsolete": ("Ngừng gửi vì việc đã xong", "Not sent, the task was done"),
    "held": ("Chờ thư tổng hợp", "Waits for a digest"),
    "gathered": ("Đã gộp vào thư tổng hợp", "Went in a digest"),
    "returned": ("Bị trả lại", "Returned"),
    "withheld": ("Không gửi, địa chỉ bị trả thư lại", "Not sent, the address returns letters"),
}
"""What people call the states of a mail, in Vietnamese and English."""
_RESEND = ("sent", "unknown", "failed", "cancelled", "returned", "withheld")
_CANCEL = ("queued", "held", "unknown", "failed", "returned", "withheld")


addressees: dict[str, Callable[[Collection[str], Actor], Collection[str]]] = {}
"""Letter whose addressee not everybody may know → of the events of these keys, those of which he is kept from a reader of the outbox.

The part above that sends such a letter registers it here.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One mail on the outbox page; `shown_only` was sent to this page and nowhere else (demo mode).

    Of one whose addressee is kept from its reader (`private`) account, name, address and error are empty.
    """

    id: int
    account: int
    name: str
    letter: str
    label: str
    label_en: str
    subject: str
    state: str
    shown_only: bool
    address: str | None
    attempts: int
    error: str | None
    queued_at: datetime
    next_at: datetime
    settled_at: datetime | None
    private: bool

    @property
    def can_resend(self) -> bool:
        """Tell whether it can go again."""
        return self.state in _RESEND

    @property
    def can_cancel(self) -> bool:
        """Tell whether it can be taken off the list of what waits or went wrong."""
        return self.state in _CANCEL and not _stays(self.letter, self.state)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a letter for one person: state of the mail (None: no mail), and when the notice was read."""

    account: int
    name: str
    address: str
    state: str | None
    mail: int | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Freeze:
    """Nothing goes out since when, by whom and why."""

    since: datetime
    by: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Outbox:
    """One page of mails, the newest first; `counts` by state, under the other filters; `way` as in `way_out`."""

    lines: tuple[Line, ...]
    counts: Mapping[str, int]
    total: int
    way: str
    freeze: Freeze | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One mail as its reader gets it."""

    line: Line
    message_id: str
    content: Rendered


def outbox(
    *,
    by: Actor,
    state: str | None = None,
    letter: str | None = None,
    account: int | None = None,
    page: int = 1,
    size: int = 50,
) -> Outbox:
    """Read a page of the outbox."""
    require(by, "mail.read")
    where: list[ColumnElement[bool]] = []
    if letter:
        where.append(MAIL.c.letter == letter)
    if account is not None:
        where.append(MAIL.c.account == account)
    with db.reading() as s:
        if account is not None and account != by.account:
            where.append(MAIL.c.id.not_in(_private(s, [MAIL.c.account == account], by)))
        counts = dict.fromkeys(STATES, 0)
        for row in s.execute(select(MAIL.c.state, func.count()).where(*where).group_by(MAIL.c.state)):
            counts[row[0]] = row[1]
        rows = s.execute(
            select(MAIL)
            .where(*where, *([MAIL.c.state == state] if state else []))
            .order_by(MAIL.c.id.desc())
            .limit(size)
            .offset((max(page, 1) - 1) * size)
        ).all()
        held = s.execute(
            select(FREEZE.c.frozen_at, FREEZE.c.frozen_by, FREEZE.c.reason)
            .where(FREEZE.c.released_at.is_(None)).order_by(FREEZE.c.id.desc())
        ).first()
        private = _private(s, [MAIL.c.id.in_([row.id for row in rows])], by)
        known = contacts({row.account for row in rows})
    total = counts.get(state, 0) if state else sum(counts.values())
    lines = tuple(_line(row, known.get(row.account), row.id in private) for row in rows)
    return Outbox(lines, counts, total, way_out(), Freeze(*held) if held else None)


def show_mail(mail_id: int, *, by: Actor) -> Shown:
    """Read one mail with its words; NotFound if there is none."""
    require(by, "mail.read")
    with db.reading() as s:
        row = s.execute(select(MAIL).where(MAIL.c.id == mail_id)).first()
        if row is None:
            _missing()
        private = bool(_private(s, [MAIL.c.id == mail_id], by))
        contact = contacts([row.account]).get(row.account) or _GONE
        kept_back = _private(s, [MAIL.c.digest == mail_id], by)
    contact = replace(contact, name="", address="") if private else contact
    return Shown(_line(row, contact, private), row.message_id, _words(row, contact, kept_back))


def _private(s: Session, where: Collection[ColumnElement[bool]], by: Actor) -> set[int]:
    """Mails among some whose addressee somebody may not know; of one's own one does."""
    found: dict[str, dict[str, set[int]]] = {}
    rows = s.execute(select(MAIL.c.id, MAIL.c.letter, MAIL.c.key).where(
        *where, MAIL.c.letter.in_(list(addressees)), MAIL.c.account != (by.account or 0)
    ))
    for row in rows:
        found.setdefault(row.letter, {}).setdefault(row.key, set()).add(row.id)
    return {number for letter, keys in found.items() for key in addressees[letter](keys.keys(), by) for number in keys[key]}


def resend(mail_id: int, *, by: Actor) -> None:
    """Send a mail again, with the same Message-ID; Conflict while it waits or is being sent."""
    require(by, "mail.resend")
    values = {
        "state": "queued",
        "attempts": 0,
        "next_at": clock.now(),
        "settled_at": None,
        "error": None,
        "shown_only": False,
        # Somebody asked for it: whether the task is still open is not asked again.
        "about": None,
    }
    _move(mail_id, _RESEND, values, "mail:resent", by)


def cancel(mail_id: int, *, by: Actor) -> None:
    """Do not send a mail that waits, or take one that went wrong off the list; Conflict if it is gone."""
    require(by, "mail.resend")
    with db.reading() as s:
        row = s.execute(select(MAIL.c.letter, MAIL.c.state).where(MAIL.c.id == mail_id)).one_or_none()
    if row is not None and _stays(row.letter, row.state):
        raise Conflict(
            "Thư này không hủy được: nó cảnh báo hoặc báo cho người canh giữ nhật ký.",
            "This letter is not cancelled: it is an alarm, or tells who watches the trail.",
            code="not-cancelled",
        )
    _move(mail_id, _CANCEL, {"state": "cancelled", "settled_at": clock.now()}, "mail:cancelled", by)


def freeze(*, by: Actor, reason: str) -> None:
    """Let nothing out until `release`; mails go on being queued. Raises Forbidden, Invalid without a reason, Conflict."""
    require(by, "mail.resend")
    reason = reason.strip()[:2000]
    if not reason:
        raise Invalid.at("reason", "Ghi lý do giữ thư lại.", "Say why mail is held back.")
    with db.transaction() as s:
        if s.execute(select(FREEZE.c.id).where(FREEZE.c.released_at.is_(None))).first() is not None:
            raise Conflict("Thư đi đang được giữ lại rồi.", "Outgoing mail is held back already.")
        s.execute(insert(FREEZE).values(frozen_at=clock.now(), frozen_by=by.account, reason=reason))
        trail.record("outbox:frozen", by=by, stream="system", reason=reason)


before_release: list[Callable[[Actor], None]] = []
"""Called inside the transaction before mail goes out again; a part above refuses here whom it does not let do this alone."""


def release(*, by: Actor) -> None:
    """Let mail out again. Raises Conflict where none is held back, and what `before_release` raises."""
    require(by, "mail.resend")
    with db.transaction() as s:
        ended = s.execute(
            update(FREEZE)
            .where(FREEZE.c.released_at.is_(None))
            .values(released_at=clock.now(), released_by=by.account)
            .returning(FREEZE.c.id)
        ).all()
        if not ended:
            raise Conflict("Thư đi không bị giữ lại.", "Outgoing mail is not held back.")
        for ask in before_release:
            ask(by)
        trail.record("outbox:released", by=by, stream="system")


def deliveries(key: str, letter: str, accounts: Collection[int]) -> tuple[Delivery, ...]:
    """What became of an event's letters for these people: told under the key itself or under parts of it ("key:7")."""
    wanted = sorted(set(accounts))
    found: list[Delivery] = []
    with db.reading() as s:
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            known = contacts(some)
            of_it = [(table.c.key == key) | table.c.key.like(f"{key}:%") for table in (MAIL, NOTICE)]
            mails = {
                row.account: row
                for row in s.execute(
                    select(MAIL.c.id, MAIL.c.account, MAIL.c.state, MAIL.c.address)
                    .where(MAIL.c.account.in_(some), MAIL.c.letter == letter, of_it[0]).order_by(MAIL.c.id)
                )
            }
            read = {
                account: at
                for account, at in s.execute(
                    select(NOTICE.c.account, func.max(NOTICE.c.read_at))
                    .where(NOTICE.c.account.in_(some), NOTICE.c.letter == letter, of_it[1]).group_by(NOTICE.c.account)
                )
            }
            for account in some:
                mail, contact = mails.get(account), known.get(account)
                found.append(Delivery(
                    account, contact.name if contact else "", (mail.address if mail else None) or (contact.address if contact else ""),
                    mail.state if mail else None, mail.id if mail else None, read.get(account),
                ))
    return tuple(found)


def states_of(letter: str, keys: Collection[str]) -> dict[str, str]:
    """State of the mail of each event, by its key, for a letter that goes to one person an event."""
    with db.reading() as s:
        rows = s.execute(select(MAIL.c.key, MAIL.c.state).where(MAIL.c.key.in_(keys), MAIL.c.letter == letter)).all()
    return {key: state for key, state in rows}


def reads_as(
    letter: str, context: Mapping[str, Any], *, words: Mapping[str, Any] | None, language: str, person: str, link: str
) -> Rendered:
    """How a letter with these values and words would read, before anything is queued."""
    return rendered(letter, checked(letter, context), link, Contact(person, "", language), words)


def send_test(*, by: Actor) -> None:
    """Queue a test letter to oneself, on the way that every mail goes."""
    require(by, "mail.resend")
    if by.account is None:
        raise Forbidden(
            "Chỉ người có tài khoản gửi được thư thử.", "Only a person with an account can do that."
        )
    with db.transaction():
        queue("test", to=[by.account], key=f"test:{token_hex(8)}", context={"at": clock.now()}, link="/")
        trail.record("mail:tested", by=by, stream=f"account:{by.account}")


def try_letter(content: bytes, *, by: Actor) -> None:
    """Queue a letter that is being written to oneself, with made-up values. Raises BadLetter, Forbidden."""
    if by.account is None:
        raise Forbidden(
            "Chỉ người có tài khoản gửi được thư thử.", "Only a person with an account can do that."
        )
    written(content)
    with db.transaction():
        queue(
            TASK, to=[by.account], key=f"test:{token_hex(8)}", context=letters()[TASK].sample, link="/",
            words={"text": content.decode("utf-8-sig")},
        )
        trail.record("mail:tested", by=by, stream=f"account:{by.account}")


def draft_preview(content: bytes, *, language: str, by: Actor) -> Rendered:
    """Show a letter that is being written, with made-up values. Raises BadLetter."""
    address = current_app.extensions["settings"].address
    return sample_of(written(content), language=language, person=by.name, url=f"{address}/")


def preview(letter: str, *, language: str, by: Actor) -> Rendered:
    """Show a letter as it goes now, with made-up values; NotFound if there is no such letter."""
    require(by, "mail.read")
    if letter not in letters() or language not in LANGUAGES:
        raise NotFound("Không có mẫu thư này.", "There is no such letter.")
    return shown(worded(letter, with_versions(letter, None), {}), language=language, by=by)


def shown(letter: Letter, *, language: str, by: Actor) -> Rendered:
    """A letter in some words, with made-up values, as the person who looks at it would get it."""
    require(by, "mail.read")
    address = current_app.extensions["settings"].address
    return sample_of(letter, language=language, person=by.name, url=f"{address}/")


def try_words(name: str, letter: Letter, *, by: Actor) -> None:
    """Queue one of our letters in words that are being typed to oneself, with made-up values. Raises Forbidden."""
    require(by, "letter.edit")
    if by.account is None:
        raise Forbidden(
            "Chỉ người có tài khoản gửi được thư thử.", "Only a person with an account can do that."
        )
    key = f"test:{token_hex(8)}"
    context = dict(letter.sample) | ({letter.event["uid"]: key} if letter.event else {})  # no entry of a real calendar
    with db.transaction():
        queue(name, to=[by.account], key=key, context=context, link="/", words={"said": dict(letter.words)})
        trail.record("mail:tested", by=by, stream=f"account:{by.account}")


_GONE = Contact("", "", active=False)


def _line(row: Any, contact: Contact | None, private: bool = False) -> Line:
    known = row.letter in letters()
    return Line(
        id=row.id,
        account=0 if private else row.account,
        name=contact.name if contact and not private else "",
        letter=row.letter,
        label=label(row.letter, "vi", row.words, row.context),
        label_en=label(row.letter, "en", row.words, row.context),
        subject=subject(row.letter, row.context, language=(contact or _GONE).language, words=row.words)
        if known
        else row.letter,
        state=row.state,
        shown_only=row.shown_only,
        address=None if private else row.address,
        attempts=row.attempts,
        error=None if private else row.error,
        queued_at=row.queued_at,
        next_at=row.next_at,
        settled_at=row.settled_at,
        private=private,
    )


def _words(row: Any, contact: Contact, kept_back: Collection[int]) -> Rendered:
    if row.letter not in letters():
        return Rendered(label(row.letter), "", "")
    items = digests.items_of(row.id, contact.language, but=kept_back) if row.letter == digests.LETTER else []
    return rendered(row.letter, row.context, row.link, contact, row.words, items)


def _move(mail_id: int, states: tuple[str, ...], values: dict[str, Any], kind: str, by: Actor) -> None:
    with db.transaction() as s:
        row = s.execute(
            update(MAIL)
            .where(MAIL.c.id == mail_id, MAIL.c.state.in_(states))
            .values(**values)
            .returning(MAIL.c.account, MAIL.c.letter)
        ).first()
        if row is None:
            known = s.execute(select(MAIL.c.state).where(MAIL.c.id == mail_id)).first()
            if known is None:
                _missing()
            vi, en = STATES[known.state]
            raise Conflict(
                f"Thư này đang ở trạng thái “{vi}”, không làm được việc đó. Tải lại trang để xem.",
                f"This mail is in the state “{en}”, so that cannot be done. Reload the page.",
                code="mail-moved-on",
            )
        stream, whose = told_of(row.account)
        trail.record(kind, by=by, stream=stream, body={"mail": mail_id, "letter": label(row.letter), **whose})


def _stays(letter: str, state: str) -> bool:
    # One that came back has gone, and its alarm stands: to take it off the list stops nothing.
    return letter in hours.freeze_proof_letters() and state != "returned"


def _missing() -> NoReturn:
    raise NotFound("Không có thư này.", "There is no such mail.")
