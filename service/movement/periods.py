"""Periods of a register: opened for units, each of which gets its matter; redated, closed, opened again for one; who has not filed.

A unit has filed once none of its own steps is open any more. What is closed takes nothing more from a unit, unless the head
of the office lets it file late, with a reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service import clock, jobs, notices, people, trail
from service.actor import Actor
from service.awards.broadcasting import IN_PERIOD, InPeriod
from service.awards.rounds import end_of_day
from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.db import let_go, reading, transaction
from service.errors import Conflict, Invalid, NotFound
from service.movement.beginning import begin_for_period
from service.movement.case import let_file_late, period_number
from service.movement.models import Matter, Period
from service.movement.registers import Kept, reads_all, register_in_use
from service.movement.wording import period_words
from service.processes.models import Activity, ProcessInstance
from service.processes.queues import groups_of
from workflows.calendar import ZONE
from workflows.register import DAYS

OPEN = "period.open"
LATE = "period.allow_late"


@dataclass(frozen=True, slots=True)
class UnitFiling:
    """Where a unit stands in a period."""

    unit: int
    name: str
    matter: int
    instance: int
    phase: str
    outcome: str | None
    filed_at: datetime | None
    """When the last of the unit's own steps was done; None while one is open."""
    late: bool
    """Not filed though its day has passed, or filed after it."""
    allowed: str
    """Why it may file after the closing; empty where it may not."""
    reminded: datetime | None


def default_days(kept: Kept, year: int, half: bool) -> dict[str, date]:
    """The days of a period by the rules of today; Conflict for a rule that has no value."""
    rules = rules_on(clock.today())
    found = {}
    for key, names in kept.register.days.items():
        day, month = str(rules.value(names[0] if half else names[-1])).split("-")
        found[key] = date(year, int(month), int(day))
    return found


def units_to_ask() -> list[int]:
    """Units that have somebody to sign for them: those which a period can be opened for at once."""
    heads = people.units_with_heads()
    return [one.id for one in people.list_units() if one.id in heads]


def units_asked(by: Actor) -> list[int]:
    """Those of them which a period is opened for unless others are named.

    Not the committee, to which the reports go, nor the unit of who opens the period and puts them together.
    """
    committee = _committee()
    return [unit for unit in units_to_ask() if unit not in committee | by.units]


def _committee() -> set[int]:
    return {one.id for one in people.list_units() if one.kind == "commune_body" and one.parent is None}


def never_asked() -> set[int]:
    """Units of which nothing is awaited whoever looks: the committee, and those of the people who open periods."""
    return _committee() | people.units_of_holders(OPEN)


def open_period(
    process: str,
    year: int,
    *,
    by: Actor,
    half: bool = False,
    days: Mapping[str, date] | None = None,
    units: Collection[int] | None = None,
) -> int:
    """Open a period of a register and begin the matter of each unit; returns the period's number.

    A day that is not given is that of the rules. Raises NotFound, Forbidden, Conflict where it is open already, Invalid for days out of
    order, past or of another year, or no units.
    """
    people.require(by, OPEN)
    kept = register_in_use(process)
    if not kept.register.period or half and kept.register.period != "half":
        raise Invalid.at("half", "Sổ này không theo kỳ như vậy.", "This register has no such periods.")
    if not 2020 < year < 2100:
        raise Invalid.at("year", "Ghi năm từ 2021 đến 2099.", "Give a year from 2021 to 2099.")
    calendar = _checked(_completed(kept, days or {}, year, half), year, half)
    wanted = sorted({people.current_unit(one) for one in (units_asked(by) if units is None else units)})
    if not wanted:
        raise Invalid.at("units", "Chọn ít nhất một đơn vị.", "Choose at least one unit.")
    with transaction() as s:
        if s.scalars(select(Period.id).where(Period.process == process, Period.year == year, Period.half.is_(half))).first():
            raise Conflict("Kỳ này đã mở rồi.", "This period is open already.", code="period-open")
        row = Period(
            process=process, year=year, half=half, calendar={key: day.isoformat() for key, day in calendar.items()}, former=[], late={},
            opened_at=clock.now(), opened_by=by.account,
        )
        s.add(row)
        s.flush()
        for unit in wanted:
            begin_for_period(s, kept, row, unit, by)
        trail.record(
            "period:opened", by=by, stream=f"period:{row.id}",
            body={"register": kept.register.name[0], "period": period_words(row)[0], "count": len(wanted), "units": wanted,
                  **{key: day.isoformat() for key, day in calendar.items()}},
        )
        return row.id


def join_period(period_id: int, unit: int, *, by: Actor) -> int:
    """Ask one more unit in an open period; returns its matter. The same unit again is the same matter.

    In a closed period whoever may let a unit file late asks one more, which then files late; Conflict for anybody else.
    """
    people.require(by, OPEN)
    with transaction() as s:
        row = _locked(s, period_id)
        unit = people.current_unit(unit)
        known = s.scalars(select(Matter.id).where(Matter.period_id == row.id, Matter.unit_id == unit)).first()
        if known is not None:
            return known
        if row.closed_at is not None and not people.allowed(by, LATE):
            raise Conflict(
                "Kỳ này đã đóng. Muốn thu thêm của đơn vị, đề nghị Trưởng phòng Văn hóa - Xã hội thêm.",
                "This period is closed. To ask one more unit, turn to the head of the Culture and Society Office.", code="period-closed",
            )
        if not people.unit_name(unit, clock.today()):
            raise Invalid.at("unit", "Không có đơn vị này. Chọn lại.", "There is no such unit. Choose again.")
        matter = begin_for_period(s, register_in_use(row.process), row, unit, by)
        if row.closed_at is not None:
            let_file_late(s, row.id, unit, "Thêm vào sau khi kỳ đóng", by=by)
        return matter


def redate_period(period_id: int, days: Mapping[str, date], reason: str, *, by: Actor) -> None:
    """Give a period other days, with a reason; what is open in it is due anew."""
    people.require(by, OPEN)
    _must_say(reason, "Ghi lý do đổi ngày.", "Say why the days change.")
    with transaction() as s:
        row = _locked(s, period_id)
        before = dict(row.calendar)
        calendar = _checked({**{key: date.fromisoformat(day) for key, day in before.items()}, **days}, row.year, row.half, before["filing"])
        after = {key: day.isoformat() for key, day in calendar.items()}
        if after == before:
            return
        row.former = [*row.former, [clock.now().isoformat(), before]]
        row.calendar = after
        rows = s.execute(
            select(Matter.instance_id, Matter.period_id, Matter.begun)
            .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
            .where(or_(Matter.period_id == row.id, Matter.period_id.is_(None)), ProcessInstance.status != "ended")
        ).all()
        running = [one.instance_id for one in rows if period_number(one.period_id, one.begun) == row.id]
        trail.record("period:redated", by=by, stream=f"period:{row.id}", before=before, after=after, reason=reason.strip())
        jobs.enqueue_many([{"topic": "instance.recalculate", "payload": {"instance": i}, "instance": i} for i in running])


def close_period(period_id: int, reason: str, *, by: Actor) -> None:
    """Close a period: units file nothing more in it. What they typed stays as their drafts."""
    people.require(by, OPEN)
    _must_say(reason, "Ghi lý do đóng kỳ.", "Say why it is closed.")
    with transaction() as s:
        row = _locked(s, period_id)
        if row.closed_at is not None:
            return
        row.closed_at = clock.now()
        trail.record("period:closed", by=by, stream=f"period:{row.id}", reason=reason.strip())


def allow_late(period_id: int, unit: int, reason: str, *, by: Actor) -> None:
    """Let one unit file in a period that is closed, with a reason."""
    people.require(by, LATE)
    _must_say(reason, "Ghi lý do cho nộp muộn.", "Say why it may file late.")
    with transaction() as s:
        row = _locked(s, period_id)
        asked = s.scalars(select(Matter.id).where(Matter.period_id == row.id, Matter.unit_id == unit)).first()
        if asked is None:
            raise NotFound("Kỳ này không thu của đơn vị đó.", "That unit is not asked in this period.")
        let_file_late(s, row.id, unit, reason.strip(), by=by)


def list_periods(kept: Kept) -> list[Period]:
    """The periods of a register, the latest first."""
    with reading() as s:
        rows = list(
            s.scalars(select(Period).where(Period.process == kept.process).order_by(Period.year.desc(), Period.half, Period.id.desc()))
        )
        let_go(rows)
        return rows


def read_period(period_id: int, *, by: Actor) -> tuple[Kept, Period]:
    """A period with its register, for who reads the whole register; NotFound otherwise."""
    with reading() as s:
        row = s.get(Period, period_id)
        if row is None:
            raise _unknown()
        let_go([row])
    kept = register_in_use(row.process)
    if not reads_all(by, kept) and not people.allowed(by, OPEN):
        raise _unknown()
    return kept, row


def filings(period: Period) -> list[UnitFiling]:
    """Where each unit of a period stands, in Vietnamese order of their names."""
    with reading() as s:
        rows = s.execute(
            select(Matter.id, Matter.unit_id, Matter.instance_id, ProcessInstance.phase, ProcessInstance.outcome)
            .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
            .where(Matter.period_id == period.id)
        ).all()
        steps = s.execute(
            select(Activity.instance_id, Activity.state, Activity.queue_id, Activity.closed_at)
            .join(Matter, Matter.instance_id == Activity.instance_id)
            .where(Matter.period_id == period.id, Activity.kind == "user", Activity.state != "cancelled")
        ).all()
    names = people.unit_names([row.unit_id for row in rows if row.unit_id])
    own = [one for one in steps if all(people.is_filing(group) for group in groups_of(one.queue_id))]
    opened = {one.instance_id for one in own if one.state == "open"}
    done: dict[int, datetime] = {}
    for one in own:
        if one.closed_at is not None:
            done[one.instance_id] = max(one.closed_at, done.get(one.instance_id, one.closed_at))
    due = end_of_day(period.calendar["filing"])
    told = _reminded(period.id)
    found = []
    for row in rows:
        filed = None if row.instance_id in opened else done.get(row.instance_id)
        found.append(
            UnitFiling(
                row.unit_id, names.get(row.unit_id, ""), row.id, row.instance_id, row.phase or "", row.outcome, filed,
                (filed or clock.now()) > due, period.late.get(str(row.unit_id), ""), told.get(row.unit_id),
            )
        )
    order = {one.id: place for place, one in enumerate(people.list_units(ended=True))}
    return sorted(found, key=lambda one: order.get(one.unit, len(order)))


def remind_missing(period_id: int, *, by: Actor, units: Collection[int] | None = None) -> int:
    """Mail the people of units that have not filed (all of them, or those named), each at most once a day; how many units."""
    people.require(by, OPEN)
    kept, period = read_period(period_id, by=by)
    if period.closed_at is not None:
        raise Conflict("Kỳ này đã đóng.", "This period is closed.", code="period-closed")
    today = clock.today()
    missing = [
        one
        for one in filings(period)
        if one.filed_at is None and (units is None or one.unit in units)
        and (one.reminded is None or one.reminded.astimezone(ZONE).date() < today)
    ]
    if not missing:
        raise Conflict(
            "Các đơn vị này đã nộp hoặc đã được đôn đốc hôm nay.", "These units have filed, or were reminded today.",
            code="nobody-to-remind",
        )
    due = end_of_day(period.calendar["filing"])
    days = working_calendar().between(today, due.date())
    words = period_words(period)
    with transaction():
        for one in missing:
            notices.queue(
                "period_reminder",
                to=people.members_of([f"unit:{one.unit}", f"unit_head:{one.unit}"]),
                key=f"period:{period_id}:{one.unit}:{today.isoformat()}",
                context={
                    "register": kept.register.one[0], "register_en": kept.register.one[1], "period": words[0], "period_en": words[1],
                    "closes": due.isoformat(), "days": days if days > 0 else None,
                },
                link=f"/matters/{one.matter}",
            )
        trail.record(
            "period:reminded", by=by, stream=f"period:{period_id}", body={"units": [one.unit for one in missing], "count": len(missing)}
        )
    return len(missing)


def _not_filed(period_id: int, by: Actor) -> InPeriod:
    """The people of the units that have not filed in a period, for a message in the office's own words."""
    people.require(by, OPEN)
    kept, period = read_period(period_id, by=by)
    units = [one.unit for one in filings(period) if one.filed_at is None]
    accounts = people.members_of([f"{word}:{unit}" for unit in units for word in ("unit", "unit_head")])
    return InPeriod(accounts, f"{kept.register.one[0]}, {period_words(period)[0]}", end_of_day(period.calendar["filing"]))


IN_PERIOD["period_not_filed"] = _not_filed


def _reminded(period_id: int) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for event in trail.read(stream=f"period:{period_id}", kind="period:reminded", limit=200, oldest_first=True).events:
        for unit in event.body.get("units", ()):
            found[unit] = event.at
    return found


def takes_no_more(period: Period, unit: int | None) -> bool:
    """Whether a unit can file nothing more in a period."""
    return period.closed_at is not None and str(unit) not in period.late


def _completed(kept: Kept, days: Mapping[str, date], year: int, half: bool) -> dict[str, date]:
    """The days that were given and, for those of the register that were not, what the rules say; none before the one that it follows."""
    found = dict(days)
    if missing := kept.register.days.keys() - days.keys():
        rules, least = default_days(kept, year, half), date.min
        for key in DAYS:
            if key in missing:
                found[key] = max(rules[key], least)
            least = max(found.get(key, least), least)
    return found


def _checked(days: Mapping[str, date], year: int, half: bool, was: str = "") -> dict[str, date]:
    """Days of a period in their order; Invalid where one is missing, comes before the one that it follows, or is of another year."""
    if "filing" not in days:
        raise Invalid.at("filing", "Ghi hạn đơn vị nộp.", "Give the day by which units file.")
    last, said = (year if half else year + 1), days["filing"].year
    if not year <= said <= last:
        raise Invalid.at(
            "filing",
            f"Hạn nộp của kỳ năm {year} phải trong năm {year}{'' if half else f' hoặc năm {last}'}; ngày đã ghi thuộc năm {said}.",
            f"The day for filing in a period of {year} must be in {year}{'' if half else f' or {last}'}; the one given is in {said}.",
        )
    ordered = [(key, days[key]) for key in DAYS if key in days]
    for (_, earlier), (key, later) in pairwise(ordered):
        if later < earlier:
            raise Invalid.at(key, f"Ngày này phải từ {earlier:%d/%m/%Y} trở đi.", f"This day must not be before {earlier:%d/%m/%Y}.")
    if ordered[0][1] < clock.today() and ordered[0][1].isoformat() != was:
        raise Invalid.at("filing", "Hạn nộp đã qua. Chọn ngày khác.", "The day for filing has passed. Choose another one.")
    return dict(ordered)


def _locked(s: Session, period_id: int) -> Period:
    row = s.scalars(select(Period).where(Period.id == period_id).with_for_update()).one_or_none()
    if row is None:
        raise _unknown()
    return row


def _must_say(reason: str, message: str, message_en: str) -> None:
    if not reason.strip():
        raise Invalid.at("reason", message, message_en)


def _unknown() -> NotFound:
    return NotFound("Không có kỳ này.", "There is no such period.")


__all__ = [
    "LATE", "OPEN", "UnitFiling", "allow_late", "close_period", "default_days", "filings", "join_period", "list_periods",
    "open_period", "read_period", "redate_period", "remind_missing", "takes_no_more", "units_asked", "units_to_ask",
]
