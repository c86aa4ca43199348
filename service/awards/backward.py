"""The backward plan of a round: from the province's day back to the last safe day of each step and each unit.

The steps and what waits for what are data (`data/backward.toml`); how long a step takes is said by the process in use, by the
register of rules, or by the round's own calendar, in this order. Holidays count by the working calendar. Reads only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from service import clock, people
from service.actor import Actor
from service.awards import overview
from service.awards.models import Nomination, Round
from service.awards.nominations import MAIN_PROCESS, units_read
from service.awards.rules import Rules, rules_on
from service.calendar import working_calendar
from service.db import reading
from service.errors import Forbidden, NotFound
from service.processes import deployments, enactments
from service.processes.models import ProcessInstance
from workflows.calendar import WorkingCalendar
from workflows.definition import Element
from workflows.targets import counts_working_days, read_target

CLOSE = 2
"""Working days of slack at or below which a step is called close."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step of the plan, as the data say it."""

    word: str
    label: str
    label_en: str
    calendar: str
    before: tuple[str, ...]
    phases: tuple[str, ...]
    since: str = ""
    elements: tuple[str, ...] = ()
    rule: str = ""
    fixed: bool = False
    of_unit: bool = False


@dataclass(frozen=True, slots=True)
class Took:
    """How many working days a step takes, and who says so: process, rule, calendar, or nobody (`fixed`, `unknown`)."""

    days: int
    source: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """The last working days on which a step may begin and be done, and the whole plan still holds."""

    start_by: date
    finish_by: date


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of a round's plan today; `slack`: working days from today to its last safe day, negative once it has passed."""

    step: PlanStep
    took: Took
    span: Span
    planned: date | None
    """The day that the round's calendar has for it."""
    names: int
    """Names that stand at it now."""
    behind: int
    """Names that have not come so far yet."""
    slack: int
    state: str
    """ahead, close, late: while names stand at it or before it; done: all are past it; none: there is no name."""

    @property
    def too_late(self) -> bool:
        """Tell whether the calendar has a later day for it than the plan can bear."""
        return self.planned is not None and self.planned > self.span.finish_by


@dataclass(frozen=True, slots=True)
class UnitStep:
    """Names of one unit that stand at one step; a unit that has not filed stands at the first with what it has."""

    unit: int
    unit_name: str
    step: PlanStep
    names: int
    finish_by: date
    slack: int
    state: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a round: from which day it is reckoned, its steps in the order of the process, units at the steps."""

    province: date
    steps: tuple[Planned, ...]
    units: tuple[UnitStep, ...] = ()


@cache
def plan_steps() -> tuple[PlanStep, ...]:
    """The steps of the plan, in the order of the process."""
    data = tomllib.loads((Path(__file__).parent / "data" / "backward.toml").read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = [
        {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()} for row in data["step"]
    ]
    return tuple(PlanStep(**row) for row in rows)


def reckon(
    steps: Sequence[PlanStep], dates: Mapping[str, date], took: Mapping[str, int], calendar: WorkingCalendar
) -> dict[str, Span]:
    """The last safe days of each step, counted back from the last one's day in the round's calendar.

    A step is done when each that waits for it may still begin, on the same day; before a fixed one, on the working day
    before it. A fixed step is never later than its day. Steps stand before those that wait for them, as in the data.
    """
    found: dict[str, Span] = {}
    by_word = {step.word: step for step in steps}
    for step in reversed(steps):
        ends = [_before(by_word[word], found[word], calendar) for word in step.before if word in found]
        if step.fixed and step.calendar in dates or not step.before:
            ends.append(dates[step.calendar])
        if not ends:
            continue
        finish = _worked(min(ends), calendar)
        days = 0 if step.fixed else took.get(step.word, 0)
        found[step.word] = Span(calendar.add(finish, -days) if days else finish, finish)
    return found


def _before(step: PlanStep, span: Span, calendar: WorkingCalendar) -> date:
    """The last day on which what this step waits for may be done."""
    return _worked(span.start_by - timedelta(days=1), calendar) if step.fixed else span.start_by


def _worked(day: date, calendar: WorkingCalendar) -> date:
    """This day, or the last working day before it."""
    return day if calendar.is_working(day) else calendar.add(day, -1)


def time_taken(step: PlanStep, dates: Mapping[str, date], elements: Mapping[str, Element], rules: Rules, calendar: WorkingCalendar) -> Took:
    """How long a step takes: by the process in use, else by its rule, else as the round's calendar leaves it."""
    if step.fixed:
        return Took(0, "fixed")
    said = [days for word in step.elements if word in elements and (days := _of_element(elements[word], rules)) is not None]
    if said:
        return Took(sum(said), "process")
    if step.rule and (days := rules.shown(step.rule)) is not None and isinstance(days, int | float):
        return Took(int(days), "rule", step.rule)
    if step.since in dates and step.calendar in dates:
        return Took(max(calendar.between(dates[step.since], dates[step.calendar]), 0), "calendar")
    return Took(0, "unknown")


def _of_element(element: Element, rules: Rules) -> int | None:
    """Working days of an element's target, or of its due time where that counts in them; a part of a day is a day."""
    due = element.attrs.get("due", "")
    for text in (element.attrs.get("target", ""), due if due and counts_working_days(due) else ""):
        found = read_target(text, rules.shown) if text else None
        if found is not None:
            return -int(-found.days // 1)
    return None


def plan_for(row: Round, *, by: Actor) -> Plan | None:
    """The backward plan of a round as somebody reads it: who reads every nomination of all units, a unit's people of their own.

    None without the province's day; Forbidden for who reads no unit's nominations.
    """
    units = units_read(by)
    if units == frozenset():
        raise Forbidden(
            "Chỉ các phòng của xã và đơn vị đề nghị xem được phần tính lùi của đợt.",
            "Only the offices of the commune and nominating units read the backward plan of a round.",
        )
    return plan_of_round(row, units=units)


def plan_of_round(row: Round, *, units: Collection[int] | None = None) -> Plan | None:
    """The backward plan of a round as it stands today; None without the province's day. `units`: only those of these."""
    dates = {key: date.fromisoformat(day) for key, day in row.calendar.items()}
    steps, calendar, today = plan_steps(), working_calendar(), clock.today()
    if steps[-1].calendar not in dates:
        return None
    rules, elements = rules_on(today), _elements()
    took = {step.word: time_taken(step, dates, elements, rules, calendar) for step in steps}
    spans = reckon(steps, dates, {word: one.days for word, one in took.items()}, calendar)
    standing = _standing(row.id, units)
    at = {step.word: sum(n for (_u, phase), n in standing.items() if phase in step.phases) for step in steps}
    total, behind, planned = sum(standing.values()), 0, []
    for step in steps:
        behind += at[step.word]
        if step.word not in spans:
            continue
        slack = calendar.between(today, spans[step.word].finish_by)
        state = "none" if not total else "done" if not behind else state_of(slack)
        planned.append(
            Planned(step, took[step.word], spans[step.word], dates.get(step.calendar), at[step.word], behind - at[step.word], slack, state)
        )
    return Plan(dates[steps[-1].calendar], tuple(planned), tuple(_units(row, planned, standing, units)))


def state_of(slack: int) -> str:
    """What so much slack is called."""
    return "late" if slack < 0 else "close" if slack <= CLOSE else "ahead"


def _elements() -> Mapping[str, Element]:
    """Elements of the process in use; none before one was put into use."""
    try:
        return deployments.definition_of(enactments.current_deployment(MAIN_PROCESS)).elements
    except NotFound:
        return {}


def _standing(round_id: int, units: Collection[int] | None) -> dict[tuple[int, str], int]:
    """How many names of each unit stand in each phase; what has ended is past every step."""
    with reading() as s:
        query = (
            select(Nomination.unit_id, ProcessInstance.phase, func.count())
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(Nomination.round_id == round_id)
            .group_by(Nomination.unit_id, ProcessInstance.phase)
        )
        if units is not None:
            query = query.where(Nomination.unit_id.in_(units))
        return {(unit, phase or "drafting"): int(n) for unit, phase, n in s.execute(query)}


def _units(
    row: Round, planned: Sequence[Planned], standing: Mapping[tuple[int, str], int], wanted: Collection[int] | None
) -> list[UnitStep]:
    """Each unit at each step at which it has names, the least slack first; then units that have not begun."""
    if not planned:
        return []
    names = {one.unit.id: one.unit.name for one in overview.units_in_round(row.id) if wanted is None or one.unit.id in wanted}
    others = {unit for unit, _phase in standing} - names.keys()
    names |= people.unit_names(others)
    found = []
    for one in planned:
        counts: dict[int, int] = {}
        for (unit, phase), n in standing.items():
            if phase in one.step.phases:
                counts[unit] = counts.get(unit, 0) + n
        found += [(unit, one, n) for unit, n in counts.items()]
    begun = {unit for unit, _phase in standing}
    if row.state in ("planned", "open"):
        found += [(unit, planned[0], 0) for unit in names if unit not in begun]
    rows = [
        UnitStep(unit, names.get(unit, ""), one.step, n, one.span.finish_by, one.slack, state_of(one.slack)) for unit, one, n in found
    ]
    return sorted(rows, key=lambda one: (one.slack, not one.names))


__all__ = [
    "CLOSE", "Plan", "PlanStep", "Planned", "Span", "Took", "UnitStep", "plan_for", "plan_of_round", "plan_steps", "reckon", "state_of",
    "time_taken",
]
