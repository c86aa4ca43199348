"""How long the steps of a process take, from the rows of `activity`: counts, median, nine tenths, delays, targets.

Durations are counted by the database into buckets, and the shares are read off these: the same on every database, and as
many rows come back as there are steps and lengths, however many were counted. A step whose due time or target counts
working days is measured in working days, every other one by the clock. A bucket of the clock is a minute wide within the
first hour, a quarter of an hour within the first day, an hour within the first month, a day after it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    case,
    column,
    func,
    literal_column,
    select,
    type_coerce,
    values,
)
from sqlalchemy.orm import Session

from service import clock
from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.db import EPOCH, database_number, reading, table_of
from service.errors import Invalid, NotFound
from service.processes.deployments import definition_of
from service.processes.enactments import used_now
from service.processes.models import Activity, Deployment
from workflows.calendar import ZONE, OutsideCalendar, WorkingCalendar
from workflows.definition import Definition, Element
from workflows.targets import Target, Unit, counts_working_days, read_target

KINDS = ("user", "receive", "external")
SHARE = 0.9
"""The share of the second figure (nine tenths); the same share must lie within the target, or the target is missed."""
_MICROS = 1_000_000
_MINUTE, _HOUR, _DAY = 60 * _MICROS, 3_600 * _MICROS, 86_400 * _MICROS
_EAST = 7 * _HOUR  # Viet Nam keeps one time all year
_BUCKETS = ((_HOUR, _MINUTE), (_DAY, 15 * _MINUTE), (30 * _DAY, _HOUR), (None, _DAY))
"""Up to which length a bucket is how wide."""
_YEARS_BEFORE = 3
"""A step that was opened longer than this before the period counts as opened then."""
MOST_YEARS = 10
LATELY = 30
"""Days, today counted, over which first pages say that a step misses its target."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from and to, both counted."""

    first: date
    last: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Its first moment, and the first after it."""
        return (
            datetime.combine(self.first, time.min, ZONE),
            datetime.combine(self.last + timedelta(days=1), time.min, ZONE),
        )


@dataclass(frozen=True, slots=True)
class StepFigures:
    """The figures of one step. Lengths are in days: of work where `unit` is working, of 24 hours where it is clock."""

    element: str
    process: str
    name: str
    kind: str
    unit: Unit
    done: int = 0
    median: float | None = None
    ninety: float | None = None
    total: float = 0.0
    """Days by the clock that all of them took together, for what they weigh among each other."""
    weight: float = 0.0
    """The part of the time of all steps that lies here, 0 to 1."""
    waiting: int = 0
    waiting_since: datetime | None = None
    """When the oldest of those that wait now was opened."""
    with_due: int = 0
    late: int = 0
    """Of those with a due time, done or waiting, how many are or were late."""
    target: str = ""
    """The text of the step's own target, or of its due time where it has none."""
    own_target: bool = False
    within: float | None = None
    """Share of those done within the target."""

    @property
    def late_rate(self) -> float | None:
        """Share of those with a due time that are or were late."""
        return self.late / self.with_due if self.with_due else None

    @property
    def missed(self) -> bool:
        """Whether fewer than nine tenths were done within the target."""
        return self.within is not None and self.within < SHARE


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some versions of a process over a period."""

    period: Period
    deployments: tuple[int, ...]
    steps: tuple[StepFigures, ...]

    def of(self, process: str) -> list[StepFigures]:
        """Those of the steps of one diagram."""
        return [step for step in self.steps if step.process == process]

    @property
    def bottlenecks(self) -> list[StepFigures]:
        """The five steps in which most of the time lies, the heaviest first."""
        found = sorted((one for one in self.steps if one.total > 0), key=lambda one: (-one.total, one.element))
        return found[:5]


def period_of(first: date | None, last: date | None) -> Period:
    """A period as asked for; without a day the year up to today. Invalid where it ends before it begins, or is too long."""
    today = clock.today()
    last = last or today
    first = first or last - timedelta(days=364)
    if first > last:
        raise Invalid("Ngày đầu phải trước ngày cuối.", "The first day lies after the last.", code="period")
    if last.year - first.year > MOST_YEARS:
        raise Invalid(f"Nhiều nhất {MOST_YEARS} năm một lần.", f"At most {MOST_YEARS} years at a time.", code="period")
    return Period(first, last)


def figures_of(deployment: int, period: Period, *, all_versions: bool = False) -> Figures:
    """Count the steps of a version, or of all versions of its process, that were done in a period; and what waits now.

    Names, due times and targets are those of the version asked for. Raises NotFound.
    """
    definition = definition_of(deployment)
    with reading() as s:
        chosen = _versions(s, deployment) if all_versions else (deployment,)
        steps = {e.id: e for e in definition.elements.values() if e.kind in KINDS}
        working = {e.id for e in steps.values() if _in_working_days(e)}
        calendar = working_calendar()
        done = _Done()
        _count_by_clock(s, chosen, period, working, done)
        if working:
            _count_by_days(s, chosen, period, working, _numbered_days(period, calendar), done)
        waiting = _waiting(s, chosen)
    whole = sum(done.total.values()) or 1
    keys = [*steps, *sorted((done.rows.keys() | waiting.keys()) - steps.keys())]
    return Figures(period, tuple(chosen), tuple(_step(definition, key, working, done, waiting, whole) for key in keys))


def _versions(s: Session, deployment: int) -> tuple[int, ...]:
    key = s.execute(select(Deployment.key).where(Deployment.id == deployment)).scalar()
    if key is None:
        raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
    return tuple(s.scalars(select(Deployment.id).where(Deployment.key == key).order_by(Deployment.id)))


def missed_lately() -> Sequence[tuple[int, StepFigures]]:
    """Steps of the processes in use that missed their target in the last `LATELY` days, with the version; the worst first.

    Steps done on older versions count too. Counted anew every quarter of an hour in each process, for first pages show it.
    """
    quarter = int(clock.now().timestamp()) // 900
    return _missed_in(database_number(), tuple(sorted(used_now().values())), clock.today(), quarter)


@lru_cache(maxsize=4)
def _missed_in(_database: int, deployments: Sequence[int], today: date, _quarter: int) -> Sequence[tuple[int, StepFigures]]:
    period = Period(today - timedelta(days=LATELY - 1), today)
    found = [
        (deployment, step)
        for deployment in deployments for step in figures_of(deployment, period, all_versions=True).steps if step.missed
    ]
    return tuple(sorted(found, key=lambda one: (one[1].within, one[1].element)))


def target_of(element: Element) -> Target | None:
    """The step's own target; None without one, or where it cannot be read."""
    text = element.attrs.get("target", "")
    return read_target(text, rules_on(clock.today()).shown) if text else None


def _in_working_days(element: Element) -> bool:
    own = target_of(element)
    if own is not None:
        return own.unit == "working"
    return counts_working_days(element.attrs.get("due", ""))


class _Done:
    """What the database counted, by element: length (in its unit) → how many."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[float, int]] = {}
        self.total: dict[str, int] = {}
        self.with_due: dict[str, int] = {}
        self.late: dict[str, int] = {}

    def add(self, element: str, length: float, count: int, total: int, with_due: int, late: int) -> None:
        lengths = self.rows.setdefault(element, {})
        lengths[length] = lengths.get(length, 0) + count
        for kept, value in ((self.total, total), (self.with_due, with_due), (self.late, late)):
            kept[element] = kept.get(element, 0) + value


_A = table_of(Activity)
_OPENED, _CLOSED, _DUE = (type_coerce(one, BigInteger) for one in (_A.c.opened_at, _A.c.closed_at, _A.c.due_at))
_LENGTH = _CLOSED - _OPENED
# Written out, for the indexes that hold only these rows.
_DONE: ColumnElement[str] = literal_column("'done'")
_OPEN: ColumnElement[str] = literal_column("'open'")
_BUCKET = case(
    *((limit > _LENGTH, _LENGTH // width * (width // _MINUTE)) for limit, width in _BUCKETS if limit is not None),
    else_=_LENGTH // _DAY * (_DAY // _MINUTE),
).label("bucket")
_SUMS = (
    func.count().label("n"),
    func.sum(_LENGTH).label("total"),
    func.count(_DUE).label("with_due"),
    func.sum(case((_CLOSED > _DUE, 1), else_=0)).label("late"),
)


def _chosen(deployments: Collection[int], period: Period) -> list[Any]:
    first, after = period.moments
    return [
        _A.c.deployment_id.in_(list(deployments)), _A.c.closed_at >= first, _A.c.closed_at < after,
        _A.c.state == _DONE, _A.c.kind.in_(KINDS),
    ]


def _count_by_clock(s: Session, deployments: Collection[int], period: Period, but: Collection[str], done: _Done) -> None:
    asked = select(_A.c.element, _BUCKET, *_SUMS).where(*_chosen(deployments, period)).group_by(_A.c.element, _BUCKET)
    if but:
        asked = asked.where(_A.c.element.not_in(list(but)))
    for element, number, count, total, with_due, late in s.execute(asked):
        done.add(element, _middle(int(number)), count, int(total), with_due, int(late))


def _middle(bucket: int) -> float:
    """The middle of a bucket of the clock, in days; buckets are numbered by where they begin, in minutes."""
    begins = max(bucket, 0) * _MINUTE
    width = next(width for limit, width in _BUCKETS if limit is None or begins < limit)
    return (begins + width / 2) / _DAY


def _numbered_days(period: Period, calendar: WorkingCalendar) -> list[tuple[int, int]]:
    """Each day since 1970 from well before the period to its end → how many working days came up to it."""
    day, number, found = date(period.first.year - _YEARS_BEFORE, 1, 1), 0, []
    while day <= period.last:
        number += _worked(day, calendar)
        found.append(((day - EPOCH.date()).days, number))
        day += timedelta(days=1)
    return found


def _worked(day: date, calendar: WorkingCalendar) -> bool:
    try:
        return calendar.is_working(day)
    except OutsideCalendar:  # years that the calendar does not hold: only the weekends are known
        return day.weekday() < 5


def _count_by_days(
    s: Session, deployments: Collection[int], period: Period, only: Collection[str], days: Sequence[tuple[int, int]], done: _Done
) -> None:
    numbered = values(column("day", Integer), column("number", Integer), name="days", literal_binds=True).data(list(days)).cte("days")
    opened, closed = numbered.alias("opened"), numbered.alias("closed")
    day_opened = (_OPENED + _EAST) // _DAY
    day_opened = case((day_opened < days[0][0], days[0][0]), else_=day_opened)
    length = (closed.c.number - opened.c.number).label("length")
    asked = (
        select(_A.c.element, length, *_SUMS)
        .select_from(_A.join(opened, opened.c.day == day_opened).join(closed, closed.c.day == (_CLOSED + _EAST) // _DAY))
        .where(*_chosen(deployments, period), _A.c.element.in_(list(only)))
        .group_by(_A.c.element, length)
    )
    for element, number, count, total, with_due, late in s.execute(asked):
        done.add(element, float(number), count, int(total), with_due, int(late))


@dataclass(frozen=True, slots=True)
class _Waiting:
    count: int
    since: datetime
    with_due: int
    late: int


def _waiting(s: Session, deployments: Collection[int]) -> dict[str, _Waiting]:
    now = clock.now()
    asked = (
        select(
            _A.c.element, func.count(), func.min(_OPENED), func.count(_DUE),
            func.sum(case((_A.c.due_at < now, 1), else_=0)),
        )
        .where(
            _A.c.deployment_id.in_(list(deployments)), _A.c.closed_at.is_(None), _A.c.state == _OPEN, _A.c.kind.in_(KINDS)
        )
        .group_by(_A.c.element)
    )
    return {
        element: _Waiting(count, datetime.fromtimestamp(since / _MICROS, UTC), with_due, int(late))
        for element, count, since, with_due, late in s.execute(asked)
    }


def _step(
    definition: Definition, key: str, working: Collection[str], done: _Done, waiting: Mapping[str, _Waiting], whole: int
) -> StepFigures:
    element = definition.elements.get(key)
    lengths = done.rows.get(key, {})
    count = sum(lengths.values())
    open_ = waiting.get(key)
    own = target_of(element) if element is not None else None
    with_due, late = done.with_due.get(key, 0), done.late.get(key, 0)
    within = None
    if own is not None and count:
        within = sum(n for length, n in lengths.items() if length <= own.days) / count
    elif own is None and with_due:
        within = 1 - late / with_due
    attrs: Mapping[str, str] = element.attrs if element is not None else {}
    return StepFigures(
        element=key,
        process=element.process if element is not None else "",
        name=element.name if element is not None else key,
        kind=element.kind if element is not None else "",
        unit="working" if key in working else "clock",
        done=count,
        median=share_of(lengths, 0.5),
        ninety=share_of(lengths, SHARE),
        total=done.total.get(key, 0) / _DAY,
        weight=done.total.get(key, 0) / whole,
        waiting=open_.count if open_ else 0,
        waiting_since=open_.since if open_ else None,
        with_due=with_due + (open_.with_due if open_ else 0),
        late=late + (open_.late if open_ else 0),
        target=attrs.get("target", "") if own is not None else attrs.get("due", ""),
        own_target=own is not None,
        within=within,
    )


def share_of(lengths: Mapping[float, int], share: float) -> float | None:
    """The shortest length that so large a share of all keeps within (nearest rank); None for nothing."""
    whole = sum(lengths.values())
    reached = 0
    for length in sorted(lengths):
        reached += lengths[length]
        if reached >= share * whole:
            return length
    return None
