"""What earlier awards say of a standard: runs of years, gaps, used initiatives, the award below (law.md section 11)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service.awards import merits
from service.awards.merits import Run, from_registers, run_of_years
from service.awards.past_awards import Earlier

DAY = date(2030, 11, 1)
B = {"consecutive_years": 5, "cstdcs": 3, "years_since_lower": 5}


def had(what: str, year: int, basis: str = "CONG_TRANG", **more: Any) -> Earlier:
    return Earlier(what, year, basis, "12/QĐ", date(year, 12, 1), **more)


def rated(*years: int, what: str = "HTT") -> list[Earlier]:
    return [had(what, year) for year in years]


@pytest.mark.parametrize(
    ("years", "run"),
    [
        ((2026, 2027, 2028, 2029, 2030), Run(5, False, None, 2026, 2030)),
        ((2025, 2026, 2027, 2028, 2029), Run(5, False, None, 2025, 2029)),
        ((2024, 2025, 2027, 2028, 2029, 2030), Run(4, True, 2026, 2027, 2030)),  # a gap between rated years
        ((2024, 2025, 2026, 2027, 2028), Run()),  # ends two years before the proposal: nobody knows
        ((), Run()),
    ],
)
def test_years_in_a_row_end_at_the_proposal_and_break_at_a_gap(years: tuple[int, ...], run: Run) -> None:
    assert run_of_years(dict.fromkeys(years, 3), 3, up_to=2030) == run


def test_a_worse_year_breaks_the_run_for_certain() -> None:
    levels = {2026: 3, 2027: 3, 2028: 2, 2029: 3, 2030: 3}
    assert run_of_years(levels, 3, up_to=2030) == Run(2, True, 2028, 2029, 2030)


def test_merit_of_a_ministry_counts_as_that_of_the_province() -> None:
    for what in ("BK_TINH", "BK_BO"):
        earlier = [had(what, 2024), *rated(2025, 2026, 2027, 2028, 2029, 2030), *[had("CSTDCS", y) for y in (2026, 2028, 2029)]]
        found = from_registers(earlier, {}, B, path="b", day=DAY)
        assert found == {"earlier_merit": True, "years_since_lower": 5, "consecutive_years": 6, "cstdcs": 3}, what
    assert "earlier_merit" not in from_registers([had("GK_XA", 2024)], {}, B, path="b", day=DAY)


def test_gap_fails_for_certain_and_missing_years_only_ask_for_evidence() -> None:
    merit = had("BK_TINH", 2023)
    whole = from_registers([merit, *rated(2026, 2027, 2028, 2029, 2030)], {"consecutive_years": 5}, B, path="b", day=DAY)
    assert whole["consecutive_years"] == 5
    gap = from_registers([merit, *rated(2024, 2025, 2027, 2028, 2029, 2030)], {"consecutive_years": 7}, B, path="b", day=DAY)
    assert gap["consecutive_years"] == 4, "a year is missing between rated ones: not five in a row"
    few = from_registers([merit, *rated(2029, 2030)], {"consecutive_years": 7}, B, path="b", day=DAY)
    assert few["consecutive_years"] is None, "the register has too little to say no"
    less = from_registers([merit, *rated(2029, 2030)], {"consecutive_years": 3}, B, path="b", day=DAY)
    assert less["consecutive_years"] == 3, "by the unit's own words"
    assert "consecutive_years" not in from_registers([merit], {"consecutive_years": 5}, B, path="b", day=DAY)


def test_years_count_from_the_award_below_on() -> None:
    earlier = [had("BK_TINH", 2027), *rated(2024, 2025, 2026, 2027, 2028, 2029, 2030)]
    found = from_registers(earlier, {}, B, path="b", day=DAY)
    assert found["years_since_lower"] == 2 and found["consecutive_years"] == 3


def test_used_initiatives_are_not_counted() -> None:
    needs = {"consecutive_years": 2, "unused_initiatives": 2}
    fresh = [had("SANG_KIEN", 2029, achievement="Lớp học số"), had("SANG_KIEN", 2030, achievement="Kho học liệu")]
    assert from_registers(fresh, {"unused_initiatives": 2}, needs, path="d", day=DAY)["unused_initiatives"] == 2
    used = [fresh[0], had("SANG_KIEN", 2030, achievement="Kho học liệu", used_for="Chiến sĩ thi đua cơ sở 2030")]
    assert from_registers(used, {"unused_initiatives": 2}, needs, path="d", day=DAY)["unused_initiatives"] == 1
    assert from_registers(used, {"unused_initiatives": 4}, needs, path="d", day=DAY)["unused_initiatives"] is None


def test_fighter_titles_stand_for_excellent_years_on_path_d() -> None:
    needs = {"consecutive_years": 2, "unused_initiatives": 2}
    assert from_registers([had("CSTDCS", 2029), had("CSTDCS", 2030)], {}, needs, path="d", day=DAY)["consecutive_years"] == 2
    assert from_registers(rated(2029, 2030), {}, needs, path="d", day=DAY)["consecutive_years"] is None, "the titles may be missing"
    assert from_registers(rated(2029, 2030, what="HTXS"), {}, needs, path="d", day=DAY)["consecutive_years"] == 2


def test_theme_award_is_no_basis_for_merit_and_what_nobody_knows_asks_for_evidence() -> None:
    theme = from_registers([had("BK_TINH", 2024, "CHUYEN_DE")], {"earlier_merit": True}, B, path="b", day=DAY)
    assert theme["earlier_merit"] is None and theme["uses_theme_award"] is None and "years_since_lower" not in theme
    unclear = from_registers([had("BK_TINH", 2024, "")], {"earlier_merit": True}, B, path="b", day=DAY)
    assert unclear["earlier_merit"] is True and unclear["years_since_lower"] == 5
    silent = from_registers([had("BK_TINH", 2024, "")], {}, B, path="b", day=DAY)
    assert silent["earlier_merit"] is None
    assert from_registers([had("BK_TINH", 2024)], {}, B, path="PHONG_TRAO", day=DAY) == {}


def test_excellent_years_are_counted_inside_the_run() -> None:
    needs = {"consecutive_years": 5, "excellent_years": 1, "cstdcs": 3}
    levels = [had("BK_TTG", 2024), *rated(2026, 2027, 2028, 2030), had("HTXS", 2029), had("HTXS", 2023)]
    found = from_registers(levels, {}, needs, path="e", day=DAY)
    assert found["excellent_years"] == 1 and found["consecutive_years"] == 5 and found["earlier_bk_ttg"] is True
    assert found["years_since_lower"] == 5


@pytest.mark.parametrize(
    ("earlier", "declared", "found"),
    [
        ([], False, False), ([], None, None), ([], True, True),
        ([had("GK_XA", 2026, "PHONG_TRAO", own=True, movement=1, stage="HANG_NAM")], False, True),
        ([had("GK_XA", 2025, "PHONG_TRAO", own=True, movement=1, stage="HANG_NAM")], False, False),
        ([had("GK_XA", 2026, "PHONG_TRAO", own=True, movement=2, stage="HANG_NAM")], False, False),
        ([had("GK_XA", 2026, "PHONG_TRAO")], False, None), ([had("GK_XA", 2026, "")], False, None),
        ([had("GK_XA", 2026, "CONG_TRANG")], False, False), ([had("BK_TINH", 2026, "PHONG_TRAO")], False, False),
    ],
)
def test_same_achievement_is_certain_only_in_the_same_movement_stage_and_year(
    earlier: list[Earlier], declared: bool | None, found: bool | None
) -> None:
    window = (date(2026, 1, 1), date(2026, 12, 31))
    told = merits.same_achievement(earlier, declared, "GK_XA", movement=1, stage="HANG_NAM", window=window)
    assert told is found
