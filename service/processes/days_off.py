"""Days on which the office decides otherwise than law and shipped list: off, or worked; open deadlines follow.

Counting is in `workflows.calendar`, the calendar in force in `service.calendar`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service import calendar, clock, jobs, people, trail
from service.actor import Actor, machine
from service.calendar import CalendarDay, FormerDay
from service.db import after_commit, reading, transaction
from service.errors import Conflict, Invalid, NotFound
from service.jobs import Job
from service.processes.instances import recalculate
from service.processes.models import ProcessInstance
from workflows.calendar import OutsideCalendar

_SATURDAY = 5


def list_days(year: int) -> list[CalendarDay]:
    """Days of a year that ship or were decided by the office, in order; of one day the office's own comes last."""
    with reading() as s:
        rows = list(
            s.scalars(
                select(CalendarDay)
                .where(CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))
                .order_by(CalendarDay.day, CalendarDay.by_office)
            )
        )
        s.expunge_all()
    return rows


def enter_day(day: date, *, working: bool, name: str, basis: str, by: Actor) -> None:
    """Decide that a day is off, or worked, whatever law and shipped list say; open deadlines are reckoned anew by jobs.

    Raises Forbidden, Conflict for a day that the office decided already, Invalid without name or basis, and for a day
    that is worked, or off, anyway.
    """
    people.require(by, "calendar.edit")
    if not name.strip():
        raise Invalid.at("name", "Ghi tên ngày, ví dụ: Nghỉ bù Quốc khánh.", "Name the day.")
    if not basis.strip():
        raise Invalid.at("basis", "Ghi số, ngày quyết định hoặc thông báo.", "Give the paper that says so.")
    with transaction() as s:
        if s.get(CalendarDay, (day, True)) is not None:
            raise Conflict(
                f"Cơ quan đã quyết định về ngày {day:%d/%m/%Y}. Bỏ quyết định đó trước.",
                "The office has decided about that day; take that back first.", code="day-taken",
            )
        was = _as_it_was(day)
        if was["working"] == _word(working):
            _refuse_as_it_is(day, working)
        s.add(CalendarDay(
            day=day, by_office=True, working=working, name=name.strip(), basis=basis.strip(), confidence="P",
        ))
        trail.record(
            "calendar:changed", by=by, stream="system", basis=basis.strip(), before=was,
            after={"day": day.isoformat(), "working": _word(working), "name": name.strip()},
        )
        follow_change(s, {day: None}, by_office=True)


def _refuse_as_it_is(day: date, working: bool) -> None:
    if working:
        raise Invalid.at("day", "Ngày này vốn là ngày làm việc.", "That day is worked anyway.")
    if day.weekday() >= _SATURDAY:
        raise Invalid.at("day", "Ngày này đã là ngày nghỉ cuối tuần.", "That day is off anyway.")
    raise Invalid.at("day", "Ngày này đã là ngày nghỉ.", "That day is off anyway.")


def _as_it_was(day: date) -> dict[str, str]:
    """What stands for the day without the office: worked or off, and as what."""
    calendar.forget()
    now = calendar.working_calendar()
    calendar.forget()  # it was read inside a transaction that may yet be taken back
    try:
        working = now.is_working(day)
    except OutsideCalendar as unknown:
        raise Invalid.at("day", unknown.message, unknown.message_en) from None
    return {"day": day.isoformat(), "working": _word(working), **({"name": now.names[day]} if day in now.names else {})}


def _word(working: bool) -> str:
    return "yes" if working else "no"


def drop_day(day: date, *, reason: str, by: Actor) -> None:
    """Take back what the office decided about a day, with a reason: what law and shipped list say counts again.

    NotFound where the office decided nothing: a day that ships is changed by deciding otherwise, see `enter_day`.
    """
    people.require(by, "calendar.edit")
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do bỏ ngày này.", "Say why.")
    with transaction() as s:
        row = s.get(CalendarDay, (day, True))
        if row is None:
            raise NotFound("Cơ quan chưa quyết định gì về ngày này.", "The office decided nothing about that day.")
        was, before = row.working, {"day": day.isoformat(), "working": _word(row.working), "name": row.name}
        s.execute(delete(CalendarDay).where(CalendarDay.day == day, CalendarDay.by_office.is_(True)))
        after = _as_it_was(day)
        trail.record("calendar:changed", by=by, stream="system", reason=reason.strip(), before=before, after=after)
        follow_change(s, {day: was}, by_office=True)


def follow_change(s: Session, was: Mapping[date, bool | None], *, by_office: bool) -> None:
    """Keep what stood for these days until now, and have open deadlines reckoned anew; inside the transaction of the change."""
    now = clock.now()
    s.add_all(FormerDay(until=now, day=day, by_office=by_office, working=working) for day, working in was.items())
    after_commit(calendar.forget)
    jobs.enqueue("calendar.changed", {})
    running = list(s.scalars(select(ProcessInstance.id).where(ProcessInstance.status == "running")))
    jobs.enqueue_many(
        [{"topic": "instance.recalculate", "payload": {"instance": i}, "instance": i} for i in running]
    )


@jobs.handler("instance.recalculate")
def recalculate_instance(job: Job) -> None:
    """Reckon the deadlines of one instance by the calendar in force."""
    calendar.forget()  # another process changed it, perhaps within the last two seconds
    recalculate(int(job.payload["instance"]), by=machine("worker"))
