"""What the registers hold of all years of a stocktake: who filed, results by content, awards, texts; each number with where it comes from.

A year is told by its whole-year period once somebody has filed in it, else by its first half, so that nothing counts twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from service import words
from service.actor import Actor
from service.awards.catalogue import AD_HOC, AS_LISTED, STAGES, form_name
from service.awards.models import Award, Movement, Nomination, Recipient, Round
from service.awards.results import YEAR
from service.awards.windows import STOCKTAKES, Window, window_by_plan
from service.db import let_go, reading
from service.errors import Forbidden, NotFound
from service.movement.beginning import BEGIN_GIVEN
from service.movement.case import GIVEN, GIVEN_LIKE
from service.movement.gathering import gather
from service.movement.models import Matter, Period
from service.movement.periods import filings
from service.movement.registers import Kept, reads_all, register_in_use, registers_in_use
from service.movement.wording import figure_words, period_words, whole_lines
from service.processes.cases import Running
from workflows.register import Words

PROCESS = "stocktake_report"
"""Process whose matters are the reports on a stocktake."""


@dataclass(frozen=True, slots=True)
class Stocktake:
    """A stocktake of a movement: which, of which years, by which phase."""

    movement: int
    stage: str
    window: Window

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.movement}:{self.stage}"

    @property
    def name(self) -> Words:
        """What its report is called."""
        vi, en = STAGES[self.stage]
        return f"{vi} phong trào thi đua, {self.window.told}", f"{en} stocktake of the movement, {self.window.told}"


@dataclass(frozen=True, slots=True)
class FilingRow:
    """How many units were asked in a period, filed and were taken."""

    period: int
    year: int
    what: Words
    asked: int
    filed: int
    taken: int


@dataclass(frozen=True, slots=True)
class ResultRow:
    """The sum of one figure over the units that told it in a period."""

    period: int
    year: int
    content: Words
    what: Words
    total: Decimal
    units: int
    half: bool = False
    """Whether only the first half of the year is told."""


@dataclass(frozen=True, slots=True)
class AwardRow:
    """Awards of one form to one subject group in a round, by kind of recipient as `AS_LISTED`."""

    year: int
    round: int
    round_name: str
    form: str
    group: str
    by_day: bool
    """Whether its year is that of the decisions, as of an ad hoc round, and not of the round."""
    counts: tuple[int, ...]


def stocktakes() -> list[Stocktake]:
    """The stocktakes that the phases of the movements name, the first first."""
    with reading() as s:
        rows = list(s.scalars(select(Movement).order_by(Movement.id)))
        let_go(rows)
    return [Stocktake(row.id, stage, window) for row in rows for stage in STOCKTAKES if (window := window_by_plan(row, stage))]


def read_stocktake(movement: int, stage: str) -> Stocktake:
    """One stocktake; NotFound where no phase of the movement names it."""
    for one in stocktakes():
        if (one.movement, one.stage) == (movement, stage):
            return one
    raise NotFound("Phong trào không có kỳ sơ kết, tổng kết này.", "The movement has no such stocktake.")


def may_read(by: Actor) -> bool:
    """Tell whether somebody reads the figures of a stocktake: whoever reads the register of its reports whole."""
    kept = registers_in_use().get(PROCESS)
    return kept is not None and reads_all(by, kept)


def must_read(by: Actor) -> Kept:
    """The register of the reports, for who reads it whole; Forbidden for others, NotFound where no such register is in use."""
    kept = register_in_use(PROCESS)
    if not reads_all(by, kept):
        raise Forbidden(
            "Số liệu sơ kết, tổng kết do phòng Văn hóa - Xã hội và lãnh đạo xã xem.",
            "The office and the chair read the figures of a stocktake.",
        )
    return kept


def stocktake_of(matter: Matter) -> Stocktake | None:
    """The stocktake that a report is about (`of_stocktake`)."""
    said = str(matter.begun.get("of_stocktake") or "")
    return next((one for one in stocktakes() if one.key == said), None)


def _periods(stocktake: Stocktake) -> list[tuple[Kept, Period]]:
    kept = registers_in_use()
    with reading() as s:
        rows = list(s.scalars(
            select(Period)
            .where(Period.process.in_(kept), Period.year.between(stocktake.window.first.year, stocktake.window.last.year))
            .order_by(Period.year, Period.process, Period.half.desc(), Period.id)
        ))
        let_go(rows)
    return [(kept[row.process], row) for row in rows]


def _telling(stocktake: Stocktake) -> list[tuple[Kept, Period]]:
    """Of each year and register the one period that tells it: the whole year, which comes after its first half, once one unit has filed."""
    found: dict[tuple[int, str], tuple[Kept, Period]] = {}
    for kept, row in _periods(stocktake):
        key = row.year, row.process
        if key not in found or any(one.filed_at is not None for one in filings(row)):
            found[key] = (kept, row)
    return list(found.values())


def _year_told(year: int, half: bool) -> str:
    return f"{year} (6 tháng đầu năm)" if half else str(year)


def filing_rows(stocktake: Stocktake) -> list[FilingRow]:
    """Every period of the years: how many units were asked, filed, were taken."""
    rows = []
    for kept, period in _periods(stocktake):
        known, when = filings(period), period_words(period)
        filed = [one for one in known if one.filed_at is not None]
        what = (f"{kept.register.one[0]}, {when[0]}", f"{kept.register.one[1]}, {when[1]}")
        rows.append(FilingRow(period.id, period.year, what, len(known), len(filed), sum(one.outcome is not None for one in filed)))
    return rows


def result_rows(stocktake: Stocktake) -> list[ResultRow]:
    """Every figure that units told, in the order of their form, the years one below the other."""
    rows = [
        ResultRow(period.id, period.year, one.heading, one.label, one.total, len(one.sources), period.half)
        for kept, period in _telling(stocktake)
        for one in gather(kept, period).of("number")
    ]
    order = {key: place for place, key in enumerate(dict.fromkeys((row.content, row.what) for row in rows))}
    return sorted(rows, key=lambda row: (order[row.content, row.what], row.year))


def award_rows(stocktake: Stocktake) -> list[AwardRow]:
    """Awards in force of these years, as the overview counts them, by round, form and subject group."""
    with reading() as s:
        rows = s.execute(
            select(Award.form, YEAR.label("year"), Recipient.kind, Nomination.subject_group, Round.id, Round.name, Round.stage)
            .join(Nomination, Nomination.id == Award.nomination_id)
            .join(Round, Round.id == Nomination.round_id)
            .join(Recipient, Recipient.id == Award.recipient_id)
            .where(Round.movement_id == stocktake.movement, Award.status != "revoked")
        ).all()
    counted: Counter[tuple[int, int, str, str, str, bool, str]] = Counter()
    for form, year, kind, group, round_id, name, stage in rows:
        counted[int(year), round_id, name, form, group, stage == AD_HOC, kind] += 1
    keys = sorted({key[:6] for key in counted if key[0] in stocktake.window.years})
    return [AwardRow(*key, tuple(counted[*key, kind] for kind in AS_LISTED)) for key in keys]


def texts(stocktake: Stocktake, keys: Sequence[str]) -> Mapping[str, str]:
    """What units wrote in these fields over the years: a line a unit and year."""
    lines: dict[str, list[str]] = {key: [] for key in keys}
    for kept, period in _telling(stocktake):
        for one in gather(kept, period).of("text"):
            if one.key in lines:
                year = _year_told(period.year, period.half)
                lines[one.key] += [f"- {year}, {source.name}: {' '.join(str(source.value).split())}" for source in one.sources]
    return {key: whole_lines(found, "dòng của các đơn vị") for key, found in lines.items() if found}


def filing_table(matter: Matter) -> list[dict[str, Any]]:
    """Periods of the stocktake that a report is about, as a table's rows."""
    stocktake = stocktake_of(matter)
    return [
        {"year": str(row.year), "what": row.what[0], "asked": row.asked, "filed": row.filed, "taken": row.taken}
        for row in (filing_rows(stocktake) if stocktake else ())
    ]


def result_table(matter: Matter) -> list[dict[str, Any]]:
    """Figures of that stocktake, as a table's rows."""
    stocktake = stocktake_of(matter)
    return [
        {
            "year": _year_told(row.year, row.half), "content": row.content[0], "what": row.what[0], "total": figure_words(row.total),
            "units": row.units,
        }
        for row in (result_rows(stocktake) if stocktake else ())
    ]


def award_table(matter: Matter) -> list[dict[str, Any]]:
    """Awards of that stocktake, as a table's rows."""
    stocktake = stocktake_of(matter)
    return [
        {"year": str(row.year), "round": row.round_name, "form": form_name(row.form), "group": row.group}
        | dict(zip(("collectives", "individuals", "households"), row.counts, strict=True))
        for row in (award_rows(stocktake) if stocktake else ())
    ]


def choices() -> list[dict[str, str]]:
    """The stocktakes as a form offers them."""
    return [
        {"value": one.key, "label": f"Báo cáo {one.name[0][:1].lower()}{one.name[0][1:]}", "label.en": f"Report: {one.name[1]}"}
        for one in stocktakes()
    ]


def _window(running: Running, matter: Matter) -> str:
    stocktake = stocktake_of(matter)
    return f"Các năm được xét: {stocktake.window.told}, {stocktake.window.phase}" if stocktake else ""


def _page(running: Running, matter: Matter) -> str:
    stocktake = stocktake_of(matter)
    return f"/stocktakes/{stocktake.movement}/{stocktake.stage}" if stocktake else ""


def _title(running: Running, matter: Matter) -> str:
    stocktake = stocktake_of(matter)
    if stocktake is None:
        return ""
    with reading() as s:
        name = s.get_one(Movement, stocktake.movement).name
    return f"{STAGES[stocktake.stage][0]} Phong trào thi đua “{words.capital(name)}” giai đoạn {stocktake.window.told}"


def _texts(running: Running, matter: Matter, keys: Sequence[str]) -> Mapping[str, Any]:
    stocktake = stocktake_of(matter)
    return texts(stocktake, keys) if stocktake else {}


BEGIN_GIVEN["stocktakes"] = lambda by: choices()
GIVEN |= {
    "stocktake_window": _window, "stocktake_page": _page, "stocktake_title": _title,
    "stocktake_filing": lambda running, matter: filing_table(matter),
    "stocktake_results": lambda running, matter: result_table(matter),
    "stocktake_awards": lambda running, matter: award_table(matter),
}
GIVEN_LIKE["stock_"] = _texts
