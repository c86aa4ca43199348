"""What people put on a task: the holder's follow-up date; the office head's priority, and another due day with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service import clock, notices, people, trail
from service.actor import Actor
from service.calendar import last_day
from service.db import reading, session, transaction
from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound, Withheld
from service.processes import own_case
from service.processes.cases import Running, Trigger, kind_of
from service.processes.deployments import definition_of
from service.processes.items import title_with
from service.processes.models import Activity, ProcessInstance
from service.processes.queues import groups_of
from service.processes.recording import record_step
from service.processes.running import lock_instance, look_at, read_instance, take_live
from workflows import engine
from workflows.calendar import ZONE
from workflows.due import asked_by_timer
from workflows.engine import TimerOver

PRIORITIES = {"normal": 0, "high": 1}
_GIVING = ("vhxh_head",)
"""Moving what ends a unit's step judges its case: nobody does it for himself or the own office, though the step is the unit's own."""
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
        row, _case = _open_row_and_case(s, task_id, by)
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


@dataclass(frozen=True, slots=True)
class Along:
    """A timer of the process over a task, which may move with its due day for this case alone."""

    element: str
    name: str
    seen: TimerOver
    asked: tuple[tuple[str, str], ...]
    """What its time goes by, as (function, key); empty where the diagram alone says it."""
    law: Mapping[str, str]
    """Those of its rules that are sure → `sourced` or `confirmed`."""
    changed_at: str
    """Page where its day is changed for all; "" where there is none."""

    @property
    def common(self) -> date | None:
        """Its day for every case alike; None where it cannot be told."""
        return self.seen.common.astimezone(ZONE).date() if self.seen.common else None


@dataclass(frozen=True, slots=True)
class DueDay:
    """The due day of a task, and what hangs together with it as long as it is open."""

    due: datetime | None
    timers: tuple[Along, ...]
    next_day: tuple[str, date] | None
    """The next day of the case's calendar after the one that the day goes by: its key and the day."""


def look_at_due(task_id: int, *, by: Actor) -> DueDay:
    """When a task is due, and what setting another day would move; for whoever sees the task. Raises NotFound."""
    with reading():
        row = _seen_row(task_id, by, lock=False)
        if row.state != "open" or row.instance_id is None:
            return DueDay(row.due_at, (), None)
        running = read_instance(row.instance_id)
        timers = _along(running, look_at(running.id), row)
        keys = {key for timer in timers if timer.seen.together for function, key in timer.asked if function == "round_date"}
        after = [found for key in sorted(keys) if (found := kind_of(running).next_day(running, key)) is not None]
        return DueDay(row.due_at, timers, min(after, key=lambda one: one[1], default=None))


def set_due(task_id: int, day: date | None, reason: str, *, by: Actor) -> tuple[Along, ...]:
    """Let a task be due at the end of another day, with a reason; reminders and its timers follow, and its holder is told.

    A timer over the task moves with it, for this case alone (decision 0034); gives those that did. Such a day stays when
    calendars change. What a list asks is due by the round's calendar and is not changed here. Raises Invalid, NotFound,
    Forbidden for who may not or whom the case keeps away, Conflict, also where law behind a timer leaves no other day.
    """
    people.require(by, "task.set_due")
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
    due = datetime.combine(day, time(23, 59, 59), ZONE)
    with transaction() as s:
        row, running = _to_set(s, task_id, by)
        before, owner, queue = row.due_at, row.owner, row.queue_id
        live = take_live(s, running)
        moved = tuple(one for one in _along(running, live, row) if one.seen.follows(due))
        if moved and own_case.bars(running, by.within(row.process), _GIVING):
            raise Forbidden(*own_case.refusal(running, by.within(row.process), _GIVING), code="own-case")
        if engine.is_held(live) and any(one.law for one in moved):
            raise Conflict(
                "Hồ sơ đang tạm dừng nên chưa biết hạn theo quy định. Đổi hạn sau khi kết thúc tạm dừng.",
                "The case is on hold, so the day that its rule gives is not known yet. Change it once the hold has ended.",
                code="on-hold",
            )
        for one in moved:
            _must_be_free(one, day, running)
        if before == due and all(one.seen.due == due for one in moved):
            return ()
        step = engine.move_due(live, row.task or "", due, kind_of(running).environment(running))
        told = {"task": task_id, "due": day, "was": before.astimezone(ZONE).date() if before else None}
        if moved:
            told["timers"] = ",".join(one.element for one in moved)
        record_step(
            s, running, live, step, by=by, trigger=Trigger("due", row.element, row.occurrence, reason=reason.strip(), told=told)
        )
        _keep_for_replay(s, row, due)
        to = [owner] if owner else _who_may(running, queue, row.process) if moved else []
        notices.queue(
            "due_changed", to=[one for one in to if one != by.account],
            key=f"due_changed:{task_id}:{day.isoformat()}:{clock.now().isoformat()}", link=f"/tasks/{task_id}", about=task_id,
            context={
                "task": definition_of(running.deployment_id).elements[row.element].name, "by": by.name,
                "title": title_with(row.title, running.title),
                "due": due,
            },
        )
        return moved


def _to_set(s: Session, task_id: int, by: Actor) -> tuple[Activity, Running]:
    """The row of a task whose due day somebody may set, and its case, both under their locks."""
    row, running = _open_row_and_case(s, task_id, by)
    if running is None:
        raise Conflict(
            "Việc trên danh sách có hạn theo lịch của đợt. Đổi lịch của đợt để đổi hạn.",
            "What a list asks is due by the round's calendar; change that.", code="due-of-round",
            link=next((page for ask in list_changed_at if row.list_id and (page := ask(row.list_id))), ""),
        )
    groups = groups_of(row.queue_id)
    if own_case.bars(running, by.within(row.process), groups):
        raise Forbidden(*own_case.refusal(running, by.within(row.process), groups), code="own-case")
    return row, running


def _along(running: Running, live: engine.Live, row: Activity) -> tuple[Along, ...]:
    kind, definition, found = kind_of(running), definition_of(running.deployment_id), []
    for seen in engine.timers_over(live, row.task or "", kind.environment(running)):
        asked = asked_by_timer(definition, seen.element)
        rests = {key: kind.rests_on(running, key) for function, key in asked if function == "rule"}
        law = {key: word for key, word in rests.items() if word}
        changed_at = kind.changed_at(running, asked) if asked else ""
        found.append(Along(seen.element, definition.elements[seen.element].name, seen, asked, law, changed_at))
    return tuple(found)


def _must_be_free(timer: Along, day: date, running: Running) -> None:
    """Raise Conflict where a timer goes by law: a sourced rule leaves no other day, a confirmed one none before its own."""
    sourced = ", ".join(key for key, word in timer.law.items() if word == "sourced")
    common = timer.common
    if not timer.law or day == common or not sourced and common is not None and day > common:
        return
    rules = sourced or ", ".join(timer.law)
    until, until_en = (f", đến hết ngày {common:%d/%m/%Y}", f", to the end of {common:%d/%m/%Y}") if common else ("", "")
    sure, sure_en = ("đã có căn cứ pháp lý", "which is sourced law") if sourced else ("đã được xác nhận", "which was confirmed")
    no, no_en = ("dời", "moved") if sourced else ("rút ngắn", "cut short")
    raise Conflict(
        f"Hạn này gắn với đồng hồ “{timer.name}” của quy trình, tính theo quy định {rules} {sure}{until}. "
        f"Không {no} riêng cho một hồ sơ; đổi quy định đó để đổi hạn.",
        f"The timer “{timer.name}” of the process goes with this day, by the rule {rules}, {sure_en}{until_en}. "
        f"It is not {no_en} for one case; change the rule.",
        code="due-of-timer", link=kind_of(running).changed_at(running, [("rule", key) for key in timer.law]),
    )


def _keep_for_replay(s: Session, row: Activity, due: datetime) -> None:
    """Keep that a due day was set, so that the case can be told again (decision 0020)."""
    so_far = s.execute(select(ProcessInstance.dues_set).where(ProcessInstance.id == row.instance_id)).scalar_one() or []
    said = [clock.now().isoformat(), row.id, row.element, row.occurrence, due.isoformat()]
    s.execute(update(ProcessInstance).where(ProcessInstance.id == row.instance_id).values(dues_set=[*so_far, said]))


def _who_may(running: Running, queue: int | None, process: str | None) -> list[int]:
    """Who may take a task that nobody holds."""
    groups = groups_of(queue)
    return people.members_of(groups, barred=own_case.barred(running, groups), process=process)


def _seen_row(task_id: int, by: Actor, *, lock: bool) -> Activity:
    """The row of a task that somebody sees, as its candidate, its holder, who closed it, or a reader of all tasks."""
    find = select(Activity).where(Activity.id == task_id, Activity.kind.in_(("user", "list")))
    row = session().scalars(find.with_for_update() if lock else find).one_or_none()
    seen = row is not None and (
        by.within(row.process).may(*groups_of(row.queue_id))
        or by.account in (row.owner, row.closed_by)
        or people.allowed(by, "task.read_all")
    )
    if row is None or not seen:
        raise (NotFound if row is None else Withheld)(
            "Không có việc này, hoặc việc không thuộc bạn.", "There is no such task, or it is not yours."
        )
    return row


def _open_row_and_case(s: Session, task_id: int, by: Actor) -> tuple[Activity, Running | None]:
    """The row of an open task and its case, under their locks, in the order in which steps and acts on lists take them.

    The case comes first. Of a list, which has none, all open tasks are held, the oldest first.
    """
    found = s.execute(select(Activity.instance_id, Activity.list_id).where(Activity.id == task_id)).one_or_none()
    running = None if found is None or found.instance_id is None else lock_instance(s, found.instance_id)
    if found is not None and found.list_id is not None:
        of_list = select(Activity.id).where(Activity.list_id == found.list_id, Activity.state == "open")
        s.execute(of_list.order_by(Activity.id).with_for_update()).all()
    return _open_row(task_id, by), running


def _open_row(task_id: int, by: Actor, not_owner: str = "", not_owner_en: str = "") -> Activity:
    """The row of an open task under its lock; with a sentence for those who do not hold it, where only the holder may."""
    row = _seen_row(task_id, by, lock=True)
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
