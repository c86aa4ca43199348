"""What those who may read a nomination write to one another about it, and whom they name.

A comment is text and nothing else. It is never changed; who wrote it may take it back, and that it was there stays. The unit
reads what concerns its nomination, except what was written for the office only (`inside`). A nominee reads none of it, nor
does who reads the case only in a nominee's place: denied to everybody of whom it does not say otherwise here.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, update

from service import clock, notices, people, trail
from service.actor import Actor
from service.awards import nominations
from service.awards.models import Nomination, Round
from service.awards.rounds import start_of_day
from service.awards.talk_models import Comment
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Withheld
from service.processes import own_case
from service.processes.cases import Running
from service.processes.running import read_instance
from service.vietnamese import fold, person_sort_key
from workflows.calendar import ZONE

WRITE = "nomination.comment"
LONGEST = 2_000
MOST_NAMED = 20
"""How many people one comment may name."""
_SAME = timedelta(minutes=2)
"""Within which the same words of the same person are the same comment, sent twice."""
_JUDGES = ("vhxh",)
"""Groups of a step that judges: from it the people of the unit that a case is about are kept away."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Said:
    """One comment as somebody reads it; without text once it was taken back."""

    id: int
    account: int
    name: str
    inside: bool
    text: str | None
    mentions: tuple[str, ...]
    """Names of whom it names."""
    written_at: datetime
    taken_back_at: datetime | None
    own: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the comments on a nomination, the oldest first; `total` counts all that the reader may read."""

    items: tuple[Said, ...]
    total: int
    number: int
    """Which page it is; the last one holds the newest."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may be named, by the words that stand after the @."""

    account: int
    name: str
    handle: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What of the comments on one nomination somebody reads and may write."""

    reads: bool
    inside: bool
    writes: bool


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("talk.toml").read_text(encoding="utf-8"))


def limit_of(word: str) -> int:
    """A limit that `talk.toml` sets, by its name."""
    return int(_data()["limits"][word])


def page_size() -> int:
    """How many comments stand on one page."""
    return int(_data()["page"]["comments"])


def sight_of(n: Nomination, by: Actor) -> Sight:
    """What somebody reads of the comments on a nomination that he may see, and whether he may write some."""
    running = _case(n)
    if by.account is None or by.account in running.excluded:
        return Sight(False, False, False)
    by = nominations.within(by, n).free_of(running.excluded)
    if not nominations.may_see(by, n):
        return Sight(False, False, False)
    writes = any(people.allowed(by, WRITE, unit=unit) for unit in _units(n))
    left = own_case.left(running, by, _JUDGES)
    inside = nominations.reads_every(left) and not own_case.bars_himself(running, by, _JUDGES)
    return Sight(True, inside, writes)


def read_comments(nomination_id: int, *, by: Actor, page: int | None = None, size: int | None = None) -> Page:
    """A page of the comments on a nomination that somebody may read; the last one, with the newest, where none is asked for.

    Raises NotFound for who may not see the nomination.
    """
    n = nominations.read_nomination(nomination_id, by=by)
    sight, size = sight_of(n, by), size or page_size()
    if not sight.reads:
        return Page((), 0, 1)
    with reading() as s:
        total = s.scalar(select(func.count()).select_from(Comment).where(*_readable(n, sight))) or 0
        number = max(1, -(-total // size) if page is None else page)
        rows = s.scalars(
            select(Comment).where(*_readable(n, sight)).order_by(Comment.id).limit(size).offset((number - 1) * size)
        ).all()
        let_go(rows)
    return Page(_said(rows, by), total, number)


def newest_comments(nomination_id: int, most: int, *, by: Actor) -> Page:
    """The newest comments on a nomination that somebody may read, as many at most; NotFound as for all of them."""
    n = nominations.read_nomination(nomination_id, by=by)
    sight = sight_of(n, by)
    if not sight.reads:
        return Page((), 0, 1)
    with reading() as s:
        rows = s.scalars(select(Comment).where(*_readable(n, sight)).order_by(Comment.id.desc()).limit(most)).all()
        total = len(rows)
        if total == most:
            total = s.scalar(select(func.count()).select_from(Comment).where(*_readable(n, sight))) or 0
        let_go(rows)
    return Page(_said(rows[::-1], by), total, 1)


def _readable(n: Nomination, sight: Sight) -> list[ColumnElement[bool]]:
    return [Comment.nomination_id == n.id, *([] if sight.inside else [Comment.inside.is_(False)])]


def _said(rows: Sequence[Comment], by: Actor) -> tuple[Said, ...]:
    names = people.names({a for row in rows for a in (row.account, *row.mentions)})
    return tuple(
        Said(
            row.id, row.account, names.get(row.account, ""), row.inside, row.text,
            tuple(names[a] for a in row.mentions if a in names), row.written_at, row.taken_back_at, row.account == by.account,
        )
        for row in rows
    )


def people_to_name(n: Nomination, *, by: Actor, inside: bool = False, text: str = "") -> list[Reader]:
    """Who may be named in a comment that somebody writes: those who may read it, and nobody else; `text` narrows by name.

    Two of the same name are told apart by their sign-in names.
    """
    sight = sight_of(n, by)
    if not sight.writes or inside and not sight.inside:
        return []
    found, wanted = _handles(n, inside), fold(text)
    return [one for one in found if one.account != by.account and wanted in fold(one.handle)]


def readers_of(n: Nomination, *, inside: bool) -> list[int]:
    """Accounts that read the comments on a nomination, of the office only where these are `inside`."""
    running = _case(n)
    if inside:
        return people.members_of(nominations.readers_of_every(), barred=own_case.barred(running, _JUDGES))
    return people.members_of(people.bound_groups("nomination.read", [None, *_units(n)]), barred=running.excluded)


def write_comment(nomination_id: int, text: str, *, by: Actor, inside: bool = False) -> int:
    """Write a comment, and tell whom it names; returns its number. The same sent twice is one.

    Raises NotFound, Forbidden (no right, or it is his own case), Invalid (empty, too long, a name that two people bear),
    TooMany for who wrote as many on this day as one person may.
    """
    n = nominations.read_nomination(nomination_id, by=by)
    must_write(n, by, inside=inside)
    said = cleaned(text, "Ghi nội dung ý kiến.", "Write what you want to say.")
    named = _named(said, _handles(n, inside))
    with transaction() as s:
        people.hold_account(by.account)
        last = s.scalars(
            select(Comment).where(Comment.nomination_id == n.id, Comment.account == by.account).order_by(Comment.id.desc()).limit(1)
        ).first()
        if last is not None and (last.text, last.inside) == (said, inside) and clock.now() - last.written_at < _SAME:
            return last.id
        since, allowed = start_of_day(clock.now().astimezone(ZONE).date()), limit_of("comments_a_day")
        today = select(func.count()).select_from(Comment).where(Comment.account == by.account, Comment.written_at >= since)
        if (s.scalar(today) or 0) >= allowed:
            raise TooMany(
                f"Mỗi người viết nhiều nhất {allowed} ý kiến một ngày. Viết tiếp vào ngày mai.",
                f"One person writes at most {allowed} comments a day. Go on tomorrow.", code="too-many-comments",
            )
        row = Comment(
            nomination_id=n.id, account=by.account or 0, inside=inside, text=said, mentions=named, written_at=clock.now(),
        )
        s.add(row)
        s.flush()
        _record("comment:written_inside" if inside else "comment:written", n, row, by, private={"text": said})
        to = [a for a in named if a != by.account]
        notices.queue(
            "mentioned", to=to, key=f"mentioned:{row.id}",
            context={"title": f"{n.name}, {s.get_one(Round, n.round_id).name}", "by": by.name},
            link=f"/nominations/{n.id}", about=row.id,
        )
        return row.id


def take_back(comment_id: int, *, by: Actor) -> int:
    """Take one's own comment back: nobody reads its words any more, that it was there stays. Returns the nomination.

    Raises NotFound for who may not read it, Forbidden for who did not write it, Conflict where it was taken back before.
    """
    n, row = read_own_comment(comment_id, by=by)
    with transaction() as s:
        held = s.scalars(select(Comment).where(Comment.id == row.id).with_for_update()).one()
        if held.taken_back_at is not None:
            raise Conflict("Ý kiến này đã được rút lại.", "This comment was taken back already.", code="taken-back")
        s.execute(update(Comment).where(Comment.id == held.id).values(text=None, taken_back_at=clock.now()))
        _record("comment:taken_back", n, held, by)
    return n.id


def read_comment(comment_id: int, *, by: Actor) -> tuple[Nomination, Comment]:
    """A comment that somebody may read, with its nomination; NotFound for everybody else."""
    with reading() as s:
        row = s.get(Comment, comment_id)
        if row is None:
            raise _unknown(there=False)
        let_go([row])
    n = nominations.read_nomination(row.nomination_id, by=by)
    sight = sight_of(n, by)
    if not sight.reads or row.inside and not sight.inside:
        raise _unknown(there=True)
    return n, row


def read_own_comment(comment_id: int, *, by: Actor) -> tuple[Nomination, Comment]:
    """A comment that somebody wrote, with its nomination. Raises NotFound for who may not read it, Forbidden for every other reader."""
    n, row = read_comment(comment_id, by=by)
    if row.account != by.account:
        raise Forbidden("Chỉ người viết được rút lại ý kiến của mình.", "Only who wrote a comment may take it back.")
    return n, row


def must_write(n: Nomination, by: Actor, *, inside: bool) -> None:
    """Refuse, in words, who may not write on a nomination that he sees."""
    sight = sight_of(n, by)
    if not sight.reads:
        raise Forbidden(*own_case.refusal(_case(n), nominations.within(by, n), _JUDGES), code="own-case")
    if not sight.writes:
        raise Forbidden("Bạn xem được hồ sơ này, không viết ý kiến.", "You may read this nomination, not comment on it.")
    if inside and not sight.inside:
        raise Forbidden(
            "Ý kiến nội bộ dành cho phòng và người xét duyệt, không liên quan đến hồ sơ.",
            "Comments for the office only are for those who consider the case and have no interest in it.", code="not-inside",
        )


def cleaned(text: str, empty: str, empty_en: str, *, field: str = "text") -> str:
    """Somebody's words as they are kept: NFC, no control characters, no blank ends; Invalid where empty or too long."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).encode("utf-8", "replace").decode()
    said = _CONTROL.sub("", plain).strip()
    if not said:
        raise Invalid.at(field, empty, empty_en)
    if len(said) > LONGEST:
        raise Invalid.at(field, f"Nhiều nhất {LONGEST} chữ cái; đang là {len(said)}.", f"At most {LONGEST} characters; it has {len(said)}.")
    return said


def _handles(n: Nomination, inside: bool) -> list[Reader]:
    accounts = people.accounts_of(readers_of(n, inside=inside))
    often = Counter(one.name.lower() for one in accounts.values())
    found = [
        Reader(one.id, one.name, one.name if often[one.name.lower()] == 1 else f"{one.name} ({one.login})")
        for one in accounts.values()
    ]
    return sorted(found, key=lambda one: person_sort_key(one.handle))


def _named(text: str, readers: Sequence[Reader]) -> list[int]:
    """Whom a text names after an @: the longest name that fits; what fits nobody is text like any other."""
    said = text.lower()
    handles = {one.handle.lower(): one.account for one in readers}
    twice = {one.name.lower(): one.name for one in readers if one.handle != one.name}
    words = sorted({*handles, *twice}, key=len, reverse=True)
    found: list[int] = []
    for at in (m.end() for m in re.finditer(r"(?<!\w)@", said)):
        fits = next((w for w in words if said.startswith(w, at) and not said[at + len(w) : at + len(w) + 1].isalnum()), None)
        if fits is None:
            continue
        if fits not in handles:
            ways = ", ".join(f"@{one.handle}" for one in readers if one.name.lower() == fits)
            raise Invalid.at(
                "text", f"Có nhiều người tên {twice[fits]}. Ghi rõ: {ways}.", f"Several people are called {twice[fits]}: write {ways}."
            )
        found.append(handles[fits])
    named = list(dict.fromkeys(found))
    if len(named) > MOST_NAMED:
        raise Invalid.at("text", f"Nhắc nhiều nhất {MOST_NAMED} người.", f"Name at most {MOST_NAMED} people.")
    return named


def _record(kind: str, n: Nomination, row: Comment, by: Actor, private: Mapping[str, str] | None = None) -> None:
    """An entry beside the case where the unit is kept from it: a unit reads what is told of its case."""
    body: dict[str, Any] = {"no": row.id, "nomination": n.id}
    if private and row.mentions:
        body["mentions"] = list(row.mentions)
    trail.record(kind, by=by, stream=stream_of(n, inside=row.inside), body=body, private=private or {})


def stream_of(n: Nomination, *, inside: bool) -> str:
    """Where entries of a talk stand: in the case, or beside it where the unit is kept from it."""
    return f"nomination:{n.id}" if inside else f"instance:{n.instance_id}"


def _case(n: Nomination) -> Running:
    return read_instance(n.instance_id or 0)


def _units(n: Nomination) -> list[int]:
    return list(dict.fromkeys((n.unit_id, people.current_unit(n.unit_id))))


def _unknown(*, there: bool) -> NotFound:
    return (Withheld if there else NotFound)(
        "Không có ý kiến này, hoặc bạn không được xem.", "There is no such comment, or it is not yours to read."
    )


@notices.wanted_where("mentioned")
def _still_said(about: ColumnElement[Any], account: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists().where(Comment.id == about, Comment.taken_back_at.is_(None))


__all__ = [
    "LONGEST", "WRITE", "Page", "Reader", "Said", "Sight", "limit_of", "newest_comments", "page_size", "people_to_name",
    "read_comment", "read_comments", "read_own_comment", "readers_of", "sight_of", "take_back", "write_comment",
]
