"""Versions and instances over the API: counts, migration with dry run and undo, and operating on one instance."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, people
from service.api.schemas import ERRORS, WHOLE, moment, open_object, whole
from service.processes.history import Stop
from service.studio import migration, operating
from service.studio.versions import list_versions
from workflows.migration import Reason

blueprint = APIBlueprint("operating", __name__, tag="Operating")


def _text(longest: int = 2_000, **more: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=longest), **more)


class DefinitionVersion(Schema):
    """A version of a process with its instances by how they stand; `suspended` are some of those that run."""

    id = fields.Integer(required=True)
    key = fields.String(required=True)
    name = fields.String(required=True)
    version = fields.Integer(required=True)
    current = fields.Boolean(required=True)
    running = fields.Integer(required=True)
    suspended = fields.Integer(required=True)
    incident = fields.Integer(required=True)
    ended = fields.Integer(required=True)


class DefinitionVersions(Schema):
    """Versions."""

    items = fields.List(fields.Nested(DefinitionVersion), required=True)


class OperationRefusal(Schema):
    """Why not, in the reader's language, with the element it is about."""

    element = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class MigrationIn(Schema):
    """Where to, which elements became which, and which instances; without any all that wait."""

    to = whole(required=True)
    mapping = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 200)), values=fields.String(validate=validate.Length(1, 200)),
        load_default=dict, validate=validate.Length(max=500),
    )
    instances = fields.List(
        fields.Integer(strict=True, validate=WHOLE), load_default=None, allow_none=True, validate=validate.Length(1, 10_000)
    )


class MigrationBegin(MigrationIn):
    """The same, with the reason."""

    reason = _text(required=True)


class MigrationLooked(Schema):
    """What the dry run says of one instance."""

    instance = fields.Integer(required=True)
    about = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    stands_at = fields.List(fields.String(), required=True)
    can_go = fields.Boolean(required=True)
    reasons = fields.List(fields.Nested(OperationRefusal), required=True)


class MigrationProposal(Schema):
    """What an element may have become; `why` is name, position or kind."""

    old = fields.String(required=True)
    new = fields.String(required=True)
    why = fields.String(required=True)


class DryRunOut(Schema):
    """What a migration would do; `left` were not looked at, `gone` are elements where somebody waits, `warnings` stop nobody."""

    items = fields.List(fields.Nested(MigrationLooked), required=True)
    can_go = fields.Integer(required=True)
    left = fields.Integer(required=True)
    gone = fields.List(fields.String(), required=True)
    proposals = fields.List(fields.Nested(MigrationProposal), required=True)
    warnings = fields.List(fields.Nested(OperationRefusal), required=True)


class MigrationLineRow(Schema):
    """What became of one instance: waiting, moved, refused, undone, kept."""

    instance = fields.Integer(required=True)
    about = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    reasons = fields.List(fields.Nested(OperationRefusal), required=True)


class MigrationRow(Schema):
    """A migration as it stands."""

    id = fields.Integer(required=True)
    from_id = fields.Integer(required=True, data_key="from")
    to_id = fields.Integer(required=True, data_key="to")
    mapping = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    state = fields.String(required=True)
    undoing = fields.Boolean(required=True)
    made_at = moment(required=True)
    ended_at = moment(required=True, allow_none=True)
    total = fields.Integer(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class MigrationOut(MigrationRow):
    """The same, with what became of each instance where that was asked for."""

    lines = fields.List(fields.Nested(MigrationLineRow))


class Migrations(Schema):
    """Migrations, the newest first."""

    items = fields.List(fields.Nested(MigrationRow), required=True)


class OperationReason(Schema):
    """Why it is done."""

    reason = _text(required=True)


class InstanceMoveTo(Schema):
    """The element to move to."""

    to = _text(100, required=True)


class InstanceMove(InstanceMoveTo):
    """The same, with the reason and the version that the preview showed."""

    reason = _text(required=True)
    version = fields.Integer(strict=True, load_default=None, allow_none=True)


class MovedStop(Schema):
    """A stop that is undone or closed."""

    id = fields.Integer(required=True)
    element = fields.String(required=True)
    name = fields.String(required=True)


class MovePreview(Schema):
    """What a move would do, or why it may not be."""

    can_move = fields.Boolean(required=True)
    back = fields.Boolean(required=True)
    reasons = fields.List(fields.Nested(OperationRefusal), required=True)
    undone = fields.List(fields.Nested(MovedStop), required=True)
    closed = fields.List(fields.Nested(MovedStop), required=True)
    passed = fields.List(fields.String(), required=True)
    kept = fields.List(fields.String(), required=True)


class InstanceOut(Schema):
    """How an instance stands; `targets` are elements that it can be asked to move to."""

    id = fields.Integer(required=True)
    about = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    definition = fields.Integer(required=True)
    status = fields.String(required=True)
    suspended = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    targets = fields.List(fields.String(), required=True)


class ValueSet(Schema):
    """What a step set a value to."""

    at = moment(required=True)
    step = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)


class InstanceValue(Schema):
    """A value of the data; a settled one is never changed by hand."""

    name = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    settled = fields.Boolean(required=True)
    history = fields.List(fields.Nested(ValueSet), required=True)


class InstanceValues(Schema):
    """The data."""

    items = fields.List(fields.Nested(InstanceValue), required=True)


class InstanceEdit(OperationReason):
    """Values by name, the reason, and the version that was seen."""

    values = open_object("Name → new value", required=True)
    version = fields.Integer(strict=True, load_default=None, allow_none=True)


def _reasons(reasons: tuple[Reason, ...]) -> list[dict[str, str]]:
    en = doors.language() == "en"
    return [{"element": r.element, "code": r.code, "message": r.message_en if en else r.message} for r in reasons]


@blueprint.get("/definitions/versions")
@blueprint.output(DefinitionVersions)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_versions() -> dict[str, Any]:
    """Which version has how many instances."""
    people.require(doors.actor(), "deployment.read")
    return {
        "items": [
            {"id": v.deployment, "key": v.key, "name": v.name, "version": v.version, "current": v.current,
             "running": v.running, "suspended": v.suspended, "incident": v.incident, "ended": v.ended}
            for v in list_versions()
        ]
    }


@blueprint.post("/definitions/<int:definition_id>/migration-trial")
@blueprint.input(MigrationIn, arg_name="said")
@blueprint.output(DryRunOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def try_migration(definition_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Say of each waiting instance of a version whether it can go to another one and why not; nothing is changed."""
    seen = migration.look(definition_id, said["to"], said["mapping"], by=doors.actor(), instances=said["instances"])
    return {
        "items": [
            {"instance": one.instance, "about": one.case_key, "title": one.title, "stands_at": list(one.stands_at),
             "can_go": one.can_go, "reasons": _reasons(one.reasons)}
            for one in seen.looked
        ],
        "can_go": seen.can_go, "left": seen.left, "gone": list(seen.gone),
        "proposals": [{"old": p.old, "new": p.new, "why": p.why} for p in seen.proposals],
        "warnings": _reasons(seen.warnings),
    }


@blueprint.post("/definitions/<int:definition_id>/migrations")
@blueprint.input(MigrationBegin, arg_name="said")
@blueprint.output(MigrationOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def begin_migration(definition_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Begin to move waiting instances to another version; the worker moves one after the other."""
    by = doors.actor()
    number = migration.begin(
        definition_id, said["to"], said["mapping"], said["reason"], by=by, instances=said["instances"]
    )
    return _migration(migration.read_migration(number, by=by))


@blueprint.get("/migrations")
@blueprint.output(Migrations)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_migrations() -> dict[str, Any]:
    """Migrations, the newest first."""
    return {"items": [_migration(one) for one in migration.list_migrations(by=doors.actor())]}


@blueprint.get("/migrations/<int:migration_id>")
@blueprint.output(MigrationOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_migration(migration_id: int) -> dict[str, Any]:
    """A migration with what became of each instance, those that could not go first."""
    by = doors.actor()
    one = _migration(migration.read_migration(migration_id, by=by))
    one["lines"] = [
        {"instance": line.instance, "about": line.case_key, "state": line.state, "reasons": _reasons(line.reasons)}
        for line in migration.lines_of(migration_id, by=by)
    ]
    return one


def _migration(one: migration.Progress) -> dict[str, Any]:
    return {
        "id": one.id, "from_id": one.from_id, "to_id": one.to_id, "mapping": dict(one.mapping), "state": one.state,
        "undoing": one.undoing, "made_at": one.made_at.isoformat(),
        "ended_at": one.ended_at.isoformat() if one.ended_at else None, "total": one.total, "counts": dict(one.counts),
    }


@blueprint.post("/migrations/<int:migration_id>/pause")
@blueprint.output(MigrationOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def pause_migration(migration_id: int) -> dict[str, Any]:
    """Let a migration rest after the instance under way."""
    by = doors.actor()
    migration.pause(migration_id, by=by)
    return _migration(migration.read_migration(migration_id, by=by))


@blueprint.post("/migrations/<int:migration_id>/resume")
@blueprint.output(MigrationOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def resume_migration(migration_id: int) -> dict[str, Any]:
    """Let a paused migration go on."""
    by = doors.actor()
    migration.go_on(migration_id, by=by)
    return _migration(migration.read_migration(migration_id, by=by))


@blueprint.post("/migrations/<int:migration_id>/stop")
@blueprint.output(MigrationOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def stop_migration(migration_id: int) -> dict[str, Any]:
    """End a migration where it is."""
    by = doors.actor()
    migration.stop(migration_id, by=by)
    return _migration(migration.read_migration(migration_id, by=by))


@blueprint.post("/migrations/<int:migration_id>/undo")
@blueprint.input(OperationReason, arg_name="said")
@blueprint.output(MigrationOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def undo_migration(migration_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Move the instances of a migration back, each if nothing has moved on in it since."""
    by = doors.actor()
    migration.undo(migration_id, said["reason"], by=by)
    return _migration(migration.read_migration(migration_id, by=by))


@blueprint.get("/instances/<int:instance_id>")
@blueprint.output(InstanceOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_instance(instance_id: int) -> dict[str, Any]:
    """How an instance stands."""
    return _instance(instance_id)


def _instance(instance_id: int) -> dict[str, Any]:
    stands = operating.stand(instance_id, by=doors.actor())
    running = stands.running
    return {
        "id": running.id, "about": running.case_key, "title": running.title, "definition": running.deployment_id,
        "status": running.status, "suspended": stands.suspended, "version": running.version,
        "targets": [e.id for e in stands.targets],
    }


@blueprint.post("/instances/<int:instance_id>/suspend")
@blueprint.input(OperationReason, arg_name="said")
@blueprint.output(InstanceOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def suspend_instance(instance_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Stop an instance: its timers stand still, its tasks are refused."""
    operating.suspend(instance_id, said["reason"], by=doors.actor())
    return _instance(instance_id)


@blueprint.post("/instances/<int:instance_id>/resume")
@blueprint.input(OperationReason, arg_name="said")
@blueprint.output(InstanceOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def resume_instance(instance_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Let a suspended instance go on, with the working time that its timers had left."""
    operating.resume(instance_id, said["reason"], by=doors.actor())
    return _instance(instance_id)


@blueprint.post("/instances/<int:instance_id>/cancel")
@blueprint.input(OperationReason, arg_name="said")
@blueprint.output(InstanceOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def cancel_instance(instance_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """End an instance without an outcome."""
    operating.cancel(instance_id, said["reason"], by=doors.actor())
    return _instance(instance_id)


@blueprint.post("/instances/<int:instance_id>/move-trial")
@blueprint.input(InstanceMoveTo, arg_name="said")
@blueprint.output(MovePreview)
@blueprint.doc(security="bearer", responses=ERRORS)
def try_move(instance_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Say what a move to an element would undo, close and leave out, or why it may not be; nothing is changed."""
    seen = operating.preview_move(instance_id, said["to"], by=doors.actor())
    return {
        "can_move": seen.can_move, "back": seen.back, "reasons": _reasons(seen.reasons),
        "undone": [_stop(s) for s in seen.undone], "closed": [_stop(s) for s in seen.closed],
        "passed": list(seen.passed), "kept": list(seen.kept),
    }


def _stop(stop: Stop) -> dict[str, Any]:
    return {"id": stop.id, "element": stop.element, "name": stop.name}


@blueprint.post("/instances/<int:instance_id>/move")
@blueprint.input(InstanceMove, arg_name="said")
@blueprint.output(InstanceOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def move_instance(instance_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Move an instance back or on to an element; the data stays."""
    operating.move(instance_id, said["to"], said["reason"], by=doors.actor(), seen=said["version"])
    return _instance(instance_id)


@blueprint.get("/instances/<int:instance_id>/data")
@blueprint.output(InstanceValues)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_data(instance_id: int) -> dict[str, Any]:
    """The data of an instance, each value with what the steps set it to."""
    return _data(instance_id)


def _data(instance_id: int) -> dict[str, Any]:
    return {
        "items": [
            {"name": v.name, "value": v.value, "settled": v.settled,
             "history": [{"at": at.isoformat(), "step": step, "value": value} for at, step, value in v.history]}
            for v in operating.values_of(instance_id, by=doors.actor())
        ]
    }


@blueprint.post("/instances/<int:instance_id>/data")
@blueprint.input(InstanceEdit, arg_name="said")
@blueprint.output(InstanceValues)
@blueprint.doc(security="bearer", responses=ERRORS)
def edit_data(instance_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Change values of the data by hand."""
    operating.edit_values(instance_id, said["values"], said["reason"], by=doors.actor(), seen=said["version"])
    return _data(instance_id)


__all__ = ["blueprint"]
