"""Tasks over the API: list, read with form and legal basis, claim, release, reassign, draft, complete."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

import orjson
from apiflask import APIBlueprint, Schema
from flask import Response
from marshmallow import fields, validate
from sqlalchemy import select

from service import doors, words
from service.api import shapes
from service.api.list_tasks import complete_list_task, find_list_task, list_task_view, must_act
from service.api.refs import unit_of
from service.api.schemas import ERRORS, AnswersIn, Paging, moment, reference, whole
from service.awards.models import Line, List, Nomination
from service.awards.rules import bases_of
from service.db import reading
from service.errors import NotFound
from service.processes import drafts, filters, inbox, marks, tasks
from service.processes.deployments import files_of

blueprint = APIBlueprint("tasks", __name__, tag="Tasks")


class TaskQuery(Paging):
    """Which tasks."""

    scope = fields.String(load_default="mine", validate=validate.OneOf(inbox.SCOPES))
    nomination = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
    q = fields.String(load_default="", validate=validate.Length(max=200))
    element = fields.String(load_default="", validate=validate.Length(max=60))
    due = fields.String(load_default="", validate=validate.OneOf(["", *inbox.DUES]))
    process = fields.String(load_default="", validate=validate.Length(max=60))
    unit = reference(load_default=None)
    priority = fields.String(load_default="", validate=validate.OneOf(["", *inbox.PRIORITIES]))
    filter = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
    sort = fields.String(load_default="due", validate=validate.OneOf(inbox.ORDERS))


class Priority(Schema):
    """How urgent the case of a task is."""

    priority = fields.String(required=True, validate=validate.OneOf(list(inbox.PRIORITIES)))


class FollowUp(Schema):
    """The day to look at the task again; null takes it away."""

    day = fields.Date(required=True, allow_none=True)


class DueIn(Schema):
    """The new due day, and why."""

    day = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class TimerOut(Schema):
    """A timer of the process over a task. `common_due_at`: when it fires for every case alike.

    It moves with the due day of the task where it is due on one day with it (`together`), or where it would end the task before
    its new day (`ends`). `law`: rules that it goes by and that are sure, by key: `sourced` lets no other day be set, `confirmed` none
    before `common_due_at`.
    """

    element = fields.String(required=True)
    name = fields.String(required=True)
    due_at = moment(required=True)
    common_due_at = moment(required=True, allow_none=True)
    ends = fields.Boolean(required=True)
    together = fields.Boolean(required=True)
    law = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class NextDay(Schema):
    """A day of the round's calendar, by its key."""

    key = fields.String(required=True)
    day = fields.Date(required=True)


class DueOut(Schema):
    """When a task is due and what moves with it. `next_day`: the next day of the round's calendar, which a later due day would miss."""

    due_at = moment(required=True, allow_none=True)
    timers = fields.List(fields.Nested(TimerOut), required=True)
    next_day = fields.Nested(NextDay, required=True, allow_none=True)


class DueSet(Schema):
    """The timers that moved with the due day, for this case alone."""

    timers = fields.List(fields.String(), required=True)


class Reassign(Schema):
    """To whom, and why."""

    to = whole(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class Release(Schema):
    """Whether the next owner sees the draft."""

    share_draft = fields.Boolean(load_default=False)


class Claim(Schema):
    """The version that was seen."""

    version = fields.Integer(strict=True, load_default=None, allow_none=True)


def _item(item: inbox.Item, versions: dict[int, int]) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "element": item.element,
        "name": item.name,
        "title": item.title,
        "about": item.about,
        **_case(item.case_key),
        "list": item.list_id,
        "opened_at": item.opened_at.isoformat(),
        "due_at": item.due_at.isoformat() if item.due_at else None,
        "closed_at": item.closed_at.isoformat() if item.closed_at else None,
        "owner": item.owner_name or None,
        "version": versions.get(item.list_id or 0, item.version),
        "on_hold": item.on_hold,
        "priority": "high" if item.urgent else "normal",
        "follow_up": words.date_of(item.follow_at).isoformat() if item.follow_at else None,
    }


def _case(case_key: str | None) -> dict[str, int | None]:
    """The case of a task by its kind: of the others there is none."""
    kind, _, number = (case_key or "").partition(":")
    return {one: int(number) if kind == one else None for one in ("nomination", "matter")}


def task_view(task: tasks.Task) -> dict[str, Any]:
    """A task as programs see it: form schema, data, version, legal basis."""
    schema = orjson.loads(files_of(task.deployment_id)[f"{task.attrs['form']}.form"])
    by = doors.actor()
    open_to = tasks.may_read_answers(task, by)
    left = drafts.shared_draft(f"task:{task.id}") if tasks.may_act(task, by) else None
    draft = drafts.read_draft(f"task:{task.id}", by=by) or left
    return {
        "id": task.id,
        "kind": "user",
        "element": task.element,
        "name": task.name,
        "state": task.state,
        "version": task.version,
        "owner": task.owner,
        **_case(task.running.case_key),
        "list": None,
        "act": None,
        "results": [],
        "lines": [],
        "title": task.item_title or task.running.title,
        "opened_at": task.opened_at.isoformat(),
        "due_at": task.due_at.isoformat() if task.due_at else None,
        "form": schema,
        "data": tasks.given_to(task, by) if tasks.may_read_given(task, by) else {},
        "answers": tasks.answers_shown(task, by) if open_to and task.answers is not None else None,
        "draft": {"answers": draft[0], "saved_at": draft[1].isoformat()} if draft else None,
        "legal_basis": [
            {"key": b.key, "citation": b.citation, "confidence": b.confidence, "note": b.note}
            for b in bases_of(task.attrs.get("basis", ""))
        ],
        "on_hold": bool(task.running.holds),
        "priority": "high" if task.priority else "normal",
        "follow_up": words.date_of(task.follow_at).isoformat() if task.follow_at else None,
    }


@blueprint.get("/tasks")
@blueprint.input(TaskQuery, location="query", arg_name="query")
@blueprint.output(shapes.Tasks)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_tasks(query: dict[str, Any]) -> dict[str, Any]:
    """Tasks of one scope: mine, my groups', both (`all`), done by me; of one nomination also its lists' tasks.

    `filter` takes a saved filter, which the others narrow further or replace.
    """
    instances: tuple[int, ...] | None = None
    on_lists: tuple[int, ...] = ()
    if query["nomination"] is not None:
        instances, on_lists = _about(query["nomination"])
    page = inbox.read_inbox(
        doors.actor(),
        query["scope"],
        filters=_filters(query, instances, on_lists),
        order=query["sort"],
        page=query["page"],
        size=query["size"],
    )
    versions = _versions([i.list_id for i in page.items if i.list_id])
    return {
        "items": [_item(i, versions) for i in page.items],
        "page": page.number,
        "more": page.more,
        "total": page.total,
        "counts": page.counts,
    }


def _filters(
    query: dict[str, Any], instances: tuple[int, ...] | None, on_lists: tuple[int, ...]
) -> inbox.Filters:
    said = {"text": query["q"], "element": query["element"], "due": query["due"], "process": query["process"],
            "unit": str(unit_of(query["unit"]) or ""), "priority": query["priority"]}
    kept = filters.read_filter(query["filter"], by=doors.actor()).filters if query["filter"] else inbox.Filters()
    return replace(kept, **{k: v for k, v in said.items() if v}, instances=instances, lists=on_lists)


def _about(nomination: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    with reading() as s:
        instance = s.execute(select(Nomination.instance_id).where(Nomination.id == nomination)).scalar()
        on_lists = s.scalars(
            select(Line.list_id).where(Line.nomination_id == nomination, Line.removed.is_(False)).distinct()
        ).all()
    return (instance or 0,), tuple(on_lists)


def _versions(numbers: list[int]) -> dict[int, int]:
    if not numbers:
        return {}
    with reading() as s:
        return {row.id: row.version for row in s.execute(select(List.id, List.version).where(List.id.in_(numbers)))}


def _view(task_id: int) -> dict[str, Any]:
    by = doors.actor()
    on_list = find_list_task(task_id, by=by)
    if on_list is not None:
        return list_task_view(on_list, by=by)
    return task_view(tasks.read_task(task_id, by=by))


@blueprint.get("/tasks/<int:task_id>")
@blueprint.output(shapes.Task)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_task(task_id: int) -> dict[str, Any]:
    """One task with its form, data, version and legal basis."""
    return _view(task_id)


@blueprint.post("/tasks/<int:task_id>/claim")
@blueprint.input(Claim, arg_name="said")
@blueprint.output(shapes.Task)
@blueprint.doc(security="bearer", responses=ERRORS)
def claim_task(task_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Take a task out of the group's queue; a list's task stays with its group."""
    by = doors.actor()
    on_list = find_list_task(task_id, by=by)
    if on_list is None:
        tasks.claim_task(task_id, by=by, seen=said["version"])
    else:
        must_act(on_list, by)
    return _view(task_id)


@blueprint.post("/tasks/<int:task_id>/release")
@blueprint.input(Release, arg_name="said")
@blueprint.output(shapes.Task)
@blueprint.doc(security="bearer", responses=ERRORS)
def release_task(task_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Put a task back into the queue."""
    by = doors.actor()
    on_list = find_list_task(task_id, by=by)
    if on_list is None:
        tasks.release_task(task_id, by=by, share_draft=said["share_draft"])
    else:
        must_act(on_list, by)
    return _view(task_id)


@blueprint.post("/tasks/<int:task_id>/reassign")
@blueprint.input(Reassign, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def reassign_task(task_id: int, said: dict[str, Any]) -> Response:
    """Give a task to another eligible person, with a reason."""
    tasks.reassign_task(task_id, said["to"], said["reason"], by=doors.actor())
    return Response(status=204)


@blueprint.post("/tasks/<int:task_id>/priority")
@blueprint.input(Priority, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def set_priority(task_id: int, said: dict[str, Any]) -> Response:
    """Make the case or list of a task urgent or not; for the head of the office."""
    marks.set_priority(task_id, said["priority"], by=doors.actor())
    return Response(status=204)


@blueprint.post("/tasks/<int:task_id>/follow-up")
@blueprint.input(FollowUp, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def set_follow_up(task_id: int, said: dict[str, Any]) -> Response:
    """Set the day on which the holder wants to look at a task again, or take it away."""
    marks.set_follow_up(task_id, said["day"], by=doors.actor())
    return Response(status=204)


@blueprint.get("/tasks/<int:task_id>/due")
@blueprint.output(DueOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_due(task_id: int) -> dict[str, Any]:
    """When a task is due and which timers of the process would move with another day, as long as it is open."""
    found = marks.look_at_due(task_id, by=doors.actor())
    return {
        "due_at": found.due.isoformat() if found.due else None,
        "timers": [
            {
                "element": one.element, "name": one.name, "due_at": one.seen.due.astimezone(UTC).isoformat(), "ends": one.seen.ends,
                "common_due_at": one.seen.common.astimezone(UTC).isoformat() if one.seen.common else None,
                "together": one.seen.together,
                "law": dict(one.law),
            }
            for one in found.timers
        ],
        "next_day": {"key": found.next_day[0], "day": found.next_day[1]} if found.next_day else None,
    }


@blueprint.post("/tasks/<int:task_id>/due")
@blueprint.input(DueIn, arg_name="said")
@blueprint.output(DueSet)
@blueprint.doc(security="bearer", responses=ERRORS)
def set_due(task_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Let a task be due at the end of another day, with a reason; the timers over it follow, for this case alone."""
    moved = marks.set_due(task_id, said["day"], said["reason"], by=doors.actor())
    return {"timers": [one.name for one in moved]}


@blueprint.get("/task-filters")
@blueprint.output(shapes.TaskFilters)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_filters() -> dict[str, Any]:
    """Filters of the inbox that one kept, and those shared with one's groups; `count` is of the scope `all`."""
    by = doors.actor()
    kept = filters.list_filters(by)
    counts = inbox.count_filters(by, "all", [one.filters for one in kept])
    return {
        "items": [
            {"id": one.id, "name": one.name, "filters": filters.as_words(one.filters), "mine": one.mine,
             "maker": one.maker, "shared_with": one.shared_with, "count": count}
            for one, count in zip(kept, counts, strict=True)
        ]
    }


@blueprint.post("/task-filters")
@blueprint.input(shapes.TaskFilterIn, arg_name="said")
@blueprint.output(shapes.TaskFilterSaved, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def save_filter(said: dict[str, Any]) -> dict[str, Any]:
    """Keep a filter under a name, in place of one's own of that name; `share` names a group of one's own."""
    wanted = filters.clean(said["filters"])
    return {"id": filters.save_filter(said["name"], wanted, by=doors.actor(), share=said["share"])}


@blueprint.delete("/task-filters/<int:filter_id>")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def drop_filter(filter_id: int) -> Response:
    """Remove a filter that one kept oneself."""
    filters.drop_filter(filter_id, by=doors.actor())
    return Response(status=204)


@blueprint.post("/tasks/<int:task_id>/draft")
@blueprint.input(AnswersIn, arg_name="said")
@blueprint.output(shapes.Saved)
@blueprint.doc(security="bearer", responses=ERRORS)
def save_draft(task_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Keep what was typed, without any check."""
    by = doors.actor()
    on_list = find_list_task(task_id, by=by)
    if on_list is not None:
        must_act(on_list, by)
        return {"saved_at": drafts.keep_draft(f"task:{task_id}", said["answers"], by=by).isoformat()}
    return {"saved_at": tasks.save_draft(task_id, said["answers"], by=by).isoformat()}


@blueprint.post("/tasks/<int:task_id>/complete")
@blueprint.input(AnswersIn, arg_name="said")
@blueprint.output(shapes.Completed)
@blueprint.doc(security="bearer", responses=ERRORS)
def complete_task(task_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Complete a task; claims it where nobody has."""
    by = doors.actor()
    try:
        tasks.complete_task(task_id, said["answers"], by=by, seen=said["version"])
    except NotFound:
        on_list = find_list_task(task_id, by=by)
        if on_list is None:
            raise
        complete_list_task(on_list, said["answers"], by=by, seen=said["version"])
    return {"id": task_id, "state": "done"}
