"""Tasks over the API: list, read with form and legal basis, claim, release, reassign, draft, complete."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate
from sqlalchemy import select

from service import doors
from service.api.schemas import AnswersIn, Paging
from service.awards.models import Nomination
from service.awards.rules import bases_of
from service.db import reading
from service.processes import inbox, tasks
from service.processes.deployments import files_of

blueprint = APIBlueprint("tasks", __name__, tag="Tasks")
_ERRORS = [401, 403, 404, 409, 422]


class TaskQuery(Paging):
    """Which tasks."""

    scope = fields.String(load_default="mine", validate=validate.OneOf(inbox.SCOPES))
    nomination = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 2**53))
    q = fields.String(load_default="", validate=validate.Length(max=200))
    element = fields.String(load_default="", validate=validate.Length(max=60))
    due = fields.String(load_default="", validate=validate.OneOf(["", *inbox.DUES]))


class Reassign(Schema):
    """To whom, and why."""

    to = fields.Integer(required=True, validate=validate.Range(1, 2**53))
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class Release(Schema):
    """Whether the next owner sees the draft."""

    share_draft = fields.Boolean(load_default=False)


class Claim(Schema):
    """The version that was seen."""

    version = fields.Integer(load_default=None, allow_none=True)


def _item(item: inbox.Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "element": item.element,
        "name": item.name,
        "title": item.title,
        "about": item.about,
        "nomination": int(item.case_key.partition(":")[2]) if item.case_key else None,
        "list": item.list_id,
        "opened_at": item.opened_at.isoformat(),
        "due_at": item.due_at.isoformat() if item.due_at else None,
        "closed_at": item.closed_at.isoformat() if item.closed_at else None,
        "owner": item.owner_name or None,
        "version": item.version,
        "on_hold": item.on_hold,
    }


def task_view(task: tasks.Task) -> dict[str, Any]:
    """A task as programs see it: form schema, data, version, legal basis."""
    import orjson

    schema = orjson.loads(files_of(task.deployment_id)[f"{task.attrs['form']}.form"])
    draft = tasks.read_draft(f"task:{task.id}", by=doors.actor()) or tasks.shared_draft(task.id)
    return {
        "id": task.id,
        "element": task.element,
        "name": task.name,
        "state": task.state,
        "version": task.version,
        "owner": task.owner,
        "nomination": task.running.case or None,
        "title": task.running.title,
        "opened_at": task.opened_at.isoformat(),
        "due_at": task.due_at.isoformat() if task.due_at else None,
        "form": schema,
        "data": task.given,
        "answers": task.answers,
        "draft": {"answers": draft[0], "saved_at": draft[1].isoformat()} if draft else None,
        "legal_basis": [
            {"key": b.key, "citation": b.citation, "confidence": b.confidence, "note": b.note}
            for b in bases_of(task.attrs.get("basis", ""))
        ],
        "on_hold": bool(task.running.holds),
    }


@blueprint.get("/tasks")
@blueprint.input(TaskQuery, location="query", arg_name="query")
@blueprint.doc(security="bearer", responses=_ERRORS)
def list_tasks(query: dict[str, Any]) -> dict[str, Any]:
    """Tasks of one scope: mine, my groups', done by me."""
    instances: tuple[int, ...] | None = None
    if query["nomination"] is not None:
        with reading() as s:
            found = s.execute(
                select(Nomination.instance_id).where(Nomination.id == query["nomination"])
            ).scalar()
        instances = (found or 0,)
    page = inbox.read_inbox(
        doors.actor(),
        query["scope"],
        filters=inbox.Filters(query["q"], query["element"], query["due"], instances=instances),
        page=query["page"],
        size=query["size"],
    )
    return {
        "items": [_item(i) for i in page.items],
        "page": page.number,
        "more": page.more,
        "total": page.total,
        "counts": page.counts,
    }


@blueprint.get("/tasks/<int:task_id>")
@blueprint.doc(security="bearer", responses=_ERRORS)
def read_task(task_id: int) -> dict[str, Any]:
    """One task with its form, data, version and legal basis."""
    return task_view(tasks.read_task(task_id, by=doors.actor()))


@blueprint.post("/tasks/<int:task_id>/claim")
@blueprint.input(Claim, arg_name="said")
@blueprint.doc(security="bearer", responses=_ERRORS)
def claim_task(task_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Take a task out of the group's queue."""
    return task_view(tasks.claim_task(task_id, by=doors.actor(), seen=said["version"]))


@blueprint.post("/tasks/<int:task_id>/release")
@blueprint.input(Release, arg_name="said")
@blueprint.doc(security="bearer", responses=_ERRORS)
def release_task(task_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Put a task back into the queue."""
    return task_view(tasks.release_task(task_id, by=doors.actor(), share_draft=said["share_draft"]))


@blueprint.post("/tasks/<int:task_id>/reassign")
@blueprint.input(Reassign, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=_ERRORS)
def reassign_task(task_id: int, said: dict[str, Any]) -> str:
    """Give a task to another eligible person, with a reason."""
    tasks.reassign_task(task_id, said["to"], said["reason"], by=doors.actor())
    return ""


@blueprint.post("/tasks/<int:task_id>/draft")
@blueprint.input(AnswersIn, arg_name="said")
@blueprint.doc(security="bearer", responses=_ERRORS)
def save_draft(task_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Keep what was typed, without any check."""
    saved = tasks.save_draft(task_id, said["answers"], by=doors.actor())
    return {"saved_at": saved.isoformat()}


@blueprint.post("/tasks/<int:task_id>/complete")
@blueprint.input(AnswersIn, arg_name="said")
@blueprint.doc(security="bearer", responses=_ERRORS)
def complete_task(task_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Complete a task; claims it where nobody has."""
    by = doors.actor()
    tasks.complete_task(task_id, said["answers"], by=by, seen=said["version"])
    return {"id": task_id, "state": "done"}
