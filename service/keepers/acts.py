"""Who keeps checkpoints: asking somebody, the person's own yes by a link in the mail, ending it, and a letter that is missed.

Mail knows people by their accounts. A keeper needs none, so letters go to the keeper's number below zero (`contacts`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from secrets import token_hex
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock, notices, people, trail
from service.actor import Actor, machine
from service.db import hold, let_go, reading, transaction
from service.errors import Conflict, Invalid, NotFound
from service.keepers.models import Keeper, KeeperLetter
from service.notices import Contact, message
from service.notices.models import MAIL
from service.papers.kinds import bodies
from service.people import second_person
from service.trail import watch
from service.trail.seal import microseconds

MANAGE = "keeper.manage"
GUARDED = "keeper.change"
"""Word of the act that nobody does alone: who is watched must not choose alone who watches (safeguards.toml)."""
LINK_LASTS = timedelta(days=400)
"""For how long the link of a letter opens the keeper's page; each letter brings a fresh one."""
_CHOOSING = "keepers"
MOST_ASKED, AGAIN_AFTER = 2, timedelta(days=1)
"""How often the question goes to one address within which time: it may be a stranger's."""
MOST = 3
"""Keepers at a time: enough that one of them is out of reach, few enough that each is looked after."""
SHOWN = 60
"""Letters that a page lists, the newest first."""
MISSING = "anchor-letter"
"""Alarms of letters begin with this code, and go out in words of their own."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A keeper with the letters that went, the newest first, and how many there were."""

    keeper: Keeper
    letters: tuple[KeeperLetter, ...]
    count: int

    @property
    def last(self) -> KeeperLetter | None:
        """The newest letter."""
        return self.letters[0] if self.letters else None


def list_keepers(*, by: Actor) -> list[Kept]:
    """Everybody who was asked, who keeps now first. Raises Forbidden."""
    people.require(by, "trail.read")
    with reading() as s:
        rows = list(s.scalars(select(Keeper).order_by(Keeper.ended_at.is_not(None), Keeper.id).limit(200)))
        return [_kept(s, row) for row in rows]


def _kept(s: Session, row: Keeper) -> Kept:
    letters = list(
        s.scalars(select(KeeperLetter).where(KeeperLetter.keeper_id == row.id).order_by(KeeperLetter.number.desc()).limit(SHOWN))
    )
    let_go([row, *letters])
    return Kept(row, tuple(letters), letters[0].number if letters else 0)


def ask_keeper(name: str, address: str, *, outside: bool, by: Actor) -> int:
    """Ask somebody by mail to keep checkpoints; none goes before the person agreed. Raises Forbidden, Invalid, Conflict."""
    people.require(by, MANAGE)
    given = asked_given(name, address, outside)
    with transaction() as s:
        hold(_CHOOSING, alone=True)
        _check_asked(s, given)
        second_person.demand(GUARDED, given, by=by)
        row = Keeper(
            name=given["name"], address=given["address"], outside=outside, nonce=token_hex(16), asked_at=clock.now(), asked_by=by.account,
        )
        s.add(row)
        s.flush()
        trail.record(
            "keeper:asked", by=by, stream="system", body={"keeper": row.id, "outside": int(outside)},
            private={"recipient": row.name, "email": row.address},
        )
        _ask(row)
        _tell(
            f"Có người được đề nghị giữ mốc nhật ký, là người giữ mốc số {row.id}",
            f"Somebody was asked to keep checkpoints, as keeper {row.id}",
        )
        return row.id


def asked_given(name: str, address: str, outside: bool) -> dict[str, Any]:
    """What a request for a second person keeps of asking somebody. Raises Invalid."""
    said = " ".join(name.split())[:120]
    if not said:
        raise Invalid.at("name", "Ghi họ tên hoặc tên cơ quan giữ mốc.", "Say who keeps checkpoints.")
    try:
        return {"act": "ask", "name": said, "address": message.bare_address(address), "outside": outside}
    except message.BadAddress:
        raise Invalid.at("address", "Địa chỉ thư điện tử chưa đúng.", "This is no mail address.") from None


def ended_given(number: int, reason: str) -> dict[str, Any]:
    """What a request for a second person keeps of ending somebody's keeping. Raises Invalid."""
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    return {"act": "end", "keeper": number, "reason": reason.strip()[:2000]}


def _check_asked(s: Session, given: Mapping[str, Any]) -> None:
    running = list(s.scalars(select(Keeper).where(Keeper.ended_at.is_(None))))
    if any(row.address.casefold() == given["address"].casefold() for row in running):
        raise Conflict("Địa chỉ này đang giữ mốc rồi.", "This address keeps checkpoints already.", code="keeper-known")
    if len(running) >= MOST:
        raise Conflict(
            f"Đã đủ {MOST} người giữ mốc. Kết thúc một người trước khi thêm người khác.",
            f"There are {MOST} keepers already; end one of them first.",
            code="keepers-full",
        )


def _check_given(given: Mapping[str, Any], by: Actor) -> None:
    with reading() as s:
        if given["act"] == "ask":
            _check_asked(s, given)
        else:
            _running(s, given["keeper"])


def _do_given(given: Mapping[str, Any], by: Actor) -> None:
    if given["act"] == "ask":
        ask_keeper(given["name"], given["address"], outside=given["outside"], by=by)
    else:
        end_keeper(given["keeper"], by=by, reason=given["reason"])


def _told(given: Mapping[str, Any]) -> tuple[str, str]:
    if given["act"] == "end":
        return f"Kết thúc việc giữ mốc của người giữ mốc số {given['keeper']}", f"End the keeping of keeper {given['keeper']}"
    where, where_en = ("ngoài", "out of") if given["outside"] else ("trong", "within")
    return (
        f"Đề nghị {given['name']} ({given['address']}, {where} tầm bộ phận công nghệ thông tin) giữ mốc nhật ký",
        f"Ask {given['name']} ({given['address']}, {where_en} the technicians' reach) to keep checkpoints",
    )


second_person.WAYS[GUARDED] = second_person.Way(_check_given, _do_given, _told)


def _tell(what: str, what_en: str) -> None:
    """Tell inspectors and administrators, in the open transaction, who keeps checkpoints from now on."""
    now = clock.now()
    notices.queue(
        "keeper_changed", to=people.members_of(["inspector", "admin"]), key=f"keeper_changed:{microseconds()}",
        context={"what": what, "what_en": what_en, "found": now}, link="/trail/keepers",
    )


def ask_again(number: int, *, by: Actor) -> None:
    """Send the question once more to who has not answered it. Raises Forbidden, NotFound, Conflict."""
    people.require(by, MANAGE)
    with transaction() as s:
        row = _running(s, number)
        if row.confirmed_at is not None:
            raise Conflict("Người này đã nhận giữ mốc.", "This person agreed already.", code="keeper-confirmed")
        lately = select(func.count()).where(
            MAIL.c.letter == "keeper_asked", MAIL.c.account == -row.id, MAIL.c.queued_at > clock.now() - AGAIN_AFTER
        )
        if (s.scalar(lately) or 0) >= MOST_ASKED:
            raise Conflict(
                f"Đã gửi {MOST_ASKED} thư đề nghị cho người này trong 24 giờ qua. Gửi lại sau.",
                f"This person was asked {MOST_ASKED} times within the last 24 hours. Ask again later.", code="keeper-asked-lately",
            )
        row.nonce = token_hex(16)
        trail.record("keeper:asked_again", by=by, stream="system", body={"keeper": row.id})
        _ask(row)


def _ask(row: Keeper) -> None:
    committee = people.unit_by_code(bodies()["committee"])
    notices.queue(
        "keeper_asked", to=[-row.id], key=f"keeper:{row.id}:{clock.now().isoformat()}",
        context={"authority": people.unit_name(committee, clock.today()) if committee else "Ủy ban nhân dân xã"},
    )


def end_keeper(number: int, *, by: Actor, reason: str) -> None:
    """End somebody's keeping, with the reason; the person and the inspectors are told. Raises Forbidden, NotFound, Invalid, Conflict."""
    people.require(by, MANAGE)
    given = ended_given(number, reason)
    with transaction() as s:
        row = _running(s, number)
        second_person.demand(GUARDED, given, by=by)
        row.ended_at = clock.now()
        trail.record("keeper:ended", by=by, stream="system", body={"keeper": row.id}, reason=given["reason"])
        _tell(f"Người giữ mốc số {row.id} không được gửi mốc nữa", f"Keeper {row.id} gets no more checkpoints")
        if row.confirmed_at is not None:
            notices.queue("keeper_ended", to=[-row.id], key=f"keeper:{row.id}:ended", context={"letters": _count(s, row)})


def _running(s: Session, number: int) -> Keeper:
    row = s.get(Keeper, number, with_for_update=True)
    if row is None:
        raise NotFound("Không có người giữ mốc này.", "There is no such keeper.")
    if row.ended_at is not None:
        raise _ended()
    return row


def _count(s: Session, row: Keeper) -> int:
    return s.scalar(select(func.count()).where(KeeperLetter.keeper_id == row.id)) or 0


# -- what the keeper does, by the link in each letter


def link_of(number: int) -> str:
    """Address of the keeper's own page; whoever reads the mailbox has it, and it says and does little."""
    with reading() as s:
        nonce = s.get_one(Keeper, number).nonce
    return f"{current_app.extensions['settings'].address}/checkpoint-letters/{_signer().dumps([number, nonce])}"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.extensions["settings"].key("mail-links").get_secret_value(), salt="keeper")


def _of(s: Session, code: str, *, locked: bool = False) -> Keeper:
    """The keeper whose page a link opens. Raises NotFound."""
    try:
        number, nonce = _signer().loads(code, max_age=int(LINK_LASTS.total_seconds()))
        row = s.get(Keeper, int(number), with_for_update=locked)
    except (BadSignature, TypeError, ValueError):
        row, nonce = None, ""
    if row is None or not compare_digest(row.nonce, str(nonce)):
        raise NotFound(
            "Đường dẫn này không đúng hoặc đã quá hạn. Mở lại từ thư gửi mốc nhật ký gần nhất.",
            "This link is wrong or too old. Open it again from the last letter with a checkpoint.",
        )
    return row


def _keeping(s: Session, code: str) -> Keeper:
    row = _of(s, code, locked=True)
    if row.ended_at is not None:
        raise _ended()
    return row


def _ended() -> Conflict:
    return Conflict("Người này đã thôi giữ mốc.", "This person keeps checkpoints no more.", code="keeper-ended")


def page_of(code: str) -> Kept:
    """What a keeper's own page shows. Raises NotFound."""
    with reading() as s:
        return _kept(s, _of(s, code))


def confirm(code: str) -> None:
    """The person agrees to keep checkpoints; the first letter follows. Raises NotFound, Conflict."""
    with transaction() as s:
        row = _keeping(s, code)
        if row.confirmed_at is None:
            row.confirmed_at = clock.now()
            trail.record("keeper:confirmed", by=people.stranger("web"), stream="system", body={"keeper": row.id})
            _tell(f"Người giữ mốc số {row.id} nhận lời giữ mốc nhật ký", f"Keeper {row.id} agreed to keep checkpoints")


def leave(code: str, reason: str) -> None:
    """The person keeps checkpoints no more, and says why; it is told to who watches and to the person, whoever had the link.

    Raises NotFound, Invalid without a reason, Conflict.
    """
    if not reason.strip():  # a program that opens links and sends forms types nothing
        raise Invalid.at("reason", "Ghi vì sao bạn thôi giữ mốc.", "Say why you keep no more.")
    with transaction() as s:
        row = _keeping(s, code)
        row.ended_at = clock.now()
        trail.record(
            "keeper:left", by=people.stranger("web"), stream="system", body={"keeper": row.id}, reason=reason.strip()[:2000]
        )
        _tell(f"Người giữ mốc số {row.id} thôi giữ mốc nhật ký", f"Keeper {row.id} keeps checkpoints no more")
        notices.queue("keeper_left", to=[-row.id], key=f"keeper:{row.id}:left", context={"letters": _count(s, row)})


def report_missing(code: str, letter: int) -> None:
    """The keeper says that a letter did not arrive: an alarm, once. Raises NotFound, Conflict."""
    with transaction() as s:
        found = _lately(s, _keeping(s, code), letter)
        found.taken_at = found.taken_at or clock.now()  # whatever the mail server says of it: the keeper has not got it
        found.received_at = None
        miss(found, people.stranger("web"))


def report_received(code: str, letter: int) -> None:
    """The keeper says that a letter came after all which was missed; nothing where none missed it. Raises NotFound, Conflict."""
    with transaction() as s:
        found = _lately(s, _keeping(s, code), letter)
        if found.missed_at is not None:
            found.missed_at, found.received_at = None, clock.now()
            trail.record("keeper:received", by=people.stranger("web"), stream="system", body=_said(found))


def _lately(s: Session, row: Keeper, letter: int) -> KeeperLetter:
    """One of the letters that a keeper's page shows. Raises NotFound."""
    found = s.get(KeeperLetter, (row.id, letter), with_for_update=True)
    if found is None or found.number <= _count(s, row) - SHOWN:
        raise NotFound(f"Không có thư số {letter} trong các thư gần đây.", f"There is no letter {letter} among the last ones.")
    return found


def _said(letter: KeeperLetter) -> dict[str, int]:
    return {"keeper": letter.keeper_id, "letter": letter.number, "checkpoint": letter.checkpoint}


def miss(letter: KeeperLetter, by: Actor) -> None:
    """Note that a letter did not arrive, and raise the alarm."""
    if letter.missed_at is not None:
        return
    letter.missed_at = clock.now()
    trail.record("keeper:missed", by=by, stream="system", body=_said(letter))
    watch.raise_alarm(
        f"Thư số {letter.number} mang mốc số {letter.checkpoint} không tới người giữ mốc số {letter.keeper_id}.",
        f"Letter {letter.number} with checkpoint {letter.checkpoint} did not reach keeper {letter.keeper_id}.",
        f"{MISSING}-{letter.keeper_id}",  # of one keeper once a day: the page lists every number
    )


def taken(letter: KeeperLetter) -> None:
    """Note that the next mail server took a letter; one that was missed before is missed no more."""
    letter.taken_at = clock.now()
    if letter.missed_at is not None:
        letter.missed_at = None
        trail.record("keeper:arrived", by=machine("worker"), stream="system", body=_said(letter))


def contacts(numbers: Collection[int]) -> Mapping[int, Contact]:
    """Where keepers are reached, by their numbers below zero."""
    with reading() as s:
        rows = s.execute(select(Keeper.id, Keeper.name, Keeper.address).where(Keeper.id.in_([-n for n in numbers if n < 0]))).all()
    return {-row.id: Contact(row.name, row.address) for row in rows}


@notices.secrets_of("keeper_asked")
def _link_of_question(account: int) -> Mapping[str, str] | None:
    with reading() as s:
        row = s.get(Keeper, -account)
        waits = row is not None and row.confirmed_at is None and row.ended_at is None
    return {"page": link_of(-account)} if waits else None


@notices.secrets_of("keeper_letter")
def _link_of_letter(account: int) -> Mapping[str, str] | None:
    with reading() as s:
        row = s.get(Keeper, -account)
        keeps = row is not None and row.ended_at is None
    return {"page": link_of(-account)} if keeps else None
