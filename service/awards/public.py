"""What is shown to whoever does not sign in: the honour roll, and how a nomination stands by its code. Changes nothing.

Of the honoured no more than what the published decision itself makes public: name, unit, form, number and day; whoever
asks is taken off. Of a nomination asked for by its code nothing personal at all: no name, no unit, no form.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from hmac import digest
from typing import Any

from flask import current_app
from sqlalchemy import Select, and_, exists, extract, func, or_, select, update
from sqlalchemy.orm import Session

from service.awards import lists
from service.awards.lists import Act, Acting, ListKind
from service.awards.models import Award, Line, List, Nomination
from service.db import let_go, reading
from service.trail import watch
from service.vietnamese import sort_key
from service.words import N_

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is taken for something else when read aloud or copied: 0 O, 1 I L, U."""
LENGTH = 12
"""Characters of a code: 58 bits, which nobody tries through at the rate that the page allows."""
KEY = "status-codes"
"""Purpose of the key of the codes."""
CODE_ALARM = f"key-{KEY}"
_LOOKED_AT = 20


def new_code() -> dict[str, str]:
    """What a nomination holds of a fresh code: `code_seed`, `code_mark`. The code itself stands nowhere."""
    seed = secrets.token_hex(16)
    return {"code_seed": seed, "code_mark": _mark(_code(seed))}


def code_of(n: Nomination) -> str:
    """The code by which a nomination is looked up; the same each time, as long as the key is."""
    return _code(n.code_seed)


def _code(seed: str) -> str:
    rest, found = int.from_bytes(_keyed(b"code\n" + seed.encode())), ""
    for _ in range(LENGTH):
        rest, place = divmod(rest, len(ALPHABET))
        found += ALPHABET[place]
    return found


def _mark(code: str) -> str:
    return _keyed(b"mark\n" + code.encode()).hex()


def _keyed(said: bytes) -> bytes:
    return digest(current_app.extensions["settings"].key(KEY).get_secret_value().encode(), said, sha256)


def codes_fit() -> bool:
    """Tell whether the key of the codes fits what is stored, looking at some of the oldest nominations and of the newest."""
    with reading() as s:
        for order in (Nomination.id, Nomination.id.desc()):
            rows = s.execute(select(Nomination.code_seed, Nomination.code_mark).order_by(order).limit(_LOOKED_AT))
            if any(_mark(_code(seed)) != mark for seed, mark in rows):
                return False
    return True


def check_codes() -> bool:
    """Raise the alarm where the key is another one than that of the codes that were printed; returns whether it fits."""
    fits = codes_fit()
    if not fits:
        watch.raise_alarm(
            "Khóa status-codes không khớp với mã tra cứu đã in: không mã nào trong số đó còn tra được.",
            "The key status-codes does not fit the codes that were printed: none of them finds anything.", CODE_ALARM,
        )
    return fits


def renew_codes(s: Session) -> int:
    """Give every nomination a fresh code in the open transaction, where the key of the old ones is lost; returns how many."""
    numbers = list(s.scalars(select(Nomination.id)))
    for number in numbers:
        s.execute(update(Nomination).where(Nomination.id == number).values(**new_code()))
    return len(numbers)


def grouped(code: str) -> str:
    """A code as it is printed, in groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def codes_of(nominations: Sequence[int]) -> dict[int, str]:
    """The code by which each of these nominations is looked up."""
    with reading() as s:
        rows = s.execute(select(Nomination.id, Nomination.code_seed).where(Nomination.id.in_(nominations)))
        return {number: _code(seed) for number, seed in rows}


def nomination_of_code(typed: str) -> Nomination | None:
    """The nomination of a code, however it was grouped or written; None for one that is none."""
    code = "".join(c for c in typed.upper() if c.isascii() and c.isalnum())
    if len(code) != LENGTH:
        return None
    with reading() as s:
        found = s.scalars(select(Nomination).where(Nomination.code_mark == _mark(code))).one_or_none()
        if found is not None:
            let_go([found])
    return found


@dataclass(frozen=True, slots=True)
class Honoured:
    """One line of the honour roll."""

    name: str
    kind: str
    unit: str
    form: str
    level: str
    decision: str
    decided_on: date
    posthumous: bool


@dataclass(frozen=True, slots=True)
class Roll:
    """A page of the honour roll, and what it can be narrowed by."""

    rows: Sequence[Honoured]
    total: int
    years: Sequence[int]
    units: Sequence[str]


_PUBLISHED = exists(
    select(Line.id).join(List, List.id == Line.list_id).where(
        Line.nomination_id == Award.nomination_id, Line.removed.is_(False), List.kind == "decision",
        List.state == "published",
    )
)
SHOWN = and_(
    Award.status != "revoked", Award.unlisted.is_(False),
    or_(and_(Award.level == "commune", _PUBLISHED), and_(Award.level != "commune", Award.handed_on.is_not(None))),
)
"""Which awards are public: by a decision of the commune once it is published, what was granted above once it has been handed over."""
_YEAR = extract("year", Award.decided_on)


def honour_roll(*, year: int | None = None, level: str = "", unit: str = "", page: int = 1, size: int = 50) -> Roll:
    """Who was honoured, the newest decision first, of one day by name in Vietnamese order; narrowed by year, level, unit of the day."""
    shown = select(Award).join(Nomination, Nomination.id == Award.nomination_id).where(SHOWN)
    wanted = shown
    if year is not None:
        wanted = wanted.where(Award.decided_on >= date(year, 1, 1), Award.decided_on < date(year + 1, 1, 1))
    if level:
        wanted = wanted.where(Award.level == level)
    if unit:
        wanted = wanted.where(Nomination.unit_name == unit)
    columns = (
        Nomination.name, Nomination.kind, Nomination.unit_name, Award.form, Award.level, Award.decision, Award.decided_on,
        Nomination.posthumous,
    )
    with reading() as s:
        rows: Sequence[tuple[Any, ...]] = s.execute(
            wanted.with_only_columns(*columns)
            .order_by(Award.decided_on.desc(), Nomination.sort_key, Award.id).limit(size).offset((page - 1) * size)
        ).all()
        return Roll(
            [Honoured(*row) for row in rows],
            s.scalar(_count(wanted)) or 0,
            [int(y) for y in s.scalars(shown.with_only_columns(_YEAR).distinct().order_by(_YEAR.desc()))],
            sorted(s.scalars(shown.with_only_columns(Nomination.unit_name).distinct()), key=sort_key),
        )


def _count(of: Select[Award]) -> Select[int]:
    return of.with_only_columns(func.count(Award.id))


def _list_again(acting: Acting) -> None:
    _set(acting, unlisted=False)


def _take_down(acting: Acting) -> None:
    """Take awards of a name off the honour roll; the register and the papers keep them."""
    _set(acting, unlisted=True)


def _set(acting: Acting, *, unlisted: bool) -> None:
    acting.list.data = {**acting.list.data, "unlisted" if unlisted else "listed": dict(acting.fields)}
    for _, nomination, _ in acting.lines:
        for award in acting.s.scalars(select(Award).where(Award.nomination_id == nomination.id)):
            award.unlisted = unlisted


lists.KINDS["unlisting"] = ListKind(
    name="unlisting", label="Trang vinh danh", label_en="Honour page",
    states={"received": N_("Vừa ghi"), "down": N_("Không đăng"), "up": N_("Đã đăng lại")}, start="received",
    acts=(
        Act(
            "take_down", "Gỡ khỏi trang vinh danh", "Take off the honour page", "award.unlist", ("received",), to="down",
            form="reason", concerns=False, held_allowed=True, ended_allowed=True, effect=_take_down,
            told="Đã gỡ khỏi trang vinh danh", told_en="Taken off the honour page",
        ),
        Act(
            "list_again", "Đăng lại lên trang vinh danh", "Put back on the honour page", "award.unlist", ("down",), to="up",
            form="reason", concerns=False, held_allowed=True, ended_allowed=True, effect=_list_again,
            told="Đã đăng lại", told_en="Put back",
        ),
    ),
    made=None,
)
lists.BESIDE["unlisting"] = "take_down"
lists.PAST.update(take_down="taken_down", list_again="listed_again")
lists.ENDED_STATES["unlisting"] = ("up",)
