"""Which version of a process has how many instances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from service.db import reading
from service.processes import enactments
from service.processes.models import Deployment, ProcessInstance


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a process with its instances by how they stand."""

    deployment: int
    key: str
    name: str
    version: int
    current: bool
    used: bool
    """Whether it is or ever was in use: only such a version takes instances."""
    deployed_at: datetime
    running: int
    suspended: int
    """Of those that run."""
    incident: int
    ended: int

    @property
    def waiting(self) -> int:
        """Instances that can be moved."""
        return self.running + self.incident


def list_versions(key: str | None = None) -> list[Version]:
    """Every version of every process, or of one, with its counts; the newest first within a process."""
    with reading() as s:
        counts: dict[int, dict[str, int]] = {}
        stopped: dict[int, int] = {}
        for deployment, status, suspended, n in s.execute(
            select(ProcessInstance.deployment_id, ProcessInstance.status, ProcessInstance.suspended, func.count())
            .group_by(ProcessInstance.deployment_id, ProcessInstance.status, ProcessInstance.suspended)
        ):
            of = counts.setdefault(deployment, {})
            of[status] = of.get(status, 0) + n
            if suspended and status != "ended":
                stopped[deployment] = stopped.get(deployment, 0) + n
        in_use, ever_used = set(enactments.used_now().values()), enactments.ever_used()
        query = select(
            Deployment.id, Deployment.key, Deployment.name, Deployment.version, Deployment.deployed_at
        ).order_by(Deployment.key, Deployment.version.desc())
        if key is not None:
            query = query.where(Deployment.key == key)
        return [
            Version(
                row.id, row.key, row.name, row.version, row.id in in_use, row.id in ever_used,
                row.deployed_at,
                counts.get(row.id, {}).get("running", 0), stopped.get(row.id, 0),
                counts.get(row.id, {}).get("incident", 0), counts.get(row.id, {}).get("ended", 0),
            )
            for row in s.execute(query)
        ]
