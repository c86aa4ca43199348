"""How an item of a session stands before the vote: what it needs, and whether it can still get it.

The shares are those of `service.awards.votes`. Nothing here reads a session or writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from service.awards import rules
from service.awards.catalogue import award_forms
from service.awards.votes import RULES, Share, need, share
from service.errors import Conflict


def quorum(day: date) -> Share:
    """The share of the council's members who must be there."""
    return share("QUORUM", day)


def in_force(forms: Iterable[str], day: date) -> dict[str, int]:
    """The rules by which votes for these forms and the quorum are reckoned: key → row of the version in force."""
    levels = award_forms()
    keys = ["QUORUM", "VOTE_BASE", *(RULES[levels[form].level] for form in forms)]
    versions = rules.rules_on(day).versions
    return {key: versions[key] for key in dict.fromkeys(keys) if key in versions}


@dataclass(frozen=True, slots=True)
class Outlook:
    """How one item stands before the vote: what it needs, who can vote on it, and what one more absence would mean."""

    needed: int
    denominator: int
    base: str
    voters: int
    """Members present, or expected, who do not keep out."""
    writers: int
    """Absent members who do not keep out and may send a written opinion."""
    recused: tuple[int, ...]
    rule: Share | None
    missing: tuple[str, str] | None = None
    """Why it cannot be reckoned: the sentence of the rule that is missing, in both languages."""
    less: int = 0
    """What it needs with one voter fewer."""

    @property
    def hopeless(self) -> bool:
        """Whether it cannot pass by the votes of those present."""
        return self.rule is not None and self.needed > self.voters

    @property
    def by_writing(self) -> bool:
        """Whether written opinions of absent members could still make it pass."""
        return self.hopeless and self.needed <= self.voters + self.writers

    @property
    def tight(self) -> bool:
        """Whether one more absence would make it hopeless."""
        return self.rule is not None and not self.hopeless and self.less > self.voters - 1


def outlook(form: str, day: date, *, members: int, present: set[int], absent: set[int], recused: set[int]) -> Outlook:
    """How an item for a form of award stands with these members present, absent and kept out (member numbers)."""
    voters, writers = len(present - recused), len(absent - recused)
    out = tuple(sorted(recused))
    try:
        found = need(form, day, members=members, present=len(present), voting=voters)
    except Conflict as missing:
        return Outlook(0, 0, "", voters, writers, out, None, (missing.message, missing.message_en))
    less = found.of if found.base == "members" else max(found.of - 1, 0)
    return Outlook(
        found.votes, found.of, found.base, voters, writers, out, found.rule, less=found.rule.of(less)
    )
