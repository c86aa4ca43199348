"""How many votes an item needs, and whether it can still get them: whole numbers, reckoned from stored rules.

Law on Emulation and Commendation, Art. 90, Decree 152/2025 and the council's regulation: a share of the council as
fraction and operator. Nothing here reads a session or writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.awards import rules
from service.awards.catalogue import award_forms
from service.awards.rule_versions import versions_by_id
from service.db import database_number
from service.errors import Conflict

QUORUM = "QUORUM"
RULES = {"commune": "VOTE_COMMUNE", "province": "VOTE_PROV", "national": "VOTE_STATE"}
"""Level of a form of award → the rule for its votes."""
BASES = ("members", "present", "voting")
"""What VOTE_BASE may say: all members of the council, those present, those present who do not keep out."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share as the register states it: fraction, whether more than it is needed, where it comes from."""

    key: str
    version: int
    numerator: int
    denominator: int
    more_than: bool
    citation: str
    sure: bool
    """Whether it is sourced or confirmed; otherwise it is shown as unconfirmed."""

    def of(self, base: int) -> int:
        """The least whole number that is enough of `base`: ≥ 4/5 of 9 is 8, > 1/2 of 10 is 6."""
        whole, rest = divmod(base * self.numerator, self.denominator)
        return whole + 1 if self.more_than or rest else whole


def share(key: str, day: date) -> Share:
    """A share in force on a day; Conflict naming the rule where there is none, or where it is no fraction."""
    found = rules.rules_on(day)
    value = found.value(key)
    if not _is_share(value):
        raise Conflict(
            f"Quy định {key} trong sổ không phải tỷ lệ (tử số, mẫu số, dấu). Sửa quy định rồi làm lại.",
            f"The rule {key} is no share (numerator, denominator, operator). Mend it, then try again.",
            code="rule-malformed",
        )
    version, citation = _source(found.versions[key])
    return Share(
        key, version, value["numerator"], value["denominator"], value["operator"] == ">", citation,
        bool(found.blocking.get(key)),
    )


def _is_share(value: Any) -> bool:
    if not isinstance(value, Mapping) or value.get("operator") not in (">", ">="):
        return False
    parts = (value.get("numerator"), value.get("denominator"))
    whole = all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in parts)
    return whole and value["numerator"] <= value["denominator"]


_sources: dict[tuple[int, int], tuple[int, str]] = {}


def _source(row: int) -> tuple[int, str]:
    """Version and citation of a rule by its row; a version is never rewritten, so they are kept."""
    key = (database_number(), row)
    if key not in _sources:
        found = versions_by_id({"": row})[""]
        _sources[key] = found.version, found.citation
    return _sources[key]


def share_for(form: str, day: date) -> Share:
    """The share that a form of award needs."""
    return share(RULES[award_forms()[form].level], day)


def base_rule(day: date) -> str:
    """Of whom the share is reckoned: `members`, `present` or `voting`."""
    value = str(rules.rules_on(day).value("VOTE_BASE"))
    if value not in BASES:
        raise Conflict(
            "Quy định VOTE_BASE trong sổ phải là members, present hoặc voting.",
            "The rule VOTE_BASE must be members, present or voting.",
            code="rule-malformed",
        )
    return value


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
        rule, base = share_for(form, day), base_rule(day)
    except Conflict as missing:
        return Outlook(0, 0, "", voters, writers, out, None, (missing.message, missing.message_en))
    of = {"members": members, "present": len(present), "voting": voters}
    less = of if base == "members" else {word: n - 1 for word, n in of.items()}
    return Outlook(
        rule.of(of[base]), of[base], base, voters, writers, out, rule, less=rule.of(max(less[base], 0))
    )
