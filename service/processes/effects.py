"""Job topics and sweeps of running processes: delivering messages, telling people of tasks, waking timers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from service import clock, jobs, notices, people, trail
from service.actor import machine
from service.calendar import working_calendar
from service.db import reading, transaction
from service.processes import own_case, reminders
from service.processes.deployments import definition_of
from service.processes.instances import due_instances, raise_incident, wake_instance
from service.processes.items import title_with
from service.processes.messages import deliver_messages
from service.processes.models import Activity, Message, ProcessInstance
from service.processes.queues import groups_of, queue_of
from service.processes.reminders import attributes
from service.processes.running import lock_instance
from workflows.calendar import ZONE

opened_tasks: list[Callable[[Activity], None]] = []
"""Called for each new task in the transaction that tells its candidates; once more where that is done again."""


class Undelivered(Exception):
    """A message that the process could not take, however often it was tried."""

    def __init__(self, name: str, error: str) -> None:
        super().__init__(f"message {name} could not be delivered: {error}")
        self.message = f"Kết quả “{name}” không chuyển được vào hồ sơ sau nhiều lần thử."


def _undelivered(job: jobs.Job, error: str) -> None:
    """Raise the incident as soon as the last try has failed: the case stands still, and somebody must see that."""
    instance_id = int(job.payload["instance"])
    with transaction() as s:
        running = lock_instance(s, instance_id)
        name = s.execute(
            select(Message.name)
            .where(Message.instance_id == instance_id, Message.state == "queued")
            .order_by(Message.urgent.desc(), Message.id)
        ).scalars().first()
        if name is not None and running.status == "running":
            raise_incident(instance_id, None, Undelivered(name, error))


@jobs.handler("instance.deliver", gave_up=_undelivered)
def _deliver(job: jobs.Job) -> None:
    deliver_messages(int(job.payload["instance"]))


@jobs.handler("task.opened")
def _tell_of_tasks(job: jobs.Job) -> None:
    """Tell candidates of new tasks by mail, and give the managers what nobody could take.

    `together`: the tasks belong to an act on many cases, which tells of all of them at once when it is through (`tell_together`).
    """
    with transaction() as s:
        rows = s.execute(
            select(Activity, ProcessInstance)
            .join(ProcessInstance, ProcessInstance.id == Activity.instance_id)
            .where(
                Activity.instance_id == job.payload["instance"],
                Activity.task.in_(job.payload["tasks"]),
                Activity.state == "open",
            )
        ).all()
        for activity, instance in rows:
            kept_away = own_case.barred(instance, groups_of(activity.queue_id))
            to = _asked(activity, kept_away)
            if not to:
                to = _to_managers(activity, instance, kept_away)
            if not job.payload.get("together"):
                _tell_of_one(activity, instance, to)
            for tell in opened_tasks:
                tell(activity)


def _tell_of_one(activity: Activity, instance: ProcessInstance, to: Collection[int]) -> None:
    notices.queue(
        "assigned",
        to=to,
        key=f"assigned:{activity.id}",
        context={**_words(activity, instance), "due": _moment(activity)},
        link=f"/tasks/{activity.id}",
        about=activity.id,
        words=_letter_of(activity),
    )


def tell_together(stops: Collection[tuple[int, str]], key: str, title: str) -> int:
    """Tell people of open tasks, (instance, the engine's task), that one act brought in many cases; in the open transaction.

    Each is told once of a step, by how many cases stand there; of a single one as ever. Returns how many letters that makes.
    """
    with reading() as s:
        rows = s.execute(
            select(Activity, ProcessInstance)
            .join(ProcessInstance, ProcessInstance.id == Activity.instance_id)
            .where(Activity.instance_id.in_({instance for instance, _task in stops}), Activity.state == "open", Activity.kind == "user")
            .order_by(Activity.id)
        ).all()
    wanted, told = set(stops), dict[tuple[int, str], list[tuple[Activity, ProcessInstance]]]()
    for activity, instance in rows:
        if (activity.instance_id, activity.task) in wanted:
            kept_away = own_case.barred(instance, groups_of(activity.queue_id))
            for account in _asked(activity, kept_away) or _managers(kept_away)[1]:
                told.setdefault((account, activity.element), []).append((activity, instance))
    for (account, element), many in told.items():
        activity, instance = many[0]
        if len(many) == 1:
            _tell_of_one(activity, instance, [account])
            continue
        dues = [one.due_at for one, _instance in many if one.due_at is not None]
        notices.queue(
            "assigned",
            to=[account],
            key=f"{key}:{element}:{activity.id}",
            context={
                "task": _words(activity, instance)["task"], "title": title, "count": len(many),
                "due": min(dues).isoformat() if dues else None,
            },
            link="/inbox",
        )
    return len(told)


def _asked(activity: Activity, kept_away: Collection[int]) -> list[int]:
    """Who is told of a task: its holder and, where he is absent, who acts in his place; all candidates where nobody holds it."""
    groups = groups_of(activity.queue_id)
    if activity.owner is None:
        return people.members_of(groups, barred=kept_away, process=activity.process)
    instead = people.standing_in_for(activity.owner, groups, barred=kept_away, process=activity.process)
    return [a for a in (activity.owner, *instead) if a not in kept_away]


def _letter_of(activity: Activity) -> dict[str, Any] | None:
    """The letter that the step names, as its own version of the process holds it."""
    name = attributes(activity).get("letter")
    return {"deployment": activity.deployment_id, "name": name} if name else None


def _to_managers(activity: Activity, instance: ProcessInstance, kept_away: Collection[int]) -> list[int]:
    """Put a task that nobody is eligible for on the list of the process managers, who are told."""
    group, found = _managers(kept_away)
    if group:
        activity.queue_id = queue_of([*groups_of(activity.queue_id), group])
        activity.version += 1
    trail.record(
        "task:unclaimable",
        by=machine("worker"),
        stream=f"instance:{instance.id}",
        body={"task": activity.id, "el": activity.element},
    )
    return found


def _managers(kept_away: Collection[int]) -> tuple[str, list[int]]:
    """Group and people who take what nobody is eligible for; where somebody is kept away nobody, who falls in was asked (`takers`)."""
    return ("", []) if kept_away else people.managers()


def _words(activity: Activity, instance: ProcessInstance | None) -> dict[str, Any]:
    if activity.deployment_id is None or instance is None:
        label, _, title = (activity.title or "").partition(": ")
        return {"task": label, "title": title or label}
    element = definition_of(activity.deployment_id).elements[activity.element]
    return {"task": element.name, "title": title_with(activity.title, instance.title)}


def _moment(activity: Activity) -> str | None:
    return activity.due_at.isoformat() if activity.due_at else None


def page_of(activity: Activity) -> str:
    """Path of the page where a task is done."""
    return f"/tasks/{activity.id}" if activity.kind == "user" else f"/lists/{activity.list_id}"


def _announce(activity_id: int, kind: str) -> None:
    """Queue the letter of a reminder or an escalation, in the sweep's transaction."""
    with reading() as s:
        activity = s.get_one(Activity, activity_id)
        instance = s.get(ProcessInstance, activity.instance_id) if activity.instance_id else None
    if activity.due_at is None:
        return
    attrs = attributes(activity)
    told = frozenset(attrs.get("tell", "").split())
    groups = told or groups_of(activity.queue_id)
    context = {**_words(activity, instance), "due": _moment(activity)}
    kept_away = own_case.barred(instance, groups_of(activity.queue_id)) if instance else set()
    to = people.members_of(told) if told and not activity.owner else _asked(activity, kept_away)
    letter = "reminder" if kind == "reminder" and activity.due_at > clock.now() else "overdue"
    days = working_calendar().between(activity.due_at.astimezone(ZONE).date(), clock.today())
    if kind == "escalation":
        _send(letter, to, f"late:{activity_id}:{activity.reminded}", {**context, "days": max(days, 0)}, activity, instance)
        holder = people.names([activity.owner]).get(activity.owner, "") if activity.owner else ""
        context["holder"] = holder or None
        letter, to = "escalated", _bosses(attrs, groups, instance)
    _send(letter, to, f"{kind}:{activity_id}:{activity.reminded}", {**context, "days": abs(days)}, activity, instance)


def _bosses(attrs: Mapping[str, str], groups: Collection[str], instance: ProcessInstance | None) -> list[int]:
    """Who hears of a delay: a unit's head of the unit's tasks, and always those whom the element names."""
    roles: Mapping[str, str] = instance.roles if instance else {}
    named = _groups(roles, attrs.get("escalate", people.MANAGERS[0]))
    heads = [f"unit_head:{g.partition(':')[2]}" for g in groups if g.startswith("unit:")]
    return people.members_of([*heads, *named, *([people.MANAGERS[0]] if heads else [])])


def _groups(roles: Mapping[str, str], words: str) -> list[str]:
    """Groups of a case by the words of a diagram."""
    return [roles.get(word, word) for word in words.replace(",", " ").split()]


def tell_unclaimed(limit: int = 200) -> int:
    """Tell of each task that nobody took within the days that its step gives, and hand it on; returns how many."""
    waits = (Activity.unclaimed_at <= clock.now(), Activity.state == "open", Activity.owner.is_(None))
    with reading() as s:
        found = list(s.scalars(select(Activity.id).where(*waits).order_by(Activity.unclaimed_at).limit(limit)))
    return sum(_tell_unclaimed(one) for one in found)


def _tell_unclaimed(activity_id: int) -> int:
    with transaction() as s:
        activity = s.scalars(select(Activity).where(Activity.id == activity_id).with_for_update()).one()
        if activity.state != "open" or activity.owner is not None or activity.unclaimed_at is None or activity.unclaimed_at > clock.now():
            return 0  # somebody was quicker
        instance = s.get_one(ProcessInstance, activity.instance_id)
        if instance.holds:
            reminders.put_off(activity, "unclaimed_at")
            return 0
        attrs, groups = attributes(activity), groups_of(activity.queue_id)
        activity.unclaimed_at = None
        handed = _hand_on(activity, instance, attrs)
        words = attrs.get("unclaimed_tell", "" if attrs.get("unclaimed_to") else people.MANAGERS[0])
        told = set(people.members_of(_groups(instance.roles, words))) - own_case.barred(instance, groups) - set(handed)
        trail.record(
            "task:unclaimed", by=machine("timer"), stream=f"instance:{instance.id}", deployment=activity.deployment_id,
            body={"task": activity.id, "el": activity.element},
        )
        days = working_calendar().between(activity.opened_at.astimezone(ZONE).date(), clock.today())
        context = {**_words(activity, instance), "due": _moment(activity)}
        key = f"{activity.id}:{activity.version}"
        notices.queue(
            "unclaimed", to=sorted(told), key=f"unclaimed:{key}", context={**context, "days": max(days, 0)},
            link=page_of(activity), about=activity.id,
        )
        notices.queue(
            "assigned", to=handed, key=f"handed_on:{key}", context=context, link=page_of(activity), about=activity.id,
            words=_letter_of(activity),
        )
        return 1


def _hand_on(activity: Activity, instance: ProcessInstance, attrs: Mapping[str, str]) -> list[int]:
    """Let others take a task too, as its step says; gives who may take it now and could not before.

    A unit's own step stays the unit's, whatever the diagram says: in the hands of an office it would judge what it files.
    """
    groups, more = groups_of(activity.queue_id), _groups(instance.roles, attrs.get("unclaimed_to", ""))
    if all(people.is_filing(group) for group in groups):
        more = [group for group in more if people.is_filing(group)]
    acted = own_case.acted_before(instance.id, attrs)
    instead = own_case.instead_at(attrs)
    wider = set(own_case.asked(instance, sorted({*groups, *more}), activity.process, acted, instead=instead)) if more else groups
    if wider <= groups:
        return []
    kept_away = own_case.barred(instance, wider) | acted
    before = people.members_of(groups, barred=kept_away, process=activity.process)
    activity.queue_id = queue_of(wider | groups)
    activity.version += 1
    trail.record(
        "task:handed_on", by=machine("timer"), stream=f"instance:{instance.id}", deployment=activity.deployment_id,
        body={"task": activity.id, "el": activity.element, "groups": ", ".join(people.group_labels(sorted(wider - groups)).values())},
    )
    return [one for one in people.members_of(wider, barred=kept_away, process=activity.process) if one not in before]


def _send(
    letter: str, to: list[int], key: str, context: dict[str, Any], activity: Activity, instance: ProcessInstance | None
) -> None:
    kept_away = own_case.barred(instance, groups_of(activity.queue_id)) if instance else set()
    notices.queue(
        letter,
        to=[a for a in to if a not in kept_away],
        key=key,
        context=context,
        link=page_of(activity),
        about=activity.id,
    )


@notices.wanted_where("reminder", "overdue", "escalated", "assigned")
def _still_open(about: ColumnElement[Any], account: ColumnElement[Any]) -> ColumnElement[bool]:
    """Nobody is told any more of a task that is done by now."""
    return exists().where(Activity.id == about, Activity.state == "open")


@notices.wanted_where("unclaimed")
def _still_unclaimed(about: ColumnElement[Any], account: ColumnElement[Any]) -> ColumnElement[bool]:
    """Nobody is told any more that a task lies with nobody once somebody has it."""
    return exists().where(Activity.id == about, Activity.state == "open", Activity.owner.is_(None))


@notices.wanted_where("reassigned")
def _still_his(about: ColumnElement[Any], account: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whoever was given a task is not told of it any more once it is done, or somebody else's."""
    return exists().where(Activity.id == about, Activity.state == "open", Activity.owner == account)


reminders.announce.append(_announce)


def wake_due() -> int:
    """Wake every instance whose timer is due; a broken one becomes an incident and never stops the sweep."""
    woken = 0
    for instance in due_instances():
        try:
            woken += wake_instance(instance)
        except Exception as error:
            raise_incident(instance, None, error)
    return woken
