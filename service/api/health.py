"""How the service is over the API: workers and the queue, cases that cannot go on, jobs that were given up, trying again."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from flask import Response
from marshmallow import fields, validate

from service import doors, jobs, keepers, people, trail
from service.api.schemas import ERRORS, moment
from service.jobs import Shown
from service.processes import history
from service.processes.instances import retry_incident, retry_incidents
from service.processes.models import Incident

blueprint = APIBlueprint("api_health", __name__, tag="Health")
_READ = "health.read"
_RETRIED = 20
_ERROR = 300


class WorkerOut(Schema):
    """A worker process; `alive` while its last sign of life is recent."""

    host = fields.String(required=True)
    pid = fields.Integer(required=True)
    started_at = moment(required=True)
    beat_at = moment(required=True)
    alive = fields.Boolean(required=True)


class HealthOut(Schema):
    """Background work: jobs by state, seconds that the longest-waiting due one has waited, workers.

    `trail_locked`: whether the database itself keeps the service from changing the trail. `keepers_lacking`: nobody keeps checkpoints,
    or all who do are inside; empty where somebody outside does.
    """

    alive = fields.Boolean(required=True)
    queued = fields.Integer(required=True)
    due = fields.Integer(required=True)
    running = fields.Integer(required=True)
    dead = fields.Integer(required=True)
    oldest = fields.Float(required=True)
    workers = fields.List(fields.Nested(WorkerOut), required=True)
    trail_locked = fields.Boolean(required=True)
    keepers_lacking = fields.String(required=True, validate=validate.OneOf(["", keepers.NOBODY, keepers.INSIDE]))


class IncidentRow(Schema):
    """A case that cannot go on by itself: where and why; `retry_of` is the incident whose retry led here."""

    id = fields.Integer(required=True)
    instance = fields.Integer(required=True)
    title = fields.String(required=True)
    case = fields.String(required=True, allow_none=True, metadata={"description": "What it is about, such as `nomination:12`"})
    element = fields.String(required=True, allow_none=True)
    message = fields.String(required=True)
    message_en = fields.String(required=True)
    raised_at = moment(required=True)
    retry_of = fields.Integer(required=True, allow_none=True)


class IncidentGroup(Schema):
    """Cases that stand for one cause: how many, and the newest 50."""

    code = fields.String(required=True)
    count = fields.Integer(required=True)
    items = fields.List(fields.Nested(IncidentRow), required=True)


class RetriedIncident(Schema):
    """An incident that somebody let try again; `again`: the one it led to, null where the case went on."""

    id = fields.Integer(required=True)
    instance = fields.Integer(required=True)
    resolved_at = moment(required=True)
    resolved_by = fields.Integer(required=True, allow_none=True)
    again = fields.Integer(required=True, allow_none=True)


class IncidentsOut(Schema):
    """Open incidents by cause, the most frequent first, and the newest that were tried again."""

    groups = fields.List(fields.Nested(IncidentGroup), required=True)
    retried = fields.List(fields.Nested(RetriedIncident), required=True)


class IncidentRetried(Schema):
    """The incident in which the case stands now, null where it went on."""

    again = fields.Integer(required=True, allow_none=True)


class IncidentCauseIn(Schema):
    """Which cause."""

    code = fields.String(required=True, validate=validate.Length(1, 60))


class IncidentsRetried(Schema):
    """How many cases went on, and how many stand again."""

    went = fields.Integer(required=True)
    stuck = fields.Integer(required=True)


class DeadCause(Schema):
    """Jobs of one topic that were given up for the same cause."""

    topic = fields.String(required=True)
    cause = fields.String(required=True)
    count = fields.Integer(required=True)
    since = moment(required=True)
    last = moment(required=True)


class JobRow(Schema):
    """A job that was given up, or what became of one that was tried again; `error` is cut."""

    id = fields.Integer(required=True)
    topic = fields.String(required=True)
    instance = fields.Integer(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"enum": ["queued", "running", "done", "dead"]})
    attempts = fields.Integer(required=True)
    cause = fields.String(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    queued_at = moment(required=True)
    settled_at = moment(required=True, allow_none=True)
    retried_at = moment(required=True, allow_none=True)
    retried_by = fields.Integer(required=True, allow_none=True)


class JobsOut(Schema):
    """Jobs that were given up, by cause and one by one, and the newest that were tried again."""

    causes = fields.List(fields.Nested(DeadCause), required=True)
    dead = fields.List(fields.Nested(JobRow), required=True)
    retried = fields.List(fields.Nested(JobRow), required=True)


class JobCauseIn(Schema):
    """Which jobs: topic and cause as `GET /jobs` tells them."""

    topic = fields.String(required=True, validate=validate.Length(1, 60))
    cause = fields.String(required=True, validate=validate.Length(max=2_000))


class JobsRetried(Schema):
    """How many jobs run again."""

    count = fields.Integer(required=True)


@blueprint.get("/health")
@blueprint.output(HealthOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_health() -> dict[str, Any]:
    """Whether workers live and how long work waits."""
    people.require(doors.actor(), _READ)
    found = jobs.health()
    return {
        "alive": found.alive, "queued": found.queued, "due": found.due, "running": found.running, "dead": found.dead,
        "oldest": found.oldest.total_seconds(), "trail_locked": trail.is_held_by_the_database(),
        "keepers_lacking": keepers.lacking(),
        "workers": [
            {
                "host": one.host, "pid": one.pid, "started_at": one.started_at.isoformat(), "beat_at": one.beat_at.isoformat(),
                "alive": one.alive,
            }
            for one in found.workers
        ],
    }


@blueprint.get("/incidents")
@blueprint.output(IncidentsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_incidents() -> dict[str, Any]:
    """Cases that cannot go on by themselves, and what retries led to."""
    people.require(doors.actor(), _READ)
    groups, retried = history.open_incidents(), history.retried_incidents(_RETRIED)
    instances = [row.instance_id for _code, _n, rows in groups for row in rows]
    titles, cases = history.titles_of(instances), history.cases_of(instances)
    return {
        "groups": [
            {"code": code, "count": n, "items": [_incident(row, titles, cases) for row in rows]} for code, n, rows in groups
        ],
        "retried": [
            {
                "id": row.id, "instance": row.instance_id, "resolved_at": row.resolved_at.isoformat() if row.resolved_at else "",
                "resolved_by": row.resolved_by, "again": again,
            }
            for row, again in retried
        ],
    }


@blueprint.post("/incidents/<int:incident>/retry")
@blueprint.output(IncidentRetried)
@blueprint.doc(security="bearer", responses=ERRORS)
def retry_one_incident(incident: int) -> dict[str, Any]:
    """Let one case try to go on; what came of it."""
    by = doors.actor()
    people.require(by, "incident.retry")
    return {"again": retry_incident(incident, by=by)}


@blueprint.post("/incidents/retry")
@blueprint.input(IncidentCauseIn, arg_name="said")
@blueprint.output(IncidentsRetried)
@blueprint.doc(security="bearer", responses=ERRORS)
def retry_many_incidents(said: dict[str, Any]) -> dict[str, Any]:
    """Let every case of one cause try to go on, each by itself."""
    by = doors.actor()
    people.require(by, "incident.retry")
    went, stuck = retry_incidents(said["code"], by=by)
    return {"went": went, "stuck": stuck}


@blueprint.get("/jobs")
@blueprint.output(JobsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_jobs() -> dict[str, Any]:
    """Background jobs that were given up after all their tries."""
    people.require(doors.actor(), _READ)
    return {
        "causes": [
            {
                "topic": one.topic, "cause": one.cause, "count": one.count, "since": one.since.isoformat(), "last": one.last.isoformat(),
            }
            for one in jobs.dead_causes()
        ],
        "dead": [_job(one) for one in jobs.dead_jobs()],
        "retried": [_job(one) for one in jobs.retried_jobs()[:_RETRIED]],
    }


@blueprint.post("/jobs/<int:job>/retry")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def retry_job(job: int) -> Response:
    """Run one job again that was given up."""
    by = doors.actor()
    people.require(by, "job.retry")
    jobs.retry_job(job, by=by)
    return Response(status=204)


@blueprint.post("/jobs/retry")
@blueprint.input(JobCauseIn, arg_name="said")
@blueprint.output(JobsRetried)
@blueprint.doc(security="bearer", responses=ERRORS)
def retry_cause(said: dict[str, Any]) -> dict[str, Any]:
    """Run all jobs of one topic again that were given up for the same cause."""
    by = doors.actor()
    people.require(by, "job.retry")
    return {"count": jobs.retry_cause(said["topic"], said["cause"], by=by)}


def _incident(row: Incident, titles: dict[int, str], cases: dict[int, str]) -> dict[str, Any]:
    return {
        "id": row.id, "instance": row.instance_id, "title": titles.get(row.instance_id, ""), "case": cases.get(row.instance_id),
        "element": row.element, "message": row.message, "message_en": row.message_en, "raised_at": row.raised_at.isoformat(),
        "retry_of": row.retry_of,
    }


def _job(one: Shown) -> dict[str, Any]:
    same = ("id", "topic", "instance", "state", "attempts", "cause", "retried_by")
    moments = ("queued_at", "settled_at", "retried_at")
    return {name: getattr(one, name) for name in same} | {
        "error": one.error[:_ERROR] if one.error else None,
        **{name: at.isoformat() if (at := getattr(one, name)) else None for name in moments},
    }
