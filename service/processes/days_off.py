"""Days that differ from the law's list: a day off or a worked Saturday by a yearly decision; open deadlines follow.

Counting is in `workflows.calendar`, the calendar in force in `service.calendar`.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select

from service import calendar, jobs, people, trail
from service.actor import Actor, machine
from service.calendar import CalendarDay
from service.db import after_commit, reading, transaction
from service.errors import Conflict, Invalid, NotFound
from service.jobs import Job
from service.processes.instances import recalculate
from service.processes.models import ProcessInstance

_SATURDAY = 5


def list_days(year: int) -> list[CalendarDay]:
    """Days of a year that were entered, in order."""
    with reading() as s:
        rows = list(
            s.scalars(
                select(CalendarDay)
                .where(CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))
                .order_by(CalendarDay.day)
            )
        )
        s.expunge_all()
    return rows


def enter_day(day: date, *, working: bool, name: str, basis: str, by: Actor) -> None:
    """Enter a day off, or a weekend day that is worked; deadlines of open steps are reckoned anew by jobs.

    Raises Forbidden, Conflict for a day that stands already, Invalid without name or basis, for a worked day that is
    no weekend day, and for a day off that is none worked anyway.
    """
    people.require(by, "calendar.edit")
    if not name.strip():
        raise Invalid.at("name", "Ghi tên ngày, ví dụ: Nghỉ bù Quốc khánh.", "Name the day.")
    if not basis.strip():
        raise Invalid.at("basis", "Ghi số, ngày quyết định hoặc thông báo.", "Give the paper that says so.")
    if working and day.weekday() < _SATURDAY:
        raise Invalid.at("day", "Ngày làm bù phải là Thứ Bảy hoặc Chủ Nhật.", "A day made up for is a weekend day.")
    if not working and day.weekday() >= _SATURDAY:
        raise Invalid.at("day", "Ngày này đã là ngày nghỉ cuối tuần.", "That day is off anyway.")
    with transaction() as s:
        if s.get(CalendarDay, day) is not None:
            raise Conflict(f"Ngày {day:%d/%m/%Y} đã có trong lịch.", "That day stands already.", code="day-taken")
        s.add(CalendarDay(day=day, working=working, name=name.strip(), basis=basis.strip(), confidence="P"))
        trail.record(
            "calendar:changed", by=by, stream="system", basis=basis.strip(),
            after={"day": day.isoformat(), "working": "yes" if working else "no", "name": name.strip()},
        )
        _reckon_anew()


def drop_day(day: date, *, reason: str, by: Actor) -> None:
    """Take an entered day out again, with a reason."""
    people.require(by, "calendar.edit")
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do bỏ ngày này.", "Say why.")
    with transaction() as s:
        row = s.get(CalendarDay, day)
        if row is None:
            raise NotFound("Ngày này không có trong lịch.", "There is no such day.")
        before = {"day": day.isoformat(), "working": "yes" if row.working else "no", "name": row.name}
        s.execute(delete(CalendarDay).where(CalendarDay.day == day))
        trail.record("calendar:changed", by=by, stream="system", reason=reason.strip(), before=before)
        _reckon_anew()


def _reckon_anew() -> None:
    after_commit(calendar.forget)
    jobs.enqueue("calendar.changed", {})
    with reading() as s:
        running = list(s.scalars(select(ProcessInstance.id).where(ProcessInstance.status == "running")))
    jobs.enqueue_many(
        [{"topic": "instance.recalculate", "payload": {"instance": i}, "instance": i} for i in running]
    )


@jobs.handler("instance.recalculate")
def recalculate_instance(job: Job) -> None:
    """Reckon the deadlines of one instance by the calendar in force."""
    calendar.forget()  # another process changed it, perhaps within the last two seconds
    recalculate(int(job.payload["instance"]), by=machine("worker"))
