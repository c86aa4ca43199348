"""A round is scored blind: set before anything goes out, scores closed, names shown again. Who sees what then: `awards.blinding`."""

from __future__ import annotations

from sqlalchemy import exists, select

from service import clock, people, trail
from service.actor import Actor
from service.awards import blinding
from service.awards.models import List, Round
from service.council.session.assigning import read_reviewing, sessions_of_round
from service.council.session.models import CouncilScore, CouncilSession
from service.council.session.rows import SCORES_CLOSED, lock_session, needs_reason
from service.db import reading, session, transaction
from service.errors import Conflict, NotFound

SET = "review.blind"
CLOSE = "review.close"


def why_not_blind(round_id: int) -> tuple[str, str] | None:
    """Why the names of a round can no more be hidden, in both languages: they went out, or somebody has scored."""
    sessions = select(CouncilSession.id).join(List, List.id == CouncilSession.list_id).where(List.round_id == round_id)
    with reading() as s:
        invited = s.scalar(select(exists(sessions.where(CouncilSession.invited > 0))))
        if not invited and not s.scalar(select(exists().where(CouncilScore.session_id.in_(sessions)))):
            return None
    return (
        "Giấy mời có tên đã gửi, hoặc đã có người chấm: không đặt ẩn danh được nữa.",
        "Invitations with the names went out, or somebody has scored: it is too late to hide them.",
    )


def set_blind(round_id: int, reason: str, *, by: Actor) -> None:
    """Hide the names of a round from its reviewers, from now on until its scores are closed.

    Conflict once a session of the round was invited or anything was scored (the names went out), and for a round that is or
    was blind.
    """
    people.require(by, SET)
    why = needs_reason(reason)
    with transaction():
        row = _locked(round_id)
        if row.blind:
            raise Conflict("Đợt này đã đặt ẩn danh.", "This round is blind already, or was.", code="blind-already")
        if too_late := why_not_blind(round_id):
            raise Conflict(*too_late, code="too-late")
        row.blind = "on"
        trail.record("round:blinded", by=by, stream=f"round:{round_id}", reason=why)


def close_scores(round_id: int, reason: str = "", *, by: Actor) -> None:
    """Close the scores of a blind round: nobody scores or mends any more, and the names may be shown.

    Once they are shown, what nobody was invited to yet is scored as in any other round: a name that is left over, or new.
    Conflict for a round that is not scored blind now; Invalid without a reason where reviewers are behind.
    """
    people.require(by, CLOSE)
    with transaction():
        row = _locked(round_id)
        if row.blind != "on":
            raise Conflict("Đợt này không đang chấm ẩn danh.", "This round is not scored blind now.", code="not-blind")
        behind = sum(one.behind for number in sessions_of_round(round_id) for one in read_reviewing(number, by=by).reviewers)
        why = needs_reason(reason) if behind else reason.strip()
        row.blind = "closed"
        for number in sorted(sessions_of_round(round_id)):
            rows = lock_session(number)
            if rows.session.invited:
                rows.agenda.data = {**rows.agenda.data, SCORES_CLOSED: clock.today().isoformat()}
        trail.record("round:scores_closed", by=by, stream=f"round:{round_id}", body={"count": behind or None}, reason=why or None)


def lift_blind(round_id: int, *, by: Actor) -> None:
    """Show the names of a round again; Conflict until its scores are closed."""
    people.require(by, SET)
    with transaction():
        row = _locked(round_id)
        if row.blind != "closed":
            raise Conflict(
                "Chỉ bỏ ẩn danh sau khi thư ký đã khóa điểm.", "The names are shown only after the scores were closed.",
                code="scores-open",
            )
        row.blind = "lifted"
        trail.record("round:blind_lifted", by=by, stream=f"round:{round_id}")


def blind_state(round_id: int) -> str:
    """How a round is with its names: empty (never blind), on, closed (scored, still hidden), lifted; NotFound for none."""
    with reading() as s:
        if s.get(Round, round_id) is None:
            raise _no_round()
    return blinding.state_of(round_id)


def _locked(round_id: int) -> Round:
    row = session().scalars(
        select(Round).where(Round.id == round_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise _no_round()
    return row


def _no_round() -> NotFound:
    return NotFound("Không có đợt xét này.", "There is no such round.")


__all__ = ["blind_state", "close_scores", "lift_blind", "set_blind"]
