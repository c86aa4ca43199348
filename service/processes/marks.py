"""What people put on a task: the holder's follow-up date; the office head's priority, and another due day with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select, update

from service import clock, notices, people, trail
from service.actor import Actor
from service.calendar import last_day, working_calendar
from service.db import session, transaction
from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound, Withheld
from service.processes import own_case, reminders
from service.processes.cases import Running, kind_of
from service.processes.deployments import definition_of
from service.processes.models import Activity, ProcessInstance
from service.processes.queues import groups_of
from service.processes.running import read_instance
from workflows.calendar import ZONE
from workflows.definition import Element
from workflows.due import asked_by_timer

PRIORITIES = {"normal": 0, "high": 1}
list_changed_at: list[Callable[[int], str]] = []
"""Page where the days of a list are changed; the subject's part adds itself."""


def set_follow_up(task_id: int, day: date | None, *, by: Actor) -> None:
    """Set the day on which the holder wants to look at a task again, or take it away.

    The date goes with its holder: it ends when the task is given back or to somebody else. Raises NotFound, Conflict
    for who does not hold the open task, Invalid for a day that has passed or lies too far ahead.
    """
    if day is not None and not clock.today() <= day <= last_day():
        raise Invalid.at(
            "follow", f"Ngày theo dõi lại phải từ hôm nay đến hết ngày {last_day():%d/%m/%Y}.",
            f"The follow-up date must lie between today and {last_day():%d/%m/%Y}.",
        )
    with transaction() as s:
        row = _open_row(task_id, by, "Bạn không giữ việc này nên không hẹn ngày theo dõi lại được. Nhận việc trước.",
                        "You do not hold this task, so you cannot set a follow-up date. Claim it first.")
        moment = datetime.combine(day, time(0), ZONE) if day else None
        if row.follow_at == moment:
            return
        s.execute(update(Activity).where(Activity.id == task_id).values(follow_at=moment))
        body = {"task": task_id, "el": row.element} | ({"day": f"{day:%d/%m/%Y}"} if day else {})
        trail.record(
            "task:follow_up_set" if day else "task:follow_up_ended", by=by, stream=_stream(row),
            deployment=row.deployment_id, body=body,
        )


def set_priority(task_id: int, priority: str, *, by: Actor) -> None:
    """Make the case or list of a task urgent, or not: its open tasks and those that come.

    Raises Invalid, NotFound, Forbidden for who may not, Conflict where the task is not open any more.
    """
    with transaction() as s:
        row = _open_row(task_id, by)
        if not people.allowed(by, "task.prioritise"):
            raise Forbidden(
                "Chỉ Trưởng phòng Văn hóa - Xã hội được đặt mức ưu tiên.", "Only the head of the office sets a priority."
            )
        if priority not in PRIORITIES:
            raise Invalid.at("priority", "Chọn khẩn hoặc bình thường.", "Choose high or normal.")
        if row.priority == PRIORITIES[priority]:
            return
        value = PRIORITIES[priority]
        of_case = Activity.instance_id == row.instance_id if row.instance_id else Activity.list_id == row.list_id
        s.execute(update(Activity).where(of_case, Activity.state == "open").values(priority=value))
        if row.instance_id:
            s.execute(update(ProcessInstance).where(ProcessInstance.id == row.instance_id).values(priority=value))
        trail.record(
            "task:prioritised", by=by, stream=_stream(row), deployment=row.deployment_id,
            body={"task": task_id, "el": row.element, "priority": priority},
        )


def set_due(task_id: int, day: date | None, reason: str, *, by: Actor) -> None:
    """Let a task be due at the end of another day, with a reason; reminders follow, and its holder is told.

    Such a day stays when calendars change. What a list asks is due by the round's calendar, and what a timer of the process
    ends goes by that timer: neither is changed here. Raises Invalid, NotFound, Forbidden for who may not or whom the case
    keeps away, Conflict.
    """
    faults = []
    if day is None or not clock.today() <= day <= last_day():
        faults.append(FieldFault(
            "day", f"Ghi hạn mới từ hôm nay đến hết ngày {last_day():%d/%m/%Y}.",
            f"Give a due day from today to {last_day():%d/%m/%Y}.",
        ))
    if not reason.strip():
        faults.append(FieldFault("reason", "Ghi lý do đổi hạn.", "Say why the due day changes."))
    if faults or day is None:
        raise Invalid(faults[0].message, faults[0].message_en, faults=faults)
    with transaction() as s:
        row = _open_row(task_id, by)
        if not people.allowed(by, "task.set_due"):
            raise Forbidden("Chỉ Trưởng phòng Văn hóa - Xã hội được đổi hạn xử lý.", "Only the head of the office changes a due day.")
        if row.instance_id is None or row.deployment_id is None:
            raise Conflict(
                "Việc trên danh sách có hạn theo lịch của đợt. Đổi lịch của đợt để đổi hạn.",
                "What a list asks is due by the round's calendar; change that.", code="due-of-round",
                link=next((page for ask in list_changed_at if row.list_id and (page := ask(row.list_id))), ""),
            )
        case: Any = s.get_one(ProcessInstance, row.instance_id)
        groups = groups_of(row.queue_id)
        if own_case.bars(case, by.within(row.process), groups):
            raise Forbidden(*own_case.refusal(case, by.within(row.process), groups), code="own-case")
        if (timer := _timer_over(row)) is not None:
            raise _goes_by(timer, row, read_instance(row.instance_id))
        due = datetime.combine(day, time(23, 59, 59), ZONE)
        if row.due_at == due:
            return
        before = row.due_at
        element = definition_of(row.deployment_id).elements[row.element]
        s.execute(
            update(Activity).where(Activity.id == task_id).values(
                due_at=due, sort_at=due, due_set=True,
                remind_at=reminders.next_after(element.attrs, due, row.opened_at, clock.now(), working_calendar()),
            )
        )
        trail.record(
            "task:due_set", by=by, stream=_stream(row), deployment=row.deployment_id, reason=reason,
            body={"task": task_id, "el": row.element, "due": day, "was": before.astimezone(ZONE).date() if before else None},
        )
        notices.queue(
            "due_changed", to=[row.owner] if row.owner and row.owner != by.account else [],
            key=f"due_changed:{task_id}:{day.isoformat()}:{clock.now().isoformat()}", link=f"/tasks/{task_id}", about=task_id,
            context={"task": element.name, "title": case.title, "by": by.name, "due": due},
        )


def _timer_over(row: Activity) -> Element | None:
    """The timer that sits on a task, or on what it stands in: that one keeps its own time."""
    elements = definition_of(row.deployment_id or 0).elements
    around, place = set(), row.element
    while place in elements and place not in around:
        around.add(place)
        place = elements[place].scope
    return next((one for one in elements.values() if one.kind == "boundary_timer" and one.host in around), None)


def _goes_by(timer: Element, row: Activity, running: Running) -> Conflict:
    """Why the due day of a task that a timer ends is not changed by itself, and where the timer's day is.

    The timer is the same day for all of a round or all under a rule; moved for one case it would favour that one, and what the
    case did could not be told again from its record.
    """
    asked = asked_by_timer(definition_of(row.deployment_id or 0), timer.id)
    rules = ", ".join(key for function, key in asked if function == "rule")
    where, where_en = (
        ("tính theo lịch của đợt. Đổi lịch của đợt thì hạn của mọi việc cùng mốc đổi theo",
         "by the round's calendar; change that, and all that goes by the same day follows")
        if any(function == "round_date" for function, _key in asked)
        else (f"tính theo quy định {rules}. Đổi quy định đó để đổi hạn", f"by the rule {rules}; change that") if rules
        else ("ghi trong sơ đồ quy trình. Sửa sơ đồ để đổi hạn cho các hồ sơ sau", "as the diagram says; change it for cases to come")
    )
    return Conflict(
        f"Việc này tự kết thúc theo đồng hồ “{timer.name}” của quy trình, {where}.",
        f"The timer “{timer.name}” of the process ends this task, {where_en}.",
        code="due-of-timer", link=kind_of(running).changed_at(running, asked),
    )


def _open_row(task_id: int, by: Actor, not_owner: str = "", not_owner_en: str = "") -> Activity:
    """The row of an open task under its lock; with a sentence for those who do not hold it, where only the holder may."""
    row = session().scalars(
        select(Activity).where(Activity.id == task_id, Activity.kind.in_(("user", "list"))).with_for_update()
    ).one_or_none()
    seen = row is not None and (
        by.within(row.process).may(*groups_of(row.queue_id))
        or by.account in (row.owner, row.closed_by)
        or people.allowed(by, "task.read_all")
    )
    if row is None or not seen:
        raise (NotFound if row is None else Withheld)(
            "Không có việc này, hoặc việc không thuộc bạn.", "There is no such task, or it is not yours."
        )
    if row.state != "open":
        raise Conflict(
            "Việc này không còn: hồ sơ đã chuyển sang bước khác.", "This task is gone: the case has moved elsewhere.",
            code="task-gone",
        )
    if not_owner and row.owner != by.account:
        raise Conflict(not_owner, not_owner_en, code="not-owner")
    return row


def _stream(row: Activity) -> str:
    return f"instance:{row.instance_id}" if row.instance_id else f"list:{row.list_id}"
