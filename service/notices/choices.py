"""How a person wants to hear of each kind: at once, in a digest by day or week, or at the bell only. Compulsory kinds go at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from service import clock, db, trail
from service.actor import Actor
from service.errors import FieldFault, Forbidden, Invalid
from service.notices import hours
from service.notices.letters import Letter, label, letters
from service.notices.models import CHOICE, MAIL

AT_ONCE, BELL = "now", "bell"
WAYS: Mapping[str, tuple[str, str]] = {
    AT_ONCE: ("Gửi thư ngay", "Mail at once"),
    "daily": ("Thư tổng hợp hằng ngày", "Daily digest"),
    "weekly": ("Thư tổng hợp hằng tuần", "Weekly digest"),
    BELL: ("Chỉ báo trên trang", "On the pages only"),
}
"""Ways of hearing of a kind, in Vietnamese and English."""
DIGESTS = ("daily", "weekly")


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind and the way in which a person hears of it; of a compulsory one nobody chooses."""

    letter: str
    label: str
    label_en: str
    compulsory: bool
    way: str


def _chosen_of(letter: Letter) -> bool:
    return letter.bell and letter.mail and not letter.compulsory


def read_choices(*, by: Actor) -> tuple[Choice, ...]:
    """Every kind that a person hears of, those that can be chosen first."""
    with db.reading() as s:
        rows = s.execute(select(CHOICE.c.letter, CHOICE.c.way).where(CHOICE.c.account == (by.account or 0)))
        kept = {letter: way for letter, way in rows}
    found = [
        Choice(name, label(name), label(name, "en"), one.compulsory, kept.get(name, AT_ONCE) if _chosen_of(one) else AT_ONCE)
        for name, one in letters().items() if one.bell and one.mail
    ]
    return tuple(sorted(found, key=lambda one: one.compulsory))


def choose(ways: Mapping[str, str], *, by: Actor) -> None:
    """Choose the ways of some kinds; what already waits for a digest follows. Invalid names a kind nobody chooses of."""
    if by.account is None:
        raise Forbidden("Chỉ người có tài khoản chọn được cách nhận thông báo.", "Only a person with an account can do that.")
    faults = [fault for name, way in ways.items() if (fault := _fault(name, way))]
    if faults:
        raise Invalid(faults[0].message, faults[0].message_en, faults=faults)
    before = {one.letter: one.way for one in read_choices(by=by)}
    changed = {name: way for name, way in ways.items() if before[name] != way}
    if not changed:
        return
    with db.transaction():
        _keep(by.account, changed)
        trail.record(
            "account:preferences_changed", by=by, stream=f"account:{by.account}",
            before={name: before[name] for name in changed}, after=changed,
        )


def stop_digests(account: int, *, by: Actor) -> int:
    """Put every kind that a person gets in a digest on the pages only; return how many. Asked for by a link in the mail."""
    with db.transaction() as s:
        found = s.scalars(
            select(CHOICE.c.letter).where(CHOICE.c.account == account, CHOICE.c.way.in_(DIGESTS)).order_by(CHOICE.c.letter)
        ).all()
        if found:
            _keep(account, dict.fromkeys(found, BELL))
            trail.record("account:digests_stopped", by=by, stream=f"account:{account}", body={"kinds": list(found)})
        return len(found)


def ways_of(letter: str, accounts: Collection[int]) -> dict[int, str]:
    """How these people hear of a letter, where it is not at once."""
    if not letters()[letter].mail:
        return dict.fromkeys(accounts, BELL)
    if not _chosen_of(letters()[letter]):
        return {}
    with db.reading() as s:
        rows = s.execute(
            select(CHOICE.c.account, CHOICE.c.way).where(CHOICE.c.letter == letter, CHOICE.c.account.in_(accounts))
        )
        return {account: way for account, way in rows}


def _fault(name: str, way: str) -> FieldFault | None:
    known = letters().get(name)
    if known is None or not known.bell or not known.mail:
        return FieldFault(name, "Không có loại thông báo này.", "There is no such kind of notice.")
    if way not in WAYS:
        return FieldFault(name, "Không có cách nhận này.", "There is no such way.")
    if known.compulsory and way != AT_ONCE:
        return FieldFault(
            name, f"“{known.label}” là thông báo bắt buộc, luôn gửi ngay.", f"“{known.label_en}” is compulsory and goes at once."
        )
    return None


def _keep(account: int, ways: Mapping[str, str]) -> None:
    """Write the choices, and let what waits for a digest follow them."""
    s, now = db.session(), clock.now()
    s.execute(delete(CHOICE).where(CHOICE.c.account == account, CHOICE.c.letter.in_(ways)))
    rows = [{"account": account, "letter": name, "way": way} for name, way in ways.items() if way != AT_ONCE]
    if rows:
        s.execute(insert(CHOICE), rows)
    for way in sorted(set(ways.values())):
        named = [name for name, one in ways.items() if one == way]
        s.execute(
            update(MAIL).where(MAIL.c.account == account, MAIL.c.state == db.plainly("held"), MAIL.c.letter.in_(named))
            .values(_follows(way, named[0], now))
        )


def _follows(way: str, letter: str, now: Any) -> dict[str, Any]:
    if way in DIGESTS:
        return {"next_at": hours.next_digest(way, now)}
    if way == BELL:
        return {"state": "cancelled", "settled_at": now}
    return {"state": "queued", "next_at": hours.next_moment(letter, now)}
