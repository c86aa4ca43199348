"""Four eyes on chosen acts: one person asks, another confirms or refuses in time, and only then is the act done.

A verb of a chosen act calls `demand` in its transaction: alone it is refused with SecondPersonNeeded, and the door may `ask`
instead. Confirming runs the same verb again, as the act of who asked and by the rights that he has then, in the transaction of
the confirmation; both names stand in the trail. What the operator does at the command line is his own act. Rules, versions of
processes and erasures are confirmed by verbs of their own; who may be the second person is asked here for all (`must_be_second`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service import clock, notices, trail
from service.actor import Actor, machine
from service.db import let_go, reading, session, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Withheld
from service.people import actors, members, passwords, rights
from service.people.models import Account
from service.people.models import SecondPersonRequest as Request
from service.people.safeguards import Chosen, chosen
from service.words import N_

SERVICE = 0
"""Number of no account: as who asked for what the service itself brought along."""
READ = "second_person.read"
PAGE = "/office/second-person"

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """How a chosen act is checked as it is asked, done once it is confirmed, told in both languages, and whom it concerns."""

    check: Callable[[Given, Actor], None]
    do: Callable[[Given, Actor], None]
    told: Callable[[Given], tuple[str, str]]
    concerns: Callable[[Given], Collection[int]] = lambda given: ()


WAYS: dict[str, Way] = {}
"""By word of the act; the parts that have the verbs register theirs."""
_under_way: ContextVar[tuple[str, Given] | None] = ContextVar("confirmed", default=None)


class SecondPersonNeeded(Conflict):
    """The act is one of those that nobody does alone."""

    default_code = "second-person-needed"


def is_on(act: str) -> bool:
    """Tell whether people need a second person for the act here; in demo mode one visitor plays all parts."""
    return chosen()[act].demo or not passwords.settings().demo


def is_needed(act: str, by: Actor) -> bool:
    """Tell whether this person needs a second one for the act; who is at the command line needs none."""
    return by.account is not None and is_on(act)


def demand(act: str, given: Given, *, by: Actor) -> None:
    """Refuse with SecondPersonNeeded unless no second person is needed, or one is confirming just this."""
    if is_needed(act, by) and _under_way.get() != (act, dict(given)):
        raise SecondPersonNeeded(
            f"Việc này cần người thứ hai xác nhận: {chosen()[act].label}. Ghi lý do rồi gửi đề nghị.",
            f"A second person must confirm this: {chosen()[act].label_en}. Say why, and send the request.",
        )


def must_be_second(
    by: Actor, right: str, *, asked_by: int | None, asked_for: Collection[int] = (), concerns: Collection[int] = ()
) -> None:
    """Refuse with Forbidden who is no second pair of eyes for what another has asked for or entered; every confirming verb asks.

    The second person holds the right himself and not in an absent person's place; is another than `asked_by`, acts in the place of
    none of them, nor was it done in his (`asked_for`); is nobody whom it concerns; and has not come in by breaking the glass. The
    operator at the command line (no account) is another than any person, and not than himself.
    """
    rights.require(by, right)
    if not rights.allowed(by.free_of({one.behalf for one in by.lent}), right):
        raise Forbidden(
            "Bạn giữ quyền này khi xử lý thay nên không là người thứ hai. Người có quyền của chính mình xác nhận.",
            "You hold this right in the place of another, so you are no second person. Somebody who holds it himself confirms.",
            code="lent-right",
        )
    if by.door == actors.EMERGENCY:
        raise Forbidden(
            "Truy cập khẩn cấp không xác nhận với tư cách người thứ hai.", "An emergency access confirms nothing as the second person.",
            code="emergency",
        )
    if by.account == asked_by:
        raise Forbidden(
            "Bạn đã đề nghị việc này; người khác xem rồi xác nhận.", "You asked for this; another person looks at it and confirms.",
            code="same-person",
        )
    if by.account in asked_for or any(one.behalf == asked_by for one in by.lent):
        raise Forbidden(
            "Bạn và người đề nghị đang xử lý thay nhau nên không là người thứ hai. Người khác xác nhận.",
            "One of you acts in the place of the other, so you are no second person. Somebody else confirms.",
            code="same-person",
        )
    if by.account in concerns:
        raise Forbidden(
            "Việc này liên quan đến chính bạn. Người khác xác nhận.", "This concerns yourself. Somebody else confirms.",
            code="own-case",
        )


def is_second(
    by: Actor, right: str, *, asked_by: int | None, asked_for: Collection[int] = (), concerns: Collection[int] = ()
) -> bool:
    """Tell whether `must_be_second` would let somebody confirm."""
    try:
        must_be_second(by, right, asked_by=asked_by, asked_for=asked_for, concerns=concerns)
    except Forbidden:
        return False
    return True


def seconds(right: str, *, barred: Collection[int | None] = ()) -> list[int]:
    """Accounts that could be the second person: they hold the right themselves, by no emergency access, and are none of `barred`."""
    with reading() as current:
        broken = set(current.scalars(sa.select(Account.id).where(Account.emergency_until.is_not(None))))
    return [one for one in members.members_of(rights.acts()[right].groups, own=True) if one not in broken and one not in barred]


def ask(act: str, given: Given, *, by: Actor, reason: str) -> int:
    """Ask that a chosen act be done, and tell those who may confirm it; returns the number of the request.

    Raises Forbidden without the right to ask, Invalid without a reason or for what the act itself would not take, Conflict
    where it is asked already or nobody else could confirm it.
    """
    one = _chosen(act)
    rights.require(by, one.ask)
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do để người thứ hai xem.", "Say why, for the second person to see.")
    given = dict(given)
    with transaction() as current:
        WAYS[act].check(given, by)
        _must_be_new(act, given)
        others = seconds(one.confirm, barred={by.account, *WAYS[act].concerns(given)})
        if not others:
            raise Conflict(
                "Chưa có ai khác được xác nhận việc này. Người vận hành máy chủ làm bằng dòng lệnh.",
                "Nobody else may confirm this. The operator of the machine does it at the command line.",
                code="no-second-person",
            )
        now = clock.now()
        row = Request(
            act=act, given=given, reason=reason.strip()[:2000], asked_at=now, asked_by=by.account, until=now + one.life,
            asked_for=sorted({behalf for group, behalf in by.substitutes if group in rights.acts()[one.ask].groups}),
        )
        current.add(row)
        current.flush()
        _record("second_person:asked", row, by, reason=row.reason)
        vi, en = told(row)
        notices.queue(
            "second_person_asked", to=others, key=f"second_person:{row.id}:asked", link=PAGE,
            context={"what": vi, "what_en": en, "by": by.name, "due": row.until},
        )
        return row.id


def confirm(request: int, *, by: Actor) -> None:
    """Confirm as the second person: the act is done in this transaction, as the act of who asked.

    Raises Forbidden for who is no second person (`must_be_second`) and where who asked has lost his own right; NotFound;
    Conflict for a request that was settled or has lapsed; and what the act itself raises.
    """
    with transaction() as current:
        row = _locked(request)
        _must_be_another(row, by)
        _must_be_open(row)
        asker = actors.actor_of(row.asked_by, door=by.door)
        row.state, row.settled_at, row.settled_by = "confirmed", clock.now(), by.account
        current.flush()
        _record("second_person:confirmed", row, by)
        token = _under_way.set((row.act, row.given))
        try:
            WAYS[row.act].do(row.given, asker)
        finally:
            _under_way.reset(token)
        _answer(row, by, N_("Đã xác nhận và thực hiện"))


def refuse(request: int, *, by: Actor, reason: str) -> None:
    """Refuse a request, or take back one's own. Raises Forbidden, NotFound, Invalid without a reason, Conflict."""
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    with transaction() as current:
        row = _locked(request)
        own = by.account == row.asked_by
        if not own:
            rights.require(by, _chosen(row.act).confirm)
        _must_be_open(row)
        row.state, row.settled_at, row.settled_by = ("withdrawn" if own else "refused"), clock.now(), by.account
        row.refusal = reason.strip()[:2000]
        current.flush()
        _record("second_person:withdrawn" if own else "second_person:refused", row, by, reason=row.refusal)
        _answer(row, by, N_("Không đồng ý"))


def list_requests(*, by: Actor, open_only: bool = False) -> list[Request]:
    """The requests, the newest first; who may not read all of them sees the own ones."""
    asked = sa.select(Request).order_by(Request.id.desc())
    if not rights.allowed(by, READ):
        asked = asked.where(Request.asked_by == by.account)
    with reading() as current:
        rows = list(current.scalars(asked))
        let_go(rows)
    return [row for row in rows if is_open(row)] if open_only else rows


def read_request(request: int, *, by: Actor) -> Request:
    """One request that this person may see; NotFound otherwise."""
    found = next((row for row in list_requests(by=by) if row.id == request), None)
    if found is None:
        with reading() as current:
            there = current.get(Request, request) is not None
        raise (Withheld if there else NotFound)("Không có đề nghị này.", "There is no such request.", code="no-request")
    return found


def is_open(row: Request) -> bool:
    """Tell whether a request still waits; past its time it waits no more, whether the worker has said so or not."""
    return row.state == "asked" and row.until > clock.now()


def may_confirm(row: Request, *, by: Actor) -> bool:
    """Tell whether this person may be the second one."""
    if not is_open(row):
        return False
    try:
        _must_be_another(row, by)
    except Forbidden:
        return False
    return True


def told(row: Request) -> tuple[str, str]:
    """What would be done, in both languages."""
    return WAYS[row.act].told(row.given)


def lapse() -> int:
    """Settle what nobody confirmed in time, and tell who asked; returns how many. A sweep of the worker."""
    late = sa.select(Request).where(Request.state == "asked", Request.until <= clock.now())
    with reading() as current:  # nearly always there is nothing, and a look takes no lock
        if current.scalars(late.limit(1)).first() is None:
            return 0
    by = machine("worker")
    with transaction() as current:
        rows = list(current.scalars(late.with_for_update()))
        for row in rows:
            row.state, row.settled_at = "lapsed", clock.now()
            current.flush()
            _record("second_person:lapsed", row, by)
            _answer(row, by, N_("Hết hạn, chưa ai xác nhận"))
        return len(rows)


RELEASE = "mail.release"


def _must_be_frozen(given: Given, by: Actor) -> None:
    if not notices.is_frozen():
        raise Conflict("Thư đi không bị giữ lại.", "Outgoing mail is not held back.")


WAYS[RELEASE] = Way(
    _must_be_frozen, lambda given, by: notices.release(by=by),
    lambda given: ("Cho gửi lại thư đi đang bị giữ", "Release the mail that is held back"),
)
notices.before_release.append(lambda by: demand(RELEASE, {}, by=by))


def _chosen(act: str) -> Chosen:
    found = chosen().get(act)
    if found is None or act not in WAYS:
        raise NotFound("Không có việc cần người thứ hai này.", "There is no such act for two persons.", code="no-such-act")
    return found


def _locked(request: int) -> Request:
    row = session().get(Request, request, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("Không có đề nghị này.", "There is no such request.", code="no-request")
    return row


def _must_be_open(row: Request) -> None:
    """Refuse what waits no more; asked after the right, so that who has none is not told how it stands."""
    if row.state != "asked":
        raise Conflict("Đề nghị này đã được giải quyết.", "This request was settled already.", code="request-settled")
    if not is_open(row):
        raise Conflict(
            "Đề nghị này đã hết hạn. Người đề nghị gửi lại nếu vẫn cần.", "This request has lapsed; ask again if it is still needed.",
            code="request-lapsed",
        )


def _must_be_new(act: str, given: Given) -> None:
    waiting = session().scalars(sa.select(Request).where(Request.act == act, Request.state == "asked").with_for_update())
    if any(is_open(row) and row.given == given for row in waiting):
        raise Conflict(
            "Việc này đã có đề nghị, đang chờ người thứ hai.", "This was asked already and waits for its second person.",
            code="already-asked",
        )


def _must_be_another(row: Request, by: Actor) -> None:
    right = _chosen(row.act).confirm
    rights.require(by, right)
    if by.account is None:
        raise Forbidden(
            "Dòng lệnh không xác nhận đề nghị; người vận hành máy chủ tự làm việc đó.",
            "The command line confirms no request; the operator of the machine does the act itself.", code="same-person",
        )
    must_be_second(by, right, asked_by=row.asked_by, asked_for=row.asked_for, concerns=WAYS[row.act].concerns(row.given))


def _record(kind: str, row: Request, by: Actor, *, reason: str = "") -> None:
    given: dict[str, Any] = {key: row.given[key] for key in ("group", "account") if key in row.given}
    body = {"request": row.id, "act": row.act, "asked_by": row.asked_by, **given}
    trail.record(kind, by=by, stream="system", reason=reason or None, body=body)


def _answer(row: Request, by: Actor, said: str) -> None:
    """Tell who asked what became of it."""
    if row.asked_by == by.account:
        return
    vi, en = told(row)
    notices.queue(
        "second_person_settled", to=[row.asked_by], key=f"second_person:{row.id}:{row.state}", link=PAGE,
        context={"what": vi, "what_en": en, "by": by.name, "said": said},
    )


