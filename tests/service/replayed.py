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
<<<<<<< ours
    for deployment, key in sorted({(row.deployment_id, row.key) for row in rows}):
        replayer = Replayer(files_of(deployment), key, clock.now())
        for one in read_records([row.id for row in rows if row.deployment_id == deployment]):
            both = replayer.both(one)
            if both is None:
                if one.why != "moved":  # what went by somebody's hand is not in the records of the steps
                    faults[one.id] = one.why
            elif both.verdict.word != "same":
                faults[one.id] = f"{both.verdict} {both.then.failed} {[s.place for s in both.then.path]} {one.record}"
    return len(rows), faults
=======
    for one in read_records(ids):
        if one.record is None:
            faults[one.id] = one.why
            continue
        told = replay_own(one.record, definition_of(one.deployment))
        if why := mismatch(one.record, told):
            faults[one.id] = f"{why} {told.failed} {[(*stop.place, stop.how) for stop in told.path]} {one.record}"
    return len(ids), faults
>>>>>>> theirs
