"""What earlier awards say of a standard: years in a row, times, initiatives not used yet, time since the award below.

The registers may lack something. So what they show counts where it is enough or certain; where they show less than was
declared, nobody knows yet, and evidence is asked for; where they show nothing, what was declared stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from service.awards.catalogue import award_forms, level_of
from service.awards.honours import EXCELLENT, GOOD, MERITS, honours
from service.awards.past_awards import Earlier
from service.awards.windows import STOCKTAKES

BY_MERIT = ("CONG_TRANG", "b", "d", "e")
"""Paths on which a theme or ad hoc award is no basis (NĐ 152, Art. 4)."""
NEEDS: Mapping[str, Mapping[str, str]] = {
    "d": {"consecutive_years": "BKTINH_D.years", "unused_initiatives": "BKTINH_D.initiatives"},
    "b": {"consecutive_years": "BKTTG_B.years", "cstdcs": "BKTTG_B.CSTDCS", "years_since_lower": "BKTTG_B.years"},
    "e": {
        "consecutive_years": "HCLD3_E.years", "excellent_years": "HCLD3_E.excellent", "cstdcs": "HCLD3_E.CSTDCS",
        "years_since_lower": "HCLD3_E.years",
    },
}
"""Path → fact → rule that says how much of it is needed."""


@dataclass(frozen=True, slots=True)
class Run:
    """Years in a row at a level, up to the proposal; `certain` where a lower or missing year between others ends it."""

    years: int = 0
    certain: bool = False
    broken_by: int | None = None
    first: int | None = None
    last: int | None = None


def run_of_years(levels: Mapping[int, int], level: int, *, up_to: int, after: int | None = None) -> Run:
    """The last years in a row rated at least so well, ending at the year of the proposal or the one before.

    `after`: only years behind that one count. A year that is missing between rated ones breaks the run, as does a lower one.
    """
    rated = [year for year in levels if year <= up_to]
    if not rated or max(rated) < up_to - 1:
        return Run()
    last = year = max(rated)
    while levels.get(year, 0) >= level and (after is None or year > after):
        year -= 1
    years = last - year
    bounded = after is not None and year <= after
    broken = not bounded and (year in levels or any(y < year for y in rated))
    return Run(years, bounded or broken, year if broken else None, year + 1 if years else None, last if years else None)


def rating_levels(earlier: Sequence[Earlier]) -> dict[int, int]:
    """Year → how well it was rated, 4 highest."""
    return {e.year: honours()[e.what].level for e in earlier if e.what in honours() and honours()[e.what].sort == "rating"}


def lower_award(earlier: Sequence[Earlier], path: str) -> tuple[bool | None, Earlier | None]:
    """Whether the award that the path asks for before is known, and the earliest that counts.

    None: only theme or ad hoc awards, or ones of which nobody knows by what they were given.
    """
    wanted = MERITS if path == "b" else ("BK_TTG",) if path == "e" else ()
    found = sorted((e for e in earlier if e.what in wanted), key=lambda e: e.day)
    by_merit = [e for e in found if e.basis == "CONG_TRANG"]
    unclear = [e for e in found if not e.basis]
    if by_merit:
        return True, by_merit[0]
    return (None, unclear[0] if unclear else None) if found else (False, None)


def from_registers(
    earlier: Sequence[Earlier], declared: Mapping[str, Any], needs: Mapping[str, Any], *, path: str, day: date
) -> dict[str, Any]:
    """Facts of a standard as the registers know them, for a proposal of a day; only those that they change.

    `needs`: fact → how much of it the rules in force for the nomination ask for.
    """
    if path not in NEEDS:
        return {}
    found: dict[str, Any] = {}
    known, lower = lower_award(earlier, path)
    key = {"b": "earlier_merit", "e": "earlier_bk_ttg"}.get(path)
    if key and (known is None or known):
        found[key] = True if known or (lower and declared.get(key) is True) else None
        if known is None and lower is None and declared.get("uses_theme_award") is not True:
            found["uses_theme_award"] = None
    if lower is not None:
        found["years_since_lower"] = _whole_years(lower.day, day)
    after = lower.day.year if lower is not None else None
    levels = rating_levels(earlier)
    run = run_of_years(levels, EXCELLENT if path == "d" else GOOD, up_to=day.year, after=after)
    titles = {e.year for e in earlier if e.what == "CSTDCS" and (after is None or e.year > after)}
    if path == "d":
        fighter = run_of_years(dict.fromkeys(titles, EXCELLENT), EXCELLENT, up_to=day.year)
        best = max(run, fighter, key=lambda r: r.years)
        run = replace(best, certain=run.certain and fighter.certain)  # either will do, so both must be known to be short
    if levels or titles and path == "d":
        _put(found, "consecutive_years", run.years, run.certain, declared, needs)
    if levels and path == "e":
        excellent = sum(levels.get(y, 0) >= EXCELLENT for y in range(run.first or 1, (run.last or 0) + 1))
        _put(found, "excellent_years", excellent, run.certain, declared, needs)
    if titles and path in ("b", "e"):
        _put(found, "cstdcs", len(titles), False, declared, needs)
    if path == "d" and (initiatives := [e for e in earlier if e.what == "SANG_KIEN"]):
        unused = sum(not e.used_for for e in initiatives)
        said = declared.get("unused_initiatives")
        _put(found, "unused_initiatives", unused, isinstance(said, int) and len(initiatives) >= said, declared, needs)
    return found


def _put(
    found: dict[str, Any], key: str, count: int, certain: bool, declared: Mapping[str, Any], needs: Mapping[str, Any]
) -> None:
    need, said = needs.get(key), declared.get(key)
    if certain or (need is not None and count >= need):
        found[key] = count
    elif said is not None and need is not None and said < need:
        found[key] = said  # by the unit's own words it is not enough
    else:
        found[key] = None


def same_achievement(
    earlier: Sequence[Earlier], declared: Any, form: str, *, movement: int, stage: str, window: tuple[date, date]
) -> bool | None:
    """Whether the achievement was awarded before: certain by the same movement, stage and year at the same level.

    What the register of past awards has of that level in the window may be the same one: nobody knows until it is looked at.
    """
    level = level_of(form)
    alike = [e for e in earlier if e.what in award_forms() and level_of(e.what) == level]
    if declared is True or any(e.own and (e.movement, e.stage) == (movement, stage) and _inside(e, window) for e in alike):
        return True
    if any(not e.own and e.basis != "CONG_TRANG" and _inside(e, window) for e in alike):
        return None
    return None if declared is None else bool(declared)


def alike_in_window(earlier: Sequence[Earlier], form: str, *, stage: str, window: tuple[date, date]) -> list[Earlier]:
    """Awards of the very form inside the window of a stocktake: what they were given for is not commended by it again.

    One form may be given several times, so this tells only what to look at. Awards by merit of office are another matter, and one
    of the same stocktake is the same achievement (`same_achievement`).
    """
    if stage not in STOCKTAKES:
        return []
    return [e for e in earlier if e.what == form and e.basis != "CONG_TRANG" and e.stage != stage and _inside(e, window)]


def _inside(one: Earlier, window: tuple[date, date]) -> bool:
    return window[0].year <= one.year <= window[1].year


def _whole_years(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
