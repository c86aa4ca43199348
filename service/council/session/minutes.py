"""The minutes of a session as data: what happened, item by item, with the counts of every round. Signs nothing.

Contents by practice (Law, Art. 90; the council's regulation): day, place, who was there, agenda, what was said of each name,
recusals, the votes of each round, what was concluded, who signs.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.actor import Actor
from service.council import ballot
from service.council.ballot import Ballot
from service.council.session import values
from service.council.session.reading import read_session, session_on_agenda
from service.errors import Conflict


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes: the session as it was held, and its rounds in their order, cancelled ones with their reasons."""

    session: values.Session
    rounds: tuple[Ballot, ...]

    @property
    def passed(self) -> int:
        """Names passed, in the form proposed or a lower one."""
        return sum(i.result in ("passed", "lower_form") for i in self.session.items)

    @property
    def failed(self) -> int:
        """Names not passed."""
        return sum(i.result == "failed" for i in self.session.items)

    @property
    def left_over(self) -> int:
        """Names left to the next session."""
        return sum(i.result == "next_session" for i in self.session.items)

    def does_not_add_up(self) -> list[str]:
        """Counted items whose lines are not the ballots of their round: none, unless a row was altered."""
        return [
            f"{one.number}/{item.item_no}"
            for one in self.rounds
            if one.state in ("counted", "burnt") and one.secret and one.root
            for item in one.items
            if item.result is not None
            and item.result.agree + item.result.disagree + item.result.blank + item.result.recused != one.voted
        ]


def minutes_of(session_id: int, *, by: Actor) -> Minutes:
    """The minutes as far as the session has come; Conflict before its first sitting, NotFound for who may not read it."""
    one = read_session(session_id, by=by)
    if not one.sittings:
        raise Conflict("Phiên họp chưa khai mạc, chưa có biên bản.", "The session has not been opened.", code="not-held")
    return Minutes(one, tuple(ballot.rounds_of(session_id, by=by)))


def minutes_of_agenda(list_id: int) -> Minutes:
    """The same, as far as the session has come, for papers of its agenda: who may read them is asked there."""
    one = session_on_agenda(list_id)
    return Minutes(one, tuple(ballot.rounds_of(one.id, by=None)))
