"""What each unit has to do in a movement and how it stands: reports and plans by periods, lists of names, matters of other registers.

Nothing names a register: a duty is whatever register in use goes by periods or has matters of units, and each round into which
units file. One that is deployed later shows up by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, case, exists, func, or_, select

from service import clock, people
from service.actor import Actor
from service.awards.catalogue import STAGES
from service.awards.models import Line, List, Round
from service.awards.results import Words, seen_units
from service.awards.rounds import end_of_day, filing_closed
from service.db import reading
from service.movement.finding import seen_of
from service.movement.models import Matter, Period
from service.movement.periods import never_asked
from service.movement.registers import Kept, reads_all, registers_in_use
from service.movement.wording import period_words
from service.people.units import UnitView
from service.processes.models import Activity, ProcessInstance
from service.processes.queues import groups_of
from workflows.calendar import ZONE

STANDS: Mapping[str, Words] = {
    "missing": ("Quá hạn", "Overdue"),
    "late": ("Xong muộn", "Done late"),
    "waiting": ("Chưa đến hạn", "Not due yet"),
    "done": ("Đã xong", "Done"),
    "none": ("Không đề nghị", "Nominated nobody"),
}
"""How a unit stands in a duty, the worst first; one that was not asked stands nowhere. Nobody must nominate, so the last is no fault."""


_ORDER = {word: place for place, word in enumerate(STANDS)}


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that units were asked for; over several years those of one kind are one."""

    key: str
    words: Words
    due: date | None
    """None where it has no day of its own, or several."""
    link: tuple[str, str | int]
    """What it leads to: period, round, register."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit stands in a duty: the worst of all that it was asked for, and how much of it is done."""

    state: str
    done: int
    asked: int
    link: tuple[str, str | int] | None
    """The record: matter, list; or the register, to be narrowed to the unit. None where the reader may not open it."""
    day: date | None = None
    """When it was done, where it is one thing and it is done."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Units by duties over some years, as one person may see it."""

    years: tuple[int, ...]
    duties: tuple[Duty, ...]
    units: tuple[UnitView, ...]
    cells: Mapping[tuple[int, str], Standing]
    """Unit and duty → how it stands; nothing for what was not asked."""
    unopened: tuple[Words, ...]
    """Registers that go by periods and had none in these years."""

    def count(self, state: str) -> int:
        """In how many places units stand so."""
        return sum(one.state == state for one in self.cells.values())

    def behind(self) -> int:
        """How many units lack something whose day has passed."""
        return len({unit for (unit, _), one in self.cells.items() if one.state == "missing"})


@dataclass(frozen=True, slots=True)
class _Found:
    """One thing that one unit was asked for."""

    duty: Duty
    unit: int
    state: str
    link: tuple[str, str | int] | None
    day: date | None = None
    asked: int = 1


def read_matrix(years: Collection[int], *, by: Actor, movement: int | None = None) -> Matrix:
    """How every unit stands in everything that it was asked for in these years; of who reads not all, the own units.

    A register that somebody may not read whole is left out for him. Raises Forbidden for who sees the figures of no unit.
    """
    seen = seen_units(by)
    kept = {
        process: one for process, one in registers_in_use().items() if seen is not None or reads_all(by, one)
    }
    periodic = {process: one for process, one in kept.items() if one.register.period}
    heirs = people.heirs()
    wanted = tuple(sorted(set(years), reverse=True))
    whole = len(wanted) > 1
    with reading():
        found = [
            *_of_periods(periodic, wanted, whole), *_of_rounds(wanted, whole, movement, heirs, by),
            *_of_matters({process: one for process, one in kept.items() if process not in periodic and one.register.unit != "none"},
                         wanted, by),
        ]
        units = {one.id: one for one in people.list_units()}
    duties: dict[str, Duty] = {}
    cells: dict[tuple[int, str], Standing] = {}
    for one in found:
        unit = heirs.get(one.unit, one.unit)
        duties.setdefault(one.duty.key, one.duty)
        if unit in units and (seen is None or unit in seen):
            cells[unit, one.duty.key] = _joined(cells.get((unit, one.duty.key)), one)
    present = {unit for unit, _ in cells}
    opened = {one.key.partition(":")[0] for one in duties.values()}
    return Matrix(
        wanted, tuple(duties.values()), tuple(one for number, one in units.items() if number in present), cells,
        tuple(one.register.name for process, one in periodic.items() if process not in opened) if seen is None else (),
    )


def _joined(before: Standing | None, one: _Found) -> Standing:
    """A place with one thing more in it: the worst of them, leading to where all of them are found."""
    done = one.asked if one.state in ("done", "late") else 0
    if before is None:
        return Standing(one.state, done, one.asked, one.link, one.day)
    state = min(before.state, one.state, key=_ORDER.__getitem__)
    process = one.duty.link[1] if one.duty.link[0] == "register" else None
    return Standing(state, before.done + done, before.asked + one.asked, ("register", process) if process else None)


# -- reports and plans by periods


def _of_periods(kept: Mapping[str, Kept], years: Sequence[int], whole: bool) -> list[_Found]:
    with reading() as s:
        periods = {
            one.id: one
            for one in s.scalars(
                select(Period).where(Period.process.in_(kept), Period.year.in_(years))
                .order_by(Period.process, Period.half.desc(), Period.year)
            )
        }
        if not periods:
            return []
        rows = s.execute(
            select(Matter.id, Matter.period_id, Matter.unit_id, Matter.instance_id)
            .where(Matter.period_id.in_(periods), Matter.unit_id.is_not(None)).order_by(Matter.id)
        ).all()
        steps = s.execute(
            select(
                Activity.instance_id, Activity.queue_id, func.sum(case((Activity.state == "open", 1), else_=0)),
                func.max(Activity.closed_at),
            )
            .join(Matter, Matter.instance_id == Activity.instance_id)
            .where(Matter.period_id.in_(periods), Activity.kind == "user", Activity.state != "cancelled")
            .group_by(Activity.instance_id, Activity.queue_id)
        ).all()
        filed = _filed([(instance or 0, queue, int(opened), closed) for instance, queue, opened, closed in steps])
        duties = {number: _duty(kept[one.process], one, whole) for number, one in periods.items()}
        due = {number: end_of_day(one.calendar["filing"]) for number, one in periods.items()}
    places = {number: place for place, number in enumerate(periods)}
    return [
        _judged(duties[row.period_id], row.unit_id, ("matter", row.id), filed.get(row.instance_id), due[row.period_id])
        for row in sorted(rows, key=lambda row: places[row.period_id])
    ]


def _filed(steps: Iterable[tuple[int, int | None, int, datetime | None]]) -> dict[int, datetime]:
    """When each case was filed: the last of the unit's own steps; nothing for one of which such a step is open."""
    opened: set[int] = set()
    done: dict[int, datetime] = {}
    for instance, queue, still, closed in steps:
        if not _units_own(queue):
            continue
        if still:
            opened.add(instance)
        if closed is not None:
            done[instance] = max(closed, done.get(instance, closed))
    return {instance: moment for instance, moment in done.items() if instance not in opened}


def _units_own(queue: int | None) -> bool:
    """Tell whether steps of a queue are a unit's own: what waits with the office or the chair is no duty of the unit."""
    return all(people.is_filing(group) for group in groups_of(queue))


def _duty(kept: Kept, period: Period, whole: bool) -> Duty:
    one, said = kept.register.one, period_words(period)
    if not whole:
        return Duty(f"{kept.process}:{period.id}", (f"{one[0]}, {said[0]}", f"{one[1]}, {said[1]}"),
                    date.fromisoformat(period.calendar["filing"]), ("period", period.id))
    words = (f"{one[0]}, 6 tháng đầu năm", f"{one[1]}, first half of the year") if period.half else one
    return Duty(f"{kept.process}:{'half' if period.half else 'year'}", words, None, ("register", kept.process))


def _judged(duty: Duty, unit: int, link: tuple[str, str | int] | None, filed: datetime | None, due: datetime) -> _Found:
    if filed is None:
        return _Found(duty, unit, "missing" if clock.now() > due else "waiting", link)
    return _Found(duty, unit, "late" if filed > due else "done", link, filed.astimezone(ZONE).date())


# -- names for the rounds


def _of_rounds(
    years: Sequence[int], whole: bool, movement: int | None, heirs: Mapping[int, int], by: Actor
) -> list[_Found]:
    """Rounds into which units file by a day; ad hoc ones ask nobody.

    Once filing is closed, who has names that its head has not signed is late, and who has none nominates nobody.
    """
    query = select(Round).where(Round.year.in_(years), Round.stage != "DOT_XUAT").order_by(Round.year, Round.id)
    with reading() as s:
        rounds = [
            one for one in s.scalars(query if movement is None else query.where(Round.movement_id == movement)) if "filing" in one.calendar
        ]
        lists = s.execute(
            select(List.round_id, List.unit_id, List.id, List.number, List.dated)
            .where(List.kind == "submission", List.round_id.in_([one.id for one in rounds]), List.unit_id.is_not(None)).order_by(List.id)
        ).all() if rounds else []
        named = set(s.scalars(
            select(Line.list_id).where(Line.removed.is_(False), Line.list_id.in_([row.id for row in lists if not row.number])).distinct()
        ))
        duties = {one.id: _round_duty(one, whole) for one in rounds}
        due = {one.id: date.fromisoformat(one.calendar["filing"]) for one in rounds}
    # A unit may file again: names that wait for its head count before what it signed, and that before a draft without names.
    first: dict[tuple[int, int], tuple[int, bool, date | None]] = {}
    for row in sorted(lists, key=lambda row: (row.id in named, bool(row.number), row.id)):
        first[row.round_id, heirs.get(row.unit_id, row.unit_id)] = (row.id, bool(row.number), row.dated)
    asked = people.units_with_heads() - never_asked() | {unit for _, unit in first}
    opens = people.allowed(by, "submission.read")
    found = []
    for one in rounds:
        over = filing_closed(one) or one.state in ("closed", "ended")
        for unit in sorted(asked):
            number, signed, dated = first.get((one.id, unit), (0, False, None))
            link: tuple[str, str | int] | None = ("list", number) if number and opens else None
            if not signed:
                # Until the round takes its names off it may still be let file late.
                unsigned = number in named and one.state == "open"
                found.append(_Found(duties[one.id], unit, ("missing" if unsigned else "none") if over else "waiting", link))
            else:
                late = dated is not None and dated > due[one.id]
                found.append(_Found(duties[one.id], unit, "late" if late else "done", link, dated))
    return found


def _round_duty(one: Round, whole: bool) -> Duty:
    if whole:
        vi, en = STAGES[one.stage]
        return Duty(f"round:{one.stage}", (f"Đề nghị khen thưởng {vi.lower()}", f"{en} nominations"), None, ("rounds", one.stage))
    return Duty(f"round:{one.id}", (f"Đề nghị khen thưởng, {one.name}", f"Nominations, {one.name}"),
                date.fromisoformat(one.calendar["filing"]), ("round", one.id))


# -- matters of other registers


def _of_matters(kept: Mapping[str, Kept], years: Sequence[int], by: Actor) -> list[_Found]:
    """Matters that are a unit's own or name it: open ones wait, or a step of the unit is overdue; ended ones are done.

    One that came to nothing, as an inspection that was called off, was neither asked nor done.
    """
    if not kept:
        return []
    overdue = and_(Activity.state == "open", Activity.kind == "user", Activity.due_at < clock.now())
    with reading() as s:
        queues = s.scalars(
            select(Activity.queue_id).join(Matter, Matter.instance_id == Activity.instance_id)
            .where(overdue, Matter.process.in_(kept), Activity.queue_id.is_not(None)).distinct()
        ).all()
    late = exists().where(
        Activity.instance_id == ProcessInstance.id, overdue, Activity.queue_id.in_([one for one in queues if _units_own(one)])
    )
    standing = case((ProcessInstance.status == "ended", "done"), (late, "missing"), else_="waiting").label("standing")
    ended = ProcessInstance.outcome
    read = [
        and_(Matter.process == process, or_(ended.is_(None), ended.not_in(_nothing(one))), *seen_of(one, by))
        for process, one in kept.items()
    ]
    with reading() as s:
        rows = s.execute(
            select(Matter.process, Matter.unit_id, standing, func.count())
            .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
            .where(or_(*read), Matter.year.in_(years), Matter.unit_id.is_not(None))
            .group_by(Matter.process, Matter.unit_id, "standing").order_by(Matter.process)
        ).all()
    duties = {process: Duty(process, one.register.one, None, ("register", process)) for process, one in kept.items()}
    return [
        _Found(duties[process], unit or 0, state, ("register", process), asked=n)
        for process, unit, state, n in rows
    ]


def _nothing(kept: Kept) -> list[str]:
    """Ends of a register's matters that are neither good nor bad: nothing came of it."""
    return [code for code, outcome in kept.register.outcomes.items() if outcome.tone == "plain"]


__all__ = ["STANDS", "Duty", "Matrix", "Standing", "read_matrix"]
