"""By which rule names are ranked on the council's scores, and where a ranking is cut. Pure but for reading the register.

Equal points share a place, and all who share the place at the line are taken together; what is taken or left against
the ranking needs a reason. Nothing here decides about a name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from service.awards import rules
from service.awards.rule_versions import versions_by_id
from service.awards.scores import Ranked
from service.errors import Conflict, FieldFault, Invalid

METHODS = ("total", "mean", "trimmed")
"""What RANK_METHOD may say: sum of the sheets' totals, their mean, their mean without the highest and the lowest."""
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class RankRule:
    """How the totals of several score sheets make one figure, as the register states it."""

    method: str
    trim_from: int
    """With how many sheets on a name the highest and the lowest are left out."""
    citation: str
    sure: bool
    """Whether it is sourced or confirmed; otherwise it is shown as unconfirmed."""

    def figure(self, totals: Sequence[Decimal]) -> Decimal:
        """The figure by which a name is ranked, to two places, so that what is shown decides what is equal."""
        kept = sorted(totals)
        if self.method == "trimmed" and len(kept) >= self.trim_from and len(kept) > 2:
            kept = kept[1:-1]
        whole = sum(kept, Decimal())
        return (whole if self.method == "total" else whole / len(kept)).quantize(_HUNDREDTH, ROUND_HALF_UP)


def rank_rule(day: date) -> RankRule:
    """The rule in force on a day; Conflict naming the rule that is missing or malformed."""
    register = rules.rules_on(day)
    method = str(register.value("RANK_METHOD"))
    if method not in METHODS:
        raise Conflict(
            "Quy định RANK_METHOD trong sổ phải là total, mean hoặc trimmed.",
            "The rule RANK_METHOD must be total, mean or trimmed.",
            code="rule-malformed",
        )
    trim_from = register.number("RANK_TRIM_FROM")
    keys = ("RANK_METHOD", "RANK_TRIM_FROM") if method == "trimmed" else ("RANK_METHOD",)
    found = versions_by_id({"": register.versions["RANK_METHOD"]})[""]
    return RankRule(method, trim_from, found.citation, all(register.blocking[key] for key in keys))


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a ranking is cut in each subject group: the first places, or from some points on; one of the two."""

    first: int | None = None
    points: Decimal | None = None

    def takes(self, row: Ranked) -> bool:
        """Whether a name stands above the line; who shares the last place is in."""
        if row.place is None:
            return False
        return row.place <= self.first if self.first is not None else row.points >= (self.points or 0)

    def tied(self, ranked: Sequence[Ranked]) -> list[Ranked]:
        """Names that share the last place above the line, where that makes more of them than the places asked for."""
        inside = [row for row in ranked if self.takes(row)]
        if self.first is None or len(inside) <= self.first:
            return []
        return [row for row in inside if row.place == inside[-1].place]


@dataclass(frozen=True, slots=True)
class Against:
    """A name that was taken although it stands below the line, or left although it stands above, and why."""

    nomination: int
    name: str
    taken: bool
    reason: str


def against(
    cut: Cut, names: Mapping[int, str], ranked: Collection[Sequence[Ranked]], chosen: Collection[int], reasons: Mapping[int, str]
) -> list[Against]:
    """What a choice takes and leaves against a cut; Invalid at `why-NOMINATION` for each name without its reason.

    `names`: whom there was to choose from; one without a place counts as below the line.
    """
    if (cut.first is None) == (cut.points is None) or (cut.first is not None and cut.first < 1):
        raise Invalid.at(
            "cut", "Ghi số tên đứng đầu mỗi nhóm, hoặc số điểm từ đó trở lên.",
            "Say how many first places of each group, or from how many points on.",
        )
    above = {row.nomination.id for rows in ranked for row in rows if cut.takes(row)}
    found = [
        Against(number, name, number in chosen, reasons.get(number, "").strip())
        for number, name in names.items() if (number in chosen) != (number in above)
    ]
    silent = [one for one in found if not one.reason]
    if silent:
        faults = [
            FieldFault(
                f"why-{one.nomination}",
                f"{one.name}: ghi lý do vẫn lấy dù dưới mức chọn." if one.taken else f"{one.name}: ghi lý do để lại dù trên mức chọn.",
                f"{one.name}: say why it is taken from below the line." if one.taken
                else f"{one.name}: say why it is left although above the line.",
            )
            for one in silent
        ]
        raise Invalid(
            "Chọn khác bảng điểm thì ghi lý do từng tên.", "A choice against the ranking needs a reason for each name.",
            code="against-ranking", faults=faults,
        )
    return found
