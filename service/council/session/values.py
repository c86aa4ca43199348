"""A session as pages, papers and programs read it: plain values. Holds no rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from service.council.session.votes import Outlook


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the council in a session."""

    member_no: int
    account: int
    name: str
    title: str
    part: str
    """chair, vice, member."""
    reply: str
    present: bool
    """There now, or before the first sitting marked as there."""
    reason: str


@dataclass(frozen=True, slots=True)
class Recusal:
    """Who keeps out of an item, and why: nominee, unit, declared."""

    member_no: int
    name: str
    cause: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """The result that an item had before it was put to the vote again, and why it was."""

    result: str
    sums: Mapping[str, int]
    reason: str
    on: date


@dataclass(frozen=True, slots=True)
class Item:
    """A name on the agenda, and how it stands."""

    item_no: int
    nomination_id: int
    name: str
    title: str
    unit_name: str
    kind: str
    subject_group: str
    achievement: str
    proposed: str
    form: str
    reserve: str | None
    form_reason: str
    state: str
    discussion: str
    result: str | None
    reason: str
    ballot: str | None
    needed: int | None
    denominator: int | None
    sums: Mapping[str, int]
    presides: int | None
    """Member number of who presides over it; None where nobody can."""
    presides_name: str
    recusals: tuple[Recusal, ...]
    outlook: Outlook
    stopped: tuple[str, str] | None
    """Why it cannot be put to the vote now (on hold, withdrawn), in both languages."""
    left_over_from: str = ""
    """Title of the session that left it over."""
    reopened: tuple[Reopened, ...] = ()
    """What it was each time that it was put to the vote again after a result."""
    unit: int | None = None
    """The unit that puts it forward; None for who may not know."""

    @property
    def live(self) -> bool:
        """Whether it still stands on the agenda."""
        return self.state != "withdrawn"

    @property
    def agree(self) -> int | None:
        """Agreeing votes and agreeing written opinions together; None before the count."""
        return self.sums["agree"] + self.sums["written_agree"] if self.sums else None


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting: from the roll call to its end, with who was there and who came or left."""

    number: int
    opened: datetime
    ended: datetime | None
    reason: str
    presided_by: str
    present: tuple[str, ...]
    absent: tuple[tuple[str, str], ...]
    """Name and reason."""
    moves: tuple[tuple[str, bool, datetime, str], ...]
    """Name, whether he came (else left), when, why."""
    held: bool = True
    """False: too few came, it was put off; `reason` says the numbers, the new time and why."""


@dataclass(frozen=True, slots=True)
class ChangedRule:
    """A rule on votes or quorum that has another value than when the members were invited."""

    key: str
    label: str
    before: int
    """Version at the invitation."""
    now: int
    by: str
    on: date | None


@dataclass(frozen=True, slots=True)
class CutMade:
    """A choice by the ranking: the line, who shared the last place, who was taken or left against it, with the reasons."""

    what: str
    """agenda: names put on it; round: items put to the vote; else the kind of the list that they went on."""
    first: int | None
    points: str | None
    council: bool
    """Whether the council's scores ranked, else the office's total."""
    tied: tuple[str, ...]
    against: tuple[tuple[str, bool, str], ...]
    """Name, whether it was taken (else left), why."""
    on: date


@dataclass(frozen=True, slots=True)
class Session:
    """A session of the council."""

    id: int
    list_id: int
    round_id: int
    round_name: str
    instance_id: int | None
    title: str
    state: str
    version: int
    held_at: datetime
    place: str
    quorum: int | None
    """Members that must be there; None where the rule is missing."""
    quorum_basis: str
    quorum_sure: bool
    members: tuple[Member, ...]
    items: tuple[Item, ...]
    presided_by: int | None
    sittings: tuple[Sitting, ...]
    number: str
    conclusion: str
    secretary: str
    secretary_on: date | None
    signed_by: str
    signed_on: date | None
    scan: int | None
    cuts: tuple[CutMade, ...] = ()
    """Choices by the ranking, in their order."""
    ended_for: str = ""
    """Why it was called off, or that no name was left."""
    ended_on: date | None = None
    changed_rules: tuple[ChangedRule, ...] = ()
    """What members were invited under another rule than what they would vote under now."""

    @property
    def there(self) -> int:
        """How many members are marked as there."""
        return sum(m.present for m in self.members)

    @property
    def over(self) -> bool:
        """Whether nothing is to be held any more."""
        return self.state in ("signed", "called_off", "empty")

    @property
    def held_sittings(self) -> tuple[Sitting, ...]:
        """The sittings that were opened."""
        return tuple(s for s in self.sittings if s.held)

    @property
    def coming(self) -> int:
        """How many have not sent word that they will not come."""
        return sum(m.reply != "no" for m in self.members)

    @property
    def quorate(self) -> bool:
        """Whether enough members are marked as there."""
        return self.quorum is not None and self.there >= self.quorum

    @property
    def at_risk(self) -> tuple[Item, ...]:
        """Items that cannot pass by the votes of those present or expected, or whose rule is missing."""
        return tuple(
            i for i in self.items
            if i.live and i.state in ("waiting", "discussed") and (i.outlook.hopeless or i.outlook.missing)
        )

    def member(self, number: int | None) -> Member | None:
        """A member by his number."""
        return next((m for m in self.members if m.member_no == number), None)

    def member_of(self, account: int | None) -> Member | None:
        """The member with this account."""
        return next((m for m in self.members if account is not None and m.account == account), None)

    def item(self, number: int) -> Item:
        """An item by its number; LookupError where there is none."""
        for one in self.items:
            if one.item_no == number:
                return one
        raise LookupError(number)
