"""Ways to narrow the inbox that people keep under a name, and share with one of their groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, func, or_, select

from service import clock, people, trail
from service.actor import Actor
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Withheld
from service.processes.inbox import DUES, PRIORITIES, Filters
from service.processes.models import SavedFilter
from service.vietnamese import sort_key

MOST = 30
"""Filters that one person keeps."""
KEYS = ("text", "element", "due", "process", "unit", "priority")


@dataclass(frozen=True, slots=True)
class Saved:
    """A kept filter as one of its readers sees it."""

    id: int
    name: str
    filters: Filters
    mine: bool
    maker: str
    shared_with: str | None


def clean(said: Mapping[str, Any]) -> Filters:
    """Read filters from words of a page, an address or a row; what no filter knows is passed over."""
    def several(key: str, known: Any) -> str:
        return ",".join(w for w in str(said.get(key) or "").split(",") if w and known(w))

    return Filters(
        text=str(said.get("text") or "")[:200].strip(),
        element=several("element", lambda w: len(w) <= 60),
        due=several("due", lambda w: w in DUES),
        process=several("process", lambda w: len(w) <= 60),
        unit=several("unit", lambda w: w.isascii() and w.isdigit() and len(w) < 16),
        priority=several("priority", lambda w: w in PRIORITIES),
    )


def as_words(filters: Filters) -> dict[str, str]:
    """What of filters is kept: only what narrows."""
    return {key: value for key, value in asdict(filters).items() if key in KEYS and value}


def list_filters(by: Actor) -> list[Saved]:
    """Filters that a person kept, then those shared with the person's groups, by name."""
    with reading() as s:
        rows = list(
            s.execute(
                select(
                    SavedFilter.id, SavedFilter.account, SavedFilter.name, SavedFilter.filters, SavedFilter.shared_with
                )
                .where(or_(SavedFilter.account == by.account, SavedFilter.shared_with.in_(sorted(by.groups))))
                .order_by(SavedFilter.id)
                .limit(200)
            )
        )
        makers = people.names(row.account for row in rows)
    found = [
        Saved(row.id, row.name, clean(row.filters), row.account == by.account, makers.get(row.account, ""), row.shared_with)
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.mine, sort_key(one.name)))


def read_filter(filter_id: int, *, by: Actor) -> Saved:
    """One filter that a person kept or that is shared with the person; NotFound for everybody else."""
    for one in list_filters(by):
        if one.id == filter_id:
            return one
    raise _unknown()


def save_filter(name: str, filters: Filters, *, by: Actor, share: str = "") -> int:
    """Keep a filter under a name, in place of one's own of the same name; shared with one of one's groups, or nobody.

    Raises Forbidden for the machine, Invalid for no name, an empty filter, a foreign group; Conflict for too many.
    """
    if by.account is None:
        raise Forbidden("Chỉ người dùng lưu bộ lọc.", "Only people keep filters.")
    name, words = " ".join(name.split()), as_words(filters)
    if not 0 < len(name) <= 80:
        raise Invalid.at("name", "Đặt tên cho bộ lọc, dài nhất 80 chữ.", "Give the filter a name of at most 80 letters.")
    if not words:
        raise Invalid.at("filters", "Chọn ít nhất một điều kiện lọc rồi lưu.", "Choose at least one filter, then save it.")
    if share and share not in by.groups:
        raise Invalid.at("share", "Chỉ chia sẻ với nhóm của bạn.", "Share with a group of your own only.")
    with transaction() as s:
        own = SavedFilter.account == by.account
        row = s.scalars(select(SavedFilter).where(own, SavedFilter.name == name)).one_or_none()
        if row is None:
            if s.execute(select(func.count()).select_from(SavedFilter).where(own)).scalar_one() >= MOST:
                raise Conflict(
                    f"Bạn đã lưu {MOST} bộ lọc. Xóa bớt rồi lưu.", f"You keep {MOST} filters already; remove one first.",
                    code="too-many",
                )
            row = SavedFilter(account=by.account, name=name, made_at=clock.now(), filters=words)
            s.add(row)
        row.filters, row.shared_with = words, share or None
        s.flush()
        trail.record(
            "filter:saved", by=by, stream=f"account:{by.account}",
            body={"filter": row.id} | ({"group": people.group_labels([share])[share]} if share else {}), private={"name": name},
        )
        return row.id


def drop_filter(filter_id: int, *, by: Actor) -> None:
    """Remove a filter that one kept oneself; it goes for those too with whom it was shared."""
    with transaction() as s:
        row = s.get(SavedFilter, filter_id)
        if row is None or row.account != by.account:
            raise _unknown(there=row is not None)
        name = row.name
        s.execute(delete(SavedFilter).where(SavedFilter.id == filter_id))
        trail.record(
            "filter:dropped", by=by, stream=f"account:{by.account}", body={"filter": filter_id}, private={"name": name}
        )


def _unknown(*, there: bool = False) -> NotFound:
    return (Withheld if there else NotFound)(
        "Không có bộ lọc này, hoặc không phải của bạn.", "There is no such filter, or it is not yours."
    )
