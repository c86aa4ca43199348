"""When a task's owner is reminded, when its delay is told to somebody else, and the sweep that does so; when it counts as unclaimed.

Reminders are served from the task's row, never from a timer of the engine: after a downtime the last one that was
missed goes out once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from sqlalchemy import select, update

from service import clock, trail
from service.actor import machine
from service.calendar import working_calendar
from service.db import reading, session, transaction
from service.processes.deployments import definition_of
from service.processes.models import Activity, ProcessInstance
from workflows.calendar import ZONE, WorkingCalendar

DEFAULT_REMIND = "3 1 0"
"""Working days before the due time; `half` is the middle between opening and due time."""
AD_HOC = "half 0"
"""In ad hoc rounds, where all is a matter of days."""
DEFAULT_ESCALATE_AFTER = "1 3 5"
"""Working days after the due time."""
MORNING = time(8, 0)

announce: list[Callable[[int, str], None]] = []
"""Called in the sweep's transaction with (activity, "reminder" or "escalation"); the letters' part adds itself."""
reminding_of_lists: list[Callable[[Activity], Mapping[str, str]]] = []
"""How tasks of lists are reminded of; the subject's part adds itself."""


def attributes(activity: Activity) -> Mapping[str, str]:
    """Attributes of an activity's element; for a list task only how it is reminded of."""
    if activity.deployment_id is None:
        return {word: said for ask in reminding_of_lists for word, said in ask(activity).items()}
    return definition_of(activity.deployment_id).elements[activity.element].attrs


def moments(
    attrs: Mapping[str, str], opened: datetime, due: datetime, calendar: WorkingCalendar
) -> list[tuple[datetime, str]]:
    """All moments at which somebody is told, in order, each with `reminder` or `escalation`."""
    found: list[tuple[datetime, str]] = []
    for word in attrs.get("remind", DEFAULT_REMIND).split():
        if word == "half":
            found.append((opened + (due - opened) / 2, "reminder"))
        else:
            day = calendar.add(due.astimezone(ZONE).date(), -int(word))
            found.append((due if word == "0" else _morning(day), "reminder"))
    # What was due before it was opened is told of from the next working day on.
    day = max(due, opened).astimezone(ZONE).date()
    for word in attrs.get("escalate_after", DEFAULT_ESCALATE_AFTER).split() or DEFAULT_ESCALATE_AFTER.split():
        found.append((_morning(calendar.add(day, int(word))), "escalation"))
    return sorted(m for m in found if m[0] > opened)


def unclaimed_moment(attrs: Mapping[str, str], since: datetime, calendar: WorkingCalendar) -> datetime | None:
    """When a task that nobody has held since a moment is told of as unclaimed; None where its step does not say so."""
    days = attrs.get("unclaimed_after", "")
    return _morning(calendar.add(since.astimezone(ZONE).date(), int(days))) if days else None


def first(
    attrs: Mapping[str, str], due: datetime | None, opened: datetime, calendar: WorkingCalendar
) -> datetime | None:
    """The first moment of a task that was just opened; None without a due time."""
    if due is None:
        return None
    ahead = moments(attrs, opened, due, calendar)
    return ahead[0][0] if ahead else None


def next_after(
    attrs: Mapping[str, str],
    due: datetime | None,
    opened: datetime,
    now: datetime,
    calendar: WorkingCalendar,
) -> datetime | None:
    """The next moment of a task whose due time was moved."""
    if due is None:
        return None
    return next((at for at, _ in moments(attrs, opened, due, calendar) if at > now), None)


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, ZONE)


def remind_due(limit: int = 200) -> int:
    """Tell about every task whose moment has come; returns how many."""
    with reading() as s:
        due = list(
            s.scalars(
                select(Activity.id)
                .where(Activity.remind_at <= clock.now())
                .order_by(Activity.remind_at)
                .limit(limit)
            )
        )
    return sum(_remind(activity) for activity in due)


def _remind(activity_id: int) -> int:
    with transaction() as s:
        activity = s.scalars(
            select(Activity).where(Activity.id == activity_id).with_for_update()
        ).one()
        now = clock.now()
        if activity.state != "open" or activity.remind_at is None or activity.due_at is None:
            return 0
        if activity.remind_at > now:
            return 0
        if activity.instance_id is not None and _on_hold(activity.instance_id):
            put_off(activity, "remind_at")
            return 0
        plan = moments(attributes(activity), activity.opened_at, activity.due_at, working_calendar())
        passed = [m for m in plan if m[0] <= now]
        kind = passed[-1][1] if passed else "reminder"
        ahead = plan[len(passed) :]
        s.execute(
            update(Activity)
            .where(Activity.id == activity_id)
            .values(remind_at=ahead[0][0] if ahead else None, reminded=Activity.reminded + 1)
        )
        trail.record(
            "task:reminded" if kind == "reminder" else "task:escalated",
            by=machine("timer"),
            stream=_stream(activity),
            deployment=activity.deployment_id,
            body={"task": activity_id, "el": activity.element},
        )
        for tell in announce:
            tell(activity_id, kind)
        return 1


def _on_hold(instance_id: int) -> bool:
    with reading() as s:
        return bool(s.execute(select(ProcessInstance.holds).where(ProcessInstance.id == instance_id)).scalar())


def put_off(activity: Activity, moment: str) -> None:
    """Let a moment of a task of a case on hold, `remind_at` or `unclaimed_at`, be the next working day's morning."""
    day = working_calendar().add(clock.today(), 1)
    session().execute(update(Activity).where(Activity.id == activity.id).values({moment: _morning(day)}))
    trail.record("task:reminder_postponed", by=machine("timer"), stream=_stream(activity), body={"task": activity.id})


def _stream(activity: Activity) -> str:
    return f"instance:{activity.instance_id}" if activity.instance_id else f"list:{activity.list_id}"
