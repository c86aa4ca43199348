"""Tells whether what happened in a database can be told again from its records: each instance on its own deployment."""

from __future__ import annotations

from sqlalchemy import select

from service import clock
from service.db import reading
from service.processes.deployments import files_of
from service.processes.models import Deployment, ProcessInstance
from service.studio.records import read_records
from service.studio.replaying import Replayer


def not_told_again() -> tuple[int, dict[int, str]]:
    """How many instances there are, and those whose replay on their own deployment is not what happened, with why."""
    with reading() as s:
        rows = s.execute(
            select(ProcessInstance.id, ProcessInstance.deployment_id, Deployment.key).join(
                Deployment, Deployment.id == ProcessInstance.deployment_id
            )
        ).all()
    faults: dict[int, str] = {}
    for deployment, key in sorted({(row.deployment_id, row.key) for row in rows}):
        replayer = Replayer(files_of(deployment), key, clock.now())
        for one in read_records([row.id for row in rows if row.deployment_id == deployment]):
            both = replayer.both(one)
            if both is None:
                faults[one.id] = one.why
            elif both.verdict.word != "same":
                faults[one.id] = f"{both.verdict} {both.then.failed} {[s.place for s in both.then.path]} {one.record}"
    return len(rows), faults
