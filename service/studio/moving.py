"""Carries one instance over to another version, and back: state, rows, incidents and names, in one open transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service import clock, jobs, people
from service.actor import Actor
from service.calendar import working_calendar
from service.db import reading
from service.processes import drafts, own_case, reminders
from service.processes.cases import Running, Trigger, groups_named, kind_of
from service.processes.deployments import definition_of, form_of, version_of
from service.processes.models import Activity, Incident, ProcessInstance
from service.processes.queues import groups_of, queue_of
from service.processes.recording import record_step
from service.processes.running import take_live
from service.studio.migration_models import MigrationLine
from workflows import engine, migration
from workflows.definition import Definition

_KEPT = ("deployment_id", "element", "queue_id", "owner", "process")
"""Columns of an open stop that belong to the version it stands in."""


TO_TELL = "told"
"""Mark of a row that names a task of which people are told when the batch is through, and not before."""


class MovedOn(Exception):
    """The instance went on since it was moved, so that the move cannot be undone."""


def carry(
    s: Session, running: Running, to: int, mapping: Mapping[str, str], *, by: Actor, reason: str
) -> tuple[bytes, list[dict[str, Any]]]:
    """Move an instance to a version; gives what `carry_back` needs. Raises CannotMigrate, and nothing is changed.

    The caller holds the row's lock. Tasks keep their holder where he still may; drafts lie under the task and stay.
    """
    before = bytes(s.execute(select(ProcessInstance.state).where(ProcessInstance.id == running.id)).scalar_one())
    live = take_live(s, running)
    newer = definition_of(to)
    env = kind_of(running).environment(running)
    moved, step = migration.migrate(live, newer, mapping, env, _answered(s, running, live, newer))
    mapping = migration.renamed(mapping)
    names, dues = _named_and_set(s, running)
    renamed = {old: mapping.get(new, new) for old, new in names.items()} | mapping
    _stand_on(s, running, to, {old: new for old, new in renamed.items() if old != new})
    rows: list[dict[str, Any]] = [{"table": "instance", "renamed": names, "dues": dues}]
    rows += _move_stops(s, running, to, mapping, newer)
    rows += _move_incidents(s, running, mapping)
    _part_drafts(s, rows, to)
    told = {"from": version_of(running.deployment_id), "to": version_of(to)}
    there = replace(running, deployment_id=to)
    record_step(s, there, moved, step, by=by, trigger=Trigger("migrate", reason=reason, told=told))
    rows += [{"table": TO_TELL, "task": opened.task} for opened in step.opened if opened.kind == "user"]
    if step.opened or step.closed or step.ended:
        return b"", rows  # a join had only waited for what the newer version does not have: it went on
    return before, rows


def _answered(s: Session, running: Running, live: engine.Live, newer: Definition) -> dict[str, Any]:
    """Answers of finished steps that the older version did not read, so that its state lacks them, and the newer one does."""
    wanted = newer.names - live.definition.names - set(engine.data(live))
    if not wanted:
        return {}
    rows = s.scalars(
        select(Activity.answers)
        .where(Activity.instance_id == running.id, Activity.kind == "user", Activity.state == "done")
        .order_by(Activity.id)
    ).all()
    return {name: value for answers in rows for name, value in (answers or {}).items() if name in wanted}


def labels_before(instance: int, stop: int) -> dict[str, str]:
    """Labels by field of the form that an open stop had before it was last moved, for what was set aside."""
    with reading() as s:
        lines = s.scalars(
            select(MigrationLine.rows)
            .where(MigrationLine.instance_id == instance, MigrationLine.state.in_(("moved", "kept")))
            .order_by(MigrationLine.migration_id.desc())
        ).all()
    for rows in lines:
        for row in rows:
            if row["table"] == "stop" and row["id"] == stop:
                element = definition_of(row["deployment_id"]).elements[row["element"]]
                form = form_of(row["deployment_id"], element.attrs["form"])
                return {one.path[0]: one.label for one in form.walk() if one.path and one.label}
    return {}


def carry_back(
    s: Session, running: Running, back_to: int, before: bytes, rows: Sequence[Mapping[str, Any]], *, by: Actor, reason: str
) -> None:
    """Put an instance back as it was before `carry`: state and rows.

    Raises MovedOn where stops have come or gone, or somebody has set another due day.
    """
    stops = {row["id"]: row for row in rows if row["table"] == "stop"}
    open_now = set(
        s.scalars(select(Activity.id).where(Activity.instance_id == running.id, Activity.state == "open"))
    )
    stood = next(row for row in rows if row["table"] == "instance")
    if not before or open_now != set(stops) or _named_and_set(s, running)[1] != stood["dues"]:
        raise MovedOn
    live = engine.restore(definition_of(back_to), before)
    names = stood["renamed"]
    _stand_on(s, running, back_to, names)
    older, newer = definition_of(back_to), definition_of(running.deployment_id)
    standing = s.execute(
        select(Activity.id, Activity.element, Activity.owner).where(Activity.id.in_(stops), Activity.kind == "user")
    ).all()
    unclaimed = {
        stop: _unclaimed_anew(newer.elements[element].attrs, older.elements[stops[stop]["element"]].attrs)
        for stop, element, owner in standing
        if owner is None and stops[stop]["owner"] is None
    }
    for number, row in stops.items():
        drafts.join_again(s, f"task:{number}")
        s.execute(
            update(Activity)
            .where(Activity.id == number)
            .values(
                **{name: row[name] for name in _KEPT if name != "owner"},
                owner=func.coalesce(Activity.owner, row["owner"]),  # who took it meanwhile keeps it
                version=Activity.version + 1,
                **unclaimed.get(number, {}),
            )
        )
    for row in rows:
        if row["table"] == "incident":
            s.execute(update(Incident).where(Incident.id == row["id"]).values(element=row["element"]))
    told = {"from": version_of(running.deployment_id), "to": version_of(back_to)}
    there = replace(running, deployment_id=back_to)
    step = engine.stand(live, kind_of(running).environment(running))
    record_step(s, there, live, step, by=by, trigger=Trigger("unmigrate", reason=reason, told=told))


def _named_and_set(s: Session, running: Running) -> tuple[dict[str, str], int]:
    """What elements of earlier versions are called now, and how many due days were set so far."""
    names, dues = s.execute(
        select(ProcessInstance.renamed, ProcessInstance.dues_set).where(ProcessInstance.id == running.id)
    ).one()
    return names or {}, len(dues or ())


def _stand_on(s: Session, running: Running, deployment: int, renamed: Mapping[str, str]) -> None:
    s.execute(
        update(ProcessInstance)
        .where(ProcessInstance.id == running.id)
        .values(deployment_id=deployment, renamed=dict(renamed))
    )


def _move_stops(
    s: Session, running: Running, to: int, mapping: Mapping[str, str], newer: Definition
) -> list[dict[str, Any]]:
    found = s.execute(
        select(Activity.id, Activity.kind, Activity.task, *(getattr(Activity, name) for name in _KEPT))
        .where(Activity.instance_id == running.id, Activity.state == "open")
        .order_by(Activity.id)
    ).all()
    asked_anew = []
    for row in found:
        element = newer.elements[mapping.get(row.element, row.element)]
        values: dict[str, Any] = {"deployment_id": to, "element": element.id, "version": Activity.version + 1}
        if row.kind == "user":
            values |= _asked_of(running, element.attrs, element.process, row)
            if values.get("owner", row.owner) is None:
                before = definition_of(row.deployment_id).elements[row.element].attrs
                values |= _unclaimed_anew(before, element.attrs, "queue_id" in values)
            values["process"] = element.process
            if values.get("queue_id", row.queue_id) != row.queue_id:
                asked_anew.append(row.task)
        s.execute(update(Activity).where(Activity.id == row.id).values(values))
    if asked_anew:
        jobs.enqueue("task.opened", {"instance": running.id, "tasks": asked_anew, "together": True})
    told = [{"table": TO_TELL, "task": task} for task in asked_anew]
    return told + [{"table": "stop", "id": row.id} | {name: getattr(row, name) for name in _KEPT} for row in found]


def _part_drafts(s: Session, rows: Sequence[Mapping[str, Any]], to: int) -> None:
    """What somebody typed into fields that the newer form lacks is put aside, where the task page shows it."""
    definition = definition_of(to)
    for number, element in s.execute(
        select(Activity.id, Activity.element).where(
            Activity.id.in_([row["id"] for row in rows if row["table"] == "stop"]), Activity.kind == "user", Activity.drafted
        )
    ).all():
        form = form_of(to, definition.elements[element].attrs["form"])
        drafts.set_aside(s, f"task:{number}", form.names)


def _asked_of(running: Running, attrs: Mapping[str, str], process: str, row: Any) -> dict[str, Any]:
    """The queue that the newer version names, where it is another one, and the holder while he stands in it."""
    groups = groups_named(running, row.element, attrs)
    asked = own_case.asked(
        running, groups, process, own_case.acted_before(running.id, attrs), kind_of(running).forwards(running, row.element),
        own_case.instead_at(attrs),
    )
    handed = {running.roles.get(word, word) for word in attrs.get("unclaimed_to", "").replace(",", " ").split()}
    if {*asked} <= groups_of(row.queue_id) <= {*asked, *handed, people.MANAGERS[0]}:
        return {}
    queue = queue_of(asked)
    holders = people.members_of(groups_of(queue), barred=own_case.barred(running, groups), process=process)
    return {"queue_id": queue} if row.owner in holders else {"queue_id": queue, "owner": None, "follow_at": None}


def _unclaimed_anew(before: Mapping[str, str], after: Mapping[str, str], asked_anew: bool = False) -> dict[str, Any]:
    """When a task counts as unclaimed, where the other version says otherwise: from the move on, which by itself is no delay."""
    if not asked_anew and before.get("unclaimed_after") == after.get("unclaimed_after"):
        return {}
    return {"unclaimed_at": reminders.unclaimed_moment(after, clock.now(), working_calendar())}


def _move_incidents(s: Session, running: Running, mapping: Mapping[str, str]) -> list[dict[str, Any]]:
    found = s.execute(
        select(Incident.id, Incident.element).where(
            Incident.instance_id == running.id, Incident.resolved_at.is_(None), Incident.element.in_(mapping)
        )
    ).all()
    for row in found:
        s.execute(update(Incident).where(Incident.id == row.id).values(element=mapping[row.element]))
    return [{"table": "incident", "id": row.id, "element": row.element} for row in found]
