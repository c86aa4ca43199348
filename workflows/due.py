"""Due times of a live workflow: worked out on entry, moved by calendars and holds, and fired.

It reads the clock only through the env of the act; when an act happens is the business of `engine`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast

from SpiffWorkflow.util.task import TaskState

from workflows.calendar import ZONE, OutsideCalendar
from workflows.clock import Cycle, CycleTimer, DateTimer, DurationTimer, due_at, pause
from workflows.definition import Definition
from workflows.environment import Env
from workflows.feel import Expression, FeelError
from workflows.feel.types import read_type
from workflows.live import Live
from workflows.repeats import around
from workflows.specs import BoundaryEvent
from workflows.tree import Node

TIMERS = (DateTimer, DurationTimer, CycleTimer)
_BY_HAND = "set"
"""When somebody set the due time, kept with the task: no calendar moves it from then on."""


@dataclass(frozen=True, slots=True)
class TimerOver:
    """A timer over an open task, its own or one of what it stands in; repeating timers are none of these."""

    element: str
    due: datetime
    common: datetime | None  # when it would fire had nobody set it by hand; None where that cannot be told
    ends: bool  # whether it ends the task
    together: bool  # whether it is due on the task's own day

    def follows(self, due: datetime) -> bool:
        """Whether it moves where the task comes to be due at a moment: it keeps to one day with it, or would end it before."""
        return self.together or self.ends and self.due < due


def asked_by_timer(definition: Definition, element: str) -> tuple[tuple[str, str], ...]:
    """What the timer of an element asks for by function and key: ("round_date", "filing"), ("rule", "REVIEW_DAYS")."""
    for spec in definition.task_specs:
        event = getattr(spec, "event_definition", None)
        if getattr(spec, "bpmn_id", None) == element and isinstance(event, TIMERS) and isinstance(event.expression, Expression):
            return tuple(sorted(set(read_type(event.expression, None).asked)))
    return ()


def is_timer(node: Node) -> bool:
    return isinstance(getattr(node.task_spec, "event_definition", None), TIMERS)


def timers(live: Live) -> list[Node]:
    return [node for node in live.workflow.event_manager.tasks.values() if is_timer(node)]


def due_of(node: Node) -> datetime | None:
    text = node.internal_data.get("due")
    return datetime.fromisoformat(text) if text else None


def day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def reckon(live: Live, node: Node, env: Env) -> bool:
    """Work out a due time again as seen from its entry; True if it moved. Where that fails, it stays, with an
    incident. What was set by hand stays.
    """
    if _BY_HAND in node.internal_data or is_timer(node) and isinstance(node.task_spec.event_definition, CycleTimer):
        return False
    before, then = due_of(node), as_of(node, env)
    try:
        due = timer_due(node, then) if is_timer(node) else task_due(node, then)
    except (FeelError, OutsideCalendar) as error:
        live.workflow.note_trouble(node, "expression", cast(Exception, error))
        return False
    set_due(node, due)
    return due != before


def set_due(node: Node, due: datetime | None) -> None:
    if due is None:
        node.internal_data.pop("due", None)
    else:
        node.internal_data["due"] = due.isoformat()


def set_by_hand(node: Node, due: datetime, env: Env) -> None:
    """Set a due time that calendars leave alone; a hold moves it by the time that it lasts from now on.

    Its day for every case alike is the way back: it goes by the diagram again.
    """
    common = _common(node, env)
    if common is not None and day(common) == day(due):
        node.internal_data.pop(_BY_HAND, None)
        set_due(node, common)
        return
    set_due(node, due)
    node.internal_data[_BY_HAND] = env.now().isoformat()


def timers_over(task: Node, env: Env) -> list[tuple[Node, TimerOver]]:
    """The timers over an open task, the innermost first."""
    found = [(node, due) for node in _edges(task) if (due := due_of(node)) is not None]
    own = due_of(task) or min((due for node, due in found if node.task_spec.cancel_activity), default=None)
    return [
        (
            node,
            TimerOver(
                node.task_spec.bpmn_id, due, _common(node, env), node.task_spec.cancel_activity,
                own is not None and day(own) == day(due),
            ),
        )
        for node, due in found
    ]


def _edges(task: Node) -> list[Node]:
    """Timers that wait at the edge of a task and of each activity that it stands in, without repeating ones."""
    found: list[Node] = []
    node: Node | None = task
    while node is not None:
        found += [
            one
            for one in (node.parent.children if node.parent is not None else ())
            if one._state == TaskState.WAITING and isinstance(one.task_spec, BoundaryEvent)
            and is_timer(one) and not isinstance(one.task_spec.event_definition, CycleTimer)
        ]
        node = around(node)
    return found


def _common(node: Node, env: Env) -> datetime | None:
    then = as_of(node, env)
    try:
        return timer_due(node, then) if is_timer(node) else task_due(node, then)
    except (FeelError, OutsideCalendar):
        return None


def timer_due(node: Node, env: Env) -> datetime | None:
    definition = node.task_spec.event_definition
    if isinstance(definition, CycleTimer):
        cycle = cast(Cycle, definition.expression)
        node.internal_data["left"] = cycle.times
        return cycle.period.after(env.now())
    return shift(node, due_at(definition.expression, node.data, env), env)


def task_due(node: Node, env: Env) -> datetime | None:
    source = getattr(node.task_spec, "due", None)
    return None if source is None else shift(node, due_at(source, node.data, env), env)


def shift(node: Node, due: datetime | None, env: Env) -> datetime | None:
    """Put back the working days that holds have taken."""
    days = node.internal_data.get("held", 0)
    if due is None or not days:
        return due
    local = due.astimezone(ZONE)
    return datetime.combine(env.calendar.add(local.date(), days), local.timetz())


def as_of(node: Node, env: Env) -> Env:
    """The same surroundings at the moment when the task was entered."""
    entered = datetime.fromisoformat(node.internal_data["at"])
    return replace(env, now=lambda: entered)


def _set_at(node: Node) -> datetime | None:
    text = node.internal_data.get(_BY_HAND)
    return datetime.fromisoformat(text) if text else None


def next_due(live: Live) -> datetime | None:
    if live.held_at is not None or live.workflow.completed:
        return None
    return min((due for node in timers(live) if (due := due_of(node)) is not None), default=None)


def fire(node: Node, now: datetime) -> None:
    definition = node.task_spec.event_definition
    if not isinstance(definition, CycleTimer):
        node.internal_data["event_fired"] = True
        node.task_spec._update(node)
        return
    cycle = cast(Cycle, definition.expression)
    due, left = cast(datetime, due_of(node)), node.internal_data["left"]
    if left < 0 and not cycle.period.months and due <= now:
        due += (now - due) // cycle.period.exact * cycle.period.exact  # rounds missed over years, at once
    while due <= now and left != 0:
        due = max(cycle.period.after(due), due + timedelta(seconds=1))
        left -= 1 if left > 0 else 0
    node.internal_data["left"] = left
    node.internal_data["due"] = due.isoformat()
    cast(BoundaryEvent, node.task_spec).fire_cycle(node)
    if left == 0:
        node.internal_data["event_fired"] = True
        node.task_spec._update(node)


def resume(live: Live, env: Env) -> dict[str, datetime | None]:
    """End a hold: what was waited for keeps the working time it had left; gives the open tasks that moved."""
    dues: dict[str, datetime | None] = {}
    held_at, live.held_at = live.held_at, None
    if held_at is not None:
        now = env.now()
        for node in [*timers(live), *live.open.values()]:
            due, entered = (
                due_of(node),
                datetime.fromisoformat(node.internal_data.get("at", now.isoformat())),
            )
            if due is None:
                continue
            stood = max(held_at, entered)
            try:
                later = pause(due, max(stood, _set_at(node) or stood), now, env.calendar)
                days = env.calendar.between(day(stood), day(now))
            except OutsideCalendar as error:
                live.workflow.note_trouble(node, "expression", error)
                continue
            if later != due:
                set_due(node, later)
                node.internal_data["held"] = node.internal_data.get("held", 0) + days
                if node.id in live.open:
                    dues[live.task_id(node)] = later
    return dues
