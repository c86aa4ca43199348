"""An instance as it stands: its row, under its lock or not, and its live object, from memory or restored."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.db import database_number, reading
from service.errors import Conflict, NotFound
from service.processes import live as kept
from service.processes.cases import Running
from service.processes.deployments import definition_of
from service.processes.models import ProcessInstance
from workflows import engine
from workflows.codec import UnreadableState
from workflows.engine import Live

RUNNING_COLUMNS = (
    ProcessInstance.id,
    ProcessInstance.deployment_id,
    ProcessInstance.case_key,
    ProcessInstance.version,
    ProcessInstance.status,
    ProcessInstance.phase,
    ProcessInstance.outcome,
    ProcessInstance.holds,
    ProcessInstance.queued,
    ProcessInstance.roles,
    ProcessInstance.excluded,
    ProcessInstance.own_units,
    ProcessInstance.title,
    ProcessInstance.unit_id,
    ProcessInstance.priority,
)
"""What is read of an instance's row, in the order of `Running`."""


def lock_instance(s: Session, instance_id: int) -> Running:
    """Read an instance's row under its lock; NotFound if there is none."""
    row = s.execute(
        select(*RUNNING_COLUMNS).where(ProcessInstance.id == instance_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("Không có hồ sơ này.", "There is no such case.")
    return running_of(row)


def running_of(row: Any) -> Running:
    """Turn the columns of `RUNNING_COLUMNS` into the value that everybody passes on."""
    return Running(*(*row[:10], tuple(row[10]), tuple(row[11]), *row[12:]))


def read_instance(instance_id: int) -> Running:
    """Read an instance's row without a lock; NotFound if there is none."""
    with reading() as s:
        row = s.execute(select(*RUNNING_COLUMNS).where(ProcessInstance.id == instance_id)).one_or_none()
    if row is None:
        raise NotFound("Không có hồ sơ này.", "There is no such case.")
    return running_of(row)


def take_live(s: Session, running: Running) -> Live:
    """The live object of an instance, from memory or restored; only under the row's lock."""
    found = kept.take(database_number(), running.id, running.version)
    if found is not None:
        return found
    state = s.execute(select(ProcessInstance.state).where(ProcessInstance.id == running.id)).scalar_one()
    return _restored(running.deployment_id, bytes(state))


def look_at(instance_id: int) -> Live:
    """A restored copy of an instance for looking at it (marks, data); never used to move it."""
    with reading() as s:
        row = s.execute(
            select(ProcessInstance.deployment_id, ProcessInstance.state).where(ProcessInstance.id == instance_id)
        ).one_or_none()
    if row is None:
        raise NotFound("Không có hồ sơ này.", "There is no such case.")
    return _restored(row[0], bytes(row[1]))


def _restored(deployment: int, state: bytes) -> Live:
    if not state:
        raise Conflict(*ERASED, code="erased")
    try:
        return engine.restore(definition_of(deployment), state)
    except UnreadableState as error:
        raise Conflict(*UNREADABLE, code="unreadable") from error


ERASED = (
    "Dữ liệu của hồ sơ này đã xóa theo yêu cầu của người được đề nghị.",
    "The data of this case were erased on the nominee's request.",
)
UNREADABLE = (
    "Trạng thái của hồ sơ không đọc được; giữ nguyên và báo quản trị kỹ thuật.",
    "The state of the instance cannot be read; leave it as it is and tell whoever operates the service.",
)
