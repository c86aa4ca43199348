"""What forms of matters may ask the service for by name: the unit's awards, what was said when it was sent back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, or_, select

from service import clock, people
from service.actor import Actor
from service.awards.catalogue import AS_LISTED, award_forms, form_name
from service.awards.models import Award, Nomination, Recipient, Round, Rule
from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.db import session
from service.movement.about_names import ABOUT_NAMES, names_about, names_to_add, names_told
from service.movement.beginning import BEGIN_FOR_UNIT, BEGIN_GIVEN
from service.movement.case import AGAIN, GIVEN, GIVEN_LIKE, SAID, period_number, period_of
from service.movement.concerns import nobody_from
from service.movement.gathering import gather
from service.movement.models import Matter, Period
from service.movement.periods import list_periods
from service.movement.registers import Kept, kept_by, reads_all, register_in_use, registers_in_use
from service.movement.wording import figure_words, period_words, said_on, whole_lines
from service.processes.cases import Running
from service.processes.deployments import definition_of, form_of
from service.processes.models import Activity, ProcessInstance
from service.words import full_date, paper_date

_DAYS_BACK, _DAYS_AHEAD = 45, 120
"""How far a form counts working days: from and to."""
PLAN, INSPECTIONS = "unit_plan", "inspection_plan"
"""Processes whose matters hold what units registered, and which units are inspected in a year."""
COUNTED: Mapping[str, str] = {"COLLECTIVE": "collectives", "INDIVIDUAL": "individuals", "HOUSEHOLD": "households"}
"""Kind of recipient → what a row of awards calls how many of it there are."""


def window_of(period: Period) -> tuple[date, date]:
    """First and last day that a period speaks of."""
    return date(period.year, 1, 1), date(period.year, 6, 30) if period.half else date(period.year, 12, 31)


def awards_between(first: date, last: date, unit: int | None = None) -> list[dict[str, Any]]:
    """What was granted in a span of days, a row a form of award with how many of each kind: to all, or to the names of a unit.

    What was granted to those merged into the unit is its own.
    """
    wanted = (
        select(Award.form, Recipient.kind, func.count())
        .join(Recipient, Recipient.id == Award.recipient_id)
        .where(Award.decided_on.between(first, last), Award.status != "revoked")
        .group_by(Award.form, Recipient.kind)
    )
    if unit is not None:
        wanted = wanted.join(Nomination, Nomination.id == Award.nomination_id).where(Nomination.unit_id.in_(people.with_merged([unit])))
    found: dict[str, dict[str, Any]] = {}
    for form, kind, count in session().execute(wanted).all():
        row = found.setdefault(form, {"form": form_name(form), **{COUNTED[one]: 0 for one in AS_LISTED}})
        row[COUNTED[kind]] = count
    return [found[form] for form in award_forms() if form in found]


def _unit_awards(running: Running, matter: Matter) -> list[dict[str, Any]]:
    return awards_in_window(matter)


def awards_in_window(matter: Matter) -> list[dict[str, Any]]:
    """What the names of a matter's unit were granted in the days that it speaks of: of its period, or of its year."""
    period = period_of(matter.id)
    if matter.unit_id is None:
        return []
    first, last = window_of(period) if period else (date(matter.year, 1, 1), date(matter.year, 12, 31))
    return awards_between(first, last, matter.unit_id)


def _last_note(running: Running, matter: Matter) -> str:
    """What was noted at the step that was done last: why it came back."""
    answers = session().scalars(
        select(Activity.answers)
        .where(Activity.instance_id == running.id, Activity.kind == "user", Activity.state == "done")
        .order_by(Activity.closed_at.desc(), Activity.id.desc())
        .limit(1)
    ).first()
    return str((answers or {}).get("note") or "")


def _periods(by: Actor) -> list[dict[str, Any]]:
    """Periods that go to the province, the latest first, of the registers that somebody reads whole: a synthesis is about one."""
    return [
        {"value": str(row.id), **dict(zip(("label", "label.en"), map(", ".join, zip(kept.register.one, period_words(row), strict=True)),
                                          strict=True))}
        for kept in registers_in_use().values()
        if kept.register.period and reads_all(by, kept)
        for row in list_periods(kept)
        if "province_intake" in row.calendar
    ]


def period_said(matter: Matter) -> tuple[Kept, Period] | None:
    """The period that a matter was begun about (`of_period`)."""
    number = period_number(None, matter.begun)
    row = session().get(Period, number) if number is not None else None
    return (register_in_use(row.process), row) if row else None


def _gathered_texts(running: Running, matter: Matter, keys: Sequence[str]) -> Mapping[str, Any]:
    """What units wrote in these fields in the period that the matter is about: a line a unit, under its name."""
    found = period_said(matter)
    if found is None:
        return {}
    together = {one.key: one for one in gather(*found).of("text")}
    return {
        key: whole_lines([f"- {source.name}: {' '.join(str(source.value).split())}" for source in together[key].sources], "đơn vị")
        for key in keys
        if key in together
    }


def _period_figures(running: Running, matter: Matter) -> list[dict[str, Any]]:
    """The sums of that period, a row a number, each with the page that shows the reports behind it."""
    found = period_said(matter)
    if found is None:
        return []
    return [
        {"content": one.heading[0], "what": one.label[0], "total": figure_words(one.total), "units": len(one.sources),
         "source": f"/periods/{found[1].id}?view=figures&of={one.key}"}
        for one in gather(*found).of("number")
    ]


def _period_filing(running: Running, matter: Matter) -> str:
    """How many units have filed in that period, in words."""
    found = period_said(matter)
    if found is None:
        return ""
    together = gather(*found)
    told = f"{together.filed} trong {together.asked} đơn vị đã nộp, {together.taken} báo cáo đã nhận"
    return f"{told}. Số liệu cộng cả {together.waiting} báo cáo đã nộp, chưa nhận" if together.waiting else told


def _said_before(running: Running, matter: Matter, keys: Sequence[str]) -> Mapping[str, Any]:
    """What earlier steps answered in these fields, in words; the later answer of two, and nothing that is private."""
    wanted = _not_private(running, keys)
    found: dict[str, str] = {}
    for element, deployment, answers in _answered(running):
        here = definition_of(deployment).elements.get(element)
        if here is not None and wanted & answers.keys():
            said = said_on(form_of(deployment, here.attrs["form"]), answers)
            found |= {key: said.get(key, "") for key in wanted & answers.keys()}
    return found


def _answered_in(running: Running, matter: Matter, keys: Sequence[str]) -> Mapping[str, Any]:
    """What the form of the beginning or the later of earlier steps answered in these fields: to begin with, to hold a day against."""
    wanted = _not_private(running, keys)
    found: dict[str, Any] = {}
    for answers in (matter.begun, *(answers for *_, answers in _answered(running))):
        found |= {key: answers[key] for key in wanted & answers.keys()}
    return found


def _not_private(running: Running, keys: Sequence[str]) -> set[str]:
    kept = kept_by(running.deployment_id)
    return set(keys) - (kept.register.private if kept else frozenset())


def _answered(running: Running) -> list[tuple[str, int, dict[str, Any]]]:
    """Element, deployment and answers of each step that was done so far, as it was done last, the oldest first; of no item of a list."""
    rows = session().execute(
        select(Activity.element, Activity.deployment_id, Activity.answers)
        .where(Activity.instance_id == running.id, Activity.kind == "user", Activity.state == "done", Activity.item.is_(None))
        .order_by(Activity.closed_at, Activity.id)
    ).all()
    last = {element: at for at, (element, *_) in enumerate(rows)}
    return [(element, deployment, answers) for at, (element, deployment, answers) in enumerate(rows) if answers and last[element] == at]


def _rules(running: Running, matter: Matter, keys: Sequence[str]) -> Mapping[str, Any]:
    """Rules as they stand today; those that there are."""
    rules = rules_on(clock.today())
    return {key: rules.values[key] for key in keys if key in rules.values}


def _day_after(running: Running, matter: Matter, keys: Sequence[str]) -> Mapping[str, Any]:
    """The working day that lies as many days ahead as a rule says, in words."""
    calendar = working_calendar()
    return {
        key: full_date(calendar.add(clock.today(), days)) for key, days in _rules(running, matter, keys).items() if isinstance(days, int)
    }


def _blocks(running: Running, matter: Matter, keys: Sequence[str]) -> Mapping[str, Any]:
    """Whether a rule may refuse what is against it: it is sourced, or an officer has confirmed it."""
    rules = rules_on(clock.today())
    return {key: rules.blocking[key] for key in keys if key in rules.blocking}


def _bases(running: Running, matter: Matter, keys: Sequence[str]) -> Mapping[str, Any]:
    """What rules rest on, as the register of rules cites it today."""
    versions = rules_on(clock.today()).versions
    rows = session().scalars(select(Rule).where(Rule.id.in_([versions[key] for key in keys if key in versions])))
    return {row.key: row.citation for row in rows}


def _workdays(running: Running, matter: Matter) -> list[str]:
    """Working days around today, so that a form can count them between two days that it asks for."""
    calendar, today = working_calendar(), clock.today()
    days = (today + timedelta(days=away) for away in range(-_DAYS_BACK, _DAYS_AHEAD))
    return [day.isoformat() for day in days if (not calendar.years or day.year in calendar.years) and calendar.is_working(day)]


def targets_of(unit: int, year: int) -> list[dict[str, Any]]:
    """What a unit registered as its targets for a year, then what those merged into it did, as it was accepted; nothing before."""
    s = session()
    instances = s.scalars(
        select(Matter.instance_id)
        .join(Period, Period.id == Matter.period_id)
        .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
        .where(
            Matter.process == PLAN, Matter.unit_id.in_(people.with_merged([unit])), Period.year == year,
            ProcessInstance.outcome == "accepted",
        )
        .order_by(Matter.unit_id != unit, Matter.id)
    ).all()
    found: list[dict[str, Any]] = []
    for instance in instances:
        answers = s.scalars(
            select(Activity.answers).where(Activity.instance_id == instance, Activity.state == "done").order_by(Activity.id.desc())
        ).all()
        found += next((one["targets"] for one in answers if one and isinstance(one.get("targets"), list)), [])
    return found


def _about_name(key: str, running: Running, matter: Matter) -> str:
    return names_told(matter)[key]


def _unit_plan(running: Running, matter: Matter) -> list[dict[str, Any]]:
    return targets_of(matter.unit_id, matter.year) if matter.unit_id is not None else []


def _signed_plans(units: Collection[int] | None = None) -> list[dict[str, Any]]:
    """What the signed plans of inspections said, each with its year; of units that are named only those in which one of them stands."""
    rows = session().execute(
        select(Matter.id, Matter.begun, Activity.answers)
        .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
        .join(Activity, Activity.instance_id == Matter.instance_id)
        .where(
            Matter.process == INSPECTIONS, Activity.kind == "user", Activity.state == "done",
            or_(ProcessInstance.outcome == "issued", ProcessInstance.phase == "numbering"),
        )
        .order_by(Activity.id)
    ).all()
    found: dict[int, dict[str, Any]] = {}
    for matter, begun, answers in rows:
        found[matter] = {**found.get(matter, {}), **(answers or {}), "year": str(begun["year"])}
    own = None if units is None else {str(one) for one in people.with_merged(units)}
    return [one for one in found.values() if own is None or any(str(line["unit"]) in own for line in one.get("lines") or ())]


def years_planned(unit: int) -> list[str]:
    """Years in whose plan of inspections, signed, a unit or one merged into it stands."""
    return sorted({one["year"] for one in _signed_plans([unit])})


def _plan_of_inspection(running: Running, matter: Matter) -> str:
    """Number and day of the last plan of its year in which an inspection's unit stands, as papers name them; "" before it has them."""
    year = str(matter.begun.get("from_day") or "")[:4]
    plans = [one for one in _signed_plans([matter.unit_id] if matter.unit_id else []) if one["year"] == year and one.get("plan_number")]
    return _plan_words(plans[-1]) if plans else ""


def _plan_words(plan: Mapping[str, Any]) -> str:
    return f"{plan['plan_number']}/KH-HĐTĐKT {paper_date(date.fromisoformat(plan['signed_on']))}"


def _numbered_plans(by: Actor) -> list[dict[str, str]]:
    """Year → number and day of its first plan of inspections, as papers name them."""
    first = {one["year"]: _plan_words(one) for one in reversed(_signed_plans()) if one.get("plan_number")}
    return [{"value": year, "name": said} for year, said in sorted(first.items())]


def _people_of_unit(running: Running, matter: Matter) -> list[str]:
    """Names of the people who belong to a matter's unit."""
    return sorted(people.names(people.people_of_unit(matter.unit_id)).values()) if matter.unit_id else []


def _accounts_of_unit(running: Running, matter: Matter) -> list[str]:
    """The same people as a field names them whom `everybody` offers, with who stands in there for an absent person."""
    return [f"account:{one}" for one in sorted(people.belonging_to([matter.unit_id]))] if matter.unit_id else []


def plan_for_nomination(nomination: Nomination, round_: Round) -> list[dict[str, Any]]:
    """The targets of a nomination's unit for the year of its round."""
    return targets_of(nomination.unit_id, round_.year)


GIVEN |= {key: partial(_about_name, key) for key in ABOUT_NAMES}
GIVEN["names_about"] = lambda running, matter: names_about(matter)
GIVEN["names_to_add"] = lambda running, matter: names_to_add(matter)
GIVEN["unit_plan"] = _unit_plan
GIVEN["unit_awards"] = _unit_awards
GIVEN["last_note"] = _last_note
GIVEN["workdays"] = _workdays
GIVEN["period_figures"] = _period_figures
GIVEN["period_filing"] = _period_filing
GIVEN_LIKE["gathered_"] = _gathered_texts
GIVEN_LIKE[SAID] = _said_before
GIVEN_LIKE["day_of_"] = GIVEN_LIKE[AGAIN] = _answered_in
GIVEN_LIKE["nobody_from_"] = lambda running, matter, elements: nobody_from(running, elements)
GIVEN_LIKE["rule_"] = _rules
GIVEN_LIKE["day_after_"] = _day_after
GIVEN_LIKE["blocks_"] = _blocks
GIVEN_LIKE["basis_"] = _bases
BEGIN_GIVEN["periods"] = _periods
BEGIN_FOR_UNIT["years_planned"] = years_planned
BEGIN_GIVEN["years_with_plan"] = lambda by: sorted({one["year"] for one in _signed_plans()})
BEGIN_GIVEN["numbered_plans"] = _numbered_plans
GIVEN["plan_of_inspection"] = _plan_of_inspection
GIVEN["people_of_unit"] = _people_of_unit
GIVEN["accounts_of_unit"] = _accounts_of_unit
