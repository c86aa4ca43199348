"""What first pages and the page of a round count: units and what they filed, names by stage, holds, sums to sign.

Reads only; the caller says what a person may see. Reminding units is `reminding.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select

from service import clock, people, trail
from service.awards.models import Award, Hold, Line, List, Nomination, Recipient, Round
from service.db import let_go, reading
from service.people.units import UnitView
from service.processes.models import Activity, ProcessInstance

MOST_REMINDERS = 100


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """One unit in a round: its submission, if it has one, and when it was last reminded."""

    unit: UnitView
    names: int
    list_id: int | None
    state: str
    """State of the submission, empty where there is none."""
    last_year: int
    reminded: datetime | None

    @property
    def filed(self) -> bool:
        """Tell whether the head has signed."""
        return self.state not in ("", "draft")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many nominations of a round stand alike."""

    phase: str
    outcome: str | None
    refused_by: str | None
    received: bool
    held: bool
    count: int


@dataclass(frozen=True, slots=True)
class Held:
    """A nomination on hold, why and since when."""

    nomination: Nomination
    cause: str
    since: datetime


def round_in_focus(rounds: Sequence[Round]) -> Round | None:
    """The round that the office works on: open before closed before planned; ad hoc rounds only where no other is."""
    order = {"open": 0, "closed": 1, "planned": 2, "ended": 3}
    ranked = sorted(rounds, key=lambda r: (r.stage == "DOT_XUAT", order[r.state], *_nearest(r)))
    return ranked[0] if ranked else None


def _nearest(row: Round) -> tuple[int]:
    day = date.fromisoformat(row.calendar.get("session") or row.calendar.get("open") or row.window_to.isoformat())
    return (abs((day - clock.today()).days),)


def units_in_round(round_id: int) -> list[UnitStanding]:
    """Every living unit that has people to file or sign, in Vietnamese order, with its submission in a round."""
    with reading() as s:
        row = s.get_one(Round, round_id)
        nominating = people.units_with_heads()
        lists = s.execute(
            select(List.unit_id, List.id, List.state, func.count(Line.id))
            .outerjoin(Line, (Line.list_id == List.id) & Line.removed.is_(False))
            .where(List.kind == "submission", List.round_id == round_id)
            .group_by(List.unit_id, List.id, List.state)
            .order_by(List.id)
        ).all()
        before = dict(
            s.execute(
                select(Nomination.unit_id, func.count())
                .join(Round, Round.id == Nomination.round_id)
                .where(Round.year == row.year - 1, Round.stage == row.stage)
                .group_by(Nomination.unit_id)
            ).all()
        )
        reminded = _reminded(round_id)
        units = people.list_units()
    # A unit may file again on paper: what it signed counts before a later draft.
    found = {one[0]: one for one in sorted(lists, key=lambda one: (one[2] != "draft", one[1]))}
    return [
        UnitStanding(
            unit,
            sum(one[3] for one in lists if one[0] == unit.id),
            found[unit.id][1] if unit.id in found else None,
            found[unit.id][2] if unit.id in found else "",
            before.get(unit.id, 0),
            reminded.get(unit.id),
        )
        for unit in units
        if unit.id in nominating or unit.id in found
    ]


STAGES_BY_LISTS = {
    "posted": ("posting", ("posted", "closed")),
    "sat": ("council_sheet", ("signed", "stands")),
    "decided": ("decision", ("issued", "published")),
    "handed_over": ("award_list", ("done",)),
}
"""Stage of a round → the lists that bring it there, and their states that count (office.md section 2)."""


@dataclass(frozen=True, slots=True)
class StageReached:
    """One stage of a round: open, closed, posted, sat, decided, handed_over, ended; of how many lists how many are there."""

    word: str
    reached: bool
    done: int = 0
    lists: int = 0


def stages_of_round(row: Round) -> list[StageReached]:
    """How far a round has come, by its own state and by its lists; a stage counts once one list is there and none lags."""
    with reading() as s:
        counts = {
            (kind, state): int(n)
            for kind, state, n in s.execute(
                select(List.kind, List.state, func.count())
                .where(List.round_id == row.id)
                .group_by(List.kind, List.state)
            )
        }
    found = [
        StageReached("open", row.state != "planned"),
        StageReached("closed", row.state in ("closed", "ended")),
    ]
    for word, (kind, states) in STAGES_BY_LISTS.items():
        total = sum(n for (k, _), n in counts.items() if k == kind)
        done = sum(counts.get((kind, state), 0) for state in states)
        found.append(StageReached(word, 0 < total == done, done, total))
    return [*found, StageReached("ended", row.state == "ended")]


def _reminded(round_id: int) -> dict[int, datetime]:
    page = trail.read(stream=f"round:{round_id}", kind="round:units_reminded", limit=MOST_REMINDERS)
    found: dict[int, datetime] = {}
    for event in page.events:  # the newest first
        for unit in event.body.get("units", ()):
            found.setdefault(int(unit), event.at)
    return found


def count_round(round_id: int, units: Collection[int] | None = None) -> list[Counted]:
    """How many nominations of a round stand alike, for its funnel; of some units only where they are named."""
    received = Nomination.received_at.is_not(None).label("received")
    held = (ProcessInstance.holds > 0).label("held")
    with reading() as s:
        query = (
            select(
                ProcessInstance.phase, ProcessInstance.outcome, Nomination.refused_by, received, held, func.count()
            )
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(Nomination.round_id == round_id)
            .group_by(ProcessInstance.phase, ProcessInstance.outcome, Nomination.refused_by, "received", "held")
        )
        if units is not None:
            query = query.where(Nomination.unit_id.in_(units))
        rows = s.execute(query).all()
    return [
        Counted(phase or "drafting", outcome, refused, bool(signed), bool(stopped), int(n))
        for phase, outcome, refused, signed, stopped, n in rows
    ]


def held_now(round_id: int | None = None) -> list[Held]:
    """Nominations on hold, the longest first."""
    with reading() as s:
        query = (
            select(Nomination, Hold.cause, Hold.opened_at)
            .join(Hold, Hold.nomination_id == Nomination.id)
            .where(Hold.lifted_at.is_(None))
            .order_by(Hold.opened_at)
        )
        if round_id is not None:
            query = query.where(Nomination.round_id == round_id)
        rows = s.execute(query).all()
        let_go(row[0] for row in rows)
    return [Held(*row) for row in rows]


def count_to_sign(list_id: int) -> int:
    """How many names stand on a draft decision that its signature would take."""
    with reading() as s:
        query = select(func.count()).where(Line.list_id == list_id, Line.removed.is_(False), Line.result.is_(None))
        return int(s.scalar(query) or 0)


def money_to_pay(list_id: int) -> int:
    """Award money of an award list that is not paid yet, in dong."""
    with reading() as s:
        return int(
            s.execute(
                select(func.coalesce(func.sum(Award.money), 0))
                .join(Line, Line.nomination_id == Award.nomination_id)
                .where(
                    Line.list_id == list_id, Line.removed.is_(False), Award.paid_on.is_(None),
                    Award.status == "granted",
                )
            ).scalar_one()
        )


@dataclass(frozen=True, slots=True)
class Shares:
    """Persons on a list: how many there are, how many of them lead, how many do the work themselves."""

    persons: int
    leaders: int
    direct: int


def shares_of(list_id: int) -> Shares:
    """Leaders and direct workers among the persons on a list, whose names were not taken off."""
    with reading() as s:
        row = s.execute(
            select(
                func.count(), func.coalesce(func.sum(case((Recipient.leader, 1), else_=0)), 0),
                func.coalesce(func.sum(case((Recipient.direct_worker, 1), else_=0)), 0),
            )
            .select_from(Line)
            .join(Nomination, Nomination.id == Line.nomination_id)
            .join(Recipient, Recipient.id == Nomination.recipient_id)
            .where(Line.list_id == list_id, Line.removed.is_(False), Nomination.kind == "INDIVIDUAL")
        ).one()
    return Shares(*(int(n) for n in row))


def overdue_tasks() -> tuple[int, datetime | None]:
    """How many open tasks of people are overdue in the whole house, and since when the oldest."""
    with reading() as s:
        count, oldest = s.execute(
            select(func.count(), func.min(Activity.due_at)).where(
                Activity.state == "open", Activity.kind.in_(("user", "list")), Activity.due_at < clock.now()
            )
        ).one()
    return int(count), oldest
