"""Following a nomination: who may read it asks to be told whenever it comes to stand elsewhere.

Followers learn by an optional letter where the case stands, which every reader of it may know, and nothing else; and only as long as
they may read it. Whom the case keeps away follows nothing of it, and is dropped when it turns out that he is kept away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from service import clock, notices, people, trail
from service.actor import Actor
from service.awards import catalogue, comments, nominations
from service.awards.models import Nomination, Recipient, Round
from service.awards.nomination_steps import on_moved
from service.awards.talk_models import Follower
from service.awards.ties import kept_away, on_known
from service.db import reading, session, transaction
from service.errors import Conflict, Forbidden, NotFound
from service.processes import own_case
from service.processes.cases import Recorded
from service.processes.models import ProcessInstance
from service.processes.running import read_instance

LETTER = "followed"
ON_HOLD = ("Tạm dừng xem xét", "On hold")


def follow(nomination_id: int, *, by: Actor) -> None:
    """Be told from now on whenever a nomination comes to stand elsewhere; asked again it stays as it is.

    Raises NotFound for who may not see it, Forbidden for whom the case keeps away, Conflict where it has ended or somebody follows as
    many as one person may.
    """
    n = nominations.read_nomination(nomination_id, by=by)
    if not may_follow(n, by=by):
        raise Forbidden(*own_case.refusal(read_instance(n.instance_id or 0), nominations.within(by, n), ()), code="own-case")
    account = by.account or 0
    with transaction() as s:
        people.hold_account(account)
        if s.get(Follower, (n.id, account)) is not None:
            return
        if read_instance(n.instance_id or 0).status == "ended":
            raise Conflict(
                "Hồ sơ này đã kết thúc, không còn gì để theo dõi.", "This nomination has ended; nothing is left to follow.", code="ended"
            )
        if _count(s, account) >= (allowed := comments.limit_of("followed")):
            raise Conflict(
                f"Mỗi người theo dõi cùng lúc nhiều nhất {allowed} hồ sơ. Thôi theo dõi bớt rồi thử lại.",
                f"One person follows at most {allowed} nominations at a time. Stop following some first.", code="too-many-followed",
            )
        s.add(Follower(nomination_id=n.id, account=account, followed_at=clock.now()))
        _record("nomination:followed", n.id, account, by)


def unfollow(nomination_id: int, *, by: Actor) -> None:
    """Be told no more, also of what may not be seen any longer; where somebody does not follow nothing changes.

    What was to be told by mail and has not gone yet does not go. Raises NotFound for who neither follows nor sees it.
    """
    account = by.account or 0
    with transaction() as s:
        row = s.get(Follower, (nomination_id, account))
        if row is None:
            nominations.read_nomination(nomination_id, by=by)
            return
        s.delete(row)
        _record("nomination:unfollowed", nomination_id, account, by)


def may_follow(n: Nomination, *, by: Actor) -> bool:
    """Tell whether somebody may follow a nomination: who reads it, and not in the place of somebody whom it keeps away, nor is he one."""
    return comments.sight_of(n, by).reads


def follows(nomination_id: int, *, by: Actor) -> bool:
    """Tell whether somebody follows a nomination."""
    with reading() as s:
        return s.get(Follower, (nomination_id, by.account or 0)) is not None


def _count(s: Session, account: int) -> int:
    running = (
        select(func.count()).select_from(Follower).join(Nomination, Nomination.id == Follower.nomination_id)
        .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
        .where(Follower.account == account, ProcessInstance.status != "ended")
    )
    return s.execute(running).scalar_one()


def _record(kind: str, nomination_id: int, account: int, by: Actor) -> None:
    """An entry beside the case, whose unit reads what is told of it: who follows is the follower's own affair."""
    trail.record(kind, by=by, stream=f"account:{account}", body={"nomination": nomination_id, "account": account})


def _tell(recorded: Recorded, nomination: Nomination) -> None:
    """Tell followers, who did the step excepted, once for the step."""
    s, running = session(), recorded.running
    following = s.scalars(select(Follower.account).where(Follower.nomination_id == nomination.id).order_by(Follower.account)).all()
    others = [account for account in following if account != recorded.doer]
    if not others:
        return
    what, what_en = _standing(recorded)
    notices.queue(
        LETTER, to=_still_reading(others, nomination), key=f"followed:{nomination.id}:{running.version + 1}",
        context={"title": f"{nomination.name}, {s.get_one(Round, nomination.round_id).name}", "what": what, "what_en": what_en},
        link=f"/nominations/{nomination.id}", about=nomination.id,
    )


def _still_reading(accounts: Sequence[int], n: Nomination) -> list[int]:
    readers = set(comments.readers_of(n, inside=False))
    return [account for account in accounts if account in readers or _reads_for_another(account, n)]


def _reads_for_another(account: int, n: Nomination) -> bool:
    """Whether somebody reads a case whom no group of its readers holds: in the place of an absent person, in its process alone."""
    try:
        return comments.sight_of(n, people.actor_of(account)).reads
    except NotFound:
        return False


def _standing(recorded: Recorded) -> tuple[str, str]:
    """Where a case stands now, in both languages, as its page says to everybody who reads it."""
    running, step = recorded.running, recorded.step
    if step.ended:
        return catalogue.standing("ended", step.outcome or running.outcome)
    before = running.phase or "drafting"
    after = step.phase or before
    return ON_HOLD if after == before and running.holds else catalogue.standing(after, None)


def _drop_kept_away(nomination: Nomination, recipient: Recipient, by: Actor) -> None:
    """Whom a case keeps away from now on follows it no more."""
    accounts, _units = kept_away(nomination, recipient)
    for row in _rows(nomination.id, accounts):
        session().delete(row)
        _record("nomination:follower_dropped", nomination.id, row.account, by)


def _rows(nomination_id: int, accounts: Iterable[int]) -> Sequence[Follower]:
    named = list(accounts)
    if not named:
        return ()
    return session().scalars(select(Follower).where(Follower.nomination_id == nomination_id, Follower.account.in_(named))).all()


@notices.wanted_where(LETTER)
def _still_followed(about: ColumnElement[Any], account: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists().where(Follower.nomination_id == about, Follower.account == account)


on_moved.append(_tell)
on_known.append(_drop_kept_away)
__all__ = ["LETTER", "follow", "follows", "may_follow", "unfollow"]
