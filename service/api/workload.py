"""How much lies with whom, and one act on many tasks with a result for each, over the API."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors
from service.actor import Actor
from service.api.schemas import ERRORS, WHOLE, moment
from service.awards import returns
from service.awards.returns import Returns
from service.errors import Invalid
from service.processes import inbox, marks, tasks, workload

blueprint = APIBlueprint("workload_calls", __name__, tag="Tasks")

ACTS = ("claim", "release", "reassign", "set_due", "set_priority")


class WorkloadQuery(Schema):
    """Of which group; by itself the first that is one's own to look at."""

    group = fields.String(load_default="", validate=validate.Length(max=60))


class LoadOut(Schema):
    """What lies with one person; `done`: finished in the last 30 days.

    Dossiers of the last 30 days, each counted once: `checked`, of these `returned` for a supplement, of these `returned_again`,
    which had to be supplemented before.
    """

    account = fields.Integer(required=True)
    name = fields.String(required=True)
    open = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    done = fields.Integer(required=True)
    checked = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    returned_again = fields.Integer(required=True)
    nearest = moment(required=True, allow_none=True)


class WorkloadOut(Schema):
    """The people of a group, the busiest first, and what nobody holds yet."""

    group = fields.String(required=True)
    people = fields.List(fields.Nested(LoadOut), required=True)
    waiting = fields.Integer(required=True)
    waiting_overdue = fields.Integer(required=True)


class BulkIn(Schema):
    """One act on several tasks. `to` and `reason`: of reassign; `day` and `reason`: of set_due; `priority`: of set_priority."""

    act = fields.String(required=True, validate=validate.OneOf(ACTS))
    tasks = fields.List(fields.Integer(strict=True, validate=WHOLE), required=True, validate=validate.Length(1, workload.MOST))
    to = fields.Integer(strict=True, load_default=None, allow_none=True, validate=WHOLE)
    reason = fields.String(load_default="", validate=validate.Length(max=2_000))
    day = fields.Date(load_default=None, allow_none=True)
    priority = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(inbox.PRIORITIES)))


class BulkResult(Schema):
    """What came of it for one task: where it was not done, the stable code and the sentence of the refusal.

    `timers`: of set_due, the timers of the process that moved with it, for this case alone.
    """

    task = fields.Integer(required=True)
    done = fields.Boolean(required=True)
    timers = fields.List(fields.String(), required=True)
    code = fields.String(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)
    message_en = fields.String(required=True, allow_none=True)


class BulkOut(Schema):
    """A result for each task, in the order in which they were named."""

    items = fields.List(fields.Nested(BulkResult), required=True)
    done = fields.Integer(required=True)
    refused = fields.Integer(required=True)


@blueprint.get("/workload")
@blueprint.input(WorkloadQuery, location="query", arg_name="asked")
@blueprint.output(WorkloadOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_workload(asked: dict[str, Any]) -> dict[str, Any]:
    """Open, overdue and lately finished tasks of each person of a group, and dossiers lately checked and returned."""
    by = doors.actor()
    group = asked["group"] or next(iter(workload.groups_to_look_at(by)), "")
    found = workload.read_workload(group, by=by)
    sent_back = returns.returns_by_person(group, by=by)
    return {
        "group": found.group,
        "people": [
            {"account": one.account, "name": one.name, "open": one.open, "overdue": one.overdue, "done": one.done,
             "nearest": one.nearest.isoformat() if one.nearest else None, **_sent_back(sent_back.get(one.account, Returns()))}
            for one in found.people
        ],
        "waiting": found.waiting,
        "waiting_overdue": found.waiting_overdue,
    }


def _sent_back(one: Returns) -> dict[str, int]:
    return {"checked": one.checked, "returned": one.returned, "returned_again": one.again}


@blueprint.post("/tasks/bulk")
@blueprint.input(BulkIn, arg_name="said")
@blueprint.output(BulkOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def act_on_tasks(said: dict[str, Any]) -> dict[str, Any]:
    """Do one act on several tasks; each stands or falls by itself, and says why."""
    by = doors.actor()
    done = workload.do_each(said["tasks"], lambda task: _act(task, said, by))
    items = [
        {"task": one.task, "done": one.refusal is None, "timers": one.gave if isinstance(one.gave, list) else [],
         "code": one.refusal.code if one.refusal else None,
         "message": one.refusal.message if one.refusal else None, "message_en": one.refusal.message_en if one.refusal else None}
        for one in done
    ]
    refused = sum(one.refusal is not None for one in done)
    return {"items": items, "done": len(items) - refused, "refused": refused}


def _act(task: int, said: dict[str, Any], by: Actor) -> list[str]:
    """Do the act; gives the timers that moved with it."""
    act = said["act"]
    if act == "claim":
        tasks.claim_task(task, by=by)
    elif act == "release":
        tasks.release_task(task, by=by)
    elif act == "reassign":
        tasks.reassign_task(task, said["to"] or 0, said["reason"], by=by)
    elif act == "set_due":
        return [one.name for one in marks.set_due(task, said["day"], said["reason"], by=by)]
    elif said["priority"] is None:
        raise Invalid.at("priority", "Chọn khẩn hoặc bình thường.", "Choose high or normal.")
    else:
        marks.set_priority(task, said["priority"], by=by)
    return []
