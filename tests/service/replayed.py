"""Tells whether what happened in a database can be told again from its records: each instance on its own deployment."""

from __future__ import annotations

from sqlalchemy import select

from service.db import reading
from service.processes.deployments import definition_of
from service.processes.models import ProcessInstance
from service.studio.records import read_records
from workflows.replay import mismatch, replay_own


def not_told_again() -> tuple[int, dict[int, str]]:
    """How many instances there are, and those whose replay on their own deployment is not what happened, with why."""
    with reading() as s:
        ids = list(s.scalars(select(ProcessInstance.id)))
    faults: dict[int, str] = {}
    for one in read_records(ids):
        if one.record is None:
            if one.why not in ("moved", "erased"):  # what went by somebody's hand is not in the records of the steps
                faults[one.id] = one.why
            continue
        told = replay_own(one.record, definition_of(one.versions[0]))
        if why := mismatch(one.record, told):
            faults[one.id] = f"{why} {told.failed} {[(*stop.place, stop.how) for stop in told.path]} {one.record}"
    return len(ids), faults
