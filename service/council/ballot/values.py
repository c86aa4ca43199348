"""What a round is, as plain values: what is planned, and what pages, papers and programs read. Holds no rule."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BallotItem:
    """An item as the session hands it over: `rule` is key and version of the rule that says how many votes it needs."""

    item_no: int
    nomination_id: int | None
    title: str
    rule: tuple[str, int]
    denominator: int
    needed: int
    note: str = ""
    summary: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class RollEntry:
    """A member of the council; `recused` are the items he keeps out of, each with its reason."""

    member_no: int
    account: int | None
    name: str
    recused: dict[int, str] = field(default_factory=dict)
    present: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """The written opinion of an absent member on an item, a named line."""

    member_no: int
    name: str
    choice: str
    paper: str
    scan: int
    """File number of the scanned paper."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was counted for an item: agree + disagree + blank + recused = the ballots in the box."""

    agree: int
    disagree: int
    blank: int
    recused: int
    written_agree: int
    written_disagree: int
    reached: bool
    """Whether agreeing votes and agreeing written opinions together are as many as needed."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item with how it stands."""

    item_no: int
    nomination_id: int | None
    title: str
    note: str
    summary: str
    rule: tuple[str, int]
    basis: str
    denominator: int
    needed: int
    electorate: int
    """Members present who may vote on it."""
    recused: tuple[int, ...]
    withdrawn: bool
    written: tuple[Written, ...]
    result: Result | None
    """None before the count, for a withdrawn item, and where too few voted for a secret sum."""

    @property
    def hopeless(self) -> bool:
        """Whether it cannot reach its number however everybody votes."""
        return self.needed > self.electorate + len(self.written)


@dataclass(frozen=True, slots=True)
class Member:
    """A line of the roll; `voted` is told once the box is sealed, None before."""

    member_no: int
    account: int | None
    name: str
    present: bool
    voted: bool | None


@dataclass(frozen=True, slots=True)
class Teller:
    """One of the three tellers, and how far the own code is."""

    no: int
    account: int
    name: str
    issued: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Ballot:
    """A round as anybody may read it who may read it at all: until it is sealed no more than the number of voters."""

    id: str
    session_id: int
    number: int
    state: str
    secret: bool
    quorum: int
    smallest: int
    blank: str
    reason: str
    voted: int
    total: int
    items: tuple[Item, ...]
    roll: tuple[Member, ...]
    tellers: tuple[Teller, ...]
    params_hash: str
    """SHA-256 of the frozen parameters, shown to every member; empty before opening."""
    root: str
    receipts: tuple[str, ...]
    """Published once the box is sealed, sorted."""
    keyed_by: tuple[int, ...]
    """Accounts that keyed a count on paper."""
    scan: int | None
    differing: tuple[int, ...] = ()
    """Items on which the two who keyed do not agree; 0 is how many ballots came back."""

    def item(self, item_no: int) -> Item:
        """An item by its number; LookupError where there is none."""
        for one in self.items:
            if one.item_no == item_no:
                return one
        raise LookupError(item_no)

    def member_of(self, account: int | None) -> Member | None:
        """The member with this account."""
        return next((one for one in self.roll if account is not None and one.account == account), None)

    def teller_of(self, account: int | None) -> Teller | None:
        """The teller with this account."""
        return next((one for one in self.tellers if account is not None and one.account == account), None)
