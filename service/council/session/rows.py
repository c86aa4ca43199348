"""The rows of one session, read or held under the lock of its agenda; who keeps out by rule. Shows nothing to anybody."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, people
from service.awards import blinding, rules
from service.awards.models import Line, List, Nomination
from service.council.session.models import (
    CouncilAssignment,
    CouncilItem,
    CouncilMember,
    CouncilRecusal,
    CouncilSession,
)
from service.db import session
from service.errors import Conflict, Invalid, NotFound, Withheld
from service.processes.models import ProcessInstance

KIND = "council_agenda"
BEFORE = ("planning", "at_risk", "settled", "invited")
"""States of the agenda before the first sitting."""
SCORES_CLOSED = "scores_closed"
"""What an agenda says of the day on which the scores of its session were closed, in a blind round."""
LIVE = ("waiting", "discussed", "voting", "decided", "postponed")
"""States of an item whose name still stands on the agenda."""


@dataclass(slots=True)
class Rows:
    """A session with its agenda, members, items in order, recusals and who scores what."""

    session: CouncilSession
    agenda: List
    members: list[CouncilMember]
    items: list[CouncilItem]
    recusals: list[CouncilRecusal]
    assignments: list[CouncilAssignment]
    blind: str
    """How its round is with its names (`awards.blinding`); empty where they were shown before this session scored anything."""
    seeing: frozenset[int]
    """Member numbers of who reads every nomination by another office, and so does not score in a blind round."""
    of_the_unit: frozenset[tuple[int, int]]
    """Member and nomination, in a blind round: who is of the unit that nominated, and so knows whose the name is."""

    @property
    def state(self) -> str:
        """Where the session stands: the state of its agenda."""
        return self.agenda.state

    @property
    def present(self) -> set[int]:
        """Member numbers of who is there; before the first sitting of who has not sent word that he will not come."""
        if self.state in (*BEFORE, "adjourned"):
            return {m.member_no for m in self.members if m.reply != "no"}
        return {m.member_no for m in self.members if m.present}

    @property
    def absent(self) -> set[int]:
        """Member numbers of the others."""
        return {m.member_no for m in self.members} - self.present

    def member(self, number: int) -> CouncilMember:
        """A member by his number; NotFound for one who is not on the roll."""
        for one in self.members:
            if one.member_no == number:
                return one
        raise not_on_roll()

    def member_of(self, account: int | None) -> CouncilMember | None:
        """The member with this account."""
        return next((one for one in self.members if account is not None and one.account == account), None)

    def item(self, number: int) -> CouncilItem:
        """An item by its number; NotFound where the agenda has none."""
        for one in self.items:
            if one.item_no == number:
                return one
        raise NotFound(f"Chương trình không có mục {number}.", f"The agenda has no item {number}.")

    def recused(self, nomination: int) -> set[int]:
        """Member numbers of who keeps out of a name."""
        return {r.member_no for r in self.recusals if r.nomination_id == nomination}

    def reviews(self, member_no: int, nomination: int) -> bool:
        """Whether a member is to score a name: nothing keeps him out of it, and where names are assigned it is assigned to him.

        In a blind round nobody who knows whose it is.
        """
        if self.knows(member_no, nomination) or member_no in self.recused(nomination):
            return False
        return not self.assignments or any((a.member_no, a.nomination_id) == (member_no, nomination) for a in self.assignments)

    def knows(self, member_no: int, nomination: int) -> bool:
        """Whether a member knows whose a name is that a blind round hides: by another office, or as one of its unit."""
        return member_no in self.seeing or (member_no, nomination) in self.of_the_unit

    def presides(self, item: CouncilItem) -> int | None:
        """Who presides over an item: who presides over the sitting, else chair, else vice-chair, if there and not kept out.

        None where none of them can: the secretary then names another member.
        """
        out = self.recused(item.nomination_id)
        order = (self.session.presided_by, self.session.chair, self.session.vice)
        return next((no for no in order if no is not None and no in self.present and no not in out), None)


def not_on_roll() -> NotFound:
    """The refusal of who is no member in this session."""
    return NotFound(
        "Người này không có trong danh sách thành viên của phiên họp.", "This person is not on the roll of the session."
    )


def no_session(*, there: bool = False) -> NotFound:
    """The refusal of a session that is not there, or (`there`) not for this person's eyes."""
    return (Withheld if there else NotFound)("Không có phiên họp này.", "There is no such session.")


def rows_of(session_id: int) -> Rows:
    """The rows of a session inside a read or an act; NotFound where there is none."""
    found = session().get(CouncilSession, session_id)
    if found is None:
        raise no_session()
    return _rows(session(), found, session().get_one(List, found.list_id))


def lock_session(session_id: int) -> Rows:
    """The rows of a session under the lock of its agenda, in the open transaction."""
    s = session()
    found = s.get(CouncilSession, session_id)
    if found is None:
        raise no_session()
    agenda = s.scalars(
        select(List).where(List.id == found.list_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one()
    s.refresh(found)
    return _rows(s, found, agenda)


def session_of_agenda(list_id: int) -> Rows:
    """The rows of the session whose agenda this is; the caller holds the agenda's lock."""
    s = session()
    found = s.scalars(select(CouncilSession).where(CouncilSession.list_id == list_id)).one()
    return _rows(s, found, s.get_one(List, list_id))


def _rows(s: Session, found: CouncilSession, agenda: List) -> Rows:
    s.flush()
    of = found.id
    members = select(CouncilMember).where(CouncilMember.session_id == of).order_by(CouncilMember.member_no)
    items = select(CouncilItem).where(CouncilItem.session_id == of).order_by(CouncilItem.item_no)
    recusals = select(CouncilRecusal).where(CouncilRecusal.session_id == of).order_by(CouncilRecusal.member_no)
    assigned = select(CouncilAssignment).where(CouncilAssignment.session_id == of).order_by(CouncilAssignment.member_no)
    fresh = {"populate_existing": True} if s.info.get("open") else {}
    roll = list(s.scalars(members.execution_options(**fresh)))
    blind = blinding.state_of(agenda.round_id)
    if blind == "lifted" and SCORES_CLOSED not in agenda.data:
        blind = ""
    seeing = blinding.who_see() if blind else set()
    on_it = list(s.scalars(items.execution_options(**fresh)))
    return Rows(
        found, agenda, roll, on_it, list(s.scalars(recusals.execution_options(**fresh))),
        list(s.scalars(assigned.execution_options(**fresh))), blind, frozenset(m.member_no for m in roll if m.account in seeing),
        _of_the_unit(s, roll, on_it) if blind else frozenset(),
    )


def _of_the_unit(s: Session, roll: list[CouncilMember], items: list[CouncilItem]) -> frozenset[tuple[int, int]]:
    """Member and nomination where the member belongs to the unit that nominated."""
    named: dict[frozenset[int], list[int]] = {}
    for nomination, units in s.execute(
        select(Nomination.id, ProcessInstance.own_units)
        .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
        .where(Nomination.id.in_([i.nomination_id for i in items]))
    ):
        named.setdefault(frozenset(units), []).append(nomination)
    return frozenset(
        (m.member_no, nomination)
        for units, nominations in named.items() for accounts in [people.belonging_to(units)]
        for m in roll if m.account in accounts for nomination in nominations
    )


def needs_state(rows: Rows, *states: str) -> None:
    """Refuse with Conflict what is not for the state in which the session stands."""
    if rows.state not in states:
        from service.awards.lists import KINDS

        said = KINDS[KIND].states[rows.state].lower()
        raise Conflict(
            f"Không làm được lúc này: phiên họp đang ở trạng thái “{said}”.",
            f"Not possible now: the session is “{rows.state}”.",
            code="wrong-state",
        )


def needs_reason(reason: str) -> str:
    """What was said, trimmed; Invalid where nothing was."""
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    return reason.strip()


def refresh_recusals(rows: Rows) -> None:
    """Bring who keeps out by rule up to date, in the open transaction; what was declared stays.

    The nominee keeps out unless SELF_VOTE says otherwise; people of the nominating unit where RECUSE_OWN_UNIT says so. Who a nominee
    is, is what keeps him away from his case as well; a namesake keeps out until somebody has said that he is another.
    """
    s, register = session(), rules.rules_on(clock.today())
    self_vote, own_unit = register.value("SELF_VOTE") == "yes", register.value("RECUSE_OWN_UNIT") == "yes"
    by_account = {m.account: m.member_no for m in rows.members}
    wanted: dict[tuple[int, int], str] = {}
    for nomination, excluded, units in s.execute(
        select(Nomination.id, ProcessInstance.excluded, ProcessInstance.own_units)
        .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
        .where(Nomination.id.in_([i.nomination_id for i in rows.items]))
    ):
        if own_unit:
            for account in people.belonging_to(set(units)) & by_account.keys():
                wanted[nomination, by_account[account]] = "unit"
        if not self_vote:
            for account in set(excluded) & by_account.keys():
                wanted[nomination, by_account[account]] = "nominee"
    for one in rows.recusals:
        key = (one.nomination_id, one.member_no)
        if one.cause != "declared":
            if key in wanted:
                one.cause = wanted[key]
            else:
                s.delete(one)
        wanted.pop(key, None)
    s.add_all(
        CouncilRecusal(session_id=rows.session.id, nomination_id=nomination, member_no=member, cause=cause)
        for (nomination, member), cause in wanted.items()
    )
    s.flush()
    rows.recusals = list(
        s.scalars(
            select(CouncilRecusal).where(CouncilRecusal.session_id == rows.session.id).order_by(CouncilRecusal.member_no)
        )
    )


def veil_of(rows: Rows) -> blinding.Veil:
    """What stands in the place of the names of a session where they are hidden: each by the number of its item."""
    found = {n.id: n for n in session().scalars(select(Nomination).where(Nomination.id.in_([i.nomination_id for i in rows.items])))}
    return blinding.veil((i.item_no, found[i.nomination_id]) for i in rows.items)


def as_told(rows: Rows, said: str) -> str:
    """A text as letters to the members say it: without the names, where their round is blind."""
    return veil_of(rows).text(said) if rows.blind in blinding.BLIND else said


def live_names(rows: Rows) -> dict[int, Line]:
    """Names that still stand on the agenda: nomination → its line."""
    found = session().scalars(select(Line).where(Line.list_id == rows.agenda.id, Line.removed.is_(False)))
    return {line.nomination_id: line for line in found}


__all__ = [
    "BEFORE", "KIND", "LIVE", "SCORES_CLOSED", "Rows", "as_told", "live_names", "lock_session", "needs_reason", "needs_state", "no_session",
    "not_on_roll", "refresh_recusals", "rows_of", "session_of_agenda", "veil_of",
]
