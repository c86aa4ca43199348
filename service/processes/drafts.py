"""Drafts: what somebody typed on a page and has not sent, kept under the page's own key until it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import clock
from service.actor import Actor
from service.db import is_postgresql, reading, transaction
from service.errors import Forbidden, Stale
from service.processes.models import Draft
from service.words import local

ASIDE = ":aside"
"""After the key of a task: what was typed into fields that its form has no more."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page says of itself as it keeps a draft."""

    mark: str
    """The draft that it was drawn with (`mark_of`)."""
    page: str
    """Which drawing of the page it is, at most 16 characters; "" for one that does not say."""


def keep_draft(key: str, answers: Mapping[str, Any], *, by: Actor, page: str = "") -> datetime:
    """Keep what somebody typed under a page's own key. `page`: which drawing of it keeps it, where that is asked later."""
    if by.account is None:
        raise Forbidden("Chỉ người dùng lưu nháp.", "Only people keep drafts.")
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    now = clock.now()
    kept = {"answers": dict(answers), "saved_at": now, "page": page}
    with transaction() as s:
        s.execute(
            insert(Draft).values(key=key, account=by.account, **kept)
            .on_conflict_do_update(index_elements=[Draft.key, Draft.account], set_=kept)
        )
    return now


def mark_of(saved: datetime | None) -> str:
    """What a page says to have seen of a draft: when it was saved; "" for none."""
    return "" if saved is None else str(int(saved.timestamp() * 1_000_000))


def must_be_seen(key: str, answers: Mapping[str, Any], seen: Seen, *, by: Actor) -> None:
    """Stale where another page kept something else under a key since this one was drawn; what a page kept itself it has seen."""
    with reading() as s:
        kept = s.execute(
            select(Draft.answers, Draft.saved_at, Draft.page).where(Draft.key == key, Draft.account == by.account)
        ).one_or_none()
    if kept is None or seen.mark == mark_of(kept.saved_at) or kept.answers == answers or seen.page and seen.page == kept.page:
        return
    told = f"{local(kept.saved_at):%H:%M}"
    raise Stale(
        f"Chưa lưu: lúc {told} bạn đã lưu nháp khác ở một trang khác. Mở lại trang này thì thấy bản đó; bấm “Lưu nháp” lần nữa thì giữ "
        "nội dung ở đây thay bản đó.",
        f"Not kept: at {told} you kept another draft on another page. Open this page again to see that one; press “Save draft” once "
        "more to keep what stands here in its place.",
        code="draft-elsewhere",
    )


def read_draft(key: str, *, by: Actor) -> tuple[dict[str, Any], datetime] | None:
    """A person's own draft under a key, and when it was saved."""
    with reading() as s:
        row = s.execute(
            select(Draft.answers, Draft.saved_at).where(Draft.key == key, Draft.account == by.account)
        ).one_or_none()
    return (row[0], row[1]) if row else None


def drop_draft(key: str, *, by: Actor) -> None:
    """Forget a person's draft, in the open transaction."""
    with transaction() as s:
        s.execute(delete(Draft).where(Draft.key == key, Draft.account == by.account))


def drop_all(s: Session, key: str) -> None:
    """Forget everybody's drafts under a key: what they were for is done."""
    s.execute(delete(Draft).where(Draft.key.in_([key, key + ASIDE])))


def set_aside(s: Session, key: str, names: Collection[str]) -> None:
    """Keep apart what the drafts under a key hold besides these names; what was put aside before is looked at anew."""
    join_again(s, key)
    for row in s.scalars(select(Draft).where(Draft.key == key)).all():
        left = {name: value for name, value in row.answers.items() if name not in names}
        if left:
            row.answers = {name: value for name, value in row.answers.items() if name in names}
            s.add(Draft(key=key + ASIDE, account=row.account, answers=left, saved_at=row.saved_at))
    s.flush()


def join_again(s: Session, key: str) -> None:
    """Put back into the drafts under a key what was set aside; what was typed since wins."""
    aside = s.scalars(select(Draft).where(Draft.key == key + ASIDE)).all()
    for row in aside:
        kept = s.get(Draft, (key, row.account))
        if kept is None:
            s.add(Draft(key=key, account=row.account, answers=row.answers, saved_at=row.saved_at))
        else:
            kept.answers = {**row.answers, **kept.answers}
        s.delete(row)
    s.flush()


def share_draft(s: Session, key: str, by: Actor) -> None:
    """Leave a draft to whoever comes next, in place of one that an earlier holder left."""
    own = s.scalars(select(Draft.key).where(Draft.key == key, Draft.account == by.account)).first()
    if own is None:
        return
    s.execute(delete(Draft).where(Draft.key == own, Draft.account == 0))
    s.execute(update(Draft).where(Draft.key == key, Draft.account == by.account).values(account=0))


def shared_draft(key: str) -> tuple[dict[str, Any], datetime] | None:
    """The draft that the last owner left for whoever comes next."""
    with reading() as s:
        row = s.execute(select(Draft.answers, Draft.saved_at).where(Draft.key == key, Draft.account == 0)).one_or_none()
    return (row[0], row[1]) if row else None
