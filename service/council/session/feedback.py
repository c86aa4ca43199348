"""Feedback to the unit: words on a name out of the reviewers' comments, checked by a second person before they go out.

The unit reads the words and nothing of who wrote them: no member is named, and the entries stand in the trail of the session,
which no unit reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from service import clock, notices, people, trail
from service.actor import Actor
from service.awards import concerns, nominations
from service.awards.models import Nomination, Round
from service.council.session.models import CouncilFeedback, CouncilItem, CouncilScore
from service.council.session.rows import Rows, lock_session, needs_reason, rows_of
from service.db import reading, session, transaction
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.processes.models import ProcessInstance
from service.vietnamese import has_words

READ = "feedback.read"
DRAFT = "feedback.draft"
RELEASE = "feedback.release"
LONGEST = 4_000
LETTER = "feedback"


@dataclass(frozen=True, slots=True)
class Feedback:
    """Words on a name. Who reads them as the unit gets those that were released, and no version."""

    nomination_id: int
    words: str
    state: str
    """Empty before anything is drafted; drafted, returned, released."""
    version: int
    returned_for: str
    released_at: datetime | None
    comments: tuple[tuple[str, str], ...] = ()
    """What reviewers said: criterion and comment, without who said it; for who drafts and checks."""
    own: bool = False
    """Whether the person who asks drafted it, and so does not check it."""
    ready: bool = False
    """Whether the minutes are signed, so that it may go out."""
    concerned: bool = False
    """Whether the name concerns the person who asks, who then neither drafts nor checks."""


def read_feedback(nomination_id: int, *, by: Actor) -> Feedback:
    """The words on a name: for the office as they stand, for who else reads the nomination once they were released.

    Whom the name concerns reads them as its unit does, whatever his office. NotFound for who may not read the nomination; before
    the release it says nothing to them. Conflict for the office where the name stands on no agenda.
    """
    with reading() as s:
        if (concerned := _concerned(nomination_id, by)) or not people.allowed(by, READ):
            nominations.read_nomination(nomination_id, by=by)
            row = s.get(CouncilFeedback, nomination_id)
            if row is None or row.state != "released":
                return Feedback(nomination_id, "", "", 0, "", None, concerned=concerned)
            return Feedback(nomination_id, row.words, row.state, 0, "", row.released_at, concerned=concerned)
        rows, _item = _at(nomination_id)
        row = s.get(CouncilFeedback, nomination_id)
        said, ready = _comments(nomination_id), rows.state == "signed"
        if row is None:
            return Feedback(nomination_id, "", "", 0, "", None, said, False, ready)
        return Feedback(
            nomination_id, row.words, row.state, row.version, row.returned_for, row.released_at, said, row.drafted_by == by.account, ready
        )


def feedback_states(session_id: int, *, by: Actor) -> Mapping[int, str]:
    """How the words on each name of a session stand: nomination → drafted, returned, released; the others are left out."""
    people.require(by, READ)
    with reading() as s:
        found = s.execute(
            select(CouncilFeedback.nomination_id, CouncilFeedback.state)
            .join(CouncilItem, CouncilItem.nomination_id == CouncilFeedback.nomination_id)
            .where(CouncilItem.session_id == session_id)
        ).all()
        return {number: state for number, state in found}


def draft_feedback(nomination_id: int, words: str, *, by: Actor) -> int:
    """Write the words for the unit, or mend them; returns their version. The same said again changes nothing.

    Invalid where nothing is said, too much, or a member of the council is named; Conflict once they were released.
    """
    people.require(by, DRAFT)
    said = words.strip()
    with transaction() as s:
        rows, item = _locked(nomination_id, by)
        row = s.get(CouncilFeedback, nomination_id, populate_existing=True)
        if row is not None and row.state == "released":
            raise _released()
        if not said or len(said) > LONGEST:
            raise Invalid.at("words", f"Ghi nhận xét, nhiều nhất {LONGEST} ký tự.", f"Write something, at most {LONGEST} characters.")
        if named := [m.name for m in rows.members if has_words(said, m.name)]:
            raise Invalid.at(
                "words", f"Nhận xét nêu tên thành viên Hội đồng: {', '.join(named)}. Bỏ tên người nhận xét.",
                f"It names members of the council: {', '.join(named)}. Leave out who said it.",
            )
        if row is not None and (row.words, row.state) == (said, "drafted"):
            return row.version
        if row is None:
            row = CouncilFeedback(nomination_id=nomination_id, words=said, version=0)
            s.add(row)
        row.words, row.state, row.version, row.returned_for = said, "drafted", (row.version or 0) + 1, ""
        row.drafted_by, row.drafted_at = by.account or 0, clock.now()
        s.flush()
        _record("council_agenda:feedback_drafted", rows, item, by, version=row.version)
        return row.version


def return_feedback(nomination_id: int, reason: str, *, by: Actor) -> None:
    """Send the words back to be mended, with the reason; Conflict where none wait to be checked."""
    people.require(by, RELEASE)
    why = needs_reason(reason)
    with transaction():
        rows, item = _locked(nomination_id, by)
        row = _waiting(nomination_id, by)
        row.state, row.returned_for = "returned", why
        _record("council_agenda:feedback_returned", rows, item, by, reason=why)


def release_feedback(nomination_id: int, seen: int, *, by: Actor) -> None:
    """Let the words go out to the unit: on the page of the name, and by letter. `seen`: the version that was checked.

    Forbidden for who drafted them, Stale where they were mended since, Conflict before the minutes are signed and where none wait.
    """
    people.require(by, RELEASE)
    with transaction() as s:
        rows, item = _locked(nomination_id, by)
        row = _waiting(nomination_id, by)
        if row.version != seen:
            raise Stale("Nhận xét đã được sửa sau khi bạn mở trang. Đọc lại rồi duyệt.", "The words were mended since you read them.")
        if rows.state != "signed":
            raise Conflict(
                "Biên bản phiên họp chưa ký: nhận xét gửi đơn vị sau khi người chủ trì ký biên bản.",
                "The minutes are not signed; feedback goes out after that.", code="minutes-unsigned",
            )
        row.state, row.checked_by, row.released_at = "released", by.account, clock.now()
        n = s.get_one(Nomination, nomination_id)
        unit = people.current_unit(n.unit_id)
        notices.queue(
            LETTER, to=people.members_of([f"unit:{unit}", f"unit_head:{unit}"]), key=f"feedback:{nomination_id}",
            context={"title": f"{n.name}, {s.get_one(Round, n.round_id).name}"}, link=f"/nominations/{nomination_id}",
        )
        _record("council_agenda:feedback_released", rows, item, by)


def _locked(nomination_id: int, by: Actor) -> tuple[Rows, int]:
    """The session in which a name was judged last, under its lock, and the name's item; refused for whom the name concerns."""
    rows, item = _at(nomination_id)
    if _concerned(nomination_id, by):
        raise Forbidden(
            "Hồ sơ này liên quan đến bạn, nên bạn không làm việc này.", "This name concerns you, so you may not do this.", code="own-case"
        )
    return lock_session(rows.session.id), item


def _concerned(nomination_id: int, by: Actor) -> bool:
    """Tell whether a name concerns somebody himself; not where there is no such name, which who asks next refuses."""
    row = session().get(Nomination, nomination_id)
    instance = session().get(ProcessInstance, row.instance_id) if row is not None and row.instance_id is not None else None
    return instance is not None and by.account in concerns.concern_of(instance).accounts


def _at(nomination_id: int) -> tuple[Rows, int]:
    last = session().execute(
        select(CouncilItem.session_id, CouncilItem.item_no)
        .where(CouncilItem.nomination_id == nomination_id, CouncilItem.state != "withdrawn")
        .order_by(CouncilItem.session_id.desc())
        .limit(1)
    ).first()
    if last is None:
        raise Conflict("Hồ sơ này chưa có trong phiên họp nào.", "This name stands on no session's agenda.", code="no-session")
    return rows_of(last.session_id), last.item_no


def _waiting(nomination_id: int, by: Actor) -> CouncilFeedback:
    row = session().get(CouncilFeedback, nomination_id, populate_existing=True)
    if row is not None and row.state == "released":
        raise _released()
    if row is None or row.state != "drafted":
        raise Conflict("Không có nhận xét nào chờ duyệt.", "No words wait to be checked.", code="nothing-drafted")
    if row.drafted_by == by.account:
        raise Forbidden(
            "Bạn đã soạn nhận xét này, người khác duyệt.", "You drafted these words; somebody else checks them.", code="second-person"
        )
    return row


def _released() -> Conflict:
    return Conflict("Nhận xét này đã gửi đơn vị, không sửa nữa.", "These words went out to the unit.", code="released")


def _comments(nomination_id: int) -> tuple[tuple[str, str], ...]:
    found = session().execute(
        select(CouncilScore.criterion, CouncilScore.comment)
        .join(CouncilItem, (CouncilItem.session_id == CouncilScore.session_id) & (CouncilItem.item_no == CouncilScore.item_no))
        .where(CouncilItem.nomination_id == nomination_id, CouncilScore.comment != "")
    )
    return tuple(sorted((row.criterion, row.comment) for row in found))


def _record(kind: str, rows: Rows, item: int, by: Actor, *, reason: str = "", **more: int) -> None:
    trail.record(
        kind, by=by, stream=f"list:{rows.agenda.id}", body={"item": item, "names": [rows.item(item).nomination_id], **more},
        reason=reason or None,
    )


__all__ = ["Feedback", "draft_feedback", "feedback_states", "read_feedback", "release_feedback", "return_feedback"]
