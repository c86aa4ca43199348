"""One message to a chosen set of people, by the bell and by mail: who they are, what is said, what became of it.

Sets and limits are data (`broadcasts.toml`). The list is looked at before anything goes: what is sent names what was seen,
and another list or other words are shown anew. Reminding units that have not filed (`reminding`) is one of these too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from service import clock, notices, people, trail
from service.actor import Actor
from service.awards.models import Broadcast, List, Nomination, Round
from service.awards.overview import units_in_round
from service.awards.rounds import end_of_day, read_round, start_of_day
from service.db import let_go, reading, table_of, transaction
from service.errors import Conflict, Invalid, NotFound, Stale, TooMany
from service.people.members import members_of
from service.processes.models import Activity
from service.processes.queues import groups_of
from workflows.calendar import ZONE

LETTER = "broadcast"
SEND = "broadcast.send"
READ = "broadcast.read"
LEFT_OUT: Mapping[str, tuple[str, str]] = {
    "closed": ("Tài khoản đã khóa", "The account is closed"),
    "no-address": ("Chưa ghi địa chỉ thư, chỉ thấy ở mục Thông báo", "No mail address, sees it among the notices only"),
    "returns": (
        "Thư gửi tới địa chỉ này bị trả lại, chỉ thấy ở mục Thông báo",
        "The address returns letters, sees it among the notices only",
    ),
}
"""Why no mail goes to somebody, in Vietnamese and English; a closed account is not told at all."""


@dataclass(frozen=True, slots=True)
class Choosable:
    """A set that may be chosen, and what must be named with it."""

    word: str
    label: str
    label_en: str
    round: bool = False
    group: bool = False
    period: bool = False


@dataclass(frozen=True, slots=True)
class InPeriod:
    """A set that a period gives: who it is, what the period is called, by when its units file."""

    accounts: Sequence[int]
    name: str
    closes: datetime


IN_PERIOD: dict[str, Callable[[int, Actor], InPeriod]] = {}
"""Set → who it is in a period, for somebody who may ask that; the part above that knows periods says it."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody of the set; `left_out`: why no mail goes (LEFT_OUT), empty where one does."""

    account: int
    name: str
    address: str
    left_out: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Who would be told what; `seen` names exactly that. `letter`: how it reads."""

    chosen: Choosable
    round: Round | None
    group: str | None
    people: tuple[Recipient, ...]
    words: Mapping[str, Any]
    context: Mapping[str, Any]
    letter: notices.Rendered
    seen: str

    @property
    def told(self) -> tuple[int, ...]:
        """Accounts that get the notice."""
        return tuple(one.account for one in self.people if one.left_out != "closed")

    @property
    def mailed(self) -> int:
        """How many get a mail too."""
        return sum(not one.left_out for one in self.people)


@dataclass(frozen=True, slots=True)
class Shown:
    """A broadcast that went, with its set in words and what became of it for each person."""

    row: Broadcast
    chosen: Choosable
    round: Round | None
    people: tuple[notices.Delivery, ...]


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("broadcasts.toml").read_text(encoding="utf-8"))


@cache
def sets() -> Mapping[str, Choosable]:
    """The sets that may be chosen, by word."""
    return {row["word"]: Choosable(**row) for row in _data()["set"]}


def groups() -> dict[str, tuple[str, str]]:
    """Groups that may be chosen as a set, with what they are called: those that belong to no unit."""
    return {word: (one.label, one.label_en) for word, one in people.catalogue().items() if not one.scoped}


def look(
    chosen: str, *, subject: str, text: str, by: Actor, language: str = "vi", round_id: int | None = None, group: str | None = None,
    period_id: int | None = None,
) -> Plan:
    """Who would be told, and how it would read; sends nothing. Raises Forbidden, NotFound, Invalid at what does not fit."""
    people.require(by, SEND)
    one = sets().get(chosen)
    if one is None:
        raise Invalid.at("set", "Chọn người nhận.", "Choose who is told.")
    if one.round and round_id is None:
        raise Invalid.at("round", "Chọn đợt xét.", "Choose the round.")
    if one.group and group not in groups():
        raise Invalid.at("group", "Chọn nhóm.", "Choose the group.")
    if one.period and period_id is None:
        raise Invalid.at("period", "Chọn kỳ.", "Choose the period.")
    row = read_round(round_id) if round_id is not None else None
    period = IN_PERIOD[one.word](period_id, by) if one.period and period_id is not None else None
    group = group if one.group else None
    subject, text = subject.strip(), text.replace("\r\n", "\n").strip()
    words = notices.own_words(LETTER, subject, text)
    closes = end_of_day(row.calendar["filing"]) if row is not None and "filing" in row.calendar else period.closes if period else None
    context = {
        "by": by.name, **({"title": row.name} if row else {}), **({"period": period.name} if period else {}),
        **({"closes": closes} if closes else {}),
    }
    found = _recipients(period.accounts if period else _accounts(one.word, row, group))
    said = f"{subject}\n{text}\n{','.join(f'{r.account}{r.left_out}' for r in found)}\n{round_id}\n{period_id if period else None}"
    letter = notices.reads_as(LETTER, context, words=words, language=language, person=by.name, link="/notices")
    return Plan(one, row, group, found, words, context, letter, sha256(said.encode()).hexdigest()[:32])


def send(
    chosen: str, *, subject: str, text: str, seen: str, ticket: str, by: Actor, round_id: int | None = None, group: str | None = None,
    period_id: int | None = None,
) -> int:
    """Tell everybody of the set, by notice and mail; returns the number of the broadcast.

    `seen` is that of the plan that was looked at: Stale where list or words differ by now. The same `ticket` of one sender
    sends once, however often it is asked. Raises also Conflict where there is nobody, TooMany beyond the limits.
    """
    people.require(by, SEND)
    if not 8 <= len(ticket) <= 64:
        raise Invalid.at("ticket", "Tải lại trang rồi gửi.", "Give a ticket of 8 to 64 signs.")
    if (known := _of_ticket(ticket, by)) is not None:
        return known
    plan = look(chosen, subject=subject, text=text, by=by, round_id=round_id, group=group, period_id=period_id)
    about = period_id if plan.chosen.period else None
    if plan.seen != seen:
        raise Stale(
            "Danh sách người nhận hoặc nội dung đã khác lúc xem. Xem lại rồi gửi; nội dung đã nhập vẫn còn.",
            "Recipients or words differ from what was looked at. Look again, then send; what you typed is kept.", code="plan-changed",
        )
    if not plan.told:
        raise Conflict("Không có ai trong nhóm này để gửi.", "There is nobody in this set to tell.", code="nobody-to-tell")
    with transaction() as s:
        people.hold_account(by.account)
        if (known := _of_ticket(ticket, by)) is not None:
            return known
        if len(plan.told) > _data()["limits"]["people"]:
            raise TooMany(
                f"Một thông báo gửi tới nhiều nhất {_data()['limits']['people']} người. Chọn nhóm nhỏ hơn.",
                f"One broadcast tells at most {_data()['limits']['people']} people. Choose a smaller set.",
            )
        since = start_of_day(clock.now().astimezone(ZONE).date())
        sent = select(func.count()).select_from(Broadcast).where(
            Broadcast.made_by == by.account, Broadcast.made_at >= since, Broadcast.letter == LETTER
        )
        if (s.scalar(sent) or 0) >= _data()["limits"]["a_day"]:
            raise TooMany(
                f"Mỗi người gửi nhiều nhất {_data()['limits']['a_day']} thông báo một ngày. Gửi tiếp vào ngày mai.",
                f"One person sends at most {_data()['limits']['a_day']} broadcasts a day. Go on tomorrow.", code="too-many-broadcasts",
            )
        number = note(
            plan.chosen.word, plan.told, letter=LETTER, by=by, round_id=round_id, period_id=about, group=plan.group,
            subject=subject.strip(), text=text.replace("\r\n", "\n").strip(), ticket=ticket,
        )
        notices.queue(LETTER, to=plan.told, key=key_of(number), context=plan.context, words=plan.words, link="/notices")
        of_round = f"round:{round_id}" if round_id is not None else "system"
        trail.record(
            "broadcast:sent", by=by, stream=f"period:{about}" if about is not None else of_round,
            body={"broadcast": number, "set": plan.chosen.word, "chosen": plan.chosen.label, "count": len(plan.told)}
            | ({"group": plan.group} if plan.group else {}),
            private={"subject": subject.strip(), "text": text.strip()},
        )
        return number


def note(
    chosen: str, told: Collection[int], *, letter: str, by: Actor, round_id: int | None = None, period_id: int | None = None,
    group: str | None = None, subject: str = "", text: str = "", ticket: str | None = None,
) -> int:
    """Write down in the open transaction what goes to whom; who calls queues the letters under `key_of` and makes the entry."""
    with transaction() as s:
        return s.execute(
            insert(table_of(Broadcast)).values(
                chosen=chosen, round_id=round_id, period_id=period_id, group=group, letter=letter, subject=subject, text=text,
                told=sorted(set(told)),
                made_by=by.account, made_at=clock.now(), ticket=ticket,
            ).returning(Broadcast.id)
        ).scalar_one()


def key_of(number: int, part: int | None = None) -> str:
    """The event under which the letters of a broadcast are told; `part` where somebody gets more than one of it."""
    return f"broadcast:{number}" if part is None else f"broadcast:{number}:{part}"


def broadcasts(*, by: Actor, page: int = 1, size: int = 50) -> tuple[list[Broadcast], int]:
    """What was sent, the newest first, and how many there are."""
    people.require(by, READ)
    with reading() as s:
        rows = list(s.scalars(select(Broadcast).order_by(Broadcast.id.desc()).limit(size).offset((max(page, 1) - 1) * size)))
        total = s.scalar(select(func.count()).select_from(Broadcast)) or 0
        let_go(rows)
    return rows, total


def read_broadcast(number: int, *, by: Actor) -> Shown:
    """One broadcast and what became of it. Raises Forbidden, NotFound."""
    people.require(by, READ)
    with reading() as s:
        row = s.get(Broadcast, number)
        if row is None:
            raise NotFound("Không có thông báo này.", "There is no such broadcast.")
        let_go([row])
    round_ = read_round(row.round_id) if row.round_id is not None else None
    return Shown(row, sets()[row.chosen], round_, notices.deliveries(key_of(number), row.letter, row.told))


def _of_ticket(ticket: str, by: Actor) -> int | None:
    with reading() as s:
        return s.scalar(select(Broadcast.id).where(Broadcast.ticket == ticket, Broadcast.made_by == by.account))


def _accounts(word: str, row: Round | None, group: str | None) -> Sequence[int]:
    if word == "not_filed" and row is not None:
        return _people_of([one.unit.id for one in units_in_round(row.id) if not one.filed])
    if word == "unit_heads":
        return members_of([f"unit_head:{unit.id}" for unit in people.list_units()])
    if word == "open_tasks" and row is not None:
        return _holders(row.id)
    return members_of(["member"] if word == "council" else [group or ""])


def _people_of(units: Iterable[int]) -> list[int]:
    return members_of([f"{word}:{unit}" for unit in units for word in ("unit", "unit_head")])


def people_to_remind(unit: int) -> list[int]:
    """Who files and signs for a unit."""
    return _people_of([unit])


def _holders(round_id: int) -> list[int]:
    """Who holds an open task of a case or of a list of a round; of one that nobody took, those who may take it."""
    standing = select(Activity.owner, Activity.queue_id).where(Activity.state == "open").distinct()
    with reading() as s:
        rows = [
            *s.execute(
                standing.join(Nomination, Nomination.instance_id == Activity.instance_id).where(Nomination.round_id == round_id)
            ),
            *s.execute(standing.join(List, List.id == Activity.list_id).where(List.round_id == round_id)),
        ]
        waiting = {group for row in rows if row.owner is None for group in groups_of(row.queue_id)}
    return sorted({row.owner for row in rows if row.owner is not None} | set(members_of(waiting)))


def _recipients(accounts: Collection[int]) -> tuple[Recipient, ...]:
    """Everybody of a set with why no mail goes, those left out first, then by number."""
    known, marked = notices.contacts(accounts), notices.marked_people(accounts)
    found = []
    for account, contact in known.items():
        why = (
            "closed" if not contact.active else "no-address" if not contact.address else "returns" if account in marked else ""
        )
        found.append(Recipient(account, contact.name, contact.address, why))
    return tuple(sorted(found, key=lambda one: (not one.left_out, one.account)))

