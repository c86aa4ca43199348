"""The inbox rows of lists: what a list in some state asks of whom, until when. Moves no list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service import clock, jobs, trail
from service.actor import Actor, machine
from service.awards import concerns, guards
from service.awards.catalogue import AD_HOC
from service.awards.due import term_of
from service.awards.lists.kinds import EMPTY, KINDS, ListTask, kind_of
from service.awards.models import Line, List, Nomination, Round
from service.calendar import forget, working_calendar
from service.db import reading, transaction
from service.processes import reminders
from service.processes.deployments import definition_of
from service.processes.models import NO_DUE, Activity, ProcessInstance
from service.processes.queues import queue_of
from service.vietnamese import fold


def end_empty(s: Session, row: List, *, by: Actor) -> None:
    """End a list of which no name is left: it asks nobody any more, and its kind's words say what did not come about."""
    row.state = EMPTY
    row.version += 1
    s.flush()
    open_tasks(s, row, closed_by=by)
    trail.record(f"{row.kind}:emptied", by=by, stream=f"list:{row.id}")


def open_tasks(s: Session, row: List, *, closed_by: Actor | None = None) -> None:
    """Bring the inbox rows of a list to its state: close what is done, open what is asked now, move what is due anew."""
    wanted = _asked_now(s, row)
    now = clock.now()
    open_now = s.execute(
        select(Activity.id, Activity.element, Activity.key, Activity.due_at, Activity.opened_at)
        .where(Activity.list_id == row.id, Activity.state == "open", Activity.kind == "list")
        .order_by(Activity.id)  # the order in which whoever holds several tasks of a list takes them
    ).all()
    for activity, element, key, due, opened in open_now:
        found = wanted.pop((element.partition(".")[2], key or ""), None)
        if found is None:
            s.execute(
                update(Activity)
                .where(Activity.id == activity)
                .values(
                    state="done",
                    closed_at=now,
                    remind_at=None,
                    closed_by=closed_by.account if closed_by else None,
                    door=closed_by.door if closed_by else None,
                )
            )
        elif (fresh := _due(s, row, found[0])) != due:
            _move_due(s, row, activity, found[0], opened, fresh)
    priority = _priority(s, row) if wanted else 0
    for (_, key), (task, group) in wanted.items():
        due = _due(s, row, task)
        s.execute(
            insert(Activity).values(
                list_id=row.id,
                kind="list",
                element=f"{row.kind}.{task.act}",
                key=key or None,
                occurrence=1,
                state="open",
                version=1,
                queue_id=_queue(row, task, group),
                title=f"{task.label}: {row.title}"[:300],
                search=fold(f"{task.label}: {row.title}")[:300],
                process=row.kind,
                unit_id=int(key) if key else row.unit_id,
                priority=priority,
                opened_at=now,
                due_at=due,
                sort_at=due or NO_DUE,
                remind_at=reminders.first(_reminding(s, row, task), due, now, working_calendar()),
                reminded=0,
                drafted=False,
            )
        )
    for act in dict.fromkeys(act for act, _ in wanted):
        jobs.enqueue("list.asked", {"list": row.id, "act": act, "version": row.version})


def _asked_now(s: Session, row: List) -> dict[tuple[str, str], tuple[ListTask, str]]:
    """What the list asks in its state: act and key → task and groups."""
    return {
        (task.act, key): (task, group)
        for task in kind_of(row).tasks.get(row.state, ())
        if not task.when or guards.any_to_take(s, row, kind_of(row).act(task.act), task.when)
        for key, group in (task.parts(s, row) if task.parts else {"": task.group(row)}).items()
    }


def _move_due(
    s: Session, row: List, activity: int, task: ListTask, opened: datetime, due: datetime | None
) -> None:
    ahead = reminders.next_after(_reminding(s, row, task), due, opened, clock.now(), working_calendar())
    s.execute(
        update(Activity).where(Activity.id == activity).values(due_at=due, sort_at=due or NO_DUE, remind_at=ahead)
    )


def _reminding(s: Session, row: List, task: ListTask) -> dict[str, str]:
    """How a task of a list is reminded of, in the words of the diagrams' attributes."""
    attrs = {"remind": reminders.AD_HOC} if s.get_one(Round, row.round_id).stage == AD_HOC else {}
    return attrs | ({"tell": task.tell} if task.tell else {})


def changed_at(list_id: int) -> str:
    """Page where the days of a list are changed: the calendar of its round, where the round has one."""
    with reading() as s:
        found = s.execute(select(Round.id, Round.stage).join(List, List.round_id == Round.id).where(List.id == list_id)).one_or_none()
    return f"/rounds/{found.id}/calendar" if found is not None and found.stage != AD_HOC else ""


def reminding(activity: Activity) -> dict[str, str]:
    """How an open task of a list is reminded of."""
    with reading() as s:
        row = s.get_one(List, activity.list_id)
        act = activity.element.partition(".")[2]
        task = next((t for t in kind_of(row).tasks.get(row.state, ()) if t.act == act), None)
        return _reminding(s, row, task) if task else {}


def move_dues(s: Session, round_id: int) -> None:
    """Bring the due times of what a round's lists ask to its calendar, in the open transaction."""
    rows = s.execute(
        select(Activity.id, Activity.element, Activity.due_at, Activity.opened_at, List)
        .join(List, List.id == Activity.list_id)
        .where(List.round_id == round_id, Activity.kind == "list", Activity.state == "open")
        .order_by(Activity.id)
    ).all()
    for activity, element, due, opened, row in rows:
        act = element.partition(".")[2]
        task = next((t for t in kind_of(row).tasks.get(row.state, ()) if t.act == act), None)
        if task is not None and (fresh := _due(s, row, task)) != due:
            _move_due(s, row, activity, task, opened, fresh)


@jobs.handler("calendar.changed")
def _reckon_anew(job: jobs.Job) -> None:
    """Reckon what lists ask within a number of working days by the calendar in force."""
    forget()  # another process changed it, perhaps within the last two seconds
    asked = select(Activity.list_id).where(Activity.kind == "list", Activity.state == "open")
    with reading() as s:
        found = s.scalars(select(List.id).where(List.due_days.is_not(None), List.id.in_(asked)).order_by(List.id)).all()
    for number in found:
        with transaction() as s:
            row = s.scalars(select(List).where(List.id == number).with_for_update(key_share=True)).one()
            if (term := term_of(row)) is None or term.until == row.due_at:
                continue
            row.due_at = term.until
            open_tasks(s, row)
            trail.record("list:recalculated", by=machine("worker"), stream=f"list:{number}")


def _queue(row: List, task: ListTask, groups: str) -> int:
    """Whom a list asks: the groups of the task, and who falls in where a name on the list keeps these away."""
    act = kind_of(row).act(task.act)
    return queue_of(concerns.asked(row.kind, act, groups.split(), concerns.concerns_on(row.id)))


def ask_anew(s: Session, row: List) -> None:
    """Give the open tasks of a list to whom they belong now that its names concern others, in the open transaction."""
    named = _asked_now(s, row)
    for number, element, key, queue in s.execute(
        select(Activity.id, Activity.element, Activity.key, Activity.queue_id)
        .where(Activity.list_id == row.id, Activity.state == "open", Activity.kind == "list")
        .order_by(Activity.id)
    ).all():
        found = named.get((element.partition(".")[2], key or ""))
        if found is not None and (wanted := _queue(row, *found)) != queue:
            s.execute(update(Activity).where(Activity.id == number).values(queue_id=wanted))


def settle_tasks(s: Session, nomination_id: int, *, anew: bool = False) -> None:
    """Close what lists ask about a nomination once none of their names stands there any more, in the open transaction.

    An act only queues its messages: its names leave their step at delivery, one by one, and the last one ends the task.
    `anew`: open what is asked again too, because the name may go on after a hold, or must not.
    """
    conditional = {
        f"{kind.name}.{task.act}" for kind in KINDS.values() for tasks in kind.tasks.values() for task in tasks if task.when
    }
    rows = select(List).join(Line, Line.list_id == List.id).where(Line.nomination_id == nomination_id)
    if anew:
        rows = rows.where(Line.removed.is_(False))
    else:
        asked = select(Activity.list_id).where(
            Activity.list_id == List.id,
            Activity.kind == "list",
            Activity.state == "open",
            Activity.element.in_(conditional),
        )
        rows = rows.where(asked.exists())
    for row in s.scalars(rows.order_by(List.id)).all():
        open_tasks(s, row)


def _priority(s: Session, row: List) -> int:
    """What the list's last task had, so that what was made urgent stays so; else as its round begins."""
    last = s.execute(
        select(Activity.priority).where(Activity.list_id == row.id).order_by(Activity.id.desc()).limit(1)
    ).scalar()
    if last is not None:
        return last
    from service.awards.rounds import priority_in

    return priority_in(s.get_one(Round, row.round_id).stage)


def _due(s: Session, row: List, task: ListTask) -> datetime | None:
    if task.until is not None:
        return task.until(row)
    if task.due is None:
        return row.due_at
    from service.awards.rounds import end_of_day

    calendar = s.execute(select(Round.calendar).where(Round.id == row.round_id)).scalar() or {}
    day = calendar.get(task.due)
    if not day:
        return row.due_at
    waiting = _set_for_names(s, row, task) if task.follows else []
    return min((due or end_of_day(day) for due in waiting), default=end_of_day(day))


def _set_for_names(s: Session, row: List, task: ListTask) -> list[datetime | None]:
    """For each name that waits for the act: the due day that somebody set for it alone, in the same stretch of its process; else None."""
    found = s.execute(
        select(Activity.deployment_id, Activity.element, Activity.occurrence, ProcessInstance.dues_set, ProcessInstance.renamed)
        .join(ProcessInstance, ProcessInstance.id == Activity.instance_id)
        .join(Nomination, Nomination.instance_id == ProcessInstance.id)
        .join(Line, Line.nomination_id == Nomination.id)
        .where(Line.list_id == row.id, Line.removed.is_(False), Activity.state == "open", Activity.element.in_(task.when))
    ).all()
    stops = {stop for one in found for _at, stop, *_rest in one.dues_set or ()}
    drawn = s.execute(select(Activity.id, Activity.deployment_id, Activity.element).where(Activity.id.in_(stops))).all() if stops else ()
    return [_last_set(one, {stop.id: stop for stop in drawn}) for one in found]


def _last_set(case: Any, drawn: Mapping[int, Any]) -> datetime | None:
    """The due day last set for a step that stands in one subprocess with the wait of a case, and was gone through as often.

    `drawn`: rows of steps by number, each with the version in which it stands or ended and its id there. Later versions may
    call the subprocess otherwise, and need not have a step that has ended.
    """
    here = definition_of(case.deployment_id).elements[case.element]
    if here.scope == here.process:
        return None

    def is_beside(stop: int) -> bool:
        there = drawn[stop]
        scope = definition_of(there.deployment_id).elements[there.element].scope
        return here.scope == (scope if there.deployment_id == case.deployment_id else case.renamed.get(scope, scope))

    days = [
        due for _at, stop, _element, nth, due in case.dues_set or ()
        if nth == case.occurrence and stop in drawn and is_beside(stop)
    ]
    return datetime.fromisoformat(days[-1]) if days else None
