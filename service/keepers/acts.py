"""Who keeps checkpoints: asking somebody, the person's own yes by a link in the mail, ending it, and a letter that is missed.

Mail knows people by their accounts. A keeper needs none, so letters go to the keeper's number below zero (`contacts`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock, notices, people, trail
from service.actor import Actor
from service.db import let_go, reading, transaction
from service.errors import Conflict, Invalid, NotFound
from service.keepers.models import Keeper, KeeperLetter
from service.notices import Contact, message
from service.papers.kinds import bodies
from service.trail import watch

MANAGE = "keeper.manage"
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
    said = " ".join(name.split())[:120]
    if not said:
        raise Invalid.at("name", "Ghi họ tên hoặc tên cơ quan giữ mốc.", "Say who keeps checkpoints.")
    try:
        bare = message.bare_address(address)
    except message.BadAddress:
        raise Invalid.at("address", "Địa chỉ thư điện tử chưa đúng.", "This is no mail address.") from None
    with transaction() as s:
        running = list(s.scalars(select(Keeper).where(Keeper.ended_at.is_(None)).with_for_update()))
        if any(row.address.casefold() == bare.casefold() for row in running):
            raise Conflict("Địa chỉ này đang giữ mốc rồi.", "This address keeps checkpoints already.", code="keeper-known")
        if len(running) >= MOST:
            raise Conflict(
                f"Đã đủ {MOST} người giữ mốc. Kết thúc một người trước khi thêm người khác.",
                f"There are {MOST} keepers already; end one of them first.",
                code="keepers-full",
            )
        row = Keeper(name=said, address=bare, outside=outside, asked_at=clock.now(), asked_by=by.account)
        s.add(row)
        s.flush()
        trail.record(
            "keeper:asked", by=by, stream="system", body={"keeper": row.id, "outside": int(outside)},
            private={"recipient": said, "email": bare},
        )
        _ask(row)
        return row.id


def ask_again(number: int, *, by: Actor) -> None:
    """Send the question once more to who has not answered it. Raises Forbidden, NotFound, Conflict."""
    people.require(by, MANAGE)
    with transaction() as s:
        row = _running(s, number)
        if row.confirmed_at is not None:
            raise Conflict("Người này đã nhận giữ mốc.", "This person agreed already.", code="keeper-confirmed")
        trail.record("keeper:asked_again", by=by, stream="system", body={"keeper": row.id})
        _ask(row)


def _ask(row: Keeper) -> None:
    notices.queue(
        "keeper_asked", to=[-row.id], key=f"keeper:{row.id}:{clock.now().isoformat()}",
        context={"authority": people.unit_name(people.unit_by_code(bodies()["committee"]) or 0, clock.today()) or "Ủy ban nhân dân xã"},
    )


def end_keeper(number: int, *, by: Actor, reason: str) -> None:
    """End somebody's keeping, with the reason; the person and the inspectors are told. Raises Forbidden, NotFound, Invalid, Conflict."""
    people.require(by, MANAGE)
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    with transaction() as s:
        row = _running(s, number)
        row.ended_at = clock.now()
        trail.record("keeper:ended", by=by, stream="system", body={"keeper": row.id}, reason=reason.strip()[:2000])
        watch.raise_alarm(
            f"Người giữ mốc số {row.id} không được gửi mốc nữa, do {by.name}.",
            f"Keeper {row.id} gets no more checkpoints, by {by.name}.", f"{MISSING}-ended", row.id,
        )
        notices.queue("keeper_ended", to=[-row.id], key=f"keeper:{row.id}:ended", context={"letters": _count(s, row)})


def _running(s: Session, number: int) -> Keeper:
    row = s.get(Keeper, number, with_for_update=True)
    if row is None:
        raise NotFound("Không có người giữ mốc này.", "There is no such keeper.")
    if row.ended_at is not None:
        raise Conflict("Người này đã thôi giữ mốc.", "This person keeps checkpoints no more.", code="keeper-ended")
    return row


def _count(s: Session, row: Keeper) -> int:
    return s.scalar(select(func.count()).where(KeeperLetter.keeper_id == row.id)) or 0


# -- what the keeper does, by the link in each letter


def link_of(number: int) -> str:
    """Address of the keeper's own page; whoever reads the mailbox has it, and it says and does little."""
    return f"{current_app.extensions['settings'].address}/checkpoint-letters/{_signer().dumps(number)}"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.extensions["settings"].key("mail-links").get_secret_value(), salt="keeper")


def _number(code: str) -> int:
    try:
        return int(_signer().loads(code))
    except (BadSignature, TypeError, ValueError):
        raise NotFound(
            "Đường dẫn này không đúng. Mở lại từ thư gửi mốc nhật ký gần nhất.",
            "This link is wrong. Open it again from the last letter with a checkpoint.",
        ) from None


def page_of(code: str) -> Kept:
    """What a keeper's own page shows. Raises NotFound."""
    number = _number(code)
    with reading() as s:
        row = s.get(Keeper, number)
        if row is None:
            raise NotFound("Không có người giữ mốc này.", "There is no such keeper.")
        return _kept(s, row)


def confirm(code: str) -> None:
    """The person agrees to keep checkpoints; the first letter follows. Raises NotFound, Conflict."""
    with transaction() as s:
        row = _running(s, _number(code))
        if row.confirmed_at is None:
            row.confirmed_at = clock.now()
            trail.record("keeper:confirmed", by=people.stranger("web"), stream="system", body={"keeper": row.id})


def leave(code: str) -> None:
    """The person keeps checkpoints no more; it is told, since what nobody keeps proves nothing. Raises NotFound, Conflict."""
    with transaction() as s:
        row = _running(s, _number(code))
        row.ended_at = clock.now()
        trail.record("keeper:left", by=people.stranger("web"), stream="system", body={"keeper": row.id})
        watch.raise_alarm(
            f"Người giữ mốc số {row.id} thôi giữ mốc nhật ký.", f"Keeper {row.id} keeps checkpoints no more.", f"{MISSING}-left", row.id
        )


def report_missing(code: str, letter: int) -> None:
    """The keeper says that a letter did not arrive: an alarm, once. Raises NotFound, Conflict."""
    with transaction() as s:
        row = _running(s, _number(code))
        found = s.get(KeeperLetter, (row.id, letter), with_for_update=True)
        if found is None:
            raise NotFound(f"Chưa có thư số {letter}.", f"There was no letter {letter} yet.")
        miss(found, people.stranger("web"))


def miss(letter: KeeperLetter, by: Actor) -> None:
    """Note that a letter did not arrive, and raise the alarm."""
    if letter.missed_at is not None:
        return
    letter.missed_at = clock.now()
    said = {"keeper": letter.keeper_id, "letter": letter.number, "checkpoint": letter.checkpoint}
    trail.record("keeper:missed", by=by, stream="system", body=said)
    watch.raise_alarm(
        f"Thư số {letter.number} mang mốc số {letter.checkpoint} không tới người giữ mốc số {letter.keeper_id}.",
        f"Letter {letter.number} with checkpoint {letter.checkpoint} did not reach keeper {letter.keeper_id}.",
        f"{MISSING}-{letter.keeper_id}", letter.number,
    )


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
