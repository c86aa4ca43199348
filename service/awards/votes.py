"""How many votes of the council a form of award needs: whole numbers, reckoned from stored rules.

Law on Emulation and Commendation, Art. 90, Decree 152/2025 and the council's regulation: a share of the council as
fraction and operator. The session and the paper result sheet reckon by the same words. Nothing here writes.
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
class Need:
    """What a form of award needs of a body as it sits: the share, of whom, and the votes that makes."""

    rule: Share
    base: str
    of: int
    sure: bool
    """Whether share and base are both sourced or confirmed, so that they may block."""

    @property
    def votes(self) -> int:
        """The votes in favour that are enough."""
        return self.rule.of(self.of)


def need(form: str, day: date, *, members: int, present: int, voting: int) -> Need:
    """What a form of award needs on a day; Conflict naming the rule that is missing or malformed."""
    rule, base = share_for(form, day), base_rule(day)
    of = {"members": members, "present": present, "voting": voting}[base]
    return Need(rule, base, of, rule.sure and rules.rules_on(day).blocking["VOTE_BASE"])


def told(votes: Mapping[str, int] | None) -> str:
    """Votes in favour, of those that the rule reckons by: "9/11". Of the ballots, where the council's result says no more."""
    if not votes:
        return ""
    of = votes.get("of") or sum(n for key, n in votes.items() if key != "of")
    return f"{votes.get('agree', '–')}/{of}"
