"""What the registers hold of all years of a review: who filed, results by content, awards, texts; each number with where it comes from.

A year is told by its whole-year period once somebody has filed in it, else by its first half, so that nothing counts twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from service import words
from service.actor import Actor
from service.awards.catalogue import AS_LISTED, STAGES, form_name
from service.awards.models import Award, Movement, Nomination, Recipient, Round
from service.awards.windows import REVIEWS, Window, window_by_plan
from service.db import let_go, reading
from service.errors import Forbidden, NotFound
from service.movement.beginning import BEGIN_GIVEN
from service.movement.case import GIVEN, GIVEN_LIKE
from service.movement.gathering import gather
from service.movement.models import Matter, Period
from service.movement.periods import filings
from service.movement.registers import Kept, reads_all, register_in_use, registers_in_use
from service.movement.wording import period_words, whole_lines
from service.processes.cases import Running
from workflows.register import Words

PROCESS = "review_report"
"""Process whose matters are the reports on a review."""


@dataclass(frozen=True, slots=True)
class Review:
    """A review of a movement: which, of which years, by which phase."""

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
        return f"{vi} phong trào thi đua, {self.window.told}", f"{en} review of the movement, {self.window.told}"


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
    total: str
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


def reviews() -> list[Review]:
    """The reviews that the phases of the movements name, the first first."""
    with reading() as s:
        rows = list(s.scalars(select(Movement).order_by(Movement.id)))
        let_go(rows)
    return [Review(row.id, stage, window) for row in rows for stage in REVIEWS if (window := window_by_plan(row, stage))]


def read_review(movement: int, stage: str) -> Review:
    """One review; NotFound where no phase of the movement names it."""
    for one in reviews():
        if (one.movement, one.stage) == (movement, stage):
            return one
    raise NotFound("Phong trào không có kỳ sơ kết, tổng kết này.", "The movement has no such review.")


def may_read(by: Actor) -> bool:
    """Tell whether somebody reads the figures of a review: whoever reads the register of its reports whole."""
    kept = registers_in_use().get(PROCESS)
    return kept is not None and reads_all(by, kept)


def must_read(by: Actor) -> Kept:
    """The register of the reports, for who reads it whole; Forbidden for others, NotFound where no such register is in use."""
    kept = register_in_use(PROCESS)
    if not reads_all(by, kept):
        raise Forbidden(
            "Số liệu sơ kết, tổng kết do phòng Văn hóa - Xã hội và lãnh đạo xã xem.",
            "The office and the chair read the figures of a review.",
        )
    return kept


def review_of(matter: Matter) -> Review | None:
    """The review that a report is about (`of_review`)."""
    said = str(matter.begun.get("of_review") or "")
    return next((one for one in reviews() if one.key == said), None)


def _periods(review: Review) -> list[tuple[Kept, Period]]:
    kept = registers_in_use()
    with reading() as s:
        rows = list(s.scalars(
            select(Period)
            .where(Period.process.in_(kept), Period.year.between(review.window.first.year, review.window.last.year))
            .order_by(Period.year, Period.process, Period.half.desc(), Period.id)
        ))
        let_go(rows)
    return [(kept[row.process], row) for row in rows]


def _telling(review: Review) -> list[tuple[Kept, Period]]:
    """Of each year and register the one period that tells it: the whole year, which comes after its first half, once one unit has filed."""
    found: dict[tuple[int, str], tuple[Kept, Period]] = {}
    for kept, row in _periods(review):
        key = row.year, row.process
        if key not in found or any(one.filed_at is not None for one in filings(row)):
            found[key] = (kept, row)
    return list(found.values())


def _year_told(year: int, half: bool) -> str:
    return f"{year} (6 tháng đầu năm)" if half else str(year)


def filing_rows(review: Review) -> list[FilingRow]:
    """Every period of the years: how many units were asked, filed, were taken."""
    rows = []
    for kept, period in _periods(review):
        known, when = filings(period), period_words(period)
        filed = [one for one in known if one.filed_at is not None]
        what = (f"{kept.register.one[0]}, {when[0]}", f"{kept.register.one[1]}, {when[1]}")
        rows.append(FilingRow(period.id, period.year, what, len(known), len(filed), sum(one.outcome is not None for one in filed)))
    return rows


def result_rows(review: Review) -> list[ResultRow]:
    """Every figure that units told, in the order of their form, the years one below the other."""
    rows = [
        ResultRow(period.id, period.year, one.heading, one.label, f"{one.total:f}".replace(".", ","), len(one.sources), period.half)
        for kept, period in _telling(review)
        for one in gather(kept, period).of("number")
    ]
    order = {key: place for place, key in enumerate(dict.fromkeys((row.content, row.what) for row in rows))}
    return sorted(rows, key=lambda row: (order[row.content, row.what], row.year))


def award_rows(review: Review) -> list[AwardRow]:
    """Awards in force of the rounds of these years, by round, form and subject group; of ad hoc rounds by the decision's year."""
    with reading() as s:
        rows = s.execute(
            select(Award.form, Award.decided_on, Recipient.kind, Nomination.subject_group, Round.id, Round.name, Round.stage, Round.year)
            .join(Nomination, Nomination.id == Award.nomination_id)
            .join(Round, Round.id == Nomination.round_id)
            .join(Recipient, Recipient.id == Award.recipient_id)
            .where(Round.movement_id == review.movement, Award.status != "revoked")
        ).all()
    counted: Counter[tuple[int, int, str, str, str, bool, str]] = Counter()
    for form, decided_on, kind, group, round_id, name, stage, year in rows:
        by_day = stage == "DOT_XUAT"
        counted[decided_on.year if by_day else year, round_id, name, form, group, by_day, kind] += 1
    keys = sorted({key[:6] for key in counted if key[0] in review.window.years})
    return [AwardRow(*key, tuple(counted[*key, kind] for kind in AS_LISTED)) for key in keys]


def texts(review: Review, keys: Sequence[str]) -> Mapping[str, str]:
    """What units wrote in these fields over the years: a line a unit and year."""
    lines: dict[str, list[str]] = {key: [] for key in keys}
    for kept, period in _telling(review):
        for one in gather(kept, period).of("text"):
            if one.key in lines:
                year = _year_told(period.year, period.half)
                lines[one.key] += [f"- {year}, {source.name}: {' '.join(str(source.value).split())}" for source in one.sources]
    return {key: whole_lines(found, "dòng của các đơn vị") for key, found in lines.items() if found}


def filing_table(matter: Matter) -> list[dict[str, Any]]:
    """Periods of the review that a report is about, as a table's rows."""
    review = review_of(matter)
    return [
        {"year": str(row.year), "what": row.what[0], "asked": row.asked, "filed": row.filed, "taken": row.taken}
        for row in (filing_rows(review) if review else ())
    ]


def result_table(matter: Matter) -> list[dict[str, Any]]:
    """Figures of that review, as a table's rows."""
    review = review_of(matter)
    return [
        {"year": _year_told(row.year, row.half), "content": row.content[0], "what": row.what[0], "total": row.total, "units": row.units}
        for row in (result_rows(review) if review else ())
    ]


def award_table(matter: Matter) -> list[dict[str, Any]]:
    """Awards of that review, as a table's rows."""
    review = review_of(matter)
    return [
        {"year": str(row.year), "round": row.round_name, "form": form_name(row.form), "group": row.group}
        | dict(zip(("collectives", "individuals", "households"), row.counts, strict=True))
        for row in (award_rows(review) if review else ())
    ]


def choices() -> list[dict[str, str]]:
    """The reviews as a form offers them."""
    return [
        {"value": one.key, "label": f"Báo cáo {one.name[0][:1].lower()}{one.name[0][1:]}", "label.en": f"Report: {one.name[1]}"}
        for one in reviews()
    ]


def _window(running: Running, matter: Matter) -> str:
    review = review_of(matter)
    return f"Các năm được xét: {review.window.told}, {review.window.phase}" if review else ""


def _page(running: Running, matter: Matter) -> str:
    review = review_of(matter)
    return f"/reviews/{review.movement}/{review.stage}" if review else ""


def _title(running: Running, matter: Matter) -> str:
    review = review_of(matter)
    if review is None:
        return ""
    with reading() as s:
        name = s.get_one(Movement, review.movement).name
    return f"{STAGES[review.stage][0]} Phong trào thi đua “{words.capital(name)}” giai đoạn {review.window.told}"


def _texts(running: Running, matter: Matter, keys: Sequence[str]) -> Mapping[str, Any]:
    review = review_of(matter)
    return texts(review, keys) if review else {}


BEGIN_GIVEN["reviews"] = lambda by: choices()
GIVEN |= {
    "review_window": _window, "review_page": _page, "review_title": _title,
    "review_filing": lambda running, matter: filing_table(matter),
    "review_results": lambda running, matter: result_table(matter),
    "review_awards": lambda running, matter: award_table(matter),
}
GIVEN_LIKE["reviewed_"] = _texts
